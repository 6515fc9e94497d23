"""Tables on a picture of a page: their rules by vote of pixels, their cells between the rules.

A rule is found by what is beside it: most pixels of a stretch are darker than the paper on both
sides. So a hairline counts that a fixed level of black would lose, and the strokes of letters do
not. Lengths are in pixels at 300 to the inch.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from scipy import ndimage

from parstats.documents.scan_picture import RESOLUTION, Picture

Mask = np.ndarray[Any, Any]
PixelBox = tuple[int, int, int, int]  # left, top, right, bottom

# The vote: of so many pixels in a row this share is darker, by so many levels of 255, than both
# sides so far away. Measured on scans of 150 to 300 pixels to the inch, colour, grey and black.
_STRETCH, _SHARE, _DARKER, _ASIDE = 61, 0.8, 14, 7
# Gaps in a rule that are closed: a speck, a letter that touches it.
_GAP = 31
# A stroke is at least so long; letters have shorter ones.
_SHORTEST_LEVEL, _SHORTEST_UPRIGHT = 90, 60
# A table is at least so wide and so high: one inch and a third, and a row.
_WIDTH, _HEIGHT = 400, 100
# Strokes nearer than this are one rule: a rule that bends, or a double one.
_ONE_RULE = 16
# Strokes of a rule are together at least this share of the table's width, or height.
_LEVEL_SHARE, _UPRIGHT_SHARE = 0.2, 0.12
# A side shorter than this may hold no stroke, as beside a header of one line: it is ruled where
# this share of it is darker than what is around, so near to the rule; letters are less high.
_SHORT, _SHORT_SHARE, _NEAR = 130, 0.85, 3
# A side between two places is ruled if more than half of its middle is; of a side under a stamp,
# more than this share of the middle was red.
_RULED, _STAMPED = 0.5, 0.15
# A rule is inferred under a stamp where it is there beside this share of the other rows.
_ELSEWHERE = 0.8


@dataclass(frozen=True)
class Strokes:
    """Where the rules of one direction are, as if they were level.

    `long` are the strokes that the vote found, `darker` all pixels darker than what is above and
    below, `red` where a stamp was.
    """

    long: Mask
    darker: Mask
    red: Mask

    def inside(self, rows: slice, columns: slice) -> Strokes:
        """Return a part of them."""
        return Strokes(*(layer[rows, columns] for layer in (self.long, self.darker, self.red)))


@dataclass(frozen=True)
class Table:
    """A ruled table on a picture.

    Attributes
    ----------
    xs, ys : tuple of int; its rules from left to right, and from top to bottom
    boxes : tuple of PixelBox; its cells, from top to bottom and left to right
    inferred : tuple of PixelBox; sides that a stamp hides and that count as ruled
    """

    xs: tuple[int, ...]
    ys: tuple[int, ...]
    boxes: tuple[PixelBox, ...]
    inferred: tuple[PixelBox, ...] = ()

    @property
    def outline(self) -> PixelBox:
        """Left, top, right and bottom of the whole."""
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]

    @property
    def lacks_header_cells(self) -> bool:
        """Whether the first row has fewer cells than most rows, without being a title over all."""
        counts = [
            sum(box[1] <= (top + bottom) / 2 < box[3] for box in self.boxes)
            for top, bottom in pairwise(self.ys)
        ]
        usual = int(np.median(counts[1:])) if len(counts) > 2 else counts[0]
        # A header over two rows, with names over several columns, is complete in its second.
        over_two_rows = any(box[1] == self.ys[0] and box[3] > self.ys[1] for box in self.boxes)
        return 1 < max(counts[: 1 + over_two_rows]) < usual


def tables(picture: Picture) -> list[Table]:
    """Return the ruled tables of a level picture, from top to bottom."""
    level, upright = strokes(picture)
    both = _wider(level.long, 2 * _GAP + 1, 1) | _wider(upright.long, 2 * _GAP + 1, 1).T
    labels, _ = ndimage.label(both, structure=np.ones((3, 3)))
    outlines = []
    for down, along in ndimage.find_objects(labels):
        if along.stop - along.start >= _WIDTH and down.stop - down.start >= _HEIGHT:
            outlines.append((along.start, down.start, along.stop, down.stop))
    drawn = (_table(level, upright, outline) for outline in _outermost(outlines))
    return sorted((table for table in drawn if table is not None), key=lambda table: table.ys[0])


def looks_ruled(picture: Picture) -> bool:
    """Return whether a page has the rules of a table; quick, and without finding its cells."""
    level, upright = strokes(picture)
    height, width = picture.grey.shape
    # Of the page's width and height. Measured: pages of prose have no upright strokes so long.
    n_level = _count(level.long, 0.25 * width)
    n_upright = _count(upright.long, 0.08 * height)
    return n_level >= 3 and n_upright >= 3


def _count(mask: Mask, shortest: float) -> int:
    labels, _ = ndimage.label(mask, structure=np.ones((3, 3)))
    return sum(along.stop - along.start >= shortest for _, along in ndimage.find_objects(labels))


def strokes(picture: Picture) -> tuple[Strokes, Strokes]:
    """Return the level rules, and the upright ones turned level."""
    scale = picture.resolution / RESOLUTION
    grey = picture.grey.astype(np.int16)
    level = _strokes(grey, picture.red, scale, _SHORTEST_LEVEL)
    return level, _strokes(grey.T, picture.red.T, scale, _SHORTEST_UPRIGHT)


def _strokes(grey: Mask, red: Mask, scale: float, shortest: int) -> Strokes:
    """Return where there are level strokes; red pixels have no vote."""
    aside = max(2, round(_ASIDE * scale))
    length = max(15, round(_STRETCH * scale))
    darker = np.zeros(grey.shape, dtype=bool)
    above, below = grey[: -2 * aside], grey[2 * aside :]
    darker[aside:-aside] = np.minimum(above, below) - grey[aside:-aside] > _DARKER
    votes = ndimage.uniform_filter1d((darker & ~red).astype(np.float32), length, axis=1)
    voters = ndimage.uniform_filter1d((~red).astype(np.float32), length, axis=1)
    chosen = (votes >= _SHARE * np.maximum(voters, 0.5)) & (voters > 0)
    # The vote ends where half of the stretch is beyond the stroke: what is dark beside it is of it.
    chosen |= _wider(chosen, length, 1) & darker
    gap = 2 * round(_GAP * scale / 2) + 1
    closed = ~_wider(~_wider(chosen, gap, 1), gap, 1)
    labels, count = ndimage.label(closed, structure=np.ones((3, 3)))
    if count:
        long = [False] + [
            along.stop - along.start >= shortest * scale
            for _, along in ndimage.find_objects(labels)
        ]
        closed = np.asarray(np.array(long)[labels])
    return Strokes(closed, darker, red)


def _wider(mask: Mask, length: int, axis: int) -> Mask:
    """Return a mask in which every stroke is longer, by half of the length at each end."""
    # One filter of a row is several times as quick here as a dilation by a long structure.
    wide = ndimage.maximum_filter1d(mask.astype(np.uint8), length, axis=axis, mode="constant")
    return np.asarray(wide > 0)


def _outermost(outlines: Sequence[PixelBox]) -> list[PixelBox]:
    """Return the outlines that are in no other one."""
    return [
        a
        for a in outlines
        if not any(
            b != a and b[0] <= a[0] and b[1] <= a[1] and b[2] >= a[2] and b[3] >= a[3]
            for b in outlines
        )
    ]


def _table(level: Strokes, upright: Strokes, outline: PixelBox) -> Table | None:
    left, top, right, bottom = outline
    level = level.inside(slice(top, bottom), slice(left, right))
    upright = upright.inside(slice(left, right), slice(top, bottom))
    ys = _rules(level.long, _LEVEL_SHARE * (right - left))
    xs = _rules(upright.long, _UPRIGHT_SHARE * (bottom - top))
    if len(xs) < 3 or len(ys) < 3:
        return None
    beside, inferred_upright = _sides(upright, xs, ys)
    under, inferred_level = _sides(level, ys, xs)
    boxes = _cells(xs, ys, beside, under)
    inferred = [
        *((xs[x], ys[y], xs[x], ys[y + 1]) for x, y in inferred_upright),
        *((xs[x], ys[y], xs[x + 1], ys[y]) for y, x in inferred_level),
    ]

    def placed(box: Iterable[int]) -> PixelBox:
        a, b, c, d = box
        return a + left, b + top, c + left, d + top

    return Table(
        tuple(x + left for x in xs),
        tuple(y + top for y in ys),
        tuple(map(placed, boxes)),
        tuple(map(placed, inferred)),
    )


def _rules(mask: Mask, shortest: float) -> list[int]:
    """Return the places of the level rules of a mask: strokes near each other, together long."""
    labels, _ = ndimage.label(mask, structure=np.ones((3, 3)))
    pieces = sorted(
        ((down.start + down.stop - 1) / 2, along.start, along.stop)
        for down, along in ndimage.find_objects(labels)
    )
    groups: list[list[tuple[float, int, int]]] = []
    for piece in pieces:
        if groups and piece[0] - _middle(groups[-1]) < _ONE_RULE:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    long = [group for group in groups if _covered(group, mask.shape[1]) >= shortest]
    return [round(_middle(group)) for group in long]


def _middle(pieces: Sequence[tuple[float, int, int]]) -> float:
    lengths = [end - start for _, start, end in pieces]
    return float(np.average([at for at, *_ in pieces], weights=lengths))


def _covered(pieces: Sequence[tuple[float, int, int]], length: int) -> int:
    line = np.zeros(length, dtype=bool)
    for _, start, end in pieces:
        line[start:end] = True
    return int(line.sum())


def _sides(
    strokes: Strokes, lines: Sequence[int], across: Sequence[int]
) -> tuple[Mask, list[tuple[int, int]]]:
    """Return which sides of places are ruled along level lines, and which of them are inferred.

    Side (i, j) is along line i, between the lines j and j + 1 across. Its middle half counts: the
    rules of the places above and below reach into its ends.
    """
    sides = np.zeros((len(lines), len(across) - 1), dtype=bool)
    stamped = np.zeros_like(sides)
    for i, line in enumerate(lines):
        ruled = _along(strokes.long, line, _ONE_RULE // 2 + 2)
        darker = _along(strokes.darker | strokes.long, line, _NEAR)
        hidden = _along(strokes.red, line, _ONE_RULE // 2 + 2)
        for j, (start, end) in enumerate(pairwise(across)):
            quarter = (end - start) // 4
            middle = np.s_[start + quarter : max(end - quarter, start + quarter + 1)]
            sides[i, j] = ruled[middle].mean() > _RULED
            if end - start < _SHORT:
                sides[i, j] |= darker[start + _NEAR : end - _NEAR].mean() > _SHORT_SHARE
            stamped[i, j] = not sides[i, j] and hidden[middle].mean() > _STAMPED
    share = sides.sum(axis=1) / np.maximum((~stamped).sum(axis=1), 1)
    inferred = stamped & (share > _ELSEWHERE)[:, None]
    # The outline is closed wherever it was not drawn.
    ruled_sides = sides | inferred
    ruled_sides[[0, -1]] = True
    return ruled_sides, [(int(i), int(j)) for i, j in np.argwhere(inferred)]


def _along(mask: Mask, line: int, near: int) -> Mask:
    """Return where along a line something of a mask is near it."""
    return np.asarray(mask[max(0, line - near) : line + near + 1].any(axis=0))


def _cells(
    xs: Sequence[int], ys: Sequence[int], beside: Mask, under: Mask
) -> list[tuple[int, int, int, int]]:
    """Return the boxes of cells: places without a rule between them are one cell."""
    n_rows, n_columns = len(ys) - 1, len(xs) - 1
    home = {place: place for place in np.ndindex(n_rows, n_columns)}

    def first(place: tuple[int, ...]) -> tuple[int, ...]:
        while home[place] != place:
            place = home[place]
        return place

    for row, column in np.ndindex(n_rows, n_columns):
        if column + 1 < n_columns and not beside[column + 1, row]:
            home[first((row, column + 1))] = first((row, column))
        if row + 1 < n_rows and not under[row + 1, column]:
            home[first((row + 1, column))] = first((row, column))
    cells: dict[tuple[int, ...], list[tuple[int, ...]]] = defaultdict(list)
    for place in home:
        cells[first(place)].append(place)
    boxes = []
    for places in cells.values():
        for rows, columns in _rectangles(places):
            boxes.append((xs[columns[0]], ys[rows[0]], xs[columns[1]], ys[rows[1]]))
    return sorted(boxes, key=lambda box: (box[1], box[0]))


def _rectangles(
    places: Sequence[tuple[int, ...]],
) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Return places as one rectangle of rows and columns; an angle is cut into its rows."""
    rows, columns = zip(*places, strict=True)
    height, width = max(rows) - min(rows) + 1, max(columns) - min(columns) + 1
    if height * width == len(places):
        return [((min(rows), max(rows) + 1), (min(columns), max(columns) + 1))]
    pieces = []
    for row in sorted(set(rows)):
        inside = sorted(column for at, column in places if at == row)
        start = inside[0]
        for before, column in pairwise([*inside, inside[-1] + 2]):
            if column != before + 1:
                pieces.append(((row, row + 1), (start, before + 1)))
                start = column
    return pieces
