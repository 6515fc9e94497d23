"""Names of an earlier version: an old one is an error that says what it is called now."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import papermill
import pytest

import parstats as ps
from parstats.errors import InvalidRequest

ROOT = Path(__file__).parent.parent
ROOMS = {
    name: getattr(ps, name) for name in ("panel", "drivers", "remedies", "charts", "tables", "text")
}


def renamed_arguments() -> Iterator[tuple[str, Callable[..., Any], str, str]]:
    """Room and name of every public function with an old argument, its old and its new name."""
    for room, module in ROOMS.items():
        for name in module.__all__:
            function = getattr(module, name)
            for old, new in getattr(function, "old_names", {}).items():
                yield f"{room}.{name}", function, old, new


@pytest.mark.parametrize(
    ("name", "function", "old", "new"),
    [pytest.param(*case, id=f"{case[0]}-{case[2]}") for case in renamed_arguments()],
)
def test_an_old_argument_names_the_new_one(name, function, old, new):
    with pytest.raises(InvalidRequest, match=f"the argument {old} is now called {new}"):
        function(**{old: 1})


@pytest.mark.parametrize(
    ("room", "old", "new"),
    [("panel", "standing", "overall"), ("drivers", "needed_weights", "target_weights"),
     ("remedies", "rebound", "mean_reversion"), ("charts", "rebound", "mean_reversion"),
     ("tables", "both", "compare_estimators"), ("text", "lines", "estimate_lines")],
)  # fmt: skip
def test_an_old_function_names_the_new_one(room, old, new):
    with pytest.raises(AttributeError, match=f"{old} is now parstats.{room}.{new}"):
        getattr(ROOMS[room], old)
    assert callable(getattr(ROOMS[room], new))
    with pytest.raises(AttributeError, match="has no attribute 'no_such'"):
        _ = ROOMS[room].no_such


def test_an_old_room_names_the_new_one():
    with pytest.raises(AttributeError, match=r"inference of version 0.1 is now parstats.stats"):
        _ = ps.inference
    from parstats import figures

    with pytest.raises(AttributeError, match=r"figures.history is now parstats.charts.history"):
        _ = figures.history


@pytest.mark.notebook
def test_an_old_parameter_stops_a_notebook(tmp_path):
    with pytest.raises(papermill.PapermillExecutionError, match="draws is now called n_draws"):
        papermill.execute_notebook(
            ROOT / "notebooks" / "03_remedies.ipynb",
            tmp_path / "out.ipynb",
            {"draws": 99},
            engine_name="parstats",
            progress_bar=False,
        )


def test_the_changelog_lists_every_renamed_argument():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    rows = [re.findall("`([^`]+)`", line) for line in text.splitlines() if line.startswith("|")]
    listed = {(name, row[0], row[1]) for row in rows if len(row) > 2 for name in row[2:]}
    missing = {(name, old, new) for name, _, old, new in renamed_arguments()} - listed
    assert not missing
