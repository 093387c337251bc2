"""Words arrive as they were said, with every mark in them, whatever their length."""

from typing import Any

import asyncpg

from tests.stories.chat import Screen, Seen, marks, words
from tests.stories.conftest import Stage

SAID = "𝔹old italic under strike hidden code 🧑‍🚀 link https://example.org @olena #tag"
LIMIT = 4096


def mark(kind: str, piece: str, **more: Any) -> Seen:
    """An entity around a piece of SAID."""
    start = len(SAID[: SAID.index(piece)].encode("utf-16-le")) // 2
    return {
        "type": kind,
        "offset": start,
        "length": len(piece.encode("utf-16-le")) // 2,
        **more,
    }


MARKS = [
    mark("bold", "𝔹old italic"),
    mark("italic", "italic under"),
    mark("underline", "under"),
    mark("strikethrough", "strike"),
    mark("spoiler", "hidden"),
    mark("code", "code"),
    mark("custom_emoji", "🧑‍🚀", custom_emoji_id="5368324170671202286"),
    mark("text_link", "link", url="https://example.com/?a=1&b=2"),
]
BLOCKS = "Quoted\nlonger quoted\ndef f(): pass"
BLOCK_MARKS = [
    {"type": "blockquote", "offset": 0, "length": 6},
    {"type": "expandable_blockquote", "offset": 7, "length": 13},
    {"type": "pre", "offset": 21, "length": 13, "language": "python"},
]


def alike(copy: Seen, original: Seen) -> None:
    """The copy says the same in the same dress."""
    assert words(copy) == words(original)
    assert marks(copy) == marks(original)


async def test_marks_arrive_in_the_topic(desk: Stage) -> None:
    anna, topic = await desk.asks()
    said = anna.writes(SAID, entities=MARKS)
    assert len(marks(said)) > 20
    alike(await topic.shows("𝔹old"), said)
    said = anna.writes(BLOCKS, entities=BLOCK_MARKS)
    alike(await topic.shows("Quoted"), said)


async def test_marks_arrive_at_the_customer(desk: Stage) -> None:
    anna, topic = await desk.asks()
    mention = {"type": "text_mention", "offset": 0, "length": 4}
    taras = desk.taras.person.user.json()
    for text, entities in ((SAID, MARKS), (BLOCKS, BLOCK_MARKS), ("Тарас", [mention])):
        given = [one | {"user": taras} if one is mention else one for one in entities]
        said = desk.olena.writes(topic, text, entities=given)
        alike(await anna.shows(text), said)


async def test_marks_stand_under_the_card_too(desk: Stage) -> None:
    anna = desk.customer("Anna")
    said = anna.writes(SAID, entities=MARKS)
    card = await (await desk.topic("#1")).shows("𝔹old")
    shift = len(words(card)[: words(card).index(SAID)].encode("utf-16-le")) // 2
    on_card = {at - shift: what for at, what in marks(card).items() if at >= shift}
    assert on_card == marks(said)


async def test_words_that_share_a_post_keep_their_marks(desk: Stage) -> None:
    anna, topic = await desk.asks()
    last = topic.last
    desk.sandbox.faults.next(do="429", method="sendMessage", chat=desk.group, retry_after=1)
    anna.writes("first")
    said = [anna.writes(SAID, entities=MARKS), anna.writes("last")]
    await topic.shows("last")
    everything = "".join(words(m) for m in topic.since(last))
    for text in ("first", SAID, "last"):
        assert everything.count(text) == 1
    shown = await topic.shows(SAID)
    shift = len(words(shown)[: words(shown).index(SAID)].encode("utf-16-le")) // 2
    here = {at - shift: what for at, what in marks(shown).items()}
    assert {at: what for at, what in here.items() if at >= 0} == marks(said[0])


async def test_markup_of_other_worlds_is_only_text(desk: Stage) -> None:
    anna, topic = await desk.asks()
    raw = "<b>no</b> *no* _no_ [a](b) \\ &lt; {name} %s `x` ||y||"
    assert words(await told(topic, anna.writes(raw))) == raw
    assert words(await told(anna, desk.olena.writes(topic, raw))) == raw
    assert not marks(topic.last)


async def told(screen: Screen, said: Seen) -> Seen:
    """The copy of what has been said."""
    return await screen.shows(words(said))


async def test_first_words_of_the_longest_kind(desk: Stage) -> None:
    anna = desk.customer("Anna")
    long = ("слово " * 700)[: LIMIT - 1] + "!"
    anna.writes(long)
    topic = await desk.topic("#1")
    assert words(await topic.shows(long)) == long, "the card stands in a post of its own"
    assert "#1" in words(topic.card)


async def test_twenty_thousand_characters_in_five_messages(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    last = topic.last
    pieces = [f"{number}" + "я" * (LIMIT - 1) for number in range(5)]
    for piece in pieces:
        anna.writes(piece)
    await desk.settles(witness)
    assert [words(m) for m in topic.since(last)] == pieces
    last = anna.last
    for piece in pieces:
        desk.taras.writes(topic, piece)
    await desk.settles(witness)
    assert [words(m) for m in anna.since(last)] == pieces


async def test_what_grows_over_the_limit_is_split_between_characters(desk: Stage) -> None:
    """A forward that must be told in words has a line about its origin, and is longer by it."""
    anna, topic = await desk.asks()
    last = topic.last
    refusal = "Bad Request: message has protected content and can't be forwarded"
    desk.sandbox.faults.next(do="400", method="forwardMessage", text=refusal)
    family = "👨‍👩‍👧"
    long = (family * LIMIT)[: LIMIT - LIMIT % len(family)]
    anna.person.forwards_post(anna.bot, "News", long)
    first, second = await topic.shows_after(last, 2)
    said = words(first) + words(second)
    assert said == "Forwarded from News\n" + long
    assert words(second) == family * (len(words(second)) // len(family)), "no family is parted"
    assert len(words(first)) <= LIMIT


async def test_an_entity_goes_on_behind_the_border(desk: Stage) -> None:
    anna, topic = await desk.asks()
    last = topic.last
    refusal = "Bad Request: message can't be forwarded"
    desk.sandbox.faults.next(do="400", method="forwardMessage", text=refusal)
    bold = {"type": "bold", "offset": LIMIT - 100, "length": 100}
    anna.person.forwards_post(anna.bot, "News", "я" * LIMIT, entities=[bold])
    first, second = await topic.shows_after(last, 2)
    assert words(first) + words(second) == "Forwarded from News\n" + "я" * LIMIT
    assert "bold" in str(marks(first)[LIMIT - 1])
    assert "bold" in str(marks(second)[0])
    assert len(marks(second)) == len(words(second))
