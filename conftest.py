"""Fixtures of the tests and the doctests: data built once, outside the checkout."""

from __future__ import annotations

import functools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# Tests run in as many processes as there are cores: threads of the linear algebra would only fight.
for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(threads, "1")

# A loaded machine is no failure of the code: no example has a time limit.
settings.register_profile("parstats", deadline=None)
settings.load_profile("parstats")

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
