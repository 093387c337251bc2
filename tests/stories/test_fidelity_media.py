"""Pictures, files, voices, places: each kind arrives as it is, its bytes untouched."""

import asyncio
from typing import Any

import asyncpg
import pytest

from tests.stories.chat import Seen, eventually, marks, words
from tests.stories.conftest import Stage

CAPTIONED = ("photo", "live_photo", "video", "animation", "document", "audio", "voice")
FILES = (*CAPTIONED, "video_note", "sticker")
CAPTION = "Ось він, good as new"
BOLD = {"type": "bold", "offset": 0, "length": 3}
LARGE = 25 << 20  # bytes: more than a bot may download
PLACES: dict[str, dict[str, Any]] = {
    "location": {"latitude": 50.45, "longitude": 30.52, "horizontal_accuracy": 15},
    "venue": {"latitude": 49.84, "longitude": 24.03, "title": "Опера", "address": "Свободи, 28"},
    "contact": {"phone_number": "+380671234567", "first_name": "Ганна", "last_name": "К."},
    "poll": {"question": "Коли?", "options": ["Зранку", "Ввечері"]},
    "dice": {"emoji": "🎯"},
}


def bytes_of(desk: Stage, message: Seen, kind: str) -> bytes:
    """The file as whoever reads the message gets it."""
    found: Any = message[kind][-1] if kind == "photo" else message[kind]
    file = desk.world.files.find(found["file_id"])
    assert file is not None
    return desk.world.files.bytes_of(file)


def sent(kind: str, number: int) -> dict[str, Any]:
    """A file of its own."""
    how: dict[str, Any] = {"data": f"{kind} {number} \0\xff".encode("latin-1") * 50}
    if kind in CAPTIONED:
        how |= {"caption": f"{CAPTION} {number}", "caption_entities": [BOLD]}
    if kind in ("document", "audio", "video"):
        how["filename"] = f"звіт {number}.bin"
    return how


def same_file(desk: Stage, copy: Seen, original: Seen, kind: str) -> None:
    """The same bytes, name, words and marks."""
    assert bytes_of(desk, copy, kind) == bytes_of(desk, original, kind)
    assert words(copy) == words(original)
    assert marks(copy) == marks(original)
    if isinstance(copy[kind], dict):
        assert copy[kind].get("file_name") == original[kind].get("file_name")


async def test_files_arrive_in_the_topic(desk: Stage) -> None:
    anna, topic = await desk.asks()
    for number, kind in enumerate(FILES):
        last = topic.last
        original = anna.sends(kind, **sent(kind, number))
        (copy,) = await topic.shows_after(last)
        same_file(desk, copy, original, kind)
    assert desk.sandbox.calls.of("getFile") == []


async def test_files_arrive_at_the_customer(desk: Stage) -> None:
    anna, topic = await desk.asks()
    for number, kind in enumerate(FILES):
        last = anna.last
        original = desk.olena.sends(topic, kind, **sent(kind, number))
        (copy,) = await anna.shows_after(last)
        same_file(desk, copy, original, kind)
    assert desk.sandbox.calls.of("getFile") == []


async def test_a_live_photo_stays_alive_alone_and_in_an_album(desk: Stage) -> None:
    anna, topic = await desk.asks()
    olena = desk.olena.person
    sides: tuple[Any, ...] = (
        (topic, anna.person, anna.bot, {}),
        (anna, olena, desk.group, {"thread": topic.thread}),
    )
    for there, speaker, chat, place in sides:
        one = speaker.sends(chat, "live_photo", **sent("live_photo", 1), **place)
        (copy,) = await there.shows_after(there.last)
        pair = [sent("live_photo", number) | {"kind": "live_photo"} for number in (2, 3)]
        both = speaker.album(chat, pair, **place)
        copies = await there.shows_after(copy, 2)
        assert len({part["media_group_id"] for part in copies}) == 1
        for original, shown in zip([one, *both], [copy, *copies], strict=True):
            same_file(desk, shown, original, "live_photo")
            assert bytes_of(desk, shown, "photo") == bytes_of(desk, original, "photo")
    assert desk.sandbox.calls.of("sendLivePhoto")


@pytest.mark.parametrize("kind", ["photo", "sticker", "voice", "location"])
async def test_a_ticket_may_begin_without_words(desk: Stage, kind: str) -> None:
    anna = desk.customer("Anna")
    anna.sends(kind, **PLACES.get(kind, {}))
    topic = await desk.topic("#1")
    await topic.shows_kind(kind)
    assert "#1" in words(topic.card)
    await anna.shows("Request #1 received")


async def test_places_people_polls_and_dice_arrive_both_ways(desk: Stage) -> None:
    anna, topic = await desk.asks()
    for kind, fields in PLACES.items():
        last = topic.last
        original = anna.sends(kind, **fields)
        (copy,) = await topic.shows_after(last)
        assert alike(copy, original, kind)
        last = anna.last
        original = desk.olena.sends(topic, kind, **fields)
        (copy,) = await anna.shows_after(last)
        assert alike(copy, original, kind)


def alike(copy: Seen, original: Seen, kind: str) -> bool:
    """A copied poll is a poll of its own: its question and options are the same."""
    if kind != "poll":
        return bool(copy[kind] == original[kind])
    options = [[option["text"] for option in one["poll"]["options"]] for one in (copy, original)]
    question = copy["poll"]["question"] == original["poll"]["question"]
    return question and options[0] == options[1]


async def test_a_live_location_moves_and_ends_in_the_topic(desk: Stage) -> None:
    anna, topic = await desk.asks()
    live = anna.sends("live_location", latitude=50.0, longitude=30.0)
    copy = await topic.shows_kind("location")
    assert copy["location"] == live["location"]
    anna.person.moves(live["message_id"], anna.bot, 51.0, 31.0)
    await topic.turns(copy, lambda now: now["location"]["latitude"] == 51.0)
    anna.person.stops(live["message_id"], anna.bot)
    await topic.turns(copy, lambda now: "live_period" not in now["location"])


async def test_a_live_location_moves_and_ends_at_the_customer(desk: Stage) -> None:
    anna, topic = await desk.asks()
    live = desk.olena.sends(topic, "live_location", latitude=50.0, longitude=30.0)
    copy = await anna.shows_kind("location")
    assert copy["location"] == live["location"]
    desk.olena.person.moves(live["message_id"], desk.group, 51.0, 31.0)
    await anna.turns(copy, lambda now: now["location"]["longitude"] == 31.0)
    desk.olena.person.stops(live["message_id"], desk.group)
    await anna.turns(copy, lambda now: "live_period" not in now["location"])


async def test_files_that_no_bot_may_download_pass(desk: Stage) -> None:
    anna, topic = await desk.asks()
    anna.sends("video", size=LARGE, caption="The whole film")
    shown = await topic.shows("The whole film")
    assert shown["video"]["file_size"] == LARGE
    desk.olena.sends(topic, "document", size=LARGE, filename="all.zip", caption="All of it")
    shown = await anna.shows("All of it")
    assert (shown["document"]["file_size"], shown["document"]["file_name"]) == (LARGE, "all.zip")
    assert desk.sandbox.calls.of("getFile") == []


@pytest.mark.parametrize(("length", "count"), [(1024, 1), (1025, 2), (2048, 2)])
async def test_long_captions_arrive_whole(desk: Stage, length: int, count: int) -> None:
    anna, topic = await desk.asks()
    caption = (("ґ" * 99 + " ") * 20 + "ї" * 48)[: length - 1] + "!"
    last = topic.last
    anna.sends("photo", caption=caption)
    whole(await topic.shows_after(last, count), caption)
    last = anna.last
    desk.olena.sends(topic, "photo", caption=caption)
    whole(await anna.shows_after(last, count), caption)


def whole(parts: list[Seen], caption: str) -> None:
    """A photo with as much of the caption as fits, and the rest of it."""
    assert "photo" in parts[0]
    assert len(words(parts[0])) <= 1024
    assert " ".join(map(words, parts)) == caption


async def test_protected_content_passes_and_stays_protected_where_it_was(desk: Stage) -> None:
    anna, topic = await desk.asks()
    anna.writes("Only for you", protected=True)
    await topic.shows("Only for you")
    anna.sends("photo", caption="Look, but do not pass on", protected=True)
    await topic.shows("Look, but do not pass on")
    desk.olena.person.protects(desk.group)
    desk.olena.sends(topic, "document", data=b"secret", filename="s.txt", caption="From a vault")
    shown = await anna.shows("From a vault")
    assert bytes_of(desk, shown, "document") == b"secret"


async def test_spoilers_stay_hidden(desk: Stage) -> None:
    anna, topic = await desk.asks()
    anna.sends("photo", caption="It was the butler", has_spoiler=True)
    assert (await topic.shows("butler"))["has_media_spoiler"]
    desk.olena.sends(topic, "video", caption="And the cook", has_spoiler=True)
    assert (await anna.shows("cook"))["has_media_spoiler"]


RARE = {
    "story": "a story",
    "game": "a game",
    "checklist": "a checklist",
    "invoice": "an invoice",
    "giveaway": "a giveaway",
    "paid_media": "paid media",
}


async def test_what_cannot_be_carried_is_named_to_its_sender(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    last = topic.last
    for kind, name in RARE.items():
        anna.sends(kind)
        await anna.shows(f"Sorry, Telegram does not let bots pass on {name}")
    await desk.settles(witness)
    assert topic.since(last) == []
    last = anna.last
    for kind in RARE:
        before = topic.last
        wrote = desk.olena.sends(topic, kind)
        (_wrote, answer) = await topic.shows_after(before, 2)
        assert "does not let bots pass on" in words(answer)
        assert answer["reply_to_message"]["message_id"] == wrote["message_id"]
    await desk.settles(witness)
    assert anna.since(last) == []
    assert await witness.fetchval("SELECT count(*) FROM message") == 1


AWAY = "Bad Request: wrong file identifier/HTTP URL specified"


async def test_a_file_that_telegram_cannot_get_at_is_named_and_comes_later(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    desk.sandbox.faults.next(do="400", method="sendDocument", text=AWAY, times=2)
    last = topic.last
    anna.sends("document", data=b"the bill", filename="bill.pdf", caption="Is this right?")
    (stands_in,) = await topic.shows_after(last)
    assert "bill.pdf" in words(stands_in)
    assert "Is this right?" in words(stands_in)
    again = "UPDATE delivery SET due_at = now() WHERE kind = 'file' AND state = 'head'"
    for _ in range(6000):  # it is tried again in half a minute: now is sooner
        if await witness.execute(again) != "UPDATE 0":
            break
        await asyncio.sleep(0.01)
    file = await topic.shows_kind("document")
    assert bytes_of(desk, file, "document") == b"the bill"
    assert file["reply_to_message"]["message_id"] == stands_in["message_id"]
    await desk.settles(witness)
    await topic.shows_kind("document")


async def test_an_operators_file_that_cannot_be_got_is_told_with_a_way_to_try_again(
    desk: Stage,
) -> None:
    anna, topic = await desk.asks()
    desk.sandbox.faults.next(do="400", method="sendDocument", text=AWAY)
    wrote = desk.taras.sends(topic, "document", data=b"the bill", filename="bill.pdf")
    failed = await topic.shows("⚠️ Not delivered")
    assert failed["reply_to_message"]["message_id"] == wrote["message_id"]
    await desk.taras.presses(failed, "🔁 Send again")
    assert bytes_of(desk, await anna.shows_kind("document"), "document") == b"the bill"


async def test_what_is_deleted_before_it_is_shown_is_shown_all_the_same(desk: Stage) -> None:
    anna, topic = await desk.asks()
    desk.sandbox.faults.next(do="429", method="sendPhoto", retry_after=1)
    gone = anna.sends("photo", data=b"a picture", caption="Here")
    await eventually(lambda: desk.sandbox.calls.of("sendPhoto"), lambda: "it was never tried")
    anna.person.deletes(gone["message_id"], anna.bot)
    shown = await topic.shows("Here")
    assert bytes_of(desk, shown, "photo") == b"a picture"
