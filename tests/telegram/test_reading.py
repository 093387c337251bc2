"""What is read of Telegram's messages."""

from itertools import pairwise
from typing import Any

import pytest
from aiogram.types import Message, User

from bot.desk.said import Elsewhere, Preview
from bot.desk.said.attachments import NOBODY, Attachment, Original, Sources
from bot.desk.said.extras import Contact, Dice, Extra, Location, Poll, Venue
from bot.desk.words import Words
from bot.telegram import reading
from bot.telegram.calls import telegram

ORIGIN: dict[str, dict[str, Any]] = {
    "user": {"type": "user", "sender_user": {"id": 5, "is_bot": False, "first_name": "Borys"}},
    "hidden_user": {"type": "hidden_user", "sender_user_name": "Borys"},
    "chat": {"type": "chat", "sender_chat": {"id": -5, "type": "supergroup", "title": "Borys"}},
    "channel": {
        "type": "channel",
        "chat": {"id": -5, "type": "channel", "title": "Borys"},
        "message_id": 3,
    },
}


def message(**fields: Any) -> Message:
    chat = {"id": 7, "type": "private", "first_name": "Anna"}
    given = {"message_id": 3, "date": 1, "chat": chat, **fields}
    return Message.model_validate(given)


def test_a_text_is_nothing_but_its_words() -> None:
    entities = [{"type": "text_link", "offset": 0, "length": 2, "url": "https://a.b/"}]
    content = reading.content(message(text="hi", entities=entities))
    assert content is not None
    assert (content.kind, content.words.text) == ("text", "hi")
    assert content.is_plain
    assert content.words.entities == tuple(entities)
    assert content.original == Original(7, 3)


def test_a_file_is_described() -> None:
    file = {
        "file_id": "A",
        "file_unique_id": "B",
        "file_size": 5,
        "file_name": "bill.pdf",
        "mime_type": "application/pdf",
    }
    content = reading.content(message(document=file, caption="here", media_group_id="9"))
    assert content is not None
    (attachment,) = content.attachments
    assert attachment == Attachment(
        "document", "bill.pdf", "application/pdf", 5, Sources(unique="B")
    )
    assert attachment.sources.ids == {NOBODY: "A"}
    assert (content.words.text, content.album) == ("here", "9")


@pytest.mark.parametrize("kind", ORIGIN)
def test_a_forward_names_its_origin(kind: str) -> None:
    content = reading.content(message(text="x", forward_origin={**ORIGIN[kind], "date": 1}))
    assert content is not None
    assert content.forwarded == "Borys"


def test_only_a_preview_that_differs_is_kept() -> None:
    plain = reading.content(message(text="x", link_preview_options={"url": "https://a.b"}))
    small = {"url": "https://a.b", "prefer_small_media": True, "prefer_square_media": True}
    changed = reading.content(message(text="x", link_preview_options=small))
    off = reading.content(message(text="x", link_preview_options={"is_disabled": True}))
    assert plain is not None
    assert changed is not None
    assert off is not None
    assert [one.preview for one in (plain, changed, off)] == [
        None,
        Preview("https://a.b", prefer_small_media=True),
        Preview(is_disabled=True),
    ]


def test_a_live_location_is_a_kind_of_its_own() -> None:
    place = {"latitude": 1.5, "longitude": 2.5}
    still = reading.content(message(location=place))
    live = reading.content(message(location={**place, "live_period": 900}))
    assert still is not None
    assert live is not None
    assert (still.kind, live.kind) == ("location", "live_location")


PLACE = {"latitude": 1.5, "longitude": 0.0, "heading": 90, "altitude": 3}
OPTION = {"text": "Red", "voter_count": 0, "persistent_id": "1"}
POLL = {
    **{"id": "1", "question": "Which?", "options": [OPTION], "total_voter_count": 0},
    **{"is_closed": False, "is_anonymous": True, "type": "regular"},
    **{"allows_multiple_answers": False, "allows_revoting": False, "members_only": False},
}
EXTRAS: dict[str, tuple[Any, Extra]] = {
    "location": (PLACE, Location(1.5, 0.0, heading=90)),
    "venue": (
        {"location": PLACE, "title": "Shop", "address": "1 A"},
        Venue("Shop", "1 A", 1.5, 0.0),
    ),
    "contact": ({"phone_number": "+38", "first_name": "\u202eAn\nna"}, Contact("An na", "+38")),
    "poll": (POLL, Poll("Which?", ("Red",))),
    "dice": ({"emoji": "🎲", "value": 1}, Dice("🎲", 1)),
}


@pytest.mark.parametrize("kind", EXTRAS)
def test_what_is_neither_words_nor_a_file(kind: str) -> None:
    told, expected = EXTRAS[kind]
    content = reading.content(message(**{kind: told}))
    assert content is not None
    assert (content.kind, content.extra, content.attachments) == (kind, expected, ())


def test_a_files_id_is_that_of_the_bot_that_was_told() -> None:
    bot = telegram("42:" + "A" * 35, "http://127.0.0.1")
    file = {"file_id": "A", "file_unique_id": "B", "file_name": "../bill\u202efdp.exe"}
    fields = {"message_id": 3, "date": 1, "chat": {"id": 7, "type": "private"}, "document": file}
    content = reading.content(Message.model_validate(fields, context={"bot": bot}))
    assert content is not None
    (attachment,) = content.attachments
    assert (attachment.sources.at(42), attachment.sources.at(43)) == ("A", None)
    assert attachment.name == "billfdp.exe"


def test_a_new_cover_is_a_change() -> None:
    video = {"file_id": "A", "file_unique_id": "B", "width": 1, "height": 1, "duration": 1}
    covers = [[], *([{**video, "file_unique_id": each}] for each in ("old", "old", "new"))]
    found = [reading.content(message(video=video | {"cover": each})) for each in covers]
    says = [one and other and one.says(other) for one, other in pairwise(found)]
    assert says == [False, True, False]


def test_what_no_bot_can_copy_has_a_name() -> None:
    story = message(story={"chat": {"id": 1, "type": "channel", "title": "x"}, "id": 4})
    assert reading.content(story) is None
    assert reading.not_carried(story) == "a story"
    joined = message(new_chat_members=[])
    assert reading.content(joined) is None
    assert reading.not_carried(message(text="x")) is None


@pytest.mark.parametrize(
    ("first", "username", "expected"),
    [("\u202eevil\u200b\n name", None, "evil name"), ("\u200b", "anna", "anna"), ("", None, "8")],
)
def test_names_do_no_harm(first: str, username: str | None, expected: str) -> None:
    user = User(id=8, is_bot=False, first_name=first, username=username)
    assert reading.person(user).name == expected


ELSEWHERE: dict[str, dict[str, Any]] = {
    "Borys": {"origin": {**ORIGIN["user"], "date": 1}},
    "https://t.me/offers/7": {
        "origin": {**ORIGIN["channel"], "date": 1},
        "chat": {"id": -1000000001234, "type": "channel", "title": "Offers", "username": "offers"},
        "message_id": 7,
    },
    "https://t.me/c/1234/7": {
        "origin": {**ORIGIN["chat"], "date": 1},
        "chat": {"id": -1000000001234, "type": "supergroup", "title": "Offers"},
        "message_id": 7,
    },
    "giveaway": {
        "origin": {**ORIGIN["channel"], "date": 1},
        "giveaway": {"chats": [], "winners_selection_date": 1, "winner_count": 1},
    },
    "animation": {
        "origin": {**ORIGIN["hidden_user"], "date": 1},
        "animation": {
            **{"file_id": "A", "file_unique_id": "B"},
            **{"width": 1, "height": 1, "duration": 1},
        },
        "document": {"file_id": "A", "file_unique_id": "B"},
    },
}


@pytest.mark.parametrize("expected", ELSEWHERE)
def test_what_it_answers_elsewhere(expected: str) -> None:
    content = reading.customers(message(text="hi", external_reply=ELSEWHERE[expected]))
    assert content is not None
    answers = content.elsewhere
    assert answers is not None
    assert expected in (answers.source, answers.kind, answers.url)
    assert answers.source == "Borys"
    assert content.preview == (Preview(is_disabled=True) if answers.url else None)


def test_an_answer_to_nobody_knows_what_is_nothing() -> None:
    answered = {"origin": {**ORIGIN["hidden_user"], "sender_user_name": "\u200b", "date": 1}}
    content = reading.customers(message(text="hi", external_reply=answered))
    assert content is not None
    assert content.is_plain


def test_a_quote_of_a_message_that_is_here_is_no_answer_elsewhere() -> None:
    here = {"message_id": 2, "date": 1, "chat": {"id": 7, "type": "private"}, "text": "A lamp"}
    quoting = {"quote": {"text": "lamp", "position": 2}, "reply_to_message": here}
    content = reading.customers(message(text="hi", **quoting))
    assert content is not None
    assert content.elsewhere is None


def test_a_quote_of_what_could_not_be_read() -> None:
    quote = {"text": "A lamp", "position": 0}
    content = reading.customers(message(text="hi", quote=quote))
    assert content is not None
    assert content.elsewhere == Elsewhere(quote=Words("A lamp"))


def test_an_operators_answer_elsewhere_is_not_read() -> None:
    content = reading.content(message(text="hi", external_reply=ELSEWHERE["Borys"]))
    assert content is not None
    assert content.is_plain
