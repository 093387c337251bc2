"""Formats that come from outside: those that Telegram would take, and nothing else in them.

It refuses a whole message for one that lacks what its type needs. Where a link is none to it, the
address that stood behind the words stands beside them.
"""

import re
from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import Any
from urllib.parse import unquote

from bot.desk.words import Words, clean_name
from bot.desk.words.markup import characters, utf16

PLAIN = {
    *("bold", "italic", "underline", "strikethrough", "spoiler"),
    *("code", "pre", "blockquote"),
}
LINK = "text_link"
LONGEST_URL = 2048
LONGEST_LANGUAGE = 64  # characters; of the code in a `pre`
LARGEST_PORT = 65_535
WEB = re.compile(r"https?://[\w-]+(?:\.[\w-]+)+(?::([0-9]{1,5}))?(?:[/?#]\S*)?", re.IGNORECASE)
MOST_SPELLED = 20_000  # characters of all such addresses of one text
TO_SOMEBODY = re.compile(r"(?:mailto|tel|sms|callto|sip|sips|xmpp):([^?]*)", re.IGNORECASE)
OWN = re.compile(r"tg://[a-z0-9_-]+(?:[/?]\S*)?", re.IGNORECASE)


def read(text: str, entities: Any) -> Words:
    """The text with those of its formats that fit; of links that do not, with their addresses."""
    units = utf16(text)
    fit = tuple(filter(None, (fitting(each, units) for each in entities)))
    return _with(Words(text, fit), _spelled(text, entities, units))


def _spelled(text: str, entities: Any, units: int) -> list[tuple[int, str]]:
    """Where which address is to stand, in UTF-16 units."""
    lost = [each for each in entities if _is_lost(each, units)]
    places = [place for each in lost for place in (each["offset"], _end(each))]
    at, found, left = characters(text, places), [], MOST_SPELLED
    for each in sorted(lost, key=_end):
        address = _address(each["url"])
        said = text[at[each["offset"]] : at[_end(each)]]
        left -= len(address)
        if address and address.casefold() not in said.casefold() and left >= 0:
            found.append((_end(each), f" ({address})"))
    return found


def _is_lost(entity: Any, units: int) -> bool:
    """Whether it is a link that would stand well, were it one to Telegram."""
    if not isinstance(entity, dict) or not isinstance(entity.get("url"), str):
        return False
    if entity.get("type") != LINK or fitting(entity, units):
        return False
    return fitting(entity | {"type": "bold"}, units) is not None


def _end(entity: dict[str, Any]) -> int:
    return int(entity["offset"] + entity["length"])


def _address(url: str) -> str:
    """As people write it: of whom it reaches, else as it is."""
    somebody = TO_SOMEBODY.fullmatch(url.strip().partition("?")[0])
    said = unquote(somebody[1]) if somebody else url
    return clean_name(said, LONGEST_URL)


def _with(words: Words, gaps: list[tuple[int, str]]) -> Words:
    """The words with others at these places, which come in order; formats go on over them."""
    places = [place for place, _said in gaps]
    grown = [0, *accumulate(utf16(said) for _place, said in gaps)]
    at, text, begun = characters(words.text, places), "", 0
    for place, said in gaps:
        text += words.text[begun : at[place]] + said
        begun = at[place]
    entities = []
    for each in words.entities:
        begin = each["offset"] + grown[bisect_right(places, each["offset"])]
        end = _end(each) + grown[bisect_left(places, _end(each))]
        entities.append(each | {"offset": begin, "length": end - begin})
    return Words(text + words.text[begun:], tuple(entities))


def fitting(entity: Any, units: int) -> dict[str, Any] | None:
    """What is taken of it; None if it is no format, or not within so many UTF-16 units."""
    if not isinstance(entity, dict):
        return None
    kind, start, length = (entity.get(name) for name in ("type", "offset", "length"))
    if not (isinstance(kind, str) and isinstance(start, int) and isinstance(length, int)):
        return None
    needed = _needed(kind, entity)
    if needed is None or not (start >= 0 < length and start + length <= units):
        return None
    return {"type": kind, "offset": start, "length": length, **needed}


def _needed(kind: str, entity: dict[str, Any]) -> dict[str, str] | None:
    """What it says besides where it stands. None: it lacks that, or is no format."""
    if kind == LINK:
        return {"url": entity["url"]} if is_link(entity.get("url")) else None
    language = entity.get("language")
    if kind == "pre" and isinstance(language, str) and 0 < len(language) <= LONGEST_LANGUAGE:
        return {"language": language}
    return {} if kind in PLAIN else None


def is_link(url: Any) -> bool:
    """Whether Telegram takes it for a link: to a host whose name has a dot, or into itself."""
    if not isinstance(url, str) or len(url) > LONGEST_URL:
        return False
    web = WEB.fullmatch(url)
    if web is None:
        return bool(OWN.fullmatch(url))
    return web[1] is None or 0 < int(web[1]) <= LARGEST_PORT
