"""Which messages were sent more than once, and whether each repeat is excused.

A *thing* is what one call shows in one chat: a marked message, a sentence of the desk's own, a
card. It must be shown as often as deliveries ask for it. A further time is excused only by

* a call that acted and was not answered: the sandbox dropped the connection after acting, or
  found the desk gone (journal: status 200, not answered); or
* a call that acted and was answered in the course of a claim that was freed (`claims`): the
  process died between the answer and the commit that would have marked the delivery.

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
from tests.chaos.claims import Freed, freed
from tests.chaos.people import MARK, Pen
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
DELIVERIES = """
SELECT delivery.id, delivery.kind, delivery.ticket_id, delivery.payload, topic.thread_id,
    address.external_id, customer.language
FROM delivery LEFT JOIN topic ON topic.ticket_id = delivery.ticket_id
    LEFT JOIN ticket ON ticket.id = delivery.ticket_id
    LEFT JOIN address ON address.id
        = COALESCE((delivery.payload->>'address')::bigint, ticket.address_id)
    LEFT JOIN customer ON customer.id = address.customer_id
WHERE delivery.kind IN ('words', 'message', 'say')
"""
MARKS = "SELECT id, words->>'text' AS text FROM message"

Thing = tuple[int, str]  # chat id (a card: thread id), and the mark or the whole sentence


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
    asked: dict[Thing, list[int]] = defaultdict(list)
    for row in await database.fetch(DELIVERIES):
        payload = orjson.loads(row["payload"])
        person = int(row["external_id"])
        if row["kind"] == "say":
            with texts.use(row["language"]):
                said = sentences.text(Sentence.load(payload["sentence"]))
            asked[person, said].append(row["id"])
            continue
        chat = person if row["kind"] == "message" else pen.cast.group
        for number in payload["messages"]:
            for mark in marks[number]:
                asked[chat, mark].append(row["id"])
        if row["kind"] == "words":
            asked[row["thread_id"], CARD].append(row["id"])
    return asked


def _calls(journal: Journal, pen: Pen) -> dict[Thing, list[Entry]]:
    """The calls that showed each thing."""
    originals = {line.where: line.mark for line in pen.lines}
    shown: dict[Thing, list[Entry]] = defaultdict(list)
    for entry in journal:
        if entry.status == 200 and entry.method.lower() in SENDS:
            for thing in _things(entry.values, originals, pen.cast.group):
                shown[thing].append(entry)
    return shown


def _things(
    values: dict[str, Any], originals: dict[tuple[int, int], str], group: int
) -> Iterator[Thing]:
    chat = int(values["chat_id"])
    marks = [*_written(values), *_copied(values, originals)]
    if marks:
        yield from ((chat, mark) for mark in dict.fromkeys(marks))
    elif chat != group:
        yield chat, values["text"]
    elif values.get("reply_markup"):
        yield int(values["message_thread_id"]), CARD


def _written(values: dict[str, Any]) -> Iterable[str]:
    return MARK.findall(f"{values.get('text')} {values.get('caption')} {values.get('media')}")


def _copied(values: dict[str, Any], originals: dict[tuple[int, int], str]) -> Iterator[str]:
    if "from_chat_id" not in values:
        return
    numbers = values.get("message_ids") or [values["message_id"]]
    if isinstance(numbers, str):
        numbers = orjson.loads(numbers)
    for number in numbers:
        yield originals[int(values["from_chat_id"]), int(number)]
