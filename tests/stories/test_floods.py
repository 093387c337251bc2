"""A customer who sends more at once than people read, and another beside them."""

from collections import Counter
from typing import Any

import asyncpg
import pytest

from bot.desk.talk.notices import MOST_WAITING
from sandbox.faults import Kind
from tests.stories.chat import Operator, eventually
from tests.stories.conftest import Stage


async def test_what_is_over_the_burst_arrives_later_in_its_order(stage: Stage) -> None:
    await stage.opens(customer_burst=2, customer_messages_per_minute=600)
    anna = stage.customer("Anna")
    for number in range(1, 9):
        anna.writes(f"Line {number}.")
    topic = await stage.topic("#1")
    await topic.shows("Line 8.")
    said = "\n".join(str(message.get("text", "")) for message in topic.messages())
    places = [said.index(f"Line {number}.") for number in range(1, 9)]
    assert places == sorted(places)


async def test_who_keeps_on_reads_it_once_and_another_is_heard(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.bucket.MOST_AHEAD", 5)
    ivan, anna = stage.customer("Ivan", language="uk"), stage.customer("Anna")
    for number in range(1, 91):
        ivan.writes(f"Рядок {number}.")
    anna.writes("Where is my order?")
    await stage.opens(customer_burst=2)
    await ivan.shows("протягом 5 хвилин, ми теж не побачимо")
    await anna.shows("received")
    await ivan.shows("Це дуже багато повідомлень поспіль", times=1)


MENU = ("/start", "/help", "/new", "/requests", "/language", "/nonsense")
TO = """
SELECT payload ->> 'sentence' AS text FROM delivery
JOIN address ON lane = 'telegram:' || address.id WHERE address.external_id = $1
"""


async def test_who_asks_the_bot_a_hundred_times_is_answered_once_until_it_has_left(
    stage: Stage, witness: asyncpg.Connection
) -> None:
    """However fast they ask, an operator's answer to them waits behind a few sentences only."""
    ivan, anna = stage.customer("Ivan"), stage.customer("Anna")
    for number in range(100):
        ivan.writes(MENU[number % len(MENU)])
        if number % 10 == 0:
            ivan.sends("story")
    anna.writes("Where is my order?")
    stage.sandbox.faults.next(do="429", chat=ivan.person.id, retry_after=3600)
    await stage.opens()
    await anna.shows("received")
    await eventually(lambda: not len(stage.bot.updates), lambda: "they are never all done")
    told = [row["text"] for row in await witness.fetch(TO, str(ivan.person.id))]
    assert len(set(told)) == len(MENU) + 1
    assert len(told) <= len(set(told)) + 1, "one may have been in hand when it was asked again"


async def test_an_operator_who_floods_with_commands_leaves_room_for_customers(
    stage: Stage, witness: asyncpg.Connection
) -> None:
    """And reads the first answers and the last one."""
    await stage.opens(group_actions_per_minute=20)
    await stage.asks()
    for number in range(1, 41):
        stage.taras.writes(stage.general, f"/nonsense{number}")
    await stage.general.shows("There is no command /nonsense1,")
    await stage.general.shows("There is no command /nonsense2,")
    await eventually(lambda: not len(stage.bot.updates), lambda: "they are never all done")
    bob = stage.customer("Bob")
    bob.writes("A new one")
    await (await stage.topic("#2")).shows("A new one")
    waiting = await witness.fetch(
        "SELECT payload -> 'words' ->> 'text' AS text FROM delivery WHERE kind = 'report' "
        "AND state <> 'sent' ORDER BY id"
    )
    assert 1 <= len(waiting) <= MOST_WAITING + 1, "one may have been in hand"
    assert "/nonsense40" in waiting[-1]["text"]


async def test_a_stranger_who_floods_the_group_with_commands_is_answered_a_few_times(
    stage: Stage, witness: asyncpg.Connection
) -> None:
    """And so is a member who may not; what they say besides is taken as ever."""
    ivan = stage.world.person("Ivan")
    ivan.joins(stage.group)
    stranger = Operator(stage.sandbox, ivan, stage.group)
    for number in range(30):
        stranger.writes(stage.general, f"/help {number}")
        stage.taras.writes(stage.general, "/status")
    ivan.leaves(stage.group)
    held = {"method": "sendMessage", "chat": stage.group, "retry_after": 3600}
    stage.sandbox.faults.next(do="429", **held)
    await stage.opens()
    await eventually(lambda: not len(stage.bot.updates), lambda: "they are never all done")
    told = "SELECT payload -> 'words' ->> 'text' AS text FROM delivery WHERE kind = 'report'"
    counts = Counter(row["text"] for row in await witness.fetch(told))
    assert set(counts) == {
        "You are not in the operators’ group any more.",
        "Only leads and admins of this group can do that.",
    }
    assert max(counts.values()) <= MOST_WAITING + 1, "one may have been in hand"


@pytest.mark.parametrize("trouble", ["502", "429", "drop_before"])
async def test_who_is_refused_reads_so_though_telegram_is_in_trouble_just_then(
    stage: Stage, witness: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch, trouble: Kind
) -> None:
    """What was not taken in is the one thing that nobody else could tell them."""
    monkeypatch.setattr("bot.bucket.MOST_AHEAD", 5)
    ivan = stage.customer("Ivan")
    lines = [ivan.writes(f"Line {number}.") for number in range(1, 91)]

    def refuses(_method: str, values: dict[str, Any]) -> bool:
        return "a great many messages" in str(values.get("text"))

    stage.sandbox.faults.next(do=trouble, when=refuses, retry_after=1, times=2)
    await stage.opens(customer_burst=2)
    told = await ivan.shows("a great many messages", times=1)
    assert not stage.sandbox.faults.waiting
    taken = await witness.fetch("SELECT words ->> 'text' AS text FROM message ORDER BY id")
    assert [row["text"] for row in taken] == [line["text"] for line in lines[: len(taken)]]
    first = lines[len(taken)]
    assert told["reply_to_message"]["message_id"] == first["message_id"]
