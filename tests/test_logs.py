"""Logs: ids on every line, and no token in any."""

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot.logs import about, configure, without_tokens

SECRET = "AAH-x_" + "k3" * 15
TOKEN = f"123456789:{SECRET}"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield io.StringIO()
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def logs_a_token_in_every_way() -> None:
    log = structlog.get_logger("bot.delivery")
    log.info("sent", url=f"https://api.telegram.org/bot{TOKEN}/sendMessage")
    log.warning(f"words with {TOKEN} inside", nested={"deep": [TOKEN, {TOKEN: 1}]})
    logging.getLogger("aiohttp.client").warning("GET %s", f"/bot{TOKEN}/getMe")
    logging.getLogger("tortoise").error("extra", extra={"address": TOKEN.replace(":", "%3A")})
    try:
        raise ValueError(f"cannot reach bot{TOKEN}")
    except ValueError:
        log.exception("failed")
        logging.getLogger("aiogram").exception("failed there too")


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_token_is_logged_in_any_way(form: Any, stream: io.StringIO) -> None:
    configure("debug", form, stream)
    logs_a_token_in_every_way()
    written = stream.getvalue()
    assert SECRET not in written
    assert written.count("123456789") >= 7
    assert written.count("Traceback (most recent call last)") == 2


def test_a_line_is_one_json_object_with_time_level_and_logger(stream: io.StringIO) -> None:
    configure("info", "json", stream)
    structlog.get_logger("bot.desk").info("opened", customer="Їжак")
    (line,) = lines(stream)
    assert line["event"] == "opened"
    assert (line["level"], line["logger"], line["customer"]) == ("info", "bot.desk", "Їжак")
    assert line["timestamp"].endswith("Z")


async def test_ids_stand_on_every_line_of_their_own_work(stream: io.StringIO) -> None:
    configure("info", "json", stream)

    async def work(ticket: int) -> None:
        with about(ticket=ticket, update=ticket * 10):
            await asyncio.sleep(0)
            logging.getLogger("some.library").warning("noted")

    await asyncio.gather(work(1), work(2))
    structlog.get_logger("bot").info("after")
    assert [(line.get("ticket"), line.get("update")) for line in lines(stream)] == [
        (1, 10),
        (2, 20),
        (None, None),
    ]


def test_the_level_holds_for_all(stream: io.StringIO) -> None:
    configure("warning", "json", stream)
    structlog.get_logger("bot").info("quiet")
    logging.getLogger("library").info("quiet")
    structlog.get_logger("bot").warning("loud")
    assert [line["event"] for line in lines(stream)] == ["loud"]


def test_without_a_terminal_auto_means_json(stream: io.StringIO) -> None:
    configure("info", "auto", stream)
    structlog.get_logger("bot").info("said")
    assert lines(stream)[0]["event"] == "said"


@pytest.mark.parametrize("text", ["12:30:45", "ticket 123456: later", "123456:short"])
def test_what_is_no_token_stays(text: str) -> None:
    assert without_tokens(text) == text
