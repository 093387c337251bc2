"""What the page makes of a note, and of an answer that the customer has or has not."""

from playwright.async_api import Locator, expect

from tests.e2e.window import PHOTO, Stage, chromium, pytestmark, stage

__all__ = ["chromium", "pytestmark", "stage"]


async def test_notes_cannot_be_taken_for_answers(stage: Stage) -> None:
    stage.olena.writes(stage.group, "Доброго дня!", thread=stage.thread)
    note = stage.olena.writes(stage.group, "// не обіцяйте знижки", thread=stage.thread)
    stage.olena.album(
        stage.group, [PHOTO, {**PHOTO, "caption": "/note склад"}], thread=stage.thread
    )
    stage.olena.writes(stage.group, "згодна", thread=stage.thread, reply_to=note["message_id"])
    stage.olena.writes(stage.group, "/notebook", thread=stage.thread)
    await stage.opens(1440)
    await expect(stage.bubbles).to_have_count(5)
    told = [await one.locator(".note").count() for one in await stage.bubbles.all()]
    assert told == [0, 1, 1, 1, 0]
    colours = [
        await one.evaluate("(node) => getComputedStyle(node).backgroundColor")
        for one in await stage.bubbles.all()
    ]
    assert colours[1] == colours[2] == colours[3] != colours[0] == colours[4]


async def test_nothing_looks_like_an_answer_that_the_customer_does_not_have(stage: Stage) -> None:
    """Written in notes mode or held, it has no mark of a note: the bot's deed alone tells."""
    wrote = [
        stage.olena.writes(stage.group, text, thread=stage.thread)["message_id"]
        for text in ("Доброго дня!", "клієнт складний", "@taras_bond // що скажеш?")
    ]
    await _marks(stage, wrote[0])
    stage.olena.reacts(wrote[1], stage.group, ["👌"])
    stage.olena.writes(stage.group, "Усім привіт")
    await stage.opens(1440)
    answer, *inside = await stage.bubbles.all()
    assert [await one.locator(".sent").count() for one in (answer, *inside)] == [1, 0, 0]
    assert await _lines(answer) == "none"
    for one in inside:
        assert await _lines(one) == "dashed"
        assert await _colour(one) != await _colour(answer)
    await stage.page.locator(".topicrow").filter(has_text="General").click()
    await expect(stage.bubbles).to_have_count(1)
    assert await _lines(stage.bubbles.first) == "none", "in General nobody means the customer"


async def test_an_answer_that_is_taken_back_looks_like_one_no_more(stage: Stage) -> None:
    wrote = stage.olena.writes(stage.group, "Доброго дня!", thread=stage.thread)["message_id"]
    await _marks(stage, wrote)
    await stage.opens(1440)
    await expect(stage.bubbles.locator(".sent")).to_have_count(1)
    await _marks(stage, wrote, None)
    await expect(stage.bubbles.locator(".sent")).to_have_count(0)


async def _lines(bubble: Locator) -> str:
    return str(await bubble.evaluate("(node) => getComputedStyle(node).outlineStyle"))


async def _colour(bubble: Locator) -> str:
    return str(await bubble.evaluate("(node) => getComputedStyle(node).backgroundColor"))


async def test_what_was_delivered_is_no_note_whatever_it_looks_like(stage: Stage) -> None:
    for text in ("// не обіцяйте знижки", "// так, є дві"):
        wrote = stage.olena.writes(stage.group, text, thread=stage.thread)
    stage.olena.reacts(wrote["message_id"], stage.group, ["👌"])
    await stage.opens(1440)
    await expect(stage.bubbles).to_have_count(2)
    await expect(stage.page.locator(".note")).to_have_count(2)  # a colleague's sign is no mark
    await _marks(stage, wrote["message_id"])
    await expect(stage.page.locator(".note")).to_have_count(1)


async def _marks(stage: Stage, message_id: int, sign: str | None = "👌") -> None:
    """The desk's mark: the customer has it."""
    reaction = [{"type": "emoji", "emoji": sign}] if sign else []
    await stage.asks(
        "setMessageReaction", chat_id=stage.group, message_id=message_id, reaction=reaction
    )


async def test_an_operators_forward_can_be_tried_and_is_a_note(stage: Stage) -> None:
    stage.olena.writes(stage.group, "Доброго дня!", thread=stage.thread)
    await stage.opens(1440)
    await stage.bubbles.first.hover()
    await stage.bubbles.first.locator(".more").click()
    await stage.page.get_by_role("menuitem", name="Переслати в цю тему").click()
    await expect(stage.bubbles).to_have_count(2)
    await expect(stage.bubbles.last).to_contain_text("Переслано від: Олена")
    await expect(stage.bubbles.last.locator(".note")).to_have_count(1)
