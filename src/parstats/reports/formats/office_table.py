"""Tables of a report in Word: headings on each page, unbroken rows, fitted columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from parstats.figures.column import Column
from parstats.figures.table import Table
from parstats.reports.formats import office_style
from parstats.reports.formats.markdown_content import markdown_runs
from parstats.reports.formats.office_style import add_runs
from parstats.reports.formats.page_content import Run, Runs, plain

# Rows of a table up to which it stays on one page. By judgement: under half a page, so that little
# white is left above it.
_TOGETHER = 14
# Characters from which a table of few rows is as high as a long one. By eye: a third of a page.
_TOGETHER_TEXT = 700
# Millimetres that a character of 11-point Times New Roman takes in the mean.
_CHARACTER = 1.9
# Millimetres of a cell outside its text: 1.9 on each side (Word's default) and the borders.
_PADDING = 4.4
# Points; smaller letters are not readable in print. By judgement.
_SMALLEST = 8.5
# Characters of figures in one cell that are kept on a line: "−0,47 – 0,64" and some more.
_FIGURES = 16
# Share of the width that the longest words may take before the letters get smaller. By judgement:
# the rest lets cells of sentences breathe.
_FILLED = 0.75


@dataclass(frozen=True)
class Cell:
    """A cell of a table; `unbroken` stays on one line."""

    runs: Runs
    align: str = "left"
    unbroken: bool = False

    @property
    def text(self) -> str:
        """Its words without formatting."""
        return plain(self.runs)


@dataclass(frozen=True)
class Grid:
    """The cells of a table: a row of headings, rows of figures; a single cell heads a group.

    `widths` are shares of the whole width by column; the cells decide if it is empty.
    """

    head: tuple[Cell, ...]
    body: tuple[tuple[Cell, ...], ...]
    widths: tuple[float, ...] = ()

    @property
    def rows(self) -> tuple[tuple[Cell, ...], ...]:
        """All rows."""
        return (self.head, *self.body) if self.head else self.body

    @property
    def n_head(self) -> int:
        """Number of rows of headings."""
        return 1 if self.head else 0

    @property
    def n_columns(self) -> int:
        """Number of columns."""
        return max((len(row) for row in self.rows), default=0)

    def is_group(self, row: tuple[Cell, ...]) -> bool:
        """Whether a row is the heading of a group: one cell as wide as the table."""
        return len(row) == 1 < self.n_columns


def table_grid(table: Table) -> Grid:
    """Return the cells of a printed table, as the page shows them.

    >>> from parstats.reports.formats.text_table import text_table
    >>> grid = table_grid(text_table(["name", "score"], [["Lạng Sơn", "41.5"]]))
    >>> [cell.text for cell in grid.head], [cell.align for cell in grid.body[0]]
    (['name', 'score'], ['left', 'right'])
    """
    head = tuple(Cell((Run(column.heading),), column.align) for column in table.columns)
    if not any(cell.text for cell in head):
        head = ()
    body: list[tuple[Cell, ...]] = []
    group = None
    for row in table.rows():
        if table.group and row[table.group] != group:
            group = row[table.group]
            body.append((Cell((Run(group),)),))
        body.append(tuple(_cell(column, row, table.lang) for column in table.columns))
    return Grid(head, tuple(body))


def _cell(column: Column, row: Mapping[str, Any], lang: str) -> Cell:
    text_value = column.text(row, lang)
    runs = markdown_runs(text_value, lang) if column.markdown else (Run(text_value),)
    return Cell(runs if text_value else (), column.align, column.unbroken)


def add(document: Any, grid: Grid, *, with_next: bool = False) -> None:
    """Add a table under the last paragraph; `with_next` keeps it with the notes below it."""
    from docx.enum.table import WD_TABLE_ALIGNMENT

    if not grid.rows:
        return
    docx_table = document.add_table(len(grid.rows), grid.n_columns, style="Table Grid")
    docx_table.alignment = WD_TABLE_ALIGNMENT.CENTER
    docx_table.autofit = False
    widths, size = column_widths(grid)
    _set_widths(docx_table, widths)
    for number, (row, docx_row) in enumerate(zip(grid.rows, docx_table.rows, strict=True)):
        is_group = grid.is_group(row)
        _fill(docx_row, row, size, heads=number < grid.n_head or is_group, is_group=is_group)
        _keep_rows_together(docx_row)
    for docx_row in docx_table.rows[: grid.n_head]:
        _repeat(docx_row)
    _keep(docx_table, grid, with_next=with_next)


def column_widths(grid: Grid) -> tuple[list[float], float]:
    """Return the millimetres of each column, and the size of the letters that fits them.

    Each column gets its longest word; what is left goes where the cells are longest.
    """
    total = float(office_style.TEXT_WIDTH)
    if grid.widths:
        return [total * share / sum(grid.widths) for share in grid.widths], 11.0
    least, preferred_widths = [0.0] * grid.n_columns, [0.0] * grid.n_columns
    _measure(grid.head, least, preferred_widths, heads=True)
    for row in grid.body:
        if not grid.is_group(row):
            _measure(row, least, preferred_widths, heads=False)
    # Where words alone nearly fill the page, smaller letters leave room for sentences.
    size = 11.0
    if sum(preferred_widths) > total and sum(least) > _FILLED * total:
        size = max(_SMALLEST, 11.0 * _FILLED * total / sum(least))
        least = [width * size / 11.0 for width in least]
        preferred_widths = [width * size / 11.0 for width in preferred_widths]
    return _shared(least, preferred_widths, total), size


def _measure(
    row: Sequence[Cell], least: list[float], preferred_widths: list[float], *, heads: bool
) -> None:
    """Update the least and preferred widths of columns from the cells of a row.

    Headings are bold, and may well take some lines.
    """
    letter, lines = (1.12 * _CHARACTER, 3) if heads else (_CHARACTER, 1)
    for column, cell in enumerate(row):
        is_unbroken = not heads and _is_unbroken(cell)
        text_value = [cell.text] if is_unbroken else cell.text.split(" ")
        need = max(_letters(part) for part in text_value) * letter + _PADDING
        least[column] = max(least[column], need)
        preferred_widths[column] = max(
            preferred_widths[column],
            least[column],
            _letters(cell.text) * letter / lines + _PADDING,
        )


def _is_unbroken(cell: Cell) -> bool:
    """Return whether a cell is not to be broken: figures, as "−0,47 – 0,64", are not."""
    return cell.unbroken or (cell.align == "right" and len(cell.text) <= _FIGURES)


def _letters(text_value: str) -> float:
    """Return the width of a text in letters of mean width."""
    return sum(1.45 if char.isupper() or char in "mw%" else 1.0 for char in text_value)


def _shared(least: Sequence[float], preferred_widths: Sequence[float], total: float) -> list[float]:
    room = total - sum(least)
    if room <= 0:
        return [total * width / sum(least) for width in least]
    more = [want - need for want, need in zip(preferred_widths, least, strict=True)]
    if sum(more) <= room:
        spare = (room - sum(more)) / len(least)
        return [want + spare for want in preferred_widths]
    # By the root, so that one very long cell does not take it all.
    roots = [extra**0.5 for extra in more]
    return [need + room * root / sum(roots) for need, root in zip(least, roots, strict=True)]


def _set_widths(docx_table: Any, widths: Sequence[float]) -> None:
    from docx.shared import Mm

    for column, width in zip(docx_table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _fill(docx_row: Any, row: Sequence[Cell], size: float, *, heads: bool, is_group: bool) -> None:
    """Write a row; the heading of a group is as wide as the table."""
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
    from docx.shared import Pt

    office_cells = docx_row.cells
    if is_group:
        office_cells = [office_cells[0].merge(office_cells[-1])]
    for cell, office_cell in zip(row, office_cells, strict=True):
        office_cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        paragraph = office_cell.paragraphs[0]
        paragraph.style = "Table Text"
        _add_runs(paragraph, cell, heads=heads)
        for run in paragraph.runs:
            run.font.size = Pt(size)
        if heads:
            _shade(office_cell, "EDF1F2")
        side = "CENTER" if heads and not is_group else cell.align.upper()
        paragraph.alignment = office_style.alignment(side)


def _add_runs(paragraph: Any, cell: Cell, *, heads: bool) -> None:
    add_runs(paragraph, cell.runs)
    for run in paragraph.runs:
        if heads:
            run.bold = True
        if not heads and _is_unbroken(cell):
            run.text = run.text.replace(" ", "\N{NO-BREAK SPACE}")


def _shade(cell: Any, colour: str) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    properties = cell._tc.get_or_add_tcPr()
    shade = parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{colour}"/>')
    anchor = properties.find("{*}vAlign")
    properties.append(shade) if anchor is None else anchor.addprevious(shade)


def _keep_rows_together(row: Any) -> None:
    """Keep each row on one page."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _repeat(row: Any) -> None:
    """Repeat a row of headings on each page."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _keep(docx_table: Any, grid: Grid, *, with_next: bool) -> None:
    """Keep a short table on one page; of a long one its ends, and each heading with its group."""
    count = len(docx_table.rows)
    groups = {grid.n_head + n for n, row in enumerate(grid.body) if grid.is_group(row)}
    last = count if with_next else count - 1
    length = sum(len(cell.text) for row in docx_table.rows for cell in row.cells)
    is_short = count <= _TOGETHER and length <= _TOGETHER_TEXT
    for number in range(last):
        ends = number <= grid.n_head or number >= count - 2
        if is_short or ends or number in groups:
            for cell in docx_table.rows[number].cells:
                for paragraph in cell.paragraphs:
                    paragraph.paragraph_format.keep_with_next = True
