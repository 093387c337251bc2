"""What a later version of Telegram says: the words arrive, what is unknown is named."""

from typing import Any

import asyncpg

from tests.stories.chat import Seen, buttons, words
from tests.stories.conftest import Stage

NAMELESS = {"type": "hidden_user", "date": 1_790_000_000}


async def test_a_forward_from_somebody_hidden_and_nameless(desk: Stage) -> None:
    anna, topic = await desk.asks()
    boris = desk.customer("Boris")
    elsewhere = desk.world.group("Neighbours", boris.person)
    anna.person.joins(elsewhere)
    wrote = boris.person.writes(elsewhere, "The water is off")
    anna.person.forwards(wrote, anna.bot, origin=NAMELESS)
    shown = await topic.shows("The water is off")
    assert "of a kind I do not know yet: forward_origin" in shown["text"]


async def test_an_operators_forward_of_that_kind_is_held(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    note = desk.olena.writes(desk.general, "She is difficult")
    desk.olena.person.forwards(note, desk.group, topic.thread, origin=NAMELESS)
    asked = await topic.shows("part of it is of a kind I do not know yet")
    assert buttons(asked) == ["📨 Send to the customer"]
    await desk.settles(witness)
    anna.lacks("difficult")


async def test_service_messages_of_a_later_version_are_not_answered(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    last, theirs = topic.last, anna.last
    for service in ("checklist_tasks_done", "poll_option_added", "chat_owner_changed", "hologram"):
        tell(desk, topic.thread, {service: {"marked_as_done_task_ids": [1]}})
    await desk.settles(witness)
    assert topic.since(last) == []
    assert anna.since(theirs) == []


def tell(desk: Stage, thread: int, what: dict[str, Any]) -> Seen:
    """A message of Telegram's own in the topic."""
    message = {
        "message_id": max(desk.world.chats[desk.group].messages) + 1000,
        "date": int(desk.world.clock()),
        "chat": {"id": desk.group, "type": "supergroup", "title": "Operators", "is_forum": True},
        "from": {"id": desk.olena.person.id, "is_bot": False, "first_name": "Olena"},
        "message_thread_id": thread,
        "is_topic_message": True,
        **what,
    }
    desk.bot.updates.put("message", message, f"chat:{desk.group}")
    return message


async def test_an_answer_that_cannot_be_read_is_not_sent_again(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    desk.sandbox.faults.next(do="garbled", method="sendMessage", chat=anna.person.id)
    desk.olena.writes(topic, "It leaves today")
    await anna.shows("It leaves today")
    desk.olena.writes(topic, "By courier")
    await anna.shows("By courier")
    await desk.settles(witness)
    await anna.shows("It leaves today", times=1)
    assert not await witness.fetchval("SELECT count(*) FROM delivery WHERE uncertain")


async def test_what_is_sent_is_not_sent_again_because_its_answer_breaks_off(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    theirs, ours = anna.last, topic.last
    for chat in (anna.person.id, desk.group):
        desk.sandbox.faults.next(do="cut", method="sendMessage", chat=chat, times=2)
    wrote = desk.olena.writes(topic, "It leaves today")
    await anna.shows("It leaves today")
    anna.writes("Thank you")
    await topic.shows("Thank you")
    desk.olena.writes(topic, "By courier")
    await anna.shows("By courier")
    await desk.settles(witness)
    said = [words(one) for one in anna.since(theirs)]
    assert said == ["It leaves today", "Thank you", "By courier"]
    assert [words(one) for one in topic.since(ours)] == said
    desk.olena.writes(topic, "/unsend", reply_to=wrote["message_id"])
    await topic.shows("Deleted for the customer")
    anna.lacks("It leaves today")


async def test_an_album_whose_answer_cannot_be_read_is_sent_once(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    last = anna.last
    desk.sandbox.faults.next(do="garbled", method="sendMediaGroup", times=4)
    parts = [{"kind": "photo", "caption": "left"}, {"kind": "photo", "caption": "right"}]
    desk.olena.person.album(desk.group, parts, thread=topic.thread)
    await anna.shows("right")
    desk.olena.writes(topic, "By courier")
    await anna.shows("By courier")
    assert [words(one) for one in anna.since(last)] == ["left", "right", "By courier"]


async def test_a_forwarded_album_whose_answer_cannot_be_read_is_shown_once(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    boris = desk.customer("Boris")
    elsewhere = desk.world.group("Neighbours", boris.person)
    anna.person.joins(elsewhere)
    parts = [{"kind": "photo", "caption": "left"}, {"kind": "photo", "caption": "right"}]
    album = boris.person.album(elsewhere, parts)
    last = topic.last
    desk.sandbox.faults.next(do="garbled", method="forwardMessages", chat=desk.group, times=4)
    anna.person.forwards_album(album, anna.bot)
    await topic.shows("right")
    anna.writes("Which one is mine?")
    await topic.shows("Which one is mine?")
    assert [words(one) for one in topic.since(last)] == ["left", "right", "Which one is mine?"]
