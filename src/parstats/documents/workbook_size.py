"""How many cells the sheets of an .xlsx have, before a library makes an object of each."""

from __future__ import annotations

import zipfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from parstats.documents.limits import MOST_MERGED, refuse, refuse_cells


@dataclass
class SheetSize:
    """What a sheet says of its cells."""

    n_cells: int = 0
    height: int = 0
    width: int = 0
    # Cells under merges and links, each of which is made even where it is empty.
    n_covered: int = 0
    has_formulas: bool = False
    _column: int = field(default=0, repr=False)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Count an element; a row or cell without a position follows the one before."""
        name = name.rpartition(":")[2]
        if name == "c":
            self.n_cells += 1
            _, column = _position(attributes.get("r", ""))
            self._column = column or self._column + 1
            self.width = max(self.width, self._column)
        elif name == "row":
            row = attributes.get("r", "")
            self.height = max(self.height, int(row) if row.isdecimal() else self.height + 1)
            self._column = 0
        elif name == "f":
            self.has_formulas = True
        elif name in ("mergeCell", "hyperlink"):
            first, _, last = attributes.get("ref", "").partition(":")
            (top, left), (bottom, right) = _position(first), _position(last or first)
            self.n_covered += max(bottom - top + 1, 0) * max(right - left + 1, 0)


def check_size(path: Path, name: str, *, extent: bool = False) -> bool:
    """Refuse a workbook with more cells than any table has; return whether it has formulas.

    With `extent` the empty places up to the last cell count too, for readers that walk over them.
    Every part is looked at, whatever it is called. What is no whole XML is left to the reader.
    """
    has_formulas = False
    with zipfile.ZipFile(path) as package:
        for part in package.namelist():
            if part.endswith("/"):
                continue
            size = _size(package, part)
            has_formulas |= size.has_formulas
            empty = size.height * size.width if extent else 0
            refuse_cells(f"{name}, {part}", max(size.n_cells, empty))
            if size.n_covered > MOST_MERGED:
                actual = f"merged or linked areas of {size.n_covered:,} cells"
                remedy = "undo the merges and links, or copy the table into a new file"
                refuse(f"{name}, {part}", actual, f"at most {MOST_MERGED:,}", remedy)
    return has_formulas


def _size(package: zipfile.ZipFile, part: str) -> SheetSize:
    size = SheetSize()
    parser = expat.ParserCreate()
    parser.StartElementHandler = size.start
    with package.open(part) as file, suppress(expat.ExpatError, zipfile.BadZipFile, ValueError):
        parser.ParseFile(file)
    return size


def _position(reference: str) -> tuple[int, int]:
    """Return row and column of a cell, counted from 1; 0 for what is not there.

    >>> _position("AB12"), _position("$C$4"), _position("")
    ((12, 28), (4, 3), (0, 0))
    """
    letters = reference.replace("$", "").upper()
    row = letters.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    column = 0
    for letter in letters[: len(letters) - len(row)][:4]:  # no column has more letters
        column = 26 * column + ord(letter) - ord("A") + 1
    return int(row) if row.isdecimal() and len(row) < 10 else 0, column
