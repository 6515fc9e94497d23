"""What a tidy file of somebody's own holds, told by the file itself."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from parstats import frameworks

_MARKS = (("rejected", "conflicts"), ("statistic", "statistics"), ("source", "printed"))


def form_of(path: Path) -> str:
    """Form of a tidy file, by its header.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Returns
    -------
    str
        "scores", "printed", "statistics" or "conflicts"; "scores" for a file that cannot be read,
        so that its reader says what is wrong.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "mine.csv"
    >>> _ = path.write_text("year,statistic,series,value", encoding="utf-8")
    >>> form_of(path)
    'statistics'
    """
    header = next(iter(_rows(path)), [])
    return next((form for mark, form in _MARKS if mark in header), "scores")


def index_of(path: Path) -> str:
    """Index of a tidy file: that of its series, else that of its folder, else PAPI.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Returns
    -------
    str
        The index that most series of the file belong to. A file without a known series takes the
        index of its folder, as ``data/raw/par``.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "mine.csv"
    >>> lines = ["year,province,series,score", "2023,20,par,85"]
    >>> _ = path.write_text(chr(10).join(lines), encoding="utf-8")
    >>> index_of(path)
    'PAR INDEX'
    """
    known = frameworks.series().set_index("series")["index"]
    rows = _rows(path)
    header = rows[0] if rows else []
    if "series" in header:
        place = header.index("series")
        named = [row[place].strip() for row in rows[1:] if len(row) > place]
        counts = Counter(known[name] for name in named if name in known.index)
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
