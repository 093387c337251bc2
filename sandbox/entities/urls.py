"""Finds addresses and e-mails in plain text as TDLib does, from each dot outwards."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sandbox.entities.domains import is_top_domain
from sandbox.entities.letters import is_separator, is_url_letter, is_word
from sandbox.entities.units import lowered, utf8

_PATH_ENDS = ".:;,('?!`"
_PATH_STOPS = frozenset('\n<>"«»')
_USER_STOPS = frozenset("\n/[]{}()'`<>\"@«»")
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
_PROTOCOL = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-")
_FIRST_WIDE = "\u00c0"
_OWN = re.compile(r"(?:tg|ton|tonsite)://[a-z0-9_-]{1,253}", re.IGNORECASE)
_PORT = re.compile(r":0*([0-9]*)")
_LARGEST_PORT = 65535
_EMAIL = re.compile(
    r"(?:[a-z0-9_-]{0,26}[.+]){0,10}[a-z0-9_-]{1,35}"
    r"@(?:[a-z0-9](?:[a-z0-9_-]{0,28}[a-z0-9])?\.){1,6}[a-z]{2,8}",
    re.IGNORECASE,
)
_SCHEMES = ("http://", "https://", "ftp://", "tonsite://")
_BRACKETS = {")": "(", "]": "[", "}": "{"}
_LONGEST_LABEL = 63
# A look-alike of telegram.org that the server never makes a link.
_IMPOSTOR = "teiegram.org"
_IPV4 = re.compile(r"(?:(?:0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])(?:\.|$)){4}")


def _is_path(character: str) -> bool:
    return character not in _PATH_STOPS and is_url_letter(character)


def _is_user(character: str) -> bool:
    return character not in _USER_STOPS and is_url_letter(character)


def _is_domain(character: str) -> bool:
    if character < _FIRST_WIDE:
        return character in _PLAIN or character in ".~"
    return is_url_letter(character)


def _is_protocol(character: str) -> bool:
    return character in _PROTOCOL if character.isascii() else not is_separator(character)


def _back(text: str, place: int, limit: int, allowed: Callable[[str], bool]) -> int:
    while place > limit and allowed(text[place - 1]):
        place -= 1
    return place


def _on(text: str, place: int, allowed: Callable[[str], bool]) -> int:
    while place < len(text) and allowed(text[place]):
        place += 1
    return place


def _path_end(text: str, place: int) -> int:
    """The end of a path, query or fragment that begins at `place`, if one does."""
    if text[place : place + 1] not in ("/", "?", "#"):
        return place
    end = _on(text, place + 1, _is_path)
    while end > place + 1 and text[end - 1] in _PATH_ENDS:
        end -= 1
    return end if text[place] == "/" or end > place + 1 else place


def own_urls(text: str) -> Iterator[tuple[int, int]]:
    """Telegram's own addresses: tg://, ton://, tonsite://."""
    for match in _OWN.finditer(text):
        yield match.start(), _path_end(text, match.end())


def urls(text: str) -> list[tuple[str, int, int]]:
    """Addresses ("url") and e-mails ("email") with their borders in characters."""
    found: list[tuple[str, int, int]] = []
    for begin, end in _candidates(text):
        piece = text[begin:end]
        mail = begin + len("mailto:") if piece.startswith("mailto:") else begin
        if _EMAIL.fullmatch(text, mail, end):
            found.append(("email", mail, end))
            continue
        size = _url_size(piece)
        if size:
            found.append(("url", begin, begin + size))
    return found


def _candidates(text: str) -> Iterator[tuple[int, int]]:
    limit = 0
    dot = text.find(".")
    while 0 <= dot < len(text) - 1:
        candidate = _around(text, dot, limit)
        if candidate.good and candidate.end > dot + 1:
            yield candidate.begin, candidate.end
        limit = candidate.next
        dot = text.find(".", limit)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One possible address: its borders, where to search on, and whether it may stand here."""

    begin: int
    end: int
    next: int
    good: bool


def _around(text: str, dot: int, limit: int) -> _Candidate:
    begin = _back(text, dot, limit, _is_domain)
    end = _on(text, dot, lambda character: character == "@" or _is_domain(character))
    with_at = "@" in text[dot:end]
    if with_at:
        begin = _back(text, begin, limit, _is_user)
    end = _path_end(text, _port_end(text, end))
    while end > dot + 1 and text[end - 1] == ".":
        end -= 1
    start, good = _start(text, begin, limit, with_at)
    if good:
        after = end
        while after < len(text) and text[after] == ".":
            after += 1
    else:
        after = text.rfind(".", 0, end) + 1
    return _Candidate(start, end, max(after, dot + 1), good)


def _port_end(text: str, place: int) -> int:
    match = _PORT.match(text, place)
    digits = match[1] if match else ""
    small = 0 < len(digits) <= len(str(_LARGEST_PORT)) and int(digits) <= _LARGEST_PORT
    return match.end() if match and small else place


def _start(text: str, begin: int, limit: int, with_at: bool) -> tuple[int, bool]:
    """Where the address begins with its user and protocol, and whether it may begin there."""
    good = True
    if begin > limit and text[begin - 1] == "@":
        user = _back(text, begin - 1, limit, _is_user)
        good = not with_at and user < begin - 1
        begin = user
    if begin == limit:
        return begin, good
    if begin - limit >= len("ftp://") and text[:begin].endswith("://"):
        return _with_protocol(text, begin, limit, good)
    before = text[begin - 1]
    return begin, good and not (is_word(before) or before in "/#@")


def _with_protocol(text: str, begin: int, limit: int, good: bool) -> tuple[int, bool]:
    protocol = lowered(text[_back(text, begin - 3, limit, _is_protocol) : begin - 3])
    if protocol.endswith("http") and protocol != "shttp":
        return begin - len("http://"), good
    if protocol.endswith("https"):
        return begin - len("https://"), good
    if protocol.endswith("tonsite"):
        return begin - len("tonsite://"), good
    if protocol.endswith("ftp") and protocol not in ("tftp", "sftp"):
        return begin - len("ftp://"), good
    return begin, False


def _url_size(url: str) -> int:
    """How much of the candidate is an address; 0 if it is none (TDLib: fix_url)."""
    scheme = next((own for own in _SCHEMES if lowered(url).startswith(own)), "")
    rest = url[len(scheme) :]
    cut = min((place for place in map(rest.find, "/?#") if place >= 0), default=len(rest))
    domain, path = rest[:cut].rpartition("@")[2], rest[cut:]
    domain = domain.rpartition(":")[0] if ":" in domain else domain
    if not _is_good_domain(domain, protocol=bool(scheme)):
        return 0
    return len(scheme) + cut + _balanced(path)


def _balanced(path: str) -> int:
    """The length of the path up to a bracket that closes nothing."""
    depth = {"(": 0, "[": 0, "{": 0}
    size = len(path)
    for place, character in enumerate(path):
        if character in depth:
            depth[character] += 1
        elif character in _BRACKETS:
            depth[_BRACKETS[character]] -= 1
            if depth[_BRACKETS[character]] < 0:
                size = place
                break
    while size and path[size - 1] in _PATH_ENDS:
        size -= 1
    return size


def _is_good_domain(domain: str, *, protocol: bool) -> bool:
    labels = [] if lowered(domain) == _IMPOSTOR else domain.split(".")
    if len(labels) <= 1 or any(
        not label or utf8(label) > _LONGEST_LABEL or label.endswith("-") for label in labels
    ):
        return False
    if _IPV4.fullmatch(domain):
        return True
    if domain.replace(".", "").isdigit() and domain.isascii():
        return False
    top = labels[-1]
    if len(top) <= 1 or "_" in labels[-2]:
        return False
    if top.startswith("xn--"):
        return len(top) > len("xn--a") and top[4:].isascii() and top[4:].isalnum()
    return not set("_-") & set(top) and (protocol or is_top_domain(top))
