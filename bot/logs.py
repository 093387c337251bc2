"""Logs: text for a person at a terminal, JSON for machines, and never a bot's token."""

import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Literal, TextIO

import orjson
import structlog
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

# A token is part of every address of the Bot API, so any library may come to log one.
TOKEN = re.compile(r"(\d{6,})(:|%3[Aa])[\w-]{30,}")


# What people said, in the words of libraries that complain of it.
SAID = (
    (re.compile(r"input_value=.*?, input_type="), "input_value=…, input_type="),
    (re.compile(r"(invalid input for query argument \$\d+: ).*?(?= \(|$)", re.M), r"\1…"),
    (re.compile(r"(DETAIL: +).*", re.M), r"\1…"),
    (re.compile(r"(Content: ).*", re.S), r"\1…"),  # aiogram's, of an answer that it cannot read
)


def without_words(text: str) -> str:
    """An error without what customers and operators said."""
    for said, told in SAID:
        text = said.sub(told, text)
    return text


def without_tokens(text: str) -> str:
    """Replace the secret half of whatever looks like a bot's token; the bot's id stays."""
    return TOKEN.sub(r"\1\2<secret>", text)


def discreet(text: str) -> str:
    """An error as it may be kept and shown: without tokens, and without what people said."""
    return without_words(without_tokens(text))


def configure(
    level: str = "info",
    form: Literal["auto", "text", "json"] = "auto",
    stream: TextIO | None = None,
) -> None:
    """Send everything that is logged, by structlog or the standard library, to one stream.

    `stream` is stderr unless given. `auto` means text on a terminal and JSON elsewhere.
    """
    stream = stream or sys.stderr
    as_text = form == "text" or (form == "auto" and stream.isatty())
    every_event: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*every_event, structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_rendering(as_text, colours=stream.isatty()),
                _redact,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    _quieten()
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *every_event,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


@contextmanager
def about(**ids: object) -> Iterator[None]:
    """Put `ticket=…`, `update=…` and the like on every line logged inside, by any library."""
    with structlog.contextvars.bound_contextvars(**ids):
        yield


def _rendering(as_text: bool, *, colours: bool) -> list[Processor]:
    if as_text:
        return [
            _without_said,
            structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=_plain),
        ]
    return [structlog.processors.format_exc_info, _without_said, _as_json]


def _plain(stream: TextIO, exc_info: ExcInfo) -> None:
    account = StringIO()
    structlog.dev.plain_traceback(account, exc_info)
    stream.write(without_words(account.getvalue()))


def _without_said(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    return {
        key: without_words(value) if isinstance(value, str) else value
        for key, value in event.items()
    }


def _as_json(_logger: WrappedLogger, _name: str, event: EventDict) -> str:
    return orjson.dumps(event, default=repr, option=orjson.OPT_NON_STR_KEYS).decode()


def _redact(_logger: WrappedLogger, _name: str, line: object) -> str:
    """Come last, on the finished line: exceptions and libraries' words are in it by then."""
    return without_tokens(str(line))


def _quieten() -> None:
    """One line for each request of every client says nothing below a warning."""
    for chatty in ("aiohttp.access", "aiogram.event", "asyncio", "tortoise"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.getLogger("asyncpg.pool").addFilter(_briefly)


def _briefly(record: logging.LogRecord) -> bool:
    """A pool that cannot connect tries again; why is one line, and not where in the library."""
    if record.exc_info and record.levelno <= logging.WARNING:
        record.error, record.exc_info = repr(record.exc_info[1]), None
    return True
