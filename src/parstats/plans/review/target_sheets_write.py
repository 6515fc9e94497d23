"""Write the sheets of the review workbook on targets and shortcomings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parstats.plans.register import Tables
from parstats.plans.review.review_sheet import FIXED_FILL, HEADER_FILL, UNSURE_FILL, row_height
from parstats.plans.review.target_sheets import CHECK, SHEETS, Column, Line, TargetSheet, lines
from parstats.reference.labels import text


def write_target_sheets(
    book: Any,
    tables: Tables,
    ranges: Mapping[str, str],
    checks: Mapping[tuple[str, str], str],
    lang: str,
) -> None:
    """Add both sheets, and the hidden ones with which `read_target_sheets` compares.

    `ranges` are those of the drop-down lists, `checks` what to look at by plan and row.
    """
    for sheet in SHEETS:
        page, hidden = book.create_sheet(sheet.title(lang)), book.create_sheet(sheet.hidden)
        hidden.sheet_state = "veryHidden"
        hidden.append(
            ["plan", "row", "mark", "own", "measure", *(column.key for column in sheet.edited)]
        )
        _write_headers(page, sheet, lang)
        for line in lines(sheet, tables, lang):
            _write_line(page, sheet, line, checks.get((line.plan, line.row), ""))
            edited = (line.cells[column.key] for column in sheet.edited)
            known = (line.plan, line.row, line.mark, line.own, line.cells.get("measure"))
            hidden.append([*known, *edited])
        _write_lists(page, sheet, ranges, lang)


def _write_headers(page: Any, sheet: TargetSheet, lang: str) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for at, column in enumerate(sheet.columns, 1):
        cell = page.cell(1, at, column.header(lang))
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", start_color=HEADER_FILL)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        page.column_dimensions[get_column_letter(at)].width = column.width
    page.freeze_panes = "C2"
    page.row_dimensions[1].height = 44


def _write_line(page: Any, sheet: TargetSheet, line: Line, check: str) -> None:
    from openpyxl.styles import Alignment, Border, PatternFill, Side

    number = page.max_row + 1
    sized = [(line.cells[column.key], column.width) for column in sheet.columns]
    page.row_dimensions[number].height = row_height([*sized, (check, CHECK.width)])
    for at, column in enumerate(sheet.columns, 1):
        value = (check or None) if column.key == "check" else line.cells[column.key]
        cell = page.cell(number, at, value)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.border = Border(bottom=Side(style="hair", color="BBBBBB"))
        if not is_open(column, line):
            colour = UNSURE_FILL if column.key == "check" and check else FIXED_FILL
            cell.fill = PatternFill("solid", start_color=colour)


def is_open(column: Column, line: Line) -> bool:
    """Return whether a cell can be corrected: the series of a measure's target is the measure's."""
    return bool(column.reads) and not (column.key == "series" and line.cells.get("measure"))


def _write_lists(page: Any, sheet: TargetSheet, ranges: Mapping[str, str], lang: str) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    last = max(page.max_row, 2)
    for at, column in enumerate(sheet.columns, 1):
        if column.reads in ranges:
            rule = DataValidation("list", formula1=f"={ranges[column.reads]}", allow_blank=True)
            rule.error, rule.errorTitle = text("review.pick", lang), column.header(lang)
            rule.errorStyle, rule.showErrorMessage = "warning", True
            letter = get_column_letter(at)
            rule.add(f"{letter}2:{letter}{last}")
            page.add_data_validation(rule)
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{last}"
