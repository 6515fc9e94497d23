"""Write the workbook in which a person corrects what was read from a plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from parstats import storage
from parstats.plans.register import Tables, reason, review_lines
from parstats.plans.review.review_sheet import (
    _CORRECTED,
    _FIXED,
    _HEADER,
    _HIDDEN,
    _LISTS,
    _MADE_BY,
    _NONE,
    _SURE,
    _UNSURE,
    COLUMNS,
    _choices,
    _clean,
    _header,
    _shown,
)
from parstats.reference import frameworks, labels
from parstats.reference.labels import text

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet


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
