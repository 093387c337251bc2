"""Which messages were sent more than once, and whether each repeat is excused.

A *thing* is what one call shows in one chat: a marked message, a sentence of the desk's own, a
card. It must be shown as often as deliveries ask for it. A further time is excused only by

* a call that acted and was not answered: the sandbox dropped the connection after acting, or
  found the desk gone (journal: status 200, not answered); or
* a call that acted and was answered in the course of a claim that was freed (`claims`): the
  process, or the database, died between the answer and the commit that would have marked the
  delivery.

In which of the groups something was shown makes no difference: what could not be said in the one
is said in the other. What a topic's history recalls is no repeat. A call to the shop bears its id
at every try, so there is nothing to excuse (`screens`).

So repeats are never compared in sum: every thing has excuses of its own.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import orjson

from bot import sentences, texts
from bot.desk.said.sentences import Sentence
from sandbox.journal import Entry, Journal
from tests.chaos.cast import Place
from tests.chaos.claims import Freed, freed
from tests.chaos.people import MARK, Pen
from tests.chaos.screens import HISTORY
from tests.chaos.verdict import Verdict

CARD = "card"
SENDS = {
    "sendmessage",
    "sendphoto",
    "sendmediagroup",
    "copymessage",
    "copymessages",
    "forwardmessage",
    "forwardmessages",
}
GROUPS = 0  # the chat of whatever is shown in a topic, in either group
DELIVERIES = """
SELECT delivery.id, delivery.kind, delivery.payload, address.external_id, address.channel,
    customer.name, customer.language
FROM delivery LEFT JOIN ticket ON ticket.id = delivery.ticket_id
    LEFT JOIN address ON address.id
        = COALESCE((delivery.payload->>'address')::bigint, ticket.address_id)
    LEFT JOIN customer ON customer.id = address.customer_id
WHERE delivery.kind IN ('words', 'message', 'say', 'tell', 'edit')
"""
MARKS = "SELECT id, words->>'text' AS text FROM message"

Thing = tuple[int | Place, str]  # chat id (a card: its topic), and the mark or the whole sentence


@dataclass(slots=True)
class Repeats:
    """The count, and what was not excused."""

    again: int = 0
    unanswered: int = 0
    unmarked: int = 0
    inexcusable: list[str] = field(default_factory=list)


async def excused(
    verdict: Verdict, database: asyncpg.Connection, journal: Journal, pen: Pen
) -> None:
    """Hold every call that showed something against the deliveries that asked for it."""
    asked = await _asked(database, pen)
    lost: dict[int, list[Freed]] = defaultdict(list)
    for claim in await freed(database):
        lost[claim.delivery].append(claim)
    found = Repeats()
    for thing, entries in _calls(journal, pen).items():
        _judge(found, thing, entries, asked[thing], lost)
    verdict.counts["sent more than once"] = found.again
    verdict.counts["  sends whose answer was lost"] = found.unanswered
    verdict.counts["  sends of a process that died before it could mark them"] = found.unmarked
    verdict.none_of("  repeats without such an excuse", found.inexcusable)


def _judge(
    found: Repeats,
    thing: Thing,
    entries: list[Entry],
    deliveries: list[int],
    lost: dict[int, list[Freed]],
) -> None:
    wanted = 1 if thing[1] == CARD else len(deliveries)
    unanswered = sum(not entry.answered for entry in entries)
    answered = [entry.time for entry in entries if entry.answered]
    unmarked = sum(
        any(claim.since <= at <= claim.until for at in answered)
        for delivery in deliveries
        for claim in lost.get(delivery, [])
    )
    again = len(entries) - wanted
    found.again += max(0, again)
    found.unanswered += unanswered
    found.unmarked += unmarked
    if again > unanswered + unmarked:
        found.inexcusable.append(
            f"{thing} was sent {len(entries)} times for {wanted}; "
            f"{unanswered} unanswered, {unmarked} not marked"
        )


async def _asked(database: asyncpg.Connection, pen: Pen) -> dict[Thing, list[int]]:
    """The deliveries that ask for each thing."""
    marks = {row["id"]: MARK.findall(row["text"]) for row in await database.fetch(MARKS)}
    moved = {pen.cast.customers[number].name for number in pen.moved}
    topics = {one.name: pen.cast.topics_of(one.name) for one in pen.cast.customers}
    asked: dict[Thing, list[int]] = defaultdict(list)
    for row in await database.fetch(DELIVERIES):
        for thing in _asked_by(row, marks, moved):
            asked[thing].append(row["id"])
        if row["kind"] in ("words", "tell", "edit"):
            for topic in topics[row["name"]]:
                asked[topic, CARD].append(row["id"])
    return asked


def _asked_by(row: asyncpg.Record, marks: dict[int, list[str]], moved: set[str]) -> Iterator[Thing]:
    payload, kind = orjson.loads(row["payload"]), row["kind"]
    if kind == "words":
        yield from ((GROUPS, mark) for each in payload["messages"] for mark in marks[each])
    elif kind == "edit" and row["name"] in moved and "address" not in payload:
        # What stands in a topic that was left is said anew.
        yield from ((GROUPS, mark) for mark in marks[payload["message"]])
    elif kind in ("say", "message") and row["channel"] == "telegram":
        person = int(row["external_id"])
        if kind == "message":
            yield from ((person, mark) for each in payload["messages"] for mark in marks[each])
            return
        with texts.use(row["language"]):
            yield person, sentences.text(Sentence.load(payload["sentence"]))


def _calls(journal: Journal, pen: Pen) -> dict[Thing, list[Entry]]:
    """The calls that showed each thing."""
    originals = {line.where: line.mark for line in pen.lines}
    shown: dict[Thing, list[Entry]] = defaultdict(list)
    for entry in journal:
        if entry.status == 200 and entry.method.lower() in SENDS:
            for thing in _things(entry.values, originals, pen.cast.groups):
                shown[thing].append(entry)
    return shown


def _things(
    values: dict[str, Any], originals: dict[tuple[int | str, int], str], groups: list[int]
) -> Iterator[Thing]:
    chat = int(values["chat_id"])
    if str(values.get("text")).startswith(HISTORY):
        return
    marks = [*_written(values), *_copied(values, originals)]
    if marks:
        yield from ((GROUPS if chat in groups else chat, mark) for mark in dict.fromkeys(marks))
    elif chat not in groups:
        yield chat, values["text"]
    elif values.get("reply_markup"):
        yield Place(chat, int(values["message_thread_id"])), CARD


def _written(values: dict[str, Any]) -> Iterable[str]:
    return MARK.findall(f"{values.get('text')} {values.get('caption')} {values.get('media')}")


def _copied(values: dict[str, Any], originals: dict[tuple[int | str, int], str]) -> Iterator[str]:
    if "from_chat_id" not in values:
        return
    numbers = values.get("message_ids") or [values["message_id"]]
    if isinstance(numbers, str):
        numbers = orjson.loads(numbers)
    for number in numbers:
        yield originals[int(values["from_chat_id"]), int(number)]
