"""What is true in the end: on everybody's screen, in the group, and in the database."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import orjson

from sandbox.journal import Journal
from tests.chaos import repeats
from tests.chaos.people import MARK, WHOSE, Line, Pen, Seen, said

FIRST_UPDATE = 10_000_001
ONE_EACH = """
SELECT count(*) AS tickets, count(DISTINCT address_id) AS customers FROM ticket
"""
EVENTS = "SELECT ticket_id, name, details, operator_id FROM event ORDER BY id"
PENDING = "SELECT count(*) FROM delivery WHERE state IN ('head', 'waiting', 'claimed')"
MOST_SHOWN = 8  # of one kind of broken promise


@dataclass
class Verdict:
    """The counts in the order of their finding, and every promise that was broken."""

    counts: dict[str, object] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def hold(self, name: str, found: object, promised: object) -> None:
        """Note a count that must be so."""
        self.counts[name] = found if found == promised else f"{found}, not {promised}"
        if found != promised:
            self.broken.append(f"{name}: {found}, not {promised}")

    def none_of(self, name: str, found: list[str]) -> None:
        """Note what must not have happened."""
        self.counts[name] = len(found)
        self.broken += [f"{name}: {one}" for one in found[:MOST_SHOWN]]
        if len(found) > MOST_SHOWN:
            self.broken.append(f"{name}: … and {len(found) - MOST_SHOWN} more")


async def judge(database: asyncpg.Connection, journal: Journal, pen: Pen) -> Verdict:
    """Look at everything, when nothing is under way any more."""
    verdict = Verdict()
    _screens(verdict, pen)
    await _once(verdict, database, pen)
    await _as_it_should_be(verdict, database, pen)
    again = await repeats.count(database, journal, pen)
    verdict.counts["shown more than once"] = again.shown_again
    verdict.counts["  sends whose answer was lost"] = again.unanswered
    verdict.counts["  sends by a process that died before it could mark them"] = again.unmarked
    verdict.none_of("  repeats without such an excuse", again.inexcusable)
    return verdict


def _screens(verdict: Verdict, pen: Pen) -> None:
    """Nothing lost, order kept, nobody reads another's words, the latest wording is shown."""
    lost, order, stale, strays = [], [], [], []
    for customer, outwards, shown in _conversations(pen):
        mine = [
            line for line in pen.lines if (line.customer, line.outwards) == (customer, outwards)
        ]
        mine.sort(key=lambda line: line.where[1])
        place = {line.mark: number for number, line in enumerate(mine)}
        marks = [mark for message in shown for mark in MARK.findall(said(message))]
        strays += [mark for mark in marks if mark not in place]
        lost += [line.words for line in mine if line.mark not in marks]
        order += _disorder([mark for mark in marks if mark in place], place)
        stale += _stale(mine, shown)
    verdict.none_of("lost", lost)
    verdict.none_of("out of order", order)
    verdict.none_of("edits not shown", stale)
    verdict.none_of("shown to the wrong person, notes included", strays)


def _conversations(pen: Pen) -> Iterator[tuple[int, bool, list[Seen]]]:
    """What the bot shows to each customer, and in the topics that bear their name."""
    cast = pen.cast
    topics: dict[str, list[Seen]] = {person.name: [] for person in cast.customers}
    for topic in cast.world.topics(cast.group):
        whose = WHOSE.match(topic["name"])
        if whose:
            topics[whose[1]] += cast.of_bot(cast.world.history(cast.group, topic["thread"]))
    for number, person in enumerate(cast.customers):
        yield number, True, cast.of_bot(cast.world.private(person, cast.bot))
        yield number, False, topics[person.name]


def _disorder(marks: list[str], place: dict[str, int]) -> list[str]:
    """A B B C is in order, A B A is not: what is repeated is repeated before the next one."""
    return [
        f"{later} after {earlier}"
        for earlier, later in zip(marks, marks[1:], strict=False)
        if place[later] < place[earlier]
    ]


def _stale(mine: list[Line], shown: list[Seen]) -> list[str]:
    text = "\n\n".join(map(said, shown))
    return [line.words for line in mine if line.edits and line.words not in text]


async def _once(verdict: Verdict, database: asyncpg.Connection, pen: Pen) -> None:
    """Changes of state: each exactly once."""

    async def number(query: str) -> int:
        return int(await database.fetchval(query))

    inwards = sum(not line.outwards for line in pen.lines)
    wrote = len({line.customer for line in pen.lines if not line.outwards})
    counts: dict[str, tuple[str, int]] = {
        "updates done": (
            "SELECT count(*) FROM seen_update",
            pen.cast.bot.updates.next_id - FIRST_UPDATE,
        ),
        "updates set aside": ("SELECT count(*) FROM set_aside", 0),
        "tickets": ("SELECT count(*) FROM ticket", wrote),
        "customers with a ticket": ("SELECT count(DISTINCT address_id) FROM ticket", wrote),
        "messages in": ("SELECT count(*) FROM message WHERE direction = 'in'", inwards),
        "messages out": (
            "SELECT count(*) FROM message WHERE direction = 'out'",
            pen.written - inwards,
        ),
        "notes": ("SELECT count(*) FROM message WHERE direction = 'note'", len(pen.notes)),
        "edits": ("SELECT count(*) FROM revision", pen.edits),
        "closings": (
            "SELECT count(*) FROM event WHERE name = 'status' AND details->>'to' = 'closed'",
            pen.closings,
        ),
        "posts written down twice": (
            "SELECT count(*) - count(DISTINCT (message_id, post_id)) FROM post",
            0,
        ),
        "traces written down twice": (
            "SELECT count(*) - count(DISTINCT (message_id, external_id)) FROM trace",
            0,
        ),
        "deliveries still to be carried": (PENDING, 0),
        "deliveries given up": ("SELECT count(*) FROM delivery WHERE state = 'dead'", 0),
        "sentences about failures": ("SELECT count(*) FROM delivery WHERE kind = 'tell'", 0),
    }
    for name, (query, promised) in counts.items():
        verdict.hold(name, await number(query), promised)
    verdict.none_of("messages carried by no delivery, or by two", await _uncarried(database))
    verdict.none_of("broken chains of events", _chains(await database.fetch(EVENTS)))
    acknowledged = _acknowledgements(pen)
    verdict.none_of("tickets without an acknowledgement", [
        name for name, times in acknowledged.items() if not times
    ])
    verdict.counts["acknowledgements shown"] = sum(acknowledged.values())


async def _uncarried(database: asyncpg.Connection) -> list[str]:
    rows = await database.fetch(
        "SELECT payload FROM delivery WHERE kind = 'words' OR kind = 'message'"
    )
    carried = Counter(number for row in rows for number in orjson.loads(row[0])["messages"])
    spoken = await database.fetch("SELECT id FROM message WHERE direction <> 'note'")
    numbers = {row["id"] for row in spoken} | set(carried)
    return [f"message {number}" for number in sorted(numbers) if carried[number] != 1]


def _chains(events: list[Any]) -> list[str]:
    """Each ticket is opened once, and each change begins where the last one ended."""
    status: dict[int, str] = {}
    broken = []
    for event in events:
        ticket, before = event["ticket_id"], status.get(event["ticket_id"])
        if event["name"] == "opened":
            status[ticket] = "new"
            if before is not None:
                broken.append(f"#{ticket} was opened again")
        elif event["name"] == "status":
            details = orjson.loads(event["details"])
            status[ticket] = details["to"]
            if before != details["from"]:
                broken.append(f"#{ticket}: {details} after {before}")
    return broken


def _acknowledgements(pen: Pen) -> dict[str, int]:
    cast = pen.cast
    wrote = {line.customer for line in pen.lines if not line.outwards}
    return {
        cast.customers[number].name: sum(
            said(message).startswith("Request #") and "received" in said(message)
            for message in cast.of_bot(cast.world.private(cast.customers[number], cast.bot))
        )
        for number in sorted(wrote)
    }


async def _as_it_should_be(verdict: Verdict, database: asyncpg.Connection, pen: Pen) -> None:
    """The group shows what the database says: one topic each, closed if the ticket is."""
    cast = pen.cast
    topics = [t for t in cast.world.topics(cast.group) if WHOSE.match(t["name"])]
    tickets = await database.fetch(
        "SELECT ticket.id, status, thread_id, is_pinned FROM ticket JOIN topic ON ticket_id = ticket.id"
    )
    verdict.hold("topics", len(topics), len(tickets))
    closed = {topic["thread"]: topic["closed"] for topic in topics}
    verdict.none_of("topics that do not show whether their ticket is closed", [
        f"#{row['id']} is {row['status']}, its topic is closed: {closed.get(row['thread_id'])}"
        for row in tickets
        if closed.get(row["thread_id"]) != (row["status"] == "closed")
    ])
    cards = _cards(pen)
    verdict.none_of("cards that do not show their ticket's status", [
        f"#{row['id']} is {row['status']}, its card says {cards.get(row['thread_id'])}"
        for row in tickets
        if not (cards.get(row["thread_id"]) or "").startswith(STATUS[row["status"]])
    ])


STATUS = {"new": "new", "open": "open", "waiting": "waiting", "resolved": "resolved", "closed": "closed"}


def _cards(pen: Pen) -> dict[int, str]:
    """What the first line of each topic's latest card says after the number."""
    cast = pen.cast
    shown: dict[int, str] = {}
    for topic in cast.world.topics(cast.group):
        for message in cast.of_bot(cast.world.history(cast.group, topic["thread"])):
            if message.get("reply_markup"):
                shown[topic["thread"]] = said(message).partition("\n")[0].partition(" · ")[2]
    return shown
