"""Formats that come from outside: those that Telegram would take, and nothing else in them.

It refuses a whole message for one that lacks what its type needs.
"""

import re
from typing import Any

PLAIN = {
    *("bold", "italic", "underline", "strikethrough", "spoiler"),
    *("code", "pre", "blockquote"),
}
LINK = "text_link"
LONGEST_URL = 2048
LONGEST_LANGUAGE = 64  # characters; of the code in a `pre`
LARGEST_PORT = 65_535
WEB = re.compile(r"https?://[\w-]+(?:\.[\w-]+)+(?::([0-9]{1,5}))?(?:[/?#]\S*)?", re.IGNORECASE)
OWN = re.compile(r"tg://[a-z0-9_-]+(?:[/?]\S*)?", re.IGNORECASE)


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
