"""An answer whose status says that it is done, however it can be read."""

import pytest
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import CreateForumTopic, ForwardMessages, SendMediaGroup, SendMessage
from aiogram.types import InputMediaPhoto

from bot.telegram import shown

SAY = SendMessage(chat_id=-100, message_thread_id=9, text="x")
ALBUM = SendMediaGroup(chat_id=-100, media=[InputMediaPhoto(media="a")] * 2)


@pytest.mark.parametrize(
    "body",
    [
        '{"ok":true,"result":{"message_id":41,"message_thread_id":9,"is_topic_message":true}}',
        '{"ok":true,"result":{"message_id":41,"date":"soon","chat":{"id":"?"},'
        '"message_thread_id":9,"is_topic_message":true,"forward_origin":{"type":"planet"}}}',
        '{"ok":true,"result":{"message_id":41,"date":17',
    ],
)
def test_where_it_stands(body: str) -> None:
    message = shown.read(SAY, body)
    assert (message.message_id, message.message_thread_id) == (41, 9)
    assert message.is_topic_message


def test_put_outside_of_its_topic() -> None:
    message = shown.read(SAY, '{"ok":true,"result":{"message_id":41}}')
    assert (message.message_thread_id, message.is_topic_message) == (None, False)


def test_nobody_knows_where() -> None:
    for body in ("<html>", "", "[", '{"ok":true}', '{"ok":true,"result":true}', '{"message_id":3}'):
        assert shown.read(SAY, body).message_id == shown.UNKNOWN


WHOLE = '{"ok":true,"result":[{"message_id":41,"message_thread_id":9,"reply_to_message":\
{"message_id":7,"message_thread_id":9}},{"message_id":42,"message_thread_id":9}]}'
ODD = '{"ok":true,"result":{"of":"a version to come"}}'


@pytest.mark.parametrize(
    ("body", "numbers"),
    [
        (WHOLE, [41, 42]),
        (WHOLE[:-3], [41, 42]),  # what is quoted in it and which topic it is in is no place of it
        (WHOLE[:-40], [41, 0]),
        (WHOLE.replace('"message_id":41', '"message_id":"?"'), [0, 42]),
        ('{"ok":true,"result":[{"message_id":41},{"message_id":42},{"message_id":43}]}', [41, 42]),
        ('{"ok":true,"result":[{"message_id":41}]}', [41, 0]),
        ('{"ok":true,"result":{"message_id":41}}', [41, 0]),
        ('{"ok":true,"result":true}', [0, 0]),
        ("[]", [0, 0]),
        (ODD, [0, 0]),
        ("<html>", [0, 0]),
        ("", [0, 0]),
    ],
)
def test_each_part_of_an_album_has_a_place_or_none(body: str, numbers: list[int]) -> None:
    assert [one.message_id for one in shown.read(ALBUM, body)] == numbers


def test_where_the_parts_of_an_album_stand() -> None:
    album = shown.read(ALBUM, WHOLE.replace("}]", ',"is_topic_message":true}]'))
    assert [one.message_thread_id for one in album] == [9, 9]
    assert [one.is_topic_message for one in album] == [False, True]


@pytest.mark.parametrize(
    ("body", "numbers"),
    [
        ('{"ok":true,"result":[{"message_id":41},{"message_id":42}]}', [41, 42]),
        ('{"ok":true,"result":[{"message_id":41},{"mess', [41, 0]),
        ('{"ok":true,"result":[{"message_id":42}]}', [42]),  # what is gone is left out
        ('{"ok":true,"result":[]}', []),
        (ODD, [0, 0]),
        ("<html>", [0, 0]),
        ("", [0, 0]),
    ],
)
def test_forwards_that_are_left_out_are_told_from_those_nobody_can_read(
    body: str, numbers: list[int]
) -> None:
    many = ForwardMessages(chat_id=1, from_chat_id=2, message_ids=[3, 4])
    assert [one.message_id for one in shown.read(many, body)] == numbers


def test_a_topic() -> None:
    topic = CreateForumTopic(chat_id=-100, name="#1")
    body = '{"ok":true,"result":{"message_thread_id":77,"name":"#1","icon_color":"blue"}}'
    assert shown.read(topic, body).message_thread_id == 77
    assert shown.read(topic, body[:-30]).message_thread_id == 77
    for unreadable in ("", ODD, '{"ok":true,"result":{"message_thread_id":"?"}}'):
        with pytest.raises(TelegramNetworkError):
            shown.read(topic, unreadable)
