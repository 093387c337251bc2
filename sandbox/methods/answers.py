"""answerCallbackQuery."""

from __future__ import annotations

from sandbox.errors import bad
from sandbox.methods.call import Call, method

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
    query = params.text("callback_query_id")
    if not call.world.answer(query, call.bot, answer):
        raise bad("query is too old and response timeout expired or query ID is invalid")
    return True
