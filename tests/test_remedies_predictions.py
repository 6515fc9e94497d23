"""Predictions for plans without an outcome yet, written beforehand and scored later."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from evaluation import predictions as written
from tests.invented_plans import measures as invented_measures
from tests.invented_plans import plans as invented_plans

from parstats import errors, remedies, storage
from parstats.panel import load_measures, load_plans, load_scores
from parstats.remedies.few_plans.predicted_outcomes import scores_hash

pytestmark = pytest.mark.usefixtures("figures_to_2024")

SERIES = ("papi.environment", "papi.services", "papi.services.public_health")
#: The outcome of 2024, read on that day.
DAYS = {("PAPI", 2024): date(2025, 5, 1)}
BEFORE = date(2024, 6, 1)


@pytest.fixture(scope="module")
def scores(figures_to_2024: None) -> pd.DataFrame:
    return load_scores("PAPI")


@pytest.fixture(scope="module")
def past(scores: pd.DataFrame) -> pd.DataFrame:
    return scores[scores["year"] < 2024]


@pytest.fixture(scope="module")
def result(past: pd.DataFrame) -> remedies.Predictions:
    return remedies.predict_outcomes(past, *tables({}))


def tables(plan: dict[str, Any], *series: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One plan of Lạng Sơn for 2024, for the series."""
    rows = [{"series": name} for name in series or SERIES]
    return invented_measures(*rows), invented_plans(plan)


def test_a_plan_has_a_row_a_series_and_one_for_their_mean(result) -> None:
    table, other = result
    assert other.empty
    assert table["kind"].tolist() == ["series"] * 3 + ["mean"]
    assert set(table["series"]) == {*SERIES, ""}
    assert (table["year"] == 2024).all()
    single, mean = table.iloc[:3], table.iloc[3]
    for name in ("baseline", "expected", "with_association"):
        assert mean[name] == pytest.approx(single[name].mean())
    moved = table["with_association"] - table["expected"]
    assert moved.to_numpy() == pytest.approx(np.full(4, 0.2))
    assert (table["with_pi_low"] - table["pi_low"]).to_numpy() == pytest.approx(np.full(4, 0.2))
    # A mean of several series is foretold more closely than one.
    width = table["pi_high"] - table["pi_low"]
    assert width.iloc[3] < width.iloc[:3].mean()


def test_the_baseline_is_the_standing_of_the_year_before(result, scores) -> None:
    rows = scores[(scores["year"] == 2023) & (scores["series"] == "papi.environment")]
    z = (rows["score"] - rows["score"].mean()) / rows["score"].std(ddof=0)
    own = result.predicted.set_index("series").loc["papi.environment"]
    assert own["baseline"] == pytest.approx(z[rows["province"] == "20"].iloc[0])


def test_intervals_hold_what_came_out_about_as_often_as_they_say(past, scores) -> None:
    codes = sorted(set(scores.loc[scores["year"] == 2024, "province"]))
    plans = invented_plans(*({"plan": f"p{code}", "province": code} for code in codes))
    rows = [{"plan": f"p{code}", "series": name} for code in codes for name in SERIES]
    predicted = remedies.predict_outcomes(past, invented_measures(*rows), plans).predicted
    table = remedies.compare_predictions(predicted, scores)
    known = table[table["observed"].notna()]
    assert len(known) > 200
    assert 0.85 < known["is_inside"].mean() <= 1
    assert np.corrcoef(known["expected"], known["observed"])[0, 1] > 0.3
    # Most of these provinces were drawn without a plan, so the nearer guess is that without one.
    assert abs(known["error"].mean()) < 0.1


def test_series_seldom_measured_together_still_have_an_interval(past) -> None:
    names = [
        *("papi.participation.civic_knowledge", "papi.transparency.access_to_information"),
        *("papi.accountability.interactions", "papi.e_governance.e_responsiveness"),
        *("papi.services.infrastructure", "papi.corruption_control.willingness_to_fight"),
    ]
    mean = remedies.predict_outcomes(past, *tables({}, *names)).predicted.iloc[-1]
    assert np.isfinite([mean["pi_low"], mean["pi_high"]]).all()
    assert mean["pi_low"] < mean["expected"] < mean["pi_high"]


@pytest.mark.parametrize(
    ("plan", "series", "reason"),
    [
        ({"plan_year": 2025, "date": "2025-02-01"}, SERIES, "no_baseline_year"),
        ({}, ("papi",), "whole_index"),
        ({}, ("",), "no_series"),
        ({}, ("papi.procedures.construction_permits",), "not_measured"),
    ],
)
def test_what_cannot_be_predicted_is_listed_with_the_reason(past, plan, series, reason) -> None:
    table, other = remedies.predict_outcomes(past, *tables(plan, *series))
    assert table.empty
    assert other["reason"].tolist() == [reason]
    assert other[["reason_vi", "reason_en"]].ne("").all().all()


def test_new_borders_cannot_be_predicted_and_old_ones_can(scores, merged_in_2025) -> None:
    about = {"plan_year": 2025, "date": "2025-02-01"}
    _, other = remedies.predict_outcomes(scores, *tables({**about, "province": "15"}))
    assert other["reason"].tolist() == ["new_borders"]
    table, other = remedies.predict_outcomes(scores, *tables({**about, "province": "20"}))
    assert other.empty
    assert set(table["vintage"]) == {34}
    assert table[["pi_low", "pi_high"]].notna().all().all()


def test_the_real_plans_of_2025_are_predicted_or_listed(scores, merged_in_2025) -> None:
    table, other = remedies.predict_outcomes(scores, load_measures(), load_plans())
    plans = load_plans()
    waiting = remedies.plan_years(plans)
    waiting = waiting[(waiting["index"] == "PAPI") & (waiting["reason"] == "")]
    waiting = set(waiting.loc[waiting["year"] > 2024, "plan"])
    assert set(table["plan"]) | set(other["plan"]) == waiting


def test_plans_with_an_outcome_and_bad_input_are_left_out_or_refused(scores, past) -> None:
    table, other = remedies.predict_outcomes(scores, *tables({}))
    assert table.empty
    assert other.empty
    with pytest.raises(errors.InvalidRequest, match="association"):
        remedies.predict_outcomes(past, *tables({}), association="much")
    one_year = past[past["year"] == 2023]
    with pytest.raises(errors.InsufficientData, match="nothing can be predicted"):
        remedies.predict_outcomes(one_year, *tables({}))
    with pytest.raises(errors.InvalidRequest, match="pi_low"):
        remedies.compare_predictions(pd.DataFrame({"plan": []}), scores)


def test_a_hash_is_of_the_figures_not_of_their_order(past) -> None:
    shuffled = past.sample(frac=1, random_state=1)
    assert scores_hash(shuffled) == scores_hash(past)
    changed = past.assign(score=past["score"].where(past["province"] != "20", 1.0))
    assert scores_hash(changed) != scores_hash(past)


# Files.


def test_a_prediction_is_written_once_and_scored_when_the_outcome_is_there(
    tmp_path: Path, result, past, scores
) -> None:
    files = written.write_predictions(tmp_path, result, past, today=BEFORE)
    assert [path.name for path in files] == ["a_papi_2024.json"]
    content = json.loads(files[0].read_text(encoding="utf-8"))
    assert content["date"] == "2024-06-01"
    assert content["parstats"] == storage.version()
    assert content["model_sha256"] == written.model_hash()
    assert content["scores_sha256"] == scores_hash(past)
    first = files[0].read_bytes()
    assert written.write_predictions(tmp_path, result, past, today=date(2024, 7, 1)) == []
    assert files[0].read_bytes() == first
    table, refused = written.score_predictions(tmp_path, scores, DAYS)
    assert refused.empty
    assert table["same_scores"].all()
    expected = remedies.compare_predictions(result.predicted, scores)
    assert table["error"].to_numpy() == pytest.approx(expected["error"].to_numpy(), abs=2e-6)
    # Before the outcome is there, nothing is scored.
    assert written.score_predictions(tmp_path, past, {}).table.empty


@pytest.mark.parametrize("day", [date(2025, 5, 1), date(2026, 1, 1)])
def test_a_file_as_young_as_the_outcome_does_not_count(
    tmp_path: Path, result, past, scores, day
) -> None:
    written.write_predictions(tmp_path, result, past, today=day)
    table, refused = written.score_predictions(tmp_path, scores, DAYS)
    assert table.empty
    assert "the outcome was read on 2025-05-01" in refused["reason"].iloc[0]


def test_a_file_made_with_the_outcome_does_not_count(tmp_path: Path, result, past, scores) -> None:
    written.write_predictions(tmp_path, result, scores, today=BEFORE)
    assert (
        "hold the outcome" in written.score_predictions(tmp_path, scores, DAYS).refused.iloc[0, 1]
    )
    path = tmp_path / "a_papi_2024.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(content | {"last_year": 2023}), encoding="utf-8")
    assert "its hash" in written.score_predictions(tmp_path, scores, DAYS).refused.iloc[0, 1]


def test_scores_corrected_since_are_said(tmp_path: Path, result, past, scores) -> None:
    written.write_predictions(tmp_path, result, past, today=BEFORE)
    corrected = scores.assign(score=scores["score"] + 0.001 * (scores["year"] == 2015))
    assert not written.score_predictions(tmp_path, corrected, DAYS).table["same_scores"].any()


@pytest.mark.parametrize("content", ["{", '{"plan": "a"}'])
def test_a_file_that_is_no_prediction_is_named(tmp_path: Path, scores, content) -> None:
    (tmp_path / "a.json").write_text(content, encoding="utf-8")
    with pytest.raises(errors.InvalidRequest, match=r"a\.json"):
        written.score_predictions(tmp_path, scores, DAYS)


def test_the_day_an_outcome_was_read_is_that_of_its_sidecar(scores) -> None:
    days = written.accessed(scores, storage.data_folder().raw)
    assert {year for index, year in days if index == "PAPI"} == set(scores["year"])
    assert min(days.values()) > date(2026, 1, 1)


def test_the_files_of_the_repository_are_predictions() -> None:
    files = [path for path in written.FOLDER.glob("*.json") if path.name != "not_predicted.json"]
    assert files
    for path in files:
        content = json.loads(path.read_text(encoding="utf-8"))
        assert content["last_year"] < content["year"]
        assert content["model_sha256"] == written.model_hash()
    others = json.loads((written.FOLDER / "not_predicted.json").read_text(encoding="utf-8"))
    assert others["not_predicted"]
