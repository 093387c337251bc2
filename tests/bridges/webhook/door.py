"""Our side of a webhook: the bridge, and the door at which its callers stand."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from redis.asyncio import Redis

from bot.bridges.counter import Counter
from bot.bridges.keeping import Kept, lent
from bot.bridges.webhook import Webhook, endpoints
from bot.bucket import Bucket
from bot.config import Settings
from bot.desk.said import ChannelAddress
from bot.desk.said.attachments import Attachment
from bot.web import build, serving
from tests.bridges.webhook.site import SECRET
from tests.files.memory import memory
from tests.stories.chat import eventually

ANNA = ChannelAddress("webhook", "shop:anna")
SAID = "SELECT words ->> 'text' FROM message ORDER BY id"
OLD = "whsec_" + "T0xE" * 8
PATH_SECRET = "a-secret-of-the-path"


class Lends:
    """Gives links to whatever it is asked for."""

    async def link(self, file: Attachment, of: tuple[int, int] | None = None) -> str:
        """One that shows what was asked."""
        whose = "/".join(map(str, of or ["nobody"]))
        return f"https://desk.example/files/{file.kind}/{whose}"


def bridge(url: str | None = None, language: str = "en", **shop: Any) -> Webhook:
    """With one endpoint, `shop`."""
    out = {"url": url, "can": ["edit", "unsend", "react"]} if url else {}
    said = {"shop": {"secrets": [SECRET]} | out | shop}
    return made(said, language)


def made(said: dict[str, Any], language: str = "en") -> Webhook:
    """With these endpoints."""
    return Webhook(endpoints.load(json.dumps(said)), language, memory(), Lends())


@asynccontextmanager
async def door(redis: Redis, made: Webhook, *, per_minute: int = 0) -> AsyncIterator[str]:
    """The address of `shop`, on the web application of a desk."""
    bucket = Bucket(redis, 42, per_minute=per_minute, burst=2)
    kept = Kept(made, Counter("webhook", Settings(_env_file=None), bucket))
    await kept.start()
    await eventually(kept.is_up, lambda: "it never starts")
    try:
        async with serving(build(lent=lent([kept])), "127.0.0.1", 0) as url:
            yield f"{url}/channels/webhook/shop"
    finally:
        await kept.stop()


async def said(witness: asyncpg.Connection) -> list[str]:
    return [row[0] for row in await witness.fetch(SAID)]
