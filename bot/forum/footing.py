"""How the bot stands in the operators' group: what it lacks there, and whether it hears.

Operators are told once when something is missing, and once when it works again.
"""

from dataclasses import dataclass
from datetime import datetime

import structlog

from bot import texts
from bot.desk import outbox, tickets
from bot.desk.people import memberships
from bot.desk.said.spots import Spot
from bot.desk.talk import notices
from bot.forum.groups import now
from bot.texts import _, ngettext
from models import Group
from models.rows import fetch

TOPICS, FORUM = "topics", "forum"  # the right to make topics; topics at all
LACKS = """
UPDATE operator_group SET lacks = $2
WHERE id = $1 AND lacks IS DISTINCT FROM $2 AND deaf_since IS NULL RETURNING id
"""
MENDED = "UPDATE operator_group SET lacks = NULL WHERE id = $1 AND lacks = $2 RETURNING id"
DEAF = """
UPDATE operator_group AS present SET deaf_since = LEAST(present.deaf_since, $2)
FROM (SELECT id, deaf_since FROM operator_group WHERE id = $1 FOR UPDATE) AS past
WHERE present.id = past.id RETURNING past.deaf_since IS NULL AS newly
"""
HEARS = """
UPDATE operator_group AS present SET deaf_since = NULL
FROM (SELECT id, deaf_since FROM operator_group WHERE id = $1 FOR UPDATE) AS past
WHERE present.id = past.id AND past.deaf_since IS NOT NULL RETURNING past.deaf_since
"""
RIVAL = """
UPDATE operator_group SET rival_since = $2 WHERE id = $1 AND rival_since IS NULL RETURNING id
"""
ALONE = """
UPDATE operator_group SET rival_since = NULL
WHERE id = $1 AND rival_since IS NOT NULL RETURNING id
"""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Powers:
    """What the bot is in the group. `returned`: it was not there before.

    It `hears` what operators write as an admin, or without privacy mode, as long as it is there.
    `promoted`: it was no admin before, and Telegram tells only those who comes and goes.
    """

    hears: bool
    speaks: bool
    may_manage: bool
    returned: bool = False
    promoted: bool = False


OUTSIDE = Powers(hears=False, speaks=False, may_manage=False)


async def powers_changed(
    group: Group, powers: Powers, at: datetime, now: datetime, timezone: str
) -> None:
    """Say in the group what has changed, if it can be said; since when is kept. In a transaction.

    In privacy mode a bot that is no admin hears commands and replies to itself only.
    """
    with texts.use(group.language):
        if powers.promoted:
            await memberships.doubt_all(group.id)
        if powers.hears:
            await _hears(group, at, now, timezone)
            await (mended if powers.may_manage else lacks)(group, TOPICS, now)
            return
        (found,) = await fetch(DEAF, group.id, at)
        if not powers.speaks:
            log.error("the bot cannot speak in the operators’ group", chat=group.chat_id)
        elif found["newly"] or powers.returned:
            await _say(group, _deaf(), now)


async def hearing(group: Group, now: datetime, *, deaf: bool) -> None:
    """Another program takes what customers write, or has stopped. In a transaction.

    Of all replicas and their starts, the one that changes it tells.
    """
    if not await (fetch(RIVAL, group.id, now) if deaf else fetch(ALONE, group.id)):
        return
    with texts.use(group.language):
        if deaf:
            sentence = _(
                "⚠️ Another program is receiving this bot’s messages: it has set a webhook, or runs"
                " with the same token. Nothing that customers or you write reaches me now. Stop it,"
                " or give one of the two another bot. As soon as it takes no messages any more, I"
                " will go on by myself, with all that waits."
            )
        else:
            sentence = _("✅ I am receiving this bot’s messages again.")
        await _say(group, sentence, now)


async def _hears(group: Group, at: datetime, now: datetime, timezone: str) -> None:
    found = await fetch(HEARS, group.id)
    if not found:
        return
    await memberships.doubt_all(group.id)
    waiting = await tickets.customers_waiting(group.department_id)
    times = {
        "start": texts.moment(found[0]["deaf_since"], timezone, now),
        "end": texts.moment(at, timezone, now),
    }
    heard = _(
        "✅ I see again what is written here. Between {start} and {end} I saw none of it, and it "
        "reached no customer: please send the answers from that time again."
    )
    wait = ngettext(
        "{count} customer waits for an answer.", "{count} customers wait for an answer.", waiting
    )
    told = [heard.format(**times)] + [wait.format(count=waiting)] * bool(waiting)
    await _say(group, " ".join(told), now)


def _deaf() -> str:
    return _(
        "⚠️ I am not an admin here any more, so I do not see what you write in the topics: your "
        "answers reach no customer. Make me an admin again: group settings → Administrators → Add"
        " Admin. I will then tell you from when to when I saw nothing."
    )


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
                await _say(
                    group,
                    _("✅ It works again: everything that waited is on its way."),
                    at or now(),
                )


def missing(what: str) -> str:
    """What is missing, what comes of it, and how to mend it."""
    if what == FORUM:
        return _(
            "⚠️ This group has no topics any more, so customers’ messages have nowhere to go; they "
            "wait. Turn topics on: group settings → Edit → Topics."
        )
    return _(
        "⚠️ Missing right “Manage Topics”: new requests get no topic, and their messages wait. "
        "All other topics go on. To grant it: group settings → Administrators → me → “Manage "
        "Topics”."
    )


async def _say(group: Group, sentence: str, at: datetime) -> None:
    await notices.answer(Spot(group.chat_id), sentence, at)
