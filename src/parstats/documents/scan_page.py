"""A scanned page as words and cells with their places, and what of it a person should look at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from typing import Any

import numpy as np

from parstats.documents import scan_picture, scan_rules, scan_strokes
from parstats.documents.document import Box, Unread
from parstats.documents.pdf_pages import Letter
from parstats.documents.scan_cells import NUMBERS, Recogniser
from parstats.documents.scan_picture import Picture, darkened
from parstats.documents.scan_rules import PixelBox, Table
from parstats.documents.scan_words import Word, quarter_at, with_quarter

# Pixels between a rule's middle and what is recognised of a cell.
_INSET = 5
# The first column holds numbers if it is at most this share of the table's width, and a cell of it
# has at most so many letters ("STT", "III", "12.a").
_NUMBERS_SHARE, _NUMBER_LENGTH = 0.1, 5
# Mean confidence of a cell's words, of 100, below which a person should look at it.
_UNSURE = 75.0
# Dark pixels of a cell in which nothing was recognised, from which it is listed: two letters have
# as many at 300 to the inch.
_UNREAD_INK = 400
_YEAR = re.compile(r"/\d{4}[.,;]?$")
# Letters of a cell that a note repeats.
_QUOTE = 40


@dataclass(frozen=True)
class ScannedPage:
    """A page read from its picture. Lengths are in points.

    Attributes
    ----------
    number : int; of the page, from 1
    width, height : float; as it was turned upright
    words : tuple of Word; in reading order
    tables : tuple of tuple of Box; the cells of each table
    doubts : tuple of tuple of str; kind and quotation of what a person should look at
    """

    number: int
    width: float
    height: float
    words: tuple[Word, ...]
    tables: tuple[tuple[Box, ...], ...] = ()
    doubts: tuple[tuple[str, str], ...] = ()

    @property
    def unread(self) -> tuple[Unread, ...]:
        """The page itself and its doubts, for the review list."""
        reasons = (("recognised", ""), *self.doubts)
        return tuple(
            Unread(
                f"page {self.number}" + (f" ({quotation})" if quotation else ""),
                "read from a picture",
                self.number,
                kind,
            )
            for kind, quotation in reasons
        )

    def letters(self) -> list[Letter]:
        """Return the words as letters of a PDF, a letter a word, with blanks between them."""
        letters: list[Letter] = []
        size = float(np.median([word.bottom - word.top for word in self.words] or [12.0]))
        before: Word | None = None
        for word in self.words:
            is_same_line = before is not None and before.top == word.top and before.x0 < word.x0
            if is_same_line and before is not None:
                # Boxes of words may overlap; a blank between them keeps them apart all the same.
                letters[-1]["x1"] = min(letters[-1]["x1"], word.x0 - 0.02)
                letters.append(_letter(" ", word.x0 - 0.02, word.x0 - 0.01, word, size))
            letters.append(_letter(word.text, word.x0, word.x1, word, size))
            before = word
        return letters

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain lists, for a file; a word is its text, place and confidence."""
        return {
            "number": self.number,
            "width": round(self.width, 2),
            "height": round(self.height, 2),
            "words": [list(astuple(word)) for word in self.words],
            "tables": [[list(box) for box in boxes] for boxes in self.tables],
            "doubts": [list(doubt) for doubt in self.doubts],
        }

    @classmethod
    def of_dict(cls, content: dict[str, Any]) -> ScannedPage:
        """Return the page that `as_dict` gave."""
        return cls(
            content["number"],
            content["width"],
            content["height"],
            tuple(Word(*word) for word in content["words"]),
            tuple(tuple(_box(box) for box in boxes) for boxes in content["tables"]),
            tuple((kind, quotation) for kind, quotation in content["doubts"]),
        )


def _box(sides: Sequence[float]) -> Box:
    left, top, right, bottom = sides
    return left, top, right, bottom


def _letter(text: str, x0: float, x1: float, word: Word, size: float) -> Letter:
    return {
        "object_type": "char",
        "text": text,
        "x0": x0,
        "x1": x1,
        "top": word.top,
        "bottom": word.bottom,
        "doctop": word.top,
        "size": size,
        "height": size,
        "width": x1 - x0,
        "upright": True,
        "matrix": (1.0, 0.0, 0.0, 1.0, x0, word.bottom),
    }


def recognise(sheet: Any, number: int, recogniser: Recogniser) -> ScannedPage:
    """Read a page of pypdfium2 from its picture."""
    picture = scan_picture.draw(sheet)
    picture = scan_picture.turned(picture, recogniser.quarter_turns(picture))
    picture = scan_picture.level(picture)
    tables = scan_rules.tables(picture)
    words: list[Word] = []
    doubts = [("language", "")] if recogniser.models.first == "vie" else []
    for table in tables:
        for cell_words, cell_doubts in _cells(picture, table, recogniser):
            words += cell_words
            doubts += cell_doubts
        doubts += _table_doubts(table)
    words = [*_outside(picture, tables, recogniser), *words]
    height, width = picture.grey.shape
    points = picture.points
    boxes = tuple(
        tuple(_box([round(side * points, 2) for side in box]) for box in table.boxes)
        for table in tables
    )
    return ScannedPage(
        number, width * points, height * points, tuple(words), boxes, tuple(dict.fromkeys(doubts))
    )


def _table_doubts(table: Table) -> Iterator[tuple[str, str]]:
    if table.lacks_header_cells:
        yield "header", ""
    if table.inferred:
        yield "rule", ""


def _outside(picture: Picture, tables: Sequence[Table], recogniser: Recogniser) -> list[Word]:
    """Read what is outside of the tables."""
    grey = picture.grey.copy()
    paper = int(np.median(grey))
    for table in tables:
        left, top, right, bottom = table.outline
        grey[max(0, top - 8) : bottom + 9, max(0, left - 8) : right + 9] = paper
    return recogniser.read(grey, (0, 0), picture.points, shape="page")


def _cells(
    picture: Picture, table: Table, recogniser: Recogniser
) -> Iterator[tuple[list[Word], list[tuple[str, str]]]]:
    """Yield the words of each cell, and its doubts."""
    left, _, right, _ = table.outline
    number = ""
    for box in table.boxes:
        crop, corner = _crop(picture, box)
        words = recogniser.read(crop, corner, picture.points)
        is_first = box[0] == left
        if is_first and box[2] - left <= _NUMBERS_SHARE * (right - left):
            words = _number(words, crop, corner, picture.points, recogniser)
        number = _text(words) if is_first else number
        doubts: list[tuple[str, str]] = []
        quarters = quarter_at(words)
        for at in quarters:
            words[at], doubt = _quarter(words, at, crop, corner, picture.points, recogniser)
            doubts += [("quarter", f"{number}: {doubt}")] if doubt else []
        unsure = [word.confidence for at, word in enumerate(words) if at not in quarters]
        if unsure and not is_first and np.mean(unsure) < _UNSURE:
            doubts.append(("unsure", f"{number}: “{_text(words)[:_QUOTE]}”"))
        if not words and (crop < 0.5 * np.median(crop)).sum() > _UNREAD_INK:
            doubts.append(("unsure", f"{number}: ?"))
        yield words, doubts


def _crop(picture: Picture, box: PixelBox) -> tuple[np.ndarray[Any, Any], tuple[int, int]]:
    left, top, right, bottom = box
    inside = picture.grey[top + _INSET : bottom - _INSET, left + _INSET : right - _INSET]
    return inside, (left + _INSET, top + _INSET)


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def _number(
    words: list[Word],
    crop: np.ndarray[Any, Any],
    corner: tuple[int, int],
    points: float,
    recogniser: Recogniser,
) -> list[Word]:
    """Read a cell of numbers again as one line of digits and roman numerals."""
    if len(_text(words)) > _NUMBER_LENGTH:
        return words
    readings = (
        recogniser.read(crop, corner, points, shape="line", signs=NUMBERS, second=second)
        for second in (False, True)
    )
    return next(filter(None, readings), words)


def _quarter(
    words: Sequence[Word],
    at: int,
    crop: np.ndarray[Any, Any],
    corner: tuple[int, int],
    points: float,
    recogniser: Recogniser,
) -> tuple[Word, str]:
    """Return the word of a quarter read twice, and what the readings are where they differ.

    Its strokes are counted; where that tells nothing, the second model reads the cell.
    """
    word = words[at]
    left, top, right, bottom = (
        round(side / points) - corner[axis % 2]
        for axis, side in enumerate((word.x0, word.top, word.x1, word.bottom))
    )
    part = darkened(crop)[max(0, top - 2) : bottom + 3, max(0, left - 2) : right + 3]
    numeral = scan_strokes.quarter(part, has_year=_YEAR.search(word.text) is not None)
    again = with_quarter(word, numeral) if numeral else word
    if not numeral:
        second = recogniser.read(crop, corner, points, second=True)
        again = next((second[place] for place in quarter_at(second)), word)
    if again.text == word.text:
        return word, ""
    counted = again if numeral else word
    other = word if numeral else again
    return counted, f"“Quý {counted.text}” / “Quý {other.text}”"
