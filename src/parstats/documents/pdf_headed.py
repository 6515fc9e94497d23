"""Tables of a PDF page without lines, found by a header that names the columns of measures.

Their cells hold sentences, so that gaps alone do not show the columns.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from parstats.documents import header_roles
from parstats.documents.numbering import is_number, marker
from parstats.documents.pdf_pages import Letter
from parstats.documents.pdf_words import NEAR, TextLine, opens_part

# Lines of the header of a table without lines. By judgement: headers of narrow columns wrap.
_HEADER_LINES = 5
# Em. Rows of a table without lines are further apart; less is the white between a cell's lines.
_ROW_GAP = 0.4


def _phrases(line: TextLine) -> list[list[Letter]]:
    """Split the words of a line at gaps wider than a blank."""
    parts = [[line.words[0]]]
    for word in line.words[1:]:
        # Em; a justified line stretches its blanks, columns are further apart. By judgement.
        if word["x0"] - parts[-1][-1]["x1"] > 0.7 * line.size:
            parts.append([word])
        else:
            parts[-1].append(word)
    return parts


def rows(
    lines: Sequence[TextLine], edges: list[float]
) -> tuple[list[float], list[list[list[Letter]]]]:
    """Return the left edges of the columns, and the words of each cell row by row."""
    height = header_height(lines)
    edges = _settled(lines[height:], edges)
    table_rows = [_split_all(lines[:height], edges)] if height else []
    table_rows += [_split_all(row, edges) for row in _row_lines(lines[height:], edges)]
    return edges, table_rows


def header_height(lines: Sequence[TextLine]) -> int:
    """Return how many of the first lines are the header of a table; 0 if there is none."""
    near = 1
    while near < min(len(lines), _HEADER_LINES) and _near(lines[near - 1], lines[near]):
        near += 1
    if near < _HEADER_LINES and header_edges(lines[:near]):
        return near
    return next((h for h in range(1, near) if header_edges(lines[:h])), 0)


def _near(above: TextLine, line: TextLine) -> bool:
    return line.top - above.bottom <= _ROW_GAP * line.size


def header_edges(lines: Sequence[TextLine]) -> list[float] | None:
    """Return the left edges of columns, if lines are the header of a table of measures."""
    if not lines:
        return None
    spans: list[list[Any]] = []  # left, right, words
    for line in lines:
        for phrase in _phrases(line):
            left, right = phrase[0]["x0"], phrase[-1]["x1"]
            text = [word["text"] for word in phrase]
            over = [span for span in spans if span[0] < right and left < span[1]]
            if len(over) > 1:
                return None
            if over:
                over[0][0], over[0][1] = min(over[0][0], left), max(over[0][1], right)
                over[0][2] += text
            else:
                spans.append([left, right, text])
    spans.sort(key=lambda span: span[0])
    if not header_roles.is_plan_header([" ".join(span[2]) for span in spans]):
        return None
    return [span[0] - NEAR for span in spans]


def table_end(lines: Sequence[TextLine], first: int, edges: Sequence[float]) -> int:
    """Return where the lines set in columns end: at one that runs over the gaps."""
    for position in range(first, len(lines)):
        line = lines[position]
        if (
            position > first
            and header_height(lines[position:])
            and not _is_repeated(lines, position, edges)
        ):
            return position
        if len(_phrases(line)) > 1:
            continue
        # The title of a group, in capitals (up to 25 words, by judgement) or numbered, may run over
        # the columns; other text does so only after the table.
        crossed = sum(line.left < edge + NEAR < line.right for edge in edges[1:])
        text = line.text
        if (
            crossed > 1
            and not (text.isupper() and len(text.split()) < 25)
            and not is_number(text.split()[0])
        ):
            return position
        if opens_part(text) or (crossed and _opens_section(lines, position)):
            return position
    return len(lines)


def _opens_section(lines: Sequence[TextLine], position: int) -> bool:
    """Return whether a line over several columns is a heading of the text after the table.

    Number and title of a group have their own columns, with the next row under them.
    """
    item_marker = marker(lines[position].text)
    below = lines[position + 1 : position + 3]
    return bool(item_marker and item_marker.number) and not any(
        len(_phrases(line)) > 1 for line in below
    )


def _is_repeated(lines: Sequence[TextLine], position: int, edges: Sequence[float]) -> bool:
    """Return whether a header further down is of the same table."""
    repeated_edges = (
        header_edges(lines[position : position + header_height(lines[position:])]) or []
    )
    return len(repeated_edges) == len(edges)


def _split(line: TextLine, edges: Sequence[float]) -> list[list[Letter]]:
    """Return the words of a line by column."""
    cells: list[list[Letter]] = [[] for _ in edges]
    for phrase in _phrases(line):
        x0 = phrase[0]["x0"]
        column = max(bisect_right(edges, x0 + 1) - 1, 0)
        cells[column] += phrase
    return cells


def _split_all(lines: Sequence[TextLine], edges: Sequence[float]) -> list[list[Letter]]:
    """Return the words of several lines by column."""
    cells: list[list[Letter]] = [[] for _ in edges]
    for line in lines:
        for column, words in enumerate(_split(line, edges)):
            cells[column] += words
    return cells


def _settled(lines: Sequence[TextLine], edges: list[float]) -> list[float]:
    """Return the left edges of columns from the body, as headers may be centred.

    Those of the header are kept where the text below does not show as many columns.
    """
    spans: list[list[float]] = []
    for left, right in sorted(
        (phrase[0]["x0"], phrase[-1]["x1"])
        for line in lines
        if len(_phrases(line)) > 2
        for phrase in _phrases(line)
    ):
        if spans and left < spans[-1][1] + 1:
            spans[-1][1] = max(spans[-1][1], right)
        else:
            spans.append([left, right])
    return [span[0] - NEAR for span in spans] if len(spans) == len(edges) else edges


def _row_lines(lines: Sequence[TextLine], edges: Sequence[float]) -> list[list[TextLine]]:
    """Group lines into rows, which are further apart than the lines of a cell.

    Where they do not, a row begins at its number.
    """
    rows: list[list[TextLine]] = []
    bottom = 0.0
    for line in lines:
        if not rows or line.top - bottom > _ROW_GAP * line.size:
            rows.append([])
        rows[-1].append(line)
        bottom = max(bottom, line.bottom)
    return [part for row in rows for part in _at_numbers(row, edges)]


def _at_numbers(row: list[TextLine], edges: Sequence[float]) -> list[list[TextLine]]:
    """Split a row with several numbers in its first column."""
    starts = []
    for position, line in enumerate(row):
        first = " ".join(word["text"] for word in _split(line, edges)[0])
        if first and is_number(first):
            starts.append(position)
    if len(starts) < 2:
        return [row]
    cuts = [0, *starts[1:], len(row)] if starts[0] == 0 else [0, *starts, len(row)]
    return [row[a:b] for a, b in pairwise(cuts)]
