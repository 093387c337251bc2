"""Private chats of operators with the bot, where they have one: answers that cost no group."""

import asyncio
from functools import partial

import structlog

from bot.desk import outbox
from bot.desk.outbox.carrying import Carried
from bot.desk.outbox.kinds.to_group import Whispered
from bot.desk.people import customers
from bot.desk.said import Buttons
from bot.desk.talk import reach
from bot.desk.words import Words, bold, join
from bot.forum import groups
from bot.forum.ground import Ground
from bot.forum.groups import now
from bot.forum.notices import Told
from bot.telegram import buttons, changing, reading
from bot.telegram.refusals import Blocked, NoAccess, Unreachable
from bot.telegram.speaker import Speaker, Thread, turns
from models import Group

log = structlog.get_logger(__name__)


async def is_open(what: Whispered) -> bool:
    """Whether they have written to the bot, and have not shut it out since."""
    return await customers.is_reached(reading.address(what.asked_by or 0))


async def say(ground: Ground, what: Whispered, told: Told) -> Carried | None:
    """None: they have shut the bot out, which it did not know. Raises TryLater."""
    words, keys = await _placed(what, told)
    try:
        shown = await _voice(ground, what).say(words, None, keys)
    except (Blocked, Unreachable, NoAccess) as refusal:
        log.info("a private chat is shut", user=what.asked_by, reason=refusal.detail)
        async with outbox.transaction():
            await reach.blocked(reading.address(what.asked_by or 0), now())
        return None
    return Carried(external_id=str(shown[0]))


async def turn(ground: Ground, what: Whispered, number: int, told: Told) -> None:
    """The message says something else from now on. Raises TryLater, Refused."""
    words, keys = await _placed(what, told)
    await changing.rewrite(_voice(ground, what), number, words, keys)


async def turn_comes(ground: Ground, what: Whispered) -> float:
    """0.0: one may be said now; else in how many seconds."""
    return await ground.purse.take_private(what.asked_by or 0)


async def _placed(what: Whispered, told: Told) -> tuple[Words, Buttons | None]:
    """With where it was asked, which its buttons say as well: there they act."""
    group = await groups.at(what.chat_id)
    if group is None:
        return told.words, None
    return _headed(told.words, group), buttons.placed(told.buttons, group.id, what.thread_id)


def _headed(words: Words, group: Group) -> Words:
    return join("\n", [bold(group.title), words])


def _voice(ground: Ground, what: Whispered) -> Speaker:
    who, purse = what.asked_by or 0, ground.purse
    turn = turns(partial(purse.take_private, who), partial(purse.hold, who))
    return Speaker(ground.bot, Thread(who), turn, asyncio.Semaphore(), ground.all.files)
