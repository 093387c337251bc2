"""The database's Unix user: made once, however many processes start at the same instant."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NAME = "topicdesk-try"
AT_ONCE = 8
# A machine of its own, as far as users go: /etc is a copy that only this shell sees.
MACHINE = """
set -e
cp -a /etc/. "$1"
mount --bind "$1" /etc
for _ in $(seq "$2"); do "$3" -c "$4" "$5" & done
wait
grep -c "^$5:" /etc/passwd
"""
WHO = """
import os, sys
from bot.processes import Identity
os.write(1, f"{Identity.for_postgres(sys.argv[1]).user.pw_uid}\\n".encode())
"""


def _can_have_one() -> bool:
    if os.geteuid() != 0 or not shutil.which("unshare") or not shutil.which("useradd"):
        return False
    tried = subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False)
    return tried.returncode == 0


@pytest.mark.skipif(not _can_have_one(), reason="needs root, and a mount namespace")
def test_processes_that_start_at_once_make_one_user(tmp_path: Path) -> None:
    words = (str(tmp_path), str(AT_ONCE), sys.executable, WHO, NAME)
    done = subprocess.run(
        ["unshare", "--mount", "bash", "-c", MACHINE, "machine", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *seen, users = done.stdout.splitlines()
    assert users == "1"
    assert len(seen) == AT_ONCE
    assert len(set(seen)) == 1, seen
