"""Kinds of deliveries: each has one type, one JSON, one lane; what is older is read, too."""

from datetime import UTC, datetime
from inspect import get_annotations
from types import SimpleNamespace
from typing import Any

import asyncpg
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.channel import ChannelGate
from bot.desk import outbox, tickets
from bot.desk.outbox import claims, drafts, kinds
from bot.desk.outbox.drafts import Draft, Kind, Precedence
from bot.desk.outbox.gates import FORUM, STRANGERS, WHISPERS
from bot.desk.outbox.kinds import to_customer, to_group, to_topic
from bot.desk.outbox.kinds.to_group import Choice
from bot.desk.said import Buttons
from bot.desk.said.sentences import Choices, Mention, Said, Sentence, dumped
from bot.desk.said.spots import Spot
from bot.desk.talk import notices
from bot.desk.tickets import looks
from bot.desk.words import Words
from bot.forum import carrying
from models.rows import to_json
from tests.desk.talk import NOW

ALL = [*kinds.IN_GROUPS.values(), *kinds.BY_CHANNELS.values()]
PUT = """
INSERT INTO delivery (gate, lane, kind, payload, priority, state, due_at, created_at)
VALUES ($1, 'a', $2, $3, 10, 'head', $4, $4)
"""
WORDS = {"text": "Yes.", "entities": []}

ids = st.integers(-(2**63), 2**63 - 1)
words = st.builds(Words, st.text())
mentions = st.builds(Mention, st.text(), ids)
plain = st.builds(
    Sentence, st.text(), st.dictionaries(st.text(), st.text() | ids | mentions, max_size=2)
)
asked = st.builds(
    Sentence,
    st.text(),
    st.dictionaries(st.text(), st.text() | plain, max_size=2),
    st.integers(0, 9),
    st.text(),
)
buttons = st.lists(st.lists(st.tuples(st.text(), st.text()), max_size=2), max_size=2)
instants = st.datetimes(timezones=st.just(UTC))
VALUES: dict[Any, st.SearchStrategy[Any]] = {
    int: ids,
    str: st.text(),
    bool: st.booleans(),
    int | None: st.none() | ids,
    str | None: st.none() | st.text(),
    datetime | None: st.none() | instants,
    list[int]: st.lists(ids, max_size=3),
    dict[str, Any]: st.dictionaries(st.text(), st.text() | mentions.map(dumped), max_size=2),
    Said: words | plain | asked,
    Buttons: buttons,
    Choice | None: st.none() | st.builds(Choice, ids, ids, ids),
    Choices | Buttons: buttons,
    Choices: st.lists(st.lists(st.tuples(st.text() | plain, st.text()), max_size=2), max_size=2),
}


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: f"{kind.__module__[-8:]}.{kind.__name__}")
@given(data=st.data())
def test_what_is_dumped_is_loaded(kind: type[Kind], data: st.DataObject) -> None:
    fields: tuple[str, ...] = kind.__slots__
    types = get_annotations(kind)
    what = data.draw(st.builds(kind, **{name: VALUES[types[name]] for name in fields}))
    gate = FORUM if kind in kinds.IN_GROUPS.values() else "mail"
    stored = orjson.loads(to_json(what.dump()))
    assert kinds.load(gate, kind.kind, stored) == what
    assert kinds.load(gate, kind.kind, {**stored, "of a later version": 1}) == what


ASKS = Sentence("Which of {count}?", {"count": 5, "of": Sentence("them")}, 5, "Which?")
ASKED = {
    "msgid": "Which of {count}?",
    "values": {"count": 5, "of": {"msgid": "them", "values": {}}},
    **{"count": 5, "many": "Which?"},
}
ID = {"messages": [5], "gathers": False, "merge": False}
TOPIC = "forum:7"
ONCE = {"asked": None, "turns": None}
OF_NONE = {"about": None}


@pytest.mark.parametrize(
    ("draft", "gate", "lane", "payload", "priority", "once"),
    [
        (to_topic.Words([5]).draft(7), FORUM, TOPIC, ID, Precedence.WORDS, False),
        (
            to_topic.File(5).draft(7),
            FORUM,
            "file:5",
            {"message": 5, "place": 0},
            Precedence.WORDS,
            False,
        ),
        (to_topic.Echo(5).draft(7), FORUM, TOPIC, {"message": 5}, Precedence.WORDS, False),
        (
            *(to_topic.Edit(5).draft(7), FORUM, TOPIC),
            *({"message": 5, "place": 0}, Precedence.WORDS, False),
        ),
        (
            to_topic.Edit(5).step(7, 3),
            FORUM,
            "live:5",
            {"message": 5, "place": 0},
            Precedence.CARD,
            True,
        ),
        (
            *(to_topic.React(5, "👍").draft(7), FORUM, TOPIC),
            *({"message": 5, "emoji": "👍", "place": 0}, Precedence.WORDS, False),
        ),
        (
            *(to_topic.React(5, "👍").settled(7, 1), FORUM, "react:5"),
            *({"message": 5, "emoji": "👍", "place": 0}, Precedence.LOOK, False),
        ),
        (
            *(to_topic.Tell("Hi").draft(7), FORUM, TOPIC),
            {
                **{"sentence": "Hi", "values": {}, "buttons": [], "message": None},
                **{"count": None, "many": ""},
            },
            *(Precedence.NOTICE, False),
        ),
        (
            *(to_topic.Retell(-1, 9, "Hi").draft(7), FORUM, "retell:-1:9"),
            *({"chat": -1, "post": 9, "sentence": "Hi"}, Precedence.NOTICE, False),
        ),
        (
            *(to_topic.Retell(-1, 9, "Hi", NOW).draft(7), FORUM, "retell:-1:9"),
            {"chat": -1, "post": 9, "sentence": "Hi", "moment": NOW.isoformat()},
            *(Precedence.NOTICE, False),
        ),
        (to_topic.Unmark(5).draft(7), FORUM, "mark:5", {"message": 5}, Precedence.LOOK, False),
        (
            *(to_topic.Nod(-1, 9).draft(7), FORUM, "nod:-1:9"),
            *({"chat": -1, "post": 9}, Precedence.LOOK, False),
        ),
        (
            *(to_group.Tag(-1, 9).draft(), FORUM, "tag:-1:9"),
            *({"chat_id": -1, "user_id": 9}, Precedence.LOOK, True),
        ),
        (to_topic.Card().draft(7), FORUM, "card:7", {}, Precedence.CARD, True),
        (to_topic.Look().draft(7), FORUM, "look:7", {}, Precedence.LOOK, True),
        (to_topic.Pin().draft(7), FORUM, "pin:7", {}, Precedence.LOOK, True),
        (to_topic.Shut().draft(7), FORUM, "shut:7", {}, Precedence.CARD, True),
        (
            *(to_topic.RemoveTopic(-1, 3).draft(None), FORUM, "remove_topic:-1:3"),
            *({"chat_id": -1, "thread_id": 3}, Precedence.LOOK, False),
        ),
        (
            *(to_group.Notice(-1, Words("Yes."), 3, 9).draft(), FORUM, "report:-1/3"),
            {
                **{"chat_id": -1, "thread_id": 3, "reply_to": 9, "asked_by": None},
                **{"words": WORDS, "buttons": [], "aloud": False, **ONCE, **OF_NONE},
            },
            *(Precedence.NOTICE, False),
        ),
        (
            *(to_group.Status(-1, 3, 9, 4).draft(), WHISPERS, "whisper:status:-1:4"),
            {"chat_id": -1, "thread_id": 3, "reply_to": 9, "asked_by": 4, "aloud": False, **ONCE},
            *(Precedence.NOTICE, False),
        ),
        (
            *(to_group.Status(-1, 3, 9, 4).said_aloud().draft(), FORUM, "status:-1:4"),
            {"chat_id": -1, "thread_id": 3, "reply_to": 9, "asked_by": 4, "aloud": True, **ONCE},
            *(Precedence.NOTICE, False),
        ),
        (
            *(to_group.Status(-1, 3, 9, -5).draft(), FORUM, "status:-1:-5"),
            {"chat_id": -1, "thread_id": 3, "reply_to": 9, "asked_by": -5, "aloud": False, **ONCE},
            *(Precedence.NOTICE, False),
        ),
        (
            *(to_group.Speak(-1, "uk", 3, 9, 4).draft(), FORUM, "speak:-1:4"),
            {"chat_id": -1, "language": "uk", "thread_id": 3, "reply_to": 9, "asked_by": 4},
            *(Precedence.NOTICE, False),
        ),
        (
            *(to_group.Setup(-1, 4, "Anna", "en").draft(), FORUM, "setup:-1"),
            {
                **{"chat_id": -1, "user_id": 4, "name": "Anna", "language": "en", "bound": False},
                **{"is_admin": False, "code": None, "offer": None, "reply_to": None},
                "thread_id": None,
            },
            *(Precedence.NOTICE, False),
        ),
        (
            to_group.Survey(-1).draft(),
            FORUM,
            "survey:-1",
            {"chat_id": -1},
            Precedence.NOTICE,
            False,
        ),
        (
            to_group.NoMenus(-1).draft(),
            FORUM,
            "no_menus:-1",
            {"chat_id": -1},
            Precedence.LOOK,
            False,
        ),
        (
            *(to_group.Practice(-1, 9).draft(), FORUM, "practice:-1"),
            *({"chat_id": -1, "post_id": 9}, Precedence.LOOK, False),
        ),
        (
            *(to_customer.Message(2, [5], gathers=True).draft("mail", 7), "mail", "mail:2"),
            *({"address": 2, "messages": [5], "gathers": True}, Precedence.WORDS, False),
        ),
        (
            *(to_customer.Say(2, Words("Yes.")).draft("mail"), "mail", "mail:2"),
            {"address": 2, "words": WORDS, "buttons": [], "reply_to": None},
            *(Precedence.WORDS, False),
        ),
        (
            *(to_customer.Say(2, ASKS, [[(ASKS, "a:")]]).draft("mail"), "mail", "mail:2"),
            {"address": 2, "sentence": ASKED, "buttons": [[(ASKED, "a:")]], "reply_to": None},
            *(Precedence.WORDS, False),
        ),
        (
            *(to_group.Notice(-1, Words("Yes."), asked_by=7, about=5).draft(), WHISPERS),
            "whisper:report:-1:7:5",
            {
                **{"chat_id": -1, "thread_id": None, "reply_to": None, "asked_by": 7},
                **{"words": WORDS, "buttons": [], "aloud": False, **ONCE, "about": 5},
            },
            *(Precedence.NOTICE, False),
        ),
        (
            *(to_group.Notice(-1, Sentence("Yes.")).draft(), FORUM, "report:-1/"),
            {
                **{"chat_id": -1, "thread_id": None, "reply_to": None, "asked_by": None},
                **{
                    "sentence": {"msgid": "Yes.", "values": {}},
                    "buttons": [],
                    "aloud": False,
                    **ONCE,
                    **OF_NONE,
                },
            },
            *(Precedence.NOTICE, False),
        ),
        (
            *(to_customer.Say(2, Words("Yes."), is_sign=True).draft("mail"), "mail", "mail:2"),
            {"address": 2, "words": WORDS, "buttons": [], "reply_to": None, "is_sign": True},
            *(Precedence.WORDS, False),
        ),
        (
            *(to_customer.Resay(2, "77", Words("Yes.")).draft("mail"), "mail", "mail:2"),
            {"address": 2, "stands": "77", "words": WORDS, "buttons": []},
            *(Precedence.WORDS, False),
        ),
        (
            *(to_customer.Sign(2, 7).draft("mail"), "mail", "sign:7"),
            *({"address": 2, "ticket": 7}, Precedence.LOOK, True),
        ),
        (
            *(to_customer.Edit(2, 5).draft("mail", 7), "mail", "mail:2"),
            *({"address": 2, "message": 5, "place": 0}, Precedence.WORDS, False),
        ),
        (
            *(to_customer.Unsend(2, 5, [5, 6]).draft("mail", 7), "mail", "mail:2"),
            *({"address": 2, "message": 5, "parts": [5, 6]}, Precedence.WORDS, False),
        ),
        (
            *(to_customer.React(2, 5, "").draft("mail", 7), "mail", "mail:2"),
            *({"address": 2, "message": 5, "emoji": "", "place": 0}, Precedence.WORDS, False),
        ),
    ],
    ids=lambda value: value.kind if isinstance(value, Draft) else "",
)
def test_how_each_is_put(
    draft: Draft,
    gate: str,
    lane: str,
    payload: dict[str, Any],
    priority: Precedence,
    once: bool,
) -> None:
    assert (draft.gate, draft.lane, draft.payload) == (gate, lane, payload)
    assert (draft.priority, draft.once) == (priority, once)
    about = None if draft.kind in ABOUT_NO_TICKET else 7
    assert draft.ticket_id == about


ABOUT_NO_TICKET = {
    *("remove_topic", "report", "status", "speak", "setup", "survey", "practice", "say"),
    *("no_menus", "tag", "resay"),
}


def test_words_say_what_they_cost_and_wait_for() -> None:
    plain = to_topic.Words([5], merge=True)
    opening = plain.heard(7, opens=True, length=2048, delay=3)
    assert (opening.priority, opening.delay, opening.portion) == (Precedence.TOPIC, 0, 1)
    assert opening.payload == plain.dump()
    short = plain.heard(7, opens=False, length=1024, delay=3)
    assert (short.priority, short.portion, short.ticket_id) == (Precedence.WORDS, 0.5, 7)
    album = to_topic.Words([5], gathers=True).heard(7, opens=False, length=1, delay=3)
    assert (album.delay, album.portion, album.lane) == (3, 1, TOPIC)
    assert to_topic.Edit(5).step(7, 3).delay == to_topic.React(5, "").settled(7, 3).delay == 3
    assert to_customer.Edit(2, 5).draft("mail", delay=3).delay == 3


def test_what_statements_read_is_called_as_the_fields_are() -> None:
    fields = {
        drafts.MESSAGES: {to_topic.Words, to_customer.Message},
        drafts.GATHERS: {to_topic.Words, to_customer.Message},
        drafts.MERGE: {to_topic.Words},
    }
    for name, having in fields.items():
        assert {kind for kind in ALL if name in kind.__slots__} == having
    assert {drafts.MESSAGE, drafts.PLACE} <= {*to_topic.Edit.__slots__}
    assert drafts.SENTENCE in to_customer.Say(2, ASKS).dump()
    assert not [kind for kind in ALL if drafts.TOLD in kind.__slots__]


def test_each_is_carried_by_what_takes_it() -> None:
    carriers: dict[type[Kind], Any] = {**carrying.IN_TOPICS, **carrying.ANYWHERE}
    assert carriers.keys() == set(kinds.IN_GROUPS.values())
    for kind, carrier in carriers.items():
        assert kind in get_annotations(carrier).values()
    channel: Any = SimpleNamespace(bridge=SimpleNamespace(name="mail"), is_up=None)
    gate: Any = ChannelGate(1, 1, None, channel, lambda _: None, None)  # type: ignore[arg-type]
    assert gate._kinds.keys() == set(kinds.BY_CHANNELS.values())
    for kind, carrier in gate._kinds.items():
        assert kind in get_annotations(carrier).values()


@pytest.mark.parametrize(
    ("gate", "kind", "payload", "what"),
    [
        ("mail", "say", {"address": 2, "words": WORDS}, to_customer.Say(2, Words("Yes."))),
        (
            *("mail", "say"),
            {"address": 2, "words": WORDS, "buttons": [[["Yes", "yes:1"]]]},
            to_customer.Say(2, Words("Yes."), [[("Yes", "yes:1")]]),
        ),
        ("mail", "unsend", {"address": 2, "message": 5}, to_customer.Unsend(2, 5, [5])),
        ("mail", "message", {"address": 2, "messages": [5]}, to_customer.Message(2, [5])),
        (FORUM, "tell", {"sentence": "Hi"}, to_topic.Tell("Hi")),
        (FORUM, "edit", {"message": 5}, to_topic.Edit(5)),
        ("mail", "edit", {"address": 2, "message": 5}, to_customer.Edit(2, 5)),
        (FORUM, "words", {"messages": [5]}, to_topic.Words([5])),
        (FORUM, "words", {"messages": [5], "told": [-1, 77]}, to_topic.Words([5])),
        (FORUM, "report", {"chat_id": -1, "words": WORDS}, to_group.Notice(-1, Words("Yes."))),
        (STRANGERS, "status", {"chat_id": -1}, to_group.Status(-1)),
        (
            *(FORUM, "setup"),
            {"chat_id": -1, "user_id": 4, "name": "A", "language": "en", "code": "c"},
            to_group.Setup(-1, 4, "A", "en", code="c"),
        ),
    ],
)
async def test_a_row_of_an_earlier_version_is_read(
    db: str,
    witness: "asyncpg.Connection",
    gate: str,
    kind: str,
    payload: dict[str, Any],
    what: Kind,
) -> None:
    await witness.execute(PUT, gate, kind, to_json(payload), NOW)
    (parcel,) = await claims.claim(gate, 1, NOW)
    assert parcel.what == what
    assert parcel.told == ((-1, 77) if "told" in payload else None)


@pytest.mark.parametrize(
    ("gate", "kind", "payload"),
    [
        (FORUM, "rating", {"stars": 5}),
        (FORUM, "say", {"address": 2, "words": WORDS}),
        ("mail", "words", {"messages": [5]}),
        (FORUM, "words", {"lines": [5]}),
        (FORUM, "retell", {"chat": -1, "post": 9, "sentence": "Hi", "moment": "soon"}),
        ("mail", "say", {"address": 2, "words": "Yes."}),
        ("mail", "say", {"address": 2, "words": WORDS, "buttons": [["Yes"]]}),
        ("mail", "say", {"address": 2, "sentence": "Yes."}),
        ("mail", "say", {"address": 2}),
        (FORUM, "words", [5]),
    ],
)
async def test_what_this_version_cannot_read_stops_no_claim(
    db: str, witness: "asyncpg.Connection", gate: str, kind: str, payload: Any
) -> None:
    await witness.execute(PUT, gate, kind, to_json(payload), NOW)
    (parcel,) = await claims.claim(gate, 1, NOW)
    assert (parcel.kind, parcel.told) == (kind, None)
    assert isinstance(parcel.what, kinds.Unknown)
    assert parcel.what.dump() == payload


def test_where_it_was_told_is_a_chat_and_a_post_or_nowhere() -> None:
    assert kinds.told({"told": [-1, 77]}) == (-1, 77)
    for payload in ({}, {"told": "here"}, {"told": [-1, None]}, {"told": [-1]}):
        assert kinds.told(payload) is None


async def test_where_no_post_is_known_nothing_is_marked_or_said_anew(
    db: str, witness: "asyncpg.Connection"
) -> None:
    nowhere = Spot(-1)
    async with outbox.transaction():
        await looks.nod(1, nowhere, NOW)
        await tickets.retell(1, nowhere, "Hi", NOW)
        await notices.practise_mark(nowhere, NOW)
    assert not await witness.fetchval("SELECT count(*) FROM delivery")
