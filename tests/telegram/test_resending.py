"""Files that are sent by their ids: what goes with them."""

import asyncio
from typing import Any

import pytest
from aiogram.methods import SendLivePhoto, SendMediaGroup, SendPhoto, SendVideo
from aiogram.types import Message

from bot.desk.said import Content
from bot.desk.said.attachments import NOBODY, Attachment, Sources
from bot.desk.said.extras import Location
from bot.desk.words import plain
from bot.telegram import reading
from bot.telegram.calls import telegram
from bot.telegram.resending import as_group, by_file, moved, placed
from bot.telegram.speaker import Speaker, Thread
from tests.files.memory import memory

FILE = {"file_unique_id": "u", "width": 1, "height": 1}
STILL = [FILE | {"file_id": "small"}, FILE | {"file_id": "still"}]
LIVE_PHOTO = {
    "photo": STILL,
    "live_photo": FILE | {"file_id": "moving", "duration": 2, "photo": STILL},
}
VIDEO = {
    "video": FILE | {"file_id": "film", "duration": 60, "start_timestamp": 7, "cover": STILL},
    "has_media_spoiler": True,
}


@pytest.fixture
def speaker() -> Speaker:
    async def turn(after: float) -> None: ...

    api = telegram("42:" + "A" * 35, "http://127.0.0.1")
    return Speaker(api, Thread(7, 5), turn, asyncio.Semaphore(), memory())


def file(kind: str, file_id: str, *, of: str = NOBODY) -> Attachment:
    return Attachment(kind, sources=Sources({of: file_id}))


def content(**fields: Any) -> Content:
    chat = {"id": 7, "type": "private", "first_name": "Anna"}
    message = Message.model_validate({"message_id": 3, "date": 1, "chat": chat, **fields})
    found = reading.content(message)
    assert found is not None
    return found


def test_a_live_photo_is_two_files(speaker: Speaker) -> None:
    method = by_file(speaker, content(**LIVE_PHOTO), plain("look"))
    assert isinstance(method, SendLivePhoto)
    assert (method.live_photo, method.photo, method.caption) == ("moving", "still", "look")
    assert (method.chat_id, method.message_thread_id) == (7, 5)


def test_a_video_keeps_its_cover_and_where_it_begins(speaker: Speaker) -> None:
    method = by_file(speaker, content(**VIDEO), plain(""))
    assert isinstance(method, SendVideo)
    assert (method.video, method.cover, method.start_timestamp) == ("film", "still", 7)
    assert method.has_spoiler


def test_an_album_may_hold_live_photos(speaker: Speaker) -> None:
    parts = [content(**LIVE_PHOTO, caption="both"), content(**VIDEO)]
    method = as_group(speaker, parts)
    assert isinstance(method, SendMediaGroup)
    assert [one.media for one in method.media] == ["moving", "film"]
    assert [one.caption for one in method.media] == ["both", None]


def test_what_has_no_file_makes_no_group(speaker: Speaker) -> None:
    still_only = Content("live_photo", attachments=(file("live_photo", "still"),))
    assert by_file(speaker, still_only, plain("")) is None
    assert as_group(speaker, [content(**VIDEO), still_only]) is None


def test_who_moves_on_the_way_is_shown_no_longer_for_it() -> None:
    walk = Location(1.5, 0.0, live_period=900, heading=90)
    place = {"latitude": 1.5, "longitude": 0.0, "heading": 90}
    assert placed(walk) == {**place, "live_period": 900}
    assert moved(walk) == place


def test_each_bot_has_ids_of_its_own(speaker: Speaker) -> None:
    ours, theirs = file("photo", "ours", of="42"), file("photo", "theirs", of="43")
    method = by_file(speaker, Content("photo", attachments=(ours,)), plain(""))
    assert isinstance(method, SendPhoto)
    assert method.photo == "ours"
    assert by_file(speaker, Content("photo", attachments=(theirs,)), plain("")) is None
