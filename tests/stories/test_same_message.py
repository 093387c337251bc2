"""A message is what it is, whatever the number of its envelope; and what it says now counts."""

import copy

import asyncpg

from sandbox.accounts import Bot
from tests.stories.chat import Seen, words
from tests.stories.conftest import Stage


def again(bot: Bot, update: Seen) -> None:
    """The same update under a new number, as after a change of the webhook."""
    kind = next(key for key in update if key != "update_id")
    event = copy.deepcopy(update[kind])
    bot.updates.put(kind, event, f"chat:{event['chat']['id']}")


def heard(desk: Stage) -> list[Seen]:
    """Keep all that the bot is told from now on."""
    kept: list[Seen] = []
    put = desk.bot.updates.put

    def keep(kind: str, event: Seen, *rest: object, **how: object) -> object:
        kept.append({"update_id": 0, kind: copy.deepcopy(event)})
        return put(kind, event, *rest, **how)  # type: ignore[arg-type]

    desk.bot.updates.put = keep  # type: ignore[method-assign,assignment]
    return kept


async def test_a_customers_message_comes_twice(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await desk.asks()
    kept = heard(desk)
    anna.writes("And when does it come?")
    await topic.shows("And when does it come?")
    again(desk.bot, kept[-1])
    anna.writes("Thank you")
    await topic.shows("Thank you")
    await desk.settles(witness)
    await topic.shows("And when does it come?", times=1)


async def test_the_first_words_come_twice(desk: Stage, witness: asyncpg.Connection) -> None:
    anna = desk.customer("Anna")
    kept = heard(desk)
    anna.writes("Where is my order?")
    await (await desk.topic("#1")).shows("Where is my order?")
    anna.writes("/new")
    await anna.shows("it becomes a new request")
    again(desk.bot, kept[0])
    await desk.settles(witness)
    assert len(desk.topics()) == 1


async def test_an_operators_answer_comes_twice(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await desk.asks()
    kept = heard(desk)
    desk.olena.writes(topic, "It leaves today")
    await anna.shows("It leaves today")
    again(desk.bot, kept[-1])
    desk.olena.writes(topic, "By courier")
    await anna.shows("By courier")
    await desk.settles(witness)
    await anna.shows("It leaves today", times=1)


async def test_an_older_edit_that_comes_late_changes_nothing(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    wrote = anna.writes("At six")
    shown = await topic.shows("At six")
    kept = heard(desk)
    anna.edits(wrote, "At seven")
    await topic.changes(shown, "At seven")
    older = copy.deepcopy(kept[-1])
    older["edited_message"]["edit_date"] -= 5
    older["edited_message"]["text"] = "At half past six"
    again(desk.bot, older)
    anna.writes("Good?")
    await topic.shows("Good?")
    await desk.settles(witness)
    topic.lacks("At half past six")


async def test_a_command_without_its_slash_is_words(desk: Stage) -> None:
    anna, topic = await desk.asks()
    wrote = anna.writes("/order 123")
    await anna.shows("I do not know this command")
    anna.edits(wrote, "Order 123")
    await topic.shows("Order 123")
    anna.edits(wrote, "Order 124")
    await topic.shows("Order 124")
    topic.lacks("Order 123")


async def test_a_command_that_stays_one_is_no_words(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    wrote = anna.writes("/order 123")
    await anna.shows("I do not know this command")
    anna.edits(wrote, "/order 124")
    await desk.settles(witness)
    topic.lacks("124")


async def test_an_operators_mistyped_command_is_words_when_it_says_so(desk: Stage) -> None:
    anna, topic = await desk.asks()
    wrote = desk.olena.writes(topic, "/tomorrow it comes")
    await topic.shows("There is no command /tomorrow")
    desk.olena.edits(wrote, "Tomorrow it comes")
    assert words(await anna.shows("Tomorrow it comes")) == "Tomorrow it comes"


async def test_an_old_one_is_asked_about(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await desk.asks()
    wrote = desk.olena.writes(topic, "/tomorrow it comes")
    await topic.shows("There is no command /tomorrow")
    kept = heard(desk)
    desk.world.chat(desk.group, desk.olena.person.id).messages[wrote["message_id"]].date -= 3600
    desk.olena.edits(wrote, "Tomorrow it comes")
    await topic.shows("This was handled late, so it was kept as a note")
    assert kept
    await desk.settles(witness)
    anna.lacks("Tomorrow it comes")
