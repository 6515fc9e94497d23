"""Randomization inference: the tables of pairs give what running every regression anew gives."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from parstats import errors
from parstats.stats.detectable_effect import minimum_detectable_effect
from parstats.stats.randomization.cluster_variance import cr2
from parstats.stats.randomization.design import (
    Design,
    Exchanges,
    exchangeable,
    exchanges,
    shared_exchanges,
)
from parstats.stats.randomization.panel_blocks import Blocks, Projections, projected
from parstats.stats.randomization.reassignment import reassignment_statistics
from parstats.stats.randomization.significance import (
    observed_statistic,
    randomization_test,
    statistics,
)
from parstats.stats.randomization.step_down import omnibus, romano_wolf

YEARS = 3


def panel(seed: int = 0, provinces: int = 14, series: int = 5) -> tuple[Blocks, np.ndarray]:
    """A panel with gaps and cells of unknown treatment, and its treatment."""
    rng = np.random.default_rng(seed)
    shape = (provinces, series * YEARS)
    covariates = rng.normal(size=(2, *shape))
    present = np.ones(shape, dtype=bool)
    present[3, 2] = False
    present[9:11, :5] = False
    treatment = np.zeros(shape)
    treatment[:5] = rng.random((5, shape[1])) < 0.4
    is_used = present.copy()
    is_used[1, 7] = is_used[2, 3:6] = False
    treatment[~is_used] = 0
    outcome = rng.normal(size=shape) - 0.5 * covariates[0] + 0.3 * treatment
    outcome += rng.normal(size=(provinces, 1))
    group = np.repeat(np.arange(YEARS), series)
    blocks = Blocks(outcome, covariates, present, is_used, group, np.tile(np.arange(series), YEARS))
    return blocks, treatment


def dummies(blocks: Blocks, rows: np.ndarray, *columns: np.ndarray) -> np.ndarray:
    """The regressors written out, a dummy an effect."""
    provinces, positions = blocks.outcome.shape
    regressors = []
    for province, group in itertools.product(range(provinces), np.unique(blocks.group)):
        column = np.zeros((provinces, positions))
        column[province, blocks.group == group] = 1
        regressors.append(column)
    regressors += [np.tile(item, (provinces, 1)) for item in np.eye(positions)]
    regressors += [
        np.where(blocks.series == item, values, 0)
        for item in np.unique(blocks.series)
        for values in blocks.covariates
    ]
    return np.stack([item[rows] for item in (*regressors, *columns)], axis=1)


class ByHand:
    """The same model by least squares on dummies."""

    def __init__(self, blocks: Blocks, treatment: np.ndarray, *controls: np.ndarray) -> None:
        self.blocks, self.treatment, self.controls = blocks, treatment, controls

    def fitted(self, rows: np.ndarray, values: np.ndarray, *more: np.ndarray) -> np.ndarray:
        x = dummies(self.blocks, rows, *self.controls, *more)
        result = np.zeros(values.shape)
        result[rows] = x @ np.linalg.lstsq(x, values[rows], rcond=1e-10)[0]
        return result

    def residual(self, rows: np.ndarray, values: np.ndarray, *more: np.ndarray) -> np.ndarray:
        return np.where(rows, values - self.fitted(rows, values, *more), 0)

    def t(self, values: np.ndarray) -> float:
        is_used = self.blocks.estimation_sample
        remainder = self.residual(is_used, self.treatment)
        residuals = self.residual(is_used, values, self.treatment)
        spread = np.sqrt(((remainder * residuals).sum(axis=1) ** 2).sum())
        return float((remainder * values)[is_used].sum() / spread)


@pytest.mark.parametrize("with_control", [False, True])
def test_estimate_and_standard_error_are_those_of_statsmodels_with_dummies(with_control) -> None:
    blocks, treatment = panel()
    control = np.where(
        blocks.estimation_sample, np.random.default_rng(5).normal(size=treatment.shape), 0.0
    )
    projections = Projections.build(blocks)
    design = Design(projections.joined(control) if with_control else projections, treatment)
    rows = blocks.estimation_sample
    x = dummies(blocks, rows, *([control] if with_control else []), treatment)
    x = x[:, _independent(x)]
    cluster = np.broadcast_to(np.arange(len(treatment))[:, None], treatment.shape)[rows]
    result = sm.OLS(blocks.outcome[rows], x).fit(
        cov_type="cluster", cov_kwds={"groups": cluster, "use_correction": False}
    )
    assert design.estimate == pytest.approx(result.params[-1], abs=1e-8)
    spread = np.sqrt((design.scores**2).sum()) / design.information
    assert spread == pytest.approx(result.bse[-1], abs=1e-8)
    assert design.projections.estimation_sample.rank + 1 == x.shape[1]


def _independent(x: np.ndarray) -> list[int]:
    """Columns without the redundant ones, the last one kept."""
    chosen = [x.shape[1] - 1]
    for column in range(x.shape[1] - 1):
        if np.linalg.matrix_rank(x[:, [*chosen, column]]) > len(chosen):
            chosen.append(column)
    return [*chosen[1:], chosen[0]]


@pytest.mark.parametrize("value", [0.0, 0.4])
def test_draws_are_those_of_every_regression_run_anew(value: float) -> None:
    """Freedman-Lane by hand: reduced fit, exchanged blocks, whole model again."""
    blocks, treatment = panel()
    design, by_hand = Design(Projections.build(blocks), treatment), ByHand(blocks, treatment)
    drawn = exchanges(blocks, 30, np.random.default_rng(1))
    draws = design.draws(drawn)
    shifted = np.where(blocks.present, blocks.outcome - value * treatment, 0)
    reduced = by_hand.fitted(blocks.present, shifted)
    residuals = drawn.filled(np.where(blocks.present, shifted - reduced, 0))
    expected = [by_hand.t(reduced + residuals[assignment]) for assignment in drawn.assignments]
    result = statistics(
        draws.numerators - value * draws.treatment_numerators,
        draws.scores - value * draws.treatment_scores,
    )
    assert result == pytest.approx(expected, abs=1e-10)
    assert observed_statistic(design, value) == pytest.approx(by_hand.t(shifted), abs=1e-10)


def test_a_small_case_over_all_exchanges_is_exact() -> None:
    rng = np.random.default_rng(4)
    shape = (5, 4)
    present = np.ones(shape, dtype=bool)
    blocks = Blocks(
        rng.normal(size=shape),
        rng.normal(size=(1, *shape)),
        present,
        present,
        np.zeros(4, dtype=int),
        np.array([0, 0, 1, 1]),
    )
    treatment = np.zeros(shape)
    treatment[0, :2] = treatment[3, 1] = 1
    orders = np.array(list(itertools.permutations(range(5))))[1:]
    design = Design(Projections.build(blocks), treatment)
    every = Exchanges(orders, np.tile(np.arange(5)[:, None], (1, 4)))
    tested = randomization_test(design, design.draws(every))
    by_hand = ByHand(blocks, treatment)
    reduced = by_hand.fitted(present, blocks.outcome)
    drawn = [abs(by_hand.t(reduced + (blocks.outcome - reduced)[list(draw)])) for draw in orders]
    farther = sum(draw >= abs(by_hand.t(blocks.outcome)) * (1 - 1e-9) for draw in drawn)
    assert tested.p == (1 + farther) / 120


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), level=st.sampled_from([0.8, 0.9, 0.95]))
def test_the_interval_holds_just_what_the_test_does_not_reject(seed: int, level: float) -> None:
    blocks, treatment = panel(seed)
    design = Design(Projections.build(blocks), treatment)
    draws = design.draws(exchanges(blocks, 99, np.random.default_rng(seed)))
    tested = randomization_test(design, draws, level)

    def p(value: float) -> float:
        drawn = statistics(
            draws.numerators - value * draws.treatment_numerators,
            draws.scores - value * draws.treatment_scores,
        )
        return float((1 + (np.abs(drawn) >= abs(observed_statistic(design, value))).sum()) / 100)

    assert p(design.estimate) == 1
    assert tested.ci_low <= design.estimate <= tested.ci_high
    for end, outwards in ((tested.ci_low, -1e-6), (tested.ci_high, 1e-6)):
        if np.isfinite(end):
            assert p(end + outwards) <= 1 - level + 1e-9 < p(end - outwards)
    for step in np.linspace(0.01, 6, 60):  # and nothing further out
        for end, sign in ((tested.ci_low, -1), (tested.ci_high, 1)):
            if np.isfinite(end):
                assert p(end + sign * step) <= 1 - level + 1e-9


@pytest.mark.parametrize("by", ["province", "region and year"])
def test_cr2_is_that_of_the_residual_maker_written_out(by: str) -> None:
    blocks, treatment = panel()
    label = np.broadcast_to(np.arange(len(treatment))[:, None], treatment.shape)
    if by == "region and year":
        label = (label // 3) * YEARS + blocks.group
    design = Design(Projections.build(blocks), treatment)
    rows = blocks.estimation_sample
    x = dummies(blocks, rows, treatment)
    vectors, values, _ = np.linalg.svd(x, full_matrices=False)
    vectors = vectors[:, values > 1e-9]
    maker = np.eye(len(x)) - vectors @ vectors.T
    weights = np.linalg.pinv(x)[-1]
    residuals = maker @ blocks.outcome[rows]
    cluster = label[rows]
    variance, pulled = 0.0, []
    for unit in np.unique(cluster):
        members = np.flatnonzero(cluster == unit)
        size, direction = np.linalg.eigh(maker[np.ix_(members, members)])
        used = size > 1e-8
        root = (direction[:, used] / np.sqrt(size[used])) @ direction[:, used].T
        variance += float((root @ weights[members]) @ residuals[members]) ** 2
        pulled.append(maker[:, members] @ (root @ weights[members]))
    crossed = np.array(pulled) @ np.array(pulled).T
    result = cr2(design, None if by == "province" else label)
    assert result.se == pytest.approx(np.sqrt(variance), abs=1e-10)
    assert result.df == pytest.approx(np.trace(crossed) ** 2 / (crossed**2).sum(), abs=1e-8)
    assert 0 < result.p < 1


@pytest.mark.slow
def test_cr2_is_unbiased_where_errors_are_independent() -> None:
    blocks, treatment = panel()
    rng = np.random.default_rng(8)
    drawn = []
    for _ in range(300):
        noise = rng.normal(size=treatment.shape)
        simulated = Blocks(
            noise,
            blocks.covariates,
            blocks.present,
            blocks.estimation_sample,
            blocks.group,
            blocks.series,
        )
        design = Design(Projections.build(simulated), treatment)
        drawn.append(cr2(design).se ** 2 * design.information)
    assert np.mean(drawn) == pytest.approx(1, abs=4 * np.std(drawn) / np.sqrt(300))


def test_exchanged_treatments_are_those_of_every_regression_run_anew() -> None:
    blocks, treatment = panel()
    full_blocks = Blocks(
        blocks.outcome,
        blocks.covariates,
        blocks.present,
        blocks.present,
        blocks.group,
        blocks.series,
    )
    rng = np.random.default_rng(2)
    assignments = np.stack([np.arange(14), *(rng.permutation(14) for _ in range(20))])
    more = np.stack([full_blocks.outcome, rng.normal(size=treatment.shape)])
    estimates, t = reassignment_statistics(full_blocks, treatment, assignments, more)
    for index, assignment in enumerate(assignments):
        for number, outcome in enumerate(more):
            treated = np.where(blocks.present, treatment[assignment], 0)
            exchanged = Blocks(
                outcome,
                blocks.covariates,
                blocks.present,
                blocks.present,
                blocks.group,
                blocks.series,
            )
            design = Design(Projections.build(exchanged), treated)
            assert estimates[index, number] == pytest.approx(design.estimate, abs=1e-10)
            assert t[index, number] == pytest.approx(observed_statistic(design), abs=1e-10)


def test_only_provinces_present_in_the_same_years_are_exchanged() -> None:
    """One that lacks a figure changes places; two that lack a year do so with each other alone."""
    blocks, _ = panel()
    drawn = exchanges(blocks, 200, np.random.default_rng(0))
    assert set(drawn.assignments[:, 9]) == {9, 10}
    assert set(drawn.assignments[:, 3]) == set(range(14)) - {9, 10}
    assert (np.sort(drawn.assignments, axis=1) == np.arange(14)).all()
    assert exchangeable(blocks).all()
    alone = blocks.present.copy()
    alone[3, :5] = alone[3, 5:10] = False
    lonely = dataclasses.replace(
        blocks, present=alone, estimation_sample=blocks.estimation_sample & alone
    )
    assert exchangeable(lonely).tolist() == [at != 3 for at in range(14)]


def test_a_missing_figure_has_the_residual_of_another_province_stand_in() -> None:
    blocks, _ = panel()
    drawn = exchanges(blocks, 5, np.random.default_rng(0))
    own = np.tile(np.arange(14)[:, None], (1, 15))
    assert (drawn.stand_ins == own)[blocks.present].all()
    missing = ~blocks.present
    assert blocks.present[drawn.stand_ins[missing], np.nonzero(missing)[1]].all()
    values = np.random.default_rng(1).normal(size=own.shape)
    assert (drawn.filled(values)[blocks.present] == values[blocks.present]).all()


@pytest.mark.parametrize("share", [0.0, 0.02])
def test_scattered_gaps_leave_size_and_spread_alone(share: float) -> None:
    """Provinces that lack one figure each once stayed put, and the spread came out too small."""
    rng = np.random.default_rng(21)
    shape = (24, 20)
    known = rng.random(shape) >= share
    if share:
        known[np.arange(18), rng.integers(0, 20, 18)] = False  # three in four lack one figure
    treatment = np.where(known, rng.random(shape) < 0.3, 0.0) * (np.arange(24) < 12)[:, None]
    group, series = np.repeat(np.arange(2), 10), np.tile(np.arange(10), 2)
    estimates, spreads, rejected = [], [], 0
    for _ in range(300):
        blocks = Blocks(rng.normal(size=shape), np.zeros((0, *shape)), known, known, group, series)
        design = Design(Projections.build(blocks), treatment)
        tested = randomization_test(design, design.draws(exchanges(blocks, 99, rng)))
        estimates.append(design.estimate)
        spreads.append(tested.spread)
        rejected += tested.p <= 0.05
    assert np.mean(spreads) == pytest.approx(np.std(estimates), rel=0.12)
    assert 0.015 < rejected / 300 < 0.09  # 0.05, give or take 3 standard errors


def test_panels_of_partly_the_same_provinces_share_their_draws() -> None:
    blocks, _ = panel()
    fewer = dataclasses.replace(
        blocks,
        outcome=blocks.outcome[2:],
        covariates=blocks.covariates[:, 2:],
        present=blocks.present[2:],
        estimation_sample=blocks.estimation_sample[2:],
        group_covariates=np.zeros((0, 12, 15)),
    )
    whole, part = shared_exchanges(
        [(blocks, range(14)), (fewer, range(2, 14))], 50, np.random.default_rng(0)
    )
    assert (whole.assignments[:, 2:] == part.assignments + 2).all()
    assert set(whole.assignments[:, 0]) == {0, 1}


def test_a_test_at_five_percent_rejects_about_five_percent() -> None:
    blocks, treatment = panel(provinces=20)
    rng = np.random.default_rng(11)
    rejected = 0
    for _ in range(400):
        shared = rng.normal(size=(20, 1)) * rng.normal(size=treatment.shape[1])
        outcome = rng.normal(size=treatment.shape) + shared
        simulated = Blocks(
            outcome,
            blocks.covariates,
            blocks.present,
            blocks.estimation_sample,
            blocks.group,
            blocks.series,
        )
        design = Design(Projections.build(simulated), treatment)
        draws = design.draws(exchanges(simulated, 99, rng))
        rejected += randomization_test(design, draws).p <= 0.05
    assert 0.02 < rejected / 400 < 0.085  # 0.05, give or take 3 standard errors


def test_estimates_centre_on_the_truth() -> None:
    blocks, treatment = panel()
    rng = np.random.default_rng(12)
    estimates = []
    for _ in range(200):
        outcome = rng.normal(size=treatment.shape) + 0.7 * treatment - 2 * blocks.covariates[1]
        simulated = Blocks(
            outcome,
            blocks.covariates,
            blocks.present,
            blocks.estimation_sample,
            blocks.group,
            blocks.series,
        )
        estimates.append(Design(Projections.build(simulated), treatment).estimate)
    assert np.mean(estimates) == pytest.approx(0.7, abs=4 * np.std(estimates) / np.sqrt(200))


def test_step_down_is_the_definition_taken_word_by_word() -> None:
    rng = np.random.default_rng(3)
    observed, drawn = rng.normal(size=5) * 2, rng.normal(size=(200, 5))
    order = sorted(range(5), key=lambda index: -abs(observed[index]))
    expected, least = {}, 0.0
    for position, index in enumerate(order):
        largest = [max(abs(draw[other]) for other in order[position:]) for draw in drawn]
        p = (1 + sum(each >= abs(observed[index]) for each in largest)) / 201
        expected[index] = least = max(p, least)
    assert romano_wolf(observed, drawn).tolist() == [expected[index] for index in range(5)]


def test_several_tests_together_reject_a_true_null_seldom() -> None:
    rng = np.random.default_rng(6)
    single, together = 0, 0
    for _ in range(500):
        draws = rng.normal(size=(100, 6)) @ (np.eye(6) + 0.5)
        p = romano_wolf(draws[0], draws[1:])
        single += (np.abs(draws[1:]) >= np.abs(draws[0])).mean(axis=0).min() <= 0.04
        together += p.min() <= 0.05
        assert omnibus(draws[0], draws[1:])[0] == pytest.approx(p.min())
    assert together / 500 < 0.08 < single / 500


def test_the_smallest_association_that_is_found_is_found_four_times_in_five() -> None:
    smallest = minimum_detectable_effect(0.5, 30)
    rng = np.random.default_rng(7)
    from scipy import stats

    t = (smallest + 0.5 * rng.normal(size=200_000)) / (
        0.5 * np.sqrt(rng.chisquare(30, 200_000) / 30)
    )
    assert (t > stats.t.ppf(0.975, 30)).mean() == pytest.approx(0.8, abs=0.01)


def test_a_treatment_that_covers_whole_years_is_refused() -> None:
    blocks, _ = panel()
    treated = np.zeros(blocks.outcome.shape)
    treated[0] = np.where(blocks.estimation_sample[0], 1, 0)
    with pytest.raises(errors.InsufficientData, match="no variation of its own"):
        Design(Projections.build(blocks), treated)


def test_blocks_that_do_not_fit_are_refused() -> None:
    blocks, _ = panel()
    with pytest.raises(errors.InvalidRequest, match="missing or infinite"):
        Blocks(
            np.full_like(blocks.outcome, np.nan),
            blocks.covariates,
            blocks.present,
            blocks.estimation_sample,
            blocks.group,
            blocks.series,
        )
    with pytest.raises(errors.InvalidRequest, match="provinces by positions"):
        Blocks(
            blocks.outcome[:, 1:],
            blocks.covariates,
            blocks.present,
            blocks.estimation_sample,
            blocks.group,
            blocks.series,
        )
    with pytest.raises(errors.InvalidRequest, match="not present"):
        Blocks(
            blocks.outcome,
            blocks.covariates,
            blocks.estimation_sample,
            blocks.present,
            blocks.group,
            blocks.series,
        )
    projection = projected(blocks, blocks.estimation_sample)
    assert abs(projection.residual(blocks.outcome)[~blocks.estimation_sample]).max() == 0
