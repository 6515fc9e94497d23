"""Outcomes of plans: the province's rank before and in the year of each, and targets met.

A plan often follows a bad year, and after a bad year most provinces come back without any plan.
So a rank after a plan stands beside the ranks of provinces that started from the same place, and
nothing here is called an effect.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from parstats.plans.series_rows import parts, series_dimension
from parstats.plans.series_standings import (
    LEAST_PEERS,
    Standing,
    Standings,
    before_year,
    broken_between,
    is_missing,
    median,
)
from parstats.reference import frameworks

if TYPE_CHECKING:
    import pandas as pd


COLUMNS = (
    *("plan", "index", "province", "vintage", "plan_year", "before_year", "kind", "formal"),
    *("agency_level", "completeness", "aims", "score_before", "rank_before", "n_before", "score"),
    *("rank", "n_ranked", "basis", "rank_breaks", "score_breaks", "rank_peers", "n_peers"),
)
# PAPI reports provinces in four groups.
_GROUPS = 4


def outcomes(
    plans: pd.DataFrame, scores: pd.DataFrame, printed: pd.DataFrame, index: str | None = None
) -> pd.DataFrame:
    """Return the province's score and rank in the year of each plan and in its baseline year.

    Parameters
    ----------
    plans : pandas.DataFrame
        Result of `parstats.load_plans`; plans for the score of a department are left out.
    scores : pandas.DataFrame of the indices (`parstats.load_scores`)
    printed : pandas.DataFrame
        Printed ranks (`parstats.load_printed`), used where none could be computed.
    index : str, optional; one index; all that the plans serve if not given

    Returns
    -------
    pandas.DataFrame: one row per plan and index: plan, index, province, vintage, plan_year,
        before_year (the baseline year, else the year before), kind, formal, agency_level,
        completeness, aims (series of the index that it names), score_before, rank_before, n_before,
        score, rank, n_ranked, basis (computed, printed or ""), rank_breaks and score_breaks
        (whether the two years do not compare), rank_peers and n_peers: the median rank in the
        plan's year of the provinces that stood within 5 places of this one in the year before, and
        how many they are; missing where ranks could not be computed or do not compare.

    Raises
    ------
    UnknownChoice: if the index does not exist

    Examples
    --------
    >>> from parstats.panel import load_plans, load_printed, load_scores
    >>> held = outcomes(load_plans("SIPAS"), load_scores(None), load_printed(), "SIPAS")
    >>> own = held.set_index("plan").loc["lang-son-2022-sct"]
    >>> print(own["rank_before"], own["rank"], own["n_ranked"], own["rank_breaks"])
    31 63 63 True
    """
    import pandas as pd

    selected_index = None if index is None else frameworks.check_index(index)
    standings = Standings(scores, printed, {frameworks.top(name) for name in frameworks.INDICES})
    province_plans = plans[plans["unit_level"] == "province"]
    rows = [
        _outcome(plan, served, standings)
        for plan in province_plans.to_dict("records")
        for served in parts(plan["indices"])
        if selected_index in (None, served)
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    integer_columns = (
        "plan_year",
        "before_year",
        "rank_before",
        "n_before",
        "rank",
        "n_ranked",
        "n_peers",
    )
    kinds = dict.fromkeys(integer_columns, "Int64") | dict.fromkeys(
        ("score_before", "score", "rank_peers"), "float64"
    )
    # Without a row they would be text, and text chooses columns where booleans choose rows.
    kinds |= dict.fromkeys(("formal", "rank_breaks", "score_breaks"), "bool")
    return table.astype(kinds)


def targets_met(
    targets: pd.DataFrame, plans: pd.DataFrame, scores: pd.DataFrame, printed: pd.DataFrame
) -> pd.DataFrame:
    """Return targets for an index or a dimension beside the results.

    Parameters
    ----------
    targets : pandas.DataFrame of `parstats.load_targets`
    plans, scores, printed : pandas.DataFrame; see `outcomes`

    Returns
    -------
    pandas.DataFrame: the targets with ``achieved`` and ``met`` filled in where a rank, a score or a
        group of the index gives, and ``told_by``: "plan" where the document or page says it,
        "result" where it is read off the results, "" where nothing does.

    Notes
    -----
    Groups are quarters of the computed ranks, as PAPI forms them. A change of rank is not read
    across a break in ranking.

    Examples
    --------
    >>> from parstats.panel import load_plans, load_printed, load_scores, load_targets
    >>> tables = load_plans(), load_scores(None), load_printed()
    >>> held = targets_met(load_targets("PAPI"), *tables)
    >>> own = held[held["plan"] == "lao-cai-2019-ubnd"]
    >>> [(unit, bool(met)) for unit, met in zip(own["unit"], own["met"])]
    [('điểm', False), ('nhóm', True)]
    """
    standings = Standings(scores, printed, set(targets["series"]))
    by_plan = {plan["plan"]: plan for plan in plans.to_dict("records")}
    table = targets.copy()
    printed_rows = []
    for at, target in zip(table.index, table.to_dict("records"), strict=True):
        available = not is_missing(target["met"]) or not is_missing(target["achieved"])
        if available or target["row"] or target["plan"] not in by_plan:
            printed_rows.append("plan" if available else "")
            continue
        achieved, met = _reached(target, by_plan[target["plan"]], standings)
        if achieved is not None:
            table.loc[at, "achieved"] = achieved
            table.loc[at, "met"] = met
        printed_rows.append("" if achieved is None else "result")
    return table.assign(told_by=printed_rows)


def by_dimension(measures: pd.DataFrame, plans: pd.DataFrame, index: str) -> pd.DataFrame:
    """Return which plan aims at which dimension, and how much of it was read.

    Parameters
    ----------
    measures, plans : pandas.DataFrame of `parstats.load_measures` and `parstats.load_plans`
    index : str

    Returns
    -------
    pandas.DataFrame: one row per formal plan and dimension it names: plan, province, vintage,
        plan_year, agency_level, completeness, series (the dimension), n_measures (0 where only the
        dimension is known), maintained (whether it is only in lists of what is to be kept up).
        Plans that name no dimension have no row.

    Examples
    --------
    >>> from parstats.panel import load_measures, load_plans
    >>> held = by_dimension(load_measures(), load_plans(), "PAPI")
    >>> held[held["plan"] == "bac-kan-2024-sct"]["series"].tolist()[-2:]
    ['papi.services', 'papi.e_governance']
    """
    import pandas as pd

    index = frameworks.check_index(index)
    index_measures = measures[measures["index"] == index]
    dimension = index_measures["series"].map(series_dimension)
    index_measures = index_measures.assign(series=dimension)[dimension.to_numpy() != ""]
    grouped = index_measures.groupby(["plan", "series"], sort=False).agg(
        n_measures=("seen", lambda seen: int((seen == "measure").sum())),
        maintained=("list_type", lambda kinds: bool((kinds == "maintain").all())),
    )
    about = plans[plans["formal"]].set_index("plan")
    about = about[["province", "vintage", "plan_year", "agency_level", "completeness"]]
    table = grouped.reset_index().merge(about.reset_index(), on="plan")
    order = {name: at for at, name in enumerate(frameworks.series()["series"])}
    table = table.assign(_at=table["series"].map(order)).sort_values(
        ["plan_year", "vintage", "province", "plan", "_at"]
    )
    columns = [*about, "series", "n_measures", "maintained"]
    return pd.DataFrame(table[["plan", *columns]]).reset_index(drop=True)


def _outcome(plan: dict[str, Any], index: str, standings: Standings) -> dict[str, Any]:
    series = frameworks.top(index)
    year = plan["plan_year"]
    before = before_year(plan)
    where = (int(plan["vintage"]), plan["province"])
    then, now = standings.get(series, before, *where), standings.get(series, year, *where)
    breaks = broken_between(index, year, before)
    near = []
    if "ranking" not in breaks and not is_missing(before):
        near = standings.peers(series, int(before), int(year), *where)
    return {
        **{
            key: plan[key] for key in ("plan", "province", "vintage", "plan_year", "kind", "formal")
        },
        **{key: plan[key] for key in ("agency_level", "completeness")},
        "index": index,
        "before_year": before,
        "aims": ";".join(name for name in parts(plan.get("aims", "")) if _is_in_index(name, index)),
        "score_before": then.score,
        "rank_before": then.rank,
        "n_before": then.n,
        "score": now.score,
        "rank": now.rank,
        "n_ranked": now.n,
        "basis": now.basis,
        "rank_breaks": "ranking" in breaks,
        "score_breaks": "level" in breaks,
        "rank_peers": median(near) if len(near) >= LEAST_PEERS else None,
        "n_peers": len(near),
    }


def _is_in_index(series: str, index: str) -> bool:
    table = frameworks.series()
    return bool(((table["series"] == series) & (table["index"] == index)).any())


def _reached(
    target: dict[str, Any], plan: dict[str, Any], standings: Standings
) -> tuple[float | None, bool | None]:
    """Return the result for a target, and whether it is met."""
    where = (int(plan["vintage"]), plan["province"])
    now = standings.get(target["series"], target["year"], *where)
    value, unit = target["value"], target["unit"]
    change = target["op"] == "increase" or unit == "bậc"
    if change:
        return _gained(target, plan, standings, now)
    achieved = next((result for result in _measured(unit, now) if result is not None), None)
    if achieved is None or is_missing(value):
        return None, None
    return achieved, _holds(target["op"], achieved, float(value))


def _measured(unit: str, standing: Standing) -> Iterator[float | None]:
    if unit == "rank":
        yield standing.rank
    elif unit == "nhóm":
        ranked = (
            standing.rank is not None and standing.n is not None and standing.basis == "computed"
        )
        yield min(_GROUPS, 1 + _GROUPS * (standing.rank - 1) // standing.n) if ranked else None  # type: ignore[operator]
    elif unit in ("điểm", "%"):
        yield standing.score


def _gained(
    target: dict[str, Any], plan: dict[str, Any], standings: Standings, now: Standing
) -> tuple[float | None, bool | None]:
    """Return the places gained since the baseline year."""
    before = before_year(plan)
    where = (int(plan["vintage"]), plan["province"])
    then = standings.get(target["series"], before, *where)
    broken = "ranking" in broken_between(target["index"], target["year"], before)
    if then.rank is None or now.rank is None or broken or target["unit"] not in ("rank", "bậc"):
        return None, None
    gained = float(then.rank - now.rank)
    least = 1.0 if is_missing(target["value"]) else float(target["value"])
    return gained, gained >= least


def _holds(op: str, achieved: float, value: float) -> bool | None:
    return {
        ">=": achieved >= value,
        "<=": achieved <= value,
        "=": achieved == value,
        ">": achieved > value,
        "<": achieved < value,
    }.get(op)
