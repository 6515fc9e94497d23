"""Lists that must keep step with the code: each test says what to add to which list."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from tests.test_architecture import SOURCE, imported_files, room_name

from parstats.pipeline import processed_tables
from parstats.reports.batch import preload_modules, versions

ROOT = Path(__file__).parent.parent


def test_tables_are_out_of_date_when_a_room_behind_them_changes() -> None:
    waiting, reached = {SOURCE / "pipeline" / "processed_tables.py"}, set()
    while waiting:
        path = waiting.pop()
        reached.add(path)
        waiting |= imported_files(path) - reached
    rooms = {room_name(path) + ("" if path.parent != SOURCE else ".py") for path in reached}
    listed = set(processed_tables.ROOMS)
    assert listed == rooms, "add to, or take from, ROOMS in pipeline/processed_tables.py"


@pytest.mark.parametrize("name", ["numpy", "scipy", "scikit-learn", "statsmodels", "seaborn"])
def test_resume_counts_what_pages_are_computed_with(name: str) -> None:
    assert versions.versions()[name] == metadata.version(name)


RUN_A_NOTEBOOK = """
import json, sys, nbformat
from parstats import execution
from parstats.reports.batch.preload_modules import NOTEBOOKS
execution.preload(NOTEBOOKS)
before = set(sys.modules)
notebook = nbformat.read(sys.argv[1], as_version=4)
for cell in notebook.cells:
    if "parameters" in cell.metadata.get("tags", []):
        cell.source += "\\n" + sys.argv[2]
execution.run_cells(notebook)
print(json.dumps(sorted(set(sys.modules) - before)))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("notebook", "parameters"),
    [
        ("01_data_quality", ""),
        ("02_drivers", "province = 'Lạng Sơn'"),
        ("03_remedies", "n_sets, n_draws = 3, 99"),
        ("04_province_report", "province = 'Lạng Sơn'"),
        ("05_across_indices", "n_draws = 50"),
        ("08_drivers_over_time", "level, n_draws = 'dimension', 50"),
    ],
)
def test_nothing_large_is_imported_anew_for_each_report(notebook: str, parameters: str) -> None:
    path = ROOT / "notebooks" / f"{notebook}.ipynb"
    run = subprocess.run(
        [sys.executable, "-c", RUN_A_NOTEBOOK, str(path), parameters],
        capture_output=True,
        text=True,
        check=True,
    )
    modules = json.loads(run.stdout.splitlines()[-1])
    # A module here and there of a library that is loaded already costs next to nothing.
    loaded = {name.partition(".")[0] for name in preload_modules.NOTEBOOKS} - {"parstats"}
    loaded |= {"IPython", *sys.stdlib_module_names}
    late = [name for name in modules if name.partition(".")[0] not in loaded]
    assert not late, "add these to NOTEBOOKS in reports/batch/preload_modules.py"
