"""The card in a browser: what an operator sees of a request, and does by its buttons."""

import os
from pathlib import Path

from playwright.async_api import Locator, expect

from tests.e2e.test_desk import choose, pytestmark, say, scene
from tests.e2e.test_page import Scene

__all__ = ["pytestmark", "scene"]
PICTURES = os.environ.get("PICTURES")  # the directory where pictures are put, if they are wanted


async def test_a_request_is_taken_and_sorted_by_the_buttons_of_its_card(scene: Scene) -> None:
    page, phone, topic = scene.page, scene.phone, scene.topic
    await choose(page, "Анна")
    await phone.get_by_role("button", name="РОЗПОЧАТИ").click()
    await say(scene, phone, "Добрий день! Лампа приїхала розбита, поверніть, будь ласка, гроші")
    await page.get_by_role("listitem").filter(has_text="#1 Анна").click()
    card = scene.bubble(topic, "Лампа приїхала розбита").first
    keys = topic.locator(".keys").first
    await look(scene, "new")

    await keys.get_by_role("button", name="🙋 Узяти").click()
    await expect(keys.get_by_role("button", name="👤")).to_be_disabled()
    await expect(card).to_contain_text("👤")
    await keys.get_by_role("button", name="🔥 Пріоритет").click()
    asked = await menu(scene, "Наскільки термінове це звернення?")
    await look(scene, "priority")
    await asked.get_by_role("button", name="🔥 терміновий").click()
    await expect(card).to_contain_text("🔥 терміновий")
    await keys.get_by_role("button", name="⋯ Ще").click()
    asked = await menu(scene, "Звернення #1")
    await expect(asked.get_by_role("button", name="🗑 Спам")).to_have_class("danger")
    await say(scene, topic, "/tag повернення скло")
    await expect(card).to_contain_text("🏷 повернення, скло")
    await say(scene, topic, "Вітаю, Анно! Гроші повернемо сьогодні.")
    await expect(scene.bubble(phone, "Гроші повернемо сьогодні")).to_be_visible()
    await expect(card).to_contain_text("чекаємо на клієнта")
    await look(scene, "taken")
    await keys.get_by_role("button", name="✅ Вирішено").click()
    await expect(scene.bubble(phone, "Звернення #1 вирішено")).to_be_visible()


async def menu(scene: Scene, question: str) -> Locator:
    """What only who has pressed a button sees: the question, with its keys."""
    asked = scene.bubble(scene.topic, question).last
    await expect(asked).to_be_visible()
    return scene.topic


async def look(scene: Scene, name: str) -> None:
    """Put pictures of it where they are wanted, by day and by night."""
    if not PICTURES:
        return
    for light in ("light", "dark"):
        await scene.page.emulate_media(color_scheme=light)
        await scene.page.wait_for_timeout(800)
        await scene.page.screenshot(path=Path(PICTURES) / f"{name}_{light}.png")
