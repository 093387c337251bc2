"""Fair shares: one customer's flood, and the wait of those who write as people do."""

from collections import defaultdict
from itertools import accumulate

import asyncpg
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.delivery import group
from bot.desk.outbox.shares import TOPIC
from tests.delivery.town import ACTS, PER_MINUTE, START, Script, Town, run

RATION = 60 / PER_MINUTE  # seconds until the next action, when the budget is used up
FLOODER = "666"
LASTS = 150  # seconds
PEOPLE = ("1", "2", "3")
STATES = "SELECT DISTINCT state FROM delivery WHERE gate = 'forum'"
CLEAR = "TRUNCATE customer, address, ticket, message, delivery CASCADE"

Paces = tuple[tuple[int, list[int]], ...]
Bursts = list[tuple[int, str, int]]

# Each writes a message every 20 to 60 seconds, and the next one begins half a minute later.
PACES: st.SearchStrategy[Paces] = st.tuples(
    *(
        st.tuples(st.integers(0, 25), st.lists(st.integers(20, 60), min_size=7, max_size=7))
        for _ in PEOPLE
    )
)
# Bursts of whatever one person can do: when, of what, how many.
BURSTS = st.lists(
    st.tuples(st.integers(0, LASTS - 1), st.sampled_from(ACTS), st.integers(1, 12)),
    min_size=1,
    max_size=10,
)


def normal(paces: Paces) -> Script:
    script: Script = defaultdict(list)
    for number, (who, (first, gaps)) in enumerate(zip(PEOPLE, paces, strict=True)):
        for second in accumulate(gaps, initial=first + 30 * number):
            if second < LASTS:
                script[second].append((who, "words"))
    return script


def busiest(script: Script) -> int:
    """The most actions that a minute of it takes."""
    met: set[str] = set()
    spent: list[int] = []
    for second in sorted(script):
        for who, _act in script[second]:
            spent += [second] * (1 if who in met else TOPIC)
            met.add(who)
    return max(sum(first <= each < first + 60 for each in spent) for first in spent)


def flooded(script: Script, bursts: Bursts) -> Script:
    """The same, and one who floods before everybody else speaks."""
    both: Script = defaultdict(list)
    for second, act, count in bursts:
        both[second] += [(FLOODER, act)] * count
    for second, acts in script.items():
        both[second] += acts
    return both


def slowest(town: Town) -> float:
    return max(wait for who in PEOPLE for wait in town.waits[who])


@given(PACES, BURSTS)
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
async def test_nobody_waits_more_than_twice_as_long_because_one_floods(
    db: str,
    witness: "asyncpg.Connection",
    monkeypatch: pytest.MonkeyPatch,
    paces: Paces,
    bursts: Bursts,
) -> None:
    """While those who write as people do need no more of a minute than is kept for them."""
    script = normal(paces)
    assume(busiest(script) <= PER_MINUTE // group.RESERVE)
    await witness.execute(CLEAR)
    idle = slowest(await run(monkeypatch, script, LASTS))
    await witness.execute(CLEAR)
    town = await run(monkeypatch, flooded(script, bursts), LASTS)
    spoken = sum(map(len, script.values()))
    assert sum(len(town.waits[who]) for who in PEOPLE) >= spoken - 1, "the last may be on its way"
    assert slowest(town) <= 2 * max(idle, RATION)
    await town.passes(600, {})  # the flood's turn comes: nothing is lost, starved or reordered
    assert [row["state"] for row in await witness.fetch(STATES)] == ["sent"]
    assert sorted(number for seen in town.seen.values() for number in seen) == sorted(town.whose)
    assert all(numbers == sorted(numbers) for numbers in town.seen.values())


@pytest.mark.parametrize("floods", [1, 2])
async def test_a_newcomer_waits_for_no_flood_of_words(
    db: str, monkeypatch: pytest.MonkeyPatch, floods: int
) -> None:
    """Words go before new tickets, but for those who are ahead of their share."""
    script: Script = {
        second: [(f"{FLOODER}{number}", "words") for number in range(floods)] * 2
        for second in range(LASTS)
    }
    for number, second in enumerate((40, 75, 110)):
        script[second] = [*script[second], (PEOPLE[number], "words")]
    town = await run(monkeypatch, script, LASTS)
    assert [len(town.waits[who]) for who in PEOPLE] == [1, 1, 1]
    assert slowest(town) <= 2 * RATION * TOPIC


async def test_a_ticket_of_a_flood_spends_nothing_of_what_is_kept(
    db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = Town()
    town.winds(monkeypatch)
    for _ in range(2):
        await town.acts(FLOODER, "new")
    assert isinstance(await town.gate.take(1), list)
    town.window.spent.extend([START] * (PER_MINUTE // group.RESERVE - 2))
    assert isinstance(await town.gate.take(1), float), "its second would spend two of them"
    await town.acts("1", "words")
    assert isinstance(await town.gate.take(1), list)


async def test_words_in_a_row_share_a_post_where_the_minute_is_short(
    db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = await run(monkeypatch, {0: [("1", "words")]}, 70)
    await town.passes(70, {0: [("1", "words")], 2: [("1", "words")]})
    assert (town.actions, town.waits["1"]) == (3, [0.0] * 3), "with room for all nothing waits"
    town.window.spent.extend([town.clock.at] * (PER_MINUTE // group.RESERVE))
    await town.passes(10, {0: [("1", "words")], 2: [("1", "words")], 3: [("1", "words")]})
    assert (town.actions, town.waits["1"][3:]) == (4, [4.0, 2.0, 1.0])


async def test_what_shares_no_post_waits_for_nothing_that_may_come(
    db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = await run(monkeypatch, {0: [("1", "words")]}, 70)
    town.window.spent.extend([town.clock.at] * (PER_MINUTE // group.RESERVE))
    await town.passes(10, {0: [("1", "forward"), ("2", "words")]})
    assert town.waits == {"1": [0.0, 0.0], "2": [0.0]}, "nor does what opens a request"
