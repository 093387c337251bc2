"""What people see in the end: customers on their phones, operators in the group."""

from collections.abc import Iterator
from itertools import groupby

import asyncpg

from tests.chaos.people import MARK, WHOSE, Line, Pen, Seen, said
from tests.chaos.verdict import Verdict

TICKETS = """
SELECT ticket.id, status, thread_id FROM ticket LEFT JOIN topic ON ticket_id = ticket.id
"""
CARD_SAYS = {
    **{"new": "new", "open": "open", "waiting": "waiting for the customer"},
    **{"resolved": "resolved", "closed": "closed"},
}


def conversations(verdict: Verdict, pen: Pen) -> None:
    """Nothing lost, order kept, the latest wording shown, nobody reads what is not for them."""
    lost, unordered, stale, strays = [], [], [], []
    for customer, outwards, shown in _conversations(pen):
        wanted = (customer, outwards)
        mine = [line for line in pen.lines if (line.customer, line.outwards) == wanted]
        mine.sort(key=lambda line: line.where[1])
        place = {line.mark: number for number, line in enumerate(mine)}
        marks = [mark for message in shown for mark in MARK.findall(said(message))]
        strays += [mark for mark in marks if mark not in place]
        lost += [line.words for line in mine if line.mark not in marks]
        unordered += disorder(shown, place)
        stale += _stale(mine, shown)
    verdict.none_of("lost", lost)
    verdict.none_of("out of order", unordered)
    verdict.none_of("edits not shown", stale)
    verdict.none_of("shown to the wrong person, notes included", strays)


def acknowledgements(verdict: Verdict, pen: Pen) -> None:
    """Everybody who wrote was told the number; repeats are counted with all others."""
    cast = pen.cast
    shown, lacking = 0, []
    for number in sorted({line.customer for line in pen.lines if not line.outwards}):
        person = cast.customers[number]
        words = [said(message) for message in cast.of_bot(cast.world.private(person, cast.bot))]
        times = sum(text.startswith("Request #") and "received" in text for text in words)
        shown += times
        lacking += [] if times else [person.name]
    verdict.counts["acknowledgements shown"] = shown
    verdict.none_of("customers without an acknowledgement", lacking)


async def group(verdict: Verdict, database: asyncpg.Connection, pen: Pen) -> None:
    """The group shows what the database says: one topic each, closed if the ticket is."""
    cast = pen.cast
    topics = [one for one in cast.world.topics(cast.group) if WHOSE.match(one["name"])]
    tickets = await database.fetch(TICKETS)
    verdict.hold("topics in the group", len(topics), len(tickets))
    closed = {topic["thread"]: topic["closed"] for topic in topics}
    cards = {thread: _card(pen, thread) for thread in closed}
    wrong = []
    for number, status, thread in tickets:
        if closed.get(thread) != (status == "closed"):
            wrong.append(f"#{number} is {status}; its topic is closed: {closed.get(thread)}")
        if cards.get(thread) != CARD_SAYS[status]:
            wrong.append(f"#{number} is {status}; its card says «{cards.get(thread)}»")
    verdict.none_of("topics and cards that show another status than the ticket has", wrong)


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


def disorder(shown: list[Seen], place: dict[str, int]) -> list[str]:
    """First appearances follow one another, and a repeat comes before anything newer.

    A, B, B, C is in order; so is an album (A, B), (A, B), C; but A, B, A is not.
    """
    found: list[str] = []
    latest: list[str] = []  # the last post that showed something new
    highest = -1
    for marks in _posts(shown):
        known = [mark for mark in marks if mark in place]
        new = [mark for mark in known if place[mark] > highest]
        found += [f"{mark} after {latest}" for mark in known if mark not in (*new, *latest)]
        found += [f"{marks} in one post"] if new != sorted(new, key=place.__getitem__) else []
        if new:
            latest, highest = known, place[new[-1]]
    return found


def _posts(shown: list[Seen]) -> Iterator[list[str]]:
    """The marks of each post; an album is one post."""
    for _album, parts in groupby(shown, key=lambda m: m.get("media_group_id") or m["message_id"]):
        yield [mark for message in parts for mark in MARK.findall(said(message))]


def _stale(mine: list[Line], shown: list[Seen]) -> list[str]:
    text = "\n\n".join(map(said, shown))
    return [line.words for line in mine if line.edits and line.words not in text]


def _card(pen: Pen, thread: int) -> str | None:
    """What the topic's latest card says of the status."""
    cast = pen.cast
    posts = cast.of_bot(cast.world.history(cast.group, thread))
    cards = [said(post) for post in posts if post.get("reply_markup")]
    return cards[-1].partition("\n")[0].partition(" · ")[2] if cards else None
