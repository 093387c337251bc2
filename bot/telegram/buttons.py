"""Buttons under a message: short, signed, and read back only if the signature is ours."""

import hashlib
import hmac
from functools import cache
from typing import Any

from aiogram.types import (
    CopyTextButton,
    DisabledButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
)

from bot.desk.said import Buttons
from bot.desk.said import buttons as spelling

SIGNATURE = 8  # hexadecimal digits: enough against guessing by hand, and 64 bytes are little
AT = "at"  # the action of a button that acts elsewhere than where it stands
BY = "by"  # of one that is for one person alone
PURPOSE = b"topicdesk buttons"


@cache
def signing_key(token: str) -> bytes:
    """The key that signs this bot's buttons."""
    return hmac.new(token.encode(), PURPOSE, hashlib.sha256).digest()


def keyboard(buttons: Buttons, signing: bytes) -> InlineKeyboardMarkup | None:
    """The keyboard of what the desk offers. None: no buttons."""
    rows = [[_button(label, data, signing) for label, data in row] for row in buttons if row]
    asks = any(spelling.ASKS in spelling.read(data)[0] for row in buttons for _label, data in row)
    return InlineKeyboardMarkup(inline_keyboard=rows, force_reply=asks or None) if rows else None


def placed(buttons: Buttons | None, group: int, thread_id: int | None) -> Buttons | None:
    """The same, to be shown elsewhere: each names the group, and the topic, where it acts."""
    at = f"{AT}:{group}.{thread_id or 0}"
    return buttons and [
        [(label, spelling.acting(data, at)) for label, data in row] for row in buttons
    ]


def owned(buttons: Buttons | None, user_id: int | None) -> Buttons | None:
    """The same, for this person alone: others may see them."""
    if buttons is None or not user_id or user_id < 0:
        return buttons
    by = f"{BY}:{user_id}"
    return [[(label, spelling.acting(data, by)) for label, data in row] for row in buttons]


def owner(argument: str, signing: bytes) -> tuple[int, str]:
    """For whom a button is that is `owned`, and its data as it would be for all."""
    user_id, _colon, data = argument.partition(":")
    return int(user_id), _signed(data, signing)


def here(argument: str, signing: bytes) -> tuple[int, int | None, str]:
    """The group, the topic and the data, as it would be there, of a button that was `placed`."""
    place, _colon, data = argument.partition(":")
    group, _dot, thread = place.partition(".")
    return int(group), int(thread) or None, _signed(data, signing)


def read(data: str, signing: bytes) -> tuple[str, str] | None:
    """The action and its argument that a pressed button carries. None: it is not ours."""
    said, _colon, signature = data.rpartition(":")
    if not hmac.compare_digest(signature.encode(), _signature(said, signing).encode()):
        return None
    action, _colon, argument = said.partition(":")
    return action, argument


def stands_under(message: Message, data: str) -> bool:
    """Whether a button of this data does, whoever has signed it."""
    rows = message.reply_markup.inline_keyboard if message.reply_markup else []
    return any((each.callback_data or "").startswith(f"{data}:") for row in rows for each in row)


def stands_there(message: Message, data: str | None) -> bool:
    """Whether a button does that this was pressed by, be it `owned`, `placed` or neither.

    «The message originated the query can contain no callback buttons with this data» (Bot API,
    CallbackQuery).
    """
    said = _unsigned(data or "")
    rows = message.reply_markup.inline_keyboard if message.reply_markup else []
    shown = [_unsigned(each.callback_data or "") for row in rows for each in row]
    return any(each == said or each.endswith(f":{said}") for each in shown)


def _unsigned(data: str) -> str:
    return data.rpartition(":")[0]


def _button(label: str, data: str, signing: bytes) -> InlineKeyboardButton:
    looks, does = spelling.read(data)
    style = next((each for each in spelling.STYLES if each in looks), None)
    return InlineKeyboardButton(text=label, style=style, **_action(looks, does, signing))


def _action(looks: set[str], does: str, signing: bytes) -> dict[str, Any]:
    """What it does, as the one field that says so (Bot API: InlineKeyboardButton)."""
    if spelling.OFF in looks:
        return {"disabled": DisabledButton()}
    if does.startswith(spelling.COPIES):
        return {"copy_text": CopyTextButton(text=does.removeprefix(spelling.COPIES))}
    if does.startswith("https://"):
        return {"url": does}
    return {"callback_data": _signed(does, signing)}


def _signed(data: str, signing: bytes) -> str:
    return f"{data}:{_signature(data, signing)}"


def _signature(said: str, signing: bytes) -> str:
    return hmac.new(signing, said.encode(), hashlib.sha256).hexdigest()[:SIGNATURE]
