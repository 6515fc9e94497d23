"""Reasons why a cell has no outcome."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import pandas as pd

from parstats.arguments import check_integer, require_columns
from parstats.reference import frameworks
from parstats.remedies.cells.changes import carried, standing, unbroken

#: Reasons for which a measure meets no cell, the first that holds; words in ``labels.csv`` under
#: ``no_cell``. Those of the first two lines are the plan's or the measure's.
REASONS = (
    *("no_plan", "unit", "informal", "no_province", "no_year", "years_reversed"),
    *("no_such_date", "no_indices", "issued_late", "no_link", "whole_index"),
    *("other_year", "no_index", "beyond", "vintage", "before", "not_measured", "break"),
    *("no_coverage", "no_score", "no_spread"),
)
_KEY = ["index", "series", "vintage", "province", "year"]
_Key = tuple[str, str, int, str, int]


def missing_outcomes(
    scores: pd.DataFrame, cases: pd.DataFrame, *, horizon: int = 0, strict: bool = False
) -> pd.Series:
    """Return why `outcomes` has no cell for an index, series, province and outcome year.

    Parameters
    ----------
    scores : pandas.DataFrame of one index or several (`parstats.load_scores`)
    cases : pandas.DataFrame; index, series, vintage, province, year: one row per case
    horizon : int; years from the outcome year to the end of the change, as in `outcomes`
    strict : bool; as in `outcomes`

    Returns
    -------
    pandas.Series of str
        For each case, in its order, the first of these that holds, "" where there is a cell:

        - "no_link": no series is named; "whole_index": the series is the overall score
        - "no_index": there are no scores of the index
        - "beyond": the outcome year has no scores yet
        - "vintage": one of the three years (the end of the change and the two before the outcome
          year) has scores of the other set of provinces only
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
    inputs = _Inputs(scores, cases, check_integer("horizon", horizon, 0), strict)
    keys = [
        (str(index), str(series), int(vintage), str(province), int(year))
        for index, series, vintage, province, year in cases[_KEY].itertuples(index=False)
    ]
    reasons = [next((code for code, holds in _CHECKS if holds(inputs, key)), "") for key in keys]
    return pd.Series(reasons, index=cases.index, dtype="str")


class _Inputs:
    """The content of the scores as sets for look-ups."""

    def __init__(
        self, scores: pd.DataFrame, cases: pd.DataFrame, horizon: int, strict: bool
    ) -> None:
        self.scores, self.cases = scores, cases
        self.horizon, self.strict = horizon, strict
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
        links = unbroken(cases, strict=self.strict) if not self.horizon else self._linked(cases)
        return set(links.loc[links["unbroken"], cases.columns].itertuples(index=False, name=None))

    def _linked(self, cases: pd.DataFrame) -> pd.DataFrame:
        """Return whether the end of a change of several years compares with its beginning."""
        last = cases.assign(year=cases["year"] + self.horizon)
        parts = [self._linked_in(part) for _, part in last.groupby(["index", "year"])]
        none = last.assign(unbroken=pd.Series(dtype="bool"))
        return pd.concat(parts) if parts else none

    def _linked_in(self, cases: pd.DataFrame) -> pd.DataFrame:
        index, end = str(cases["index"].iloc[0]), int(cases["year"].iloc[0])
        begin = end - self.horizon - 1
        basis: frameworks.Basis = "strict" if self.strict else "share_of_scale"
        is_same = pd.Series(True, index=cases.index)
        for late, early in ((end, begin), (begin, begin - 1)):
            is_same &= frameworks.comparable(cases["series"], late, early, basis)
            is_same &= not len(frameworks.breaks_between(index, late, early, affects="ranking"))
        return cases.assign(year=end - self.horizon, unbroken=is_same)

    def span(self, key: _Key) -> tuple[int, int, int]:
        """Return the two years before the outcome year, and the one that the change ends in."""
        return key[4] - 2, key[4] - 1, key[4] + self.horizon

    def lacks(self, key: _Key, cells: set[_Key]) -> bool:
        """Return whether one of the three years is not among the cells."""
        return not all((*key[:4], year) in cells for year in self.span(key))


def _is_overall(inputs: _Inputs, key: _Key) -> bool:
    return frameworks.series_level(key[1]) == "index"


def _vintage(inputs: _Inputs, key: _Key) -> bool:
    """Return the some year is there, but of the other set of provinces."""
    index, _, vintage, _, _ = key
    return any(
        year in inputs.of_index[index] and (index, vintage, year) not in inputs.years
        for year in inputs.span(key)
    )


def _before(inputs: _Inputs, key: _Key) -> bool:
    first = inputs.first(key[0], key[2])
    return first is None or min(inputs.span(key)) < first


def _not_measured(inputs: _Inputs, key: _Key) -> bool:
    series_table = frameworks.by_year().index
    return not all((key[1], year) in series_table for year in inputs.span(key))


def _no_coverage(inputs: _Inputs, key: _Key) -> bool:
    index, series, vintage, _, _ = key
    return not all((index, series, vintage, year) in inputs.carried for year in inputs.span(key))


_CHECKS: tuple[tuple[str, Callable[[_Inputs, _Key], bool]], ...] = (
    ("no_link", lambda inputs, key: not key[1]),
    ("whole_index", _is_overall),
    ("no_index", lambda inputs, key: key[0] not in inputs.of_index),
    ("beyond", lambda inputs, key: key[4] + inputs.horizon > max(inputs.of_index[key[0]])),
    ("vintage", _vintage),
    ("before", _before),
    ("not_measured", _not_measured),
    ("break", lambda inputs, key: (key[0], key[1], key[4]) not in inputs.unbroken),
    ("no_coverage", _no_coverage),
    ("no_score", lambda inputs, key: inputs.lacks(key, inputs.scored)),
    ("no_spread", lambda inputs, key: inputs.lacks(key, inputs.placed)),
)
