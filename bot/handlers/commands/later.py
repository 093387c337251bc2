"""`/later`: words that are written now and go at a moment."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from aiogram.filters import CommandObject
from aiogram.types import Message

from bot import cards, sentences, texts
from bot.config import Settings
from bot.desk.commands import NAMED
from bot.desk.errors import Faceless, Misused
from bot.desk.people import operators
from bot.desk.people.actors import Actor
from bot.desk.said import Buttons
from bot.desk.talk import held, notices, replies
from bot.desk.time import moments
from bot.desk.words import Words
from bot.forum import Forum
from bot.handlers import speaking
from bot.handlers.filters import Handler
from bot.middlewares.group import Here
from bot.telegram import reading
from bot.texts import _
from models import Held, Membership
from models import Message as Kept

SHOWN = 10  # planned answers that are listed
SHORT = 60  # characters of each


async def later(
    message: Message,
    command: CommandObject,
    now: datetime,
    here: Here,
    forum: Forum,
    settings: Settings,
) -> None:
    """`/later 9:00 Good morning!`: they go then; `/later` alone lists what is planned."""
    here.members_only()
    if here.member is None:
        raise Faceless
    if not command.args:
        await _list(message, await _planned(here), here.member, settings.timezone, now)
        return
    ticket, read = here.ticket, planned_in(message, command.args, settings.timezone)
    content = reading.content(message)
    if read is None or content is None or read[0] <= now:
        # Not for its author alone: these words go nowhere.
        await notices.answer(reading.spot(message), _wrong(), now)
        return
    goes_at, words = read
    spoken = await speaking.spoken(message, replace(content, words=words), now, here, forum)
    said = await replies.take(ticket, replace(spoken, goes_at=goes_at), now, mode="all")
    await forum.remember(said, here.group, message.message_id)
    if said.goes_at:
        await _confirm(message, said, settings.timezone, now)


def planned_anew(message: Message, timezone: str) -> tuple[datetime, Words] | None:
    """As `planned_in`, of words that were changed and are still a `/later`."""
    text = message.text or message.caption or ""
    name, _space, args = text.partition(" ")
    is_later = name.partition("@")[0].lower() == "/later"
    return planned_in(message, args, timezone) if is_later else None


async def plan_anew(
    message: Message,
    said: Kept,
    goes_at: datetime,
    actor: Actor,
    now: datetime,
    settings: Settings,
) -> None:
    """What is still to go goes at another moment, if it says another one that is to come."""
    if said.held is None or said.goes_at is None or goes_at == said.goes_at:
        return
    if goes_at <= now:
        moment = texts.moment(said.goes_at, settings.timezone, now)
        passed = _("⚠️ That moment has passed, so it goes as planned before: {moment}.")
        await notices.answer(reading.spot(message), passed.format(moment=moment), now)
    else:
        await held.hold(said, said.held, goes_at, actor, now)
        await _confirm(message, said, settings.timezone, now)


async def _confirm(message: Message, said: Kept, timezone: str, now: datetime) -> None:
    assert said.goes_at
    sentence = _("🕘 It goes {moment}, unless the customer writes first.")
    if said.held is Held.ANYWAY:
        sentence = _("🕘 It goes {moment}, even if the customer writes first.")
    moment = texts.moment(said.goes_at, timezone, now)
    shown = f"{sentence.format(moment=moment)}\n{_short(said)}"
    await notices.answer(reading.command(message), shown, now, _choice(said), about=said.id)


def _short(said: Kept) -> str:
    """Its words in a line, or their beginning."""
    return cards.line(said, SHORT).text.replace("\n", " ")


def planned_in(message: Message, args: str, timezone: str) -> tuple[datetime, Words] | None:
    """When the words behind the command are to go, and they. None: it does not say, or no words.

    Read from the instant at which it was written, however late it is handled, or changed.
    """
    try:
        read = moments.read(args, message.date.astimezone(ZoneInfo(timezone)))
    except moments.Unclear:
        return None
    if read is None:
        return None
    goes_at, rest = read
    said = reading.words(message)
    words = said.behind(len(said.text) - len(rest))
    return (goes_at, words) if words or not message.text else None


async def _planned(here: Here) -> list[Kept]:
    """In a topic all that is planned there; elsewhere what one has planned in this department."""
    if here.topic or here.member is None:
        return await held.planned(ticket_id=here.ticket)
    department = here.group.department_id
    return await held.planned(operator_id=here.member.operator_id, department=department)


async def _list(
    message: Message, planned: list[Kept], member: Membership, timezone: str, now: datetime
) -> None:
    at = reading.command(message)
    if not planned:
        example = sentences.usage(NAMED["later"])
        nothing = _("Nothing is planned. To send an answer later: {usage}")
        await notices.answer(at, nothing.format(usage=example), now)
        return
    lines, rows = [_("🕘 Answers that go later:")], []
    for number, one in enumerate(planned[:SHOWN], 1):
        assert one.goes_at
        moment = texts.moment(one.goes_at, timezone, now)
        whose = "" if one.operator_id == member.operator_id else f"{await _author(one)} · "
        lines.append(f"{number}. {moment} · #{one.ticket_id} · {whose}{_short(one)}")
        if held.may_stop(one, member):
            rows.append((_("✋ Do not send {number}").format(number=number), f"keep:{one.id}"))
    buttons: Buttons = [[row] for row in rows]
    await notices.answer(at, "\n".join(lines), now, buttons)


async def _author(said: Kept) -> str:
    return await operators.called(said.operator_id) if said.operator_id else "…"


def _choice(said: Kept) -> Buttons:
    rows = [[(_("✋ Do not send"), f"keep:{said.id}"), (_("📨 Send now"), f"send:{said.id}")]]
    if said.held is Held.LATER:
        rows.append([(_("Send it even if the customer writes first"), f"anyway:{said.id}")])
    return rows


def _wrong() -> str:
    error = Misused("later")
    usage = _(error.sentence).format(usage=sentences.usage(NAMED["later"]))
    hint = _("Nothing was sent. Words that begin with a number or a day go in a new line.")
    return f"{usage}\n{hint}"


HANDLERS: dict[str, Handler] = {"later": later}
