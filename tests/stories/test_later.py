"""Answers that go later, and second answers that wait a moment."""

import asyncpg
import pytest

from bot.desk.talk import due
from tests.stories.chat import Customer, Seen, Topic, buttons, words
from tests.stories.conftest import Stage
from tests.stories.test_departments import connected

PASSES = "UPDATE message SET goes_at = now() WHERE goes_at IS NOT NULL"
OWNS = """
WITH owner AS (SELECT id FROM operator WHERE name = 'Olena'),
    event AS (INSERT INTO event (ticket_id, name, after, actor, at)
        SELECT 1, 'assignee', jsonb_build_object('assignee_id', id), 'system', now() FROM owner)
UPDATE ticket SET assignee_id = owner.id FROM owner WHERE ticket.id = 1
"""
GOES = "unless the customer writes first"
HOLDS = "Your words go in 10 seconds"


async def its_moment_comes(witness: asyncpg.Connection) -> None:
    await witness.execute(PASSES)


async def test_an_answer_that_is_planned_goes_at_its_hour(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    planned = desk.olena.writes(topic, "/later tomorrow 9 Good morning, Anna!")
    shown = words(await desk.olena.hears(topic, GOES))
    assert "09:00" in shown
    assert shown.endswith("\nGood morning, Anna!"), "they see what goes"
    desk.olena.edits(planned, "/later tomorrow 10:00 Good morning, dear Anna!")
    await desk.olena.hears(topic, GOES, times=2)
    desk.olena.writes(topic, "/later")
    listed = await desk.olena.hears(topic, "Answers that go later")
    assert "Good morning, dear Anna!" in words(listed)
    anna.lacks("Good morning")
    await its_moment_comes(witness)
    assert words(await anna.shows("Good morning")) == "Good morning, dear Anna!"
    await topic.turns(planned, lambda now: now["reactions"])


async def test_it_stays_if_the_customer_writes_first(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    desk.olena.writes(topic, "/later 2h Are you still there?")
    await desk.olena.hears(topic, GOES)
    anna.writes("Thank you, it has come")
    stays = await topic.shows("Anna wrote first")
    await its_moment_comes(witness)
    await due.go(await witness.fetchval("SELECT now()"))
    await desk.settles(witness)
    anna.lacks("still there")
    await desk.olena.presses(stays, "📨 Send to the customer")
    await anna.shows("Are you still there?")


async def test_it_stays_if_the_customer_wrote_first_while_nobody_was_there(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    """Its hour comes while the desk is away, and so do her words."""
    anna, topic = await desk.asks()
    desk.olena.writes(topic, "/later 2h Are you still there?")
    await desk.olena.hears(topic, GOES)
    await desk.closes()
    anna.writes("Thank you, it has come")
    await its_moment_comes(witness)
    desk.sandbox.faults.next(do="429", method="getUpdates", retry_after=5)
    await desk.opens()
    await topic.shows("Anna wrote first")
    await desk.settles(witness)
    anna.lacks("still there")


async def test_it_goes_even_so_if_its_author_wishes(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    desk.olena.writes(topic, "/later@story_bot 2h Happy birthday!")
    sent = await desk.olena.hears(topic, GOES)
    answer = await desk.olena.presses(sent, "Send it even if the customer writes first")
    assert answer["text"] == "It goes whoever writes first."
    anna.writes("Hello?")
    await topic.shows("Hello?")
    await its_moment_comes(witness)
    await anna.shows("Happy birthday!")


async def test_it_can_be_revoked(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await desk.asks()
    desk.olena.writes(topic, "/later 2h She is difficult")
    await desk.olena.hears(topic, GOES)
    desk.olena.writes(topic, "/later")
    listed = await desk.olena.hears(topic, "Answers that go later")
    await desk.olena.presses(listed, "✋ Do not send 1")
    await its_moment_comes(witness)
    await desk.settles(witness)
    anna.lacks("difficult")


async def test_it_can_be_revoked_where_all_of_ones_own_is_listed(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    desk.olena.writes(topic, "/later 2h She is difficult")
    await desk.olena.hears(topic, GOES)
    listed = await desk.olena.asks(desk.general, "/later")
    await desk.olena.presses(listed, "✋ Do not send 1")
    await its_moment_comes(witness)
    await desk.settles(witness)
    anna.lacks("difficult")
    assert "Nothing is planned" in words(await desk.olena.asks(desk.general, "/later"))


async def test_a_lead_stops_what_a_colleague_has_planned_who_is_told(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    desk.taras.writes(topic, "/later 2h The parcel is lost")
    await desk.taras.hears(topic, GOES)
    desk.olena.writes(topic, "/later 3h Good night")
    await desk.olena.hears(topic, GOES)
    seen = await desk.taras.asks(topic, "/later")
    assert "Olena · Good night" in words(seen)
    assert buttons(seen) == ["✋ Do not send 1"], "a button stands only where it works"
    listed = await desk.olena.asks(topic, "/later")
    assert "Taras · The parcel is lost" in words(listed)
    assert buttons(listed) == ["✋ Do not send 1", "✋ Do not send 2"]
    await desk.olena.presses(listed, "✋ Do not send 1")
    told = await topic.shows("Olena has stopped it")
    await its_moment_comes(witness)
    await anna.shows("Good night")
    anna.lacks("lost")
    answer = await desk.olena.presses(told, "📨 Send to the customer")
    assert answer["text"] == "Only its author can send this to the customer."
    await desk.taras.presses(told, "📨 Send to the customer")
    await anna.shows("The parcel is lost")


async def test_what_is_planned_wrongly_goes_nowhere_and_all_can_see_it(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    wrong = "soon", "25:00 Good morning", "tomorrow", "2h", "9:00 tomorrow Good morning"
    for number, each in enumerate(wrong, 1):
        written = desk.olena.writes(topic, f"/later {each}")
        told = await topic.shows("Write it like this: /later 9:00", times=number)
        assert "Nothing was sent" in words(told)
        assert told["reply_to_message"]["message_id"] == written["message_id"]
    await desk.settles(witness)
    anna.lacks("morning")


@pytest.mark.parametrize(
    ("before", "written", "why"),
    [
        ("/notes", "/later 2h Are you there?", "not planned: notes mode is on"),
        (
            "// She is ill",
            "/later 2h Are you there?",
            "not planned: it begins like one, or replies",
        ),
        ("", "/later 2h // Are you there?", "not planned: it begins like one, or replies"),
    ],
)
async def test_what_is_a_note_is_not_planned_and_its_author_is_told(
    desk: Stage, witness: asyncpg.Connection, before: str, written: str, why: str
) -> None:
    anna, topic = await desk.asks()
    first = desk.olena.writes(topic, before) if before else None
    await desk.settles(witness)
    reply = {"reply_to": first["message_id"]} if first and before.startswith("//") else {}
    planned = desk.olena.writes(topic, written, **reply)
    told = await topic.shows(why)
    assert told["reply_to_message"]["message_id"] == planned["message_id"]
    listed = await desk.olena.asks(topic, "/later")
    assert "Nothing is planned" in words(listed)
    anna.lacks("Are you there")


async def test_edited_to_a_moment_that_has_passed_it_goes_as_planned(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    planned = desk.olena.writes(topic, "/later 2h See you")
    await desk.olena.hears(topic, GOES)
    goes_at = await witness.fetchval("SELECT goes_at FROM message WHERE held = 'later'")
    desk.world.chats[desk.group].messages[planned["message_id"]].date -= 90 * 60
    desk.olena.edits(planned, "/later 1h See you soon")
    await topic.shows("That moment has passed")
    assert await witness.fetchval("SELECT goes_at FROM message WHERE held = 'later'") == goes_at
    await desk.settles(witness)
    anna.lacks("See you")
    await its_moment_comes(witness)
    await anna.shows("See you soon")


async def test_what_is_planned_does_not_go_by_itself_where_its_author_does_not_work(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    sales = await connected(desk)
    anna, topic = await desk.asks()
    desk.taras.writes(topic, "// She is difficult")
    desk.taras.writes(topic, "/later 2h The parcel is lost")
    await desk.taras.hears(topic, GOES)
    desk.olena.writes(topic, "/move shop")
    told = await topic.shows("your planned answer was not sent: “The parcel is lost”")
    assert "Taras" in words(told)
    there = await sales.topic("#1")
    asked = await there.shows("Taras had planned this, but does not work here")
    assert buttons(asked) == ["📨 Send to the customer", "✋ Do not send"]
    await desk.settles(witness)
    anna.lacks("parcel")
    await sales.ivan.presses(asked, "📨 Send to the customer")
    await anna.shows("The parcel is lost")
    anna.lacks("difficult")


async def a_second_answer(desk: Stage, witness: asyncpg.Connection) -> tuple[Customer, Topic, Seen]:
    """Olena has the request, and Taras answers in it."""
    anna, topic = await desk.asks()
    desk.olena.writes(topic, "Let me see")
    await anna.shows("Let me see")
    await witness.execute(OWNS)
    desk.taras.writes(topic, "It leaves today")
    return anna, topic, await desk.taras.hears(topic, HOLDS)


async def test_a_second_answer_can_be_taken_back(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic, asked = await a_second_answer(desk, witness)
    assert "Olena is answering this request" in words(asked)
    assert desk.olena.alone(topic).messages() == []
    await desk.taras.presses(asked, "✋ Do not send")
    told = await desk.taras.alone(topic).changes(asked, "Kept as a note")
    assert "reply_markup" not in told
    await its_moment_comes(witness)
    await desk.settles(witness)
    anna.lacks("leaves")


async def test_a_second_answer_goes_by_itself_after_a_kill_too(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, _topic, _asked = await a_second_answer(desk, witness)
    await desk.closes()
    anna.lacks("leaves")
    await its_moment_comes(witness)
    await desk.opens()
    await anna.shows("leaves")
