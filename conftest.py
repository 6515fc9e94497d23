"""Fixtures of the tests and the doctests: data built once, outside the checkout."""

from __future__ import annotations

import functools
import inspect
import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType

import pytest
from hypothesis import HealthCheck, settings

# Tests run in as many processes as there are cores: threads of the linear algebra would only fight.
for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(threads, "1")

# A loaded machine is no failure of the code: no example has a time limit.
settings.register_profile("parstats", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("parstats")

# What the running test has started: processes, servers.
_started: list[str] = []
_STARTS = {"os.fork", "os.forkpty", "os.posix_spawn", "socket.bind", "subprocess.Popen"}
# Programs that libraries ask once about the machine.
_INCIDENTAL = {"fc-list", "lscpu", "ldconfig", "uname"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run that failed or was stopped go on where it was."""
    parser.addoption("--slow-resume", action="store_true", help="leave out what has passed already")


def pytest_configure(config: pytest.Config) -> None:
    """Keep what passes, in the process that hears of all tests."""
    here = not hasattr(config, "workerinput") and not config.option.collectonly
    if config.getoption("--slow-resume") and here:
        config.pluginmanager.register(_Resume(config))


class _Resume:
    """Names of the tests that passed, written one by one; forgotten when all have passed."""

    def __init__(self, config: pytest.Config) -> None:
        self.path = config.rootpath / "build" / "slow-passed.txt"
        self.path.parent.mkdir(exist_ok=True)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Write down a test that passed."""
        if report.when == "call" and report.passed:
            with self.path.open("a", encoding="utf-8") as passed:
                passed.write(f"{report.nodeid}\n")

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """Begin anew when nothing is left."""
        if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            self.path.unlink(missing_ok=True)


_LONG_TESTS = Path(__file__).parent / "tests" / "long_tests.txt"
# What the source of a test, of what it calls in its module, or of a fixture it asks for, says.
_SIGNS = {
    "notebook": re.compile(
        r"notebooks_folder\(|\brender\(|\bin_kernel\(|\brun_cells\(|\"report\", \"(lang|20\", \"26)"
    ),
    "process": re.compile(
        r"\bsubprocess\b|\bexecution\.|\bn_jobs=2|\bfork\b|\bLocalCluster\b|\bHubServer\b"
    ),
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests that run a notebook or start a process; leave out what has passed."""
    passed = config.rootpath / "build" / "slow-passed.txt"
    if config.getoption("--slow-resume") and passed.exists():
        done = set(passed.read_text(encoding="utf-8").splitlines())
        items[:] = [item for item in items if item.nodeid not in done]
    long_tests = frozenset(_LONG_TESTS.read_text(encoding="utf-8").splitlines())
    for item in items:
        if _name(item) in long_tests:
            item.add_marker("long")
        if isinstance(item, pytest.DoctestItem):
            if _SIGNS["process"].search(item.dtest.docstring or ""):
                item.add_marker("process")
        elif isinstance(item, pytest.Function):
            known = item._fixtureinfo.name2fixturedefs.values()
            fixtures = [fixture.func for of_a_name in known for fixture in of_a_name]
            for name, sign in _SIGNS.items():
                if any(_says(sign, function) for function in [item.function, *fixtures]):
                    item.add_marker(name)


def _name(item: pytest.Item) -> str:
    """The name of a test in the list of long ones: its module and function."""
    path = Path(item.nodeid.partition("::")[0]).with_suffix("")
    return f"{'.'.join(path.parts)}::{item.name.partition('[')[0]}"


@functools.cache
def _says(sign: re.Pattern[str], function: FunctionType) -> bool:
    return any(sign.search(_source(each)) for each in _called(function, set()))


def _called(function: FunctionType, seen: set[FunctionType]) -> set[FunctionType]:
    """A function, and those of its module that it calls, directly or through others."""
    seen.add(function)
    codes = [function.__code__]
    while codes:
        code = codes.pop()
        codes += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
        for name in code.co_names:
            other = function.__globals__.get(name)
            if (
                isinstance(other, FunctionType)
                # Not what a library made under the module's name, as a strategy of hypothesis.
                and other.__code__.co_filename == function.__code__.co_filename
                and other not in seen
            ):
                _called(other, seen)
    return seen


@functools.cache
def _source(function: FunctionType) -> str:
    return inspect.getsource(function)


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event in _STARTS and not _INCIDENTAL & set(map(str, _words(arguments))):
        _started.append(event)


def _words(arguments: tuple[object, ...]) -> list[object]:
    """The command of a program that is started."""
    command = arguments[1] if len(arguments) > 1 else ()
    return [Path(str(part)).name for part in command] if isinstance(command, list | tuple) else []


sys.addaudithook(_watch)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """Look at what fixtures start."""
    yield from _unmarked(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Look at what the test starts."""
    yield from _unmarked(item)


def _unmarked(item: pytest.Item) -> Iterator[None]:
    """Let a test fail that starts a process or a server and is not marked."""
    _started.clear()
    yield
    exempt = isinstance(item, pytest.DoctestItem)
    if (
        _started
        and not exempt
        and not any(map(item.get_closest_marker, ("process", "notebook", "slow", "browser")))
    ):
        pytest.fail(
            f"{sorted(set(_started))}: mark the test `process`, or `notebook` if it runs one"
        )


RAW = Path(__file__).parent / "data" / "raw"


@pytest.fixture(scope="session", autouse=True)
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder of its own for the session: the published figures, and tables built from them.

    It is what ``PARSTATS_DATA`` names for every test and doctest, so that none reads or writes the
    checkout's processed tables.
    """
    folder = tmp_path_factory.mktemp("data")
    shutil.copytree(RAW, folder / "raw")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PARSTATS_DATA", str(folder))
        from parstats import storage
        from parstats.pipeline.processed_tables import build

        # An edit of the source while the tests run must not make the tables look out of date.
        patch.setattr(storage, "code_hash", functools.cache(storage.code_hash))
        build()
        yield folder


@pytest.fixture(scope="session")
def folder_to_2024(data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder without the files of later years; as long as there are none, the usual one."""
    import yaml

    from parstats.pipeline.processed_tables import build

    years = {
        path: yaml.safe_load(path.read_text(encoding="utf-8")).get("years") or [0]
        for path in (data_folder / "raw").rglob("*.yml")
    }
    later = [path for path, of_file in years.items() if min(of_file) > 2024]
    if not later:
        return data_folder
    folder = tmp_path_factory.mktemp("to-2024")
    shutil.copytree(data_folder / "raw", folder / "raw")
    for path in later:
        sidecar = folder / path.relative_to(data_folder)
        sidecar.unlink()
        sidecar.with_suffix("").unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PARSTATS_DATA", str(folder))
        build()
    return folder


@pytest.fixture(autouse=True)
def examples_to_2024(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Examples in docstrings show the figures to 2024, whatever has come since."""
    if isinstance(request.node, pytest.DoctestItem):
        folder = request.getfixturevalue("folder_to_2024")
        monkeypatch.setenv("PARSTATS_DATA", str(folder))
