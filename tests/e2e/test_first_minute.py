"""The first minute on the page: the guide that ticks itself, and the strip of what the bot does."""

from __future__ import annotations

import itertools
from contextlib import suppress

import pytest
from playwright.async_api import Locator, Page, expect

from tests.e2e.test_page import CHROMIUM, Scene, browser, scene

__all__ = ["browser", "scene"]

WISHES = """() => {
  const real = window.fetch;
  window.wishes = [];
  window.fetch = (path, how) => {
    if (path === "/sandbox/wish") window.wishes.push(JSON.parse(how.body).wish);
    return real(path, how);
  };
}"""

REFUSED = "net::ERR_CONNECTION_REFUSED"
A_MINUTE = 60_000  # milliseconds
WIDTHS = (390, 1280, 1920)

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser: {CHROMIUM} is missing"),
]


def step(page: Page, name: str) -> Locator:
    return page.locator(f".guide [data-step={name}]")


async def is_done(page: Page, *names: str) -> None:
    for name in names:
        await expect(step(page, name)).to_contain_text("done", timeout=A_MINUTE)


async def is_open(page: Page, *names: str) -> None:
    for name in names:
        await expect(step(page, name)).not_to_contain_text("done")


async def test_the_guide_ticks_what_has_happened_and_remembers_it(scene: Scene) -> None:
    page = scene.page
    await is_open(page, "write", "topic", "answer", "note")
    await scene.starts("Анна")
    await scene.writes(scene.phone, "Where is my parcel?")
    await is_done(page, "write", "topic")
    await is_open(page, "answer", "note")

    await scene.opens("Анна")
    await scene.writes(scene.topic, "// who packed it?")
    await is_done(page, "note")
    await is_open(page, "answer")
    await page.reload()
    await is_done(page, "write", "topic", "note")
    await is_open(page, "answer")

    await scene.opens("Анна")
    await scene.writes(scene.topic, "It is on its way.")
    await is_done(page, "answer")
    await expect(page.locator(".guide")).to_contain_text("That is all there is to it.")


async def test_any_customer_ticks_and_a_command_ticks_nothing(scene: Scene) -> None:
    await scene.starts("James")
    await scene.writes(scene.phone, "/help")
    await expect(scene.page.locator(".strip .deed")).to_be_visible()
    await is_open(scene.page, "write", "topic", "answer", "note")
    await scene.writes(scene.phone, "Hello!")
    await is_done(scene.page, "write", "topic")
    await scene.opens("James")
    await scene.writes(scene.topic, "/close")
    await is_open(scene.page, "answer", "note")
    await scene.writes(scene.topic, "Hello, James!")
    await is_done(scene.page, "answer")
    await is_open(scene.page, "note")


async def test_what_others_say_ticks_nothing(scene: Scene) -> None:
    """The beginning is said by people of the sandbox, not by the visitor."""
    page = scene.page
    await scene.starts("Анна")
    await page.evaluate(
        """async () => {
          const state = await (await fetch("/sandbox/state")).json();
          const who = state.people.find((one) => one.first_name === "Анна").id;
          const act = { who, do: "writes", args: { chat: "bot", text: "Said elsewhere" } };
          const headers = { "Content-Type": "application/json" };
          await fetch("/sandbox/act", { method: "POST", headers, body: JSON.stringify(act) });
        }"""
    )
    await expect(scene.bubble(scene.phone, "Said elsewhere")).to_be_visible()
    await scene.opens("Анна")
    await is_open(page, "write", "topic", "answer", "note")


async def test_the_guide_goes_and_comes_back(scene: Scene) -> None:
    page, guide = scene.page, scene.page.locator(".guide")
    await guide.get_by_role("button", name="Close the guide").click()
    await expect(guide).to_be_hidden()
    await page.reload()
    await expect(page.locator(".strip")).to_be_visible()
    await expect(guide).to_be_hidden()
    await page.get_by_role("button", name="First steps").click()
    await expect(guide).to_be_visible()
    await expect(page.get_by_role("button", name="First steps")).to_have_count(0)


async def test_the_guide_speaks_the_pages_language(scene: Scene) -> None:
    for code, words in (("УКР", "Ви — Анна"), ("РУС", "Вы — Анна"), ("ENG", "Write as")):
        await scene.page.get_by_role("button", name=code).click()
        await expect(step(scene.page, "write")).to_contain_text(words)


@pytest.mark.parametrize("width", WIDTHS)
async def test_guide_and_strip_cover_nothing(scene: Scene, width: int) -> None:
    page = scene.page
    await page.set_viewport_size({"width": width, "height": 820})
    await expect(page.locator(".strip .deed")).to_be_visible()
    tops = []
    for part in (".topbar", ".guide", ".stage", ".strip"):
        box = await page.locator(part).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        tops.append((box["y"], box["y"] + box["height"]))
    for (_, end), (begin, _) in itertools.pairwise(tops):
        assert end <= begin
    assert tops[-1][1] <= 820
    inside = await page.locator(".strip").evaluate("node => node.scrollWidth - node.clientWidth")
    assert inside <= 0


async def test_the_strip_says_what_the_bot_did(scene: Scene) -> None:
    deed = scene.page.locator(".strip .deed")
    await expect(deed).to_contain_text("has not done anything yet")
    await scene.starts("Анна")
    await scene.writes(scene.phone, "Where is my parcel?")
    await expect(deed).to_contain_text("wrote to Анна", timeout=A_MINUTE)
    await deed.click()
    before = scene.page.locator(".olddeed")
    await expect(before).to_contain_text(
        ["wrote to Анна", "showed Анна’s message in “Анна”", "opened the topic “Анна”"]
    )


async def test_the_strip_names_a_topic_briefly(scene: Scene) -> None:
    asked = {"name": "#7 James Carter · Where is my parcel with the lamp"}
    await scene.bot_does("createForumTopic", chat_id=scene.group, **asked)
    deed = scene.page.locator(".strip .deed")
    await expect(deed).to_contain_text("opened the topic “#7 James Carter”")


async def test_the_limits_are_turned_on_and_their_rest_is_counted(scene: Scene) -> None:
    left = scene.page.locator(".strip .left")
    await expect(left).to_contain_text("limits are off")
    await left.get_by_role("button", name="Turn limits on").click()
    await expect(left).to_contain_text("20 of 20")
    await scene.starts("Анна")
    await scene.writes(scene.phone, "Where is my parcel?")  # a topic, and the words in it
    await expect(left).to_contain_text("18 of 20", timeout=A_MINUTE)
    await left.get_by_role("button", name="Turn off").click()
    await expect(left).to_contain_text("limits are off")


async def test_the_operators_language_is_wished_when_the_page_changes_its_own(scene: Scene) -> None:
    await scene.page.evaluate(WISHES)
    await scene.page.get_by_role("button", name="РУС").click()
    await scene.page.wait_for_function("window.wishes.length")
    assert await scene.page.evaluate("window.wishes") == ["ru"]


async def test_a_new_beginning_is_asked_for_first(scene: Scene) -> None:
    page = scene.page
    await page.evaluate(WISHES)
    await page.get_by_role("button", name="Start over").click()
    question = page.get_by_role("dialog")
    await expect(question).to_contain_text("All that was written here will be gone")
    await question.get_by_role("button", name="Cancel").click()
    await expect(question).to_have_count(0)
    assert await page.evaluate("window.wishes") == []
    await page.get_by_role("button", name="Start over").click()
    await question.get_by_role("button", name="Start over").click()
    await page.wait_for_function("window.wishes.length")
    assert await page.evaluate("window.wishes") == ["reset"]


async def _scrolls_up(place: Locator) -> None:
    """Until it stays so: what is still being drawn of one's own words leads back to them."""
    for _ in range(60):
        await place.locator(".scroll").evaluate("node => node.scrollTo(0, 0)")
        with suppress(AssertionError):
            await expect(place.locator(".down")).to_be_visible(timeout=1_000)
            return
    await expect(place.locator(".down")).to_be_visible()


async def _line_is_tried(page: Page) -> None:
    async with page.expect_event("requestfailed", lambda one: one.resource_type == "eventsource"):
        pass


async def test_a_new_beginning_covers_the_page_until_all_is_there(scene: Scene) -> None:
    """The sandbox goes away meanwhile: nothing is asked of it, and nothing is in red."""
    page, sandbox = scene.page, scene.sandbox
    # with limits the page asks again and again how much is left
    await page.get_by_role("button", name="Turn limits on").click()
    await expect(page.get_by_role("button", name="Turn off")).to_be_visible()
    await page.get_by_role("button", name="Start over").click()
    question = page.get_by_role("dialog")
    await question.get_by_role("button", name="Start over").click()
    await expect(question).to_contain_text("Starting over")
    await sandbox.stop()
    await expect(page.get_by_role("status").first).not_to_have_class("live")
    await page.keyboard.press("Escape")
    await expect(question).to_contain_text("Starting over")
    await _line_is_tried(page)  # what had been asked before it was known has failed by now
    asked: list[str] = []
    page.on("request", lambda one: asked.append(f"{one.resource_type} {one.url}"))
    await _line_is_tried(page)
    await _line_is_tried(page)
    assert [one for one in asked if not one.startswith("eventsource")] == []
    await sandbox.start("127.0.0.1", sandbox.port)
    await expect(question).to_have_count(0)
    await expect(page.get_by_role("status").first).to_have_class("live")
    scene.complaints = [one for one in scene.complaints if not one.endswith(REFUSED)]


async def test_what_cannot_be_done_while_the_sandbox_is_away_is_said(scene: Scene) -> None:
    page, sandbox = scene.page, scene.sandbox
    await scene.starts("Анна")
    await sandbox.stop()
    await expect(page.get_by_role("status").first).not_to_have_class("live")
    line = scene.phone.get_by_role("textbox", name="Message")
    await line.fill("Is anybody there?")
    await line.press("Enter")
    await expect(page.locator(".toast.bad")).to_contain_text("cannot be reached")
    await expect(line).to_have_value("Is anybody there?")
    await page.get_by_role("button", name="Turn limits on").click()
    await expect(page.locator(".toast.bad")).to_have_count(2)
    scene.complaints = [one for one in scene.complaints if not one.endswith(REFUSED)]
    await sandbox.start("127.0.0.1", sandbox.port)
    await expect(page.get_by_role("status").first).to_have_class("live")
    await line.press("Enter")
    await expect(scene.bubble(scene.phone, "Is anybody there?")).to_be_visible()


@pytest.mark.parametrize("side", ["phone", "topic"])
async def test_ones_own_words_are_seen_wherever_one_was_reading(scene: Scene, side: str) -> None:
    await scene.starts("Анна")
    await scene.writes(scene.phone, "Where is my parcel?")
    await scene.opens("Анна")
    place = scene.phone if side == "phone" else scene.topic
    for number in range(30):
        await scene.writes(place, f"Line {number:02}.\n\n\n")
    await _scrolls_up(place)
    await scene.writes(place, "And this is the last one")
    await expect(scene.bubble(place, "And this is the last one")).to_be_in_viewport()
    await expect(place.locator(".down")).to_be_hidden()
