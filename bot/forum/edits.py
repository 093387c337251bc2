"""The customer's edits, on the posts that have the words: none of them hides anybody's words.

Several messages may share a post, one of them the card's. What no longer fits into it goes on in
further posts, which are theirs together and replace themselves with the next edit.
"""

from dataclasses import replace

from bot import wording
from bot.desk.outbox.carrying import Carried
from bot.desk.outbox.kinds import to_topic
from bot.desk.said import TEXT, Content
from bot.desk.talk import sources
from bot.desk.talk.outgoing import content_of
from bot.desk.words import Words, italic
from bot.forum import lines, memory, posts, topics
from bot.forum.errand import NOTHING, Errand
from bot.forum.lines import Card
from bot.forum.memory import Record
from bot.telegram import changing, posting
from bot.telegram.refusals import Missing, NotEditable, TopicGone
from bot.telegram.speaker import Reply
from bot.texts import _
from models import Message, Post, Topic


async def edit(errand: Errand, what: to_topic.Edit) -> Carried:
    """The last wording is shown, however many edits led to it."""
    return replace(await _follow(errand, what), count=len(errand.parcels))


async def _follow(errand: Errand, what: to_topic.Edit) -> Carried:
    message = await Message.get(id=what.message)
    stands = await errand.posts(message.id)
    if not stands:
        return await _anew(errand, message)
    try:
        return await _edit_or_answer(errand, message, stands, what.place)
    except (Missing, TopicGone):
        return await _anew(errand, message)


async def _edit_or_answer(
    errand: Errand, message: Message, stands: list[Post], place: int
) -> Carried:
    try:
        return await _edit(errand, message, stands, place)
    except NotEditable:  # a forward: it stays as it was, the new words answer it
        await topics.opened(errand)
        words = _edited() + wording.said(_changed_part(content_of(message), place))
        at = await errand.reply_to(message.id, place)
        shown = await errand.speaker.say(words, at)
        return Carried(external_id=str(shown[0]))


async def _edit(errand: Errand, message: Message, stands: list[Post], place: int) -> Carried:
    if sources.links(content_of(message)):
        raise NotEditable("its files stand in posts of their own")
    first = stands[0]
    if first.on_card:
        sharing = await lines.on_card(errand, first.post_id)
    else:
        sharing = await lines.sharing(errand, first.post_id)
    shared = first.on_card or len(sharing) > 1
    if shared and message.kind != TEXT:
        return await _leave(errand, message, sharing, stands)
    if first.on_card:
        return await _edit_card(errand, sharing)
    if shared:
        content = Content(words=lines.merged(sharing))
        return Carried(record=await _shown(errand, sharing, [_numbers(stands)], content))
    content = content_of(message)
    at = _by_place(stands, len(content.pieces()))
    if not (at[0] and at[place]):
        raise NotEditable("nobody knows where it stands")
    return Carried(record=await _shown(errand, [message], at, content, place))


def _changed_part(content: Content, place: int) -> Content:
    """Of an album the part at this place; what did not come part by part is changed as a whole."""
    return content.piece(place) if content.is_gathered else content


def _by_place(stands: list[Post], many: int) -> list[list[int]]:
    """The posts of so many files; there are none of one that stands nobody knows where."""
    return [_numbers([one for one in stands if one.place == place]) for place in range(many)]


async def _edit_card(errand: Errand, sharing: list[Message]) -> Carried:
    topic = await topics.present(errand)
    if topic is None:
        return NOTHING
    shown = await lines.card(errand, sharing)
    return Carried(record=await show_card(errand, topic, shown, sharing))


async def show_card(errand: Errand, topic: Topic, shown: Card, first: list[Message]) -> Record:
    """The card, and what of the first words goes on below it."""
    card_id = topic.card_id
    assert card_id is not None
    known = _numbers(await errand.posts(first[0].id)) if first else [card_id]
    if len(shown.rest) >= len(known):
        await topics.opened(errand)
    await changing.rewrite(errand.speaker, card_id, shown.words, shown.buttons)
    below = [number for number in known if number != card_id]
    stand = await changing.go_on(errand.speaker, card_id, shown.rest, below)
    keep = memory.card_shown(topic, card_id, shown)
    changed = _changed(errand, first, [below], [stand])

    async def record() -> None:
        await keep()
        await changed()

    return record


async def _shown(
    errand: Errand, sharing: list[Message], at: list[list[int]], content: Content, place: int = 0
) -> Record:
    if changing.grows(at, content):  # what is added needs an open topic
        await topics.opened(errand)
    now = await changing.edit(errand.speaker, at, content, place)
    return _changed(errand, sharing, at, now)


async def _leave(
    errand: Errand, message: Message, sharing: list[Message], stands: list[Post]
) -> Carried:
    """Words became a picture: it gets a post of its own, and the others keep theirs."""
    topic = await topics.opened(errand)
    shown = await posting.post(
        errand.speaker, content_of(message), Reply(stands[0].post_id), stand_in=True
    )
    others = [one for one in sharing if one.id != message.id]
    if stands[0].on_card:
        card = await lines.card(errand, others)
        rest = await show_card(errand, topic, card, others)
        if not others and (below := _numbers(stands)[1:]):  # they had only these words
            await changing.delete(errand.speaker, below)
    else:
        words = Content(words=lines.merged(others))
        rest = await _shown(errand, others, [_numbers(stands)], words)
    return memory.posted_anew(errand, message, shown, rest)


async def _anew(errand: Errand, message: Message) -> Carried:
    """Nothing of it stands in the topic (any more): it is shown as if it had just been said."""
    content = content_of(message)
    if content.kind == TEXT:
        content = replace(content, words=_edited() + content.words)

    async def act(topic: Topic) -> Carried:
        await posts.card_first(errand, topic)
        shown = await posting.post(errand.speaker, content, stand_in=True)
        return memory.posted_anew(errand, message, shown)

    return await posts.in_topic(errand, act)


def _changed(
    errand: Errand, sharing: list[Message], before: list[list[int]], now: list[list[int]]
) -> Record:
    """Some posts are new, some are gone, for all that share them."""
    pairs = list(zip(before, now, strict=True))
    added = [[number for number in after if number not in then] for then, after in pairs]
    gone = [number for then, after in pairs for number in then if number not in after]
    stands = memory.stands_at(errand.group.id, sharing, added)
    ids = [message.id for message in sharing]

    async def record() -> None:
        if gone:
            posts = Post.filter(group_id=errand.group.id, message_id__in=ids)
            await posts.filter(post_id__in=gone).delete()
        if stands:
            await memory.remember(stands)

    return record


def _numbers(stands: list[Post]) -> list[int]:
    return [stand.post_id for stand in stands]


def _edited() -> Words:
    return italic(_("✏️ Edited:")) + "\n"
