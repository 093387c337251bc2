"""Chats as they stand now: members and their rights, topics, pins, history."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.messages import Message

Json = dict[str, Any]

ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
    "can_pin_messages",
    "can_manage_topics",
    "can_manage_tags",
)
PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
SUPERGROUPS = -1_000_000_000_000
_MEMBERS_MAY_NOT = ("can_change_info", "can_pin_messages", "can_manage_topics", "can_edit_tag")
PRESENT = frozenset(("creator", "administrator", "member", "restricted"))
ADMINS = frozenset(("creator", "administrator"))


@dataclass(slots=True)
class Member:
    """One user's standing in a group. `rights` are an admin's, or what a restricted one keeps."""

    user: int
    status: str = "member"
    rights: frozenset[str] = frozenset()
    anonymous: bool = False
    title: str = ""
    until: int = 0
    tag: str = ""  # a regular member's

    @property
    def label(self) -> str:
        """What stands beside the name: an admin's title, or a regular member's tag."""
        return self.title if self.status in ADMINS else self.tag

    def json(self, user: Json) -> Json:
        """Bot API: ChatMember."""
        shown: Json = {"user": user, "status": self.status}
        if self.status == "creator":
            shown["is_anonymous"] = self.anonymous
        elif self.status == "administrator":
            shown |= {"can_be_edited": False, "is_anonymous": self.anonymous}
            shown |= {right: right in self.rights for right in ADMIN_RIGHTS}
        elif self.status == "restricted":
            shown |= {"is_member": True, "until_date": self.until}
            shown |= {right: right in self.rights for right in PERMISSIONS}
        elif self.status == "kicked":
            shown["until_date"] = self.until
        if self.title and self.status in ADMINS:
            shown["custom_title"] = self.title
        elif self.tag:
            shown["tag"] = self.tag
        return shown


@dataclass(slots=True)
class Topic:
    """A forum topic; `thread` is the id of the message that tells of its creation."""

    thread: int
    name: str
    color: int
    creator: int
    icon: str = ""
    closed: bool = False
    hidden: bool = False
    ids: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Chat:
    """A private chat of one bot and one user, or a group.

    `id` is what bots call it: the user's id for a private chat. `bot` is set for those only.
    """

    id: int
    type: str
    title: str = ""
    bot: int = 0
    is_forum: bool = False
    username: str = ""
    description: str = ""
    invite_link: str = ""
    protected: bool = False
    started: bool = False
    blocked: bool = False
    deleted: bool = False
    upgraded_to: int = 0
    upgraded_from: int = 0
    last_id: int = 0
    ephemerals: dict[int, Message] = field(default_factory=dict)
    unseen: set[int] = field(default_factory=set)  # of these, what no app shows (any more)
    messages: dict[int, Message] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    bots: set[int] = field(default_factory=set)
    topics: dict[int, Topic] = field(default_factory=dict)
    gone_topics: set[int] = field(default_factory=set)
    general: Topic = field(default_factory=lambda: Topic(1, "General", 0x6FB9F0, 0))
    pinned: list[int] = field(default_factory=list)
    permissions: frozenset[str] = frozenset(PERMISSIONS) - frozenset(_MEMBERS_MAY_NOT)

    @property
    def private(self) -> bool:
        """Whether this is a chat of one bot with one person."""
        return self.type == "private"

    @property
    def queue(self) -> str:
        """The ordering key of this chat's updates."""
        return f"chat:{self.id}"

    def member(self, user: int) -> Member:
        """The user's standing; one who was never here has left."""
        return self.members.get(user) or Member(user, "left")

    def has(self, user: int) -> bool:
        """Whether the user is in the group now."""
        return self.member(user).status in PRESENT

    def is_admin(self, user: int) -> bool:
        """Whether the user is the owner or an administrator."""
        return self.member(user).status in ADMINS

    def admin_may(self, user: int, right: str) -> bool:
        """Whether the user has the right as the owner or as an administrator."""
        member = self.member(user)
        return member.status == "creator" or (
            member.status == "administrator" and right in member.rights
        )

    def may(self, user: int, right: str) -> bool:
        """Whether the user has the right in any capacity."""
        if self.private:
            return True
        member = self.member(user)
        if member.status == "creator":
            return True
        if member.status == "administrator":
            plain = right not in ADMIN_RIGHTS or right in self.permissions
            return right in member.rights or plain
        if member.status == "restricted" and right not in member.rights:
            return False
        return member.status in PRESENT and right in self.permissions

    def topic(self, thread: int) -> Topic | None:
        """A topic by its id; 1 and 0 are General."""
        return self.topics.get(thread) if thread > 1 else self.general

    @property
    def topics_in_order(self) -> list[Topic]:
        """General first; a private chat has no General."""
        return [*([] if self.private else [self.general]), *self.topics.values()]

    def history(self, thread: int | None = None) -> list[int]:
        """Ids of existing messages in order; of one topic only, when given (1 is General)."""
        if thread is None:
            return list(self.messages)
        topic = self.topics.get(thread)
        if topic is not None:
            return [number for number in topic.ids if number in self.messages]
        return [n for n, message in self.messages.items() if not message.thread and thread == 1]
