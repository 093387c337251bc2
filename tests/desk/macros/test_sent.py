"""Macros, sent: what comes with the words, what they set, and when they stay inside."""

from datetime import timedelta

import asyncpg
import pytest

from bot.desk import outbox, tickets
from bot.desk.errors import (
    BadChange,
    BadTag,
    DeskError,
    MacroChanged,
    NoSuchMacro,
    NotForCustomers,
    Observing,
    OthersTicket,
    SentAlready,
)
from bot.desk.said import Content
from bot.desk.said.prepared import Changes
from bot.desk.talk import (
    authoring,
    collisions,
    decisions,
    outgoing,
    setting,
    using,
)
from bot.desk.talk.decisions import Press
from bot.desk.tickets import events
from bot.desk.words import Words
from models import (
    Customer,
    Direction,
    Macro,
    Message,
    Priority,
    Status,
    Ticket,
)
from tests.desk.macros.shelf import (
    LATER,
    LEAVES,
    edits,
    observer,
    olena,
    says,
    sends,
    sets,
    taras,
    text,
    writes,
)
from tests.desk.talk import ANNA, NOW, SOMEBODY, anna


async def test_buttons_and_changes_come_with_the_words(
    db: str, witness: asyncpg.Connection
) -> None:
    await anna(1, "Where is my money?")
    macro = await writes(
        await olena(), "done", "Is it there?\n[Yes, thanks]\n[Track | https://shop.example/t]"
    )
    await sets("done", "status=resolved tag=refund,vip priority=high owner=me")
    taras_ = await taras()
    said = await sends(taras_, macro)
    assert text(said) == "Is it there?"
    ticket = await Ticket.get(id=1)
    assert (ticket.status, ticket.priority) == (Status.RESOLVED, Priority.HIGH)
    assert (ticket.tags, ticket.assignee_id) == (["refund", "vip"], taras_.operator_id)
    leaving = await outgoing.of([said.id], ANNA)
    assert leaving
    assert leaving.content == Content(words=Words("Is it there?"))
    assert leaving.buttons == [
        [("Yes, thanks", f"answer:{said.id}:0")],
        [("Track", "https://shop.example/t")],
    ]


async def test_what_it_sets_has_to_be_allowed(db: str) -> None:
    await anna(1, "Hello")
    olena_, taras_ = await olena(), await taras()
    macro = await writes(olena_, "own")
    await sets("own", "owner=me")
    async with outbox.transaction():
        ticket, _address = await tickets.locked(1)
        await events.alter(ticket, "assignee", SOMEBODY, NOW, assignee_id=olena_.operator_id)
    with pytest.raises(OthersTicket):
        await sends(taras_, macro, at=LATER)
    assert not await Message.filter(direction=Direction.OUT).exists()
    assert (await Macro.get(id=macro.id)).used == 0


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ("status", BadChange),
        ("status=", BadChange),
        ("status=new", BadChange),
        ("colour=red", BadChange),
        ("priority=9", BadChange),
        ("owner=taras", BadChange),
        ("tag=!", BadTag),
        ("tag=a,,b", BadTag),
    ],
)
def test_what_nobody_can_set_is_refused(said: str, refusal: type[DeskError]) -> None:
    with pytest.raises(refusal):
        setting.read(said)


def test_what_it_sets_is_read() -> None:
    assert setting.read("") == Changes()
    read = setting.read("Status=Resolved tag=#a,b tag=a priority=urgent owner=nobody")
    assert read == Changes("resolved", 4, ("a", "b"), "nobody")


async def test_in_notes_mode_it_is_a_note_and_sets_nothing(
    db: str, witness: asyncpg.Connection
) -> None:
    await anna(1, "Hello")
    macro = await writes(await olena(), "done")
    await sets("done", "status=resolved")
    async with outbox.transaction():
        await tickets.set_notes(1, True, SOMEBODY, NOW)
    said = await sends(await taras(), macro)
    assert said.direction is Direction.NOTE
    assert await witness.fetchval(LEAVES) == 0
    assert (await Ticket.get(id=1)).status is Status.NEW


async def test_a_second_answer_is_held_and_sets_when_it_goes(
    db: str, witness: asyncpg.Connection
) -> None:
    await anna(1, "Hello")
    olena_, taras_ = await olena(), await taras()
    macro = await writes(olena_, "done")
    await sets("done", "status=resolved tag=x")
    async with outbox.transaction():
        ticket, _address = await tickets.locked(1)
        await events.alter(ticket, "assignee", SOMEBODY, NOW, assignee_id=olena_.operator_id)
    said = await sends(taras_, macro)
    assert (said.direction, said.goes_at) == (Direction.NOTE, NOW + collisions.HELD)
    assert (await Ticket.get(id=1)).status is Status.NEW
    async with outbox.transaction():
        assert await decisions.send(Press(said.id, 1, taras_), NOW)
    ticket = await Ticket.get(id=1)
    assert (ticket.status, ticket.tags) == (Status.RESOLVED, ["x"])


@pytest.mark.parametrize("name", ["// note", ".. x", "/note", "/ban", "FYI // look"])
async def test_a_name_makes_no_note_of_it(db: str, witness: asyncpg.Connection, name: str) -> None:
    await anna(1, "Hello")
    await Customer.all().update(name=name)
    macro = await writes(await olena(), "done", "{customer.name}, it is done")
    said = await sends(await taras(), macro)
    assert (said.direction, text(said)) == (Direction.OUT, f"{name}, it is done")
    assert await witness.fetchval(LEAVES) == 1


async def test_a_name_keeps_none_inside_that_was_held(db: str) -> None:
    await anna(1, "Hello")
    await Customer.all().update(name="// note")
    olena_, taras_ = await olena(), await taras()
    macro = await writes(olena_, "done", "{customer.name}, it is done")
    async with outbox.transaction():
        ticket, _address = await tickets.locked(1)
        await events.alter(ticket, "assignee", SOMEBODY, NOW, assignee_id=olena_.operator_id)
    said = await sends(taras_, macro)
    assert said.goes_at == NOW + collisions.HELD
    async with outbox.transaction():
        assert await decisions.send(Press(said.id, 1, taras_), NOW)
    assert (await Message.get(id=said.id)).direction is Direction.OUT


async def test_one_that_an_earlier_version_let_begin_like_a_note_goes_nowhere(db: str) -> None:
    await anna(1, "Hello")
    olena_ = await olena()
    macro = await writes(olena_, "odd", "Hello")
    (written,) = macro.wordings.values()
    odd = {**written, "words": Words("// he is odd").dump()}
    await Macro.filter(id=macro.id).update(wordings={"en": odd})
    with pytest.raises(NotForCustomers):
        await sends(olena_, macro)
    assert await Message.all().count() == 1


async def test_an_observer_sends_none(db: str) -> None:
    await anna(1, "Hello")
    macro = await writes(await olena(), "hi")
    watcher = await observer()
    with pytest.raises(Observing):
        await sends(watcher, macro)
    assert await Message.all().count() == 1
    assert await using.offers(9, "") == []


async def test_what_is_not_at_hand_is_not_sent(db: str) -> None:
    await anna(1, "Hello")
    olena_, taras_ = await olena(), await taras()
    hers = await writes(olena_, "hers", mine=True)
    elsewhere = await writes(olena_, "sales")
    await Macro.filter(id=elsewhere.id).update(department_id=2)
    gone = await writes(olena_, "gone")
    async with outbox.transaction():
        await authoring.remove("gone", olena_, NOW)
    for macro in (hers, elsewhere, gone):
        with pytest.raises(NoSuchMacro):
            await sends(taras_, macro)


async def test_what_was_seen_is_what_is_sent(db: str) -> None:
    await anna(1, "Hello")
    olena_ = await olena()
    macro = await writes(olena_, "hi", "One")
    await edits(olena_, says("hi", "Two"))
    with pytest.raises(MacroChanged):
        await sends(olena_, macro, edition=1)
    assert text(await sends(olena_, macro, edition=2)) == "Two"


async def test_who_presses_twice_means_it_once(db: str) -> None:
    await anna(1, "Hello")
    olena_ = await olena()
    macro = await writes(olena_, "hi")
    await sends(olena_, macro, since=NOW - timedelta(seconds=5))
    with pytest.raises(SentAlready):
        await sends(olena_, macro, since=NOW - timedelta(seconds=5))
    await sends(olena_, macro, since=NOW + timedelta(seconds=5), at=LATER)
