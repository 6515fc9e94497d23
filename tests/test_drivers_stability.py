"""Stability: how much of a ranking is left a year later, and how far extremes come back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from parstats.drivers.stability import stability
from parstats.errors import InsufficientCoverage, InvalidRequest, UnknownChoice
from parstats.panel import load_scores, wide
from parstats.panel.ranks import quartile, rank_scores
from parstats.reference.provinces import by_code
from parstats.stats import resampling_counts
from parstats.stats.mean_reversion import expected_bounce

HEALTH = "papi.services.public_health"
LAND = "papi.transparency.land_plans"


@pytest.fixture(scope="module")
def table(scores: pd.DataFrame) -> pd.DataFrame:
    """All series and pairs of years of PAPI."""
    return stability(scores, n_draws=50)


@pytest.fixture(scope="module")
def pairs(table: pd.DataFrame) -> pd.DataFrame:
    return table[~table["pooled"]]


def both_years(scores: pd.DataFrame, series: str, previous: int, year: int) -> pd.DataFrame:
    rows = scores[(scores["series"] == series) & scores["year"].isin([previous, year])]
    return rows.pivot(index="province", columns="year", values="score").dropna()


def with_years_equal(scores: pd.DataFrame, sign: int = 1) -> pd.DataFrame:
    """2023 as it is and, as 2024, the same figures again (or turned round)."""
    rows = scores[(scores["year"] == 2023) & (scores["level"] == "criterion")]
    rows = rows.assign(min_score=float("nan"), max_score=float("nan"))  # turned round, off it
    return pd.concat([rows, rows.assign(year=2024, score=sign * rows["score"])])


# Against other ways to compute the same.


@pytest.mark.parametrize("series", ["papi", "papi.environment", HEALTH, LAND])
@pytest.mark.parametrize("year", [2013, 2020, 2021, 2024])
def test_correlations_and_slopes_equal_those_of_scipy(
    scores: pd.DataFrame, pairs: pd.DataFrame, series: str, year: int
) -> None:
    rows = pairs[(pairs["series"] == series) & (pairs["year"] == year)]
    if series == "papi.environment" and year == 2013:
        assert rows.empty
        return
    row = rows.iloc[0]
    both = both_years(scores, series, year - 1, year)
    then, now = both[year - 1], both[year]
    assert row["n_common"] == len(both)
    assert row["rank_correlation"] == pytest.approx(scipy.stats.spearmanr(then, now).statistic)
    assert row["pearson"] == pytest.approx(scipy.stats.pearsonr(then, now).statistic)
    z = (both - both.mean()) / both.std(ddof=0)
    change = scipy.stats.linregress(z[year - 1], z[year] - z[year - 1])
    assert row["mean_reversion"] == pytest.approx(-change.slope)
    worst = then.sort_values().index[: round(len(then) / 10)]
    assert row["worst_baseline"] == pytest.approx(z.loc[worst, year - 1].mean())
    gained = (z[year] - z[year - 1])[worst].mean()
    assert row["observed_bounce"] == pytest.approx(gained)
    fitted = change.intercept + change.slope * z.loc[worst, year - 1].mean()
    assert row["expected_bounce"] == pytest.approx(fitted)


@pytest.mark.parametrize("year", [2012, 2019, 2024])
def test_persistence_is_counted_on_the_quarters_of_the_ranking(
    scores: pd.DataFrame, pairs: pd.DataFrame, year: int
) -> None:
    for series in ("papi", HEALTH, LAND):
        row = pairs[(pairs["series"] == series) & (pairs["year"] == year)].iloc[0]
        both = both_years(scores, series, year - 1, year)
        quarters = both.apply(
            lambda column: [quartile(int(rank), len(column)) for rank in rank_scores(column)]
        )
        then, now = quarters[year - 1], quarters[year]
        assert row["same_quartile"] == pytest.approx((then == now).mean())
        assert row["stays_worst"] == pytest.approx((now[then == 4] == 4).mean())
        assert row["stays_best"] == pytest.approx((now[then == 1] == 1).mean())


def test_pooled_figures_are_means_over_comparable_pairs_weighted_by_provinces(
    table: pd.DataFrame,
) -> None:
    pooled = table[table["pooled"]].set_index("series")
    assert set(pooled["year"]) == {0}
    singles = table[~table["pooled"] & table["comparable"] & ~table["ranking_break"]]
    assert set(pooled.index) == set(singles["series"])
    for series, group in singles.groupby("series"):
        weights = group["n_common"] / group["n_common"].sum()
        assert pooled.loc[series, "n_pairs"] == len(group)
        for name in ("rank_correlation", "mean_reversion", "stays_worst", "expected_bounce"):
            assert pooled.loc[series, name] == pytest.approx((weights * group[name]).sum())
    assert (pooled["n_common"] >= 60).all()


def test_pooled_intervals_draw_provinces_with_all_their_years(scores: pd.DataFrame) -> None:
    """Against a loop that repeats the drawn provinces and pools the years of each sample."""
    subset = scores[(scores["series"] == HEALTH) & (scores["year"] >= 2021)]
    result = stability(subset, n_draws=60, seed=4).set_index("pooled").loc[True]
    matrix = subset.pivot(index="province", columns="year", values="score").sort_index()
    years = [(2021, 2022), (2022, 2023), (2023, 2024)]
    sizes = [len(matrix[list(pair)].dropna()) for pair in years]
    ranks, reversions = [], []
    for times in resampling_counts(len(matrix), 60, seed=4):
        sample = matrix.loc[np.repeat(matrix.index, times.astype(int))]
        samples = [sample[list(pair)].dropna() for pair in years]
        by_rank = [scipy.stats.spearmanr(both.iloc[:, 0], both.iloc[:, 1])[0] for both in samples]
        plain = [scipy.stats.pearsonr(both.iloc[:, 0], both.iloc[:, 1])[0] for both in samples]
        ranks.append(np.average(by_rank, weights=sizes))
        reversions.append(1 - np.average(plain, weights=sizes))
    low, high = np.quantile(ranks, [0.025, 0.975])
    assert [
        result["rank_correlation_sens_low"],
        result["rank_correlation_sens_high"],
    ] == pytest.approx([low, high])
    low, high = np.quantile(reversions, [0.025, 0.975])
    assert [result["reversion_sens_low"], result["reversion_sens_high"]] == pytest.approx(
        [low, high]
    )
    assert result["n_pairs"] == 3


# What is known of PAPI.


def test_the_break_of_2021_stands_out(pairs: pd.DataFrame) -> None:
    """The middle correlation of a sub-dimension is 0.24 there, 0.53 to 0.63 else since 2018."""
    middle = pairs[pairs["level"] == "criterion"].groupby("year")["pearson"].median().round(2)
    assert middle[2021] == 0.24
    rest = middle.drop(2021).loc[2019:]
    assert (rest.min(), rest.max()) == (0.53, 0.63)
    # Two earlier pairs are not far above it.
    assert (middle[2015], middle[2018]) == (0.37, 0.39)
    assert pairs.loc[pairs["ranking_break"], "year"].unique().tolist() == [2021]


def test_breaks_are_flagged_and_told_and_changes_of_scale_are_no_breaks(
    pairs: pd.DataFrame,
) -> None:
    by = pairs.set_index(["series", "year"])
    law = by.loc[("papi.services.law_and_order", 2021)]
    assert not law["comparable"]
    assert law["break_en"].startswith("Mean shifts +8.2 standard deviations")
    assert law["break_vi"].startswith("Điểm trung bình tăng 8,2 độ lệch chuẩn")
    rescaled = by.loc[("papi.transparency.poverty_lists", 2018)]
    assert rescaled["comparable"]
    assert rescaled["break_en"] == rescaled["break_vi"] == ""
    assert by.loc[(HEALTH, 2021), "comparable"]
    assert by.loc[(HEALTH, 2021), "ranking_break"]


def test_rows_are_the_series_that_both_years_hold(
    scores: pd.DataFrame, pairs: pd.DataFrame
) -> None:
    for year in (2012, 2018, 2021):
        rows = pairs[(pairs["year"] == year) & (pairs["level"] == "criterion")]
        names = [set(wide(scores, which).columns) for which in (year - 1, year)]
        assert set(rows["series"]) == names[0] & names[1]
    assert set(pairs["n_units"]) == {63}
    assert pairs["is_estimable"].all()
    assert pairs["coverage"].tolist() == pytest.approx((pairs["n_common"] / 63).tolist())
    assert (pairs["rank_correlation_sens_low"] <= pairs["rank_correlation"]).all()
    assert (pairs["rank_correlation"] <= pairs["rank_correlation_sens_high"]).all()


# Closed forms and invariance.


def test_the_same_figures_again_are_perfectly_stable(scores: pd.DataFrame) -> None:
    table = stability(with_years_equal(scores), n_draws=10)
    for name in (
        "rank_correlation",
        "rank_correlation_sens_low",
        "pearson",
        "same_quartile",
        "stays_worst",
    ):
        assert table[name].tolist() == pytest.approx([1] * len(table))
    for name in ("mean_reversion", "reversion_sens_high", "expected_bounce", "observed_bounce"):
        assert table[name].tolist() == pytest.approx([0] * len(table), abs=1e-12)


def test_a_ranking_turned_round_reverts_twice_its_distance(scores: pd.DataFrame) -> None:
    table = stability(with_years_equal(scores, sign=-1), n_draws=10)
    assert table["rank_correlation"].tolist() == pytest.approx([-1] * len(table))
    assert table["mean_reversion"].tolist() == pytest.approx([2] * len(table))
    assert table["stays_worst"].tolist() == pytest.approx([0] * len(table))
    expected = (-2 * table["worst_baseline"]).tolist()
    assert table["observed_bounce"].tolist() == pytest.approx(expected)
    assert table["expected_bounce"].tolist() == pytest.approx(expected)


def test_stability_depends_neither_on_units_nor_on_the_order_of_the_rows(
    scores: pd.DataFrame,
) -> None:
    subset = scores[(scores["level"] == "criterion") & scores["year"].isin([2022, 2023, 2024])]
    plain = stability(subset, n_draws=20)
    shuffled = stability(subset.sample(frac=1, random_state=3), n_draws=20)
    pd.testing.assert_frame_equal(plain, shuffled)
    subset = subset.assign(min_score=float("nan"), max_score=float("nan"))
    moved = subset.assign(score=subset["score"] * (subset["year"] - 2020) + subset["year"])
    pd.testing.assert_frame_equal(stability(moved, n_draws=20), plain)
    bent = stability(subset.assign(score=np.exp(subset["score"])), n_draws=20)
    for name in ("rank_correlation", "rank_correlation_sens_low", "same_quartile", "stays_best"):
        assert bent[name].tolist() == pytest.approx(plain[name].tolist())


@given(rho=st.floats(0, 0.95), tail=st.sampled_from([0.05, 0.1, 0.25]), k=st.integers(1, 4))
@settings(max_examples=8)
def test_the_expected_bounce_is_that_of_simulated_measurements(
    rho: float, tail: float, k: int
) -> None:
    """200,000 units with a lasting part of variance rho and new errors each time."""
    generator = np.random.default_rng(1)
    lasting = np.sqrt(rho) * generator.normal(size=200_000)
    before, after = (
        lasting + np.sqrt(1 - rho) * generator.normal(size=(count, 200_000)).mean(axis=0)
        for count in (k, 1)
    )
    lowest = before <= np.quantile(before, tail)
    result = (after - before)[lowest].mean()
    assert expected_bounce(rho, tail, k) == pytest.approx(result, abs=0.05)


def test_the_bounce_is_known_at_its_ends() -> None:
    assert expected_bounce(1.0) == 0
    # Mean of the lowest tenth of a normal distribution.
    assert expected_bounce(0.0) == pytest.approx(1.7549833, abs=1e-6)
    for wrong in ({"tail": 0}, {"tail": 1}, {"baselines": 0}, {"baselines": 2}):
        with pytest.raises(InvalidRequest, match="expected a correlation"):
            expected_bounce(-0.1 if wrong == {"baselines": 2} else 0.5, **wrong)
    with pytest.raises(InvalidRequest, match=r"correlation is 1\.5"):
        expected_bounce(1.5)


def test_a_series_that_is_the_same_everywhere_has_no_stability(scores: pd.DataFrame) -> None:
    subset = scores[(scores["series"].isin([HEALTH, LAND])) & (scores["year"] >= 2023)].copy()
    subset.loc[(subset["series"] == LAND) & (subset["year"] == 2023), "score"] = 1.0
    table = stability(subset, n_draws=10).set_index(["series", "pooled"])
    row = table.loc[(LAND, False)]
    assert row[["rank_correlation", "pearson", "mean_reversion", "worst_baseline"]].isna().all()
    assert row["is_estimable"]
    assert table.loc[(HEALTH, False), "rank_correlation"] > 0
    assert (LAND, True) not in table.index


# What to keep, and what is refused.


def test_years_lag_series_and_level_choose_the_rows(scores: pd.DataFrame) -> None:
    two = stability(scores, series="papi", lag=2, n_draws=10)
    two = two[~two["pooled"]]
    assert (two["year"] - two["previous"]).unique().tolist() == [2]
    assert len(two) == 12
    result = stability(scores, series=[HEALTH, LAND], years=range(2019, 2023), n_draws=10)
    assert result["series"].unique().tolist() == [LAND, HEALTH]
    assert result.loc[~result["pooled"], "year"].tolist() == [2020, 2021, 2022] * 2
    dimensions = stability(scores, level="dimension", years=[2023, 2024], n_draws=10)
    assert dimensions["series"].nunique() == 8
    narrow = stability(scores, series="papi", years=[2023, 2024], sens_level=0.5)
    broad = stability(scores, series="papi", years=[2023, 2024])
    assert (narrow["rank_correlation_sens_low"] > broad["rank_correlation_sens_low"]).all()
    assert (narrow["expected_sens_high"] < broad["expected_sens_high"]).all()


def test_a_pair_with_too_few_common_provinces_is_kept_without_figures(
    scores: pd.DataFrame,
) -> None:
    subset = scores[(scores["series"] == HEALTH) & (scores["year"] >= 2022)]
    few = subset[(subset["year"] != 2022) | subset["province"].isin(sorted(by_code())[:40])]
    table = stability(few, n_draws=10).set_index("year")
    assert not table.loc[2023, "is_estimable"]
    assert np.isnan(table.loc[2023, "rank_correlation"])
    assert np.isnan(table.loc[2023, "reversion_sens_low"])
    assert table.loc[2023, "n_common"] < 57
    assert table.loc[2024, "is_estimable"]
    assert table.loc[0, "n_pairs"] == 1


def test_pairs_across_the_merger_of_provinces_are_left_out(scores: pd.DataFrame) -> None:
    subset = scores[(scores["series"] == HEALTH) & (scores["year"] >= 2022)].copy()
    subset = subset[(subset["year"] != 2024) | subset["province"].isin(by_code(34))]
    subset.loc[subset["year"] == 2024, "vintage"] = 34
    table = stability(subset, n_draws=10)
    assert table.loc[~table["pooled"], "year"].tolist() == [2023]
    with pytest.raises(InvalidRequest, match="of the same set of provinces"):
        stability(subset[subset["year"] >= 2023])


def test_what_cannot_be_answered_is_refused_with_the_reason(scores: pd.DataFrame) -> None:
    with pytest.raises(InvalidRequest, match="lag is 0"):
        stability(scores, lag=0)
    with pytest.raises(InvalidRequest, match="no two of the years 2011, 2013 are 1 apart"):
        stability(scores, years=[2011, 2013])
    with pytest.raises(UnknownChoice, match="unknown year of PAPI 1999"):
        stability(scores, years=[1999, 2012])
    with pytest.raises(UnknownChoice, match=r"unknown series of PAPI 'papi\.happiness'"):
        stability(scores, series="papi.happiness")
    with pytest.raises(UnknownChoice, match="unknown level 'village'"):
        stability(scores, level="village")
    with pytest.raises(InvalidRequest, match="hold none of the series asked for"):
        stability(scores, level="subcriterion")
    with pytest.raises(InsufficientCoverage, match="too few provinces for the stability of PAR"):
        stability(load_scores("PAR INDEX"))


def test_the_scores_are_left_as_they_were(scores: pd.DataFrame) -> None:
    subset = scores[scores["year"] >= 2023].copy()
    before = subset.copy()
    stability(subset, n_draws=10)
    pd.testing.assert_frame_equal(subset, before)
