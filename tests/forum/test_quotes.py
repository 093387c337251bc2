"""Quotes of posts that several messages share: the place tells which of them, and where in it."""

from typing import Any

import pytest

from bot.desk.said import Quote
from bot.desk.words import Words
from models import Message
from tests.desk.plainly import places
from tests.forum.scene import Json, Scene

Meant = tuple[str, int | None]  # the words of the message, and where in them the quote stands


async def shared(scene: Scene, *texts: str) -> list[Json]:
    """A card of its own, and these in one post."""
    await scene.says("first of all")
    await scene.carry()
    said = [await scene.says(text) for text in texts]
    await scene.carry()
    return said


async def quoted(scene: Scene, post: Json, text: str, number: int = 0) -> Meant:
    """The operator quotes these words of a post, where they stand for the so many-th time."""
    near = places(scene.now(post)["text"], text)[number]
    how: dict[str, Any] = {"reply_to": post["message_id"], "quote": (text, near)}
    await scene.answers(scene.oleh.writes(scene.chat, "Yes", thread=scene.thread, **how))
    answer = await Message.filter(direction="out").order_by("-id").select_related("reply_to")
    meant = answer[0].reply_to
    assert meant is not None
    return meant.words["text"], answer[0].quote["position"] if answer[0].quote else None


async def test_the_place_tells_which_of_two_that_say_the_same(scene: Scene) -> None:
    await shared(scene, "😀 a lamp?", "or a lamp 😀 and a lamp")
    post = scene.topic()[-1]
    assert await quoted(scene, post, "a lamp") == ("😀 a lamp?", 3)
    assert await quoted(scene, post, "a lamp", 1) == ("or a lamp 😀 and a lamp", 3)
    assert await quoted(scene, post, "a lamp", 2) == ("or a lamp 😀 and a lamp", 17)
    assert await quoted(scene, post, "\n\n") == ("😀 a lamp?", None), "of none"


async def test_equal_words_are_told_apart(scene: Scene) -> None:
    await shared(scene, "yes", "yes", "yes")
    ids = await Message.filter(words__contains={"text": "yes"}).order_by("id").values_list("id")
    post = scene.topic()[-1]
    for number in range(3):
        await quoted(scene, post, "yes", number)
        answer = await Message.filter(direction="out").order_by("-id").first()
        assert answer
        assert answer.reply_to_id == ids[number][0]


async def test_after_an_edit_the_place_is_that_of_the_new_text(scene: Scene) -> None:
    first, _second = await shared(scene, "a lamp", "a lamp too")
    post = scene.topic()[-1]
    await scene.edits(scene.anna.edits(first["message_id"], scene.bot, "not one but two, a lamp"))
    await scene.carry()
    assert scene.now(post)["text"] == "not one but two, a lamp\n\na lamp too"
    assert await quoted(scene, post, "a lamp") == ("not one but two, a lamp", 17)
    assert await quoted(scene, post, "a lamp", 1) == ("a lamp too", 0)


async def test_while_an_edit_waits_the_place_is_that_of_the_old_text(scene: Scene) -> None:
    first, second = await shared(scene, "a lamp", "a lamp too")
    post = scene.topic()[-1]
    await scene.edits(scene.anna.edits(first["message_id"], scene.bot, "a chair, and nothing"))
    assert await quoted(scene, post, "a lamp") == ("a chair, and nothing", None)
    assert await quoted(scene, post, "a lamp", 1) == ("a lamp too", 0)
    await scene.edits(scene.anna.edits(second["message_id"], scene.bot, "the lamp too"))
    assert await quoted(scene, post, "lamp", 1) == ("the lamp too", 4), "whoever has said it"


async def test_while_an_edit_waits_the_last_words_are_not_taken_for_the_first(
    scene: Scene,
) -> None:
    first, _second = await shared(scene, "no", "yes")
    await scene.edits(scene.anna.edits(first["message_id"], scene.bot, "yes"))
    await quoted(scene, scene.topic()[-1], "yes")
    answer = await Message.filter(direction="out").select_related("reply_to").first()
    assert answer
    assert answer.reply_to_id == 3


async def test_the_card_above_them_is_not_theirs(scene: Scene) -> None:
    await scene.says("Anna wants a lamp")
    await scene.says("for Anna")
    await scene.carry()
    (card,) = scene.topic()
    assert await quoted(scene, card, "Anna") == ("for Anna", None), "the card's own name of hers"
    assert await quoted(scene, card, "Anna", -2) == ("Anna wants a lamp", 0)
    assert await quoted(scene, card, "Anna", -1) == ("for Anna", 4)


async def test_words_in_several_posts_have_their_places_in_the_whole(scene: Scene) -> None:
    said = await scene.says("a lamp")
    await scene.carry()
    long = "a lamp, a lamp " + "x" * 4000 + "\n\na lamp " + "y" * 70
    await scene.edits(scene.anna.edits(said["message_id"], scene.bot, long))
    await scene.carry()
    card, below = scene.topic()
    assert below["text"].startswith("a lamp yyy")
    assert await quoted(scene, card, "a lamp", -2) == (long, 0)
    assert await quoted(scene, card, "a lamp", -1) == (long, 8)
    assert await quoted(scene, below, "a lamp") == (long, long.rindex("a lamp"))


async def test_pieces_of_several_messages(scene: Scene) -> None:
    """Three that share a post have grown, and go on in further posts."""
    said = await shared(scene, "one", "two", "three")
    long = [f"{mark} a lamp, {mark * 3400} a lamp" for mark in "abc"]
    for one, text in zip(said, long, strict=True):
        await scene.edits(scene.anna.edits(one["message_id"], scene.bot, text))
    await scene.carry()
    posts = scene.topic()[1:]
    assert len(posts) == 3
    found = [
        await quoted(scene, post, "a lamp", number)
        for post in posts
        for number in range(len(places(post["text"], "a lamp")))
    ]
    assert found == [(text, place) for text in long for place in places(text, "a lamp")]


async def test_whatever_stands_above_a_single_message(scene: Scene) -> None:
    await scene.says("first of all")
    await scene.carry()
    await scene.says("a lamp and a lamp")
    await scene.carry()
    await Message.filter(words__contains={"text": "a lamp and a lamp"}).update(
        words=Words("a new lamp and a lamp").dump()
    )
    post = scene.topic()[-1]
    assert await quoted(scene, post, "a lamp", 1) == ("a new lamp and a lamp", 15)


async def test_a_customers_quote_stands_where_the_post_has_it(scene: Scene) -> None:
    first, second = await shared(scene, "😀 a lamp", "a lamp or a lamp")
    post = scene.topic()[-1]
    for said, near, place in ((first, 0, 3), (second, 0, 11), (second, 5, 21)):
        await scene.says("this", reply_to=said["message_id"], quote=("a lamp", near))
        await scene.carry()
        shown = scene.topic()[-1]
        assert shown["reply_to_message"]["message_id"] == post["message_id"]
        assert shown["quote"]["position"] == place


async def test_a_customers_quote_of_words_under_the_card(scene: Scene) -> None:
    said = await scene.says("Anna wants a lamp")
    await scene.carry()
    await scene.says("this", reply_to=said["message_id"], quote="Anna")
    await scene.carry()
    card, shown = scene.topic()
    assert shown["quote"]["position"] == places(card["text"], "Anna")[-1]


@pytest.mark.parametrize("near", [0, 1, 3, 7, 99])
def test_a_quote_is_the_nearest(near: int) -> None:
    words = Words("😀a😀a")
    found = Quote(Words("a")).within(words, near)
    assert found
    assert found.position == (2 if near < 4 else 5)
