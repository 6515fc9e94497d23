"""A printed table as a sheet: each number in a cell of its own, with the format of the page."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from parstats.figures.number_format import MISSING, NumberFormat
from parstats.reference.labels import text

if TYPE_CHECKING:
    from parstats.figures.column import Column
    from parstats.figures.table import Table

# Links and names of files in Markdown, as sources are written.
_LINK = re.compile(r"\[([^\]]*)\]\(<[^>]*>\)|`([^`]*)`")


@dataclass(frozen=True)
class Entry:
    """A cell of a sheet: its value, its number format, what it shows, what stands around it."""

    value: Any
    number_format: str = "General"
    displayed: str = ""
    mark: str = ""


@dataclass(frozen=True)
class SheetColumn:
    """A column of a sheet: its heading and its entries from top to bottom."""

    heading: str
    entries: tuple[Entry, ...]

    @property
    def has_values(self) -> bool:
        """Whether any of its cells holds something."""
        return any(entry.value is not None for entry in self.entries)

    @property
    def numeric(self) -> bool:
        """Whether it holds a number."""
        return any(not isinstance(entry.value, str | None) for entry in self.entries)


def sheet_columns(table: Table) -> list[SheetColumn]:
    """Return the columns of a table for a sheet.

    Headings of groups become a first column; a column of several numbers, as "12/61", becomes as
    many.
    """
    columns = []
    if table.group:
        groups = tuple(_text_entry(group) for group in table.data[table.group])
        columns.append(SheetColumn(text("form.group", table.lang), groups))
    for column in table.columns:
        cells = [_entries(column, row, table.lang) for row in table.rows()]
        sides = list(zip(*cells, strict=True)) or [()] * len(column.values)
        pairs = zip(_headings(column, table.lang), sides, strict=True)
        first, *others = [SheetColumn(*pair) for pair in pairs]
        # Of ranks whose number of units is not known, that column would be empty.
        columns += [first, *(other for other in others if column.is_range or other.has_values)]
    return columns


def frame(table: Table) -> pd.DataFrame:
    """Return a table as a DataFrame, as a sheet has it, for files without number formats.

    Units and marks that differ by row stand in a column of their own.
    """
    columns: list[tuple[str, list[Any]]] = []
    for column in sheet_columns(table):
        columns.append((column.heading, [entry.value for entry in column.entries]))
        marks = [entry.mark for entry in column.entries]
        if any(marks):
            columns.append((text("form.mark_column", table.lang, column=column.heading), marks))
    # Objects: whole numbers stay so beside an empty cell; two columns may have one heading.
    values = {
        position: pd.Series(column, dtype=object) for position, (_, column) in enumerate(columns)
    }
    return pd.DataFrame(values).set_axis([heading for heading, _ in columns], axis="columns")


def _headings(column: Column, lang: str) -> list[str]:
    """Return the headings of the columns that a column of several numbers becomes.

    >>> from parstats.figures.column import number_column
    >>> _headings(number_column("rank", "Hạng", "rank", "n", joint="/"), "vi")
    ['Hạng', 'Hạng (trên)']
    >>> _headings(number_column("counts", "Plans / cells", "plans", "cells", joint=" / "), "en")
    ['Plans', 'cells']
    """
    count = len(column.values)
    parts = [part.strip() for part in column.heading.split(" / ")]
    if count == 1:
        return [column.heading]
    if len(parts) == count:
        return parts
    if count > 2:
        return [f"{column.heading} ({number})" for number in range(1, count + 1)]
    if column.is_range:
        keys = ("form.low_column", "form.high_column")
        return [text(key, lang, column=column.heading) for key in keys]
    return [column.heading, text("form.of_column", lang, column=column.heading)]


def _entries(column: Column, row: dict[str, Any], lang: str) -> tuple[Entry, ...]:
    """Return the cells of a row in the columns that one column becomes."""
    text_value = column.plain_text(row)
    if text_value is not None:
        is_missing = column.formats and text_value == MISSING
        text_value = _LINK.sub(r"\1\2", text_value) if column.markdown else text_value
        first = Entry(None) if is_missing else _text_entry(text_value)
        return (first, *(Entry(None) for _ in column.values[1:]))
    before, _, after = column.pattern(row).partition("{}")
    last = len(column.values) - 1
    return tuple(
        number_entry(
            row[name],
            form,
            lang,
            before=before if position == 0 else "",
            after=after if position == last else "",
        )
        for position, (name, form) in enumerate(zip(column.values, column.formats, strict=True))
    )


def _text_entry(text_value: str) -> Entry:
    return Entry(text_value or None, displayed=text_value)


def number_entry(
    value: Any, form: NumberFormat, lang: str, *, before: str = "", after: str = ""
) -> Entry:
    """Return the cell of a number; an empty one where it is missing."""
    if pd.isna(value):
        return Entry(None)
    displayed = f"{before}{form.text(value, lang)}{after}"
    scaled = form.scaled(value)
    if math.isinf(scaled):
        return _text_entry(displayed)
    number_format = form.excel(value, lang, before=before, after=after)
    return Entry(scaled, number_format, displayed, f"{before} {after}".strip())
