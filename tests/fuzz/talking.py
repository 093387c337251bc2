"""What is said: customers ask, operators answer, note, plan, correct, take back, decide."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.desk.people import bans, customers, preferences
from bot.desk.people.preferences import ReplyMode
from bot.desk.said import ChannelAddress, Content, Incoming, Person
from bot.desk.said.spots import Spot
from bot.desk.talk import corrections, decisions, giving, intake, replies
from bot.desk.talk import notes as written_notes
from bot.desk.talk.decisions import Press
from bot.desk.talk.replies import Spoken
from bot.desk.words import Words
from models import Direction, Membership, Message, Role, Ticket
from tests.fuzz.ledger import MARK
from tests.fuzz.scene import Chances, Scene


@dataclass
class Talking:
    """Acts upon messages."""

    scene: Scene
    said: int = 0

    def chances(self) -> Chances:
        """Each act with its weight."""
        return {
            **{self.asks: 22, self.answers: 26, self.notes: 8, self.edits: 10, self.reacts: 3},
            **{self.presses: 6, self.plans: 4, self.unsends: 3, self.gives: 2, self.rewords: 3},
        }

    async def asks(self) -> None:
        """A customer writes."""
        scene = self.scene
        number, place = await scene.written_by()
        places = scene.team.customers[number]
        if len(places) == 1 and number % 3 == 0 and scene.dice.random() < 0.2:
            await self._gets_mail(number)
        if await bans.at(place, scene.now):
            return
        self.said += 1
        text, _line = scene.ledger.writes("{mark} where is it?", number, secret=False)
        person, content = Person(f"Customer {number}"), Content(words=Words(text))
        incoming = Incoming(place, person, str(self.said), content)
        full = await Ticket.all().count() >= scene.most
        days, most = (3650, 1) if full else (scene.dice.choice((0, 7)), 3)
        await scene.done(
            lambda: intake.receive(incoming, scene.now, reopen_days=days, most_open=most)
        )

    async def rewords(self) -> None:
        """They change what they wrote, or take it back at their side."""
        scene = self.scene
        number, place = await scene.written_by()
        text, _line = scene.ledger.writes("{mark} where is it, please?", number, secret=False)
        known = str(scene.dice.randint(1, max(1, self.said)))
        content = Content(words=Words(text))
        await scene.done(
            scene.dice.choice(
                (
                    lambda: intake.edited(place, known, content, scene.now),
                    lambda: intake.deleted(place, known, scene.now),
                    lambda: intake.reacted(place, known, "👍", scene.now),
                )
            )
        )

    async def _gets_mail(self, number: int) -> None:
        """They can be reached by mail as well, once they have written at all."""
        scene = self.scene

        async def reach() -> None:
            known = await customers.find(scene.team.customers[number][0])
            if known:
                mail = ChannelAddress("mail", f"{number}@example.com")
                await customers.also_at(known.customer_id, mail, scene.now)

        await scene.done(reach)
        if await customers.find(mail := ChannelAddress("mail", f"{number}@example.com")):
            scene.team.customers[number].append(mail)

    async def _writes(self, text: str, *, secret: bool, **how: object) -> None:
        scene = self.scene
        ticket = await scene.somewhere()
        if ticket is None:
            return
        whose = await scene.whose(ticket)
        answered = await scene.earlier(ticket) if scene.dice.random() < 0.3 else None
        crosses = scene.dice.random() < 0.1

        async def say() -> None:
            name, member = await scene.somebody(ticket)
            words, line = scene.ledger.writes(text, whose, secret=True)
            at = {"answered": answered, "crosses": crosses, "spot": Spot(-1, asked_by=100)}
            spoken = Spoken(member, Content(words=Words(words)), **at, **how)  # type: ignore[arg-type]
            message = await replies.take(ticket.id, spoken, scene.now)
            scene.authors[message.id] = name
            line.message = message.id
            quiet = await stays(spoken, ticket.id, meant=spoken.goes_at is not None)
            line.secret = secret or quiet or watches(member)
            line.meant = not (secret or quiet)

        await scene.done(say)

    async def answers(self) -> None:
        """An operator answers."""
        await self._writes("{mark} on its way", secret=False)

    async def notes(self) -> None:
        """An operator notes something, or something that looks like it."""
        begins = ("// {mark} difficult", "/note {mark}", "/ note {mark}", "..{mark}")
        await self._writes(self.scene.dice.choice(begins), secret=True)

    async def plans(self) -> None:
        """`/later`."""
        seconds = self.scene.dice.choice((5, 60, 3600))
        goes_at = self.scene.now + timedelta(seconds=seconds)
        await self._writes("{mark} good morning", secret=False, goes_at=goes_at)

    async def gives(self) -> None:
        """`/give` with a note."""
        scene = self.scene
        ticket = await scene.somewhere()
        if ticket is None:
            return
        text, _line = scene.ledger.writes(
            "{mark} he is angry", await scene.whose(ticket), secret=True
        )
        whom = scene.dice.choice([*scene.team.people])

        async def give() -> None:
            _name, member = await scene.somebody(ticket)
            await giving.give(ticket.id, whom, Content(words=Words(text)), member, scene.now)

        await scene.done(give)

    async def edits(self) -> None:
        """Words are written anew, some as a note."""
        scene = self.scene
        ours = await scene.ours()
        if ours is None or not (found := marks(ours[0])):
            return
        message, member = ours
        was, note = found[-1], scene.dice.random() < 0.3
        text, line = scene.ledger.writes(
            "// {mark} secret" if note else "{mark} corrected",
            scene.ledger.lines[was].customer,
            secret=True,
        )

        async def edit() -> None:
            ticket = await Ticket.get(id=message.ticket_id)
            in_note = message.direction is Direction.NOTE and not message.held
            watches = member.acts_as in (None, Role.OBSERVER)
            await corrections.edited(message, Content(words=Words(text)), member, scene.now)
            was_secret = scene.ledger.lines[was].secret
            line.secret = note or in_note or watches or ticket.notes_mode or was_secret

        await scene.done(edit)

    async def presses(self) -> None:
        """What becomes of what stays inside, or waits for its moment; only its author may say."""
        ours = await self.scene.ours()
        if ours is None:
            return
        message, member = ours
        press = Press(message.id, message.ticket_id, member)

        async def send() -> None:
            if await decisions.send(press, self.scene.now):
                for mark in marks(message):
                    self.scene.ledger.lines[mark].secret = False

        await self.scene.done(self.scene.dice.choice((send, send, *self._keeping(press))))

    def _keeping(self, press: Press) -> tuple[Callable[[], Awaitable[object]], ...]:
        now = self.scene.now
        return lambda: decisions.keep(press, now), lambda: decisions.anyway(press, now)

    async def unsends(self) -> None:
        """`/unsend`."""
        ours = await self.scene.ours()
        if ours:
            await self.scene.done(lambda: replies.unsend(ours[0], ours[1], self.scene.now))

    async def reacts(self) -> None:
        """An operator reacts to what was said."""
        ours = await self.scene.ours()
        if ours:
            await self.scene.done(lambda: replies.reacted(ours[0], "👍", ours[1], self.scene.now))


async def stays(spoken: Spoken, ticket_id: int, *, meant: bool) -> bool:
    """Whether words are a note because of where they are said, as everybody there knows.

    `meant`: they are for the customer in any mode of the department's.
    """
    ticket = await Ticket.get(id=ticket_id)
    chosen = await preferences.of(ticket.department_id)
    answered = spoken.answered
    upon_note = answered is not None and (
        answered.direction is Direction.NOTE or await written_notes.beside(answered)
    )
    is_reply = answered is not None and answered.direction is Direction.IN
    in_reply_mode = chosen.reply_mode is ReplyMode.REPLY and not meant
    return ticket.notes_mode or upon_note or (in_reply_mode and not is_reply)


def watches(member: Membership) -> bool:
    """Whether they never answer customers."""
    return member.acts_as in (None, Role.OBSERVER)


def marks(message: Message) -> list[str]:
    """Of what it says by now."""
    return MARK.findall(str(message.words["text"]))
