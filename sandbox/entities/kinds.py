"""What an entity is inside the sandbox, and which kinds may hold or cross which others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

SPLITTABLE = ("bold", "italic", "underline", "strikethrough", "spoiler")
QUOTES = frozenset({"blockquote", "expandable_blockquote"})
UNSTYLED = frozenset({"pre", "code", "date_time"})  # their text takes no formatting
FOUND = frozenset({"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"})

# Among entities with the same borders the outer one comes first.
_PRIORITY = {
    "blockquote": 0,
    "expandable_blockquote": 0,
    "pre": 11,
    "code": 20,
    "text_link": 49,
    "text_mention": 49,
    "bold": 90,
    "italic": 91,
    "underline": 92,
    "strikethrough": 93,
    "spoiler": 94,
    "custom_emoji": 99,
}
_USUAL_PRIORITY = 50


@dataclass(slots=True)
class Entity:
    """A formatted span; offset and length are in UTF-16 code units (Bot API: MessageEntity)."""

    type: str
    offset: int
    length: int
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def end(self) -> int:
        """The offset just after the span."""
        return self.offset + self.length

    def json(self) -> dict[str, Any]:
        """The entity as the Bot API shows it."""
        return {"offset": self.offset, "length": self.length, "type": self.type, **self.extra}


def _order(entity: Entity) -> tuple[int, int, int]:
    priority = _PRIORITY.get(entity.type, _USUAL_PRIORITY)
    if entity.type == "pre" and "language" in entity.extra:
        priority -= 1
    return entity.offset, -entity.length, priority


def in_order(entities: Iterable[Entity]) -> list[Entity]:
    """Telegram's order: by place, the longer before the shorter, the outer before the inner."""
    return sorted(entities, key=_order)
