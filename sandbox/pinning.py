"""Pinning and unpinning, whoever does it."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.chats import Chat
from sandbox.messages import Message
from sandbox.posting import announce, emit
from sandbox.world import World


def pin(world: World, chat: Chat, message: Message, by: int) -> None:
    """Pin, and say so in the message's topic; pinning twice does nothing."""
    if message.id in chat.pinned:
        return
    chat.pinned.append(message.id)
    announce(world, chat, by, "pinned_message", {"id": message.id}, thread=message.thread)
    emit(world, "pin", chat, message.thread, message_id=message.id, pinned=True)


def unpin(world: World, chat: Chat, numbers: Iterable[int]) -> None:
    """Unpin; Telegram posts nothing about it."""
    gone = set(numbers) & set(chat.pinned)
    chat.pinned = [number for number in chat.pinned if number not in gone]
    for number in gone:
        thread = chat.messages[number].thread
        emit(world, "pin", chat, thread, message_id=number, pinned=False)
