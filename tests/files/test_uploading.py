"""Files of the store, on their way to Telegram."""

import hashlib
from dataclasses import replace
from itertools import count
from typing import Any

import obstore
import pytest
from aiogram.methods import SendDocument
from aiohttp import web

from bot.desk import outbox, tickets
from bot.desk.outbox import waiting
from bot.desk.outbox.kinds import to_topic
from bot.desk.said import ChannelAddress, Content, Outgoing
from bot.desk.said.attachments import Attachment, Sources
from bot.desk.talk import intake, outgoing
from bot.desk.words import Words
from bot.files import CHUNK
from bot.forum.groups import now
from bot.telegram import reading, uploading
from bot.telegram.calls import telegram
from bot.web import serving
from models import Message
from models.rows import fetch
from tests.files.bringing import (
    WIDE,
    bring_album,
    brings,
    shown,
    uploaded,
)
from tests.files.memory import TOKEN, memory
from tests.files.test_store import LONG, MANY, PICTURE, pieces
from tests.forum.conftest import scene
from tests.forum.scene import Scene

__all__ = ["scene"]


async def test_a_file_of_the_store_is_uploaded_with_its_words(scene: Scene) -> None:
    await brings(scene, LONG, text="The bill", name='Рахунок "5".pdf')
    await scene.carry()
    post, data = shown(scene, "document")
    assert (post["caption"], post["document"]["file_name"]) == ("The bill", "Рахунок '5'.pdf")
    assert hashlib.sha256(data).digest() == hashlib.sha256(LONG).digest()
    assert scene.trouble == []


async def test_files_that_telegram_finds_too_large_together_are_posted_apart(
    scene: Scene,
) -> None:
    """60 MB, whatever their sender said of them."""
    names = [f"{number}.pdf" for number in range(5)]
    posts = await bring_album(scene, *names, size=1)
    assert [post["document"]["file_name"] for post in posts] == names
    assert posts[0]["caption"] == "All of it"
    assert scene.trouble == []


async def test_files_known_to_be_too_large_together_are_not_tried_so(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "LARGEST", 20 * uploading.MB)
    posts = await bring_album(scene, "a.pdf", "b.pdf", size=len(LONG))
    assert [post["document"]["file_name"] for post in posts] == ["a.pdf", "b.pdf"]
    assert "sendMediaGroup" not in scene.calls()


LOOKS = (1, 2)  # what comes does so before there is a topic, or in it


@pytest.mark.parametrize("is_told", [False, True])
async def test_a_file_whose_words_cannot_be_shown_waits_for_what_tells_of_them(
    scene: Scene, *, is_told: bool
) -> None:
    message = await brings(scene, LONG, text="The bill")
    await fetch("UPDATE delivery SET state = 'dead' WHERE kind = 'words'")
    async with outbox.transaction():
        await tickets.tell(message.ticket_id, "Not shown", now())
    if is_told:
        await scene.carry()
    else:
        await fetch("UPDATE delivery SET due_at = now() + interval '1 hour' WHERE kind = 'tell'")
    async with outbox.transaction():
        await outbox.put(to_topic.File(message.id).draft(message.ticket_id), now())
    await scene.carry(rounds=9)
    if not is_told:
        assert {(str(one), getattr(one, "blameless", False)) for one in scene.trouble} == {
            ("its words come first", True)
        }
        return
    assert scene.trouble == []
    assert "forum_topic_created" in shown(scene, "document")[0]["reply_to_message"]


async def test_a_file_makes_no_topic_where_its_words_are_to_come(scene: Scene) -> None:
    """They make it: else there are two for a moment, and each costs the group an action."""
    message, made = await brings(scene, LONG, text="The bill"), scene.calls("createForumTopic")
    await fetch("UPDATE delivery SET due_at = now() + interval '1 year' WHERE kind = 'words'")
    async with outbox.transaction():
        await outbox.put(to_topic.File(message.id).draft(message.ticket_id), now())
    assert str(await scene.one()) == "its words come first"
    assert scene.calls("createForumTopic") == made


@pytest.mark.parametrize("looks", LOOKS)
async def test_where_a_notice_has_just_brought_the_card_the_file_brings_no_other(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, looks: int
) -> None:
    message = await brings(scene, LONG, text="The bill")
    await fetch("UPDATE delivery SET state = 'dead' WHERE kind = 'words'")
    async with outbox.transaction():
        await outbox.put(to_topic.File(message.id).draft(message.ticket_id), now())

    looked = count(1)

    async def then_it_comes(_lane: str) -> bool:
        if next(looked) < looks:
            return False
        monkeypatch.undo()
        async with outbox.transaction():
            await tickets.tell(message.ticket_id, "Not shown", now())
        await scene.carry(rounds=1)
        return False

    monkeypatch.setattr(waiting, "is_busy", then_it_comes)
    await scene.carry()
    assert "document" in scene.topic()[-1]
    assert [text.startswith("#1") for text in scene.texts()].count(True) == 1


@pytest.mark.parametrize("looks", LOOKS)
async def test_a_file_that_has_just_come_with_its_words_is_not_shown_twice(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, looks: int
) -> None:
    link = "https://shop.example/bill.pdf"
    message = await brings(scene, PICTURE, text="The bill", link=link)
    await fetch("UPDATE delivery SET state = 'dropped' WHERE kind = 'words'")
    async with outbox.transaction():
        await outbox.put(to_topic.File(message.id).draft(message.ticket_id), now())

    looked = count(1)

    async def then_they_come(_lane: str) -> bool:
        if next(looked) < looks:
            return False
        monkeypatch.undo()
        await fetch("UPDATE delivery SET state = 'head' WHERE kind = 'words'")
        await scene.carry(rounds=1)
        return False

    monkeypatch.setattr(waiting, "is_busy", then_they_come)
    await scene.carry()
    assert [post["caption"] for post in scene.topic() if "document" in post] == ["The bill"]


async def test_a_file_is_read_while_it_is_uploaded(
    db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is never held as a whole: its beginning is at Telegram's before its end is read."""
    store, read_so_far, arrived = memory(), 0, 0
    read_by_then: list[int] = []  # when so much of the file itself has arrived
    get = obstore.get_range_async

    async def counted(*where: Any, start: int, end: int) -> Any:
        nonlocal read_so_far
        read_so_far += end - start
        return await get(*where, start=start, end=end)

    async def takes(request: web.Request) -> web.Response:
        nonlocal arrived
        async for chunk in request.content.iter_any():
            arrived += len(chunk)
            if arrived > CHUNK:
                read_by_then.append(read_so_far)
        shown = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}}
        return web.json_response({"ok": True, "result": shown})

    stored = await store.put(pieces(LONG * 3), MANY)
    monkeypatch.setattr(obstore, "get_range_async", counted)
    app = web.Application()
    app.router.add_post("/{path:.*}", takes)
    async with serving(app, "127.0.0.1", 0) as url, telegram(TOKEN, url) as bot:
        file = Attachment("document", "film", sources=Sources(key=stored.key))
        await bot(SendDocument(chat_id=1, document=uploading.Upload(store, file)))
    assert arrived > read_so_far == stored.size
    assert read_by_then[0] < stored.size // 2


async def test_what_was_uploaded_once_goes_by_its_id_then(scene: Scene) -> None:
    message = await brings(scene, LONG)
    await scene.carry()
    content = outgoing.content_of(await Message.get(id=message.id))
    assert content.attachments[0].sources.at(scene.api.id)
    assert content.attachments[0].sources.key
    await scene.bridge.send(Outgoing(reading.address(scene.anna.id), content))
    sent = [str(entry.values["document"]) for entry in scene.sandbox.calls.of("sendDocument")]
    assert [each.startswith("attach://") for each in sent] == [True, False]
    assert "document" in scene.private()[-1]


async def test_a_customer_of_telegrams_gets_it_and_its_id_is_kept(scene: Scene) -> None:
    message = await brings(scene, PICTURE, kind="photo")
    content = outgoing.content_of(message)
    leaving = Outgoing(reading.address(scene.anna.id), content, places=[(message.id, 0)])
    await scene.bridge.send(leaving)
    assert "photo" in scene.private()[-1]
    content = outgoing.content_of(await Message.get(id=message.id))
    assert content.attachments[0].sources.at(scene.api.id)


async def test_a_photo_that_telegram_takes_for_none_is_a_document(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await brings(scene, WIDE, kind="photo", text="wide")
    await scene.carry()
    assert shown(scene, "document")[1] == WIDE
    monkeypatch.setattr(uploading, "LARGEST_PHOTO", len(PICTURE) - 1)
    await brings(scene, PICTURE, kind="photo", text="large")
    await scene.carry()
    assert shown(scene, "document")[0]["caption"] == "large"
    assert scene.calls("sendPhoto") == ["sendPhoto"]


async def test_a_photo_that_went_as_a_document_is_shown_again(scene: Scene) -> None:
    """Telegram takes its id for a document's, and the message still has a photo."""
    message = await brings(scene, WIDE, kind="photo", text="wide")
    await scene.carry()
    content = outgoing.content_of(await Message.get(id=message.id))
    assert content.attachments[0].sources.at(scene.api.id) is None
    again = Outgoing(reading.address(scene.anna.id), content, places=[(message.id, 0)])
    await scene.bridge.send(again)
    assert "document" in scene.private()[-1]


async def test_the_id_of_a_document_that_is_kept_as_a_photos_is_of_use(scene: Scene) -> None:
    """Earlier versions kept it so."""
    document = await uploaded(scene, "document")
    photo = Content("photo", Words("wide"), (Attachment("photo", sources=document),))
    await scene.bridge.send(Outgoing(reading.address(scene.anna.id), photo))
    assert scene.private()[-1]["caption"] == "wide"
    first, second = (replace(photo, words=Words(text)) for text in ("first", "second"))
    album = first.joined(second)
    await scene.bridge.send(Outgoing(reading.address(scene.anna.id), album))
    assert [one["caption"] for one in scene.private()[-2:]] == ["first", "second"]


async def test_words_of_a_photo_that_went_as_a_document_are_edited(scene: Scene) -> None:
    message = await brings(scene, WIDE, kind="photo", text="wid")
    await scene.carry()
    content = outgoing.content_of(await Message.get(id=message.id))
    async with outbox.transaction():
        changed = replace(content, words=Words("wide"))
        assert await intake.edited(ChannelAddress("webhook", "anna"), "0", changed, now())
    await scene.carry()
    assert shown(scene, "document")[0]["caption"] == "wide"
