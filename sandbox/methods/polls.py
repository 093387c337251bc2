"""sendPoll and stopPoll."""

from __future__ import annotations

from typing import Any

from sandbox import keyboards
from sandbox.entities import parse
from sandbox.errors import bad
from sandbox.methods.call import Call, method
from sandbox.methods.sending import send
from sandbox.methods.target import open_chat
from sandbox.posting import tell_page

Json = dict[str, Any]

QUESTION_LIMIT = 300
OPTION_LIMIT = 100
MOST_OPTIONS = 12


@method("sendPoll")
def send_poll(call: Call) -> Json:
    """Bot API: sendPoll."""
    chat = open_chat(call)
    if not call.params.has("question"):
        raise bad("poll question must be non-empty")
    question, entities = parse(
        call.params,
        text_key="question",
        entities_key="question_entities",
        limit=QUESTION_LIMIT,
        find_user=call.world.find_user,
    )
    fields: Json = {
        "question": question,
        "options": _options(call),
        "is_anonymous": call.params.flag("is_anonymous", True),
        "type": call.params.text("type") or "regular",
        "allows_multiple_answers": call.params.flag("allows_multiple_answers"),
        "is_closed": call.params.flag("is_closed"),
    }
    if entities:
        fields["question_entities"] = entities
    if fields["type"] == "quiz":
        fields["correct_option_ids"] = _correct(call, len(fields["options"]))
    poll = call.world.add_poll(fields, call.bot.id)
    return send(call, chat, "poll", {"poll": poll.shown})


def _options(call: Call) -> list[str]:
    given = call.params.array("options", "poll options")
    if given is None:
        raise bad('parameter "options" is required')
    texts = [str(item.get("text", "")) if isinstance(item, dict) else str(item) for item in given]
    if len(texts) > MOST_OPTIONS:
        raise bad(f"poll can't have more than {MOST_OPTIONS} options")
    if not texts:
        raise bad("poll must have at least 1 option")
    if not all(text.strip() for text in texts):
        raise bad("poll options must be non-empty")
    if any(len(text) > OPTION_LIMIT for text in texts):
        raise bad(f"poll options length must not exceed {OPTION_LIMIT}")
    return texts


def _correct(call: Call, options: int) -> list[int]:
    """The right answers of a quiz, by `correct_option_ids` or the older single one."""
    given = call.params.array("correct_option_ids", "correct option identifiers")
    if not given:
        given = [call.params.integer("correct_option_id", -1)]
    if not all(isinstance(number, int) and 0 <= number < options for number in given):
        raise bad("wrong correct option ID specified")
    return given


@method("stopPoll")
def stop_poll(call: Call) -> Json:
    """Bot API: stopPoll."""
    chat = open_chat(call)
    message = chat.messages.get(call.params.integer("message_id"))
    if message is None or message.kind != "poll":
        raise bad("message with poll to stop not found")
    if message.sender != call.bot.id or message.origin:
        raise bad("poll can't be stopped")
    shown: Json = message.content["poll"]
    if shown["is_closed"]:
        raise bad("poll has already been closed")
    shown["is_closed"] = True
    message.markup = keyboards.read(call.params, chat.type, only_inline=True)
    tell_page(call.world, chat, message, "edited")
    return shown
