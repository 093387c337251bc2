"""The worker: a process of its own that gives to the channels what is due, and is killed at times.

`python -m tests.fuzz.worker URL` is told an instant by each line, carries what is due then, and
says line by line what the channels were given. What it had claimed is free when it comes again.
"""

import asyncio
import random
import sys
from contextlib import suppress
from datetime import datetime
from typing import Any

import orjson

from bot.desk.outbox import claims
from bot.desk.outbox.deliveries import Parcel
from bot.desk.outbox.gates import WHISPERS
from bot.desk.outbox.kinds import to_customer
from bot.desk.people import customers
from bot.desk.said import ChannelAddress
from bot.desk.talk import outgoing
from bot.desk.talk.outgoing import content_of
from models import Direction, Message
from models.database import connected
from tests.fuzz.ledger import Ledger

GATES = ("telegram", "mail", WHISPERS)
WORKER, AT_ONCE = 1, 20
MOMENT = 0.03  # seconds within which it is killed after it was told to go on
DONE = b"done\n"


class Worker:
    """The process, and the pipe to it."""

    def __init__(self, url: str, ledger: Ledger, dice: random.Random, killed: float) -> None:
        """`killed`: how often, of all times that it carries something."""
        self._url, self._ledger, self._dice, self._killed = url, ledger, dice, killed
        self._process: asyncio.subprocess.Process | None = None
        self.kills = 0

    async def carry(self, now: datetime) -> None:
        """Have it carry all that is due; at times it does not live to the end of that."""
        process = self._process = self._process or await self._start()
        assert process.stdin
        process.stdin.write(now.isoformat().encode() + b"\n")
        if self._dice.random() < self._killed:
            await asyncio.sleep(self._dice.uniform(0, MOMENT))
            await self.kill()
            return
        while (line := await self._line(process)) != DONE:
            assert line, "the worker has ended by itself"
            self._hears(line)

    async def kill(self) -> None:
        """SIGKILL; what it has said before counts."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.kill()
        self.kills += 1
        while line := await self._line(process):
            if line.endswith(b"}\n"):
                self._hears(line)
        await process.wait()

    async def _start(self) -> asyncio.subprocess.Process:
        pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout"), asyncio.subprocess.PIPE)
        how = (sys.executable, "-m", "tests.fuzz.worker", self._url)
        return await asyncio.create_subprocess_exec(*how, **pipes)

    async def _line(self, process: asyncio.subprocess.Process) -> bytes:
        assert process.stdout
        return await process.stdout.readline()

    def _hears(self, line: bytes) -> None:
        given = orjson.loads(line)
        self._ledger.reaches(given["customer"], given["text"])


async def _carry(now: datetime) -> None:
    for gate in GATES:
        while parcels := await claims.claim(gate, WORKER, now, limit=AT_ONCE):
            for parcel in parcels:
                await _give(parcel)
                await claims.mark_sent([parcel], now)


async def _give(parcel: Parcel) -> None:
    what = parcel.what
    if not isinstance(what, to_customer.Message | to_customer.Edit):
        return
    address = await customers.by_id(what.address)
    number = int(address.external_id.partition("@")[0])
    if isinstance(what, to_customer.Message):
        place = ChannelAddress(address.channel, address.external_id)
        leaving = await outgoing.of(what.messages, place)
        if leaving:
            _says(number, leaving.content.words.text)
        return
    message = await Message.get(id=what.message)
    if message.direction is Direction.OUT and not message.unsent_at:
        _says(number, content_of(message).words.text)


def _says(customer: int, text: str) -> None:
    sys.stdout.buffer.write(orjson.dumps({"customer": customer, "text": text}) + b"\n")
    sys.stdout.buffer.flush()


async def main(url: str) -> None:
    """Until there is nobody to tell it what o'clock it is."""
    async with connected(url, connections=1):
        await claims.release(WORKER)
        while line := await asyncio.to_thread(sys.stdin.buffer.readline):
            await _carry(datetime.fromisoformat(line.decode().strip()))
            sys.stdout.buffer.write(DONE)
            sys.stdout.buffer.flush()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
