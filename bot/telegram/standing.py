"""What somebody is in a group, read from what Telegram says of a member (Bot API: ChatMember)."""

from aiogram.enums import ChatMemberStatus
from aiogram.types import ChatMemberRestricted, ChatMemberUnion, ResultChatMemberUnion, User

from bot.desk.people.operators import Standing

ADMINS = {ChatMemberStatus.CREATOR, ChatMemberStatus.ADMINISTRATOR}
GONE = {ChatMemberStatus.LEFT, ChatMemberStatus.KICKED}


def of(member: ChatMemberUnion | ResultChatMemberUnion) -> Standing:
    """An admin, a member, or gone; who is restricted may be outside all the same."""
    if isinstance(member, ChatMemberRestricted):
        return Standing.MEMBER if member.is_member else Standing.GONE
    if member.status in GONE:
        return Standing.GONE
    return Standing.ADMIN if member.status in ADMINS else Standing.MEMBER


def hears(member: ChatMemberUnion | ResultChatMemberUnion, bot: User) -> bool:
    """Whether this bot gets what is written in the group where it is that (privacy mode)."""
    what = of(member)
    return what is Standing.ADMIN or (
        what is Standing.MEMBER and bool(bot.can_read_all_group_messages)
    )
