"""What long words cost that anybody may send: 1 MB, and ten thousand links in it."""

import time
from collections.abc import Callable
from functools import partial

from bot.desk.said import Quote
from bot.desk.words import Words, join, link
from bot.telegram.speaker import QUOTE_LIMIT, TEXT_LIMIT
from tests.bench.figures import Row

LONG = 1_000_000  # characters
MANY = 10_000  # links
AIM = 0.2  # seconds
ROUNDS = 5

TEXTS = {
    "words": "слово і слово. ",
    "one word": "x",
    "emoji": "👋🏽",
    "flags": "🇺🇦",
    "accents by the thousand": "e" + "\u0301" * 1000 + "x" * 20_000,
    "white space": " ",
    "lines": "\n",
}


async def words() -> list[Row]:
    """Each the quickest of some rounds: what else the machine does is no cost of theirs."""
    shapes = {f"1 MB: {name}": linked(_of(text, LONG), MANY) for name, text in TEXTS.items()}
    shapes |= {f"{MANY} nested": nested(MANY), f"{MANY} crossing": crossing(MANY)}
    rows = []
    for name, shape in shapes.items():
        rows.append(_row(f"split, {name}", partial(shape.split, TEXT_LIMIT)))
        rows.append(_row(f"html, {name}", shape.html))
    lines = [link("слово " * 15, f"https://a.ua/{number}") for number in range(MANY)]
    rows.append(_row(f"join, {MANY} links", partial(join, "\n", lines)))
    quote, alike = Quote(Words("x" * QUOTE_LIMIT)), Words("x" * LONG)
    rows.append(_row("a quote found in 1 MB", partial(quote.within, alike, LONG // 2)))
    return rows


def linked(text: str, many: int) -> Words:
    """The text with so many links side by side."""
    step = len(text) // many
    return Words(text, tuple(_entity(number, number * step, step - 1) for number in range(many)))


def nested(many: int) -> Words:
    """Each link in the one before."""
    text = "x" * (3 * many)
    return Words(text, tuple(_entity(each, each, 3 * many - 2 * each) for each in range(many)))


def crossing(many: int) -> Words:
    """Each link begins where the one before stands, and ends behind it."""
    return Words("x" * (3 * many), tuple(_entity(each, each, many // 2) for each in range(many)))


def _entity(number: int, offset: int, length: int) -> dict[str, object]:
    url = f"https://a.ua/{number}"
    return {"type": "text_link", "offset": offset, "length": length, "url": url}


def _of(text: str, length: int) -> str:
    return (text * (length // len(text) + 1))[:length]


def _row(name: str, work: Callable[[], object]) -> Row:
    took = min(_timed(work) for _ in range(ROUNDS))
    return Row(name, f"{took * 1000:.0f} ms", f"≤ {AIM * 1000:.0f} ms", took <= AIM)


def _timed(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun
