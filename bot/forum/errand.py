"""What the operators' side works with: the group, the bot, and the parcel in hand."""

import asyncio
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Protocol

from aiogram import Bot
from tortoise.models import Model

from bot.desk.outbox.carrying import Carried, TryLater
from bot.desk.outbox.deliveries import Parcel
from bot.files import Store
from bot.forum import groups
from bot.telegram.speaker import Place, Reply, Speaker
from models import Group, Message, Post, Topic
from models.gathering import Gathering
from models.rows import find, select

FRESH = 1.0  # seconds for which the bound group is remembered
MOST_REMEMBERED = 10_000
CALLS = 4  # at a time, in one group
PAUSE = 15.0  # seconds between tries while the group does not let the bot work


class Lacking(TryLater):
    """The group lacks what this needs; whatever does not need it goes on."""

    def __init__(self, what: str, detail: str, *, left: float | None = None) -> None:
        """`left`: seconds until it may be tried; None means that it has just been refused."""
        super().__init__(detail, after=left or PAUSE, certain=True, blameless=True)
        self.what = what
        self.fresh = left is None


def _by(model: type[Model], key: str) -> Gathering:
    return Gathering(partial(select, model, f"{key} = ANY ($1::bigint[])"), key)


class Purse(Protocol):
    """The group's budget of actions, as far as the forum spends it."""

    async def spend(self, chat_id: int) -> None:
        """Wait for one action's turn."""

    async def give_back(self, chat_id: int) -> None:
        """Return an action that was paid for and not needed."""

    async def hold(self, chat_id: int, seconds: float) -> None:
        """Nobody calls this chat before `seconds` have passed."""

    async def tries(self, who: int | str, seconds: int, which: int) -> int:
        """Count a try of this chat or person, once; how many there were within `seconds`."""

    async def free(self, chat_id: int) -> int:
        """How many actions are left in this minute."""


@dataclass(slots=True)
class Ground:
    """What stays from parcel to parcel."""

    bot: Bot
    purse: Purse
    files: Store
    language: str
    timezone: str
    trouble: str = ""  # why the group cannot be written to, for /status
    icons: dict[str, str] = field(default_factory=dict)  # emoji → custom emoji id
    bad_icons: set[str] = field(default_factory=set)  # ids that Telegram refused
    lacking: dict[str, float] = field(default_factory=dict)  # what was refused; when to ask again
    tickets: dict[tuple[int, int], int] = field(default_factory=dict)  # by chat and thread
    messages: Gathering = field(default_factory=lambda: _by(Message, "id"))
    topics: Gathering = field(default_factory=lambda: _by(Topic, "ticket_id"))
    _doors: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CALLS))
    _group: Group | None = None
    _group_read_at: float = -FRESH

    async def group(self) -> Group | None:
        """The bound group, as it was a second ago at most."""
        if monotonic() - self._group_read_at > FRESH:
            before, self._group = self._group, await groups.bound()
            self._group_read_at = monotonic()
            if before and self._group and before.chat_id != self._group.chat_id:
                self.tickets.clear()
        return self._group

    def forget_group(self) -> None:
        """Another group may be bound now, or the same one under another id."""
        self._group_read_at = -FRESH
        self.tickets.clear()

    def needs(self, what: str) -> bool:
        """Go on if the group has it, as far as is known; one at a time tries whether it has again.

        True for that one. Raises Lacking without a call, while what was refused is not to be tried.
        """
        again = self.lacking.get(what)
        if again is None:
            return False
        left = again - monotonic()
        if left > 0:
            raise Lacking(what, self.trouble or what, left=left)
        self.lacking[what] = monotonic() + PAUSE
        return True

    def lacks(self, what: str, detail: str) -> None:
        """It was refused: nobody tries again for a while."""
        self.lacking[what] = monotonic() + PAUSE
        self.trouble = detail

    def has(self, what: str) -> bool:
        """It was granted. Whether it had been refused before."""
        return self.lacking.pop(what, None) is not None

    def knows(self, chat_id: int, thread_id: int, ticket_id: int) -> int:
        """Remember whose topic this is: it never becomes another ticket's. Gives the ticket."""
        if len(self.tickets) >= MOST_REMEMBERED:
            self.tickets.clear()
        self.tickets[chat_id, thread_id] = ticket_id
        return ticket_id

    def speaker(self, chat_id: int, thread_id: int | None = None) -> Speaker:
        """A voice in a group; its first call has been paid for by who claimed the parcel."""

        async def turn(after: float) -> None:
            if after:
                await self.purse.hold(chat_id, after)
            await self.purse.spend(chat_id)

        ours = self._group is not None and self._group.chat_id == chat_id
        doors = self._doors if ours else asyncio.Semaphore()  # strangers do not stand in our way
        return Speaker(self.bot, Place(chat_id, thread_id), turn, doors, self.files)


@dataclass(frozen=True, slots=True)
class Errand:
    """Parcels of one lane that are carried together, and the voice that carries them."""

    ground: Ground
    parcels: list[Parcel]
    group: Group
    speaker: Speaker

    @property
    def parcel(self) -> Parcel:
        """The first of them."""
        return self.parcels[0]

    @property
    def ticket_id(self) -> int:
        """The ticket that all this is about."""
        if self.parcel.ticket_id is None:
            raise ValueError(f"a {self.parcel.kind} parcel is about a ticket")
        return self.parcel.ticket_id

    async def posts(self, message_id: int) -> list[Post]:
        """Where a message stands in the group, in order."""
        where = "message_id = $1 AND group_id = $2 ORDER BY id"
        return await find(Post, where, message_id, self.group.id)

    async def reply_to(self, message_id: int | None) -> Reply | None:
        """An answer to the post of this message."""
        posts = await self.posts(message_id) if message_id else []
        return Reply(posts[0].post_id) if posts else None


NOTHING = Carried()
