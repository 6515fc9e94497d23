"""Targeted cells against the nearest others: by hand, on panels of which the truth is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from parstats import remedies
from parstats.errors import InsufficientData, InvalidRequest, UnknownChoice
from parstats.remedies.association.estimate import estimate
from parstats.remedies.association.estimator_agreement import COLUMNS as BESIDE
from parstats.remedies.association.estimator_agreement import compare_estimators
from parstats.remedies.association.matched import COLUMNS, matched_estimate
from parstats.remedies.cells.history import HISTORY
from parstats.stats.matching import Candidates

pytestmark = pytest.mark.usefixtures("figures_to_2024")

PROVINCES, SERIES, WORST = 40, 8, 3
# Nothing is known of the years further back, nor of regions.
NO_HISTORY = {"region": "", **dict.fromkeys(HISTORY, np.nan)}
FIGURES = ["matched_association", "se", "ci_low", "ci_high", "p", "mde"]


def panel(
    seed: int = 0,
    *,
    rule: str = "worst",
    n_plans: int = 12,
    effect: float = 0.0,
    provinces: int = PROVINCES,
    lasting: float = 0.3,
) -> pd.DataFrame:
    """Cells of two outcome years, in each of which some provinces target by a rule.

    Series hold on to half of their standing; provinces differ lastingly.
    """
    rng = np.random.default_rng(seed)
    province_effect = rng.normal(scale=lasting, size=(provinces, 1))
    cells = []
    for year in (2020, 2024):
        z = [province_effect + rng.normal(size=(provinces, SERIES))]
        for _ in range(2):
            z.append(
                province_effect
                + 0.5 * (z[-1] - province_effect)
                + rng.normal(scale=0.8, size=z[0].shape)
            )
        by = {"worst": z[1], "fell_most": z[1] - z[0], "random": rng.random(z[0].shape)}[rule]
        planning = np.zeros((provinces, 1), dtype=bool)
        planning[rng.permutation(provinces)[:n_plans]] = True
        targeted = planning & (by.argsort(axis=1).argsort(axis=1) < WORST)
        who, what = (at.ravel() for at in np.indices(targeted.shape))
        aimed = targeted.ravel()
        columns = {
            **{"index": "PAPI", "level": "criterion", "year": year, "vintage": 63},
            **{"province": [f"{at:02d}" for at in who], "series": [f"s{at}" for at in what]},
            "change": (z[2] - z[1] + effect * targeted).ravel(),
            "baseline": z[1].ravel(),
            "previous_change": (z[1] - z[0]).ravel(),
            "state": np.where(aimed, "targeted", "background"),
            "plans": [
                f"{at}-{year}" if is_targeted else ""
                for at, is_targeted in zip(who, aimed, strict=True)
            ],
            **NO_HISTORY,
        }
        cells.append(pd.DataFrame(columns))
    return pd.concat(cells, ignore_index=True)


def estimate_row(cells: pd.DataFrame, **options: Any) -> pd.Series:
    return matched_estimate(cells, **options).iloc[0]


def few(*rows: dict[str, Any]) -> pd.DataFrame:
    """Cells of one series and year, a province each, all alike but for what each row says."""
    same = {
        **{"index": "PAPI", "level": "criterion", "year": 2024, "vintage": 63, "series": "s"},
        **{"change": 0.0, "baseline": 0.0, "previous_change": 0.0, "state": "background"},
        **NO_HISTORY,
    }
    return pd.DataFrame([{**same, "province": f"{at:02d}", **row} for at, row in enumerate(rows)])


# By hand.


class ByHand:
    """The estimator in loops over rows, slopes by least squares on dummies."""

    def __init__(self, cells: pd.DataFrame, neighbours: int) -> None:
        self.cells, self.neighbours = cells.reset_index(drop=True), neighbours
        groups = self.cells.groupby(["province", "year"])["baseline"]
        rest = (groups.transform("sum") - self.cells["baseline"]) / (groups.transform("size") - 1)
        near = self.cells[["baseline", "previous_change"]]
        self.x = near.assign(others=rest).to_numpy()
        self.targeted = (self.cells["state"] == "targeted").to_numpy()
        self.donor = self.cells["state"].isin(["background", "not_targeted"]).to_numpy()
        self.matches = {row: self.nearest(row) for row in np.flatnonzero(self.targeted)}

    def pool(self, row: int) -> np.ndarray:
        same = self.cells[["series", "year"]] == self.cells.loc[row, ["series", "year"]]
        return same.all(axis=1).to_numpy() & self.donor

    def spread(self, series: str) -> np.ndarray:
        is_comparable = (self.cells["series"] == series).to_numpy() & (self.donor | self.targeted)
        rows = self.cells[is_comparable]
        columns = ["baseline", "previous_change"]
        centred = rows[columns] - rows.groupby("year")[columns].transform("mean")
        return (centred.T @ centred).to_numpy() / (is_comparable.sum() - rows["year"].nunique())

    def slopes(self, series: str, y: np.ndarray) -> np.ndarray:
        is_donor = (self.cells["series"] == series).to_numpy() & self.donor
        years = pd.get_dummies(self.cells.loc[is_donor, "year"]).to_numpy(dtype=float)
        return np.linalg.lstsq(np.hstack([self.x[is_donor], years]), y[is_donor], rcond=None)[0][:3]

    def nearest(self, row: int) -> np.ndarray:
        donors = np.flatnonzero(self.pool(row))
        inverse = np.linalg.inv(self.spread(self.cells.loc[row, "series"]))
        differences = (self.x[donors] - self.x[row])[:, :2]
        far = np.sqrt([difference @ inverse @ difference for difference in differences])
        return donors[np.argsort(far)[: self.neighbours]]

    def estimate(self, y: np.ndarray) -> float:
        effects = []
        beta = {series: self.slopes(series, y) for series in self.cells["series"].unique()}
        for row, chosen in self.matches.items():
            moved = (self.x[row] - self.x[chosen]) @ beta[self.cells.loc[row, "series"]]
            effects.append(y[row] - np.mean(y[chosen] + moved))
        return float(np.mean(effects))

    def se(self) -> float:
        y = self.cells["change"].to_numpy()
        tau = self.estimate(y)
        # The estimate is linear in the changes: a weight is what one more there adds.
        weights = [self.estimate(y + value) - tau for value in np.eye(len(y))]
        sums: dict[str, float] = {}
        for row, weight in enumerate(weights):
            if not (self.targeted | self.donor)[row]:
                continue
            donors = self.pool(row)
            beta = self.slopes(self.cells.loc[row, "series"], y)
            residual = (
                y[row] - y[donors].mean() - (self.x[row] - self.x[donors].mean(axis=0)) @ beta
            )
            province = self.cells.loc[row, "province"]
            if self.targeted[row]:
                n_cells = (self.targeted & (self.cells["province"] == province).to_numpy()).sum()
                residual, share = residual - tau, n_cells / self.targeted.sum()
            else:
                share = 1 / donors.sum()
            sums[province] = sums.get(province, 0.0) + weight * residual / np.sqrt(1 - share)
        return float(np.sqrt(sum(value**2 for value in sums.values())))


@pytest.mark.parametrize("neighbours", [1, 3])
def test_estimate_and_standard_error_are_those_by_hand(neighbours: int) -> None:
    cells = panel(provinces=12, n_plans=4)
    cells = cells[cells["series"].isin(["s0", "s1", "s2"])].reset_index(drop=True)
    cells.loc[[3, 10, 17], "state"] = ["unknown", "maintained", "not_targeted"]
    by_hand = ByHand(cells, neighbours)
    row = estimate_row(cells, n_neighbours=neighbours)
    assert row["matched_association"] == pytest.approx(
        by_hand.estimate(cells["change"].to_numpy()), abs=1e-10
    )
    assert row["se"] == pytest.approx(by_hand.se(), abs=1e-10)
    assert row["n_cells"] == by_hand.targeted.sum()


def test_the_order_of_the_rows_does_not_matter() -> None:
    cells = panel()
    mixed = cells.sample(frac=1, random_state=1)
    assert estimate_row(mixed)[FIGURES].tolist() == pytest.approx(
        estimate_row(cells)[FIGURES].tolist()
    )


# Who is compared with whom.


def test_all_that_are_as_near_count() -> None:
    cells = few(
        {"state": "targeted", "change": 1.0},
        {"baseline": 0.1, "change": 0.2},
        {"baseline": -0.1, "change": 0.4},
        {"baseline": 3.0, "change": 9.0},
    )
    row = estimate_row(cells, n_neighbours=1)
    assert row["n_donors"] == 2
    # Four figures leave nothing for slopes of three.
    assert row["matched_association"] == pytest.approx(1.0 - 0.3)


def test_only_known_cells_of_the_same_series_year_and_provinces_are_compared() -> None:
    cells = few(
        {"state": "targeted", "change": 1.0},
        {"state": "not_targeted", "change": 0.25},
        {"state": "maintained", "change": 5.0},
        {"state": "unknown", "change": 5.0},
        {"year": 2023, "change": 5.0},
        {"series": "t", "change": 5.0},
        {"level": "dimension", "change": 5.0},
        {"vintage": 34, "change": 5.0},
    )
    row = estimate_row(cells)
    assert row["n_donors"] == 1
    assert row["matched_association"] == pytest.approx(0.75)
    assert np.isnan(row["se"])
    assert (row["verdict"], row["reason"]) == ("insufficient_data", "few_provinces")


def test_nobody_to_compare_with_is_told() -> None:
    row = estimate_row(few({"state": "targeted"}, {"state": "unknown"}))
    assert (row["n_unmatched"], row["n_cells"], row["n_provinces"]) == (1, 0, 0)
    assert row[[*FIGURES, "distance"]].isna().all()
    assert (row["verdict"], row["reason"]) == ("insufficient_data", "no_contrast")


def test_many_provinces_with_one_to_compare_with_have_no_interval_and_a_reason() -> None:
    cells = few(*[{"state": "targeted", "change": 0.1 * at} for at in range(12)], {"change": 0.2})
    row = estimate_row(cells)
    assert row["matched_association"] == pytest.approx(0.35)
    assert row[["se", "ci_low", "ci_high", "p", "p_adjusted", "mde"]].isna().all()
    assert (row["verdict"], row["reason"]) == ("insufficient_data", "no_contrast")


def test_a_caliper_leaves_out_what_has_nothing_near() -> None:
    cells = panel()
    full, near = estimate_row(cells), estimate_row(cells, caliper=0.2)
    assert full["n_unmatched"] == 0
    assert near["n_unmatched"] > 0
    assert near["n_cells"] + near["n_unmatched"] == full["n_cells"]
    assert near["distance"] <= 0.2 < full["distance"]


def test_what_does_not_vary_does_not_part() -> None:
    cells = panel().assign(previous_change=0.0)
    assert np.isfinite(estimate_row(cells)["matched_association"])


# What is known to be true.


def test_a_linear_world_gives_the_effect_exactly() -> None:
    cells = panel()
    series_number = cells["series"].str[1:].astype(int)
    linear = (
        -0.1 * (series_number + 1) * cells["baseline"]
        - 0.05 * series_number * cells["previous_change"]
    )
    cells["change"] = linear + series_number + cells["year"] + 0.3 * (cells["state"] == "targeted")
    row = estimate_row(cells)
    assert row["matched_association"] == pytest.approx(0.3, abs=1e-9)
    assert row["se"] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("rule", ["worst", "fell_most", "random"])
@pytest.mark.slow
def test_plans_that_do_nothing_show_nothing(rule: str) -> None:
    rows = [estimate_row(panel(seed, rule=rule)) for seed in range(50)]
    table = pd.DataFrame(rows)
    spread = table["matched_association"].std() / np.sqrt(len(table))
    assert abs(table["matched_association"].mean()) < 3 * spread
    assert (table["p"] <= 0.05).mean() <= 0.16  # so few of 50 tests at 5 % in 99.9 % of cases
    inside = (table["ci_low"] <= 0) & (table["ci_high"] >= 0)
    assert (inside == (table["p"] > 0.05)).all()


@pytest.mark.slow
def test_the_standard_error_is_as_large_as_the_estimates_vary() -> None:
    table = pd.DataFrame([estimate_row(panel(seed)) for seed in range(50)])
    assert table["se"].mean() == pytest.approx(table["matched_association"].std(), rel=0.3)


@pytest.mark.slow
def test_lasting_differences_of_provinces_do_not_pass_for_effect() -> None:
    table = pd.DataFrame([estimate_row(panel(seed, lasting=0.8)) for seed in range(40)])
    naive = panel(0, lasting=0.8).query("state == 'targeted'")["change"].mean()
    assert naive > 0.4
    assert abs(table["matched_association"].mean()) < 0.05


def test_an_effect_is_found() -> None:
    table = pd.DataFrame([estimate_row(panel(seed, effect=0.3)) for seed in range(40)])
    assert table["matched_association"].mean() == pytest.approx(0.3, abs=0.05)
    covered = (table["ci_low"] <= 0.3) & (table["ci_high"] >= 0.3)
    assert covered.mean() >= 0.85
    assert (table["p"] <= 0.05).mean() > 0.5


# Rows.


@pytest.fixture(scope="module")
def typed() -> pd.DataFrame:
    """Cells whose targets have measures of two types, some of both."""
    cells = panel(3, effect=0.4)
    patterns = ["TRAIN", "COMM;TRAIN", "COMM", ""]
    types = [patterns[at % 4] for at in range(len(cells))]
    return cells.assign(measure_types=types, coarse_groups=types)


def test_each_type_has_its_own_cells_and_the_p_values_are_holms(typed: pd.DataFrame) -> None:
    table = matched_estimate(typed, by="measure_type")
    assert list(table.columns) == list(COLUMNS)
    assert table["value"].tolist() == ["COMM", "TRAIN"]
    targeted = typed[typed["state"] == "targeted"]
    counts = [targeted["measure_types"].str.contains(name).sum() for name in table["value"]]
    assert table["n_cells"].tolist() == counts
    assert table["p_adjusted"].tolist() == pytest.approx(
        multipletests(table["p"], method="holm")[1].tolist()
    )
    reduced = typed.assign(state=typed["state"].where(~(typed["state"] == "targeted"), "unknown"))
    chosen = targeted.index[targeted["measure_types"].str.contains("COMM")]
    reduced.loc[chosen, "state"] = "targeted"
    assert estimate_row(reduced)["matched_association"] == pytest.approx(
        table.loc[0, "matched_association"]
    )


def test_an_index_by_itself_is_as_if_the_others_were_not_there() -> None:
    cells = panel()
    both = pd.concat([cells, panel(5).assign(index="SIPAS")])
    table = matched_estimate(both, by="index").set_index("value")
    assert table.loc["PAPI", FIGURES].tolist() == pytest.approx(
        estimate_row(cells)[FIGURES].tolist()
    )
    assert table.index.tolist() == ["PAPI", "SIPAS"]


def test_one_plan_has_a_figure_no_interval_and_a_reason() -> None:
    cells = panel(n_plans=1).query("year == 2024")
    row = estimate_row(cells)
    assert np.isfinite(row["matched_association"])
    assert row["direction"] == ""
    assert row[["se", "ci_low", "ci_high", "p", "mde"]].isna().all()
    assert (row["n_plans"], row["verdict"], row["reason"]) == (
        *(1, "insufficient_data"),
        "few_provinces",
    )


def test_provinces_that_copy_their_region_are_few_decisions() -> None:
    own = panel(3, n_plans=12).query("year == 2024").reset_index(drop=True)
    planning = sorted(own.loc[own["state"] == "targeted", "province"].unique())
    copied = own["province"].isin(planning) & own["series"].isin(["s0", "s1", "s2"])
    alike = own.assign(
        state=np.where(copied, "targeted", "background"),
        plans=np.where(copied, own["province"], ""),
    )
    region = own["province"].isin(planning[:6]).map({True: "north", False: "south"})
    row = estimate_row(alike.assign(region=region))
    assert (row["n_provinces"], row["n_decisions"]) == (12, 2)
    assert (row["verdict"], row["reason"]) == ("insufficient_data", "few_decisions")
    assert row["direction"] == ""
    # Without a region each decides for itself.
    assert estimate_row(alike)["n_decisions"] == 12


# Side by side.


def test_both_estimators_stand_side_by_side() -> None:
    cells = panel(1, effect=0.3)
    row = compare_estimators(cells, n_draws=199).iloc[0]
    near, adjusted = estimate_row(cells), estimate(cells, n_draws=199).iloc[0]
    assert list(row.index) == list(BESIDE)
    assert row["adjusted_association"] == adjusted["adjusted_association"]
    assert row["adjusted_ci_high"] == adjusted["ci_high"]
    assert row["matched_association"] == near["matched_association"]
    assert row["matched_ci_low"] == near["ci_low"]
    assert row["difference"] == near["matched_association"] - adjusted["adjusted_association"]
    assert (row["n_cells"], row["n_matched"]) == (adjusted["n_cells"], near["n_cells"])
    assert row["agree"] is np.True_ or row["agree"] is True


def test_estimators_that_differ_are_said_to_differ() -> None:
    cells = panel(2)
    # All that provinces with a plan have moves up: only the matched one counts that.
    planning = cells["province"].isin(cells.loc[cells["state"] == "targeted", "province"])
    row = compare_estimators(
        cells.assign(change=cells["change"] + 2.0 * planning), n_draws=99
    ).iloc[0]
    assert row["difference"] > 1
    assert not row["agree"]


def test_whether_they_agree_is_open_where_one_has_no_interval() -> None:
    row = compare_estimators(panel(n_plans=1).query("year == 2024"), n_draws=99).iloc[0]
    assert row["agree"] is pd.NA
    assert row["matched_reason"] == row["adjusted_reason"] == "few_provinces"


def test_the_names_are_public() -> None:
    assert {"matched_estimate", "compare_estimators"} <= set(remedies.__all__)


# What is refused.


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"n_neighbours": 0}, InvalidRequest, "n_neighbours is 0"),
        ({"n_neighbours": 2.5}, InvalidRequest, "n_neighbours is 2.5"),
        ({"ci_level": 95}, InvalidRequest, "ci_level is 95"),
        ({"caliper": 0}, InvalidRequest, "caliper is 0"),
        ({"caliper": "near"}, InvalidRequest, "caliper is 'near'"),
        ({"caliper": float("nan")}, InvalidRequest, "caliper is nan"),
        ({"by": "month"}, UnknownChoice, "unknown by 'month'"),
        ({"by": "measure_type"}, InvalidRequest, "lack measure_types"),
    ],
)
def test_options_out_of_range_are_refused(
    options: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message) as caught:
        matched_estimate(panel(), **options)
    assert "\n" not in str(caught.value)


def test_cells_that_cannot_be_matched_are_refused() -> None:
    cells = panel()
    with pytest.raises(InsufficientData, match="no cell is targeted"):
        matched_estimate(cells.assign(state="background"))
    with pytest.raises(InvalidRequest, match="lack baseline"):
        matched_estimate(cells.drop(columns="baseline"))
    with pytest.raises(InvalidRequest, match="stands twice"):
        matched_estimate(pd.concat([cells, cells.head(1)]))
    with pytest.raises(InsufficientData, match="there is no cell"):
        matched_estimate(cells.head(0))
    with pytest.raises(InsufficientData, match="no targeted cell tells its measure types"):
        matched_estimate(cells.assign(measure_types=""), by="measure_type")


def candidates(**other: Any) -> Candidates:
    indices = np.zeros(3, dtype=np.int64)
    values: dict[str, Any] = {
        **{"outcome": np.zeros(3), "near": np.zeros((3, 2)), "further": np.zeros((3, 0))},
        **{"pool": indices, "family": indices, "cluster": np.arange(3)},
        **{"treated": np.array([True, False, False]), "donor": np.array([False, True, True])},
    }
    return Candidates(**values | other)


@pytest.mark.parametrize(
    "other",
    [
        {"outcome": np.zeros(2)},
        {"outcome": np.array([0.0, np.nan, 0.0])},
        {"further": np.full((3, 1), np.inf)},
        {"donor": np.array([True, True, True])},
    ],
)
def test_arrays_that_do_not_fit_are_refused(other: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        candidates(**other)
