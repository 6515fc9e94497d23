"""Columns of a table with their numbers read back as the language of the report writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from parstats.reference.labels import MINUS, text
from parstats.reports.formats.page_content import Cell, Row, Table

_MISSING = {"", "–", "-"}
# Thousands and decimals, by language; the other way round in the other one.
_NUMBER = {
    "vi": re.compile(r"([+−-]?)(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d+))?"),
    "en": re.compile(r"([+−-]?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?"),
}
_BETWEEN = re.compile(r"\s+[/–]\s+")
# What may follow a number: a percent sign, a mark that a note under the table explains.
_AFTER = re.compile(r"(?P<number>.*?\d)(?P<after>\s?[%*†])?")


@dataclass(frozen=True)
class Entry:
    """A value, its Excel number format, and the text this shows."""

    value: float | str | None
    form: str = ""
    displayed_rows: str = ""


@dataclass(frozen=True)
class Column:
    """A column: its heading and its entries from top to bottom."""

    name: str
    entries: tuple[Entry, ...]

    @property
    def numeric(self) -> bool:
        """Whether it holds a number."""
        return any(isinstance(entry.value, int | float) for entry in self.entries)


def columns(table: Table, lang: str) -> list[Column]:
    """Return the columns of a table for a sheet.

    Headings of groups become a first column. A column of several numbers a cell, as "12/61" or "0,5
    – 0,7", becomes as many, so that each is a number. A dash for a missing number becomes an empty
    cell. The language says how numbers are written.
    """
    names = _names(table)
    groups, rows = _ungrouped(table)
    sheet_columns = [
        Column(text("form.group", lang), tuple(_text_entry(group) for group in groups))
    ]
    sheet_columns = sheet_columns if any(groups) else []
    for position, name in enumerate(names):
        cells = [row[position] if position < len(row) else Cell(()) for row in rows]
        right = any(cell.align == "right" for cell in cells)
        sheet_columns += _column(name, [cell.text for cell in cells], lang, right=right)
    return sheet_columns


def _names(table: Table) -> list[str]:
    """Return the column headings; one over several columns is put before each."""
    above: list[list[str]] = [[] for _ in range(table.n_columns)]
    used: set[tuple[int, int]] = set()
    for number, row in enumerate(table.head):
        position = 0
        for cell in row:
            while (number, position) in used:
                position += 1
            for column in range(position, min(position + cell.columns, table.n_columns)):
                above[column] += [cell.text] if cell.text else []
                used |= {(number + down, column) for down in range(cell.rows)}
            position += cell.columns
    return [": ".join(text_value) for text_value in above]


def _ungrouped(table: Table) -> tuple[list[str], list[Row]]:
    """Return the rows without the headings of groups, and the group of each."""
    group = ""
    groups: list[str] = []
    rows: list[Row] = []
    for row in table.body:
        if len(row) == 1 and row[0].columns == table.n_columns > 1:
            group = row[0].text
        else:
            groups.append(group)
            rows.append(row)
    return groups, rows


def _column(name: str, displayed_rows: list[str], lang: str, *, right: bool) -> list[Column]:
    available = [text_value for text_value in displayed_rows if text_value not in _MISSING]
    if not right:
        # Years are numbers; names, codes and document numbers are none.
        plain = available and all(
            re.fullmatch(r"[1-9]\d{0,5}", text_value) for text_value in available
        )
        single_entries = tuple(
            read(text_value, lang) if plain else _text_entry(text_value)
            for text_value in displayed_rows
        )
        return [Column(name, single_entries)]
    together = [_several(text_value, lang) for text_value in displayed_rows]
    slash = any(
        "/" in text_value
        for text_value, entries in zip(displayed_rows, together, strict=True)
        if entries
    )
    count = max(len(entries) for entries in together)
    sides: list[list[Entry]] = [[] for _ in range(max(count, 1))]
    for text_value, entries in zip(displayed_rows, together, strict=True):
        item_number = entries or (read(text_value, lang),)
        for position, side in enumerate(sides):
            side.append(item_number[position] if position < len(item_number) else Entry(None))
    names = _part_names(name, len(sides), lang, slash=slash)
    return [
        Column(item_number, tuple(side)) for item_number, side in zip(names, sides, strict=True)
    ]


def _part_names(name: str, count: int, lang: str, *, slash: bool) -> list[str]:
    """Return the headings of the columns that one column of several numbers becomes.

    >>> _part_names("Hạng", 2, "vi", slash=True)
    ['Hạng', 'Hạng (trên)']
    >>> _part_names("Plans / provinces / cells", 3, "en", slash=True)
    ['Plans', 'provinces', 'cells']
    """
    if count == 1:
        return [name]
    parts = [part.strip() for part in name.split(" / ")]
    if len(parts) == count:
        return parts
    if count > 2:
        return [f"{name} ({number})" for number in range(1, count + 1)]
    keys = (None, "form.of_column") if slash else ("form.low_column", "form.high_column")
    return [text(key, lang, column=name) if key else name for key in keys]


def _several(text_value: str, lang: str) -> tuple[Entry, ...]:
    """Split the numbers of a cell, as "12/61" or "0,5 – 0,7"; empty if there is only one."""
    parts = _BETWEEN.split(text_value)
    if len(parts) == 1 and text_value.count("/") == 1:  # two of them are a date
        parts = text_value.split("/")
    entries = tuple(read(part, lang) for part in parts)
    numbers = all(isinstance(entry.value, int | float) for entry in entries)
    return entries if len(entries) > 1 and numbers else ()


def _text_entry(text_value: str) -> Entry:
    return Entry(text_value or None, "", text_value)


def read(text_value: str, lang: str) -> Entry:
    """Read a cell as the number it shows, else as text.

    The language says how numbers are written.

    >>> read("−1.234,50", "vi").value, read("8,3 %", "vi").form, read("not comparable", "en").value
    (-1234.5, '0.0" %"', 'not comparable')
    """
    if text_value in _MISSING:
        return Entry(None, "", "")
    ends = _AFTER.fullmatch(text_value.replace("\N{NO-BREAK SPACE}", " "))
    match = _NUMBER[lang].fullmatch(ends["number"]) if ends else None
    if ends is None or match is None:
        return _text_entry(text_value)
    sign, integer_part, decimals = match.groups()
    digits = re.sub(r"\D", "", integer_part) + (f".{decimals}" if decimals else "")
    value = float(digits) if decimals else int(digits)
    value = -value if sign in {MINUS, "-"} else value
    return Entry(
        value, _format(sign, integer_part, decimals or "", ends["after"] or ""), text_value
    )


def _format(sign: str, integer_part: str, decimals: str, after: str) -> str:
    form = "#,##0" if not integer_part.isdigit() else "0"
    form += f".{'0' * len(decimals)}" if decimals else ""
    form += f'"{after}"' if after else ""
    if sign:
        return f"{'+' if sign == '+' else ''}{form};{MINUS}{form};{form}"
    return form
