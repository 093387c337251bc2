"""`python -m tests.fuzz`: a team's day at random, and what must hold whatever they do.

No note's and no observer's word is given to a channel, no reply to another customer's address;
the events of each ticket lead to what it is, and its owner may answer. What was meant for a
customer got there, or its author knows why not. Meanwhile the worker is killed, and connections
are cut before what was done is committed.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.desk.talk import due
from bot.embedded import postgres
from models import Ticket
from models.database import connected, migrate
from tests.fuzz import fates
from tests.fuzz.acts import Acts
from tests.fuzz.ledger import Ledger
from tests.fuzz.scene import Scene
from tests.fuzz.team import Team
from tests.fuzz.worker import Worker

BEGIN = datetime(2026, 11, 23, 9, tzinfo=UTC)
KEPT = "Every promise was kept."
CARRIED = 0.4  # of all moments at which the channels take what waits for them
KILLS = 0.006  # of those, as often as the worker is killed then


async def day(
    url: str, seed: int, actions: int, most: int, kills: float = KILLS
) -> tuple[Ledger, dict[str, int]]:
    """So many actions over at most so many tickets. Gives what was found, and what was done."""
    ledger, dice = Ledger(), random.Random(seed)
    scene = Scene(await Team.gathered(most // 2, BEGIN), ledger, dice, BEGIN, most)
    acts, worker = Acts(scene), Worker(url, ledger, random.Random(seed), kills)
    try:
        for _ in range(actions):
            await acts.act()
            if dice.random() < CARRIED:
                await worker.carry(scene.now)
        await _ends(scene, worker)
    finally:
        killed = worker.kills
        await worker.kill()
    asked = await fates.known(ledger)
    counts = {"kills": killed, "cuts": scene.cuts, "refused": acts.refused, "fates": asked}
    return ledger, acts.counts | counts


async def _ends(scene: Scene, worker: Worker) -> None:
    """All that waits for a moment goes, and what is due is carried."""
    scene.now += timedelta(days=1)
    while await due.go(scene.now):
        pass
    await worker.carry(scene.now)
    await worker.carry(scene.now)  # the first may have been killed
    await fates.replays(scene.ledger)
    await fates.owned(scene.ledger)


async def on(url: str, seed: int, actions: int, most: int) -> list[str]:
    """On this empty database; gives what is to be said, the last line being the verdict."""
    await migrate(url)
    async with connected(url, connections=2):
        begun = time.monotonic()
        ledger, counts = await day(url, seed, actions, most)
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
