"""What Telegram answers instead of a result, told apart by its words.

Descriptions are free text with codes in capitals among them, so they are matched by parts,
whatever the case.
"""

from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiohttp import ClientConnectorError, ConnectionTimeoutError

from bot.desk.outbox.carrying import TryLater, Undeliverable

WRONG_TOKEN_WAIT = 60.0  # seconds


class Refused(Undeliverable):
    """Telegram refuses this call, and would refuse it again."""

    word = "rejected"

    def __init__(self, detail: str = "") -> None:
        super().__init__(self.word, detail)


class Blocked(Refused):
    """The person has blocked the bot."""

    word = "blocked"


class Unreachable(Refused):
    """The person has never started the bot."""

    word = "unreachable"


class NoAccess(Refused):
    """The chat is gone, or the bot is no longer in it."""

    word = "gone"


class NoMember(Refused):
    """The person is not in the group."""

    word = "no member"


class NoRights(Refused):
    """The bot lacks a right in the group."""

    word = "no rights"


class NotForum(NoRights):
    """The group has no topics (any more)."""


class TopicGone(Refused):
    """The topic was deleted or archived."""

    word = "no topic"


class TopicClosed(Refused):
    """The topic is closed, and the bot may not write into it."""

    word = "closed topic"


class BadIcon(Refused):
    """The topic's icon is refused: Telegram has it no more, or lends it to others only."""

    word = "icon"


class NotModified(Refused):
    """It is already as it should be."""

    word = "not modified"


class Missing(Refused):
    """The message to act on is not there."""

    word = "no message"


class ReplyGone(Missing):
    """The message to reply to is not there."""


class BadQuote(Refused):
    """The quoted text does not occur in the message replied to."""

    word = "quote"


class Protected(Refused):
    """The message must not be forwarded."""

    word = "protected"


class CannotCopy(Refused):
    """A message of this kind can be neither copied nor forwarded."""

    word = "kind"


class FileAway(Refused):
    """Telegram cannot get at the file just now."""

    word = "file"


class NoPhoto(Refused):
    """Telegram does not take this file for a photo, or for what else it is called."""

    word = "kind"


class CallTooLarge(Refused):
    """All that is sent with one call is more than 50 MB."""


class FileTooLarge(Refused):
    """Bots cannot download files of more than 20 MB."""

    word = "too large"


class TooOld(Refused):
    """The message can no longer be deleted: bots have 48 hours for it."""

    word = "too old"


class NotEditable(Refused):
    """The message cannot be edited: it is a forward, or not ours."""

    word = "not editable"


class NoReaction(Refused):
    """This reaction is not allowed here."""

    word = "reaction"


class Moved(Refused):
    """The group became a supergroup, with a new id and none of its message ids."""

    word = "moved"

    def __init__(self, detail: str, chat_id: int) -> None:
        super().__init__(detail)
        self.chat_id = chat_id


BAD: tuple[tuple[type[Refused], tuple[str, ...]], ...] = (
    (TopicGone, ("thread not found", "topic_deleted", "topic_id_invalid", "topic identifier")),
    (TopicClosed, ("topic_closed",)),
    (BadIcon, ("document_invalid", "topic_icon", "custom emoji")),
    (NotModified, ("not modified", "not_modified")),
    (NotForum, ("is not a forum", "not a supergroup forum")),
    (NoRights, ("not enough rights", "have no rights", "admin_required", "administrator rights")),
    (BadQuote, ("quote_text_invalid",)),
    (ReplyGone, ("message to be replied not found", "replied message not found")),
    (Missing, ("to edit not found", "to delete not found", "to react not found")),
    (Missing, ("to copy not found", "to forward not found", "to pin not found")),
    (Missing, ("message_id_invalid", "message not found")),
    (Protected, ("protected content",)),
    (FileAway, ("wrong file", "wrong remote file", "temporarily unavailable", "failed to get")),
    (NoPhoto, ("photo_invalid_dimensions", "image_process_failed", "too big for a photo")),
    (NoPhoto, ("can't use file of type",)),
    (FileTooLarge, ("file is too big",)),
    (TooOld, ("can't be deleted",)),
    (NotEditable, ("can't be edited",)),
    (CannotCopy, ("can't be copied", "can't be forwarded", "can't copy", "can't forward")),
    (NoReaction, ("reaction_invalid", "reactions_too_many", "reaction_empty")),
    (NoMember, ("participant_id_invalid", "member not found", "user_not_participant")),
    (NoAccess, ("chat not found", "chat was deleted", "user not found", "peer_id_invalid")),
)
FORBIDDEN: tuple[tuple[type[Refused], tuple[str, ...]], ...] = (
    (Blocked, ("blocked by the user",)),
    (Unreachable, ("can't initiate conversation",)),
    (NoAccess, ("deactivated", "was kicked", "not a member", "was deleted", "to the bot")),
    (NoRights, ("rights",)),
)


def translated(error: AiogramError) -> TryLater | Undeliverable:
    """What an exception of aiogram's means for a delivery."""
    if isinstance(error, TelegramMigrateToChat):
        return Moved(error.message, error.migrate_to_chat_id)
    return _passing(error) or _refusal(error)


def _passing(error: AiogramError) -> TryLater | None:
    """What will pass by itself."""
    if isinstance(error, TelegramRetryAfter):
        hold = str(getattr(error.method, "chat_id", "") or "") or None
        return TryLater(error.message, after=float(error.retry_after), certain=True, hold=hold)
    if isinstance(error, TelegramNetworkError) and not isinstance(error, TelegramEntityTooLarge):
        never_left = isinstance(error.__cause__, ClientConnectorError | ConnectionTimeoutError)
        return TryLater(error.message, certain=never_left)
    if isinstance(error, TelegramServerError | ClientDecodeError):
        return TryLater(error.message, certain=False)
    if isinstance(error, TelegramUnauthorizedError | TelegramConflictError):
        return TryLater(error.message, after=WRONG_TOKEN_WAIT, certain=True)
    return None


def _refusal(error: AiogramError) -> Refused:
    said = getattr(error, "message", str(error))
    if isinstance(error, TelegramEntityTooLarge):
        return CallTooLarge(said)
    table = FORBIDDEN if isinstance(error, TelegramForbiddenError) else BAD
    for refusal, parts in table:
        if any(part in said.lower() for part in parts):
            return refusal(said)
    return Refused(said)
