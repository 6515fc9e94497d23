"""Points to the next rank, by brute force: raise the score and rank everybody again."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import parstats as ps
from parstats import errors
from parstats.advice import next_rank


@pytest.fixture(scope="module")
def papi() -> pd.DataFrame:
    return ps.load_scores("PAPI", years=[2024])


def totals(scores: pd.DataFrame) -> pd.Series:
    parts = scores[scores["level"] == "criterion"].pivot(
        index="province", columns="series", values="score"
    )
    return parts.dropna().sum(axis=1).round(9)


def rank_after(of_all: pd.Series, province: str, change: float) -> int:
    score = round(of_all[province] + change, 9)
    return int((of_all.drop(province) > score).sum()) + 1


@pytest.mark.parametrize("province", ["20", "01", "45", "89", "60"])
def test_the_gain_is_the_least_that_reaches_the_rank(papi: pd.DataFrame, province: str) -> None:
    of_all = totals(papi)
    steps = next_rank(papi, province, 2024)
    assert steps.rank == rank_after(of_all, province, 0.0)
    together = steps.gains[steps.gains["series"] == ""]
    assert set(together["step"]) - {"group"} == {
        str(step) for step in (1, 5, 10) if step < steps.rank
    }
    for step in together.to_dict("records"):
        assert rank_after(of_all, province, step["overall_gain"]) == step["rank"]
        less = rank_after(of_all, province, step["overall_gain"] - 1e-6)
        assert less > step["rank"]
        if step["step"] != "group":
            assert steps.rank - step["rank"] >= int(step["step"]) > steps.rank - less
        assert step["n_overtaken"] == steps.rank - step["rank"]


@pytest.mark.parametrize("province", ["20", "01", "45", "89", "60"])
def test_what_may_be_lost_keeps_the_rank_and_more_does_not(
    papi: pd.DataFrame, province: str
) -> None:
    of_all = totals(papi)
    steps = next_rank(papi, province, 2024)
    for step in steps.losses.to_dict("records"):
        lost = step["ranks_lost"]
        assert rank_after(of_all, province, -step["overall_loss"]) < steps.rank + lost
        assert rank_after(of_all, province, -step["overall_loss"] - 1e-6) >= steps.rank + lost


def test_the_next_group_of_papi_is_the_next_quarter(papi: pd.DataFrame) -> None:
    of_all = totals(papi)
    steps = next_rank(papi, "89", 2024)
    (group,) = steps.gains.query("step == 'group' and series == ''").to_dict("records")
    n = len(of_all)
    quarter = min(4, 1 + 4 * (steps.rank - 1) // n)
    assert min(4, 1 + 4 * (group["rank"] - 1) // n) < quarter
    less = rank_after(of_all, "89", group["overall_gain"] - 1e-6)
    assert min(4, 1 + 4 * (less - 1) // n) == quarter
    assert "group" not in set(next_rank(papi, of_all.idxmax(), 2024).gains["step"])


def test_the_room_of_a_part_is_what_is_left_to_its_highest_score(papi: pd.DataFrame) -> None:
    gains = next_rank(papi, "20", 2024, ranks=1).gains.query("step == '1'").set_index("series")
    own = papi[(papi["province"] == "20") & (papi["level"] == "criterion")].set_index("series")
    room = own["max_score"] - own["score"]
    for series, left in room.items():
        assert gains.loc[series, "room"] == pytest.approx(left)
        assert gains.loc[series, "is_attainable"] == (gains.loc[series, "gain"] <= left + 1e-9)
    assert gains.loc["", "room"] == pytest.approx(room.sum())


def test_equal_scores_share_the_better_rank() -> None:
    values = pd.DataFrame(
        {"a": [5.0, 5.0, 3.0, 1.0], "b": [2.0, 2.0, 2.0, 3.0]}, index=list("wxyz")
    )
    mine = ps.index_from(values, weights={"a": 3, "b": 1}, year=2024)
    first = next_rank(mine, "y", 2024, ranks=1).gains.iloc[0]
    assert (first["rank"], first["n_overtaken"], first["n_level"]) == (1, 2, 2)
    loss = next_rank(mine, "w", 2024, ranks=1).losses.iloc[0]
    assert (loss["overall_loss"], loss["n_level"]) == (0.0, 1)


def test_weighted_parts_rise_by_the_gain_over_their_weight() -> None:
    values = pd.DataFrame(
        {"a": [1.0, 2.0, 3.0, 4.0], "b": [4.0, 3.0, 1.0, 2.0]}, index=list("wxyz")
    )
    mine = ps.index_from(values, weights={"a": 3, "b": 1}, year=2024)
    gains = next_rank(mine, "w", 2024, ranks=1).gains
    parts = gains[gains["series"] != ""].set_index("series")
    ratio = parts["gain"].to_numpy()
    assert np.isclose(ratio.max() / ratio.min(), 3.0)


def test_a_step_that_is_none_is_refused(papi: pd.DataFrame) -> None:
    with pytest.raises(errors.ParstatsError, match="ranks"):
        next_rank(papi, "20", 2024, ranks=0)


def test_a_province_without_all_parts_is_named(papi: pd.DataFrame) -> None:
    missing = sorted(set(ps.load_provinces(63)["province"]) - set(totals(papi).index))
    with pytest.raises(errors.InvalidRequest, match="no complete scores"):
        next_rank(papi, missing[0], 2024)


def test_totals_without_parts_give_the_overall_gain() -> None:
    generator = np.random.default_rng(3)
    codes = sorted(ps.load_provinces(63)["province"])
    row = ps.load_scores("SIPAS").query("year == 2024 and series == 'sipas'").head(1)
    scores = pd.concat([row] * 63, ignore_index=True)
    scores = scores.assign(province=codes, score=generator.normal(84, 2.5, 63).round(2))
    steps = next_rank(scores, "Lạng Sơn", 2024)
    of_all = scores.set_index("province")["score"]
    assert steps.rank == 1 + int((of_all > of_all["20"]).sum())
    assert set(steps.gains["series"]) == {""}
    for step in steps.gains.to_dict("records"):
        assert rank_after(of_all, "20", step["overall_gain"]) == step["rank"]
        assert rank_after(of_all, "20", step["overall_gain"] - 1e-6) > step["rank"]
        assert step["room"] == pytest.approx(100 - of_all["20"])
    assert len(steps.losses) == 3
    with pytest.raises(errors.InsufficientCoverage, match="advice on SIPAS 2024"):
        next_rank(scores.head(40), "01", 2024)
