"""Reading what a sent message replies to (Bot API: ReplyParameters)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.chats import Chat
from sandbox.entities import parse
from sandbox.errors import bad
from sandbox.messages import Message
from sandbox.methods import aside
from sandbox.methods.call import Call
from sandbox.methods.target import open_chat
from sandbox.params import Params
from sandbox.replying import external_reply, quote_of

Json = dict[str, Any]

QUOTE_LIMIT = 1024


@dataclass(slots=True)
class Reply:
    """The parts of a message that tell what it replies to."""

    to: int = 0
    quote: Json | None = None
    external: Json | None = None


def read_reply(call: Call, chat: Chat) -> Reply:
    """Read `reply_parameters`, or the older `reply_to_message_id`."""
    inner = _given(call)
    if inner.has("ephemeral_message_id") and call.world.ephemeral != "unknown":
        return _whispered(call, chat, inner.integer("ephemeral_message_id"))
    number = inner.integer("message_id")
    if not number:
        return Reply()
    source = _source(call, chat, inner)
    target = source.messages.get(number)
    if target is None:
        without = inner.flag("allow_sending_without_reply") and not aside.asked(call.params)
        if source is chat and without:
            return Reply()
        raise bad("message to be replied not found")
    quote = _quote(inner, target)
    thread = call.params.integer("message_thread_id")
    if source is chat and (not thread or not chat.is_forum or target.thread == thread):
        return Reply(target.id, quote)
    return Reply(0, quote, external_reply(call.world, source, target))


def _whispered(call: Call, chat: Chat, number: int) -> Reply:
    """An ephemeral message is answered by another one, and soon; the answer does not show it."""
    if not aside.asked(call.params):
        raise bad("a reply to an ephemeral message must be ephemeral")
    target = chat.ephemerals.get(number)
    late = target is None or call.world.now() - target.date > aside.WINDOW
    if target is None or late or target.receiver != call.bot.id:
        raise bad("message to be replied not found")
    return Reply()


def _given(call: Call) -> Params:
    given = call.params.mapping("reply_parameters", "reply parameters")
    if given is None:
        given = {
            "message_id": call.params.values.get("reply_to_message_id"),
            "allow_sending_without_reply": call.params.flag("allow_sending_without_reply"),
        }
    return call.params.within(given)


def _source(call: Call, chat: Chat, inner: Params) -> Chat:
    if not inner.has("chat_id") or inner.text("chat_id") == str(chat.id):
        return chat
    return open_chat(Call(call.world, call.bot, inner))


def _quote(inner: Params, target: Message) -> Json | None:
    if not inner.has("quote"):
        return None
    text, entities = parse(
        inner, text_key="quote", entities_key="quote_entities", limit=QUOTE_LIMIT
    )
    return quote_of(target, text, entities, inner.integer("quote_position"))
