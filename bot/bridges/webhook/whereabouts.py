"""Where files may be fetched from: addresses that are everybody's, and the endpoint's own hosts."""

import re
import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from aiohttp import ThreadedResolver
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

USUAL = {"http": 80, "https": 443}  # ports, by scheme
EVERYBODYS = ip_network("2000::/3")  # all of IPv6 that is given out (IANA)
TUNNELS = [ip_network("2001::/32"), ip_network("2002::/16")]  # Teredo, 6to4: end who knows where
NUMBER = re.compile(r"\d+|0x[0-9a-f]*", re.IGNORECASE)  # no name ends in one (WHATWG URL, 3.5)
NAT64 = ip_network("64:ff9b::/96")  # RFC 6052


class OffLimits(OSError):
    """An address that is not everybody's."""


class Own:
    """Hosts of an endpoint's own, which may be anywhere, and may speak http."""

    def __init__(self, hosts: Iterable[str]) -> None:
        """Each with its port, or without: then the usual ones are meant."""
        self._hosts = {each for host in hosts for each in _places(host)}

    def has(self, host: str, port: int | None) -> bool:
        """Whether this is one of them."""
        return (host, port) in self._hosts


def look_at(link: URL, own: Own, *, may_be_own: bool) -> bool:
    """Whether it is of one's own. Raises OffLimits where nobody may be sent by a link.

    Names of others are looked at when they are resolved, by `Public`.
    """
    host = link.host or ""
    if link.scheme in USUAL and own.has(host, link.port):
        if may_be_own:
            return True
        raise OffLimits(f"{host} by way of another host")
    if not host or link.scheme != "https" or link.port != USUAL["https"]:
        raise OffLimits(f"{link.scheme}://{link.raw_authority}")
    if is_address(host):
        check(host)
    elif NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]):
        raise OffLimits(f"{host} is another way to write an address")
    return False


def is_address(host: str) -> bool:
    """Or else it is a name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def check(host: str) -> None:
    """Raises OffLimits for an address that is not everybody's."""
    found = _meant(ip_address(host.partition("%")[0]))
    if isinstance(found, IPv6Address) and (
        found not in EVERYBODYS or any(found in each for each in TUNNELS)
    ):
        raise OffLimits(host)
    if not found.is_global or found.is_multicast:
        raise OffLimits(host)


class Public(AbstractResolver):
    """Resolves names to addresses that are everybody's; hosts of one's own to any."""

    def __init__(self, own: Own) -> None:
        self._own = own
        self._resolver = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """For one connection. Raises OffLimits if one of its addresses is not everybody's."""
        found = await self._resolver.resolve(host, port, family)
        for each in found if not self._own.has(host, port) else ():
            check(each["host"])
        return found

    async def close(self) -> None:
        """Nothing to close."""
        await self._resolver.close()


def own_host(text: str) -> str:
    """As it may stand in a setting: `host`, `host:port`. Raises ValueError."""
    _places(text)
    return text


def _places(host: str) -> list[tuple[str, int]]:
    """An address of IPv6 has brackets where a port follows."""
    if is_address(host):
        return [(host, port) for port in USUAL.values()]
    url = URL(f"http://{host}")
    if url.raw_authority != host or not url.host:
        raise ValueError("it should be a host, or a host and its port")
    ports = USUAL.values() if url.explicit_port is None else [url.explicit_port]
    return [(url.host, port) for port in ports]


def _meant(found: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that is called by this one of IPv6."""
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        return found.ipv4_mapped
    if found in NAT64:
        return IPv4Address(int(found) & 0xFFFFFFFF)
    return found
