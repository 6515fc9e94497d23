"""``python -m evaluation.advice``: how well next year's standings were foretold, year by year.

Rolling origin: each year is forecast by models that saw earlier years only. Ranges of 80 % should
hold the outcome 78-82 % of the time over all cells, 74-90 % in each year and 72-88 % in each series
with four test years or more; the mean absolute error is compared with that of no change, of the
mean of all provinces, of ridge regression on the same features and of gradient boosting. For PAPI,
the simulated ranks and the advice of earlier years follow, beside what came.
"""

from __future__ import annotations

import argparse
from collections import Counter

import numpy as np
import pandas as pd
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.linear_model import RidgeCV

from evaluation import advised
from parstats.advice.next_standings import LEAST_YEARS, Transitions, transitions
from parstats.errors import InsufficientData
from parstats.panel import load_scores, to_vintage
from parstats.reference import provinces

POOLED, YEARS, SERIES = (0.78, 0.82), (0.74, 0.90), (0.72, 0.88)
LEAST_TEST_YEARS = 4


def forecasts(moves: Transitions) -> pd.DataFrame:
    """Return the outcome of every year that could be forecast, beside forecasts and ranges."""
    known = moves.cells.dropna(subset=["outcome"])
    tables = []
    for year in sorted(known["year"].unique() + 1):
        test, train = known[known["year"] + 1 == year], known[known["year"] + 1 < year]
        if train["year"].nunique() < LEAST_YEARS:
            continue
        model = moves.fit(int(year))
        x, number = moves.features(test), moves.numbers(test)
        low, high = model.interval(x, number)
        rivals = {
            "ridge": RidgeCV(np.logspace(-2, 4, 13), fit_intercept=False),
            "boosting": GradientBoostingRegressor(
                n_estimators=100, subsample=0.5, learning_rate=0.05, random_state=0
            ),
        }
        fitted = {
            name: rival.fit(moves.features(train), train["outcome"]).predict(x)
            for name, rival in rivals.items()
        }
        tables.append(
            test.assign(
                outcome_year=year, model=model.forecast(x, number), low=low, high=high, **fitted
            )
        )
    return pd.concat(tables, ignore_index=True)


def errors_by_rule(table: pd.DataFrame) -> pd.DataFrame:
    """Return mean absolute errors, and of each the difference from the model's with its error."""
    guesses = {
        **{name: table[name] for name in ("model", "ridge", "boosting")},
        "no change": table["standing"],
        "mean": 0.0 * table["standing"],
    }
    absolute = pd.DataFrame({name: (table["outcome"] - g).abs() for name, g in guesses.items()})
    differences = absolute.sub(absolute["model"], axis=0)
    by_year = differences.groupby(table["outcome_year"]).mean()  # years are what varies
    return pd.DataFrame(
        {
            "mae": absolute.mean(),
            "less_than_model": -differences.mean(),
            "se": by_year.std() / np.sqrt(len(by_year)),
        }
    )


def report(index: str, level: str) -> bool:
    """Print what a level of an index gives; return whether the goals are met."""
    table = forecasts(transitions(load_scores(index), level=level))
    inside = table["outcome"].between(table["low"], table["high"])
    by_year = inside.groupby(table["outcome_year"]).mean()
    n_years = table.groupby("series")["outcome_year"].nunique()
    by_series = inside.groupby(table["series"]).mean()[n_years >= LEAST_TEST_YEARS]
    print(f"\n{index}, {level}: {len(table)} outcomes of {by_year.size} years")
    print(f"80 % ranges hold {inside.mean():.3f} of them (goal {POOLED[0]}-{POOLED[1]})")
    print(f"by year   {by_year.min():.3f} - {by_year.max():.3f} (goal {YEARS[0]}-{YEARS[1]})")
    print("         ", ", ".join(f"{int(y)} {share:.2f}" for y, share in by_year.items()))
    n = len(by_series)
    print(f"by series {by_series.min():.3f} - {by_series.max():.3f} of {n} (goal {SERIES})")
    errors = errors_by_rule(table)
    print(errors.round(4).to_string())
    best = errors.loc[["ridge", "boosting"]].sort_values("mae").iloc[0]
    goals = (
        POOLED[0] <= inside.mean() <= POOLED[1],
        YEARS[0] <= by_year.min() and by_year.max() <= YEARS[1],
        SERIES[0] <= by_series.min() and by_series.max() <= SERIES[1],
        best["less_than_model"] <= best["se"],
    )
    print(
        "goals (pooled, years, series, error):",
        ["MISSED", "met"][all(goals)],
        [bool(goal) for goal in goals],
    )
    return all(goals)


def report_merged(scores: pd.DataFrame) -> None:
    """Print how ranges made from the 63 provinces hold for the 34, recalculated for earlier years.

    Of provinces with unchanged borders the scores are those published.
    """
    years = sorted(scores["year"].unique())
    recalculated = [to_vintage(scores[scores["year"] == year], 34) for year in years]
    moves = transitions(scores, level="criterion")
    cells = transitions(pd.concat(recalculated, ignore_index=True), level="criterion").cells
    known = Transitions(cells.dropna(subset=["outcome"]), moves.series)
    counts = Counter(provinces.successors().values())
    held = []
    for year in sorted(known.cells["year"].unique() + 1):
        test = known.cells[known.cells["year"] + 1 == year]
        try:
            model = moves.fit(int(year))
        except InsufficientData:
            continue
        low, high = model.interval(known.features(test), known.numbers(test))
        inside = (test["outcome"] >= low) & (test["outcome"] <= high)
        is_merged = [counts[code] > 1 for code in test["province"]]
        held.append(pd.DataFrame({"inside": inside, "is_merged": is_merged}))
    table = pd.concat(held).groupby("is_merged")["inside"].agg(["mean", "size"])
    for is_merged, row in table.iterrows():
        name = "merged" if is_merged else "with unchanged borders"
        print(
            f"34 provinces, {name}: 80 % ranges hold {row['mean']:.3f} of {int(row['size'])} "
            "outcomes"
        )


def main() -> None:
    """Print every level that has outcomes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--index", default="PAPI")
    index = parser.parse_args().index
    for level in ("criterion", "dimension", "index"):
        try:
            report(index, level)
        except InsufficientData as error:
            print(f"\n{index}, {level}: {error}")
    if index == "PAPI":
        print()
        report_merged(load_scores(index))
        advised.report(load_scores(index))


if __name__ == "__main__":
    main()
