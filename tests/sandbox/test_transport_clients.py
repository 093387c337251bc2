"""Foreign clients against the sandbox: aiogram and python-telegram-bot, each as it comes."""

from __future__ import annotations

import io
import os
from collections.abc import AsyncIterator
from datetime import timedelta

import aiogram
import pytest
import telegram
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest, TelegramRetryAfter, TelegramServerError
from aiogram.methods import SendMessage
from aiogram.types import BufferedInputFile, InputMediaPhoto, Message, ReplyParameters
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from tests.sandbox.place import TOKEN, Place, until


@pytest.fixture
async def gram(place: Place) -> AsyncIterator[aiogram.Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(place.sandbox.url))
    async with aiogram.Bot(TOKEN, session=session).context() as bot:
        yield bot


@pytest.fixture
async def ptb(place: Place, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[telegram.Bot]:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    url = place.sandbox.url
    bot = telegram.Bot(TOKEN, base_url=f"{url}/bot", base_file_url=f"{url}/file/bot")
    async with bot:
        yield bot


async def test_aiogram_talks_and_listens(place: Place, gram: aiogram.Bot) -> None:
    assert (await gram.me()).username == "desk_bot"
    sent = await gram.send_message(place.customer.id, "<b>Вітаю</b>", parse_mode="HTML")
    assert sent.entities is not None
    assert (sent.text, sent.entities[0].type) == ("Вітаю", "bold")
    place.customer.writes(place.bot, "питання", reply_to=sent.message_id)
    [update] = await gram.get_updates(timeout=5)
    assert update.message is not None
    assert update.message.reply_to_message is not None
    assert update.message.reply_to_message.message_id == sent.message_id
    assert await gram.get_updates(offset=update.update_id + 1) == []


async def test_aiogram_opens_a_topic_and_answers_in_it(place: Place, gram: aiogram.Bot) -> None:
    topic = await gram.create_forum_topic(place.group, "#1 Анна")
    place.customer.writes(place.bot, "перше")
    updates = await gram.get_updates(timeout=5)
    words = next(u.message for u in updates if u.message and u.message.text)
    copied = await gram.copy_message(
        place.group, words.chat.id, words.message_id, message_thread_id=topic.message_thread_id
    )
    await gram.send_message(
        place.group,
        "відповідь",
        message_thread_id=topic.message_thread_id,
        reply_parameters=ReplyParameters(message_id=copied.message_id, quote="перше"),
    )
    shown = place.world.history(place.group, topic.message_thread_id)
    assert [message.get("text") for message in shown[-2:]] == ["перше", "відповідь"]


async def test_aiogram_carries_files_unchanged(place: Place, gram: aiogram.Bot) -> None:
    data = os.urandom(200_000)
    file = BufferedInputFile(data, 'рахунок "№1".pdf')
    sent = await gram.send_document(place.customer.id, file, caption="Рахунок")
    assert sent.document is not None
    assert sent.document.file_name == 'рахунок "№1".pdf'
    back = await gram.download(sent.document)
    assert back is not None
    assert back.read() == data
    album = await gram.send_media_group(
        place.customer.id,
        [InputMediaPhoto(media=BufferedInputFile(bytes([n]) * 100, f"{n}.jpg")) for n in (1, 2)],
    )
    assert len({part.media_group_id for part in album}) == 1


async def test_aiogram_understands_errors(place: Place, gram: aiogram.Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await gram.send_message(999, "x")
    place.sandbox.faults.next(do="429", method="sendMessage", retry_after=7)
    with pytest.raises(TelegramRetryAfter) as flood:
        await gram.send_message(place.customer.id, "x")
    assert flood.value.retry_after == 7
    for kind in ("500", "502"):
        place.sandbox.faults.next(do=kind)
        with pytest.raises((TelegramServerError, aiogram.exceptions.ClientDecodeError)):
            await gram.send_message(place.customer.id, "x")


async def test_aiogram_answers_inside_its_webhook(place: Place, gram: aiogram.Bot) -> None:
    dispatcher = aiogram.Dispatcher()

    @dispatcher.message()
    async def answer(message: Message) -> SendMessage:
        return message.answer(f"почуто: {message.text}")

    app = web.Application()
    handler = SimpleRequestHandler(
        dispatcher, gram, handle_in_background=False, secret_token="hush"
    )
    handler.register(app, path="/hook")
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    await gram.set_webhook(f"http://127.0.0.1:{port}/hook", secret_token="hush")
    for text in ("раз", "два", "три"):
        place.customer.writes(place.bot, text)
    await until(lambda: [e.status for e in place.sandbox.calls.of("sendMessage")] == [200] * 3)
    heard = [m["text"] for m in place.world.private(place.customer, place.bot)][-3:]
    assert heard == ["почуто: раз", "почуто: два", "почуто: три"]
    await gram.delete_webhook()
    await runner.cleanup()


async def test_python_telegram_bot_talks_and_listens(place: Place, ptb: telegram.Bot) -> None:
    assert ptb.username == "desk_bot"
    sent = await ptb.send_message(place.customer.id, "Вітаю")
    place.customer.writes(place.bot, "/start@desk_bot далі")
    place.customer.reacts(sent.message_id, place.bot, ["👍"])
    [update] = await ptb.get_updates(timeout=5)
    assert update.message is not None
    assert update.message.text == "/start@desk_bot далі"
    assert update.message.entities[0].type == "bot_command"
    assert await ptb.get_updates(offset=update.update_id + 1, timeout=0) == ()


async def test_python_telegram_bot_carries_files_unchanged(place: Place, ptb: telegram.Bot) -> None:
    data = os.urandom(100_000)
    sent = await ptb.send_document(place.customer.id, io.BytesIO(data), filename="звіт.bin")
    assert sent.document is not None
    assert sent.document.file_name == "звіт.bin"
    file = await sent.document.get_file()
    assert bytes(await file.download_as_bytearray()) == data


async def test_python_telegram_bot_understands_errors(place: Place, ptb: telegram.Bot) -> None:
    place.customer.blocks(place.bot)
    with pytest.raises(telegram.error.Forbidden, match="bot was blocked by the user"):
        await ptb.send_message(place.customer.id, "x")
    place.sandbox.faults.next(do="429", retry_after=9)
    with pytest.raises(telegram.error.RetryAfter) as flood:
        await ptb.get_me()
    assert flood.value.retry_after == timedelta(seconds=9)
