"""Words in the operators' group that go to no customer: their author is told, once in a place."""

from datetime import datetime

from aiogram.types import Message

from bot.config import Settings
from bot.desk.people import preferences
from bot.desk.said import Content
from bot.desk.talk import hints, notes, notices
from bot.desk.words import Words, join
from bot.middlewares.group import Here
from bot.telegram import reading
from bot.texts import _

SHOWN = 200  # code points of what the customer would read


async def take(message: Message, now: datetime, here: Here, settings: Settings) -> None:
    """Words in General, in a topic of the operators' own, or in the test ticket.

    Raises MovedAway in a topic that its ticket has left: there they were meant for a customer, so
    each time it is told.
    """
    if reading.author(message) is not None:
        here.not_left()
    spot = reading.spot(message)
    if spot.thread_id is None:
        await _tell(message, "general", _in_general(), now)
    elif spot.thread_id == here.group.test_thread_id:
        await _practise(message, now, here, settings)
    else:
        await _tell(message, f"topic:{spot.thread_id}", _in_own_topic(), now)


async def _practise(message: Message, now: datetime, here: Here, settings: Settings) -> None:
    """The test ticket answers as a ticket does: a mark, and what the customer would have."""
    content = reading.content(message)
    if content is None or reading.author(message) is None:
        return
    chosen = await preferences.of(here.group.department_id)
    if _stays_inside(message, content, chosen.reply_mode or settings.reply_mode):
        sentence = _("📝 A note: it stays here. In a real ticket no customer would see it either.")
        await _tell(message, "test:note", Words(sentence), now)
        return
    await notices.practise_mark(reading.spot(message), now)
    await _tell(message, "test", _would_read(content), now)


def _stays_inside(message: Message, content: Content, mode: str) -> bool:
    """What a ticket would keep as a note."""
    answered = reading.answered(message)
    if notes.is_marked(content) or notes.is_near(content) or message.forward_origin:
        return True
    if answered is None:
        return mode == "reply"
    said = reading.content(answered)
    return said is not None and notes.is_marked(said)


def _would_read(content: Content) -> Words:
    practice = Words(
        _(
            "Practice: no customer reads this topic. In a real ticket the customer would now have "
            "this message, and 👌 would show that it was delivered:"
        )
    )
    return join("\n", [practice, content.words.clipped(SHOWN)]) if content.words else practice


def _in_general() -> Words:
    return Words(
        _(
            "Nothing written in General reaches a customer. To answer one, write in the topic of "
            "their request."
        )
    )


def _in_own_topic() -> Words:
    return Words(
        _(
            "This topic belongs to no request, so nothing written here reaches a customer. To "
            "answer one, write in the topic of their request."
        )
    )


async def _tell(message: Message, place: str, words: Words, now: datetime) -> None:
    author = reading.author(message)
    if author is not None and await hints.first_time(message.chat.id, place, author, now):
        await notices.answer(reading.spot(message), words, now)
