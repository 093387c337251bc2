"""Date-time entities are taken, refused and given back as Telegram does it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.engine_desk import Desk, Json
from tests.sandbox.reading import read, refusal, spans, unparsed

AT = 1_790_003_600


def entity(**more: Any) -> Json:
    return {"type": "date_time", "offset": 0, "length": 4, "unix_time": AT, **more}


def given(**more: Any) -> Json:
    return {"entities": [entity(**more)]}


@pytest.mark.parametrize(
    ("form", "html", "explicit"),
    [
        ("", "", ""),
        ("r", "r", "r"),
        ("R", "r", "r"),
        ("wDT", "wDT", "wDT"),
        ("TdW", "wdT", "wdT"),
        ("tT", "t", "T"),
        ("Dd", "d", "d"),
        ("ww", "w", "w"),
    ],
)
def test_a_format_comes_back_in_order(form: str, html: str, explicit: str) -> None:
    markup = f'<tg-time unix="{AT}" format="{form}">soon</tg-time>'
    assert read(markup, "HTML") == ("soon", [entity(date_time_format=html)])
    mark = f"![soon](tg://time?unix={AT}&format={form})"
    assert read(mark, "MarkdownV2") == ("soon", [entity(date_time_format=html)])
    assert read("soon", **given(date_time_format=form))[1] == [entity(date_time_format=explicit)]


def test_a_moment_without_a_format_shows_its_words() -> None:
    assert read(f"<tg-time unix={AT}>soon</tg-time>", "HTML")[1] == [entity(date_time_format="")]
    assert read("soon", **given())[1] == [entity(date_time_format="")]


@pytest.mark.parametrize("unix", ["", "0", "-5", "x", "01", str(1 << 31)])
def test_a_wrong_moment_in_markup_is_refused(unix: str) -> None:
    error = "Invalid Unix time specified"
    assert unparsed(f'<tg-time unix="{unix}">x</tg-time>', "HTML") == error
    assert unparsed(f"![x](tg://time?unix={unix})", "MarkdownV2") == error


@pytest.mark.parametrize("form", ["x", "rt", "rr", "d t"])
def test_an_unknown_format_is_refused(form: str) -> None:
    error = "Invalid date format used"
    assert unparsed(f'<tg-time unix="5" format="{form}">x</tg-time>', "HTML") == error
    wrong = "Bad Request: can't parse MessageEntity: Invalid date-time format specified"
    assert refusal("soon", **given(date_time_format=form)) == wrong


def test_a_wrong_moment_in_an_entity_is_refused() -> None:
    parsing = "Bad Request: can't parse MessageEntity: "
    bare = {"type": "date_time", "offset": 0, "length": 4}
    missing = refusal("soon", entities=[bare])
    assert missing == parsing + 'Can\'t find field "unix_time"'
    far = refusal("soon", **given(unix_time=1 << 31))
    assert far == parsing + 'Field "unix_time" must be a valid Number'
    for unix in (0, -1):
        assert refusal("soon", **given(unix_time=unix)) == "Bad Request: invalid date specified"


def test_a_moment_takes_no_formatting_inside() -> None:
    markup = f'<b>until <tg-time unix="{AT}" format="r">s<i>oo</i>n</tg-time> at most</b>'
    assert spans(markup, "HTML") == [("bold", 0, 6), ("date_time", 6, 4), ("bold", 10, 8)]


def test_moments_are_copied_forwarded_edited_and_quoted() -> None:
    desk = Desk()
    words = f'Answer <tg-time unix="{AT}" format="r">soon</tg-time>'
    mark = {**entity(date_time_format="r"), "offset": 7}
    sent = desk.call("sendMessage", chat_id=desk.group, text=words, parse_mode="HTML")
    assert sent["entities"] == [mark]
    source: Json = {"from_chat_id": desk.group, "message_id": sent["message_id"]}
    desk.call("copyMessage", chat_id=desk.anna.id, **source)
    assert desk.world.private(desk.anna, desk.bot)[-1]["entities"] == [mark]
    forwarded = desk.call("forwardMessage", chat_id=desk.anna.id, **source)
    assert forwarded["entities"] == [mark]
    later = {**mark, "unix_time": AT + 60}
    where: Json = {"chat_id": desk.group, "message_id": sent["message_id"]}
    edited = desk.call("editMessageText", **where, text="Answer soon", entities=[later])
    assert edited["entities"] == [later]
    desk.petro.writes(desk.group, "?", reply_to=sent["message_id"], quote="soon")
    (told,) = desk.messages()
    assert told["quote"]["entities"] == [{**later, "offset": 0}]


def test_people_write_moments_too() -> None:
    desk = Desk()
    desk.anna.writes(desk.bot, "soon", entities=[entity(date_time_format="dT")])
    assert desk.messages()[0]["entities"] == [entity(date_time_format="dT")]
