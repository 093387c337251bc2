"""The demo with PRIVATE_TOPICS=on: what a visitor sees of it."""

from pathlib import Path

import pytest
from playwright.async_api import async_playwright, expect

from tests.e2e.test_page import CHROMIUM, PATIENCE, SWITCHES
from tests.e2e.test_sandbox_command import demo, place

__all__ = ["place"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser: {CHROMIUM} is missing"),
]


async def test_a_request_is_a_tab_of_the_phone_and_is_answered_there(place: Path) -> None:
    on = demo(place, PORT="0", PRIVATE_TOPICS="on")
    async with on as plain, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        page = await browser.new_page(locale="uk-UA", viewport={"width": 1440, "height": 860})
        page.set_default_timeout(PATIENCE)
        await page.goto(plain._address)
        await page.locator(".cast .who", has_text="Богдан").click()
        phone = page.locator(".phone")
        await phone.get_by_role("button", name="РОЗПОЧАТИ").click()
        await phone.locator(".line textarea").fill("Чи працюєте ви в суботу?")
        await page.keyboard.press("Enter")
        tab = phone.get_by_role("tab", name="Чи працюєте ви в суботу?")
        await tab.click()
        await expect(phone.locator(".bubble", has_text="отримано")).to_be_visible()
        await page.locator(".topicrow", has_text="Чи працюєте").click()
        await page.locator(".topic .line textarea").fill("Так, до п’ятої")
        await page.keyboard.press("Enter")
        await expect(phone.locator(".bubble", has_text="Так, до п’ятої")).to_be_visible()
        await browser.close()
