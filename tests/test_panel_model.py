"""Panel regressions against linearmodels, dummies, brute force and the variance of remedies."""

from __future__ import annotations

from itertools import pairwise

import linearmodels.panel as lm
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.stats import t as law
from statsmodels.duration.hazard_regression import PHReg

import parstats as ps
from parstats import drivers, errors
from parstats.drivers.over_time.panel_model import LEAST_YEARS
from parstats.reference.labels import text
from parstats.remedies.association.panel_layout import panel_layout
from parstats.stats.panel_regression import (
    clustered_errors,
    cr2_errors,
    driscoll_kraay_errors,
    not_estimable,
    regress,
    two_way_errors,
    wild_statistics,
    wild_weights,
)
from parstats.stats.randomization.cluster_variance import cr2
from parstats.stats.randomization.design import Design
from parstats.stats.randomization.panel_blocks import Projections

# Both sides are sums of doubles in another order.
SAME = {"rel": 1e-8, "abs": 1e-10}
HEALTH, ENVIRONMENT = "papi.services.public_health", "papi.environment"
GRDP = "GRDP growth, %"


@pytest.fixture(scope="module")
def papi() -> pd.DataFrame:
    return ps.load_scores("PAPI")


@pytest.fixture(scope="module")
def holed() -> pd.DataFrame:
    """30 units, 11 years, two regressors, an eighth of the cells missing."""
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        [(unit, 2000 + year) for unit in range(30) for year in range(11)],
        columns=["unit", "year"],
    )
    frame["a"] = rng.normal(size=len(frame)) + 0.1 * frame["unit"]
    frame["b"] = rng.normal(size=len(frame)) + 0.2 * frame["year"]
    frame["y"] = frame["a"] - 0.5 * frame["b"] + rng.normal(size=30)[frame["unit"]]
    frame["y"] += rng.normal(size=len(frame)) * (1 + frame["unit"] / 15)
    holes = rng.choice(len(frame), 40, replace=False)
    return frame.drop(index=holes).sort_values(["unit", "year"]).reset_index(drop=True)


def two_way(frame: pd.DataFrame):
    unit, year = frame["unit"].to_numpy(), (frame["year"] - 2000).to_numpy()
    x = frame[["a", "b"]].to_numpy()
    return regress(frame["y"].to_numpy(), x, unit, units=unit, years=year), unit, year


# Against linearmodels.


def test_two_way_slopes_and_errors_are_those_of_linearmodels(holed) -> None:
    fit, _, year = two_way(holed)
    indexed = holed.set_index(["unit", "year"])
    model = lm.PanelOLS(indexed["y"], indexed[["a", "b"]], entity_effects=True, time_effects=True)
    clustered = {"cov_type": "clustered", "debiased": True, "group_debias": True}
    by_unit = model.fit(cluster_entity=True, **clustered)
    by_both = model.fit(cluster_entity=True, cluster_time=True, **clustered)
    over_years = model.fit(cov_type="kernel", debiased=True)
    assert fit.slopes == pytest.approx(by_unit.params.to_numpy(), **SAME)
    assert fit.df_residual == by_unit.df_resid
    for found, expected in (
        (clustered_errors(fit), by_unit),
        (two_way_errors(fit, year), by_both),
        (driscoll_kraay_errors(fit, year), over_years),
    ):
        assert found.se == pytest.approx(expected.std_errors.to_numpy(), **SAME)


def test_first_differences_are_those_of_linearmodels(holed) -> None:
    before = holed.groupby("unit")[["year", "y", "a", "b"]].shift()
    changes = (holed[["y", "a", "b"]] - before[["y", "a", "b"]])[
        holed["year"] - before["year"] == 1
    ]
    unit = np.unique(holed.loc[changes.index, "unit"], return_inverse=True)[1]
    year = np.unique(holed.loc[changes.index, "year"], return_inverse=True)[1]
    fit = regress(changes["y"].to_numpy(), changes[["a", "b"]].to_numpy(), unit, years=year)
    indexed = holed.set_index(["unit", "year"])
    dummies = pd.get_dummies(holed["year"]).astype(float).iloc[:, 1:].set_axis(indexed.index)
    dummies.columns = dummies.columns.astype(str)
    model = lm.FirstDifferenceOLS(indexed["y"], indexed[["a", "b"]].join(dummies))
    by_unit = model.fit(cov_type="clustered", cluster_entity=True, debiased=True, group_debias=True)
    assert fit.slopes == pytest.approx(by_unit.params[["a", "b"]].to_numpy(), **SAME)
    se = by_unit.std_errors[["a", "b"]].to_numpy()
    assert clustered_errors(fit).se == pytest.approx(se, **SAME)
    se = model.fit(cov_type="kernel", debiased=True).std_errors[["a", "b"]].to_numpy()
    assert driscoll_kraay_errors(fit, year).se == pytest.approx(se, **SAME)


def test_between_is_that_of_linearmodels_and_its_cr2_is_hc2(holed) -> None:
    means = holed.groupby("unit")[["y", "a", "b"]].mean()
    fit = regress(means["y"].to_numpy(), means[["a", "b"]].to_numpy(), np.arange(len(means)))
    indexed = holed.assign(constant=1.0).set_index(["unit", "year"])
    model = lm.BetweenOLS(indexed["y"], indexed[["constant", "a", "b"]])
    robust = model.fit(cov_type="robust", debiased=True)
    assert fit.slopes == pytest.approx(robust.params[["a", "b"]].to_numpy(), **SAME)
    se = robust.std_errors[["a", "b"]].to_numpy()
    assert clustered_errors(fit).se == pytest.approx(se, **SAME)
    ols = sm.OLS(means["y"], sm.add_constant(means[["a", "b"]])).fit()
    expected = ols.get_robustcov_results("HC2").bse[1:]
    assert cr2_errors(fit).se == pytest.approx(expected, **SAME)


@pytest.mark.parametrize("model", ["two_way", "first_differences", "between"])
def test_the_driver_is_linearmodels_on_its_sample(papi, model) -> None:
    result = drivers.panel(
        papi,
        outcome=HEALTH,
        regressors=["papi.services.infrastructure", "papi.procedures.land_titles"],
        model=model,
        errors="cluster",
        n_draws=0,
    )
    cells = result.sample.set_index(["unit", "year"])
    x, y = cells[result.coefficients["term"].tolist()], cells[HEALTH]
    options = {"debiased": True}
    if model == "between":
        fit = lm.BetweenOLS(y, x.assign(one=1.0)).fit(cov_type="robust", **options)
    elif model == "two_way":
        whole = lm.PanelOLS(y, x, entity_effects=True, time_effects=True)
        options |= {"cluster_entity": True, "group_debias": True}
        fit = whole.fit(cov_type="clustered", **options)
    else:
        years = pd.get_dummies(cells.index.get_level_values("year")).astype(float).iloc[:, 1:]
        years = years.set_axis(cells.index).rename(columns=str)
        options |= {"cluster_entity": True, "group_debias": True}
        fit = lm.FirstDifferenceOLS(y, x.join(years)).fit(cov_type="clustered", **options)
    found = result.coefficients.set_index("term")
    assert found["coefficient"].to_numpy() == pytest.approx(
        fit.params[x.columns].to_numpy(), **SAME
    )
    assert found["se"].to_numpy() == pytest.approx(fit.std_errors[x.columns].to_numpy(), **SAME)
    assert result.fit["n_years"].iloc[0] == cells.index.get_level_values("year").nunique()


@pytest.mark.parametrize("kind", ["two_way", "driscoll_kraay"])
def test_ten_comparable_years_carry_errors_over_years_and_nine_do_not(papi, kind) -> None:
    options = {"outcome": HEALTH, "regressors": "papi.services.infrastructure", "errors": kind}
    options["breaks"] = "ranking"
    result = drivers.panel(papi, n_draws=0, **options)
    assert result.fit["n_years"].iloc[0] == LEAST_YEARS == 10
    cells = result.sample.set_index(["unit", "year"])
    model = lm.PanelOLS(
        cells[HEALTH],
        cells[["papi.services.infrastructure"]],
        entity_effects=True,
        time_effects=True,
    )
    if kind == "two_way":
        fit = model.fit(
            cov_type="clustered",
            cluster_entity=True,
            cluster_time=True,
            debiased=True,
            group_debias=True,
        )
    else:
        fit = model.fit(cov_type="kernel", debiased=True)
    assert result.coefficients["se"].iloc[0] == pytest.approx(fit.std_errors.iloc[0], **SAME)
    with pytest.raises(errors.InsufficientData, match="10 comparable years or more, there are 9"):
        drivers.panel(papi, years=range(2012, 2021), n_draws=0, **options)


# Against brute force.


def test_cr2_is_that_of_the_definition_with_every_dummy(holed) -> None:
    fit, unit, year = two_way(holed)
    x = np.column_stack([holed[["a", "b"]], np.eye(30)[unit], np.eye(11)[year][:, 1:]])
    inverse = np.linalg.inv(x.T @ x)
    hat = x @ inverse @ x.T
    residual = holed["y"].to_numpy() - hat @ holed["y"].to_numpy()
    maker = np.eye(len(x)) - hat
    meat, weights = np.zeros((x.shape[1],) * 2), []
    for number in range(30):
        rows = np.flatnonzero(unit == number)
        values, vectors = np.linalg.eigh(maker[np.ix_(rows, rows)])
        roots = np.where(values > 1e-8, 1 / np.sqrt(np.maximum(values, 1e-12)), 0)
        adjusted = (vectors * roots) @ vectors.T
        score = x[rows].T @ adjusted @ residual[rows]
        meat += np.outer(score, score)
        weights.append((rows, adjusted))
    expected = np.sqrt(np.diag(inverse @ meat @ inverse))[:2]
    found = cr2_errors(fit)
    assert found.se == pytest.approx(expected, rel=1e-7)
    for column in range(2):
        pulled = np.column_stack(
            [maker[:, rows] @ (a @ x[rows] @ inverse[:, column]) for rows, a in weights]
        )
        crossed = pulled.T @ pulled
        df = np.trace(crossed) ** 2 / (crossed**2).sum()
        assert found.df[column] == pytest.approx(df, rel=1e-7)


def test_cr2_is_that_of_the_remedies_on_their_layout(scores) -> None:
    """The two implementations share no line."""
    table = ps.remedies.outcomes(scores, range(2022, 2025))
    table = table[table["level"] == "dimension"].reset_index(drop=True)
    layout = panel_layout(table.assign(state="background"))
    projections = Projections.build(layout.blocks)
    rng = np.random.default_rng(0)
    treatment = (rng.random(layout.blocks.outcome.shape) < 0.2).astype(float)
    design = Design(projections, treatment)
    expected = cr2(design)
    sample = projections.estimation_sample
    # Their regressors with the effects inside clusters taken out, as columns of ours.
    present = layout.blocks.estimation_sample
    cluster, _ = np.nonzero(present)
    columns = np.concatenate(
        [block[row] for block, row in zip(sample.columns, present, strict=True)]
    )
    remainder = np.concatenate([b[row] for b, row in zip(design.remainder, present, strict=True)])
    residual = np.concatenate([b[row] for b, row in zip(design.residuals, present, strict=True)])
    outcome = residual + design.estimate * remainder
    values, vectors = np.linalg.eigh(sample.inverse)
    basis = columns @ vectors @ np.diag(np.sqrt(np.maximum(values, 0)))
    assert np.abs(basis.T @ remainder).max() < 1e-8
    clusters = np.unique(cluster, return_inverse=True)[1]
    plain = regress(outcome, remainder[:, None], clusters)
    ours = plain.__class__(
        outcome,
        remainder[:, None],
        basis,
        basis.shape[1],
        clusters,
        np.array([design.estimate]),
        residual,
        np.array([[1 / (remainder @ remainder)]]),
    )
    found = cr2_errors(ours)
    assert found.se[0] == pytest.approx(expected.se, rel=1e-6)
    assert found.df[0] == pytest.approx(expected.df, rel=1e-6)


def test_cr2_is_missing_where_a_province_alone_tells(holed) -> None:
    unit = holed["unit"].to_numpy()
    alone = ((unit == 3) & (holed["year"] > 2005)).astype(float).to_numpy()
    fit = regress(holed["y"].to_numpy(), alone[:, None], unit, units=unit)
    assert np.isnan(cr2_errors(fit).se).all()


@pytest.mark.parametrize("column", [0, 1])
def test_wild_draws_are_regressions_of_drawn_outcomes(holed, column) -> None:
    fit, unit, year = two_way(holed)
    weights = wild_weights(30, 6, seed=3)
    t, drawn = wild_statistics(fit, column, weights)
    restricted = fit.less(column)
    factor = np.sqrt(len(holed) / fit.df_residual * 30 / 29 * (len(holed) - 1) / len(holed))
    assert t * clustered_errors(fit).se[column] / factor == pytest.approx(fit.slopes[column])
    x = holed[["a", "b"]].to_numpy()
    for row, expected in zip(weights, drawn, strict=True):
        again = regress(row[unit] * restricted.residuals, x, unit, units=unit, years=year)
        se = clustered_errors(again).se[column] / factor
        assert again.slopes[column] / se == pytest.approx(expected)


def test_few_clusters_have_webb_s_weights() -> None:
    assert set(np.unique(wild_weights(12, 99, 0))) == {-1.0, 1.0}
    six = np.unique(wild_weights(11, 999, 0) ** 2)
    assert six == pytest.approx([0.5, 1.0, 1.5])


@pytest.mark.slow
def test_tests_hold_their_size_with_clusters_that_hang_together() -> None:
    """Errors of a province that last; 20 provinces: CR2 and the wild bootstrap reject about 5 %."""
    rng = np.random.default_rng(5)
    unit, year = np.repeat(np.arange(20), 6), np.tile(np.arange(6), 20)
    weights = wild_weights(20, 399, 0)
    found = []
    for _ in range(600):
        x = np.cumsum(rng.normal(size=(20, 6)), axis=1).ravel()
        y = np.cumsum(rng.normal(size=(20, 6)), axis=1).ravel()
        fit = regress(y, x[:, None], unit, units=unit, years=year)
        robust = cr2_errors(fit)
        t, drawn = wild_statistics(fit, 0, weights)
        p_cr2 = 2 * law.sf(abs(fit.slopes[0] / robust.se[0]), robust.df[0])
        found.append((p_cr2 <= 0.05, (np.abs(drawn) >= abs(t)).mean() <= 0.05))
    for share in np.mean(found, axis=0):
        assert 0.025 < share < 0.08


# Which years, which variables.


def test_the_years_are_those_of_one_run_and_the_others_say_why(papi) -> None:
    result = drivers.panel(papi, outcome="papi.services", regressors=ENVIRONMENT, n_draws=0)
    years = result.years.set_index("year")
    assert years.index[years["entered"]].tolist() == [2021, 2022, 2023, 2024]
    assert years.loc[2011:2017, "reason"].eq("scores").all()
    assert years.loc[2011:2017, "missing"].eq(ENVIRONMENT).all()
    assert years.loc[2018:2020, "reason"].eq("break").all()
    runs = ps.panel.standings(papi, series=[ENVIRONMENT, "papi.services"])
    same = runs[runs["year"].between(2021, 2024)].groupby("series")["run"].nunique()
    assert same.eq(1).all()
    older = drivers.panel(
        papi, outcome="papi.services", regressors=ENVIRONMENT, years=[2018, 2019, 2020], n_draws=0
    )
    assert older.fit[["first", "last"]].iloc[0].tolist() == [2019, 2020]


def test_asked_for_years_beyond_a_gap_are_named_in_the_result(papi, tmp_path) -> None:
    result = drivers.panel(
        papi,
        outcome="papi.services",
        regressors=ENVIRONMENT,
        years=[2018, 2021, 2022, 2024],
        model="first_differences",
        n_draws=19,
    )
    reasons = result.years.set_index("year")["reason"].to_dict()
    assert reasons == {2018: "break", 2021: "change", 2022: "", 2024: "gap"}
    for table in (result.coefficients, result.fit):
        assert table["years_left_out"].eq("2018 (break); 2024 (gap)").all()
    for lang in ("vi", "en"):
        notes = " ".join(ps.tables.panel(result, lang).notes)
        assert text("panel.reason.gap", lang) in notes
        assert text("panel.draws", lang, n=19) in notes
    ps.reports.export_panel(result, tmp_path / "model.dta")
    commands = (tmp_path / "model.do").read_text(encoding="utf-8")
    for word in ("2024 (gap)", "standard deviations", "19 draws"):
        assert word in commands


def test_differences_lose_their_first_year_and_say_so(papi) -> None:
    result = drivers.panel(
        papi, outcome="papi.services", regressors=ENVIRONMENT, model="first_differences", n_draws=0
    )
    years = result.years.set_index("year")
    assert years.loc[2021, "reason"] == "change"
    assert result.fit["n_years"].iloc[0] == 4
    wide = result.sample.pivot(index="unit", columns="year", values=ENVIRONMENT)
    pairs = sum(wide[[a, b]].notna().all(axis=1).sum() for a, b in pairwise(range(2021, 2025)))
    assert result.fit["n_cells"].iloc[0] == pairs


def test_points_stay_on_one_scale(papi) -> None:
    """Dimensions of PAPI had other maxima before 2018: points end a run there, shares may not."""
    result = drivers.panel(
        papi,
        outcome="papi.services",
        regressors="papi.transparency",
        standardised=False,
        breaks="ranking",
        n_draws=0,
    )
    bounds = ps.load_versions()
    assert not bounds.empty
    tops = papi[papi["series"].isin(["papi.services", "papi.transparency"])]
    used = tops[tops["year"].isin(result.sample["year"])]
    assert (used.groupby("series")["max_score"].nunique() == 1).all()
    cell = result.sample.iloc[0]
    row = papi.query("series == 'papi.services' and year == @cell.year and province == @cell.unit")
    assert cell["papi.services"] == pytest.approx(row["score"].iloc[0])


def test_all_parts_are_refused_as_an_identity_and_told_what_to_ask(papi) -> None:
    dimensions = papi.query("level == 'dimension' and year == 2024")["series"].unique().tolist()
    with pytest.raises(
        errors.InvalidRequest, match=r"identity, every coefficient .* is one .*leads"
    ):
        drivers.panel(papi, outcome="papi", regressors=dimensions, breaks="ranking")
    parts = ["public_health", "primary_education", "infrastructure", "law_and_order"]
    parts = [f"papi.services.{name}" for name in parts]
    with pytest.raises(errors.InvalidRequest, match="identity"):
        drivers.panel(papi, outcome="papi.services", regressors=parts)
    mixed = (
        [*dimensions[1:], *papi.query("parent == @dimensions[0]")["series"].unique()]
        if ("parent" in papi)
        else dimensions
    )
    with pytest.raises(errors.InvalidRequest, match="identity"):
        drivers.panel(papi, outcome="papi", regressors=mixed, breaks="ranking")
    some = drivers.panel(papi, outcome="papi.services", regressors=[*parts[1:], ENVIRONMENT])
    assert some.coefficients["overlaps"].tolist() == [True, True, True, False]
    with pytest.raises(errors.InvalidRequest, match="nothing is regressed on itself"):
        drivers.panel(papi, outcome="papi.services", regressors="papi.services")
    lagged = drivers.panel(papi, outcome="papi.services", regressors="papi.services", lag=1)
    assert not lagged.coefficients["overlaps"].any()


# Covariates.


def growth(years=range(2011, 2025), seed=0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    places = ps.provinces.by_code(63)
    rows = [(place.names["en"], year) for place in places.values() for year in years]
    table = pd.DataFrame(rows, columns=["Tỉnh/TP", "Năm"])
    return table.assign(**{GRDP: rng.normal(8, 2, size=len(table))})


@pytest.mark.parametrize(("aggregate", "is_sum"), [("geometric", False), ("arithmetic", True)])
def test_an_index_that_is_no_sum_is_not_called_one(aggregate, is_sum) -> None:
    rng = np.random.default_rng(0)
    units = [f"unit {number}" for number in range(30)]
    tables = {
        year: pd.DataFrame(rng.uniform(1, 10, (30, 3)), units, list("abc")) for year in (2020, 2021)
    }
    scores = ps.index_from(tables, name="Made up", scale=(1, 100), aggregate=aggregate)
    parts = [name for name in scores["series"].unique() if "." in name]
    try:
        with pytest.raises(errors.InvalidRequest, match="identity") as caught:
            drivers.panel(scores, outcome="made_up", regressors=parts)
    finally:
        ps.frameworks.undefine("Made up")
    assert ("is the sum of the regressors" in str(caught.value)) is is_sum
    assert ("geometric mean" in str(caught.value)) is not is_sum


def test_sloppy_names_join_in_one_call(papi) -> None:
    table = growth()
    sloppy = {
        "Ho Chi Minh City": "TP HCM",
        "Thua Thien-Hue": "thua thien hue",
        "Thừa Thiên Huế": "Thua Thien-Hue",
        "Ba Ria - Vung Tau": "BR-VT",
    }
    renamed = table.assign(**{"Tỉnh/TP": table["Tỉnh/TP"].replace(sloppy)})
    renamed["Tỉnh/TP"] = [
        name if place % 3 else str(name).upper().replace("-", " ")
        for place, name in enumerate(renamed["Tỉnh/TP"])
    ]
    codes = ps.match_provinces(table["Tỉnh/TP"], year=2024)
    coded = table.assign(**{"Tỉnh/TP": codes})
    options = {"outcome": "papi.services", "regressors": [ENVIRONMENT, GRDP], "n_draws": 0}
    whole = drivers.panel(papi, covariates=table, **options)
    for other in (renamed, coded):
        again = drivers.panel(papi, covariates=other.sample(frac=1, random_state=1), **options)
        pd.testing.assert_frame_equal(again.coefficients, whole.coefficients)
    joined = ps.panel.join_covariates(papi, renamed)
    own = table.assign(province=codes, year=table["Năm"])[["year", "province", GRDP]]
    both = joined.merge(own, on=["year", "province"], suffixes=("", "_own"))
    assert len(both) == len(joined)
    assert both[GRDP].equals(both[f"{GRDP}_own"])


def test_years_without_covariates_are_listed(papi) -> None:
    result = drivers.panel(
        papi,
        outcome="papi.services",
        regressors=GRDP,
        covariates=growth(range(2021, 2024)),
        n_draws=0,
    )
    years = result.years.set_index("year")
    assert years.index[years["entered"]].tolist() == [2021, 2022, 2023]
    assert years.loc[2024, ["reason", "missing"]].tolist() == ["covariates", GRDP]


@pytest.mark.parametrize(
    ("spoil", "error", "message"),
    [
        (
            lambda t: t.replace({t.iloc[0, 0]: "Atlantis", t.iloc[20, 0]: "Ha Noy Nam"}),
            errors.ProvinceNotMatched,
            "column Tỉnh/TP: .*names are no province: .*Atlantis",
        ),
        (lambda t: pd.concat([t, t.head(1)]), errors.InvalidData, "2 rows of a unit and year"),
        (
            lambda t: t.rename(columns={"Năm": "when"}),
            errors.InvalidRequest,
            "no columns look like",
        ),
        (
            lambda t: t.rename(columns={"Tỉnh/TP": "who"}),
            errors.InvalidRequest,
            "covariate_unit=",
        ),
        (lambda t: t.assign(Năm=1999), errors.InvalidRequest, "no row is of a year of the scores"),
        (lambda t: t.assign(Năm="soon"), errors.InvalidData, "rows without a year"),
        (
            lambda t: t.assign(**{GRDP: t[GRDP].astype(str).where(t.index != 5, "7,2")}),
            errors.InvalidData,
            "another decimal mark than the others .*'7,2'",
        ),
        (
            lambda t: t.assign(**{GRDP: t[GRDP].astype(str).where(t.index != 5, "cao")}),
            errors.InvalidData,
            "no numbers .*'cao'",
        ),
        (
            lambda t: t.pivot(index="Tỉnh/TP", columns="Năm", values=GRDP).reset_index(),
            errors.InvalidRequest,
            r"side by side, as columns \(2011, .*table.melt\(id_vars=\['Tỉnh/TP'\]",
        ),
        (lambda t: t.to_dict(), errors.InvalidRequest, "covariates is dict"),
        (lambda t: t.drop(columns=GRDP), errors.InvalidRequest, "no column of numbers beside"),
        (
            lambda t: t[t["Tỉnh/TP"] != t["Tỉnh/TP"].iloc[0]].head(400),
            errors.InsufficientCoverage,
            "of 63 have complete data, 57 are needed",
        ),
        (lambda t: t.assign(**{GRDP: 7.0}), errors.InvalidRequest, "is the same for all units"),
    ],
    ids=[
        *(
            "names",
            "twice",
            "no-year",
            "no-name",
            "other-years",
            "year-text",
            "marks",
            "words",
            "years-as-columns",
            "no-table",
        ),
        *("no-figures", "too-few", "constant"),
    ],
)
def test_covariates_that_cannot_be_joined_are_refused(papi, spoil, error, message) -> None:
    with pytest.raises(error, match=message):
        drivers.panel(
            papi, outcome="papi.services", regressors=GRDP, covariates=spoil(growth()), n_draws=0
        )


def test_columns_that_nobody_asked_for_do_not_refuse_a_table(papi) -> None:
    options = {"outcome": "papi.services", "regressors": GRDP, "n_draws": 0}
    plain = drivers.panel(papi, covariates=growth(), **options)
    more = growth().assign(**{ENVIRONMENT: 1.0, "vintage": 63, "Ghi chú": "tạm tính"})
    more["Ghi chú"] = more["Ghi chú"].where(more.index % 50 != 0, "3")
    again = drivers.panel(papi, covariates=more, **options)
    pd.testing.assert_frame_equal(again.coefficients, plain.coefficients)
    with pytest.raises(errors.InvalidRequest, match="cannot be told which of them is meant"):
        drivers.panel(papi, covariates=more, **options | {"regressors": [GRDP, ENVIRONMENT]})
    with pytest.raises(errors.InvalidData, match=r"Ghi chú.*no numbers"):
        drivers.panel(papi, covariates=more, **options | {"regressors": "Ghi chú"})
    joined = ps.panel.join_covariates(papi, more.drop(columns="vintage"))
    assert joined.columns.tolist() == ["year", "vintage", "province", GRDP]


def test_decimal_commas_are_read_where_the_column_shows_them(papi) -> None:
    table = growth().round({GRDP: 2})
    written = table.assign(**{GRDP: table[GRDP].map("{:.2f}".format).str.replace(".", ",")})
    pd.testing.assert_frame_equal(
        ps.panel.join_covariates(papi, written), ps.panel.join_covariates(papi, table)
    )


@pytest.mark.parametrize("model", ["two_way", "first_differences"])
def test_what_stays_has_no_slope_whichever_provinces_are_in(papi, model) -> None:
    """Another set of provinces in a year has another spread, which is no change over time."""
    table = growth()
    lasting = table.groupby("Tỉnh/TP")[GRDP].transform("first")
    table = table.assign(**{GRDP: lasting})
    out = (table["Năm"] == 2023) & table["Tỉnh/TP"].isin(table["Tỉnh/TP"].unique()[:3])
    options = {"outcome": "papi.services", "regressors": GRDP, "n_draws": 0}
    with pytest.raises(errors.InvalidRequest, match=f"no slope of {GRDP}"):
        drivers.panel(papi, covariates=table[~out], model=model, **options)
    with pytest.raises(errors.InvalidRequest, match="same in all years of each province"):
        drivers.panel(
            papi,
            covariates=table[~out],
            model=model,
            outcome=GRDP,
            regressors=ENVIRONMENT,
            n_draws=0,
        )


def test_one_year_is_a_correlation_also_with_provinces_missing(papi) -> None:
    table = growth([2024])
    table = table[~table["Tỉnh/TP"].isin(table["Tỉnh/TP"].unique()[[3, 8, 30]])]
    result = drivers.panel(
        papi,
        outcome="papi.services",
        regressors=GRDP,
        covariates=table,
        years=2024,
        model="between",
        n_draws=0,
    )
    scores = papi[(papi["series"] == "papi.services") & (papi["year"] == 2024)]
    joined = ps.panel.join_covariates(papi, table)
    both = joined[joined["year"] == 2024].merge(scores[["province", "score"]]).dropna()
    found = result.coefficients["coefficient"].iloc[0]
    assert found == pytest.approx(both[GRDP].corr(both["score"]), **SAME)


@pytest.mark.parametrize("flag", ["no", 0, None])
def test_flags_are_true_or_false(papi, flag) -> None:
    for make, name in (
        (
            lambda **o: drivers.panel(papi, outcome="papi", regressors=ENVIRONMENT, **o),
            "standardised",
        ),
        (lambda **o: drivers.leads(papi, **o), "province_effects"),
        (lambda **o: drivers.outside(papi, ps.load_scores("PCI"), **o), "adjust"),
        (lambda **o: drivers.outside(papi, ps.load_scores("PCI"), **o), "province_effects"),
        (lambda **o: drivers.overview(papi, 2024, **o), "with_lmg"),
        (lambda **o: drivers.across(papi, 2024, **o), "by_region"),
    ):
        with pytest.raises(errors.InvalidRequest, match=f"{name} is .*expected True or False"):
            make(**{name: flag})


def test_columns_of_covariates_may_be_named(papi) -> None:
    table = growth().set_axis(["who", "when", GRDP], axis=1)
    joined = ps.panel.join_covariates(papi, table, unit="who", year="when")
    assert joined[GRDP].notna().sum() == joined[GRDP].size
    with pytest.raises(errors.UnknownChoice, match="column of covariates for the unit"):
        ps.panel.join_covariates(papi, table, unit="nobody")


def test_an_outcome_may_come_from_outside(papi) -> None:
    result = drivers.panel(
        papi, outcome=GRDP, regressors=ENVIRONMENT, covariates=growth(), n_draws=0
    )
    assert result.fit["outcome"].iloc[0] == GRDP


# Bad input.


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"model": "random"}, errors.UnknownChoice, "unknown model 'random'"),
        ({"errors": "hc3"}, errors.UnknownChoice, "kind of standard errors"),
        ({"breaks": "none"}, errors.UnknownChoice, "sort of breaks"),
        ({"outcome": "papi.service"}, errors.UnknownChoice, "papi.services"),
        ({"regressors": []}, errors.InvalidRequest, "regressors is empty"),
        ({"years": []}, errors.InvalidRequest, "years is empty"),
        ({"years": "1999"}, errors.UnknownChoice, "unknown year of PAPI '1999'"),
        ({"lag": 9}, errors.InsufficientCoverage, "0 of 63 have complete data, 57 are needed"),
        ({"years": 1999}, errors.UnknownChoice, "unknown year of PAPI"),
        ({"years": 2024}, errors.InsufficientData, "two comparable years"),
        ({"ci_level": 95}, errors.InvalidRequest, "ci_level is 95"),
        ({"n_draws": -1}, errors.InvalidRequest, "n_draws is -1"),
        ({"model": "between", "errors": "two_way"}, errors.InvalidRequest, "one row per province"),
        (
            {"errors": "two_way"},
            errors.InsufficientData,
            "10 comparable years or more, there are 4",
        ),
    ],
    ids=str,
)
def test_requests_that_cannot_be_met_are_refused(papi, options, error, message) -> None:
    good = {"outcome": "papi.services", "regressors": ENVIRONMENT, "n_draws": 9}
    with pytest.raises(error, match=message):
        drivers.panel(papi, **{**good, **options})


def test_regressors_without_a_slope_are_named(papi) -> None:
    table = growth()
    table["twice"] = 2 * table[GRDP]
    lasting = dict(
        zip(table["Tỉnh/TP"].unique(), np.random.default_rng(0).normal(size=63), strict=True)
    )
    table["lasting"] = table["Tỉnh/TP"].map(lasting)
    options = {"outcome": "papi.services", "covariates": table, "standardised": False}
    with pytest.raises(errors.InvalidRequest, match="no slope of twice: "):
        drivers.panel(papi, regressors=[GRDP, "twice"], **options)
    with pytest.raises(errors.InvalidRequest, match=r"no slope of lasting: .*between"):
        drivers.panel(papi, regressors=[GRDP, "lasting"], **options)
    between = drivers.panel(papi, regressors=[GRDP, "lasting"], model="between", **options)
    assert between.coefficients["coefficient"].notna().all()


def test_two_units_are_too_few() -> None:
    values = {
        2020 + k: pd.DataFrame(
            np.random.default_rng(k).normal(50, 9, size=(2, 3)), ["U", "V"], list("abc")
        )
        for k in range(4)
    }
    scores = ps.index_from(values, name="Pair")
    with pytest.raises(errors.InsufficientData, match="5 provinces or more, there are 2"):
        drivers.panel(scores, outcome="pair.a", regressors="pair.b")


def test_a_constant_column_has_no_slope() -> None:
    x = np.column_stack([np.arange(6.0), np.full(6, 3.0), np.arange(6.0) * 2 + 1])
    assert not_estimable(x, regress(np.arange(6.0) ** 2, x, np.arange(6))) == [1, 2]


# The rank-ordered logit.


def exploded(x: np.ndarray, ranks: np.ndarray, years: np.ndarray, slopes: np.ndarray) -> float:
    """The log likelihood, choice by choice."""
    total = 0.0
    for year in np.unique(years):
        value = (x @ slopes)[years == year][np.argsort(ranks[years == year])]
        total += sum(value[k] - np.log(np.exp(value[k:]).sum()) for k in range(len(value)))
    return total


def test_the_rank_logit_has_the_greatest_exploded_likelihood(papi) -> None:
    names = [ENVIRONMENT, "papi.services"]
    result = drivers.rank_logit(papi, regressors=names, lag=1, years=range(2018, 2021))
    fit, slopes = result.fit.iloc[0], result.coefficients["coefficient"].to_numpy()
    assert fit["n_tied"] == 0
    standing = ps.panel.standings(papi, series=["papi", *names], breaks="ranking")
    wide = standing.pivot(index=["province", "year"], columns="series", values="standing")
    before = wide[names].reset_index().assign(year=lambda t: t["year"] + 1)
    cells = wide[["papi"]].reset_index().merge(before, on=["province", "year"]).dropna()
    cells = cells[cells["year"].isin(range(2019, 2021))]
    ranks = cells.groupby("year")["papi"].rank(ascending=False).to_numpy()
    x, years = cells[names].to_numpy(), cells["year"].to_numpy()
    assert len(cells) == fit["n_cells"]
    best = exploded(x, ranks, years, slopes)
    assert fit["log_likelihood"] == pytest.approx(best, abs=1e-8)
    assert fit["log_likelihood_null"] == pytest.approx(exploded(x, ranks, years, 0 * slopes))
    for step in (np.array([1e-3, 0]), np.array([0, 1e-3])):
        assert max(exploded(x, ranks, years, slopes + sign * step) for sign in (-1, 1)) < best


def test_errors_of_the_rank_logit_by_province_are_those_of_statsmodels(papi) -> None:
    result = drivers.rank_logit(
        papi, regressors=ENVIRONMENT, lag=1, years=[2022, 2023, 2024], ties="breslow"
    )
    assert result.fit["n_years"].iloc[0] == 3
    names = ["papi", ENVIRONMENT]
    standing = ps.panel.standings(papi, series=names, breaks="ranking")
    wide = standing.pivot(index=["province", "year"], columns="series", values="standing")
    before = wide[[ENVIRONMENT]].reset_index().assign(year=lambda t: t["year"] + 1)
    cells = wide[["papi"]].reset_index().merge(before, on=["province", "year"]).dropna()
    cells = cells[cells["year"] >= 2022]
    by_year = cells.groupby("year")[ENVIRONMENT]
    cells[ENVIRONMENT] = by_year.transform(lambda v: (v - v.mean()) / v.std(ddof=0))
    ranks = cells.groupby("year")["papi"].rank(ascending=False)
    model = PHReg(ranks, cells[[ENVIRONMENT]], strata=cells["year"], ties="breslow")
    fit = model.fit(groups=cells["province"])
    n = cells["province"].nunique()
    expected = fit.bse[0] * np.sqrt(n / (n - 1))
    assert result.coefficients["se"].iloc[0] == pytest.approx(expected, rel=1e-6)


@pytest.mark.slow
def test_errors_of_the_rank_logit_cover_where_provinces_last() -> None:
    """Ranks of provinces that last: errors by province hold, those of the model are too small."""
    from parstats.drivers.over_time.panel_sample import PanelSample
    from parstats.drivers.over_time.rank_logit import _by_province

    rng = np.random.default_rng(3)
    n, years, t = 60, 6, []
    for _ in range(300):
        x = np.repeat(rng.normal(size=n), years)
        value = np.repeat(rng.gumbel(size=n), years) + 0.3 * rng.gumbel(size=n * years)
        rows = pd.DataFrame(
            {
                "year": np.tile(np.arange(years), n),
                "vintage": 63,
                "unit": np.repeat(np.arange(n), years).astype(str),
            }
        )
        ranks = (-pd.Series(value)).groupby(rows["year"]).rank().to_numpy()
        model = PHReg(ranks, x[:, None], strata=rows["year"].to_numpy())
        fit = model.fit()
        sample = PanelSample("", "", ("x",), rows, pd.DataFrame())
        se = np.sqrt(_by_province(model, np.asarray(fit.params), sample)[0, 0])
        t.append((fit.params[0] / se, fit.params[0] / fit.bse[0]))
    by_province, by_model = (np.abs(np.array(t)) > 1.96).mean(axis=0)
    assert by_province < 0.10
    assert by_model > 0.2


def test_all_parts_order_perfectly_and_are_refused(papi) -> None:
    dimensions = papi.query("level == 'dimension' and year == 2024")["series"].unique().tolist()
    with pytest.raises(errors.InvalidRequest, match="identity"):
        drivers.rank_logit(papi, 2024, regressors=dimensions)
    overall = papi.query("series == 'papi' and year == 2024")[["province", "year", "score"]]
    with pytest.raises(errors.InvalidRequest, match="likelihood of the rank-ordered logit has no"):
        drivers.rank_logit(papi, 2024, regressors="score", covariates=overall)
    with pytest.raises(errors.UnknownChoice, match="unknown ties 'exact'"):
        drivers.rank_logit(papi, 2024, regressors=ENVIRONMENT, ties="exact")
    lagged = drivers.rank_logit(papi, 2024, regressors=dimensions, lag=1)
    assert len(lagged.coefficients) == 8


def test_ties_are_named(papi) -> None:
    whole = papi.assign(score=papi["score"].where(papi["series"] != "papi", papi["score"].round(0)))
    found = {
        ties: drivers.rank_logit(whole, 2024, regressors=ENVIRONMENT, ties=ties, lag=1)
        for ties in ("efron", "breslow")
    }
    assert found["efron"].fit["n_tied"].iloc[0] > 40
    slopes = [result.coefficients["coefficient"].iloc[0] for result in found.values()]
    assert slopes[0] != pytest.approx(slopes[1], rel=1e-6)


# What holds the outcome and more is no identity.


@pytest.mark.parametrize(
    ("outcome", "regressors", "overlaps"),
    [
        ("papi.services", ["papi"], [True]),
        ("papi.services", ["papi", "papi.procedures"], [True, False]),
        (HEALTH, ["papi.services"], [True]),
        (HEALTH, ["papi", "papi.services"], [True, True]),
    ],
)
def test_a_sum_that_holds_the_outcome_is_marked_and_not_refused(
    papi, outcome, regressors, overlaps
) -> None:
    options = {"outcome": outcome, "regressors": regressors}
    result = drivers.panel(papi, breaks="ranking", n_draws=0, **options)
    assert result.coefficients["overlaps"].tolist() == overlaps
    assert result.fit["r2"].iloc[0] < 0.9
    ranked = drivers.rank_logit(papi, 2024, **options)
    assert ranked.coefficients["overlaps"].tolist() == overlaps


def test_what_a_sum_leaves_without_its_other_parts_is_an_identity(papi) -> None:
    dimensions = papi.query("level == 'dimension' and year == 2024")["series"].unique().tolist()
    others = [name for name in dimensions if name != "papi.services"]
    options = {"outcome": "papi.services", "years": 2024, "model": "between", "n_draws": 0}
    with pytest.raises(errors.InvalidRequest, match="2024 is what some of the regressors leave"):
        drivers.panel(papi, regressors=["papi", *others], **options)
    result = drivers.panel(papi, regressors=["papi", *others[:3]], **options)
    assert result.coefficients["overlaps"].tolist() == [True, False, False, False]
    with pytest.raises(errors.InvalidRequest, match="2024 is the sum of the regressors"):
        drivers.panel(papi, regressors=[*dimensions, ENVIRONMENT], **options | {"outcome": "papi"})


# Years with gaps between them.


def biennial(years=range(2012, 2025, 2)) -> pd.DataFrame:
    """Growth, as surveys of every second year give it."""
    table = growth(range(2011, 2025))
    return table[table["Năm"].isin(years)]


def test_figures_of_every_second_year_enter_where_no_adjacent_years_are_needed(papi) -> None:
    options = {"outcome": "papi.transparency", "regressors": GRDP, "breaks": "ranking"}
    result = drivers.panel(papi, covariates=biennial(), n_draws=0, **options)
    entered = [2012, 2014, 2016, 2018, 2020]
    assert result.years.query("entered")["year"].tolist() == entered
    reasons = result.years.set_index("year")["reason"]
    assert reasons[[2013, 2022]].tolist() == ["covariates", "break"]
    names = ["papi.transparency"]
    standing = ps.panel.standings(papi, series=names, breaks="ranking")
    own = ps.panel.join_covariates(papi, biennial()).dropna()
    cells = standing.merge(own, on=["year", "province"])
    cells = cells[cells["year"].isin(entered)]
    for name in ("standing", GRDP):
        groups = cells.groupby("year")[name]
        cells[name] = (cells[name] - groups.transform("mean")) / groups.transform("std", ddof=0)
    dummies = pd.get_dummies(cells[["province", "year"]].astype(str)).astype(float)
    x = np.column_stack([cells[GRDP], dummies])
    slope = np.linalg.lstsq(x, cells["standing"], rcond=None)[0][0]
    assert result.coefficients["coefficient"].iloc[0] == pytest.approx(slope, **SAME)
    between = drivers.panel(papi, covariates=biennial(), model="between", n_draws=0, **options)
    assert between.fit["n_years"].iloc[0] == 5
    ranked = drivers.rank_logit(papi, regressors=GRDP, covariates=biennial())
    assert ranked.fit["n_years"].iloc[0] == 5
    beside = drivers.outside(papi, biennial(), series=names, province_effects=True, n_draws=9)
    assert beside.parts["partial_r2"].iloc[0] == pytest.approx(
        result.coefficients["partial_r2"].iloc[0], **SAME
    )


def test_what_needs_adjacent_years_says_so_and_advises_nothing_that_was_done(papi) -> None:
    options = {"outcome": "papi.transparency", "regressors": GRDP, "covariates": biennial()}
    with pytest.raises(errors.InsufficientData, match="none are next to each other; take") as apart:
        drivers.panel(papi, model="first_differences", breaks="ranking", **options)
    with pytest.raises(errors.InsufficientData, match=r"there is 2024; take") as alone:
        drivers.panel(papi, years=2024, breaks="ranking", **options)
    assert all("breaks" not in str(caught.value) for caught in (apart, alone))
    with pytest.raises(errors.InsufficientData, match="breaks='ranking'"):
        drivers.panel(papi, years=2024, **options)
