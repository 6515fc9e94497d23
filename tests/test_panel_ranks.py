"""Ranks and coverage: ties share the best rank; too few provinces carry none."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parstats import panel
from parstats.errors import InsufficientCoverage, UnknownChoice
from parstats.reference.provinces import by_code

pytestmark = pytest.mark.usefixtures("figures_to_2024")

CODES = sorted(by_code())


# Ranks.


@given(st.lists(st.integers(0, 8).map(lambda value: value / 4), max_size=40))
def test_rank_is_one_more_than_the_number_strictly_above(values: list[float]) -> None:
    ranks = panel.rank_scores(pd.Series(values, dtype="float64")).tolist()
    assert ranks == [1 + sum(other > value for other in values) for value in values]


def test_a_missing_score_gets_no_rank_and_takes_no_place() -> None:
    ranks = panel.rank_scores(pd.Series([1.0, None, 3.0]))
    assert ranks.isna().tolist() == [False, True, False]
    assert ranks.dropna().tolist() == [2, 1]


def test_sums_that_differ_only_by_the_order_of_addition_are_ties() -> None:
    forth, back = 0.1 + 0.2 + 0.3, 0.3 + 0.2 + 0.1
    assert forth != back
    assert panel.rank_scores(pd.Series([back, forth, 0.6 + 1e-6])).tolist() == [2, 2, 1]


@pytest.mark.parametrize("year", [2011, 2018, 2022, 2024])
def test_every_stored_rank_is_the_brute_force_rank(scores: pd.DataFrame, year: int) -> None:
    for _, rows in scores[scores["year"] == year].groupby("series"):
        values = rows["score"].tolist()
        expected = [1 + sum(other - value > 5e-10 for other in values) for value in values]
        assert rows["rank"].tolist() == expected
        assert set(rows["n_ranked"]) == {len(values)}


def test_ranking_of_a_year_is_best_first_with_all_that_have_a_score(scores: pd.DataFrame) -> None:
    table = panel.ranks(scores, 2023)
    assert table.columns.tolist() == [
        "province",
        "vintage",
        "score",
        "rank",
        "n_ranked",
        "quartile",
    ]
    assert table["quartile"].value_counts().sort_index().tolist() == [16, 15, 15, 15]
    assert len(table) == 61
    assert not {"22", "74"} & set(table["province"])
    assert table["score"].is_monotonic_decreasing
    assert table["rank"].tolist() == [1 + (table["score"] > s).sum() for s in table["score"]]
    assert table["province"].iloc[0] == "46"


def test_ranking_of_one_series_has_its_ties_in_order_of_code(scores: pd.DataFrame) -> None:
    name = "papi.services.public_health"
    tied = scores[scores["year"] == 2024].copy()
    tied.loc[(tied["series"] == name) & tied["province"].isin(["95", "20", "04"]), "score"] = 2.4
    table = panel.ranks(tied, 2024, name)
    first = table[table["score"] == 2.4]
    assert first["province"].tolist() == ["04", "20", "95"]
    assert first["rank"].nunique() == 1
    above = int(first["rank"].iloc[0]) - 1
    assert (table["score"] > 2.4).sum() == above
    assert table.loc[table["score"] < 2.4, "rank"].min() == above + 4


def test_ranking_among_a_set_needs_no_coverage(scores: pd.DataFrame) -> None:
    table = panel.ranks(scores, 2024, provinces=["20", "72", "26", "01"])
    assert set(table["province"]) == {"20", "72", "01"}  # Vĩnh Phúc has no data in 2024
    assert table["rank"].tolist() == [1, 2, 3]
    assert set(table["n_ranked"]) == {3}


def test_ranking_is_refused_at_56_provinces_and_given_at_57(scores: pd.DataFrame) -> None:
    year = scores[scores["year"] == 2019]
    assert len(panel.ranks(year[year["province"].isin(CODES[:57])], 2019)) == 57
    with pytest.raises(InsufficientCoverage) as caught:
        panel.ranks(year[year["province"].isin(CODES[:56])], 2019)
    assert str(caught.value) == (
        "too few provinces for a ranking of PAPI 2019 (papi): 56 of 63 have complete data, "
        "57 are needed; no national statistic of that year was found either"
    )


def test_a_year_without_scores_is_refused_with_the_years_there_are(scores: pd.DataFrame) -> None:
    with pytest.raises(UnknownChoice, match="unknown year of PAPI 2030: expected one of 2011, "):
        panel.ranks(scores, 2030)
    with pytest.raises(UnknownChoice):
        panel.check_year(scores, 2010)
    assert panel.check_year(scores, 2011) == 2011


# Coverage.


def test_57_of_63_are_needed() -> None:
    panel.require_coverage(57, 63, "a mean")
    with pytest.raises(InsufficientCoverage, match="56 of 63 have complete data, 57 are needed"):
        panel.require_coverage(56, 63, "a mean")


@given(have=st.integers(0, 80), total=st.integers(1, 80))
def test_at_least_nine_in_ten_are_needed(have: int, total: int) -> None:
    try:
        panel.require_coverage(have, total, "a mean")
        refused = False
    except InsufficientCoverage:
        refused = True
    assert refused == (10 * have < 9 * total)


@pytest.mark.parametrize(
    ("year", "incomplete", "absent"),
    [
        (2011, [], []),
        (2014, [], ["24", "87"]),
        (2018, ["22", "87"], []),
        (2021, [], ["22", "24", "27"]),
        (2022, ["24", "27"], []),
        (2023, [], ["22", "74"]),
        (2024, [], ["26", "82"]),
    ],
)
def test_coverage_lists_who_is_missing(
    scores: pd.DataFrame, year: int, incomplete: list[str], absent: list[str]
) -> None:
    row = panel.coverage(scores).set_index("year").loc[year]
    complete = 63 - len(incomplete) - len(absent)
    assert (row["incomplete"], row["absent"]) == (incomplete, absent)
    assert (row["n_complete"], row["n_provinces"]) == (complete, 63 - len(absent))
    assert row["share_complete"] == pytest.approx(complete / 63)
    assert row["carries_ranking"]
    cells = scores[(scores["year"] == year) & (scores["level"] == "criterion")]
    assert row["n_cells"] == len(cells)
    assert row["n_cells_expected"] == 63 * row["n_series"]
    assert panel.complete_provinces(scores, year) == [
        code for code in CODES if code not in incomplete + absent
    ]


def test_coverage_of_all_years_counts_every_cell(scores: pd.DataFrame) -> None:
    table = panel.coverage(scores)
    assert table["year"].tolist() == list(range(2011, 2025))
    assert table["n_cells"].sum() == 21_891


def test_a_year_with_too_few_carries_no_ranking(scores: pd.DataFrame) -> None:
    few = scores[(scores["year"] == 2019) & scores["province"].isin(CODES[:22])]
    row = panel.coverage(few).iloc[0]
    assert not row["carries_ranking"]
    assert (row["n_complete"], len(row["absent"])) == (22, 41)


def test_nobody_is_complete_in_a_year_without_figures(scores: pd.DataFrame) -> None:
    assert panel.complete_provinces(scores, 2030) == []
