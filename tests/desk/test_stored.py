"""What stands of a content in its row: it comes back as it was, whichever version wrote it."""

from dataclasses import replace
from typing import Any

import orjson
import pytest

from bot.desk.said import Content, Elsewhere, Preview, stored
from bot.desk.said.attachments import NOBODY, Attachment, Original, Sources
from bot.desk.said.extras import Contact, Dice, Extra, Location, Poll, Venue
from bot.desk.said.prepared import Changes, Key, Prepared
from bot.desk.words import Words, bold

MOVING = Sources({"42": "moving", "43": "other"}, "digest", "u")
STILL = Sources({"42": "still"}, unique="s")
FULL = Attachment(
    "live_photo", "cat.jpg", "image/jpeg", 5, MOVING, 60, 7, "Cat", "🐈", STILL, hidden=True
)
SAID = [
    Content(words=Words("hi")),
    Content("live_photo", bold("look"), (FULL, Attachment("photo")), above=True, album="9"),
    Content(preview=Preview("https://a.b", prefer_small_media=True, is_disabled=False)),
    Content(forwarded="Borys", protected=True, original=Original(7, 3)),
    Content(forwarded=""),
    Content(elsewhere=Elsewhere("Borys", "photo", "https://t.me/a/1", bold("quoted"))),
    Content(unread=("gift", "planet")),
    Content("location", extra=Location(0.0, 0.0)),
    Content("live_location", extra=Location(1.5, -2.5, 0.0, 900, 90, 5)),
    Content("venue", extra=Venue("Shop", "", 1.5, 0.0)),
    Content("contact", extra=Contact("", "+38")),
    Content("poll", extra=Poll("Which?", ("Red", "Blue"))),
    Content("dice", extra=Dice("🎲", 1)),
    Content(prepared=Prepared((Key("Yes"), Key("Go", "https://a.b")))),
    Content(prepared=Prepared(changes=Changes("resolved", 3, ("a", "b"), "me"))),
]


def kept(content: Content) -> Content:
    """As it comes back from its row."""
    about, origin = stored.dump(content), stored.dump_original(content.original)
    about, origin = orjson.loads(orjson.dumps((about, origin)))
    return stored.load(content.kind, content.words, about, origin, content.album)


def ids(content: Content) -> list[Any]:
    """Which `==` passes over."""
    files = content.attachments
    return [(file.sources.ids, file.picture.ids if file.picture else None) for file in files]


@pytest.mark.parametrize("content", SAID)
def test_it_comes_back_as_it_was(content: Content) -> None:
    assert kept(content) == content
    assert ids(kept(content)) == ids(content)


def test_mere_words_leave_nothing() -> None:
    assert stored.dump(SAID[0]) == stored.dump_original(None) == {}
    assert [content.is_plain for content in SAID] == [True] + [False] * (len(SAID) - 1)


FILE = Sources(unique="u")
FLAT = {"media_file_id": "A", "unique_id": "u"}
OLD: list[tuple[str, dict[str, Any], Content]] = [
    ("text", {}, Content()),
    (
        "document",
        {**FLAT, "name": "bill.pdf", "size": 5, "mime": "application/pdf", "forwarded": "Borys"},
        Content(
            "document",
            attachments=(Attachment("document", "bill.pdf", "application/pdf", 5, FILE),),
            forwarded="Borys",
        ),
    ),
    (
        "audio",
        {**FLAT, "title": "Song", "duration": 60, "protected": True},
        Content(
            "audio",
            attachments=(Attachment("audio", title="Song", seconds=60, sources=FILE),),
            protected=True,
        ),
    ),
    (
        "video",
        {**FLAT, "cover_id": "C", "start_timestamp": 7, "spoiler": True, "above": True},
        Content(
            "video",
            attachments=(
                Attachment("video", start=7, picture=Sources(), sources=FILE, hidden=True),
            ),
            above=True,
        ),
    ),
    (
        "sticker",
        {**FLAT, "emoji": "🐈"},
        Content("sticker", attachments=(Attachment("sticker", emoji="🐈", sources=FILE),)),
    ),
    (
        "live_location",
        {"latitude": 1.5, "longitude": 0.0, "live_period": 900, "heading": 90},
        Content("live_location", extra=Location(1.5, 0.0, live_period=900, heading=90)),
    ),
    (
        "location",
        {"latitude": 0.0, "longitude": 0.0},
        Content("location", extra=Location(0.0, 0.0)),
    ),
    (
        "venue",
        {"title": "Shop", "address": "1 A", "latitude": 1.5, "longitude": 0.0},
        Content("venue", extra=Venue("Shop", "1 A", 1.5, 0.0)),
    ),
    (
        "contact",
        {"title": "Borys", "phone": "+38"},
        Content("contact", extra=Contact("Borys", "+38")),
    ),
    (
        "poll",
        {"title": "Which?", "options": ["Red"]},
        Content("poll", extra=Poll("Which?", ("Red",))),
    ),
    ("dice", {"emoji": "🎲", "value": 1}, Content("dice", extra=Dice("🎲", 1))),
    (
        "text",
        {
            "elsewhere": {"source": "Borys", "quote": Words("A lamp").dump()},
            "unread": ["gift"],
        },
        Content(elsewhere=Elsewhere("Borys", quote=Words("A lamp")), unread=("gift",)),
    ),
    (
        "text",
        {"preview": {"is_disabled": True}, "forwarded": ""},
        Content(preview=Preview(is_disabled=True), forwarded=""),
    ),
]


@pytest.mark.parametrize(("kind", "about", "expected"), OLD)
def test_what_an_earlier_version_wrote_is_read(
    kind: str, about: dict[str, Any], expected: Content
) -> None:
    assert stored.load(kind, Words(), about, {}, None) == expected


def test_an_id_that_an_earlier_version_wrote_is_tried_by_any_bot() -> None:
    about = {**FLAT, "still_id": "S"}
    found = stored.load("live_photo", Words(), about, {"chat": 7, "message": 3}, None)
    assert ids(found) == [({NOBODY: "A"}, {NOBODY: "S"})]
    assert found.original == Original(7, 3)
    assert found.attachments[0].sources.at(42) == "A"


def test_what_is_the_same_everywhere_stood_beside_the_sources_in_an_earlier_version() -> None:
    attachment = {"kind": "photo", "sources": {"ids": {"42": "A"}}, "unique": "u"}
    found = stored.load("photo", Words(), {"attachments": [attachment]}, {}, None)
    assert found.attachments == (Attachment("photo", sources=FILE),)
    assert ids(found) == [({"42": "A"}, None)]


def test_what_a_newer_version_adds_is_passed_over() -> None:
    attachment = {"kind": "photo", "sources": {"ids": {"42": "A"}, "moon": 1}, "depth": 3}
    about = {"attachments": [attachment], "extra": {"kind": "planet", "rings": 7}, "smell": "tar"}
    found = stored.load("photo", Words(), about, {}, None)
    assert (found.attachments, found.extra) == ((Attachment("photo"),), None)


def test_the_same_is_said_wherever_it_stands() -> None:
    content = replace(SAID[1], original=Original(7, 3), edition=1)
    other = replace(FULL, sources=Sources({"44": "another id"}, "digest", "u"))
    moved = replace(SAID[1], attachments=(other, Attachment("photo")), album="other")
    assert content.says(moved)
    for place in (Sources(key="digest", unique="v"), Sources(key="another", unique="u")):
        changed = replace(FULL, sources=place)
        assert not content.says(replace(content, attachments=(changed, Attachment("photo"))))


def test_an_extra_has_a_title_if_people_gave_it_one() -> None:
    named: list[tuple[Extra, str]] = [
        (Location(1.5, 2.5), ""),
        (Venue("Shop", "1 A", 1.5, 2.5), "Shop"),
        (Contact("Borys", "+38"), "Borys"),
        (Poll("Which?"), "Which?"),
        (Dice("🎲", 1), "🎲"),
    ]
    assert [Content(extra=extra).title for extra, _title in named] == [title for _e, title in named]
    assert Content("audio", attachments=(Attachment("audio", title="Song"),)).title == "Song"
