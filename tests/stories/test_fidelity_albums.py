"""Albums stay albums, both ways, however late their parts come."""

import asyncio
from typing import Any

import asyncpg
import pytest

from bot.desk.talk import albums
from tests.stories.chat import Screen, Seen, words
from tests.stories.conftest import Stage

GAP = 0.5  # seconds between parts, as Telegram delivers them at worst in ordinary times
PATIENT = 5.0  # seconds that an album is waited for where a busy machine must not part it


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk waits long for further parts."""
    monkeypatch.setattr(albums, "GAP", PATIENT)


def part(kind: str, number: int, caption: str = "") -> dict[str, Any]:
    """One part; its bytes tell it from the others."""
    how: dict[str, Any] = {"kind": kind, "data": f"{kind} {number}".encode()}
    return how | ({"caption": caption} if caption else {})


def is_album(desk: Stage, found: list[Seen], parts: list[dict[str, Any]]) -> None:
    """One album: the parts in order, each with its own bytes and caption."""
    assert len({one.get("media_group_id") for one in found}) == 1
    assert found[0]["media_group_id"]
    for one, sent in zip(found, parts, strict=True):
        held = one[sent["kind"]]
        file = desk.world.files.find((held[-1] if sent["kind"] == "photo" else held)["file_id"])
        assert file is not None
        assert desk.world.files.bytes_of(file) == sent["data"]
        assert words(one) == sent.get("caption", "")


async def arrives(desk: Stage, screen: Screen, last: Seen, parts: list[dict[str, Any]]) -> None:
    is_album(desk, await screen.shows_after(last, len(parts)), parts)


PICTURES = [part("photo", 1, "All of them"), part("video", 2), part("photo", 3, "the third")]
PAPERS = [part("document", 1), part("document", 2, "Signed")]


async def test_albums_of_all_kinds_arrive_in_the_topic(patient: None, desk: Stage) -> None:
    anna, topic = await desk.asks()
    for parts in (PICTURES, PAPERS):
        last = topic.last
        anna.person.album(anna.bot, parts)
        await arrives(desk, topic, last, parts)


async def test_albums_of_all_kinds_arrive_at_the_customer(patient: None, desk: Stage) -> None:
    anna, topic = await desk.asks()
    for parts in (PICTURES, PAPERS):
        last = anna.last
        desk.olena.person.album(desk.group, parts, thread=topic.thread)
        await arrives(desk, anna, last, parts)


async def test_parts_half_a_second_apart_are_one_album_in_the_topic(
    patient: None, desk: Stage
) -> None:
    anna, topic = await desk.asks()
    last = topic.last
    group = anna.person.new_album()
    for one in PICTURES:
        anna.person.album_part(anna.bot, group, one)
        await asyncio.sleep(GAP)
    assert topic.since(last) == [], "nothing goes before the album is whole"
    await arrives(desk, topic, last, PICTURES)
    assert len(desk.sandbox.calls.of("sendMediaGroup")) == 1


async def test_parts_half_a_second_apart_are_one_album_at_the_customer(
    patient: None, desk: Stage
) -> None:
    anna, topic = await desk.asks()
    last = anna.last
    group = desk.olena.person.new_album()
    for one in PICTURES:
        desk.olena.person.album_part(desk.group, group, one, thread=topic.thread)
        await asyncio.sleep(GAP)
    await arrives(desk, anna, last, PICTURES)


async def test_a_late_part_comes_after_its_album_and_is_not_lost(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    last = topic.last
    group = anna.person.new_album()
    for one in PICTURES[:2]:
        anna.person.album_part(anna.bot, group, one)
    await arrives(desk, topic, last, PICTURES[:2])
    anna.person.album_part(anna.bot, group, PICTURES[2])
    *_first, late = await topic.shows_after(last, 3)
    assert words(late) == "the third"
    await desk.settles(witness)
    assert len(topic.since(last)) == 3


async def test_a_ticket_may_begin_with_an_album(patient: None, desk: Stage) -> None:
    anna = desk.customer("Anna")
    anna.person.album(anna.bot, PICTURES)
    topic = await desk.topic("#1")
    await topic.shows_kind("video")
    assert "#1" in words(topic.card)
    is_album(desk, topic.since(topic.card), PICTURES)
    await anna.shows("Request #1 received")
    assert len(desk.topics()) == 1


async def test_words_around_an_album_keep_their_places(desk: Stage) -> None:
    anna, topic = await desk.asks()
    last = topic.last
    anna.writes("before")
    anna.person.album(anna.bot, PAPERS)
    anna.writes("after")
    found = await topic.shows_after(last, 4)
    assert [words(one) for one in found] == ["before", "", "Signed", "after"]
    last = anna.last
    desk.olena.writes(topic, "before")
    desk.olena.person.album(desk.group, PAPERS, thread=topic.thread)
    desk.olena.writes(topic, "after")
    found = await anna.shows_after(last, 4)
    assert [words(one) for one in found] == ["before", "", "Signed", "after"]


async def test_a_caption_is_corrected_in_its_place(desk: Stage) -> None:
    anna, topic = await desk.asks()
    sent = anna.person.album(anna.bot, PICTURES)
    last = await topic.shows("the third")
    anna.edits(sent[2], "the fourth")
    await topic.changes(last, "the fourth")
    await topic.shows("All of them")


async def test_an_album_that_answers_stands_by_what_it_answers(desk: Stage) -> None:
    anna, topic = await desk.asks()
    asked = desk.olena.writes(topic, "A picture, please")
    seen = await anna.shows("A picture, please")
    last = topic.last
    anna.person.album(anna.bot, PAPERS, reply_to=seen["message_id"])
    found = await topic.shows_after(last, 2)
    assert found[0]["media_group_id"] == found[1]["media_group_id"]
    assert found[0]["reply_to_message"]["message_id"] == asked["message_id"]


async def test_a_caption_over_the_limit_follows_the_album(desk: Stage) -> None:
    anna, topic = await desk.asks()
    last = topic.last
    long = "ї" * 1500
    anna.person.album(anna.bot, [part("photo", 1, long), part("photo", 2)])
    first, second, said = await topic.shows_after(last, 3)
    assert first["media_group_id"] == second["media_group_id"]
    assert words(said) == long


async def test_an_operators_album_is_a_note_with_its_note(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    last = anna.last
    parts = [part("photo", 1), part("photo", 2, "// do not send this")]
    desk.olena.person.album(desk.group, parts, thread=topic.thread)
    await desk.settles(witness)
    assert anna.since(last) == []
