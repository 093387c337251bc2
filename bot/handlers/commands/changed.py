"""What a command that changes something is answered: a nod, or that it was so before."""

from datetime import datetime

from aiogram.types import Message

from bot.desk.talk import notices
from bot.desk.tickets import looks
from bot.middlewares.group import Here
from bot.telegram import reading


async def nod(message: Message, here: Here, now: datetime, *, changed: bool, else_: str) -> None:
    """A mark below it, for all; who has changed nothing reads why, alone."""
    if changed:
        await looks.nod(here.ticket, reading.spot(message), now)
    else:
        await notices.answer(reading.command(message), else_, now)
