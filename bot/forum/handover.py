"""Handing over: the admins of the bound group agree that another one takes its place."""

from aiogram.methods import GetChatMember

from bot import texts
from bot.desk import outbox
from bot.desk.errors import AdminsOnly
from bot.desk.outbox.carrying import Carried
from bot.desk.outbox.kinds.to_group import Setup
from bot.desk.people import codes
from bot.desk.said import Person
from bot.desk.said.spots import Spot
from bot.desk.talk import notices
from bot.desk.tickets import members
from bot.desk.words import Words, clean_name
from bot.forum import binding, fitness, groups
from bot.forum.binding import Binding
from bot.forum.errand import NOTHING
from bot.forum.fitness import Fitness
from bot.forum.ground import Ground
from bot.forum.groups import now
from bot.forum.notices import answer
from bot.telegram.calls import ask
from bot.telegram.reading import person
from bot.telegram.refusals import Moved, NoAccess, Refused
from bot.telegram.standing import of
from bot.texts import _
from models import Group, Standing


async def is_there(ground: Ground, chat_id: int) -> bool:
    """Whether the bot is still in the bound group: else nobody there could hand the desk over."""
    try:
        me = await ask(ground.bot, GetChatMember(chat_id=chat_id, user_id=ground.bot.id))
    except NoAccess:
        return False
    except Moved:
        return True
    return of(me) is not Standing.GONE


async def offer(ground: Ground, asked: Setup, bound: Group, title: str, code_id: int) -> Carried:
    """Ask the admins of the bound group, and say so: both are written down together."""
    sentence = _("An admin of “{title}” has to agree; I have asked them there.")
    async with outbox.transaction():
        await _ask_admins(bound, asked.name, title, code_id)
        told = sentence.format(title=clean_name(bound.title, 64))
        await notices.answer(Spot(asked.chat_id), told, now())
    await ground.purse.give_back(asked.chat_id)
    return NOTHING


async def _ask_admins(bound: Group, name: str, title: str, code_id: int) -> None:
    with texts.use(bound.language):
        title = clean_name(title, 64)
        question = _(
            "{name} asks to move the desk to the group “{title}”: new requests would go there, "
            "and nothing would be answered from here. Only an admin of this group can agree."
        )
        label = _("Hand the desk over to “{title}”").format(title=title)
        words = question.format(name=name, title=title)
        buttons = [[(label, f"handover:{code_id}")]]
        await notices.answer(Spot(bound.chat_id), words, now(), buttons)


async def hand_over(ground: Ground, asked: Setup, number: int) -> Carried:
    """An admin pressed the button of an offer in the bound group, as Telegram is to confirm."""
    here = asked.chat_id
    bound = await groups.at(here)
    chat_id = await codes.offered(number, now())
    if bound is None:
        return await _handed_over(ground, asked)
    if chat_id is None:
        sentence = _("This offer has expired. Send /setup with a new code in the other group.")
        return await answer(ground, asked, Words(sentence))
    if not await _may(ground, bound, asked.user_id):
        return await answer(ground, asked, Words(_(AdminsOnly().sentence)))
    try:
        chat_id, found = await _seen(ground, chat_id)
    except Refused as refusal:
        return await answer(ground, asked, Words(_unseen(refusal.detail)))
    if not found.fit:
        end = _("“{title}” is not ready yet. Fix this and press the button again.")
        return await answer(ground, asked, found.told(end.format(title=found.title)))
    actor = await groups.actor_in(here, asked.user_id)
    how = Binding(asked.language, number, here, asked.name, bound.department_id, actor)
    group = await binding.tie(ground, chat_id, found.title, how, found)
    await binding.furnish(ground, group, found)
    return NOTHING


async def _handed_over(ground: Ground, asked: Setup) -> Carried:
    """The desk is elsewhere, by this very try perhaps: what was left to be done there is done."""
    await ground.purse.give_back(asked.chat_id)
    former = await groups.left(asked.chat_id)
    bound = await groups.bound(former.department_id) if former else None
    if bound is not None:
        await binding.furnish(ground, bound, await fitness.look(ground, bound.chat_id))
    return NOTHING


async def _seen(ground: Ground, chat_id: int) -> tuple[int, Fitness]:
    """What was found in a group, and under which id: Telegram may have moved it."""
    try:
        return chat_id, await fitness.look(ground, chat_id)
    except Moved as new:
        return new.chat_id, await fitness.look(ground, new.chat_id)


def _unseen(detail: str) -> str:
    return _(
        "I cannot look into that group, so the desk stays here. Add me to it and press the button "
        "again. Telegram says: {detail}"
    ).format(detail=detail)


async def seen(ground: Ground, chat_id: int, user_id: int) -> tuple[Person, Standing] | None:
    """This person, and what they are there. None: Telegram does not say."""
    try:
        member = await ask(ground.bot, GetChatMember(chat_id=chat_id, user_id=user_id))
    except Moved:
        raise
    except Refused:
        return None
    return person(member.user), of(member)


async def _may(ground: Ground, bound: Group, user_id: int) -> bool:
    who = await seen(ground, bound.chat_id, user_id)
    if who is None:
        return False
    async with outbox.transaction():
        one, stands = who
        return await members.may_hand_over(bound.id, user_id, one, now(), stands)
