"""Plans as departments issue them, invented for tests, written in every form we read.

One `Document` is written as .docx with merged cells, as .pdf with ruled lines or without, as text
with a row a line or a cell a line, and as Markdown. All of them say the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import docx
from docx.document import Document as WordDocument

from pdf_files import Merged, PdfFile


@dataclass(frozen=True)
class Up:
    """A cell merged with the one above."""


UP = Up()


@dataclass(frozen=True)
class Group:
    """A row over all columns: number and title."""

    number: str
    title: str


Row = Group | Sequence[str | Up]


@dataclass(frozen=True)
class Table:
    """A table with its header; cells may hold several paragraphs, parted by line breaks."""

    header: Sequence[str]
    rows: Sequence[Row]
    widths: Sequence[float] = ()


@dataclass(frozen=True)
class Document:
    """Paragraphs and tables in their order."""

    parts: Sequence[str | Table] = field(default_factory=tuple)

    def write(self, path: Path, form: str) -> Path:
        """Write in one of the forms docx, pdf, unruled, tabs, cells and md; gives the path."""
        ending = {"unruled": "pdf", "tabs": "txt", "cells": "txt"}.get(form, form)
        file = path / f"{form}.{ending}"
        if form in ("tabs", "cells", "md"):
            writer = {"tabs": _tabs, "cells": _cells, "md": _markdown}[form]
            lines = [
                line
                for part in self.parts
                for line in ([part, ""] if isinstance(part, str) else [*writer(part), ""])
            ]
            file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        elif form == "docx":
            _write_docx(self, file)
        else:
            _pdf(self, file, ruled=form == "pdf")
        return file


def _texts(row: Row, width: int) -> list[str]:
    if isinstance(row, Group):
        return [row.number, row.title, *[""] * (width - 2)]
    return ["" if isinstance(cell, Up) else cell for cell in row]


def _tabs(table: Table) -> list[str]:
    rows = [list(table.header), *(_texts(row, len(table.header)) for row in table.rows)]
    return ["\t".join(cell.replace("\n", " ") for cell in row) for row in rows]


def _cells(table: Table) -> list[str]:
    lines = []
    for row in [list(table.header), *table.rows]:
        texts = _texts(row, len(table.header)) if isinstance(row, Group) else _texts(row, 0)
        if isinstance(row, Group):
            texts = texts[:2]
        lines += [f"\t{text}" for text in texts]
        lines.append("")
    return "\n".join(lines).split("\n")


def _markdown(table: Table) -> list[str]:
    rows = [list(table.header), *(_texts(row, len(table.header)) for row in table.rows)]
    lines = [f"| {' | '.join(cell.replace(chr(10), '<br>') for cell in row)} |" for row in rows]
    return [lines[0], "|" + " --- |" * len(table.header), *lines[1:]]


def _write_docx(document: Document, file: Path) -> None:
    written = docx.Document()
    for part in document.parts:
        if isinstance(part, str):
            written.add_paragraph(part)
        else:
            add_docx_table(written, part)
    written.save(str(file))


def add_docx_table(written: WordDocument, table: Table) -> None:
    """Add a table to a Word document, its merged cells merged."""
    width = len(table.header)
    grid = written.add_table(rows=len(table.rows) + 1, cols=width)
    for column, text in enumerate(table.header):
        grid.cell(0, column).text = text
    for number, row in enumerate(table.rows, start=1):
        if isinstance(row, Group):
            grid.cell(number, 0).text = row.number
            merged = grid.cell(number, 1).merge(grid.cell(number, width - 1))
            merged.text = row.title
            continue
        for column, text in enumerate(row):
            if isinstance(text, Up):
                top = number
                while isinstance(table.rows[top - 1], Sequence) and isinstance(
                    table.rows[top - 1][column], Up
                ):
                    top -= 1
                if number == len(table.rows) or not _goes_on(table.rows[number], column):
                    grid.cell(top, column).merge(grid.cell(number, column))
            elif text:
                first, *rest = text.split("\n")
                cell = grid.cell(number, column)
                cell.text = first
                for line in rest:
                    cell.add_paragraph(line)


def _goes_on(row: Row, column: int) -> bool:
    return not isinstance(row, Group) and isinstance(row[column], Up)


def _pdf(document: Document, file: Path, *, ruled: bool) -> None:
    written = PdfFile(landscape=True)
    for part in document.parts:
        if isinstance(part, str):
            written.paragraph(part).gap(4)
        elif ruled:
            written.ruled(_boxes(part), part.widths)
        else:
            rows = [list(part.header), *(_texts(row, len(part.header)) for row in part.rows)]
            written.unruled(_wrapped(rows, part.widths, written), part.widths)
    written.document.output(str(file))


def _boxes(table: Table) -> list[list[str | Merged]]:
    rows: list[list[str | Merged]] = [list(table.header)]
    width = len(table.header)
    for number, row in enumerate(table.rows):
        if isinstance(row, Group):
            rows.append([row.number, Merged(row.title, across=width - 1)])
            continue
        cells: list[str | Merged] = []
        for column, text in enumerate(row):
            if isinstance(text, Up):
                continue
            down = 1
            while number + down < len(table.rows) and _goes_on(table.rows[number + down], column):
                down += 1
            cells.append(Merged(text, down=down) if down > 1 else text)
        rows.append(cells)
    return rows


def _wrapped(
    rows: Sequence[Sequence[str]], widths: Sequence[float], written: PdfFile
) -> list[list[str]]:
    """Rows whose cells are broken to lines that their columns hold; a group's title is not."""
    wrapped = []
    for row in rows:
        group = not any(row[2:])
        wrapped.append(
            [
                cell if group else _broken(cell, width - 14, written)
                for cell, width in zip(row, widths, strict=True)
            ]
        )
    return wrapped


def _broken(text: str, width: float, written: PdfFile) -> str:
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for token in paragraph.split():
            longer = f"{line} {token}".strip()
            if line and written.document.get_string_width(longer) > width:
                lines.append(line)
                line = token
            else:
                line = longer
        lines.append(line)
    return "\n".join(lines)
