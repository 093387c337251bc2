"""The control API: people act over HTTP, the world is seen, events stream."""

from __future__ import annotations

import base64
import os
from typing import Any

import orjson
import pytest

from sandbox.acts import ACTS
from sandbox.events import BACKLOG
from tests.sandbox.place import Place, until


async def ask(place: Place, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    """The status and the JSON of one control request; a POST when there is a body."""
    url = f"{place.sandbox.url}/sandbox/{path}"
    method = "GET" if body is None else "POST"
    async with place.http.request(method, url, json=body, headers=headers) as answer:
        return answer.status, await answer.json()


async def act(place: Place, one: int, do: str, /, **args: Any) -> Any:
    status, said = await ask(place, "act", {"who": one, "do": do, "args": args})
    assert (status, said["ok"]) == (200, True), said
    return said["result"]


async def test_a_customer_writes_and_the_bot_hears(place: Place) -> None:
    anna = place.customer.id
    shown = await act(place, anna, "writes", chat="bot", text="Добрий день")
    assert shown["text"] == "Добрий день"
    await act(place, anna, "writes", chat={"bot": "desk_bot"}, text="Ви тут?")
    updates = await place.calls("getUpdates")
    assert [update["message"]["text"] for update in updates] == ["Добрий день", "Ви тут?"]
    _, history = await ask(place, f"history?person={anna}")
    assert [message["text"] for message in history] == ["/start", "Добрий день", "Ви тут?"]


async def test_bytes_come_as_base64_and_go_as_they_are(place: Place) -> None:
    data = os.urandom(5_000)
    coded = base64.b64encode(data).decode()
    sent = await act(
        place,
        place.customer.id,
        "sends",
        chat="bot",
        kind="document",
        data=coded,
        filename="a.html",
    )
    url = f"{place.sandbox.url}/sandbox/file/{sent['document']['file_id']}"
    async with place.http.get(url) as answer:
        assert await answer.read() == data
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    parts = [{"kind": "photo", "data": coded}, {"kind": "photo", "data": coded}]
    album = await act(place, place.customer.id, "album", chat="bot", parts=parts)
    assert len({part["media_group_id"] for part in album}) == 1


async def test_operators_run_the_group(place: Place) -> None:
    owner = place.owner.id
    thread = await act(place, owner, "creates_topic", chat=place.group, name="Тема")
    await act(place, owner, "writes", chat=place.group, text="слово", thread=thread)
    await act(place, owner, "closes_topic", chat=place.group, thread=thread)
    await act(place, owner, "adds", chat=place.group, person=place.customer.id)
    await act(
        place, owner, "promotes", chat=place.group, user=place.customer.id, can_manage_topics=True
    )
    await act(place, owner, "sets_bot_rights", chat=place.group, bot="bot", can_pin_messages=True)
    _, shown = await ask(place, f"history?chat={place.group}&thread={thread}")
    assert "слово" in [message.get("text") for message in shown]
    _, state = await ask(place, "state")
    [group] = state["chats"]
    assert [topic["closed"] for topic in group["topics"] if topic["thread"] == thread] == [True]
    roles = {person["id"]: person["role"] for person in state["people"]}
    assert roles == {owner: "owner", place.customer.id: "admin"}
    await act(place, owner, "kicks", chat=place.group, who="bot")
    assert not place.world.chats[place.group].has(place.bot.id)


async def test_an_admin_may_speak_anonymously(place: Place) -> None:
    body = {
        "who": place.owner.id,
        "do": "writes",
        "args": {"chat": place.group, "text": "від групи"},
        "anonymous": True,
    }
    _, said = await ask(place, "act", body)
    assert said["result"]["sender_chat"]["id"] == place.group


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ([], "the body must be an object"),
        ({"do": "writes"}, "there is no person None"),
        ({"who": 1, "do": "writes"}, "there is no person 1"),
        ({"who": "anna", "do": "_chat"}, "there is no act '_chat'"),
        ({"who": "anna", "do": "writes", "args": []}, "args must be an object"),
        ({"who": "anna", "do": "writes", "args": {"chat": "bot"}}, "missing a required argument"),
        ({"who": "anna", "do": "writes", "args": {"chat": "bot", "text": 5}}, "text must be str"),
        ({"who": "anna", "do": "writes", "args": {"chat": "x", "text": "a"}}, "a chat is a number"),
        ({"who": "anna", "do": "writes", "args": {"chat": 5, "text": "a"}}, "There is no chat 5."),
        (
            {"who": "anna", "do": "sends", "args": {"chat": "bot", "kind": "photo", "data": "?"}},
            "data must be base64",
        ),
        ({"who": "anna", "do": "start", "args": {"bot": "nobody"}}, "there is no bot 'nobody'"),
        ({"who": "anna", "do": "leaves", "args": {"chat": "bot"}}, "chat must be int"),
    ],
)
async def test_bad_input_is_named(place: Place, body: Any, error: str) -> None:
    if isinstance(body, dict) and body.get("who") == "anna":
        body = {**body, "who": place.customer.id}
    status, said = await ask(place, "act", body)
    assert (status, said["ok"]) == (400, False)
    assert error in said["error"]


def test_acts_are_what_a_person_does_and_nothing_else() -> None:
    assert {"writes", "sends", "presses", "deletes_topic", "migrates"} <= ACTS
    assert ACTS.isdisjoint(("world", "user", "name", "id", "anonymous", "anonymously"))


async def test_foreign_pages_cannot_post(place: Place) -> None:
    url = f"{place.sandbox.url}/sandbox/limits"
    async with place.http.post(url, data='{"mode": "telegram"}') as answer:
        assert answer.status == 400
    assert place.sandbox.limits.mode == "off"


async def test_people_are_made_and_their_menu_is_theirs(place: Place) -> None:
    status, said = await ask(place, "people", {"name": "James", "language": "en"})
    james = said["result"]
    assert (status, james["role"], james["language"]) == (200, "customer", "en")
    for code, word in (("", "Питання"), ("en", "A question")):
        commands = [{"command": "new", "description": word}]
        await place.calls("setMyCommands", commands=commands, language_code=code)
    _, menu = await ask(place, f"commands?person={james['id']}")
    assert [(c["command"], c["description"]) for c in menu] == [("new", "A question")]
    _, menu = await ask(place, f"commands?person={place.customer.id}")
    assert [c["description"] for c in menu] == ["Питання"]
    status, said = await ask(place, "people", {"name": " "})
    assert (status, said["error"]) == (400, "name must be a text")


async def test_faults_and_limits_are_set_and_counted(place: Place) -> None:
    _, said = await ask(place, "faults", {"do": "500", "method": "sendMessage"})
    assert said["result"]["waiting"] == 1
    refused = await place.asks("sendMessage", chat_id=place.customer.id, text="x")
    assert refused["error_code"] == 500
    _, counted = await ask(place, "faults")
    assert counted == {"waiting": 0, "happened": {"500": 1}, "lost_answers": {}}
    await ask(place, "faults", {"random": {"rate": 1, "kinds": ["400"], "seed": 5}})
    assert (await place.asks("getMe"))["error_code"] == 400
    await ask(place, "faults", {"clear": True})
    assert (await place.asks("getMe"))["ok"]
    for body in ({"do": "nonsense"}, {"do": "500", "when": "x"}, {"random": {"rate": 1}}):
        status, said = await ask(place, "faults", body)
        assert (status, said["ok"]) == (400, False)
    assert (await ask(place, "limits", {"mode": "telegram"}))[1]["result"] == "telegram"
    assert (await ask(place, "state"))[1]["limits"] == "telegram"
    assert (await ask(place, "limits", {"mode": "some"}))[0] == 400


async def test_the_journal_over_http(place: Place) -> None:
    for number in range(3):
        await place.calls("sendMessage", chat_id=place.customer.id, text=str(number))
    await place.calls("getMe")
    _, calls = await ask(place, "calls?method=sendmessage&limit=2")
    assert [call["values"]["text"] for call in calls] == ["1", "2"]
    assert {call["status"] for call in calls} == {200}


async def test_events_stream_as_they_happen(place: Place) -> None:
    async with place.http.get(f"{place.sandbox.url}/sandbox/events") as stream:
        assert stream.content_type == "text/event-stream"
        await stream.content.readuntil(b"\n\n")
        place.customer.writes(place.bot, "подія")
        await place.calls("sendMessage", chat_id=place.group, text="відповідь")
        events = [
            orjson.loads((await stream.content.readuntil(b"\n\n")).removeprefix(b"data: "))
            for _ in range(2)
        ]
    assert [event["type"] for event in events] == ["message", "message"]
    assert (events[0]["person"], events[0]["message"]["text"]) == (place.customer.id, "подія")
    assert (events[1]["chat"], events[1]["message"]["text"]) == (place.group, "відповідь")

    def nobody_watches() -> bool:
        place.customer.writes(place.bot, "хтось дивиться?")
        return not place.world.listeners

    await until(nobody_watches)


async def test_one_who_reads_too_slowly_is_sent_away(place: Place) -> None:
    async with place.http.get(f"{place.sandbox.url}/sandbox/events") as stream:
        await stream.content.readuntil(b"\n\n")
        for number in range(BACKLOG + 1):
            place.customer.writes(place.bot, str(number))
        assert await stream.content.read() == b""
    assert not place.world.listeners


async def test_stopping_ends_the_streams(place: Place) -> None:
    async with place.http.get(f"{place.sandbox.url}/sandbox/events") as stream:
        await stream.content.readuntil(b"\n\n")
        await place.sandbox.stop()
        assert await stream.content.read() == b""


async def test_the_page_is_served(place: Place) -> None:
    async with place.http.get(f"{place.sandbox.url}/") as answer:
        assert answer.status == 200
        assert answer.content_type == "text/html"
