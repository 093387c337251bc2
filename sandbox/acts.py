"""Acts of people, asked for as JSON: which there are, and how their arguments are read."""

from __future__ import annotations

import base64
import binascii
import inspect
from typing import Any

from sandbox.accounts import Bot
from sandbox.living import LivingWorld
from sandbox.people import Person

Json = dict[str, Any]

# A person's public methods are acts, but for those that give the person in another guise.
ACTS = frozenset(
    name
    for name, method in inspect.getmembers(Person, inspect.isfunction)
    if not name.startswith("_") and inspect.signature(method).return_annotation != "Person"
)
_TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "bool": (bool,),
    "float": (int, float),
    "Json": (dict,),
    "None": (type(None),),
}


class Misread(Exception):
    """The request cannot be understood; the text says why."""


def act(world: LivingWorld, request: Json) -> Any:
    """Let a person do something: `{"who": id, "do": act, "args": {…}, "anonymous": false}`.

    Raises `Misread` for bad input, and `Refused` for what the app would not allow.
    """
    person = who(world, request.get("who"))
    if request.get("anonymous"):
        person = person.anonymously
    name, args = request.get("do"), request.get("args", {})
    if not isinstance(name, str) or name not in ACTS:
        raise Misread(f"there is no act {name!r}: choose from {', '.join(sorted(ACTS))}")
    if not isinstance(args, dict):
        raise Misread("args must be an object")
    return _do(world, person, name, args)


def who(world: LivingWorld, number: Any) -> Person:
    """The person with this id. Raises `Misread`."""
    try:
        return world.as_person(number)
    except (KeyError, TypeError):
        raise Misread(f"there is no person {number!r}") from None


def where(world: LivingWorld, given: Any) -> int | Bot:
    """A chat: the id of a group; "bot" or {"bot": username} for the private chat with it."""
    if given == "bot":
        given = {"bot": None}
    if isinstance(given, dict) and "bot" in given:
        return bot_named(world, given["bot"])
    if isinstance(given, bool) or not isinstance(given, int):
        raise Misread(f'a chat is a number, "bot" or {{"bot": username}}, not {given!r}')
    return given


def bot_named(world: LivingWorld, name: Any) -> Bot:
    """A bot by its username or id; the first one for None. Raises `Misread`."""
    for bot in world.bots.values():
        if name is None or name in (bot.id, bot.user.username):
            return bot
    raise Misread(f"there is no bot {name!r}")


def _do(world: LivingWorld, person: Person, name: str, args: Json) -> Any:
    given = _arguments(world, name, args)
    return getattr(person, name)(**given)


def _arguments(world: LivingWorld, name: str, args: Json) -> Json:
    """What the act takes of these, each of the kind that it wants."""
    signature = inspect.signature(getattr(Person, name))
    try:
        signature.bind(None, **args)
    except TypeError as wrong:
        raise Misread(f"{name}: {wrong}") from None
    known = signature.parameters
    rest = next((str(one.annotation) for one in known.values() if one.kind is one.VAR_KEYWORD), "")
    return {
        key: _read(world, key, str(known[key].annotation) if key in known else rest, value)
        for key, value in args.items()
    }


def _read(world: LivingWorld, name: str, annotation: str, value: Any) -> Any:
    kinds = annotation.replace(" ", "").split("|")
    if name == "chat":
        return _typed(name, kinds, value) if kinds == ["int"] else where(world, value)
    if name == "parts" and isinstance(value, list):
        return [_part(world, part) for part in value]
    if name in ("data", "part", "quote"):
        return _special(world, name, value)
    if "Acting" in kinds or "Bot" in kinds:
        return _somebody(world, kinds, value)
    return _typed(name, kinds, value)


def _special(world: LivingWorld, name: str, value: Any) -> Any:
    if name == "part":
        return _part(world, value)
    return _bytes(value) if name == "data" else _quote(value)


def _somebody(world: LivingWorld, kinds: list[str], value: Any) -> Person | Bot:
    """A person by id, or a bot: "bot", {"bot": username}, its username or id."""
    if value == "bot" or isinstance(value, dict):
        return bot_named(world, value.get("bot") if isinstance(value, dict) else None)
    known = isinstance(value, int) and value in world.bots_by_id
    if "Acting" not in kinds or known:
        return bot_named(world, value)
    return who(world, value)


def _typed(name: str, kinds: list[str], value: Any) -> Any:
    """Values are checked where the act says what it wants."""
    if "Any" not in kinds and not any(_is(value, kind) for kind in kinds):
        raise Misread(f"{name} must be {' or '.join(kinds)}, not {value!r}")
    return value


def _is(value: Any, kind: str) -> bool:
    if kind.startswith("list["):
        return isinstance(value, list) and all(_is(one, kind[5:-1]) for one in value)
    if isinstance(value, bool):
        return kind == "bool"
    return isinstance(value, _TYPES[kind])


def _quote(value: Any) -> str | tuple[str, int] | None:
    """The words, and from where on they are looked for if that is said."""
    match value:
        case None | str():
            return value
        case [str(words), int(near)] if near >= 0:
            return words, near
    raise Misread("quote must be words, or words and a number")


def _part(world: LivingWorld, value: Any) -> Json:
    """What is sent alone takes; where, and in answer to what, is the album's."""
    if not isinstance(value, dict) or set(value) & {"chat", "thread", "reply_to", "album"}:
        raise Misread("a part of an album is an object: kind, data, caption …")
    return {
        key: read
        for key, read in _arguments(world, "sends", {"chat": 0, **value}).items()
        if key != "chat"
    }


def _bytes(value: Any) -> bytes | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise Misread("data must be base64")
    try:
        return base64.b64decode(value, validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise Misread("data must be base64") from None
