"""Change between years, and the footing on which series and years compare."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from parstats import panel
from parstats.errors import BreakCrossed, InvalidRequest, UnknownChoice
from parstats.reference import frameworks

pytestmark = pytest.mark.usefixtures("figures_to_2024")

YEARS = range(2011, 2025)
POVERTY = "papi.transparency.poverty_lists"
HEALTH = "papi.services.public_health"
LAW = "papi.services.law_and_order"


def value(scores: pd.DataFrame, year: int, province: str, series: str) -> float:
    keep = (scores["year"] == year) & (scores["province"] == province)
    return float(scores.loc[keep & (scores["series"] == series), "score"].iloc[0])


# One footing.


def test_points_are_the_scores_as_published(scores: pd.DataFrame) -> None:
    table = panel.standardise(scores, "points")
    assert table["value"].equals(table["score"].rename("value"))
    assert set(table["method"]) == {"points"}
    assert "value" not in scores


def test_share_of_scale_runs_from_zero_at_the_minimum_to_one_at_the_maximum(
    scores: pd.DataFrame,
) -> None:
    shares = panel.standardise(scores, "share_of_scale")["value"]
    assert shares.between(-0.01, 1).all()
    assert (shares < 0).sum() == 2
    rows = scores.head(2).assign(score=[scores["min_score"].iloc[0], scores["max_score"].iloc[1]])
    assert panel.standardise(rows)["value"].tolist() == [0, 1]
    health = value(scores, 2024, "20", HEALTH)
    result = panel.standardise(scores).query(
        "year == 2024 and province == '20' and series == @HEALTH"
    )
    assert result["value"].iloc[0] == pytest.approx((health - 0.25) / 2.25)


def test_z_scores_have_mean_zero_and_spread_one_in_every_series_and_year(
    scores: pd.DataFrame,
) -> None:
    groups = panel.standardise(scores, "z").groupby(["series", "year"])["value"]
    assert groups.mean().abs().max() < 1e-10
    assert (groups.std(ddof=0) - 1).abs().max() < 1e-10
    order = panel.standardise(scores, "z").groupby(["series", "year"])[["value", "score"]]
    assert order.corr(method="spearman").xs("value", level=2)["score"].min() > 1 - 1e-9


def test_a_series_with_the_same_score_everywhere_has_no_z_scores(scores: pd.DataFrame) -> None:
    year = scores[scores["year"] == 2024].copy()
    year.loc[year["series"] == HEALTH, "score"] = 1.5
    table = panel.standardise(year, "z")
    assert table.loc[table["series"] == HEALTH, "value"].isna().all()
    assert table.loc[table["series"] != HEALTH, "value"].notna().all()


def test_an_unknown_footing_is_refused(scores: pd.DataFrame) -> None:
    with pytest.raises(UnknownChoice, match="unknown method 'percent': expected one of points, "):
        panel.standardise(scores, "percent")  # type: ignore[arg-type]


# Change.


@pytest.mark.parametrize("year", YEARS[1:])
def test_a_change_is_there_exactly_where_no_break_lies_between(
    scores: pd.DataFrame, year: int
) -> None:
    table = panel.change(scores, year)
    groups = frameworks.by_year()["comparable_group"]
    now, then = (scores[scores["year"] == which] for which in (year, year - 1))
    both = now.merge(then, on=["province", "series"])
    assert len(table) == len(both)
    merged = table.merge(both, on=["province", "series"])
    same = [groups.get((name, year)) == groups.get((name, year - 1)) for name in merged["series"]]
    assert merged["comparable"].tolist() == same
    assert merged["change"].notna().tolist() == same
    difference = merged["score_x"] - merged["score_y"]
    assert (merged["change"] - difference).abs().max() < 1e-12


def test_a_change_across_a_break_is_blank_and_says_why(scores: pd.DataFrame) -> None:
    table = panel.change(scores, 2021)
    law = table[table["series"] == LAW]
    assert law["change"].isna().all()
    assert not law["comparable"].any()
    assert law["break_en"].str.startswith("Mean shifts +8.2 standard deviations").all()
    assert law["break_vi"].str.startswith("Điểm trung bình tăng 8,2 độ lệch chuẩn").all()
    health = table[table["series"] == HEALTH]
    assert health["change"].notna().all()
    assert set(health["break_en"]) == {""}


def test_a_kept_change_is_computed_and_still_flagged(scores: pd.DataFrame) -> None:
    changes = panel.change(scores, 2021, on_break="keep")
    law = changes[(changes["series"] == LAW) & (changes["province"] == "20")].iloc[0]
    assert law["change"] == pytest.approx(
        value(scores, 2021, "20", LAW) - value(scores, 2020, "20", LAW)
    )
    assert not law["comparable"]
    assert law["break_en"] != ""
    assert changes["change"].notna().all()


def test_a_break_can_be_refused_by_name(scores: pd.DataFrame) -> None:
    with pytest.raises(BreakCrossed) as caught:
        panel.change(scores, 2021, on_break="raise")
    message = str(caught.value)
    assert message.startswith("PAPI 2020 and 2021 cannot be compared in points for: papi, ")
    assert LAW in message
    assert HEALTH not in message
    assert message.endswith("leave these out, or pass on_break='blank' or 'keep'")
    panel.change(scores, 2024, on_break="raise")


def test_ranks_of_2020_and_2021_are_flagged_and_no_others(scores: pd.DataFrame) -> None:
    flagged = [year for year in YEARS[1:] if panel.change(scores, year)["ranking_break"].any()]
    assert flagged == [2021]
    assert panel.change(scores, 2021)["ranking_break"].all()
    assert panel.change(scores, 2022, 2019)["ranking_break"].all()


def test_a_change_of_scale_is_blank_in_points_and_bridged_as_share_of_scale(
    scores: pd.DataFrame,
) -> None:
    points = panel.change(scores, 2018)
    shares = panel.change(scores, 2018, method="share_of_scale")
    assert points.loc[points["series"] == POVERTY, "change"].isna().all()
    bridged = shares[shares["series"] == POVERTY].set_index("province")
    assert len(bridged) == 61  # two provinces have no second dimension in 2018
    assert bridged["comparable"].all()
    assert set(bridged["break_en"]) == {""}
    now = (value(scores, 2018, "20", POVERTY) - 1 / 4) / (10 / 4 - 1 / 4)
    then = (value(scores, 2017, "20", POVERTY) - 1 / 3) / (10 / 3 - 1 / 3)
    assert bridged.loc["20", "change"] == pytest.approx(now - then, abs=1e-8)


def test_the_strict_reading_compares_nothing_across_2016_2018_and_2021(
    scores: pd.DataFrame,
) -> None:
    for year in (2016, 2018, 2021):
        assert not panel.change(scores, year, strict=True)["comparable"].any()
    assert panel.change(scores, 2024, strict=True)["comparable"].all()


def test_z_changes_of_a_series_cancel_when_the_same_provinces_are_there(
    scores: pd.DataFrame,
) -> None:
    bridged = panel.change(scores, 2018, method="z")
    assert bridged.loc[bridged["series"] == POVERTY, "comparable"].all()
    table = panel.change(scores, 2020, method="z", on_break="keep")
    assert table.groupby("series")["change"].mean().abs().max() < 1e-10


def test_years_apart_and_series_that_are_gone(scores: pd.DataFrame) -> None:
    table = panel.change(scores, 2024, 2011)
    assert set(table["year"]) == {2024}
    assert set(table["previous"]) == {2011}
    assert "papi.accountability.inspection_boards" not in set(table["series"])
    assert "papi.environment.air_quality" not in set(table["series"])


@pytest.mark.parametrize("option", [{"method": "rank"}, {"on_break": "ignore"}])
def test_unknown_options_are_refused(scores: pd.DataFrame, option: dict[str, str]) -> None:
    with pytest.raises(UnknownChoice):
        panel.change(scores, 2024, **option)  # type: ignore[arg-type]


def test_common_provinces_have_a_total_in_both_years(scores: pd.DataFrame) -> None:
    common = panel.common_provinces(scores, 2024, 2023)
    assert len(common) == 59
    assert not {"22", "74", "26", "82"} & set(common)
    assert common == sorted(common) == panel.common_provinces(scores, 2023, 2024)


# Reshaping and adding up.


@pytest.mark.parametrize("year", YEARS)
def test_matrix_holds_every_score_in_its_place(scores: pd.DataFrame, year: int) -> None:
    matrix = panel.wide(scores, year)
    assert (
        matrix.columns.tolist() == frameworks.in_year("PAPI", year, "criterion")["series"].tolist()
    )
    assert matrix.index.is_monotonic_increasing
    long = scores[(scores["year"] == year) & (scores["level"] == "criterion")]
    assert matrix.notna().sum().sum() == len(long)
    for row in long.sample(40, random_state=year).itertuples():
        assert matrix.loc[row.province, row.series] == row.score


def test_complete_matrix_leaves_out_who_lacks_a_figure(scores: pd.DataFrame) -> None:
    assert panel.wide(scores, 2018).shape == (63, 28)
    complete = panel.wide(scores, 2018, complete=True)
    assert complete.shape == (61, 28)
    assert complete.index.tolist() == panel.complete_provinces(scores, 2018)
    assert panel.wide(scores, 2018, level="index").shape == (61, 1)


def test_matrix_of_another_column(scores: pd.DataFrame) -> None:
    ranks = panel.wide(scores, 2024, level="index", values="rank")
    assert int(ranks.loc["22", "papi"]) == 1


def test_totals_are_sums_of_all_parts_or_absent(scores: pd.DataFrame) -> None:
    criteria = scores[scores["level"] == "criterion"]
    keys = ["index", "year", "vintage", "unit_level", "province", "unit", "series", "score"]
    added = panel.add_totals(criteria[keys].sample(frac=1, random_state=1))
    expected = scores.set_index(["year", "province", "series"])["score"]
    totals = added.set_index(["year", "province", "series"])["score"]
    assert len(totals) == len(expected)
    assert np.abs(totals.reindex(expected.index) - expected).max() < 1e-12
    for year in (2011, 2018, 2020, 2024):
        matrix = panel.wide(scores, year)
        for dimension in frameworks.in_year("PAPI", year, "dimension")["series"]:
            parts = matrix[[name for name in matrix if name.startswith(f"{dimension}.")]]
            total = parts.sum(axis=1, skipna=False).dropna()
            stored = panel.wide(scores, year, level="dimension")[dimension].dropna()
            assert stored.index.tolist() == total.index.tolist()
            assert np.abs(stored - total).max() < 1e-12


def test_one_missing_part_leaves_its_dimension_and_the_index_out(scores: pd.DataFrame) -> None:
    keys = ["index", "year", "vintage", "unit_level", "province", "unit", "series", "score"]
    subset = scores[
        (scores["year"] == 2024) & (scores["province"] == "20") & (scores["level"] == "criterion")
    ][keys]
    added = panel.add_totals(subset[subset["series"] != HEALTH])
    new = set(added["series"]) - set(subset["series"])
    assert len(new) == 7
    assert "papi.services" not in new
    assert "papi" not in new


def test_a_missing_year_before_is_said_with_the_last_that_is_there(scores: pd.DataFrame) -> None:
    some = scores[scores["year"].isin([2022, 2024])]
    message = r"no figures of the year before \(2023\); the last before is 2022: pass previous=2022"
    with pytest.raises(InvalidRequest, match=message):
        panel.change(some, 2024)
    with pytest.raises(InvalidRequest, match=r"the year before \(2021\), nor of any earlier"):
        panel.change(some, 2022)
    assert len(panel.change(some, 2024, 2022))
