"""Buttons under a message: short, signed, and read back only if the signature is ours."""

import hashlib
import hmac
from functools import cache

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.desk.said import Buttons

SIGNATURE = 8  # hexadecimal digits: enough against guessing by hand, and 64 bytes are little
AT = "at"  # the action of a button that acts elsewhere than where it stands
PURPOSE = b"topicdesk buttons"


@cache
def signing_key(token: str) -> bytes:
    """The key that signs this bot's buttons."""
    return hmac.new(token.encode(), PURPOSE, hashlib.sha256).digest()


def keyboard(buttons: Buttons, signing: bytes) -> InlineKeyboardMarkup | None:
    """The keyboard of what the desk offers. None: no buttons."""
    rows = [[_button(label, data, signing) for label, data in row] for row in buttons if row]
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


def placed(buttons: Buttons | None, group: int, thread_id: int | None) -> Buttons | None:
    """The same, to be shown elsewhere: each names the group, and the topic, where it acts."""
    at = f"{AT}:{group}.{thread_id or 0}"
    return buttons and [
        [(label, data if is_link(data) else f"{at}:{data}") for label, data in row]
        for row in buttons
    ]


def here(argument: str, signing: bytes) -> tuple[int, int | None, str]:
    """The group, the topic and the data, as it would be there, of a button that was `placed`."""
    place, _colon, data = argument.partition(":")
    group, _dot, thread = place.partition(".")
    return int(group), int(thread) or None, _signed(data, signing)


def is_link(data: str) -> bool:
    """Whether it opens something instead of asking us."""
    return data.startswith("https://")


def read(data: str, signing: bytes) -> tuple[str, str] | None:
    """The action and its argument that a pressed button carries. None: it is not ours."""
    said, _colon, signature = data.rpartition(":")
    if not hmac.compare_digest(signature.encode(), _signature(said, signing).encode()):
        return None
    action, _colon, argument = said.partition(":")
    return action, argument


def _button(label: str, data: str, signing: bytes) -> InlineKeyboardButton:
    if is_link(data):
        return InlineKeyboardButton(text=label, url=data)
    return InlineKeyboardButton(text=label, callback_data=_signed(data, signing))


def _signed(data: str, signing: bytes) -> str:
    return f"{data}:{_signature(data, signing)}"


def _signature(said: str, signing: bytes) -> str:
    return hmac.new(signing, said.encode(), hashlib.sha256).hexdigest()[:SIGNATURE]
