"""What stands of a content in a message's row, besides its words: as JSON and back.

The keys are known here alone. What has its usual value is left out; what a newer version adds is
passed over. Earlier versions wrote one flat dictionary, with Telegram's id of the file in it.
"""

from dataclasses import fields, replace
from typing import Any, TypeVar

from bot.desk.said import LIVE, Content, Elsewhere, Preview
from bot.desk.said.attachments import NOBODY, Attachment, Original, Sources
from bot.desk.said.extras import Contact, Dice, Extra, Location, Poll, Venue
from bot.desk.said.prepared import Changes, Key, Prepared
from bot.desk.words import Words

T = TypeVar("T")
Json = dict[str, Any]

EXTRAS: dict[str, type[Extra]] = {
    "location": Location,
    "venue": Venue,
    "contact": Contact,
    "poll": Poll,
    "dice": Dice,
}
NAMES = {kind: name for name, kind in EXTRAS.items()}
FLAGS = ("above", "protected")


def dump(content: Content) -> Json:
    """Nothing for mere words."""
    return {
        **_list("attachments", [_attachment(one) for one in content.attachments]),
        **({"extra": _extra(content.extra)} if content.extra else {}),
        **({"preview": _unusual(content.preview)} if content.preview else {}),
        **({"forwarded": content.forwarded} if content.forwarded is not None else {}),
        **({"elsewhere": _elsewhere(content.elsewhere)} if content.elsewhere else {}),
        **_list("unread", list(content.unread)),
        **({"prepared": _prepared(content.prepared)} if content.prepared else {}),
        **{flag: True for flag in FLAGS if getattr(content, flag)},
    }


def dump_original(original: Original | None) -> Json:
    """Where it stands; nothing for what came by a channel that has no such place."""
    return {"chat": original.chat, "message": original.message} if original else {}


def load(kind: str, words: Words, about: Json, origin: Json, album: str | None) -> Content:
    """A content from what `dump` and `dump_original`, of whichever version, have put."""
    flat = about if "attachments" not in about and "extra" not in about else {}
    return Content(
        kind=kind,
        words=words,
        attachments=tuple(
            _attached(one) for one in about.get("attachments", _flat_file(kind, flat))
        ),
        extra=_extra_from(about["extra"]) if "extra" in about else _flat_extra(kind, flat),
        preview=_made(Preview, about["preview"]) if about.get("preview") else None,
        above=bool(about.get("above")),
        forwarded=about.get("forwarded"),
        protected=bool(about.get("protected")),
        elsewhere=_elsewhere_from(about["elsewhere"]) if about.get("elsewhere") else None,
        unread=tuple(about.get("unread", ())),
        original=_original(origin),
        album=album,
        prepared=_prepared_from(about["prepared"]) if about.get("prepared") else None,
    )


def _list(key: str, found: list[Any]) -> Json:
    return {key: found} if found else {}


def _unusual(thing: Any) -> Json:
    """The fields that have another value than by themselves."""
    named = ((each.name, each.default) for each in fields(thing))
    return {name: value for name, usual in named if (value := getattr(thing, name)) != usual}


def _made(kind: type[T], data: Json) -> T:
    """One of the kind, of those fields that this version knows."""
    known: Any = kind
    return kind(**{each.name: data[each.name] for each in fields(known) if each.name in data})


def _attachment(one: Attachment) -> Json:
    written = {"sources": _sources(one.sources)}
    if one.picture:
        written["picture"] = _sources(one.picture)
    if one.caption is not None:
        written["caption"] = one.caption.dump()
    if one.original:
        written["original"] = dump_original(one.original)
    return _unusual(one) | written


def _attached(data: Json) -> Attachment:
    places = {key: _made(Sources, data[key]) for key in ("sources", "picture") if key in data}
    if "unique" in data:  # it stood here before it stood with the sources
        places["sources"] = replace(places["sources"], unique=data["unique"])
    said: Json = {"original": _original(data.get("original", {}))}
    if "caption" in data:
        said["caption"] = Words.load(data["caption"])
    return _made(Attachment, data | places | said)


def _original(data: Json) -> Original | None:
    return Original(data["chat"], data["message"]) if "chat" in data else None


def _sources(sources: Sources) -> Json:
    named: Json = {"ids": dict(sources.ids), "key": sources.key, "link": sources.link}
    named |= {"unique": sources.unique, "given_up": sources.given_up}
    return {name: value for name, value in named.items() if value}


def _extra(extra: Extra) -> Json:
    return {"kind": NAMES[type(extra)], **_unusual(extra)}


def _extra_from(data: Json) -> Extra | None:
    """None: of a kind that a newer version knows."""
    kind = EXTRAS.get(data["kind"])
    if kind is Poll:
        return Poll(data["title"], tuple(data.get("options", ())))
    return _made(kind, data) if kind else None


def _elsewhere(answers: Elsewhere) -> Json:
    quote = {"quote": answers.quote.dump()} if answers.quote else {}
    return _unusual(answers) | quote


def _elsewhere_from(data: Json) -> Elsewhere:
    quote = Words.load(data["quote"]) if data.get("quote") else None
    return _made(Elsewhere, data | {"quote": quote})


def _prepared(what: Prepared) -> Json:
    keys = [_unusual(key) | {"label": key.label} for key in what.keys]
    return {"keys": keys, "changes": dump_changes(what.changes)}


def _prepared_from(data: Json) -> Prepared:
    keys = tuple(_made(Key, key) for key in data.get("keys", ()))
    return Prepared(keys, load_changes(data.get("changes")))


def dump_changes(changes: Changes) -> Json:
    """What words that were prepared set; nothing for those that set nothing."""
    return _unusual(changes)


def load_changes(data: Json | None) -> Changes:
    """From `dump_changes`."""
    found = _made(Changes, data or {})
    return replace(found, tags=tuple(found.tags))


def _flat_file(kind: str, about: Json) -> list[Json]:
    """A file as an earlier version wrote it down; of a live photo two, of a video its cover."""
    if "media_file_id" not in about:
        return []
    picture = about.get("still_id") or about.get("cover_id")
    found = {
        "kind": kind,
        "sources": {
            "ids": {NOBODY: about["media_file_id"]},
            "unique": about.get("unique_id") or "",
        },
        "picture": {"ids": {NOBODY: picture}} if picture else None,
        "seconds": about.get("duration"),
        "start": about.get("start_timestamp"),
        "hidden": about.get("spoiler"),
        **{key: about.get(key) for key in ("name", "mime", "size", "title", "emoji")},
    }
    return [{key: value for key, value in found.items() if value is not None}]


def _flat_extra(kind: str, about: Json) -> Extra | None:
    name = "location" if kind == LIVE else kind
    needed = {"location": "latitude", "dice": "emoji"}.get(name, "title")
    return _extra_from({"kind": name, **about}) if name in EXTRAS and needed in about else None
