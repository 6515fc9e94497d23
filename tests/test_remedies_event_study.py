"""Years before and after a plan: each with its own cells, and what is lost told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from invented_plans import measures, plans
from parstats import remedies
from parstats.errors import InsufficientData, InvalidRequest, ParstatsError
from parstats.panel import load_measures, load_plans
from parstats.reference import labels
from parstats.remedies.association.estimate import estimate
from parstats.remedies.association.event_cells import event_cells, lost_cells
from parstats.remedies.association.event_study import COLUMNS, _Joint, event_losses, event_study
from parstats.remedies.association.verdict import VERDICTS
from parstats.remedies.cells.changes import outcomes
from parstats.remedies.cells.exposure import exposure

pytestmark = pytest.mark.usefixtures("figures_to_2024")

AIR = "papi.environment.air_quality"
WATER = "papi.environment.water_quality"
FIGURES = [
    "adjusted_association",
    "ci_low",
    "ci_high",
    "band_ci_low",
    "band_ci_high",
    "p",
    "p_adjusted",
]
DRAWS = 199


@pytest.fixture(scope="module")
def recent(scores: pd.DataFrame) -> pd.DataFrame:
    return scores[scores["year"] >= 2018]


@pytest.fixture(scope="module")
def by_year(scores: pd.DataFrame) -> pd.DataFrame:
    """Cells of sub-dimensions, of which plans are made up."""
    return outcomes(scores, [2019, 2020, 2023, 2024]).query("level == 'criterion'")


def worst(by_year: pd.DataFrame, year: int = 2024, n: int = 24, size: int = 6) -> tuple[Any, Any]:
    """Measures and plans of random provinces, for what stood lowest the year before."""
    year_cells = by_year[by_year["year"] == year]
    rng = np.random.default_rng(0)
    chosen = sorted(rng.permutation(sorted(year_cells["province"].unique()))[:n])
    measure_rows, plan_rows = [], []
    for province in chosen:
        name = f"{province}-{year}"
        plan_rows.append({"plan": name, "province": province, "plan_year": year})
        plan_rows[-1]["date"] = f"{year}-02-01"
        lowest = year_cells[year_cells["province"] == province].nsmallest(size, "baseline")
        measure_rows += [{"plan": name, "series": series} for series in lowest["series"]]
    return measures(*measure_rows), plans(*plan_rows)


@pytest.fixture(scope="module")
def invented(by_year: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    return worst(by_year)


@pytest.fixture(scope="module")
def table(recent: pd.DataFrame, invented: tuple[pd.DataFrame, pd.DataFrame]) -> pd.DataFrame:
    return event_study(recent, *invented, n_draws=DRAWS).set_index("event_time", drop=False)


def targeted(cells: pd.DataFrame) -> list[tuple[str, str, int]]:
    rows = cells.loc[cells["state"] == "targeted", ["province", "series", "year"]]
    return list(rows.itertuples(index=False, name=None))


# Cells.


@pytest.mark.parametrize(
    ("plan", "years"),
    [
        ({"date": "2023-02-01", "plan_year": 2023}, {0: 2023, 1: 2023}),
        ({"date": "2022-10-15", "plan_year": 2022}, {0: 2023, 1: 2023}),
        ({"date": "2024-02-01", "plan_year": 2024}, {-1: 2023, 0: 2024}),
        ({"date": "", "plan_year": 2023}, {-1: 2023, 0: 2024}),
    ],
)
def test_later_changes_are_of_the_outcome_year_and_earlier_ones_before_it(
    recent: pd.DataFrame, plan: dict[str, Any], years: dict[int, int]
) -> None:
    cells = event_cells(recent, measures({"series": AIR}), plans(plan), years)
    assert {time: targeted(frame) for time, frame in cells.items()} == {
        time: [("20", AIR, year)] for time, year in years.items()
    }


def test_what_is_lost_is_told_with_the_reason(recent: pd.DataFrame) -> None:
    measure_table, plan_table = measures({"series": AIR}, {"series": WATER}), plans({})
    losses = event_losses(recent, measure_table, plan_table, leads=3, lags=1)
    by_time = losses.set_index("event_time")
    # Outcome years 2021 and 2022 lie across the break of 2021; 2025 is not there yet.
    assert by_time["reason"].to_dict() == {-3: "break", -2: "break", 1: "beyond"}
    assert by_time["n_cells"].tolist() == [2, 2, 2]
    assert by_time["n_provinces"].tolist() == [1, 1, 1]
    assert by_time.loc[1, "reason_vi"] == labels.text("no_cell.beyond", "vi")


def test_a_cell_of_two_plans_is_counted_later_and_left_out_before(recent: pd.DataFrame) -> None:
    measure_table = measures(
        {"series": AIR}, {"plan": "b", "series": AIR}, {"plan": "b", "series": WATER}
    )
    plan_table = plans({"plan_year": 2023, "date": "2023-01-01"}, {"plan": "b"})
    cells = event_cells(recent, measure_table, plan_table, [-1, 0, 1])
    assert targeted(cells[0]) == [("20", AIR, 2023), ("20", AIR, 2024), ("20", WATER, 2024)]
    # From the year before plan a to the year after it, plan b adds to it: counted, not left out.
    assert targeted(cells[1]) == [("20", AIR, 2023)]
    assert cells[1].loc[cells[1]["state"] == "targeted", "targeted_again"].tolist() == [True]
    # The year before plan b is that of plan a.
    assert targeted(cells[-1]) == [("20", WATER, 2023)]
    lost = lost_cells(recent, measure_table, plan_table, cells)
    overlapping = lost[lost["reason"] == "overlapping"]
    assert overlapping[["event_time", "series", "year"]].values.tolist() == [[-1, AIR, 2023]]
    losses = event_losses(recent, measure_table, plan_table, leads=1, lags=1)
    assert labels.text("event_study.overlapping", "en") in set(losses["reason_en"])


def test_before_a_plan_cells_that_another_plan_targets_are_not_compared_with(
    recent: pd.DataFrame,
) -> None:
    measure_table = measures({"series": AIR}, {"plan": "b", "series": AIR})
    plan_table = plans({"plan_year": 2023, "date": "2023-01-01", "province": "01"}, {"plan": "b"})
    before = event_cells(recent, measure_table, plan_table, [-1])[-1]
    is_cell = (before["series"] == AIR) & (before["year"] == 2023)
    states = before[is_cell].set_index("province")["state"]
    assert states["20"] == "targeted"
    assert states["01"] == "unknown"
    assert states["04"] == "background"


def test_a_later_change_is_the_whole_one_since_before_the_plan(recent: pd.DataFrame) -> None:
    inputs = measures({"series": AIR}), plans({"plan_year": 2023, "date": "2023-01-01"})
    cells = event_cells(recent, *inputs, [0, 1])
    own = [frame[frame["state"] == "targeted"].iloc[0] for frame in cells.values()]
    rows = recent[(recent["series"] == AIR) & (recent["province"] == "20")].set_index("year")
    every = recent[recent["series"] == AIR].groupby("year")["score"]
    z = (rows["score"] - every.mean()) / every.std(ddof=0)
    assert own[0]["change"] == pytest.approx(z[2023] - z[2022])
    assert own[1]["change"] == pytest.approx(z[2024] - z[2022])
    # What is held is of the years before the plan in both.
    assert own[0]["baseline"] == own[1]["baseline"] == pytest.approx(z[2022])
    assert own[0]["lag_3"] == own[1]["lag_3"] == pytest.approx(z[2020])


def test_event_time_0_is_the_exposure(recent: pd.DataFrame) -> None:
    inputs = measures({"series": AIR}), plans({})
    cells = event_cells(recent, *inputs, [0])[0]
    assert cells.drop(columns="overlapping").equals(exposure(recent, *inputs))


@pytest.mark.slow
def test_no_cell_crosses_a_break(
    recent: pd.DataFrame, invented: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    cells = event_cells(recent, *invented, range(-5, 2))
    years = {time: {year for _, _, year in targeted(frame)} for time, frame in cells.items()}
    assert years == {-5: set(), -4: {2020}, -3: set(), -2: set(), -1: {2023}, 0: {2024}, 1: set()}
    assert set(cells[1]["year"]) == {2018, 2019, 2023} & set(cells[1]["year"])


# Figures.


def test_event_time_0_is_the_estimate(
    recent: pd.DataFrame, invented: tuple[pd.DataFrame, pd.DataFrame], table: pd.DataFrame
) -> None:
    row = estimate(exposure(recent, *invented), n_draws=DRAWS).iloc[0]
    same = ["adjusted_association", "se", "df", "ci_low", "ci_high", "p", "mde"]
    alone = event_study(recent, *invented, leads=0, lags=0, n_draws=DRAWS).iloc[0]
    assert alone[same].tolist() == pytest.approx(row[same].tolist(), rel=1e-9)
    # With other event times beside it only the draws are others.
    same = ["adjusted_association", "se", "df"]
    assert table.loc[0, same].tolist() == pytest.approx(row[same].tolist(), rel=1e-9)
    counts = ["n_plans", "n_provinces", "n_exchangeable", "n_cells", "n_compared"]
    assert table.loc[0, counts].tolist() == row[counts].tolist()


def test_plans_for_the_lowest_fell_before_and_do_nothing_after(table: pd.DataFrame) -> None:
    """The lead is negative by selection, though the plans were made up after the fact."""
    assert table.loc[-1, "adjusted_association"] < -0.4
    assert table.loc[-1, "p"] <= 0.05
    assert table.loc[-1, "omnibus_p_placebo"] <= 0.05
    assert table.loc[[-2, -1], "verdict"].tolist() == ["", ""]
    assert table.loc[[-2, -1], "reason"].tolist() == ["placebo", "placebo"]
    assert abs(table.loc[0, "adjusted_association"]) < 0.25
    assert table.loc[0, "p_adjusted"] > 0.05


def test_every_listed_cell_is_there_or_lost_at_each_event_time(
    table: pd.DataFrame, invented: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    assert list(table.columns) == list(COLUMNS)
    assert table["kind"].tolist() == ["placebo", "placebo", "primary", "later", "later"]
    assert (table["n_cells"] + table["n_lost"] == len(invented[0])).all()
    assert (table["n_provinces"] + table["n_provinces_lost"] == 24).all()
    assert table.loc[1, "lost"] == f"beyond {len(invented[0])}"
    assert table.loc[-2, "lost"].startswith("break ")


def test_no_figure_is_missing_without_a_reason(table: pd.DataFrame) -> None:
    missing = table.drop(columns="p_adjusted")[FIGURES[:-1]].isna().any(axis=1)
    assert missing.tolist() == [True, False, False, True, True]
    assert set(table.loc[[1, 2], "verdict"]) == {"insufficient_data"}
    assert (table.loc[missing, "reason"] != "").all()
    assert set(table["verdict"]) <= {"", *VERDICTS}
    counts = [name for name in table if name.startswith("n_")]
    assert not table[[*counts, "kind", "lost", "omnibus_p", "reason"]].isna().any(axis=None)


def test_the_band_holds_more_than_each_interval(table: pd.DataFrame) -> None:
    estimated = table.loc[[0]]
    assert (estimated["band_ci_low"] <= estimated["ci_low"]).all()
    assert (estimated["band_ci_high"] >= estimated["ci_high"]).all()
    assert (estimated["p_adjusted"] >= estimated["p"]).all()
    # A value outside of the band is rejected for all event times at once, and the other way round.
    outside = (estimated["band_ci_low"] > 0) | (estimated["band_ci_high"] < 0)
    assert (outside == (estimated["p_adjusted"] <= 0.05)).all()


def joint(draws: int = 400) -> _Joint:
    rng = np.random.default_rng(1)
    drawn = rng.standard_t(3, size=(draws, 3)) * [1, 5, 0.2]
    return _Joint([-1, 0, 1], np.array([0.5, 16.0, 0.7]), drawn)


def test_p_values_of_draws_are_their_share_of_all() -> None:
    result = joint(60)
    statistics = np.abs(np.vstack([result.observed, result.drawn]))
    by_hand = [[np.mean(statistics[:, k] >= draw[k]) for k in range(3)] for draw in statistics]
    assert result.p_values() == pytest.approx(np.array(by_hand))


def test_all_intervals_hold_at_once_as_often_as_asked() -> None:
    result = joint()
    p = result.p_values()
    least = 1 - result.level(0.9)
    assert 0.1 / 3 - 0.02 < least < 0.1
    assert np.mean((p <= least + 1e-12).any(axis=1)) <= 0.1
    higher = np.unique(p[p > least + 1e-12])[0]
    assert np.mean((p <= higher).any(axis=1)) > 0.1


def test_one_event_time_needs_no_more_than_its_interval() -> None:
    result = joint()
    single = _Joint([0], result.observed[:1], result.drawn[:, :1])
    assert single.adjusted()[0] == single.p_values()[0, 0]
    assert single.level(0.95) == pytest.approx(0.95, abs=1 / 400)


def test_too_few_draws_for_the_band_leave_it_without_an_end() -> None:
    assert joint(19).level(0.95) == 1.0


# Little data.


def test_the_real_register_is_too_little(recent: pd.DataFrame) -> None:
    inputs = load_measures("PAPI"), load_plans("PAPI")
    result = event_study(recent, *inputs, leads=1, lags=1, n_draws=19)
    assert result["verdict"].tolist() == ["", "insufficient_data", "insufficient_data"]
    assert (result["reason"] != "").all()
    assert (result["n_cells"] + result["n_lost"]).nunique() == 1


def test_one_plan_is_too_little(recent: pd.DataFrame) -> None:
    result = event_study(recent, measures({"series": AIR}), plans({}), leads=1, lags=1, n_draws=19)
    assert result["n_cells"].tolist() == [1, 1, 0]
    assert result["reason"].tolist() == ["placebo", "few_provinces", "few_provinces"]
    # The placebo test has no verdict to withhold.
    assert result["direction"].tolist()[0] in ("better", "worse")
    assert result["direction"].tolist()[1:] == ["", ""]


def test_plans_that_lost_all_their_cells_give_rows(recent: pd.DataFrame) -> None:
    plan_table = plans({"plan_year": 2030, "date": "2030-01-01"})
    result = event_study(recent, measures({"series": AIR}), plan_table, leads=0, lags=0, n_draws=19)
    assert result[["n_cells", "n_lost", "lost"]].values.tolist() == [[0, 1, "beyond 1"]]
    assert result[FIGURES].isna().all(axis=None)


# What is refused.


@pytest.mark.parametrize(
    ("measure_table", "plan_table"),
    [
        (measures(), plans()),
        (measures({}), plans()),
        (measures({}), plans({"formal": False})),
        (measures({"list_type": "maintain"}), plans({})),
        (measures({"series": ""}), plans({})),
    ],
    ids=["nothing", "no plan", "informal", "only kept up", "no link"],
)
def test_without_an_event_there_is_no_study(
    recent: pd.DataFrame, measure_table: pd.DataFrame, plan_table: pd.DataFrame
) -> None:
    with pytest.raises(InsufficientData, match="no plan that counts targets a series"):
        event_study(recent, measure_table, plan_table, leads=0, lags=0, n_draws=19)
    assert event_losses(recent, measure_table, plan_table, leads=0, lags=0).empty


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"leads": -1}, "leads is -1"),
        ({"lags": 1.5}, "lags is 1.5"),
        ({"n_draws": 5}, "n_draws is 5"),
        ({"ci_level": 1}, "ci_level is 1"),
        ({"seed": None}, "seed is None"),
        ({"list_types": "remediate"}, "list_types is 'remediate'"),
        ({"list_types": ["improve"]}, "unknown list type 'improve'"),
    ],
)
def test_options_out_of_range_are_refused(
    recent: pd.DataFrame, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidRequest, match=message) as caught:
        event_study(recent, measures({}), plans({}), **options)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("name", "column"), [(0, "score"), (1, "list_type"), (2, "plan_year")])
def test_tables_that_lack_columns_are_refused(recent: pd.DataFrame, name: int, column: str) -> None:
    inputs = [recent, measures({}), plans({})]
    inputs[name] = inputs[name].drop(columns=column)
    with pytest.raises(ParstatsError, match=f"no column {column}"):
        event_study(*inputs, n_draws=19)


def test_the_names_are_public() -> None:
    assert {"event_study", "event_losses"} <= set(remedies.__all__)
