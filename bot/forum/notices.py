"""Carrying notices: answers to commands, how the desk stands."""

from contextlib import suppress
from dataclasses import dataclass, replace

from bot import cards, sentences, texts
from bot.budget import UNLIMITED
from bot.desk.outbox.carrying import Carried, TryLater
from bot.desk.outbox.kinds.to_group import Notice, Placed, Status, Whispered
from bot.desk.said import Buttons
from bot.desk.said.sentences import requests
from bot.desk.said.spots import POST, standing
from bot.desk.talk import notices
from bot.desk.words import Words, bold, join
from bot.forum import groups, whereabouts
from bot.forum.ground import Ground
from bot.forum.groups import now
from bot.telegram import buttons, changing
from bot.telegram.refusals import Missing, NotEditable, TopicClosed, TopicGone
from bot.telegram.speaker import Reply
from bot.texts import _, ngettext
from models import FIRST

KEPT = 10  # actions of the group's minute; with fewer left, answers to one person are counted
ANSWERS = 3  # and are so many within
MINUTE = 60  # seconds
AGAIN = 5.0  # seconds until it is tried again


@dataclass(frozen=True, slots=True)
class Told:
    """What an answer says, in the language of its group."""

    words: Words
    buttons: Buttons | None = None


async def notice(ground: Ground, what: Notice, number: int) -> Carried:
    """Say it before all, where it says."""
    return await _tell(ground, what, number)


async def status(ground: Ground, what: Status, number: int) -> Carried:
    """`/status` before all, where it was asked."""
    return await _tell(ground, what, number)


async def _tell(ground: Ground, what: Whispered, number: int) -> Carried:
    await _in_turn(ground, what, number)
    told = await said(ground, what)
    told = replace(told, buttons=buttons.owned(told.buttons, what.asked_by))
    if what.turns and await _turned(ground, what, told):
        return Carried()
    return await answer(ground, what, told.words, told.buttons)


async def _turned(ground: Ground, what: Whispered, told: Told) -> bool:
    """Change what stands there. False: it is gone."""
    way, number = standing(what.turns or "")
    if way != POST:
        return False
    with suppress(Missing, NotEditable):
        speaker = ground.speaker(what.chat_id)
        await changing.rewrite(speaker, number, told.words, told.buttons)
        return True
    return False


async def said(ground: Ground, what: Whispered) -> Told:
    """What an answer says, as things stand at this moment."""
    with texts.use(await _language(ground, what.chat_id)):
        match what:
            case Notice():
                urls = await whereabouts.urls(requests(what.said))
                return Told(sentences.words(what.said, urls), sentences.buttons(what.buttons))
            case Status():
                return Told(await _standing(ground, what.chat_id))
    raise TypeError(f"{what} says nothing")


async def _language(ground: Ground, chat_id: int) -> str:
    group = await groups.at(chat_id)
    return group.language if group else ground.all.language


async def answer(
    ground: Ground, at: Placed, words: Words, buttons: Buttons | None = None
) -> Carried:
    """Answer in the topic of the command; if that is gone, in General."""
    reply = Reply(at.reply_to) if at.reply_to else None
    speaker = ground.speaker(at.chat_id, at.thread_id)
    with suppress(TopicGone, TopicClosed):
        return Carried(external_id=str((await speaker.say(words, reply, buttons))[0]))
    general = ground.speaker(at.chat_id)
    return Carried(external_id=str((await general.say(words, None, buttons))[0]))


async def _in_turn(ground: Ground, what: Whispered, number: int) -> None:
    """Go on, unless this is one of many answers to one person and the minute is short.

    Raises TryLater, and gives the action back.
    """
    who, chat_id = what.asked_by, what.chat_id
    if who is None or await ground.purse.free(chat_id) >= KEPT:
        return
    if await ground.purse.tries(f"answer:{who}", MINUTE, number) > ANSWERS:
        await ground.purse.give_back(chat_id)
        raise TryLater("too many commands of one person", after=AGAIN, certain=True, blameless=True)


async def _standing(ground: Ground, chat_id: int) -> Words:
    standing = await notices.desk_status(ground.department or FIRST)
    lines: list[Words | str] = [bold(_("Desk status"))]
    for state, count in standing.tickets.items():
        named = cards.status_name(state, standing.statuses)
        lines.append(f"{cards.icon(state)} {named}: {count}")
    lines.append(_("Waiting to be delivered: {count}").format(count=standing.waiting))
    if standing.oldest:
        age = texts.ago(int((now() - standing.oldest).total_seconds()))
        lines.append(_("The oldest has waited: {age}").format(age=age))
    free = await ground.purse.free(chat_id)
    if free < UNLIMITED:
        left = ngettext("{count} action left this minute", "{count} actions left this minute", free)
        lines.append(left.format(count=free))
    if standing.dead:
        lines.append(_("⚠️ Not delivered: {count}").format(count=standing.dead))
    if standing.set_aside:
        lines.append(_("⚠️ Updates set aside: {count}").format(count=standing.set_aside))
    if ground.trouble:
        lines.append(_("⚠️ The group refuses: {reason}").format(reason=ground.trouble))
    return join("\n", lines)
