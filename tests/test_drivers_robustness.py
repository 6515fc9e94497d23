"""Robustness: COINr's example, brute force, closed forms, and what is refused."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from parstats.drivers.leave_one_out import leave_one_out
from parstats.drivers.mcdm import mcdm
from parstats.drivers.nominal_weights import nominal_weights
from parstats.drivers.robustness import robustness
from parstats.drivers.score_matrix import build_parts
from parstats.errors import InsufficientCoverage, InvalidRequest, UnknownChoice
from parstats.panel import load_scores, rank_scores, ranks, wide
from parstats.stats.composites.aggregation import AGGREGATIONS, NORMALISATIONS, composite, normalise
from parstats.stats.composites.imputation import IMPUTATIONS, impute
from parstats.stats.composites.weight_draws import concentration, dirichlet_weights, percent_weights
from parstats.stats.factorial_variance import moments, variance_shares
from parstats.stats.rank_rows import rank_rows

pytestmark = pytest.mark.usefixtures("figures_to_2024")

FOLDER = Path(__file__).parent / "data" / "reference"
SINGLE_METHOD = {"normalisation": ("points",), "aggregation": ("arithmetic",)}

matrices = arrays(
    np.float64, st.tuples(st.integers(3, 8), st.integers(2, 5)), elements=st.floats(0.1, 9)
).filter(lambda values: (np.ptp(values, axis=0) > 0.01).all())


def equal_weights(p: int) -> np.ndarray:
    return np.full((1, p), 1 / p)


# COINr's ASEM example: 51 countries, 49 indicators.


@pytest.fixture(scope="module")
def asem() -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    """Indicators after treatment, more is better, from 0 to 1; COINr's results; its weights."""
    audit = pd.read_csv(FOLDER / "asem_audit.csv", dtype=str, keep_default_na=False)
    methods = pd.read_csv(FOLDER / "asem_methods.csv", keep_default_na=False)
    raw = audit[(audit["section"] == "dataset") & (audit["case"] == "Raw")]
    data = raw.pivot(index="row", columns="col", values="value").astype(float)
    about = audit[(audit["section"] == "structure") & (audit["case"] == "Indicator")]
    about = about.pivot(index="row", columns="col", values="value")
    group = audit[audit["section"] == "unit_group"].set_index("row")["value"]
    points = audit[audit["case"] == "winsorise.nwin"].set_index("row")["value"]
    columns = {}
    for name in about.index:
        denominator = about["denominator"].get(name)
        column = data[name] / data[denominator] if isinstance(denominator, str) else data[name]
        column = column.fillna(column.groupby(group).transform("mean"))
        number = points.get(name, "0")
        column = winsorised(column, int(number) if number.isdigit() else 0)
        column = column * float(about["direction"][name])
        columns[name] = (column - column.min()) / (column.max() - column.min())
    results = methods[methods["section"] != "nominal_weight"]
    results = results.pivot(index="row", columns=["section", "case"], values="value")
    weights = methods[methods["section"] == "nominal_weight"].set_index("row")["value"]
    table = pd.DataFrame(columns).loc[results.index]
    return table, results, weights[table.columns]


def winsorised(column: pd.Series, points: int) -> pd.Series:
    """The most extreme values set to the next, one at a time, on the side of the skew."""
    ordered = np.sort(column.to_numpy())
    low, high = 0, len(ordered) - 1
    for _ in range(points):
        clipped = column.clip(ordered[low], ordered[high])
        if ((clipped - clipped.mean()) ** 3).sum() > 0:
            high -= 1
        else:
            low += 1
    return column.clip(ordered[low], ordered[high])


@pytest.mark.parametrize(
    ("case", "how", "scale"),
    [
        ("amean_minmax", "arithmetic", "min_max"),
        ("gmean_minmax1_100", "geometric", "min_max"),
        ("hmean_minmax1_100", "harmonic", "min_max"),
        ("amean_zscore10_2", "arithmetic", "z"),
        ("amean_prank", "arithmetic", "rank"),
        ("amean_borda", "borda", "points"),
    ],
)
def test_scores_and_ranks_under_six_methods_are_those_of_coinr(asem, case, how, scale) -> None:
    values, results, weights = asem
    if case in ("amean_prank", "amean_borda"):
        # Equal as printed, COINr has these three above one more country: digits not printed.
        above = values.index.isin(["BGR", "CZE", "NOR"])
        values = values.assign(TolMin=values["TolMin"] + 1e-8 * above)
    function = composite(
        values.to_numpy(), how, normalisation=scale, highest=np.ones(values.shape[1])
    )
    result = function(weights.to_numpy()[None, :])
    unit = 100 if case == "amean_prank" else 1
    # The weights of the reference have ten digits.
    assert result[0] / unit == pytest.approx(results["score", case].to_numpy(), abs=1e-8)
    assert rank_rows(result)[0].tolist() == results["rank", case].tolist()


def test_noise_on_weights_is_that_of_coinr() -> None:
    """Its law written as a loop: w (1 + f U(-1, 1)) inside each group, groups likewise."""
    nominal, groups = np.array([0.2, 0.3, 0.1, 0.4]), np.array([0, 0, 1, 1])
    result = percent_weights(nominal, 20_000, spread=0.25, groups=groups, seed=1)
    generator = np.random.default_rng(2)
    loop = []
    for _ in range(20_000):
        outer = np.array([0.5, 0.5]) * (1 + 0.25 * generator.uniform(-1, 1, 2))
        outer /= outer.sum()
        weights = []
        for group, inside in enumerate((nominal[:2], nominal[2:])):
            noisy = inside * (1 + 0.25 * generator.uniform(-1, 1, 2))
            weights.extend(outer[group] * noisy / noisy.sum())
        loop.append(weights)
    at = [0.01, 0.25, 0.5, 0.75, 0.99]
    expected = np.quantile(loop, at, axis=0)
    assert np.quantile(result, at, axis=0) == pytest.approx(expected, abs=0.004)


# Weights.


@pytest.mark.parametrize("spread", [0.1, 0.25, 0.6])
def test_dirichlet_weights_have_the_stated_mean_and_spread(spread: float) -> None:
    nominal = np.array([1.0, 2, 3, 4, 10]) / 20
    drawn = dirichlet_weights(nominal, 60_000, spread=spread, seed=3)
    kappa = concentration(nominal, spread)
    assert drawn.sum(axis=1) == pytest.approx(np.ones(60_000))
    assert drawn.mean(axis=0) == pytest.approx(nominal, abs=0.003)
    variance = nominal * (1 - nominal) / (kappa + 1)
    assert drawn.var(axis=0) == pytest.approx(variance, rel=0.05)
    assert drawn[:, 2].std() / drawn[:, 2].mean() == pytest.approx(spread, rel=0.03)


def test_the_whole_simplex_is_uniform_and_keeps_zeros() -> None:
    drawn = dirichlet_weights(np.array([0.0, 5, 1, 1]), 60_000, spread=None, seed=3)
    assert (drawn[:, 0] == 0).all()
    assert drawn[:, 1:].mean(axis=0) == pytest.approx(np.full(3, 1 / 3), abs=0.005)
    # The largest of three uniform shares has mean 11/18.
    assert drawn.max(axis=1).mean() == pytest.approx(11 / 18, abs=0.005)


def test_two_level_weights_spread_the_dimensions_as_stated() -> None:
    nominal, groups = np.full(28, 1 / 28), np.repeat(np.arange(7), 4)
    drawn = dirichlet_weights(nominal, 40_000, spread=0.2, groups=groups, seed=4)
    sums = drawn.reshape(-1, 7, 4).sum(axis=2)
    assert sums.std(axis=0) / sums.mean(axis=0) == pytest.approx(np.full(7, 0.2), rel=0.04)
    inside = drawn[:, :4] / sums[:, [0]]
    assert inside.std(axis=0) / inside.mean(axis=0) == pytest.approx(np.full(4, 0.2), rel=0.04)


def test_weights_come_from_the_seed() -> None:
    nominal = np.full(5, 0.2)
    for law in (dirichlet_weights, percent_weights):
        assert np.array_equal(law(nominal, 9, seed=1), law(nominal, 9, seed=1))
        assert not np.array_equal(law(nominal, 9, seed=1), law(nominal, 9, seed=2))


@pytest.mark.parametrize("spread", [0, -1, 2.0, float("nan")])
def test_no_dirichlet_law_is_wider_than_one_weight_against_none(spread: float) -> None:
    with pytest.raises(
        InvalidRequest, match=r"above 0 and below 2, the widest of a weight of 0\.2"
    ):
        dirichlet_weights(np.full(5, 0.2), 10, spread=spread)


@pytest.mark.parametrize("spread", [0, 1.5])
def test_a_percentage_of_more_than_all_is_refused(spread: float) -> None:
    with pytest.raises(InvalidRequest, match="expected a share above 0 and at most 1"):
        percent_weights(np.full(5, 0.2), 10, spread=spread)


# Composites.


@settings(max_examples=30, deadline=None)
@given(values=matrices, factor=st.floats(0.2, 5), shift=st.floats(0, 5))
def test_min_max_z_and_ranks_do_not_depend_on_units(values, factor, shift) -> None:
    values = values.round(3)  # so that no tie is made or broken by the last digits
    for how in ("min_max", "z", "rank"):
        if how != "rank" and (np.ptp(values, axis=0) < 0.01).any():
            continue
        for positive in (False, True):
            before = normalise(values, how, positive=positive)
            after = normalise(factor * values + shift, how, positive=positive)
            assert after == pytest.approx(before, abs=1e-6)
            assert (before > 0).all() or not positive


@settings(max_examples=30, deadline=None)
@given(values=matrices, seed=st.integers(0, 99))
@pytest.mark.parametrize("how", AGGREGATIONS)
def test_the_order_of_units_makes_no_difference(how, values, seed) -> None:
    order = np.random.default_rng(seed).permutation(len(values))
    weights = np.random.default_rng(seed).dirichlet(np.ones(values.shape[1]), size=5)
    for scale in NORMALISATIONS:
        options = {"normalisation": scale, "highest": np.full(values.shape[1], 10.0)}
        straight = composite(values, how, **options)(weights)
        mixed = composite(values[order], how, **options)(weights)
        assert mixed == pytest.approx(straight[:, order], abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(values=matrices, seed=st.integers(0, 99))
@pytest.mark.parametrize("how", AGGREGATIONS)
def test_whoever_is_better_in_everything_is_never_behind(how, values, seed) -> None:
    above = np.vstack([values, values.max(axis=0) + 0.5])
    weights = np.random.default_rng(seed).dirichlet(np.ones(values.shape[1]), size=20)
    for scale in NORMALISATIONS:
        options = {"normalisation": scale, "highest": np.full(values.shape[1], 10.0)}
        result = rank_rows(composite(above, how, **options)(weights))
        assert (result[:, -1] == 1).all()


@settings(max_examples=20, deadline=None)
@given(values=matrices, seed=st.integers(0, 99))
def test_borda_and_copeland_are_the_counts_that_define_them(values, seed) -> None:
    values = values.round(0)  # with ties
    n, p = values.shape
    weights = np.random.default_rng(seed).dirichlet(np.ones(p), size=3)
    borda, copeland = composite(values, "borda")(weights), composite(values, "copeland")(weights)
    for draw, i in itertools.product(range(3), range(n)):
        below = [sum(values[k, j] < values[i, j] for k in range(n)) for j in range(p)]
        assert borda[draw, i] == pytest.approx(weights[draw] @ below)
        margins = [weights[draw] @ np.sign(values[i] - values[k]) for k in range(n)]
        won = sum(margin > 1e-9 for margin in margins)
        assert copeland[draw, i] == won - sum(margin < -1e-9 for margin in margins)


def test_units_outside_of_the_scale_are_placed_on_it() -> None:
    values = np.array([[1.0], [2.0], [3.0], [2.5], [9.0]])
    among = np.array([True, True, True, False, False])
    assert normalise(values, "min_max", among=among).ravel().tolist() == [0, 50, 100, 75, 400]
    assert normalise(values, "rank", among=among).ravel().tolist() == [0, 50, 100, 100, 150]
    result = composite(values, "copeland", among=among)(np.ones((1, 1)))
    assert result.tolist() == [[-2, 0, 2, 1, 3]]


@given(
    rows=st.lists(
        st.lists(st.sampled_from([0.0, 1.0, 1 + 1e-12, 2.5, -3.0]), min_size=5, max_size=5),
        min_size=1,
        max_size=4,
    )
)
def test_ranks_of_rows_are_those_of_each_row(rows: list[list[float]]) -> None:
    result = rank_rows(np.array(rows))
    for row, actual in zip(rows, result, strict=True):
        assert actual.tolist() == rank_scores(pd.Series(row)).tolist()


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), 1e12])
def test_scores_that_cannot_be_told_apart_are_not_ranked(wrong: float) -> None:
    with pytest.raises(InvalidRequest, match="finite and of ordinary size"):
        rank_rows(np.array([[1.0, wrong, 2.0]]))


# Shares of the variance.


def test_shares_of_an_outcome_written_out_by_hand() -> None:
    """f = u + 2a + u b with u, a, b = -1 or 1: variances 1, 4 and 1 (u with b)."""
    draws = np.array([-1.0, 1.0])[:, None, None]
    first, second = np.array([-1.0, 1.0])[None, :, None], np.array([-1.0, 1.0])[None, None, :]
    shares = variance_shares(moments(draws + 2 * first + draws * second, 2).mean(axis=0), (2, 2))
    assert shares.variance == pytest.approx(6)
    assert shares.first * 6 == pytest.approx([1, 4, 0])
    assert shares.total * 6 == pytest.approx([2, 4, 1])


@settings(max_examples=30, deadline=None)
@given(
    outcomes=arrays(
        np.float64,
        st.tuples(st.integers(1, 6), st.integers(1, 3), st.integers(1, 4), st.integers(1, 2)),
        elements=st.floats(-5, 5),
    )
)
def test_shares_are_the_variances_that_define_them(outcomes: np.ndarray) -> None:
    levels = outcomes.shape[1:]
    shares = variance_shares(moments(outcomes, 3).mean(axis=0), levels)
    if outcomes.var() < 1e-9:
        assert np.isnan(shares.first).all() or outcomes.var() > 1e-13
        return
    for axis in range(4):
        other_axes = tuple(other for other in range(4) if other != axis)
        expected = outcomes.mean(axis=other_axes).var() / outcomes.var()
        assert shares.first[axis] == pytest.approx(expected, abs=1e-6)
        expected = outcomes.var(axis=axis).mean() / outcomes.var()
        assert shares.total[axis] == pytest.approx(expected, abs=1e-6)
    assert shares.first.sum() <= 1 + 1e-6
    assert (shares.first <= shares.total + 1e-6).all()


def picked_and_frozen(scores: pd.DataFrame, year: int, n: int) -> np.ndarray:
    """Outcomes of Saltelli's design A, AB of each choice, B, with methods drawn at random."""
    parts = build_parts(scores, year)
    reference = ranks(scores, year).sort_values("province")["rank"].to_numpy(dtype=float)
    nominal = nominal_weights(parts)
    scales, aggregations = ("points", "min_max", "z", "rank"), ("arithmetic", "geometric", "borda")
    generator = np.random.default_rng(17)

    def sample(seed: int) -> list[np.ndarray]:
        drawn = dirichlet_weights(nominal, n, seed=seed)
        return [drawn, generator.integers(0, 4, n), generator.integers(0, 3, n)]

    def outcome(weights: np.ndarray, scale: np.ndarray, aggregation: np.ndarray) -> np.ndarray:
        shifts = np.empty(n)
        for i, j in itertools.product(range(4), range(3)):
            here = (scale == i) & (aggregation == j)
            function = composite(
                parts.points, aggregations[j], normalisation=scales[i], highest=parts.high
            )
            shift = np.abs(rank_rows(function(weights[here])) - reference)
            shifts[here] = shift.mean(axis=1)
        return shifts

    a, b = sample(101), sample(102)
    mixed = [[b[k] if k == j else a[k] for k in range(3)] for j in range(3)]
    return np.column_stack([outcome(*choice) for choice in (a, *mixed, b)])


def test_shares_agree_with_the_estimators_of_saltelli_and_jansen(scores: pd.DataFrame) -> None:
    """Pick and freeze with 20,000 random draws; Monte Carlo error below 0.01."""
    outcomes = picked_and_frozen(scores, 2024, 20_000)
    centred = outcomes - outcomes[:, [0, -1]].mean()
    a, b, variance = centred[:, 0], centred[:, -1], centred[:, [0, -1]].var()
    choices = robustness(scores, 2024, n_draws=4000).choices.set_index("choice")
    for number, choice in enumerate(("weights", "normalisation", "aggregation")):
        mixed = centred[:, 1 + number]
        first = (b * (mixed - a)).mean() / variance
        total = ((a - mixed) ** 2).mean() / 2 / variance
        assert choices["first_order"][choice] == pytest.approx(first, abs=0.03)
        assert choices["total"][choice] == pytest.approx(total, abs=0.03)


@pytest.mark.slow
def test_shares_agree_with_salib(scores: pd.DataFrame) -> None:
    """Within three standard errors of theirs, for six shares."""
    analyze = pytest.importorskip("SALib.analyze.sobol").analyze
    outcomes = picked_and_frozen(scores, 2019, 40_000)
    problem = {"num_vars": 3, "names": ["weights", "normalisation", "aggregation"]}
    problem["bounds"] = [[0, 1]] * 3
    theirs = analyze(problem, outcomes.ravel(), calc_second_order=False, seed=1)
    ours = robustness(scores, 2019).choices.set_index("choice").loc[problem["names"]]
    assert (np.abs(ours["first_order"] - theirs["S1"]) < 1.5 * theirs["S1_conf"]).all()
    assert (np.abs(ours["total"] - theirs["ST"]) < 1.5 * theirs["ST_conf"]).all()


# The whole, on PAPI.


@pytest.fixture(scope="module")
def analysis(scores: pd.DataFrame):
    return robustness(scores, 2024, n_draws=2000)


@pytest.mark.parametrize("year", [2011, 2016, 2019, 2024])
def test_the_rank_is_the_published_one(scores: pd.DataFrame, year: int) -> None:
    table = robustness(scores, year, n_draws=20).ranks
    expected = ranks(scores, year)
    assert table["province"].tolist() == expected["province"].tolist()
    assert table["rank"].tolist() == expected["rank"].tolist()
    # With weights that hardly move, the published method gives the published ranks.
    still = robustness(scores, year, n_draws=20, weight_spread=1e-7, **SINGLE_METHOD).ranks
    assert (still["rank_range_low"] == still["rank"]).all()
    assert (still["rank_range_high"] == still["rank"]).all()
    assert still["mean_shift"].max() == 0


def test_every_table_is_what_a_loop_over_draws_and_methods_gives(scores: pd.DataFrame) -> None:
    draws, scales, aggregations = 30, ("points", "z"), ("arithmetic", "geometric", "borda")
    result = robustness(
        scores,
        2024,
        n_draws=draws,
        seed=5,
        normalisation=scales,
        aggregation=aggregations,
        range_level=0.8,
    )
    matrix = wide(scores, 2024, complete=True)
    parts = build_parts(scores, 2024)
    nominal = parts.high / parts.high.sum()
    weights = dirichlet_weights(nominal, draws, seed=5)
    published = rank_scores(matrix.sum(axis=1)).astype(float)
    percent = 100 * matrix / parts.high
    z = 10 + 2 * (matrix - matrix.mean()) / matrix.std()
    below = matrix.rank(method="min") - 1
    outcome = np.empty((draws, 2, 3, len(matrix)))
    for b, i, j in itertools.product(range(draws), range(2), range(3)):
        values = below if aggregations[j] == "borda" else (percent, z)[i]
        if aggregations[j] == "geometric":
            total = (values ** weights[b]).prod(axis=1)
        else:
            total = (values * weights[b]).sum(axis=1)
        outcome[b, i, j] = rank_scores(total).to_numpy(dtype=float)
    table = result.ranks.set_index("province").loc[matrix.index]
    flat = outcome.reshape(-1, len(matrix))
    for column, at in (("rank_range_low", 0.1), ("rank_median", 0.5), ("rank_range_high", 0.9)):
        expected = np.quantile(flat, at, axis=0, method="inverted_cdf")
        assert table[column].tolist() == expected.tolist()
    assert table["mean_rank"].to_numpy() == pytest.approx(flat.mean(axis=0))
    shift = np.abs(outcome - published.to_numpy())
    assert table["mean_shift"].to_numpy() == pytest.approx(shift.mean(axis=(0, 1, 2)))
    assert table["p_top10"].to_numpy() == pytest.approx((flat <= 10).mean(axis=0))
    assert table["p_bottom10"].to_numpy() == pytest.approx((flat > 51).mean(axis=0))
    share = result.acceptability.pivot(index="province", columns="rank", values="share")
    assert share.loc[matrix.index[7], 3] == pytest.approx((flat[:, 7] == 3).mean())
    target = shift.mean(axis=-1)
    choices = result.choices.set_index("choice")
    assert choices["variance"].iloc[0] == pytest.approx(target.var())
    assert choices["first_order"]["aggregation"] == pytest.approx(
        target.mean(axis=(0, 1)).var() / target.var()
    )
    assert choices["total"]["weights"] == pytest.approx(target.var(axis=0).mean() / target.var())
    by_province = result.choices_by_province.set_index(["province", "choice"])
    ranked = outcome[..., 7]
    assert by_province["total"][matrix.index[7], "normalisation"] == pytest.approx(
        ranked.var(axis=1).mean() / ranked.var()
    )
    methods = result.methods.set_index(["normalisation", "aggregation"])
    assert methods["shift_draws"]["z", "geometric"] == pytest.approx(target[:, 1, 1].mean())
    nominal_z = rank_scores((z * nominal).sum(axis=1)).astype(float)
    assert methods["shift_nominal"]["z", "arithmetic"] == pytest.approx(
        (nominal_z - published).abs().mean()
    )
    assert methods["shift_nominal"]["points", "arithmetic"] == 0


def test_shares_of_draws_add_up_and_agree_with_the_ranks(analysis) -> None:
    table = analysis.ranks.set_index("province")
    grid = analysis.acceptability.assign(product=lambda t: t["rank"] * t["share"])
    by_province = grid.groupby("province")
    assert by_province["share"].sum().to_numpy() == pytest.approx(np.ones(61))
    mean_ranks = by_province["product"].sum()
    assert mean_ranks.to_numpy() == pytest.approx(table["mean_rank"].sort_index().to_numpy())
    assert table["p_top10"].sum() == pytest.approx(10, abs=0.05)  # ties share the best rank
    assert (table["rank_range_low"] <= table["rank_median"]).all()
    assert (table["rank_median"] <= table["rank_range_high"]).all()


def test_shares_of_choices_hold_their_intervals_and_leave_room_for_interactions(analysis) -> None:
    table = analysis.choices
    assert set(table["choice"]) == {"weights", "normalisation", "aggregation"}
    assert table["first_order"].sum() <= 1
    assert table["total"].sum() >= 1
    for kind in ("first_order", "total"):
        low, high = (
            f"{kind.removesuffix('_order')}_mc_low",
            f"{kind.removesuffix('_order')}_mc_high",
        )
        assert (table[low] <= table[kind]).all()
        assert (table[kind] <= table[high]).all()
    sums = analysis.choices_by_province.groupby("province")["first_order"].sum()
    assert (sums <= 1 + 1e-9).all()


def test_with_one_method_all_the_variance_is_of_the_weights(scores: pd.DataFrame) -> None:
    table = robustness(scores, 2024, n_draws=500, **SINGLE_METHOD).choices
    assert table["choice"].tolist() == ["weights"]
    assert table[["first_order", "total"]].iloc[0].tolist() == pytest.approx([1, 1])


def test_wider_weights_move_ranks_more(scores: pd.DataFrame) -> None:
    shifts = [
        robustness(scores, 2024, n_draws=500, weight_spread=spread, **SINGLE_METHOD)
        .ranks["mean_shift"]
        .mean()
        for spread in (0.05, 0.2, 0.8, None)
    ]
    assert shifts == sorted(shifts)
    nested = robustness(
        scores, 2024, n_draws=500, weight_spread=0.2, nested=True, **SINGLE_METHOD
    ).ranks
    assert nested["mean_shift"].mean() > shifts[1]
    percent = robustness(
        scores, 2024, n_draws=500, weights="percent", weight_spread=0.25, **SINGLE_METHOD
    ).ranks
    assert 0 < percent["mean_shift"].mean() < shifts[1]


def test_draws_come_from_the_seed_and_rows_may_come_in_any_order(scores: pd.DataFrame) -> None:
    mixed = scores[scores["year"] == 2024].sample(frac=1, random_state=3)
    first, again = robustness(scores, 2024, n_draws=60), robustness(mixed, 2024, n_draws=60)
    for name in ("ranks", "acceptability", "choices", "choices_by_province", "methods"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(again, name))
    other = robustness(scores, 2024, n_draws=60, seed=1)
    assert not first.ranks["mean_rank"].equals(other.ranks["mean_rank"])


def test_a_part_without_weight_does_not_count(scores: pd.DataFrame) -> None:
    parts = build_parts(scores, 2024, level="dimension")
    nominal = dict.fromkeys(parts.series, 0.0) | {parts.series[2]: 3.0}
    table = robustness(
        scores, 2024, level="dimension", nominal=nominal, n_draws=20, **SINGLE_METHOD
    ).ranks
    single_ranks = ranks(scores, 2024, parts.series[2]).set_index("province")["rank"]
    medians = table.set_index("province")["rank_median"]
    assert medians.to_dict() == single_ranks[medians.index].to_dict()


def test_copeland_and_harmonic_are_there_when_asked_for(scores: pd.DataFrame) -> None:
    result = robustness(
        scores, 2024, n_draws=50, normalisation="points", aggregation=("copeland", "harmonic")
    )
    assert result.methods["aggregation"].tolist() == ["copeland", "harmonic"]
    assert (result.methods["shift_nominal"] > 0).all()


def test_progress_is_told_to_the_end(scores: pd.DataFrame) -> None:
    fractions: list[float] = []
    robustness(scores, 2024, n_draws=1500, progress=fractions.append)
    assert fractions == sorted(fractions)
    assert len(fractions) > 1
    assert fractions[-1] == 1


def test_every_table_says_its_coverage(analysis) -> None:
    for name in ("ranks", "acceptability", "choices", "choices_by_province", "methods"):
        table = getattr(analysis, name)
        assert set(table["index"]) == {"PAPI"}
        assert set(table["year"]) == {2024}
        assert set(table["n_draws"]) == {2000}
        assert set(table["n_provinces"]) == {61}
        assert set(table["coverage"].round(6)) == {round(61 / 63, 6)}


# Imputation.


def test_imputed_provinces_are_flagged_and_leave_the_others_as_they_were(
    scores: pd.DataFrame,
) -> None:
    plain = robustness(scores, 2018, n_draws=300)
    filled = robustness(scores, 2018, n_draws=300, impute_missing=True)
    assert not plain.ranks["imputed"].any()
    imputed = filled.ranks[filled.ranks["imputed"]]
    assert sorted(imputed["province"]) == ["22", "87"]
    assert imputed["rank"].isna().all()
    assert set(imputed["n_missing"]) == {8}
    assert imputed["rank_range_low"].between(1, 62).all()
    observed = filled.ranks[~filled.ranks["imputed"]].reset_index(drop=True)
    pd.testing.assert_frame_equal(observed, plain.ranks)
    who = filled.choices.groupby("provinces")["choice"].agg(set)
    assert "imputation" not in who["complete"]
    assert "imputation" in who["imputed"]
    complete = filled.choices[filled.choices["provinces"] == "complete"]
    expected = plain.choices[list(complete.columns)]
    pd.testing.assert_frame_equal(complete.reset_index(drop=True), expected, atol=1e-9)
    assert set(filled.methods["imputation"]) == set(IMPUTATIONS)


def test_a_year_without_gaps_has_nothing_to_impute(scores: pd.DataFrame) -> None:
    with_, without = (
        robustness(scores, 2019, n_draws=40, impute_missing=flag) for flag in (True, False)
    )
    pd.testing.assert_frame_equal(with_.ranks, without.ranks)


def test_a_linear_dependence_is_found_by_ridge_and_its_neighbours_by_the_nearest() -> None:
    generator = np.random.default_rng(0)
    complete = generator.normal(size=(60, 5))
    complete[:, 4] = complete[:, :3] @ [1.0, -2.0, 0.5] + 3
    row = complete[[7]].copy()
    row[0, 4] = np.nan
    expected = complete[7, 4]
    assert impute(complete, row, "ridge")[0, 4] == pytest.approx(expected, abs=0.01)
    assert impute(complete, row, "median")[0, 4] == np.median(complete[:, 4])
    scale = complete[:, :4].std(axis=0)
    distances = (((complete - row)[:, :4] / scale) ** 2).sum(axis=1)
    nearest = complete[np.argsort(distances)[:5], 4].mean()
    assert impute(complete, row, "nearest")[0, 4] == pytest.approx(nearest)
    assert impute(complete, row, "ridge")[0, :4].tolist() == row[0, :4].tolist()


def test_ridge_takes_the_penalty_of_the_least_leave_one_out_error() -> None:
    """Against refitting without each row, at each penalty."""
    generator = np.random.default_rng(1)
    x = generator.normal(size=(15, 4))
    y = x @ [1.0, 0.5, 0, 0] + generator.normal(size=15)
    incomplete = np.array([[0.3, -1.0, 0.2, 0.9, np.nan]])
    mean, scale = x.mean(axis=0), x.std(axis=0)
    z = (x - mean) / scale

    def fit(rows: np.ndarray, at: np.ndarray, penalty: float) -> float:
        # The intercept is free of the penalty.
        design = np.column_stack([np.ones(rows.sum()), z[rows]])
        matrix = design.T @ design + penalty * np.diag([0, 1, 1, 1, 1])
        return float(np.r_[1, at] @ np.linalg.solve(matrix, design.T @ y[rows]))

    everyone = np.ones(15, dtype=bool)
    losses = {}
    for penalty in np.logspace(-2, 4, 25):
        predictions = [fit(np.arange(15) != i, z[i], penalty) for i in range(15)]
        losses[penalty] = ((y - predictions) ** 2).sum()
    best = min(losses, key=losses.get)
    expected = fit(everyone, (incomplete[0, :4] - mean) / scale, best)
    result = impute(np.column_stack([x, y]), incomplete, "ridge")[0, 4]
    assert result == pytest.approx(expected)


# Leaving one part out.


@pytest.mark.parametrize("level", ["criterion", "dimension"])
def test_ranks_without_a_part_are_those_of_the_sum_of_the_rest(
    scores: pd.DataFrame, level: str
) -> None:
    result = leave_one_out(scores, 2024, level=level)
    matrix = wide(scores, 2024, level=level, complete=True)
    rank = rank_scores(matrix.sum(axis=1))
    for series in matrix.columns:
        rows = result.ranks[result.ranks["series"] == series].set_index("province")
        without = rank_scores(matrix.drop(columns=series).sum(axis=1))
        assert rows["rank_without"].to_dict() == without.to_dict()
        assert rows["shift"].to_dict() == (without - rank).to_dict()
        row = result.series.set_index("series").loc[series]
        size = (without - rank).abs()
        assert row["mean_shift"] == pytest.approx(size.mean())
        assert row["max_shift"] == size.max()
        assert size[row["province"]] == size.max()
        assert row["n_moved"] == (size > 0).sum()
        expected = without.astype(float).corr(rank.astype(float), method="spearman")
        assert row["rank_correlation"] == pytest.approx(expected)
    assert result.series["mean_shift"].is_monotonic_decreasing


def test_leaving_out_what_is_the_same_everywhere_moves_nobody(scores: pd.DataFrame) -> None:
    same = scores[scores["year"] == 2019].copy()
    series = "papi.services.public_health"
    same.loc[same["series"] == series, "score"] = 1.5
    table = leave_one_out(same, 2019).series.set_index("series")
    assert table.loc[series, ["mean_shift", "max_shift", "n_moved"]].tolist() == [0, 0, 0]


# Methods of scikit-criteria.


def test_without_scikit_criteria_the_message_says_what_to_install(
    scores: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "skcriteria", None)
    with pytest.raises(InvalidRequest, match=r'pip install "parstats\[mcdm\]"'):
        mcdm(scores, 2024)
    with pytest.raises(UnknownChoice, match="unknown method 'saw': expected one of topsis, vikor"):
        mcdm(scores, 2024, methods=["saw"])


def test_topsis_is_the_closeness_to_the_best_values(scores: pd.DataFrame) -> None:
    pytest.importorskip("skcriteria")
    table = mcdm(scores, 2024, methods=["topsis", "vikor", "moora", "edas"], n_draws=10)
    assert table.groupby("method").size().to_dict() == dict.fromkeys(
        ("topsis", "vikor", "moora", "edas"), 61
    )
    parts = build_parts(scores, 2024)
    unit = parts.points / np.sqrt((parts.points**2).sum(axis=0)) * nominal_weights(parts)
    better = np.sqrt(((unit - unit.max(axis=0)) ** 2).sum(axis=1))
    worse = np.sqrt(((unit - unit.min(axis=0)) ** 2).sum(axis=1))
    expected = rank_scores(pd.Series(worse / (better + worse), index=parts.provinces))
    topsis = table[table["method"] == "topsis"].set_index("province")
    assert topsis["rank_method"].to_dict() == expected.to_dict()
    assert (table["rank_range_low"] <= table["rank_range_high"]).all()
    assert table.equals(
        mcdm(scores, 2024, methods=["topsis", "vikor", "moora", "edas"], n_draws=10)
    )


# What is refused.


def test_weights_that_do_not_fit_the_series_are_refused(scores: pd.DataFrame) -> None:
    series = build_parts(scores, 2024, level="dimension").series
    good = dict.fromkeys(series, 1.0)

    def ask(nominal: dict[str, float]) -> None:
        robustness(scores, 2024, level="dimension", nominal=nominal, n_draws=5)

    with pytest.raises(UnknownChoice, match=r"unknown series of PAPI 2024 'papi.luck'"):
        ask(good | {"papi.luck": 1.0})
    with pytest.raises(InvalidRequest, match=r"no weight for papi.services: every series"):
        ask({name: 1.0 for name in series if name != "papi.services"})
    for wrong in ({series[0]: -1.0}, dict.fromkeys(series, 0.0), {series[0]: float("nan")}):
        with pytest.raises(InvalidRequest, match="finite, not negative, and not all zero"):
            ask(good | wrong)


def test_methods_and_laws_that_do_not_exist_are_refused(scores: pd.DataFrame) -> None:
    with pytest.raises(UnknownChoice, match="unknown normalisation 'log': expected one of points"):
        robustness(scores, 2024, normalisation=["points", "log"])
    with pytest.raises(UnknownChoice, match="unknown aggregation 'none': expected one of arith"):
        robustness(scores, 2024, aggregation=[])
    with pytest.raises(UnknownChoice, match="unknown law of weights 'normal'"):
        robustness(scores, 2024, weights="normal")  # type: ignore[arg-type]
    with pytest.raises(InvalidRequest, match="weights='percent' need a weight_spread"):
        robustness(scores, 2024, weights="percent", weight_spread=None)
    with pytest.raises(InvalidRequest, match="draws is 0: expected at least 1"):
        robustness(scores, 2024, n_draws=0)
    with pytest.raises(InvalidRequest, match="range_level is 90: expected a share"):
        robustness(scores, 2024, range_level=90)
    with pytest.raises(UnknownChoice, match="imputation"):
        impute(np.ones((3, 2)), np.ones((1, 2)), "zero")


def test_a_criterion_that_is_the_same_everywhere_has_no_min_max_nor_z(
    scores: pd.DataFrame,
) -> None:
    same = scores[scores["year"] == 2019].copy()
    same.loc[same["series"] == "papi.services.public_health", "score"] = 1.5
    with pytest.raises(InvalidRequest) as caught:
        robustness(same, 2019, n_draws=5)
    assert str(caught.value) == (
        "papi.services.public_health is the same in all provinces of PAPI 2019, so min_max and z "
        "are not defined; normalise by points and rank: normalisation=('points', 'rank')"
    )
    table = robustness(same, 2019, n_draws=5, normalisation=("points", "rank")).ranks
    assert len(table) == 63


def test_too_few_provinces_and_parts_without_a_sum_are_refused(scores: pd.DataFrame) -> None:
    few = scores[scores["province"] < "50"]
    for function in (robustness, leave_one_out):
        with pytest.raises(InsufficientCoverage):
            function(few, 2024)
    sipas = load_scores("SIPAS")
    with pytest.raises((InvalidRequest, InsufficientCoverage)):
        robustness(sipas, int(sipas["year"].max()))


@pytest.mark.slow
def test_monte_carlo_intervals_of_the_shares_hold_as_often_as_they_say(
    scores: pd.DataFrame,
) -> None:
    """200 runs of 400 draws against one of 60,000; Monte Carlo error of the share 1.6 points."""
    options = {"normalisation": ("points", "z"), "aggregation": ("arithmetic", "geometric")}
    truth = robustness(scores, 2024, n_draws=60_000, seed=10_000, **options)
    truth = truth.choices.set_index("choice")
    covered = []
    for seed in range(200):
        table = robustness(scores, 2024, n_draws=400, seed=seed, **options).choices
        table = table.set_index("choice").loc[truth.index]
        inside = table["first_mc_low"] <= truth["first_order"]
        covered.append(inside & (truth["first_order"] <= table["first_mc_high"]))
    assert (np.mean(covered, axis=0) > 0.89).all()
