"""Webhooks: updates pushed to a bot, in order within a queue, queues in parallel."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from sandbox import forms
from sandbox.errors import ApiError
from sandbox.params import Params
from sandbox.updates import Update, Updates

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 — a header's name
DEFAULT_CONNECTIONS = 40
ANSWER_TIMEOUT = 60.0
LONGEST_RETRY_AFTER = 3600.0
GONE_FOR = 23 * 3600

log = logging.getLogger(__name__)

Execute = Callable[[str, Params], Awaitable[Any]]


@dataclass(slots=True)
class Webhook:
    """Where a bot wants its updates (Bot API: setWebhook), and how it has gone."""

    url: str
    secret: str = ""
    connections: int = DEFAULT_CONNECTIONS
    ip_address: str = ""
    certificate: bool = False
    last_error_date: int = 0
    last_error: str = ""

    def json(self, pending: int, allowed: list[str]) -> dict[str, Any]:
        """Bot API: WebhookInfo."""
        shown: dict[str, Any] = {
            "url": self.url,
            "has_custom_certificate": self.certificate,
            "pending_update_count": pending,
            "max_connections": self.connections,
            "allowed_updates": allowed,
        }
        if self.ip_address:
            shown["ip_address"] = self.ip_address
        if self.last_error_date:
            shown["last_error_date"] = self.last_error_date
            shown["last_error_message"] = self.last_error
        return shown


@dataclass(slots=True)
class _Queue:
    updates: deque[Update] = field(default_factory=deque)
    task: asyncio.Task[None] | None = None


class Pump:
    """Carries one bot's updates to its webhook until stopped.

    A queue (`Update.queue`) waits for its first update to be accepted (any 2xx) before it
    goes on; the others do not wait for it. Failures: again at once, then after 2, 4, 8… s up
    to a random 60–120 s, or when `Retry-After` says; 410 for 23 hours removes the webhook
    (`gone`). Source: telegram-bot-api, WebhookActor.cpp.
    """

    def __init__(
        self, updates: Updates, webhook: Webhook, execute: Execute, *, scale: float = 1.0
    ) -> None:
        """`execute` performs a method given in an answer; `scale` multiplies retries' waits."""
        self._updates = updates
        self._webhook = webhook
        self._execute = execute
        self._scale = scale
        self._queues: dict[str, _Queue] = {}
        self._seen = 0
        self._gone_since: float | None = None
        self._free = asyncio.Semaphore(webhook.connections)
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=ANSWER_TIMEOUT),
            connector=aiohttp.TCPConnector(limit=0),
        )
        self.gone = False
        updates.listeners.add(self._wake)
        self._wake()

    async def stop(self) -> None:
        """End all deliveries; what was not accepted stays pending."""
        self._updates.listeners.discard(self._wake)
        tasks = [queue.task for queue in self._queues.values() if queue.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._session.close()

    def _wake(self) -> None:
        for update in self._updates.after(self._seen):
            self._seen = update.id
            queue = self._queues.setdefault(update.queue, _Queue())
            queue.updates.append(update)
            if queue.task is None:
                queue.task = asyncio.create_task(self._drain(update.queue, queue))
                queue.task.add_done_callback(_tell_failure)

    async def _drain(self, name: str, queue: _Queue) -> None:
        while queue.updates:
            await self._carry(queue.updates[0])
            queue.updates.popleft()
        del self._queues[name]

    async def _carry(self, update: Update) -> None:
        """Try until the update is accepted, or has expired."""
        failures = 0
        while self._updates.holds(update.id) and not self.gone:
            asked_wait = await self._attempt(update)
            if asked_wait is None:
                self._updates.confirm(update.id)
                return
            failures += 1
            backoff = 0.0 if failures == 1 else min(2.0 ** (failures - 1), _longest_backoff())
            await asyncio.sleep((asked_wait or backoff) * self._scale)

    async def _attempt(self, update: Update) -> float | None:
        """None when accepted; otherwise the seconds the bot asked to wait, or 0."""
        headers = {"Content-Type": "application/json"}
        if self._webhook.secret:
            headers[SECRET_HEADER] = self._webhook.secret
        try:
            async with (
                self._free,
                self._session.post(
                    self._webhook.url, data=update.body, headers=headers, allow_redirects=False
                ) as answer,
            ):
                body = await answer.read()
        except TimeoutError:
            return self._failed("Read timeout expired")
        except aiohttp.ClientConnectorError:
            return self._failed("Connection refused")
        except aiohttp.ClientError:
            return self._failed("Connection closed")
        if 200 <= answer.status < 300:
            self._gone_since = None
            await self._reply(answer.content_type, answer.headers, body)
            return None
        self._note_gone(answer.status)
        self._failed(f"Wrong response from the webhook: {answer.status} {answer.reason}")
        return _retry_after(answer.headers)

    def _failed(self, text: str) -> float:
        self._webhook.last_error_date = int(self._updates.clock())
        self._webhook.last_error = text
        return 0.0

    def _note_gone(self, status: int) -> None:
        now = self._updates.clock()
        if status != 410:
            self._gone_since = None
        elif self._gone_since is None:
            self._gone_since = now
        elif now - self._gone_since >= GONE_FOR:
            self.gone = True

    async def _reply(self, kind: str, headers: Mapping[str, str], body: bytes) -> None:
        """Perform the method that an answer carries; the bot never learns how it went."""
        if not body.strip():
            return
        try:
            params = forms.read(headers.get("Content-Type", kind), body)
            method = params.values.pop("method", "")
            if isinstance(method, str) and _may_be_replied(method):
                await self._execute(method, params)
        except ApiError as refused:
            self._failed(f"Wrong response from the webhook: {refused.description}")


def _tell_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("a webhook queue has ended", exc_info=error)


def _may_be_replied(method: str) -> bool:
    name = method.lower()
    return bool(name) and not name.startswith("get") and "webhook" not in name


def _longest_backoff() -> float:
    return random.uniform(60, 120)


def _retry_after(headers: Mapping[str, str]) -> float:
    value = headers.get("Retry-After", "")
    return min(float(value), LONGEST_RETRY_AFTER) if value.isdigit() else 0.0
