"""`/setup`: make a group the operators' group, check the one that is, hand the desk over."""

from dataclasses import dataclass

from aiogram.methods import DeleteMessage, GetChatAdministrators, GetChatMember
from aiogram.types import User

from bot import texts
from bot.commands import spelled
from bot.desk import codes, operators, outbox, reports
from bot.desk.carrying import Carried, TryLater
from bot.desk.errors import AdminsOnly
from bot.desk.operators import Standing
from bot.desk.outbox import Parcel
from bot.desk.spots import Spot
from bot.desk.words import Words, clean_name, join
from bot.forum import fitness, footing, groups, menus, practice
from bot.forum.errand import NOTHING, Ground
from bot.forum.fitness import Fitness
from bot.forum.footing import Stand
from bot.forum.groups import now
from bot.forum.reports import answer
from bot.telegram.calls import ask
from bot.telegram.reading import person
from bot.telegram.refusals import Missing, NoAccess, Refused
from bot.telegram.standing import of
from bot.texts import _
from models import Group, Operator

TRIES = 5  # of `/setup` with or without a code, in one chat and by one person
TRIES_WITHIN = 3600  # seconds


@dataclass(frozen=True, slots=True)
class Binding:
    """How a group came to be bound: by which code, and in whose place."""

    language: str | None  # None: what the group reads already
    code_id: int | None = None
    instead_of: int | None = None  # the chat that was bound when this was decided
    by: str = ""


async def setup(ground: Ground, parcel: Parcel) -> Carried:
    """`/setup`, as an admin of the bound group, with a code, or by the button of an offer."""
    payload = parcel.payload
    with texts.use(payload["language"]):
        if payload["offer"] is not None:
            return await _hand_over(ground, parcel)
        if not payload["is_admin"] and (refusal := await _too_many(ground, parcel)):
            return refusal
        if payload.get("bound") and await groups.at(payload["chat_id"]) is not None:
            return await _already(ground, parcel)
        return await _by_code(ground, parcel)


async def bind(ground: Ground, chat_id: int, language: str) -> list[str]:
    """Bind the group that the settings name. Returns what it lacks, in sentences.

    Raises NoAccess for a public one, unless it is bound already.
    """
    chat_id = await groups.followed(chat_id)
    known = await groups.at(chat_id)
    found = await fitness.look(ground, chat_id)
    if found.is_public and known is None:
        raise NoAccess("it is public, so anybody could read customers' messages: make it private")
    group = await _bind(ground, chat_id, found.title, Binding(None if known else language))
    await _refresh(ground, group, found)
    return found.lacking


async def _refresh(ground: Ground, group: Group, found: Fitness) -> None:
    await _stands(ground, group, found)
    await menus.publish_group(ground.bot, group.chat_id, group.language)


async def _stands(ground: Ground, group: Group, found: Fitness) -> None:
    """What changed while nobody was told, such as before the start, is said now."""
    stand = Stand(speaks=True, is_admin=found.is_admin, may_manage=found.may_manage)
    async with outbox.transaction():
        await footing.stands(group, stand, now(), now(), ground.timezone)


async def _too_many(ground: Ground, parcel: Parcel) -> Carried | None:
    """Nothing, unless they tried too often; what is only carried again was counted."""
    if parcel.attempts > 1:
        return None
    tries = max([await ground.purse.tries(who, TRIES_WITHIN) for who in _counted(parcel)])
    return await _no_more(ground, parcel, tries) if tries > TRIES else None


# In the group that is bound


async def _already(ground: Ground, parcel: Parcel) -> Carried:
    """Admins have it checked anew; a code that would open another group does not stay here."""
    code = parcel.payload["code"]
    known = code is not None and await codes.known(code, now()) is not None
    kept = await _delete_code(ground, parcel) if known else Words()
    if not parcel.payload["is_admin"]:
        sentence = _("This group is connected already. An admin can have it checked: /setup")
        return await answer(ground, parcel, _lines(sentence, kept))
    found = await fitness.look(ground, parcel.payload["chat_id"])
    if found.fit:
        group = await _bind(ground, parcel.payload["chat_id"], found.title, Binding(None))
        await _refresh(ground, group, found)
        end = _("This group is connected already, and nothing is missing.")
    else:
        end = _("This group is connected already, but something is missing. Fix this.")
    unneeded = _("No code is needed here.") if code else ""
    return await answer(ground, parcel, _lines(found.told(end), unneeded, kept))


def _lines(*lines: Words | str) -> Words:
    return join("\n", [line for line in lines if line])


# With a code


async def _by_code(ground: Ground, parcel: Parcel) -> Carried:
    payload, chat_id = parcel.payload, parcel.payload["chat_id"]
    if not payload["code"]:
        return await answer(ground, parcel, Words(_code_wanted()))
    bound = await groups.bound()
    code_id = await codes.known(payload["code"], now())
    if code_id is None:
        return await _wrong(ground, parcel, bound)
    kept = await _delete_code(ground, parcel)
    elsewhere = bound is not None and bound.chat_id != chat_id
    if bound and elsewhere and await _is_there(ground, bound.chat_id):
        return await _offer(ground, parcel, bound, code_id, kept)
    instead_of = bound.chat_id if bound else None
    binding = Binding(payload["language"], code_id, instead_of, payload["name"])
    return await _check_and_bind(ground, parcel, binding, kept)


def _counted(parcel: Parcel) -> set[int]:
    return {parcel.payload["chat_id"], parcel.payload["user_id"]}


async def _no_more(ground: Ground, parcel: Parcel, tries: int) -> Carried:
    """Said once; then whoever goes on gets no answer for a while."""
    if tries > TRIES + 1:
        await ground.purse.give_back(parcel.payload["chat_id"])
        return NOTHING
    return await answer(ground, parcel, Words(_("Too many tries. Please come back in an hour.")))


def _code_wanted() -> str:
    return _(
        "To connect this group, send /setup with a code, such as /setup 7K2M9QXA4P. Topicdesk's "
        "console shows one, and so does the command: {command}"
    ).format(command=spelled("code"))


async def _wrong(ground: Ground, parcel: Parcel, bound: Group | None) -> Carried:
    """A code that opens nothing; unless it was this very try, whose end was not written down."""
    chat_id = parcel.payload["chat_id"]
    if parcel.attempts > 1 and bound and bound.chat_id == chat_id:
        binding = Binding(parcel.payload["language"])
        return await _check_and_bind(ground, parcel, binding, Words())
    if parcel.attempts > 1 and await codes.is_offered(chat_id):
        return NOTHING
    sentence = _(
        "This code is wrong, already used or expired: a code works once, for ten minutes. To get "
        "a new one, run: {command}"
    ).format(command=spelled("code"))
    return await answer(ground, parcel, Words(sentence))


async def _delete_code(ground: Ground, parcel: Parcel) -> Words:
    """A code should not stand in a chat. Gives what is to be said about it."""
    payload = parcel.payload
    if payload["reply_to"] is None:
        return Words()
    speaker = ground.speaker(payload["chat_id"])
    try:
        await speaker.call(
            DeleteMessage(chat_id=payload["chat_id"], message_id=payload["reply_to"])
        )
    except Missing:
        return Words()
    except Refused:
        return Words(
            _("⚠️ I am not allowed to delete your message with the code. Please delete it yourself.")
        )
    return Words()


async def _is_there(ground: Ground, chat_id: int) -> bool:
    """Whether the bot is still in the bound group: else nobody there could hand the desk over."""
    try:
        me = await ask(ground.bot, GetChatMember(chat_id=chat_id, user_id=ground.bot.id))
    except NoAccess:
        return False
    return of(me) is not Standing.GONE


# In place of another group


async def _offer(
    ground: Ground, parcel: Parcel, bound: Group, code_id: int, kept: Words
) -> Carried:
    """Ask the admins of the bound group; what was asked, and where, stands in one transaction."""
    chat_id = parcel.payload["chat_id"]
    found = await fitness.look(ground, chat_id)
    if not found.fit:
        return await answer(ground, parcel, _told(found, kept))
    async with outbox.transaction():
        if not await codes.offer(code_id, chat_id, now()):
            raise TryLater("the code was used meanwhile", certain=True)
        await _ask_admins(bound, parcel.payload["name"], found.title, code_id)
    sentence = _(
        "The desk is already in another group. An admin there has to agree; I have asked them."
    )
    return await answer(ground, parcel, _lines(sentence, kept))


async def _ask_admins(bound: Group, name: str, title: str, code_id: int) -> None:
    with texts.use(bound.language):
        title = clean_name(title, 64)
        question = _(
            "{name} asks to move the desk to the group «{title}»: new requests would go there, "
            "and nothing would be answered from here. Only an admin of this group can agree."
        )
        label = _("Hand the desk over to «{title}»").format(title=title)
        words = question.format(name=name, title=title)
        buttons = [[(label, f"handover:{code_id}")]]
        await reports.answer(Spot(bound.chat_id), words, now(), buttons)


async def _hand_over(ground: Ground, parcel: Parcel) -> Carried:
    """An admin pressed the button in the bound group; Telegram says whether they are one."""
    payload, here = parcel.payload, parcel.payload["chat_id"]
    bound = await groups.bound()
    chat_id = await codes.offered(payload["offer"], now())
    if bound is None or bound.chat_id != here:
        await ground.purse.give_back(here)
        return NOTHING
    if chat_id is None:
        sentence = _("This offer has expired. Send /setup with a new code in the other group.")
        return await answer(ground, parcel, Words(sentence))
    if not await _is_admin(ground, here, payload["user_id"]):
        return await answer(ground, parcel, Words(_(AdminsOnly().sentence)))
    found = await fitness.look(ground, chat_id)
    if not found.fit:
        end = _("«{title}» is not ready yet. Fix this and press the button again.")
        return await answer(ground, parcel, found.told(end.format(title=found.title)))
    binding = Binding(payload["language"], payload["offer"], here, payload["name"])
    group = await _bind(ground, chat_id, found.title, binding, found)
    await _furnish(ground, group, found)
    return NOTHING


async def _is_admin(ground: Ground, chat_id: int, user_id: int) -> bool:
    try:
        member = await ask(ground.bot, GetChatMember(chat_id=chat_id, user_id=user_id))
    except Refused:
        return False
    return of(member) is Standing.ADMIN


# Binding


async def _check_and_bind(ground: Ground, parcel: Parcel, binding: Binding, kept: Words) -> Carried:
    chat_id = parcel.payload["chat_id"]
    found = await fitness.look(ground, chat_id)
    if found.fit:
        group = await _bind(ground, chat_id, found.title, binding)
        await _furnish(ground, group, found)
    return await answer(ground, parcel, _told(found, kept))


def _told(found: Fitness, kept: Words) -> Words:
    if found.fit:
        end = _("This is the operators' group now. The test ticket shows how it looks.")
    else:
        end = _("Not connected yet. Fix this and send /setup again.")
    return _lines(found.told(end), kept)


async def _bind(
    ground: Ground, chat_id: int, title: str, binding: Binding, found: Fitness | None = None
) -> Group:
    """Bind it; what the code is spent for, and who is told, stands in the same transaction."""
    admins = await _admins(ground, chat_id)
    async with outbox.transaction():
        former = await groups.bind(chat_id, title, binding.language, binding.instead_of)
        if binding.code_id is not None and not await codes.spend(binding.code_id):
            raise TryLater("the code was used meanwhile", certain=True)
        await _know(admins)
        if former is not None:
            await _tell_former(former, title, binding.by)
        if found is not None:
            await reports.answer(Spot(chat_id), _told(found, Words()), now())
        group = await Group.get(chat_id=chat_id)
    ground.trouble = ""
    ground.lacking.clear()
    ground.forget_group()
    while (now_admins := await _admins(ground, chat_id)) != admins:  # promoted meanwhile
        admins = now_admins
        async with outbox.transaction():
            await _know(admins)
    return group


async def _admins(ground: Ground, chat_id: int) -> dict[int, User]:
    """The group's admins, by their ids; bots are none."""
    members = await ask(ground.bot, GetChatAdministrators(chat_id=chat_id))
    return {one.user.id: one.user for one in members if not one.user.is_bot}


async def _know(admins: dict[int, User]) -> None:
    await Operator.exclude(user_id__in=list(admins)).update(is_admin=False)
    for user_id, user in admins.items():
        await operators.rank(user_id, person(user), now(), is_member=True, is_admin=True)


async def _tell_former(former: Group, title: str, name: str) -> None:
    with texts.use(former.language):
        sentence = _(
            "The desk has moved to the group «{title}» ({name}). Nothing written here reaches a "
            "customer any more."
        )
        words = sentence.format(title=clean_name(title, 64), name=name)
        await reports.answer(Spot(former.chat_id, ours=False), words, now())


async def _furnish(ground: Ground, group: Group, found: Fitness) -> None:
    """Menus and the test ticket: a second time they change nothing."""
    await _refresh(ground, group, found)
    await practice.show(ground, group, may_pin=found.may_pin)
