"""The world of the demo: a small shop's bot, its operators' forum, and customers who may write.

Some of them write at the shop's site instead.
"""

from __future__ import annotations

from collections.abc import Callable

from sandbox.botfather import switch_topics
from sandbox.living import LivingWorld
from sandbox.people import Person

TOKEN = "7000000001:the-demo-bot-of-this-machine"  # noqa: S105 — opens nothing but the sandbox
BOT_NAME = "Затишок · підтримка"
BOT_USERNAME = "zatyshok_support_bot"
GROUP_TITLE = "Затишок: оператори"
BOT_RIGHTS = {
    "can_manage_topics": True,
    "can_delete_messages": True,
    "can_pin_messages": True,
    "can_invite_users": True,
}

OWNER = ("Олена", "Ковальчук", "olena_kovalchuk", "uk")
OPERATORS = (
    ("Тарас", "Бондаренко", "taras_bond", "uk"),
    ("Ірина", "Мельник", "iryna_melnyk", "uk"),
)
GROUPS = ("Затишок: продажі", "Затишок: склад")  # of further departments
SELLERS = (("Марко", "Савчук", "marko_savchuk", "uk"), ("Юлія", "Коваль", "yuliia_koval", "uk"))
CUSTOMERS = (
    ("Анна", "Шевченко", "anna_shev", "uk"),
    ("Богдан", "Литвиненко", None, "uk"),
    ("Сергей", "Воронцов", "s_vorontsov", "ru"),
    ("James", "Carter", "jamescarter", "en"),
)
VISITORS = (("Зоряна Гнатюк", "uk"), ("Emma Wilson", "en"))


def world(clock: Callable[[], float]) -> LivingWorld:
    """A new demo world; nobody has written yet."""
    made = empty(clock)
    owner, *operators = [_person(made, *who) for who in (OWNER, *OPERATORS)]
    group = made.group(GROUP_TITLE, owner)
    for operator in operators:
        operator.joins(group)
    bot = made.bots[TOKEN]
    owner.adds_bot(bot, group)
    owner.sets_bot_rights(bot, group, **BOT_RIGHTS)
    bot.updates.clear()  # all this was long ago
    for who in CUSTOMERS:
        _person(made, *who)
    let_visitors_in(made)
    return made


def another_group(made: LivingWorld) -> tuple[Person, int]:
    """One more group with the bot in it, which is not the desk's yet; gives its owner, and it."""
    number = sum(chat.is_forum for chat in made.chats.values())
    owner = _known(made, OWNER)
    group = made.group(GROUPS[(number - 1) % len(GROUPS)], owner)
    _known(made, SELLERS[(number - 1) % len(SELLERS)]).joins(group)
    bot = made.bots[TOKEN]
    owner.adds_bot(bot, group)
    owner.sets_bot_rights(bot, group, **BOT_RIGHTS)
    return owner, group


def let_visitors_in(made: LivingWorld) -> None:
    """There are some, also in a world that was saved before the shop had a site."""
    for name, language in () if made.visitors else VISITORS:
        made.visitor(name, language=language)


def allow_topics(made: LivingWorld, on: bool) -> None:
    """The bot may have topics in private chats, and people may make some; as the desk is told."""
    bot = made.bots[TOKEN]
    if bot.topics != on:
        switch_topics(made, bot, on, of_people=True)


def empty(clock: Callable[[], float]) -> LivingWorld:
    """A world with nothing but the bot."""
    made = LivingWorld(clock)
    bot = made.add_bot(TOKEN, BOT_NAME, BOT_USERNAME)
    bot.inline = bot.inline_feedback = True
    return made


def operators_group(made: LivingWorld) -> int | None:
    """The id of the first forum, which is the operators' group of the demo."""
    forums = [chat.id for chat in made.chats.values() if chat.is_forum]
    return forums[0] if forums else None


def _known(made: LivingWorld, who: tuple[str, str, str, str]) -> Person:
    """The person of this username; a new one, where there is none."""
    found = [one for one in made.people() if one.user.username == who[2]]
    return found[0] if found else _person(made, *who)


def _person(
    made: LivingWorld, first: str, last: str, username: str | None, language: str
) -> Person:
    return made.person(first, last_name=last, username=username, language=language)
