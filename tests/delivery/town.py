"""A town whose customers share the operators' group's minute, by a clock of its own.

The desk, its rows and the gate are real; Telegram's budget and its posts are counted here.
"""

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo

import pytest

from bot.delivery import group, settling
from bot.delivery.group import GroupGate
from bot.desk import outbox
from bot.desk.outbox import ages, claims
from bot.desk.outbox.deliveries import Parcel
from bot.desk.outbox.drafts import Precedence
from bot.desk.outbox.kinds.to_topic import Words as Said
from bot.desk.outbox.shares import TOPIC
from bot.desk.people import customers
from bot.desk.said import ChannelAddress, Content, Incoming, Person
from bot.desk.said.attachments import Attachment
from bot.desk.said.sentences import Sentence
from bot.desk.talk import intake
from bot.desk.tickets import theirs
from bot.desk.words import Words
from models import FIRST, Message

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
PER_MINUTE = 20
POST = 4096  # characters
TOGETHER = 30  # lines

# What people do, by second: who, and which act of ACTS.
Script = dict[int, list[tuple[str, str]]]
ACTS = ("words", "new", "long", "forward", "album", "edit", "command")


@dataclass
class Clock:
    """Stands for `datetime` where the gate asks for the instant."""

    at: datetime = START

    def now(self, zone: tzinfo) -> datetime:
        return self.at


class Window:
    """The budget of the group, by a clock of our own."""

    group_per_minute = PER_MINUTE

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.spent: deque[datetime] = deque()

    async def free(self, chat: int) -> int:
        while self.spent and self.spent[0] <= self.clock.at - timedelta(seconds=60):
            self.spent.popleft()
        return PER_MINUTE - len(self.spent)

    async def take_group(self, chat: int) -> float:
        if await self.free(chat) <= 0:
            return 1.0
        self.spent.append(self.clock.at)
        return 0.0

    async def give_back(self, chat: int) -> None:
        self.spent.pop()


class Topics:
    """The forum: what is plain may share a post."""

    async def bound_chats(self) -> dict[int, int]:
        return {FIRST: -1}

    def fits(self, parcels: list[Parcel]) -> bool:
        merge = all(isinstance(one.what, Said) and one.what.merge for one in parcels)
        return merge and len(parcels) <= TOGETHER


@dataclass
class Town:
    """A group whose minutes pass as fast as the database allows."""

    clock: Clock = field(default_factory=Clock)
    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    seen: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    whose: dict[int, tuple[str, datetime]] = field(default_factory=dict)
    last: dict[str, str] = field(default_factory=dict)  # the last message of each
    said: int = 0
    actions: int = 0

    def __post_init__(self) -> None:
        self.window = Window(self.clock)
        self.gate = GroupGate(1, 1, self.window, Topics(), FIRST)  # type: ignore[arg-type]

    def winds(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The gate goes by the town's clock."""
        for room in (group, settling):
            monkeypatch.setattr(room, "datetime", self.clock)

    async def acts(self, who: str, act: str) -> None:
        """Somebody does one of ACTS."""
        self.said += 1
        place, now = ChannelAddress("telegram", who), self.clock.at
        async with outbox.transaction():
            if act == "edit":
                changed = Content(words=Words(f"changed {self.said}"))
                await intake.edited(place, self.last.get(who, ""), changed, now)
            elif act == "command":
                address = await theirs.at(place, Person(who), now)
                await customers.tell(address, Sentence("requests"), now)
            else:
                if act == "new":
                    await theirs.start_new(await theirs.at(place, Person(who), now), now)
                await self._says(who, _content(act, self.said))

    async def _says(self, who: str, content: Content) -> None:
        now, number = self.clock.at, str(self.said)
        incoming = Incoming(ChannelAddress("telegram", who), Person(who), number, content)
        received = await intake.receive(incoming, now, reopen_days=7)
        self.whose[received.message_id] = (who, now)
        self.last[who] = number

    async def passes(self, seconds: int, script: Script) -> None:
        """So many seconds pass, and people do as the script says."""
        for second in range(seconds):
            for who, act in script.get(second, ()):
                await self.acts(who, act)
            if second % 5 == 0:
                async with outbox.transaction():
                    await ages.hasten(self.clock.at)
            while not isinstance(batches := await self.gate.take(1), float):
                await self._arrives(list(batches[0]))
            self.clock.at += timedelta(seconds=1)

    async def _arrives(self, batch: list[Parcel]) -> None:
        done = await _in_one_post(batch)
        await claims.mark_sent(done, self.clock.at, rest=batch[len(done) :])
        self.actions += 1
        if done[0].priority == Precedence.TOPIC:
            self.window.spent.extend([self.clock.at] * (TOPIC - 1))
        for parcel in done:
            for number in parcel.what.messages if isinstance(parcel.what, Said) else ():
                who, since = self.whose[number]
                self.waits[who].append((self.clock.at - since).total_seconds())
                self.seen[parcel.ticket_id or 0].append(number)


async def run(monkeypatch: pytest.MonkeyPatch, script: Script, seconds: int) -> Town:
    """A town in which so many seconds have passed."""
    town = Town()
    town.winds(monkeypatch)
    await town.passes(seconds, script)
    return town


def _content(act: str, number: int) -> Content:
    if act == "album":
        return Content("photo", attachments=(Attachment("photo"),), album=f"album {number // 4}")
    whose = "Somebody" if act == "forward" else None
    return Content(words=Words(str(number) + "x" * 3000 * (act == "long")), forwarded=whose)


async def _in_one_post(batch: list[Parcel]) -> Sequence[Parcel]:
    """As many lines as one post can show (`forum.lines.together`)."""
    if len(batch) == 1:
        return batch
    length = 0
    for place, parcel in enumerate(batch):
        assert isinstance(parcel.what, Said)
        (message,) = await Message.filter(id__in=parcel.what.messages)
        length += len(message.words["text"]) + 2
        if place and length > POST:
            return batch[:place]
    return batch
