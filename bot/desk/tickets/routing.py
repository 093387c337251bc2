"""Routing: what is nobody's is given to one of those on duty, in turn or to who has least.

Only one process at a time gives out what a department has. Tickets and people that somebody else
has just in hand are passed over, so nobody waits for anybody: what is left is given out when that
is done, or by the scheduler.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import cache

from bot import texts
from bot.desk import outbox
from bot.desk.outbox.kinds.to_topic import Tell
from bot.desk.people import access, departments, memberships
from bot.desk.people.access import Act
from bot.desk.people.actors import Actor, System
from bot.desk.people.departments import Way
from bot.desk.said.sentences import Mention, Sentence
from bot.desk.tickets import events, looks
from bot.desk.tickets.lists import GOING, QUEUE
from models import Role, Routing, Standing, Ticket
from models.rows import Row, columns, fetch, made

DESK = System("routing")
YOURS = texts.mark("👉 {whom}, this request is yours now.")
PORTION = 50  # tickets at a time: who is told of one locks a lane, and PostgreSQL has few locks
PASSED = 200  # tickets that are looked at in vain
LOCKS = 0x70DE8  # the class of the advisory locks that let one at a time give out
LOCK = "SELECT pg_advisory_xact_lock($1, $2::int)"
HAS = f"(SELECT count(*) FROM ticket WHERE assignee_id = operator.id AND {GOING})"  # noqa: S608
# Who could be given a ticket of department $1: $2 are roles, $3 now, $4 a skill.
ABLE = f"""
FROM operator_group JOIN membership ON membership.group_id = operator_group.id
    JOIN operator ON operator.id = membership.operator_id
WHERE operator_group.department_id = $1 AND is_bound AND standing NOT IN ('gone', 'unknown')
    AND CASE WHEN standing IN ('owner', 'admin') THEN standing ELSE coalesce(role, 'operator') END
        = ANY ($2::text[])
    AND on_duty_since IS NOT NULL AND coalesce(absent_until <= $3, true)
    AND ($4::text IS NULL OR skills @> to_jsonb($4::text))
    AND (capacity IS NULL OR capacity > {HAS})
"""
# No languages are all.
SPOKEN = f"SELECT DISTINCT coalesce(languages, '[]') AS languages {ABLE}"
# The one of them for ticket $5 in language $6. Who has put it back is not given it again. First
# who helped this customer last, $7; then who has waited longest for one, or if $8 who has least.
CHOOSE = f"""
SELECT membership.id AS membership, operator.id, operator.name, operator.user_id {ABLE}
    AND (coalesce(languages, '[]') = '[]' OR languages @> to_jsonb($6::text))
    AND NOT EXISTS (SELECT FROM event WHERE ticket_id = $5 AND event.name = 'assignee'
        AND event.operator_id = operator.id
        AND before @> jsonb_build_object('assignee_id', operator.id))
ORDER BY operator.id IS NOT DISTINCT FROM $7 DESC, CASE WHEN $8 THEN {HAS} END,
    given_at NULLS FIRST, membership.id
LIMIT 1 FOR NO KEY UPDATE OF membership, operator SKIP LOCKED
"""  # noqa: S608  (nothing but our own words)
# Who had, or answered, the customer's last tickets before this one.
HELPED = """
SELECT coalesce(assignee_id, (
    SELECT operator_id FROM event WHERE event.ticket_id = ticket.id AND name = 'answered'
    ORDER BY event.id DESC LIMIT 1)) AS operator
FROM ticket WHERE customer_id = $1 AND id < $2 ORDER BY id DESC LIMIT 5
"""


async def choose(department: int, routing: Routing, actor: Actor, now: datetime) -> bool:
    """New tickets of the department are given out so. False: they are already.

    Raises AdminsOnly, NotAMember.
    """
    way = await _asked(department, actor)
    return await _change(department, Way(routing, way.skill), actor, now)


async def require(department: int, skill: str | None, actor: Actor, now: datetime) -> bool:
    """They are given to who has this skill; None: to anybody. False: it is so already.

    Raises AdminsOnly, NotAMember.
    """
    way = await _asked(department, actor)
    return await _change(department, Way(way.routing, skill), actor, now)


async def chosen(department: int, actor: Actor) -> Way:
    """How they are given out now. Raises AdminsOnly, NotAMember."""
    return await _asked(department, actor)


async def _asked(department: int, actor: Actor) -> Way:
    access.check_department(actor, Act.ROUTING, department)
    return await departments.way(department)


async def _change(department: int, way: Way, actor: Actor, now: datetime) -> bool:
    was = await departments.choose_way(department, way)
    if was == way:
        return False
    before = {"routing": was.routing, "skill": was.skill}
    after = {"routing": way.routing, "skill": way.skill}
    whose = {"department": department}
    await events.note(None, "routing", actor, now, before=before, after=after, details=whose)
    await give_out([department], now)
    return True


async def freed(operator_id: int | None, now: datetime, *also: int) -> None:
    """This operator may have room for more; and in departments `also` something may be nobody's."""
    where = {*also}
    if operator_id is not None:
        where |= {place.department for place in await memberships.places(operator_id)}
    await give_out(where, now)


async def let_go(ticket: Ticket, actor: Actor, now: datetime) -> None:
    """A locked ticket that goes on is nobody's if who had it may not answer there any more."""
    if ticket.assignee_id is None:
        return
    had = await memberships.in_department(ticket.assignee_id, ticket.department_id)
    if had is None or had.standing is Standing.GONE or access.bars(had, Act.ANSWER):
        await events.alter(ticket, "assignee", actor, now, assignee_id=None)


async def give_all(now: datetime) -> bool:
    """Whatever waits anywhere: somebody's absence is over. True: there may be more."""
    return await give_out(await departments.routed(), now)


async def give_out(where: Iterable[int], now: datetime) -> bool:
    """Give what is nobody's in these departments to who can have it, the most urgent first.

    Inside the transaction of its cause. True: there may be more.
    """
    left = False
    for department in sorted({*where}):
        way = await departments.way(department)
        if way.routing is not Routing.MANUAL:
            await fetch(LOCK, LOCKS, department)
            left |= await _give_out(department, way, now)
    return left


async def _give_out(department: int, way: Way, now: datetime) -> bool:
    passed: list[int] = []  # tickets for which nobody was found
    given = 0
    while given < PORTION and len(passed) < PASSED:
        spoken = await fetch(SPOKEN, *_able(department, way, now))
        if not spoken:
            return False
        lists = [outbox.from_json(row["languages"]) for row in spoken]
        languages = None if [] in lists else sorted({one for each in lists for one in each})
        found = await fetch(next_of(), department, languages, passed)
        if not found:
            return False
        if await _give(found[0], department, way, now):
            given += 1
        else:
            passed.append(found[0]["ticket.id"])
    return given == PORTION


async def _give(row: Row, department: int, way: Way, now: datetime) -> bool:
    """Give a locked ticket to who is to have it. False: there is nobody."""
    ticket = made(Ticket, row, "ticket")
    least = way.routing is Routing.LEAST_LOADED
    last = await _helped(ticket)
    asked = ticket.id, row["language"], last, least
    found = await fetch(CHOOSE, *_able(department, way, now), *asked)
    for whom in found:
        await events.alter(ticket, "assignee", DESK, now, assignee_id=whom["id"])
        await memberships.given(whom["membership"], now)
        await looks.refresh_card(ticket.id, now)
        said = Sentence(YOURS, {"whom": Mention(whom["name"], whom["user_id"])})
        await outbox.put(Tell.of(said, [], None).draft(ticket.id), now)
    return bool(found)


def _able(department: int, way: Way, now: datetime) -> tuple[object, ...]:
    """The values of ABLE."""
    roles = [role.value for role in Role if access.MAY[Act.ANSWER][role] == access.YES]
    return department, roles, now, way.skill


async def _helped(ticket: Ticket) -> int | None:
    rows = await fetch(HELPED, ticket.customer_id, ticket.id)
    return next((row["operator"] for row in rows if row["operator"]), None)


@cache
def next_of() -> str:
    """The ticket of department $1 that is next: in languages $2, none of $3."""
    return f"""
SELECT {columns(Ticket, "ticket")}, customer.language
FROM ticket JOIN customer ON customer.id = ticket.customer_id
WHERE {QUEUE}
    AND ($2::text[] IS NULL OR customer.language = ANY ($2)) AND ticket.id <> ALL ($3::bigint[])
ORDER BY priority DESC, customer_at, ticket.id
LIMIT 1 FOR NO KEY UPDATE OF ticket SKIP LOCKED
"""  # noqa: S608  (nothing but our own words)
