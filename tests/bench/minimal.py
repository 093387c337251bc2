"""The ceiling: a bridge that stores nothing. aiogram as it comes, two handlers, two dicts."""

import os

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message

GROUP = int(os.environ["OPERATOR_GROUP_ID"])
topics: dict[int, int] = {}
customers: dict[int, int] = {}
dispatcher = Dispatcher()


@dispatcher.message(F.chat.type == "private", F.text.startswith("№"))
async def from_customer(message: Message, bot: Bot) -> None:
    """Into the customer's topic; the first words open it."""
    customer = message.chat.id
    if customer not in topics:
        topic = await bot.create_forum_topic(GROUP, message.chat.full_name)
        topics[customer] = topic.message_thread_id
        customers[topic.message_thread_id] = customer
    await message.copy_to(GROUP, message_thread_id=topics[customer])


@dispatcher.message(F.chat.id == GROUP, F.text.startswith("№"))
async def from_operator(message: Message) -> None:
    """To the customer whose topic it is."""
    if message.message_thread_id in customers:
        await message.copy_to(customers[message.message_thread_id])


if __name__ == "__main__":
    server = TelegramAPIServer.from_base(os.environ["TELEGRAM_API_URL"])
    bot = Bot(os.environ["BOT_TOKEN"], session=AiohttpSession(api=server))
    dispatcher.run_polling(bot, handle_signals=True)
