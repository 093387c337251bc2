"""A ticket's life: which instants are kept, what is said once, and which ticket words go to."""

from collections import Counter
from datetime import timedelta

import asyncpg
import orjson
import pytest
from tortoise.exceptions import IntegrityError

from bot.desk import outbox
from bot.desk.said import Content, Person
from bot.desk.talk.albums import GAP
from bot.desk.talk.updates import Repeated
from bot.desk.talk.writing import Entry, write
from bot.desk.tickets import theirs
from bot.desk.words import Words
from models import Direction, Status, Ticket
from tests.desk.talk import ANNA, NOW, anna, answers, photo, turns

MINUTE = timedelta(minutes=1)
TICKET = "SELECT status, answered_at, resolved_at, closed_at FROM ticket WHERE id = $1"
SAID = """
SELECT payload -> 'sentence' ->> 'msgid' AS text FROM delivery WHERE kind = 'say' ORDER BY id
"""
WHERE = "SELECT ticket_id FROM message WHERE direction = 'in' ORDER BY id"
MERGES = "SELECT payload ->> 'merge' AS merge FROM delivery WHERE kind = 'words' ORDER BY id"


async def said(witness: "asyncpg.Connection") -> list[str]:
    return [row["text"] for row in await witness.fetch(SAID)]


async def two_tickets() -> None:
    """#1 and #2 are open, and her words go to #2."""
    await anna(1, "Where is my order?")
    async with outbox.transaction():
        await theirs.start_new(await theirs.at(ANNA, Person("Anna"), NOW), NOW)
    await anna(2, "My password is lost")


async def test_closing_what_is_resolved_keeps_the_instant_and_says_nothing_more(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is my order?")
    assert await turns(1, Status.RESOLVED, NOW + MINUTE)
    assert await turns(1, Status.CLOSED, NOW + 2 * MINUTE)
    ticket = await witness.fetchrow(TICKET, 1)
    assert (ticket["resolved_at"], ticket["closed_at"]) == (NOW + MINUTE, NOW + 2 * MINUTE)
    assert Counter("is resolved" in text for text in await said(witness)) == {False: 1, True: 1}


async def test_what_is_closed_at_once_is_resolved_by_it_and_this_is_said(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is my order?")
    assert await turns(1, Status.CLOSED, NOW + MINUTE)
    ticket = await witness.fetchrow(TICKET, 1)
    assert ticket["resolved_at"] == ticket["closed_at"] == NOW + MINUTE
    assert "is resolved" in (await said(witness))[-1]


async def test_what_is_opened_again_has_not_ended_and_ends_anew(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is my order?")
    await turns(1, Status.CLOSED, NOW + MINUTE)
    await anna(2, "It is not here", at=NOW + 2 * MINUTE)
    ticket = await witness.fetchrow(TICKET, 1)
    assert (ticket["status"], ticket["resolved_at"], ticket["closed_at"]) == ("open", None, None)
    await turns(1, Status.RESOLVED, NOW + 3 * MINUTE)
    ticket = await witness.fetchrow(TICKET, 1)
    assert (ticket["resolved_at"], ticket["closed_at"]) == (NOW + 3 * MINUTE, None)
    assert sum("is resolved" in text for text in await said(witness)) == 2


async def test_a_status_that_is_there_already_changes_nothing(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is my order?")
    await turns(1, Status.RESOLVED)
    before = await witness.fetch("SELECT * FROM event"), await witness.fetch(TICKET, 1)
    assert not await turns(1, Status.RESOLVED, NOW + MINUTE)
    assert before == (await witness.fetch("SELECT * FROM event"), await witness.fetch(TICKET, 1))


async def test_the_first_response_stays_the_first(db: str, witness: "asyncpg.Connection") -> None:
    await anna(1, "Where is my order?")
    await answers(1, "// a note is none", at=NOW + MINUTE)
    assert (await witness.fetchrow(TICKET, 1))["answered_at"] is None
    await answers(1, "On its way", at=NOW + 2 * MINUTE)
    await answers(1, "It comes today", at=NOW + 3 * MINUTE)
    assert (await witness.fetchrow(TICKET, 1))["answered_at"] == NOW + 2 * MINUTE


async def test_a_further_answer_writes_neither_ticket_nor_address(
    db: str, witness: "asyncpg.Connection"
) -> None:
    written = "SELECT ticket.xmin::text, address.xmin::text FROM ticket, address"
    await anna(1, "Where is my order?")
    await answers(1, "On its way")
    before = await witness.fetch(written)
    await answers(1, "It comes today")
    assert await witness.fetch(written) == before


async def test_an_answer_leaves_a_resolved_ticket_resolved(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is my order?")
    await answers(1, "On its way")
    assert (await witness.fetchrow(TICKET, 1))["status"] == "waiting"
    await turns(1, Status.RESOLVED)
    await answers(1, "You are welcome")
    assert (await witness.fetchrow(TICKET, 1))["status"] == "resolved"


async def test_words_after_a_reply_to_an_older_ticket_go_there_too(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await two_tickets()
    await anna(3, "It is number 17", reply_to="1")
    await anna(4, "And it is late")
    assert [row["ticket_id"] for row in await witness.fetch(WHERE)] == [1, 2, 1, 1]
    assert await witness.fetchval("SELECT reply_to_id FROM message WHERE id = 3") == 1
    assert (await witness.fetchrow(TICKET, 1))["status"] == "new", "nobody has answered it yet"


async def test_who_wants_a_new_request_gets_one_even_for_a_reply(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await two_tickets()
    async with outbox.transaction():
        await theirs.start_new(await theirs.at(ANNA, Person("Anna"), NOW), NOW)
    await anna(3, "This again", reply_to="1")
    await anna(4, "And more")
    assert [row["ticket_id"] for row in await witness.fetch(WHERE)] == [1, 2, 3, 3]


async def test_an_albums_later_parts_follow_it_after_the_ticket_changed(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await two_tickets()
    await anna(3, photo("album"))
    await answers(1, "It has arrived")  # her next words go to #1
    await anna(4, photo("album"))
    await anna(5, "Thank you")
    assert [row["ticket_id"] for row in await witness.fetch(WHERE)] == [1, 2, 2, 1]
    async with outbox.transaction():
        await theirs.start_new(await theirs.at(ANNA, Person("Anna"), NOW), NOW)
    await witness.execute("UPDATE delivery SET state = 'sent'")
    late = await anna(6, photo("album"))
    assert (late.ticket_id, late.opened) == (2, False)


async def test_a_late_part_of_an_album_opens_its_ticket_as_any_words_do(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await two_tickets()
    await anna(3, photo("album"))
    await answers(1, "It has arrived")  # her next words go to #1
    await witness.execute("UPDATE delivery SET state = 'sent'")
    await turns(2, Status.CLOSED)
    late = await anna(4, photo("album", "And this broke"), at=NOW + MINUTE)
    assert (late.ticket_id, late.opened) == (2, False)
    ticket = await Ticket.get(id=2)
    assert (ticket.status, ticket.customer_at) == (Status.OPEN, NOW + MINUTE)
    assert (await anna(5, "Thank you")).ticket_id == 1

    await turns(2, Status.CLOSED, NOW + MINUTE)
    much_later = await anna(6, photo("album"), at=NOW + timedelta(days=8))
    assert (much_later.ticket_id, much_later.opened) == (3, True)
    assert (await Ticket.get(id=3)).previous_id == 2


async def test_the_parts_of_an_album_wait_for_each_other(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is my order?")
    await anna(2, photo("album"), at=NOW + MINUTE)
    await anna(3, photo("album"), at=NOW + 2 * MINUTE)
    await anna(4, photo("another"))
    query = "SELECT payload, due_at FROM delivery WHERE kind = 'words' ORDER BY id"
    rows = await witness.fetch(query)
    put = [(orjson.loads(row["payload"])["messages"], row["due_at"]) for row in rows]
    gap = timedelta(seconds=GAP)
    assert put == [([1], NOW), ([2], NOW + 2 * MINUTE + gap), ([3], NOW + gap)]


async def test_an_album_of_the_same_name_is_another_customers(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, photo("album"))
    await witness.execute("UPDATE address SET external_id = 'Borys'")
    await anna(1, photo("album"))
    assert [row["ticket_id"] for row in await witness.fetch(WHERE)] == [1, 2]


async def test_words_of_a_waiting_ticket_open_it_and_others_change_nothing(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is my order?")
    await anna(2, "Hello?")
    assert (await witness.fetchrow(TICKET, 1))["status"] == "new"
    await answers(1, "On its way")
    await anna(3, "Thank you")
    assert (await witness.fetchrow(TICKET, 1))["status"] == "open"


async def test_what_stands_already_is_not_written_again(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is my order?")
    with pytest.raises(Repeated):
        await anna(1, "Where is my order?")
    assert await witness.fetchval("SELECT count(*) FROM message") == 1
    with pytest.raises(IntegrityError):
        await write(Entry(404, Direction.NOTE, Content()), NOW)  # no such ticket is no repetition


async def test_only_plain_words_may_share_a_post(db: str, witness: "asyncpg.Connection") -> None:
    await anna(1, "Where is my order?")
    await anna(2, "This one", reply_to="1")
    await anna(3, photo("album"))
    await anna(4, Content(words=Words("Look"), forwarded="Borys"))
    await anna(5, "Hello?")
    rows = await witness.fetch(MERGES)
    assert [row["merge"] for row in rows] == ["true", "false", "false", "false", "true"]
