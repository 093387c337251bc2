"""The way in: what polling and the webhook feed. Order in a chat, retries, setting aside."""

import asyncio
import random
import time
import traceback
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import structlog
from aiogram import Bot, Dispatcher
from aiogram.exceptions import AiogramError
from aiogram.methods import TelegramMethod

from bot import metrics, tasks
from bot.desk.talk import updates
from bot.logs import about, discreet
from bot.outage import answers, is_outage
from bot.telegram import door

WANTED = [
    "message",
    "edited_message",
    "callback_query",
    "inline_query",
    "my_chat_member",
    "chat_member",
    "message_reaction",
]
PAUSES = (0.2, 1.0, 0.0)  # seconds after each failed try; then the update is set aside
FIRST_WAIT = 0.1  # seconds; doubled while a store is away
LONGEST_WAIT = 2.0
LONGEST_WORK = 30.0  # seconds that one update may take
ANSWER_WAIT = 10  # seconds
LONGEST_NAP = 0.5  # seconds until what is to come later is looked at again
ERROR_LENGTH = 8000

log = structlog.get_logger()


class ComesLater(Exception):
    """An update is to come later, in so many seconds; its chat's order is kept."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


@dataclass(slots=True, eq=False)
class _Entry:
    """An update in hand. `patient`: we keep it while a store is away; else it is given back."""

    id: int
    raw: dict[str, Any]  # cleaned (`door`)
    chat: int
    topic: int | None  # None: it concerns the whole chat
    patient: bool
    done: asyncio.Future[bool]
    begun: bool = False
    failures: int = 0
    outages: int = 0
    account: str = ""  # of the last failure
    came: float = field(default_factory=time.monotonic)

    def __lt__(self, other: "_Entry") -> bool:
        """Who presses a button looks at it until it is answered, so that goes before all words."""
        return self._turn < other._turn

    @property
    def _turn(self) -> tuple[bool, int]:
        return "callback_query" not in self.raw, self.id


class Inflow:
    """Hands updates to the dispatcher: those of one chat in order, chats in parallel.

    The topics of a group are like chats; what concerns the whole group, such as a reaction,
    which names no topic, or a member who leaves, waits for all before it and is waited for.
    Where more are ready than are handled at a time, pressed buttons go first, then what is older.

    The dispatcher's outer middleware `TransactionMiddleware` makes each of them happen once.
    Start it outside of any transaction: its tasks inherit what is open.
    """

    def __init__(self, bot: Bot, dispatcher: Dispatcher, *, parallel: int = 16) -> None:
        """`parallel`: how many are handled at a time; who gets no connection waits for one."""
        self._bot = bot
        self._dispatcher = dispatcher
        self._parallel = parallel
        self._known: dict[int, _Entry] = {}
        self._chats: dict[int, deque[_Entry]] = {}  # what is in hand, in the order it came
        self._ready: asyncio.PriorityQueue[_Entry] = asyncio.PriorityQueue()
        self._workers: list[asyncio.Task[None]] = []
        self._answers: set[asyncio.Task[None]] = set()
        self._closing = False
        self.away = False  # whether updates wait for a store
        self.pressed = False  # whether what waits to come later keeps others from coming

    @property
    def behind(self) -> bool:
        """Whether something that came has failed or waits for a store, and is yet to be done."""
        return any(entry.failures or entry.outages for entry in self._known.values())

    async def start(self) -> None:
        """Begin to handle what is taken."""
        self._workers = [asyncio.create_task(self._work()) for _ in range(self._parallel)]

    async def stop(self, within: float) -> None:
        """Finish what is in hand, at most for `within` seconds; the rest is rolled back."""
        self._closing = True
        in_hand: list[asyncio.Future[Any]] = [entry.done for entry in self._known.values()]
        in_hand.extend(self._answers)
        if in_hand:
            await asyncio.wait(in_hand, timeout=within)
        await tasks.end([*self._workers, *self._answers])
        for entry in list(self._known.values()):
            self._finish(entry, done=False)

    def take(self, raw: dict[str, Any], *, patient: bool = True) -> asyncio.Future[bool]:
        """Take an update as Telegram wrote it; one that is in hand already is not taken twice.

        The result is True when it has been done or set aside and is never needed again, False
        when it must be asked for again: we are stopping, or it is not `patient` and a store is
        away.
        """
        known = self._known.get(raw["update_id"])
        if known is not None:
            return known.done
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        if self._closing:
            done.set_result(False)
            return done
        raw = door.clean(raw)
        entry = _Entry(raw["update_id"], raw, *_place(raw), patient, done)
        self._known[entry.id] = entry
        self._chats.setdefault(entry.chat, deque()).append(entry)
        self._begin(entry.chat)
        return done

    async def handle(self, raw: dict[str, Any], **known: Any) -> Any:
        """Do one update now, whatever else goes on; returns what its handler returned.

        `raw` is clean; `known` is handed over to the handler.
        """
        update = door.read(raw, self._bot)
        return await self._dispatcher.feed_update(self._bot, update, **known)

    async def _work(self) -> None:
        while True:
            entry = await self._ready.get()
            with about(update=entry.id):
                wait = await self._attempt(entry)
            if wait is None:
                self._begin(entry.chat)
            else:
                asyncio.get_running_loop().call_later(wait, self._ready.put_nowait, entry)

    def _begin(self, chat: int) -> None:
        """Let come what waits for nothing before it any more."""
        before: set[int | None] = set()
        for entry in self._chats.get(chat, ()):
            free = before.isdisjoint((None, entry.topic)) if entry.topic else not before
            if free and not entry.begun:
                entry.begun = True
                self._ready.put_nowait(entry)
            if entry.topic is None:
                return
            before.add(entry.topic)

    async def _attempt(self, entry: _Entry) -> float | None:
        """Do it: None when it has left the chat, else the seconds until the next try."""
        try:
            async with asyncio.timeout(LONGEST_WORK):
                answer = await self._do(entry)
        except ComesLater as later:
            return self._later(entry, later.seconds)
        except TimeoutError as error:
            return await self._took_too_long(entry, error)
        except Exception as error:  # noqa: BLE001  (an outer loop: whatever it is, the chat goes on)
            return self._failed(entry, error)
        self._relieved()
        self._finish(entry, done=True)
        metrics.handling.observe(time.monotonic() - entry.came)
        if isinstance(answer, TelegramMethod):
            self._call_later(answer)
        return None

    async def _do(self, entry: _Entry) -> Any:
        if entry.failures < len(PAUSES):
            answer = await self.handle(entry.raw, pressed=self.pressed)
            metrics.updates.labels("done").inc()
            return answer
        now = datetime.now(UTC)
        number = await updates.set_aside(
            self._bot.id, entry.raw, entry.account, entry.failures, now
        )
        metrics.updates.labels("set aside").inc()
        log.error("an update was set aside", set_aside=number)
        return None

    async def _took_too_long(self, entry: _Entry, error: TimeoutError) -> float | None:
        """While the database answers others, the fault is the update's; else it is waited for."""
        if entry.failures < len(PAUSES) and await answers(updates.ask_store):
            return self._count(entry, error)
        return self._outage(entry, error)

    def _failed(self, entry: _Entry, error: Exception) -> float | None:
        if is_outage(error) or entry.failures == len(PAUSES):
            return self._outage(entry, error)
        return self._count(entry, error)

    def _count(self, entry: _Entry, error: Exception) -> float:
        pause = PAUSES[entry.failures]
        entry.failures += 1
        entry.account = failure(error)
        metrics.updates.labels("failed").inc()
        log.warning("an update failed", attempt=entry.failures, exc_info=error)
        return pause

    def _outage(self, entry: _Entry, error: Exception) -> float | None:
        """A store is away: keep it and its chat's order, or give back all that waits there."""
        if not self.away:
            log.warning("updates wait for a store", error=f"{type(error).__name__}: {error}")
        self.away = True
        if self._gave_back(entry):
            return None
        wait: float = min(LONGEST_WAIT, FIRST_WAIT * 2**entry.outages)
        entry.outages = min(entry.outages + 1, 10)
        return wait * random.uniform(0.5, 1)

    def _later(self, entry: _Entry, seconds: float) -> float | None:
        return None if self._gave_back(entry) else min(seconds, LONGEST_NAP)

    def _gave_back(self, entry: _Entry) -> bool:
        """Give back what we cannot keep, and all that waits behind it."""
        if entry.patient and not self._closing:
            return False
        for each in list(self._chats[entry.chat]):
            if each is entry or not each.begun:
                self._finish(each, done=False)
        return True

    def _relieved(self) -> None:
        if self.away:
            log.info("updates are handled again")
        self.away = False

    def _finish(self, entry: _Entry, *, done: bool) -> None:
        in_hand = self._chats[entry.chat]
        in_hand.remove(entry)
        if not in_hand:
            del self._chats[entry.chat]
        del self._known[entry.id]
        if not entry.done.done():
            entry.done.set_result(done)

    def _call_later(self, method: TelegramMethod[Any]) -> None:
        """After the commit, and apart from the chat's queue: such an answer may get lost."""
        task = asyncio.create_task(self._call(method))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _call(self, method: TelegramMethod[Any]) -> None:
        try:
            await self._bot(method, request_timeout=ANSWER_WAIT)
        except AiogramError as error:
            log.info("an answer was not taken", method=method.__api_method__, error=str(error))


def failure(error: BaseException) -> str:
    """What went wrong, for those who will mend it: the end of the traceback.

    It has no tokens, and nothing of what people said.
    """
    lines = traceback.format_exception(error)
    return discreet("".join(lines))[-ERROR_LENGTH:]


def _place(raw: dict[str, Any]) -> tuple[int, int | None]:
    """Where order is kept: the chat it happened in, else the person, else the update alone."""
    for event in raw.values():
        if isinstance(event, dict):
            with suppress(LookupError, TypeError, ValueError):
                return _chat_and_topic(event)
    return int(raw["update_id"]), None


def _chat_and_topic(event: dict[str, Any]) -> tuple[int, int | None]:
    inside = event.get("message") or event
    chat = inside.get("chat") or event.get("from") or event["user"]
    # A reply in General may carry a thread id that is no topic's: only the flag tells.
    topic = inside.get("message_thread_id") if inside.get("is_topic_message") else None
    return int(chat["id"]), int(topic) if topic else None
