"""Splitting several tables on one sheet or page, stacked or side by side.

A table begins where the provinces have a new header. A header that is only repeated,
as on the next page, begins none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from parstats.documents import header_roles
from parstats.documents.document import Grid, Row
from parstats.errors import InvalidData, Problem
from parstats.ingest.score_tables import table_layout

# Share of the provinces that lists side by side have in common. By judgement: one or two may be
# missing from a list.
_SHARED = 0.9


def split_tables(grid: Grid, vintage: int) -> list[Grid]:
    """Return the tables of a grid.

    From top to bottom and from left to right; the grid itself if it is one table. `vintage` is the
    set of provinces that is looked for.

    >>> from parstats.documents.grid import make_grid
    >>> lines = ["Tỉnh;Điểm 2022", "Hà Nội;90", "Năm 2023", "Tỉnh;Điểm", "Hà Nội;91"]
    >>> rows = [("a.csv", number, line.split(";")) for number, line in enumerate(lines, 1)]
    >>> [len(table.rows) for table in split_tables(make_grid("a.csv", "", rows), 63)]
    [2, 3]
    """
    return [table for band in _bands(grid, vintage) for table in _side_by_side(band, vintage)]


def _bands(grid: Grid, vintage: int) -> list[Grid]:
    """Return the tables one below the other."""
    starts = list(_starts(grid.rows, vintage))
    if len(starts) < 2:
        return [grid]
    ends = [*starts[1:], len(grid.rows)]
    bands = [
        replace(grid, rows=grid.rows[start:end]) for start, end in zip(starts, ends, strict=True)
    ]
    titles = (*grid.captions, *_titles(grid.rows, vintage))
    return [bands[0], *(replace(band, captions=(), titles=titles) for band in bands[1:])]


def _starts(rows: Sequence[Row], vintage: int) -> Iterator[int]:
    """Yield the first row of each table, its titles included."""
    yield 0
    first: Row | None = None
    named, text_from = False, 0
    for row_index, row in enumerate(rows):
        is_head = _is_head(row)
        if first is None and is_head:
            first = row
        elif is_head and named and first is not None:
            above = rows[text_from:row_index]
            if row.cells != first.cells or any(map(_is_title, above)):
                yield text_from
                first = row
            named = False
        if _names_province(row, vintage):
            named = True
        if is_head or _has_figures(row) or _names_province(row, vintage):
            text_from = row_index + 1


def _is_head(row: Row) -> bool:
    return any(header_roles.score_role(cell) == "province" for cell in row.cells)


def _names_province(row: Row, vintage: int) -> bool:
    return any(table_layout.is_sure(cell, vintage) for cell in row.cells)


def _has_figures(row: Row) -> bool:
    return any(table_layout.is_figure(cell) for cell in row.cells)


def _is_title(row: Row) -> bool:
    """Whether a row of text between tables is a title, not the name of a region."""
    text = next(filter(None, row.cells))
    return not table_layout.is_total(text)


def _titles(rows: Sequence[Row], vintage: int) -> list[str]:
    """Return the texts of one cell above the first table."""
    spellings = []
    for row in rows:
        texts = set(filter(None, row.cells))
        if _is_head(row) or _names_province(row, vintage):
            break
        if len(texts) == 1:
            spellings.append(texts.pop())
    return spellings


def _side_by_side(grid: Grid, vintage: int) -> list[Grid]:
    """Return the tables beside each other, each with a header of the provinces."""
    columns = _province_columns(grid, vintage)
    head = next((row for row in grid.rows if _is_head(row)), None)
    if len(columns) < 2 or head is None:
        return [grid]
    first, *other_columns = columns
    if _are_lists(grid, columns, vintage):
        ends = [*other_columns, grid.width]
        return [
            _list_table(grid, start, end, head.cells[first], vintage)
            for start, end in zip(columns, ends, strict=True)
        ]
    _refuse_unnamed(grid, [column for column in other_columns if not head.cells[column]])
    other_columns = [column for column in other_columns if head.cells[column] == head.cells[first]]
    starts = [0, *(column - _lead(head, first, column) for column in other_columns)]
    ends = [*starts[1:], grid.width]
    titles = (*grid.titles, *grid.captions, *_titles(grid.rows, vintage))
    return [
        _columns(grid, start, end, titles if start else grid.titles)
        for start, end in zip(starts, ends, strict=True)
    ]


def _are_lists(grid: Grid, columns: Sequence[int], vintage: int) -> bool:
    """Return whether the columns list the same provinces, each in an order of its own.

    Summaries of PCI are printed so: a list of names beside each sub-index, sorted by it. Each list
    has figures between it and the next one, under a header.
    """
    lists = [
        {table_layout.is_sure(cell, vintage) for cell in grid.column(column)} - {None}
        for column in columns
    ]
    same = len(set.intersection(*lists)) >= _SHARED * len(set.union(*lists))
    ends = [*columns[1:], grid.width]
    headed = all(
        any(_is_headed(grid, position, vintage) for position in range(start + 1, end))
        for start, end in zip(columns, ends, strict=True)
    )
    return same and headed


def _is_headed(grid: Grid, column: int, vintage: int) -> bool:
    """Return whether a column has text above its first province, and figures below."""
    names = [_names_province(row, vintage) for row in grid.rows]
    first = names.index(True) if True in names else len(names)
    cells = [row.cells[column] for row in grid.rows]
    return any(cells[:first]) and any(map(table_layout.is_figure, cells[first:]))


def _list_table(grid: Grid, start: int, end: int, head: str, vintage: int) -> Grid:
    """Return a list of names and its figures as a table, each column under its nearest header."""
    first = next(at for at, row in enumerate(grid.rows) if _names_province(row, vintage))
    above = grid.rows[:first]
    cells = [
        next((row.cells[column] for row in reversed(above) if row.cells[column]), "")
        for column in range(start, end)
    ]
    cells[0] = head
    header = replace(above[-1], cells=tuple(cells), sources=())
    table = _columns(grid, start, end, grid.titles)
    body = tuple(row for row in table.rows if row.number > above[-1].number)
    return replace(table, rows=(header, *body))


def _refuse_unnamed(grid: Grid, positions: Sequence[int]) -> None:
    """Refuse a second list of provinces without a header: its figures are undefined."""
    if positions:
        raise InvalidData(
            [
                Problem(
                    grid.name,
                    None,
                    f"number {positions[0] + grid.column_offset + 1} from the left",
                    "a second list of provinces without a header",
                    "a header above each list",
                    "repeat the header there, or put one list below the other",
                )
            ]
        )


def _province_columns(grid: Grid, vintage: int) -> list[int]:
    """Columns that name provinces, without those that name the same ones in other words."""
    named = [
        [table_layout.is_sure(cell, vintage) for cell in grid.column(column)]
        for column in range(grid.width)
    ]
    distinct_columns: list[int] = []
    for column, codes in enumerate(named):
        if not any(codes):
            continue
        if distinct_columns:
            both = [
                (a, b) for a, b in zip(named[distinct_columns[0]], codes, strict=True) if a and b
            ]
            if 2 * sum(a != b for a, b in both) <= len(both):
                continue
        distinct_columns.append(column)
    return distinct_columns


def _lead(head: Row, first: int, column: int) -> int:
    """Return the columns left of the provinces that belong to their table, as that of numbers."""
    lead = 0
    while (
        lead < first
        and head.cells[first - lead - 1]
        and head.cells[first - lead - 1] == head.cells[column - lead - 1]
    ):
        lead += 1
    return lead


def _columns(grid: Grid, start: int, end: int, titles: tuple[str, ...]) -> Grid:
    rows = tuple(
        replace(row, cells=row.cells[start:end], sources=row.sources[start:end])
        for row in grid.rows
    )
    filled = tuple(row for row in rows if any(row.cells))
    return replace(grid, rows=filled, titles=titles, column_offset=grid.column_offset + start)
