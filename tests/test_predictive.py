"""Forecasts of next year's standing: planted parts, no look ahead, and a plain no."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import parstats as ps
from parstats import errors
from parstats.drivers import predictive
from parstats.drivers.over_time.predictive import _on_the_same_cells
from parstats.stats.forecasts import MODELS, forward_chain

QUICK = {"level": "dimension", "methods": ["elastic_net"], "n_repeats": 5, "n_halves": 10}


@pytest.fixture(scope="module")
def papi() -> pd.DataFrame:
    return ps.load_scores("PAPI", years=range(2011, 2021))


def with_totals(criteria: pd.DataFrame) -> pd.DataFrame:
    """Sub-dimensions with their sums, as `load_scores` gives them."""
    table = ps.panel.add_totals(criteria)
    levels = ps.frameworks.series().set_index("series")["level"]
    return table.assign(level=table["series"].map(levels))


@pytest.fixture(scope="module")
def drawn(papi) -> pd.DataFrame:
    """Years of PAPI 2011 to 2017 whose parts are drawn: transparency leads the rest by a year."""
    rows = papi[(papi["level"] == "criterion") & (papi["year"] <= 2017)]
    rng = np.random.default_rng(4)
    codes = sorted(rows["province"].unique())
    dimensions = sorted(rows["series"].str.rsplit(".", n=1).str[0].unique())
    state = {name: rng.normal(size=len(codes)) for name in dimensions}
    tables = []
    for year in range(2011, 2018):
        lead = state["papi.transparency"]
        # The rest of next year follows transparency of this year; transparency is new each year.
        following = {name: 0.7 * lead + 0.7 * rng.normal(size=len(codes)) for name in dimensions}
        following["papi.transparency"] = rng.normal(size=len(codes))
        part = rows[rows["year"] == year]
        at = part["province"].map({code: place for place, code in enumerate(codes)}).to_numpy()
        which = part["series"].str.rsplit(".", n=1).str[0]
        values = np.array([state[name][place] for name, place in zip(which, at, strict=True)])
        tables.append(part.assign(score=1.4 + 0.05 * values))
        state = following
    return with_totals(pd.concat(tables, ignore_index=True))


def test_a_part_that_leads_is_found_and_said_to_help(drawn) -> None:
    result = predictive(drawn, **QUICK, n_draws=300)
    row = result.performance.set_index("method").loc["elastic_net"]
    assert row["parts_help"]
    assert row["gain"] > 0.2
    assert row["beats_persistence"]
    first = result.importance.iloc[0]
    assert "papi.transparency" in first["series"]
    assert first["growth"] > 5 * result.importance["growth"].iloc[1:].max()
    chosen = result.selection.iloc[0]
    assert chosen["series"] == "papi.transparency"
    assert chosen["frequency"] == 1
    assert chosen["false_bound"] < 1


def test_the_forecasts_are_what_the_errors_are_of(drawn) -> None:
    result = predictive(drawn, **QUICK, n_draws=50)
    table = result.forecasts
    errors_ = table["forecast"] - table["outcome"]
    mae = errors_.abs().groupby(table["method"]).mean()
    shown = result.performance.set_index("method")
    assert shown["mae"].to_dict() == pytest.approx(mae.to_dict())
    squared = (errors_**2).groupby(table["method"]).sum()
    assert shown.loc["elastic_net", "skill"] == pytest.approx(
        1 - squared["elastic_net"] / squared["persistence"]
    )
    assert shown.loc["elastic_net", "gain"] == pytest.approx(
        1 - squared["elastic_net"] / squared["own_standing"]
    )
    one = table.query("method == 'persistence' and year == 2016").set_index("province")
    standing = ps.panel.standings(drawn, level="index", breaks="ranking")
    before, after = (
        standing[standing["year"] == year].set_index("province")["standing"]
        for year in (2015, 2016)
    )
    assert one["forecast"].to_dict() == pytest.approx(before[one.index].to_dict())
    assert one["outcome"].to_dict() == pytest.approx(after[one.index].to_dict())


@pytest.mark.parametrize("method", MODELS)
def test_later_years_change_no_earlier_forecast(drawn, method) -> None:
    options = {**QUICK, "methods": [method], "n_draws": 5}
    whole = predictive(drawn, **options).forecasts
    until = predictive(drawn[drawn["year"] <= 2015], **options).forecasts
    rows = whole[whole["year"] <= 2015].reset_index(drop=True)
    pd.testing.assert_frame_equal(rows, until)


def test_where_parts_add_nothing_that_is_said(papi) -> None:
    """PAPI 2011-2020: models beat persistence, and know no more than the own standing."""
    table = predictive(papi, **QUICK, n_draws=200).performance.set_index("method")
    assert table.loc["own_standing", "beats_persistence"]
    assert not table.loc["elastic_net", "parts_help"]
    assert table.loc["elastic_net", "gain_sens_low"] < 0 < table.loc["elastic_net", "skill"]


def test_pure_noise_is_foretold_by_nothing(papi) -> None:
    rng = np.random.default_rng(0)
    rows = papi[(papi["level"] == "criterion") & (papi["year"] <= 2017)]
    noise = with_totals(rows.assign(score=1.4 + 0.05 * rng.normal(size=len(rows))))
    table = predictive(noise, **QUICK, n_draws=200).performance.set_index("method")
    assert not table["parts_help"].any()
    assert table["r2"].max() < 0.05
    # The mean is better than last year's noise: that is no find of a model.
    assert table.loc["mean", "beats_persistence"]


def test_breaks_of_ranks_are_not_foretold_across() -> None:
    recent = ps.load_scores("PAPI", years=range(2018, 2025))
    years = predictive(recent, **QUICK, n_draws=5).forecasts["year"]
    assert 2021 not in set(years)
    assert {2022, 2023, 2024} <= set(years)


def test_a_model_never_sees_a_column_its_years_do_not_have() -> None:
    rng = np.random.default_rng(0)
    x, years = rng.normal(size=(90, 3)), np.repeat([1, 2, 3], 30)
    x[:30, 2] = np.nan
    (fold,) = forward_chain("elastic_net", x, x[:, 0], years, 3, seed=0)
    assert fold.features.tolist() == [0, 1]


def test_all_methods_are_judged_on_the_same_cells() -> None:
    """A model that foretells one year only is held against the others in that year."""
    cells = pd.DataFrame({"year": [2019, 2020], "vintage": 63, "province": "20"})
    line, model = (cells.assign(method=name) for name in ("own_standing", "elastic_net"))
    both = pd.concat([line, model[model["year"] == 2020]], ignore_index=True)
    common = _on_the_same_cells(both, 2, "PAPI")
    assert common["year"].tolist() == [2020, 2020]
    assert set(common["method"]) == {"own_standing", "elastic_net"}
    with pytest.raises(errors.InsufficientData, match="parts that all earlier years have too"):
        _on_the_same_cells(line, 2, "PAPI")


def test_parts_that_ended_are_not_among_the_important_ones() -> None:
    scores = ps.load_scores("PAPI")
    result = predictive(scores, methods=["elastic_net"], n_repeats=2, n_halves=2, n_draws=20)
    pairs = result.importance
    newest = set(scores.loc[scores["year"] == 2023, "series"])
    for series, ended in zip(pairs["series"], pairs["ended"], strict=True):
        gone = [name for name in series.split("; ") if name not in newest]
        assert "; ".join(gone) == ended
    assert pairs["ended"].ne("").any()
    shown = ps.tables.forecast_importance(pairs, "en", n_top=100)
    assert len(shown.displayed) == (pairs["series"] != pairs["ended"]).sum() < len(pairs)
    assert "no longer" in " ".join(shown.notes)


def test_few_units_are_refused(papi) -> None:
    codes = sorted(papi["province"].unique())[:6]
    rows = papi[papi["province"].isin(codes) & (papi["year"] <= 2017)]
    mine = rows[rows["level"] == "dimension"].pivot_table(
        index=["province", "year"], columns="series", values="score"
    )
    values = mine.reset_index().rename(columns={"province": "unit"})
    values.columns = [str(name).replace(".", "_") for name in values]
    own = ps.index_from(values, name="Six units", year="year", each_period=True)
    try:
        with pytest.raises(errors.InsufficientData, match="6 units"):
            predictive(own)
        with pytest.raises(errors.InsufficientData, match="6 units, 10 are needed"):
            ps.drivers.convergence(own)
    finally:
        ps.frameworks.undefine("Six units")


def test_bad_requests_are_named(papi) -> None:
    with pytest.raises(errors.InvalidRequest, match="methods is empty"):
        predictive(papi, methods=[])
    with pytest.raises(errors.UnknownChoice, match="unknown method 'lasso'"):
        predictive(papi, methods=["lasso"])
    with pytest.raises(errors.InsufficientData, match=r"there are: 2012, 2013; pass more"):
        predictive(papi[papi["year"] <= 2013])
    with pytest.raises(errors.UnknownChoice, match="first year foretold"):
        predictive(papi, first=2012, **QUICK)
