"""What Telegram answers when something was shown: read for its place alone.

The status says that it is done, and what is done must not be repeated because an answer cannot be
read, such as one with a field of a later version, or half of one.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar, cast

import orjson
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import TelegramMethod
from aiogram.types import (
    Animation,
    Audio,
    Document,
    ForumTopic,
    Message,
    MessageId,
    PhotoSize,
    Sticker,
    Video,
    VideoNote,
    Voice,
)
from pydantic import BaseModel

M = TypeVar("M", bound=BaseModel)

PLACE = re.compile(r'(?:"result"\s*:|[\[,])\s*\{\s*"message_(?:thread_)?id"\s*:\s*(\d+)')
# An animation is shown as a document, too, so it is looked for first.
FILES: dict[str, type[BaseModel]] = {
    "animation": Animation,
    "photo": PhotoSize,
    "video": Video,
    "document": Document,
    "audio": Audio,
    "voice": Voice,
    "video_note": VideoNote,
    "sticker": Sticker,
}
ASIDE = "ephemeral_message_id"
UNKNOWN = 0  # the number of a message that was shown, nobody knows where


def reads(method: TelegramMethod[Any]) -> bool:
    """Whether this is a call whose answer is read here."""
    return method.__returning__ in READERS


def read(method: TelegramMethod[Any], body: str) -> Any:
    """The place, or the places, of what was shown. `body` came with the status 200."""
    return READERS[method.__returning__](method, _result(body))


def _result(body: str) -> Any:
    """The result; of one that is broken off, the numbers of what was shown, if there are any."""
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        return [int(number) for number in PLACE.findall(body)] or None
    return answer.get("result") if isinstance(answer, dict) else None


def _message(method: TelegramMethod[Any], result: Any) -> Message:
    number = _number(result)
    thread = getattr(method, "message_thread_id", None)
    in_topic = thread is not None
    file: dict[str, Any] = {}
    if number and isinstance(result, dict):  # else it stands where it was sent to
        thread, in_topic = result.get("message_thread_id"), bool(result.get("is_topic_message"))
        file = _file(result)
    where = {"message_thread_id": thread, "is_topic_message": in_topic}
    aside = _number(result, ASIDE) if isinstance(result, dict) else UNKNOWN
    return _made(Message, message_id=number, **{ASIDE: aside or None}, **where, **file)


def file_of(message: Message) -> tuple[str, str] | None:
    """The kind of the file that was shown, and the id by which this bot can show it again."""
    for kind in FILES:
        found = getattr(message, kind)
        if found:
            return kind, (found[-1] if kind == "photo" else found).file_id
    return None


def _file(result: dict[str, Any]) -> dict[str, Any]:
    """What Telegram says of the file, by its kind; a photo comes in sizes, the largest last."""
    for kind, model in FILES.items():
        known = result.get(kind)
        one = known[-1] if isinstance(known, list) and known else known
        if isinstance(one, dict) and isinstance(one.get("file_id"), str):
            made = _made(model, file_id=one["file_id"])
            return {kind: [made] if kind == "photo" else made}
    return {}


def _album(method: Any, result: Any) -> list[Message]:
    return [_message(method, each) for each in _as_many(result, method.media)]


def _id(_method: TelegramMethod[Any], result: Any) -> MessageId:
    return _made(MessageId, message_id=_number(result))


def _ids(method: Any, result: Any) -> list[MessageId]:
    """Telegram leaves out those that are gone; in a list that is not whole they are not known."""
    whole = isinstance(result, list) and all(isinstance(each, dict) for each in result)
    shown = method.message_ids[: len(result)] if whole else method.message_ids
    return [_id(method, each) for each in _as_many(result, shown)]


def _topic(method: TelegramMethod[Any], result: Any) -> ForumTopic:
    """Raises TelegramNetworkError for one of no use: its own update tells which it is."""
    number = _number(result, "message_thread_id")
    if number == UNKNOWN:
        raise TelegramNetworkError(method, "a topic was made, nobody knows which")
    return _made(ForumTopic, message_thread_id=number)


def _done(_method: TelegramMethod[Any], _result: Any) -> bool:
    return True


def _as_many(result: Any, parts: Sequence[Any]) -> list[Any]:
    """What became of each of the parts, in their order; None where nobody can say."""
    known = result if isinstance(result, list) else [result]
    return [*known, *(None for _ in parts)][: len(parts)]


def _number(result: Any, key: str = "message_id") -> int:
    """The number in a result, or in the first of several."""
    one = result[0] if isinstance(result, list) and result else result
    number = one.get(key) if isinstance(one, dict) else one
    return number if type(number) is int else UNKNOWN


def _made(model: type[M], **known: Any) -> M:
    """The model with what is known of it, unchecked: nobody asks for the rest."""
    blank: M = _blank(model)
    return blank.model_copy(update=known)


@cache
def _blank(model: type[M]) -> M:
    """Made once: pydantic copies the default of each of a message's hundred fields."""
    made: Any = model
    return cast(M, made.model_construct())


READERS: dict[Any, Any] = {
    Message: _message,
    list[Message]: _album,
    MessageId: _id,
    list[MessageId]: _ids,
    ForumTopic: _topic,
    bool: _done,
    Message | bool: _done,
}
