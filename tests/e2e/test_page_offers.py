"""An inline bot on the page: «@bot words» in the line, the list above it, and what is chosen."""

from __future__ import annotations

from typing import Any

import orjson
from playwright.async_api import Locator, expect

from tests.e2e.window import Stage, chromium, is_on_top, pytestmark, stage
from tests.sandbox.place import until

__all__ = ["chromium", "pytestmark", "stage"]
BOT = "@zatyshok_support_bot"


def article(number: int, title: str, words: str) -> dict[str, Any]:
    said = {"message_text": words}
    return {"type": "article", "id": str(number), "title": title, "input_message_content": said}


REFUND = article(1, "Повернення", "Повернемо кошти за три дні.")
DELAY = article(2, "Затримка", "Перепрошуємо: посилка затрималася.")


def offers(stage: Stage) -> Locator:
    return stage.page.locator(".topic .offers")


def queries(stage: Stage) -> list[dict[str, Any]]:
    told = [orjson.loads(update.body) for update in stage.bot.updates]
    return [update["inline_query"] for update in told if "inline_query" in update]


async def asked(stage: Stage, words: str) -> dict[str, Any]:
    """The query with these words, once the bot has heard it."""

    def found() -> list[dict[str, Any]]:
        return [query for query in queries(stage) if query["query"] == words]

    await until(found)
    return found()[-1]


async def answers(stage: Stage, words: str, *results: Any, **more: Any) -> None:
    query = await asked(stage, words)
    given = {"inline_query_id": query["id"], "results": results, "cache_time": 0, **more}
    await stage.asks("answerInlineQuery", **given)


async def test_a_press_posts_what_the_bot_offers(stage: Stage) -> None:
    await stage.opens(1440)
    await stage.line.fill(f"{BOT} пов")
    await answers(stage, "пов", REFUND, DELAY)
    rows = offers(stage).get_by_role("option")
    await expect(rows).to_have_count(2)
    await expect(rows.first).to_contain_text("Повернемо кошти за три дні.")
    assert await is_on_top(rows.last)
    await rows.filter(has_text="Затримка").click()
    posted = stage.bubbles.filter(has_text="Перепрошуємо")
    await expect(posted.locator(".via")).to_have_text(f"через {BOT}")
    await expect(stage.line).to_have_value("")
    await expect(offers(stage)).to_be_hidden()
    told = [orjson.loads(update.body) for update in stage.bot.updates]
    message = next(update["message"] for update in reversed(told) if "message" in update)
    assert message["message_thread_id"] == stage.thread
    assert message["via_bot"]["id"] == stage.bot.id
    await posted.locator(".via").click()
    await expect(stage.line).to_have_value(f"{BOT} ")


async def test_keys_choose_and_a_reply_is_kept(stage: Stage) -> None:
    said = stage.olena.writes(stage.group, "Питання", thread=stage.thread)
    await stage.opens(1440)
    await stage.bubbles.filter(has_text="Питання").click(button="right")
    await stage.page.get_by_role("menuitem", name="Відповісти").click()
    await stage.line.fill(f"{BOT} пов")
    await answers(stage, "пов", REFUND, DELAY)
    rows = offers(stage).get_by_role("option")
    await expect(rows.first).to_have_attribute("aria-selected", "true")
    await stage.line.press("ArrowDown")
    await expect(rows.last).to_have_attribute("aria-selected", "true")
    await stage.line.press("Enter")
    posted = stage.bubbles.filter(has_text="Перепрошуємо")
    await expect(posted.locator(".reply")).to_contain_text("Питання")
    shown = stage.sandbox.world.history(stage.group, stage.thread)[-1]
    assert shown["reply_to_message"]["message_id"] == said["message_id"]


async def test_a_late_answer_to_words_that_have_changed_is_not_shown(stage: Stage) -> None:
    await stage.opens(1440)
    await stage.line.fill(f"{BOT} пов")
    first = await asked(stage, "пов")
    await stage.line.fill(f"{BOT} зат")
    await answers(stage, "зат", DELAY)
    rows = offers(stage).get_by_role("option")
    await expect(rows).to_have_text("ЗатримкаПерепрошуємо: посилка затрималася.")
    late = {"inline_query_id": first["id"], "results": [REFUND], "cache_time": 0}
    await stage.asks("answerInlineQuery", **late)
    await stage.asks(
        "sendMessage", chat_id=stage.group, message_thread_id=stage.thread, text="Далі"
    )
    await expect(stage.bubbles.filter(has_text="Далі")).to_be_visible()
    await expect(rows).to_have_count(1)
    await expect(rows).to_contain_text("Затримка")
    await stage.line.press("Escape")
    await expect(offers(stage)).to_be_hidden()
    await expect(stage.line).to_have_value(f"{BOT} зат")


async def test_more_is_asked_for_at_the_end_of_the_list(stage: Stage) -> None:
    await stage.opens(1440)
    await stage.line.fill(f"{BOT} ")
    many = [article(number, f"Шаблон {number}", "Так") for number in range(20)]
    await answers(stage, "", *many, next_offset="20")
    rows = offers(stage).get_by_role("option")
    await expect(rows).to_have_count(20)
    await rows.last.scroll_into_view_if_needed()
    await until(lambda: queries(stage)[-1]["offset"] == "20")
    last = {
        "inline_query_id": queries(stage)[-1]["id"],
        "results": [article(1, "Останній", "Це все")],
    }
    await stage.asks("answerInlineQuery", **last)
    await expect(rows).to_have_count(21)
    await rows.last.click()
    await expect(stage.bubbles.filter(has_text="Це все")).to_be_visible()


async def test_nothing_and_the_button_above_the_list(stage: Stage) -> None:
    await stage.opens(1440)
    await stage.line.fill(f"{BOT} немає")
    await answers(stage, "немає")
    await expect(offers(stage)).to_have_text("Нічого не знайдено")
    await stage.line.fill(f"{BOT} нове")
    button = {"text": "Новий шаблон", "start_parameter": "macro"}
    await answers(stage, "нове", button=button)
    await offers(stage).get_by_role("button", name="Новий шаблон").click()
    await until(lambda: stage.sandbox.world.private(stage.olena, stage.bot))
    (started,) = stage.sandbox.world.private(stage.olena, stage.bot)
    assert started["text"] == "/start macro"


async def test_other_words_ask_nobody(stage: Stage) -> None:
    await stage.opens(1440)
    told = len(queries(stage))
    for words in (BOT, "@somebody пов", f"привіт {BOT} пов", f"{BOT}пов", f"{BOT} " + "я" * 257):
        await stage.line.fill(words)
    await stage.line.fill(f"{BOT} пов")
    await asked(stage, "пов")
    assert len(queries(stage)) == told + 1


async def test_a_customer_asks_in_the_bots_own_chat(stage: Stage) -> None:
    await stage.opens(1440)
    await stage.page.get_by_role("tab", name="Анна").click()
    phone = stage.page.locator(".phone")
    await phone.locator("textarea").fill(f"{BOT} пов")
    await answers(stage, "пов", REFUND)
    assert queries(stage)[-1]["chat_type"] == "sender"
    await phone.locator(".offers").get_by_role("option").click()
    await expect(phone.locator(".bubble", has_text="Повернемо кошти")).to_be_visible()
