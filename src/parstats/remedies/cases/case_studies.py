"""Case studies of single plans."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from parstats import errors
from parstats.arguments import old_names, require_columns
from parstats.plans.outcome_comparison import outcomes
from parstats.remedies.cases.contrasts import contrasts
from parstats.remedies.cases.limitations import with_limits
from parstats.remedies.cases.missing_figures import missing_figures
from parstats.remedies.cases.target_results import target_results
from parstats.remedies.cells.plan_years import plan_years

_NEEDED = ("number", "agency", "agency_level", "kind", "baseline_year", "aims")
_PRINTED = (
    *("series", "year", "vintage", "province", "unit_level", "rank_printed"),
    "n_ranked_printed",
)


@dataclass(frozen=True)
class CaseStudies:
    """Known and missing outcomes of plans.

    Attributes
    ----------
    contrasts : pandas.DataFrame
        What a plan aims at against the rest of its province, beside the same contrast in all other
        provinces; see `parstats.remedies.cases.contrasts.contrasts`.
    standings : pandas.DataFrame
        Overall score and rank before and in the year of each plan, beside provinces that started
        from the same place, and the limits of these; see `parstats.plans.outcomes`.
    targets : pandas.DataFrame
        Targets beside the result the plan started from and the one reached; see
        `parstats.remedies.cases.target_results.target_results`.
    missing : pandas.DataFrame
        The figures that are missing, and what would supply them; see
        `parstats.remedies.cases.missing_figures.missing_figures`.
    """

    contrasts: pd.DataFrame
    standings: pd.DataFrame
    targets: pd.DataFrame
    missing: pd.DataFrame


@old_names(formal="formal_only")
def case_studies(
    scores: pd.DataFrame,
    measures: pd.DataFrame,
    plans: pd.DataFrame,
    targets: pd.DataFrame,
    printed: pd.DataFrame,
    *,
    plan: str | Iterable[str] | None = None,
    formal_only: bool = True,
) -> CaseStudies:
    """Collect the outcomes of each plan, and the reasons for missing ones.

    Parameters
    ----------
    scores : pandas.DataFrame of one index or several, all years (`parstats.load_scores`)
    measures, plans, targets, printed : pandas.DataFrame
        As `parstats.load_measures`, `load_plans`, `load_targets` and `load_printed` give them.
    plan : str or iterable of str, optional
        One plan or several; all if not given. The other plans of a province still tell what else
        was aimed at.
    formal_only : bool; formal plans only: not articles, meetings, conferences

    Returns
    -------
    CaseStudies: tables of contrasts, standings, targets and missing figures, each in the order of
        the plans. A plan is in at least one of them.

    Raises
    ------
    InvalidRequest: if a column is missing, or a row is duplicated
    UnknownChoice: if a plan, an index or a series does not exist

    Notes
    -----
    A plan often follows a bad year, and after a bad year most provinces come back without any
    plan. One province in one year says how unusual its change was, and nothing of why.

    Examples
    --------
    >>> from parstats import panel
    >>> tables = panel.load_measures(), panel.load_plans(), panel.load_targets()
    >>> held = case_studies(
    ...     panel.load_scores(None), *tables, panel.load_printed(), plan="khanh-hoa-2023-sct"
    ... )
    >>> held.targets[["value", "baseline_result"]].dropna().to_numpy().tolist()
    [[80.0, 63.63]]
    >>> print(held.missing["missing_en"].iloc[0])
    PAR KHANH HOA 2023: score and rank of Khanh Hoa
    """
    require_columns(plans, _NEEDED, "plans", "load_plans")
    require_columns(printed, _PRINTED, "printed", "load_printed")
    chosen = _chosen(plans, plan, formal_only)
    chosen_plans = plans[plans["plan"].isin(chosen)]
    compared = contrasts(scores, measures, plans, formal_only=formal_only)
    compared = compared[compared["plan"].isin(chosen)].reset_index(drop=True)
    standings = with_limits(outcomes(chosen_plans, scores, printed))
    met = target_results(targets, chosen_plans, scores, printed)
    missing = missing_figures(
        *(scores, measures, plans),
        contrasts=compared,
        standings=standings,
        targets=met,
        formal_only=formal_only,
    )
    return CaseStudies(
        contrasts=compared,
        standings=standings,
        targets=met,
        missing=missing[missing["plan"].isin(chosen)].reset_index(drop=True),
    )


def _chosen(plans: pd.DataFrame, plan: str | Iterable[str] | None, formal_only: bool) -> set[str]:
    """Names of the plans asked for; an informal document counts where it is asked for by name."""
    counted = plan_years(plans, formal_only=formal_only)
    if plan is None:
        return set(counted.loc[counted["reason"] != "informal", "plan"])
    requested = [plan] if isinstance(plan, str) else list(plan)
    for name in requested:
        if name not in set(plans["plan"]):
            raise errors.UnknownChoice("plan", name, plans["plan"])
        if formal_only and name in set(counted.loc[counted["reason"] == "informal", "plan"]):
            raise errors.InvalidRequest(
                f"{name} is no formal plan (it is a document of another kind); "
                "pass formal_only=False to look at such documents too"
            )
    return set(requested)
