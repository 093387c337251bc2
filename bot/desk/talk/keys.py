"""Keys: buttons for the customer, as they are written at the end of a macro, in their own lines."""

import re

from bot.desk.errors import BadButton, TooManyButtons
from bot.desk.said.prepared import Key
from bot.desk.words import Words
from bot.desk.words.formats import is_link

MOST = 8
LONGEST = 40  # characters of a label
KEY = r"\[([^\[\]\n]*)\]"
LINE = re.compile(rf"(?:\A|\n)[ \t]*((?:{KEY}[ \t]*)+)\s*\Z")
# One that ends a line of words was meant for a button.
BEHIND = re.compile(r"\[([^\[\]\n]*\|\s*https?://[^\[\]\n]*)\]\s*\Z")


def parted(words: Words) -> tuple[Words, tuple[Key, ...]]:
    """The words, and the buttons below them. Raises BadButton, TooManyButtons."""
    keys: list[Key] = []
    while found := LINE.search(words.text):
        keys[:0] = [_key(said) for said in re.findall(KEY, found[1])]
        words = words.before(found.start())
    if behind := BEHIND.search(words.text):
        raise BadButton(behind[1].strip())
    if len(keys) > MOST:
        raise TooManyButtons
    return words.trimmed(), tuple(keys)


def _key(said: str) -> Key:
    label, bar, url = (part.strip() for part in said.partition("|"))
    fits = 0 < len(label) <= LONGEST and not set(label) & set("{}")
    is_good = fits and (not bar or (url.startswith("https://") and is_link(url)))
    if not is_good:
        raise BadButton(said.strip())
    return Key(label, url)


def written(keys: tuple[Key, ...]) -> str:
    """As `parted` reads them."""
    return "\n".join(f"[{key.label} | {key.url}]" if key.url else f"[{key.label}]" for key in keys)
