"""What may be a note is held, and its author is asked: nobody else can send it."""

import asyncio

import aiohttp
import asyncpg
import pytest

from tests.stories.chat import Customer, Seen, Topic, buttons, words
from tests.stories.conftest import TOKEN, Stage

SEND, KEEP = "📨 Send to the customer", "📝 It is a note"
FORWARD, QUESTION = "A forward stays among colleagues", "Is this a note, or is it for the customer"
NEAR = (
    *("/note/ the address", "/ note the address", ".// the address", "..the address"),
    *("@olga // the address", "- // the address", "./the address", "FYI: // the address"),
    *("@olga, @taras: // the address", "* /note the address", "/ the address", "\\\\ the address"),
)
FAR = (
    *("... or tomorrow", "Дивіться https://example.com//a", "..", "ok", "3/4 готово", ":-/ шкода"),
    *("…і ще", "(yes)", "🙂", "@olga напише вам", "….так", "вул. Шевченка, 5/7, і/або поштою"),
)


async def forwarded(desk: Stage, topic: Topic, text: str = "the parcel is lost") -> Seen:
    """Olena forwards a courier's words, and is asked."""
    courier = desk.world.person("Courier")
    elsewhere = desk.world.group("Couriers", courier)
    desk.olena.person.joins(elsewhere)
    heard = courier.writes(elsewhere, text)
    desk.olena.person.forwards(heard, desk.group, topic.thread)
    return await topic.shows(FORWARD)


async def stays_inside(
    desk: Stage, anna: Customer, witness: asyncpg.Connection, text: str = "the parcel is lost"
) -> None:
    await desk.settles(witness)
    anna.lacks(text)


async def test_a_forward_leaves_when_its_author_says_so(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    asked = await forwarded(desk, topic)
    await stays_inside(desk, anna, witness)
    answer = await desk.olena.presses(asked, SEND)
    assert answer["text"] == "Sending."
    shown = await anna.shows("the parcel is lost")
    assert shown["forward_origin"]["sender_user"]["first_name"] == "Courier"
    done = await topic.changes(asked, "Sent to the customer")
    assert buttons(done) == []


async def test_only_its_author_can_send_it(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await desk.asks()
    asked = await forwarded(desk, topic)
    answer = await desk.taras.presses(asked, SEND)
    assert answer["text"] == "Only its author can send this to the customer."
    await stays_inside(desk, anna, witness)


async def test_pressed_twice_it_is_sent_once(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await desk.asks()
    asked = await forwarded(desk, topic)
    both = await asyncio.gather(*(desk.olena.presses(asked, SEND) for _ in range(2)))
    assert sorted(one["text"] for one in both) == ["It was sent already.", "Sending."]
    await desk.settles(witness)
    await anna.shows("the parcel is lost", times=1)


async def test_notes_mode_holds_it(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await desk.asks()
    asked = await forwarded(desk, topic)
    desk.olena.writes(topic, "/notes")
    await topic.shows("Notes mode is on")
    answer = await desk.olena.presses(asked, SEND)
    assert answer["text"] == "Notes mode is on, so nothing was sent. End it first."
    await stays_inside(desk, anna, witness)


async def test_a_forwarded_album_is_asked_about_once_and_sent_whole(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    last = anna.last
    courier = desk.world.person("Courier")
    elsewhere = desk.world.group("Couriers", courier)
    desk.olena.person.joins(elsewhere)
    parts = [{"kind": "photo", "caption": "left"}, {"kind": "photo", "caption": "right"}]
    album = courier.album(elsewhere, parts)
    desk.olena.person.forwards_album(album, desk.group, topic.thread)
    asked = await topic.shows(FORWARD)
    await desk.settles(witness)
    assert anna.since(last) == []
    await topic.shows(FORWARD, times=1)
    await desk.olena.presses(asked, SEND)
    left, right = await anna.shows_after(last, 2)
    assert (words(left), words(right)) == ("left", "right")
    assert left["media_group_id"] == right["media_group_id"]


@pytest.mark.parametrize("text", NEAR)
async def test_what_looks_like_a_note_is_held_and_asked_about(
    desk: Stage, witness: asyncpg.Connection, text: str
) -> None:
    anna, topic = await desk.asks()
    desk.olena.writes(topic, text)
    asked = await topic.shows(QUESTION)
    assert buttons(asked) == [KEEP, SEND]
    await stays_inside(desk, anna, witness, "address")
    await desk.olena.presses(asked, SEND)
    await anna.shows("the address")


@pytest.mark.parametrize("text", FAR)
async def test_what_does_not_look_like_a_note_goes_at_once(desk: Stage, text: str) -> None:
    anna, topic = await desk.asks()
    desk.olena.writes(topic, text)
    await anna.shows(text)
    topic.lacks(QUESTION)


async def test_it_is_a_note(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await desk.asks()
    desk.olena.writes(topic, "..the address")
    asked = await topic.shows(QUESTION)
    await desk.olena.presses(asked, KEEP)
    done = await topic.changes(asked, "Kept as a note")
    assert buttons(done) == []
    await stays_inside(desk, anna, witness, "address")


async def test_made_a_note_by_an_edit_it_is_not_sent_any_more(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    wrote = desk.olena.writes(topic, ". // the address")
    asked = await topic.shows(QUESTION)
    desk.olena.edits(wrote, "// the address")
    await desk.settles(witness)
    answer = await desk.olena.presses(asked, SEND)
    assert answer["text"] == "This begins like a note or a command, so it was not sent."
    await stays_inside(desk, anna, witness, "address")


async def test_what_was_edited_goes_as_it_is_now(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await desk.asks()
    wrote = desk.olena.writes(topic, "..the addres")
    asked = await topic.shows(QUESTION)
    desk.olena.edits(wrote, "The address is Khreshchatyk 1")
    await desk.settles(witness)
    await desk.olena.presses(asked, SEND)
    await anna.shows("The address is Khreshchatyk 1")
    anna.lacks("..the")


async def test_a_caption_and_a_question_are_held_too(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    last = anna.last
    desk.olena.sends(topic, "photo", data=b"label", caption="..the address")
    await topic.shows(QUESTION)
    desk.olena.sends(topic, "poll", question="- // is she difficult?", options=["yes", "no"])
    await topic.shows(QUESTION, times=2)
    await desk.settles(witness)
    assert anna.since(last) == []


async def test_a_button_acts_in_its_own_topic_only(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    asked = await forwarded(desk, topic)
    desk.olena.writes(topic, "..the address")
    near = await topic.shows(QUESTION)
    desk.sandbox.faults.next(do="400", method="sendMessage", chat=anna.person.id)
    desk.olena.writes(topic, "It leaves today")
    failed = await topic.shows("Not delivered")
    boris = desk.customer("Boris")
    boris.writes("And mine?")
    other = await desk.topic("#2")
    await other.shows("And mine?")
    for shown, label in (
        *((topic.card, "✅ Resolve"), (topic.card, "🙋 Take")),
        *((asked, SEND), (near, KEEP), (near, SEND), (failed, "🔁 Send again")),
    ):
        copy = await buttons_in(desk, other, shown)
        answer = await desk.olena.presses(copy, label)
        assert answer["text"] == "This button belongs to another ticket."
    await stays_inside(desk, anna, witness)
    assert not await witness.fetchval("SELECT count(*) FROM ticket WHERE status = 'closed'")
    assert not await witness.fetchval("SELECT count(*) FROM ticket WHERE notes_mode")


async def buttons_in(desk: Stage, topic: Topic, shown: Seen) -> Seen:
    """The same buttons under a post of another topic, as an old card or a forger has them."""
    post = {
        "chat_id": desk.group,
        "message_thread_id": topic.thread,
        "text": "The same buttons",
        "reply_markup": shown["reply_markup"],
    }
    url = f"{desk.sandbox.url}/bot{TOKEN}/sendMessage"
    async with aiohttp.ClientSession() as session, session.post(url, json=post) as response:
        sent = (await response.json())["result"]["message_id"]
    return next(m for m in topic.messages() if m["message_id"] == sent)


class TestQuotes:
    """A quote goes out only if it stands in the message's own words."""

    async def test_a_quote_of_the_card_is_none(self, desk: Stage) -> None:
        anna, topic = await desk.asks()
        desk.olena.writes(topic, "It is yours", reply_to=topic.card["message_id"], quote="Telegram")
        shown = await anna.shows("It is yours")
        assert "quote" not in shown
        assert shown["reply_to_message"]["text"] == "Where is my order?"

    async def test_a_quote_of_the_words_under_the_card_is_theirs(self, desk: Stage) -> None:
        anna, topic = await desk.asks("Where is my order 😀 from Monday?")
        desk.olena.writes(topic, "Here", reply_to=topic.card["message_id"], quote="from Monday")
        shown = await anna.shows("Here")
        assert shown["quote"]["text"] == "from Monday"
