"""One person behind several addresses: one conversation, and each message at its own."""

import asyncpg
import orjson
import pytest
from tortoise.exceptions import IntegrityError

from bot.desk import outbox, tickets
from bot.desk.people import customers
from bot.desk.said import ChannelAddress, Content, Incoming, Person
from bot.desk.talk import corrections, decisions, intake, outgoing, reach, replies
from bot.desk.talk.decisions import Press
from bot.desk.talk.intake import Received
from bot.desk.talk.updates import Repeated
from bot.desk.tickets import theirs
from bot.desk.words import Words
from models import Message, Status, Ticket
from models.database import connected
from tests.desk.talk import (
    ANNA,
    NOW,
    SOMEBODY,
    anna,
    answers,
    apart,
    held_open,
    olena,
    photo,
    stands,
    turns,
)

MAIL = ChannelAddress("mail", "anna@example.com")
GOING = """
SELECT lane, kind, payload FROM delivery
WHERE gate <> 'forum' AND kind NOT IN ('say', 'sign') AND state IN ('head', 'waiting') ORDER BY id
"""
LEFT = "UPDATE delivery SET state = 'sent' WHERE gate <> 'forum'"
STANDS = "INSERT INTO trace (message_id, address_id, external_id) VALUES ($1, $2, $3)"
SAYS = "DELETE FROM delivery WHERE kind = 'tell' RETURNING id, ticket_id, payload"
MERGE = "UPDATE ticket SET merged_into_id = $2 WHERE id = $1"
EVENTS = "SELECT before, after FROM event WHERE name = 'address' ORDER BY id"


async def known() -> None:
    """Anna has written by Telegram, and is known to have a mailbox."""
    await anna(1, "Where is my order?")
    await customers.also_at(1, MAIL, NOW)


async def by_mail(number: int, what: str | Content, **how: object) -> Received:
    return await anna(number, what, by=MAIL, **how)  # type: ignore[arg-type]


async def left(message: Message, address: int, witness: asyncpg.Connection) -> None:
    """It stands at an address now."""
    await witness.execute(LEFT)
    await witness.execute(STANDS, message.id, address, f"m{message.id}")


async def lanes(witness: asyncpg.Connection) -> list[tuple[str, str]]:
    return [(row["lane"], row["kind"]) for row in await witness.fetch(GOING)]


async def test_replies_follow_the_customer(db: str, witness: asyncpg.Connection) -> None:
    await known()
    await answers(1, "Which one?")
    assert (await by_mail(1, "The blue one")).ticket_id == 1
    await answers(1, "It has left")
    assert await lanes(witness) == [("telegram:1", "message"), ("mail:2", "message")]
    places = "SELECT direction, address_id FROM message ORDER BY id"
    assert [tuple(row) for row in await witness.fetch(places)] == [
        ("in", 1),
        ("out", 1),
        ("in", 2),
        ("out", 2),
    ]
    assert [*await witness.fetch(EVENTS)] == [('{"address_id": 1}', '{"address_id": 2}')]
    assert (await anna(2, "Thanks")).ticket_id == 1
    await answers(1, "You are welcome")
    assert (await lanes(witness))[-1] == ("telegram:1", "message")


async def test_every_delivery_names_its_address(db: str, witness: asyncpg.Connection) -> None:
    await known()
    answer = await answers(1, "Which one?")
    await left(answer, 1, witness)
    await by_mail(1, "The blue one")
    async with outbox.transaction():
        await replies.reacted(answer, "👍", SOMEBODY, NOW)
        await corrections.edited(answer, Content(words=Words("Which one, please?")), SOMEBODY, NOW)
        await replies.unsend(answer, SOMEBODY, NOW)
    await answers(1, "It has left")
    found = await witness.fetch(
        "SELECT lane, payload ->> 'address' FROM delivery WHERE gate <> 'forum' AND kind <> 'sign'"
    )
    assert {(lane.rpartition(":")[2], number) for lane, number in found} == {("1", "1"), ("2", "2")}


async def test_what_is_done_to_an_answer_is_done_where_it_stands(
    db: str, witness: asyncpg.Connection
) -> None:
    await known()
    answer = await answers(1, "Which one?")
    await left(answer, 1, witness)
    await by_mail(1, "The blue one")
    async with outbox.transaction():
        await corrections.edited(answer, Content(words=Words("Which one, please?")), SOMEBODY, NOW)
    async with outbox.transaction():
        await replies.reacted(answer, "👍", SOMEBODY, NOW)
    async with outbox.transaction():
        await replies.unsend(answer, SOMEBODY, NOW)
    kinds = ("edit", "react", "unsend")
    assert await lanes(witness) == [("telegram:1", kind) for kind in kinds]


async def test_an_answer_that_waits_is_withdrawn_where_it_waits(
    db: str, witness: asyncpg.Connection
) -> None:
    await known()
    answer = await answers(1, "Which one?")
    await by_mail(1, "The blue one")
    async with outbox.transaction():
        await replies.unsend(answer, SOMEBODY, NOW)
    assert await lanes(witness) == []


async def test_an_answer_that_waits_becomes_a_note_and_goes_nowhere(
    db: str, witness: asyncpg.Connection
) -> None:
    await known()
    answer = await answers(1, "Which one?")
    await by_mail(1, "The blue one")
    async with outbox.transaction():
        await corrections.edited(answer, Content(words=Words("// which one")), SOMEBODY, NOW)
    assert await lanes(witness) == []
    note = await Message.get(id=answer.id)
    assert (note.direction, note.address_id) == ("note", None)


async def test_words_that_were_held_go_where_replies_go_then(
    db: str, witness: asyncpg.Connection
) -> None:
    await known()
    held = await answers(1, "/ is this a note?")
    assert held.address_id is None
    await by_mail(1, "The blue one")
    async with outbox.transaction():
        assert await decisions.send(Press(held.id, 1, await olena()), NOW)
    assert await lanes(witness) == [("mail:2", "message")]
    assert (await Message.get(id=held.id)).address_id == 2


async def test_an_album_goes_to_one_address(db: str, witness: asyncpg.Connection) -> None:
    await known()
    left = await answers(1, photo("a", "left"))
    await by_mail(1, "The blue one")
    assert (await answers(1, photo("a", "right"))).id == left.id
    [(lane, kind, _payload)] = await witness.fetch(GOING)
    assert (lane, kind) == ("telegram:1", "message")
    await witness.execute("UPDATE delivery SET state = 'sent'")
    late = await answers(1, photo("a", "late"))
    assert (late.id != left.id, late.address_id) == (True, left.address_id)


async def test_an_album_of_the_customers_stays_in_its_ticket(db: str) -> None:
    await known()
    await by_mail(1, photo("a"))
    async with outbox.transaction():
        await theirs.start_new(await customers.by_id(1), NOW)
    assert (await by_mail(2, photo("a"))).ticket_id == 1
    assert (await anna(2, photo("a"))).ticket_id == 2, "another album, of another channel"


async def test_an_operator_chooses_where_replies_go(db: str, witness: asyncpg.Connection) -> None:
    await known()
    async with outbox.transaction():
        assert await tickets.choose_address(1, 2, await olena(), NOW)
    await answers(1, "I write to your mailbox")
    await anna(2, "Fine")
    await answers(1, "Goodbye")
    await turns(1, Status.RESOLVED)
    await anna(3, "One more thing")
    await answers(1, "Yes?")
    assert await lanes(witness) == [("mail:2", "message")] * 3
    assert len(await witness.fetch(EVENTS)) == 1


async def test_who_writes_from_where_they_were_moves_nothing(
    db: str, witness: asyncpg.Connection
) -> None:
    await known()
    await turns(1, Status.RESOLVED)
    await anna(2, "One more thing")
    assert await witness.fetch(EVENTS) == []


async def test_nobody_elses_address_can_be_chosen(db: str) -> None:
    await known()
    stranger = ChannelAddress("telegram", "2")
    async with outbox.transaction():
        other = await theirs.at(stranger, Person("Anna"), NOW)
        assert not await tickets.choose_address(1, other.id, SOMEBODY, NOW)
    assert (await Ticket.get(id=1)).address_id == 1


async def test_an_answer_to_what_was_said_elsewhere_is_no_reply_there(db: str) -> None:
    await known()
    said = await Message.get(id=1)
    await by_mail(1, "Please answer here")
    spoken = replies.Spoken(await olena(), Content(words=Words("It has left")), said)
    async with outbox.transaction():
        answer = await replies.take(1, spoken, NOW)
    leaving = await outgoing.of([answer.id], MAIL)
    assert leaving is not None
    assert (leaving.address, leaving.reply_to) == (MAIL, None)


async def test_what_the_customer_means_holds_for_all_of_their_addresses(db: str) -> None:
    await known()
    address = await customers.by_id(1)
    async with outbox.transaction():
        await theirs.start_new(address, NOW)
    assert (await by_mail(1, "Another thing")).ticket_id == 2
    assert [one.id for one in (await theirs.requests(address))[0]] == [2, 1]
    async with outbox.transaction():
        assert await theirs.choose(await customers.by_id(2), 1, NOW)
    assert (await anna(2, "As I said")).ticket_id == 1
    assert await theirs.last_of_many(await customers.by_id(2), 2)


async def test_two_addresses_at_once_open_one_ticket(
    database_url: str, witness: asyncpg.Connection
) -> None:
    async with connected(database_url, connections=4):
        async with outbox.transaction():
            await theirs.at(ANNA, Person("Anna"), NOW)
        await customers.also_at(1, MAIL, NOW)
        async with held_open(lambda: anna(1, "hello")):
            second = apart(by_mail(1, "hello"))
            await stands(second, witness)
        assert (await second).ticket_id == 1


async def test_a_reply_goes_where_the_customer_is_just_writing_from(
    database_url: str, witness: asyncpg.Connection
) -> None:
    async with connected(database_url, connections=4):
        await known()
        async with held_open(lambda: by_mail(1, "I am here now")):
            answer = apart(answers(1, "Here you are"))
            await stands(answer, witness)
        await answer
    assert await lanes(witness) == [("mail:2", "message")]


async def test_an_answer_waits_for_what_the_customer_is_just_saying(
    database_url: str, witness: asyncpg.Connection
) -> None:
    async with connected(database_url, connections=4):
        await known()
        async with held_open(lambda: theirs.at(MAIL, Person("Anna"), NOW)):
            answer = apart(answers(1, "Here you are"))
            await stands(answer, witness)
            assert not answer.done()
        await answer


async def test_who_shuts_us_out_twice_at_once_is_told_of_once(
    database_url: str, witness: asyncpg.Connection
) -> None:
    async with connected(database_url, connections=4):
        await known()
        async with held_open(lambda: reach.blocked(ANNA, NOW)):
            again = apart(blocks())
            await stands(again, witness)
        await again
    assert await witness.fetchval("SELECT count(*) FROM delivery WHERE kind = 'tell'") == 1


async def blocks(at: ChannelAddress = ANNA) -> None:
    async with outbox.transaction():
        await reach.blocked(at, NOW)


async def returns(at: ChannelAddress = ANNA) -> None:
    async with outbox.transaction():
        await reach.returned(at, NOW)


async def told(witness: asyncpg.Connection) -> list[tuple[int, str, str]]:
    """In which tickets, by which sentence, of which channel; what was told before is left out."""
    found = await witness.fetch(f"WITH told AS ({SAYS}) SELECT * FROM told ORDER BY id")
    says = [(row["ticket_id"], orjson.loads(row["payload"])) for row in found]
    return [(ticket, one["sentence"][0], one["values"]["channel"]) for ticket, one in says]


async def test_who_shuts_us_out_is_told_of_where_answers_go_there(
    db: str, witness: asyncpg.Connection
) -> None:
    await known()
    await new_request(2, "Another thing")
    await by_mail(3, "By mail", reply_to=None)
    await new_request(4, "A third one, by Telegram")
    await turns(1, Status.RESOLVED)
    await blocks()
    assert await told(witness) == [(3, "🚫", "Telegram")], "1 is done, 2 is answered by mail"
    await blocks(MAIL)
    assert await told(witness) == [(2, "🚫", "Mail")]
    await returns()
    assert await told(witness) == [(3, "🔓", "Telegram")]
    async with outbox.transaction():
        await tickets.choose_address(3, 2, SOMEBODY, NOW)
    await blocks()
    await returns()
    assert await told(witness) == [], "no answer goes there"


async def test_of_a_merged_request_the_other_tells(db: str, witness: asyncpg.Connection) -> None:
    await known()
    await new_request(2, "Another thing")
    await witness.execute(MERGE, 1, 2)
    await blocks()
    assert await told(witness) == [(2, "🚫", "Telegram")]


async def new_request(number: int, what: str) -> None:
    async with outbox.transaction():
        await theirs.start_new(await customers.by_id(1), NOW)
    await anna(number, what)


@pytest.mark.parametrize("status", [None, Status.RESOLVED])
async def test_whatever_concerns_a_merged_ticket_goes_on_in_the_other(
    db: str, witness: asyncpg.Connection, status: Status | None
) -> None:
    await known()
    async with outbox.transaction():
        await theirs.start_new(await customers.by_id(1), NOW)
    await anna(2, "Another thing")
    if status:
        await turns(2, status)
    await witness.execute(MERGE, 1, 2)
    assert (await anna(3, "About the first", reply_to="1")).ticket_id == 2
    assert (await answers(1, "Yes?")).ticket_id == 2
    assert await turns(1, Status.CLOSED)
    found = await witness.fetch("SELECT id, status FROM ticket ORDER BY id")
    assert [tuple(row) for row in found] == [(1, "new"), (2, "closed")]


async def test_the_next_words_of_a_merged_ticket_go_on_in_the_other(
    db: str, witness: asyncpg.Connection
) -> None:
    await known()
    async with outbox.transaction():
        await theirs.start_new(await customers.by_id(1), NOW)
    await anna(2, "Another thing")
    await witness.execute(MERGE, 2, 1)
    assert (await anna(3, "Are you there?")).ticket_id == 1


async def test_a_place_is_one_address_and_one_number(db: str) -> None:
    await known()
    long = "<" + "x" * 996 + ">"
    await by_mail(1, "The same number by another channel is another message")
    async with outbox.transaction():
        incoming = Incoming(MAIL, Person("Anna"), long, Content(words=Words("long")))
        await intake.receive(incoming, NOW, reopen_days=7)
    with pytest.raises(Repeated):
        async with outbox.transaction():
            await intake.receive(incoming, NOW, reopen_days=7)
    assert await intake.knows(MAIL, long)
    assert not await intake.knows(ANNA, long)


async def test_nobody_has_an_address_twice(db: str) -> None:
    await known()
    with pytest.raises(IntegrityError):
        await customers.also_at(1, ANNA, NOW)
