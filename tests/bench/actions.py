"""What a ticket costs of the group's budget, from the first words to the quiet after the last."""

import asyncio

from sandbox.people import Person
from tests.bench.figures import Row, ratio
from tests.bench.town import DESK, Town, place, serving, town

TICKETS = 5
MESSAGES = 10
THINKING = 1.0  # seconds before each word
QUIET = 25.0  # seconds until the card and the icon have been brought up to date


async def actions() -> list[Row]:
    """Ten messages with answers in between, and nothing that forces them to share posts."""
    async with town() as here, place() as data_dir, serving(here, DESK, data_dir):
        people = here.customers(TICKETS)
        await here.introduced(people)
        await asyncio.gather(*(_talk(here, n, person) for n, person in enumerate(people)))
        await asyncio.sleep(QUIET)
        spent = here.actions() / (TICKETS * MESSAGES)
    return [Row("group actions per customer message", ratio(spent), "< 1.3", spent < 1.3)]


async def _talk(here: Town, number: int, customer: Person) -> None:
    """The first words have been said already."""
    for turn in range(1, MESSAGES + 1):
        await asyncio.sleep(THINKING)
        here.watch.says(here.answers()[number])
        if turn < MESSAGES:
            await asyncio.sleep(THINKING)
            here.watch.says(here.voice(customer))
