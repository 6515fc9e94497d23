"""Change of the overall score and rank in the years of plans, less that of peers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parstats.arguments import require_columns
from parstats.panel.coverage import needed
from parstats.panel.subset_marks import refuse_subset
from parstats.panel.units import n_units, province_scores
from parstats.plans.outcome_comparison import outcomes
from parstats.plans.series_standings import WITHIN
from parstats.reference import frameworks, labels

Floats = NDArray[np.float64]

CASES = {
    **dict.fromkeys(("index", "province"), "str"),
    **dict.fromkeys(("vintage", "before_year", "year"), "int64"),
    "plans": "str",
    "n_plans": "int64",
    **dict.fromkeys(
        ("score_change", "score_peers", "score_difference", "rank_change", "rank_peers"), "float64"
    ),
    "rank_difference": "float64",
    "n_peers": "int64",
}
UNTESTED = {
    **dict.fromkeys(("plan", "index", "province"), "str"),
    "vintage": "int64",
    **dict.fromkeys(("before_year", "year", "rank_before", "rank"), "Int64"),
    **dict.fromkeys(("reason", "reason_vi", "reason_en"), "str"),
}
#: Why a plan's overall score or rank is not compared, the first that holds: the year or the year
#: before is unknown; no scores of the year are there; the ranking of the two years does not
#: compare; the province is known from the press or from print only, where those stand that rose;
#: fewer than 90 % of the provinces have a score; the province has none; it has too few peers.
REASONS = ("no_year", "no_scores", "break", "printed", "no_coverage", "own_score", "few_peers")
# Peers; a mean of fewer would be the figure of one or two. As in `parstats.plans.outcomes`.
_LEAST_PEERS = 3
_NEEDED = (
    "index",
    "vintage",
    "series",
    "year",
    "province",
    "unit_level",
    "score",
    "rank",
    "n_ranked",
)


@dataclass(frozen=True)
class Totals:
    """Overall scores of an index, and the changes between two years of all its provinces."""

    index: str
    scores: pd.DataFrame  # vintage, year, province, score; years with figures of 90 % only
    years: frozenset[int]  # with any score

    @classmethod
    def build(cls, scores: pd.DataFrame, index: str) -> Totals:
        """Take the overall scores of an index out of a table."""
        require_columns(scores, _NEEDED, "scores", "load_scores")
        refuse_subset(scores, "the change of a province against its peers")
        name = frameworks.check_index(index)
        is_total = (scores["series"] == frameworks.top(name)) & scores["score"].notna()
        rows = province_scores(scores[is_total & (scores["unit_level"] == "province")])
        counts = rows.groupby(["vintage", "year"])["province"].transform("size").to_numpy()
        least = {vintage: needed(n_units(name, vintage)) for vintage in rows["vintage"].unique()}
        enough = counts >= rows["vintage"].map(least).to_numpy(dtype=np.float64)
        years = frozenset(int(year) for year in scores.loc[scores["index"] == name, "year"])
        return cls(name, rows.loc[enough, ["vintage", "year", "province", "score"]], years)

    def covers(self, vintage: int, *years: int) -> bool:
        """Return whether enough provinces have a score in all the years."""
        own = set(self.scores.loc[self.scores["vintage"] == vintage, "year"])
        return set(years) <= own

    def changes(self, vintage: int, before: int, year: int) -> pd.DataFrame:
        """Return the changes of all provinces with a score in both years, less their peers'.

        By province: score_change (in standard deviations of the provinces of a year), rank_change
        (places gained), those of the peers (the mean and the median), the differences, and n_peers:
        provinces that ranked within 5 places in the year before. Missing where fewer than three
        did.
        """
        then, now = (self._standing(vintage, each) for each in (before, year))
        both = then.add_suffix("_before").join(now, how="inner")
        changes = pd.DataFrame(
            {
                "score_change": both["z"] - both["z_before"],
                "rank_change": both["rank_before"] - both["rank"],
            }
        )
        rank = both["rank_before"].to_numpy()
        near = np.abs(rank[:, None] - rank[None, :]) <= WITHIN
        np.fill_diagonal(near, False)
        n_peers = near.sum(axis=1)
        for name, typical in (("score", np.mean), ("rank", np.median)):
            values = changes[f"{name}_change"].to_numpy()
            peers = [
                float(typical(values[row])) if row.sum() >= _LEAST_PEERS else np.nan for row in near
            ]
            changes[f"{name}_peers"] = peers
            changes[f"{name}_difference"] = values - np.array(peers)
        return changes.assign(n_peers=n_peers)

    def _standing(self, vintage: int, year: int) -> pd.DataFrame:
        """Return z and rank of the provinces of a year."""
        of_year = (self.scores["vintage"] == vintage) & (self.scores["year"] == year)
        score = self.scores[of_year].set_index("province")["score"]
        spread = float(score.std(ddof=0))
        z = (score - score.mean()) / (spread if spread > 0 else np.nan)
        return pd.DataFrame({"z": z, "rank": score.rank(method="min", ascending=False)})


def province_years(
    plans: pd.DataFrame,
    scores: pd.DataFrame,
    printed: pd.DataFrame,
    index: str,
    *,
    formal_only: bool = True,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the province-years of plans whose totals compare, and the plans of the others.

    The years are those of `parstats.plans.outcomes`: the plan's own, and its baseline year or the
    year before. Several plans of a province and year are one; of several baseline years the latest
    counts. The first table has the columns `CASES`, the second `UNTESTED`.
    """
    totals = Totals.build(scores, index)
    held = outcomes(plans, scores, printed, totals.index)
    held = held[held["formal"]] if formal_only else held
    reasons = [_reason(row, totals) for row in held.to_dict("records")]
    held = held.assign(year=held["plan_year"], reason=reasons)
    cases, few = _cases(held[held["reason"] == ""], totals)
    untested = held.assign(reason=held["reason"].mask(held["plan"].isin(few), "few_peers"))
    untested = untested[untested["reason"] != ""]
    words = {
        f"reason_{lang}": [
            labels.text(f"few_plans.reason.{why}", lang) for why in untested["reason"]
        ]
        for lang in labels.LANGUAGES
    }
    untested = untested.assign(**words)[list(UNTESTED)].astype(UNTESTED)
    return cases, untested.reset_index(drop=True)


def _reason(row: dict[str, Any], totals: Totals) -> str:
    if pd.isna(row["plan_year"]) or pd.isna(row["before_year"]):
        return "no_year"
    before, year, vintage = int(row["before_year"]), int(row["plan_year"]), int(row["vintage"])
    if before == year:
        return "no_year"
    is_known = row["basis"] == "printed" or pd.notna(row["score"])
    checks = (
        ("no_scores", year not in totals.years and not is_known),
        ("break", bool(row["rank_breaks"])),
        ("printed", is_known and not totals.covers(vintage, before, year)),
        ("no_coverage", not totals.covers(vintage, before, year)),
        ("own_score", pd.isna(row["score"]) or pd.isna(row["score_before"])),
    )
    return next((name for name, holds in checks if holds), "")


def _cases(held: pd.DataFrame, totals: Totals) -> tuple[pd.DataFrame, set[str]]:
    """Return a row for each province and year, and the plans with too few peers."""
    rows: list[dict[str, Any]] = []
    few: set[str] = set()
    keys = ["vintage", "province", "year"]
    for (vintage, province, year), part in held.groupby(keys, sort=True):
        before = int(part["before_year"].max())
        change = totals.changes(int(vintage), before, int(year)).loc[province]
        if pd.isna(change["score_difference"]):
            few |= set(part["plan"])
            continue
        key = {"index": totals.index, "vintage": vintage, "province": province, "year": year}
        about = {"before_year": before, "plans": ";".join(part["plan"]), "n_plans": len(part)}
        rows.append({**key, **about, **change.to_dict()})
    return pd.DataFrame(rows, columns=list(CASES)).astype(CASES), few
