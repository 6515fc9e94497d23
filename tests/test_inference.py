"""The bootstrap: counts, quantiles, and how often an interval holds what it should."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parstats.errors import InvalidRequest
from parstats.stats import percentile_interval, resampling_counts


@given(n=st.integers(1, 40), draws=st.integers(1, 20), seed=st.integers(0, 2**32))
def test_each_sample_draws_as_many_units_as_there_are(n: int, draws: int, seed: int) -> None:
    counts = resampling_counts(n, draws, seed)
    assert counts.shape == (draws, n)
    assert (counts.sum(axis=1) == n).all()
    assert (counts >= 0).all()
    assert (counts == counts.round()).all()


def test_the_same_seed_gives_the_same_counts_and_another_seed_others() -> None:
    assert np.array_equal(resampling_counts(63, 50, 7), resampling_counts(63, 50, 7))
    assert not np.array_equal(resampling_counts(63, 50, 7), resampling_counts(63, 50, 8))


def test_units_are_drawn_as_sampling_with_replacement_draws_them() -> None:
    n = 20
    counts = resampling_counts(n, 40_000, seed=1)
    # Binomial(n, 1/n): mean 1, variance 1 - 1/n, never drawn with probability (1 - 1/n)^n.
    assert counts.mean(axis=0) == pytest.approx(np.ones(n), abs=0.03)
    assert counts.var(axis=0) == pytest.approx(np.full(n, 1 - 1 / n), abs=0.05)
    assert (counts == 0).mean() == pytest.approx((1 - 1 / n) ** n, abs=0.005)


@pytest.mark.parametrize(
    ("n", "draws", "seed", "message"),
    [
        (0, 5, 0, "n is 0: expected at least 1"),
        (5, 0, 0, "draws is 0: expected at least 1"),
        (-1, 5, 0, "n is -1: expected at least 1"),
        (5, 2.5, 0, "draws is 2.5: expected at least 1, a whole number"),
        (5, 5, -1, "seed is -1: expected at least 0"),
        (5, 5, None, "seed is None: expected at least 0"),
    ],
)
def test_nothing_to_draw_is_refused(n: int, draws: int, seed: int, message: str) -> None:
    with pytest.raises(InvalidRequest, match=message):
        resampling_counts(n, draws, seed)


def test_the_interval_cuts_off_the_same_share_on_both_sides_of_every_column() -> None:
    draws = np.column_stack([np.arange(1001.0), -2 * np.arange(1001.0)])
    low, high = percentile_interval(draws, 0.8)
    assert low == pytest.approx([100, -1800])
    assert high == pytest.approx([900, -200])


@pytest.mark.parametrize("level", [0, 1, -0.5, 95, float("nan")])
def test_a_level_that_is_no_share_is_refused(level: float) -> None:
    with pytest.raises(InvalidRequest, match="expected a share between 0 and 1"):
        percentile_interval(np.ones((5, 1)), level)


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_interval_of_a_mean_covers_about_as_often_as_it_says(level: float) -> None:
    """2,000 samples of 60 from a skewed distribution with mean 1.

    The percentile interval is known to cover a little less than nominal at this size; the Monte
    Carlo error of the share is below 0.9 points (0.8) and 0.5 points (0.95).
    """
    n, samples = 60, 2000
    data = np.random.default_rng(2024).gamma(2.0, 0.5, size=(samples, n))
    averages = resampling_counts(n, 1500, seed=11) @ data.T / n
    low, high = percentile_interval(averages, level)
    covered = ((low <= 1) & (high >= 1)).mean()
    assert level - 0.035 < covered < level + 0.02
