"""Binding: a group becomes the operators' group, whatever was decided and by whom."""

from contextlib import suppress
from dataclasses import dataclass

from aiogram.methods import GetChatAdministrators

from bot import texts
from bot.desk import outbox
from bot.desk.outbox.carrying import Carried, TryLater, Undeliverable
from bot.desk.outbox.kinds.to_group import NoMenus, Setup, Speak, Survey
from bot.desk.people import codes, departments
from bot.desk.people.actors import SETTINGS, Actor
from bot.desk.said import Person
from bot.desk.said.spots import Spot
from bot.desk.talk import notices
from bot.desk.tickets import members
from bot.desk.words import Words, clean_name, join
from bot.forum import fitness, footing, groups, menus, practice
from bot.forum.errand import NOTHING
from bot.forum.fitness import Fitness
from bot.forum.footing import Powers
from bot.forum.ground import Ground
from bot.forum.groups import now
from bot.forum.notices import answer
from bot.telegram.calls import ask
from bot.telegram.reading import person
from bot.telegram.refusals import NoAccess
from bot.telegram.standing import of
from bot.texts import _
from models import FIRST, Group, Standing


@dataclass(frozen=True, slots=True)
class Binding:
    """How a group came to be bound: by which code, and in whose place."""

    language: str | None  # None: what the group reads already
    code_id: int | None = None
    instead_of: int | None = None  # the chat that was bound when this was decided
    by: str = ""
    department: int | None = FIRST  # None: a new one
    actor: Actor = SETTINGS


async def bind(ground: Ground, chat_id: int, language: str) -> list[str]:
    """Bind the group that the settings name. Returns what it lacks, in sentences.

    Raises NoAccess for a public one, unless it is bound already.
    """
    chat_id = await groups.followed(chat_id)
    known = await groups.at(chat_id)
    try:
        found = await fitness.look(ground, chat_id)
    except NoAccess:
        if known is not None:
            await _powers_changed(ground, known, footing.OUTSIDE)
        raise
    if found.is_public and known is None:
        raise NoAccess("it is public, so anybody could read customers’ messages: make it private")
    department = known.department_id if known else FIRST
    how = Binding(None if known else language, department=department)
    group = await tie(ground, chat_id, found.title, how)
    await refresh(ground, group, found)
    return found.lacking


async def tie(
    ground: Ground, chat_id: int, title: str, binding: Binding, found: Fitness | None = None
) -> Group:
    """Bind it; what the code is spent for, and who is told, stands in the same transaction."""
    admins = await _admins(ground, chat_id)
    async with outbox.transaction():
        await _tie(chat_id, title, binding)
        group = await Group.get(chat_id=chat_id)
        await _know(group.id, admins)
        if found is not None:
            await notices.answer(Spot(chat_id), told(found, Words()), now())
    ground.all.of(group.department_id).is_well()
    ground.all.forget_groups()
    while (now_admins := await _admins(ground, chat_id)) != admins:  # promoted or gone meanwhile
        async with outbox.transaction():
            await _know(group.id, now_admins)
        admins = now_admins
    return group


async def _tie(chat_id: int, title: str, binding: Binding) -> None:
    await outbox.lock(groups.BINDING)
    number = binding.department or await _make_department(title, binding.actor)
    how = binding.language, binding.actor, binding.instead_of, number
    former = await groups.bind(chat_id, title, *how)
    if binding.code_id is not None and not await codes.spend(binding.code_id):
        raise TryLater("the code was used meanwhile", certain=True)
    if former is not None:
        await members.doubt_all(former.id, now())
        await _tell_former(former, title, binding.by)
        await outbox.put(NoMenus(former.chat_id).draft(), now())
    if binding.department is None:
        await _tell_others(number, binding.by)


async def _make_department(title: str, actor: Actor) -> int:
    number = await departments.add(title, now())
    await groups.note_department(number, await departments.name_of(number), actor)
    return number


Admins = dict[int, tuple[Person, Standing]]  # by their user ids


async def _admins(ground: Ground, chat_id: int) -> Admins:
    """The group's owner and admins; bots are none."""
    found = await ask(ground.bot, GetChatAdministrators(chat_id=chat_id))
    return {one.user.id: (person(one.user), of(one)) for one in found if not one.user.is_bot}


async def _know(group_id: int, admins: Admins) -> None:
    await members.commanded_by(group_id, admins, now())


async def _tell_former(former: Group, title: str, name: str) -> None:
    with texts.use(former.language):
        sentence = _(
            "The desk has moved to the group “{title}” ({name}). Nothing written here reaches a "
            "customer any more."
        )
        words = sentence.format(title=clean_name(title, 64), name=name)
        await notices.answer(Spot(former.chat_id), words, now())


async def _tell_others(department: int, name: str) -> None:
    """There is one department more, to which requests can be moved."""
    title = await departments.name_of(department)
    for number, group in (await groups.all_bound()).items():
        if number != department:
            with texts.use(group.language):
                sentence = _(
                    "{name} has connected another department: “{title}”. To move a request there, "
                    "write /move in its topic."
                )
                words = sentence.format(title=title, name=name)
                await notices.answer(Spot(group.chat_id), words, now())


async def refresh(ground: Ground, group: Group, found: Fitness) -> None:
    """What is said of the group and offered in it is as it stands now."""
    if found.has_topics:
        await footing.mended(group, footing.FORUM)
        ground.all.forget_groups()
    await _powers_changed(
        ground, group, Powers(found.hears, speaks=True, may_manage=found.may_manage)
    )
    await menus.publish_group(ground.bot, group.chat_id, group.language)


async def look(ground: Ground, what: Survey, _number: int) -> Carried:
    """Look at the bound group: it may not be as what we were told of it says."""
    chat_id = what.chat_id
    await ground.purse.give_back(chat_id)
    group = await groups.at(chat_id)
    if group is not None:
        await look_at(ground, group)
    return NOTHING


async def strip(ground: Ground, what: NoMenus, _number: int) -> Carried:
    """Take the menus away, unless it was bound again; where the bot is out, nobody sees them."""
    await ground.purse.give_back(what.chat_id)
    if await groups.at(what.chat_id) is None:
        with suppress(Undeliverable):
            await menus.withdraw(ground.bot, what.chat_id)
    return NOTHING


async def look_at(ground: Ground, group: Group) -> None:
    """How it stands there is known from now on, even that the bot is not there any more."""
    try:
        await refresh(ground, group, await fitness.look(ground, group.chat_id))
    except NoAccess:
        await _powers_changed(ground, group, footing.OUTSIDE)


async def speak(ground: Ground, what: Speak, _number: int) -> Carried:
    """The group reads another language: its cards, its menus, and what is said in it."""
    actor = await groups.actor_in(what.chat_id, what.asked_by)
    await groups.speak(what.language, actor, what.chat_id)
    ground.all.forget_groups()
    with suppress(Undeliverable):  # a menu is a convenience
        await menus.publish_group(ground.bot, what.chat_id, what.language)
    with texts.use(what.language):
        return await answer(ground, what, Words(_("From now on this group reads me in English.")))


async def _powers_changed(ground: Ground, group: Group, powers: Powers) -> None:
    """What changed while nobody was told, such as before the start, is said now."""
    async with outbox.transaction():
        await footing.powers_changed(group, powers, now(), now(), ground.all.timezone)


async def furnish(ground: Ground, group: Group, found: Fitness) -> None:
    """Menus and the test ticket: a second time they change nothing."""
    await refresh(ground, group, found)
    await practice.show(ground, group, may_pin=found.may_pin)


async def bound(ground: Ground, asked: Setup, found: Fitness, how: Binding) -> Carried:
    """Bind the group that is fit, furnish it and say so."""
    group = await tie(ground, asked.chat_id, found.title, how)
    await furnish(ground, group, found)
    return await answer(ground, asked, told(found, Words()))


def told(found: Fitness, kept: Words) -> Words:
    """What was found, and what became of it; `kept` is about the message that asked."""
    if found.fit:
        end = _("This is the operators’ group now. The test ticket shows how it looks.")
    else:
        end = _("Not connected yet. Fix this and send /setup again.")
    return lines_of(found.told(end), kept)


def lines_of(*lines: Words | str) -> Words:
    """Those that say something, one below the other."""
    return join("\n", [line for line in lines if line])
