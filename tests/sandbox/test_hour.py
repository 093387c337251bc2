"""The busy hour: what it counts, and that it would see what is lost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest

from sandbox import demo
from sandbox.accounts import Bot
from sandbox.hour import Hour, play
from sandbox.hour.tally import Count, Tally
from sandbox.living import LivingWorld
from sandbox.params import Params
from sandbox.people import Person
from sandbox.server import Sandbox
from tests.sandbox.place import until

WRITTEN = 35  # by five customers four lines each, and three answers to each


@dataclass
class Book:
    """A tally with one customer and the topic of theirs, written in by hand."""

    world: LivingWorld
    bot: Bot
    group: int
    anna: Person
    olena: Person
    tally: Tally
    thread: int

    def bot_says(self, chat: int, text: str, thread: int | None = None) -> None:
        where = {"message_thread_id": thread} if thread else {}
        self.world.call(self.bot, "sendMessage", Params({"chat_id": chat, "text": text, **where}))

    def topic(self, name: str) -> int:
        given = Params({"chat_id": self.group, "name": name})
        made = self.world.call(self.bot, "createForumTopic", given)
        return int(made["message_thread_id"])


@pytest.fixture
def book() -> Book:
    world = demo.world(time.time)
    found = {one.user.first_name: one for one in world.people()}
    anna, bot, group = found["Анна"], world.bots[demo.TOKEN], demo.operators_group(world)
    assert group is not None
    anna.start(bot)
    made = Book(world, bot, group, anna, found["Олена"], Tally(world, bot, group), 0)
    made.thread = made.topic("#1 Анна Шевченко · Посилка")
    return made


def test_a_line_arrives_where_it_must_be_read(book: Book) -> None:
    ask, answer = book.tally.mark(), book.tally.mark()
    book.tally.wrote(ask, book.anna, outwards=False)
    book.tally.wrote(answer, book.anna, outwards=True)
    assert book.tally.count() == Count(written=2, arrived=0, again=0)
    book.bot_says(book.group, f"Де посилка? · {ask}", book.thread)
    assert book.tally.count() == Count(written=2, arrived=1, again=0)
    book.bot_says(book.anna.id, f"У дорозі · {answer}")
    assert book.tally.count() == Count(written=2, arrived=2, again=0)


def test_one_post_may_hold_several_lines(book: Book) -> None:
    marks = [book.tally.mark() for _ in range(3)]
    for mark in marks:
        book.tally.wrote(mark, book.anna, outwards=False)
    book.bot_says(book.group, "\n".join(f"Слова · {mark}" for mark in marks), book.thread)
    assert book.tally.count() == Count(written=3, arrived=3, again=0)


def test_what_comes_twice_is_counted_and_arrives_once(book: Book) -> None:
    mark = book.tally.mark()
    book.tally.wrote(mark, book.anna, outwards=False)
    for _ in range(3):
        book.bot_says(book.group, f"Де посилка? · {mark}", book.thread)
    assert book.tally.count() == Count(written=1, arrived=1, again=1)


def test_words_in_the_wrong_place_have_not_arrived(book: Book) -> None:
    ask, answer = book.tally.mark(), book.tally.mark()
    book.tally.wrote(ask, book.anna, outwards=False)
    book.tally.wrote(answer, book.anna, outwards=True)
    book.bot_says(book.group, f"Де посилка? · {ask}", book.topic("#2 Богдан Литвиненко"))
    book.bot_says(book.group, f"Де посилка? · {ask}")
    book.bot_says(book.anna.id, f"Де посилка? · {ask}")
    book.bot_says(book.group, f"У дорозі · {answer}", book.thread)
    book.olena.writes(book.group, f"У дорозі · {answer}", thread=book.thread)
    book.olena.writes(book.group, f"Вона питала про {ask}", thread=book.thread)
    book.anna.writes(book.bot, f"Де посилка? · {ask}")
    book.anna.writes(book.bot, f"Ви писали: {answer}")
    assert book.tally.count() == Count(written=2, arrived=0, again=0)


def test_no_mark_is_taken_for_another(book: Book) -> None:
    marks = [book.tally.mark() for _ in range(100)]
    assert len(set(marks)) == 100
    for mark in (marks[0], marks[9]):
        book.tally.wrote(mark, book.anna, outwards=False)
    book.bot_says(book.group, f"{marks[99]} 1{marks[0]} {marks[9]}0", book.thread)
    assert book.tally.count() == Count(written=2, arrived=0, again=0)


def test_another_hour_has_other_marks(book: Book) -> None:
    later = Tally(book.world, book.bot, book.group)
    assert later.mark() != book.tally.mark()


@dataclass
class Relay:
    """A small desk: keeps what it knows, confirms what it has done; `spoils` words at will."""

    url: str
    group: int
    spoils: Callable[[str], str] = lambda words: words
    topics: dict[int, int] = field(default_factory=dict)
    offset: int = 0
    killed: int = 0
    _task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        self._task = asyncio.create_task(self._run())

    def kill(self) -> None:
        self.killed += 1
        assert self._task is not None
        self._task.cancel()

    async def _run(self) -> None:
        async with aiohttp.ClientSession() as self._http:
            while True:
                for update in await self._call("getUpdates", offset=self.offset, timeout=20):
                    await self._handle(update.get("message") or {})
                    self.offset = update["update_id"] + 1

    async def _handle(self, message: dict[str, Any]) -> None:
        words, author = message.get("text", "/"), message.get("from", {})
        if words.startswith("/"):
            return
        if message["chat"]["type"] == "private":
            thread = await self._topic(author)
            await self._say(self.group, words, message_thread_id=thread)
        elif message.get("is_topic_message"):
            for customer, thread in self.topics.items():
                if thread == message["message_thread_id"]:
                    await self._say(customer, words)

    async def _topic(self, author: dict[str, Any]) -> int:
        if author["id"] not in self.topics:
            name = f"{author['first_name']} {author['last_name']}"
            made = await self._call("createForumTopic", chat_id=self.group, name=name)
            self.topics[author["id"]] = made["message_thread_id"]
        return self.topics[author["id"]]

    async def _say(self, chat: int, words: str, **where: int) -> None:
        await self._call("sendMessage", chat_id=chat, text=self.spoils(words), **where)

    async def _call(self, method: str, **params: Any) -> Any:
        while True:
            address = f"{self.url}/bot{demo.TOKEN}/{method}"
            async with self._http.post(address, json=params) as answer:
                said = await answer.json()
            if said["ok"]:
                return said["result"]
            await asyncio.sleep(said["parameters"]["retry_after"])


@pytest.fixture
async def telegram(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sandbox]:
    """The demo's Telegram, in which nobody waits to read."""
    for name, seconds in {"FLOOD": 1, "READING": 0, "BETWEEN": 0.01, "TWICE": 0.2}.items():
        monkeypatch.setattr(play, name, seconds)
    async with Sandbox(demo.world(time.time)) as sandbox:
        yield sandbox


@pytest.fixture
async def relay(telegram: Sandbox) -> AsyncIterator[Relay]:
    group = demo.operators_group(telegram.world)
    assert group is not None
    made = Relay(telegram.url, group)
    made.begin()
    yield made
    made.kill()


def end(telegram: Sandbox) -> dict[str, Any]:
    assert telegram.control.hour is not None
    return telegram.control.hour


async def test_an_hour_with_a_flood_and_a_kill_ends_at_nothing_lost(
    telegram: Sandbox, relay: Relay
) -> None:
    phases: list[str] = []

    def hear(event: dict[str, Any]) -> None:
        if event["type"] == "hour" and event["hour"]["phase"] not in phases:
            phases.append(event["hour"]["phase"])

    def kill() -> None:
        at_hand = end(telegram)
        assert at_hand["written"] > at_hand["arrived"]  # with words in its hands
        relay.kill()
        asyncio.get_running_loop().call_later(0.5, relay.begin)

    telegram.world.listeners.append(hear)
    await Hour(telegram, kill, "uk").play()
    assert phases == ["rush", "flood", "down", "back", "count", "over"]
    assert (end(telegram)["written"], end(telegram)["arrived"]) == (WRITTEN, WRITTEN)
    assert end(telegram)["lost"] == 0
    assert telegram.faults.log["429"] == 1
    assert relay.killed == 1


async def test_with_a_desk_that_never_comes_back_words_are_lost(
    telegram: Sandbox, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(play, "DOWN", 0.3)
    monkeypatch.setattr(play, "SCENE", 5.0)
    monkeypatch.setattr(play, "SILENCE", 0.5)
    await Hour(telegram, relay.kill, "uk").play()
    lost = end(telegram)["written"] - end(telegram)["arrived"]
    assert end(telegram)["phase"] == "over"
    assert end(telegram)["lost"] == lost
    assert lost >= 10  # whatever was written while it was away


async def test_one_line_that_is_swallowed_is_one_lost(
    telegram: Sandbox, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, seconds in {"SCENE": 3.0, "DOWN": 0.5, "SILENCE": 0.5}.items():
        monkeypatch.setattr(play, name, seconds)
    relay.spoils = lambda words: words.replace(" · 1-03", "")
    await Hour(telegram, lambda: None, "en").play()
    assert (end(telegram)["lost"], end(telegram)["written"]) == (1, WRITTEN - 1)  # one answer less


async def test_who_stops_it_has_the_count_of_what_was_written(
    telegram: Sandbox, relay: Relay
) -> None:
    hour = Hour(telegram, relay.kill, "ru")
    playing = asyncio.create_task(hour.play())
    await until(lambda: end(telegram)["phase"] == "flood" if telegram.control.hour else False)
    hour.stop()
    await playing
    assert relay.killed == 0
    assert (end(telegram)["phase"], end(telegram)["lost"]) == ("over", 0)
    assert end(telegram)["written"] < WRITTEN
    assert telegram.faults.waiting == 0


async def test_a_second_hour_brings_the_same_five_people(telegram: Sandbox, relay: Relay) -> None:
    before = len(telegram.world.people())
    for language in ("uk", "en"):
        async with asyncio.timeout(play.DOWN):  # with nothing missing nobody is waited for
            await Hour(telegram, lambda: None, language).play()
        assert end(telegram)["lost"] == 0
    assert len(telegram.world.people()) == before + 5
    assert len(telegram.world.topics(relay.group)) == 1 + 5


async def test_an_hour_that_is_broken_off_is_not_left_standing(
    telegram: Sandbox, relay: Relay
) -> None:
    playing = asyncio.create_task(Hour(telegram, relay.kill, "uk").play())
    await until(lambda: telegram.control.hour)
    playing.cancel()
    await asyncio.gather(playing, return_exceptions=True)
    assert end(telegram)["phase"] == "ready"
    assert len(telegram.world.listeners) == 0


async def test_with_no_desk_at_all_everything_is_lost_and_no_fault_stays(
    telegram: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, seconds in {"SCENE": 0.1, "DOWN": 0.1, "SILENCE": 0.1}.items():
        monkeypatch.setattr(play, name, seconds)
    await Hour(telegram, lambda: None, "uk").play()
    assert end(telegram)["written"] == end(telegram)["lost"] == 20  # nobody could be answered
    assert telegram.faults.waiting == 0


async def test_what_comes_a_second_time_at_the_very_end_is_counted(
    telegram: Sandbox, relay: Relay
) -> None:
    bot = telegram.world.bots[demo.TOKEN]

    def again() -> None:
        (customer, thread), *_ = relay.topics.items()
        text = next(
            one["text"]
            for one in telegram.world.history(bot, viewer=customer)
            if "·" in one["text"] and one["from"]["id"] == customer
        )
        given = {"chat_id": relay.group, "message_thread_id": thread, "text": text}
        telegram.world.call(bot, "sendMessage", Params(given))

    def hear(event: dict[str, Any]) -> None:
        if event["type"] == "hour" and event["hour"]["phase"] == "count":
            telegram.world.listeners.remove(hear)
            asyncio.get_running_loop().call_soon(again)

    telegram.world.listeners.append(hear)
    await Hour(telegram, lambda: None, "uk").play()
    assert (end(telegram)["lost"], end(telegram)["again"]) == (0, 1)
