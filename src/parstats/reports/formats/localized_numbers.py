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
    """A value, the number format of Excel that writes it as the page does, and what that shows."""

    value: float | str | None
    form: str = ""
    shown: str = ""


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
    """The columns of a table for a sheet.

    Headings of groups become a first column. A column of several numbers a cell, as "12/61" or
    "0,5 – 0,7", becomes as many, so that each is a number. A dash that stands for a missing number
    becomes an empty cell.

    Parameters
    ----------
    table : Table
        The table.
    lang : {"vi", "en"}
        Language, which says how numbers are written.
    """
    names = _names(table)
    groups, rows = _ungrouped(table)
    made = [Column(text("form.group", lang), tuple(_words(group) for group in groups))]
    made = made if any(groups) else []
    for place, name in enumerate(names):
        cells = [row[place] if place < len(row) else Cell(()) for row in rows]
        right = any(cell.align == "right" for cell in cells)
        made += _column(name, [cell.text for cell in cells], lang, right=right)
    return made


def _names(table: Table) -> list[str]:
    """Headings of the columns, one over several columns written before each of theirs."""
    above: list[list[str]] = [[] for _ in range(table.n_columns)]
    taken: set[tuple[int, int]] = set()
    for number, row in enumerate(table.head):
        place = 0
        for cell in row:
            while (number, place) in taken:
                place += 1
            for column in range(place, min(place + cell.columns, table.n_columns)):
                above[column] += [cell.text] if cell.text else []
                taken |= {(number + down, column) for down in range(cell.rows)}
            place += cell.columns
    return [": ".join(words) for words in above]


def _ungrouped(table: Table) -> tuple[list[str], list[Row]]:
    """Rows without the headings of groups, and the group of each."""
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


def _column(name: str, shown: list[str], lang: str, *, right: bool) -> list[Column]:
    known = [words for words in shown if words not in _MISSING]
    if not right:
        # Years are numbers; names, codes and document numbers are none.
        plain = known and all(re.fullmatch(r"[1-9]\d{0,5}", words) for words in known)
        alone = tuple(read(words, lang) if plain else _words(words) for words in shown)
        return [Column(name, alone)]
    together = [_several(words, lang) for words in shown]
    slash = any("/" in words for words, entries in zip(shown, together, strict=True) if entries)
    count = max(len(entries) for entries in together)
    sides: list[list[Entry]] = [[] for _ in range(max(count, 1))]
    for words, entries in zip(shown, together, strict=True):
        own = entries or (read(words, lang),)
        for place, side in enumerate(sides):
            side.append(own[place] if place < len(own) else Entry(None))
    names = _names_of_parts(name, len(sides), lang, slash=slash)
    return [Column(own, tuple(side)) for own, side in zip(names, sides, strict=True)]


def _names_of_parts(name: str, count: int, lang: str, *, slash: bool) -> list[str]:
    """Headings of the columns that one column of several numbers becomes.

    Examples
    --------
    >>> _names_of_parts("Hạng", 2, "vi", slash=True)
    ['Hạng', 'Hạng (trên)']
    >>> _names_of_parts("Plans / provinces / cells", 3, "en", slash=True)
    ['Plans', 'provinces', 'cells']
    """
    if count == 1:
        return [name]
    parts = [part.strip() for part in name.split(" / ")]
    if len(parts) == count:
        return parts
    if count > 2:
        return [f"{name} ({place})" for place in range(1, count + 1)]
    keys = (None, "form.of_column") if slash else ("form.low_column", "form.high_column")
    return [text(key, lang, column=name) if key else name for key in keys]


def _several(words: str, lang: str) -> tuple[Entry, ...]:
    """Numbers that stand in one cell, as "12/61" or "0,5 – 0,7"; none if there are not several."""
    parts = _BETWEEN.split(words)
    if len(parts) == 1 and words.count("/") == 1:  # two of them are a date
        parts = words.split("/")
    entries = tuple(read(part, lang) for part in parts)
    numbers = all(isinstance(entry.value, int | float) for entry in entries)
    return entries if len(entries) > 1 and numbers else ()


def _words(words: str) -> Entry:
    return Entry(words or None, "", words)


def read(words: str, lang: str) -> Entry:
    """A cell as the number it shows; as words if it shows none.

    Parameters
    ----------
    words : str
        What the page shows.
    lang : {"vi", "en"}
        Language, which says how numbers are written.

    Examples
    --------
    >>> read("−1.234,50", "vi").value, read("8,3 %", "vi").form, read("not comparable", "en").value
    (-1234.5, '0.0" %"', 'not comparable')
    """
    if words in _MISSING:
        return Entry(None, "", "")
    ends = _AFTER.fullmatch(words.replace("\N{NO-BREAK SPACE}", " "))
    found = _NUMBER[lang].fullmatch(ends["number"]) if ends else None
    if ends is None or found is None:
        return _words(words)
    sign, whole, decimals = found.groups()
    digits = re.sub(r"\D", "", whole) + (f".{decimals}" if decimals else "")
    value = float(digits) if decimals else int(digits)
    value = -value if sign in {MINUS, "-"} else value
    return Entry(value, _format(sign, whole, decimals or "", ends["after"] or ""), words)


def _format(sign: str, whole: str, decimals: str, after: str) -> str:
    form = "#,##0" if not whole.isdigit() else "0"
    form += f".{'0' * len(decimals)}" if decimals else ""
    form += f'"{after}"' if after else ""
    if sign:
        return f"{'+' if sign == '+' else ''}{form};{MINUS}{form};{form}"
    return form
