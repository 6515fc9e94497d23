"""The data of a figure in a page: a table to open, and a file to save."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd

from parstats import storage
from parstats.figures import sheet
from parstats.figures.table import Table
from parstats.reference.labels import text

_DIGITS = 12


def data_table(content: Mapping[str, Any]) -> str:
    """Return the data of a figure as a plain table in HTML.

    Parameters
    ----------
    content : mapping; a table as JSON (`parstats.Table.as_json`)

    Examples
    --------
    >>> import pandas as pd
    >>> from parstats.figures.column import count_column
    >>> rank = pd.DataFrame({"rank": [12]})
    >>> data_table(Table("data", "en", rank, (count_column("rank", "Rank"),)).as_json())
    '<table><thead><tr><th scope="col" class="number">Rank</th></tr></thead><tbody>...</table>'
    """
    table = Table.from_json(content)
    kinds = [' class="number"' if column.align == "right" else "" for column in table.columns]
    heads = [
        f'<th scope="col"{kind}>{escape(column.heading)}</th>'
        for kind, column in zip(kinds, table.columns, strict=True)
    ]
    displayed = table.displayed[[column.name for column in table.columns]]
    rows = [
        "".join(f"<td{kind}>{escape(cell)}</td>" for kind, cell in zip(kinds, row, strict=True))
        for row in displayed.itertuples(index=False, name=None)
    ]
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f"<table><thead><tr>{''.join(heads)}</tr></thead><tbody>{body}</tbody></table>"


def data_csv(content: Mapping[str, Any]) -> str:
    """Return the data of a figure as CSV in base64, with producers and data version in each row.

    Parameters
    ----------
    content : mapping; a table as JSON (`parstats.Table.as_json`)

    Notes
    -----
    Numbers have twelve digits that count: more than any index is published with, and fewer than
    show how the machine adds (0.1 + 0.7).
    """
    table = Table.from_json(content)
    frame = sheet.frame(table).apply(_plain_numbers)
    if table.source:
        frame[text("codebook.source", table.lang)] = table.source
    written = storage.csv_text(frame)
    # With the mark of byte order, without which Excel takes the letters for another encoding.
    return base64.b64encode(("\ufeff" + written).encode()).decode("ascii")


def _plain_numbers(values: pd.Series) -> pd.Series:
    """Return numbers as a person writes them; whole ones without a decimal point.

    >>> for values in ([12.0, None], [0.1 + 0.7, 1.5], ["01", "02"]):
    ...     print(_plain_numbers(pd.Series(values)).tolist())
    [12, <NA>]
    [0.8, 1.5]
    ['01', '02']
    """
    if values.map(lambda value: isinstance(value, str)).any():
        return values
    numbers = values.astype("float64")
    if numbers.notna().any() and (numbers.dropna() % 1 == 0).all():
        return numbers.astype("Int64")
    return numbers.map(lambda number: float(f"{number:.{_DIGITS}g}"))
