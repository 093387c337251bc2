"""How the page lies in the window: boxes measured in a real browser, at the widths people have."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import async_playwright, expect

from tests.e2e.test_page import CHROMIUM, SWITCHES
from tests.e2e.window import CODES, PHOTO, Stage, box, chromium, is_on_top, pytestmark, stage

__all__ = ["chromium", "pytestmark", "stage"]

WIDTHS = (390, 768, 1280, 1440, 1920)


@pytest.fixture(scope="session")
def colours() -> None:
    """A font that draws emoji in colours, which is no part of a browser."""
    if shutil.which("fc-list") is None:
        pytest.skip("no fontconfig: whether a font draws emoji in colours is not known")
    if not subprocess.run(["fc-list", ":color=True"], capture_output=True, check=True).stdout:
        pytest.skip("no font draws emoji in colours here: Debian's is fonts-noto-color-emoji")


@pytest.mark.parametrize("width", WIDTHS)
async def test_the_dots_of_an_album_and_of_a_photo_can_be_touched(stage: Stage, width: int) -> None:
    stage.olena.sends(stage.group, thread=stage.thread, **PHOTO)
    stage.olena.album(stage.group, [PHOTO] * 3, thread=stage.thread)
    await stage.opens(width)
    for number in range(2):
        await stage.bubbles.nth(number).hover()
        dots = stage.bubbles.nth(number).locator(".more")
        place = await box(dots)
        assert place["x"] >= 0
        assert place["right"] <= width
        assert await is_on_top(dots)


async def test_the_operators_line_has_room_on_a_phone(stage: Stage) -> None:
    await stage.opens(390)
    assert (await box(stage.line))["width"] >= 240
    await stage.opens(360)
    assert (await box(stage.line))["width"] >= 210
    await expect(stage.page.get_by_role("button", name="Писати від імені: Олена")).to_be_visible()


async def test_no_word_breaks_inside_a_button(stage: Stage) -> None:
    row = [
        {"text": text, "callback_data": text} for text in ("🇺🇦 Українська", "Русский", "English")
    ]
    long = [
        {"text": "Чекаємо на клієнта", "callback_data": "w"},
        {"text": "Вирішено", "callback_data": "r"},
    ]
    keys = {"inline_keyboard": [row, long]}
    await stage.asks("sendMessage", chat_id=stage.anna.id, text="Мова", reply_markup=keys)
    await stage.page.set_viewport_size({"width": 1440, "height": 820})
    await stage.page.goto(stage.sandbox.url)
    for word in ("Українська", "клієнта", "Вирішено"):
        button = stage.page.locator(".phone .keys button", has_text=word)
        await expect(button).to_be_visible()
        lines = await button.evaluate(
            "(node, word) => { const text = node.firstChild; const range = document.createRange();"
            " const at = text.data.indexOf(word); range.setStart(text, at);"
            " range.setEnd(text, at + word.length); return range.getClientRects().length; }",
            word,
        )
        assert lines == 1, word


OUTSIDE = """() => [...document.querySelectorAll("button, a")].filter((one) => {
  if (!one.checkVisibility() || one.closest(".cast, .topics .rows")) return false;
  const box = one.getBoundingClientRect();
  const words = document.createRange();
  words.selectNodeContents(one);
  const text = one.querySelector(".clip, .words") ? box : words.getBoundingClientRect();
  const inside = text.width === 0 || (text.left >= box.left && text.right <= box.right);
  return !inside || box.left < 4 || box.right > innerWidth - 4;
}).map((one) => `${one.className} ${one.textContent || one.title}`)"""


@pytest.mark.parametrize("width", [360, 390, 480])
@pytest.mark.parametrize("language", ["УКР", "РУС", "ENG"])
async def test_no_button_touches_the_edge_of_a_phone(
    stage: Stage, width: int, language: str
) -> None:
    rows = [["✅ Решено", "🔒 Закрыто"], ["💬 У роботі", "☕️ Чекаємо на клієнта"], ["📨 Отправить"]]
    keys = {"inline_keyboard": [[{"text": t, "callback_data": "x"} for t in row] for row in rows]}
    where = {"chat_id": stage.group, "message_thread_id": stage.thread}
    await stage.asks(
        "sendMessage", text="Це нотатка чи відповідь? " * 4, reply_markup=keys, **where
    )
    await stage.asks("sendMessage", chat_id=stage.anna.id, text="Мова " * 30, reply_markup=keys)
    await stage.page.add_init_script(f"localStorage.setItem('language', '{CODES[language]}')")
    await stage.opens(width)
    page = stage.page
    await expect(stage.bubbles.last).to_be_visible()
    for pane in (1, 0):
        await page.locator(".panes button").nth(pane).click()
        assert [one for one in await page.evaluate(OUTSIDE) if not one.startswith("pinned")] == []
    for part in (".cast .add", ".strip button >> nth=-1"):
        assert await page.locator(part).first.evaluate("n => n.scrollWidth <= n.clientWidth + 1")


@pytest.mark.parametrize("kind", ["voice", "document", "audio", "contact"])
async def test_the_time_of_a_file_needs_no_strip_of_its_own(stage: Stage, kind: str) -> None:
    facts: dict[str, Any] = {}
    if kind == "contact":
        facts = {"phone_number": "+380670000000", "first_name": "Анна"}
    stage.olena.sends(stage.group, kind, thread=stage.thread, **facts)
    await stage.opens(1440)
    bubble = stage.bubbles.last
    inside = await box(bubble.locator(".sound, .file"))
    assert (await box(bubble))["bottom"] - inside["bottom"] <= 10
    words, meta = await box(bubble.locator(".facts small")), await box(bubble.locator(".meta"))
    text_right = await bubble.locator(".facts small").evaluate(
        "(node) => { const range = document.createRange(); range.selectNodeContents(node);"
        " return range.getBoundingClientRect().right; }"
    )
    assert text_right <= meta["x"] or words["bottom"] <= meta["y"]


async def test_an_edited_caption_leaves_no_stripe_beside_the_picture(stage: Stage) -> None:
    sent = stage.olena.sends(stage.group, thread=stage.thread, caption="к", **PHOTO)
    stage.olena.edits(
        sent["message_id"], stage.group, "довгий підпис до цієї маленької світлини " * 4
    )
    await stage.opens(1440)
    bubble, picture = (
        await box(stage.bubbles.last),
        await box(stage.bubbles.last.locator(".picture")),
    )
    assert bubble["right"] - picture["right"] <= 6
    assert picture["x"] - bubble["x"] <= 6


async def test_a_chip_is_quieter_than_words(stage: Stage) -> None:
    stage.olena.writes(stage.group, "Доброго дня!", thread=stage.thread)
    await stage.opens(1440)
    look = (
        "(node) => { const s = getComputedStyle(node);"
        " return [parseFloat(s.fontSize), +s.fontWeight]; }"
    )
    chip = await stage.page.locator(".topic .service").first.evaluate(look)
    words = await stage.bubbles.first.locator(".text").evaluate(look)
    assert chip[0] < words[0]
    assert chip[1] <= words[1]


@pytest.mark.parametrize("width", [390, 1440, 1920])
async def test_the_list_shows_a_long_name_whole(stage: Stage, width: int) -> None:
    await stage.opens(width)
    if width <= 860:
        await stage.page.locator(".topic .back").click()
    name = stage.page.locator(".topicrow").filter(has_text="#1").locator(".name > :first-child")
    await expect(name).to_be_visible()
    cut = await name.evaluate(
        "(node) => [node.scrollWidth - node.clientWidth, node.scrollHeight - node.clientHeight]"
    )
    assert max(cut) <= 1


@pytest.mark.parametrize("width", [390, 1440])
async def test_a_toast_covers_no_line(stage: Stage, width: int) -> None:
    await stage.opens(width)
    await stage.page.evaluate(
        "import('/js/overlays.js').then(({ toast }) => toast('Ліміти змінено. '.repeat(20), true))"
    )
    toast = await box(stage.page.locator(".toast"))
    for composer in await stage.page.locator(".composer").all():
        if await composer.is_visible():
            assert toast["bottom"] <= (await box(composer))["y"]


async def test_the_side_that_is_not_seen_counts_what_came(stage: Stage) -> None:
    page = stage.page
    await page.set_viewport_size({"width": 390, "height": 820})
    await page.goto(stage.sandbox.url)
    sides = page.locator(".panes button")
    before = int(await sides.nth(1).locator(".badge").inner_text())
    stage.olena.writes(stage.group, "Є хто?", thread=stage.thread)
    await expect(sides.nth(1).locator(".badge")).to_have_text(str(before + 1))
    await sides.nth(1).click()
    await expect(sides.nth(1).locator(".badge")).to_have_count(0)
    await expect(sides.nth(0).locator(".badge")).to_have_count(0)
    await stage.asks("sendMessage", chat_id=stage.anna.id, text="Ми тут")
    await expect(sides.nth(0).locator(".badge")).to_have_text("1")
    await sides.nth(0).click()
    await expect(sides.nth(0).locator(".badge")).to_have_count(0)


@pytest.mark.usefixtures("colours")
@pytest.mark.parametrize("sign", ["☎", "❤", "✔", "⚠", "✍", "🏁"])
async def test_an_emoji_has_colours(stage: Stage, sign: str) -> None:
    """With U+FE0F behind it or without: text fonts must not draw an outline in its place."""
    await stage.page.goto(stage.sandbox.url)
    colours = await stage.page.evaluate(
        "async (sign) => { const font = getComputedStyle(document.body).fontFamily;"
        " await document.fonts.load(`40px ${font}`, sign); await document.fonts.ready;"
        " const draw = document.createElement('canvas').getContext('2d');"
        " draw.font = `40px ${font}`; draw.fillStyle = '#f0f'; draw.fillText(sign, 5, 60);"
        " const dots = draw.getImageData(0, 0, 90, 90).data; let other = 0;"
        " for (let i = 0; i < dots.length; i += 4) if (dots[i + 3] > 200"
        " && !(dots[i] > 200 && dots[i + 1] < 60 && dots[i + 2] > 200)) other += 1;"
        " return other; }",
        sign,
    )
    assert colours > 20


@pytest.mark.parametrize("width", WIDTHS)
async def test_nothing_is_wider_than_the_window(stage: Stage, width: int) -> None:
    long = "Донаудампфшиффартсгезельшафтскапитан" * 4
    stage.olena.writes(stage.group, f"{long} https://example.com/{'a' * 300}", thread=stage.thread)
    await stage.opens(width)
    wide = await stage.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width
    assert (await box(stage.bubbles.last))["right"] <= width


@pytest.mark.parametrize("language", ["uk", "ru", "en"])
async def test_the_names_of_the_sides_are_whole_on_a_phone(stage: Stage, language: str) -> None:
    page = stage.page
    await page.set_viewport_size({"width": 360, "height": 820})
    await page.goto(stage.sandbox.url)
    await page.evaluate(f"localStorage.setItem('language', '{language}')")
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("lang", language)
    await expect(page.locator(".panes .badge")).to_be_visible()
    for name in await page.locator(".panes button .clip").all():
        assert await name.evaluate("(node) => node.scrollWidth <= node.clientWidth")
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360


@pytest.mark.usefixtures("colours")
async def test_with_a_colour_font_an_icon_needs_no_ground(stage: Stage) -> None:
    await stage.page.goto(stage.sandbox.url)
    await expect(stage.page.locator(".topicrow").first).to_be_visible()
    assert await stage.page.locator("html").get_attribute("data-emoji") is None


async def test_without_a_colour_font_an_icon_has_a_ground(stage: Stage, tmp_path: Path) -> None:
    """Emoji are outlines there: a page can give them colours behind, if not inside."""
    fonts = tmp_path / "fonts.conf"
    fonts.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        "<dir>/usr/share/fonts</dir><selectfont><rejectfont><pattern><patelt name='color'>"
        "<bool>true</bool></patelt></pattern></rejectfont></selectfont>"
        f"<cachedir>{tmp_path}</cachedir></fontconfig>"
    )
    icon = (await stage.asks("getForumTopicIconStickers"))[0]["custom_emoji_id"]
    await stage.asks("createForumTopic", chat_id=stage.group, name="#2", icon_custom_emoji_id=icon)
    async with async_playwright() as playwright:
        plain = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=SWITCHES,
            env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
        )
        page = await plain.new_page(viewport={"width": 1440, "height": 820})
        await page.goto(stage.sandbox.url)
        mark = page.locator(".topicrow").filter(has_text="#2").locator(".mark")
        await expect(mark).to_be_visible()
        ground = await mark.evaluate("(node) => getComputedStyle(node).backgroundColor")
        await plain.close()
    assert ground != "rgba(0, 0, 0, 0)"
