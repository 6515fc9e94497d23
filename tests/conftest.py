"""Fixtures of the tests: loaded tables, and small data folders to build in and to break."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from parstats.panel import load_scores
from small_data import SmallData


@pytest.fixture(scope="session")
def scores(data_folder: Path) -> pd.DataFrame:
    """All PAPI scores. No test changes it in place."""
    return load_scores("PAPI")


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
