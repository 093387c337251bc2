"""What an operator says in a ticket's topic, and how certain it is that the customer is meant."""

from datetime import datetime

from aiogram.types import Message

from bot import texts
from bot.cards.keys import NOTED
from bot.desk.said import Content
from bot.desk.talk import doubts
from bot.desk.talk.replies import Spoken
from bot.forum import Forum
from bot.middlewares.group import Here
from bot.telegram import buttons, reading
from models import Standing


async def spoken(
    message: Message,
    content: Content,
    now: datetime,
    here: Here,
    forum: Forum,
    *,
    replayed: bool = False,
) -> Spoken:
    """Their words, and what they answer. Only for a person in the topic of a ticket."""
    assert here.member is not None
    answered = reading.answered(message)
    meant = await forum.meant(answered, reading.quote(message)) if answered else None
    known = meant if meant and meant.message.ticket_id == here.topic else None
    asked = answered is not None and buttons.stands_under(answered, f"{NOTED}:{here.topic}")
    is_known = known is not None or answered is None or asked
    return Spoken(
        member=here.member,
        content=content,
        answered=known.message if known else None,
        quote=known.quote if known else None,
        doubt=_doubt(message, here, known=is_known, replayed=replayed),
        place=known.place if known else 0,
        inside=asked,
        spot=reading.command(message),
        crosses=await forum.crosses(here.ticket, here.group, message.message_id, now),
    )


def _doubt(message: Message, here: Here, *, known: bool, replayed: bool) -> str | None:
    """Why it is not certain that the customer is meant: a msgid, or None where it is certain.

    `known`: what it replies to, if anything, is a message of this ticket.
    """
    if replayed:
        return texts.mark(
            "📝 This was handled late, so it was kept as a note. Send it now if it is still for "
            "the customer."
        )
    if here.is_outsider:
        return _outsider(here)
    if not known or message.external_reply:
        return texts.mark(
            "📝 Kept as a note: it replies to something the customer neither wrote nor received. "
            "Write it without a reply if it is for the customer."
        )
    if reading.unread(message):
        return texts.mark("📝 Kept as a note: part of it is of a kind I do not know yet.")
    if message.forward_origin:
        return doubts.FORWARD
    return None


def _outsider(here: Here) -> str:
    """Words of somebody who is not known to be a member."""
    if here.standing is Standing.UNKNOWN:
        return texts.mark(
            "📝 Kept as a note: I could not confirm that its author is in this group."
        )
    return texts.mark("📝 Kept as a note: its author is no longer in this group.")
