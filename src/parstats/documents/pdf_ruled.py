"""Tables of a PDF page that have lines between their cells."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from pdfplumber.page import Page
from pdfplumber.table import TableFinder

from parstats.documents.document import Box, Cell
from parstats.documents.pdf_lines import Edges, lines, rows
from parstats.documents.pdf_pages import Letter
from parstats.documents.pdf_words import NEAR, letters_cell, words
from parstats.documents.table_part import TablePart

# Points. No letter fits in a column or row of less: double rules make such slivers.
_NARROW = 5.0
# Lines that fill most columns of one box row: some reports rule the columns but not the rows, and a
# cell of wrapped names has up to three lines. By judgement.
_LIST = 4


def ruled_tables(
    page: Page, letters: Sequence[Letter], *, shaded: bool, lists: bool
) -> list[TablePart]:
    """Return the ruled tables from top to bottom.

    `letters` are those of the page. With `shaded` the edges of filled areas count as lines. With
    `lists` a row of boxes that holds a list of short lines, as where only the columns are ruled, is
    taken apart; cells of wrapped sentences must not be.
    """
    if not (page.lines or page.rects or page.curves):
        return []
    drawn = page
    if not shaded and any(map(_is_area, (*page.rects, *page.curves))):
        drawn = page.filter(lambda item: not _is_area(item))
    return tables_of_boxes(_boxes(drawn), letters, page.page_number, lists=lists)


def tables_of_boxes(
    boxes_by_table: Iterable[Sequence[Box]],
    letters: Sequence[Letter],
    page: int,
    *,
    lists: bool = False,
) -> list[TablePart]:
    """Return the tables whose cells are given, from top to bottom; see `ruled_tables`."""
    parts = (_part(boxes, letters, page, lists=lists) for boxes in boxes_by_table)
    return _not_torn([part for part in parts if part is not None], letters)


def _is_area(item: Letter) -> bool:
    """Return whether an item is a filled area without outline; a narrow one is a line."""
    return bool(
        item["object_type"] in ("rect", "curve")
        and item["fill"]
        and not item["stroke"]
        and min(item["width"], item["height"]) > NEAR
    )


def _boxes(page: Page) -> list[list[Box]]:
    """Return the cells between the lines of a page, table by table."""
    finder = TableFinder(page)
    sides = _missing_sides(finder)
    if sides:
        upright = [side for side in sides if side["x0"] == side["x1"]]
        level = [side for side in sides if side["x0"] != side["x1"]]
        added = {"explicit_vertical_lines": upright, "explicit_horizontal_lines": level}
        finder = TableFinder(page, added)
    return [table.cells for table in finder.tables]


def _missing_sides(finder: TableFinder) -> list[Letter]:
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


def _runs_along(line: Letter, side: Letter) -> bool:
    """Return whether a line covers the whole length of a side."""
    return bool(
        line["x0"] <= side["x0"] + NEAR
        and line["x1"] >= side["x1"] - NEAR
        and line["top"] <= side["top"] + NEAR
        and line["bottom"] >= side["bottom"] - NEAR
    )


def _networks(finder: TableFinder) -> list[list[Letter]]:
    """Group lines that touch, directly or through others."""
    network_by_line: dict[int, list[Letter]] = {}
    for meeting in finder.intersections.values():
        members: dict[int, Letter] = {}
        for line in [*meeting["v"], *meeting["h"]]:
            for member in network_by_line.get(id(line), [line]):
                members[id(member)] = member
        network = list(members.values())
        network_by_line.update(dict.fromkeys(members, network))
    return list({id(network): network for network in network_by_line.values()}.values())


Places = dict[tuple[int, int], Box]  # the box over each place of the grid between all lines


def _part(
    boxes: Sequence[Box], letters: Sequence[Letter], page: int, *, lists: bool
) -> TablePart | None:
    """Return a table from its boxes; None if no cell has text."""
    xs = sorted({x for box in boxes for x in (box[0], box[2])})
    ys = sorted({y for box in boxes for y in (box[1], box[3])})
    covering = {  # a box within another comes later and wins
        (row, column): box
        for box in sorted(boxes, key=lambda box: (box[0] - box[2]) * (box[3] - box[1]))
        for row in range(ys.index(box[1]), ys.index(box[3]))
        for column in range(xs.index(box[0]), xs.index(box[2]))
    }
    content: dict[Box | None, list[Letter]] = defaultdict(list)
    # Twice the middle of each letter, against twice the lines.
    down = [letter["top"] + letter["bottom"] for letter in letters]
    along = [letter["x0"] + letter["x1"] for letter in letters]
    rows_of = (np.searchsorted(2 * np.array(ys), down, side="right") - 1).tolist()
    columns_of = (np.searchsorted(2 * np.array(xs), along, side="right") - 1).tolist()
    for letter, place in zip(letters, zip(rows_of, columns_of, strict=True), strict=True):
        content[covering.get(place)].append(letter)
    content.pop(None, None)
    high = [row for row, (a, b) in enumerate(pairwise(ys)) if b - a >= _NARROW]
    wide = [column for column, (a, b) in enumerate(pairwise(xs)) if b - a >= _NARROW]
    cells = _cells(covering, content, high, wide)
    table_rows: list[tuple[Cell, ...]] = []
    for row, row_cells in zip(high, cells, strict=True):
        row_boxes = [covering.get((row, column)) for column in wide]
        list_rows = _list_in(row_boxes, content) if lists else []
        table_rows += list_rows or [row_cells]
    if not any(cell.text for row_cells in table_rows for cell in row_cells):
        return None
    columns = tuple((xs[column], xs[column + 1]) for column in wide)
    return TablePart(page, ys[0], ys[-1], columns, tuple(table_rows), ruled=True)


def _cells(
    covering: Places, content: dict[Box | None, list[Letter]], high: list[int], wide: list[int]
) -> list[tuple[Cell, ...]]:
    """Return the cells by row and column; the first place a box covers has its text."""
    places: dict[Box, list[tuple[int, int]]] = defaultdict(list)
    for row in high:
        for column in wide:
            if (box := covering.get((row, column))) is not None:
                places[box].append((row, column))
    grid: dict[tuple[int, int], Cell] = {}
    for box, box_places in places.items():
        first_row, first_column = box_places[0]
        for place in box_places[1:]:
            grid[place] = Cell(merged="left" if place[0] == first_row else "up", box=box)
        grid[first_row, first_column] = replace(
            letters_cell(content.get(box, []), box),
            n_rows=len({row for row, _ in box_places}),
            n_columns=len({column for _, column in box_places}),
        )
    return [tuple(grid.get((row, column), Cell()) for column in wide) for row in high]


def _list_in(
    boxes: Sequence[Box | None], content: dict[Box | None, list[Letter]]
) -> list[tuple[Cell, ...]]:
    """Return the rows of a table ruled between its columns only; empty if it holds one row."""
    present = [box for box in boxes if box is not None]
    if len({box[1::2] for box in present}) != 1 or len(set(present)) < len(boxes):
        return []
    columns: list[Edges] = [(box[0], box[2]) for box in present]
    tokens = [word for box in present for word in words(content.get(box, []))[0]]
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


def _not_torn(parts: Sequence[TablePart], letters: Sequence[Letter]) -> list[TablePart]:
    """Join tables of a page that only a gap in the lines separates, without text between."""
    middles = [(letter["top"] + letter["bottom"]) / 2 for letter in letters]
    joined_parts: list[TablePart] = []
    for part in sorted(parts, key=lambda part: part.top):
        above = joined_parts[-1] if joined_parts else None
        if (
            above is not None
            and above.bottom <= part.top
            and above.has_same_edges(part, shifted=NEAR, within=NEAR)
            and not any(above.bottom < middle < part.top for middle in middles)
        ):
            joined_parts[-1] = replace(above, bottom=part.bottom, rows=above.rows + part.rows)
        else:
            joined_parts.append(part)
    return joined_parts
