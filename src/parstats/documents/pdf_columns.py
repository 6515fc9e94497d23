"""Pages of a PDF set in two columns, read down the one and then down the other.

Letterheads and signatures stand side by side too. They are short and centred; the lines of a column
of text begin at its edge, and most of them are full.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from parstats.documents import pdf_headed
from parstats.documents.pdf_words import TextLine, text_lines

# Lines with words in both columns. By judgement: a letterhead has up to five.
_FEWEST = 6
# Em. The white between columns of text; a stretched blank of a full line is narrower. By judgement.
_GUTTER = 0.9
# Share of the lines of a column that begin at its edge or indented as most are, and that fill more
# than half of it. By judgement: first lines of paragraphs are set in, last lines are short.
_ALIGNED = 0.6
# Where the white may lie: parts of the width of the text, from its left edge. By judgement.
_MIDDLE = (0.3, 0.7)


def reading_order(lines: Sequence[TextLine]) -> list[list[TextLine]]:
    """Return lines in parts to be read one after the other: a column each, or text over both.

    A text in one column is one part.
    """
    parts: list[list[TextLine]] = []
    plain: list[TextLine] = []
    at = 0
    while at < len(lines):
        columns = _columns_at(lines, at)
        if columns is None:
            plain.append(lines[at])
            at += 1
            continue
        end, middle = columns
        parts += [plain] if plain else []
        parts += _split(lines[at:end], middle)
        plain, at = [], end
    return [*parts, plain] if plain else parts


def _columns_at(lines: Sequence[TextLine], at: int) -> tuple[int, float] | None:
    """Return where two columns of text that begin at a line end, and the middle of the white."""
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    low, high = (left + share * (right - left) for share in _MIDDLE)
    gaps = [(low, high)]
    narrowed = gaps
    both = 0
    end = at
    for position in range(at, len(lines)):
        line = lines[position]
        gaps = [
            gap for old in gaps for gap in _white(line, *old) if gap[1] - gap[0] >= _width(line)
        ]
        if not gaps:
            break
        end = position + 1
        narrowed = gaps
        both += any(line.left < gap[0] and line.right > gap[1] for gap in gaps)
    if both < _FEWEST:
        return None
    widest = max(narrowed, key=lambda gap: gap[1] - gap[0])
    middle = (widest[0] + widest[1]) / 2
    run = lines[at:end]
    if any(pdf_headed.header_height(run[first:]) for first in range(len(run))):
        return None
    return (end, middle) if all(map(_is_text, _split(run, middle))) else None


def _width(line: TextLine) -> float:
    return _GUTTER * line.size


def _white(line: TextLine, low: float, high: float) -> list[tuple[float, float]]:
    """Return the parts of a span that no word of a line stands in."""
    gaps = []
    begun = low
    for word in sorted(line.words, key=lambda word: word["x0"]):
        if word["x1"] <= low or word["x0"] >= high:
            continue
        gaps.append((begun, word["x0"]))
        begun = word["x1"]
    return [(a, b) for a, b in (*gaps, (begun, high)) if b > a]


def _split(lines: Sequence[TextLine], middle: float) -> list[list[TextLine]]:
    """Return the lines of both columns; those of one need not stand beside those of the other."""
    words = [word for line in lines for word in line.words]
    return [
        text_lines([word for word in words if (word["x0"] < middle) == is_left])
        for is_left in (True, False)
    ]


def _is_text(column: Sequence[TextLine]) -> bool:
    """Return whether lines are a column of text."""
    if len(column) < _FEWEST:
        return False
    edge, right = min(line.left for line in column), max(line.right for line in column)
    begun = Counter(round((line.left - edge) / line.size) for line in column)
    aligned = sum(count for _, count in begun.most_common(3))
    full = sum(line.right - line.left > (right - edge) / 2 for line in column)
    return aligned >= _ALIGNED * len(column) and full >= _ALIGNED * len(column)
