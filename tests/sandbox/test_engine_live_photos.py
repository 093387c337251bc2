"""Live photos: two files that are one message (Bot API: sendLivePhoto, InputMediaLivePhoto)."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.params import Upload
from tests.sandbox.engine_desk import Desk, Json

FILM = Upload("a.mp4", "video/mp4", b"moving")
STILL = Upload("a.jpg", "image/jpeg", b"still")


@pytest.fixture
def desk() -> Desk:
    return Desk()


def _sent(desk: Desk, **more: Any) -> Json:
    where: Json = {"chat_id": desk.anna.id, "live_photo": FILM, "photo": STILL}
    return desk.call("sendLivePhoto", **where, **more)  # type: ignore[no-any-return]


def test_a_live_photo_has_its_still_picture_in_it_and_beside_it(desk: Desk) -> None:
    sent = _sent(desk, caption="Look", has_spoiler=True)
    assert (sent["caption"], sent["has_media_spoiler"]) == ("Look", True)
    assert sent["live_photo"]["photo"] == sent["photo"]
    assert sent["live_photo"]["duration"] > 0
    moving = desk.world.files.find(sent["live_photo"]["file_id"])
    still = desk.world.files.find(sent["photo"][-1]["file_id"])
    assert moving is not None
    assert still is not None
    assert (desk.world.files.bytes_of(moving), desk.world.files.bytes_of(still)) == (
        b"moving",
        b"still",
    )


def test_it_is_sent_again_by_the_ids_of_both_its_files(desk: Desk) -> None:
    first = _sent(desk)
    ids: Json = {
        "live_photo": first["live_photo"]["file_id"],
        "photo": first["photo"][-1]["file_id"],
    }
    again = desk.call("sendLivePhoto", chat_id=desk.group, **ids)
    for sizes in ("live_photo", "photo"):
        assert again[sizes] == first[sizes]
    crossed: Json = {"live_photo": ids["photo"], "photo": ids["live_photo"]}
    desk.refused(
        "can't use file of type Photo as LivePhoto", "sendLivePhoto", chat_id=desk.group, **crossed
    )


def test_neither_file_may_be_missing_or_an_address(desk: Desk) -> None:
    where: Json = {"chat_id": desk.anna.id}
    desk.refused("there is no live photo in the request", "sendLivePhoto", **where, photo=STILL)
    desk.refused("there is no photo in the request", "sendLivePhoto", **where, live_photo=FILM)
    address: Json = {"live_photo": FILM, "photo": "https://example.com/a.jpg"}
    desk.refused("failed to get HTTP URL content", "sendLivePhoto", **where, **address)
    large = Upload("a.mp4", "video/mp4", bytes((10 << 20) + 1))
    told = f"file of size {(10 << 20) + 1} bytes is too big for a live photo; "
    told += f"the maximum size is {10 << 20} bytes"
    desk.refused(told, "sendLivePhoto", **where, live_photo=large, photo=STILL)


def test_an_album_may_hold_live_photos_beside_photos(desk: Desk) -> None:
    film = {"type": "live_photo", "media": "attach://film", "photo": "attach://still"}
    parts = [{**film, "caption": "first"}, {"type": "photo", "media": "attach://still"}]
    uploads: Json = {"film": FILM, "still": STILL}
    first, second = desk.call("sendMediaGroup", chat_id=desk.anna.id, media=parts, **uploads)
    assert first["media_group_id"] == second["media_group_id"]
    assert first["live_photo"]["photo"] == first["photo"]
    assert "live_photo" not in second
    del film["photo"]
    why = 'failed to send message #1 with the error message "there is no photo in the request"'
    desk.refused(why, "sendMediaGroup", chat_id=desk.anna.id, media=[film, film], **uploads)


def test_people_send_them_and_a_copy_is_the_same(desk: Desk) -> None:
    said = desk.anna.sends(desk.bot, "live_photo", data=b"life", caption="At sea")
    seen = desk.messages()[-1]
    assert seen["live_photo"]["photo"] == seen["photo"]
    where: Json = {"from_chat_id": desk.anna.id, "message_id": said["message_id"]}
    number = desk.call("copyMessage", chat_id=desk.group, **where)["message_id"]
    copy = next(m for m in desk.world.history(desk.group) if m["message_id"] == number)
    assert (copy["caption"], copy["live_photo"]["file_unique_id"]) == (
        "At sea",
        seen["live_photo"]["file_unique_id"],
    )
    desk.anna.edits(said["message_id"], desk.bot, "At home")
    assert desk.world.history(desk.bot, None, desk.anna.id)[-1]["caption"] == "At home"
