"""What is typed stays in the line of its own conversation, however slow the rest of the page is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import FilePayload, Locator, Page, Route, expect

from tests.e2e.test_page import DOT
from tests.e2e.window import Stage, chromium, pytestmark, stage

__all__ = ["chromium", "pytestmark", "stage"]
READING = "FileReader.prototype"


async def test_what_is_typed_while_a_conversation_opens_is_not_lost(stage: Stage) -> None:
    await stage.opens(1440)
    async with _held(stage.page, "**/sandbox/history*"):
        await _speaks_as(stage.page, "Тарас")
        await stage.line.fill("Я відповім")
    await expect(stage.line).to_have_value("Я відповім")
    await stage.line.press("Enter")
    await expect(stage.bubbles).to_contain_text(["Я відповім"])


async def test_words_that_the_app_refuses_come_back_where_they_were_written(stage: Stage) -> None:
    stage.olena.closes_topic(stage.group, stage.thread)
    await stage.opens(1440)
    await _speaks_as(stage.page, "Тарас")
    async with _held(stage.page, "**/sandbox/act"):
        await stage.line.fill("Запізно")
        await stage.line.press("Enter")
        await _general(stage.page).click()
        await expect(stage.page.locator(".topic .chatbar b")).to_have_text("General")
    await expect(stage.page.locator(".toast.bad")).to_be_visible()
    await expect(stage.line).to_have_value("")
    await stage.page.locator(".topicrow").filter(has_text="#1").click()
    await expect(stage.line).to_have_value("Запізно")


async def test_a_file_goes_where_it_was_sent(stage: Stage) -> None:
    """Reading it takes a while, and meanwhile another conversation may be opened."""
    await stage.opens(1440)
    await stage.page.evaluate(
        f"() => {{ const read = {READING}.readAsDataURL; {READING}.readAsDataURL ="
        " function (blob) { window.goOn = () => read.call(this, blob); }; }"
    )
    dot = FilePayload(name="dot.png", mimeType="image/png", buffer=DOT)
    async with stage.page.expect_file_chooser() as chooser:
        await stage.page.locator(".topic").get_by_role("button", name="Прикріпити").click()
        await stage.page.get_by_role("menuitem").first.click()
    await (await chooser.value).set_files(dot)
    await stage.line.press("Enter")
    await _general(stage.page).click()
    await expect(stage.page.locator(".topic .chatbar b")).to_have_text("General")
    await stage.page.evaluate("window.goOn()")
    await stage.page.locator(".topicrow").filter(has_text="#1").click()
    await expect(stage.bubbles.locator("img")).to_have_count(1)


def _general(page: Page) -> Locator:
    return page.locator(".topicrow").filter(has_text="General")


async def _speaks_as(page: Page, name: str) -> None:
    await page.locator(".speakas").click()
    await page.get_by_role("menuitemradio", name=name).click()


@asynccontextmanager
async def _held(page: Page, where: str) -> AsyncIterator[None]:
    """Meanwhile none of these requests is answered; afterwards all are."""
    free = asyncio.Event()

    async def waits(route: Route) -> None:
        await free.wait()
        await route.continue_()

    await page.route(where, waits)
    yield
    async with page.expect_response(where):
        free.set()
    await page.unroute(where)
