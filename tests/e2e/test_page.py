"""The page in a real browser: both sides, and a bot between them."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from sandbox import demo
from sandbox.server import Sandbox
from tests.e2e.shopbot import ShopBot, ended

CHROMIUM = Path("/usr/bin/chromium")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 60_000  # milliseconds
expect.set_options(timeout=PATIENCE)
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGMw7rgLAAKKAZmWcoccAAAAAElFTkSuQmCC"
)

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser: {CHROMIUM} is missing"),
]


@dataclass
class Scene:
    """The page open in a browser, and its two sides."""

    page: Page
    sandbox: Sandbox
    complaints: list[str]

    @property
    def url(self) -> str:
        return self.sandbox.url

    @property
    def phone(self) -> Locator:
        return self.page.locator(".phone")

    @property
    def topic(self) -> Locator:
        return self.page.locator(".topic")

    @property
    def group(self) -> int:
        return next(chat.id for chat in self.sandbox.world.chats.values() if chat.is_forum)

    async def bot_does(self, method: str, **params: object) -> None:
        """A call of the bot."""
        url = f"{self.url}/bot{demo.TOKEN}/{method}"
        async with aiohttp.ClientSession() as http, http.post(url, json=params) as answer:
            assert answer.status == 200, await answer.text()

    async def starts(self, name: str) -> None:
        """Choose a customer and press Start."""
        await self.page.get_by_role("tab", name=name).click()
        await self.phone.get_by_role("button", name="START", exact=True).click()
        await expect(self.bubble(self.phone, "/start")).to_be_visible()

    async def writes(self, side: Locator, text: str) -> None:
        line = side.get_by_role("textbox", name="Message")
        await line.fill(text)
        await expect(line).to_have_value(text)
        await line.press("Enter")
        await expect(self.bubble(side, text)).to_be_visible()

    def bubble(self, side: Locator, text: str) -> Locator:
        return side.locator(".bubble", has_text=text)

    async def opens(self, name: str) -> None:
        await self.page.locator(".topicrow").filter(has_text=name).click()
        await expect(self.topic.locator(".chatbar b")).to_have_text(name)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def scene(browser: Browser) -> AsyncIterator[Scene]:
    """The demo world with a bot that relays; the page must not complain all the while."""
    async with Sandbox(demo.world(time.time)) as sandbox:
        group = demo.operators_group(sandbox.world)
        assert group is not None
        bot = asyncio.create_task(ShopBot(sandbox.url, group).run())
        page = await browser.new_page(locale="en-GB", color_scheme="light")
        page.set_default_timeout(PATIENCE)
        opened = Scene(page, sandbox, [])
        page.on("pageerror", lambda error: opened.complaints.append(str(error)))
        page.on("console", lambda said: _note(opened, said.type, said.text))
        await page.goto(sandbox.url)
        await expect(page.get_by_role("status").first).to_have_text("connected")
        yield opened
        assert opened.complaints == []
        await page.close()
        await ended(bot)


def _note(scene: Scene, kind: str, text: str) -> None:
    """What the browser's console says in red, but not the sandbox's refusals of an act."""
    if kind == "error" and "400 (Bad Request)" not in text:
        scene.complaints.append(text)


async def test_words_travel_both_ways(scene: Scene) -> None:
    await scene.starts("James")
    await scene.writes(scene.phone, "Where is my parcel?")
    await scene.opens("James")
    await expect(scene.bubble(scene.topic, "Where is my parcel?")).to_be_visible()
    await scene.writes(scene.topic, "It arrives tomorrow.")
    await expect(scene.bubble(scene.phone, "It arrives tomorrow.")).to_be_visible()


async def test_a_topic_in_the_background_counts_what_is_unread(scene: Scene) -> None:
    await scene.starts("James")
    await scene.writes(scene.phone, "One")
    row = scene.page.get_by_role("listitem").filter(has_text="James")
    await expect(row.locator(".badge")).to_have_text("2")  # the topic's creation, and the words
    await scene.opens("James")
    await expect(row.locator(".badge")).to_have_count(0)


async def test_a_pressed_button_shows_the_bots_answer(scene: Scene) -> None:
    await scene.starts("James")
    await scene.writes(scene.phone, "Hello")
    await scene.phone.get_by_role("button", name="Thanks").click()
    await expect(scene.page.locator(".toast")).to_have_text("Welcome!")


async def test_a_message_is_answered_edited_reacted_to_and_deleted(scene: Scene) -> None:
    await scene.starts("James")
    await scene.writes(scene.phone, "Helo")
    mine = scene.bubble(scene.phone, "Helo")
    await mine.click(button="right")
    await scene.page.get_by_role("menuitem", name="Edit").click()
    await scene.writes(scene.phone, "Hello")
    await expect(scene.bubble(scene.phone, "Hello").get_by_text("edited")).to_be_visible()
    received = scene.bubble(scene.phone, "Received")
    await received.click(button="right")
    await scene.page.get_by_role("button", name="👍").click()
    await expect(received.locator(".reactions")).to_contain_text("James")
    await received.click(button="right")
    await scene.page.get_by_role("menuitem", name="Reply").click()
    await scene.writes(scene.phone, "Good")
    await expect(scene.bubble(scene.phone, "Good").locator(".reply")).to_contain_text("Received")
    await scene.bubble(scene.phone, "Good").click(button="right")
    await scene.page.get_by_role("menuitem", name="Delete").click()
    await scene.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(scene.bubble(scene.phone, "Good")).to_have_count(0)


async def test_foreign_text_stays_text_and_typed_marks_become_formatting(scene: Scene) -> None:
    await scene.starts("James")
    line = scene.phone.get_by_role("textbox", name="Message")
    await line.fill("<img src=x onerror=alert(1)> **bold** `code`")
    await line.press("Enter")
    words = scene.bubble(scene.phone, "<img src=x")
    await expect(words.locator("b")).to_have_text("bold")
    await expect(words.locator("code")).to_have_text("code")
    await expect(words.locator("img")).to_have_count(0)


async def test_photos_go_as_an_album_with_a_caption(scene: Scene) -> None:
    await scene.starts("James")
    await scene.phone.get_by_role("button", name="Attach").click()
    async with scene.page.expect_file_chooser() as chosen:
        await scene.page.get_by_role("menuitem", name="Photo or video").click()
    files = [{"name": f"{n}.png", "mimeType": "image/png", "buffer": DOT} for n in range(3)]
    await (await chosen.value).set_files(files)  # type: ignore[arg-type]
    await expect(scene.phone.locator(".held img")).to_have_count(3)
    line = scene.phone.get_by_role("textbox", name="Message")
    await line.fill("Three")
    await line.press("Enter")
    album = scene.bubble(scene.phone, "Three").locator(".album img")
    await expect(album).to_have_count(3)
    await expect(album.first).to_have_js_property("naturalWidth", 1)


async def test_operators_close_reopen_and_delete_a_topic(scene: Scene) -> None:
    await scene.starts("James")
    await scene.writes(scene.phone, "Hello")
    await scene.opens("James")
    actions = scene.topic.get_by_role("button", name="Topic actions")
    await actions.click()
    await scene.page.get_by_role("menuitem", name="Close topic").click()
    await expect(scene.topic.locator(".service").last).to_contain_text("closed the topic")
    await expect(scene.page.get_by_role("listitem").locator(".lock")).to_have_count(1)
    await scene.topic.locator(".closedbar").get_by_role("button").click()
    await expect(scene.topic.locator(".service").last).to_contain_text("reopened the topic")
    await actions.click()
    await scene.page.get_by_role("menuitem", name="Delete topic").click()
    await scene.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(scene.page.get_by_role("listitem").filter(has_text="James")).to_have_count(0)
    await expect(scene.topic.locator(".chatbar b")).to_have_text("General")


async def test_operators_speak_as_each_other_and_as_the_group(scene: Scene) -> None:
    who = scene.page.get_by_role("button", name="Speak as")
    await scene.writes(scene.topic, "From the owner")
    await who.click()
    await scene.page.get_by_role("menuitemradio", name="Anonymously").click()
    await scene.writes(scene.topic, "From the group")
    await who.click()
    await scene.page.get_by_role("menuitemradio", name="Тарас").click()
    await expect(scene.bubble(scene.topic, "From the group")).to_contain_text(demo.GROUP_TITLE)
    await expect(scene.bubble(scene.topic, "From the owner")).to_contain_text(demo.OWNER[0])


async def test_a_customer_blocks_the_bot_and_returns(scene: Scene) -> None:
    await scene.starts("James")
    await scene.phone.get_by_role("button", name="More").click()
    await scene.page.get_by_role("menuitem", name="Block the bot").click()
    await expect(scene.phone.get_by_role("textbox")).to_have_count(0)
    await scene.phone.get_by_role("button", name="UNBLOCK").click()
    await expect(scene.phone.get_by_role("textbox", name="Message")).to_be_visible()


async def test_a_customers_language_can_be_changed(scene: Scene) -> None:
    await scene.starts("James")
    await scene.phone.get_by_role("button", name="More").click()
    await scene.page.get_by_role("menuitemradio", name="Українська").click()
    tongue = scene.page.get_by_role("tab", name="James").locator(".tongue")
    await expect(tongue).to_have_text("uk")


async def test_what_the_app_refuses_is_said_and_stays_in_the_line(scene: Scene) -> None:
    await scene.starts("James")
    await scene.writes(scene.phone, "Hello")
    await scene.opens("James")
    await scene.topic.get_by_role("button", name="Topic actions").click()
    await scene.page.get_by_role("menuitem", name="Close topic").click()
    await scene.page.get_by_role("button", name="Speak as").click()
    await scene.page.get_by_role("menuitemradio", name="Тарас").click()
    line = scene.topic.get_by_role("textbox", name="Message")
    await line.fill("Too late")
    await line.press("Enter")
    await expect(scene.page.locator(".toast.bad")).to_have_text("This topic is closed.")
    await expect(line).to_have_value("Too late")


async def test_language_and_theme_are_switched_and_remembered(scene: Scene) -> None:
    page = scene.page
    await page.get_by_role("button", name="УКР").click()
    await expect(page.get_by_placeholder("Пошук тем")).to_be_visible()
    await page.get_by_role("button", name="Тема", exact=True).click()
    await page.get_by_role("menuitemradio", name="Темна").click()
    light = await page.evaluate("getComputedStyle(document.body).color")
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await expect(page.locator("html")).to_have_attribute("lang", "uk")
    assert await page.evaluate("getComputedStyle(document.body).color") == light


async def test_a_choice_from_another_world_is_forgotten(scene: Scene) -> None:
    await scene.page.evaluate("localStorage.setItem('customer', '5')")
    await scene.page.evaluate("localStorage.setItem('operator', '5')")
    await scene.page.reload()
    first = scene.page.get_by_role("tab", name=demo.CUSTOMERS[0][0])
    await expect(first).to_have_attribute("aria-selected", "true")
    await expect(scene.phone.get_by_role("button", name="START")).to_be_visible()
    await expect(scene.page.locator(".toast")).to_have_count(0)


async def test_a_narrow_window_shows_one_side_at_a_time(scene: Scene) -> None:
    await scene.page.set_viewport_size({"width": 390, "height": 800})
    await expect(scene.phone).to_be_visible()
    await expect(scene.page.locator(".desk")).to_be_hidden()
    await scene.page.get_by_role("button", name="Operators").click()
    await expect(scene.phone).to_be_hidden()
    await scene.opens("General")
    await scene.page.get_by_role("button", name="Back to topics").click()
    await expect(scene.page.locator(".topicrow").first).to_be_visible()
    wide = await scene.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390


async def test_the_faults_menu_makes_the_next_message_fail(scene: Scene) -> None:
    await scene.page.get_by_role("button", name="Faults").click()
    await scene.page.get_by_role("menuitemradio", name="As Telegram").click()
    await expect(scene.page.locator(".toast").last).to_have_text("Limits changed.")
    state = await (await scene.page.request.get(f"{scene.url}/sandbox/state")).json()
    assert state["limits"] == "telegram"


async def test_everything_comes_from_this_server_under_a_policy(scene: Scene) -> None:
    answer = await scene.page.request.get(scene.url)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    loaded = await scene.page.evaluate(
        "performance.getEntriesByType('resource').map((entry) => entry.name)"
    )
    assert loaded
    assert all(name.startswith(scene.url) for name in loaded)
