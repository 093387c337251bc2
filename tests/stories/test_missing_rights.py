"""A right that the bot lacks costs what needs it, and nothing else."""

import aiohttp
import asyncpg
import pytest

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


async def test_without_manage_topics_everything_else_goes_on_at_full_speed(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    desk.olena.person.sets_bot_rights(desk.bot, desk.group, can_manage_topics=False)
    bob, eve = desk.customer("Bob"), desk.customer("Eve")
    bob.writes("I am new here")
    eve.writes("I too")
    told = await desk.general.shows("Missing right “Manage Topics”")
    assert "Administrators" in told["text"]
    for number in range(5):
        anna.writes(f"Are you there? {number}")
        await topic.shows(f"Are you there? {number}")
    desk.olena.writes(topic, "We are")
    await anna.shows("We are")
    await desk.settles(witness)
    await desk.general.shows("Missing right “Manage Topics”")  # still once
    attempts = "SELECT max(attempts) FROM delivery WHERE state = 'head'"
    assert await witness.fetchval(attempts) == 0, "waiting for people is no failed attempt"

    desk.olena.person.sets_bot_rights(desk.bot, desk.group, can_manage_topics=True)
    await desk.general.shows("It works again")
    await desk.topic("#2")
    await desk.topic("#3")
    await desk.settles(witness)
    await desk.general.shows("It works again")


@pytest.mark.parametrize("refusal", ["chat not found", "PEER_ID_INVALID"])
async def test_a_refusal_about_the_source_concerns_that_message_only(
    desk: Stage, witness: asyncpg.Connection, refusal: str
) -> None:
    anna, topic = await desk.asks()
    for method in ("forwardMessage", "copyMessage"):
        desk.sandbox.faults.next(method=method, do="400", text=f"Bad Request: {refusal}", times=9)
    anna.person.forwards_post(desk.bot, "City news", "Works until noon")
    shown = await topic.shows("Works until noon")
    assert "Forwarded from City news" in shown["text"]
    anna.sends("poll", question="Which?", options=["this", "that"])
    anna.writes("Are you there?")
    await topic.shows("Are you there?")
    await desk.settles(witness)
    assert await witness.fetchval("SELECT count(*) FROM delivery WHERE state = 'dead'") == 0


async def test_a_late_word_of_our_own_closing_closes_no_ticket(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    """The bot closed the topic, the ticket goes on, and only now the closing comes back to it."""
    anna, topic = await desk.asks()
    for method in ("closeForumTopic", "reopenForumTopic"):
        url = f"{desk.sandbox.url}/bot{TOKEN}/{method}"
        values = {"chat_id": desk.group, "message_thread_id": topic.thread}
        async with aiohttp.ClientSession() as session, session.post(url, json=values) as response:
            assert response.status == 200
        await desk.settles(witness)
        assert await witness.fetchval("SELECT status FROM ticket") == "new"
    anna.lacks("resolved")
