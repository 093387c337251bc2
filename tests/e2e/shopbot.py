"""A bot of a few lines over plain HTTP, so that the page has somebody to talk to."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp

from sandbox import demo

Json = dict[str, Any]
KEYS = {"inline_keyboard": [[{"text": "Thanks", "callback_data": "thanks"}]]}


class ShopBot:
    """Copies a customer's words into a topic of theirs, and answers back; and the other way."""

    def __init__(self, url: str, group: int) -> None:
        self._url = f"{url}/bot{demo.TOKEN}"
        self._group = group
        self._topics: dict[int, int] = {}

    async def run(self) -> None:
        """Poll until cancelled."""
        async with aiohttp.ClientSession() as self._http:
            offset = 0
            while True:
                try:
                    updates = await self._call("getUpdates", offset=offset, timeout=20)
                except aiohttp.ClientError:  # the sandbox is away for a while
                    await asyncio.sleep(0.1)
                    continue
                for update in updates:
                    offset = update["update_id"] + 1
                    await self._handle(update)

    async def _handle(self, update: Json) -> None:
        if query := update.get("callback_query"):
            await self._call("answerCallbackQuery", callback_query_id=query["id"], text="Welcome!")
        elif message := update.get("message"):
            await self._hear(message)

    async def _hear(self, message: Json) -> None:
        if message["chat"]["type"] == "private":
            await self._to_topic(message)
        elif message["from"]["is_bot"] is False and message.get("is_topic_message"):
            await self._to_customer(message)

    async def _to_topic(self, message: Json) -> None:
        customer = message["chat"]["id"]
        if message.get("text") == "/start":
            return
        if customer not in self._topics:
            topic = await self._call(
                "createForumTopic", chat_id=self._group, name=message["from"]["first_name"]
            )
            self._topics[customer] = topic["message_thread_id"]
        thread = self._topics[customer]
        source = {"from_chat_id": customer, "message_id": message["message_id"]}
        await self._call("copyMessage", chat_id=self._group, message_thread_id=thread, **source)
        await self._call("sendMessage", chat_id=customer, text="Received", reply_markup=KEYS)

    async def _to_customer(self, message: Json) -> None:
        for customer, thread in self._topics.items():
            if thread == message["message_thread_id"] and "text" in message:
                await self._call("sendMessage", chat_id=customer, text=message["text"])

    async def _call(self, method: str, **params: Any) -> Any:
        async with self._http.post(f"{self._url}/{method}", json=params) as answer:
            said = await answer.json()
        assert said["ok"], said
        return said["result"]


async def ended(task: asyncio.Task[None]) -> None:
    """Cancel the bot; what it died of earlier is raised here."""
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        return
