"""What is carried to a site by webhook, and what becomes of it there afterwards."""

import asyncio
from collections.abc import AsyncIterator
from unittest.mock import Mock

import pytest
from aiohttp import ClientTimeout, web

from bot.bridges.webhook import sending
from bot.desk import outbox
from bot.desk.said import ChannelAddress, Content
from bot.desk.said.attachments import Attachment
from bot.desk.talk import corrections, replies
from bot.desk.words import Words
from models import Customer, Message
from tests.bridges.webhook.door import ANNA, bridge, made
from tests.bridges.webhook.site import SECRET, Site, site
from tests.delivery.scene import Desk, equals, now, until
from tests.delivery.test_abilities import carrying, left, told
from tests.desk.talk import SOMEBODY, anna, answers
from tests.stories.chat import eventually

CARRIERS = 4
TRIED = "SELECT count(*) FROM delivery WHERE gate = 'webhook' AND due_at > created_at"


@pytest.fixture
async def there(desk: Desk) -> AsyncIterator[Site]:
    """A worker calls a site. Anna has written there, and has been told of her number."""
    async with site() as there:
        webhook = bridge(there.url, language="uk")
        await webhook.start(Mock())
        async with carrying(desk, webhook):
            await anna(1, "Where is my order?", by=ANNA)
            await left(desk, "webhook")
            yield there
        await webhook.stop()


async def says(desk: Desk, what: str | Content) -> Message:
    message = await answers(1, what)
    await left(desk, "webhook")
    return message


async def edits(desk: Desk, message: Message, content: Content, place: int = 0) -> None:
    async with outbox.transaction():
        await corrections.edited(message, content, SOMEBODY, now(), place=place)
    await left(desk, "webhook")


async def test_a_site_that_calls_all_messages_alike_is_not_told_to_change_another(
    desk: Desk, there: Site
) -> None:
    there.answers += [web.json_response({"id": "ok"}) for _each in range(3)]  # one is the sign’s
    first, second = await says(desk, "The blue one?"), await says(desk, "It has left")
    await edits(desk, second, Content(words=Words("It has left today")))
    async with outbox.transaction():
        await replies.unsend(second, SOMEBODY, now())
    await left(desk, "webhook")
    sentences = await told(desk.witness)
    assert ["did not tell me its number" in each for each in sentences] == [True, True]
    told_of = [event for _headers, event in there.calls if "worked on" not in str(event)]
    assert {event["type"] for event in told_of} == {"message"}
    there.shown["ok"] = {}
    await edits(desk, first, Content(words=Words("The red one?")))
    assert there.calls[-1][1]["data"]["id"] == "ok"


async def test_what_a_file_is_called_is_said_in_the_customers_language(
    desk: Desk, there: Site
) -> None:
    await Customer.all().update(language="ru")
    message = await says(desk, Content("photo", Words("Вот")))
    assert there.read[-1] == "🖼 Фото\nВот"
    await edits(desk, message, Content("voice", Words("Вот")))
    assert there.read[-1] == "🎤 Голосовое сообщение\nВот"


async def test_the_files_of_what_an_answer_says_now_are_its_messages(
    desk: Desk, there: Site
) -> None:
    """So they are brought into the store for as long as the message's first one was."""
    message = await says(desk, file("photo", "a"))
    await edits(desk, message, file("video", "b"))
    assert links(there) == [f"video/{message.id}/0"]

    async with outbox.transaction():
        album = await answers(1, file("photo", "c", album="1"))
        await answers(1, file("photo", "d", album="1"))
    await left(desk, "webhook")
    await edits(desk, album, file("video", "e"), place=1)
    assert links(there) == [f"photo/{album.id}/0", f"video/{album.id}/1"]


def file(kind: str, name: str, album: str | None = None) -> Content:
    """One that Telegram has, by an id of its own."""
    return Content(kind, attachments=(Attachment(kind, name),), album=album)


def links(there: Site) -> list[str]:
    """What the site was told of files at last: of which kind, of which message, at which place."""
    files = there.calls[-1][1]["data"]["attachments"]
    return [each["url"].removeprefix("https://desk.example/files/") for each in files]


async def test_a_site_that_hangs_keeps_no_other_waiting(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of its calls no more are made than there are carriers, however many wait for it."""
    monkeypatch.setattr(sending, "WITHIN", ClientTimeout(total=0.2))
    monkeypatch.setattr(sending, "SHORT_WAIT", 600.0)
    async with site() as slow, site() as shop:
        slow.waits = asyncio.Event().wait
        said = {
            name: {"secrets": [SECRET], "url": there.url}
            for name, there in {"slow": slow, "shop": shop}.items()
        }
        webhook = made(said)
        await webhook.start(Mock())
        async with carrying(desk, webhook):
            for number in range(20):
                await anna(number, "Hello?", by=ChannelAddress("webhook", f"slow:{number}"))
            await until(lambda: equals(desk.witness.fetchval(TRIED), 20))
            await anna(99, "Hello?", by=ANNA)
            await eventually(lambda: shop.read, lambda: "nobody is told anything")
        assert len(slow.calls) <= CARRIERS
        await webhook.stop()
