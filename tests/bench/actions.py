"""What a ticket costs of the group's budget, from the first words to the quiet after the last.

Each is taken, made more urgent, and resolved at the end. What was no more than the talk costs 1.4:
a topic, its card, the pin, a post for each further message, and card and icon at the end.
"""

import asyncio

from sandbox.people import Person
from tests.bench.figures import Row, ratio
from tests.bench.keys import Hand
from tests.bench.town import DESK, Town, place, serving, town

TICKETS = 5
MESSAGES = 10
THINKING = 1.0  # seconds before each word
SLOWLY = 4.0  # seconds: card and icon follow each turn, as long as the budget has room
QUIET = 5.0  # seconds until the card and the icon have been brought up to date
AIM = 1.45
# What is done in each ticket behind so many messages: a button of the card, and one of its menu.
DEEDS = {2: ("take", ""), 4: ("priorities", "priority")}


async def actions() -> list[Row]:
    """Ten messages with answers in between, and nothing that forces them to share posts."""
    fast, aside = await _spent(MESSAGES, THINKING)
    slow, _aside = await _spent(MESSAGES // 2, SLOWLY)
    return [
        Row("group actions per customer message", ratio(fast), f"≤ {AIM}", fast <= AIM),
        Row("the same in a slow talk, with room for all", ratio(slow)),
        Row("answers to one person alone, per customer message", ratio(aside)),
    ]


async def _spent(messages: int, thinking: float) -> tuple[float, float]:
    """Of what all see, and of what one sees alone."""
    async with town() as here, place() as data_dir, serving(here, DESK, data_dir):
        people = here.customers(TICKETS)
        await here.introduced(people)
        talks = (_talk(here, n, person, messages, thinking) for n, person in enumerate(people))
        await asyncio.gather(*talks)
        await asyncio.sleep(QUIET)
        all_said = TICKETS * messages
        return here.actions() / all_said, here.whispers() / all_said


async def _talk(here: Town, number: int, customer: Person, messages: int, thinking: float) -> None:
    """The first words have been said already."""
    hand = Hand(here, number)
    for turn in range(1, messages + 1):
        await asyncio.sleep(thinking)
        here.watch.says(here.answers()[number])
        if turn in DEEDS:
            await _work(hand, *DEEDS[turn])
        if turn < messages:
            await asyncio.sleep(thinking)
            here.watch.says(here.voice(customer))
    hand.on_card("resolve")


async def _work(hand: Hand, action: str, choice: str) -> None:
    """A button of the card, and of what is then asked of who pressed it."""
    if choice:
        await hand.asks(lambda: hand.on_card(action), choice)
    else:
        hand.on_card(action)
