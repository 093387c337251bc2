"""What a ticket costs of the group's budget, from the first words to the quiet after the last."""

import asyncio

from sandbox.people import Person
from tests.bench.figures import Row, ratio
from tests.bench.town import DESK, Town, place, serving, town

TICKETS = 5
MESSAGES = 10
THINKING = 1.0  # seconds before each word
SLOWLY = 4.0  # seconds: card and icon follow each turn, as long as the budget has room
QUIET = 5.0  # seconds until the card and the icon have been brought up to date


async def actions() -> list[Row]:
    """Ten messages with answers in between, and nothing that forces them to share posts."""
    fast, slow = await _spent(MESSAGES, THINKING), await _spent(MESSAGES // 2, SLOWLY)
    return [
        Row("group actions per customer message", ratio(fast), "< 1.5", fast < 1.5),
        Row("the same in a slow talk, with room for all", ratio(slow)),
    ]


async def _spent(messages: int, thinking: float) -> float:
    async with town() as here, place() as data_dir, serving(here, DESK, data_dir):
        people = here.customers(TICKETS)
        await here.introduced(people)
        talks = (_talk(here, n, person, messages, thinking) for n, person in enumerate(people))
        await asyncio.gather(*talks)
        await asyncio.sleep(QUIET)
        return here.actions() / (TICKETS * messages)


async def _talk(here: Town, number: int, customer: Person, messages: int, thinking: float) -> None:
    """The first words have been said already."""
    for turn in range(1, messages + 1):
        await asyncio.sleep(thinking)
        here.watch.says(here.answers()[number])
        if turn < messages:
            await asyncio.sleep(thinking)
            here.watch.says(here.voice(customer))
