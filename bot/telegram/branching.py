"""Where in a private chat something is said: in the branch of its request, made at need.

A branch can vanish at any time, and Telegram can have none at all: then it is said in a new one,
or outside of them. Nothing depends on them but where it stands.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from time import monotonic
from typing import TypeVar

import structlog
from aiogram.methods import CreateForumTopic, EditForumTopic

from bot.desk.outbox.carrying import TryLater
from bot.desk.said import Outgoing
from bot.telegram import branches
from bot.telegram.refusals import NotForum, Refused, TopicGone
from bot.telegram.speaker import Speaker, Thread
from bot.texts import _
from models import Branch

log = structlog.get_logger(__name__)
T = TypeVar("T")

LOST_ANSWER = 2.0  # seconds: how long the update about a topic of ours may take
FIRST_GLANCE = 0.3  # seconds: mostly it takes no longer
LOOK_AGAIN = 0.05
ASK_AGAIN = 600.0  # seconds for which a bot that may have no topics asks for none


class Branching:
    """Finds the branch, of one bot in all its private chats."""

    def __init__(self) -> None:
        self._flat_until = 0.0

    async def post(
        self, speaker: Speaker, outgoing: Outgoing, post: Callable[[], Awaitable[T]]
    ) -> T:
        """Post it where it belongs; where that has vanished, once in a new one, else outside."""
        chat_id = speaker.place.chat_id
        for _attempt in range(2):
            try:
                speaker.place = Thread(chat_id, await self._thread(speaker, outgoing))
                return await post()
            except TopicGone:
                await _vanished(speaker)
                if outgoing.branch is not None:
                    break
        speaker.place = Thread(chat_id)
        return await post()

    async def _thread(self, speaker: Speaker, outgoing: Outgoing) -> int | None:
        """None: outside of all branches."""
        chat_id, ticket = speaker.place.chat_id, outgoing.ticket
        if outgoing.branch is not None or ticket is None:
            return int(outgoing.branch) if outgoing.branch else None
        home = await branches.home(ticket, chat_id)
        if home is None and outgoing.uncertain:
            home = await _adopted(ticket, chat_id, LOST_ANSWER)
        if home is None:
            return await self._made(speaker, ticket, outgoing.subject)
        if home.name is None:
            await _call(speaker, home, _name(ticket, outgoing.subject))
        return int(home.thread_id)

    async def _made(self, speaker: Speaker, ticket: int, subject: str) -> int | None:
        chat_id, name = speaker.place.chat_id, _name(ticket, subject)
        if monotonic() < self._flat_until:
            return None
        try:
            made = await speaker.call(CreateForumTopic(chat_id=chat_id, name=name))
        except TryLater as trouble:
            found = None if trouble.certain else await _adopted(ticket, chat_id, FIRST_GLANCE)
            if found is None:
                raise
            return int(found.thread_id)
        except Refused as refusal:  # if it is the chat that refuses, so it will what is posted
            log.warning("no topic in a private chat", ticket=ticket, reason=refusal.detail)
            if isinstance(refusal, NotForum):
                self._flat_until = monotonic() + ASK_AGAIN
            return None
        await branches.keep(chat_id, made.message_thread_id, ticket, name, datetime.now(UTC))
        return made.message_thread_id


def _name(ticket: int, subject: str) -> str:
    return f"#{ticket} · {subject}" if subject else _("Request #{number}").format(number=ticket)


async def _call(speaker: Speaker, branch: Branch, name: str) -> None:
    """Name one that the customer has made, or that was another request's. It may stay as it is."""
    where = {"chat_id": branch.chat_id, "message_thread_id": branch.thread_id}
    speaker.place = Thread(branch.chat_id, branch.thread_id)
    try:
        await speaker.call(EditForumTopic(**where, name=name))
    except TopicGone:
        raise
    except Refused as refusal:
        log.info("a topic keeps its name", **where, reason=refusal.detail)
    await branches.call(branch.chat_id, branch.thread_id, name)


async def _vanished(speaker: Speaker) -> None:
    chat_id, thread_id = speaker.place.chat_id, speaker.place.thread_id
    if thread_id is not None:
        log.info("a topic in a private chat is gone", chat=chat_id, thread=thread_id)
        await branches.forget(chat_id, thread_id)


async def _adopted(ticket: int, chat_id: int, within: float) -> Branch | None:
    """Wait a little for the update about a topic whose answer was lost."""
    deadline = monotonic() + within
    while monotonic() < deadline:
        if found := await branches.home(ticket, chat_id):
            return found
        await asyncio.sleep(LOOK_AGAIN)
    return None
