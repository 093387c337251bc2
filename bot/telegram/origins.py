"""Where words come from: who said them first, in which chat, and what they are."""

from aiogram.types import (
    Chat,
    ExternalReplyInfo,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUnion,
    MessageOriginUser,
    User,
)

from bot.desk.words import clean_name

SUPERGROUPS = 1_000_000_000_000  # their ids are below minus this (Bot API: Dialog IDs)
FILES = ("animation", "document", "audio", "voice", "video", "video_note", "sticker", "live_photo")
OTHERS = (
    *("photo", "paid_media", "story", "checklist", "contact", "dice", "game", "giveaway"),
    *("giveaway_winners", "invoice", "venue", "location", "poll"),
)


def visible(user: User) -> str:
    """A person's name that does no harm."""
    return clean_name(user.full_name) or user.username or str(user.id)


def name_of(origin: MessageOriginUnion | None) -> str:
    """Whose words they were first, by a name that does no harm."""
    match origin:
        case MessageOriginUser(sender_user=user):
            return visible(user)
        case MessageOriginHiddenUser(sender_user_name=name):
            return clean_name(name)
        case MessageOriginChat(sender_chat=chat) | MessageOriginChannel(chat=chat):
            return clean_name(chat.full_name)
    return ""


def kind_of(answered: ExternalReplyInfo) -> str:
    """Telegram's name of the kind; "" for words."""
    found = [kind for kind in (*FILES, *OTHERS) if getattr(answered, kind, None)]
    return found[0] if found else ""


def url(chat: Chat | None, message_id: int | None) -> str:
    """Where members of that chat see it. Private chats have no such address."""
    if chat is None or message_id is None:
        return ""
    if chat.username:
        return f"https://t.me/{chat.username}/{message_id}"
    return address(chat.id, message_id) if -chat.id > SUPERGROUPS else ""


def address(chat_id: int, message_id: int) -> str:
    """Where members of a private supergroup see a post of it, or a topic."""
    return f"https://t.me/c/{-chat_id - SUPERGROUPS}/{message_id}"
