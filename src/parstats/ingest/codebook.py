"""Codebooks: what the codes in a table stand for, such as "P01" for a province."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from parstats import documents, errors
from parstats.documents import header_roles
from parstats.documents.document import Grid, Row
from parstats.errors import InvalidData, Problem
from parstats.ingest.score_tables import table_layout
from parstats.reference import provinces

# Share of the filled cells of a column that are codes of provinces for it to be one of codes. By
# judgement: totals and notes below are none.
_CODED = 0.8


def read(paths: Sequence[Path]) -> dict[str, str]:
    r"""Return what each code stands for, from tables with codes in the first column.

    The second column has the names: of provinces, of series or their identifiers. Further columns
    are not read. Raises InvalidData if a code stands twice with different names, or there is none.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "codes.csv"
    >>> _ = path.write_text("code,name\nP01,Hà Nội\nSC11,papi\n", encoding="utf-8")
    >>> read([path])["P01"]
    'Hà Nội'
    """
    names: dict[str, str] = {}
    for path in paths:
        for grid in documents.read_tables(path).tables:
            for row in grid.rows:
                code, name = row.cells[0], row.cells[1] if grid.width > 1 else ""
                if not code or not name:
                    continue
                if names.setdefault(code, name) != name:
                    raise InvalidData(
                        [
                            Problem(
                                row.location,
                                row.number,
                                None,
                                f"{code} for {name}, and above for {names[code]}",
                                "one name for each code",
                                "take one of the rows out",
                            )
                        ]
                    )
    if not names:
        listed = ", ".join(map(str, paths))
        raise errors.InvalidRequest(f"{listed}: no codes; expected a code and its name in each row")
    return names


def decode(grid: Grid, names: Mapping[str, str], vintage: int) -> Grid:
    """Return a grid with its codes replaced by what they stand for.

    Codes with a letter are replaced wherever they fill a cell; numbers only in a column of codes of
    provinces: one of which the header says so, or that holds little else.
    """
    columns = {
        column
        for column in range(grid.width)
        if _is_coded(list(grid.column(column)), names, vintage)
    }
    return replace(grid, rows=tuple(_decoded(row, names, columns) for row in grid.rows))


def _decoded(row: Row, names: Mapping[str, str], columns: set[int]) -> Row:
    cells = tuple(
        names[cell]
        if cell in names and (column in columns or any(map(str.isalpha, cell)))
        else cell
        for column, cell in enumerate(row.cells)
    )
    return replace(row, cells=cells)


def _is_coded(cells: Sequence[str], names: Mapping[str, str], vintage: int) -> bool:
    filled = [cell for cell in cells if cell]
    coded = [cell for cell in filled if cell in names and _is_province(names[cell], vintage)]
    headed = any(header_roles.score_role(cell) in ("code", "province") for cell in filled)
    return bool(coded) and (headed or len(coded) >= _CODED * len(filled))


def _is_province(name: str, vintage: int) -> bool:
    return table_layout.is_sure(name, vintage) is not None or name in provinces.by_code(vintage)
