"""What a bot offers in an answer to an inline query (Bot API: InlineQueryResult)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox import keyboards
from sandbox.entities import caption, parse
from sandbox.errors import ApiError, bad
from sandbox.files import PEOPLE
from sandbox.inline import Result
from sandbox.media import contact_content, place_content, venue_content
from sandbox.messages import CAPTION_KINDS
from sandbox.methods.call import Call
from sandbox.methods.media import known_file

Json = dict[str, Any]

_FILES = {
    "photo": ("photo", "photo_file_id"),
    "document": ("document", "document_file_id"),
    "video": ("video", "video_file_id"),
    "voice": ("voice", "voice_file_id"),
    "audio": ("audio", "audio_file_id"),
    "gif": ("animation", "gif_file_id"),
    "mpeg4_gif": ("animation", "mpeg4_file_id"),
    "sticker": ("sticker", "sticker_file_id"),
}
_TITLED = {"article", "document", "video", "voice", "location", "venue"}
_UNTITLED = {
    "article": "ARTICLE_TITLE_EMPTY",
    "document": "FILE_TITLE_EMPTY",
    "video": "VIDEO_TITLE_EMPTY",
}
_LONGEST_ID = 64
_ANYWHERE = "supergroup"  # a keyboard that may stand wherever the message will be sent


class Wrong(Exception):
    """A result's own mistake; the text is the server's."""


def read_result(call: Call, value: Any) -> Result:
    """One result, checked in the order of the Bot API server. Raises `ApiError`."""
    try:
        return _read(call, value)
    except Wrong as error:
        raise bad(f"can't parse inline query result: {error}") from None


def _read(call: Call, value: Any) -> Result:
    if not isinstance(value, dict):
        raise Wrong("Inline query result must be an object")
    kind, name = _text(value, "type", required=True).lower(), _text(value, "id", required=True)
    given = _given(call, value, kind)
    markup = _markup(value)
    known, content = given or _own(call, value, kind)
    title = _text(value, "title", required=kind in _TITLED)
    if not 0 < len(name.encode()) <= _LONGEST_ID:
        raise bad("RESULT_ID_INVALID")
    if kind in _UNTITLED and not title:
        raise bad(_UNTITLED[kind])
    shown: Json = {"type": kind, "title": title, "description": _text(value, "description")}
    return Result(name, shown | _looks(call, kind, value, content), known, content, markup)


def _text(value: Json, name: str, *, required: bool = False) -> str:
    text = value.get(name)
    if text is None:
        if required:
            raise Wrong(f'Can\'t find field "{name}"')
        return ""
    if isinstance(text, int | float) and not isinstance(text, bool):
        return str(text)
    if not isinstance(text, str):
        raise Wrong(f'Field "{name}" must be of type String')
    return text


def _wrapped(read: Callable[[], Any]) -> Any:
    """What cannot be parsed inside a result is told as the result's mistake."""
    try:
        return read()
    except ApiError as error:
        text = error.description.removeprefix("Bad Request: ")
        if text.startswith("can't parse"):
            raise Wrong(text[0].upper() + text[1:]) from None
        raise


def _markup(value: Json) -> Json | None:
    given = value.get("reply_markup")
    if given is None:
        return None
    if not isinstance(given, dict):
        raise Wrong('Field "reply_markup" must be of type Object')
    found: Json | None = _wrapped(lambda: keyboards.check(given, _ANYWHERE, only_inline=True))
    return found


def _given(call: Call, value: Json, kind: str) -> tuple[str, Json] | None:
    """`input_message_content`: what is sent in the place of the result itself."""
    content = value.get("input_message_content")
    if content is None:
        if kind == "article":  # the oldest form has the words in the result
            _text(value, "message_text", required=True)
        return _words(call, value) if value.get("message_text") else None
    if not isinstance(content, dict):
        raise Wrong('Field "input_message_content" must be of type Object')
    found = _said(call, content)
    if found is None and kind == "article":
        raise Wrong("Input message content is not specified")
    return found


def _said(call: Call, content: Json) -> tuple[str, Json] | None:
    """Bot API: InputMessageContent; the first that is recognised counts."""
    if content.get("message_text"):
        return _words(call, content)
    if "latitude" in content and "longitude" in content:
        if content.get("title"):
            return "venue", venue_content(content)
        return "location", place_content(content)
    if "phone_number" in content:
        return "contact", contact_content(content, call.world.whose)
    return None


def _words(call: Call, content: Json) -> tuple[str, Json]:
    _text(content, "message_text")
    text, entities = _wrapped(
        lambda: parse(
            call.params.within(content), text_key="message_text", find_user=call.world.find_user
        )
    )
    said: Json = {"text": text} | ({"entities": entities} if entities else {})
    if isinstance(preview := content.get("link_preview_options"), dict):
        said["link_preview_options"] = preview
    return "text", said


def _own(call: Call, value: Json, kind: str) -> tuple[str, Json]:
    """What is sent if nothing else is given: the result itself."""
    if kind in _FILES:
        return _file(call, value, kind)
    if kind == "contact":
        return "contact", contact_content(value, call.world.whose)
    if kind == "location":
        return "location", place_content(value)
    if kind == "venue":
        return "venue", venue_content(value)
    if kind == "game":
        raise bad("games are not modelled by the sandbox")
    raise Wrong(f'type "{kind}" is unsupported for the inline query result')


def _file(call: Call, value: Json, kind: str) -> tuple[str, Json]:
    sort, field = _FILES[kind]
    if _text(value, field.replace("file_id", "url")):
        raise bad("results by URL are not modelled by the sandbox")
    content = dict(known_file(call, sort, _text(value, field, required=True)))
    if sort in CAPTION_KINDS:
        params = call.params.within(value)
        text, entities = _wrapped(lambda: caption(params, call.world.find_user))
        content |= {"caption": text} if text else {}
        content |= {"caption_entities": entities} if entities else {}
        if params.flag("show_caption_above_media") and sort in ("photo", "video", "animation"):
            content["show_caption_above_media"] = True
    return sort, content


def _looks(call: Call, kind: str, value: Json, content: Json) -> Json:
    """A small picture, the name of a contact: what a list shows besides title and description."""
    if kind == "contact":
        names = (str(value.get(name) or "") for name in ("first_name", "last_name"))
        return {"title": " ".join(names).strip(), "description": str(value.get("phone_number"))}
    if kind == "photo":
        file = _text(value, "photo_file_id")
        shown = call.world.files.reveal(known_file(call, "photo", file), PEOPLE)
        return {"thumbnail": shown["photo"][0]["file_id"]}
    return {"words": content.get("text") or content.get("caption") or ""}
