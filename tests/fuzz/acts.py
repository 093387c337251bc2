"""What people do, each act with a chance of its own, some of it at the worst moment.

An act is a transaction; a kill in the middle of it is one that is never committed.
"""

import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.desk import outbox, tickets
from bot.desk.errors import DeskError
from bot.desk.people import bans, customers
from bot.desk.said import ChannelAddress, Content, Incoming, Person
from bot.desk.talk import corrections, decisions, due, intake, replies
from bot.desk.talk.decisions import Press
from bot.desk.talk.replies import Spoken
from bot.desk.tickets import banning, duty, labels, members, owning, routing, team
from bot.desk.words import Words
from models import Direction, Membership, Message, Priority, Role, Routing, Standing, Status, Ticket
from tests.fuzz.ledger import Ledger
from tests.fuzz.team import LEADER, Team

KILLED = 0.08  # of all acts
GIVEN = (Role.LEAD, Role.OPERATOR, Role.OBSERVER)
Act = Callable[[], Awaitable[None]]


class Killed(Exception):
    """The process is gone; what was not committed was never there."""


@dataclass
class Acts:
    """Chooses who does what; the same dice, the same sequence."""

    team: Team
    ledger: Ledger
    dice: random.Random
    now: datetime
    most: int  # tickets
    counts: dict[str, int] = field(default_factory=dict)
    _said: int = 0
    _mine: dict[int, str] = field(default_factory=dict)  # who wrote which message

    async def act(self) -> None:
        """Somebody does something, and time goes on."""
        self.now += timedelta(seconds=self.dice.choice((0, 1, 1, 5, 60, 600)))
        acts: dict[Act, int] = {
            **{self._asks: 22, self._answers: 26, self._notes: 8, self._edits: 10},
            **{self._presses: 6, self._plans: 4, self._unsends: 3, self._owns: 12},
            **{self._sorts: 6, self._turns: 8, self._moves: 4, self._mode: 3},
            **{self._roles: 3, self._leaves: 3, self._bans: 2, self._duty: 3, self._routes: 2},
        }
        (one,) = self.dice.choices([*acts], weights=[*acts.values()])
        name = one.__name__[1:]
        with suppress(Killed, DeskError):
            await one()
            self.counts[name] = self.counts.get(name, 0) + 1
        if self.dice.random() < 0.3:
            await due.go(self.now)

    async def _done(self, deed: Callable[[], Awaitable[object]]) -> None:
        """In a transaction, unless the process is killed before its commit."""
        async with outbox.transaction():
            await deed()
            if self.dice.random() < KILLED:
                raise Killed

    async def _asks(self) -> None:
        number = self.dice.randrange(len(self.team.customers))
        places = self.team.customers[number]
        if len(places) == 1 and number % 3 == 0 and self.dice.random() < 0.2:
            await self._gets_mail(number)
        place = self.dice.choice(places)
        if await bans.at(place, self.now):
            return
        self._said += 1
        text, _line = self.ledger.writes("{mark} where is it?", number, secret=False)
        person, content = Person(f"Customer {number}"), Content(words=Words(text))
        incoming = Incoming(place, person, str(self._said), content)
        full = await Ticket.all().count() >= self.most
        days, most = (3650, 1) if full else (self.dice.choice((0, 7)), 3)
        await self._done(
            lambda: intake.receive(incoming, self.now, reopen_days=days, most_open=most)
        )

    async def _gets_mail(self, number: int) -> None:
        """They can be reached by mail as well, once they have written at all."""
        place = self.team.customers[number][0]
        async with outbox.transaction():
            known = await customers.find(place)
            if known:
                mail = ChannelAddress("mail", f"{number}@example.com")
                await customers.also_at(known.customer_id, mail, self.now)
                self.team.customers[number].append(mail)

    async def _somewhere(self) -> tuple[Ticket, int] | None:
        """A ticket, and its customer's number."""
        found = await Ticket.all().order_by("id")
        if not found:
            return None
        ticket = self.dice.choice(found)
        return ticket, await self._whose(ticket)

    async def _whose(self, ticket: Ticket) -> int:
        address = await customers.by_id(ticket.address_id)
        return int(address.external_id.partition("@")[0])

    async def _somebody(self, ticket: Ticket) -> tuple[str, Membership]:
        """Mostly of its department; at times who has just left it writes, or is elsewhere."""
        where = ticket.department_id
        if self.dice.random() < 0.1:
            where = self.dice.choice([*self.team.groups])
        name = self.dice.choice([*self.team.people])
        return name, await self.team.member(name, where, self.now)

    async def _writes(self, text: str, *, secret: bool, **how: object) -> None:
        there = await self._somewhere()
        if there is None:
            return
        ticket, whose = there
        answered = await self._earlier(ticket) if self.dice.random() < 0.3 else None

        async def say() -> None:
            name, member = await self._somebody(ticket)
            words, line = self.ledger.writes(text, whose, secret=True)
            spoken = Spoken(member, Content(words=Words(words)), answered, **how)  # type: ignore[arg-type]
            message = await replies.take(ticket.id, spoken, self.now)
            self._mine[message.id] = name
            fresh = await Ticket.get(id=ticket.id)
            upon_note = answered is not None and answered.direction is Direction.NOTE
            watches = member.acts_as in (None, Role.OBSERVER)
            line.secret = secret or watches or fresh.notes_mode or upon_note

        await self._done(say)

    async def _answers(self) -> None:
        await self._writes("{mark} on its way", secret=False)

    async def _notes(self) -> None:
        begins = ("// {mark} difficult", "/note {mark}", "/ note {mark}", "..{mark}")
        await self._writes(self.dice.choice(begins), secret=True)

    async def _plans(self) -> None:
        goes_at = self.now + timedelta(seconds=self.dice.choice((5, 60, 3600)))
        await self._writes("{mark} good morning", secret=False, goes_at=goes_at)

    async def _earlier(self, ticket: Ticket) -> Message | None:
        found = await Message.filter(ticket_id=ticket.id).order_by("-id").limit(8)
        return self.dice.choice(found) if found else None

    async def _ours(self) -> tuple[Message, Membership, str] | None:
        """Something that an operator wrote, and mostly its author."""
        there = await self._somewhere()
        if there is None:
            return None
        found = Message.filter(ticket_id=there[0].id, direction__not=Direction.IN)
        written = await found.order_by("-id").limit(8)
        if not written:
            return None
        message = self.dice.choice(written)
        name = self._mine.get(message.id, "Operator")
        if self.dice.random() < 0.1:
            name = self.dice.choice([*self.team.people])
        ticket = await Ticket.get(id=message.ticket_id)
        return message, await self.team.member(name, ticket.department_id, self.now), name

    async def _edits(self) -> None:
        ours = await self._ours()
        if ours is None or not (found := [*self._marked(ours[0])]):
            return
        message, member, _name = ours
        was = self.ledger.lines[found[-1]]
        note = self.dice.random() < 0.3
        text, line = self.ledger.writes(
            "// {mark} secret" if note else "{mark} corrected", was.customer, secret=True
        )

        async def edit() -> None:
            ticket = await Ticket.get(id=message.ticket_id)
            content = Content(words=Words(text))
            in_note = message.direction is Direction.NOTE and not message.held
            watches = member.acts_as in (None, Role.OBSERVER)
            await corrections.edited(message, content, member, self.now)
            line.secret = note or in_note or watches or ticket.notes_mode or was.secret

        await self._done(edit)

    def _marked(self, message: Message) -> list[str]:
        text = str(message.words["text"])
        return [mark for mark in self.ledger.lines if mark in text] if "w0" in text else []

    async def _presses(self) -> None:
        """«Send to the customer», of whatever stays inside; only its author may."""
        ours = await self._ours()
        if ours is None:
            return
        message, member, _name = ours

        async def send() -> None:
            if await decisions.send(Press(message.id, message.ticket_id, member), self.now):
                for mark in self._marked(message):
                    self.ledger.lines[mark].secret = False

        async def keep() -> None:
            await decisions.keep(Press(message.id, message.ticket_id, member), self.now)

        await self._done(send if self.dice.random() < 0.6 else keep)

    async def _unsends(self) -> None:
        ours = await self._ours()
        if ours:
            await self._done(lambda: replies.unsend(ours[0], ours[1], self.now))

    async def _with(self, deed: Callable[[int, Membership], Awaitable[object]]) -> None:
        there = await self._somewhere()
        if there is None:
            return
        ticket = there[0]

        async def do() -> None:
            _name, member = await self._somebody(ticket)
            await deed(ticket.id, member)

        await self._done(do)

    async def _owns(self) -> None:
        to = self.dice.randint(1, len(self.team.people))
        await self._with(
            self.dice.choice(
                (
                    lambda ticket, who: owning.take(ticket, who, self.now),
                    lambda ticket, who: owning.assign(ticket, to, who, self.now),
                    lambda ticket, who: owning.unassign(ticket, who, self.now),
                )
            )
        )

    async def _sorts(self) -> None:
        priority, tag = self.dice.choice([*Priority]), self.dice.choice(("vip", "refund", "late"))
        on = self.dice.random() < 0.5
        await self._with(
            self.dice.choice(
                (
                    lambda ticket, who: labels.set_priority(ticket, priority, who, self.now),
                    lambda ticket, who: labels.set_tags(ticket, [tag], [], who, self.now),
                    lambda ticket, who: labels.set_tags(ticket, [], [tag], who, self.now),
                    lambda ticket, who: labels.set_spam(ticket, on, who, self.now),
                )
            )
        )

    async def _turns(self) -> None:
        status = self.dice.choice([*Status][1:])
        await self._with(lambda ticket, who: tickets.change(ticket, status, who, self.now))

    async def _moves(self) -> None:
        where = self.dice.choice([*self.team.groups])
        await self._with(lambda ticket, who: tickets.move(ticket, where, who, self.now))

    async def _mode(self) -> None:
        on = self.dice.random() < 0.4
        await self._with(lambda ticket, who: tickets.set_notes(ticket, on, who, self.now))

    async def _roles(self) -> None:
        group = self.dice.choice([*self.team.groups.values()])
        who, role = self.dice.choice([*self.team.people.values()]), self.dice.choice(GIVEN)
        await self._done(lambda: members.give_role(group, who, role, LEADER, self.now))

    async def _leaves(self) -> None:
        name, where = self.dice.choice([*self.team.people]), self.dice.choice([*self.team.groups])
        if self.dice.random() < 0.4:
            await self.team.stands(name, where, Standing.GONE, self.now)
        else:
            await self.team.comes(name, where, self.now)

    async def _bans(self) -> None:
        until = self.now + timedelta(minutes=self.dice.choice((1, 30)))
        await self._with(
            self.dice.choice(
                (
                    lambda ticket, who: banning.ban(ticket, until, "spam", who, self.now),
                    lambda ticket, who: banning.unban(ticket, who, self.now),
                )
            )
        )

    async def _duty(self) -> None:
        begins = self.dice.random() < 0.6
        await self._with(lambda _ticket, who: (duty.begin if begins else duty.end)(who, self.now))

    async def _routes(self) -> None:
        """Mostly the desk gives out; some take but few, or are away; or time has passed."""
        where = self.dice.choice([*self.team.groups])
        way = self.dice.choice((*Routing, Routing.ROUND_ROBIN))
        number = self.dice.randint(1, len(self.team.people))
        most, minutes = self.dice.choice((None, 1, 3)), self.dice.choice((None, 5))
        until = self.now + timedelta(minutes=minutes) if minutes else None
        deeds: tuple[Callable[[], Awaitable[object]], ...] = (
            lambda: routing.choose(where, way, LEADER, self.now),
            lambda: team.set_capacity(where, number, most, LEADER, self.now),
            lambda: team.set_absence(where, number, until, LEADER, self.now),
            lambda: routing.give_all(self.now),
        )
        await self._done(self.dice.choice(deeds))
