"""Tables of a report in Word: headings on each page, unbroken rows, fitted columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from parstats.reports.formats import office_style
from parstats.reports.formats.office_style import add_runs
from parstats.reports.formats.page_content import Cell, Row, Table

# Rows of a table up to which it stays on one page. By judgement: under half a page, so that little
# white is left above it.
_TOGETHER = 14
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


def add(document: Any, table: Table) -> None:
    """Add a table under the last paragraph."""
    from docx.enum.table import WD_TABLE_ALIGNMENT

    rows = [*table.head, *table.body]
    if not rows:
        return
    docx_table = document.add_table(rows=len(rows), cols=table.n_columns, style="Table Grid")
    docx_table.alignment = WD_TABLE_ALIGNMENT.CENTER
    docx_table.autofit = False
    widths, size = column_widths(table)
    _set_widths(docx_table, widths)
    grid = [row.cells for row in docx_table.rows]
    used: set[tuple[int, int]] = set()
    for number, row in enumerate(rows):
        _fill(
            grid, used, number, row, size, heads=number < len(table.head) or _is_group(table, row)
        )
        _keep_rows_together(docx_table.rows[number])
    for row in docx_table.rows[: len(table.head)]:
        _repeat(row)
    _keep(docx_table, len(table.head), table)


def _is_group(table: Table, row: Row) -> bool:
    """Return whether a row is the heading of a group: one cell as wide as the table."""
    return len(row) == 1 and row[0].columns == table.n_columns > 1


def column_widths(table: Table) -> tuple[list[float], float]:
    """Return the millimetres of each column, and the size of the letters that fits them.

    Each column gets its longest word; what is left goes where the cells are longest.
    """
    total = float(office_style.TEXT_WIDTH)
    if len(table.widths) == table.n_columns:
        available = sum(table.widths)
        return [total * share / available for share in table.widths], 11.0
    least, preferred_widths = [0.0] * table.n_columns, [0.0] * table.n_columns
    for row in table.head:
        _measure(row, least, preferred_widths, heads=True)
    for row in table.body:
        _measure(row, least, preferred_widths, heads=False)
    # Where words alone nearly fill the page, smaller letters leave room for sentences.
    size = 11.0
    if sum(preferred_widths) > total and sum(least) > _FILLED * total:
        size = max(_SMALLEST, 11.0 * _FILLED * total / sum(least))
        least = [width * size / 11.0 for width in least]
        preferred_widths = [width * size / 11.0 for width in preferred_widths]
    return _shared(least, preferred_widths, total), size


def _measure(row: Row, least: list[float], preferred_widths: list[float], *, heads: bool) -> None:
    """Update the least and preferred widths of columns from the cells of a row.

    Headings are bold, and may well take some lines.
    """
    letter, lines = (1.12 * _CHARACTER, 3) if heads else (_CHARACTER, 1)
    column = 0
    for cell in row:
        if cell.columns == 1 and column < len(least):
            is_unbroken = not heads and _is_unbroken(cell)
            text_value = [cell.text] if is_unbroken else cell.text.split(" ")
            need = max(_letters(part) for part in text_value) * letter + _PADDING
            least[column] = max(least[column], need)
            preferred_widths[column] = max(
                preferred_widths[column],
                least[column],
                _letters(cell.text) * letter / lines + _PADDING,
            )
        column += cell.columns


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


def _fill(
    grid: list[Any], used: set[tuple[int, int]], number: int, row: Row, size: float, *, heads: bool
) -> None:
    """Write a row; cells that reach over others are merged with them."""
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
    from docx.shared import Pt

    column = 0
    for cell in row:
        while (number, column) in used:
            column += 1
        last_row = min(number + cell.rows, len(grid)) - 1
        last_column = min(column + cell.columns, len(grid[0])) - 1
        covered = {
            (r, c) for r in range(number, last_row + 1) for c in range(column, last_column + 1)
        }
        used |= covered
        office_cell = grid[number][column]
        if len(covered) > 1:
            office_cell = office_cell.merge(grid[last_row][last_column])
        office_cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        paragraph = office_cell.paragraphs[0]
        paragraph.style = "Table Text"
        _add_runs(paragraph, cell, heads=heads)
        for run in paragraph.runs:
            run.font.size = Pt(size)
        if heads:
            _shade(office_cell, "EDF1F2")
        paragraph.alignment = _side(cell.align, heads=heads and cell.columns != len(grid[0]))
        column = last_column + 1


def _add_runs(paragraph: Any, cell: Cell, *, heads: bool) -> None:
    add_runs(paragraph, cell.runs)
    for run in paragraph.runs:
        if heads:
            run.bold = True
        if not heads and _is_unbroken(cell):
            run.text = run.text.replace(" ", "\N{NO-BREAK SPACE}")


def _side(align: str, *, heads: bool) -> Any:
    return office_style.alignment("CENTER" if heads else align.upper())


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


def _keep(docx_table: Any, n_head: int, table: Table) -> None:
    """Keep a short table on one page; of a long one its ends, and each heading with its group."""
    count = len(docx_table.rows)
    groups = {n_head + n for n, row in enumerate(table.body) if _is_group(table, row)}
    last = count - 1 if not table.notes else count
    for number in range(last):
        ends = number <= n_head or number >= count - 2
        if count <= _TOGETHER or ends or number in groups:
            for cell in docx_table.rows[number].cells:
                for paragraph in cell.paragraphs:
                    paragraph.paragraph_format.keep_with_next = True
