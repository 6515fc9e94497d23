"""Contradictions between sources that a person has settled: kept, rejected, why."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from parstats.errors import InvalidData
from parstats.ingest.known_files import csv_text, score_bounds
from parstats.ingest.known_files.typed_cells import Cells
from parstats.reference import csv_tables, provinces

COLUMNS = (
    "year",
    "province",
    "series",
    "statistic",
    "kept",
    "rejected",
    "why_vi",
    "why_en",
    "source",
)
OPTIONAL = ("vintage", "province_name", "unit")
_LABEL = "statistic."


def _statistics() -> list[str]:
    """Return the statistics on which sources may disagree: those with a name in both languages."""
    keys = (row["key"] for row in csv_tables.rows("labels"))
    return sorted(key.removeprefix(_LABEL) for key in keys if key.startswith(_LABEL))


def _exists(statistic: str) -> bool:
    name, _, region = statistic.partition(" ")
    return name in _statistics() and region in ("", *provinces.REGIONS)


def read(path: Path, index: str, *, name: str | None = None) -> pd.DataFrame:
    """Read and check a file of settled contradictions.

    The CSV, in UTF-8, has year, province (empty for the country), series, statistic (score, rank,
    mean, ...), kept (empty if no value is), rejected (empty if only a claim is), why_vi, why_en,
    source. `name` is what messages call the file. Returns these columns and vintage, unit; raises
    InvalidData with every problem of the file.
    """
    name = name or str(path)
    table = csv_text.read(path, name, COLUMNS, OPTIONAL)
    cells = Cells(table, name)
    years = cells.years(index)
    vintages = cells.vintages(years)
    local = table["province"] != ""
    codes = pd.Series("", index=table.index, dtype="str")
    if local.any():
        part = Cells(table[local], name)
        codes[local] = part.provinces(vintages[local]).fillna("")
        cells.problems += part.problems
    read_ = table[list(COLUMNS)].assign(
        year=years, vintage=vintages, province=codes, unit=cells.texts("unit")
    )
    score_bounds.check_series(cells, years, index)
    cells.report(
        ~table["statistic"].map(_exists),
        "statistic",
        lambda _: (
            f"one of {', '.join(_statistics())}, if wanted with a region, as 'mean RRD'",
            "mend it, or name it in reference/labels.csv",
        ),
    )
    for column in ("why_vi", "why_en", "source"):
        cells.report(table[column] == "", column, lambda _: ("something", "fill it in"))
    if cells.problems:
        raise InvalidData(cells.problems)
    return read_.astype({"year": "int64"})
