"""Files of Telegram's, brought into the store when somebody else is to have them."""

import traceback
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web

from bot.desk import outbox
from bot.desk.outbox.carrying import TryLater, Undeliverable
from bot.desk.said import ChannelAddress, Content, Outgoing
from bot.desk.said.attachments import Attachment, Sources
from bot.desk.talk import intake, outgoing
from bot.files import NEVER_SAID, NotKept
from bot.forum.groups import now
from bot.telegram import reading
from bot.telegram.downloading import Lender
from bot.telegram.refusals import FileTooLarge
from models import Message
from models.rows import fetch
from tests.bridges.webhook.shelf import shelf
from tests.files.bringing import (
    brings,
    telegrams,
)
from tests.files.memory import KEEP_DAYS, memory
from tests.files.test_store import LONG, MANY, PICTURE, lose, pieces, read
from tests.forum.conftest import scene
from tests.forum.scene import Scene

__all__ = ["scene"]


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
