"""What Telegram answers when something was shown: read for its place alone.

The status says that it is done, and what is done must not be repeated because an answer cannot be
read, such as one with a field of a later version, or half of one.
"""

import re
from functools import cache
from typing import Any, TypeVar, cast

import orjson
from aiogram.methods import TelegramMethod
from aiogram.types import ForumTopic, Message, MessageId
from pydantic import BaseModel

M = TypeVar("M", bound=BaseModel)

NUMBER = re.compile(r'"message_(?:thread_)?id"\s*:\s*(\d+)')
UNKNOWN = 0  # the number of a message that was shown, nobody knows where


def reads(method: TelegramMethod[Any]) -> bool:
    """Whether this is a call whose answer is read here."""
    return method.__returning__ in READERS


def read(method: TelegramMethod[Any], body: str) -> Any:
    """The place, or the places, of what was shown. `body` came with the status 200."""
    try:
        answer = orjson.loads(body)
        result = answer.get("result") if isinstance(answer, dict) else None
    except orjson.JSONDecodeError:
        result = None
    return READERS[method.__returning__](method, result, body)


def _message(method: TelegramMethod[Any], result: Any, body: str) -> Message:
    if not isinstance(result, dict) or "message_id" not in result:
        return _somewhere(method, _first(body))
    thread, in_topic = result.get("message_thread_id"), bool(result.get("is_topic_message"))
    return _made(
        Message,
        message_id=result["message_id"],
        message_thread_id=thread,
        is_topic_message=in_topic,
    )


def _messages(method: TelegramMethod[Any], result: Any, body: str) -> list[Message]:
    if isinstance(result, list):
        return [_message(method, each, body) for each in result]
    return [_somewhere(method, number) for number in _all(body)]


def _id(_method: TelegramMethod[Any], result: Any, body: str) -> MessageId:
    number = result.get("message_id") if isinstance(result, dict) else None
    return _made(MessageId, message_id=number or _first(body))


def _ids(method: TelegramMethod[Any], result: Any, body: str) -> list[MessageId]:
    if isinstance(result, list):
        return [_id(method, each, body) for each in result]
    return [_made(MessageId, message_id=number) for number in _all(body)]


def _topic(_method: TelegramMethod[Any], result: Any, body: str) -> ForumTopic:
    number = result.get("message_thread_id") if isinstance(result, dict) else None
    return _made(ForumTopic, message_thread_id=number or _first(body))


def _done(_method: TelegramMethod[Any], _result: Any, _body: str) -> bool:
    return True


def _somewhere(method: TelegramMethod[Any], number: int) -> Message:
    """It stands where it was sent to, as far as anybody can know."""
    thread = getattr(method, "message_thread_id", None)
    return _made(
        Message, message_id=number, message_thread_id=thread, is_topic_message=thread is not None
    )


def _made(model: type[M], **known: Any) -> M:
    """The model with what is known of it, unchecked: nobody asks for the rest."""
    blank: M = _blank(model)
    return blank.model_copy(update=known)


@cache
def _blank(model: type[M]) -> M:
    """Made once: pydantic copies the default of each of a message's hundred fields."""
    made: Any = model
    return cast(M, made.model_construct())


def _first(body: str) -> int:
    found = _all(body)
    return found[0] if found else UNKNOWN


def _all(body: str) -> list[int]:
    return [int(number) for number in NUMBER.findall(body)]


READERS: dict[Any, Any] = {
    Message: _message,
    list[Message]: _messages,
    MessageId: _id,
    list[MessageId]: _ids,
    ForumTopic: _topic,
    bool: _done,
    Message | bool: _done,
}
