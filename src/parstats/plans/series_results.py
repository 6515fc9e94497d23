"""A province's measures, each beside its series' standing before and in the year of the plan.

What is weak improves in most provinces without any plan. So a rank after a measure stands beside
the ranks of provinces that started from the same place, and nothing here is called an effect.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parstats.plans.series_rows import parts
from parstats.plans.series_standings import (
    LEAST_PEERS,
    Standings,
    before_year,
    broken_between,
    is_missing,
    median,
)
from parstats.reference import frameworks

if TYPE_CHECKING:
    import pandas as pd

#: Columns of a measure, then those of its series' standing.
COLUMNS = (
    *("plan", "row", "index", "series", "province", "vintage", "plan_year", "before_year"),
    *("list_type", "label_vi", "label_en", "text", "lead_unit", "deadline", "rank_before"),
    *("n_before", "rank", "n_ranked", "rank_breaks", "rank_peers", "n_peers"),
)
_OF_A_MEASURE = (
    *("plan", "row", "index", "series", "list_type", "label_vi", "label_en", "text", "lead_unit"),
    "deadline",
)
# Levels of agencies whose plan is for the whole province.
_OF_THE_PROVINCE = ("province", "party")
#: Share of the provinces, the last of which a series is called weak in. PAPI's own lowest group.
WEAK = 0.25


def measure_results(
    measures: pd.DataFrame, plans: pd.DataFrame, scores: pd.DataFrame, printed: pd.DataFrame
) -> pd.DataFrame:
    """Return the measures of plans beside the rank of the province in their series.

    Parameters
    ----------
    measures, plans : pandas.DataFrame of `parstats.load_measures` and `parstats.load_plans`
        Of one province, or of all; plans for the score of a department or district are left out.
    scores, printed : pandas.DataFrame of `parstats.load_scores` and `parstats.load_printed`

    Returns
    -------
    pandas.DataFrame: one row per measure and series that it is linked to: plan, row, index, series,
        province, vintage, plan_year, before_year (the baseline year, else the year before),
        list_type, label_vi, label_en, text, lead_unit, deadline; rank_before of n_before, rank of
        n_ranked in the plan's year, rank_breaks (whether the two do not compare); rank_peers and
        n_peers: the median rank in the plan's year of the provinces that stood within 5 places in
        the year before, and how many they are. Newest plans first; of a plan, what ranked lowest
        first.

    Examples
    --------
    >>> from parstats.panel import load_measures, load_plans, load_printed, load_scores
    >>> plans = load_plans("PAPI", province="Bắc Kạn")
    >>> tables = load_measures("PAPI"), plans, load_scores("PAPI"), load_printed()
    >>> first = measure_results(*tables).iloc[0]
    >>> print(first["series"], first["rank_before"], first["rank"], first["n_ranked"])
    papi.services.infrastructure 47 54 61
    """
    import pandas as pd

    province_plans = plans[plans["unit_level"] == "province"].set_index("plan")
    chosen = measures[
        measures["plan"].isin(province_plans.index)
        & (measures["series"] != "")
        & (measures["seen"] == "measure")
    ]
    standings = Standings(scores, printed, set(chosen["series"]))
    about = province_plans.to_dict("index")
    rows = [
        {name: case[name] for name in _OF_A_MEASURE}
        | _standing(case["index"], case["series"], about[case["plan"]], standings)
        for case in chosen.to_dict("records")
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    integers = ("plan_year", "before_year", "rank_before", "n_before", "rank", "n_ranked")
    table = table.astype(dict.fromkeys((*integers, "n_peers"), "Int64") | {"rank_peers": "float64"})
    order = {"plan_year": False, "plan": True, "rank_before": False, "series": True, "row": True}
    return table.sort_values(list(order), ascending=list(order.values())).reset_index(drop=True)


def _standing(
    index: str, series: str, plan: dict[str, Any], standings: Standings
) -> dict[str, Any]:
    year, before = plan["plan_year"], before_year(plan)
    where = (int(plan["vintage"]), plan["province"])
    then, now = standings.get(series, before, *where), standings.get(series, year, *where)
    broken = "ranking" in broken_between(index, year, before, series)
    near: list[int] = []
    if not broken and not is_missing(before) and not is_missing(year):
        near = standings.peers(series, int(before), int(year), *where)
    return {
        "province": plan["province"],
        "vintage": int(plan["vintage"]),
        "plan_year": year,
        "before_year": before,
        "rank_before": then.rank,
        "n_before": then.n,
        "rank": now.rank,
        "n_ranked": now.n,
        "rank_breaks": broken,
        "rank_peers": median(near) if len(near) >= LEAST_PEERS else None,
        "n_peers": len(near),
    }


def weak_without_measures(
    measures: pd.DataFrame, plans: pd.DataFrame, scores: pd.DataFrame
) -> pd.DataFrame:
    """Return the series that a province was weak in and that its plan has no measure for.

    Of plans of the province itself that were read in full: what is not seen of the others may hold
    the measure, and a department's plan need not.

    Parameters
    ----------
    measures, plans : pandas.DataFrame of `parstats.load_measures` and `parstats.load_plans`
    scores : pandas.DataFrame of `parstats.load_scores`

    Returns
    -------
    pandas.DataFrame: one row per plan and series, the finest that the index ranks, in the last
        quarter of the provinces in the year before: plan, index, series, before_year, rank_before,
        n_before. A measure for the series, or for the part of the index that it belongs to, counts.

    Examples
    --------
    >>> from parstats.panel import load_measures, load_plans, load_scores
    >>> plans = load_plans("PAPI", province="Bắc Kạn").assign(agency_level="province")
    >>> weak = weak_without_measures(load_measures("PAPI"), plans, load_scores("PAPI"))
    >>> weak[["series", "rank_before", "n_before"]].head(1).values.tolist()
    [['papi.services.law_and_order', 56, 61]]
    """
    import pandas as pd

    table = frameworks.series()
    parent = dict(zip(table["series"], table["parent"], strict=True))
    is_finest = ~table["series"].isin(table["parent"]) & (table["parent"] != "")
    finest = set(table.loc[is_finest, "series"])
    read_in_full = plans[
        (plans["unit_level"] == "province")
        & plans["agency_level"].isin(_OF_THE_PROVINCE)
        & (plans["completeness"] == "full")
    ]
    rows: list[dict[str, Any]] = []
    for plan in read_in_full.to_dict("records"):
        answered = set(measures.loc[measures["plan"] == plan["plan"], "series"])
        year = before_year(plan)
        if is_missing(year):
            continue
        weak = scores[
            (scores["year"] == int(year))
            & (scores["vintage"] == int(plan["vintage"]))
            & (scores["province"] == plan["province"])
            & scores["index"].isin(parts(plan["indices"]))
            & scores["series"].isin(finest)
            & (scores["rank"] > (1 - WEAK) * scores["n_ranked"])
        ].sort_values("rank", ascending=False)
        rows += [
            {
                "plan": plan["plan"],
                "index": case["index"],
                "series": case["series"],
                "before_year": int(year),
                "rank_before": int(case["rank"]),
                "n_before": int(case["n_ranked"]),
            }
            for case in weak.to_dict("records")
            if not answered & {case["series"], parent[case["series"]]}
        ]
    columns = ["plan", "index", "series", "before_year", "rank_before", "n_before"]
    return pd.DataFrame(rows, columns=columns)
