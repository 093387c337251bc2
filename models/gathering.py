"""Reads that are asked for at the same moment, made as one statement."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from models.atomic import session
from models.rows import Row, fetch


@dataclass(slots=True)
class Gathering:
    """What many tasks ask for, a few rows each, is read for all that begin to run together.

    `statement` gives the one that finds the rows of many keys, its only value; `key` is the
    column that holds a row's own. Each task sees what was committed before it asked.
    """

    statement: Callable[[], str]
    key: str
    _wanted: set[int] = field(default_factory=set)
    _reading: "asyncio.Task[dict[int, Row]] | None" = None

    async def rows(self, *keys: int) -> list[Row]:
        """What there is of these keys, in their order. Raises what the statement raises.

        Not inside of a transaction: what it has written is not seen from here.
        """
        if session() is not None:
            raise RuntimeError("a transaction reads for itself")
        if self._reading is None:  # whoever is about to run now may still ask
            self._reading = asyncio.create_task(self._read())
        self._wanted.update(keys)
        found = await asyncio.shield(self._reading)
        return [found[key] for key in keys if key in found]

    async def _read(self) -> dict[int, Row]:
        wanted, self._wanted, self._reading = self._wanted, set(), None
        return {row[self.key]: row for row in await fetch(self.statement(), sorted(wanted))}
