"""An answer whose status says that it is done, however it can be read."""

import pytest
from aiogram.methods import CopyMessages, CreateForumTopic, SendMediaGroup, SendMessage
from aiogram.types import InputMediaPhoto

from bot.telegram import shown

SAY = SendMessage(chat_id=-100, message_thread_id=9, text="x")
ALBUM = SendMediaGroup(chat_id=-100, media=[InputMediaPhoto(media="a")])


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
    assert shown.read(SAY, "<html>").message_id == shown.UNKNOWN


def test_several() -> None:
    body = '{"ok":true,"result":[{"message_id":41},{"message_id":42}]}'
    assert [one.message_id for one in shown.read(ALBUM, body)] == [41, 42]
    copies = CopyMessages(chat_id=1, from_chat_id=2, message_ids=[3, 4])
    assert [one.message_id for one in shown.read(copies, body[:-3])] == [41, 42]


def test_a_topic() -> None:
    topic = CreateForumTopic(chat_id=-100, name="#1")
    body = '{"ok":true,"result":{"message_thread_id":77,"name":"#1","icon_color":"blue"}}'
    assert shown.read(topic, body).message_thread_id == 77
    assert shown.read(topic, body[:-30]).message_thread_id == 77
