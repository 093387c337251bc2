"""Server processes of our own: started apart from the terminal, stopped without remains."""

import fcntl
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

import psutil

from bot.obstacles import CannotStart

START_SECONDS = 60  # a long crash recovery included
STOP_SECONDS = 8
POLL_SECONDS = 0.02


class _RunAs(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Identity:
    """The Unix user a server runs as; None means our own."""

    user: pwd.struct_passwd | None = None

    @classmethod
    def for_postgres(cls, name: str) -> "Identity":
        """Give the user for PostgreSQL, which refuses root: root gets `name`, made if need be."""
        if os.geteuid() != 0:
            return cls()
        if not _is_user(name):
            with _alone_on_this_machine():
                if not _is_user(name):
                    _make_user(name)
        return cls(pwd.getpwnam(name))

    def arguments(self) -> _RunAs:
        """What makes subprocess start a program as this user."""
        if self.user is None:
            return {}
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}

    def own_ids(self) -> set[int]:
        """Give the Unix ids that are ours: of this process, and of the server's user."""
        return {os.geteuid()} | ({self.user.pw_uid} if self.user else set())

    def own(self, directory: Path) -> None:
        """Make `directory` this user's, open to nobody else."""
        directory.mkdir(mode=0o700, exist_ok=True)
        if self.user is not None:
            os.chown(directory, self.user.pw_uid, self.user.pw_gid)

    def open_path_to(self, target: Path) -> None:
        """Let this user pass through every directory above `target`: pass, not list or read."""
        if self.user is None:
            return
        for directory in target.parents:
            mode = directory.stat().st_mode
            if not mode & 0o001:
                directory.chmod(mode | 0o001)


def _is_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


@contextmanager
def _alone_on_this_machine() -> Iterator[None]:
    """Of processes that start at once one makes the user: two would make two, of one name."""
    place = os.open("/etc", os.O_RDONLY | os.O_DIRECTORY)  # always there, and never replaced
    try:
        fcntl.flock(place, fcntl.LOCK_EX)
        yield
    finally:
        os.close(place)


def _make_user(name: str) -> None:
    shell = "/usr/sbin/nologin"
    command = ["useradd", "--system", "--no-create-home", "--shell", shell, name]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise CannotStart(
            f"PostgreSQL does not run as root and the user {name} cannot be made: "
            "start Topicdesk as an ordinary user, or set DATABASE_URL."
        ) from error


@dataclass
class Daemon:
    """One server program whose life is the life of a `with` block.

    `pid_file` begins with the process's id and `home` is its working directory: together they
    tell a server left over from a killed run from a stranger who was given the same id.
    """

    name: str
    command: list[str]
    home: Path
    pid_file: Path
    log: Path
    ready: Callable[[int], bool]
    identity: Identity = field(default_factory=Identity)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Start it, give it, stop it. Raises CannotStart with the last line of its log."""
        self._end_leftover()
        process = self._start()
        try:
            self._wait_until_ready(process)
            yield
        finally:
            if process.poll() is None:
                end(psutil.Process(process.pid))
            process.wait()

    def _start(self) -> "subprocess.Popen[bytes]":
        """Start it in a session of its own: a Ctrl-C at the terminal is for us, not for it."""
        with self.log.open("ab") as log:
            return subprocess.Popen(
                self.command,
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self.identity.arguments(),
            )

    def _wait_until_ready(self, process: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self.ready(process.pid):
            if process.poll() is not None or time.monotonic() > deadline:
                raise CannotStart(f"{self.name} does not start: {self._last_words()}")
            time.sleep(POLL_SECONDS)

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return f"“{lines[-1].strip()}” ({self.log})." if lines else f"see {self.log}."

    def _end_leftover(self) -> None:
        """End the server of a run that was killed.

        A pid file nobody stands for is the server's own affair: PostgreSQL looks for orphaned
        children by it. Only one that names a stranger, after a reboot, is taken away.
        """
        try:
            process = psutil.Process(int(self.pid_file.read_text().split()[0]))
        except (FileNotFoundError, IndexError, ValueError, psutil.NoSuchProcess):
            return
        if self._is_ours(process):
            end(process)
        else:
            self.pid_file.unlink()

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return Path(process.cwd()) == self.home
        except psutil.AccessDenied:
            return False
        except psutil.NoSuchProcess:
            return True  # it has just left: `end` will find nobody


def end(process: psutil.Process) -> None:
    """Ask a server to leave, then kill it if it has not left in a few seconds.

    SIGINT is PostgreSQL's fast shutdown; Valkey saves and leaves on it too.
    """
    try:
        process.send_signal(signal.SIGINT)
        deadline = time.monotonic() + STOP_SECONDS
        while alive(process) and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
        if alive(process):
            process.kill()
    except psutil.NoSuchProcess:
        return


def alive(process: psutil.Process) -> bool:
    """Tell whether it still does something: who has ended but was not waited for does not.

    A left-over belongs to process 1, which may take seconds to wait for it, or never do so.
    """
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
