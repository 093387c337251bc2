"""Whispering: an answer to one person goes to that person, by the first way that works for them.

A pressed button is answered by its handler. Else there is an ephemeral message, which costs the
group no action; then the private chat, if they have one with the bot; at last the topic, before
all. What is for all to know, such as words that went nowhere, is never whispered.
"""

from functools import partial

from bot.desk import outbox
from bot.desk.outbox.carrying import Carried, TryLater
from bot.desk.outbox.kinds.to_group import Whispered
from bot.desk.people import memberships
from bot.desk.said.spots import ASIDE, standing
from bot.forum import aside, groups, notices, private
from bot.forum.ground import Ground
from bot.forum.groups import now
from bot.forum.notices import Told
from bot.telegram.refusals import Moved, NoMember, Refused
from models import Membership, Operator, Standing


async def whisper(ground: Ground, what: Whispered, number: int) -> Carried | None:
    """Tell it to who asked; None: they have left the group. Raises TryLater, Undeliverable, Moved.

    Where no other way is left, it is put anew for the group's own gate, which pays for it.
    `number`: which delivery this is.
    """
    member = await _member(what)
    if member is not None and member.standing is Standing.GONE:
        return None
    told = await notices.said(ground, what)
    try:
        return await _told(ground, what, told, member, number)
    except NoMember:
        return None


async def _told(
    ground: Ground, what: Whispered, told: Told, member: Membership | None, number: int
) -> Carried:
    if what.turns and await _turned(ground, what, told):
        return Carried()
    open_ = await private.is_open(what)
    if await aside.is_known(ground, what, told, _operator(member), number):
        wait = await aside.turn_comes(ground, what)
        if wait and not open_:
            raise _not_yet(wait)
        if not wait and (carried := await aside.say(ground, what, told)):
            return carried
    if open_:
        if wait := await private.turn_comes(ground, what):
            raise _not_yet(wait)
        if carried := await private.say(ground, what, told):
            return carried
    return Carried(record=partial(_aloud, what))


async def _turned(ground: Ground, what: Whispered, told: Told) -> bool:
    """Change what stands already. False: it stands there no more, so it is said anew."""
    assert what.turns is not None
    way, place = standing(what.turns)
    there = aside if way == ASIDE else private
    if wait := await there.turn_comes(ground, what):
        raise _not_yet(wait)
    try:
        await there.turn(ground, what, place, told)
    except (Moved, NoMember):
        raise
    except Refused:
        return False
    return True


async def _member(what: Whispered) -> Membership | None:
    """Who asks, as they are known in the group."""
    group = await groups.at(what.chat_id)
    return await memberships.found(group.id, what.asked_by or 0) if group else None


def _operator(member: Membership | None) -> Operator | None:
    return member.operator if member is not None else None


async def _aloud(what: Whispered) -> None:
    await outbox.put(what.said_aloud().draft(), now())


def _not_yet(wait: float) -> TryLater:
    return TryLater("many answers to one person", after=wait, certain=True, blameless=True)
