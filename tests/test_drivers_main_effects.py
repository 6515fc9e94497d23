"""Main effects and needed weights: what knowing a part tells of the overall score."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parstats.drivers.main_effects import main_effects, scale_weights
from parstats.drivers.score_matrix import build_parts
from parstats.drivers.target_weights import target_weights
from parstats.errors import InsufficientCoverage, InvalidRequest, UnknownChoice
from parstats.panel import wide
from parstats.reference.provinces import by_code
from parstats.stats import resampling_counts
from parstats.stats.composites.weight_fitting import (
    fit_weights,
    importance_shares,
    linear_importance,
)
from parstats.stats.local_linear import (
    bandwidth_grid,
    correlation_ratios,
    nonlinearity_p_value,
    smoother,
)

REFERENCE = Path(__file__).parent / "data" / "reference" / "papi2019_local_linear.csv"
QUICK = {"n_draws": 20, "n_permutations": 20}
KNOWLEDGE = "papi.participation.civic_knowledge"


def only(scores: pd.DataFrame, year: int) -> pd.DataFrame:
    return scores[scores["year"] == year]


# The smoother.


def test_the_local_line_and_its_left_out_error_equal_those_of_statsmodels(
    scores: pd.DataFrame,
) -> None:
    with REFERENCE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    parts = build_parts(scores, 2019)
    cases = {(row["series"], row["bandwidth"]) for row in rows}
    assert len(cases) == 9
    for name, bandwidth in cases:
        expected = {
            row["province"]: float(row["value"])
            for row in rows
            if (row["series"], row["bandwidth"]) == (name, bandwidth)
        }
        matrix = smoother(parts.points[:, parts.series.index(name)], float(bandwidth))
        fit = matrix @ parts.total
        error = np.mean(((parts.total - fit) / (1 - np.diag(matrix))) ** 2)
        assert expected.pop("leave_one_out") == pytest.approx(error, rel=1e-9)
        assert list(expected) == list(parts.provinces)
        assert fit == pytest.approx(np.array(list(expected.values())), abs=1e-9)


def test_the_local_line_is_weighted_least_squares_at_every_place() -> None:
    generator = np.random.default_rng(3)
    x, y = generator.normal(size=20), generator.normal(size=20)
    for bandwidth in (0.4, 2.0, np.inf):
        fit = smoother(x, bandwidth) @ y
        for position, value in zip(x, fit, strict=True):
            root = np.sqrt(np.exp(-0.5 * ((x - position) / bandwidth) ** 2))
            design = np.column_stack([np.ones(20), x - position])
            line = np.linalg.lstsq(design * root[:, None], y * root, rcond=None)[0]
            assert value == pytest.approx(line[0], abs=1e-9)


def test_the_bandwidth_is_the_one_that_predicts_left_out_units_best() -> None:
    """Against a loop that refits without each unit, and without its copies in a resample."""
    generator = np.random.default_rng(8)
    x = generator.normal(size=25)
    y = np.sin(2 * x) + generator.normal(scale=0.3, size=25)
    counts = np.vstack([np.ones(25), resampling_counts(25, 3, seed=1)])
    result = correlation_ratios(x, y, counts)
    grid = bandwidth_grid(x)
    for draw, times in enumerate(counts):
        drawn = np.flatnonzero(times)
        errors = np.array([loo_error(x, y, times, h) for h in grid])
        assert result.bandwidth[draw] == grid[errors.argmin()]
        fit = np.array([local_line(x, y, times, x[i], grid[errors.argmin()]) for i in drawn])
        spread = np.cov(np.repeat(fit, times[drawn].astype(int)), ddof=0)
        total = np.cov(np.repeat(y, times.astype(int)), ddof=0)
        assert result.ratio[draw] == pytest.approx(spread / total, abs=1e-9)
        repeated = np.repeat(np.arange(25), times.astype(int))
        linear = np.corrcoef(x[repeated], y[repeated])[0, 1] ** 2
        assert result.linear[draw] == pytest.approx(linear, abs=1e-12)


def local_line(x: np.ndarray, y: np.ndarray, times: np.ndarray, position: float, h: float) -> float:
    root = np.sqrt(times * np.exp(-0.5 * ((x - position) / h) ** 2))
    design = np.column_stack([np.ones(len(x)), x - position])
    return float(np.linalg.lstsq(design * root[:, None], y * root, rcond=1e-14)[0][0])


def loo_error(x: np.ndarray, y: np.ndarray, times: np.ndarray, h: float) -> float:
    error = 0.0
    for i in np.flatnonzero(times):
        remaining = np.where(np.arange(len(x)) == i, 0.0, times)
        error += times[i] * (y[i] - local_line(x, y, remaining, x[i], h)) ** 2
    return error


# A unit far from all others, whose neighbours have weights near the rounding error.
@example(slope=1.0, noise=1.0, seed=1252)
@given(slope=st.floats(-5, 5), noise=st.floats(0.1, 3), seed=st.integers(0, 10_000))
@settings(max_examples=30)
def test_main_effects_do_not_depend_on_units_or_on_the_order_of_provinces(
    slope: float, noise: float, seed: int
) -> None:
    generator = np.random.default_rng(seed)
    x = generator.normal(size=40)
    y = slope * x + noise * generator.normal(size=40)
    result = correlation_ratios(x, y)
    moved = correlation_ratios(7 - 100 * x, 3 + 0.01 * y)
    assert moved.linear == pytest.approx(result.linear, abs=1e-9)
    assert moved.ratio == pytest.approx(result.ratio, abs=1e-7)
    order = generator.permutation(40)
    assert correlation_ratios(x[order], y[order]).ratio == pytest.approx(result.ratio, abs=1e-9)
    assert result.ratio[0] >= 0


def test_a_curve_that_no_straight_line_sees_has_a_main_effect() -> None:
    x = np.linspace(-1, 1, 61)
    y = x**2 + np.random.default_rng(0).normal(scale=0.1, size=61)
    result = correlation_ratios(x, y)
    assert result.linear[0] < 0.02
    assert result.ratio[0] > 0.75
    assert nonlinearity_p_value(x, y, 199, seed=0) == 1 / 200


def test_values_in_one_place_and_one_far_away_are_smoothed_without_breaking() -> None:
    """Forty provinces at the end of the scale and an outlier: narrow kernels have no neighbours."""
    x = np.array([*np.zeros(40), *np.linspace(0.1, 0.2, 5), 50.0])
    y = np.random.default_rng(1).normal(size=46)
    result = correlation_ratios(x, y, np.vstack([np.ones(46), resampling_counts(46, 50, 0)]))
    assert np.isfinite(result.ratio).all()
    assert result.bandwidth[0] > 1


def test_what_is_the_same_everywhere_tells_nothing() -> None:
    y = np.random.default_rng(1).normal(size=20)
    assert correlation_ratios(np.ones(20), y).ratio[0] == 0
    assert correlation_ratios(np.ones(20), y).linear[0] == 0
    assert correlation_ratios(y, np.ones(20)).ratio[0] == 0
    assert np.isnan(nonlinearity_p_value(np.ones(20), y, 20, seed=0))


@pytest.mark.parametrize("correlation", [0.0, 0.7])
def test_the_p_value_of_a_straight_relation_is_small_as_rarely_as_it_should(
    correlation: float,
) -> None:
    """200 samples of 60: 5 % within Monte Carlo error (standard error 1.5 points)."""
    generator = np.random.default_rng(12)
    small = 0
    for seed in range(200):
        x = generator.normal(size=60)
        y = correlation * x + np.sqrt(1 - correlation**2) * generator.normal(size=60)
        small += nonlinearity_p_value(x, y, 99, seed) <= 0.05
    assert 0.01 < small / 200 < 0.1


# The table.


@pytest.mark.parametrize("year", [2011, 2018, 2021, 2024])
def test_linear_main_effects_are_squared_correlations_with_the_total(
    scores: pd.DataFrame, year: int
) -> None:
    table = main_effects(scores, year, **QUICK)
    matrix = wide(scores, year, complete=True)
    expected = matrix.corrwith(matrix.sum(axis=1)) ** 2
    result = table.set_index("series")["linear"]
    assert result.to_dict() == pytest.approx(expected.to_dict(), abs=1e-12)
    assert table["local_linear"].is_monotonic_decreasing
    assert table["effective"].sum() == pytest.approx(1)
    assert table["nominal"].sum() == pytest.approx(1)
    assert (table["ratio"] - table["effective"] / table["nominal"]).abs().max() < 1e-12
    straight = table[np.isinf(table["bandwidth"])]
    assert len(straight)
    assert straight["local_linear"].tolist() == pytest.approx(straight["linear"].tolist())
    split = table["unique"] + table["correlated"]
    assert split.tolist() == pytest.approx(table["local_linear"].tolist())


def test_the_nominal_weight_is_the_width_of_the_scale(scores: pd.DataFrame) -> None:
    """Eight dimensions weigh the same, and each splits its weight equally between its parts."""
    dimensions = main_effects(scores, 2024, level="dimension", **QUICK)
    assert dimensions["nominal"].tolist() == pytest.approx([1 / 8] * 8)
    criteria = main_effects(scores, 2024, **QUICK)
    sizes = criteria.groupby("parent")["series"].transform("size")
    assert criteria["nominal"].tolist() == pytest.approx((1 / 8 / sizes).tolist())
    assert scale_weights(build_parts(scores, 2024)).sum() == pytest.approx(1)


def test_own_and_correlated_parts_are_those_of_the_residual(scores: pd.DataFrame) -> None:
    """When it is added up exactly, a straight line on the residual gives Var(z) / Var(y)."""
    table = main_effects(scores, 2024, level="dimension", **QUICK).set_index("series")
    parts = build_parts(scores, 2024, level="dimension")
    precision = np.linalg.inv(np.cov(parts.points, rowvar=False))
    for j, name in enumerate(parts.series):
        centred = parts.points - parts.points.mean(axis=0)
        residual = centred @ precision[:, j] / precision[j, j]
        result = correlation_ratios(residual, parts.total)
        assert table.loc[name, "unique"] == pytest.approx(result.ratio[0], abs=1e-9)
        unique_share = residual.var() / parts.total.var()
        assert result.linear[0] == pytest.approx(unique_share, abs=1e-9)


def test_a_part_that_is_the_same_everywhere_gets_nothing(scores: pd.DataFrame) -> None:
    still = only(scores, 2024).copy()
    still.loc[still["series"] == KNOWLEDGE, "score"] = 1.0
    row = main_effects(still, 2024, **QUICK).set_index("series").loc[KNOWLEDGE]
    figures = [
        "linear",
        "local_linear",
        "sens_low",
        "sens_high",
        "effective",
        "unique",
        "correlated",
    ]
    assert row[figures].tolist() == [0] * 7
    assert np.isnan(row["p_nonlinear"])


def test_main_effects_do_not_depend_on_the_order_of_the_rows_but_on_the_seed(
    scores: pd.DataFrame,
) -> None:
    table = main_effects(only(scores, 2024), 2024, level="dimension", **QUICK)
    shuffled = only(scores, 2024).sample(frac=1, random_state=5)
    again = main_effects(shuffled, 2024, level="dimension", **QUICK)
    pd.testing.assert_frame_equal(table, again)
    other = main_effects(scores, 2024, level="dimension", seed=1, **QUICK)
    assert not np.allclose(table["sens_low"], other["sens_low"])
    assert table["local_linear"].equals(other["local_linear"])


def test_the_interval_is_that_of_provinces_drawn_with_replacement(scores: pd.DataFrame) -> None:
    table = main_effects(scores, 2024, level="dimension", n_draws=200, n_permutations=20)
    assert (table["sens_low"] < table["local_linear"]).all()
    assert (table["local_linear"] < table["sens_high"]).all()
    assert table["tied_with_top"].iloc[0]
    assert not table["tied_with_top"].iloc[-1]
    assert set(table["n_provinces"]) == {61}
    assert table["coverage"].tolist() == pytest.approx([61 / 63] * 8)
    narrow = main_effects(
        scores, 2024, level="dimension", n_draws=200, n_permutations=20, sens_level=0.5
    )
    assert (narrow["sens_low"] > table["sens_low"]).all()
    assert (narrow["sens_high"] < table["sens_high"]).all()


def test_a_region_with_fewer_provinces_than_series_has_no_own_parts(scores: pd.DataFrame) -> None:
    region = by_code(63)["01"].region
    table = main_effects(scores, 2019, region=region, **QUICK)
    assert table["unique"].isna().all()
    assert table["correlated"].isna().all()
    assert table["local_linear"].between(0, 1.5).all()
    assert set(table["region"]) == {region}


def test_main_effects_refuse_what_they_cannot_answer(scores: pd.DataFrame) -> None:
    nothing = float("nan")
    alike = only(scores, 2019).assign(score=1.1, min_score=nothing, max_score=nothing)
    with pytest.raises(InvalidRequest, match="all provinces have the same overall score"):
        main_effects(alike, 2019)
    with pytest.raises(InvalidRequest, match="permutations is 0"):
        main_effects(scores, 2019, n_permutations=0)
    with pytest.raises(InvalidRequest, match="n_draws is 0"):
        main_effects(scores, 2019, n_draws=0)
    few = only(scores, 2019)
    few = few[few["province"].isin(sorted(by_code())[:50])]
    with pytest.raises(InsufficientCoverage, match="50 of 63 have complete data"):
        main_effects(few, 2019)


# Needed weights.


@pytest.mark.parametrize("year", [2011, 2015])
def test_intended_importance_is_met_exactly_where_the_closed_form_has_no_negative_weight(
    scores: pd.DataFrame, year: int
) -> None:
    table = target_weights(scores, year, level="dimension")
    parts = build_parts(scores, year, level="dimension")
    correlation = np.corrcoef(parts.points, rowvar=False)
    closed = np.linalg.solve(correlation, np.ones(6)) / parts.points.std(axis=0)
    assert (closed > 0).all()
    assert table["weight"].to_numpy() == pytest.approx(closed / closed.mean(), rel=1e-6)
    assert table["importance_reached"].tolist() == pytest.approx([1 / 6] * 6, abs=1e-9)
    assert table["unmet"].abs().max() < 1e-9
    assert table["correlation_reached"].nunique() > 0


@pytest.mark.parametrize("level", ["dimension", "criterion"])
@pytest.mark.parametrize("year", [2013, 2019, 2024])
def test_no_nearby_weights_and_none_of_many_starts_come_nearer(
    scores: pd.DataFrame, year: int, level: str
) -> None:
    """The optimum may be local: it must beat a general optimiser from random starts."""
    from scipy.optimize import minimize

    table = target_weights(scores, year, level=level)
    parts = build_parts(scores, year, level=level)
    p = len(parts.series)
    forms = linear_importance(parts.points)

    def miss(weights: np.ndarray) -> float:
        return float(((importance_shares(forms, weights) - 1 / p) ** 2).sum())

    least = miss(table["weight"].to_numpy())
    assert least == pytest.approx((table["unmet"] ** 2).sum())
    generator = np.random.default_rng(0)
    for _ in range(3):
        start = generator.dirichlet(np.ones(p)) * p
        other = minimize(miss, start, bounds=[(0, None)] * p, options={"maxfun": 20_000})
        assert least <= other.fun + 1e-6
    for _ in range(300):
        moved = table["weight"].to_numpy() * np.exp(generator.normal(scale=0.02, size=p))
        moved += generator.exponential(0.01, size=p) * (generator.random(p) < 0.2)
        assert miss(moved) >= least - 1e-12


def test_importance_now_is_that_of_the_table_of_main_effects(scores: pd.DataFrame) -> None:
    effects = main_effects(scores, 2024, **QUICK).set_index("series")
    linear = target_weights(scores, 2024).set_index("series")
    expected = effects["linear"] / effects["linear"].sum()
    assert linear["importance"].to_dict() == pytest.approx(expected.to_dict())
    local = target_weights(scores, 2024, curve="local_linear").set_index("series")
    assert local["importance"].to_dict() == pytest.approx(effects["effective"].to_dict())


@pytest.mark.parametrize("effect", ["linear", "local_linear"])
def test_needed_weights_reach_what_they_say(scores: pd.DataFrame, effect: str) -> None:
    table = target_weights(scores, 2019, "nominal", curve=effect)
    parts = build_parts(scores, 2019)
    score = parts.points @ table["weight"].to_numpy()
    results = [correlation_ratios(part, score) for part in parts.points.T]
    ratio = np.array(
        [result.linear[0] if effect == "linear" else result.ratio[0] for result in results]
    )
    assert table["importance_reached"].to_numpy() == pytest.approx(ratio / ratio.sum(), abs=1e-9)
    assert (table["weight"] >= 0).all()
    assert table["weight"].mean() == pytest.approx(1)
    assert table["nominal_needed"].sum() == pytest.approx(1)
    assert (table["target"] - table["nominal"]).abs().max() < 1e-12
    before = ((table["importance"] - table["target"]) ** 2).sum()
    assert (table["unmet"] ** 2).sum() < 0.6 * before


def test_only_the_proportions_of_a_given_target_count(scores: pd.DataFrame) -> None:
    series = build_parts(scores, 2024, level="dimension").series
    once = target_weights(scores, 2024, dict.fromkeys(series, 1.0), level="dimension")
    often = target_weights(scores, 2024, dict.fromkeys(series, 7.0), level="dimension")
    pd.testing.assert_frame_equal(once, often)
    pd.testing.assert_frame_equal(once, target_weights(scores, 2024, level="dimension"))


@given(st.integers(2, 6), st.integers(0, 10_000))
@settings(max_examples=25)
def test_parts_that_do_not_correlate_need_weights_by_their_spread(p: int, seed: int) -> None:
    """With R the identity, w_j is the root of the target over the standard deviation."""
    generator = np.random.default_rng(seed)
    raw = generator.normal(size=(40, p))
    orthogonal = np.linalg.qr(raw - raw.mean(axis=0))[0] * generator.uniform(0.1, 10, p)
    target = generator.dirichlet(np.ones(p) * 5)
    spread = orthogonal.std(axis=0)
    result = fit_weights(linear_importance(orthogonal), target, np.eye(p), spread)
    expected = np.sqrt(target) / spread
    assert result == pytest.approx(expected / expected.mean(), rel=1e-6)


def test_needed_weights_refuse_what_they_cannot_answer(scores: pd.DataFrame) -> None:
    series = build_parts(scores, 2024, level="dimension").series
    equal = dict.fromkeys(series, 1.0)
    with pytest.raises(UnknownChoice, match=r"unknown series in the target 'papi\.nothing'"):
        target_weights(scores, 2024, {**equal, "papi.nothing": 1.0}, level="dimension")
    with pytest.raises(InvalidRequest, match=r"no number for: papi\.participation"):
        target_weights(scores, 2024, dict.fromkeys(series[1:], 1.0), level="dimension")
    for bad in (-1.0, np.nan, np.inf):
        with pytest.raises(InvalidRequest, match="negative or not finite"):
            target_weights(scores, 2024, {**equal, series[0]: bad}, level="dimension")
    with pytest.raises(InvalidRequest, match="only zeros"):
        target_weights(scores, 2024, dict.fromkeys(series, 0.0), level="dimension")
    with pytest.raises(UnknownChoice, match="unknown target 'even'"):
        target_weights(scores, 2024, "even")
    with pytest.raises(UnknownChoice, match="unknown curve 'cubic'"):
        target_weights(scores, 2024, curve="cubic")
    still = only(scores, 2024).copy()
    still.loc[still["series"] == KNOWLEDGE, "score"] = 1.0
    with pytest.raises(InvalidRequest, match=f"the same score in all provinces .*{KNOWLEDGE}"):
        target_weights(still, 2024)
