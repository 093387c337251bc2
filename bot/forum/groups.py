"""The operators' groups: which one each department has, and where they went."""

from datetime import UTC, datetime
from typing import Any

import structlog

from bot.desk import outbox
from bot.desk.outbox.carrying import TryLater
from bot.desk.people import departments, memberships
from bot.desk.people.actors import GROUP, HIDDEN, Actor
from bot.desk.talk import hints
from bot.desk.tickets import duty, events, looks
from models import FIRST, FormerTopic, Group, Post, Topic
from models.rows import find

WATCHED = ("chat_id", "department_id", "title", "language", "is_bound")
BINDING = "bind a group"  # a lock: one at a time

log = structlog.get_logger(__name__)


def now() -> datetime:
    """The present instant: carriers work in it, whatever the desk was told."""
    return datetime.now(UTC)


async def all_bound() -> dict[int, Group]:
    """The bound groups by their departments, the oldest department first."""
    found = await find(Group, "is_bound ORDER BY department_id")
    return {group.department_id: group for group in found}


async def bound(department: int) -> Group | None:
    """The group that is bound to this department."""
    return (await all_bound()).get(department)


async def at(chat_id: int) -> Group | None:
    """The bound group that this chat is."""
    found = await find(Group, "chat_id = $1 AND is_bound", chat_id)
    return found[0] if found else None


async def has_followed(group: Group) -> bool:
    """Whether another group was its department's before."""
    return await Group.filter(department_id=group.department_id).exclude(id=group.id).exists()


async def bind(
    chat_id: int,
    title: str,
    language: str | None,
    actor: Actor,
    instead_of: int | None = None,
    department: int = FIRST,
) -> Group | None:
    """Make this a department's group, in the place of `instead_of` at most. Gives that group.

    Without a `language` it reads what it has read.

    Raises TryLater when another one has been bound meanwhile, or this one elsewhere, and when the
    department has been dissolved.
    """
    async with outbox.transaction():
        await outbox.lock(BINDING)
        former, here = await bound(department), await at(chat_id)
        if await departments.is_dissolved(department):
            raise TryLater("the department has just been dissolved", certain=True)
        _check(former, here, chat_id, instead_of, department)
        if former is not None and former.chat_id != chat_id:
            await _change(former, "left", actor, is_bound=False)
        values: dict[str, Any] = {
            "title": title[:255],
            "is_bound": True,
            "department_id": department,
        }
        if named := await departments.called(department, title):
            await note_department(department, named, actor)
        if language is not None:
            values["language"] = language
        if former is None or former.chat_id != chat_id:  # what was said in it before is old
            values |= {"bound_at": now(), "lacks": None, "deaf_since": None, "rival_since": None}
            await hints.comes_back(chat_id)
        if group := await Group.get_or_none(chat_id=chat_id):
            await _change(group, "bound", actor, **values)
        else:
            new = await Group.create(chat_id=chat_id, **values)
            await _note(new, "bound", actor, {})
    return former if former and former.chat_id != chat_id else None


def _check(
    former: Group | None, here: Group | None, chat_id: int, instead_of: int | None, department: int
) -> None:
    if former is not None and former.chat_id not in (chat_id, instead_of):
        raise TryLater("another group has just been bound", certain=True)
    if here is not None and here.department_id != department:
        raise TryLater("this group has just been bound to another department", certain=True)


async def let_go(group: Group, actor: Actor) -> None:
    """The desk works there no more, and nobody is believed to be in it."""
    await _change(group, "left", actor, is_bound=False)
    await memberships.doubt_all(group.id)


async def actor_in(chat_id: int, user_id: int | None) -> Actor:
    """Who has asked for something in a group: one of its members, or somebody who hides."""
    group = await at(chat_id)
    member = await memberships.found(group.id, user_id) if group and user_id else None
    return member or HIDDEN


async def speak(language: str, actor: Actor, chat_id: int | None = None) -> list[Group]:
    """The bound groups, or that one, read `language` from now on, their cards too.

    Gives those that read another one before.
    """
    async with outbox.transaction():
        others = Group.filter(is_bound=True).exclude(language=language)
        changed = await (others if chat_id is None else others.filter(chat_id=chat_id))
        for group in changed:
            await _change(group, "language", actor, language=language)
            await looks.refresh_cards(group.department_id, now())
            await duty.speaks_anew(group.chat_id, group.department_id, now())
    return changed


async def left(chat_id: int) -> Group | None:
    """The group that this chat is, if the desk worked in it once and does no more."""
    found = await find(Group, "chat_id = $1 AND NOT is_bound", chat_id)
    return found[0] if found else None


async def followed(chat_id: int) -> int:
    """The chat's present id: a setting may still have the one before Telegram moved it."""
    group = await Group.get_or_none(migrated_from=chat_id)
    return group.chat_id if group else chat_id


async def moved(chat_id: int, new_chat_id: int) -> None:
    """A supergroup has ids of its own: nothing of the old chat is valid any more."""
    async with outbox.transaction():
        group = await Group.get_or_none(chat_id=chat_id)
        if group is None:
            return
        ids = {"chat_id": new_chat_id, "migrated_from": chat_id}
        await _change(group, "moved", GROUP, **ids, test_thread_id=None, test_card_id=None)
        await Topic.filter(group_id=group.id).delete()
        await FormerTopic.filter(group_id=group.id).delete()
        await Post.filter(group_id=group.id).delete()
    log.warning("group_moved", chat=new_chat_id, was=chat_id)


async def note_department(number: int, name: str, actor: Actor) -> None:
    """Write down what a department is called from now on."""
    after, whose = {"name": name}, {"department": number}
    await events.note(None, "department named", actor, now(), after=after, details=whose)


async def _change(group: Group, name: str, actor: Actor, **values: Any) -> None:
    """Give a group these values; write down what they were and are."""
    before = _watched(group)
    group.update_from_dict(values)
    await group.save(update_fields=[*values])
    await _note(group, name, actor, before)


async def _note(group: Group, name: str, actor: Actor, before: dict[str, Any]) -> None:
    after = {each: value for each, value in _watched(group).items() if before.get(each) != value}
    if after:
        was = {each: before.get(each) for each in after}
        whose = {"group": group.id}
        await events.note(None, name, actor, now(), before=was, after=after, details=whose)


def _watched(group: Group) -> dict[str, Any]:
    return {name: getattr(group, name) for name in WATCHED}
