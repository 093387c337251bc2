"""copyMessage, forwardMessage and their plural forms."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

from sandbox.chats import Chat
from sandbox.entities import caption
from sandbox.errors import bad
from sandbox.messages import CAPTION_KINDS, Message
from sandbox.methods.call import Call, method
from sandbox.methods.sending import check_may_send, prepare
from sandbox.methods.target import open_chat, readable_chat, thread_for
from sandbox.origins import origin_of
from sandbox.polls import question
from sandbox.posting import post
from sandbox.showing import message_json

Json = dict[str, Any]

MOST = 100


def _source(call: Call) -> Chat:
    return readable_chat(call, "from_chat_id")


@method("copyMessage")
def copy_message(call: Call) -> Json:
    """Bot API: copyMessage. Bots may copy protected content."""
    chat = open_chat(call)
    original = _source(call).messages.get(call.params.integer("message_id"))
    if original is None:
        raise bad("message to copy not found")
    if not original.copyable:
        raise bad("message can't be copied")
    content = _copied(call, original)
    if original.kind in CAPTION_KINDS and call.params.given("caption"):
        content = _recaptioned(call, content)
    message = prepare(call, chat, original.kind, content)
    post(call.world, chat, message)
    return {"message_id": message.id}


def _copied(call: Call, original: Message) -> Json:
    if original.kind == "poll":
        return {"poll": call.world.add_poll(question(original.content["poll"]), call.bot.id).shown}
    return original.content


def _recaptioned(call: Call, content: Json) -> Json:
    kept = {k: v for k, v in content.items() if k not in ("caption", "caption_entities")}
    text, entities = caption(call.params, call.world.find_user)
    kept |= {"caption": text} if text else {}
    return kept | ({"caption_entities": entities} if entities else {})


@method("forwardMessage")
def forward_message(call: Call) -> Json:
    """Bot API: forwardMessage."""
    chat = open_chat(call)
    source = _source(call)
    original = source.messages.get(call.params.integer("message_id"))
    if original is None:
        raise bad("message to forward not found")
    if original.protected or source.protected:
        raise bad("message has protected content and can't be forwarded")
    if not original.copyable:
        raise bad("message can't be forwarded")
    message = _forwarded(call, chat, source, original)
    post(call.world, chat, message)
    return message_json(call.world, chat, message, call.bot.id)


def _forwarded(call: Call, chat: Chat, source: Chat, original: Message) -> Message:
    message = _again(call, chat, original, original.content)
    message.origin = origin_of(call.world, source, original)
    return message


def _again(call: Call, chat: Chat, original: Message, content: Json) -> Message:
    """The same content in another message of this bot."""
    check_may_send(chat, call.bot.id, original.kind)
    thread = thread_for(call, chat)
    message = Message(0, call.world.now(), call.bot.id, original.kind, content, thread=thread)
    message.protected = call.params.flag("protect_content") or chat.protected
    return message


@method("copyMessages")
def copy_messages(call: Call) -> list[Json]:
    """Bot API: copyMessages. Albums stay albums; what can't be copied is left out."""
    chat = open_chat(call)
    messages = []
    for original in _originals(call):
        content = _copied(call, original)
        if call.params.flag("remove_caption"):
            words = ("caption", "caption_entities")
            content = {k: v for k, v in content.items() if k not in words}
        message = _again(call, chat, original, content)
        message.album = original.album
        messages.append(message)
    return _post_all(call, chat, messages)


@method("forwardMessages")
def forward_messages(call: Call) -> list[Json]:
    """Bot API: forwardMessages. Albums stay albums; what can't be forwarded is left out."""
    chat = open_chat(call)
    source = _source(call)
    originals = [m for m in _originals(call) if not m.protected and not source.protected]
    if not originals:
        raise bad("messages can't be forwarded")
    messages = []
    for original in originals:
        message = _forwarded(call, chat, source, original)
        message.album = original.album
        messages.append(message)
    return _post_all(call, chat, messages)


def _originals(call: Call) -> list[Message]:
    numbers = read_ids(call)
    if any(late <= early for early, late in pairwise(numbers)):
        raise bad("message identifiers must be in a strictly increasing order")
    found = [_source(call).messages.get(number) for number in numbers]
    kept = [message for message in found if message and message.copyable]
    if not kept:
        raise bad("messages can't be forwarded")
    return kept


def read_ids(call: Call) -> list[int]:
    """`message_ids`: 1 to 100 numbers."""
    given = call.params.array("message_ids", "message identifiers")
    if not given:
        raise bad("message identifiers are not specified")
    if len(given) > MOST:
        raise bad("too many message identifiers specified")
    try:
        return [int(number) for number in given]
    except (TypeError, ValueError):
        raise bad("message identifier is not a Number") from None


def _post_all(call: Call, chat: Chat, messages: list[Message]) -> list[Json]:
    sizes = Counter(message.album for message in messages if message.album)
    albums = {album: call.world.new_album() for album, size in sizes.items() if size > 1}
    for message in messages:
        message.album = albums.get(message.album, "")
        post(call.world, chat, message)
    return [{"message_id": message.id} for message in messages]
