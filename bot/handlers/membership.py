"""Who comes and goes: customers that block the bot, operators that join or leave."""

from datetime import datetime

from aiogram import Bot, Router
from aiogram.types import ChatMemberRestricted, ChatMemberUpdated, User

from bot import texts
from bot.config import Settings
from bot.desk.said.spots import Spot
from bot.desk.talk import notices, reach
from bot.desk.tickets import members
from bot.forum import Forum
from bot.forum.footing import Powers
from bot.handlers.filters import IN_GROUP, PRIVATE
from bot.telegram import reading, standing
from bot.telegram.standing import GONE
from bot.texts import _


def build() -> Router:
    """The router of membership."""
    router = Router(name="membership")
    router.my_chat_member.register(private, PRIVATE)
    router.my_chat_member.register(ours, IN_GROUP)
    router.chat_member.register(operator)
    return router


async def private(update: ChatMemberUpdated, now: datetime) -> None:
    """A customer blocked the bot, or let it in again."""
    place = reading.address(update.chat.id)
    if update.new_chat_member.status in GONE:
        await reach.blocked(place, now, update.date)
    else:
        await reach.returned(place, now, update.date)


async def ours(
    update: ChatMemberUpdated,
    bot: Bot,
    now: datetime,
    forum: Forum,
    settings: Settings,
    *,
    replayed: bool = False,
) -> None:
    """The bot was added to a group, or its rights changed there."""
    was, is_ = update.old_chat_member.status, update.new_chat_member.status
    group = await forum.group_of(update.chat.id)
    if group is not None:
        if update.date < group.bound_at.replace(microsecond=0):
            return  # the group was looked at since
        if replayed:
            await notices.ask_look(group.chat_id, now)
            return
        powers = _powers(update, await bot.me())
        await forum.powers_changed(group, powers, update.date, now)
        return
    if was in GONE and is_ not in GONE:
        with texts.use(settings.language):
            sentence = _(
                "Hello! To make this your operators’ group: turn on topics, make me an admin who "
                "may manage topics, delete and pin messages, then send /setup with the code from "
                "the console."
            )
            await notices.answer(Spot(update.chat.id), sentence, now)


def _powers(update: ChatMemberUpdated, me: User) -> Powers:
    former, member = update.old_chat_member, update.new_chat_member
    speaks = member.status not in GONE
    if isinstance(member, ChatMemberRestricted):
        speaks = member.is_member and member.can_send_messages
    return Powers(
        hears=standing.hears(member, me),
        speaks=speaks,
        may_manage=bool(getattr(member, "can_manage_topics", False)),
        returned=former.status in GONE and member.status not in GONE,
        promoted=standing.of(member).is_admin and not standing.of(former).is_admin,
    )


async def operator(
    update: ChatMemberUpdated, now: datetime, forum: Forum, *, replayed: bool = False
) -> None:
    """Somebody joined or left the operators' group, became an admin or is one no more."""
    member = update.new_chat_member
    user = member.user
    group = await forum.group_of(update.chat.id)
    if user.is_bot or group is None:
        return
    if replayed:
        await members.doubt(group.id, user.id, now)
        return
    await members.met(group.id, user.id, reading.person(user), now, standing.of(member))
