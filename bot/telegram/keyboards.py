"""Keyboards in the place of the letters', by which Telegram itself asks for something."""

from aiogram.types import KeyboardButton, ReplyKeyboardMarkup, ReplyKeyboardRemove

from bot.desk.said import Buttons, asks


def instead_of_letters(buttons: Buttons) -> ReplyKeyboardMarkup | ReplyKeyboardRemove | None:
    """The keyboard that asks for what the desk asks for, or takes it away. None: neither.

    Bot API: KeyboardButton.request_contact, which works in private chats only.
    """
    asked = [(label, data) for row in buttons for label, data in row]
    if any(data == asks.NOTHING for _label, data in asked):
        return ReplyKeyboardRemove(remove_keyboard=True)
    rows = [
        [KeyboardButton(text=label, request_contact=True)]
        for label, data in asked
        if data == asks.PHONE
    ]
    if not rows:
        return None
    return ReplyKeyboardMarkup(keyboard=rows, resize_keyboard=True, one_time_keyboard=True)
