"""Lines of plain text that stand side by side, as a PDF saved with its layout has them.

So stand agency and motto at the head of a letter, receivers and signature at its end, and the two
columns of a text set in columns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

# Blanks. A gap that opens two columns is wider than one typed within a line; further down it may
# narrow to what pdftotext leaves at least. All by judgement.
_OPENING = 6
_LEAST = 2
# Lines with text on both sides: of a letterhead, and from which it is a text in two columns.
_FEWEST = 2
_TEXT = 6
# Blank lines within columns.
_WHITE = 2
#: Blanks on both sides of a line in the middle.
CENTRED = 16

_GAP = re.compile(rf"(?<=\S) {{{_OPENING},}}(?=\S)")


@dataclass
class Columns:
    """Two columns of lines, each with its number.

    `end` is the line after them; `is_text` tells columns of text from a letterhead or signature.
    """

    left: list[tuple[int, str]] = field(default_factory=list)
    right: list[tuple[int, str]] = field(default_factory=list)
    end: int = 0
    is_text: bool = False


def columns_at(lines: Sequence[str], at: int) -> Columns | None:
    """Return the two columns that begin at a line; None if there are none.

    >>> lines = ["UBND TỈNH A       CỘNG HÒA", "  SỞ Y TẾ         Độc lập", "    KẾ HOẠCH NĂM 2024"]
    >>> columns = columns_at(lines, 0)
    >>> [text for _, text in (*columns.left, *columns.right)], columns.end
    (['UBND TỈNH A', 'SỞ Y TẾ', 'CỘNG HÒA', 'Độc lập'], 2)
    """
    gap = _GAP.search(lines[at])
    if gap is None:
        return None
    first, last = gap.span()
    columns = Columns(end=at)
    pending: list[tuple[int, str, str]] = []
    both = blank = 0
    for position in range(at, len(lines)):
        line = lines[position].expandtabs(8)
        if position > at and line.startswith("\f"):
            break
        if not line.strip():
            blank += 1
            if blank > _WHITE:
                break
            continue
        narrowed = _blank_in(line, first, last)
        if narrowed is None:
            break
        first, last = narrowed
        left, right = line[:first].strip(), line[first:].strip()
        pending.append((position, left, right))
        if left and right:
            both += 1
        # One side alone ends a letterhead: what follows may be text of its own.
        if (left and right) or both >= _TEXT:
            for number, on_left, on_right in pending:
                columns.left += [(number, on_left)] if on_left else []
                columns.right += [(number, on_right)] if on_right else []
            pending, columns.end = [], position + 1
        blank = 0
    columns.is_text = both >= _TEXT
    labels = any(text.endswith(":") and text.count(" ") < 4 for _, text in columns.left[:_FEWEST])
    return columns if both >= _FEWEST and not labels else None


def _blank_in(line: str, first: int, last: int) -> tuple[int, int] | None:
    """Return the widest part of a gap that is blank in a line too; None if it is too narrow."""
    inside = line[first:last].ljust(last - first)
    runs = [match.span() for match in re.finditer(" +", inside)]
    begun, end = max(runs, key=lambda run: run[1] - run[0], default=(0, 0))
    if end - begun < _LEAST:
        return None
    return first + begun, first + end


def is_centred(line: str, width: int) -> bool:
    """Return whether a line stands in the middle of a text of a width.

    >>> is_centred(" " * 30 + "KẾ HOẠCH", 100), is_centred("KẾ HOẠCH", 100)
    (True, False)
    """
    left = len(line) - len(line.lstrip())
    return left >= CENTRED and width - len(line.rstrip()) >= CENTRED
