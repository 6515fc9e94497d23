"""A workbook in which a colleague corrects what the machine made of a plan, and reading it back.

`write` puts a row a measure, with drop-down lists for what can be chosen and colours for how sure
the machine is; what it was made from stands in a hidden sheet. `read` compares the two: only what
a person changed becomes a correction.
"""

from __future__ import annotations

import difflib
import math
import zipfile
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parstats import frameworks, labels, reference, schema, storage
from parstats.errors import InvalidData, OutputRefused, Problem
from parstats.labels import text
from parstats.plans import overrides
from parstats.plans.tables import Tables, reason, review_lines

if TYPE_CHECKING:
    import pandas as pd
    from openpyxl.worksheet.worksheet import Worksheet

_MADE_BY = "parstats review"
_CORRECTED = "corrected"
_HIDDEN = "_parstats"
_LISTS = "_lists"
_N_TYPES = 3
# Share of its measures that a workbook must have in common with the document it is applied to.
_SAME_PLAN = 0.5
# Most of the measures of a plan that may have been deleted.
_MOST_DROPPED = 0.5
_LARGEST = 50 * 2**20
_SURE, _UNSURE, _NONE = "C6E7C8", "FFE9A8", "F5B7B1"
_HEADER, _FIXED = "1F4E5F", "F2F2F2"


@dataclass(frozen=True)
class Column:
    """A column of the sheet of measures.

    Attributes
    ----------
    key : str
        Key of its header among the labels ``review.column.*``.
    width : int
        In characters.
    edits : str
        Column of the measures that it corrects, empty if it is only to be read.
    choices : str
        Name of the list it is chosen from, empty if it is free text.
    """

    key: str
    width: int
    edits: str = ""
    choices: str = ""


COLUMNS = (
    Column("plan", 18),
    Column("row", 6),
    Column("place", 9),
    Column("section", 24),
    Column("criterion", 34),
    Column("text", 56),
    Column("check", 38),
    Column("confidence", 9),
    Column("series", 44, "series", "series"),
    *(Column(f"type_{n}", 26, "measure_type", "types") for n in range(1, _N_TYPES + 1)),
    Column("list_type", 14, "list_type", "list_types"),
    Column("target_op", 12, "target_op", "operators"),
    Column("target_value", 9, "target_value"),
    Column("target_unit", 12, "target_unit"),
    Column("lead_unit", 26, "lead_unit"),
    Column("support_unit", 26, "support_unit"),
    Column("deadline", 18, "deadline"),
    Column("label_vi", 34, "label_vi"),
    Column("label_en", 34, "label_en"),
)


def write(found: Tables, path: Path, lang: str) -> None:
    """Write the workbook.

    Parameters
    ----------
    found : Tables
        Of one or several plans.
    path : pathlib.Path
        The workbook, ending in .xlsx; replaced whole or not at all.
    lang : {"vi", "en"}
        Language of headers and lists.

    Raises
    ------
    UnknownChoice
        If the language is unknown.
    """
    from openpyxl import Workbook

    labels.check_language(lang)
    book = Workbook()
    first = book.active
    first.title = text("review.sheet.read_first", lang)
    _write_instructions(first, found, lang)
    sheet = book.create_sheet(text("review.sheet.measures", lang))
    lists = book.create_sheet(_LISTS)
    lists.sheet_state = "hidden"
    ranges = _write_lists(lists, found, lang)
    _write_measures(sheet, found, ranges, lang)
    _write_checks(book.create_sheet(text("review.sheet.to_check", lang), 2), found, lang)
    hidden = book.create_sheet(_HIDDEN)
    hidden.sheet_state = "veryHidden"
    _write_original(hidden, found, lang)
    book.active = 1
    storage.write_atomic(path, book.save)


def read(path: Path, found: Tables, *, today: str | None = None) -> pd.DataFrame:
    """What a person changed in a workbook, as corrections.

    Parameters
    ----------
    path : pathlib.Path
        A workbook that `write` made of the same plans.
    found : Tables
        The plans as they are read now.
    today : str, optional
        ISO date to put beside each correction; today's if not given.

    Returns
    -------
    pandas.DataFrame
        With the columns of `parstats.plans.overrides.COLUMNS`; empty if nothing was changed.

    Raises
    ------
    InvalidData
        If the file is no such workbook, is of another plan, or has cells that cannot be read; each
        with sheet, row and column.
    """
    import pandas as pd

    book = _open(path)
    lang, originals = _read_original(book[_HIDDEN], path)
    _check_same_plans(path, originals, found)
    name = text("review.sheet.measures", lang)
    if name not in book.sheetnames:
        raise _whole(path, f"no sheet {name}", "the sheet of measures", "restore it")
    sheet = book[name]
    place = f"{path.name}, sheet {name}"
    columns = _headers(sheet, place, lang)
    indices = {case.plan: tuple(case.indices.split(";")) for case in found.plans.itertuples()}
    problems: list[Problem] = []
    cases: list[dict[str, str]] = []
    seen: set[tuple[str, str]] = set()
    for number, cells in enumerate(sheet.iter_rows(min_row=2), 2):
        if not any(_said(cell.value) for cell in cells):
            continue
        row = {key: _content(cells[at]) if at < len(cells) else None for key, at in columns.items()}
        own = (_said(row["plan"]), _row_name(row["row"]))
        if own not in originals or own in seen:
            again = own in seen
            wanted = "each measure once" if again else "a measure of this workbook"
            remedy = "delete the row" if again else "restore plan and row; none can be added here"
            header = text("review.column.row", lang)
            problems.append(Problem(place, number, header, repr(" ".join(own)), wanted, remedy))
            continue
        seen.add(own)
        line = _Line(place, number, lang, row, indices[own[0]])
        cases += _changes(line, originals[own], problems, own)
    cases += _dropped(place, originals, seen, problems)
    if problems:
        raise InvalidData(problems)
    told = pd.DataFrame(cases, columns=list(overrides.COLUMNS), dtype="str").fillna("")
    return told.assign(date=today or date.today().isoformat(), coded_by="human")


def holds_corrections(path: Path) -> bool:
    """Whether a workbook was made of measures that were corrected before.

    If not, all that is to be corrected stands in it, and what was read from it earlier is void: a
    cell that was set back is no correction any more.
    """
    return bool(_open(path)[_HIDDEN]["C1"].value == _CORRECTED)


def check_free(path: Path, found: Tables) -> None:
    """Refuse to write a workbook over one that holds corrections which are nowhere else.

    Parameters
    ----------
    path : pathlib.Path
        Where a workbook is to be written.
    found : Tables
        What is to be written into it; corrections that it has already are not lost.

    Raises
    ------
    OutputRefused
        If a file stands there that is no workbook of `write`, or one with other corrections.
    """
    if not path.exists():
        return
    remedy = "use --apply to read it back, or name another file with --review"
    try:
        book = _open(path)
        lang, originals = _read_original(book[_HIDDEN], path)
        said = _edited(book, lang)
    except InvalidData as fault:
        raise OutputRefused(f"{path}: {fault.problems[0].found} stands there; {remedy}") from None
    cases = found.measures.to_dict("records")
    now = {(case["plan"], case["row"]): _shown(case, {}, lang) for case in cases}
    changed = [own for own in originals if _differs(said.get(own), originals[own])]
    lost = any(_differs(said.get(own), now.get(own)) for own in changed)
    if lost or not set(said) <= set(originals):
        raise OutputRefused(f"{path}: holds corrections that would be lost; {remedy}")


def _edited(book: Any, lang: str) -> dict[tuple[str, str], dict[str, Any]]:
    """Cells that can be corrected, as the sheet of measures holds them now."""
    name = text("review.sheet.measures", lang)
    if name not in book.sheetnames:
        raise InvalidData([Problem(name, None, None, "no sheet of measures", "one", "restore it")])
    columns = _headers(book[name], name, lang)
    found = {}
    for cells in book[name].iter_rows(min_row=2):
        row = {key: _content(cells[at]) if at < len(cells) else None for key, at in columns.items()}
        if any(_said(value) for value in row.values()):
            found[_said(row["plan"]), _row_name(row["row"])] = row
    return found


def _differs(one: dict[str, Any] | None, other: dict[str, Any] | None) -> bool:
    """Whether two rows say something else in a cell that can be corrected; None is no row."""
    if one is None or other is None:
        return one is not other
    edited = (column.key for column in COLUMNS if column.edits)
    return any(not _same(one[key], other.get(key)) for key in edited)


# Writing.


def _write_instructions(sheet: Worksheet, found: Tables, lang: str) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    names = ", ".join(found.plans["plan"])
    sheet.column_dimensions["A"].width = 100
    told = [text("review.title", lang, plans=names)]
    told += text("review.instructions", lang).split("\n")
    for number, words in enumerate(told, 1):
        cell = sheet.cell(number, 1, words)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if number == 1:
            cell.font = Font(bold=True, size=14)
    colours = ((_SURE, "sure"), (_UNSURE, "unsure"), (_NONE, "none"))
    for number, (colour, key) in enumerate(colours, len(told) + 2):
        cell = sheet.cell(number, 1, text(f"review.colour.{key}", lang))
        cell.fill = PatternFill("solid", start_color=colour)


def _write_lists(sheet: Worksheet, found: Tables, lang: str) -> dict[str, str]:
    """Write every list as a column; the range of each, for the drop-down lists."""
    from openpyxl.utils import get_column_letter

    named = {index for text_ in found.plans["indices"] for index in text_.split(";") if index}
    named |= {index for text_ in found.measures["index"] for index in text_.split(";") if index}
    known = _choices(lang)
    of = frameworks.series().set_index("series")["index"]
    ranges = {}
    for at, (name, choices) in enumerate(known.items(), 1):
        kept = choices
        if name == "series" and named:
            kept = {label: code for label, code in choices.items() if of[code] in named}
        for number, label in enumerate(kept, 1):
            sheet.cell(number, at, label)
        letter = get_column_letter(at)
        ranges[name] = f"'{_LISTS}'!${letter}$1:${letter}${max(len(kept), 1)}"
    return ranges


def _write_measures(sheet: Worksheet, found: Tables, ranges: dict[str, str], lang: str) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    checks = _checks(found, lang)
    doubted = found.review[found.review["what"] == "series"]
    unsure = set(zip(doubted["plan"], doubted["row"], strict=True))
    wrap = Alignment(wrap_text=True, vertical="top")
    line = Border(bottom=Side(style="hair", color="BBBBBB"))
    for at, column in enumerate(COLUMNS, 1):
        cell = sheet.cell(1, at, _header(column, lang))
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", start_color=_HEADER)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[get_column_letter(at)].width = column.width
    for number, measure in enumerate(found.measures.to_dict("records"), 2):
        shown = _shown(measure, checks, lang)
        for at, column in enumerate(COLUMNS, 1):
            cell = sheet.cell(number, at, shown[column.key])
            if isinstance(cell.value, str):
                cell.data_type = "s"  # never a formula
            cell.alignment, cell.border = wrap, line
            if not column.edits:
                cell.fill = PatternFill("solid", start_color=_FIXED)
            if column.key in ("confidence", "series"):
                cell.fill = PatternFill("solid", start_color=_colour(measure, unsure))
            if column.key == "confidence":
                cell.number_format = "0.00"
    last = max(len(found.measures) + 1, 2)
    for at, column in enumerate(COLUMNS, 1):
        if column.choices:
            rule = DataValidation("list", formula1=f"={ranges[column.choices]}", allow_blank=True)
            rule.error = text("review.pick", lang)
            rule.errorTitle = _header(column, lang)
            # A warning, no bar: a cell may hold several entries parted by ";".
            rule.errorStyle, rule.showErrorMessage = "warning", True
            letter = get_column_letter(at)
            rule.add(f"{letter}2:{letter}{last}")
            sheet.add_data_validation(rule)
    # The row's number and its words stay in view.
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{last}"
    sheet.row_dimensions[1].height = 32


def _write_checks(sheet: Worksheet, found: Tables, lang: str) -> None:
    from openpyxl.styles import Alignment, Font

    sheet.column_dimensions["A"].width = 120
    sheet.cell(1, 1, text("review.sheet.to_check", lang)).font = Font(bold=True)
    for number, words in enumerate(review_lines(found.review, lang), 2):
        cell = sheet.cell(number, 1, _clean(words))
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"


def _write_original(sheet: Worksheet, found: Tables, lang: str) -> None:
    """What the machine made, with the fingerprint of each measure: what `read` compares with."""
    corrected = (found.measures["coded_by"] == "human").any()
    sheet.append([_MADE_BY, lang, _CORRECTED if corrected else None])
    keys = [column.key for column in COLUMNS if column.edits]
    sheet.append(["plan", "row", "fingerprint", *keys])
    marks = {
        (plan, row): mark for plan, rows in found.fingerprints.items() for mark, row in rows.items()
    }
    for number, measure in enumerate(found.measures.to_dict("records"), 3):
        own = (measure["plan"], measure["row"])
        shown = _shown(measure, {}, lang)
        values = [*own, marks.get(own, ""), *(shown[key] for key in keys)]
        for at, value in enumerate(values, 1):
            cell = sheet.cell(number, at, value)
            if isinstance(value, str):
                cell.data_type = "s"


def _shown(
    measure: dict[str, Any], checks: dict[tuple[str, str], str], lang: str
) -> dict[str, Any]:
    """The cells of a measure by the key of their column."""
    import pandas as pd

    known = {
        name: {code: label for label, code in of.items()} for name, of in _choices(lang).items()
    }
    types = [known["types"].get(one, one) for one in measure["measure_type"].split(";") if one]
    # Types beyond the columns share the last one.
    types = [*types[: _N_TYPES - 1], "; ".join(types[_N_TYPES - 1 :])] if types else []
    series = [known["series"].get(one, one) for one in measure["series"].split(";") if one]
    page, line = measure["page"], measure["line_start"]
    place = str(line) if pd.isna(page) else f"{page}:{line}"
    value, sure = measure["target_value"], measure["confidence"]
    cells: dict[str, Any] = {
        "plan": measure["plan"],
        "row": measure["row"],
        "place": place,
        "section": measure["section"],
        "criterion": " ".join(
            part for part in (measure["code_as_written"], measure["criterion_as_written"]) if part
        ),
        "text": measure["text"],
        "check": checks.get((measure["plan"], measure["row"]), ""),
        "confidence": None if pd.isna(sure) else round(float(sure), 2),
        "series": "; ".join(series),
        "list_type": known["list_types"].get(measure["list_type"], measure["list_type"]),
        "target_op": known["operators"].get(measure["target_op"], measure["target_op"]),
        "target_value": None if pd.isna(value) else float(value),
    }
    for number in range(1, _N_TYPES + 1):
        cells[f"type_{number}"] = types[number - 1] if number <= len(types) else ""
    for key in ("target_unit", "lead_unit", "support_unit", "deadline", "label_vi", "label_en"):
        cells[key] = measure[key]
    return {
        key: _clean(value) or None if isinstance(value, str) else value
        for key, value in cells.items()
    }


def _checks(found: Tables, lang: str) -> dict[tuple[str, str], str]:
    told: dict[tuple[str, str], list[str]] = {}
    for case in found.review.to_dict("records"):
        what = text(f"review.what.{case['what']}", lang)
        why = reason(case, lang)
        told.setdefault((case["plan"], case["row"]), []).append(f"{what}: {why}")
    return {own: "\n".join(lines) for own, lines in told.items()}


def _colour(measure: dict[str, Any], unsure: set[tuple[str, str]]) -> str:
    if measure["coded_by"] == "human":
        return _SURE
    if not measure["series"]:
        return _NONE
    return _UNSURE if (measure["plan"], measure["row"]) in unsure else _SURE


def _clean(words: str) -> str:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    return str(ILLEGAL_CHARACTERS_RE.sub(" ", words))[:32_000]


def _header(column: Column, lang: str) -> str:
    kind, _, number = column.key.partition("_")
    if kind == "type":
        return text("review.column.type", lang, n=number)
    return text(f"review.column.{column.key}", lang)


@cache
def _choices(lang: str) -> dict[str, dict[str, str]]:
    """The lists by name: what is shown and what it stands for."""
    types = reference.rows("measure_types")
    return {
        "series": _series_labels(lang),
        "types": {row[f"label_{lang}"]: row["measure_type"] for row in types},
        "list_types": {text(f"list_type.{one}", lang): one for one in schema.LIST_TYPES},
        "operators": {text(f"operator.{one}", lang): one for one in schema.OPERATORS if one},
    }


def _series_labels(lang: str) -> dict[str, str]:
    """Series by a label that a reader knows them by: index, dimension, name."""
    table = frameworks.series()
    short = dict(zip(table["series"], table[f"short_{lang}"], strict=True))
    found: dict[str, str] = {}
    for case in table.to_dict("records"):
        parts = [case["index"]]
        if case["parent"] and case["level"] in ("criterion", "subcriterion"):
            parts.append(short[case["parent"]])
        parts.append(case[f"short_{lang}"] if case["parent"] else text("review.whole", lang))
        label = " › ".join(parts)
        found[f"{label} ({case['series']})" if label in found else label] = case["series"]
    return found


# Reading.


@dataclass(frozen=True)
class _Line:
    """A row of the sheet, and how to speak of it."""

    place: str
    number: int
    lang: str
    cells: dict[str, Any]
    indices: tuple[str, ...] = ()

    def problem(self, key: str, expected: str, remedy: str) -> Problem:
        column = next(column for column in COLUMNS if column.key == key)
        found = repr(_said(self.cells[key]))
        return Problem(self.place, self.number, _header(column, self.lang), found, expected, remedy)


def _whole(path: Path, found: str, expected: str, remedy: str) -> InvalidData:
    return InvalidData([Problem(path.name, None, None, found, expected, remedy)])


def _open(path: Path) -> Any:
    from openpyxl import load_workbook

    wanted = "a workbook that `parstats plan --review` wrote"
    remedy = "name the workbook, or write a new one with --review"
    try:
        with zipfile.ZipFile(path) as package:
            size = sum(item.file_size for item in package.infolist())
        if size > _LARGEST:
            raise _whole(path, f"{size / 2**20:,.0f} MB inside", wanted, remedy)
        book = load_workbook(path)
    except FileNotFoundError:
        raise _whole(path, "no such file", wanted, "check the path") from None
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, TypeError):
        raise _whole(path, "no readable workbook", wanted, remedy) from None
    if _HIDDEN not in book.sheetnames or book[_HIDDEN]["A1"].value != _MADE_BY:
        raise _whole(path, "another workbook", wanted, remedy)
    return book


def _read_original(
    sheet: Worksheet, path: Path
) -> tuple[str, dict[tuple[str, str], dict[str, Any]]]:
    rows = list(sheet.iter_rows(values_only=True))
    lang = str(rows[0][1])
    if lang not in labels.LANGUAGES or len(rows) < 2:
        wanted = "a workbook that `parstats plan --review` wrote"
        raise _whole(path, "a damaged workbook", wanted, "write a new one with --review")
    keys = [str(cell) for cell in rows[1]]
    found = {}
    for row in rows[2:]:
        case = dict(zip(keys, row, strict=False))
        found[_said(case["plan"]), _row_name(case["row"])] = case
    return lang, found


def _check_same_plans(
    path: Path, originals: dict[tuple[str, str], dict[str, Any]], found: Tables
) -> None:
    """Refuse a workbook of other plans than those that are read now."""
    marks: dict[str, list[str]] = {}
    for (plan, _), case in originals.items():
        marks.setdefault(plan, []).append(_said(case["fingerprint"]))
    known = list(found.plans["plan"])
    for plan, own in marks.items():
        if plan not in known:
            wanted = f"one of {', '.join(known)}"
            remedy = "apply it together with its own document"
            raise _whole(path, f"a workbook of the plan {plan}", wanted, remedy)
        rows = found.fingerprints.get(plan, {})
        same = sum(mark in rows for mark in own) / len(own)
        if same < _SAME_PLAN:
            shown = f"a workbook with {same:.0%} of its measures in {plan}"
            remedy = "check that it is the same document; if it was revised, review it anew"
            raise _whole(path, shown, "one made of the same document", remedy)


def _headers(sheet: Worksheet, place: str, lang: str) -> dict[str, int]:
    first = next(sheet.iter_rows(min_row=1, max_row=1, values_only=True), ())
    named = {_said(cell): at for at, cell in enumerate(first)}
    needed = [column for column in COLUMNS if column.edits or column.key in ("plan", "row")]
    problems = [
        Problem(place, 1, _header(column, lang), "no such column", "its header", "restore it")
        for column in needed
        if _header(column, lang) not in named
    ]
    if len(problems) == len(needed):
        wanted = "the headers in the first row"
        raise InvalidData([Problem(place, 1, None, "no headers", wanted, "delete what is above")])
    if problems:
        raise InvalidData(problems)
    return {column.key: named[_header(column, lang)] for column in needed}


def _dropped(
    place: str,
    originals: dict[tuple[str, str], dict[str, Any]],
    seen: set[tuple[str, str]],
    problems: list[Problem],
) -> list[dict[str, str]]:
    """Rows that a person deleted: what stands there is no measure."""
    gone = [own for own in originals if own not in seen]
    for plan in dict.fromkeys(plan for plan, _ in gone):
        rows = [row for of, row in gone if of == plan]
        if len(rows) > _MOST_DROPPED * sum(of == plan for of, _ in originals):
            found = f"{len(rows)} measures of {plan} missing"
            remedy = "restore them, or write a new workbook with --review"
            problems.append(Problem(place, None, None, found, "at least half of them", remedy))
    blank = dict.fromkeys(overrides.COLUMNS, "")
    return [
        blank
        | {"plan": plan, "row": row, "column": overrides.DROPPED, "value": "true"}
        | {"fingerprint": _said(originals[plan, row]["fingerprint"])}
        for plan, row in gone
    ]


def _changes(
    line: _Line, original: dict[str, Any], problems: list[Problem], own: tuple[str, str]
) -> list[dict[str, str]]:
    """Corrections of one row; cells that cannot be read are added to the problems."""
    changed: dict[str, list[str]] = {}
    for column in COLUMNS:
        if column.edits and not _same(line.cells[column.key], original.get(column.key)):
            changed.setdefault(column.edits, []).append(column.key)
    cases = []
    for edited, keys in changed.items():
        of = [column.key for column in COLUMNS if column.edits == edited]
        read_ = [_value(line, key, problems) for key in (of if len(of) > 1 else keys)]
        if any(value is None for value in read_):
            continue
        parts = [part for value in read_ for part in str(value).split(";") if part]
        value = ";".join(dict.fromkeys(parts)) if edited in ("measure_type", "series") else read_[0]
        case = dict.fromkeys(overrides.COLUMNS, "")
        case |= {
            "plan": own[0],
            "row": own[1],
            "column": edited,
            "value": str(value),
            "fingerprint": _said(original["fingerprint"]),
        }
        cases.append(case)
    return cases


@cache
def _indices() -> dict[str, str]:
    return dict(frameworks.series().set_index("series")["index"])


def _index_of(code: str) -> str:
    return _indices().get(code, "")


@cache
def _entries(name: str, lang: str) -> dict[str, tuple[str, ...]]:
    """What an entry of a list may stand for, in small letters: its label, its code, its name.

    The last part of a label is a name, which several entries may share.
    """
    found: dict[str, tuple[str, ...]] = {}
    known = _choices(lang)[name]
    for label, code in known.items():
        last = label.rpartition(" › ")[2].casefold()
        found[last] = (*found.get(last, ()), code)
    sure = {label.casefold(): code for label, code in known.items()}
    sure |= {code.casefold(): code for code in known.values()}
    return found | {words: (code,) for words, code in sure.items()}


def _value(line: _Line, key: str, problems: list[Problem]) -> str | None:
    """What a cell stands for; None, and a problem, if it cannot be read."""
    column = next(column for column in COLUMNS if column.key == key)
    said = _said(line.cells[key])
    if isinstance(line.cells[key], _Formula):
        problems.append(line.problem(key, "a value", "replace the formula by what it shows"))
        return None
    if column.edits == "target_value":
        return _number(line, key, said, problems)
    if not column.choices:
        return said
    known = _choices(line.lang)[column.choices]
    entries = _entries(column.choices, line.lang)
    read_: list[str] = []
    for part in (part.strip() for part in said.split(";") if part.strip()):
        meant = entries.get(part.casefold(), ())
        if len(meant) > 1:  # a name of several indices: that of the plan is meant
            meant = tuple(code for code in meant if _index_of(code) in line.indices) or meant
        if len(meant) == 1:
            read_ += meant
            continue
        near = [label for label, code in known.items() if code in meant][:3]
        near = near or difflib.get_close_matches(part, known, n=3, cutoff=0.5)
        remedy = f"choose from the list{', perhaps ' + ' or '.join(near) if near else ''}"
        problems.append(line.problem(key, "an entry of the list", remedy))
        return None
    if len(read_) > 1 and column.edits not in ("measure_type", "series"):
        problems.append(line.problem(key, "one entry of the list", "keep one"))
        return None
    return ";".join(read_)


def _number(line: _Line, key: str, said: str, problems: list[Problem]) -> str | None:
    if not said:
        return ""
    try:
        number = float(said.removesuffix("%").replace(",", "."))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        problems.append(line.problem(key, "a number", "write the number alone, as 95"))
        return None
    return repr(number)


class _Formula(str):
    """A formula in a cell; what it shows is not known here."""


def _content(cell: Any) -> Any:
    """What a cell holds; 95 for what a spreadsheet keeps as 0.95 and shows as 95 %."""
    if cell.data_type == "f":
        return _Formula(cell.value)
    if isinstance(cell.value, int | float) and "%" in cell.number_format:
        return round(cell.value * 100, 10)
    return cell.value


def _same(now: Any, then: Any) -> bool:
    if isinstance(now, int | float) and isinstance(then, int | float):
        return abs(float(now) - float(then)) < 1e-9
    return _said(now) == _said(then)


def _said(cell: Any) -> str:
    """A cell as text: one blank between words, whole numbers without decimals."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return " ".join(str(cell).split())


def _row_name(cell: Any) -> str:
    """The running number of a measure, which a spreadsheet may have made a number of."""
    said = _said(cell)
    return f"{int(said):03d}" if said.isdigit() else said
