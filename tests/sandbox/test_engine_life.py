"""A desk lives through thousands of random acts, and what must always be true stays true."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import orjson
import pytest

from sandbox.accounts import Bot
from sandbox.errors import ApiError, Refused
from sandbox.living import LivingWorld
from tests.sandbox.engine_desk import Desk

BUTTON = {"inline_keyboard": [[{"text": "b", "callback_data": "1"}]]}
LIKE = [{"type": "emoji", "emoji": "👍"}]


class Life:
    """Random acts of everybody in a desk."""

    def __init__(self, seed: int) -> None:
        self.desk = Desk()
        self.chance = random.Random(seed)

    def step(self) -> None:
        """One act; a refusal is as good as a success."""
        self.desk.clock.now += self.chance.random() * 600
        with suppress(ApiError, Refused):
            orjson.dumps(self.chance.choice(self._acts())())

    def _acts(self) -> list[Callable[[], Any]]:
        acts = (self._customer, self._operator, self._owner, self._bot)
        return self.chance.choice(acts)(self._thread())

    def _thread(self) -> int:
        topics = self.desk.world.topics(self.desk.group)
        return int(self.chance.choice([topic["thread"] for topic in topics] + [777]))

    def _number(self, where: int | Bot) -> int:
        chat = self.desk.world.chat(where, self.desk.anna.id)
        numbers: list[int] = [*list(chat.messages)[-20:], 99_999]
        return self.chance.choice(numbers)

    def _customer(self, _thread: int) -> list[Callable[[], Any]]:
        anna, bot = self.desk.anna, self.desk.bot
        return [
            lambda: anna.start(bot),
            lambda: anna.writes(bot, "hello"),
            lambda: anna.writes(bot, "answer", reply_to=self._number(bot)),
            lambda: anna.sends(bot, self.chance.choice(("photo", "voice", "dice", "sticker"))),
            lambda: anna.album(bot, [{"kind": "photo"}, {"kind": "video"}]),
            lambda: anna.edits(self._number(bot), bot, "better"),
            lambda: anna.deletes(self._number(bot), bot),
            lambda: anna.blocks(bot),
        ]

    def _operator(self, thread: int) -> list[Callable[[], Any]]:
        petro, group = self.desk.petro, self.desk.group
        return [
            lambda: petro.writes(group, "answer", thread=thread),
            lambda: petro.writes(group, "to that", thread=thread, reply_to=self._number(group)),
            lambda: petro.reacts(self._number(group), group, ["👍"]),
            lambda: petro.presses(self._number(group), group, "b"),
            lambda: petro.forwards(self.desk.world.history(group)[-1], group, thread),
        ]

    def _owner(self, thread: int) -> list[Callable[[], Any]]:
        olha, group = self.desk.olha, self.desk.group
        return [
            lambda: olha.closes_topic(group, thread),
            lambda: olha.reopens_topic(group, thread),
            lambda: olha.renames_topic(group, thread, f"name {self.chance.random()}"),
            lambda: olha.deletes_topic(group, thread),
            lambda: olha.pins(self._number(group), group),
            lambda: olha.deletes(self._number(group), group),
        ]

    def _bot(self, thread: int) -> list[Callable[[], Any]]:
        call, bot = self.desk.call, self.desk.bot
        here: dict[str, Any] = {"chat_id": self.desk.group}
        there = {**here, "message_thread_id": thread}
        anna: dict[str, Any] = {"from_chat_id": self.desk.anna.id}
        return [
            lambda: call("createForumTopic", **here, name="n"),
            lambda: call("sendMessage", **there, text="x", reply_markup=BUTTON),
            lambda: call("sendMessage", chat_id=self.desk.anna.id, text="x"),
            lambda: call("copyMessage", **there, **anna, message_id=self._number(bot)),
            lambda: call("copyMessages", **there, **anna, message_ids=[self._number(bot)]),
            lambda: call("deleteMessage", **here, message_id=self._number(self.desk.group)),
            lambda: call("pinChatMessage", **here, message_id=self._number(self.desk.group)),
            lambda: call("unpinAllForumTopicMessages", **there),
            lambda: call(
                "setMessageReaction",
                **here,
                reaction=LIKE,
                message_id=self._number(self.desk.group),
            ),
        ]


@pytest.mark.parametrize("seed", range(3))
def test_a_life(seed: int) -> None:
    life = Life(seed)
    desk = life.desk
    first, told = desk.bot.updates.next_id, []
    for _ in range(2500):
        life.step()
        told += desk.updates()
    assert len(told) > 500
    assert [update["update_id"] for update in told] == list(range(first, first + len(told)))
    for message in (update["message"] for update in told if "message" in update):
        mine = message["from"]["id"] == desk.bot.id
        assert not mine or not {"text", "photo"} & message.keys()
    group = desk.world.chats[desk.group]
    assert list(group.messages) == sorted(group.messages)
    for topic in group.topics.values():
        assert topic.ids[0] == topic.thread == min(topic.ids)
    assert all(not one.thread or one.thread in group.topics for one in group.messages.values())
    assert set(group.pinned) <= set(group.messages)
    again = LivingWorld.load(orjson.loads(orjson.dumps(desk.world.export())), desk.clock)
    assert again.history(desk.group) == desk.world.history(desk.group)
