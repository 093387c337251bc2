"""`/setup`: make a group the operators' group, check the one that is, hand the desk over."""

from aiogram.methods import DeleteMessage

from bot import texts
from bot.commands import spelled
from bot.desk.outbox.carrying import Carried
from bot.desk.outbox.kinds.to_group import Setup
from bot.desk.people import codes
from bot.desk.people.actors import CODE
from bot.desk.words import Words
from bot.forum import binding, choosing, fitness, groups, handover
from bot.forum.binding import Binding
from bot.forum.errand import NOTHING
from bot.forum.ground import Ground
from bot.forum.groups import now
from bot.forum.notices import answer
from bot.telegram.refusals import Missing, Moved, Refused
from bot.texts import _
from models import FIRST

TRIES = 5  # of `/setup` with or without a code, in one chat and by one person
TRIES_WITHIN = 3600  # seconds


async def setup(ground: Ground, asked: Setup, number: int) -> Carried:
    """`/setup` or the button of an offer: whatever comes of it, who asked is told."""
    with texts.use(asked.language):
        try:
            return await _by_what_they_have(ground, asked, number)
        except Moved:
            raise
        except Refused as refusal:
            sentence = _("⚠️ That did not work. Telegram says: {detail}")
            return await answer(ground, asked, Words(sentence.format(detail=refusal.detail)))


async def _by_what_they_have(ground: Ground, asked: Setup, number: int) -> Carried:
    """The button of an offer, an admin's place in the bound group, or a code."""
    if asked.choice is not None:
        return await choosing.chosen(ground, asked, asked.choice)
    if asked.offer is not None:
        return await handover.hand_over(ground, asked, asked.offer)
    if not asked.is_admin and (refusal := await _too_many(ground, asked, number)):
        return refusal
    if asked.bound and await groups.at(asked.chat_id) is not None:
        return await _already(ground, asked)
    return await _by_code(ground, asked)


async def _too_many(ground: Ground, asked: Setup, number: int) -> Carried | None:
    """Nothing, unless they tried too often; what is only carried again was counted."""
    purse, who = ground.purse, _counted(asked)
    tries = max([await purse.tries(each, TRIES_WITHIN, number) for each in who])
    return await _no_more(ground, asked, tries) if tries > TRIES else None


# In the group that is bound


async def _already(ground: Ground, asked: Setup) -> Carried:
    """Admins have it checked anew; a code that would open another group does not stay here."""
    code = asked.code
    known = code is not None and await codes.known(code, now()) is not None
    kept = await _delete_code(ground, asked) if known else Words()
    if not asked.is_admin:
        sentence = _("This group is connected already. An admin can have it checked: /setup")
        return await answer(ground, asked, binding.lines_of(sentence, kept))
    found = await fitness.look(ground, asked.chat_id)
    if found.fit:
        actor = await groups.actor_in(asked.chat_id, asked.user_id)
        how = Binding(None, department=ground.department, actor=actor)
        group = await binding.tie(ground, asked.chat_id, found.title, how)
        await binding.refresh(ground, group, found)
        end = _("This group is connected already, and nothing is missing.")
    else:
        end = _("This group is connected already, but something is missing. Fix this.")
    unneeded = _("No code is needed here.") if code else ""
    return await answer(ground, asked, binding.lines_of(found.told(end), unneeded, kept))


# With a code


async def _by_code(ground: Ground, asked: Setup) -> Carried:
    if not asked.code:
        return await answer(ground, asked, Words(_code_wanted()))
    code_id = await codes.known(asked.code, now())
    if code_id is None:
        return await _wrong(ground, asked)
    kept = await _delete_code(ground, asked)
    bound = await groups.all_bound()
    if asked.chat_id in [group.chat_id for group in bound.values()]:
        return await _already(ground, asked)
    only = next(iter(bound.values())) if len(bound) == 1 else None
    if not bound or (only and not await handover.is_there(ground, only.chat_id)):
        instead_of = only.chat_id if only else None
        department = only.department_id if only else FIRST
        how = Binding(asked.language, code_id, instead_of, asked.name, department, CODE)
        return await _check_and_bind(ground, asked, how, kept)
    return await choosing.ask(ground, asked, code_id, kept)


def _counted(asked: Setup) -> set[int]:
    return {asked.chat_id, asked.user_id}


async def _no_more(ground: Ground, asked: Setup, tries: int) -> Carried:
    """Said once; then whoever goes on gets no answer for a while."""
    if tries > TRIES + 1:
        await ground.purse.give_back(asked.chat_id)
        return NOTHING
    return await answer(ground, asked, Words(_("Too many tries. Please come back in an hour.")))


def _code_wanted() -> str:
    return _(
        "To connect this group, send /setup with a code, such as /setup 7K2M9QXA4P. Topicdesk’s "
        "console shows one, and so does the command: {command}"
    ).format(command=spelled("code"))


async def _wrong(ground: Ground, asked: Setup) -> Carried:
    """A code that opens nothing; or it has, in this very try, whose end was not written down."""
    chat_id = asked.chat_id
    if (here := await groups.at(chat_id)) is not None:
        how = Binding(asked.language, department=here.department_id, actor=CODE)
        return await _check_and_bind(ground, asked, how, Words())
    offer = await codes.offer_for(chat_id, now())
    if offer is not None:
        return await choosing.asked_for(ground, asked, offer, Words())
    sentence = _(
        "This code is wrong, already used or expired: a code works once, for ten minutes. To get "
        "a new one, run: {command}"
    ).format(command=spelled("code"))
    return await answer(ground, asked, Words(sentence))


async def _delete_code(ground: Ground, asked: Setup) -> Words:
    """A code should not stand in a chat. Gives what is to be said about it."""
    if asked.reply_to is None:
        return Words()
    speaker = ground.speaker(asked.chat_id)
    try:
        await speaker.call(DeleteMessage(chat_id=asked.chat_id, message_id=asked.reply_to))
    except Missing:
        return Words()
    except Refused:
        return Words(
            _("⚠️ I am not allowed to delete your message with the code. Please delete it yourself.")
        )
    return Words()


async def _check_and_bind(ground: Ground, asked: Setup, how: Binding, kept: Words) -> Carried:
    chat_id = asked.chat_id
    found = await fitness.look(ground, chat_id)
    if found.fit:
        group = await binding.tie(ground, chat_id, found.title, how)
        await binding.furnish(ground, group, found)
    return await answer(ground, asked, binding.told(found, kept))
