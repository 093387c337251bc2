"""Dissolving: a department's group is let go, and another department has its requests."""

from datetime import datetime

from bot import texts
from bot.desk import outbox
from bot.desk.errors import NoSuchDepartment, StillAtWork
from bot.desk.outbox.kinds.to_group import NoMenus
from bot.desk.people import departments
from bot.desk.people.actors import Actor
from bot.desk.said.spots import Spot
from bot.desk.talk import notices
from bot.desk.tickets import dissolving
from bot.forum import groups
from bot.texts import _
from models import FIRST, Group


async def meant(here: Group, wanted: str, actor: Actor) -> int:
    """The department that is to be dissolved: this group's, or one named in the first's group.

    That is for a group which the bot was removed from, or where it can do nothing: nobody there
    could ask for it. Raises FirstDepartment, NoSuchDepartment, StillAtWork, AdminsOnly,
    NotAMember.
    """
    names = await departments.at_work()
    named = [n for n, name in names.items() if wanted and name.casefold() == wanted.casefold()]
    if wanted and not named:
        raise NoSuchDepartment
    department = named[0] if named else here.department_id
    dissolving.check(actor, department)
    await let(here, department)
    return department


async def let(here: Group, department: int) -> Group:
    """The group of the department, if it may be dissolved from here."""
    group = await groups.bound(department)
    if group is None:
        raise NoSuchDepartment
    is_lost = here.department_id == FIRST and group.deaf_since is not None
    if group.id != here.id and not is_lost:
        raise StillAtWork
    return group


async def dissolve(here: Group, department: int, heir: int, actor: Actor, now: datetime) -> None:
    """Let its group go, and say so there and in all others. In a transaction.

    Nobody is named: a press does not tell whether an admin hides. The event knows who it was.
    """
    await outbox.lock(groups.BINDING)
    group = await let(here, department)
    await groups.let_go(group, actor)
    await dissolving.dissolve(department, heir, actor, now)
    with texts.use(group.language):
        farewell = _(
            "An admin has dissolved this department. Its requests are in “{heir}” now, and nothing "
            "written here reaches a customer any more. Goodbye!"
        )
        words = farewell.format(heir=await departments.name_of(heir))
        await notices.answer(Spot(group.chat_id), words, now)
    await outbox.put(NoMenus(group.chat_id).draft(), now)
    await _tell_others(department, heir, now)


async def _tell_others(department: int, heir: int, now: datetime) -> None:
    title, its_heir = await departments.name_of(department), await departments.name_of(heir)
    for group in (await groups.all_bound()).values():
        with texts.use(group.language):
            sentence = _(
                "An admin has dissolved the department “{title}”. Its requests are in “{heir}” now."
            )
            words = sentence.format(title=title, heir=its_heir)
            await notices.answer(Spot(group.chat_id), words, now)
