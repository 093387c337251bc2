"""What one member of a group alone sees, on the page: theirs, and nobody else's."""

from typing import Any

from playwright.async_api import Locator, expect

from tests.e2e.window import Stage, chromium, pytestmark, stage

__all__ = ["chromium", "pytestmark", "stage"]

KEYS = {
    "inline_keyboard": [
        [{"text": "‹", "callback_data": "1"}, {"text": "2 / 3", "callback_data": "2"}],
    ]
}


async def whispers(stage: Stage, text: str, **more: Any) -> int:
    to = {"receiver_user_id": stage.olena.id}
    at = {"chat_id": stage.group, "message_thread_id": stage.thread}
    said = await stage.asks("sendMessage", **at, text=text, ephemeral_message_parameters=to, **more)
    return int(said["ephemeral_message_id"])


def alone(stage: Stage) -> Locator:
    return stage.page.locator(".topic .msg.alone .bubble")


async def test_what_is_for_one_is_seen_by_one_and_only_for_a_while(stage: Stage) -> None:
    other = stage.sandbox.world.person("Зоряна")
    other.joins(stage.group)
    await stage.opens(1440)
    stage.olena.writes(stage.group, "Доброго дня!", thread=stage.thread)
    await expect(stage.bubbles).to_have_count(1)
    await whispers(stage, "У черзі 3 звернення")
    await expect(alone(stage)).to_have_count(1)
    await expect(alone(stage)).to_contain_text("Бачите лише ви")
    plain, aside = [await _colour(one) for one in await stage.bubbles.all()]
    assert plain != aside
    await _looks_as(stage, "Зоряна")
    await expect(stage.bubbles).to_have_count(1)
    await _looks_as(stage, "Олена")
    await expect(stage.bubbles).to_have_count(2)
    await stage.opens(1440)
    await expect(stage.bubbles).to_have_count(1)


async def test_its_buttons_turn_it_in_place(stage: Stage) -> None:
    await stage.opens(1440)
    number = await whispers(stage, "Сторінка 2", reply_markup=KEYS)
    await stage.page.locator(".topic .keys button").first.click()
    queries = stage.sandbox.world.callbacks.open
    await expect(stage.page.locator(".topic .keys .busy")).to_have_count(1)
    await stage.asks("answerCallbackQuery", callback_query_id=next(iter(queries)))
    at = {"chat_id": stage.group, "receiver_user_id": stage.olena.id}
    turned = {**at, "ephemeral_message_id": number, "text": "Сторінка 1"}
    await stage.asks("editEphemeralMessageText", **turned)
    await expect(alone(stage)).to_have_count(1)
    await expect(alone(stage)).to_contain_text("Сторінка 1")
    await stage.asks("deleteEphemeralMessage", **at, ephemeral_message_id=number)
    await expect(alone(stage)).to_have_count(0)


async def test_a_command_for_the_bot_alone_stands_in_nobody_elses_topic(stage: Stage) -> None:
    menu = [{"command": "queue", "description": "Черга", "is_ephemeral": True}]
    await stage.asks("setMyCommands", commands=menu)
    await stage.opens(1440)
    await stage.line.fill("/queue")
    await stage.line.press("Enter")
    await stage.line.press("Enter")
    await expect(alone(stage)).to_have_count(1)
    await expect(alone(stage)).to_contain_text("/queue")
    assert "/queue" not in str(stage.sandbox.world.history(stage.group))


async def test_a_server_from_before_can_be_chosen(stage: Stage) -> None:
    await stage.opens(1440)
    await stage.page.get_by_role("button", name="Збої").click()
    chosen = stage.page.get_by_role("menuitemradio").filter(has_text="серверу невідомі")
    await chosen.click()
    await expect(stage.page.locator(".topbar .warn")).to_have_count(1)
    assert stage.sandbox.world.ephemeral == "unknown"
    to = {"receiver_user_id": stage.olena.id}
    at = {"chat_id": stage.group, "message_thread_id": stage.thread}
    await stage.asks("sendMessage", **at, text="Для всіх", ephemeral_message_parameters=to)
    await expect(stage.bubbles).to_have_count(1)
    await expect(alone(stage)).to_have_count(0)


async def _colour(bubble: Locator) -> str:
    return str(await bubble.evaluate("(node) => getComputedStyle(node).backgroundColor"))


async def _looks_as(stage: Stage, name: str) -> None:
    """Choose who speaks, and sees, in the group."""
    await stage.page.locator(".topic .speakas").click()
    await stage.page.get_by_role("menuitemradio").filter(has_text=name).click()
