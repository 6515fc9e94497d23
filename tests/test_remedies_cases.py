"""Plans one by one: contrasts, standings, targets, and the figures that are missing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from invented_plans import measures, plans, targets
from parstats import panel
from parstats.errors import InvalidRequest, UnknownChoice
from parstats.reference import csv_tables, labels
from parstats.remedies.cases.case_studies import CaseStudies, case_studies
from parstats.remedies.cases.contrasts import contrasts, loo_residuals, remaining_series
from parstats.remedies.cases.limitations import LIMITS
from parstats.remedies.cases.missing_figures import NEEDS
from parstats.remedies.cells.changes import outcomes

pytestmark = pytest.mark.usefixtures("figures_to_2024")

AIR = "papi.environment.air_quality"
WATER = "papi.environment.water_quality"
ENVIRONMENT = "papi.environment"
SERVICES = "papi.services"


@pytest.fixture(scope="module")
def recent(scores: pd.DataFrame) -> pd.DataFrame:
    return scores[scores["year"] >= 2022]


@pytest.fixture(scope="module")
def printed(data_folder: Path) -> pd.DataFrame:
    return panel.load_printed()


@pytest.fixture(scope="module")
def register(data_folder: Path) -> CaseStudies:
    return case_studies(
        panel.load_scores(None),
        panel.load_measures(),
        panel.load_plans(),
        panel.load_targets(),
        panel.load_printed(),
    )


def study(
    scores: pd.DataFrame,
    printed: pd.DataFrame,
    measure_table: pd.DataFrame,
    plan_table: pd.DataFrame,
    goals: pd.DataFrame | None = None,
    **options: Any,
) -> CaseStudies:
    return case_studies(
        scores, measure_table, plan_table, targets() if goals is None else goals, printed, **options
    )


def needs(result: CaseStudies) -> list[tuple[str, str, int]]:
    rows = result.missing[["need", "reason", "year"]]
    return [(need, why, 0 if pd.isna(year) else int(year)) for need, why, year in rows.to_numpy()]


# The contrast.


def test_a_contrast_is_the_mean_change_of_what_is_aimed_at_less_that_of_the_rest(
    recent: pd.DataFrame,
) -> None:
    row = contrasts(recent, measures({"series": AIR}, {"series": WATER}), plans({})).iloc[0]
    cells = outcomes(recent, 2024)
    wide = cells[cells["level"] == "criterion"].pivot(
        index="province", columns="series", values="change"
    )
    wide = wide.dropna()
    aimed, rest = wide[[AIR, WATER]].mean(axis=1), wide.drop(columns=[AIR, WATER]).mean(axis=1)
    gap = aimed - rest
    peers = gap.drop("20")
    assert (row["n_targeted"], row["n_rest"], row["rest"]) == (2, 26, "known")
    assert row["change_targeted"] == pytest.approx(aimed["20"])
    assert row["change_rest"] == pytest.approx(rest["20"])
    assert row["contrast"] == pytest.approx(gap["20"])
    assert row["n_others"] == len(peers)
    assert row["others_mean"] == pytest.approx(peers.mean())
    assert row["rank"] == 1 + (peers > gap["20"]).sum()
    assert row["share_below"] == pytest.approx((peers < gap["20"]).mean())
    assert row["others_q025"] < row["others_mean"] < row["others_q975"]


def test_adjusted_is_what_a_line_through_the_other_provinces_leaves(
    recent: pd.DataFrame,
) -> None:
    row = contrasts(recent, measures({"series": AIR}), plans({})).iloc[0]
    cells = outcomes(recent, 2024)
    cells = cells[cells["level"] == "criterion"]
    gaps = {}
    for name in ("change", "baseline", "previous_change"):
        wide = cells.pivot(index="province", columns="series", values=name).dropna()
        gaps[name] = wide[AIR] - wide.drop(columns=AIR).mean(axis=1)
    table = pd.DataFrame(gaps)
    rest = table.drop("20")
    design = np.column_stack([np.ones(len(rest)), rest["baseline"], rest["previous_change"]])
    fitted = np.linalg.lstsq(design, rest["change"].to_numpy(), rcond=None)[0]
    target = table.loc["20"]
    expected = fitted @ [1, target["baseline"], target["previous_change"]]
    assert row["expected"] == pytest.approx(expected)
    assert row["adjusted"] == pytest.approx(target["change"] - expected)
    assert row["baseline"] == pytest.approx(target["baseline"])
    assert row["previous_change"] == pytest.approx(target["previous_change"])


def test_residuals_without_the_row_equal_fitting_again_without_it() -> None:
    rng = np.random.default_rng(0)
    first, second, outcome = rng.normal(size=(3, 12))
    residuals = loo_residuals(outcome, first, second)
    design = np.column_stack([np.ones(12), first, second])
    for row in range(12):
        keep = np.arange(12) != row
        line = np.linalg.lstsq(design[keep], outcome[keep], rcond=None)[0]
        assert residuals[row] == pytest.approx(outcome[row] - design[row] @ line)


def test_a_regressor_that_does_not_vary_changes_nothing() -> None:
    outcome = np.array([1.0, 2.0, 4.0, 7.0])
    flat = loo_residuals(outcome, np.zeros(4))
    assert flat == pytest.approx(outcome - (outcome.sum() - outcome) / 3)
    residuals = loo_residuals(outcome, np.array([0.0, 0.0, 0.0, 1.0]))
    assert np.isfinite(residuals).all()


def test_a_province_that_only_came_back_is_nothing_special_once_adjusted(
    recent: pd.DataFrame,
) -> None:
    """Aiming at the worst series of each: the plain contrast is large, the adjusted is not."""
    cells = outcomes(recent, 2024)
    cells = cells[cells["level"] == "criterion"]
    codes = sorted(cells["province"].unique())[:12]
    worst = cells.sort_values("baseline").groupby("province").head(4)
    plan_table = plans(*({"plan": code, "province": code} for code in codes))
    measure_table = measures(
        *(
            {"plan": code, "series": name}
            for code in codes
            for name in worst.loc[worst["province"] == code, "series"]
        )
    )
    table = contrasts(recent, measure_table, plan_table)
    table = table[(table["level"] == "criterion") & table["primary"]]
    assert len(table) == 12
    assert table["contrast"].mean() > 0.3
    assert table["share_below"].mean() > 0.7
    assert abs(table["adjusted"].mean()) < 0.3
    assert 0.3 < table["share_below_adjusted"].mean() < 0.7


def test_each_level_is_compared_with_itself(recent: pd.DataFrame) -> None:
    measure_table = measures({"series": SERVICES}, {"series": AIR})
    table = contrasts(recent, measure_table, plans({})).set_index("level")
    assert table.loc["dimension", "targeted"] == SERVICES
    assert table.loc["dimension", "n_rest"] == 6  # not the environment, a part of which is aimed at
    assert table.loc["criterion", "targeted"] == AIR
    assert table.loc["criterion", "n_rest"] == 23  # not the four parts of services


def test_the_rest_of_a_partial_plan_is_taken_as_unknown(recent: pd.DataFrame) -> None:
    row = contrasts(recent, measures({}), plans({"completeness": "partial"})).iloc[0]
    assert (row["rest"], row["n_rest"]) == ("unknown", 7)
    assert "rest" in row["limits"].split(";")
    assert labels.text("case_limit.rest", "vi") in row["limits_vi"]


@pytest.mark.parametrize("level", ["department", "district", "commune", "party", ""])
def test_what_an_office_leaves_aside_is_not_left_aside_by_the_province(
    recent: pd.DataFrame, level: str
) -> None:
    """The contrast of its plan can be told, under its own name."""
    whole = contrasts(recent, measures({}), plans({})).iloc[0]
    row = contrasts(recent, measures({}), plans({"agency_level": level})).iloc[0]
    assert (whole["rest"], row["rest"], row["issuer_level"]) == ("known", "aside", level)
    assert row["contrast"] == whole["contrast"]
    assert ("department" in row["limits"].split(";")) == (level == "department")


def test_what_may_be_meant_by_an_unlinked_measure_is_no_known_rest(recent: pd.DataFrame) -> None:
    row = contrasts(recent, measures({}, {"series": ""}), plans({})).iloc[0]
    assert (row["rest"], row["n_rest"]) == ("unknown", 7)
    assert "rest" in row["limits"].split(";")


def test_of_a_plan_for_several_years_the_first_two_are_looked_at(scores: pd.DataFrame) -> None:
    plan_table = plans({"plan_year": 2023, "date": "2023-02", "until_year": 2025})
    table = contrasts(scores, measures({}), plan_table)
    assert table[["lag", "year"]].to_numpy().tolist() == [[0, 2023], [1, 2024]]


def test_what_is_kept_up_is_part_of_the_rest(recent: pd.DataFrame) -> None:
    measure_table = measures({}, {"series": SERVICES, "list_type": "maintain"})
    row = contrasts(recent, measure_table, plans({"completeness": "partial"})).iloc[0]
    assert (row["rest"], row["n_rest"]) == ("known", 1)


def test_the_own_year_and_the_next_are_looked_at_and_the_rule_is_told(
    scores: pd.DataFrame,
) -> None:
    plan_table = plans({"plan_year": 2023, "date": "2023-10-15"})
    table = contrasts(scores, measures({}), plan_table)
    actual = table[["lag", "year", "primary"]].to_numpy().tolist()
    assert actual == [[0, 2023, False], [1, 2024, True]]
    assert ["half_year" in row.split(";") for row in table["limits"]] == [True, False]


def test_only_plans_that_aim_at_something_have_a_contrast(recent: pd.DataFrame) -> None:
    measure_table = measures(
        {"plan": "b", "list_type": "maintain"}, {"plan": "c", "series": "papi"}
    )
    plan_table = plans({}, {"plan": "b", "province": "01"}, {"plan": "c", "province": "22"})
    assert contrasts(recent, measure_table, plan_table).empty
    assert contrasts(recent, measures({}), plans({"province": "26"})).empty
    assert contrasts(recent, measures(), plans()).empty


def test_a_rest_above_or_below_what_is_named_is_no_rest() -> None:
    cells = pd.DataFrame({"series": [AIR, WATER, SERVICES], "state": "unknown", "year": 2024})
    assert remaining_series(cells, [ENVIRONMENT]) == ([SERVICES], False)


# What is missing.


@pytest.mark.parametrize(
    ("measure", "plan", "expected"),
    [
        ({}, {}, []),
        ({}, {"province": ""}, [("plan_province", "no_province", 0), ("standing", "", 2023)]),
        ({}, {"plan_year": None}, [("plan_year", "no_year", 0)]),
        ({"series": "papi"}, {"completeness": "partial"}, [("plan_text", "whole_index", 0)]),
        ({"series": "papi"}, {}, [("rest", "none_targeted", 0)]),
        ({"list_type": "maintain"}, {}, [("rest", "none_targeted", 0)]),
        ({"series": ""}, {}, [("links", "no_link", 0)]),
        ({}, {"plan_year": 2021, "date": "2021-02"}, [("comparable", "break", 2021)]),
        ({}, {"plan_year": 2025, "date": "2025-02"}, [("scores", "beyond", 2025)]),
        ({}, {"province": "26"}, [("own_score", "no_score", 2024)]),
        ({}, {"vintage": 34}, [("scores", "vintage", 2022)]),
    ],
)
def test_what_is_missing_is_named_with_its_year(
    scores: pd.DataFrame,
    printed: pd.DataFrame,
    measure: dict[str, Any],
    plan: dict[str, Any],
    expected: list[tuple[str, str, int]],
) -> None:
    result = study(scores[scores["year"] >= 2018], printed, measures(measure), plans(plan))
    actual = needs(result)
    assert actual[: len(expected)] == expected
    assert bool(actual) == bool(expected)
    assert set(result.missing["need"]) <= set(NEEDS)
    texts = result.missing[["missing_vi", "missing_en", "supply_vi", "supply_en"]]
    assert not texts.isin(["", None]).to_numpy().any()


def test_a_plan_that_leaves_nothing_alone_has_nothing_to_compare_with(
    recent: pd.DataFrame, printed: pd.DataFrame
) -> None:
    names = outcomes(recent, 2024).query("level == 'dimension'")["series"].unique()
    measure_table = measures(*({"series": name} for name in names))
    assert needs(study(recent, printed, measure_table, plans({}))) == [
        ("rest", "all_targeted", 2024)
    ]


def test_missing_scores_say_how_many_there_are_and_are_needed(data_folder: Path) -> None:
    measure_table = measures({"index": "PAR INDEX", "series": "par.procedures"})
    result = study(
        panel.load_scores(None),
        panel.load_printed(),
        measure_table,
        plans({"indices": "PAR INDEX"}),
    )
    rows = result.missing[result.missing["need"] == "scores"]
    assert rows["year"].tolist() == [2022, 2023, 2024]
    assert set(rows["required"]) == {57}
    assert rows["have"].between(0, 5).all()
    assert rows["missing_en"].str.contains("at least 57 provinces").all()
    assert "Bộ Nội vụ" in rows["supply_vi"].iloc[0]


@pytest.mark.usefixtures("merged_in_2025")
def test_results_after_the_merger_are_asked_of_the_new_province(
    scores: pd.DataFrame, printed: pd.DataFrame
) -> None:
    plan_table = plans({"province": "02", "plan_year": 2025, "date": "2025-02"})
    result = study(scores, printed, measures({}), plan_table)
    row = result.missing[result.missing["need"] == "scores"].iloc[0]
    assert "Tuyên Quang" in row["missing_vi"]
    assert "34" in row["supply_en"]


def test_the_document_is_named_as_one_would_ask_for_it(
    recent: pd.DataFrame, printed: pd.DataFrame
) -> None:
    partial = {"completeness": "partial"}
    plan_table = plans({**partial, "number": "7/KH-UBND", "date": "2024-03-05"})
    row = study(recent, printed, measures({"series": "papi"}), plan_table).missing.iloc[0]
    assert row["supply_vi"] == "toàn văn kế hoạch 7/KH-UBND (05/03/2024), UBND tỉnh"
    assert row["supply_en"] == "the full text of the plan 7/KH-UBND (2024-03-05), UBND tỉnh"
    odd = plans({**partial, "kind": "something else", "date": ""})
    row = study(recent, printed, measures({"series": "papi"}), odd).missing.iloc[0]
    assert row["supply_en"] == "the full text of the plan (2024), UBND tỉnh"


# Targets.


def test_a_target_stands_beside_the_result_the_plan_started_from(
    recent: pd.DataFrame, printed: pd.DataFrame
) -> None:
    goals = targets(
        {"value": 80.0, "unit": "%", "row": "001", "series": SERVICES},
        {
            **{"value": 75.0, "unit": "%", "kind": "threshold", "year": 2023, "achieved": 60.0},
            **{"met": False, "series": SERVICES},
        },
        {"indicator_vi": "Điểm khác", "value": 90.0, "unit": "%", "series": SERVICES},
        {},
        # Of the year of the target itself: no baseline of it.
        {"kind": "result", "value": None, "unit": "%", "achieved": 70.0, "series": SERVICES},
    )
    table = study(recent, printed, measures({}), plans({}), goals).targets
    assert table["number"].tolist() == [1, 3, 4]
    rows = table.set_index("number")
    assert rows.loc[1, ["baseline_year", "baseline_result", "to_gain"]].tolist() == [2023, 60, 20]
    assert not rows.loc[1, "baseline_met"]
    # Another name is not taken for the same thing.
    assert rows.loc[3, ["baseline_year", "baseline_result", "to_gain"]].isna().all()
    assert bool(rows.loc[4, "met"])
    assert rows.loc[4, "told_by"] == "result"


def test_targets_without_a_result_are_counted(recent: pd.DataFrame, printed: pd.DataFrame) -> None:
    goals = targets({}, {"row": "001", "series": SERVICES}, {"row": "001", "index": ""})
    result = study(recent, printed, measures({}), plans({}), goals)
    rows = result.missing[result.missing["need"] == "results"]
    assert rows[["index", "have", "required"]].to_numpy().tolist() == [["", 0, 1], ["PAPI", 1, 2]]
    assert rows["missing_en"].str.startswith("PAPI 2024: ").all()


# The register.


@pytest.mark.parametrize("plan", ["bac-kan-2024-sct", "an-giang-2024-ubnd"])
def test_bac_kan_and_an_giang_2024_stand_among_all_provinces(
    register: CaseStudies, plan: str
) -> None:
    row = register.contrasts[register.contrasts["plan"] == plan].iloc[0]
    assert (row["index"], row["year"]) == ("PAPI", 2024)
    sizes = row[["level", "n_targeted", "n_rest", "rest"]].tolist()
    full = plan == "bac-kan-2024-sct"
    assert sizes == (["criterion", 11, 17, "aside"] if full else ["dimension", 5, 3, "unknown"])
    assert row["issuer_level"] == ("department" if full else "province")
    assert ("department" in row["limits"].split(";")) == full
    assert row["n_others"] >= 55
    assert 1 <= row["rank"] <= row["n_others"] + 1
    assert row["primary"] == full
    # Neither lies outside the middle 95 % of the other provinces.
    assert row["others_q025"] < row["contrast"] < row["others_q975"]
    assert row["adjusted_q025"] < row["adjusted"] < row["adjusted_q975"]


def test_lao_cai_lang_son_and_ha_tinh_have_the_outcomes_that_exist(register: CaseStudies) -> None:
    table = register.standings.set_index(["plan", "index"])
    ranks = [int(table.loc[(f"lao-cai-{year}-ubnd", "PAPI"), "rank"]) for year in range(2018, 2022)]
    assert ranks == [28, 13, 28, 49]
    assert "rank_break" in table.loc[("lao-cai-2021-ubnd", "PAPI"), "limits"].split(";")
    assert int(table.loc[("lang-son-2022-sct", "SIPAS"), "rank"]) == 63
    assert int(table.loc[("ha-tinh-2022-ubnd", "PAR INDEX"), "rank"]) == 28
    assert "printed" in table.loc[("ha-tinh-2022-ubnd", "PAR INDEX"), "limits"].split(";")
    missing = register.missing.set_index(["plan", "index", "need"])["year"].to_dict()
    assert missing["lang-son-2024-sct", "PAR INDEX", "standing"] == 2024
    assert ("ha-tinh-2022-ubnd", "SIPAS", "standing") not in missing
    assert int(table.loc[("ha-tinh-2022-ubnd", "SIPAS"), "rank"]) == 7


def test_khanh_hoa_2023_is_a_target_against_a_result_of_2022(register: CaseStudies) -> None:
    row = register.targets.set_index(["plan", "number"]).loc[("khanh-hoa-2023-sct", 3)]
    assert (row["value"], row["baseline_result"], row["baseline_year"]) == (80, 63.63, 2022)
    assert row["to_gain"] == pytest.approx(16.37)
    rows = register.missing[register.missing["plan"] == "khanh-hoa-2023-sct"]
    assert dict(zip(rows["need"], rows["year"], strict=True)) == {"standing": 2023, "results": 2023}


def test_every_formal_plan_has_an_outcome_or_a_missing_figure(register: CaseStudies) -> None:
    plan_table = panel.load_plans()
    ranked = register.standings[register.standings["rank"].notna()]
    covered = {*register.contrasts["plan"], *ranked["plan"], *register.missing["plan"]}
    assert covered == set(plan_table.loc[plan_table["formal"], "plan"])
    contrasted = set(register.contrasts.loc[register.contrasts["primary"], "plan"])
    for plan in (
        set(plan_table.loc[plan_table["formal"] & (plan_table["unit_level"] == "province"), "plan"])
        - contrasted
    ):
        rows = register.missing[register.missing["plan"] == plan]
        assert set(rows["need"]) - {"standing", "results"}, plan


def test_numbers_are_whole_and_limits_are_told(register: CaseStudies) -> None:
    table = register.contrasts
    assert not table.isna().to_numpy().any()
    numbers = table.select_dtypes("number")
    assert np.isfinite(numbers).to_numpy().all()
    assert (
        not register.missing.drop(columns=["plan_year", "year", "have", "required"])
        .isna()
        .any(axis=None)
    )
    codes = {
        code
        for frame in (table, register.standings)
        for row in frame["limits"]
        for code in row.split(";")
    }
    assert codes - {""} <= set(LIMITS)
    assert table[["limits_vi", "limits_en"]].ne("").to_numpy().all()


def test_nothing_is_called_an_effect() -> None:
    causal = re.compile(
        r"effect|impact|because|caus|thanks|due to|led to|tác động|nhờ|do đó|hiệu quả",
        re.IGNORECASE,
    )
    rows = [
        row
        for row in csv_tables.rows("labels")
        if row["key"].partition(".")[0] in ("case", "case_limit", "case_missing", "case_supply")
    ]
    assert len(rows) > 30
    assert not [row["key"] for row in rows if causal.search(f"{row['vi']} {row['en']}")]


# Which plans.


@pytest.mark.slow
def test_one_plan_can_be_asked_for(recent: pd.DataFrame, printed: pd.DataFrame) -> None:
    measure_table = measures({}, {"plan": "b"})
    plan_table = plans({}, {"plan": "b", "province": "01"})
    full = study(recent, printed, measure_table, plan_table)
    single = study(recent, printed, measure_table, plan_table, plan="b")
    assert full.contrasts["plan"].tolist() == ["a", "b"]
    assert single.contrasts.equals(full.contrasts[1:].reset_index(drop=True))
    assert single.standings["plan"].tolist() == ["b"]
    assert study(recent, printed, measure_table, plan_table, plan=["a", "b"]).contrasts.equals(
        full.contrasts
    )


def test_an_unknown_plan_and_an_informal_one_are_named(
    recent: pd.DataFrame, printed: pd.DataFrame
) -> None:
    plan_table = plans({"formal": False})
    with pytest.raises(UnknownChoice, match="unknown plan 'z'"):
        study(recent, printed, measures({}), plan_table, plan="z")
    with pytest.raises(InvalidRequest, match=r"a is no formal plan.*formal_only=False"):
        study(recent, printed, measures({}), plan_table, plan="a")
    assert study(recent, printed, measures({}), plan_table).contrasts.empty
    assert (
        len(study(recent, printed, measures({}), plan_table, plan="a", formal_only=False).contrasts)
        == 1
    )


def test_nothing_to_study_gives_tables_without_rows(
    recent: pd.DataFrame, printed: pd.DataFrame
) -> None:
    result = study(recent, printed, measures(), plans())
    for table in (result.contrasts, result.standings, result.targets, result.missing):
        assert table.empty
        assert len(table.columns)
    none = study(recent.head(0), printed, measures({}), plans({}))
    assert none.contrasts.empty
    assert needs(none)[0] == ("scores", "no_index", 2022)


def test_missing_columns_are_named(recent: pd.DataFrame, printed: pd.DataFrame) -> None:
    with pytest.raises(InvalidRequest, match="targets has no column kind"):
        study(recent, printed, measures({}), plans({}), targets().drop(columns="kind"))
    with pytest.raises(InvalidRequest, match="plans has no column number"):
        study(recent, printed, measures({}), plans({}).drop(columns="number"))
