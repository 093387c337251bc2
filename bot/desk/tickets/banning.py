"""Banning: a customer may not write to us, for a while or for good; and may again."""

from datetime import datetime

from bot import texts
from bot.desk import tickets
from bot.desk.errors import NotBanned, TooLong
from bot.desk.people import access, bans, customers
from bot.desk.people.access import Act
from bot.desk.people.actors import Actor
from bot.desk.said.sentences import Sentence
from bot.desk.tickets import events, halts, looks
from bot.desk.tickets.halts import Halt
from bot.desk.words import clean_name
from models import Ticket

REASON = 200  # characters
AGAIN = texts.mark("You can write to us again.")


async def ban(
    ticket_id: int, until: datetime | None, reason: str, actor: Actor, now: datetime
) -> None:
    """The ticket's customer may not write to us, by any address; `until` None is for good.

    They are told when they do. Raises TooLong, LeadsOnly, MovedAway, NotAMember.
    """
    ticket, address = await tickets.locked(ticket_id)
    access.check(actor, Act.BAN, ticket)
    said = clean_name(reason, REASON + 1)
    if len(said) > REASON:
        raise TooLong(REASON)
    async with events.watched(address.customer, "banned", actor, now):
        await bans.impose(address.customer, until, said, now)
    theirs = [one.id for one in await Ticket.filter(customer_id=address.customer_id)]
    why = Sentence(halts.BANNED, {"name": address.customer.name})
    await halts.halt(Halt(theirs, why), actor, now)
    await looks.refresh_customer(address.customer_id, now)


async def unban(ticket_id: int, actor: Actor, now: datetime) -> None:
    """The ticket's customer may write to us again, which is said to who knows of the ban.

    Raises NotBanned, LeadsOnly, MovedAway, NotAMember.
    """
    ticket, address = await tickets.locked(ticket_id)
    access.check(actor, Act.BAN, ticket)
    customer = address.customer
    if not bans.stands(customer, now):
        raise NotBanned
    knows = customer.ban_told_at is not None
    async with events.watched(customer, "unbanned", actor, now):
        await bans.lift(customer)
    if knows:
        await customers.say(address, Sentence(AGAIN), now, ticket_id=ticket.id)
    await looks.refresh_customer(customer.id, now)
