"""Files whose pages are pictures: which pages are, and reading those by recognition.

The seam between the reader of PDF files and the modules ``scan_*``; without the extra "ocr" only
what needs no recognition is imported.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pypdfium2
from pdfplumber.page import Page
from pypdfium2 import raw

from parstats.documents import header_roles, scan_picture, scan_rules
from parstats.documents.document import Cell
from parstats.documents.limits import MOST_PAGES, refuse
from parstats.documents.pdf_pages import has_large_image, is_garbled, is_picture, open_pages
from parstats.documents.scan_cells import Recogniser
from parstats.documents.scan_models import find_models
from parstats.documents.scan_page import ScannedPage, recognise
from parstats.documents.scan_words import commonest, in_order, numbered
from parstats.documents.table_part import TablePart

# Inches of the longer side of A4, for pictures that do not say how large they are.
_LONG_SIDE = 11.69
# Pixels to the inch that suffice for telling whether a page has the rules of a table.
_QUICK = 100
_INVISIBLE = 3  # the way of drawing text that OCR software uses under a picture


class Scan:
    """The pages of a PDF as pictures; recognised where `ocr` is wanted."""

    def __init__(self, path: Path, *, ocr: bool) -> None:
        self._path = path
        self._ocr = ocr
        self._recogniser = Recogniser(find_models()) if ocr else None
        self._file: Any = None

    def __enter__(self) -> Scan:
        return self

    def __exit__(self, *problem: object) -> None:
        if self._recogniser is not None:
            self._recogniser.__exit__(*problem)
        if self._file is not None:
            self._file.close()

    def _sheet(self, page: Page) -> Any:
        if self._file is None:
            self._file = pypdfium2.PdfDocument(self._path)
        return self._file[page.page_number - 1]

    def read(self, page: Page) -> ScannedPage | None:
        """Return a page read from its picture; None if it is none, or recognition is not wanted."""
        if self._recogniser is None or not (
            is_picture(page) or is_garbled(page) or self.has_hidden_text(page)
        ):
            return None
        return recognise(self._sheet(page), page.page_number, self._recogniser)

    def has_hidden_text(self, page: Page) -> bool:
        """Return whether the text of a page is invisible, under a picture, as OCR leaves it."""
        if not (page.chars and has_large_image(page)):
            return False
        texts = [
            item for item in self._sheet(page).get_objects() if item.type == raw.FPDF_PAGEOBJ_TEXT
        ]
        return bool(texts) and all(
            raw.FPDFTextObj_GetTextRenderMode(item.raw) == _INVISIBLE for item in texts
        )

    def misses_table(self, page: Page) -> bool:
        """Return whether a page with a picture shows a ruled table, where none was read."""
        if not (page.chars and has_large_image(page)):
            return False
        picture = scan_picture.draw(self._sheet(page), _QUICK)
        return scan_rules.looks_ruled(scan_picture.level(picture))


def recognised_pages(path: Path) -> list[ScannedPage]:
    """Return the pages of a PDF that are pictures, as they are recognised."""
    with Scan(path, ocr=True) as scan:
        pages = (scan.read(page) for page, _ in open_pages(path, str(path)))
        return [page for page in pages if page is not None]


def mended_together(tables: Sequence[Sequence[TablePart]]) -> list[list[TablePart]]:
    """Return the tables of all recognised pages, mended by what they say together.

    Numbers of rows and groups follow each other, and a cell that differs only in accents from one
    that is there more often is that one.
    """
    rows = [
        (page, table, row)
        for page, parts in enumerate(tables)
        for table, part in enumerate(parts)
        for row, cells in enumerate(part.rows)
        if cells[0].text and header_roles.plan_role(cells[0].text) != "number"
    ]
    mended: dict[tuple[int, int, int], str] = {}
    for order, is_group in ((in_order, True), (numbered, False)):
        places = [at for at in rows if _is_group(tables[at[0]][at[1]], at[2]) == is_group]
        read = [tables[page][table].rows[row][0].text for page, table, row in places]
        mended |= dict(zip(places, order(read), strict=True))

    cells = (cell for parts in tables for part in parts for row in part.rows for cell in row)
    usual = commonest([cell.text for cell in cells])

    def mended_row(part: TablePart, place: tuple[int, int, int]) -> tuple[Cell, ...]:
        first, *rest = part.rows[place[2]]
        texts = [mended.get(place, first.text), *(usual.get(cell.text, cell.text) for cell in rest)]
        return tuple(
            cell if cell.text == text else replace(cell, paragraphs=(text,))
            for cell, text in zip((first, *rest), texts, strict=True)
        )

    return [
        [
            replace(
                part,
                rows=tuple(mended_row(part, (page, table, row)) for row in range(len(part.rows))),
            )
            for table, part in enumerate(parts)
        ]
        for page, parts in enumerate(tables)
    ]


def _is_group(part: TablePart, row: int) -> bool:
    """Return whether a row is a number and a title over most of the other columns."""
    cells = part.rows[row]
    return len(cells) > 2 and cells[0].n_columns == 1 and cells[1].n_columns * 2 > len(cells) - 1


@contextmanager
def as_pdf(path: Path) -> Iterator[Path]:
    """Give a picture as a PDF of its pages, for as long as the block lasts."""
    from PIL import Image, ImageSequence

    with TemporaryDirectory() as folder:
        target = Path(folder) / "scan.pdf"
        try:
            with Image.open(path) as picture:
                if getattr(picture, "n_frames", 1) > MOST_PAGES:
                    refuse(path, "too many pages", f"at most {MOST_PAGES:,}", "cut it")
                pages = [frame.convert("RGB") for frame in ImageSequence.Iterator(picture)]
                dots = picture.info.get("dpi", (0, 0))[0]
            if dots < 72:  # a camera's default, or nothing
                dots = max(pages[0].size) / _LONG_SIDE
            first, *rest = pages
            first.save(target, "PDF", resolution=float(dots), save_all=True, append_images=rest)
        except (OSError, ValueError, Image.DecompressionBombError) as problem:
            actual, remedy = f"a picture that does not open ({problem})", "scan or save it again"
            refuse(path, actual, "a whole picture", remedy)
        yield target
