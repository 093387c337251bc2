"""An album comes part by part, to whichever process, and is one message."""

from datetime import timedelta

import asyncpg
import orjson
import pytest

from bot.desk import outbox
from bot.desk.outbox import claims
from bot.desk.said import Content, Quote
from bot.desk.talk import albums, intake, outgoing, replies
from bot.desk.talk.replies import ALBUM_TAKEN_BACK, Spoken
from bot.desk.talk.updates import Repeated
from bot.desk.words import Words
from bot.forum import memory
from models import Direction, Message
from models.database import connected
from tests.desk.talk import (
    ANNA,
    NOW,
    SOMEBODY,
    anna,
    answers,
    apart,
    held_open,
    olena,
    our_group,
    photo,
    sends,
    stands,
)
from tests.desk.talk import edits as corrected

LATER = NOW + timedelta(minutes=1)
LEAVES = (
    "SELECT payload -> 'messages' AS ids, state FROM delivery WHERE kind = 'message' ORDER BY id"
)
TOLD = "SELECT payload ->> 'sentence' AS said FROM delivery WHERE kind = 'tell' ORDER BY id"
PAYLOAD = "SELECT payload FROM delivery WHERE kind = $1 ORDER BY id DESC LIMIT 1"


def captions(message: Message) -> list[str]:
    return [one.words.text for one in outgoing.content_of(message).pieces()]


async def leaves(witness: "asyncpg.Connection") -> list[tuple[str, str]]:
    return [(row["ids"], row["state"]) for row in await witness.fetch(LEAVES)]


async def arrives() -> None:
    """All that waits for the customer has left."""
    while parcels := await claims.claim("telegram", 1, LATER):
        await claims.mark_sent(parcels, LATER)


async def edits(number: int, content: Content) -> bool:
    """Anna changes a message of hers."""
    async with outbox.transaction():
        return await intake.edited(ANNA, str(number), content, NOW)


async def test_a_part_that_comes_to_another_process_joins_it(
    database_url: str, witness: "asyncpg.Connection"
) -> None:
    async with connected(database_url, connections=4):
        await anna(1, "Where is it?")
        async with held_open(lambda: anna(2, photo("album", "left"))):
            joining = apart(anna(3, photo("album", "right")))
            await stands(joining, witness)
            assert not joining.done(), "it waits for the first part's commit"
        assert (await joining).message_id == 2
        spoken = Spoken(await olena(), photo("ours", "left"))
        other = Spoken(spoken.member, photo("ours", "right"))
        async with held_open(lambda: replies.take(1, spoken, NOW)):
            joining = apart(takes(other))
            await stands(joining, witness)
        assert (await joining).id == 3
        found = await Message.filter(id__gt=1).order_by("id")
    assert [captions(one) for one in found] == [["left", "right"]] * 2
    assert await leaves(witness) == [("[3]", "waiting")]


async def takes(spoken: Spoken) -> Message:
    async with outbox.transaction():
        return await replies.take(1, spoken, NOW)


async def test_a_part_that_is_brought_again_joins_once(db: str) -> None:
    for number in (1, 2, 3):
        await anna(number, photo("album", str(number)))
    for number in (3, 2, 1):
        with pytest.raises(Repeated):
            await anna(number, photo("album", str(number)))
    (message,) = await Message.all()
    assert captions(message) == ["1", "2", "3"]
    assert await outgoing.traces(message.id) == [["1"], ["2"], ["3"]]


async def test_an_operators_part_that_is_brought_again_joins_once(db: str) -> None:
    await anna(1, "Where is it?")
    group, spoken = await our_group(), Spoken(await olena(), photo("album"))

    async def comes(post: int) -> None:
        async with outbox.transaction():
            await memory.stands(group, await replies.take(1, spoken, NOW), post)

    await comes(11)
    await comes(12)
    for post in (11, 12):
        with pytest.raises(Repeated):
            await comes(post)
    assert len(captions(await Message.get(id=2))) == 2


async def test_ten_files_are_one_message_and_what_is_over_that_another(db: str) -> None:
    for number in range(1, albums.MOST + 2):
        await anna(number, photo("album", str(number)))
    first, second = await Message.all().order_by("id")
    assert (len(captions(first)), captions(second)) == (albums.MOST, ["11"])


async def test_what_has_no_file_is_a_message_of_its_own(db: str) -> None:
    """Part of an album of which no more than the words could be read."""
    await anna(1, photo("album", "left"))
    await anna(2, Content(words=Words("middle"), album="album"))
    await anna(3, photo("album", "right"))
    assert [captions(one) for one in await Message.all().order_by("id")] == [
        *(["left"], ["middle"], ["right"])
    ]


async def test_a_late_part_of_a_note_is_a_note(db: str, witness: "asyncpg.Connection") -> None:
    await anna(1, "Where is it?")
    first = await answers(1, photo("album", "// inside"))
    await arrives()
    late = await answers(1, photo("album", "and this"))
    assert (late.id, late.direction, captions(late)) == (
        *(first.id, Direction.NOTE),
        ["// inside", "and this"],
    )
    assert await leaves(witness) == []


async def test_a_late_part_of_an_answer_that_became_a_note_is_one(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    await answers(1, photo("album", "outside"))
    await arrives()
    await answers(1, photo("album", "// inside"))
    late = await answers(1, photo("album", "and this"))
    assert (late.id, late.direction, captions(late)) == (
        *(3, Direction.NOTE),
        ["// inside", "and this"],
    )
    assert await leaves(witness) == [("[2]", "sent")]
    (answer,) = await Message.filter(direction=Direction.OUT)
    assert answer.unsent_at


async def test_a_late_part_joins_no_note_that_stands_in_the_place_of_an_answer(db: str) -> None:
    """Sent after all, that one becomes the answer's words, and has its pictures."""
    await anna(1, "Where is it?")
    answer = await answers(1, photo("album", "on its way"))
    await arrives()
    upon = await corrected(answer, "..lost")
    assert upon
    late = await answers(1, photo("album", "and this"))
    assert (late.direction, captions(late)) == (Direction.NOTE, ["and this"])
    assert captions(await Message.get(id=upon.id)) == ["..lost"]


@pytest.mark.parametrize("how", ["claimed", "uncertain"])
async def test_a_late_part_of_an_answer_goes_behind_it(
    db: str, witness: "asyncpg.Connection", how: str
) -> None:
    """Who may have the first part of it would not be told of what joined it since."""
    await anna(1, "Where is it?")
    first = await answers(1, photo("album", "first"))
    change = "state = 'claimed'" if how == "claimed" else "uncertain = TRUE"
    await witness.execute(f"UPDATE delivery SET {change} WHERE kind = 'message'")
    second, third = [await answers(1, photo("album", text)) for text in ("second", "third")]
    assert (second.id, third.id) == (3, 3)
    assert captions(third) == ["second", "third"]
    assert third.address_id == first.address_id
    state = "claimed" if how == "claimed" else "waiting"
    assert await leaves(witness) == [("[2]", state), ("[3]", "waiting")]


async def test_a_late_part_of_what_was_taken_back_stays_and_its_author_is_asked(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    first = await answers(1, photo("album", "first"))
    async with outbox.transaction():
        await replies.unsend(first, SOMEBODY, NOW)
    for text in ("second", "third"):
        late = await answers(1, photo("album", text))
    assert (late.direction, captions(late)) == (Direction.NOTE, ["second", "third"])
    said = [row["said"] for row in await witness.fetch(TOLD)]
    assert said == ["↩️ Taken back before it was sent.", ALBUM_TAKEN_BACK]
    await sends(late)
    assert (await leaves(witness))[-1] == ("[3]", "waiting")


async def test_what_leaves_is_one_with_all_its_files(db: str) -> None:
    await anna(1, "Where is it?")
    for text in ("left", "right"):
        answer = await answers(1, photo("album", text))
    leaving = await outgoing.of([answer.id], ANNA)
    assert leaving is not None
    assert leaving.places == [(2, 0), (2, 1)]
    assert leaving.content.words.text == "left\n\nright"
    assert len(leaving.content.attachments) == 2


async def test_an_edit_of_one_picture_is_one_of_the_message(
    db: str, witness: "asyncpg.Connection"
) -> None:
    for number, text in ((1, "left"), (2, "rihgt")):
        await anna(number, photo("album", text))
    await witness.execute("UPDATE delivery SET state = 'sent'")
    assert await edits(2, photo("album", "right"))
    assert not await edits(2, photo("album", "right"))
    (message,) = await Message.all()
    assert (message.words["text"], captions(message)) == ("left\n\nright", ["left", "right"])
    assert orjson.loads(await witness.fetchval(PAYLOAD, "edit")) == {"message": 1, "place": 1}
    assert await edits(1, photo("album", "LEFT"))
    assert orjson.loads(await witness.fetchval(PAYLOAD, "edit")) == {"message": 1, "place": 0}


async def test_an_edit_of_what_waits_is_read_with_it(
    db: str, witness: "asyncpg.Connection"
) -> None:
    for number, text in ((1, "left"), (2, "rihgt")):
        await anna(number, photo("album", text))
    assert await edits(2, photo("album", "right"))
    assert await witness.fetchval(PAYLOAD, "edit") is None


async def test_a_reaction_is_at_its_picture(db: str, witness: "asyncpg.Connection") -> None:
    for number in (1, 2, 3):
        await anna(number, photo("album"))
    await witness.execute("UPDATE delivery SET state = 'sent'")
    for number, emoji in ((3, "👍"), (2, "🔥")):
        async with outbox.transaction():
            await intake.reacted(ANNA, str(number), emoji, NOW)
    waiting = "SELECT lane, payload FROM delivery WHERE kind = 'react' AND gate <> 'telegram'"
    found = [(row["lane"], orjson.loads(row["payload"])) for row in await witness.fetch(waiting)]
    assert found == [
        ("react:1:2", {"message": 1, "emoji": "👍", "place": 2}),
        ("react:1:1", {"message": 1, "emoji": "🔥", "place": 1}),
    ]
    async with outbox.transaction():
        await replies.reacted(await Message.get(id=1), "❤", SOMEBODY, NOW, place=2)
    assert orjson.loads(await witness.fetchval(PAYLOAD, "react"))["place"] == 2


async def test_a_reply_and_its_quote_are_to_the_picture(db: str) -> None:
    for number, text in ((1, "It is"), (2, "and it is"), (3, "it is, too")):
        await anna(number, photo("album", text))
    hers = await Message.get(id=1)
    quote = Quote(Words("it is"), 4)
    spoken = Spoken(await olena(), Content(words=Words("Yes")), hers, quote, place=1)
    leaving = await outgoing.of([(await takes(spoken)).id], ANNA)
    assert leaving is not None
    assert (leaving.reply_to, leaving.quote) == ("2", quote)
    await anna(4, "This one", reply_to="3")
    reply = await Message.get(id=3)
    assert (reply.reply_to_id, reply.reply_place) == (1, 2)
