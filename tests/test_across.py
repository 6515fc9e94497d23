"""The indices side by side: coefficients, provinces that differ, parts that go together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from typer.testing import CliRunner

import invented_indices
import parstats as ps
from parstats import errors
from parstats.cli import app
from parstats.drivers.across import across
from parstats.drivers.compared_scores import LEFT_OUT, compared_scores
from parstats.reference import provinces
from parstats.stats.kendall import kendall, kendall_bounds


@pytest.fixture(scope="module")
def whole() -> pd.DataFrame:
    """PAPI as it is beside drawn tables of the two others."""
    papi = ps.load_scores("PAPI", years=2024)
    par = invented_indices.scores_of("PAR INDEX", invented_indices.par_index([2024]))
    sipas = invented_indices.scores_of("SIPAS", invented_indices.sipas([2024]))
    return pd.concat([papi, par, sipas], ignore_index=True)


def test_coefficients_are_those_of_scipy(whole) -> None:
    result = across(whole, 2024, n_draws=50, by_region=True)
    assert len(result.pairs[result.pairs["region"] == ""]) == 3
    for row in result.pairs.itertuples():
        first, second = (
            compared_scores(whole[whole["index"] == name], 2024)
            for name in (row.index_1, row.index_2)
        )
        codes = [
            code
            for code in first.index.intersection(second.index)
            if not row.region or provinces.by_code(63)[code].region == row.region
        ]
        assert len(codes) == row.n_common
        x, y = first[codes], second[codes]
        assert row.spearman == pytest.approx(stats.spearmanr(x, y)[0])
        assert row.kendall == pytest.approx(stats.kendalltau(x, y)[0])
        for name in ("spearman", "kendall"):
            low, high = getattr(row, f"{name}_sens_low"), getattr(row, f"{name}_sens_high")
            assert low < getattr(row, name) < high
        # The bounds count no ties, of which there are few.
        assert row.kendall_least - 0.01 <= row.kendall <= row.kendall_greatest + 0.01


def test_nothing_is_compared_with_itself(whole) -> None:
    """An index that is SIPAS but for its own 83.5 points goes with SIPAS only through these."""
    par = whole[whole["index"] == "PAR INDEX"]
    overall = par[par["series"] == "par"].set_index("province")["score"]
    impact = par[par["series"] == "par.impact"].set_index("province")["score"]
    expected = (overall - impact).sort_index()
    found = compared_scores(par, 2024).sort_index()
    assert found.to_numpy() == pytest.approx(expected.to_numpy())
    without = par[par["series"] != "par.impact"]
    assert compared_scores(without, 2024).empty
    parts = across(whole, 2024, n_draws=5, n_permutations=19).parts
    left_out = {name for names in LEFT_OUT["PAR INDEX"] for name in names}
    assert not left_out & {*parts["series_1"], *parts["series_2"]}


def test_with_too_few_scores_there_is_no_coefficient_but_pairs_and_bounds() -> None:
    result = across(ps.load_scores(None), 2023, indices=["PAPI", "SIPAS"], n_draws=20)
    row = result.pairs.iloc[0]
    assert not row["is_comparable"]
    assert np.isnan([row["spearman"], row["kendall"], row["spearman_sens_low"]]).all()
    assert len(result.provinces) == row["n_common"] > 0
    assert row["kendall_least"] < -0.5 < 0.5 < row["kendall_greatest"]
    assert result.parts.empty


def test_provinces_that_differ_most_come_first(whole) -> None:
    rows = across(whole, 2024, n_draws=5, n_permutations=19).provinces
    for _, part in rows.groupby(["index_1", "index_2"]):
        assert part["difference"].abs().is_monotonic_decreasing
        assert (part["rank_1"] - part["rank_2"] == part["difference"]).all()
        assert part["rank_1"].max() <= len(part)
    row = rows[(rows["index_1"] == "PAPI") & (rows["index_2"] == "SIPAS")].iloc[0]
    standing = ps.panel.wide(
        whole[whole["index"] == "PAPI"], 2024, level="dimension", complete=True
    ).rank(pct=True)
    assert row["best_1"] == standing.loc[row["province"]].idxmax()
    assert row["worst_1"] == standing.loc[row["province"]].idxmin()


def test_family_wise_error_is_held_where_nothing_goes_together() -> None:
    """Of 40 draws of two indices that have nothing in common few have any pair below 5 %."""
    false = 0
    papi = ps.load_scores("PAPI", years=2024)
    for seed in range(40):
        sipas = invented_indices.scores_of("SIPAS", invented_indices.sipas([2024], seed=seed))
        both = pd.concat([papi, sipas], ignore_index=True)
        parts = across(both, 2024, n_draws=1, n_permutations=99, seed=seed).parts
        assert (parts["p_adjusted"] >= parts["p"] - 1e-12).all()
        false += bool((parts["p_adjusted"] <= 0.05).any())
    assert false <= 6  # 99.5 % of a binomial of 40 and 0.05


def test_parts_that_go_together_are_found(whole) -> None:
    e_governance = ps.panel.wide(whole[whole["index"] == "PAPI"], 2024, level="dimension")
    standing = e_governance["papi.e_governance"].rank(pct=True)
    cells = (whole["series"] == "sipas.service.access") & whole["province"].isin(standing.index)
    changed = whole.assign(
        score=whole["score"].where(~cells, 60 + 30 * whole["province"].map(standing))
    )
    parts = across(changed, 2024, indices=["PAPI", "SIPAS"], n_draws=5).parts
    first = parts.iloc[0]
    assert (first["series_1"], first["series_2"]) == ("papi.e_governance", "sipas.service.access")
    assert first["spearman"] > 0.95
    assert first["p_adjusted"] <= 0.002


def test_one_index_or_two_sets_of_provinces_are_refused(whole) -> None:
    with pytest.raises(errors.InvalidRequest, match="there are: PAPI, SIPAS, PAR INDEX"):
        across(whole, 2024, indices=["PAPI"])
    with pytest.raises(errors.InvalidRequest, match="there are: none"):
        across(whole, 1999)
    other = invented_indices.scores_of("SIPAS", invented_indices.sipas([2025], vintage=34)).assign(
        year=2024
    )
    mixed = pd.concat([whole[whole["index"] == "PAPI"], other], ignore_index=True)
    with pytest.raises(errors.VintageCrossed, match="PAPI 63, SIPAS 34"):
        across(mixed, 2024)


def test_the_command_prints_a_table_and_says_where_there_is_no_coefficient() -> None:
    result = CliRunner().invoke(app, ["compare", "--year", "2023", "--indices", "PAPI,SIPAS,PAR"])
    assert result.exit_code == 0
    assert "of 63 provinces can be compared in both; no coefficient" in result.stderr
    assert result.stdout.startswith("index_1,index_2,year,vintage,region,spearman")
    assert result.stdout.count("\n") == 4
    refused = CliRunner().invoke(app, ["compare", "--table", "everything"])
    assert isinstance(refused.exception, errors.UnknownChoice)


# Kendall.

SCORES = st.lists(st.integers(0, 6), min_size=4, max_size=25)


@settings(max_examples=80, deadline=None)
@given(x=SCORES, data=st.data())
def test_kendall_is_that_of_scipy_with_ties_and_in_resamples(x: list[int], data) -> None:
    n = len(x)
    y = data.draw(st.lists(st.integers(0, 6), min_size=n, max_size=n))
    first, second = np.array(x, dtype=float), np.array(y, dtype=float)
    expected = stats.kendalltau(first, second)[0]
    assert kendall(first, second)[0] == pytest.approx(expected, nan_ok=True)
    counts = np.array([data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))], dtype=float)
    drawn = np.repeat(np.arange(n), counts[0].astype(int))
    again = stats.kendalltau(first[drawn], second[drawn])[0] if len(drawn) > 1 else np.nan
    assert kendall(first, second, counts)[0] == pytest.approx(again, nan_ok=True)


@settings(max_examples=40, deadline=None)
@given(st.permutations(range(7)), st.integers(2, 6))
def test_bounds_hold_whatever_the_missing_scores_are(order: list[int], n_known: int) -> None:
    x, y = np.arange(7.0), np.array(order, dtype=float)
    least, greatest = kendall_bounds(x[:n_known], y[:n_known], 7)
    assert least - 1e-12 <= kendall(x, y)[0] <= greatest + 1e-12
