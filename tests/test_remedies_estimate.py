"""The adjusted association: right on plans of which it is known what they do, silent on too few."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from parstats import errors, load_scores, remedies
from parstats.remedies.association.confounding import siblings
from parstats.remedies.association.estimate import COLUMNS, estimate
from parstats.remedies.association.panel_layout import panel_layout
from parstats.remedies.simulation.simulate import made_up_cells
from parstats.remedies.simulation.unobserved_plans import unobserved_plans

pytestmark = pytest.mark.usefixtures("figures_to_2024")


@pytest.fixture(scope="module")
def background() -> pd.DataFrame:
    """Cells of PAPI sub-dimensions, nobody with a plan."""
    cells = remedies.outcomes(load_scores("PAPI"), [2020, 2023, 2024])
    cells = cells[cells["level"] == "criterion"].reset_index(drop=True)
    return cells.assign(state="background", plans="", measure_types="", coarse_groups="")


def planned(
    cells: pd.DataFrame, n_plans: int, *, seed: int = 0, effect: float = 0.0, size: int = 8
) -> pd.DataFrame:
    """Plans of random provinces and years for what stands lowest."""
    cells = cells.copy()
    province_years = cells[["province", "year"]].drop_duplicates()
    rng = np.random.default_rng(seed)
    for number, (province, year) in enumerate(
        province_years.sample(n_plans, random_state=seed).itertuples(index=False)
    ):
        plan_cells = cells[(cells["province"] == province) & (cells["year"] == year)]
        chosen = plan_cells.nsmallest(size, "baseline").index
        cells.loc[plan_cells.index, "state"] = "not_targeted"
        cells.loc[chosen, "state"] = "targeted"
        cells.loc[chosen, "plans"] = f"plan-{number:02}"
        kinds = rng.choice(["STAFF", "ONLINE", "COMM"], len(chosen))
        cells.loc[chosen, "measure_types"] = kinds
        cells.loc[chosen, "coarse_groups"] = np.where(kinds == "ONLINE", "B", "A")
        cells.loc[chosen, "change"] += effect
    return cells


def test_equals_statsmodels_with_a_dummy_for_every_effect(background) -> None:
    cells = planned(background, 20)
    few = sorted(set(cells["series"]))[:7]
    cells = cells[cells["series"].isin(few)].reset_index(drop=True)
    row = estimate(cells, specification="baseline", n_draws=99).iloc[0]
    frame = cells.rename(columns={"previous_change": "before"})
    frame["targeted"] = (frame["state"] == "targeted").astype(float)
    frame["py"] = frame["province"] + frame["year"].astype(str)
    frame["sy"] = frame["series"] + frame["year"].astype(str)
    fitted = smf.ols(
        "change ~ targeted + C(py) + C(sy) + baseline:C(series) + before:C(series)", frame
    ).fit()
    assert row["adjusted_association"] == pytest.approx(fitted.params["targeted"], abs=1e-8)
    assert row["n_cells"] + row["n_compared"] == len(cells)


def test_the_naive_figure_is_large_where_the_adjusted_one_is_nothing(background) -> None:
    """The worst improve anyway: DESIGN's placebo on real figures."""
    row = estimate(planned(background, 60), n_draws=499).iloc[0]
    assert row["naive"] > 0.3
    assert row["naive_within"] > 0.5
    assert row["expected"] == pytest.approx(row["naive"], abs=0.1)
    assert abs(row["adjusted_association"]) < 2.5 * row["se"]
    assert row["ci_low"] < 0 < row["ci_high"]
    assert row["verdict"] == "no_association_detected"
    assert row["mde"] < 0.3


def test_what_is_planted_is_found(background) -> None:
    row = estimate(planned(background, 60, effect=0.5), n_draws=499).iloc[0]
    nothing = estimate(planned(background, 60), n_draws=499).iloc[0]
    # An effect adds itself to the estimate and to both ends of the interval.
    for name in ("adjusted_association", "ci_low", "ci_high"):
        assert row[name] == pytest.approx(nothing[name] + 0.5, abs=1e-9)
    assert row["verdict"] == "association"
    assert row["p"] == 1 / 500


def test_counts_are_those_of_the_cells(background) -> None:
    cells = planned(background, 12)
    row = estimate(cells, n_draws=99).iloc[0]
    targeted = cells[cells["state"] == "targeted"]
    assert row["n_cells"] == len(targeted) == 96
    assert row["n_plans"] == 12
    assert row["n_provinces"] == targeted["province"].nunique()
    assert row["naive"] == pytest.approx(targeted["change"].mean())
    gaps = cells.groupby("province").size()
    exchangeable = set(gaps[gaps == gaps.max()].index)
    assert row["n_exchangeable"] == len(exchangeable & set(targeted["province"]))


def test_maintained_and_unknown_cells_do_not_enter(background) -> None:
    cells = planned(background, 30)
    other = cells["state"] == "not_targeted"
    is_unknown = other & (np.arange(len(cells)) % 3 == 0)
    marked = cells.assign(state=cells["state"].mask(is_unknown, "unknown"))
    changed = marked.assign(change=marked["change"].mask(is_unknown, 99.0))
    first, two = (estimate(table, n_draws=99).iloc[0] for table in (marked, changed))
    assert (
        first["n_compared"]
        == two["n_compared"]
        == (cells["state"] != "targeted").sum() - is_unknown.sum()
    )
    assert first["adjusted_association"] == pytest.approx(two["adjusted_association"], abs=1e-9)


def test_a_row_a_type_with_p_values_for_all_of_them_together(background) -> None:
    cells = planned(background, 60)
    table = estimate(cells, by="measure_type", n_draws=199)
    assert table["value"].tolist() == ["all", "COMM", "ONLINE", "STAFF"]
    assert table["model"].tolist() == ["all", *["joint"] * 3]
    assert table["family"].tolist() == ["main", *["exploratory"] * 3]
    rows = table[1:]
    assert (rows["p_adjusted"] >= rows["p"] - 1e-12).all()
    assert rows["p_adjusted"].min() == pytest.approx(rows["omnibus_p"].iloc[0])
    assert rows["n_cells"].sum() == 480
    pd.testing.assert_frame_equal(
        table[:1].drop(columns="by"), estimate(cells, n_draws=199).drop(columns="by")
    )
    groups = estimate(cells, by="coarse_group", n_draws=199, separately=True)
    assert groups["value"].tolist() == ["all", "A", "B", "A", "B"]
    # The groups' estimates, one at a time, surround that of all cells.
    overall, single = groups["adjusted_association"][0], groups["adjusted_association"][3:]
    assert single.min() < overall < single.max()


def with_types(cells: pd.DataFrame, seed: int = 0, *, together: bool = False) -> pd.DataFrame:
    """Plans with four types of measures that go together, none of which is known to work."""
    rng = np.random.default_rng(seed)
    aimed = np.flatnonzero(cells["state"] == "targeted")
    latent = rng.normal(size=(len(aimed), 1)) + rng.normal(size=(len(aimed), 4))
    has = latent > 0.4
    if together:
        has[:, 1] = has[:, 0]
    names = np.array(["COMM", "DIGITAL", "ONESTOP", "STAFF"])
    types = [";".join(names[row]) for row in has]
    marked = cells.copy()
    marked.loc[marked.index[aimed], "measure_types"] = types
    return marked


def test_a_type_that_works_is_told_from_those_that_come_with_it(background) -> None:
    """One at a time, types that go with it show its effect too; in one model they do not."""
    cells = with_types(planned(background, 70))
    works = cells["measure_types"].str.contains("COMM")
    strong = cells.assign(change=cells["change"] + 1.0 * works)
    options = {"by": "measure_type", "n_draws": 199, "separately": True}
    before = estimate(cells, **options).set_index(["model", "value"])["adjusted_association"]
    after = estimate(strong, **options)
    moved = after.set_index(["model", "value"])["adjusted_association"] - before
    assert moved["joint", "COMM"] == pytest.approx(1.0, abs=1e-9)
    others = ["DIGITAL", "ONESTOP", "STAFF"]
    assert moved["joint"][others].abs().max() < 1e-9
    assert moved["one_at_a_time"][others].min() > 0.1
    joint = after[after["model"] == "joint"].set_index("value")
    assert joint.loc["COMM", "verdict"] == "association"
    assert joint.loc["COMM", "direction"] == "better"


def test_types_that_the_plans_never_tell_apart_are_one_row(background) -> None:
    cells = with_types(planned(background, 70), together=True)
    rows = estimate(cells, by="measure_type", n_draws=99)
    assert rows["value"].tolist() == ["all", "COMM+DIGITAL", "ONESTOP", "STAFF"]


def test_where_each_cell_has_one_type_it_is_held_against_the_mean_of_all(
    background,
) -> None:
    cells = planned(background, 60)
    online = cells["measure_types"] == "ONLINE"
    strong = cells.assign(change=cells["change"] + 0.9 * online)
    before, after = (
        estimate(table, by="measure_type", n_draws=99).set_index("value")["adjusted_association"]
        for table in (cells, strong)
    )
    moved = after - before
    # Deviations from the mean of all, which moved by a third of 0.9.
    assert moved["ONLINE"] == pytest.approx(0.6, abs=1e-9)
    assert moved[["COMM", "STAFF"]].to_numpy() == pytest.approx([-0.3, -0.3], abs=1e-9)


def test_where_each_cell_has_two_types_they_are_held_against_the_mean_of_all(background) -> None:
    """The sum of the types is then twice "targeted at all": nothing may be joined for it."""
    cells = planned(background, 70)
    rng = np.random.default_rng(4)
    aimed = cells.index[cells["state"] == "targeted"]
    names = ["COMM", "DIGITAL", "ONESTOP", "SECTOR", "STAFF"]
    cells.loc[aimed, "measure_types"] = [
        "; ".join(sorted(rng.choice(names, 2, replace=False))) for _ in aimed
    ]
    works = cells["measure_types"].str.contains("COMM")
    options = {"by": "measure_type", "n_draws": 199}
    before = estimate(cells, **options).set_index("value")["adjusted_association"]
    after = estimate(cells.assign(change=cells["change"] + 1.0 * works), **options)
    after = after.set_index("value")
    assert after.index.tolist() == ["all", *names]
    moved = after["adjusted_association"] - before
    assert moved["COMM"] == pytest.approx(0.8, abs=1e-9)
    assert moved[names[1:]].to_numpy() == pytest.approx([-0.2] * 4, abs=1e-9)
    assert after.loc["COMM", "verdict"] == "association"


def test_rows_by_series_and_region_hold_the_other_targeted_cells(background) -> None:
    cells = planned(background, 60)
    for by in ("series", "dimension", "region"):
        rows = estimate(cells, by=by, n_draws=99)
        assert rows["n_cells"].sum() == 480, by
        assert (rows["family"] == "exploratory").all()
    strong = cells.assign(
        change=cells["change"] + 0.5 * ((cells["region"] == "RRD") & (cells["state"] == "targeted"))
    )
    moved = (
        estimate(strong, by="region", n_draws=99).set_index("value")["adjusted_association"]
        - estimate(cells, by="region", n_draws=99).set_index("value")["adjusted_association"]
    )
    assert moved["RRD"] == pytest.approx(0.5, abs=1e-9)
    assert moved.drop("RRD").abs().max() < 0.05


@pytest.mark.parametrize("specification", ["history", "regions", "baseline"])
def test_the_model_is_the_formula_that_anyone_can_run(background, specification) -> None:
    few = sorted(set(background["series"]))[:6]
    cells = planned(background[background["series"].isin(few)].reset_index(drop=True), 40, size=3)
    cells.loc[cells.index[::50], ["lag_3", "lag_5"]] = np.nan
    row = estimate(cells, specification=specification, n_draws=99).iloc[0]
    equation = remedies.formula(cells, specification=specification)
    fitted = smf.ols(equation.formula, equation.table).fit()
    assert row["adjusted_association"] == pytest.approx(fitted.params["targeted"], abs=1e-8)


def test_the_model_of_types_is_the_formula_that_anyone_can_run(background) -> None:
    few = sorted(set(background["series"]))[:6]
    cells = planned(background[background["series"].isin(few)].reset_index(drop=True), 60, size=4)
    cells = with_types(cells)
    rows = estimate(cells, by="measure_type", n_draws=99).set_index("value")[1:]
    equation = remedies.formula(cells, by="measure_type")
    fitted = smf.ols(equation.formula, equation.table).fit()
    assert rows["adjusted_association"].to_numpy() == pytest.approx(
        fitted.params[rows.index].to_numpy(), abs=1e-8
    )


def test_targeting_by_longer_memory_is_no_association(background) -> None:
    """Plans that do nothing, for what was lowest over four years."""
    cells = remedies.outcomes(load_scores("PAPI"), [2018, 2019, 2020, 2023, 2024])
    cells = cells[cells["level"] == "criterion"].reset_index(drop=True)
    rows = {
        specification: [
            estimate(
                made_up_cells(cells, rule="long_low", n_plans=60, seed=seed),
                specification=specification,
                n_draws=99,
            ).iloc[0]["adjusted_association"]
            for seed in range(8)
        ]
        for specification in ("baseline", "history")
    }
    assert np.mean(rows["baseline"]) < -0.07
    assert abs(np.mean(rows["history"])) < 0.05


def test_where_regions_copy_region_and_year_are_the_decision(background) -> None:
    copied = made_up_cells(background, rule="region_copies", n_plans=60)
    row = estimate(copied, n_draws=99).iloc[0]
    assert row["inference"] == "region_years"
    assert row["n_decisions"] < row["n_plans"] / 2
    assert (row["verdict"], row["reason"]) == ("insufficient_data", "few_decisions")
    alone = estimate(made_up_cells(background, rule="worst", n_plans=60), n_draws=99).iloc[0]
    assert alone["inference"] == "exchange"
    assert alone["n_decisions"] > 45


def test_an_unobserved_reason_as_strong_as_a_benchmark(background) -> None:
    """Cinelli and Hazlett's formulas on partial shares that statsmodels gives."""
    few = sorted(set(background["series"]))[:6]
    cells = planned(
        background[background["series"].isin(few)].reset_index(drop=True), 40, size=3, effect=0.5
    )
    table = remedies.confounding(cells, [1.0], n_draws=199).set_index("benchmark")
    equation = remedies.formula(cells)
    terms = equation.formula.partition(" ~ ")[2].split(" + ")
    without = " + ".join(term for term in terms if "lag_" not in term)
    full = smf.ols(equation.formula, equation.table).fit()
    short = smf.ols(f"change ~ {without}", equation.table).fit()
    of_change = 1 - full.ssr / short.ssr
    aimed = [
        smf.ols(f"targeted ~ {' + '.join(terms[1:])}", equation.table).fit(),
        smf.ols(f"targeted ~ {without.partition(' + ')[2]}", equation.table).fit(),
    ]
    of_targeting = 1 - aimed[0].ssr / aimed[1].ssr
    assert table.loc["past", "change_share"] == pytest.approx(of_change, abs=1e-8)
    assert table.loc["past", "targeting_share"] == pytest.approx(of_targeting, abs=1e-8)
    d = of_targeting
    r2_zx = d**2 / (1 - d) ** 2
    eta = (1 + np.sqrt(r2_zx)) / np.sqrt(1 - r2_zx)
    r2_y, r2_d = eta**2 * of_change / (1 - of_change), d / (1 - d)
    bias = full.bse["targeted"] * np.sqrt(full.df_resid * r2_y * r2_d / (1 - r2_d))
    assert table.loc["past", "bias"] == pytest.approx(bias, rel=1e-6)
    assert table.loc["past", "p"] >= estimate(cells, n_draws=199).iloc[0]["p"]


def test_what_spills_over_to_siblings_is_seen(background) -> None:
    cells = planned(background, 60)
    beside = siblings(cells)
    moved = remedies.spillover(
        cells.assign(change=cells["change"] + 0.4 * beside), n_draws=99
    ).set_index("value")["adjusted_association"]
    none = remedies.spillover(cells, n_draws=99).set_index("value")["adjusted_association"]
    assert moved["siblings"] - none["siblings"] == pytest.approx(0.4, abs=1e-9)
    assert moved["targeted"] == pytest.approx(none["targeted"], abs=1e-9)


def test_unlinked_measures_cost_what_they_must(background) -> None:
    cells = planned(background, 40).assign(n_unlinked=0)
    aside = cells["state"] == "not_targeted"
    one = cells.assign(n_unlinked=aside.astype(int))
    bounds = remedies.unlinked_bounds(one, n_draws=99).set_index("case")
    row = estimate(cells, n_draws=99).iloc[0]
    assert bounds.loc["none", "adjusted_association"] == row["adjusted_association"]
    assert bounds.loc["none", "n_unlinked"] == 40
    figures = bounds["adjusted_association"]
    assert figures["lowest"] < figures["none"] < figures["highest"]
    # No other choice of one cell a plan goes further: tried at random.
    rng = np.random.default_rng(0)
    keys = cells["province"] + cells["year"].astype(str)
    for _ in range(20):
        chosen = keys[aside].groupby(keys[aside]).sample(1, random_state=rng.integers(1e6)).index
        state = cells["state"].copy()
        state[chosen] = "targeted"
        other = estimate(cells.assign(state=state), n_draws=19).iloc[0]["adjusted_association"]
        assert figures["lowest"] <= other <= figures["highest"]
    none = remedies.unlinked_bounds(cells, n_draws=99)["adjusted_association"]
    assert none.nunique() == 1


def test_the_same_seed_gives_the_same_table_and_order_does_not_matter(background) -> None:
    cells = planned(background, 30)
    first = estimate(cells, n_draws=99, seed=3)
    mixed = estimate(cells.sample(frac=1, random_state=1), n_draws=99, seed=3)
    pd.testing.assert_frame_equal(first, mixed)
    other = estimate(cells, n_draws=99, seed=4)
    assert first["adjusted_association"].iloc[0] == other["adjusted_association"].iloc[0]


def test_too_few_provinces_are_too_little_data_whatever_the_figure(background) -> None:
    row = estimate(planned(background, 5, effect=3.0), n_draws=199).iloc[0]
    assert row["p"] == 1 / 200
    assert (row["verdict"], row["reason"]) == ("insufficient_data", "few_provinces")


def test_one_province_has_no_standard_error_but_an_interval(background) -> None:
    row = estimate(planned(background, 1), n_draws=199).iloc[0]
    assert np.isnan(row["se"])
    assert np.isfinite([row["ci_low"], row["ci_high"], row["adjusted_association"]]).all()
    assert row["reason"] == "few_provinces"


def test_where_all_cells_of_a_year_are_targeted_nothing_is_left_to_compare(background) -> None:
    cells = background.assign(
        state=np.where(background["province"] < "40", "targeted", "background")
    )
    row = estimate(cells, n_draws=99).iloc[0]
    assert (row["verdict"], row["reason"]) == ("insufficient_data", "no_contrast")
    assert row[["adjusted_association", "p", "mde"]].isna().all()
    with pytest.raises(errors.InsufficientData, match="too little of what they leave"):
        unobserved_plans(cells, n_draws=99)


@pytest.mark.slow
def test_hidden_plans_push_the_estimate_away_from_zero(background) -> None:
    cells = planned(background, 60, effect=0.4)
    result = unobserved_plans(cells, n_draws=99)
    assert result["attenuation"].is_monotonic_decreasing
    assert result["attenuation"].iloc[0] == 1
    assert 0.3 < result["attenuation"].iloc[-1] < 0.8
    row = estimate(cells, n_draws=99).iloc[0]
    assert result["adjusted_association"].iloc[0] == row["adjusted_association"]
    product = result["adjusted_association"] * result["attenuation"]
    assert product.to_numpy() == pytest.approx(row["adjusted_association"])
    with pytest.raises(errors.InvalidRequest, match="from 0 to 1"):
        unobserved_plans(cells, [0.5, 1.5])


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        (lambda cells: cells.drop(columns="state"), errors.InvalidRequest, "lack state"),
        (lambda cells: cells.iloc[:0], errors.InsufficientData, "there is no cell"),
        (
            lambda cells: cells.assign(state="background"),
            errors.InsufficientData,
            "no cell is targ",
        ),
        (lambda cells: cells.assign(state="aimed"), errors.UnknownChoice, "aimed"),
        (lambda cells: pd.concat([cells, cells[:1]]), errors.InvalidRequest, "stands twice"),
        (
            lambda cells: cells.assign(change=cells["change"].where(cells.index != 7)),
            errors.InvalidRequest,
            "lacks its change",
        ),
    ],
)
def test_cells_that_are_not_as_described_are_refused(background, change, kind, message) -> None:
    with pytest.raises(kind, match=message):
        estimate(change(planned(background, 12)), n_draws=99)


@pytest.mark.parametrize(
    "options",
    [{"by": "province"}, {"n_draws": 5}, {"ci_level": 95}, {"seed": -1}, {"by": "measure_type"}],
)
def test_options_out_of_range_are_refused(background, options) -> None:
    cells = planned(background, 12).assign(measure_types="")
    with pytest.raises(errors.ParstatsError):
        estimate(cells, **options)


def test_the_columns_are_those_promised(background) -> None:
    table = estimate(planned(background, 12), n_draws=99)
    assert tuple(table.columns) == COLUMNS
    layout = panel_layout(background)
    assert layout.blocks.outcome.shape == (
        background["province"].nunique(),
        len(background[["year", "series"]].drop_duplicates()),
    )
