"""Carrying into the group: which kind goes where, and what becomes of a refusal."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

import structlog

from bot import texts
from bot.desk import outbox
from bot.desk.outbox import gates
from bot.desk.outbox.carrying import Carried, TryLater, Undeliverable
from bot.desk.outbox.deliveries import Parcel
from bot.desk.outbox.drafts import Kind
from bot.desk.outbox.kinds import to_group, to_topic
from bot.forum import (
    binding,
    changes,
    edits,
    footing,
    groups,
    looks,
    moving,
    notices,
    posts,
    practice,
    setup,
    tags,
    topics,
    whispering,
)
from bot.forum.errand import Errand
from bot.forum.ground import PAUSE, Ground, Grounds, Lacking
from bot.telegram.refusals import Moved, NoAccess, NoRights, NotForum, Refused
from models import Group

log = structlog.get_logger(__name__)

# What is nice to have: where a right for it is missing, the rest of the group goes on.
EXTRAS = (
    to_topic.Card,
    to_topic.Look,
    to_topic.Pin,
    to_topic.Shut,
    to_topic.React,
    to_topic.Nod,
    to_topic.RemoveTopic,
)

# What is done to posts that stand already: without topics they stand in the chat.
ON_POSTS = (
    to_topic.Card,
    to_topic.Edit,
    to_topic.Nod,
    to_topic.Pin,
    to_topic.React,
    to_topic.Retell,
    to_topic.Unmark,
)

IN_TOPICS: dict[type[Kind], Callable[[Errand, Any], Awaitable[Carried]]] = {
    to_topic.Words: posts.words,
    to_topic.File: posts.file,
    to_topic.Echo: posts.echo,
    to_topic.Tell: posts.tell,
    to_topic.Edit: edits.edit,
    to_topic.React: changes.react,
    to_topic.Retell: changes.retell,
    to_topic.Unmark: changes.unmark,
    to_topic.Nod: changes.nod,
    to_topic.Card: changes.card,
    to_topic.Look: looks.look,
    to_topic.Pin: looks.pin,
    to_topic.Shut: looks.shut,
    to_topic.RemoveTopic: looks.remove,
}
# These name their chat themselves, which need not be bound.
ANYWHERE: dict[type[Kind], Callable[[Ground, Any, int], Awaitable[Carried]]] = {
    to_group.Notice: notices.notice,
    to_group.Status: notices.status,
    to_group.Setup: setup.setup,
    to_group.Speak: binding.speak,
    to_group.Survey: binding.look,
    to_group.NoMenus: binding.strip,
    to_group.Practice: practice.mark,
    to_group.Left: moving.left,
    to_group.Tag: tags.tag,
}
# Of these, what is for somebody to read.
SAID = (to_group.Notice, to_group.Status, to_group.Speak, to_group.Left)


async def carry(grounds: Grounds, parcels: list[Parcel]) -> Carried | None:
    """Carry what goes together, where its gate leads; None: nobody is there to be told.

    Raises TryLater, Undeliverable.
    """
    what = parcels[0].what
    if parcels[0].gate == gates.WHISPERS:
        assert isinstance(what, to_group.Whispered)
        return await _whisper(grounds, what, parcels[0].id)
    ground = grounds.of(gates.department_of(parcels[0].gate))
    if isinstance(what, to_group.ToGroup):
        return await _anywhere(ground, what, parcels[0].id)
    # A card that is brought up to date may be so because its group reads another language now.
    group = await ground.group(fresh=isinstance(what, to_topic.Card))
    if group is None:
        raise TryLater("no group is bound", after=PAUSE / 10, certain=True)
    errand = Errand(ground, parcels, group, ground.speaker(group.chat_id))
    try:
        with texts.use(group.language):
            return await _in_group(errand)
    finally:
        if not errand.speaker.calls:
            await ground.purse.give_back(group.chat_id)


async def _whisper(grounds: Grounds, what: to_group.Whispered, number: int) -> Carried | None:
    ground = await grounds.at(what.chat_id)
    try:
        return await whispering.whisper(ground, what, number)
    except Moved as new:
        if await groups.at(what.chat_id):
            await moved(ground, what.chat_id, new.chat_id)
        return await whispering.whisper(ground, what.moved(new.chat_id), number)


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


async def _anywhere(ground: Ground, what: to_group.ToGroup, number: int) -> Carried:
    """Where it says; if Telegram has moved that chat, where it is now."""
    carry = ANYWHERE[type(what)]
    try:
        return await carry(ground, what, number)
    except (NoRights, NoAccess) as refusal:
        group = await ground.group()
        if group is None or group.chat_id != what.chat_id or not isinstance(what, SAID):
            raise
        raise await _silenced(ground, group, refusal) from refusal
    except Moved as new:
        if await groups.at(what.chat_id):
            await moved(ground, what.chat_id, new.chat_id)
        return await carry(ground, what.moved(new.chat_id), number)


async def _in_group(errand: Errand) -> Carried:
    ground, group, what = errand.ground, errand.group, errand.parcel.what
    try:
        carried = await _where_allowed(errand)
    except Moved as new:
        await moved(ground, group.chat_id, new.chat_id)
        raise TryLater("the group has a new id", certain=True) from new
    except NotForum as refusal:
        raise await _lacks(ground, group, footing.FORUM, refusal.detail) from refusal
    except (NoRights, NoAccess) as refusal:
        if isinstance(what, EXTRAS) and isinstance(refusal, NoRights):
            raise await _lacks(ground, group, what.kind, refusal.detail) from refusal
        raise await _silenced(ground, group, refusal) from refusal
    if errand.speaker.calls and not ground.lacking:
        if ground.trouble and group.deaf_since is not None:
            await _have_looked_at(group)
        ground.trouble = ""
    return carried


async def _silenced(ground: Ground, group: Group, refusal: Refused) -> TryLater:
    """The bound group lets the bot say nothing: all that is for it waits, and is told then."""
    ground.trouble = refusal.detail
    log.error("group_refuses", chat=group.chat_id, reason=refusal.detail)
    if isinstance(refusal, NoAccess) and group.deaf_since is None:
        with suppress(TryLater, Undeliverable):  # a survey would be behind all that is refused
            await binding.look_at(ground, group)
            ground.all.forget_groups()
    return TryLater(refusal.detail, after=PAUSE, certain=True, hold=str(group.chat_id))


async def _have_looked_at(group: Group) -> None:
    """That the bot is in again may be found here alone: what told of it can be lost."""
    async with outbox.transaction():
        await outbox.put_instead(to_group.Survey(group.chat_id).draft(), groups.now())


async def _where_allowed(errand: Errand) -> Carried:
    """Carry what the group lets us carry, as far as is known. Raises Lacking for the rest."""
    ground, what = errand.ground, errand.parcel.what
    if not isinstance(what, ON_POSTS):
        await _needs_topics(errand)
    if isinstance(what, EXTRAS):
        ground.needs(what.kind)
    try:
        carried = await IN_TOPICS[type(what)](errand, what)
    except Lacking as refusal:
        if refusal.fresh:
            raise await _lacks(ground, errand.group, refusal.what, str(refusal)) from refusal
        raise
    ground.has(what.kind)
    return carried


async def _lacks(ground: Ground, group: Group, what: str, detail: str) -> Lacking:
    """The group refused it: its operators are told, and only what needs it waits."""
    ground.lacks(what, detail)
    log.error("group_lacks", chat=group.chat_id, what=what, reason=detail)
    if what in (footing.TOPICS, footing.FORUM):
        await footing.lacks(group, what)
        ground.all.forget_groups()  # as it is now, it says what it lacks
    return Lacking(what, detail)


async def _needs_topics(errand: Errand) -> None:
    """Where topics were missed, ask for them first. Raises Lacking, NotForum."""
    ground, group = errand.ground, errand.group
    if ground.needs(footing.FORUM) or group.lacks == footing.FORUM:
        await topics.there(errand)
        ground.has(footing.FORUM)
        await footing.mended(group, footing.FORUM)
        ground.all.forget_groups()


async def moved(ground: Ground, chat_id: int, new_chat_id: int) -> None:
    """Telegram gave the group a new id; inside the update's transaction or outside of one."""
    async with outbox.transaction():
        await groups.moved(chat_id, new_chat_id)
        await rights_changed(ground, groups.now())
    ground.all.forget_groups()


async def rights_changed(ground: Ground, now: datetime) -> None:
    """What the bot may do in the group has changed: what was refused may work again.

    Inside a transaction.
    """
    ground.is_well()
    if ground.department is not None:
        await outbox.try_now(gates.of(ground.department), now)
