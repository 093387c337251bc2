"""A ticket's priority, tags, custom fields, and whether it is spam."""

from typing import Any

import asyncpg
import pytest

from bot.desk import outbox
from bot.desk.errors import (
    BadTag,
    DeskError,
    MovedAway,
    NoSuchField,
    NoSuchTicket,
    NotAChoice,
    NotADate,
    NotAFlag,
    NotAMember,
    NotANumber,
    Observing,
    TooLongAValue,
    TooManyTags,
)
from bot.desk.people import fields, memberships
from bot.desk.people.actors import Actor
from bot.desk.tickets import labels
from bot.desk.tickets.labels import MOST_TAGS
from models import (
    CustomField,
    Event,
    FieldKind,
    FieldOf,
    Priority,
    Role,
    Standing,
    Status,
    Ticket,
)
from tests.desk.talk import NOW, SOMEBODY, anna, ranks, turns

SAID = "SELECT payload -> 'sentence' ->> 'msgid' FROM delivery WHERE kind = 'say' ORDER BY id"
KINDS = "SELECT kind FROM delivery WHERE gate = 'forum' ORDER BY kind"


async def prioritize(priority: Priority, actor: Actor = SOMEBODY) -> bool:
    async with outbox.transaction():
        return await labels.set_priority(1, priority, actor, NOW)


async def tag(*names: str, off: tuple[str, ...] = (), ticket: int = 1) -> list[str]:
    async with outbox.transaction():
        return await labels.set_tags(ticket, names, off, SOMEBODY, NOW)


async def fill(name: str, text: str) -> Any:
    """What the ticket has in the field then."""
    async with outbox.transaction():
        await labels.set_field(1, name, text, SOMEBODY, NOW)
    return (await Ticket.get(id=1)).custom.get("field")


async def spam(on: bool = True) -> bool:
    async with outbox.transaction():
        return await labels.set_spam(1, on, SOMEBODY, NOW)


async def field(kind: FieldKind, choices: list[str] | None = None) -> CustomField:
    """One that is asked of tickets: «Order»."""
    values: dict[str, Any] = {"of": FieldOf.TICKET, "key": "field", "label": "Order"}
    return await CustomField.create(**values, kind=kind, choices=choices, created_at=NOW)


async def test_a_ticket_is_as_urgent_as_somebody_says(db: str, witness: asyncpg.Connection) -> None:
    await anna(1, "Where is it?")
    assert (await Ticket.get(id=1)).priority is Priority.NORMAL
    assert not await prioritize(Priority.NORMAL)
    assert await prioritize(Priority.EMERGENCY)
    assert not await prioritize(Priority.EMERGENCY)
    assert (await Ticket.get(id=1)).priority is Priority.EMERGENCY
    event = await Event.filter(name="priority").get()
    assert (event.before, event.after) == ({"priority": 2}, {"priority": 5})
    assert "card" in [row["kind"] for row in await witness.fetch(KINDS)]


async def test_everybody_spells_a_tag_the_same(db: str) -> None:
    await anna(1, "Where is it?")
    await anna(2, "And this?")
    assert await tag("Повернення", "#late") == ["Повернення", "late"]
    assert await tag("ПОВЕРНЕННЯ", "LATE") == ["Повернення", "late"]
    assert await Event.filter(name="tags").count() == 1, "nothing has changed"
    assert await tag("new_one", off=("повернення",)) == ["late", "new_one"]
    assert await tag(off=("late", "new_one", "never-there")) == []
    assert await tag("пОвЕрНеНнЯ") == ["Повернення"]
    assert await labels.tags() == ["Повернення", "late", "new_one"]


@pytest.mark.parametrize("name", ["", "#", "-", "_x", "a b", "a,b", "x" * 33, "a\nb", "🙂", "<b>"])
async def test_what_is_no_tag_is_refused(db: str, name: str) -> None:
    await anna(1, "Where is it?")
    for more, less in (((name,), ()), ((), (name,))):
        with pytest.raises(BadTag) as error:
            await tag(*more, off=less)
        assert error.value.values == {"name": name}
    assert await labels.tags() == []


async def test_a_ticket_has_few_tags(db: str) -> None:
    await anna(1, "Where is it?")
    names = [f"t{n}" for n in range(MOST_TAGS)]
    assert await tag(*names) == names
    with pytest.raises(TooManyTags):
        await tag("more")
    assert await tag("more", off=("t0",)) == [*names[1:], "more"]
    assert "x" * 32 in await tag("x" * 32, off=("t1",))


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (FieldKind.TEXT, "  A\n box ", "A box"),
        (FieldKind.TEXT, "x" * 200, "x" * 200),
        (FieldKind.NUMBER, "12", 12),
        (FieldKind.NUMBER, "-12,50", -12.5),
        (FieldKind.NUMBER, "1 200 300", 1_200_300),
        (FieldKind.DATE, "2026-11-28", "2026-11-28"),
        (FieldKind.DATE, "28.11.2026", "2026-11-28"),
        (FieldKind.DATE, "1/2/2026", "2026-02-01"),
        (FieldKind.FLAG, "Так", True),
        (FieldKind.FLAG, "no", False),
        (FieldKind.CHOICE, "red", "Red"),
        (FieldKind.CHOICE, "gr", "Green"),
    ],
)
async def test_a_field_is_filled(db: str, kind: FieldKind, text: str, value: Any) -> None:
    await anna(1, "Where is it?")
    await field(kind, ["Red", "Reddish", "Green"])
    assert await fill("ORDER", text) == value
    shown = await fields.filled(FieldOf.TICKET, (await Ticket.get(id=1)).custom)
    assert shown == [fields.Filled("Order", value, kind is FieldKind.DATE)]
    assert await fill("field", text) == value
    assert await Event.filter(name="custom").count() == 1, "nothing has changed"
    assert await fill("field", " ") is None
    assert (await Ticket.get(id=1)).custom == {}


@pytest.mark.parametrize(
    ("kind", "text", "refusal"),
    [
        (FieldKind.TEXT, "x" * 201, TooLongAValue),
        (FieldKind.NUMBER, "twelve", NotANumber),
        (FieldKind.NUMBER, "1" * 16, NotANumber),
        (FieldKind.NUMBER, "nan", NotANumber),
        (FieldKind.NUMBER, "1.2.3", NotANumber),
        (FieldKind.DATE, "2026-02-30", NotADate),
        (FieldKind.DATE, "tomorrow", NotADate),
        (FieldKind.DATE, "0000-01-01", NotADate),
        (FieldKind.FLAG, "perhaps", NotAFlag),
        (FieldKind.CHOICE, "re", NotAChoice),
        (FieldKind.CHOICE, "blue", NotAChoice),
    ],
)
async def test_what_a_field_does_not_take_is_said(
    db: str, kind: FieldKind, text: str, refusal: type[DeskError]
) -> None:
    await anna(1, "Where is it?")
    await field(kind, ["Red", "Reddish", "Green"])
    with pytest.raises(refusal) as error:
        await fill("field", text)
    assert error.value.values["name"] == "Order"
    assert error.value.sentence.format(**error.value.values)
    if refusal is NotAChoice:
        assert error.value.values["choices"] == "Red, Reddish, Green"
    assert (await Ticket.get(id=1)).custom is None


async def test_a_field_that_is_not_there_or_no_more_is_said_to_be_so(db: str) -> None:
    await anna(1, "Where is it?")
    one = await field(FieldKind.TEXT)
    await fill("order", "12")
    await CustomField.filter(id=one.id).update(removed_at=NOW)
    for name in ("order", "nothing"):
        with pytest.raises(NoSuchField) as error:
            await fill(name, "13")
        assert error.value.values == {"name": name}
    ticket = await Ticket.get(id=1)
    assert ticket.custom == {"field": "12"}, "it is kept"
    assert await fields.filled(FieldOf.TICKET, ticket.custom) == [], "and not shown"


async def test_spam_is_closed_without_a_word_to_the_customer(
    db: str, witness: asyncpg.Connection
) -> None:
    await anna(1, "Buy now")
    said = await witness.fetch(SAID)
    await witness.execute("DELETE FROM delivery WHERE gate = 'forum'")
    assert await spam()
    assert not await spam()
    ticket = await Ticket.get(id=1)
    assert (ticket.is_spam, ticket.status, ticket.closed_at) == (True, Status.CLOSED, NOW)
    assert [row["kind"] for row in await witness.fetch(KINDS)] == ["card", "look", "shut"]
    assert await spam(False)
    assert not await spam(False)
    ticket = await Ticket.get(id=1)
    assert (ticket.is_spam, ticket.status, ticket.closed_at) == (False, Status.OPEN, None)
    assert ticket.resolved_at is None
    assert await witness.fetch(SAID) == said, "the customer has heard nothing"


async def test_what_is_opened_again_is_no_spam(db: str) -> None:
    """Be it by the customer, whose words stand there then."""
    await anna(1, "Buy now")
    await spam()
    await turns(1, Status.OPEN)
    assert not (await Ticket.get(id=1)).is_spam
    await spam()
    await anna(2, "Really, where is my parcel?")
    ticket = await Ticket.get(id=1)
    assert (ticket.is_spam, ticket.status) == (False, Status.OPEN)


async def test_who_may_not_changes_nothing(db: str, witness: asyncpg.Connection) -> None:
    await anna(1, "Where is it?")
    await field(FieldKind.TEXT)
    observer = await ranks(Standing.MEMBER, 8, "Petro")
    await memberships.give(observer, Role.OBSERVER)
    gone = await ranks(Standing.GONE, 9, "Oleh")
    elsewhere = await ranks(Standing.MEMBER, 10, "Ivan")
    elsewhere.department = 2
    before = await Ticket.get(id=1).values()
    for actor, refusal in ((observer, Observing), (gone, NotAMember), (elsewhere, MovedAway)):
        for act in (
            labels.set_priority(1, Priority.LOW, actor, NOW),
            labels.set_tags(1, ["x"], [], actor, NOW),
            labels.set_field(1, "order", "1", actor, NOW),
            labels.set_spam(1, True, actor, NOW),
        ):
            with pytest.raises(refusal):
                async with outbox.transaction():
                    await act
    assert await Ticket.get(id=1).values() == before
    with pytest.raises(NoSuchTicket):
        async with outbox.transaction():
            await labels.set_spam(404, True, SOMEBODY, NOW)
