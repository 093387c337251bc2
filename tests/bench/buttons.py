"""How soon a pressed button is answered while forty messages a second are on their way.

As many customers write as operators answer, a team of twenty, who work at the cards as well: they
take a request, put it back, say how urgent it is and where it stands, and look who the customer
is. Where somebody writes nobody answers: else card and icon would follow each turn, twice as much
work as the words, which no group's budget allows.
"""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import cycle

from tests.bench.figures import Row, milliseconds, percentile
from tests.bench.keys import Hand, Presses
from tests.bench.steady import CUSTOMERS, PER_SECOND
from tests.bench.town import DESK, Town, place, serving, town
from tests.bench.watch import pace

OPERATORS = 20
WARM, SECONDS = 3.0, 40.0
AT_WORK = 8  # who presses somewhere at any moment
THINKING = 2.0  # seconds before each press: together they press four times a second
AIM = 0.1
Deed = Callable[[Hand], Awaitable[object]]


async def buttons() -> list[Row]:
    """From the press to the answer to it; the words beside it must be there as well."""
    async with town() as here, place() as data_dir, serving(here, DESK, data_dir):
        here.hires(OPERATORS)
        write, are_answered = here.customers(CUSTOMERS // 2), here.customers(CUSTOMERS // 2)
        await here.introduced(write)
        await here.introduced(are_answered)
        speakers = [*map(here.voice, write), *here.answers()[len(write) :]]
        await pace(here.watch, speakers, PER_SECOND, WARM)
        presses = Presses(here.world)
        working = [asyncio.create_task(_work(here, n, presses)) for n in range(AT_WORK)]
        await pace(here.watch, speakers, PER_SECOND, SECONDS)
        await asyncio.gather(*working)
        if not await presses.all_answered(10):
            raise AssertionError(f"{presses.outstanding} presses were never answered")
    took, words = presses.took, here.watch.took
    p95 = percentile(took, 95)
    return [
        Row("a press is answered", milliseconds(took), "p95 ≤ 100 ms", p95 <= AIM),
        Row(f"… so many, {len(took) / SECONDS:.1f} a second", str(len(took))),
        Row("the words beside it", milliseconds(words)),
    ]


async def _work(here: Town, number: int, presses: Presses) -> None:
    """In topic after topic of their own, one deed after the other."""
    end = asyncio.get_running_loop().time() + SECONDS
    mine = cycle(range(number, CUSTOMERS, AT_WORK))
    await asyncio.sleep(number * THINKING / AT_WORK)
    for topic in mine:
        hand = Hand(here, here.threads()[topic], here.operator(topic), presses)
        for deed in (_own, _hurry, _turn, _know):
            if asyncio.get_running_loop().time() > end:
                return
            await deed(hand)
            await asyncio.sleep(THINKING)


async def _own(hand: Hand) -> None:
    """Take it, or put it back if it is somebody's."""
    if hand.card_has("take"):
        hand.on_card("take")
    else:
        await _menu(hand, "more", "unassign")


async def _hurry(hand: Hand) -> None:
    await _menu(hand, "priorities", "priority")


async def _turn(hand: Hand) -> None:
    await _menu(hand, "statuses", "wait", "open")


async def _know(hand: Hand) -> None:
    await hand.asks(lambda: hand.types("/profile"), "vip_on", "vip_off")


async def _menu(hand: Hand, action: str, *choices: str) -> None:
    await hand.asks(lambda: hand.on_card(action), *choices)
