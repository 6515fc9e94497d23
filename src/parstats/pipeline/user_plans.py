"""Reading tables of plans and measures that `parstats plan` or a person wrote."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from parstats import errors, schema
from parstats.documents.limits import check_package
from parstats.documents.workbook_size import check_size
from parstats.errors import InvalidData, Problem
from parstats.ingest.known_files import csv_text
from parstats.ingest.known_files.typed_cells import Cells
from parstats.panel import load_measures, load_plans
from parstats.pipeline.plan_checks import listed_both_ways
from parstats.plans.series_rows import parts
from parstats.reference import csv_tables, frameworks, provinces
from parstats.storage import TABLE_ENDINGS

# What a table of plans or measures must say, by its form.
_REQUIRED = {
    "plans": ("plan", "province", "plan_year", "indices"),
    "measures": ("plan", "index", "measure_type"),
    "targets": ("plan", "kind", "op", "value"),
    "shortcomings": ("plan", "criterion_as_written", "shortcoming_as_written"),
}
# What the columns that a table leaves out are taken for; None: see `_filled`.
_DEFAULTS: dict[str, dict[str, str | None]] = {
    "plans": {
        **{"vintage": None, "date": "", "formal": "true", "until_year": None},
        **{"unit_level": "province", "agency_level": "province", "completeness": "partial"},
    },
    "measures": {
        **{"row": None, "series": "", "list_type": "remediate", "seen": "measure"},
        **{"coded_by": "human", "confidence": ""},
    },
}
# What is meant by it, for the remark.
_MEANINGS = {
    "vintage": "the provinces of the date, or of the year",
    "date": "unknown, so that the outcome year is the next",
    "formal": "true",
    "until_year": "plan_year",
    "unit_level": "province",
    "agency_level": "province",
    "completeness": "partial, so that nothing is known to be left aside",
    "row": "numbered",
    "series": "not linked",
    "list_type": "remediate",
    "seen": "measure",
    "coded_by": "human",
    "confidence": "1 for a person's links, 0 for a machine's",
}
# Further columns that are handed on where they are there.
_HANDED_ON = ("lead_unit", "criterion_as_written", "label_vi", "label_en", "text")
# Columns of the register's own files that are read and left.
_LEFT = ("province_name", "source_kind", "indicator_vi", "indicator_en", "criterion_named", "note")
_MODELS = {form: schema.TABLES[form] for form in _REQUIRED}
# What only a table of that form has.
_MARKS = {"plans": {"plan", "plan_year"}, "measures": {"plan", "measure_type"}}
# Tables beside those of plans and measures.
_BESIDE = ("targets", "shortcomings")
_MARKS |= {form: set(_REQUIRED[form]) for form in _BESIDE}
# The 34 provinces are there since July 2025.
_MERGED_ON = "2025-07"


def table_form(path: Path) -> str:
    """Return "plans", "measures", "targets" or "shortcomings" by the header of a table, else "".

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "mine.csv"
    >>> _ = path.write_text("plan,province,plan_year,indices", encoding="utf-8")
    >>> table_form(path), table_form(path.with_name("none.csv"))
    ('plans', '')
    """
    try:
        if path.suffix.lower() == ".csv":
            first = path.read_text(encoding="utf-8-sig").lstrip().partition("\n")[0]
            header = {cell.strip().strip('"') for cell in re.split(r"[,;\t]", first)}
        else:
            header = set(_read_table(path).columns) if path.suffix.lower() in _READERS else set()
    except (OSError, UnicodeDecodeError, InvalidData):
        # Whoever reads the table says what is wrong with the file.
        return ""
    return next((form for form, marks in _MARKS.items() if marks <= header), "")


def plan_tables(
    index: str, plans: str | Path = "", measures: str | Path = ""
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the plans for an index and their measures: registered ones, or one's own.

    Parameters
    ----------
    index : str
    plans, measures : str or Path, optional
        Files of tables (.csv, .xlsx, .parquet, .json), or `plans` a folder that holds both as
        plans.* and measures.*; the registered plans if both are empty.

    Returns
    -------
    tuple of pandas.DataFrame: plans and measures, as of `parstats.load_plans` and
        `parstats.load_measures`; what tables of one's own do not say is empty. ``attrs["remarks"]``
        of each says what was taken for granted; ``attrs["n_read"]`` of measures of one's own, how
        many there are for any index.

    Raises
    ------
    InvalidData: for any problem of a table, with file, row and column
    InvalidRequest: if one of the two files is missing

    Examples
    --------
    >>> plans, measures = plan_tables("PAPI")
    >>> bool(measures["plan"].isin(plans["plan"]).all())
    True
    """
    index = frameworks.check_index(index)
    if not str(plans) and not str(measures):
        return load_plans(index), load_measures(index)
    if not str(plans):
        raise errors.InvalidRequest(f"the plans of {measures} are missing: name their file too")
    own_plans, own_measures = read_tables(Path(plans), Path(measures) if str(measures) else None)
    kept = own_measures[own_measures["index"].isin(["", index])]
    kept.attrs = own_measures.attrs | {"n_read": len(own_measures)}
    return (
        _completed(own_plans, schema.Plans.to_schema().columns),
        _completed(kept, schema.Measures.to_schema().columns),
    )


def _completed(table: pd.DataFrame, columns: Mapping[str, Any]) -> pd.DataFrame:
    """Add the columns that tables of one's own need not have, empty."""
    missing = [name for name in columns if name not in table]
    completed = table.assign(
        **{name: _empty(str(columns[name].dtype), table.index) for name in missing}
    )
    if "criterion_as_written" in table and "label_vi" in missing:
        labels = table["criterion_as_written"].where(table["criterion_as_written"] != "", "")
        completed = completed.assign(label_vi=labels, label_en=labels)
    completed.attrs = table.attrs
    return completed


def _empty(kind: str, index: pd.Index) -> pd.Series:
    """Return a column without any value, of a kind of the processed tables."""
    if kind.lower().startswith(("int", "float", "bool")):
        nullable = {"i": "Int64", "f": "float64", "b": "boolean"}[kind.lower()[0]]
        return pd.Series(pd.NA if nullable != "float64" else float("nan"), index, dtype=nullable)
    return pd.Series("", index, dtype="str")


def read_tables(plans: Path, measures: Path | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read plans and measures from two files, or from a folder that holds plans.* and measures.*.

    See `read_plans` and `read_measures`. Raises InvalidData, UnknownChoice as these; InvalidRequest
    if the measures are not named beside a file of plans, or are beside a folder.
    """
    if plans.is_dir():
        if measures is not None:
            raise errors.InvalidRequest(
                f"{plans} is a folder, whose measures.* are read: leave out {measures}, or name "
                "the file of plans"
            )
        plans, measures = (_file_of(plans, form) for form in ("plans", "measures"))
    if measures is None:
        raise errors.InvalidRequest(f"the measures of {plans} are missing: name their file too")
    return read_plans(plans), read_measures(measures)


def _file_of(folder: Path, form: str) -> Path:
    paths = [
        path for path in sorted(folder.glob(f"{form}.*")) if path.suffix.lower() in TABLE_ENDINGS
    ]
    if len(paths) == 1:
        return paths[0]
    actual = " and ".join(path.name for path in paths) or f"no {form}.*"
    expected = f"one table, {form} with {', '.join(TABLE_ENDINGS)}"
    raise _file_error(str(folder), actual, expected, "add it, or leave one of them in the folder")


def read_plans(path: Path) -> pd.DataFrame:
    """Read a table of plans, as ``parstats plan --plans`` writes it or as a person does.

    Takes .csv, .parquet, .xlsx or .json; returns what `parstats.remedies.exposure` needs of
    `parstats.load_plans`. It must have the columns plan, province, plan_year and indices; what the
    others are taken for stands in ``attrs["remarks"]``. A province that is not told is empty; a
    name is turned into its code. Raises InvalidData for any problem (each with file, row, column),
    UnknownChoice if the file ending is not supported.
    """
    table, remarks = _filled(path, "plans")
    table["formal"] = table["formal"].str.lower()
    cells = Cells(table, str(path))
    vintages = cells.integers("vintage")
    wrong = ~vintages.isin(provinces.VINTAGES).fillna(False)
    cells.report(wrong, "vintage", lambda _: ("63 or 34", "mend the vintage"))
    vintages = vintages.where(~wrong, provinces.VINTAGE).astype("int64")
    has_value = table["province"] != ""
    province_cells = Cells(table[has_value], str(path))
    codes = province_cells.provinces(vintages[has_value]).reindex(table.index)
    cells.problems += [_with_date(problem, table) for problem in province_cells.problems]
    formal = cells.choices("formal", ("true", "false"))
    dates = table["date"].map(_is_date)
    cells.report(~dates, "date", lambda _: ("a date as 2024-06-13, 2024-06 or 2024", "mend it"))
    years, last = (cells.integers(name, optional=True) for name in ("plan_year", "until_year"))
    early = (last < years).fillna(False)
    cells.report(early, "until_year", lambda row: (f"{years.at[row]} or later", "mend a year"))
    _check_dates(cells, years, last.where(~early))
    cells.choices("unit_level", schema.PLAN_UNIT_LEVELS)
    cells.choices("agency_level", ("", *schema.AGENCY_LEVELS))
    cells.choices("completeness", schema.COMPLETENESS)
    _check_lists(cells, "indices", frameworks.INDICES)
    _check_filled(cells, ["plan"])
    cells.no_repeats(table[["plan"]], "plan", "plan")
    cells.stop()
    read = table[[*_REQUIRED["plans"], *_DEFAULTS["plans"]]].assign(
        province=codes.astype("object").fillna("").astype("str"),
        vintage=vintages,
        formal=formal == "true",
        plan_year=years,
        until_year=last,
    )
    spelled = _spelling_remarks(table["province"], vintages, str(path))
    read.attrs = {"remarks": (*remarks, *spelled)}
    return read


def _with_date(problem: Problem, table: pd.DataFrame) -> Problem:
    """Name the date where it may be why a province is not found among the 34."""
    issued = table.at[problem.row, "date"]
    if "vintage" not in table.attrs["absent"] or not _is_date(issued) or issued < _MERGED_ON:
        return problem
    remedy = (
        f"{problem.remedy}; or mend the date {issued}: it is after June 2025, so that the province "
        "is looked for among the 34"
    )
    return dataclasses.replace(problem, remedy=remedy)


def _check_dates(cells: Cells, years: pd.Series, last: pd.Series) -> None:
    """Note plans issued after their last year, or more than a year before their first."""
    dates = cells.table["date"]
    issued = pd.to_numeric(dates.where(dates.map(_is_date), "").str[:4], errors="coerce")
    issued, last = issued.astype("Int64"), last.fillna(years)
    late = (issued > last).fillna(False)
    cells.report(
        late,
        "date",
        lambda row: (
            f"a date up to {last.at[row]}, the last year of the plan",
            "mend the date, plan_year or until_year",
        ),
    )
    early = (issued < years - 1).fillna(False)
    cells.report(
        early,
        "date",
        lambda row: (
            f"a date in {years.at[row] - 1} or later, for the plan is for {years.at[row]}",
            "mend the date or plan_year",
        ),
    )


def _spelling_remarks(names: pd.Series, vintages: pd.Series, path: str) -> list[str]:
    """Return how names of provinces that are no known spelling were read."""
    return [
        f"{path}, row {row}: {line}"
        for row, name in names[names != ""].items()
        for line in provinces.fuzzy_remarks([name], int(vintages.at[row]))
    ]


def read_measures(path: Path) -> pd.DataFrame:
    """Read a table of measures, as ``parstats plan -o`` writes it or as a person does.

    Takes .csv, .parquet, .xlsx or .json; returns what `parstats.remedies.exposure` needs of
    `parstats.load_measures`, and the words of the measures and who leads them where they are there.
    It must have the columns plan, index and measure_type, and series or criterion_as_written; what
    the others are taken for stands in ``attrs["remarks"]``. Raises InvalidData for any problem
    (each with file, row, column), UnknownChoice if the file ending is not supported.
    """
    table, remarks = _filled(path, "measures")
    cells = Cells(table, str(path))
    _check_filled(cells, ["plan", "row"])
    cells.choices("list_type", schema.LIST_TYPES)
    cells.choices("seen", schema.SEEN)
    cells.choices("coded_by", schema.CODED_BY)
    types = [row["measure_type"] for row in csv_tables.rows("measure_types")]
    _check_lists(cells, "measure_type", types)
    cells.choices("index", ("", *frameworks.INDICES))
    check_series(cells)
    confidence = cells.numbers("confidence", optional=True)
    outside = (confidence < 0) | (confidence > 1)
    cells.report(outside, "confidence", lambda _: ("a share from 0 to 1, or nothing", "mend it"))
    key = ["plan", "row", "index", "series"]
    cells.no_repeats(table[key], "row", "measure and series of a plan")
    cells.stop()
    columns = [*_REQUIRED["measures"], *_DEFAULTS["measures"]]
    columns += [name for name in _HANDED_ON if name in table]
    read = table[columns].assign(confidence=confidence)
    read.attrs = {"remarks": (*remarks, *listed_both_ways(read, str(path)))}
    return read


def _filled(path: Path, form: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return a table with the columns that it leaves out, and a remark that says how."""
    table = as_text(path, form)
    absent = [column for column in _DEFAULTS[form] if column not in table]
    table.attrs["absent"] = absent
    if form == "measures" and "series" in absent and "criterion_as_written" not in table:
        expected = "the column series, or criterion_as_written for what is not linked yet"
        raise _file_error(str(path), "neither", expected, "add one of them")
    # The date first: the vintage goes by it.
    for column in sorted(absent, key=lambda name: name == "vintage"):
        default = _DEFAULTS[form][column]
        table[column] = _worked_out(table, column) if default is None else default
    # Nobody leaves out how sure a link is by mistake.
    told = [column for column in absent if column not in ("confidence", "row")]
    if not told:
        return table, ()
    taken = "; ".join(f"{column} ({_MEANINGS[column]})" for column in told)
    return table, (f"{path}: without these columns, and so taken as: {taken}",)


def _worked_out(table: pd.DataFrame, column: str) -> pd.Series | list[str]:
    """Return a column that the others tell."""
    if column == "row":
        numbers = table.groupby("plan", sort=False).cumcount() + 1
        return [f"{number:03d}" for number in numbers]
    if column == "until_year":
        return table["plan_year"]
    return [_vintage(*row) for row in table[["plan_year", "date"]].itertuples(index=False)]


def _vintage(year: str, issued: str) -> str:
    """Return the vintage of the provinces at a date, or of a year where it is not known."""
    if len(issued) >= len(_MERGED_ON) and issued[:4].isdecimal() and int(issued[:4]) > 2007:
        return "63" if issued < _MERGED_ON else "34"
    return str(provinces.vintage_in_year(int(year)) if year.isdecimal() else provinces.VINTAGE)


def _is_date(text: str) -> bool:
    """Return whether a text is empty, or a year, month or day that exists."""
    if not re.fullmatch(r"(\d{4}(-\d{2}(-\d{2})?)?)?", text, re.ASCII):
        return False
    try:
        date.fromisoformat(text + "-01" * (2 - text.count("-")) if text else "2000-01-01")
    except ValueError:
        return False
    return True


def as_text(path: Path, form: str) -> pd.DataFrame:
    r"""Return a table of a form with every cell as text, indexed by spreadsheet row.

    Raises InvalidData if it cannot be read or lacks a column that the form needs, UnknownChoice if
    the ending is of no table.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "mine.csv"
    >>> _ = path.write_text("plan,kind,op,value\np,target,=,95\n", encoding="utf-8")
    >>> as_text(path, "targets").loc[2, "value"]
    '95'
    """
    ending, name, needed = path.suffix.lower(), str(path), _REQUIRED[form]
    may_be_empty = form in _BESIDE  # a plan may set no target, or name nothing that fell short
    if ending == ".csv":
        known = (*_MODELS[form].to_schema().columns, *_LEFT)
        optional = [field for field in known if field not in needed]
        return csv_text.read(path, name, needed, optional, rows_needed=not may_be_empty)
    table = _read_table(path)
    missing = [column for column in needed if column not in table]
    if missing or (table.empty and not may_be_empty):
        actual = f"no column {', '.join(missing)}" if missing else "no rows"
        raise _file_error(
            name, actual, f"rows with the columns {', '.join(needed)}", "write it anew"
        )
    table = table.astype("object").map(_text).astype("str")
    return table.set_axis(range(2, len(table) + 2))


def _read_table(path: Path) -> pd.DataFrame:
    """Return a table of any form but CSV, its cells as they are."""
    ending, name = path.suffix.lower(), str(path)
    if ending not in _READERS:
        raise errors.UnknownChoice("ending of a table", path.name, TABLE_ENDINGS)
    try:
        return _READERS[ending](path)
    except InvalidData:
        raise
    except OSError as error:
        reason = error.strerror or ("it cannot be read" if path.exists() else "no such file")
        raise _file_error(name, reason, "a readable file", "check the path") from None
    except Exception:  # each reader has other errors for a damaged file
        expected = f"a table in a {ending} file"
        raise _file_error(name, "none that can be read", expected, "write it anew") from None


def _read_workbook(path: Path) -> pd.DataFrame:
    if path.is_file():
        check_package(path, str(path), ".xlsx", "xl/workbook.xml")
        check_size(path, str(path), extent=True)
    return pd.read_excel(path, dtype="object", engine="openpyxl")


_READERS: dict[str, Callable[[Path], pd.DataFrame]] = {
    ".parquet": pd.read_parquet,
    ".xlsx": _read_workbook,
    ".json": lambda file: pd.read_json(file, dtype=False),
}


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


def check_series(cells: Cells) -> None:
    """Note series that are not of the index beside them; one may be left empty.

    The cells have the columns index and series.
    """
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
