"""`/macro`: prepared answers, sent, listed and written."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from aiogram.filters import CommandObject
from aiogram.types import Message

from bot import macros as shown
from bot import texts
from bot.cards import history
from bot.desk.errors import Faceless, Misused, NoMacro, NoSuchMacro
from bot.desk.said import Content
from bot.desk.said.spots import Spot
from bot.desk.talk import authoring, macros, notices, outgoing, setting, using, wordings
from bot.desk.talk.authoring import Draft
from bot.desk.talk.using import Chosen, Voice
from bot.desk.words import Words, join
from bot.forum import Forum
from bot.handlers import speaking
from bot.handlers.filters import Handler
from bot.middlewares.group import Here
from bot.telegram import reading
from bot.texts import _
from models import Macro, Membership

OFFERED = re.compile(r"(\S+)\s+(\d+)\.(\d+)")  # as it is chosen in the line: its number, edition
EDITION = re.compile(r"v(\d+)", re.I)


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands behind `/macro new`, and who asks where. `words` are what is left of it."""

    message: Message
    name: str
    words: Words
    here: Here
    forum: Forum
    now: datetime

    @property
    def spot(self) -> Spot:
        """Where to answer, and to whom."""
        return reading.command(self.message)


async def macro(
    message: Message, command: CommandObject, now: datetime, here: Here, forum: Forum
) -> None:
    """`/macro refund` sends it; `/macro` lists them; `new`, `edit` and others write them."""
    said = command.args or ""
    what, rest = _first(said)
    if write := WRITING.get(what.lower()):
        name, left = _first(rest)
        if not name:
            raise Misused("macro")
        words = reading.words(message)
        asked = Asked(message, name, words.behind(len(words.text) - len(left)), here, forum, now)
        await write(asked)
    elif what:
        await _send(message, said.strip(), now, here, forum)
    else:
        at, ticket = reading.command(message), here.topic
        await list_all(at, ticket, _member(here), here.group.language, now)


async def list_all(
    at: Spot, ticket: int | None, member: Membership, language: str, now: datetime, page: int = 1
) -> None:
    """Those that they have at hand; by pages with buttons in a ticket's topic, else all."""
    known = await macros.of(member)
    if not known:
        nothing = _("There are no macros yet. Leads and admins write them: /macro new name words")
        await notices.answer(at, nothing, now)
        return
    page = shown.there(known, page)
    rows = shown.choice(known, ticket, page) if ticket else []
    listed = shown.page_of(known, page) if ticket else known
    await notices.answer(at, shown.listed(listed, language), now, rows)


def voice(here: Here) -> Voice:
    """The department's language, and what fields read as."""
    return Voice(here.group.language, shown.value)


async def _send(message: Message, said: str, now: datetime, here: Here, forum: Forum) -> None:
    """The one that is called so; if none is, those in which that stands are listed."""
    member, ticket = _member(here), here.ticket
    chosen = await _chosen(said, member)
    if chosen is None:
        await _ask_which(message, said, member, now, here)
        return
    spoken = await speaking.spoken(message, Content(), now, here, forum)
    await using.send(ticket, chosen, spoken, now, voice(here))


async def _chosen(said: str, member: Membership) -> Chosen | None:
    if offered := OFFERED.fullmatch(said):
        return Chosen(int(offered[2]), int(offered[3]), name=offered[1])
    meant = macros.named(await macros.of(member), said)
    return Chosen(meant.id) if meant else None


async def _ask_which(
    message: Message, said: str, member: Membership, now: datetime, here: Here
) -> None:
    language = here.group.language
    near = macros.found(await macros.of(member), said, language)[: shown.SHOWN]
    if not near:
        raise NoSuchMacro(said)
    none = _("No macro is called “{name}”, so nothing was sent. It stands in these:")
    words = join("\n", [none.format(name=said), shown.listed(near, language)])
    rows = shown.choice(near, here.ticket, pages=False)
    await notices.answer(reading.mistyped(message), words, now, rows)


async def _new(asked: Asked) -> None:
    """`/macro new refund words`, or in reply to a message: the department's."""
    await _create(asked, mine=False)


async def _mine(asked: Asked) -> None:
    """`/macro mine hello words`: one's own."""
    await _create(asked, mine=True)


async def _create(asked: Asked, *, mine: bool) -> None:
    draft = await _draft(asked)
    made = await authoring.create(draft, asked.here.actor, asked.now, mine=mine)
    said = _("Written. {how} sends it, and {edit} changes it.")
    how = {"how": f"/macro {made.name}", "edit": f"/macro edit {made.name}"}
    below = map(history.key, wordings.of(made)[draft.language].keys)
    await notices.answer(asked.spot, "\n".join([said.format(**how), *below]), asked.now)


async def _edit(asked: Asked) -> None:
    """`/macro edit refund uk words`: what it says in a language."""
    draft = await _draft(asked)
    if not draft.content.words and not draft.content.attachments:
        await _show(asked)
        return
    changed = await authoring.edit(draft, asked.here.actor, asked.now)
    said = _("Saved. It says this in {language} now.")
    language = texts.NATIVE[draft.language]
    words = join("\n", [said.format(language=language), shown.written(changed, draft.language)])
    await notices.answer(asked.spot, words, asked.now)


async def _set(asked: Asked) -> None:
    """`/macro set refund status=resolved tag=refund`: what becomes of the ticket; or nothing."""
    changes = setting.read(asked.words.text)
    changed = await authoring.sets(asked.name, changes, asked.here.actor, asked.now)
    said = shown.changes(wordings.changes_of(changed)) or _("It changes nothing of a request now.")
    await notices.answer(asked.spot, said, asked.now)


async def _remove(asked: Asked) -> None:
    """`/macro remove refund`: it is no more."""
    gone = await authoring.remove(asked.name, asked.here.actor, asked.now)
    said = _("The macro “{name}” is removed.").format(name=gone.name)
    await notices.answer(asked.spot, said, asked.now)


async def _show(asked: Asked) -> None:
    """`/macro show refund`: all it says, how it was written, and how often it was used."""
    meant = macros.named(await macros.of(_member(asked.here)), asked.name)
    if meant is None:
        raise NoMacro(asked.name)
    ours = asked.here.group.language
    languages = sorted(wordings.of(meant), key=lambda each: each != ours)
    said = [shown.written(meant, language) for language in languages]
    await notices.answer(asked.spot, join("\n\n", [*said, shown.facts(meant)]), asked.now)


Write = Callable[[Asked], Awaitable[None]]
WRITING: dict[str, Write] = {
    "new": _new,
    "mine": _mine,
    "edit": _edit,
    "set": _set,
    "remove": _remove,
    "show": _show,
}


async def _draft(asked: Asked) -> Draft:
    """Its edition and its language, if they are said; then the words, or what is replied to."""
    words, edition, language = asked.words, None, asked.here.group.language
    first, rest = _first(words.text)
    if seen := EDITION.fullmatch(first):
        edition, words = int(seen[1]), words.behind(len(words.text) - len(rest))
        first, rest = _first(words.text)
    if first.lower() in texts.NATIVE:
        language, words = first.lower(), words.behind(len(words.text) - len(rest))
    return Draft(asked.name, language, await _content(asked, words.trimmed()), edition)


async def _content(asked: Asked, words: Words) -> Content:
    own = reading.content(asked.message) or Content()
    if words or own.attachments:
        return Content(own.kind, words, own.attachments, above=own.above, preview=own.preview)
    answered = asked.message.reply_to_message
    if answered is None or answered.forum_topic_created:
        return Content()
    meant = await asked.forum.meant(answered, None)
    if meant:
        return outgoing.content_of(meant.message)
    return reading.content(answered) or Content()


def _first(said: str) -> tuple[str, str]:
    """The first word, and the rest as it stands."""
    word, *rest = [*said.split(maxsplit=1), ""]
    return word, rest[0] if rest else ""


def _member(here: Here) -> Membership:
    """Who has macros at hand: a person whom everybody can see. Raises Faceless, NotAMember."""
    here.members_only()
    if here.member is None:
        raise Faceless
    return here.member


def preview(found: Macro, content: Content) -> Words:
    """What would be sent, under its name."""
    return join("\n", [f"📋 {found.name}", "", shown.whole(content)])


HANDLERS: dict[str, Handler] = {"macro": macro}
