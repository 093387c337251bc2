"""The command line as a person meets it: one sentence for each trouble, and the right status."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.commands import spelled
from bot.config import Settings
from bot.embedded import stores
from models import File
from sandbox import demo
from sandbox.server import Sandbox

ROOT = Path(__file__).parent.parent
NOWHERE = "postgresql://127.0.0.1:9/desk"
FOREIGN_TOKEN = "123456:" + "x" * 35


@pytest.fixture
def place() -> Iterator[Path]:
    """Where the command is run: an empty directory, with a space in its name."""
    directory = Path(tempfile.mkdtemp(prefix="topicdesk command "))
    yield directory
    shutil.rmtree(directory)


def topicdesk(place: Path, *words: str, **settings: object) -> "subprocess.CompletedProcess[str]":
    """Run `python -m bot` there, with these settings and none of the developer's own."""
    ours = {name.upper() for name in Settings.model_fields}
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    environment |= {"PYTHONPATH": str(ROOT)} | {n: str(value) for n, value in settings.items()}
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=place,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def the_sentence(run: "subprocess.CompletedProcess[str]") -> str:
    """What stands on stderr: one line, no traceback."""
    (line,) = run.stderr.splitlines()
    return line


@pytest.mark.parametrize("words", [[], ["run"]])
def test_without_a_token_it_says_how_to_begin(words: list[str], place: Path) -> None:
    run = topicdesk(place, *words)
    assert run.returncode == 2
    assert "BOT_TOKEN is not set" in the_sentence(run)
    assert list(place.iterdir()) == []


def test_start_is_the_desk_where_there_is_a_token(place: Path) -> None:
    """`make run`: a token that nobody knows ends it, while the sandbox would go on."""
    (place / ".env").write_text(f'bot_token = "{FOREIGN_TOKEN}"\nBOT_TOKN=x\n')
    run = topicdesk(place, "start", TELEGRAM_API_URL="http://127.0.0.1:9", DATABASE_URL=NOWHERE)
    assert run.returncode == 1
    assert "The database at" in run.stderr
    assert "BOT_TOKN" in run.stderr
    assert not (place / "data" / "sandbox").exists()


@pytest.mark.parametrize("words", [["run"], ["check"], ["code"]])
def test_a_name_that_is_meant_otherwise_stands_beside_what_is_missing(
    words: list[str], place: Path
) -> None:
    """Whatever the level of the log: it is the next line that a person looks at."""
    (place / ".env").write_text(f"BOT_TOKN={FOREIGN_TOKEN}\nLOG_LEVEL=error\n")
    run = topicdesk(place, *words)
    assert run.returncode == 2
    meant, missing = run.stderr.splitlines()
    assert meant.endswith("is BOT_TOKEN meant?")
    assert missing.startswith("BOT_TOKEN is not set")
    assert not (place / "data").exists()


def test_a_name_is_told_of_beside_a_wrong_setting_too(place: Path) -> None:
    (place / ".env").write_text("PORTT=1\nPORT=many\n")
    meant, wrong = topicdesk(place, "check").stderr.splitlines()
    assert "is PORT meant?" in meant
    assert wrong.startswith("The setting PORT is wrong")


def test_a_token_of_the_wrong_form_ends_it_before_anything_begins(place: Path) -> None:
    for words in ("run", "check", "start"):
        run = topicdesk(place, words, BOT_TOKEN="123456:…")
        assert run.returncode == 2
        assert "still the example" in the_sentence(run)
    assert list(place.iterdir()) == []


@pytest.mark.parametrize(
    ("setting", "why"),
    [
        ("hooks.json", "The file of WEBHOOKS cannot be read, "),
        ('{"shop": {"ulr": "x"}}', "The setting WEBHOOKS is wrong: shop.ulr: "),
    ],
)
def test_check_reads_what_the_channels_will(setting: str, why: str, place: Path) -> None:
    run = topicdesk(place, "check", BOT_TOKEN=FOREIGN_TOKEN, WEBHOOKS=setting)
    assert run.returncode == 2
    assert why in the_sentence(run)
    assert not (place / "data").exists()


def test_commands_are_spelled_as_they_work_here(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`make run` makes a Python that no PATH has; no path from elsewhere is told in chats."""
    monkeypatch.chdir(place)
    here = place.resolve()
    assert spelled("code", str(here / ".venv/bin/python")) == ".venv/bin/python -m bot code"
    assert spelled("code", "/opt/topicdesk/bin/python") == "python -m bot code"
    assert spelled("code", str(here / "my env/python3")) == "'my env/python3' -m bot code"
    assert spelled("code", "") == "python -m bot code"


def test_a_bad_setting_has_the_status_of_a_wrong_command_line(place: Path) -> None:
    run = topicdesk(place, "run", PORT="many")
    assert run.returncode == 2
    assert the_sentence(run).startswith("The setting PORT is wrong")


def test_an_unreachable_database_is_one_sentence(place: Path) -> None:
    database = "postgresql://desk:hush@127.0.0.1:1/desk"
    run = topicdesk(place, BOT_TOKEN=FOREIGN_TOKEN, DATABASE_URL=database, REDIS_URL="redis://r")
    assert run.returncode == 1
    assert "127.0.0.1:1 cannot be reached" in the_sentence(run)
    assert "hush" not in run.stderr


def test_an_unreachable_redis_is_one_sentence(place: Path, database_url: str) -> None:
    stores = {"DATABASE_URL": database_url, "REDIS_URL": "redis://127.0.0.1:1"}
    run = topicdesk(place, BOT_TOKEN=FOREIGN_TOKEN, **stores)
    assert run.returncode == 1
    assert "Redis at 127.0.0.1:1 cannot be reached" in the_sentence(run)


def test_migrate_makes_the_tables_and_may_be_repeated(place: Path) -> None:
    for _ in range(2):
        run = topicdesk(place, "migrate")
        assert (run.returncode, run.stdout) == (0, "The tables are up to date.\n"), run.stderr
    assert (place / "data" / "postgres").is_dir()


def test_code_shows_one_also_beside_a_running_desk(place: Path) -> None:
    """The running one has the data directory for itself: its own server is asked."""
    settings = Settings(_env_file=None, data_dir=place / "data")

    async def beside() -> "subprocess.CompletedProcess[str]":
        async with stores(settings):
            return await asyncio.to_thread(topicdesk, place, "code", BOT_TOKEN=FOREIGN_TOKEN)

    alone = topicdesk(place, "code", BOT_TOKEN=FOREIGN_TOKEN)
    both = [alone, asyncio.run(beside())]
    for run in both:
        assert run.returncode == 0, run.stderr
        assert re.search(r"/setup [A-Z2-9]{10}$", run.stdout, re.MULTILINE)
        assert "works once, for 10 minutes" in run.stdout
    assert both[0].stdout != both[1].stdout


def test_help_lists_the_commands(place: Path) -> None:
    run = topicdesk(place, "--help")
    assert run.returncode == 0
    for command in ("run", "sandbox", "migrate", "check", "code", "replay"):
        assert f" {command} " in run.stdout


async def test_a_wrong_token_is_one_sentence(
    place: Path, database_url: str, redis_url: str
) -> None:
    async with Sandbox(demo.world(time.time)) as telegram:
        stores = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
        asked = {"BOT_TOKEN": FOREIGN_TOKEN, "TELEGRAM_API_URL": telegram.url, **stores}
        for command in ("run", "check"):
            run = await asyncio.to_thread(topicdesk, place, command, **asked)
            assert run.returncode == 1
            assert "does not know this BOT_TOKEN" in the_sentence(run)
            assert FOREIGN_TOKEN not in run.stderr


async def test_check_says_that_files_are_elsewhere(place: Path, db: str, redis_url: str) -> None:
    now = datetime.now(UTC)
    await File.create(place="elsewhere", digest="ab" * 32, created_at=now, used_at=now)
    async with Sandbox(demo.world(time.time)) as telegram:
        stores = {"DATABASE_URL": db, "REDIS_URL": redis_url}
        asked = {"BOT_TOKEN": demo.TOKEN, "TELEGRAM_API_URL": telegram.url, **stores}
        run = await asyncio.to_thread(topicdesk, place, "check", **asked)
    assert run.returncode == 0, run.stderr
    assert "FILES_URL" in run.stdout


async def test_check_says_what_it_found(place: Path, database_url: str, redis_url: str) -> None:
    async with Sandbox(demo.world(time.time)) as telegram:
        title = telegram.world.chats[demo.operators_group(telegram.world) or 0].title
        run = await asyncio.to_thread(
            topicdesk,
            place,
            "check",
            BOT_TOKEN=demo.TOKEN,
            TELEGRAM_API_URL=telegram.url,
            OPERATOR_GROUP_ID=demo.operators_group(telegram.world),
            DATABASE_URL=database_url,
            REDIS_URL=redis_url,
        )
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines() == [
        "Database: reached.",
        "Redis: reached.",
        f"Bot: @{demo.BOT_USERNAME}.",
        f"Group: “{title}”.",
    ]
