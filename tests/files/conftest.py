"""A store in a directory, and one in what speaks like S3.

That is moto's server (Apache-2.0), as a process of its own: it keeps its buckets in memory.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest

from bot.config import Settings
from bot.files import Store, places
from tests.files.memory import KEEP_DAYS

PATIENCE = 60.0  # seconds


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """Where it listens, with a bucket."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    quiet = subprocess.DEVNULL
    words = (sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port))
    with subprocess.Popen(words, stdout=quiet, stderr=quiet) as server:
        url = f"http://127.0.0.1:{port}"
        try:
            _make_bucket(f"{url}/bucket")
            yield url
        finally:
            server.kill()


def _make_bucket(url: str) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with urlopen(Request(url, method="PUT")):
                return
        except URLError:
            assert time.monotonic() < end, "it does not come up"
            time.sleep(0.05)


@pytest.fixture(params=["directory", "bucket"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Of both kinds of stores, each empty."""
    given: dict[str, Any] = {"data_dir": tmp_path, "keep_files_days": KEEP_DAYS}
    if request.param == "bucket":
        given |= {
            "files_url": f"s3://bucket/{uuid4().hex}",
            "files_endpoint": request.getfixturevalue("endpoint"),
            "files_access_key": "key",
            "files_secret_key": "secret",
        }
    return Settings(_env_file=None, **given)


@pytest.fixture
def store(settings: Settings) -> Store:
    return places.store(settings)


@pytest.fixture
def settings_of_nobody() -> Settings:
    """Of a bucket where nobody listens."""
    given: dict[str, Any] = {"files_url": "s3://bucket", "files_endpoint": "http://127.0.0.1:9"}
    keys: dict[str, Any] = {"files_access_key": "key", "files_secret_key": "secret"}
    return Settings(_env_file=None, **given, **keys)
