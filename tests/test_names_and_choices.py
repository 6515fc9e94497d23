"""What a user may get wrong in a call: names, years, levels, series, empty tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import parstats as ps
from parstats import errors

pytestmark = pytest.mark.usefixtures("figures_to_2024")

BY_PROVINCE = {
    "standing": ps.panel.overall,
    "profile": ps.panel.profile,
    "peers": ps.panel.peers,
    "relative_change": ps.drivers.relative_change,
    "history": lambda scores, province, year: ps.panel.history(scores, province),
}


@pytest.mark.parametrize("name", BY_PROVINCE)
def test_a_province_may_be_named_or_coded(scores, name):
    by_name = BY_PROVINCE[name](scores, "Lạng Sơn", 2024)
    by_code = BY_PROVINCE[name](scores, "20", 2024)
    if name == "standing":
        assert (by_name.province, by_name.rank) == (by_code.province, by_code.rank) == ("20", 12)
    else:
        pd.testing.assert_frame_equal(by_name, by_code)


@pytest.mark.parametrize("name", BY_PROVINCE)
def test_an_unknown_province_is_no_province_without_data(scores, name):
    with pytest.raises(errors.UnknownProvince):
        BY_PROVINCE[name](scores, "Atlantis", 2024)


@pytest.mark.parametrize(
    "call",
    [
        lambda s: ps.panel.overall(s, "20", 2030),
        lambda s: ps.panel.profile(s, "20", 2030),
        lambda s: ps.panel.peers(s, "20", 2030),
        lambda s: ps.panel.ranks(s, 2030),
        lambda s: ps.panel.change(s, 2030),
        lambda s: ps.drivers.shares(s, 2030),
        lambda s: ps.drivers.relative_change(s, "20", 2030),
        lambda s: ps.load_scores("PAPI", years=[2024, 2030]),
    ],
)
def test_a_year_without_figures_is_named_with_those_that_have_some(scores, call):
    with pytest.raises(errors.UnknownChoice, match=r"unknown year of PAPI 2030: .* 2023, 2024"):
        call(scores)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda s: ps.drivers.shares(s, 2024, level="field"), "unknown level 'field'"),
        (lambda s: ps.drivers.shares(s, 2024, level="index"), "unknown level 'index'"),
        (lambda s: ps.panel.profile(s, "20", 2024, level="index"), "unknown level 'index'"),
        (lambda s: ps.panel.wide(s, 2024, level="sub"), "unknown level 'sub'"),
        (lambda s: ps.panel.ranks(s, 2024, "papi.x"), "unknown series of PAPI 'papi.x'"),
        (lambda s: ps.panel.history(s, "20", "papi.x"), "unknown series of PAPI 'papi.x'"),
        (lambda s: ps.panel.peers(s, "20", 2024, n_neighbours=0), "n_neighbours is 0"),
        (lambda s: ps.drivers.relative_change(s, "20", 2024, 2024), "2024 with itself"),
    ],
)
def test_an_unknown_level_series_or_number_is_named(scores, call, says):
    with pytest.raises(errors.InvalidRequest, match=says):
        call(scores)


def test_an_empty_table_of_scores_is_refused(scores):
    for call in (
        lambda s: ps.panel.overall(s, "20", 2024),
        lambda s: ps.drivers.shares(s, 2024),
        lambda s: ps.panel.wide(s, 2024),
    ):
        with pytest.raises(errors.InvalidRequest, match="scores of one index are needed"):
            call(scores.head(0))


@pytest.mark.parametrize("name", [None, float("nan"), np.nan, pd.NA, "", "  "])
def test_a_missing_name_is_no_province_and_has_no_near_one(name):
    with pytest.raises(errors.UnknownProvince) as refusal:
        ps.match_province(name)
    assert refusal.value.candidates == []


def test_years_may_come_from_numpy():
    assert len(ps.load_scores("PAPI", years=np.int64(2024), level="index")) == 61
    assert len(ps.load_scores("PAPI", years=np.array([2023, 2024]), level="index")) == 122
