"""A channel is kept going, whatever befalls it, and nobody else is touched."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from unittest.mock import Mock

import pytest
from aiohttp import ClientSession, web

from bot import metrics
from bot.bridges import keeping
from bot.bridges.base import Malformed, NotKnown, TooFast
from bot.bridges.keeping import LONGEST_PAUSE, Kept, pause
from bot.desk.outbox.carrying import TryLater
from bot.web import build, serving
from tests.bridges.post import Post

PATIENCE = 60.0  # seconds


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """After how many failures it paused; no pause takes long."""
    seen: list[int] = []

    def short(failures: int) -> float:
        seen.append(failures)
        return 0.0

    monkeypatch.setattr(keeping, "pause", short)
    return seen


@asynccontextmanager
async def kept(post: Post) -> AsyncIterator[Kept]:
    keeping = Kept(post, Mock())
    await keeping.start()
    try:
        yield keeping
    finally:
        await keeping.stop()


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110  (nobody tells)
            await asyncio.sleep(0.001)


def shown(name: str) -> float | None:
    return metrics.registry.get_sample_value(name, {"channel": "post"})


async def test_a_start_that_fails_is_tried_again_with_growing_pauses(pauses: list[int]) -> None:
    before = shown("topicdesk_channel_failures_total") or 0
    post = Post()
    post.starts = [RuntimeError("closed"), TryLater("away"), None]
    async with kept(post) as keeping:
        await until(keeping.is_up)
        assert post.stopped == 2  # what began half-way was ended each time
        assert shown("topicdesk_channel_up") == 1
    assert pauses == [1, 2]
    assert (shown("topicdesk_channel_failures_total") or 0) - before == 2
    assert not keeping.is_up()
    assert shown("topicdesk_channel_up") == 0
    assert post.counter is None


def test_pauses_grow_to_minutes() -> None:
    assert 0.9 <= pause(1) <= 1.1
    assert 1.8 <= pause(2) <= 2.2
    assert 0.9 * LONGEST_PAUSE <= pause(100) <= 1.1 * LONGEST_PAUSE


async def test_it_may_be_stopped_before_it_is_up_and_twice(pauses: list[int]) -> None:
    post = Post()
    keeping = Kept(post, Mock())
    await keeping.stop()
    await keeping.start()
    await keeping.stop()
    await keeping.stop()
    assert not keeping.is_up()


async def test_a_start_that_hangs_fails(pauses: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    class Hangs(Post):
        async def start(self, counter: object) -> None:
            self.starts.append(None)
            if len(self.starts) == 1:
                await asyncio.Event().wait()

    monkeypatch.setattr(keeping, "STARTING", 0.01)
    async with kept(Hangs()) as one:
        await until(one.is_up)
    assert pauses == [1]


async def test_an_end_that_hangs_or_fails_keeps_nobody(
    pauses: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stays(Post):
        async def stop(self) -> None:
            self.stopped += 1
            if self.stopped == 1:
                raise RuntimeError("the door is stuck")
            await asyncio.Event().wait()

    monkeypatch.setattr(keeping, "STOPPING", 0.01)
    post = Stays()
    post.starts = [RuntimeError("closed")]
    async with asyncio.timeout(PATIENCE):
        async with kept(post) as one:
            await until(one.is_up)
    assert post.stopped == 2


class Listening(Post):
    """Listens until `over`, and then raises, or just ends."""

    def __init__(self, ends: list[Exception | None]) -> None:
        super().__init__()
        self.ends = ends

    async def listen(self) -> None:
        if not self.ends:
            await asyncio.Event().wait()
        if error := self.ends.pop(0):
            raise error


async def test_what_stops_listening_is_started_again(pauses: list[int]) -> None:
    post = Listening([RuntimeError("the line is dead"), None])
    async with kept(post) as keeping:
        await until(lambda: post.stopped == 2 and keeping.is_up())
    assert pauses == [1, 2]


async def test_after_a_long_calm_the_pause_is_short_again(
    pauses: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "CALM", -1.0)
    post = Listening([None, None, None])
    async with kept(post):
        await until(lambda: len(pauses) == 3)
    assert pauses == [1, 1, 1]


async def test_only_a_mistake_is_logged_with_its_trace(
    pauses: list[int], caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    post = Post()
    token = "7000000001:AAFforum-bot-of-the-sandbox-0000000"
    post.starts = [ConnectionError(f"no way to {token}"), TryLater("away"), None]
    async with kept(post) as one:
        await until(one.is_up)
    told = caplog.text + capsys.readouterr().out
    assert "no way to" in told
    assert "AAFforum" not in told
    assert "Traceback" not in told
    post.starts = [RuntimeError("wrong"), None]
    async with kept(post) as one:
        await until(one.is_up)
    assert "Traceback" in caplog.text + capsys.readouterr().out


REFUSALS = {
    "bad": Malformed("an id is missing"),
    "early": NotKnown(),
    "much": TooFast(1.2),
}


class Called(Post):
    """Is called over HTTP."""

    def routes(self) -> Iterable[web.RouteDef]:
        async def hook(request: web.Request) -> web.Response:
            said = await request.text()
            if said in REFUSALS:
                raise REFUSALS[said]
            return web.Response(text=f"got {said}")

        return [web.post("/hook/{secret}", hook)]


async def test_routes_are_lent_under_the_channels_own_prefix_while_it_is_up() -> None:
    called, plain = Kept(Called(), Mock()), Kept(Post(), Mock())
    application = build(lent=keeping.lent([called, plain]))
    async with ClientSession() as session, serving(application, "127.0.0.1", 0) as url:
        hook = f"{url}/channels/post/hook/s3"
        async with session.post(hook, data="a") as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
        await called.start()
        await until(called.is_up)
        async with session.post(hook, data="a") as answer:
            assert (answer.status, await answer.text()) == (200, "got a")
        async with session.post(f"{url}/hook/s3", data="a") as answer:
            assert answer.status == 404
        async with session.post(hook, data="bad") as answer:
            assert (answer.status, await answer.text()) == (400, "an id is missing\n")
        async with session.post(hook, data="early") as answer:
            assert answer.status == 409
        async with session.post(hook, data="much") as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (429, "2")
        await called.stop()
        async with session.post(hook, data="a") as answer:
            assert answer.status == 503
