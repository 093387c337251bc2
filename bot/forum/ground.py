"""What carries into the groups: what all of them share, and what is known of each one."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Protocol

from aiogram import Bot
from tortoise.models import Model

from bot.desk.outbox.carrying import TryLater
from bot.files import Store
from bot.forum import groups
from bot.telegram.speaker import Speaker, Thread
from models import Group, Message, Topic
from models.gathering import Gathering
from models.rows import select

FRESH = 1.0  # seconds for which the bound group is remembered
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

    async def take_whisper(self, chat_id: int) -> float:
        """Take one message for one member of a group. 0.0: taken; else seconds to wait."""

    async def take_private(self, chat_id: int) -> float:
        """Take one message to a private chat. 0.0: taken; else seconds to wait."""

    async def hold(self, chat_id: int | str, seconds: float) -> None:
        """Nobody calls this chat before `seconds` have passed."""

    async def tries(self, who: int | str, seconds: int, which: int) -> int:
        """Count a try of this chat or person, once; how many there were within `seconds`."""

    async def free(self, chat_id: int) -> int:
        """How many actions are left in this minute."""


@dataclass(slots=True)
class Grounds:
    """All groups' common ground. `language` is spoken where no group is bound."""

    bot: Bot
    purse: Purse
    files: Store
    language: str
    timezone: str
    icons: dict[str, str] = field(default_factory=dict)  # emoji → custom emoji id
    bad_icons: set[str] = field(default_factory=set)  # ids that Telegram refused
    unheard: dict[str, float] = field(default_factory=dict)  # whom no whisper reaches; until when
    messages: Gathering = field(default_factory=lambda: _by(Message, "id"))
    topics: Gathering = field(default_factory=lambda: _by(Topic, "ticket_id"))
    _each: dict[int | None, "Ground"] = field(default_factory=dict)
    _bound: Mapping[int, Group] = field(default_factory=dict)
    _read_at: float = -FRESH

    async def bound(self, *, fresh: bool = False) -> Mapping[int, Group]:
        """The bound groups by their departments, as they were a second ago at most, or as now."""
        if fresh or monotonic() - self._read_at > FRESH:
            self._bound = await groups.all_bound()
            self._read_at = monotonic()
        return self._bound

    def forget_groups(self) -> None:
        """Other groups may be bound now, or the same ones under other ids."""
        self._read_at = -FRESH

    def of(self, department: int | None) -> "Ground":
        """The ground of a department's group. None: of groups where the desk does not work."""
        return self._each.setdefault(department, Ground(self, department))

    async def at(self, chat_id: int) -> "Ground":
        """The ground of the bound group that this chat is, or that of all others."""
        for department, group in (await self.bound()).items():
            if group.chat_id == chat_id:
                return self.of(department)
        return self.of(None)


@dataclass(slots=True)
class Ground:
    """What stays from parcel to parcel, in the group of one department."""

    all: Grounds
    department: int | None
    trouble: str = ""  # why the group cannot be written to, for /status
    lacking: dict[str, float] = field(default_factory=dict)  # what was refused; when to ask again
    _doors: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CALLS))

    @property
    def bot(self) -> Bot:
        """By whom everything is said."""
        return self.all.bot

    @property
    def purse(self) -> Purse:
        """What pays for it."""
        return self.all.purse

    async def group(self, *, fresh: bool = False) -> Group | None:
        """The department's bound group, as it was a second ago at most, or as it is."""
        if self.department is None:
            return None
        return (await self.all.bound(fresh=fresh)).get(self.department)

    def is_well(self) -> None:
        """Whatever was refused may work now."""
        self.trouble = ""
        self.lacking.clear()

    def needs(self, what: str) -> bool:
        """Go on if the group has it, as far as is known; one at a time tries whether it has again.

        True for that one. Raises Lacking without a call, while what was refused is not to be tried.
        """
        self.may_try(what)
        if what not in self.lacking:
            return False
        self.lacking[what] = monotonic() + PAUSE
        return True

    def may_try(self, what: str) -> None:
        """Go on unless it was refused and is not to be tried yet; who tries is not decided by it.

        Raises Lacking.
        """
        left = self.lacking.get(what, 0.0) - monotonic()
        if left > 0:
            raise Lacking(what, self.trouble or what, left=left)

    def lacks(self, what: str, detail: str) -> None:
        """It was refused: nobody tries again for a while."""
        self.lacking[what] = monotonic() + PAUSE
        self.trouble = detail

    def has(self, what: str) -> bool:
        """It was granted. Whether it had been refused before."""
        return self.lacking.pop(what, None) is not None

    def speaker(self, chat_id: int, thread_id: int | None = None) -> Speaker:
        """A voice in a group; its first call has been paid for by who claimed the parcel."""

        async def turn(after: float) -> None:
            if after:
                await self.purse.hold(chat_id, after)
            await self.purse.spend(chat_id)

        # Groups that are not ours do not stand in one another's way.
        doors = asyncio.Semaphore() if self.department is None else self._doors
        return Speaker(self.bot, Thread(chat_id, thread_id), turn, doors, self.all.files)
