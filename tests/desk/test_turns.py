"""Card and icon follow the talk: at once after a button, after a moment's pause in a talk."""

from datetime import UTC, datetime, timedelta
from functools import partial

import asyncpg
import orjson

from bot.desk import outbox, tickets
from bot.desk.outbox.drafts import Precedence
from bot.desk.said import ChannelAddress, Content, Incoming, Person
from bot.desk.said.spots import Spot
from bot.desk.talk import intake
from bot.desk.tickets import looks
from bot.desk.words import Words
from models import FIRST, Status
from tests.desk.talk import SOMEBODY

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
WANTED = "SELECT kind, priority, due_at FROM delivery WHERE kind IN ('card', 'look')"


async def a_ticket(witness: "asyncpg.Connection") -> int:
    """One that has been shown."""
    words = Incoming(
        ChannelAddress("telegram", "1"), Person("Anna"), "1", Content(words=Words("hello"))
    )
    async with outbox.transaction():
        ticket_id = (await intake.receive(words, START, reopen_days=7)).ticket_id
    await witness.execute("DELETE FROM delivery")
    return ticket_id


async def becomes(ticket_id: int, status: Status, seconds: float, *, talking: bool) -> None:
    async with outbox.transaction():
        now = START + timedelta(seconds=seconds)
        assert await tickets.change(ticket_id, status, SOMEBODY, now, talking=talking)


async def wanted(witness: "asyncpg.Connection") -> dict[str, tuple[int, float]]:
    """Of the card and of the icon: how urgent, and after how many seconds; one of each."""
    rows = await witness.fetch(WANTED)
    found = {
        row["kind"]: (row["priority"], (row["due_at"] - START).total_seconds()) for row in rows
    }
    assert len(found) == len(rows)
    return found


async def test_a_talk_is_followed_when_it_pauses(db: str, witness: "asyncpg.Connection") -> None:
    ticket_id = await a_ticket(witness)
    for second, status in ((0, Status.WAITING), (1, Status.OPEN), (2, Status.WAITING)):
        await becomes(ticket_id, status, second, talking=True)
    later = (Precedence.LOOK, 2 + looks.TURN)
    assert await wanted(witness) == {"card": later, "look": later}


async def test_a_talk_without_a_pause_is_followed_after_a_minute(
    db: str, witness: "asyncpg.Connection"
) -> None:
    ticket_id = await a_ticket(witness)
    for second in range(int(looks.QUIET)):
        status = Status.OPEN if second % 2 else Status.WAITING
        await becomes(ticket_id, status, second, talking=True)
    last = (Precedence.LOOK, looks.QUIET)
    assert await wanted(witness) == {"card": last, "look": last}


async def test_a_button_in_a_talk_is_followed_at_once(
    db: str, witness: "asyncpg.Connection"
) -> None:
    ticket_id = await a_ticket(witness)
    await becomes(ticket_id, Status.WAITING, 0, talking=True)
    await becomes(ticket_id, Status.OPEN, 1, talking=False)
    assert await wanted(witness) == {"card": (Precedence.CARD, 1), "look": (Precedence.LOOK, 1)}


async def test_words_that_open_an_ended_ticket_are_followed_at_once(
    db: str, witness: "asyncpg.Connection"
) -> None:
    ticket_id = await a_ticket(witness)
    await becomes(ticket_id, Status.RESOLVED, 0, talking=False)
    await witness.execute("DELETE FROM delivery")
    await becomes(ticket_id, Status.OPEN, 5, talking=True)
    assert await wanted(witness) == {"card": (Precedence.CARD, 5), "look": (Precedence.LOOK, 5)}


async def test_what_all_cards_say_is_brought_to_all_but_closed_tickets(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await a_ticket(witness)
    await becomes(1, Status.RESOLVED, 0, talking=False)
    await witness.execute("DELETE FROM delivery")
    shown = "SELECT kind, priority FROM delivery ORDER BY id"
    for act, urgency, kinds in (
        (partial(looks.refresh_cards, FIRST, START), Precedence.CARD, ["card"]),
        (partial(looks.refresh_cards, FIRST + 1, START), Precedence.CARD, []),
        (partial(looks.refresh_customer, 1, START), Precedence.LOOK, ["card", "look"]),
        (partial(looks.refresh_customer, 2, START), Precedence.LOOK, []),
    ):
        async with outbox.transaction():
            await act()
        found = [tuple(row) for row in await witness.fetch(shown)]
        assert found == [(kind, urgency) for kind in kinds]
        await witness.execute("DELETE FROM delivery")
    await becomes(1, Status.CLOSED, 1, talking=False)
    await witness.execute("DELETE FROM delivery")
    async with outbox.transaction():
        await looks.refresh_cards(FIRST, START)
        await looks.refresh_customer(1, START)
    assert await witness.fetch(shown) == []


async def test_a_nod_stands_under_the_command_and_costs_nobody_anything(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await a_ticket(witness)
    async with outbox.transaction():
        await looks.nod(1, Spot(-100, 5, 77), START)
    row = await witness.fetchrow("SELECT kind, priority, payload FROM delivery")
    assert (row["kind"], row["priority"]) == ("nod", Precedence.LOOK)
    assert orjson.loads(row["payload"]) == {"chat": -100, "post": 77}
