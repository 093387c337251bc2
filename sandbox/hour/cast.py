"""Those who write in the busy hour: five customers at once, and the operators who answer them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle

from sandbox.accounts import Bot
from sandbox.errors import Refused
from sandbox.hour.tally import Tally
from sandbox.hour.texts import ANSWERS, CUSTOMERS, QUESTIONS
from sandbox.living import LivingWorld


class Cast:
    """What they write is noted in the tally; what the app does not let them write is not."""

    def __init__(
        self, world: LivingWorld, bot: Bot, group: int, language: str, tally: Tally
    ) -> None:
        """The customers are those of an earlier hour, if there was one; else they come now."""
        self._world = world
        self._bot = bot
        self._group = group
        self._tally = tally
        self._questions, self._answers = QUESTIONS[language], ANSWERS[language]
        known = {one.user.username: one for one in world.people()}
        self.customers = [
            known.get(username)
            or world.person(name, last_name=last, username=username, language=language)
            for name, last, username in CUSTOMERS[language]
        ]
        chat = world.chats[group]
        self._operators = [one for one in world.people() if chat.member(one.id).status == "member"]

    def come(self) -> None:
        """Who has not opened the chat with the bot yet does so, or does so again."""
        for customer in self.customers:
            chat = self._world.private_chat(self._bot, customer.id)
            if chat.blocked or not chat.started:
                with suppress(Refused):
                    customer.start(self._bot)

    def asks(self, turn: int) -> Iterator[None]:
        """Each customer says their line of this turn."""
        for customer, lines in zip(self.customers, self._questions, strict=True):
            mark = self._tally.mark()
            with suppress(Refused):
                customer.writes(self._bot, f"{lines[turn]} · {mark}")
                self._tally.wrote(mark, customer, outwards=False)
            yield

    def answers(self, turn: int) -> Iterator[None]:
        """Each customer whose words stand in a topic is answered there."""
        turns = zip(self.customers, self._answers, cycle(self._operators), strict=False)
        for customer, lines, operator in turns:
            mark, post = self._tally.mark(), self._tally.post(customer)
            if post is not None:
                with suppress(Refused):
                    thread, message = post
                    words = f"{lines[turn]} · {mark}"
                    operator.writes(self._group, words, thread=thread, reply_to=message)
                    self._tally.wrote(mark, customer, outwards=True)
            yield
