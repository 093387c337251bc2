"""Pages: words that are longer than a screen, turned by buttons where they stand.

A page is named by its button, and made anew when that is pressed: `notices.answer` at the spot that
`bot/handlers/pressed.py` calls `turned`.
"""

from bot.desk.said import Buttons
from bot.desk.words import Words

LONGEST = 1000  # characters: of an ephemeral message Telegram takes no longer edits


def page(words: Words, number: int, action: str) -> tuple[Words, Buttons]:
    """One page, the first is 1, and the row that turns it; see `turning`."""
    pieces = words.split(LONGEST) or [Words("…")]
    number = max(1, min(number, len(pieces)))
    return pieces[number - 1], turning(action, number, len(pieces))


def turning(action: str, number: int, of: int) -> Buttons:
    """«‹ 2 / 3 ›»: each of them asks for `action:number`; the middle one for the same page anew."""
    if of <= 1:
        return []
    before = [("‹", f"{action}:{number - 1}")] if number > 1 else []
    after = [("›", f"{action}:{number + 1}")] if number < of else []
    return [[*before, (f"{number} / {of}", f"{action}:{number}"), *after]]
