"""Rank intervals: csranks, brute force, how often they hold, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parstats.drivers.rank_intervals import rank_intervals, top_set
from parstats.errors import InsufficientCoverage, InvalidRequest, UnknownChoice
from parstats.panel import ranks
from parstats.stats.simultaneous_ranks import rank_bounds

REFERENCE = Path(__file__).parent / "data" / "reference" / "papi2019_rank_bounds.csv"


def reference(method: str) -> pd.DataFrame:
    table = pd.read_csv(REFERENCE, dtype={"province": str})
    return table[table["method"] == method].set_index("province")


def bounds_at(critical: float, estimates: np.ndarray, se: np.ndarray) -> tuple[list, list]:
    """Bounds by a plain loop over ordered pairs at a given critical value."""
    n = len(estimates)
    above = [[False] * n for _ in range(n)]
    for i in range(n):
        for k in range(n):
            error = (se[i] ** 2 + se[k] ** 2) ** 0.5
            above[i][k] = bool(estimates[i] - estimates[k] > critical * error)
    low = [1 + sum(above[k][i] for k in range(n)) for i in range(n)]
    high = [n - sum(above[i][k] for k in range(n)) for i in range(n)]
    return low, high


def brute_force(estimates, se, confidence, draws, seed, only=None):
    """The step-down with every draw and every ordered pair written out."""
    n = len(estimates)
    errors = np.random.default_rng(seed).standard_normal((draws, n)) * se
    hand = {(i, k) for i in range(n) for k in range(n) if i != k and only in (None, i, k)}
    separated: set[tuple[int, int]] = set()
    while True:
        first, second = (list(side) for side in zip(*sorted(hand), strict=True))
        scale = np.sqrt(se[first] ** 2 + se[second] ** 2)
        largest = ((errors[:, first] - errors[:, second]) / scale).max(axis=1)
        critical = np.quantile(largest, confidence, method="inverted_cdf")
        pairs = {
            (i, k)
            for i, k in hand
            if estimates[i] - estimates[k] > critical * np.hypot(se[i], se[k])
        }
        if not pairs:
            low = [1 + sum(k == i for _, k in separated) for i in range(n)]
            high = [n - sum(j == i for j, _ in separated) for i in range(n)]
            return low, high, critical
        separated |= pairs
        hand -= pairs


# Against csranks.


def test_bounds_of_papi_2019_are_those_of_csranks_within_monte_carlo_error(
    scores: pd.DataFrame,
) -> None:
    """The bounds of csranks, all 126, are ours at a critical value of 4.06.

    A million draws give 4.076; 20,000 draws, as csranks took (anew at every step), have a Monte
    Carlo error of 0.007, and each 0.01 moves one or two bounds by a rank.
    """
    result = (
        rank_intervals(scores, 2019, se=0.5, n_draws=100_000).set_index("province").sort_index()
    )
    expected = reference("simultaneous")
    assert result["rank"].to_dict() == expected["rank"].to_dict()
    assert (result["rank_ci_low"] - expected["rank_low"]).abs().max() <= 1
    assert (result["rank_ci_high"] - expected["rank_high"]).abs().max() <= 1
    low, high = bounds_at(4.06, result["score"].to_numpy(), np.full(63, 0.5))
    assert low == expected.loc[result.index, "rank_low"].tolist()
    assert high == expected.loc[result.index, "rank_high"].tolist()


def test_marginal_bounds_of_papi_2019_are_those_of_csranks(scores: pd.DataFrame) -> None:
    result = rank_intervals(scores, 2019, se=0.5, simultaneous=False).set_index("province")
    expected = reference("marginal").loc[result.index]
    assert (result["rank_ci_low"] - expected["rank_low"]).abs().max() <= 1
    assert (result["rank_ci_high"] - expected["rank_high"]).abs().max() <= 1


# Against brute force.


@settings(max_examples=25, deadline=None)
@given(
    estimates=st.lists(st.floats(-3, 3), min_size=2, max_size=7),
    spreads=st.lists(st.floats(0.05, 2), min_size=7, max_size=7),
    confidence=st.sampled_from([0.8, 0.9, 0.95]),
    seed=st.integers(0, 1000),
)
def test_the_short_cuts_give_what_every_draw_and_pair_would(
    estimates: list[float], spreads: list[float], confidence: float, seed: int
) -> None:
    theta, se = np.array(estimates), np.array(spreads[: len(estimates)])
    result = rank_bounds(theta, se, ci_level=confidence, n_draws=400, seed=seed)
    low, high, critical = brute_force(theta, se, confidence, 400, seed)
    assert (result.low.tolist(), result.high.tolist()) == (low, high)
    assert result.critical == pytest.approx(np.full(len(theta), critical))
    marginal = rank_bounds(
        theta, se, ci_level=confidence, n_draws=400, seed=seed, simultaneous=False
    )
    for unit in range(len(theta)):
        low, high, critical = brute_force(theta, se, confidence, 400, seed, only=unit)
        assert (marginal.low[unit], marginal.high[unit]) == (low[unit], high[unit])
        assert marginal.critical[unit] == pytest.approx(critical)


def test_two_units_come_apart_at_the_normal_quantile() -> None:
    """With one pair the largest difference is |N(0, 1)|: 1.96 at 95 %."""
    bounds = rank_bounds(np.array([0.0, 0.0]), np.array([0.3, 0.4]), n_draws=400_000)
    assert bounds.critical == pytest.approx([1.96, 1.96], abs=0.01)
    assert rank_bounds(np.array([1.0, 0.0]), np.array([0.3, 0.4])).low.tolist() == [1, 2]
    assert rank_bounds(np.array([0.95, 0.0]), np.array([0.3, 0.4])).low.tolist() == [1, 1]


@given(shift=st.floats(-50, 50), factor=st.floats(0.1, 20), order=st.permutations(list(range(6))))
@settings(max_examples=20, deadline=None)
def test_bounds_do_not_depend_on_units_nor_on_the_order_of_provinces(
    shift: float, factor: float, order: list[int]
) -> None:
    theta = np.array([3.0, 2.9, 1.0, 0.9, -1.0, -6.0])
    se = np.array([0.2, 0.2, 0.3, 0.5, 0.4, 0.2])
    base = rank_bounds(theta, se, n_draws=4000)
    moved = rank_bounds(theta * factor + shift, se * factor, n_draws=4000)
    assert moved.low.tolist() == base.low.tolist()
    assert moved.high.tolist() == base.high.tolist()
    mixed = rank_bounds(theta[order], se[order], n_draws=40_000)
    straight = rank_bounds(theta, se, n_draws=40_000)
    assert mixed.low.tolist() == straight.low[order].tolist()
    assert mixed.high.tolist() == straight.high[order].tolist()


def test_tiny_errors_leave_the_ranks_and_huge_ones_leave_everything_open(
    scores: pd.DataFrame,
) -> None:
    exact = rank_intervals(scores, 2024, se=1e-9)
    assert (exact["rank_ci_low"] == exact["rank"]).all()
    assert (exact["rank_ci_high"] == exact["rank"]).all()
    nothing = rank_intervals(scores, 2024, se=1000.0)
    assert set(nothing["rank_ci_low"]) == {1}
    assert set(nothing["rank_ci_high"]) == {61}


@pytest.mark.slow
def test_intervals_hold_the_rank_and_narrow_when_less_is_asked(scores: pd.DataFrame) -> None:
    table = rank_intervals(scores, 2024, se=0.4)
    assert (table["rank_ci_low"] <= table["rank"]).all()
    assert (table["rank"] <= table["rank_ci_high"]).all()
    for other in (
        rank_intervals(scores, 2024, se=0.4, simultaneous=False),
        rank_intervals(scores, 2024, se=0.4, ci_level=0.8),
        rank_intervals(scores, 2024, se=0.2),
    ):
        assert (other["rank_ci_low"] >= table["rank_ci_low"]).all()
        assert (other["rank_ci_high"] <= table["rank_ci_high"]).all()
    assert table.equals(rank_intervals(scores, 2024, se=0.4))


@pytest.mark.slow
@pytest.mark.parametrize("spread", [0.0, 0.5, 2.0])
@pytest.mark.parametrize("simultaneous", [True, False])
def test_intervals_hold_the_true_ranks_as_often_as_they_say(
    spread: float, simultaneous: bool
) -> None:
    """1,000 samples of 20 units; Monte Carlo error of the share 0.7 points.

    Truly tied units share every rank that their ties span (spread 0: all are tied).
    """
    generator = np.random.default_rng(8)
    truth = spread * generator.normal(size=20)
    se = generator.uniform(0.2, 0.8, size=20)
    best = 1 + (truth[None, :] > truth[:, None]).sum(axis=1)
    worst = 20 - (truth[None, :] < truth[:, None]).sum(axis=1)
    covered = []
    for sample in range(1000):
        estimates = truth + se * generator.normal(size=20)
        bounds = rank_bounds(estimates, se, n_draws=2000, seed=sample, simultaneous=simultaneous)
        covered.append((bounds.low <= best) & (worst <= bounds.high))
    share = (
        np.mean([all_.all() for all_ in covered])
        if simultaneous
        else np.mean(covered, axis=0).min()
    )
    assert share > 0.95 - 0.025
    if spread == 0 and simultaneous:
        assert share < 0.95 + 0.02  # exact when nothing is truly apart


# The set of the best.


def test_the_top_set_holds_who_may_be_among_the_best(scores: pd.DataFrame) -> None:
    table = rank_intervals(scores, 2024, se=0.3)
    best = top_set(scores, 2024, 10, se=0.3)
    assert set(best["province"]) == set(table.loc[table["rank_ci_low"] <= 10, "province"])
    assert set(table.head(10)["province"]) <= set(best["province"])
    assert (best.loc[best["is_certain"], "rank_ci_high"] <= 10).all()
    assert len(top_set(scores, 2024, 61, se=0.3)) == 61
    with pytest.raises(InvalidRequest, match="top is 0: expected at least 1"):
        top_set(scores, 2024, 0, se=0.3)


# Where the standard errors come from.


def test_standard_errors_may_stand_in_the_scores(scores: pd.DataFrame) -> None:
    with_errors = scores.copy()
    with_errors.loc[(with_errors["year"] == 2024) & (with_errors["series"] == "papi"), "se"] = 0.4
    expected = rank_intervals(scores, 2024, se=0.4)
    assert rank_intervals(with_errors, 2024).equals(expected)
    dimension_ranks = rank_intervals(scores, 2024, se=0.1, series="papi.services")
    assert set(dimension_ranks["series"]) == {"papi.services"}
    expected_ranks = ranks(scores, 2024, "papi.services")["rank"].tolist()
    assert dimension_ranks["rank"].tolist() == expected_ranks


def test_standard_errors_are_matched_by_code_or_name(scores: pd.DataFrame) -> None:
    codes = ranks(scores, 2024)["province"].tolist()
    errors = {code: 0.2 + 0.01 * number for number, code in enumerate(codes)}
    result = rank_intervals(scores, 2024, se=pd.Series(errors).sample(frac=1, random_state=1))
    assert result.set_index("province")["se"].to_dict() == pytest.approx(errors)
    named = {("Hải Phòng" if code == "31" else code): value for code, value in errors.items()}
    assert rank_intervals(scores, 2024, se=named).equals(result)
    with pytest.raises(InvalidRequest, match="1 standard errors are given twice"):
        rank_intervals(scores, 2024, se={**named, "31": 0.3})


def test_without_standard_errors_there_are_no_intervals(scores: pd.DataFrame) -> None:
    with pytest.raises(InvalidRequest) as caught:
        rank_intervals(scores, 2024)
    assert str(caught.value) == (
        "PAPI 2024 comes without standard errors, so its ranks have no intervals; if you have "
        "them, pass se=, a number or a series by province code. drivers.robustness needs none"
    )


@pytest.mark.parametrize("wrong", [0.0, -0.1, float("inf")])
def test_a_standard_error_that_is_not_above_zero_is_refused(
    scores: pd.DataFrame, wrong: float
) -> None:
    with pytest.raises(InvalidRequest, match=r"above zero: 22, 72, 60, 19, 58 and 56 more"):
        rank_intervals(scores, 2024, se=wrong)


def test_a_missing_standard_error_is_named(scores: pd.DataFrame) -> None:
    errors = dict.fromkeys(ranks(scores, 2024)["province"], 0.4)
    del errors["01"]
    with pytest.raises(InvalidRequest, match=r"no standard error of PAPI 2024 for 01; pass se="):
        rank_intervals(scores, 2024, se=errors)
    partly = scores.copy()
    is_selected = (
        (partly["year"] == 2024) & (partly["series"] == "papi") & (partly["province"] != "01")
    )
    partly.loc[is_selected, "se"] = 0.4
    with pytest.raises(InvalidRequest, match="no standard error of PAPI 2024 for 01"):
        rank_intervals(partly, 2024)


def test_other_requests_that_do_not_fit_are_refused(scores: pd.DataFrame) -> None:
    with pytest.raises(InvalidRequest, match="ci_level is 95: expected between 0 and 1"):
        rank_intervals(scores, 2024, se=0.4, ci_level=95)
    with pytest.raises(InvalidRequest, match=r"10 draws hold no 0.95 quantile: expected .* 20"):
        rank_intervals(scores, 2024, se=0.4, n_draws=10)
    with pytest.raises(UnknownChoice, match="unknown year of PAPI"):
        rank_intervals(scores, 1999, se=0.4)
    few = scores[scores["province"] < "50"]
    with pytest.raises(InsufficientCoverage):
        rank_intervals(few, 2024, se=0.4)
    with pytest.raises(InvalidRequest, match="two at least"):
        rank_bounds(np.ones(1), np.ones(1))


def test_every_row_says_how_it_was_made(scores: pd.DataFrame) -> None:
    table = rank_intervals(scores, 2024, se=0.4, simultaneous=False, ci_level=0.9)
    row = table.iloc[0]
    assert row[["index", "year", "series", "vintage"]].tolist() == ["PAPI", 2024, "papi", 63]
    assert row[["method", "ci_level", "n_provinces", "n_units"]].tolist() == [
        "marginal",
        0.9,
        61,
        63,
    ]
    assert row["coverage"] == pytest.approx(61 / 63)
