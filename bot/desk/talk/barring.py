"""Barring: what a banned customer brings is not taken in. They are told so, once."""

from datetime import datetime

from bot import texts
from bot.desk.people import bans, customers
from bot.desk.people.bans import Ban
from bot.desk.said.sentences import Sentence

FOR_GOOD = texts.mark("We are sorry: you cannot write to us any more. Nobody reads what you send.")
FOR_A_WHILE = texts.mark(
    "We are sorry: until {moment} you cannot write to us. Nobody reads what you send before then."
)


def sentence(ban: Ban, moment: str) -> Sentence:
    """What they are told; `moment` is the end of the ban as they read it."""
    return Sentence(FOR_A_WHILE, {"moment": moment}) if ban.until else Sentence(FOR_GOOD)


async def tell(
    ban: Ban, said: Sentence, now: datetime, reply_to: str | None = None, branch: str | None = None
) -> None:
    """Answer their first words since the ban, and no further ones.

    `reply_to` is their channel's id of these words, `branch` where they were said.
    """
    if await bans.first_told(ban, now):
        address = await customers.by_id(ban.address_id)
        address.branch = branch
        await customers.say(address, said, now, reply_to=reply_to)
