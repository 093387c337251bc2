"""The control API: people act, the world is looked at, faults and limits are set.

`POST`s take JSON with its content type, so that no foreign page can send them from a browser.
"""

from __future__ import annotations

import asyncio
from dataclasses import fields
from typing import Any, get_args
from uuid import uuid4

from aiohttp import web

from sandbox.accounts import Bot
from sandbox.acts import Misread, act, bot_named, where, who
from sandbox.answering import body_of, done, failure, file, shown
from sandbox.deeds import deeds
from sandbox.events import Events
from sandbox.faults import Fault, Faults
from sandbox.journal import Journal
from sandbox.limits import MODES, Limits
from sandbox.living import LivingWorld
from sandbox.overview import menu, overview, person
from sandbox.stickers import topic_icons
from sandbox.world import Mode

Json = dict[str, Any]

WISHES = ("uk", "ru", "en", "reset", "hour", "stop", "group")


class Control:
    """`/sandbox/…`.

    What is asked by `GET` is answered plainly, what is done by `POST` with
    `{"ok": true, "result": …}`; both refuse with 400 `{"ok": false, "error": text}`.
    """

    def __init__(self, world: LivingWorld, calls: Journal, limits: Limits, faults: Faults) -> None:
        self.round = ""  # one from a start to its stop
        self.wishes: asyncio.Queue[str] = asyncio.Queue()  # of the page, for whoever runs the demo
        self.hour: Json | None = None  # how a busy hour stands; None where none is played
        self.visited = asyncio.Event()  # somebody has acted
        self._world = world
        self._calls = calls
        self._limits = limits
        self._faults = faults
        self._events = Events(world)

    def routes(self) -> list[web.RouteDef]:
        """All paths of the control API."""
        return [
            web.post("/sandbox/act", done(self.act)),
            web.post("/sandbox/people", done(self.people)),
            web.post("/sandbox/faults", done(self.faults)),
            web.post("/sandbox/limits", done(self.limits)),
            web.post("/sandbox/update", done(self.update)),
            web.get("/sandbox/state", shown(self.state)),
            web.get("/sandbox/history", shown(self.history)),
            web.get("/sandbox/whispered", shown(self.whispered)),
            web.get("/sandbox/commands", shown(self.commands)),
            web.get("/sandbox/icons", shown(self.icons)),
            web.get("/sandbox/answers", shown(self.answers)),
            web.get("/sandbox/inline", shown(self.inline)),
            web.get("/sandbox/calls", shown(self.calls)),
            web.post("/sandbox/wish", done(self.wish)),
            web.get("/sandbox/deeds", shown(self.deeds)),
            web.get("/sandbox/faults", shown(self.counted)),
            web.get("/sandbox/file/{file_id}", self.file),
            web.get("/sandbox/events", self._events.stream),
        ]

    def start(self) -> None:
        """Another round: pages that are open see that this is not the one they knew."""
        self.round = uuid4().hex

    def stop(self) -> None:
        """End the streams of events."""
        self._events.stop()

    async def act(self, request: web.Request) -> Any:
        """Let a person do something; see `sandbox.acts.act`."""
        result = act(self._world, await body_of(request))
        self.visited.set()
        return result

    async def people(self, request: web.Request) -> Json:
        """A new person: name, last_name, username, language."""
        given = await body_of(request)
        if not isinstance(given.get("name"), str) or not given["name"].strip():
            raise Misread("name must be a text")
        unknown = set(given) - {"name", "last_name", "username", "language"}
        if unknown or not all(isinstance(value, str) for value in given.values()):
            raise Misread("a person has texts: name, last_name, username, language")
        return person(self._world, self._world.person(**given).user)

    async def state(self, _request: web.Request) -> Json:
        """Everything but the messages; the limits and the waiting faults as well."""
        switches = {
            "limits": self._limits.mode,
            "faults": self._faults.waiting,
            "hour": self.hour,
            "round": self.round,
        }
        return overview(self._world) | switches

    async def history(self, request: web.Request) -> list[Json]:
        """`?chat=<id>[&thread=]`; of a person with the bot: `?person=[&chat=<bot's username>]`."""
        viewer = _number(request.query.get("person"), "person")
        thread = _number(request.query.get("thread"), "thread")
        return self._world.history(self._chat(request), thread, viewer)

    async def whispered(self, request: web.Request) -> list[Json]:
        """What none but one member of a group sees: `?person=&chat=[&thread=]`."""
        one = who(self._world, _number(request.query.get("person"), "person"))
        chat = where(self._world, _number(request.query.get("chat"), "chat"))
        assert isinstance(chat, int)
        thread = _number(request.query.get("thread"), "thread")
        return self._world.whispered(one, chat, thread)

    async def commands(self, request: web.Request) -> list[Json]:
        """The commands a person's app offers in a chat: `?chat=&person=`, as for history."""
        one = who(self._world, _number(request.query.get("person"), "person"))
        return menu(self._world, self._chat(request), one)

    async def icons(self, _request: web.Request) -> list[Json]:
        """The icons a topic can have (Bot API: getForumTopicIconStickers)."""
        return topic_icons()

    async def answers(self, request: web.Request) -> Json | None:
        """What the bot answered to a pressed button: `?id=<callback query id>`."""
        return self._world.answers.get(request.query.get("id", ""))

    async def inline(self, request: web.Request) -> Json | None:
        """What a bot offers in the line: `?id=<what asks_inline gave>`; null before it answers."""
        answer = self._world.inline.answers.get(request.query.get("id", ""))
        return answer.json() if answer else None

    async def calls(self, request: web.Request) -> list[Json]:
        """The journal: `?method=&chat=&limit=` (the newest 100 by default)."""
        method, chat = request.query.get("method", "").lower(), request.query.get("chat")
        limit = _number(request.query.get("limit"), "limit") or 100
        fitting = [
            entry.json()
            for entry in self._calls
            if (not method or entry.method.lower() == method) and chat in (None, entry.chat_id)
        ]
        return fitting[-limit:]

    async def wish(self, request: web.Request) -> None:
        """`{"wish": "uk" | "ru" | "en"}`, the operators' language from now on, `"reset"`,
        `"hour"` and `"stop"`: a busy hour, and the end of it, or `"group"`: one group more.

        For whoever runs the demo (`sandbox.run`); a sandbox alone grants none.
        """
        wish = (await body_of(request)).get("wish")
        if wish not in WISHES:
            raise Misread(f"wish must be one of {', '.join(WISHES)}")
        self.wishes.put_nowait(wish)

    async def deeds(self, _request: web.Request) -> Json:
        """What the bot has just done, and how much it may do yet; see `sandbox.deeds`."""
        return deeds(self._world, self._calls, self._limits)

    async def faults(self, request: web.Request) -> Json:
        """`{"do": kind, …}` as `Faults.next`, `{"random": {rate, kinds, seed}}`,
        `{"ephemeral": "known" | "lost" | "unknown"}`, or `{"clear": true}`."""
        given = await body_of(request)
        try:
            if given.get("clear"):
                self._faults.clear()
                self._world.ephemeral = "known"
            elif "ephemeral" in given:
                self._world.ephemeral = _mode(given["ephemeral"])
            elif "random" in given:
                self._faults.random(**given["random"])
            else:
                self._faults.next(**_fault(given))
        except (TypeError, ValueError) as wrong:
            raise Misread(str(wrong)) from None
        return await self.counted(request)

    async def counted(self, _request: web.Request) -> Json:
        """How many faults of each kind happened, and of which methods answers were lost."""
        return {
            "waiting": self._faults.waiting,
            "happened": dict(self._faults.log),
            "lost_answers": dict(self._faults.lost_answers),
        }

    async def limits(self, request: web.Request) -> str:
        """`{"mode": "off" | "telegram"}`."""
        wanted = (await body_of(request)).get("mode")
        for mode in MODES:
            if mode == wanted:
                self._limits.set(mode)
                return mode
        raise Misread(f"mode must be one of {', '.join(MODES)}")

    async def update(self, request: web.Request) -> None:
        """`{"kind": "message", "update": {…}, "bot": …}`: a bot is told just this.

        What no version of Telegram says yet: fields, origins, kinds to come.
        """
        given = await body_of(request)
        kind, payload = given.get("kind"), given.get("update")
        if not isinstance(kind, str) or not isinstance(payload, dict):
            raise Misread("an update has a kind and is an object")
        bot_named(self._world, given.get("bot")).updates.put(kind, payload, "raw")

    async def file(self, request: web.Request) -> web.Response:
        """The bytes of a file, by any of its ids."""
        found = self._world.files.find(request.match_info["file_id"])
        if found is None:
            return failure("there is no such file", 404)
        return file(self._world.files.bytes_of(found), found.mime)

    def _chat(self, request: web.Request) -> int | Bot:
        given = request.query.get("chat", "bot")
        if given.lstrip("-").isdigit():
            number = int(given)
            chat = {"bot": number} if number in self._world.bots_by_id else number
            return where(self._world, chat)
        return where(self._world, "bot" if given == "bot" else {"bot": given})


def _number(text: str | None, name: str) -> int | None:
    if not text:
        return None
    if not text.lstrip("-").isdigit():
        raise Misread(f"{name} must be a number")
    return int(text)


def _mode(given: Any) -> Mode:
    for mode in get_args(Mode):
        if mode == given:
            return mode  # type: ignore[no-any-return]
    raise Misread(f"ephemeral messages are one of {', '.join(get_args(Mode))}")


def _fault(given: Json) -> Json:
    known = {field.name for field in fields(Fault)} - {"when"}
    if not set(given) <= known:
        raise Misread(f"a fault has: {', '.join(sorted(known))}")
    return given
