"""What the admins of a department choose: kept, written down, and what it changes."""

from datetime import timedelta

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk import outbox
from bot.desk.errors import (
    AdminsOnly,
    BadDays,
    BadKey,
    BadTemplate,
    DeskError,
    NotAMember,
    TooLong,
)
from bot.desk.people import fields, preferences
from bot.desk.people.preferences import Collisions, Preferences, ReplyMode
from bot.desk.tickets import labels, preferring
from models import FIRST, FieldKind, FieldOf, Membership, Standing, Status
from tests.desk.talk import NOW, SOMEBODY, anna, answers, ranks, turns

WRITTEN = "SELECT before::text, after::text FROM event WHERE name = 'preference' ORDER BY id"
SALES = 2


async def admin() -> Membership:
    return await ranks(Standing.ADMIN)


async def test_nobody_has_chosen_anything_at_first(db: str) -> None:
    assert await preferences.of(FIRST) == Preferences()
    assert await preferences.of(99) == Preferences()


async def test_what_is_chosen_stays_and_is_written_down(
    db: str, witness: "asyncpg.Connection"
) -> None:
    async with outbox.transaction():
        member = await admin()
        assert await preferring.collisions(FIRST, Collisions.WARN, member, NOW)
        assert not await preferring.collisions(FIRST, Collisions.WARN, member, NOW)
        assert await preferring.reopen_days(FIRST, 0, member, NOW)
        assert await preferring.reply_mode(FIRST, ReplyMode.REPLY, member, NOW)
        assert await preferring.template(FIRST, "#{number} {subject}", member, NOW)
        assert await preferring.name_status(FIRST, Status.OPEN, "In the workshop", member, NOW)
    assert await preferences.of(FIRST) == Preferences(
        Collisions.WARN, ReplyMode.REPLY, 0, "#{number} {subject}", {"open": "In the workshop"}
    )
    first, *_ = await witness.fetch(WRITTEN)
    assert (first["before"], first["after"]) == (
        '{"collisions": "hold"}',
        '{"collisions": "warn"}',
    )
    async with outbox.transaction():
        assert await preferring.template(FIRST, " ", member, NOW)
        assert await preferring.name_status(FIRST, Status.OPEN, "", member, NOW)
        assert await preferring.reopen_days(FIRST, None, member, NOW)
    assert await preferences.of(FIRST) == Preferences(Collisions.WARN, ReplyMode.REPLY)


async def test_only_admins_of_the_department_choose(db: str) -> None:
    async with outbox.transaction():
        with pytest.raises(AdminsOnly):
            await preferring.collisions(FIRST, Collisions.OFF, await ranks(), NOW)
        with pytest.raises(NotAMember):
            await preferring.collisions(SALES, Collisions.OFF, await admin(), NOW)
        new, olena = fields.New(FieldOf.TICKET, "order", "Order", FieldKind.TEXT), await ranks()
        with pytest.raises(AdminsOnly):
            await preferring.add_field(new, olena, NOW)
    assert await preferences.of(FIRST) == Preferences()


@pytest.mark.parametrize(
    ("text", "error"),
    [
        *(
            (text, BadTemplate)
            for text in ("{name}", "{number} {name}", "# {number}", "#{number}x")
        ),
        *((f"#{{number}} {bad}", BadTemplate) for bad in ("{", "}", "{0}", "{}", "{who}")),
        *((f"#{{number}} {bad}", BadTemplate) for bad in ("{name!r}", "{name:>9}", "{name.x}")),
        ("#{number} " + "x" * 100, TooLong),
    ],
)
async def test_a_template_that_would_name_no_topic_is_refused(
    db: str, text: str, error: type[DeskError]
) -> None:
    async with outbox.transaction():
        with pytest.raises(error):
            await preferring.template(FIRST, text, SOMEBODY, NOW)


@given(text=st.text(max_size=40))
def test_whatever_is_kept_as_a_template_can_be_filled(text: str) -> None:
    try:
        kept = preferences.template_of(f"#{{number}} {text}")
    except DeskError:
        return
    assert kept.format(number=1, name="Anna", subject="").startswith("#1")


@pytest.mark.parametrize("days", [-1, 3651])
async def test_days_without_end_are_refused(db: str, days: int) -> None:
    async with outbox.transaction():
        with pytest.raises(BadDays):
            await preferring.reopen_days(FIRST, days, SOMEBODY, NOW)


async def test_a_closed_request_opens_again_for_so_many_days(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    await turns(1, Status.CLOSED)
    async with outbox.transaction():
        await preferring.reopen_days(FIRST, 1, SOMEBODY, NOW)
    assert (await anna(2, "Thanks", at=NOW + timedelta(hours=23))).ticket_id == 1
    await turns(1, Status.CLOSED)
    assert (await anna(3, "And now?", at=NOW + timedelta(hours=25))).ticket_id == 2


async def test_the_department_says_which_words_go(db: str) -> None:
    await anna(1, "Where is it?")
    async with outbox.transaction():
        await preferring.reply_mode(FIRST, ReplyMode.REPLY, SOMEBODY, NOW)
    assert (await answers(1, "On its way", mode="all")).direction == "note"
    async with outbox.transaction():
        await preferring.reply_mode(FIRST, ReplyMode.ALL, SOMEBODY, NOW)
    assert (await answers(1, "On its way", mode="reply")).direction == "out"


async def test_fields_come_and_go(db: str, witness: "asyncpg.Connection") -> None:
    order = fields.New(FieldOf.TICKET, "Order", "Order number", FieldKind.TEXT)
    size = fields.New(FieldOf.TICKET, "size", "Size", FieldKind.CHOICE, ["S", "M"])
    async with outbox.transaction():
        assert await preferring.add_field(order, SOMEBODY, NOW)
        assert await preferring.add_field(size, SOMEBODY, NOW)
        assert not await preferring.add_field(order, SOMEBODY, NOW)
        bad = fields.New(FieldOf.TICKET, "a b", "Order number", FieldKind.TEXT)
        with pytest.raises(BadKey):
            await preferring.add_field(bad, SOMEBODY, NOW)
        assert await preferring.remove_field(FieldOf.TICKET, "ORDER", SOMEBODY, NOW)
        assert not await preferring.remove_field(FieldOf.TICKET, "order", SOMEBODY, NOW)
    assert [one.key for one in await fields.all_of(FieldOf.TICKET)] == ["size"]
    async with outbox.transaction():
        again = fields.New(FieldOf.TICKET, "order", "Which order", FieldKind.NUMBER)
        assert await preferring.add_field(again, SOMEBODY, NOW)
    assert [(one.key, one.kind) for one in await fields.all_of(FieldOf.TICKET)] == [
        ("order", "number"),
        ("size", "choice"),
    ]


async def test_a_tag_is_forgotten_until_it_is_used_again(db: str) -> None:
    await anna(1, "Where is it?")
    async with outbox.transaction():
        await labels.set_tags(1, ["Refund"], [], SOMEBODY, NOW)
        assert await preferring.remove_tag("#refund", SOMEBODY, NOW)
        assert not await preferring.remove_tag("refund", SOMEBODY, NOW)
    assert await labels.tags() == []
