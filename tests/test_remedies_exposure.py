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
from parstats.remedies.cells.history import HISTORY
from parstats.remedies.cells.missing_outcomes import REASONS
from parstats.remedies.cells.plan_listing import Listing
from parstats.remedies.cells.plan_years import TIMINGS, plan_years
from parstats.remedies.cells.unlinked_measures import unlinked_measures

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
    pd.testing.assert_frame_equal(cells[list(bare.columns)], bare)
    told = cells.drop(columns=["dose", "overlap", *HISTORY])
    assert not told.isna().to_numpy().any()
    assert cells.loc[cells["state"] == "background", ["dose", "overlap"]].isna().to_numpy().all()


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


@pytest.mark.parametrize("index", ["PAPI", ""])
def test_a_measure_that_is_not_linked_costs_no_contrast_and_is_counted(
    recent: pd.DataFrame, index: str
) -> None:
    linked = exposure(recent, measures({"series": AIR}), plans({}))
    both = measures({"series": AIR}, {"series": "", "index": index})
    cells = exposure(recent, both, plans({}))
    assert cells["state"].equals(linked["state"])
    counts = cells.groupby("state")["n_unlinked"].unique().map(list).to_dict()
    assert counts == {"background": [0], "not_targeted": [1], "targeted": [0], "unknown": [0]}
    assert set(linked["n_unlinked"]) == {0}


def test_a_plan_of_which_nothing_is_linked_leaves_all_unknown(recent: pd.DataFrame) -> None:
    cells = exposure(recent, measures({"series": ""}), plans({}))
    assert set(cells.loc[cells["plans"] == "a", "state"]) == {"unknown"}


@pytest.mark.parametrize("level", ["party", "department", "district", "commune", ""])
@pytest.mark.parametrize(
    "rows", [[{"series": AIR}], [{"series": ENVIRONMENT}], [{"series": AIR}, {"series": ""}]]
)
def test_an_office_says_what_it_aims_at_and_nothing_of_the_rest(
    recent: pd.DataFrame, level: str, rows: list[dict[str, Any]]
) -> None:
    measure_table = measures(*rows)
    cells = exposure(recent, measure_table, plans({"agency_level": level}))
    own = cells[cells["plans"] == "a"]
    assert set(own["state"]) == {"targeted", "unknown"}
    assert set(own["issuer_level"]) == {level}
    of_province = exposure(recent, measure_table, plans({}))
    assert cells[cells["state"] == "targeted"].index.equals(
        of_province[of_province["state"] == "targeted"].index
    )


@pytest.mark.parametrize(
    ("completeness", "expected"), [("full", "not_targeted"), ("partial", "unknown")]
)
def test_an_office_s_silence_does_not_outweigh_the_province(
    recent: pd.DataFrame, completeness: str, expected: str
) -> None:
    """A plan of an office costs no contrast, unless it may name what was not read of it."""
    office = {"plan": "b", "agency_level": "department", "completeness": completeness}
    measure_table = measures({"series": AIR}, {"plan": "b", "series": AIR})
    cells = exposure(recent, measure_table, plans({}, office))
    assert cell(cells, AIR)["plans"] == "a;b"
    assert cell(cells, AIR)["issuer_level"] == "department;province"
    assert state(cells, HEALTH) == expected
    assert cell(cells, HEALTH)["plans"] == ("a" if expected == "not_targeted" else "b")
    more = measures({"series": AIR}, {"plan": "b", "series": AIR}, {"plan": "b", "series": ""})
    row = cell(exposure(recent, more, plans({}, office)), HEALTH)
    assert row["n_unlinked"] == (1 if expected == "not_targeted" else 0)


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


def years_of(plan_table: pd.DataFrame, index: str, **options: Any) -> list[int]:
    table = plan_years(plan_table, **options)
    assert table["reason"].eq("").all()
    return table.loc[table["index"] == index, "year"].tolist()


@pytest.mark.parametrize(
    ("index", "date", "year", "doubtful"),
    [
        # PAPI asks from August to November: half of the 122 days is left on 1 October.
        ("PAPI", "2022-07-01", 2022, False),
        ("PAPI", "2022-09-15", 2022, False),
        ("PAPI", "2022-10-01", 2022, False),
        ("PAPI", "2022-10-02", 2023, False),
        ("PAPI", "2022-10-15", 2023, False),
        ("PAPI", "2022-09", 2022, False),
        ("PAPI", "2022-10", 2023, False),
        ("PAPI", "2021-12-15", 2022, False),
        ("PAPI", "2023-02-02", 2023, False),
        ("PAPI", "2022", 2023, True),
        ("PAPI", "2023", 2023, True),
        ("PAPI", "", 2023, True),
        # The year itself is graded.
        ("PAR INDEX", "2022-06-30", 2022, False),
        ("PAR INDEX", "2022-06", 2022, False),
        ("PAR INDEX", "2022-07-15", 2023, False),
        ("PAR INDEX", "2022-07", 2023, False),
        ("SIPAS", "2022-07-15", 2023, False),
        ("PCI", "2022-07-15", 2023, False),
    ],
)
def test_a_plan_shows_in_its_year_if_half_of_the_fieldwork_comes_after_it(
    index: str, date: str, year: int, doubtful: bool
) -> None:
    table = plan_years(plans({"date": date, "plan_year": 2022, "indices": index}))
    assert table[["index", "year", "first"]].to_numpy().tolist() == [[index, year, True]]
    assert table["date_unknown"].tolist() == [doubtful]
    assert table["overlap"].isna().tolist() == [doubtful]
    assert table["reason"].tolist() == [""]


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2021-03-01", [2021, 2022, 2023, 2024, 2025]),
        ("2021-11-20", [2022, 2023, 2024, 2025]),
        ("2023-11-20", [2024, 2025]),
        ("2025-12-20", [2026]),
        ("", [2022, 2023, 2024, 2025]),
    ],
)
def test_a_plan_for_several_years_counts_in_each(date: str, expected: list[int]) -> None:
    plan_table = plans({"date": date, "plan_year": 2021, "until_year": 2025, "vintage": 63})
    table = plan_years(plan_table)
    assert table["year"].tolist() == expected
    assert table["first"].tolist() == [True] + [False] * (len(expected) - 1)
    assert years_of(plan_table, "PAPI", timing="plan_year") == [2021, 2022, 2023, 2024, 2025]
    assert years_of(plan_table, "PAPI", timing="next_year") == [2022, 2023, 2024, 2025]


def test_the_cells_of_every_year_of_a_plan_are_its_cells(scores: pd.DataFrame) -> None:
    plan_table = plans({"date": "2021-03-01", "plan_year": 2021, "until_year": 2025})
    cells = exposure(scores, measures({"series": SERVICES}), plan_table)
    targeted = cells[cells["state"] == "targeted"]
    assert targeted["year"].tolist() == [2023, 2024]  # 2021 and 2022 lie behind a break
    assert unmatched_measures(scores, measures({"series": SERVICES}), plan_table).empty
    assert why(scores, measures({"series": SERVICES}), plan_table, years=2022) == ["break"]
    assert why(scores, measures({"series": SERVICES}), plan_table, years=2020) == ["other_year"]


def test_each_index_of_a_plan_has_its_own_year() -> None:
    plan_table = plans({"date": "2022-08-20", "plan_year": 2022, "indices": "PAPI;SIPAS"})
    assert (years_of(plan_table, "PAPI"), years_of(plan_table, "SIPAS")) == ([2022], [2023])


def test_the_overlap_is_the_share_of_the_fieldwork_in_which_the_plan_was_in_force() -> None:
    def overlaps(**plan: Any) -> list[float]:
        return plan_years(plans({"plan_year": 2022, **plan}))["overlap"].round(3).tolist()

    assert overlaps(date="2022-09-15") == [round(77 / 122, 3)]
    assert overlaps(date="2022-09-15", until_year=2024) == [round(77 / 122, 3), 1, 1]
    # It was over before the next fieldwork began.
    assert overlaps(date="2022-10-15") == [0]
    assert overlaps(date="2022-04-01", indices="PAR INDEX") == [round(275 / 365, 3)]


@pytest.mark.parametrize(
    ("plan", "reason"),
    [
        ({"plan_year": None}, "no_year"),
        ({"date": "2024-02-31"}, "no_such_date"),
        ({"date": "2024-13"}, "no_such_date"),
        ({"date": "2026-03-01"}, "issued_late"),
        ({"date": "2026"}, "issued_late"),
        ({"indices": ""}, "no_indices"),
        ({"date": "0000"}, ""),
    ],
)
def test_a_plan_whose_years_and_date_do_not_fit_is_told(
    recent: pd.DataFrame, plan: dict[str, Any], reason: str
) -> None:
    plan_table = plans(plan)
    table = plan_years(plan_table)
    assert table["reason"].tolist() == [reason]
    cells = exposure(recent, measures({}).head(0), plan_table)
    assert set(cells["state"]) == {"background"}
    told = ["no_link"] if reason == "no_indices" else [reason or "beyond"]
    row = {"series": "", "index": ""} if reason == "no_indices" else {}
    assert why(recent, measures(row), plan_table) == told


def test_years_that_are_no_years_are_told_not_counted(recent: pd.DataFrame) -> None:
    """What the model of the register refuses, a table made in Python may hold."""
    table = plans({})
    for values, reason in (
        ({"until_year": 2020}, "years_reversed"),
        ({"until_year": 999_999}, "years_reversed"),
        ({"plan_year": 999_999}, "no_year"),
        ({"plan_year": 0}, "no_year"),
        ({"date": "03/2024"}, "no_such_date"),
    ):
        wrong = table.assign(**values)
        assert plan_years(wrong)["reason"].tolist() == [reason]
        assert set(exposure(recent, measures({}), wrong)["state"]) == {"background"}
        assert why(recent, measures({}), wrong) == [reason]


def test_a_date_of_a_spreadsheet_is_a_date() -> None:
    table = plans({"date": "2022-09-15", "plan_year": 2022})
    moments = table.assign(date=pd.to_datetime(table["date"]))
    assert years_of(moments, "PAPI") == [2022]


def test_the_outcome_year_places_the_cells(recent: pd.DataFrame) -> None:
    early = exposure(recent, measures({}), plans({"plan_year": 2023, "date": "2023-08"}))
    late = exposure(recent, measures({}), plans({"plan_year": 2023, "date": "2023-10-15"}))
    blank = exposure(recent, measures({}), plans({"plan_year": 2023, "date": ""}))
    assert state(early, ENVIRONMENT, year=2023) == "targeted"
    assert state(late, ENVIRONMENT, year=2024) == "targeted"
    assert state(late, ENVIRONMENT, year=2023) == "background"
    assert not cell(late, ENVIRONMENT)["date_unknown"]
    assert cell(late, ENVIRONMENT)["overlap"] == 0
    assert cell(blank, ENVIRONMENT)["date_unknown"]
    assert pd.isna(cell(blank, ENVIRONMENT)["overlap"])


# Years from the outcome year.


def test_before_the_plan_its_first_outcome_year_moves(scores: pd.DataFrame) -> None:
    plan_table = plans({"plan_year": 2024, "until_year": 2025})
    before = exposure(scores, measures({}), plan_table, event_time=-1)
    assert before[before["state"] == "targeted"]["year"].tolist() == [2023]
    now = exposure(scores, measures({}), plan_table)
    assert now[now["state"] == "targeted"]["year"].tolist() == [2024]
    later = why(scores, measures({}), plan_table, event_time=-2)
    assert later == ["break"]


def test_later_years_of_a_plan_are_no_background_of_it(scores: pd.DataFrame) -> None:
    plan_table = plans({"plan_year": 2014, "date": "2014-02", "until_year": 2015})
    measure_table = measures({"series": SERVICES})
    cells = exposure(scores, measure_table, plan_table, event_time=-1)
    own = cells[(cells["province"] == "20") & (cells["series"] == SERVICES)]
    states = own.set_index("year")["state"]
    assert states[[2013, 2014, 2015]].tolist() == ["targeted", "background", "unknown"]


def test_a_series_that_is_targeted_in_between_is_marked(scores: pd.DataFrame) -> None:
    plan_table = plans({"plan_year": 2024}, {"plan": "b", "plan_year": 2023, "date": "2023-02-01"})
    measure_table = measures({}, {"plan": "b"}, {"series": SERVICES})
    before = exposure(scores, measure_table, plan_table, event_time=-1)
    assert cell(before, ENVIRONMENT, year=2023)["targeted_again"]
    assert not cell(before, SERVICES, year=2023)["targeted_again"]
    assert not exposure(scores, measure_table, plan_table)["targeted_again"].any()


def test_the_years_to_the_outcome_are_the_horizon_of_the_change(
    scores: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def noted(table: pd.DataFrame, years: object, **options: int) -> pd.DataFrame:
        asked.append(options)
        return outcomes(table, years)

    monkeypatch.setattr("parstats.remedies.cells.exposure.outcomes", noted)
    plan_table = plans({"plan_year": 2023, "date": "2023-02", "until_year": 2024})
    for event_time in (-1, 0, 2):
        cells = exposure(scores, measures({}), plan_table, event_time=event_time)
    assert asked == [{}, {}, {"horizon": 2}]
    assert state(cells, ENVIRONMENT, year=2023) == "targeted"
    assert state(cells, ENVIRONMENT, year=2024) == "unknown"
    assert cell(cells, ENVIRONMENT, year=2023)["targeted_again"]


def test_after_the_plan_the_change_ends_later(scores: pd.DataFrame) -> None:
    """The horizon is that of `outcomes`; what lacks the later year is told."""
    assert why(scores, measures({}), plans({}), event_time=1) == ["beyond"]
    early = plans({"plan_year": 2023, "date": "2023-02"})
    assert why(scores, measures({}), early, event_time=1) == []


# How much of a plan works on a series.


def test_the_dose_is_the_share_of_the_lead_units(recent: pd.DataFrame) -> None:
    measure_table = measures(
        {"series": AIR, "lead_unit": "Sở TNMT"},
        {"series": AIR, "lead_unit": "sở  tnmt;Sở Y tế"},
        {"series": HEALTH, "lead_unit": "Sở Y tế"},
        {"series": WATER},
        {"series": "papi", "lead_unit": "Sở Nội vụ; Văn phòng UBND tỉnh"},
    )
    cells = exposure(recent, measure_table, plans({}))
    assert [cell(cells, series)["dose"] for series in (AIR, HEALTH)] == [0.5, 0.25]
    assert pd.isna(cell(cells, WATER)["dose"])
    assert cell(cells, "papi.transparency")["dose"] == 0
    without = exposure(recent, measure_table.drop(columns="lead_unit"), plans({}))
    assert without["dose"].isna().all()


# Measures to be linked.


def test_plans_whose_links_bring_most_come_first(recent: pd.DataFrame) -> None:
    plan_table = plans({}, {"plan": "b", "province": "01"}, {"plan": "c", "province": "02"})
    measure_table = measures(
        {},
        {"series": "", "criterion_as_written": "Môi trường"},
        {"plan": "b", "row": "001"},
        {"plan": "b", "row": "002", "series": "", "label_vi": "Khám bệnh"},
        {"plan": "b", "row": "003", "series": "", "index": ""},
        {"plan": "c"},
    )
    table = unlinked_measures(recent, measure_table, plan_table)
    assert table["plan"].tolist() == ["b", "a"]
    assert table["n_unlinked"].tolist() == [2, 1]
    assert table["n_targeted"].tolist() == [1, 1]
    assert table["wording"].tolist() == ["002 Khám bệnh; 003", "002 Môi trường"]
    cells = exposure(recent, measure_table, plan_table)
    for row in table.to_dict("records"):
        own = cells[(cells["plans"] == row["plan"]) & (cells["state"] != "targeted")]
        assert row["n_open"] == len(own)
    assert unlinked_measures(recent, measures({}), plans({})).empty
    late = unlinked_measures(recent, measures({"series": ""}), plans({"plan_year": 2030}))
    assert late[["n_unlinked", "n_open"]].to_numpy().tolist() == [[1, 0]]


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
    timing = data.draw(st.sampled_from(["fieldwork", "plan_year", "next_year"]))
    event_time = data.draw(st.sampled_from([0, -1, -2]))
    options = {"timing": timing, "event_time": event_time}
    cells = exposure(recent, measure_table, plan_table, **options)
    out = unmatched_measures(recent, measure_table, plan_table, **options)
    assert not out.duplicated(["plan", "row", "series"]).any()
    assert set(out["reason"]) <= set(REASONS)
    assert set(cells["state"]) <= set(STATES)
    rows = pd.MultiIndex.from_frame(measure_table[["plan", "row", "series"]])
    lost = rows.isin(pd.MultiIndex.from_frame(out[["plan", "row", "series"]]))
    dated = plan_years(plan_table, timing=timing)
    dated = dated[dated["first"] | (event_time == 0)]
    dated = dated.assign(year=dated["year"] + event_time)[["plan", "province", "vintage", "year"]]
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
        # A plan of a department.
        ("criterion", "unknown"): 17,
        ("dimension", "unknown"): 8,
    }
    assert not rows["date_unknown"].any()


@pytest.mark.slow
def test_every_measure_of_the_register_is_accounted_for(scores: pd.DataFrame) -> None:
    measure_table, plan_table = panel.load_measures(), panel.load_plans()
    for timing in TIMINGS:
        cells = exposure(scores, measure_table, plan_table, timing=timing)
        out = unmatched_measures(scores, measure_table, plan_table, timing=timing)
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
        ({"event_time": 0.5}, "unknown event_time 0.5"),
        ({"event_time": True}, "unknown event_time True"),
        ({"timing": "next"}, "unknown timing 'next'"),
        ({"lag": 1}, "the argument lag is now called timing or event_time"),
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
