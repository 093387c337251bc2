"""How one bot gets its updates: the four methods of the Bot API's «Getting updates»."""

from __future__ import annotations

import re
from dataclasses import asdict
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from sandbox.errors import ApiError, bad
from sandbox.params import Params, Upload
from sandbox.polling import WEBHOOK_SET, Polling
from sandbox.updates import Update, Updates
from sandbox.webhooks import DEFAULT_CONNECTIONS, Execute, Pump, Webhook

MAX_CONNECTIONS = 100
MAX_CERTIFICATE = 3 << 20
MAX_SECRET = 256
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)
_SECRET = re.compile(r"[A-Za-z0-9_-]*")


class Feed:
    """The updates of one bot on their way out, by polling or by webhook.

    `allow_http` lets a webhook be plain http:// on this machine: Telegram demands https, but
    a bot under test listens on 127.0.0.1 and has no certificate that anybody would trust.
    """

    def __init__(
        self, updates: Updates, execute: Execute, *, allow_http: bool = True, scale: float = 1.0
    ) -> None:
        """`execute` performs methods given in webhook answers; `scale` shortens retries."""
        self.updates = updates
        self._execute = execute
        self._allow_http = allow_http
        self._scale = scale
        self._polling = Polling(updates)
        self._webhook: Webhook | None = None
        self._pump: Pump | None = None

    @property
    def webhook(self) -> Webhook | None:
        """The webhook in use, unless it was removed for answering 410 too long."""
        return None if self._pump is not None and self._pump.gone else self._webhook

    async def get_updates(self, params: Params) -> list[Update]:
        """Bot API: getUpdates. Raises `ApiError` 409 beside a webhook or another poll."""
        if self.webhook is not None:
            raise ApiError(409, WEBHOOK_ACTIVE)
        self._allow(params)
        return await self._polling.poll(params)

    async def set_webhook(self, params: Params) -> str:
        """Bot API: setWebhook. Returns the description that comes with the result."""
        wanted = self._wanted(params)
        if wanted is None:
            return await self.delete_webhook(params)
        self._allow(params)
        self._drop(params)
        if self.webhook is not None and _same(wanted, self.webhook):
            return "Webhook is already set"
        self._polling.end(WEBHOOK_SET)
        await self._replace(wanted)
        return "Webhook was set"

    async def delete_webhook(self, params: Params) -> str:
        """Bot API: deleteWebhook. Returns the description that comes with the result."""
        self._drop(params)
        had = self.webhook is not None
        await self._replace(None)
        return "Webhook was deleted" if had else "Webhook is already deleted"

    def webhook_info(self) -> dict[str, Any]:
        """Bot API: getWebhookInfo."""
        pending = len(self.updates)
        if self.webhook is not None:
            return self.webhook.json(pending, sorted(self.updates.allowed))
        return {"url": "", "has_custom_certificate": False, "pending_update_count": pending}

    async def stop(self) -> None:
        """End the waiting poll and the deliveries; the webhook stays for `export`."""
        self._polling.end()
        await self._end_pump()

    def export(self) -> dict[str, Any]:
        """JSON-able state, for `restore`."""
        webhook = self.webhook
        return {
            "updates": self.updates.export(),
            "webhook": None if webhook is None else asdict(webhook),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Continue from what `export` gave; needs a running loop when there is a webhook."""
        self.updates.restore(state["updates"])
        if state["webhook"] is not None:
            self._start(Webhook(**state["webhook"]))

    async def _replace(self, wanted: Webhook | None) -> None:
        await self._end_pump()
        self._webhook = None
        if wanted is not None:
            self._start(wanted)

    async def _end_pump(self) -> None:
        pump, self._pump = self._pump, None
        if pump is not None:
            await pump.stop()

    def _start(self, webhook: Webhook) -> None:
        self._webhook = webhook
        self._pump = Pump(self.updates, webhook, self._execute, scale=self._scale)

    def _allow(self, params: Params) -> None:
        kinds = params.array("allowed_updates", "allowed_updates")
        if kinds is not None:
            self.updates.allow(kind for kind in kinds if isinstance(kind, str))

    def _drop(self, params: Params) -> None:
        if params.flag("drop_pending_updates"):
            self.updates.clear()

    def _wanted(self, params: Params) -> Webhook | None:
        url = params.text("url")
        if not url:
            return None
        self._check_url(url)
        connections = params.integer("max_connections", DEFAULT_CONNECTIONS)
        return Webhook(
            url,
            secret=_checked_secret(params.text("secret_token")),
            connections=max(1, min(connections, MAX_CONNECTIONS)),
            ip_address=params.text("ip_address"),
            certificate=_has_certificate(params),
        )

    def _check_url(self, url: str) -> None:
        try:
            parts = urlsplit(url if "://" in url else f"https://{url}")
            host = parts.hostname
        except ValueError:
            host = None
        if not host or not re.fullmatch(r"[\w.:-]+", host):
            raise bad("invalid webhook URL specified")
        if parts.scheme != "https" and not (
            parts.scheme == "http" and self._allow_http and _is_loopback(host)
        ):
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _checked_secret(secret: str) -> str:
    if len(secret) > MAX_SECRET:
        raise bad("secret token is too long")
    if not _SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    return secret


def _has_certificate(params: Params) -> bool:
    given = params.file("certificate")
    if isinstance(given, Upload) and len(given.data) > MAX_CERTIFICATE:
        raise bad("certificate size is too big")
    return isinstance(given, Upload)


def _same(one: Webhook, other: Webhook) -> bool:
    return (one.url, one.secret, one.connections, one.ip_address, one.certificate) == (
        other.url,
        other.secret,
        other.connections,
        other.ip_address,
        other.certificate,
    )
