"""`python -m tests.fuzz`: a team's day at random, and what must hold whatever they do.

No note's and no observer's word is given to a channel, no reply to another customer's address;
the events of each ticket lead to what it is, and its owner may answer.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

from bot.desk import tickets
from bot.desk.outbox import claims
from bot.desk.outbox.deliveries import Parcel
from bot.desk.outbox.kinds import to_customer
from bot.desk.people import access, customers, memberships
from bot.desk.people.access import Act
from bot.desk.said import ChannelAddress
from bot.desk.talk import outgoing
from bot.desk.talk.outgoing import content_of
from bot.desk.tickets import events
from bot.embedded import postgres
from models import Direction, Event, Message, Ticket
from models.database import connected, migrate
from models.rows import to_json
from tests.fuzz.acts import Acts
from tests.fuzz.ledger import Ledger
from tests.fuzz.team import Team

BEGIN = datetime(2026, 11, 23, 9, tzinfo=UTC)
KEPT = "Every promise was kept."
CHANNELS = ("telegram", "mail")
CARRIED = 0.4  # of all moments at which the channels take what waits for them


async def day(seed: int, actions: int, most: int) -> tuple[Ledger, dict[str, int]]:
    """So many actions over at most so many tickets. Gives what was found, and what was done."""
    ledger, dice = Ledger(), random.Random(seed)
    team = await Team.gathered(most // 2, BEGIN)
    acts = Acts(team, ledger, dice, BEGIN, most)
    for _ in range(actions):
        await acts.act()
        if dice.random() < CARRIED:
            await carry(ledger, acts.now)
    await carry(ledger, acts.now + timedelta(days=1))
    await replays(ledger)
    await owned(ledger)
    return ledger, acts.counts


async def carry(ledger: Ledger, now: datetime) -> None:
    """The channels take all that is due, and it is looked at as they are given it."""
    for channel in CHANNELS:
        while parcels := await claims.claim(channel, 1, now, limit=20):
            for parcel in parcels:
                await _given(ledger, parcel)
            await claims.mark_sent(parcels, now)


async def _given(ledger: Ledger, parcel: Parcel) -> None:
    what = parcel.what
    if not isinstance(what, to_customer.Message | to_customer.Edit):
        return
    address = await customers.by_id(what.address)
    number = int(address.external_id.partition("@")[0])
    if isinstance(what, to_customer.Message):
        leaving = await outgoing.of(
            what.messages, ChannelAddress(address.channel, address.external_id)
        )
        if leaving:
            ledger.reaches(number, leaving.content.words.text)
        return
    message = await Message.get(id=what.message)
    if message.direction is Direction.OUT and not message.unsent_at:
        ledger.reaches(number, content_of(message).words.text)


async def replays(ledger: Ledger) -> None:
    """The events of each ticket lead to what it is."""
    for ticket in await Ticket.all():
        told = events.replay(await Event.filter(ticket_id=ticket.id).order_by("id"))
        stands = orjson.loads(to_json({name: getattr(ticket, name) for name in events.STATE}))
        names = [name for name in stands if not _same(told, stands, name)]
        wrong = {name: (told.get(name), stands[name]) for name in names}
        if wrong:
            ledger.broken.append(f"#{ticket.id}: {wrong}")


async def owned(ledger: Ledger) -> None:
    """Whatever goes on is nobody's, or somebody's who may answer in its department."""
    for ticket in await Ticket.exclude(status__in=tickets.ENDED).filter(assignee_id__gt=0):
        who = await memberships.in_department(ticket.assignee_id or 0, ticket.department_id)
        if who is None or not access.may(who, Act.ANSWER, ticket):
            ledger.broken.append(f"#{ticket.id} is {who and who.operator.name}’s, who may not")


def _same(told: dict[str, object], stands: dict[str, object], name: str) -> bool:
    said, is_so = told.get(name), stands[name]
    if name.endswith("_at") and said and is_so:
        return datetime.fromisoformat(str(said)) == datetime.fromisoformat(str(is_so))
    return said == is_so


async def on(url: str, seed: int, actions: int, most: int) -> list[str]:
    """On this empty database; gives what is to be said, the last line being the verdict."""
    await migrate(url)
    async with connected(url, connections=2):
        begun = time.monotonic()
        ledger, counts = await day(seed, actions, most)
        took = time.monotonic() - begun
        held = await Ticket.all().count()
    done = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
    return [
        f"seed {seed}: {actions} actions over {held} tickets in {took:.0f} s: {done}",
        f"wordings {len(ledger.lines)}, given to channels {ledger.carried}",
        *(f"BROKEN  {one}" for one in ledger.broken[:20]),
        "Not every promise was kept." if ledger.broken else KEPT,
    ]


def main(seed: int, actions: int, most: int) -> int:
    """The whole of it, on a database of its own. Gives the exit status."""
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o711)
        with postgres(Path(place), durable=False) as url:
            lines = asyncio.run(on(url, seed, actions, most))
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if lines[-1] == KEPT else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--actions", type=int, default=20_000)
    parser.add_argument("--tickets", type=int, default=50)
    asked = parser.parse_args()
    sys.exit(main(asked.seed, asked.actions, asked.tickets))
