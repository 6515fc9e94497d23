"""Frameworks: what each series is in each year, and which years compare."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parstats import frameworks
from parstats.errors import UnknownChoice

YEARS = range(2011, 2025)
SERIES = frameworks.series()["series"].tolist()
LEVEL = frameworks.series().set_index("series")["level"]
PARENT = frameworks.series().set_index("series")["parent"]
GROUPS = {
    "points": "comparable_group",
    "share_of_scale": "comparable_group_share_of_scale",
    "strict": "comparable_group_strict",
}


SPANS = {
    name: [span._asdict() for span in table.itertuples(index=False)]
    for name, table in frameworks.versions().groupby("series")
}


def held(series: str) -> list[int]:
    """Years in which a framework holds a series, from the spans of versions.csv."""
    return [
        year for span in SPANS[series] for year in range(span["year_from"], span["year_to"] + 1)
    ]


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
    assert frameworks.framework_of("PAPI", 2010) is None


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
    assert frameworks.framework_of("PAPI", year) == framework
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
def test_spans_of_a_series_cover_each_of_its_years_once(series: str) -> None:
    years = held(series)
    assert len(set(years)) == len(years) > 0
    # No series of PAPI came back after it had gone.
    assert sorted(years) == list(range(min(years), max(years) + 1))
    assert set(years) <= set(YEARS)


def test_every_year_holds_the_index_and_a_parent_for_every_series() -> None:
    for year in YEARS:
        table = frameworks.in_year("PAPI", year)
        names = set(table["series"])
        assert "papi" in names
        assert set(table.loc[table["level"] != "index", "parent"]) <= names


@pytest.mark.parametrize("column", GROUPS.values())
@pytest.mark.parametrize("series", [name for name in SERIES if LEVEL[name] != "criterion"])
def test_a_group_of_a_whole_never_spans_a_break_of_one_of_its_parts(
    series: str, column: str
) -> None:
    """Unless the break is one of scale only: the whole keeps its scale of 1 to 10."""
    members = [
        name
        for name in SERIES
        if LEVEL[name] == "criterion" and (series == "papi" or PARENT[name] == series)
    ]
    # A change of scale alone comes from a change of members, which is a break of its own.
    part_column = "comparable_group_share_of_scale" if column == "comparable_group" else column
    for year in held(series)[1:]:
        if group(series, year, column) != group(series, year - 1, column):
            continue
        for member in members:
            now, then = group(member, year, part_column), group(member, year - 1, part_column)
            assert now == then, f"{series} {year - 1}-{year} spans a break of {member}"


@pytest.mark.parametrize("series", SERIES)
def test_a_group_is_one_unbroken_run_of_years_of_one_series(series: str) -> None:
    for column in GROUPS.values():
        by_group: dict[str | None, list[int]] = {}
        for year in held(series):
            by_group.setdefault(group(series, year, column), []).append(year)
        for name, years in by_group.items():
            assert name is not None
            assert years == list(range(years[0], years[-1] + 1))
            assert name.startswith(f"{series}@")
            others = frameworks.versions().query(f"{column} == @name")["series"].unique()
            assert others.tolist() == [series]


def test_strict_groups_are_finer_than_groups_in_points_and_these_than_shares_of_scale() -> None:
    for series in SERIES:
        for year in held(series)[1:]:
            same = [
                group(series, year, column) == group(series, year - 1, column)
                for column in (
                    "comparable_group_strict",
                    "comparable_group",
                    "comparable_group_share_of_scale",
                )
            ]
            assert same == sorted(same), f"{series} {year}: {same}"


def test_every_change_of_group_has_a_break_with_its_reason_and_every_break_a_change() -> None:
    changes = {
        (series, year)
        for series in SERIES
        if LEVEL[series] in ("criterion", "index")
        for year in held(series)[1:]
        if group(series, year, "comparable_group") != group(series, year - 1, "comparable_group")
    }
    listed = frameworks.breaks().query("affects == 'level'")
    assert set(zip(listed["series"], listed["year"], strict=True)) == changes
    assert not listed.duplicated(["series", "year"]).any()


def test_breaks_of_scale_are_those_that_shares_of_scale_bridge() -> None:
    table = frameworks.by_year()
    bridged = {
        (series, year)
        for series in SERIES
        if LEVEL[series] == "criterion"
        for year in held(series)[1:]
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
    table = frameworks.by_year()["max_points"]
    for series in SERIES:
        for year in held(series)[1:]:
            if table[(series, year)] != table[(series, year - 1)]:
                assert group(series, year, "comparable_group") != group(
                    series, year - 1, "comparable_group"
                )


# comparable().


@given(
    names=st.lists(st.sampled_from([*SERIES, "papi.no.such"]), min_size=1, max_size=8),
    year=st.integers(2009, 2026),
    previous=st.integers(2009, 2026),
    basis=st.sampled_from(frameworks.BASES),
)
def test_comparable_is_symmetric_and_reads_the_groups(
    names: list[str], year: int, previous: int, basis: frameworks.Basis
) -> None:
    series = pd.Series(names)
    found = frameworks.comparable(series, year, previous, basis)
    assert found.tolist() == frameworks.comparable(series, previous, year, basis).tolist()
    for name, same in zip(names, found, strict=True):
        now, then = (group(name, which, GROUPS[basis]) for which in (year, previous))
        assert same == (now is not None and now == then)


def test_comparable_keeps_the_index_of_what_is_asked() -> None:
    names = pd.Series(["papi.services.public_health", "papi"], index=[7, 3])
    found = frameworks.comparable(names, 2012, 2011)
    assert found.to_dict() == {7: True, 3: True}


def test_an_unknown_basis_index_or_series_is_refused() -> None:
    with pytest.raises(UnknownChoice, match="basis"):
        frameworks.comparable(pd.Series(SERIES), 2024, 2023, "rank")  # type: ignore[arg-type]
    with pytest.raises(UnknownChoice, match="unknown index 'PCI': expected one of PAPI"):
        frameworks.in_year("PCI", 2024)
    with pytest.raises(UnknownChoice, match="series"):
        frameworks.name_of("papi.no.such", "vi")
    with pytest.raises(UnknownChoice, match="language"):
        frameworks.name_of("papi", "fr")


def test_breaks_between_two_years_lie_after_the_earlier_one() -> None:
    found = frameworks.breaks_between("PAPI", 2018, 2016)
    assert set(found["year"]) == {2018}
    assert found.equals(frameworks.breaks_between("PAPI", 2016, 2018))
    assert frameworks.breaks_between("PAPI", 2018, 2018).empty
    assert frameworks.breaks_between("PAPI", 2024, 2022).empty
    assert set(frameworks.breaks_between("PAPI", 2024, 2011)["year"]) == {2016, *range(2018, 2023)}


def test_names_in_two_languages_and_two_lengths_are_all_there_and_unlike() -> None:
    for lang in ("vi", "en"):
        for short in (True, False):
            names = [frameworks.name_of(series, lang, short=short) for series in SERIES]
            assert all(name.strip() == name != "" for name in names)
            assert len(set(names)) == len(SERIES)
