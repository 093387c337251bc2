"""Where it is measured: the sandbox and its people here, the bot in a process of its own."""

import asyncio
import os
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from sandbox.limits import is_action
from sandbox.living import LivingWorld
from sandbox.people import Person
from sandbox.server import Sandbox
from tests.bench.watch import Speak, Watch

ROOT = Path(__file__).parents[2]
TOKEN = "7000000002:AAHbench-bot-of-the-sandbox-0000000"
RIGHTS = {"can_manage_topics": True, "can_delete_messages": True, "can_pin_messages": True}
DESK = ("-m", "bot", "run")
MINIMAL = ("-m", "tests.bench.minimal")
UNLIMITED = {
    "GROUP_ACTIONS_PER_MINUTE": "0",
    "CUSTOMER_MESSAGES_PER_MINUTE": "0",
    "PRIVATE_MESSAGES_PER_SECOND": "0",
    "MESSAGES_PER_SECOND": "0",
}
STARTING = 60.0  # seconds
STOPPING = 20.0


@dataclass
class Town:
    """A group with two operators, or more, and as many customers as are asked for."""

    sandbox: Sandbox
    watch: Watch = field(init=False)
    writers: list[Person] = field(default_factory=list)  # those who have a topic

    def __post_init__(self) -> None:
        self.world = self.sandbox.world
        self.bot = self.world.add_bot(TOKEN, "Support", "bench_bot")
        owner = self.world.person("Olena", language="uk")
        self.group = self.world.group("Operators", owner)
        owner.adds_bot(self.bot, self.group)
        owner.sets_bot_rights(self.bot, self.group, **RIGHTS)
        self.bot.updates.clear()  # all this was long ago
        self.operators = [owner, self.world.person("Taras", language="uk")]
        self.operators[1].joins(self.group)
        self.watch = Watch(self.world, self.bot.user.id)

    def hires(self, number: int) -> None:
        """Let there be so many operators."""
        for n in range(len(self.operators), number):
            self.operators.append(self.world.person(f"Taras {n}", language="uk"))
            self.operators[-1].joins(self.group)

    def customers(self, number: int, name: str = "Anna") -> list[Person]:
        """New people who have never written."""
        return [self.world.person(f"{name} {n}", language="uk") for n in range(number)]

    def voice(self, customer: Person) -> Speak:
        """Writes to the bot."""
        return lambda text: void(customer.writes(self.bot, text))

    def answers(self) -> list[Speak]:
        """For each topic, an operator who writes in it."""
        return [self._answer(n, thread) for n, thread in enumerate(self.threads())]

    def threads(self) -> list[int]:
        """The topics, General not among them."""
        return [t["thread"] for t in self.world.topics(self.group) if t["thread"] != 1]

    def topic_of(self, customer: Person) -> int | None:
        """The topic that is called by a customer's name, once something stands in it."""
        named = f" {customer.user.first_name} ·"
        found = [t["thread"] for t in self.world.topics(self.group) if named in t["name"]]
        return found[0] if found and self.world.history(self.group, found[0]) else None

    def operator(self, number: int) -> Person:
        """Who answers in a topic."""
        return self.operators[number % len(self.operators)]

    async def introduced(self, customers: list[Person]) -> None:
        """Let each write for the first time, and wait for the last of their topics."""
        for customer in customers:
            self.watch.says(self.voice(customer))
        if not await self.watch.all_seen(STARTING):
            raise AssertionError("the first words never arrived")
        self.writers += customers
        await asyncio.sleep(1)

    def actions(self, since: float = 0.0, until: float = float("inf")) -> int:
        """What the bot has done in the group between two instants (seconds of the epoch)."""
        return sum(
            entry.status == 200
            for entry in self.sandbox.calls
            if entry.chat_id == str(self.group)
            and is_action(entry.method)
            and not entry.ephemeral
            and since <= entry.time < until
        )

    def whispers(self) -> int:
        """What it has shown to one member of the group alone."""
        return sum(entry.status == 200 and entry.ephemeral for entry in self.sandbox.calls)

    def refused(self, since: float = 0.0) -> int:
        """How many calls were answered with 429."""
        return sum(entry.status == 429 and entry.time >= since for entry in self.sandbox.calls)

    def _answer(self, number: int, thread: int) -> Speak:
        operator = self.operator(number)
        return lambda text: void(operator.writes(self.group, text, thread=thread))


@dataclass
class Running:
    """The bot's process and the most memory it has held so far."""

    process: asyncio.subprocess.Process
    peak: int = 0  # bytes

    async def look(self) -> None:
        """Look at its memory again and again."""
        watched = psutil.Process(self.process.pid)
        while True:
            self.peak = max(self.peak, watched.memory_info().rss)
            await asyncio.sleep(0.1)


@asynccontextmanager
async def town() -> AsyncIterator[Town]:
    """A sandbox without limits of speed."""
    async with Sandbox(LivingWorld(time.time)) as sandbox:
        yield Town(sandbox)


@asynccontextmanager
async def place() -> AsyncIterator[Path]:
    """A directory for the stores of one desk."""
    with tempfile.TemporaryDirectory(prefix="topicdesk-bench-") as made:
        yield Path(made)


@asynccontextmanager
async def serving(
    town: Town, program: tuple[str, ...], data_dir: Path, *, limits: bool = False
) -> AsyncIterator[Running]:
    """Run a bot on this town until the block ends; its stores are durable.

    `limits`: it keeps to Telegram's.
    """
    running = Running(await process(town, program, data_dir, limits=limits))
    looking = asyncio.create_task(running.look())
    try:
        await _until(lambda: bool(town.sandbox.calls.of("getUpdates")), running.process)
        yield running
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
        await stopped(running.process)
        town.sandbox.calls.clear()


async def process(
    town: Town, program: tuple[str, ...], data_dir: Path, *, limits: bool = False
) -> asyncio.subprocess.Process:
    """Start a bot on this town; its stores are durable."""
    settings = {
        "BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": town.sandbox.url,
        "OPERATOR_GROUP_ID": str(town.group),
        "DATA_DIR": str(data_dir),
        "PORT": "0",
        "LOG_LEVEL": "warning",
        "PYTHONPATH": str(ROOT),
    }
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *program,
        env={**os.environ, **settings, **({} if limits else UNLIMITED)},
        cwd=data_dir,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=None if program == DESK else asyncio.subprocess.DEVNULL,
    )


async def _until(ready: Callable[[], bool], process: asyncio.subprocess.Process) -> None:
    end = time.monotonic() + STARTING
    while not ready():
        if process.returncode is not None or time.monotonic() > end:
            raise AssertionError("the bot does not start")
        await asyncio.sleep(0.05)
    await asyncio.sleep(1)


async def stopped(process: asyncio.subprocess.Process) -> None:
    """Ask it to stop, and wait for it."""
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), STOPPING)
    except TimeoutError:
        process.kill()
        await process.wait()


def void(_result: object) -> None:
    """Forget what an act returns."""
