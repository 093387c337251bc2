"""Which entities may stay together: Telegram merges, splits and drops the rest."""

from __future__ import annotations

from sandbox.entities.kinds import QUOTES, SPLITTABLE, UNSTYLED, Entity, in_order

_FAR = 1 << 31
_MOST_ENTITIES = 100


def fix(entities: list[Entity]) -> list[Entity]:
    """Sorted entities that nest as Telegram allows; the wrong ones are dropped or cut."""
    return _settle(in_order(_filled(entities)), [])


def merge(entities: list[Entity], found: list[Entity]) -> list[Entity]:
    """Add the automatic entities where no other link, mention or code is."""
    return _settle(in_order(entities), found) if found else entities


def cap(entities: list[Entity]) -> list[Entity]:
    """The server takes a hundred entities, styles last; custom emoji do not count."""
    emoji = [entity for entity in entities if entity.type == "custom_emoji"]
    styles = [entity for entity in entities if entity.type in SPLITTABLE]
    whole = [e for e in entities if e.type != "custom_emoji" and e.type not in SPLITTABLE]
    return in_order([*emoji, *[*whole, *styles][:_MOST_ENTITIES]])


def _filled(entities: list[Entity]) -> list[Entity]:
    return [entity for entity in entities if entity.length > 0]


def _settle(entities: list[Entity], found: list[Entity]) -> list[Entity]:
    styles = [entity for entity in entities if entity.type in SPLITTABLE]
    quotes = _apart([entity for entity in entities if entity.type in QUOTES])
    whole = [e for e in entities if e.type not in SPLITTABLE and e.type not in QUOTES]
    whole = _beside(_within(_apart(whole), quotes), _within(found, quotes))
    frame = in_order([*whole, *quotes])
    return in_order([*frame, *_Splitter(styles).split(frame)])


def _apart(entities: list[Entity]) -> list[Entity]:
    """Of intersecting entities the first stays."""
    kept: list[Entity] = []
    for entity in entities:
        if not kept or entity.offset >= kept[-1].end:
            kept.append(entity)
    return kept


def _within(entities: list[Entity], quotes: list[Entity]) -> list[Entity]:
    """An entity must lie wholly inside or wholly outside of a quotation."""
    return [
        entity
        for entity in entities
        if not any(
            entity.offset < quote.end
            and quote.offset < entity.end
            and not (quote.offset <= entity.offset and entity.end <= quote.end)
            for quote in quotes
        )
    ]


def _beside(entities: list[Entity], found: list[Entity]) -> list[Entity]:
    """Found entities stay only where they touch no given one."""
    free = [
        entity
        for entity in found
        if not any(entity.offset < other.end and other.offset < entity.end for other in entities)
    ]
    return [*entities, *free]


class _Splitter:
    """Cuts styles at each other's beginnings and at the frame's borders; none in code or dates."""

    def __init__(self, styles: list[Entity]) -> None:
        self._styles = styles
        self._next = 0
        self._open: dict[str, tuple[int, int]] = {}
        self._result: list[Entity] = []

    def split(self, frame: list[Entity]) -> list[Entity]:
        around: list[Entity] = []
        for entity in frame:
            self._leave(around, entity.offset)
            self._advance(entity.offset)
            around.append(entity)
        self._leave(around, _FAR)
        self._advance(_FAR)
        return self._result

    def _leave(self, around: list[Entity], offset: int) -> None:
        while around and offset >= around[-1].end:
            entity = around.pop()
            before = len(self._result)
            self._advance(entity.end)
            if entity.type in UNSTYLED:
                del self._result[before:]

    def _advance(self, end: int) -> None:
        while self._next < len(self._styles) and self._styles[self._next].offset < end:
            style = self._styles[self._next]
            begin, reach = self._open.get(style.type, (0, 0))
            if reach and style.offset <= reach:
                self._open[style.type] = (begin, max(reach, style.end))
            else:
                self._flush(style.offset)
                self._open[style.type] = (style.offset, style.end)
            self._next += 1
        self._flush(end)

    def _flush(self, offset: int) -> None:
        for kind in SPLITTABLE:
            begin, reach = self._open.get(kind, (0, 0))
            if not reach or begin >= offset:
                continue
            cut = min(reach, offset)
            self._result.append(Entity(kind, begin, cut - begin))
            if reach <= offset:
                del self._open[kind]
            else:
                self._open[kind] = (offset, reach)
