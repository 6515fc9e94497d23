"""Cells that have an outcome, and why the others have none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from parstats import panel
from parstats.errors import InvalidRequest
from parstats.reference import frameworks, labels, provinces
from parstats.remedies.cells.changes import COLUMNS, outcomes, standing
from parstats.remedies.cells.history import HISTORY, history, similar
from parstats.remedies.cells.missing_outcomes import REASONS, missing_outcomes

pytestmark = pytest.mark.usefixtures("figures_to_2024")

ENVIRONMENT = "papi.environment"
KEY = ["series", "province"]
CELL = ["index", "series", "vintage", "province", "year"]


@pytest.fixture(scope="module")
def cells(scores: pd.DataFrame) -> pd.DataFrame:
    return outcomes(scores)


def case(**other: object) -> pd.DataFrame:
    usual = {"index": "PAPI", "series": ENVIRONMENT, "vintage": 63, "province": "20", "year": 2024}
    return pd.DataFrame([{**usual, **other}])


def reason(scores: pd.DataFrame, **other: object) -> str:
    return str(missing_outcomes(scores, case(**other)).iloc[0])


# What a cell holds.


def test_a_cell_holds_the_move_among_the_provinces_and_where_it_started(
    scores: pd.DataFrame, cells: pd.DataFrame
) -> None:
    rows = scores[scores["series"] == ENVIRONMENT]
    standardised = {}
    for year in (2022, 2023, 2024):
        table = rows[rows["year"] == year].set_index("province")["score"]
        standardised[year] = (table["20"] - table.mean()) / np.std(table.to_numpy())
    cell = cells[(cells["series"] == ENVIRONMENT) & (cells["province"] == "20")]
    cell = cell.set_index("year").loc[2024]
    assert cell["change"] == pytest.approx(standardised[2024] - standardised[2023])
    assert cell["baseline"] == pytest.approx(standardised[2023])
    assert cell["previous_change"] == pytest.approx(standardised[2023] - standardised[2022])
    assert (cell["index"], cell["level"], cell["vintage"]) == ("PAPI", "dimension", 63)


@pytest.mark.parametrize("year", [2013, 2018, 2020, 2024])
def test_changes_are_those_of_the_panel(
    scores: pd.DataFrame, cells: pd.DataFrame, year: int
) -> None:
    now = panel.change(scores, year, method="z").set_index(KEY)
    then = panel.change(scores, year - 1, method="z").set_index(KEY)
    year_cells = cells[cells["year"] == year].set_index(KEY)
    assert len(year_cells)
    for actual, expected in (
        (year_cells["change"], now["change"]),
        (year_cells["baseline"], now["value_previous"]),
        (year_cells["previous_change"], then["change"]),
    ):
        assert np.allclose(actual, expected.reindex(year_cells.index))


def test_no_cell_crosses_a_break(cells: pd.DataFrame) -> None:
    for (index, year), part in cells.groupby(["index", "year"]):
        for late in (year, year - 1):
            names = pd.Series(part["series"].unique())
            assert frameworks.comparable(names, late, late - 1, "share_of_scale").all()
            assert frameworks.breaks_between(index, late, late - 1, affects="ranking").empty
    assert not set(cells["year"]) & {2021, 2022}


def test_every_unbroken_complete_triple_of_years_is_a_cell(
    scores: pd.DataFrame, cells: pd.DataFrame
) -> None:
    rows = scores[(scores["series"] == ENVIRONMENT) & scores["year"].isin([2022, 2023, 2024])]
    is_complete = rows.groupby("province")["year"].nunique() == 3
    actual = cells[(cells["series"] == ENVIRONMENT) & (cells["year"] == 2024)]
    assert sorted(actual["province"]) == sorted(is_complete.index[is_complete])


def test_by_the_strictest_reading_nothing_spans_2018(scores: pd.DataFrame) -> None:
    strict = outcomes(scores, strict=True)
    assert not set(strict["year"]) & {2016, 2017, 2018, 2019, 2021, 2022}
    assert {2014, 2015, 2020, 2024} <= set(strict["year"])


def test_the_overall_score_and_departments_have_no_cells(data_folder: object) -> None:
    all_scores = panel.load_scores(None)
    assert {"PAR KHANH HOA", "PAPI", "SIPAS"} <= set(all_scores["index"])
    table = outcomes(all_scores)
    assert "index" not in set(table["level"])
    assert set(table["index"]) == {"PAPI"}


def test_years_choose_outcome_years(scores: pd.DataFrame, cells: pd.DataFrame) -> None:
    filtered = outcomes(scores, 2024)
    assert filtered.equals(cells[cells["year"] == 2024].reset_index(drop=True))
    assert outcomes(scores, [2023, 2024])["year"].unique().tolist() == [2023, 2024]
    assert outcomes(scores, years=1999).empty


def test_nothing_is_missing_and_each_cell_stands_once(cells: pd.DataFrame) -> None:
    assert list(cells.columns) == list(COLUMNS)
    assert not cells.drop(columns=list(HISTORY)).isna().to_numpy().any()
    assert not cells.duplicated(CELL).any()
    assert np.isfinite(cells[["change", "baseline", "previous_change"]]).to_numpy().all()


def test_places_of_a_series_and_year_are_standardised(scores: pd.DataFrame) -> None:
    groups = standing(scores).groupby(["series", "year"])["z"]
    assert groups.mean().abs().max() < 1e-12
    assert groups.std(ddof=0).to_numpy() == pytest.approx(1)


# What has no cells.


def without(scores: pd.DataFrame, year: int, provinces: int) -> pd.DataFrame:
    """Scores in which that many provinces hold a figure of the environment in a year."""
    cut = (scores["series"] == ENVIRONMENT) & (scores["year"] == year)
    codes = sorted(scores.loc[cut, "province"])[:provinces]
    return scores[~cut | scores["province"].isin([*codes])]


@pytest.mark.parametrize(("provinces", "there"), [(57, True), (56, False)])
@pytest.mark.parametrize("year", [2022, 2023, 2024])
def test_a_series_needs_nine_of_ten_provinces_in_all_three_years(
    scores: pd.DataFrame, year: int, provinces: int, there: bool
) -> None:
    few = without(scores, year, provinces)
    result = outcomes(few, 2024)
    assert (ENVIRONMENT in set(result["series"])) is there
    assert "papi.services" in set(result["series"])
    assert reason(few, province="01") == ("" if there else "no_coverage")


def test_an_index_without_coverage_has_no_cells_but_the_columns(data_folder: object) -> None:
    table = outcomes(panel.load_scores("SIPAS"))
    assert table.empty
    assert list(table.columns) == list(COLUMNS)
    assert table["year"].dtype == "int64"
    assert outcomes(panel.load_scores("PAPI").head(0)).empty


def test_a_series_with_one_figure_for_all_has_no_place(scores: pd.DataFrame) -> None:
    flat = scores.assign(
        score=scores["score"].mask(
            (scores["series"] == ENVIRONMENT) & (scores["year"] == 2023), 1.0
        )
    )
    assert ENVIRONMENT not in set(outcomes(flat, 2024)["series"])
    assert reason(flat) == "no_spread"


@pytest.fixture(scope="module")
def both_vintages(scores: pd.DataFrame) -> pd.DataFrame:
    """2018 to 2023 of the 63 provinces, 2018 to 2024 of the 34 made from them."""
    new = panel.to_vintage(scores[scores["year"] >= 2018], 34)
    return pd.concat([scores[scores["year"].between(2018, 2023)], new], ignore_index=True)


def test_provinces_of_two_vintages_are_never_compared(both_vintages: pd.DataFrame) -> None:
    table = outcomes(both_vintages)
    assert set(table.loc[table["vintage"] == 63, "year"]) == {2020, 2023}
    assert set(table.loc[table["vintage"] == 34, "year"]) == {2020, 2023, 2024}
    for vintage, part in both_vintages.groupby("vintage"):
        expected = outcomes(part)
        actual = table[table["vintage"] == vintage].reset_index(drop=True)
        assert actual.equals(expected)
    assert not table.duplicated(CELL).any()


@pytest.mark.slow
def test_every_missing_cell_has_a_reason_and_no_other(
    both_vintages: pd.DataFrame, scores: pd.DataFrame
) -> None:
    names = [*frameworks.in_year("PAPI", 2020)["series"], "papi.environment", ""]
    for table, codes in ((scores, ["20", "26", "80"]), (both_vintages, ["20", "80"])):
        requested = pd.MultiIndex.from_product(
            [["PAPI"], sorted(set(names)), [63, 34], codes, range(2009, 2027)], names=CELL
        ).to_frame(index=False)
        result = missing_outcomes(table, requested)
        there = pd.MultiIndex.from_frame(requested).isin(
            pd.MultiIndex.from_frame(outcomes(table)[CELL])
        )
        assert ((result == "") == there).all()
        assert set(result) <= {"", *REASONS}
        assert there.any()


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({}, ""),
        ({"series": ""}, "no_link"),
        ({"series": "papi"}, "whole_index"),
        ({"index": "SIPAS", "series": "sipas.service.access"}, "no_index"),
        ({"year": 2025}, "beyond"),
        ({"year": 2012, "series": "papi.services"}, "before"),
        ({"year": 1990, "series": "papi.services"}, "before"),
        ({"year": 2018}, "not_measured"),
        ({"year": 2019}, "not_measured"),
        ({"year": 2021}, "break"),
        ({"year": 2022}, "break"),
        ({"province": "26"}, "no_score"),
        ({"vintage": 34}, "vintage"),
    ],
)
def test_each_reason(scores: pd.DataFrame, other: dict[str, object], expected: str) -> None:
    assert reason(scores, **other) == expected


def test_every_reason_has_words_in_both_languages() -> None:
    texts = {labels.text(f"no_cell.{code}", lang) for code in REASONS for lang in labels.LANGUAGES}
    assert len(texts) == 2 * len(REASONS)


def test_the_figures_of_departments_are_no_figures_of_provinces(data_folder: object) -> None:
    departments = panel.load_scores("PAR KHANH HOA")
    assert reason(departments, index="PAR KHANH HOA", series="par_khanh_hoa.impact") == "no_index"


# Bad input.


def test_a_score_that_stands_twice_is_refused(scores: pd.DataFrame) -> None:
    twice = pd.concat([scores, scores[scores["series"] == ENVIRONMENT].head(1)])
    with pytest.raises(InvalidRequest, match=r"scores has 1 rows.*papi\.environment"):
        outcomes(twice)


def test_a_missing_column_is_named(scores: pd.DataFrame) -> None:
    with pytest.raises(InvalidRequest, match="no column series; expected a table as load_scores"):
        outcomes(scores.drop(columns="series"))


def test_a_figure_that_is_missing_is_no_figure(scores: pd.DataFrame) -> None:
    is_cell = (
        (scores["series"] == ENVIRONMENT) & (scores["year"] == 2023) & (scores["province"] == "20")
    )
    assert is_cell.sum() == 1
    gap = scores.assign(score=scores["score"].mask(is_cell))
    assert outcomes(gap).equals(outcomes(scores[~is_cell]))
    assert reason(gap) == "no_score"


# What lies further back.


def _standings(scores: pd.DataFrame, series: str, year: int) -> pd.Series:
    rows = scores[(scores["series"] == series) & (scores["year"] == year)]
    values = rows.set_index("province")["score"]
    return (values - values.mean()) / np.std(values.to_numpy())


def test_history_is_that_of_the_years_before_and_of_the_others_of_the_region(
    scores: pd.DataFrame, cells: pd.DataFrame
) -> None:
    series = "papi.environment.air_quality"
    own = cells[(cells["series"] == series) & (cells["year"] == 2024)].set_index("province")
    z = {year: _standings(scores, series, year) for year in range(2019, 2024)}
    for lag in (3, 4, 5):
        expected = z[2024 - lag].reindex(own.index)
        assert np.allclose(own[f"lag_{lag}"], expected, equal_nan=True)
    others = [
        code
        for code, province in provinces.by_code(63).items()
        if province.region == own.loc["20", "region"] and code != "20"
    ]
    assert own.loc["20", "region_baseline"] == pytest.approx(z[2023][others].mean())
    past = pd.concat([z[year].reindex(others) for year in (2022, 2021, 2020, 2019)])
    assert own.loc["20", "region_past"] == pytest.approx(past.mean())


def test_similar_provinces_are_the_nearest_over_all_series() -> None:
    rng = np.random.default_rng(3)
    past = rng.normal(size=(5, 12, 6))
    past[0, 2, 4] = past[1, 7] = np.nan
    chosen = similar(past[0], past[1], 4)
    for province in range(12):
        distance = []
        for other in range(12):
            gap = np.concatenate(
                [past[0, province] - past[0, other], past[1, province] - past[1, other]]
            )
            known = np.isfinite(gap)
            distance.append(
                np.inf if other == province or known.sum() < 6 else np.mean(gap[known] ** 2)
            )
        expected = set(np.argsort(distance)[:4]) & set(np.flatnonzero(np.isfinite(distance)))
        assert set(np.flatnonzero(chosen[province])) == expected
    values = history(past, np.zeros(12, dtype=int), np.array([0, 0, 0, 1, 1, -1]))
    assert np.isnan(values[0]).sum() == 0
    assert values.shape == (9, 12, 6)
    assert values[7][:, 3] == pytest.approx(past[0][:, 4], nan_ok=True)
    assert values[7][0, 0] == pytest.approx(past[0][0, 1:3].mean())
    assert np.isnan(values[7:][:, :, 5]).all()


@pytest.mark.parametrize("horizon", [1, 2])
def test_a_change_over_several_years_needs_all_of_them_without_a_break(
    scores: pd.DataFrame, cells: pd.DataFrame, horizon: int
) -> None:
    later = outcomes(scores, horizon=horizon)
    assert (
        set(later["year"]) & set(range(2018, 2025)) == {1: {2018, 2019, 2023}, 2: {2018}}[horizon]
    )
    both = later.merge(cells, on=CELL, suffixes=("", "_0"))
    assert len(both) == len(later)
    assert (both["baseline"] == both["baseline_0"]).all()
    assert both["lag_3"].equals(both["lag_3_0"])
    for row in later.sample(20, random_state=1).itertuples():
        end = _standings(scores, row.series, row.year + horizon)[row.province]
        assert row.change == pytest.approx(
            end - _standings(scores, row.series, row.year - 1)[row.province]
        )
