"""Write the workbook in which a person corrects what was read from a plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from parstats import formula_text, storage
from parstats.plans.register import Tables
from parstats.plans.review.plan_sheet import HIDDEN, write_plans
from parstats.plans.review.review_sheet import (
    _CORRECTED,
    _GENERATOR,
    _HIDDEN,
    _LISTS,
    _NONE,
    _SURE,
    COLUMNS,
    FIXED_FILL,
    HEADER_FILL,
    UNSURE_FILL,
    _header,
    _measure_cells,
    choice_lists,
    clean_text,
    row_height,
)
from parstats.plans.review.target_sheets_write import write_target_sheets
from parstats.plans.review_lines import reason, review_lines
from parstats.reference import frameworks, labels
from parstats.reference.labels import text

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet


def write(tables: Tables, path: Path, lang: str) -> None:
    """Write the workbook.

    It holds one or several plans, with headers and lists in the language (else UnknownChoice); a
    file there is replaced whole or not at all.
    """
    from openpyxl import Workbook

    labels.check_language(lang)
    book = Workbook()
    first = book.active
    first.title = text("review.sheet.read_first", lang)
    _write_instructions(first, tables, lang)
    sheet = book.create_sheet(text("review.sheet.measures", lang))
    lists = book.create_sheet(_LISTS)
    lists.sheet_state = "hidden"
    ranges = _write_lists(lists, tables, lang)
    _write_measures(sheet, tables, ranges, lang)
    facts = book.create_sheet(text("review.sheet.plans", lang), 2)
    write_target_sheets(book, tables, ranges, _checks(tables, lang), lang)
    _write_checks(book.create_sheet(text("review.sheet.to_check", lang)), tables, lang)
    hidden = book.create_sheet(_HIDDEN)
    hidden.sheet_state = "veryHidden"
    _write_original(hidden, tables, lang)
    original_facts = book.create_sheet(HIDDEN)
    original_facts.sheet_state = "veryHidden"
    write_plans(facts, original_facts, tables.plans, lang)
    book.active = 1
    formula_text.keep_text(book)
    storage.write_atomic(path, book.save)


# Writing.


def _write_instructions(sheet: Worksheet, tables: Tables, lang: str) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    names = ", ".join(tables.plans["plan"])
    sheet.column_dimensions["A"].width = 100
    lines = [text("review.title", lang, plans=names)]
    lines += text("review.instructions", lang).split("\n")
    for number, line in enumerate(lines, 1):
        cell = sheet.cell(number, 1, line)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if number == 1:
            cell.font = Font(bold=True, size=14)
    colours = ((_SURE, "sure"), (UNSURE_FILL, "unsure"), (_NONE, "none"))
    for number, (colour, key) in enumerate(colours, len(lines) + 2):
        cell = sheet.cell(number, 1, text(f"review.colour.{key}", lang))
        cell.fill = PatternFill("solid", start_color=colour)


def _write_lists(sheet: Worksheet, tables: Tables, lang: str) -> dict[str, str]:
    """Write every list as a column and return the ranges for the drop-down lists."""
    from openpyxl.utils import get_column_letter

    named = {index for text_ in tables.plans["indices"] for index in text_.split(";") if index}
    named |= {index for text_ in tables.measures["index"] for index in text_.split(";") if index}
    choices_by_list = choice_lists(lang)
    index_by_series = frameworks.series().set_index("series")["index"]
    ranges = {}
    for at, (name, choices) in enumerate(choices_by_list.items(), 1):
        selected = choices
        if name == "series" and named:
            selected = {
                label: code for label, code in choices.items() if index_by_series[code] in named
            }
        for number, label in enumerate(selected, 1):
            sheet.cell(number, at, label)
        letter = get_column_letter(at)
        ranges[name] = f"'{_LISTS}'!${letter}$1:${letter}${max(len(selected), 1)}"
    return ranges


def _write_measures(sheet: Worksheet, tables: Tables, ranges: dict[str, str], lang: str) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    checks = _checks(tables, lang)
    doubted = tables.review[tables.review["what"] == "series"]
    unsure = set(zip(doubted["plan"], doubted["row"], strict=True))
    wrap = Alignment(wrap_text=True, vertical="top")
    line = Border(bottom=Side(style="hair", color="BBBBBB"))
    for at, column in enumerate(COLUMNS, 1):
        cell = sheet.cell(1, at, _header(column, lang))
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", start_color=HEADER_FILL)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[get_column_letter(at)].width = column.width
    for number, measure in enumerate(tables.measures.to_dict("records"), 2):
        display_text = _measure_cells(measure, checks, lang)
        for at, column in enumerate(COLUMNS, 1):
            cell = sheet.cell(number, at, display_text[column.key])
            cell.alignment, cell.border = wrap, line
            if not column.edits:
                cell.fill = PatternFill("solid", start_color=FIXED_FILL)
            if column.key in ("confidence", "series"):
                cell.fill = PatternFill("solid", start_color=_colour(measure, unsure))
            if column.key == "confidence":
                cell.number_format = "0.00"
        sized = ((display_text[column.key], column.width) for column in COLUMNS)
        sheet.row_dimensions[number].height = row_height(sized)
    last = max(len(tables.measures) + 1, 2)
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


def _write_checks(sheet: Worksheet, tables: Tables, lang: str) -> None:
    from openpyxl.styles import Alignment, Font

    sheet.column_dimensions["A"].width = 120
    sheet.cell(1, 1, text("review.sheet.to_check", lang)).font = Font(bold=True)
    for number, line in enumerate(review_lines(tables.review, lang), 2):
        cell = sheet.cell(number, 1, clean_text(line))
        sheet.row_dimensions[number].height = row_height([(line, 120)])
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"


def _write_original(sheet: Worksheet, tables: Tables, lang: str) -> None:
    """Write the original values and fingerprints, with which `read` compares."""
    corrected = tables.is_corrected or (tables.measures["coded_by"] == "human").any()
    sheet.append([_GENERATOR, lang, _CORRECTED if corrected else None])
    keys = [column.key for column in COLUMNS if column.edits]
    sheet.append(["plan", "row", "fingerprint", *keys])
    marks = {
        (plan, row): mark
        for plan, rows in tables.fingerprints.items()
        for mark, row in rows.items()
    }
    for number, measure in enumerate(tables.measures.to_dict("records"), 3):
        measure_key = (measure["plan"], measure["row"])
        display_text = _measure_cells(measure, {}, lang)
        values = [*measure_key, marks.get(measure_key, ""), *(display_text[key] for key in keys)]
        for at, value in enumerate(values, 1):
            sheet.cell(number, at, value)


def _checks(tables: Tables, lang: str) -> dict[tuple[str, str], str]:
    lines: dict[tuple[str, str], list[str]] = {}
    for case in tables.review.to_dict("records"):
        what = text(f"review.what.{case['what']}", lang)
        why = reason(case, lang)
        lines.setdefault((case["plan"], case["row"]), []).append(f"{what}: {why}")
    return {measure_key: "\n".join(lines) for measure_key, lines in lines.items()}


def _colour(measure: dict[str, Any], unsure: set[tuple[str, str]]) -> str:
    if measure["coded_by"] == "human":
        return _SURE
    if not measure["series"]:
        return _NONE
    return UNSURE_FILL if (measure["plan"], measure["row"]) in unsure else _SURE
