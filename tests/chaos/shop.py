"""A shop at the far end of a webhook: its visitors write and are answered while all falls."""

import asyncio
import random
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

import orjson
from aiohttp import ClientError, web

from bot.web import build, serving
from tests.bridges.webhook.site import SECRET, Json, Site, brings, message

NAME = "shop"
AGAIN = {408, 409, 429}  # and 5xx: to be brought again (docs/webhook.md)
PAUSE = 0.2  # seconds until it is
LONGEST = 30.0  # seconds that bringing may take: a desk that dies meanwhile answers nothing


@dataclass(slots=True)
class Visitor:
    """A customer of the shop; what they do is brought to the desk in its order.

    They act as a `Person` does, so that whoever writes need not ask on which channel.
    """

    name: str
    events: "asyncio.Queue[Json]" = field(default_factory=asyncio.Queue)
    unheard: int = 0  # events that the desk has not taken yet
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    @property
    def id(self) -> str:
        """What the shop knows them by."""
        return self.name.lower()

    def writes(self, _where: object, text: str) -> Json:
        """Say something."""
        return self._says(text)

    def sends(self, _where: object, _kind: str, *, caption: str, **_how: Any) -> Json:
        """Say what they would say with a picture: there are none in the shop."""
        return self._says(caption)

    def edits(self, number: int, _where: object, text: str) -> None:
        """Say it differently."""
        now = datetime.now(UTC).isoformat()
        self._happens(message(f"m-{number}", text, self.id) | {"type": "edited", "timestamp": now})

    def new_album(self) -> str:
        """Nor are there albums."""
        return ""

    def _says(self, text: str) -> Json:
        number = next(self._numbers)
        self._happens(message(f"m-{number}", text, self.id))
        return {"message_id": number}

    def _happens(self, event: Json) -> None:
        self.unheard += 1
        self.events.put_nowait(event)


class Shop(Site):
    """The site and its visitors; as long as `fault_rate` is above 0, it answers badly at times."""

    def __init__(self, dice: random.Random) -> None:
        super().__init__()
        self.dice = dice
        self.fault_rate = 0.0
        self.failed: dict[str, int] = {"503": 0, "drop_after": 0}
        self.refused: list[str] = []  # what the desk did not want to hear, ever
        self.visitors: list[Visitor] = []
        self.port = _free_port()

    @property
    def setting(self) -> str:
        """The desk's WEBHOOKS."""
        shop = {"secrets": [SECRET], "url": self.url, "can": ["edit", "unsend", "react"]}
        return orjson.dumps({NAME: shop}).decode()

    @property
    def unheard(self) -> int:
        """How much of what visitors did the desk has not taken yet."""
        return sum(visitor.unheard for visitor in self.visitors)

    def visitor(self, name: str) -> Visitor:
        """One more."""
        self.visitors.append(Visitor(name))
        return self.visitors[-1]

    def shown_to(self, visitor: Visitor) -> list[Json]:
        """What a visitor sees of the desk's, in order."""
        return [
            {"message_id": number, "text": data["text"]}
            for number, data in self.shown.items()
            if data["to"] == visitor.id
        ]

    async def comes(self, request: web.Request) -> web.StreamResponse:  # type: ignore[override]
        """A call of the desk's: refused, or taken without an answer, or taken."""
        fate = self.dice.random()
        if fate < self.fault_rate / 2:
            self.failed["503"] += 1
            return web.Response(status=503)
        answer = await super().comes(request)
        if fate < self.fault_rate and request.transport:
            self.failed["drop_after"] += 1
            request.transport.close()
        return answer

    async def relay(self, visitor: Visitor) -> None:
        """Bring what this visitor does, each until it is taken."""
        url = f"http://127.0.0.1:{self.port}/channels/webhook/{NAME}"
        while True:
            event = await visitor.events.get()
            while not await self._is_taken(url, event):  # noqa: ASYNC110  (nobody tells us)
                await asyncio.sleep(PAUSE)
            visitor.unheard -= 1

    async def _is_taken(self, url: str, event: Json) -> bool:
        try:
            async with asyncio.timeout(LONGEST):
                status, said = await brings(url, event, at=time.time())
        except (ClientError, TimeoutError):
            return False
        if status in AGAIN or status >= 500:
            return False
        if status != 200:
            self.refused.append(f"{status} {said}")
        return True


@asynccontextmanager
async def opened(shop: Shop) -> AsyncIterator[None]:
    """It can be called, and what its visitors do is brought."""
    async with serving(build(routes=[web.post("/hook", shop.comes)]), "127.0.0.1", 0) as url:
        shop.url = f"{url}/hook"
        relays = [asyncio.create_task(shop.relay(visitor)) for visitor in shop.visitors]
        yield
        for relay in relays:
            relay.cancel()
        await asyncio.gather(*relays, return_exceptions=True)


def _free_port() -> int:
    """Where the desk is to listen, each time it is started."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
