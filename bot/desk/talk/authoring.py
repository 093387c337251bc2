"""Authoring: macros are written, changed and removed, by whom it is allowed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.desk import outbox
from bot.desk.errors import (
    BadMacroName,
    EmptyMacro,
    Faceless,
    KeysBelowAlbum,
    MacroNameTaken,
    NoMacro,
    NotKept,
    OldEdition,
    SetByAnother,
    TooLong,
    TooManyMacros,
)
from bot.desk.people import access, operators
from bot.desk.people.access import Act
from bot.desk.people.actors import Actor
from bot.desk.said import Content, stored
from bot.desk.said.prepared import Changes, Prepared
from bot.desk.talk import kept, keys, macros, variables, wordings
from bot.desk.talk.wordings import Wording
from bot.desk.tickets import events
from models import Customer, Macro, Membership
from models.rows import add

NAME = re.compile(r"[^\W_][\w-]{0,31}")
RESERVED = {"new", "mine", "edit", "remove", "show", "set"}
LONGEST = 4096  # characters; Bot API: sendMessage
MANY = 300  # macros of a department, or of one operator
LATELY = timedelta(minutes=15)  # so long after another's change nobody changes it unknowingly


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wrote of a macro: its name, and what it says in a language.

    `edition`: the one that they have seen, if they say so.
    """

    name: str
    language: str
    content: Content
    edition: int | None = None


async def create(draft: Draft, actor: Actor, now: datetime, *, mine: bool = False) -> Macro:
    """A new one: the department's, or `mine`, for who writes it alone.

    Raises BadMacroName, MacroNameTaken, TooManyMacros, what `_checked` does, Faceless, LeadsOnly,
    Observing, NotAMember.
    """
    owner = _owner(actor, mine=mine)
    if not NAME.fullmatch(draft.name) or draft.name.casefold() in RESERVED:
        raise BadMacroName(draft.name)
    department = None if mine else _department(actor)
    wording = Wording(await _checked(draft.content, now), _who(actor), now)
    await outbox.lock(f"macros:{owner}:{department}")  # of two with one name one is first
    beside = [one for one in await _beside(owner, department) if one.owner_id == owner]
    if macros.named(beside, draft.name):
        raise MacroNameTaken(draft.name)
    if len(beside) >= MANY:
        raise TooManyMacros
    said = wordings.dump({draft.language: wording})
    values = {"owner_id": owner, "department_id": department, "wordings": said}
    macro = await add(Macro, name=draft.name, created_at=now, **values)
    await _note("macro written", macro, actor, now, after={"name": macro.name, "wordings": said})
    return macro


async def edit(draft: Draft, actor: Actor, now: datetime) -> Macro:
    """It says something else in this language, or says it in a further one; its files stay.

    Raises NoMacro, OldEdition, SetByAnother, what `_checked` does, LeadsOnly, NotAMember.
    """
    macro = await _theirs(draft.name, actor)
    if draft.edition not in (None, macro.edition):
        raise OldEdition(macro.name)
    written = wordings.of(macro)
    before, who = written.get(draft.language), _who(actor)
    if draft.edition is None and before and before.by != who and now - before.at < LATELY:
        raise SetByAnother(await operators.called(before.by) if before.by else "…")
    content = _with_files(draft.content, before)
    wording = Wording(await _checked(content, now), who, now)
    said = wordings.dump({**written, draft.language: wording})
    was, after = macro.wordings.get(draft.language), said[draft.language]
    await _alter(macro, now, wordings=said)
    what = {"before": {draft.language: was}, "after": {draft.language: after}}
    await _note("macro changed", macro, actor, now, **what)
    return macro


def _with_files(content: Content, before: Wording | None) -> Content:
    """The files stay, unless others come in their place."""
    if content.attachments or before is None:
        return content
    return replace(content, kind=before.content.kind, attachments=before.content.attachments)


async def sets(name: str, changes: Changes, actor: Actor, now: datetime) -> Macro:
    """What becomes of a ticket when it is used. Raises NoMacro, LeadsOnly, NotAMember."""
    macro = await _theirs(name, actor)
    was, after = macro.changes, stored.dump_changes(changes)
    await _alter(macro, now, changes=after)
    what = {"before": {"changes": was}, "after": {"changes": after}}
    await _note("macro changed", macro, actor, now, **what)
    return macro


async def remove(name: str, actor: Actor, now: datetime) -> Macro:
    """It is no more; its name is free. Raises NoMacro, LeadsOnly, NotAMember."""
    macro = await _theirs(name, actor)
    macro.removed_at = now
    await macro.save(update_fields=["removed_at"])
    await _note("macro removed", macro, actor, now, before={"name": macro.name})
    return macro


async def _theirs(name: str, actor: Actor) -> Macro:
    """The one that is meant by the name, locked, for who may change it."""
    owner = _who(actor)
    known = macros.distinct(await _beside(owner, _department(actor)))
    meant = macros.named(known, name)
    if meant is None or (meant.owner_id is None and meant.department_id is None):
        raise NoMacro(name)
    access.check(actor, Act.MACROS if meant.owner_id is None else Act.OWN_MACROS)
    held = await macros.held(meant.id)
    if held is None:
        raise NoMacro(name)
    return held


async def _beside(owner: int | None, department: int | None) -> list[Macro]:
    return await macros.at_hand(owner, [] if department is None else [department])


def _owner(actor: Actor, *, mine: bool) -> int | None:
    access.check(actor, Act.OWN_MACROS if mine else Act.MACROS)
    if not mine:
        return None
    if not isinstance(actor, Membership):
        raise Faceless
    return actor.operator_id


def _department(actor: Actor) -> int | None:
    return None if isinstance(actor, Customer) else actor.department


def _who(actor: Actor) -> int | None:
    return actor.operator_id if isinstance(actor, Membership) else None


async def _checked(content: Content, now: datetime) -> Content:
    """What is kept of a message: its words, its files, and the buttons written below it.

    Raises EmptyMacro, TooLong, NotKept, BadButton, TooManyButtons, KeysBelowAlbum, UnknownVariable,
    NotForCustomers.
    """
    words, below = keys.parted(content.words)
    if not words and not content.attachments:
        raise NotKept if content.extra else EmptyMacro
    if len(words) > LONGEST:
        raise TooLong(LONGEST)
    if content.extra or content.unread or any(one.sources.lacking for one in content.attachments):
        raise NotKept
    if below and len(content.attachments) > 1:
        raise KeysBelowAlbum
    await variables.check(words.text)
    said = Content(
        content.kind,
        words,
        tuple(_files(content)),
        preview=content.preview,
        above=content.above,
    )
    wordings.check(said)
    await kept.said(said, now)
    return replace(said, prepared=Prepared(below)) if below else said


def _files(content: Content) -> Iterator[Any]:
    """In the order in which they were sent, without where they stood then."""
    for place in content.order():
        file = content.attachments[place]
        yield replace(file, caption=None, original=None, edition=None)


async def _alter(macro: Macro, now: datetime, **values: Any) -> None:
    macro.update_from_dict({**values, "edition": macro.edition + 1, "changed_at": now})
    await macro.save(update_fields=[*values, "edition", "changed_at"])


async def _note(
    name: str, macro: Macro, actor: Actor, now: datetime, **what: dict[str, Any]
) -> None:
    await events.note(None, name, actor, now, details={"macro": macro.id}, **what)
