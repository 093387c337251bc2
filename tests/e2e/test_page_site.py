"""The shop's site on the page, where no desk stands behind it, and where nobody answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import FilePayload, Locator, expect

from sandbox.api import MAX_BODY
from sandbox.media import Given
from sandbox.shop import signing
from sandbox.shop.acts import Visit
from sandbox.shop.calling import Endpoint
from sandbox.visitors import Event
from tests.e2e.test_page import DOT
from tests.e2e.test_page_layout import OUTSIDE
from tests.e2e.window import CODES, Stage, box, chromium, is_on_top, pytestmark, stage

__all__ = ["chromium", "pytestmark", "stage"]

LONG = "data.attachments.0.url: it should be a link that anybody may fetch, at port 443"


def widget(stage: Stage) -> Locator:
    return stage.page.locator(".widget")


def visit(stage: Stage) -> Visit:
    """The visitor whose chat is open first."""
    return Visit(stage.sandbox.world, next(iter(stage.sandbox.world.visitors.values())))


def opened(stage: Stage) -> None:
    """A desk is said to stand behind the site; it never answers."""
    nobody = Endpoint("http://127.0.0.1:1/", signing.new_secret(), stage.sandbox.url)
    stage.sandbox.shop.open(nobody)


async def goes_there(stage: Stage, width: int = 1440) -> None:
    await stage.page.set_viewport_size({"width": width, "height": 820})
    await stage.page.add_init_script("localStorage.setItem('channel', 'site')")
    await stage.page.goto(stage.sandbox.url)
    await expect(stage.page.locator(".cast:visible [aria-selected=true]")).to_be_visible()


async def test_nobody_writes_where_no_desk_is_and_the_page_says_so_until_one_comes(
    stage: Stage,
) -> None:
    await goes_there(stage)
    await expect(widget(stage).locator(".instead")).to_contain_text("не стоїть Topicdesk")
    await expect(widget(stage).get_by_role("textbox")).to_have_count(0)
    opened(stage)
    await expect(widget(stage).get_by_role("textbox")).to_be_visible()
    await expect(widget(stage).locator(".instead")).to_be_hidden()


async def test_what_nobody_takes_is_told_to_be_on_its_way(stage: Stage) -> None:
    opened(stage)
    await goes_there(stage)
    line = widget(stage).get_by_role("textbox")
    await line.fill("Чи є хто?")
    await line.press("Enter")
    said = widget(stage).locator(".msg", has_text="Чи є хто?")
    await expect(said.locator(".sent")).to_have_attribute("data-stands", "going")
    await expect(said.locator(".stand")).to_contain_text("ніхто не відповідає")


async def test_a_chat_is_not_said_to_be_shut_for_a_desk_that_was_not_told(stage: Stage) -> None:
    opened(stage)
    await goes_there(stage)
    corner, answered = stage.page.locator(".corner"), {"status": 400, "text": "no such customer"}
    await widget(stage).get_by_role("button", name="Закрити чат").click()
    await expect(corner).to_contain_text("ніхто не відповідає")
    await expect(corner).not_to_contain_text("Topicdesk про це знає")
    visitor = visit(stage).visitor
    visitor.events.clear()
    visitor.refused["blocked"] = Event("e", "", {"type": "blocked", "data": {}}, answer=answered)
    await stage.page.reload()
    await expect(corner).to_contain_text("400 no such customer")
    await corner.get_by_role("button", name="Надіслати знову").click()
    await expect(corner).to_contain_text("ніхто не відповідає")


async def test_a_message_takes_ten_files_and_the_eleventh_is_refused_in_words(
    stage: Stage,
) -> None:
    opened(stage)
    await goes_there(stage)
    async with stage.page.expect_file_chooser() as chosen:
        await widget(stage).get_by_role("button", name="Прикріпити").click()
    files: list[FilePayload] = [
        {"name": f"{n}.png", "mimeType": "image/png", "buffer": DOT} for n in range(11)
    ]
    await (await chosen.value).set_files(files)
    await expect(stage.page.locator(".toast.bad")).to_contain_text("10 файлів")
    await expect(widget(stage).locator(".held img")).to_have_count(10)
    await widget(stage).get_by_role("textbox").press("Enter")
    await expect(widget(stage).locator(".album img")).to_have_count(10)


async def test_no_file_is_lost_in_an_edit(stage: Stage) -> None:
    """An edit brings words alone, so files cannot be put into one."""
    opened(stage)
    visit(stage).writes("Ось чек")
    await goes_there(stage)
    await widget(stage).locator(".bubble").click(button="right")
    await stage.page.get_by_role("menuitem", name="Редагувати").click()
    async with stage.page.expect_file_chooser() as chosen:
        await widget(stage).get_by_role("button", name="Прикріпити").click()
    receipt: FilePayload = {"name": "a.png", "mimeType": "image/png", "buffer": DOT}
    await (await chosen.value).set_files([receipt])
    await expect(stage.page.locator(".toast.bad")).to_contain_text("файли додати не можна")
    await expect(widget(stage).locator(".held")).to_have_count(0)


async def test_pictures_stand_together_and_other_files_below_them(stage: Stage) -> None:
    photos = [Given(DOT, f"{n}.png", "image/png") for n in range(2)]
    visit(stage).writes("Ось", files=[photos[0], Given(b"%PDF", "b.pdf"), photos[1]])
    await goes_there(stage)
    bubble = widget(stage).locator(".bubble")
    await expect(bubble.locator(".album img")).to_have_count(2)
    pictures, file = await box(bubble.locator(".album")), await box(bubble.locator(".file"))
    assert file["y"] >= pictures["bottom"]
    assert file["x"] > (await box(bubble))["x"] + 4


async def test_channels_are_chosen_by_keys_and_remembered(stage: Stage) -> None:
    page = stage.page
    await page.goto(stage.sandbox.url)
    await page.get_by_role("tab", name="Telegram").focus()
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Enter")
    await expect(widget(stage)).to_be_visible()
    await expect(page.locator(".phone")).to_be_hidden()
    await page.reload()
    await expect(widget(stage)).to_be_visible()


@pytest.mark.parametrize("width", [360, 390, 1280])
@pytest.mark.parametrize("language", ["УКР", "РУС", "ENG"])
async def test_nothing_of_the_site_is_cut_or_covered(
    stage: Stage, width: int, language: str
) -> None:
    opened(stage)
    one = visit(stage)
    line = one.writes("Ось чек, подивіться, будь ласка", files=[Given(b"%PDF", "чек " * 20)])
    one.visitor.events.clear()
    refused = Event("e", line.id, {"type": "edited", "data": {}}, answer={"status": 400})
    refused.answer = {"status": 400, "text": LONG}
    line.refused["edited"] = refused
    await stage.page.add_init_script(f"localStorage.setItem('language', '{CODES[language]}')")
    await goes_there(stage, width)
    await stage.page.evaluate(
        "fetch('/sandbox/refusal', {method: 'POST', body: '{\"status\": 503}',"
        " headers: {'Content-Type': 'application/json'}})"
    )
    await expect(widget(stage).locator(".armed")).to_be_visible()
    assert await stage.page.evaluate(OUTSIDE) == []
    assert await stage.page.evaluate("document.documentElement.scrollWidth") <= width
    for button in await widget(stage).get_by_role("button").all():
        if "more" not in str(await button.get_attribute("class")):  # which is seen under a pointer
            assert await is_on_top(button), await button.inner_text()
    for name in await stage.page.locator(".channels .clip").all():
        assert await name.evaluate("(node) => node.scrollWidth <= node.clientWidth")


async def test_what_is_too_large_is_refused_in_words_and_stays_in_the_line(
    stage: Stage, tmp_path: Path
) -> None:
    opened(stage)
    await goes_there(stage)
    film = tmp_path / "film.bin"
    with film.open("wb") as file:
        file.truncate(MAX_BODY)  # and a third more when it is sent
    async with stage.page.expect_file_chooser() as chosen:
        await widget(stage).get_by_role("button", name="Прикріпити").click()
    await (await chosen.value).set_files(film)
    line = widget(stage).get_by_role("textbox")
    await line.fill("Ось відео")
    await line.press("Enter")
    await expect(stage.page.locator(".toast.bad")).to_contain_text("Завелике")
    await expect(line).to_have_value("Ось відео")
    await expect(widget(stage).locator(".held > div")).to_have_count(1)
