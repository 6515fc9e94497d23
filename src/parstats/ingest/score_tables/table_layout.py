"""Finding the header, the provinces and the figures in a grid."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from parstats import errors
from parstats.documents import header_roles
from parstats.documents.document import Grid, Row
from parstats.reference import labels, provinces
from parstats.reference.editions import cached

_COLUMN_NUMBERS = re.compile(r"^[(\[]?(\d{1,2}|[A-Za-z])[)\]]?$")
# "1. Hà Nội" or "1 Hà Nội"
_NUMBER_BEFORE = re.compile(r"^\d{1,2}(?:\s*[.)]\s*|\s+)(?=[^\W\d])")
_CODE = re.compile(r"^\d{1,2}(\.0)?$")
_DIGIT = re.compile(r"\d")
_FIGURE = re.compile(r"^[^A-Za-zÀ-ỹ]*\d[^A-Za-zÀ-ỹ]*$")
_YEAR = re.compile(r"^(?:19|20)\d\d(?:\.0)?$")
_TOTALS = re.compile(
    r"^(tong|tong cong|cong|tong so|trung binh|binh quan|ca nuoc|toan quoc|cao nhat|thap nhat|"
    r"trung vi|"
    r"do lech chuan|gia tri|total|mean|average|median|national|nationwide|country|viet nam|vietnam|"
    r"max|maximum|min|minimum|highest|lowest|standard deviation|std|sd|vung|khu vuc|region|"
    r"muc trung binh|tb(?: (?:ca nuoc|chung|vung|toan quoc|63|34))|toi da|toi thieu|"
    r"diem (?:toi da|toi thieu|chuan|cao nhat|thap nhat|trung binh)|thang diem|"
    r"dong bang|trung du|bac trung bo|nam trung bo|duyen hai|tay nguyen|dong nam bo|red river|"
    r"dbsh|dbscl|mien (?:nui|bac|trung|nam|dong|tay)|tay nam bo|tay bac|dong bac|"
    r"northern|north central|central|south east|southeast|mekong)\b"
)
_NOTES = re.compile(r"^(nguon|ghi chu|chu thich|luu y|source|sources|notes?)\b")
# The official PAPI workbook ends with a row of the highest values under this code.
_HELPER_CODE = "999"


@dataclass(frozen=True)
class LeftOut:
    """A row that holds no province."""

    row: Row
    why: str  # what it is taken for


@dataclass(frozen=True)
class Layout:
    """Layout of a grid: header, provinces, figures."""

    grid: Grid  # the grid, provinces down the rows
    # The set of provinces that was looked for; column that names the provinces, counted from 0.
    vintage: int
    province: int
    headers: tuple[tuple[str, ...], ...]  # for each column its header cells from top to bottom
    # For each column those of its header cells that head other columns too.
    groups: tuple[frozenset[str], ...]
    rows: tuple[tuple[Row, str], ...]  # rows of provinces, each with the code
    titles: tuple[str, ...]  # texts above the header
    skipped_rows: tuple[LeftOut, ...]  # rows that are not of a province
    # Names that were read as a province though they are no known spelling, with its name.
    likened: tuple[tuple[str, str], ...] = ()
    unknown: tuple[Row, ...] = field(default=())  # rows with figures whose province is unknown
    turned: bool = False  # whether rows and columns of the file were exchanged
    n_written: int = 0  # cells of the header in a text with separators; 0 elsewhere


@cached
def _sure(text: str, vintage: int) -> str | None:
    """Return the code of a known spelling of a province, not of a bare number."""
    text = _NUMBER_BEFORE.sub("", text)
    if text.startswith("#") or text.casefold() == "n/a":  # an error value, not Nghệ An
        return None
    if _COLUMN_NUMBERS.match(text) or not any(map(str.isalpha, text)):
        return None
    try:
        return provinces.match_province(text, vintage=vintage, threshold=100)
    except errors.AmbiguousProvince as error:
        # In a list of provinces "Huế" is the province; "TP. Cao Bằng" is a city all the same.
        if provinces.says_city(text):
            return None
        named = [
            code
            for code, province in provinces.by_code(vintage).items()
            if province.names["vi"] in error.candidates
        ]
        return named[0] if len(named) == 1 else None
    except errors.ProvinceNotMatched:
        return None


@cached
def _likened(text: str, vintage: int) -> str | None:
    try:
        return provinces.match_province(_NUMBER_BEFORE.sub("", text), vintage=vintage)
    except errors.ProvinceNotMatched:
        return None


def is_sure(text: str, vintage: int) -> str | None:
    """Return the code of the province that a known spelling means, None for everything else.

    >>> is_sure("BR-VT", 63), is_sure("Lạng Sơnn", 63), is_sure("20", 63)
    ('77', None, None)
    """
    return _sure(text, vintage)


def is_figure(text: str) -> bool:
    """Return whether a cell is a number that is neither a year nor that of a column.

    >>> is_figure("92,18%"), is_figure("2023"), is_figure("(3)"), is_figure("Bảng 2")
    (True, False, False, False)
    """
    return bool(_FIGURE.match(text)) and not (_YEAR.match(text) or _COLUMN_NUMBERS.match(text))


def is_total(text: str) -> bool:
    """Return whether a text in place of a province marks a row of a region or of all.

    >>> is_total("Trung bình cả nước"), is_total("ĐBSCL"), is_total("Bảng 2")
    (True, True, False)
    """
    return bool(_TOTALS.match(labels.search_key(text)))


def province_code(text: str, vintage: int) -> str | None:
    """Return the code of the province a cell names; None if it names none.

    >>> province_code("Huế", 63), province_code("Lào Cai", 34), province_code("Tổng", 63)
    ('46', '15', None)
    """
    return _sure(text, vintage) or _likened(text, vintage)


def transposed(grid: Grid) -> Grid:
    """Return the grid with rows and columns exchanged; rows are then columns of the sheet."""
    rows = tuple(
        Row(
            f"{grid.name}, column {position + 1}",
            1,
            tuple(row.cells[position] for row in grid.rows),
        )
        for position in range(grid.width)
    )
    return Grid(grid.name, grid.sheet, rows, grid.captions, grid.titles)


def find(grid: Grid, vintage: int) -> Layout | None:
    """Find the provinces, the header above them and the rest of the grid.

    `vintage` is the set of provinces that is looked for; None if the grid names none of them.
    """
    down = _most_provinces(grid, vintage) or _codes(grid, vintage)
    if not down:
        return None
    count, column = down
    turned = transposed(grid)
    across = _most_provinces(turned, vintage)
    if across and across[0] > count:
        return replace(_read_layout(turned, across[1], vintage), turned=True)
    return _read_layout(grid, column, vintage)


def _most_provinces(grid: Grid, vintage: int) -> tuple[int, int] | None:
    """Return the column that names the provinces, and how many.

    Of several that name most of them it is the one whose header says so: another may be a list that
    somebody keeps beside the table.
    """
    named = [
        [_sure(cell, vintage) for cell in grid.column(position)] for position in range(grid.width)
    ]
    counts = [len({*codes} - {None}) for codes in named]
    best = max(counts, default=0)
    if not best:
        return None
    # Half of the names: a column of neighbours or capitals has fewer.
    positions = [position for position, count in enumerate(counts) if 2 * count >= best]
    headed = [position for position in positions if _is_headed(grid, position)]
    chosen = headed[0] if len(headed) == 1 else counts.index(best)
    if len(headed) > 1 and counts[headed[0]] == counts[headed[1]] == best:
        chosen = headed[0]
    return counts[chosen], chosen


def _is_headed(grid: Grid, position: int) -> bool:
    """Return whether a column has a header of provinces."""
    return any(header_roles.score_role(cell) == "province" for cell in grid.column(position))


def _codes(grid: Grid, vintage: int) -> tuple[int, int] | None:
    """Return the column of codes, of a grid without names."""
    provinces_by_code = provinces.by_code(vintage)
    for position in range(grid.width):
        cells = list(grid.column(position))
        codes = {cell.removesuffix(".0").zfill(2) for cell in cells if _CODE.match(cell)}
        named = any(header_roles.score_role(cell) in ("code", "province") for cell in cells)
        if named and len(codes & set(provinces_by_code)) > 1:
            return len(codes & set(provinces_by_code)), position
    return None


def _read_layout(grid: Grid, column: int, vintage: int) -> Layout:
    coded = not any(_sure(cell, vintage) for cell in grid.column(column))
    read_code = _likened if coded else _sure
    first = next(i for i, row in enumerate(grid.rows) if read_code(row.cells[column], vintage))
    titles, header, body = _above(grid.rows[:first], column)
    titles = (*grid.captions, *titles)
    spread = _spread([row.cells for row in header])
    paths = tuple(
        tuple(dict.fromkeys(filter(None, (cells[position] for cells in spread))))
        for position in range(grid.width)
    )
    groups = tuple(_shared(spread, position) for position in range(grid.width))
    header_cells = {row.cells for row in header}
    rows, skipped_rows, likened, unknown = [], [], [], []
    for row in (*body, *grid.rows[first:]):
        code = read_code(row.cells[column], vintage)
        why = None if code else _reason(row, column, header_cells)
        if not code and not why:
            code = _likened(row.cells[column], vintage)
            if code:
                likened.append((row.cells[column], provinces.by_code(vintage)[code].names["vi"]))
        if code:
            rows.append((row, code))
        elif why:
            skipped_rows.append(LeftOut(row, why))
        else:
            unknown.append(row)
    return Layout(
        grid,
        vintage,
        column,
        paths,
        groups,
        tuple(rows),
        titles,
        tuple(skipped_rows),
        tuple(dict.fromkeys(likened)),
        tuple(unknown),
        n_written=max((row.n_written for row in header), default=0),
    )


def _above(rows: tuple[Row, ...], column: int) -> tuple[tuple[str, ...], list[Row], list[Row]]:
    """Return the sort the rows above the first province into titles, header and figures."""
    titles: list[str] = []
    header: list[Row] = []
    body: list[Row] = []
    for row in rows:
        texts = list(dict.fromkeys(filter(None, row.cells)))
        filled = sum(map(bool, row.cells))
        if body or (header and _is_body(row, column)):
            body.append(row)
        # A title is in one cell, or was merged over most columns, which readers repeat.
        elif len(texts) == 1 and (filled == 1 or filled >= 0.6 * len(row.cells)) and len(rows) > 1:
            titles.append(texts[0])
        elif all(_COLUMN_NUMBERS.match(text) for text in texts):
            continue
        else:
            header.append(row)
    return tuple(titles), header, body


def _is_body(row: Row, column: int) -> bool:
    """Return whether a row below a header has figures, as that of a region, a mean or a maximum."""
    other_cells = [text for position, text in enumerate(row.cells) if position != column and text]
    figures = [text for text in other_cells if _FIGURE.match(text) and not _YEAR.match(text)]
    numbers = all(_COLUMN_NUMBERS.match(text) for text in row.cells if text)
    # Sheets put the mean or a region above the first province; half its cells are figures.
    return bool(figures) and 2 * len(figures) >= len(other_cells) and not numbers


def _spread(header: list[tuple[str, ...]]) -> list[list[str]]:
    """Return the header rows with the head of a group repeated over the columns of the group.

    A CSV keeps a merged cell in its first column only. An empty cell belongs to the group on its
    left if both have a separate cell below.
    """
    spread = [list(cells) for cells in header]
    for upper, lower in zip(spread[-2::-1], spread[:0:-1], strict=True):
        for position in range(1, len(upper)):
            if not upper[position] and lower[position] and lower[position - 1]:
                upper[position] = upper[position - 1]
    return spread


def _shared(spread: list[list[str]], position: int) -> frozenset[str]:
    """Return the header cells of a column that a neighbour has in the same row."""
    width = len(spread[0]) if spread else 0
    beside = [other for other in (position - 1, position + 1) if 0 <= other < width]
    return frozenset(
        cells[position]
        for cells in spread
        if cells[position] and any(cells[other] == cells[position] for other in beside)
    )


def _reason(row: Row, column: int, heads: set[tuple[str, ...]]) -> str | None:
    """Classify a row without a known province; None if it may be an unknown one."""
    texts = [text for text in row.cells if text]
    other_cells = [text for position, text in enumerate(row.cells) if position != column and text]
    key = labels.search_key(row.cells[column])
    available = {text for cells in heads for text in cells if text}
    first = [key, *(labels.search_key(text) for text in texts[:2])]
    # Printed tables repeat the header on each page, number their columns and end with totals.
    reasons = (
        (_repeats(texts, available), "a repeated header"),
        (all(_COLUMN_NUMBERS.match(text) for text in texts), "numbers of columns"),
        (any(text.removesuffix(".0") == _HELPER_CODE for text in texts[:3]), "the helper row 999"),
        (
            # A code that is none of a province is no region, whatever stands beside it.
            not _CODE.match(row.cells[column]) and any(_TOTALS.match(text) for text in first),
            "a total, a mean or a region",
        ),
        (not any(_DIGIT.search(text) for text in other_cells), "a text without figures"),
        (any(_NOTES.match(text) for text in first), "a note"),
        (not key, "figures without a name"),
    )
    return next((why for holds, why in reasons if holds), None)


def _repeats(texts: list[str], heads: set[str]) -> bool:
    """Return whether the texts of a row are the header again, of the same years."""
    years, known = (
        {year for text in group for year in header_roles.figure_years(text)}
        for group in (texts, heads)
    )
    return sum(text in heads for text in texts) > len(texts) / 2 and years <= known
