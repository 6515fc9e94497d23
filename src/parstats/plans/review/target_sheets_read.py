"""Read the sheets of the review workbook on targets and shortcomings back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from parstats.errors import Problem
from parstats.plans import corrections
from parstats.plans.register import Tables
from parstats.plans.review.cell_values import (
    NotRead,
    amount,
    as_float,
    chosen,
    entries,
    is_above_whole,
    lost_original,
    unit_name,
    whole,
    year,
)
from parstats.plans.review.review_sheet import Formula, cell_content, cell_text, is_same
from parstats.plans.review.target_sheets import SHEETS, TargetSheet, lines
from parstats.reference.labels import text

# Rows of a plan that may all be deleted, and the share of more. By judgement, as of measures.
_FEW, _MOST_DROPPED = 5, 0.5
# Columns of a target that are columns of its measure too.
_OF_MEASURE = {"op": "target_op", "value": "target_value", "unit": "target_unit"}
_Key = tuple[str, str]


@dataclass
class _Reader:
    """Reads one sheet: collects corrections, and what cannot be read."""

    sheet: TargetSheet
    lang: str
    location: str
    originals: dict[_Key, dict[str, Any]]
    measures: Mapping[_Key, str]  # fingerprints by plan and row
    indices: Mapping[str, Sequence[str]]
    of_measures: Mapping[tuple[str, str, str], str]  # corrections in the sheet of measures
    problems: list[Problem]
    cases: list[dict[str, str]] = field(default_factory=list)

    def read(self, page: Any) -> None:
        """Read the rows of the sheet."""
        columns = _columns(self.sheet, page, self.location, self.lang, self.problems)
        if columns is None:
            return
        seen: set[_Key] = set()
        for at, row in _rows(page, columns):
            key = (cell_text(row["plan"]), _row(row["row"]))
            if key not in self.originals or key in seen:
                remedy = "restore plan and row; none can be added here"
                expected = "a row of this workbook"
                if key in seen:
                    expected, remedy = "each row once", "delete the row"
                self._note(at, "row", " ".join(key), expected, remedy)
                continue
            seen.add(key)
            self._changes(at, row, key)
        self._drop([key for key in self.originals if key not in seen])

    def _changes(self, at: int, row: dict[str, Any], key: _Key) -> None:
        original, read = self.originals[key], {}
        for column in self.sheet.edited:
            if is_same(row[column.key], original[column.key]):
                continue
            if column.key == "series" and original["measure"]:
                remedy = f"correct it in the sheet {text('review.sheet.measures', self.lang)}"
                self._note(at, "series", row["series"], "the series of its measure", remedy)
                continue
            try:
                read[column.key] = self._value(column.reads, row[column.key], key[0])
            except NotRead as no:
                self._note(at, column.key, row[column.key], no.expected, no.remedy)
        if read and self._is_possible(at, row):
            for name, value in read.items():
                self._add(at, key, name, value, row[name])

    def _value(self, reads: str, cell: Any, plan: str) -> str:
        """Return the value of a cell. Raises NotRead."""
        if isinstance(cell, Formula):
            raise NotRead("a value", "replace the formula by what it shows")
        written = cell_text(cell)
        readers = {"amount": amount, "year": year, "whole": whole, "unit": unit_name}
        if reads in readers:
            return readers[reads](written)
        if reads in ("series", "operators"):
            return chosen(written, reads, self.lang, self.indices.get(plan, ()))
        if reads != "rows":
            return written
        rows = [_row(part) for part in written.replace(",", ";").split(";") if part.strip()]
        unknown = [row for row in rows if (plan, row) not in self.measures]
        if unknown:
            raise NotRead("rows of measures of the plan, parted by ;", f"mend {unknown[0]}")
        return ";".join(dict.fromkeys(rows))

    def _is_possible(self, at: int, row: dict[str, Any]) -> bool:
        """Note shares of more than all there is, and ranks below the last."""
        unit, typed = cell_text(row.get("unit")), cell_text(row.get("op"))
        operator = entries("operators", self.lang).get(typed.casefold(), ())
        is_possible = True
        for name in ("value", "achieved", "threshold"):
            rises = name == "value" and operator == ("increase",)
            if not rises and is_above_whole(cell_text(row.get(name)), unit):
                remedy = "mend it, or name another unit for what may be more, as % kế hoạch"
                self._note(at, name, row[name], "a share up to 100 %", remedy)
                is_possible = False
        rank, ranked = (as_float(cell_text(row.get(name))) for name in ("rank", "n_ranked"))
        if rank > ranked:
            self._note(at, "rank", row["rank"], "a rank up to the last", "mend one of both")
            is_possible = False
        return is_possible

    def _add(self, at: int, key: _Key, column: str, value: str, cell: Any) -> None:
        """Add a correction: of the measure where the target is its own."""
        original = self.originals[key]
        if not original["own"] or column not in _OF_MEASURE:
            self.cases.append(_case(*key, column, value, original["mark"]))
            return
        measure, name = (key[0], original["own"]), _OF_MEASURE[column]
        other = self.of_measures.get((*measure, name))
        if other is not None and other != value:
            where = text("review.sheet.measures", self.lang)
            expected = f"the same as in the sheet {where}, where it was changed to {other!r}"
            self._note(at, column, cell, expected, "change it in one of both")
        elif other is None:
            self.cases.append(_case(*measure, name, value, self.measures.get(measure, "")))

    def _drop(self, gone: Sequence[_Key]) -> None:
        """Add the deleted rows, unless they are too many to be meant."""
        for plan in dict.fromkeys(plan for plan, _ in gone):
            n_gone = sum(name == plan for name, _ in gone)
            n_all = sum(name == plan for name, _ in self.originals)
            if n_gone > max(_FEW, _MOST_DROPPED * n_all):
                actual, remedy = f"{n_gone} rows of {plan} missing", "restore them"
                expected = "at least half of them"
                self.problems.append(Problem(self.location, None, None, actual, expected, remedy))
        for key in gone:
            original = self.originals[key]
            self.cases.append(_case(*key, corrections.DROPPED, "true", original["mark"]))
            if original["own"]:
                self._empty_measure((key[0], original["own"]))

    def _empty_measure(self, measure: _Key) -> None:
        """Take the target away from a measure whose own was deleted."""
        if (*measure, corrections.DROPPED) in self.of_measures:
            return
        for name in _OF_MEASURE.values():
            if self.of_measures.get((*measure, name)):
                where = text("review.sheet.measures", self.lang)
                actual = f"the target of measure {measure[1]} deleted here, changed in {where}"
                self.problems.append(
                    Problem(self.location, None, None, actual, "one of both", "restore the row")
                )
                return
        self.cases += [
            _case(*measure, name, "", self.measures.get(measure, ""))
            for name in _OF_MEASURE.values()
            if (*measure, name) not in self.of_measures
        ]

    def _note(self, at: int, key: str, actual: Any, expected: str, remedy: str) -> None:
        column = next(column for column in self.sheet.columns if column.key == key)
        header, found = column.header(self.lang), repr(cell_text(actual))
        self.problems.append(Problem(self.location, at, header, found, expected, remedy))


def read_target_sheets(
    book: Any,
    place: str,
    lang: str,
    tables: Tables,
    of_measures: Sequence[Mapping[str, str]],
    problems: list[Problem],
) -> list[dict[str, str]]:
    """Return the corrections of targets and shortcomings; what cannot be read goes to `problems`.

    `of_measures` are the corrections in the sheet of measures. A workbook without these sheets, of
    an earlier version, corrects none.
    """
    cases: list[dict[str, str]] = []
    rows = tables.fingerprints.items()
    marks = {(plan, row): mark for plan, by_mark in rows for mark, row in by_mark.items()}
    indices = {case.plan: tuple(case.indices.split(";")) for case in tables.plans.itertuples()}
    corrected = {(case["plan"], case["row"], case["column"]): case["value"] for case in of_measures}
    for sheet in SHEETS:
        title = sheet.title(lang)
        if sheet.hidden not in book.sheetnames:
            if title in book.sheetnames:  # what was changed there cannot be told any more
                problems.append(lost_original(place, title, sheet.hidden))
            continue
        if title not in book.sheetnames:
            problems.append(
                Problem(place, None, None, f"no sheet {title}", "the sheet", "restore it")
            )
            continue
        reader = _Reader(
            sheet=sheet,
            lang=lang,
            location=f"{place}, sheet {title}",
            originals=_originals(book, sheet),
            measures=marks,
            indices=indices,
            of_measures=corrected,
            problems=problems,
        )
        reader.read(book[title])
        cases += reader.cases
    return cases


def would_lose(book: Any, lang: str, tables: Tables) -> bool:
    """Return whether the sheets hold corrections that the tables to be written have not."""
    for sheet in SHEETS:
        title = sheet.title(lang)
        if sheet.hidden not in book.sheetnames or title not in book.sheetnames:
            continue
        columns = _columns(sheet, book[title], title, lang, [])
        if columns is None:
            return True
        written = {
            (cell_text(row["plan"]), _row(row["row"])): row
            for _, row in _rows(book[title], columns)
        }
        now = {(line.plan, line.row): line.cells for line in lines(sheet, tables, lang)}
        originals = _originals(book, sheet)
        if not set(written) <= set(originals):
            return True
        for key, original in originals.items():
            changed = _differs(sheet, written.get(key), original)
            if changed and _differs(sheet, written.get(key), now.get(key)):
                return True
    return False


def _differs(
    sheet: TargetSheet, first: Mapping[str, Any] | None, other: Mapping[str, Any] | None
) -> bool:
    if first is None or other is None:
        return first is not other
    return any(not is_same(first[column.key], other[column.key]) for column in sheet.edited)


def _originals(book: Any, sheet: TargetSheet) -> dict[_Key, dict[str, Any]]:
    """Return the rows as they were written; "measure" says whether a target is of one."""
    first, *rows = book[sheet.hidden].iter_rows(values_only=True)
    keys = [str(cell) for cell in first]
    found = {}
    for cells in rows:
        row = dict(zip(keys, cells, strict=False))
        row |= {name: cell_text(row.get(name)) for name in ("plan", "row", "mark", "own")}
        found[row["plan"], row["row"]] = row
    return found


def _columns(
    sheet: TargetSheet, page: Any, location: str, lang: str, problems: list[Problem]
) -> dict[str, int] | None:
    """Return where the columns stand; None, and problems, if one is not there."""
    first = next(page.iter_rows(min_row=1, max_row=1, values_only=True), ())
    named = {cell_text(cell): at for at, cell in enumerate(first)}
    needed = [column for column in sheet.columns if column.reads or column.key in ("plan", "row")]
    missing = [column.header(lang) for column in needed if column.header(lang) not in named]
    problems += [
        Problem(location, 1, header, "no such column", "its header", "restore it")
        for header in missing
    ]
    return None if missing else {column.key: named[column.header(lang)] for column in needed}


def _rows(page: Any, columns: Mapping[str, int]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the rows that are not empty, with their number in the sheet."""
    for at, cells in enumerate(page.iter_rows(min_row=2), 2):
        if any(cell_text(cell.value) for cell in cells):
            yield (
                at,
                {k: cell_content(cells[n]) if n < len(cells) else None for k, n in columns.items()},
            )


def _row(cell: Any) -> str:
    """Return the name of a row; of a measure three digits, as a spreadsheet may drop noughts."""
    written = cell_text(cell)
    return f"{int(written):03d}" if written.isdecimal() else written


def _case(plan: str, row: str, column: str, value: str, mark: str) -> dict[str, str]:
    case = dict.fromkeys(corrections.COLUMNS, "")
    told = {"plan": plan, "row": row, "column": column, "value": value, "fingerprint": mark}
    return case | told
