"""The content of each column of a table; ambiguous columns are asked back, not guessed."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from parstats import errors
from parstats.documents import header_roles, number_formats
from parstats.errors import ColumnsToMap, Problem
from parstats.ingest.score_tables import header_meaning, series_names
from parstats.ingest.score_tables.header_meaning import Meaning
from parstats.ingest.score_tables.table_layout import Layout
from parstats.reference import frameworks

# Factors that a target of --map may end with.
_FACTORS = {"*10": 10.0, "*100": 100.0, "/10": 0.1, "/100": 0.01}
ROLES = ("province", "code", "year", "series", "score", "rank", "n_ranked", "ignore")
_FIGURES = ("score", "total", "rank", "n_ranked")
_TARGET = re.compile(
    r"^(?:(rank|n_ranked):)?([a-z0-9_.]+)(?:@((?:19|20)\d\d))?(%|\*1(?:00?)?|/1(?:00?))?$"
)
# "Bảng 2.1. Chỉ số thành phần ...": what comes before the name in a title.
_TABLE = re.compile(
    r"^\W*(?:(?:bảng|biểu|phụ lục|table|annex)\s*(?:số\s*)?[\dIVX]*(?:\.\d+)*\s*[.:–-]?\s*)?"
    r"(?:(?:kết quả|bảng xếp hạng|xếp hạng)\s+)*(?:(?:chỉ số thành phần|lĩnh vực|nội dung)\s+)?",
    re.IGNORECASE,
)
# How a column of a series was read that the framework of its year does not have.
_ABSENT = "not held in"
# How a header was read that is no name of last year's criteria, where a year has no others yet.
DRAFT = "like a name of unconfirmed criteria"
_YEAR_CELL = re.compile(r"^(?:19|20)\d\d(?:\.0)?$")


@dataclass(frozen=True)
class Request:
    """Options a person gave for a file."""

    index: str
    # Year of the figures; columns whose header names another year are left out.
    year: int | None = None
    # Take `year` even where a header names another one, as the official PAPI workbook does.
    fixed_year: bool = False
    series: str = ""  # series of columns that say only "score" or a year; empty if not given
    # Targets by header (or "#C" for a column): a series ("papi.environment", with "@2019" for a
    # year and "%" if the figures are percentages of its maximum), "rank:SERIES", or one of `ROLES`.
    maps: Mapping[str, str] = field(default_factory=dict)
    decimal: str | None = None  # decimal mark, where a person settled it
    # What to do with ranks that contradict the scores: "keep", "ignore"; "" to be asked.
    ranks: str = ""
    # Whether to ask about headers of a year whose criteria nobody has confirmed.
    asks_unconfirmed: bool = True


@dataclass(frozen=True)
class Column:
    """A column and what it holds."""

    position: int  # column, counted from 0
    header: str  # header cells, joined by " / "
    # "score", "total", "rank", "n_ranked", "year", "series", a side role as "note", "ask" where it
    # is open, or "" if unknown.
    role: str
    series: str = ""  # the series of the figures; empty in a long table
    year: int | None = None  # year of the figures, where the header or the request names it
    # Whether a person said that these are percentages of the maximum; whether the header says so.
    percent: bool = False
    in_percent: bool = False
    # What a person said to multiply the figures by; whether it was said that they need it not.
    factor: float = 1.0
    as_written: bool = False
    how: str = "name"  # "name", "map" or "title"; "like" or "years" of what is open
    candidates: tuple[str, ...] = ()  # what it may be, where that is open

    @property
    def meaning(self) -> str:
        """How the column was read, for the report."""
        if self.role in _FIGURES:
            allowed_text = [self.role if self.role != "total" else "score", self.series]
            allowed_text += [str(self.year)] if self.year else []
            return " ".join(filter(None, allowed_text))
        return self.role


def letter(position: int) -> str:
    """Return the name of a column as a spreadsheet writes it.

    >>> letter(0), letter(27)
    ('A', 'AB')
    """
    name, rest = "", position + 1
    while rest:
        rest, sign = divmod(rest - 1, 26)
        name = chr(ord("A") + sign) + name
    return name


def column_letter(layout: Layout, position: int) -> str:
    """Return the spreadsheet letter of a column of a layout.

    A table beside another one does not begin at the first column of the sheet.
    """
    return letter(position + layout.grid.column_offset)


def is_called(name: str, layout: Layout, position: int) -> bool:
    """Return whether a name of --map means this column: its header, a part of it, or "#C"."""
    path = layout.headers[position]
    called = {" / ".join(path), *path, f"#{column_letter(layout, position)}"}
    return name.casefold() in {text.casefold() for text in called}


def tell(layout: Layout, request: Request) -> list[Column]:
    """Determine the content of every column.

    In order of place. Raises ColumnsToMap if a column of figures may mean several things, or none
    is recognised.
    """
    columns = _read_columns(layout, request)
    _refuse_unknown_years(layout, columns, request.index)
    _ask(layout, columns)
    return columns


def names_other_index(layout: Layout, request: Request) -> bool:
    """Return whether a table is of another index, without series of this one."""
    columns = _read_columns(layout, request)
    roles = {column.role for column in columns}
    scored = any(column.role in _FIGURES and column.series for column in columns)
    return header_meaning.ANOTHER in roles and not scored and "ask" not in roles


def _read_columns(layout: Layout, request: Request) -> list[Column]:
    """Return the content of every column, as far as it can be determined."""
    header_years = set(table_years(layout).values())
    usual = next(iter(header_years)) if len(header_years) == 1 else None
    columns = [
        _read_column(layout, position, request, request.year or usual)
        for position in range(layout.grid.width)
    ]
    if len(header_years) < 2:
        columns = _with_year(columns)
    named = {column.position for column in columns if column.series and column.how == "name"}
    columns = _with_series(layout, columns, request)
    columns = _without_shares(_without_details(columns))
    if not request.asks_unconfirmed:
        return columns
    row_years = _row_years(layout, columns)
    return [
        _unconfirmed(layout, column, request, row_years) if column.position in named else column
        for column in columns
    ]


def _row_years(layout: Layout, columns: Sequence[Column]) -> set[int]:
    """Return the years that the rows of a table are of, where it has a column of years."""
    return {
        int(float(cell))
        for column in columns
        if column.role == "year"
        for cell in _cells(layout, column.position)
        if _YEAR_CELL.match(cell)
    }


def _unconfirmed(
    layout: Layout, column: Column, request: Request, row_years: Collection[int]
) -> Column:
    """Return the column as a question, if its year has last year's criteria and it no name of them.

    A year that nobody has confirmed may have a new criterion under words that are like an old one.
    """
    stated_year = column.year or request.year
    years = [
        year
        for year in ([stated_year] if stated_year else sorted(row_years))
        if column.series in frameworks.unconfirmed_series(request.index, year)
    ]
    texts = layout.headers[column.position]
    if column.role not in _FIGURES or all(
        any(series_names.is_exact(text, column.series, year) for text in texts) for year in years
    ):
        return column
    prefix = f"{column.role}:" if column.role in ("rank", "n_ranked") else ""
    target = f"{prefix}{column.series}{'%' if column.in_percent else ''}"
    return replace(column, role="ask", how=DRAFT, series="", candidates=(target,))


def table_years(layout: Layout) -> dict[str, int]:
    """Return the year of the whole table by the place that names exactly one."""
    texts = {
        "the name of the sheet": [layout.grid.sheet],
        "the title": (*layout.titles, *_titles_beside(layout)),
        "the header of the provinces": layout.headers[layout.province],
    }
    if not any(header_roles.years_in(text) for selection in texts.values() for text in selection):
        texts = {"the title above all tables": layout.grid.titles}
    named = {
        where: {year for text in selection for year in header_roles.figure_years(text)}
        for where, selection in texts.items()
    }
    return {where: years.pop() for where, years in named.items() if len(years) == 1}


def _titles_beside(layout: Layout) -> list[str]:
    """Return the titles of a table with its provinces along the top: rows without any figure."""
    if not layout.turned:
        return []
    return [
        text
        for position, path in enumerate(layout.headers)
        for text in path
        if position != layout.province and not any(_cells(layout, position))
    ]


def _read_column(layout: Layout, position: int, request: Request, usual: int | None) -> Column:
    header = " / ".join(layout.headers[position])
    for name, target in request.maps.items():
        if is_called(name, layout, position):
            stated = header_roles.figure_years(header)
            year = stated[0] if len(stated) == 1 and not request.fixed_year else usual
            return _mapped(position, header, target, request.index, year)
    if position == layout.province:
        return Column(position, header, "province")
    path, groups = layout.headers[position], layout.groups[position]
    meaning = header_meaning.header_meaning(path, request.index, usual, groups)
    if not any(_cells(layout, position)):
        return Column(position, header, "empty" if meaning.role or meaning.series else "")
    year = usual if request.fixed_year else meaning.year or usual
    column = Column(
        position,
        header,
        _role(layout, position, meaning),
        meaning.series,
        year,
        in_percent=meaning.percent,
    )
    if question := _open_meaning(layout, column, meaning, request):
        return question
    if not request.fixed_year and request.year and meaning.year not in (None, request.year):
        return replace(column, role="ignore", series="", how="another year")
    return column


def _open_meaning(
    layout: Layout, column: Column, meaning: Meaning, request: Request
) -> Column | None:
    """Return the column as a question, where its header is like a name or leaves the year open."""
    if meaning.open_years and not request.fixed_year and request.year not in meaning.open_years:
        name = column.series or frameworks.top(request.index)
        years = tuple(f"{name}@{year}" for year in meaning.open_years)
        is_figure = column.role in _FIGURES or _is_numeric(_cells(layout, column.position))
        role = "ask" if is_figure else ""
        return replace(column, role=role, series="", how="years", candidates=years)
    if meaning.candidates:
        return replace(column, role="ask", how="like", candidates=meaning.candidates)
    if not meaning.series and column.year:
        path, groups = layout.headers[column.position], layout.groups[column.position]
        other = header_meaning.header_meaning(path, request.index, None, groups)
        if other.series:
            how = f"{_ABSENT} {column.year}"
            return replace(column, role="ask", how=how, series=other.series)
    return None


def _mapped(position: int, header: str, target: str, index: str, usual: int | None) -> Column:
    """Return a column as mapped by a person."""
    if target in ROLES:
        return Column(position, header, target, year=usual, how="map")
    match = _TARGET.match(target)
    if match is None:
        raise errors.UnknownChoice("target of --map", target, (*ROLES, "a series"))
    series = frameworks.check_series(match[2], index)
    year = int(match[3]) if match[3] else usual
    scale = match[4] or ""
    return Column(
        position,
        header,
        match[1] or "score",
        series,
        year,
        percent=scale == "%",
        factor=_FACTORS.get(scale, 1.0),
        as_written=scale == "*1",
        how="map",
    )


def _role(layout: Layout, position: int, meaning: Meaning) -> str:
    """Return the role of a column by its header or, if that is vague, by its cells."""
    cells = _cells(layout, position)
    if meaning.series:
        return meaning.role
    if meaning.role == "year":
        return "year" if all(map(_YEAR_CELL.match, filter(None, cells))) else ""
    if meaning.role == "series":
        return "" if _is_numeric(cells) else "series"
    if not meaning.role and meaning.year is not None and _is_numeric(cells):
        # A year and words that nobody knows: what other figure of that year may it be.
        bare = [header_roles.without_years(text) for text in layout.headers[position]]
        return "" if any(header_meaning.has_text(text) for text in bare) else "score"
    return meaning.role


def _cells(layout: Layout, position: int) -> list[str]:
    return [row.cells[position] for row, _ in layout.rows]


def _with_year(columns: list[Column]) -> list[Column]:
    """Give the only year in the headers to columns that name none."""
    named = {column.year for column in columns if column.role in _FIGURES} - {None}
    if len(named) != 1:
        return columns
    year = named.pop()
    return [
        replace(column, year=year) if column.role in _FIGURES and column.year is None else column
        for column in columns
    ]


def _is_numeric(cells: Sequence[str]) -> bool:
    """Return whether most of the filled cells are numbers."""
    reading = number_formats.read_numbers(cells, decimal=None)
    filled = sum(cell.lower() not in number_formats.MISSING for cell in cells)
    # A fifth, by judgement: columns of figures carry notes such as "không có số liệu".
    return filled > 0 and len(reading.unreadable) <= 0.2 * filled


def _with_series(layout: Layout, columns: list[Column], request: Request) -> list[Column]:
    """Give columns of figures without a series that of the table."""
    if any(column.role == "series" for column in columns):
        return columns
    top = frameworks.top(request.index)
    titled = _title_series(layout, request)
    named = request.series or (titled[0] if len(titled) == 1 else "")
    how = "map" if request.series else "title"
    titles = (*layout.titles, layout.grid.sheet, *layout.grid.titles)
    other = series_names.other_index_in(titles, request.index)
    settled = []
    for column in columns:
        if column.series or column.role not in ("score", "total"):
            settled.append(column)
        elif column.role == "total" and not other:
            settled.append(replace(column, series=top))
        elif named and not (request.series and other):
            settled.append(replace(column, series=named, how=how))
        elif titled:
            settled.append(replace(column, role="ask", candidates=titled))
        elif other:
            how = f"a title of {other}"
            settled.append(replace(column, role="ask", how=how, candidates=(top,)))
        elif header_roles.years_in(column.header) and not _says_score(column.header):
            settled.append(replace(column, role="ask", candidates=(top,)))
        else:
            settled.append(replace(column, series=top))
    ranks = [column for column in settled if column.role == "rank" and not column.series]
    if len(ranks) > 1:
        settled = _with_ranks_beside(settled, ranks)
    return [_with_rank_series(column, settled, named or top) for column in settled]


def _with_ranks_beside(columns: list[Column], ranks: list[Column]) -> list[Column]:
    """Give several columns of ranks the series of the scores just left of them, if all have one."""
    figures = ("score", "total", header_meaning.ANOTHER)
    beside = {column.position + 1: column for column in columns if column.role in figures}
    if not all(column.position in beside for column in ranks):
        return columns
    return [
        replace(
            column,
            series=beside[column.position].series,
            role=column.role if beside[column.position].series else header_meaning.ANOTHER,
        )
        if column in ranks
        else column
        for column in columns
    ]


def _says_score(header: str) -> bool:
    return any(
        header_roles.score_role(header_roles.without_years(part)) for part in header.split(" / ")
    )


def _title_series(layout: Layout, request: Request) -> tuple[str, ...]:
    """Return the series named above the table, without their parents.

    The nearest texts count: the titles of the table, the name of the sheet, titles above others.
    """
    for titles in (layout.titles, (layout.grid.sheet,), layout.grid.titles):
        meanings = [
            header_meaning.header_meaning([_TABLE.sub("", text)], request.index, request.year)
            for text in titles
        ]
        named = {meaning.series for meaning in meanings if meaning.series}
        named = named or {name for meaning in meanings for name in meaning.candidates}
        if named:
            return tuple(
                sorted(name for name in named if not any(o.startswith(f"{name}.") for o in named))
            )
    return ()


def _with_rank_series(column: Column, columns: list[Column], usual: str) -> Column:
    """Find the score to which a column of ranks without a series belongs."""
    if column.role not in ("rank", "n_ranked") or column.series:
        return column
    column = _with_year_of_scores(column, columns)
    scored = {
        other.series
        for other in columns
        if other.role in ("score", "total") and other.year == column.year
    }
    if any(other.role == header_meaning.ANOTHER for other in columns):
        # It may be the rank in the other index; without a score of this one it surely is.
        requested = tuple(f"rank:{name}" for name in sorted(scored))
        return replace(column, role="ask" if requested else "", candidates=requested)
    left_out = [
        other
        for other in columns
        if other.role in ("statistic", "change", "ignore")
        or (not other.role and other.header and other.position == column.position - 1)
    ]
    if not scored and left_out and column.role == "rank":
        # Beside a figure that is no score it may be the rank by that.
        return replace(column, role="ask", candidates=(f"rank:{usual}",))
    if len(scored) <= 1:
        return replace(column, series=scored.pop() if scored else usual)
    if usual in scored:
        return replace(column, series=usual)
    return replace(column, role="ask", candidates=tuple(f"rank:{name}" for name in sorted(scored)))


def _with_year_of_scores(column: Column, columns: list[Column]) -> Column:
    """Give a rank without a year in its header that of the scores, if they have one."""
    years = {other.year for other in columns if other.role in ("score", "total")} - {None}
    if header_roles.figure_years(column.header) or len(years) != 1:
        return column
    return replace(column, year=years.pop())


def _without_details(columns: list[Column]) -> list[Column]:
    """Drop columns that resemble a name which another column has exactly.

    Beside "Danh sách hộ nghèo" a column "Công khai danh sách hộ nghèo ở xã" is a detail of it.
    """
    exact = {
        (column.role, column.series, column.year)
        for column in columns
        if column.series and column.how in ("name", "map")
    }

    def is_detail(column: Column) -> bool:
        return column.how == "like" and all(
            ("score", name, column.year) in exact for name in column.candidates
        )

    return [
        replace(column, role="", series="", candidates=()) if is_detail(column) else column
        for column in columns
    ]


def _without_shares(columns: list[Column]) -> list[Column]:
    """Drop percentages of a maximum that are given beside the points.

    Of an index from 0 to 100 both are the same, and both are read.
    """
    tops = {name for name in (column.series for column in columns) if "." not in name}
    points = {
        (column.series, column.year)
        for column in columns
        if column.role in ("score", "total") and not column.in_percent and column.series
    }
    return [
        replace(column, role="statistic", series="")
        if column.role == "score"
        and column.in_percent
        and column.series not in tops
        and (column.series, column.year) in points
        else column
        for column in columns
    ]


def _figures(layout: Layout, column: Column) -> tuple[float | None, ...]:
    """Return the figures of a column, however they are written."""
    cells = [row.cells[column.position] for row, _ in layout.rows]
    return number_formats.read_numbers(cells, low=0, high=100).values


def _twice(layout: Layout, scores: list[Column]) -> list[Problem]:
    """List columns with other figures than the first one of the same series and year."""
    problems = []
    # The first column with each set of figures: a wide table is not compared pair by pair.
    first_columns: dict[tuple[str, int | None], dict[tuple[float | None, ...], Column]] = {}
    for column in scores:
        if not column.series:
            continue
        first_column = first_columns.setdefault((column.series, column.year), {})
        figures = _figures(layout, column)
        first_column.setdefault(figures, column)
        others = (other for values, other in first_column.items() if values != figures)
        if (other := next(others, None)) is not None:
            both = [_named(layout, first) for first in (other, column)]
            called = map_name(layout, column)
            year = f" {column.year}" if column.year else ""
            problems.append(
                Problem(
                    layout.grid.name,
                    None,
                    both[1],
                    f"other figures than in column {both[0]}, and both may be "
                    f"{column.series}{year}",
                    "one column for each series and year",
                    f'say which is not: --map "{called}=ignore", or what it is: '
                    f'--map "{called}=SERIES"',
                )
            )
    return problems


def map_name(layout: Layout, column: Column) -> str:
    """Return the name of a column for --map: its header if unique, else its letter."""
    same = [path for path in layout.headers if path == layout.headers[column.position]]
    if column.header and len(same) == 1:
        return column.header
    return f"#{column_letter(layout, column.position)}"


def _named(layout: Layout, column: Column) -> str:
    return f"{column_letter(layout, column.position)} ({column.header or 'no header'})"


def _question(layout: Layout, column: Column) -> Problem:
    """Describe an ambiguous column and how to map it."""
    name = _named(layout, column)
    called = map_name(layout, column)
    if column.series:
        header_years = (
            f"the header of {column.series}, which was not part of the framework in {column.year}"
        )
        remedy = f'check the source, then say what it holds: --map "{called}=SERIES", or =ignore'
        return Problem(layout.grid.name, None, name, header_years, "a series of that year", remedy)
    header_years = "a header that may mean several things"
    if column.how == DRAFT:
        header_years = "a header that is not exactly a name of the year before"
    elif column.how == "years":
        header_years = "a header with several years"
    elif column.how.startswith("a title"):
        header_years = f"{column.how} above figures that name no index"
    elif len(column.candidates) == 1 and header_roles.years_in(column.header):
        header_years = "a year without a word of what the figures are"
    elif len(column.candidates) == 1:
        header_years = "a header that is like a name, but none"
    expected = f"one of {', '.join(column.candidates)}"
    if column.how == DRAFT:
        expected = (
            f"a name of {column.year or 'that year'}, whose criteria nobody has confirmed; this "
            f"may be {column.candidates[0]}"
        )
    remedy = f'say which: --map "{called}={column.candidates[0]}", or =ignore'
    return Problem(layout.grid.name, None, name, header_years, expected, remedy)


def _refuse_unknown_years(layout: Layout, columns: list[Column], index: str) -> None:
    """Refuse series in a year that the index has no criteria for: no header can be read in it."""
    has_figures = any(column.role in _FIGURES for column in columns)
    years = {
        column.year
        for column in columns
        if column.how.startswith(_ABSENT) or (column.role == "" and not has_figures)
    }
    unknown = sorted(
        year for year in years if year and frameworks.framework_in_year(index, year) is None
    )
    first, last = frameworks.years(index)
    problems = [
        Problem(
            layout.grid.name,
            None,
            None,
            f"figures of {year}",
            f"a year of {index}, {first} to {last}",
            frameworks.unknown_year_remedy(index, year),
        )
        for year in unknown
    ]
    if problems:
        raise ColumnsToMap(problems)


def _ask(layout: Layout, columns: list[Column]) -> None:
    """Refuse a table with ambiguous columns, or without figures."""
    problems = [_question(layout, column) for column in columns if column.role == "ask"]
    figures = [column for column in columns if column.role in ("score", "total", "rank")]
    other_years = {column.header for column in columns if column.how == "another year"}
    if not figures and not problems and other_years:
        heads = ", ".join(map(repr, sorted(other_years)))
        problems.append(
            Problem(
                layout.grid.name,
                None,
                None,
                f"figures of another year than asked for: {heads}",
                "figures of the year that --year says",
                "leave out --year, or name the year of the figures",
            )
        )
    problems += _twice(layout, [column for column in columns if column.role in ("score", "total")])
    if not problems and not figures:
        heads = ", ".join(repr(column.header) for column in columns if column.header) or "none"
        problems.append(
            Problem(
                layout.grid.name,
                None,
                None,
                f"no column of scores or ranks; its headers are {heads}",
                "a header that names a series of the index, a score or a rank",
                'say what a column is: --map "HEADER=SERIES" or --map "#C=SERIES"',
            )
        )
    if problems:
        raise ColumnsToMap(problems)
