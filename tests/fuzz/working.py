"""What is done with tickets: whose they are, how they stand, what is known of their customers."""

from dataclasses import dataclass
from datetime import timedelta

from bot.desk import tickets
from bot.desk.people import contacts, customers
from bot.desk.said import ChannelAddress
from bot.desk.tickets import banning, calling, duty, labels, owning, profiles, theirs
from models import Address, Priority, Status, Ticket
from tests.fuzz.scene import Chances, Scene

TAGS = ("vip", "refund", "late")


@dataclass
class Working:
    """Acts upon tickets."""

    scene: Scene

    def chances(self) -> Chances:
        """Each act with its weight."""
        return {
            **{self.owns: 12, self.sorts: 8, self.turns: 8, self.moves: 4, self.mode: 3},
            **{self.bans: 2, self.duty: 3, self.knows: 4, self.wishes: 4, self.shares: 1},
        }

    async def owns(self) -> None:
        """`/take`, `/assign`, `/unassign`."""
        scene = self.scene
        to = scene.dice.randint(1, len(scene.team.people))
        await scene.with_ticket(
            scene.dice.choice(
                (
                    lambda ticket, who: owning.take(ticket, who, scene.now),
                    lambda ticket, who: owning.assign(ticket, to, who, scene.now),
                    lambda ticket, who: owning.unassign(ticket, who, scene.now),
                )
            )
        )

    async def sorts(self) -> None:
        """`/priority`, `/tag`, `/field`, `/spam`."""
        scene = self.scene
        priority, tag = scene.dice.choice([*Priority]), scene.dice.choice(TAGS)
        on, now = scene.dice.random() < 0.5, scene.now
        value = scene.dice.choice(("", "7", "seven"))
        await scene.with_ticket(
            scene.dice.choice(
                (
                    lambda ticket, who: labels.set_priority(ticket, priority, who, now),
                    lambda ticket, who: labels.set_tags(ticket, [tag], [], who, now),
                    lambda ticket, who: labels.set_tags(ticket, [], [tag], who, now),
                    lambda ticket, who: labels.set_spam(ticket, on, who, now),
                    lambda ticket, who: labels.set_field(ticket, "order", value, who, now),
                )
            )
        )

    async def turns(self) -> None:
        """`/resolve`, `/close`, `/reopen`, `/wait`."""
        status = self.scene.dice.choice([*Status][1:])
        now = self.scene.now
        await self.scene.with_ticket(lambda ticket, who: tickets.change(ticket, status, who, now))

    async def moves(self) -> None:
        """`/transfer`."""
        where, now = self.scene.dice.choice([*self.scene.team.groups]), self.scene.now
        await self.scene.with_ticket(lambda ticket, who: tickets.move(ticket, where, who, now))

    async def mode(self) -> None:
        """`/notes`."""
        on, now = self.scene.dice.random() < 0.4, self.scene.now
        await self.scene.with_ticket(lambda ticket, who: tickets.set_notes(ticket, on, who, now))

    async def bans(self) -> None:
        """`/ban`, `/unban`."""
        now = self.scene.now
        until = now + timedelta(minutes=self.scene.dice.choice((1, 30)))
        await self.scene.with_ticket(
            self.scene.dice.choice(
                (
                    lambda ticket, who: banning.ban(ticket, until, "spam", who, now),
                    lambda ticket, who: banning.unban(ticket, who, now),
                )
            )
        )

    async def duty(self) -> None:
        """`/onduty`, `/offduty`."""
        change = duty.begin if self.scene.dice.random() < 0.6 else duty.end
        now = self.scene.now
        await self.scene.with_ticket(lambda _ticket, who: change(who, now))

    async def knows(self) -> None:
        """`/profile`, with what somebody has learnt; a note about a person is a secret."""
        scene = self.scene
        ticket = await scene.somewhere()
        if ticket is None:
            return
        whose, now = await scene.whose(ticket), scene.now
        note, _line = scene.ledger.writes("{mark} pays late", whose, secret=True)
        phone = contacts.phone(f"+38067000000{scene.dice.randint(0, 9)}")
        on = scene.dice.random() < 0.5
        await scene.with_ticket(
            scene.dice.choice(
                (
                    lambda number, who: profiles.set_vip(number, on, who, now),
                    lambda number, who: profiles.add_note(number, note, who, now),
                    lambda number, who: profiles.clear_notes(number, who, now),
                    lambda number, who: profiles.set_tags(number, ["loyal"], [], who, now),
                    lambda number, who: profiles.add_contact(number, phone, who, now),
                )
            )
        )

    async def shares(self) -> None:
        """A customer shares their phone; two of them may have the same."""
        phone = contacts.phone(f"+38067000000{self.scene.dice.randint(0, 3)}")
        _number, place = await self.scene.written_by()

        async def share() -> None:
            address = await customers.find(place)
            if address:
                await profiles.shared(address, phone, self.scene.now)

        await self.scene.done(share)

    async def wishes(self) -> None:
        """A customer says that it is solved, calls a person, or adds details; of any request."""
        scene = self.scene
        ticket, (_number, place) = await scene.somewhere(), await scene.written_by()
        if ticket is not None:
            wish = scene.dice.choice((self._solves, self._calls, self._turns_to))
            await scene.done(lambda: self._wish(wish, ticket, place))

    async def _wish(self, wish, ticket: Ticket, place: ChannelAddress) -> None:  # type: ignore[no-untyped-def]
        address = await customers.find(place)
        if address:
            await wish(address, ticket)

    async def _solves(self, address: Address, ticket: Ticket) -> None:
        await calling.solve(address, ticket.id, self.scene.now)

    async def _calls(self, address: Address, ticket: Ticket) -> None:
        await calling.call(address, ticket.id, self.scene.now)

    async def _turns_to(self, address: Address, ticket: Ticket) -> None:
        if await theirs.one(address, ticket.id):
            await tickets.turn_to(address.customer, ticket.id, self.scene.now)
