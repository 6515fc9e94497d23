"""The estimate under other choices: outcome years, breaks, dates, and what is held."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from parstats.arguments import check_integer, old_names
from parstats.remedies.association.estimate import COLUMNS as ESTIMATE_COLUMNS
from parstats.remedies.association.estimate import estimate
from parstats.remedies.association.panel_layout import Specification
from parstats.remedies.association.testing import information
from parstats.remedies.cells.changes import outcomes
from parstats.remedies.cells.exposure import exposure

COLUMNS: tuple[str, ...] = ("variant", *ESTIMATE_COLUMNS)
#: The choices, in the order of the rows.
VARIANTS = ("primary", "plan_year", "next_year", "strict", "dated", "regions", "baseline")
# Share of the variation of being targeted that effects of region, series and year must leave. By
# judgement: with less, few regions with mixed plans decide.
_LEAST_LEFT = 0.25
# What a refused variant does not show.
_FIGURES = (
    *("adjusted_association", "se", "df", "ci_low", "ci_high", "p", "p_adjusted", "p_clustered"),
    *("p_assignment", "mde"),
)
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
        "primary"; "plan_year", "next_year" (the first outcome is the plan's own year, or the next,
        whatever its date); "strict" (no series compares across 2016, 2018 and 2021); "dated"
        (without the cells whose outcome year rests on an assumed date); "regions" (effects of each
        region, series and year instead of the region's means; refused where these leave under a
        quarter of the variation of being targeted, as where whole regions plan alike); "baseline"
        (without the history: what longer memory, or copying, does to the figure). A variant in
        which no cell is targeted has counts of 0 and the verdict "insufficient_data".

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
    [['primary', 11], ['plan_year', 16]]
    """
    check_integer("n_draws", n_draws, 19)
    outcome_years = years if years is None or isinstance(years, int) else list(years)

    options: dict[str, Any] = {"years": outcome_years}
    primary = exposure(scores, measures, plans, **options)
    comparable_cells = outcomes(scores, outcome_years, strict=True)[_CELL]
    cells_of: dict[str, Callable[[], pd.DataFrame]] = {
        "plan_year": lambda: exposure(scores, measures, plans, timing="plan_year", **options),
        "next_year": lambda: exposure(scores, measures, plans, timing="next_year", **options),
        "strict": lambda: primary.merge(comparable_cells, on=_CELL),
        "dated": lambda: primary[~primary["date_unknown"]],
    }
    held: dict[str, Specification] = {"regions": "regions", "baseline": "baseline"}
    rows = [
        _row(
            *(cells_of.get(variant, lambda: primary)(), held.get(variant, "history")),
            *(n_draws, seed),
        ).assign(variant=variant)
        for variant in VARIANTS
    ]
    return pd.concat(rows, ignore_index=True)[list(COLUMNS)]


def _row(
    cells: pd.DataFrame, specification: Specification, n_draws: int, seed: int
) -> pd.DataFrame:
    if (cells["state"] == "targeted").any():
        row = estimate(cells, specification=specification, n_draws=n_draws, seed=seed)
        if specification != "regions" or _left(cells) >= _LEAST_LEFT:
            return row
        refused = {"verdict": "insufficient_data", "reason": "no_contrast"}
        return row.assign(**dict.fromkeys(_FIGURES, float("nan")), **refused)
    counts = [name for name in ESTIMATE_COLUMNS if name.startswith("n_")]
    none = dict.fromkeys(ESTIMATE_COLUMNS, float("nan")) | dict.fromkeys(counts, 0)
    words = {"by": "all", "value": "all", "model": "all", "family": "main", "direction": ""}
    verdict_name = {"verdict": "insufficient_data", "reason": "few_provinces", "inference": ""}
    return pd.DataFrame([none | words | {"n_draws": n_draws} | verdict_name])


def _left(cells: pd.DataFrame) -> float:
    """Return what effects of regions leave of the variation that the region's means leave."""
    before = information(cells, "history")
    return information(cells, "regions") / before if before > 0 else 0.0
