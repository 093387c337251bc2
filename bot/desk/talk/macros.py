"""Macros: prepared answers, and which of them somebody has at hand.

One's own stand before the department's, and those before everybody's: of several with one name
the first is meant.
"""

from collections.abc import Collection, Sequence

from bot.desk.errors import NoSuchMacro
from bot.desk.talk import wordings
from models import Macro, Membership
from models.rows import fetch, find

MOST = 50  # that are offered at once; Bot API: answerInlineQuery
AT_HAND = """
removed_at IS NULL AND (owner_id = $1 OR owner_id IS NULL
    AND (department_id IS NULL OR department_id = ANY ($2::bigint[])))
ORDER BY owner_id IS NULL, department_id IS NULL, used DESC, name, id
"""
NAMES = "SELECT id, name FROM macro WHERE id = ANY ($1::bigint[])"
USED = "UPDATE macro SET used = used + 1, used_at = now() WHERE id = $1"


async def of(member: Membership) -> list[Macro]:
    """Those that they have at hand in the tickets of their department."""
    return distinct(await at_hand(member.operator_id, [member.department]))


async def at_hand(operator_id: int | None, departments: Collection[int]) -> list[Macro]:
    """Somebody's own, of these departments, and everybody's; the more often used first."""
    return await find(Macro, AT_HAND, operator_id, [*departments])


def distinct(macros: Sequence[Macro]) -> list[Macro]:
    """Without those in whose place another is meant by the name."""
    first: dict[str, Macro] = {}
    for macro in macros:
        first.setdefault(macro.name.casefold(), macro)
    return [*first.values()]


def named(macros: Sequence[Macro], name: str) -> Macro | None:
    """The one that is called so."""
    wanted = name.strip().casefold()
    return next((macro for macro in macros if macro.name.casefold() == wanted), None)


def found(macros: Sequence[Macro], said: str, *languages: str) -> list[Macro]:
    """In whose names or words this stands: the names first, then the words of these languages."""
    wanted = " ".join(said.casefold().split())
    ranked = [(_rank(macro, wanted, languages), macro) for macro in macros]
    hits = [(rank, macro) for rank, macro in ranked if rank is not None]
    return [macro for _rank, macro in sorted(hits, key=lambda hit: hit[0])][:MOST]


def _rank(macro: Macro, wanted: str, languages: Sequence[str]) -> tuple[bool, int] | None:
    """The smaller the nearer; one's own come first. None: it stands nowhere in it."""
    name, is_shared = macro.name.casefold(), macro.owner_id is None
    if name.startswith(wanted):
        return is_shared, 0
    if wanted in name:
        return is_shared, 1
    for language, wording in wordings.of(macro).items():
        if wanted in " ".join(wording.content.words.text.casefold().split()):
            return is_shared, 2 + _place(languages, language)
    return None


def _place(languages: Sequence[str], language: str) -> int:
    return languages.index(language) if language in languages else len(languages)


async def by_number(number: int, member: Membership, name: str = "…") -> Macro:
    """One that they have at hand; `name` is what they call it. Raises NoSuchMacro."""
    for macro in await at_hand(member.operator_id, [member.department]):
        if macro.id == number:
            return macro
    raise NoSuchMacro(name)


async def names(numbers: Collection[int]) -> dict[int, str]:
    """What these are called, or were."""
    return {row["id"]: row["name"] for row in await fetch(NAMES, [*numbers])}


async def held(number: int) -> Macro | None:
    """As it is now, locked. None: it was removed."""
    rows = await find(Macro, "id = $1 AND removed_at IS NULL FOR UPDATE", number)
    return rows[0] if rows else None


async def used(macro: Macro) -> None:
    """It was used once more."""
    await fetch(USED, macro.id)
