"""Roles: what Telegram says of a member, what we have made of them, and in which group."""

from datetime import UTC, datetime

import asyncpg

from bot.desk import outbox
from bot.desk.people.actors import System
from bot.desk.tickets import members
from models import Role
from tests.stories.chat import Customer, General, Operator, Topic, buttons
from tests.stories.conftest import RIGHTS, Stage
from tests.stories.test_handing_over import HAND_OVER, ready, wants_its_place
from tests.stories.test_members import GONE

OBSERVED = "as an observer, you do not write to customers"
BARRED = "You are an observer here: you can read along and write notes."
LEADS = "Only leads and admins of this group can do that."
GROUP = "SELECT id FROM operator_group WHERE is_bound"


async def is_made(desk: Stage, witness: asyncpg.Connection, role: Role) -> None:
    """Taras is given a role, as a command will do it."""
    group, now = await witness.fetchval(GROUP), datetime.now(UTC)
    async with outbox.transaction():
        await members.give_role(group, desk.taras.person.id, role, System("a story"), now)


async def taras_as(desk: Stage, witness: asyncpg.Connection, role: Role) -> tuple[Customer, Topic]:
    """Anna has asked, Taras has answered, and then is given a role."""
    anna, topic = await desk.asks()
    desk.taras.writes(topic, "Good afternoon")
    await anna.shows("Good afternoon")
    await is_made(desk, witness, role)
    return anna, topic


async def test_an_observer_writes_among_colleagues_only(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await taras_as(desk, witness, Role.OBSERVER)
    note = desk.taras.writes(topic, "// he is right")
    desk.taras.writes(topic, "so am I", reply_to=note["message_id"])
    words = desk.taras.writes(topic, "She is difficult")
    told = await topic.shows(OBSERVED)
    assert told["reply_to_message"]["message_id"] == words["message_id"]
    assert buttons(told) == []
    desk.taras.edits(words, "She is very difficult")
    desk.taras.reacts(await topic.shows("Where is my order?"), "🤬")
    await desk.settles(witness)
    for inside in ("right", "so am I", "difficult"):
        anna.lacks(inside)
    assert not [one for one in anna.messages() if one.get("reactions")]
    await topic.shows(OBSERVED)  # it was said once, and of nothing else

    await is_made(desk, witness, Role.OPERATOR)
    desk.taras.writes(topic, "It leaves today")
    await anna.shows("It leaves today")


async def test_an_observer_changes_nothing(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await taras_as(desk, witness, Role.OBSERVER)
    assert (await desk.taras.presses(topic.card, "✅ Resolve"))["text"] == BARRED
    assert (await desk.taras.presses(topic.card, "🙋 Take"))["text"] == BARRED
    answer = await topic.shows("Good afternoon")
    for times, command in enumerate(("/close", "/notes", "/unsend"), 1):
        desk.taras.writes(topic, command, reply_to=answer["message_id"])
        await desk.taras.hears(topic, BARRED, times=times)
    desk.taras.writes(topic, "/history", reply_to=answer["message_id"])
    await desk.taras.hears(topic, "This message was never edited.")
    await desk.settles(witness)
    await anna.shows("Good afternoon")
    row = await witness.fetchrow("SELECT status, notes_mode FROM ticket")
    assert tuple(row) == ("waiting", False)


async def test_what_was_asked_before_is_not_sent_by_an_observer(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await taras_as(desk, witness, Role.OPERATOR)
    desk.taras.writes(topic, "/ she is difficult")
    asked = await topic.shows("Is this a note, or is it for the customer?")
    await is_made(desk, witness, Role.OBSERVER)
    answer = await desk.taras.presses(asked, "📨 Send to the customer")
    assert answer["text"] == BARRED
    await desk.settles(witness)
    anna.lacks("difficult")


async def test_a_lead_who_was_promoted_and_demoted_is_a_lead_again(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    await taras_as(desk, witness, Role.LEAD)
    desk.olena.person.promotes(desk.taras.person, desk.group, can_manage_chat=True)
    await desk.settles(witness)
    desk.taras.writes(desk.general, "/setup")
    await desk.general.shows("This group is connected already, and nothing is missing.")
    desk.olena.person.demotes(desk.taras.person, desk.group)
    await desk.settles(witness)
    desk.taras.writes(desk.general, "/setup")
    await desk.general.shows("An admin can have it checked")
    desk.taras.writes(desk.general, "/status")
    await desk.taras.hears(desk.general, "Desk status")
    desk.taras.alone(desk.general).lacks(LEADS)


async def test_who_was_demoted_while_the_bot_was_no_admin_is_none(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    """Telegram tells admins alone who else is one."""
    desk.olena.person.promotes(desk.taras.person, desk.group, can_manage_chat=True)
    desk.taras.writes(desk.general, "/setup")
    await desk.general.shows("This group is connected already, and nothing is missing.")
    desk.olena.person.demotes(desk.bot, desk.group)
    await desk.general.shows("I am not an admin here any more")
    desk.olena.person.demotes(desk.taras.person, desk.group)
    desk.olena.person.sets_bot_rights(desk.bot, desk.group, **RIGHTS)
    await desk.general.shows("I see again what is written here")
    desk.taras.writes(desk.general, "/setup")
    await desk.general.shows("An admin can have it checked")


async def test_an_observer_who_leaves_and_comes_back_is_an_observer(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await taras_as(desk, witness, Role.OBSERVER)
    desk.taras.person.leaves(desk.group)
    desk.taras.person.joins(desk.group)
    desk.taras.writes(topic, "She is difficult")
    await topic.shows(OBSERVED)
    desk.olena.person.promotes(desk.taras.person, desk.group, can_manage_chat=True)
    await desk.settles(witness)
    desk.taras.writes(topic, "It leaves today")
    await anna.shows("It leaves today")
    desk.olena.person.demotes(desk.taras.person, desk.group)
    await desk.settles(witness)
    desk.taras.writes(topic, "She is a little difficult")
    await topic.shows(OBSERVED, times=2)
    await desk.settles(witness)
    anna.lacks("difficult")


async def moves(desk: Stage) -> tuple[Operator, General]:
    """The desk is handed over to Ivan's group."""
    ivan, general = ready(desk)
    await wants_its_place(desk, ivan, general)
    asked = await desk.general.shows("Ivan asks to move the desk")
    await desk.olena.presses(asked, HAND_OVER)
    await general.shows("This is the operators’ group now")
    return ivan, general


async def test_a_member_of_one_group_is_none_of_another(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    """Whoever has left the new group before they are heard was only ever in the former one."""
    anna, _topic = await taras_as(desk, witness, Role.OPERATOR)
    ivan, _general = await moves(desk)
    desk.group = ivan.chat
    anna.writes("Are you there?")
    topic = await desk.topic("#1")
    await topic.shows("Are you there?")
    await desk.settles(witness)
    await desk.closes()
    desk.taras.person.joins(ivan.chat)
    taras = Operator(desk.sandbox, desk.taras.person, ivan.chat)
    taras.writes(topic, "I quit, and she is difficult")
    desk.taras.person.leaves(ivan.chat)
    await desk.opens()
    await topic.shows(GONE)
    await desk.settles(witness)
    anna.lacks("difficult")


async def test_an_admin_of_one_group_is_a_mere_member_of_another(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    await taras_as(desk, witness, Role.LEAD)
    desk.olena.person.promotes(desk.taras.person, desk.group, can_manage_chat=True)
    await desk.settles(witness)
    ivan, general = await moves(desk)
    desk.taras.person.joins(ivan.chat)
    taras = Operator(desk.sandbox, desk.taras.person, ivan.chat)
    taras.writes(general, "/status")
    await taras.hears(general, LEADS)
