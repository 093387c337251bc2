"""Buttons about words that were kept in doubt: who may press, in which topic, and what goes."""

from datetime import timedelta

import asyncpg
import orjson
import pytest

from bot.desk import outbox, tickets
from bot.desk.errors import InNotesMode, NotYours, StillANote, WrongTopic
from bot.desk.outbox import claims
from bot.desk.said import Content
from bot.desk.talk import corrections, decisions, doubts, replies
from bot.desk.talk.decisions import Press
from bot.desk.talk.outgoing import content_of
from bot.desk.talk.replies import Spoken
from bot.desk.words import Words
from models import Message
from models.database import connected
from tests.desk.talk import (
    NOW,
    SOMEBODY,
    anna,
    answers,
    apart,
    held_open,
    olena,
    photo,
    ranks,
    replies_to,
    stands,
)

LEAVES = """
SELECT kind, payload FROM delivery WHERE lane = 'telegram:1' AND kind <> 'say' ORDER BY id
"""


async def held(what: Content | None = None) -> Message:
    """Olena forwards something, and it stays inside."""
    member = await olena()
    content = what or Content(words=Words("a secret of theirs"))
    async with outbox.transaction():
        return await replies.take(1, Spoken(member, content, doubt=doubts.FORWARD), NOW)


async def press(message_id: int, ticket_id: int = 1, who: int = 7) -> bool:
    member = await ranks(user_id=who, name=f"Operator {who}")
    async with outbox.transaction():
        return await decisions.send(Press(message_id, ticket_id, member), NOW)


async def keep(message_id: int, ticket_id: int = 1, who: int = 7) -> bool:
    member = await ranks(user_id=who, name=f"Operator {who}")
    async with outbox.transaction():
        return await decisions.keep(Press(message_id, ticket_id, member), NOW)


async def leaves(witness: "asyncpg.Connection") -> list[tuple[str, object]]:
    found = []
    for row in await witness.fetch(LEAVES):
        payload = orjson.loads(row["payload"])
        found.append((row["kind"], payload.get("messages") or payload.get("message")))
    return found


async def edits(message: Message, text: str, place: int = 0) -> Message | None:
    content = Content(message.kind, Words(text))
    async with outbox.transaction():
        return await corrections.edited(message, content, SOMEBODY, NOW, place=place)


async def arrives() -> None:
    while parcels := await claims.claim("telegram", 1, NOW + timedelta(minutes=1)):
        await claims.mark_sent(parcels, NOW)


async def test_its_author_sends_it_once(db: str, witness: "asyncpg.Connection") -> None:
    await anna(1, "Where is it?")
    message = await held()
    assert await press(message.id)
    assert not await press(message.id), "it was sent already"
    assert await leaves(witness) == [("message", [message.id])]
    ticket = await witness.fetchrow("SELECT status, answered_at FROM ticket")
    assert (ticket["status"], ticket["answered_at"]) == ("waiting", NOW)
    details = await witness.fetchval("SELECT details FROM event WHERE name = 'sent after all'")
    assert orjson.loads(details) == {"messages": [message.id]}
    assert not await keep(message.id), "too late"


@pytest.mark.parametrize("act", [press, keep])
async def test_nobody_else_and_nowhere_else(
    db: str, witness: "asyncpg.Connection", act: object
) -> None:
    assert callable(act)
    await anna(1, "Where is it?")
    message = await held()
    with pytest.raises(NotYours):
        await act(message.id, who=8)
    await witness.execute("UPDATE address SET external_id = 'Borys'")
    await anna(2, "Another's question")
    with pytest.raises(WrongTopic):
        await act(message.id, 2)
    assert not await act(404), "its words stand elsewhere by now"
    with pytest.raises(NotYours):
        await act(1)  # her own words
    assert await leaves(witness) == []
    assert await keep(message.id)


async def test_kept_by_one_process_while_another_sends_it(
    database_url: str, witness: "asyncpg.Connection"
) -> None:
    """Whoever comes second learns what the first has done."""
    async with connected(database_url, connections=4):
        await anna(1, "Where is it?")
        message, member = await held(), await olena()
        sends = Press(message.id, 1, member)
        kept: list[bool] = []

        async def keeps() -> None:
            async with outbox.transaction():
                kept.append(await decisions.keep(sends, NOW))

        async with held_open(lambda: decisions.send(sends, NOW)):
            keeping = apart(keeps())
            await stands(keeping, witness)
        await keeping
    assert kept == [False]


async def test_what_is_a_note_by_now_is_kept(db: str, witness: "asyncpg.Connection") -> None:
    await anna(1, "Where is it?")
    message = await held()
    await edits(message, "// a secret of theirs")
    with pytest.raises(StillANote):
        await press(message.id)
    await edits(message, "no secret")
    async with outbox.transaction():
        await tickets.set_notes(1, True, SOMEBODY, NOW)
    with pytest.raises(InNotesMode):
        await press(message.id)
    assert await leaves(witness) == []
    assert await witness.fetchval("SELECT direction FROM message WHERE id = $1", message.id) == (
        "note"
    )


async def test_what_answers_a_note_answers_nothing_when_it_goes(db: str) -> None:
    hers = await anna(1, "Where is it?")
    note = await answers(1, "// a known fraud")
    inside = await replies_to(note, "// We will see", "known fraud")
    outside = await replies_to(await Message.get(id=hers.message_id), "// Here", "is it")
    for message, text in ((inside, "We will see"), (outside, "Here")):
        await edits(message, text)
        assert await press(message.id)
        await message.refresh_from_db()
    assert (inside.reply_to_id, inside.quote) == (None, None)
    assert outside.reply_to_id == hers.message_id
    assert outside.quote


async def test_an_album_goes_whole_and_in_order(db: str, witness: "asyncpg.Connection") -> None:
    await anna(1, "Where is it?")
    (album,) = {(await held(photo("album"))).id for _ in range(3)}
    alone = await held()
    assert await press(album)
    assert await leaves(witness) == [("message", [album])]
    assert len(content_of(await Message.get(id=album)).attachments) == 3
    assert not await press(album)
    assert await keep(alone.id), "what is no part of it stays"


async def test_what_has_no_album_goes_alone(db: str, witness: "asyncpg.Connection") -> None:
    await anna(1, "Where is it?")
    message, other = await held(), await held()
    assert await press(message.id)
    assert await leaves(witness) == [("message", [message.id])]
    assert await keep(other.id), "it stays"


async def test_what_came_late_to_an_album_goes_with_it(
    db: str, witness: "asyncpg.Connection"
) -> None:
    """It could not join what may have left."""
    await anna(1, "Where is it?")
    await answers(1, photo("album"))
    await witness.execute("UPDATE delivery SET uncertain = TRUE WHERE kind = 'message'")
    await answers(1, photo("album"))
    note = await answers(1, photo("album", "..inside"))
    assert [one.direction for one in await Message.filter(id__gt=1)] == ["note", "note"]
    assert await press(note.id)
    assert (await leaves(witness))[-2:] == [("message", [2]), ("message", [3])]


async def test_new_words_for_one_file_of_an_album_go_where_it_stands(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    for _part in range(2):
        album = await answers(1, photo("album"))
    await arrives()
    note = await edits(album, "..tomorrow", 1)
    assert note
    assert await press(note.id)
    assert (await leaves(witness))[-1] == ("edit", album.id)
    edit = await witness.fetchval("SELECT payload FROM delivery WHERE kind = 'edit'")
    assert orjson.loads(edit)["place"] == 1


async def test_an_album_with_a_note_in_it_stays(db: str, witness: "asyncpg.Connection") -> None:
    await anna(1, "Where is it?")
    parts = [await held(photo("album", caption)) for caption in ("", "// inside")]
    with pytest.raises(StillANote):
        await press(parts[0].id)
    assert await leaves(witness) == []


@pytest.mark.parametrize("said", [Content(words=Words("Today")), photo("album", "Today")])
@pytest.mark.parametrize(
    ("taken_back", "expected"), [(False, ("edit", 2)), (True, ("message", [3]))]
)
async def test_new_words_in_doubt_take_the_place_of_what_has_left(
    db: str,
    witness: "asyncpg.Connection",
    said: Content,
    taken_back: bool,
    expected: tuple[str, object],
) -> None:
    """Where the earlier ones were taken back, they are words like any others."""
    await anna(1, "Where is it?")
    member = await olena()
    async with outbox.transaction():
        answer = await replies.take(1, Spoken(member, said), NOW)
    await arrives()
    await edits(answer, "..tomorrow")
    note = await Message.all().order_by("-id").first()
    assert note
    if taken_back:
        async with outbox.transaction():
            await replies.unsend(answer, SOMEBODY, NOW)
        await witness.execute("DELETE FROM delivery")
    assert await press(note.id)
    assert (await leaves(witness))[-1] == expected
    assert await Message.exists(id=note.id) == taken_back, "else the answer says it now"
