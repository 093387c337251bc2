"""Presence: how the workers of one database know that each lives, and wake one another."""

import asyncio
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime

import asyncpg
import structlog
from asyncpg.pool import PoolConnectionProxy

from bot.desk.outbox import claims, workers
from bot.outage import is_outage

CHANNEL = "outbox"
ROUND = 1.0  # seconds
AGAIN = 0.3  # seconds until the next try to connect
LARGEST_ID = 2**31 - 1
OTHERS = f"""
SELECT count(*) FROM pg_locks
WHERE locktype = 'advisory' AND classid = {claims.LIFE} AND objsubid = 2
  AND objid <> $1::int::oid
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""  # noqa: S608
# A session whose machine has gone must not look alive for hours; a NOTIFY need not be durable.
SESSION = {
    "application_name": workers.NAME,
    "synchronous_commit": "off",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
}

Wake = Callable[[frozenset[str]], None]
log = structlog.get_logger()


class Presence:
    """One session that holds this worker's advisory lock, listens, and tells.

    While it is away for a moment, the others leave this worker's claims alone
    (`claims.YOUNGEST_ORPHAN`).
    """

    def __init__(self, database_url: str, wake: Wake) -> None:
        self.worker = random.randint(1, LARGEST_ID)
        self.ready = asyncio.Event()
        self._database_url = database_url
        self._wake = wake
        self._told: set[str] = set()
        self._telling = asyncio.Event()
        self._others = True
        self._patient_until = 0.0

    def tell(self, gates: frozenset[str]) -> None:
        """Something was put for these gates: tell the other workers, if there are any."""
        if self._others:
            self._told |= gates
            self._telling.set()

    async def run(self) -> None:
        """Stay connected until cancelled."""
        while True:
            try:
                await self._session()
            except Exception as error:
                if not is_outage(error):
                    log.exception("the worker’s session failed")
                else:
                    log.warning("the worker’s session ended", error=str(error))
                self._patient_until = time.monotonic() + claims.YOUNGEST_ORPHAN
            await asyncio.sleep(AGAIN)

    async def _session(self) -> None:
        connection = await asyncpg.connect(self._database_url, server_settings=SESSION)
        try:
            # Shared, for the server may not have noticed yet that the last session is gone.
            lock = "SELECT pg_advisory_lock_shared($1, $2)"
            await connection.execute(lock, claims.LIFE, self.worker)
            await connection.add_listener(CHANNEL, self._hear)
            self.ready.set()
            self._wake(frozenset())
            while True:
                await self._round(connection)
        finally:
            connection.terminate()

    async def _round(self, connection: "asyncpg.Connection") -> None:
        self._others = bool(await connection.fetchval(OTHERS, self.worker))
        if time.monotonic() >= self._patient_until:
            freed = await claims.release_orphans(self.worker, datetime.now(UTC))
            if freed:
                log.info("took over what a lost worker had in hand", gates=sorted(freed))
                self._wake(freed)
        until = time.monotonic() + ROUND
        while (left := until - time.monotonic()) > 0:
            try:
                async with asyncio.timeout(left):
                    await self._telling.wait()
            except TimeoutError:
                return
            self._telling.clear()
            gates, self._told = self._told, set()
            await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, ",".join(sorted(gates)))

    def _hear(
        self,
        connection: "asyncpg.Connection | PoolConnectionProxy",
        process: int,
        _channel: str,
        payload: object,
    ) -> None:
        if process != connection.get_server_pid():
            self._wake(frozenset(str(payload).split(",")))
