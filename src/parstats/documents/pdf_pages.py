"""Pages of a PDF file: opened within limits, turned upright, their letters as they are printed.

Lengths are in points, seventy-two to the inch, from the upper left corner of the page.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pdfplumber
from pdfminer.layout import LTChar, LTItem
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.page import Page

from parstats.documents.limits import MOST_PAGES, Deadline, refuse
from parstats.errors import InvalidData

Letter = dict[str, Any]  # as pdfplumber describes it

# Share of letters without a known meaning (a font without its map) from which a file is refused.
# By judgement: stray symbols are fewer, a wrong font spoils whole pages.
_GARBLED = 0.02
# Em. A second print for bold lies aside by less; letters of a word by more.
_ASIDE = 0.1
# Letters that a page may have and still be a picture: signing software prints a line about the
# digital signature on a scan. By judgement; a page of text has over 1,000.
FEW_LETTERS = 200
#: What to do with a page that is a picture, where `parstats plan` reads it.
RECOGNISE = (
    'read it with parstats plan --ocr (needs pip install "parstats[ocr]"), or make it text with '
    "OCR software first (ocrmypdf -l vie in.pdf out.pdf)"
)
#: What to do with one elsewhere.
OCR = "make it text with OCR software first (ocrmypdf -l vie in.pdf out.pdf)"


class LightPage(Page):
    """A page of pdfplumber whose letters have only what is needed here; reads in half the time."""

    def process_object(self, obj: LTItem) -> Letter:
        """Store a letter with few properties, anything else as pdfplumber does."""
        if not isinstance(obj, LTChar):
            item: Letter = super().process_object(obj)
            return item
        x_offset, top = self.mediabox[:2]
        above, below = self.height - obj.y1 + top, self.height - obj.y0 + top
        return {
            "object_type": "char",
            "text": obj.get_text(),
            "x0": obj.x0 + x_offset,
            "x1": obj.x1 + x_offset,
            "top": above,
            "bottom": below,
            "doctop": self.initial_doctop + above,
            "size": obj.size,
            "height": obj.height,
            "width": obj.width,
            "upright": obj.upright,
            "matrix": obj.matrix,
        }


@dataclass
class Legibility:
    """What the pages of a file show: letters, those without meaning, pages that are pictures."""

    letters: int = 0
    garbled: int = 0
    pictures: list[int] = field(default_factory=list)

    def count(self, page: Page) -> None:
        """Count the letters of a page."""
        self.letters += len(page.chars)
        self.garbled += _garbled(page)
        if is_picture(page):
            self.pictures.append(page.page_number)

    def check(self, name: str, remedy: str = OCR) -> None:
        """Raise InvalidData where letters have no meaning."""
        if self.garbled > _GARBLED * self.letters:
            actual, expected = (
                "letters that the file gives no meaning",
                "text that can be copied out",
            )
            refuse(name, actual, expected, remedy)

    @property
    def is_scan(self) -> bool:
        """Whether its pages are pictures, but for a few letters."""
        return bool(self.pictures) and self.letters < FEW_LETTERS * len(self.pictures)


def open_pages(path: Path, name: str) -> Iterator[tuple[Page, list[Letter]]]:
    """Yield the upright pages of a PDF, each with its letters, without those printed twice.

    A page is read completely, so that errors in the file appear here. `name` is what messages call
    the file. Raises InvalidData if it is no PDF, damaged, locked with a password or too long.
    """
    # pdfminer warns of every slip in a file that it can read all the same.
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    deadline = Deadline(name)
    try:
        with path.open("rb") as file:
            if b"%PDF-" not in file.read(1024):
                remedy = "give the PDF itself, not a page that leads to it"
                refuse(name, "another kind of file", "a PDF", remedy)
        with pdfplumber.open(path) as pdf:
            if not pdf.pages:
                raise ValueError("no pages")
            if len(pdf.pages) > MOST_PAGES:
                actual, expected = f"{len(pdf.pages):,} pages", f"at most {MOST_PAGES:,}"
                refuse(name, actual, expected, "cut it to the pages that count")
            for sheet in pdf.pages:
                deadline.check(f"page {sheet.page_number} of {len(pdf.pages)}")
                page = _upright(
                    LightPage(pdf, sheet.page_obj, sheet.page_number, sheet.initial_doctop)
                )
                yield page, printed_once(page.chars)
                page.close()
    except InvalidData:
        raise
    except OSError as problem:
        refuse(name, problem.strerror or str(problem), "a readable file", "check the path")
    except Exception as problem:  # the parser has no error class for damaged files
        if any(isinstance(cause, PDFPasswordIncorrect) for cause in (problem, *problem.args)):
            remedy = "open it with the password and print it to a new PDF"
            refuse(name, "a file locked with a password", "one that opens without", remedy)
        remedy = "fetch it again, or open it and print it to a new PDF"
        refuse(name, "a damaged or cut off PDF", "a whole one", remedy)


def _upright(page: Page) -> Page:
    """Turn a page upright, so that most of its text runs to the right.

    Annexes with wide tables are turned; a stamp in the margin is not most of the letters.
    """
    leads: Counter[str] = Counter()
    for (a, b), count in Counter(char["matrix"][:2] for char in page.chars).items():
        leads[_lead(a, b)] += count
    first = leads.most_common(1)
    turn = {"up": 90, "left": 180, "down": 270}.get(first[0][0], 0) if first else 0
    if not turn:
        return page
    page.close()
    sheet = page.page_obj
    sheet.rotate = sheet.attrs["Rotate"] = (sheet.rotate + turn) % 360
    return type(page)(page.pdf, sheet, page.page_number, page.initial_doctop)


def is_picture(page: Page) -> bool:
    """Return whether a page is a picture: drawn without letters, or one image with few of them."""
    if not page.chars:
        return bool(page.images or page.curves or page.rects)
    return has_large_image(page) and len(page.chars) < FEW_LETTERS


def has_large_image(page: Page) -> bool:
    """Return whether one image fills more than half of a page; a coat of arms or a chart less."""
    areas = (
        (image["x1"] - image["x0"]) * (image["bottom"] - image["top"]) for image in page.images
    )
    return bool(max(areas, default=0) > page.width * page.height / 2)


def is_garbled(page: Page) -> bool:
    """Return whether letters of a page have no known meaning."""
    return _garbled(page) > _GARBLED * max(len(page.chars), 1)


def _garbled(page: Page) -> int:
    return sum(char["text"].startswith("(cid:") for char in page.chars)


def direction(letter: Letter) -> str:
    """Return the direction of a letter's line; "askew" if oblique, as in a watermark.

    >>> direction({"matrix": (1, 0, 0, 1, 0, 0)}), direction({"matrix": (0, 9, -9, 0, 0, 0)})
    ('right', 'up')
    """
    return _lead(*letter["matrix"][:2])


@lru_cache(maxsize=1024)
def _lead(a: float, b: float) -> str:
    if abs(b) < abs(a) / 10:
        return "right" if a > 0 else "left"
    if abs(a) < abs(b) / 10:
        return "up" if b > 0 else "down"
    return "askew"


def printed_once(letters: Iterable[Letter]) -> list[Letter]:
    """Drop letters printed twice, slightly shifted, which some files do for bold.

    >>> letter = {"text": "T", "size": 10, "x0": 50, "top": 20}
    >>> [char["x0"] for char in printed_once([letter, letter | {"x0": 50.3}, letter | {"x0": 56}])]
    [50, 56]
    """
    letters = list(letters)
    if not _may_repeat(letters):
        return letters
    # Squares of a letter's size, and those around where the letter is near the edge of its own.
    squares: dict[tuple[str, int, int], list[tuple[float, float]]] = {}
    unique_letters = []
    for letter in letters:
        size = letter["size"] or 1.0
        text, x, y = letter["text"], letter["x0"] / size, letter["top"] / size
        column, row = int(x), int(y)
        near = [squares.get((text, column, row), ())]
        if not _ASIDE < x - column < 1 - _ASIDE or not _ASIDE < y - row < 1 - _ASIDE:
            near = [
                squares.get((text, column + across, row + down), ())
                for across in (-1, 0, 1)
                for down in (-1, 0, 1)
            ]
        for square in near:
            if square and any(abs(x - a) < _ASIDE and abs(y - b) < _ASIDE for a, b in square):
                break
        else:
            squares.setdefault((text, column, row), []).append((x, y))
            unique_letters.append(letter)
    return unique_letters


def _may_repeat(letters: list[Letter]) -> bool:
    """Return whether a letter may stand twice in one place: all at once, for most pages none does.

    Letters so near to each other share a square of a quarter of their size, in one of four grids
    that are half a square apart.
    """
    if len(letters) < 2:
        return False
    size = max(float(np.median([letter["size"] for letter in letters])), 1.0)
    x = np.array([letter["x0"] for letter in letters]) * (4 / size)
    y = np.array([letter["top"] for letter in letters]) * (4 / size)
    kinds = np.unique([letter["text"] for letter in letters], return_inverse=True)[1]
    for across in (0.0, 0.5):
        for down in (0.0, 0.5):
            columns, rows = np.floor(x + across).astype(int), np.floor(y + down).astype(int)
            squares = (kinds * 1_000_003 + columns) * 1_000_003 + rows
            if len(np.unique(squares)) < len(letters):
                return True
    return False
