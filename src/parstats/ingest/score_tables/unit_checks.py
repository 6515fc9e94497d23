"""Units and years that cannot be: another year than asked for, codes against names."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from parstats.documents import header_roles
from parstats.errors import Problem, ProvinceNotMatched
from parstats.ingest.score_tables.column_roles import Column, Request, table_years
from parstats.ingest.score_tables.table_layout import Layout, is_figure, is_sure
from parstats.reference import provinces


def wrong_year(layout: Layout, columns: Sequence[Column], request: Request) -> list[Problem]:
    """Return a problem where the table says that it is of another year than was asked for."""
    stated = table_years(layout)
    in_headers = {
        year for path in layout.headers for text in path for year in header_roles.figure_years(text)
    }
    has_years = any(column.role == "year" for column in columns)
    if (
        request.year is None
        or request.fixed_year
        or has_years
        or not stated
        or request.year in {*stated.values(), *in_headers}
    ):
        return []
    where, year = next(iter(stated.items()))
    expected = f"a table of {request.year}, as --year says"
    remedy = f"check the file; --year {year} if it is of that year"
    return [Problem(layout.grid.name, None, None, f"{year} in {where}", expected, remedy)]


def new_provinces(layout: Layout, years: Collection[int | None]) -> list[Problem]:
    """Return a problem where the names of a year of the 63 are those of the 34 and no other.

    Figures that somebody added up for the new provinces are no published figures.
    """
    known = [year for year in years if year is not None]
    if not known or max(known) > provinces.LAST_YEAR_63_PROVINCES or layout.vintage == 34:
        return []
    by_code = provinces.by_code(layout.vintage)
    names = {by_code[code].names["vi"] for _, code in layout.rows}
    new = {province.names["vi"] for province in provinces.by_code(34).values()}
    # Huế is written as Thừa Thiên Huế too.
    if len(names) != len(new) or len(names - new) > 1:
        return []
    actual = f"34 names, all of provinces since July 2025, in {max(known)}"
    remedy = "figures added up for the new provinces are no published figures; check the year"
    expected = f"the {len(by_code)} provinces of that year"
    return [Problem(layout.grid.name, None, None, actual, expected, remedy)]


def old_provinces(layout: Layout) -> list[Problem]:
    """Return a problem where a table of a year of the 34 names more provinces than there are.

    What is said of each name hides that the whole table is of another year.
    """
    if layout.vintage != 34 or not layout.unknown:
        return []
    texts = {row.cells[layout.province] for row in (*layout.unknown, *(r for r, _ in layout.rows))}
    old = {code for text in texts if (code := _old_code(text))}
    if len(old) <= len(provinces.by_code(34)):
        return []
    last = provinces.LAST_YEAR_63_PROVINCES
    actual = f"{len(old)} of the 63 provinces to June 2025: this looks like a table of them"
    expected, remedy = (
        "the 34 provinces since",
        f"are the figures of {last}? then say --year {last}",
    )
    header = " / ".join(layout.headers[layout.province])
    return [Problem(layout.grid.name, None, header, actual, expected, remedy)]


def _old_code(text: str) -> str | None:
    try:
        return provinces.match_province(text, vintage=63, threshold=100)
    except ProvinceNotMatched:
        return None


def two_lists(layout: Layout) -> list[Problem]:
    """Return a problem where two columns under a header of provinces name different ones."""
    for position, path in enumerate(layout.headers):
        is_headed = any(header_roles.score_role(text) == "province" for text in path)
        if position == layout.province or not is_headed:
            continue
        codes = [is_sure(row.cells[position], layout.vintage) for row, _ in layout.rows]
        pairs = [(a, code) for a, (_, code) in zip(codes, layout.rows, strict=True) if a]
        # A fifth, by judgement: in a table of pairs some rows may agree by chance.
        if sum(a != b for a, b in pairs) > 0.2 * max(len(pairs), 1):
            actual = "another list of provinces, in another order"
            remedy = "take one of the lists out, or say which is none: the other has the figures"
            header = " / ".join(path)
            expected = "one column that names the provinces"
            return [Problem(layout.grid.name, None, header, actual, expected, remedy)]
    return []


def shifted_header(layout: Layout) -> list[Problem]:
    """Return a problem where the header of the provinces stands over figures, beside the names."""
    if layout.turned:
        return []
    for position in (layout.province - 1, layout.province + 1):
        if not 0 <= position < layout.grid.width:
            continue
        is_headed = any(
            header_roles.score_role(text) == "province" for text in layout.headers[position]
        )
        own = any(
            header_roles.score_role(text) == "province" for text in layout.headers[layout.province]
        )
        cells = [row.cells[position] for row, _ in layout.rows if row.cells[position]]
        if is_headed and not own and cells and all(map(is_figure, cells)):
            header = " / ".join(layout.headers[position])
            actual = "figures under the header of the provinces, whose names stand beside it"
            remedy = "the header is shifted by a column: put it above its figures"
            expected = "each header above its column"
            return [Problem(layout.grid.name, None, header, actual, expected, remedy)]
    return []


def are_codes(layout: Layout, column: Column) -> bool:
    """Return whether a column has codes of the statistics office, not the numbers of a list.

    The codes of 63 provinces run to 96; a list ends at their number.
    """
    cells = (row.cells[column.position] for row, _ in layout.rows)
    codes = {cell.removesuffix(".0").zfill(2) for cell in cells if cell}
    known = set(provinces.by_code(layout.vintage))
    return codes <= known and any(int(code) > len(known) for code in codes)
