"""The demo's desk as a process of its own: killed, left alone, and told what the page wishes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import aiohttp
import psutil

from tests.e2e.test_sandbox_command import (
    MINUTE,
    Beginning,
    Page,
    beginning,
    demo,
    demo_that_dies,
    kill,
    place,
    until,
    whole,
)

__all__ = ["place"]


def desks(place: Path) -> list[psutil.Process]:
    """The desks of the demo that runs in `place`."""
    return [process for process in _all() if process.info["cwd"] == str(place / "data/sandbox")]


def _all() -> Iterator[psutil.Process]:
    for process in psutil.process_iter(["cmdline", "cwd"]):
        if "--wishes" in (process.info["cmdline"] or ()):
            yield process


async def asks(page: Page, words: str) -> None:
    customer = (await page.person("customer"))["id"]
    await page.act(customer, "start", bot="bot")
    await page.act(customer, "writes", chat="bot", text=words)


async def shows(page: Page, words: str) -> bool:
    group, *_ = (await page.get("/sandbox/state"))["chats"]
    for topic in await page.topics():
        if await page.says(words, chat=group["id"], thread=topic["thread"]):
            return True
    return False


async def lacks(page: Beginning, label: str) -> bool:
    """Whether the cards have this button no more."""
    return not await page.cards_say(label)


async def test_a_killed_desk_comes_back_and_loses_nothing(place: Path) -> None:
    async with demo(place, PORT="0") as page:
        await asks(page, "Де моє замовлення?")
        await until(lambda: shows(page, "Де моє замовлення?"), MINUTE)
        (before,) = desks(place)
        before.kill()
        await asks(page, "Ви тут?")
        await until(lambda: shows(page, "Ви тут?"), MINUTE)
        (after,) = desks(place)
        assert after.pid != before.pid


async def test_what_was_wished_holds_after_a_kill(place: Path) -> None:
    """Operators read English, and no budget is kept: neither stands in the desk's settings."""
    async with demo(place, PORT="0") as plain:
        page = beginning(plain)
        await asks(page, "Hello!")
        await until(lambda: shows(page, "Hello!"), MINUTE)
        await until(lambda: page.cards_say("Нотатка"), MINUTE)
        (before,) = desks(place)
        before.kill()
        await page.wishes("en")
        await until(lambda: page.cards_say("Note"), MINUTE)
        (after,) = desks(place)
        after.kill()
        for n in range(30):
            await asks(page, f"Question {n}")
        await until(lambda: shows(page, "Question 29"), 30)  # by the budget it takes a minute
        await until(lambda: lacks(page, "Нотатка"), MINUTE)  # it is told after its start


async def test_who_kills_the_sandbox_ends_its_desk_too(place: Path) -> None:
    async with demo_that_dies(place) as page:
        await asks(page, "Де моє замовлення?")
        await until(lambda: shows(page, "Де моє замовлення?"), MINUTE)
        (desk,) = desks(place)
    await until(lambda: ended(desk), MINUTE)


async def ended(desk: psutil.Process) -> bool:
    return not desk.is_running() or desk.status() == psutil.STATUS_ZOMBIE


async def test_a_new_beginning_ends_the_desk_first(place: Path) -> None:
    async with demo(place, PORT="0") as plain:
        page = beginning(plain)
        await asks(page, "Де моє замовлення?")
        await until(page.topics, MINUTE)
        (before,) = desks(place)
        await page.wishes("reset")
        await until(lambda: replaced(before, place), MINUTE)
        assert await until(lambda: answers_nothing(page), MINUTE)


async def replaced(before: psutil.Process, place: Path) -> bool:
    return [one for one in desks(place) if one.pid != before.pid] != [] and await ended(before)


async def answers_nothing(page: Beginning) -> bool:
    try:
        return not await page.topics()
    except aiohttp.ClientError:
        return False


async def test_a_visitors_words_outlast_a_kill_in_the_middle_of_the_beginning(place: Path) -> None:
    saved = place / "data/sandbox/telegram/world.json"
    async with demo_that_dies(place) as plain:
        page = beginning(plain)
        with frozen(desks(place)):  # so that the beginning has no end
            await page.wishes("uk")
            await until(lambda: begun(place), MINUTE)
            await asks(page, "Чи є у вас подушки?")
            await until(lambda: has(saved, "подушки"), MINUTE)
            await kill(place)

    async with demo(place, PORT="0") as again:
        await until(lambda: shows(again, "Чи є у вас подушки?"), MINUTE)


@contextmanager
def frozen(found: list[psutil.Process]) -> Iterator[None]:
    """They do nothing inside the block, and are gone after it: they cannot end by themselves."""
    for process in found:
        process.suspend()
    try:
        yield
    finally:
        for process in found:
            with suppress(psutil.NoSuchProcess):
                process.kill()


async def begun(place: Path) -> bool:
    return not await whole(place)


async def has(file: Path, words: str) -> bool:
    return await asyncio.to_thread(lambda: file.exists() and words in file.read_text())
