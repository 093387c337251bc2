"""Which group is bound: one at a time, whatever happens at once."""

import asyncio

import asyncpg
import orjson
import pytest

from bot.desk import outbox
from bot.desk.outbox.carrying import TryLater
from bot.desk.outbox.kinds.to_group import NoMenus
from bot.desk.people import departments
from bot.desk.people.actors import CODE
from bot.forum import groups
from models import Group
from tests.desk.talk import SOMEBODY
from tests.forum.scene import Json, Scene
from tests.sandbox.place import until

WAITS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


async def test_of_two_that_bind_at_once_one_does(db: str, witness: asyncpg.Connection) -> None:
    held, go = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with outbox.transaction():
            await groups.bind(-1, "One", "en", SOMEBODY)
            held.set()
            await go.wait()

    async def second() -> None:
        await held.wait()
        await groups.bind(-2, "Two", "en", SOMEBODY)

    one, two = asyncio.create_task(first()), asyncio.create_task(second())
    while not (two.done() or await witness.fetchval(WAITS)):  # noqa: ASYNC110  (in the database)
        await asyncio.sleep(0.01)
    go.set()
    await one
    with pytest.raises(TryLater, match="another group has just been bound"):
        await two
    assert [group.chat_id for group in await Group.filter(is_bound=True)] == [-1]


async def test_a_group_is_bound_in_the_place_of_the_one_that_was_meant_only(scene: Scene) -> None:
    with pytest.raises(TryLater):
        await groups.bind(-2, "Two", "en", SOMEBODY, instead_of=-3)
    former = await groups.bind(-2, "Two", "en", SOMEBODY, instead_of=scene.chat)
    assert former is not None
    assert former.chat_id == scene.chat
    assert [group.chat_id for group in await Group.filter(is_bound=True)] == [-2]
    assert await groups.bind(-2, "Two", "en", SOMEBODY) is None


async def test_no_group_is_bound_to_a_department_that_has_just_been_dissolved(
    scene: Scene,
) -> None:
    """Telegram was asked since the question was looked at: it is tried again, and has expired."""
    shop = await departments.add("Shop", groups.now())
    await departments.dissolve(shop, groups.now())
    with pytest.raises(TryLater, match="dissolved"):
        await groups.bind(-2, "Two", "en", SOMEBODY, department=shop)
    assert [group.chat_id for group in await Group.filter(is_bound=True)] == [scene.chat]


async def test_a_group_that_is_bound_again_meanwhile_keeps_its_menus(scene: Scene) -> None:
    async with outbox.transaction():
        for chat in (scene.chat, -2):
            await outbox.put(NoMenus(chat).draft(), groups.now())
    await scene.carry()
    asked = [call for call in scene.sandbox.calls if call.method == "deleteMyCommands"]
    assert {str(scene.chat) in repr(call) for call in asked} == {False}


async def test_what_was_said_in_a_group_long_ago_is_said_anew(scene: Scene) -> None:
    before = (await Group.get()).bound_at
    await Group.all().update(lacks="topics", deaf_since=before)
    await groups.bind(scene.chat, "Operators", "en", SOMEBODY)
    kept = await Group.get(chat_id=scene.chat)
    assert (kept.lacks, kept.deaf_since, kept.bound_at) == ("topics", before, before)
    await groups.bind(-2, "Two", "en", SOMEBODY, instead_of=scene.chat)
    await groups.bind(scene.chat, "Operators", "en", SOMEBODY, instead_of=-2)
    again = await Group.get(chat_id=scene.chat)
    assert (again.lacks, again.deaf_since) == (None, None)
    assert again.bound_at > before


async def test_a_stranger_that_moves_moves_nothing_of_ours(scene: Scene) -> None:
    async with outbox.transaction():
        await scene.forum.moved(-77, -78)
    assert (await Group.get()).chat_id == scene.chat


async def test_the_test_ticket_does_not_move_with_the_group(scene: Scene) -> None:
    await Group.all().update(test_thread_id=5, test_card_id=6)
    async with outbox.transaction():
        await scene.forum.moved(scene.chat, -78)
    group = await Group.get()
    assert (group.chat_id, group.test_thread_id, group.test_card_id) == (-78, None, None)


async def test_a_group_that_reads_another_language_gets_its_cards_anew(scene: Scene) -> None:
    await scene.says("Hello")
    await scene.carry()
    assert not await groups.speak((await Group.get()).language, SOMEBODY)
    await scene.forum.speak("ru")
    assert (await Group.get()).language == "ru"
    await scene.carry()
    assert "Решено" in str(scene.sandbox.world.history(scene.chat))


async def test_a_look_at_the_group_takes_no_language_back(scene: Scene) -> None:
    """The desk looks at its group after each start; what it knew before the look is old then."""
    scene.sandbox.faults.next(do="slow", method="getChatAdministrators", seconds=1.0)
    looking = asyncio.create_task(scene.forum.bind(scene.chat))
    await until(lambda: scene.sandbox.calls.of("getChatAdministrators"))
    await scene.forum.speak("ru")
    await looking
    assert (await Group.get()).language == "ru"


async def test_whose_a_group_was_and_is_now_is_written_down(
    scene: Scene, witness: asyncpg.Connection
) -> None:
    before = await witness.fetchval("SELECT max(id) FROM event")
    await groups.bind(scene.chat, "Our shop", None, scene.owner)
    assert await written(witness, before) == [
        ("department named", "operator", {"name": "Our shop"}),
        ("bound", "operator", {"title": "Our shop"}),
    ]
    async with outbox.transaction():
        await groups.moved(scene.chat, -3)
    await groups.bind(-2, "Two", "en", CODE, instead_of=-3)
    await groups.speak("uk", scene.owner, -2)
    await groups.speak("uk", scene.owner, -2)
    shop = {"chat_id": -2, "title": "Two", "language": "en", "is_bound": True, "department_id": 1}
    assert (await written(witness, before))[2:] == [
        ("moved", "system", {"chat_id": -3}),
        ("left", "system", {"is_bound": False}),
        ("bound", "system", shop),
        ("language", "operator", {"language": "uk"}),
    ]


async def written(witness: asyncpg.Connection, since: int) -> list[tuple[str, str, Json]]:
    """What was written down since: its name, who it was, and what is so now."""
    found = await witness.fetch("SELECT * FROM event WHERE id > $1 ORDER BY id", since)
    return [(row["name"], row["actor"], orjson.loads(row["after"])) for row in found]
