"""Drivers: shares of the spread of the overall score, and what moved a province."""

from __future__ import annotations

import csv
import itertools
from math import factorial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from parstats import drivers
from parstats.errors import InsufficientCoverage, InvalidData, InvalidRequest
from parstats.panel import coverage, wide
from parstats.reference.provinces import by_code

YEARS = range(2011, 2025)
LEVELS = ("criterion", "dimension")
REFERENCE = Path(__file__).parent / "data" / "reference" / "papi2019_covariance_shares.csv"

# What the reference calls the sub-dimensions of PAPI 2019.
CODES = {
    "PAPI-1-KNOW": "papi.participation.civic_knowledge",
    "PAPI-1-OPP": "papi.participation.participation_opportunities",
    "PAPI-1-ELEC": "papi.participation.village_elections",
    "PAPI-1-CONT": "papi.participation.voluntary_contributions",
    "PAPI-2-INFO": "papi.transparency.access_to_information",
    "PAPI-2-POV": "papi.transparency.poverty_lists",
    "PAPI-2-BUD": "papi.transparency.communal_budget",
    "PAPI-2-LAND": "papi.transparency.land_plans",
    "PAPI-3-INT": "papi.accountability.interactions",
    "PAPI-3-RESP": "papi.accountability.response_to_citizens",
    "PAPI-3-JUST": "papi.accountability.access_to_justice",
    "PAPI-4-GOV": "papi.corruption_control.limits_in_government",
    "PAPI-4-SVC": "papi.corruption_control.limits_in_services",
    "PAPI-4-EMP": "papi.corruption_control.employment_equity",
    "PAPI-4-WILL": "papi.corruption_control.willingness_to_fight",
    "PAPI-5-CERT": "papi.procedures.certification",
    "PAPI-5-CONS": "papi.procedures.construction_permits",
    "PAPI-5-LURC": "papi.procedures.land_titles",
    "PAPI-5-PERS": "papi.procedures.personal_procedures",
    "PAPI-6-HLTH": "papi.services.public_health",
    "PAPI-6-EDU": "papi.services.primary_education",
    "PAPI-6-INFR": "papi.services.infrastructure",
    "PAPI-6-LAW": "papi.services.law_and_order",
    "PAPI-7-PROT": "papi.environment.environmental_protection",
    "PAPI-7-AIR": "papi.environment.air_quality",
    "PAPI-7-WATR": "papi.environment.water_quality",
    "PAPI-8-PORT": "papi.e_governance.e_government_portals",
    "PAPI-8-NET": "papi.e_governance.internet_access",
    "PAPI-8-RESP": "papi.e_governance.e_responsiveness",
}


def shares_by_series(scores: pd.DataFrame, year: int, level: str = "criterion") -> pd.Series:
    table = drivers.shares(scores, year, level=level, n_draws=20)
    return table.set_index("series")["share"]


# Shares.


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("year", YEARS)
def test_shares_are_covariances_with_the_total_and_add_up_to_one(
    scores: pd.DataFrame, year: int, level: str
) -> None:
    table = drivers.shares(scores, year, level=level, n_draws=20)
    assert abs(table["share"].sum() - 1) < 1e-12
    matrix = wide(scores, year, level=level, complete=True)
    total = matrix.sum(axis=1)
    assert set(table["series"]) == set(matrix.columns)
    for row in table.itertuples():
        part = matrix[row.series]
        assert row.share == pytest.approx(
            np.cov(part, total)[0, 1] / np.var(total, ddof=1), abs=1e-12
        )
        assert row.variance == pytest.approx(np.var(part) / np.var(total), abs=1e-12)
        assert row.covariance_with_rest == pytest.approx(
            np.cov(part, total - part)[0, 1] / np.var(total, ddof=1), abs=1e-12
        )
        assert row.sd == pytest.approx(np.std(part), abs=1e-12)
        assert row.correlation == pytest.approx(np.corrcoef(part, total)[0, 1], abs=1e-9)
    assert table["share"].is_monotonic_decreasing


def test_shares_of_papi_2019_equal_the_reference(scores: pd.DataFrame) -> None:
    with REFERENCE.open(encoding="utf-8", newline="") as file:
        reference = {CODES[row["row"]]: float(row["value"]) for row in csv.DictReader(file)}
    assert len(reference) == 29
    shares = shares_by_series(scores, 2019)
    # Our raw figures are rounded to six decimals, those of the reference are not: 6e-8 at most.
    assert shares.to_dict() == pytest.approx(reference, abs=1e-7)


def test_a_share_is_the_shapley_value_of_the_variance(scores: pd.DataFrame) -> None:
    """Enumerated over all orders of entry, on five sub-dimensions made the whole index."""
    varying = [
        "papi.participation.voluntary_contributions",
        "papi.transparency.poverty_lists",
        "papi.corruption_control.employment_equity",
        "papi.environment.water_quality",
        "papi.e_governance.e_responsiveness",
    ]
    matrix = wide(scores, 2019).loc[:, varying]
    everything = wide(scores, 2019)
    small = scores[(scores["year"] == 2019) & (scores["level"] == "criterion")].copy()
    # The framework still holds 29 series: the other 24 are made the same everywhere.
    small.loc[~small["series"].isin(varying), "score"] = 1.0
    shares = shares_by_series(small, 2019)

    def variance(subset: tuple[str, ...]) -> float:
        return float(matrix[list(subset)].sum(axis=1).var(ddof=0))

    total = variance(tuple(varying))
    for name in varying:
        remaining = [other for other in varying if other != name]
        value = sum(
            factorial(size)
            * factorial(4 - size)
            / factorial(5)
            * (variance((*subset, name)) - variance(subset))
            for size in range(5)
            for subset in itertools.combinations(remaining, size)
        )
        assert shares[name] == pytest.approx(value / total, abs=1e-12)
    assert shares.drop(varying).abs().max() < 1e-12
    assert len(shares) == everything.shape[1]


@pytest.mark.parametrize("year", YEARS)
def test_shares_of_sub_dimensions_add_up_to_the_share_of_their_dimension(
    scores: pd.DataFrame, year: int
) -> None:
    criteria = drivers.shares(scores, year, n_draws=20).groupby("parent")["share"].sum()
    dimensions = drivers.shares(scores, year, level="dimension", n_draws=20)
    assert set(dimensions["parent"]) == {"papi"}
    expected = dimensions.set_index("series")["share"].to_dict()
    assert criteria.to_dict() == pytest.approx(expected, abs=1e-12)


def test_shares_do_not_depend_on_the_order_of_the_rows(scores: pd.DataFrame) -> None:
    shuffled = scores[scores["year"] == 2024].sample(frac=1, random_state=5)
    pd.testing.assert_frame_equal(
        drivers.shares(shuffled, 2024, n_draws=50), drivers.shares(scores, 2024, n_draws=50)
    )


def test_shares_do_not_depend_on_where_the_scale_begins_nor_on_its_unit(
    scores: pd.DataFrame,
) -> None:
    moved = scores[scores["year"] == 2024].assign(
        score=lambda table: 3 * table["score"] + 0.7, min_score=float("nan"), max_score=float("nan")
    )
    expected = shares_by_series(scores, 2024)
    assert shares_by_series(moved, 2024).to_dict() == pytest.approx(expected.to_dict(), abs=1e-12)


@pytest.mark.parametrize("year", [2011, 2018, 2021, 2024])
def test_interval_is_reproducible_by_its_seed_and_holds_the_share(
    scores: pd.DataFrame, year: int
) -> None:
    first = drivers.shares(scores, year, seed=3)
    again = drivers.shares(scores, year, seed=3)
    other = drivers.shares(scores, year, seed=4)
    pd.testing.assert_frame_equal(first, again)
    assert not np.allclose(first["sens_low"], other["sens_low"])
    assert first["share"].equals(other["share"])
    assert (first["sens_low"] < first["share"]).all()
    assert (first["share"] < first["sens_high"]).all()
    narrow = drivers.shares(scores, year, seed=3, sens_level=0.5)
    assert (narrow["sens_low"] >= first["sens_low"]).all()
    assert (narrow["sens_high"] <= first["sens_high"]).all()


def test_interval_is_that_of_provinces_drawn_with_replacement(scores: pd.DataFrame) -> None:
    """Against a plain loop over samples of provinces, within Monte Carlo error."""
    table = drivers.shares(scores, 2024, level="dimension", n_draws=4000).set_index("series")
    matrix = wide(scores, 2024, level="dimension", complete=True)
    values = matrix.to_numpy()
    generator = np.random.default_rng(99)
    loop = []
    for _ in range(4000):
        drawn = values[generator.integers(0, len(values), len(values))]
        centred = drawn - drawn.mean(axis=0)
        total = centred.sum(axis=1)
        loop.append(centred.T @ total / (total @ total))
    low, high = np.quantile(loop, [0.025, 0.975], axis=0)
    assert table.loc[matrix.columns, "sens_low"].to_numpy() == pytest.approx(low, abs=0.02)
    assert table.loc[matrix.columns, "sens_high"].to_numpy() == pytest.approx(high, abs=0.02)


@pytest.mark.parametrize("year", YEARS)
def test_every_row_says_its_coverage(scores: pd.DataFrame, year: int) -> None:
    table = drivers.shares(scores, year, n_draws=20)
    complete = coverage(scores).set_index("year").loc[year, "n_complete"]
    assert set(table["n_provinces"]) == {complete}
    assert set(table["n_units"]) == {63}
    assert table["coverage"].tolist() == pytest.approx([complete / 63] * len(table))
    assert set(table["year"]) == {year}
    assert set(table["index"]) == {"PAPI"}


def test_shares_are_refused_below_57_complete_provinces(scores: pd.DataFrame) -> None:
    year = scores[scores["year"] == 2019]
    codes = sorted(by_code())
    drivers.shares(year[year["province"].isin(codes[:57])], 2019, n_draws=20)
    cell = (year["province"] == codes[0]) & (year["series"] == "papi.services.public_health")
    partly = year[year["province"].isin(codes[:57]) & ~cell]
    with pytest.raises(InsufficientCoverage) as caught:
        drivers.shares(partly, 2019)
    assert str(caught.value) == (
        "too few provinces for drivers of PAPI 2019: 56 of 63 have complete data, 57 are needed; "
        "no national statistic of that year was found either"
    )


def test_provinces_all_alike_have_no_spread_to_share(scores: pd.DataFrame) -> None:
    nothing = float("nan")
    alike = scores[scores["year"] == 2019].assign(score=1.1, min_score=nothing, max_score=nothing)
    with pytest.raises(InvalidRequest, match="all provinces have the same overall score"):
        drivers.shares(alike, 2019)


def test_shares_leave_their_input_as_it_was(scores: pd.DataFrame) -> None:
    before = scores[scores["year"] == 2024].copy()
    table = before.copy()
    drivers.shares(table, 2024, n_draws=20)
    drivers.relative_change(scores, "20", 2024)
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize("columns", [[], ["min_score", "max_score"]])
def test_a_score_off_the_scale_of_its_series_is_refused(scores: pd.DataFrame, columns) -> None:
    table = scores[scores["year"] == 2024].drop(columns=columns).copy()
    is_cell = (table["province"] == "20") & (table["series"] == "papi.environment.air_quality")
    table.loc[is_cell, "score"] = 99.0
    message = r"1 rows that are off the scale of their series \(2024 20 papi.environment.air_qual"
    with pytest.raises(InvalidData, match=message):
        drivers.shares(table, 2024)


# Relative change.

TOTALS = "papi"


@pytest.mark.parametrize(
    "year",
    [
        year if year in (2012, 2021) else pytest.param(year, marks=pytest.mark.slow)
        for year in YEARS[1:]
    ],
)
def test_rows_add_up_to_the_change_of_the_total_less_the_mean_change(
    scores: pd.DataFrame, year: int
) -> None:
    totals = scores[scores["series"] == TOTALS].pivot(
        index="province", columns="year", values="score"
    )
    both = totals[[year - 1, year]].dropna()
    moved = both[year] - both[year - 1]
    pair = scores[scores["year"].isin([year - 1, year])]
    for province in sorted(by_code()):
        table = drivers.relative_change(pair, province, year)
        if province not in both.index:
            assert table.empty
            continue
        assert table["relative_change"].sum() == pytest.approx(
            moved[province] - moved.mean(), abs=1e-9
        )
        assert table["change"].sum() == pytest.approx(moved[province], abs=1e-9)
        assert set(table["n_common"]) == {len(both)}


@pytest.mark.slow
def test_relative_changes_of_all_provinces_cancel_in_every_series(scores: pd.DataFrame) -> None:
    pair = scores[scores["year"] >= 2023]
    tables = [drivers.relative_change(pair, code, 2024) for code in sorted(by_code())]
    table = pd.concat(tables)
    assert len(table) == 59 * 28
    assert table.groupby("series")["relative_change"].sum().abs().max() < 1e-9


def test_series_that_came_or_went_are_there_and_flagged(scores: pd.DataFrame) -> None:
    table = drivers.relative_change(scores, "01", 2018).set_index("series")
    came = "papi.transparency.access_to_information"
    went = "papi.accountability.inspection_boards"
    now, then = wide(scores, 2018), wide(scores, 2017)
    assert table.loc[came, "change"] == pytest.approx(now.loc["01", came])
    assert table.loc[went, "change"] == pytest.approx(-then.loc["01", went])
    assert not table.loc[[came, went], "comparable"].any()
    rescaled = table.loc["papi.transparency.poverty_lists"]
    assert not rescaled["comparable"]
    assert rescaled["break_en"] == "Scale 0.33–3.33 becomes 0.25–2.5"
    assert rescaled["break_vi"] == "Thang điểm 0,33–3,33 thành 0,25–2,5"
    steady = table.loc["papi.services.public_health"]
    assert steady["comparable"]
    assert steady["break_en"] == ""


def test_years_further_apart_and_backwards(scores: pd.DataFrame) -> None:
    forth = drivers.relative_change(scores, "20", 2024, 2022)
    back = drivers.relative_change(scores, "20", 2022, 2024)
    assert (forth["change"] + back["change"]).abs().max() < 1e-12
    with pytest.raises(InvalidRequest, match="cannot compare 2024 with itself"):
        drivers.relative_change(scores, "20", 2024, 2024)


def test_the_empty_table_has_the_columns_and_types_of_the_full_one(scores: pd.DataFrame) -> None:
    full = drivers.relative_change(scores, "20", 2024)
    empty = drivers.relative_change(scores, "26", 2024)
    assert empty.empty
    assert empty.columns.tolist() == full.columns.tolist()
    assert empty.dtypes.astype(str).to_dict() == full.dtypes.astype(str).to_dict()
    assert drivers.relative_change(scores, "20", 2011).empty
