"""The house keeps its walls: who may import whom, and how large a room may grow."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = sorted(p for room in ("bot", "models", "sandbox") for p in (ROOT / room).rglob("*.py"))

# Imports point downwards only; rooms on one line do not know one another.
ORDER = """
    __main__
    sandbox
    app
    handlers web delivery scheduler
    middlewares
    forum bridges
    telegram
    cards
    desk
    checks embedded
    texts config logs outage processes
    failures
    models
"""
FLOOR = {room: n for n, line in enumerate(ORDER.split("\n")) for room in line.split()}
KNOW_AIOGRAM = {"app", "handlers", "middlewares", "forum", "telegram", "web", "sandbox"}
HOLD_BOTH_SIDES = {"__main__", "sandbox", "app", "delivery", "forum", "bridges"}
ONLY_THROUGH_THE_DESK = {"handlers", "middlewares", "bridges"}
PURE = {"hours", "messages", "errors", "words", "markup", "names", "graphemes"}
NAMES_THAT_SAY_NOTHING = {"services", "utils", "helpers", "core", "common", "misc", "managers"}


def module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room(name: str) -> str:
    """`bot.desk.intake` stands in `desk`, `models.ticket` in `models`."""
    parts = name.split(".")
    return parts[1] if parts[0] == "bot" and len(parts) > 1 else parts[0]


def imports(path: Path) -> Iterator[str]:
    """Every imported module; for `from bot import desk` the names as well."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module(path)}: relative import"
            assert node.module is not None
            names = [f"{node.module}.{name.name}" for name in node.names]
            yield from names if node.module in ("bot", "bot.desk") else [node.module]


def owner(name: str) -> str:
    return name.rpartition(".")[0]


def ours(path: Path) -> set[str]:
    return {room(n) for n in imports(path) if n.split(".")[0] in ("bot", "models", "sandbox")}


def every_file(*, but: set[str] = frozenset()) -> pytest.MarkDecorator:  # type: ignore[assignment]
    chosen = [path for path in FILES if room(module(path)) not in but]
    return pytest.mark.parametrize("path", chosen, ids=module)


@every_file(but={"bot"})
def test_imports_point_in_one_direction(path: Path) -> None:
    here = room(module(path))
    if here == "sandbox" and path.name != "run.py":
        assert ours(path) <= {"sandbox"}, "the sandbox is Telegram: it knows no desk"
        return
    for there in ours(path) - {here}:
        assert FLOOR[here] < FLOOR[there], f"{here} imports {there}"


@every_file(but=HOLD_BOTH_SIDES)
def test_nobody_but_delivery_holds_both_sides(path: Path) -> None:
    assert not {"forum", "bridges"} <= ours(path)


@every_file(but=KNOW_AIOGRAM)
def test_aiogram_is_known_to_few(path: Path) -> None:
    if module(path).startswith("bot.bridges.telegram"):
        return
    assert not any(name.split(".")[0] == "aiogram" for name in imports(path))


@every_file(but=set(FLOOR) - {"bridges"})
def test_bridges_do_not_know_one_another(path: Path) -> None:
    own = ".".join(module(path).split(".")[:3])
    others = {".".join(n.split(".")[:3]) for n in imports(path) if n.startswith("bot.bridges.")}
    assert own == "bot.bridges" or others <= {own, "bot.bridges.base"}


@every_file(but={"bridges", "telegram", "config", "sandbox"})
def test_no_channel_is_named_outside_its_bridge(path: Path) -> None:
    bridges = (ROOT / "bot" / "bridges").iterdir()
    channels = {p.stem for p in bridges if not p.stem.startswith("__")} - {"base"}
    nodes = ast.walk(ast.parse(path.read_text()))
    assert not {n.value for n in nodes if isinstance(n, ast.Constant)} & channels


@every_file(but=set(FLOOR) - ONLY_THROUGH_THE_DESK)
def test_rows_are_read_and_changed_through_the_desk(path: Path) -> None:
    """Rows may be handed on and looked at; a query or a change has a name in the desk."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    sources = [n for n in nodes if isinstance(n, ast.ImportFrom) and n.module == "models"]
    rows = {name.asname or name.name for source in sources for name in source.names}
    for node in nodes:
        if isinstance(node, ast.Attribute):
            asked = isinstance(node.value, ast.Name) and node.value.id in rows
            assert not (asked and node.attr.islower()), ast.unparse(node)
            assert node.attr != "save", ast.unparse(node)


@every_file(but=set(FLOOR) - {"desk"})
def test_the_pure_files_need_the_standard_library_only(path: Path) -> None:
    if path.stem in PURE:
        allowed = {f"bot.desk.{name}" for name in PURE} | sys.stdlib_module_names
        assert [n for n in imports(path) if not allowed & {n, n.split(".")[0], owner(n)}] == []


@every_file(but={"config"})
def test_only_the_settings_read_the_environment(path: Path) -> None:
    names = {n.attr for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Attribute)}
    assert not names & {"environ", "getenv"}
    assert "environ" not in path.read_text()


@every_file()
def test_files_are_small_and_their_names_say_something(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400
    assert not set(module(path).split(".")) & NAMES_THAT_SAY_NOTHING
    assert ast.get_docstring(ast.parse(path.read_text())) or "migrations" in path.parts


@every_file()
def test_functions_are_small(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 50, f"{node.name} is too long"
