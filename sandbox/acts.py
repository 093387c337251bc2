"""Acts of people, asked for as JSON: which there are, and how their arguments are read."""

from __future__ import annotations

import base64
import binascii
import inspect
from typing import Any

from sandbox.accounts import Bot
from sandbox.people import Person
from sandbox.world import World

Json = dict[str, Any]

# A person's public methods are acts, and nothing but acts.
ACTS = frozenset(
    name for name in dir(Person) if not name.startswith("_") and callable(getattr(Person, name))
)
_TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "bool": (bool,),
    "float": (int, float),
    "None": (type(None),),
}


class Misread(Exception):
    """The request cannot be understood; the text says why."""


def act(world: World, request: Json) -> Any:
    """Let a person do something: `{"who": id, "do": act, "args": {…}, "anonymous": false}`.

    Raises `Misread` for bad input, and `Refused` for what the app would not allow.
    """
    person = who(world, request.get("who"))
    if request.get("anonymous"):
        person = person.anonymously
    name, args = request.get("do"), request.get("args", {})
    if name not in ACTS:
        raise Misread(f"there is no act {name!r}: choose from {', '.join(sorted(ACTS))}")
    if not isinstance(args, dict):
        raise Misread("args must be an object")
    return _do(world, person, name, args)


def who(world: World, number: Any) -> Person:
    """The person with this id. Raises `Misread`."""
    try:
        return world.as_person(number)
    except (KeyError, TypeError):
        raise Misread(f"there is no person {number!r}") from None


def where(world: World, given: Any) -> int | Bot:
    """A chat: the id of a group; "bot" or {"bot": username} for the private chat with it."""
    if given == "bot":
        given = {"bot": None}
    if isinstance(given, dict) and "bot" in given:
        return bot_named(world, given["bot"])
    if isinstance(given, bool) or not isinstance(given, int):
        raise Misread(f'a chat is a number, "bot" or {{"bot": username}}, not {given!r}')
    return given


def bot_named(world: World, name: Any) -> Bot:
    """A bot by its username or id; the first one for None. Raises `Misread`."""
    for bot in world.bots.values():
        if name is None or name in (bot.id, bot.user.username):
            return bot
    raise Misread(f"there is no bot {name!r}")


def _do(world: World, person: Person, name: str, args: Json) -> Any:
    method = getattr(person, name)
    signature = inspect.signature(method)
    try:
        bound = signature.bind(**args)
    except TypeError as wrong:
        raise Misread(f"{name}: {wrong}") from None
    for key, value in bound.arguments.items():
        parameter = signature.parameters[key]
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            bound.arguments[key] = {k: _read(world, k, "", v) for k, v in value.items()}
        else:
            bound.arguments[key] = _read(world, key, str(parameter.annotation), value)
    return method(*bound.args, **bound.kwargs)


def _read(world: World, name: str, annotation: str, value: Any) -> Any:
    kinds = annotation.replace(" ", "").split("|")
    if name == "chat":
        return _typed(name, kinds, value) if kinds == ["int"] else where(world, value)
    if name == "data":
        return _bytes(value)
    if name == "part":
        return _part(value)
    if name == "parts" and isinstance(value, list):
        return [_part(part) for part in value]
    if "Acting" in kinds or "Bot" in kinds:
        return _somebody(world, kinds, value)
    return _typed(name, kinds, value)


def _somebody(world: World, kinds: list[str], value: Any) -> Person | Bot:
    """A person by id, or a bot: "bot", {"bot": username}, its username or id."""
    if value == "bot" or isinstance(value, dict):
        return bot_named(world, value.get("bot") if isinstance(value, dict) else None)
    if "Acting" not in kinds or value in world.bots_by_id:
        return bot_named(world, value)
    return who(world, value)


def _typed(name: str, kinds: list[str], value: Any) -> Any:
    """Plain values are checked where the act says what it wants."""
    if all(kind in _TYPES for kind in kinds):
        wrong_bool = isinstance(value, bool) and "bool" not in kinds
        if wrong_bool or not any(isinstance(value, _TYPES[kind]) for kind in kinds):
            raise Misread(f"{name} must be {' or '.join(kinds)}, not {value!r}")
    return value


def _part(value: Any) -> Json:
    if not isinstance(value, dict):
        raise Misread("a part of an album is an object")
    return {**value, "data": _bytes(value.get("data"))}


def _bytes(value: Any) -> bytes | None:
    if value is None:
        return None
    try:
        return base64.b64decode(value, validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise Misread("data must be base64") from None
