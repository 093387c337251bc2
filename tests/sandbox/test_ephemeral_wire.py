"""Ephemeral messages over HTTP: what they cost, what the journal has of them, and the switch."""

from __future__ import annotations

from typing import Any

from tests.sandbox.place import Place


def aside(place: Place, text: str) -> dict[str, Any]:
    to = {"receiver_user_id": place.owner.id}
    return {"chat_id": place.group, "text": text, "ephemeral_message_parameters": to}


async def test_they_spend_a_minute_of_their_own(place: Place) -> None:
    place.sandbox.limits.set("telegram")
    for number in range(20):
        await place.calls("sendMessage", **aside(place, f"for you {number}"))
    assert (await place.asks("sendMessage", **aside(place, "one more")))["error_code"] == 429
    await place.calls("sendMessage", chat_id=place.group, text="for all")
    left, _wait = place.sandbox.limits.left(place.bot.id, str(place.group))
    assert left == 19


async def test_the_journal_tells_them_apart(place: Place) -> None:
    sent = await place.calls("sendMessage", **aside(place, "for you"))
    at = {"chat_id": place.group, "receiver_user_id": place.owner.id}
    number = sent["ephemeral_message_id"]
    await place.calls("editEphemeralMessageText", **at, ephemeral_message_id=number, text="anew")
    await place.calls("sendMessage", chat_id=place.group, text="for all")
    calls = place.sandbox.calls
    assert [each.values["text"] for each in calls.ephemeral(place.group)] == ["for you", "anew"]
    assert calls.ephemeral(place.customer.id) == []


async def test_the_switch(place: Place) -> None:
    async def switched(mode: str) -> dict[str, Any]:
        address = f"{place.sandbox.url}/sandbox/faults"
        async with place.http.post(address, json={"ephemeral": mode}) as answer:
            body: dict[str, Any] = await answer.json()
            return body

    assert not (await switched("sometimes"))["ok"]
    await switched("lost")
    await place.calls("sendMessage", **aside(place, "for nobody"))
    await switched("known")
    await place.calls("sendMessage", **aside(place, "for you"))
    query = {"person": str(place.owner.id), "chat": str(place.group)}
    address = f"{place.sandbox.url}/sandbox/whispered"
    async with place.http.get(address, params=query) as answer:
        assert [each["text"] for each in await answer.json()] == ["for you"]
