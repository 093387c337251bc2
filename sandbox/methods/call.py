"""One call of a bot: who, with which parameters, in which world; and the table of methods."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.accounts import Bot
from sandbox.params import Params
from sandbox.world import World

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """What a method gets."""

    world: World
    bot: Bot
    params: Params


Act = Callable[[Call], Any]
METHODS: dict[str, Act] = {}


def method(*names: str) -> Callable[[Act], Act]:
    """Enter a function into the table under the Bot API's names, in any case."""

    def enter(act: Act) -> Act:
        for name in names:
            METHODS[name.lower()] = act
        return act

    return enter
