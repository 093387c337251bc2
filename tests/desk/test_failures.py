"""What could not be carried is told where its author or reader looks, and can be tried again."""

from dataclasses import MISSING, fields
from datetime import timedelta
from typing import Any

import asyncpg
import orjson
import pytest

from bot.delivery import settling
from bot.desk import outbox
from bot.desk.errors import Forgotten, Withdrawn, WrongTopic
from bot.desk.outbox import claims, kinds
from bot.desk.outbox.carrying import TryLater, Undeliverable
from bot.desk.outbox.claims import Arrival
from bot.desk.outbox.deliveries import Parcel
from bot.desk.outbox.drafts import Draft, Kind
from bot.desk.outbox.gates import FORUM
from bot.desk.outbox.kinds import to_customer, to_topic
from bot.desk.said import Content
from bot.desk.said.sentences import Said
from bot.desk.said.spots import Spot
from bot.desk.talk import corrections, failures, intake, replies
from bot.desk.words import Words
from models import Message
from models.database import connected
from tests.desk.talk import ANNA, NOW, SOMEBODY, anna, answers, apart, held_open, photo, stands

LATER = NOW + timedelta(hours=1)
POST = Spot(-100, post_id=77)
TOLD = "SELECT payload FROM delivery WHERE kind = 'tell' ORDER BY id DESC LIMIT 1"
TELLS = "SELECT id FROM delivery WHERE kind = 'tell' AND id > $1"
HERE, THERE = FORUM, "telegram"


async def fails(gate: str, kind: str, reason: str = "rejected") -> Parcel:
    """What of this kind is due cannot be carried."""
    parcels = [one for one in await claims.claim(gate, 1, LATER, limit=9) if one.kind == kind]
    parcel = parcels[0]

    async def tell() -> None:
        await failures.failed(parcel, reason, "Bad Request: no", LATER)

    await claims.mark_dead([parcel], LATER, "no", record=tell)
    return parcel


async def told(witness: "asyncpg.Connection") -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(await witness.fetchval(TOLD))
    return found


async def again(parcel: Parcel, ticket_id: int = 1) -> bool:
    return await failures.send_again(parcel.id, ticket_id, POST, SOMEBODY, LATER)


FIELDS: dict[Any, Any] = {int: 1, str: "x", list[int]: [1], Said: Words("x")}


def of(kind: type[Kind]) -> Kind:
    """One of this kind, about the first message of all."""
    needed = [each for each in fields(kind) if MISSING is each.default is each.default_factory]  # type: ignore[arg-type]
    return kind(**{each.name: FIELDS.get(each.type) for each in needed})


async def test_what_cannot_be_carried_is_told_of_or_named_as_silent(
    db: str, witness: "asyncpg.Connection"
) -> None:
    """A new kind is neither, until somebody decides which."""
    await anna(1, "Where is it?")
    inside, outside = kinds.IN_GROUPS.values(), kinds.BY_CHANNELS.values()
    tells: list[type[Kind]] = []
    for gate, kind in [*((FORUM, one) for one in inside), *((THERE, one) for one in outside)]:
        await witness.execute("DELETE FROM delivery")
        async with outbox.transaction():
            await outbox.put(Draft(gate, "a", kind.kind, of(kind).dump(), ticket_id=1), NOW)
        (parcel,) = await claims.claim(gate, 1, LATER)
        await settling.dead([parcel], Undeliverable("rejected", "Bad Request: no"))
        if await witness.fetchval(TELLS, parcel.id):
            tells.append(kind)
    assert {*tells} == {*inside, *outside} - {*failures.SILENT}
    assert all(failures.SILENT.values()), "the reasons are named"


async def test_a_late_file_that_telegram_refuses_is_told_by_its_words(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    async with outbox.transaction():
        await outbox.put(to_topic.File(1).draft(1), NOW)
    parcel = await fails(FORUM, "file")
    said = await told(witness)
    assert said["sentence"] == failures.FILE_NOT_SHOWN
    assert said["buttons"] == [[["🔁 Send again", f"retry:{parcel.id}"]]]
    assert said["message"] == 1
    assert await again(parcel)


async def test_customers_words_that_can_never_be_shown_are_told(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    parcel = await fails(FORUM, "words")
    said = await told(witness)
    assert said["sentence"] == failures.NOT_SHOWN
    assert said["values"] == {"detail": "Bad Request: no"}
    assert said["buttons"] == [[["🔁 Send again", f"retry:{parcel.id}"]]]
    assert said["message"] == 1, "it stands by the words, if they stand anywhere"
    assert await again(parcel)
    assert not await again(parcel), "it is not dead any more"


@pytest.mark.parametrize(("reason", "first"), [("blocked", "blocked"), ("else", "other side")])
async def test_an_answer_that_failed_names_the_reason_and_its_message(
    db: str, witness: "asyncpg.Connection", reason: str, first: str
) -> None:
    await anna(1, "Where is it?")
    await fails("telegram", "say", reason)
    assert not await witness.fetchval(TOLD), "an acknowledgement concerns no ticket's topic"
    answer = await answers(1, "On its way")
    await fails("telegram", "message", reason)
    said = await told(witness)
    assert first in said["sentence"]
    assert said["message"] == answer.id


async def test_a_reaction_that_failed_is_told_without_a_way_to_try_again(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    async with outbox.transaction():
        payload = {"address": 1, "message": 1, "emoji": "👍"}
        await outbox.put(Draft("telegram", "telegram:9", "react", payload, ticket_id=1), NOW)
    await fails("telegram", "react")
    said = await told(witness)
    assert (said["buttons"], said["message"]) == ([], 1)


async def test_a_button_of_another_ticket_sends_nothing(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    parcel = await fails(FORUM, "words")
    with pytest.raises(WrongTopic):
        await again(parcel, 2)
    with pytest.raises(Forgotten):
        await failures.send_again(404, 1, POST, SOMEBODY, LATER)


@pytest.mark.parametrize(
    "change", ["unsent_at = now()", "direction = 'note'"], ids=["taken back", "a note"]
)
async def test_what_is_no_answer_any_more_is_not_sent_again(
    db: str, witness: "asyncpg.Connection", change: str
) -> None:
    await anna(1, "Where is it?")
    await fails("telegram", "say")
    answer = await answers(1, "On its way")
    parcel = await fails("telegram", "message")
    await witness.execute(f"UPDATE message SET {change} WHERE id = $1", answer.id)
    with pytest.raises(Withdrawn):
        await again(parcel)


async def retold(witness: "asyncpg.Connection") -> list[tuple[str, int, int]]:
    """What is said where a button was: the sentence, the chat and the post."""
    rows = await witness.fetch("SELECT payload FROM delivery WHERE kind = 'retell' ORDER BY id")
    payloads = [orjson.loads(row["payload"]) for row in rows]
    assert all(one["moment"] == LATER.isoformat() for one in payloads)
    return [(one["sentence"], one["chat"], one["post"]) for one in payloads]


async def arrives(gate: str, kind: str) -> None:
    """All of the gate leaves until something of this kind has arrived."""
    arrived: list[Parcel] = []
    while not arrived:
        parcels = await claims.claim(gate, 1, LATER, limit=9)
        await claims.mark_all_sent([Arrival([one]) for one in parcels], LATER)
        arrived = [one for one in parcels if one.kind == kind]
    async with outbox.transaction():
        await failures.arrived(arrived, LATER)


async def acts(gate: str, kind: str) -> None:
    """Something of this kind is put: Olena has sent an album, and Anna has asked."""
    album = await Message.get(id=2)
    async with outbox.transaction():
        match gate, kind:
            case "forum", "words":
                await anna(2, "Hello?")
            case "forum", "edit":
                await intake.edited(ANNA, "1", Content(words=Words("Where are they?")), NOW)
            case "telegram", "message":
                await answers(1, "It comes today")
            case "telegram", "edit":
                await corrections.edited(album, photo("album", "On its way"), SOMEBODY, NOW)
            case "telegram", "unsend":
                await answers(1, photo("album", "// inside"))  # a note stands beside it now


@pytest.mark.parametrize(
    ("gate", "kind", "sentence"),
    [
        (HERE, "words", failures.SHOWN),
        (HERE, "edit", failures.SHOWN),
        (THERE, "message", failures.RETRIED[to_customer.Message]),
        (THERE, "edit", failures.RETRIED[to_customer.Edit]),
        (THERE, "unsend", failures.RETRIED[to_customer.Unsend]),
    ],
)
async def test_what_is_sent_again_is_told_of_where_the_button_was(
    db: str, witness: "asyncpg.Connection", gate: str, kind: str, sentence: str
) -> None:
    await anna(1, "Where is it?")
    await answers(1, photo("album"))
    first = [*await claims.claim(HERE, 1, LATER), *await claims.claim(THERE, 1, LATER, limit=9)]
    async with outbox.transaction():
        await failures.arrived(first, LATER)
    assert await retold(witness) == [], "nobody has pressed anything"
    await witness.execute("UPDATE delivery SET state = 'sent'")
    await acts(gate, kind)
    parcel = await fails(gate, kind)
    assert (await told(witness))["buttons"] == [[["🔁 Send again", f"retry:{parcel.id}"]]]
    assert await again(parcel)
    assert await retold(witness) == [(failures.TRIED, -100, 77)]
    await arrives(gate, kind)
    assert (await retold(witness))[-1] == (sentence, -100, 77)


async def test_who_sends_again_what_is_just_being_taken_back_is_told_so(
    database_url: str, witness: "asyncpg.Connection"
) -> None:
    async with connected(database_url, connections=4):
        await anna(1, "Where is it?")
        await fails("telegram", "say")
        answer = await answers(1, "On its way")
        parcel = await fails("telegram", "message")
        async with held_open(lambda: replies.unsend(answer, SOMEBODY, LATER)):
            pressing = apart(again(parcel))
            await stands(pressing, witness)
        with pytest.raises(Withdrawn):
            await pressing


async def test_what_could_not_be_deleted_is_still_there(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    await fails("telegram", "say")
    answer = await answers(1, "On its way")
    await claims.mark_sent(await claims.claim("telegram", 1, LATER), LATER)
    async with outbox.transaction():
        await replies.unsend(answer, SOMEBODY, LATER)
    await fails("telegram", "unsend", "too old")
    assert "48 hours" in (await told(witness))["sentence"]
    assert await witness.fetchval("SELECT unsent_at FROM message WHERE id = 2") is None


def test_what_went_wrong_is_named_in_one_line() -> None:
    assert str(Undeliverable("gone")) == "gone"
    assert str(Undeliverable("rejected", "Bad Request: no")) == "rejected: Bad Request: no"
    assert str(TryLater("502")) == "502"
