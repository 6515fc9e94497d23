"""What-if: the rank with other scores in some parts, by arithmetic."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import parstats as ps
from parstats import errors

HEALTH = "papi.services.public_health"


def by_hand(scores: pd.DataFrame, code: str, year: int, gain: float) -> int:
    """The rank of a province whose overall score is so much higher, from the published table."""
    rows = scores[(scores["year"] == year) & (scores["series"] == "papi")]
    total = rows.set_index("province")["score"].round(9)
    new = round(total[code] + gain, 9)
    return 1 + int((total.drop(code) > new).sum())


@given(points=st.floats(-0.4, 0.4), at=st.integers(0, 60), year=st.sampled_from([2018, 2022, 2024]))
def test_the_new_rank_is_that_of_the_published_table_with_the_points_added(
    scores: pd.DataFrame, points: float, at: int, year: int
) -> None:
    ranks = ps.panel.ranks(scores, year)
    code = ranks["province"].iloc[at % len(ranks)]
    rows = scores[(scores["year"] == year) & (scores["series"] == HEALTH)].set_index("province")
    low, high = rows["min_score"].iloc[0], rows["max_score"].iloc[0]
    points = float(np.clip(points, low - rows.loc[code, "score"], high - rows.loc[code, "score"]))
    answer = ps.advice.what_if(scores, code, year, {HEALTH: points})
    assert answer.new_rank == by_hand(scores, code, year, points)
    assert answer.rank == by_hand(scores, code, year, 0.0)
    # In rank order the passed lie between the two ranks.
    assert len(answer.passed) >= abs(answer.new_rank - answer.rank)


def test_the_points_named_by_next_rank_reach_that_rank_and_a_little_less_does_not(
    scores: pd.DataFrame,
) -> None:
    steps = ps.advice.next_rank(scores, "Lạng Sơn", 2024, ranks=5).gains
    step = steps[(steps["series"] == HEALTH) & (steps["step"] == "5")].iloc[0]
    reached = ps.advice.what_if(scores, "Lạng Sơn", 2024, {HEALTH: step["gain"] + 1e-9})
    short = ps.advice.what_if(scores, "Lạng Sơn", 2024, {HEALTH: step["gain"] - 1e-4})
    assert reached.new_rank == step["rank"] < short.new_rank


def test_several_parts_add_up_and_the_table_says_what_changed(scores: pd.DataFrame) -> None:
    changes = {HEALTH: 0.1, "papi.services.primary_education": -0.4}
    answer = ps.advice.what_if(scores, "20", 2024, changes)
    assert answer.new_score == pytest.approx(answer.score - 0.3)
    table = answer.changes.set_index("series")
    assert table.loc[HEALTH, "new_score"] - table.loc[HEALTH, "score"] == pytest.approx(0.1)
    assert answer.new_rank > answer.rank


def test_what_is_no_change_of_a_part_is_refused_with_what_may_be_named(
    scores: pd.DataFrame,
) -> None:
    with pytest.raises(errors.UnknownChoice, match="part of PAPI 2024"):
        ps.advice.what_if(scores, "20", 2024, {"papi.services": 0.1})
    with pytest.raises(errors.InvalidRequest, match=r"its scale is 0\.33 to 3\.33|its scale is"):
        ps.advice.what_if(scores, "20", 2024, {HEALTH: 9.0})
    with pytest.raises(errors.InvalidRequest, match="expected points"):
        ps.advice.what_if(scores, "20", 2024, {HEALTH: float("nan")})
    with pytest.raises(errors.InvalidRequest, match="no complete scores"):
        ps.advice.what_if(scores, "Vĩnh Phúc", 2024, {HEALTH: 0.1})


def test_dimensions_can_be_changed_too(scores: pd.DataFrame) -> None:
    answer = ps.advice.what_if(scores, "20", 2024, {"papi.services": 0.1}, level="dimension")
    assert answer.new_rank == by_hand(scores, "20", 2024, 0.1)
