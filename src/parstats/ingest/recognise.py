"""Reading files of unknown form: detect the form, read every table, check the sums."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from parstats import documents, errors, schema
from parstats.documents import header_roles
from parstats.documents.document import Document, Grid
from parstats.errors import InvalidData, Problem
from parstats.ingest import codebook
from parstats.ingest.known_files import public_data
from parstats.ingest.score_tables import column_roles, papi_workbook, row_checks, score_table
from parstats.ingest.score_tables.column_roles import Request
from parstats.ingest.score_tables.ingest_result import COLUMNS, Ingested
from parstats.ingest.score_tables.table_layout import Layout
from parstats.panel.reshape import add_totals
from parstats.reference import frameworks, provinces

DECIMALS = {"comma": ",", "point": "."}
RANKS = ("ignore", "keep")
# Points: sums of four figures at most, each rounded to two decimals (4 * 0.005), and the rounding
# of the sum (0.005); 0.03 leaves room for one more.
_SUM_TOLERANCE = 0.03

# Names that a message lists. By judgement: they fit into two lines.
_FEW_NAMES = 4

_PUBLIC_FILE_HEADERS: dict[tuple[str, ...], tuple[str, str, Callable[..., pd.DataFrame]]] = {
    public_data.PAR_COLUMNS: ("vn-par-master", "PAR INDEX", public_data.read_par_master),
    public_data.SIPAS_COLUMNS: ("vn-sipas-provincial", "SIPAS", public_data.read_sipas_provincial),
}


def ingest(
    path: Path | str,
    index: str,
    *,
    year: int | None = None,
    sheet: str | None = None,
    series: str | None = None,
    maps: Mapping[str, str] | None = None,
    decimal: str | None = None,
    ranks: str | None = None,
    codes: Sequence[Path | str] = (),
    asks_unconfirmed: bool = True,
) -> Ingested:
    r"""Read an official workbook, a table of a colleague or a ranking in a PDF as tidy scores.

    Columns are recognised by their headers and the year, never by position. What may mean several
    things is refused with the choices; `maps` settles it. Takes .csv, .tsv, .txt, .xlsx, .xlsm,
    .xls, .xlsb, .ods, .dta and .pdf. `year` is that of the figures where the file does not say it;
    of a file with several, the one to keep. All visible sheets with a table of provinces are read
    if `sheet` is not given.
    `series` is that of columns that say only "score" or a year. `maps` gives targets by header, or
    by "#C" for column C: a series (with "@2019" for a year, "%" for percentages of its maximum),
    "rank:SERIES" or one of `parstats.ingest.score_tables.column_roles.ROLES`. `decimal` ("comma" or
    "point") settles marks that the figures do not tell from those of thousands. `ranks` says what
    to do where better ranks stand beside lower scores: "ignore" them or "keep" them as printed.
    `codes` names codebooks, for tables with codes of their own (`parstats.ingest.codebook.read`).
    `asks_unconfirmed` is whether a header must be exactly a name where nobody has confirmed the
    criteria of its year (`parstats.frameworks.unconfirmed_from`).

    Returns the tidy table (year, vintage, province, province_name, series, score, rank, n_ranked)
    with a report of what was recognised and what was not. Raises ColumnsToMap if a column may mean
    several things, or a needed one is missing; InvalidData with every cell that cannot be read, or
    whose value cannot be; UnknownChoice or InvalidRequest if the index, the sheet, a target or a
    column of `maps` does not exist.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "ranking.csv"
    ...     text = "TT;Tỉnh, thành phố;Chỉ số 2023;Xếp hạng\n1;Quảng Ninh;92,18;1/63\n"
    ...     _ = file.write_text(text + "2;Hải Phòng;91,87;2/63\n", encoding="utf-8")
    ...     read = ingest(file, "PAR INDEX")
    >>> read.table[["year", "province", "series", "score", "rank"]].values.tolist()
    [[2023, '22', 'par', 92.18, 1], [2023, '31', 'par', 91.87, 2]]
    """
    path, index = Path(path), frameworks.check_index(index)
    if frameworks.index_info(index).unit_level == "unit":
        raise errors.InvalidRequest(
            f"{index} is an index of your own: its figures come from your table, with "
            f"`{frameworks.add_year_command(index, 0)}`"
        )
    if ranks is not None and ranks not in RANKS:
        raise errors.UnknownChoice("choice of --ranks", ranks, RANKS)
    if decimal is not None and decimal not in DECIMALS:
        raise errors.UnknownChoice("decimal mark", decimal, DECIMALS)
    request = Request(
        index=index,
        year=year,
        series=frameworks.check_series(series, index) if series else "",
        maps=dict(maps or {}),
        decimal=DECIMALS[decimal] if decimal else None,
        ranks=ranks or "",
        asks_unconfirmed=asks_unconfirmed,
    )
    if year is not None and frameworks.framework_in_year(index, year) is None:
        first, last = frameworks.years(index)
        remedy = frameworks.unknown_year_remedy(index, year) if year == last + 1 else ""
        raise errors.UnknownChoice(f"year of {index}", year, range(first, last + 1), remedy)
    document = documents.read_tables(path)
    grids = _chosen(document.tables, sheet)
    if codes:
        names = codebook.read([Path(code_file) for code_file in codes])
        vintage = provinces.vintage_in_year(year) if year else provinces.VINTAGE
        grids = [codebook.decode(grid, names, vintage) for grid in grids]
    available = _read_public_file(path, index, grids)
    if available is not None:
        return available
    parts = _parts(grids, request, path)
    result = _with_sums_checked(_joined(parts), index, str(path))
    return replace(result, remarks=(*result.remarks, *_unread(document)))


def _unread(document: Document) -> list[str]:
    """Return what could not be read of a document, and what its form does not show."""
    remarks = [
        f"{document.name}, {part.place}: not read ({part.reason})" for part in document.unread
    ]
    if document.decoded_from:
        remarks.append(f"{document.name}: decoded from {document.decoded_from}; check the names")
    if document.not_shown:
        hidden = ", ".join(document.not_shown)
        remarks.append(f"{document.name}: not seen in a {document.form} file: {hidden}; check them")
    return remarks


def read_raw(path: Path, index: str, *, name: str | None = None) -> pd.DataFrame:
    """Read a raw file whose columns are recognised by their headers.

    `name` is what messages call the file. Returns what
    `parstats.ingest.known_files.tidy_scores.read` does; raises InvalidData with every problem of
    the file.
    """
    try:
        # What is printed is kept: `parstats.load_printed` shows where it differs.
        table = ingest(path, index, ranks="keep", asks_unconfirmed=False).table
    except InvalidData as error:
        display_text = name or str(path)
        renamed = [
            replace(problem, file=problem.file.replace(str(path), display_text))
            for problem in error.problems
        ]
        raise type(error)(renamed) from None
    return table.rename(columns={"rank": "rank_printed", "n_ranked": "n_ranked_printed"}).assign(
        unit="", n=pd.array([pd.NA] * len(table), dtype="Int64"), se=float("nan")
    )


def _chosen(grids: Sequence[Grid], sheet: str | None) -> Sequence[Grid]:
    if sheet is None:
        return grids
    chosen = [grid for grid in grids if grid.sheet.casefold() == sheet.casefold()]
    if not chosen:
        names = [grid.sheet for grid in grids if grid.sheet] or ["(a file without sheets)"]
        raise errors.UnknownChoice("sheet", sheet, names)
    return chosen


def _read_public_file(path: Path, index: str, grids: Sequence[Grid]) -> Ingested | None:
    """Read a public data set, recognised by its header."""
    header = grids[0].rows[0].cells
    for names, (form, file_index, reader) in _PUBLIC_FILE_HEADERS.items():
        if set(names) <= set(header):
            if file_index != index:
                raise errors.InvalidRequest(
                    f"{path} is the data set {form}, which holds {file_index}: "
                    f'use --index "{file_index}"'
                )
            table = reader(path, index)
            named = [
                provinces.by_code(vintage)[code].names["vi"]
                for vintage, code in zip(table["vintage"], table["province"], strict=True)
            ]
            tidy = table.rename(columns={"rank_printed": "rank", "n_ranked_printed": "n_ranked"})
            tidy = tidy.assign(province_name=named)[list(COLUMNS)]
            return Ingested(tidy.reset_index(drop=True), f"data set {form}")
    return None


def _parts(grids: Sequence[Grid], request: Request, path: Path) -> list[Ingested]:
    official = request.index == "PAPI" and papi_workbook.is_papi_workbook(grids)
    layouts = [layout for grid in grids for layout in score_table.lay_outs(grid, request)]
    _check_maps(request, layouts)
    if official:
        read = [papi_workbook.read(grid, request) for grid in grids]
    else:
        read = [score_table.read(layout, request) for layout in _select_layouts(layouts, request)]
    parts = [part for part in read if part is not None and len(part.table)]
    if not parts:
        raise InvalidData([_no_provinces(grids, request, path)])
    return parts


def _no_provinces(grids: Sequence[Grid], request: Request, path: Path) -> Problem:
    """Describe a file without provinces; names under a header of provinces are listed."""
    when = f" in {request.year}" if request.year else ""
    for grid in grids:
        for position in range(grid.width):
            cells = list(grid.column(position))
            heads = [
                at for at, cell in enumerate(cells) if header_roles.score_role(cell) == "province"
            ]
            names = [cell for cell in cells[heads[0] + 1 :] if cell][:_FEW_NAMES] if heads else []
            if names:
                report = provinces.match_provinces(names, year=request.year, errors="report")
                listed = "; ".join(
                    repr(row.name_) + (f" (perhaps {row.suggestions})" if row.suggestions else "")
                    for row in report.rename(columns={"name": "name_"}).itertuples()
                )
                return Problem(
                    grid.name,
                    None,
                    cells[heads[0]],
                    f"no names of provinces{when}: {listed}",
                    "names or codes of provinces",
                    "write the names of provinces, not of cities or districts; check the year",
                )
    return Problem(
        str(path),
        None,
        None,
        f"no table that names provinces{when}",
        "a column with the names or the codes of provinces",
        "check the file, the sheet and the year",
    )


def _select_layouts(layouts: list[Layout], request: Request) -> list[Layout]:
    """Select the tables of the requested index and year, if any name them."""
    index_layouts = [
        layout for layout in layouts if not column_roles.names_other_index(layout, request)
    ]
    layouts = index_layouts or layouts
    header_years = [set(column_roles.table_years(layout).values()) for layout in layouts]
    if request.year is None or {request.year} not in header_years:
        return layouts
    return [
        layout
        for layout, years in zip(layouts, header_years, strict=True)
        if not years or request.year in years
    ]


def _check_maps(request: Request, layouts: Sequence[Layout]) -> None:
    """Refuse a name of --map that matches no column: it would silently do nothing."""
    for name in request.maps:
        called = any(
            column_roles.is_called(name, layout, position) or _in_column(layout, name, position)
            for layout in layouts
            for position in range(layout.grid.width)
        )
        if layouts and not called:
            heads = [" / ".join(path) for layout in layouts for path in layout.headers if path]
            raise errors.UnknownChoice("column of --map", name, dict.fromkeys(heads))


def _in_column(layout: Layout, name: str, position: int) -> bool:
    """Return whether a cell holds the name: a long table has its series in cells."""
    rows = layout.rows
    return any(row.cells[position].casefold() == name.casefold() for row, _ in rows)


def _joined(parts: list[Ingested]) -> Ingested:
    """Join all tables of a file; duplicate figures count once."""
    table = pd.concat([part.table for part in parts], ignore_index=True).drop_duplicates()
    key = ["year", "vintage", "province", "series"]
    if table.duplicated(key).any():
        case = table[table.duplicated(key)].iloc[0]
        raise InvalidData(
            [
                Problem(
                    parts[0].columns[0].location.rsplit(",", 1)[0],
                    None,
                    None,
                    f"two tables with other figures of {case['province_name']} in "
                    f"{case['series']} {case['year']}",
                    "one figure",
                    "read one sheet: --sheet NAME, or one year: --year 2023",
                )
            ]
        )
    return Ingested(
        table.sort_values(key).reset_index(drop=True),
        parts[0].form,
        tuple(column for part in parts for column in part.columns),
        tuple(row for part in parts for row in part.skipped_rows),
        tuple(dict.fromkeys(remark for part in parts for remark in part.remarks)),
    )


def _with_sums_checked(read: Ingested, index: str, name: str) -> Ingested:
    """Compare dimensions and totals with the sums of their parts, then leave them out.

    Only for an index whose totals are derived; totals without their parts stay.
    """
    if frameworks.index_info(index).total != "sum":
        _check_published_sums(read.table, index, name)
        return read
    series_table = frameworks.series().set_index("series")["level"]
    low = read.table["series"].map(series_table) == "criterion"
    keyed = read.table.assign(index=index, unit_level="province", unit="")
    sums = add_totals(keyed[low]) if low.any() else keyed.head(0)
    key = ["year", "vintage", "province", "series"]
    both = read.table[~low].merge(sums[[*key, "score"]], on=key, suffixes=("", "_sum"))
    gap = (both["score"] - both["score_sum"]).abs()
    wrong = both[gap > _rounding(read.table[low], both)]
    if len(wrong):
        raise InvalidData([_sum_problem(case, name) for case in wrong.itertuples()])
    summed = pd.MultiIndex.from_frame(both[key])
    keep = low | ~pd.MultiIndex.from_frame(read.table[key]).isin(summed)
    remarks = list(read.remarks)
    if len(both):
        remarks.append(
            f"{len(both)} dimension scores and totals agree with the sums of their parts "
            f"(largest difference {gap.max():.2g}) and are left out: parstats derives them"
        )
    table = read.table[keep].reset_index(drop=True)
    return Ingested(table, read.form, read.columns, read.skipped_rows, tuple(remarks))


def _rounding(parts: pd.DataFrame, sums: pd.DataFrame) -> pd.Series:
    """Return how far each sum may be off the total, by the printed digits of its parts."""
    names = parts["series"].drop_duplicates()
    n_parts = [int(names.str.startswith(f"{series}.").sum()) for series in sums["series"]]
    half = row_checks.printed_unit(parts["score"]) / 2
    return pd.Series([max(_SUM_TOLERANCE, (n + 1) * half) for n in n_parts], index=sums.index)


def _check_published_sums(table: pd.DataFrame, index: str, name: str) -> None:
    """Refuse totals that the parts in the same table do not add up to."""
    by_cut = frameworks.by_year().reset_index()
    by_cut = by_cut[(by_cut["index"] == index) & (by_cut["cut"] != "")][["series", "year", "cut"]]
    expected = by_cut.groupby(["year", "cut"])["series"].nunique().rename("n_expected")
    units = ["year", "vintage", "province", "province_name"]
    parts = table.dropna(subset=["score"]).merge(by_cut, on=["series", "year"])
    sums = parts.groupby([*units, "cut"], as_index=False).agg(
        score_sum=("score", "sum"), n_parts=("series", "nunique")
    )
    sums = sums.merge(expected.reset_index(), on=["year", "cut"])
    totals = table[table["series"] == frameworks.top(index)]
    both = sums[sums["n_parts"] == sums["n_expected"]].merge(totals, on=units)
    wrong = both[(both["score"] - both["score_sum"]).abs() > schema.ADDS_UP_WITHIN]
    if len(wrong):
        raise InvalidData([_sum_problem(case, name) for case in wrong.itertuples()])


def _sum_problem(case: Any, name: str) -> Problem:
    return Problem(
        name,
        None,
        None,
        f"{case.score:g} points of {case.province_name} in {case.series} {case.year}",
        f"{case.score_sum:.4f}, the sum of its parts",
        "check that every column was told right, and the figures",
    )


_MARKS = (("rejected", "conflicts"), ("statistic", "statistics"), ("source", "printed"))


def detect_form(path: Path) -> str:
    """Detect the form of a tidy file from its header.

    It is "scores", "printed", "statistics" or "conflicts"; "scores" for a file that cannot be read,
    so that its reader says what is wrong.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "mine.csv"
    >>> _ = path.write_text("year,statistic,series,value", encoding="utf-8")
    >>> detect_form(path)
    'statistics'
    """
    header = next(iter(_rows(path)), [])
    return next((form for mark, form in _MARKS if mark in header), "scores")


def detect_index(path: Path) -> str:
    """Detect the index of a tidy file from its series, else its folder, else PAPI.

    It is the one that most series of the file belong to. A file without a known series takes the
    index of its folder, as ``data/raw/par``.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "mine.csv"
    >>> lines = ["year,province,series,score", "2023,20,par,85"]
    >>> _ = path.write_text(chr(10).join(lines), encoding="utf-8")
    >>> detect_index(path)
    'PAR INDEX'
    """
    series_table = frameworks.series().set_index("series")["index"]
    rows = _rows(path)
    header = rows[0] if rows else []
    if "series" in header:
        position = header.index("series")
        named = [row[position].strip() for row in rows[1:] if len(row) > position]
        counts = Counter(series_table[name] for name in named if name in series_table.index)
        if counts:
            return str(counts.most_common(1)[0][0])
    folders = {frameworks.slug(name): name for name in frameworks.INDICES}
    return folders.get(path.resolve().parent.name, "PAPI")


def _rows(path: Path) -> list[list[str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))
    except (OSError, UnicodeDecodeError, csv.Error):
        return []  # the reader of the form says what is wrong with the file
