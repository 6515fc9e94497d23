"""Fixtures of the tests: loaded tables, and small data folders to build in and to break."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from parstats import cli
from parstats.panel import load_scores
from parstats.reference import provinces
from small_data import SmallData

RAW = Path(__file__).parent.parent / "data" / "raw"


@pytest.fixture(scope="session")
def scores(data_folder: Path) -> pd.DataFrame:
    """PAPI scores of 2011 to 2024, whatever has come since. No test changes it in place."""
    return load_scores("PAPI", years=range(2011, 2025))


@pytest.fixture(scope="module")
def figures_to_2024(folder_to_2024: Path) -> Iterator[None]:
    """For a module that tells what was published to 2024, whatever has come since."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PARSTATS_DATA", str(folder_to_2024))
        yield


@pytest.fixture
def merged_in_2025(monkeypatch: pytest.MonkeyPatch) -> None:
    """Indices are about the 34 provinces from 2025 on, whatever was published since."""
    monkeypatch.setattr(provinces, "LAST_YEAR_63_PROVINCES", 2024)


@pytest.fixture
def built_copy(data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of all the data, raw and built, that a test may change."""
    folder = tmp_path / "data"
    shutil.copytree(data_folder, folder)
    monkeypatch.setenv("PARSTATS_DATA", str(folder))
    return folder


@pytest.fixture
def small_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallData:
    """An empty data folder, in use for the time of the test."""
    folder = tmp_path / "data"
    monkeypatch.setenv("PARSTATS_DATA", str(folder))
    return SmallData(folder)


# A small cut of the figures, quick to build.
CUT = ("papi_2011.csv", "papi_2015.csv", "papi_2024.csv")


@pytest.fixture(scope="session")
def cut_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of a few years, built once."""
    from parstats.pipeline.processed_tables import build

    folder = tmp_path_factory.mktemp("cut")
    (folder / "raw" / "papi").mkdir(parents=True)
    for name in CUT:
        for path in (RAW / "papi" / name, RAW / "papi" / f"{name}.yml"):
            shutil.copy2(path, folder / "raw" / "papi" / path.name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PARSTATS_DATA", str(folder))
        build()
    return folder


@pytest.fixture
def cut_copy(cut_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of a few years, raw and built, that a test may change."""
    folder = tmp_path / "data"
    shutil.copytree(cut_folder, folder)
    monkeypatch.setenv("PARSTATS_DATA", str(folder))
    return folder


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run a command; give back exit status, standard output and standard error."""

    def call(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stop:
            cli.main(arguments)
        captured = capsys.readouterr()
        return int(stop.value.code or 0), captured.out, captured.err

    return call
