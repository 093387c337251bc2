"""Buttons as operators press them: the card's, and those of what they are asked then."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from sandbox.living import LivingWorld
from sandbox.people import Person
from sandbox.world import Json
from tests.bench.town import Town

PATIENCE = 30.0  # seconds for a menu to be there
Seen = dict[str, Any]


class Presses:
    """Takes the time from each press to the bot's answer to it."""

    def __init__(self, world: LivingWorld) -> None:
        self.took: list[float] = []  # seconds, in the order of the answers
        self._pressed: dict[str, float] = {}
        world.listeners.append(self._see)

    @property
    def outstanding(self) -> int:
        """How many have no answer yet."""
        return len(self._pressed)

    def press(self, press: Callable[[], str]) -> None:
        """Let somebody press; gives nothing, as the answer comes later."""
        began = time.perf_counter()
        self._pressed[press()] = began

    async def all_answered(self, within: float) -> bool:
        """Wait until each has its answer; False when `within` seconds were not enough."""
        end = time.monotonic() + within
        while self._pressed and time.monotonic() < end:  # noqa: ASYNC110  (with a deadline)
            await asyncio.sleep(0.005)
        return not self._pressed

    def _see(self, event: Json) -> None:
        if event["type"] == "answer" and (began := self._pressed.pop(event["id"], None)):
            self.took.append(time.perf_counter() - began)


class Hand:
    """Who answers in one topic, and presses there."""

    def __init__(
        self, here: Town, thread: int, operator: Person, presses: Presses | None = None
    ) -> None:
        self._here = here
        self._presses = presses or Presses(here.world)
        self.thread, self.operator = thread, operator

    def types(self, text: str) -> None:
        """A command."""
        self.operator.writes(self._here.group, text, thread=self.thread)

    def card_has(self, action: str) -> bool:
        """Whether the card offers it now."""
        return bool(labels(self._card(), action))

    def on_card(self, action: str) -> None:
        """Press the button of the card that does this."""
        card = self._card()
        label, place = labels(card, action)[-1], (card["message_id"], self._here.group)
        self._presses.press(lambda: self.operator.presses(*place, label))

    async def asks(self, ask: Callable[[], object], *actions: str) -> None:
        """Do what has them asked aside, and press one of these buttons of the answer."""
        before = {each["ephemeral_message_id"] for each in self._aside()}
        ask()
        async with asyncio.timeout(PATIENCE):
            while not (found := self._offered(before, actions)):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        number, label = found[-1]
        self._presses.press(
            lambda: self.operator.presses_ephemeral(number, self._here.group, label)
        )

    def _offered(self, before: set[int], actions: tuple[str, ...]) -> list[tuple[int, str]]:
        new = [each for each in self._aside() if each["ephemeral_message_id"] not in before]
        return [
            (each["ephemeral_message_id"], label)
            for action in actions
            for each in new
            for label in labels(each, action)
        ]

    def _card(self) -> Seen:
        posts = self._here.world.history(self._here.group, self.thread)
        return next(post for post in posts if post.get("reply_markup"))

    def _aside(self) -> list[Seen]:
        return self._here.world.whispered(self.operator, self._here.group, self.thread)


def labels(message: Seen, action: str) -> list[str]:
    """Of the buttons that do this, and can be pressed."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    keys = [key for row in rows for key in row]
    return [key["text"] for key in keys if key.get("callback_data", "").startswith(f"{action}:")]
