"""The counter: where a channel hands in what its customers do.

Each call is one transaction, cleaned of what came from outside, and once: the desk knows a message
by its address and the channel's id of it, whatever envelope it comes in.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from typing import Any

from redis.exceptions import RedisError

from bot import sentences, texts
from bot.bridges.base import Malformed, NotKnown, TooFast
from bot.bucket import REFUSED_FOR, Bucket, Refusal
from bot.config import Settings
from bot.desk import outbox, tickets
from bot.desk.people import bans
from bot.desk.said import TEXT, ChannelAddress, Content, Incoming, Person, Quote
from bot.desk.said.attachments import Attachment
from bot.desk.said.sentences import Sentence
from bot.desk.talk import barring, intake, reach, sources, updates
from bot.desk.talk.updates import Repeated
from bot.desk.words import Words, clean_name, formats
from bot.desk.words.names import clean_file_name, unmasked
from models import Message
from models.rows import storable

LONGEST = 20_000  # characters of one message; a post of Telegram's holds 4096
LONGEST_ADDRESS = 255  # characters of an address' id
LONGEST_ID = 998  # of a message's (RFC 5322, 2.1.1)
LONGEST_NAME = 64
LONGEST_EMOJI = 16
LONGEST_ALBUM = 64
MOST_FILES = 10  # of a message: as many as Telegram shows together
MIME = re.compile(
    r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}"
)  # RFC 6838, 4.2
LEFT_OUT = texts.marks(
    "✂️ This message is too long: {count} character at its end was cut off and is kept nowhere.",
    "✂️ This message is too long: {count} characters at its end were cut off and are kept nowhere.",
)
LONGEST_ASK = 1.0  # seconds; Redis that is slower counts as away
TRIES = 2  # of an edit, whose message may be taken by another process just now


class Counter:
    """What `bot.bridges.base.Counter` promises, for one channel."""

    def __init__(
        self, channel: str, settings: Settings, bucket: Bucket, envelope: str | None = None
    ) -> None:
        self._channel = channel
        self._envelope = envelope
        self._settings = settings
        self._bucket = bucket

    def once(self, envelope: str) -> "Counter":
        """For what comes in this envelope: once taken, it is known already for an hour."""
        return Counter(self._channel, self._settings, self._bucket, envelope)

    async def receive(self, incoming: Incoming) -> bool:
        """Take a message. False: it is known already, or its author is banned."""
        taken = await self._let_in(incoming)
        _says_something(taken.content)
        if await self._bars(taken.address, taken.external_id):
            return False
        try:
            async with self._transaction() as now:
                await self._take(taken, now, left_out=_over(incoming.content))
        except Repeated:
            return False
        return True

    async def edited(self, incoming: Incoming) -> bool:
        """The message says something else now; taken as a new one if it never came."""
        taken = await self._let_in(incoming)
        left_out = _over(incoming.content)
        if await self._bars(taken.address, taken.external_id):
            return False
        for _try in range(TRIES):
            try:
                async with self._transaction() as now:
                    if message := await intake.known(taken.address, taken.external_id):
                        return await self._change(message, taken, now, left_out=left_out)
                    _says_something(taken.content)
                    await self._take(taken, now, left_out=left_out)
                    return True
            except Repeated:
                continue
        return False

    async def deleted(self, address_id: str, external_id: str) -> bool:
        """The customer deleted their message. False: it was deleted before. Raises NotKnown."""
        where = self._at(address_id), _id(external_id)
        if await self._bars(where[0]):
            return False
        with suppress(Repeated):
            async with self._about(*where) as now:
                return await intake.deleted(*where, now)
        return False

    async def reacted(
        self, address_id: str, external_id: str, emoji: str, at: datetime | None = None
    ) -> bool:
        """The customer reacted to a message; "" takes it back. Raises NotKnown."""
        where = self._at(address_id), _id(external_id)
        shown = clean_name(emoji, LONGEST_EMOJI)
        if await self._bars(where[0]):
            return False
        with suppress(Repeated):
            async with self._about(*where) as now:
                return await intake.reacted(*where, shown, now, at)
        return False

    async def blocked(self, address_id: str, at: datetime | None = None) -> None:
        """The customer has shut us out."""
        with suppress(Repeated):
            async with self._transaction() as now:
                await reach.blocked(self._at(address_id), now, at)

    async def returned(self, address_id: str, at: datetime | None = None) -> None:
        """The customer has let us in again."""
        with suppress(Repeated):
            async with self._transaction() as now:
                await reach.returned(self._at(address_id), now, at)

    async def _take(self, incoming: Incoming, now: datetime, *, left_out: int) -> None:
        reopen_days, most_open = self._settings.reopen_days, self._settings.open_tickets
        went = await intake.receive(incoming, now, reopen_days=reopen_days, most_open=most_open)
        await _tell_of_end(went.ticket_id, went.message_id, now, left_out)

    async def _change(
        self, message: Message, incoming: Incoming, now: datetime, *, left_out: int
    ) -> bool:
        if not sources.are_kept(message):
            _says_something(incoming.content)
        where = incoming.address, incoming.external_id
        changed = await intake.edited(*where, incoming.content, now)
        if changed:
            await _tell_of_end(message.ticket_id, message.id, now, left_out)
        return changed

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[datetime]:
        """Raises Repeated for what came in this envelope before."""
        async with outbox.transaction():
            now, envelope = datetime.now(UTC), self._envelope
            if envelope and not await updates.first_call(self._channel, envelope, now):
                raise Repeated
            yield now

    @asynccontextmanager
    async def _about(self, at: ChannelAddress, external_id: str) -> AsyncIterator[datetime]:
        """What may come before the message that it is about must not be taken for done."""
        async with self._transaction() as now:
            if not await intake.knows(at, external_id):
                raise NotKnown
            yield now

    async def _let_in(self, incoming: Incoming) -> Incoming:
        """Clean it, if its address may bring more. While Redis is away nobody waits."""
        cleaned = self._clean(incoming)
        room: float | Refusal = 0.0
        with suppress(RedisError, OSError):
            async with asyncio.timeout(LONGEST_ASK):
                who = f"{self._channel}:{cleaned.address.id}"
                room = await self._bucket.take(who, can_wait=True)
        if room:
            raise TooFast(REFUSED_FOR if isinstance(room, Refusal) else room)
        return cleaned

    async def _bars(self, place: ChannelAddress, external_id: str | None = None) -> bool:
        """Whether they are banned: it costs one look, and their first words are answered."""
        now = datetime.now(UTC)
        ban = await bans.at(place, now)
        if ban and external_id and not ban.is_told:
            async with outbox.transaction():
                said = sentences.barred(ban, self._settings.timezone, now)
                await barring.tell(ban, said, now, external_id)
        return ban is not None

    def _at(self, address_id: str) -> ChannelAddress:
        return ChannelAddress(self._channel, _id(address_id, LONGEST_ADDRESS))

    def _clean(self, incoming: Incoming) -> Incoming:
        if incoming.address.channel != self._channel:
            raise Malformed(f"{self._channel} hands in what belongs to another channel")
        return replace(
            incoming,
            address=self._at(incoming.address.id),
            person=_person(incoming.person, self._settings.language),
            external_id=_id(incoming.external_id),
            content=_content(incoming.content),
            reply_to=_id(incoming.reply_to) if incoming.reply_to else None,
            quote=_quote(incoming.quote) if incoming.quote else None,
        )


def _id(given: str, most: int = LONGEST_ID) -> str:
    """An id must come back as it was given, so it is not mended. Raises Malformed."""
    if not given or given != storable(given) or len(given) > most:
        raise Malformed(f"an id has 1 to {most} characters, and none of them is U+0000")
    return given


def _person(person: Person, language: str) -> Person:
    """With a language of ours: `language` where theirs is none."""
    username = clean_name(person.username or "", LONGEST_NAME)
    spoken = texts.nearest(person.language, default=language)
    name = clean_name(person.name)
    return Person(name, username or None, spoken, is_named=person.is_named and bool(name))


def _content(content: Content) -> Content:
    words = _words(content.words)
    if len(content.attachments) > MOST_FILES:
        raise Malformed(f"a message brings {MOST_FILES} files at most")
    files = tuple(map(_attachment, content.attachments))
    tidy: Content = _tidy(replace(content, words=Words(), attachments=files))
    return replace(
        tidy,
        words=words,
        album=_id(content.album, LONGEST_ALBUM) if content.album else None,
    )


def _says_something(content: Content) -> None:
    """Raises Malformed for words of which nothing is to be seen."""
    if content.kind == TEXT and not unmasked(content.words.text).strip():
        raise Malformed("a message of text says something")


def _attachment(file: Attachment) -> Attachment:
    """Its type and its size are what its sender says of it, if they can be at all."""
    mime = file.mime.strip().lower()
    return replace(
        file,
        name=clean_file_name(file.name),
        mime=mime if MIME.fullmatch(mime) else "",
        size=file.size if (file.size or 0) > 0 else None,
        title=clean_name(file.title),
    )


def _quote(quote: Quote) -> Quote:
    """It stands in what it quotes as that was read."""
    return replace(quote, words=_words(quote.words))


def _words(words: Words) -> Words:
    text = storable(words.text)
    read: Words = _tidy(formats.read(text, words.entities))
    return read.clipped(LONGEST + len(read) - len(text))


def _over(content: Content) -> int:
    """How many characters of it are left out."""
    return max(0, len(content.words) - LONGEST)


async def _tell_of_end(ticket_id: int, message_id: int, now: datetime, left_out: int) -> None:
    if left_out:
        one, many = LEFT_OUT
        said = Sentence(one, {"count": str(left_out)}, left_out, many)
        await tickets.tell(ticket_id, said, now, message_id=message_id)


def _tidy(value: Any) -> Any:
    """JSON, or a type of what crosses the counter, with no string in it that cannot be kept."""
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{one.name: _tidy(getattr(value, one.name)) for one in fields(value)}
        )
    if isinstance(value, tuple):
        return tuple(map(_tidy, value))
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, Mapping):
        return {storable(str(key)): _tidy(each) for key, each in value.items()}
    return [_tidy(each) for each in value] if isinstance(value, list) else value
