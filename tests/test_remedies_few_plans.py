"""What few plans can say: right on planted data, figures from the real register, refusals."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from tests.invented_indices import par_index, scores_of, sipas
from tests.invented_plans import measures as invented_measures
from tests.invented_plans import plans as invented_plans

import parstats as ps
from parstats import errors, remedies
from parstats.figures.table import Table
from parstats.panel import load_measures, load_plans, load_printed, load_scores
from parstats.remedies.association.like_cells import expected_changes
from parstats.remedies.association.panel_layout import panel_layout
from parstats.remedies.cells.history import HISTORY
from parstats.remedies.few_plans.maintained_series import expected_shares
from parstats.remedies.few_plans.placed_sets import PlacedSets, correlation
from parstats.remedies.few_plans.shrunken_types import shrink
from parstats.remedies.few_plans.total_changes import Totals
from parstats.stats.clustered_mean import clustered_mean

pytestmark = pytest.mark.usefixtures("figures_to_2024")

QUICK: dict[str, Any] = {"n_draws": 199}


@pytest.fixture(scope="module")
def scores(figures_to_2024: None) -> pd.DataFrame:
    return load_scores("PAPI")


@pytest.fixture(scope="module")
def background(scores: pd.DataFrame) -> pd.DataFrame:
    """Cells of PAPI sub-dimensions, nobody with a plan."""
    cells = remedies.outcomes(scores, [2020, 2023, 2024])
    cells = cells[cells["level"] == "criterion"].reset_index(drop=True)
    texts = dict.fromkeys(("plans", "measure_types", "coarse_groups"), "")
    return cells.assign(state="background", dose=np.nan, n_measures=0, **texts)


@pytest.fixture(scope="module")
def real_cells(scores: pd.DataFrame) -> pd.DataFrame:
    return remedies.exposure(scores, load_measures("PAPI"), load_plans("PAPI"))


def planned(
    cells: pd.DataFrame, n_plans: int, *, seed: int = 0, gain: float = 0.0, comm: float = 0.0
) -> pd.DataFrame:
    """Plans of random provinces for eight random series, some by communication."""
    cells = cells.copy()
    rng = np.random.default_rng(seed)
    province_years = cells[["province", "year"]].drop_duplicates()
    for number, (province, year) in enumerate(
        province_years.sample(n_plans, random_state=seed).itertuples(index=False)
    ):
        own = cells[(cells["province"] == province) & (cells["year"] == year)].index
        chosen = rng.choice(own, 8, replace=False)
        cells.loc[own, "state"] = "not_targeted"
        cells.loc[chosen, "state"] = "targeted"
        cells.loc[chosen, "plans"] = f"plan-{number:02}"
        kinds = rng.choice(["COMM", "STAFF", "COMM;STAFF", ""], 8)
        cells.loc[chosen, "measure_types"] = kinds
        doses = rng.integers(1, 5, 8)
        cells.loc[chosen, "n_measures"] = doses
        cells.loc[chosen, "dose"] = doses / 10
        is_comm = np.array(["COMM" in kind for kind in kinds])
        cells.loc[chosen, "change"] += gain + comm * is_comm
    return cells


# The expected change of like cells.


def test_the_expectation_is_that_of_least_squares_on_cells_nobody_targets(background) -> None:
    few = sorted(set(background["series"]))[:4]
    cells = background[background["series"].isin(few)].reset_index(drop=True)
    reference = np.arange(len(cells)) % 5 > 0
    found = expected_changes(cells, reference)
    dummies = pd.get_dummies(cells["series"] + cells["year"].astype(str)).astype(float)
    columns = [dummies.to_numpy()]
    by_series = pd.get_dummies(cells["series"]).to_numpy(dtype=float)
    by_year = pd.get_dummies(cells["year"]).to_numpy(dtype=float)
    columns += [by_series * cells[[name]].to_numpy() for name in ("baseline", "previous_change")]
    for name in HISTORY:
        values = cells[[name]]
        columns.append(by_year * values.fillna(0.0).to_numpy())
        columns.append(by_year * values.isna().to_numpy())
    x = np.concatenate(columns, axis=1)
    slopes = np.linalg.lstsq(x[reference], cells["change"].to_numpy()[reference], rcond=None)[0]
    assert found == pytest.approx(x @ slopes, abs=1e-6)


def test_a_series_and_year_without_like_cells_has_no_expectation(background) -> None:
    reference = (background["year"] != 2024).to_numpy()
    found = expected_changes(background, reference)
    assert np.isnan(found[~reference]).all()
    assert np.isfinite(found[reference]).all()


# Sets placed on other provinces.


def test_an_interval_holds_a_planted_mean_about_as_often_as_it_says() -> None:
    rng, inside = np.random.default_rng(1), 0
    for at in range(200):
        residuals = rng.normal(size=(40, 6)) + rng.normal(size=(40, 1))
        chosen = np.zeros(residuals.shape, dtype=bool)
        chosen[:3, :4] = True
        residuals[chosen] += 0.5
        mean, low, high = PlacedSets.draw(residuals, np.zeros(40), 199, at).mean(chosen)
        assert mean == pytest.approx(residuals[chosen].mean())
        inside += low <= 0.5 <= high
    assert 180 <= inside <= 199


def test_one_province_has_an_interval_and_a_lonely_one_has_none() -> None:
    residuals = np.arange(20.0).reshape(10, 2) - 9.5
    chosen = np.zeros((10, 2), dtype=bool)
    chosen[4] = True
    mean, low, high = PlacedSets.draw(residuals, np.zeros(10), 199, 0).mean(chosen)
    assert low < mean < high
    lonely = np.where(np.arange(10) == 4, 34, 63)
    assert np.isnan(PlacedSets.draw(residuals, lonely, 199, 0).mean(chosen)[1])


def test_a_correlation_needs_five_cells_and_two_kinds() -> None:
    values = np.arange(6.0)
    kind = values > 2
    assert correlation(kind, values) == pytest.approx(np.corrcoef(kind, values)[0, 1])
    assert np.isnan(correlation(kind[:4], values[:4]))
    assert np.isnan(correlation(kind, np.ones(6)))
    assert np.isnan(correlation(kind, np.where(kind, np.nan, values)))


# The plain table.


def test_the_plain_table_shows_what_was_planted(background) -> None:
    nothing, table = (
        remedies.measure_outcomes(planned(background, 40, **effect), **QUICK).set_index("value")
        for effect in ({}, {"gain": 0.3, "comm": 0.4})
    )
    assert table.index.tolist() == ["all", "COMM", "STAFF"]
    share = table.loc["COMM", "n_cells"] / table.loc["all", "n_cells"]
    # The expectation is of cells nobody targets, so what is planted shows as it is.
    for column in ("residual", "change"):
        added = table[column] - nothing[column]
        assert added["all"] == pytest.approx(0.3 + 0.4 * share)
        assert added["COMM"] == pytest.approx(0.7)
    assert table.loc["all", "ci_low"] > 0 > nothing.loc["all", "ci_low"]
    assert table.loc["COMM", "correlation"] > nothing.loc["COMM", "correlation"] + 0.1
    assert table["change"].to_numpy() == pytest.approx(table["expected"] + table["residual"])
    assert (table["ci_low"] < table["residual"]).all()
    assert not {"p", "verdict"} & set(table.columns)


def test_the_plain_table_of_plans_that_do_nothing_holds_nothing(background) -> None:
    inside = [
        row["ci_low"] <= 0 <= row["ci_high"]
        for seed in range(8)
        for _, row in remedies.measure_outcomes(planned(background, 6, seed=seed), **QUICK)
        .head(1)
        .iterrows()
    ]
    assert sum(inside) >= 6


@pytest.mark.parametrize("history", ["last", "mean"])
def test_what_comes_back_by_itself_is_expected(background, history) -> None:
    """Plans for the eight worst of a province, of last year or of four, that do nothing."""
    lags = ["baseline", "lag_3", "lag_4"]
    standing = background["baseline"] if history == "last" else background[lags].mean(axis=1)
    cells = background.assign(measure_types="")
    own = cells[cells["province"].astype(int) % 2 == 0].assign(standing=standing)
    chosen = own.sort_values("standing").groupby(["province", "year"]).head(8).index
    cells.loc[chosen, ["state", "plans", "measure_types"]] = ["targeted", "a", "COMM"]
    row = remedies.measure_outcomes(cells, **QUICK).iloc[0]
    assert row["change"] > 0.2
    assert row["residual"] == pytest.approx(0.0, abs=0.06)


@pytest.mark.parametrize("by", ["measure_type", "coarse_group", "series", "dimension"])
def test_the_real_register_has_figures_where_an_estimate_is_refused(real_cells, by) -> None:
    table = remedies.measure_outcomes(real_cells, by=by, **QUICK)
    targeted = real_cells[real_cells["state"] == "targeted"]
    first = table.iloc[0]
    assert (first["value"], first["n_cells"]) == ("all", len(targeted))
    assert first["change"] == pytest.approx(targeted["change"].mean())
    assert table[["change", "expected", "residual", "ci_low", "ci_high"]].notna().all().all()
    verdict = remedies.estimate(real_cells, n_draws=99)["verdict"].iloc[0]
    assert verdict == "insufficient_data"


@pytest.mark.parametrize(
    "function",
    [remedies.measure_outcomes, remedies.partial_pooling, remedies.dose_response],
    ids=lambda function: function.__name__,
)
def test_bad_cells_are_refused_by_name(background, function) -> None:
    with pytest.raises(errors.InsufficientData, match="no cell is targeted"):
        function(background)
    with pytest.raises(errors.InsufficientData, match="there is no cell"):
        function(background.head(0))
    with pytest.raises(errors.InvalidRequest, match="lack"):
        function(background.drop(columns="baseline"))
    with pytest.raises(errors.InvalidRequest, match="n_draws"):
        function(planned(background, 2), n_draws=3)


def test_cells_without_types_have_the_row_for_all(background) -> None:
    cells = planned(background, 2).assign(measure_types="")
    assert remedies.measure_outcomes(cells, **QUICK)["value"].tolist() == ["all"]
    with pytest.raises(errors.InvalidRequest, match="lack measure_types"):
        remedies.measure_outcomes(cells.drop(columns="measure_types"), **QUICK)
    assert remedies.measure_outcomes(cells, by="series", **QUICK)["n_cells"].iloc[0] == 16
    with pytest.raises(errors.UnknownChoice, match="by"):
        remedies.measure_outcomes(cells, by="region")


# Partial pooling.


def test_shrinking_one_coefficient_is_the_textbook_formula() -> None:
    result = shrink(np.array([0.6]), np.array([[0.09]]), 0.1)
    weight = 0.01 / (0.01 + 0.09)
    assert result.mean[0] == pytest.approx(weight * 0.6)
    assert result.sd[0] == pytest.approx(np.sqrt(weight * 0.09))
    assert result.prior_share[0] == pytest.approx(1 - weight)


def test_shrinking_two_coefficients_is_the_posterior_on_a_grid() -> None:
    estimates = np.array([0.3, -0.1])
    covariance = np.array([[0.04, 0.03], [0.03, 0.09]])
    axis = np.linspace(-1.5, 1.5, 401)
    grid = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1)
    density = stats.multivariate_normal(estimates, covariance).pdf(grid)
    density *= stats.multivariate_normal(np.zeros(2), 0.04 * np.eye(2)).pdf(grid)
    density /= density.sum()
    mean = np.array([(density * grid[..., at]).sum() for at in (0, 1)])
    sd = np.sqrt([(density * (grid[..., at] - mean[at]) ** 2).sum() for at in (0, 1)])
    result = shrink(estimates, covariance, 0.2)
    assert result.mean == pytest.approx(mean, abs=1e-6)
    assert result.sd == pytest.approx(sd, abs=1e-6)


def test_pooled_coefficients_are_those_of_the_joint_model(background) -> None:
    cells = planned(background, 40, comm=0.4)
    table = remedies.partial_pooling(cells, prior_sds=[0.1, 50.0], **QUICK)
    joint = remedies.estimate(cells, by="measure_type", n_draws=199)
    joint = joint[joint["model"] == "joint"].set_index("value")
    weak = table[table["prior_sd"] == 50.0].set_index("value")
    assert weak["estimate"].to_dict() == pytest.approx(joint["adjusted_association"].to_dict())
    assert weak["se"].to_dict() == pytest.approx(joint["se"].to_dict(), rel=0.35)
    # A prior that allows everything changes nothing; a strict one draws towards 0.
    assert weak["shrunken"].to_dict() == pytest.approx(weak["estimate"].to_dict(), rel=1e-3)
    assert (weak["prior_share"] < 1e-3).all()
    strict = table[table["prior_sd"] == 0.1].set_index("value")
    assert 0 < strict.loc["COMM", "shrunken"] < weak.loc["COMM", "shrunken"]
    assert strict["prior_share"].between(0, 1).all()


def test_one_province_is_shrunken_to_next_to_nothing(real_cells) -> None:
    table = remedies.partial_pooling(real_cells, **QUICK)
    assert (table["n_provinces"] == 1).all()
    assert (table["prior_share"] > 0.6).all()
    assert (table["shrunken"].abs() <= table["prior_sd"]).all()
    assert (table["shrunken_low"] < 0).all()
    assert (table["shrunken_high"] > 0).all()
    assert "FEEDBACK+PARTICIP" in table["value"].tolist()


def test_a_type_of_every_targeted_cell_has_the_posterior_of_the_prior(background) -> None:
    cells = planned(background, 5)
    cells = cells.assign(measure_types=cells["measure_types"].mask(cells["plans"] != "", "COMM"))
    row = remedies.partial_pooling(cells, prior_sds=[0.2], **QUICK).iloc[0]
    assert np.isnan(row["estimate"])
    assert (row["shrunken"], row["prior_share"]) == (0.0, 1.0)
    assert row["shrunken_high"] == pytest.approx(0.2 * stats.norm.ppf(0.975))


def test_with_one_type_a_cell_types_are_held_against_the_mean_of_the_others(background) -> None:
    cells = planned(background, 40)
    kinds = np.random.default_rng(2).choice(["COMM", "STAFF", "ONLINE"], len(cells))
    is_targeted = cells["state"] == "targeted"
    cells = cells.assign(
        measure_types=np.where(is_targeted, kinds, ""),
        change=cells["change"] + 0.6 * (is_targeted & (kinds == "COMM")),
    )
    table = remedies.partial_pooling(cells, prior_sds=[0.2], **QUICK).set_index("value")
    assert table["shrunken"].idxmax() == "COMM"
    assert table.loc["COMM", "estimate"] == pytest.approx(0.6, abs=0.25)
    assert table["prior_share"].between(0, 1).all()


@pytest.mark.parametrize("priors", [[], [0.0], [-0.1], ["a"], [float("nan")]])
def test_a_prior_without_spread_is_refused(background, priors) -> None:
    with pytest.raises(errors.InvalidRequest):
        remedies.partial_pooling(planned(background, 2), prior_sds=priors)


# Totals.


def test_a_clustered_mean_is_that_of_the_matrices() -> None:
    rng = np.random.default_rng(3)
    clusters = np.repeat(np.arange(5), [1, 4, 2, 3, 1])
    values = rng.normal(size=len(clusters)) + rng.normal(size=5)[clusters]
    n, one = len(values), np.ones((len(values), 1))
    hat = np.eye(n) - one @ one.T / n
    total, vectors = 0.0, []
    for cluster in range(5):
        own = np.flatnonzero(clusters == cluster)
        block = hat[np.ix_(own, own)]
        eigen, basis = np.linalg.eigh(block)
        root = (basis / np.sqrt(eigen)) @ basis.T
        total += float(root.sum(axis=0) @ (hat @ values)[own]) ** 2 / n**2
        vectors.append(hat[own].T @ root.sum(axis=0) / n)
    matrix = np.array([[a @ b for b in vectors] for a in vectors])
    result = clustered_mean(values, clusters)
    assert result.se == pytest.approx(np.sqrt(total))
    assert result.df == pytest.approx(np.trace(matrix) ** 2 / (matrix**2).sum())
    reach = stats.t.ppf(0.975, result.df) * result.se
    assert result.ci_high == pytest.approx(values.mean() + reach)
    assert np.isnan(clustered_mean(values, np.zeros(n)).se)
    assert np.isnan(clustered_mean(values[:0], clusters[:0]).mean)


def test_peers_are_those_of_the_outcomes_of_plans(scores) -> None:
    held = ps.plans.outcomes(load_plans(), scores, load_printed(), "PAPI")
    own = held[held["plan"] == "binh-dinh-2023-ubnd"].iloc[0]
    change = Totals.build(scores, "PAPI").changes(63, 2022, 2023).loc["52"]
    assert change["n_peers"] == own["n_peers"]
    assert change["rank_change"] == own["rank_before"] - own["rank"]


def test_all_province_years_of_papi_are_held_against_their_peers(scores) -> None:
    pooled, cases, untested = remedies.synthesis(load_plans(), scores, load_printed(), "PAPI")
    assert len(cases) >= 23
    assert not cases.duplicated(["province", "vintage", "year"]).any()
    score = pooled.set_index("outcome").loc["score"]
    assert score["mean"] == pytest.approx(cases["score_difference"].mean())
    assert score["n_better"] + score["n_worse"] == len(cases)
    expected = stats.binomtest(int(score["n_better"]), len(cases)).pvalue
    assert score["sign_p"] == pytest.approx(expected)
    assert score["n_provinces"] == cases["province"].nunique()
    assert {"break", "no_scores"} <= set(untested["reason"])
    named = set(";".join(cases["plans"]).split(";"))
    formal = load_plans().query("formal and unit_level == 'province'")
    of_papi = formal[formal["indices"].str.contains("PAPI")]["plan"]
    assert named | set(untested["plan"]) == set(of_papi)
    assert not named & set(untested["plan"])


@pytest.mark.parametrize("index", ["SIPAS", "PAR INDEX"])
def test_cases_known_from_the_press_are_listed_and_not_counted(index) -> None:
    tables = load_plans(), load_scores(index), load_printed()
    pooled, cases, untested = remedies.synthesis(*tables, index)
    assert cases.empty
    assert pooled["n_province_years"].tolist() == [0, 0]
    assert pooled["mean"].isna().all()
    assert (untested["reason"] == "printed").sum() >= 2
    assert untested[["reason_vi", "reason_en"]].ne("").all().all()


def test_intervals_of_provinces_without_anything_in_common_hold_zero(scores) -> None:
    """Random province-years in the place of plans: 0 lies inside about as often as said."""
    totals = Totals.build(scores, "PAPI")
    pairs = [(before, before + 1) for before in (2012, 2016, 2018, 2019, 2022, 2023)]
    tables = [totals.changes(63, *pair) for pair in pairs]
    every = pd.concat(tables)["score_difference"].dropna()
    rng, inside = np.random.default_rng(5), 0
    for _ in range(400):
        drawn = every.sample(23, random_state=rng)
        result = clustered_mean(drawn.to_numpy(), drawn.index.to_numpy(dtype=str))
        inside += result.ci_low <= 0 <= result.ci_high
    assert 360 <= inside <= 396


def test_totals_by_type_count_every_province_year_once(scores) -> None:
    tables = load_plans(), load_measures(), scores, load_printed()
    table = remedies.total_outcomes(*tables, "PAPI", **QUICK)
    pooled = remedies.synthesis(tables[0], scores, tables[3], "PAPI").pooled
    first = table.iloc[0]
    assert first["n_province_years"] == pooled["n_province_years"].iloc[0]
    assert first["score_difference"] == pytest.approx(pooled["mean"].iloc[0])
    assert first["rank_difference"] == pytest.approx(pooled["mean"].iloc[1])
    assert (table["score_ci_low"] < table["score_difference"]).all()
    assert table["score_correlation"].iloc[1:].notna().all()
    with pytest.raises(errors.UnknownChoice):
        remedies.total_outcomes(*tables, "NO INDEX")


def test_scores_without_a_column_are_refused_by_name(scores) -> None:
    with pytest.raises(errors.InvalidRequest, match="rank"):
        remedies.synthesis(load_plans(), scores.drop(columns="rank"), load_printed(), "PAPI")


# What is only kept up.


def kept_up(province: str, series: list[str], year: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = [{"plan": province, "series": name, "list_type": "maintain"} for name in series]
    plan = {"plan": province, "province": province, "plan_year": year, "date": f"{year}-02-01"}
    return invented_measures(*rows), invented_plans(plan)


def test_kept_up_series_stand_beside_the_share_expected_of_like_ones(scores) -> None:
    series = sorted(set(scores.loc[scores["level"] == "criterion", "series"]))
    parts = [kept_up(code, series, 2024) for code in ("20", "22", "24", "25", "27", "30")]
    measures, plans = (pd.concat(tables, ignore_index=True) for tables in zip(*parts, strict=True))
    table = remedies.maintained_outcomes(scores, measures, plans, **QUICK)
    cells = remedies.exposure(scores, measures, plans, years=2024)
    kept = cells[cells["state"] == "maintained"]
    row = table.iloc[0]
    assert (row["value"], row["n_cells"], row["n_plans"]) == (
        *("all", len(kept)),
        kept["plans"].nunique(),
    )
    assert row["share_kept"] == pytest.approx((kept["change"] >= 0).mean())
    assert row["difference"] == pytest.approx(row["share_kept"] - row["expected_share"])
    # Real provinces drawn without regard to anything are like the others.
    assert row["ci_low"] < 0 < row["ci_high"]
    assert row["expected_share"] == pytest.approx(0.5, abs=0.1)


def test_what_stands_high_is_expected_to_fall_more_often(background) -> None:
    cells = panel_layout(background).cells
    shares = expected_shares(cells, np.ones(len(cells), dtype=bool))
    high = (cells["baseline"] > 1).to_numpy()
    low = (cells["baseline"] < -1).to_numpy()
    kept = (cells["change"] >= 0).to_numpy()
    for group in (high, low):
        assert shares[group].mean() == pytest.approx(kept[group].mean(), abs=0.06)
    assert shares[high].mean() < 0.35
    assert shares[low].mean() > 0.6


# The dose.


def test_a_planted_dose_is_found_and_none_is_not(background) -> None:
    cells = planned(background, 60)
    table = remedies.dose_response(cells, **QUICK).set_index("value")
    assert table["verdict"].tolist() == ["no_association_detected"] * 2
    dose = cells["n_measures"] * (cells["state"] == "targeted")
    moved = cells.assign(change=cells["change"] + 0.3 * dose)
    found = remedies.dose_response(moved, **QUICK).set_index("value")
    gain = found["adjusted_association"] - table["adjusted_association"]
    # The doses are one the tenth of the other, so a standard deviation of each is the same gain.
    assert gain.to_numpy() == pytest.approx(0.3 * found.loc["n_measures", "dose_sd"], rel=1e-6)
    assert found["verdict"].tolist() == ["association"] * 2
    assert (found["p_adjusted"] >= found["p"] - 1e-12).all()


def test_cells_without_a_known_dose_tell_nothing_of_it(background) -> None:
    cells = planned(background, 40)
    unknown = (cells["state"] == "targeted") & (np.arange(len(cells)) % 2 == 0)
    cells = cells.assign(n_measures=cells["n_measures"].mask(unknown, 0))
    row = remedies.dose_response(cells, **QUICK).set_index("value").loc["n_measures"]
    assert row["n_cells"] == ((cells["state"] == "targeted") & ~unknown).sum()
    moved = cells.assign(change=cells["change"] + 0.7 * unknown)
    again = remedies.dose_response(moved, **QUICK).set_index("value").loc["n_measures"]
    assert again["adjusted_association"] == pytest.approx(row["adjusted_association"], abs=1e-9)


def test_a_dose_of_few_provinces_or_that_does_not_vary_is_too_little(real_cells, background):
    table = remedies.dose_response(real_cells, **QUICK)
    assert table["reason"].tolist() == ["few_provinces"] * 2
    same = planned(background, 30)
    same = same.assign(n_measures=same["n_measures"].clip(upper=1))
    row = remedies.dose_response(same, **QUICK).set_index("value").loc["n_measures"]
    assert (row["verdict"], row["reason"]) == ("insufficient_data", "no_contrast")


# Whole tables of the PAR INDEX and SIPAS.


def whole(index: str, years: list[int]) -> pd.DataFrame:
    draw = par_index if index == "PAR INDEX" else sipas
    scores = scores_of(index, draw(years))
    by_year = scores.groupby(["year", "series"])["score"]
    rank = by_year.rank(method="min", ascending=False).astype("Int64")
    counts = by_year.transform("size").astype("Int64")
    return scores.assign(rank=rank, n_ranked=counts, source="invented")


def field_plans(index: str, year: int, fields: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Plans of twelve provinces, each for three fields, and of one for the whole index."""
    codes = sorted(ps.provinces.by_code(63))[:12]
    about = {"indices": index, "plan_year": year, "date": f"{year}-01-20"}
    rows, plans = [], []
    for at, code in enumerate(codes):
        plans.append({"plan": f"p{code}", "province": code, **about})
        names = [fields[(at + step) % len(fields)] for step in (0, 1, 3)]
        rows += [{"plan": f"p{code}", "index": index, "series": name} for name in names]
    plans.append({"plan": "whole", "province": "95", **about})
    top = ps.frameworks.top(index)
    rows.append({"plan": "whole", "index": index, "series": top, "measure_type": "ONLINE"})
    return invented_measures(*rows), invented_plans(*plans)


# SIPAS broke off in 2022 and 2023, so the years that compare are before.
@pytest.mark.parametrize(
    ("index", "year"), [("PAR INDEX", 2024), ("SIPAS", 2020)], ids=["PAR", "SIPAS"]
)
def test_whole_tables_of_fields_go_through_cells_and_totals(index, year) -> None:
    scores = whole(index, [year - 2, year - 1, year])
    is_field = (scores["level"] == "dimension") & (scores["year"] == year)
    fields = sorted(set(scores.loc[is_field, "series"]))
    measures, plans = field_plans(index, year, fields)
    cells = remedies.exposure(scores, measures, plans)
    targeted = cells[cells["state"] == "targeted"]
    assert set(targeted["level"]) == {"dimension"}
    assert len(targeted) == 36
    row = remedies.estimate(cells, n_draws=99).iloc[0]
    assert np.isfinite(row["adjusted_association"])
    assert row["n_provinces"] == 12
    described = remedies.measure_outcomes(cells, **QUICK)
    assert described["n_cells"].tolist() == [36, 36]
    # The plan for the whole index targets no cell, and counts among the totals.
    assert "whole" not in set(targeted["plans"])
    totals = remedies.total_outcomes(plans, measures, scores, load_printed(), index, **QUICK)
    counts = totals.set_index("value")["n_province_years"].to_dict()
    assert counts == {"all": 13, "COMM": 12, "ONLINE": 1}
    pooled = remedies.synthesis(plans, scores, load_printed(), index).pooled
    assert pooled["n_provinces"].tolist() == [13, 13]


# Printed tables.


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_tables_show_the_figures_and_say_that_they_describe(real_cells, scores, lang) -> None:
    result = remedies.synthesis(load_plans(), scores, load_printed(), "PAPI")
    measured = remedies.measure_outcomes(real_cells, **QUICK)
    pooled = remedies.partial_pooling(real_cells, **QUICK)
    tables = [
        ps.tables.measure_outcomes(measured, lang),
        ps.tables.measure_outcomes(
            remedies.measure_outcomes(real_cells, by="dimension", **QUICK), lang
        ),
        ps.tables.partial_pooling(pooled, lang),
        ps.tables.synthesis(result.pooled, result.untested, lang),
    ]
    describes = {"vi": "không phải ước lượng tác động", "en": "not an estimate of an effect"}
    for table in tables:
        assert isinstance(table, Table)
        assert describes[lang] in table.notes[0]
        assert not re.search(r"\bnan\b", repr(table), re.I)
        assert "PAPI" in table.source
    names = repr(tables[2])
    assert " + " in names
    assert "FEEDBACK" not in names


def test_tables_of_something_else_are_refused(real_cells) -> None:
    with pytest.raises(errors.InvalidRequest, match="measure_outcomes"):
        ps.tables.measure_outcomes(real_cells, "en")
    result = remedies.synthesis(load_plans(), load_scores("PAPI"), load_printed(), "PAPI")
    with pytest.raises(errors.InvalidRequest, match="reason"):
        ps.tables.synthesis(result.pooled, result.cases, "en")
    with pytest.raises(errors.InvalidRequest, match="no rows"):
        ps.tables.partial_pooling(remedies.partial_pooling(real_cells, **QUICK).head(0), "en")
