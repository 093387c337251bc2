"""Carrying into the group: which kind goes where, and what becomes of a refusal."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

import structlog

from bot import texts
from bot.desk import outbox
from bot.desk.outbox.carrying import Carried, TryLater
from bot.desk.outbox.deliveries import FORUM, Parcel
from bot.forum import (
    binding,
    changes,
    edits,
    footing,
    groups,
    looks,
    posts,
    practice,
    reports,
    setup,
    topics,
)
from bot.forum.errand import PAUSE, Errand, Ground, Lacking
from bot.telegram.refusals import Moved, NoAccess, NoRights, NotForum
from models import Group

log = structlog.get_logger(__name__)

# What is nice to have: where a right for it is missing, the rest of the group goes on.
EXTRAS = {"card", "look", "pin", "shut", "react", "nod", "remove_topic"}

# What is done to posts that stand already: without topics they stand in the chat.
ON_POSTS = {"card", "edit", "nod", "pin", "react", "retell", "unmark"}

IN_TOPICS: dict[str, Callable[[Errand], Awaitable[Carried]]] = {
    "words": posts.words,
    "file": posts.file,
    "tell": posts.tell,
    "edit": edits.edit,
    "react": changes.react,
    "retell": changes.retell,
    "unmark": changes.unmark,
    "nod": changes.nod,
    "card": changes.card,
    "look": looks.look,
    "pin": looks.pin,
    "shut": looks.shut,
    "remove_topic": looks.remove,
}
# These name their chat themselves, which need not be bound.
ANYWHERE: dict[str, Callable[[Ground, Parcel], Awaitable[Carried]]] = {
    "report": reports.report,
    "status": reports.status,
    "setup": setup.setup,
    "survey": binding.look,
    "practice": practice.mark,
}
SAID = ("report", "status")  # of these, what is for somebody to read


async def carry(ground: Ground, parcels: list[Parcel]) -> Carried:
    """Carry what goes together. Raises TryLater, Undeliverable."""
    parcel = parcels[0]
    if parcel.kind in ANYWHERE:
        return await _anywhere(ground, parcel)
    group = await ground.group()
    if group is None:
        raise TryLater("no group is bound", after=PAUSE / 10, certain=True)
    errand = Errand(ground, parcels, group, ground.speaker(group.chat_id))
    try:
        with texts.use(group.language):
            return await _in_group(errand)
    finally:
        if not errand.speaker.calls:
            await ground.purse.give_back(group.chat_id)


async def mark(ground: Ground, message_id: int) -> None:
    """Mark an operator's words as delivered. Raises TryLater, Undeliverable."""
    group = await ground.group()
    if group is None:
        return
    speaker = ground.speaker(group.chat_id)
    try:
        await changes.mark(speaker, group, message_id)
    except Moved as new:
        await moved(ground, group.chat_id, new.chat_id)
    finally:
        if not speaker.calls:
            await ground.purse.give_back(group.chat_id)


async def _anywhere(ground: Ground, parcel: Parcel) -> Carried:
    """Where the parcel says; if Telegram has moved that chat, where it is now."""
    try:
        return await ANYWHERE[parcel.kind](ground, parcel)
    except (NoRights, NoAccess) as refusal:
        group = await ground.group()
        ours = group is not None and group.chat_id == parcel.payload["chat_id"]
        if not ours or parcel.kind not in SAID:
            raise
        raise _silenced(ground, parcel.payload["chat_id"], refusal.detail) from refusal
    except Moved as new:
        if await groups.at(parcel.payload["chat_id"]):
            await moved(ground, parcel.payload["chat_id"], new.chat_id)
        there = {"chat_id": new.chat_id, "thread_id": None, "reply_to": None}
        parcel = replace(parcel, payload=parcel.payload | there)
        return await ANYWHERE[parcel.kind](ground, parcel)


async def _in_group(errand: Errand) -> Carried:
    ground, group, kind = errand.ground, errand.group, errand.parcel.kind
    try:
        carried = await _where_allowed(errand)
    except Moved as new:
        await moved(ground, group.chat_id, new.chat_id)
        raise TryLater("the group has a new id", certain=True) from new
    except NotForum as refusal:
        raise await _lacks(ground, group, footing.FORUM, refusal.detail) from refusal
    except (NoRights, NoAccess) as refusal:
        if kind in EXTRAS and isinstance(refusal, NoRights):
            raise await _lacks(ground, group, kind, refusal.detail) from refusal
        raise _silenced(ground, group.chat_id, refusal.detail) from refusal
    if errand.speaker.calls and not ground.lacking:
        ground.trouble = ""
    return carried


def _silenced(ground: Ground, chat_id: int, detail: str) -> TryLater:
    """The bound group lets the bot say nothing: all that is for it waits, and is told then."""
    ground.trouble = detail
    log.error("group_refuses", chat=chat_id, reason=detail)
    return TryLater(detail, after=PAUSE, certain=True, hold=str(chat_id))


async def _where_allowed(errand: Errand) -> Carried:
    """Carry what the group lets us carry, as far as is known. Raises Lacking for the rest."""
    ground, kind = errand.ground, errand.parcel.kind
    if kind not in ON_POSTS:
        await _needs_topics(errand)
    if kind in EXTRAS:
        ground.needs(kind)
    try:
        carried = await IN_TOPICS[kind](errand)
    except Lacking as refusal:
        if refusal.fresh:
            raise await _lacks(ground, errand.group, refusal.what, str(refusal)) from refusal
        raise
    ground.has(kind)
    return carried


async def _lacks(ground: Ground, group: Group, what: str, detail: str) -> Lacking:
    """The group refused it: its operators are told, and only what needs it waits."""
    ground.lacks(what, detail)
    log.error("group_lacks", chat=group.chat_id, what=what, reason=detail)
    if what in (footing.TOPICS, footing.FORUM):
        await footing.lacks(group, what)
        ground.forget_group()  # as it is now, it says what it lacks
    return Lacking(what, detail)


async def _needs_topics(errand: Errand) -> None:
    """Where topics were missed, ask for them first. Raises Lacking, NotForum."""
    ground, group = errand.ground, errand.group
    if ground.needs(footing.FORUM) or group.lacks == footing.FORUM:
        await topics.there(errand)
        ground.has(footing.FORUM)
        await footing.mended(group, footing.FORUM)
        ground.forget_group()


async def moved(ground: Ground, chat_id: int, new_chat_id: int) -> None:
    """Telegram gave the group a new id; inside the update's transaction or outside of one."""
    async with outbox.transaction():
        await groups.moved(chat_id, new_chat_id)
        await rights_changed(ground, groups.now())
    ground.forget_group()


async def rights_changed(ground: Ground, now: datetime) -> None:
    """What the bot may do in the group has changed: what was refused may work again.

    Inside a transaction.
    """
    ground.trouble = ""
    ground.lacking.clear()
    await outbox.try_now(FORUM, now)
