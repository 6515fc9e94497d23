"""Text tables: CSV with commas, semicolons, tabs or bars between the cells."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from itertools import islice
from pathlib import Path

from parstats import formula_text
from parstats.documents import legacy_letters, limits
from parstats.documents.document import Document
from parstats.documents.grid import make_grid
from parstats.documents.limits import refuse, refuse_cells

# A comma also occurs inside numbers and names: of two that part rows evenly, it is not the one.
_SEPARATORS = ("\t", ";", "|", ",")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# Lines from which the separator is told. By judgement: titles above a table have fewer.
_SAMPLE = 40
# Signs of an old font that a table has at least. By judgement: "µ" alone may be a unit.
_FEWEST = 4
_REMEDY = "check the quotation marks, and save it again as CSV"


def read(path: Path, name: str) -> Document:
    """Return the table of a text file as a grid.

    It is in UTF-8, UTF-16 or Windows-1258, or in TCVN3 or VNI, the encodings of old fonts.
    """
    text, decoded_from = _decoded(path.read_bytes(), name)
    numbered: list[tuple[str, int, list[str]]] = []
    number = widest = 0
    separator = ""
    try:
        separator = _separator(text)
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        for number, cells in enumerate(rows, 1):
            widest = max(widest, len(cells))
            _check_length(f"{name}, row {number}", max(map(len, cells), default=0))
            if number * widest <= limits.MOST_CELLS:  # else they are only counted
                numbered.append((name, number, [formula_text.unescape(cell) for cell in cells]))
    except csv.Error as error:
        refuse(
            name,
            f"cells that cannot be parted ({error}, row {number + 1})",
            "cells parted by one sign",
            _REMEDY,
        )
    refuse_cells(name, number * widest)
    grid = make_grid(name, "", numbered)
    widths = {number: len(cells) for _, number, cells in numbered}
    counted = tuple(replace(row, n_written=widths[row.number]) for row in grid.rows)
    tables = (replace(grid, rows=counted),)
    return Document(name, ".csv", tables=tables, decoded_from=decoded_from, separator=separator)


def _check_length(location: str, longest: int) -> None:
    if longest > limits.LONGEST:
        refuse(location, f"a cell of {longest:,} letters", f"at most {limits.LONGEST:,}", _REMEDY)


def _decoded(content: bytes, name: str) -> tuple[str, str]:
    """Return the text, and the old or damaged encoding it was decoded from, if it was."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return _without_damage(content.decode(encoding, errors="replace"))
    if b"\x00" in content[:4096]:
        refuse(name, "a binary file", "a text", "save the table as CSV in UTF-8")
    try:
        return _without_damage(content.decode("utf-8"))
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    if old := _old_encoding(text):
        return legacy_letters.decode(text, old), old
    try:
        return content.decode("cp1258"), ""
    except UnicodeDecodeError:
        refuse(name, "text in an unknown encoding", "text in UTF-8", "save it as CSV in UTF-8")


def _old_encoding(text: str) -> str:
    # The text as two paragraphs: one line of a table has too few letters to tell by.
    encoding = legacy_letters.detect_encoding([text, text])
    return encoding if encoding and legacy_letters.n_signs(text, encoding) >= _FEWEST else ""


def _without_damage(text: str) -> tuple[str, str]:
    if mended := legacy_letters.mended(text):
        return mended, "UTF-8 read as Windows-1252"
    old = _old_encoding(text)
    return (legacy_letters.decode(text, old), old) if old else (text, "")


def _separator(text: str) -> str:
    """Return the separator that splits most of the first rows, best into as many cells each."""

    # By the reader itself, not by lines: a quoted header may have a line break in it.
    def sample(separator: str) -> list[list[str]]:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        return list(islice((row for row in rows if len(row) > 1 or "".join(row).strip()), _SAMPLE))

    def evenness(separator: str) -> tuple[int, int, int]:
        widths = [len(cells) for cells in sample(separator)]
        usual = max(set(widths), key=widths.count) if widths else 1
        # A decimal comma parts the figures, but not the header.
        n_parted = sum(width > 1 for width in widths)
        return (n_parted, widths.count(usual) if usual > 1 else 0, usual)

    return max(_SEPARATORS, key=evenness)
