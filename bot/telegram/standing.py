"""What somebody is in a group, read from what Telegram says of a member (Bot API: ChatMember)."""

from aiogram.enums import ChatMemberStatus
from aiogram.types import ChatMemberRestricted, ChatMemberUnion, ResultChatMemberUnion, User

from models import Standing

COMMANDS = {
    ChatMemberStatus.CREATOR: Standing.OWNER,
    ChatMemberStatus.ADMINISTRATOR: Standing.ADMIN,
}
GONE = {ChatMemberStatus.LEFT, ChatMemberStatus.KICKED}


def of(member: ChatMemberUnion | ResultChatMemberUnion) -> Standing:
    """Owner, admin, member, or gone; who is restricted may be outside all the same."""
    if isinstance(member, ChatMemberRestricted):
        return Standing.MEMBER if member.is_member else Standing.GONE
    if member.status in GONE:
        return Standing.GONE
    return COMMANDS.get(member.status, Standing.MEMBER)


def hears(member: ChatMemberUnion | ResultChatMemberUnion, bot: User) -> bool:
    """Whether this bot gets what is written in the group where it is that (privacy mode)."""
    what = of(member)
    return what.is_admin or (what is Standing.MEMBER and bool(bot.can_read_all_group_messages))
