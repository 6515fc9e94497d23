"""Contrasts of a plan's target series with the rest of its province, beside other provinces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parstats.remedies.cases.limitations import limits
from parstats.remedies.cells.exposure import exposure
from parstats.remedies.cells.plan_listing import Listing, above, listings
from parstats.remedies.cells.plan_years import Timing, years_of_pairs

COLUMNS = {
    **dict.fromkeys(("plan", "index", "province"), "str"),
    **dict.fromkeys(("vintage", "plan_year", "lag", "year"), "int64"),
    "primary": "bool",
    "issuer_level": "str",
    "level": "str",
    "targeted": "str",
    **dict.fromkeys(("n_targeted", "n_rest"), "int64"),
    "rest": "str",
    **dict.fromkeys(
        ("change_targeted", "change_rest", "contrast", "baseline", "previous_change"), "float64"
    ),
    "n_others": "int64",
    **dict.fromkeys(("others_mean", "others_q025", "others_q975"), "float64"),
    "rank": "int64",
    "share_below": "float64",
    **dict.fromkeys(("expected", "adjusted", "adjusted_q025", "adjusted_q975"), "float64"),
    "rank_adjusted": "int64",
    "share_below_adjusted": "float64",
    **dict.fromkeys(("limits", "limits_vi", "limits_en"), "str"),
}
# Outcome years looked at, by years from the plan's own: that and the next.
_TIMINGS: dict[int, Timing] = {0: "plan_year", 1: "next_year"}
# Other provinces; the middle 95 % of fewer would be all of them. By judgement.
_MIN_PEERS = 20
# Between these lies the middle 95 % of the other provinces.
_MIDDLE = (0.025, 0.975)
_FIGURES = ("change", "baseline", "previous_change")


class _Contrast(NamedTuple):
    """Mean over the targeted series less mean over the rest, one row per province."""

    provinces: NDArray[np.str_]
    change_targeted: NDArray[np.float64]
    change: NDArray[np.float64]
    baseline: NDArray[np.float64]
    previous_change: NDArray[np.float64]


def contrasts(
    scores: pd.DataFrame, measures: pd.DataFrame, plans: pd.DataFrame, *, formal_only: bool = True
) -> pd.DataFrame:
    r"""Compute the change of a plan's target series less the rest, among the provinces.

    For the series T that a plan aims at, and the rest R of its province at the same level, with
    :math:`c_j` the mean change of T less the mean change of R in province j, and likewise the
    contrasts :math:`b_j` of the baselines and :math:`p_j` of the previous changes, the contrast of
    the province is set beside :math:`c_j` of all other provinces with the same cells. Adjusted is

    .. math:: c_i - (\alpha + \beta b_i + \gamma p_i)

    with coefficients fitted by least squares to all provinces but i; those of the others are made
    the same way, each without itself. One row per plan, index, level and outcome year (the plan's
    own, lag 0, and the next, lag 1) that has cells of both sorts: plan, index, province, vintage,
    plan_year, lag, year, primary (the first outcome year by the rule of `plan_years`), issuer_level
    (level of the agency, "" if unknown), level, targeted (series, parted by semicolons),
    n_targeted, n_rest, rest ("known": not listed by a plan of the province, read in full, or only
    to be kept up; "aside": not listed by a plan of a department or other office, read in full,
    whose silence is not the province's; "unknown": no plan says so, all not listed are taken, and
    also where measures are linked to no series), change_targeted, change_rest, contrast, baseline,
    previous_change (contrasts, in standard deviations of the series and year), n_others (other
    provinces), others_mean,
    others_q025, others_q975 (their mean and the middle 95 %), rank (1 is the largest of all),
    share_below (of the others), expected (from baseline and previous change), adjusted,
    adjusted_q025, adjusted_q975 (the middle 95 % of the others), rank_adjusted,
    share_below_adjusted, limits (codes, parted by semicolons), limits_vi, limits_en. Raises
    InvalidRequest as `exposure`.

    One province in one year: its place among the others says how unusual the contrast is, not what
    it comes from. The others are unknown to be without plans.

    >>> from parstats.panel import load_measures, load_plans, load_scores
    >>> table = contrasts(load_scores("PAPI"), load_measures("PAPI"), load_plans("PAPI"))
    >>> own = table.set_index("plan").loc["bac-kan-2024-sct"]
    >>> print(own["year"], own["n_targeted"], own["n_rest"], own["n_others"])
    2024 11 17 56
    """
    plan_listings = listings(measures, plans)
    dated = years_of_pairs(plans, plan_listings, formal_only=formal_only)
    dated = dated[dated["first"]].set_index(["plan", "index"])
    rows = [
        row
        for lag, timing in _TIMINGS.items()
        for row in _lag_contrasts(
            exposure(scores, measures, plans, timing=timing, formal_only=formal_only),
            lag,
            plan_listings,
            dated,
        )
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)
    position_by_plan = {name: at for at, name in enumerate(plans["plan"])}
    order = table.assign(_at=table["plan"].map(position_by_plan))
    order = order.sort_values(["_at", "index", "year", "level"], kind="stable")
    return order.drop(columns="_at").reset_index(drop=True)


def _lag_contrasts(
    cells: pd.DataFrame, lag: int, listings: dict[tuple[str, str], Listing], dated: pd.DataFrame
) -> Iterator[dict[str, Any]]:
    spoken = cells[cells["plans"] != ""]
    for (index, vintage, province, year, level), province_cells in spoken.groupby(
        ["index", "vintage", "province", "year", "level"], sort=False
    ):
        same = cells[
            (cells["index"] == index)
            & (cells["vintage"] == vintage)
            & (cells["year"] == year)
            & (cells["level"] == level)
        ]
        targeted_cells = province_cells[province_cells["state"] == "targeted"]
        for plan in sorted(
            {name for names in targeted_cells["plans"] for name in names.split(";")}
        ):
            targeted = [
                series
                for series, names in zip(
                    targeted_cells["series"], targeted_cells["plans"], strict=True
                )
                if plan in names.split(";")
            ]
            about, listing = dated.loc[(plan, index)], listings[plan, index]
            # Later years of a plan for several years are not looked at.
            if year != about["plan_year"] + lag:
                continue
            rest, available = remaining_series(province_cells, listing.named)
            contrast = _contrast(same, targeted, rest)
            if contrast is None or province not in contrast.provinces:
                continue
            source = _source_of_rest(about, listing, available=available)
            yield {
                **{"plan": plan, "index": index, "province": province, "vintage": vintage},
                **{"plan_year": about["plan_year"], "lag": lag, "year": year, "level": level},
                "primary": bool(about["year"] == year),
                "issuer_level": about["agency_level"],
                "targeted": ";".join(targeted),
                **{"n_targeted": len(targeted), "n_rest": len(rest)},
                "rest": source,
                **_beside(contrast, str(province)),
                **_limits(about, source, lag),
            }


def remaining_series(province_cells: pd.DataFrame, named: Iterable[str]) -> tuple[list[str], bool]:
    """Return the series of a province and level that its plans do not target.

    `province_cells` are cells of `exposure` of one index, province, year and level; `named` the
    series that the plan names. Returns the cells known not to be aimed at, and True; where there
    are none, those of which nothing is known, less what lies above or below a named series, and
    False.

    >>> cells = pd.DataFrame({"series": ["papi.services"], "state": ["unknown"], "year": [2024]})
    >>> remaining_series(cells, ["papi.environment"])
    (['papi.services'], False)
    >>> remaining_series(cells, ["papi.services.public_health"])
    ([], False)
    """
    available = province_cells.loc[
        province_cells["state"].isin(["not_targeted", "maintained"]), "series"
    ]
    if len(available):
        return list(available), True
    open_ = province_cells[province_cells["state"] == "unknown"]
    return [
        series
        for series, year in zip(open_["series"], open_["year"], strict=True)
        if not any(
            series == name or series in above(name, year) or name in above(series, year)
            for name in named
        )
    ], False


def _contrast(same: pd.DataFrame, targeted: list[str], rest: list[str]) -> _Contrast | None:
    """Return the contrast in every province with all these cells; None without a rest or enough."""
    if not rest:
        return None
    compared_series = [*targeted, *rest]
    wide = same[same["series"].isin(compared_series)].pivot(
        index="province", columns="series", values=list(_FIGURES)
    )
    wide = wide.dropna()
    if len(wide) <= _MIN_PEERS:
        return None
    aimed = {name: wide[name][targeted].mean(axis=1).to_numpy() for name in _FIGURES}
    other = {name: wide[name][rest].mean(axis=1).to_numpy() for name in _FIGURES}
    gap = {name: aimed[name] - other[name] for name in _FIGURES}
    return _Contrast(wide.index.to_numpy(), aimed["change"], **gap)


def _beside(contrast: _Contrast, province: str) -> dict[str, Any]:
    is_province = contrast.provinces == province
    adjusted = loo_residuals(contrast.change, contrast.baseline, contrast.previous_change)
    mine, other_changes = float(contrast.change[is_province][0]), contrast.change[~is_province]
    my_rest, other_rest = float(adjusted[is_province][0]), adjusted[~is_province]
    low, high = np.quantile(other_changes, _MIDDLE)
    adjusted_q025, adjusted_q975 = np.quantile(other_rest, _MIDDLE)
    change_targeted = float(contrast.change_targeted[is_province][0])
    return {
        "change_targeted": change_targeted,
        "change_rest": change_targeted - mine,
        "contrast": mine,
        "baseline": float(contrast.baseline[is_province][0]),
        "previous_change": float(contrast.previous_change[is_province][0]),
        "n_others": len(other_changes),
        **{"others_mean": other_changes.mean(), "others_q025": low, "others_q975": high},
        "rank": 1 + int((other_changes > mine).sum()),
        "share_below": float((other_changes < mine).mean()),
        "expected": mine - my_rest,
        **{"adjusted": my_rest, "adjusted_q025": adjusted_q025, "adjusted_q975": adjusted_q975},
        "rank_adjusted": 1 + int((other_rest > my_rest).sum()),
        "share_below_adjusted": float((other_rest < my_rest).mean()),
    }


def loo_residuals(
    outcome: NDArray[np.float64], *regressors: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return each outcome less its leave-one-out least-squares prediction.

    All of shape (n,); the line goes by the regressors and a constant.

    Residual divided by one less the leverage, which is the error of prediction without the row.

    >>> x = np.array([0.0, 1.0, 2.0, 3.0])
    >>> loo_residuals(np.array([0.0, 1.0, 2.0, 6.0]), x).round(2).tolist()
    [2.0, -0.43, -1.71, 3.0]
    """
    design = np.column_stack([np.ones_like(outcome), *regressors])
    hat = design @ np.linalg.pinv(design)
    # A row that alone decides a coefficient fits itself; without it, nothing speaks against it.
    free = np.maximum(1 - np.diag(hat), 1e-9)
    residuals: NDArray[np.float64] = (outcome - hat @ outcome) / free
    return residuals


def _source_of_rest(about: pd.Series, listing: Listing, *, available: bool) -> str:
    """Return how it is known that a plan does not aim at what it is compared with."""
    if listing.n_unlinked:
        return "unknown"
    if available:
        return "known"
    return "aside" if about["completeness"] == "full" and listing.named else "unknown"


def _limits(about: pd.Series, source_of_rest: str, lag: int) -> dict[str, str]:
    return limits(
        {
            "one_case": True,
            "others": True,
            "rest": source_of_rest == "unknown",
            "department": about["agency_level"] == "department",
            "date": bool(about["date_unknown"]),
            "half_year": lag == 0 and bool(about["year"] != about["plan_year"]),
        }
    )
