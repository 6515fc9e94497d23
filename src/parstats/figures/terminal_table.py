"""A printed table as the text of a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Collection
from io import StringIO

from parstats.figures.table import Table


def terminal_table(table: Table, width: int = 80, *, columns: Collection[str] = ()) -> str:
    """Return a printed table as lines of a terminal, with its notes below.

    Parameters
    ----------
    table : Table
    width : int; characters of a line
    columns : collection of str; names of the columns shown; all if there are none

    Examples
    --------
    >>> import pandas as pd
    >>> from parstats.figures.column import PERCENT, number_column, text_column
    >>> data = pd.DataFrame({"name": ["Lạng Sơn"], "share": [0.1234]})
    >>> shown = text_column("name", "Province"), number_column("share", "Share", number=PERCENT)
    >>> print(terminal_table(Table("shares", "en", data, shown)))
    Province  Share
    Lạng Sơn   12.3
    """
    from rich.console import Console
    from rich.table import Table as Grid

    kept = [column for column in table.columns if not columns or column.name in columns]
    grid = Grid(box=None, pad_edge=False, header_style="", show_edge=False)
    for column in kept:
        grid.add_column(column.heading, justify=column.align)
    for row in table.displayed[[column.name for column in kept]].itertuples(index=False):
        grid.add_row(*map(str, row))
    written = StringIO()
    Console(file=written, width=width, color_system=None).print(grid)
    lines = [line.rstrip() for line in written.getvalue().splitlines()]
    notes = [textwrap.fill(note, width) for note in table.notes if note]
    return "\n".join([*lines, *([""] if notes else []), *notes])
