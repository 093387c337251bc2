"""No edit hides anybody's words: what no longer fits goes on below, and replaces itself."""

import random
from datetime import UTC, datetime

import pytest

from bot.desk import outbox
from bot.desk.outbox.kinds.to_topic import Edit
from bot.desk.said import stored
from bot.desk.words import Words
from bot.telegram import reading
from models import Message, Post
from tests.forum.scene import Json, Scene

LENGTHS = (1, 20, 900, 3600, 4080)


def speech(number: int, version: int, length: int) -> str:
    """Words that cannot be taken for others; nothing in them is a place to cut."""
    return f"<{number}.{version}:" + chr(96 + number) * length + f":{number}>"


async def shown(scene: Scene) -> str:
    """All that stands in the topic for the ticket's messages, post by post in their order."""
    order = []
    for post in await Post.all().order_by("message_id", "id"):
        if post.post_id not in order:
            order.append(post.post_id)
    seen = {one["message_id"]: one.get("text") or one.get("caption") or "" for one in scene.topic()}
    return "".join(seen[number] for number in order)


async def together(scene: Scene) -> list[Json]:
    """The first words under the card, then three that share a post."""
    said = [await scene.says(speech(1, 0, 2))]
    await scene.carry()
    said += [await scene.says(speech(number, 0, 2)) for number in (2, 3, 4)]
    await scene.carry()
    assert len(scene.topic()) == 2
    return said


async def change(scene: Scene, said: Json, text: str) -> None:
    scene.anna.edits(said["message_id"], scene.bot, text)
    await scene.edits(said)
    await scene.carry()


async def test_words_that_share_a_post_outlive_a_long_edit(scene: Scene) -> None:
    said = await together(scene)
    await change(scene, said[1], speech(2, 1, 3600))
    await change(scene, said[2], speech(3, 1, 3600))
    text = await shown(scene)
    for each in (speech(2, 1, 3600), speech(3, 1, 3600), speech(4, 0, 2)):
        assert text.count(each) == 1
    assert len(scene.topic()) == 3


async def test_the_first_words_are_not_cut_under_the_card(scene: Scene) -> None:
    said = await together(scene)
    await change(scene, said[0], speech(1, 1, 4080))
    assert (await shown(scene)).count(speech(1, 1, 4080)) == 1
    assert len(scene.topic()) == 3
    await change(scene, said[0], speech(1, 2, 4070))
    assert len(scene.topic()) == 3, "the further post replaces itself"
    await change(scene, said[0], speech(1, 3, 2))
    assert len(scene.topic()) == 2


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_is_edited_everything_can_be_read_once_and_in_order(
    scene: Scene, seed: int
) -> None:
    dice = random.Random(seed)
    said = await together(scene)
    now = {number: speech(number, 0, 2) for number in range(1, 5)}
    for version in range(1, 16):
        number = dice.randint(1, 4)
        now[number] = speech(number, version, dice.choice(LENGTHS))
        await change(scene, said[number - 1], now[number])
        text = await shown(scene)
        places = [text.index(each) for each in now.values()]
        assert places == sorted(places)
        assert all(text.count(f"<{each}.") == 1 for each in now)
    for number in now:
        await change(scene, said[number - 1], speech(number, 99, 2))
    assert len(scene.topic()) == 2
    assert scene.trouble == []


async def test_words_become_a_picture(scene: Scene) -> None:
    said = await together(scene)
    picture = await scene.sends("photo", data=b"a cat", caption="the cat")
    await scene.carry()
    other = await Message.all().order_by("-id").first()
    assert other is not None
    for number in (2, 1):  # one that shares a post, then the one under the card
        line = await Message.get(id=number)
        content, origin, words = other.content, other.origin, Words("the cat").dump()
        await Message.filter(id=line.id).update(
            kind="photo", content=content, origin=origin, words=words
        )
        await change_row(scene, line.id)
    photos = [one for one in scene.topic() if "photo" in one]
    assert len(photos) == 3
    text = "".join(scene.texts())
    assert text.count(speech(3, 0, 2)) == text.count(speech(4, 0, 2)) == 1
    assert speech(1, 0, 2) not in text
    assert picture
    assert said


async def test_words_that_become_a_picture_before_they_are_shown_stand_alone(scene: Scene) -> None:
    await scene.says("hi")
    await scene.carry()
    for text in ("one", "two", "three"):
        await scene.says(text)
    picture = reading.content(scene.as_update(scene.anna.sends(scene.bot, "photo", caption="cat")))
    assert picture is not None
    await Message.filter(id=2).update(
        kind="photo", content=stored.dump(picture), words=picture.words.dump()
    )
    await scene.carry()
    _card, photo, others = scene.topic()
    assert [photo["caption"], others["text"]] == ["cat", "two\n\nthree"]
    assert scene.trouble == []


async def test_long_words_under_the_card_become_a_picture(scene: Scene) -> None:
    said = await scene.says("hi")
    await scene.carry()
    await change(scene, said, "x" * 4080 + " the end")
    assert "the end" in "".join(scene.texts())
    await scene.sends("photo", data=b"a cat", caption="the cat")
    await scene.carry()
    other = await Message.all().order_by("-id").first()
    assert other is not None
    await Message.filter(id=1).update(
        kind="photo", content=other.content, origin=other.origin, words=Words("the cat").dump()
    )
    await change_row(scene, 1)
    assert "the end" not in "".join(scene.texts())


async def change_row(scene: Scene, message_id: int) -> None:
    """The edit as the desk puts it, for what the sandbox's people cannot do."""
    async with outbox.transaction():
        await outbox.put(Edit(message_id).draft(1), datetime.now(UTC))
    await scene.carry()


async def test_an_edit_of_what_stands_nowhere_is_shown_anew(scene: Scene) -> None:
    said = await together(scene)
    scene.oleh.deletes_topic(scene.chat, scene.thread)
    await change(scene, said[2], "At seven then")
    assert "✏️ Edited:\nAt seven then" in scene.texts()
    assert "What was said so far" in "".join(scene.texts())
    await change(scene, said[2], "At eight then")
    assert "At eight then" in "".join(scene.texts())
    assert "✏️ Edited:\nAt seven then" not in scene.texts()


async def test_an_edit_of_a_post_that_somebody_deleted(scene: Scene) -> None:
    said = await together(scene)
    scene.oleh.deletes(scene.topic()[1]["message_id"], scene.chat)
    await change(scene, said[2], "At seven then")
    assert "✏️ Edited:\nAt seven then" in scene.texts()
    assert scene.trouble == []


async def test_a_long_caption_of_an_album_is_read_whole_below_it(scene: Scene) -> None:
    await scene.says("hello")
    parts = [
        {"kind": "photo", "data": b"1", "caption": "left"},
        {"kind": "photo", "data": b"2", "caption": "right"},
    ]
    album = scene.anna.album(scene.bot, parts)
    for one in album:
        await scene.hears(one)
    await scene.carry()
    before = len(scene.topic())
    await change(scene, album[1], "r" * 1500 + "!")
    assert {"left", "r" * 1500 + "!"} <= {*scene.texts()}
    await change(scene, album[0], "l" * 1500)
    assert "l" * 1500 + "\n\n" + "r" * 1500 + "!" in scene.texts()
    assert len(scene.topic()) == before + 1, "the further post replaces itself"
    await change(scene, album[1], "RIGHT")
    assert {"RIGHT", "l" * 1500} <= {*scene.texts()}
    await change(scene, album[0], "LEFT")
    assert len(scene.topic()) == before
