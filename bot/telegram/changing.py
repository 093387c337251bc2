"""Changing what has been shown: edits, reactions, deletions."""

from contextlib import suppress
from typing import Any

from aiogram.methods import (
    DeleteMessages,
    EditMessageCaption,
    EditMessageLiveLocation,
    EditMessageMedia,
    EditMessageText,
    SetMessageReaction,
    StopMessageLiveLocation,
    TelegramMethod,
)
from aiogram.types import LinkPreviewOptions, Message, ReactionTypeEmoji

from bot.desk.messages import Buttons, Content
from bot.desk.words import Words
from bot.telegram.reading import LIVE, TEXT
from bot.telegram.refusals import NotModified
from bot.telegram.resending import as_media
from bot.telegram.speaker import TEXT_LIMIT, Speaker, formatting

CAPTION_LIMIT = 1024  # Bot API: editMessageCaption
MOVES = ("latitude", "longitude", "horizontal_accuracy", "heading", "proximity_alert_radius")


async def rewrite(
    speaker: Speaker, message_id: int, words: Words, buttons: Buttons | None = None
) -> None:
    """Change a text. Without `buttons` those that were there go (Bot API: editMessageText)."""
    await _change(speaker, _text(speaker, message_id, words, buttons))


async def edit(
    speaker: Speaker, message_id: int, content: Content, buttons: Buttons | None = None
) -> None:
    """Make a message say what its original says now."""
    await _change(speaker, _method(speaker, message_id, content, buttons))


async def react(speaker: Speaker, message_id: int, emoji: str) -> None:
    """Show one reaction, or none for ""."""
    await speaker.call(
        SetMessageReaction(
            chat_id=speaker.place.chat_id,
            message_id=message_id,
            reaction=[ReactionTypeEmoji(emoji=emoji)] if emoji else [],
        )
    )


async def delete(speaker: Speaker, message_ids: list[int]) -> None:
    """Delete messages; those that are not there any more are none of our business."""
    await speaker.call(
        DeleteMessages(chat_id=speaker.place.chat_id, message_ids=sorted(message_ids))
    )


async def _change(speaker: Speaker, method: TelegramMethod[Message | bool]) -> None:
    with suppress(NotModified):
        await speaker.call(method)


def _method(
    speaker: Speaker, message_id: int, content: Content, buttons: Buttons | None
) -> TelegramMethod[Message | bool]:
    if content.kind == TEXT:
        return _text(speaker, message_id, content.words, buttons, content)
    about = content.about
    target: dict[str, Any] = {"chat_id": speaker.place.chat_id, "message_id": message_id}
    if content.kind == LIVE:
        moved = {key: about[key] for key in MOVES if key in about}
        return EditMessageLiveLocation(**target, **moved)
    if content.kind == "location":  # a live one that has ended
        return StopMessageLiveLocation(**target)
    caption = content.words.clipped(CAPTION_LIMIT)
    media = as_media(content, caption)
    if media is not None:
        return EditMessageMedia(**target, media=media, reply_markup=speaker.keyboard(buttons))
    return EditMessageCaption(
        **target,
        caption=caption.text,
        caption_entities=formatting(caption),
        reply_markup=speaker.keyboard(buttons),
    )


def _text(
    speaker: Speaker,
    message_id: int,
    words: Words,
    buttons: Buttons | None,
    content: Content | None = None,
) -> EditMessageText:
    preview = content.about.get("preview") if content else None
    said = words.clipped(TEXT_LIMIT)
    return EditMessageText(
        chat_id=speaker.place.chat_id,
        message_id=message_id,
        text=said.text,
        entities=formatting(said),
        link_preview_options=LinkPreviewOptions(**preview) if preview else None,
        reply_markup=speaker.keyboard(buttons),
    )
