"""What stands at the edges of the page: the row of customers, the numbers on its tabs."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.e2e.window import Stage, box, chromium, pytestmark, stage

__all__ = ["chromium", "pytestmark", "stage"]

FADE = 26  # pixels at the end of the row in which faces fade
LETTERS = """node => {
  const range = document.createRange();
  range.selectNodeContents(node.querySelector(".clip"));
  return range.getBoundingClientRect().right;
}"""


@pytest.mark.parametrize("width", [390, 1440])
async def test_the_chosen_customer_stands_whole_in_the_row(stage: Stage, width: int) -> None:
    for number in range(9):
        stage.sandbox.world.person(f"Клієнт{number}")
    await stage.page.set_viewport_size({"width": width, "height": 820})
    await stage.page.goto(stage.sandbox.url)
    row = stage.page.locator(".cast").first
    for name in ("Клієнт2", "Клієнт6", "Богдан"):
        tab = stage.page.get_by_role("tab", name=name)
        await tab.evaluate("node => node.click()")  # as a key does: without a look at it first
        await expect(tab).to_have_attribute("aria-selected", "true")
        edge = (await box(row))["right"] - (FADE if width > 860 else 0)
        place = await box(tab)
        assert place["right"] <= edge + 1, name
        assert place["x"] >= (await box(row))["x"], name


@pytest.mark.parametrize("language", ["uk", "ru", "en"])
@pytest.mark.parametrize(("written", "count"), [(23, r"^\d\d$"), (120, r"^99\+$")])
async def test_the_count_on_the_other_side_covers_no_letter_and_cuts_none(
    stage: Stage, written: int, count: str, language: str
) -> None:
    for number in range(written):
        stage.olena.writes(stage.group, f"Слова {number}", thread=stage.thread)
    page = stage.page
    await page.set_viewport_size({"width": 360, "height": 820})
    await page.goto(stage.sandbox.url)
    await page.evaluate(f"localStorage.setItem('language', '{language}')")
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("lang", language)
    side = page.locator(".panes button").nth(1)
    await expect(side.locator(".badge")).to_have_text(re.compile(count))
    assert await side.evaluate(LETTERS) <= (await box(side.locator(".badge")))["x"]
    for name in await page.locator(".panes button .clip").all():
        assert await name.evaluate("(node) => node.scrollWidth <= node.clientWidth")


async def test_a_new_customer_gets_the_phone(stage: Stage) -> None:
    await stage.opens(1440)
    page = stage.page
    await page.get_by_role("button", name="Новий клієнт").click()
    question = page.get_by_role("dialog")
    await question.get_by_role("textbox").fill("Марта")
    await question.get_by_role("button", name="Додати").click()
    await expect(page.get_by_role("tab", name="Марта")).to_have_attribute("aria-selected", "true")
    await expect(page.locator(".phone").get_by_role("button", name="РОЗПОЧАТИ")).to_be_visible()
