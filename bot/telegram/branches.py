"""Branches: the topics of private chats, and of which request each is.

The desk knows of none but by what crosses the counter. Where they are switched off, there is none.
"""

import re
from datetime import datetime
from functools import cache

from aiogram import Bot
from aiogram.types import MaybeInaccessibleMessageUnion, Message

from bot.config import Settings
from bot.desk.said import Branch
from models import Branch as Row
from models.rows import columns, fetch, made

OUTSIDE = Branch("")
NUMBER = re.compile(r"#(\d+)")
OF = "SELECT ticket_id FROM branch WHERE chat_id = $1 AND thread_id = $2"
SPOKEN_IN = """
INSERT INTO branch (chat_id, thread_id, ticket_id, turned_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (chat_id, thread_id) DO UPDATE SET ticket_id = $3, turned_at = $4,
    name = CASE WHEN branch.ticket_id = $3 THEN branch.name END
"""
KEEP = """
INSERT INTO branch (chat_id, thread_id, ticket_id, name, turned_at)
SELECT $1, $2, id, $4, $5 FROM ticket WHERE id = $3
ON CONFLICT DO NOTHING
"""
CALL = "UPDATE branch SET name = $3 WHERE chat_id = $1 AND thread_id = $2"
FORGET = "DELETE FROM branch WHERE chat_id = $1 AND thread_id = $2"


def at(message: MaybeInaccessibleMessageUnion | None, settings: Settings) -> str | None:
    """What the branch is called where this stands; None where there are none, or nobody knows."""
    if settings.private_topics == "off" or not isinstance(message, Message):
        return None
    return str(message.message_thread_id) if message.is_topic_message else OUTSIDE.id


async def of(message: MaybeInaccessibleMessageUnion | None, settings: Settings) -> Branch | None:
    """The branch where this stands, with the ticket that is spoken of there; see `at`."""
    name = at(message, settings)
    if not name or message is None:
        return None if name is None else OUTSIDE
    found = await fetch(OF, message.chat.id, int(name))
    return Branch(name, found[0]["ticket_id"] if found else None)


async def spoken_in(chat_id: int, branch: Branch | None, ticket_id: int, now: datetime) -> None:
    """The customer's words there have gone to this ticket: there it is spoken of from now on."""
    if branch is None or not branch.id:
        return
    thread_id, here = int(branch.id), await home(ticket_id, chat_id)
    if here is None or here.thread_id != thread_id:
        await fetch(SPOKEN_IN, chat_id, thread_id, ticket_id, now)


async def home(ticket_id: int, chat_id: int) -> Row | None:
    """Where the ticket is spoken of in this chat."""
    found = await fetch(home_of(), ticket_id, chat_id)
    return made(Row, found[0], "branch") if found else None


async def keep(chat_id: int, thread_id: int, ticket_id: int, name: str, now: datetime) -> None:
    """It was made for this ticket, unless that is known already."""
    await fetch(KEEP, chat_id, thread_id, ticket_id, name, now)


async def adopt(chat_id: int, thread_id: int, name: str, now: datetime) -> bool:
    """One of our own making came as an update: if its answer was lost, here it is.

    False: its ticket is spoken of elsewhere, and nothing was ever said in it.
    """
    number = NUMBER.search(name)
    if number is None or await fetch(OF, chat_id, thread_id):
        return True
    known = await home(int(number[1]), chat_id)
    if known:  # who made it may have kept it since the look before
        return bool(known.thread_id == thread_id)
    await keep(chat_id, thread_id, int(number[1]), name, now)
    return True


async def call(chat_id: int, thread_id: int, name: str) -> None:
    """It has this name now."""
    await fetch(CALL, chat_id, thread_id, name)


async def forget(chat_id: int, thread_id: int) -> None:
    """It is no more."""
    await fetch(FORGET, chat_id, thread_id)


def is_ours(message: Message | None, bot: Bot) -> bool:
    """Whether it tells of a topic that we have made ourselves in somebody's private chat."""
    if message is None or message.forum_topic_created is None or message.chat.type != "private":
        return False
    return message.from_user is not None and message.from_user.id == bot.id


@cache
def home_of() -> str:
    """Where a ticket is spoken of in a chat, as one statement."""
    return f"""
SELECT {columns(Row, "branch")} FROM branch WHERE ticket_id = $1 AND chat_id = $2
ORDER BY turned_at DESC, id DESC LIMIT 1
"""  # noqa: S608  (nothing but our own words)
