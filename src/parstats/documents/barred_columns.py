"""Tables of plain text with bars between the cells, a line of print a line, as OCR writes them.

A row goes on over several lines, so that it begins at its number only. Lines with another number of
cells show that a bar was lost: such a table is not read, and said to be so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from parstats.documents import header_roles
from parstats.documents.blank_columns import TextTable
from parstats.documents.document import Cell
from parstats.documents.numbering import is_number
from parstats.documents.paragraphs import cell

# What OCR makes of a rule between cells.
_BAR = re.compile(r"[|¦│┃]")
# Lines without bars within a table: more end it. By judgement.
_GAP = 2


def table_at(lines: Sequence[str], at: int) -> TextTable | None:
    """Return the table whose header is a line with bars; None if it is none.

    >>> header = "TT | Nhiệm vụ | Chủ trì | Thời hạn"
    >>> lines = [header, "1 | Sửa trạm | Sở Y tế | Quý I", " | y tế | |"]
    >>> table_at(lines, 0).rows[1][2][1].text
    'Sửa trạm y tế'
    """
    line = lines[at].strip()
    frame = (_BAR.match(line) is not None, _BAR.match(line[-1:]) is not None)
    header = _cells(line, frame)
    if len(header) < 3 or not header_roles.is_plan_header(header):
        return None
    numbered = header_roles.plan_role(header[0]) == "number"
    rows: list[tuple[int, int, list[list[str]]]] = [(at, at, [[text] for text in header])]
    end, is_clear = at + 1, numbered
    for position in range(at + 1, len(lines)):
        if position - end >= _GAP:
            break
        texts = _cells(lines[position], frame)
        if not _BAR.search(lines[position]):
            continue
        end = position + 1
        if len(texts) != len(header):
            is_clear = False
        elif is_number(texts[0]) or header_roles.is_plan_header(texts):
            rows.append((position, position, [[text] for text in texts]))
        elif len(rows) < 2 or texts[0]:
            is_clear = False
        else:
            first, _, above = rows[-1]
            rows[-1] = (first, position, [[*a, b] for a, b in zip(above, texts, strict=True)])
    if not is_clear or len(rows) < 2:
        return TextTable(end, (), ((at, end - 1),))
    return TextTable(end, tuple((a, b, tuple(map(_cell, cells)), False) for a, b, cells in rows))


def _cell(lines: Sequence[str]) -> Cell:
    return cell([line for line in lines if line])


def _cells(line: str, frame: tuple[bool, bool]) -> list[str]:
    """Return the texts between bars; `frame` tells whether bars stand left and right of all."""
    parts = [part.strip() for part in _BAR.split(line)]
    return parts[frame[0] : len(parts) - frame[1]]
