"""Text tables: CSV with commas, semicolons, tabs or bars between the cells."""

from __future__ import annotations

import csv
import io
from itertools import islice
from pathlib import Path

from parstats import formula_text
from parstats.documents import limits
from parstats.documents.document import Document
from parstats.documents.grid import make_grid
from parstats.documents.limits import refuse, refuse_cells

# A comma also occurs inside numbers and names: of two that part rows evenly, it is not the one.
_SEPARATORS = ("\t", ";", "|", ",")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# Lines from which the separator is told. By judgement: titles above a table have fewer.
_SAMPLE = 40
_REMEDY = "check the quotation marks, and save it again as CSV"


def read(path: Path, name: str) -> Document:
    """Return the table of a text file in UTF-8, UTF-16 or Windows-1258 as a grid."""
    text = _decoded(path.read_bytes(), name)
    numbered: list[tuple[str, int, list[str]]] = []
    number = widest = 0
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
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
    return Document(name, ".csv", tables=(make_grid(name, "", numbered),))


def _check_length(location: str, longest: int) -> None:
    if longest > limits.LONGEST:
        refuse(location, f"a cell of {longest:,} letters", f"at most {limits.LONGEST:,}", _REMEDY)


def _decoded(content: bytes, name: str) -> str:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    if b"\x00" in content[:4096]:
        refuse(name, "a binary file", "a text", "save the table as CSV in UTF-8")
    for encoding in ("utf-8", "cp1258"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    refuse(name, "text in an unknown encoding", "text in UTF-8", "save it as CSV in UTF-8")


def _separator(text: str) -> str:
    """Return the separator that splits most of the first rows into the same number of cells."""
    filled = (line for line in text.splitlines() if line.strip())
    # A line of more letters than a cell may have tells by its beginning.
    lines = [line[: limits.LONGEST] for line in islice(filled, _SAMPLE)]

    def evenness(separator: str) -> tuple[int, int]:
        widths = [len(cells) for cells in csv.reader(lines, delimiter=separator)]
        usual = max(set(widths), key=widths.count) if widths else 1
        return (widths.count(usual) if usual > 1 else 0, usual)

    return max(_SEPARATORS, key=evenness)
