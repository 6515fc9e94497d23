"""The 63 provinces to June 2025 and the 34 since: never confused, and old scores as new ones."""

from __future__ import annotations

import string

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parstats import drivers, match_province, panel
from parstats.errors import (
    AmbiguousProvince,
    InsufficientCoverage,
    InvalidRequest,
    MergedProvince,
    ProvinceNotMatched,
    UnknownChoice,
    UnknownProvince,
    VintageCrossed,
)
from parstats.pipeline.processed_tables import build
from parstats.reference import provinces
from parstats.reference.labels import search_key
from parstats.reference.provinces import by_code, members, successors

pytestmark = pytest.mark.usefixtures("figures_to_2024")

OLD, NEW = by_code(63), by_code(34)
OLD_NAMES = {province.names["vi"]: code for code, province in OLD.items()}
# Codes of two provinces, of the 63 and of the 34.
SHARED = {
    "15": ("Yên Bái", "Lào Cai"),
    "24": ("Bắc Giang", "Bắc Ninh"),
    "44": ("Quảng Bình", "Quảng Trị"),
    "52": ("Bình Định", "Gia Lai"),
    "80": ("Long An", "Tây Ninh"),
    "82": ("Tiền Giang", "Đồng Tháp"),
    "91": ("Kiên Giang", "An Giang"),
}
PHU_THO, DONG_THAP, LAO_CAI, CAN_THO, HUE = "25", "82", "15", "92", "46"
# Average populations of 2020 in thousands, General Statistics Office.
POPULATIONS = {"10": 746.3, "15": 831.5, "17": 861.2, "25": 1481.9}


def read_as(name: str, vintage: int) -> str:
    """Code that a text is read as, or the name of the error."""
    try:
        return match_province(name, vintage=vintage)
    except ProvinceNotMatched as error:
        return type(error).__name__


@pytest.fixture(scope="module")
def new(scores: pd.DataFrame) -> pd.DataFrame:
    """PAPI 2023 and 2024 as scores of the 34."""
    return panel.to_vintage(scores[scores["year"] >= 2023])


@pytest.fixture(scope="module")
def mixed(scores: pd.DataFrame) -> pd.DataFrame:
    """PAPI 2024 of the 63 and, under it, of the 34."""
    old = scores[scores["year"] == 2024]
    return pd.concat([old, panel.to_vintage(old)], ignore_index=True)


def total(scores: pd.DataFrame, province: str, year: int = 2024) -> float:
    keep = (scores["year"] == year) & (scores["series"] == "papi")
    return float(scores.loc[keep & (scores["province"] == province), "score"].iloc[0])


# The provinces.


def test_there_are_34_provinces_and_every_old_one_is_in_one_of_them() -> None:
    assert len(NEW) == 34
    assert sorted(successors()) == sorted(OLD)
    assert set(successors().values()) == set(NEW)
    counts = [len(members(code)) for code in NEW]
    assert {count: counts.count(count) for count in (1, 2, 3)} == {1: 11, 2: 17, 3: 6}
    assert sum(counts) == 63
    for code in NEW:
        assert all(successors()[member.code] == code for member in members(code))


def test_seven_codes_were_the_code_of_another_province_and_one_was_renamed() -> None:
    both = {
        code: (OLD[code].names["vi"], NEW[code].names["vi"])
        for code in NEW
        if OLD[code].names["vi"] != NEW[code].names["vi"]
    }
    assert both == SHARED | {HUE: ("Thừa Thiên Huế", "Huế")}


@pytest.mark.parametrize("code", SHARED)
def test_a_shared_code_is_read_in_its_own_vintage_only(code: str) -> None:
    old_name, new_name = SHARED[code]
    assert match_province(old_name) == match_province(old_name, vintage=63) == code
    assert match_province(new_name, vintage=34) == match_province(code, vintage="2025") == code
    # The new province kept its name and gave up its old code.
    assert match_province(new_name) == OLD_NAMES[new_name] != code
    assert successors()[OLD_NAMES[new_name]] == successors()[code] == code
    with pytest.raises(UnknownProvince):
        match_province(OLD_NAMES[new_name], vintage=34)


@pytest.mark.parametrize("name", OLD_NAMES)
def test_an_old_name_is_its_successor_or_refused_with_it_never_another_one(name: str) -> None:
    heir = NEW[successors()[OLD_NAMES[name]]]
    if heir.names["vi"] == name or heir.code == HUE:
        assert match_province(name, vintage=34) == heir.code
        return
    with pytest.raises(MergedProvince) as caught:
        match_province(f"Tỉnh {name}", vintage=34)
    assert caught.value.candidates == [heir.names["vi"]]
    assert str(caught.value) == (
        f"province 'Tỉnh {name}': {name} became part of {heir.names['vi']} in July 2025; "
        f"name {heir.names['vi']}, or ask for a year to 2024"
    )


@given(
    name=st.sampled_from(sorted(OLD_NAMES)),
    position=st.integers(0, 30),
    letter=st.sampled_from(string.ascii_lowercase),
)
def test_a_typing_error_never_turns_a_merged_province_into_another(
    name: str, position: int, letter: str
) -> None:
    key = search_key(name)
    position %= len(key)
    typed = key[:position] + letter + key[position + 1 :]
    result, old = read_as(typed, 34), read_as(typed, 63)
    if result in NEW:
        assert old in OLD, f"{typed!r} fits several of the 63, but was read as {result}"
        assert result == successors()[old]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Huế", "46"),
        ("TP. Huế", "46"),
        ("Thành phố Huế", "46"),
        ("Thừa Thiên Huế", "46"),
        ("TP.HCM", "79"),
        ("Lang Sonn", "20"),
        (1, "01"),
    ],
)
def test_what_the_34_are_also_called(written: object, code: str) -> None:
    assert match_province(written, vintage=34) == code


@pytest.mark.parametrize("name", ["Hà Tây", "HA TAY", "Tỉnh Hà Tây", "Ha Tay Province"])
@pytest.mark.parametrize("year", [2008, 2024, 2025])
def test_ha_tay_is_no_name_of_ha_noi(name: str, year: int) -> None:
    with pytest.raises(MergedProvince, match="became part of Hà Nội in August 2008") as caught:
        match_province(name, year=year)
    assert caught.value.candidates == ["Hà Nội"]
    assert match_province(name, year=2007) == "28"
    assert len(members("01")) == 1


@pytest.mark.parametrize(
    ("written", "candidates"),
    [
        ("Vĩnh Phú", ["Phú Thọ"]),
        ("Sông Bé", ["Đồng Nai", "Hồ Chí Minh"]),
        ("Ninh Dinh", ["Ninh Bình", "Gia Lai"]),
    ],
)
def test_what_fits_several_old_provinces_is_refused_with_their_successors(
    written: str, candidates: list[str]
) -> None:
    with pytest.raises(AmbiguousProvince) as caught:
        match_province(written, vintage=34)
    assert sorted(caught.value.candidates) == sorted(candidates)


@pytest.mark.usefixtures("merged_in_2025")
def test_a_vintage_is_63_or_34_or_the_year_they_stand_for() -> None:
    result = [
        provinces.check_vintage(label) for label in (64, "2007", 63, "63", 2024, 34, "34", "2025")
    ]
    assert result == [64, 64, 63, 63, 63, 34, 34, 34]
    with pytest.raises(UnknownChoice, match="unknown vintage of provinces 65: expected one of 64"):
        provinces.check_vintage(65)
    assert [provinces.vintage_in_year(year) for year in (2007, 2008, 2024, 2025)] == [
        64,
        63,
        63,
        34,
    ]


def test_provinces_load_by_vintage_and_their_keys_hold_the_vintage() -> None:
    assert [len(panel.load_provinces(vintage)) for vintage in (64, 63, 34, None)] == [
        64,
        63,
        34,
        161,
    ]
    both = panel.load_provinces(None)
    assert both["province"].duplicated().sum() == 97
    assert not both.duplicated(["vintage", "province"]).any()
    assert not both.duplicated(["vintage", "tile_row", "tile_column"]).any()
    regions = panel.load_provinces(34)["region"].value_counts().to_dict()
    assert regions == {"NMM": 9, "RRD": 6, "SCH": 6, "NC": 5, "MRD": 5, "SE": 3}
    populations = both.groupby("vintage")["population_2020_thousand"].sum()
    assert populations[34] == pytest.approx(populations[63], rel=1e-9)


@pytest.mark.parametrize("year", [2020, 2021])
def test_weights_are_shares_of_the_population_and_sum_to_one(year: int) -> None:
    table = panel.load_provinces(63).set_index("province")[f"population_{year}_thousand"]
    for code in NEW:
        parts = members(code)
        population = table[[part.code for part in parts]]
        weights = [part.weights[year] for part in parts]
        assert sum(weights) == pytest.approx(1, abs=2e-6)
        assert weights == pytest.approx((population / population.sum()).tolist(), abs=1e-6)


# Old scores as new ones.


def test_a_new_province_has_the_mean_of_its_members_by_population(
    scores: pd.DataFrame, new: pd.DataFrame
) -> None:
    """Lào Cai and Yên Bái, by hand."""
    weighted = 746.3 * total(scores, "10") + 831.5 * total(scores, "15")
    people = POPULATIONS["10"] + POPULATIONS["15"]
    assert total(new, LAO_CAI) == pytest.approx(weighted / people, abs=1e-5)
    rows = new[(new["province"] == LAO_CAI) & (new["series"] == "papi") & (new["year"] == 2024)]
    assert rows[["vintage", "n_members", "n_members_scored", "complete"]].to_numpy().tolist() == [
        [34, 2, 2, True]
    ]
    assert rows["weight_scored"].iloc[0] == pytest.approx(1, abs=2e-6)


def test_a_new_province_some_of_whose_members_lack_scores_is_flagged_and_not_ranked(
    scores: pd.DataFrame, new: pd.DataFrame
) -> None:
    """Vĩnh Phúc is in Phú Thọ, Tiền Giang in Đồng Tháp; neither has scores for 2024."""
    weighted = 861.2 * total(scores, "17") + 1481.9 * total(scores, "25")
    assert total(new, PHU_THO) == pytest.approx(weighted / (861.2 + 1481.9), abs=1e-5)
    assert total(new, DONG_THAP) == pytest.approx(total(scores, "87"))
    partly = new[(new["year"] == 2024) & ~new["complete"]]
    assert set(partly["province"]) == {PHU_THO, DONG_THAP}
    assert len(partly) == 2 * 37
    assert partly[["rank", "n_ranked"]].isna().all().all()
    phu_tho = partly[partly["province"] == PHU_THO]
    assert set(zip(phu_tho["n_members"], phu_tho["n_members_scored"], strict=True)) == {(3, 2)}
    people = panel.load_provinces(63).set_index("province")["population_2020_thousand"]
    share = people[["17", "25"]].sum() / people[["17", "25", "26"]].sum()
    assert phu_tho["weight_scored"].to_numpy() == pytest.approx(share, abs=2e-6)
    dropped = panel.to_vintage(scores[scores["year"] == 2024], partial="drop")
    assert set(NEW) - set(dropped["province"]) == {PHU_THO, DONG_THAP}


@pytest.mark.parametrize("population", [2020, 2021])
def test_every_new_score_is_the_weighted_mean_by_plain_numpy(
    scores: pd.DataFrame, population: int
) -> None:
    old = scores[scores["year"] == 2018]  # two provinces lack some sub-dimensions
    converted = panel.to_vintage(old, population=population)
    people = panel.load_provinces(63).set_index("province")[f"population_{population}_thousand"]
    old_scores = {(row.province, row.series): row.score for row in old.itertuples()}
    assert len(converted) == len({(successors()[code], series) for code, series in old_scores})
    for row in converted.itertuples():
        codes = [
            part.code for part in members(row.province) if (part.code, row.series) in old_scores
        ]
        values = [old_scores[code, row.series] for code in codes]
        assert row.score == pytest.approx(np.average(values, weights=people[codes]), abs=1e-5)
        assert row.n_members_scored == len(codes)
        assert row.complete == (len(codes) == len(members(row.province)))
        assert min(values) - 1e-9 <= row.score <= max(values) + 1e-9


def test_new_ranks_are_counted_among_the_complete_only(new: pd.DataFrame) -> None:
    for _, rows in new[new["year"] == 2024].groupby("series"):
        complete = rows[rows["complete"]]
        assert set(complete["n_ranked"]) == {32}
        better = [int((complete["score"] > score + 1e-9).sum()) for score in complete["score"]]
        assert complete["rank"].tolist() == [1 + count for count in better]
    ranking = panel.ranks(new, 2024)
    assert set(NEW) - set(ranking["province"]) == {PHU_THO, DONG_THAP}
    assert set(ranking["vintage"]) == {34}
    totals = new[(new["series"] == "papi") & (new["year"] == 2024) & new["complete"]]
    assert ranking.set_index("province")["rank"].to_dict() == (
        totals.set_index("province")["rank"].to_dict()
    )


def test_new_scores_carry_what_32_of_34_provinces_carry(new: pd.DataFrame) -> None:
    row = panel.coverage(new).set_index("year").loc[2024]
    assert (row["vintage"], row["n_complete"], row["n_units"]) == (34, 32, 34)
    assert (row["incomplete"], row["carries_ranking"]) == ([PHU_THO, DONG_THAP], True)
    assert len(panel.complete_provinces(new, 2024)) == 32
    assert panel.wide(new, 2024, complete=True).shape == (32, 28)
    assert set(drivers.shares(new, 2024, n_draws=20)["n_provinces"]) == {32}
    assert panel.averages(new, 2024)[["n", "n_units"]].to_numpy().tolist() == [[32, 34]]
    few = new[new["province"] < "80"]
    with pytest.raises(InsufficientCoverage, match="27 of 34 have complete data, 31 are needed"):
        panel.ranks(few, 2024)


def test_standing_and_history_follow_a_new_province(new: pd.DataFrame) -> None:
    result = panel.overall(new, "Cần Thơ", 2024)
    assert (result.vintage, result.province, result.n_ranked) == (34, CAN_THO, 32)
    assert result.previous == 2023
    assert result.n_common == len(panel.common_provinces(new, 2024, 2023))
    partly = panel.overall(new, "Phú Thọ", 2024)
    assert (partly.score, partly.rank, partly.rank_common) == (None, None, None)
    table = panel.history(new, "Lào Cai", vintage=34)
    assert set(table["vintage"]) == {34}
    assert table["score"].tolist() == [total(new, LAO_CAI, year) for year in (2023, 2024)]
    assert panel.history(new, "Lào Cai", vintage=63).empty


HO_CHI_MINH = "79"  # Bình Dương, one of its three members, is missing in 2023


def test_a_province_with_a_member_missing_in_one_of_the_years_has_no_change(
    new: pd.DataFrame,
) -> None:
    """Else leaving Bình Dương out of 2023 would show as a rise of the new province."""
    partly = new[~new["complete"] & (new["series"] == "papi")]
    assert set(zip(partly["year"], partly["province"], strict=True)) == {
        (2023, HO_CHI_MINH),
        (2024, PHU_THO),
        (2024, DONG_THAP),
    }
    moved = panel.change(new, 2024, 2023, on_break="keep")
    incomplete = {"22", HO_CHI_MINH, PHU_THO, DONG_THAP}  # Quảng Ninh has no figures in 2023
    assert set(NEW) - set(moved["province"]) == incomplete


def test_a_province_with_a_member_missing_counts_in_no_median_and_no_z_score(
    new: pd.DataFrame,
) -> None:
    complete = new[(new["year"] == 2023) & (new["series"] == "papi") & new["complete"]]
    row = panel.history(new, HO_CHI_MINH, vintage=34).set_index("year").loc[2023]
    assert np.isnan(row["score"])
    assert row["median"] == pytest.approx(np.median(complete["score"]))
    z = panel.standardise(new[new["year"] == 2023], "z")
    assert z.loc[~z["complete"], "value"].isna().all()
    counted = z[(z["series"] == "papi") & z["complete"]]
    expected = (counted["score"] - np.mean(counted["score"])) / np.std(counted["score"])
    assert counted["value"].tolist() == pytest.approx(expected.tolist())


def test_what_was_published_of_the_63_is_not_set_beside_means_of_the_34(small_data) -> None:
    """The region of one name holds other provinces since 2025."""
    lines = [f"2023,{code},sipas,{80 + number / 10}" for number, code in enumerate(sorted(OLD))]
    content = "year,province,series,score\n" + "\n".join(lines) + "\n"
    small_data.put("sipas.csv", content, folder="sipas")
    header = "year,series,statistic,region,value,unit,source"
    rows = ["2023,sipas,mean,,86.98,percent,x", "2023,sipas,mean,RRD,88.33,percent,x"]
    content = "\n".join([header, *rows]) + "\n"
    small_data.put("means.csv", content, folder="sipas", form="statistics", obtained="press")
    build()
    scores = panel.load_scores("sipas")
    assert panel.averages(scores, 2023)["mean_published"].tolist() == [86.98]
    by_region = panel.averages(scores, 2023, by="region").set_index("region")["mean_published"]
    assert by_region.dropna().to_dict() == {"RRD": 88.33}
    for by in ("country", "region"):
        averages = panel.averages(panel.to_vintage(scores), 2023, by=by)
        assert averages["mean"].notna().all()
        assert averages["mean_published"].isna().all()


def test_turning_scores_into_the_34_again_changes_nothing(new: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(panel.to_vintage(new), new)
    assert panel.to_vintage(new, partial="drop")["complete"].all()


def test_old_years_join_those_that_are_of_the_34_already(
    scores: pd.DataFrame, new: pd.DataFrame
) -> None:
    older = scores[scores["year"] == 2023]
    table = pd.concat([older, new[new["year"] == 2024]])
    pd.testing.assert_frame_equal(panel.to_vintage(table), new)


def test_there_is_no_way_back_and_none_for_departments(new: pd.DataFrame) -> None:
    with pytest.raises(InvalidRequest, match="scores of the 34 provinces cannot be split"):
        panel.to_vintage(new, 63)
    with pytest.raises(InvalidRequest, match="grades departments; they did not merge"):
        panel.to_vintage(panel.load_scores("PAR KHANH HOA"))
    for option in ({"population": 2019}, {"partial": "guess"}, {"vintage": 35}):
        with pytest.raises(UnknownChoice):
            panel.to_vintage(new, **option)


def test_scores_of_the_34_stay_as_they_are(new: pd.DataFrame) -> None:
    again = panel.to_vintage(new[list(panel.load_scores("PAPI").columns)])
    assert len(again) == len(new)
    assert again["score"].tolist() == new["score"].tolist()


# Both sets in one table.


@pytest.mark.parametrize(
    "use",
    [
        lambda table: panel.ranks(table, 2024),
        lambda table: panel.wide(table, 2024),
        lambda table: panel.overall(table, "20", 2024),
        lambda table: panel.profile(table, "20", 2024),
        lambda table: panel.peers(table, "20", 2024),
        lambda table: panel.averages(table, 2024),
        lambda table: drivers.shares(table, 2024),
        lambda table: panel.complete_provinces(table, 2024),
        panel.to_vintage,
    ],
    ids=[
        "ranks",
        "wide",
        "standing",
        "profile",
        "peers",
        "averages",
        "shares",
        "complete provinces",
        "to_vintage",
    ],
)
def test_a_year_with_both_sets_of_provinces_is_refused(mixed: pd.DataFrame, use) -> None:
    with pytest.raises(VintageCrossed, match=r"of both the 63 provinces .* and the 34 since"):
        use(mixed)


@pytest.mark.parametrize(
    "use",
    [
        lambda table: panel.change(table, 2024, 2023),
        lambda table: panel.common_provinces(table, 2024, 2023),
    ],
    ids=["change", "common provinces"],
)
def test_a_year_of_the_34_is_not_compared_with_one_of_the_63(
    scores: pd.DataFrame, new: pd.DataFrame, use
) -> None:
    table = pd.concat([scores[scores["year"] == 2023], new[new["year"] == 2024]])
    with pytest.raises(VintageCrossed, match="2024 is of 34 provinces and 2023 of 63"):
        use(table)
    use(new)


def test_nothing_is_said_to_have_moved_a_province_from_one_set_to_the_other(
    scores: pd.DataFrame, new: pd.DataFrame
) -> None:
    table = pd.concat([scores[scores["year"] == 2023], new[new["year"] == 2024]])
    assert drivers.relative_change(table, "20", 2024, 2023).empty
    assert panel.overall(table, "20", 2024).previous is None
    assert len(drivers.relative_change(new, "20", 2024, 2023)) == 28


def test_each_set_keeps_its_own_ranks_in_one_table(mixed: pd.DataFrame) -> None:
    table = panel.standardise(mixed, "z")
    groups = table.groupby(["series", "vintage"])["value"]
    assert groups.mean().abs().max() < 1e-9
    assert panel.coverage(mixed)["vintage"].tolist() == [63, 34]
    assert len(panel.ranks(mixed[mixed["vintage"] == 63], 2024)) == 61


def test_ha_tay_was_a_province_until_july_2008() -> None:
    before, after = provinces.by_code(64), provinces.by_code(63)
    assert before.keys() - after.keys() == {"28"}
    assert before["28"].names["vi"] == "Hà Tây"
    for name in ("Hà Tây", "Tỉnh Hà Tây", "ha tay"):
        assert provinces.match_province(name, vintage=64) == "28"
    assert provinces.match_province("Hà Nội", vintage=64) == "01"
    table = panel.load_provinces(64)
    assert (len(table), table["population_2020_thousand"].notna().sum()) == (64, 0)


def test_a_code_of_before_the_merger_says_whose_it_was() -> None:
    with pytest.raises(UnknownProvince, match="10 was the code of Lào Cai until June 2025, which"):
        match_province("10", vintage=34)
    with pytest.raises(
        UnknownProvince, match=r"which is part of Tuyên Quang \(08\) since"
    ) as error:
        match_province(2, vintage=34)
    assert error.value.candidates == ["Tuyên Quang"]
    with pytest.raises(UnknownProvince, match=r"unknown province '99'$"):
        match_province("99", vintage=34)
