"""Reading data/raw/plans: the register of plans, their measures, targets, and corrections."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import pandas as pd

from parstats import schema, storage
from parstats.errors import InvalidData, Problem
from parstats.ingest import sidecar
from parstats.ingest.known_files import csv_text
from parstats.ingest.known_files.typed_cells import Cells
from parstats.plans import corrections, target_corrections
from parstats.plans.plan_facts import FACTS, NoFact, fact_value, with_corrected_facts
from parstats.plans.row_sources import table_of
from parstats.plans.series_rows import parts
from parstats.reference import csv_tables, frameworks, provinces

FOLDER = "plans"
#: How the sidecars of registered plans say who made the files.
WRITTEN_BY = "parstats plan --register"

_PLAN_COLUMNS = (
    *("plan", "province", "province_name", "vintage", "agency", "agency_level", "number", "date"),
    *("blanks", "kind", "formal", "plan_year", "baseline_year", "until_year", "indices"),
    *("unit_level", "completeness", "parent", "document", "source", "note_vi", "note_en"),
)
_TARGET = ("target_op", "target_value", "target_unit", "indicator_vi", "indicator_en")
# Names in two languages; where there is one of them, it stands for the other.
_NAMES = ("indicator_vi", "indicator_en", "label_vi", "label_en")
_MEASURE_COLUMNS = (
    "plan",
    "row",
    "appendix",
    "section",
    "code_as_written",
    "criterion_as_written",
    "index",
    "series",
    "series_basis",
    "list_type",
    "surveyed",
    "measure_type",
    *_TARGET,
    "lead_unit",
    "support_unit",
    "deadline",
    "inherited",
    "label_vi",
    "label_en",
    "line_start",
    "line_end",
)
_TARGET_COLUMNS = (
    *("plan", "index", "series", "indicator_vi", "indicator_en", "year", "kind", "op", "value"),
    *("unit", "achieved", "met", "rank", "n_ranked", "line", "note_vi", "note_en"),
)
# What `parstats plan --register` writes beside: the words of the document, and its file.
_MEASURES_READ = (
    *("target_as_written", "lead_as_written", "support_as_written", "result_as_written"),
    *("text", "page", "confidence", "coded_by"),
)
_PLANS_READ = ("path", "sha256", "n_pages", "reader_version")
_SHORTCOMING_COLUMNS = tuple(schema.Shortcomings.to_schema().columns)
#: Columns of the files that hold a machine's reading, by form.
COLUMNS_READ = {
    "plans": (*_PLAN_COLUMNS, *_PLANS_READ),
    "measures": (*_MEASURE_COLUMNS, *_MEASURES_READ),
    "targets": ("row", *_TARGET_COLUMNS),
    "shortcomings": _SHORTCOMING_COLUMNS,
}
# Since when the 34 provinces are there.
_MERGED_ON = "2025-07-01"
_BLANKS = ("number", "day", "date")


def plan_files(raw: Path) -> list[tuple[Path, str]]:
    """Return the files of plans in order of name, each with what messages call it."""
    folder = raw / FOLDER
    if not folder.is_dir():
        return []
    return [(path, f"{raw.name}/{FOLDER}/{path.name}") for path in data_files(folder)]


def data_files(folder: Path) -> list[Path]:
    """Return the CSV files of a folder; hidden ones, and what is no file, are left out."""
    return sorted(path for path in folder.glob("[!.]*.[cC][sS][vV]") if path.is_file())


def plan_names(raw: Path) -> dict[str, str]:
    """Return the names of the registered plans, each with the file that lists it."""
    return {plan["plan"]: plan["file"] for plan in registered_plans(raw)}


def registered_plans(raw: Path) -> list[dict[str, str]]:
    """Return the registered plans as their files have them, each with the file that lists it."""
    found: list[dict[str, str]] = []
    for path, name in plan_files(raw):
        about = sidecar.load(sidecar.sidecar_path(path), f"{name}.yml") or {}
        if about.get("form") == "plans":
            optional = (*_PLAN_COLUMNS[1:], "source_kind", *_PLANS_READ)
            table = csv_text.read(path, name, ("plan",), optional).fillna("")
            found += [
                {"province": "", "number": "", "date": ""} | plan | {"file": name}
                for plan in table.astype(str).to_dict("records")
            ]
    return found


def changed_readings(raw: Path) -> dict[str, list[Problem]]:
    """Return the registered plans with a file that was changed since, each with what is wrong.

    Only those that `parstats plan --register` wrote; other files are refused by `read_all`.
    """
    changed: dict[str, list[Problem]] = {}
    for path, name in plan_files(raw):
        about = sidecar.load(sidecar.sidecar_path(path), f"{name}.yml") or {}
        plan = _registered_plan(str(about.get("title", "")))
        if plan and about.get("sha256") != storage.sha256(path):
            expected, remedy = (
                f"it as {WRITTEN_BY} wrote it",
                f"restore it, or delete the files of {plan} and register it again",
            )
            actual = "a file that was changed since"
            changed.setdefault(plan, []).append(Problem(name, None, None, actual, expected, remedy))
    return changed


def _registered_plan(title: str) -> str:
    """Return the plan that a sidecar of a registered file names; "" if it is none."""
    return title.partition(", ")[2] if title.startswith(WRITTEN_BY) else ""


def read_all(raw: Path, without: Collection[str] = ()) -> dict[str, pd.DataFrame]:
    """Read and check every file of plans but those of the registered plans named in `without`.

    By form (plans, measures, targets, shortcomings, overrides): the columns of the files, with
    corrections, each row with ``file`` and ``line_of_file``; measures also with ``coded_by``. A
    form without rows is absent; all are if there is no folder. Raises InvalidData with every
    problem found: file, row, column.
    """
    problems: list[Problem] = []
    read: dict[str, list[pd.DataFrame]] = {}
    for path, name in plan_files(raw):
        try:
            about = sidecar.read(path, name)
            if _registered_plan(about.title) in without:
                continue
            sidecar.check_unchanged(path, name, about)
            _check_form(about, name)
            table = _READERS[about.form](path, name)
        except InvalidData as error:
            problems += error.problems
            continue
        table = table.assign(file=name, line_of_file=table.index)
        if about.form == "measures":
            by_row = pd.Series(table.get("coded_by", ""), table.index)
            table["coded_by"] = by_row.replace("", about.coded_by)
        read.setdefault(about.form, []).append(table)
    tables = {form: pd.concat(parts, ignore_index=True) for form, parts in read.items()}
    problems += _cross_checks(tables)
    if not problems and "overrides" in tables and "plans" in tables:
        tables["plans"] = with_corrected_facts(tables["plans"], tables["overrides"])
    if not problems and "overrides" in tables and "measures" in tables:
        tables["measures"] = corrections.apply_corrections(tables["measures"], tables["overrides"])
        problems += _series_problems(tables["measures"])
    if problems:
        raise InvalidData(problems)
    return {form: table for form, table in tables.items() if len(table)}


def _check_form(about: sidecar.Sidecar, name: str) -> None:
    sidecar_name = f"{name}.yml"
    if about.form not in _READERS:
        expected, remedy = f"one of {', '.join(_READERS)}", "mend the sidecar"
        raise InvalidData([Problem(sidecar_name, None, "form", repr(about.form), expected, remedy)])
    if about.form == "measures" and about.coded_by not in schema.CODED_BY:
        expected = f"one of {', '.join(schema.CODED_BY)}"
        actual = repr(about.coded_by) if about.coded_by else "nothing"
        remedy = "say in the sidecar who coded the rows"
        raise InvalidData([Problem(sidecar_name, None, "coded_by", actual, expected, remedy)])


def _labelled(prefix: str) -> list[str]:
    """Return the values a column may hold: those with a label in both languages."""
    start = f"{prefix}."
    keys = (row["key"] for row in csv_tables.rows("labels"))
    return [key.removeprefix(start) for key in keys if key.startswith(start)]


def _measure_types() -> list[str]:
    return [row["measure_type"] for row in csv_tables.rows("measure_types")]


def _read_plans(path: Path, name: str) -> pd.DataFrame:
    table = csv_text.read(path, name, _PLAN_COLUMNS, ("source_kind", *_PLANS_READ))
    cells = Cells(table, name)
    vintages = cells.integers("vintage")
    wrong = ~vintages.isin(provinces.VINTAGES).fillna(False)
    cells.report(wrong, "vintage", lambda _: ("63 or 34", "mend the vintage"))
    vintages = vintages.where(~wrong, provinces.VINTAGE).astype("int64")
    codes = cells.provinces(vintages)
    cells.names_agree(codes, vintages, "province_name")
    _check_dates(cells, vintages)
    read = table[[column for column in _PLAN_COLUMNS if column != "province_name"]].assign(
        province=codes.fillna(""), vintage=vintages, formal=_booleans(cells, "formal")
    )
    for column in ("plan_year", "baseline_year", "until_year"):
        read[column] = cells.integers(column, optional=column != "plan_year")
    _take_over(read, cells, _PLANS_READ)
    cells.choices("agency_level", ("", *schema.AGENCY_LEVELS))
    cells.choices("unit_level", schema.PLAN_UNIT_LEVELS)
    cells.choices("completeness", schema.COMPLETENESS)
    cells.choices("kind", _labelled("plan_kind"))
    _check_lists(cells, "indices", frameworks.INDICES)
    _check_lists(cells, "blanks", _BLANKS, optional=True)
    for column in ("plan", "source"):
        cells.report(table[column] == "", column, lambda _: ("something", "fill it in"))
    cells.no_repeats(table[["plan"]], "plan", "plan")
    cells.stop()
    return read


def _check_dates(cells: Cells, vintages: pd.Series) -> None:
    dates = cells.table["date"]
    wrong = ~dates.str.match(r"^(\d{4}(-\d{2}(-\d{2})?)?)?$")
    remedy = ("a date as 2024-06-13, 2024-06 or 2024", "write what is known of it")
    cells.report(wrong, "date", lambda _: remedy)
    exact = dates.str.len() >= 7
    late = exact & (dates >= _MERGED_ON[:7])
    mixed = exact & ~wrong & (late != (vintages == 34))
    cells.report(
        mixed,
        "date",
        lambda row: (
            f"a date {'from' if vintages.at[row] == 34 else 'before'} July 2025 for a code of "
            f"the {vintages.at[row]} provinces",
            "mend date, province or vintage: 63 provinces to June 2025, 34 since",
        ),
    )


def _read_measures(path: Path, name: str) -> pd.DataFrame:
    needed = [column for column in _MEASURE_COLUMNS if column not in _NAMES]
    optional = (*_NAMES, "criterion_named", "note", *_MEASURES_READ)
    table = _named(csv_text.read(path, name, needed, optional))
    cells = Cells(table, name)
    is_reading = "text" in table
    read = table[list(_MEASURE_COLUMNS)].assign(
        surveyed=_booleans(cells, "surveyed"),
        target_value=cells.numbers("target_value", optional=True),
    )
    for column in ("line_start", "line_end"):
        read[column] = cells.integers(column, optional=True)
    _take_over(read, cells, _MEASURES_READ)
    _check_measure_labels(cells, is_reading=is_reading)
    for column in ("plan", "row") if is_reading else ("plan", "row", "index"):
        cells.report(table[column] == "", column, lambda _: ("something", "fill it in"))
    expectation = (
        "the measure in our own words, in Vietnamese or English",
        "write a short label, no sentence of the plan",
    )
    unnamed = (table["label_vi"] == "") & (table["text"] == "" if is_reading else True)
    cells.report(unnamed, "label_vi", _always(expectation))
    cells.no_repeats(table[["plan", "row"]], "row", "measure of a plan")
    cells.stop()
    return read


def _take_over(read: pd.DataFrame, cells: Cells, columns: Sequence[str]) -> None:
    """Take over the columns of a machine's reading that are there, numbers as numbers."""
    for column in (name for name in columns if name in cells.table):
        if column in ("page", "n_pages"):
            read[column] = cells.integers(column, optional=True)
        elif column == "confidence":
            read[column] = cells.numbers(column, optional=True)
        else:
            read[column] = cells.table[column]
    if "coded_by" in read:
        cells.choices("coded_by", ("", *schema.CODED_BY))


def _named(table: pd.DataFrame) -> pd.DataFrame:
    """Fill in labels of one language from the other, and what a target counts from the label.

    A machine's table has the words of the document and no names of what is counted.
    """
    table = table.assign(**{column: "" for column in _NAMES if column not in table})
    given = {column: table[column] for column in _NAMES}
    for wanted, other in (("vi", "en"), ("en", "vi")):
        label, counted = (
            given[f"{name}_{wanted}"].where(
                given[f"{name}_{wanted}"] != "", given[f"{name}_{other}"]
            )
            for name in ("label", "indicator")
        )
        table[f"label_{wanted}"] = label
        table[f"indicator_{wanted}"] = counted.where(
            (counted != "") | (table["target_op"] == ""), label
        )
    return table


def _check_measure_labels(cells: Cells, *, is_reading: bool) -> None:
    """Check what is chosen from lists; a document counts in units that need have no label."""
    cells.choices("series_basis", schema.SERIES_BASES)
    cells.choices("list_type", schema.LIST_TYPES)
    cells.choices("target_op", schema.OPERATORS)
    if not is_reading:
        cells.choices("target_unit", ["", *_labelled("unit")])
    _check_lists(cells, "index", frameworks.INDICES, optional=is_reading)
    _check_lists(cells, "measure_type", _measure_types(), optional=True)


def _read_targets(path: Path, name: str) -> pd.DataFrame:
    table = csv_text.read(path, name, _TARGET_COLUMNS, ("row",))
    cells = Cells(table, name)
    is_reading = "row" in table
    columns = [*_TARGET_COLUMNS, *(("row",) if is_reading else ())]
    read = table[columns].assign(
        value=cells.numbers("value", optional=True),
        achieved=cells.numbers("achieved", optional=True),
        met=_booleans(cells, "met", optional=True),
    )
    for column in ("year", "rank", "n_ranked", "line"):
        read[column] = cells.integers(column, optional=True)
    cells.choices("kind", schema.TARGET_KINDS)
    cells.choices("op", schema.OPERATORS)
    if not is_reading:
        cells.choices("unit", ["", *_labelled("unit")])
    _check_lists(cells, "index", frameworks.INDICES, optional=is_reading)
    for column in ("plan",) if is_reading else ("plan", "indicator_vi", "indicator_en"):
        cells.report(table[column] == "", column, lambda _: ("something", "fill it in"))
    cells.stop()
    return read


def _read_shortcomings(path: Path, name: str) -> pd.DataFrame:
    table = csv_text.read(path, name, _SHORTCOMING_COLUMNS)
    cells = Cells(table, name)
    read = table[list(_SHORTCOMING_COLUMNS)].assign(number=cells.integers("number"))
    for column in ("achieved", "threshold"):
        read[column] = cells.numbers(column, optional=True)
    for column in ("page", "line_start", "line_end"):
        read[column] = cells.integers(column, optional=True)
    _check_lists(cells, "index", frameworks.INDICES, optional=True)
    cells.report(table["plan"] == "", "plan", lambda _: ("a plan", "fill it in"))
    cells.no_repeats(table[["plan", "number"]], "number", "shortcoming of a plan")
    cells.stop()
    return read


def read_overrides(path: Path, name: str) -> pd.DataFrame:
    """Read and check a file of corrections.

    The CSV has the columns of `parstats.plans.corrections.COLUMNS`; the fingerprint may be left
    out. `name` is what messages call it. Raises InvalidData with every problem: file, row, column.
    """
    table = csv_text.read(
        path, name, corrections.COLUMNS[:-1], corrections.COLUMNS[-1:], rows_needed=False
    )
    cells = Cells(table, name)
    of_plan = table["row"] == ""
    _check_columns(cells, of_plan)
    wrong = of_plan != table["column"].isin(FACTS)
    cells.report(
        wrong,
        "row",
        lambda at: (
            ("empty for a fact of the plan", "leave it empty")
            if not of_plan[at]
            else ("the row of the measure", "fill it in")
        ),
    )
    wrong = table["coded_by"] != "human"
    cells.report(wrong, "coded_by", lambda _: ("human", "only people's corrections belong here"))
    # Rows of a document that is read again may have moved: its words tell them apart.
    marks = cells.texts("fingerprint")
    cells.no_repeats(
        table[["plan", "row", "column"]].assign(mark=marks), "column", "corrected cell"
    )
    values = table["value"]
    for column, allowed in (
        ("list_type", schema.LIST_TYPES),
        ("target_op", schema.OPERATORS),
        ("op", schema.OPERATORS),
        ("target_unit", ["", *_labelled("unit")]),
        ("series_basis", schema.SERIES_BASES),
        (corrections.DROPPED, ("true",)),
    ):
        bad = (table["column"] == column) & ~values.isin(list(allowed))
        # Documents of users count in any unit; those of the register have a name in both languages.
        bad &= (column != "target_unit") | (marks == "")
        allowed_text = ", ".join(option for option in allowed if option)
        cells.report(bad, "value", _always((f"one of {allowed_text}", "mend it")))
    numbers = table["column"].isin(["target_value", *target_corrections.NUMBERS])
    numbers &= values != ""
    bad = numbers & pd.to_numeric(values, errors="coerce").isna()
    cells.report(bad, "value", lambda _: ("a number with a decimal point", "mend it"))
    whole = table["column"].isin(target_corrections.INTEGERS) & (values != "")
    cells.report(
        whole & ~values.str.fullmatch(r"\d{1,4}"), "value", _always(("a whole number", "mend it"))
    )
    _check_facts(cells)
    measure_types = set(_measure_types())
    types = table["column"] == "measure_type"
    listed = [set(parts(text)) <= measure_types for text in values]
    bad = types & ~pd.Series(listed, index=values.index, dtype="bool")
    cells.report(bad, "value", lambda _: ("types of measure parted by ;", "mend it"))
    cells.stop()
    return table.assign(fingerprint=marks)


def _check_columns(cells: Cells, of_plan: pd.Series) -> None:
    """Note columns that the table of a row, or a plan, has not."""
    tables = cells.table["row"].map(table_of)
    beside = {name: list(columns) for name, columns in target_corrections.CORRECTABLE.items()}
    allowed = {"measures": [*corrections.CORRECTABLE], **beside}
    for name, columns in allowed.items():
        bad = ~of_plan & (tables == name) & ~cells.table["column"].isin([*columns, *FACTS])
        expected = f"one of {', '.join(columns)}"
        cells.report(bad, "column", _always((expected, f"mend it: the row is of {name}")))
    cells.report(
        of_plan & ~cells.table["column"].isin([*FACTS, *corrections.CORRECTABLE]),
        "column",
        _always((f"one of {', '.join(FACTS)}", "mend it")),
    )


def _check_facts(cells: Cells) -> None:
    """Note corrections of facts of a plan that are no value of the fact."""
    table = cells.table
    for row, fact, value in zip(table.index, table["column"], table["value"], strict=True):
        if fact in FACTS:
            try:
                fact_value(fact, value if fact != "province" else "")
            except NoFact as expected:
                wrong = pd.Series(table.index == row, table.index)
                cells.report(wrong, "value", _always((str(expected), "mend it")))


_READERS: dict[str, Callable[[Path, str], pd.DataFrame]] = {
    "plans": _read_plans,
    "measures": _read_measures,
    "targets": _read_targets,
    "shortcomings": _read_shortcomings,
    "overrides": read_overrides,
}


def _always(expectation: tuple[str, str]) -> Callable[[int], tuple[str, str]]:
    """Return a function that gives the expectation and the remedy for any row."""
    return lambda _: expectation


def _booleans(cells: Cells, column: str, *, optional: bool = False) -> pd.Series:
    text = cells.choices(column, ("true", "false", "") if optional else ("true", "false"))
    if optional:
        return text.map({"true": True, "false": False}).astype("boolean")
    return text == "true"


def _check_lists(
    cells: Cells, column: str, allowed: tuple[str, ...] | list[str], *, optional: bool = False
) -> None:
    """Note cells that hold something else than words of a list, parted by semicolons."""
    text = cells.table[column]
    listed = [set(parts(cell)) <= set(allowed) and (optional or cell != "") for cell in text]
    good = pd.Series(listed, index=text.index)
    allowed_text = ", ".join(allowed)
    cells.report(~good, column, lambda _: (f"{allowed_text}; several parted by ;", "mend it"))


def _cross_checks(tables: dict[str, pd.DataFrame]) -> list[Problem]:
    """Check the files against each other."""
    problems: list[Problem] = []
    plan_codes = set(tables["plans"]["plan"]) if "plans" in tables else set()
    for form in ("measures", "targets", "shortcomings"):
        for case in tables.get(form, pd.DataFrame()).itertuples():
            if case.plan not in plan_codes:
                expected, remedy = "a plan of the register", "add it to plans.csv, or mend it"
                problems.append(_problem(case, "plan", case.plan, expected, remedy))
        if form in tables:
            problems += _series_problems(tables[form])
    problems += _parent_problems(tables.get("plans"))
    if "measures" in tables:
        keys = tables["measures"][["plan", "row"]]
        for row_index in keys.duplicated().to_numpy().nonzero()[0]:
            case = next(tables["measures"].iloc[[row_index]].itertuples())
            expected, remedy = "each row of a plan in one file", "keep one of them"
            problems.append(_problem(case, "row", f"{case.plan} {case.row}", expected, remedy))
        rows = set(keys.itertuples(index=False, name=None))
        for case in tables.get("overrides", pd.DataFrame()).itertuples():
            if case.column in FACTS and case.plan in plan_codes:
                continue
            if (case.plan, case.row) not in rows:
                expected, remedy = "a measure that is registered", "mend plan or row"
                problems.append(_problem(case, "row", f"{case.plan} {case.row}", expected, remedy))
    return problems


def _parent_problems(plans: pd.DataFrame | None) -> list[Problem]:
    if plans is None:
        return []
    wrong = plans[(plans["parent"] != "") & ~plans["parent"].isin(plans["plan"])]
    return [
        _problem(case, "parent", case.parent, "a plan of the register", "mend it, or leave it out")
        for case in wrong.itertuples()
    ]


def _series_problems(table: pd.DataFrame) -> list[Problem]:
    """Return the series that are not of the index beside them."""
    series = frameworks.series()
    index_by_series = dict(zip(series["series"], series["index"], strict=True))
    # The column index, whose name the row's own index has taken.
    location = int(table.columns.get_loc("index")) + 1
    problems = []
    for case in table.itertuples():
        indices = set(parts(case[location]))
        wrong = [name for name in parts(case.series) if index_by_series.get(name) not in indices]
        if wrong:
            expected = f"series of {' or '.join(sorted(indices)) or 'an index'}"
            remedy = "see reference/frameworks; leave it empty if unsure"
            problems.append(_problem(case, "series", ", ".join(wrong), expected, remedy))
    return problems


def _problem(case: object, column: str, actual: str, expected: str, remedy: str) -> Problem:
    row = int(case.line_of_file)  # type: ignore[attr-defined]
    return Problem(str(case.file), row, column, repr(actual), expected, remedy)  # type: ignore[attr-defined]
