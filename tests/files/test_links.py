"""Links: whoever has one that is good can save the file, and nothing else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from aiohttp import ClientResponse, ClientSession

from bot.config import Settings
from bot.files import Store, places
from bot.files.links import LIFE, LONGEST_NAME, Links
from bot.web import build, files, serving
from tests.files.memory import KEEP_DAYS, TOKEN, memory
from tests.files.test_store import LONG, MANY, PICTURE, lose, pieces

pytestmark = pytest.mark.usefixtures("db")
NAME = "Рахунок “5”.png"


class Door:
    """The address of a desk that has a store."""

    def __init__(self, url: str, store: Store, http: ClientSession) -> None:
        self.url, self.store = url, store
        self.links = store.links = Links(TOKEN, url)  # it is known when somebody listens
        self.http = http

    async def link(self, data: bytes, name: str = NAME, *, at: datetime | None = None) -> str:
        stored = await self.store.put(pieces(data), MANY)
        return self.links.to(stored.key, name, at or datetime.now(UTC))


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    async with door_with(memory()) as made:
        yield made


@asynccontextmanager
async def door_with(store: Store) -> AsyncIterator[Door]:
    async with ClientSession() as http:
        app = build(routes=[files.route(store)])
        async with serving(app, "127.0.0.1", 0) as url:
            yield Door(url, store, http)


def name_of(answer: ClientResponse) -> str:
    return unquote(answer.headers["Content-Disposition"].partition("filename*=UTF-8''")[2])


async def test_a_link_gives_the_file_to_be_saved(door: Door) -> None:
    async with door.http.get(await door.link(PICTURE)) as answer:
        assert (answer.status, await answer.read()) == (200, PICTURE)
        assert answer.headers["Content-Length"] == str(len(PICTURE))
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="')
        assert name_of(answer) == NAME
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("sandbox")


async def test_what_a_browser_could_run_is_only_bytes(door: Door) -> None:
    link = await door.link(b"<html><script>alert(1)</script>", 'x"; evil.html')
    async with door.http.get(link) as answer:
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="x_; evil')
        assert name_of(answer) == 'x"; evil.html'


async def test_its_length_can_be_asked_without_it(door: Door) -> None:
    async with door.http.head(await door.link(LONG)) as answer:
        assert (answer.status, answer.headers["Content-Length"]) == (200, str(len(LONG)))


@pytest.mark.parametrize(
    ("asked", "status", "shown", "part"),
    [
        ("bytes=5-16", 206, f"bytes 5-16/{len(LONG)}", slice(5, 17)),
        ("bytes=-3", 206, f"bytes {len(LONG) - 3}-{len(LONG) - 1}/{len(LONG)}", slice(-3, None)),
        ("bytes=0-", 200, None, slice(None)),
        ("bytes=1-2,4-5", 200, None, slice(None)),
        ("pages=1", 200, None, slice(None)),
    ],
)
async def test_a_part_of_it_can_be_had(
    door: Door, asked: str, status: int, shown: str | None, part: slice
) -> None:
    async with door.http.get(await door.link(LONG), headers={"Range": asked}) as answer:
        assert (answer.status, answer.headers.get("Content-Range")) == (status, shown)
        assert await answer.read() == LONG[part]


async def test_a_part_behind_its_end_cannot(door: Door) -> None:
    asked = {"Range": f"bytes={len(LONG)}-"}
    async with door.http.get(await door.link(LONG), headers=asked) as answer:
        assert (answer.status, answer.headers["Content-Range"]) == (416, f"bytes */{len(LONG)}")


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("", "good no more"),
        ("fr, uk;q=0.8, en;q=0.5", "вже не дійсне"),
        ("ru-RU", "недействительна"),
    ],
)
async def test_an_expired_link_says_so_to_its_reader(door: Door, language: str, says: str) -> None:
    link = await door.link(PICTURE, at=datetime.now(UTC) - LIFE - timedelta(minutes=1))
    async with door.http.get(link, headers={"Accept-Language": language}) as answer:
        assert answer.status == 410
        assert says in await answer.text()


async def test_a_link_is_good_until_its_last_minute(door: Door) -> None:
    link = await door.link(PICTURE, at=datetime.now(UTC) - LIFE + timedelta(minutes=1))
    async with door.http.get(link) as answer:
        assert answer.status == 200


async def test_a_forged_link_is_not_there(door: Door) -> None:
    link = await door.link(PICTURE)
    base, _slash, token = link.rpartition("/")
    stored = await door.store.put(pieces(PICTURE), MANY)
    other = Links(TOKEN.replace("A", "B"), base.removesuffix("/files"))
    changed = [token[:n] + ("A" if token[n] != "A" else "B") + token[n + 1 :] for n in (0, 44, 99)]
    forged = [f"{base}/{each}" for each in (*changed, token[:-8], "", "ü", "A" * 2000)]
    for each in (*forged, other.to(stored.key, NAME, datetime.now(UTC))):
        async with door.http.get(each) as answer:
            assert answer.status == 404, each


async def test_a_file_that_was_let_go_says_for_how_long_it_was_kept(door: Door) -> None:
    link = await door.link(PICTURE)
    await door.store.let_go(datetime.now(UTC) + timedelta(days=KEEP_DAYS))
    async with door.http.get(link, headers={"Accept-Language": "uk"}) as answer:
        assert answer.status == 410
        assert "зберігався 30 днів" in await answer.text()


async def test_a_file_that_was_lost_is_said_to_be_nowhere_and_not_to_be_let_go(door: Door) -> None:
    link = await door.link(PICTURE)
    await lose(door.store)
    async with door.http.get(link, headers={"Accept-Language": "uk"}) as answer:
        assert answer.status == 404
        assert "не вдається знайти" in await answer.text()


async def test_a_store_that_is_away_is_asked_again_later(settings_of_nobody: Settings) -> None:
    """Nobody listens where its bucket is; what is there stands in the row."""
    async with door_with(memory()) as door:
        link = await door.link(PICTURE)
    async with door_with(places.store(settings_of_nobody)) as other:
        moved = link.rpartition("/")[2]
        async with other.http.get(f"{other.url}/files/{moved}") as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (503, "30")


def test_a_long_name_makes_no_endless_link() -> None:
    made = Links(TOKEN, "https://desk.example").to("ab" * 32, "ї" * 500, datetime.now(UTC))
    assert len(made) < 600
    link = Links(TOKEN, None).read(made.rpartition("/")[2])
    assert link is not None
    assert link.name == "ї" * LONGEST_NAME


def test_without_an_address_of_ours_no_link_can_be_given() -> None:
    assert not Links(TOKEN, None).can_be_given
    with pytest.raises(RuntimeError):
        Links(TOKEN, None).to("ab" * 32, "", datetime.now(UTC))


def test_links_may_lead_elsewhere_than_telegram_calls(tmp_path: Path) -> None:
    apart = {"links_url": "http://desk.internal:8080", "data_dir": tmp_path}
    settings = Settings().model_copy(update=apart)
    made = places.store(settings).links.to("ab" * 32, "", datetime.now(UTC))
    assert made.startswith("http://desk.internal:8080/files/")
