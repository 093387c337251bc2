"""Whether a group is fit to be the operators': what it needs, and how to give it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiogram.enums import ChatMemberStatus
from aiogram.methods import GetChat, GetChatMember, GetMe

from bot.checks import NEEDED, OPTIONAL, public_name
from bot.desk.words import Words, bold, join, plain
from bot.forum.ground import Ground
from bot.telegram import standing
from bot.telegram.calls import ask
from bot.texts import _, mark

OK, USEFUL, MISSING = "✅", "⚠️", "❌"
WITHOUT = {
    "can_delete_messages": mark("everything works, but codes and unneeded topics are not deleted"),
    "can_pin_messages": mark("everything works, but cards are not pinned"),
}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing the group needs. `needed`: without it the desk cannot work at all."""

    good: bool
    needed: bool
    name: str
    missing: str
    how: str  # how to give it

    @property
    def line(self) -> str:
        """For people."""
        if self.good:
            return f"{OK} {self.name}"
        return f"{MISSING if self.needed else USEFUL} {self.missing} {self.how}"


@dataclass(frozen=True, slots=True)
class Fitness:
    """What was found in a group, in the language that was spoken."""

    title: str
    checks: Sequence[Check]
    has_topics: bool
    is_public: bool
    hears: bool
    may_manage: bool
    may_pin: bool

    @property
    def fit(self) -> bool:
        """Whether the desk can work there."""
        return all(each.good for each in self.checks if each.needed)

    @property
    def lacking(self) -> list[str]:
        """What is missing, in sentences."""
        return [each.line for each in self.checks if not each.good]

    def told(self, end: str) -> Words:
        """All that was found, with this sentence under it."""
        lines: list[Words | str] = [each.line for each in self.checks]
        return join("\n", [bold(_("The group")), *lines, "", plain(end)])


async def look(ground: Ground, chat_id: int) -> Fitness:
    """Look at a group (Bot API: getChat, getChatMember, getMe)."""
    chat = await ask(ground.bot, GetChat(chat_id=chat_id))
    me = await ask(ground.bot, GetChatMember(chat_id=chat_id, user_id=ground.bot.id))
    address = public_name(chat.model_dump(include={"username", "active_usernames"}))
    admin = me.status == ChatMemberStatus.ADMINISTRATOR
    checks = [_topics(bool(chat.is_forum)), *_private(address), _place(admin), *_rights(me)]
    return Fitness(
        title=chat.title or str(chat_id),
        checks=checks,
        has_topics=bool(chat.is_forum),
        is_public=bool(address),
        hears=standing.hears(me, await ask(ground.bot, GetMe())),
        may_manage=bool(getattr(me, "can_manage_topics", False)),
        may_pin=bool(getattr(me, "can_pin_messages", False)),
    )


def _topics(on: bool) -> Check:
    how = _("Turn it on: group settings → Edit → Topics.")
    return Check(on, True, _("The group has topics"), _("The group has no topics."), how)


def _private(address: str) -> list[Check]:
    """Said only where it is not so."""
    if not address:
        return []
    missing = _("The group is public (@{name}): anybody could read your customers’ messages.")
    how = _("Make it private: group settings → Edit → Group Type.")
    return [Check(False, True, "", missing.format(name=address), how)]


def _place(admin: bool) -> Check:
    how = _("Make me an admin: group settings → Edit → Administrators → Add Admin.")
    return Check(admin, True, _("I am an admin"), _("I am not an admin."), how)


def _rights(me: Any) -> list[Check]:
    give = _("To grant it: group settings → Administrators → me → “{right}”.")
    checks = []
    for field, name in (NEEDED | OPTIONAL).items():
        right, without = _(name), WITHOUT.get(field)
        missing = _("Missing right “{right}”").format(right=right)
        missing = f"{missing}: {_(without)}." if without else f"{missing}."
        held = bool(getattr(me, field, False))
        good = _("I have the right “{right}”").format(right=right)
        checks.append(Check(held, field in NEEDED, good, missing, give.format(right=right)))
    return checks
