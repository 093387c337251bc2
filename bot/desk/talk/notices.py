"""Notices: what the bot says in a group besides tickets, mostly to who asked; what they ask for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot import texts
from bot.desk import outbox, tickets
from bot.desk.outbox import ages
from bot.desk.outbox.kinds import to_group
from bot.desk.outbox.kinds.to_group import Choice, Notice, Practice, Setup, Survey
from bot.desk.people import access, preferences
from bot.desk.people.access import Act
from bot.desk.people.actors import Actor
from bot.desk.said import Buttons
from bot.desk.said.sentences import Choices, Said, Sentence
from bot.desk.said.spots import POST, Spot, standing
from bot.desk.talk import updates
from bot.desk.words import Words
from models import Status

WHICH_LANGUAGE = texts.mark("Which language is this group to read?")
MOST_WAITING = 5  # answers to one person's commands; a further one goes instead of the last


async def answer(
    spot: Spot,
    said: Said | str,
    now: datetime,
    buttons: Choices | Buttons | None = None,
    *,
    about: int | None = None,
) -> None:
    """Say something in the group, to who asked alone if somebody did; a string is words already.

    By which way they get it is not for the desk to know (`bot/forum/whispering.py`). A command's
    answer goes instead of the last one to the same person, where some of them wait; what is told
    `about` words of theirs goes in any case.
    """
    said = Words(said) if isinstance(said, str) else said
    aloud = spot.aloud or (spot.turns is not None and standing(spot.turns)[0] == POST)
    what = Notice(
        spot.chat_id,
        said,
        spot.thread_id,
        spot.post_id,
        buttons or [],
        spot.asked_by,
        aloud,
        spot.asked,
        spot.turns,
        about,
    )
    await _put(what, spot, now)


async def retell(ticket_id: int, at: Spot, sentence: str, now: datetime) -> None:
    """Say something else where a question of the bot's stands; its buttons go.

    It may have been asked of one person alone.
    """
    if at.turns is None or standing(at.turns)[0] == POST:
        await tickets.retell(ticket_id, at, sentence, now)
    else:
        await answer(at, Sentence(sentence), now)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks to make a group the operators' one, and by what.

    `code` is the hash of what they gave as one; `offer` the number of the one they take up;
    `choice` what they have chosen.
    """

    spot: Spot
    user_id: int
    name: str
    language: str
    bound: bool = False  # the group where this is asked was the operators' one then
    code: str | None = None
    offer: int | None = None
    choice: Choice | None = None


async def ask_setup(asked: Asked, actor: Actor | None, now: datetime) -> None:
    """Have the group checked and bound. `actor`: nobody of ours asks in a group that is not."""
    what = Setup(
        asked.spot.chat_id,
        asked.user_id,
        asked.name,
        asked.language,
        asked.bound,
        actor is not None and access.may(actor, Act.SET_UP),
        asked.code,
        asked.offer,
        reply_to=asked.spot.post_id,
        thread_id=asked.spot.thread_id,
        choice=asked.choice,
    )
    await outbox.put(what.draft(), now)


async def take_offer(asked: Asked, actor: Actor, now: datetime) -> None:
    """Have the desk handed over to the group of an offer. Raises AdminsOnly, NotAMember."""
    access.check(actor, Act.HAND_OVER)
    await ask_setup(asked, actor, now)


async def ask_look(chat_id: int, now: datetime) -> None:
    """Have the bound group looked at anew; what has changed is told."""
    await outbox.put(Survey(chat_id).draft(), now)


async def practise_mark(spot: Spot, now: datetime) -> None:
    """Have words in the test ticket marked as if a customer had them."""
    if spot.post_id is not None:
        await outbox.put(Practice(spot.chat_id, spot.post_id).draft(), now)


async def ask_status(spot: Spot, actor: Actor, now: datetime) -> None:
    """Have the desk's state told; it is read when it is told. Raises LeadsOnly, NotAMember."""
    access.check(actor, Act.DESK)
    where = spot.chat_id, spot.thread_id, spot.post_id
    what = to_group.Status(*where, spot.asked_by, asked=spot.asked)
    await _put(what, spot, now)


async def offer_languages(
    spot: Spot, names: Mapping[str, str], actor: Actor, now: datetime
) -> None:
    """Ask which language the group is to read; `names` by their codes.

    Raises AdminsOnly, NotAMember.
    """
    access.check(actor, Act.LANGUAGE)
    offered: Buttons = [[(name, f"speak:{code}") for code, name in names.items()]]
    await answer(spot, Sentence(WHICH_LANGUAGE), now, offered)


async def ask_language(spot: Spot, language: str, actor: Actor, now: datetime) -> None:
    """Have the group read another language. Raises AdminsOnly, NotAMember."""
    access.check(actor, Act.LANGUAGE)
    what = to_group.Speak(spot.chat_id, language, spot.thread_id, spot.post_id, spot.asked_by)
    await _put(what, spot, now)


@dataclass(frozen=True, slots=True)
class DeskStatus:
    """Desk status: tickets by status, what waits to be carried, what failed.

    `statuses`: what some are called in the department.
    """

    tickets: dict[Status, int]
    statuses: Mapping[str, str]
    waiting: int
    oldest: datetime | None
    dead: int
    set_aside: int


async def desk_status(department: int) -> DeskStatus:
    """Count what is this department's, now; updates are set aside for the whole desk."""
    waiting, oldest = await ages.unsent(department, but="status")  # which tells of it
    return DeskStatus(
        tickets=await tickets.by_status(department),
        statuses=(await preferences.of(department)).statuses,
        waiting=waiting,
        oldest=oldest,
        dead=await ages.dead(department),
        set_aside=await updates.undone(),
    )


async def _put(what: to_group.Answer, spot: Spot, now: datetime) -> None:
    draft = what.draft()
    if spot.asked_by is None:
        await outbox.put(draft, now)
    else:
        most = 1 if spot.turns else MOST_WAITING
        await outbox.put_instead(draft, now, most=most)
