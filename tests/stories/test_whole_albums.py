"""An operator's album is decided whole: no part leaves while another may still be on its way."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import asyncpg
import pytest
from aiohttp import web

from tests.stories.chat import Customer, Topic, eventually, words
from tests.stories.conftest import Stage
from tests.stories.test_serving import free_port

SECRET = "she is difficult"
LATE = 3.0  # seconds that Telegram's answer takes; an album waits half as long for its parts


def part(number: int, caption: str = "") -> dict[str, object]:
    return {"kind": "photo", "data": f"photo {number}".encode(), "caption": caption}


async def half_sent(desk: Stage, witness: asyncpg.Connection) -> tuple[Customer, Topic, str]:
    """The first part has been taken when the desk goes away."""
    anna, topic = await desk.asks()
    group = desk.olena.person.new_album()
    desk.olena.person.album_part(desk.group, group, part(1), thread=topic.thread)
    for _ in range(6000):
        if await witness.fetchval("SELECT count(*) FROM message WHERE album IS NOT NULL"):
            break
        await asyncio.sleep(0.01)
    await desk.closes()
    return anna, topic, group


async def test_a_mark_that_waited_for_the_start_holds_all_of_it(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic, group = await half_sent(desk, witness)
    last = anna.last
    desk.olena.person.album_part(desk.group, group, part(2, f"// {SECRET}"), thread=topic.thread)
    await witness.execute("UPDATE delivery SET due_at = now() WHERE payload ->> 'gathers' = 'true'")
    desk.sandbox.faults.next(do="slow", method="getUpdates", seconds=LATE)
    await desk.opens()
    desk.olena.writes(topic, "It leaves today")
    await anna.shows("It leaves today")
    await desk.settles(witness)
    assert [words(one) for one in anna.since(last)] == ["It leaves today"]
    assert not desk.sandbox.calls.of("sendMediaGroup", anna.person.id)
    assert not desk.sandbox.calls.of("sendPhoto", anna.person.id)


async def test_without_a_mark_it_goes_whole_after_the_start(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic, group = await half_sent(desk, witness)
    last = anna.last
    desk.olena.person.album_part(desk.group, group, part(2, "Both"), thread=topic.thread)
    await witness.execute("UPDATE delivery SET due_at = now() WHERE payload ->> 'gathers' = 'true'")
    desk.sandbox.faults.next(do="slow", method="getUpdates", seconds=LATE)
    await desk.opens()
    first, second = await anna.shows_after(last, 2)
    assert first["media_group_id"] == second["media_group_id"]


@pytest.mark.parametrize("marked", [0, 1, 2])
async def test_a_mark_on_any_part_makes_all_of_it_a_note(
    desk: Stage, witness: asyncpg.Connection, marked: int
) -> None:
    anna, topic = await desk.asks()
    last = anna.last
    parts = [part(number, f"// {SECRET}" if number == marked else "") for number in range(3)]
    desk.olena.person.album(desk.group, parts, thread=topic.thread)
    desk.olena.writes(topic, "It leaves today")
    await anna.shows("It leaves today")
    await desk.settles(witness)
    assert [words(one) for one in anna.since(last)] == ["It leaves today"]
    assert await witness.fetchval("SELECT count(*) FROM message WHERE direction = 'note'") == 1


class Front:
    """What stands before the replicas. It refuses some updates, as one whose store is away does."""

    def __init__(self, to: str) -> None:
        self._to = to
        self.refuses = ""  # updates with these words in them
        self.refused = 0
        self.given_back = 0  # by the desk itself

    async def pass_on(self, request: web.Request) -> web.Response:
        body = await request.read()
        if self.refuses and self.refuses in body.decode():
            self.refused += 1
            return web.Response(status=503, headers={"Retry-After": "1"})
        url = f"{self._to}{request.path}"
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, data=body, headers=request.headers) as answer,
        ):
            self.given_back += answer.status == 503
            return web.Response(status=answer.status)


@pytest.fixture
async def front(stage: Stage, request: pytest.FixtureRequest) -> AsyncIterator[Front]:
    """The desk is served by webhook, behind the front; the parameters are settings of its own."""
    port = free_port()
    front = Front(f"http://127.0.0.1:{port}")
    application = web.Application()
    application.router.add_post("/{path:.*}", front.pass_on)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", free_port())
    await site.start()
    await stage.opens(public_url=site.name, port=port, **getattr(request, "param", {}))
    yield front
    await runner.cleanup()


@pytest.mark.parametrize("mark", ["", "// "])
async def test_while_telegram_keeps_a_part_for_another_replica_it_waits(
    stage: Stage, front: Front, witness: asyncpg.Connection, mark: str
) -> None:
    anna, topic = await stage.asks()
    last = anna.last
    front.refuses = "the other half"
    parts = [part(1), part(2, f"{mark}the other half")]
    stage.olena.person.album(stage.group, parts, thread=topic.thread)
    await eventually(lambda: front.refused > 2, lambda: "the second part never comes")
    assert anna.since(last) == []
    front.refuses = ""
    await stage.settles(witness)
    shown = anna.since(last)
    assert [words(one) for one in shown] == ([] if mark else ["", "the other half"])


PACE: dict[str, Any] = {"customer_messages_per_minute": 1, "customer_burst": 3}


@pytest.mark.parametrize("front", [PACE], indirect=True)
async def test_an_album_does_not_wait_for_the_turns_of_one_who_floods(
    stage: Stage, front: Front, witness: asyncpg.Connection
) -> None:
    """What is over the pace is given back to Telegram, and would be for minutes."""
    anna, topic = await stage.asks()
    last, flooder = anna.last, stage.customer("Flooder")
    for number in range(20):
        flooder.writes(f"flood {number}")
    await eventually(lambda: front.given_back, lambda: "nobody is over the pace")
    parts = [part(1), part(2, "the other half")]
    stage.olena.person.album(stage.group, parts, thread=topic.thread)
    shown = await anna.shows_after(last, 2)
    assert [words(one) for one in shown] == ["", "the other half"]
    await stage.settles(witness)
    flood = await witness.fetch("SELECT words ->> 'text' AS said FROM message ORDER BY id")
    said = [row["said"] for row in flood if "flood" in row["said"]]
    assert said == [f"flood {number}" for number in range(20)], "taken in before its turn"


@pytest.mark.parametrize("after", ["a start", "an error"])
async def test_by_polling_it_does_not_wait_for_them_either(
    stage: Stage, witness: asyncpg.Connection, after: str
) -> None:
    await stage.opens(**PACE)
    anna, topic = await stage.asks()
    last, flooder = anna.last, stage.customer("Flooder")
    await stage.settles(witness)
    parts = [part(1), part(2, "the other half")]
    if after == "a start":
        await stage.closes()
    else:
        stage.sandbox.faults.next(do="502", method="getUpdates")
    for number in range(20):
        flooder.writes(f"flood {number}")
    stage.olena.person.album(stage.group, parts, thread=topic.thread)
    if after == "a start":
        await stage.opens()
    shown = await anna.shows_after(last, 2)
    assert [words(one) for one in shown] == ["", "the other half"]
    await stage.settles(witness)
    said = await witness.fetch("SELECT words ->> 'text' AS said FROM message ORDER BY id")
    flood = [row["said"] for row in said if "flood" in row["said"]]
    assert flood == [f"flood {number}" for number in range(20)]


async def test_by_polling_a_flood_is_held_back_once_all_that_waited_is_done(
    stage: Stage, witness: asyncpg.Connection
) -> None:
    await stage.opens(**PACE)
    await stage.asks()
    await stage.settles(witness)
    flooder = stage.customer("Flooder")
    await stage.settles(witness)
    for number in range(20):
        flooder.writes(f"flood {number}")
    await (await stage.topic("#2")).shows("flood 0")
    held = "SELECT count(*) < 20 FROM message WHERE words ->> 'text' LIKE 'flood %'"
    assert await witness.fetchval(held)


@pytest.mark.parametrize("left", [True, False])
async def test_a_part_in_doubt_takes_nothing_away(
    desk: Stage, witness: asyncpg.Connection, *, left: bool
) -> None:
    anna, topic = await desk.asks()
    last, group = anna.last, desk.olena.person.new_album()
    desk.olena.person.album_part(desk.group, group, part(1, "left"), thread=topic.thread)
    if left:
        await anna.shows("left")
    desk.olena.person.album_part(desk.group, group, part(2, "..right"), thread=topic.thread)
    asked = await topic.shows("Is this a note, or is it for the customer?")
    await desk.settles(witness)
    assert [words(one) for one in anna.since(last)] == (["left"] if left else [])
    answer = await desk.olena.presses(asked, "📨 Send to the customer")
    assert answer["text"] == "Sending."
    await anna.shows("..right")
    await desk.settles(witness)
    assert [words(one) for one in anna.since(last)] == ["left", "..right"]
    assert not desk.sandbox.calls.of("deleteMessages", anna.person.id)


ALONE = "a command, so nothing of it is sent"
COMMANDS = [
    "/close",
    "  /tag glass",
    "／close",
    "/priority nonsense",
    "/nonsense",
    "/give @taras look at the crack",
    "/give @nobody look",
    "/later 9:00 they come tomorrow",
    "/later",
    "/macro new glass It is on us",
    "/profile note Not to be trusted",  # seen by us alone, where the menu says so
    "/mine",
]


@pytest.mark.parametrize(
    ("command", "place"),
    [*((one, 2) for one in COMMANDS), ("/close", 1), *((one, 0) for one in COMMANDS[4::2])],
)
async def test_nothing_of_an_album_with_a_command_goes_and_its_author_is_told(
    desk: Stage, witness: asyncpg.Connection, command: str, place: int
) -> None:
    anna, topic = await desk.asks()
    last = anna.last
    parts = [part(number, command if number == place else "") for number in range(3)]
    desk.olena.person.album(desk.group, parts, thread=topic.thread)
    await topic.shows(ALONE)
    desk.olena.writes(topic, "It leaves today")
    await anna.shows("It leaves today")
    await desk.settles(witness)
    assert [words(one) for one in anna.since(last)] == ["It leaves today"]
    assert await witness.fetchval("SELECT status FROM ticket") == "waiting"
    assert await witness.fetchval("SELECT count(*) FROM message WHERE goes_at IS NOT NULL") == 0
    assert await witness.fetchval("SELECT count(*) FROM message WHERE direction = 'note'") == 1
    await topic.shows(ALONE)  # once


async def test_what_had_left_of_an_album_is_taken_back_where_a_command_follows(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    group = desk.olena.person.new_album()
    desk.olena.person.album_part(desk.group, group, part(1, "left"), thread=topic.thread)
    await anna.shows("left")
    desk.olena.person.album_part(desk.group, group, part(2, "/close"), thread=topic.thread)
    await topic.shows(ALONE)
    await desk.settles(witness)
    anna.lacks("left")
    assert not [one for one in anna.messages() if "photo" in one]


@pytest.mark.parametrize("near", [".сдщыу", "\\close", "1) .close", "..close"])
async def test_what_is_nearly_a_command_below_an_album_is_asked_about(
    desk: Stage, witness: asyncpg.Connection, near: str
) -> None:
    anna, topic = await desk.asks()
    last = anna.last
    desk.olena.person.album(desk.group, [part(1), part(2, near)], thread=topic.thread)
    await topic.shows("Is this a note, or is it for the customer?")
    await desk.settles(witness)
    assert not anna.since(last)


async def test_a_part_in_doubt_does_not_free_the_one_with_a_command(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    last = anna.last
    desk.olena.person.album(desk.group, [part(1, "..left"), part(2, "/close")], thread=topic.thread)
    asked = await topic.shows("Is this a note, or is it for the customer?")
    await topic.shows(ALONE)
    answer = await desk.olena.presses(asked, "📨 Send to the customer")
    assert answer["text"] == "This begins like a note or a command, so it was not sent."
    await desk.settles(witness)
    assert not anna.since(last)


async def test_an_album_with_a_command_in_general_is_told_of(desk: Stage) -> None:
    await desk.asks()
    desk.olena.person.album(desk.group, [part(1, "/macro new glass It is on us"), part(2)])
    await desk.general.shows("A command below several files is not carried out")
