"""Members: who speaks in a group of operators is one of it; who leaves hands over their tickets."""

from collections.abc import Mapping
from datetime import datetime

from bot.desk.errors import GivenByTelegram, NotThere
from bot.desk.people import access, memberships, operators
from bot.desk.people.access import Act
from bot.desk.people.actors import GROUP, Actor
from bot.desk.people.memberships import Stranger
from bot.desk.said import Person
from bot.desk.tickets import events, leaving
from models import Membership, Operator, Role, Standing

GIVEN = (Role.LEAD, Role.OPERATOR, Role.OBSERVER)  # by us; who commands a group Telegram says


async def present(
    group_id: int, user_id: int, person: Person, now: datetime, standing: Standing | None = None
) -> Membership:
    """The person who speaks or presses, who need not be a member of the group (any more).

    Raises Stranger for one who is not known as a member, unless Telegram was asked: `standing`.
    """
    member = await memberships.found(group_id, user_id)
    if member is not None and member.is_there:
        await _named(member.operator, person, now)
        return member
    if standing is None:
        raise Stranger(group_id, user_id, person)
    if standing is Standing.UNKNOWN:
        return await _known(group_id, user_id, person, now)
    return await rank(group_id, user_id, person, now, standing)


async def met(
    group_id: int, user_id: int, person: Person, now: datetime, standing: Standing
) -> None:
    """Somebody is said to be in the group, or gone. That makes nobody a member: it may be late.

    Telegram is asked when they speak. Of a member it tells whether they are an admin; that
    somebody is gone is believed at once.
    """
    member = await _known(group_id, user_id, person, now)
    if member.is_there or standing is Standing.GONE:
        await rank(group_id, user_id, person, now, standing)


async def rank(
    group_id: int, user_id: int, person: Person, now: datetime, standing: Standing
) -> Membership:
    """Follow the group: joined, promoted, demoted or gone. The role that we gave stays.

    Who leaves, or may not answer any more, hands over the tickets.
    """
    known = await _known(group_id, user_id, person, now)
    await _named(known.operator, person, now)
    member = await memberships.stands(group_id, known.operator, standing, now)
    await _stood(group_id, {member.operator_id: known.standing}, standing, now)
    await leaving.hand_over(member, GROUP, now)
    return member


async def commanded_by(
    group_id: int, admins: Mapping[int, tuple[Person, Standing]], now: datetime
) -> None:
    """These are all the group's admins, by their user ids, as Telegram lists them.

    Who was one before may be a member or gone: that is asked when they speak.
    """
    doubted = await memberships.doubt_admins(group_id, but=admins)
    await _stood(group_id, doubted, Standing.UNKNOWN, now)
    for user_id, (person, standing) in admins.items():
        await rank(group_id, user_id, person, now, standing)


async def may_hand_over(
    group_id: int, user_id: int, person: Person, now: datetime, standing: Standing
) -> bool:
    """Whether they may hand the desk over to another group, as Telegram says what they are now."""
    member = await rank(group_id, user_id, person, now, standing)
    return access.may(member, Act.HAND_OVER, group_id=group_id)


async def doubt(group_id: int, user_id: int, now: datetime) -> None:
    """What is known of somebody is old: Telegram is asked when they speak. Tickets stay theirs."""
    doubted = await memberships.doubt(group_id, user_id)
    await _stood(group_id, doubted, Standing.UNKNOWN, now)


async def doubt_all(group_id: int, now: datetime) -> None:
    """As `doubt`, for everybody: nobody tells us any more who comes to the group and leaves it."""
    doubted = await memberships.doubt_all(group_id)
    await _stood(group_id, doubted, Standing.UNKNOWN, now)


async def give_role(group_id: int, user_id: int, role: Role, actor: Actor, now: datetime) -> bool:
    """Make a member a lead, an observer, or a plain operator again. False: that is kept already.

    It counts while Telegram calls them a mere member. Raises GivenByTelegram, NotThere,
    AdminsOnly, NotAMember.
    """
    access.check(actor, Act.ROLE, group_id=group_id)
    if role not in GIVEN:
        raise GivenByTelegram
    member = await memberships.held(group_id, user_id)
    if member is None or member.standing is Standing.GONE:
        raise NotThere
    was = {"role": member.role or Role.OPERATOR}
    became = {"role": role}
    if was == became:
        return False
    await memberships.give(member, None if role is Role.OPERATOR else role)
    whose = {"operator": member.operator_id, "group": group_id}
    await events.note(None, "role", actor, now, before=was, after=became, details=whose)
    await leaving.hand_over(member, actor, now)
    return True


async def _known(group_id: int, user_id: int, person: Person, now: datetime) -> Membership:
    """What is known of them; who is new is known by name from now on, and not as a member."""
    operator = await operators.known(user_id, person, now)
    return await memberships.known(group_id, operator, now)


async def _named(operator: Operator, person: Person, now: datetime) -> None:
    async with events.watched(operator, "renamed", GROUP, now):
        await operators.named(operator, person)


async def _stood(
    group_id: int, before: Mapping[int, Standing], standing: Standing, now: datetime
) -> None:
    """Write down of whom Telegram says something else now, or of whom we know nothing any more."""
    for number, was in before.items():
        if was is not standing:
            whose = {"operator": number, "group": group_id}
            change = {"before": {"standing": was}, "after": {"standing": standing}}
            await events.note(None, "standing", GROUP, now, **change, details=whose)
