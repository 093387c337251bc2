"""The stage for the forum's tests."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from redis.asyncio import Redis

from bot.bridges.telegram import Telegram
from bot.budget import Budget
from bot.desk.said import Person
from bot.desk.tickets import members
from bot.forum import Forum
from bot.telegram.calls import telegram
from models import Group, Standing
from sandbox.living import LivingWorld
from sandbox.server import Sandbox
from tests.files.memory import memory
from tests.forum.scene import Scene

TOKEN = "7000000001:AAFforum-bot-of-the-sandbox-0000000"
RIGHTS = {"can_manage_topics": True, "can_delete_messages": True, "can_pin_messages": True}


@pytest.fixture
async def scene(db: str, redis: Redis) -> AsyncIterator[Scene]:
    """An empty forum that is bound, and a customer who has pressed START."""
    async with staged(redis) as scene:
        yield scene


@asynccontextmanager
async def staged(redis: Redis) -> AsyncIterator[Scene]:
    """The same, where a fixture cannot be asked for; the models are connected."""
    world = LivingWorld(time.time)
    bot = world.add_bot(TOKEN, "Support", "support_bot")
    oleh = world.person("Oleh", username="oleh", language="uk")
    anna = world.person("Anna", language="en")
    anna.start(bot)
    chat = world.group("Operators", oleh)
    oleh.adds_bot(bot, chat)
    oleh.sets_bot_rights(bot, chat, **RIGHTS)
    now = datetime.now(UTC)
    group = await Group.create(chat_id=chat, title="Operators", language="en", bound_at=now)
    owner = await members.rank(group.id, oleh.id, Person("Oleh"), now, Standing.OWNER)
    async with Sandbox(world) as sandbox:
        api = telegram(TOKEN, sandbox.url)
        budget = Budget(redis, api.id, group_per_minute=0)
        store = memory("https://desk.example")
        forum = Forum(api, budget, store, language="en", timezone="Europe/Kyiv")
        bridge = Telegram(api, budget, store)
        people = (anna, oleh, chat, group, owner)
        yield Scene(sandbox, api, bot, *people, forum, bridge, store)
        await api.session.close()
