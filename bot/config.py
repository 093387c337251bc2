"""Settings from the environment and from `.env`; nobody else reads the environment."""

import os
import sys
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal

from dotenv import dotenv_values
from dotenv.parser import parse_stream
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot import forms
from bot.obstacles import BadSetting

ENV_FILE = ".env"
Address = Annotated[str, AfterValidator(forms.address)]
Database = Annotated[str, AfterValidator(forms.store("postgresql", "postgres"))]
Keys = Annotated[str, AfterValidator(forms.store("redis", "rediss", "unix"))]


class Settings(BaseSettings):
    """What is set from outside. Each field is the environment variable of the same name."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE, env_ignore_empty=True, extra="ignore", frozen=True
    )

    bot_token: Annotated[
        SecretStr | None, BeforeValidator(forms.bare), AfterValidator(forms.token)
    ] = None
    """The bot's token from BotFather. Unset: `make run` starts the sandbox."""

    operator_group_id: Annotated[int | None, AfterValidator(forms.group)] = None
    """The operators' group to begin with. Unset: `/setup` in the group binds it."""

    telegram_api_url: Address = "https://api.telegram.org"
    """The Bot API server."""

    database_url: Database | None = Field(default=None, repr=False)
    """PostgreSQL, as postgresql://user:password@host:5432/name. Unset: embedded."""

    redis_url: Keys | None = Field(default=None, repr=False)
    """Redis or Valkey, as redis://host:6379/0. Unset: embedded."""

    data_dir: Path = Path("data")
    """Where the embedded stores and files live."""

    files_url: Annotated[str, AfterValidator(forms.bucket)] | None = None
    """Where files are kept, as s3://bucket/prefix. Unset: in DATA_DIR/files."""

    files_endpoint: Address | None = None
    """The address of what speaks like S3. Unset: Amazon's own."""

    files_region: str = "us-east-1"
    """The region of the bucket."""

    files_access_key: str | None = Field(default=None, repr=False)
    """The access key of the bucket. Unset: that of this machine's role."""

    files_secret_key: SecretStr | None = None
    """The secret key of the bucket."""

    keep_files_days: int = Field(default=365, ge=0, le=3650)
    """Days for which a file is kept after it was said last; 0 is for ever."""

    public_url: Annotated[Address, AfterValidator(forms.reachable)] | None = None
    """The https address of this service. Set: webhook. Unset: polling."""

    links_url: Annotated[Address, AfterValidator(forms.hosted)] | None = None
    """The address in links to files, which may be another or a plain one. Unset: PUBLIC_URL."""

    webhook_secret: Annotated[SecretStr | None, AfterValidator(forms.secret)] = Field(
        default_factory=forms.derived_secret
    )
    """What Telegram must say with every webhook call. Unset: derived from the token."""

    webhooks: Annotated[SecretStr | None, AfterValidator(forms.json_or_path)] = None
    """Who else may call and be called (docs/webhook.md): JSON, or the path of a file with it."""

    host: str = "127.0.0.1"
    """Where the web application listens."""

    port: int = Field(default=8080, ge=0, le=65535)
    """Its port; 0 takes a free one and prints it."""

    status_address: Annotated[str, AfterValidator(forms.listening)] | None = None
    """Where /metrics and /readyz listen, as host:port. Unset: with the rest."""

    status_token: SecretStr | None = None
    """What /metrics and /readyz must be shown, as a bearer token. Unset: nothing."""

    language: Annotated[Literal["en", "uk", "ru"], BeforeValidator(forms.language)] = "en"
    """The operators' language."""

    timezone: Annotated[str, AfterValidator(forms.zone)] = "Europe/Kyiv"
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

    keep_failed_days: int = Field(default=90, ge=1, le=3650)
    """Days for which is kept what failed: undelivered messages, updates that were set aside."""

    workers: int = Field(default=24, ge=1, le=64)
    """How many deliveries are carried at the same time."""

    reply_mode: Literal["all", "reply"] = "all"
    """`all`: plain words in a topic go to the customer. `reply`: only replies to theirs do."""

    private_topics: Annotated[Literal["off", "on"], BeforeValidator(forms.small)] = "off"
    """`on`: each request is a topic of the customer's private chat, if the bot may have such."""

    group_actions_per_minute: int = Field(default=20, ge=0)
    """How many actions a minute Telegram allows one bot in one group; 0 is no limit."""

    private_messages_per_second: float = Field(default=1.0, ge=0)
    """How many messages a second one person gets, short bursts aside; 0 is no limit."""

    messages_per_second: float = Field(default=30.0, ge=0)
    """How many messages a second all persons get together; 0 is no limit."""

    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], BeforeValidator(forms.small)
    ] = "info"
    """What is logged, from this level upwards."""

    log_format: Annotated[Literal["auto", "text", "json"], BeforeValidator(forms.small)] = "auto"
    """`auto`: text on a terminal, JSON elsewhere."""

    @property
    def files_dir(self) -> Path:
        """Where files are kept, unless they are in a bucket."""
        return self.data_dir / "files"


NUMBERS = {"int_parsing": "it should be a whole number", "float_parsing": "it should be a number"}


def load() -> Settings:
    """Read the settings once.

    Raises BadSetting, which names every wrong variable and what is wrong with it, a line each.
    """
    try:
        _check_lines()
        return Settings()
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)
        told = [_told(each) for each in wrong if each["type"] != "default_factory_not_called"]
        raise BadSetting("\n".join(told)) from error
    except UnicodeDecodeError as error:
        raise BadSetting("The file .env is not UTF-8 text: save it as UTF-8.") from error


def _check_lines() -> None:
    """A line that cannot be read would leave out what it sets. Raises BadSetting."""
    try:
        with open(ENV_FILE, encoding="utf-8-sig") as file:
            wrong = [each.original for each in parse_stream(file) if each.error]
    except OSError:
        return
    if wrong:
        first = wrong[0]
        before = len(first.string) - len(first.string.lstrip())
        number = first.line + first.string[:before].count("\n")
        raise BadSetting(f"Line {number} of the file .env is not of the form NAME=value.")


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
