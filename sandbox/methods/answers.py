"""answerCallbackQuery."""

from __future__ import annotations

from typing import Any

from sandbox.errors import bad
from sandbox.methods.call import Call, method

Json = dict[str, Any]

LONGEST = 200


@method("answerCallbackQuery")
def answer_callback_query(call: Call) -> bool:
    """Bot API: answerCallbackQuery. A query can be answered once, within 150 s."""
    params = call.params
    text = params.text("text")
    if len(text) > LONGEST:
        raise bad("MESSAGE_TOO_LONG")
    answer = {
        "text": text,
        "show_alert": params.flag("show_alert"),
        "url": params.text("url"),
        "cache_time": params.integer("cache_time"),
    }
    _answer(call, params.text("callback_query_id"), answer)
    return True


def _answer(call: Call, query_id: str, answer: Json) -> None:
    world = call.world
    pressed = world.callbacks.answer(query_id, call.bot.id, world.clock(), answer)
    if pressed is None:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    event = {"type": "answer", "chat": None, "thread": None, "person": pressed.user}
    world.tell({**event, "id": query_id, **answer})
