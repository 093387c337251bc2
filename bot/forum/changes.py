"""What changes on a post: reactions, delivery marks, the bot's sentences, the card itself."""

from contextlib import suppress

from bot import sentences, texts
from bot.desk.outbox import waiting
from bot.desk.outbox.carrying import Carried, TryLater
from bot.desk.outbox.kinds import to_topic
from bot.desk.said.sentences import Sentence
from bot.desk.words import Words
from bot.forum import edits, lines, memory, topics
from bot.forum.errand import NOTHING, Errand
from bot.forum.groups import now
from bot.telegram import changing
from bot.telegram.refusals import Missing, NoReaction, NotEditable, TopicGone
from bot.telegram.speaker import Speaker
from models import Group, Message, Post, Topic
from models.rows import find

UNTOUCHED_BY_CUSTOMER = """message_id = $1 AND group_id = $2
    AND (SELECT reaction IS NULL FROM message WHERE id = $1)
ORDER BY id LIMIT 1"""
UNTOUCHED = """message_id = $1 AND group_id = $2
    AND (SELECT reaction IS NULL AND unsent_at IS NULL FROM message WHERE id = $1)
ORDER BY id LIMIT 1"""


async def react(errand: Errand, what: to_topic.React) -> Carried:
    """The customer's reaction, on the post."""
    at = await errand.reply_to(what.message, what.place)
    if at is None:
        return NOTHING
    with suppress(Missing, TopicGone):
        try:
            await changing.react(errand.speaker, at.message_id, what.emoji)
        except NoReaction:  # not every emoji is allowed in every group
            await topics.opened(errand)
            await errand.speaker.say(Words(what.emoji), at)
    return NOTHING


async def retell(errand: Errand, what: to_topic.Retell) -> Carried:
    """Another sentence in the place of one of the bot's; where that is gone, nobody misses it."""
    if what.chat != errand.group.chat_id:
        return NOTHING  # it stands in a group that was left, and another's post has its number here
    values = {}
    if what.moment:
        values["moment"] = texts.moment(what.moment, errand.ground.all.timezone, now())
    with suppress(Missing, TopicGone, NotEditable):
        sentence = sentences.words(Sentence(what.sentence, values))
        await changing.rewrite(errand.speaker, what.post, sentence)
    return NOTHING


async def mark(speaker: Speaker, group: Group, message_id: int) -> None:
    """The delivery mark on an operator's words, unless they were taken back or show a reaction."""
    found = await find(Post, UNTOUCHED, message_id, group.id)
    if not found:
        await _awaits_its_post(message_id)
        found = await find(Post, UNTOUCHED, message_id, group.id)  # it may just have come
    if found:
        with suppress(Missing, TopicGone):
            await changing.react(speaker, found[0].post_id, changing.DELIVERED)


async def _awaits_its_post(message_id: int) -> None:
    """What a macro says may be delivered before it is shown. Raises TryLater."""
    message = await Message.get_or_none(id=message_id)
    if message and await waiting.is_to_be_shown(message.ticket_id, message_id):
        raise TryLater("its post is still to come", certain=True)


async def unmark(errand: Errand, what: to_topic.Unmark) -> Carried:
    """No delivery mark any more; a reaction of the customer's own stays."""
    found = await find(Post, UNTOUCHED_BY_CUSTOMER, what.message, errand.group.id)
    if found:
        with suppress(Missing, TopicGone):
            await changing.react(errand.speaker, found[0].post_id, "")
    return NOTHING


async def nod(errand: Errand, what: to_topic.Nod) -> Carried:
    """A command was done: the mark stands under it."""
    if what.chat != errand.group.chat_id:
        return NOTHING
    with suppress(Missing, TopicGone, NoReaction):
        await changing.react(errand.speaker, what.post, changing.DONE)
    return NOTHING


async def card(errand: Errand, _what: to_topic.Card) -> Carried:
    """Bring the card up to date."""
    topic = await _with_card(errand)
    if topic is None or topic.card_id is None:
        return NOTHING
    first = await lines.on_card(errand, topic.card_id)
    shown = await lines.card(errand, first)
    if shown.fingerprint == topic.card:
        return NOTHING
    try:
        return Carried(record=await edits.show_card(errand, topic, shown, first))
    except (Missing, TopicGone, NotEditable):
        return Carried(record=memory.card_lost(topic))


async def _with_card(errand: Errand) -> Topic | None:
    """The topic; a card that is just being posted may show what was true before, so wait."""
    topic = await topics.present(errand)
    if topic is not None and topic.card_id is not None:
        return topic
    if await waiting.in_hand(to_topic.lane(errand.ticket_id), to_topic.Words.kind):
        raise TryLater("the card is just being posted", certain=True)
    return await topics.present(errand)  # it may have been written down in between
