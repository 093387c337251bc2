"""Whoever speaks or presses is an operator only if Telegram says that they are a member."""

from typing import Any

import asyncpg
import pytest
from aiogram.types import ChatMemberAdministrator

from bot.app import App
from bot.forum import members
from tests.stories.chat import Customer, Operator
from tests.stories.conftest import Stage

SEND = "📨 Send to the customer"
SILENT = "I could not confirm that its author is in this group"
GONE = "its author is no longer in this group"
STANDING = """
SELECT standing FROM membership JOIN operator ON operator.id = operator_id WHERE user_id = $1
"""


@pytest.fixture
def silent(desk: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Telegram does not say who is in the group, for as long as anybody waits."""
    monkeypatch.setattr(members, "PATIENCE", 0.3)
    desk.sandbox.faults.next(do="500", method="getChatMember", chat=desk.group, times=1000)


async def stays_inside(desk: Stage, anna: Customer, witness: asyncpg.Connection, text: str) -> None:
    await desk.settles(witness)
    anna.lacks(text)


async def test_somebody_new_is_asked_about_once(desk: Stage) -> None:
    anna, topic = await desk.asks()
    for text in ("It leaves today", "By courier"):
        desk.taras.writes(topic, text)
        await anna.shows(text)
    asked = desk.sandbox.calls.of("getChatMember", desk.group)
    assert [one.values["user_id"] for one in asked].count(desk.taras.person.id) == 1


async def test_who_left_before_it_was_heard_is_no_member_by_it(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    await desk.closes()
    desk.taras.writes(topic, "I quit, and she is difficult")
    desk.taras.person.leaves(desk.group)
    await desk.opens()
    asked = await topic.shows(GONE)
    await stays_inside(desk, anna, witness, "difficult")
    answer = await desk.taras.presses(asked, SEND, still_open=True)
    assert answer["text"] == "You are not in the operators’ group any more."
    assert await witness.fetchval(STANDING, desk.taras.person.id) == "gone"


@pytest.mark.usefixtures("silent")
async def test_while_telegram_is_silent_words_are_kept(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    desk.taras.writes(topic, "It leaves today")
    asked = await topic.shows(SILENT)
    await stays_inside(desk, anna, witness, "leaves today")
    desk.sandbox.faults.clear()
    await desk.taras.presses(asked, SEND)
    await anna.shows("It leaves today")


@pytest.mark.usefixtures("silent")
async def test_while_telegram_is_silent_buttons_and_commands_wait(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    _anna, topic = await desk.asks()
    answer = await desk.taras.presses(topic.card, "✅ Resolve")
    assert "I could not confirm" in answer["text"]
    desk.taras.writes(topic, "/close")
    await topic.shows("I could not confirm that you are in this group")
    assert await witness.fetchval("SELECT status FROM ticket") == "new"


@pytest.mark.usefixtures("silent")
async def test_a_strangers_reaction_stays_inside(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await desk.asks()
    desk.taras.reacts(await topic.shows("Where is my order?"), "🤬")
    await desk.settles(witness)
    assert not [m for m in anna.messages() if m.get("reactions")]


async def test_a_moment_of_trouble_keeps_nobodys_answer_inside(desk: Stage) -> None:
    anna, topic = await desk.asks()
    for do in ("502", "500", "drop_after"):
        desk.sandbox.faults.next(do=do, method="getChatMember", chat=desk.group)
    desk.taras.writes(topic, "It leaves today")
    await anna.shows("It leaves today")
    topic.lacks(SILENT)


async def test_another_refusal_tells_nothing_of_them(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    desk.sandbox.faults.next(do="400", method="getChatMember", text="Bad Request: of a version")
    desk.taras.writes(topic, "It leaves today")
    await topic.shows(SILENT)
    await stays_inside(desk, anna, witness, "leaves today")


async def test_to_have_joined_makes_nobody_a_member(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    await desk.closes()
    ivan = desk.world.person("Ivan")
    ivan.joins(desk.group)
    Operator(desk.sandbox, ivan, desk.group).writes(topic, "She is difficult")
    ivan.leaves(desk.group)
    await desk.opens()
    await topic.shows(GONE)
    await stays_inside(desk, anna, witness, "difficult")
    assert await witness.fetchval(STANDING, ivan.id) == "gone"


async def test_what_is_replayed_makes_nobody_an_admin(
    desk: Stage, witness: asyncpg.Connection, database_url: str, redis_url: str
) -> None:
    anna, topic = await desk.asks()
    desk.taras.writes(topic, "It leaves today")
    await anna.shows("It leaves today")
    await desk.closes()
    await desk.sets_aside(witness, chat_member=promotion(desk))
    async with App(desk.settings, database_url, redis_url) as app:
        assert await app.replay(None, lambda _line: None) == (1, 0)
    await desk.opens()
    desk.taras.writes(desk.general, "/status")
    await desk.taras.hears(desk.general, "Only leads and admins of this group can do that.")


def promotion(desk: Stage) -> dict[str, Any]:
    """Taras became an admin, and is none any more."""
    taras = {"id": desk.taras.person.id, "is_bot": False, "first_name": "Taras"}
    member = {"user": taras, "status": "member"}
    rights = {right: True for right in ChatMemberAdministrator.model_fields if "can_" in right}
    admin = {"user": taras, "status": "administrator", "is_anonymous": False, **rights}
    return {
        "chat": {"id": desk.group, "type": "supergroup", "title": "Operators"},
        "from": {"id": desk.olena.person.id, "is_bot": False, "first_name": "Olena"},
        "date": 1_790_000_000,
        "old_chat_member": member,
        "new_chat_member": admin,
    }
