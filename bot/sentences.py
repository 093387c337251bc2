"""Sentences are put into words here, in the language that is spoken: that of who reads them."""

from collections.abc import Mapping
from datetime import datetime
from string import Formatter

from bot import texts
from bot.desk.commands import Command
from bot.desk.people.bans import Ban
from bot.desk.said import Buttons
from bot.desk.said.sentences import Choices, Mention, Request, Said, Sentence, Size, Value
from bot.desk.talk import barring
from bot.desk.words import Words, join, link, mention, plain
from bot.texts import _, ngettext


def text(sentence: Sentence) -> str:
    """What it says. A value stands as it is: nothing in it is a msgid, a place or a format."""
    return words(sentence).text


def words(said: Said, urls: Mapping[int, str] | None = None) -> Words:
    """What is said, be it in words already. `urls`: where tickets’ topics are, by their numbers."""
    if isinstance(said, Words):
        return said
    template = _(said.msgid)
    if said.count is not None:
        template = ngettext(said.msgid, said.many, said.count)
    parts: list[Words | str] = []
    for before, gap, *_format in Formatter().parse(template):
        parts += [before] if gap is None else [before, _filling(said.values[gap], urls or {})]
    return join("", parts)


def _filling(value: Value, urls: Mapping[int, str]) -> Words:
    match value:
        case Sentence():
            return words(value, urls)
        case Request(number=number):
            url = urls.get(number)
            return link(f"#{number}", url) if url else plain(f"#{number}")
        case Mention():
            return mention(value.name, value.user_id)
        case Size():
            return plain(texts.size(value.count))
    return plain(str(value))


def barred(ban: Ban, timezone: str, now: datetime) -> Sentence:
    """What a banned customer is told, with the end of it as they read it."""
    with texts.use(ban.language):
        moment = texts.moment(ban.until, timezone, now) if ban.until else ""
    return barring.sentence(ban, moment)


def buttons(rows: Choices | Buttons) -> Buttons:
    """The buttons with their labels."""
    return [
        [(text(label) if isinstance(label, Sentence) else label, data) for label, data in row]
        for row in rows
    ]


def usage(command: Command) -> str:
    """How it is typed: «/move department»."""
    return f"/{command.name} {_(command.usage)}" if command.usage else f"/{command.name}"
