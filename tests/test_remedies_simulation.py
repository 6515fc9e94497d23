"""Plans that are made up: what is real stays real, what is planted arrives, chance is as told."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from parstats.remedies.simulation.dynamics import fit

from parstats import errors, load_scores, remedies
from parstats.remedies.association.estimate import estimate
from parstats.remedies.association.panel_layout import Layout, panel_layout
from parstats.remedies.simulation.simulate import COLUMNS, simulate, simulation_summary
from parstats.remedies.simulation.synthetic_plans import RULES, draw_plans
from parstats.remedies.simulation.unobserved_plans import attenuation
from parstats.stats.randomization.design import Design
from parstats.stats.randomization.panel_blocks import Blocks, Projections

pytestmark = pytest.mark.usefixtures("figures_to_2024")


@pytest.fixture(scope="module")
def cells() -> pd.DataFrame:
    table = remedies.outcomes(load_scores("PAPI"), range(2018, 2025))
    return table[table["level"] == "criterion"].reset_index(drop=True)


@pytest.fixture(scope="module")
def layout(cells) -> Layout:
    return panel_layout(cells.assign(state="background"))


def test_the_real_panel_without_an_effect_is_the_real_panel(layout) -> None:
    plans = draw_plans(layout, "worst", 12, np.random.default_rng(0))
    real = fit(layout).with_effect(plans.targeting, 0.0)
    present = layout.blocks.present
    assert np.abs(real.change - layout.blocks.outcome)[present].max() < 1e-12
    assert np.abs(real.baseline - layout.blocks.covariates[0])[present].max() < 1e-12
    assert np.abs(real.previous_change - layout.blocks.covariates[1])[present].max() < 1e-12


def test_a_planted_effect_is_in_the_year_and_carries_over_as_the_slopes_say(layout) -> None:
    dynamics = fit(layout)
    plans = draw_plans(layout, "random", 20, np.random.default_rng(1))
    none, planted = (dynamics.with_effect(plans.targeting, effect) for effect in (0.0, 0.7))
    treated = none.treatment > 0
    assert (planted.treatment == none.treatment).all()  # the rule "random" looks at no figure
    first = layout.positions["year"].to_numpy() == 2018
    moved = planted.change - none.change
    assert moved[:, first][treated[:, first]] == pytest.approx(0.7)
    assert np.abs(moved[:, first][~treated[:, first]]).max() == 0
    # In the year after, the baseline and the previous change are higher by the effect.
    later = np.flatnonzero(dynamics.before >= 0)
    later = later[layout.positions["year"].to_numpy()[later] == 2019]
    was = treated[:, dynamics.before[later]] & layout.blocks.present[:, later]
    assert (planted.baseline - none.baseline)[:, later][was] == pytest.approx(0.7)
    expected = (dynamics.slopes[0] + dynamics.slopes[1] - 1)[later] * 0.7
    expected = np.broadcast_to(expected, was.shape) + 0.7 * treated[:, later]
    assert moved[:, later][was] == pytest.approx(expected[was])


def test_residuals_are_drawn_as_whole_provinces(layout) -> None:
    dynamics = fit(layout)
    plans = draw_plans(layout, "worst", 12, np.random.default_rng(2))
    drawn = dynamics.drawn(np.random.default_rng(3), plans.targeting, 0.0)
    standing = drawn.change + drawn.baseline
    shocks = standing - dynamics.intercept
    shocks -= dynamics.slopes[0] * drawn.baseline + dynamics.slopes[1] * drawn.previous_change
    residuals = dynamics.residual[dynamics.complete_provinces()]
    distance = np.abs(shocks[:, None, :] - residuals[None]).max(axis=2)
    assert distance.min(axis=1).max() < 1e-10
    assert len(set(distance.argmin(axis=1))) < len(residuals)  # with replacement


@pytest.mark.parametrize("rule", RULES)
def test_plans_target_what_their_rule_says(layout, rule) -> None:
    plans = draw_plans(layout, rule, 15, np.random.default_rng(4), n_series=5, hidden_share=0.2)
    blocks, years = layout.blocks, layout.positions["year"].to_numpy()
    targeted = np.zeros(blocks.outcome.shape)
    for year in np.unique(years):
        year_index = np.flatnonzero(years == year)
        targeted[:, year_index] = plans.targeting(
            year_index, blocks.covariates[0][:, year_index], blocks.covariates[1][:, year_index]
        )
    planned = plans.read | plans.hidden
    assert not (targeted.astype(bool) & ~planned).any()
    assert not (plans.read & plans.hidden).any()
    standing = np.where(blocks.present, blocks.covariates[0], np.nan)
    by = {"worst": standing, "fell_most": blocks.covariates[1]}
    n_plans = 0
    for year in np.unique(years):
        year_index = years == year
        for row in np.flatnonzero(planned[:, year_index].any(axis=1)):
            is_targeted = targeted[row, year_index] > 0
            assert is_targeted.sum() == 5
            n_plans += 1
            if rule in by:
                values, is_present = by[rule][row, year_index], blocks.present[row, year_index]
                assert values[is_targeted].max() <= values[is_present & ~is_targeted].min()
            if rule == "worst_rank":
                ranks = 1 + (standing[:, year_index] > standing[row, year_index]).sum(axis=0)
                assert (
                    ranks[is_targeted].min()
                    >= ranks[blocks.present[row, year_index] & ~is_targeted].max()
                )
    n_province_years = blocks.present.shape[0] * 5 - (~blocks.present).sum() // 15
    assert n_plans == 15 + round(0.2 * (_province_years(layout) - 15)) < n_province_years


def _province_years(layout: Layout) -> int:
    years = layout.positions["year"].to_numpy()
    return sum(
        int(layout.blocks.present[:, years == year].any(axis=1).sum()) for year in np.unique(years)
    )


def test_every_set_has_its_own_seed_so_sets_can_be_run_in_parts(cells) -> None:
    options = {"rule": "worst", "n_draws": 49, "seed": 7}
    full = simulate(cells, n_sets=4, **options)
    parts = [simulate(cells, n_sets=numbers, **options) for numbers in ([0, 1], [2, 3])]
    pd.testing.assert_frame_equal(full, pd.concat(parts, ignore_index=True))
    assert tuple(full.columns) == COLUMNS


def test_another_estimator_is_given_the_same_cells(cells) -> None:
    def by_table(table: pd.DataFrame) -> tuple[float, float, float, float]:
        row = estimate(table, n_draws=49).iloc[0]
        return row["adjusted_association"], row["p"], row["ci_low"], row["ci_high"]

    options = {"n_sets": 2, "n_draws": 49, "outcomes": "real", "effect": 0.3}
    expected = simulate(cells, **options)
    other = simulate(cells, estimator=by_table, **options)
    assert other["estimate"].to_numpy() == pytest.approx(expected["estimate"].to_numpy(), abs=1e-9)
    assert (other["naive"] == expected["naive"]).all()


@pytest.mark.slow
def test_the_naive_figures_mislead_and_the_adjusted_one_does_not(cells) -> None:
    """On panels drawn without an effect: before/after rejects most of the time."""
    result = simulation_summary(simulate(cells, rule="worst", n_plans=30, n_sets=40, n_draws=99))
    assert result["naive"] > 0.25
    assert result["naive_rejected"] > 0.7
    assert result["naive_within"] > 0.5
    assert result["naive_within_rejected"] > 0.9
    assert abs(result["bias"]) < 4 * result["bias_se"]
    assert result["rejected"] < 0.2


def test_an_effect_is_found_at_its_size(cells) -> None:
    simulated = simulate(cells, rule="fell_most", n_plans=60, n_sets=30, n_draws=99, effect=0.3)
    result = simulation_summary(simulated, effect=0.3)
    assert result["rejected"] > 0.9
    assert abs(result["bias"]) < max(0.03, 4 * result["bias_se"])
    assert result["coverage"] > 0.8


@pytest.mark.slow
def test_hidden_plans_attenuate_as_foretold(layout) -> None:
    dynamics, estimates, foretold = fit(layout), [], []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        plans = draw_plans(layout, "worst", 40, rng, hidden_share=1.0)
        drawn = dynamics.drawn(rng, plans.targeting, 0.3)
        treatment = np.where(plans.read, drawn.treatment, 0.0)
        present = layout.blocks.present
        covariates = np.stack([drawn.baseline, drawn.previous_change])
        blocks = Blocks(
            drawn.change, covariates, present, present, layout.blocks.group, layout.blocks.series
        )
        design = Design(Projections.build(blocks), treatment)
        at = (layout.row, layout.column)
        state = np.where(
            treatment[at] > 0, "targeted", np.where(plans.read[at], "not_targeted", "background")
        )
        table = layout.cells.assign(
            baseline=drawn.baseline[at], previous_change=drawn.previous_change[at], state=state
        )
        estimates.append(design.estimate)
        foretold.append(0.3 * (1 - attenuation(dataclasses.replace(layout, cells=table), design)))
    assert np.mean(foretold) < 0.2  # about half of the effect is lost
    error = np.std(estimates, ddof=1) / np.sqrt(len(estimates))
    assert np.mean(estimates) == pytest.approx(np.mean(foretold), abs=3.5 * error)


def test_a_summary_counts(cells) -> None:
    table = pd.DataFrame(
        {
            "estimate": [0.1, 0.5, 0.3, 0.3],
            "p": [0.2, 0.05, 0.01, 0.9],
            "ci_low": [-0.1, 0.31, 0.1, 0.0],
            "ci_high": [0.3, 0.7, 0.5, 0.6],
            "naive": 0.4,
            "naive_p": [0.01, 0.2, 0.3, 0.01],
            "naive_within": 0.2,
            "naive_within_p": 0.5,
        }
    )
    result = simulation_summary(table, effect=0.3)
    assert (result["rejected"], result["coverage"], result["naive_rejected"]) == (0.5, 0.75, 0.5)
    assert result["bias"] == pytest.approx(0.0)
    assert result["rejected_mc_low"] < 0.5 < result["rejected_mc_high"]
    with pytest.raises(errors.InsufficientData, match="no set"):
        simulation_summary(table[:0])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rule": "best"}, "best"),
        ({"outcomes": "paper"}, "paper"),
        ({"n_plans": 1_000}, "has only"),
        ({"n_plans": 0}, "n_plans"),
        ({"hidden_share": 2}, "from 0 to 1"),
        ({"effect": "much"}, "effect"),
        ({"n_sets": 0}, "n_sets"),
        ({"n_draws": 3}, "n_draws"),
        ({"n_series": 0}, "n_series"),
    ],
)
def test_options_out_of_range_are_refused(cells, options, message) -> None:
    with pytest.raises(errors.InvalidRequest, match=message):
        simulate(cells, **{"n_sets": 1, "n_draws": 19} | options)


def test_cells_of_several_levels_are_refused() -> None:
    both = remedies.outcomes(load_scores("PAPI"), 2024)
    with pytest.raises(errors.InvalidRequest, match="several levels"):
        simulate(both, n_sets=1)


@pytest.mark.slow
def test_more_plans_and_larger_effects_are_found_more_often(cells) -> None:
    result = remedies.power(cells, effects=[0.2, 0.5], n_plans=[10, 60], n_sets=30, n_draws=99)
    power = result.set_index(["effect", "n_plans"])["power"]
    assert power[0.5, 60] == 1
    assert power[0.2, 10] < power[0.2, 60] <= power[0.5, 60]
    assert power[0.2, 10] < power[0.5, 10]
    needed = remedies.required_plans(result).set_index("effect")["plans_needed"]
    assert needed[0.2] > 4 * needed[0.5]
    for options in ({"effects": [0.0]}, {"n_plans": [0]}, {"n_plans": [5_000]}):
        with pytest.raises(errors.InvalidRequest):
            remedies.power(cells, n_sets=2, n_draws=19, **options)


@pytest.mark.slow
def test_power_from_moved_intervals_is_power_with_the_effect_planted(cells) -> None:
    result = remedies.power(cells, effects=[0.3], n_plans=[15], n_sets=60, n_draws=99).iloc[0]
    simulated = simulate(cells, n_plans=15, effect=0.3, n_sets=60, n_draws=99)
    planted = simulation_summary(simulated, effect=0.3)["rejected"]
    assert result["power"] == pytest.approx(planted, abs=0.1)


@pytest.mark.slow
def test_a_placebo_shows_every_rule(cells) -> None:
    result = remedies.placebo(cells, n_sets=6, n_draws=49).set_index("rule")
    assert list(result.index) == list(RULES)
    assert result.loc["worst", "naive"] > result.loc["random", "naive"] + 0.2
