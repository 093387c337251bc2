"""A caption that is changed at the last moment: only what the desk has read is shown."""

from collections.abc import Callable
from typing import Any

import asyncpg
import pytest

from tests.stories.chat import Customer, Screen, Topic, eventually, words
from tests.stories.conftest import Stage

NOTE = "// internal: she is a scammer"
LONG = "ї" * 1500
SHOWING = ("copyMessage", "copyMessages", "sendMediaGroup", "forwardMessages")


def at_the_call(desk: Stage, act: Callable[[], object]) -> None:
    """`act` at the very instant at which a file is about to be shown."""

    def now(method: str, values: dict[str, Any]) -> bool:
        if acts and (method in SHOWING or "photo" in values):
            acts.pop()()
        return False

    acts = [act]
    desk.sandbox.faults.next(do="500", when=now)


async def sees_nothing_of_it(desk: Stage, anna: Customer, topic: Topic) -> None:
    """The desk has read the note, and the customer has not."""
    await topic.shows("This was sent before")
    anna.lacks("scammer")


@pytest.mark.parametrize("caption", ["Your receipt", LONG, None])
async def test_a_caption_that_becomes_a_note_while_its_file_is_sent_stays_inside(
    desk: Stage, witness: asyncpg.Connection, caption: str | None
) -> None:
    anna, topic = await desk.asks()
    await desk.settles(witness)
    at_the_call(desk, lambda: desk.olena.edits(sent, NOTE))
    sent = desk.olena.sends(topic, "photo", data=b"x", caption=caption)
    shown = await anna.shows_kind("photo")
    await sees_nothing_of_it(desk, anna, topic)
    assert words(shown) == (caption or "")[:1024]


@pytest.mark.parametrize("caption", ["Both receipts", LONG, None])
async def test_an_albums_caption_that_becomes_a_note_while_it_is_sent_stays_inside(
    desk: Stage, witness: asyncpg.Connection, caption: str | None
) -> None:
    anna, topic = await desk.asks()
    await desk.settles(witness)
    at_the_call(desk, lambda: desk.olena.edits(album[0], NOTE))
    parts: list[dict[str, Any]] = [{"kind": "photo", "data": b"1"}, {"kind": "photo", "data": b"2"}]
    parts[0] |= {"caption": caption} if caption else {}
    album = desk.olena.person.album(desk.group, parts, thread=topic.thread)
    await anna.shows_kind("photo", times=2)
    await sees_nothing_of_it(desk, anna, topic)
    if caption:
        await anna.shows(caption)


async def test_a_part_that_is_deleted_meanwhile_does_not_shift_the_others(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    await desk.settles(witness)
    at_the_call(desk, lambda: desk.olena.person.deletes(album[0]["message_id"], desk.group))
    parts = [{"kind": "photo", "caption": f"part {n}"} for n in range(3)]
    album = desk.olena.person.album(desk.group, parts, thread=topic.thread)
    await anna.shows("part 2")
    third = await anna.shows("part 2")
    desk.olena.edits(album[2], "the third part")
    await anna.changes(third, "the third part")
    await anna.shows("part 1")


async def test_a_part_under_a_long_caption_is_corrected_in_its_place(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    parts = [{"kind": "photo", "caption": LONG}, {"kind": "photo"}]
    album = desk.olena.person.album(desk.group, parts, thread=topic.thread)
    await anna.shows(LONG)
    _first, second = [one for one in anna.messages() if "photo" in one]
    await desk.settles(witness)
    desk.olena.edits(album[1], "the second")
    await anna.changes(second, "the second")


@pytest.mark.parametrize("outwards", [False, True])
async def test_a_long_caption_is_corrected_wholly(desk: Stage, *, outwards: bool) -> None:
    """It grows into another message, changes there, and shrinks to one again."""
    anna, topic = await desk.asks()
    screen: Screen = anna if outwards else topic
    last = screen.last
    longer, other = "ґ" * 1000 + " " + "ї" * 500, "ґ" * 1000 + " " + "є" * 50

    def edits(text: str) -> None:
        (desk.olena.edits if outwards else anna.edits)(said, text)

    if outwards:
        said = desk.olena.sends(topic, "photo", caption="The plan")
    else:
        said = anna.sends("photo", caption="The plan")
    (photo,) = await screen.shows_after(last)
    edits(longer)
    (_photo, rest) = await screen.shows_after(last, 2)
    assert [words(screen.now(photo)), words(rest)] == longer.split()
    edits(other)
    await screen.changes(rest, "є" * 50)
    assert words(screen.now(photo)) == "ґ" * 1000
    edits("The plan, in short")
    await screen.changes(photo, "The plan, in short")
    await eventually(lambda: len(screen.since(last)) == 1, lambda: "the rest stays")


@pytest.mark.parametrize("outwards", [False, True])
async def test_long_captions_of_an_album_are_corrected_wholly(
    desk: Stage, *, outwards: bool
) -> None:
    anna, topic = await desk.asks()
    screen: Screen = anna if outwards else topic
    last = screen.last
    parts = [{"kind": "photo", "caption": "left"}, {"kind": "photo", "caption": "right"}]
    if outwards:
        album = desk.olena.person.album(desk.group, parts, thread=topic.thread)
    else:
        album = anna.person.album(anna.bot, parts)
    left, right = await screen.shows_after(last, 2)

    def edits(part: int, text: str) -> None:
        (desk.olena if outwards else anna).edits(album[part], text)

    edits(1, LONG)
    *_, below = await screen.shows_after(last, 3)
    assert [words(screen.now(one)) for one in (left, right, below)] == ["left", "", LONG]
    edits(0, LONG[:1100])
    await screen.changes(below, LONG[:1100] + "\n\n" + LONG)
    edits(1, "right again")
    await screen.changes(right, "right again")
    await screen.turns(below, lambda now: words(now) == LONG[:1100])
    edits(0, "left again")
    await screen.changes(left, "left again")
    await eventually(lambda: len(screen.since(last)) == 2, lambda: "the rest stays")


async def test_a_forwarded_album_that_lost_a_part_meanwhile_comes_whole(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    await desk.settles(witness)
    boris = desk.customer("Boris")
    elsewhere = desk.world.group("Neighbours", boris.person)
    anna.person.joins(elsewhere)
    parts = [{"kind": "photo", "caption": "left"}, {"kind": "photo", "caption": "right"}]
    album = boris.person.album(elsewhere, parts)
    at_the_call(desk, lambda: anna.person.deletes(forwarded[0]["message_id"], anna.bot))
    last = topic.last
    forwarded = anna.person.forwards_album(album, anna.bot)
    await topic.shows("Forwarded from Boris")
    await desk.settles(witness)
    photos = topic.since(last)
    assert [words(one) for one in photos] == ["Forwarded from Boris\nleft", "right"]
    assert ["photo" in one for one in photos] == [True, True]
