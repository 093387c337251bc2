"""Buttons of today on the page: what they look like, what they do alone, what asks for a reply."""

from __future__ import annotations

from typing import Any

import orjson
from playwright.async_api import expect

from tests.e2e.window import Stage, chromium, pytestmark, stage

__all__ = ["chromium", "pytestmark", "stage"]
BUTTONS: list[list[dict[str, Any]]] = [
    [
        {"text": "Взяла Олена", "disabled": {}},
        {"text": "Спам", "callback_data": "s", "style": "danger"},
    ],
    [{"text": "#1", "copy_text": {"text": "TD-1"}}],
    [
        {"text": "Шаблон", "switch_inline_query_current_chat": "повернення"},
        {"text": "Вирішено", "callback_data": "r", "style": "success"},
        {"text": "Відповісти", "callback_data": "a", "style": "primary"},
    ],
]


async def card(stage: Stage, text: str = "Картка", **markup: Any) -> Any:
    words = {"chat_id": stage.group, "message_thread_id": stage.thread, "text": text}
    return await stage.asks("sendMessage", **words, reply_markup=markup)


async def test_a_card_shows_the_buttons_of_today(stage: Stage) -> None:
    await card(stage, inline_keyboard=BUTTONS)
    await stage.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await stage.opens(1440)
    keys = stage.page.locator(".topic .keys")
    await expect(keys.get_by_role("button", name="Взяла Олена")).to_be_disabled()
    for text, style in (("Спам", "danger"), ("Вирішено", "success"), ("Відповісти", "primary")):
        await expect(keys.get_by_role("button", name=text)).to_have_class(style)
    told = stage.bot.updates.next_id
    await keys.get_by_role("button", name="#1").click()
    await expect(stage.page.locator(".toast")).to_have_text("Скопійовано")
    assert await stage.page.evaluate("navigator.clipboard.readText()") == "TD-1"
    await keys.get_by_role("button", name="Шаблон").click()
    await expect(stage.line).to_have_value("@zatyshok_support_bot повернення")
    await expect(stage.line).to_be_focused()
    assert stage.bot.updates.next_id == told


async def test_a_keyboard_that_asks_for_a_reply_opens_the_line(stage: Stage) -> None:
    await stage.opens(1440)
    above = stage.page.locator(".topic .above")
    await expect(above).to_have_count(0)
    await card(stage, "Напишіть нотатку", force_reply=True, inline_keyboard=BUTTONS[1:2])
    await expect(above).to_contain_text("Напишіть нотатку")
    await stage.line.fill("Пакував Тарас")
    await stage.line.press("Enter")
    mine = stage.bubbles.filter(has_text="Пакував Тарас")
    await expect(mine.locator(".reply")).to_contain_text("Напишіть нотатку")
    await expect(above).to_have_count(0)
    await stage.page.reload()
    await stage.opens(1440)
    await expect(mine).to_be_visible()
    await expect(above).to_have_count(0)


async def test_who_waves_it_away_is_asked_once(stage: Stage) -> None:
    await card(stage, "Напишіть нотатку", force_reply=True, inline_keyboard=BUTTONS[1:2])
    await stage.opens(1440)
    above = stage.page.locator(".topic .above")
    await expect(above).to_contain_text("Напишіть нотатку")
    await above.get_by_role("button").click()
    await expect(above).to_have_count(0)
    await card(stage, "Просто картка", inline_keyboard=BUTTONS[1:2])
    await expect(stage.bubbles.filter(has_text="Просто картка")).to_be_visible()
    await expect(above).to_have_count(0)


async def test_a_selective_question_is_put_to_whom_it_answers(stage: Stage) -> None:
    said = stage.olena.writes(stage.group, "Питання", thread=stage.thread)
    await stage.asks(
        "sendMessage",
        chat_id=stage.group,
        text="Уточніть, будь ласка",
        reply_parameters={"message_id": said["message_id"]},
        reply_markup={"force_reply": True, "selective": True},
    )
    await stage.opens(1440)
    above = stage.page.locator(".topic .above")
    await expect(above).to_contain_text("Уточніть")
    await stage.page.locator(".speakas").click()
    await stage.page.get_by_role("menuitemradio", name="Тарас").click()
    await expect(above).to_have_count(0)


async def test_a_customer_shares_their_own_number_or_does_not(stage: Stage) -> None:
    stage.anna.takes_number("+380501112233")
    rows = [[{"text": "Мій номер", "request_contact": True}], [{"text": "Ні, дякую"}]]
    keyboard = {"keyboard": rows, "one_time_keyboard": True}
    await stage.asks("sendMessage", chat_id=stage.anna.id, text="Номер?", reply_markup=keyboard)
    await stage.opens(1440)
    await stage.page.get_by_role("tab", name="Анна").click()
    phone, dialog = stage.page.locator(".phone"), stage.page.get_by_role("dialog")
    number = phone.get_by_role("button", name="Мій номер")
    told = stage.bot.updates.next_id
    await number.click()
    await expect(dialog).to_contain_text("+380501112233")
    await dialog.get_by_role("button", name="Скасувати").click()
    await expect(dialog).to_have_count(0)
    assert stage.bot.updates.next_id == told
    await number.click()
    await dialog.get_by_role("button", name="Поділитися").click()
    card = phone.locator(".bubble", has_text="+380501112233")
    await expect(card.locator(".reply")).to_contain_text("Номер?")
    await expect(number).to_be_hidden()
    (shared,) = [update for update in stage.bot.updates if update.id >= told]
    assert orjson.loads(shared.body)["message"]["contact"]["user_id"] == stage.anna.id
