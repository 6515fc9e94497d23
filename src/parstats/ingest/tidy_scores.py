"""Tidy score files: a row a year, province and series."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from parstats import frameworks, schema
from parstats.errors import InvalidData, Problem
from parstats.ingest import text_table
from parstats.ingest.cells import Cells

COLUMNS = ("year", "province", "series", "score")
OPTIONAL = ("province_name", "n", "se", "note")


def read(path: Path, index: str, *, name: str | None = None) -> pd.DataFrame:
    """Read and check a tidy score file.

    Parameters
    ----------
    path : pathlib.Path
        CSV in UTF-8 with the columns year, province (code or name), series, score and, if wanted,
        province_name (checked against the code), n, se and note. Scores are those of
        sub-dimensions, in points; dimensions and totals are derived, never read.
    index : str
        The index the scores are of.
    name : str, optional
        What messages should call the file; its path if not given.

    Returns
    -------
    pandas.DataFrame
        year, province (code), series, score, n, se; the index is the row in the file.

    Raises
    ------
    InvalidData
        With every problem of the file.

    Notes
    -----
    A score may lie `parstats.schema.MINIMUM_TOLERANCE` below the derived minimum of its scale,
    which is published rounded to two decimals.
    """
    name = name or str(path)
    table = text_table.read(path, name, COLUMNS, OPTIONAL)
    cells = Cells(table, name)
    read_ = pd.DataFrame(
        {
            "year": cells.years(index),
            "province": cells.provinces(),
            "series": table["series"],
            "score": cells.numbers("score"),
        }
    )
    cells.names_agree(read_["province"], "province_name")
    for column, reader in (("n", cells.whole_numbers), ("se", cells.numbers)):
        read_[column] = reader(column, optional=True) if column in table else float("nan")
    _check_survey(cells, read_)
    scale = _scales(cells, read_, index)
    _check_bounds(cells, read_, scale)
    cells.no_repeats(read_[["year", "province", "series"]], "series", "year, province and series")
    if cells.problems:
        raise InvalidData(sorted(cells.problems, key=_place))
    return read_.astype({"year": "int64", "n": "Int64", "se": "float64"})


def _check_survey(cells: Cells, read_: pd.DataFrame) -> None:
    for column, wrong, expected in (
        ("n", read_["n"] < 1, "one or more"),
        ("se", read_["se"] < 0, "zero or more"),
    ):
        if column in cells.table:
            fault = (expected, "check the figure in the source")
            cells.report(wrong.fillna(False), column, lambda _, fault=fault: fault)  # type: ignore[misc]


def _place(problem: Problem) -> tuple[int, str]:
    return problem.row or 0, problem.column or ""


def _scales(cells: Cells, read_: pd.DataFrame, index: str) -> pd.DataFrame:
    """Minimum and maximum by row; notes series that the framework of the year does not hold."""
    known = frameworks.series()
    criteria = known[(known["index"] == index) & (known["level"] == "criterion")]["series"]
    is_criterion = read_["series"].isin(criteria)
    cells.report(
        ~is_criterion, "series", lambda row: _expected_series(read_.at[row, "series"], criteria)
    )
    keys = pd.MultiIndex.from_frame(read_[["series", "year"]])
    scale = frameworks.by_year()[["min_points", "max_points"]].reindex(keys).set_axis(read_.index)
    absent = is_criterion & read_["year"].notna() & scale["max_points"].isna()
    cells.report(
        absent,
        "series",
        lambda row: (
            f"a series that {index} held in {read_.at[row, 'year']}",
            "mend the year or the series; see reference/versions.csv",
        ),
    )
    return scale


def _expected_series(found: str, criteria: pd.Series) -> tuple[str, str]:
    from rapidfuzz import process

    known = frameworks.series().set_index("series")["level"]
    if known.get(found) in ("index", "dimension"):
        return "the series of a sub-dimension", "delete the row: totals are derived from its parts"
    near = process.extractOne(found, list(criteria), score_cutoff=70)
    remedy = f"perhaps {near[0]}" if near else "see reference/series.csv"
    return "a series of reference/series.csv", remedy


def _check_bounds(cells: Cells, read_: pd.DataFrame, scale: pd.DataFrame) -> None:
    for bound, wrong in (
        ("most", read_["score"] > scale["max_points"] + schema.MAXIMUM_TOLERANCE),
        ("least", read_["score"] < scale["min_points"] - schema.MINIMUM_TOLERANCE),
    ):
        column = "max_points" if bound == "most" else "min_points"
        cells.report(
            wrong,
            "score",
            lambda row, bound=bound, column=column: (  # type: ignore[misc]
                f"at {bound} {scale.at[row, column]:.4g} points "
                f"({read_.at[row, 'series']}, {read_.at[row, 'year']})",
                "check the figure and its column in the source",
            ),
        )
