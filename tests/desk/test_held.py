"""Words that go at a moment: a second answer is held, a planned one waits. Nothing goes before."""

from datetime import datetime, timedelta

import asyncpg
import orjson
import pytest

from bot.desk import outbox, tickets
from bot.desk.errors import InNotesMode, NotYours, OthersTicket
from bot.desk.outbox import claims
from bot.desk.said import Content
from bot.desk.said.prepared import ME, Changes, Prepared
from bot.desk.said.spots import Spot
from bot.desk.talk import collisions, decisions, doubts, due, held, replies
from bot.desk.talk.decisions import Press
from bot.desk.talk.replies import Spoken
from bot.desk.tickets import events, members, owning
from bot.desk.words import Words
from models import Group, Membership, Message, Role, Standing
from models.database import connected
from tests.desk.talk import NOW, SOMEBODY, anna, answers, apart, edits, olena, photo, ranks

LEAVES = "SELECT count(*) FROM delivery WHERE kind = 'message'"
TOLD = "SELECT payload FROM delivery WHERE kind = $1 ORDER BY id"
MODE = "UPDATE department SET settings = jsonb_build_object('collisions', $1::text)"
IN_TEN_SECONDS = NOW + collisions.HELD
TOMORROW = NOW + timedelta(days=1)
SPOT = Spot(-77, 5, 9, 8)


async def ivan() -> Membership:
    """A member of the group that the department works in."""
    member = await ranks(user_id=8, name="Ivan")
    await Group.filter(id=member.group_id).update(is_bound=True)
    return member


async def owns(member: Membership, at: datetime = NOW) -> None:
    """The ticket is theirs since then."""
    async with outbox.transaction():
        ticket, _address = await tickets.locked(1)
        owner = {"assignee_id": member.operator_id}
        await events.alter(ticket, "assignee", SOMEBODY, at, **owner)


async def says(
    what: str, *, at: datetime = NOW, goes_at: datetime | None = None, crosses: bool = False
) -> Message:
    """Ivan writes in the topic."""
    content = Content(words=Words(what))
    spoken = Spoken(await ivan(), content, goes_at=goes_at, spot=SPOT, crosses=crosses)
    async with outbox.transaction():
        return await replies.take(1, spoken, at)


async def told(witness: "asyncpg.Connection", kind: str = "report") -> list[dict[str, object]]:
    return [orjson.loads(row["payload"]) for row in await witness.fetch(TOLD, kind)]


async def sentences(witness: "asyncpg.Connection") -> list[str]:
    return [str(each["sentence"]) for each in await told(witness, "tell")]


async def left(witness: "asyncpg.Connection") -> int:
    return int(await witness.fetchval(LEAVES))


async def test_a_second_answer_waits_and_goes_by_itself(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    await owns(await olena())
    said = await says("On its way")
    assert (said.direction, said.goes_at) == ("note", IN_TEN_SECONDS)
    (asked,) = await told(witness)
    assert asked["asked_by"] == 8
    assert asked["sentence"]["values"]["owner"] == "Olena"  # type: ignore[index]
    assert [data for row in asked["buttons"] for _, data in row] == [  # type: ignore[attr-defined]
        f"send:{said.id}",
        f"keep:{said.id}",
    ]
    await due.go(IN_TEN_SECONDS - timedelta(milliseconds=1))
    assert await left(witness) == 0
    await due.go(IN_TEN_SECONDS)
    await due.go(IN_TEN_SECONDS)
    assert await left(witness) == 1
    sent = await Message.get(id=said.id)
    assert (sent.direction, sent.held, sent.goes_at) == ("out", None, None)
    assert await sentences(witness) == []


async def test_who_changes_their_mind_sends_nothing(db: str, witness: "asyncpg.Connection") -> None:
    await anna(1, "Where is it?")
    await owns(await olena())
    said = await says("On its way")
    with pytest.raises(NotYours):
        async with outbox.transaction():
            await decisions.keep(Press(said.id, 1, await olena()), NOW)
    async with outbox.transaction():
        assert await decisions.keep(Press(said.id, 1, await ivan()), NOW)
    await due.go(TOMORROW)
    assert await left(witness) == 0


async def test_who_is_sure_sends_it_at_once_and_once(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    await owns(await olena())
    said = await says("On its way")
    async with outbox.transaction():
        assert await decisions.send(Press(said.id, 1, await ivan()), NOW)
    assert await left(witness) == 1
    await due.go(TOMORROW)
    assert await left(witness) == 1


async def test_an_answer_is_held_only_while_another_one_is_at_it(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    assert (await says("Nobody has it")).direction == "out"
    await owns(await ivan())
    assert (await says("It is mine")).direction == "out"
    await owns(await olena())
    later = NOW + collisions.LATELY + timedelta(seconds=1)
    assert (await says("She has gone home", at=later)).direction == "out"
    await answers(1, "I am back", at=later)
    assert (await says("So she is", at=later)).direction == "note"
    assert (await answers(1, "It is mine", at=later)).direction == "out"
    assert len(await told(witness)) == 1


@pytest.mark.parametrize(
    ("mode", "direction", "msgid"),
    [
        ("off", "out", None),
        ("warn", "out", collisions.WARNS),
        ("hold", "note", collisions.HOLDS[0]),
        ("what a later version knows", "note", collisions.HOLDS[0]),
    ],
)
async def test_a_department_chooses_what_becomes_of_second_answers(
    db: str, witness: "asyncpg.Connection", mode: str, direction: str, msgid: str | None
) -> None:
    await witness.execute(MODE, mode)
    await anna(1, "Where is it?")
    await owns(await olena())
    assert (await says("On its way", crosses=True)).direction == direction
    said = [each["sentence"]["msgid"] for each in await told(witness)]  # type: ignore[index]
    assert said == ([msgid] if msgid else [])


async def test_who_crosses_new_words_is_told_and_their_answer_goes(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    assert (await says("On its way", crosses=True)).direction == "out"
    (asked,) = await told(witness)
    assert asked["sentence"] == {"msgid": collisions.CROSSED, "values": {"name": "Anna"}}
    assert asked["buttons"] == []


async def test_a_planned_answer_goes_at_its_hour(db: str, witness: "asyncpg.Connection") -> None:
    await anna(1, "Where is it?")
    said = await says("Good morning!", goes_at=TOMORROW)
    assert said.direction == "note"
    assert [one.id for one in await held.planned(ticket_id=1)] == [said.id]
    await edits(said, "Good morning, Anna!")
    await due.go(TOMORROW - timedelta(seconds=1))
    assert await left(witness) == 0
    await due.go(TOMORROW)
    assert await left(witness) == 1
    sent = await Message.get(id=said.id)
    assert (sent.direction, sent.words["text"]) == ("out", "Good morning, Anna!")
    assert await held.planned(ticket_id=1) == []


async def test_a_planned_answer_stays_if_the_customer_writes_first(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    said = await says("Still waiting for you", goes_at=TOMORROW)
    sure = await says("Happy birthday!", goes_at=TOMORROW)
    async with outbox.transaction():
        assert await decisions.anyway(Press(sure.id, 1, await ivan()), NOW)
    await anna(2, "Here I am")
    (stays,) = await told(witness, "tell")
    assert (stays["sentence"], stays["message"]) == (held.WROTE_FIRST, said.id)
    assert [one.id for one in await held.planned(operator_id=said.operator_id)] == [sure.id]
    await due.go(TOMORROW)
    assert await left(witness) == 1
    assert (await Message.get(id=said.id)).direction == "note"
    async with outbox.transaction():
        assert await decisions.send(Press(said.id, 1, await ivan()), NOW)
    assert await left(witness) == 2


async def test_what_cannot_go_at_its_hour_is_told_with_the_reason(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    said = await says("Good morning!", goes_at=TOMORROW)
    async with outbox.transaction():
        await tickets.set_notes(1, True, SOMEBODY, NOW)
    await due.go(TOMORROW)
    async with outbox.transaction():
        await tickets.set_notes(1, False, SOMEBODY, NOW)
    gone = await says("Good evening!", goes_at=TOMORROW)
    await ranks(Standing.GONE, 8, "Ivan")
    await due.go(TOMORROW)
    await due.go(TOMORROW)
    assert await left(witness) == 0
    stayed = await told(witness, "tell")
    assert [each["message"] for each in stayed] == [said.id, gone.id]
    assert stayed[0]["values"]["why"]["msgid"] == InNotesMode().sentence  # type: ignore[index]
    assert stayed[1]["sentence"] == held.LEFT


@pytest.mark.parametrize("made", ["// she is difficult", "..she is difficult", "/ note difficult"])
async def test_what_was_made_a_note_meanwhile_stays_one(
    db: str, witness: "asyncpg.Connection", made: str
) -> None:
    """Also if the mark is taken away again: a note stays one until its author sends it."""
    await anna(1, "Where is it?")
    said = await says("She is difficult", goes_at=TOMORROW)
    await edits(said, made)
    await edits(said, "She is a difficult one")
    await due.go(TOMORROW)
    assert await left(witness) == 0
    assert await held.planned(ticket_id=1) == []
    assert await sentences(witness)


async def test_two_processes_send_it_once(database_url: str, witness: "asyncpg.Connection") -> None:
    async with connected(database_url, connections=4):
        await anna(1, "Where is it?")
        await says("Good morning!", goes_at=TOMORROW)
        for going in [apart(due.go(TOMORROW)) for _ in range(4)]:
            await going
        assert await left(witness) == 1
        assert await claims.claim("telegram", 1, TOMORROW)


@pytest.mark.parametrize("goes_at", [None, TOMORROW])
async def test_nothing_of_who_observes_by_then_leaves(
    db: str, witness: "asyncpg.Connection", goes_at: datetime | None
) -> None:
    """Be it a second answer or a planned one: who may not answer, answers at no moment."""
    await anna(1, "Where is it?")
    await owns(await olena())
    said = await says("She is difficult", goes_at=goes_at)
    assert said.goes_at is not None
    observer = await ivan()
    async with outbox.transaction():
        await members.give_role(observer.group_id, 8, Role.OBSERVER, SOMEBODY, NOW)
    await due.go(TOMORROW)
    assert await left(witness) == 0
    assert len(await sentences(witness)) == 1, "they are told"
    again = await says("She is very difficult", goes_at=TOMORROW + timedelta(days=1))
    assert (again.direction, again.goes_at) == ("note", None)
    await due.go(TOMORROW + timedelta(days=9))
    assert await left(witness) == 0


@pytest.mark.parametrize(
    ("late", "sentence"),
    [
        ("..right", doubts.NEAR),
        ("// right", replies.HELD_ALONG),
        ("/close", replies.COMMANDED),
    ],
)
@pytest.mark.parametrize("is_planned", [True, False])
async def test_an_album_that_is_held_goes_at_no_moment_once_a_part_of_it_stays(
    db: str, witness: "asyncpg.Connection", late: str, sentence: str, *, is_planned: bool
) -> None:
    await anna(1, "Where is it?")
    if not is_planned:
        await owns(await olena())
    goes_at = TOMORROW if is_planned else None
    spoken = Spoken(await ivan(), photo("album", "left"), goes_at=goes_at, spot=SPOT)
    async with outbox.transaction():
        first = await replies.take(1, spoken, NOW)
    assert first.goes_at
    content = photo("album", late)
    spoken = Spoken(spoken.member, content, spot=SPOT, commands=late.startswith("/c"))
    async with outbox.transaction():
        await replies.take(1, spoken, NOW)
    assert await sentences(witness) == [sentence]
    await due.go(TOMORROW)
    assert await left(witness) == 0
    assert await Message.filter(goes_at__isnull=False).count() == 0


async def test_what_a_refusal_meets_on_its_way_has_not_left(
    db: str, witness: "asyncpg.Connection"
) -> None:
    """A macro that gives the request to who sends it, and may not: it is refused as a whole."""
    await anna(1, "Where is it?")
    await owns(await olena())
    prepared = Prepared(changes=Changes(owner=ME, tags=("refund",)))
    spoken = Spoken(await ivan(), Content(words=Words("It is refunded"), prepared=prepared))
    async with outbox.transaction():
        said = await replies.take(1, spoken, NOW)
    await due.go(TOMORROW)
    assert await left(witness) == 0
    stays = await Message.get(id=said.id)
    assert (stays.direction, stays.held, stays.goes_at) == ("note", None, None)
    (stayed,) = await told(witness, "tell")
    assert stayed["values"]["why"]["msgid"] == OthersTicket().sentence  # type: ignore[index]
    assert await witness.fetchval("SELECT count(*) FROM event WHERE name = 'sent after all'") == 0
    async with outbox.transaction():
        await owning.unassign(1, await olena(), TOMORROW)
    async with outbox.transaction():
        assert await decisions.send(Press(said.id, 1, await ivan()), TOMORROW)
    assert await left(witness) == 1
