"""One province: standing, profile, peers, history; with data, without, and after a gap."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from parstats import panel
from parstats.errors import InsufficientCoverage, InvalidRequest, NoFigures, UnknownChoice
from parstats.reference import frameworks
from parstats.reference.provinces import by_code

pytestmark = pytest.mark.usefixtures("figures_to_2024")

CODES = sorted(by_code())
LANG_SON, QUANG_NINH, VINH_PHUC, BAC_GIANG = "20", "22", "26", "24"


def totals(scores: pd.DataFrame, year: int) -> pd.Series:
    """Overall score by province, added up from the sub-dimensions."""
    rows = scores[(scores["year"] == year) & (scores["level"] == "criterion")]
    sums = rows.groupby("province")["score"].agg(["sum", "size"])
    return sums.loc[sums["size"] == sums["size"].max(), "sum"]


def rank_in(values: pd.Series, province: str) -> int:
    return 1 + int((values > values[province]).sum())


# Standing.


def test_standing_of_a_province_with_data_in_both_years(scores: pd.DataFrame) -> None:
    now, then = totals(scores, 2024), totals(scores, 2023)
    common = now.index.intersection(then.index)
    result = panel.overall(scores, LANG_SON, 2024)
    assert result.score == pytest.approx(now[LANG_SON])
    assert (result.max_score, result.previous) == (80, 2023)
    assert (result.rank, result.n_ranked) == (rank_in(now, LANG_SON), 61)
    assert result.median == pytest.approx(now.median())
    close = now[(now - now[LANG_SON]).abs() <= 0.25]
    assert result.n_close == len(close) - 1
    assert result.rank_close_best == rank_in(now, close.idxmax())
    assert result.rank_close_worst == rank_in(now, close.idxmin())
    assert result.score_previous == pytest.approx(then[LANG_SON])
    assert (result.rank_previous, result.n_ranked_previous) == (rank_in(then, LANG_SON), 61)
    assert result.n_common == len(common) == 59
    assert result.rank_common == rank_in(now[common], LANG_SON)
    assert result.rank_common_previous == rank_in(then[common], LANG_SON)
    assert result.change == pytest.approx(now[LANG_SON] - then[LANG_SON])
    assert result.rank_change == result.rank_common_previous - result.rank_common
    assert result.level_breaks.empty
    assert result.ranking_breaks.empty


@pytest.mark.parametrize(
    "year",
    [y if y == 2023 else pytest.param(y, marks=pytest.mark.slow) for y in [2012, 2019, 2023]],
)
def test_ranks_of_standing_are_those_of_the_ranking_for_every_province(
    scores: pd.DataFrame, year: int
) -> None:
    pair = scores[scores["year"].isin([year, year - 1])]
    values = totals(scores, year)
    for province in values.index:
        result = panel.overall(pair, province, year)
        assert result.rank == rank_in(values, province)
        # The quarter of the places that the rank falls into.
        assert 4 * (result.rank - 1) / len(values) < result.quartile
        assert result.quartile <= 4 * (result.rank - 1) / len(values) + 1
        assert result.rank_close_best <= result.rank <= result.rank_close_worst


def test_quartiles_hold_a_quarter_of_the_provinces_each(scores: pd.DataFrame) -> None:
    pair = scores[scores["year"] == 2024]
    quartiles = [panel.overall(pair, p, 2024).quartile for p in totals(scores, 2024).index]
    assert {quartile: quartiles.count(quartile) for quartile in (1, 2, 3, 4)} == {
        1: 16,
        2: 15,
        3: 15,
        4: 15,
    }


def test_standing_without_data_this_year(scores: pd.DataFrame) -> None:
    result = panel.overall(scores, VINH_PHUC, 2024)
    assert result.score is None
    assert (result.rank, result.n_ranked, result.quartile, result.n_close) == (None,) * 4
    assert (result.rank_close_best, result.rank_close_worst, result.rank_common) == (None,) * 3
    assert result.change is None
    assert result.rank_change is None
    assert result.n_common == 59
    assert result.median == pytest.approx(totals(scores, 2024).median())
    then = totals(scores, 2023)
    assert result.score_previous == pytest.approx(then[VINH_PHUC])
    assert result.rank_previous == rank_in(then, VINH_PHUC)


def test_standing_in_the_first_year(scores: pd.DataFrame) -> None:
    result = panel.overall(scores, LANG_SON, 2011)
    assert result.rank == rank_in(totals(scores, 2011), LANG_SON)
    assert result.previous is None
    assert (result.score_previous, result.rank_previous, result.n_common) == (None,) * 3
    assert result.change is None
    assert result.rank_change is None
    assert result.level_breaks.empty
    assert result.max_score == 60


def test_standing_in_the_year_after_a_gap(scores: pd.DataFrame) -> None:
    result = panel.overall(scores, QUANG_NINH, 2022)
    assert (result.rank, result.previous) == (1, 2021)
    assert (result.score_previous, result.rank_previous, result.rank_common) == (None,) * 3
    assert result.change is None
    assert result.n_common == len(
        totals(scores, 2022).index.intersection(totals(scores, 2021).index)
    )
    assert result.level_breaks["year"].tolist() == [2022]


def test_standing_with_part_of_the_figures(scores: pd.DataFrame) -> None:
    result = panel.overall(scores, QUANG_NINH, 2018)
    assert (result.score, result.rank) == (None, None)
    assert result.rank_previous == rank_in(totals(scores, 2017), QUANG_NINH)


def test_standing_names_the_breaks_between_the_two_years(scores: pd.DataFrame) -> None:
    result = panel.overall(scores, LANG_SON, 2021)
    assert result.level_breaks["year"].tolist() == [2021]
    assert result.ranking_breaks["year"].tolist() == [2021]
    assert set(result.level_breaks["series"]) == {"papi"}


def test_printed_rank_stands_beside_the_computed_one(scores: pd.DataFrame) -> None:
    printed = panel.load_printed().dropna(subset=["rank_printed", "rank"])
    row = printed[printed["series"] == "papi"].iloc[-1]
    result = panel.overall(scores, row["province"], int(row["year"]))
    assert (result.rank_printed, result.rank) == (row["rank_printed"], row["rank"])


def test_a_wider_distance_counts_more_neighbours(scores: pd.DataFrame) -> None:
    counts = [panel.overall(scores, LANG_SON, 2024, tolerance=w).n_close for w in (0, 0.5, 100)]
    assert counts == sorted(counts)
    assert (counts[0], counts[-1]) == (0, 60)


def test_standing_is_refused_with_too_few_provinces_or_no_such_year(scores: pd.DataFrame) -> None:
    few = scores[(scores["year"] == 2024) & scores["province"].isin(CODES[:22])]
    with pytest.raises(InsufficientCoverage):
        panel.overall(few, "01", 2024)
    with pytest.raises(UnknownChoice, match="2030"):
        panel.overall(scores, "01", 2030)


# Profile.


@pytest.mark.parametrize(
    ("province", "year", "level"),
    [
        (LANG_SON, 2024, "criterion"),
        (LANG_SON, 2024, "dimension"),
        (QUANG_NINH, 2018, "criterion"),
        (BAC_GIANG, 2022, "dimension"),
        ("79", 2011, "criterion"),
    ],
)
def test_profile_by_brute_force(scores: pd.DataFrame, province: str, year: int, level: str) -> None:
    rows = scores[(scores["year"] == year) & (scores["level"] == level)]
    table = panel.profile(scores, province, year, level=level)
    province_scores = rows[rows["province"] == province].set_index("series")["score"]
    order = frameworks.in_year("PAPI", year, level)["series"]
    assert table["series"].tolist() == [name for name in order if name in province_scores.index]
    region = [code for code in CODES if by_code()[code].region == by_code()[province].region]

    def percentile(values: pd.Series, code: str) -> float:
        rivals = values.drop(code)
        below = (rivals < values[code]).sum() + 0.5 * (rivals == values[code]).sum()
        return 100 * below / len(rivals)

    for row in table.itertuples():
        values = rows[rows["series"] == row.series].set_index("province")["score"]
        there = [code for code in region if code in values.index]
        assert row.score == province_scores[row.series]
        assert row.percentile == pytest.approx(percentile(values, province))
        assert row.median_country == pytest.approx(values.median())
        assert row.median_region == pytest.approx(values[there].median())
        assert row.percentile_region == pytest.approx(
            np.median([percentile(values, code) for code in there])
        )
        assert (row.n_provinces, row.n_region) == (len(values), len(there))
        scale = frameworks.by_year().loc[(row.series, year)]
        spread = scale["max_points"] - scale["min_points"]
        assert row.share_of_scale == pytest.approx((row.score - scale["min_points"]) / spread)
        assert row.parent == scale["parent"]


def test_ties_count_half_in_a_percentile(scores: pd.DataFrame) -> None:
    tied = scores[(scores["year"] == 2019) & (scores["level"] == "criterion")].copy()
    tied.loc[tied["series"] == "papi.services.public_health", "score"] = 1.5
    table = panel.profile(tied, LANG_SON, 2019).set_index("series")
    assert table.loc["papi.services.public_health", "percentile"] == 50


def test_change_in_a_profile_is_missing_across_a_break(scores: pd.DataFrame) -> None:
    table = panel.profile(scores, LANG_SON, 2022).set_index("series")
    knowledge, health = "papi.participation.civic_knowledge", "papi.services.public_health"
    assert not table.loc[knowledge, "comparable"]
    assert np.isnan(table.loc[knowledge, ["score_change", "percentile_change"]].astype(float)).all()
    assert table.loc[knowledge, "break_en"] != ""
    before = panel.profile(scores, LANG_SON, 2021).set_index("series")
    for name in table.index.drop(knowledge):
        assert table.loc[name, "score_change"] == pytest.approx(
            table.loc[name, "score"] - before.loc[name, "score"]
        )
        assert table.loc[name, "percentile_change"] == pytest.approx(
            table.loc[name, "percentile"] - before.loc[name, "percentile"]
        )
    assert table.loc[health, "comparable"]


def test_ranking_break_of_2021_blanks_changes_of_percentile_only(scores: pd.DataFrame) -> None:
    table = panel.profile(scores, LANG_SON, 2021)
    assert table["percentile_change"].isna().all()
    assert table["score_change"].notna().sum() > 15


def test_profile_in_the_first_year_and_after_a_gap_has_no_change(scores: pd.DataFrame) -> None:
    for province, year in ((LANG_SON, 2011), (QUANG_NINH, 2022)):
        table = panel.profile(scores, province, year)
        assert len(table) > 20
        assert table[["score_change", "percentile_change"]].isna().all().all()
        assert table["comparable"].isna().all()
        assert set(table["break_en"]) == {""}


def test_profile_without_data_is_empty_with_the_same_columns(scores: pd.DataFrame) -> None:
    empty = panel.profile(scores, VINH_PHUC, 2024)
    assert empty.empty
    assert empty.columns.tolist() == panel.profile(scores, LANG_SON, 2024).columns.tolist()


# Peers.


@pytest.mark.parametrize(("province", "year"), [(LANG_SON, 2024), ("79", 2018), ("01", 2011)])
def test_peers_are_the_nearest_by_brute_force(
    scores: pd.DataFrame, province: str, year: int
) -> None:
    matrix = panel.wide(scores, year)
    matrix = matrix.dropna()
    z = (matrix - matrix.mean()) / matrix.std(ddof=0)
    distance = np.sqrt(((z - z.loc[province]) ** 2).mean(axis=1)).drop(province)
    nearest = distance.sort_values(kind="stable").head(7)
    table = panel.peers(scores, province, year, n_neighbours=7)
    assert table["province"].tolist() == nearest.index.tolist()
    assert table["distance"].to_numpy() == pytest.approx(nearest.to_numpy(), abs=1e-9)
    values = totals(scores, year)
    assert table["score"].tolist() == pytest.approx(values[table["province"]].tolist())
    assert table["rank"].tolist() == [rank_in(values, code) for code in table["province"]]


def test_a_twin_is_the_nearest_peer_and_nobody_is_its_own(scores: pd.DataFrame) -> None:
    year = scores[scores["year"] == 2024]
    twin = year[year["province"] == LANG_SON].assign(province="04")
    table = panel.peers(
        pd.concat([year[year["province"] != "04"], twin]), LANG_SON, 2024, n_neighbours=100
    )
    assert table["province"].iloc[0] == "04"
    assert table["distance"].iloc[0] == pytest.approx(0, abs=1e-7)
    assert LANG_SON not in set(table["province"])
    assert len(table) == 60


def test_peers_without_data_or_without_number(scores: pd.DataFrame) -> None:
    for province, year in ((VINH_PHUC, 2024), (QUANG_NINH, 2018)):
        empty = panel.peers(scores, province, year)
        assert empty.empty
        assert empty.columns.tolist() == [
            "province",
            "vintage",
            "distance",
            "score",
            "rank",
        ]
    with pytest.raises(InvalidRequest, match="n_neighbours is 0"):
        panel.peers(scores, LANG_SON, 2024, n_neighbours=0)


# History.


def test_history_has_every_year_and_blanks_where_there_is_no_total(scores: pd.DataFrame) -> None:
    table = panel.history(scores, QUANG_NINH).set_index("year")
    assert table.index.tolist() == list(range(2011, 2025))
    assert table.index[table["score"].isna()].tolist() == [2018, 2021, 2023]
    assert table["rank"].isna().equals(table["score"].isna().rename("rank"))
    # Frameworks of 2016, 2018, 2019 and 2021; the last is a break of the ranking, too.
    assert table.index[table["rank_break"]].tolist() == [2016, 2018, 2019, 2021]
    assert table["max_score"].tolist() == [60] * 7 + [80] * 7
    for year in table.index:
        values = totals(scores, year)
        quartiles = np.quantile(values, [0.25, 0.5, 0.75])
        assert table.loc[year, ["quartile_1", "median", "quartile_3"]].tolist() == pytest.approx(
            quartiles.tolist()
        )
        if QUANG_NINH in values.index:
            assert table.loc[year, "score"] == pytest.approx(values[QUANG_NINH])
            assert table.loc[year, "rank"] == rank_in(values, QUANG_NINH)
            assert table.loc[year, "n_ranked"] == len(values)


def test_history_of_a_series_has_the_years_it_existed(scores: pd.DataFrame) -> None:
    came = panel.history(scores, LANG_SON, "papi.transparency.access_to_information")
    went = panel.history(scores, LANG_SON, "papi.procedures.construction_permits")
    assert came["year"].tolist() == list(range(2018, 2025))
    assert went["year"].tolist() == list(range(2011, 2021))
    groups = went.set_index("year")["comparable_group"]
    assert groups[2015] != groups[2016] == groups[2020]


# Loading.


def test_loading_keeps_the_years_and_level_asked_for(scores: pd.DataFrame) -> None:
    dimensions = panel.load_scores("papi", years=2024, level="dimension")
    assert set(dimensions["year"]) == {2024}
    assert set(dimensions["level"]) == {"dimension"}
    selected = panel.load_scores("PAPI", years=range(2018, 2021))
    assert sorted(selected["year"].unique()) == [2018, 2019, 2020]
    expected = scores[scores["year"].between(2018, 2020)].reset_index(drop=True)
    pd.testing.assert_frame_equal(selected, expected)


def test_loading_what_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownChoice, match="unknown index 'PAX'"):
        panel.load_scores("PAX")
    with pytest.raises(UnknownChoice, match="unknown year of PAPI 2010: expected one of 2011, "):
        panel.load_scores("PAPI", years=[2024, 2010])
    with pytest.raises(UnknownChoice, match="unknown level 'field'"):
        panel.load_scores("PAPI", level="field")


def test_an_index_without_figures_says_where_to_put_them(
    cut_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARSTATS_DATA", str(cut_folder))
    with pytest.raises(NoFigures, match=r"no figures of PCI: put files .*raw.pci and run"):
        panel.load_scores("PCI")


def test_all_indices_load_together_each_with_its_own_rows(scores: pd.DataFrame) -> None:
    combined = panel.load_scores(None)
    assert set(combined["index"]) == {"PAPI", "PAR INDEX", "SIPAS", "PCI", "PAR KHANH HOA"}
    papi = combined[(combined["index"] == "PAPI") & (combined["year"] <= 2024)]
    pd.testing.assert_frame_equal(papi.reset_index(drop=True), scores)
