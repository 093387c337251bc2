"""Guards of the promise that were there, and that no test would have missed."""

import asyncio

import asyncpg

from bot.app import App
from tests.stories.chat import Seen
from tests.stories.conftest import Stage
from tests.stories.test_notes_edges import failed

AGAIN = "🔁 Send again"


async def test_send_again_of_an_answer_on_which_a_note_stands(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    wrote, told = await failed(desk, anna, topic)
    answer = await witness.fetchval("SELECT id FROM message WHERE direction = 'out'")
    await witness.execute(  # it stood there when the words had left, and they failed since
        "INSERT INTO message (ticket_id, direction, kind, words, created_at, upon_id) "
        "SELECT ticket_id, 'note', 'text', words, now(), id FROM message WHERE id = $1",
        answer,
    )
    pressed = await desk.olena.presses(told, AGAIN)
    assert pressed["text"].startswith("This has been taken back or turned into a note")
    await desk.settles(witness)
    anna.lacks("Public words")
    assert wrote


async def test_send_again_that_races_taking_back(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await desk.asks()
    wrote, told = await failed(desk, anna, topic)
    await asyncio.gather(
        desk.olena.presses(told, AGAIN),
        asyncio.to_thread(desk.taras.writes, topic, "/unsend", reply_to=wrote["message_id"]),
    )
    await topic.shows("↩️")
    await desk.settles(witness)
    anna.lacks("Public words")


async def test_only_replies_to_the_customer_go_out_when_so_set(
    stage: Stage, witness: asyncpg.Connection
) -> None:
    await stage.opens(reply_mode="reply")
    anna, topic = await stage.asks()
    question = await topic.shows("Where is my order?")
    answer = stage.olena.writes(topic, "It leaves today", reply_to=question["message_id"])
    await anna.shows("It leaves today")
    stage.taras.writes(topic, "Are you sure?", reply_to=answer["message_id"])
    await stage.settles(witness)
    anna.lacks("Are you sure?")


async def test_a_replayed_reaction_stays_inside(
    desk: Stage, witness: asyncpg.Connection, database_url: str, redis_url: str
) -> None:
    anna, topic = await desk.asks()
    wrote = desk.olena.writes(topic, "It leaves today")
    await anna.shows("It leaves today")
    await desk.closes()
    await desk.sets_aside(witness, message_reaction=reaction(desk, wrote))
    async with App(desk.settings, database_url, redis_url) as app:
        assert await app.replay(None, lambda _line: None) == (1, 0)
    await desk.opens()
    desk.olena.writes(topic, "By courier")
    await anna.shows("By courier")
    await desk.settles(witness)
    assert not [m for m in anna.messages() if m.get("reactions")]


def reaction(desk: Stage, wrote: Seen) -> dict[str, object]:
    return {
        "chat": {"id": desk.group, "type": "supergroup", "title": "Operators"},
        "message_id": wrote["message_id"],
        "user": {"id": desk.olena.person.id, "is_bot": False, "first_name": "Olena"},
        "date": 1_790_000_000,
        "old_reaction": [],
        "new_reaction": [{"type": "emoji", "emoji": "🤬"}],
    }
