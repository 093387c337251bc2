"""The shop's site on the page, and the real desk behind it: visitors write by the webhook."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import FilePayload, Locator, async_playwright, expect
from pydantic import SecretStr
from redis.asyncio import Redis

from bot.app import App
from bot.config import Settings
from sandbox import demo
from sandbox.run import SITE, free_port, reached
from sandbox.server import LOOPBACK, Sandbox
from sandbox.shop import signing
from sandbox.shop.calling import Endpoint
from tests.e2e.test_page import CHROMIUM, DOT, PATIENCE, SWITCHES, Scene, _note

EMMA = "Emma"
PDF = b"%PDF-1.7\n%%EOF\n"
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
    """The sign that tells how it stands with the desk."""
    return bubble.locator(".sent")


async def is_taken(bubble: Locator) -> None:
    await expect(stand(bubble)).to_have_attribute("data-stands", "taken")


async def test_a_visitor_asks_and_an_operator_answers(site: Site) -> None:
    await site.asks(EMMA)
    await is_taken(site.bubble(site.widget, QUESTION))
    await expect(site.topic.locator(".bubble").first).to_contain_text("Webhook")
    await expect(site.bubble(site.widget, "Request #1 received")).to_contain_text("automatic")
    await site.writes(site.topic, "Two of them.")
    await expect(site.bubble(site.widget, "Two of them.")).to_be_visible()
    await expect(site.page.locator(".guide [data-step=topic]")).to_contain_text("done")


async def test_files_go_both_ways(site: Site) -> None:
    await site.asks(EMMA)
    async with site.page.expect_file_chooser() as chosen:
        await site.widget.get_by_role("button", name="Attach").click()
    receipt: FilePayload = {"name": "receipt.pdf", "mimeType": "application/pdf", "buffer": PDF}
    photo: FilePayload = {"name": "lamp.png", "mimeType": "image/png", "buffer": DOT}
    await (await chosen.value).set_files([receipt, photo])
    await expect(site.widget.locator(".held > div")).to_have_count(2)
    await site.writes(site.widget, "This one")
    await is_taken(site.bubble(site.widget, "This one"))
    await expect(site.topic.locator(".file", has_text="receipt.pdf")).to_be_visible()
    seen = site.topic.locator(".picture img")
    await expect(seen).to_have_js_property("naturalWidth", 1)

    await site.topic.get_by_role("button", name="Attach").click()
    async with site.page.expect_file_chooser() as chosen:
        await site.page.get_by_role("menuitem", name="File").click()
    bill: FilePayload = {"name": "bill.pdf", "mimeType": "application/pdf", "buffer": PDF}
    await (await chosen.value).set_files([bill])
    await site.writes(site.topic, "Your bill")
    answer = site.bubble(site.widget, "Your bill")
    async with site.page.expect_download() as saved:
        await answer.locator("a.file").click()
    download = await saved.value
    assert download.suggested_filename == "bill.pdf"
    assert await asyncio.to_thread(Path(await download.path()).read_bytes) == PDF


async def test_words_are_changed_answered_marked_and_taken_back_on_both_sides(site: Site) -> None:
    await site.asks(EMMA)
    mine = site.bubble(site.widget, QUESTION)
    await site.chooses(mine, "Edit")
    await site.writes(site.widget, "Are two lamps in stock?")
    await expect(site.bubble(site.widget, "Are two lamps")).to_contain_text("edited")
    await expect(site.bubble(site.topic, "Are two lamps").first).to_be_visible()

    await site.writes(site.topic, "Yes, too.")
    answer = site.bubble(site.widget, "Yes, too.")
    await expect(answer).to_be_visible()
    await site.chooses(site.bubble(site.topic, "Yes, too."), "Edit")
    await site.writes(site.topic, "Yes, two.")
    answer = site.bubble(site.widget, "Yes, two.")
    await expect(answer).to_contain_text("edited")

    await answer.click(button="right")
    await site.page.get_by_role("button", name="🎉").click()
    operators = site.bubble(site.topic, "Yes, two.").first  # what quotes it comes later
    await expect(operators.locator(".reactions")).to_contain_text("🎉")
    await site.chooses(answer, "Reply")
    await site.writes(site.widget, "I take both.")
    await expect(site.bubble(site.topic, "I take both.").locator(".reply")).to_contain_text(
        "Yes, two."
    )
    await site.bubble(site.topic, "I take both.").click(button="right")
    await site.page.get_by_role("button", name="🤝").click()
    await expect(site.bubble(site.widget, "I take both.").locator(".reactions")).to_contain_text(
        "🤝"
    )

    await site.chooses(site.bubble(site.widget, "I take both."), "Delete")
    await site.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(site.bubble(site.widget, "I take both.")).to_have_count(0)
    await expect(site.bubble(site.topic, "has deleted this message")).to_be_visible()
    await site.chooses(operators, "Reply")
    await site.writes(site.topic, "/unsend")
    await expect(answer).to_have_count(0)


async def test_what_is_forged_is_refused_and_can_be_brought_again(site: Site) -> None:
    await site.asks(EMMA)
    await site.arms("is signed with a wrong secret")
    await expect(site.widget.locator(".armed")).to_contain_text("wrong secret")
    await site.writes(site.widget, "Send it to another address")
    await expect(site.widget.locator(".armed")).to_have_count(0)
    said = site.widget.locator(".msg", has_text="Send it to another address")
    await expect(said.locator(".stand")).to_contain_text("401 the signature does not match")
    await expect(stand(said)).to_have_attribute("data-stands", "refused")
    await expect(site.bubble(site.topic, "another address")).to_have_count(0)
    await said.get_by_role("button", name="Bring again").click()
    await is_taken(said)
    await expect(said.locator(".stand")).to_have_count(0)
    await expect(site.bubble(site.topic, "another address")).to_be_visible()


async def test_operators_read_that_the_site_has_refused_their_words(site: Site) -> None:
    await site.asks(EMMA)
    await site.arms("is refused: not like this")
    await expect(site.widget.locator(".armed")).to_contain_text("422")
    await site.writes(site.topic, "Two of them.")
    await expect(site.bubble(site.topic, "the site was told to refuse")).to_be_visible()
    await expect(site.widget.locator(".armed")).to_have_count(0)
    await site.topic.get_by_role("button", name="Send again").click()
    await expect(site.bubble(site.widget, "Two of them.")).to_be_visible()


async def test_a_shut_chat_hears_nothing_until_it_is_opened(site: Site) -> None:
    await site.asks(EMMA)
    await site.widget.get_by_role("button", name="Shut the chat").click()
    await expect(site.widget).to_be_hidden()
    await expect(site.page.locator(".corner")).to_contain_text("Emma Wilson has shut the chat")
    await expect(site.bubble(site.topic, "Emma Wilson has blocked us")).to_be_visible()
    await site.page.get_by_role("button", name="Open the chat").click()
    await expect(site.bubble(site.topic, "Emma Wilson has unblocked us")).to_be_visible()
    await site.writes(site.topic, "Two of them.")
    await expect(site.bubble(site.widget, "Two of them.")).to_be_visible()


async def test_the_tab_and_the_visitor_who_are_not_seen_count_answers(site: Site) -> None:
    page, tab = site.page, site.page.get_by_role("tab", name="Shop’s site")
    await site.asks(EMMA)
    await expect(site.bubble(site.widget, "Request #1 received")).to_be_visible()
    await site.page.get_by_role("tab", name="Зоряна").click()
    await site.writes(site.topic, "Two of them.")
    await expect(page.get_by_role("tab", name=EMMA).locator(".badge")).to_have_text("1")
    await expect(tab.locator(".badge")).to_have_count(0)
    await page.get_by_role("tab", name="Telegram").click()
    await expect(tab.locator(".badge")).to_have_text("1")
    await site.writes(site.topic, "And one more.")
    await expect(tab.locator(".badge")).to_have_text("2")
    await site.visits(EMMA)
    await expect(site.bubble(site.widget, "And one more.")).to_be_visible()
    await expect(page.locator(".cast:visible .badge")).to_have_count(0)
    await page.get_by_role("tab", name="Telegram").click()
    await expect(tab.locator(".badge")).to_have_count(0)


async def test_a_new_visitor_writes_from_a_phone(site: Site) -> None:
    page = site.page
    await page.set_viewport_size({"width": 390, "height": 800})
    await page.get_by_role("tab", name="Shop’s site").click()
    await page.get_by_role("button", name="New visitor").click()
    question = page.get_by_role("dialog")
    await question.get_by_role("textbox").fill("Mia")
    await question.get_by_role("combobox").select_option("en")
    await question.get_by_role("button", name="Add").click()
    await expect(page.get_by_role("tab", name="Mia")).to_have_attribute("aria-selected", "true")
    await site.writes(site.widget, QUESTION)
    await expect(site.bubble(site.widget, "Request #1 received")).to_be_visible()
    await page.get_by_role("button", name="Operators").click()
    await site.goes_to("Mia")
    await site.writes(site.topic, "Two of them.")
    customer = page.locator(".panes button").first
    await expect(customer.locator(".badge")).to_have_text("1")
    await customer.click()
    await expect(site.bubble(site.widget, "Two of them.")).to_be_visible()
    await expect(customer.locator(".badge")).to_have_count(0)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
