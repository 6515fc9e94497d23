"""Measures beside the rank of the province in their series, checked against the scores."""

from __future__ import annotations

import pandas as pd
import pytest

import parstats as ps
from parstats.plans import measure_results, weak_without_measures


@pytest.fixture(scope="module")
def scores() -> pd.DataFrame:
    return ps.load_scores("PAPI")


def plan(**about: object) -> pd.DataFrame:
    """One full plan of Lạng Sơn for 2024, which answers 2023."""
    blank = {
        **{"plan": "p", "province": "20", "vintage": 63, "plan_year": 2024, "baseline_year": 2023},
        **{"unit_level": "province", "agency_level": "province", "completeness": "full"},
        **{"indices": "PAPI", "kind": "plan", "number": "1/KH-UBND", "formal": True},
    }
    return pd.DataFrame([blank | about])


def measure(series: str, **about: object) -> dict[str, object]:
    blank = {
        **{"plan": "p", "row": "001", "index": "PAPI", "series": series, "seen": "measure"},
        **{"list_type": "remediate", "label_vi": "Việc", "label_en": "Deed", "text": ""},
        **{"lead_unit": "Sở Y tế", "deadline": "Quý II/2024"},
    }
    return blank | about


def rank(scores: pd.DataFrame, series: str, year: int, province: str = "20") -> int:
    year_scores = scores.query("series == @series and year == @year").set_index("province")["score"]
    return int((year_scores > year_scores[province]).sum()) + 1


def test_ranks_and_those_from_the_same_place_are_of_the_series(scores: pd.DataFrame) -> None:
    series = "papi.transparency.poverty_lists"
    result = measure_results(
        pd.DataFrame([measure(series)]), plan(), scores, ps.load_printed()
    ).iloc[0]
    assert result["rank_before"] == rank(scores, series, 2023)
    assert result["rank"] == rank(scores, series, 2024)
    both = scores.query("series == @series and year in (2023, 2024)").pivot_table(
        index="province", columns="year", values="score"
    )
    before = both[2023].rank(ascending=False, method="min")
    now = scores.query("series == @series and year == 2024").set_index("province")["rank"]
    near = [
        now[code]
        for code in before.index
        if code != "20" and abs(before[code] - result["rank_before"]) <= 5 and code in now.index
    ]
    assert result["n_peers"] == pytest.approx(len(near), abs=2)  # some lack one of the years
    assert result["rank_peers"] == pytest.approx(pd.Series(near, dtype=float).median(), abs=2)


def test_what_ranked_lowest_comes_first_and_unlinked_measures_are_left_out(
    scores: pd.DataFrame,
) -> None:
    names = sorted(scores.query("level == 'criterion' and year == 2023")["series"].unique())[:9]
    rows = [measure(name, row=f"{at:03d}") for at, name in enumerate(names)]
    rows.append(measure("", row="099"))
    result = measure_results(pd.DataFrame(rows), plan(), scores, ps.load_printed())
    assert len(result) == 9
    ranks = result["rank_before"].dropna().tolist()
    assert ranks == sorted(ranks, reverse=True)


def test_a_year_to_come_has_a_standing_before_and_no_result(scores: pd.DataFrame) -> None:
    last = int(scores.query("vintage == 63")["year"].max())
    series = "papi.transparency.poverty_lists"
    about = plan(plan_year=last + 5, baseline_year=last)
    result = measure_results(
        pd.DataFrame([measure(series)]), about, scores, ps.load_printed()
    ).iloc[0]
    assert result["rank_before"] == rank(scores, series, last)
    assert pd.isna(result["rank"])
    assert result["n_peers"] == 0


def test_plans_for_a_departments_index_have_no_row(scores: pd.DataFrame) -> None:
    rows = pd.DataFrame([measure("papi.services")])
    assert measure_results(rows, plan(unit_level="department"), scores, ps.load_printed()).empty


@pytest.fixture(scope="module")
def weak(scores: pd.DataFrame) -> pd.Series:
    """The series in the last quarter of the province with most of them in 2023, by its code."""
    year = scores.query("year == 2023 and level == 'criterion'")
    year = year[year["rank"] > 0.75 * year["n_ranked"]]
    return year.set_index("province")["series"].loc[year["province"].value_counts().index[0]]


def test_weak_series_without_a_measure_are_those_of_the_last_quarter(
    scores: pd.DataFrame, weak: pd.Series
) -> None:
    about = plan(province=weak.index[0])
    nothing = pd.DataFrame([measure("papi", row="001")])
    assert set(weak_without_measures(nothing, about, scores)["series"]) == set(weak)
    with_one = pd.DataFrame([measure(weak.iloc[0])])
    left = set(weak_without_measures(with_one, about, scores)["series"])
    assert left == set(weak) - {weak.iloc[0]}


def test_a_measure_for_the_whole_dimension_answers_its_criteria(
    scores: pd.DataFrame, weak: pd.Series
) -> None:
    dimension = weak.iloc[0].rpartition(".")[0]
    about = plan(province=weak.index[0])
    left = weak_without_measures(pd.DataFrame([measure(dimension)]), about, scores)["series"]
    assert set(left) == {name for name in weak if not name.startswith(f"{dimension}.")}


@pytest.mark.parametrize("about", [{"completeness": "partial"}, {"agency_level": "department"}])
def test_plans_that_need_not_hold_a_measure_are_not_asked_for_it(
    scores: pd.DataFrame, about: dict[str, str]
) -> None:
    assert weak_without_measures(pd.DataFrame([measure("papi")]), plan(**about), scores).empty


def test_the_table_names_a_series_and_its_ranks_once(scores: pd.DataFrame) -> None:
    series = "papi.transparency.poverty_lists"
    long = " ".join(["từ"] * 40)
    rows = [
        measure(series, row="001"),
        measure(series, row="002", label_vi="", label_en="", text=long),
        measure(series, row="003"),
    ]
    results = measure_results(pd.DataFrame(rows), plan(), scores, ps.load_printed())
    shown = ps.tables.province_measures(results, plan(), "vi").displayed
    assert len(shown) == 2  # the third says the same as the first
    assert shown["series"].tolist() == ["Danh sách hộ nghèo", ""]
    assert shown["measure"].iloc[1].endswith(" …")
    assert shown["before"].tolist()[1].strip() == ""
    assert shown["who"].iloc[0] == "Sở Y tế; Quý II/2024"


def test_before_and_after_never_stand_alone(scores: pd.DataFrame) -> None:
    series = "papi.transparency.poverty_lists"
    results = measure_results(pd.DataFrame([measure(series)]), plan(), scores, ps.load_printed())
    alone = results.assign(rank_peers=float("nan"))
    shown = ps.tables.province_measures(alone, plan(), "vi").displayed.iloc[0]
    assert (shown["before"], shown["peers"]) == ("–", "–")
    assert shown["rank"] == f"{results.iloc[0]['rank']}/{results.iloc[0]['n_ranked']}"


def test_shortcomings_that_a_measure_answers_are_not_in_the_table() -> None:
    blank = {
        **{"plan": "p", "criterion_as_written": "Hồ sơ đúng hạn", "shortcoming_as_written": ""},
        **{"achieved_as_written": "0,75", "threshold_as_written": "1", "cause_as_written": ""},
    }
    blank["series"] = "par.procedures.file_results"
    unlinked = blank | {"measures": "", "series": "", "criterion_as_written": "Việc khác"}
    table = pd.DataFrame([blank | {"measures": ""}, blank | {"measures": "003"}, unlinked])
    shown = ps.tables.unanswered_shortcomings(table, plan(), "vi").displayed
    assert shown[["words", "figures", "cause"]].values.tolist() == [
        ["Hồ sơ đúng hạn", "0,75 / 1", "–"]
    ]
