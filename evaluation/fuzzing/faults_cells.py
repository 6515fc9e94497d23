"""Faults of what a cell can hold beside a figure, and of rows that change what follows."""

from __future__ import annotations

import random
from datetime import datetime, time
from typing import Any

from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from .changes import EVERY_LAYOUT, WIDE, fault
from .faults_figures import numbers
from .faults_headers import DATED, dated
from .faults_ranks import RANKED
from .tables import Cell, Column, Table, Unfit, invented


def _rich(table: Table, column: Column, rows: list[int], font: InlineFont, mark: str) -> None:
    """Put a mark in another font at the end of cells of a workbook; row -1 is the header."""
    place = table.place(column) + 1
    cells = [column.header if row < 0 else column.cells[row] for row in rows]

    def edit(book: Any, sheet: Any, first: int) -> None:
        for row, cell in zip(rows, cells, strict=True):
            text = f"{cell:.{table.decimals}f}" if isinstance(cell, float) else str(cell)
            sheet.cell(first + row, place).value = CellRichText(text, TextBlock(font, mark))

    table.book_edits.append(edit)


RAISED = InlineFont(vertAlign="superscript")
STRUCK = InlineFont(strike=True)


@fault(layouts=WIDE, forms=("xlsx",))
def raised_digits_after_figures_of_a_workbook(table: Table, rng: random.Random) -> None:
    """Digits of notes are raised within cells of a workbook: 87.34 and a small 1."""
    column = table.score_column(rng)
    _rich(table, column, rng.sample(numbers(column), 3), RAISED, rng.choice("123"))


@fault(layouts=RANKED, forms=("xlsx",), ranks=True)
def raised_digits_after_ranks_of_a_workbook(table: Table, rng: random.Random) -> None:
    """Digits of notes are raised after ranks: 9 and a small 1."""
    column = rng.choice(table.of_kind("rank"))
    low = [row for row, cell in enumerate(column.cells) if isinstance(cell, int) and cell < 7]
    if not low:
        raise Unfit("no low rank")
    _rich(table, column, low, RAISED, rng.choice("12"))


@fault(layouts=DATED, forms=("xlsx",))
def raised_digit_after_a_year_of_a_workbook(table: Table, rng: random.Random) -> None:
    """The digit of a note is raised after the year of a header."""
    _rich(table, rng.choice(dated(table)), [-1], RAISED, rng.choice("12"))


@fault(layouts=WIDE, forms=("xlsx",))
def raised_digits_after_names_of_a_workbook(table: Table, rng: random.Random) -> None:
    """Digits of notes are raised after names."""
    rows = rng.sample(range(len(table.codes)), 3)
    _rich(table, table.names, rows, RAISED, rng.choice("12"))


@fault(layouts=WIDE, forms=("xlsx",))
def struck_out_figure_within_a_cell(table: Table, rng: random.Random) -> None:
    """Behind the figure stands an older one, struck out."""
    column = table.score_column(rng)
    join = rng.choice(("", " "))
    _rich(table, column, rng.sample(numbers(column), 3), STRUCK, f"{join}{rng.uniform(5, 9):.1f}")


@fault(forms=("xlsx",))
def truths_for_figures(table: Table, rng: random.Random) -> None:
    """Cells hold TRUE or FALSE."""
    column = table.score_column(rng)
    for row in rng.sample(numbers(column), 3):
        column.cells[row] = rng.random() < 0.5


@fault(forms=("xlsx",))
def figures_became_times(table: Table, rng: random.Random) -> None:
    """A workbook made times of figures: 8.12 is 08:12."""
    column = table.score_column(rng)
    column.cells = [
        time(int(cell) % 24, int(100 * cell) % 60) if isinstance(cell, float) else cell  # type: ignore[misc]
        for cell in column.cells
    ]


@fault()
def words_that_are_numbers_to_a_computer(table: Table, rng: random.Random) -> None:
    """Cells hold "inf", "nan", "1e3", "0x5A", "1_0"."""
    column = table.score_column(rng)
    for row in rng.sample(numbers(column), 3):
        column.cells[row] = rng.choice(
            ("inf", "-inf", "1e400", "0x5A", "8_1", "Infinity", "½", "٨٧")
        )


@fault(layouts=("total", "criteria", "sub-indices"), indices=("PAPI", "PCI"))
def percent_sign_on_points(table: Table, rng: random.Random) -> None:
    """Points bear a percent sign."""
    for column in table.of_kind("score"):
        for row in numbers(column):
            text = f"{float(str(column.cells[row])):.{table.decimals}f}"
            column.cells[row] = f"{text.replace('.', table.mark)}%"


@fault(layouts=("total",))
def rank_in_brackets_after_the_score(table: Table, rng: random.Random) -> None:
    """Score and rank stand in one cell: "87.34 (12)"."""
    column = table.of_kind("score")[0]
    ranks = table.figures[-1].ranks[table.total]
    pattern = rng.choice(
        ("{0} ({1})", "{0}({1})", "{0} [{1}]", "{1} ({0})", "{0} / {1}", "{0} - {1}")
    )
    column.cells = [
        pattern.format(f"{float(str(c)):.{table.decimals}f}".replace(".", table.mark), ranks[code])
        for c, code in zip(column.cells, table.codes, strict=True)
    ]


@fault(layouts=("long",), forms=("xlsx", "csv"))
def years_as_dates(table: Table, rng: random.Random) -> None:
    """Years are days: 1 January 2023 or 31 December 2023."""
    column = table.of_kind("year")[0]
    month, day = rng.choice(((1, 1), (12, 31), (6, 30)))
    column.cells = [datetime(int(str(year)), month, day) for year in column.cells]


# Not in a PDF: there the first header stands again on every page.
@fault(layouts=("total",), complete=True, years=range(2012, 2025), forms=("csv", "xlsx"))
def header_of_another_year_in_the_middle(table: Table, rng: random.Random) -> None:
    """From the middle on, under a second header, figures are those of the year before."""
    column = dated(table)[0]
    before = invented(table.index, max(table.year - 1, 2011), rng)
    scores = before.scores[table.total]
    half = len(table.codes) // 2
    if before.year == table.year or not set(table.codes) <= set(scores):
        raise Unfit("no year before")
    ranks = before.ranks[table.total]
    for each in table.columns:
        for row in range(half, len(table.codes)):
            if each.kind == "score":
                each.cells[row] = scores[table.codes[row]]
            elif each.kind == "rank":
                each.cells[row] = ranks[table.codes[row]]
    for code in table.codes[half:]:
        del table.scores[table.year, code, table.total], table.ranks[table.year, code, table.total]
        table.scores[before.year, code, table.total] = scores[code]
        table.ranks[before.year, code, table.total] = ranks[code]
    header = str(column.header).replace(str(table.year), str(before.year))
    cells: list[Cell] = [header if each is column else each.header for each in table.columns]
    table.insert(half, cells)


@fault(layouts=("total",), ranks=True)
def columns_swapped_under_a_second_header(table: Table, rng: random.Random) -> None:
    """From the middle on, a second header has score and rank the other way round."""
    score, rank = table.of_kind("score")[0], table.of_kind("rank")[0]
    half = len(table.codes) // 2
    for row in range(half, len(table.codes)):
        score.cells[row], rank.cells[row] = rank.cells[row], score.cells[row]
    cells: list[Cell] = [
        rank.header if each is score else score.header if each is rank else each.header
        for each in table.columns
    ]
    table.insert(half, cells)


@fault(layouts=("total", "sub-indices"), forms=("csv", "xlsx"))
def list_of_names_beside(table: Table, rng: random.Random) -> None:
    """Another column of names, in the order of the alphabet, stands beside for reference."""
    cells = sorted(table.names.cells, key=str)
    if cells == table.names.cells:
        raise Unfit("the same order")
    header = rng.choice(("Danh sách tỉnh", "Tỉnh đối chứng", table.names.header, "Tỉnh so sánh"))
    place = table.place(table.names) + rng.choice((0, 1))
    table.columns.insert(place, Column("other", header, list(cells)))


@fault(layouts=WIDE, forms=("csv", "xlsx"))
def headers_of_province_and_region_swapped(table: Table, rng: random.Random) -> None:
    """The header "Tỉnh" stands over regions, and "Vùng" over the provinces."""
    regions = ["Tây Nguyên", "Đông Nam Bộ", "Đồng bằng sông Hồng", "Miền núi phía Bắc"]
    cells: list[Cell] = [rng.choice(regions) for _ in table.codes]
    place = table.place(table.names) + rng.choice((0, 1))
    table.columns.insert(place, Column("other", table.names.header, cells))
    table.names.header = "Vùng"


@fault(layouts=("total", "years"), forms=("pdf",), ranks=True)
def columns_of_a_pdf_that_touch(table: Table, rng: random.Random) -> None:
    """Columns of a PDF without lines stand so near that figures seem to be one."""
    table.ruled, table.tight = False, True


@fault(layouts=EVERY_LAYOUT, forms=("csv",))
def two_files_in_one(table: Table, rng: random.Random) -> None:
    """A file was added to itself, and its second half corrected by hand."""
    head = len(table.above) + 1

    def edit(rows: list[list[Cell]], first: int) -> None:
        again = [
            [round(cell * 0.96, 2) if isinstance(cell, float) else cell for cell in row]
            for row in rows[first:]
        ]
        rows += [*rows[first - head : first], *again]

    table.edits.append(edit)


@fault(layouts=("total", "years", "fields", "sub-indices"))
def letters_of_other_alphabets(table: Table, rng: random.Random) -> None:
    """Names hold letters of other alphabets that look alike, and signs without width."""
    alike = str.maketrans("aoecAHBTKM", "аоесАНВТКМ")
    table.names.cells = [str(cell).translate(alike) for cell in table.names.cells]
