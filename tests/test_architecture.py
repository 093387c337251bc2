"""The house keeps its walls: who may import whom, and how large a room may grow."""

import ast
import re
import sys
from collections.abc import Collection, Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = sorted(p for room in ("bot", "models", "sandbox") for p in (ROOT / room).rglob("*.py"))

# Imports point downwards only; rooms on one line do not know one another.
ORDER = """
    __main__
    sandbox
    wishes
    app
    handlers web delivery scheduler polling replay beside
    middlewares
    forum bridges
    telegram
    wording
    cards files
    sentences
    desk
    checks embedded bucket
    budget
    texts config logs metrics outage processes tasks
    obstacles commands forms
    models
"""
# So in the sandbox: below the world is what it is made of; above it who shows it, acts in it and
# keeps it; then the door to all of them, `living`; and above the door who uses it.
SANDBOX = """
    run
    wishes
    hour __main__
    server
    control shop
    answering
    api store acts deeds overview demo seeds
    living
    methods people saving
    forum membership migration pinning reacting replying
    posting origins
    showing events watching
    world
    accounts feed
    commands keyboards webhooks
    entities faults forms polling
    chats journal limits media params
    callbacks errors files messages polls rights stickers updates visitors
    browser desk guard seedtexts site
"""


def floors(order: str) -> dict[str, int]:
    return {room: n for n, line in enumerate(order.split("\n")) for room in line.split()}


FLOOR = floors(ORDER)
KNOW_AIOGRAM = {
    "app",
    "beside",
    "handlers",
    "middlewares",
    "forum",
    "telegram",
    "web",
    "polling",
    "sandbox",
}
# The rooms of the desk, likewise; `errors` is known to all. Each table has one room that writes it.
DESK = ["talk", "tickets", "people", "outbox", "said", "words"]
TABLES = {
    "delivery": "outbox",
    "customer": "people",
    "address": "people",
    "operator": "people",
    "membership": "people",
    "setup_code": "people",
    "ticket": "tickets",
    "event": "tickets",
    "message": "talk",
    "revision": "talk",
    "trace": "talk",
    "hint": "talk",
    "file": "talk",
    "seen_update": "talk",
    "seen_call": "talk",
    "set_aside": "talk",
}
THE_FORUMS = {"post", "topic", "former_topic"}  # a ticket knows none of it
# A statement in one room on what a room above it writes, with the reason.
LOOKS_UP = {
    ("outbox", "ticket"),  # whose share a delivery spends: the customer behind its ticket
}
SQL = re.compile(r"\b(FROM|JOIN|INTO|UPDATE)\s+([a-z_]+)\b")
CHANGES = {"create", "get_or_create", "update", "delete", "bulk_create"}
HOLD_BOTH_SIDES = {"__main__", "sandbox", "app", "delivery", "forum", "bridges"}
ONLY_THROUGH_THE_DESK = {"handlers", "middlewares", "bridges"}
NO_CHANNELS = {"base", "counter", "keeping"}  # what all bridges stand on
NAMED = {"mark", "marks", "nearest"}  # what the desk may ask of the voice
PURE = {"bot.desk.words", "bot.desk.said", "bot.desk.errors"}  # rooms and files
NAMES_THAT_SAY_NOTHING = {"services", "utils", "helpers", "core", "common", "misc", "managers"}


def module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def inside(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text())))


MODULES = {module(path): path for path in (*FILES, *sorted((ROOT / "tests").rglob("*.py")))}


def room(name: str, house: str = "bot") -> str:
    """`bot.desk.intake` stands in `desk`, `models.ticket` in `models`."""
    parts = name.split(".")
    return parts[1] if parts[0] == house and len(parts) > 1 else parts[0]


def imports(path: Path) -> Iterator[str]:
    """Every imported module, also one imported in a function, or for type checking only."""
    for node in inside(path):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module(path)}: relative import"
            assert node.module is not None
            names = [f"{node.module}.{name.name}" for name in node.names]
            yield from {name if name in MODULES else node.module for name in names}
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield from (str(arg.value) for arg in node.args if isinstance(arg, ast.Constant))


def ours(path: Path) -> set[str]:
    return {room(n) for n in imports(path) if n.split(".")[0] in ("bot", "models", "sandbox")}


def files(*, but: Collection[str] = ()) -> Iterator[tuple[str, Path]]:
    """Every file outside the rooms of `but`, with its module's name."""
    return ((module(p), p) for p in FILES if room(module(p)) not in but)


def test_imports_never_go_in_a_circle() -> None:
    known = {name: MODULES.keys() & set(imports(path)) for name, path in MODULES.items()}
    try:
        TopologicalSorter(known).prepare()
    except CycleError as found:
        pytest.fail(f"a circle of imports: {' → '.join(reversed(found.args[1]))}")


def test_the_rooms_of_the_sandbox_know_only_what_is_below_them() -> None:
    floor = floors(SANDBOX)
    for name, path in files(but={*FLOOR, "bot"} - {"sandbox"}):
        here = room(name, "sandbox")
        assert here in floor or name == "sandbox", f"{here} has no floor in SANDBOX"
        for imported in imports(path):
            there = room(imported, "sandbox")
            if imported.startswith("sandbox.") and there != here:
                assert floor[here] < floor[there], f"{name} imports {imported}"


def test_imports_point_in_one_direction() -> None:
    for name, path in files(but={"bot"}):
        here = room(name)
        if here == "sandbox" and path.name != "run.py":
            assert ours(path) <= {"sandbox"}, f"{name}: the sandbox is Telegram, it knows no desk"
            continue
        assert here in FLOOR, f"{here} is a new room: give it a floor in ORDER"
        for there in ours(path) - {here}:
            assert FLOOR[here] < FLOOR[there], f"{name} imports {there}"


def stands_in(name: str) -> str:
    """The room of the desk in which a module stands; "" for `errors` and the door."""
    found = name.removeprefix("bot.desk.").split(".")[0]
    return found if found in DESK else ""


def test_the_rooms_of_the_desk_know_only_what_is_below_them() -> None:
    for name, path in files(but={*FLOOR, "bot"} - {"desk"}):
        here = stands_in(name)
        assert here or name in ("bot.desk", "bot.desk.errors"), f"{name} stands in no room"
        for imported in imports(path):
            there = stands_in(imported) if imported.startswith("bot.desk.") else ""
            if there and there != here:
                assert here, f"{name} imports {imported}"
                assert DESK.index(here) < DESK.index(there), f"{name} imports {imported}"


def rows_touched(path: Path) -> Iterator[tuple[str, bool]]:
    """The tables that a file's statements name, and whether they write them."""
    for node in inside(path):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for verb, table in SQL.findall(node.value):
                yield table, verb in ("INTO", "UPDATE")
        elif isinstance(node, ast.Attribute):
            asked = re.match(r"[A-Z]\w*", ast.unparse(node))
            if asked:
                yield TABLE_OF.get(asked[0], ""), node.attr in CHANGES


def tables() -> Iterator[tuple[str, str]]:
    """Each model with its table."""
    for path in (ROOT / "models").glob("*.py"):
        for node in inside(path):
            if isinstance(node, ast.ClassDef):
                for name in re.findall(r"table = '(\w+)'", ast.unparse(node)):
                    yield node.name, name


TABLE_OF = dict(tables())


def test_each_table_is_written_in_one_room_and_read_only_above_it() -> None:
    for name, path in files(but={*FLOOR, "bot"} - {"desk"}):
        here = stands_in(name)
        for table, writes in rows_touched(path):
            assert table not in THE_FORUMS, f"{name} reads {table}"
            owner = TABLES.get(table)
            if owner is None or (here, table) in LOOKS_UP:
                continue
            assert DESK.index(here) <= DESK.index(owner), f"{name} reads {table}"
            assert not writes or here == owner, f"{name} writes {table}"


def test_the_desk_speaks_no_language() -> None:
    """It names sentences; they are put into words where they are read, in their reader's."""
    for name, path in files(but=set(FLOOR) - {"desk"}):
        speaks = "bot.texts" in imports(path)
        for node in inside(path):
            if isinstance(node, ast.ImportFrom):
                assert node.module != "bot.texts", f"{name} takes names from it"
            if speaks and isinstance(node, ast.Attribute) and ast.unparse(node.value) == "texts":
                assert node.attr in NAMED, f"{name}: {ast.unparse(node)}"


def test_nobody_but_delivery_holds_both_sides() -> None:
    for name, path in files(but=HOLD_BOTH_SIDES):
        assert not {"forum", "bridges"} <= ours(path), name


def test_aiogram_is_known_to_few() -> None:
    for name, path in files(but=KNOW_AIOGRAM):
        if not name.startswith("bot.bridges.telegram"):
            assert "aiogram" not in {n.split(".")[0] for n in imports(path)}, name


def test_bridges_do_not_know_one_another() -> None:
    for name, path in files(but=set(FLOOR) - {"bridges"}):
        own = ".".join(name.split(".")[:3])
        known = {n for n in imports(path) if n.startswith("bot.bridges.")}
        others = {n for n in known if not n.startswith((own, "bot.bridges.base"))}
        assert own == "bot.bridges" or not others, name


def test_no_channel_is_named_outside_its_bridge() -> None:
    bridges = (ROOT / "bot" / "bridges").iterdir()
    channels = {p.stem for p in bridges if not p.stem.startswith("__")} - NO_CHANNELS
    for name, path in files(but={"bridges", "telegram", "config", "app", "polling", "sandbox"}):
        words = {node.value for node in inside(path) if isinstance(node, ast.Constant)}
        assert not words & channels, name


def test_rows_are_read_and_changed_through_the_desk() -> None:
    """Rows may be handed on and looked at; a query or a change has a name in the desk."""
    for name, path in files(but=set(FLOOR) - ONLY_THROUGH_THE_DESK):
        nodes = inside(path)
        sources = [n for n in nodes if isinstance(n, ast.ImportFrom) and n.module == "models"]
        rows = {row.asname or row.name for source in sources for row in source.names}
        for node in nodes:
            if isinstance(node, ast.Attribute):
                asked = isinstance(node.value, ast.Name) and node.value.id in rows
                assert not (asked and node.attr.islower()), f"{name}: {ast.unparse(node)}"
                assert node.attr != "save", f"{name}: {ast.unparse(node)}"


def test_nobody_but_the_desk_asks_what_somebody_may() -> None:
    """Others find out who it is, and in which group; what they may is said inside the desk."""
    for name, path in files(but={"desk", "models", "sandbox"}):
        known = {imported.split(".")[-1] for imported in imports(path)}
        assert not known & {"access"}, name
        for node in inside(path):
            if isinstance(node, ast.ImportFrom):
                assert not {one.name for one in node.names} & {"Role", "Act"}, name
            if isinstance(node, ast.Attribute):
                assert node.attr not in ("acts_as", "role"), f"{name}: {ast.unparse(node)}"
                decides = room(name) == "forum" and node.attr == "is_admin"
                # What was asked tells what the desk has said of who asks.
                assert not decides or ast.unparse(node) == "asked.is_admin", name


def test_what_is_pure_needs_the_standard_library_only() -> None:
    for name, path in files(but=set(FLOOR) - {"desk"}):
        if ".".join(name.split(".")[:3]) in PURE:
            for n in imports(path):
                ours = ".".join(n.split(".")[:3]) in PURE
                assert ours or n.split(".")[0] in sys.stdlib_module_names, f"{name} imports {n}"


def test_only_the_settings_read_the_environment() -> None:
    for name, path in files(but={"config"}):
        assert not re.search(r"\b(environ|getenv)\b", path.read_text()), name


def test_files_are_small_and_their_names_say_something() -> None:
    for name, path in files():
        assert len(path.read_text().splitlines()) <= 400, name
        assert not set(name.split(".")) & NAMES_THAT_SAY_NOTHING, name
        assert ast.get_docstring(ast.parse(path.read_text())) or "migrations" in name, name


def test_functions_are_small() -> None:
    for name, path in files():
        for node in inside(path):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                assert length <= 50, f"{name}.{node.name}: {length} lines"


def test_everything_is_caught_only_where_it_is_justified() -> None:
    [decision] = (ROOT / "docs/decisions").glob("0010-*.md")
    justified = decision.read_text()
    for path in FILES:
        text = path.read_text()
        if "except Exception" in text or "return_exceptions=True" in text:
            place = path.relative_to(ROOT).as_posix().removeprefix("bot/")
            assert f"`{place}`" in justified, place
