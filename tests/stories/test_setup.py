"""Making a group the operators' group: what is missing is named, and how to give it."""

import asyncpg
import pytest

from tests.stories.chat import General, Operator, Topic
from tests.stories.conftest import RIGHTS, Stage


@pytest.fixture
async def new(stage: Stage) -> Stage:
    """The desk runs, and no group is bound."""
    await stage.opens(operator_group_id=None)
    return stage


def other_group(
    stage: Stage, *, forum: bool = True, owner: str = "Ivan"
) -> tuple[Operator, General]:
    """Somebody with a fresh group, the bot in it without any right."""
    ivan = stage.world.person(owner, language="uk")
    group = stage.world.group("Shop", ivan, forum=forum)
    ivan.adds_bot(stage.bot, group)
    return Operator(stage.sandbox, ivan, group), General(stage.sandbox, group)


async def test_the_bot_says_how_to_begin(new: Stage) -> None:
    _ivan, general = other_group(new)
    await general.shows("To make this your operators’ group")


async def test_without_the_code_nobody_takes_the_desk(
    new: Stage, witness: asyncpg.Connection
) -> None:
    ivan, general = other_group(new)
    ivan.writes(general, "/setup")
    await general.shows("To connect this group, send /setup")
    ivan.writes(general, "/setup 11111111")
    await general.shows("This code is wrong, already used or expired")
    assert await witness.fetchval("SELECT count(*) FROM operator_group") == 0


async def test_what_is_missing_is_named_and_given_step_by_step(
    new: Stage, witness: asyncpg.Connection
) -> None:
    ivan, general = other_group(new, forum=False)
    setup = f"/setup {await new.code()}"
    ivan.writes(general, setup)
    told = await general.shows("❌ The group has no topics.")
    assert "❌ I am not an admin." in told["text"]
    assert "I am not allowed to delete your message with the code" in told["text"]
    assert "Edit → Topics" in told["text"]
    assert "Not connected yet" in told["text"]

    ivan.person.turns_forum(ivan.chat, True)
    ivan.person.sets_bot_rights(new.bot, ivan.chat, can_manage_topics=False)
    ivan.writes(general, setup)
    told = await general.shows("✅ The group has topics")
    assert "❌ Missing right “Manage Topics”." in told["text"]
    assert "✅ I have the right “Delete Messages”" in told["text"]

    ivan.person.sets_bot_rights(new.bot, ivan.chat, **RIGHTS)
    ivan.writes(general, setup)
    await general.shows("This is the operators’ group now.")
    await new.settles(witness)
    tests = [t for t in new.world.topics(ivan.chat) if t["name"].startswith("Test ticket")]
    assert len(tests) == 1
    assert not tests[0]["closed"], "operators can write in it"

    anna = new.customer("Anna")
    anna.writes("Hello?")
    topics = [t for t in new.world.topics(ivan.chat) if t["name"].startswith("#1")]
    while not topics:
        await new.settles(witness)
        topics = [t for t in new.world.topics(ivan.chat) if t["name"].startswith("#1")]
    await Topic(new.sandbox, ivan.chat, topics[0]["thread"]).shows("Hello?")


CONNECTED = "This group is connected already"


async def test_an_admin_of_the_bound_group_checks_it_again(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    desk.olena.writes(desk.general, "/setup")
    told = await desk.general.shows("✅ I have the right “Manage Topics”")
    assert told["text"].endswith(f"{CONNECTED}, and nothing is missing.")
    lacking = RIGHTS | {"can_manage_topics": False}
    desk.olena.person.sets_bot_rights(desk.bot, desk.group, **lacking)
    desk.olena.writes(desk.general, "/setup")
    told = await desk.general.shows("❌ Missing right “Manage Topics”")
    assert told["text"].endswith(f"{CONNECTED}, but something is missing. Fix this.")
    desk.taras.writes(desk.general, "/setup")
    await desk.general.shows(f"{CONNECTED}. An admin can have it checked: /setup")
    await desk.settles(witness)
    desk.general.lacks("This is the operators’ group now")
    assert desk.topics("Test ticket") == []


async def test_a_code_that_opens_nothing_changes_nothing_in_the_bound_group(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    said = desk.olena.writes(desk.general, "/setup WRONG")
    told = await desk.general.shows(f"{CONNECTED}, and nothing is missing.")
    assert told["text"].endswith("No code is needed here.")
    await desk.settles(witness)
    assert desk.general.now(said), "a code that opens nothing may stand"
    assert desk.topics("Test ticket") == []


@pytest.mark.parametrize("who", ["olena", "taras"])
async def test_a_code_that_works_does_not_stand_in_the_bound_group(
    desk: Stage, witness: asyncpg.Connection, who: str
) -> None:
    """It may be meant for another group, and is good for it."""
    operator: Operator = getattr(desk, who)
    said = operator.writes(desk.general, f"/setup {await desk.code()}")
    await desk.general.shows(CONNECTED)
    await desk.settles(witness)
    assert said["message_id"] not in [one["message_id"] for one in desk.general.messages()]
    assert desk.topics("Test ticket") == []
    assert await witness.fetchval("SELECT count(*) FROM setup_code") == 1


async def test_a_member_of_the_bound_group_cannot_try_codes_there(desk: Stage) -> None:
    """Whether one is deleted would tell whether it works."""
    for number in range(6):
        desk.taras.writes(desk.general, f"/setup WRONG{number}")
    await desk.general.shows("Too many tries")
    said = desk.taras.writes(desk.general, f"/setup {await desk.code()}")
    desk.olena.writes(desk.general, "/setup")
    await desk.general.shows(f"{CONNECTED}, and nothing is missing.")
    assert desk.general.now(said)


async def test_setup_again_makes_no_second_test_ticket(
    new: Stage, witness: asyncpg.Connection
) -> None:
    new.olena.writes(new.general, f"/setup {await new.code()}")
    await new.general.shows("This is the operators’ group now. The test ticket shows")
    new.olena.writes(new.general, "/setup")
    await new.general.shows(f"{CONNECTED}, and nothing is missing.")
    await new.settles(witness)
    assert len(new.topics("Test ticket")) == 1
    assert len((await new.topic("Test ticket")).messages()) == 3, "creation, card, pin"


async def test_what_customers_wrote_before_the_setup_is_not_lost(
    new: Stage, witness: asyncpg.Connection
) -> None:
    anna = new.customer("Anna")
    anna.writes("Is anybody there?")
    await anna.shows("Request #1 received")
    new.olena.writes(new.general, f"/setup {await new.code()}")
    topic = await new.topic("#1")
    await topic.shows("Is anybody there?")


async def test_a_migrated_group_is_followed(stage: Stage, witness: asyncpg.Connection) -> None:
    """The settings name a basic group; turning topics on gives it another id."""
    ivan = stage.world.person("Ivan")
    basic = stage.world.basic_group("Shop", ivan)
    ivan.adds_bot(stage.bot, basic)
    await stage.opens(operator_group_id=basic)
    anna = stage.customer("Anna")
    anna.writes("Where is my order?")
    await anna.shows("Request #1 received")

    stage.group = ivan.turns_forum(basic, True)
    assert stage.group != basic
    ivan.sets_bot_rights(stage.bot, stage.group, **RIGHTS)
    topic = await stage.topic("#1")
    await topic.shows("Where is my order?")
    Operator(stage.sandbox, ivan, stage.group).writes(topic, "It leaves today")
    await anna.shows("It leaves today")
    assert await witness.fetchval("SELECT chat_id FROM operator_group") == stage.group

    await stage.closes()
    await stage.opens()
    anna.writes("Thank you!")
    await topic.shows("Thank you!")
