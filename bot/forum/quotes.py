"""Quotes: which of the messages that share a post is quoted, and where in its own words.

Telegram tells the words of a quote, and about where they stand in what the post shows. That may be
several messages, with the card above them, or a piece of one; and it may be older than what is
stored, while an edit waits for its turn. Places are in UTF-16 units.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from itertools import accumulate

from bot.desk.said import Quote, stored
from bot.desk.talk import corrections
from bot.desk.words import Words
from bot.desk.words.markup import utf16
from bot.forum import lines
from bot.forum.errand import Errand
from bot.forum.lines import GAP
from bot.telegram.speaker import TEXT_LIMIT, Reply
from models import Message, Post, Revision


@dataclass(frozen=True, slots=True)
class Meant:
    """A message that a post shows, which file of it, and what is quoted of the words there."""

    message: Message
    place: int = 0
    quote: Quote | None = None


async def meant(sharing: list[Post], shown: str, quote: Quote) -> Meant:
    """The quoted one of those that share a post, and the quote where it stands in its words.

    No quote: they are no words of its own (any more), such as those of the card.
    """
    found = quote.within(Words(shown), quote.position)
    place = found.position if found else quote.position
    async for texts in _wordings(sharing):
        begin = _begin(shown, GAP.join(texts))
        if begin is not None:
            number, place = _at(texts, place - begin)
            return _own(sharing[number], quote, place)
    said = [one for one in sharing if _own(one, quote, 0).quote]
    post = (said or sharing)[-1]
    end = utf16(_said(post, post.message).text) - utf16(shown)  # whatever stands above them
    return _own(post, quote, place + end)


async def answering(errand: Errand, reply: Reply, message_id: int, quote: Quote) -> Reply:
    """A reply to a message, with the quote where the post that it shares has it."""
    sharing = await lines.sharing(errand, reply.message_id)
    before = [one.words["text"] + GAP for one in sharing if one.id < message_id]
    if await lines.on_card(errand, reply.message_id):
        before.insert(0, (await lines.card(errand, [])).words.text + GAP)
    position = quote.position + utf16("".join(before))
    return replace(reply, quote=replace(quote, position=position))


def _own(post: Post, quote: Quote, place: int) -> Meant:
    """With the quote in its own words, the nearest to a place; none is before them."""
    words = _said(post, post.message)
    found = quote.within(words, place) if place >= 0 else None
    return Meant(post.message, post.place, found)


def _said(post: Post, of: Message | Revision) -> Words:
    """The words that stand there, as they are now or were."""
    words, about = Words.load(of.words), of.content or {}
    return stored.load(post.message.kind, words, about, {}, None).piece(post.place).words


def _at(texts: list[str], place: int) -> tuple[int, int]:
    """Which of the texts stands at a place of them all, and where in it that is."""
    starts = [0, *accumulate(utf16(text + GAP) for text in texts[:-1])]
    if place < 0:  # above them
        return -1, place
    number = max(n for n, start in enumerate(starts) if start <= place)
    return number, place - starts[number]


def _begin(shown: str, said: str) -> int | None:
    """Where in the shown text begins what was said; below 0 if it shows a later piece.

    None: it shows something else.
    """
    for start in (0, *(gap.end() for gap in re.finditer(GAP, shown))):
        below = shown[start:]
        cut = start + len(said) > TEXT_LIMIT
        if said == below or (cut and below and said.startswith(below)):
            return utf16(shown[:start])
    above = said.find(shown) if len(said) > TEXT_LIMIT else -1
    return -utf16(said[:above]) if above >= 0 else None


async def _wordings(sharing: list[Post]) -> AsyncIterator[list[str]]:
    """Their texts as they are now, then with one of them as it was before."""
    now = [_said(one, one.message).text for one in sharing]
    yield now
    ids = [one.message_id for one in sharing]
    for before in await corrections.earlier(ids):
        place = ids.index(before.message_id)
        yield [*now[:place], _said(sharing[place], before).text, *now[place + 1 :]]
