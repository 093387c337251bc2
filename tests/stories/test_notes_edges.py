"""A note never reaches a customer: the corners of that promise, by the posts people see."""

import asyncpg
import orjson
import pytest

from bot.app import App
from tests.stories.chat import Customer, Seen, Topic, eventually, words
from tests.stories.conftest import Stage

SECRET = "scammer"
TURNED = "before you turned it into a note"


async def answer(desk: Stage, anna: Customer, topic: Topic, text: str = "We look into it") -> Seen:
    """Olena's public words, which Anna has seen."""
    wrote = desk.olena.writes(topic, text)
    await anna.shows(text)
    return wrote


async def turned(desk: Stage, anna: Customer, topic: Topic) -> Seen:
    """An answer that was made a note after it had left."""
    wrote = await answer(desk, anna, topic)
    desk.olena.edits(wrote, f"// a {SECRET}")
    await topic.shows(TURNED)
    return wrote


async def failed(desk: Stage, anna: Customer, topic: Topic) -> tuple[Seen, Seen]:
    """An answer that could not be delivered, and the sentence that says so."""
    desk.sandbox.faults.next(do="400", method="sendMessage", chat=anna.person.id)
    wrote = desk.olena.writes(topic, "Public words")
    return wrote, await topic.shows("Not delivered")


async def keeps_it(desk: Stage, anna: Customer, witness: asyncpg.Connection) -> None:
    """Nothing of it is at the customer's side, whatever still was under way."""
    await desk.settles(witness)
    anna.lacks(SECRET)


async def test_a_reply_to_an_answer_that_became_a_note(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    wrote = await turned(desk, anna, topic)
    desk.taras.writes(topic, f"Agreed, a {SECRET}", reply_to=wrote["message_id"])
    await keeps_it(desk, anna, witness)


async def test_a_second_edit_of_it(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await desk.asks()
    wrote = await turned(desk, anna, topic)
    desk.olena.edits(wrote, f"she is a {SECRET}")
    await keeps_it(desk, anna, witness)
    await anna.shows("We look into it")


async def test_a_reaction_to_it(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await desk.asks()
    wrote = await turned(desk, anna, topic)
    desk.taras.reacts(wrote, "🤬")
    await desk.settles(witness)
    assert not [m for m in anna.messages() if m.get("reactions")]


async def test_what_the_customer_has_of_it_can_be_taken_back(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    wrote = await turned(desk, anna, topic)
    desk.olena.writes(topic, "/unsend", reply_to=wrote["message_id"])
    await topic.shows("Deleted for the customer")
    anna.lacks("We look into it")
    desk.taras.writes(topic, f"A {SECRET}", reply_to=wrote["message_id"])
    await keeps_it(desk, anna, witness)


async def test_a_note_that_answers_words_takes_nothing_back(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    wrote = await answer(desk, anna, topic)
    note = desk.taras.writes(topic, f"// a {SECRET}", reply_to=wrote["message_id"])
    desk.taras.writes(topic, "/unsend", reply_to=note["message_id"])
    await desk.taras.hears(topic, "This message did not go to the customer")
    await anna.shows("We look into it")


async def test_its_history_has_the_public_words_too(desk: Stage) -> None:
    anna, topic = await desk.asks()
    wrote = await turned(desk, anna, topic)
    desk.olena.writes(topic, "/history", reply_to=wrote["message_id"])
    assert "We look into it" in words(await desk.olena.hears(topic, "Earlier versions"))


async def test_an_edit_in_notes_mode(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await desk.asks()
    wrote = await answer(desk, anna, topic)
    desk.olena.writes(topic, "/notes")
    await topic.shows("Notes mode is on")
    desk.olena.edits(wrote, f"We look into it, {SECRET}")
    await topic.shows("Your new text was kept as a note")
    await keeps_it(desk, anna, witness)


async def test_a_reaction_in_notes_mode(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await desk.asks()
    wrote = await answer(desk, anna, topic)
    desk.olena.writes(topic, "/notes")
    await topic.shows("Notes mode is on")
    desk.taras.reacts(wrote, "🤬")
    await desk.settles(witness)
    assert not [m for m in anna.messages() if m.get("reactions")]


@pytest.mark.parametrize("text", ["/resolve", "/unsend scammer", "/примітка scammer", "/usr/bin"])
async def test_a_command_without_telegrams_mark(
    desk: Stage, witness: asyncpg.Connection, text: str
) -> None:
    anna, topic = await desk.asks()
    last = anna.last
    code = {"type": "code", "offset": 0, "length": len(text)}
    desk.olena.writes(topic, text, entities=[code])
    await desk.settles(witness)
    assert not [m for m in anna.since(last) if text in words(m)]


async def test_a_pasted_command_is_done(desk: Stage) -> None:
    anna, topic = await desk.asks()
    code = {"type": "code", "offset": 0, "length": len("/resolve")}
    desk.olena.writes(topic, "/resolve", entities=[code])
    await anna.shows("is resolved")


async def test_an_edit_into_a_command(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await desk.asks()
    wrote = await answer(desk, anna, topic)
    desk.olena.edits(wrote, f"/unsend {SECRET}")
    await topic.shows("Your new text was kept as a note")
    await keeps_it(desk, anna, witness)


async def test_a_path_among_words_is_sent(desk: Stage) -> None:
    anna, topic = await desk.asks()
    desk.olena.writes(topic, "/etc/hosts is the file")
    await anna.shows("/etc/hosts is the file")


async def test_a_reply_to_what_the_customer_never_saw(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    hidden = desk.olena.person.anonymously.writes(desk.group, "who is she?", thread=topic.thread)
    await topic.shows("You write anonymously")
    desk.taras.writes(topic, f"a {SECRET}", reply_to=hidden["message_id"])
    await topic.shows("it replies to something")
    await keeps_it(desk, anna, witness)


async def test_a_reply_to_general(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await desk.asks()
    said = desk.olena.writes(desk.general, "who is Anna?")
    desk.taras.writes(topic, f"a {SECRET}", reply_to=said["message_id"])
    await topic.shows("it replies to something")
    await keeps_it(desk, anna, witness)


async def test_a_colleagues_words_forwarded(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await desk.asks()
    note = desk.olena.writes(desk.general, f"Anna is a {SECRET}")
    await desk.settles(witness)
    desk.taras.person.forwards(note, desk.group, topic.thread)
    await topic.shows("A forward stays among colleagues")
    await keeps_it(desk, anna, witness)


async def test_another_customers_words_forwarded(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await desk.asks()
    boris = desk.customer("Boris")
    boris.writes(f"My neighbour is a {SECRET}")
    theirs = await (await desk.topic("#2")).shows(SECRET)
    desk.taras.person.forwards(theirs, desk.group, topic.thread)
    await topic.shows("A forward stays among colleagues")
    await keeps_it(desk, anna, witness)


async def test_a_poll_whose_question_is_marked(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await desk.asks()
    last = anna.last
    desk.olena.sends(topic, "poll", question=f"// a {SECRET}?", options=["yes", "no"])
    await desk.settles(witness)
    assert not [m for m in anna.since(last) if "poll" in m]


async def test_what_could_not_be_delivered_becomes_a_note_in_silence(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    wrote, told = await failed(desk, anna, topic)
    desk.olena.edits(wrote, f"// on second thought, a {SECRET}")
    await desk.settles(witness)
    topic.lacks(TURNED)
    await desk.olena.presses(told, "🔁 Send again")
    await keeps_it(desk, anna, witness)
    anna.lacks("Public words")


async def test_what_could_not_be_delivered_is_taken_back(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    wrote, told = await failed(desk, anna, topic)
    desk.olena.writes(topic, "/unsend", reply_to=wrote["message_id"])
    await topic.shows("Taken back before it was sent")
    await desk.olena.presses(told, "🔁 Send again")
    await desk.settles(witness)
    anna.lacks("Public words")


async def test_an_album_edited_into_a_note_before_it_left(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    last = anna.last
    parts = [{"kind": "photo", "caption": "one"}, {"kind": "photo"}, {"kind": "photo"}]
    album = desk.olena.person.album(desk.group, parts, thread=topic.thread)
    desk.olena.edits(album[0], f"// a {SECRET}")
    await desk.settles(witness)
    assert anna.since(last) == []
    assert await witness.fetchval("SELECT count(*) FROM message WHERE direction = 'out'") == 0
    desk.taras.writes(topic, f"a {SECRET} indeed", reply_to=album[2]["message_id"])
    await keeps_it(desk, anna, witness)


async def test_an_album_edited_into_a_note_after_it_left(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    parts = [{"kind": "photo", "caption": "one"}, {"kind": "photo"}]
    album = desk.olena.person.album(desk.group, parts, thread=topic.thread)
    await anna.shows_kind("photo", times=2)
    desk.olena.edits(album[0], f"// a {SECRET}")
    await topic.shows(TURNED)
    desk.olena.edits(album[1], f"a {SECRET}")
    desk.taras.writes(topic, f"a {SECRET} indeed", reply_to=album[1]["message_id"])
    await keeps_it(desk, anna, witness)


async def test_words_that_are_handled_late(
    desk: Stage, witness: asyncpg.Connection, database_url: str, redis_url: str
) -> None:
    anna, topic = await desk.asks()
    wrote = await answer(desk, anna, topic)
    await desk.settles(witness)
    await desk.closes()
    changed = {**wrote, "edit_date": wrote["date"], "text": f"We know that {SECRET}"}
    late = [
        {"message": {**wrote, "message_id": wrote["message_id"] + 500, "text": f"a {SECRET}"}},
        {"edited_message": changed},
    ]
    for number, update in enumerate(late, 900_000):
        await witness.execute(
            "INSERT INTO set_aside (bot_id, update_id, payload, error, attempts, at) "
            "VALUES ($1, $2, $3, '', 3, now())",
            desk.bot.id,
            number,
            orjson.dumps({"update_id": number, **update}).decode(),
        )
    async with App(desk.settings, database_url, redis_url) as app:
        assert await app.replay(None, lambda _line: None) == (2, 0)
    await desk.opens()
    await topic.shows("This was handled late")
    await topic.shows("Your new text was kept as a note")
    await keeps_it(desk, anna, witness)


async def test_a_kind_that_cannot_be_passed_on_is_named(desk: Stage) -> None:
    _anna, topic = await desk.asks()
    desk.olena.sends(topic, "checklist")
    await topic.shows("a checklist")


async def test_an_answer_after_it_is_sent_as_ever(desk: Stage) -> None:
    anna, topic = await desk.asks()
    wrote = await turned(desk, anna, topic)
    desk.taras.writes(topic, "It is on its way")
    await anna.shows("It is on its way")
    await eventually(lambda: topic.now(wrote), lambda: "the post is gone")
