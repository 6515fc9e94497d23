"""The data of a figure as a printed table: what is drawn, under headings, with names in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from parstats.figures.column import COUNT, MEDIAN, PERCENT, SIGNED, Column
from parstats.figures.number_format import P_VALUE, NumberFormat
from parstats.figures.table import Table, empty_table
from parstats.reference import frameworks, provinces
from parstats.reference.labels import period, text

#: Words of a row of the result, in a language.
Words = Callable[[Mapping[str, Any], str], str]

_POINTS = NumberFormat()
# How the numbers of a column are written; all other columns hold words.
_NUMBERS = {
    **dict.fromkeys(("score", "quartile_1", "median", "quartile_3", "naive", "mde"), _POINTS),
    **dict.fromkeys(("spearman", "spearman_sens_low", "spearman_sens_high"), SIGNED),
    **dict.fromkeys(("change", "mean_change", "relative_change", "bias", "expected"), SIGNED),
    **dict.fromkeys(("adjusted_association", "ci_low", "ci_high", "baseline"), SIGNED),
    **dict.fromkeys(("change_q25", "change_q75", "naive_within"), SIGNED),
    **dict.fromkeys(("added_gain", "added_low", "added_high", "rank_part"), NumberFormat(1)),
    **dict.fromkeys(("share", "sens_low", "sens_high", "power", "rejected"), PERCENT),
    **dict.fromkeys(("power_mc_low", "power_mc_high", "score_share", "rank_share"), PERCENT),
    **dict.fromkeys(("max_score", "rank_median", "rank_peers", "effect"), MEDIAN),
    **dict.fromkeys(("rank", "n_ranked", "rank_printed", "rank_before", "n_common"), COUNT),
    "n_ranked_printed": COUNT,
    **dict.fromkeys(("rank_1", "rank_2", "n_cases", "n_reached", "n_plans", "n_cells"), COUNT),
    **dict.fromkeys(("rank_range_low", "rank_range_high", "rank_ci_low", "rank_ci_high"), COUNT),
    **dict.fromkeys(("n_complete", "n_units", "n_measures", "year_from", "year_to"), COUNT),
    **dict.fromkeys(("percentile", "percentile_region"), NumberFormat(0)),
    "difference": NumberFormat(0, sign=True),
    "event_time": NumberFormat(0, sign=True),
    "p_adjusted": P_VALUE,
}


@dataclass(frozen=True)
class Matrix:
    """A wide table: a row and a column of the result are the sides, a third fills the cells."""

    rows: str
    columns: str
    cells: str


def figure_data(
    result: pd.DataFrame,
    lang: str,
    columns: tuple[str, ...] | Matrix,
    words: Mapping[str, Words] | None = None,
) -> Table:
    """Return what a figure draws as a table.

    Parameters
    ----------
    result : pandas.DataFrame; what the figure is drawn from
    lang : {"vi", "en"}
    columns : tuple of str, or Matrix
        Columns to show, in this order; those that the result lacks, or that hold nothing, are left
        out. Codes of provinces and series are shown as names.
    words : mapping, optional
        For a column the words of a row, where they are not in the result as they are to be read.

    Returns
    -------
    Table: empty for an empty result

    Examples
    --------
    >>> result = pd.DataFrame({"province": ["20", "01"], "vintage": 63, "score": [45.0, 44.5]})
    >>> figure_data(result, "en", ("province", "score", "rank"))
    Province Score
    Lang Son 45.00
     Ha Noi 44.50
    >>> years = pd.DataFrame({"year": [2023, 2024], "rank": [21, 12]})
    >>> ranks = result.head(1).merge(years, "cross")
    >>> figure_data(ranks, "en", Matrix("province", "year", "rank"))
    Province 2023 2024
    Lang Son   21   12
    """
    words = words or {}
    if result.empty:
        return empty_table("figure_data", lang)
    if isinstance(columns, Matrix):
        return _matrix(result, lang, columns, words)
    shown = [name for name in columns if name in words or _holds_any(result, name)]
    data = {name: _values(result, name, lang, words) for name in shown}
    made = tuple(_column(name, text(f"figure_data.{name}", lang)) for name in shown)
    return Table("figure_data", lang, pd.DataFrame(data), made)


def _holds_any(result: pd.DataFrame, name: str) -> bool:
    """Return whether a column is there and holds something."""
    return name in result and not result[name].isna().all()


def _column(name: str, heading: str, number: NumberFormat | None = None) -> Column:
    number = number or _NUMBERS.get(name)
    if number is None:
        return Column(name, heading, (name,))
    return Column(name, heading, (name,), formats=(number,), align="right")


def _matrix(result: pd.DataFrame, lang: str, sides: Matrix, words: Mapping[str, Words]) -> Table:
    """Return one row for each value of a side, one column for each of the other."""
    frame = pd.DataFrame(
        {
            "row": _values(result, sides.rows, lang, words),
            "column": _values(result, sides.columns, lang, words),
            "cell": _values(result, sides.cells, lang, words),
        }
    )
    order = list(dict.fromkeys(frame["row"])), list(dict.fromkeys(frame["column"]))
    wide = frame.drop_duplicates(["row", "column"]).pivot(
        index="row", columns="column", values="cell"
    )
    wide = wide.reindex(index=order[0], columns=order[1])
    names = {name: f"column_{number}" for number, name in enumerate(order[1])}
    data = wide.rename(columns=names).rename_axis(columns=None).reset_index()
    number = _NUMBERS.get(sides.cells)
    heading = text(f"figure_data.{sides.rows}", lang)
    columns = [_column("row", heading)]
    columns += [_column(column, str(name), number) for name, column in names.items()]
    return Table("figure_data", lang, data, tuple(columns))


def _values(
    result: pd.DataFrame, name: str, lang: str, words: Mapping[str, Words]
) -> list[Any] | np.ndarray:
    """Return the values of a column as they are to be read."""
    if name in words:
        return [words[name](row, lang) for row in result.to_dict("records")]
    values = result[name]
    if name == "province":
        vintages = result["vintage"] if "vintage" in result else pd.Series(63, result.index)
        pairs = zip(values, vintages, strict=True)
        return [_unit_name(code, vintage, lang) for code, vintage in pairs]
    if name in _NUMBERS:
        return np.asarray(pd.to_numeric(values).astype("float64"))
    read = _READERS.get(name, lambda value, lang: str(value))
    return ["" if pd.isna(value) or value == "" else read(value, lang) for value in values]


def _unit_name(code: str, vintage: Any, lang: str) -> str:
    """Return the name of a province or of a unit of an index of one's own."""
    unit = None if pd.isna(vintage) else provinces.by_code(int(vintage)).get(code)
    return unit.names[lang] if unit else code


def _series_name(series: str, lang: str) -> str:
    return frameworks.series_name(series, lang, short=True)


# Words of a value.
_READERS: dict[str, Callable[[Any, str], str]] = {
    "series": _series_name,
    "series_1": _series_name,
    "series_2": _series_name,
    "year": lambda year, lang: period(int(year), lang, short=True),
    "quartile": lambda quarter, lang: text(f"quartile_short.{int(quarter)}", lang),
}
