"""Macros as operators see them: in a list, and one of them whole."""

from collections.abc import Sequence

from bot import cards, texts, wording
from bot.cards import history
from bot.cards.pages import turning
from bot.desk.people.fields import Filled
from bot.desk.said import Buttons, Content
from bot.desk.said.prepared import ME, NOBODY, Changes, Prepared
from bot.desk.talk import keys, wordings
from bot.desk.words import Words, bold, code, italic, join, plain
from bot.desk.words.filling import variables
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


def listed(macros: Sequence[Macro], language: str) -> Words:
    """The name of each, and how it begins."""
    return join("\n", [line(one, language) for one in macros])


def line(macro: Macro, language: str) -> Words:
    """«refund · Hello {customer.name}, your money …»; one's own is marked."""
    _language, says = wordings.nearest(macro, language)
    mine = f"{MINE} " if macro.owner_id else ""
    return mine + bold(macro.name) + " · " + _marked(plain(short(says.content)))


def short(content: Content, most: int = SHORT) -> str:
    """How it begins, in one line."""
    said = " ".join(wording.said(content).text.split())
    return plain(said).clipped(most).text


def _marked(words: Words) -> Words:
    """Its variables as code: an app takes `customer.name` for a site's address."""
    parts, place = [], 0
    for each in variables(words.text):
        parts += [_between(words, place, each.begin), code(words.text[each.begin : each.end])]
        place = each.end
    return join("", [*parts, words.behind(place)])


def _between(words: Words, begin: int, end: int) -> Words:
    return words.before(end).behind(begin)


def choice(macros: Sequence[Macro], ticket: int, page: int = 1, *, pages: bool = True) -> Buttons:
    """A button for each of the page, by its name; and further pages."""
    rows: Buttons = [[(one.name, f"macro:{ticket}:{one.id}")] for one in page_of(macros, page)]
    return rows + turning(f"macros:{ticket}", page, _count(macros) if pages else 1)


def there(macros: Sequence[Macro], page: int) -> int:
    """The page itself, or the one next to it: some may have been removed since."""
    return max(1, min(page, _count(macros)))


def page_of(macros: Sequence[Macro], page: int) -> Sequence[Macro]:
    """Those on one page, the first is 1."""
    return macros[(page - 1) * SHOWN : page * SHOWN]


def _count(macros: Sequence[Macro]) -> int:
    return -(-len(macros) // SHOWN)


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
        _marked(wording.said(found.content)),
        below,
        _("To change it:") + " " + edit,
    ]
    return join("\n", [each for each in lines if each])


def facts(macro: Macro) -> str:
    """How often it was used, and what it sets."""
    times = ngettext("Used {count} time.", "Used {count} times.", macro.used)
    if not macro.used:
        times = _("Nobody has used it yet.")
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
