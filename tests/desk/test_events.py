"""The audit trail: who changed what, from what to what; replayed, it gives the ticket."""

import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import asyncpg
import orjson
import pytest

from bot.desk import outbox, tickets
from bot.desk.errors import DeskError
from bot.desk.outbox import claims
from bot.desk.outbox.deliveries import Parcel
from bot.desk.outbox.kinds.to_customer import Unsend
from bot.desk.people import contacts, customers
from bot.desk.people.actors import HIDDEN
from bot.desk.said import LIVE, ChannelAddress, Content, Person
from bot.desk.said.extras import Location
from bot.desk.talk import failures, intake, outgoing, reach, replies
from bot.desk.tickets import banning, calling, events, labels, members, owning, profiles, theirs
from bot.desk.tickets.events import STATE, WATCHED
from bot.desk.words import Words
from models import (
    Address,
    Customer,
    CustomField,
    Direction,
    Event,
    FieldKind,
    FieldOf,
    Membership,
    Message,
    Priority,
    Standing,
    Status,
    Ticket,
)
from models.rows import add
from tests.desk.talk import (
    ANNA,
    NOW,
    SOMEBODY,
    anna,
    answers,
    edits,
    olena,
    our_group,
    photo,
    ranks,
    turns,
)

MAIL = ChannelAddress("mail", "anna@example.com")
TRAIL = "SELECT * FROM event WHERE ticket_id IS NOT NULL ORDER BY id"


async def trail(witness: asyncpg.Connection) -> list[tuple[Any, ...]]:
    """Each event: its name, who it was, what was and what is."""
    found = []
    for row in await witness.fetch(TRAIL):
        who = row["operator_id"] or row["customer_id"] or row["cause"]
        was, became = (one and orjson.loads(one) for one in (row["before"], row["after"]))
        found.append((row["name"], row["actor"], who, was, became))
    return found


async def test_every_change_says_who_made_it(db: str, witness: asyncpg.Connection) -> None:
    await anna(1, "Where is it?")
    await answers(1, "On its way")
    async with outbox.transaction():
        await tickets.set_notes(1, True, HIDDEN, NOW)
    await anna(2, "Thanks")
    opened, *rest = await trail(witness)
    assert opened[:4] == ("opened", "customer", 1, None)
    assert opened[4]["status"] == "new"
    at = NOW.isoformat()
    ended = {"resolved_at": None, "closed_at": None}
    assert rest == [
        ("answered", "operator", 1, {"answered_at": None}, {"answered_at": at}),
        *[("status", "operator", 1, {"status": "new", **ended}, {"status": "waiting", **ended})],
        ("notes mode", "system", HIDDEN.cause, {"notes_mode": False}, {"notes_mode": True}),
        *[("status", "customer", 1, {"status": "waiting", **ended}, {"status": "open", **ended})],
    ]


async def test_of_several_answers_the_first_is_written_down(db: str) -> None:
    await anna(1, "Where is it?")
    await answers(1, "On its way")
    await answers(1, "It will be there tomorrow", at=NOW + timedelta(hours=1))
    assert await Event.filter(name="answered").count() == 1


async def test_who_leaves_hands_over_their_tickets_and_that_is_written_down(
    db: str, witness: asyncpg.Connection
) -> None:
    await anna(1, "Where is it?")
    await olena()
    await witness.execute("UPDATE ticket SET assignee_id = 1")
    await ranks(Standing.GONE)
    name, actor, cause, was, became = (await trail(witness))[-1]
    assert (name, actor, cause) == ("assignee", "system", "the operators' group")
    assert (was, became) == ({"assignee_id": 1}, {"assignee_id": None})


async def test_a_subject_that_comes_later_is_the_customers(
    db: str, witness: asyncpg.Connection
) -> None:
    await anna(1, photo("a"))
    await anna(2, photo("b"))
    await anna(3, "It is broken")
    changed = [one for one in await trail(witness) if one[0] == "subject"]
    assert changed == [("subject", "customer", 1, {"subject": ""}, {"subject": "It is broken"})]


async def about_messages(witness: asyncpg.Connection) -> list[tuple[Any, ...]]:
    """Each event that is no part of the ticket: its name, who it was, which messages."""
    found = [row for row in await witness.fetch(TRAIL) if row["details"]]
    assert not any(row["before"] or row["after"] for row in found), "they are no ticket’s values"
    told = [(row, orjson.loads(row["details"])) for row in found]
    return [(row["name"], row["actor"], *sorted(one.values(), key=str)) for row, one in told]


async def test_edits_say_whose_they_are(db: str, witness: asyncpg.Connection) -> None:
    await anna(1, "Where is it?")
    await edits(await answers(1, "On its way"), "It is on its way")
    async with outbox.transaction():
        await intake.edited(ANNA, "1", Content(words=Words("Where is the box?")), NOW)
        await intake.edited(ANNA, "1", Content(words=Words("Where is the box?")), NOW)  # the same
    assert await about_messages(witness) == [("edited", "operator", 2), ("edited", "customer", 1)]


async def test_an_answer_that_becomes_a_note_is_written_down(
    db: str, witness: asyncpg.Connection
) -> None:
    await anna(1, "Where is it?")
    await edits(await answers(1, "On its way"), "// lost, I fear")
    assert await about_messages(witness) == [
        ("kept inside", "operator", [2]),
        ("edited", "operator", 2),
    ]


async def test_so_is_an_album_that_turns_out_to_be_one(
    db: str, witness: asyncpg.Connection
) -> None:
    await anna(1, "Where is it?")
    await answers(1, photo("a"))
    await answers(1, photo("a", "// for us"))
    assert await about_messages(witness) == [("kept inside", "operator", [2])]


async def test_what_has_left_stays_as_it_was(db: str, witness: asyncpg.Connection) -> None:
    await anna(1, "Where is it?")
    answer = await answers(1, "On its way")
    await witness.execute("UPDATE delivery SET state = 'sent'")
    await edits(answer, "// lost, I fear")
    assert await about_messages(witness) == [], "a note of its own says so"


async def test_an_answer_that_could_not_be_taken_back_is_there_again(
    db: str, witness: asyncpg.Connection
) -> None:
    await anna(1, "Where is it?")
    answer = await answers(1, "On its way")
    await witness.execute("UPDATE delivery SET state = 'sent'")
    async with outbox.transaction():
        await replies.unsend(answer, await olena(), NOW)
        await failures.failed(await the_unsend(), "rejected", "no", NOW)
    assert await about_messages(witness) == [
        ("unsent", "operator", [2]),
        ("still there", "system", [2], "rejected"),
    ]
    async with outbox.transaction():  # it was tried again
        await outgoing.unsent([2], NOW, had_left=True)
        await outgoing.unsent([2], NOW, had_left=True)
    assert (await about_messages(witness))[2:] == [("unsent", "system", [2])]


async def the_unsend() -> Parcel:
    """It is about to be carried."""
    await outbox.flush()
    claimed = await claims.claim("telegram", 1, NOW + timedelta(hours=1), limit=9)
    return next(one for one in claimed if isinstance(one.what, Unsend))


async def test_an_album_is_taken_back_as_a_whole(db: str, witness: asyncpg.Connection) -> None:
    await anna(1, "Where is it?")
    await answers(1, photo("a"))
    last = await answers(1, photo("a"))
    async with outbox.transaction():
        await replies.unsend(last, await olena(), NOW)
    assert await about_messages(witness) == [("unsent", "operator", [2])]


async def test_reactions_say_what_they_are(db: str, witness: asyncpg.Connection) -> None:
    await anna(1, "Where is it?")
    async with outbox.transaction():
        await intake.reacted(ANNA, "1", "👍", NOW)
        await replies.reacted(await Message.get(id=1), "👌", await olena(), NOW)
    assert await about_messages(witness) == [
        ("reacted", "customer", 1, "👍"),
        ("reacted", "operator", 1, "👌"),
    ]


async def test_nobody_s_steps_are_written_down(db: str, witness: asyncpg.Connection) -> None:
    def place(latitude: float) -> Content:
        return Content(LIVE, extra=Location(latitude, 0.0, live_period=900))

    await anna(1, place(1.0))
    async with outbox.transaction():
        assert await intake.edited(ANNA, "1", place(2.0), NOW)
    assert await about_messages(witness) == []


async def by_mail(at: int) -> None:
    await anna(at, "By mail", by=MAIL)


async def chooses(at: int) -> None:
    async with outbox.transaction():
        await tickets.choose_address(1, 1 + at % 2, SOMEBODY, NOW)


async def turns_notes(at: int) -> None:
    async with outbox.transaction():
        await tickets.set_notes(1, at % 2 == 0, SOMEBODY, NOW)


async def takes(at: int) -> None:
    async with outbox.transaction():
        await owned(1, at)


async def owned(ticket: int, at: int) -> None:
    """Olena takes it, or it is put back; what is not for her to take stays as it is."""
    with suppress(DeskError):
        act = owning.take if at % 3 else owning.unassign
        await act(ticket, await olena(), NOW)


async def labelled(at: int) -> None:
    """How urgent it is, what its tags are, what is to be known of it."""
    if not await CustomField.exists():
        named = {"of": FieldOf.TICKET, "key": "order", "label": "Order"}
        await add(CustomField, **named, kind=FieldKind.NUMBER, created_at=NOW)
    async with outbox.transaction():
        await labels.set_priority(1, Priority(1 + at % 5), SOMEBODY, NOW)
        await labels.set_tags(1, [f"t{at % 4}"], [f"t{at % 3}"], SOMEBODY, NOW)
        await labels.set_field(1, "order", str(at) if at % 4 else "", SOMEBODY, NOW)


async def is_spam(at: int) -> None:
    async with outbox.transaction():
        await labels.set_spam(1, at % 3 > 0, SOMEBODY, NOW)


async def leaves(at: int) -> None:
    await ranks(Standing.GONE)


async def promoted(at: int) -> None:
    await ranks(Standing.ADMIN, name=f"Olena {at % 2}")


async def doubted(at: int) -> None:
    async with outbox.transaction():
        await members.doubt_all(await our_group(), NOW)


async def is_given_a_role(at: int) -> None:
    await ranks()
    async with outbox.transaction():
        await members.give_role(await our_group(), 7, members.GIVEN[at % 3], SOMEBODY, NOW)


async def corrected(at: int) -> None:
    """Olena changes the last that she has said; it may become a note."""
    if line := await Message.filter(operator_id=1).order_by("-id").first():
        await edits(line, f"{'// ' * (at % 2)}{at}")


async def taken_back(at: int) -> None:
    lines = Message.filter(direction=Direction.OUT, unsent_at=None).order_by("-id")
    if line := await lines.first():
        async with outbox.transaction():
            await replies.unsend(line, SOMEBODY, NOW)
            await outgoing.still_there(1, [line.id], "rejected", NOW)


async def anna_chooses(at: int) -> None:
    """What she sets, what she is called, and which request she means."""
    async with outbox.transaction():
        address = await theirs.at(ANNA, Person(f"Anna {at % 3}"), NOW)
        await theirs.choose_language(address, "uk" if at % 2 else "en", NOW)
        if at % 3:
            await theirs.choose(address, 1, NOW)
        else:
            await theirs.start_new(address, NOW)


async def comes_and_goes(at: int) -> None:
    async with outbox.transaction():
        await (reach.blocked if at % 2 else reach.returned)(ANNA, NOW)


async def is_banned(at: int) -> None:
    async with outbox.transaction():
        await banning.ban(1, NOW + timedelta(days=at) if at % 2 else None, "spam", SOMEBODY, NOW)
        if at % 3 == 0:
            await banning.unban(1, SOMEBODY, NOW)


async def is_known(at: int) -> None:
    """What colleagues note of Anna."""
    typed = contacts.phone(f"+38067000000{at % 3}")
    async with outbox.transaction():
        await profiles.set_vip(1, at % 2 == 0, SOMEBODY, NOW)
        await profiles.add_note(1, "kind", SOMEBODY, NOW)
        await profiles.set_tags(1, [f"t{at % 3}"], [f"t{at % 2}"], SOMEBODY, NOW)
        await profiles.add_contact(1, typed, SOMEBODY, NOW)
        if at % 5 == 0:
            address = await theirs.at(ANNA, Person("Anna"), NOW)
            await profiles.shared(address, typed, NOW)
        if at % 3 == 0:
            await profiles.clear_notes(1, SOMEBODY, NOW)
            [first, *_others] = await contacts.of(1)
            await profiles.drop_contact(1, first.id, SOMEBODY, NOW)


async def anna_wishes(at: int) -> None:
    """By the buttons of her sign."""
    async with outbox.transaction():
        address = await theirs.at(ANNA, Person("Anna"), NOW)
        await (calling.solve if at % 2 else calling.call)(address, 1, NOW)


def turning(status: Status) -> Callable[[int], Awaitable[object]]:
    return lambda _at: turns(1, status)


ACTS: dict[str, Callable[[int], Awaitable[object]]] = {
    "writes": lambda at: anna(at, "Words"),
    "shows": lambda at: anna(at, photo(f"a{at}")),
    "by mail": by_mail,
    "answer": lambda at: answers(1, "Yes", at=NOW + timedelta(minutes=at)),
    **{status.value: turning(status) for status in Status},
    "chooses": chooses,
    "notes": turns_notes,
    "takes": takes,
    "labelled": labelled,
    "spam": is_spam,
    "leaves": leaves,
    "promoted": promoted,
    "doubted": doubted,
    "given a role": is_given_a_role,
    "corrected": corrected,
    "taken back": taken_back,
    "Anna chooses": anna_chooses,
    "Anna comes and goes": comes_and_goes,
    "Anna is banned": is_banned,
    "Anna is known": is_known,
    "Anna wishes": anna_wishes,
}


@pytest.mark.parametrize("seed", range(6))
async def test_replayed_they_give_the_ticket(db: str, seed: int) -> None:
    dice = random.Random(seed)
    await anna(1, photo("first"))
    await customers.also_at(1, MAIL, NOW)
    done = []
    for at in range(2, 40):
        done.append(dice.choice(sorted(ACTS)))
        await ACTS[done[-1]](at)
        for ticket in await Ticket.all():
            state = events.replay(await Event.filter(ticket_id=ticket.id).order_by("id"))
            now = {name: getattr(ticket, name) for name in STATE}
            assert state == orjson.loads(orjson.dumps(now)), done
        for whose, began, now in await others():
            told = await Event.filter(ticket_id=None, details__contains=whose).order_by("id")
            assert {**began, **events.replay(told)} == orjson.loads(orjson.dumps(now)), done


async def others() -> list[tuple[dict[str, int], dict[str, Any], dict[str, Any]]]:
    """What is no ticket: whose it is, how it began if nothing says so, and how it is now."""
    found: list[tuple[dict[str, int], dict[str, Any], dict[str, Any]]] = [
        ({"customer": 1}, {"contacts": []}, await anna_now()),
        ({"address": 1}, {"blocked_at": None}, watched(await Address.get(id=1))),
    ]
    if member := await Membership.get_or_none(id=1):
        began = {"standing": "unknown", "role": "operator"}
        now = {"standing": member.standing, "role": member.role or "operator"}
        found.append(({"operator": 1, "group": member.group_id}, began, now))
    return found


async def anna_now() -> dict[str, Any]:
    found = await contacts.of(1)
    known = [
        {"kind": one.kind, "value": one.value, "verified": bool(one.verified_at)} for one in found
    ]
    return {**watched(await Customer.get(id=1)), "contacts": known}


def watched(row: Customer | Address) -> dict[str, Any]:
    return {name: getattr(row, name) for name in WATCHED[type(row)]}
