"""Pinned messages."""

from __future__ import annotations

from sandbox.chats import Chat
from sandbox.errors import bad
from sandbox.methods.call import Call, method
from sandbox.methods.target import find_message, forum, open_chat
from sandbox.pinning import pin, unpin

_NO_RIGHT = "not enough rights to manage pinned messages in the chat"


def _check(call: Call, chat: Chat) -> Chat:
    if not chat.may(call.bot.id, "can_pin_messages"):
        raise bad(_NO_RIGHT)
    return chat


@method("pinChatMessage")
def pin_message(call: Call) -> bool:
    """Bot API: pinChatMessage. Posts `pinned_message`, which comes back to the bot too."""
    chat = _check(call, open_chat(call))
    message = find_message(call, chat, "pin")
    if message.service:
        raise bad("service messages can't be pinned")
    pin(call.world, chat, message, call.bot.id)
    return True


@method("unpinChatMessage")
def unpin_message(call: Call) -> bool:
    """Bot API: unpinChatMessage; without an id the newest pinned one."""
    chat = _check(call, open_chat(call))
    if call.params.has("message_id"):
        number = find_message(call, chat, "unpin").id
    elif chat.pinned:
        number = max(chat.pinned)
    else:
        raise bad("message to unpin not found")
    unpin(call.world, chat, [number])
    return True


@method("unpinAllChatMessages")
def unpin_all(call: Call) -> bool:
    """Bot API: unpinAllChatMessages."""
    chat = _check(call, open_chat(call))
    unpin(call.world, chat, chat.pinned)
    return True


@method("unpinAllForumTopicMessages")
def unpin_topic(call: Call) -> bool:
    """Bot API: unpinAllForumTopicMessages."""
    return _unpin_thread(call, call.params.integer("message_thread_id"))


@method("unpinAllGeneralForumTopicMessages")
def unpin_general(call: Call) -> bool:
    """Bot API: unpinAllGeneralForumTopicMessages."""
    return _unpin_thread(call, 0)


def _unpin_thread(call: Call, thread: int) -> bool:
    chat = _check(call, forum(call))
    if thread and thread not in chat.topics:
        raise bad("message thread not found")
    unpin(call.world, chat, [n for n in chat.pinned if chat.messages[n].thread == thread])
    return True
