"""Foreign names and foreign pages are refused, by the page, the control API and the Bot API."""

from __future__ import annotations

import asyncio
import re

import pytest

from tests.sandbox.place import TOKEN, Place

PLACES = (
    "/",
    "/js/app.js",
    "/sandbox/state",
    "/sandbox/events",
    "/sandbox/calls",
    "/sandbox/file/x",
)


async def status(place: Place, path: str, *headers: str, method: str = "GET") -> int:
    """The status of an answer to a request written by hand, for clients mend their headers."""
    host, _, port = place.sandbox.url.removeprefix("http://").rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    lines = (f"{method} {path} HTTP/1.1", *headers, "Connection: close", "", "")
    writer.write("\r\n".join(lines).encode())
    try:
        return int((await reader.readline()).split()[1])
    finally:
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:80", "localhost.evil", ""]
)
async def test_a_foreign_host_is_refused(place: Place, path: str, host: str) -> None:
    assert await status(place, path, f"Host: {host}") == 403


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:9", "127.0.0.1", "[::1]:80", "192.0.2.7"])
async def test_names_of_this_machine_are_answered(place: Place, host: str) -> None:
    assert await status(place, "/sandbox/state", f"Host: {host}") == 200


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://localhost", "http://127.0.0.1:1"]
)
async def test_a_foreign_origin_is_refused(place: Place, path: str, origin: str) -> None:
    assert await status(place, path, "Host: 127.0.0.1", f"Origin: {origin}") == 403


async def test_what_is_done_by_post_is_guarded_too(place: Place) -> None:
    for path in ("act", "people", "faults", "limits", "update"):
        foreign = ("Host: evil.example", "Content-Length: 0")
        assert await status(place, f"/sandbox/{path}", *foreign, method="POST") == 403


async def test_the_page_may_ask_its_own_server(place: Place) -> None:
    own = ("Host: 127.0.0.1:8080", "Origin: http://127.0.0.1:8080", "Sec-Fetch-Site: same-origin")
    assert await status(place, "/sandbox/state", *own) == 200


async def test_a_link_from_elsewhere_opens_the_page_and_nothing_more(place: Place) -> None:
    link = ("Host: 127.0.0.1", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate")
    assert await status(place, "/", *link) == 200
    assert await status(place, "/sandbox/state", *link) == 403
    inside = ("Host: 127.0.0.1", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors")
    assert await status(place, "/", *inside) == 403


@pytest.mark.parametrize("host", ["127.0.0.1:80", "localhost", "[::1]", "192.0.2.7", "sandbox:80"])
async def test_bots_come_by_addresses_and_by_names_that_no_site_has(
    place: Place, host: str
) -> None:
    assert await status(place, f"/bot{TOKEN}/getMe", f"Host: {host}") == 200


@pytest.mark.parametrize(
    "headers",
    [
        ("Host: evil.example",),
        ("Host: evil.example", "Origin: http://evil.example"),
        ("Host: sandbox.evil.example",),
        ("Host: ",),
        ("Host: 127.0.0.1", "Origin: http://evil.example"),
        ("Host: 127.0.0.1", "Origin: null"),
        ("Host: 127.0.0.1", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate"),
    ],
)
async def test_no_foreign_page_speaks_as_a_bot(place: Place, headers: tuple[str, ...]) -> None:
    """The demo's token is no secret: it stands in our source."""
    hook = f"/bot{TOKEN}/setWebhook?url=https://evil.example/x"
    for method in ("GET", "POST"):
        assert await status(place, hook, *headers, "Content-Length: 0", method=method) == 403
    assert await status(place, f"/file/bot{TOKEN}/photos/1.jpg", *headers) == 403
    assert (await place.calls("getWebhookInfo"))["url"] == ""


async def test_names_without_a_dot_are_names_of_machines_for_bots_only(place: Place) -> None:
    assert await status(place, "/sandbox/state", "Host: sandbox:80") == 403


async def test_every_path_is_guarded(place: Place) -> None:
    """A route that somebody adds later is refused a foreign name like the rest."""
    runner = place.sandbox._runner
    assert runner is not None
    assert runner.app is not None
    for resource in runner.app.router.resources():
        path = re.sub(r"{\w+}", "x", resource.canonical)
        for route in resource:
            if route.method in ("GET", "POST", "*"):
                method = route.method.replace("*", "POST")
                foreign = ("Host: evil.example", "Content-Length: 0")
                assert await status(place, path, *foreign, method=method) == 403, path
