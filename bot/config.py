"""Settings from the environment and from `.env`; nobody else reads the environment."""

import hashlib
import hmac
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.failures import BadSetting

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
        raise ValueError(f"«{value}» is not an IANA time zone such as Europe/Kyiv") from error
    return value


def _address(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("it should be an address that begins with http:// or https://")
    return value.rstrip("/")


def _derived_secret(so_far: dict[str, Any]) -> SecretStr | None:
    """Bot API: setWebhook takes 1-256 characters of A-Z a-z 0-9 _ - as the secret."""
    token: SecretStr | None = so_far.get("bot_token")
    if token is None:
        return None
    key = token.get_secret_value().encode()
    return SecretStr(hmac.new(key, b"topicdesk webhook", hashlib.sha256).hexdigest())


Address = Annotated[str, AfterValidator(_address)]


class Settings(BaseSettings):
    """What is set from outside. Each field is the environment variable of the same name."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    bot_token: SecretStr | None = None
    """The bot's token from BotFather. Unset: `make run` starts the sandbox."""

    operator_group_id: int | None = None
    """The operators' group to begin with. Unset: `/setup` in the group binds it."""

    telegram_api_url: Address = "https://api.telegram.org"
    """The Bot API server."""

    database_url: str | None = Field(default=None, repr=False)
    """PostgreSQL, as postgresql://user:password@host:5432/name. Unset: embedded."""

    redis_url: str | None = Field(default=None, repr=False)
    """Redis or Valkey, as redis://host:6379/0. Unset: embedded."""

    data_dir: Path = Path("data")
    """Where the embedded stores and files live."""

    public_url: Address | None = None
    """The https address of this service. Set: webhook. Unset: polling."""

    webhook_secret: SecretStr | None = Field(default_factory=_derived_secret)
    """What Telegram must say with every webhook call. Unset: derived from the token."""

    host: str = "127.0.0.1"
    """Where the web application listens."""

    port: int = Field(default=8080, ge=0, le=65535)
    """Its port; 0 takes a free one and prints it."""

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

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """What is logged, from this level upwards."""

    log_format: Literal["auto", "text", "json"] = "auto"
    """`auto`: text on a terminal, JSON elsewhere."""


NUMBERS = {"int_parsing": "it should be a whole number", "float_parsing": "it should be a number"}


def load() -> Settings:
    """Read the settings once.

    Raises BadSetting, which names the first wrong variable and what is wrong with it.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = str(first["loc"][0]).upper()
        reason = first["msg"].removeprefix("Value error, ").rstrip(".")
        reason = NUMBERS.get(first["type"], reason.replace("Input should", "it should", 1))
        raise BadSetting(f"The setting {name} is wrong: {reason}.") from error
    except UnicodeDecodeError as error:
        raise BadSetting("The file .env is not UTF-8 text: save it as UTF-8.") from error
