"""Using macros: what one says in a ticket, and that it is said there."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.desk import tickets
from bot.desk.errors import MacroChanged, SentAlready
from bot.desk.people import access, departments, memberships
from bot.desk.people.access import Act
from bot.desk.said import Content
from bot.desk.talk import macros, replies, variables, wordings
from bot.desk.talk.replies import Spoken
from bot.desk.talk.variables import Show
from bot.desk.tickets import events
from bot.desk.words import Words
from models import Address, Macro, Membership, Message, Ticket

EVENT = "macro"  # as it stands in the trail


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which macro is to be sent: of this edition, if it was seen.

    `since`: when it was shown with a button; who presses twice means it once. `name`: what they
    call it.
    """

    macro: int
    edition: int | None = None
    since: datetime | None = None
    name: str = "…"


@dataclass(frozen=True, slots=True)
class Voice:
    """In which language a department is spoken to, and what a field of a ticket reads as."""

    language: str
    show: Show


@dataclass(frozen=True, slots=True)
class Offer:
    """A macro as somebody sees it who has not chosen a ticket yet.

    `said`: the very words that the customer gets, whoever it is. None: that takes the ticket.
    `language`: in which they are spoken to.
    """

    macro: Macro
    preview: Content
    said: Words | None
    language: str


async def look(
    ticket_id: int, number: int, member: Membership, voice: Voice
) -> tuple[Macro, Content]:
    """A macro, and what it would say in this ticket.

    Raises NoSuchMacro, what `_said` does, MovedAway, Observing, NotAMember.
    """
    ticket, address = await tickets.locked(ticket_id)
    access.check(member, Act.ANSWER, ticket)
    macro = await macros.by_number(number, member)
    return macro, await _said(macro, ticket, address, member, voice)


async def send(
    ticket_id: int, chosen: Chosen, spoken: Spoken, now: datetime, voice: Voice
) -> Message:
    """Say it, as the operator’s own words, with their file and their buttons; then it sets.

    What keeps their words inside keeps these, and nothing is set until they go.
    Raises NoSuchMacro, MacroChanged, SentAlready, what `_said` does, Observing, NotAMember,
    MovedAway, and as `afterwards.follow`.
    """
    ticket, address = await tickets.locked(ticket_id)
    member = spoken.member
    access.check(member, Act.ANSWER, ticket)
    macro = await macros.by_number(chosen.macro, member, chosen.name)
    if chosen.edition not in (None, macro.edition):
        raise MacroChanged(macro.name)
    which = {"macro": macro.id}
    if chosen.since and await events.did(ticket.id, member.operator_id, EVENT, which, chosen.since):
        raise SentAlready
    content = await _said(macro, ticket, address, member, voice)
    said = await replies.take(ticket.id, replace(spoken, content=content, unseen=True), now)
    await macros.used(macro)
    details = {**which, "message": said.id}
    await events.note(ticket.id, EVENT, member, now, details=details)
    return said


async def offers(user_id: int, words: str) -> list[Offer]:
    """Those that somebody can say in one of their groups, and in whose names or words this stands.

    In the language of the group whose it is, or of their first one. Nothing for who may not answer
    customers anywhere.
    """
    theirs = [one for one in await memberships.of_person(user_id) if access.may(one, Act.ANSWER)]
    if not theirs:
        return []
    where = dict.fromkeys(one.department for one in theirs)
    known = await macros.at_hand(theirs[0].operator_id, where)
    spoken = await departments.languages(where)
    languages = [spoken[each] for each in where]
    return [
        _offer(macro, theirs[0], spoken.get(macro.department_id or 0, languages[0]))
        for macro in macros.found(known, words, *languages)
    ]


async def offered(member: Membership, words: Words, language: str) -> Macro | None:
    """The macro of which these are the very words, as they are offered."""
    for macro in await macros.at_hand(member.operator_id, [member.department]):
        said = _offer(macro, member, language).said
        if said is not None and said.text == words.text:
            return macro
    return None


async def _said(
    macro: Macro, ticket: Ticket, address: Address, member: Membership, voice: Voice
) -> Content:
    """In the customer's language, where the macro has it; else in the department's, or any.

    Raises MissingValue, and NotForCustomers of one that an earlier version let be written.
    """
    customer = address.customer
    language, wording = wordings.nearest(macro, customer.language, voice.language)
    wordings.check(wording.content)
    values = await variables.of_ticket(ticket, customer, member, language, voice.show)
    content = wordings.whole(macro, wording)
    return replace(content, words=variables.filled(content.words, values))


def _offer(macro: Macro, member: Membership, language: str) -> Offer:
    _language, wording = wordings.nearest(macro, language)
    content = wordings.whole(macro, wording)
    values = variables.of_operator(member)
    shown = replace(content, words=variables.preview(content.words, values))
    return Offer(macro, shown, shown.words if _is_whole(macro, content) else None, language)


def _is_whole(macro: Macro, content: Content) -> bool:
    """Whether it is nothing but words, the same for each customer."""
    is_words = len(macro.wordings) == 1 and content.is_plain
    return is_words and not variables.needs_ticket(content.words)
