"""Tidy score files: one row per year, province and series."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from parstats.errors import InvalidData, Problem
from parstats.ingest.known_files import csv_text, score_bounds
from parstats.ingest.known_files.typed_cells import Cells
from parstats.reference import definitions, frameworks

COLUMNS = ("year", "province", "series", "score")
OPTIONAL = ("vintage", "province_name", "unit", "rank", "n_ranked", "n", "se", "note", "obtained")


def read(path: Path, index: str, *, name: str | None = None) -> pd.DataFrame:
    """Read and check a tidy score file.

    The CSV, in UTF-8, has year, province (code or name), series, score (points) and, if wanted,
    vintage (63 or 34; that of the year if not given), province_name (checked against the code),
    unit (a department), rank and n_ranked (as printed), n, se, note and obtained ("derived" of a
    figure that was calculated). Of an index whose totals
    are derived, as PAPI, the file holds sub-dimensions only; of another, any series. `name` is what
    messages call the file.

    Returns year, vintage (missing in an index of other units, whose codes province then holds),
    province (code), unit, series, score, rank_printed, n_ranked_printed, n, se, is_derived; the
    index is the row in the file. Raises InvalidData with every problem of the file.
    """
    name = name or str(path)
    return read_table(csv_text.read(path, name, COLUMNS, OPTIONAL), index, name)


def read_table(table: pd.DataFrame, index: str, name: str) -> pd.DataFrame:
    """Check a tidy table of text cells; see `read`."""
    cells = Cells(table, name)
    years = cells.years(index)
    of_units = frameworks.index_info(index).unit_level == "unit"
    vintages = cells.vintages(years) if not of_units else _unit_sets(table, index)
    read_ = pd.DataFrame(
        {
            "year": years,
            "vintage": vintages,
            "province": cells.provinces(vintages),
            "unit": cells.texts("unit"),
            "series": table["series"],
            "score": cells.numbers("score"),
        }
    ).join(cells.ranks())
    cells.names_agree(read_["province"], vintages, "province_name")
    for column, reader in (("n", cells.integers), ("se", cells.numbers)):
        read_[column] = reader(column, optional=True) if column in table else float("nan")
    _check_survey(cells, read_)
    levels = ("criterion",) if frameworks.index_info(index).total == "sum" else ()
    scale = score_bounds.check_series(cells, years, index, levels=levels)
    score_bounds.check_bounds(cells, read_["score"], years, scale)
    key = read_[["year", "vintage", "province", "unit", "series"]]
    cells.no_repeats(key, "series", "year, province and series")
    read_["is_derived"] = cells.choices("obtained", ("", "derived")) == "derived"
    if of_units:
        read_["vintage"] = pd.array([pd.NA] * len(read_), dtype="Int64")
    if cells.problems:
        raise InvalidData(sorted(cells.problems, key=_location))
    return read_.astype({"year": "int64", "n": "Int64", "se": "float64"})


def _unit_sets(table: pd.DataFrame, index: str) -> pd.Series:
    """Return the number of the units of an index that grades no provinces, for every row."""
    return pd.Series(definitions.unit_set_of_index(index), index=table.index, dtype="int64")


def _check_survey(cells: Cells, read_: pd.DataFrame) -> None:
    for column, wrong, expected in (
        ("n", read_["n"] < 1, "one or more"),
        ("se", read_["se"] < 0, "zero or more"),
    ):
        if column in cells.table:
            error = (expected, "check the figure in the source")
            cells.report(wrong.fillna(False), column, lambda _, error=error: error)  # type: ignore[misc]


def _location(problem: Problem) -> tuple[int, str]:
    return problem.row or 0, problem.column or ""
