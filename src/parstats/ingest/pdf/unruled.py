"""Tables of a PDF page without lines, told by the gaps that run down between their columns."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from itertools import pairwise

from parstats.ingest.pdf.part import Part
from parstats.ingest.pdf.text import (
    COLUMN_GAP,
    Item,
    Line,
    Span,
    lines,
    overlap,
    rows,
    under,
    words,
)

_LEAST_LINES = 3
_HEADER_LINES = 3  # at most so many may have phrases over several columns
_PROSE_WORDS = 4  # more in a common cell than this, and the columns hold running text


def find(chars: Sequence[Item], page: int, before: Part | None) -> list[Part]:
    """Unruled tables from top to bottom.

    Parameters
    ----------
    chars : sequence of dict
        Letters of the page.
    page : int
        Its number.
    before : Part or None
        What could go on here, from the page before. Its columns are taken where they fit, so
        that its last rows are found however few.
    """
    found = [word for word in words(chars) if word["text"].strip()]
    if not found:
        return []
    em = statistics.median(word["height"] for word in found)
    going_on = before if before and not before.ruled and before.page == page - 1 else None
    parts = []
    for block in _blocks(lines(found, em)):
        part = None
        if going_on is not None and _fit(block, going_on.columns):
            part = _part(block, going_on.columns, page, em)
        elif sum(len(line.phrases) > 1 for line in block) >= _LEAST_LINES:
            part = _part(block, _columns(block, em), page, em)
        if part is not None:
            parts.append(part)
            going_on = None
    return parts


def _blocks(found: Sequence[Line]) -> list[list[Line]]:
    """Lines between paragraphs and between gaps in which one more row could stand."""
    pairs = [(a, b) for a, b in pairwise(found) if min(len(a.phrases), len(b.phrases)) > 1]
    widest = float("inf")
    if pairs:
        step = statistics.median(b.top - a.top for a, b in pairs)
        widest = step + statistics.median(b.top - a.bottom for a, b in pairs)
    across = [False, *(_lies_across(found, place) for place in range(len(found))), False]
    blocks: list[list[Line]] = [[]]
    bottom = float("inf")
    for line, before, own, after in zip(found, across, across[1:], across[2:], strict=False):
        paragraph = own and (before or after)  # alone it can be a heading among the rows
        if paragraph or line.top - bottom > widest:
            blocks.append([])
        if not paragraph:
            blocks[-1].append(line)
        bottom = line.bottom
    return [block for block in blocks if block]


def _lies_across(found: Sequence[Line], place: int) -> bool:
    """Whether a line of one phrase lies over or under several of the nearest that have more."""
    if len(found[place].phrases) > 1:
        return False
    (own,) = found[place].phrases
    for others in (reversed(found[:place]), found[place + 1 :]):
        near = next((line.phrases for line in others if len(line.phrases) > 1), ())
        if sum(overlap((own.left, own.right), (other.left, other.right)) for other in near) > 1:
            return True
    return False


def _columns(block: Sequence[Line], em: float) -> list[Span]:
    """What stands between the gaps that run through all lines but perhaps those of the header.

    A line of one phrase says nothing.
    """
    telling = [line for line in block if len(line.phrases) > 1]
    best: list[Span] = []
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


def _not_split(columns: Sequence[Span], telling: Sequence[Line]) -> list[Span]:
    """Columns, those put together that no line fills both: a header may stand beside its column."""
    filled = [
        {
            place
            for place, line in enumerate(telling)
            if any(overlap(span, (phrase.left, phrase.right)) for phrase in line.phrases)
        }
        for span in columns
    ]
    whole, lines_of = [columns[0]], [filled[0]]
    for span, own in zip(columns[1:], filled[1:], strict=True):
        if own & lines_of[-1]:
            whole.append(span)
            lines_of.append(own)
        else:
            whole[-1] = (whole[-1][0], span[1])
            lines_of[-1] = lines_of[-1] | own
    return whole


def _fit(block: Sequence[Line], columns: Sequence[Span]) -> bool:
    """Whether lines fill most of these columns, each phrase standing in one."""
    telling = [line for line in block if len(line.phrases) > 1]
    if any(len(under(phrase, columns)) > 1 for line in telling for phrase in line.phrases):
        return False
    counts = [len(line.phrases) for line in telling]
    return bool(counts) and statistics.median(counts) > len(columns) / 2


def _part(block: Sequence[Line], columns: Sequence[Span], page: int, em: float) -> Part | None:
    """A table from lines and columns; None if they are prose set in columns."""
    if len(columns) < 2:
        return None
    made = rows(block, columns, em, framed=False)
    lengths = [len(cell.split()) for row in made for cell in row if cell]
    if not made or statistics.median(lengths) > _PROSE_WORDS:
        return None
    spans = list(columns)
    for phrase in (phrase for line in block for phrase in line.phrases):
        if len(places := under(phrase, columns)) == 1:
            left, right = spans[places[0]]
            spans[places[0]] = min(left, phrase.left), max(right, phrase.right)
    telling = [line for line in block if len(line.phrases) > 1]
    top, bottom = telling[0].top, telling[-1].bottom
    return Part(page, top, bottom, tuple(spans), tuple(made), ruled=False)
