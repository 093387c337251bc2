"""For whom alone a message is sent, and whether it may be (Bot API: EphemeralMessageParameters)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.chats import Chat
from sandbox.errors import bad
from sandbox.messages import CONTENT_KINDS
from sandbox.methods.call import Call
from sandbox.params import Params

Json = dict[str, Any]

KINDS = CONTENT_KINDS - {"poll", "dice"}
WINDOW = 15  # seconds in which a bot that is no admin may answer


@dataclass(frozen=True, slots=True)
class Aside:
    """Who alone is to see a message; `replaces` is the one in whose place they see it."""

    receiver: int
    replaces: int = 0


def asked(params: Params) -> bool:
    """Whether a call asks for an ephemeral message, in today's way or that of Bot API 10.2."""
    return params.has("ephemeral_message_parameters") or params.has("receiver_user_id")


def read(call: Call, chat: Chat, kind: str) -> Aside | None:
    """Who is to see the message of this call; None for everybody."""
    if not asked(call.params) or call.world.ephemeral == "unknown":
        return None
    if kind not in KINDS:
        raise bad("ephemeral messages can't have this content")
    if chat.private:
        raise bad("ephemeral messages can be sent only to groups and supergroups")
    given = _given(call)
    receiver = given.integer("receiver_user_id")
    _check_receiver(call, chat, receiver)
    pressed = _pressed(call, chat, receiver, given)
    if not chat.is_admin(call.bot.id) and not pressed and not _answers(call, chat, receiver):
        raise bad("CHAT_ADMIN_REQUIRED")
    if not given.flag("replace_callback_query_message"):
        return Aside(receiver)
    if not pressed:
        raise bad("message to replace can't be shown in another's place")
    return Aside(receiver, pressed)


def _given(call: Call) -> Params:
    inner = call.params.mapping("ephemeral_message_parameters", "EphemeralMessageParameters")
    if inner is None:
        names = ("receiver_user_id", "callback_query_id")
        inner = {name: call.params.values.get(name) for name in names}
    if not inner.get("receiver_user_id"):
        raise bad("can't parse EphemeralMessageParameters: Can't find field \"receiver_user_id\"")
    return call.params.within(inner)


def _check_receiver(call: Call, chat: Chat, receiver: int) -> None:
    user = call.world.users.get(receiver)
    if user is None:
        raise bad("user not found")
    if user.is_bot:
        raise bad("USER_BOT_INVALID")
    if not chat.has(receiver):
        raise bad("USER_NOT_PARTICIPANT")


def _pressed(call: Call, chat: Chat, receiver: int, given: Params) -> int:
    """The message whose button the receiver has pressed just now; -1 for an ephemeral one."""
    if not given.has("callback_query_id"):
        return 0
    pressed = call.world.callbacks.known(given.text("callback_query_id"), call.bot.id)
    fits = pressed and (pressed.user, pressed.chat) == (receiver, chat.id)
    if not pressed or not fits or call.world.clock() - pressed.at > WINDOW:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    if given.flag("replace_callback_query_message") and not pressed.message:
        raise bad("message to replace is an ephemeral one")
    return pressed.message or -1


def _answers(call: Call, chat: Chat, receiver: int) -> bool:
    """Whether it is the answer to an ephemeral command that the receiver has just sent."""
    inner = call.params.mapping("reply_parameters", "reply parameters") or {}
    command = chat.ephemerals.get(call.params.within(inner).integer("ephemeral_message_id"))
    return command is not None and command.sender == receiver
