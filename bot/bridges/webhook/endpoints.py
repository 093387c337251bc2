"""The endpoints: who may call, how they are believed, what they say, and where answers go."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

import orjson
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    IPvAnyNetwork,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from bot.bridges.webhook import signing
from bot.bridges.webhook.whereabouts import own_host
from bot.obstacles import BadSetting
from bot.texts import LANGUAGES

PRESETS = Path(__file__).parent / "presets"
NAME = re.compile(r"\{(\w+)\}")  # in a line of text, of a value
REASONS = {  # by the type of pydantic's error
    "extra_forbidden": "nothing is called so here",
    "missing": "it is missing",
}
Act = Literal["edit", "unsend", "react"]


def _path_secret(value: str) -> str:
    if not re.fullmatch("[A-Za-z0-9_-]{16,128}", value):
        raise ValueError("it should be 16 to 128 letters (A-Z, a-z), digits, _ or -")
    return value


def _url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise ValueError("it should be an address that begins with https:// or http://")
    return value


def _either(names: Iterable[str]) -> str:
    return " or ".join(sorted(names))


def _each(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Host = Annotated[str, Field(pattern=r"^[a-z0-9.:\[\]-]{1,259}$"), AfterValidator(own_host)]
Key = Annotated[bytes, BeforeValidator(signing.key)]
Paths = Annotated[tuple[str, ...], BeforeValidator(_each)]  # the first that is there
Text = Annotated[tuple[str, ...], BeforeValidator(_each), Field(min_length=1)]  # lines


class Strict(BaseModel):
    """A name that means nothing is a mistake that somebody wants to hear of."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Answer(Strict):
    """What the caller wants to read when all is well."""

    status: int = Field(default=200, ge=200, le=299)
    body: Any = Field(default={"ok": True}, alias="json")


class Fields(Strict):
    """Where in a call stands what makes it a message."""

    id: Paths
    sender: Paths = Field(alias="from")
    name: Paths = ()
    language: Paths = ()


class Reads(Strict):
    """How the calls of who cannot shape them are understood. Paths have dots: `call.number`."""

    body: Literal["json", "form", "query", "any"] = "json"
    when: dict[str, tuple[str, ...]] = {}  # what else comes is answered, and means nothing
    fields: Fields
    values: dict[str, Paths] = {}
    text: dict[str, Text] = Field(min_length=1)  # by language; a line without its value is left out
    answer: Answer = Answer()

    @model_validator(mode="after")
    def _says_what_it_knows(self) -> Self:
        if others := self.text.keys() - set(LANGUAGES):
            raise ValueError(f"text: it should be in {_either(LANGUAGES)}, not {_either(others)}")
        named = {name for lines in self.text.values() for name in NAME.findall("\n".join(lines))}
        if unknown := named - self.values.keys():
            raise ValueError(f"text: values do not name {_either(unknown)}")
        return self


class Endpoint(Strict):
    """One other side."""

    keys: tuple[Key, ...] = Field((), alias="secrets", repr=False)
    path_secrets: tuple[Annotated[str, AfterValidator(_path_secret)], ...] = Field((), repr=False)
    networks: tuple[IPvAnyNetwork, ...] = ()  # who may call; none named: anybody
    proxies: tuple[IPvAnyNetwork, ...] = ()  # whose X-Forwarded-For is believed
    url: Annotated[str, AfterValidator(_url)] | None = None  # where answers go; none: nowhere
    can: frozenset[Act] = frozenset()
    files_from: tuple[Host, ...] = ()  # hosts of theirs that may be anywhere, and may speak http
    reads: Reads | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if not (self.keys or self.path_secrets):
            raise ValueError("it should have secrets, or path_secrets for who cannot sign")
        if self.url and not self.keys:
            raise ValueError("what goes to its url is signed, so it should have secrets")
        if self.can and not self.url:
            raise ValueError("it says what it can, but has no url")
        return self

    @property
    def answer(self) -> Answer:
        """What its caller wants to read when all is well."""
        return self.reads.answer if self.reads else Answer()


Name = Annotated[str, Field(pattern="^[a-z0-9][a-z0-9-]{0,31}$")]
ENDPOINTS = TypeAdapter(dict[Name, Endpoint])


def load(setting: str) -> Mapping[str, Endpoint]:
    """From WEBHOOKS: JSON, or the path of a file with it. Raises BadSetting with each fault."""
    try:
        given = orjson.loads(setting if setting.startswith("{") else Path(setting).read_bytes())
        if not isinstance(given, dict):
            raise ValueError("it should be an object with an endpoint for each name")
        return ENDPOINTS.validate_python({name: _whole(name, each) for name, each in given.items()})
    except ValidationError as error:
        raise BadSetting("\n".join(map(_told, error.errors(include_url=False)))) from error
    except OSError as error:
        raise BadSetting(_unread(setting, error)) from error
    except ValueError as error:
        raise BadSetting(f"The setting WEBHOOKS is wrong: {error}.") from error


def _whole(name: str, given: Any) -> Any:
    """With what its preset says, where it says nothing itself."""
    if not isinstance(given, dict) or "preset" not in given:
        return given
    said = dict(given)
    preset, known = said.pop("preset"), sorted(path.stem for path in PRESETS.glob("*.json"))
    if preset not in known:
        raise ValueError(f"{name}.preset: it should be one of {', '.join(known)}")
    below = orjson.loads((PRESETS / f"{preset}.json").read_bytes())
    return said | {"reads": _merged(below, said.get("reads", {}))}


def _merged(below: Any, above: Any) -> Any:
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    return below | {key: _merged(below.get(key), value) for key, value in above.items()}


def _unread(path: str, error: OSError) -> str:
    """JSON with something in front of it looks like a path; it is not to be shown."""
    named = "" if re.search(r"[{\"]|whsec_", path) else f", {path}"
    return f"The file of WEBHOOKS cannot be read{named}: {error.strerror}."


def _told(wrong: Mapping[str, Any]) -> str:
    place = ".".join(map(str, wrong["loc"]))
    usual = re.sub(r"^[A-Z]\w+ should", "it should", wrong["msg"].removeprefix("Value error, "))
    reason = REASONS.get(wrong["type"], usual)
    return f"The setting WEBHOOKS is wrong: {place}: {reason}."
