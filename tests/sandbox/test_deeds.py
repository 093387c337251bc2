"""What the strip tells of the bot: whom each deed concerns, and whose words it has shown."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.place import Place

TOPIC = "#1 Анна Шевченко · Лампа з тріщиною"


async def latest(place: Place) -> dict[str, Any]:
    async with place.http.get(f"{place.sandbox.url}/sandbox/deeds") as answer:
        newest: dict[str, Any] = (await answer.json())["deeds"][0]
    return newest


async def topic(place: Place) -> int:
    made = await place.calls("createForumTopic", chat_id=place.group, name=TOPIC)
    return int(made["message_thread_id"])


def told(deed: dict[str, Any]) -> tuple[str | None, str | None, bool]:
    return deed["person"], deed["topic"], deed["shows"]


async def updates(place: Place) -> list[Any]:
    return [one["message"] for one in await place.calls("getUpdates") if "message" in one]


async def test_a_topic_that_is_made_names_the_one_it_is_for(place: Place) -> None:
    await topic(place)
    assert told(await latest(place)) == ("Анна", TOPIC, False)
    await place.calls("createForumTopic", chat_id=place.group, name="Склад")
    assert told(await latest(place)) == (None, "Склад", False)


@pytest.mark.parametrize("kind", ["photo", "document", "voice"])
async def test_a_file_by_its_id_names_the_one_who_sent_it(place: Place, kind: str) -> None:
    place.world.person("Богдан", last_name="Сич").start(place.bot)
    sent = place.customer.sends(place.bot, kind)
    (said,) = [one for one in await updates(place) if kind in one]
    assert said["message_id"] == sent["message_id"]
    files = said[kind] if kind == "photo" else [said[kind]]
    given = {"chat_id": place.group, kind: files[-1]["file_id"]}
    made = await place.calls("createForumTopic", chat_id=place.group, name="Склад")
    thread = made["message_thread_id"]
    await place.calls(f"send{kind.capitalize()}", message_thread_id=thread, **given)
    assert told(await latest(place)) == ("Анна", "Склад", True)


async def test_an_album_by_ids_names_the_one_who_sent_it(place: Place) -> None:
    place.customer.album(place.bot, [{"kind": "photo"}, {"kind": "photo"}])
    ids = [one["photo"][-1]["file_id"] for one in await updates(place) if "photo" in one]
    media = [{"type": "photo", "media": one} for one in ids]
    where = {"chat_id": place.group, "message_thread_id": await topic(place)}
    await place.calls("sendMediaGroup", media=media, **where)
    assert told(await latest(place)) == ("Анна", TOPIC, True)


async def test_words_are_known_alone_among_others_and_under_a_card(place: Place) -> None:
    for words in ("Добрий день!", "Лампа з тріщиною"):
        place.customer.writes(place.bot, words)
    where = {"chat_id": place.group, "message_thread_id": await topic(place)}
    for text in ("Добрий день!", "Добрий день!\nЛампа з тріщиною", "#1 · нове\n\nДобрий день!"):
        await place.calls("sendMessage", text=text, **where)
        assert told(await latest(place)) == ("Анна", TOPIC, True), text
    for text in ("Добрий", "Добрий день! Ми вже шукаємо"):
        await place.calls("sendMessage", text=text, **where)
        assert told(await latest(place)) == ("Анна", TOPIC, False), text


async def test_a_question_under_an_operators_words_is_no_card(place: Place) -> None:
    where = {"chat_id": place.group, "message_thread_id": await topic(place)}
    keys = {"inline_keyboard": [[{"text": "Нотатка", "callback_data": "n"}]]}
    shown = await place.calls("sendMessage", text="Картка", reply_markup=keys, **where)
    assert (await latest(place))["card"]
    answers = {"message_id": shown["message_id"]}
    await place.calls(
        "sendMessage", text="Нотатка?", reply_markup=keys, reply_parameters=answers, **where
    )
    assert not (await latest(place))["card"]


async def test_of_two_who_said_the_same_it_is_the_one_whose_topic_it_is(place: Place) -> None:
    other = place.world.person("Богдан", last_name="Сич")
    other.start(place.bot)
    for person in (place.customer, other):
        person.writes(place.bot, "Добрий день!")
    made = await place.calls("createForumTopic", chat_id=place.group, name="#2 Богдан Сич")
    where = {"chat_id": place.group, "message_thread_id": made["message_thread_id"]}
    await place.calls("sendMessage", text="Добрий день!", **where)
    assert (await latest(place))["person"] == "Богдан"


async def test_what_is_said_to_a_person_shows_nobodys_words(place: Place) -> None:
    place.customer.writes(place.bot, "Добрий день!")
    await place.calls("sendMessage", chat_id=place.customer.id, text="Добрий день!")
    assert told(await latest(place)) == ("Анна", None, False)
