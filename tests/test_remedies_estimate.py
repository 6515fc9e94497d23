"""The adjusted association: right on plans of which it is known what they do, silent on too few."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from parstats import errors, load_scores, remedies
from parstats.remedies.association.estimate import COLUMNS, estimate
from parstats.remedies.association.panel_layout import panel_layout
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
    row = estimate(cells, n_draws=99).iloc[0]
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
    rows = estimate(cells, by="measure_type", n_draws=199)
    assert rows["value"].tolist() == ["COMM", "ONLINE", "STAFF"]
    assert (rows["p_adjusted"] >= rows["p"] - 1e-12).all()
    assert rows["p_adjusted"].min() == pytest.approx(rows["omnibus_p"].iloc[0])
    assert rows["n_cells"].sum() == 480
    groups = estimate(cells, by="coarse_group", n_draws=199)
    assert groups["value"].tolist() == ["A", "B"]
    # The groups' estimates surround that of all cells.
    overall = estimate(cells, n_draws=199).iloc[0]["adjusted_association"]
    assert groups["adjusted_association"].min() < overall < groups["adjusted_association"].max()


def test_a_type_stands_against_cells_that_are_not_targeted_at_all(background) -> None:
    """With an effect of one type alone, the others show none."""
    cells = planned(background, 60)
    online = cells["measure_types"] == "ONLINE"
    strong = cells.assign(change=cells["change"] + 1.0 * online)
    before = estimate(cells, by="measure_type", n_draws=99).set_index("value")
    after = estimate(strong, by="measure_type", n_draws=99).set_index("value")
    moved = after["adjusted_association"] - before["adjusted_association"]
    assert moved["ONLINE"] == pytest.approx(1.0, abs=1e-9)
    assert moved[["COMM", "STAFF"]].abs().max() < 0.1


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
    with pytest.raises(errors.InsufficientData, match="nothing can be estimated"):
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
