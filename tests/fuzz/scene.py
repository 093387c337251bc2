"""Where it happens: who there is, what o'clock it is, and the dice that decide."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.desk import outbox
from bot.desk.people import customers
from bot.desk.said import ChannelAddress
from bot.outage import is_outage
from models import Direction, Membership, Message, Ticket
from models.rows import fetch
from tests.fuzz.ledger import MARK, Ledger
from tests.fuzz.team import Team

KILLED = 0.08  # of all acts
CUT = 0.25  # of those that are killed, by their connection to the database
STAYS = "direction = 'note' AND goes_at IS NULL"
FREED = f"SELECT words ->> 'text' AS text FROM message WHERE id = ANY ($1::bigint[]) AND {STAYS}"
HELD = "SELECT id FROM message WHERE goes_at IS NOT NULL"
CUT_OFF = "SELECT pg_terminate_backend(pg_backend_pid())"

Act = Callable[[], Awaitable[None]]
Chances = dict[Act, int]


class Killed(Exception):
    """The process is gone; what was not committed was never there."""


@dataclass
class Scene:
    """The same dice, the same sequence. `most`: tickets."""

    team: Team
    ledger: Ledger
    dice: random.Random
    now: datetime
    most: int
    authors: dict[int, str] = field(default_factory=dict)  # who wrote which message
    cuts: int = 0
    _held: list[int] = field(default_factory=list)

    def passes(self) -> None:
        """Time goes on."""
        self.now += timedelta(seconds=self.dice.choice((0, 1, 1, 5, 60, 600)))

    async def done(self, deed: Callable[[], Awaitable[object]]) -> None:
        """In a transaction, unless all is over before its commit: the process, or its connection.

        Raises Killed.
        """
        try:
            async with outbox.transaction():
                await deed()
                if self.dice.random() < KILLED:
                    await self._ends()
        except Exception as error:
            if is_outage(error):  # the connection is gone
                raise Killed from error
            raise

    async def _ends(self) -> None:
        if self.dice.random() < CUT:
            self.cuts += 1
            await fetch(CUT_OFF)
        raise Killed

    async def with_ticket(self, deed: Callable[[int, Membership], Awaitable[object]]) -> None:
        """Somebody does it in some ticket."""
        ticket = await self.somewhere()
        if ticket is not None:
            await self.done(lambda: self._do(ticket, deed))

    async def _do(
        self, ticket: Ticket, deed: Callable[[int, Membership], Awaitable[object]]
    ) -> None:
        _name, member = await self.somebody(ticket)
        await deed(ticket.id, member)

    async def somewhere(self) -> Ticket | None:
        """Some ticket."""
        found = await Ticket.all().order_by("id")
        return self.dice.choice(found) if found else None

    async def whose(self, ticket: Ticket) -> int:
        """Its customer's number."""
        address = await customers.by_id(ticket.address_id)
        return int(address.external_id.partition("@")[0])

    async def somebody(self, ticket: Ticket) -> tuple[str, Membership]:
        """Mostly of its department; at times who has just left it writes, or is elsewhere."""
        where = ticket.department_id
        if where not in self.team.groups or self.dice.random() < 0.1:
            where = self.dice.choice([*self.team.groups])
        name = self.dice.choice([*self.team.people])
        return name, await self.team.member(name, where, self.now)

    async def earlier(self, ticket: Ticket) -> Message | None:
        """Something that was said there lately."""
        found = await Message.filter(ticket_id=ticket.id).order_by("-id").limit(8)
        return self.dice.choice(found) if found else None

    async def ours(self) -> tuple[Message, Membership] | None:
        """Something that an operator wrote, and mostly its author."""
        there = await self.somewhere()
        if there is None:
            return None
        found = Message.filter(ticket_id=there.id, direction__not=Direction.IN)
        written = await found.order_by("-id").limit(8)
        if not written:
            return None
        message = self.dice.choice(written)
        name = self.authors.get(message.id, "Operator")
        if self.dice.random() < 0.1:
            name = self.dice.choice([*self.team.people])
        ticket = await Ticket.get(id=message.ticket_id)
        where = ticket.department_id
        if where not in self.team.groups:
            return None
        async with outbox.transaction():
            return message, await self.team.member(name, where, self.now)

    async def written_by(self) -> tuple[int, ChannelAddress]:
        """A customer's number, and where they write from."""
        number = self.dice.randrange(len(self.team.customers))
        return number, self.dice.choice(self.team.customers[number])

    async def look_at_held(self) -> None:
        """What was to go at a moment, and was kept instead, is a secret until somebody sends it."""
        for row in await fetch(FREED, self._held):
            for mark in MARK.findall(row["text"]):
                self.ledger.lines[mark].secret = True
        self._held = [row["id"] for row in await fetch(HELD)]
