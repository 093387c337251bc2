"""The gate of whispers: answers that one member of a group alone is to see.

They cost the group none of its actions. By which way each goes, and what that costs, is found out
where it is carried: `bot/forum/whispering.py`.
"""

from datetime import UTC, datetime

from bot.budget import Budget
from bot.delivery.gate import Batch, Gate
from bot.delivery.group import Forum
from bot.desk.outbox import claims
from bot.desk.outbox.carrying import Carried
from bot.desk.outbox.gates import WHISPERS


class WhispersGate(Gate):
    """Claims what is due; each group has its own budget of them."""

    def __init__(self, worker: int, carriers: int, budget: Budget, forum: Forum) -> None:
        super().__init__(WHISPERS, worker, carriers, budget)
        self._forum = forum

    def minds(self, chat: str) -> bool:
        """It goes on with other groups', so what waits for one says until when."""
        return False

    async def take(self, room: int) -> list[Batch] | float:
        """Claim what is due, the most urgent first."""
        now = datetime.now(UTC)
        heads = await claims.claim(self.name, self.worker, now, limit=room)
        return [[head] for head in heads] or await self.until_due()

    async def carry(self, batch: Batch) -> Carried | None:
        """As the forum does."""
        return await self._forum.carry(list(batch))
