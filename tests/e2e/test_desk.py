"""The real desk behind the page, in a real browser: what a visitor of the demo does first."""

import os
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, async_playwright, expect
from pydantic import SecretStr
from redis.asyncio import Redis

from bot.app import App
from bot.config import Settings
from sandbox import demo
from sandbox.server import Sandbox
from tests.e2e.test_page import CHROMIUM, PATIENCE, SWITCHES, Scene

PICTURE = os.environ.get("PICTURE")  # where to put the README's picture, if it is wanted

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser: {CHROMIUM} is missing"),
]


@pytest.fixture
async def scene(
    database_url: str, redis: Redis, redis_url: str, tmp_path: Path
) -> AsyncIterator[Scene]:
    """The demo, its desk, and the page in Ukrainian."""
    async with AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(Sandbox(demo.world(time.time)))
        settings = Settings(
            _env_file=None,
            bot_token=SecretStr(demo.TOKEN),
            telegram_api_url=sandbox.url,
            operator_group_id=demo.operators_group(sandbox.world),
            data_dir=tmp_path,
            language="uk",
            company="Затишок",
            port=0,
        )
        app = await stack.enter_async_context(App(settings, database_url, redis_url))
        await stack.enter_async_context(app.serving())
        app.heed_limits(on=False)  # as the sandbox begins
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        stack.push_async_callback(browser.close)
        page = await browser.new_page(
            locale="uk-UA",
            color_scheme="light",
            viewport={"width": 1440, "height": 860},
            device_scale_factor=1.5 if PICTURE else 1,
        )
        page.set_default_timeout(PATIENCE)
        await page.goto(sandbox.url)
        yield Scene(page, sandbox, [])


async def choose(page: Page, name: str) -> None:
    await page.get_by_role("tab", name=name).click()


async def test_a_customer_asks_and_an_operator_answers(scene: Scene) -> None:
    page, phone, topic = scene.page, scene.phone, scene.topic
    await choose(page, "James")
    await phone.get_by_role("button", name="РОЗПОЧАТИ").click()
    await say(scene, phone, "Hello! Do you ship to Poland?")
    await expect(scene.bubble(phone, "Request #1 received")).to_be_visible()

    await choose(page, "Анна")
    await phone.get_by_role("button", name="РОЗПОЧАТИ").click()
    await expect(scene.bubble(phone, "Вітаємо! Це Затишок.")).to_be_visible()
    await say(scene, phone, "Добрий день! Замовила лампу 12 листопада, а вона досі не приїхала 😕")
    await expect(scene.bubble(phone, "Звернення #2 отримано")).to_be_visible()

    await page.get_by_role("listitem").filter(has_text="#2 Анна").click()
    await expect(scene.bubble(topic, "Замовила лампу")).to_contain_text("#2")
    await say(scene, topic, "Вітаю, Анно! Дивлюся, де вона зараз.")
    await expect(scene.bubble(phone, "Дивлюся, де вона зараз.")).to_be_visible()
    await say(scene, topic, "// на складі у Львові, пишу кур'єрові")
    await say(scene, topic, "Лампа у Львові, завтра буде у вас.")
    await expect(scene.bubble(phone, "завтра буде у вас")).to_be_visible()
    await expect(scene.bubble(phone, "кур'єрові")).to_have_count(0)
    await expect(scene.bubble(topic, "завтра буде у вас")).to_contain_text("👌")

    await say(scene, phone, "Чудово, дякую! 💛")
    await expect(scene.bubble(topic, "Чудово, дякую!")).to_be_visible()
    if PICTURE:
        await page.wait_for_timeout(12_000)  # the icons and the card come when there is time
        await page.screenshot(path=PICTURE)

    await topic.get_by_role("button", name="✅ Вирішено").first.click()
    await expect(scene.bubble(phone, "Звернення #2 вирішено")).to_be_visible()


async def test_what_the_customer_does_not_have_looks_like_no_answer(scene: Scene) -> None:
    """Notes mode, and words that are held: no sign in the words tells, but the bot's deed does."""
    page, phone, topic = scene.page, scene.phone, scene.topic
    await choose(page, "Анна")
    await phone.get_by_role("button", name="РОЗПОЧАТИ").click()
    await say(scene, phone, "Добрий день! Де моя лампа?")
    await page.get_by_role("listitem").filter(has_text="#1 Анна").click()
    await say(scene, topic, "Вітаю! Дивлюся.")
    await expect(is_sent(scene, "Вітаю! Дивлюся.")).to_have_count(1)
    await say(scene, topic, "@taras_bond // глянеш?")
    await topic.get_by_role("button", name="Це нотатка").click()
    await say(scene, topic, "/notes")
    await expect(scene.bubble(topic, "Режим нотаток увімкнено")).to_be_visible()
    await say(scene, topic, "клієнтка вже питала вчора")
    await say(scene, topic, "/notes off")
    await say(scene, topic, "Завтра буде у вас.")
    await expect(is_sent(scene, "Завтра буде у вас.")).to_have_count(1)
    for words in ("глянеш?", "клієнтка вже питала"):
        await expect(is_sent(scene, words)).to_have_count(0)
        await expect(topic.locator(".bubble.inside", has_text=words)).to_have_count(1)


def is_sent(scene: Scene, words: str) -> Locator:
    return scene.bubble(scene.topic, words).locator(".sent")


async def say(scene: Scene, side: Locator, text: str) -> None:
    line = side.get_by_role("textbox").last
    await line.fill(text)
    await line.press("Enter")
    await expect(scene.bubble(side, text).first).to_be_visible()  # the bot may quote it
