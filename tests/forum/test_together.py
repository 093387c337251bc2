"""Words that wait while the budget is short: what shares a post, and what stands alone."""

from models import Post
from models.rows import fetch
from tests.forum.scene import Scene

BECOMES = """
UPDATE message SET kind = photo.kind, content = photo.content, origin = photo.origin,
    words = photo.words
FROM message AS photo WHERE message.id = 3 AND photo.id = 5
"""


async def test_a_reply_stays_a_reply(scene: Scene) -> None:
    first = await scene.says("first")
    await scene.carry()
    await scene.says("one")
    await scene.says("about the first", reply_to=first["message_id"])
    await scene.says("two")
    await scene.says("three")
    await scene.carry()
    card, *rest = scene.topic()
    assert [one["text"] for one in rest] == ["one", "about the first", "two\n\nthree"]
    assert [one["reply_to_message"]["message_id"] for one in rest] == [
        scene.thread,
        card["message_id"],
        scene.thread,
    ], "what answers nothing answers the topic"


async def test_a_reply_that_opens_a_ticket_stays_one(scene: Scene) -> None:
    """It answers words of a ticket that ended long ago, so it cannot stand under the card."""
    first = await scene.says("first")
    await scene.carry()
    await fetch("UPDATE ticket SET status = 'closed', closed_at = now() - interval '9 days'")
    await scene.says("about the first", reply_to=first["message_id"])
    await scene.carry()
    threads = [one["thread"] for one in scene.sandbox.world.topics(scene.chat)]
    card, *rest = scene.texts(max(threads))
    assert card.startswith("#2")
    assert "about the first" not in card
    assert "about the first" in rest[-1]


async def test_words_that_became_a_picture_meanwhile_stand_alone(scene: Scene) -> None:
    await scene.says("first")
    await scene.carry()
    for text in ("one", "two", "three"):
        await scene.says(text)
    await scene.sends("photo", data=b"a cat", caption="the cat")
    await fetch(BECOMES)
    await scene.carry()
    assert scene.texts()[1:] == ["one", "the cat", "three", "the cat"]
    assert "photo" in scene.topic()[2]


async def test_as_many_words_as_fit_and_no_more(scene: Scene) -> None:
    await scene.says("first")
    await scene.carry()
    for letter, count in (("a", 2046), ("b", 2046), ("c", 1), ("d", 4095)):
        await scene.says(letter * count)
    await scene.carry()
    assert [len(text) for text in scene.texts()[1:]] == [4094, 1, 4095]
    assert await Post.all().count() == 5
