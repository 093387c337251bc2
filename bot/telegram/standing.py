"""What somebody is in a group, read from what Telegram says of a member (Bot API: ChatMember)."""

from aiogram.enums import ChatMemberStatus
from aiogram.types import ChatMemberRestricted, ChatMemberUnion, ResultChatMemberUnion

from bot.desk.operators import Standing

ADMINS = {ChatMemberStatus.CREATOR, ChatMemberStatus.ADMINISTRATOR}
GONE = {ChatMemberStatus.LEFT, ChatMemberStatus.KICKED}


def of(member: ChatMemberUnion | ResultChatMemberUnion) -> Standing:
    """An admin, a member, or gone; who is restricted may be outside all the same."""
    if isinstance(member, ChatMemberRestricted):
        return Standing.MEMBER if member.is_member else Standing.GONE
    if member.status in GONE:
        return Standing.GONE
    return Standing.ADMIN if member.status in ADMINS else Standing.MEMBER
