"""Settings from the environment and from `.env`; nobody else reads the environment."""

import hashlib
import hmac
import os
import re
import sys
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.failures import BadSetting

ENV_FILE = ".env"
LANGUAGES = ("en", "uk", "ru")


def _language(value: object) -> object:
    """Take the first language we speak from a list such as «uk_UA:en».

    LANGUAGE is also gettext's own variable, which desktops set for their own sake: a list of
    theirs that names no language of ours means English, while «fr» alone is a mistake.
    """
    text = str(value)
    codes = [part.partition("_")[0].lower() for part in text.split(":")]
    known = next((code for code in codes if code in LANGUAGES), None)
    if known is None and (":" in text or "_" in text):
        return "en"
    return known or value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"“{value}” is not an IANA time zone such as Europe/Kyiv") from error
    return value


def _address(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("it should be an address that begins with http:// or https://")
    return value.rstrip("/")


def _bare(value: object) -> object:
    """What was copied with quotes or spaces around it; nothing at all is unset."""
    return str(value).strip(" \t\r\n'\"`«»“”") or None if isinstance(value, str) else value


EXAMPLES = re.compile("123456:ABC-DEF|110201543:AAHdqTcv|4839574812:AAFD39")  # Bot API's own
TO_FILL_IN = re.compile(r"…|\.\.\.|<|your|token", re.IGNORECASE)


def _token(value: SecretStr | None) -> SecretStr | None:
    """Bot API: Authorizing your bot. Whether Telegram knows it is found out later."""
    if value is None:
        return None
    text = value.get_secret_value()
    shaped = re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]{20,}", text)
    if EXAMPLES.match(text) or (not shaped and TO_FILL_IN.search(text)):
        raise ValueError("it is still the example; put the token there that @BotFather gave you")
    if not shaped:
        raise ValueError(
            "it should be a number, a colon and 35 letters, digits, _ or -: copy it again from "
            "@BotFather"
        )
    return value


def _store(*schemes: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if not value.startswith(tuple(f"{scheme}://" for scheme in schemes)):
            raise ValueError(f"it should be an address that begins with {schemes[0]}://")
        return value

    return check


def _small(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


def _secret(value: SecretStr | None) -> SecretStr | None:
    """Bot API: setWebhook takes 1-256 characters of A-Z a-z 0-9 _ - as the secret."""
    if value and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
        raise ValueError("it should be 1 to 256 letters (A-Z, a-z), digits, _ or -")
    return value


def _reachable(value: str, info: ValidationInfo) -> str:
    """Telegram itself calls https addresses only; a Bot API server of one's own calls any."""
    plain = value.startswith("http://")
    if plain and str(info.data.get("telegram_api_url", "https")).startswith("https"):
        raise ValueError("it should begin with https://: Telegram calls no other address")
    if not urlsplit(value).hostname:
        raise ValueError("it should name a host, such as https://desk.example.com")
    return value


def _listening(value: str) -> str:
    host, colon, port = value.rpartition(":")
    if not (host and colon and port.isdecimal() and int(port) < 65536):
        raise ValueError("it should be a host and a port, such as 127.0.0.1:9090")
    return value


def _derived_secret(so_far: dict[str, Any]) -> SecretStr | None:
    """A secret of the right form that nobody has to think of."""
    token: SecretStr | None = so_far.get("bot_token")
    if token is None:
        return None
    key = token.get_secret_value().encode()
    return SecretStr(hmac.new(key, b"topicdesk webhook", hashlib.sha256).hexdigest())


Address = Annotated[str, AfterValidator(_address)]
Database = Annotated[str, AfterValidator(_store("postgresql", "postgres"))]
Keys = Annotated[str, AfterValidator(_store("redis", "rediss", "unix"))]


class Settings(BaseSettings):
    """What is set from outside. Each field is the environment variable of the same name."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE, env_ignore_empty=True, extra="ignore", frozen=True
    )

    bot_token: Annotated[SecretStr | None, BeforeValidator(_bare), AfterValidator(_token)] = None
    """The bot's token from BotFather. Unset: `make run` starts the sandbox."""

    operator_group_id: int | None = None
    """The operators' group to begin with. Unset: `/setup` in the group binds it."""

    telegram_api_url: Address = "https://api.telegram.org"
    """The Bot API server."""

    database_url: Database | None = Field(default=None, repr=False)
    """PostgreSQL, as postgresql://user:password@host:5432/name. Unset: embedded."""

    redis_url: Keys | None = Field(default=None, repr=False)
    """Redis or Valkey, as redis://host:6379/0. Unset: embedded."""

    data_dir: Path = Path("data")
    """Where the embedded stores and files live."""

    public_url: Annotated[Address, AfterValidator(_reachable)] | None = None
    """The https address of this service. Set: webhook. Unset: polling."""

    webhook_secret: Annotated[SecretStr | None, AfterValidator(_secret)] = Field(
        default_factory=_derived_secret
    )
    """What Telegram must say with every webhook call. Unset: derived from the token."""

    host: str = "127.0.0.1"
    """Where the web application listens."""

    port: int = Field(default=8080, ge=0, le=65535)
    """Its port; 0 takes a free one and prints it."""

    status_address: Annotated[str, AfterValidator(_listening)] | None = None
    """Where /metrics and /readyz listen, as host:port. Unset: with the rest."""

    status_token: SecretStr | None = None
    """What /metrics and /readyz must be shown, as a bearer token. Unset: nothing."""

    language: Annotated[Literal["en", "uk", "ru"], BeforeValidator(_language)] = "en"
    """The operators' language."""

    timezone: Annotated[str, AfterValidator(_zone)] = "Europe/Kyiv"
    """The company's time zone, an IANA name."""

    company: str = ""
    """The company's name as customers see it."""

    reopen_days: int = Field(default=7, ge=0, le=3650)
    """Days after closing in which a customer's message reopens the ticket."""

    open_tickets: int = Field(default=5, ge=1)
    """How many open tickets one customer may have; further words go to the last one."""

    customer_messages_per_minute: int = Field(default=60, ge=0)
    """How many messages a minute one customer may send for long; 0 is no limit."""

    customer_burst: int = Field(default=120, ge=1)
    """How many messages of one customer come in at once, such as albums and forwards."""

    workers: int = Field(default=24, ge=1, le=64)
    """How many deliveries are carried at the same time."""

    reply_mode: Literal["all", "reply"] = "all"
    """`all`: plain words in a topic go to the customer. `reply`: only replies to theirs do."""

    group_actions_per_minute: int = Field(default=20, ge=0)
    """How many actions a minute Telegram allows one bot in one group; 0 is no limit."""

    private_messages_per_second: float = Field(default=1.0, ge=0)
    """How many messages a second one person gets, short bursts aside; 0 is no limit."""

    messages_per_second: float = Field(default=30.0, ge=0)
    """How many messages a second all persons get together; 0 is no limit."""

    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_small)] = (
        "info"
    )
    """What is logged, from this level upwards."""

    log_format: Annotated[Literal["auto", "text", "json"], BeforeValidator(_small)] = "auto"
    """`auto`: text on a terminal, JSON elsewhere."""


NUMBERS = {"int_parsing": "it should be a whole number", "float_parsing": "it should be a number"}


def load() -> Settings:
    """Read the settings once.

    Raises BadSetting, which names every wrong variable and what is wrong with it, a line each.
    """
    try:
        return Settings()
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)
        told = [_told(each) for each in wrong if each["type"] != "default_factory_not_called"]
        raise BadSetting("\n".join(told)) from error
    except UnicodeDecodeError as error:
        raise BadSetting("The file .env is not UTF-8 text: save it as UTF-8.") from error


def _told(wrong: ErrorDetails) -> str:
    name = str(wrong["loc"][0]).upper()
    reason = wrong["msg"].removeprefix("Value error, ").rstrip(".")
    reason = NUMBERS.get(wrong["type"], reason.replace("Input should", "it should", 1))
    return f"The setting {name} is wrong: {reason}."


def environment(settings: Settings) -> dict[str, str]:
    """The environment in which another process of ours loads just these settings.

    For one that begins where no `.env` says otherwise, so it is told where our code is.
    """
    ours = {name.upper() for name in Settings.model_fields}
    kept = {name: value for name, value in os.environ.items() if name.upper() not in ours}
    told = {name.upper(): _as_told(value) for name, value in settings if value is not None}
    code = (str(Path(__file__).parent.parent), kept.get("PYTHONPATH", ""))
    return kept | told | {"PYTHONPATH": os.pathsep.join(filter(None, code))}


def _as_told(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return str(value.resolve() if isinstance(value, Path) else value)


# What the file says for docker compose, not for us.
FOR_COMPOSE = ("POSTGRES_PASSWORD", "REPLICAS", "PORTS")


def unknown_names() -> list[str]:
    """A sentence for each name in `.env` that means nothing here, with what may be meant."""
    ours = {name.upper() for name in Settings.model_fields}
    try:
        given = {name.upper() for name in dotenv_values(ENV_FILE, encoding="utf-8-sig")}
    except UnicodeDecodeError:  # `load` says so
        return []
    strange = sorted(given - ours - {*FOR_COMPOSE})
    return [_strange(name, ours) for name in strange if not name.startswith("COMPOSE_")]


def _strange(name: str, ours: set[str]) -> str:
    meant = get_close_matches(name, ours, 1, 0.75)
    hint = f": is {meant[0]} meant?" if meant else "."
    return f"The file .env sets {name}, which means nothing to Topicdesk{hint}"


def on_a_desktop(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """Whether somebody sits before this machine's screen, as far as it can tell."""
    if any(environment.get(name) for name in ("CI", "SSH_CONNECTION", "SSH_TTY")):
        return False
    if platform == "darwin":
        return True
    return any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
