"""The busy hour as a visitor plays it: the real demo, a real browser, a true SIGKILL."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, async_playwright, expect

from tests.e2e.test_page import CHROMIUM, PATIENCE, SWITCHES
from tests.e2e.test_sandbox_command import MINUTE, demo, place, until, whole
from tests.e2e.test_sandbox_desk import desks
from tests.e2e.window import box

__all__ = ["place"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser: {CHROMIUM} is missing"),
]
THREE_MINUTES = 180_000  # milliseconds


@asynccontextmanager
async def visit(address: str) -> AsyncIterator[Page]:
    """The page in English, in which nothing may go wrong."""
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        page = await browser.new_page(locale="en-GB", viewport={"width": 1280, "height": 820})
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(address)
        await expect(page.locator(".topicrow").filter(has_text="#3")).to_be_visible()
        yield page
        await browser.close()
    assert complaints == []


NOTING = """node => {
  window.lines = [];
  new MutationObserver(() => window.lines.push(node.innerText)).observe(node, { childList: true });
}"""


async def note(line: Locator) -> None:
    """Keep from now on all that the line says: a busy machine looks too seldom to see each."""
    await line.evaluate(NOTING)


async def noted(page: Page) -> list[str]:
    """All that the line has said, in order."""
    lines: list[str] = await page.evaluate("window.lines")
    return lines


def in_order(lines: list[str], *phases: str) -> bool:
    """Whether each phase was on the line, each after the one before it."""
    told = iter(lines)
    return all(any(phase in line for line in told) for phase in phases)


def begin(page: Page) -> Locator:
    return page.locator(".strip").get_by_role("button", name="Play a busy hour")


async def fits(page: Page) -> None:
    """No width lets the line, or the strip under it, run over its edge or over the stage."""
    for width in (390, 768, 1280, 1920):
        await page.set_viewport_size({"width": width, "height": 820})
        for part in (".hour", ".strip"):
            over = "node => node.scrollWidth - node.clientWidth"
            assert await page.locator(part).evaluate(over) <= 0, (part, width)
        stage, line, strip = [await box(page.locator(p)) for p in (".stage", ".hour", ".strip")]
        assert stage["bottom"] <= line["y"] + 0.5
        assert line["bottom"] <= strip["y"] + 0.5
        assert strip["bottom"] <= 820.5
    await page.set_viewport_size({"width": 1280, "height": 820})


async def test_a_busy_hour_with_a_kill_ends_at_nothing_lost(place: Path) -> None:
    async with demo(place, PORT="0") as plain, visit(plain._address) as page:
        await until(lambda: whole(place), 3 * MINUTE)
        (before,) = desks(place)
        line = page.locator(".hour")
        await expect(line).to_be_hidden()
        await note(line)
        await begin(page).click()
        await expect(begin(page)).to_have_count(0)
        await expect(line).to_contain_text("0 lost", timeout=2 * THREE_MINUTES)
        await expect(line).to_contain_text("35 written")
        await expect(line).to_contain_text("35 arrived")
        lines = await noted(page)
        assert in_order(
            lines,
            "Five customers write at once",
            "Telegram tells the bot to wait (429)",
            "The desk has been killed (SIGKILL)",
            "The desk is back",
            "0 lost",
        ), lines
        counts = re.compile(r"\d+ written\s*\d+ arrived\s*\d+ under way")
        assert any(counts.search(line) for line in lines)
        assert not before.is_running()
        (after,) = desks(place)
        assert after.pid != before.pid
        calls = await plain.get("/sandbox/calls", limit=2000)
        assert [call["retry_after"] for call in calls if call["status"] == 429] == [5]
        await fits(page)

        await page.reload()  # how it stands is the sandbox's to know, not the page's
        await expect(line).to_contain_text("0 lost")
        await line.get_by_role("button", name="Put the count away").click()
        await expect(line).to_be_hidden()
        await page.reload()
        await expect(begin(page)).to_be_visible()
        await expect(line).to_be_hidden()


async def test_a_busy_hour_is_stopped_and_what_was_written_is_counted(place: Path) -> None:
    async with demo(place, PORT="0") as plain, visit(plain._address) as page:
        await until(lambda: whole(place), 3 * MINUTE)
        (before,) = desks(place)
        line = page.locator(".hour")
        await begin(page).click()
        await line.get_by_role("button", name="Stop").click()
        await expect(line).to_contain_text("0 lost", timeout=THREE_MINUTES)
        await expect(line).not_to_contain_text("35 written")
        assert [one.pid for one in desks(place)] == [before.pid]
        assert (await plain.get("/sandbox/state"))["faults"] == 0
        await expect(begin(page)).to_be_visible()
