"""What Telegram's answers mean for a delivery."""

import pytest
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import SendMessage

from bot.desk.outbox.carrying import TryLater, Undeliverable
from bot.telegram import refusals
from bot.telegram.refusals import translated

METHOD = SendMessage(chat_id=-100, text="x")

BAD = [
    ("Bad Request: message thread not found", refusals.TopicGone),
    ("Bad Request: TOPIC_DELETED", refusals.TopicGone),
    ("Bad Request: TOPIC_CLOSED", refusals.TopicClosed),
    ("Bad Request: TOPIC_NOT_MODIFIED", refusals.NotModified),
    ("Bad Request: message is not modified: specified new message …", refusals.NotModified),
    ("Bad Request: PARTICIPANT_ID_INVALID", refusals.NoMember),
    ("Bad Request: member not found", refusals.NoMember),
    ("Bad Request: the chat is not a forum", refusals.NotForum),
    ("Bad Request: not enough rights to create a topic", refusals.NoRights),
    ("Bad Request: QUOTE_TEXT_INVALID", refusals.BadQuote),
    ("Bad Request: message to be replied not found", refusals.ReplyGone),
    ("Bad Request: message to edit not found", refusals.Missing),
    ("Bad Request: message to copy not found", refusals.Missing),
    ("Bad Request: message has protected content and can't be forwarded", refusals.Protected),
    ("Bad Request: wrong file identifier/HTTP URL specified", refusals.FileAway),
    ("Bad Request: wrong file_id or the file is temporarily unavailable", refusals.FileAway),
    ("Bad Request: failed to get HTTP URL content", refusals.FileAway),
    ("Bad Request: can't use file of type Document as Photo", refusals.NoPhoto),
    ("Bad Request: file of size 10485761 bytes is too big for a photo; …", refusals.NoPhoto),
    ("Bad Request: message can't be deleted for everyone", refusals.TooOld),
    ("Bad Request: message can't be edited", refusals.NotEditable),
    ("Bad Request: messages can't be forwarded", refusals.CannotCopy),
    ("Bad Request: REACTION_INVALID", refusals.NoReaction),
    ("Bad Request: chat not found", refusals.NoAccess),
    ("Bad Request: something never heard of", refusals.Refused),
]
FORBIDDEN = [
    ("Forbidden: bot was blocked by the user", refusals.Blocked),
    ("Forbidden: user is deactivated", refusals.NoAccess),
    ("Forbidden: bot can't initiate conversation with a user", refusals.Unreachable),
    ("Forbidden: bot was kicked from the supergroup chat", refusals.NoAccess),
    ("Forbidden: bot is not a member of the supergroup chat", refusals.NoAccess),
    ("Forbidden: the bot can't send messages to the bot", refusals.NoAccess),
]


@pytest.mark.parametrize(("said", "kind"), BAD)
def test_bad_requests_are_told_apart(said: str, kind: type[Undeliverable]) -> None:
    refusal = translated(TelegramBadRequest(METHOD, said))
    assert type(refusal) is kind
    assert isinstance(refusal, Undeliverable)
    assert refusal.detail == said


@pytest.mark.parametrize(("said", "kind"), FORBIDDEN)
def test_the_forbidden_is_told_apart(said: str, kind: type[Undeliverable]) -> None:
    assert type(translated(TelegramForbiddenError(METHOD, said))) is kind


def test_a_flood_wait_names_its_chat() -> None:
    trouble = translated(TelegramRetryAfter(METHOD, "Too Many Requests", 35))
    assert isinstance(trouble, TryLater)
    assert (trouble.after, trouble.certain, trouble.hold) == (35.0, True, "-100")


@pytest.mark.parametrize(
    "error",
    [
        TelegramServerError(METHOD, "Internal Server Error: restart"),
        TelegramNetworkError(METHOD, "Request timeout error"),
        ClientDecodeError("Failed to decode object", ValueError("html"), "<html>"),
    ],
)
def test_a_lost_answer_is_uncertain(error: AiogramError) -> None:
    trouble = translated(error)
    assert isinstance(trouble, TryLater)
    assert not trouble.certain


def test_a_file_too_large_is_never_sent_again() -> None:
    trouble = translated(TelegramEntityTooLarge(METHOD, "Request Entity Too Large"))
    assert isinstance(trouble, Undeliverable)


def test_a_move_brings_the_new_id() -> None:
    moved = translated(TelegramMigrateToChat(METHOD, "upgraded", -1009))
    assert isinstance(moved, refusals.Moved)
    assert moved.chat_id == -1009
