"""Letters of a PDF page put together to words, lines and rows.

Lengths are in points, seventy-two to the inch, from the upper left corner of the page. An em is
the size of the letters at hand.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from parstats.ingest.grid import clean

Item = dict[str, Any]  # a letter, word or line, as pdfplumber describes them
Span = tuple[float, float]  # left, right

COLUMN_GAP = 0.5  # em; about two blanks
_WORD_GAP = 0.15  # em; less is kerning
_LINE_STEP = 1 / 3  # em; less is a raised or lowered letter


@dataclass(frozen=True)
class Phrase:
    """Text of one line, or of one row whose cells are several lines high, in one column.

    Attributes
    ----------
    left, right : float
        Where it stands.
    first_word : float
        Width of its first word.
    text : str
        Its words.
    """

    left: float
    right: float
    first_word: float
    text: str


@dataclass(frozen=True)
class Line:
    """Phrases that stand side by side.

    Attributes
    ----------
    top, bottom : float
        Where it stands.
    phrases : tuple of Phrase
        From left to right.
    """

    top: float
    bottom: float
    phrases: tuple[Phrase, ...]

    @property
    def middle(self) -> float:
        """Half-way between top and bottom."""
        return (self.top + self.bottom) / 2


def printed_once(chars: Iterable[Item]) -> list[Item]:
    """Letters without the second print, a little aside, that stands for bold in some files.

    Examples
    --------
    >>> letter = {"text": "T", "size": 10, "x0": 50, "top": 20}
    >>> [char["x0"] for char in printed_once([letter, letter | {"x0": 50.3}, letter | {"x0": 56}])]
    [50, 56]
    """
    places: dict[str, list[tuple[float, float]]] = defaultdict(list)
    kept = []
    for char in chars:
        near = char["size"] / 10
        x, y = char["x0"], char["top"]
        known = places[char["text"]]
        if not any(abs(x - a) < near and abs(y - b) < near for a, b in known):
            known.append((x, y))
            kept.append(char)
    return kept


def direction(char: Item) -> str:
    """Where a line of letters like this one leads; "askew" if to no side, as in a watermark.

    Examples
    --------
    >>> direction({"matrix": (1, 0, 0, 1, 0, 0)}), direction({"matrix": (0, 9, -9, 0, 0, 0)})
    ('right', 'up')
    """
    a, b = char["matrix"][:2]
    if abs(b) < abs(a) / 10:
        return "right" if a > 0 else "left"
    if abs(a) < abs(b) / 10:
        return "up" if b > 0 else "down"
    return "askew"


def words(chars: Iterable[Item], leading: str = "right") -> list[Item]:
    """Words in reading order, of the letters whose lines lead to one side.

    Parameters
    ----------
    chars : iterable of dict
        Letters of a page or a cell.
    leading : {"right", "up", "down"}
        See `direction`.
    """
    from pdfplumber.utils.text import extract_words

    chosen = [char for char in chars if direction(char) == leading]
    if not chosen:
        return []
    across, along, other = ("height", "x", "y") if leading == "right" else ("width", "y", "x")
    em = statistics.median(char[across] for char in chosen)
    found: list[Item] = extract_words(
        chosen,
        return_chars=True,
        char_dir_rotated="btt" if leading == "up" else "ttb",
        line_dir_rotated="ltr" if leading == "up" else "rtl",
        **{f"{along}_tolerance": _WORD_GAP * em, f"{other}_tolerance": _LINE_STEP * em},
    )
    return found


def text(chars: Sequence[Item]) -> str:
    """The text of a cell, its lines joined by blanks; turned text as one would read it."""
    found = (word for leading in ("right", "up", "down") for word in words(chars, leading))
    return clean(" ".join(word["text"] for word in found))


def overlap(a: Span, b: Span) -> bool:
    """Whether two spans have a part in common.

    Examples
    --------
    >>> overlap((0, 10), (9, 20)), overlap((0, 10), (10, 20))
    (True, False)
    """
    return a[0] < b[1] and b[0] < a[1]


def lines(found: Iterable[Item], em: float, columns: Sequence[Span] | None = None) -> list[Line]:
    """Words put in lines; those that overlap in height are one, as with cells of two lines.

    Parameters
    ----------
    found : iterable of dict
        From `words`.
    em : float
        Size of the letters.
    columns : sequence of (float, float), optional
        What divides a line into phrases; wide gaps if not given.
    """
    groups: list[list[Item]] = []
    bottom = float("-inf")
    for word in sorted(found, key=lambda word: word["top"]):
        if groups and bottom - word["top"] > _LINE_STEP * em:
            groups[-1].append(word)
            bottom = max(bottom, word["bottom"])
        else:
            groups.append([word])
            bottom = word["bottom"]
    made = []
    for group in groups:
        parts = _between_gaps(group, em) if columns is None else _by_column(group, columns)
        top, bottom = min(word["top"] for word in group), max(word["bottom"] for word in group)
        made.append(Line(top, bottom, tuple(map(_phrase, parts))))
    return made


def _between_gaps(group: Sequence[Item], em: float) -> list[list[Item]]:
    parts: list[list[Item]] = []
    right = float("-inf")
    for word in sorted(group, key=lambda word: word["x0"]):
        if word["x0"] - right < COLUMN_GAP * em:
            parts[-1].append(word)
            right = max(right, word["x1"])
        else:
            parts.append([word])
            right = word["x1"]
    return parts


def _by_column(group: Sequence[Item], columns: Sequence[Span]) -> list[list[Item]]:
    middles = [((word["x0"] + word["x1"]) / 2, word) for word in group]
    parts = ([word for x, word in middles if left <= x < right] for left, right in columns)
    return [part for part in parts if part]


def _phrase(part: Sequence[Item]) -> Phrase:
    first = min(part, key=lambda word: (word["top"], word["x0"]))
    return Phrase(
        min(word["x0"] for word in part),
        max(word["x1"] for word in part),
        first["x1"] - first["x0"],
        text([char for word in part for char in word["chars"]]),
    )


def under(phrase: Phrase, columns: Sequence[Span]) -> list[int]:
    """Columns in which a phrase stands: those it overlaps, or the nearest.

    Examples
    --------
    >>> columns = [(0, 20), (50, 90), (120, 150)]
    >>> under(Phrase(60, 130, 25, "Chỉ số"), columns), under(Phrase(22, 30, 8, "TT"), columns)
    ([1, 2], [0])
    """
    own = (phrase.left, phrase.right)
    touched = [place for place, span in enumerate(columns) if overlap(own, span)]
    return touched or [
        min(range(len(columns)), key=lambda place: abs(sum(columns[place]) - sum(own)))
    ]


def rows(
    found: Sequence[Line], columns: Sequence[Span], em: float, *, framed: bool
) -> list[tuple[str, ...]]:
    """Texts by row and column; a line that goes on with a cell of another is put to it.

    Parameters
    ----------
    found : sequence of Line
        From `lines`.
    columns : sequence of (float, float)
        The columns.
    em : float
        Size of the letters.
    framed : bool
        Whether all lines are known to be of the table. If not, those of one phrase before the
        first row and after the last are a title or a note, and left out.
    """
    homes: dict[int, list[Line]] = defaultdict(list)
    for line, home in zip(found, _homes(found, columns, em, framed=framed), strict=True):
        homes[home].append(line)
    inside = [place for place in homes if framed or len(found[place].phrases) > 1]
    return [
        joined([_cells(line, columns) for line in homes[place]])
        for place in sorted(homes)
        if inside and min(inside) <= place <= max(inside)
    ]


def _homes(
    found: Sequence[Line], columns: Sequence[Span], em: float, *, framed: bool
) -> list[int]:
    """For each line the one that it goes on with, or itself.

    Lines go on with a full one when they are nearer to it than rows are to each other. If all are
    equally far, one still goes on with that above when its first word had no room there.
    """
    homes = list(range(len(found)))
    full = [place for place in homes if len(found[place].phrases) * 2 > len(columns)]
    steps = [found[b].middle - found[a].middle for a, b in pairwise(full)]
    near = 0.8 * statistics.median(steps) if steps else em
    gaps = [b.middle - a.middle for a, b in pairwise(found)]

    def follows(place: int, other: int, limit: float) -> bool:
        stands = [under(phrase, columns) for phrase in found[place].phrases]
        if place in full or any(len(touched) > 1 for touched in stands):
            return False
        gap = gaps[min(place, other)]
        if gap < min(near, limit) or (framed and limit == float("inf")):
            return True
        even = limit < float("inf") and gap < limit + em / 4 and gap < near / 0.8 + em / 4
        return even and place > other and not _has_room(found[other], found[place], columns, em)

    for a, b in pairwise([-1, *full, len(found)]):
        own = gaps[max(a, 0) : min(b, len(found) - 1)]
        limit = max(own, default=0.0) - em / 8
        for place in range(a + 1, b):
            if a < 0 or not follows(place, place - 1, limit):
                break
            homes[place] = a
        for place in range(b - 1, a, -1):
            if b == len(found) or homes[place] == a or not follows(place, place + 1, limit):
                break
            homes[place] = b
    return homes


def _has_room(above: Line, line: Line, columns: Sequence[Span], em: float) -> bool:
    """Whether the first word of a line could have stood in the line above."""
    (column,) = under(line.phrases[0], columns)
    needed = line.phrases[0].first_word + em / 4
    begun = [p.right - p.left for p in above.phrases if column in under(p, columns)]
    return not begun or max(begun) + needed <= columns[column][1] - columns[column][0]


def _cells(line: Line, columns: Sequence[Span]) -> list[str]:
    cells = [""] * len(columns)
    for phrase in line.phrases:
        for column in under(phrase, columns):
            cells[column] = f"{cells[column]} {phrase.text}".strip()
    return cells


def joined(parts: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """One row of several, the texts of each column put together.

    Examples
    --------
    >>> joined([["46", "Thừa Thiên"], ["", "Huế"]])
    ('46', 'Thừa Thiên Huế')
    """
    return tuple(" ".join(filter(None, column)) for column in zip(*parts, strict=True))
