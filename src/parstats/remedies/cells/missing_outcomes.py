"""Reasons why a cell has no outcome."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import pandas as pd

from parstats.arguments import require_columns
from parstats.reference import frameworks
from parstats.remedies.cells.changes import carried, standing, unbroken

#: Reasons for which a measure meets no cell, the first that holds; words in ``labels.csv`` under
#: ``no_cell``. Those of the first line are the plan's or the measure's, the others the scores'.
REASONS = (
    *("no_plan", "unit", "informal", "no_province", "no_year", "no_link", "whole_index"),
    *("other_year", "no_index", "beyond", "vintage", "before", "not_measured", "break"),
    *("no_coverage", "no_score", "no_spread"),
)
_KEY = ["index", "series", "vintage", "province", "year"]
_Key = tuple[str, str, int, str, int]


def missing_outcomes(
    scores: pd.DataFrame, cases: pd.DataFrame, *, strict: bool = False
) -> pd.Series:
    """Return why `changes` has no cell for an index, series, province and outcome year.

    Parameters
    ----------
    scores : pandas.DataFrame of one index or several (`parstats.load_scores`)
    cases : pandas.DataFrame; index, series, vintage, province, year: one row per case
    strict : bool; as in `changes`

    Returns
    -------
    pandas.Series of str
        For each case, in its order, the first of these that holds, "" where there is a cell:

        - "no_link": no series is named; "whole_index": the series is the overall score
        - "no_index": there are no scores of the index
        - "beyond": the outcome year has no scores yet
        - "vintage": one of the three years has scores of the other set of provinces only
        - "before": the scores do not begin two years earlier
        - "not_measured": the index did not measure the series in one of the three years
        - "break": a break in meaning, scale or ranking lies between them, so that no further
          figure would help
        - "no_coverage": one of them has figures of fewer than 90 % of the provinces
        - "no_score": the province has no figure in one of them
        - "no_spread": all provinces have the same figure in one of them

    Raises
    ------
    InvalidRequest: if a column is missing or a score is duplicated

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> cases = pd.DataFrame({"year": [2024, 2025, 2021, 2012], "index": "PAPI", "vintage": 63})
    >>> cases = cases.assign(series="papi.environment", province="20")
    >>> missing_outcomes(load_scores("PAPI"), cases).tolist()
    ['', 'beyond', 'break', 'before']
    """
    require_columns(cases, _KEY, "cases", "exposure")
    inputs = _Inputs(scores, cases, strict)
    keys = [
        (str(index), str(series), int(vintage), str(province), int(year))
        for index, series, vintage, province, year in cases[_KEY].itertuples(index=False)
    ]
    reasons = [next((code for code, holds in _CHECKS if holds(inputs, key)), "") for key in keys]
    return pd.Series(reasons, index=cases.index, dtype="str")


class _Inputs:
    """The content of the scores as sets for look-ups."""

    def __init__(self, scores: pd.DataFrame, cases: pd.DataFrame, strict: bool) -> None:
        self.scores, self.cases, self.strict = scores, cases, strict
        province_scores = self.scores[self.scores["unit_level"] == "province"]
        years = province_scores[["index", "vintage", "year"]].drop_duplicates()
        self.years = set(years.itertuples(index=False, name=None))
        self.of_index: dict[str, set[int]] = {}
        for index, _, year in self.years:
            self.of_index.setdefault(index, set()).add(year)

    def first(self, index: str, vintage: int) -> int | None:
        """Return the first year with scores of a set of provinces."""
        scored_years = [
            year
            for name, unit_vintage, year in self.years
            if (name, unit_vintage) == (index, vintage)
        ]
        return min(scored_years, default=None)

    @cached_property
    def carried(self) -> set[tuple[str, str, int, int]]:
        """Series and years with figures of enough provinces."""
        rows = carried(self.scores)[["index", "series", "vintage", "year"]].drop_duplicates()
        return set(rows.itertuples(index=False, name=None))

    @cached_property
    def scored(self) -> set[_Key]:
        """Cells with a figure, in series and years with enough of them."""
        return set(carried(self.scores)[_KEY].itertuples(index=False, name=None))

    @cached_property
    def placed(self) -> set[_Key]:
        """Cells with a place among the provinces."""
        return set(standing(self.scores)[_KEY].itertuples(index=False, name=None))

    @cached_property
    def unbroken(self) -> set[tuple[str, str, int]]:
        """Series and years that compare with the two years before."""
        cases = self.cases[["index", "series", "year"]].drop_duplicates()
        links = unbroken(cases, strict=self.strict)
        return set(links.loc[links["unbroken"], cases.columns].itertuples(index=False, name=None))


def _span(key: _Key) -> range:
    """Return the outcome year and the two before it."""
    return range(key[4] - 2, key[4] + 1)


def _is_overall(inputs: _Inputs, key: _Key) -> bool:
    return frameworks.series_level(key[1]) == "index"


def _vintage(inputs: _Inputs, key: _Key) -> bool:
    """Return the some year is there, but of the other set of provinces."""
    index, _, vintage, _, _ = key
    return any(
        year in inputs.of_index[index] and (index, vintage, year) not in inputs.years
        for year in _span(key)
    )


def _before(inputs: _Inputs, key: _Key) -> bool:
    first = inputs.first(key[0], key[2])
    return first is None or min(_span(key)) < first


def _not_measured(inputs: _Inputs, key: _Key) -> bool:
    series_table = frameworks.by_year().index
    return not all((key[1], year) in series_table for year in _span(key))


def _no_coverage(inputs: _Inputs, key: _Key) -> bool:
    index, series, vintage, _, _ = key
    return not all((index, series, vintage, year) in inputs.carried for year in _span(key))


def _lacks(key: _Key, cells: set[_Key]) -> bool:
    return not all((*key[:4], year) in cells for year in _span(key))


_CHECKS: tuple[tuple[str, Callable[[_Inputs, _Key], bool]], ...] = (
    ("no_link", lambda inputs, key: not key[1]),
    ("whole_index", _is_overall),
    ("no_index", lambda inputs, key: key[0] not in inputs.of_index),
    ("beyond", lambda inputs, key: key[4] > max(inputs.of_index[key[0]])),
    ("vintage", _vintage),
    ("before", _before),
    ("not_measured", _not_measured),
    ("break", lambda inputs, key: (key[0], key[1], key[4]) not in inputs.unbroken),
    ("no_coverage", _no_coverage),
    ("no_score", lambda inputs, key: _lacks(key, inputs.scored)),
    ("no_spread", lambda inputs, key: _lacks(key, inputs.placed)),
)
