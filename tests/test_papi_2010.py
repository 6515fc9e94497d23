"""The first round of PAPI again: the test with a planted difference, and without one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from evaluation.papi_2010 import effects, read_rounds

import parstats as ps
from parstats.reference import provinces


@pytest.fixture
def lots() -> pd.DataFrame:
    codes = sorted(provinces.by_code(63))[:60]
    rng = np.random.default_rng(0)
    first = rng.integers(0, 2, size=30)
    surveyed = np.column_stack([first, 1 - first]).ravel()
    return pd.DataFrame({"province": codes, "surveyed": surveyed, "pair": np.repeat(range(30), 2)})


def written(lots: pd.DataFrame, path) -> pd.DataFrame:
    lots.to_csv(path, index=False)
    return read_rounds(path)


def test_a_planted_difference_is_found_in_its_dimension(lots, tmp_path) -> None:
    scores = ps.load_scores("PAPI", years=2011)
    rounds = written(lots, tmp_path / "lots.csv")
    surveyed = rounds.loc[rounds["surveyed"] == 1, "province"]
    planted = scores["province"].isin(surveyed) & (
        scores["series"] == "papi.procedures.certification"
    )
    changed = scores[scores["level"] == "criterion"].copy()
    changed["score"] += 0.4 * planted.reindex(changed.index)
    levels = ps.frameworks.series().set_index("series")["level"]
    changed = ps.panel.add_totals(changed)
    changed["level"] = changed["series"].map(levels)
    table = effects(changed, rounds, n_draws=999).set_index("series")
    before = effects(scores, rounds, n_draws=999).set_index("series")
    gain = table["difference"] - before["difference"]
    assert gain["papi.procedures"] == pytest.approx(0.4)
    assert gain.drop(["papi.procedures", "papi"]).abs().max() < 1e-9
    assert table.loc["papi.procedures", "p_adjusted"] < 0.05
    assert (table["n_pairs"] == 30).all()
    assert (table["p_adjusted"] >= table["p"] - 1e-12).all()


def test_lots_that_did_nothing_are_rarely_found(lots, tmp_path) -> None:
    scores = ps.load_scores("PAPI", years=2011)
    rng = np.random.default_rng(1)
    found = 0
    for _ in range(30):
        first = rng.integers(0, 2, size=30)
        drawn = lots.assign(surveyed=np.column_stack([first, 1 - first]).ravel())
        rounds = written(drawn, tmp_path / "lots.csv")
        found += bool((effects(scores, rounds, n_draws=199)["p_adjusted"] <= 0.05).any())
    assert found <= 5  # 99.5 % of a binomial of 30 and 0.05


def test_without_pairs_the_lot_is_among_all(lots, tmp_path) -> None:
    rounds = written(lots.drop(columns="pair"), tmp_path / "lots.csv")
    table = effects(ps.load_scores("PAPI", years=2011), rounds, n_draws=199)
    assert (table["n_pairs"] == 0).all()
    assert (table["n_provinces"] == 60).all()


def test_a_wrong_file_is_named(lots, tmp_path) -> None:
    path = tmp_path / "lots.csv"
    with pytest.raises(ps.errors.InvalidRequest, match="no column surveyed"):
        written(lots.drop(columns="surveyed"), path)
    with pytest.raises(ps.errors.InvalidRequest, match="60 provinces are surveyed, expected 30"):
        written(lots.assign(surveyed=1), path)
    with pytest.raises(ps.errors.InvalidRequest, match="1 or 0"):
        written(lots.assign(surveyed="yes"), path)
