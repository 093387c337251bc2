"""Files of our store, posted by Telegram: as they are, byte by byte, once."""

import hashlib
import traceback
from dataclasses import replace
from datetime import timedelta
from typing import Any

import obstore
import pytest
from aiogram.methods import SendDocument
from aiohttp import web

from bot.desk import outbox, tickets
from bot.desk.outbox import waiting
from bot.desk.outbox.carrying import TryLater, Undeliverable
from bot.desk.outbox.kinds import to_topic
from bot.desk.said import ChannelAddress, Content, Incoming, Outgoing, Person
from bot.desk.said.attachments import Attachment, Sources
from bot.desk.talk import intake, outgoing
from bot.desk.words import Words
from bot.files import CHUNK, NEVER_SAID, NotKept, Stored
from bot.forum.groups import now
from bot.telegram import reading, uploading
from bot.telegram.calls import telegram
from bot.telegram.downloading import Lender
from bot.telegram.refusals import FileTooLarge
from bot.web import serving
from models import Message
from models.rows import fetch
from sandbox.files import File
from tests.bridges.webhook.shelf import shelf
from tests.files.memory import KEEP_DAYS, TOKEN, memory
from tests.files.test_store import LONG, MANY, PICTURE, lose, pieces, read
from tests.forum.conftest import scene
from tests.forum.scene import Json, Scene

__all__ = ["scene"]
WIDE = b"\x89PNG\r\n\x1a\n" + bytes(8) + (9000).to_bytes(4) + (9000).to_bytes(4) + bytes(64)


async def brings(scene: Scene, data: bytes, kind: str = "document", **how: Any) -> Message:
    """A customer of another channel says something with a file."""
    stored = await scene.store.put(pieces(data), MANY)
    source = Sources(key=stored.key, link=how.pop("link", ""))
    file = Attachment(kind, how.pop("name", "bill.pdf"), sources=source)
    content = Content(kind, Words(how.pop("text", "")), (file,), **how)
    count = await Message.all().count()
    incoming = Incoming(ChannelAddress("webhook", "anna"), Person("Anna"), str(count), content)
    async with outbox.transaction():
        taken = await intake.receive(incoming, now(), reopen_days=7)
    return await Message.get(id=taken.message_id)


def shown(scene: Scene, kind: str) -> tuple[Json, bytes]:
    """The last post of this kind, and the bytes of its file."""
    post = next(one for one in reversed(scene.topic()) if kind in one)
    about = post[kind][-1] if kind == "photo" else post[kind]
    file = scene.sandbox.world.files.find(about["file_id"])
    assert isinstance(file, File)
    return post, scene.sandbox.world.files.bytes_of(file)


async def test_a_file_of_the_store_is_uploaded_with_its_words(scene: Scene) -> None:
    await brings(scene, LONG, text="The bill", name='Рахунок "5".pdf')
    await scene.carry()
    post, data = shown(scene, "document")
    assert (post["caption"], post["document"]["file_name"]) == ("The bill", "Рахунок '5'.pdf")
    assert hashlib.sha256(data).digest() == hashlib.sha256(LONG).digest()
    assert scene.trouble == []


async def bring_album(scene: Scene, *names: str, size: int) -> list[Json]:
    """Files of 12 MB each, in one message; gives their posts."""
    stored = await scene.store.put(pieces(LONG), MANY)
    source = Sources(key=stored.key)
    files = tuple(Attachment("document", name, size=size, sources=source) for name in names)
    content = Content("document", Words("All of it"), files)
    incoming = Incoming(ChannelAddress("webhook", "anna"), Person("Anna"), "album", content)
    async with outbox.transaction():
        await intake.receive(incoming, now(), reopen_days=7)
    await scene.carry()
    return [post for post in scene.topic() if "document" in post]


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


async def test_where_a_notice_has_just_brought_the_card_the_file_brings_no_other(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = await brings(scene, LONG, text="The bill")
    await fetch("UPDATE delivery SET state = 'dead' WHERE kind = 'words'")
    async with outbox.transaction():
        await outbox.put(to_topic.File(message.id).draft(message.ticket_id), now())

    async def then_it_comes(_lane: str) -> bool:
        monkeypatch.undo()
        async with outbox.transaction():
            await tickets.tell(message.ticket_id, "Not shown", now())
        await scene.carry(rounds=1)
        return False

    monkeypatch.setattr(waiting, "is_busy", then_it_comes)
    await scene.carry()
    assert "document" in scene.topic()[-1]
    assert [text.startswith("#1") for text in scene.texts()].count(True) == 1


async def test_a_file_that_has_just_come_with_its_words_is_not_shown_twice(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = "https://shop.example/bill.pdf"
    message = await brings(scene, PICTURE, text="The bill", link=link)
    await fetch("UPDATE delivery SET state = 'dropped' WHERE kind = 'words'")
    async with outbox.transaction():
        await outbox.put(to_topic.File(message.id).draft(message.ticket_id), now())

    async def then_they_come(_lane: str) -> bool:
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


async def uploaded(scene: Scene, kind: str) -> Sources:
    """Where a file can be got that this bot has shown."""
    message = await brings(scene, PICTURE, kind=kind)
    await scene.carry()
    (file,) = outgoing.content_of(await Message.get(id=message.id)).attachments
    return file.sources


async def test_an_album_goes_as_one(scene: Scene) -> None:
    for text in ("first", "second"):
        await brings(scene, PICTURE + text.encode(), kind="photo", text=text, album="one")
    await scene.carry()
    posts = [one for one in scene.topic() if "photo" in one]
    assert [one["caption"] for one in posts] == ["first", "second"]
    assert len({one["media_group_id"] for one in posts}) == 1
    (message,) = await Message.all()
    for file in outgoing.content_of(message).attachments:
        assert file.sources.at(scene.api.id)
        known = scene.sandbox.world.files.find(file.sources.at(scene.api.id) or "")
        assert known is not None
        data = scene.sandbox.world.files.bytes_of(known)
        assert data == await read(scene.store, file.sources.key)


async def test_an_album_of_what_is_no_photo_goes_one_by_one(scene: Scene) -> None:
    for number in range(2):
        await brings(scene, WIDE + bytes([number]), kind="photo", text=str(number), album="one")
    await scene.carry()
    assert [one["caption"] for one in scene.topic() if "document" in one] == ["0", "1"]


async def test_what_is_too_large_is_told_with_a_link(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "LARGEST", 9_000_000)
    await brings(scene, LONG, text="The film", name="film.mp4")
    await scene.carry()
    said = scene.texts()[-1]
    assert "film.mp4" in said
    assert "The film" in said
    link = said.split()[-1]
    assert link.startswith("https://desk.example/files/")
    found = scene.store.links.read(link.rpartition("/")[2])
    assert found is not None
    assert (found.name, await read(scene.store, found.key)) == ("film.mp4", LONG)
    assert scene.calls("sendDocument") == []


async def test_without_a_public_address_it_is_told_without_a_link(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "LARGEST", 9_000_000)
    monkeypatch.setattr(scene.store, "links", memory().links)
    await brings(scene, LONG)
    await scene.carry()
    assert "too large for Telegram (13 MB)." in scene.texts()[-1]


async def test_what_is_kept_no_more_is_told_with_the_days(scene: Scene) -> None:
    await brings(scene, PICTURE, text="The bill")
    await fetch("DELETE FROM file")
    await scene.carry()
    said = scene.texts()[-1]
    assert ["The bill" in said, "kept for 30 days" in said] == [True, True], said


async def test_a_file_without_its_bytes_is_told_at_once_and_the_words_go_on(scene: Scene) -> None:
    await brings(scene, LONG, text="The bill", name="bill.pdf")
    await lose(scene.store)
    await brings(scene, PICTURE, text="And the photo")
    await scene.carry()
    told, further = scene.texts()[-2:]
    assert ["bill.pdf" in told, "The bill" in told, "cannot be found" in told] == [True] * 3, told
    assert further == "And the photo"
    assert scene.trouble == []
    assert scene.calls("sendDocument") == ["sendDocument"], "no action is spent on it"


async def test_a_file_whose_bytes_go_while_it_is_uploaded_is_told_at_the_next_try(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await brings(scene, LONG, text="The bill")
    about = scene.store.about

    async def then_it_goes(key: str) -> Stored:
        monkeypatch.undo()
        found = await about(key)
        await lose(scene.store)
        return found

    monkeypatch.setattr(scene.store, "about", then_it_goes)
    assert isinstance(await scene.one(), TryLater)
    await scene.time_passes()
    assert await scene.one() is None
    assert "cannot be found" in scene.texts()[-1]


async def test_an_empty_file_is_told(scene: Scene) -> None:
    await brings(scene, b"")
    await scene.carry()
    assert "is empty" in scene.texts()[-1]


async def test_an_edit_of_the_words_keeps_the_file(scene: Scene) -> None:
    message = await brings(scene, LONG, text="The bil")
    await scene.carry()
    content = outgoing.content_of(await Message.get(id=message.id))
    changed = Content("document", Words("The bill"), content.attachments)
    async with outbox.transaction():
        assert await intake.edited(ChannelAddress("webhook", "anna"), "0", changed, now())
    await scene.carry()
    post, data = shown(scene, "document")
    assert (post["caption"], len(data)) == ("The bill", len(LONG))


# From Telegram to the others


async def telegrams(scene: Scene, data: bytes, **how: Any) -> Attachment:
    sent = scene.anna.sends(scene.bot, "document", data=data, filename="a.txt", **how)
    content = reading.content(scene.as_update(sent))
    assert content is not None
    return content.attachments[0]


async def test_a_file_of_telegrams_is_linked_and_brought_once(scene: Scene) -> None:
    await scene.sends("document", data=LONG, filename="a.txt")
    message = await Message.get(id=1)
    lender = Lender(scene.api, scene.store)
    file = outgoing.content_of(message).attachments[0]
    link = scene.store.links.read((await lender.link(file, (1, 0))).rpartition("/")[2])
    assert link is not None
    assert (link.name, await read(scene.store, link.key)) == ("a.txt", LONG)
    assert (await fetch("SELECT is_kept FROM file"))[0]["is_kept"]
    file = outgoing.content_of(await Message.get(id=1)).attachments[0]
    assert file.sources.at(scene.api.id)
    await lender.link(file, (1, 0))
    assert scene.calls("getFile") == ["getFile"]


async def test_what_was_brought_is_not_taken_for_the_file_in_its_place(scene: Scene) -> None:
    said = await scene.sends("document", data=LONG, filename="a.txt")
    before = outgoing.content_of(await Message.get(id=1)).attachments[0]
    other = await telegrams(scene, PICTURE)
    place, content = reading.address(scene.anna.id), Content("document", attachments=(other,))
    async with outbox.transaction():
        assert await intake.edited(place, str(said["message_id"]), content, now())
    await Lender(scene.api, scene.store).link(before, (1, 0))
    (file,) = outgoing.content_of(await Message.get(id=1)).attachments
    assert (file.sources.ids, file.sources.key) == (other.sources.ids, "")


async def test_what_was_shown_is_not_taken_for_the_file_in_its_place(scene: Scene) -> None:
    message = await brings(scene, LONG)
    leaving = Outgoing(
        reading.address(scene.anna.id), outgoing.content_of(message), places=[(message.id, 0)]
    )
    stored = await scene.store.put(pieces(PICTURE), MANY)
    other = Attachment("document", "other.pdf", sources=Sources(key=stored.key))
    async with outbox.transaction():
        changed = Content("document", attachments=(other,))
        assert await intake.edited(ChannelAddress("webhook", "anna"), "0", changed, now())
    await scene.bridge.send(leaving)
    (file,) = outgoing.content_of(await Message.get(id=message.id)).attachments
    assert (file.sources.ids, file.sources.key) == ({}, stored.key)


async def test_a_file_over_20_mb_cannot_be_had(scene: Scene) -> None:
    file = await telegrams(scene, bytes(21 << 20))
    lender = Lender(scene.api, scene.store)
    with pytest.raises(FileTooLarge):
        await lender.link(file)
    assert scene.calls("getFile") == []
    with pytest.raises(FileTooLarge):  # what Telegram says itself, where nobody knew its size
        await lender.link(Attachment("document", sources=file.sources))


async def test_what_the_store_has_lost_is_brought_from_telegram_again(scene: Scene) -> None:
    await scene.sends("document", data=LONG, filename="a.txt")
    lender = Lender(scene.api, scene.store)
    file = outgoing.content_of(await Message.get(id=1)).attachments[0]
    first = await lender.link(file, (1, 0))
    await lose(scene.store)
    file = outgoing.content_of(await Message.get(id=1)).attachments[0]
    await lender.link(file, (1, 0))
    assert scene.calls("getFile") == ["getFile"] * 2
    known = scene.store.links.read(first.rpartition("/")[2])
    assert known is not None
    assert await read(scene.store, known.key) == LONG


async def test_what_was_let_go_and_is_brought_again_is_its_messages_again(scene: Scene) -> None:
    await scene.sends("document", data=LONG, filename="a.txt")
    lender = Lender(scene.api, scene.store)
    for _twice in range(2):
        file = outgoing.content_of(await Message.get(id=1)).attachments[0]
        link = scene.store.links.read((await lender.link(file, (1, 0))).rpartition("/")[2])
        assert link is not None
        await scene.store.let_go(now() + 2 * NEVER_SAID)
        assert await read(scene.store, link.key) == LONG
        await scene.store.let_go(now() + timedelta(days=KEEP_DAYS + 1))
        with pytest.raises(NotKept):
            await scene.store.about(link.key)


async def test_no_link_is_given_to_what_was_lost(scene: Scene) -> None:
    stored = await scene.store.put(pieces(PICTURE), MANY)
    await lose(scene.store)
    file = Attachment("document", sources=Sources(key=stored.key))
    with pytest.raises(Undeliverable, match="lost"):
        await Lender(scene.api, scene.store).link(file)


@pytest.mark.parametrize(
    ("status", "refused"),
    [(404, Undeliverable), (403, Undeliverable), (429, TryLater), (408, TryLater), (502, TryLater)],
)
async def test_what_telegram_says_of_a_file_is_told_and_its_token_is_not(
    scene: Scene, status: int, refused: type[Exception]
) -> None:
    file = await telegrams(scene, LONG)
    async with shelf() as there:
        api = scene.api.session.api
        scene.api.session.api = replace(api, file=f"{there.url}/bot{{token}}/{{path}}")
        there.always = lambda _request: web.Response(status=status)
        with pytest.raises(refused, match=f"HTTP {status}") as told:
            await Lender(scene.api, scene.store).link(file)
    account = "".join(traceback.format_exception(told.value))
    assert there.asked
    assert scene.api.token not in account
    if isinstance(told.value, Undeliverable):
        assert told.value.reason == "file"


@pytest.mark.parametrize(
    ("sources", "why"),
    [(Sources({"1": "theirs"}), "file"), (Sources(key="ab" * 32), "not kept")],
)
async def test_a_file_that_nobody_has_cannot_be_had(
    scene: Scene, sources: Sources, why: str
) -> None:
    with pytest.raises(Undeliverable, match=why):
        await Lender(scene.api, scene.store).link(Attachment("document", sources=sources))


async def test_where_no_link_can_be_given_nothing_is_brought(scene: Scene) -> None:
    file = await telegrams(scene, b"bytes")
    with pytest.raises(Undeliverable, match="no link"):
        await Lender(scene.api, memory()).link(file)
    assert scene.calls("getFile") == []
