"""The sheet of the review workbook on the plans themselves: what identifies each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from parstats import schema
from parstats.errors import Problem
from parstats.plans import corrections
from parstats.plans.plan_facts import FACTS, NoFact, fact_value, vintage_of
from parstats.plans.review.cell_values import lost_original
from parstats.plans.review.review_sheet import HEADER_FILL, cell_content, cell_text, clean_text
from parstats.reference import provinces
from parstats.reference.labels import text

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

#: Name of the hidden sheet with the facts as the reader had them.
HIDDEN = "_parstats_plans"
_WIDTHS = {"agency": 36, "indices": 24, "number": 18}


def plan_cells(plan: dict[str, Any], lang: str) -> dict[str, str]:
    """Return the facts of a plan as the sheet shows them: the province by its name."""
    cells = {fact: "" if pd.isna(plan[fact]) else clean_text(str(plan[fact])) for fact in FACTS}
    named = provinces.by_code(int(plan["vintage"])).get(plan["province"])
    level = text(f"agency_level.{plan['unit_level']}", lang)
    return cells | {"province": named.names[lang] if named else "", "unit_level": level}


def write_plans(sheet: Worksheet, hidden: Worksheet, plans: pd.DataFrame, lang: str) -> None:
    """Write a row a plan, and the same into the hidden sheet with which `read_plans` compares."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    headers = [text("review.column.plan", lang), *(_header(fact, lang) for fact in FACTS)]
    for at, header in enumerate(headers, 1):
        cell = sheet.cell(1, at, header)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", start_color=HEADER_FILL)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        width = 24 if at == 1 else _WIDTHS.get(FACTS[at - 2], 14)
        sheet.column_dimensions[get_column_letter(at)].width = width
    hidden.append(["plan", *FACTS])
    for plan in plans.to_dict("records"):
        cells = plan_cells(plan, lang)
        row = [plan["plan"], *(cells[fact] or None for fact in FACTS)]
        sheet.append(row)
        hidden.append(row)
        for cell in sheet[sheet.max_row]:
            cell.number_format = "@"  # a date or number that was typed stays as it is written
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "B2"


def read_plans(book: Any, place: str, lang: str, problems: list[Problem]) -> list[dict[str, str]]:
    """Return the corrections of facts; what cannot be read is added to `problems`.

    A workbook without the sheet, of an earlier version, corrects none.
    """
    name = text("review.sheet.plans", lang)
    if HIDDEN not in book.sheetnames and name in book.sheetnames:
        problems.append(lost_original(place, name, HIDDEN))
    if HIDDEN not in book.sheetnames or name not in book.sheetnames:
        return []
    location = f"{place}, sheet {name}"
    originals = {
        str(row[0]): dict(zip(FACTS, map(cell_text, row[1:]), strict=False))
        for row in book[HIDDEN].iter_rows(min_row=2, values_only=True)
    }
    columns = _columns(book[name], location, lang, problems)
    cases = []
    for number, row in enumerate(book[name].iter_rows(min_row=2), 2):
        cells: dict[str, Any] = {
            key: row[at] if at < len(row) else None for key, at in columns.items()
        }
        plan = cell_text(cells["plan"].value) if cells.get("plan") is not None else ""
        if not any(cell_text(cell.value) for cell in row):
            continue
        if plan not in originals:
            header = text("review.column.plan", lang)
            remedy = "restore its name; none can be added here"
            problems.append(
                Problem(location, number, header, repr(plan), "a plan of this workbook", remedy)
            )
            continue
        cases += _changed_facts(cells, originals[plan], plan, (location, number, lang), problems)
    return cases


def _columns(sheet: Worksheet, location: str, lang: str, problems: list[Problem]) -> dict[str, int]:
    first = next(sheet.iter_rows(min_row=1, max_row=1, values_only=True), ())
    named = {cell_text(cell): at for at, cell in enumerate(first)}
    headers = {"plan": text("review.column.plan", lang)} | {f: _header(f, lang) for f in FACTS}
    problems += [
        Problem(location, 1, header, "no such column", "its header", "restore it")
        for header in headers.values()
        if header not in named
    ]
    return {key: named[header] for key, header in headers.items() if header in named}


def _changed_facts(
    cells: dict[str, Any],
    original: dict[str, str],
    plan: str,
    where: tuple[str, int, str],
    problems: list[Problem],
) -> list[dict[str, str]]:
    location, number, lang = where
    written = {fact: _fact_text(cells[fact]) for fact in FACTS if fact in cells}
    try:
        vintage = vintage_of(fact_value("date", written.get("date", "")))
    except NoFact:
        vintage = None  # the date is reported below
    levels = _levels(lang) if "unit_level" in written else {}
    cases = []
    for fact, value in written.items():
        if value == original.get(fact, ""):
            continue
        try:
            read = fact_value(fact, levels.get(value, value), vintage)
        except NoFact as expected:
            problem = Problem(
                *(location, number, _header(fact, lang), repr(value), str(expected), "mend it")
            )
            problems.append(problem)
            continue
        case = dict.fromkeys(corrections.COLUMNS, "")
        cases.append(case | {"plan": plan, "column": fact, "value": read})
    return cases


def _fact_text(cell: Any) -> str:
    """Return a cell as text."""
    if cell is None:
        return ""
    return cell_text(cell_content(cell))


def _levels(lang: str) -> dict[str, str]:
    """Return the levels of units by their names in a language."""
    return {text(f"agency_level.{level}", lang): level for level in schema.PLAN_UNIT_LEVELS}


def _header(fact: str, lang: str) -> str:
    return text(f"review.column.{fact}", lang)
