"""The team and the departments, a line for each, as admins see them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot import texts
from bot.desk.people.departments import Overview
from bot.desk.said import Buttons
from bot.desk.tickets.team import Colleague
from bot.desk.words import Words, bold, code, join
from bot.texts import _, ngettext
from models import Routing

ROLES = {
    "owner": texts.mark("owner"),
    "admin": texts.mark("admin"),
    "lead": texts.mark("lead"),
    "operator": texts.mark("operator"),
    "observer": texts.mark("observer"),
}
GIVEN = ("lead", "operator", "observer")
ROUTINGS = {
    Routing.MANUAL: texts.mark("by hand (who takes it)"),
    Routing.ROUND_ROBIN: texts.mark("in turn (who has waited longest for one)"),
    Routing.LEAST_LOADED: texts.mark("by load (who has the fewest)"),
}


def team(colleagues: Sequence[Colleague], timezone: str, now: datetime) -> Words:
    """All of them; the number in front of a name stands for it in commands."""
    head = ngettext("{count} person works here", "{count} people work here", len(colleagues))
    lines = [colleague(one, timezone, now) for one in colleagues]
    return join("\n", [bold(head.format(count=len(colleagues))), *lines])


def colleague(one: Colleague, timezone: str, now: datetime) -> Words:
    """One of them. No @username stands here that Telegram would tell of it."""
    name = join(" ", [f"{one.number}.", bold(one.name)])
    if one.username:
        name = join(" ", [name, code(f"@{one.username}")])
    return join(" · ", [name, *_told(one, timezone, now)])


def _told(one: Colleague, timezone: str, now: datetime) -> list[str]:
    told = [_(ROLES[one.acts]) if one.acts else _("not confirmed as a member")]
    if one.given:
        told += [_("in Telegram; here: {role}").format(role=_(ROLES[one.given]))]
    if one.on_duty_since:
        told += ["🟢 " + _("on duty")]
    if one.absent_until and one.is_away(now):
        moment = texts.moment(one.absent_until, timezone, now)
        told += [_("🌴 away until {moment}").format(moment=moment)]
    if one.languages:
        told += [_("speaks {names}").format(names=", ".join(one.languages))]
    if one.skills:
        told += [_("knows {names}").format(names=", ".join(one.skills))]
    if one.capacity is None:
        has = ngettext("{count} open request", "{count} open requests", one.has)
        return [*told, has.format(count=one.has)]
    return [*told, _("{count} of {most} open requests").format(count=one.has, most=one.capacity)]


def roles(one: Colleague) -> Buttons:
    """A button for each role that can be given them, and that they have not."""
    has = one.given or one.acts
    names = [name for name in GIVEN if name != has]
    return [[(_(ROLES[name]), f"role:{one.number}:{name}") for name in names]]


def departments(found: Sequence[Overview], going: Mapping[int, int]) -> Words:
    """All of them; `going`: how many open tickets each has, by its number."""
    return join("\n\n", [_department(one, going.get(one.number, 0)) for one in found])


def _department(one: Overview, going: int) -> Words:
    opened = ngettext("{count} open request", "{count} open requests", going)
    names = ", ".join(one.on_duty) or _("nobody")
    lines: list[Words | str] = [
        bold(one.name or one.group or "…"),
        _("Group: {name}").format(name=one.group or "—"),
        _("On duty: {names}").format(names=names),
        f"{opened.format(count=going)} · {_(ROUTINGS[one.routing])}",
    ]
    return join("\n", lines)


def routing(chosen: Routing, skill: str | None) -> Words:
    """How new requests are given out."""
    lines = [_("New requests go {way}.").format(way=_(ROUTINGS[chosen]))]
    if chosen is not Routing.MANUAL:
        lines += [
            _(
                "They are given to people who are on duty (/onduty), have room, and speak the "
                "customer’s language."
            )
        ]
    if skill:
        lines += [_("Only who knows “{skill}” is given them.").format(skill=skill)]
    return join("\n", lines)


def ways(chosen: Routing) -> Buttons:
    """A button for each other way."""
    return [
        [(_(said).capitalize(), f"routing:{way.value}")]
        for way, said in ROUTINGS.items()
        if way is not chosen
    ]
