"""Setting: what a macro is to set, as people write it: `status=resolved tag=refund owner=me`."""

from collections.abc import Callable
from dataclasses import replace

from bot.desk.errors import BadChange, BadTag
from bot.desk.said.prepared import ME, NOBODY, Changes
from bot.desk.tickets import labels
from models import Priority, Status

STATUSES = [each.value for each in Status if each is not Status.NEW]
PRIORITIES = {each.name.lower(): each.value for each in Priority}
OWNERS = [ME, NOBODY]


def read(said: str) -> Changes:
    """What all of it sets; nothing said sets nothing. Raises BadChange, BadTag."""
    changes = Changes()
    for word in said.split():
        key, equals, value = word.partition("=")
        reader = READERS.get(key.lower())
        if reader is None or not equals:
            raise BadChange(word, " ".join(f"{name}=" for name in READERS))
        changes = reader(changes, value)
    return changes


def _status(changes: Changes, value: str) -> Changes:
    return replace(changes, status=_one_of(value, STATUSES))


def _priority(changes: Changes, value: str) -> Changes:
    return replace(changes, priority=PRIORITIES[_one_of(value, [*PRIORITIES])])


def _owner(changes: Changes, value: str) -> Changes:
    return replace(changes, owner=_one_of(value, OWNERS))


def _tags(changes: Changes, value: str) -> Changes:
    tags = [*changes.tags]
    for tag in value.split(","):
        found = labels.TAG.fullmatch(tag)
        if found is None:
            raise BadTag(tag)
        tags.append(found[1])
    return replace(changes, tags=tuple(dict.fromkeys(tags)))


def _one_of(value: str, known: list[str]) -> str:
    if value.lower() not in known:
        raise BadChange(value, ", ".join(known))
    return value.lower()


READERS: dict[str, Callable[[Changes, str], Changes]] = {
    "status": _status,
    "tag": _tags,
    "priority": _priority,
    "owner": _owner,
}
