"""The operators' side: a ticket is a topic of their group.

Owns topic ids and the places of messages in the group; a ticket knows none of it.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime

import structlog
from aiogram import Bot
from aiogram.types import Message as Seen

from bot import texts
from bot.desk import outbox
from bot.desk.carrying import Carried, TryLater, Undeliverable
from bot.desk.messages import Quote
from bot.desk.operators import Standing
from bot.desk.outbox import Parcel
from bot.forum import (
    binding,
    changes,
    edits,
    footing,
    groups,
    lines,
    looks,
    members,
    memory,
    menus,
    posts,
    practice,
    quotes,
    reports,
    setup,
    topics,
)
from bot.forum.errand import PAUSE, Errand, Ground, Lacking, Purse
from bot.forum.footing import Stand
from bot.telegram import reading
from bot.telegram.refusals import Moved, NoAccess, NoRights, NotForum
from models import Group, Message, Topic
from models.rows import find

log = structlog.get_logger(__name__)

# What is nice to have: where a right for it is missing, the rest of the group goes on.
EXTRAS = {"card", "look", "pin", "shut", "react", "nod", "remove_topic"}

AT = "thread_id = $2 AND group_id = (SELECT id FROM operator_group WHERE chat_id = $1)"
IN_TOPICS: dict[str, Callable[[Errand], Awaitable[Carried]]] = {
    "words": posts.words,
    "file": posts.file,
    "tell": posts.tell,
    "edit": edits.edit,
    "react": changes.react,
    "retell": changes.retell,
    "unmark": changes.unmark,
    "nod": changes.nod,
    "card": changes.card,
    "look": looks.look,
    "pin": looks.pin,
    "shut": looks.shut,
    "remove_topic": looks.remove,
}
# These name their chat themselves, which need not be bound.
ANYWHERE: dict[str, Callable[[Ground, Parcel], Awaitable[Carried]]] = {
    "report": reports.report,
    "status": reports.status,
    "setup": setup.setup,
    "practice": practice.mark,
}


class Forum:
    """Carries the desk's deliveries into the group, and knows what stands where in it."""

    def __init__(self, bot: Bot, purse: Purse, *, language: str, timezone: str) -> None:
        """`language` is spoken in a group until it is bound and has one of its own."""
        self._ground = Ground(bot, purse, language, timezone)

    @property
    def trouble(self) -> str:
        """Why the group cannot be written to; "" while all is well."""
        return self._ground.trouble

    async def bind(self, chat_id: int) -> list[str]:
        """Check a group and make it the operators'. Returns what is wrong with it, in sentences.

        Raises TryLater, Undeliverable when Telegram does not answer or knows no such chat.
        """
        with texts.use(self._ground.language):
            return await binding.bind(self._ground, chat_id, self._ground.language)

    async def speak(self, language: str) -> None:
        """Speak to the bound group in `language`: its menus, and the cards that stand there."""
        self._ground.language = language
        if not await groups.speak(language):
            return
        self._ground.forget_group()
        group = await self._ground.group()
        if group is not None:
            with suppress(TryLater, Undeliverable):  # a menu is a convenience
                await menus.publish_group(self._ground.bot, group.chat_id, language)

    # Carrying

    def fits(self, parcels: list[Parcel]) -> bool:
        """Whether these consecutive parcels of one lane may become one post."""
        return lines.fits(parcels)

    async def carry(self, parcels: list[Parcel]) -> Carried:
        """Carry what goes together. Raises TryLater, Undeliverable."""
        parcel = parcels[0]
        anywhere = ANYWHERE.get(parcel.kind)
        if anywhere:
            return await anywhere(self._ground, parcel)
        group = await self._ground.group()
        if group is None:
            raise TryLater("no group is bound", after=PAUSE / 10, certain=True)
        errand = Errand(self._ground, parcels, group, self._ground.speaker(group.chat_id))
        try:
            with texts.use(group.language):
                return await self._in_group(errand)
        finally:
            if not errand.speaker.calls:
                await self._ground.purse.give_back(group.chat_id)

    async def mark(self, message_id: int) -> None:
        """Mark an operator's words as delivered. Raises TryLater, Undeliverable."""
        group = await self._ground.group()
        if group is None:
            return
        speaker = self._ground.speaker(group.chat_id)
        try:
            await changes.mark(speaker, group, message_id)
        except Moved as moved:
            await self.moved(group.chat_id, moved.chat_id)
        finally:
            if not speaker.calls:
                await self._ground.purse.give_back(group.chat_id)

    async def _in_group(self, errand: Errand) -> Carried:
        group, kind = errand.group, errand.parcel.kind
        try:
            carried = await self._where_allowed(errand)
        except Moved as moved:
            await self.moved(group.chat_id, moved.chat_id)
            raise TryLater("the group has a new id", certain=True) from moved
        except NotForum as refusal:
            raise await self._lacks(group, footing.FORUM, refusal.detail) from refusal
        except (NoRights, NoAccess) as refusal:
            if kind in EXTRAS and isinstance(refusal, NoRights):
                raise await self._lacks(group, kind, refusal.detail) from refusal
            self._ground.trouble = refusal.detail
            log.error("group_refuses", chat=group.chat_id, reason=refusal.detail)
            hold = str(group.chat_id)
            raise TryLater(refusal.detail, after=PAUSE, certain=True, hold=hold) from refusal
        if errand.speaker.calls:
            await self._works(group)
        return carried

    async def _where_allowed(self, errand: Errand) -> Carried:
        """Carry what the group lets us carry, as far as is known. Raises Lacking for the rest."""
        kind = errand.parcel.kind
        self._ground.needs(footing.FORUM)
        if kind in EXTRAS:
            self._ground.needs(kind)
        try:
            carried = await IN_TOPICS[kind](errand)
        except Lacking as refusal:
            if refusal.fresh:
                raise await self._lacks(errand.group, refusal.what, str(refusal)) from refusal
            raise
        self._ground.has(kind)
        return carried

    async def _lacks(self, group: Group, what: str, detail: str) -> Lacking:
        """The group refused it: its operators are told, and only what needs it waits."""
        self._ground.lacks(what, detail)
        log.error("group_lacks", chat=group.chat_id, what=what, reason=detail)
        if what in (footing.TOPICS, footing.FORUM):
            await footing.lacks(group, what)
            self._ground.forget_group()  # as it is now, it says what it lacks
        return Lacking(what, detail)

    async def _works(self, group: Group) -> None:
        if self._ground.has(footing.FORUM) or group.lacks == footing.FORUM:
            await footing.mended(group, footing.FORUM)
        if not self._ground.lacking:
            self._ground.trouble = ""

    # Knowing

    async def bound_chat(self) -> int | None:
        """The chat of the group that is bound, as it was a second ago at most."""
        group = await self._ground.group()
        return group.chat_id if group else None

    async def followed(self, chat_id: int) -> int:
        """The chat's present id, if Telegram has moved the group since."""
        return await groups.followed(chat_id)

    async def left(self, chat_id: int) -> Group | None:
        """The group that this chat is, if the desk worked in it once and does no more."""
        return await groups.left(chat_id)

    async def group_of(self, chat_id: int) -> Group | None:
        """The operators' group, if it is this chat; as it was a second ago at most."""
        group = await self._ground.group()
        return group if group and group.chat_id == chat_id else await groups.at(chat_id)

    async def hearing(self, *, deaf: bool) -> None:
        """Another program gets the bot's updates, or does so no more: tell the operators."""
        group = await self._ground.group()
        if group is not None:
            async with outbox.transaction():
                await footing.hearing(group, groups.now(), deaf=deaf)

    async def standing(self, user_id: int) -> Standing:
        """What Telegram says of this person in the bound group (Bot API: getChatMember)."""
        group = await self._ground.group()
        if group is None:
            return Standing.GONE
        return await members.standing(self._ground.bot, group.chat_id, user_id)

    async def locate(self, chat_id: int, thread_id: int | None) -> int | None:
        """The ticket whose topic this is."""
        if thread_id is None:
            return None
        known = self._ground.tickets.get((chat_id, thread_id))
        if known is None:
            found = await find(Topic, AT, chat_id, thread_id)
            if not found:
                return None
            known = self._ground.knows(chat_id, thread_id, found[0].ticket_id)
        return known

    async def message_at(self, chat_id: int, post_id: int) -> Message | None:
        """The message that a post shows; of those that share it, the latest."""
        sharing = await lines.at(chat_id, post_id)
        return sharing[-1] if sharing else None

    async def meant(
        self, answered: Seen, quote: Quote | None
    ) -> tuple[Message | None, Quote | None]:
        """The message that is answered, and what is quoted of its own words."""
        sharing = await lines.at(answered.chat.id, answered.message_id)
        if quote is None or not sharing:
            return (sharing[-1] if sharing else None), None
        return await quotes.meant(sharing, reading.words(answered).text, quote)

    async def ticket_of_post(self, chat_id: int, post_id: int) -> int | None:
        """The ticket that a post belongs to, by what it says or by its card."""
        message = await self.message_at(chat_id, post_id)
        if message:
            return message.ticket_id
        topic = await Topic.filter(group__chat_id=chat_id, card_id=post_id).first()
        return topic.ticket_id if topic else None

    # Following what happens there

    async def remember(self, message_id: int, group: Group, post_id: int) -> None:
        """An operator's own post is where this message stands."""
        await memory.stands(group.id, message_id, post_id)

    async def adopt(self, chat_id: int, thread_id: int, name: str) -> None:
        """A topic of the bot's own came as an update; inside the update's transaction."""
        group = await groups.at(chat_id)
        if group is not None:
            await topics.adopt(group, thread_id, name)

    async def moved(self, chat_id: int, new_chat_id: int) -> None:
        """Telegram gave the group a new id; inside the update's transaction or outside of one."""
        async with outbox.transaction():
            await groups.moved(chat_id, new_chat_id)
            await self.rights_changed(groups.now())
        self._ground.forget_group()

    async def shut_in_app(self, group: Group, thread_id: int, *, closed: bool) -> None:
        """Somebody closed or reopened a topic: it needs no call of ours any more."""
        await Topic.filter(group_id=group.id, thread_id=thread_id).update(is_closed=closed)

    async def stands(self, group: Group, stand: Stand, at: datetime, now: datetime) -> None:
        """What the bot is in the group, and may do, has changed; inside a transaction.

        `at`: since when it is so.
        """
        await self.rights_changed(now)
        await footing.stands(group, stand, at, now, self._ground.timezone)

    async def rights_changed(self, now: datetime) -> None:
        """What the bot may do in the group has changed: what was refused may work again.

        Inside a transaction.
        """
        self._ground.trouble = ""
        self._ground.lacking.clear()
        await outbox.try_now(outbox.FORUM, now)
