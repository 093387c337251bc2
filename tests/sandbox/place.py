"""A sandbox for tests over HTTP: a shop with one bot, an operators' forum and a customer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from sandbox.accounts import Bot
from sandbox.living import LivingWorld
from sandbox.people import Person
from sandbox.server import Sandbox

TOKEN = "42:a-token-of-the-tests"


class Clock:
    """The time of the world: the real one, and as much more as a test wants to pass."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@dataclass
class Place:
    """The sandbox at work, those who live in it, and a plain HTTP client."""

    sandbox: Sandbox
    http: aiohttp.ClientSession
    bot: Bot
    owner: Person
    customer: Person
    group: int
    clock: Clock = field(default_factory=Clock)

    @property
    def world(self) -> LivingWorld:
        return self.sandbox.world

    def address(self, method: str, token: str = TOKEN) -> str:
        return f"{self.sandbox.url}/bot{token}/{method}"

    async def asks(self, method: str, **params: Any) -> dict[str, Any]:
        """The whole answer to a call with a JSON body."""
        async with self.http.post(self.address(method), json=params) as answer:
            body: dict[str, Any] = await answer.json()
            assert answer.status == body.get("error_code", 200)
            return body

    async def calls(self, method: str, **params: Any) -> Any:
        """The result of a call that must succeed."""
        body = await self.asks(method, **params)
        assert body["ok"], body
        return body["result"]


def people_of(world: LivingWorld) -> tuple[Bot, Person, Person, int]:
    """A bot with rights in a forum, its owner, a customer who has started the bot, the forum."""
    bot = world.add_bot(TOKEN, "Desk", "desk_bot")
    owner, customer = world.person("Олена"), world.person("Анна", last_name="Шевченко")
    group = world.group("Оператори", owner)
    owner.adds_bot(bot, group)
    owner.sets_bot_rights(bot, group, can_manage_topics=True, can_delete_messages=True)
    customer.start(bot)
    bot.updates.clear()
    return bot, owner, customer, group


async def until(done: Callable[[], object], seconds: float = 60) -> None:
    """Poll for a condition; fail when it does not come true in time."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "it has not come true in time"
        await asyncio.sleep(0.005)


@asynccontextmanager
async def a_place() -> AsyncIterator[Place]:
    clock = Clock()
    world = LivingWorld(clock)
    bot, owner, customer, group = people_of(world)
    sandbox = Sandbox(world, scale=0.01)
    async with sandbox, aiohttp.ClientSession() as http:
        yield Place(sandbox, http, bot, owner, customer, group, clock)
