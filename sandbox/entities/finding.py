"""Entities Telegram finds by itself: mentions, commands, hashtags, cashtags, links, e-mails."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

from sandbox.entities.kinds import Entity, in_order
from sandbox.entities.letters import is_tag_letter, is_word
from sandbox.entities.units import Ruler
from sandbox.entities.urls import own_urls, urls

Span = tuple[int, int]
_SHORT_NAMES = frozenset({"gif", "vid", "pic"})
_SHORTEST_NAME = 4
_MENTION = re.compile(r"@([A-Za-z0-9_]{2,32})(?![A-Za-z0-9_])")
_COMMAND = re.compile(
    r"/[A-Za-z0-9_]{1,64}(?![A-Za-z0-9_])(?:@[A-Za-z0-9_]{3,32}(?![A-Za-z0-9_]))?"
)
_CASHTAG = re.compile(r"\$(?:1INCH|[A-Z]{1,8})(?![A-Z])")
_LONGEST_HASHTAG = 256


def find(text: str) -> list[Entity]:
    """All automatic entities of a cleaned text, in order, none across another."""
    finders: tuple[tuple[str, Callable[[str], Iterator[Span]]], ...] = (
        ("mention", _mentions),
        ("bot_command", _commands),
        ("hashtag", _hashtags),
        ("cashtag", _cashtags),
        ("url", own_urls),
    )
    spans = [(kind, *span) for kind, finder in finders for span in finder(text)]
    spans += urls(text)
    ruler = Ruler(text)
    kept: list[Entity] = []
    for entity in in_order(
        Entity(kind, ruler[begin], ruler[end] - ruler[begin]) for kind, begin, end in spans
    ):
        if not kept or entity.offset >= kept[-1].end:
            kept.append(entity)
    return kept


def _before(text: str, place: int) -> str:
    return text[place - 1] if place else ""


def _mentions(text: str) -> Iterator[Span]:
    for match in _MENTION.finditer(text):
        name = match[1]
        short = len(name) < _SHORTEST_NAME and name.lower() not in _SHORT_NAMES
        if short or is_word(_before(text, match.start())) or is_word(text[match.end() :][:1]):
            continue
        yield match.span()


def _commands(text: str) -> Iterator[Span]:
    for match in _COMMAND.finditer(text):
        before, after = _before(text, match.start()), text[match.end() :][:1]
        if any(is_word(c) or c in tuple("/<>") for c in (before, after)) or after == "@":
            continue
        yield match.span()


def _hashtags(text: str) -> Iterator[Span]:
    place = text.find("#")
    while place >= 0:
        end = place + 1
        while end < len(text) and is_tag_letter(text[end]):
            end += 1
        tag = text[place + 1 : end][:_LONGEST_HASHTAG]
        if (
            not is_tag_letter(_before(text, place))
            and text[end : end + 1] != "#"
            and any(unicodedata.category(character)[0] == "L" for character in tag)
        ):
            yield place, place + 1 + len(tag)
        place = text.find("#", max(end, place + 1))


def _cashtags(text: str) -> Iterator[Span]:
    for match in _CASHTAG.finditer(text):
        before, after = _before(text, match.start()), text[match.end() :][:1]
        if not any(is_tag_letter(c) or c == "$" for c in (before, after)):
            yield match.span()
