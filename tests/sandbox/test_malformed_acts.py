"""Whatever an act is asked with, the answer is a sentence: never a failure of the sandbox."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import orjson
import pytest

from sandbox.acts import ACTS, Misread, act
from sandbox.errors import ApiError, Refused
from sandbox.inline import Answer, Result
from sandbox.people import Person
from tests.sandbox.place import Place
from tests.sandbox.test_transport_control import ask

ODD: tuple[Any, ...] = (
    None, True, 0, -1, 7, 1.5, 10**18, "", "x", "\u0000", [], [1], ["x"], [[]], [{}], {},
    {"x": 1}, {"id": "x"}, {"message_id": "x", "chat": 1}, {"message_id": 1, "chat": {"id": "x"}},
    {"message_id": [], "chat": {"id": []}, "date": 1}, {"bot": []}, {"bot": {}},
    [{"kind": "photo", "chat": 1}], {"kind": "photo", "caption": 5}, {"type": "user"},
    {"type": "later", "date": "x"}, {"type": "channel", "chat": {}}, [{"type": 1}],
    [{"type": "bold", "offset": "x", "length": None}],
)  # fmt: skip
FIELDS = (
    "latitude", "longitude", "live_period", "title", "address", "phone_number", "first_name",
    "emoji", "question", "options", "is_anonymous", "size", "mime", "duration", "width", "height",
    "performer", "has_spoiler", "user_id", "vcard", "horizontal_accuracy", "items", "tasks",
)  # fmt: skip
KINDS = (
    "photo", "video", "document", "voice", "audio", "animation", "sticker", "video_note",
    "live_photo", "location", "live_location", "venue", "contact", "dice", "poll", "story",
    "checklist", "game", "giveaway",
)  # fmt: skip


def plain(place: Place, who: Person, do: str) -> dict[str, Any]:
    """Arguments that the act takes."""
    said = who.writes(place.group, "слово") if who is place.owner else who.writes(place.bot, "ні")
    chat = place.group if who is place.owner else "bot"
    known: dict[str, Any] = {
        "chat": chat, "text": "слово", "kind": "photo", "message_id": said["message_id"],
        "from_message": said, "album": [said], "parts": [{"kind": "photo"}], "part": {},
        "bot": "bot", "who": "bot", "user": place.customer.id, "person": place.customer.id,
        "options": [0], "emoji": ["👌"], "latitude": 1.5, "longitude": 1.5, "name": "Тема",
        "thread": 1, "title": "Назва", "username": "shop", "on": True, "language": "uk",
        "first": "Ім’я", "button_text": "Так", "group_id": "1", "channel": "Канал",
        "phone": "+380501112233", "tag": "L2", "query": "слово",
    }  # fmt: skip
    if do == "chooses":
        known["query"] = offered(place, who, chat)
    asked = inspect.signature(getattr(Person, do)).parameters
    needed = (name for name, one in asked.items() if one.default is one.empty and name in known)
    return {name: known[name] for name in needed}


def offered(place: Place, who: Person, chat: int | str) -> str:
    """A query of theirs that the bot has answered."""
    place.bot.inline = True
    query = who.asks_inline(place.bot if chat == "bot" else place.group)
    result = Result("1", {"type": "article"}, "text", {"text": "слово"})
    place.world.inline.answer(query, place.bot.id, Answer([result], place.world.clock()))
    return query


def malformed(do: str, right: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The arguments with one of them odd: each that the act knows, and some that it does not."""
    named = [
        name
        for name, one in inspect.signature(getattr(Person, do)).parameters.items()
        if name != "self" and one.kind is not one.VAR_KEYWORD
    ]
    takes_any = len(named) + 1 < len(inspect.signature(getattr(Person, do)).parameters)
    for name in (*named, "nobody_s", *(FIELDS if takes_any else ())):
        yield from ({**right, name: odd} for odd in ODD)
    if "kind" in named:
        for kind in KINDS:
            yield from ({**right, "kind": kind, name: odd} for name in FIELDS for odd in ODD)


@pytest.mark.parametrize("do", sorted(ACTS))
@pytest.mark.parametrize("who", ["owner", "customer"])
async def test_every_malformed_act_is_refused_in_words(place: Place, do: str, who: str) -> None:
    """Without HTTP, for there are thousands; what is answered can be told in JSON."""
    person: Person = getattr(place, who)
    place.bot.inline = True
    for args in malformed(do, plain(place, person, do)):
        with suppress(Misread, Refused, ApiError):
            orjson.dumps(act(place.world, {"who": person.id, "do": do, "args": args}))
        person.user.deactivated = False
    for path in ("state", f"history?person={person.id}", f"history?chat={place.group}"):
        assert (await ask(place, path))[0] in (200, 400)


@pytest.mark.parametrize("odd", ODD)
async def test_a_malformed_request_is_refused_in_words(place: Place, odd: Any) -> None:
    right = {"who": place.customer.id, "do": "writes", "args": {"chat": "bot", "text": "так"}}
    for name in (*right, "anonymous"):
        status, said = await ask(place, "act", {**right, name: odd})
        assert status in (200, 400), (name, said)
    for path in ("people", "faults", "limits", "update", "wish"):
        for name in ("name", "language", "do", "times", "method", "random", "mode", "kind",
                     "update", "bot", "wish", "clear", "chat", "retry_after"):  # fmt: skip
            status, said = await ask(place, path, {name: odd})
            assert status in (200, 400), (path, name, said)
