"""Moments in a text: in the reader's own zone and language, and counting down by themselves."""

from __future__ import annotations

import re
from typing import Any

from playwright.async_api import Locator, expect

from tests.e2e.window import Stage, chromium, pytestmark, stage

__all__ = ["chromium", "pytestmark", "stage"]
WHOLE = re.compile(r"^неділя, 30 листопада 2025 р. о 14:00:00")  # and the zone
NOON = 1_764_504_000  # 30 November 2025, 12:00 in London


async def says(stage: Stage, at: int, form: str | None) -> Locator:
    shown: dict[str, Any] = {} if form is None else {"date_time_format": form}
    mark = {"type": "date_time", "offset": 7, "length": 4, "unix_time": at, **shown}
    words: dict[str, Any] = {"text": "Answer soon", "entities": [mark]}
    topic = {"chat_id": stage.group, "message_thread_id": stage.thread}
    sent = await stage.asks("sendMessage", **topic, **words)
    return stage.page.locator(f".topic [data-id='{sent['message_id']}'] time.moment")


async def test_a_moment_is_written_for_its_reader(stage: Stage) -> None:
    formats: dict[str | None, str] = {
        "d": "30.11.25",
        "D": "30 листопада 2025 р.",
        "t": "14:00",
        "T": "14:00:00",
        "w": "неділя",
        "dt": "30.11.25, 14:00",
        "wDT": "неділя, 30 листопада 2025 р. о 14:00:00",
        None: "soon",
    }
    devtools = await stage.page.context.new_cdp_session(stage.page)
    await devtools.send("Emulation.setTimezoneOverride", {"timezoneId": "Europe/Kyiv"})
    await stage.opens(1440)
    for form, shown in formats.items():
        node = await says(stage, NOON, form)
        await expect(node).to_have_text(shown)
        await expect(node).to_have_attribute("title", WHOLE)
    await stage.page.get_by_role("button", name="ENG").click()
    await expect(stage.page.locator("time.moment").nth(1)).to_have_text("30 November 2025")


async def test_a_relative_moment_counts_by_itself(stage: Stage) -> None:
    await stage.page.clock.install(time=NOON)
    await stage.opens(1440)
    await stage.page.clock.pause_at(NOON + 3600)
    node = await says(stage, NOON + 4 * 3600 + 30, "r")
    await expect(node).to_have_text("через 3 години")
    for passed, shown in (
        (60, "через 2 години"),
        (3 * 3600 - 60, "через 30 секунд"),
        (10, "через 20 секунд"),
        (20, "зараз"),
        (125, "2 хвилини тому"),
    ):
        await stage.page.clock.fast_forward(passed * 1000)
        await expect(node).to_have_text(shown)
