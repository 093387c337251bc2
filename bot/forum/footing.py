"""How the bot stands in the operators' group: what it lacks there, and whether it hears.

Operators are told once when something is missing, and once when it works again.
"""

from datetime import datetime

from bot import texts
from bot.desk import outbox, reports
from bot.desk.reports import Spot
from bot.forum.groups import now
from bot.texts import _
from models import Group
from models.rows import fetch

TOPICS, FORUM = "topics", "forum"  # the right to make topics; topics at all
LACKS = """
UPDATE operator_group SET lacks = $2
WHERE id = $1 AND lacks IS DISTINCT FROM $2 AND deaf_since IS NULL RETURNING id
"""
MENDED = "UPDATE operator_group SET lacks = NULL WHERE id = $1 AND lacks = $2 RETURNING id"


async def lacks(group: Group, what: str, at: datetime | None = None) -> None:
    """Tickets get no topics, for want of this: said in General once, until it is mended."""
    async with outbox.transaction():
        if await fetch(LACKS, group.id, what):
            with texts.use(group.language):
                await _say(group, missing(what), at or now())


async def mended(group: Group, what: str, at: datetime | None = None) -> None:
    """It is there (again): said in General if it was missed."""
    async with outbox.transaction():
        if await fetch(MENDED, group.id, what):
            with texts.use(group.language):
                await _say(group, _("✅ It works again: what has waited is coming."), at or now())


def missing(what: str) -> str:
    """What is missing, what comes of it, and how to mend it."""
    if what == FORUM:
        return _(
            "⚠️ This group has no topics any more, so customers' messages have nowhere to go; "
            "they wait. Turn topics on: the group's settings → Edit → Topics."
        )
    return _(
        "⚠️ Missing right «Manage Topics»: new requests get no topic, and their messages wait. "
        "All other topics go on. Give it: the group's settings → Administrators → me → "
        "«Manage Topics»."
    )


async def _say(group: Group, sentence: str, at: datetime) -> None:
    await reports.answer(Spot(group.chat_id), sentence, at)
