"""deleteMessage and deleteMessages."""

from __future__ import annotations

from sandbox.chats import Chat
from sandbox.errors import bad
from sandbox.messages import FOREVER, Message
from sandbox.methods.call import Call, method
from sandbox.methods.copying import read_ids
from sandbox.methods.target import find_message, open_chat
from sandbox.posting import remove

LIFE = 48 * 3600
DICE_LIFE = 24 * 3600  # in private chats dice stay at least so long


@method("deleteMessage")
def delete_message(call: Call) -> bool:
    """Bot API: deleteMessage."""
    chat = open_chat(call)
    message = find_message(call, chat, "delete")
    if not _may_delete(call, chat, message):
        everyone = chat.private or message.sender == call.bot.id
        raise bad(f"message can't be deleted{' for everyone' if everyone else ''}")
    remove(call.world, chat, message)
    return True


@method("deleteMessages")
def delete_messages(call: Call) -> bool:
    """Bot API: deleteMessages. Leaves out what is gone already."""
    chat = open_chat(call)
    found = [chat.messages[n] for n in read_ids(call) if n in chat.messages]
    if not all(_may_delete(call, chat, message) for message in found):
        raise bad("message can't be deleted")
    for message in found:
        remove(call.world, chat, message)
    return True


def _may_delete(call: Call, chat: Chat, message: Message) -> bool:
    if message.kind in FOREVER:
        return False
    age = call.world.now() - message.date
    if age > LIFE or (chat.private and message.kind == "dice" and age < DICE_LIFE):
        return False
    if chat.private or message.sender == call.bot.id:
        return True
    return chat.admin_may(call.bot.id, "can_delete_messages")
