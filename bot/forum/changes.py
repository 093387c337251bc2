"""What changes on a post: edits, reactions, delivery marks, the card itself."""

from contextlib import suppress
from dataclasses import replace

from bot.desk import waiting
from bot.desk.answers import content_of
from bot.desk.carrying import Carried, TryLater
from bot.desk.words import Words, italic
from bot.forum import lines, memory, topics
from bot.forum.errand import NOTHING, Errand
from bot.telegram import changing, posting
from bot.telegram.posting import Posted
from bot.telegram.refusals import Missing, NoReaction, NotEditable, TopicGone
from bot.telegram.speaker import Reply, Speaker
from bot.texts import _
from models import Group, Message, Post, Topic
from models.rows import find

DELIVERED = "👌"
UNTOUCHED = """message_id = $1 AND group_id = $2
    AND (SELECT reaction IS NULL AND unsent_at IS NULL FROM message WHERE id = $1)
ORDER BY id LIMIT 1"""


async def edit(errand: Errand) -> Carried:
    """The customer's edits of a message, on the post that has the words."""
    return replace(await _follow(errand), count=len(errand.parcels))


async def react(errand: Errand) -> Carried:
    """The customer's reaction, on the post."""
    payload = errand.parcel.payload
    posts = await errand.posts(payload["message"])
    if not posts:
        return NOTHING
    with suppress(Missing, TopicGone):
        try:
            await changing.react(errand.speaker, posts[0].post_id, payload["emoji"])
        except NoReaction:  # not every emoji is allowed in every group
            await topics.opened(errand)
            await errand.speaker.say(Words(payload["emoji"]), Reply(posts[0].post_id))
    return NOTHING


async def retell(errand: Errand) -> Carried:
    """Another sentence in the place of one of the bot's; where that is gone, nobody misses it."""
    payload = errand.parcel.payload
    msgid = payload["sentence"]
    sentence = Words(_(msgid).format(**payload["values"]))
    with suppress(Missing, TopicGone, NotEditable):
        await changing.rewrite(errand.speaker, payload["post"], sentence)
    return NOTHING


async def mark(speaker: Speaker, group: Group, message_id: int) -> None:
    """The delivery mark on an operator's words, unless they were taken back or show a reaction."""
    found = await find(Post, UNTOUCHED, message_id, group.id)
    if found:
        with suppress(Missing, TopicGone):
            await changing.react(speaker, found[0].post_id, DELIVERED)


async def card(errand: Errand) -> Carried:
    """Bring the card up to date."""
    topic = await _with_card(errand)
    if topic is None or topic.card_id is None:
        return NOTHING
    ticket = await lines.ticket(errand.ticket_id)
    shown = lines.card(ticket, await lines.on_card(errand, topic.card_id))
    if shown.fingerprint == topic.card:
        return NOTHING
    try:
        await changing.rewrite(errand.speaker, topic.card_id, shown.words, shown.buttons)
    except (Missing, TopicGone, NotEditable):
        return Carried(record=memory.card_lost(topic))
    return Carried(record=memory.card_shown(topic, topic.card_id, shown))


async def _with_card(errand: Errand) -> Topic | None:
    """The topic; a card that is just being posted may show what was true before, so wait."""
    topic = await topics.standing(errand)
    if topic is not None and topic.card_id is not None:
        return topic
    if await waiting.in_hand(f"forum:{errand.ticket_id}", "words"):
        raise TryLater("the card is just being posted", certain=True)
    return await topics.standing(errand)  # it may have been written down in between


async def _follow(errand: Errand) -> Carried:
    message = await Message.get(id=errand.parcel.payload["message"])
    posts = await errand.posts(message.id)
    if not posts:
        return NOTHING
    try:
        return await _edit(errand, message, posts)
    except NotEditable:  # a forward: it stays as it was, the new words answer it
        await topics.opened(errand)
        words = italic(_("✏️ Edited:")) + "\n" + posting.said(content_of(message))
        shown = await errand.speaker.say(words, Reply(posts[0].post_id))
        return Carried(external_id=str(shown[0]))
    except (Missing, TopicGone):
        return NOTHING  # somebody deleted the post; the ticket keeps the words


async def _edit(errand: Errand, message: Message, posts: list[Post]) -> Carried:
    first = posts[0]
    if first.on_card:
        return await _edit_card(errand, first.post_id)
    sharing = await lines.sharing(errand, first.post_id)
    if len(sharing) > 1:
        await changing.rewrite(errand.speaker, first.post_id, lines.merged(sharing))
        return NOTHING
    return await _edit_pieces(errand, message, [post.post_id for post in posts])


async def _edit_card(errand: Errand, post_id: int) -> Carried:
    topic = await topics.standing(errand)
    if topic is None:
        return NOTHING
    ticket = await lines.ticket(errand.ticket_id)
    shown = lines.card(ticket, await lines.on_card(errand, post_id))
    await changing.rewrite(errand.speaker, post_id, shown.words, shown.buttons)
    return Carried(record=memory.card_shown(topic, post_id, shown))


async def _edit_pieces(errand: Errand, message: Message, post_ids: list[int]) -> Carried:
    content = content_of(message)
    if len(changing.parted(content)[1]) >= len(post_ids):  # what is added needs an open topic
        await topics.opened(errand)
    stand = await changing.edit(errand.speaker, post_ids, content)
    added = [number for number in stand if number not in post_ids]
    gone = [number for number in post_ids if number not in stand]

    async def record() -> None:
        posts = Post.filter(group_id=errand.group.id, message_id=message.id)
        await posts.filter(post_id__in=gone).delete()
        await memory.posted(errand, [message], Posted([added] if added else []))()

    return Carried(record=record if added or gone else None)
