"""What runs beside the work: codes for the console, what the group lets us do, the menus."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from time import monotonic

import structlog
from aiogram import Bot

from bot.desk.outbox.carrying import TryLater, Undeliverable
from bot.desk.people import codes
from bot.forum import Forum, menus
from bot.outage import insist

HEARING_LOOK = 1.0  # seconds
CALM = 30.0  # seconds after a start: by then another program that gets our updates is known
AGAIN = 5.0  # seconds until Telegram is asked again for what it could not answer

log = structlog.get_logger(__name__)


async def show_codes(forum: Forum, say: Callable[[str], None]) -> None:
    """A code that works is on the console for as long as no group is bound."""
    until = datetime.min.replace(tzinfo=UTC)
    while not await insist(forum.bound_chats):
        if (now := datetime.now(UTC)) >= until:
            code = await insist(partial(codes.make, now))
            until = now + codes.LIFE
            say(codes.instruction(code))
        await asyncio.sleep(AGAIN)


async def tell_whether_we_hear(forum: Forum, is_deaf: Callable[[], bool]) -> None:
    """Operators are told when another program gets our updates, and when it is over.

    It may have been told before this start, or by another replica.
    """
    told: bool | None = None
    calm_at = monotonic() + CALM
    while True:
        deaf = is_deaf()
        if deaf != told and (deaf or told or monotonic() >= calm_at):
            await insist(partial(forum.hearing, deaf=deaf))
            told = deaf
        await asyncio.sleep(HEARING_LOOK)


async def look_again(forum: Forum) -> None:
    """Who the admins are, and what the bot may do, can have changed since the last start."""
    bound = await forum.bound_chats()
    await asyncio.gather(*(look(forum, chat_id) for chat_id in bound.values()))


async def look(forum: Forum, chat_id: int) -> None:
    """Bind the group as soon as Telegram answers, unless others are bound, and it is not."""
    while True:
        try:
            warn(await forum.bind(chat_id))
        except TryLater:
            await asyncio.sleep(AGAIN)
            bound = await forum.bound_chats()
            if bound and chat_id not in bound.values():
                return
        except Undeliverable as error:
            log.error("the group cannot be used", chat=chat_id, error=error.detail)
            return
        else:
            return


def warn(lacking: list[str]) -> None:
    """Say in the logs what a group lacks."""
    for line in lacking:
        log.warning("the group lacks something", what=line)


async def publish_menus(bot: Bot) -> None:
    """Command menus are a courtesy: without them everything works."""
    while True:
        try:
            await menus.publish_private(bot)
        except TryLater:
            await asyncio.sleep(AGAIN)
        except Undeliverable as error:
            log.warning("the command menus are not published", error=str(error))
            return
        else:
            return
