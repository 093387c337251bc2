"""The methods of the Bot API, one file a family; `METHODS` finds them by lower-case name."""

from __future__ import annotations

from sandbox.methods import (
    albums,
    answers,
    chats,
    copying,
    deletions,
    edits,
    ephemeral,
    files,
    inline,
    media,
    members,
    pins,
    polls,
    profile,
    reactions,
    sending,
    topics,
    unmodelled,
)
from sandbox.methods.call import METHODS

__all__ = [
    "METHODS",
    "albums",
    "answers",
    "chats",
    "copying",
    "deletions",
    "edits",
    "ephemeral",
    "files",
    "inline",
    "media",
    "members",
    "pins",
    "polls",
    "profile",
    "reactions",
    "sending",
    "topics",
    "unmodelled",
]
