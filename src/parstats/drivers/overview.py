"""The measures of the drivers of one year side by side: what they agree on and what they do not."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from parstats.arguments import check_flag, check_integer
from parstats.drivers.importance import importance
from parstats.drivers.leave_one_out import leave_one_out
from parstats.drivers.main_effects import main_effects
from parstats.drivers.nominal_weights import unknown_highest
from parstats.drivers.score_checks import require_table
from parstats.drivers.shares import shares
from parstats.drivers.structure import has_structure
from parstats.panel.subset_marks import keeps_subset
from parstats.reference import frameworks

#: The measures, in the order of the questions they answer (docs/methods.md).
MEASURES = ("share", "owen_score", "owen_rank", "main_effect", "leave_one_out", "lmg")
#: What a measure of a part may be marked with.
FLAGS = ("first_year", "before_break", "after_break", "negative_share", "few_units")

# Provinces for each part below which regressions on all parts say little; relaimpo's guidance and
# the usual ten per variable are stricter, two is what PAPI has.
_UNITS_PER_PART = 2


@dataclass(frozen=True)
class Overview:
    """The measures of a year side by side.

    Attributes
    ----------
    parts : pandas.DataFrame
        One row per part, the one among the first of most measures first, then by share: index,
        year, region, series, parent, the measures (missing where one has no answer), each with its
        rank in ``<measure>_rank``; correlation (with the overall score), sd_rank (of its spread
        over the provinces), n_first (measures that have the part among their first `n_top`),
        n_measures, n_top, agreed (all have), tied_with_top (its share cannot be told from the
        largest), rank_range (its greatest rank less its least), flags (of `FLAGS`, joined by "; ").
    measures : pandas.DataFrame
        One row per measure with an answer: measure, first (the series it puts first), and its
        Spearman correlation with each other measure, in columns named after them.
    n_top : int
    """

    parts: pd.DataFrame
    measures: pd.DataFrame
    n_top: int


@keeps_subset
def overview(
    scores: pd.DataFrame,
    year: int,
    *,
    level: str | None = None,
    region: str | None = None,
    n_top: int = 10,
    with_lmg: bool = False,
    n_draws: int = 1000,
    seed: int = 0,
) -> Overview:
    """Put the measures of the drivers of a year side by side.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    year : int
    level : str, optional; the parts; the lowest level that adds up to the score if not given
    region : str, optional; code or name, of 10 complete provinces or more; else the country
    n_top : int; how many parts count as the first of a measure
    with_lmg : bool; also LMG of all parts, which takes up to a minute for 28
    n_draws, seed : int; bootstrap samples behind tied_with_top, and the seed

    Returns
    -------
    Overview

    Raises
    ------
    InsufficientCoverage, InvalidData, InvalidRequest, UnknownChoice: as of `shares`

    Notes
    -----
    Each measure answers a question of its own, so that they need not agree:

    - share (`shares`): how much of the spread of overall scores goes through the part, its moving
      with the others included; by the arithmetic of the index.
    - owen_score, owen_rank (`importance`): how much of the spread of scores, of ranks, a regression
      credits the part with, where what parts share is split between them.
    - main_effect (`main_effects`): how much of the spread of scores would go if the part alone were
      known; parts that move together are each credited with what they share.
    - leave_one_out (`leave_one_out`): by how many places ranks shift, on average, without the part.
    - lmg (`importance`): as owen_score, dimensions put aside.

    Flags: a part in its first year, or just after a break in what it measures ("after_break"), or
    before one (the year may be the odd one); a negative share; fewer than two provinces per part.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> result = overview(load_scores("PAPI"), 2024, n_draws=100)
    >>> int(result.parts["agreed"].sum()), result.measures["measure"].tolist()
    (1, ['share', 'owen_score', 'owen_rank', 'main_effect', 'leave_one_out'])
    """
    with_lmg = check_flag("with_lmg", with_lmg)
    n_top = check_integer("n_top", n_top, 1)
    index = require_table(scores, allow_subset=True)
    share = shares(scores, year, level=level, region=region, n_draws=n_draws, seed=seed)
    asked = _Request(scores, year, level, region)
    values = share.set_index("series")[["share"]]
    values["owen_score"] = asked.importance("score", "owen")
    values["owen_rank"] = asked.importance("rank", "owen")
    values["main_effect"] = asked.main_effect(seed)
    values["leave_one_out"] = asked.shift()
    if with_lmg:
        values["lmg"] = asked.importance("score", "lmg")
    names = [name for name in values if values[name].notna().any()]
    ranks = values[names].rank(ascending=False, method="min")
    first = ranks.le(n_top)
    table = share[["index", "year", "region", "series", "parent"]].copy()
    for name in values:
        table[name] = values[name].to_numpy()
        table[f"{name}_rank"] = ranks[name].astype("Int64").to_numpy() if name in names else pd.NA
    table["correlation"] = share["correlation"]
    table["sd_rank"] = share["sd"].rank(ascending=False, method="min").astype("Int64")
    table["n_first"] = first.sum(axis=1).to_numpy()
    table["n_measures"] = len(names)
    table["n_top"] = n_top
    table["agreed"] = first.all(axis=1).to_numpy()
    table["tied_with_top"] = share["tied_with_top"]
    table["rank_range"] = (ranks.max(axis=1) - ranks.min(axis=1)).to_numpy()
    table["flags"] = _flags(share, index, year)
    table = table.sort_values(["n_first", "share"], ascending=False, kind="stable")
    correlation = values[names].corr(method="spearman")
    measures = correlation.rename_axis("measure").reset_index()
    measures.insert(1, "first", [values[name].idxmax() for name in names])
    return Overview(table.reset_index(drop=True), measures, n_top)


@dataclass(frozen=True)
class _Request:
    """The parts whose measures are asked for."""

    scores: pd.DataFrame
    year: int
    level: str | None
    region: str | None

    def importance(self, outcome: str, column: str) -> pd.Series:
        """Return Owen or LMG values; missing where provinces are too few for them."""
        table = importance(
            self.scores,
            self.year,
            outcome=outcome,
            level=self.level,
            region=self.region,
            exact=True if column == "lmg" else None,
            n_draws=0,
        )
        return table.set_index("series")[column].where(table["is_estimable"].to_numpy())

    def main_effect(self, seed: int) -> pd.Series:
        """Return main effects; missing where the scale of a part is unknown or it is constant."""
        asked = {"level": self.level, "region": self.region}
        if unknown_highest(self.scores, self.year, **asked) or not has_structure(
            self.scores, self.year, region=self.region
        ):
            return pd.Series(dtype="float64")
        table = main_effects(
            self.scores,
            self.year,
            level=self.level,
            region=self.region,
            n_draws=1,
            n_permutations=1,
            seed=seed,
        )
        return table.set_index("series")["local_linear"]

    def shift(self) -> pd.Series:
        """Return by how many places ranks shift without each part, on average."""
        found = leave_one_out(self.scores, self.year, level=self.level, region=self.region)
        return found.series.set_index("series")["mean_shift"]


def _flags(share: pd.DataFrame, index: str, year: int) -> list[str]:
    series = share["series"]
    last = frameworks.years(index)[1]
    before = frameworks.comparable(series, year, year - 1, "share_of_scale")
    after = frameworks.comparable(series, year + 1, year, "share_of_scale")
    existed = frameworks.in_year(index, year - 1)["series"] if year > 0 else pd.Series(dtype=str)
    is_new = ~series.isin(existed) & (year > frameworks.years(index)[0])
    few = share["n_provinces"] < _UNITS_PER_PART * len(share)
    marks = {
        "first_year": is_new,
        "after_break": ~before & ~is_new & (year > frameworks.years(index)[0]),
        "before_break": ~after & (year < last) & series.isin(_next_series(index, year, last)),
        "negative_share": share["share"] < 0,
        "few_units": few,
    }
    return [
        "; ".join(flag for flag in FLAGS if bool(marks[flag].iloc[place]))
        for place in range(len(share))
    ]


def _next_series(index: str, year: int, last: int) -> pd.Series:
    """Return the series of the year after, none after the last."""
    return frameworks.in_year(index, year + 1)["series"] if year < last else pd.Series(dtype=str)
