"""Ephemeral messages: what one member of a group alone sees, in its topic.

They are not certain to arrive, so it is remembered where they are refused, and who has shown that
their app knows them: by a command or a button that they alone could see.
"""

import asyncio
from contextlib import suppress
from datetime import timedelta
from functools import partial
from time import monotonic
from zlib import crc32

import structlog
from aiogram.methods import DeleteMessages

from bot.budget import whispers
from bot.desk.outbox.carrying import Carried, TryLater
from bot.desk.outbox.kinds.to_group import Whispered
from bot.forum.ground import Ground
from bot.forum.groups import now
from bot.forum.notices import Told
from bot.telegram import changing
from bot.telegram.refusals import (
    Moved,
    NoAccess,
    NoMember,
    NoRights,
    Refused,
    TopicClosed,
    TopicGone,
)
from bot.telegram.shown import UNKNOWN
from bot.telegram.speaker import Reply, Speaker, Thread, turns
from models import Operator

DAY = 86_400.0  # seconds until a server that does not know of them is tried again
AGAIN = 60.0  # seconds until a group that does not let us is, and within which the same is asked
PROOF = timedelta(days=30)  # for so long is it believed that somebody's app knows them
SERVER = "server"

log = structlog.get_logger(__name__)


async def say(ground: Ground, what: Whispered, told: Told) -> Carried | None:
    """None: this way is refused. Raises TryLater, Moved, NoMember for who has left the group."""
    try:
        return await _said(ground, what, told)
    except (Moved, NoMember):
        raise
    except Refused as refusal:
        _heed(ground, what, refusal)
        return None
    except TryLater as trouble:
        raise _its_own(what, trouble) from trouble


async def turn(ground: Ground, what: Whispered, number: int, told: Told) -> None:
    """The message says something else from now on. Raises TryLater, Refused."""
    try:
        await changing.rewrite(_voice(ground, what, None), number, told.words, told.buttons)
    except TryLater as trouble:
        raise _its_own(what, trouble) from trouble


async def turn_comes(ground: Ground, what: Whispered) -> float:
    """0.0: one may be said now; else in how many seconds."""
    return await ground.purse.take_whisper(what.chat_id)


async def is_known(
    ground: Ground, what: Whispered, told: Told, operator: Operator | None, number: int
) -> bool:
    """Whether this way is known to work for them, or not known not to.

    Who asks at once for the same answer has not seen it, if their app is not known to show it.
    """
    chat, until = str(what.chat_id), ground.all.unheard
    for whose in (SERVER, chat, f"{chat}:{what.asked_by}"):
        if until.get(whose, 0.0) > monotonic():
            return False
    if what.asked is None or (operator and _is_proved(operator)):
        return True
    asked = f"asked:{what.asked_by}:{what.asked}:{crc32(told.words.text.encode())}"
    return await ground.purse.tries(asked, int(AGAIN), number) == 1


def _is_proved(operator: Operator) -> bool:
    proved = operator.aside_at
    return proved is not None and now() - proved < PROOF


async def _said(ground: Ground, what: Whispered, told: Told) -> Carried | None:
    reply = Reply(what.reply_to) if what.reply_to else None
    try:
        shown = await _voice(ground, what, what.thread_id).says(told.words, reply, told.buttons)
    except (TopicGone, TopicClosed):
        await ground.purse.take_whisper(what.chat_id)
        shown = await _voice(ground, what, None).says(told.words, None, told.buttons)
    if before_all := [message.message_id for message in shown if message.message_id]:
        await _take_back(ground, what, before_all)
        return None
    return Carried(external_id=str(shown[0].ephemeral_message_id or UNKNOWN))


async def _take_back(ground: Ground, what: Whispered, numbers: list[int]) -> None:
    """A Bot API server from before ephemeral messages has posted it for all to see."""
    log.warning("the Bot API server does not know ephemeral messages", chat=what.chat_id)
    ground.all.unheard[SERVER] = monotonic() + DAY
    with suppress(Refused):
        voice = ground.speaker(what.chat_id)
        await voice.call(DeleteMessages(chat_id=what.chat_id, message_ids=numbers))


def _heed(ground: Ground, what: Whispered, refusal: Refused) -> None:
    """What was refused for want of a right is refused to all."""
    lacking = isinstance(refusal, NoRights | NoAccess)
    whose = str(what.chat_id) if lacking else f"{what.chat_id}:{what.asked_by}"
    ground.all.unheard[whose] = monotonic() + AGAIN
    log.info("a whisper is refused", chat=what.chat_id, reason=refusal.detail)


def _its_own(what: Whispered, trouble: TryLater) -> TryLater:
    """A flood wait of these messages is not the group's."""
    if trouble.hold is not None:
        trouble.hold = whispers(what.chat_id)
    return trouble


def _voice(ground: Ground, what: Whispered, thread_id: int | None) -> Speaker:
    purse, chat = ground.purse, what.chat_id
    take, hold = partial(purse.take_whisper, chat), partial(purse.hold, whispers(chat))
    place = Thread(chat, thread_id, what.asked_by)
    return Speaker(ground.bot, place, turns(take, hold), asyncio.Semaphore(), ground.all.files)
