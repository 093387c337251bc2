"""Addresses inside links and buttons, checked and normalised as TDLib does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from sandbox.entities.units import lowered

_OWN_SCHEMES = ("tg", "tonsite", "ton")
_HOST_MARKS = frozenset(".-_!$,~*'();&+=")
_USER = re.compile(r"tg:(?://)?user/?\?([^#]*)", re.IGNORECASE)
_LARGEST_ID = (1 << 40) - 1
_LARGEST_PORT = 65535


class LinkError(Exception):
    """The address is wrong; the text is TDLib's."""


@dataclass(frozen=True, slots=True)
class _Address:
    protocol: str
    user: str
    host: str
    port: int
    query: str

    def __str__(self) -> str:
        user = f"{self.user}@" if self.user else ""
        port = f":{self.port}" if self.port else ""
        return f"{self.protocol}://{user}{self.host}{port}{self.query}"


def check(url: str, *, https_only: bool = False) -> str:
    """The normalised address; a wrong one raises `LinkError` with the whole phrase."""
    try:
        return _check(url, https_only)
    except LinkError as error:
        raise LinkError(f"URL '{url}' is invalid: {error}") from None


def checked(url: str) -> str | None:
    """The normalised address, or None for a wrong one."""
    try:
        return _check(url, https_only=False)
    except LinkError:
        return None


def user_id(url: str) -> int | None:
    """The identifier inside tg://user?id=…, or None."""
    match = _USER.fullmatch(url.partition("#")[0])
    if match is None:
        return None
    for key, value in parse_qsl(match[1]):
        if key.lower() == "id" and value.isascii() and value.isdigit():
            return int(value) if 0 < int(value) <= _LARGEST_ID else None
    return None


def _check(url: str, https_only: bool) -> str:
    scheme = next((own for own in _OWN_SCHEMES if lowered(url).startswith(f"{own}:")), None)
    rest = url if scheme is None else url[len(scheme) + 1 :].removeprefix("//")
    address = _parsed(rest)
    if https_only and (scheme is not None or address.protocol != "https"):
        raise LinkError("Only HTTPS links are allowed")
    if scheme is not None:
        return _own(scheme, rest, address)
    if "." not in address.host:
        raise LinkError("Wrong HTTP URL")
    return str(address)


def _own(scheme: str, rest: str, address: _Address) -> str:
    if (
        lowered(rest).startswith("http://")
        or address.protocol == "https"
        or address.user
        or address.port
    ):
        raise LinkError("Wrong tg URL" if scheme == "tg" else "Wrong ton URL")
    allowed = "-_." if scheme == "tonsite" else "-_"
    if any(not (c.isascii() and c.isalnum()) and c not in allowed for c in address.host):
        raise LinkError("Unallowed characters in URL host")
    query = address.query[1:] if address.query.startswith("/?") else address.query
    return f"{scheme}://{address.host}{query}"


def _parsed(url: str) -> _Address:
    protocol, rest = _protocol(url)
    authority, query = _halves(rest)
    user, at, host = authority.rpartition("@")
    host, port = _port(host if at else authority)
    host = lowered(host)
    if not host:
        raise LinkError("URL host is empty")
    if host == ".":
        raise LinkError("Host is invalid")
    _check_host(host)
    return _Address(protocol, user, host, port, query)


def _protocol(url: str) -> tuple[str, str]:
    before, colon, after = url.partition(":")
    if not colon or not after.startswith("//"):
        return "http", url
    if lowered(before) not in ("http", "https"):
        raise LinkError("Unsupported URL protocol")
    return lowered(before), after[2:]


def _halves(rest: str) -> tuple[str, str]:
    cut = next((place for place, c in enumerate(rest) if c in "/?#\r\n"), len(rest))
    query = rest[cut:].rstrip(" \t\r\n\v\0")
    if not query.startswith("/"):
        query = "/" + query
    return rest[:cut], "".join(c if c > " " else f"%{ord(c):02X}" for c in query)


def _port(host: str) -> tuple[str, int]:
    name, colon, port = host.rpartition(":")
    if not colon:
        return host, 0
    if not (port.isascii() and port.isdigit()) or not 0 < int(port) <= _LARGEST_PORT:
        raise LinkError("Wrong port number specified in the URL")
    return name, int(port)


def _check_host(host: str) -> None:
    for place, character in enumerate(host):
        if character == "%":
            if not re.match(r"%[0-9a-f]{2}", host[place:]):
                raise LinkError("Wrong percent-encoded symbol in URL host")
        elif character.isascii() and not character.isalnum() and character not in _HOST_MARKS:
            raise LinkError("Disallowed character in URL host")
