"""Side-by-side comparisons of drivers and remedies: ``make benchmark`` runs and prints them.

Ratios within one run on one machine are what counts; machines are noisy. Peers in Python run here;
peers in R are dated constants, measured once on two cores and marked as such.
"""

from __future__ import annotations

import importlib.util
import os

# Many small products run slower on several threads than on one, more so on a busy machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pandas as pd

import parstats as ps
from benchmarks import reassignments
from benchmarks.timing import Line, median, once
from parstats.drivers.score_matrix import build_parts
from parstats.stats.shapley import subset_regression as subsets
from parstats.stats.simultaneous_ranks import rank_bounds

DRAWS = 10_000


def main() -> None:
    """Print all comparisons and how the tasks grow."""
    ps.build()
    scores = ps.load_scores("PAPI")
    _head("Comparisons")
    for line in (
        *_lmg(scores),
        *_ranks(scores),
        *_robust(scores),
        *reassignments.lines(scores),
    ):
        print(line, flush=True)
    _head("Growth")
    for text in (
        *_subset_growth(),
        *_robustness_growth(scores),
        *reassignments.growth(scores),
    ):
        print(text, flush=True)


def _head(text: str) -> None:
    print(f"\n{text}\n{'-' * len(text)}")


def _matrix(p: int) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(0)
    x = draw.normal(size=(63, p)) + draw.normal(size=(63, 1))
    return x, subsets.correlations(x.sum(axis=1), x)


def _lmg(scores: pd.DataFrame) -> list[Line]:
    compiled = importlib.util.find_spec("numba") is not None
    if compiled:
        first = once(lambda: subsets.all_subsets(_matrix(16)[1]))
        print(f"loading or compiling the compiled sums took {first:.2f} s (once)")
    lines = []
    for p in (12, 14, 16):
        x, matrix = _matrix(p)
        ours = median(lambda matrix=matrix: subsets.all_subsets(matrix))
        lines.append(Line(f"LMG of {p} parts", ours, *_pingouin(x)))
    _, matrix = _matrix(20)
    ours = median(lambda: subsets.all_subsets(matrix))
    lines.append(Line("LMG of 20 parts, goal under 0.5 s", ours, "the goal", 0.5, measured=False))
    if compiled:
        ours = once(lambda: ps.drivers.importance(scores, 2024, exact=True, n_draws=0))
        lines.append(
            Line("exact LMG of 28 sub-dimensions, 2**28 sets", ours, "the goal", 60, measured=False)
        )
    return lines


def _pingouin(x: np.ndarray) -> tuple[str, float]:
    if importlib.util.find_spec("pingouin") is None:
        return "pingouin not installed", float("nan")
    import pingouin

    table, outcome = pd.DataFrame(x), pd.Series(x.sum(axis=1), name="y")
    return (
        f"pingouin {pingouin.__version__} relimp",
        once(lambda: pingouin.linear_regression(table, outcome, relimp=True)),
    )


def _ranks(scores: pd.DataFrame) -> list[Line]:
    parts = build_parts(scores, 2024)
    ours = median(lambda: ps.drivers.rank_attributions(scores, 2024))
    what = f"rank attribution of all {len(parts.provinces)} provinces, 28 parts"
    lines = [Line(what, ours, "ShaRP 0.1.1, 8 parts of one", 31.8, measured=False)]
    total = build_parts(scores, 2019).total
    se = np.full(len(total), 0.5)
    for simultaneous, theirs in ((True, 0.84), (False, 2.74)):
        kind = "simultaneous" if simultaneous else "marginal"
        ours = median(
            lambda simultaneous=simultaneous: rank_bounds(
                total, se, simultaneous=simultaneous, n_draws=20_000
            ),
            3,
        )
        lines.append(
            Line(f"rank intervals of 63 provinces, {kind}", ours, "csranks", theirs, measured=False)
        )
    return lines


def _robust(scores: pd.DataFrame) -> list[Line]:
    ours = median(lambda: ps.drivers.robustness(scores, 2024, n_draws=DRAWS), 3)
    what = f"robustness, {DRAWS:,} draws x 12 methods"
    parts = build_parts(scores, 2024)
    loop = _pandas_loop(pd.DataFrame(parts.points, index=list(parts.provinces)), 200)
    simple = median(
        lambda: ps.drivers.robustness(
            scores, 2024, n_draws=DRAWS, normalisation=["points"], aggregation=["arithmetic"]
        ),
        3,
    )
    return [
        Line(what, ours, "COINr get_sensitivity, per draw", 0.21 * DRAWS, measured=False),
        Line(
            f"{DRAWS:,} draws of weights, one method, with tables",
            simple,
            "a loop in pandas, scaled from 200",
            loop * DRAWS / 200,
        ),
    ]


def _pandas_loop(table: pd.DataFrame, draws: int) -> float:
    weights = np.random.default_rng(0).dirichlet(np.full(table.shape[1], 20.0), size=draws)

    def run() -> list[pd.Series]:
        return [
            (table * weight).sum(axis=1).rank(ascending=False, method="min") for weight in weights
        ]

    return once(run)


def _subset_growth() -> list[str]:
    highest = 24 if importlib.util.find_spec("numba") is not None else 20
    texts = []
    for p in range(8, highest + 1, 4):
        _, matrix = _matrix(p)
        seconds = median(lambda matrix=matrix: subsets.all_subsets(matrix), 3)
        texts.append(f"LMG of {p:2} parts, {2**p:>12,} sets: {1000 * seconds:10.2f} ms")
    return texts


def _robustness_growth(scores: pd.DataFrame) -> list[str]:
    texts = []
    for draws in (1_000, 10_000, 100_000):
        seconds = once(lambda draws=draws: ps.drivers.robustness(scores, 2024, n_draws=draws))
        texts.append(f"robustness, {draws:>7,} draws x 12 methods: {seconds:8.2f} s")
    for n in (63, 630):
        draw = np.random.default_rng(0)
        estimates = draw.normal(size=n)
        seconds = once(
            lambda estimates=estimates, n=n: rank_bounds(estimates, np.full(n, 0.5), n_draws=20_000)
        )
        texts.append(f"rank intervals of {n:4} units, simultaneous: {seconds:8.2f} s")
    return texts


if __name__ == "__main__":
    main()
