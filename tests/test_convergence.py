"""Sigma and beta convergence against other packages and against planted dynamics."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.sandbox.regression.gmm import IV2SLS

import parstats as ps
from parstats import errors
from parstats.drivers import convergence
from parstats.stats.three_waves import three_waves


@pytest.fixture(scope="module")
def papi() -> pd.DataFrame:
    return ps.load_scores("PAPI")


@pytest.fixture(scope="module")
def result(papi):
    return convergence(papi, level="criterion", n_draws=200)


def waves_of(papi: pd.DataFrame, name: str) -> pd.DataFrame:
    """The standings of one series in three years running, by hand."""
    table = ps.panel.standings(papi, series=name)
    rows = []
    for (_, province), part in table.groupby(["run", "province"]):
        years = part.set_index("year")["standing"]
        rows += [
            (province, years[y - 2], years[y - 1], years[y])
            for y in years.index
            if y - 1 in years and y - 2 in years
        ]
    return pd.DataFrame(rows, columns=["province", "first", "second", "third"])


@pytest.mark.parametrize(
    "name", ["papi.services.public_health", "papi.e_governance.internet_access"]
)
def test_slopes_are_those_of_statsmodels(papi, result, name) -> None:
    waves = waves_of(papi, name)
    row = result.catching_up.set_index("series").loc[name]
    change = waves["third"] - waves["second"]
    fit = IV2SLS(change, waves[["second"]], waves[["first"]]).fit()
    assert row["beta_instrumented"] == pytest.approx(fit.params.iloc[0], abs=1e-10)
    ols = np.linalg.lstsq(waves[["second"]], change, rcond=None)[0][0]
    assert row["beta_ols"] == pytest.approx(ols, abs=1e-10)
    assert row["n_cells"] == len(waves)
    assert row["beta_noise"] == pytest.approx((ols + 1) / (fit.params.iloc[0] + 1) - 1)


def drawn_panel(rng, persistence: float, noise: float, n: int = 3000, years: int = 12):
    """True values that keep their spread, and what a noisy survey shows of them."""
    true = rng.normal(size=n)
    shocks = np.sqrt(1 - persistence**2)
    waves = []
    for _ in range(years):
        waves.append(true + noise * rng.normal(size=n))
        true = persistence * true + shocks * rng.normal(size=n)
    return np.array(waves)


@pytest.mark.parametrize(("persistence", "noise"), [(1.0, 0.8), (0.9, 0.6), (0.7, 0.3)])
def test_planted_persistence_and_noise_are_recovered(persistence, noise) -> None:
    waves = drawn_panel(np.random.default_rng(7), persistence, noise)
    first, second, third = (waves[k : len(waves) - 2 + k].ravel() for k in range(3))
    found = three_waves(first, second, third)
    assert found.instrumented[0] == pytest.approx(persistence, abs=0.03)
    assert found.reliability[0] == pytest.approx(1 / (1 + noise**2), abs=0.04)


def test_noise_alone_looks_like_convergence_and_is_said_to_be_noise(papi) -> None:
    """Nothing converges: least squares says -0.4, the instrument about 0."""
    rng = np.random.default_rng(1)
    name = "papi.services.public_health"
    rows = papi[papi["series"] == name]
    codes = sorted(rows["province"].unique())
    true = pd.Series(rng.normal(size=63), codes)
    drawn = rows.assign(
        score=1.5 + 0.1 * (rows["province"].map(true) + 0.8 * rng.normal(size=len(rows)))
    )
    row = convergence(drawn, n_draws=200).catching_up.iloc[0]
    assert row["beta_ols"] < -0.3
    assert row["beta_instrumented_sens_low"] < 0 < row["beta_instrumented_sens_high"]
    assert row["beta_noise_sens_low"] < row["beta_ols"] < row["beta_noise_sens_high"]


def test_trends_are_least_squares_of_the_log_of_the_spread(papi, result) -> None:
    name = "papi.transparency.communal_budget"
    row = result.trends.query("series == @name and run == 0").iloc[0]
    assert (row["first"], row["last"]) == (2011, 2020)
    scaled = ps.panel.standardise(papi[papi["series"] == name])
    wide = scaled.query("year <= 2020").pivot(index="province", columns="year", values="value")
    wide = wide.dropna()
    slope = np.polyfit(wide.columns, np.log(wide.std(ddof=0)), 1)[0]
    assert row["change"] == pytest.approx(slope)
    assert row["sens_low"] < row["change"] < row["sens_high"] < 0
    assert row["n_provinces"] == len(wide)


def test_the_newest_runs_come_first(result) -> None:
    shown = ps.tables.spread_trends(result.trends, "en", n_top=12).displayed["years"]
    spans = [tuple(map(int, years.split("–"))) for years in shown]
    order = [(-last, first - last) for first, last in spans]
    assert order == sorted(order)
    assert spans[0][1] == result.trends["last"].max()


def test_a_weak_instrument_is_marked(result) -> None:
    rows = result.catching_up.set_index("series")
    assert rows.loc["papi.e_governance.e_responsiveness", "weak_instrument"]
    assert not rows.loc["papi.services.infrastructure", "weak_instrument"]


def test_two_years_are_refused_and_missing_provinces_are_left_out(papi) -> None:
    with pytest.raises(errors.InsufficientData, match="three years in a row"):
        convergence(papi[papi["year"] >= 2023])
    name = "papi.services.public_health"
    rows = papi[(papi["series"] == name) & (papi["year"] >= 2021)]
    gone = rows[~((rows["province"] == "20") & (rows["year"] == 2023))]
    whole, less = (convergence(t, n_draws=20).catching_up.iloc[0] for t in (rows, gone))
    assert whole["n_cells"] - less["n_cells"] == 2
