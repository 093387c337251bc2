"""A department is dissolved: its requests go on in another, and its group is let go."""

from typing import Any

import asyncpg
import pytest

from tests.delivery.scene import until
from tests.stories.chat import Operator, buttons, eventually
from tests.stories.conftest import Stage
from tests.stories.test_departments import ANOTHER, Sales, connected
from tests.stories.test_handing_over import ready

WHICH = "Dissolve the department “Shop”?"
HEIR = "Dissolve it: requests go to “Operators”"
BOUND = "SELECT department_id FROM operator_group WHERE is_bound ORDER BY 1"
DISSOLVED = "SELECT details, operator_id FROM event WHERE name = 'dissolved'"
ROWS = "SELECT count(*) FROM delivery WHERE gate = 'forum:2' AND state <> ALL ($1::text[])"
DONE = ["sent", "dropped", "dead"]


@pytest.fixture
async def sales(desk: Stage) -> Sales:
    return await connected(desk)


def offered(desk: Stage, sales: Sales) -> list[dict[str, Any]]:
    """The commands that Telegram shows to admins of the group."""
    scope = {"type": "chat_administrators", "chat_id": sales.ivan.chat}
    return desk.bot.commands.get(scope, "uk") + desk.bot.commands.get(scope)


async def is_dissolved(desk: Stage, sales: Sales, witness: asyncpg.Connection) -> None:
    assert offered(desk, sales) != []
    sales.ivan.writes(sales.general, "/dissolve")
    asked = await sales.ivan.hears(sales.general, WHICH)
    assert buttons(asked) == [HEIR]
    assert "It is dissolved" in (await sales.ivan.presses(asked, HEIR))["text"]
    await sales.general.shows("An admin has dissolved this department.")
    await desk.general.shows("An admin has dissolved the department “Shop”.")
    await desk.settles(witness)


async def test_its_open_requests_go_on_in_another(
    desk: Stage, sales: Sales, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    desk.olena.writes(topic, "/move Shop")
    there = await sales.topic("#1")
    sales.ivan.writes(there, "It leaves today")
    await anna.shows("It leaves today")
    await is_dissolved(desk, sales, witness)

    again = await eventually(
        lambda: [one for one in desk.topics("#1") if one.thread != topic.thread],
        lambda: "it never comes back",
    )
    await again[0].shows("Moved here from the department “Shop”")
    await again[0].shows("It leaves today")
    anna.writes("And when does it come?")
    await again[0].shows("And when does it come?")
    there.lacks("And when does it come?")
    desk.olena.writes(again[0], "On Friday")
    await anna.shows("On Friday")

    sales.ivan.writes(there, "On Monday")
    await there.shows("nothing written here reaches a customer")
    assert "no longer works" in (await sales.ivan.presses(there.card, "✅ Resolve"))["text"]
    desk.olena.writes(again[0], "/move Shop")
    await desk.olena.hears(again[0], "There is one department.")
    anna.lacks("On Monday")
    await eventually(lambda: offered(desk, sales) == [], lambda: "its menus stay")
    assert [row["department_id"] for row in await witness.fetch(BOUND)] == [1]
    (event,) = await witness.fetch(DISSOLVED)
    assert '"heir": 1' in event["details"]
    assert event["operator_id"] is not None
    assert await witness.fetchval(ROWS, DONE) == 0, "nothing waits there for ever"


async def test_what_is_over_needs_no_topic_before_it_goes_on(
    desk: Stage, sales: Sales, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    desk.olena.writes(topic, "/move Shop")
    there = await sales.topic("#1")
    sales.ivan.writes(there, "/close")
    await there.becomes(closed=True)
    await is_dissolved(desk, sales, witness)
    assert [one.thread for one in desk.topics("#1")] == [topic.thread]
    anna.writes("It is not right yet")
    again = await eventually(
        lambda: [one for one in desk.topics("#1") if one.thread != topic.thread],
        lambda: "it never goes on",
    )
    await again[0].shows("It is not right yet")
    await again[0].shows("Where is my order?")


async def test_who_dissolves_which(desk: Stage, sales: Sales, witness: asyncpg.Connection) -> None:
    """Admins, their own; and never the first, to which new requests come."""
    joined = desk.world.person("Mallory")
    joined.joins(sales.ivan.chat)
    mallory = Operator(desk.sandbox, joined, sales.ivan.chat)
    mallory.writes(sales.general, "/dissolve")
    await mallory.hears(sales.general, "Only admins of this group can do that.")
    desk.olena.writes(desk.general, "/dissolve")
    await desk.olena.hears(desk.general, "New requests come to this department, so it stays.")
    desk.olena.writes(desk.general, "/dissolve Shop")
    await desk.olena.hears(desk.general, "That department’s group works")
    desk.olena.writes(desk.general, "/dissolve Shoe")
    await desk.olena.hears(desk.general, "There is no such department.")
    sales.ivan.writes(sales.general, "/dissolve Operators")
    await sales.ivan.hears(sales.general, "New requests come to this department, so it stays.")
    assert len(await witness.fetch(BOUND)) == 2


async def test_one_whose_group_is_lost_is_dissolved_from_the_first(
    desk: Stage, sales: Sales, witness: asyncpg.Connection
) -> None:
    """Its owner has removed the bot: what is there waits, and nobody there can ask for it."""
    anna, topic = await desk.asks()
    desk.olena.writes(topic, "/move Shop")
    await (await sales.topic("#1")).shows("Moved here")
    sales.ivan.person.kicks(desk.bot, sales.ivan.chat)
    anna.writes("Are you there?")
    deaf = "SELECT deaf_since FROM operator_group WHERE department_id = 2"
    await until(lambda: witness.fetchval(deaf))
    desk.olena.writes(desk.general, "/dissolve shop")
    asked = await desk.olena.hears(desk.general, WHICH)
    await desk.olena.presses(asked, HEIR)
    await desk.general.shows("An admin has dissolved the department “Shop”.")
    again = await eventually(
        lambda: [one for one in desk.topics("#1") if one.thread != topic.thread],
        lambda: "it never comes back",
    )
    await again[0].shows("Are you there?")
    assert "no such department" in (await desk.olena.presses(asked, HEIR))["text"]


async def test_no_group_takes_the_place_of_one_that_was_dissolved(
    desk: Stage, sales: Sales, witness: asyncpg.Connection
) -> None:
    mariia, other = ready(desk, "Mariia")
    mariia.writes(other, f"/setup {await desk.code()}")
    question = await other.shows("What is this group to be?")
    await is_dissolved(desk, sales, witness)
    await mariia.presses(question, "Instead of “Shop”")
    await other.shows("This question has expired.")
    assert [row["department_id"] for row in await witness.fetch(BOUND)] == [1]
    mariia.writes(other, f"/setup {await desk.code()}")
    again = await other.shows("What is this group to be?", times=2)
    await mariia.presses(again, ANOTHER)
    await desk.general.shows("Mariia has connected another department: “Shop”")
