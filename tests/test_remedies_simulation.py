"""Plans that are made up: what is real stays real, what is planted arrives, chance is as told."""

from __future__ import annotations

import dataclasses
import warnings

import numpy as np
import pandas as pd
import pytest

from parstats import errors, load_scores, remedies
from parstats.remedies.association.estimate import estimate
from parstats.remedies.association.hypotheses import everything
from parstats.remedies.association.panel_layout import panel_layout
from parstats.remedies.association.testing import fitted
from parstats.remedies.simulation.simulate import (
    COLUMNS,
    SimulatedPlans,
    simulate,
    simulation_summary,
)
from parstats.remedies.simulation.standing_panels import StandingPanel, standing_panel
from parstats.remedies.simulation.synthetic_plans import RULES, draw_plans
from parstats.remedies.simulation.unobserved_plans import attenuation
from parstats.remedies.simulation.variance_components import variance_components
from parstats.stats.randomization.panel_blocks import Projections

pytestmark = pytest.mark.usefixtures("figures_to_2024")


@pytest.fixture(scope="module")
def cells() -> pd.DataFrame:
    table = remedies.outcomes(load_scores("PAPI"), range(2018, 2025))
    return table[table["level"] == "criterion"].reset_index(drop=True)


@pytest.fixture(scope="module")
def panel(cells) -> StandingPanel:
    return standing_panel(cells)


def test_the_real_panel_without_an_effect_is_the_real_panel(cells, panel) -> None:
    plans = SimulatedPlans(panel, None, "worst", 12, 0.0)
    made = plans.made(np.random.default_rng(0))
    again = panel.cells(made.standing, made.read)
    for name in ("change", "baseline", "previous_change", "lag_3", "lag_4", "lag_5"):
        assert np.allclose(again[name], panel.layout.cells[name], atol=1e-12, equal_nan=True), name
    assert (made.standing == panel.standing)[np.isfinite(panel.standing)].all()
    # Means of peers are made of the cells' own standings, so they differ a little where provinces
    # have figures that are in no cell.
    gap = (again["region_baseline"] - panel.layout.cells["region_baseline"]).abs()
    assert gap.median() < 1e-12
    assert gap.quantile(0.9) < 0.1


def test_a_planted_effect_is_in_the_year_and_fades_by_the_path(panel) -> None:
    none, planted = (
        SimulatedPlans(panel, None, "random", 20, effect, path=(1.0, 0.5)).made(
            np.random.default_rng(1)
        )
        for effect in (0.0, 0.7)
    )
    assert (planted.targeted == none.targeted).all()  # the rule "random" looks at no figure
    moved = np.nan_to_num(planted.standing - none.standing)
    aimed = np.where(np.isfinite(panel.standing), none.targeted, 0.0)
    carried = np.zeros(moved.shape)
    carried[1:] = np.where(np.isfinite(panel.standing[1:]), none.targeted[:-1], 0.0)
    assert moved == pytest.approx(0.7 * aimed + 0.35 * carried)


def test_drawn_panels_have_the_components_they_are_drawn_from(panel) -> None:
    """Fitted again, a drawn panel gives back about what it was drawn from; gaps stay gaps."""
    fitted = variance_components(panel)
    again = []
    for seed in range(6):
        drawn = fitted.drawn(panel, np.random.default_rng(seed))
        assert (np.isfinite(drawn) == np.isfinite(panel.standing)).all()
        again.append(
            dataclasses.astuple(variance_components(dataclasses.replace(panel, standing=drawn)))
        )
    found = np.mean(again, axis=0)
    names = [field.name for field in dataclasses.fields(fitted)]
    for name, value, expected in zip(names, found, dataclasses.astuple(fitted), strict=True):
        assert value == pytest.approx(expected, abs=0.06 if name != "persistence" else 0.1), name


def test_few_years_cannot_tell_what_lasts() -> None:
    table = remedies.outcomes(load_scores("PAPI"), 2024).query("level == 'criterion'")
    with pytest.raises(errors.InsufficientData, match="seven are needed"):
        simulate(table, n_sets=1)


@pytest.mark.parametrize("rule", RULES)
def test_plans_target_what_their_rule_says(panel, rule) -> None:
    plans = draw_plans(panel, rule, 15, np.random.default_rng(4), n_series=5, hidden_share=0.2)
    before = np.zeros(panel.standing.shape, dtype=bool)
    planned = plans.read | plans.hidden
    assert not (plans.read & plans.hidden).any()
    n_pairs = sum(int(panel.eligible(int(at)).any(axis=1).sum()) for at in panel.outcome_years)
    assert planned.sum() == 15 + round(0.2 * (n_pairs - 15))
    for at in panel.outcome_years:
        before[at] = plans.targeting(panel, int(at), panel.standing, before)
        assert not before[at][~planned[at]].any()
        assert not (before[at] & ~panel.eligible(int(at))).any()
        sizes = before[at].sum(axis=1)[planned[at]]
        assert (sizes <= 5).all()
        # Where nothing is known of similar provinces there is nothing to go by.
        assert (sizes == 5).all() or rule in (
            "similar_low",
            "mixed",
            "siblings_low",
            "dimension_kept",
        )
        for province in np.flatnonzero(planned[at]):
            _check_rule(panel, rule, int(at), int(province), before)


def _check_rule(panel, rule: str, at: int, province: int, before) -> None:
    past, eligible = panel.past(at, panel.standing), panel.eligible(at)[province]
    last = past[0][province]
    region = panel.layout.region == panel.layout.region[province]
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # means of nothing
        by = {
            "worst": last,
            "fell_most": last - past[1][province],
            "long_low": np.nanmean(past[:4, province], axis=0),
            "longer_low": np.nanmean(past[:5, province], axis=0),
            "region_low": np.nanmean(past[0][region], axis=0),
            "region_copies": np.nanmean(past[0][region], axis=0),
            "worst_rank": -(past[0] > last).sum(axis=0).astype(float),
        }
    chosen = before[at, province]
    if rule in by:
        left = eligible & ~chosen & np.isfinite(by[rule])
        assert by[rule][chosen].max() <= by[rule][left].min() + 1e-12
    if rule in ("same_series", "dimension_kept"):
        earlier = before[:at, province].any(axis=0) & eligible
        if earlier.any():
            assert (chosen & earlier).sum() == min(5, earlier.sum())


def test_provinces_of_a_region_copy_and_those_of_the_same_series_come_back(panel) -> None:
    copied = draw_plans(panel, "region_copies", 40, np.random.default_rng(0))
    rows = {
        (int(at), int(panel.layout.region[province])) for at, province in np.argwhere(copied.read)
    }
    assert len(rows) < 10
    again = draw_plans(panel, "same_series", 40, np.random.default_rng(0))
    assert again.read.any(axis=0).sum() <= 9


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
def test_hidden_plans_attenuate_as_foretold(panel) -> None:
    plans = SimulatedPlans(panel, variance_components(panel), "worst", 40, 0.3, hidden_share=1.0)
    estimates, foretold = [], []
    for seed in range(20):
        made = plans.made(np.random.default_rng(seed))
        table = panel.cells(made.standing, made.read)
        keys = [table["province"], table["year"]]
        planned = (table["state"] == "targeted").groupby(keys).transform("any")
        aside = planned & (table["state"] == "background")
        layout = panel_layout(table.assign(state=table["state"].mask(aside, "not_targeted")))
        design = fitted(everything(layout, Projections.build(layout.blocks)))
        assert design is not None
        estimates.append(design.estimate)
        foretold.append(0.3 * (1 - attenuation(layout, design)))
    assert np.mean(foretold) < 0.22  # a third of the effect or more is lost
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
    assert list(result.index) == [*RULES[:5], "region_low"]
    assert result.loc["worst", "naive"] > result.loc["random", "naive"] + 0.2
