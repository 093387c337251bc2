"""What every channel of the registry must keep, and one that can do no more than that.

A channel's test file has an `other_side`, a context manager that gives its customer.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from functools import reduce
from importlib import import_module
from itertools import count
from pathlib import Path
from unittest.mock import Mock

import pytest
from redis.asyncio import Redis

from bot.bridges import CHANNELS
from bot.bridges.base import CanEdit, CanReact, CanUnsend
from bot.desk import outbox
from bot.desk.outbox.carrying import TryLater, Undeliverable
from bot.desk.said import Content, Outgoing, Quote
from bot.desk.said.attachments import Attachment
from bot.desk.talk import outgoing, replies
from bot.desk.talk.failures import FAILURES
from bot.desk.words import Words, bold
from tests.bridges.other_side import How, OtherSide
from tests.desk.talk import NOW, anna, answers, edits, olena, replies_to, sends

LONGEST_ID = 998
NUMBERS = count(1)  # of deliveries
HERE = Path(__file__).parent
ROOT = HERE.parent.parent


def place(channel: str) -> str:
    """The module of a channel's tests, wherever they stand among these."""
    (path,) = HERE.rglob(f"test_{channel}.py")
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


PLACES = {name: place(name) for name in CHANNELS} | {"post": "tests.bridges.post"}


@pytest.fixture(params=PLACES)
async def side(request: pytest.FixtureRequest, db: str, redis: Redis) -> AsyncIterator[OtherSide]:
    """The other side of each channel in turn."""
    async with import_module(PLACES[request.param]).other_side(redis) as side:
        assert side.bridge.name == side.address.channel == request.param
        yield side


def saying(side: OtherSide, said: Content | str) -> Outgoing:
    content = said if isinstance(said, Content) else Content(words=Words(said))
    return Outgoing(side.address, content, delivery_id=next(NUMBERS), ticket=1)


async def sent(side: OtherSide, said: Content | str) -> list[list[str]]:
    """Send it; gives the ids of each file, or of all of it."""
    leaving = saying(side, said)
    became = await side.bridge.send(leaving)
    assert len(became) in (1, len(leaving.content.pieces()))
    ids = [[each for each in ids if each is not None] for ids in became]
    assert all(0 < len(each) <= LONGEST_ID for part in ids for each in part)
    assert all(isinstance(each, str) for part in ids for each in part)
    return ids


@pytest.mark.parametrize("name", CHANNELS)
def test_it_is_called_as_its_file_and_has_a_row_in_the_docs(name: str) -> None:
    places = [ROOT / "bot/bridges" / each for each in (f"{name}.py", f"{name}/__init__.py")]
    assert any(place.exists() for place in places)
    assert f"\n| `{name}` |" in (ROOT / "docs/channels.md").read_text()


async def test_it_starts_and_stops_twice(side: OtherSide) -> None:
    for act in ("stop", "start", "stop", "stop", "start"):
        await (side.bridge.start(Mock()) if act == "start" else side.bridge.stop())
    await sent(side, "Here we are again")
    assert side.read()[-1] == "Here we are again"
    await side.bridge.stop()


async def test_it_gives_turns(side: OtherSide) -> None:
    assert await side.bridge.turn(side.address) >= 0.0


async def test_words_arrive_in_order_and_each_has_an_id(side: OtherSide) -> None:
    one, two = await sent(side, "one"), await sent(side, "two")
    assert side.read()[-2:] == ["one", "two"]
    assert one != two


@pytest.mark.parametrize(
    "text", ["<b>&amp;</b>", "Привіт, «Ґанно»", "👩‍👩‍👧 \u0301", "*_`[", "%s {0}"]
)
async def test_words_arrive_as_they_are(side: OtherSide, text: str) -> None:
    await sent(side, text)
    assert side.read()[-1] == text


async def test_formatted_words_arrive(side: OtherSide) -> None:
    await sent(side, Content(words="It has " + bold("left")))
    assert "It has" in side.read()[-1]
    assert "left" in side.read()[-1]


async def test_a_long_text_arrives_whole(side: OtherSide) -> None:
    before = len(side.read())
    await sent(side, "word " * 2000 + "end")
    said = " ".join(side.read()[before:])
    assert said.split() == ["word"] * 2000 + ["end"]


async def test_a_picture_arrives_or_is_told_in_words(side: OtherSide) -> None:
    await sent(side, side.photo("the blue one"))
    assert "the blue one" in side.read()[-1]
    before = len(side.read())
    await sent(side, side.photo(""))
    assert len(side.read()) > before
    assert side.read()[-1]


def album(side: OtherSide, *captions: str) -> Content:
    """Pictures that the desk has gathered."""
    photos = map(side.photo, captions)
    files = (Attachment("photo"),)
    return reduce(Content.joined, [replace(p, attachments=p.attachments or files) for p in photos])


async def test_every_file_of_an_album_arrives_and_none_has_the_ids_of_another(
    side: OtherSide,
) -> None:
    before = len(side.read())
    ids = await sent(side, album(side, "the blue one", "the red one"))
    flat = [each for file in ids for each in file]
    assert len(flat) == len(set(flat))
    said = " ".join(side.read()[before:])
    assert ["blue" in said, "red" in said] == [True, True]


async def test_a_reply_to_what_is_not_there_arrives_all_the_same(side: OtherSide) -> None:
    words = Words("Yes")
    content, number = Content(words=words), next(NUMBERS)
    reply = Outgoing(side.address, content, "424242", Quote(words), delivery_id=number)
    await side.bridge.send(reply)
    assert side.read()[-1] == "Yes"


async def test_nothing_that_stayed_inside_travels_in_a_quote(side: OtherSide) -> None:
    hers = await anna(1, "Where is it?", by=side.address)
    ticket_id = hers.ticket_id
    note = await answers(ticket_id, "// she is a known fraud")
    quoting = await replies_to(note, "// We will refund you", "a known fraud", ticket_id=ticket_id)
    await edits(quoting, "We will refund you")
    await sends(quoting)
    wrong = await answers(ticket_id, "The PIN is 1234")
    further = await replies_to(wrong, "It is hers alone", "PIN is 1234", ticket_id=ticket_id)
    async with outbox.transaction():
        await replies.unsend(wrong, await olena(), NOW)
    for message in (quoting, further):
        leaving = await outgoing.of([message.id], side.address)
        assert leaving is not None
        await side.bridge.send(replace(leaving, delivery_id=next(NUMBERS)))
    assert side.read()[-2:] == ["We will refund you", "It is hers alone"]
    assert "fraud" not in side.given()
    assert "1234" not in side.given()


async def test_a_quote_of_nothing_is_not_brought(side: OtherSide) -> None:
    quote = Quote(Words("a known fraud"))
    await side.bridge.send(replace(saying(side, "Yes"), quote=quote))
    assert side.read()[-1] == "Yes"
    if side.bridge.name in CHANNELS:
        assert "fraud" not in side.given()


async def test_what_the_desk_says_arrives(side: OtherSide) -> None:
    said = Content(words=Words("Request #1 received."))
    await side.bridge.send(Outgoing(side.address, said, ticket=1, automatic=True))
    assert side.read()[-1] == "Request #1 received."


@pytest.mark.parametrize("how", ["later", "never"])
async def test_a_failure_says_whether_to_try_again(side: OtherSide, how: How) -> None:
    before = side.read()
    side.fails(how)
    with pytest.raises(TryLater if how == "later" else Undeliverable) as trouble:
        await sent(side, "hi")
    assert side.read() == before
    if isinstance(trouble.value, Undeliverable):
        assert trouble.value.reason in FAILURES
    await sent(side, "hi")
    assert side.read() == [*before, "hi"]


async def test_what_it_says_it_can_change_it_changes(side: OtherSide) -> None:
    if not isinstance(side.bridge, CanEdit):
        pytest.skip("it cannot")
    ids = await sent(side, "befor")
    (now,) = await side.bridge.edit(saying(side, "before"), ids, 0)
    assert side.read()[-1] == "before"
    assert all(now)
    side.fails("later")
    with pytest.raises(TryLater):
        await side.bridge.edit(saying(side, "after"), ids, 0)


async def test_a_file_of_an_album_is_changed_and_no_other(side: OtherSide) -> None:
    if not isinstance(side.bridge, CanEdit):
        pytest.skip("it cannot")
    before, content = len(side.read()), album(side, "the blue one", "the rde one")
    ids = await sent(side, content)
    red = content.with_piece(1, side.photo("the red one"))
    now = await side.bridge.edit(saying(side, red), ids, 1)
    assert len(now) == len(ids)
    said = " ".join(side.read()[before:])
    assert ["blue" in said, "red" in said, "rde" in said] == [True, True, False]


async def test_what_it_says_it_can_take_back_it_takes_back(side: OtherSide) -> None:
    if not isinstance(side.bridge, CanUnsend):
        pytest.skip("it cannot")
    before = side.read()
    (ids,) = await sent(side, "wrong")
    await side.bridge.unsend(side.address, ids)
    assert side.read() == before
    await side.bridge.unsend(side.address, ids)  # an answer to the first one may be lost


async def test_if_it_says_it_can_react_it_does(side: OtherSide) -> None:
    if not isinstance(side.bridge, CanReact):
        pytest.skip("it cannot")
    ((number,),) = await sent(side, "hi")
    for emoji in ("👍", "👍", ""):
        await side.bridge.react(side.address, number, emoji)
    side.fails("later")
    with pytest.raises(TryLater):
        await side.bridge.react(side.address, number, "👍")
