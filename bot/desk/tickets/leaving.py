"""Leaving: who is gone, or may not answer any more, hands over; leads and admins are told what."""

from datetime import datetime

from bot import texts
from bot.desk import outbox
from bot.desk.outbox.kinds.to_group import Notice
from bot.desk.people import access, departments, memberships
from bot.desk.people.access import Act
from bot.desk.people.actors import Actor
from bot.desk.said.sentences import Mention, Request, Sentence, Value
from bot.desk.tickets import duty, owning, routing
from bot.desk.tickets.lists import MINE
from models import Membership, Standing, Ticket
from models.rows import find

THEIRS = f"{MINE} ORDER BY id FOR UPDATE"
LISTED = 20  # requests; of more it is said how many
MENTIONED = 10  # people
LEFT = texts.marks(
    "{name} has left this group. {count} open request was put back:\n{list}\n{whom}",
    "{name} has left this group. {count} open requests were put back:\n{list}\n{whom}",
)
BARRED = texts.marks(
    "{name} may not answer customers any more. {count} open request was put back:\n{list}\n{whom}",
    "{name} may not answer customers any more. {count} open requests were put back:\n{list}\n"
    "{whom}",
)
MORE = texts.marks("… and {count} more", "… and {count} more")


async def hand_over(member: Membership, actor: Actor, now: datetime) -> None:
    """Their tickets are nobody's if they are gone, or may not answer; they are not on duty then.

    What is over stays theirs until it is opened again: there may be years of it. Of whom Telegram
    does not tell, all does.
    """
    gone = member.standing is Standing.GONE
    if not gone and not access.bars(member, Act.ANSWER):
        return
    await duty.left(member, actor, now)
    going = await find(Ticket, THEIRS, member.operator_id, member.department)
    for ticket in going:
        await owning.release(ticket, actor, now)
    if going:
        await _tell(member, going, now)
        await routing.give_out([member.department], now)


async def _tell(member: Membership, going: list[Ticket], now: datetime) -> None:
    """Say in the group which tickets these are, to those who watch over them."""
    chat = await departments.chat_of(member.department)
    if chat is None:
        return
    one, many = LEFT if member.standing is Standing.GONE else BARRED
    values: dict[str, Value] = {
        "name": member.operator.name,
        "count": len(going),
        "list": _list(going),
        "whom": await _watching(member),
    }
    said = Sentence(one, values, len(going), many)
    await outbox.put(Notice(chat, said).draft(), now)


def _list(going: list[Ticket]) -> Sentence:
    values: dict[str, Value] = {f"line{n}": _line(one) for n, one in enumerate(going[:LISTED])}
    more = len(going) - LISTED
    if more > 0:
        one, many = MORE
        values["more"] = Sentence(one, {"count": more}, more, many)
    return Sentence("\n".join(f"{{{name}}}" for name in values), values)


def _line(ticket: Ticket) -> Sentence:
    values: dict[str, Value] = {"number": Request(ticket.id), "subject": ticket.subject or "…"}
    return Sentence("{number} · {subject}", values)


async def _watching(member: Membership) -> Sentence:
    """Leads and admins of the department, each mentioned once."""
    there = await memberships.of_department(member.department)
    told = [
        Mention(one.operator.name, one.operator.user_id)
        for one in there
        if one.operator_id != member.operator_id and access.may(one, Act.DESK)
    ]
    values = {f"name{n}": each for n, each in enumerate(told[:MENTIONED])}
    return Sentence(", ".join(f"{{{name}}}" for name in values), values)
