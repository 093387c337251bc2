"""Variables: what stands in the words of a macro for what is known only when it is used."""

from collections.abc import Callable

from bot.desk.errors import MissingValue, UnknownVariable
from bot.desk.people import customers, fields
from bot.desk.people.fields import Filled
from bot.desk.words import Words
from bot.desk.words.filling import fill, variables
from models import Customer, FieldKind, FieldOf, Membership, Ticket

CUSTOMER, NUMBER, OPERATOR = "customer.name", "ticket.number", "operator.name"
FIELDS = {FieldOf.TICKET: "ticket.field.", FieldOf.CUSTOMER: "customer.field."}

Show = Callable[[Filled, str], str]  # what a field reads as, in a language
Values = dict[str, str]


async def known() -> list[str]:
    """Those that there are: what is always there, and each custom field."""
    named = [CUSTOMER, NUMBER, OPERATOR]
    for what, prefix in FIELDS.items():
        named += [prefix + field.key.casefold() for field in await fields.all_of(what)]
    return named


async def check(text: str) -> None:
    """Go on only if each is known. Raises UnknownVariable."""
    there = await known()
    for each in variables(text):
        if each.name not in there:
            shown = " ".join(f"{{{name}}}" for name in there)
            raise UnknownVariable(text[each.begin : each.end], shown)


def of_operator(member: Membership) -> Values:
    """What is known whatever the ticket is."""
    return {OPERATOR: member.operator.name}


async def of_ticket(
    ticket: Ticket, customer: Customer, member: Membership, language: str, show: Show
) -> Values:
    """All that is known for an answer in this ticket, in this language."""
    values = of_operator(member) | {NUMBER: str(ticket.id)}
    if customers.is_named(customer):
        values[CUSTOMER] = customer.name
    for what, custom in ((FieldOf.TICKET, ticket.custom), (FieldOf.CUSTOMER, customer.custom)):
        for field in await fields.all_of(what):
            if (value := (custom or {}).get(field.key)) is not None:
                filled = Filled(field.label, value, field.kind is FieldKind.DATE)
                values[FIELDS[what] + field.key.casefold()] = show(filled, language)
    return values


def filled(words: Words, values: Values) -> Words:
    """The words with all of it. Raises MissingValue for what nobody knows."""
    for each in variables(words.text):
        if each.name not in values and each.otherwise is None:
            raise MissingValue(each.name)
    return fill(words, values)


def preview(words: Words, values: Values) -> Words:
    """The words with what is known so far; the rest as its author wrote it."""
    return fill(words, values, keeps_unknown=True)


def needs_ticket(words: Words) -> bool:
    """Whether something in it is known only of a ticket."""
    return any(each.name != OPERATOR for each in variables(words.text))
