"""Lines of a ticket as they stand in posts: several in one, one in several, one on the card."""

from dataclasses import dataclass

from tortoise.expressions import Q

from bot import cards
from bot.cards import face
from bot.cards import history as told
from bot.desk.outbox.deliveries import Parcel
from bot.desk.outbox.kinds.to_topic import Edit
from bot.desk.outbox.kinds.to_topic import Words as Said
from bot.desk.people import preferences
from bot.desk.said import Buttons, Content
from bot.desk.talk import glance, undelivered
from bot.desk.talk.outgoing import content_of, whole
from bot.desk.words import Words, join
from bot.forum.errand import Errand
from bot.forum.groups import now
from bot.telegram import origins
from bot.telegram.speaker import TEXT_LIMIT
from models import Direction, FormerTopic, Message, Post, Ticket
from models.rows import fetch, read

GAP = "\n\n"  # between the words of messages that share a post
TOGETHER = 30  # parcels that are looked at for one post
RECALLED = 20  # the latest lines of a topic's history
# A thread is called by the message that began it: what is older stands in a topic before it.
UNSEEN = """
SELECT 1 FROM message WHERE ticket_id = $1
  AND ($2::bigint IS NULL OR id < $2 OR direction <> 'in')
  AND NOT EXISTS (SELECT FROM post JOIN message AS shown ON shown.id = post.message_id
                  JOIN topic ON topic.ticket_id = $1
                  WHERE post.group_id = $3 AND shown.ticket_id = $1
                      AND post.post_id > topic.thread_id)
LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Card:
    """The card as it is to be shown, with the customer's first words if it carries them."""

    about: Ticket
    words: Words
    buttons: Buttons
    fingerprint: str
    rest: list[Words]  # what of the first words goes on in further posts


def fits(parcels: list[Parcel]) -> bool:
    """Whether these may become one action; how many really do is seen when they are read."""
    first = parcels[0]
    if isinstance(first.what, Edit):  # what is shown is the last wording
        return all(one.what == first.what for one in parcels)
    return len(parcels) <= TOGETHER and all(
        isinstance(one.what, Said) and one.what.merge for one in parcels
    )


async def together(errand: Errand) -> tuple[list[Message], int]:
    """The messages that become one post now, and how many parcels they are."""
    said = [one.what for one in errand.parcels if isinstance(one.what, Said)]
    ids = [number for each in said for number in each.messages]
    messages = [read(Message, row) for row in await errand.ground.all.messages.rows(*sorted(ids))]
    if len(errand.parcels) == 1:
        return messages, 1
    length = 0
    for count, message in enumerate(messages):
        length += len(message.words["text"]) + len(GAP)
        if count and (length > TEXT_LIMIT or not all(map(plain_text, (messages[0], message)))):
            return messages[:count], count
    return messages, len(errand.parcels)


def plain_text(message: Message) -> bool:
    """Words that can share a post: no file, no reply, nothing forwarded."""
    return message.reply_to_id is None and content_of(message).is_plain


def merged(messages: list[Message]) -> Words:
    """The words of messages that share a post."""
    return join(GAP, [Words.load(message.words) for message in messages])


def content(messages: list[Message]) -> Content:
    """What is to be posted: one message, or words that share a post."""
    if len(messages) > 1 and all(map(plain_text, messages)):
        return Content(words=merged(messages))
    return whole(messages)


async def card(errand: Errand, first: list[Message]) -> Card:
    """The card as things stand now, with these first words under it."""
    about = await glance.at(errand.ticket_id, now())
    words, buttons = face.card(about, errand.ground.all.timezone)
    if first:
        words = face.first_post(words, merged(first))
    head, rest = words.parted(TEXT_LIMIT)
    fingerprint = face.fingerprint(words, buttons)
    return Card(about.ticket, head, buttons, fingerprint, rest.split(TEXT_LIMIT))


def fit(card: Card, first: list[Message]) -> bool:
    """Whether the first words can stand under the card in one post."""
    return not card.rest and all(map(plain_text, first))


async def sharing(errand: Errand, post_id: int) -> list[Message]:
    """The messages that share a post, in order."""
    return [post.message for post in await at(errand.group.chat_id, post_id)]


async def at(chat_id: int, post_id: int) -> list[Post]:
    """What a post of a group shows, with the messages, in their order."""
    posts = Post.filter(group__chat_id=chat_id, post_id=post_id)
    return await posts.order_by("message_id").select_related("message")


async def on_card(errand: Errand, card_id: int) -> list[Message]:
    """The messages whose words stand under the card."""
    posts = Post.filter(group_id=errand.group.id, post_id=card_id, on_card=True)
    return [post.message for post in await posts.order_by("message_id").select_related("message")]


async def topic_name(about: Ticket) -> str:
    """What its topic is to be called, in the current language."""
    first = None
    if not about.subject:
        first = await Message.filter(ticket_id=about.id).order_by("id").first()
    template = (await preferences.of(about.department_id)).template or cards.TEMPLATE
    return cards.topic_name(about, about.customer, template, first)


async def history(errand: Errand, about: Ticket, before: int | None = None) -> list[Words]:
    """What was said so far, if the ticket has nothing in its present topic.

    `before`: from this message on, what the customer says still waits to be shown.
    """
    if not await fetch(UNSEEN, about.id, before, errand.group.id):
        return []
    recalled = await _recalled(about.id, before)
    lost = await undelivered.answers(about.id)
    return told.history(recalled, lost, about.customer, errand.ground.all.timezone, now())


async def _recalled(ticket_id: int, before: int | None) -> list[Message | Words]:
    """The customer's first words and the latest lines; between them, how many are left out."""
    earlier = Message.filter(ticket_id=ticket_id)
    if before is not None:
        earlier = earlier.filter(Q(id__lt=before) | ~Q(direction=Direction.IN))
    latest = await earlier.order_by("-id").limit(RECALLED).select_related("operator")
    first = await earlier.filter(direction=Direction.IN).order_by("id").first()
    top = [first] if first and first not in latest else []
    left_out = await earlier.count() - len(top) - len(latest)
    gap = [told.left_out(left_out, await _former_topic(ticket_id))] if left_out else []
    return [*top, *gap, *reversed(latest)]


async def _former_topic(ticket_id: int) -> str | None:
    """The address of the topic that the ticket left last for another group."""
    found = FormerTopic.filter(ticket_id=ticket_id).order_by("-id").select_related("group")
    former = await found.first()
    return origins.address(former.group.chat_id, former.thread_id) if former else None


async def answer_not_here(message_id: int | None) -> Words:
    """What is told of an answer that stands in no post of this topic begins with its words."""
    said = await Message.get_or_none(id=message_id, direction=Direction.OUT)
    return told.said_before(said) if said else Words()
