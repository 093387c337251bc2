"""The stage of the stories: a sandbox of Telegram, and the real desk serving it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import orjson
import pytest
from pydantic import SecretStr
from redis.asyncio import Redis

from bot.app import App
from bot.config import Settings
from bot.desk.people import codes
from sandbox.living import LivingWorld
from sandbox.server import Sandbox
from tests.stories.chat import PATIENCE, Customer, General, Operator, Topic, eventually

TOKEN = "7000000001:AAHstory-bot-of-the-sandbox-0000000"
RIGHTS = {"can_manage_topics": True, "can_delete_messages": True, "can_pin_messages": True}
IN_HAND = "SELECT id, attempts FROM delivery WHERE state = 'claimed'"
STILL = """
SELECT 1 FROM delivery JOIN unnest($1::bigint[], $2::int[]) AS claim (id, attempts)
    USING (id, attempts)
WHERE state = 'claimed' LIMIT 1
"""


class Stage:
    """A desk with its people. `olena` owns the group, `taras` is a plain member of it."""

    def __init__(self, sandbox: Sandbox, settings: Settings, stores: tuple[str, str]) -> None:
        self.sandbox = sandbox
        self.world = sandbox.world
        self.settings = settings
        self._stores = stores
        self._running: AsyncExitStack | None = None
        self._ledger: asyncpg.Connection | None = None
        self._reading = asyncio.Lock()
        self.url = ""
        self.bot = self.world.add_bot(TOKEN, "Support", "story_bot")
        self.bot.inline = self.bot.inline_feedback = True
        owner = self.world.person("Olena", username="olena", language="uk")
        member = self.world.person("Taras", username="taras", language="uk")
        self.group = self.world.group("Operators", owner)
        member.joins(self.group)
        owner.adds_bot(self.bot, self.group)
        owner.sets_bot_rights(self.bot, self.group, **RIGHTS)
        self.bot.updates.clear()  # all this was long ago
        self.olena = Operator(sandbox, owner, self.group)
        self.taras = Operator(sandbox, member, self.group)
        self.general = General(sandbox, self.group)

    async def opens(self, *, say: Callable[[str], None] | None = None, **changed: Any) -> None:
        """Start the desk; `changed` are settings, `say` is its console."""
        self.settings = self.settings.model_copy(update=changed)
        self._running = AsyncExitStack()
        app = await self._running.enter_async_context(App(self.settings, *self._stores))
        self.url = await self._running.enter_async_context(app.serving(say))
        method = "setWebhook" if self.settings.public_url else "getUpdates"
        await eventually(lambda: self.sandbox.calls.of(method), lambda: "it never listens")

    async def closes(self) -> None:
        """Stop it in order."""
        if self._running is not None:
            await self._running.aclose()
        self._running = None

    def customer(self, name: str, language: str = "en", *, starts: bool = True) -> Customer:
        """Somebody who has pressed START, without a word so far."""
        person = self.world.person(name, language=language)
        customer = Customer(self.sandbox, person, self.bot, self.noted)
        if starts:
            customer.starts()
        return customer

    async def asks(self, text: str = "Where is my order?") -> tuple[Customer, Topic]:
        """Anna with one request that everybody has seen."""
        anna = self.customer("Anna")
        anna.writes(text)
        topic = await self.topic("#1")
        await topic.shows(text)
        await anna.shows("received")
        return anna, topic

    def topics(self, prefix: str = "#") -> list[Topic]:
        """The tickets' topics whose names begin so."""
        return [
            Topic(self.sandbox, self.group, topic["thread"], self.noted)
            for topic in self.world.topics(self.group)
            if topic["name"].startswith(prefix)
        ]

    async def topic(self, prefix: str = "#") -> Topic:
        """Wait for the topic whose name begins so; there is exactly one."""
        found: list[Topic] = await eventually(
            lambda: self.topics(prefix), lambda: f"no topic {prefix}"
        )
        assert len(found) == 1, [topic.info["name"] for topic in found]
        return found[0]

    async def noted(self) -> None:
        """Wait for what is in hand now: what has been shown is written down then."""
        async with self._reading:
            if self._ledger is None:
                self._ledger = await asyncpg.connect(self._stores[0])
            found = await self._ledger.fetch(IN_HAND)
            claims = [row["id"] for row in found], [row["attempts"] for row in found]
            end = time.monotonic() + PATIENCE
            while found and await self._ledger.fetchval(STILL, *claims):
                if time.monotonic() > end:
                    return
                await _moment()

    async def leaves(self) -> None:
        """The end of the story."""
        await self.closes()
        if self._ledger is not None:
            await self._ledger.close()

    async def code(self) -> str:
        """A set-up code, as the console shows it."""
        return await codes.make(datetime.now(UTC))

    async def sets_aside(self, witness: asyncpg.Connection, **update: Any) -> None:
        """An update of long ago could not be handled, and waits to be replayed."""
        await witness.execute(
            "INSERT INTO set_aside (bot_id, update_id, payload, error, attempts, at) "
            "VALUES ($1, 99, $2, '', 3, now())",
            self.bot.id,
            orjson.dumps({"update_id": 99, **update}).decode(),
        )

    async def settles(self, witness: asyncpg.Connection) -> None:
        """Wait until every update is done and all that is not put off has been carried."""
        query = (
            "SELECT count(*) FROM delivery WHERE state IN ('head', 'waiting', 'claimed') "
            "AND due_at < now() + interval '3 seconds'"
        )

        async def busy() -> bool:
            return bool(len(self.bot.updates) or await witness.fetchval(query))

        end = time.monotonic() + PATIENCE
        while await busy():
            assert time.monotonic() < end, "the desk never settles"
            await _moment()


async def _moment() -> None:
    await asyncio.sleep(0.01)


@pytest.fixture
async def stage(
    database_url: str, redis: Redis, redis_url: str, tmp_path: Path
) -> AsyncIterator[Stage]:
    """The sandbox runs, the desk does not yet."""
    async with Sandbox(LivingWorld(time.time)) as sandbox:
        settings = Settings(
            _env_file=None,
            bot_token=SecretStr(TOKEN),
            telegram_api_url=sandbox.url,
            data_dir=tmp_path,
            port=0,
            group_actions_per_minute=0,
            private_messages_per_second=0,
            messages_per_second=0,
        )
        stage = Stage(sandbox, settings, (database_url, redis_url))
        stage.settings = settings.model_copy(update={"operator_group_id": stage.group})
        try:
            yield stage
        finally:
            await stage.leaves()


@pytest.fixture
async def desk(stage: Stage) -> Stage:
    """The desk serves its group, without limits of speed."""
    await stage.opens()
    return stage
