"""The estimate under other choices: outcome years, strictest breaks, dated plans only."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pandas as pd

from parstats.arguments import check_integer, old_names
from parstats.remedies.association.estimate import COLUMNS as ESTIMATE_COLUMNS
from parstats.remedies.association.estimate import estimate
from parstats.remedies.cells.changes import outcomes
from parstats.remedies.cells.exposure import exposure

COLUMNS: tuple[str, ...] = ("variant", *ESTIMATE_COLUMNS)
#: The choices, in the order of the rows.
VARIANTS = ("primary", "lag_0", "lag_1", "lag_2", "strict", "dated")
_CELL = ["index", "vintage", "series", "year", "province"]


@old_names(draws="n_draws")
def robustness(
    scores: pd.DataFrame,
    measures: pd.DataFrame,
    plans: pd.DataFrame,
    *,
    years: int | Iterable[int] | None = None,
    n_draws: int = 1_999,
    seed: int = 0,
) -> pd.DataFrame:
    """Estimate the adjusted association under alternative choices.

    Parameters
    ----------
    scores, measures, plans, years
        As in `parstats.remedies.exposure`.
    n_draws, seed : int; as in `parstats.remedies.estimate`

    Returns
    -------
    pandas.DataFrame: one row per variant, with the columns of `parstats.remedies.estimate`:
        "primary"; "lag_0", "lag_1", "lag_2" (outcome in that many years from the plan's, whatever
        its date); "strict" (no series compares across 2016, 2018 and 2021); "dated" (without the
        cells whose outcome year rests on an assumed date). A variant in which no cell is targeted
        has counts of 0 and the verdict "insufficient_data".

    Raises
    ------
    InvalidRequest: as `exposure`

    Notes
    -----
    The variants share most of their cells: they are looks at one estimate, not separate tests.

    Examples
    --------
    >>> from parstats.panel import load_measures, load_plans, load_scores
    >>> given = load_scores("PAPI"), load_measures("PAPI"), load_plans("PAPI")
    >>> table = robustness(*given, years=2024, n_draws=99)
    >>> table[["variant", "n_cells"]].head(2).values.tolist()
    [['primary', 11], ['lag_0', 16]]
    """
    check_integer("n_draws", n_draws, 19)
    outcome_years = years if years is None or isinstance(years, int) else list(years)

    def lagged(lag: int | None) -> Callable[[], pd.DataFrame]:
        return lambda: exposure(scores, measures, plans, lag=lag, years=outcome_years)

    primary = lagged(None)()
    comparable_cells = outcomes(scores, outcome_years, strict=True)[_CELL]
    makers: tuple[Callable[[], pd.DataFrame], ...] = (
        lambda: primary,
        *(lagged(lag) for lag in (0, 1, 2)),
        lambda: primary.merge(comparable_cells, on=_CELL),
        lambda: primary[~primary["date_unknown"]],
    )
    rows = [
        _row(make(), n_draws, seed).assign(variant=variant)
        for variant, make in zip(VARIANTS, makers, strict=True)
    ]
    return pd.concat(rows, ignore_index=True)[list(COLUMNS)]


def _row(cells: pd.DataFrame, n_draws: int, seed: int) -> pd.DataFrame:
    if (cells["state"] == "targeted").any():
        return estimate(cells, n_draws=n_draws, seed=seed)
    counts = [name for name in ESTIMATE_COLUMNS if name.startswith("n_")]
    none = dict.fromkeys(ESTIMATE_COLUMNS, float("nan")) | dict.fromkeys(counts, 0)
    verdict_name = {"verdict": "insufficient_data", "reason": "few_provinces"}
    return pd.DataFrame([none | {"by": "all", "value": "all", "n_draws": n_draws} | verdict_name])
