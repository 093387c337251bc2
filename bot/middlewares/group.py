"""The operators' group: is this one ours, who speaks, in which ticket's topic."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import CallbackQuery, Chat, Message, TelegramObject

from bot import sentences, texts
from bot.desk.commands import NAMED
from bot.desk.errors import (
    DeskError,
    Faceless,
    Misused,
    MovedAway,
    NoSuchTicket,
    NotAMember,
    NothingSent,
    NotSure,
    TooLate,
)
from bot.desk.people import departments, operators
from bot.desk.people.actors import HIDDEN, Actor
from bot.desk.said.spots import Spot
from bot.desk.talk import hints, notices
from bot.desk.tickets import members
from bot.middlewares.transaction import Undone
from bot.telegram import reading
from bot.texts import _
from models import Group, Membership, Standing

STRANGERS = (NotAMember, NotSure, Faceless)  # to whom nothing can be whispered
ALOUD = (*STRANGERS, NothingSent)

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Here:
    """Where an operator speaks, as whom of the group. An anonymous admin is nobody: None.

    `standing`: what Telegram said when it was asked about them, which is rarely needed.
    """

    group: Group
    member: Membership | None
    topic: int | None  # the ticket whose topic this is
    anonymous: bool
    standing: Standing | None = None
    stands: str | None = None  # where the answer stands whose button is pressed
    left_for: int | None = None  # the department of the ticket that has left this topic

    @property
    def ticket(self) -> int:
        """The ticket whose topic this is; NoSuchTicket if it is none's, MovedAway if it was one."""
        self.not_left()
        if self.topic is None:
            raise NoSuchTicket
        return self.topic

    def not_left(self) -> None:
        """Go on unless a ticket has left this topic. Raises MovedAway."""
        if self.left_for is not None:
            raise MovedAway(self.left_for)

    @property
    def is_outsider(self) -> bool:
        """Whether the operator is not known to be in the group."""
        return self.member is not None and not self.member.is_there

    def members_only(self) -> None:
        """Go on only for a member."""
        if self.is_outsider:
            raise NotSure if self.standing is Standing.UNKNOWN else NotAMember
        if self.member is None and not self.anonymous:
            raise Faceless

    @property
    def actor(self) -> Actor:
        """Who does something here: members only, or an admin who hides."""
        self.members_only()
        return self.member or HIDDEN.within(self.group)


class GroupMiddleware(BaseMiddleware):
    """Hands over `here` and speaks the group's language; the desk's refusals become answers.

    A group that is not bound is passed over, unless `strangers` are let in: then `here` is None.
    Only members get on, and only in time, unless `words` pass: what is said must not be lost,
    whoever says it and whenever it is replayed.
    """

    def __init__(self, *, strangers: bool = False, words: bool = False) -> None:
        self._strangers = strangers
        self._words = words

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Find out, then go on."""
        chat = _chat(event)
        group = await data["forum"].group_of(chat.id) if chat else None
        if group is None:
            return await self._outside(handler, event, data)
        with texts.use(group.language):
            try:
                data["here"] = here = await _here(event, group, data)
                if not self._words:
                    here.members_only()
                    _in_time(data)
                return await handler(event, data)
            except DeskError as error:
                told = partial(_explain, event, error, group.language, words=self._words)
                raise Undone(told) from error

    async def _outside(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """A group that is not ours, or not any more."""
        if self._strangers:
            return await handler(event, {**data, "here": None})
        if isinstance(event, CallbackQuery):  # no spinner for ever on an old card
            return event.answer(_("This button no longer works."))
        if isinstance(event, Message):
            await _tell_former(event, data)
        return None


async def _tell_former(message: Message, data: dict[str, Any]) -> None:
    """Words where the desk worked once: their author is told."""
    author = reading.author(message)
    if author is None or reading.is_service(message):
        return
    group = await data["forum"].left(message.chat.id)
    if group is None or not await _is_to_be_told(message, author, data):
        return
    with texts.use(group.language):
        sentence = _("The desk is in another group now: nothing written here reaches a customer.")
        await notices.answer(reading.spot(message), sentence, data["now"])


async def _is_to_be_told(message: Message, author: int, data: dict[str, Any]) -> bool:
    """Each time in a topic that was a ticket's: a customer was meant, and of edits has the former.

    Elsewhere once, and of edits never; of somebody's walk once as well.
    """
    thread = reading.spot(message).thread_id or 0
    place, is_step = f"{hints.LEFT}{thread}", reading.is_step(message)
    if await data["forum"].was_of_ticket(message.chat.id, thread):
        if not is_step:
            return True
        place = f"{place}:{message.message_id}"
    elif message.edit_date is not None:
        return False
    return await hints.first_time(message.chat.id, place, author, data["now"])


async def _here(event: TelegramObject, group: Group, data: dict[str, Any]) -> Here:
    user = getattr(event, "from_user", None) or getattr(event, "user", None)
    hidden = getattr(event, "sender_chat", None) or getattr(event, "actor_chat", None)
    member = None
    if user is not None and not user.is_bot and hidden is None:
        person, standing = reading.person(user), data.get("standing")
        member = await members.present(group.id, user.id, person, data["now"], standing)
        if _is_aside(event):
            await operators.sees_aside(member.operator, data["now"])
    topic, left_for = await _topic(event, group, data)
    return Here(
        group=group,
        member=member,
        topic=topic,
        anonymous=hidden is not None and hidden.id == group.chat_id,
        standing=data.get("standing"),
        stands=data.get("stands") or _stands(event),
        left_for=left_for,
    )


def _is_aside(event: TelegramObject) -> bool:
    """Whether only who did it could do it: none but they see the command, or the button."""
    message = event.message if isinstance(event, CallbackQuery) else event
    return isinstance(message, Message) and bool(message.ephemeral_message_id)


def _stands(event: TelegramObject) -> str | None:
    if isinstance(event, CallbackQuery) and isinstance(event.message, Message):
        return reading.stands(event.message)
    return None


async def _topic(
    event: TelegramObject, group: Group, data: dict[str, Any]
) -> tuple[int | None, int | None]:
    """The ticket whose topic this is; else the department for which one has left it."""
    message = event.message if isinstance(event, CallbackQuery) else event
    # A reply in General may carry a thread id that is no topic's: only the flag tells.
    if not isinstance(message, Message) or not message.is_topic_message:
        return None, None
    place = group.chat_id, message.message_thread_id
    ticket: int | None = await data["forum"].locate(*place)
    return ticket, None if ticket else await data["forum"].left_for(*place)


def _in_time(data: dict[str, Any]) -> None:
    """What was to be done long ago may be wrong by now, such as to end notes mode."""
    if data.get("replayed"):
        raise TooLate


def _chat(event: TelegramObject) -> Chat | None:
    if isinstance(event, CallbackQuery):
        return event.message.chat if event.message else None
    return getattr(event, "chat", None)


def _where(message: Message, error: DeskError, *, words: bool) -> Spot:
    if words:
        return reading.spot(message)
    return reading.mistyped(message) if isinstance(error, ALOUD) else reading.command(message)


async def _explain(
    event: TelegramObject, error: DeskError, language: str, now: datetime, *, words: bool
) -> Any:
    """Of several commands the last answer may do; of words that went nowhere each is told."""
    with texts.use(language):
        sentence = _(error.sentence).format(**await _values(error))
        if isinstance(event, CallbackQuery):
            return event.answer(sentence, show_alert=True)
        if isinstance(event, Message):
            await notices.answer(_where(event, error, words=words), sentence, now)
    return None


async def _values(error: DeskError) -> Mapping[str, str]:
    match error:
        case MovedAway():
            return {"department": await departments.name_of(error.department) or "…"}
        case Misused():
            return {"usage": sentences.usage(NAMED[error.name])}
    return error.values
