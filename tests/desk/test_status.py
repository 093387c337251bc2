"""A change of status in rows: what is put for operators to see, and what is written down of it."""

import asyncpg
import orjson
import pytest

from bot.desk import outbox, tickets
from bot.desk.errors import NoSuchTicket
from bot.desk.said.spots import Spot
from bot.desk.tickets import SUBJECT, subject_of
from models import Standing, Status
from tests.desk.talk import NOW, SOMEBODY, anna, answers, photo, ranks, turns

PUT = "SELECT kind FROM delivery WHERE gate = 'forum' ORDER BY kind"
EVENTS = "SELECT name, before, after, actor, operator_id FROM event ORDER BY id"
OPEN, WAITING, RESOLVED, CLOSED = Status.OPEN, Status.WAITING, Status.RESOLVED, Status.CLOSED


async def put(witness: "asyncpg.Connection") -> list[str]:
    """What has been put since it was asked the last time."""
    kinds = [row["kind"] for row in await witness.fetch(PUT)]
    await witness.execute("DELETE FROM delivery")
    return kinds


async def notes(on: bool) -> bool:
    async with outbox.transaction():
        return await tickets.set_notes(1, on, SOMEBODY, NOW)


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        (OPEN, WAITING, ["card", "look"]),
        (WAITING, OPEN, ["card", "look"]),
        (OPEN, RESOLVED, ["card", "look"]),
        (RESOLVED, OPEN, ["card", "look", "pin"]),
        (RESOLVED, CLOSED, ["card", "look", "shut"]),
        (CLOSED, RESOLVED, ["card", "look", "shut"]),
        (OPEN, CLOSED, ["card", "look", "shut"]),
        (CLOSED, OPEN, ["card", "look", "pin", "shut"]),
    ],
)
async def test_what_a_change_of_status_shows(
    db: str, witness: "asyncpg.Connection", before: Status, after: Status, shown: list[str]
) -> None:
    await anna(1, "Where is it?")
    await turns(1, before)
    await put(witness)
    await turns(1, after)
    assert await put(witness) == shown


async def test_two_who_turn_notes_mode_on_mean_the_same(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    await put(witness)
    assert await notes(True)
    assert await witness.fetchval("SELECT notes_mode FROM ticket")
    assert await put(witness) == ["card", "look"]
    assert not await notes(True)
    assert await put(witness) == []
    assert await notes(False)
    assert not await witness.fetchval("SELECT notes_mode FROM ticket")


async def test_the_last_sentence_counts_of_those_in_the_place_of_one(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    for post, sentence, moment in ((7, "Sent", None), (7, "Kept", None), (8, "Tried", NOW)):
        async with outbox.transaction():
            at = Spot(-100, post_id=post)
            await tickets.retell(1, at, sentence, NOW, moment=moment)
    rows = await witness.fetch("SELECT payload FROM delivery WHERE kind = 'retell' ORDER BY id")
    assert [orjson.loads(row["payload"]) for row in rows] == [
        {"chat": -100, "post": 7, "sentence": "Kept"},
        {"chat": -100, "post": 8, "sentence": "Tried", "moment": NOW.isoformat()},
    ]


async def test_what_begins_without_words_is_called_by_the_first_that_come(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, photo("album"))
    await anna(2, "It is broken")
    await anna(3, "Can I send it back?")
    assert await witness.fetchval("SELECT subject FROM ticket") == "It is broken"


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("x" * SUBJECT, "x" * SUBJECT),
        ("x" * (SUBJECT + 1), "x" * (SUBJECT - 1) + "…"),
        ("yyyyyy " * SUBJECT, "yyyyyy " * 7 + "yyyyyy…"),
        ("one\ntwo", "one two"),
        ("", ""),
    ],
)
def test_a_subject_is_a_line_cut_between_words(text: str, subject: str) -> None:
    assert subject_of(text) == subject


async def test_a_ticket_that_is_not_there_is_said_to_be_so(db: str) -> None:
    async with outbox.transaction():
        with pytest.raises(NoSuchTicket):
            await tickets.locked(404)


async def test_who_leaves_the_group_hands_over_their_tickets(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    await answers(1, "On its way")
    await witness.execute("UPDATE ticket SET assignee_id = 1")
    await ranks(Standing.ADMIN)
    assert await witness.fetchval("SELECT assignee_id FROM ticket") == 1
    await ranks(Standing.GONE)
    assert await witness.fetchval("SELECT assignee_id FROM ticket") is None
    assert await witness.fetchval("SELECT standing FROM membership") == "gone"
