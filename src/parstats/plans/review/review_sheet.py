"""Layout of the workbook in which a colleague corrects a plan's measures.

`write` puts one row per measure, with drop-down lists for what can be chosen and colours for how
sure the machine is; the original is in a hidden sheet. `read` compares the two: only
what a person changed becomes a correction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from parstats import schema
from parstats.reference import csv_tables, frameworks
from parstats.reference.editions import cached
from parstats.reference.labels import text

_GENERATOR = "parstats review"
_CORRECTED = "corrected"
_HIDDEN = "_parstats"
_LISTS = "_lists"
# Columns for types. By judgement: more types go into the last column, parted by ";".
_N_TYPES = 3
# Share of its measures that a workbook must have in common with the document it is applied to.
# By judgement: most of them, else it was made of another plan.
_SAME_PLAN = 0.5
# Largest share of a plan's measures that may have been deleted. By judgement: more looks like a
# filtered copy saved by mistake.
_MOST_DROPPED = 0.5
# Bytes of a workbook, unpacked too. By judgement: far above 1,000 rows, far below a memory's size.
_LARGEST = 50 * 2**20
# Points of a line of the workbook's letters, and the highest row a spreadsheet has.
_LINE, _HIGHEST = 13.0, 409.0
# Fills (RGB) of the link: green sure, yellow unsure, red none.
_SURE = "C6E7C8"
UNSURE_FILL = "FFE9A8"
_NONE = "F5B7B1"
# Fills of the header and of the columns that are only to read.
HEADER_FILL = "1F4E5F"
FIXED_FILL = "F2F2F2"


@dataclass(frozen=True)
class Column:
    """A column of the sheet of measures."""

    key: str  # key of its header among the labels ``review.column.*``
    width: int  # in characters
    edits: str = ""  # column of the measures that it corrects, empty if it is only to be read
    choices: str = ""  # name of the list it is chosen from, empty if it is free text


COLUMNS = (
    Column("plan", 18),
    Column("row", 6),
    Column("place", 11),
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


def _measure_cells(
    measure: dict[str, Any], checks: dict[tuple[str, str], str], lang: str
) -> dict[str, Any]:
    """Return the cells of a measure by the key of their column."""
    import pandas as pd

    labels_by_list = {
        name: {code: label for label, code in choices.items()}
        for name, choices in choice_lists(lang).items()
    }
    types = [
        labels_by_list["types"].get(first, first)
        for first in measure["measure_type"].split(";")
        if first
    ]
    # Types beyond the columns share the last one.
    types = [*types[: _N_TYPES - 1], "; ".join(types[_N_TYPES - 1 :])] if types else []
    series = [
        labels_by_list["series"].get(first, first)
        for first in measure["series"].split(";")
        if first
    ]
    page, line = measure["page"], measure["line_start"]
    location = str(line) if pd.isna(page) else f"{page}:{line}"
    value, sure = measure["target_value"], measure["confidence"]
    cells: dict[str, Any] = {
        "plan": measure["plan"],
        "row": measure["row"],
        "place": location,
        "section": measure["section"],
        "criterion": " ".join(
            part for part in (measure["code_as_written"], measure["criterion_as_written"]) if part
        ),
        "text": measure["text"],
        "check": checks.get((measure["plan"], measure["row"]), ""),
        "confidence": None if pd.isna(sure) else round(float(sure), 2),
        "series": "; ".join(series),
        "list_type": labels_by_list["list_types"].get(measure["list_type"], measure["list_type"]),
        "target_op": labels_by_list["operators"].get(measure["target_op"], measure["target_op"]),
        "target_value": None if pd.isna(value) else float(value),
    }
    for number in range(1, _N_TYPES + 1):
        cells[f"type_{number}"] = types[number - 1] if number <= len(types) else ""
    for key in ("target_unit", "lead_unit", "support_unit", "deadline", "label_vi", "label_en"):
        cells[key] = measure[key]
    return {
        key: clean_text(value) or None if isinstance(value, str) else value
        for key, value in cells.items()
    }


def row_height(cells: Iterable[tuple[Any, int]]) -> float:
    """Return the height of a row in points, of its cells with the width of their columns.

    LibreOffice keeps rows without one at a single line, over which wrapped text runs.

    >>> row_height([("đạt", 10), ("một hai ba bốn năm", 10)])
    28.0
    """
    n_lines = 1
    for value, width in cells:
        paragraphs = str("" if value is None else value).split("\n")
        n_lines = max(n_lines, sum(max(1, -(-len(part) // width)) for part in paragraphs))
    return min(_LINE * n_lines + 2, _HIGHEST)


def clean_text(value: str) -> str:
    """Return a text without characters that a workbook cannot hold, as long as a cell may be."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    return str(ILLEGAL_CHARACTERS_RE.sub(" ", value))[:32_000]


def _header(column: Column, lang: str) -> str:
    kind, _, number = column.key.partition("_")
    if kind == "type":
        return text("review.column.type", lang, n=number)
    return text(f"review.column.{column.key}", lang)


@cached
def choice_lists(lang: str) -> dict[str, dict[str, str]]:
    """Return the lists by name: labels and values."""
    types = csv_tables.rows("measure_types")
    return {
        "series": _series_labels(lang),
        "types": {row[f"label_{lang}"]: row["measure_type"] for row in types},
        "list_types": {text(f"list_type.{first}", lang): first for first in schema.LIST_TYPES},
        "operators": {
            text(f"operator.{first}", lang): first for first in schema.OPERATORS if first
        },
    }


def _series_labels(lang: str) -> dict[str, str]:
    """Return the series by label: index, dimension, name."""
    table = frameworks.series()
    short = dict(zip(table["series"], table[f"short_{lang}"], strict=True))
    entries: dict[str, str] = {}
    for case in table.to_dict("records"):
        parts = [case["index"]]
        if case["parent"] and case["level"] in ("criterion", "subcriterion"):
            parts.append(short[case["parent"]])
        parts.append(case[f"short_{lang}"] if case["parent"] else text("review.whole", lang))
        label = " › ".join(parts)
        entries[f"{label} ({case['series']})" if label in entries else label] = case["series"]
    return entries


class Formula(str):
    """A formula in a cell; its value is unknown here."""


def cell_content(cell: Any) -> Any:
    """Return the content of a cell; 95 for 0.95 shown as 95 %."""
    if cell.data_type == "f":
        return Formula(cell.value)
    if cell.is_date and isinstance(cell.value, date):  # Excel made a date of 15/10/2024
        return f"{cell.value:%d/%m/%Y}"
    if isinstance(cell.value, int | float) and "%" in cell.number_format:
        return round(cell.value * 100, 10)
    return cell.value


def is_same(now: Any, then: Any) -> bool:
    """Return whether a cell holds what it held when the workbook was written."""
    if isinstance(now, int | float) and isinstance(then, int | float):
        return abs(float(now) - float(then)) < 1e-9
    return cell_text(now) == cell_text(then)


def cell_text(cell: Any) -> str:
    """Return a cell as text: one blank between words, whole numbers without decimals."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return " ".join(str(cell).split())
