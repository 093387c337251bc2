"""`python -m tests.bench [bridge steady first …]`: measure all, or what is named."""

import sys
import time
from collections.abc import Awaitable, Callable

import uvloop

from bot.embedded import postgres
from models.database import migrate
from tests.bench import claim, figures
from tests.bench.actions import actions
from tests.bench.buttons import buttons
from tests.bench.fair import fair
from tests.bench.figures import Row, ratio
from tests.bench.files import files
from tests.bench.first import first
from tests.bench.limits import limits
from tests.bench.rates import bridge
from tests.bench.spread import spread
from tests.bench.start import start
from tests.bench.steady import steady
from tests.bench.tickets import tickets
from tests.bench.town import place
from tests.bench.words import words

CLAIM_AIM = 1.5


async def claims() -> list[Row]:
    """What a claim, its mark and a put cost when much waits."""
    async with place() as data_dir:
        with postgres(data_dir) as url:
            await migrate(url)
            found = await claim.measure(url)
    rows = []
    for name, value in found.items():
        if name.endswith("ratio"):
            rows.append(Row(name, ratio(value), "≤ 1.5", value <= CLAIM_AIM))
        else:
            rows.append(Row(f"{name.removesuffix(', ms')}", f"{value:.2f} ms"))
    return rows


BENCHES: dict[str, Callable[[], Awaitable[list[Row]]]] = {
    "bridge": bridge,
    "steady": steady,
    "buttons": buttons,
    "first": first,
    "limits": limits,
    "actions": actions,
    "claim": claims,
    "spread": spread,
    "tickets": tickets,
    "fair": fair,
    "start": start,
    "words": words,
    "files": files,
}


async def run(names: list[str]) -> bool:
    """Measure and print; whether every aim was met."""
    say(figures.machine())
    good = True
    for name in names:
        start = time.monotonic()
        rows = await BENCHES[name]()
        say(f"\n{name} ({time.monotonic() - start:.0f} s)")
        say("\n".join(map(str, rows)))
        good = good and all(row.good is not False for row in rows)
    return good


def say(text: str) -> None:
    """Show it at once: the next bench takes a while."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    chosen = sys.argv[1:] or list(BENCHES)
    if unknown := set(chosen) - set(BENCHES):
        sys.exit(f"There is no {', '.join(sorted(unknown))}. There are: {', '.join(BENCHES)}.")
    uvloop.run(run(chosen))
