"""Showing contents of every kind in a chat or topic, each with the fewest calls.

What is shown is what the desk has stored. A copy shows what its original says at the instant
of the call, and that may be an edit which nobody has judged yet: so words are sent anew, files
by their ids, and where only a copy is possible it gets the stored caption.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from aiogram.methods import (
    CopyMessage,
    DeleteMessages,
    ForwardMessage,
    ForwardMessages,
    SendLocation,
    TelegramMethod,
)
from aiogram.types import Message, MessageId

from bot import wording
from bot.desk.said import TEXT, Buttons, Content
from bot.desk.said.attachments import Original
from bot.desk.said.extras import Location
from bot.desk.words import Words, join
from bot.telegram.refusals import (
    CallTooLarge,
    CannotCopy,
    FileAway,
    Missing,
    NoAccess,
    NoPhoto,
    Protected,
    Refused,
)
from bot.telegram.resending import as_group, by_file, placed
from bot.telegram.shown import file_of
from bot.telegram.speaker import CAPTION_LIMIT, Reply, Speaker, formatting
from bot.telegram.uploading import as_document, fit_together, is_upload, pieces, still_to_come

# A chat that is «not found» is mostly the one it comes from; if not, the next call is refused too.
NEVER_FORWARDED = (Protected, CannotCopy, Missing, NoAccess)


@dataclass(slots=True)
class Posted:
    """Where each file stands now, and which are still to come; of what has none, where it stands.

    `files` are those of our store, by place: the id by which this bot can show each again, or ""
    where there is none. Of a content that is still to come no file was shown.
    """

    ids: list[list[int]] = field(default_factory=list)
    without_file: list[int] = field(default_factory=list)
    files: dict[int, str] = field(default_factory=dict)

    def flat(self) -> list[int]:
        """Every message, in the order of the files."""
        return [one for piece in self.ids for one in piece]


async def post(
    speaker: Speaker,
    content: Content,
    reply: Reply | None = None,
    buttons: Buttons | None = None,
    *,
    stand_in: bool = False,
) -> Posted:
    """Show a message, several files as an album where they can be. Raises TryLater, Undeliverable.

    `stand_in`: a file that Telegram cannot get at now is named in words, to be copied later;
    else that raises FileAway.
    """
    originals = _forwardable(content)
    if originals:
        try:
            return Posted([[one] for one in await _forward(speaker, originals)])
        except NEVER_FORWARDED:
            pass  # a copy with a line about its origin is the next best
    found = await pieces(speaker.files, speaker.bot.id, content)
    if len(found) > 1:
        posted = await _album(speaker, found, content.order(), reply, stand_in=stand_in)
    else:
        posted = await _single(speaker, found[0], reply, buttons, stand_in=stand_in)
    return _known(speaker, content, posted)


async def copied(speaker: Speaker, piece: Content, reply: Reply | None = None) -> Posted:
    """A file that could not be got before. Raises FileAway if it still cannot."""
    (found,) = await pieces(speaker.files, speaker.bot.id, piece)
    return _known(speaker, piece, await _single(speaker, found, reply, None, stand_in=False))


def _known(speaker: Speaker, content: Content, posted: Posted) -> Posted:
    """With what is known by now of each file that this bot had no id of."""
    shown = [] if still_to_come(content) else content.pieces()
    uploaded = [n for n, piece in enumerate(shown) if is_upload(piece, speaker.bot.id)]
    return replace(posted, files={place: posted.files.get(place, "") for place in uploaded})


def _forwardable(content: Content) -> list[Original]:
    """The originals of a forward; none where there are none, or none may be forwarded."""
    if not content.forwarded or content.protected:
        return []
    found = [piece.original for piece in content.pieces()]
    originals = [each for each in found if each]
    return originals if len(originals) == len(found) else []


async def _forward(speaker: Speaker, originals: list[Original]) -> list[int]:
    chat, number = originals[0].chat, originals[0].message
    if len(originals) == 1:
        one = ForwardMessage(**speaker.where(), from_chat_id=chat, message_id=number)
        return [(await speaker.post(one)).message_id]
    order = sorted(range(len(originals)), key=lambda place: originals[place].message)
    numbers = [originals[place].message for place in order]
    many = ForwardMessages(**speaker.where(), from_chat_id=chat, message_ids=numbers)
    shown = await speaker.post(many)
    if len(shown) < len(originals):  # which are left out, Telegram does not say
        await _take_back(speaker, shown)
        raise Missing("a part of the album is not there")
    return _by_part(order, shown)


async def _take_back(speaker: Speaker, shown: list[MessageId]) -> None:
    numbers = sorted(one.message_id for one in shown)
    with suppress(Refused):
        await speaker.call(DeleteMessages(chat_id=speaker.place.chat_id, message_ids=numbers))


def _by_part(order: list[int], shown: Sequence[Message | MessageId]) -> list[int]:
    """What became of each part, where `shown` is in the order in which they were sent."""
    found = dict(zip(order, (one.message_id for one in shown), strict=True))
    return [found[place] for place in range(len(order))]


async def _single(
    speaker: Speaker,
    content: Content,
    reply: Reply | None,
    buttons: Buttons | None,
    *,
    stand_in: bool,
) -> Posted:
    words = wording.headed(content).words
    if content.kind == TEXT:
        shown = await speaker.say(words, reply, buttons, content.preview)
        return Posted([shown])
    try:
        return await _media(speaker, content, words, reply, buttons)
    except NoPhoto:
        return await _media(speaker, as_document(content), words, reply, buttons)
    except (FileAway, CannotCopy) as why:
        is_away = isinstance(why, FileAway)
        if is_away and not stand_in:
            raise
        shown = await speaker.say(wording.in_words(content), reply, buttons)
        return Posted([shown], without_file=[0] if is_away else [])


async def _media(
    speaker: Speaker, content: Content, words: Words, reply: Reply | None, buttons: Buttons | None
) -> Posted:
    """The file, or a copy; a caption that is too long goes on in messages of its own."""
    caption, rest = words.parted(CAPTION_LIMIT)
    method = by_file(speaker, content, caption) or _without_file(speaker, content, caption)
    if buttons and not rest:
        method = method.model_copy(update={"reply_markup": speaker.keyboard(buttons)})
    try:
        shown = await speaker.post(method, reply)
    except (Missing, NoAccess) as refusal:  # deleted by its author meanwhile, or its whole chat
        if isinstance(refusal, NoAccess) and not isinstance(method, CopyMessage):
            raise
        raise CannotCopy("the original is gone") from refusal
    posted = Posted([[shown.message_id]], files=_given(speaker, [content], [0], [shown]))
    if rest:
        posted.ids[0] += await speaker.say(rest, None, buttons)
    return posted


def _given(
    speaker: Speaker, parts: Sequence[Content], order: Sequence[int], shown: Sequence[Message]
) -> dict[int, str]:
    """The ids that Telegram has given what was uploaded, by place; `shown` are in this order.

    One of another kind than the file's own is of no use, such as a photo's that went as a document.
    """
    given: dict[int, str] = {}
    for place, each in zip(order, shown, strict=True):
        part, file = parts[place], file_of(each) if isinstance(each, Message) else None
        if file and is_upload(part, speaker.bot.id) and file[0] == part.attachments[0].kind:
            given[place] = file[1]
    return given


def _without_file(speaker: Speaker, content: Content, caption: Words) -> TelegramMethod[Any]:
    if isinstance(content.extra, Location):
        return SendLocation(**speaker.where(), **placed(content.extra))
    original = content.original
    if original is None:
        raise CannotCopy("there is no original")
    return CopyMessage(
        **speaker.where(),
        from_chat_id=original.chat,
        message_id=original.message,
        caption=caption.text,  # without it the original's words of this instant would go
        caption_entities=formatting(caption),
        show_caption_above_media=content.above or None,
    )


async def _album(
    speaker: Speaker,
    parts: list[Content],
    order: list[int],
    reply: Reply | None,
    *,
    stand_in: bool,
) -> Posted:
    """One call keeps the parts together; long captions follow as text."""
    shares = in_album(parts)
    group = as_group(speaker, [shares[place] for place in order])
    if group is None or not fit_together(parts, speaker.bot.id):
        return await _apart(speaker, parts, order, reply, stand_in=stand_in)
    try:
        shown = await speaker.post(group, reply)
    except (FileAway, NoPhoto, CallTooLarge):
        return await _apart(speaker, parts, order, reply, stand_in=stand_in)
    ids = [[number] for number in _by_part(order, shown)]
    posted = Posted(ids, files=_given(speaker, shares, order, shown))
    if rest := below_album(parts):
        posted.ids[0] += await speaker.say(rest)
    return posted


def in_album(parts: Sequence[Content]) -> list[Content]:
    """What of each part stands in the album itself: its caption, if it fits there."""
    return [part if _fits(part) else replace(part, words=Words()) for part in _headed(parts)]


def below_album(parts: Sequence[Content]) -> Words:
    """What goes on below an album: the captions that are too long."""
    return join("\n\n", [part.words for part in _headed(parts) if not _fits(part)])


def _headed(parts: Sequence[Content]) -> list[Content]:
    first, *others = parts
    return [wording.headed(first), *others]


def _fits(part: Content) -> bool:
    return len(part.words) <= CAPTION_LIMIT


async def _apart(
    speaker: Speaker,
    parts: list[Content],
    order: list[int],
    reply: Reply | None,
    *,
    stand_in: bool,
) -> Posted:
    """An album that cannot be sent as a whole: each part for itself."""
    posted = Posted([[] for _part in parts])
    for place in order:
        alone = await _single(speaker, parts[place], reply, None, stand_in=stand_in)
        reply = None
        posted.ids[place] = alone.ids[0]
        posted.without_file += [place] if alone.without_file else []
        if alone.files:
            posted.files[place] = alone.files[0]
    return posted
