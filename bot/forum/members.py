"""The members of the group, as Telegram knows them."""

import asyncio

import structlog
from aiogram import Bot
from aiogram.enums import ChatMemberStatus
from aiogram.methods import GetChatMember
from aiogram.types import ChatMemberRestricted

from bot.desk.carrying import TryLater
from bot.desk.operators import Standing
from bot.telegram.calls import ask
from bot.telegram.refusals import NoAccess, NoRights, Refused

PATIENCE = 5.0  # seconds: somebody is waiting for it
ADMINS = {ChatMemberStatus.CREATOR, ChatMemberStatus.ADMINISTRATOR}
GONE = {ChatMemberStatus.LEFT, ChatMemberStatus.KICKED}

log = structlog.get_logger(__name__)


async def standing(bot: Bot, chat_id: int, user_id: int) -> Standing:
    """Ask now, once (Bot API: getChatMember)."""
    try:
        async with asyncio.timeout(PATIENCE):
            member = await ask(bot, GetChatMember(chat_id=chat_id, user_id=user_id))
    except (TryLater, TimeoutError, NoAccess, NoRights) as trouble:
        log.warning("telegram does not say who is a member", user=user_id, reason=str(trouble))
        return Standing.SILENT
    except Refused:  # Telegram knows of no such member
        return Standing.GONE
    if isinstance(member, ChatMemberRestricted):
        return Standing.MEMBER if member.is_member else Standing.GONE
    if member.status in GONE:
        return Standing.GONE
    return Standing.ADMIN if member.status in ADMINS else Standing.MEMBER
