"""A small helpdesk for tests of the engine; all that comes out must parse in both clients."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
import telegram
from aiogram import types

from sandbox.accounts import Bot
from sandbox.errors import ApiError
from sandbox.living import LivingWorld
from sandbox.params import Params, Upload

Json = dict[str, Any]


class Clock:
    """Time that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


class Desk:
    """A bot that is admin in an operators' forum, its owner, an operator and a customer."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.world = LivingWorld(self.clock)
        self.olha = self.world.person("Ольга", username="olha")
        self.petro = self.world.person("Петро")
        self.anna = self.world.person("Anna", last_name="Bird", language="en")
        self.bot: Bot = self.world.add_bot("42:token", "Desk", "desk_bot")
        self.group = self.world.group("Operators", self.olha)
        self.petro.joins(self.group)
        self.olha.adds_bot(self.bot, self.group)
        self.olha.sets_bot_rights(self.bot, self.group)
        self.anna.start(self.bot)
        self.updates()

    def call(self, method: str, /, *, bot: Bot | None = None, **values: Any) -> Any:
        """Call as the wire has it: everything a string, uploads apart."""
        uploads = {k: v for k, v in values.items() if isinstance(v, Upload)}
        plain = {k: _wire(v) for k, v in values.items() if not isinstance(v, Upload)}
        result = self.world.call(bot or self.bot, method, Params(plain, uploads))
        for shown in result if isinstance(result, list) else [result]:
            if isinstance(shown, dict) and "message_id" in shown and "chat" in shown:
                check_message(shown)
        return result

    def refused(self, why: str, method: str, /, *, code: int = 400, **values: Any) -> ApiError:
        """The call must be refused with just this text, prefix left out."""
        with pytest.raises(ApiError) as caught:
            self.call(method, **values)
        prefix = {400: "Bad Request: ", 403: "Forbidden: ", 404: "Not Found: "}[code]
        assert (caught.value.code, caught.value.description) == (code, prefix + why)
        return caught.value

    def topic(self, name: str = "#1 Anna") -> int:
        """A topic of the bot's, its updates forgotten."""
        made = self.call("createForumTopic", chat_id=self.group, name=name)
        self.updates()
        return int(made["message_thread_id"])

    def updates(self, bot: Bot | None = None) -> list[Json]:
        """What the bot has been told since the last time, each parsed by both clients."""
        queue = (bot or self.bot).updates
        told = [orjson.loads(update.body) for update in queue]
        queue.clear()
        for update in told:
            types.Update.model_validate(update)
            assert telegram.Update.de_json(update, None).update_id == update["update_id"]
        return told

    def messages(self, bot: Bot | None = None) -> list[Json]:
        """Only new messages among the updates; others must not have come."""
        told = self.updates(bot)
        assert all("message" in update for update in told), told
        return [update["message"] for update in told]


def check_message(shown: Json) -> types.Message:
    """Parse as aiogram and python-telegram-bot would."""
    message = types.Message.model_validate(shown)
    assert telegram.Message.de_json(shown, None).message_id == shown["message_id"]
    return message


def _wire(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return orjson.dumps(value).decode()
    return str(value)
