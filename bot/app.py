"""The only place where the parts meet: built, started and stopped in order."""

import asyncio
import contextvars
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any, Self

import structlog
from aiogram import Dispatcher
from redis.asyncio import Redis

from bot import beside, bridges, handlers, metrics, tasks, web
from bot.bridges import keeping
from bot.bridges.counter import Counter
from bot.bridges.keeping import Kept
from bot.bucket import Bucket
from bot.budget import Budget
from bot.config import Settings
from bot.delivery import Worker
from bot.delivery.channel import Channel, Intake
from bot.desk.outbox.carrying import TryLater, Undeliverable
from bot.files import places
from bot.forum import Forum
from bot.middlewares.barring import BarringMiddleware
from bot.middlewares.bucket import BucketMiddleware
from bot.middlewares.language import LanguageMiddleware
from bot.middlewares.membership import MembershipMiddleware
from bot.middlewares.placed import PlacedMiddleware
from bot.middlewares.transaction import TransactionMiddleware
from bot.obstacles import BadSetting, CannotStart
from bot.outage import insist
from bot.polling import Polling
from bot.replay import replay
from bot.scheduler import Scheduler, table
from bot.telegram.asking import until_answered
from bot.telegram.backlog import Backlog
from bot.telegram.calls import telegram
from bot.telegram.downloading import Lender
from bot.telegram.inflow import Inflow
from bot.web import files, readiness, webhook
from models.database import connected

GRACE = 2.0  # seconds that what is in hand gets when we are asked to stop
LINE_PACE, LINE_BURST = 60, 30  # queries of one person in the line, a minute and at once
CONNECTIONS = 12  # to PostgreSQL, for one process; more only plan every statement once more

log = structlog.get_logger(__name__)


class App:
    """The desk of one bot. Enter it to connect; `serving` starts the work."""

    def __init__(self, settings: Settings, database_url: str, redis_url: str) -> None:
        """Both stores are there, with today's tables. Raises BadSetting, CannotStart."""
        if settings.bot_token is None:
            raise BadSetting("BOT_TOKEN is not set.")
        self._settings = settings
        self._database_url = database_url
        self._bot = telegram(settings.bot_token.get_secret_value(), settings.telegram_api_url)
        self._redis: Redis = Redis.from_url(redis_url)
        self._budget = Budget(
            self._redis,
            self._bot.id,
            group_per_minute=settings.group_actions_per_minute,
            private_per_second=settings.private_messages_per_second,
            overall_per_second=settings.messages_per_second,
        )
        self._bucket = Bucket(
            self._redis,
            self._bot.id,
            per_minute=settings.customer_messages_per_minute,
            burst=settings.customer_burst,
        )
        self._line = Bucket(self._redis, self._bot.id, per_minute=LINE_PACE, burst=LINE_BURST)
        self._files = places.store(settings)
        self._forum = Forum(
            self._bot,
            self._budget,
            self._files,
            language=settings.language,
            timezone=settings.timezone,
        )
        lender = Lender(self._bot, self._files)
        around = bridges.Surroundings(settings, self._bot, self._budget, self._files, lender)
        self._channels = [
            Kept(bridge, Counter(bridge.name, settings, self._bucket))
            for bridge in bridges.built(around)
        ]
        self._inflow = Inflow(self._bot, self._dispatcher())
        self._polling = Polling(self._bot, self._inflow)
        self._hook: webhook.Keeping | None = None
        self._connections = AsyncExitStack()
        self._parts: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        """Connect."""
        stack = self._connections
        await stack.enter_async_context(connected(self._database_url, connections=CONNECTIONS))
        stack.push_async_callback(self._redis.aclose)
        stack.push_async_callback(self._bot.session.close)
        return self

    async def __aexit__(self, *error: object) -> None:
        """Disconnect."""
        await self._connections.aclose()

    @asynccontextmanager
    async def serving(self, say: Callable[[str], None] | None = None) -> AsyncIterator[str]:
        """Serve inside the block; gives the address of the web application.

        While no group is bound, `say` is told with which code one can be.

        What carries starts before what brings, and stops after it. Leaving takes nothing more,
        finishes what is in hand and ends within about 10 s. Raises CannotStart.
        """
        async with AsyncExitStack() as stack:
            await insist(self._first_look)  # a hiccup of the database is no reason to stop
            for kept in self._channels:
                await _entered(stack, kept)
            caught_up = self._intake().caught_up
            jobs = table(self._settings.keep_failed_days, self._files, caught_up)
            await _entered(stack, Scheduler(jobs))
            await _entered(stack, self._worker())
            stack.push_async_callback(self._polling.confirm)
            stack.push_async_callback(self._inflow.stop, GRACE)
            url = await self._web(stack)
            stack.push_async_callback(self._end_parts)
            self._run(self._listen())
            self._run(insist(partial(beside.look_again, self._forum)))
            self._run(beside.tell_whether_we_hear(self._forum, lambda: self._deaf))
            self._run(beside.publish_menus(self._bot))
            if say is not None:
                self._run(beside.show_codes(self._forum, say))
            log.info("serving", bot=self._bot.id, web=url)
            yield url

    async def speak(self, language: str) -> None:
        """From now on the operators' group is spoken to in `language`."""
        await self._forum.speak(language)

    async def until(self, stop: asyncio.Event) -> None:
        """Wait for `stop`. Raises what ended a part that must not end."""
        waiting = asyncio.create_task(stop.wait())
        seen: set[asyncio.Task[None]] = set()
        try:
            while not waiting.done():
                parts = [waiting, *(part for part in self._parts if part not in seen)]
                done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
                for part in self._parts:
                    if part in done:
                        part.result()
                        seen.add(part)
        finally:
            waiting.cancel()

    def heed_limits(self, *, on: bool) -> None:
        """Keep to Telegram's limits from now on, or to none: the sandbox has none by default."""
        self._budget.heed(on=on)

    async def replay(self, only: int | None, say: Callable[[str], None]) -> tuple[int, int]:
        """Try what was set aside again; how many were done, and how many were not."""
        await until_answered(self._bot.me)
        return await replay(self._inflow, self._bot.id, say, only=only)

    def _dispatcher(self) -> Dispatcher:
        settings = self._settings
        dispatcher = Dispatcher(settings=settings, forum=self._forum, disable_fsm=True)
        dispatcher.update.outer_middleware(BucketMiddleware(self._bucket, self._line))
        dispatcher.update.outer_middleware(BarringMiddleware())
        dispatcher.update.outer_middleware(MembershipMiddleware())
        dispatcher.update.outer_middleware(TransactionMiddleware())
        dispatcher.update.outer_middleware(LanguageMiddleware())
        dispatcher.callback_query.outer_middleware(PlacedMiddleware())
        handlers.include_all(dispatcher)
        return dispatcher

    def _worker(self) -> Worker:
        return Worker(
            self._database_url,
            self._budget,
            forum=self._forum,
            channels=[Channel(kept.bridge, kept.is_up) for kept in self._channels],
            carriers=self._settings.workers,
            intake=self._intake(),
        )

    def _intake(self) -> Intake:
        """How an album is known to be whole: by polling we know it, else Telegram does."""
        if self._by_webhook:
            kept = Backlog(self._bot, self._bucket.press)
            return Intake(lambda: not self._inflow.behind, kept.is_empty)
        return Intake(lambda: self._polling.caught_up and not self._inflow.behind)

    async def _web(self, stack: AsyncExitStack) -> str:
        """Listen, for what tells how we are at an address of its own if one is set."""
        checks = {
            "database": readiness.database,
            "migrations": readiness.migrated,
            "redis": readiness.redis(self._redis),
            "telegram": readiness.telegram(self._bot),
            "updates": readiness.updates(lambda: self._deaf),
        }
        token, apart = self._settings.status_token, self._settings.status_address
        status = web.Status(checks, metrics.render, token.get_secret_value() if token else None)
        routes = [webhook.route(self._inflow, self._bot.token, self._secret)]
        if apart is not None:
            host, _colon, port = apart.rpartition(":")
            listening = web.build(status), host.strip("[]"), int(port)
            own = web.serving(*listening, setting="STATUS_ADDRESS")
            log.info("telling how we are", web=await stack.enter_async_context(own))
        lent = keeping.lent(self._channels)
        routes = routes if self._by_webhook else []
        routes += [files.route(self._files)]
        application = web.build(None if apart else status, routes, lent)
        serving = web.serving(application, self._settings.host, self._settings.port)
        return await stack.enter_async_context(serving)

    @property
    def _by_webhook(self) -> bool:
        return self._settings.public_url is not None

    @property
    def _deaf(self) -> bool:
        """Whether another program gets our updates."""
        return self._polling.deaf or bool(self._hook and self._hook.deaf)

    @property
    def _secret(self) -> str:
        secret = self._settings.webhook_secret
        return secret.get_secret_value() if secret else ""

    async def _listen(self) -> None:
        """Take updates as soon as Telegram answers; it may be in trouble while we start."""
        await until_answered(self._bot.me)  # kept by the bot: filters of commands ask for its name
        await self._inflow.start()  # not before: inside of a transaction nobody may ask Telegram
        if self._settings.public_url is not None:
            self._hook = webhook.Keeping(self._bot, self._settings.public_url, self._secret)
            await self._hook.run()
        await self._polling.run()

    async def _first_look(self) -> None:
        """Bind the group that the settings name before anything else, unless one is bound.

        Telegram may be silent; a group that it does not know is a reason not to start.
        """
        wanted = self._settings.operator_group_id
        if wanted is None or await self._is_bound(wanted):
            return
        try:
            beside.warn(await self._forum.bind(wanted))
        except TryLater as error:
            log.warning("the group is looked at later", error=str(error))
            self._run(beside.look(self._forum, wanted))
        except Undeliverable as error:
            raise CannotStart(f"The group {wanted} cannot be used: {error.detail}.") from error

    async def _is_bound(self, wanted: int) -> bool:
        """Whether a group is bound; the settings say where to begin, not where to go back to."""
        bound = [*(await self._forum.bound_chats()).values()]
        if bound and await self._forum.followed(wanted) not in bound:
            log.warning("the desk works in another group than the settings say", bound=bound)
        return bool(bound)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        """Start a part in a task that inherits nothing."""
        self._parts.append(asyncio.create_task(work, context=contextvars.Context()))

    async def _end_parts(self) -> None:
        parts, self._parts = self._parts, []
        await tasks.end(parts)


async def _entered(stack: AsyncExitStack, part: Worker | Scheduler | Kept) -> None:
    await part.start()
    stack.push_async_callback(part.stop)
