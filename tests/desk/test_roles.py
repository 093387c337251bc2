"""Roles: what Telegram says of somebody and what we have given them are two facts."""

import asyncpg
import orjson
import pytest

from bot.desk import outbox, tickets
from bot.desk.errors import AdminsOnly, DeskError, GivenByTelegram, NotAMember, NotThere
from bot.desk.people import memberships
from bot.desk.people.actors import HIDDEN, Actor
from bot.desk.said import Content, Person
from bot.desk.talk import corrections, doubts, replies
from bot.desk.talk.replies import OBSERVED, Spoken
from bot.desk.tickets import members
from bot.desk.words import Words
from models import Direction, Membership, Message, Role, Standing
from tests.desk.talk import NOW, SOMEBODY, anna, olena, our_group, photo, ranks

ADMIN, MEMBER, GONE = Standing.ADMIN, Standing.MEMBER, Standing.GONE
TOLD = "SELECT payload FROM delivery WHERE kind = 'tell' ORDER BY id"
ASSIGNED = "SELECT assignee_id FROM ticket ORDER BY id"
TRAIL = """
SELECT ticket_id, name, actor, coalesce(cause, operator_id::text) AS who, before, after, details
FROM event WHERE name IN ('role', 'assignee') ORDER BY id
"""


async def gives(role: Role, actor: Actor = SOMEBODY, user_id: int = 7) -> bool:
    group = await our_group()
    async with outbox.transaction():
        return await members.give_role(group, user_id, role, actor, NOW)


async def olena_as(role: Role) -> Membership:
    await olena()
    await gives(role)
    found = await memberships.found(await our_group(), 7)
    assert found
    return found


async def trail(witness: asyncpg.Connection) -> list[tuple[object, ...]]:
    """Each event about roles and assignees; values as JSON has them."""
    return [
        (*tuple(row)[:4], *(one and orjson.loads(one) for one in tuple(row)[4:]))
        for row in await witness.fetch(TRAIL)
    ]


async def told(witness: asyncpg.Connection) -> list[tuple[str, int]]:
    """What was said in the topic, and how many buttons were under it."""
    found = [orjson.loads(row["payload"]) for row in await witness.fetch(TOLD)]
    return [(one["sentence"], sum(map(len, one["buttons"]))) for one in found]


@pytest.mark.parametrize("role", [Role.LEAD, Role.OBSERVER, Role.OPERATOR])
async def test_a_role_of_ours_is_kept_whatever_telegram_says(db: str, role: Role) -> None:
    assert (await olena_as(role)).acts_as is role
    for standing, acts_as in (
        (ADMIN, Role.ADMIN),
        (Standing.OWNER, Role.OWNER),
        (MEMBER, role),
        (GONE, None),
        (MEMBER, role),
    ):
        assert (await ranks(standing)).acts_as is acts_as


async def test_nor_is_it_lost_by_a_doubt(db: str) -> None:
    await olena_as(Role.OBSERVER)
    group = await our_group()
    for doubt in (memberships.doubt(group, 7), memberships.doubt_all(group)):
        await doubt
        found = await memberships.found(group, 7)
        assert found
        assert (found.acts_as, found.role) == (None, Role.OBSERVER)
    member = await members.present(group, 7, Person("Olena"), NOW, MEMBER)
    assert member.acts_as is Role.OBSERVER


async def test_it_is_given_in_one_group(db: str) -> None:
    other = await our_group(-78)
    await members.rank(other, 7, Person("Olena"), NOW, MEMBER)
    await olena_as(Role.OBSERVER)
    elsewhere = await memberships.found(other, 7)
    assert elsewhere
    assert elsewhere.acts_as is Role.OPERATOR


async def test_who_gave_it_is_written_down(db: str, witness: asyncpg.Connection) -> None:
    oleh = await ranks(ADMIN, 9, "Oleh")
    await olena()
    assert await gives(Role.LEAD, oleh)
    assert not await gives(Role.LEAD, oleh), "they are one already"
    assert await gives(Role.OPERATOR, HIDDEN)
    whose = {"operator": 2, "group": await our_group()}
    assert await trail(witness) == [
        (None, "role", "operator", "1", {"role": "operator"}, {"role": "lead"}, whose),
        (None, "role", "system", HIDDEN.cause, {"role": "lead"}, {"role": "operator"}, whose),
    ]


@pytest.mark.parametrize(
    ("user_id", "role", "error"),
    [
        (7, Role.ADMIN, GivenByTelegram),
        (7, Role.OWNER, GivenByTelegram),
        (8, Role.LEAD, NotThere),
        (404, Role.LEAD, NotThere),
    ],
)
async def test_what_cannot_be_given(
    db: str, witness: asyncpg.Connection, user_id: int, role: Role, error: type[DeskError]
) -> None:
    await olena()
    await ranks(GONE, 8, "Oleh")
    with pytest.raises(error):
        await gives(role, user_id=user_id)
    assert await trail(witness) == []


async def test_an_admin_of_another_group_gives_nothing_here(
    db: str, witness: asyncpg.Connection
) -> None:
    await olena()
    other = await our_group(-78)
    oleh = await members.rank(other, 9, Person("Oleh"), NOW, ADMIN)
    with pytest.raises(NotAMember):
        await gives(Role.OBSERVER, oleh)
    with pytest.raises(AdminsOnly):
        await gives(Role.OPERATOR, await olena())
    assert await trail(witness) == []


async def test_who_may_not_answer_any_more_hands_over_their_tickets(
    db: str, witness: asyncpg.Connection
) -> None:
    await anna(1, "Where is it?")
    await olena()
    await witness.execute("UPDATE ticket SET assignee_id = 1")
    for standing, role in ((MEMBER, Role.LEAD), (ADMIN, Role.OBSERVER)):
        await ranks(standing)
        await gives(role, HIDDEN)
        assert await witness.fetchval(ASSIGNED) == 1
    await ranks(MEMBER)
    assert await witness.fetchval(ASSIGNED) is None, "demoted, they are an observer"
    await ranks(ADMIN)
    await gives(Role.OPERATOR)
    await ranks(MEMBER)
    await witness.execute("UPDATE ticket SET assignee_id = 1")
    await gives(Role.OBSERVER, HIDDEN)
    assert await witness.fetchval(ASSIGNED) is None
    was, became = {"assignee_id": 1}, {"assignee_id": None}
    assert (await trail(witness))[-1] == (
        *(1, "assignee", "system", HIDDEN.cause),
        *(was, became, None),
    )


# What an observer says


async def observes(
    what: str | Content,
    answered: Message | None = None,
    *,
    doubt: str | None = None,
    mode: str = "all",
) -> Message:
    """Olena, an observer, writes in the topic."""
    spoken = Spoken(await olena_as(Role.OBSERVER), said(what), answered, doubt=doubt)
    async with outbox.transaction():
        return await replies.take(1, spoken, NOW, mode=mode)


def said(what: str | Content) -> Content:
    return Content(words=Words(what)) if isinstance(what, str) else what


async def test_their_notes_are_notes_like_any_others(db: str, witness: asyncpg.Connection) -> None:
    await anna(1, "Where is it?")
    note = await observes("// call the courier")
    await observes("I agree", note)
    await observes("as I said", mode="reply")
    async with outbox.transaction():
        await tickets.set_notes(1, True, SOMEBODY, NOW)
    await observes("between us")
    assert await told(witness) == []


@pytest.mark.parametrize("doubt", [doubts.FORWARD, doubts.NEAR, None])
async def test_they_are_told_and_not_asked(
    db: str, witness: asyncpg.Connection, doubt: str | None
) -> None:
    """A button that they may not press would promise something."""
    await anna(1, "Where is it?")
    note = await observes("/ look", doubt=doubt)
    assert note.direction is Direction.NOTE
    assert await told(witness) == [(OBSERVED, 0)]


async def test_nor_are_they_asked_about_what_they_change(
    db: str, witness: asyncpg.Connection
) -> None:
    await anna(1, "Where is it?")
    answer = await answers_before()
    note = await observes("// call the courier")
    observer = await olena_as(Role.OBSERVER)
    for line, words in ((note, "call the courier"), (answer, "/ not today")):
        async with outbox.transaction():
            await corrections.edited(line, said(words), observer, NOW)
    assert await told(witness) == [("📝 Kept as a note: the customer does not see it.", 0)]


async def answers_before() -> Message:
    """Olena answers while she may."""
    async with outbox.transaction():
        return await replies.take(1, Spoken(await olena(), said("Today")), NOW)


async def test_a_late_part_of_theirs_takes_back_nothing(
    db: str, witness: asyncpg.Connection
) -> None:
    """They have become an observer between the parts of an album."""
    await anna(1, "Where is it?")
    async with outbox.transaction():
        first = await replies.take(1, Spoken(await olena(), photo("a")), NOW)
    await witness.execute("UPDATE delivery SET state = 'sent'")
    await observes(photo("a"))
    await first.refresh_from_db()
    assert (first.direction, first.unsent_at) == (Direction.OUT, None)
