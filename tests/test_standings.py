"""Standings over the years, and which years compare."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import parstats as ps
from parstats import errors
from parstats.reference import frameworks


@pytest.fixture(scope="module")
def papi() -> pd.DataFrame:
    return ps.load_scores("PAPI")


def test_a_standing_is_the_z_score_of_its_year(papi) -> None:
    table = ps.panel.standings(papi, level="criterion")
    expected = ps.panel.standardise(papi[papi["level"] == "criterion"], "z")
    both = table.merge(expected, on=["series", "year", "vintage", "province"])
    assert len(both) == len(table) == expected["value"].notna().sum()
    assert np.abs(both["standing"] - both["value"]).max() < 1e-12


def test_a_run_ends_where_stability_says_that_years_do_not_compare(papi) -> None:
    table = ps.panel.standings(papi, level="criterion")
    runs = table.drop_duplicates(["series", "year"]).set_index(["series", "year"])["run"]
    pairs = ps.drivers.stability(papi, level="criterion", n_draws=2).query("not pooled")
    for row in pairs.itertuples():
        together = runs[row.series, row.year] == runs[row.series, row.previous]
        assert together == (row.comparable and not row.ranking_break), (row.series, row.year)


def test_by_ranking_only_breaks_of_ranks_end_a_run(papi) -> None:
    table = ps.panel.standings(papi, level="index", breaks="ranking")
    spans = table.groupby("run")["year"].agg(["min", "max"]).to_numpy().tolist()
    assert spans == [[2011, 2020], [2021, 2024]]


def test_a_missing_year_and_a_merger_end_a_run(papi) -> None:
    name = "papi.services.public_health"
    rows = papi[(papi["series"] == name) & papi["year"].between(2021, 2024)]
    gap = ps.panel.standings(rows[rows["year"] != 2022])
    assert gap.groupby("run")["year"].agg(set).tolist() == [{2021}, {2023, 2024}]
    new = rows[(rows["year"] == 2024) & rows["province"].isin(ps.provinces.by_code(34))]
    merged = pd.concat([rows[rows["year"] < 2024], new.assign(vintage=34)])
    table = ps.panel.standings(merged)
    assert table.groupby("run")["year"].agg(set).tolist() == [{2021, 2022, 2023}, {2024}]


def test_years_of_few_provinces_or_without_spread_are_left_out(papi) -> None:
    name = "papi.services.public_health"
    rows = papi[(papi["series"] == name) & papi["year"].between(2021, 2024)]
    few = rows[~((rows["year"] == 2022) & (rows["province"] > "30"))]
    assert set(ps.panel.standings(few)["year"]) == {2021, 2023, 2024}
    same = rows.assign(score=rows["score"].where(rows["year"] != 2023, 1.5))
    assert set(ps.panel.standings(same)["year"]) == {2021, 2022, 2024}
    with pytest.raises(errors.InsufficientCoverage, match="29 of 63"):
        ps.panel.standings(ps.load_scores("SIPAS"))


def test_bad_requests_are_named(papi) -> None:
    with pytest.raises(errors.UnknownChoice, match="breaks 'none'"):
        ps.panel.standings(papi, breaks="none")
    with pytest.raises(
        errors.InvalidRequest, match=r"no score of the level 'criterion'.*the levels index"
    ):
        ps.panel.standings(papi[papi["level"] == "index"], level="criterion")
    with pytest.raises(errors.ParstatsError):
        ps.panel.standings(papi, series="papi.nothing")


def test_a_series_is_in_the_order_of_the_framework(papi) -> None:
    order = list(dict.fromkeys(ps.panel.standings(papi)["series"]))
    known = [name for name in frameworks.series()["series"] if name in set(order)]
    assert order == known
