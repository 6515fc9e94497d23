"""The validation of the adjusted association in small, and how it judges and goes on."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from evaluation import remedies as validation
from evaluation.remedies_page import page
from evaluation.remedies_settings import Setting, panel, run_sets, settings
from scipy import stats

from parstats import errors, remedies
from parstats.remedies.simulation.synthetic_plans import RULES, SHORT_MEMORY

SETS = 20  # of each rule
# Read on a page of PAPI to 2024; a newer year would make another panel.
pytestmark = pytest.mark.usefixtures("figures_to_2024")


@pytest.mark.slow
@pytest.mark.parametrize("effect", [0.0, 0.3])
@pytest.mark.parametrize("on", ["drawn", "real"])
def test_size_bias_and_coverage_hold_over_all_rules(on: str, effect: float) -> None:
    """All rules but those whose plans come back every year, whose earlier plans show too."""
    kept = ("same_series", "dimension_kept")
    rules = [rule for rule in RULES if rule not in kept or effect == 0]
    table = pd.concat(
        run_sets(Setting("rules", on, rule, 60, effect), range(1_000, 1_000 + SETS))
        for rule in rules
    )
    n = len(table)
    assert n == SETS * len(rules)
    covered = (table["ci_low"] <= effect) & (effect <= table["ci_high"])
    # What would be seen once in a thousand runs, if the test kept its size, is a failure. On one
    # real panel the sets share what its years brought, so half of the sets count.
    known = n if on == "drawn" else n // 2
    assert stats.binomtest(round(covered.mean() * known), known, 0.95).pvalue > 0.001
    bias = table["adjusted_association"].mean() - effect
    assert abs(bias) < 0.02 + 3.3 * table["adjusted_association"].std() / np.sqrt(n)
    if effect:
        assert (table["p"] <= 0.05).mean() > 0.95


def test_most_rules_are_no_functions_of_the_model() -> None:
    assert len(set(RULES) - set(SHORT_MEMORY)) >= 10
    listed = settings()
    assert len(listed) == len({setting.name for setting in listed})
    assert {setting.rule for setting in listed if setting.part == "rules"} == set(RULES)
    assert min(setting.n_sets for setting in listed if setting.part == "rules") >= 1_000
    assert min(setting.n_sets for setting in listed) >= 400


def test_the_validation_can_stop_and_go_on(tmp_path, monkeypatch) -> None:
    setting = dataclasses.replace(settings()[0], n_sets=4)
    monkeypatch.setattr(validation, "settings", lambda: [setting])
    monkeypatch.setattr(validation, "SHARD", 2)
    pieces = list(validation.pieces(None, None))
    assert [(piece.start, piece.count) for piece in pieces] == [(0, 2), (2, 2)]
    validation.run(tmp_path, pieces[0])
    first = validation.collect(tmp_path)[setting]
    assert first["set"].tolist() == [0, 1]
    path = tmp_path / f"{setting.name}.csv"
    marked = first.assign(p=-1.0)
    marked.to_csv(path, index=False)
    for piece in pieces:  # a piece that is done is not done again
        validation.run(tmp_path, piece)
    whole = validation.collect(tmp_path)[setting]
    assert whole["set"].tolist() == [0, 1, 2, 3]
    assert (whole["p"][:2] == -1).all()
    assert (whole["p"][2:] > 0).all()
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_results_that_are_kept_are_those_of_this_method() -> None:
    """The first sets run again give what is in the repo, so the page is of today's code."""
    # The name of the folder, a hash of rounded figures, may be another on another machine.
    (folder,) = [path for path in validation.RESULTS.iterdir() if path.is_dir()]
    setting = next(item for item in settings() if item.name == "rules-real-long_low-60-0")
    kept = pd.read_csv(folder / f"{setting.name}.csv")
    again = run_sets(setting, range(2)).round(6)
    pd.testing.assert_frame_equal(
        kept[:2][list(again)], again, check_exact=False, atol=1e-4, rtol=1e-3
    )


def _single(setting: Setting, *, p: float = 0.5, covered: float = 0.95, bias: float = 0.0):
    rng = np.random.default_rng(0)
    n = 1_000
    estimate = setting.truth + bias + rng.normal(scale=0.05, size=n)
    inside = np.arange(n) < covered * n
    return pd.DataFrame(
        {
            "set": range(n),
            "adjusted_association": estimate,
            "ci_low": np.where(inside, setting.truth - 0.1, setting.truth + 0.1),
            "ci_high": setting.truth + 0.2,
            "p": np.where(np.arange(n) < p * n, 0.01, 0.5),
            "mde": 0.14,
        }
    )


@pytest.mark.parametrize(
    ("on", "figures", "held"),
    [
        ("drawn", {"p": 0.05}, 0),
        ("drawn", {"p": 0.10}, 1),
        ("drawn", {"p": 0.01}, 1),
        ("drawn", {"p": 0.05, "covered": 0.90}, 1),
        ("drawn", {"p": 0.05, "bias": 0.05}, 1),
        ("drawn", {"p": 0.05, "bias": 0.02}, 0),
        ("real", {"p": 0.05, "bias": 0.05}, 0),
        ("real", {"p": 0.05, "bias": 0.09}, 1),
    ],
)
def test_every_setting_is_judged_by_its_own_measure(on: str, figures, held: int) -> None:
    setting = Setting("rules", on, "worst", 60, 0.0)
    text, failed = page({setting: _single(setting, **figures)}, [setting], {"worst": (0.0, 0.03)})
    assert failed == held
    assert f"| {'no' if held else 'yes'} |" in text
    few = _single(setting, **figures)[:400]
    assert "| yes |" not in page({setting: few}, [setting], {"worst": (0.0, 0.03)})[0]


def test_types_are_judged_by_what_is_falsely_called_and_what_is_found() -> None:
    setting = Setting("types", "drawn", "worst", 80, 0.4, 400, "one works")

    def table(found: float, false: float) -> pd.DataFrame:
        rows = []
        for number in range(400):
            works, null = number < found * 400, number < false * 400
            for value, called in (("all", True), ("A", works), ("B", null), ("C", False)):
                verdict = "association" if called else "no_association_detected"
                model = "all" if value == "all" else "joint"
                rows.append({"set": number, "value": value, "model": model, "verdict": verdict})
        return pd.DataFrame(rows)

    for found, false, failed in ((0.9, 0.05, 0), (0.7, 0.05, 1), (0.9, 0.15, 1)):
        assert page({setting: table(found, false)}, [setting], {})[1] == failed


def test_types_are_told_apart_in_the_sets_that_are_run() -> None:
    one = next(item for item in settings() if item.kind == "one works")
    rows = run_sets(one, [0])
    assert rows["value"].tolist() == ["all", *"ABCDEFGHIJ"]
    assert rows.set_index("value").loc["A", "verdict"] == "association"
    together = next(item for item in settings() if item.kind == "together")
    assert run_sets(together, [0])["value"].tolist() == ["all", "A+B+C+D+E", "F+G+H+I+J"]
    assert panel(0).outcome_years.tolist() == [5, 6, 7, 10, 11]


def test_no_sets_are_refused() -> None:
    with pytest.raises(errors.InsufficientData):
        remedies.simulation_summary(pd.DataFrame({"p": [], "ci_low": [], "ci_high": []}))
