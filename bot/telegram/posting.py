"""Showing contents of every kind in a chat or topic, each with the fewest calls."""

from dataclasses import dataclass, field
from typing import Any

from aiogram.methods import (
    CopyMessage,
    CopyMessages,
    ForwardMessage,
    ForwardMessages,
    SendLocation,
    TelegramMethod,
)
from aiogram.types import MessageId

from bot import cards
from bot.desk.messages import Buttons, Content
from bot.desk.words import Words, italic, join, plain
from bot.telegram.reading import LIVE, TEXT
from bot.telegram.refusals import CannotCopy, FileAway, Missing, Protected
from bot.telegram.resending import as_group, by_file
from bot.telegram.speaker import Reply, Speaker, formatting
from bot.texts import _, mark

CAPTION_LIMIT = 1024  # Bot API: copyMessage
NEVER_FORWARDED = (Protected, CannotCopy, Missing)
PLACE_FIELDS = (
    "latitude",
    "longitude",
    "horizontal_accuracy",
    "live_period",
    "heading",
    "proximity_alert_radius",
)


@dataclass(slots=True)
class Posted:
    """Where each part stands now, and which parts' files are still to come."""

    ids: list[list[int]] = field(default_factory=list)
    without_file: list[int] = field(default_factory=list)

    def flat(self) -> list[int]:
        """Every message, in the order of the parts."""
        return [one for part in self.ids for one in part]


async def post(
    speaker: Speaker,
    parts: list[Content],
    reply: Reply | None = None,
    buttons: Buttons | None = None,
    *,
    stand_in: bool = False,
) -> Posted:
    """Show one message, or several parts as an album. Raises TryLater, Undeliverable.

    `stand_in`: a file that Telegram cannot get at now is named in words, to be copied later;
    else that raises FileAway.
    """
    if _forwarded(parts[0]) and not parts[0].about.get("protected"):
        try:
            return Posted([[one] for one in await _forward(speaker, parts)])
        except NEVER_FORWARDED:
            pass  # a copy with a line about its origin is the next best
    if len(parts) > 1:
        answer = as_group(speaker, parts) if reply else None  # a copied album can answer nothing
        if answer is not None:
            shown = await speaker.post(answer, reply)
            return Posted([[one.message_id] for one in shown])
        return await _album(speaker, parts, stand_in)
    return await _single(speaker, parts[0], reply, buttons, stand_in=stand_in)


def said(content: Content) -> Words:
    """What can be said of a content in words."""
    return content.words if content.kind == TEXT else described(content)


async def copied(speaker: Speaker, content: Content, reply: Reply | None = None) -> list[int]:
    """A file that could not be got before. Raises FileAway if it still cannot."""
    return await _media(speaker, content, content.words, reply, None)


def described(content: Content) -> Words:
    """A content in words alone: its kind, its name, what it says."""
    about = content.about
    name = about.get("name") or about.get("title") or about.get("emoji") or ""
    label = _(cards.KINDS.get(content.kind, OTHER.get(content.kind, content.kind)))
    lines = [plain(f"{label} «{name}»" if name else label)]
    lines += [plain(about[key]) for key in ("phone", "address") if key in about]
    if "latitude" in about:
        lines.append(plain(f"{about['latitude']}, {about['longitude']}"))
    lines += [plain(f"▫️ {option}") for option in about.get("options", ())]
    return join("\n", [*lines, content.words] if content.words else lines)


OTHER = {LIVE: mark("📍 Live location"), "live_photo": mark("🖼 Live photo")}


def _forwarded(content: Content) -> bool:
    return bool(content.about.get("forwarded")) and bool(content.origin)


def _origin(content: Content) -> Words:
    """The line that says whose words these are, where Telegram cannot show it itself."""
    if "forwarded" not in content.about:
        return Words()
    name = content.about["forwarded"] or "…"
    return italic(_("Forwarded from {name}").format(name=name)) + "\n"


async def _forward(speaker: Speaker, parts: list[Content]) -> list[int]:
    origin = parts[0].origin["chat"]
    if len(parts) == 1:
        number = parts[0].origin["message"]
        one = ForwardMessage(**speaker.where(), from_chat_id=origin, message_id=number)
        return [(await speaker.post(one)).message_id]
    numbers = sorted(part.origin["message"] for part in parts)
    many = ForwardMessages(**speaker.where(), from_chat_id=origin, message_ids=numbers)
    return _numbers(await speaker.post(many))


async def _single(
    speaker: Speaker,
    content: Content,
    reply: Reply | None,
    buttons: Buttons | None,
    *,
    stand_in: bool,
) -> Posted:
    words = _origin(content) + content.words
    if content.kind == TEXT:
        shown = await speaker.say(words, reply, buttons, content.about.get("preview"))
        return Posted([shown])
    try:
        return Posted([await _media(speaker, content, words, reply, buttons)])
    except FileAway:
        if not stand_in:
            raise
        shown = await speaker.say(_origin(content) + described(content), reply, buttons)
        return Posted([shown], without_file=[0])
    except CannotCopy:
        return Posted([await speaker.say(_origin(content) + described(content), reply, buttons)])


async def _media(
    speaker: Speaker, content: Content, words: Words, reply: Reply | None, buttons: Buttons | None
) -> list[int]:
    """A copy; a caption that is too long goes on in messages of its own."""
    caption, rest = words.parted(CAPTION_LIMIT)
    changed = bool(rest) or words.text != content.words.text
    copy = _copy(speaker, content, caption if changed else None)
    if buttons and not rest:
        copy = copy.model_copy(update={"reply_markup": speaker.keyboard(buttons)})
    try:
        shown = await speaker.post(copy, reply)
    except Missing:  # deleted by its author meanwhile; the file itself is still there
        again = by_file(speaker, content, caption)
        if again is None:
            raise CannotCopy("the original is gone") from None
        shown = await speaker.post(again, reply)
    numbers = [shown.message_id]
    return numbers + await speaker.say(rest, None, buttons) if rest else numbers


def _copy(speaker: Speaker, content: Content, caption: Words | None) -> TelegramMethod[Any]:
    if content.kind == LIVE:
        about = {key: content.about[key] for key in PLACE_FIELDS if key in content.about}
        return SendLocation(**speaker.where(), **about)
    return CopyMessage(
        **speaker.where(),
        from_chat_id=content.origin["chat"],
        message_id=content.origin["message"],
        caption=caption.text if caption else None,
        caption_entities=formatting(caption) if caption else None,
        show_caption_above_media=content.about.get("above"),
    )


async def _album(speaker: Speaker, parts: list[Content], stand_in: bool) -> Posted:
    """One call keeps the parts together; long captions follow as text."""
    origin = _origin(parts[0])
    long = bool(origin) or any(len(part.words) > CAPTION_LIMIT for part in parts)
    copy = CopyMessages(
        **speaker.where(),
        from_chat_id=parts[0].origin["chat"],
        message_ids=sorted(part.origin["message"] for part in parts),
        remove_caption=long or None,
    )
    try:
        shown = _numbers(await speaker.post(copy))
    except (FileAway, CannotCopy, Missing):
        return await _apart(speaker, parts, stand_in)
    posted = Posted([[number] for number in shown])
    if long:
        said = [part.words for part in parts if part.words]
        posted.ids[0] += await speaker.say(origin + join("\n\n", said))
    return posted


async def _apart(speaker: Speaker, parts: list[Content], stand_in: bool) -> Posted:
    """An album that cannot be copied as a whole: each part for itself."""
    posted = Posted()
    for number, part in enumerate(parts):
        alone = await _single(speaker, part, None, None, stand_in=stand_in)
        posted.ids += alone.ids
        posted.without_file += [number] if alone.without_file else []
    return posted


def _numbers(found: list[MessageId]) -> list[int]:
    return [one.message_id for one in found]
