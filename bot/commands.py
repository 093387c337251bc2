"""How a command of ours is spelled where this process runs: people copy it as it stands."""

import os
import shlex
import sys
from pathlib import Path


def spelled(words: str, python: str = sys.executable) -> str:
    """`python -m bot …`, by the Python of this place: `make run` has made one that no PATH has.

    It is also said in chats, so no path outside this directory is named.
    """
    here = Path(python)
    ours = here.is_relative_to(Path.cwd())
    short = os.path.relpath(here) if ours else here.name or "python"
    return f"{shlex.quote(short)} -m bot {words}"
