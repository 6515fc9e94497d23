"""A table as a file."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path
from typing import Literal

from openpyxl import Workbook
from tests.pdf_files import LEADING, PdfFile

from .tables import Cell, Table


def write(table: Table, folder: Path) -> Path:
    """Write a table into a folder in its form."""
    writers = {"csv": _csv, "xlsx": _xlsx, "pdf": _pdf}
    return writers[table.form](table, folder / f"{table.stem}.{table.suffix or table.form}")


def shown(cell: Cell, table: Table) -> str:
    """Text of a cell."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.{table.decimals}f}".replace(".", table.mark)
    if isinstance(cell, datetime):
        return f"{cell:%d/%m/%Y}"
    return str(cell)


def _csv(table: Table, path: Path) -> Path:
    rows, _ = table.grid()
    text = io.StringIO()
    quoting: Literal[0, 1] = 1 if table.quoted else 0  # all, or where it must be
    csv.writer(text, delimiter=table.separator, quoting=quoting, lineterminator="\n").writerows(
        [shown(cell, table) for cell in row] for row in rows
    )
    content = text.getvalue()
    for edit in table.text_edits:
        content = edit(content)
    path.write_bytes(content.encode(table.encoding, errors="replace"))
    return path


def _xlsx(table: Table, path: Path) -> Path:
    rows, first = table.grid()
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = table.sheet_name
    for row in rows:
        sheet.append(row)
    for edit in table.book_edits:
        edit(book, sheet, first + 1)
    book.save(path)
    return path


def _pdf(table: Table, path: Path) -> Path:
    rows, first = table.grid()
    head = first - len(table.above) - bool(table.groups)
    top = len(table.above)
    wide = max(len(row) for row in rows) > 5
    document = PdfFile(landscape=wide)
    if table.footer:
        _footer(document, table.footer)
    for row in table.above:
        document.paragraph(shown(row[0], table))
    count = len(table.columns)
    body = [[shown(cell, table) for cell in row] for row in rows[top:]]
    notes = [row for row in body if len(row) < count]
    body = [row for row in body if len(row) >= count]
    page = 780 if wide else 530
    longest = [max(len(row[n]) for row in body) for n in range(count)]
    shares = [min(22, max(7, each)) for each in longest]
    widths = (
        [page * share / sum(shares) for share in shares]
        if sum(shares) > 60
        else [7.5 * share + 10 for share in shares]
    )
    if table.raised:
        _raised(document, body, widths, table.raised, head)
    elif table.ruled:
        document.ruled(body, widths, repeated=table.repeated)
    elif table.tight:
        _tight(document, table, body)
    else:
        document.unruled([_wrapped(document, row, widths) for row in body], widths)
    for note in notes:
        document.paragraph(" ".join(note))
    return document.save(path)


def _wrapped(document: PdfFile, row: list[str], widths: list[float]) -> list[str]:
    """Cells of a row in as many lines as their columns need."""
    width_of = document.document.get_string_width
    cells = []
    for text, width in zip(row, widths, strict=True):
        lines = [""]
        for word in text.split(" "):
            longer = f"{lines[-1]} {word}".strip()
            if lines[-1] and width_of(longer) > width - 6:
                lines.append(word)
            else:
                lines[-1] = longer
        cells.append("\n".join(lines) if len(lines) > 1 else text)
    return cells


def _footer(document: PdfFile, text: str) -> None:
    """Write the number of each page below it."""
    pdf = document.document

    def footer() -> None:
        pdf.set_y(-30)
        pdf.cell(0, 10, text.format(pdf.page_no()), align="C")

    pdf.footer = footer  # type: ignore[method-assign]


def _tight(document: PdfFile, table: Table, body: list[list[str]]) -> None:
    """Columns without lines, scores to the right and ranks to the left of their border."""
    pdf = document.document
    pdf.c_margin = 0.8
    width = pdf.get_string_width
    widths = [max(width(row[n]) for row in body) + 4 for n in range(len(table.columns))]
    align = "".join("R" if column.kind == "score" else "L" for column in table.columns)
    document.unruled(body, widths, align=align)


def _raised(
    document: PdfFile,
    body: list[list[str]],
    widths: list[float],
    raised: dict[tuple[int, int], str],
    head: int,
) -> None:
    """Rows with small raised signs after the text of some cells (row of the body, column)."""
    pdf = document.document
    for number, row in enumerate(body):
        if pdf.get_y() + 20 > pdf.h - pdf.b_margin:
            pdf.add_page()
        left, top = pdf.l_margin, pdf.get_y()
        for column, (text, width) in enumerate(zip(row, widths, strict=True)):
            pdf.rect(left, top, width, 20)
            pdf.text(left + 3, top + LEADING, text)
            mark = raised.get((number - head, column))
            if mark:
                end = left + 3 + pdf.get_string_width(text)
                pdf.set_font_size(6)
                pdf.text(end, top + LEADING - 4, mark)
                pdf.set_font_size(10)
            left += width
        pdf.set_y(top + 20)
