"""What people do, each act with a chance of its own, some of it at the worst moment.

An act is a transaction. A kill in the middle of it is one that is never committed: the process is
gone, or its connection to the database is.
"""

from contextlib import suppress
from dataclasses import dataclass, field

from bot.desk.errors import DeskError
from bot.desk.talk import due
from tests.fuzz.house import House
from tests.fuzz.prepared import Preparing
from tests.fuzz.scene import Chances, Killed, Scene
from tests.fuzz.talking import Talking
from tests.fuzz.working import Working


@dataclass
class Acts:
    """Chooses who does what."""

    scene: Scene
    counts: dict[str, int] = field(default_factory=dict)
    refused: int = 0
    _chances: Chances = field(init=False)

    def __post_init__(self) -> None:
        rooms = Talking(self.scene), Working(self.scene), Preparing(self.scene), House(self.scene)
        self._chances = {act: much for room in rooms for act, much in room.chances().items()}

    async def act(self) -> None:
        """Somebody does something, and time goes on."""
        self.scene.passes()
        (one,) = self.scene.dice.choices([*self._chances], weights=[*self._chances.values()])
        with suppress(Killed):
            try:
                await one()
                self.counts[one.__name__] = self.counts.get(one.__name__, 0) + 1
            except DeskError:
                self.refused += 1
        if self.scene.dice.random() < 0.3:
            await self.scene.look_at_held()
            await due.go(self.scene.now)
        await self.scene.look_at_held()
