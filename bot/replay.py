"""Trying again what was set aside: `python -m bot replay`.

Handlers are told that it is `replayed`: much may have happened since, such as notes mode, so
an operator's words are kept as a note; and nobody becomes a member by it.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial

from bot.desk import outbox
from bot.desk.talk import updates
from bot.logs import discreet
from bot.middlewares.transaction import Undone
from bot.outage import is_outage
from bot.telegram.inflow import Inflow, failure
from models import SetAside, Standing


async def replay(
    inflow: Inflow, bot_id: int, say: Callable[[str], None], *, only: int | None = None
) -> tuple[int, int]:
    """Try all of them in order, or the one numbered `only`; `say` gets a line for each.

    Returns how many were done and how many are still set aside. What has been done before,
    by an earlier or by another replay, is not done again. The inflow need not be started.
    """
    numbers = await updates.set_aside_ids(bot_id) if only is None else [only]
    done = failed = 0
    for number in numbers:
        try:
            found = await _again(inflow, bot_id, number)
        except Exception as error:  # an outer loop: the others are tried all the same
            if is_outage(error):
                raise
            await updates.failed_again(number, failure(error))
            failed += 1
            say(f"#{number}: failed again: {discreet(f'{type(error).__name__}: {error}')}")
        else:
            done += found
            say(f"#{number}: done." if found else f"#{number}: nothing to do.")
    return done, failed


async def _again(inflow: Inflow, bot_id: int, number: int) -> bool:
    """What the handler returns is not called: by now it answers a question long forgotten."""

    async def handle(aside: SetAside) -> None:
        await inflow.handle(aside.payload, replayed=True, standing=Standing.UNKNOWN)

    try:
        return await _taken_up(number, bot_id, handle)
    except Undone as refused:
        return await _taken_up(number, bot_id, partial(_explain, refused))


async def _taken_up(number: int, bot_id: int, what: Callable[[SetAside], Awaitable[None]]) -> bool:
    """Do it with this one, in the transaction that notes it as done. False: it was done before."""
    async with outbox.transaction():
        aside = await updates.take_up(number, bot_id)
        if aside is None:
            return False
        await what(aside)
        await updates.done_at_last(aside, datetime.now(UTC))
        return True


async def _explain(refused: Undone, aside: SetAside) -> None:
    now = datetime.now(UTC)
    await updates.first_time(aside.bot_id, aside.update_id, now)
    await refused.explain(now)
