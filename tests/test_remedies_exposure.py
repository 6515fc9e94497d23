"""What plans say of the cells of their province, and measures that meet none."""

from __future__ import annotations

import cProfile
import pstats
from typing import Any

import hypothesis.strategies as st
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from invented_plans import measures, plans
from parstats import panel
from parstats.errors import InvalidRequest, UnknownChoice
from parstats.reference import frameworks
from parstats.remedies.cells.changes import outcomes
from parstats.remedies.cells.exposure import COLUMNS, STATES, exposure, unmatched_measures
from parstats.remedies.cells.missing_outcomes import REASONS
from parstats.remedies.cells.plan_listing import Listing
from parstats.remedies.cells.plan_years import plan_years

pytestmark = pytest.mark.usefixtures("figures_to_2024")

ENVIRONMENT = "papi.environment"
AIR = "papi.environment.air_quality"
WATER = "papi.environment.water_quality"
SERVICES = "papi.services"
HEALTH = "papi.services.public_health"
CELL = ["index", "series", "vintage", "province", "year"]


@pytest.fixture(scope="module")
def recent(scores: pd.DataFrame) -> pd.DataFrame:
    return scores[scores["year"] >= 2018]


def state(cells: pd.DataFrame, series: str, province: str = "20", year: int = 2024) -> str:
    is_cell = (
        (cells["series"] == series) & (cells["province"] == province) & (cells["year"] == year)
    )
    return str(cells.loc[is_cell, "state"].item())


def cell(cells: pd.DataFrame, series: str, year: int = 2024) -> pd.Series:
    is_cell = (cells["series"] == series) & (cells["province"] == "20") & (cells["year"] == year)
    return cells[is_cell].iloc[0]


def why(
    scores: pd.DataFrame, measure_table: pd.DataFrame, plan_table: pd.DataFrame, **options: Any
) -> list[str]:
    return list(unmatched_measures(scores, measure_table, plan_table, **options)["reason"])


# The states.


def test_the_cells_are_those_of_changes(recent: pd.DataFrame) -> None:
    cells = exposure(recent, measures({}), plans({}))
    bare = outcomes(recent)
    assert list(cells.columns) == list(COLUMNS)
    assert cells[list(bare.columns)].equals(bare)
    assert not cells.isna().to_numpy().any()


def test_a_full_plan_tells_what_it_aims_at_and_what_not(recent: pd.DataFrame) -> None:
    cells = exposure(recent, measures({"series": AIR}), plans({}))
    assert state(cells, AIR) == "targeted"
    assert state(cells, WATER) == "not_targeted"
    assert state(cells, HEALTH) == "not_targeted"
    assert state(cells, SERVICES) == "not_targeted"
    # Part of the dimension is aimed at: nobody can say that the dimension is not.
    assert state(cells, ENVIRONMENT) == "unknown"
    assert state(cells, AIR, province="01") == "background"
    assert state(cells, AIR, year=2023) == "background"


def test_a_dimension_that_is_named_never_spreads_over_its_parts(recent: pd.DataFrame) -> None:
    cells = exposure(recent, measures({"series": ENVIRONMENT}), plans({}))
    assert state(cells, ENVIRONMENT) == "targeted"
    assert {state(cells, AIR), state(cells, WATER)} == {"unknown"}
    assert state(cells, HEALTH) == "not_targeted"
    assert (cells["state"] == "targeted").sum() == 1


@pytest.mark.parametrize("completeness", ["partial", "title_only"])
def test_what_a_partial_plan_does_not_list_is_unknown(
    recent: pd.DataFrame, completeness: str
) -> None:
    measure_table = measures({"series": AIR}, {"series": WATER, "list_type": "maintain"})
    cells = exposure(recent, measure_table, plans({"completeness": completeness}))
    assert state(cells, AIR) == "targeted"
    assert state(cells, WATER) == "maintained"
    assert {state(cells, HEALTH), state(cells, SERVICES)} == {"unknown"}


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        (["remediate"], "targeted"),
        (["remediate", "maintain"], "targeted"),
        (["remediate", "general"], "targeted"),
        (["maintain"], "maintained"),
        (["maintain", "maintain"], "maintained"),
        (["general"], "unknown"),
        (["maintain", "general"], "unknown"),
    ],
)
def test_the_list_decides(recent: pd.DataFrame, lists: list[str], expected: str) -> None:
    measure_table = measures(*({"list_type": list_type} for list_type in lists))
    assert state(exposure(recent, measure_table, plans({})), ENVIRONMENT) == expected


def test_other_lists_can_count_as_aiming(recent: pd.DataFrame) -> None:
    measure_table = measures({"series": AIR, "list_type": "general"}, {"series": WATER})
    cells = exposure(recent, measure_table, plans({}), list_types=["general"])
    assert state(cells, AIR) == "targeted"
    assert state(cells, WATER) == "unknown"


def test_a_plan_that_names_no_part_leaves_all_unknown(recent: pd.DataFrame) -> None:
    for measure_table in (measures({"series": "papi"}), measures({"plan": "b"}).head(0)):
        cells = exposure(recent, measure_table, plans({}))
        rows = cells[(cells["province"] == "20") & (cells["year"] == 2024)]
        assert set(rows["state"]) == {"unknown"}
        assert set(rows["plans"]) == {"a"}


def test_a_measure_that_is_not_linked_may_be_about_any_cell(recent: pd.DataFrame) -> None:
    measure_table = measures({"series": AIR}, {"series": ""})
    cells = exposure(recent, measure_table, plans({}))
    assert state(cells, AIR) == "targeted"
    assert state(cells, HEALTH) == "unknown"


def test_a_measure_for_the_whole_index_changes_no_cell(recent: pd.DataFrame) -> None:
    single = exposure(recent, measures({"series": AIR}), plans({}))
    both = exposure(recent, measures({"series": AIR}, {"series": "papi"}), plans({}))
    assert both.equals(single)


def test_plans_that_do_not_count_leave_the_background(recent: pd.DataFrame) -> None:
    for other in (
        {"formal": False},
        {"unit_level": "department"},
        {"province": ""},
        {"plan_year": None},
        {"vintage": 34},
    ):
        cells = exposure(recent, measures({}), plans(other))
        assert set(cells["state"]) == {"background"}
    informal = exposure(recent, measures({}), plans({"formal": False}), formal_only=False)
    assert state(informal, ENVIRONMENT) == "targeted"


# Several plans.


@pytest.mark.parametrize(
    "further", [[{"series": ENVIRONMENT, "list_type": "maintain"}], [{"series": SERVICES}], []]
)
def test_of_several_plans_one_that_aims_at_a_cell_decides(
    recent: pd.DataFrame, further: list[dict[str, Any]]
) -> None:
    measure_table = measures({}, *({"plan": "b", **other} for other in further))
    cells = exposure(recent, measure_table, plans({}, {"plan": "b", "completeness": "partial"}))
    assert state(cells, ENVIRONMENT) == "targeted"
    assert cell(cells, ENVIRONMENT)["plans"] == "a"


def test_doubt_outweighs_keeping_up_and_this_outweighs_not_named(recent: pd.DataFrame) -> None:
    keeps = {"series": ENVIRONMENT, "list_type": "maintain"}
    plan_table = plans({}, {"plan": "b"}, {"plan": "c", "completeness": "title_only"})
    full = plan_table[plan_table["plan"] != "c"]
    measure_table = measures(keeps, {"plan": "b", "series": SERVICES})
    assert state(exposure(recent, measure_table, full), ENVIRONMENT) == "maintained"
    assert cell(exposure(recent, measure_table, full), ENVIRONMENT)["plans"] == "a"
    assert state(exposure(recent, measure_table, plan_table), ENVIRONMENT) == "unknown"
    assert cell(exposure(recent, measure_table, plan_table), ENVIRONMENT)["plans"] == "c"
    transparent = "papi.transparency"
    assert state(exposure(recent, measure_table, full), transparent) == "not_targeted"
    assert cell(exposure(recent, measure_table, full), transparent)["plans"] == "a;b"


def test_a_plan_counts_for_the_indices_it_serves_only(recent: pd.DataFrame) -> None:
    cells = exposure(recent, measures({}).head(0), plans({"indices": "SIPAS"}))
    assert set(cells["state"]) == {"background"}


# What is told of the measures.


def test_types_groups_counts_and_confidence_come_from_the_measures_that_decide(
    recent: pd.DataFrame,
) -> None:
    measure_table = measures(
        {"measure_type": "STAFF;COMM", "confidence": 0.9, "coded_by": "machine"},
        {"measure_type": "DISCLOSE", "confidence": 0.6, "coded_by": "machine"},
        {"measure_type": "", "seen": "criterion"},
        {"measure_type": "ONLINE", "list_type": "maintain"},
        {"measure_type": "LEGAL", "series": SERVICES},
    )
    row = cell(exposure(recent, measure_table, plans({})), ENVIRONMENT)
    assert row["measure_types"] == "COMM;DISCLOSE;STAFF"
    assert set(row["coarse_groups"].split(";")) >= {"information"}
    assert len(row["coarse_groups"].split(";")) == 2
    assert row["n_measures"] == 2
    assert row["confidence"] == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("coder", "expected"), [("hand", 1), ("human", 1), ("machine-reviewed", 1), ("machine", 0)]
)
def test_a_link_without_a_confidence_is_as_sure_as_its_coder(
    recent: pd.DataFrame, coder: str, expected: float
) -> None:
    cells = exposure(recent, measures({"coded_by": coder}), plans({}))
    assert cell(cells, ENVIRONMENT)["confidence"] == expected
    assert cell(cells, SERVICES)["confidence"] == 1


# The outcome year.


@pytest.mark.parametrize(
    ("date", "year", "doubtful"),
    [
        ("2022-06-30", 2022, False),
        ("2022-06", 2022, False),
        ("2021-12-15", 2022, False),
        ("2022-07-01", 2023, False),
        ("2022-07", 2023, False),
        ("2023-01-02", 2023, False),
        ("2022", 2023, True),
        ("", 2023, True),
    ],
)
def test_a_plan_of_the_second_half_of_its_year_is_followed_in_the_next(
    date: str, year: int, doubtful: bool
) -> None:
    table = plan_years(plans({"date": date, "plan_year": 2022}))
    assert table["year"].tolist() == [year]
    assert table["date_unknown"].tolist() == [doubtful]


def test_a_lag_holds_whatever_the_date() -> None:
    plan_table = plans({"date": "2022-11"}, {"plan": "b", "date": ""})
    for lag in (-1, 0, 1, 2):
        assert plan_years(plan_table, lag=lag)["year"].tolist() == [2024 + lag] * 2


def test_the_outcome_year_places_the_cells(recent: pd.DataFrame) -> None:
    early = exposure(recent, measures({}), plans({"plan_year": 2023, "date": "2023-02"}))
    late = exposure(recent, measures({}), plans({"plan_year": 2023, "date": "2023-08"}))
    blank = exposure(recent, measures({}), plans({"plan_year": 2023, "date": ""}))
    assert state(early, ENVIRONMENT, year=2023) == "targeted"
    assert state(late, ENVIRONMENT, year=2024) == "targeted"
    assert state(late, ENVIRONMENT, year=2023) == "background"
    assert not cell(late, ENVIRONMENT)["date_unknown"]
    assert cell(blank, ENVIRONMENT)["date_unknown"]


# The two sets of provinces.


def test_a_plan_of_a_merged_province_meets_no_cell_of_an_old_one(recent: pd.DataFrame) -> None:
    new = panel.to_vintage(recent, 34)
    both = pd.concat([recent, new], ignore_index=True)
    cells = exposure(both, measures({}), plans({"vintage": 34}))
    aimed = cells[cells["state"] == "targeted"]
    assert aimed[["vintage", "province", "year"]].to_numpy().tolist() == [[34, "20", 2024]]
    assert why(recent, measures({}), plans({"vintage": 34})) == ["vintage"]
    assert why(both, measures({}), plans({"vintage": 34})) == []


# Measures that meet no cell.


@pytest.mark.parametrize(
    ("measure", "plan", "expected"),
    [
        ({"plan": "b"}, {}, "no_plan"),
        ({}, {"unit_level": "department"}, "unit"),
        ({}, {"formal": False}, "informal"),
        ({}, {"province": ""}, "no_province"),
        ({}, {"province": "99"}, "no_province"),
        ({}, {"plan_year": None}, "no_year"),
        ({"series": ""}, {}, "no_link"),
        ({"index": "", "series": ""}, {}, "no_link"),
        ({"series": "papi"}, {}, "whole_index"),
        ({"index": "SIPAS", "series": "sipas.service.access"}, {}, "no_index"),
        ({}, {"plan_year": 2025, "date": "2025-01"}, "beyond"),
        ({}, {"date": ""}, "beyond"),
        ({}, {"vintage": 34}, "vintage"),
        ({}, {"plan_year": 2019, "date": "2019-01"}, "before"),
        ({}, {"plan_year": 2021, "date": "2021-03"}, "break"),
        ({}, {"plan_year": 2022, "date": "2022-03"}, "break"),
        ({"series": "papi.transparency.nonsense"}, {}, None),
        ({}, {"province": "26"}, "no_score"),
    ],
)
def test_each_reason(
    recent: pd.DataFrame, measure: dict[str, Any], plan: dict[str, Any], expected: str | None
) -> None:
    measure_table, plan_table = measures(measure), plans(plan)
    if expected is None:
        with pytest.raises(UnknownChoice, match="nonsense"):
            unmatched_measures(recent, measure_table, plan_table)
        return
    table = unmatched_measures(recent, measure_table, plan_table)
    assert table["reason"].tolist() == [expected]
    assert table[["reason_vi", "reason_en"]].ne("").to_numpy().all()
    assert (
        table[["plan", "row"]].to_numpy().tolist()
        == measure_table[["plan", "row"]].to_numpy().tolist()
    )
    assert exposure(recent, measure_table, plan_table)["state"].ne("targeted").all()


def test_an_index_with_too_few_scores_is_named(data_folder: object) -> None:
    all_scores = panel.load_scores(None)
    measure_table = measures({"index": "PAR INDEX", "series": "par.procedures"})
    plan_table = plans({"indices": "PAR INDEX", "plan_year": 2024})
    assert why(all_scores, measure_table, plan_table) == ["no_coverage"]
    assert exposure(panel.load_scores("PAR INDEX"), measure_table, plan_table).empty


def test_a_year_that_was_not_asked_for_is_named(recent: pd.DataFrame) -> None:
    assert why(recent, measures({}), plans({}), years=2023) == ["other_year"]
    assert why(recent, measures({}), plans({}), years=[2023, 2024]) == []
    unnamed = measures({"series": "papi"}, {"series": ""})
    assert why(recent, unnamed, plans({}), years=2023) == ["whole_index", "no_link"]
    assert exposure(recent, measures({}), plans({}), years=2023)["state"].eq("background").all()


def test_the_outcome_year_is_told_where_the_plan_has_one(recent: pd.DataFrame) -> None:
    table = unmatched_measures(
        recent,
        measures({"plan": "b"}, {"plan": "c"}, {"plan": "d"}),
        plans({"plan": "b", "plan_year": 2025}, {"plan": "c", "plan_year": None}),
    )
    assert table["year"].fillna(0).tolist() == [2025, 0, 0]
    assert table["province"].tolist() == ["20", "20", ""]
    assert table["vintage"].fillna(0).tolist() == [63, 63, 0]


_SERIES = [*frameworks.in_year("PAPI", 2024)["series"], "papi.e_governance", ""]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
@pytest.mark.slow
def test_every_measure_meets_one_cell_or_is_left_out_once(
    recent: pd.DataFrame, data: st.DataObject
) -> None:
    drawn = data.draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "province": st.sampled_from(["", "20", "26", "01", "80"]),
                    "vintage": st.sampled_from([63, 34]),
                    "plan_year": st.sampled_from([None, 2018, 2020, 2022, 2023, 2024, 2026]),
                    "date": st.sampled_from(["", "2020", "2023-03", "2022-09-01"]),
                    "formal": st.booleans(),
                    "completeness": st.sampled_from(["full", "partial", "title_only"]),
                }
            ),
            min_size=1,
            max_size=4,
        )
    )
    plan_table = plans(*({**plan, "plan": f"p{at}"} for at, plan in enumerate(drawn)))
    measure_table = measures(
        *data.draw(
            st.lists(
                st.fixed_dictionaries(
                    {
                        "plan": st.sampled_from([*plan_table["plan"], "elsewhere"]),
                        "series": st.sampled_from(_SERIES),
                        "list_type": st.sampled_from(["remediate", "maintain", "general"]),
                    }
                ),
                max_size=6,
            )
        )
    )
    lag = data.draw(st.sampled_from([None, -1, 0, 1, 2]))
    cells = exposure(recent, measure_table, plan_table, lag=lag)
    out = unmatched_measures(recent, measure_table, plan_table, lag=lag)
    assert not out.duplicated(["plan", "row", "series"]).any()
    assert set(out["reason"]) <= set(REASONS)
    assert set(cells["state"]) <= set(STATES)
    rows = pd.MultiIndex.from_frame(measure_table[["plan", "row", "series"]])
    lost = rows.isin(pd.MultiIndex.from_frame(out[["plan", "row", "series"]]))
    dated = plan_years(plan_table, lag=lag)[["plan", "province", "vintage", "year"]]
    met = measure_table[~lost].merge(dated, on="plan", how="left")
    joined = met.astype({"year": "int64"}).merge(cells, on=CELL, how="left", suffixes=("", "_cell"))
    assert len(joined) == len(met)
    # Where a measure meets a cell, a plan has spoken of it.
    assert joined["state"].isin(["targeted", "maintained", "unknown"]).all()
    is_remediated = joined["list_type"] == "remediate"
    assert (joined.loc[is_remediated, "state"] == "targeted").all()
    named = [
        plan in listed.split(";")
        for plan, listed in zip(joined["plan"], joined["plans"], strict=True)
    ]
    assert all(named[at] for at in range(len(named)) if is_remediated.iloc[at])
    assert (cells["state"] == "targeted").sum() == len(
        joined.loc[is_remediated, CELL].drop_duplicates()
    )


# The register.


def test_bac_kan_2024_aims_at_eleven_sub_dimensions(scores: pd.DataFrame) -> None:
    cells = exposure(scores, panel.load_measures(), panel.load_plans())
    rows = cells[cells["plans"] == "bac-kan-2024-sct"]
    assert set(zip(rows["province"], rows["year"], strict=True)) == {("06", 2024)}
    counts = rows.groupby(["level", "state"]).size().to_dict()
    assert counts == {
        ("criterion", "targeted"): 11,
        ("criterion", "not_targeted"): 17,
        ("dimension", "unknown"): 6,
        ("dimension", "not_targeted"): 2,
    }
    assert not rows["date_unknown"].any()


@pytest.mark.slow
def test_every_measure_of_the_register_is_accounted_for(scores: pd.DataFrame) -> None:
    measure_table, plan_table = panel.load_measures(), panel.load_plans()
    for lag in (None, 0, 1):
        cells = exposure(scores, measure_table, plan_table, lag=lag)
        out = unmatched_measures(scores, measure_table, plan_table, lag=lag)
        assert not out.duplicated(["plan", "row", "index", "series"]).any()
        counted = cells.loc[cells["state"].isin(["targeted", "maintained"]), "n_measures"].sum()
        assert 0 < counted <= len(measure_table) - len(out)
        assert set(cells["year"]).isdisjoint({2021, 2022})


def test_the_work_is_a_few_calls_for_each_score(scores: pd.DataFrame) -> None:
    measure_table, plan_table = panel.load_measures(), panel.load_plans()
    exposure(scores, measure_table, plan_table)  # what is read once does not count
    counted = cProfile.Profile()
    counted.runcall(exposure, scores, measure_table, plan_table)
    assert pstats.Stats(counted).total_calls < 60 * len(scores)


# Bad input.


def test_without_plans_every_cell_is_background(recent: pd.DataFrame) -> None:
    cells = exposure(recent, measures(), plans())
    assert set(cells["state"]) == {"background"}
    assert unmatched_measures(recent, measures(), plans()).empty
    assert why(recent, measures({}), plans()) == ["no_plan"]


def test_without_scores_there_are_no_cells(scores: pd.DataFrame) -> None:
    none = scores.head(0)
    assert exposure(none, measures({}), plans({})).empty
    assert why(none, measures({}), plans({})) == ["no_index"]


def test_what_stands_twice_is_refused(recent: pd.DataFrame) -> None:
    twice = pd.concat([measures({}), measures({})])
    for function in (exposure, unmatched_measures):
        with pytest.raises(InvalidRequest, match=r"measures has 1 rows that repeat.*plan 'a'"):
            function(recent, twice, plans({}))
        with pytest.raises(InvalidRequest, match="plans has 1 rows that repeat"):
            function(recent, measures({}), pd.concat([plans({}), plans({})]))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"lag": 0.5}, "unknown lag 0.5"),
        ({"lag": True}, "unknown lag True"),
        ({"lag": "next"}, "unknown lag 'next'"),
        ({"list_types": ["remedy"]}, "unknown list type 'remedy'"),
        ({"list_types": "remediate"}, "expected one or more of remediate"),
        ({"list_types": []}, "expected one or more of remediate"),
    ],
)
def test_wrong_options_are_named(
    recent: pd.DataFrame, options: dict[str, Any], message: str
) -> None:
    for function in (exposure, unmatched_measures):
        with pytest.raises(InvalidRequest, match=message):
            function(recent, measures({}), plans({}), **options)


@pytest.mark.parametrize(
    ("measure", "message"),
    [
        ({"measure_type": "COMM;DANCE"}, "unknown type of measure 'DANCE'"),
        ({"series": "sipas.service.access"}, "unknown series of PAPI"),
        ({"series": "papi.nothing"}, "unknown series of PAPI 'papi.nothing'"),
    ],
)
def test_what_the_package_does_not_know_is_named(
    recent: pd.DataFrame, measure: dict[str, Any], message: str
) -> None:
    with pytest.raises(UnknownChoice, match=message):
        exposure(recent, measures(measure), plans({}))


def test_missing_columns_are_named(recent: pd.DataFrame) -> None:
    measure_table, plan_table = measures({}), plans({})
    with pytest.raises(InvalidRequest, match="measures has no column list_type"):
        exposure(recent, measure_table.drop(columns="list_type"), plan_table)
    with pytest.raises(InvalidRequest, match="plans has no column date"):
        exposure(recent, measure_table, plan_table.drop(columns="date"))
    with pytest.raises(InvalidRequest, match="plans has no column date"):
        unmatched_measures(recent, measure_table, plan_table.drop(columns="date"))


def test_empty_cells_of_a_spreadsheet_are_empty_texts(recent: pd.DataFrame) -> None:
    measure_table, plan_table = (
        measures({}, {"series": ""}, {"measure_type": ""}),
        plans({"date": ""}),
    )
    loose_measures, loose_plans = (
        table.astype("object").replace("", None) for table in (measure_table, plan_table)
    )
    assert exposure(recent, loose_measures, loose_plans).equals(
        exposure(recent, measure_table, plan_table)
    )
    assert unmatched_measures(recent, loose_measures, loose_plans).equals(
        unmatched_measures(recent, measure_table, plan_table)
    )


def test_a_listing_without_names_knows_nothing() -> None:
    assert Listing({}, is_complete=True).state(AIR, 2024, ["remediate"]) == ("unknown", ())
