"""Tables of a PDF file: ruled ones by their lines, others by the gaps between their columns.

Lengths are in points, seventy-two to the inch, from the upper left corner of the page. An em is
the size of the letters at hand.
"""

from __future__ import annotations

import logging
import statistics
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parstats.errors import InvalidData, Problem
from parstats.ingest.grid import Grid, clean, make_grid

if TYPE_CHECKING:
    from pdfplumber.page import Page
    from pdfplumber.table import TableFinder

Item = dict[str, Any]  # a letter, word or line, as pdfplumber describes them
Box = tuple[float, float, float, float]  # left, top, right, bottom
Span = tuple[float, float]  # left, right

_NEAR = 3.0  # lines nearer than this are one line; pdfplumber takes the same
_NARROW = 4.0  # no letter stands in a column or row of less
_SAME_EDGE = 12.0  # how far the columns of a table may differ from page to page
_MARGIN = 72.0  # and how far the whole table may be shifted, as with a margin for binding
_WORD_GAP = 0.15  # em; less is kerning
_COLUMN_GAP = 0.5  # em; about two blanks
_LEAST_LINES = 3  # of an unruled table
_PROSE_WORDS = 4  # more in a common cell than this, and the columns hold running text
_GARBLED = 0.1  # share of letters without a known meaning that spoils a file


@dataclass(frozen=True)
class _Table:
    """A table, or the part of one that stands on one page."""

    page: int
    top: float
    bottom: float
    columns: tuple[Span, ...]
    rows: tuple[tuple[str, ...], ...]
    ruled: bool


def read(path: Path, name: str) -> list[Grid]:
    """Read every table of a PDF file.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    name : str
        The file as messages should call it.

    Returns
    -------
    list of Grid
        In the order of the pages, from top to bottom. What continues on the next page with the
        same columns is one grid; a header repeated there is still among its rows. Rows are
        numbered from 1 on each page. A merged cell stands in every cell it covers.

    Raises
    ------
    InvalidData
        If the file is no PDF, damaged or locked with a password, holds pictures of pages or
        letters without meaning instead of text, or has no table.

    Examples
    --------
    >>> import tempfile
    >>> from fpdf import FPDF
    >>> path = Path(tempfile.mkdtemp()) / "ranking.pdf"
    >>> document = FPDF()
    >>> document.set_font("helvetica")
    >>> document.add_page()
    >>> with document.table([["TT", "Province", "Rank"], ["1", "Ha Giang", "42"]]):
    ...     pass
    >>> _ = document.output(str(path))
    >>> (grid,) = read(path, "ranking.pdf")
    >>> grid.rows[1]
    Row(place='ranking.pdf, page 1', number=2, cells=('1', 'Ha Giang', '42'))
    """
    tables: list[_Table] = []
    pictures: list[int] = []
    letters = garbled = 0
    for page in _pages(path, name):
        letters += len(page.chars)
        garbled += sum(char["text"].startswith("(cid:") for char in page.chars)
        found = _tables_on(page, tables[-1] if tables else None)
        tables += found
        if not found and _is_picture(page):
            pictures.append(page.page_number)
    if garbled > _GARBLED * letters:
        found_, expected = "letters that the file gives no meaning", "text that can be copied out"
        raise InvalidData([_whole(name, found_, expected, _REMEDY_NO_TEXT)])
    grids = [grid for parts in _chains(tables) if (grid := _grid(parts, name)) is not None]
    if not grids:
        raise InvalidData([_nothing(name, pictures)])
    return grids


# The file and its pages.

_REMEDY_NO_TEXT = "make it text with OCR software first, or type the table into a spreadsheet"


def _whole(name: str, found: str, expected: str, remedy: str) -> Problem:
    return Problem(name, None, None, found, expected, remedy)


def _nothing(name: str, pictures: Sequence[int]) -> Problem:
    if not pictures:
        remedy = "check that it is the right file, or copy the table into a spreadsheet"
        return _whole(name, "no table", "a table in rows and columns", remedy)
    places = f"{'page' if len(pictures) == 1 else 'pages'} {', '.join(map(str, pictures))}"
    found = f"no table, and pictures without text on {places} (a scan?)"
    return _whole(name, found, "a table as text", _REMEDY_NO_TEXT)


def _pages(path: Path, name: str) -> Iterator[Page]:
    """Pages one after the other, read so far that nothing in the file can fail any more."""
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect

    # It tells of every slip in a file that it can read all the same.
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    try:
        with path.open("rb") as file:
            if b"%PDF-" not in file.read(1024):
                remedy = "give the PDF itself, not a page that leads to it"
                raise InvalidData([_whole(name, "another kind of file", "a PDF", remedy)])
        with pdfplumber.open(path) as pdf:
            if not pdf.pages:
                raise ValueError("no pages")
            for page in pdf.pages:
                upright = _set_upright(page)
                _ = upright.objects, upright.edges
                yield upright
                upright.close()
    except InvalidData:
        raise
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise InvalidData([_whole(name, reason, "a readable file", "check the path")]) from None
    except Exception as problem:  # the parser has no errors of its own for damaged files
        if any(isinstance(cause, PDFPasswordIncorrect) for cause in (problem, *problem.args)):
            remedy = "open it with the password and print it to a new PDF"
            fault = _whole(name, "a file locked with a password", "one that opens without", remedy)
        else:
            remedy = "fetch it again, or open it and print it to a new PDF"
            fault = _whole(name, "a damaged PDF", "a whole one", remedy)
        raise InvalidData([fault]) from None


def _set_upright(page: Page) -> Page:
    """The page turned so that most of its lines lead to the right, as a wide table may not."""
    leads = Counter(map(_direction, page.chars)).most_common(1)
    turn = {"up": 90, "left": 180, "down": 270}.get(leads[0][0], 0) if leads else 0
    if not turn:
        return page
    page.close()
    sheet = page.page_obj
    sheet.rotate = sheet.attrs["Rotate"] = (sheet.rotate + turn) % 360
    return type(page)(page.pdf, sheet, page.page_number, page.initial_doctop)


def _is_picture(page: Page) -> bool:
    """Whether one image fills more than half of the page."""
    areas = (
        (image["x1"] - image["x0"]) * (image["bottom"] - image["top"]) for image in page.images
    )
    return max(areas, default=0) > page.width * page.height / 2


def _tables_on(page: Page, before: _Table | None) -> list[_Table]:
    """Tables from top to bottom; `before` is the last one of the earlier pages."""
    chars = _printed_once(page.chars)
    found = (_ruled(boxes, chars, page.page_number) for boxes in _boxes(page))
    tables = _not_torn([table for table in found if table is not None], chars)
    usable = [
        table
        for table in tables
        if len(table.rows) > 1 or (before is not None and _continues(before, table))
    ]
    return usable or _unruled(chars, page.page_number, before)


# From tables to grids.


def _chains(tables: Sequence[_Table]) -> list[list[_Table]]:
    """Tables that continue each other from page to page."""
    chains: list[list[_Table]] = []
    for table in tables:
        if chains and _continues(chains[-1][-1], table):
            chains[-1].append(table)
        else:
            chains.append([table])
    return chains


def _continues(first: _Table, second: _Table) -> bool:
    """Whether the second has the columns of the first, on the next page."""
    if second.page != first.page + 1 or first.ruled != second.ruled:
        return False
    if first.ruled:
        return _same_edges(first, second, _MARGIN)
    if len(first.columns) != len(second.columns):
        return False
    # Unruled columns are as wide as what happens to stand in them.
    both = [(min(a[0], b[0]), max(a[1], b[1])) for a, b in _column_pairs(first, second)]
    apart = all(left[1] < right[0] for left, right in pairwise(both))
    return apart and all(_overlap(a, b) for a, b in _column_pairs(first, second))


def _column_pairs(first: _Table, second: _Table) -> Iterator[tuple[Span, Span]]:
    return zip(first.columns, second.columns, strict=True)


def _same_edges(first: _Table, second: _Table, shift: float) -> bool:
    """Whether the columns of ruled tables agree, one table being shifted by `shift` at most."""
    if len(first.columns) != len(second.columns):
        return False
    moved = second.columns[0][0] - first.columns[0][0]
    return abs(moved) <= shift and all(
        abs(b[side] - moved - a[side]) <= _SAME_EDGE
        for a, b in _column_pairs(first, second)
        for side in (0, 1)
    )


def _overlap(a: Span, b: Span) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def _grid(parts: Sequence[_Table], name: str) -> Grid | None:
    """The parts of a table as one grid, without blank columns; None if too little is left."""
    rows: list[tuple[str, int, tuple[str, ...]]] = []
    for part in parts:
        place = f"{name}, page {part.page}"
        added = [(place, number, cells) for number, cells in enumerate(part.rows, start=1)]
        if rows:
            first = _shared_head(parts[0].rows, part.rows)
            if first < len(added) and _is_rest(added[first][2], rows[-1][2]):
                rest = added.pop(first)[2]
                above, number, begun = rows[-1]
                rows[-1] = above, number, _joined([begun, rest])
        rows += added
    filled = [any(column) for column in zip(*(cells for _, _, cells in rows), strict=True)]
    kept = [
        (place, number, [cell for cell, keep in zip(cells, filled, strict=True) if keep])
        for place, number, cells in rows
    ]
    grid = make_grid(name, "", kept)
    return grid if grid.width > 1 and len(grid.rows) > 1 else None


def _joined(parts: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """One row of several, the texts of each column put together."""
    return tuple(" ".join(filter(None, column)) for column in zip(*parts, strict=True))


def _shared_head(first: Sequence[object], second: Sequence[object]) -> int:
    """Number of rows with which both begin."""
    for count, (a, b) in enumerate(zip(first, second, strict=False)):
        if a != b:
            return count
    return min(len(first), len(second))


def _is_rest(cells: Sequence[str], above: Sequence[str]) -> bool:
    """Whether a row is the rest of the one above, cut in two by the end of the page.

    It is if only one cell has text, it is not the first, and there is text to continue.
    """
    filled = [place for place, cell in enumerate(cells) if cell]
    if len(filled) != 1 or filled[0] == 0:
        return False
    return bool(above[filled[0]]) and any(map(str.isalpha, cells[filled[0]]))


# Letters.


def _printed_once(chars: Sequence[Item]) -> list[Item]:
    """Letters without the second print, a little aside, that stands for bold in some files."""
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


def _direction(char: Item) -> str:
    """Where a line of letters like this one leads; "askew" if to no side, as in a watermark."""
    a, b = char["matrix"][:2]
    if abs(b) < abs(a) / 10:
        return "right" if a > 0 else "left"
    if abs(a) < abs(b) / 10:
        return "up" if b > 0 else "down"
    return "askew"


def _words(chars: Sequence[Item], direction: str) -> list[Item]:
    """Words in reading order, of the letters whose lines lead in one direction."""
    from pdfplumber.utils.text import extract_words

    chosen = [char for char in chars if _direction(char) == direction]
    if not chosen:
        return []
    across, along = ("height", "x") if direction == "right" else ("width", "y")
    em = statistics.median(char[across] for char in chosen)
    other = "y" if along == "x" else "x"
    found: list[Item] = extract_words(
        chosen,
        return_chars=True,
        char_dir_rotated="btt" if direction == "up" else "ttb",
        line_dir_rotated="ltr" if direction == "up" else "rtl",
        **{f"{along}_tolerance": _WORD_GAP * em, f"{other}_tolerance": em / 3},
    )
    return found


def _text(chars: Sequence[Item]) -> str:
    """The text of a cell, its lines joined by blanks."""
    words = (word for direction in ("right", "up", "down") for word in _words(chars, direction))
    return clean(" ".join(word["text"] for word in words))


# Ruled tables.


def _boxes(page: Page) -> list[list[Box]]:
    """Boxes between the lines of a page, table by table."""
    from pdfplumber.table import TableFinder

    finder = TableFinder(page)
    sides = _missing_sides(finder)
    if sides:
        upright = [side for side in sides if side["x0"] == side["x1"]]
        level = [side for side in sides if side["x0"] != side["x1"]]
        lines = {"explicit_vertical_lines": upright, "explicit_horizontal_lines": level}
        finder = TableFinder(page, lines)
    return [table.cells for table in finder.tables]


def _missing_sides(finder: TableFinder) -> list[Item]:
    """Lines that close what is ruled inside but open at a side, as many printed tables are."""
    missing = []
    for lines in _networks(finder):
        left, right = min(line["x0"] for line in lines), max(line["x1"] for line in lines)
        top, bottom = min(line["top"] for line in lines), max(line["bottom"] for line in lines)
        for x0, y0, x1, y1 in (
            (left, top, left, bottom),
            (right, top, right, bottom),
            (left, top, right, top),
            (left, bottom, right, bottom),
        ):
            side = {"object_type": "line", "x0": x0, "x1": x1, "top": y0, "bottom": y1}
            if not any(_runs_along(line, side) for line in lines):
                missing.append(side | {"width": x1 - x0, "height": y1 - y0})
    return missing


def _runs_along(line: Item, side: Item) -> bool:
    """Whether a line is there over the whole length of a side."""
    return bool(
        line["x0"] <= side["x0"] + _NEAR
        and line["x1"] >= side["x1"] - _NEAR
        and line["top"] <= side["top"] + _NEAR
        and line["bottom"] >= side["bottom"] - _NEAR
    )


def _networks(finder: TableFinder) -> list[list[Item]]:
    """Lines that cross or meet, directly or over others."""
    network_of: dict[int, list[Item]] = {}
    for meeting in finder.intersections.values():
        members: dict[int, Item] = {}
        for line in [*meeting["v"], *meeting["h"]]:
            for member in network_of.get(id(line), [line]):
                members[id(member)] = member
        network = list(members.values())
        network_of.update(dict.fromkeys(members, network))
    return list({id(network): network for network in network_of.values()}.values())


def _ruled(boxes: Sequence[Box], chars: Sequence[Item], page: int) -> _Table | None:
    """A table from its boxes; None if fewer than two columns have text."""
    xs = sorted({x for box in boxes for x in (box[0], box[2])})
    ys = sorted({y for box in boxes for y in (box[1], box[3])})
    covering = {  # a box within another comes later and wins
        (row, column): box
        for box in sorted(boxes, key=lambda box: (box[0] - box[2]) * (box[3] - box[1]))
        for row in range(ys.index(box[1]), ys.index(box[3]))
        for column in range(xs.index(box[0]), xs.index(box[2]))
    }
    held: dict[Box, list[Item]] = defaultdict(list)
    for char in chars:
        row = bisect_right(ys, (char["top"] + char["bottom"]) / 2) - 1
        column = bisect_right(xs, (char["x0"] + char["x1"]) / 2) - 1
        if (row, column) in covering:
            held[covering[row, column]].append(char)
    texts = {box: _text(inside) for box, inside in held.items()}
    rows_kept = [row for row, (a, b) in enumerate(pairwise(ys)) if b - a >= _NARROW]
    kept = [column for column, (a, b) in enumerate(pairwise(xs)) if b - a >= _NARROW]
    cells = {place: texts.get(box, "") for place, box in covering.items()}
    rows = tuple(tuple(cells.get((row, column), "") for column in kept) for row in rows_kept)
    if sum(map(any, zip(*rows, strict=True))) < 2:
        return None
    columns = tuple((xs[column], xs[column + 1]) for column in kept)
    return _Table(page, ys[0], ys[-1], columns, rows, ruled=True)


def _not_torn(tables: Sequence[_Table], chars: Sequence[Item]) -> list[_Table]:
    """Tables of a page, those put together that a gap in the lines parts but no text."""
    middles = [(char["top"] + char["bottom"]) / 2 for char in chars]
    whole: list[_Table] = []
    for table in tables:
        above = whole[-1] if whole else None
        if (
            above is not None
            and above.bottom <= table.top
            and _same_edges(above, table, _NEAR)
            and not any(above.bottom < middle < table.top for middle in middles)
        ):
            whole[-1] = replace(above, bottom=table.bottom, rows=above.rows + table.rows)
        else:
            whole.append(table)
    return whole


# Unruled tables.


@dataclass(frozen=True)
class _Phrase:
    """Text of one line, or of a row whose cells are several lines high, between wide gaps."""

    left: float
    right: float
    first_word: float  # its width
    text: str


@dataclass(frozen=True)
class _Line:
    """Phrases that stand side by side."""

    top: float
    bottom: float
    phrases: tuple[_Phrase, ...]

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def _unruled(chars: Sequence[Item], page: int, before: _Table | None) -> list[_Table]:
    """Tables without lines; with the columns of the one `before` where they fit."""
    words = [word for word in _words(chars, "right") if word["text"].strip()]
    if not words:
        return []
    em = statistics.median(word["height"] for word in words)
    going_on = before if before and not before.ruled and before.page == page - 1 else None
    tables = []
    for lines in _blocks(_lines(words, em)):
        table = None
        if going_on is not None and _fit(lines, going_on.columns):
            table = _laid_out(lines, going_on.columns, page, em)
        elif sum(len(line.phrases) > 1 for line in lines) >= _LEAST_LINES:
            table = _laid_out(lines, _columns(lines, em), page, em)
        if table is not None:
            tables.append(table)
            going_on = None
    return tables


def _lines(words: Sequence[Item], em: float) -> list[_Line]:
    """Words put in lines: those that overlap in height, so that a cell of two lines stays one."""
    groups: list[list[Item]] = []
    bottom = float("-inf")
    for word in sorted(words, key=lambda word: word["top"]):
        if groups and bottom - word["top"] > 0.3 * em:
            groups[-1].append(word)
            bottom = max(bottom, word["bottom"])
        else:
            groups.append([word])
            bottom = word["bottom"]
    return [_line(group, em) for group in groups]


def _line(words: Sequence[Item], em: float) -> _Line:
    groups: list[list[Item]] = []
    right = float("-inf")
    for word in sorted(words, key=lambda word: word["x0"]):
        if groups and word["x0"] - right < _COLUMN_GAP * em:
            groups[-1].append(word)
            right = max(right, word["x1"])
        else:
            groups.append([word])
            right = word["x1"]
    top, bottom = min(word["top"] for word in words), max(word["bottom"] for word in words)
    return _Line(top, bottom, tuple(map(_phrase, groups)))


def _phrase(words: Sequence[Item]) -> _Phrase:
    first = min(words, key=lambda word: (word["top"], word["x0"]))
    return _Phrase(
        min(word["x0"] for word in words),
        max(word["x1"] for word in words),
        first["x1"] - first["x0"],
        _text([char for word in words for char in word["chars"]]),
    )


def _blocks(lines: Sequence[_Line]) -> list[list[_Line]]:
    """Lines between paragraphs and between gaps of twice the usual step from row to row."""
    steps = [b.top - a.top for a, b in pairwise(lines) if min(len(a.phrases), len(b.phrases)) > 1]
    widest = 2 * statistics.median(steps) if steps else float("inf")
    across = [False, *(_lies_across(lines, place) for place in range(len(lines))), False]
    blocks: list[list[_Line]] = [[]]
    above = float("-inf")
    for line, before, own, after in zip(lines, across, across[1:], across[2:], strict=False):
        paragraph = own and (before or after)  # alone it can be a heading among the rows
        if paragraph or line.top - above > widest:
            blocks.append([])
        if not paragraph:
            blocks[-1].append(line)
        above = line.top
    return [block for block in blocks if block]


def _lies_across(lines: Sequence[_Line], place: int) -> bool:
    """Whether a line of one phrase lies over or under several of the nearest that have more."""
    if len(lines[place].phrases) > 1:
        return False
    (own,) = lines[place].phrases
    for others in (reversed(lines[:place]), lines[place + 1 :]):
        near = next((line.phrases for line in others if len(line.phrases) > 1), ())
        if sum(_overlap((own.left, own.right), (other.left, other.right)) for other in near) > 1:
            return True
    return False


def _columns(lines: Sequence[_Line], em: float) -> tuple[Span, ...]:
    """What stands between the gaps that run through all lines, the first few perhaps excepted.

    A line of one phrase says nothing, and in a header one phrase can stand over two columns.
    """
    telling = [line for line in lines if len(line.phrases) > 1]
    best: list[Span] = []
    for header in range(len(telling) - _LEAST_LINES + 1)[:4]:
        spans = sorted((p.left, p.right) for line in telling[header:] for p in line.phrases)
        columns = spans[:1]
        for left, right in spans[1:]:
            if left - columns[-1][1] < _COLUMN_GAP * em:
                columns[-1] = (columns[-1][0], max(columns[-1][1], right))
            else:
                columns.append((left, right))
        best = max(best, columns, key=len)  # the first of equals
    return tuple(best)


def _under(phrase: _Phrase, columns: Sequence[Span]) -> list[int]:
    """Columns in which a phrase stands: those it overlaps, or the nearest."""
    touched = [
        place for place, span in enumerate(columns) if _overlap((phrase.left, phrase.right), span)
    ]
    middle = (phrase.left + phrase.right) / 2
    return touched or [
        min(range(len(columns)), key=lambda place: abs(sum(columns[place]) / 2 - middle))
    ]


def _fit(lines: Sequence[_Line], columns: Sequence[Span]) -> bool:
    """Whether lines fill most of these columns, each phrase standing in one."""
    telling = [line for line in lines if len(line.phrases) > 1]
    if any(len(_under(phrase, columns)) > 1 for line in telling for phrase in line.phrases):
        return False
    counts = [len(line.phrases) for line in telling]
    return bool(counts) and statistics.median(counts) > len(columns) / 2


def _laid_out(
    lines: Sequence[_Line], columns: Sequence[Span], page: int, em: float
) -> _Table | None:
    """A table from lines and columns; None if they are prose set in columns."""
    if len(columns) < 2:
        return None
    rows = _rows(lines, columns, em)
    if not rows:
        return None
    lengths = [len(cell.split()) for row in rows for cell in row if cell]
    if statistics.median(lengths) > _PROSE_WORDS:
        return None
    spans = list(columns)
    for line in lines:
        for phrase in line.phrases:
            if len(places := _under(phrase, columns)) == 1:
                left, right = spans[places[0]]
                spans[places[0]] = min(left, phrase.left), max(right, phrase.right)
    return _Table(page, lines[0].top, lines[-1].bottom, tuple(spans), tuple(rows), ruled=False)


def _rows(lines: Sequence[_Line], columns: Sequence[Span], em: float) -> list[tuple[str, ...]]:
    """Texts by row and column; a line that goes on with a cell of another is put to it.

    Lines of one phrase before the first and after the last row are a title or a note, no rows.
    """
    homes: dict[int, list[_Line]] = defaultdict(list)
    full = [place for place, line in enumerate(lines) if len(line.phrases) * 2 > len(columns)]
    steps = [lines[b].middle - lines[a].middle for a, b in pairwise(full)]
    step = statistics.median(steps) if steps else 0.0
    for place, line in enumerate(lines):
        home = place if place in full else _home(place, lines, full, columns, step, em)
        homes[home].append(line)
    places = [place for place in sorted(homes) if len(lines[place].phrases) > 1]
    if not places:
        return []
    return [
        _joined([_cells(line, columns) for line in homes[place]])
        for place in sorted(homes)
        if places[0] <= place <= places[-1]
    ]


def _home(
    place: int,
    lines: Sequence[_Line],
    full: Sequence[int],
    columns: Sequence[Span],
    step: float,
    em: float,
) -> int:
    """The full line that a line goes on with, or the line itself.

    It goes on with one that is nearer than rows are to each other, or with the one above if its
    first word had no room there.
    """
    line = lines[place]
    if not full or any(len(_under(phrase, columns)) > 1 for phrase in line.phrases):
        return place
    distances = {home: abs(lines[home].middle - line.middle) for home in full}
    nearest = min(full, key=distances.__getitem__)
    first_column = 0 in _under(line.phrases[0], columns)
    outside = place < full[0] or (place > full[-1] and first_column)  # perhaps a title or a note
    if distances[nearest] < (em if outside else 0.8 * step):
        return nearest
    if len(line.phrases) == 1 and distances.get(place - 1, step + em) < step + em / 4:
        (phrase,), (column,) = line.phrases, _under(line.phrases[0], columns)
        room = columns[column][1] - columns[column][0] - phrase.first_word - em / 4
        begun = [p for p in lines[place - 1].phrases if column in _under(p, columns)]
        if begun and max(p.right - p.left for p in begun) > room:
            return place - 1
    return place


def _cells(line: _Line, columns: Sequence[Span]) -> list[str]:
    cells = [""] * len(columns)
    for phrase in line.phrases:
        for column in _under(phrase, columns):
            cells[column] = f"{cells[column]} {phrase.text}".strip()
    return cells
