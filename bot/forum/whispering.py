"""Whispering: an answer to one person goes to that person, by the first way that works for them.

A pressed button is answered by its handler. Else there is an ephemeral message, which costs the
group no action; then the private chat, if they have one with the bot; at last the topic, before
all. What is for all to know, such as words that went nowhere, is never whispered.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from time import monotonic

import structlog
from aiogram.methods import DeleteMessages

from bot.budget import whispers
from bot.desk import outbox
from bot.desk.outbox.carrying import Carried, TryLater
from bot.desk.outbox.kinds.to_group import Whispered
from bot.desk.people import customers, memberships
from bot.desk.talk import reach
from bot.desk.words import Words, bold, join
from bot.forum import groups, notices
from bot.forum.ground import Ground
from bot.forum.groups import now
from bot.telegram import buttons, reading
from bot.telegram.refusals import (
    Blocked,
    Moved,
    NoAccess,
    NoMember,
    NoRights,
    Refused,
    TopicClosed,
    TopicGone,
    Unreachable,
)
from bot.telegram.shown import UNKNOWN
from bot.telegram.speaker import Place, Reply, Speaker
from models import Group, Standing

DAY = 86_400.0  # seconds until a server that does not know of whispers is tried again
AGAIN = 60.0  # seconds until a group that does not let us whisper is
SERVER = "server"

log = structlog.get_logger(__name__)


async def whisper(ground: Ground, what: Whispered) -> Carried | None:
    """Tell it to who asked; None: they have left the group. Raises TryLater, Undeliverable, Moved.

    Where no other way is left, it is put anew for the group's own gate, which pays for it.
    """
    if await _has_left(what):
        return None
    said = await notices.said(ground, what)
    try:
        for way in (_ephemeral, _private):
            if carried := await way(ground, what, said):
                return carried
    except NoMember:
        return None
    return Carried(record=partial(_aloud, what))


async def _has_left(what: Whispered) -> bool:
    """Whether it is known that they are in the group no more: then nothing of it is for them."""
    group = await groups.at(what.chat_id)
    member = await memberships.found(group.id, what.asked_by or 0) if group else None
    return member is not None and member.standing is Standing.GONE


async def _aloud(what: Whispered) -> None:
    await outbox.put(what.said_aloud().draft(), now())


async def _ephemeral(ground: Ground, what: Whispered, said: notices.Told) -> Carried | None:
    """None: this way is not open just now. Raises NoMember for who has left the group."""
    if _is_unheard(ground, what):
        return None
    wait = await ground.purse.take_whisper(what.chat_id)
    if wait and await _has_private_chat(what):
        return None
    if wait:
        raise TryLater("many whispers", after=wait, certain=True, blameless=True)
    try:
        return await _said_aside(ground, what, said)
    except (Moved, NoMember):
        raise
    except Refused as refusal:
        _heeds(ground, what, refusal)
        return None
    except TryLater as trouble:
        if trouble.hold is not None:  # a flood wait of this way, and not of the group's
            trouble.hold = whispers(what.chat_id)
        raise


async def _said_aside(ground: Ground, what: Whispered, said: notices.Told) -> Carried | None:
    reply = Reply(what.reply_to) if what.reply_to else None
    try:
        shown = await _voice(ground, what, what.thread_id).says(said.words, reply, said.buttons)
    except (TopicGone, TopicClosed):
        await ground.purse.take_whisper(what.chat_id)
        shown = await _voice(ground, what, None).says(said.words, None, said.buttons)
    if before_all := [message.message_id for message in shown if message.message_id]:
        await _take_back(ground, what, before_all)
        return None
    return Carried(external_id=str(shown[0].ephemeral_message_id or UNKNOWN))


def _voice(ground: Ground, what: Whispered, thread_id: int | None) -> Speaker:
    purse, chat = ground.purse, what.chat_id
    turn = partial(_turn, partial(purse.take_whisper, chat), partial(purse.hold, whispers(chat)))
    return _speaker(ground, Place(chat, thread_id, what.asked_by), turn)


async def _take_back(ground: Ground, what: Whispered, numbers: list[int]) -> None:
    """A Bot API server from before ephemeral messages has posted it for all to see."""
    log.warning("the Bot API server does not know ephemeral messages", chat=what.chat_id)
    ground.all.unheard[SERVER] = monotonic() + DAY
    with suppress(Refused):
        voice = ground.speaker(what.chat_id)
        await voice.call(DeleteMessages(chat_id=what.chat_id, message_ids=numbers))


def _heeds(ground: Ground, what: Whispered, refusal: Refused) -> None:
    """What was refused for want of a right is refused to all."""
    lacking = isinstance(refusal, NoRights | NoAccess)
    whose = str(what.chat_id) if lacking else f"{what.chat_id}:{what.asked_by}"
    ground.all.unheard[whose] = monotonic() + AGAIN
    log.info("a whisper is refused", chat=what.chat_id, reason=refusal.detail)


def _is_unheard(ground: Ground, what: Whispered) -> bool:
    known, chat = ground.all.unheard, str(what.chat_id)
    return any(
        known.get(whose, 0.0) > monotonic() for whose in (SERVER, chat, f"{chat}:{what.asked_by}")
    )


async def _private(ground: Ground, what: Whispered, said: notices.Told) -> Carried | None:
    """None: they have no private chat with the bot, or have shut it."""
    if not await _has_private_chat(what):
        return None
    who = what.asked_by
    assert who is not None
    wait = await ground.purse.take_private(who)
    if wait:
        raise TryLater("many private messages", after=wait, certain=True, blameless=True)
    take = partial(ground.purse.take_private, who)
    turn = partial(_turn, take, partial(ground.purse.hold, who))
    voice = _speaker(ground, Place(who), turn)
    group = await groups.at(what.chat_id)
    keys = buttons.placed(said.buttons, group.id, what.thread_id) if group else None
    try:
        shown = await voice.say(_headed(said.words, group), None, keys)
    except (Blocked, Unreachable, NoAccess) as refusal:
        log.info("a private chat is shut", user=who, reason=refusal.detail)
        async with outbox.transaction():
            await reach.blocked(reading.address(who), now())
        return None
    return Carried(external_id=str(shown[0]))


async def _has_private_chat(what: Whispered) -> bool:
    return await customers.is_reached(reading.address(what.asked_by or 0))


def _headed(words: Words, group: Group | None) -> Words:
    """With where it was asked."""
    return join("\n", [bold(group.title), words]) if group else words


def _speaker(ground: Ground, place: Place, turn: Callable[[float], Awaitable[None]]) -> Speaker:
    return Speaker(ground.bot, place, turn, asyncio.Semaphore(), ground.all.files)


async def _turn(
    take: Callable[[], Awaitable[float]],
    hold: Callable[[float], Awaitable[None]],
    after: float,
) -> None:
    if after:
        await hold(after)
    while True:
        wait = await take()
        if not wait:
            return
        await asyncio.sleep(wait)
