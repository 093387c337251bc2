"""Talks as people have them, for what a working desk costs of its group's minute.

What a plausible talk is was written down before it was measured:

- A customer writes as one does in a messenger, one to three short messages in a row, a few seconds
  apart; then they wait. Three such turns make a talk: the question, a detail that is asked for, and
  thanks. That is six messages in about three minutes.
- An operator sees it within half a minute, takes it, and answers each turn with one message.
- Every second one has a tag, every second time the operator looks who the customer is, every third
  request is made more urgent, every third waits for the customer by its status; all are resolved
  at the end. Who takes a request has looked at what is theirs before.
- Ten such talks begin within seventy seconds, among four operators: fifteen messages of customers a
  minute, of twenty actions that Telegram allows the group.
"""

import asyncio
import random

from sandbox.people import Person
from tests.bench.keys import Hand
from tests.bench.town import Town

TALKS, OPERATORS = 10, 4
TURNS, IN_A_ROW = 3, (1, 2, 3)
BEGIN = 7.0  # seconds between the beginnings of two talks
TYPING = 2.0, 6.0  # seconds before the next of a row
READING = 15.0, 40.0  # until an operator answers
REPLYING = 10.0, 30.0  # until a customer does
PATIENCE = 120.0  # seconds until the topic of a first message is there
SETTLED = 45.0  # seconds without any action: nothing waits for room any more
SEED = 7


async def talks(here: Town) -> int:
    """Let them talk until nothing is done any more; gives how many messages customers wrote."""
    here.hires(OPERATORS)
    dice = random.Random(SEED)
    people = here.customers(TALKS, "Olha")
    said = await asyncio.gather(
        *(_Talk(here, n, one, random.Random(dice.random())).goes() for n, one in enumerate(people))
    )
    await _settled(here)
    return sum(said)


class _Talk:
    """One customer and who helps them."""

    def __init__(self, here: Town, number: int, customer: Person, dice: random.Random) -> None:
        self._here, self._number, self._customer, self._dice = here, number, customer, dice
        self._said = 0

    async def goes(self) -> int:
        """From the question to the thanks; gives how many messages the customer wrote."""
        await asyncio.sleep(self._number * BEGIN)
        await self._asks()
        hand = await self._topic()
        await self._while(READING)
        await self._takes(hand)
        for turn in range(1, TURNS):
            hand.types("Доброго дня! Зараз подивлюся.")
            await self._sorts(hand, turn)
            await self._while(REPLYING)
            await self._asks()
            await self._while(READING)
        hand.types("Звертайтеся ще!")
        hand.on_card("resolve")
        return self._said

    async def _asks(self) -> None:
        for each in range(self._dice.choice(IN_A_ROW)):
            if each:
                await self._while(TYPING)
            self._here.watch.says(self._here.voice(self._customer))
            self._said += 1

    async def _topic(self) -> Hand:
        """Where the operator finds it, as soon as it has its card."""
        async with asyncio.timeout(PATIENCE):
            while (thread := self._here.topic_of(self._customer)) is None:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        return Hand(self._here, thread, self._here.operator(self._number))

    async def _takes(self, hand: Hand) -> None:
        hand.types("/mine")
        hand.on_card("take")
        if self._number % 2:
            hand.types("/profile")

    async def _sorts(self, hand: Hand, turn: int) -> None:
        """What is done behind an answer."""
        if turn == 1 and self._number % 2 == 0:
            hand.types("/tag доставка")
        if turn == 1 and self._number % 3 == 0:
            await hand.asks(lambda: hand.on_card("priorities"), "priority")
        if turn == 2 and self._number % 3 == 1:
            await hand.asks(lambda: hand.on_card("statuses"), "wait", "open")

    async def _while(self, between: tuple[float, float]) -> None:
        await asyncio.sleep(self._dice.uniform(*between))


async def _settled(here: Town) -> None:
    done, since = here.actions(), asyncio.get_running_loop().time()
    while asyncio.get_running_loop().time() - since < SETTLED:
        await asyncio.sleep(0.5)
        if here.actions() > done:
            done, since = here.actions(), asyncio.get_running_loop().time()
