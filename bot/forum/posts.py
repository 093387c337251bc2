"""What is posted in a topic: the card, the customer's words, the bot's sentences."""

from collections.abc import Awaitable, Callable

import structlog

from bot import sentences
from bot.cards import history
from bot.desk import outbox
from bot.desk.outbox import waiting
from bot.desk.outbox.carrying import Carried, TryLater
from bot.desk.outbox.kinds import to_topic
from bot.desk.said import Content, Quote
from bot.desk.talk import undelivered
from bot.desk.talk.outgoing import content_of
from bot.desk.tickets import theirs
from bot.desk.words import Words, plain
from bot.forum import lines, memory, quotes, topics
from bot.forum.errand import NOTHING, Errand
from bot.forum.groups import now
from bot.telegram import posting
from bot.telegram.refusals import FileAway, Refused, TopicClosed, TopicGone
from bot.telegram.resending import UNCAPTIONED
from bot.telegram.speaker import Reply
from bot.texts import _
from models import Message, Topic

log = structlog.get_logger(__name__)

WORDS_FIRST = 1.0  # seconds until a file looks again whether its words are posted
Act = Callable[[Topic], Awaitable[Carried]]


async def words(errand: Errand, _what: to_topic.Words) -> Carried:
    """The customer's words; the card comes with the first of them."""
    messages, count = await lines.together(errand)
    if not messages:
        return Carried(len(errand.parcels))

    async def act(topic: Topic) -> Carried:
        if topic.card_id is None:
            return await _begin(errand, topic, messages, count)
        return await _go_on(errand, messages, count)

    return await in_topic(errand, act)


async def file(errand: Errand, what: to_topic.File) -> Carried:
    """A file that could not be got when its words were posted."""
    stood = await errand.reply_to(what.message, what.place)
    message = await Message.get(id=what.message)  # read after that, it tells what its words show
    piece = _file_at(content_of(message), what.place)
    if piece is None or _is_shown(piece, errand):
        return NOTHING

    async def wait_for_words(topic: Topic | None) -> Reply | None:
        coming = await _are_coming(message, topic)
        reply = await errand.reply_to(message.id, what.place)
        if (reply is None and coming) or (reply and not stood):
            why = "its words come first"
            raise TryLater(why, after=WORDS_FIRST, certain=True, blameless=True)
        return reply

    async def act(topic: Topic) -> Carried:
        reply = await wait_for_words(topic)
        if reply is None:  # who was to bring the card may just have done so
            await card_first(errand, await Topic.get(id=topic.id))
        try:
            shown = await posting.copied(errand.speaker, piece, reply)
        except FileAway as refusal:
            raise TryLater(refusal.detail, certain=True) from refusal
        return memory.file_posted(errand, message, what.place, shown)

    await wait_for_words(await topics.present(errand))  # they make the topic, if there is none
    return await in_topic(errand, act)


async def _are_coming(message: Message, topic: Topic | None) -> bool:
    """Whether its words are still to be posted; those that a new topic recalls are not.

    Into a topic that has no card yet whatever is to be said comes first, and brings it.
    """
    lane, kind = to_topic.lane(message.ticket_id), to_topic.Words.kind
    if (topic is None or topic.card_id is None) and await waiting.is_busy(lane):
        return True
    async with outbox.transaction():
        return await waiting.waits(lane, kind, message.id) or await waiting.in_hand(lane, kind)


def _file_at(content: Content, place: int) -> Content | None:
    """One of its files; what was fetched comes without the words, which stand there already.

    None: it has it no more, or it is still to be fetched.
    """
    found = content.pieces()
    if place >= len(found) or any(each.sources.lacking for each in found[place].attachments):
        return None
    piece = found[place]
    linked = any(each.sources.link for each in piece.attachments)
    return Content(piece.kind, attachments=piece.attachments) if linked else piece


def _is_shown(piece: Content, errand: Errand) -> bool:
    """Whether it came in time to be posted with its words."""
    bot = errand.ground.bot.id
    return any(each.sources.link and each.sources.shown_by(bot) for each in piece.attachments)


async def tell(errand: Errand, what: to_topic.Tell) -> Carried:
    """The bot's own sentence, in the group's language."""
    sentence = sentences.words(what.said())
    rows = [[(_(label), data) for label, data in row] for row in what.buttons]

    async def act(topic: Topic) -> Carried:
        await card_first(errand, topic)
        reply = await errand.reply_to(what.message)
        above = Words() if reply else await lines.answer_not_here(what.message)
        shown = await errand.speaker.say(above + sentence, reply, rows)
        return Carried(external_id=str(shown[0]))

    return await in_topic(errand, act)


async def echo(errand: Errand, what: to_topic.Echo) -> Carried:
    """What an operator has said by a macro: whose it is, and what the customer got of it."""
    message = await Message.get_or_none(id=what.message).select_related("operator")
    if message is None:
        return NOTHING
    top, content = history.echoed(message)

    async def act(topic: Topic) -> Carried:
        await card_first(errand, topic)
        reply = await errand.reply_to(message.reply_to_id, message.reply_place)
        if content.kind in UNCAPTIONED:
            await errand.speaker.say(top, reply)
        shown = await posting.post(errand.speaker, content, reply, stand_in=True)
        return memory.posted(errand, [message], shown)

    return await in_topic(errand, act)


async def card_first(errand: Errand, topic: Topic) -> None:
    """A topic that is new because an earlier one is gone begins with the card and what was said."""
    if topic.card_id is None:
        ticket = await theirs.with_people(errand.ticket_id)
        await _card_alone(errand, topic, await lines.history(errand, ticket))


async def in_topic(errand: Errand, act: Act) -> Carried:
    """Act in the ticket's topic: reopened if it refuses, made anew if it has vanished."""
    topic = await topics.opened(errand)
    try:
        return await act(topic)
    except TopicClosed:
        await topics.reopen(errand, topic)
        return await act(topic)
    except TopicGone:
        return await act(await topics.replaced(errand, topic))


async def _begin(errand: Errand, topic: Topic, messages: list[Message], count: int) -> Carried:
    """The first post: the card with the words where they are text, else the card and then they."""
    together = await lines.card(errand, messages)
    ticket = together.about
    recalled = await lines.history(errand, ticket, before=messages[0].id)
    if recalled or not lines.fit(together, messages):
        await _card_alone(errand, topic, recalled)
        return await _go_on(errand, messages, count)
    (card_id,) = await errand.speaker.say(together.words, None, together.buttons)

    async def record() -> None:
        await memory.card_shown(topic, card_id, together)()
        await memory.begun(ticket)()

    stands = memory.stands_at(errand.group.id, messages, [[card_id]], on_card=True)
    return Carried(count, str(card_id), record, [(memory.remember, stand) for stand in stands])


async def _card_alone(errand: Errand, topic: Topic, recalled: list[Words]) -> None:
    """Written down before the words go: whatever happens to them, the card is posted once."""
    card = await lines.card(errand, [])
    shown = await errand.speaker.say(card.words, None, card.buttons)
    for piece in recalled:
        await _recall(errand, piece)
    async with outbox.transaction():
        await memory.card_shown(topic, shown[-1], card)()
        await memory.begun(card.about)()
        if recalled:
            await undelivered.tell_anew(errand.ticket_id, now())


async def _recall(errand: Errand, piece: Words) -> None:
    """A part of what was said, plain if Telegram refuses its formats, or that it cannot be shown.

    What is refused for what it says would else take with it what tells of that.
    """
    for tried in (piece, plain(piece.text)):
        try:
            await errand.speaker.say(tried)
            return
        except Refused as refusal:
            if refusal.reason != Refused.word:
                raise
            log.warning("not_recalled", ticket=errand.ticket_id, reason=refusal.detail)
    await errand.speaker.say(plain(_("⚠️ A part of what was said so far cannot be shown here.")))


async def _go_on(errand: Errand, messages: list[Message], count: int) -> Carried:
    first = messages[0]
    reply = await errand.reply_to(first.reply_to_id, first.reply_place)
    if reply and first.reply_to_id and first.quote:
        quote = Quote.load(first.quote)
        reply = await quotes.answering(errand, reply, first.reply_to_id, quote)
    shown = await posting.post(errand.speaker, lines.content(messages), reply, stand_in=True)
    return memory.posted(errand, messages, shown, count)
