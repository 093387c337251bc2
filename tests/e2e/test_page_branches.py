"""A customer's chat with topics on the page: a tab for each, and the whole chat before them."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.async_api import Locator, expect

from sandbox.botfather import switch_topics
from tests.e2e.window import Stage, box, chromium, pytestmark, stage

__all__ = ["chromium", "pytestmark", "stage"]
PICTURES = os.environ.get("PICTURES", "")
LAMP, KETTLE = "#1 · Лампа прийшла розбита", "#2 · Чи є чайник білого кольору?"
KEYS = {
    "inline_keyboard": [
        [
            {"text": "✍️ Доповнити", "callback_data": "1"},
            {"text": "✅ Уже вирішено", "callback_data": "2"},
        ],
        [{"text": "🙋 Покликати оператора", "callback_data": "3"}],
    ]
}


def phone(stage: Stage) -> Locator:
    return stage.page.locator(".phone")


def tab(stage: Stage, name: str) -> Locator:
    return phone(stage).get_by_role("tab", name=name)


def said(stage: Stage, words: str) -> Locator:
    return phone(stage).locator(".bubble", has_text=words)


async def writes(stage: Stage, words: str) -> None:
    await phone(stage).locator(".line textarea").fill(words)
    await stage.page.keyboard.press("Enter")


async def speaks(stage: Stage, name: str, asked: str) -> int:
    """The bot makes a topic of Anna's request, and answers there."""
    made = await stage.asks("createForumTopic", chat_id=stage.anna.id, name=name)
    thread: int = made["message_thread_id"]
    where = {"chat_id": stage.anna.id, "message_thread_id": thread}
    received = f"Звернення {name[:2]} отримано. Відповімо вам тут."
    await stage.asks("sendMessage", **where, text=received, reply_markup=KEYS)
    stage.anna.writes(stage.bot, asked, thread=thread)
    return thread


async def look(stage: Stage, name: str) -> None:
    """Put pictures of it where they are wanted, by day and by night."""
    for light in ("light", "dark") if PICTURES else ():
        await stage.page.emulate_media(color_scheme=light)
        await stage.page.wait_for_timeout(800)
        await stage.page.screenshot(path=Path(PICTURES) / f"{name}_{light}.png")


async def test_each_request_has_its_tab_and_the_first_shows_all(stage: Stage) -> None:
    switch_topics(stage.sandbox.world, stage.bot, True, of_people=True)
    stage.anna.writes(stage.bot, "Лампа прийшла розбита. Що тепер робити?")
    lamp = await speaks(stage, LAMP, "Фото надішлю ввечері")
    kettle = await speaks(stage, KETTLE, "Або кремового")
    await stage.opens(1440)
    await expect(tab(stage, "Усе")).to_have_attribute("aria-selected", "true")
    await expect(said(stage, "Що тепер робити?").locator(".belongs")).to_have_count(0)
    await expect(said(stage, "Фото надішлю").locator(".belongs")).to_have_text(LAMP)
    where = {"chat_id": stage.anna.id, "message_thread_id": lamp}
    await stage.asks("sendMessage", **where, text="Не хвилюйтеся: замінимо безкоштовно.")
    await expect(said(stage, "замінимо").locator(".belongs")).to_have_text(LAMP)
    await look(stage, "all")

    await tab(stage, KETTLE).click()
    await expect(said(stage, "Або кремового")).to_be_visible()
    await expect(said(stage, "замінимо")).to_have_count(0)
    await expect(phone(stage).locator(".belongs")).to_have_count(0)
    await writes(stage, "А коли буде?")
    await expect(said(stage, "А коли буде?")).to_be_visible()
    newest = stage.sandbox.world.history(stage.bot, kettle, stage.anna.id)[-1]
    assert newest["text"] == "А коли буде?"
    await stage.asks("sendMessage", **where, text="Нову відправили сьогодні.")
    await expect(tab(stage, LAMP).locator(".badge")).to_have_text("1")
    await look(stage, "kettle")

    await tab(stage, LAMP).click()
    await expect(said(stage, "Нову відправили сьогодні")).to_be_visible()
    await expect(tab(stage, LAMP).locator(".badge")).to_have_count(0)
    await look(stage, "lamp")


async def test_an_answer_in_the_whole_chat_stands_in_its_topic(stage: Stage) -> None:
    switch_topics(stage.sandbox.world, stage.bot, True)
    thread = await speaks(stage, LAMP, "Фото надішлю ввечері")
    await stage.opens(1440)
    received = said(stage, "Звернення #1 отримано")
    await received.hover()
    await received.get_by_role("button", name="Дії з повідомленням").click()
    await stage.page.get_by_role("menuitem", name="Відповісти").click()
    await writes(stage, "Дякую!")
    await expect(said(stage, "Дякую!")).to_be_visible()
    await writes(stage, "І ще одне")
    await expect(said(stage, "І ще одне")).to_be_visible()
    await expect(said(stage, "І ще одне").locator(".belongs")).to_have_count(0)
    inside = stage.sandbox.world.history(stage.bot, thread, stage.anna.id)
    assert inside[-1]["text"] == "Дякую!"


async def test_people_make_topics_rename_and_delete_them(stage: Stage) -> None:
    switch_topics(stage.sandbox.world, stage.bot, True)
    page = stage.page
    await stage.opens(1440)
    await expect(phone(stage).locator(".branches")).to_be_hidden()
    switch_topics(stage.sandbox.world, stage.bot, True, of_people=True)
    await phone(stage).get_by_role("button", name="Нова тема").click()
    await page.get_by_label("Назва теми").fill("Чайник")
    await page.get_by_role("button", name="Створити").click()
    await expect(tab(stage, "Чайник")).to_have_attribute("aria-selected", "true")
    await writes(stage, "А чайник є?")
    (topic,) = stage.sandbox.world.topics(stage.bot, stage.anna.id)
    where = {"chat_id": stage.anna.id, "message_thread_id": topic["thread"]}
    await stage.asks("editForumTopic", **where, name=KETTLE)
    await expect(tab(stage, KETTLE)).to_be_visible()
    await tab(stage, "Усе").click()
    await expect(said(stage, "А чайник є?").locator(".belongs")).to_have_text(KETTLE)
    await said(stage, "А чайник є?").locator(".belongs").click()
    await phone(stage).get_by_role("button", name="Ще", exact=True).click()
    await page.get_by_role("menuitem", name="Видалити тему").click()
    await page.get_by_role("button", name="Видалити", exact=True).click()
    await expect(tab(stage, KETTLE)).to_have_count(0)
    await expect(tab(stage, "Усе")).to_have_attribute("aria-selected", "true")
    assert stage.sandbox.world.topics(stage.bot, stage.anna.id) == []


async def test_long_names_leave_the_chat_as_wide_as_it_is(stage: Stage) -> None:
    switch_topics(stage.sandbox.world, stage.bot, True, of_people=True)
    for number in range(1, 9):
        await stage.asks(
            "createForumTopic", chat_id=stage.anna.id, name=f"#{number} · {'дуже ' * 20}довга"
        )
    await stage.opens(390)
    await stage.page.locator(".panes button").nth(0).click()
    row, whole = await box(phone(stage).locator(".branches")), await box(phone(stage))
    assert row["width"] <= whole["width"]
    assert row["height"] < 60
    last = tab(stage, "#1 · ")
    await last.click()
    shown = await box(last)
    assert shown["right"] <= whole["right"] + 1
