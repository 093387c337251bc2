"""What a setting may look like: each takes what was written and gives what is meant.

Each raises ValueError with a sentence about what it should be.
"""

import hashlib
import hmac
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import SecretStr, ValidationInfo

LANGUAGES = ("en", "uk", "ru")


def language(value: object) -> object:
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


def zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"“{value}” is not an IANA time zone such as Europe/Kyiv") from error
    return value


def group(value: int | None) -> int | None:
    """Bot API: Chat. What is not negative is a person."""
    if value is not None and value >= 0:
        raise ValueError("it should be a group’s number, which begins with -100")
    return value


def address(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("it should be an address that begins with http:// or https://")
    return value.rstrip("/")


def bare(value: object) -> object:
    """What was copied with quotes or spaces around it; nothing at all is unset."""
    return str(value).strip(" \t\r\n'\"`«»“”") or None if isinstance(value, str) else value


EXAMPLES = re.compile("123456:ABC-DEF|110201543:AAHdqTcv|4839574812:AAFD39")  # Bot API's own
TO_FILL_IN = re.compile(r"…|\.\.\.|<|your|token", re.IGNORECASE)


def token(value: SecretStr | None) -> SecretStr | None:
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


def store(*schemes: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if not value.startswith(tuple(f"{scheme}://" for scheme in schemes)):
            raise ValueError(f"it should be an address that begins with {schemes[0]}://")
        return value

    return check


def bucket(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme != "s3" or not re.fullmatch("[a-z0-9.-]{3,63}", parts.netloc):
        raise ValueError("it should be of the form s3://bucket/prefix")
    return value


def small(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


def secret(value: SecretStr | None) -> SecretStr | None:
    """Bot API: setWebhook takes 1-256 characters of A-Z a-z 0-9 _ - as the secret."""
    if value and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
        raise ValueError("it should be 1 to 256 letters (A-Z, a-z), digits, _ or -")
    return value


def reachable(value: str, info: ValidationInfo) -> str:
    """Telegram itself calls https addresses only; a Bot API server of one's own calls any."""
    plain = value.startswith("http://")
    if plain and str(info.data.get("telegram_api_url", "https")).startswith("https"):
        raise ValueError("it should begin with https://: Telegram calls no other address")
    return hosted(value)


def hosted(value: str) -> str:
    if not urlsplit(value).hostname:
        raise ValueError("it should name a host, such as https://desk.example.com")
    return value


def json_or_path(value: SecretStr | None) -> SecretStr | None:
    """A path is made whole, for processes that begin elsewhere."""
    text = value.get_secret_value().strip() if value else ""
    return SecretStr(text if text.startswith("{") else str(Path(text).resolve())) if text else None


def listening(value: str) -> str:
    host, colon, port = value.rpartition(":")
    if not (host and colon and port.isdecimal() and int(port) < 65536):
        raise ValueError("it should be a host and a port, such as 127.0.0.1:9090")
    return value


def derived_secret(so_far: dict[str, Any]) -> SecretStr | None:
    """A secret of the right form that nobody has to think of."""
    token: SecretStr | None = so_far.get("bot_token")
    if token is None:
        return None
    key = token.get_secret_value().encode()
    return SecretStr(hmac.new(key, b"topicdesk webhook", hashlib.sha256).hexdigest())
