"""A content that was an album: one message of its parts, and the parts again."""

from dataclasses import replace

import orjson

from bot import cards
from bot.desk.said import Content, stored
from bot.desk.said.attachments import Attachment, Original, Sources
from bot.desk.words import Words, bold
from models import Message


def part(number: int, words: Words | str = "", **more: object) -> Content:
    """As it comes: the message of this number."""
    said = Words(words) if isinstance(words, str) else words
    file = Attachment("photo", sources=Sources({"42": f"file {number}"}, unique=f"u{number}"))
    content = Content("photo", said, (file,), original=Original(7, number), album="one")
    return replace(content, **more)  # type: ignore[arg-type]


def gathered(*parts: Content) -> Content:
    whole = parts[0]
    for one in parts[1:]:
        whole = whole.joined(one)
    return whole


PARTS = part(1, "left"), part(2), part(3, bold("right"))


def test_the_words_of_all_are_its_words() -> None:
    whole = gathered(*PARTS)
    assert whole.words == Words("left\n\n") + bold("right")
    assert [one.caption for one in whole.attachments] == [one.words for one in PARTS]


def test_its_pieces_are_its_parts() -> None:
    pieces = gathered(*PARTS).pieces()
    assert [one.words for one in pieces] == [one.words for one in PARTS]
    assert [one.original for one in pieces] == [one.original for one in PARTS]
    assert all(now.says(then) for now, then in zip(pieces, PARTS, strict=True))


def test_it_comes_back_from_its_row_with_all_of_that() -> None:
    whole = gathered(*PARTS[:2], replace(PARTS[2], edition=5))
    about = orjson.loads(orjson.dumps(stored.dump(whole)))
    back = stored.load(whole.kind, whole.words, about, {"chat": 7, "message": 1}, "one")
    assert back == whole
    assert [one.original for one in back.attachments] == [Original(7, n) for n in (1, 2, 3)]
    assert [one.edition for one in back.attachments] == [None, None, 5]


def test_of_several_files_that_came_together_the_words_are_the_first_ones() -> None:
    files = Attachment("document", "a"), Attachment("photo", "b")
    first, second = Content("document", Words("Both"), files).pieces()
    assert (first.words.text, first.kind, first.attachments) == ("Both", "document", files[:1])
    assert (second.words.text, second.kind, second.attachments) == ("", "photo", files[1:])


def test_it_is_said_in_the_order_of_its_parts_however_they_come() -> None:
    whole = gathered(PARTS[2], PARTS[0], PARTS[1])
    assert whole.words.text == "left\n\nright"
    assert whole.order() == [1, 2, 0]
    assert [one.words.text for one in whole.pieces()] == ["right", "left", ""], "places stay"


def test_one_part_is_changed_and_no_other() -> None:
    whole = gathered(*PARTS)
    now = whole.with_piece(1, part(2, "middle"))
    assert now.words.text == "left\n\nmiddle\n\nright"
    assert now.differs(whole) == [1]
    assert now.original == whole.original
    assert [one.original for one in now.attachments] == [Original(7, n) for n in (1, 2, 3)]


def test_a_part_whose_file_cannot_be_read_any_more_keeps_it() -> None:
    now = gathered(*PARTS).with_piece(2, Content(words=Words("new")))
    assert now.pieces()[2].attachments == PARTS[2].attachments
    assert (now.pieces()[2].kind, now.words.text) == ("photo", "left\n\nnew")


def test_of_two_edits_of_a_part_the_later_one_stays() -> None:
    whole = gathered(*PARTS).with_piece(1, part(2, "second", edition=20))
    whole = whole.with_piece(1, part(2, "first", edition=10))
    assert whole.pieces()[1].words.text == "second"
    assert whole.with_piece(0, part(1, "LEFT", edition=10)).pieces()[0].words.text == "LEFT"


def test_what_is_no_album_is_changed_as_a_whole() -> None:
    alone, now = part(1, "left"), part(1, "LEFT")
    assert alone.with_piece(0, now) is now
    assert now.differs(alone) == [0]


def test_what_is_true_of_a_part_is_true_of_it() -> None:
    whole = gathered(part(1), part(2, protected=True, unread=("gift",)), part(3, above=True))
    assert (whole.protected, whole.above, whole.unread) == (True, True, ("gift",))
    assert [one.above for one in whole.pieces()] == [True] * 3


def test_it_is_one_line_of_the_history() -> None:
    paper = Content("document", attachments=(Attachment("document", name="bill.pdf"),))
    whole = gathered(*PARTS, paper)
    line = Message(kind=whole.kind, words=whole.words.dump(), content=stored.dump(whole))
    assert cards.line(line, 100).text == "🖼 Photo ×3, 📎 File “bill.pdf”\nleft\n\nright"


def test_a_place_that_it_has_not_is_all_of_it() -> None:
    text = Content(words=Words("hi"))
    assert text.piece(3) is text
    assert gathered(*PARTS).piece(2).words == PARTS[2].words
