"""LMG, Owen values and dominance: other packages, brute force, closed forms, properties."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parstats.drivers import dominance, importance, shares
from parstats.drivers.score_matrix import build_parts
from parstats.errors import InsufficientCoverage, InvalidRequest, UnknownChoice
from parstats.stats.shapley import subset_regression as subsets

REFERENCE = pd.read_csv(Path(__file__).parent / "data" / "reference" / "papi2019_lmg.csv")
# Our scores are rounded to six decimals, those of the reference are not.
ROUNDING = 3e-7


def matrices(seed: int, p: int, n: int = 40) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    x = draw.normal(size=(n, p)) @ (np.eye(p) + 0.3 * draw.normal(size=(p, p)))
    return x @ draw.normal(size=p) + 2 * draw.normal(size=n), x


def r_squared(y: np.ndarray, x: np.ndarray, members: tuple[int, ...]) -> float:
    design = np.column_stack([np.ones(len(y)), x[:, list(members)]])
    rest = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    return 1 - (rest @ rest) / ((y - y.mean()) @ (y - y.mean()))


def by_all_orders(y: np.ndarray, x: np.ndarray, orders: list[tuple[int, ...]]) -> np.ndarray:
    """Mean increment of each regressor over the orders given: the definition itself."""
    value = np.zeros(x.shape[1])
    r_squares = {(): 0.0}
    for order in orders:
        before: tuple[int, ...] = ()
        for member in order:
            now = tuple(sorted((*before, member)))
            if now not in r_squares:
                r_squares[now] = r_squared(y, x, now)
            value[member] += r_squares[now] - r_squares[before]
            before = now
    return value / len(orders)


# --- against other packages -------------------------------------------------------------------


@pytest.mark.parametrize("p", [8, 10, 12, 14])
def test_lmg_of_the_first_sub_dimensions_of_2019_agrees_with_relaimpo(scores, p):
    parts = build_parts(scores, 2019)
    matrix = subsets.correlations(parts.total, parts.points[:, :p])
    expected = REFERENCE.query("case == @case", local_dict={"case": f"first{p}_of_total"})
    assert len(expected) == p
    result = subsets.all_subsets(matrix).shapley
    np.testing.assert_allclose(result, expected["value"], rtol=0, atol=ROUNDING)


def test_lmg_of_dimensions_agrees_with_an_independent_computation(scores):
    parts = build_parts(scores, 2019)
    sums = np.column_stack([parts.points[:, parts.groups == g].sum(axis=1) for g in range(8)])
    expected = REFERENCE.query("case == '8_dimension_sums'")["value"]
    result = subsets.all_subsets(subsets.correlations(parts.total, sums)).shapley
    np.testing.assert_allclose(result, expected, rtol=0, atol=ROUNDING)
    table = importance(scores, 2019, level="dimension", n_draws=0).set_index("series")
    np.testing.assert_allclose(
        table.loc[list(dict.fromkeys(parts.parents)), "lmg"], expected, rtol=0, atol=ROUNDING
    )


@pytest.mark.slow
def test_exact_lmg_of_all_29_sub_dimensions_agrees_with_an_independent_computation(scores):
    pytest.importorskip("numba")
    table = importance(scores, 2019, exact=True, n_draws=0).set_index("series")
    expected = REFERENCE.query("case == 'all29_of_total'")["value"].to_numpy()
    order = list(build_parts(scores, 2019).series)
    np.testing.assert_allclose(table.loc[order, "lmg"], expected, rtol=0, atol=ROUNDING)
    assert table["lmg"].sum() == pytest.approx(1, abs=1e-12)


# --- against the definition -------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_lmg_is_the_mean_increment_over_all_orders(seed):
    y, x = matrices(seed, 6)
    expected = by_all_orders(y, x, list(itertools.permutations(range(6))))
    result = subsets.all_subsets(subsets.correlations(y, x)).shapley
    np.testing.assert_allclose(result, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("groups", [(0, 0, 1, 1, 2, 2), (0, 1, 0, 1, 0, 1), (0, 1, 2, 3, 4, 5)])
def test_owen_value_is_the_mean_increment_over_orders_that_keep_groups_together(groups):
    y, x = matrices(3, 6)
    grouped_orders = [
        order
        for order in itertools.permutations(range(6))
        if len(list(itertools.groupby(order, key=groups.__getitem__))) == len(set(groups))
    ]
    result = subsets.owen(subsets.correlations(y, x), groups)
    np.testing.assert_allclose(result, by_all_orders(y, x, grouped_orders), rtol=0, atol=1e-12)


@pytest.mark.parametrize("p", [3, 7, 16, 17])
def test_compiled_and_plain_sums_over_subsets_are_the_same(p):
    compiled = pytest.importorskip("parstats.stats.shapley.compiled_subsets")
    y, x = matrices(p, p, n=60)
    matrix = subsets.correlations(y, x)
    last = subsets._outcome_last(matrix)
    plain = subsets._leaf_sums(subsets._leaves(last, np.zeros(())))
    quick = subsets.SetSums(*compiled.sums(last, subsets._branch, None))
    np.testing.assert_allclose(quick.shapley, plain.shapley, rtol=0, atol=1e-13)
    np.testing.assert_allclose(quick.increments, plain.increments, rtol=0, atol=1e-11)


def test_progress_goes_up_to_the_end():
    pytest.importorskip("numba")
    y, x = matrices(1, 21, n=80)
    fractions: list[float] = []
    subsets.all_subsets(subsets.correlations(y, x), progress=fractions.append)
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1


def test_without_the_compiler_more_than_twenty_parts_are_refused(monkeypatch):
    monkeypatch.setattr(subsets, "_should_compile", lambda p: False)
    y, x = matrices(1, 21, n=80)
    with pytest.raises(InvalidRequest, match=r"pip install 'parstats\[fast\]'"):
        subsets.all_subsets(subsets.correlations(y, x))


def test_conditional_dominance_starts_alone_and_ends_with_all_others(scores):
    table = dominance(scores, 2024)
    increments = table.pivot(index="series", columns="others", values="increment")
    about = importance(scores, 2024, level="dimension", n_draws=0).set_index("series")
    about = about.loc[increments.index]
    np.testing.assert_allclose(increments[0], about["first"], atol=1e-12)
    np.testing.assert_allclose(increments[7], about["last"], atol=1e-12)
    np.testing.assert_allclose(increments.mean(axis=1), about["lmg"], atol=1e-12)


# --- properties -------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), p=st.integers(1, 7), data=st.data())
def test_values_add_up_and_do_not_depend_on_units_or_order(seed, p, data):
    y, x = matrices(seed, p)
    groups = np.array(data.draw(st.lists(st.integers(0, 2), min_size=p, max_size=p)))
    order = np.array(data.draw(st.permutations(range(p))))
    rows = np.random.default_rng(seed).permutation(len(y))
    units = np.exp(np.random.default_rng(seed).normal(size=p))
    plain = subsets.correlations(y, x)
    other = subsets.correlations(7 - 3 * y[rows], (x * units + 5)[rows][:, order])
    r2 = r_squared(y, x, tuple(range(p)))
    for value, again in (
        (subsets.all_subsets(plain).shapley, subsets.all_subsets(other).shapley),
        (subsets.owen(plain, groups), subsets.owen(other, groups[order])),
    ):
        assert value.sum() == pytest.approx(r2, abs=1e-10)
        np.testing.assert_allclose(value[order], again, rtol=0, atol=1e-9)


def test_twins_get_the_same_and_a_constant_gets_nothing():
    y, x = matrices(5, 3)
    table = np.column_stack([x, x[:, 0], np.full(len(y), 2.5)])
    matrix = subsets.correlations(y, table)
    for value in (subsets.all_subsets(matrix).shapley, subsets.owen(matrix, [0, 1, 1, 0, 2])):
        assert value[0] == pytest.approx(value[3], abs=1e-12)
        assert value[4] == 0
        assert value.sum() == pytest.approx(r_squared(y, x, (0, 1, 2)), abs=1e-10)


def test_uncorrelated_parts_get_their_squared_correlation():
    x = np.linalg.qr(np.column_stack([np.ones(30), matrices(2, 4, n=30)[1]]))[0][:, 1:]
    y = x @ [1.0, 2.0, 3.0, 4.0]
    result = subsets.all_subsets(subsets.correlations(y, x)).shapley
    np.testing.assert_allclose(result, np.array([1, 4, 9, 16]) / 30, atol=1e-12)


def test_resampling_counts_do_what_repeated_rows_do():
    y, x = matrices(4, 5)
    counts = np.random.default_rng(0).multinomial(len(y), np.full(len(y), 1 / len(y)), size=2)
    repeated = np.repeat(np.arange(len(y)), counts[1])
    np.testing.assert_allclose(
        subsets.correlations(y, x, counts.astype(float))[1],
        subsets.correlations(y[repeated], x[repeated]),
        atol=1e-12,
    )


# --- the table --------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["score", "rank"])
def test_owen_values_of_a_dimension_add_up_to_its_value_among_dimensions(scores, outcome):
    fine = importance(scores, 2024, outcome=outcome, n_draws=0)
    parts = build_parts(scores, 2024)
    sums = [parts.points[:, parts.groups == g] for g in range(8)]
    assert fine["owen"].sum() == pytest.approx(fine["r2"].iloc[0], abs=1e-10)
    if outcome == "score":
        assert fine["r2"].iloc[0] == pytest.approx(1, abs=1e-10)
    assert len(sums) == fine["parent"].nunique()


def test_owen_and_lmg_are_the_same_where_every_part_is_a_group(scores):
    table = importance(scores, 2023, level="dimension", n_draws=0)
    np.testing.assert_allclose(table["owen"], table["lmg"], atol=1e-12)


def test_intervals_hold_the_value_or_say_how_far_it_may_move(scores):
    table = importance(scores, 2024, level="dimension", n_draws=200, seed=3)
    again = importance(scores, 2024, level="dimension", n_draws=200, seed=3)
    pd.testing.assert_frame_equal(table, again)
    assert (table["owen_sens_low"] < table["owen_sens_high"]).all()
    assert (table["owen_sens_low"] <= table["owen"]).mean() > 0.8
    np.testing.assert_allclose(table["owen_sens_low"], table["lmg_sens_low"], atol=1e-12)


def test_lmg_of_many_parts_is_left_out_unless_asked_for(scores):
    table = importance(scores, 2024, n_draws=0)
    assert table["lmg"].isna().all()
    assert table["owen"].notna().all()


def test_importance_and_covariance_shares_are_two_answers(scores):
    owen = importance(scores, 2024, n_draws=0).set_index("series")["owen"]
    share = shares(scores, 2024).set_index("series")["share"]
    assert abs(owen.sum() - share.sum()) < 1e-9
    assert (owen - share.loc[owen.index]).abs().max() > 0.01


def test_a_region_needs_ten_provinces_and_lmg_ten_more_than_parts(scores):
    table = importance(scores, 2024, region="NCC", level="dimension", n_draws=0)
    assert table["n_provinces"].iloc[0] == 14
    assert table["lmg"].isna().all()
    with pytest.raises(InsufficientCoverage, match=r"LMG of 8 parts: 14 of 14 .* 18 are needed"):
        importance(scores, 2024, region="NCC", level="dimension", exact=True)
    with pytest.raises(InsufficientCoverage, match="region CH: 5 of 5"):
        importance(scores, 2024, region="CH", level="dimension")


def test_wrong_requests_are_refused(scores):
    with pytest.raises(UnknownChoice, match="unknown outcome 'place'"):
        importance(scores, 2024, outcome="place")
    with pytest.raises(InvalidRequest, match="draws is -1"):
        importance(scores, 2024, n_draws=-1)
    flat = scores.assign(score=scores["max_score"] / 2)
    with pytest.raises(InvalidRequest, match="no spread to explain"):
        importance(flat, 2024)
    assert math.isclose(subsets.explained_by_all(np.eye(3)), 0)
