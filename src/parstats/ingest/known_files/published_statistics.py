"""National and regional statistics as published: means, extremes, counts."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from parstats import schema
from parstats.errors import InvalidData
from parstats.ingest.known_files import csv_text, score_bounds
from parstats.ingest.known_files.typed_cells import Cells
from parstats.reference import provinces

COLUMNS = ("year", "series", "statistic", "region", "value", "unit", "source")
OPTIONAL = ("basis", "note")


def read(path: Path, index: str, *, name: str | None = None) -> pd.DataFrame:
    """Read and check a file of published statistics.

    The CSV, in UTF-8, has year, series, statistic (mean, max, min, n_increased, ...), region (code
    of reference/provinces.csv, empty for the country), value, unit, source and, if wanted, basis
    and note. `name` is what messages call the file. Returns year, series, statistic, region, value,
    unit, basis, source; raises InvalidData with every problem of the file.
    """
    name = name or str(path)
    table = csv_text.read(path, name, COLUMNS, OPTIONAL)
    cells = Cells(table, name)
    years = cells.years(index)
    read_ = pd.DataFrame(
        {
            "year": years,
            "series": table["series"],
            "statistic": table["statistic"],
            "region": cells.choices("region", ("", *provinces.REGIONS)),
            "value": cells.numbers("value"),
            "unit": table["unit"],
            "basis": cells.choices("basis", schema.BASES),
            "source": table["source"],
        }
    )
    score_bounds.check_series(cells, years, index)
    for column, expected in (("statistic", "what it is, as mean"), ("source", "where it stands")):
        cells.report(table[column] == "", column, lambda _, expected=expected: (expected, "add it"))  # type: ignore[misc]
    key = read_[["year", "series", "statistic", "region"]]
    cells.no_repeats(key, "statistic", "year, series, statistic and region")
    if cells.problems:
        raise InvalidData(cells.problems)
    return read_.astype({"year": "int64"})
