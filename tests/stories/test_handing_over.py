"""The desk changes its group: by a code that works once, and by an admin of the old group."""

import asyncpg
import pytest

from sandbox.faults import Kind
from tests.stories.chat import General, Operator, Seen, buttons, eventually, words
from tests.stories.conftest import RIGHTS, Stage
from tests.stories.test_setup import other_group

INSTEAD = "Instead of “Operators”"
HAND_OVER = "Hand the desk over to “Shop”"
BOUND = "SELECT chat_id FROM operator_group WHERE is_bound"
CODES = "SELECT count(*) FROM setup_code WHERE hash IS NOT NULL"


@pytest.fixture
def ivan(desk: Stage) -> Operator:
    return ready(desk)[0]


def ready(stage: Stage, owner: str = "Ivan") -> tuple[Operator, General]:
    """Somebody's group, fit to be the operators'."""
    ivan, general = other_group(stage, owner=owner)
    ivan.person.sets_bot_rights(stage.bot, ivan.chat, **RIGHTS)
    return ivan, general


def elsewhere(stage: Stage, ivan: Operator) -> General:
    return General(stage.sandbox, ivan.chat)


async def wants_its_place(stage: Stage, ivan: Operator, general: General) -> None:
    """Ivan gives a code in his group, and wants it to be the operators' instead."""
    ivan.writes(general, f"/setup {await stage.code()}")
    question = await general.shows("What is this group to be?")
    await ivan.presses(question, INSTEAD)


async def test_a_code_alone_does_not_move_the_desk(
    desk: Stage, ivan: Operator, witness: asyncpg.Connection
) -> None:
    """A dismissed operator knows a code: all they get is a question to those who stayed."""
    general = elsewhere(desk, ivan)
    await wants_its_place(desk, ivan, general)
    asked = await desk.general.shows("Ivan asks to move the desk to the group “Shop”")
    assert buttons(asked) == [HAND_OVER]
    await general.shows("An admin of “Operators” has to agree")
    await desk.settles(witness)
    assert await witness.fetchval(BOUND) == desk.group
    anna, topic = await desk.asks()
    answer = await desk.taras.presses(asked, HAND_OVER)
    assert "Only admins" in answer["text"]
    await desk.settles(witness)
    assert await witness.fetchval(BOUND) == desk.group

    await desk.olena.presses(asked, HAND_OVER)
    await desk.general.shows("The desk has moved to the group “Shop” (Olena)")
    await general.shows("This is the operators’ group now")
    assert await witness.fetchval(BOUND) == ivan.chat
    anna.writes("Are you there?")
    await eventually(
        lambda: [t for t in desk.world.topics(ivan.chat) if t["name"].startswith("#1")],
        lambda: "the ticket never comes",
    )
    topic.lacks("Are you there?")

    await desk.olena.presses(asked, HAND_OVER)
    await desk.settles(witness)
    await desk.general.shows("The desk has moved to the group")
    assert await witness.fetchval(BOUND) == ivan.chat


@pytest.mark.parametrize("trouble", ["502", "429", "drop_after"])
async def test_who_binds_a_group_reads_so_though_telegram_is_in_trouble_just_then(
    stage: Stage, witness: asyncpg.Connection, trouble: Kind
) -> None:
    await stage.opens(operator_group_id=None)
    seen = stage.olena.writes(stage.general, f"/setup {await stage.code()}")
    stage.sandbox.faults.next(
        do=trouble, method="sendMessage", chat=stage.group, retry_after=1, times=2
    )
    await is_answered(stage.general, seen)
    await stage.settles(witness)
    stage.general.lacks("This code is wrong")
    assert await witness.fetchval(BOUND) == stage.group


async def is_answered(general: General, seen: Seen) -> None:
    """At least once: what the answer's answer was may be lost."""
    await eventually(lambda: general.since(seen), lambda: "it is never answered")


@pytest.mark.parametrize("trouble", ["502", "429", "drop_after"])
async def test_who_asks_is_answered_though_telegram_is_in_trouble_just_then(
    desk: Stage, ivan: Operator, trouble: Kind
) -> None:
    """The offer stands by then; and a wrong code after it is answered, too."""
    general = elsewhere(desk, ivan)
    await general.shows("To make this your operators’ group")
    for code in (await desk.code(), "WRONG", "WRONG"):
        seen = ivan.writes(general, f"/setup {code}")
        desk.sandbox.faults.next(
            do=trouble, method="sendMessage", chat=ivan.chat, retry_after=1, times=2
        )
        await is_answered(general, seen)
        desk.sandbox.faults.clear()
    general.lacks("Too many tries")
    general.lacks("This code is wrong")
    assert any("What is this group to be?" in words(one) for one in general.messages())


async def test_a_code_works_once(stage: Stage, witness: asyncpg.Connection) -> None:
    await stage.opens(operator_group_id=None)
    code, spare = await stage.code(), await stage.code()
    said = stage.olena.writes(stage.general, f"/setup {code}")
    await stage.general.shows("This is the operators’ group now")
    assert said["message_id"] not in [one["message_id"] for one in stage.general.messages()]
    assert await witness.fetchval(CODES) == 0
    ivan, general = ready(stage)
    for times, each in enumerate((code, spare), 1):
        ivan.writes(general, f"/setup {each}")
        await general.shows("This code is wrong, already used or expired", times=times)
    await stage.settles(witness)
    assert await witness.fetchval(BOUND) == stage.group
    stage.general.lacks("asks to move")


async def test_a_code_runs_out(stage: Stage, witness: asyncpg.Connection) -> None:
    await stage.opens(operator_group_id=None)
    code = await stage.code()
    await witness.execute("UPDATE setup_code SET until = until - interval '10 minutes'")
    stage.olena.writes(stage.general, f"/setup {code}")
    await stage.general.shows("This code is wrong, already used or expired")
    assert await witness.fetchval(BOUND) is None


async def test_an_offer_runs_out(desk: Stage, ivan: Operator, witness: asyncpg.Connection) -> None:
    await wants_its_place(desk, ivan, elsewhere(desk, ivan))
    asked = await desk.general.shows("Ivan asks to move the desk")
    await witness.execute("UPDATE setup_code SET until = until - interval '1 day'")
    await desk.olena.presses(asked, HAND_OVER)
    await desk.settles(witness)
    assert await witness.fetchval(BOUND) == desk.group


async def test_telegram_says_who_is_an_admin(
    desk: Stage, ivan: Operator, witness: asyncpg.Connection
) -> None:
    """The row may be wrong: while the bot was no admin it heard of nobody's demotion."""
    await wants_its_place(desk, ivan, elsewhere(desk, ivan))
    asked = await desk.general.shows("Ivan asks to move the desk")
    await witness.execute(
        "WITH taras AS (INSERT INTO operator (user_id, name, created_at) "
        "VALUES ($1, 'T', now()) RETURNING id) "
        "INSERT INTO membership (operator_id, group_id, standing, since) "
        "SELECT taras.id, operator_group.id, 'admin', now() FROM taras, operator_group",
        desk.taras.person.id,
    )
    await desk.taras.presses(asked, HAND_OVER)
    await desk.general.shows("Only admins of this group can do that.")
    assert await witness.fetchval(BOUND) == desk.group


async def test_a_public_group_is_refused(stage: Stage, witness: asyncpg.Connection) -> None:
    await stage.opens(operator_group_id=None)
    stage.olena.person.publishes(stage.group, "shop_desk")
    code = await stage.code()
    stage.olena.writes(stage.general, f"/setup {code}")
    told = await stage.general.shows("❌ The group is public (@shop_desk)")
    assert "anybody could read" in told["text"]
    assert await witness.fetchval(BOUND) is None
    stage.olena.person.publishes(stage.group, "")
    stage.olena.writes(stage.general, f"/setup {code}")
    await stage.general.shows("This is the operators’ group now")


async def test_a_code_by_a_link_is_a_code(stage: Stage) -> None:
    """t.me/story_bot?startgroup=CODE adds the bot and writes for its owner."""
    await stage.opens(operator_group_id=None)
    stage.olena.writes(stage.general, f"/start@story_bot {await stage.code()}")
    await stage.general.shows("This is the operators’ group now")


async def test_right_after_too_many_wrong_ones_a_right_code_is_refused_too(
    stage: Stage, witness: asyncpg.Connection
) -> None:
    """Else trying would pay. Tries are counted for the chat and for the person."""
    await stage.opens(operator_group_id=None)
    mallory, general = ready(stage)
    for number in range(6):
        mallory.writes(general, f"/setup WRONG{number}")
    await general.shows("Too many tries")
    code = await stage.code()
    mallory.writes(general, f"/setup {code}")
    second = stage.world.group("Second", mallory.person)
    mallory.person.adds_bot(stage.bot, second)
    mallory.person.sets_bot_rights(stage.bot, second, **RIGHTS)
    Operator(stage.sandbox, mallory.person, second).writes(
        General(stage.sandbox, second), f"/setup {code}"
    )
    await stage.settles(witness)
    assert await witness.fetchval(BOUND) is None
    assert await witness.fetchval(CODES) >= 1


async def test_the_settings_say_where_to_begin_and_not_where_to_go_back_to(
    stage: Stage, witness: asyncpg.Connection
) -> None:
    await stage.opens()
    ivan, general = ready(stage)
    await wants_its_place(stage, ivan, general)
    asked = await stage.general.shows("asks to move the desk")
    await stage.olena.presses(asked, HAND_OVER)
    await general.shows("This is the operators’ group now")
    await stage.closes()
    await stage.opens()
    await stage.settles(witness)
    assert await witness.fetchval(BOUND) == ivan.chat


async def test_while_no_group_is_bound_the_console_shows_a_code(
    stage: Stage, witness: asyncpg.Connection
) -> None:
    shown: list[str] = []
    await stage.opens(operator_group_id=None, say=shown.append)
    await eventually(lambda: shown, lambda: "no code on the console")
    command = shown[0].splitlines()[0].partition(": ")[2]
    stage.olena.writes(stage.general, command)
    await stage.general.shows("This is the operators’ group now")
    assert len(shown) == 1


async def test_many_people_in_one_chat_get_no_more_tries(
    stage: Stage, witness: asyncpg.Connection
) -> None:
    await stage.opens(operator_group_id=None)
    ivan, general = ready(stage)
    for number in range(6):
        person = stage.world.person(f"Friend {number}")
        person.joins(ivan.chat)
        person.writes(ivan.chat, f"/setup WRONG{number}")
    await general.shows("Too many tries")
    ivan.writes(general, f"/setup {await stage.code()}")
    await stage.settles(witness)
    assert await witness.fetchval(BOUND) is None
