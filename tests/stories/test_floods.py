"""A customer who sends more at once than people read, and another beside them."""

from typing import Any

import asyncpg
import pytest

from sandbox.faults import Kind
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
    await ivan.shows("Це дуже багато повідомлень поспіль")
    await anna.shows("received")
    await ivan.shows("Це дуже багато повідомлень поспіль", times=1)


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
