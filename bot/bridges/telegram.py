"""The Telegram bridge: customers who write to the bot in private.

An address is the user's id; a message's id is Telegram's in that private chat. Incoming
messages come by the updates' own way, so there is nothing to listen to here.
"""

import asyncio
from contextlib import suppress
from functools import partial
from typing import Protocol

from aiogram import Bot

from bot.bridges.base import Counter, Ids
from bot.desk.said import ChannelAddress, Outgoing
from bot.desk.talk import sources
from bot.files import Store
from bot.outage import TROUBLE
from bot.telegram import changing, posting
from bot.telegram.branching import Branching
from bot.telegram.posting import Posted
from bot.telegram.shown import UNKNOWN
from bot.telegram.speaker import Reply, Speaker, Thread, turns

CALLS = 8  # at a time


class Turns(Protocol):
    """Telegram's limits for private chats."""

    async def take_private(self, chat_id: int) -> float:
        """0.0: taken; else seconds until there may be room."""

    async def hold(self, chat_id: int, seconds: float) -> None:
        """Nobody calls this chat before `seconds` have passed."""


class Telegram:
    """Private chats with the bot."""

    name = "telegram"
    shows_buttons = True

    def __init__(
        self, bot: Bot, turns: Turns, files: Store, *, private_topics: bool = False
    ) -> None:
        """`private_topics`: each request is to be a topic of its own there."""
        self.threaded = private_topics  # they are called by their subjects
        self._branching = Branching() if private_topics else None
        self._bot = bot
        self._turns = turns
        self._files = files
        self._doors = asyncio.Semaphore(CALLS)

    async def start(self, counter: Counter) -> None:
        """Nothing to begin: the updates come by polling or webhook."""

    async def stop(self) -> None:
        """Nothing to end."""

    async def turn(self, address: ChannelAddress) -> float:
        """About one message a second to one person, and thirty to all."""
        return await self._turns.take_private(int(address.id))

    async def send(self, outgoing: Outgoing) -> list[Ids]:
        """Send files by Telegram's ids of them, or from our store: nothing is downloaded."""
        reply = Reply(int(outgoing.reply_to), outgoing.quote) if outgoing.reply_to else None
        speaker = self._speaker(outgoing.address)
        content, buttons = outgoing.content, outgoing.buttons

        async def post() -> Posted:
            return await posting.post(speaker, content, reply, buttons)

        posted = await (
            self._branching.post(speaker, outgoing, post) if self._branching else post()
        )
        with suppress(*TROUBLE):  # nothing is sent twice for it: it would be uploaded once more
            for place, file_id in posted.files.items():
                where, file = outgoing.places[place], content.attachments[place]
                await sources.given(*where, file, self._bot.id, file_id)
        return [_ids(numbers) for numbers in posted.ids]

    async def edit(self, outgoing: Outgoing, stands: list[list[str]], place: int) -> list[Ids]:
        """Change what was sent: words, caption, file or live location."""
        numbers = [[int(each) for each in ids] for ids in stands]
        speaker = self._speaker(outgoing.address)
        if outgoing.buttons:  # the desk's own words, in one message
            words = outgoing.content.words
            await changing.rewrite(speaker, numbers[0][0], words, outgoing.buttons)
            return [*stands]
        now = await changing.edit(speaker, numbers, outgoing.content, place)
        return [_ids(stand) for stand in now]

    async def unsend(self, address: ChannelAddress, external_ids: list[str]) -> None:
        """Delete at the customer's side. Raises TooOld after 48 hours."""
        await changing.delete(self._speaker(address), [int(each) for each in external_ids])

    async def react(self, address: ChannelAddress, external_id: str, emoji: str) -> None:
        """Show the operator's reaction; "" takes it back. Raises NoReaction if it cannot be."""
        await changing.react(self._speaker(address), int(external_id), emoji)

    def _speaker(self, address: ChannelAddress) -> Speaker:
        chat_id = int(address.id)
        take, hold = partial(self._turns.take_private, chat_id), partial(self._turns.hold, chat_id)
        turn = turns(take, hold)
        return Speaker(self._bot, Thread(chat_id), turn, self._doors, self._files)


def _ids(numbers: list[int]) -> Ids:
    return [None if number == UNKNOWN else str(number) for number in numbers]
