"""sendMessage and the way every sent message takes."""

from __future__ import annotations

from typing import Any

from sandbox import keyboards
from sandbox.chats import Chat
from sandbox.entities import parse
from sandbox.ephemeral import whisper
from sandbox.errors import bad
from sandbox.messages import Message
from sandbox.methods import aside
from sandbox.methods.call import Call, method
from sandbox.methods.replies import Reply, read_reply
from sandbox.methods.target import open_chat, thread_for
from sandbox.posting import post
from sandbox.rights import right_to_send
from sandbox.showing import message_json

Json = dict[str, Any]


def check_may_send(chat: Chat, user: int, kind: str) -> None:
    """Refuse what the chat's permissions do not let the bot send."""
    right, name = right_to_send(kind)
    if not chat.may(user, right):
        raise bad(f"not enough rights to send {name} to the chat")


@method("sendMessage")
def send_message(call: Call) -> Json:
    """Bot API: sendMessage."""
    chat = open_chat(call)
    text, entities = parse(call.params, find_user=call.world.find_user)
    content: Json = {"text": text}
    if entities:
        content["entities"] = entities
    if preview := call.params.mapping("link_preview_options", "link preview options"):
        content["link_preview_options"] = preview
    return send(call, chat, "text", content)


def send(call: Call, chat: Chat, kind: str, content: Json) -> Json:
    """Post what a bot sends, for all or for one to see, and return its Message."""
    only = aside.read(call, chat, kind)
    message = _made(call, chat, kind, content)
    if only is None:
        post(call.world, chat, message)
    else:
        message.replaces, message.quote = max(0, only.replaces), None
        message.markup = ephemeral_markup(message.markup)
        whisper(call.world, chat, message, only.receiver)
    return message_json(call.world, chat, message, call.bot.id)


def ephemeral_markup(markup: Json | None) -> Json | None:
    """The keyboard of an ephemeral message. Bot API: login_url is not for those."""
    rows = (markup or {}).get("inline_keyboard", [])
    if markup and "inline_keyboard" not in markup:
        raise bad("inline keyboard expected")
    if any("login_url" in button for row in rows for button in row):
        raise bad("BUTTON_TYPE_INVALID")
    return markup


def prepare(call: Call, chat: Chat, kind: str, content: Json) -> Message:
    """A message with everything the common parameters say, checked but not yet posted.

    What is prepared and not sent is for all: to leave out for whom it is would hide a leak.
    """
    if aside.asked(call.params) and call.world.ephemeral != "unknown":
        raise bad("ephemeral messages can't be sent by this method")
    return _made(call, chat, kind, content)


def _made(call: Call, chat: Chat, kind: str, content: Json) -> Message:
    reply = read_reply(call, chat)
    thread = thread_for(call, chat, reply.to)
    check_may_send(chat, call.bot.id, kind)
    message = Message(0, call.world.now(), call.bot.id, kind, content, thread=thread)
    message.markup = keyboards.read(call.params, chat.type)
    _apply(message, reply)
    message.protected = call.params.flag("protect_content") or chat.protected
    message.effect = read_effect(call, chat)
    return message


def _apply(message: Message, reply: Reply) -> None:
    message.reply_to = reply.to
    message.quote = reply.quote
    message.external_reply = reply.external


def read_effect(call: Call, chat: Chat) -> str:
    """`message_effect_id`, which works in private chats only."""
    effect = call.params.text("message_effect_id")
    if effect and not chat.private:
        raise bad("can't use message effects in the chat")
    return effect
