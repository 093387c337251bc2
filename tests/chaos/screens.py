"""What people see in the end: customers on their phones, operators in the group."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby

import asyncpg

from bot.desk.tickets import signs
from tests.chaos.cast import Place, Seen
from tests.chaos.inside import Inside
from tests.chaos.people import MARK, Line, Pen, said
from tests.chaos.verdict import Verdict

TICKETS = """
SELECT ticket.id, status, chat_id, thread_id FROM ticket LEFT JOIN topic ON ticket_id = ticket.id
    LEFT JOIN operator_group ON operator_group.id = topic.group_id
"""
LEFT = "SELECT count(*) FROM delivery WHERE kind = 'left'"
POINTER = "has been moved to the department"
HISTORY = "What was said so far:"  # a topic that follows another begins with it
FACES = [
    re.compile(r"\d+".join(map(re.escape, face.split("{number}"))))
    for face in signs.SENTENCES.values()
]  # of a sign
CARD_SAYS = {
    **{"new": "new", "open": "open", "waiting": "waiting for the customer"},
    **{"resolved": "resolved", "closed": "closed"},
}


def conversations(verdict: Verdict, pen: Pen, inside: Inside) -> None:
    """Nothing lost, order kept, the latest wording shown, nobody reads what is not for them."""
    lost, unordered, stale, strays = [], [], [], []
    meant = [line for line in pen.lines if line.mark not in inside.kept | inside.nowhere]
    for customer, outwards, screens in _conversations(pen):
        mine = [line for line in meant if (line.customer, line.outwards) == (customer, outwards)]
        place = _places(mine, steady=outwards or customer not in pen.moved)
        shown = [message for screen in screens for message in screen]
        marks = [mark for message in shown for mark in MARK.findall(said(message))]
        everything = _places(mine, steady=True)
        strays += [mark for mark in marks if mark not in everything]
        lost += [line.words for line in mine if line.mark not in marks]
        unordered += [each for screen in screens for each in disorder(screen, place)]
        stale += _stale(mine, shown)
    verdict.none_of("lost", lost)
    verdict.none_of("out of order", unordered)
    verdict.none_of("edits not shown", stale)
    verdict.none_of("shown to the wrong person, notes included", strays)
    verdict.none_of("shown to a visitor of the shop twice", _twice(pen))


def acknowledgements(verdict: Verdict, pen: Pen) -> None:
    """Everybody who wrote was told the number, by a sign that may show something else by now.

    Repeats are counted with all others.
    """
    cast = pen.cast
    shown, lacking = 0, []
    for number in sorted({line.customer for line in pen.lines if not line.outwards}):
        person = cast.customers[number]
        words = [said(message) for message in cast.shown_to(number)]
        times = sum(any(face.fullmatch(text) for face in FACES) for text in words)
        shown += times
        lacking += [] if times else [person.name]
    verdict.counts["acknowledgements shown"] = shown
    verdict.none_of("customers without an acknowledgement", lacking)


async def groups(verdict: Verdict, database: asyncpg.Connection, pen: Pen) -> None:
    """The groups show what the database says: one topic each, closed if the ticket is.

    A topic that was left says where its ticket is, and is closed. A card that was sent twice may
    keep its buttons there, which do nothing.
    """
    tickets = await database.fetch(TICKETS)
    looks = {place: look for place, _name, look in pen.cast.topics()}
    left = await database.fetchval(LEFT)
    verdict.hold("topics in the groups", len(looks), len(tickets) + left)
    verdict.counts["  of them left for the other group"] = left
    wrong = []
    for number, status, chat, thread in tickets:
        look = looks.pop(Place(chat, thread), {"closed": None})
        if look["closed"] != (status == "closed"):
            wrong.append(f"#{number} is {status}; its topic is closed: {look['closed']}")
        if (card := _card(pen, Place(chat, thread))) != CARD_SAYS[status]:
            wrong.append(f"#{number} is {status}; its card says «{card}»")
    verdict.none_of("topics and cards that show another status than the ticket has", wrong)
    verdict.none_of("topics that were left and do not say so", _mute(pen, looks))


def _places(mine: list[Line], *, steady: bool) -> dict[str, int]:
    """The place of each mark in its conversation.

    Not `steady`: but for what was edited, and what came with it. What stood in a topic that was
    left is said anew in the one that follows, after what is newer, and an album as a whole.
    """
    edited = {line.album or line.mark for line in mine if line.edits}
    lines = enumerate(mine)
    return {at.mark: n for n, at in lines if steady or (at.album or at.mark) not in edited}


def _mute(pen: Pen, left: dict[Place, Seen]) -> list[str]:
    wrong = []
    for place, look in left.items():
        says = any(POINTER in said(post) for post in pen.cast.posts(place))
        if not (says and look["closed"]):
            wrong.append(f"{look['name']}: closed {look['closed']}, points {says}")
    return wrong


def _conversations(pen: Pen) -> Iterator[tuple[int, bool, list[list[Seen]]]]:
    """What the bot shows to each customer, and in each of the topics that bear their name."""
    cast = pen.cast
    topics: dict[str, list[list[Seen]]] = {person.name: [] for person in cast.customers}
    for place, name, _look in cast.topics():
        posts = [post for post in cast.posts(place) if not said(post).startswith(HISTORY)]
        topics[name].append(posts)
    for number, person in enumerate(cast.customers):
        yield number, True, [cast.shown_to(number)]
        yield number, False, topics[person.name]


def _twice(pen: Pen) -> list[str]:
    """Each try of a call to the shop bears the same id, by which the shop knows it."""
    shop = pen.cast.shop
    shown = [said(each) for visitor in shop.visitors for each in shop.shown_to(visitor)]
    times = Counter(mark for text in shown for mark in MARK.findall(text))
    return [f"{mark}: {number} times" for mark, number in times.items() if number > 1]


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


def _card(pen: Pen, topic: Place) -> str | None:
    """What the topic's latest card says of the status."""
    if topic.chat is None:
        return None
    cards = [said(post) for post in pen.cast.posts(topic) if post.get("reply_markup")]
    return cards[-1].partition("\n")[0].partition(" · ")[2] if cards else None
