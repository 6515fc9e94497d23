"""How often the intervals of the drivers hold the true value, if provinces are draws of a law.

The drivers read the provinces as a census. Who reads them as draws from a larger population wants
to know how often an interval holds what the population has: scores are drawn from a normal law with
the means and covariances of PAPI 2024, put through `parstats.index_from` and the public functions,
and held against the same figures of the law itself.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

import parstats as ps
from parstats.reference import frameworks
from parstats.stats.shapley import subset_regression

NAME = "Coverage of drivers"
YEAR = 2024
#: Numbers of units: the fewest of a region, a region, the 34, and the 63 provinces.
UNITS = (10, 14, 34, 63)


def law(level: str) -> tuple[pd.Series, pd.DataFrame]:
    """Return the means and covariances of the parts of PAPI 2024 at a level."""
    wide = ps.panel.wide(ps.load_scores("PAPI"), YEAR, level=level, complete=True)
    return wide.mean(), wide.cov(ddof=0)


def true_shares(covariance: pd.DataFrame) -> pd.Series:
    """Return the covariance share of each part under the law."""
    with_total = covariance.sum(axis=1)
    return with_total / with_total.sum()


def true_owen(covariance: pd.DataFrame) -> pd.Series:
    """Return the Owen value of each part under the law, where each part is a group of its own."""
    total = covariance.sum(axis=1)
    # The outcome comes first.
    joint = np.block(
        [[total.sum(), total.to_numpy()[None]], [total.to_numpy()[:, None], covariance.to_numpy()]]
    )
    scale = np.sqrt(np.diag(joint))
    correlation = joint / np.outer(scale, scale)
    sums = subset_regression.all_subsets(correlation[None])
    return pd.Series(sums.shapley[0], covariance.index)


def true_main_effects(covariance: pd.DataFrame) -> pd.Series:
    """Return the main effect of each part: under a normal law the squared correlation."""
    total = covariance.sum(axis=1)
    return total**2 / (np.diag(covariance) * total.sum())


def drawn_scores(
    mean: pd.Series, covariance: pd.DataFrame, n: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Return scores of units drawn from the law, as an index of one's own."""
    points = rng.multivariate_normal(mean, covariance, size=n)
    values = pd.DataFrame(points, columns=mean.index).assign(unit=[f"U{i:03d}" for i in range(n)])
    weights = dict.fromkeys(mean.index, 1.0)
    return ps.index_from(values, weights=weights, normalise="none", name=NAME, year=YEAR)


Quantity = tuple[str, str, Callable[[pd.DataFrame], pd.Series], Callable[..., pd.DataFrame], str]
QUANTITIES: tuple[Quantity, ...] = (
    ("shares of sub-dimensions", "criterion", true_shares, ps.drivers.shares, "sens"),
    ("shares of dimensions", "dimension", true_shares, ps.drivers.shares, "sens"),
    ("Owen values of dimensions", "dimension", true_owen, ps.drivers.importance, "owen_sens"),
    ("main effects of dimensions", "dimension", true_main_effects, ps.drivers.main_effects, "sens"),
)


def rows(n_sets: int, n_draws: int, seed: int) -> Iterator[dict[str, object]]:
    """Yield for each quantity and number of units how often the interval holds the truth."""
    for title, level, truth_of, driver, prefix in QUANTITIES:
        mean, covariance = law(level)
        truth = truth_of(covariance)
        for n in UNITS:
            rng = np.random.default_rng(seed)
            held, first, tied = [], [], []
            for _ in range(n_sets):
                table = _estimated(driver, drawn_scores(mean, covariance, n, rng), n_draws)
                if table is None:
                    break
                at = table["series"].map(_by_name(truth))
                held.append(at.between(table[f"{prefix}_low"], table[f"{prefix}_high"]))
                if "tied_with_top" in table:
                    first.append(at.idxmax() == 0)
                    tied.append(bool(table.loc[at.idxmax(), "tied_with_top"]))
            by_part = pd.concat(held, axis=1).mean(axis=1) if held else pd.Series(dtype=float)
            yield {
                "quantity": title,
                "n": n,
                "coverage": by_part.mean(),
                "least": by_part.min(),
                "true first is first": np.mean(first) if first else np.nan,
                "true first is tied": np.mean(tied) if tied else np.nan,
            }


def _estimated(
    driver: Callable[..., pd.DataFrame], scores: pd.DataFrame, n_draws: int
) -> pd.DataFrame | None:
    """Return the estimates; None where there are too few units for them."""
    options = {"n_permutations": 1} if driver is ps.drivers.main_effects else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = driver(scores, YEAR, n_draws=n_draws, **options)
    enough = table["is_estimable"].all() if "is_estimable" in table else True
    return table if enough else None


def _by_name(truth: pd.Series) -> dict[str, float]:
    """Return the truth by the series of the drawn index, which are named after PAPI's."""
    drawn = frameworks.series().query("index == @NAME")
    codes = {str(row.name_vi): str(row.series) for row in drawn.itertuples()}
    return {codes[name]: value for name, value in truth.items() if name in codes}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=200)
    parser.add_argument("--draws", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    table = pd.DataFrame(rows(options.sets, options.draws, options.seed)).round(3)
    print(table.to_string(index=False, na_rep="-"))


if __name__ == "__main__":
    main()
