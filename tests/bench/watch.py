"""Who speaks and who watches: words are written on one side and seen on the other."""

import asyncio
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count

from sandbox.world import Json, World

SAYING = "№{}{} Доброго дня! Коли приїде моє замовлення? It was promised for today."
STALLED = 30.0  # seconds without a single copy

Speak = Callable[[str], None]


@dataclass(slots=True)
class Watch:
    """Takes the time from an act to its copy by the bot, whoever made the act."""

    world: World
    bot_id: int
    sign: str = "№"  # tells whose watch it is, where two are kept at once
    took: list[float] = field(default_factory=list)  # seconds, in the order of the copies
    twice: int = 0
    _written: dict[int, float] = field(default_factory=dict)
    _done: dict[int, Callable[[], None]] = field(default_factory=dict)
    _number: re.Pattern[str] = field(init=False)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self._number = re.compile(rf"№(\d+){self.sign}")
        self.world.listeners.append(self.see)

    def says(self, speak: Speak, done: Callable[[], None] | None = None) -> None:
        """Let somebody speak; `done` is called when the copy is there."""
        number = next(self._numbers)
        if done:
            self._done[number] = done
        self._written[number] = time.perf_counter()
        speak(SAYING.format(number, self.sign))

    @property
    def outstanding(self) -> int:
        """How many acts have no copy yet."""
        return len(self._written)

    def begin(self) -> None:
        """Forget what was measured so far."""
        self.took = []

    async def all_seen(self, within: float) -> bool:
        """Wait until every act has its copy; False when `within` seconds were not enough."""
        end = time.monotonic() + within
        while self._written and time.monotonic() < end:  # noqa: ASYNC110  (with a deadline)
            await asyncio.sleep(0.005)
        return not self._written

    def see(self, event: Json) -> None:
        """Look at what has happened in the world."""
        if event["type"] != "message" or event["message"]["from"]["id"] != self.bot_id:
            return
        now = time.perf_counter()
        for number in map(int, self._number.findall(event["message"].get("text", ""))):
            since = self._written.pop(number, None)
            if since is None:
                self.twice += 1
                continue
            self.took.append(now - since)
            done = self._done.pop(number, None)
            if done:
                done()


async def saturate(watch: Watch, speakers: Sequence[Speak], acts: int) -> float:
    """Each speaks again as soon as the last words are seen; gives copies per second.

    There are at most as many outstanding acts as speakers.
    """
    free: asyncio.Queue[Speak] = asyncio.Queue()
    for speaker in speakers:
        free.put_nowait(speaker)
    watch.begin()
    start = time.perf_counter()
    for _ in range(acts):
        speaker = await asyncio.wait_for(free.get(), STALLED)
        watch.says(speaker, lambda speaker=speaker: free.put_nowait(speaker))  # type: ignore[misc]
    if not await watch.all_seen(STALLED):
        raise AssertionError(f"{watch.outstanding} of {acts} never arrived")
    return acts / (time.perf_counter() - start)


async def pace(
    watch: Watch,
    speakers: Sequence[Speak],
    per_second: float,
    seconds: float,
    patience: float = STALLED,
) -> None:
    """They speak in turn at a steady rate, whether or not anything arrives."""
    watch.begin()
    start = time.perf_counter()
    for number in range(int(per_second * seconds)):
        await asyncio.sleep(max(0.0, start + number / per_second - time.perf_counter()))
        watch.says(speakers[number % len(speakers)])
    if not await watch.all_seen(patience):
        raise AssertionError(f"{watch.outstanding} never arrived")
