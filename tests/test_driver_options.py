"""Options of the drivers: regions by name, weight taken over, given groups, spans of years."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.stats
import statsmodels.api as sm
from tests.test_drivers_bad_input import QUICK

import parstats as ps
from parstats import drivers
from parstats.arguments import as_years
from parstats.drivers.score_matrix import build_parts
from parstats.errors import InsufficientCoverage, InvalidRequest, UnknownChoice
from parstats.reference.provinces import REGIONS

# Regions.


@pytest.mark.parametrize("code", REGIONS)
def test_a_region_is_named_in_either_language_with_or_without_diacritics(code: str) -> None:
    for lang in ("vi", "en"):
        name = ps.labels.text(f"region.{code}", lang)
        for written in (name, name.upper(), ps.labels.search_key(name), f"vùng {name}", code):
            assert ps.match_region(written) == code


@pytest.mark.parametrize("wrong", ["", "Hà Nội", "dong bang", None, 7])
def test_an_unknown_region_names_those_there_are(wrong: Any) -> None:
    with pytest.raises(UnknownChoice, match=r"region .*RRD \(Đồng bằng sông Hồng\)"):
        ps.match_region(wrong)


def test_the_nearest_region_is_suggested() -> None:
    with pytest.raises(UnknownChoice, match=r"nearest: Đồng bằng sông Cửu Long \(MRD\)"):
        ps.match_region("dong bang song cuu log")


def test_drivers_take_a_region_by_name(scores: pd.DataFrame) -> None:
    by_code = drivers.shares(scores, 2024, region="NMM", n_draws=5)
    for name in ("Trung du và miền núi phía Bắc", "northern midlands and mountains"):
        pd.testing.assert_frame_equal(by_code, drivers.shares(scores, 2024, region=name, n_draws=5))
    named = drivers.leave_one_out(scores, 2024, region="Đồng bằng sông Cửu Long")
    assert set(named.series["region"]) == {"MRD"}


def test_a_region_of_the_other_set_of_provinces_is_refused(scores: pd.DataFrame) -> None:
    with pytest.raises(UnknownChoice, match="region of the 63 provinces 'North Central'"):
        drivers.shares(scores, 2024, region="North Central")


def test_stability_in_a_region_is_that_of_its_provinces(scores: pd.DataFrame) -> None:
    table = drivers.stability(
        scores, series="papi", region="Northern Midlands and Mountains", years="2023-2024"
    )
    row = table.iloc[0]
    members = [code for code, each in ps.provinces.by_code(63).items() if each.region == "NMM"]
    totals = scores[(scores["series"] == "papi") & scores["province"].isin(members)]
    wide = totals.pivot(index="province", columns="year", values="score")[[2023, 2024]].dropna()
    assert (row["region"], row["n_common"], row["n_units"]) == ("NMM", len(wide), 14)
    expected = scipy.stats.spearmanr(wide[2023], wide[2024]).statistic
    assert row["rank_correlation"] == pytest.approx(expected)
    assert row["kendall"] == pytest.approx(scipy.stats.kendalltau(wide[2023], wide[2024]).statistic)
    country = drivers.stability(scores, series="papi", years="2023-2024", n_draws=5)
    assert set(country["region"]) == {""}
    assert country["n_common"].iloc[0] > len(wide)


def test_stability_in_a_region_of_too_few_is_refused(scores: pd.DataFrame) -> None:
    with pytest.raises(InsufficientCoverage, match=r"region CH: 5 of 5 .* 10 are needed"):
        drivers.stability(scores, region="Tây Nguyên", n_draws=5)
    with pytest.raises(UnknownChoice, match="region"):
        drivers.stability(scores, region="Atlantis", n_draws=5)


# Years.


def test_years_are_spans_lists_and_ranges(scores: pd.DataFrame) -> None:
    expected = {2018, 2019, 2020}
    for years in ("2018-2020", "2018,2019-2020", [2018, "2019-2020"], range(2018, 2021)):
        assert as_years(years) == expected
        assert set(ps.load_scores("PAPI", years=years)["year"]) == expected
    for years in ("2022-2024", [2022, 2023, 2024]):
        table = drivers.stability(scores, series="papi", years=years, n_draws=5)
        assert table["year"].tolist() == [2023, 2024, 0]


@pytest.mark.parametrize("wrong", ["2024-2018", "last", "2018 to 2024", [None], 2018.5, True])
def test_what_is_no_year_is_refused(scores: pd.DataFrame, wrong: Any) -> None:
    with pytest.raises(InvalidRequest, match="expected years"):
        drivers.stability(scores, years=wrong, n_draws=5)


# Leaving one part out.


def test_the_others_of_a_dimension_take_over_its_weight(scores: pd.DataFrame) -> None:
    """Against the mean score of each dimension without the part, by hand."""
    parts = build_parts(scores, 2024)
    found = drivers.leave_one_out(scores, 2024, renormalise=True)
    points = pd.DataFrame(parts.points, parts.provinces, parts.series)
    width = pd.Series(parts.high - parts.low, parts.series)
    parent = pd.Series(parts.parents, parts.series)
    for name in parts.series[::5]:
        total = 0.0
        for dimension in parent.unique():
            members = parent.index[parent == dimension]
            stay = members.drop(name, errors="ignore")
            total += points[stay].sum(axis=1) / width[stay].sum() * width[members].sum()
        expected = ps.panel.rank_scores(total)
        rows = found.ranks[found.ranks["series"] == name].set_index("province")
        assert (rows["rank_without"] == expected).all()


def test_the_order_of_the_parts_is_another_when_their_weight_is_taken_over(
    scores: pd.DataFrame,
) -> None:
    plain, taken = (
        drivers.leave_one_out(scores, 2024, renormalise=renormalise).series.set_index("series")
        for renormalise in (False, True)
    )
    both = pd.concat([plain["mean_shift"], taken["mean_shift"]], axis=1).rank(ascending=False)
    assert both.corr("spearman").iloc[0, 1] == pytest.approx(0.73, abs=0.005)
    limits, responses = (
        "papi.corruption_control.limits_in_government",
        "papi.e_governance.e_responsiveness",
    )
    assert [table.index.get_loc(limits) + 1 for table in (plain, taken)] == [10, 22]
    ranks = both.loc[responses].tolist()
    assert ranks == pytest.approx([26.5, 13])
    assert set(plain["renormalised"]) == {False}
    assert set(taken["renormalised"]) == {True}


def test_agreement_without_a_part_is_that_of_scipy(scores: pd.DataFrame) -> None:
    found = drivers.leave_one_out(scores, 2024, level="dimension")
    for row in found.series.itertuples():
        ranks = found.ranks[found.ranks["series"] == row.series]
        spearman = scipy.stats.spearmanr(ranks["rank"], ranks["rank_without"]).statistic
        kendall = scipy.stats.kendalltau(ranks["rank"], ranks["rank_without"]).statistic
        assert (row.rank_correlation, row.kendall) == pytest.approx((spearman, kendall))


# Groups.


def r2_of_sets(outcome: np.ndarray, points: np.ndarray) -> dict[frozenset[int], float]:
    p = points.shape[1]
    return {
        frozenset(chosen): sm.OLS(outcome, sm.add_constant(points[:, list(chosen)])).fit().rsquared
        if chosen
        else 0.0
        for size in range(p + 1)
        for chosen in itertools.combinations(range(p), size)
    }


def test_a_given_group_is_divided_like_one_regressor_and_then_inside(scores: pd.DataFrame) -> None:
    """Against all orders of the groups, with regressions of statsmodels (relaimpo's groups)."""
    parts = build_parts(scores, 2024, level="dimension")
    groups = dict.fromkeys(parts.series[:3], "first")
    groups |= dict.fromkeys(parts.series[3:7], "second")
    table = drivers.importance(
        scores, 2024, outcome="rank", level="dimension", groups=groups, n_draws=0
    ).set_index("series")
    rank = -ps.panel.rank_scores(pd.Series(parts.total)).to_numpy(dtype=float)
    r2 = r2_of_sets(rank, parts.points)
    blocks = [(0, 1, 2), (3, 4, 5, 6), (7,)]
    expected = np.zeros(8)
    orders = 0
    for order in itertools.permutations(blocks):
        for inside in itertools.product(*map(itertools.permutations, order)):
            before: frozenset[int] = frozenset()
            orders += 1
            for part in itertools.chain(*inside):
                expected[part] += r2[before | {part}] - r2[before]
                before |= {part}
    expected /= orders
    assert table.loc[list(parts.series), "owen"].to_numpy() == pytest.approx(expected, abs=1e-10)
    by_group = table.groupby("group")["owen"].sum()
    assert by_group["first"] == pytest.approx(expected[:3].sum())
    assert table["owen_group"].to_numpy() == pytest.approx(table["group"].map(by_group).to_numpy())
    assert table.loc[parts.series[7], "group"] == parts.series[7]


def test_without_groups_they_are_the_dimensions(scores: pd.DataFrame) -> None:
    plain = drivers.importance(scores, 2024, n_draws=5)
    given = dict(zip(plain["series"], plain["parent"], strict=True))
    pd.testing.assert_frame_equal(plain, drivers.importance(scores, 2024, groups=given, n_draws=5))
    assert (plain["group"] == plain["parent"]).all()
    inside = plain["owen_group_sens_low"] <= plain["owen_group_sens_high"]
    assert inside.all()


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ({"papi.nothing": "a"}, "part of PAPI 2024 'papi.nothing'"),
        ({}, "expected the group of each series"),
        ("papi.services", "expected the group of each series"),
    ],
)
def test_wrong_groups_are_refused(scores: pd.DataFrame, groups: Any, message: str) -> None:
    with pytest.raises(InvalidRequest, match=message):
        drivers.importance(scores, 2024, level="dimension", groups=groups, n_draws=0)


def test_groups_too_large_to_be_exact_are_refused(scores: pd.DataFrame) -> None:
    parts = build_parts(scores, 2024)
    with pytest.raises(InvalidRequest, match=r"28 parts in 1 groups make .* sets"):
        drivers.importance(scores, 2024, groups=dict.fromkeys(parts.series, "all"), n_draws=0)


# The audit of any table.


def test_the_audit_of_an_index_is_that_of_its_table(scores: pd.DataFrame) -> None:
    parts = build_parts(scores, 2024, level="dimension")
    table = pd.DataFrame(parts.points, parts.provinces, parts.series)
    of_index = drivers.structure(scores, 2024, level="dimension", n_draws=20)
    of_table = drivers.audit(table, n_draws=20)
    assert len(of_table.reliability) == 1
    assert of_table.reliability["alpha"].iloc[0] == of_index.reliability["alpha"].iloc[0]
    for name in ("pearson", "spearman", "kendall", "p_adjusted"):
        assert of_table.correlations[name].tolist() == of_index.correlations[name].tolist()
    of_array = drivers.audit(parts.points, n_draws=20)
    assert of_array.items["series"].tolist() == [f"item {i}" for i in range(1, 9)]
    assert of_array.components["eigenvalue"].tolist() == of_table.components["eigenvalue"].tolist()


TABLE = pd.DataFrame(np.random.default_rng(0).normal(size=(9, 3)), columns=list("abc"))


@pytest.mark.parametrize(
    ("table", "groups", "message"),
    [
        (TABLE.assign(name="x"), None, "no numbers in name: .*set_index"),
        (TABLE.assign(a=1.0), None, "the same value everywhere in: a"),
        (TABLE.where(TABLE < 1), None, "missing or infinite values in: "),
        (TABLE, {"a": "one"}, "no group is given for: b, c"),
        (TABLE.head(3), None, "3 units and 3 items: at least 4"),
        (TABLE[["a"]], None, "9 units and 1 items: at least 4 units and 2 items"),
        (TABLE[["a", "a"]], None, "two columns of the name: a"),
        ([1.0, 2.0], None, "expected a table of units by items"),
        ("PAPI", None, "expected a table of units by items"),
    ],
)
def test_what_cannot_be_audited_is_refused(table: Any, groups: Any, message: str) -> None:
    with pytest.raises(InvalidRequest, match=message):
        drivers.audit(table, groups, n_draws=5)


# A part of the provinces or series.


@pytest.fixture(scope="module")
def part(scores: pd.DataFrame) -> pd.DataFrame:
    return ps.panel.without(
        scores,
        provinces=["Hà Nội", "TP.HCM"],
        series=["papi.e_governance", "papi.services.infrastructure"],
    )


def test_totals_ranks_and_coverage_are_those_of_what_stays(
    scores: pd.DataFrame, part: pd.DataFrame
) -> None:
    """Against sums by hand, of the provinces that have all that stays."""
    year = scores[(scores["year"] == 2024) & (scores["level"] == "criterion")]
    gone = year["series"].str.startswith("papi.e_governance.") | (
        year["series"] == "papi.services.infrastructure"
    )
    matrix = year[~gone & ~year["province"].isin(["01", "79"])].pivot(
        index="province", columns="series", values="score"
    )
    total = matrix.dropna().sum(axis=1)
    services = matrix.filter(like="papi.services.").sum(axis=1, skipna=False)
    now = part[part["year"] == 2024].set_index(["series", "province"])
    assert now.loc["papi", "score"].to_dict() == pytest.approx(total.to_dict())
    assert now.loc["papi.services", "score"].to_dict() == pytest.approx(services.dropna().to_dict())
    assert "papi.e_governance" not in now.index
    assert now.loc["papi", "max_score"].iloc[0] == pytest.approx(
        now.loc[list(matrix.columns), "max_score"].groupby("series").first().sum()
    )
    kept = scores[scores["series"] == "papi.procedures"].set_index(["year", "province"])["score"]
    again = part[part["series"] == "papi.procedures"].set_index(["year", "province"])["score"]
    assert again.to_dict() == {key: kept[key] for key in again.index}
    table = drivers.shares(part, 2024, n_draws=20)
    assert len(table) == 24
    assert table["share"].sum() == pytest.approx(1)
    assert (table["n_provinces"].iloc[0], table["n_units"].iloc[0]) == (59, 61)
    covariance = np.cov(matrix.dropna().T)
    expected = dict(zip(matrix.columns, covariance.sum(axis=1) / covariance.sum(), strict=True))
    assert table.set_index("series")["share"].to_dict() == pytest.approx(expected)
    ranked = ps.panel.ranks(part, 2024).set_index("province")
    assert ranked["rank"].to_dict() == ps.panel.rank_scores(total).to_dict()
    assert now.loc["papi", "rank"].to_dict() == ranked["rank"].to_dict()


def test_a_region_as_a_subset_is_the_region(scores: pd.DataFrame) -> None:
    alone = ps.panel.only(scores, region="Đồng bằng sông Cửu Long")
    by_region = drivers.leave_one_out(scores, 2024, region="MRD").series
    as_subset = drivers.leave_one_out(alone, 2024).series
    left_out = ["region", "subset"]
    pd.testing.assert_frame_equal(
        by_region.drop(columns="region"), as_subset.drop(columns=left_out)
    )
    assert set(as_subset["subset"]) == {"only region MRD"}


def test_parts_are_taken_one_after_the_other(scores: pd.DataFrame) -> None:
    alone = ps.panel.only(scores, region="RRD")
    fewer = ps.panel.without(alone, provinces="Hà Nội")
    mark = "only region RRD; without provinces 01"
    assert set(fewer["subset"]) == {mark}
    assert "01" not in set(fewer["province"])
    with pytest.raises(InsufficientCoverage, match=r"9 of 10 have complete data, 10 are needed"):
        drivers.shares(fewer, 2024)
    together = ps.panel.ranks(fewer, 2022)
    assert together["n_ranked"].iloc[0] == 9
    assert set(together["subset"]) == {mark}


def test_a_series_left_out_that_a_province_lacks_completes_it(scores: pd.DataFrame) -> None:
    in_2018 = scores[scores["year"] == 2018]
    complete = ps.panel.complete_provinces(in_2018, 2018)
    lacking = in_2018[~in_2018["province"].isin(complete) & (in_2018["level"] == "criterion")]
    all_series = in_2018.loc[in_2018["level"] == "criterion", "series"].unique()
    missing = set(all_series) - set(lacking.loc[lacking["province"] == "22", "series"])
    assert missing
    others = ps.panel.without(in_2018, series=missing)
    assert "22" in set(ps.panel.ranks(others, 2018)["province"])


#: Drivers of all provinces and series.
ALL_ONLY = {
    *("convergence", "leads", "outside", "panel", "pooled_shares", "predictive", "rank_intervals"),
    *("rank_logit", "relative_change", "top_set"),
}


def frames(result: Any) -> list[pd.DataFrame]:
    if isinstance(result, pd.DataFrame):
        return [result]
    return [value for value in vars(result).values() if isinstance(value, pd.DataFrame)]


@pytest.mark.parametrize("name", sorted(QUICK))
def test_no_result_of_a_part_passes_for_the_country(name: str, part: pd.DataFrame) -> None:
    """Every driver refuses it or marks each of its tables."""
    if name in ("has_parts", "has_structure"):
        assert QUICK[name](part) is True
        return
    recent = part[part["year"] >= 2022]
    if name in ALL_ONLY:
        with pytest.raises(InvalidRequest, match="takes all provinces and series"):
            QUICK[name](recent)
        return
    tables = frames(QUICK[name](recent))
    assert tables
    for table in tables:
        assert set(table["subset"]) == set(part["subset"])


REFUSING = {
    "availability": lambda s: ps.panel.availability(s, ps.load_printed()),
    "averages": lambda s: ps.panel.averages(s, 2024),
    "backcast": lambda s: ps.panel.backcast(s, 34),
    "change": lambda s: ps.panel.change(s, 2024),
    "complete_provinces": lambda s: ps.panel.complete_provinces(s, 2024),
    "coverage": ps.panel.coverage,
    "history": lambda s: ps.panel.history(s, "20"),
    "overall": lambda s: ps.panel.overall(s, "20", 2024),
    "profile": lambda s: ps.panel.profile(s, "20", 2024),
    "standings": ps.panel.standings,
    "to_vintage": lambda s: ps.panel.to_vintage(s, 34),
    "outcomes": ps.remedies.outcomes,
}


@pytest.mark.parametrize("name", REFUSING)
def test_what_is_of_all_provinces_refuses_a_part(name: str, part: pd.DataFrame) -> None:
    with pytest.raises(InvalidRequest, match="takes all provinces and series"):
        REFUSING[name](part)


def test_wrong_parts_are_refused(scores: pd.DataFrame, part: pd.DataFrame) -> None:
    only, without = ps.panel.only, ps.panel.without
    for message, call in {
        "nothing is named": lambda: only(scores),
        "provinces is empty": lambda: only(scores, provinces=[]),
        "unknown province 'Atlantis'": lambda: without(scores, provinces="Atlantis"),
        "unknown region 'Atlantis'": lambda: only(scores, region="Atlantis"),
        "unknown series of PAPI 'papi.x'": lambda: only(scores, series="papi.x"),
        "no scores of PAPI stay: without series papi": lambda: without(scores, series="papi"),
        "SIPAS is no plain sum": lambda: without(ps.load_scores("SIPAS"), series="sipas.policy"),
        "2 of 2 have complete data, 10 are needed": lambda: drivers.shares(
            only(scores, provinces=["20", "04"]), 2024
        ),
        r"Hà Nội \(01\) has no complete scores of PAPI 2024 \(without": (
            lambda: drivers.rank_attribution(part, "Hà Nội", 2024)
        ),
        "the table joins subsets": lambda: drivers.shares(
            pd.concat([part, only(scores, region="RRD")]), 2024
        ),
        "expected what panel.only or panel.without write": lambda: drivers.shares(
            scores.assign(subset="mine"), 2024
        ),
        "scores is of type str": lambda: only("PAPI", provinces="20"),
        "departments": lambda: only(ps.load_scores("PAR KHANH HOA"), provinces="x"),
    }.items():
        with pytest.raises(ps.ParstatsError, match=message):
            call()


def test_charts_and_tables_of_a_part_say_so(part: pd.DataFrame) -> None:
    table = drivers.shares(part, 2024, n_draws=20)
    chart, printed = ps.charts.shares(table, "vi"), ps.tables.shares(table, "en")
    assert chart.source.startswith("Chỉ tính một phần: không kể Hà Nội, Hồ Chí Minh; ")
    assert chart.source in " ".join(chart.figure.get_supxlabel().split("\n"))
    assert printed.notes[-1].startswith("A part only: without ")
    whole = ps.charts.shares(table.drop(columns="subset"), "vi")
    assert whole.source.startswith("Nguồn")


def test_the_table_of_a_region_names_it(scores: pd.DataFrame) -> None:
    table = drivers.stability(scores, region="NMM", level="index", n_draws=5)
    (note,) = ps.tables.stability(table, "en").notes
    assert "PAPI, Northern Midlands and Mountains" in note


def test_the_overview_of_a_region_of_few_provinces_is_told(scores: pd.DataFrame) -> None:
    """Fewer provinces than parts: there are no Owen values to compare with."""
    parts = drivers.overview(scores, 2024, region="NMM", n_draws=5).parts
    assert parts["owen_score"].isna().all()
    assert ps.text.overview_note(parts, "vi").data.startswith("- ")


def test_series_left_out_one_after_the_other_are_left_out_together(scores: pd.DataFrame) -> None:
    year = scores[scores["year"] == 2024]
    lists, services = "papi.transparency.poverty_lists", "papi.services"
    after = ps.panel.without(ps.panel.without(year, series=lists), series=services)
    together = ps.panel.without(year, series=[lists, services])
    keys = ["series", "province"]
    first, other = (
        table.sort_values(keys)[[*keys, "score", "max_score", "rank"]].reset_index(drop=True)
        for table in (after, together)
    )
    pd.testing.assert_frame_equal(first, other)
    assert after["subset"].iloc[0] == f"without series {lists}; without series {services}"
