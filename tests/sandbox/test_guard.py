"""Foreign names and foreign pages: refused by the page and the control API, not by the Bot API."""

from __future__ import annotations

import asyncio

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


async def test_bots_come_from_anywhere_by_any_name(place: Place) -> None:
    anywhere = ("Host: telegram.internal", "Origin: http://evil.example")
    assert await status(place, f"/bot{TOKEN}/getMe", *anywhere) == 200


async def test_every_other_path_is_guarded(place: Place) -> None:
    """A route that somebody adds later is refused a foreign name like the rest."""
    runner = place.sandbox._runner
    assert runner is not None
    assert runner.app is not None
    for resource in runner.app.router.resources():
        path = resource.canonical.replace("{file_id}", "x")
        if path.startswith(("/bot", "/file/bot")):
            continue
        for route in resource:
            if route.method in ("GET", "POST"):
                foreign = ("Host: evil.example", "Content-Length: 0")
                assert await status(place, path, *foreign, method=route.method) == 403, path
