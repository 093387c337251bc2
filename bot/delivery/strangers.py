"""The gate of groups that are not the operators': each pays for itself.

Anybody can add the bot to a group of their own. What is said there, `/setup` first of all, must
neither cost the operators' group an action nor stop it by a flood wait.
"""

from datetime import UTC, datetime

from bot.budget import Budget
from bot.delivery.gate import Batch, Gate, NotYet
from bot.delivery.group import Forum
from bot.desk.outbox import claims
from bot.desk.outbox.carrying import Carried
from bot.desk.outbox.gates import STRANGERS
from bot.desk.outbox.kinds.to_group import ToGroup


class StrangersGate(Gate):
    """Claims what is due; each chat has its own budget and its own flood wait."""

    def __init__(self, worker: int, carriers: int, budget: Budget, forum: Forum) -> None:
        super().__init__(STRANGERS, worker, carriers, budget)
        self._forum = forum

    async def take(self, room: int) -> list[Batch] | float:
        """Claim what is due, the most urgent first."""
        now = datetime.now(UTC)
        heads = await claims.claim(self.name, self.worker, now, limit=room)
        return [[head] for head in heads] or await self.until_due()

    async def carry(self, batch: Batch) -> Carried | None:
        """As the forum does, when it is this chat's turn."""
        what = batch[0].what
        assert isinstance(what, ToGroup)
        wait = await self._budget.take_group(what.chat_id)
        if wait:
            raise NotYet(wait)
        return await self._forum.carry(list(batch))
