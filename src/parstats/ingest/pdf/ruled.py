"""Tables of a PDF page that have lines between their cells."""

from __future__ import annotations

import statistics
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from parstats.ingest.pdf.part import Part
from parstats.ingest.pdf.text import Item, Span, lines, rows, text, words

if TYPE_CHECKING:
    from pdfplumber.page import Page
    from pdfplumber.table import TableFinder


Box = tuple[float, float, float, float]  # left, top, right, bottom

# Points. Lines nearer than this are one line; pdfplumber takes the same.
_NEAR = 3.0
# Points. No letter fits in a column or row of less: double rules make such slivers.
_NARROW = 5.0
# Lines that fill most columns of one box row: some reports rule the columns but not the rows, and a
# cell of wrapped names has up to three lines. By judgement.
_LIST = 4


def find(page: Page, chars: Sequence[Item], *, shaded: bool) -> list[Part]:
    """Return the ruled tables from top to bottom.

    `chars` are the letters of the page; with `shaded` the edges of filled areas count as lines.
    """
    drawn = page if shaded else page.filter(lambda item: not _is_area(item))
    parts = (_part(boxes, chars, page.page_number) for boxes in _boxes(drawn))
    return _not_torn([part for part in parts if part is not None], chars)


def _is_area(item: Item) -> bool:
    """Return whether an item is a filled area without outline; a narrow one is a line."""
    return bool(
        item["object_type"] in ("rect", "curve")
        and item["fill"]
        and not item["stroke"]
        and min(item["width"], item["height"]) > _NEAR
    )


def _boxes(page: Page) -> list[list[Box]]:
    """Return the cells between the lines of a page, table by table."""
    from pdfplumber.table import TableFinder

    finder = TableFinder(page)
    sides = _missing_sides(finder)
    if sides:
        upright = [side for side in sides if side["x0"] == side["x1"]]
        level = [side for side in sides if side["x0"] != side["x1"]]
        added = {"explicit_vertical_lines": upright, "explicit_horizontal_lines": level}
        finder = TableFinder(page, added)
    return [table.cells for table in finder.tables]


def _missing_sides(finder: TableFinder) -> list[Item]:
    """Return the lines that close tables without outer rules, as many are printed."""
    missing = []
    for network in _networks(finder):
        left, right = min(line["x0"] for line in network), max(line["x1"] for line in network)
        top, bottom = min(line["top"] for line in network), max(line["bottom"] for line in network)
        for x0, y0, x1, y1 in (
            (left, top, left, bottom),
            (right, top, right, bottom),
            (left, top, right, top),
            (left, bottom, right, bottom),
        ):
            side = {"object_type": "line", "x0": x0, "x1": x1, "top": y0, "bottom": y1}
            if not any(_runs_along(line, side) for line in network):
                missing.append(side | {"width": x1 - x0, "height": y1 - y0})
    return missing


def _runs_along(line: Item, side: Item) -> bool:
    """Return whether a line covers the whole length of a side."""
    return bool(
        line["x0"] <= side["x0"] + _NEAR
        and line["x1"] >= side["x1"] - _NEAR
        and line["top"] <= side["top"] + _NEAR
        and line["bottom"] >= side["bottom"] - _NEAR
    )


def _networks(finder: TableFinder) -> list[list[Item]]:
    """Group lines that touch, directly or through others."""
    network_by_line: dict[int, list[Item]] = {}
    for meeting in finder.intersections.values():
        members: dict[int, Item] = {}
        for line in [*meeting["v"], *meeting["h"]]:
            for member in network_by_line.get(id(line), [line]):
                members[id(member)] = member
        network = list(members.values())
        network_by_line.update(dict.fromkeys(members, network))
    return list({id(network): network for network in network_by_line.values()}.values())


def _part(boxes: Sequence[Box], chars: Sequence[Item], page: int) -> Part | None:
    """Return a table from its boxes; None if fewer than two columns have text."""
    xs = sorted({x for box in boxes for x in (box[0], box[2])})
    ys = sorted({y for box in boxes for y in (box[1], box[3])})
    covering = {  # a box within another comes later and wins
        (row, column): box
        for box in sorted(boxes, key=lambda box: (box[0] - box[2]) * (box[3] - box[1]))
        for row in range(ys.index(box[1]), ys.index(box[3]))
        for column in range(xs.index(box[0]), xs.index(box[2]))
    }
    box_content: dict[Box | None, list[Item]] = defaultdict(list)
    for char in chars:
        row = bisect_right(ys, (char["top"] + char["bottom"]) / 2) - 1
        column = bisect_right(xs, (char["x0"] + char["x1"]) / 2) - 1
        box_content[covering.get((row, column))].append(char)
    box_content.pop(None, None)
    texts = {box: text(inside) for box, inside in box_content.items()}
    wide_columns = [column for column, (a, b) in enumerate(pairwise(xs)) if b - a >= _NARROW]
    table_rows: list[tuple[str, ...]] = []
    for row, (top, bottom) in enumerate(pairwise(ys)):
        if bottom - top >= _NARROW:
            columns_under = [covering.get((row, column)) for column in wide_columns]
            cells = tuple(texts.get(box, "") for box in columns_under)
            table_rows += _list_in(columns_under, box_content) or ([cells] if any(cells) else [])
    if sum(map(any, zip(*table_rows, strict=True))) < 2:
        return None
    columns = tuple((xs[column], xs[column + 1]) for column in wide_columns)
    return Part(page, ys[0], ys[-1], columns, tuple(table_rows), ruled=True)


def _list_in(
    boxes: Sequence[Box | None], box_content: dict[Box | None, list[Item]]
) -> list[tuple[str, ...]]:
    """Return the rows of a table ruled between its columns only; empty if it holds one row."""
    present_boxes = [box for box in boxes if box is not None]
    if len({box[1::2] for box in present_boxes}) != 1 or len(set(present_boxes)) < len(boxes):
        return []
    columns: list[Span] = [(box[0], box[2]) for box in present_boxes]
    tokens = [word for box in present_boxes for word in words(box_content.get(box, []))]
    if not tokens:
        return []
    em = statistics.median(word["height"] for word in tokens)
    listed = lines(tokens, em, columns)
    full = [
        line
        for line in listed
        if len(line.phrases) * 2 > len(columns) and line.phrases[0].left < columns[0][1]
    ]
    return rows(listed, columns, em, framed=True) if len(full) >= _LIST else []


def _not_torn(parts: Sequence[Part], chars: Sequence[Item]) -> list[Part]:
    """Join tables of a page that only a gap in the lines separates, without text between."""
    middles = [(char["top"] + char["bottom"]) / 2 for char in chars]
    joined_parts: list[Part] = []
    for part in parts:
        above = joined_parts[-1] if joined_parts else None
        if (
            above is not None
            and above.bottom <= part.top
            and above.has_same_edges(part, shifted=_NEAR, within=_NEAR)
            and not any(above.bottom < middle < part.top for middle in middles)
        ):
            joined_parts[-1] = replace(above, bottom=part.bottom, rows=above.rows + part.rows)
        else:
            joined_parts.append(part)
    return joined_parts
