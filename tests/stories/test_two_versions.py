"""A newer version runs beside this one, and leaves what only it can carry."""

import asyncpg
import pytest

from bot.delivery import gate
from bot.desk.outbox import kinds
from bot.desk.outbox.kinds.to_topic import Tell
from models.rows import to_json
from tests.stories.chat import words
from tests.stories.conftest import Stage

GREETS = """
INSERT INTO delivery (ticket_id, gate, lane, kind, payload, priority, state, due_at, created_at)
SELECT id, 'forum', 'forum:' || id, 'greet', $1::text::jsonb, 20, 'head', now(), now() FROM ticket
"""
NEWS = "A newer version of Topicdesk has left something"


async def test_it_waits_in_order_and_the_newer_one_carries_it(
    desk: Stage, witness: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "UNKNOWN", 0.5)
    anna, topic = await desk.asks()
    await desk.settles(witness)
    await witness.execute(GREETS, to_json(Tell("Greetings from the future").dump()))
    await desk.general.shows(NEWS)
    anna.writes("Are you there?")
    desk.olena.writes(topic, "We are")
    await anna.shows("We are")
    topic.lacks("Are you there?")
    await desk.closes()
    monkeypatch.setattr(kinds, "IN_GROUPS", {**kinds.IN_GROUPS, "greet": Tell})
    await desk.opens()
    await topic.shows("Are you there?")
    topic.keeps_order("Greetings from the future", "Are you there?")
    assert len([one for one in desk.general.messages() if NEWS in words(one)]) == 1
