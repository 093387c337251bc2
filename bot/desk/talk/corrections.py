"""Corrections: an operator changes words that stand already. A note stays a note."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot import texts
from bot.desk import outbox, tickets
from bot.desk.errors import WrongTopic
from bot.desk.outbox import waiting
from bot.desk.outbox.kinds import to_customer
from bot.desk.people import access, customers
from bot.desk.people.access import Act
from bot.desk.people.actors import Actor
from bot.desk.said import Content
from bot.desk.said.sentences import Sentence
from bot.desk.talk import albums, doubts, held, intake, notes, outgoing
from bot.desk.talk.replies import not_withdrawn
from bot.desk.talk.writing import Entry, write
from bot.desk.words import Words
from models import Address, Direction, Message, Revision


async def edited(
    message: Message,
    content: Content,
    actor: Actor,
    now: datetime,
    *,
    place: int = 0,
    in_doubt: bool = False,
) -> Message | None:
    """The operator changed their words, or the file at this place of their message.

    A note stays a note, and an answer may become one. Gives the note that takes the place of an
    answer which has left, where it is shown.

    `in_doubt`: it is not certain that the new words are meant for the customer; nor is it where
    the actor may not write to customers (any more).
    Raises MovedAway, where the ticket has left the group in which this is done.
    """
    ticket, address = await tickets.locked(message.ticket_id)
    access.in_department(actor, ticket)
    in_doubt = in_doubt or not access.may(actor, Act.ANSWER, ticket)
    barred = access.bars(actor, Act.ANSWER, ticket)  # who could not send it is not asked
    await message.refresh_from_db()
    stood = outgoing.content_of(message)
    whole = stood.with_piece(place, content)
    if message.direction is Direction.OUT:
        marked = notes.is_marked(content)
        certain = marked or ticket.notes_mode or await notes.beside(message)
        near = not (certain or barred) and notes.is_near(content)
        if certain or near or in_doubt or message.unsent_at:
            why = _Why(marked=marked, near=near, asked=not (certain or barred))
            return await _answer_becomes_note(message, whole, address, actor, now, why)
    await correct(message, whole, address, actor, now)
    if message.held and (in_doubt or ticket.notes_mode or _looks_like_a_note(content)):
        await held.let_stay(message, actor, now)  # a note goes at no hour, whatever it says next
        if not notes.is_marked(content):
            await held.tell(message, Sentence(INSIDE), now)
    before = _looks_like_a_note(stood.piece(place))
    if before and not (barred or _looks_like_a_note(content)):
        await doubts.ask(message, STAYS, now)  # whoever takes the mark away may mean the customer
    return None


def _looks_like_a_note(content: Content) -> bool:
    return notes.is_marked(content) or notes.is_near(content)


async def correct(
    message: Message, content: Content, address: Address, actor: Actor, now: datetime
) -> None:
    """Take the new words of a message; the customer gets those of an answer."""
    before = outgoing.content_of(message)
    if not await intake.rewrite(message, content, actor, now):
        return
    if message.direction is not Direction.OUT:
        return
    stands = await outgoing.address_of(message, address)
    lane, kind = customers.lane(stands), to_customer.Message.kind
    # Who has it already, and knows it by its id, takes no other words for it at a further try.
    if await waiting.waits(lane, kind, message.id, untried=True):
        return
    for place in content.differs(before):
        changed = to_customer.Edit(stands.id, message.id, place)
        await outbox.put(changed.draft(stands.channel, message.ticket_id), now)


INSIDE = texts.mark("📝 Kept as a note: the customer does not see it.")
STAYS = texts.mark("📝 A note stays a note until its author sends it to the customer.")
TAKEN_BACK = texts.mark("📝 This was taken back, so your new text stays here until you send it.")


@dataclass(frozen=True, slots=True)
class _Why:
    """Why an answer becomes a note by an edit: it is one, or its author is `asked`."""

    marked: bool
    near: bool
    asked: bool


async def _answer_becomes_note(
    message: Message, content: Content, address: Address, actor: Actor, now: datetime, why: _Why
) -> Message | None:
    """What has not left turns into a note. What has left keeps its public words.

    The new words are never written into a message that a delivery may read.
    """
    if content.says(outgoing.content_of(message)):
        return None
    address = await outgoing.address_of(message, address)
    parts = [one.id for one in await albums.beside(message, Direction.OUT)]
    left: set[int] = set()
    if not message.unsent_at:
        left.update(await not_withdrawn(message.ticket_id, address, parts, now))
    turned = {message.id, *parts} - left
    stayed = await outgoing.stay_inside(message.ticket_id, turned, actor, now)
    if message.id in left:
        note = await _note_upon(message, content, now)
    else:
        note = await Message.get(id=message.id)
        await intake.rewrite(note, content, actor, now)
    sentence = TAKEN_BACK if message.unsent_at and why.asked else _became_note(bool(left), why)
    if not stayed and not why.asked:
        sentence = None
    if why.asked and sentence:
        await doubts.ask(note, sentence, now)
    elif sentence:
        await tickets.tell(message.ticket_id, sentence, now, message_id=message.id)
    return note if message.id in left else None


def _became_note(left: bool, why: _Why) -> str | None:
    """What the operator is to know; nothing if all is as they want it."""
    if not left and why.near:
        return doubts.NEAR
    if not left:
        return None if why.marked else INSIDE
    if why.marked:
        return texts.mark(
            "✋ This was sent before you turned it into a note. The customer still sees the "
            "earlier text; to take it back, reply to your message with /unsend."
        )
    return texts.mark(
        "📝 Your new text was kept as a note. The customer still sees the earlier one; to take it "
        "back, reply to your message with /unsend."
    )


async def _note_upon(answer: Message, content: Content, now: datetime) -> Message:
    """A note in the place of an answer that has left."""
    entry = Entry(
        answer.ticket_id,
        Direction.NOTE,
        replace(content, album=answer.album),
        operator_id=answer.operator_id,
        answered=answer.id,
        upon=answer.id,
    )
    return await write(entry, now)


async def line(message_id: int, ticket_id: int) -> Message:
    """A message of this ticket. Raises WrongTopic."""
    found = await Message.get_or_none(id=message_id, ticket_id=ticket_id)
    if found is None:
        raise WrongTopic
    return found


async def wordings(message: Message) -> list[tuple[datetime, Words]]:
    """The earlier wordings of a message, each with the instant until which it stood."""
    answer = await notes.answer_beneath(message) if message.direction is Direction.NOTE else None
    before = await _revisions(answer) if answer else []
    if answer:
        before.append((message.created_at, Words.load(answer.words)))
    return before + await _revisions(message)


async def earlier(message_ids: list[int]) -> list[Revision]:
    """What these messages said before they were changed, the latest first."""
    return await Revision.filter(message_id__in=message_ids).order_by("-id")


async def _revisions(message: Message) -> list[tuple[datetime, Words]]:
    found = await Revision.filter(message_id=message.id).order_by("id")
    return [(one.replaced_at, Words.load(one.words)) for one in found]
