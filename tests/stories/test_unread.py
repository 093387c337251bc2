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


NO_NUMBER = "the channel did not tell me its number"


def without_number(desk: Stage) -> list[str]:
    """The calls about a message nobody knows the number of."""
    return [one.method for one in desk.sandbox.calls if one.values.get("message_id") in (0, "0")]


async def test_what_stands_nobody_knows_where_is_not_said_to_be_taken_back(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    for times, text in enumerate(("The code is 1234", "The code is 5678"), 1):
        desk.sandbox.faults.next(do="garbled", method="sendMessage", chat=anna.person.id)
        wrote = desk.olena.writes(topic, text)
        await anna.shows(text)
        desk.olena.writes(topic, "/unsend", reply_to=wrote["message_id"])
        told = await topic.shows(NO_NUMBER, times=times)
        assert told["reply_to_message"]["message_id"] == wrote["message_id"]
        assert buttons(told) == [], "no second try would do better"
    await desk.settles(witness)
    topic.lacks("Deleted for the customer")
    topic.lacks("Taken back")
    await anna.shows("The code is 1234")
    await anna.shows("The code is 5678")


async def test_of_an_album_all_is_taken_back_that_can_be(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    desk.sandbox.faults.next(do="cut", method="sendMediaGroup", share=0.3)
    parts = [{"kind": "photo", "caption": "left"}, {"kind": "photo", "caption": "right"}]
    album = desk.olena.person.album(desk.group, parts, thread=topic.thread)
    await anna.shows("right")
    await desk.settles(witness)
    desk.olena.writes(topic, "/unsend", reply_to=album[0]["message_id"])
    await topic.shows(NO_NUMBER)
    anna.lacks("left")
    await anna.shows("right")


async def test_what_goes_on_nobody_knows_where_is_neither_changed_nor_taken_back(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    desk.sandbox.faults.next(
        do="garbled", method="sendMessage", when=lambda _method, given: given["text"] == "b" * 900
    )
    wrote = desk.olena.sends(topic, "photo", caption="a" * 1000 + "\n\n" + "b" * 900)
    await anna.shows("b" * 900)
    await desk.settles(witness)
    desk.olena.person.edits(wrote["message_id"], desk.group, "c" * 1000 + "\n\n" + "b" * 900)
    await topic.shows(NO_NUMBER)
    anna.lacks("c" * 1000)
    desk.olena.writes(topic, "/unsend", reply_to=wrote["message_id"])
    await topic.shows(NO_NUMBER, times=2)
    await anna.shows("b" * 900)


async def test_whatever_is_done_to_what_stands_nobody_knows_where_is_told(desk: Stage) -> None:
    anna, topic = await desk.asks()
    desk.sandbox.faults.next(do="garbled", method="sendMessage", chat=anna.person.id)
    wrote = desk.olena.writes(topic, "The code is 1234")
    await anna.shows("The code is 1234")
    desk.olena.edits(wrote, "The code is 5678")
    told = [await topic.shows(NO_NUMBER)]
    desk.olena.reacts(wrote, "👍")
    told.append(await topic.shows(NO_NUMBER, times=2))
    for one in told:
        assert one["reply_to_message"]["message_id"] == wrote["message_id"]
        assert buttons(one) == []


async def test_a_reply_to_what_stands_nobody_knows_where_arrives(desk: Stage) -> None:
    anna, topic = await desk.asks()
    desk.sandbox.faults.next(do="garbled", method="sendMessage", chat=anna.person.id)
    wrote = desk.olena.writes(topic, "It leaves today")
    await anna.shows("It leaves today")
    desk.olena.writes(topic, "By courier", reply_to=wrote["message_id"])
    assert "reply_to_message" not in await anna.shows("By courier")


async def test_an_edit_goes_on_nobody_knows_where(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await desk.asks()
    wrote = desk.olena.sends(topic, "photo", caption="a" * 900)
    await anna.shows("a" * 900)
    desk.sandbox.faults.next(do="garbled", method="sendMessage", chat=anna.person.id)
    desk.olena.edits(wrote, "a" * 1000 + "\n\n" + "b" * 90)
    await anna.shows("b" * 90)
    await desk.settles(witness)
    desk.olena.edits(wrote, "The code is 5678")
    await topic.shows(NO_NUMBER)


async def test_an_edit_of_a_post_that_stands_nobody_knows_where_is_shown_anew(
    desk: Stage,
) -> None:
    anna, topic = await desk.asks()
    desk.sandbox.faults.next(do="garbled", method="sendMessage", chat=desk.group, times=2)
    one = anna.writes("It is blue")
    await topic.shows("It is blue")
    anna.writes("It is small")
    await topic.shows("It is small")
    anna.edits(one, "It is green")
    assert words(await topic.shows("It is green")) == "✏️ Edited:\nIt is green"
    await topic.shows("It is small")
    assert without_number(desk) == []


async def test_a_card_that_stands_nobody_knows_where_is_followed_by_another(desk: Stage) -> None:
    anna = desk.customer("Anna")
    desk.sandbox.faults.next(do="garbled", method="sendMessage", chat=desk.group)
    anna.writes("Where is my order?")
    topic = await desk.topic("#1")
    await topic.shows("Where is my order?")
    desk.olena.writes(topic, "It leaves today")
    await anna.shows("It leaves today")
    anna.writes("Thank you")
    await topic.shows("Thank you")
    first, *others = [one for one in topic.messages() if buttons(one)]
    assert len(others) == 1
    assert "waiting" not in words(first)
    await topic.turns(others[0], lambda now: "#1 · open" in words(now))
    assert without_number(desk) == []


async def test_a_topic_nobody_knows_the_number_of_is_found(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna = desk.customer("Anna")
    desk.sandbox.faults.next(do="garbled", method="createForumTopic")
    last = desk.general.last
    anna.writes("Where is my order?")
    topic = await desk.topic("#1")
    await topic.shows("Where is my order?")
    await desk.settles(witness)
    assert len(desk.topics()) == 1
    assert desk.general.since(last) == []
    assert len([one for one in topic.messages() if buttons(one)]) == 1


async def test_a_test_ticket_whose_card_stands_nobody_knows_where(
    stage: Stage, witness: asyncpg.Connection
) -> None:
    await stage.opens(operator_group_id=None)
    stage.sandbox.faults.next(
        do="garbled", method="sendMessage", chat=stage.group, having="message_thread_id"
    )
    stage.olena.writes(stage.general, f"/setup {await stage.code()}")
    await stage.general.shows("This is the operators’ group now.")
    await stage.settles(witness)
    (topic,) = stage.topics("Test ticket")
    await topic.shows("A customer’s request will look like this")
    assert without_number(stage) == []
