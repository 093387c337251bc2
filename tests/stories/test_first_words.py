"""A customer writes, a topic appears, an operator answers, the customer reads."""

import asyncpg

from tests.stories.conftest import Stage


async def test_the_main_job(desk: Stage) -> None:
    anna = desk.customer("Anna")
    anna.writes("My order has not arrived")

    topic = await desk.topic("#1 Anna")
    await topic.shows("My order has not arrived")
    await anna.shows("Request #1 received")

    desk.olena.writes(topic, "It leaves today")
    await anna.shows("It leaves today")

    anna.writes("Thank you!")
    await topic.shows("Thank you!")


async def test_start_greets_and_opens_nothing(desk: Stage, witness: asyncpg.Connection) -> None:
    anna = desk.customer("Анна", "uk")
    await anna.shows("Вітаємо")
    await desk.settles(witness)
    assert desk.topics() == []
    assert await witness.fetchval("SELECT count(*) FROM ticket") == 0


async def test_three_first_words_at_once_are_one_topic(desk: Stage) -> None:
    anna = desk.customer("Anna")
    desk.sandbox.faults.next(do="429", method="createForumTopic", retry_after=1)
    for text in ("first", "second", "third"):
        anna.writes(text)
    topic = await desk.topic("#1 Anna")
    await topic.shows_in_order("first", "second", "third")
    await anna.shows("Request #1 received")
    assert len(desk.topics()) == 1


async def test_one_acknowledgement_for_a_ticket(desk: Stage, witness: asyncpg.Connection) -> None:
    anna = desk.customer("Anna")
    anna.writes("one")
    await anna.shows("Request #1 received")
    anna.writes("two")
    await (await desk.topic("#1")).shows("two")
    await desk.settles(witness)
    await anna.shows("Request #1 received", times=1)
