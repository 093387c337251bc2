"""A second group on the page: made, made another department, and a request moved there."""

from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.e2e.test_page import CHROMIUM, PATIENCE, SWITCHES
from tests.e2e.test_sandbox_command import demo, place

__all__ = ["place"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser: {CHROMIUM} is missing"),
]
SALES = "Затишок: продажі"


async def looks_at(page: Page, title: str) -> None:
    await page.locator(".grouphead").click()
    await page.get_by_role("menuitemradio").filter(has_text=title).click()
    await expect(page.locator(".grouphead b")).to_have_text(title)


async def says(page: Page, words: str) -> None:
    await page.locator(".topic .line textarea").fill(words)
    await page.keyboard.press("Enter")


async def test_a_request_goes_to_a_department_that_was_just_made(place: Path) -> None:
    async with demo(place, PORT="0") as plain, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        page = await browser.new_page(locale="uk-UA", viewport={"width": 1440, "height": 860})
        page.set_default_timeout(PATIENCE)
        await page.goto(plain._address)
        await expect(page.locator(".topicrow", has_text="#2")).to_be_visible()

        await page.locator(".grouphead").click()
        await page.get_by_role("menuitem", name="Ще одна група").click()
        await expect(page.locator(".grouphead .badge")).to_be_visible()  # it is there
        await looks_at(page, SALES)
        topic = page.locator(".topic")
        await topic.get_by_role("button", name="Ще один відділ").click()
        await expect(page.locator(".topicrow", has_text="Тестове звернення")).to_be_visible()

        await looks_at(page, "Затишок: оператори")
        await page.locator(".topicrow", has_text="#2").click()
        await says(page, "/move")
        await topic.get_by_role("button", name=SALES).click()
        pointer = topic.locator(".bubble", has_text="передано до відділу")
        await expect(pointer.get_by_role("link", name=SALES)).to_be_visible()
        await expect(page.locator(".grouphead .badge")).to_be_visible()

        await looks_at(page, SALES)
        await page.locator(".topicrow", has_text="#2").click()
        await expect(topic.locator(".bubble", has_text="Розмова до цього")).to_be_visible()
        await page.locator(".speakas").click()
        speakers = page.get_by_role("menuitemradio")
        await expect(speakers.filter(has_text="Марко")).to_be_visible()
        await expect(speakers.filter(has_text="Тарас")).to_have_count(0)
        await page.keyboard.press("Escape")
        await page.reload()
        await expect(page.locator(".grouphead b")).to_have_text(SALES)
        await browser.close()
