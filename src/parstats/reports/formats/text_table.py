"""Tables that a notebook holds as text: of Markdown, and of HTML, as pandas shows a DataFrame."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from parstats.figures.column import Column, number_column, text_column
from parstats.figures.number_format import NumberFormat
from parstats.figures.table import Table

_NUMBER = re.compile(r"[-−]?\d+(\.\d+)?")
# What pandas writes for a figure that is missing.
_MISSING = {"", "NaN", "None", "<NA>", "NaT"}
_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL | re.IGNORECASE)
_FOOT = re.compile(r"<tfoot\b.*?</tfoot>", re.DOTALL | re.IGNORECASE)
_AS_PRINTED = NumberFormat(None, grouped=False)


def text_table(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    groups: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> Table:
    """Return a table from its words; a column of figures only holds numbers.

    Figures have a decimal point, as Python writes them, whatever the language of the page.
    `groups` are the headings of the groups that the rows are in, if they are in any.

    >>> text_table(["name", "score"], [["Lạng Sơn", "41.50"], ["Hà Nội", ""]]).displayed
              0      1
    0  Lạng Sơn  41.50
    1    Hà Nội      –
    """
    data: dict[str, Sequence[Decimal | str | None]] = {"group": groups} if any(groups) else {}
    columns = []
    for position, heading in enumerate(headings):
        name = str(position)
        cells = [row[position] if position < len(row) else "" for row in rows]
        data[name], column = _column(name, heading, cells)
        columns.append(column)
    frame = pd.DataFrame(data, dtype=object)
    group = "group" if any(groups) else ""
    return Table("", "en", frame, tuple(columns), tuple(notes), group)


def _column(
    name: str, heading: str, cells: Sequence[str]
) -> tuple[Sequence[Decimal | str | None], Column]:
    figures = [cell for cell in cells if cell not in _MISSING]
    # A number that begins with a zero is a code, as those of provinces are.
    is_code = any(re.match(r"0\d", figure) for figure in figures)
    if not figures or is_code or not all(_NUMBER.fullmatch(figure) for figure in figures):
        return cells, text_column(name, heading)
    values = [None if cell in _MISSING else Decimal(cell.replace("−", "-")) for cell in cells]
    return values, number_column(name, heading, number=_AS_PRINTED)


def html_tables(html: str) -> list[Table]:
    """Return the tables in HTML, as pandas reads them; empty if there are none.

    >>> (table,) = html_tables(pd.DataFrame({"score": [41.5]}).to_html())
    >>> [column.heading for column in table.columns], table.displayed.iloc[0].tolist()
    (['', 'score'], ['0', '41.5'])
    """
    tables = []
    for markup in _TABLE.findall(html):
        body, foot = _FOOT.sub("", markup), "".join(_FOOT.findall(markup))
        frame = _read(body)
        headings = [*map(_heading, frame.columns)]
        groups, rows = _grouped(frame.to_numpy().tolist(), body)
        notes = _read(f"<table>{foot}</table>").iloc[:, 0].tolist() if foot else ()
        if rows:
            tables.append(text_table(headings, rows, groups=groups, notes=notes))
    return tables


def _read(markup: str) -> pd.DataFrame:
    """Return a table as words: "01" is a code, "1.50" has two decimals; empty without rows."""
    options: dict[str, Any] = {"keep_default_na": False, "thousands": None}
    try:
        n_columns = pd.read_html(io.StringIO(markup), **options)[0].shape[1]
    except ValueError:  # no rows
        return pd.DataFrame()
    converters = dict.fromkeys(range(n_columns), str)
    return pd.read_html(io.StringIO(markup), converters=converters, **options)[0]


def _grouped(rows: list[list[str]], markup: str) -> tuple[list[str], list[list[str]]]:
    """Return rows with the heading of the group of each: a row of one cell over all columns.

    pandas repeats such a cell in each column.
    """
    group, groups, group_rows = "", [], []
    for row in rows:
        if len(row) > 1 and len(set(row)) == 1 and f'colspan="{len(row)}"' in markup:
            group = row[0]
        else:
            groups.append(group)
            group_rows.append(row)
    return groups, group_rows


def _heading(name: object) -> str:
    """Return the heading of a column: of several rows of headings, those that say something.

    pandas counts the columns of a table without headings.
    """
    if isinstance(name, int):
        return ""
    parts = name if isinstance(name, tuple) else (name,)
    return ": ".join(str(p) for p in dict.fromkeys(parts) if not str(p).startswith("Unnamed: "))
