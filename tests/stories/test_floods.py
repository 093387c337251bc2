"""A customer who sends more at once than people read, and another beside them."""

import pytest

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
