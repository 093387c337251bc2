"""The embedded stores: durable, alone in their directory, and gone when they should be."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest
from redis.asyncio import Redis

from bot.config import Settings
from bot.embedded import stores
from bot.obstacles import CannotStart
from bot.processes import alive

ROOT = Path(__file__).parent.parent

KEEP_RUNNING = """
import asyncio, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have had it ignored
from pathlib import Path
from bot.config import Settings
from bot.embedded import stores

async def main():
    async with stores(Settings(_env_file=None, data_dir=Path(sys.argv[1]))) as both:
        print(both.database_url, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A directory with a space in its name; the test fails if a server is left in it."""
    place = Path(tempfile.mkdtemp(prefix="topicdesk test ")) / "дані"
    yield place
    left = servers_in(place)
    for process in left:
        process.kill()
    shutil.rmtree(place.parent)
    assert left == []


def settings(data_dir: Path, **values: str) -> Settings:
    return Settings(_env_file=None, data_dir=data_dir, **values)  # type: ignore[arg-type]


def servers_in(data_dir: Path) -> list[psutil.Process]:
    """Every process whose working directory is inside `data_dir`."""
    found = []
    for process in psutil.process_iter():
        try:
            if Path(process.cwd()).is_relative_to(data_dir):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def sockets_outside(data_dir: Path) -> Path:
    """Where the sockets are when the path of `data_dir` is too long for them."""
    mark = hashlib.sha256(os.fsencode(data_dir.resolve())).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"topicdesk-{mark}"


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@pytest.fixture
def another_process(data_dir: Path) -> Iterator["subprocess.Popen[str]"]:
    """A process that holds the stores of `data_dir` until it is ended."""
    command = [sys.executable, "-c", KEEP_RUNNING, str(data_dir)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("postgresql://")
        yield process
        process.kill()


async def test_data_survive_a_restart_and_no_server_is_left(data_dir: Path) -> None:
    for start in (1, 2):
        async with stores(settings(data_dir)) as both:
            database = await asyncpg.connect(both.database_url)
            cache = Redis.from_url(both.redis_url, decode_responses=True)
            if start == 1:
                await database.execute("CREATE TABLE kept AS SELECT lower('ЇЖАК') AS word")
                await cache.set("kept", "ґанок")
            assert await database.fetchval("SELECT word FROM kept") == "їжак"
            assert await cache.get("kept") == "ґанок"
            assert await database.fetchval("SHOW fsync") == "on"
            await database.close()
            await cache.aclose()
        assert servers_in(data_dir) == []


async def test_a_store_with_an_address_is_not_started(data_dir: Path) -> None:
    given = settings(data_dir, database_url="postgresql://db/desk", redis_url="redis://cache")
    async with stores(given) as both:
        assert (both.database_url, both.redis_url) == ("postgresql://db/desk", "redis://cache")
        assert servers_in(data_dir) == []


async def test_leftovers_of_a_killed_process_are_ended_and_nothing_is_lost(
    data_dir: Path, another_process: "subprocess.Popen[str]"
) -> None:
    address = f"postgresql://postgres@/postgres?host={data_dir / 'run'}"
    writer = await asyncpg.connect(address)
    await writer.execute("CREATE TABLE kept AS SELECT 1 AS one")
    leftovers = servers_in(data_dir)
    assert {"postgres", "valkey-server"} <= {Path(p.exe()).name for p in leftovers}

    another_process.kill()
    another_process.wait()
    async with stores(settings(data_dir)) as both:
        reader = await asyncpg.connect(both.database_url)
        assert await reader.fetchval("SELECT one FROM kept") == 1
        await reader.close()
        assert not any(alive(process) for process in leftovers)
    writer.terminate()


async def test_a_killed_postgres_recovers(data_dir: Path) -> None:
    async with stores(settings(data_dir)) as both:
        database = await asyncpg.connect(both.database_url)
        await database.execute("CREATE TABLE kept AS SELECT 1 AS one")
        await database.close()
        postmaster = int((data_dir / "postgres/postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGKILL)
    until(lambda: servers_in(data_dir) == [])
    async with stores(settings(data_dir)) as both:
        database = await asyncpg.connect(both.database_url)
        assert await database.fetchval("SELECT one FROM kept") == 1
        await database.close()


async def test_a_pid_file_that_names_a_stranger_does_no_harm(data_dir: Path) -> None:
    async with stores(settings(data_dir)):
        pass
    stranger = psutil.Popen(["sleep", "60"], cwd=data_dir.parent)
    (data_dir / "postgres/postmaster.pid").write_text(f"{stranger.pid}\n")
    (data_dir / "valkey/valkey.pid").write_text(f"{stranger.pid}\n")
    async with stores(settings(data_dir)):
        assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


async def test_a_second_process_gets_one_clear_sentence(
    data_dir: Path, another_process: "subprocess.Popen[str]"
) -> None:
    with pytest.raises(CannotStart, match=rf"\(process {another_process.pid}\) already works"):
        async with stores(settings(data_dir)):
            raise AssertionError("two processes hold one directory")
    assert another_process.poll() is None
    assert servers_in(data_dir) != []
    another_process.send_signal(signal.SIGINT)
    another_process.wait(60)


async def test_a_very_long_path_gets_short_sockets(data_dir: Path) -> None:
    deep = data_dir / ("d" * 120)
    async with stores(settings(deep)) as both:
        database = await asyncpg.connect(both.database_url)
        assert await database.fetchval("SELECT 1") == 1
        await database.close()
        cache = Redis.from_url(both.redis_url)
        assert await cache.ping()
        await cache.aclose()
    assert not sockets_outside(deep).exists()


async def test_a_strangers_socket_directory_is_refused(data_dir: Path) -> None:
    deep = data_dir / ("d" * 120)
    outside = sockets_outside(deep)
    outside.symlink_to(data_dir.parent)
    with pytest.raises(CannotStart, match="belongs to somebody else"):
        async with stores(settings(deep)):
            raise AssertionError("it trusts a directory of others")
    outside.unlink()


async def test_damaged_data_are_one_clear_sentence(data_dir: Path) -> None:
    async with stores(settings(data_dir)):
        pass
    (data_dir / "postgres/PG_VERSION").write_text("9.6\n")
    with pytest.raises(CannotStart, match=r"PostgreSQL does not start: “.*” \(.*postgres\.log\)"):
        async with stores(settings(data_dir)):
            raise AssertionError("it started on foreign data")


async def test_an_unusable_directory_is_one_clear_sentence(data_dir: Path) -> None:
    data_dir.parent.joinpath("file").write_text("")
    with pytest.raises(CannotStart, match="cannot be used"):
        async with stores(settings(data_dir.parent / "file" / "data")):
            raise AssertionError("it started in a file")
