"""Priorities: the simulation and the uplift against loops by hand, and on made-up provinces."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import invented_indices
import parstats as ps
from parstats import errors, storage
from parstats.advice import look_up, page_priorities, priorities
from parstats.advice.built_priorities import priority_tables
from parstats.advice.lasting_gains import WINDOW, LastingGains, lasting_gains
from parstats.advice.next_standings import Transitions, transitions
from parstats.advice.next_year import next_year, ranks
from parstats.advice.priority_table import _gained


@pytest.fixture(scope="module")
def papi() -> pd.DataFrame:
    return ps.load_scores("PAPI")


@pytest.fixture(scope="module")
def lang_son(papi: pd.DataFrame) -> ps.advice.Priorities:
    return priorities(papi, "Lạng Sơn", 2024)


def test_ranks_are_one_more_than_the_number_above() -> None:
    generator = np.random.default_rng(1)
    totals = generator.integers(0, 6, (20, 9)).astype(float)
    by_hand = [[1 + sum(other > value for other in row) for value in row] for row in totals]
    assert ranks(totals).tolist() == by_hand


def test_ranks_gained_are_counted_one_by_one() -> None:
    generator = np.random.default_rng(2)
    gaps, raised = generator.normal(size=(50, 12)).round(1), np.array([0.4, 0.0, 1.3, 0.4])
    by_hand = [[7 - 1 - sum(gap > rise + 1e-9 for gap in row) for row in gaps] for rise in raised]
    assert _gained(7, gaps, raised).tolist() == by_hand


def test_the_uplift_is_that_of_the_lasting_variance_by_hand(papi: pd.DataFrame) -> None:
    gains = lasting_gains(transitions(papi, level="dimension"))
    cells = gains.cells
    products = (cells["outcome"] - cells["standing"]) * (cells["second_outcome"] - cells["before"])
    design = np.column_stack([np.ones(len(cells)), cells["level_of_four"]])
    line = np.linalg.lstsq(design, products, rcond=None)[0]
    assert gains.coefficients == pytest.approx(line)
    own = (products - design @ line)[cells["series"] == "papi.services"].mean()
    shift = gains.deviations["papi.services"][0]
    assert 0 <= shift / own <= 1  # shrunk
    uplift, error = gains.uplift("papi.services", -0.5)
    # 1.271 is the mean of the top quarter of a normal distribution.
    assert uplift == pytest.approx(1.2711 * np.sqrt(line @ [1, -0.5] + shift), rel=1e-4)
    assert 0 < error < uplift


def test_who_reached_it_stood_higher_both_years(papi: pd.DataFrame) -> None:
    gains = lasting_gains(transitions(papi, level="dimension"))
    places = gains.reached(gains.near("papi.services", -1.0), 0.3)
    cells = gains.cells
    later = cells[["outcome", "second_outcome"]].min(axis=1)
    earlier = cells[["before", "standing"]].max(axis=1)
    near = (cells["standing"] + 1.0).abs() <= WINDOW
    by_hand = cells[(cells["series"] == "papi.services") & near & (later - earlier >= 0.3)]
    assert len(by_hand) > 3
    assert sorted(places) == sorted(by_hand.index)


def test_scores_of_a_case_are_those_published(
    papi: pd.DataFrame, lang_son: ps.advice.Priorities
) -> None:
    case = lang_son.cases.iloc[0]
    score = papi.set_index(["series", "province", "year"])["score"]
    for column, years in (("case_score", 0), ("score_after", 1), ("score_later", 2)):
        cell = (case["series"], case["case_province"], case["case_year"] + years)
        assert case[column] == pytest.approx(score[cell])


def test_the_gain_is_that_of_a_simulation_by_hand(
    papi: pd.DataFrame, lang_son: ps.advice.Priorities
) -> None:
    ahead = next_year(papi, 2024)
    totals, row = ahead.totals(), ahead.parts.row("20")
    first = lang_son.table.iloc[0]
    raised = totals.copy()
    raised[:, row] += first["overall_gain"]
    for draws, gain, chance in ((totals, "gain_without", "p_5_without"), (raised, "gain", "p_5")):
        gained = first["rank"] - ranks(np.round(draws, 9))[:, row]
        assert gained.mean() == pytest.approx(first[gain], abs=0.002)
        assert (gained >= 5).mean() == pytest.approx(first[chance], abs=0.001)


def test_expected_scores_reproduce_the_overall_score(papi: pd.DataFrame) -> None:
    ahead = next_year(papi, 2023)
    scores = ahead.means + ahead.deviations * ahead.standing
    assert scores.sum(axis=1) == pytest.approx(ahead.parts.total)
    assert ahead.totals(4000).mean(axis=0) == pytest.approx(
        ahead.parts.total + ((ahead.expected - ahead.standing) * ahead.deviations).sum(axis=1),
        abs=0.15,
    )


def test_no_score_is_raised_above_its_scale(papi: pd.DataFrame) -> None:
    for province in ("Quảng Ninh", "Hà Nội"):
        table = priorities(papi, province, 2024).table
        assert (table["aim"] <= table["max_score"] + 1e-9).all()


def test_later_years_are_not_seen(papi: pd.DataFrame) -> None:
    then = priorities(papi[papi["year"] <= 2019], "Lạng Sơn", 2019).table
    pd.testing.assert_frame_equal(then, priorities(papi, "Lạng Sơn", 2019).table)


def test_what_a_build_keeps_is_what_the_function_returns(papi: pd.DataFrame) -> None:
    built = storage.read_processed("priorities").query("index == 'PAPI'")
    year = int(built["year"].iloc[0])  # whatever year is the newest
    kept, computed = look_up("PAPI", "lang son", year), priorities(papi, "Lạng Sơn", year)
    pd.testing.assert_frame_equal(kept.table, computed.table, check_dtype=False)
    first = computed.table["series"].head(10)
    assert len(kept.cases) == computed.cases["series"].isin(first).sum()


def test_a_year_that_is_not_built_is_computed() -> None:
    assert look_up("PAPI", "Lạng Sơn", 2022).table["year"].eq(2022).all()


def test_reasons_are_given_for_a_page() -> None:
    assert page_priorities("PAPI", "Lạng Sơn", 2012).reason == "years"
    assert page_priorities("PAPI", "Vĩnh Phúc", 2024).reason == "parts"
    assert page_priorities("SIPAS", "Lạng Sơn", 2024).reason == "coverage"
    with pytest.raises(errors.InvalidRequest, match="Atlantis"):
        page_priorities("PAPI", "Atlantis", 2024)


def test_the_chance_of_keeping_the_rank_is_given(lang_son: ps.advice.Priorities) -> None:
    table = lang_son.table
    assert (table["p_0"] >= table["p_1"]).all()
    assert (table["p_0"] >= table["p_0_without"]).all()


def test_no_parts_or_too_few_provinces_are_refused(papi: pd.DataFrame) -> None:
    with pytest.raises(errors.InvalidRequest, match="no complete scores of PAPI 2024"):
        priorities(papi, "Vĩnh Phúc", 2024)
    with pytest.raises(errors.InsufficientCoverage):
        priorities(ps.load_scores("SIPAS"), "Lạng Sơn", 2023)
    with pytest.raises(errors.InsufficientData, match="add earlier years"):
        priorities(papi, "Lạng Sơn", 2012)


@pytest.mark.parametrize(
    ("index", "table", "n_parts"),
    [
        ("PAR INDEX", invented_indices.par_index(list(range(2013, 2025))), 8),
        ("SIPAS", invented_indices.sipas(list(range(2018, 2025))), 9),
    ],
)
def test_whole_tables_of_the_other_indices_carry_advice(
    index: str, table: pd.DataFrame, n_parts: int
) -> None:
    scores = invented_indices.scores_of(index, table)
    answer = priorities(scores, "Lạng Sơn", 2024)
    assert len(answer.table) == n_parts
    assert (answer.table["gain"] >= answer.table["gain_without"]).all()
    checks = ps.advice.check_targets(scores, "Lạng Sơn", ["top 20", f"{index} 88 %"], 2024)
    assert checks["reason"].tolist() == ["", ""]


def test_an_index_without_history_has_no_rows() -> None:
    tables = priority_tables(ps.load_scores("SIPAS"))
    assert [len(table) for table in tables.values()] == [0, 0, 0]


def _made_up(change: float, noise: float, seed: int) -> tuple[LastingGains, float]:
    """Return the gains of made-up provinces, and the variance of their lasting changes."""
    generator = np.random.default_rng(seed)
    level, years = generator.normal(size=(60, 3)), []
    for _ in range(12):
        level = level + generator.normal(scale=change, size=level.shape)
        years.append(level + generator.normal(scale=noise, size=level.shape))
    seen = np.array(years)
    spread = seen.std(axis=1, keepdims=True)
    z = (seen - seen.mean(axis=1, keepdims=True)) / spread
    rows = [
        {
            **{"series": f"s{part}", "province": f"{unit:02d}", "vintage": 63, "year": year},
            **{"score": seen[year, unit, part], "standing": z[year, unit, part]},
            "before": z[year - 1, unit, part] if year else np.nan,
            "outcome": z[year + 1, unit, part] if year < 11 else np.nan,
            "second_outcome": z[year + 2, unit, part] if year < 10 else np.nan,
        }
        for year in range(12)
        for unit in range(60)
        for part in range(3)
    ]
    moves = Transitions(pd.DataFrame(rows), ("s0", "s1", "s2"))
    return lasting_gains(moves), float(np.mean((change / spread) ** 2))


@pytest.mark.parametrize(
    ("change", "noise"), [(0.0, 0.4), (0.0, 1.0), (0.25, 0.1), (0.25, 0.6), (0.5, 0.6)]
)
def test_lasting_changes_are_told_from_noise_and_from_lasting_differences(
    change: float, noise: float
) -> None:
    drawn = [_made_up(change, noise, seed) for seed in range(12)]
    estimates = np.array([gains.coefficients[0] for gains, _ in drawn])
    truth = np.mean([variance for _, variance in drawn])
    error = estimates.std(ddof=1) / np.sqrt(len(drawn))
    assert abs(estimates.mean() - truth) < 3 * error + 0.1 * truth + 0.002
    # Its own standard error is of the size of the spread between draws.
    own = np.mean([np.sqrt(gains.covariance[0, 0]) for gains, _ in drawn])
    assert 0.5 < own / estimates.std(ddof=1) < 2


def test_a_gain_over_a_forecast_would_take_lasting_differences_for_gains() -> None:
    """Why the uplift is none: provinces that never change stay above what was forecast too low."""
    gains, _ = _made_up(0.0, 0.6, 1)
    cells = gains.cells
    slope = np.polyfit(cells["standing"], cells["outcome"], 1)[0]
    gain = cells["outcome"] - slope * cells["standing"]
    kept = (cells["second_outcome"] - slope * cells["standing"])[gain >= gain.quantile(0.75)]
    assert kept.mean() > 0.2
    assert gains.uplift("s0", 0.0)[0] < kept.mean()
