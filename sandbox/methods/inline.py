"""answerInlineQuery."""

from __future__ import annotations

import re
from typing import Any

import orjson

from sandbox.errors import bad
from sandbox.inline import Answer
from sandbox.methods.call import Call, method
from sandbox.methods.results import read_result

Json = dict[str, Any]

MOST = 50
_LONGEST_OFFSET = 64
_USUAL_CACHE = 300
_LONGEST_START = 64
_START = re.compile(r"[\w-]*", re.ASCII)


@method("answerInlineQuery")
def answer_inline_query(call: Call) -> bool:
    """Bot API: answerInlineQuery. A query can be answered once, and soon."""
    params = call.params
    button = _button(call)
    results = [read_result(call, value) for value in _results(call)]
    names = [result.id for result in results]
    if len(set(names)) < len(names):
        raise bad("RESULT_ID_DUPLICATE")
    offset = params.text("next_offset")
    if len(offset.encode()) > _LONGEST_OFFSET:
        raise bad("NEXT_OFFSET_INVALID")
    cached = max(0, params.integer("cache_time", _USUAL_CACHE))
    personal, now = params.flag("is_personal"), call.world.clock()
    _answer(call, Answer(results, now, cached, personal, offset, button))
    return True


def _results(call: Call) -> list[Any]:
    given = call.params.values.get("results")
    if given is None or given == "":
        return []
    if isinstance(given, str):
        try:
            given = orjson.loads(given)
        except orjson.JSONDecodeError:
            raise bad("can't parse JSON encoded inline query results") from None
    if given is None:
        return []
    if not isinstance(given, list):
        raise bad("expected an Array of inline query results")
    if len(given) > MOST:
        raise bad("too many inline query results specified")
    return given


def _answer(call: Call, answer: Answer) -> None:
    world = call.world
    query = world.inline.answer(call.params.text("inline_query_id"), call.bot.id, answer)
    if query is None:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    event: Json = {"type": "answer", "chat": None, "thread": None, "person": query.user}
    world.tell({**event, "id": query.id, **answer.json()})


def _button(call: Call) -> Json | None:
    """Bot API: InlineQueryResultsButton."""
    given = call.params.decoded("button", "inline query results button")
    if given is None:
        return None
    wrong = "can't parse inline query results button: "
    if not isinstance(given, dict):
        raise bad(wrong + "InlineQueryResultsButton must be an Object")
    if not isinstance(given.get("text"), str):
        raise bad(wrong + 'Can\'t find field "text"')
    if isinstance(start := given.get("start_parameter"), str):
        _check_start(start)
        return {"text": given["text"], "start_parameter": start}
    if isinstance(given.get("web_app"), dict):
        return {"text": given["text"], "web_app": given["web_app"]}
    raise bad(wrong + "InlineQueryResultsButton must have exactly one optional field")


def _check_start(parameter: str) -> None:
    if not parameter:
        raise bad("can't use empty start_parameter")
    if len(parameter) > _LONGEST_START:
        raise bad("too long start_parameter specified")
    if not _START.fullmatch(parameter):
        raise bad("unallowed characters in start_parameter are used")
