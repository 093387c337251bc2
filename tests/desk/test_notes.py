"""A note never reaches a customer, whatever operators do and whenever the carrier comes by."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from bot.desk import outbox, tickets
from bot.desk.errors import DeskError, Withdrawn
from bot.desk.outbox import claims
from bot.desk.outbox.deliveries import Parcel
from bot.desk.said import ChannelAddress, Content, Incoming, Person
from bot.desk.said.spots import Spot
from bot.desk.talk import corrections, failures, intake, notes, outgoing, replies
from bot.desk.talk.replies import Spoken
from bot.desk.words import Words
from bot.forum import memory
from models import Delivery, Direction, Group, Membership, Message, Post, Ticket
from tests.desk.talk import ANNA, FILES, SOMEBODY, olena

SECRET = "colleagues-only"
STARTS = (
    "//",
    "// ",
    "/note ",
    "/NOTE@story_bot ",
    "\u200b// ",
    " \n//",
    "／／",
    "//\n",
    "\u2067//",
)
ACTIONS = 1500
NOTHING = "\u2066\u2067\u2069\u202b\u061c\u00ad\u2800\u3164\ufe0f\u034f\u180e"  # looks like nothing


@dataclass
class Office:
    """Operators at work in a few tickets, and a carrier that comes by now and then."""

    dice: random.Random
    now: datetime = datetime(2026, 11, 2, 9, tzinfo=UTC)
    group: Group | None = None
    posts: list[int] = field(default_factory=list)  # the operators' own, as people see them
    read: list[str] = field(default_factory=list)  # everything customers have read
    claimed: list[Parcel] = field(default_factory=list)
    dead: list[int] = field(default_factory=list)
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    async def something_happens(self, ticket: Ticket, member: Membership) -> None:
        acts: list[tuple[float, Callable[[], Awaitable[None]]]] = [
            (3, lambda: self.operator_writes(ticket, member)),
            (1, lambda: self.operator_sends_album(ticket, member)),
            (1, self.operator_edits),
            (1, self.operator_reacts_or_unsends),
            (1, lambda: self.customer_writes(self.dice.randrange(3))),
            (0.3, lambda: self.switches_notes(ticket)),
            (3, self.carrier_comes),
            (0.3, self.operator_sends_again),
        ]
        (act,) = self.dice.choices([act for _, act in acts], [weight for weight, _ in acts])
        await act()
        self.posts = self.posts[-40:]

    async def customer_writes(self, who: int) -> None:
        incoming = Incoming(
            ChannelAddress("telegram", str(who)),
            Person(f"Customer {who}"),
            str(next(self.numbers)),
            Content(words=Words("hello")),
        )
        async with outbox.transaction():
            await intake.receive(incoming, self.now, reopen_days=7)

    async def operator_writes(self, ticket: Ticket, member: Membership) -> None:
        secret = self.dice.random() < 0.5
        answered = await self.some_line() if self.dice.random() < 0.4 else None
        if answered and answered.ticket_id != ticket.id:
            answered = None
        await ticket.refresh_from_db()
        hidden = ticket.notes_mode or (answered is not None and await self.is_hidden(answered))
        start = self.dice.choice(STARTS) if secret and not hidden else ""
        text = start + (f"{SECRET} {next(self.numbers)}" if secret or hidden else "welcome")
        kind = self.dice.choice(("text", "text", "photo", "document"))
        await self._take(ticket, Spoken(member, Content(kind, Words(text)), answered))

    async def operator_sends_album(self, ticket: Ticket, member: Membership) -> None:
        """The note's mark stands in the caption of any part, and parts come one by one."""
        album = f"album-{next(self.numbers)}"
        marked = self.dice.randrange(4)
        await ticket.refresh_from_db()
        for part in range(3):
            secret = part == marked or ticket.notes_mode
            words = Words(f"// {SECRET}" if secret else "")
            content = Content("photo", words, FILES, album=album)
            await self._take(ticket, Spoken(member, content))
            if self.dice.random() < 0.3:
                await self.carrier_comes()

    async def operator_edits(self) -> None:
        """An answer, a note, or an answer that has become one; in notes mode or not."""
        line = await self.some_line()
        if line is None:
            return
        ticket = await Ticket.get(id=line.ticket_id)
        hidden = ticket.notes_mode or await self.is_hidden(line)
        start = self.dice.choice(STARTS) if not hidden or self.dice.random() < 0.5 else ""
        secret = hidden or self.dice.random() < 0.5
        text = f"{start}{SECRET} {next(self.numbers)}" if secret else "welcome, edited"
        async with outbox.transaction():
            content = Content(line.kind, Words(text))
            places = [place for _number, place in outgoing.places([line])]
            place = self.dice.choice(places)
            note = await corrections.edited(line, content, SOMEBODY, self.now, place=place)
            if note:
                await memory.stands_upon(note.id, line.id)

    async def operator_reacts_or_unsends(self) -> None:
        line = await self.some_line()
        if line is None:
            return
        try:
            async with outbox.transaction():
                if self.dice.random() < 0.5:
                    await replies.reacted(line, "👍", SOMEBODY, self.now)
                else:
                    await replies.unsend(line, SOMEBODY, self.now)
        except DeskError:
            answer = await notes.answer_beneath(line)
            assert answer is None or answer.unsent_at

    async def some_line(self) -> Message | None:
        """What stands at a post of an operator's, as the handlers look it up."""
        if not self.posts:
            return None
        at = Post.filter(post_id=self.dice.choice(self.posts)).order_by("-message_id")
        post = await at.select_related("message").first()
        assert post
        return post.message

    async def is_hidden(self, line: Message) -> bool:
        """Whether people see a note there, or an album with one."""
        if line.direction is Direction.NOTE:
            return True
        album = Message.filter(ticket_id=line.ticket_id, direction=Direction.NOTE, album=line.album)
        return line.album is not None and await album.exists()

    async def switches_notes(self, ticket: Ticket) -> None:
        async with outbox.transaction():
            await tickets.set_notes(ticket.id, not ticket.notes_mode, SOMEBODY, self.now)

    async def carrier_comes(self) -> None:
        """Claim some, and read only later what is claimed: much may happen in between."""
        self.claimed += await claims.claim("telegram", 1, self.now, limit=self.dice.randint(1, 4))
        while self.claimed and self.dice.random() < 0.7:
            parcel = self.claimed.pop(0)
            if self.dice.random() < 0.1:
                await claims.mark_dead([parcel], self.now, "rejected")
                self.dead.append(parcel.id)
                continue
            await self.reads(parcel)
            await claims.mark_sent([parcel], self.now)

    async def operator_sends_again(self) -> None:
        if not self.dead:
            return
        number = self.dead.pop(self.dice.randrange(len(self.dead)))
        ticket_id = (await Delivery.get(id=number)).ticket_id or 0
        withdrawn = await self.is_withdrawn(number)
        try:
            again = failures.send_again(number, ticket_id, Spot(0), SOMEBODY, self.now)
            assert await again or withdrawn
        except Withdrawn:
            assert withdrawn

    async def is_withdrawn(self, number: int) -> bool:
        """Whether a part of it is no answer any more, or a note stands upon it."""
        payload = (await Delivery.get(id=number)).payload
        ids = payload.get("messages") or [payload.get("message")]
        lines = await Message.filter(id__in=[one for one in ids if one])
        return any(
            [
                one.direction is Direction.NOTE or one.unsent_at or await notes.beside(one)
                for one in lines
            ]
        )

    async def reads(self, parcel: Parcel) -> None:
        """As a channel does: of an edit whose answer never left and is a note by now, nothing."""
        payload = parcel.what.dump()
        ids = payload.get("messages") or [payload.get("message")]
        is_public = await self._is_public(ids)
        if parcel.kind == "unsend":  # no words go with it, and it may be a note by now
            assert all(one.unsent_at for one in await Message.filter(id__in=payload["parts"]))
            return
        assert is_public or parcel.kind == "edit"
        if parcel.kind in ("message", "edit"):
            leaving = await outgoing.of(ids, ANNA)
            assert is_public or leaving is None
            pieces = leaving.content.pieces() if leaving else []
            self.read += [one.words.text for one in pieces]
        elif parcel.kind == "say":
            self.read.append(str(payload["sentence"]))

    async def _is_public(self, ids: list[int | None]) -> bool:
        lines = await Message.filter(id__in=[one for one in ids if one])
        return all(line.direction is not Direction.NOTE for line in lines)

    async def _take(self, ticket: Ticket, spoken: Spoken) -> None:
        assert self.group
        async with outbox.transaction():
            line = await replies.take(ticket.id, spoken, self.now)
            post = await Post.create(
                message_id=line.id, group_id=self.group.id, post_id=next(self.numbers)
            )
            self.posts.append(post.post_id)


@pytest.mark.parametrize("seed", range(3))
async def test_a_note_never_leaves(db: str, seed: int) -> None:
    office = Office(random.Random(seed))
    office.group = await Group.create(
        chat_id=-1001, title="Desk", language="en", bound_at=office.now
    )
    for who in range(3):
        await office.customer_writes(who)
    member = await olena()
    desks = await Ticket.all()
    for _ in range(ACTIONS):
        office.now += timedelta(seconds=office.dice.choice((0, 1, 2)))
        await office.something_happens(office.dice.choice(desks), member)
    office.now += timedelta(hours=1)
    while parcels := await claims.claim("telegram", 1, office.now, limit=50):
        for parcel in parcels:
            await office.reads(parcel)
            await claims.mark_sent([parcel], office.now)
    assert not [text for text in office.read if SECRET in text]
    assert office.read.count("welcome") > ACTIONS / 50


@pytest.mark.parametrize(
    "text",
    [
        *("//", "// x", "/note", "/note x", "\u2060//x", "⁄⁄ x", "/Note@bot", "/ / x", "╱╱ x"),
        *(f"{nothing}// x" for nothing in NOTHING),
        *(f"/{nothing}/ x" for nothing in NOTHING),
        *(f"{nothing}/note{nothing}x" for nothing in NOTHING),
    ],
)
def test_what_begins_as_a_note_is_one(text: str) -> None:
    assert notes.is_marked(Content(words=Words(text)))


@pytest.mark.parametrize("text", ["see http://x", "/notes", "a // b", "/", "note", "1//2"])
def test_what_does_not_begin_as_a_note_is_none(text: str) -> None:
    assert not notes.is_marked(Content(words=Words(text)))


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("/resolve", "/resolve"),
        ("\u2066/resolve now", "/resolve"),
        ("/примітка вона", "/примітка"),
        ("/usr/bin", "/usr/bin"),
        ("/usr/bin is it", None),
        ("/24 hours", None),
        ("and /or", None),
        ("/", None),
    ],
)
def test_what_stands_where_a_command_would(text: str, typed: str | None) -> None:
    assert notes.command(text) == typed
