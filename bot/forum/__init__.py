"""The operators' side: a ticket is a topic of its department's group.

Owns topic ids and the places of messages in the group; a ticket knows none of it.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from aiogram import Bot
from aiogram.types import Message as Seen

from bot import texts
from bot.desk import outbox
from bot.desk.outbox.carrying import Carried, TryLater, Undeliverable
from bot.desk.outbox.deliveries import Parcel
from bot.desk.people.actors import SETTINGS, Actor
from bot.desk.said import Quote
from bot.files import Store
from bot.forum import (
    binding,
    carrying,
    crossing,
    dissolving,
    footing,
    groups,
    lines,
    members,
    memory,
    menus,
    moving,
    quotes,
    topics,
    whereabouts,
)
from bot.forum.footing import Powers
from bot.forum.ground import Grounds, Purse
from bot.forum.quotes import Meant
from bot.telegram import reading
from models import Group, Message, Standing, Topic
from models.rows import find

AT = "thread_id = $2 AND group_id = (SELECT id FROM operator_group WHERE chat_id = $1)"


class Forum:
    """Carries the desk's deliveries into the groups, and knows what stands where in them."""

    def __init__(
        self, bot: Bot, purse: Purse, files: Store, *, language: str, timezone: str
    ) -> None:
        """`language` is spoken in a group until it is bound and has one of its own."""
        self._grounds = Grounds(bot, purse, files, language, timezone)

    async def bind(self, chat_id: int) -> list[str]:
        """Check a group and make it the operators'. Returns what is wrong with it, in sentences.

        Raises TryLater, Undeliverable when Telegram does not answer or knows no such chat.
        """
        ground = await self._grounds.at(chat_id)
        with texts.use(self._grounds.language):
            return await binding.bind(ground, chat_id, self._grounds.language)

    async def speak(self, language: str) -> None:
        """Speak to the bound groups in `language`: their menus, and the cards that powers there."""
        self._grounds.language = language
        changed = await groups.speak(language, SETTINGS)
        self._grounds.forget_groups()
        for group in changed:
            with suppress(TryLater, Undeliverable):  # a menu is a convenience
                await menus.publish_group(self._grounds.bot, group.chat_id, language)

    # Carrying

    def fits(self, parcels: list[Parcel]) -> bool:
        """Whether these consecutive parcels of one lane may become one post."""
        return lines.fits(parcels)

    async def carry(self, parcels: list[Parcel]) -> Carried | None:
        """Carry what goes together; None: there is no need any more.

        Raises TryLater, Undeliverable.
        """
        return await carrying.carry(self._grounds, parcels)

    async def mark(self, department: int, message_id: int) -> None:
        """Mark an operator's words as delivered. Raises TryLater, Undeliverable."""
        await carrying.mark(self._grounds.of(department), message_id)

    # Knowing

    async def bound_chats(self) -> dict[int, int]:
        """The chats of the bound groups by their departments, as they were a second ago at most."""
        bound = await self._grounds.bound()
        return {department: group.chat_id for department, group in bound.items()}

    async def followed(self, chat_id: int) -> int:
        """The chat's present id, if Telegram has moved the group since."""
        return await groups.followed(chat_id)

    async def left(self, chat_id: int) -> Group | None:
        """The group that this chat is, if the desk worked in it once and does no more."""
        return await groups.left(chat_id)

    async def group_of(self, chat_id: int) -> Group | None:
        """The operators' group that this chat is, as it was a second ago at most."""
        for group in (await self._grounds.bound()).values():
            if group.chat_id == chat_id:
                return group
        return await groups.at(chat_id)

    async def chat_of(self, group_id: int) -> int | None:
        """The chat of a group that the desk works in, by its number here."""
        bound = await self._grounds.bound()
        chats = {group.id: group.chat_id for group in bound.values()}
        return chats.get(group_id)

    async def hearing(self, *, deaf: bool) -> None:
        """Another program gets the bot's updates, or does so no more: tell the operators."""
        for group in (await self._grounds.bound()).values():
            async with outbox.transaction():
                await footing.hearing(group, groups.now(), deaf=deaf)

    async def standing(self, group_id: int, user_id: int) -> Standing:
        """What Telegram says of this person in the group (Bot API: getChatMember)."""
        group = await Group.get_or_none(id=group_id)
        if group is None:
            return Standing.GONE
        return await members.standing(self._grounds.bot, group.chat_id, user_id)

    async def locate(self, chat_id: int, thread_id: int | None) -> int | None:
        """The ticket whose topic this is, now: it may leave it at any moment."""
        if thread_id is None:
            return None
        found = await find(Topic, AT, chat_id, thread_id)
        return found[0].ticket_id if found else None

    async def urls(self, tickets: Iterable[int]) -> dict[int, str]:
        """Where members see the topics of these tickets, by their numbers, if they have one."""
        return await whereabouts.urls(tickets)

    async def left_for(self, chat_id: int, thread_id: int | None) -> int | None:
        """The department of the ticket that has left this topic, if one has."""
        return await moving.left_for(chat_id, thread_id) if thread_id else None

    async def was_of_ticket(self, chat_id: int, thread_id: int) -> bool:
        """Whether this topic is a ticket's, or was."""
        is_one = await self.locate(chat_id, thread_id) is not None
        return is_one or await self.left_for(chat_id, thread_id) is not None

    async def at(self, chat_id: int, post_id: int) -> Meant | None:
        """What a post shows; of the messages that share it, the latest."""
        sharing = await lines.at(chat_id, post_id)
        return Meant(sharing[-1].message, sharing[-1].place) if sharing else None

    async def meant(self, answered: Seen, quote: Quote | None) -> Meant | None:
        """What is answered, and what is quoted of its own words."""
        sharing = await lines.at(answered.chat.id, answered.message_id)
        if quote is None or not sharing:
            return Meant(sharing[-1].message, sharing[-1].place) if sharing else None
        return await quotes.meant(sharing, reading.words(answered).text, quote)

    async def crosses(self, ticket_id: int, group: Group, post_id: int, now: datetime) -> bool:
        """Whether this post was written before the customer's latest words stood there."""
        return await crossing.crosses(ticket_id, group, post_id, now)

    # Following what happens there

    async def remember(self, message: Message, group: Group, post_id: int) -> None:
        """An operator's own post is where this message stands, or the file that has just come."""
        await memory.stands(group.id, message, post_id)

    async def cover(self, message_id: int, beneath: int) -> None:
        """The posts of the one beneath show this message from now on."""
        await memory.stands_upon(message_id, beneath)

    async def adopt(self, chat_id: int, thread_id: int, name: str) -> None:
        """A topic of the bot's own came as an update; inside the update's transaction."""
        group = await groups.at(chat_id)
        if group is not None:
            await topics.adopt(group, thread_id, name)

    async def moved(self, chat_id: int, new_chat_id: int) -> None:
        """Telegram gave the group a new id; inside the update's transaction or outside of one."""
        await carrying.moved(await self._grounds.at(chat_id), chat_id, new_chat_id)

    async def shut_in_app(self, group: Group, thread_id: int, *, closed: bool) -> None:
        """Somebody closed or reopened a topic: it needs no call of ours any more."""
        await Topic.filter(group_id=group.id, thread_id=thread_id).update(is_closed=closed)

    async def powers_changed(
        self, group: Group, powers: Powers, at: datetime, now: datetime
    ) -> None:
        """What the bot is in the group, and may do, has changed; inside a transaction.

        `at`: since when it is so.
        """
        await self.rights_changed(group, now)
        await footing.powers_changed(group, powers, at, now, self._grounds.timezone)

    async def to_dissolve(self, here: Group, wanted: str, actor: Actor) -> int:
        """The department that somebody in this group wants to dissolve, by its name perhaps.

        Raises FirstDepartment, NoSuchDepartment, StillAtWork, AdminsOnly, NotAMember.
        """
        return await dissolving.meant(here, wanted, actor)

    async def dissolve(
        self, here: Group, department: int, heir: int, actor: Actor, now: datetime
    ) -> None:
        """The heir has its requests, and its group is let go; inside a transaction.

        Raises as `to_dissolve`, and ThereAlready, Unready.
        """
        await dissolving.dissolve(here, department, heir, actor, now)
        self._grounds.forget_groups()

    async def rights_changed(self, group: Group, now: datetime) -> None:
        """What the bot may do in the group has changed: what was refused may work again.

        Inside a transaction.
        """
        await carrying.rights_changed(self._grounds.of(group.department_id), now)
