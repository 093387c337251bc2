"""Text with formatting as Telegram's server makes it of what a bot or a person sends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.entities import finding, given, html, markdown, markdown2
from sandbox.entities.cleaning import check_places, check_unicode, clean, move, trim
from sandbox.entities.fixing import cap, fix, merge
from sandbox.entities.kinds import Entity
from sandbox.entities.reader import MarkupError
from sandbox.entities.units import utf8
from sandbox.errors import bad
from sandbox.params import Params

__all__ = ["automatic", "caption", "formatted", "parse"]

Formatted = tuple[str, list[dict[str, Any]]]
FindUser = Callable[[int], dict[str, Any] | None]

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
_LONGEST_SOURCE = 1 << 15
_MODES = {name: f"{name}_parse_mode" for name in ("quote", "question", "explanation")}
_TOO_LONG = {"caption": "message caption is too long", "quote": "QUOTE_TEXT_INVALID"}
_PARSERS = {"html": html.parse, "markdown": markdown.parse, "markdownv2": markdown2.parse}


def parse(
    params: Params,
    *,
    text_key: str = "text",
    entities_key: str = "entities",
    limit: int = TEXT_LIMIT,
    required: bool = True,
    find_user: FindUser | None = None,
) -> Formatted:
    """A call's text and its entities as the message will carry them (Bot API: sendMessage).

    `limit` is in characters after parsing. `find_user` gives the User object for a mention by
    id; a mention of a user it does not know is dropped. Raises `ApiError`.
    """
    source = params.text(text_key)
    if not source and required:
        raise bad("message text is empty")
    check_unicode(source)
    if utf8(source) > _LONGEST_SOURCE:
        raise bad("text is too long")
    text, entities = _read(source, params, entities_key, _MODES.get(text_key, "parse_mode"))
    text, entities = _settle(text, entities, find_user)
    if not text and required:
        raise bad("text must be non-empty")
    if len(text) > limit:
        raise bad(_TOO_LONG.get(text_key, "message is too long"))
    return text, [entity.json() for entity in entities]


def caption(params: Params, find_user: FindUser | None = None) -> Formatted:
    """A medium's caption, which may be absent (Bot API: sendPhoto)."""
    return parse(
        params,
        text_key="caption",
        entities_key="caption_entities",
        limit=CAPTION_LIMIT,
        required=False,
        find_user=find_user,
    )


def automatic(text: str) -> list[dict[str, Any]]:
    """The entities Telegram finds in a text by itself."""
    return [entity.json() for entity in finding.find(text)]


def formatted(
    text: str, entities: list[dict[str, Any]] | None = None, find_user: FindUser | None = None
) -> Formatted:
    """A person's text, with the formatting the person chose; an empty result is possible."""
    check_unicode(text)
    text, settled = _settle(text, given.read(entities or []), find_user)
    return text, [entity.json() for entity in settled]


def _read(
    source: str, params: Params, entities_key: str, mode_key: str
) -> tuple[str, list[Entity]]:
    mode = params.text(mode_key).lower()
    if mode in ("", "none"):
        return source, given.read(params.array(entities_key) or [])
    if mode not in _PARSERS:
        raise bad("unsupported parse_mode")
    try:
        return _PARSERS[mode](source)
    except MarkupError as error:
        raise bad(f"can't parse entities: {error}") from None


def _settle(
    text: str, entities: list[Entity], find_user: FindUser | None
) -> tuple[str, list[Entity]]:
    check_places(entities)
    entities = fix(_known(entities, find_user))
    move(text, entities)
    text, entities = trim(clean(text), fix(entities))
    return text, merge(cap(entities), finding.find(text))


def _known(entities: list[Entity], find_user: FindUser | None) -> list[Entity]:
    kept = []
    for entity in entities:
        if entity.type == "text_mention":
            user = find_user(entity.extra["user"]["id"]) if find_user else None
            if user is None:
                continue
            entity.extra["user"] = user
        kept.append(entity)
    return kept
