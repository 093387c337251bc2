"""The shop's site on the page, and the real desk behind it: visitors write by the webhook."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Locator, async_playwright, expect
from pydantic import SecretStr
from redis.asyncio import Redis

from bot.app import App
from bot.config import Settings
from sandbox import demo
from sandbox.run import SITE, free_port, reached
from sandbox.server import LOOPBACK, Sandbox
from sandbox.shop import signing
from sandbox.shop.calling import Endpoint
from tests.e2e.test_page import CHROMIUM, PATIENCE, SWITCHES, Scene, _note

EMMA = "Emma"
ZORIANA = "Зоряна"
QUESTION = "Is the lamp in stock?"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser: {CHROMIUM} is missing"),
]


@dataclass
class Site(Scene):
    """The page with the site's chat on its left."""

    @property
    def widget(self) -> Locator:
        return self.page.locator(".widget")

    async def visits(self, name: str) -> None:
        """Go to the site as somebody."""
        await self.page.get_by_role("tab", name="Shop’s site").click()
        await self.page.get_by_role("tab", name=name).click()

    async def goes_to(self, name: str) -> None:
        """Open the topic of somebody, as operators do."""
        await self.page.locator(".topicrow").filter(has_text=name).click()
        await expect(self.topic.locator(".chatbar b")).to_contain_text(name)

    async def asks(self, name: str) -> None:
        """Somebody has written, and their topic is open."""
        await self.visits(name)
        await self.writes(self.widget, QUESTION)
        await self.goes_to(name)
        await expect(self.bubble(self.topic, QUESTION)).to_be_visible()

    async def chooses(self, bubble: Locator, what: str) -> None:
        """Something of a message's menu."""
        await bubble.click(button="right")
        await self.page.get_by_role("menuitem", name=what, exact=True).click()

    async def arms(self, what: str) -> None:
        """Something of the menu of faults."""
        await self.page.get_by_role("button", name="Faults").click()
        await self.page.get_by_role("menuitemradio", name=what).click()


@pytest.fixture
async def site(
    database_url: str, redis: Redis, redis_url: str, tmp_path: Path
) -> AsyncIterator[Site]:
    """The demo with its site, its desk, and the page in English, which must not complain."""
    async with AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(Sandbox(demo.world(time.time)))
        port = free_port()
        place = f"http://{LOOPBACK}:{port}/channels/webhook/{SITE}"
        endpoint = Endpoint(place, signing.new_secret(), sandbox.url)
        settings = Settings(
            _env_file=None,
            bot_token=SecretStr(demo.TOKEN),
            telegram_api_url=sandbox.url,
            operator_group_id=demo.operators_group(sandbox.world),
            data_dir=tmp_path,
            language="en",
            company="Zatyshok",
        ).model_copy(update=reached(endpoint, port))
        app = await stack.enter_async_context(App(settings, database_url, redis_url))
        await stack.enter_async_context(app.serving())
        app.heed_limits(on=False)  # as the sandbox begins
        sandbox.shop.open(endpoint)
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        stack.push_async_callback(browser.close)
        page = await browser.new_page(locale="en-GB", color_scheme="light")
        page.set_default_timeout(PATIENCE)
        opened = Site(page, sandbox, [])
        page.on("pageerror", lambda error: opened.complaints.append(str(error)))
        page.on("console", lambda said: _note(opened, said.type, said.text))
        await page.goto(sandbox.url)
        await expect(page.get_by_role("status").first).to_have_text("connected")
        yield opened
        assert opened.complaints == []


def stand(bubble: Locator) -> Locator:
    return bubble.locator(".sent")


async def test_a_visitor_asks_and_an_operator_answers(site: Site) -> None:
    await site.asks(EMMA)
    await expect(stand(site.bubble(site.widget, QUESTION))).to_have_attribute(
        "data-stands", "taken"
    )
    await expect(site.topic.locator(".bubble").first).to_contain_text("Webhook")
    await site.writes(site.topic, "Two of them.")
    await expect(site.bubble(site.widget, "Two of them.")).to_be_visible()
