"""The forum at work: a real database, a sandbox of Telegram, and a carrier without a clock."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiogram import Bot as Api
from aiogram.types import Message as Seen
from aiogram.types import Update

from bot.bridges.telegram import Telegram
from bot.desk import outbox
from bot.desk.outbox import claims, gates
from bot.desk.outbox.carrying import TryLater, Undeliverable
from bot.desk.outbox.deliveries import Parcel
from bot.desk.outbox.gates import FORUM, STRANGERS, WHISPERS
from bot.desk.said import Incoming
from bot.desk.talk import intake, outgoing, replies
from bot.desk.talk.replies import Spoken
from bot.files import Store
from bot.forum import Forum
from bot.forum.ground import Ground
from bot.telegram import reading
from models import Group, Membership
from models.rows import fetch
from sandbox.accounts import Bot
from sandbox.people import Person
from sandbox.server import Sandbox

Json = dict[str, Any]
WORKER = 1
LATER = timedelta(hours=1)  # nothing that is due within it needs waiting for


@dataclass
class Scene:
    """A customer, an operator who owns the group, and what carries words between them."""

    sandbox: Sandbox
    api: Api
    bot: Bot
    anna: Person
    oleh: Person
    chat: int
    group: Group
    owner: Membership
    forum: Forum
    bridge: Telegram
    store: Store
    trouble: list[Exception] = field(default_factory=list)

    @property
    def ground(self) -> Ground:
        """What is known of the group."""
        return self.forum._grounds.of(self.group.department_id)

    # The customer

    async def says(self, text: str, person: Person | None = None, **how: Any) -> Json:
        """The customer writes, and the desk takes it."""
        return await self.hears((person or self.anna).writes(self.bot, text, **how))

    async def sends(self, kind: str, **how: Any) -> Json:
        """The customer sends something else."""
        return await self.hears(self.anna.sends(self.bot, kind, **how))

    async def hears(self, said: Json) -> Json:
        """The desk takes a message of the private chat."""
        seen = self.as_update(said)
        content = reading.content(seen)
        assert content is not None
        assert seen.from_user is not None
        answered = seen.reply_to_message
        incoming = Incoming(
            address=reading.address(seen.from_user.id),
            person=reading.person(seen.from_user),
            external_id=str(seen.message_id),
            content=content,
            reply_to=str(answered.message_id) if answered else None,
            quote=reading.quote(seen),
        )
        async with outbox.transaction():
            await intake.receive(incoming, datetime.now(UTC), reopen_days=7)
        return said

    async def edits(self, said: Json) -> None:
        """The desk takes the customer's edit."""
        seen = self.as_update(said)
        content = reading.content(seen)
        assert content is not None
        place = reading.address(self.anna.id)
        async with outbox.transaction():
            await intake.edited(place, str(seen.message_id), content, datetime.now(UTC))

    # The operator

    async def answers(self, said: Json, ticket_id: int = 1) -> Json:
        """The desk takes an operator's message of the topic."""
        seen = self.as_update(said)
        content = reading.content(seen)
        assert content is not None
        spoken, answered = Spoken(self.owner, content), seen.reply_to_message
        meant = await self.forum.meant(answered, reading.quote(seen)) if answered else None
        if meant:
            spoken = Spoken(self.owner, content, meant.message, meant.quote, place=meant.place)
        async with outbox.transaction():
            line = await replies.take(ticket_id, spoken, datetime.now(UTC), mode="all")
            await self.forum.remember(line, self.group, seen.message_id)
        return said

    # Carrying

    async def carry(self, *, rounds: int = 100) -> None:
        """Carry all that waits for the group, however long it would wait; note what fails."""
        for _round in range(rounds):
            now = datetime.now(UTC) + LATER
            taken = await self._due(now)
            if not taken:
                return
            taken += await claims.claim_followers(taken[0], WORKER, now, self.forum.fits)
            if not await self._attempt(taken, now):
                return

    async def _due(self, now: datetime) -> list[Parcel]:
        for gate in (FORUM, gates.of(2), STRANGERS, WHISPERS):
            if taken := await claims.claim(gate, WORKER, now):
                return taken
        return []

    async def one(self) -> Exception | None:
        """Carry a single post; gives what went wrong."""
        before = len(self.trouble)
        await self.carry(rounds=1)
        return self.trouble[-1] if len(self.trouble) > before else None

    async def _attempt(self, taken: list[Parcel], now: datetime) -> bool:
        try:
            carried = await self.forum.carry(taken)
        except TryLater as trouble:
            self.trouble.append(trouble)
            again = now if trouble.blameless else now - LATER
            counts = not (trouble.blameless or trouble.hold)
            await claims.mark_later(
                taken, again, 1, str(trouble), certain=trouble.certain, counts=counts
            )
            return trouble.certain
        except Undeliverable as trouble:
            self.trouble.append(trouble)
            await claims.mark_dead(taken, now, str(trouble))
            return True
        if carried is None:
            await claims.mark_dropped(taken, now, "nothing to carry")
            return True
        done, rest = taken[: carried.count], taken[carried.count :]
        known = carried.external_id, carried.record, rest, carried.kept
        await claims.mark_all_sent([claims.Arrival(done, *known)], now)
        return True

    async def time_passes(self) -> None:
        """Whatever waits for its next try may be tried now."""
        await fetch("UPDATE delivery SET due_at = now() WHERE state = 'head'")

    async def send(self, message_ids: list[int]) -> list[str]:
        """Carry an operator's message to the customer."""
        leaving = await outgoing.of(message_ids, reading.address(self.anna.id))
        assert leaving is not None
        sent = await self.bridge.send(leaving)
        owners = zip(leaving.places, sent, strict=True)
        traces = [(number, 1, each, place) for (number, place), ids in owners for each in ids]
        await outgoing.keep(traces)
        return [number for numbers in sent for number in numbers if number]

    # Seeing

    @property
    def thread(self) -> int:
        """The only topic besides General."""
        (topic,) = [one for one in self.sandbox.world.topics(self.chat) if one["thread"] != 1]
        return int(topic["thread"])

    def topic(self, thread: int | None = None) -> list[Json]:
        """What people see in a topic, without service messages."""
        seen = self.sandbox.world.history(self.chat, thread or self.thread)
        return [one for one in seen if not SERVICE & set(one)]

    def now(self, said: Json) -> Json:
        """A message of the only topic, as it is now."""
        return next(one for one in self.topic() if one["message_id"] == said["message_id"])

    def texts(self, thread: int | None = None) -> list[str]:
        """The same as words."""
        return [one.get("text") or one.get("caption") or "" for one in self.topic(thread)]

    def private(self) -> list[Json]:
        """What the customer sees."""
        return self.sandbox.world.private(self.anna, self.bot)

    def calls(self, *methods: str) -> list[str]:
        """Which methods the bot has called."""
        return [one.method for one in self.sandbox.calls if not methods or one.method in methods]

    def updates(self) -> list[Update]:
        """What the bot has got."""
        return [Update.model_validate_json(one.body) for one in self.bot.updates]

    def as_update(self, said: Json) -> Seen:
        """A message as the bot got it the last time: ids of files are different for everybody."""
        messages = [one.message or one.edited_message for one in self.updates()]
        return [one for one in messages if one and _is(one, said)][-1]


def _is(seen: Seen, said: Json) -> bool:
    return (seen.chat.id, seen.message_id) == (said["chat"]["id"], said["message_id"])


SERVICE = {
    "new_chat_members",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_closed",
    "forum_topic_reopened",
    "pinned_message",
}
