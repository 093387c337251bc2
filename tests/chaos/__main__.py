"""`make chaos`: kill the desk and its stores at random moments, then count what was lost.

Customers of two channels write, operators answer in two groups and move requests between them.

Exit status 1 when a promise was broken; then the desk's log is kept.
"""

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer
import uvloop

from tests.chaos.campaign import Campaign, Plan


def main(
    seed: Annotated[int, typer.Option(help="The same seed, the same dice.")] = 1,
    messages: Annotated[int, typer.Option(help="Written at least, in both directions.")] = 2000,
    kills: Annotated[int, typer.Option(help="How often the desk is killed.")] = 50,
    restarts: Annotated[int, typer.Option(help="How often each store is restarted.")] = 2,
    faults: Annotated[float, typer.Option(help="The share of calls that fail.")] = 0.05,
    pace: Annotated[int, typer.Option(help="Actions a minute in the group.")] = 400,
) -> None:
    """Run the campaign and print what came of it."""
    plan = Plan(seed, messages, kills, restarts, fault_rate=faults, group_pace=pace)
    place = Path(tempfile.mkdtemp(prefix="topicdesk-chaos-"))
    typer.echo(f"seed {seed}: {messages} messages, {kills} kills. The log: {place / 'desk.log'}")
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            verdict = runner.run(Campaign(plan, place, _progress).run())
    except TimeoutError:
        typer.echo(f"BROKEN  It was not over after {plan.longest:.0f} s.")
        sys.exit(1)
    typer.echo(verdict.text())
    if verdict.broken:
        sys.exit(1)
    shutil.rmtree(place)


def _progress(sentence: str) -> None:
    if sys.stderr.isatty():
        typer.echo(f"\r{sentence} ", nl=False, err=True)


if __name__ == "__main__":
    typer.run(main)
