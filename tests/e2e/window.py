"""The page in a browser's window, with a topic in it and those who write."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from sandbox import demo
from sandbox.accounts import Bot
from sandbox.people import Person
from sandbox.server import Sandbox
from tests.e2e.test_page import CHROMIUM, DOT, PATIENCE, SWITCHES

NAME = "#1 Анна · Де моє замовлення? Уже тиждень чекаю"
PHOTO: dict[str, Any] = {"kind": "photo", "data": DOT}
CODES = {"УКР": "uk", "РУС": "ru", "ENG": "en"}
pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser: {CHROMIUM} is missing"),
]


@dataclass
class Stage:
    """The page with a topic, and those who write."""

    sandbox: Sandbox
    page: Page
    bot: Bot
    anna: Person
    olena: Person
    group: int
    thread: int = 0

    async def asks(self, method: str, **params: Any) -> Any:
        """A call of the bot."""
        url = f"{self.sandbox.url}/bot{demo.TOKEN}/{method}"
        async with aiohttp.ClientSession() as http, http.post(url, json=params) as answer:
            said = await answer.json()
        assert said["ok"], said
        return said["result"]

    async def opens(self, width: int) -> None:
        """Look at the topic in a window of this width."""
        await self.page.set_viewport_size({"width": width, "height": 820})
        await self.page.goto(self.sandbox.url)
        await expect(self.page.get_by_role("status").first).to_have_class("live")
        if width <= 860:
            await self.page.locator(".panes button").nth(1).click()
        await self.page.locator(".topicrow").filter(has_text="#1").click()
        await expect(self.page.locator(".topic .chatbar b")).to_have_text(NAME)

    @property
    def bubbles(self) -> Locator:
        return self.page.locator(".topic .bubble")

    @property
    def line(self) -> Locator:
        return self.page.locator(".topic .line textarea")


Box = dict[str, float]


async def box(place: Locator) -> Box:
    """Where it lies: x, y, width, height, right, bottom."""
    await expect(place).to_be_visible()
    found = await place.bounding_box()
    assert found is not None
    x, y, width, height = found["x"], found["y"], found["width"], found["height"]
    sides = {"right": x + width, "bottom": y + height}
    return {"x": x, "y": y, "width": width, "height": height, **sides}


async def is_on_top(place: Locator) -> bool:
    """Whether a finger at its middle would touch it, and not what cuts or covers it."""
    return await place.evaluate(  # type: ignore[no-any-return]
        "(node) => { const b = node.getBoundingClientRect();"
        " const hit = document.elementFromPoint(b.x + b.width / 2, b.y + b.height / 2);"
        " return node === hit || node.contains(hit); }"
    )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def stage(chromium: Browser) -> AsyncIterator[Stage]:
    async with Sandbox(demo.world(time.time)) as sandbox:
        world = sandbox.world
        group, bot = demo.operators_group(world), next(iter(world.bots.values()))
        assert group is not None
        found = {user.first_name: number for number, user in world.users.items()}
        page = await chromium.new_page(locale="uk-UA", color_scheme="light")
        page.set_default_timeout(PATIENCE)
        anna = world.as_person(found["Анна"])
        olena = world.as_person(found[demo.OWNER[0]])
        one = Stage(sandbox, page, bot, anna, olena, group)
        anna.writes(bot, "/start")
        made = await one.asks("createForumTopic", chat_id=group, name=NAME)
        one.thread = made["message_thread_id"]
        yield one
        await page.close()
