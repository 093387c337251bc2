"""Whether a call comes from whom its endpoint expects: the network, the path, the signature."""

import hmac
import time
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from aiohttp import web

from bot.bridges.webhook import signing
from bot.bridges.webhook.endpoints import Endpoint


def check(endpoint: Endpoint, request: web.Request, body: bytes) -> None:
    """Raises what the caller is answered: 403, 404 or 401."""
    if endpoint.networks and not _within(_caller(endpoint, request), endpoint.networks):
        raise web.HTTPForbidden(text="not from here\n")
    if not _knows_the_path(endpoint, request.match_info.get("secret", "")):
        raise web.HTTPNotFound
    if endpoint.keys:
        try:
            signing.check(endpoint.keys, request.headers, body, time.time())
        except signing.Forged as error:
            raise web.HTTPUnauthorized(text=f"{error}\n") from error


def _knows_the_path(endpoint: Endpoint, shown: str) -> bool:
    """A secret in the path is compared in constant time; where there is none, nor is one shown."""
    wanted = endpoint.path_secrets or ("",)
    given = shown.encode(errors="replace")
    return any(hmac.compare_digest(each.encode(), given) for each in wanted)


def _caller(endpoint: Endpoint, request: web.Request) -> str:
    """Who calls: the last address that no proxy of ours has."""
    told = ",".join(request.headers.getall("X-Forwarded-For", []))  # each proxy may add a line
    hops = [each.strip() for each in told.split(",")]
    caller = request.remote or ""
    while hops and endpoint.proxies and _within(caller, endpoint.proxies):
        caller = hops.pop()
    return caller


def _within(address: str, networks: tuple[Any, ...]) -> bool:
    try:
        found: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return any((mapped or found) in network for network in networks)
