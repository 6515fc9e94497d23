"""Data sets of Stata as grids: labels and names of the variables as header, values with labels."""

from __future__ import annotations

from pathlib import Path

from parstats.documents.document import Document
from parstats.documents.grid import make_grid
from parstats.documents.limits import refuse, refuse_cells


def read(path: Path, name: str) -> Document:
    """Return the data set of a .dta file as one grid.

    The first row has the labels of the variables, the second their names. Raises InvalidData if the
    file is no data set or is damaged.
    """
    import pandas as pd

    try:
        with pd.read_stata(path, iterator=True) as reader:
            labels = reader.variable_labels()
            table = reader.read()
    except Exception as error:  # damaged files fail in many ways
        reason = str(error).strip().splitlines()
        actual = f"a file that is no Stata data set or is damaged ({''.join(reason[:1])})"
        remedy = "open it in Stata and save it again, or export it as CSV"
        refuse(name, actual, "a whole data set", remedy)
    refuse_cells(name, table.size)
    texts = [
        ["" if pd.isna(value) else _text(value) for value in row]
        for row in table.itertuples(index=False, name=None)
    ]
    columns = list(map(str, table.columns))
    heads = [[labels.get(column) or "" for column in columns], columns]
    rows = [(name, number, cells) for number, cells in enumerate([*heads, *texts], 1)]
    return Document(name, ".dta", tables=(make_grid(name, "", rows),))


def _text(value: object) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)
