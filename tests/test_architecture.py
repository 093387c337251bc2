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
    macros
    wording profiles
    cards files
    persons
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
    botfather forum membership migration pinning reacting replying tags
    ephemeral
    posting origins
    showing events watching
    world
    accounts feed
    commands keyboards webhooks
    entities faults forms polling
    chats journal limits media params
    callbacks errors files inline messages polls rights stickers updates visitors
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
DESK = [
    "talk",
    "tickets",
    "people",
    "outbox",
    "said",
    "words",
    "time",
    "errors",
]  # likewise
ALL_KNOW = {"bot.desk", "bot.desk.commands"}
# Each table has one room in which it is read and written.
TABLES = {
    "delivery": "outbox",
    "customer": "people",
    "contact": "people",
    "likeness": "people",
    "custom_field": "people",
    "tag": "tickets",
    "macro": "talk",
    "address": "people",
    "operator": "people",
    "membership": "people",
    "setup_code": "people",
    "department": "people",
    "ticket": "tickets",
    "event": "tickets",
    "sign": "tickets",
    "message": "talk",
    "revision": "talk",
    "trace": "talk",
    "hint": "talk",
    "file": "talk",
    "seen_update": "talk",
    "seen_call": "talk",
    "set_aside": "talk",
    "operator_group": "forum",
    "post": "forum",
    "topic": "forum",
    "former_topic": "forum",
    "branch": "telegram",
}
# Who else reads it, and why it is not asked for where it is written.
READ_BY = {
    ("outbox", "ticket"): "whose budget and share a delivery spends is found as it is written",
    ("outbox", "department"): "likewise: each has a gate",
    ("outbox", "operator_group"): "likewise: which one the chat is",
    ("people", "operator_group"): "the desk cannot ask the forum of which department a group is",
    ("talk", "operator_group"): "likewise",
    ("tickets", "customer"): "a ticket is locked with its customer, in one statement",
    ("tickets", "trace"): "a sign is not changed where a message stands by the same id",
    ("tickets", "address"): "likewise: and with where replies go",
    ("tickets", "operator"): "who is given a ticket is found with what they have, in one statement",
    ("tickets", "membership"): "likewise",
    ("tickets", "operator_group"): "likewise: where they are a member",
    ("talk", "ticket"): "what leaves is read at once, with the ticket that it is of",
    ("talk", "customer"): "likewise: and in whose language",
    ("talk", "address"): "likewise: and where to",
    ("forum", "ticket"): "a topic is made, and left, for a ticket as it is at that instant",
    ("telegram", "ticket"): "likewise, in a private chat",
    ("forum", "message"): "what was said is looked for by where it stands",
    ("checks", "operator_group"): "what was there before a start, with no desk to be asked",
    ("checks", "file"): "likewise",
    ("__main__", "operator_group"): "a code is shown without the forum, which takes time to load",
}
SQL = re.compile(r"\b(DELETE FROM|INTO|UPDATE|FROM|JOIN|USING)\s+([a-z_]+)\b")
READS = {"FROM", "JOIN", "USING"}
NAMELESS = re.compile(r"\b(FROM|JOIN|INTO|UPDATE|USING)\s+$")  # before a value in an f-string
CHANGES = {"add", "forget", "create", "get_or_create", "bulk_create", "save", "update", "delete"}
KEPT = ("ticket", "message", "event", "customer", "address")  # and never deleted
LIVES_ON = ("bot.desk.talk.decisions", "message")  # its words stand in the answer from then on
NO_STATEMENT = {"isinstance", "made", "read"}  # what may be handed a model
# Else a row is called as its table is.
ROWS = {"group": "operator_group", "aside": "set_aside", "posts": "post"}
HOLD_BOTH_SIDES = {"__main__", "sandbox", "app", "delivery", "forum", "bridges"}
ONLY_THROUGH_THE_DESK = {"handlers", "middlewares", "bridges"}
NO_CHANNELS = {"base", "counter", "keeping"}  # what all bridges stand on
NAMED = {"mark", "marks", "nearest"}  # what the desk may ask of the voice
PURE = {"bot.desk.time", "bot.desk.words", "bot.desk.said", "bot.desk.errors"}
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
    """The room of the desk in which a module stands; "" for the commands and the door."""
    found = name.removeprefix("bot.desk.").split(".")[0]
    return found if found in DESK else ""


def test_the_rooms_of_the_desk_know_only_what_is_below_them() -> None:
    for name, path in files(but={*FLOOR, "bot"} - {"desk"}):
        here = stands_in(name)
        assert here or name in ALL_KNOW, f"{name} stands in no room"
        for imported in imports(path):
            there = stands_in(imported) if imported.startswith("bot.desk.") else ""
            if there and there != here:
                assert here, f"{name} imports {imported}"
                assert DESK.index(here) < DESK.index(there), f"{name} imports {imported}"


def names(path: Path) -> dict[str, str]:
    """What a file calls whatever it has imported from somewhere, and what that is there."""
    sources = [node for node in inside(path) if isinstance(node, ast.ImportFrom)]
    return {
        name.asname or name.name: f"{source.module}.{name.name}"
        for source in sources
        for name in source.names
    }


def begins(node: ast.AST) -> str:
    """`Post` of `Post.filter(id=1).delete`."""
    return re.split(r"\W", ast.unparse(node), maxsplit=1)[0]


def rows_touched(path: Path) -> Iterator[tuple[str, bool]]:
    """The tables that a file's statements name, and whether they write them.

    A row, or rows, that a change is asked of say by their name of which table they are.
    """
    known = names(path)
    models = {name: TABLE_OF[it] for name, it in known.items() if it in TABLE_OF}
    for node in inside(path):
        match node:
            case ast.Constant(value=str(words)):
                assert not NAMELESS.search(words), f"{path}: {words} … of which table?"
                yield from ((table, verb not in READS) for verb, table in SQL.findall(words))
            case ast.Attribute(attr=act) if begins(node) in models:
                yield models[begins(node)], act in CHANGES
            case ast.Call(func=ast.Name(id=asked), args=[ast.Name(id=model), *_]):
                act = known.get(asked, asked).split(".")[-1]
                if model in models and act not in NO_STATEMENT:
                    yield models[model], act in CHANGES
            case ast.Await(value=ast.Call(func=ast.Attribute(attr=act) as asked)):
                row = begins(asked)
                if act in CHANGES and row not in known:
                    yield ROWS.get(row, row), True


def tables() -> Iterator[tuple[str, str]]:
    """Each model, as it is imported, with its table."""
    for path in (ROOT / "models").glob("*.py"):
        for node in inside(path):
            if isinstance(node, ast.ClassDef):
                for name in re.findall(r"table = '(\w+)'", ast.unparse(node)):
                    yield f"models.{node.name}", name


TABLE_OF = dict(tables())


@pytest.mark.parametrize(
    ("statement", "seen"),
    [
        ('"SELECT 1 FROM delivery"', ("delivery", False)),
        ('"DELETE FROM hint USING ticket"', ("hint", True)),
        ('"DELETE FROM hint USING ticket"', ("ticket", False)),
        ('"INSERT INTO trace (id)"', ("trace", True)),
        ('f"{before} UPDATE message SET"', ("message", True)),
        ("find(Topic, x)", ("topic", False)),
        ("put(Code, x=1)", ("setup_code", True)),
        ("forget(Topic, x)", ("topic", True)),
        ("later(Topic, x)", ("topic", False)),
        ("Topic.get(id=1)", ("topic", False)),
        ("Code.create(id=1)", ("setup_code", True)),
        ("Topic.filter(id=1).exclude(id=2).delete()", ("topic", True)),
        ("await posts.filter(id=2).update(id=3)", ("post", True)),
        ("await message.save()", ("message", True)),
        ("await group.delete()", ("operator_group", True)),
        ("await it.save()", ("it", True)),
    ],
)
def test_a_statement_is_seen(statement: str, seen: tuple[str, bool], tmp_path: Path) -> None:
    path = tmp_path / "some.py"
    imported = "from models import Code, Topic\nfrom models.rows import add as put, find, forget\n"
    path.write_text(imported + statement)
    assert seen in rows_touched(path)


def test_each_table_is_read_and_written_in_one_room() -> None:
    assert TABLES.keys() == {*TABLE_OF.values()}
    read = set()
    for name, path in files(but={"models", "sandbox"}):
        here = stands_in(name) or room(name)
        for table, writes in rows_touched(path):
            assert not writes or TABLES.get(table) == here, f"{name} writes {table}"
            if TABLES.get(table, here) != here:
                assert (here, table) in READ_BY, f"{name} reads {table}"
                read.add((here, table))
    assert read == READ_BY.keys(), "somebody reads it no more"


@pytest.mark.parametrize("kept", KEPT)
def test_what_was_said_and_done_is_deleted_nowhere(kept: str) -> None:
    named = kept.capitalize()
    deletes = re.compile(
        rf"DELETE FROM {kept}\b|forget\({named}\b|\b({kept}|{named}\b[^\n]*)\.delete\(|"
        rf"TRUNCATE[^\n]*\b{kept}\b"
    )
    assert deletes.search(f"await {named}.filter(id=1).delete()")
    for name, path in files(but={"sandbox"}):
        found = deletes.search(path.read_text())
        assert not found or (name, kept) == LIVES_ON, f"{name} deletes of {kept}"


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
