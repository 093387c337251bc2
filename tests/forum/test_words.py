"""The customer's words in the topic."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.desk import outbox, tickets
from bot.desk.said import Content
from bot.desk.words import Words
from models import Post, Ticket, Topic
from tests.desk.talk import anna
from tests.forum.scene import Json, Scene


def forwarded(scene: Scene, text: str) -> Json:
    """Anna forwards to the bot what Borys wrote in a group of theirs."""
    borys = scene.sandbox.world.person("Borys")
    chat = scene.sandbox.world.group("Friends", borys, forum=False)
    scene.anna.joins(chat)
    return scene.anna.forwards(borys.writes(chat, text), scene.bot)


async def test_first_words_stand_under_the_card(scene: Scene) -> None:
    await scene.says("Hello, my order is late")
    await scene.carry()
    (first,) = scene.topic()
    assert first["text"].startswith("#1 · new\nAnna")
    assert first["text"].endswith("\n\nHello, my order is late")
    assert len(first["reply_markup"]["inline_keyboard"]) == 3
    assert scene.calls()[:3] == ["getForumTopicIconStickers", "createForumTopic", "sendMessage"]
    (topic,) = [one for one in scene.sandbox.world.topics(scene.chat) if one["thread"] != 1]
    assert topic["name"] == "#1 Anna · Hello, my order is late"
    assert topic["icon"]
    assert first["pinned"]
    assert (await Topic.get(ticket_id=1)).card_id == first["message_id"]
    assert scene.trouble == []


async def test_words_that_wait_together_are_one_post(scene: Scene) -> None:
    await scene.says("first")
    await scene.carry()
    for text in ("one", "two", "three"):
        await scene.says(text)
    before = len(scene.calls("sendMessage"))
    await scene.carry()
    assert scene.texts()[1:] == ["one\n\ntwo\n\nthree"]
    assert len(scene.calls("sendMessage")) == before + 1
    assert await Post.filter(post_id=scene.topic()[1]["message_id"]).count() == 3


async def test_no_more_words_together_than_fit(scene: Scene) -> None:
    await scene.says("first")
    await scene.carry()
    for letter in "abc":
        await scene.says(letter * 2000)
    await scene.carry()
    assert scene.texts()[1:] == ["a" * 2000 + "\n\n" + "b" * 2000, "c" * 2000]


async def test_long_first_words_follow_the_card(scene: Scene) -> None:
    await scene.says("я" * 4096)
    await scene.carry()
    card, words = scene.texts()
    assert card.startswith("#1")
    assert words == "я" * 4096


async def test_formatting_stays(scene: Scene) -> None:
    bold = [{"type": "bold", "offset": 3, "length": 4}]
    await scene.says("🦄 bold", entities=bold)
    await scene.says("🦄 bold", entities=bold)
    await scene.carry()
    (post,) = scene.topic()
    marked = [one for one in post["entities"] if one["type"] == "bold"]
    encoded = post["text"].encode("utf-16-le")
    parts = [encoded[2 * e["offset"] : 2 * (e["offset"] + e["length"])] for e in marked]
    assert [part.decode("utf-16-le") for part in parts].count("bold") == 2


async def test_a_file_comes_after_the_card(scene: Scene) -> None:
    await scene.sends("document", data=b"bytes", filename="bill.pdf", caption="the bill")
    await scene.carry()
    card, copy = scene.topic()
    assert card["text"].startswith("#1")
    assert copy["document"]["file_name"] == "bill.pdf"
    assert copy["caption"] == "the bill"


async def test_every_kind_is_carried(scene: Scene) -> None:
    await scene.says("hello")
    kinds = ["photo", "video", "animation", "audio", "voice", "video_note", "sticker", "dice"]
    for kind in kinds:
        await scene.sends(kind)
    place = {"latitude": 50.45, "longitude": 30.52}
    await scene.sends("location", **place)
    await scene.sends("venue", title="Office", address="Khreshchatyk 1", **place)
    await scene.sends("contact", phone_number="+380441234567", first_name="Petro")
    await scene.sends("poll", question="Which?", options=["a", "b"])
    await scene.carry()
    seen = scene.topic()[1:]
    expected = [*kinds, "location", "venue", "contact", "poll"]
    assert [kind for kind, one in zip(expected, seen, strict=True) if kind not in one] == []
    assert scene.trouble == []


async def test_an_album_stays_one(scene: Scene) -> None:
    await scene.says("hello")
    parts = [{"kind": "photo", "caption": "both"}, {"kind": "photo"}, {"kind": "video"}]
    for part in scene.anna.album(scene.bot, parts):
        await scene.hears(part)
    await scene.carry()
    album = scene.topic()[1:]
    assert len({one["media_group_id"] for one in album}) == 1
    assert [one.get("caption") for one in album] == ["both", None, None]
    assert len(scene.calls("sendMediaGroup")) == 1
    assert await Post.all().count() == 4


async def test_a_forward_keeps_its_origin(scene: Scene) -> None:
    await scene.says("hello")
    await scene.hears(forwarded(scene, "words of Borys"))
    await scene.carry()
    post = scene.topic()[-1]
    assert post["text"] == "words of Borys"
    assert post["forward_origin"]["sender_user"]["first_name"] == "Borys"


async def test_a_protected_forward_is_copied_with_a_line(scene: Scene) -> None:
    await scene.says("hello")
    scene.sandbox.faults.next(
        method="forwardMessage",
        do="400",
        text="Bad Request: message has protected content and can't be forwarded",
    )
    await scene.hears(forwarded(scene, "secret"))
    await scene.carry()
    assert scene.texts()[-1] == "Forwarded from Borys\nsecret"


async def test_a_reply_answers_the_right_post_with_its_quote(scene: Scene) -> None:
    first = await scene.says("one two three")
    await scene.says("else")
    await scene.carry()
    answered = {"reply_to": first["message_id"], "quote": "two"}
    await scene.says("about that", **answered)
    await scene.carry()
    card, post = scene.topic()
    assert post["reply_to_message"]["message_id"] == card["message_id"]
    assert post["quote"]["text"] == "two"


async def test_a_quote_that_is_gone_does_not_stop_the_reply(scene: Scene) -> None:
    first = await scene.says("one two three")
    await scene.carry()
    answer = scene.anna.writes(scene.bot, "about that", reply_to=first["message_id"], quote="two")
    await scene.edits(scene.anna.edits(first["message_id"], scene.bot, "four"))
    await scene.carry()
    await scene.hears(answer)
    await scene.carry()
    card, post = scene.topic()
    assert card["text"].endswith("four")
    assert post["reply_to_message"]["message_id"] == card["message_id"]
    assert "quote" not in post


async def test_a_file_that_cannot_be_got_is_named_and_tried_again(scene: Scene) -> None:
    await scene.says("hello")
    await scene.carry()
    scene.sandbox.faults.next(
        method="sendDocument",
        do="400",
        text="Bad Request: wrong file_id or the file is temporarily unavailable",
    )
    await scene.sends("document", data=b"x", filename="bill.pdf", caption="here it is")
    assert await scene.one() is None
    assert scene.texts()[-1] == "📎 File “bill.pdf”\nhere it is"
    await scene.carry()
    last = scene.topic()[-1]
    assert last["document"]["file_name"] == "bill.pdf"
    assert last["reply_to_message"]["message_id"] == scene.topic()[-2]["message_id"]


async def test_nothing_else_is_called_for_a_message(scene: Scene) -> None:
    await scene.says("hello")
    await scene.carry()
    before = len(scene.calls())
    await scene.says("more")
    await scene.carry()
    assert scene.calls()[before:] == ["sendMessage"]


async def test_the_bot_tells_in_the_groups_language(scene: Scene) -> None:
    await scene.says("hello")
    await scene.carry()
    async with outbox.transaction():
        ticket = await Ticket.get(id=1)
        await tickets.tell(ticket.id, "Hello {name}", ticket.opened_at, values={"name": "{Anna}"})
    await scene.carry()
    assert scene.texts()[-1] == "Hello {Anna}"


async def test_an_album_answers_too(scene: Scene) -> None:
    first = await scene.says("hello")
    await scene.carry()
    parts = [{"kind": "photo", "caption": "both"}, {"kind": "video"}]
    for part in scene.anna.album(scene.bot, parts, reply_to=first["message_id"]):
        await scene.hears(part)
    await scene.carry()
    card, *album = scene.topic()
    assert len({one["media_group_id"] for one in album}) == 1
    assert [one.get("caption") for one in album] == ["both", None]
    assert {one["reply_to_message"]["message_id"] for one in album} == {card["message_id"]}


async def test_a_protected_forward_of_an_album_is_copied_with_a_line(scene: Scene) -> None:
    await scene.says("hello")
    await scene.carry()
    borys = scene.sandbox.world.person("Borys")
    chat = scene.sandbox.world.group("Friends", borys, forum=False)
    scene.anna.joins(chat)
    parts = [{"kind": "photo", "caption": "secret"}, {"kind": "photo"}]
    album = borys.album(chat, parts)
    scene.sandbox.faults.next(
        method="forwardMessages",
        do="400",
        text="Bad Request: message has protected content and can't be forwarded",
    )
    for part in scene.anna.forwards_album(album, scene.bot):
        await scene.hears(part)
    await scene.carry()
    left, right = scene.topic()[1:]
    assert left["media_group_id"] == right["media_group_id"]
    assert left["caption"] == "Forwarded from Borys\nsecret"
    assert "caption" not in right


@pytest.mark.parametrize("lacks", [{"entities"}, set()])
async def test_what_telegram_refuses_takes_no_notice_of_it_along(
    scene: Scene, lacks: set[str]
) -> None:
    """The words, and the history with them: with their formats only, or whatever is done."""

    def refused(_method: str, values: dict[str, Any]) -> bool:
        return "Where is it?" in values.get("text", "") and lacks <= set(values)

    scene.sandbox.faults.next(do="400", method="sendMessage", when=refused, times=9)
    said = Words("Where is it?", ({"type": "bold", "offset": 0, "length": 5},))
    await anna(1, Content(words=said), at=datetime.now(UTC))
    await scene.carry()
    async with outbox.transaction():
        await tickets.tell(1, "Not shown", datetime.now(UTC), message_id=1)
    await scene.carry()
    card, recalled, told = scene.texts()
    assert card.startswith("#1 · new\nAnna")
    assert ("Where is it?" in recalled) is bool(lacks)
    assert ("cannot be shown here" in recalled) is (not lacks)
    assert told == "Not shown"
