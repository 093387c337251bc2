"""What only a strange hour brings: presses of outsiders, origins and updates to come."""

from __future__ import annotations

import time

import pytest

from sandbox.errors import Refused
from sandbox.living import LivingWorld
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


def _asks(desk: Desk, user: int, chat: int | None = None) -> Json:
    return {"chat_id": chat or desk.group, "user_id": user}


def test_who_was_never_in_the_group_has_left_it_if_the_bot_has_met_them(desk: Desk) -> None:
    assert desk.call("getChatMember", **_asks(desk, desk.anna.id))["status"] == "left"
    stranger = desk.world.person("Нихто")
    desk.refused("member not found", "getChatMember", **_asks(desk, stranger.id))
    desk.world.stranger_text = "user not found"
    desk.refused("user not found", "getChatMember", **_asks(desk, stranger.id))
    desk.refused("PARTICIPANT_ID_INVALID", "getChatMember", **_asks(desk, 999_999))
    desk.refused("invalid user_id specified", "getChatMember", **_asks(desk, -5))
    desk.refused("invalid user_id specified", "getChatMember", chat_id=desk.group)


@pytest.mark.parametrize("way", ["start", "group", "left", "press"])
def test_how_a_bot_meets_somebody(desk: Desk, way: str) -> None:
    stranger = desk.world.person("Нихто")
    desk.refused("member not found", "getChatMember", **_asks(desk, stranger.id))
    if way == "start":
        stranger.start(desk.bot)
    elif way == "press":
        card = desk.call("sendMessage", chat_id=desk.group, text="card", reply_markup=BUTTON)
        stranger.presses(card["message_id"], desk.group, "Close", still_open=True)
    else:
        elsewhere = desk.world.group("Sales", desk.olha)
        desk.olha.adds_bot(desk.bot, elsewhere)
        stranger.joins(elsewhere)
        if way == "left":
            stranger.leaves(elsewhere)
    assert desk.call("getChatMember", **_asks(desk, stranger.id))["status"] == "left"
    kept = LivingWorld.load(desk.world.export(), desk.clock)
    assert desk.world.bots_by_id[desk.bot.id].met == kept.bots_by_id[desk.bot.id].met


def test_other_bots_are_strangers_too(desk: Desk) -> None:
    other = desk.world.add_bot("77:token", "Other", "other_bot")
    desk.refused("member not found", "getChatMember", **_asks(desk, other.id))
    desk.refused("chat not found", "getChatMember", bot=other, **_asks(desk, other.id))
    desk.olha.adds_bot(other, desk.group)
    assert desk.call("getChatMember", **_asks(desk, other.id))["status"] == "member"
    assert desk.call("getChatMember", bot=other, **_asks(desk, desk.petro.id))["status"] == "member"
    desk.refused("member not found", "getChatMember", bot=other, **_asks(desk, desk.anna.id))


def test_strangers_to_small_groups_and_private_chats(desk: Desk) -> None:
    small = desk.world.basic_group("Small", desk.olha)
    desk.olha.adds_bot(desk.bot, small)
    assert desk.call("getChatMember", **_asks(desk, desk.anna.id, small))["status"] == "left"
    for unknown in (desk.world.person("Нихто").id, 999_999):
        desk.refused("member not found", "getChatMember", **_asks(desk, unknown, small))
        desk.refused("member not found", "getChatMember", **_asks(desk, unknown, desk.anna.id))
    desk.refused("member not found", "getChatMember", **_asks(desk, desk.petro.id, desk.anna.id))
    assert (
        desk.call("getChatMember", **_asks(desk, desk.bot.id, desk.anna.id))["status"] == "member"
    )


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
