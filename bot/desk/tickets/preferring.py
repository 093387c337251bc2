"""Preferring: an admin chooses for their department how it works."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.desk.errors import BadDays
from bot.desk.people import access, fields, preferences
from bot.desk.people.access import Act
from bot.desk.people.actors import Actor
from bot.desk.people.preferences import Collisions, Preferences, ReplyMode
from bot.desk.tickets import events, labels, looks
from models import FieldOf, Status

MOST_DAYS = 3650


async def chosen(department: int, actor: Actor) -> Preferences:
    """What is chosen, for who may choose. Raises AdminsOnly, NotAMember."""
    access.check_department(actor, Act.PREFER, department)
    return await preferences.of(department)


async def collisions(department: int, how: Collisions, actor: Actor, now: datetime) -> bool:
    """What becomes of second answers. False: it is so already. Raises AdminsOnly, NotAMember."""
    return await _choose(department, lambda _was: {"collisions": how}, actor, now)


async def reply_mode(department: int, mode: ReplyMode | None, actor: Actor, now: datetime) -> bool:
    """Which words go to customers; None: as the desk's settings say. As `collisions`."""
    return await _choose(department, lambda _was: {"reply_mode": mode}, actor, now)


async def reopen_days(department: int, days: int | None, actor: Actor, now: datetime) -> bool:
    """For how many days a customer's words open again what has ended; None: as the settings say.

    As `collisions`; raises BadDays, too.
    """
    if days is not None and not 0 <= days <= MOST_DAYS:
        raise BadDays
    return await _choose(department, lambda _was: {"reopen_days": days}, actor, now)


async def template(department: int, text: str, actor: Actor, now: datetime) -> bool:
    """How topics are named; "" is the usual way. As `collisions`; raises BadTemplate, TooLong.

    One that is there already takes its name with the next change of its icon.
    """
    kept = preferences.template_of(text) if text.strip() else None
    return await _choose(department, lambda _was: {"template": kept}, actor, now)


async def name_status(
    department: int, status: Status, name: str, actor: Actor, now: datetime
) -> bool:
    """What a status is called there; "" is its usual name. As `collisions`; raises TooLong."""

    def named(was: Preferences) -> dict[str, Any]:
        return {"statuses": preferences.renamed(was, status, name)}

    return await _choose(department, named, actor, now)


async def add_field(new: fields.New, actor: Actor, now: datetime) -> bool:
    """Every ticket, or customer, can have this told of it. False: there is such a field.

    Raises BadKey, TooLong, TooManyFields, AdminsOnly, NotAMember.
    """
    access.check(actor, Act.PREFER)
    added = await fields.add(new, now)
    if added:
        details = {"of": new.of, "key": new.key, "label": new.label, "kind": new.kind}
        await events.note(None, "field added", actor, now, details=details)
    return added


async def remove_field(what: FieldOf, key: str, actor: Actor, now: datetime) -> bool:
    """It is told of nothing any more. False: there is none. Raises AdminsOnly, NotAMember."""
    access.check(actor, Act.PREFER)
    removed = await fields.remove(what, key, now)
    if removed:
        await events.note(None, "field removed", actor, now, details={"of": what, "key": key})
    return removed


async def remove_tag(name: str, actor: Actor, now: datetime) -> bool:
    """It is offered no more; tickets keep it. False: there is none. As `remove_field`."""
    access.check(actor, Act.PREFER)
    removed = await labels.forget_tag(name, now)
    if removed:
        await events.note(None, "tag removed", actor, now, details={"tag": name})
    return removed


async def _choose(
    department: int,
    change: Callable[[Preferences], dict[str, Any]],
    actor: Actor,
    now: datetime,
) -> bool:
    access.check_department(actor, Act.PREFER, department)
    was = await preferences.held(department)
    values = change(was)
    became = replace(was, **values)
    if became == was:
        return False
    await preferences.choose(department, became)
    before, after = was.dump(), became.dump()
    change_of = {
        "before": {name: before.get(name) for name in values},
        "after": {name: after.get(name) for name in values},
    }
    await events.note(
        None, "preference", actor, now, **change_of, details={"department": department}
    )
    if "statuses" in values:
        await looks.refresh_cards(department, now)
    return True
