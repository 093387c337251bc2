"""Commands about the message to which they reply."""

from datetime import datetime

from aiogram.types import Message

from bot.cards import pages
from bot.cards.history import revisions
from bot.cards.timeline import timeline as told
from bot.config import Settings
from bot.desk.errors import ReplyNeeded
from bot.desk.said.spots import Spot
from bot.desk.talk import corrections, notices, replies, timeline
from bot.desk.words import Words
from bot.forum import Forum
from bot.handlers.filters import Handler
from bot.middlewares.group import Here
from bot.telegram import reading
from bot.texts import _
from models import Message as Kept


async def unsend(message: Message, now: datetime, here: Here, forum: Forum) -> None:
    """`/unsend` in reply to an answer: delete it at the customer's side."""
    await replies.unsend(await _meant(message, here, forum), here.actor, now)


async def history(
    message: Message, now: datetime, here: Here, forum: Forum, settings: Settings
) -> None:
    """`/history`: all of the ticket; in reply to a message: its earlier wordings."""
    if message.reply_to_message is None or message.reply_to_message.forum_topic_created:
        await recount(reading.command(message), here, settings, now)
        return
    line = await _meant(message, here, forum)
    await show(reading.command(message), line, now, settings)


async def show(at: Spot, line: Kept, now: datetime, settings: Settings, number: int = 1) -> None:
    """A page of its wordings, to who asks."""
    earlier = await corrections.wordings(line)
    words = (
        revisions(line, earlier, settings.timezone, now)
        if earlier
        else Words(_("This message was never edited."))
    )
    said, rows = pages.page(words, number, f"wordings:{line.id}")
    await notices.answer(at, said, now, rows)


async def recount(
    at: Spot, here: Here, settings: Settings, now: datetime, number: int | None = None
) -> None:
    """A page of what was said and done in the ticket; the last one, if none is named."""
    page = await timeline.page(here.ticket, here.actor, number)
    shown = told(page, settings.timezone, now)
    rows = pages.turning(f"history:{page.ticket.id}", page.number, page.count)
    await notices.answer(at, shown, now, rows)


async def _meant(message: Message, here: Here, forum: Forum) -> Kept:
    here.not_left()
    answered = message.reply_to_message
    if answered is None:
        raise ReplyNeeded
    meant = await forum.meant(answered, reading.quote(message))
    if meant is None:
        raise ReplyNeeded
    return meant.message


HANDLERS: dict[str, Handler] = {"unsend": unsend, "history": history}
