"""What must hold before a start: each broken thing is one sentence, against real servers."""

import socket
import time
from collections.abc import AsyncGenerator, AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot import checks
from bot.config import Settings
from bot.files import places
from bot.obstacles import BadSetting, CannotStart
from models import Group
from sandbox import demo
from sandbox.botfather import switch_topics
from sandbox.faults import Kind
from sandbox.server import Sandbox

RIGHTS = dict.fromkeys([*checks.NEEDED, *checks.OPTIONAL], True)


@pytest.fixture
async def telegram() -> AsyncIterator[Sandbox]:
    async with Sandbox(demo.world(time.time)) as sandbox:
        yield sandbox


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def settings(telegram: Sandbox, **values: Any) -> Settings:
    chosen = {"bot_token": demo.TOKEN, "telegram_api_url": telegram.url, **values}
    return Settings(_env_file=None, **chosen)


def group_of(telegram: Sandbox) -> int:
    group = demo.operators_group(telegram.world)
    assert group is not None
    return group


def with_group(telegram: Sandbox) -> Settings:
    return settings(telegram, operator_group_id=group_of(telegram))


async def test_all_is_well(telegram: Sandbox, postgres_url: str, redis_url: str) -> None:
    found = await checks.bot_and_group(with_group(telegram))
    assert (found.username, found.warnings) == (demo.BOT_USERNAME, ())
    await checks.before_start(with_group(telegram), postgres_url, redis_url)


async def test_a_wrong_token(telegram: Sandbox) -> None:
    wrong = settings(telegram, bot_token="123456:" + "x" * 35)
    with pytest.raises(CannotStart, match=r"does not know this BOT_TOKEN .*BotFather") as caught:
        await checks.bot_and_group(wrong)
    assert "x" * 35 not in str(caught.value)


async def test_no_token(telegram: Sandbox) -> None:
    with pytest.raises(BadSetting, match="BOT_TOKEN is not set"):
        await checks.bot_and_group(settings(telegram, bot_token=None))


def without(telegram: Sandbox, right: str) -> None:
    """The bot loses a right in the group."""
    bot = telegram.world.bots[demo.TOKEN]
    owner = next(p for p in telegram.world.people() if p.user.first_name == demo.OWNER[0])
    owner.sets_bot_rights(bot, group_of(telegram), **{**RIGHTS, right: False})


async def test_a_right_that_is_needed_is_named(telegram: Sandbox) -> None:
    without(telegram, "can_manage_topics")
    with pytest.raises(CannotStart, match=r"lacks rights in the group “.*”: Manage Topics\."):
        await checks.bot_and_group(with_group(telegram))


async def test_a_right_that_is_not_needed_is_warned_of(telegram: Sandbox) -> None:
    without(telegram, "can_pin_messages")
    found = await checks.bot_and_group(with_group(telegram))
    (warning,) = found.warnings
    assert "the right “Pin Messages”" in warning


async def test_topics_that_botfather_does_not_allow_are_told_of(
    telegram: Sandbox, postgres_url: str, redis_url: str
) -> None:
    """The desk starts all the same, with one chat for each customer."""
    wanted = settings(telegram, private_topics="on")
    with capture_logs() as logged:
        await checks.before_start(wanted, postgres_url, redis_url)
    (told,) = [each["why"] for each in logged if each["event"] == "private chats are flat"]
    assert "BotFather" in told
    assert (await checks.bot_and_group(wanted)).flat == told
    assert (await checks.bot_and_group(settings(telegram))).flat == ""
    switch_topics(telegram.world, telegram.world.bots[demo.TOKEN], True)
    assert (await checks.bot_and_group(wanted)).flat == ""
    in_group = wanted.model_copy(update={"operator_group_id": group_of(telegram)})
    assert (await checks.bot_and_group(in_group)).flat == ""


async def test_the_group_that_is_bound_is_looked_at(telegram: Sandbox, db: str) -> None:
    assert await checks.bound_groups(db) == []
    await Group.create(
        chat_id=group_of(telegram), title="x", language="uk", bound_at=datetime.now(UTC)
    )
    (bound,) = await checks.bound_groups(db)
    elsewhere = settings(telegram, operator_group_id=-1009)
    assert (await checks.bot_and_group(elsewhere, bound)).group
    without(telegram, "can_manage_topics")
    with pytest.raises(CannotStart, match="lacks rights"):
        await checks.bot_and_group(settings(telegram), bound)


async def test_what_the_settings_name_is_no_matter_while_another_is_bound(
    telegram: Sandbox, db: str, redis_url: str
) -> None:
    elsewhere = settings(telegram, operator_group_id=-1009)
    with pytest.raises(CannotStart, match="does not see the group"):
        await checks.before_start(elsewhere, db, redis_url)
    await Group.create(
        chat_id=group_of(telegram), title="x", language="uk", bound_at=datetime.now(UTC)
    )
    await checks.before_start(elsewhere, db, redis_url)


async def test_files_that_are_elsewhere_are_warned_of(
    telegram: Sandbox, db: str, redis_url: str, tmp_path: Path
) -> None:
    """Such as those that a process on another machine has put into its own directory."""

    async def bytes_() -> AsyncGenerator[bytes, None]:
        yield b"words"

    ours = settings(telegram, data_dir=tmp_path / "ours")
    assert await checks.files(ours, db) is None
    theirs = settings(telegram, data_dir=tmp_path / "theirs")
    await places.store(theirs).put(bytes_(), 5)
    assert await checks.files(theirs, db) is None
    assert await checks.files(settings(telegram, files_url="s3://bucket"), db) is None
    with capture_logs() as logged:
        await checks.before_start(ours, db, redis_url)
    (why,) = [each["why"] for each in logged if each["event"] == "files are missing"]
    assert str(tmp_path / "ours" / "files") in why
    assert "FILES_URL" in why


async def test_a_group_without_topics(telegram: Sandbox) -> None:
    given = with_group(telegram)
    owner = next(p for p in telegram.world.people() if p.user.first_name == demo.OWNER[0])
    owner.turns_forum(group_of(telegram), on=False)
    with pytest.raises(CannotStart, match="has no topics"):
        await checks.bot_and_group(given)


async def test_a_group_that_the_bot_does_not_see(telegram: Sandbox) -> None:
    with pytest.raises(CannotStart, match="does not see the group -1009"):
        await checks.bot_and_group(settings(telegram, operator_group_id=-1009))


@pytest.mark.parametrize("fault", ["500", "502", "drop_before"])
async def test_a_silent_telegram_is_no_reason_to_stop(
    fault: Kind, telegram: Sandbox, postgres_url: str, redis_url: str
) -> None:
    telegram.faults.next(method="getMe", do=fault)
    with pytest.raises(checks.TelegramSilent, match="cannot be reached"):
        await checks.bot_and_group(with_group(telegram))
    telegram.faults.next(method="getMe", do=fault)
    await checks.before_start(with_group(telegram), postgres_url, redis_url)


async def test_a_database_that_is_not_there(free_port: int, postgres_url: str) -> None:
    url = f"postgresql://someone:hush@127.0.0.1:{free_port}/desk"
    with pytest.raises(CannotStart, match=rf"127.0.0.1:{free_port} cannot be reached") as caught:
        await checks.database(url)
    assert "hush" not in str(caught.value)
    with pytest.raises(CannotStart, match=r"refuses us: database .* does not exist"):
        await checks.database(postgres_url.replace("/postgres?", "/nowhere?"))


async def test_an_address_that_is_no_databases() -> None:
    with pytest.raises(BadSetting, match=r"The setting DATABASE_URL is wrong: "):
        await checks.database("mysql://somewhere/desk")


async def test_a_redis_that_is_not_there(free_port: int) -> None:
    with pytest.raises(CannotStart, match=rf"Redis at 127.0.0.1:{free_port} cannot be reached"):
        await checks.redis(f"redis://127.0.0.1:{free_port}")
    with pytest.raises(BadSetting, match="REDIS_URL"):
        await checks.redis("https://example.com")


async def test_a_public_group(telegram: Sandbox) -> None:
    group = group_of(telegram)
    owner = next(p for p in telegram.world.people() if p.user.first_name == demo.OWNER[0])
    owner.publishes(group, "our_desk")
    with pytest.raises(CannotStart, match=r"is public \(@our_desk\): anybody could read"):
        await checks.bot_and_group(with_group(telegram))
