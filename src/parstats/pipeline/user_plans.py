"""Reading tables of plans and measures that a user made, as `parstats plan` writes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from parstats import errors, schema
from parstats.documents.limits import check_package
from parstats.documents.workbook_size import check_size
from parstats.errors import InvalidData, Problem
from parstats.ingest.known_files import csv_text
from parstats.ingest.known_files.typed_cells import Cells
from parstats.plans.series_rows import parts
from parstats.reference import csv_tables, frameworks, provinces
from parstats.storage import TABLE_ENDINGS

# What a study of plans and results needs; further columns of the tables may be there.
_PLANS = (
    *("plan", "province", "vintage", "date", "formal", "plan_year", "indices", "unit_level"),
    "completeness",
)
_MEASURES = (
    *("plan", "row", "index", "series", "list_type", "measure_type", "seen", "coded_by"),
    "confidence",
)


def read_plans(path: Path) -> pd.DataFrame:
    """Read a table of plans.

    Takes .csv, .parquet, .xlsx or .json, as ``parstats plan --plans`` writes it; returns what
    `parstats.remedies.exposure` needs of `parstats.load_plans`. A province that is not told is
    empty; a name is turned into its code. Raises InvalidData for any problem (each with file, row,
    column), UnknownChoice if the file ending is not supported.
    """
    table = _as_text(path, _PLANS, tuple(schema.Plans.to_schema().columns))
    table["formal"] = table["formal"].str.lower()
    cells = Cells(table, str(path))
    vintages = cells.integers("vintage")
    wrong = ~vintages.isin(provinces.VINTAGES).fillna(False)
    cells.report(wrong, "vintage", lambda _: ("63 or 34", "mend the vintage"))
    vintages = vintages.where(~wrong, provinces.VINTAGE).astype("int64")
    has_value = table["province"] != ""
    province_cells = Cells(table[has_value], str(path))
    codes = province_cells.provinces(vintages[has_value]).reindex(table.index)
    cells.problems += province_cells.problems
    formal = cells.choices("formal", ("true", "false"))
    dates = table["date"].str.match(r"^(\d{4}(-\d{2}(-\d{2})?)?)?$")
    cells.report(~dates, "date", lambda _: ("a date as 2024-06-13, 2024-06 or 2024", "mend it"))
    years = cells.integers("plan_year", optional=True)
    cells.choices("unit_level", schema.PLAN_UNIT_LEVELS)
    cells.choices("completeness", schema.COMPLETENESS)
    _check_lists(cells, "indices", frameworks.INDICES)
    _check_filled(cells, ["plan"])
    cells.no_repeats(table[["plan"]], "plan", "plan")
    cells.stop()
    return table[list(_PLANS)].assign(
        province=codes.astype("object").fillna("").astype("str"),
        vintage=vintages,
        formal=formal == "true",
        plan_year=years,
    )


def read_measures(path: Path) -> pd.DataFrame:
    """Read a table of measures.

    Takes .csv, .parquet, .xlsx or .json, as ``parstats plan -o`` writes it; returns what
    `parstats.remedies.exposure` needs of `parstats.load_measures`. Raises InvalidData for any
    problem (each with file, row, column), UnknownChoice if the file ending is not supported.
    """
    table = _as_text(path, _MEASURES, tuple(schema.Measures.to_schema().columns))
    cells = Cells(table, str(path))
    _check_filled(cells, ["plan", "row"])
    cells.choices("list_type", schema.LIST_TYPES)
    cells.choices("seen", schema.SEEN)
    cells.choices("coded_by", schema.CODED_BY)
    types = [row["measure_type"] for row in csv_tables.rows("measure_types")]
    _check_lists(cells, "measure_type", types)
    cells.choices("index", ("", *frameworks.INDICES))
    _check_series(cells)
    confidence = cells.numbers("confidence", optional=True)
    outside = (confidence < 0) | (confidence > 1)
    cells.report(outside, "confidence", lambda _: ("a share from 0 to 1, or nothing", "mend it"))
    key = ["plan", "row", "index", "series"]
    cells.no_repeats(table[key], "row", "measure and series of a plan")
    cells.stop()
    return table[list(_MEASURES)].assign(confidence=confidence)


def _as_text(path: Path, needed: tuple[str, ...], allowed: tuple[str, ...]) -> pd.DataFrame:
    """Return a table with every cell as text, indexed by spreadsheet row."""
    ending, name = path.suffix.lower(), str(path)
    if ending == ".csv":
        return csv_text.read(
            path, name, needed, [field for field in allowed if field not in needed]
        )
    readers = {
        ".parquet": pd.read_parquet,
        ".xlsx": _read_workbook,
        ".json": lambda file: pd.read_json(file, dtype=False),
    }
    if ending not in readers:
        raise errors.UnknownChoice("ending of a table", path.name, TABLE_ENDINGS)
    try:
        table = readers[ending](path)
    except InvalidData:
        raise
    except OSError as error:
        reason = error.strerror or ("it cannot be read" if path.exists() else "no such file")
        raise _file_error(name, reason, "a readable file", "check the path") from None
    except Exception:  # each reader has other errors for a damaged file
        expected = f"a table in a {ending} file"
        raise _file_error(name, "none that can be read", expected, "write it anew") from None
    missing = [column for column in needed if column not in table]
    if missing or table.empty:
        actual = f"no column {', '.join(missing)}" if missing else "no rows"
        raise _file_error(
            name, actual, f"rows with the columns {', '.join(needed)}", "write it anew"
        )
    table = table.astype("object").map(_text).astype("str")
    return table.set_axis(range(2, len(table) + 2))


def _read_workbook(path: Path) -> pd.DataFrame:
    if path.is_file():
        check_package(path, str(path), ".xlsx", "xl/workbook.xml")
        check_size(path, str(path), extent=True)
    return pd.read_excel(path, dtype="object", engine="openpyxl")


def _text(value: Any) -> str:
    """Return a cell as a CSV file would hold it; a whole number without decimals."""
    if pd.isna(value):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    # A spreadsheet's date comes with an hour.
    return str(value).strip().removesuffix(" 00:00:00")


def _file_error(name: str, actual: str, expected: str, remedy: str) -> InvalidData:
    return InvalidData([Problem(name, None, None, actual, expected, remedy)])


def _check_filled(cells: Cells, columns: list[str]) -> None:
    for column in columns:
        empty = cells.table[column] == ""
        cells.report(empty, column, lambda _: ("something", "fill it in"))


def _check_lists(cells: Cells, column: str, allowed: tuple[str, ...] | list[str]) -> None:
    """Note cells that hold something else than words of a list, parted by semicolons."""
    text = cells.table[column]
    good = pd.Series([set(parts(cell)) <= set(allowed) for cell in text], index=text.index)
    allowed_text = ", ".join(allowed)
    cells.report(~good, column, lambda _: (f"{allowed_text}; several parted by ;", "mend it"))


def _check_series(cells: Cells) -> None:
    """Note series that are not of the index beside them; one may be left empty."""
    series_table = frameworks.series()
    index_by_series = dict(zip(series_table["series"], series_table["index"], strict=True))
    named, index = cells.table["series"], cells.table["index"]
    wrong = (named != "") & (named.map(index_by_series).fillna("") != index)
    cells.report(
        wrong,
        "series",
        lambda row: (
            f"one series of {index.at[row] or 'the index, which is not given'}",
            "see reference/frameworks; leave it empty if unsure",
        ),
    )
