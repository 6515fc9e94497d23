"""Frameworks: what each series is in each year, and which years compare."""

from __future__ import annotations

import math
import unicodedata

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parstats.errors import UnknownChoice
from parstats.reference import frameworks

YEARS = range(2011, 2025)
TABLE = frameworks.series().set_index("series")
SERIES = TABLE.index.tolist()
PAPI = TABLE.index[TABLE["index"] == "PAPI"].tolist()
INDEX, LEVEL, PARENT = TABLE["index"], TABLE["level"], TABLE["parent"]
GROUPS = {
    "points": "comparable_group",
    "share_of_scale": "comparable_group_share_of_scale",
    "strict": "comparable_group_strict",
}


SPANS = {
    name: [span._asdict() for span in table.itertuples(index=False)]
    for name, table in frameworks.versions().groupby("series")
}


def series_years(series: str) -> list[int]:
    """Years in which a framework holds a series, from its spans."""
    return [
        year for span in SPANS[series] for year in range(span["year_from"], span["year_to"] + 1)
    ]


def index_years(index: str) -> list[int]:
    """Years in which an index has a framework."""
    return sorted({year for name in SERIES if INDEX[name] == index for year in series_years(name)})


def steps(series: str) -> list[tuple[int, int]]:
    """Each year of a series with the one before it that the series has too."""
    years = sorted(series_years(series))
    return list(zip(years[1:], years[:-1], strict=True))


def group(series: str, year: int, column: str) -> str | None:
    """Comparable group of a series in a year, None if no framework held it."""
    for span in SPANS.get(series, []):
        if span["year_from"] <= year <= span["year_to"]:
            return str(span[column])
    return None


@pytest.mark.parametrize("year", YEARS)
def test_number_of_sub_dimensions_by_year(year: int) -> None:
    expected = 22 if year <= 2017 else {2018: 28, 2019: 29, 2020: 29}.get(year, 28)
    assert len(frameworks.in_year("PAPI", year, "criterion")) == expected
    assert len(frameworks.in_year("papi", year, "dimension")) == (6 if year <= 2017 else 8)
    assert len(frameworks.in_year("PAPI", year, "index")) == 1


def test_a_year_without_index_holds_nothing() -> None:
    assert frameworks.in_year("PAPI", 2010).empty
    assert frameworks.framework_in_year("PAPI", 2010) is None


@pytest.mark.parametrize(
    ("year", "framework"),
    [
        (2011, "PAPI-2011"),
        (2015, "PAPI-2011"),
        (2016, "PAPI-2016"),
        (2018, "PAPI-2018"),
        (2019, "PAPI-2019"),
        (2020, "PAPI-2019"),
        (2021, "PAPI-2021"),
        (2024, "PAPI-2021"),
    ],
)
def test_framework_in_force(year: int, framework: str) -> None:
    assert frameworks.framework_in_year("PAPI", year) == framework
    assert set(frameworks.in_year("PAPI", year)["framework"]) == {framework}


def test_poverty_lists_moved_when_access_to_information_came() -> None:
    """The trap: the second dimension's first column has two meanings."""
    table = frameworks.by_year()
    assert table.loc[("papi.transparency.poverty_lists", 2017), "code"] == "2.1"
    assert table.loc[("papi.transparency.poverty_lists", 2018), "code"] == "2.2"
    assert table.loc[("papi.transparency.access_to_information", 2018), "code"] == "2.1"
    assert ("papi.transparency.access_to_information", 2017) not in table.index


@pytest.mark.parametrize("year", YEARS)
def test_a_dimension_is_split_equally_between_its_sub_dimensions(year: int) -> None:
    table = frameworks.in_year("PAPI", year)
    for dimension in table[table["level"] == "dimension"].itertuples():
        parts = table[table["parent"] == dimension.series]
        k = len(parts)
        assert 2 <= k <= 4
        assert (dimension.max_points, dimension.min_points) == (10, 1)
        assert parts["max_points"].tolist() == pytest.approx([10 / k] * k, abs=1e-8)
        assert parts["min_points"].tolist() == pytest.approx([1 / k] * k, abs=1e-8)
    top = table[table["level"] == "index"].iloc[0]
    dimensions = (table["level"] == "dimension").sum()
    assert (top["max_points"], top["min_points"]) == (10 * dimensions, dimensions)


@pytest.mark.parametrize("series", SERIES)
def test_a_series_has_one_version_in_each_of_its_years(series: str) -> None:
    years = series_years(series)
    assert len(set(years)) == len(years) > 0
    assert set(years) <= set(series_years(frameworks.top(INDEX[series])))


@pytest.mark.parametrize("series", PAPI)
def test_no_series_of_papi_came_back_after_it_had_gone(series: str) -> None:
    years = series_years(series)
    assert sorted(years) == list(range(min(years), max(years) + 1))
    assert set(years) <= set(index_years("PAPI"))


@pytest.mark.parametrize(
    ("index", "first"),
    [
        ("PAPI", 2011),
        ("SIPAS", 2012),
        ("PAR INDEX", 2012),
        ("PCI", 2006),
        ("PAR KHANH HOA", 2021),
    ],
)
def test_every_year_holds_the_index_and_a_parent_for_every_series(index: str, first: int) -> None:
    assert index_years(index) == list(range(first, max(index_years(index)) + 1))
    for year in index_years(index):
        table = frameworks.in_year(index, year)
        assert table.loc[table["level"] == "index", "series"].tolist() == [frameworks.top(index)]
        assert set(table.loc[table["level"] != "index", "parent"]) <= set(table["series"])
        assert table["framework"].nunique() == 1


def test_the_par_index_has_eight_fields_and_years_do_not_compare_across_its_sets() -> None:
    fields = {year: len(frameworks.in_year("par", year, "dimension")) for year in range(2017, 2023)}
    assert fields == {2017: 8, 2018: 8, 2019: 8, 2020: 8, 2021: 8, 2022: 8}
    assert not frameworks.comparable(pd.Series(["par.apparatus"]), 2018, 2017).any()


@pytest.mark.parametrize("index", frameworks.INDICES)
def test_a_part_is_never_worth_more_than_its_whole(index: str) -> None:
    for year in index_years(index):
        table = frameworks.in_year(index, year).set_index("series")
        parent_points = table["parent"].map(table["max_points"])
        assert not (table["max_points"] > parent_points + 1e-9).any(), year


def test_maxima_add_up_to_the_par_index_where_all_are_known() -> None:
    totals = {}
    for year in index_years("PAR INDEX"):
        table = frameworks.in_year("PAR INDEX", year)
        for cut, parts in table[table["cut"] != ""].groupby("cut"):
            if parts["max_points"].notna().all():
                totals[year, cut] = parts["max_points"].sum()
    known = [(2017, "fields"), (2018, "fields"), *((y, "sources") for y in range(2022, 2031))]
    assert totals == dict.fromkeys(known, 100)


@pytest.mark.parametrize("index", frameworks.INDICES)
def test_positions_put_the_index_first_and_are_unique_within_it(index: str) -> None:
    rows = TABLE[TABLE["index"] == index]
    assert sorted(rows["position"]) == list(range(len(rows)))
    assert rows["position"].idxmin() == frameworks.top(index)


@pytest.mark.parametrize(
    ("written", "index"),
    [
        ("par", "PAR INDEX"),
        ("PAR", "PAR INDEX"),
        ("Par-Index", "PAR INDEX"),
        ("parindex", "PAR INDEX"),
        ("sipas", "SIPAS"),
        ("par khanh hoa", "PAR KHANH HOA"),
        ("PAR Khánh Hòa", "PAR KHANH HOA"),
    ],
)
def test_an_index_is_known_by_what_it_is_called(written: str, index: str) -> None:
    assert frameworks.check_index(written) == index
    assert frameworks.top(written) == frameworks.top(index)


def test_totals_are_derived_for_papi_and_read_for_the_others() -> None:
    entries = {name: frameworks.index_info(name) for name in frameworks.INDICES}
    assert [name for name in entries if entries[name].total == "sum"] == ["PAPI"]
    assert {entries[name].coverage_level for name in entries if name != "PAPI"} == {"index"}
    assert entries["PAPI"].coverage_level == "criterion"
    assert [name for name in entries if entries[name].unit_level == "department"] == [
        "PAR KHANH HOA"
    ]
    assert entries["PAR KHANH HOA"].n_units == 21


def test_a_maximum_that_was_never_published_is_missing_not_guessed() -> None:
    table = frameworks.in_year("PAR INDEX", 2022).set_index("series")
    assert math.isnan(table.loc["par.digital_government", "max_points"])
    assert table.loc["par", "max_points"] == 100


@pytest.mark.parametrize("column", GROUPS.values())
@pytest.mark.parametrize("series", [name for name in PAPI if LEVEL[name] != "criterion"])
def test_a_group_of_a_whole_never_spans_a_break_of_one_of_its_parts(
    series: str, column: str
) -> None:
    """Unless the break is one of scale only: the whole keeps its scale of 1 to 10."""
    members = [
        name
        for name in PAPI
        if LEVEL[name] == "criterion" and (series == "papi" or PARENT[name] == series)
    ]
    # A change of scale alone comes from a change of members, which is a break of its own.
    part_column = "comparable_group_share_of_scale" if column == "comparable_group" else column
    for year in series_years(series)[1:]:
        if group(series, year, column) != group(series, year - 1, column):
            continue
        for member in members:
            now, then = group(member, year, part_column), group(member, year - 1, part_column)
            assert now == then, f"{series} {year - 1}-{year} spans a break of {member}"


@pytest.mark.parametrize("series", SERIES)
def test_a_group_is_one_unbroken_run_of_years_of_one_series(series: str) -> None:
    for column in GROUPS.values():
        by_group: dict[str | None, list[int]] = {}
        for year in series_years(series):
            by_group.setdefault(group(series, year, column), []).append(year)
        for name, years in by_group.items():
            assert name is not None
            assert years == list(range(years[0], years[-1] + 1))
            assert name.startswith(f"{series}@")
            members = frameworks.versions().query(f"{column} == @name")["series"].unique()
            assert members.tolist() == [series]


def test_strict_groups_are_finer_than_groups_in_points_and_these_than_shares_of_scale() -> None:
    for series in SERIES:
        for year, before in steps(series):
            same = [
                group(series, year, column) == group(series, before, column)
                for column in (
                    "comparable_group_strict",
                    "comparable_group",
                    "comparable_group_share_of_scale",
                )
            ]
            assert same == sorted(same), f"{series} {year}: {same}"


def group_changes(names: list[str]) -> set[tuple[str, int]]:
    column = "comparable_group"
    return {
        (name, year)
        for name in names
        for year, before in steps(name)
        if group(name, year, column) != group(name, before, column)
    }


def test_every_change_of_group_of_papi_has_a_break_with_its_reason() -> None:
    names = [name for name in PAPI if LEVEL[name] in ("criterion", "index")]
    listed = frameworks.breaks().query("affects == 'level' and index == 'PAPI'")
    assert set(zip(listed["series"], listed["year"], strict=True)) == group_changes(names)


@pytest.mark.parametrize("index", frameworks.INDICES)
def test_every_change_of_a_whole_index_has_a_break_and_every_break_is_a_change(index: str) -> None:
    table = frameworks.breaks()
    listed = table[(table["index"] == index) & (table["affects"] == "level")]
    breaks = set(zip(listed["series"], listed["year"], strict=True))
    assert group_changes([frameworks.top(index)]) <= breaks
    assert breaks <= group_changes([name for name in SERIES if INDEX[name] == index])
    assert (table["index"] == table["series"].map(INDEX)).all()
    assert (table[["text_vi", "text_en", "source"]] != "").all(axis=None)
    assert not table.duplicated(["series", "year", "affects"]).any()


def test_breaks_of_scale_are_those_that_shares_of_scale_bridge() -> None:
    table = frameworks.by_year()
    bridged = {
        (series, year)
        for series in PAPI
        if LEVEL[series] == "criterion"
        for year in series_years(series)[1:]
        if group(series, year, "comparable_group") != group(series, year - 1, "comparable_group")
        and group(series, year, "comparable_group_share_of_scale")
        == group(series, year - 1, "comparable_group_share_of_scale")
    }
    scale = frameworks.breaks().query("kind == 'scale'")
    assert set(zip(scale["series"], scale["year"], strict=True)) == bridged
    for series, year in bridged:
        now, then = (table.loc[(series, which), "max_points"] for which in (year, year - 1))
        assert not math.isclose(now, then)


def test_every_change_of_scale_breaks_a_comparison_in_points() -> None:
    table = frameworks.by_year()[["max_points", "min_points"]]
    count = 0
    for series in SERIES:
        for year, before in steps(series):
            now, then = table.loc[(series, year)], table.loc[(series, before)]
            if not now.equals(then):  # two unknown scales may be the same one
                count += 1
                assert not frameworks.comparable(pd.Series([series]), year, before).any()
    assert count >= 30


# comparable().


@given(
    names=st.lists(st.sampled_from([*SERIES, "papi.no.such"]), min_size=1, max_size=8),
    year=st.integers(2004, 2032),
    previous=st.integers(2004, 2032),
    basis=st.sampled_from(frameworks.BASES),
)
def test_comparable_is_symmetric_and_reads_the_groups(
    names: list[str], year: int, previous: int, basis: frameworks.Basis
) -> None:
    series = pd.Series(names)
    result = frameworks.comparable(series, year, previous, basis)
    assert result.tolist() == frameworks.comparable(series, previous, year, basis).tolist()
    for name, same in zip(names, result, strict=True):
        now, then = (group(name, which, GROUPS[basis]) for which in (year, previous))
        assert same == (now is not None and now == then)


def test_comparable_keeps_the_index_of_what_is_asked() -> None:
    names = pd.Series(["papi.services.public_health", "papi"], index=[7, 3])
    result = frameworks.comparable(names, 2012, 2011)
    assert result.to_dict() == {7: True, 3: True}


def test_an_unknown_basis_index_or_series_is_refused() -> None:
    with pytest.raises(UnknownChoice, match="basis"):
        frameworks.comparable(pd.Series(SERIES), 2024, 2023, "rank")  # type: ignore[arg-type]
    with pytest.raises(UnknownChoice, match="unknown index 'PAX': expected one of PAPI, SIPAS, "):
        frameworks.in_year("PAX", 2024)
    with pytest.raises(UnknownChoice, match="series"):
        frameworks.series_name("papi.no.such", "vi")
    with pytest.raises(UnknownChoice, match="language"):
        frameworks.series_name("papi", "fr")


def test_breaks_between_two_years_lie_after_the_earlier_one() -> None:
    result = frameworks.breaks_between("PAPI", 2018, 2016)
    assert set(result["year"]) == {2018}
    assert result.equals(frameworks.breaks_between("PAPI", 2016, 2018))
    assert frameworks.breaks_between("PAPI", 2018, 2018).empty
    assert frameworks.breaks_between("PAPI", 2024, 2022).empty
    assert set(frameworks.breaks_between("PAPI", 2024, 2011)["year"]) == {2016, *range(2018, 2023)}


@pytest.mark.parametrize("index", frameworks.INDICES)
def test_names_in_two_languages_and_two_lengths_are_all_there_and_unlike(index: str) -> None:
    series_names = [name for name in SERIES if INDEX[name] == index]
    for lang in ("vi", "en"):
        for short in (True, False):
            names = [frameworks.series_name(series, lang, short=short) for series in series_names]
            assert all(name.strip() == unicodedata.normalize("NFC", name) != "" for name in names)
            assert len(set(names)) == len(series_names)
