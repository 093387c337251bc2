"""The journal of the sandbox: every request of every bot, and what it was answered."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from sandbox.errors import ApiError

_RECEIVER = re.compile(r"receiver_user_id\W+(\d+)")


@dataclass(slots=True)
class Entry:
    """One request. `time` is the real time it came, in seconds since the epoch.

    `status` is 0 until it is answered, and when the connection was dropped instead.
    """

    bot: int
    method: str
    chat_id: str
    values: dict[str, Any]
    time: float = field(default_factory=time.time)
    status: int = 0
    error: str | None = None
    retry_after: int | None = None
    answered: bool = False

    @property
    def ephemeral(self) -> bool:
        """Whether it shows something to one member of a group alone."""
        return is_ephemeral(self.method, self.values)

    @property
    def receiver(self) -> int:
        """The member who alone sees it; 0 if all do, or nobody can tell."""
        found = _RECEIVER.search(str(self.values))
        return int(found[1]) if found and self.ephemeral else 0

    def refused(self, error: ApiError) -> None:
        """Note what Telegram answered instead of a result."""
        self.status = error.code
        self.error = error.description
        self.retry_after = (error.parameters or {}).get("retry_after")

    def json(self) -> dict[str, Any]:
        """The entry for the control API."""
        return asdict(self)


def is_ephemeral(method: str, values: dict[str, Any]) -> bool:
    """Whether a call sends an ephemeral message, or edits one."""
    asked = values.get("ephemeral_message_parameters") or values.get("receiver_user_id")
    return bool(asked) and method.lower().startswith(("send", "editephemeral"))


class Journal:
    """The last `size` requests, oldest first."""

    def __init__(self, size: int = 20_000) -> None:
        self._entries: deque[Entry] = deque(maxlen=size)

    def __iter__(self) -> Iterator[Entry]:
        return iter(tuple(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, entry: Entry) -> Entry:
        """Note a request that has come."""
        self._entries.append(entry)
        return entry

    def last(self, method: str) -> float:
        """When a method was asked for last, in seconds since the epoch; 0 if never."""
        wanted = method.lower()
        newest = (entry.time for entry in reversed(self._entries) if entry.method.lower() == wanted)
        return next(newest, 0.0)

    def of(self, method: str, chat_id: int | str | None = None) -> list[Entry]:
        """The requests of one method (any case), in one chat or all."""
        wanted = method.lower()
        return [
            entry
            for entry in self._entries
            if entry.method.lower() == wanted and (chat_id is None or entry.chat_id == str(chat_id))
        ]

    def ephemeral(self, chat_id: int | str | None = None) -> list[Entry]:
        """What was done for one member's eyes alone, in one chat or all."""
        wanted = "" if chat_id is None else str(chat_id)
        return [one for one in self._entries if one.ephemeral and wanted in ("", one.chat_id)]

    def clear(self) -> None:
        """Forget all."""
        self._entries.clear()
