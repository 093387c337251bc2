"""What a file costs in memory on its way from a link into the store, and from there to Telegram."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import orjson
import psutil
from aiogram.methods import SendDocument
from aiohttp import web

from bot.bridges.webhook.fetching import Fetcher
from bot.config import Settings
from bot.desk.said.attachments import Attachment, Sources
from bot.embedded import postgres
from bot.files import places
from bot.telegram.calls import telegram
from bot.telegram.uploading import Upload
from bot.web import serving
from models.database import connected, migrate
from tests.bench.figures import Row
from tests.bench.town import TOKEN, place

MB = 1_000_000
SIZES = (3, 30, 45)  # MB; the first one also pays for what is loaded once
AIM = 24  # MB, whatever the size: parts of 5 MB, on their way in and out
PIECE = bytes(100_000)


async def files() -> list[Row]:
    """The peak of this process above what it had before."""
    async with place() as data_dir:
        with postgres(data_dir) as url:
            await migrate(url)
            async with connected(url, connections=2), _elsewhere() as there:
                peaks = {size: await _way(Path(data_dir), there, size) for size in SIZES}
    return [
        Row(
            f"memory for a file of {size} MB",
            f"{peak:.1f} MB above",
            f"≤ {AIM} MB",
            peak <= AIM,
        )
        for size, peak in peaks.items()
    ]


async def _way(data_dir: Path, there: str, size: int) -> float:
    """Fetch it and post it; gives the peak in MB."""
    store = places.store(Settings(_env_file=None, data_dir=data_dir))
    fetcher, bot = Fetcher(store, [there.removeprefix("http://")]), telegram(TOKEN, there)
    try:
        async with _watched() as peak:
            link = Attachment("document", "film", sources=Sources(link=f"{there}/files/{size}"))
            file = await fetcher.fetch(link)
            assert file.size == size * MB
            await bot(SendDocument(chat_id=1, document=Upload(store, file)))
        return max(peak) / MB
    finally:
        await fetcher.close()
        await bot.session.close()


@asynccontextmanager
async def _watched() -> AsyncIterator[list[int]]:
    """How much more memory there is than at the beginning, looked at all the time."""
    me = psutil.Process()
    before, seen = me.memory_info().rss, [0]

    async def look() -> None:
        while True:
            seen.append(me.memory_info().rss - before)
            await asyncio.sleep(0.002)

    looking = asyncio.create_task(look())
    yield seen
    looking.cancel()
    with suppress(asyncio.CancelledError):
        await looking


@asynccontextmanager
async def _elsewhere() -> AsyncIterator[str]:
    """A server of files, and a Telegram that swallows them; neither keeps anything."""

    async def gives(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        for _piece in range(int(request.match_info["size"]) * MB // len(PIECE)):
            await answer.write(PIECE)
        return answer

    async def takes(request: web.Request) -> web.Response:
        async for _chunk in request.content.iter_any():
            pass
        message = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}}
        return web.Response(body=orjson.dumps({"ok": True, "result": message}))

    app = web.Application()
    app.router.add_get("/files/{size}", gives)
    app.router.add_post("/{path:bot.*}", takes)
    async with serving(app, "127.0.0.1", 0) as url:
        yield url
