"""Keys: buttons for the customer, as they are written at the end of a macro, a line for each."""

import re

from bot.desk.errors import BadButton
from bot.desk.said.prepared import Key
from bot.desk.words import Words
from bot.desk.words.formats import is_link

MOST = 8
LONGEST = 40  # characters of a label
LINE = re.compile(r"\n?[ \t]*\[([^\[\]\n]*)\][ \t]*\s*\Z")


def parted(words: Words) -> tuple[Words, tuple[Key, ...]]:
    """The words, and the buttons below them. Raises BadButton."""
    keys: list[Key] = []
    while found := LINE.search(words.text):
        if not found[0].startswith("\n") and found.start() > 0:
            break  # it ends a line of words
        keys.insert(0, _key(found[1]))
        words = words.before(found.start())
    if len(keys) > MOST:
        raise BadButton(keys[MOST].label)
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
