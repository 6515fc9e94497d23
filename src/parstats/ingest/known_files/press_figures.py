"""Scores and ranks printed in the press, each with its address and how it was obtained."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from parstats import schema
from parstats.errors import InvalidData
from parstats.ingest.known_files import csv_text, score_bounds
from parstats.ingest.known_files.typed_cells import Cells

COLUMNS = ("year", "province", "series", "score", "rank", "n_ranked", "source")
OPTIONAL = (
    "vintage",
    "province_name",
    "unit",
    "scale",
    "basis_score",
    "basis_rank",
    "note",
    "note_vi",
    "note_en",
)


def read(path: Path, index: str, *, name: str | None = None) -> pd.DataFrame:
    """Read and check a file of printed figures.

    The CSV, in UTF-8, has year, province, series, score, rank, n_ranked (each of the last three may
    be empty), source and, if wanted, vintage, province_name, unit (a department), scale ("points"
    or "percent of maximum"), basis_score and basis_rank (printed, derived from a printed change,
    listed in an order, inferred, disputed), note, note_vi and note_en. `name` is what messages call
    the file.

    Returns year, vintage, province, unit, series, score_printed, scale, basis_score, rank_printed,
    n_ranked_printed, basis_rank, source, note_vi, note_en. A percentage of a maximum that is known
    is given in points. Raises InvalidData with every problem of the file.
    """
    name = name or str(path)
    table = csv_text.read(path, name, COLUMNS, OPTIONAL)
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
            "score_printed": cells.numbers("score", optional=True),
            "scale": cells.choices("scale", ("", *schema.SCALES)),
            "basis_score": cells.choices("basis_score", schema.BASES),
            "basis_rank": cells.choices("basis_rank", schema.BASES),
            "source": table["source"],
            "note_vi": cells.texts("note_vi"),
            "note_en": cells.texts("note_en"),
        }
    ).join(cells.ranks())
    cells.names_agree(read_["province"], vintages, "province_name")
    scale = score_bounds.check_series(cells, years, index)
    _to_points(read_, scale)
    score_bounds.check_bounds(
        cells, read_["score_printed"].where(read_["scale"] == "points"), years, scale
    )
    _check_filled(cells, read_)
    key = read_[["year", "vintage", "province", "unit", "series"]]
    cells.no_repeats(key, "series", "year, province and series")
    if cells.problems:
        raise InvalidData(cells.problems)
    return read_.astype({"year": "int64"})


def _to_points(read_: pd.DataFrame, scale: pd.DataFrame) -> None:
    """Turn percentages of a known maximum into points, in place."""
    read_["scale"] = read_["scale"].where(read_["scale"] != "", "points")
    available = (read_["scale"] == "percent of maximum") & scale["max_points"].notna()
    points = read_["score_printed"] * scale["max_points"] / 100
    read_["score_printed"] = read_["score_printed"].where(~available, points)
    read_["scale"] = read_["scale"].where(~available, "points")


def _check_filled(cells: Cells, read_: pd.DataFrame) -> None:
    source = cells.table["source"]
    cells.report(source == "", "source", lambda _: ("where it was printed", "add the address"))
    nothing = read_["score_printed"].isna() & read_["rank_printed"].isna()
    text = cells.table["score"].isin([""]) & cells.table["rank"].isin([""])
    cells.report(
        nothing & text, "score", lambda _: ("a score, a rank or both", "delete the empty row")
    )
    percent = (read_["scale"] == "percent of maximum") & (
        (read_["score_printed"] < 0) | (read_["score_printed"] > 100)
    )
    cells.report(percent, "score", lambda _: ("a percentage, 0 to 100", "check the source"))
