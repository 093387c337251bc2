"""The command line: `python -m bot`. Thin: what needs the bot is imported when it is asked for."""

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from threading import Thread
from typing import Annotated

import typer
import uvloop

from bot import checks, logs
from bot.config import Settings, load, on_a_desktop, unknown_names
from bot.embedded import Stores, database, stores
from bot.obstacles import BadSetting, CannotStart
from bot.outage import insist

cli = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Topicdesk: a helpdesk that lives inside Telegram.",
)

PATIENCE = 12.0  # seconds for ending in order, which takes 10 at most; a start is broken off then

Work = Callable[[Settings, asyncio.Event], Awaitable[None]]


@cli.callback(invoke_without_command=True)
def default(context: typer.Context) -> None:
    """Serve Telegram unless another command is named."""
    if context.invoked_subcommand is None:
        run()


@cli.command()
def run(wishes: Annotated[bool, typer.Option("--wishes", hidden=True)] = False) -> None:
    """Serve Telegram, or the Bot API server of TELEGRAM_API_URL, until SIGINT or SIGTERM."""
    _until_signalled(partial(_run, wishes=wishes))


@cli.command(hidden=True)
def start() -> None:
    """What `make run` does: serve Telegram if there is a token, else open the sandbox."""
    _until_signalled(_start)


@cli.command()
def sandbox() -> None:
    """Try the desk without Telegram: a page with the customer's phone and the operators' group."""
    _until_signalled(_sandbox)


@cli.command()
def migrate() -> None:
    """Bring the database's tables to this version, then end."""
    _until_signalled(_migrate)


@cli.command()
def check() -> None:
    """Look at settings, stores, token and rights, say what is wrong, change nothing."""
    _until_signalled(_check)


@cli.command()
def code() -> None:
    """Show a code for /setup that makes a group the operators'; also beside a running desk."""
    _until_signalled(_code)


@cli.command()
def replay(
    number: Annotated[int | None, typer.Option("--id", help="Only this one.")] = None,
) -> None:
    """Try the updates again that were set aside because their handling failed."""

    async def work(settings: Settings, _stop: asyncio.Event) -> None:
        async with _ready(settings, _import_desk) as both:
            from bot.app import App

            async with App(settings, both.database_url, both.redis_url) as app:
                done, failed = await app.replay(number, typer.echo)
        typer.echo(f"Handled now: {done}. Still set aside: {failed}.")

    _until_signalled(work)


async def _run(settings: Settings, stop: asyncio.Event, *, wishes: bool = False) -> None:
    """Serve until `stop`; with `wishes`, as whoever started us wishes, until they are gone."""
    if settings.bot_token is None:
        raise BadSetting(checks.HOW_TO_BEGIN)
    async with _ready(settings, _import_desk) as both:
        await checks.before_start(settings, both.database_url, both.redis_url)
        from bot.app import App
        from bot.wishes import granted

        app = App(settings, both.database_url, both.redis_url)
        async with app, app.serving(typer.echo) as url:
            typer.echo(f"Topicdesk is serving. Its health: {url}/healthz")
            async with granted(app, stop) if wishes else nullcontext():
                await app.until(stop)


async def _start(settings: Settings, stop: asyncio.Event) -> None:
    if settings.bot_token is not None:
        await _run(settings, stop)
    else:
        typer.echo("BOT_TOKEN is not set: this is the sandbox, Telegram without Telegram.")
        await _sandbox(settings, stop, open_browser=True)


async def _code(settings: Settings, _stop: asyncio.Event) -> None:
    if settings.bot_token is None:
        raise BadSetting(checks.HOW_TO_BEGIN)
    from bot.desk.people import codes
    from models import Group
    from models.database import connected
    from models.database import migrate as migrate_tables

    async with database(settings) as (url, running):
        await checks.database(url)
        if not running:
            await migrate_tables(url)
        async with connected(url, connections=1):
            typer.echo(codes.instruction(await codes.make(datetime.now(UTC))))
            bound = await Group.filter(is_bound=True).order_by("department_id")
    if bound:
        titles = ", ".join(f"“{group.title}”" for group in bound)
        typer.echo(f"The desk works in {titles} now: you will be asked what the group is to be.")


async def _sandbox(settings: Settings, stop: asyncio.Event, *, open_browser: bool = False) -> None:
    from sandbox import browser
    from sandbox.run import serve

    if "log_level" not in settings.model_fields_set:
        logs.configure("warning", settings.log_format)  # one address is enough on the screen
    await serve(
        settings, stop, browser.show if open_browser and on_a_desktop() else browser.nothing
    )


async def _migrate(settings: Settings, _stop: asyncio.Event) -> None:
    async with _ready(settings, _import_tables):
        typer.echo("The tables are up to date.")


async def _check(settings: Settings, _stop: asyncio.Event) -> None:
    if settings.bot_token is None:
        raise BadSetting(checks.HOW_TO_BEGIN)
    _import_desk()
    from bot import bridges

    bridges.check(settings)
    async with stores(settings) as both:
        await checks.database(both.database_url)
        typer.echo("Database: reached.")
        await checks.redis(both.redis_url)
        typer.echo("Redis: reached.")
        if elsewhere := await checks.files(settings, both.database_url):
            typer.echo(elsewhere)
        bound = await checks.bound_groups(both.database_url)
    for number, group in enumerate(bound or [None]):
        found = await checks.bot_and_group(settings, group)
        if not number:
            typer.echo(f"Bot: @{found.username}.")
            if found.flat:
                typer.echo(found.flat)
        if found.group:
            typer.echo(f"Group: “{found.group}”.")
        for sentence in found.warnings:
            typer.echo(sentence)


@asynccontextmanager
async def _ready(settings: Settings, import_: Callable[[], None]) -> AsyncIterator[Stores]:
    """Both stores, running, with today's tables; the rest is imported while they start.

    Nothing else is imported meanwhile: two threads that import what imports itself in a circle
    would see halves of it.
    """
    ahead = Thread(target=import_, daemon=True)
    ahead.start()
    async with stores(settings) as both:
        ahead.join()
        from models.database import migrate as migrate_tables

        await checks.database(both.database_url)
        await insist(lambda: migrate_tables(both.database_url))
        yield both


def _import_tables() -> None:
    import_module("models.database")


def _import_desk() -> None:
    from bot.telegram import loading

    loading.load()
    import_module("bot.app")


def _until_signalled(work: Work) -> None:
    """Run `work` and leave with a status; whatever stops the start is one sentence on stderr."""
    try:
        for sentence in unknown_names():
            typer.echo(sentence, err=True)
        settings = load()
        logs.configure(settings.log_level, settings.log_format)
        sys.excepthook = _crash
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_with_signals(work, settings))
    except CannotStart as reason:
        _leave(str(reason), reason.status)
    except KeyboardInterrupt:
        _leave("Interrupted before everything was stopped.", 130)


async def _with_signals(work: Work, settings: Settings) -> None:
    """Let SIGTERM and the first Ctrl-C end the work in order; a second Ctrl-C ends it at once.

    What does not end by itself, such as a start that waits for a store, is broken off.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def ask_to_stop() -> None:
        stop.set()
        loop.remove_signal_handler(signal.SIGINT)
        loop.call_later(PATIENCE, working.cancel)

    working = asyncio.ensure_future(work(settings, stop))
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ask_to_stop)
    try:
        await working
    except asyncio.CancelledError:
        if not working.cancelled():
            raise


def _crash(kind: type[BaseException], error: BaseException, _trace: object) -> None:
    """Put what nobody expected into the log, where no token is shown."""
    logging.getLogger("bot").critical("crashed", exc_info=(kind, error, error.__traceback__))


def _leave(sentence: str, status: int) -> None:
    logging.getLogger("bot").debug("leaving", exc_info=True)
    typer.echo(logs.without_tokens(sentence), err=True)
    sys.exit(status)


def main() -> None:
    """Be the console script `topicdesk`."""
    cli()


if __name__ == "__main__":
    main()
