"""Anybody can add the bot to a group of their own: the desk must not notice."""

import asyncpg
import pytest

from sandbox.server import Sandbox
from tests.stories.chat import General, Operator, eventually
from tests.stories.conftest import RIGHTS, Stage

WAIT = 60  # seconds of a flood wait in the stranger's group


@pytest.fixture
async def short(stage: Stage) -> Stage:
    """The desk serves its group with Telegram's budget."""
    await stage.opens(group_actions_per_minute=20)
    return stage


def stranger(stage: Stage) -> tuple[Operator, General]:
    """Mallory, and her own group with the bot in it."""
    mallory = stage.world.person("Mallory")
    group = stage.world.group("Elsewhere", mallory)
    mallory.adds_bot(stage.bot, group)
    return Operator(stage.sandbox, mallory, group), General(stage.sandbox, group)


def said(sandbox: Sandbox, chat: int) -> list[int]:
    """The outcomes of what the bot tried to say in this chat."""
    return [call.status for call in sandbox.calls.of("sendMessage", chat)]


async def test_a_stranger_cannot_spend_the_operators_budget(
    short: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await short.asks()
    mallory, general = stranger(short)
    await general.shows("To make this your operators’ group")
    for number in range(25):
        mallory.writes(general, f"/setup {number}")
    await general.shows("This code is wrong", times=5)
    await general.shows("Too many tries")
    anna.writes("Are you there?")
    await topic.shows("Are you there?")
    await short.topic("#1")
    await short.settles(witness)
    assert said(short.sandbox, mallory.chat) == [200] * 7


async def test_a_flood_wait_in_a_strangers_group_is_obeyed_and_stays_there(short: Stage) -> None:
    anna, topic = await short.asks()
    mallory, general = stranger(short)
    await general.shows("To make this your operators’ group")
    short.sandbox.faults.next(
        do="429", method="sendMessage", chat=mallory.chat, retry_after=WAIT, times=100
    )
    mallory.writes(general, "/setup")
    await eventually(lambda: 429 in said(short.sandbox, mallory.chat), lambda: "never refused")
    anna.writes("Are you there?")
    await topic.shows("Are you there?")
    bob = short.customer("Bob")
    bob.writes("A new one")
    await (await short.topic("#2")).shows("A new one")
    assert said(short.sandbox, mallory.chat) == [200, 429], "no call before the wait has passed"


async def test_a_group_that_refuses_does_not_keep_the_desk_from_another(short: Stage) -> None:
    """The operators' group has thrown the bot out; a new one is set up all the same."""
    anna, _topic = await short.asks()
    short.olena.person.kicks(short.bot, short.group)
    anna.writes("Are you there?")
    mallory, general = stranger(short)
    mallory.writes(general, f"/setup {await short.code()}")
    await general.shows("❌ I am not an admin")
    mallory.person.sets_bot_rights(short.bot, mallory.chat, **RIGHTS)
    mallory.writes(general, f"/setup {await short.code()}")
    await general.shows("This is the operators’ group now")


async def test_members_and_admins_of_a_strangers_group_are_no_operators(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    mallory, _general = stranger(desk)
    mallory.person.sets_bot_rights(desk.bot, mallory.chat, **RIGHTS)
    accomplice = desk.world.person("Accomplice")
    accomplice.joins(mallory.chat)
    mallory.person.promotes(accomplice, mallory.chat, can_manage_chat=True)
    robot = desk.world.add_bot("7000000003:AAHa-third-bot-of-the-sandbox-00000000", "R", "r_bot")
    desk.olena.person.adds_bot(robot, desk.group)
    await desk.settles(witness)
    people = await witness.fetch("SELECT user_id FROM operator")
    assert {row["user_id"] for row in people} <= {desk.olena.person.id, desk.taras.person.id}
