"""Tags on the page: beside the name of who writes, and in the list of who can speak."""

from __future__ import annotations

from playwright.async_api import expect

from tests.e2e.window import Stage, box, chromium, pytestmark, stage

__all__ = ["chromium", "pytestmark", "stage"]


async def test_a_tag_stands_beside_the_name_at_once(stage: Stage) -> None:
    world = stage.sandbox.world
    taras = next(one for one in world.people() if one.name.startswith("Тарас"))
    taras.writes(stage.group, "Беру я", thread=stage.thread)
    await stage.opens(1440)
    name = stage.bubbles.filter(has_text="Беру я").locator(".from")
    await expect(name).to_have_text("Тарас Бондаренко")
    tag = {"chat_id": stage.group, "user_id": taras.id, "tag": "На зміні · L2"}
    await stage.asks("setChatMemberTag", **tag)
    await expect(name).to_have_text("Тарас БондаренкоНа зміні · L2")
    await expect(name.locator("small")).to_have_text("На зміні · L2")
    await stage.page.locator(".speakas").click()
    row = stage.page.get_by_role("menuitemradio", name="Тарас")
    await expect(row).to_contain_text("На зміні · L2")
    await stage.page.keyboard.press("Escape")
    await stage.asks("setChatMemberTag", **{**tag, "tag": ""})
    await expect(name).to_have_text("Тарас Бондаренко")


async def test_a_long_name_leaves_its_tag_whole(stage: Stage) -> None:
    long = stage.sandbox.world.person("Володимир-Богдан", last_name="Перепилицький-Вознесенський")
    long.joins(stage.group)
    stage.olena.tags(long, stage.group, "Старша підтримка")
    long.writes(stage.group, "Так", thread=stage.thread)
    await stage.opens(390)
    name = stage.bubbles.filter(has_text="Так").locator(".from")
    await expect(name.locator("small")).to_have_text("Старша підтримка")
    tag, whole = await box(name.locator("small")), await box(name)
    assert tag["height"] < 20
    assert tag["right"] <= whole["right"] + 1
