"""Macros: written, changed, removed, used, and answered by their buttons."""

from dataclasses import dataclass

from bot.desk import outbox
from bot.desk.people import customers
from bot.desk.people.fields import Filled
from bot.desk.said import Content
from bot.desk.said.prepared import Changes
from bot.desk.talk import authoring, choices, macros, using
from bot.desk.talk.authoring import Draft
from bot.desk.talk.intake import Terms
from bot.desk.talk.replies import Spoken
from bot.desk.talk.using import Chosen, Voice
from bot.desk.tickets import labels
from bot.desk.words import Words
from models import Macro, Membership, Message, Priority, Ticket
from models.rows import find
from tests.fuzz.scene import Chances, Scene
from tests.fuzz.talking import stays
from tests.fuzz.team import LEADER

NAMES = ("refund", "hello", "code")
LANGUAGES = ("en", "uk")
# The mark of each use is put into a field of the ticket, so that it is told apart.
SAYS = "Dear {customer.name|friend}, {ticket.field.code} of #{ticket.number}. {operator.name}"
KEYS = ("", "\n[Yes]\n[No]", "\n[More | https://example.com/a]", "\n[Yes]\n[More | https://a.ua/b]")
SETS = (
    Changes(),
    Changes(status="resolved", tags=("refund",)),
    Changes(owner="me", priority=Priority.HIGH.value),
    Changes(owner="nobody", status="waiting"),
)
WITH_KEYS = "content -> 'prepared' IS NOT NULL AND direction = 'out' ORDER BY id DESC LIMIT 8"


@dataclass
class Preparing:
    """Acts upon macros."""

    scene: Scene

    def chances(self) -> Chances:
        """Each act with its weight."""
        return {self.writes: 5, self.removes: 1, self.uses: 8, self.chooses: 4}

    async def writes(self) -> None:
        """`/macro new`, `edit` and `set`, by whoever they are."""
        scene = self.scene
        name, language = scene.dice.choice(NAMES), scene.dice.choice(LANGUAGES)
        content = Content(words=Words(SAYS + scene.dice.choice(KEYS)))
        mine, changes = scene.dice.random() < 0.3, scene.dice.choice(SETS)
        draft, now = Draft(name, language, content), scene.now
        await scene.with_ticket(
            scene.dice.choice(
                (
                    lambda _ticket, who: authoring.create(draft, who, now, mine=mine),
                    lambda _ticket, who: authoring.edit(draft, who, now),
                    lambda _ticket, who: authoring.sets(name, changes, who, now),
                )
            )
        )

    async def removes(self) -> None:
        """`/macro remove`."""
        name, now = self.scene.dice.choice(NAMES), self.scene.now
        await self.scene.with_ticket(lambda _ticket, who: authoring.remove(name, who, now))

    async def uses(self) -> None:
        """By the button under what was shown, by its name, or as it was offered in the line."""
        scene = self.scene
        ticket = await scene.somewhere()
        if ticket is None:
            return
        mark, line = scene.ledger.writes("{mark}", await scene.whose(ticket), secret=True)
        async with outbox.transaction():
            await labels.set_field(ticket.id, "code", mark, LEADER, scene.now)

        async def use() -> None:
            name, member = await scene.somebody(ticket)
            macro = await self._macro(member)
            if macro is None:
                return
            if scene.dice.random() < 0.5:
                await using.look(ticket.id, macro.id, member, VOICE)
            seen = scene.now if scene.dice.random() < 0.5 else None
            spoken = Spoken(member, Content())
            chosen = Chosen(macro.id, self._edition(macro), seen, macro.name)
            message = await using.send(ticket.id, chosen, spoken, scene.now, VOICE)
            scene.authors[message.id] = name
            line.message = message.id
            line.secret = await stays(spoken, ticket.id, meant=True)
            line.meant = not line.secret

        await scene.done(use)

    async def _macro(self, member: Membership) -> Macro | None:
        """One that they have at hand, or one that they have not."""
        if self.scene.dice.random() < 0.1:
            known = await Macro.all().order_by("id")
        else:
            known = await macros.of(member)
        return self.scene.dice.choice(known) if known else None

    def _edition(self, macro: Macro) -> int | None:
        """What they have seen may be old."""
        return self.scene.dice.choice((None, macro.edition, macro.edition - 1))

    async def chooses(self) -> None:
        """A customer presses a button under an answer, theirs or another's."""
        scene = self.scene
        found = await find(Message, WITH_KEYS)
        if not found:
            return
        message = scene.dice.choice(found)
        _number, place = await scene.written_by()
        if scene.dice.random() < 0.8:
            ticket = await Ticket.get(id=message.ticket_id)
            place = scene.team.customers[await scene.whose(ticket)][0]
        terms = Terms(3650, 1)

        async def choose() -> None:
            address = await customers.find(place)
            if address:
                which = scene.dice.choice((0, 1))
                await choices.choose(address, message.id, which, scene.now, terms)

        await scene.done(choose)


def _shown(filled: Filled, _language: str) -> str:
    return str(filled.value)


VOICE = Voice("en", _shown)
