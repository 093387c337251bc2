"""A right that the bot lacks costs what needs it, and nothing else."""

import aiohttp
import asyncpg

from tests.stories.chat import eventually
from tests.stories.conftest import RIGHTS, TOKEN, Stage


async def test_an_orphan_topic_that_may_not_be_deleted_stops_nobody(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    desk.olena.person.sets_bot_rights(
        desk.bot, desk.group, **{**RIGHTS, "can_delete_messages": False}
    )
    url = f"{desk.sandbox.url}/bot{TOKEN}/createForumTopic"
    values = {"chat_id": desk.group, "name": "#1 Anna again"}  # as if an answer had been lost
    async with aiohttp.ClientSession() as session, session.post(url, json=values) as response:
        assert response.status == 200
    await eventually(
        lambda: desk.sandbox.calls.of("deleteForumTopic"), lambda: "it never tries to delete it"
    )
    anna.writes("Are you there?")
    await topic.shows("Are you there?")
    await desk.settles(witness)
    assert len(desk.sandbox.calls.of("deleteForumTopic")) == 1, "tried once, then left alone"


async def test_an_icon_that_may_not_be_changed_stops_nobody(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    """Name and icon must wait; words need not."""
    anna, topic = await desk.asks()
    desk.sandbox.faults.next(
        method="editForumTopic", do="400", text="Bad Request: not enough rights", times=9
    )
    await desk.olena.presses(topic.card, "✅ Resolve")
    await witness.execute("UPDATE delivery SET due_at = now() WHERE kind = 'look'")
    await eventually(
        lambda: desk.sandbox.calls.of("editForumTopic"), lambda: "it never tries to change it"
    )
    anna.writes("Are you there?")
    await topic.shows("Are you there?")
