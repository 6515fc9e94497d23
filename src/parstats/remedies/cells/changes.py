"""Cells with an outcome: the change of a province's standing, and its baseline."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from parstats.arguments import as_years, check_integer, require_columns, require_unique
from parstats.panel.coverage import needed
from parstats.panel.standardise import standardise
from parstats.panel.subset_marks import refuse_subset
from parstats.panel.units import n_units, province_scores
from parstats.reference import frameworks
from parstats.remedies.cells.history import HISTORY, with_history

#: Columns of `outcomes`.
COLUMNS = {
    **dict.fromkeys(("index", "level"), "str"),
    **dict.fromkeys(("year", "vintage"), "int64"),
    **dict.fromkeys(("province", "series"), "str"),
    **dict.fromkeys(("change", "baseline", "previous_change"), "float64"),
    "region": "str",
    **dict.fromkeys(HISTORY, "float64"),
}
_SERIES_YEAR = ["index", "vintage", "series", "year"]
_CELL = [*_SERIES_YEAR, "province"]
_NEEDED = (*_CELL, "level", "unit_level", "score")


def outcomes(
    scores: pd.DataFrame,
    years: int | Iterable[int] | None = None,
    *,
    horizon: int = 0,
    strict: bool = False,
) -> pd.DataFrame:
    r"""Compute each province's change by series, and what was known before.

    With z the score less its mean over the provinces of the series and year, divided by their
    standard deviation, a cell of year t has

    .. math:: change = z_{t+h} - z_{t-1}, \quad baseline = z_{t-1}, \quad
              previous\_change = z_{t-1} - z_{t-2}

    with h the horizon: 0 is the change in the year t itself, 1 that from the year before t to the
    year after it. All else is of the years before t.

    Parameters
    ----------
    scores : pandas.DataFrame
        Scores of one index or several (`parstats.load_scores`); scores of departments are left out.
    years : int or iterable of int, optional; years t; all if not given
    horizon : int; years from t to the end of the change
    strict : bool; use the strictest reading, by which no series compares across 2016, 2018 and 2021

    Returns
    -------
    pandas.DataFrame: one row per cell: index, level, year (t), vintage, province, series, change,
        baseline, previous_change (in standard deviations of the series and year), region, and what
        lies further back: lag_3, lag_4, lag_5 (z so many years before t), region_baseline and
        region_past (mean z of the other provinces of the region in t-1, and over t-2 to t-5),
        similar_baseline and similar_past (the same of the eight provinces that stood most alike in
        t-1 and t-2 over all series of the level), sibling_baseline and sibling_past (the same of
        the province's other series of the dimension). The overall score has no cells. A cell is
        missing where one of the years from t-2 to t+h lacks a figure of the province, where a break
        in meaning, scale or ranking lies between them, where they are of different sets of
        provinces, or where fewer than 90 % of the provinces have a figure of the series, as means
        and deviations of fewer are not those of the country; see `missing_outcomes`. What lies
        further back may lie behind a break, as it only predicts; it is missing where no figure is
        known.

    Raises
    ------
    InvalidRequest: if a column is missing or a score is duplicated

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> cells = outcomes(load_scores("PAPI"), years=2024)
    >>> cells.groupby("level")["series"].nunique().to_dict()
    {'criterion': 28, 'dimension': 8}
    >>> sorted(outcomes(load_scores("PAPI"), range(2019, 2025))["year"].unique().tolist())
    [2019, 2020, 2023, 2024]
    """
    check_integer("horizon", horizon, 0)
    standings = standing(scores)
    table = _shifted(standings, -horizon, "z").merge(_shifted(standings, 1, "baseline"), on=_CELL)
    table = table.merge(_shifted(standings, 2, "earlier"), on=_CELL)
    outcome_years = as_years(years)
    if outcome_years is not None:
        table = table[table["year"].isin(outcome_years)]
    # The years t to t+h are unbroken to the two before each, so those between t-2 and t+h are.
    for later in range(horizon + 1):
        cases = table[["index", "series", "year"]].drop_duplicates()
        links = unbroken(cases.assign(year=cases["year"] + later), strict=strict)
        links = links[links["unbroken"]].assign(year=links["year"] - later)
        table = table.merge(links[["index", "series", "year"]], on=["index", "series", "year"])
    # A province that has no figure between t and t+h is left out, as the docstring says.
    for between in range(horizon):
        table = table.merge(_shifted(standings, -between, "between")[_CELL], on=_CELL)
    table = table.assign(
        change=table["z"] - table["baseline"], previous_change=table["baseline"] - table["earlier"]
    )
    table = with_history(table.reset_index(drop=True), standings)
    position = {name: at for at, name in enumerate(frameworks.series()["series"])}
    table = table.assign(_at=table["series"].map(position)).sort_values(
        ["index", "year", "vintage", "_at", "province"]
    )
    return table[list(COLUMNS)].astype(COLUMNS).reset_index(drop=True)


def standing(scores: pd.DataFrame) -> pd.DataFrame:
    """Return z by province, series and year with enough coverage, without overall scores.

    index, vintage, series, year, province, level, z. Series and years with figures of fewer than 90
    % of the provinces, or with one figure for all of them, have no rows. Raises InvalidRequest if a
    column is missing or a score is duplicated.

    >>> from parstats.panel import load_scores
    >>> len(standing(load_scores("SIPAS"))), len(standing(load_scores("PAPI", years=2024)))
    (0, 2196)
    """
    rows = carried(scores)
    valued = standardise(rows, "z").rename(columns={"value": "z"})
    return valued.loc[valued["z"].notna(), [*_CELL, "level", "z"]].reset_index(drop=True)


def carried(scores: pd.DataFrame) -> pd.DataFrame:
    """Scores of provinces in series and years that hold figures of 90 % of them, no overall scores.

    Raises InvalidRequest if a column is missing or a score is duplicated.

    >>> from parstats.panel import load_scores
    >>> sorted(carried(load_scores(None))["index"].unique())
    ['PAPI']
    """
    require_columns(scores, _NEEDED, "scores", "load_scores")
    refuse_subset(scores, "the change of a province against the others")
    is_eligible = (scores["unit_level"] == "province") & (scores["level"] != "index")
    rows = province_scores(scores[is_eligible & scores["score"].notna()])
    require_unique(rows, _CELL, "scores")
    counts = rows.groupby(_SERIES_YEAR, sort=False)["province"].transform("size")
    least = {key: needed(n_units(*key)) for key, _ in rows.groupby(["index", "vintage"])}
    keys = zip(rows["index"], rows["vintage"], strict=True)
    return rows[counts.to_numpy() >= [least[key] for key in keys]]


def unbroken(cases: pd.DataFrame, *, strict: bool = False) -> pd.DataFrame:
    """Return whether a series means and measures the same in a year and the two before it.

    Returns the cases (index, series, year) with ``unbroken``: no break in meaning or scale of the
    series and none in the ranking of its index lies between the three years. A change of scale
    alone is no break, as what compares is the place among the provinces. For `strict` see
    `outcomes`.

    >>> cases = pd.DataFrame({"index": "PAPI", "series": "papi.environment", "year": [2022, 2024]})
    >>> unbroken(cases)["unbroken"].tolist()
    [False, True]
    """
    parts = [_unbroken(part, *key, strict=strict) for key, part in cases.groupby(["index", "year"])]
    table = pd.concat(parts) if parts else cases.assign(unbroken=pd.Series(dtype=bool))
    return table.astype({"unbroken": bool})


def _unbroken(cases: pd.DataFrame, index: str, year: int, *, strict: bool) -> pd.DataFrame:
    basis: frameworks.Basis = "strict" if strict else "share_of_scale"
    same = pd.Series(True, index=cases.index)
    for late in (year, year - 1):
        same &= frameworks.comparable(cases["series"], late, late - 1, basis)
        if len(frameworks.breaks_between(index, late, late - 1, affects="ranking")):
            same &= False
    return cases.assign(unbroken=same)


def _shifted(standings: pd.DataFrame, by: int, name: str) -> pd.DataFrame:
    """Return the standings under the year so much later, the level with those of t itself."""
    columns = [*_CELL, "level", "z"] if name == "z" else [*_CELL, "z"]
    moved = standings[columns].assign(year=standings["year"] + by)
    return moved.rename(columns={"z": name})
