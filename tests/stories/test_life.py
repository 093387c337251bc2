"""The ticket's life: from the first words to the end, and back."""

from datetime import UTC, datetime, timedelta

import asyncpg

from tests.stories.chat import Customer, Topic, buttons, eventually
from tests.stories.conftest import Stage


async def asks(desk: Stage, text: str = "Where is my order?") -> tuple[Customer, Topic]:
    """A customer with one ticket."""
    anna = desk.customer("Anna")
    anna.writes(text)
    topic = await desk.topic("#1")
    await topic.shows(text)
    return anna, topic


async def status(witness: asyncpg.Connection, number: int = 1) -> str:
    return str(await witness.fetchval("SELECT status FROM ticket WHERE id = $1", number))


async def test_the_status_follows_the_conversation(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await asks(desk)
    assert await status(witness) == "new"
    desk.olena.writes(topic, "It leaves today")
    await anna.shows("It leaves today")
    assert await status(witness) == "waiting"
    anna.writes("And when does it arrive?")
    await topic.shows("And when does it arrive?")
    assert await status(witness) == "open"


async def test_buttons_lead_the_ticket_to_its_end_and_back(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await asks(desk)
    answer = await desk.olena.presses(topic.card, "✅ Resolve")
    assert answer["text"] == "Done."
    await anna.shows("Request #1 is resolved")
    assert await status(witness) == "resolved"
    await eventually(lambda: "resolved" in topic.card["text"], lambda: topic.card["text"])

    await desk.olena.presses(topic.card, "🔒 Close")
    await topic.becomes(closed=True)
    await eventually(lambda: buttons(topic.card) == ["↩️ Reopen"], lambda: str(topic.card))

    await desk.olena.presses(topic.card, "↩️ Reopen")
    await topic.becomes(closed=False)
    assert await status(witness) == "open"


async def test_closing_the_topic_in_the_app_closes_the_ticket(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    _anna, topic = await asks(desk)
    desk.olena.person.closes_topic(desk.group, topic.thread)
    await eventually(lambda: "closed" in topic.card["text"], lambda: topic.card["text"])
    assert await status(witness) == "closed"
    desk.olena.person.reopens_topic(desk.group, topic.thread)
    await eventually(lambda: "closed" not in topic.card["text"], lambda: topic.card["text"])
    assert await status(witness) == "open"
    await desk.settles(witness)
    assert desk.sandbox.calls.of("closeForumTopic") == [], "it was closed by a person already"
    assert desk.sandbox.calls.of("reopenForumTopic") == []


async def test_words_within_the_window_reopen(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await asks(desk)
    desk.olena.writes(topic, "/close")
    await topic.becomes(closed=True)
    anna.writes("It is not over")
    await topic.shows("It is not over")
    await topic.becomes(closed=False)
    assert await status(witness) == "open"
    assert len(desk.topics()) == 1
    await anna.shows("received", times=1)


async def test_words_after_the_window_open_a_new_ticket_linked_to_the_old(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await asks(desk)
    desk.olena.writes(topic, "/close")
    await topic.becomes(closed=True)
    long_ago = datetime.now(UTC) - timedelta(days=8)
    await witness.execute("UPDATE ticket SET closed_at = $1", long_ago)
    anna.writes("Another thing")
    second = await desk.topic("#2")
    await second.shows("Continues #1")
    await anna.shows("Request #2 received")
    assert await witness.fetchval("SELECT previous_id FROM ticket WHERE id = 2") == 1


async def test_new_begins_another_request_and_replies_find_the_old_one(desk: Stage) -> None:
    anna, first = await asks(desk)
    desk.olena.writes(first, "Which order?")
    question = await anna.shows("Which order?")
    anna.writes("/new")
    await anna.shows("it becomes a new request")
    anna.writes("My password is lost")
    second = await desk.topic("#2")
    await second.shows("My password is lost")
    anna.writes("Number 17", reply_to=question["message_id"])
    await first.shows("Number 17")
    second.lacks("Number 17")


async def test_an_answer_brings_the_customers_next_words_to_its_ticket(desk: Stage) -> None:
    anna, first = await asks(desk)
    anna.writes("/new")
    await anna.shows("it becomes a new request")
    anna.writes("My password is lost")
    await (await desk.topic("#2")).shows("My password is lost")
    desk.olena.writes(first, "Your order has arrived")
    await anna.shows("Your order has arrived")
    anna.writes("Great, thank you")
    await first.shows("Great, thank you")


async def test_my_requests_are_listed_and_chosen(desk: Stage) -> None:
    anna, first = await asks(desk)
    anna.writes("/new")
    await anna.shows("it becomes a new request")
    anna.writes("My password is lost")
    await (await desk.topic("#2")).shows("My password is lost")
    anna.writes("/requests")
    listed = await anna.shows("Your requests.")
    assert buttons(listed) == [
        "#2 · My password is lost · new",
        "#1 · Where is my order? · new",
        "➕ New request",
        "📱 My phone",
    ]
    await anna.presses(listed, "#1 · Where is my order? · new")
    await anna.shows("Your next messages go to request #1.")
    anna.writes("It was order 17")
    await first.shows("It was order 17")


async def test_the_language_is_chosen_and_kept(desk: Stage) -> None:
    anna = desk.customer("Anna", "en")
    anna.writes("/language")
    offered = await anna.shows("Which language")
    await anna.presses(offered, "Українська")
    await anna.shows("Відтепер я спілкуюся з вами українською.")
    anna.writes("Добрий день")
    await anna.shows("Звернення #1 отримано")
    topic = await desk.topic("#1")
    await topic.shows("Добрий день")
    assert "Українська" in topic.card["text"]
    assert "✅ Resolve" in buttons(topic.card), "the group reads its own language"


async def test_a_customer_who_blocks_is_shown_and_so_is_their_return(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await asks(desk)
    await anna.shows("received")
    anna.blocks()
    await topic.shows("🚫 Anna has blocked us in Telegram")
    desk.sandbox.calls.clear()
    desk.olena.writes(topic, "Are you there?")
    failed = await topic.shows("⚠️ Not delivered: the customer has blocked us.")
    await desk.settles(witness)
    assert len(desk.sandbox.calls.of("sendMessage", anna.person.id)) == 1, "one try"
    anna.unblocks()
    await topic.shows("🔓 Anna has unblocked us in Telegram")
    await desk.olena.presses(failed, "🔁 Send again")
    await anna.shows("Are you there?")


async def test_an_unknown_command_is_answered_and_nothing_is_sent(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await asks(desk)
    anna.writes("/refund")
    await anna.shows("I do not know this command")
    desk.olena.writes(topic, "/resolv")
    await topic.shows("There is no command /resolv")
    desk.olena.writes(topic, "/status@other_bot")
    await desk.settles(witness)
    topic.lacks("/refund")
    anna.lacks("/resolv")
    anna.lacks("other_bot")
    assert len([m for m in topic.messages() if "no command" in m.get("text", "")]) == 1


async def test_a_kind_that_cannot_be_carried_is_named_to_its_sender(desk: Stage) -> None:
    anna, topic = await asks(desk)
    anna.sends("story")
    await anna.shows("does not let bots pass on a story")
    desk.olena.sends(topic, "game", title="Chess")
    await topic.shows("Telegram does not let bots pass on a game, so nothing was sent.")


async def test_forged_buttons_do_nothing(desk: Stage, witness: asyncpg.Connection) -> None:
    _anna, topic = await asks(desk)
    chat = desk.world.chat(desk.group)
    card = chat.messages[topic.card["message_id"]]
    assert card.inline_keyboard is not None
    button = card.inline_keyboard["inline_keyboard"][0][0]
    button["callback_data"] = "close:1:00000000"
    answer = await desk.olena.presses(topic.card, button["text"])
    assert answer["text"] == "This button no longer works."
    assert await status(witness) == "new"
