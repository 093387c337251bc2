"""Albums of files from the store, and what cannot go."""

import pytest

from bot.desk import outbox
from bot.desk.outbox.carrying import TryLater
from bot.desk.said import ChannelAddress, Content
from bot.desk.talk import intake, outgoing
from bot.desk.words import Words
from bot.files import Stored
from bot.forum.groups import now
from bot.telegram import uploading
from models import Message
from models.rows import fetch
from tests.files.bringing import (
    WIDE,
    brings,
    shown,
)
from tests.files.memory import memory
from tests.files.test_store import LONG, PICTURE, lose, read
from tests.forum.conftest import scene
from tests.forum.scene import Scene

__all__ = ["scene"]


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
