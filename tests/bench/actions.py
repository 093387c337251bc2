"""What a ticket costs of the group's budget, from the first words to the quiet after the last.

Under Telegram's limits, in talks as people have them, all that operators do with a ticket included.
And the floor of a talk without any limit, where each message has its answer and a post of its own:
a topic, its card with the first words, the pin, nine posts, and card and icon at the end are 14
for ten messages. Each is taken, made more urgent, and resolved at the end.
"""

import asyncio

from sandbox.people import Person
from tests.bench.figures import Row, ratio
from tests.bench.keys import Hand
from tests.bench.talks import talks
from tests.bench.town import DESK, Town, place, serving, town

TICKETS = 5
MESSAGES = 10
THINKING = 1.0  # seconds before each word
SLOWLY = 4.0  # seconds: card and icon follow each turn, as long as the budget has room
QUIET = 5.0  # seconds until the card and the icon have been brought up to date
AIM, FLOOR = 1.3, 1.4
SCATTER = 0.05  # above the floor: a card is edited once more where the machine is slow
# What is done in each ticket behind so many messages: a button of the card, and one of its menu.
DEEDS = {2: ("take", ""), 4: ("priorities", "priority")}


async def actions() -> list[Row]:
    """With the limits first; then without, where nothing forces messages to share posts."""
    real, apart, refused = await _under_limits()
    fast, aside = await _spent(MESSAGES, THINKING)
    slow, _aside = await _spent(MESSAGES // 2, SLOWLY)
    most = FLOOR + SCATTER
    return [
        Row("group actions per customer message", ratio(real), f"≤ {AIM}", real <= AIM),
        Row("… answers to one person alone", ratio(apart)),
        Row("… refused (429)", str(refused), "0", not refused),
        Row("without limits, each message answered", ratio(fast), f"≤ {most}", fast <= most),
        Row("… slowly, with room for every change", ratio(slow)),
        Row("… answers to one person alone", ratio(aside)),
    ]


async def _under_limits() -> tuple[float, float, int]:
    """Of what all see and of what one sees alone, per message; and how many calls were refused."""
    async with town() as here, place() as data_dir:
        here.sandbox.limits.set("telegram")
        async with serving(here, DESK, data_dir, limits=True):
            said = await talks(here)
            return here.actions() / said, here.whispers() / said, here.refused()


async def _spent(messages: int, thinking: float) -> tuple[float, float]:
    """Of what all see, and of what one sees alone."""
    async with town() as here, place() as data_dir, serving(here, DESK, data_dir):
        people = here.customers(TICKETS)
        await here.introduced(people)
        each = (_talk(here, n, person, messages, thinking) for n, person in enumerate(people))
        await asyncio.gather(*each)
        await asyncio.sleep(QUIET)
        all_said = TICKETS * messages
        return here.actions() / all_said, here.whispers() / all_said


async def _talk(here: Town, number: int, customer: Person, messages: int, thinking: float) -> None:
    """The first words have been said already."""
    hand = Hand(here, here.threads()[number], here.operator(number))
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
