"""Which permission each kind of message needs."""

from __future__ import annotations

_RIGHTS = {
    "text": ("can_send_messages", "text messages"),
    "photo": ("can_send_photos", "photos"),
    "live_photo": ("can_send_photos", "photos"),
    "video": ("can_send_videos", "videos"),
    "animation": ("can_send_other_messages", "animations"),
    "document": ("can_send_documents", "documents"),
    "audio": ("can_send_audios", "music"),
    "voice": ("can_send_voice_notes", "voice notes"),
    "video_note": ("can_send_video_notes", "video notes"),
    "sticker": ("can_send_other_messages", "stickers"),
    "location": ("can_send_messages", "locations"),
    "venue": ("can_send_messages", "venues"),
    "contact": ("can_send_messages", "contacts"),
    "poll": ("can_send_polls", "polls"),
    "dice": ("can_send_other_messages", "dice"),
    "story": ("can_send_messages", "stories"),
    "game": ("can_send_other_messages", "games"),
    "checklist": ("can_send_messages", "checklists"),
    "invoice": ("can_send_messages", "invoices"),
    "giveaway": ("can_send_messages", "giveaways"),
    "paid_media": ("can_send_photos", "paid media"),
}


def right_to_send(kind: str) -> tuple[str, str]:
    """The permission a kind of message needs, and how Telegram calls such messages."""
    return _RIGHTS[kind]
