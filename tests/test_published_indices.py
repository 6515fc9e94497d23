"""SIPAS and the PAR INDEX: few provinces are there; what they do not carry is refused."""

from __future__ import annotations

import pandas as pd
import pytest

from parstats import drivers, panel
from parstats.errors import (
    InsufficientCoverage,
    InvalidData,
    InvalidRequest,
    UnknownChoice,
)
from parstats.figures import charts
from parstats.figures.tables import data_quality
from parstats.ingest.known_files import source_conflicts
from parstats.panel.national_statistics import published_alternative
from parstats.reference import frameworks
from parstats.reference.provinces import REGIONS, by_code, match_province

pytestmark = pytest.mark.usefixtures("figures_to_2024")

INDICES = ("SIPAS", "PAR INDEX")
THANH_HOA, KHANH_HOA, DA_NANG = "38", "56", "48"
FIELDS = {
    "par.steering": 7.82,
    "par.institutions": 8.93,
    "par.procedures": 12.7,
    "par.apparatus": 9.23,
    "par.civil_service": 11.49,
    "par.public_finance": 9.88,
    "par.digital_government": 14.18,
    "par.impact": 13.61,
}


@pytest.fixture(scope="module", params=INDICES)
def part(request: pytest.FixtureRequest) -> pd.DataFrame:
    """Scores of one of the indices."""
    return panel.load_scores(request.param)


@pytest.fixture(scope="module")
def statistics() -> pd.DataFrame:
    return panel.load_statistics()


def cell(table: pd.DataFrame, **keys: object) -> pd.DataFrame:
    for column, value in keys.items():
        table = table[table[column] == value]
    return table


# What is there.


def test_partial_indices_load_under_any_of_their_names() -> None:
    for name in ("par", "PAR", "PAR INDEX", "par-index"):
        assert set(panel.load_scores(name)["index"]) == {"PAR INDEX"}
    assert set(panel.load_scores("sipas", years=2024)["year"]) == {2024}


def test_coverage_tells_how_many_have_an_overall_score(part: pd.DataFrame) -> None:
    table = panel.coverage(part)
    assert set(table["level"]) == {"index"}
    assert not table["carries_ranking"].any()
    top = frameworks.top(panel.index_in(part))
    for row in table.itertuples():
        scored = cell(part, year=row.year, series=top)["province"]
        assert row.n_complete == scored.nunique() < 57
        assert panel.complete_provinces(part, row.year) == sorted(scored)
        assert len(row.absent) + row.n_provinces == row.n_units == 63


def test_no_printed_rank_is_ever_a_computed_one(part: pd.DataFrame) -> None:
    assert part["rank_printed"].notna().sum() > 50
    assert part[["rank", "n_ranked"]].isna().all().all()
    printed = cell(panel.load_printed(), index=panel.index_in(part))
    assert printed["rank_printed"].notna().sum() > 100
    assert printed[["rank", "n_ranked"]].isna().all().all()
    history = panel.history(part, DA_NANG)
    assert history["score"].notna().any()
    assert history[["rank", "n_ranked", "median"]].isna().all().all()


def test_scores_of_one_province_are_there_where_few_others_are() -> None:
    history = panel.history(panel.load_scores("par"), "Khánh Hòa").set_index("year")
    assert history["score"].dropna().to_dict() == {
        2020: 82.57,
        2021: 85.11,
        2023: 88.6,
        2024: 90.49,
    }


def test_a_change_is_given_for_those_with_both_years_and_not_across_a_break() -> None:
    scores = panel.load_scores("SIPAS")
    table = cell(panel.change(scores, 2024, 2023), series="sipas")
    common = panel.common_provinces(scores, 2024, 2023)
    assert sorted(table["province"]) == common
    assert len(common) < 57
    khanh_hoa = cell(table, province=KHANH_HOA)
    assert khanh_hoa["change"].tolist() == pytest.approx([83.66 - 81.09])
    broken = cell(panel.change(scores, 2022, 2021), series="sipas")
    assert len(broken)
    assert broken["change"].isna().all()
    assert broken["ranking_break"].all()


# What so few do not carry.

REFUSED = {
    "a ranking": panel.ranks,
    "standing": lambda scores, year: panel.overall(scores, KHANH_HOA, year),
    "an average": panel.averages,
    "peers": lambda scores, year: panel.peers(scores, KHANH_HOA, year),
    "a profile": lambda scores, year: panel.profile(scores, KHANH_HOA, year),
    "dimensions": lambda scores, year: panel.profile(scores, KHANH_HOA, year, level="dimension"),
    "shares": drivers.shares,
    "z scores": lambda scores, year: panel.standardise(scores[scores["year"] == year], "z"),
}


@pytest.mark.parametrize("use", REFUSED.values(), ids=REFUSED.keys())
@pytest.mark.parametrize(
    ("index", "year", "published"),
    [
        ("SIPAS", 2024, "mean 83.94, max 91.1, min 78.17"),
        ("PAR INDEX", 2023, "mean 86.98, max 92.18, min 81.32"),
        ("SIPAS", 2015, None),
    ],
)
def test_it_is_refused_with_have_and_need_and_what_was_published(
    use, index: str, year: int, published: str | None
) -> None:
    with pytest.raises(InsufficientCoverage) as caught:
        use(panel.load_scores(index), year)
    error = caught.value
    assert error.n_complete < error.n_required == 57
    assert error.n_units == 63
    instead = (
        f"published for the country: {published} (parstats.load_statistics)"
        if published
        else "no national statistic of that year was found either"
    )
    assert str(error).startswith("too few provinces for ")
    assert str(error).endswith(
        f": {error.n_complete} of 63 have complete data, 57 are needed; {instead}"
    )


def test_every_year_of_them_is_refused_a_ranking(part: pd.DataFrame) -> None:
    for year in sorted(part["year"].unique()):
        scored = cell(part, year=year, level="index")["province"].nunique()
        with pytest.raises(InsufficientCoverage) as caught:
            panel.ranks(part, year)
        assert caught.value.n_complete == scored


def test_a_ranking_among_named_provinces_is_given() -> None:
    table = panel.ranks(panel.load_scores("par"), 2023, provinces=["Khánh Hòa", "Hải Phòng"])
    assert table[["province", "rank", "n_ranked"]].to_numpy().tolist() == [
        ["31", 1, 2],
        [KHANH_HOA, 2, 2],
    ]


def test_naming_all_provinces_is_no_way_round_the_refusal() -> None:
    scores = panel.load_scores("par")
    with pytest.raises(InsufficientCoverage) as caught:
        panel.ranks(scores, 2023, provinces=by_code(63))
    assert (caught.value.n_complete, caught.value.n_required, caught.value.n_units) == (32, 57, 63)
    with pytest.raises(InsufficientCoverage, match=r"among 2 provinces: 1 of 2 have"):
        panel.ranks(scores, 2023, provinces=["Khánh Hòa", "Lai Châu"])


@pytest.mark.parametrize(
    ("index", "year", "series", "by", "expected"),
    [
        ("SIPAS", 2024, "sipas.policy", "country", "for the country: mean 83.84, max 90.59"),
        ("SIPAS", 2024, "sipas.policy.impact", "country", "of the overall index: mean 83.94"),
        ("SIPAS", 2023, "sipas.service", "country", "for the country: mean 82.97 (derived)"),
        ("PAR INDEX", 2012, None, "country", "max 87.14, min 62.58 (inferred)"),
        ("PAR INDEX", 2024, None, "region", "by region: RRD mean 90.17, NMM mean 88.2"),
        ("SIPAS", 2024, None, "region", "for the country: mean 83.94"),
    ],
)
def test_what_to_use_instead_is_of_the_series_asked_for_and_says_if_nobody_printed_it(
    index: str, year: int, series: str | None, by: str, expected: str
) -> None:
    assert expected in published_alternative(index, year, series, by=by)


def test_a_mean_of_a_part_is_not_answered_with_that_of_the_whole() -> None:
    with pytest.raises(InsufficientCoverage, match=r"country: mean 83\.84, max 90\.59, min 78\.16"):
        panel.averages(panel.load_scores("sipas"), 2024, "sipas.policy")
    for index, year, message in (
        ("par", 2023, "published by region: RRD mean 88.33"),
        ("sipas", 2024, "published for the country: mean 83.94"),
    ):
        with pytest.raises(InsufficientCoverage, match=message) as caught:
            panel.averages(panel.load_scores(index), year, by="region")
        assert caught.value.n_required == 57


@pytest.mark.parametrize(
    "use",
    [
        lambda scores: panel.history(scores, KHANH_HOA),
        lambda scores: panel.overall(scores, KHANH_HOA, 2022),
        lambda scores: panel.profile(scores, KHANH_HOA, 2022),
        lambda scores: panel.peers(scores, KHANH_HOA, 2022),
        lambda scores: panel.averages(scores, 2022, by="region"),
        lambda scores: panel.ranks(scores, 2022, provinces=[KHANH_HOA]),
    ],
    ids=["history", "standing", "profile", "peers", "means by region", "ranks"],
)
def test_departments_are_not_taken_for_provinces(use) -> None:
    """All 21 departments of one province, so that coverage refuses nothing."""
    department_scores = panel.load_scores("par khanh hoa")
    combined = pd.concat(
        [department_scores.assign(unit=f"Sở {number}") for number in range(21)], ignore_index=True
    )
    assert len(panel.ranks(combined, 2022)) == 21
    with pytest.raises(InvalidRequest, match="grades departments of one province"):
        use(combined)
    mapped = panel.availability(combined, panel.load_printed())
    assert mapped.empty
    with pytest.raises(InvalidRequest, match="no scores of provinces to map"):
        charts.availability(mapped, "vi")


def test_departments_are_counted_among_departments() -> None:
    scores = panel.load_scores("par khanh hoa")
    assert set(scores["unit"]) == {"Sở Công Thương"}
    assert set(scores["unit_level"]) == {"department"}
    with pytest.raises(InsufficientCoverage, match="1 of 21 have complete data, 19 are needed"):
        panel.ranks(scores, 2022)
    change = cell(panel.change(scores, 2022), series="par_khanh_hoa")
    assert change[["unit", "change"]].to_numpy().tolist() == [
        ["Sở Công Thương", pytest.approx(3.66)]
    ]


# The figures themselves.


def test_fields_of_thanh_hoa_2021_add_up_to_its_overall_score() -> None:
    rows = cell(panel.load_scores("par"), province=THANH_HOA, year=2021).set_index("series")
    assert rows["score"].to_dict() == {"par": 87.83, **FIELDS}
    assert rows["score"].drop("par").sum() == pytest.approx(87.83, abs=0.05)


def test_wherever_all_parts_are_there_they_add_up(part: pd.DataFrame) -> None:
    index = panel.index_in(part)
    framework = frameworks.by_year().reset_index()
    cuts = framework[(framework["index"] == index) & (framework["cut"] != "")]
    count = 0
    for (year, _), expected in cuts.groupby(["year", "cut"])["series"]:
        for _, rows in cell(part, year=year).groupby("province"):
            province_scores = rows.set_index("series")["score"]
            if {*expected, frameworks.top(index)} <= set(province_scores.index):
                count += 1
                assert province_scores[list(expected)].sum() == pytest.approx(
                    province_scores[frameworks.top(index)], abs=0.05
                )
    assert (count > 10) == (index == "PAR INDEX")


def test_a_percentage_of_a_known_maximum_becomes_points() -> None:
    """Khánh Hòa 2024 was printed in percent; the maxima are those of decision 876/QĐ-BNV."""
    printed = cell(panel.load_printed(), index="PAR INDEX", province=KHANH_HOA, year=2024)
    printed = printed.set_index("series")
    points = {
        "par.steering": 100 * 9.5 / 100,
        "par.institutions": 95.02 * 10 / 100,
        "par.procedures": 98.85 * 13 / 100,
        "par.apparatus": 94.52 * 10.5 / 100,
    }
    scores = cell(panel.load_scores("par"), province=KHANH_HOA, year=2024).set_index("series")
    for series, expected in points.items():
        assert printed.loc[series, "scale"] == "points"
        assert printed.loc[series, "score_printed"] == pytest.approx(expected)
        assert scores.loc[series, "score"] == pytest.approx(expected)
    # No maximum of this one was found, so its percentage stays what it is and scores nothing.
    percent = printed[printed["scale"] == "percent of maximum"]
    assert percent["score_printed"].to_dict() == {"par.public_finance": 89.5}
    assert not set(percent.index) & set(scores.index)
    assert percent["score_agrees"].isna().all()


def test_figures_derived_from_a_printed_change_say_so() -> None:
    scores = cell(panel.load_scores("par"), year=2023, province=KHANH_HOA, series="par")
    assert scores[["score", "origin"]].to_numpy().tolist() == [[88.6, "derived"]]
    for index in INDICES:
        origins = panel.load_scores(index)["origin"].value_counts()
        assert set(origins.index) == {"press", "derived"}
        assert origins["derived"] == {"SIPAS": 21, "PAR INDEX": 20}[index]


# National statistics.


def test_every_statistic_lies_within_its_range(statistics: pd.DataFrame) -> None:
    assert len(statistics) == 169
    framework = frameworks.by_year()
    for row in statistics.itertuples():
        assert (row.series, row.year) in framework.index
        low, high = {"percent": (0, 100), "percentage points": (-100, 100)}.get(
            row.unit, (0, 40_000)
        )
        assert low <= row.value <= high, row
        if row.unit in ("count", "respondents"):
            assert row.value == int(row.value)
        if row.statistic in ("mean", "max", "min"):
            assert row.unit == "percent"
    assert set(statistics["region"]) <= {"", *REGIONS}
    assert (statistics["source"] != "").all()


def test_means_lie_between_minima_and_maxima_and_so_do_all_scores(
    statistics: pd.DataFrame,
) -> None:
    keys = ["index", "year", "series"]
    national = cell(statistics, region="").pivot(index=keys, columns="statistic", values="value")
    assert len(national.dropna(subset=["min", "mean", "max"])) > 5
    assert not (national["mean"] < national["min"]).any()
    assert not (national["mean"] > national["max"]).any()
    scores = panel.load_scores(None).join(national[["min", "max"]], on=keys)
    assert scores["max"].notna().sum() > 100
    assert not (scores["score"] < scores["min"] - 1e-9).any()
    assert not (scores["score"] > scores["max"] + 1e-9).any()
    regional = statistics[(statistics["region"] != "") & (statistics["statistic"] == "mean")]
    regional = regional.join(national[["min", "max"]], on=keys)
    assert not (regional["value"] < regional["min"]).any()
    assert not (regional["value"] > regional["max"]).any()


def test_statistics_load_by_index(statistics: pd.DataFrame) -> None:
    table = panel.load_statistics("par")
    assert set(table["index"]) == {"PAR INDEX"}
    assert len(table) == (statistics["index"] == "PAR INDEX").sum()
    with pytest.raises(UnknownChoice):
        panel.load_statistics("PAX")


# Contradictions.


def standing_value(row: pd.Series) -> list[float]:
    """The figures in the tables that a conflict is about: none or one."""
    what, *region = row["statistic"].split()
    keys = {"index": row["index"], "year": row["year"], "series": row["series"]}
    if not row["province"]:
        region_code = region[0] if region else ""
        table = cell(panel.load_statistics(), **keys, statistic=what, region=region_code)
        return table["value"].tolist()
    keys["province"] = row["province"]
    if what == "score" and (row["index"], row["resolved_by"]) == ("PAPI", "precedence"):
        return cell(panel.load_printed(), **keys)["score_printed"].tolist()
    if what == "score":
        return cell(panel.load_scores(row["index"]), **keys)["score"].tolist()
    if row["index"] == "PAPI":
        return cell(panel.load_scores("PAPI"), **keys)["rank"].tolist()
    return cell(panel.load_printed(), **keys)["rank_printed"].dropna().tolist()


def test_what_is_kept_of_a_conflict_stands_and_what_is_rejected_does_not() -> None:
    conflicts = panel.load_conflicts()
    by_rule = conflicts[conflicts["resolved_by"] == "precedence"]
    # One figure cut off after two digits; four parts that do not add up to the total kept.
    assert by_rule["rejected"].tolist() == ["47.8763", "57.04", "18.34", "8.19", "4.32"]
    compared = conflicts[
        conflicts["statistic"].str.split().str[0].isin(["score", "rank", "mean", "max", "min"])
    ]
    checked = 0
    for _, row in compared.iterrows():
        values = standing_value(row)
        if row["kept"] and values:
            # Sums of PAPI are written with fewer digits than they have.
            assert values == pytest.approx([float(row["kept"])], abs=0.005), row["source"]
            checked += 1
        elif not row["kept"]:
            assert values == []
        for rejected in filter(None, row["rejected"].split(";")):
            assert values != pytest.approx([float(rejected)], abs=0.0005)
    assert checked >= 30
    assert (compared[["why_vi", "why_en", "source"]] != "").all(axis=None)


def test_a_conflict_about_a_province_names_one_that_exists() -> None:
    conflicts = panel.load_conflicts()
    local = conflicts[conflicts["province"] != ""]
    assert len(local) > 30
    assert all(match_province(code) == code for code in local["province"])
    pairs = frameworks.by_year().index
    assert all((row.series, row.year) in pairs for row in conflicts.itertuples())


@pytest.mark.parametrize(
    ("statistic", "good"),
    [("score", True), ("mean RRD", True), ("mean", True), ("median", False), ("mean XX", False)],
)
def test_a_contradiction_is_about_something_that_has_a_name_in_both_languages(
    tmp_path, statistic: str, good: bool
) -> None:
    """Else no page could show it."""
    path = tmp_path / "conflicts.csv"
    header = "year,province,series,statistic,kept,rejected,why_vi,why_en,source"
    path.write_text(f"{header}\n2024,,sipas,{statistic},1,2,vì,because,x\n", encoding="utf-8")
    if good:
        assert source_conflicts.read(path, "SIPAS")["statistic"].tolist() == [statistic]
    else:
        with pytest.raises(InvalidData, match=f"row 2, column statistic: found '{statistic}'"):
            source_conflicts.read(path, "SIPAS")


def test_a_contradiction_about_a_region_stands_under_its_name_and_not_the_country_s() -> None:
    table = panel.load_conflicts()
    rows = table[table["statistic"] == "mean RRD"]
    page = data_quality.conflicts(rows, "en").gt.as_raw_html()
    assert ">Red River Delta</td>" in page
    assert "Whole country" not in page
    national = table[(table["index"] == "PAR INDEX") & (table["statistic"] == "max")]
    assert ">Whole country</td>" in data_quality.conflicts(national, "en").gt.as_raw_html()
