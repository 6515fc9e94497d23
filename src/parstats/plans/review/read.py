"""Read a corrected workbook back: changed cells, deleted rows, and what cannot be read."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parstats.documents.workbook_size import check_size
from parstats.errors import InvalidData, OutputRefused, Problem
from parstats.plans import corrections
from parstats.plans.register import Tables
from parstats.plans.review.cell_values import (
    NotRead,
    amount,
    chosen,
    entries,
    is_above_whole,
    is_no_time,
    unit_name,
)
from parstats.plans.review.plan_sheet import read_plans
from parstats.plans.review.review_sheet import (
    _CORRECTED,
    _GENERATOR,
    _HIDDEN,
    _LARGEST,
    _MOST_DROPPED,
    _SAME_PLAN,
    COLUMNS,
    Formula,
    _header,
    _measure_cells,
    cell_content,
    cell_text,
    is_same,
)
from parstats.plans.review.target_sheets_read import read_target_sheets, would_lose
from parstats.reference import labels
from parstats.reference.labels import text

if TYPE_CHECKING:
    import pandas as pd
    from openpyxl.worksheet.worksheet import Worksheet


_TARGET = {"target_op", "target_value", "target_unit"}


def read(path: Path, tables: Tables, *, today: str | None = None) -> pd.DataFrame:
    """Read the changes made in a workbook as corrections.

    `write` made it of the same plans, which `tables` holds as they are read now; `today` is the ISO
    date to put beside each correction. Returns the columns of `parstats.plans.corrections.COLUMNS`,
    no rows if nothing was changed. Raises InvalidData if the file is no such workbook, is of
    another plan, or has cells that cannot be read; each with sheet, row and column.
    """
    import pandas as pd

    book = _open(path)
    lang, originals = _read_original(book[_HIDDEN], path)
    _check_same_plans(path, originals, tables)
    name = text("review.sheet.measures", lang)
    if name not in book.sheetnames:
        raise _file_error(path, f"no sheet {name}", "the sheet of measures", "restore it")
    sheet = book[name]
    location = f"{path.name}, sheet {name}"
    columns = _headers(sheet, location, lang)
    indices = {case.plan: tuple(case.indices.split(";")) for case in tables.plans.itertuples()}
    problems: list[Problem] = []
    cases: list[dict[str, str]] = []
    seen: set[tuple[str, str]] = set()
    for number, cells in enumerate(sheet.iter_rows(min_row=2), 2):
        if not any(cell_text(cell.value) for cell in cells):
            continue
        row = _contents(cells, columns)
        measure_key = (cell_text(row["plan"]), _row_name(row["row"]))
        if measure_key not in originals or measure_key in seen:
            again = measure_key in seen
            expected = "each measure once" if again else "a measure of this workbook"
            remedy = "delete the row" if again else "restore plan and row; none can be added here"
            header = text("review.column.row", lang)
            problems.append(
                Problem(location, number, header, repr(" ".join(measure_key)), expected, remedy)
            )
            continue
        seen.add(measure_key)
        line = _Line(location, number, lang, row, indices[measure_key[0]])
        cases += _changes(line, originals[measure_key], problems, measure_key)
    cases += _dropped(location, originals, seen, problems)
    cases += read_target_sheets(book, path.name, lang, tables, cases, problems)
    cases += read_plans(book, path.name, lang, problems)
    if problems:
        raise InvalidData(problems)
    lines = pd.DataFrame(cases, columns=list(corrections.COLUMNS), dtype="str").fillna("")
    return lines.assign(date=today or date.today().isoformat(), coded_by="human")


def holds_corrections(path: Path) -> bool:
    """Return whether a workbook was made of corrected measures.

    If not, it holds all that is to be corrected, and what was read from it earlier is void: a
    cell that was set back is no correction any more.
    """
    return bool(_open(path)[_HIDDEN]["C1"].value == _CORRECTED)


def check_free(path: Path, tables: Tables) -> None:
    """Refuse to overwrite a workbook with corrections that were not applied.

    Corrections that the tables to be written into it have already are not lost. Raises
    OutputRefused if the file exists and is no workbook of `write`, or has other corrections.
    """
    if not path.exists():
        return
    remedy = "use --apply to read it back, or name another file with --review"
    try:
        book = _open(path)
        lang, originals = _read_original(book[_HIDDEN], path)
        written_text = _edited(book, lang)
    except InvalidData as error:
        raise OutputRefused(f"{path}: {error.problems[0].actual} stands there; {remedy}") from None
    cases = tables.measures.to_dict("records")
    now = {(case["plan"], case["row"]): _measure_cells(case, {}, lang) for case in cases}
    changed = [
        measure_key
        for measure_key in originals
        if _differs(written_text.get(measure_key), originals[measure_key])
    ]
    lost = any(
        _differs(written_text.get(measure_key), now.get(measure_key)) for measure_key in changed
    )
    if lost or not set(written_text) <= set(originals) or would_lose(book, lang, tables):
        raise OutputRefused(f"{path}: holds corrections that would be lost; {remedy}")


def _edited(book: Any, lang: str) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the cells that can be corrected, as the sheet of measures holds them now."""
    name = text("review.sheet.measures", lang)
    if name not in book.sheetnames:
        raise InvalidData([Problem(name, None, None, "no sheet of measures", "one", "restore it")])
    columns = _headers(book[name], name, lang)
    entries = {}
    for cells in book[name].iter_rows(min_row=2):
        row = _contents(cells, columns)
        if any(cell_text(value) for value in row.values()):
            entries[cell_text(row["plan"]), _row_name(row["row"])] = row
    return entries


def _differs(first: dict[str, Any] | None, other: dict[str, Any] | None) -> bool:
    """Return whether two rows differ in a correctable cell; None means no row."""
    if first is None or other is None:
        return first is not other
    edited = (column.key for column in COLUMNS if column.edits)
    return any(not is_same(first[key], other.get(key)) for key in edited)


# Reading.


@dataclass(frozen=True)
class _Line:
    """A row of the sheet, and its name for messages."""

    location: str
    number: int
    lang: str
    cells: dict[str, Any]
    indices: tuple[str, ...] = ()

    def problem(self, key: str, expected: str, remedy: str) -> Problem:
        column = next(column for column in COLUMNS if column.key == key)
        actual = repr(cell_text(self.cells[key]))
        return Problem(
            self.location, self.number, _header(column, self.lang), actual, expected, remedy
        )


def _file_error(path: Path, actual: str, expected: str, remedy: str) -> InvalidData:
    return InvalidData([Problem(path.name, None, None, actual, expected, remedy)])


def _open(path: Path) -> Any:
    from openpyxl import load_workbook

    expected = "a workbook that `parstats plan --review` wrote"
    remedy = "name the workbook, or write a new one with --review"
    try:
        with zipfile.ZipFile(path) as package:
            size = sum(item.file_size for item in package.infolist())
        if size > _LARGEST:
            raise _file_error(path, f"{size / 2**20:,.0f} MB inside", expected, remedy)
        check_size(path, path.name, extent=True)
        book = load_workbook(path)
    except InvalidData:
        raise
    except FileNotFoundError:
        raise _file_error(path, "no such file", expected, "check the path") from None
    except Exception:  # damaged workbooks fail in many ways
        raise _file_error(path, "no readable workbook", expected, remedy) from None
    if _HIDDEN not in book.sheetnames or book[_HIDDEN]["A1"].value != _GENERATOR:
        raise _file_error(path, "another workbook", expected, remedy)
    return book


def _read_original(
    sheet: Worksheet, path: Path
) -> tuple[str, dict[tuple[str, str], dict[str, Any]]]:
    rows = list(sheet.iter_rows(values_only=True))
    lang = str(rows[0][1]) if len(rows[0]) > 1 else ""
    keys = [str(cell) for cell in rows[1]] if len(rows) > 1 else []
    if lang not in labels.LANGUAGES or not {"plan", "row", "fingerprint"} <= {*keys}:
        expected = "a workbook that `parstats plan --review` wrote"
        raise _file_error(path, "a damaged workbook", expected, "write a new one with --review")
    entries = {}
    for row in rows[2:]:
        case = dict(zip(keys, row, strict=False))
        entries[cell_text(case["plan"]), _row_name(case["row"])] = case
    return lang, entries


def _check_same_plans(
    path: Path, originals: dict[tuple[str, str], dict[str, Any]], tables: Tables
) -> None:
    """Refuse a workbook of other plans."""
    marks: dict[str, list[str]] = {}
    for (plan, _), case in originals.items():
        marks.setdefault(plan, []).append(cell_text(case["fingerprint"]))
    plan_codes = list(tables.plans["plan"])
    for plan, measure_key in marks.items():
        if plan not in plan_codes:
            expected = f"one of {', '.join(plan_codes)}"
            remedy = "apply it together with its own document"
            raise _file_error(path, f"a workbook of the plan {plan}", expected, remedy)
        rows = tables.fingerprints.get(plan, {})
        same = sum(mark in rows for mark in measure_key) / len(measure_key)
        if same < _SAME_PLAN:
            display_text = f"a workbook with {same:.0%} of its measures in {plan}"
            remedy = "check that it is the same document; if it was revised, review it anew"
            raise _file_error(path, display_text, "one made of the same document", remedy)


def _headers(sheet: Worksheet, location: str, lang: str) -> dict[str, int]:
    first = next(sheet.iter_rows(min_row=1, max_row=1, values_only=True), ())
    named = {cell_text(cell): at for at, cell in enumerate(first)}
    needed = [column for column in COLUMNS if column.edits or column.key in ("plan", "row")]
    problems = [
        Problem(location, 1, _header(column, lang), "no such column", "its header", "restore it")
        for column in needed
        if _header(column, lang) not in named
    ]
    if len(problems) == len(needed):
        expected = "the headers in the first row"
        raise InvalidData(
            [Problem(location, 1, None, "no headers", expected, "delete what is above")]
        )
    if problems:
        raise InvalidData(problems)
    return {column.key: named[_header(column, lang)] for column in needed}


def _dropped(
    location: str,
    originals: dict[tuple[str, str], dict[str, Any]],
    seen: set[tuple[str, str]],
    problems: list[Problem],
) -> list[dict[str, str]]:
    """Return corrections for the deleted rows, which are no measures."""
    gone = [measure_key for measure_key in originals if measure_key not in seen]
    for plan in dict.fromkeys(plan for plan, _ in gone):
        rows = [row for row_plan, row in gone if row_plan == plan]
        if len(rows) > _MOST_DROPPED * sum(row_plan == plan for row_plan, _ in originals):
            actual = f"{len(rows)} measures of {plan} missing"
            remedy = "restore them, or write a new workbook with --review"
            problems.append(Problem(location, None, None, actual, "at least half of them", remedy))
    blank = dict.fromkeys(corrections.COLUMNS, "")
    return [
        blank
        | {"plan": plan, "row": row, "column": corrections.DROPPED, "value": "true"}
        | {"fingerprint": cell_text(originals[plan, row]["fingerprint"])}
        for plan, row in gone
    ]


def _changes(
    line: _Line, original: dict[str, Any], problems: list[Problem], measure_key: tuple[str, str]
) -> list[dict[str, str]]:
    """Return the corrections of one row; cells that cannot be read are added to the problems."""
    changed: dict[str, list[str]] = {}
    for column in COLUMNS:
        if column.edits and not is_same(line.cells[column.key], original.get(column.key)):
            changed.setdefault(column.edits, []).append(column.key)
    if not _TARGET.isdisjoint(changed) and not _check_share(line, problems):
        changed = {edited: keys for edited, keys in changed.items() if edited not in _TARGET}
    cases = []
    for edited, keys in changed.items():
        column_keys = [column.key for column in COLUMNS if column.edits == edited]
        read_ = [
            _value(line, key, problems) for key in (column_keys if len(column_keys) > 1 else keys)
        ]
        if any(value is None for value in read_):
            continue
        parts = [part for value in read_ for part in str(value).split(";") if part]
        value = ";".join(dict.fromkeys(parts)) if edited in ("measure_type", "series") else read_[0]
        case = dict.fromkeys(corrections.COLUMNS, "")
        case |= {
            "plan": measure_key[0],
            "row": measure_key[1],
            "column": edited,
            "value": str(value),
            "fingerprint": cell_text(original["fingerprint"]),
        }
        cases.append(case)
    return cases


def _value(line: _Line, key: str, problems: list[Problem]) -> str | None:
    """Return the value of a cell; None, and a problem, if it cannot be read."""
    column = next(column for column in COLUMNS if column.key == key)
    written_text = cell_text(line.cells[key])
    if isinstance(line.cells[key], Formula):
        problems.append(line.problem(key, "a value", "replace the formula by what it shows"))
        return None
    if column.edits == "target_value":
        return _number(line, key, written_text, problems)
    if column.edits == "deadline" and is_no_time(written_text):
        expected = "a time, as 31/12/2025, Quý III/2025 or Thường xuyên"
        problems.append(
            line.problem(key, expected, "write the day, month or quarter that is meant")
        )
        return None
    if not column.choices:
        return unit_name(written_text) if key == "target_unit" else written_text
    several = column.edits in ("measure_type", "series")
    try:
        return chosen(written_text, column.choices, line.lang, line.indices, several=several)
    except NotRead as no:
        problems.append(line.problem(key, no.expected, no.remedy))
        return None


def _number(line: _Line, key: str, written_text: str, problems: list[Problem]) -> str | None:
    try:
        return amount(written_text)
    except NotRead as no:
        problems.append(line.problem(key, no.expected, no.remedy))
        return None


def _check_share(line: _Line, problems: list[Problem]) -> bool:
    """Return whether a share is one; what rises may rise by more than all there was."""
    unit, operator = (cell_text(line.cells[key]) for key in ("target_unit", "target_op"))
    rises = entries("operators", line.lang).get(operator.casefold(), ()) == ("increase",)
    if rises or not is_above_whole(cell_text(line.cells["target_value"]), unit):
        return True
    remedy = "mend it, or name another unit for what may be more, as % kế hoạch"
    problems.append(line.problem("target_value", "a share up to 100 %", remedy))
    return False


def _contents(cells: Sequence[Any], columns: Mapping[str, int]) -> dict[str, Any]:
    """Return what stands in the cells of a row by column; nothing where the row ends before."""
    return {
        key: cell_content(cells[at]) if at < len(cells) else None for key, at in columns.items()
    }


def _row_name(cell: Any) -> str:
    """Return the running number of a measure, which a spreadsheet may have made a number of."""
    written_text = cell_text(cell)
    return f"{int(written_text):03d}" if written_text.isdecimal() else written_text
