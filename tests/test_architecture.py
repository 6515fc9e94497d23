"""The house: imports point down only, and everything public says what it is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import parstats

SOURCE = Path(parstats.__file__).parent

# Bottom to top; rooms on one floor do not know each other.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("errors", "reference"),
    ("labels",),
    ("provinces", "frameworks"),
    ("storage",),
    ("schema",),
    ("panel",),
    ("inference",),
    ("ingest", "plans"),
    ("drivers",),
    ("remedies",),
    ("advice",),
    ("figures",),
    ("build", "fetch", "quality"),
    ("reports",),
    ("cli",),
)
STAIRS_OF_PLANS = ("text", "facts", "documents", "segments", "meaning")
HEIGHT = {room: height for height, floor in enumerate(FLOORS) for room in floor}
MODULES = sorted(path for path in SOURCE.rglob("*.py") if path != SOURCE / "__init__.py")


def dotted(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def room_of(path: Path) -> str:
    return path.relative_to(SOURCE).with_suffix("").parts[0]


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and name of every import, also inside functions and type checks."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{dotted(path)}:{node.lineno}: relative import"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def imported_rooms(path: Path) -> Iterator[tuple[int, str]]:
    """Line and room of every import from the package."""
    for line, name in imports(path):
        if name == "parstats":
            yield line, ""
        elif name.startswith("parstats."):
            yield line, name.split(".")[1]


def test_every_module_has_a_floor() -> None:
    assert {room_of(path) for path in MODULES} <= set(HEIGHT)


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_imports_point_down_only(path: Path) -> None:
    own = room_of(path)
    wrong = [
        f"line {line}: {own} imports {room or 'the whole package'}"
        for line, room in imported_rooms(path)
        if room != own and not (room in HEIGHT and HEIGHT[room] < HEIGHT[own])
    ]
    assert not wrong


def test_the_check_sees_imports() -> None:
    """What it says of modules whose imports are known."""
    found = {room for _, room in imported_rooms(SOURCE / "drivers" / "shares.py")}
    assert found == {"drivers", "errors", "inference"}


def test_no_module_is_called_utils() -> None:
    names = {part for path in MODULES for part in dotted(path).split(".")}
    assert not names & {"utils", "util", "helpers", "common", "misc"}


def test_drivers_and_inference_read_and_write_nothing() -> None:
    """Tidy tables or arrays in and out: no files, no plots."""
    for room in ("drivers", "inference"):
        for path in (SOURCE / room).glob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
            modules = {
                (node.module or "").split(".")[0]
                for node in ast.walk(tree)
                if isinstance(node, ast.ImportFrom)
            } | {
                alias.name.split(".")[0]
                for node in ast.walk(tree)
                if isinstance(node, ast.Import)
                for alias in node.names
            }
            assert not modules & {"matplotlib", "seaborn", "pathlib", "os", "io"}, dotted(path)
            assert not names & {"open", "print"}, dotted(path)


@pytest.mark.parametrize("path", [SOURCE / "__init__.py", *MODULES], ids=dotted)
def test_everything_public_has_a_docstring(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    public = [node for node in tree.body if isinstance(node, kinds) and node.name[0] != "_"]
    for node in [*public]:
        if isinstance(node, ast.ClassDef):
            public += [m for m in node.body if isinstance(m, kinds) and m.name[0] != "_"]
    assert ast.get_docstring(tree), "the module itself"
    assert not [
        f"line {node.lineno}: {node.name}" for node in public if not ast.get_docstring(node)
    ]


@pytest.mark.parametrize("place", range(len(STAIRS_OF_PLANS)), ids=STAIRS_OF_PLANS)
def test_reading_a_plan_goes_one_way(place: int) -> None:
    """Inside plans: what a page says is known before what it means."""
    above = {f"parstats.plans.{name}" for name in STAIRS_OF_PLANS[place + 1 :]}
    own = SOURCE / "plans" / STAIRS_OF_PLANS[place]
    wrong = [
        f"{path.name} imports {name}"
        for path in own.glob("*.py")
        for _, name in imports(path)
        if any(f"{name}.".startswith(f"{room}.") for room in above)
    ]
    assert not wrong
