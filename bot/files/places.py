"""Where the store has its bytes: a directory of ours, or a bucket of S3 or what speaks like it."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from obstore.store import LocalStore, ObjectStore, S3Store

from bot.config import Settings
from bot.files import Store
from bot.files.links import Links
from bot.obstacles import BadSetting, CannotStart

if TYPE_CHECKING:  # they are there for that alone
    from obstore.store import ClientConfig, RetryConfig, S3Config

CLIENT: "ClientConfig" = {"timeout": "60s", "connect_timeout": "10s"}
RETRIES: "RetryConfig" = {"max_retries": 2, "retry_timeout": timedelta(seconds=20)}


def store(settings: Settings) -> Store:
    """The store that the settings ask for. Raises BadSetting, CannotStart."""
    url = settings.files_url
    objects = _bucket(settings, url) if url else _directory(settings.files_dir)
    token = settings.bot_token.get_secret_value() if settings.bot_token else ""
    links = Links(token, settings.links_url or settings.public_url)
    return Store(objects, settings.keep_files_days, links)


def _directory(path: Path) -> ObjectStore:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"The directory {path} cannot be made: {error.strerror}.") from error
    return LocalStore(path)


def _bucket(settings: Settings, url: str) -> ObjectStore:
    """Without keys of ours, those that the machine has been given (its role) are used."""
    parts, endpoint, secret = urlsplit(url), settings.files_endpoint, settings.files_secret_key
    if bool(settings.files_access_key) != bool(secret):
        raise BadSetting("FILES_ACCESS_KEY and FILES_SECRET_KEY are set together, or neither is.")
    config: S3Config = {"region": settings.files_region}
    if endpoint:
        config["endpoint"] = endpoint
    if settings.files_access_key and secret:
        config["access_key_id"] = settings.files_access_key
        config["secret_access_key"] = secret.get_secret_value()
    client: ClientConfig = {**CLIENT, "allow_http": (endpoint or "").startswith("http://")}
    prefix = parts.path.strip("/") or None
    return S3Store(
        parts.netloc, prefix=prefix, config=config, client_options=client, retry_config=RETRIES
    )
