"""`/setup`: is this group fit to be the operators', and if so, make it so and show it works."""

from dataclasses import dataclass
from typing import Any

from aiogram.enums import ChatMemberStatus
from aiogram.methods import (
    CloseForumTopic,
    CreateForumTopic,
    GetChat,
    GetChatAdministrators,
    GetChatMember,
    PinChatMessage,
)

from bot import texts
from bot.desk import operators, outbox
from bot.desk.carrying import Carried
from bot.desk.outbox import Parcel
from bot.desk.words import Words, bold, join, plain
from bot.forum import groups, menus
from bot.forum.errand import NOTHING, Ground
from bot.forum.groups import now
from bot.forum.reports import answer
from bot.telegram.calls import ask
from bot.telegram.reading import person
from bot.telegram.speaker import Place
from bot.texts import _
from models import Group, Operator

OK, MISSING = "✅", "❌"
REFUSALS = 3  # answers to a missing or wrong code in one group
REFUSALS_WITHIN = 3600  # seconds


@dataclass(frozen=True, slots=True)
class Check:
    """One thing the group needs. `needed`: without it the desk cannot work at all."""

    good: bool
    needed: bool
    name: str
    how: str  # how to give it

    @property
    def line(self) -> str:
        """For people."""
        return f"{OK} {self.name}" if self.good else f"{MISSING} {self.name}. {self.how}"


async def setup(ground: Ground, parcel: Parcel) -> Carried:
    """Check, bind, publish the menus, send a test ticket; answer with what was found."""
    payload = parcel.payload
    with texts.use(payload["language"]):
        if not payload["allowed"]:
            return await _refuse(ground, parcel)
        chat_id = payload["chat_id"]
        title, checks = await check(ground, chat_id)
        if _fit(checks):
            await _bind(ground, chat_id, title, payload["language"])
            await menus.publish_group(ground.bot, chat_id, payload["language"])
            await _test_ticket(ground, chat_id, checks)
        return await answer(ground, parcel, _found(checks))


async def _refuse(ground: Ground, parcel: Parcel) -> Carried:
    """Ask for the code; whoever goes on without it gets no more answers for a while."""
    chat_id = parcel.payload["chat_id"]
    if not await ground.purse.allows(chat_id, REFUSALS, REFUSALS_WITHIN):
        await ground.purse.give_back(chat_id)
        return NOTHING
    sentence = _(
        "To bind this group send /setup with the code that the console shows, "
        "such as /setup 1A2B3C4D."
    )
    return await answer(ground, parcel, Words(sentence))


async def bind(ground: Ground, chat_id: int, language: str) -> list[str]:
    """Bind the group that the settings name. Returns what it lacks, in sentences."""
    followed = await Group.get_or_none(migrated_from=chat_id)
    if followed is not None:  # the setting still has the id from before Telegram moved it
        chat_id = followed.chat_id
    known = await groups.at(chat_id)
    title, checks = await check(ground, chat_id)
    language = known.language if known else language
    await _bind(ground, chat_id, title, language)
    await menus.publish_group(ground.bot, chat_id, language)
    return [each.line for each in checks if not each.good]


async def check(ground: Ground, chat_id: int) -> tuple[str, list[Check]]:
    """The group's title, and everything it needs (Bot API: getChat, getChatMember)."""
    chat = await ask(ground.bot, GetChat(chat_id=chat_id))
    me = await ask(ground.bot, GetChatMember(chat_id=chat_id, user_id=ground.bot.id))
    return chat.title or str(chat_id), [_topics(bool(chat.is_forum)), *_rights(me)]


def _topics(on: bool) -> Check:
    how = _("Turn it on: the group's settings → Edit → Topics.")
    return Check(on, True, _("The group has topics"), how)


def _rights(me: Any) -> list[Check]:
    admin = me.status == ChatMemberStatus.ADMINISTRATOR
    how = _("Make me an admin: the group's settings → Edit → Administrators → Add Admin.")
    checks = [Check(admin, True, _("I am an admin"), how)]
    give = _("Give it: the group's settings → Administrators → me → «{right}».")
    for field, needed, right in _needs():
        held = bool(getattr(me, field, False))
        name = _("I may «{right}»").format(right=right)
        checks.append(Check(held, needed, name, give.format(right=right)))
    return checks


def _needs() -> list[tuple[str, bool, str]]:
    """The rights, as Telegram's own apps name them."""
    return [
        ("can_manage_topics", True, _("Manage Topics")),
        ("can_delete_messages", False, _("Delete Messages")),
        ("can_pin_messages", False, _("Pin Messages")),
    ]


def _fit(checks: list[Check]) -> bool:
    return all(each.good for each in checks if each.needed)


def _found(checks: list[Check]) -> Words:
    if _fit(checks):
        end = _("This is the operators' group now. The test ticket shows how it looks.")
    else:
        end = _("Not bound yet. Put this right and send /setup again.")
    lines: list[Words | str] = [each.line for each in checks]
    return join("\n", [bold(_("The group")), *lines, "", plain(end)])


async def _bind(ground: Ground, chat_id: int, title: str, language: str) -> None:
    admins = await ask(ground.bot, GetChatAdministrators(chat_id=chat_id))
    people = [member.user for member in admins if not member.user.is_bot]
    async with outbox.transaction():
        await groups.bind(chat_id, title, language)
        ids = [user.id for user in people]
        await Operator.exclude(user_id__in=ids).update(is_admin=False)
        for user in people:
            await operators.rank(user.id, person(user), now(), is_member=True, is_admin=True)
    ground.trouble = ""
    ground.forget_group()


async def _test_ticket(ground: Ground, chat_id: int, checks: list[Check]) -> None:
    """A topic with a card, pinned and closed: what the bot will do all day."""
    speaker = ground.speaker(chat_id)
    name = _("Test ticket · Topicdesk")
    topic = await speaker.call(CreateForumTopic(chat_id=chat_id, name=name))
    thread_id = topic.message_thread_id
    speaker.place = Place(chat_id, thread_id)
    lines = [
        bold(_("Test ticket")),
        plain(_("A customer's request will look like this: a topic with a card on top.")),
        plain(_("What you write in it goes to the customer; what begins with // stays here.")),
    ]
    (card_id,) = await speaker.say(join("\n", lines))
    if _may_pin(checks):
        pin = PinChatMessage(chat_id=chat_id, message_id=card_id, disable_notification=True)
        await speaker.call(pin)
    await speaker.call(CloseForumTopic(chat_id=chat_id, message_thread_id=thread_id))


def _may_pin(checks: list[Check]) -> bool:
    return checks[-1].good
