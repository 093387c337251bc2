"""Failures: what could not be carried is told in the topic, and may be tried again."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot import texts
from bot.desk import outbox, tickets
from bot.desk.errors import Forgotten, Withdrawn, WrongTopic
from bot.desk.outbox import kinds
from bot.desk.outbox.carrying import NO_NUMBER
from bot.desk.outbox.deliveries import Parcel
from bot.desk.outbox.drafts import TOLD, Kind
from bot.desk.outbox.kinds import to_customer, to_group, to_topic
from bot.desk.people import access
from bot.desk.people.access import Act
from bot.desk.people.actors import Actor
from bot.desk.said.sentences import Sentence, Size, Value
from bot.desk.said.spots import Spot
from bot.desk.talk import notes, outgoing, sources
from bot.desk.tickets import events
from models import Direction, Message

FAILURES = {
    "blocked": texts.mark("⚠️ Not delivered: the customer has blocked us."),
    "gone": texts.mark("⚠️ Not delivered: the customer’s account no longer exists."),
    "unreachable": texts.mark("⚠️ Not delivered: the customer has not started the bot."),
    "too old": texts.mark("⚠️ Telegram lets bots delete messages only within 48 hours."),
    "file": texts.mark("⚠️ Not delivered: Telegram cannot get the file. Please send it again."),
    "too large": texts.mark(
        "⚠️ Nothing of this was delivered, for one file is too large: {detail}. This channel gets "
        "files by links, and Telegram lets me fetch none of more than 20 MB. Please send a smaller "
        "one, or the rest without it."
    ),
    "no link": texts.mark(
        "⚠️ Not delivered: this channel gets files by links, and I can give none while neither "
        "PUBLIC_URL nor LINKS_URL is set. Please tell who runs Topicdesk, or send words alone."
    ),
    "lost": texts.mark(
        "⚠️ Not delivered: the file cannot be found where it was kept. Please send it again."
    ),
    "not kept": texts.mark("⚠️ Not delivered: the file is kept no more. Please send it again."),
    NO_NUMBER: texts.mark(
        "⚠️ This was sent, but the channel did not tell me its number, so I cannot change it, "
        "delete it or react to it. The customer still sees it."
    ),
    "not set up": texts.mark(
        "⚠️ This did not reach the customer: their channel is set up no more. Please tell who runs "
        "Topicdesk, or reach the customer otherwise."
    ),
    "cannot send": texts.mark(
        "⚠️ Not delivered: this channel only brings messages. Please reach the customer otherwise."
    ),
    "cannot edit": texts.mark(
        "⚠️ This channel cannot change what was sent. The customer still sees the earlier text; if "
        "it matters, please write to them anew."
    ),
    "cannot unsend": texts.mark(
        "⚠️ This channel cannot take back what was sent. The customer still sees it."
    ),
    "cannot react": texts.mark(
        "⚠️ This channel cannot show reactions. The customer does not see yours."
    ),
    "kind": texts.mark("⚠️ Not delivered: Telegram does not let a bot copy such a message."),
    "rejected": texts.mark("⚠️ Not delivered. The other side says: {detail}"),
}
# No second try does better.
LASTING = (
    "address",
    "too old",
    "too large",
    "not kept",
    NO_NUMBER,
    "cannot send",
    "cannot edit",
    "cannot unsend",
    "cannot fetch",
)
RETRIED: dict[type[Kind], str] = {
    to_customer.Message: texts.mark("✅ Delivered at {moment}."),
    to_customer.Edit: texts.mark("✅ Corrected for the customer at {moment}."),
    to_customer.Unsend: texts.mark("✅ Taken back at {moment}."),
    to_customer.Fetch: texts.mark("✅ Fetched at {moment}."),
}
NOT_FETCHED = {
    "too large": texts.mark(
        "⚠️ This file is larger than {detail}, so I have not fetched it: {link}"
    ),
    "address": texts.mark("⚠️ I may not fetch files from this address: {link}"),
    "not set up": texts.mark(
        "⚠️ The customer’s channel is set up no more, so this file was not fetched: {link}"
    ),
    "cannot fetch": texts.mark("⚠️ I cannot fetch files of this channel: {link}"),
}
FAILED_TO_FETCH = texts.mark("⚠️ This file could not be fetched ({detail}): {link}")
BYTES = re.compile(r"(.*?)([0-9]{1,15}) bytes", re.S)
SHOWN = texts.mark("✅ Shown here at {moment}.")
TRIED = texts.mark("🔁 Tried again at {moment}.")
NOT_SHOWN = texts.mark(
    "⚠️ A message from the customer could not be shown here. Telegram says: {detail}"
)
FILE_NOT_SHOWN = texts.mark(
    "⚠️ A file from the customer could not be shown here. Telegram says: {detail}"
)
ECHO_NOT_SHOWN = texts.mark(
    "⚠️ What was sent by a macro could not be shown here. Telegram says: {detail}"
)
NOT_SHOWN_OF: dict[type[Kind], str] = {
    to_topic.File: FILE_NOT_SHOWN,
    to_topic.Echo: ECHO_NOT_SHOWN,
}
# Of these nothing is told, and why. Whatever else there is, is.
SILENT: dict[type[Kind], str] = {
    to_customer.Say: "no operator has said it",
    to_customer.Resay: "likewise",
    to_customer.Sign: "likewise, and the next change brings it up to date",
    to_topic.React: "the words stand, and need no reaction to be answered",
    to_topic.Tell: "what tells of it would fail as it did",
    to_topic.Retell: "what was told first stands there",
    to_topic.Unmark: "the topic tells of words that were taken back",
    to_topic.Nod: "the command is done, as its ticket shows",
    to_topic.Card: "the next change brings it up to date",
    to_topic.Look: "the next change brings it up to date",
    to_topic.Pin: "the card stands in its topic",
    to_topic.Shut: "the card tells whether its ticket is closed",
    to_topic.RemoveTopic: "a topic that no ticket needs is in nobody's way",
    to_group.Notice: "who has asked sees no answer, and asks again",
    to_group.Status: "who has asked sees no answer, and asks again",
    to_group.Speak: "who has asked sees no answer, and asks again",
    to_group.Setup: "who has asked sees no answer, and asks again",
    to_group.Survey: "the group is looked at again and again",
    to_group.NoMenus: "a menu that is left over carries nobody’s words",
    to_group.Practice: "it is a test",
    to_group.Tag: "who is on duty is told by /operators, too",
    to_group.Left: "who goes on in the old topic is told each time",
}


async def failed(parcel: Parcel, reason: str, detail: str, now: datetime) -> None:
    """It cannot be carried: say so in the topic, with a way to try again."""
    if parcel.ticket_id is None or type(parcel.what) in SILENT:
        return
    if isinstance(parcel.what, to_customer.Unsend):
        await outgoing.still_there(parcel.ticket_id, parcel.what.parts, reason, now)
    if isinstance(parcel.what, to_customer.Fetch):
        await sources.given_up(parcel.what.message, parcel.what.place)
    tell = await telling(parcel.id, parcel.what, reason, detail)
    await outbox.put(tell.draft(parcel.ticket_id), now)


async def telling(delivery_id: int, what: Kind, reason: str, detail: str) -> to_topic.Tell:
    """What is said of it, and the button, where another try may do better."""
    sentence = FAILURES.get(reason, FAILURES["rejected"])
    values: dict[str, Value] = {"detail": _detail(detail)}
    if isinstance(what, to_topic.ToTopic):
        sentence = NOT_SHOWN_OF.get(type(what), NOT_SHOWN)
    if isinstance(what, to_customer.Fetch):
        file = await sources.lacking(what.message, what.place)
        sentence = NOT_FETCHED.get(reason, FAILED_TO_FETCH)
        values["link"] = file.sources.link if file else ""
    retry = [[(texts.mark("🔁 Send again"), f"retry:{delivery_id}")]]
    again = isinstance(what, to_topic.ToTopic) or (type(what) in RETRIED and reason not in LASTING)
    said = Sentence(sentence, values)
    return to_topic.Tell.of(said, retry if again else [], _about(what)[0])


def _detail(said: str) -> Value:
    """What the other side said, or we did: a number of bytes is read as its readers write it."""
    found = BYTES.fullmatch(said)
    if found is None:
        return said
    return Sentence("{before}{size}", {"before": found[1], "size": Size(int(found[2]))})


async def send_again(
    delivery_id: int, ticket_id: int, at: Spot, actor: Actor, now: datetime
) -> bool:
    """Try once more what could not be carried. False if it is not dead any more.

    It is said `at` the button, and later when it has arrived.
    Raises WrongTopic for another ticket's, Withdrawn for words that have been taken back or made a
    note since, Forgotten for what is not kept any more, Observing, NotAMember.
    """
    async with outbox.transaction():
        dead = await outbox.kept(delivery_id)
        if dead is None:
            raise Forgotten
        if dead.ticket_id != ticket_id:
            raise WrongTopic
        ticket, _address = await tickets.locked(ticket_id)
        access.check(actor, Act.RETRY, ticket)
        what = kinds.load(dead.gate, dead.kind, dead.payload)
        said = isinstance(what, to_customer.Message | to_customer.Edit)
        if said and not await is_public(_about(what)):
            raise Withdrawn
        if not await outbox.revive(delivery_id, now, {TOLD: [at.chat_id, at.post_id]}):
            return False
        details = {"delivery": delivery_id}
        await events.note(ticket_id, "tried again", actor, now, details=details)
        await tickets.retell(ticket_id, at, TRIED, now, moment=now)
        return True


async def arrived(parcels: Sequence[Parcel], now: datetime) -> None:
    """Of what was sent again it is told where it failed."""
    for parcel in parcels:
        if parcel.told and parcel.ticket_id:
            chat_id, post_id = parcel.told
            sentence = (
                SHOWN if isinstance(parcel.what, to_topic.ToTopic) else RETRIED[type(parcel.what)]
            )
            at = Spot(chat_id, post_id=post_id)
            await tickets.retell(parcel.ticket_id, at, sentence, now, moment=now)


def _about(what: Kind) -> list[int]:
    """The messages of a ticket that are carried, or that it is about."""
    match what:
        case to_topic.Words() | to_customer.Message():
            return what.messages
        case to_topic.Edit() | to_customer.Edit() | to_customer.Unsend() | to_customer.React():
            return [what.message]
        case to_topic.File() | to_topic.Echo() | to_customer.Fetch():
            return [what.message]
    raise TypeError(f"{what} is about no message")


async def is_public(message_ids: list[int]) -> bool:
    """Whether all of them are still words for the customer."""
    found = await Message.filter(id__in=message_ids, direction=Direction.OUT, unsent_at=None)
    if len(found) < len(message_ids):
        return False
    return not any([await notes.beside(message) for message in found])
