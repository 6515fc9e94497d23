"""PDF files as ministries publish them, written for a test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
from fpdf import FPDF
from fpdf.enums import TableHeadingsDisplay
from fpdf.fonts import FontFace
from PIL import Image

FONT = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
SIZE = 10
LEADING = 14


@dataclass(frozen=True)
class Merged:
    """A cell over several columns or rows."""

    text: str
    across: int = 1
    down: int = 1


@dataclass(frozen=True)
class Turned:
    """Text that leads up (90 degrees) or down (270), in a cell of a row of boxes."""

    text: str
    degrees: int = 90


class PdfFile:
    """A PDF to which a test adds pages, prose and tables; lengths are in points."""

    def __init__(self, *, landscape: bool = False) -> None:
        self.document = FPDF("landscape" if landscape else "portrait", "pt", "A4")
        self.document.set_auto_page_break(auto=True, margin=50)
        self.document.add_font("DejaVu", fname=FONT)
        self.document.set_font("DejaVu", size=SIZE)
        self.document.add_page()

    def page(self) -> PdfFile:
        """Start a page."""
        self.document.add_page()
        return self

    def paragraph(self, text: str, *, justified: bool = False) -> PdfFile:
        """Add running text, or a title."""
        align = "J" if justified else "L"
        self.document.multi_cell(0, LEADING, text, align=align, new_x="LMARGIN", new_y="NEXT")
        return self

    def gap(self, height: float) -> PdfFile:
        """Leave white."""
        self.document.ln(height)
        return self

    def ruled(
        self,
        rows: Sequence[Sequence[str | Merged]],
        widths: Sequence[float],
        *,
        headings: int = 1,
        repeated: bool = True,
        padding: float = 3,
    ) -> PdfFile:
        """Add a table with a line around each cell, over as many pages as it needs."""
        display = (
            TableHeadingsDisplay.ON_TOP_OF_EVERY_PAGE if repeated else TableHeadingsDisplay.NONE
        )
        with self.document.table(
            col_widths=tuple(widths),
            width=sum(widths),
            align="LEFT",
            text_align="LEFT",
            line_height=LEADING,
            headings_style=FontFace(),
            num_heading_rows=headings,
            repeat_headings=display if headings == 1 else TableHeadingsDisplay.NONE,
            padding=padding,
        ) as table:
            for cells in rows:
                row = table.row()
                for cell in cells:
                    if isinstance(cell, Merged):
                        row.cell(cell.text, colspan=cell.across, rowspan=cell.down)
                    else:
                        row.cell(cell)
        return self

    def unruled(
        self,
        rows: Sequence[Sequence[str]],
        widths: Sequence[float],
        *,
        align: str = "",
        step: float = 18,
    ) -> PdfFile:
        """Add a table without lines; `align` has a letter a column, L if left out.

        A line break within a cell makes it higher; the other cells stand at half its height.
        """
        document = self.document
        for cells in rows:
            lines = max(cell.count("\n") + 1 for cell in cells)
            height = step + (lines - 1) * 0.8 * LEADING
            if document.get_y() + height > document.h - document.b_margin:
                document.add_page()
            left, top = document.l_margin, document.get_y()
            for number, (cell, width) in enumerate(zip(cells, widths, strict=True)):
                cell_lines = cell.split("\n")
                document.set_xy(left, top + (lines - len(cell_lines)) * 0.4 * LEADING)
                for line in cell_lines:
                    document.set_x(left)
                    document.cell(width, LEADING, line, align=align[number : number + 1] or "L")
                    document.set_y(document.get_y() + 0.8 * LEADING)
                left += width
            document.set_y(top + height)
        return self

    def boxes(
        self,
        rows: Sequence[Sequence[str | Turned]],
        widths: Sequence[float],
        heights: Sequence[float],
        *,
        outer: bool = True,
        last_line: bool = True,
        twice: bool = False,
        inset: float | None = None,
    ) -> PdfFile:
        """Add a table line by line.

        Without `outer`, only the lines between cells are drawn; without `last_line`, the lowest is
        left out. `twice` prints the text once more, a little aside, for bold. `inset` makes cells
        grey but for a frame of that width.
        """
        document = self.document
        left, top = document.l_margin, document.get_y()
        xs = [left + sum(widths[:count]) for count in range(len(widths) + 1)]
        ys = [top + sum(heights[:count]) for count in range(len(heights) + 1)]
        document.set_fill_color(220)
        for x in xs if outer else xs[1:-1]:
            document.line(x, ys[0], x, ys[-1])
        for y in (ys if outer else ys[1:-1])[: None if last_line else -1]:
            document.line(xs[0], y, xs[-1], y)
        for cells, y, height in zip(rows, ys, heights, strict=False):
            for cell, x, width in zip(cells, xs, widths, strict=False):
                if inset is not None:
                    size = width - 2 * inset, height - 2 * inset
                    document.rect(x + inset, y + inset, *size, style="F")
                self._put(cell, x, y, width, height)
                if twice:
                    self._put(cell, x + 0.3, y, width, height)
        document.set_y(ys[-1])
        return self

    def _put(self, cell: str | Turned, x: float, y: float, width: float, height: float) -> None:
        document = self.document
        if isinstance(cell, str):
            for count, line in enumerate(cell.split("\n"), start=1):
                document.text(x + 3, y + 1.1 * SIZE * count, line)
            return
        for count, line in enumerate(cell.text.split("\n"), start=1):
            offset = 1.1 * SIZE * count
            up = cell.degrees == 90
            start = (x + offset, y + height - 3) if up else (x + width - offset, y + 3)
            with document.rotation(cell.degrees, *start):
                document.text(*start, line)

    def shaded(
        self,
        rows: Sequence[Sequence[str]],
        widths: Sequence[float],
        *,
        grey: Callable[[int], bool] = lambda number: True,
    ) -> PdfFile:
        """Add a table without lines; `grey` says whether the cells of a row, from 0, are shaded."""
        document = self.document
        document.set_fill_color(220)
        for number, cells in enumerate(rows):
            if document.get_y() + 20 > document.h - document.b_margin:
                document.add_page()
            left, top = document.l_margin, document.get_y()
            for cell, width in zip(cells, widths, strict=True):
                if grey(number):
                    document.rect(left, top, width, 20, style="F")
                document.text(left + 3, top + LEADING, cell)
                left += width
            document.set_y(top + 20)
        return self

    def watermark(self, text: str) -> PdfFile:
        """Write large and askew over the page."""
        document = self.document
        document.set_font_size(60)
        with document.rotation(45, document.w / 4, document.h / 2):
            document.text(document.w / 4, document.h / 2, text)
        document.set_font_size(SIZE)
        return self

    def picture(self) -> PdfFile:
        """Fill the page with an image."""
        document = self.document
        document.image(Image.new("L", (60, 85), 200), 0, 0, document.w, document.h)
        return self

    def save(self, path: Path, *, password: str | None = None) -> Path:
        """Write the file, locked if there is a password."""
        if password is not None:
            self.document.set_encryption(owner_password=password, user_password=password)
        self.document.output(str(path))
        return path
