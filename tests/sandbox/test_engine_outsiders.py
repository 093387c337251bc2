"""What only a strange hour brings: presses of outsiders, origins and updates to come."""

from __future__ import annotations

import time

import pytest

from sandbox.errors import Refused
from tests.sandbox.engine_desk import Desk, Json
from tests.sandbox.place import Place

BUTTON = {"inline_keyboard": [[{"text": "Close", "callback_data": "close"}]]}


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_who_has_left_can_press_what_stands_on_their_screen(desk: Desk) -> None:
    card = desk.call("sendMessage", chat_id=desk.group, text="card", reply_markup=BUTTON)
    desk.petro.leaves(desk.group)
    desk.updates()
    pressed: Json = {"chat": desk.group, "button_text": "Close"}
    with pytest.raises(Refused):
        desk.petro.presses(card["message_id"], **pressed)
    for outsider in (desk.petro, desk.anna):
        query = outsider.presses(card["message_id"], **pressed, still_open=True)
        (update,) = desk.updates()
        told = update["callback_query"]
        assert (told["id"], told["from"]["id"]) == (query, outsider.id)
        assert told["message"]["message_id"] == card["message_id"]
        assert desk.call("answerCallbackQuery", callback_query_id=query, text="No")
    standing = desk.call("getChatMember", chat_id=desk.group, user_id=desk.petro.id)
    assert standing["status"] == "left"
    with pytest.raises(Refused):
        desk.petro.writes(desk.group, "still here?")


@pytest.mark.parametrize("origin", [{"type": "hidden_user"}, {"type": "mind", "reader": 1}])
def test_an_origin_can_be_one_that_no_library_reads(desk: Desk, origin: Json) -> None:
    said = desk.petro.writes(desk.group, "words")
    desk.bot.updates.clear()
    forwarded = desk.petro.forwards(said, desk.group, origin=origin)
    assert forwarded["forward_origin"] == {**origin, "date": said["date"]}
    assert "forward_sender_name" not in forwarded


async def test_a_bot_can_be_told_anything(place: Place) -> None:
    told = {
        "message_id": 7,
        "date": int(time.time()),
        "chat": {"id": 5, "type": "private"},
        "smell": {"of": "tea"},
    }
    asked = {"kind": "message", "update": told}
    async with place.http.post(f"{place.sandbox.url}/sandbox/update", json=asked) as answer:
        assert (await answer.json()) == {"ok": True, "result": None}
    async with place.http.post(place.address("getUpdates")) as answer:
        assert told in [one.get("message") for one in (await answer.json())["result"]]
    for wrong in ({"kind": 1, "update": {}}, {"kind": "message", "update": []}, {"bot": "nobody"}):
        async with place.http.post(f"{place.sandbox.url}/sandbox/update", json=wrong) as answer:
            assert answer.status == 400


async def test_an_answer_can_be_ok_and_unreadable(place: Place) -> None:
    place.sandbox.faults.next(do="garbled", method="sendMessage")
    call = {"chat_id": place.customer.id, "text": "done"}
    async with place.http.post(place.address("sendMessage"), json=call) as answer:
        said = await answer.json()
    assert (answer.status, said["ok"]) == (200, True)
    assert "message_id" not in said["result"]
    seen = place.world.history(place.bot, None, place.customer.id)
    assert [one["text"] for one in seen][-1] == "done"
    assert place.sandbox.faults.log["garbled"] == 1


async def test_a_fault_can_mean_only_calls_that_give_a_parameter(place: Place) -> None:
    faults = place.sandbox.faults
    faults.next(do="400", having="parse_mode", text="Bad Request: no marks", times=2)
    plain = {"chat_id": place.customer.id, "text": "x"}
    for call, status in (plain, 200), ({**plain, "parse_mode": "HTML"}, 400), (plain, 200):
        async with place.http.post(place.address("sendMessage"), json=call) as answer:
            assert answer.status == status
    assert faults.waiting == 1


async def test_another_program_can_take_the_updates_away(place: Place) -> None:
    """A foreign webhook: our polling is refused until it is taken away."""
    foreign = {"url": "https://other.example/hook"}
    async with place.http.post(place.address("setWebhook"), json=foreign) as answer:
        assert answer.status == 200
    async with place.http.post(place.address("getUpdates")) as answer:
        assert answer.status == 409
    async with place.http.post(place.address("deleteWebhook")) as answer:
        assert answer.status == 200
    async with place.http.post(place.address("getUpdates")) as answer:
        assert answer.status == 200
