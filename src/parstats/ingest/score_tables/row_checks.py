"""What cannot be right in a table: uneven rows, dates, ids, ranks against the scores."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import Any

import pandas as pd

from parstats.documents.document import Row
from parstats.errors import ColumnsToMap, Problem
from parstats.ingest.score_tables.table_layout import Layout, is_figure
from parstats.reference import provinces

# What Excel makes of "5/63", "12.5" and "3-4", as cells of a workbook and in an exported text.
_DATE = re.compile(
    r"(?:19|20)\d\d-\d\d-\d\d(?:T[\d:.]+)?|"
    r"\d{1,2}[-/ ](?:[A-Za-z]{3}|Thg ?\d{1,2})(?:[-/ ]\d{2,4})?|"
    r"(?:[A-Za-z]{3}|Thg ?\d{1,2})[-/ ]\d{2,4}"
)
# Decimals that tell how exactly figures are printed; more are digits of a computation.
_MOST_DECIMALS = 6
# Rows that a message lists. By judgement: they fit into a line.
_MANY = 8
# Figures from which a list of whole numbers, each once, is one of ids. By judgement: ten scores
# that are all whole and all different do not occur by chance.
_FEWEST_IDS = 10
# Share of the rows that a column has figures in, to be one. By judgement.
_MOST_ROWS = 0.8
# Share of different figures among ranks: a few share one.
_ONCE = 0.8
# Columns that are equal in two rows by no chance. By judgement: two scores may be.
_FEWEST_COLUMNS = 3
# The greatest code of a province is 96 (statistics office) or 81 (telephone and vehicle codes).
_LARGEST_ID = 99
# Contradictions that a message lists. By judgement: enough to see whether a column is wrong.
_SHOWN = 3


def is_date(text: str) -> bool:
    """Return whether a cell in a column of figures is a date.

    >>> is_date("1963-05-01T00:00:00"), is_date("May-63"), is_date("5/63")
    (True, True, False)
    """
    return _DATE.fullmatch(text) is not None


def uneven_rows(layout: Layout) -> list[Problem]:
    """List the rows of provinces with more or fewer cells than the header.

    Only a text with separators shows how many cells a row has.

    >>> from parstats.documents.document import Grid, Row
    >>> row = Row("a.csv", 2, ("Hà Nội", "91", "43", "3"), n_written=4)
    >>> headers = (("Tỉnh",), ("Điểm",), ("Hạng",), ())
    >>> layout = Layout(Grid("a.csv", "", (row,)), 63, 0, headers, (), ((row, "01"),), (), (),
    ...                 n_written=3)
    >>> [(problem.row, problem.actual) for problem in uneven_rows(layout)]
    [(2, '4 cells under 3 headers')]
    """
    if not layout.n_written or layout.turned:
        return []
    width = layout.n_written
    wider = [row for row, _ in layout.rows if _n_filled(row) > width]
    narrower = [row for row, _ in layout.rows if 0 < row.n_written < width]
    comma = (
        "decimal commas without quotes part a figure into two cells: save the table with "
        "semicolons between the cells, or with decimal points"
    )
    empty = "put a separator for every cell, also where there is no figure"
    return [
        Problem(
            rows[0].location,
            rows[0].number,
            None,
            f"{max(_n_filled(rows[0]), rows[0].n_written)} cells under {width} headers"
            + (f" (so in rows {row_numbers(rows)})" if len(rows) > 1 else ""),
            f"{width} cells",
            remedy,
        )
        for rows, remedy in ((wider, comma), (narrower, empty))
        if rows
    ]


def _n_filled(row: Row) -> int:
    """Return the cells of a row up to the last with text."""
    return max((at for at, cell in enumerate(row.cells, 1) if cell), default=0)


def row_numbers(rows: Sequence[Row]) -> str:
    """Return the numbers of rows for a message, the first of many."""
    numbers = ", ".join(str(row.number) for row in rows[:_MANY])
    return numbers + (", ..." if len(rows) > _MANY else "")


def looks_like_ids(scores: pd.Series) -> bool:
    """Return whether figures are the numbers of a list, codes or ranks rather than scores.

    They are whole numbers from a small range, nearly each once, as 1 to 63 or codes of provinces.

    >>> looks_like_ids(pd.Series(range(1, 64))), looks_like_ids(pd.Series([80.0, 82.0, 80.0] * 4))
    (True, False)
    """
    values = scores.dropna()
    return bool(
        len(values) >= _FEWEST_IDS
        and (values % 1 == 0).all()
        and values.nunique() >= _ONCE * len(values)
        and values.min() >= 1
        and values.max() <= _LARGEST_ID
        and values.max() >= _ONCE * len(values)
    )


def merged_figures(layout: Layout, columns: Sequence[int]) -> list[Problem]:
    """List the figures in merged cells: whether they are of one row or of all is not to be seen."""
    problems = []
    for row, _ in layout.rows:
        for position in columns:
            cell = row.sources[position] if position < len(row.sources) else None
            if cell is not None and cell.text and (cell.n_rows > 1 or cell.n_columns > 1):
                actual = f"{row.cells[position]} in a cell merged over {cell.n_rows} rows and "
                actual += f"{cell.n_columns} columns"
                remedy = "split the cell, and type the figure where it belongs"
                header = " / ".join(layout.headers[position])
                expected = "a cell for each figure"
                problems.append(Problem(row.location, row.number, header, actual, expected, remedy))
    return problems[:1]


def unheaded_figures(layout: Layout) -> list[Problem]:
    """Return a problem where some rows have a figure under no header, as rows that are shifted do.

    A column without a header that is filled in most rows is another thing; it is left out.
    """
    if layout.turned:
        return []
    for position, path in enumerate(layout.headers):
        if path or position <= layout.province:
            continue
        rows = [row for row, _ in layout.rows if is_figure(row.cells[position])]
        if 0 < len(rows) < _MOST_ROWS * len(layout.rows):
            actual = f"{rows[0].cells[position]} under no header (rows {row_numbers(rows)})"
            remedy = "is the row shifted to the right? put each figure under its header"
            expected = "figures under their headers"
            return [Problem(rows[0].location, rows[0].number, None, actual, expected, remedy)]
    return []


def repeated_rows(layout: Layout, columns: Sequence[int]) -> list[Problem]:
    """List provinces that have the figures of another one in all columns, of three or more."""
    if len(columns) < _FEWEST_COLUMNS:
        return []
    first: dict[tuple[str, ...], tuple[Row, str]] = {}
    for row, code in layout.rows:
        figures = tuple(row.cells[position] for position in columns)
        if sum(map(bool, figures)) < _FEWEST_COLUMNS:
            continue
        other, other_code = first.setdefault(figures, (row, code))
        if other_code != code:
            actual = f"the same figures as in row {other.number}, of another province"
            expected, remedy = "figures of its own", "check which province they are of"
            return [Problem(row.location, row.number, None, actual, expected, remedy)]
    return []


def ask_about_ranks(table: pd.DataFrame, name: str) -> None:
    """Ask where a better rank stands beside a lower score, by more than the last printed digit.

    Parameters
    ----------
    table : pandas.DataFrame; year, vintage, series, province_name or province, score and rank
    name : str; what messages call the table

    Raises
    ------
    ColumnsToMap: with the first contradictions of each year and series
    """
    if "rank" not in table:
        return
    both = table.dropna(subset=["score", "rank"])
    problems = []
    for (year, vintage, series), part in both.groupby(["year", "vintage", "series"], sort=True):
        what = f"{series} {year}"
        problem = _contradiction(part, name, what)
        n_units = len(provinces.by_code(int(vintage)))
        if problem is None and len(part) in (n_units, part["rank"].max()):
            problem = _impossible_ties(part, name, what)
        problems += [problem] if problem is not None else []
    if problems:
        raise ColumnsToMap(problems)


def _contradiction(part: pd.DataFrame, name: str, what: str) -> Problem | None:
    unit = printed_unit(part["score"])
    pairs: list[tuple[Any, Any]] = []
    best: Any = None  # the row with the highest score among those with a worse rank
    by_rank = sorted(part.to_dict("records"), key=lambda row: (-row["rank"], -row["score"]))
    for _, tied in groupby(by_rank, key=lambda row: row["rank"]):
        rows = list(tied)
        if best is not None:
            # A hair more than a unit: differences of decimal figures are not exact.
            pairs += [(row, best) for row in rows if best["score"] - row["score"] > 1.001 * unit]
        best = max(rows if best is None else [best, *rows], key=lambda row: row["score"])
    if not pairs:
        return None
    shown = "; ".join(_pair(better, worse) for better, worse in pairs[::-1][:_SHOWN])
    actual = f"{len(pairs)} ranks of {what} against the scores: {shown}"
    remedy = (
        "check the figures and what the columns are; then --ranks ignore leaves the ranks out, "
        "--ranks keep takes them as printed"
    )
    return Problem(name, None, None, actual, "a better rank for a higher score", remedy)


def _impossible_ties(part: pd.DataFrame, name: str, what: str) -> Problem | None:
    """Describe ranks of all units that no rule of ties gives: one twice, and the next one too."""
    ranks = part["rank"].astype("int64")
    rules = (ranks.rank(method=method) for method in ("min", "max", "dense", "first"))
    if any((ranks == rule).all() for rule in rules) or not ranks.duplicated().any():
        return None
    twice = sorted(ranks[ranks.duplicated(keep=False)].unique())[:_SHOWN]
    missing = sorted(set(range(1, len(ranks) + 1)) - set(ranks))[:_SHOWN]
    actual = f"ranks of {what} that leave out {', '.join(map(str, missing))} and give "
    actual += f"{', '.join(map(str, twice))} twice"
    expected = "each rank once, or the ranks after shared ones left out"
    remedy = (
        "check these rows: was one copied over another? then --ranks ignore leaves the ranks out, "
        "--ranks keep takes them as printed"
    )
    return Problem(name, None, None, actual, expected, remedy)


def _pair(better: dict[str, Any], worse: dict[str, Any]) -> str:
    names = [row.get("province_name", row["province"]) for row in (better, worse)]
    return (
        f"{names[0]} is {better['rank']} with {better['score']:g}, "
        f"{names[1]} {worse['rank']} with {worse['score']:g}"
    )


def printed_unit(scores: pd.Series) -> float:
    """Return one unit of the last printed digit of a column."""
    for decimals in range(_MOST_DECIMALS):
        if ((scores * 10**decimals).round(6) % 1 == 0).all():
            return 10.0**-decimals
    return 10.0**-_MOST_DECIMALS


# Factors between scales that tables are printed on: 0 to 1, 0 to 10, 0 to 100, and per mille.
_FACTORS = (10.0, 100.0, 0.1, 0.01)


def scale_factor(table: pd.DataFrame) -> float:
    """Return the factor that puts all figures on the scale of their series; 1 where none is needed.

    Parameters
    ----------
    table : pandas.DataFrame; score, low and high, the ends of the scale of its series and year

    Returns
    -------
    float: 1 if any figure is on its scale beyond doubt, or if no factor puts all there

    Examples
    --------
    >>> scale_factor(pd.DataFrame({"score": [8.2, 9.1], "low": 0.0, "high": 100.0}))
    10.0
    >>> scale_factor(pd.DataFrame({"score": [82.0, 9.1], "low": 0.0, "high": 100.0}))
    1.0
    """
    known = table.dropna(subset=["score", "low", "high"])
    if known.empty:
        return 1.0
    span = known["high"] - known["low"]
    score, low, high = known["score"], known["low"], known["high"]
    if (low > 0).any():
        if score.between(low - 0.01 * span, high + 0.01 * span).any():
            return 1.0
    elif (score > _SMALL * high).any() and (score <= 1.01 * high).any():
        return 1.0
    # The factor that brings the figures highest on the scale, but none beyond it.
    fitting = [
        factor
        for factor in _FACTORS
        if ((score * factor).between(low - 0.01 * span, high + 0.01 * span)).all()
    ]
    return max(fitting, default=1.0)


# Share of a scale from 0 below which all figures of a table are doubtful. By judgement: the least
# result of any index, field or province that was published is above a tenth of its maximum.
_SMALL = 0.1


def strays(scores: pd.Series) -> list[Any]:
    """Return the labels of the smaller part of figures that lie far apart.

    >>> strays(pd.Series([63.8, 65.0, 6.5, 70.1, 61.2, 66.0]))
    [2]
    """
    values = scores[scores > 0].sort_values()
    if len(values) < _FEWEST_SPREAD:
        return []
    ratios = (values / values.shift()).iloc[1:]
    at = int(ratios.to_numpy().argmax()) + 1
    if ratios.iloc[at - 1] < _FAR:
        return []
    low, high = values.iloc[:at], values.iloc[at:]
    return list((low if len(low) <= len(high) else high).index)


# Times that the next greater figure of a column is greater where some lost or won a digit, or are
# of another column. By judgement: in no published column of six or more is it above two.
_FAR = 3.0
_FEWEST_SPREAD = 6


def filled_down(scores: Sequence[float]) -> int:
    """Return how many figures in a row are the same or one more each, as spreadsheets fill them.

    >>> filled_down([80.1, *[84.2] * 9, 79.3]), filled_down([80.34 + n for n in range(9)])
    (9, 9)
    """
    longest = 1
    for step in (0.0, 1.0, -1.0):
        run = 1
        for before, after in pairwise(scores):
            same = abs(after - before - step) < _SAME
            run = run + 1 if same else 1
            longest = max(longest, run)
    return longest


# Points. Equal but for the rounding of decimal figures.
_SAME = 1e-9
# Figures in a row that are filled rather than measured. By judgement: of two printed decimals four
# in a row are the same by chance in no published table.
FILLED = 8
