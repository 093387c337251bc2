"""Files that are kept: which the store has, which of them a message has, and which may go."""

from collections.abc import Sequence
from datetime import datetime

from tortoise.exceptions import IntegrityError

from bot.desk.said import Content
from models import File
from models.rows import add, fetch, find

WHOLE = """
UPDATE file SET digest = $2, size = $3, mime = $4, used_at = $5 WHERE place = $1 RETURNING id
"""
KNOWN = "UPDATE file SET used_at = $2 WHERE digest = $1 RETURNING id"
HAS = "UPDATE file SET is_kept = true, used_at = $2 WHERE digest = ANY ($1::text[])"
LAPSED = "is_kept = $1 AND used_at < $2 ORDER BY used_at"
BATCH = 100  # files whose bytes go at a time
# Nobody's from here on: who brings the same file once more brings its bytes anew.
LET_GO = f"""
UPDATE file SET digest = NULL, is_kept = false
WHERE id = ANY (ARRAY(SELECT id FROM file WHERE {LAPSED} LIMIT {BATCH} FOR UPDATE SKIP LOCKED))
RETURNING place
"""  # noqa: S608  (our own words)
GONE = "DELETE FROM file WHERE place = $1 AND digest IS NULL"
PUT_OFF = "UPDATE file SET used_at = $2 WHERE place = $1 AND digest IS NULL"
TRIES = 3  # at a file that is brought and let go at the same instant


async def begin(place: str, now: datetime) -> None:
    """A file is on its way to this place: should it break off, somebody knows what to clear."""
    await add(File, place=place, created_at=now, used_at=now)


async def whole(place: str, digest: str, size: int, mime: str, now: datetime) -> bool:
    """All of it stands at its place. False: the store has this file at another one already."""
    for _try in range(TRIES):
        try:
            return bool(await fetch(WHOLE, place, digest, size, mime, now))
        except IntegrityError:
            if await fetch(KNOWN, digest, now):
                return False
    raise RuntimeError(f"file {digest} is brought and let go again and again")


async def said(content: Content, now: datetime) -> None:
    """A message has these files; in the transaction that writes it."""
    sources = [one for each in content.attachments for one in (each.sources, each.picture) if one]
    if keys := [each.key for each in sources if each.key]:
        await has(keys, now)


async def has(digests: Sequence[str], now: datetime) -> None:
    """A message has these files; in the transaction that writes so."""
    await fetch(HAS, list(digests), now)


async def known(digest: str) -> File | None:
    """The file with this digest; None: it is not kept (any more)."""
    found = await find(File, "digest = $1", digest)
    return found[0] if found else None


async def let_go(before: datetime, *, kept: bool) -> list[str]:
    """Files that nobody has used since, `kept` by a message or not: their places, to be cleared."""
    return [row["place"] for row in await fetch(LET_GO, kept, before)]


async def gone(place: str) -> None:
    """It is cleared."""
    await fetch(GONE, place)


async def put_off(place: str, now: datetime) -> None:
    """It cannot be cleared now: its turn comes again behind that of the others."""
    await fetch(PUT_OFF, place, now)
