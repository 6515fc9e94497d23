"""Tidy score files: one row per year, province and series."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from parstats.errors import InvalidData, Problem
from parstats.ingest.known_files import csv_text, score_bounds
from parstats.ingest.known_files.typed_cells import Cells
from parstats.reference import frameworks

COLUMNS = ("year", "province", "series", "score")
OPTIONAL = ("vintage", "province_name", "unit", "rank", "n_ranked", "n", "se", "note")


def read(path: Path, index: str, *, name: str | None = None) -> pd.DataFrame:
    """Read and check a tidy score file.

    The CSV, in UTF-8, has year, province (code or name), series, score (points) and, if wanted,
    vintage (63 or 34; that of the year if not given), province_name (checked against the code),
    unit (a department), rank and n_ranked (as printed), n, se and note. Of an index whose totals
    are derived, as PAPI, the file holds sub-dimensions only; of another, any series. `name` is what
    messages call the file.

    Returns year, vintage, province (code), unit, series, score, rank_printed, n_ranked_printed, n,
    se; the index is the row in the file. Raises InvalidData with every problem of the file.
    """
    name = name or str(path)
    return read_table(csv_text.read(path, name, COLUMNS, OPTIONAL), index, name)


def read_table(table: pd.DataFrame, index: str, name: str) -> pd.DataFrame:
    """Check a tidy table of text cells; see `read`."""
    cells = Cells(table, name)
    years = cells.years(index)
    vintages = cells.vintages(years)
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
    if cells.problems:
        raise InvalidData(sorted(cells.problems, key=_location))
    return read_.astype({"year": "int64", "n": "Int64", "se": "float64"})


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
