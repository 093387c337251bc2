"""`python -m sandbox`: serve the sandbox alone, and print its address."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import time
from pathlib import Path

from sandbox import demo
from sandbox.limits import MODES
from sandbox.server import LOOPBACK, Sandbox


def main() -> int:
    """Serve until Ctrl-C or SIGTERM; the exit status is 1 when the port is taken."""
    options = _options()
    world = (demo.empty if options.empty else demo.world)(time.time)
    sandbox = Sandbox(world, data_dir=options.data_dir, limits=options.limits)
    try:
        asyncio.run(_serve(sandbox, options.host, options.port))
    except OSError as error:
        sys.stderr.write(f"{options.host}:{options.port}: {error.strerror}\n")
        return 1
    return 0


async def _serve(sandbox: Sandbox, host: str, port: int) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    url = await sandbox.start(host, port)
    bots = "".join(f"  @{bot.user.username}  {bot.token}\n" for bot in sandbox.world.bots.values())
    sys.stdout.write(f"{url}\n{bots}")
    sys.stdout.flush()
    await ended.wait()
    await sandbox.stop()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--host", default=LOOPBACK)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--data-dir", type=Path, help="where the world is kept; nowhere if unset")
    parser.add_argument("--limits", choices=MODES, default="off", help="flood limits")
    parser.add_argument("--empty", action="store_true", help="a bot, and nobody else")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
