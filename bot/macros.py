"""Macros as operators see them: in a list, and one of them whole."""

from collections.abc import Sequence

from bot import cards, texts, wording
from bot.cards import history
from bot.desk.people.fields import Filled
from bot.desk.said import Buttons, Content
from bot.desk.said.prepared import ME, NOBODY, Changes, Prepared
from bot.desk.talk import keys, wordings
from bot.desk.words import Words, bold, code, italic, join, plain
from bot.texts import _, ngettext
from models import Macro, Priority, Status

SHOWN = 10  # on one page
SHORT = 60  # characters of what each says
MINE = "👤"
OWNERS = {
    ME: texts.mark("it is theirs who send it"),
    NOBODY: texts.mark("it is nobody’s"),
}


def value(filled: Filled, language: str) -> str:
    """What a field reads as, in this language."""
    with texts.use(language):
        return cards.value(filled)


def listed(macros: Sequence[Macro], page: int, language: str) -> Words:
    """A page of them: the name, and how each begins."""
    lines: list[Words | str] = [line(one, language) for one in _page(macros, page)]
    pages = pages_of(macros)
    if pages > 1:
        lines.append(_("page {page} of {pages}").format(page=page + 1, pages=pages))
    return join("\n", lines)


def line(macro: Macro, language: str) -> Words:
    """«refund · Hello {customer.name}, your money …»; one's own is marked."""
    _language, says = wordings.nearest(macro, language)
    mine = f"{MINE} " if macro.owner_id else ""
    return mine + bold(macro.name) + " · " + short(says.content)


def short(content: Content, most: int = SHORT) -> str:
    """How it begins, in one line."""
    said = " ".join(wording.said(content).text.split())
    return plain(said).clipped(most).text


def choice(macros: Sequence[Macro], ticket: int, page: int = 0, *, pages: bool = True) -> Buttons:
    """A button for each of the page, by its name; and further pages."""
    rows: Buttons = [[(one.name, f"macro:{ticket}:{one.id}")] for one in _page(macros, page)]
    around = [(page - 1, "◀️"), (page + 1, "▶️")] if pages else []
    turns = [(sign, f"macros:{ticket}:{to}") for to, sign in around if 0 <= to < pages_of(macros)]
    return [*rows, turns] if turns else rows


def pages_of(macros: Sequence[Macro]) -> int:
    """On how many pages they are."""
    return max(1, -(-len(macros) // SHOWN))


def _page(macros: Sequence[Macro], page: int) -> Sequence[Macro]:
    return macros[page * SHOWN : (page + 1) * SHOWN]


def whole(content: Content) -> Words:
    """What the customer would get, and what becomes of the ticket."""
    ready = content.prepared or Prepared()
    below = italic(changes(ready.changes))
    parts: list[Words | str] = [wording.said(content), *map(history.key, ready.keys), below]
    return join("\n", [each for each in parts if each])


def written(macro: Macro, language: str) -> Words:
    """One wording of it as it was written, with the way to change it."""
    found = wordings.of(macro)[language]
    top = bold(macro.name) + f" · {texts.NATIVE[language]}"
    below = keys.written(found.keys)
    edit = code(f"/macro edit {macro.name} v{macro.edition} {language}")
    lines: list[Words | str] = [
        top,
        wording.said(found.content),
        below,
        _("To change it:") + " " + edit,
    ]
    return join("\n", [each for each in lines if each])


def facts(macro: Macro) -> str:
    """How often it was used, and what it sets."""
    times = ngettext("Used {count} time.", "Used {count} times.", macro.used)
    said = changes(wordings.changes_of(macro))
    return " ".join(part for part in (times.format(count=macro.used), said) if part)


def changes(what: Changes) -> str:
    """«Then: resolved, #refund, high priority»; "" where nothing is set."""
    parts = [
        cards.status_name(Status(what.status)) if what.status else "",
        *(f"#{tag}" for tag in what.tags),
        cards.priority_label(Priority(what.priority)) if what.priority else "",
        _(OWNERS[what.owner]) if what.owner else "",
    ]
    said = ", ".join(part for part in parts if part)
    return _("Then: {changes}").format(changes=said) if said else ""
