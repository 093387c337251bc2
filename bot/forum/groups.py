"""The operators' group: which one it is, and where it went."""

from datetime import UTC, datetime

import structlog

from bot.desk import outbox
from models import Group, Post, Topic
from models.rows import find

log = structlog.get_logger(__name__)


def now() -> datetime:
    """The present instant: carriers work in it, whatever the desk was told."""
    return datetime.now(UTC)


async def bound() -> Group | None:
    """The group that is bound."""
    return await Group.get_or_none(is_bound=True)


async def at(chat_id: int) -> Group | None:
    """The bound group, if it is this chat."""
    found = await find(Group, "chat_id = $1 AND is_bound", chat_id)
    return found[0] if found else None


async def bind(chat_id: int, title: str, language: str) -> Group:
    """Make this the operators' group instead of any other."""
    async with outbox.transaction():
        await outbox.lock("bind a group")
        await Group.exclude(chat_id=chat_id).update(is_bound=False)
        values = {"title": title[:255], "language": language, "is_bound": True, "bound_at": now()}
        group, _made = await Group.update_or_create(chat_id=chat_id, defaults=values)
    return group


async def moved(chat_id: int, new_chat_id: int) -> None:
    """A supergroup has ids of its own: nothing of the old chat is valid any more."""
    async with outbox.transaction():
        group = await Group.get_or_none(chat_id=chat_id)
        if group is None:
            return
        group.chat_id, group.migrated_from = new_chat_id, chat_id
        await group.save(update_fields=["chat_id", "migrated_from"])
        await Topic.filter(group_id=group.id).delete()
        await Post.filter(group_id=group.id).delete()
    log.warning("group_moved", chat=new_chat_id, was=chat_id)
