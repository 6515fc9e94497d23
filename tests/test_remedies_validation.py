"""The validation of the adjusted association in small: all rules of made-up plans together."""

from __future__ import annotations

import pandas as pd
import pytest
from evaluation import remedies as validation
from scipy import stats

from parstats import errors, remedies
from parstats.remedies.simulation.synthetic_plans import RULES

SETS = 50  # of each rule


@pytest.fixture(scope="module")
def cells() -> pd.DataFrame:
    return validation.panel()


@pytest.mark.slow
@pytest.mark.parametrize("effect", [0.0, 0.3])
@pytest.mark.parametrize("n_plans", [12, 30, 60])
def test_size_bias_and_coverage_hold(cells, n_plans: int, effect: float) -> None:
    simulated = pd.concat(
        remedies.simulate(
            cells, rule=rule, n_plans=n_plans, effect=effect, n_sets=SETS, n_draws=199, seed=seed
        )
        for seed, rule in enumerate(RULES, start=100)
    )
    result = remedies.simulation_summary(simulated, effect=effect)
    n = len(simulated)
    assert n == 200
    # What would be seen once in a thousand runs, if the test kept its size, is a failure.
    assert stats.binomtest(round(result["coverage"] * n), n, 0.95).pvalue > 0.001
    assert abs(result["bias"]) < 0.02 + 3.3 * result["bias_se"]
    if effect == 0:
        assert stats.binomtest(round(result["rejected"] * n), n, 0.05).pvalue > 0.001
        assert result["naive_rejected"] > 0.4  # three rules of four choose what will come back
    elif n_plans == 60:
        assert result["rejected"] > 0.95


def test_the_validation_can_stop_and_go_on(cells, tmp_path) -> None:
    cell = validation.Cell("real", 12, "worst", 0.0, 0.0)
    validation.run(cells, tmp_path, cell, 0, 2)
    path = tmp_path / f"{cell.name}-0-2.csv"
    first = path.read_bytes()
    path.write_bytes(first + b"\n")  # a piece that is done is not done again
    validation.run(cells, tmp_path, cell, 0, 2)
    assert path.read_bytes() == first + b"\n"
    assert not list(tmp_path.glob("*.part"))


def test_every_setting_is_judged_by_its_own_measure() -> None:
    limits = {"worst": (0.01, 0.03)}
    good = pd.Series(
        {
            **{"rejected_mc_low": 0.04, "rejected_mc_high": 0.06},
            **{"coverage_low": 0.94, "coverage_high": 0.96, "bias": 0.001, "bias_se": 0.001},
        }
    )

    def verdict(
        on: str = "drawn", hidden: float = 0.0, effect: float = 0.0, **figures: float
    ) -> str:
        cell = validation.Cell(on, 12, "worst", hidden, effect)  # type: ignore[arg-type]
        row = pd.concat([good.drop(list(figures)), pd.Series(figures, dtype=float)])
        return str(validation._verdict(cell, row, limits)["held"])

    assert verdict() == verdict(on="real") == "yes"
    assert verdict(rejected_mc_low=0.07, rejected_mc_high=0.09) == "no"
    assert verdict(rejected_mc_low=0.01, rejected_mc_high=0.03) == "no"
    assert verdict(rejected_mc_low=0.02, rejected_mc_high=0.08) == "yes"  # too few sets to tell
    assert (
        verdict(effect=0.3, rejected_mc_low=0.7, rejected_mc_high=0.9) == "yes"
    )  # power is no size
    assert verdict(coverage_low=0.90, coverage_high=0.92) == "no"
    assert verdict(bias=0.04) == "no"
    assert verdict(on="real", bias=0.05) == "yes"
    assert verdict(on="real", bias=0.07) == "no"
    assert verdict(hidden=0.5, effect=0.3, bias=-0.2) == "attenuated"


def test_settings_are_those_the_page_speaks_of() -> None:
    settings = validation.cells()
    assert len(settings) == len(set(settings)) == 72
    assert not [cell for cell in settings if cell.hidden_share and not cell.effect]
    planned = sum(count for _, _, count in validation.shards(None))
    assert planned == sum(validation.SETS[cell.outcomes, cell.effect] for cell in settings)
    with pytest.raises(errors.InsufficientData):
        remedies.simulation_summary(pd.DataFrame({"p": [], "ci_low": [], "ci_high": []}))
