"""Simulated ranks and advice of earlier years beside what came.

Each baseline year sees only the years up to it. 2021, which does not compare with 2020, is left
out. What provinces wanted is not known and nobody followed this advice, so that a rule is judged by
where the rises of the provinces that did rise came from.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from parstats.advice.next_year import next_year, ranks
from parstats.advice.priority_table import priorities

BASELINES = (2013, 2014, 2015, 2016, 2017, 2018, 2019, 2021, 2022, 2023)
ADVISED = (2018, 2019, 2021, 2022, 2023)
N_BINS = 10
N_RESAMPLES = 2000
#: Series that each rule names.
N_NAMED = 3
RISE = 5
#: Places of the series by each rule, columns of `excess`.
RULES = ("advice", "reversion", "lowest", "widest")
_KEYS = ["year", "province"]


def simulated(scores: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return a row per province: rank now and later, and what was simulated for it."""
    ahead = next_year(scores, year)
    later = _overall(scores, year + 1)
    present = [at for at, code in enumerate(ahead.parts.provinces) if code in later.index]
    codes = [ahead.parts.provinces[at] for at in present]
    observed = ranks(later.loc[codes].to_numpy()[None, :])[0]
    now = ranks(ahead.parts.total[None, present])[0]
    draws = ranks(ahead.totals()[:, present])
    gained, rose = now - draws, now - observed
    lucky = np.random.default_rng(year).random(len(codes))
    below, level = (draws < observed).mean(axis=0), (draws == observed).mean(axis=0)
    low, high = np.quantile(draws, [0.1, 0.9], axis=0)
    return pd.DataFrame(
        {
            **{"year": year, "province": codes, "rank": now, "later": observed},
            **{"pit": below + lucky * level, "inside": (observed >= low) & (observed <= high)},
            **{"expected": gained.mean(axis=0), "rose": rose},
            **{"p_rise": (gained >= RISE).mean(axis=0), "has_risen": rose >= RISE},
        }
    )


def _overall(scores: pd.DataFrame, year: int) -> pd.Series:
    rows = scores[(scores["year"] == year) & (scores["level"] == "index")]
    return rows.set_index("province")["score"]


def report_ranks(table: pd.DataFrame) -> bool:
    """Print how the simulated ranks compare with what came; return whether they fit."""
    print(f"\nSimulated ranks, {len(table)} province-years, baselines {BASELINES}")
    shares = _histogram(table)
    generator = np.random.default_rng(0)
    years = table["year"].unique()
    by_year = {year: _histogram(table[table["year"] == year]) for year in years}
    resampled = [
        np.mean([by_year[year] for year in generator.choice(years, len(years))], axis=0)
        for _ in range(N_RESAMPLES)
    ]
    # All bins at once: the level of each interval is that of ten independent ones.
    level = 0.95 ** (1 / N_BINS)
    low, high = np.quantile(resampled, [(1 - level) / 2, (1 + level) / 2], axis=0)
    print("PIT (each tenth should hold 0.10; whole years resampled, all tenths at once 95 %)")
    print("share", " ".join(f"{value:.2f}" for value in shares))
    print("from ", " ".join(f"{value:.2f}" for value in low))
    print("to   ", " ".join(f"{value:.2f}" for value in high))
    flat = bool(((low <= 1 / N_BINS) & (high >= 1 / N_BINS)).all())
    base = table["has_risen"].mean()
    brier = ((table["p_rise"] - table["has_risen"]) ** 2).mean()
    print(f"flat within the intervals: {flat}")
    print(f"80 % ranges of the rank hold {table['inside'].mean():.3f}")
    print(
        f"rose {RISE} ranks or more: {base:.3f}, simulated {table['p_rise'].mean():.3f}; "
        f"Brier score {brier:.3f}, of the base rate {base * (1 - base):.3f}"
    )
    lower = table[table["rank"] > table.groupby("year")["rank"].transform("median")]
    print(
        f"of the lower half: {lower['has_risen'].mean():.3f}, simulated "
        f"{lower['p_rise'].mean():.3f}"
    )
    miss = (table["expected"] - table["rose"]).abs().mean()
    print(f"ranks off on average: {miss:.1f}, of no change {table['rose'].abs().mean():.1f}")
    return flat and brier < base * (1 - base)


def _histogram(table: pd.DataFrame) -> np.ndarray:
    counts: np.ndarray = np.histogram(table["pit"], N_BINS, (0, 1))[0]
    return counts / counts.sum()


def excess(scores: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return a row per province and series: points of the overall score over what was expected.

    With the places that each rule gives the series in that province.
    """
    ahead = next_year(scores, year)
    table = priorities(scores, None, year).table
    place = table.set_index(["province", "series"])["position"]
    later = scores[scores["year"] == year + 1].set_index(["province", "series"])["score"]
    rows = []
    worth = ahead.overall_per_standing
    for at, series in enumerate(ahead.parts.series):
        values = later.xs(series, level="series").reindex(ahead.parts.provinces)
        standing = (values - values.mean()) / values.std(ddof=0)
        reverts = (ahead.expected[:, at] - ahead.standing[:, at]) * worth[at]
        rows.append(
            pd.DataFrame(
                {
                    **{"year": year, "province": ahead.parts.provinces, "series": series},
                    "excess": (standing.to_numpy() - ahead.expected[:, at]) * worth[at],
                    **{"reverts": reverts, "standing": ahead.standing[:, at]},
                    "width": worth[at],
                }
            )
        )
    answer = pd.concat(rows, ignore_index=True).dropna()
    keys = pd.MultiIndex.from_frame(answer[["province", "series"]])
    by_province = answer.groupby("province")
    return answer.assign(
        advice=place.reindex(keys).to_numpy(),
        reversion=by_province["reverts"].rank(ascending=False).to_numpy(),
        lowest=by_province["standing"].rank().to_numpy(),
        widest=by_province["width"].rank(ascending=False).to_numpy(),
        chance=by_province["width"].transform(lambda w: N_NAMED * w.mean() / w.sum()).to_numpy(),
    )


def risen_parts(table: pd.DataFrame, moved: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `excess` of provinces that rose more ranks than was expected.

    `moved` are rows of `simulated`; more by `RISE` ranks.
    """
    risen = moved[moved["rose"] - moved["expected"] >= RISE][_KEYS]
    return table.merge(risen, on=_KEYS)


def share_named(risen: pd.DataFrame, rule: str) -> float:
    """Return the share of the excess points that came from the series that a rule names."""
    return float(risen.loc[risen[rule] <= N_NAMED, "excess"].sum() / risen["excess"].sum())


def report_advice(table: pd.DataFrame, moved: pd.DataFrame) -> bool:
    """Print where the rises came from by rule; return whether advice named more than others."""
    risen = risen_parts(table, moved)
    print(
        f"\nAdvice as of {ADVISED}: {len(risen[_KEYS].drop_duplicates())} province-years rose "
        f"{RISE} ranks or more over what was expected; share of their excess points that came "
        f"from the {N_NAMED} series each rule names"
    )
    answer = {rule: share_named(risen, rule) for rule in RULES}
    for rule in RULES:
        by_year = [share_named(part, rule) for _, part in risen.groupby("year")]
        every = table[table[rule] <= N_NAMED]
        print(
            f"  {rule:10} {answer[rule]:.3f}  by year "
            + " ".join(f"{value:.2f}" for value in by_year)
            + f"; of all provinces: {every.groupby(_KEYS)['excess'].sum().mean():+.3f} points"
        )
    print(f"  by chance  {risen['chance'].mean():.3f} (three series taken at random)")
    print("  widest: the series in which provinces differ most, for all provinces the same")
    return answer["advice"] > max(answer["reversion"], answer["lowest"])


def report(scores: pd.DataFrame) -> bool:
    """Print both; return whether the simulated ranks fit and advice named more than reversion."""
    table = pd.concat([simulated(scores, year) for year in BASELINES], ignore_index=True)
    fit = report_ranks(table)
    rows = pd.concat([excess(scores, year) for year in ADVISED], ignore_index=True)
    return report_advice(rows, table) and fit
