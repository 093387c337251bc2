"""Choosing: what a further group is to be, another department's or one in another's place.

The code that was given has been spent for the question. Only who gave it answers, or an admin of
the group where it is asked.
"""

from bot.desk.outbox import workers
from bot.desk.outbox.carrying import Carried, TryLater
from bot.desk.outbox.kinds.to_group import DEPARTMENT, Choice, Setup
from bot.desk.people import codes, departments
from bot.desk.people.actors import CODE
from bot.desk.said import Buttons
from bot.desk.words import Words, clean_name
from bot.forum import binding, fitness, groups, handover
from bot.forum.binding import Binding
from bot.forum.fitness import Fitness
from bot.forum.ground import Ground
from bot.forum.groups import now
from bot.forum.notices import answer
from bot.texts import _, quoted
from models import FIRST, Group


async def ask(ground: Ground, asked: Setup, code_id: int, kept: Words) -> Carried:
    """The group works: ask what it is to be. Raises TryLater if the code was used meanwhile."""
    found = await fitness.look(ground, asked.chat_id)
    if not found.fit:
        return await answer(ground, asked, binding.told(found, kept))
    if not await codes.offer(code_id, asked.chat_id, now()):
        raise TryLater("the code was used meanwhile", certain=True)
    return await asked_for(ground, asked, code_id, kept)


async def asked_for(ground: Ground, asked: Setup, code_id: int, kept: Words) -> Carried:
    """The question; again, where that it was asked is not written down."""
    bound = [*(await groups.all_bound()).values()]
    question = _(
        "The desk works in {groups} already. What is this group to be? Another department has "
        "operators and topics of its own: requests are moved there by /move."
    )
    titles = ", ".join(quoted(clean_name(group.title, 64)) for group in bound)
    words = question.format(groups=titles)
    buttons = _buttons(bound, code_id, asked.user_id)
    return await answer(ground, asked, binding.lines_of(words, kept), buttons)


def _buttons(bound: list[Group], code_id: int, user_id: int) -> Buttons:
    rows = [[(_("Another department"), f"choose:{Choice(code_id, user_id, DEPARTMENT).spelled}")]]
    for group in bound:
        label = _("Instead of “{title}”").format(title=clean_name(group.title, 32))
        choice = Choice(code_id, user_id, group.department_id)
        rows.append([(label, f"choose:{choice.spelled}")])
    return rows


async def chosen(ground: Ground, asked: Setup, choice: Choice) -> Carried:
    """Somebody has answered it."""
    if (group := await groups.at(asked.chat_id)) is not None:
        return await _bound(ground, asked, choice, group)
    is_over = await departments.is_dissolved(choice.department)
    if is_over or await codes.offered(choice.code, now()) != asked.chat_id:
        sentence = _("This question has expired. Send /setup with a new code.")
        return await answer(ground, asked, Words(sentence))
    if not await _may(ground, asked, choice):
        sentence = _("Only who gave the code can answer this, or an admin of this group.")
        return await answer(ground, asked, Words(sentence))
    found = await fitness.look(ground, asked.chat_id)
    if not found.fit:
        end = _("This group is not ready yet. Fix this and press the button again.")
        return await answer(ground, asked, found.told(end))
    if choice.department == DEPARTMENT:
        return await _another(ground, asked, choice, found)
    return await _instead(ground, asked, choice, found)


async def _may(ground: Ground, asked: Setup, choice: Choice) -> bool:
    if asked.user_id == choice.asker:
        return True
    who = await handover.seen(ground, asked.chat_id, asked.user_id)
    return who is not None and codes.may_choose(who[1])


async def _another(ground: Ground, asked: Setup, choice: Choice, found: Fitness) -> Carried:
    """A department more, unless a process is left that would fail with two groups."""
    if not await workers.know_departments():
        sentence = _(
            "A process of an earlier version is still running, and would fail with two groups. "
            "Once it has stopped, press the button again."
        )
        return await answer(ground, asked, Words(sentence))
    how = Binding(asked.language, choice.code, by=asked.name, department=None, actor=CODE)
    return await binding.bound(ground, asked, found, how)


async def _instead(ground: Ground, asked: Setup, choice: Choice, found: Fitness) -> Carried:
    """In the place of a group whose admins agree, or where the bot is no more."""
    former = await groups.bound(choice.department)
    if former and await handover.is_there(ground, former.chat_id):
        return await handover.offer(ground, asked, former, found.title, choice.code)
    instead_of = former.chat_id if former else None
    how = Binding(asked.language, choice.code, instead_of, asked.name, choice.department, CODE)
    return await binding.bound(ground, asked, found, how)


async def _became(group: Group, choice: Choice) -> bool:
    """Whether the group is what was chosen: by this very try, or a press that was not heard."""
    if choice.department != DEPARTMENT:
        return group.department_id == choice.department
    return group.department_id != FIRST and not await groups.has_followed(group)


async def _bound(ground: Ground, asked: Setup, choice: Choice, group: Group) -> Carried:
    """What was left to be done is done; nothing, where something else was chosen before."""
    if await _became(group, choice):
        return await _there(ground, asked)
    sentence = _(
        "This was answered before: the group is that of the department “{department}”. Nothing "
        "was changed."
    )
    name = await departments.name_of(group.department_id)
    return await answer(ground, asked, Words(sentence.format(department=name)))


async def _there(ground: Ground, asked: Setup) -> Carried:
    """It is looked at and furnished, and said to be the operators' group."""
    found = await fitness.look(ground, asked.chat_id)
    group = await groups.at(asked.chat_id)
    if group is not None:
        await binding.furnish(ground, group, found)
    return await answer(ground, asked, binding.told(found, Words()))
