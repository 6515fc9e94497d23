"""Faults of files: letters, sheets, what is hidden."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from typing import Any

from openpyxl.utils import get_column_letter

from parstats.reference import csv_tables

from .changes import EVERY_LAYOUT, WIDE, fault
from .tables import Cell, Column, Table, Unfit

LETTERS = ("total", "years", "long", "sub-indices")


def _texts(table: Table, change: Callable[[str], str]) -> None:
    table.above = [[change(str(cell)) for cell in row] for row in table.above]
    for column in table.columns:
        column.header = change(str(column.header))
        column.cells = [change(c) if isinstance(c, str) else c for c in column.cells]


def _old_letters(which: str) -> dict[int, str]:
    rows = csv_tables.rows("old_letters")
    pairs = [(row["letter"], row[which]) for row in rows if row[which]]
    return {ord(letter): old for letter, old in pairs if len(letter) == 1}


def _vietnamese(table: Table) -> None:
    if table.language != "vi":
        raise Unfit("English")


@fault(layouts=LETTERS, forms=("csv", "xlsx"))
def letters_of_tcvn3(table: Table, rng: random.Random) -> None:
    """Vietnamese letters are those of TCVN3 (ABC), as a font of 1993 shows them."""
    _vietnamese(table)
    letters = _old_letters("tcvn3")
    _texts(table, lambda text: text.translate(letters))


@fault(layouts=LETTERS, forms=("csv", "xlsx"))
def letters_of_vni(table: Table, rng: random.Random) -> None:
    """Vietnamese letters are those of VNI."""
    _vietnamese(table)
    letters = _old_letters("vni")
    _texts(table, lambda text: text.translate(letters))


@fault(layouts=LETTERS, forms=("csv", "xlsx"))
def letters_read_as_western(table: Table, rng: random.Random) -> None:
    """UTF-8 was read as Windows-1252: "HÃ  Ná»™i"."""
    _vietnamese(table)
    code = rng.choice(("cp1252", "latin-1", "cp437"))
    _texts(table, lambda text: text.encode().decode(code, errors="replace"))


@fault(layouts=LETTERS, forms=("csv",))
def letters_lost(table: Table, rng: random.Random) -> None:
    """Letters outside Windows-1252 became question marks: "H? N?i"."""
    _vietnamese(table)
    table.encoding = rng.choice(("cp1252", "ascii", "latin-1"))


@fault(layouts=LETTERS, forms=("csv",))
def file_in_windows_1258(table: Table, rng: random.Random) -> None:
    """The file is in the Vietnamese code page of Windows, without saying so."""
    _vietnamese(table)
    tones = "\u0300\u0301\u0303\u0309\u0323"

    def parted(text: str) -> str:
        out = ""
        for letter in text:
            pieces = unicodedata.normalize("NFD", letter)
            tone = "".join(each for each in pieces if each in tones)
            out += unicodedata.normalize("NFC", "".join(e for e in pieces if e not in tones)) + tone
        return out

    _texts(table, parted)
    table.encoding = "cp1258"


@fault(layouts=EVERY_LAYOUT, forms=("csv",))
def file_cut_off(table: Table, rng: random.Random) -> None:
    """The file ends within its last line, before the last cell."""
    table.quoted, table.below = False, []

    def edit(text: str) -> str:
        *lines, last = text.rstrip("\n").split("\n")
        end = last.rindex(table.separator)
        return "\n".join([*lines, last[: rng.randint(1, end)]])

    table.text_edits.append(edit)


def _other(value: Cell) -> Cell:
    return round(value * 0.96, 2) if isinstance(value, float) else value


def _write(sheet: Any, table: Table, change: Callable[[Cell], Cell]) -> None:
    for row in table.above:
        sheet.append(row)
    sheet.append([column.header for column in table.columns])
    for number in range(len(table.codes)):
        sheet.append([change(cell) for cell in table.row(number)])


@fault(layouts=EVERY_LAYOUT, forms=("xlsx",))
def second_sheet_with_other_figures(table: Table, rng: random.Random) -> None:
    """Another visible sheet holds an older state of the same table."""
    name = rng.choice(("cũ", "Sheet2", "backup", "Bản nháp", f"{table.sheet_name} (2)"))

    def edit(book: Any, sheet: Any, first: int) -> None:
        _write(book.create_sheet(name, rng.choice((0, 1))), table, _other)

    table.book_edits.append(edit)


@fault(layouts=EVERY_LAYOUT, forms=("xlsx",))
def hidden_sheet_with_other_figures(table: Table, rng: random.Random) -> None:
    """A hidden sheet holds an older state of the same table."""

    def edit(book: Any, sheet: Any, first: int) -> None:
        old = book.create_sheet("cũ", 1)
        _write(old, table, _other)
        old.sheet_state = rng.choice(("hidden", "veryHidden"))

    table.book_edits.append(edit)


@fault(layouts=WIDE, forms=("xlsx",))
def hidden_rows_with_other_figures(table: Table, rng: random.Random) -> None:
    """Hidden rows hold older figures of some provinces."""
    rows = sorted(rng.sample(range(len(table.codes)), 3), reverse=True)
    for row in rows:
        table.insert(row, [_other(cell) for cell in table.row(row)], table.codes[row])
    hidden = [row + n for n, row in enumerate(sorted(rows))]

    def edit(book: Any, sheet: Any, first: int) -> None:
        for row in hidden:
            sheet.row_dimensions[first + row].hidden = True

    table.book_edits.append(edit)


@fault(layouts=WIDE, forms=("xlsx",))
def hidden_column_with_other_figures(table: Table, rng: random.Random) -> None:
    """A hidden column with the header of another one holds older figures."""
    column = table.score_column(rng)
    place = table.place(column) + rng.choice((0, 1))
    table.columns.insert(place, Column("other", column.header, [_other(c) for c in column.cells]))

    def edit(book: Any, sheet: Any, first: int) -> None:
        sheet.column_dimensions[get_column_letter(place + 1)].hidden = True

    table.book_edits.append(edit)


@fault(layouts=WIDE, forms=("xlsx",))
def merged_cells_over_figures(table: Table, rng: random.Random) -> None:
    """Cells of several provinces are merged: only the first figure is left."""
    place = table.place(table.score_column(rng)) + 1
    start = rng.randrange(len(table.codes) - 3)
    down = rng.choice((1, 2))

    def edit(book: Any, sheet: Any, first: int) -> None:
        row = first + start
        sheet.merge_cells(start_row=row, end_row=row + down, start_column=place, end_column=place)

    table.book_edits.append(edit)


@fault(layouts=("criteria", "fields", "sub-indices"), forms=("xlsx",))
def merged_cells_across_figures(table: Table, rng: random.Random) -> None:
    """Cells of several columns are merged: only the first figure is left."""
    place = table.place(rng.choice(table.of_kind("score")[:-1])) + 1
    start = rng.randrange(len(table.codes))

    def edit(book: Any, sheet: Any, first: int) -> None:
        row = first + start
        sheet.merge_cells(start_row=row, end_row=row, start_column=place, end_column=place + 1)

    table.book_edits.append(edit)


@fault(layouts=WIDE, forms=("xlsx",))
def merged_names_over_rows(table: Table, rng: random.Random) -> None:
    """A name is merged over the row of the next province."""
    place = table.place(table.names) + 1
    start = rng.randrange(len(table.codes) - 1)

    def edit(book: Any, sheet: Any, first: int) -> None:
        row = first + start
        sheet.merge_cells(start_row=row, end_row=row + 1, start_column=place, end_column=place)

    table.book_edits.append(edit)
    table.forget([table.codes[start], table.codes[start + 1]])


@fault(layouts=WIDE, forms=("xlsx",))
def number_format_that_shows_other_digits(table: Table, rng: random.Random) -> None:
    """A format shows whole numbers or thousands; the cells hold the figures."""
    places = [table.place(column) + 1 for column in table.of_kind("score")]
    form = rng.choice(
        ("0", "0.0", "#,##0", "0.00E+00", "# ?/?", '0.00"*"', '"~"0.00', "@", "General")
    )
    count = len(table.codes)

    def edit(book: Any, sheet: Any, first: int) -> None:
        for place in places:
            for row in range(first, first + count):
                sheet.cell(row, place).number_format = form

    table.book_edits.append(edit)


@fault(layouts=("total",), forms=("xlsx",))
def two_tables_side_by_side_of_two_years(table: Table, rng: random.Random) -> None:
    """Two tables with the same headers stand side by side; nothing tells their years."""
    if any(str(table.year) in str(column.header) for column in table.columns):
        raise Unfit("the header has a year")
    right = [column for column in table.columns if column.kind != "number"]

    def edit(rows: list[list[Cell]], first: int) -> None:
        rows[first - 1] += [None, *(column.header for column in right)]
        for number in range(len(table.codes)):
            rows[first + number] += [None, *(_other(column.cells[number]) for column in right)]

    table.edits.append(edit)
    table.nothing_is_right()
