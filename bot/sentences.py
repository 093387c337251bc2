"""Sentences are put into words here, in the language that is spoken: that of who reads them."""

from datetime import datetime

from bot import texts
from bot.desk.commands import Command
from bot.desk.people.bans import Ban
from bot.desk.said import Buttons
from bot.desk.said.sentences import Choices, Said, Sentence
from bot.desk.talk import barring
from bot.desk.words import Words
from bot.texts import _, ngettext


def text(sentence: Sentence) -> str:
    """What it says. A value stands as it is: nothing in it is a msgid, a place or a format."""
    template = _(sentence.msgid)
    if sentence.count is not None:
        template = ngettext(sentence.msgid, sentence.many, sentence.count)
    return template.format(
        **{
            name: text(value) if isinstance(value, Sentence) else value
            for name, value in sentence.values.items()
        }
    )


def words(said: Said) -> Words:
    """What is said, be it in words already."""
    return Words(text(said)) if isinstance(said, Sentence) else said


def barred(ban: Ban, timezone: str, now: datetime) -> Sentence:
    """What a banned customer is told, with the end of it as they read it."""
    with texts.use(ban.language):
        moment = texts.moment(ban.until, timezone, now) if ban.until else ""
    return barring.sentence(ban, moment)


def buttons(rows: Choices) -> Buttons:
    """The buttons with their labels."""
    return [
        [(text(label) if isinstance(label, Sentence) else label, data) for label, data in row]
        for row in rows
    ]


def usage(command: Command) -> str:
    """How it is typed: «/move department»."""
    return f"/{command.name} {_(command.usage)}" if command.usage else f"/{command.name}"
