"""Tags of regular members: what may stand in one, and who gives it (Bot API: setChatMemberTag)."""

from __future__ import annotations

import re
from dataclasses import replace

from sandbox.chats import Chat
from sandbox.errors import bad
from sandbox.posting import emit
from sandbox.world import World

LIMIT = 16
REGULAR = ("member", "restricted")
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u20e3\ufe0f\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615"
    "\u2648-\u2653\u267f\u2693\u26a1\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3"
    "\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf"
    "\u2b1b\u2b1c\u2b50\u2b55]"
)


def tag_member(world: World, chat: Chat, user: int, text: str) -> None:
    """Give a regular member this tag; an empty one takes it away. Nobody is sent an update.

    The refusals are the closed server's, known from custom titles. Raises `ApiError`.
    """
    member = chat.member(user)
    if chat.is_admin(user):
        raise bad("user is an administrator of the chat")
    if member.status not in REGULAR:
        raise bad("USER_NOT_PARTICIPANT")
    tag = " ".join(text.split())
    if len(tag) > LIMIT:
        raise bad("ADMIN_RANK_INVALID")
    if _EMOJI.search(tag):
        raise bad("ADMIN_RANK_EMOJI_NOT_ALLOWED")
    chat.members[user] = replace(member, tag=tag)
    emit(world, "member", chat, user=user, status=member.status)
