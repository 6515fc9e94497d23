"""The house: imports point down only, and everything public says what it is."""

from __future__ import annotations

import ast
import functools
import re
from collections import Counter
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import parstats

SOURCE = Path(parstats.__file__).parent

# The floor plan, bottom to top: a room imports rooms on lower floors only; rooms on one floor do
# not know each other. CONTRIBUTING.md shows this plan; a test compares the two.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("errors",),
    ("arguments", "execution", "folders", "formula_text"),
    ("reference",),
    ("storage", "stats"),
    ("schema", "documents"),
    ("panel",),
    ("ingest", "plans"),
    ("drivers",),
    ("advice", "remedies"),
    ("pipeline",),
    ("figures",),
    ("reports",),
    ("cli",),
)
# Inside plans: fields are told before a document is read, and it is read before it is linked.
PLAN_STEPS = ("fields", "parse", "link", "classify")
HEIGHT = {room: height for height, floor in enumerate(FLOORS) for room in floor}
MODULES = sorted(path for path in SOURCE.rglob("*.py") if path != SOURCE / "__init__.py")


def dotted(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def room_name(path: Path) -> str:
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


def imported_files(path: Path) -> set[Path]:
    """Files of the package that a module imports, also inside functions; not for type checks."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(node)
        for check in ast.walk(tree)
        if isinstance(check, ast.If) and ast.unparse(check.test) == "TYPE_CHECKING"
        for node in ast.walk(check)
    }
    files = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and id(node) not in typing_only:
            for alias in node.names:
                # What is imported is a module, else it is a name that its module holds.
                files |= module_file(f"{node.module}.{alias.name}") or module_file(
                    node.module or ""
                )
    return files


def module_file(module: str) -> set[Path]:
    """The file of a module of the package, if it is one."""
    path = SOURCE.joinpath(*module.split(".")[1:])
    candidates = {path.with_suffix(".py"), path / "__init__.py"} - {SOURCE / "__init__.py"}
    return {file for file in candidates if module.startswith("parstats.") and file.exists()}


def test_the_floor_plan_names_every_room_and_no_other() -> None:
    assert {room_name(path) for path in MODULES} == set(HEIGHT)


def test_contributing_shows_this_floor_plan() -> None:
    text = (SOURCE.parents[1] / "CONTRIBUTING.md").read_text(encoding="utf-8")
    plan = text.partition("## Where new code goes")[2].partition("| You want to add")[0]
    lines = re.findall(r"^    ((?:\w+(?:/|\.py) )+) *\S", plan, flags=re.MULTILINE)
    floors = [set(re.findall(r"(\w+)(?:/|\.py)", line)) for line in lines]
    assert floors == [set(floor) for floor in reversed(FLOORS)]


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_imports_point_down_only(path: Path) -> None:
    own_room = room_name(path)
    upward = [
        f"line {line}: {own_room} imports {room or 'the whole package'}"
        for line, room in imported_rooms(path)
        if room != own_room and not (room in HEIGHT and HEIGHT[room] < HEIGHT[own_room])
    ]
    assert not upward


def test_no_import_between_files_is_circular() -> None:
    graph = {path: imported_files(path) - {path} for path in MODULES}
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(" -> ".join(dotted(path) for path in error.args[1]))


def test_the_checks_see_imports() -> None:
    """Their results for modules whose imports are well known."""
    rooms = {room for _, room in imported_rooms(SOURCE / "drivers" / "shares.py")}
    assert rooms == {"arguments", "drivers", "errors", "panel", "reference", "stats"}
    assert SOURCE / "reports" / "batch" / "local.py" in imported_files(
        SOURCE / "reports" / "batch" / "worker_process.py"
    )


# Packages that may be imported inside a function, and why not at the top of the module.
LATE_IMPORTS = {
    **dict.fromkeys(
        ("numpy", "pandas", "scipy", "sklearn"), "half a second that --help and names need not"
    ),
    **dict.fromkeys(("matplotlib", "great_tables", "PIL"), "only where something is drawn"),
    "geopandas": "an extra, only for maps by boundaries",
    **dict.fromkeys(
        ("docx", "lxml", "openpyxl", "pdfminer", "pdfplumber", "python_calamine", "xlrd"),
        "only for files of that form",
    ),
    **dict.fromkeys(
        ("IPython", "jupyter_client", "nbclient", "nbconvert", "nbformat", "papermill"),
        "only where a notebook runs",
    ),
    **dict.fromkeys(
        ("joblib", "rich", "rapidfuzz"), "only for batches, bars, and names that do not match"
    ),
    **dict.fromkeys(
        ("distributed", "huggingface_hub", "tesserocr", "upath", "weasyprint"), "an extra"
    ),
    "fcntl": "not on Windows",
    "platformdirs": "only without a checkout",
    "traitlets": "comes with IPython",
}


def test_imports_inside_functions_are_of_heavy_or_optional_packages() -> None:
    """Never to hide a circle: modules of the package that are light are imported at the top.

    A command imports what it needs when it runs, so that ``parstats --help`` imports little.
    """
    light = [
        f"{dotted(path)}:{line} {name}"
        for path in MODULES
        if room_name(path) != "cli"
        for line, name in late_imports(path)
        if name.partition(".")[0] not in LATE_IMPORTS and not is_heavy(name)
    ]
    assert not light


def late_imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and module of every import inside a function; the lazy faces of rooms aside."""
    for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(function, ast.FunctionDef) and function.name != "__getattr__":
            for node in ast.walk(function):
                if isinstance(node, ast.Import):
                    yield node.lineno, node.names[0].name
                elif isinstance(node, ast.ImportFrom):
                    for alias in node.names:
                        full = f"{node.module}.{alias.name}"
                        yield node.lineno, full if module_file(full) else node.module or ""


@functools.cache
def is_heavy(module: str) -> bool:
    """Whether importing a module of the package imports one of the packages above."""
    return any(
        name.partition(".")[0] in LATE_IMPORTS or (name != module and is_heavy(name))
        for path in module_file(module)
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    )


def test_modules_have_names_of_their_own() -> None:
    """Two modules of one name, or a name that says nothing, cannot be told apart in an editor."""
    stems = Counter(path.stem for path in MODULES if path.stem != "__init__")
    assert not {stem for stem, count in stems.items() if count > 1}


def test_no_module_is_called_utils() -> None:
    names = {part for path in MODULES for part in dotted(path).split(".")}
    assert not names & {"utils", "util", "helpers", "common", "misc"}


def test_drivers_and_stats_read_and_write_nothing() -> None:
    """Tidy tables or arrays in and out: no files, no plots."""
    for room in ("drivers", "stats"):
        for path in (SOURCE / room).rglob("*.py"):
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


@pytest.mark.parametrize("step", range(len(PLAN_STEPS)), ids=PLAN_STEPS)
def test_reading_a_plan_goes_one_way(step: int) -> None:
    later_rooms = {f"parstats.plans.{name}" for name in PLAN_STEPS[step + 1 :]}
    backward = [
        f"{path.name} imports {name}"
        for path in (SOURCE / "plans" / PLAN_STEPS[step]).glob("*.py")
        for _, name in imports(path)
        if any(f"{name}.".startswith(f"{room}.") for room in later_rooms)
    ]
    assert not backward
