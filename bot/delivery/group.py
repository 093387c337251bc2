"""The gate of an operators' group: every action there passes one budget."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Protocol

from bot import metrics
from bot.budget import Budget
from bot.delivery import settling
from bot.delivery.gate import POLL, Batch, Gate
from bot.desk.outbox import claims, gates
from bot.desk.outbox.carrying import Carried
from bot.desk.outbox.deliveries import Parcel
from bot.desk.outbox.drafts import Precedence
from bot.desk.outbox.kinds.to_topic import Words
from bot.desk.outbox.shares import TOPIC

# Free actions. What only looks better never makes words wait for their share.
ENOUGH_FOR_ALL = 13  # with fewer, icons, names, pins and delivery marks wait
ENOUGH_FOR_CARDS = 6  # with fewer, cards wait too
RESERVE = 2  # a part of so many is kept from who is ahead of their share
SHARE = 0.25  # seconds until it is asked again whose share has come
GATHERING = 4.0  # seconds that plain words wait for the next ones, where the minute is short
ENOUGH_FOR_SINGLES = 15  # with fewer, waiting words of one ticket share a post; more than is kept


class Forum(Protocol):
    """The operators' side, as the delivery needs it."""

    async def carry(self, parcels: list[Parcel]) -> Carried | None:
        """Carry consecutive parcels of one lane as one; None: there is no need any more."""

    def fits(self, parcels: list[Parcel]) -> bool:
        """Whether these consecutive parcels of one lane may become one post."""

    async def mark(self, department: int, message_id: int) -> None:
        """Mark an operator's words as delivered. Raises TryLater, Undeliverable."""

    async def bound_chats(self) -> Mapping[int, int]:
        """The chats of the bound groups by their departments, as they were a second ago at most."""


class GroupGate(Gate):
    """Claims one parcel for each action that the group still allows, the most urgent first."""

    def __init__(
        self, worker: int, carriers: int, budget: Budget, forum: Forum, department: int
    ) -> None:
        super().__init__(gates.of(department), worker, carriers, budget)
        self._forum = forum
        self._department = department
        self._chat: int | None = None

    async def carry(self, batch: Batch) -> Carried | None:
        """As the forum does."""
        return await self._forum.carry(list(batch))

    async def not_needed(self) -> None:
        """The action that was taken for it is given back."""
        if self._chat is not None:
            await self._budget.give_back(self._chat)

    def minds(self, chat: str) -> bool:
        """Only this group's flood wait stops this gate."""
        return chat == str(self._chat)

    async def take(self, room: int) -> list[Batch] | float:
        """Take one action from the budget, then claim what is most worth it."""
        chat = self._chat = (await self._forum.bound_chats()).get(self._department)
        if chat is None:
            return POLL
        wait = await self._budget.take_group(chat)
        if wait:
            self._count(await self._budget.free(chat))
            return min(wait, POLL)  # the group may have moved before its flood wait ends
        if not self._budget.group_per_minute:
            return _singles(await self._claim(limit=room)) or await self.until_due()
        return await self._take_paid(chat)

    async def _take_paid(self, chat: int) -> list[Batch] | float:
        """Spend the action that was taken, or give it back."""
        heads: list[Parcel] = []
        try:
            free = await self._budget.free(chat)
            heads = await self._claim(least=self._least(free), shared=self._is_short(free))
            heads = await self._ripe(heads) if self._is_short(free) else heads
        finally:
            if not heads:
                await self._budget.give_back(chat)
        self._count(free if heads else free + 1)
        if not heads:
            return await self._until_worth(free)
        if free < ENOUGH_FOR_SINGLES:
            fits = self._forum.fits
            heads += await claims.claim_followers(heads[0], self.worker, datetime.now(UTC), fits)
        return [heads]

    async def _ripe(self, heads: list[Parcel]) -> list[Parcel]:
        """Without plain words that are new: who writes in a row shares a post with themselves."""
        for head in heads:
            wait = GATHERING - (datetime.now(UTC) - head.created_at).total_seconds()
            if isinstance(head.what, Words) and head.what.merge and wait > 0 and not _opens(head):
                await settling.not_yet([head], wait)
                return []
        return heads

    async def _claim(
        self, limit: int = 1, least: Precedence = Precedence.LOOK, shared: bool = False
    ) -> list[Parcel]:
        now = datetime.now(UTC)
        return await claims.claim(
            self.name, self.worker, now, limit=limit, least=least, shared=shared
        )

    def _is_short(self, free: int) -> bool:
        """Whether what is left is kept for those who have not had their share.

        A new ticket goes on to spend more, and not from what is kept either.
        """
        return free - (TOPIC - 1) < self._budget.group_per_minute // RESERVE

    async def _until_worth(self, free: int) -> float:
        """Seconds until it is worth asking; what is due may have to wait for its share."""
        due = await self.until_due(self._least(free))
        return max(due, SHARE) if self._is_short(free) else due

    def _least(self, free: int) -> Precedence:
        """What may be claimed with so many actions left."""
        if free >= enough(ENOUGH_FOR_ALL, self._budget):
            return Precedence.LOOK
        if free >= enough(ENOUGH_FOR_CARDS, self._budget):
            return Precedence.CARD
        return Precedence.DEADLINE

    def _count(self, free: int) -> None:
        used = max(0, self._budget.group_per_minute - free)
        metrics.budget_used.labels(self.name).set(used)


def _opens(head: Parcel) -> bool:
    """Whether it begins a ticket: nobody waits with that."""
    return head.priority == Precedence.TOPIC


def _singles(parcels: list[Parcel]) -> list[Batch]:
    return [[parcel] for parcel in parcels]


def enough(actions: int, budget: Budget) -> int:
    """So many free actions, or all but one where the minute has fewer."""
    return min(actions, budget.group_per_minute - 1) if budget.group_per_minute else actions
