"""Calls of those who can neither sign nor shape them, such as telephone exchanges.

What stands where, and what is made of it, is data: `Reads` of the endpoint.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import orjson
from aiohttp import web

from bot.bridges.base import Malformed
from bot.bridges.webhook import events
from bot.bridges.webhook.endpoints import NAME, Paths, Reads

MOST_FIELDS = 1000
LONGEST_VALUE = 1000  # characters
FORM = "application/x-www-form-urlencoded"


def read(reads: Reads, request: web.Request, body: bytes, language: str) -> events.Incoming | None:
    """The message that a call means. None: it means nothing to us. Raises Malformed."""
    call = _parsed(reads, request, body)
    for path, wanted in reads.when.items():
        if _text(call, (path,)) not in wanted:
            return None
    number = _text(call, reads.fields.id)
    if not number:
        raise Malformed(f"{' or '.join(reads.fields.id)} is missing")
    sender = _text(call, reads.fields.sender)
    who = {
        "id": sender or f"call-{number}",  # who hides their number is nobody we have met
        "name": _text(call, reads.fields.name) or sender,
        "language": _text(call, reads.fields.language),
    }
    said = {"id": number, "from": who, "text": _said(reads, call, language)}
    return events.made({"type": "message", "data": said})


def _parsed(reads: Reads, request: web.Request, body: bytes) -> Any:
    kind: str = reads.body
    if kind == "any":
        kind = {"application/json": "json", FORM: "form"}.get(request.content_type, "query")
    try:
        if kind == "json":
            return orjson.loads(body)
        text = request.rel_url.raw_query_string if kind == "query" else body.decode()
        return dict(_dotted(text))
    except ValueError as error:  # of UTF-8 and JSON, too
        raise Malformed(f"this is no {kind}") from error


def _dotted(form: str) -> list[tuple[str, str]]:
    """`call[data][0]=x` is what `call.data.0` names."""
    pairs = parse_qsl(form, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    return [(name.replace("[", ".").replace("]", ""), value) for name, value in pairs]


def _text(call: Any, paths: Paths) -> str:
    """The first of these that is there and says something; one line."""
    return next(filter(None, (_one(call, path) for path in paths)), "")


def _one(call: Any, path: str) -> str:
    if isinstance(call, Mapping) and path in call:
        return _scalar(call[path])
    for part in path.split("."):
        if isinstance(call, list) and part.isdecimal() and int(part) < len(call):
            call = call[int(part)]
        elif isinstance(call, Mapping):
            call = call.get(part)
        else:
            return ""
    return _scalar(call)


def _scalar(value: Any) -> str:
    if not isinstance(value, str | int | float):
        return ""
    value = str(value).lower() if isinstance(value, bool) else value  # as JSON has it
    return " ".join(str(value).split())[:LONGEST_VALUE]


def _said(reads: Reads, call: Any, language: str) -> str:
    """The lines, in the operators' language, whose values are all there."""
    lines = reads.text.get(language) or next(iter(reads.text.values()))
    values = {name: _text(call, paths) for name, paths in reads.values.items()}
    told = [line for line in lines if all(values.get(name) for name in NAME.findall(line))]
    return "\n".join(NAME.sub(lambda found: values[found[1]], line) for line in told)
