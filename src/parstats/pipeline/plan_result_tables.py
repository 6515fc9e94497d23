"""Reading tables of targets and of shortcomings that `parstats plan` or a person wrote."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from parstats import schema
from parstats.errors import Problem
from parstats.ingest.known_files.typed_cells import Cells
from parstats.pipeline import user_plans
from parstats.plans.series_rows import parts
from parstats.reference import frameworks

#: Forms of tables that stand beside plans and measures.
FORMS = ("targets", "shortcomings")
_NUMBERS = {"targets": ("value", "achieved"), "shortcomings": ("achieved", "threshold")}
_INTEGERS = {
    "targets": ("number", "year", "rank", "n_ranked", "line"),
    "shortcomings": ("number", "page", "line_start", "line_end"),
}
# Operators that need a number beside them.
_NUMERIC = (">=", "<=", "=")


def read_targets(path: Path) -> pd.DataFrame:
    """Read a table of targets, as ``parstats plan --targets`` writes it or as a person does.

    Takes .csv, .parquet, .xlsx or .json. It must have the columns plan, kind, op and value; others
    of `parstats.schema.models.Targets` may be left out. Raises InvalidData for any problem (each
    with file, row, column), UnknownChoice if the file ending is not supported.
    """
    cells = _cells(path, "targets")
    table = cells.table
    cells.choices("kind", schema.TARGET_KINDS)
    cells.choices("op", schema.OPERATORS)
    read = _typed(cells, "targets")
    is_target = table["kind"] == "target"
    without = is_target & (table["value"] != "") & (table["op"] == "")
    cells.report(without, "op", lambda _: ("an operator beside the value", "fill it in"))
    bare = is_target & table["op"].isin(_NUMERIC) & (table["value"] == "")
    cells.report(bare, "value", lambda _: ("a number beside the operator", "fill it in"))
    if {"met", "achieved"} <= set(table):
        reached = (table["op"] == ">=") & (read["achieved"] >= read["value"])
        wrong = reached & (table["met"].str.lower() == "false")
        cells.report(
            wrong,
            "met",
            lambda _: ("true, for what was achieved reaches the value", "mend one of them"),
        )
    cells.stop()
    return read


def read_shortcomings(path: Path) -> pd.DataFrame:
    """Read a table of shortcomings, as ``parstats plan --shortcomings`` writes it or as a person.

    Takes .csv, .parquet, .xlsx or .json. It must have the columns plan, criterion_as_written and
    shortcoming_as_written; others of `parstats.schema.models.Shortcomings` may be left out. Raises
    InvalidData for any problem (each with file, row, column), UnknownChoice if the file ending is
    not supported.
    """
    cells = _cells(path, "shortcomings")
    table = cells.table
    read = _typed(cells, "shortcomings")
    silent = (table["criterion_as_written"] == "") & (table["shortcoming_as_written"] == "")
    expected = "a criterion, or what fell short"
    cells.report(silent, "shortcoming_as_written", lambda _: (expected, "fill in one of them"))
    cells.stop()
    return read


def rows_not_listed(
    table: pd.DataFrame, name: str, column: str, measures: pd.DataFrame
) -> Iterator[Problem]:
    """Yield a problem for each measure that a column names and that is in no table of measures.

    >>> measures = pd.DataFrame({"plan": ["a"], "row": ["001"]})
    >>> table = pd.DataFrame({"plan": ["a", "a"], "row": ["001", "007"]}, index=[2, 3])
    >>> [problem.row for problem in rows_not_listed(table, "targets.csv", "row", measures)]
    [3]
    """
    if column not in table:
        return
    listed = set(zip(measures["plan"], measures["row"], strict=True))
    for at, plan, written in zip(table.index, table["plan"], table[column], strict=True):
        gone = [row for row in parts(written) if (plan, row) not in listed]
        if gone:
            remedy = "mend it, or leave it empty"
            expected = f"rows of the measures of {plan}"
            yield Problem(name, int(at), column, repr("; ".join(gone)), expected, remedy)


def _cells(path: Path, form: str) -> Cells:
    """Return the cells of a table after the checks that both forms have in common."""
    table = user_plans.as_text(path, form)
    cells = Cells(table, str(path))
    cells.report(table["plan"] == "", "plan", lambda _: ("something", "fill it in"))
    if "number" in table:
        cells.no_repeats(table[["plan", "number"]], "number", f"number of the {form} of a plan")
    if "met" in table:
        wrong = ~table["met"].str.lower().isin(["true", "false", ""])
        cells.report(wrong, "met", lambda _: ("true, false or nothing", "mend it"))
    if "index" in table:
        cells.choices("index", ("", *frameworks.INDICES))
    if {"index", "series"} <= set(table):
        user_plans.check_series(cells)
    return cells


def _typed(cells: Cells, form: str) -> pd.DataFrame:
    """Return the table with its numbers as numbers; what is none is noted."""
    read = cells.table.copy()
    for column in (name for name in _NUMBERS[form] if name in read):
        read[column] = cells.numbers(column, optional=True)
    for column in (name for name in _INTEGERS[form] if name in read):
        read[column] = cells.integers(column, optional=True)
    read.attrs = {"remarks": ()}
    return read
