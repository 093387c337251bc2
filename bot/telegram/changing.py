"""Changing what has been shown: edits, reactions, deletions."""

from contextlib import suppress
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from aiogram.methods import (
    DeleteMessages,
    EditEphemeralMessageText,
    EditMessageCaption,
    EditMessageLiveLocation,
    EditMessageMedia,
    EditMessageText,
    SetMessageReaction,
    StopMessageLiveLocation,
    TelegramMethod,
)
from aiogram.types import Message, ReactionTypeEmoji

from bot import wording
from bot.desk.said import LIVE, TEXT, Buttons, Content
from bot.desk.said.extras import Location
from bot.desk.words import Words
from bot.telegram import posting
from bot.telegram.refusals import NoPhoto, NotModified
from bot.telegram.resending import as_media, moved
from bot.telegram.speaker import (
    CAPTION_LIMIT,
    TEXT_LIMIT,
    Reply,
    Speaker,
    formatting,
    previewed,
)
from bot.telegram.uploading import as_document, fitted

# The bot's own reactions: the customer has it; a command was done.
DELIVERED, DONE = "👌", "👍"


async def rewrite(
    speaker: Speaker, message_id: int, words: Words, buttons: Buttons | None = None
) -> None:
    """Change a text. Without `buttons` those that were there go (Bot API: editMessageText)."""
    text, only = _text(speaker, message_id, words, buttons), speaker.place.only
    if only is None:
        await _change(speaker, text)
    else:
        await _change(speaker, _aside(text, message_id, only))


async def edit(
    speaker: Speaker, stands: list[list[int]], content: Content, place: int = 0
) -> list[list[int]]:
    """Make the messages that show a content say what it says now, the file at `place`.

    `stands` has those of each file; gives those that show each then. What is too long for as many
    messages goes on in new ones, and needless ones are deleted. What goes on below an album
    belongs to its first file, unless the files were sent one by one.
    """
    pieces, place = _pieces(stands, content), min(place, len(stands) - 1)
    stand, alone = stands[place], {n for n, ids in enumerate(stands) if n and len(ids) > 1}
    if len(pieces) == 1 or place in alone:
        return [*stands[:place], await _edit(speaker, stand, pieces[place]), *stands[place + 1 :]]
    await _show(speaker, stand[0], posting.in_album(pieces)[place])
    top, *below = stands[0]
    together = [piece for n, piece in enumerate(pieces) if n not in alone]
    rest = posting.below_album(together).split(TEXT_LIMIT)
    return [[top, *await go_on(speaker, top, rest, below)], *stands[1:]]


def grows(stands: list[list[int]], content: Content) -> bool:
    """Whether some of it is to go on in a message that is not there yet."""
    pieces = _pieces(stands, content)
    if len(pieces) == 1:
        return len(parted(wording.headed(content))[1]) >= len(stands[0])
    return len(posting.below_album(pieces).split(TEXT_LIMIT)) >= len(stands[0])


def _pieces(stands: list[list[int]], content: Content) -> list[Content]:
    return content.pieces() if len(stands) > 1 else [content]


async def _edit(speaker: Speaker, message_ids: list[int], content: Content) -> list[int]:
    content = wording.headed(await fitted(speaker.files, speaker.bot.id, content))
    head, rest = parted(content)
    first, *others = message_ids
    await _show(speaker, first, replace(content, words=head))
    return [first, *await go_on(speaker, first, rest, others)]


async def go_on(
    speaker: Speaker, first: int, pieces: list[Words], message_ids: list[int]
) -> list[int]:
    """Make what goes on below a message say these pieces; gives the messages that then do.

    New ones answer the first, and needless ones are deleted.
    """
    stand: list[int] = []
    for piece, message_id in zip_longest(pieces, message_ids):
        if piece is None:
            await delete(speaker, [message_id])
        elif message_id is None:
            stand += await speaker.say(piece, Reply(first))
        else:
            await rewrite(speaker, message_id, piece)
            stand.append(message_id)
    return stand


def parted(content: Content) -> tuple[Words, list[Words]]:
    """The words that stand with a content itself, and those that follow in messages."""
    limit = TEXT_LIMIT if content.kind == TEXT else CAPTION_LIMIT
    head, rest = content.words.parted(limit)
    return head, rest.split(TEXT_LIMIT)


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


async def _show(speaker: Speaker, message_id: int, content: Content) -> None:
    """As a document, where Telegram does not take it for a photo."""
    try:
        await _change(speaker, _method(speaker, message_id, content))
    except NoPhoto:
        await _change(speaker, _method(speaker, message_id, as_document(content)))


async def _change(speaker: Speaker, method: TelegramMethod[Any]) -> None:
    with suppress(NotModified):
        await speaker.call(method)


def _method(speaker: Speaker, message_id: int, content: Content) -> TelegramMethod[Message | bool]:
    if content.kind == TEXT:
        return _text(speaker, message_id, content.words, None, content)
    target: dict[str, Any] = {"chat_id": speaker.place.chat_id, "message_id": message_id}
    if content.kind == LIVE and isinstance(content.extra, Location):
        return EditMessageLiveLocation(**target, **moved(content.extra))
    if content.kind == "location":  # a live one that has ended
        return StopMessageLiveLocation(**target)
    media = as_media(speaker, content, content.words)
    if media is not None:
        return EditMessageMedia(**target, media=media)
    return EditMessageCaption(
        **target, caption=content.words.text, caption_entities=formatting(content.words)
    )


def _aside(text: EditMessageText, number: int, receiver: int) -> EditEphemeralMessageText:
    """The same for what one member of a group alone sees."""
    return EditEphemeralMessageText(
        chat_id=text.chat_id or 0,
        receiver_user_id=receiver,
        ephemeral_message_id=number,
        text=text.text,
        entities=text.entities,
        reply_markup=text.reply_markup,
    )


def _text(
    speaker: Speaker,
    message_id: int,
    words: Words,
    buttons: Buttons | None,
    content: Content | None = None,
) -> EditMessageText:
    said = words.clipped(TEXT_LIMIT)
    return EditMessageText(
        chat_id=speaker.place.chat_id,
        message_id=message_id,
        text=said.text,
        entities=formatting(said),
        link_preview_options=previewed(content.preview) if content else None,
        reply_markup=speaker.keyboard(buttons),
    )
