"""The official PAPI workbook: one sheet per year, two header rows, dimensions beside parts.

Sheets are named ``2011_PAPI``. Headers are in English and, below, in Vietnamese; their wording
differs between years, and where a sub-dimension was replaced the column means something else. So
every column is recognised by its header among the series of that year. The last column says
"Un-weighted2015PAPI" on every sheet: the year of the sheet counts. A helper row with code 999
holds the highest values.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from parstats.documents.document import Grid
from parstats.errors import ColumnsToMap, Problem
from parstats.ingest.score_tables import score_table
from parstats.ingest.score_tables.column_roles import Request
from parstats.ingest.score_tables.ingest_result import Ingested
from parstats.reference import frameworks

FORM = "official PAPI workbook"
_SHEET = re.compile(r"^\s*((?:19|20)\d\d)[\s_-]*PAPI(?![A-Za-z])", re.IGNORECASE)
# Headers that a message lists. By judgement: two lines of a terminal.
_MANY = 8


def is_papi_workbook(grids: Sequence[Grid]) -> bool:
    """Return whether the sheets are named as in the official workbook."""
    return any(_SHEET.match(grid.sheet) for grid in grids)


def read(grid: Grid, request: Request) -> Ingested | None:
    """Read one sheet; None if it holds no year.

    The year is that of the sheet, whatever the request says. Raises ColumnsToMap if a sub-dimension
    of the year is not among the columns; InvalidData with every cell that cannot be read.
    """
    named = _SHEET.match(grid.sheet)
    if named is None or (request.year or int(named[1])) != int(named[1]):
        return None
    year = int(named[1])
    year_request = replace(request, year=year, fixed_year=True)
    layout = score_table.lay_out(grid, year_request)
    if layout is None:
        return None
    read_ = score_table.read(layout, year_request)
    year_series = frameworks.in_year(request.index, year, "criterion")["series"]
    missing = [name for name in year_series if name not in set(read_.table["series"])]
    unknown = [column.header for column in read_.columns if column.header and not column.meaning]
    # A smaller table has no column for some; here one may be among those not recognised.
    if missing and unknown:
        heads = ", ".join(map(repr, unknown[:_MANY]))
        heads += f" and {len(unknown) - _MANY} more" if len(unknown) > _MANY else ""
        raise ColumnsToMap(
            [
                Problem(
                    grid.name,
                    None,
                    None,
                    f"no column for {', '.join(missing)}",
                    "every sub-dimension of the year",
                    f'say which column it is: --map "HEADER={missing[0]}"; '
                    f"headers not recognised: {heads}",
                )
            ]
        )
    return replace(read_, form=FORM)
