"""Updates: each is done once, and one that cannot be done is set aside, never dropped."""

import hashlib
from datetime import datetime
from typing import Any

from bot import texts
from bot.commands import spelled
from bot.desk import outbox
from bot.desk.said.sentences import Sentence
from bot.desk.talk import announcements
from models import SeenCall, SeenUpdate, SetAside
from models.rows import fetch, forget, storable

SET_ASIDE = texts.mark(
    "An update from Telegram could not be processed and was set aside (#{number}). "
    "Everything else goes on. Once the cause is fixed, run: {command}"
)
SEEN = """
INSERT INTO seen_update (bot_id, update_id, at) VALUES ($1, $2, $3)
ON CONFLICT DO NOTHING RETURNING id
"""
CALLED = """
INSERT INTO seen_call (channel, envelope, at) VALUES ($1, $2, $3)
ON CONFLICT DO NOTHING RETURNING id
"""
UNDONE = "SELECT count(*) AS undone FROM set_aside WHERE replayed_at IS NULL"

SEEN_BEFORE = "at < $1 ORDER BY at"
DONE_BEFORE = "replayed_at < $1 ORDER BY replayed_at"
ASIDE_BEFORE = "replayed_at IS NULL AND at < $1 ORDER BY at"


class Repeated(Exception):
    """It has been done, be it in another envelope: nothing is to be done.

    Exactly once rests on what a message is, not on the number of its envelope.
    """


async def first_time(bot_id: int, update_id: int, now: datetime) -> bool:
    """Note that this update is being done; False if it has been done already.

    Call it first in the transaction that does the update: both stand or fall together, and a
    second process with the same update waits here for the outcome of the first.
    """
    return bool(await fetch(SEEN, bot_id, update_id, now))


async def first_call(channel: str, envelope: str, now: datetime) -> bool:
    """As `first_time`, for what a channel is brought in this envelope."""
    digest = hashlib.sha256(envelope.encode(errors="surrogateescape")).hexdigest()
    return bool(await fetch(CALLED, channel, digest, now))


async def ask_store() -> None:
    """Ask the database for nothing, to see whether it answers."""
    await fetch("SELECT 1")


async def set_aside(
    bot_id: int, payload: dict[str, Any], error: str, attempts: int, now: datetime
) -> int | None:
    """Keep an update that cannot be done and tell the admins; None if it was done meanwhile."""
    async with outbox.transaction():
        if not await first_time(bot_id, payload["update_id"], now):
            return None
        kept = await SetAside.create(
            bot_id=bot_id,
            update_id=payload["update_id"],
            payload=payload,
            error=storable(error),
            attempts=attempts,
            at=now,
        )
        await _announce(kept, now)
        return int(kept.id)


async def set_aside_ids(bot_id: int) -> list[int]:
    """What has been set aside and not been done since, the oldest first."""
    waiting = SetAside.filter(bot_id=bot_id, replayed_at=None).order_by("id")
    return [int(row[0]) for row in await waiting.values_list("id")]


async def take_up(aside_id: int, bot_id: int) -> SetAside | None:
    """Hold a set-aside update until the transaction ends, as if it had just come.

    None if there is none of that number or it has been done since.
    """
    waiting = SetAside.filter(id=aside_id, bot_id=bot_id, replayed_at=None)
    aside = await waiting.select_for_update().first()
    if aside is not None:
        await SeenUpdate.filter(bot_id=bot_id, update_id=aside.update_id).delete()
    return aside


async def done_at_last(aside: SetAside, now: datetime) -> None:
    """A set-aside update has been done; call it in the same transaction."""
    aside.replayed_at = now
    await aside.save(update_fields=["replayed_at"])


async def failed_again(aside_id: int, error: str) -> None:
    """A set-aside update has been tried once more, in vain."""
    async with outbox.transaction():
        aside = await SetAside.filter(id=aside_id).select_for_update().get()
        aside.attempts += 1
        aside.error = storable(error)
        await aside.save(update_fields=["attempts", "error"])


async def undone() -> int:
    """How many updates have been set aside and not been done since."""
    (found,) = await fetch(UNDONE)
    return int(found["undone"])


async def forget_seen(before: datetime) -> int:
    """Forget a batch of the updates that were done before; gives how many."""
    return await forget(SeenUpdate, SEEN_BEFORE, before)


async def forget_calls(before: datetime) -> int:
    """Forget a batch of the calls that were taken before; gives how many."""
    return await forget(SeenCall, SEEN_BEFORE, before)


async def forget_done(before: datetime) -> int:
    """Forget a batch of what had been set aside and was done before."""
    return await forget(SetAside, DONE_BEFORE, before)


async def forget_undone(before: datetime) -> int:
    """Forget a batch of what was set aside before and has never been done."""
    return await forget(SetAside, ASIDE_BEFORE, before)


async def _announce(aside: SetAside, now: datetime) -> None:
    """Into General of the group where it came, or of the first; while one waits, no second is."""
    group = await announcements.group_of(chat_id=_chat(aside.payload))
    if group is None:
        return
    values = {"number": aside.id, "command": spelled("replay")}
    await announcements.announce(group, "aside", Sentence(SET_ASIDE, values), now)


def _chat(payload: dict[str, Any]) -> int | None:
    """The chat that an update names, whatever else it holds."""
    for each in payload.values():
        match each:
            case {"chat": {"id": int(number)}} | {"message": {"chat": {"id": int(number)}}}:
                return number
    return None
