"""Predictions for plans whose outcome year has no scores yet, and how they came out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from parstats import errors
from parstats.arguments import check_number, check_share, require_columns
from parstats.panel.coverage import index_in
from parstats.panel.vintages import backcast
from parstats.reference import frameworks, labels, provinces
from parstats.remedies.association.like_cells import Slopes, position_numbers
from parstats.remedies.cells.changes import outcomes, standing
from parstats.remedies.cells.exposure import check_list_types
from parstats.remedies.cells.history import with_history
from parstats.remedies.cells.plan_listing import Listing, listings
from parstats.remedies.cells.plan_years import years_of_pairs

Floats = NDArray[np.float64]

#: Version of the model; a higher one where the same scores would give other predictions.
MODEL_VERSION = 1
#: The model in a line.
MODEL = (
    "change - mean = slopes by series of (baseline, previous change) + slopes by level of history "
    "(standings 3 to 5 years before, region, similar provinces); fitted to all past cells; "
    "intervals from past residuals of whole provinces"
)
PREDICTED = {
    **dict.fromkeys(("plan", "index", "province"), "str"),
    **dict.fromkeys(("vintage", "year"), "int64"),
    **dict.fromkeys(("kind", "series"), "str"),
    "n_series": "int64",
    **dict.fromkeys(("baseline", "expected", "pi_low", "pi_high"), "float64"),
    **dict.fromkeys(("with_association", "with_pi_low", "with_pi_high"), "float64"),
    "n_past": "int64",
}
NOT_PREDICTED = {
    **dict.fromkeys(("plan", "index", "province"), "str"),
    **dict.fromkeys(("vintage", "year"), "Int64"),
    **dict.fromkeys(("series", "reason", "reason_vi", "reason_en"), "str"),
}
#: Why a plan or one of its series is not predicted: the year before its outcome has no scores
#: either; its province has other borders in the outcome year; the plan names the whole index only;
#: its series are not known; a series was not measured before, or not alike; the province has no
#: standing in it.
REASONS = ("no_baseline_year", "new_borders", "whole_index", "no_series", "not_measured", "gap")
# Past province-years; the middle 95 % of fewer would be nearly all of them. By judgement.
_LEAST_PAST = 40


class Predictions(NamedTuple):
    """Tables of `predict_outcomes`."""

    predicted: pd.DataFrame
    not_predicted: pd.DataFrame


def predict_outcomes(
    scores: pd.DataFrame,
    measures: pd.DataFrame,
    plans: pd.DataFrame,
    *,
    association: float = 0.2,
    list_types: Sequence[str] = ("remediate",),
    formal_only: bool = True,
    pi_level: float = 0.95,
) -> Predictions:
    r"""Predict the change of the series that plans target, before the scores are there.

    .. math:: z_{pst} - z_{ps,t-1} = (b_{ps} - \bar b_s) \beta_s + (d_{ps} - \bar d_s) \delta_s
              + (h_{ps} - \bar h_s)'\lambda

    with baseline b, previous change d and history h of `parstats.remedies.estimate`, slopes of each
    series and, of the history, each level, fitted to the cells of all past years, whether there
    were plans or not. The mean change is 0, as z has mean 0 in every year. Where the outcome year
    has the 34 provinces and the scores are of the 63, past years are brought to the 34
    (`parstats.panel.backcast`).

    Parameters
    ----------
    scores : pandas.DataFrame of one index, all years (`parstats.load_scores`)
    measures, plans : pandas.DataFrame of `parstats.load_measures` and `parstats.load_plans`
    association : float
        Assumed association of being targeted, in standard deviations of a series and year.
    list_types, formal_only
        As in `parstats.remedies.exposure`.
    pi_level : float; of the prediction intervals

    Returns
    -------
    Predictions : named tuple of tables
        - predicted: for each plan one row per targeted series (kind "series") and one for their
          mean (kind "mean", series ""): plan, index, province and vintage (in the outcome year),
          year, kind, series, n_series, baseline (z of the year before), expected (change without an
          association), pi_low and pi_high (prediction interval: residuals of past province-years,
          for the mean of all its series together), with_association, with_pi_low, with_pi_high (the
          same moved by the association), n_past (province-years behind the interval).
          Where the series of a plan were seldom all measured in one year, the interval of their
          mean is from the covariances of pairs and the normal law; of a series with fewer than 40
          past province-years there is no interval.
        - not_predicted: plans, or series of them, without a prediction: plan, index, province,
          vintage, year, series, reason (one of `REASONS`), reason_vi, reason_en.

    Raises
    ------
    InsufficientData: if no series has scores of three years that compare
    InvalidRequest, UnknownChoice: if tables or options are not as described

    Notes
    -----
    The intervals rest on residuals of the years the slopes were fitted to, so they are a little
    narrow. With one plan, what comes out will seldom tell an association of 0.2 from none; many
    plans predicted beforehand may.

    Examples
    --------
    >>> from parstats.panel import load_measures, load_plans, load_scores
    >>> scores = load_scores("PAPI", years=range(2011, 2024))
    >>> result = predict_outcomes(scores, load_measures("PAPI"), load_plans("PAPI"))
    >>> (result.predicted["plan"] == "bac-kan-2024-sct").sum() in (0, 12)
    True
    """
    check_number("association", association)
    check_share("pi_level", pi_level)
    check_list_types(list_types)
    index = index_in(scores)
    plan_listings = {key: own for key, own in listings(measures, plans).items() if key[1] == index}
    whole = _whole_index(measures, index)
    pasts: dict[int, _Past] = {}
    last = int(scores["year"].max())
    rows: list[dict[str, Any]] = []
    missing: list[dict[str, Any]] = []
    for plan in years_of_pairs(plans, plan_listings, formal_only=formal_only).to_dict("records"):
        if plan["reason"] or int(plan["year"]) <= last:
            continue
        listing = plan_listings[plan["plan"], index]
        place, reason = _place(plan, last, listing, list_types, plan["plan"] in whole)
        if reason:
            missing.append(place | {"series": "", "reason": reason})
            continue
        vintage = int(place["vintage"])
        if vintage not in pasts:
            pasts[vintage] = _Past.build(scores, vintage, last)
        past = pasts[vintage]
        known, lost = past.known(place, listing.aimed(list_types))
        missing += [place | about for about in lost]
        rows += [place | row for row in past.rows(place, known, association, pi_level)]
    return Predictions(_typed(rows), _worded(missing))


def _typed(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(PREDICTED)).astype(PREDICTED)


def _worded(rows: list[dict[str, Any]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=list(NOT_PREDICTED))
    words = {
        f"reason_{lang}": [
            labels.text(f"few_plans.unpredicted.{why}", lang) for why in table["reason"]
        ]
        for lang in labels.LANGUAGES
    }
    return table.assign(**words).astype(NOT_PREDICTED)


def _whole_index(measures: pd.DataFrame, index: str) -> set[str]:
    """Return the plans with a measure for the whole index."""
    own = measures[measures["index"] == index]
    return set(own.loc[own["series"] == frameworks.top(index), "plan"])


def _place(
    plan: dict[str, Any], last: int, listing: Listing, list_types: Sequence[str], whole: bool
) -> tuple[dict[str, Any], str]:
    """Return the province in the outcome year, and why the plan cannot be predicted, if so."""
    year, vintage, code = int(plan["year"]), int(plan["vintage"]), str(plan["province"])
    later = provinces.vintage_in_year(year)
    place = {"plan": plan["plan"], "index": plan["index"], "year": year}
    moved = vintage == 63 and later == 34
    in_year = provinces.successors()[code] if moved else code
    borders = later == 34 and provinces.vintage_in_year(last) == 63
    aimed = listing.aimed(list_types)
    checks = (
        ("no_baseline_year", year > last + 1),
        ("new_borders", borders and not provinces.is_unchanged(vintage, code)),
        ("whole_index", not aimed and whole),
        ("no_series", not aimed),
    )
    place |= {"province": in_year, "vintage": later if moved else vintage}
    return place, next((name for name, holds in checks if holds), "")


@dataclass(frozen=True)
class _Past:
    """Past cells of a set of provinces, their slopes and residuals, and the cells of next year."""

    next_cells: pd.DataFrame  # all provinces and series; with expected
    residuals: pd.DataFrame  # province and year by series
    expected: pd.Series  # by province and series

    @classmethod
    def build(cls, scores: pd.DataFrame, vintage: int, last: int) -> _Past:
        """Fit the slopes to all past cells, and apply them to the year after the last."""
        own = backcast(scores, vintage)
        cells = outcomes(own)
        if cells.empty:
            raise errors.InsufficientData(
                "no series has scores of three years that compare: nothing can be predicted"
            )
        slopes = Slopes.fit(cells, _levels(cells))
        every = np.ones(len(cells), dtype=bool)
        explained = slopes.explained(cells, _levels(cells), every)
        change = cells["change"].to_numpy(dtype=np.float64)
        positions = position_numbers(cells)
        centre = pd.Series(change).groupby(positions).transform("mean").to_numpy()
        residuals = cells.assign(residual=change - centre - explained).pivot(
            index=["province", "year"], columns="series", values="residual"
        )
        ahead = next_cells(standing(own), last)
        ahead = ahead[ahead["series"].isin(slopes.series)].reset_index(drop=True)
        values = slopes.explained(ahead, _levels(ahead), np.ones(len(ahead), dtype=bool))
        expected = pd.Series(
            values, index=pd.MultiIndex.from_frame(ahead[["province", "series"]]), dtype="float64"
        )
        return cls(ahead.assign(expected=values), residuals, expected)

    def known(
        self, place: dict[str, Any], aimed: Sequence[str]
    ) -> tuple[list[str], list[dict[str, str]]]:
        """Return the series that can be predicted, and why others cannot."""
        known, lost = [], []
        measured = set(self.next_cells["series"])
        for series in aimed:
            if (place["province"], series) in self.expected.index:
                known.append(series)
            else:
                reason = "gap" if series in measured else "not_measured"
                lost.append({"series": series, "reason": reason})
        return known, lost

    def rows(
        self, place: dict[str, Any], known: Sequence[str], association: float, pi_level: float
    ) -> list[dict[str, Any]]:
        """Return the predictions of a plan: one per series, and that of their mean."""
        if not known:
            return []
        own = self.next_cells[self.next_cells["province"] == place["province"]]
        by_series = own.set_index("series")
        sets = [("series", [name]) for name in known] + [("mean", list(known))]
        rows: list[dict[str, Any]] = []
        for kind, names in sets:
            expected = float(by_series.loc[names, "expected"].mean())
            low, high, n = self._reach(names, pi_level)
            rows.append(
                {
                    "kind": kind,
                    "series": names[0] if kind == "series" else "",
                    "n_series": len(names),
                    "baseline": float(by_series.loc[names, "baseline"].mean()),
                    "expected": expected,
                    "pi_low": expected + low,
                    "pi_high": expected + high,
                    "with_association": expected + association,
                    "with_pi_low": expected + association + low,
                    "with_pi_high": expected + association + high,
                    "n_past": n,
                }
            )
        return rows

    def _reach(self, names: list[str], pi_level: float) -> tuple[float, float, int]:
        """Return how far the mean of some series lay from what was expected, in past years."""
        past = self.residuals[names].dropna().mean(axis=1).to_numpy()
        tail = (1 - pi_level) / 2
        if len(past) >= _LEAST_PAST:
            low, high = np.quantile(past, [tail, 1 - tail])
            return float(low), float(high), len(past)
        counts = self.residuals[names].notna().sum()
        reach = float(stats.norm.ppf(1 - tail)) * _spread_of_mean(self.residuals[names])
        return -reach, reach, int(counts.min())


def _spread_of_mean(residuals: pd.DataFrame) -> float:
    """Return the standard deviation of the mean of series that were seldom measured together.

    From the covariances of pairs; a pair never measured together is taken to go together as the
    others do on average. Missing where a series has too few years.
    """
    spreads = residuals.std(ddof=0).where(residuals.notna().sum() >= _LEAST_PAST).to_numpy()
    correlations = residuals.corr(min_periods=_LEAST_PAST).to_numpy().copy()
    pairs = correlations[~np.eye(len(spreads), dtype=bool)]
    typical = float(np.nanmean(pairs)) if np.isfinite(pairs).any() else 0.0
    correlations = np.where(np.isfinite(correlations), correlations, typical)
    np.fill_diagonal(correlations, 1.0)
    total = float(spreads @ correlations @ spreads)
    return float(np.sqrt(max(total, 0.0)) / len(spreads)) if np.isfinite(total) else float("nan")


def _levels(cells: pd.DataFrame) -> list[str]:
    return [f"{index} {level}" for index, level in zip(cells["index"], cells["level"], strict=True)]


def next_cells(standings: pd.DataFrame, last: int) -> pd.DataFrame:
    """Return what is known, after the last year, of the cells of the year after it.

    Standings are those of `parstats.remedies.cells.changes.standing`, of one set of provinces. A
    series is left out where the last two years do not compare.
    """
    key = ["index", "vintage", "level", "province", "series"]
    late = standings[standings["year"] == last][[*key, "z"]].rename(columns={"z": "baseline"})
    early = standings[standings["year"] == last - 1][[*key, "z"]].rename(columns={"z": "earlier"})
    cells = late.merge(early, on=key).assign(year=last + 1)
    if cells.empty:
        raise errors.InsufficientData(
            f"no series has scores of {last - 1} and {last}: nothing can be predicted"
        )
    names = pd.Series(cells["series"].unique(), dtype="str")
    same = frameworks.comparable(names, last, last - 1, "share_of_scale").to_numpy()
    if not frameworks.in_year(str(cells["index"].iloc[0]), last + 1).empty:
        # The next year's framework is known: what it measures otherwise cannot be foretold.
        same = same & frameworks.comparable(names, last + 1, last, "share_of_scale").to_numpy()
    cells = cells[cells["series"].isin(names[same])].reset_index(drop=True)
    cells = cells.assign(previous_change=cells["baseline"] - cells["earlier"])
    return with_history(cells, standings)


def compare_predictions(predicted: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Hold predictions against what came out.

    Parameters
    ----------
    predicted : pandas.DataFrame; of `predict_outcomes`
    scores : pandas.DataFrame of the index with the outcome years (`parstats.load_scores`)

    Returns
    -------
    pandas.DataFrame: the predictions with observed (z of the outcome year less the baseline that
        was predicted from; missing where no score has come, or one of several series lacks), error
        (observed less expected), is_inside (the interval without an association),
        is_inside_with_association, and nearer: "without" or "with" the association, "" if unknown.

    Raises
    ------
    InvalidRequest: if a column is missing

    Examples
    --------
    >>> import pandas as pd
    >>> from parstats.panel import load_scores
    >>> compare_predictions(pd.DataFrame(columns=list(PREDICTED)), load_scores("PAPI")).empty
    True
    """
    require_columns(predicted, list(PREDICTED), "predictions", "remedies.predict_outcomes")
    standings = standing(scores).set_index(["vintage", "province", "year", "series"])["z"]
    observed: list[float] = []
    for _, part in predicted.groupby(["plan", "index", "year"], sort=False):
        own = part[part["kind"] == "series"]
        keys = own[["vintage", "province", "year", "series"]].itertuples(index=False, name=None)
        now = [float(standings.get(key, np.nan)) for key in keys]
        change = dict(zip(own["series"], np.array(now) - own["baseline"].to_numpy(), strict=True))
        change[""] = float(np.mean(list(change.values()))) if change else float("nan")
        observed += [change[name] for name in part["series"]]
    values = np.array(observed, dtype=np.float64)
    known = np.isfinite(values)
    table = predicted.assign(observed=values, error=values - predicted["expected"].to_numpy())
    for name, low, high in (
        ("is_inside", "pi_low", "pi_high"),
        ("is_inside_with_association", "with_pi_low", "with_pi_high"),
    ):
        inside = (values >= predicted[low].to_numpy()) & (values <= predicted[high].to_numpy())
        has_interval = known & predicted[low].notna().to_numpy()
        table[name] = pd.array(inside, dtype="boolean")
        table[name] = table[name].where(pd.Series(has_interval, index=table.index))
    with_error = np.abs(values - predicted["with_association"].to_numpy())
    is_with = with_error < np.abs(table["error"].to_numpy())
    return table.assign(nearer=np.where(known, np.where(is_with, "with", "without"), ""))


def scores_hash(scores: pd.DataFrame, until: int | None = None) -> str:
    """Return the SHA-256 of the scores of provinces, up to a year; whatever their order.

    >>> import pandas as pd
    >>> row = {"index": "PAPI", "year": 2024, "vintage": 63, "province": "20", "series": "papi"}
    >>> scores = pd.DataFrame([row | {"score": 45.0}, row | {"year": 2025, "score": 46.0}])
    >>> scores_hash(scores, 2024) == scores_hash(scores.head(1)), scores_hash(scores)[:8]
    (True, '...')
    """
    keys = ["index", "year", "vintage", "province", "series"]
    rows = scores if until is None else scores[scores["year"] <= until]
    rows = rows[rows["score"].notna()][[*keys, "score"]].sort_values([*keys, "score"])
    # Ten digits: more than any index prints, and the same on every machine.
    text = rows.assign(score=[f"{value:.10g}" for value in rows["score"]]).to_csv(index=False)
    return hashlib.sha256(text.encode()).hexdigest()
