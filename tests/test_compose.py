"""docker-compose.yml and Dockerfile: what a production set-up must have is in them."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.config import Settings

ROOT = Path(__file__).parent.parent
LINE = re.compile(r"^( *)(?:(- )|([\w<-]+):(?= |$))(?: ([&*]\w+))? *(.*)$")


class Reader:
    """The YAML that the compose file is written in: anything beyond it is an error."""

    def __init__(self, text: str) -> None:
        lines = [line for line in text.splitlines() if line.strip() and line.strip()[0] != "#"]
        self.lines = [LINE.match(line) for line in lines]
        self.at = 0
        self.anchors: dict[str, Any] = {}

    def block(self, indent: int) -> Any:
        """Read the mapping or the list whose lines begin at `indent`."""
        result: Any = None
        while self.at < len(self.lines):
            line = self.lines[self.at]
            assert line is not None
            margin, dash, key, mark, value = line.groups()
            if len(margin) != indent:
                assert len(margin) < indent, line[0]
                break
            self.at += 1
            if dash:
                result = [*(result or []), scalar(value)]
                continue
            result = result or {}
            if key == "<<":
                result |= self.anchors[mark[1:]]
                continue
            result[key] = scalar(value) if value else self.block(indent + 2)
            if mark:
                self.anchors[mark[1:]] = result[key]
        return result


def scalar(text: str) -> Any:
    return json.loads(text) if text[0] in '["' else text


@pytest.fixture
def compose() -> dict[str, Any]:
    text = (
        (ROOT / "docker-compose.yml").read_text().replace("- path: .env\n      required", "- env")
    )
    read: dict[str, Any] = Reader(text).block(0)
    return read


def test_the_services_are_the_desk_its_migration_and_two_stores(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {"migrate", "app", "postgres", "valkey"}


@pytest.mark.parametrize("service", ["app", "postgres", "valkey"])
def test_every_lasting_service_has_a_health_check_and_a_volume(
    service: str, compose: dict[str, Any]
) -> None:
    described = compose["services"][service]
    assert described["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    (mount,) = described["volumes"]
    assert mount.partition(":")[0] in compose["volumes"]
    assert described["restart"] == "unless-stopped"


def test_the_desk_waits_for_the_stores_and_for_one_migration(compose: dict[str, Any]) -> None:
    migrate, app = compose["services"]["migrate"], compose["services"]["app"]
    assert migrate["command"] == ["migrate"]
    assert migrate["restart"] == "no"
    assert app["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    for store in ("postgres", "valkey"):
        assert migrate["depends_on"][store]["condition"] == "service_healthy"


def test_the_desk_has_replicas_and_no_root(compose: dict[str, Any]) -> None:
    app = compose["services"]["app"]
    assert app["deploy"]["replicas"].startswith("${REPLICAS")
    assert app["user"] not in ("root", "0", "0:0")
    assert app["cap_drop"] == ["ALL"]


def test_every_variable_is_a_setting_or_in_the_example(compose: dict[str, Any]) -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    example = (ROOT / ".env.example").read_text()
    for name in re.findall(r"\$\{(\w+)", text):
        assert f"#{name}=" in example
    settings = {name.upper() for name in Settings.model_fields}
    assert set(compose["services"]["app"]["environment"]) <= settings


def test_no_secret_stands_in_the_file(compose: dict[str, Any]) -> None:
    password = compose["services"]["postgres"]["environment"]["POSTGRES_PASSWORD"]
    assert password.startswith("${POSTGRES_PASSWORD:?")


def test_the_image_runs_as_a_user_with_hashes_and_a_health_check() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    final = dockerfile.rpartition("\nFROM ")[2]
    assert re.search(r"^USER (?!root)\w+$", final, re.MULTILINE)
    assert "--require-hashes" in dockerfile
    assert "/healthz" in final.partition("HEALTHCHECK")[2]
    copied = re.findall(r"^COPY (?!--from)(\S+)", final, re.MULTILINE)
    assert all((ROOT / name).exists() for name in copied)
    assert all(f"!{name}" in (ROOT / ".dockerignore").read_text() for name in copied)
