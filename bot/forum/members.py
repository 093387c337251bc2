"""The members of the group, as Telegram knows them."""

import asyncio

import structlog
from aiogram import Bot
from aiogram.methods import GetChatMember
from aiogram.types import ResultChatMemberUnion

from bot.desk.outbox.carrying import TryLater
from bot.telegram.calls import ask
from bot.telegram.refusals import NoMember, Refused
from bot.telegram.standing import of
from models import Standing

PATIENCE = 8.0  # seconds: somebody is waiting for it
FIRST_WAIT = 0.1  # seconds; doubled with each failure

log = structlog.get_logger(__name__)


async def standing(bot: Bot, chat_id: int, user_id: int) -> Standing:
    """Ask now, and again while Telegram is in trouble, but not for long (Bot API: getChatMember).

    Only what Telegram says clearly counts: whatever else it answers, it said nothing.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            member = await _member(bot, GetChatMember(chat_id=chat_id, user_id=user_id))
    except NoMember:
        return Standing.GONE
    except (TimeoutError, Refused) as trouble:
        log.warning("telegram does not say who is a member", user=user_id, reason=str(trouble))
        return Standing.UNKNOWN
    return of(member)


async def _member(bot: Bot, method: GetChatMember) -> ResultChatMemberUnion:
    wait = FIRST_WAIT
    while True:
        try:
            return await ask(bot, method)
        except TryLater as trouble:
            await asyncio.sleep(max(wait, trouble.after))
            wait *= 2
