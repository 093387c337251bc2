"""A store that is gone with its test."""

from obstore.store import MemoryStore

from bot.files import Store
from bot.files.links import Links

TOKEN = "123456:" + "A" * 35
KEEP_DAYS = 30


def memory(url: str | None = None) -> Store:
    """With links that lead to `url`."""
    return Store(MemoryStore(), KEEP_DAYS, Links(TOKEN, url))
