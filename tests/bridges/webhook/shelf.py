"""A server of files: each path is a file, or an answer."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from bot.web import serving

PIECE = 100_000  # bytes

Answer = Callable[[web.Request], web.StreamResponse]


class Shelf:
    """`files` by their paths; `answers` instead of them, `always` instead of all.

    `asked` are the paths that were asked; those that are `ready` are given also while it is not
    `opened`. The second half of each file is given when there may be `more`.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.answers: dict[str, Answer] = {}
        self.always: Answer | None = None
        self.asked: list[str] = []
        self.ready: set[str] = set()
        self.opened = asyncio.Event()
        self.opened.set()
        self.more = asyncio.Event()
        self.more.set()
        self.url = ""

    @property
    def host(self) -> str:
        """Host and port, as a setting names them."""
        return self.url.removeprefix("http://")

    async def gives(self, request: web.Request) -> web.StreamResponse:
        """What stands there, as soon as it is open."""
        path = request.path
        self.asked.append(path)
        if path not in self.ready:
            await self.opened.wait()
        answers = self.answers.get(path) or self.always
        if answers:
            return answers(request)
        if path not in self.files:
            raise web.HTTPNotFound
        answer = web.StreamResponse()
        await answer.prepare(request)
        data = self.files[path]
        for start in range(0, len(data), PIECE):
            if start > len(data) // 2:
                await self.more.wait()
            await answer.write(data[start : start + PIECE])
        return answer


@asynccontextmanager
async def shelf() -> AsyncIterator[Shelf]:
    """One that is open."""
    there, app = Shelf(), web.Application()
    app.router.add_get("/{path:.*}", there.gives)
    async with serving(app, "127.0.0.1", 0) as url:
        there.url = url
        yield there
