"""Copies, forwards and files (Bot API: copyMessage, forwardMessages, getFile …)."""

from __future__ import annotations

import pytest

from sandbox.errors import Refused
from sandbox.params import Upload
from tests.sandbox.engine_desk import Desk, Json


@pytest.fixture
def desk() -> Desk:
    return Desk()


def _from_anna(desk: Desk) -> Json:
    return {"chat_id": desk.group, "from_chat_id": desk.anna.id}


def test_copy_returns_an_id_only_and_keeps_what_was_said(desk: Desk) -> None:
    thread = desk.topic()
    said = desk.anna.writes(desk.bot, "see https://a.example")
    copied = desk.call(
        "copyMessage",
        **_from_anna(desk),
        message_id=said["message_id"],
        message_thread_id=thread,
        caption="ignored for a text",
    )
    assert list(copied) == ["message_id"]
    seen = desk.world.history(desk.group, thread)[-1]
    assert (seen["text"], seen["entities"]) == (said["text"], said["entities"])
    assert "forward_origin" not in seen
    desk.refused("message to copy not found", "copyMessage", **_from_anna(desk), message_id=99)
    desk.refused(
        "message can't be copied",
        "copyMessage",
        chat_id=desk.anna.id,
        from_chat_id=desk.group,
        message_id=thread,
    )


def test_copy_with_another_caption(desk: Desk) -> None:
    photo = desk.anna.sends(desk.bot, "photo", data=b"x", caption="old")
    for caption, seen in (("new", "new"), ("", None)):
        copied = desk.call(
            "copyMessage", **_from_anna(desk), message_id=photo["message_id"], caption=caption
        )
        found = desk.world.chats[desk.group].messages[copied["message_id"]]
        assert found.content.get("caption") == seen


def test_copying_many_keeps_albums_together(desk: Desk) -> None:
    desk.anna.album(
        desk.bot, [{"kind": "photo", "data": b"1", "caption": "c"}, {"kind": "photo", "data": b"2"}]
    )
    parts = desk.messages()
    alone = desk.anna.writes(desk.bot, "and")
    numbers = [part["message_id"] for part in parts] + [alone["message_id"], 500]
    copied = desk.call("copyMessages", **_from_anna(desk), message_ids=numbers)
    seen = desk.world.history(desk.group)[-3:]
    assert [list(one) for one in copied] == [["message_id"]] * 3
    assert seen[0]["media_group_id"] == seen[1]["media_group_id"] != parts[0]["media_group_id"]
    assert "media_group_id" not in seen[2]


def test_refusals_of_many(desk: Desk) -> None:
    for method in ("copyMessages", "forwardMessages"):
        for given, text in (
            ([], "message identifiers are not specified"),
            (list(range(1, 102)), "too many message identifiers specified"),
            ([2, 1], "message identifiers must be in a strictly increasing order"),
            ([77], "messages can't be forwarded"),
        ):
            desk.refused(text, method, **_from_anna(desk), message_ids=given)


def test_forwards_show_their_origin_and_keep_the_first(desk: Desk) -> None:
    said = desk.anna.writes(desk.bot, "hello")
    shown = desk.call("forwardMessage", **_from_anna(desk), message_id=said["message_id"])
    assert shown["forward_origin"]["sender_user"]["id"] == desk.anna.id
    desk.petro.forwards(shown, desk.group)
    assert desk.messages()[-1]["forward_origin"] == shown["forward_origin"]
    hidden = desk.petro.forwards(desk.petro.writes(desk.group, "x"), desk.group, hidden=True)
    assert hidden["forward_origin"]["type"] == "hidden_user"
    desk.refused(
        "message to forward not found", "forwardMessage", **_from_anna(desk), message_id=99
    )
    desk.refused(
        "message can't be edited",
        "editMessageText",
        chat_id=desk.group,
        message_id=shown["message_id"],
        text="y",
    )


def test_protected_content_can_be_copied_by_bots_but_not_forwarded(desk: Desk) -> None:
    said = desk.anna.writes(desk.bot, "secret", protected=True)
    assert desk.messages()[-1]["has_protected_content"] is True
    where: Json = {**_from_anna(desk), "message_id": said["message_id"]}
    desk.refused("message has protected content and can't be forwarded", "forwardMessage", **where)
    desk.call("copyMessage", **where)
    with pytest.raises(Refused):
        desk.anna.forwards(said, desk.bot)


def test_bytes_come_back_unchanged(desk: Desk) -> None:
    data = bytes(range(256)) * 40
    desk.anna.sends(desk.bot, "document", data=data, filename="звіт.bin")
    shown = desk.messages()[0]["document"]
    assert (shown["file_name"], shown["file_size"]) == ("звіт.bin", len(data))
    file = desk.call("getFile", file_id=shown["file_id"])
    assert file["file_unique_id"] == shown["file_unique_id"]
    kept = desk.world.files.at(file["file_path"])
    assert kept is not None
    assert desk.world.files.bytes_of(kept) == data


def test_file_ids_belong_to_one_bot(desk: Desk) -> None:
    other = desk.world.add_bot("43:token", "Other", "other_bot")
    desk.anna.start(other)
    desk.anna.sends(desk.bot, "photo", data=b"x")
    mine = desk.messages()[0]["photo"][-1]
    foreign = "wrong file identifier/HTTP URL specified"
    desk.refused(foreign, "sendPhoto", chat_id=desk.anna.id, photo=mine["file_id"], bot=other)
    desk.refused("invalid file_id", "getFile", file_id=mine["file_id"], bot=other)
    desk.refused("invalid file_id", "getFile", file_id="AgACgarbage")
    desk.refused("file_id not specified", "getFile")
    desk.olha.adds_bot(other, desk.group)
    desk.olha.sets_bot_rights(other, desk.group)
    desk.updates(other)
    desk.petro.sends(desk.group, "photo", data=b"y")
    ours, theirs = desk.messages()[-1]["photo"][-1], desk.messages(other)[-1]["photo"][-1]
    assert ours["file_unique_id"] == theirs["file_unique_id"]
    assert ours["file_id"] != theirs["file_id"]


def test_large_files_can_be_passed_on_but_not_fetched(desk: Desk) -> None:
    large = desk.anna.sends(desk.bot, "video", size=200 << 20, filename="film.mp4")
    shown = desk.messages()[0]["video"]
    assert shown["file_size"] == 200 << 20
    desk.refused("file is too big", "getFile", file_id=shown["file_id"])
    desk.call("copyMessage", **_from_anna(desk), message_id=large["message_id"])
    limit = desk.anna.sends(desk.bot, "document", size=20 << 20)
    assert limit["document"]["file_size"] == 20 << 20
    assert desk.call("getFile", file_id=desk.messages()[0]["document"]["file_id"])


def test_uploads_that_cannot_be(desk: Desk) -> None:
    anna: Json = {"chat_id": desk.anna.id}
    desk.refused("file must be non-empty", "sendDocument", **anna, document=Upload("a", "", b""))
    desk.refused("failed to get HTTP URL content", "sendPhoto", **anna, photo="https://a.example/b")
    sent = desk.call("sendPhoto", **anna, photo=Upload("a.png", "image/png", b"x"))
    photo = sent["photo"][-1]["file_id"]
    desk.refused("can't use file of type Photo as Document", "sendDocument", **anna, document=photo)
    big = Upload("a.jpg", "image/jpeg", bytes((10 << 20) + 1))
    desk.refused(
        "file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes",
        "sendPhoto",
        **anna,
        photo=big,
    )
