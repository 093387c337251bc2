"""Answers in the customer's private chat."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import GetUpdates
from redis.asyncio import Redis

from bot.bridges.telegram import Telegram
from bot.budget import Budget
from bot.desk.outbox.carrying import TryLater
from bot.desk.said import Content, Outgoing
from bot.desk.said.attachments import Attachment, Original, Sources
from bot.desk.talk import outgoing
from bot.desk.words import Words, plain
from bot.telegram import reading
from bot.telegram.refusals import Blocked, FileAway, NoAccess, TooOld, Unreachable
from models import Message
from tests.bridges.other_side import How, OtherSide
from tests.forum.conftest import scene, staged
from tests.forum.scene import Scene

__all__ = ["scene"]


class PrivateChat:
    """The other side of the contract (`test_contract.py`): Anna's private chat with the bot."""

    def __init__(self, scene: Scene) -> None:
        self.bridge = scene.bridge
        self.address = reading.address(scene.anna.id)
        self._scene = scene

    def read(self) -> list[str]:
        """What she sees of the bot's."""
        theirs = (one for one in self._scene.private() if one["from"]["id"] == self._scene.bot.id)
        return [str(one.get("text") or one.get("caption") or sorted(one)) for one in theirs]

    def given(self) -> str:
        """What the bot has asked for, in her chat."""
        calls = self._scene.sandbox.calls
        return str([one.values for one in calls if one.chat_id == str(self._scene.anna.id)])

    def photo(self, caption: str) -> Content:
        """One that an operator has sent in the group."""
        scene = self._scene
        sent = scene.oleh.sends(scene.chat, "photo", thread=scene.thread, caption=caption)
        content = reading.content(scene.as_update(sent))
        assert content is not None
        return content

    def fails(self, how: How) -> None:
        """The Bot API is in trouble, or does not take it."""
        do = "502" if how == "later" else "400"
        self._scene.sandbox.faults.next(do=do)  # type: ignore[arg-type]


@asynccontextmanager
async def other_side(redis: Redis) -> AsyncIterator[OtherSide]:
    """A customer who has written."""
    async with staged(redis) as scene:
        await begin(scene)
        yield PrivateChat(scene)


async def begin(scene: Scene) -> None:
    """A ticket with a topic."""
    await scene.says("hello")
    await scene.carry()


async def test_words_arrive_with_their_formatting(scene: Scene) -> None:
    await begin(scene)
    bold = [{"type": "bold", "offset": 0, "length": 2}]
    await scene.answers(scene.oleh.writes(scene.chat, "Hi!", thread=scene.thread, entities=bold))
    await scene.send([2])
    last = scene.private()[-1]
    assert last["text"] == "Hi!"
    assert last["entities"] == bold


async def test_an_answer_replies_to_the_customers_own_message(scene: Scene) -> None:
    said = await scene.says("one two three")
    await scene.carry()
    card = scene.topic()[0]["message_id"]
    where = {"thread": scene.thread, "reply_to": card, "quote": "two"}
    await scene.answers(scene.oleh.writes(scene.chat, "Yes, two", **where))
    await scene.send([2])
    last = scene.private()[-1]
    assert last["reply_to_message"]["message_id"] == said["message_id"]
    assert last["quote"]["text"] == "two"


async def test_an_album_arrives_as_one(scene: Scene) -> None:
    await begin(scene)
    parts = [{"kind": "photo", "caption": "both"}, {"kind": "photo"}]
    for part in scene.oleh.album(scene.chat, parts, thread=scene.thread):
        await scene.answers(part)
    sent = await scene.send([2, 3])
    album = scene.private()[-2:]
    assert [str(one["message_id"]) for one in album] == sent
    assert len({one["media_group_id"] for one in album}) == 1


async def test_a_large_file_needs_no_download(scene: Scene) -> None:
    await begin(scene)
    size = 300 * 1024 * 1024
    large = scene.oleh.sends(scene.chat, "video", size=size, thread=scene.thread)
    await scene.answers(large)
    await scene.send([2])
    assert scene.private()[-1]["video"]["file_size"] == size
    assert "getFile" not in scene.calls()


async def test_a_file_whose_original_is_deleted_is_sent_by_its_id(scene: Scene) -> None:
    await begin(scene)
    said = scene.oleh.sends(scene.chat, "photo", caption="look", thread=scene.thread)
    await scene.answers(said)
    scene.oleh.deletes(said["message_id"], scene.chat)
    await scene.send([2])
    last = scene.private()[-1]
    assert last["caption"] == "look"
    assert "photo" in last


async def test_an_edit_is_followed(scene: Scene) -> None:
    await begin(scene)
    said = await scene.answers(scene.oleh.writes(scene.chat, "befor", thread=scene.thread))
    (number,) = await scene.send([2])
    scene.oleh.edits(said["message_id"], scene.chat, "before")
    content = reading.content(scene.as_update(said))
    assert content is not None
    await scene.bridge.edit(Outgoing(reading.address(scene.anna.id), content), [[number]], 0)
    assert scene.private()[-1]["text"] == "before"
    await scene.bridge.edit(Outgoing(reading.address(scene.anna.id), content), [[number]], 0)


async def test_a_replaced_photo_is_replaced(scene: Scene) -> None:
    await begin(scene)
    first = await scene.answers(scene.oleh.sends(scene.chat, "photo", thread=scene.thread))
    (number,) = await scene.send([2])
    other = scene.oleh.sends(scene.chat, "photo", data=b"other", thread=scene.thread)
    await scene.answers(other)
    content = outgoing.content_of(await Message.get(id=3))
    before = scene.private()[-1]["photo"][-1]["file_unique_id"]
    await scene.bridge.edit(Outgoing(reading.address(scene.anna.id), content), [[number]], 0)
    assert scene.private()[-1]["photo"][-1]["file_unique_id"] != before
    assert first["message_id"] != other["message_id"]


async def test_words_can_be_taken_back(scene: Scene) -> None:
    await begin(scene)
    await scene.answers(scene.oleh.writes(scene.chat, "wrong", thread=scene.thread))
    sent = await scene.send([2])
    await scene.bridge.unsend(reading.address(scene.anna.id), sent)
    assert [one for one in scene.private() if one.get("text") == "wrong"] == []


async def test_old_words_cannot_be_taken_back(scene: Scene) -> None:
    await begin(scene)
    await scene.answers(scene.oleh.writes(scene.chat, "wrong", thread=scene.thread))
    sent = await scene.send([2])
    clock = scene.sandbox.world.clock
    scene.sandbox.world.clock = lambda: clock() + 49 * 3600
    with pytest.raises(TooOld):
        await scene.bridge.unsend(reading.address(scene.anna.id), sent)


async def test_reactions_come_and_go(scene: Scene) -> None:
    said = await scene.says("hello")
    address = reading.address(scene.anna.id)
    for emoji, shown in (("👍", ["👍"]), ("", [])):
        await scene.bridge.react(address, str(said["message_id"]), emoji)
        found = [m for m in scene.private() if m["message_id"] == said["message_id"]]
        assert [one["emoji"] for one in found[0]["reactions"]] == shown


def words(scene: Scene, text: str, user_id: int | None = None) -> Outgoing:
    return Outgoing(reading.address(user_id or scene.anna.id), Content(words=plain(text)))


async def test_who_blocked_the_bot_is_not_reached(scene: Scene) -> None:
    scene.anna.blocks(scene.bot)
    with pytest.raises(Blocked) as refusal:
        await scene.bridge.send(words(scene, "hi"))
    assert refusal.value.reason == "blocked"
    assert len(scene.calls("sendMessage")) == 1


async def test_who_never_started_or_left_is_not_reached(scene: Scene) -> None:
    with pytest.raises(Unreachable):  # an operator: known, but has never started the bot
        await scene.bridge.send(words(scene, "hi", scene.oleh.id))
    stranger = scene.sandbox.world.person("Stranger")
    with pytest.raises(NoAccess):
        await scene.bridge.send(words(scene, "hi", stranger.id))
    scene.anna.deletes_account()
    with pytest.raises(NoAccess):
        await scene.bridge.send(words(scene, "hi"))


async def test_a_long_text_is_split_and_finished_once_begun(scene: Scene) -> None:
    scene.sandbox.faults.next(
        method="sendMessage", do="500", when=lambda _method, values: "b" in str(values["text"])
    )
    (sent,) = await scene.bridge.send(words(scene, "a" * 4000 + "\n\n" + "b" * 4000))
    assert len(sent) == 2
    assert [one["text"][0] for one in scene.private()[-2:]] == ["a", "b"]


@pytest.mark.parametrize(
    ("fault", "certain"),
    [("500", False), ("502", False), ("drop_before", False), ("drop_after", False)],
)
async def test_what_is_not_known_is_uncertain(scene: Scene, fault: str, certain: bool) -> None:
    scene.sandbox.faults.next(method="sendMessage", do=fault)  # type: ignore[arg-type]
    with pytest.raises(TryLater) as trouble:
        await scene.bridge.send(words(scene, "hi"))
    assert trouble.value.certain is certain


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
async def test_what_was_taken_and_whose_answer_breaks_off_is_sent(
    scene: Scene, share: float
) -> None:
    scene.sandbox.faults.next(method="sendMessage", do="cut", share=share)
    await scene.bridge.send(words(scene, "hi"))
    assert [one["text"] for one in scene.private() if one.get("text") == "hi"] == ["hi"]


async def test_where_it_stands_is_read_from_half_an_answer(scene: Scene) -> None:
    scene.sandbox.faults.next(method="sendMessage", do="cut")
    sent = await scene.bridge.send(words(scene, "hi"))
    assert sent == [[str(scene.private()[-1]["message_id"])]]


async def test_half_of_what_was_asked_for_is_nothing_and_is_told_to_nobody(scene: Scene) -> None:
    await scene.says("my card is 4111")
    scene.sandbox.faults.next(method="getUpdates", do="cut", share=0.99)
    with pytest.raises(TelegramNetworkError) as trouble:
        await scene.api(GetUpdates(offset=0))
    assert "4111" not in f"{trouble.value}{trouble.value.__cause__}"


async def test_a_server_that_is_not_there_has_certainly_got_nothing(scene: Scene) -> None:
    await scene.sandbox.stop()
    await scene.api.session.close()
    with pytest.raises(TryLater) as trouble:
        await scene.bridge.send(words(scene, "hi"))
    assert trouble.value.certain


async def test_a_file_that_cannot_be_got_is_said_to_be_so(scene: Scene) -> None:
    await begin(scene)
    await scene.answers(scene.oleh.sends(scene.chat, "photo", thread=scene.thread))
    text = "Bad Request: wrong file_id or the file is temporarily unavailable"
    scene.sandbox.faults.next(method="sendPhoto", do="400", text=text)
    with pytest.raises(FileAway):
        await scene.send([2])


async def test_buttons_are_signed(scene: Scene) -> None:
    address = reading.address(scene.anna.id)
    outgoing = Outgoing(address, Content(words=Words("Choose")), buttons=[[("Yes", "yes:1")]])
    await scene.bridge.send(outgoing)
    (button,) = scene.private()[-1]["reply_markup"]["inline_keyboard"][0]
    assert button["text"] == "Yes"
    assert button["callback_data"].startswith("yes:1:")


async def test_a_file_that_only_another_bot_has_is_told_in_words(scene: Scene) -> None:
    await begin(scene)
    file = Attachment("document", "bill.pdf", sources=Sources({"1": "theirs"}))
    content = Content("document", Words("Your bill"), (file,), forwarded="Borys")
    await scene.bridge.send(Outgoing(reading.address(scene.anna.id), content))
    said = scene.private()[-1]["text"]
    assert ["bill.pdf" in said, "Your bill" in said, "Borys" in said] == [True] * 3


async def test_what_cannot_be_forwarded_whole_is_not_forwarded(scene: Scene) -> None:
    await begin(scene)
    said = scene.anna.writes(scene.bot, "hello")
    there = Original(scene.anna.id, said["message_id"])
    kept = Content("text", Words("protected"), forwarded="Borys", protected=True, original=there)
    await scene.bridge.send(Outgoing(reading.address(scene.anna.id), kept))
    files = (Attachment("photo"),)
    first = Content("photo", Words("first"), files, forwarded="Borys", original=there)
    album = first.joined(Content("photo", Words("second"), files, forwarded="Borys"))
    ids = await scene.bridge.send(Outgoing(reading.address(scene.anna.id), album))
    assert scene.calls("forwardMessage", "forwardMessages") == []
    assert [len(each) for each in ids] == [1, 1]
    (second,) = [one for one in scene.private() if str(one["message_id"]) == ids[1][0]]
    assert "second" in second["text"]


TWO_PIECES = "a" * 4000 + "\n\n" + "b" * 4000


class Counted(Budget):
    """A budget that counts the turns it has given."""

    turns = 0

    async def take_private(self, chat_id: int | str, now: float | None = None) -> float:
        wait = await super().take_private(chat_id, now)
        self.turns += not wait
        return wait


async def test_each_piece_of_a_long_text_takes_its_turn(scene: Scene, redis: Redis) -> None:
    budget = Counted(redis, scene.api.id)
    bridge = Telegram(scene.api, budget, scene.store)
    assert await bridge.turn(reading.address(scene.anna.id)) == 0.0
    await bridge.send(words(scene, TWO_PIECES))
    assert budget.turns == 2


async def test_a_flood_wait_between_two_pieces_is_kept_by_all(scene: Scene, redis: Redis) -> None:
    scene.sandbox.faults.next(
        method="sendMessage",
        do="429",
        retry_after=1,
        when=lambda _method, values: "b" in str(values["text"]),
    )
    sending = asyncio.create_task(scene.bridge.send(words(scene, TWO_PIECES)))
    held = 0.0
    while not held and not sending.done():
        await asyncio.sleep(0.01)
        held = await Budget(redis, scene.api.id).held(scene.anna.id)  # as another process sees it
    assert held > 0.0
    ((first, second),) = await sending
    assert int(first or 0) < int(second or 0)
    assert [one["text"][0] for one in scene.private()[-2:]] == ["a", "b"]
