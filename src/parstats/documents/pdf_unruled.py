"""Tables of a PDF page without lines, found by the gaps between their columns."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from itertools import pairwise

from parstats.documents.pdf_lines import (
    COLUMN_GAP,
    Edges,
    Line,
    lines,
    overlap,
    rows,
    under,
)
from parstats.documents.pdf_pages import Letter
from parstats.documents.pdf_words import words
from parstats.documents.table_part import TablePart

# Lines that must show the same gaps: a header and two rows. By judgement.
_LEAST_LINES = 3
# Header lines whose phrases may lie over several columns: group, name, number of column.
_HEADER_LINES = 3
# Words of the median cell; more, and the page is prose set in columns. By judgement: figures and
# names of provinces have one to three.
_PROSE_LENGTH = 4


def unruled_tables(
    letters: Sequence[Letter], page: int, before: TablePart | None
) -> list[TablePart]:
    """Return the unruled tables from top to bottom.

    `letters` are those of page number `page`; `before` is what could go on here from the page
    before: its columns are taken where they fit, so that its last rows are found however few.
    """
    tokens = [word for word in words(letters)[0] if word["text"].strip()]
    if not tokens:
        return []
    em = statistics.median(word["height"] for word in tokens)
    going_on = before if before and not before.ruled and before.page == page - 1 else None
    parts = []
    for block in _blocks(lines(tokens, em)):
        part = None
        if going_on is not None and _fit(block, going_on.columns):
            part = _part(block, going_on.columns, page, em)
        elif sum(len(line.phrases) > 1 for line in block) >= _LEAST_LINES:
            part = _part(block, _columns(block, em), page, em)
        if part is not None:
            parts.append(part)
            going_on = None
    return parts


def _blocks(lines: Sequence[Line]) -> list[list[Line]]:
    """Split lines into blocks, at paragraphs and at gaps of a row's height."""
    pairs = [(a, b) for a, b in pairwise(lines) if min(len(a.phrases), len(b.phrases)) > 1]
    widest = float("inf")
    if pairs:
        step = statistics.median(b.top - a.top for a, b in pairs)
        widest = step + statistics.median(b.top - a.bottom for a, b in pairs)
    across = [False, *(_lies_across(lines, line_index) for line_index in range(len(lines))), False]
    blocks: list[list[Line]] = [[]]
    bottom = float("inf")
    for line, before, columns_under, after in zip(
        lines, across, across[1:], across[2:], strict=False
    ):
        # Reports set the name of a region alone on a line between its provinces.
        paragraph = columns_under and (before or after)  # alone it can be a heading among the rows
        if paragraph or line.top - bottom > widest:
            blocks.append([])
        if not paragraph:
            blocks[-1].append(line)
        bottom = line.bottom
    return [block for block in blocks if block]


def _lies_across(lines: Sequence[Line], line_index: int) -> bool:
    """Return whether a line of one phrase spans several columns of a neighbouring line."""
    if len(lines[line_index].phrases) > 1:
        return False
    (columns_under,) = lines[line_index].phrases
    for neighbours in (reversed(lines[:line_index]), lines[line_index + 1 :]):
        near = next((line.phrases for line in neighbours if len(line.phrases) > 1), ())
        if (
            sum(
                overlap((columns_under.left, columns_under.right), (other.left, other.right))
                for other in near
            )
            > 1
        ):
            return True
    return False


def _columns(block: Sequence[Line], em: float) -> list[Edges]:
    """Return the columns between gaps that run through all lines, the header excepted.

    A line of one phrase is ignored.
    """
    telling = [line for line in block if len(line.phrases) > 1]
    best: list[Edges] = []
    for header in range(len(telling) - _LEAST_LINES + 1)[: _HEADER_LINES + 1]:
        spans = sorted((p.left, p.right) for line in telling[header:] for p in line.phrases)
        columns = spans[:1]
        for left, right in spans[1:]:
            if left - columns[-1][1] < COLUMN_GAP * em:
                columns[-1] = (columns[-1][0], max(columns[-1][1], right))
            else:
                columns.append((left, right))
        columns = _not_split(columns, telling[header:])
        best = max(best, columns, key=len)  # the first of equals
    return best


def _not_split(columns: Sequence[Edges], telling: Sequence[Line]) -> list[Edges]:
    """Join neighbouring columns that no line fills both: a header may be offset."""
    filled = [
        {
            line_index
            for line_index, line in enumerate(telling)
            if any(overlap(span, (phrase.left, phrase.right)) for phrase in line.phrases)
        }
        for span in columns
    ]
    joined_columns, lines_by_column = [columns[0]], [filled[0]]
    for span, columns_under in zip(columns[1:], filled[1:], strict=True):
        if columns_under & lines_by_column[-1]:
            joined_columns.append(span)
            lines_by_column.append(columns_under)
        else:
            joined_columns[-1] = (joined_columns[-1][0], span[1])
            lines_by_column[-1] = lines_by_column[-1] | columns_under
    return joined_columns


def _fit(block: Sequence[Line], columns: Sequence[Edges]) -> bool:
    """Return whether lines fill most of these columns, each phrase inside one."""
    telling = [line for line in block if len(line.phrases) > 1]
    if any(len(under(phrase, columns)) > 1 for line in telling for phrase in line.phrases):
        return False
    # A row may have empty cells, so more than half of the columns is enough.
    counts = [len(line.phrases) for line in telling]
    return bool(counts) and statistics.median(counts) > len(columns) / 2


def _part(
    block: Sequence[Line], columns: Sequence[Edges], page: int, em: float
) -> TablePart | None:
    """Return a table from lines and columns; None if they are prose set in columns."""
    if len(columns) < 2:
        return None
    table_rows = rows(block, columns, em, framed=False)
    lengths = [len(cell.text.split()) for row in table_rows for cell in row if cell.text]
    if not table_rows or statistics.median(lengths) > _PROSE_LENGTH:
        return None
    spans = list(columns)
    for phrase in (phrase for line in block for phrase in line.phrases):
        if len(positions := under(phrase, columns)) == 1:
            left, right = spans[positions[0]]
            spans[positions[0]] = min(left, phrase.left), max(right, phrase.right)
    telling = [line for line in block if len(line.phrases) > 1]
    top, bottom = telling[0].top, telling[-1].bottom
    return TablePart(page, top, bottom, tuple(spans), tuple(table_rows), ruled=False)
