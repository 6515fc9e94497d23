"""Moran's I against its formula, and borders of the provinces."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import parstats as ps
from parstats import errors
from parstats.drivers import morans_i


@pytest.fixture(scope="module")
def papi() -> pd.DataFrame:
    return ps.load_scores("PAPI", years=2024)


def by_hand(scores: pd.Series, neighbours) -> float:
    """Moran's I, term by term."""
    deviation = scores - scores.mean()
    above, weights = 0.0, 0.0
    for code in scores.index:
        near = [other for other in neighbours[code] if other in scores.index]
        for other in near:
            above += deviation[code] * deviation[other] / len(near)
            weights += 1 / len(near)
    return len(scores) / weights * above / (deviation**2).sum()


def test_it_is_the_formula_for_the_score_and_every_part(papi) -> None:
    table = morans_i(papi, 2024, n_permutations=19).set_index("series")["moran"]
    wide = ps.panel.wide(papi, 2024, level="criterion", complete=True)
    for name, values in {**wide, "papi": wide.sum(axis=1)}.items():
        assert table[name] == pytest.approx(by_hand(values, ps.provinces.neighbours()))


def test_rejections_where_nothing_is_alike(papi) -> None:
    """Scores shuffled over the provinces: p at or below 5 % in about 5 %, and in none by chance."""
    wide = ps.panel.wide(papi, 2024, level="criterion", complete=True)
    rows = papi[papi["level"] == "criterion"]
    rng = np.random.default_rng(0)
    single, family = [], []
    for seed in range(40):
        order = dict(zip(wide.index, rng.permutation(wide.index), strict=True))
        shuffled = rows[rows["province"].isin(order)]
        shuffled = shuffled.assign(province=shuffled["province"].map(order))
        table = morans_i(ps.panel.add_totals(shuffled), 2024, n_permutations=199, seed=seed)
        single.append((table["p"] <= 0.05).mean())
        family.append((table["p_adjusted"] <= 0.05).any())
    assert 0.02 < np.mean(single) < 0.08
    assert np.sum(family) <= 6  # 99.5 % of a binomial of 40 and 0.05


def test_a_planted_likeness_of_the_detectable_size_is_usually_found(papi) -> None:
    detectable = morans_i(papi, 2024, n_permutations=199)["detectable"].iloc[0]
    codes = ps.panel.wide(papi, 2024, level="criterion", complete=True).index
    near = ps.provinces.neighbours()
    adjacent = np.array([[float(two in near[one]) for two in codes] for one in codes])
    adjacent /= adjacent.sum(axis=1, keepdims=True)
    rng, found, sizes = np.random.default_rng(2), 0, []
    # A spatial autoregression whose mean I is about the detectable one.
    spread = np.linalg.inv(np.eye(len(codes)) - 0.42 * adjacent)
    rows = papi[(papi["level"] == "criterion") & papi["province"].isin(codes)]
    for seed in range(40):
        drawn = pd.Series(1.5 + 0.05 * (spread @ rng.normal(size=len(codes))), codes)
        is_one = rows["series"] == "papi.environment.air_quality"
        planted = rows.assign(score=rows["score"].where(~is_one, rows["province"].map(drawn)))
        table = morans_i(ps.panel.add_totals(planted), 2024, n_permutations=99, seed=seed)
        row = table.set_index("series").loc["papi.environment.air_quality"]
        sizes.append(row["moran"])
        found += row["p"] <= 0.05
    assert np.mean(sizes) == pytest.approx(detectable, abs=0.05)
    assert 24 <= found <= 38  # 80 % of 40, give or take three standard errors


def test_borders_go_both_ways_and_those_of_the_34_are_of_their_members() -> None:
    for vintage in (63, 34):
        near = ps.provinces.neighbours(vintage)
        assert set(near) == set(ps.provinces.by_code(vintage))
        for code, others in near.items():
            assert code not in others
            assert others
            assert all(code in near[other] for other in others)
    # As official descriptions count them.
    assert [len(ps.provinces.neighbours()[code]) for code in ("01", "79", "92")] == [8, 6, 5]
    members = {m.code for m in ps.provinces.members("15")}
    around = {ps.provinces.successors()[n] for m in members for n in ps.provinces.neighbours()[m]}
    assert set(ps.provinces.neighbours(34)["15"]) == around - {"15"}
    with pytest.raises(errors.UnknownChoice, match="64"):
        ps.provinces.neighbours(64)


def test_bad_neighbours_are_named(papi) -> None:
    with pytest.raises(errors.InvalidRequest, match="neighbours of 20: 99 is no unit"):
        morans_i(papi, 2024, neighbours={"20": ["99"]})
    with pytest.raises(errors.InvalidRequest, match="no two complete units"):
        morans_i(papi, 2024, neighbours={"20": []})
    departments = ps.load_scores("PAR KHANH HOA")
    year = int(departments["year"].max())
    with pytest.raises(errors.ParstatsError):
        morans_i(departments, year)


def test_neighbours_of_ones_own(papi) -> None:
    codes = ps.panel.wide(papi, 2024, level="criterion", complete=True).index
    ring = {one: [two] for one, two in zip(codes, [*codes[1:], codes[0]], strict=True)}
    row = morans_i(papi, 2024, neighbours=ring, n_permutations=19).iloc[0]
    total = ps.panel.wide(papi, 2024, level="criterion", complete=True).sum(axis=1)
    assert row["moran"] == pytest.approx(by_hand(total, ring))
    assert row["n_borders"] == 61
