"""The shop calls the desk: signed, in order for each visitor, again until it is taken."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import orjson
from aiohttp import ClientError, ClientSession, ClientTimeout

from sandbox.files import PEOPLE
from sandbox.shop import signing
from sandbox.shop.acts import tell
from sandbox.visitors import Event, Line, Visitor
from sandbox.world import World

Json = dict[str, Any]

WITHIN = ClientTimeout(total=30, connect=5)
NOT_YET, TOO_SLOW, TOO_MUCH = 409, 408, 429  # docs/webhook.md: to be brought again
MOST_TRIES = 6  # of what is about a message that the desk may not keep
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 15.0  # seconds
MOST_TEXT = 300  # characters of an answer that people read


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the desk is called, the secret of both, and where the shop itself is reached."""

    desk: str
    secret: str
    shop: str


class Relays:
    """Brings what visitors do, a task for each who has something to bring."""

    def __init__(self, world: World, endpoint: Endpoint) -> None:
        self._world = world
        self._endpoint = endpoint
        self._http = ClientSession(timeout=WITHIN)
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def wake(self, visitor: Visitor) -> None:
        """There is something to bring."""
        task = self._tasks.get(visitor.id)
        if visitor.events and (task is None or task.done()):
            self._tasks[visitor.id] = asyncio.create_task(self._relay(visitor))

    async def stop(self) -> None:
        """What has not been taken stays where it is."""
        tasks = tuple(self._tasks.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        await self._http.close()

    async def _relay(self, visitor: Visitor) -> None:
        while visitor.events:
            event = visitor.events[0]
            pause = await self._try(event)
            if pause is None:
                visitor.events.pop(0)
                _settle(visitor, event)
            tell(self._world, visitor)
            if pause is not None:
                await asyncio.sleep(pause)

    async def _try(self, event: Event) -> float | None:
        """One call; gives the seconds until the next one, or None when there is to be none."""
        event.tries += 1
        wait = ""
        try:
            event.answer, wait = await self._call(event)
        except (ClientError, TimeoutError):
            event.answer = {"status": 0, "text": ""}
        if not _is_for_later(event):
            return None
        pause = min(FIRST_PAUSE * 2.0 ** (event.tries - 1), LONGEST_PAUSE)
        return max(pause, float(wait)) if wait.isdecimal() else pause

    async def _call(self, event: Event) -> tuple[Json, str]:
        secret = signing.new_secret() if event.forged else self._endpoint.secret
        body = orjson.dumps(self._linked(event.body))
        headers = signing.signed(secret, event.id, time.time(), body)
        headers["Content-Type"] = "application/json"
        async with self._http.post(self._endpoint.desk, data=body, headers=headers) as answer:
            text = (await answer.text(errors="replace")).strip()[:MOST_TEXT]
            return {"status": answer.status, "text": text}, answer.headers.get("Retry-After", "")

    def _linked(self, body: Json) -> Json:
        """With links to the files, from where the shop is now."""
        keys = body["data"].get("attachments")
        if not keys:
            return body
        return {**body, "data": {**body["data"], "attachments": [self._link(key) for key in keys]}}

    def _link(self, key: int) -> Json:
        file = self._world.files.known[key]
        number = self._world.files.id_for(file, PEOPLE)
        name = file.name or file.path.rpartition("/")[2]
        return {"url": f"{self._endpoint.shop}/shop/files/{number}/{quote(name)}", "name": name}


def _is_for_later(event: Event) -> bool:
    status = event.answer["status"] if event.answer else 0
    if status == NOT_YET:
        return event.tries < MOST_TRIES
    return status in (0, TOO_SLOW, TOO_MUCH) or status >= 500


def _settle(visitor: Visitor, event: Event) -> None:
    """It was taken; or it was refused, and stands where it was said until one like it is taken."""
    holder: Line | Visitor | None = visitor.lines.get(event.about) if event.about else visitor
    if holder is None:
        return
    is_taken = event.answer is not None and 200 <= event.answer["status"] < 300
    kind = str(event.body["type"])
    if not event.about:
        holder.refused.clear()  # the chat is shut or it is not
    holder.refused.pop(kind, None)
    if not is_taken:
        holder.refused[kind] = event
    elif kind == "deleted":
        visitor.lines.pop(event.about, None)
