"""What the sandbox wishes of the desk that it runs: a line of JSON each, on standard input.

`{"language": "uk"}` is what operators read from now on; `{"limits": false}` that there are none.
The end of the input is the end of whoever wished, and of us.
"""

import asyncio
import contextvars
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import orjson
import structlog

from bot import tasks
from bot.app import App
from bot.outage import insist

log = structlog.get_logger(__name__)


LONGEST = 2**16  # bytes of a line

Wishes = asyncio.Queue[bytes]


@asynccontextmanager
async def granted(app: App, stop: asyncio.Event) -> AsyncIterator[None]:
    """Grant inside the block what is wished on standard input; its end sets `stop`."""
    lines = asyncio.StreamReader(LONGEST)
    protocol = asyncio.StreamReaderProtocol(lines)
    pipe, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    heard: Wishes = asyncio.Queue()
    attending = [
        asyncio.create_task(work, context=contextvars.Context())
        for work in (_hear(lines, heard, stop), _attend(app, heard))
    ]
    try:
        yield
    finally:
        await tasks.end(attending)
        pipe.close()


async def _hear(lines: asyncio.StreamReader, heard: Wishes, stop: asyncio.Event) -> None:
    """Read on while a wish waits for a store: whoever wished may be gone before it is back."""
    try:
        while line := await _line(lines):
            heard.put_nowait(line)
    finally:
        stop.set()


async def _line(lines: asyncio.StreamReader) -> bytes:
    """The next one that is not too long, or nothing at the end."""
    while True:
        try:
            return await lines.readline()
        except ValueError:
            log.error("a wish is too long", limit=LONGEST)


async def _attend(app: App, heard: Wishes) -> None:
    """A wish that fails is told of, and the next one is granted all the same."""
    while True:
        line = await heard.get()
        try:
            await _grant(app, line)
        except Exception:
            log.exception("a wish failed", wish=line.decode(errors="replace"))


async def _grant(app: App, line: bytes) -> None:
    match orjson.loads(line):
        case {"language": str(language)}:
            await insist(partial(app.speak, language))
        case {"limits": bool(on)}:
            app.heed_limits(on=on)
        case unknown:
            raise ValueError(f"nothing that can be wished: {unknown}")
