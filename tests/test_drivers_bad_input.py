"""Whatever is wrong with scores or options, every driver says so in words of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from parstats import drivers
from parstats.errors import InsufficientCoverage, InvalidData, InvalidRequest, UnknownChoice
from parstats.reference import provinces
from parstats.stats.simultaneous_ranks import rank_bounds

LISTS = "papi.transparency.poverty_lists"
Driver = Callable[..., Any]
GROWTH = pd.DataFrame(
    [(code, 2024, (7 * int(code)) % 11) for code in provinces.by_code(63)],
    columns=["province", "year", "growth"],
)

QUICK: dict[str, Driver] = {
    "shares": lambda s, **k: drivers.shares(s, 2024, **{"n_draws": 20, **k}),
    "has_parts": lambda s: drivers.has_parts(s, 2024),
    "has_structure": lambda s: drivers.has_structure(s, 2024),
    "importance": lambda s, **k: drivers.importance(
        s, 2024, level="dimension", **{"n_draws": 5, **k}
    ),
    "dominance": lambda s: drivers.dominance(s, 2024),
    "main_effects": lambda s, **k: drivers.main_effects(
        s, 2024, level="dimension", n_permutations=5, **{"n_draws": 5, **k}
    ),
    "target_weights": lambda s: drivers.target_weights(s, 2024, level="dimension"),
    "rank_attribution": lambda s: drivers.rank_attribution(s, "20", 2024, level="dimension"),
    "change_attribution": lambda s: drivers.change_attribution(s, "20", 2024, level="dimension"),
    "relative_change": lambda s: drivers.relative_change(s, "20", 2024),
    "robustness": lambda s, **k: drivers.robustness(s, 2024, **{"n_draws": 20, **k}),
    "leave_one_out": lambda s: drivers.leave_one_out(s, 2024),
    "rank_intervals": lambda s: drivers.rank_intervals(s, 2024, se=0.3, n_draws=200),
    "top_set": lambda s: drivers.top_set(s, 2024, 3, se=0.3, n_draws=200),
    "structure": lambda s, **k: drivers.structure(s, 2024, **{"n_draws": 5, **k}),
    "stability": lambda s, **k: drivers.stability(s, **{"n_draws": 5, **k}),
    "convergence": lambda s, **k: drivers.convergence(s, **{"n_draws": 5, **k}),
    "morans_i": lambda s: drivers.morans_i(s, 2024, level="dimension", n_permutations=19),
    "overview": lambda s, **k: drivers.overview(s, 2024, level="dimension", **{"n_draws": 5, **k}),
    "pooled_shares": lambda s, **k: drivers.pooled_shares(s, **{"n_draws": 5, **k}),
    "shares_without_noise": lambda s, **k: drivers.shares_without_noise(
        s, 2024, level="dimension", se={"papi.services": 0.01}, **{"n_draws": 5, **k}
    ),
    "predictive": lambda s, **k: drivers.predictive(
        s,
        level="dimension",
        methods=["elastic_net"],
        first=2024,
        n_repeats=1,
        **{"n_draws": 5, "n_halves": 1, **k},
    ),
    "panel": lambda s, **k: drivers.panel(
        s, outcome="papi.services", regressors="papi.environment", **{"n_draws": 5, **k}
    ),
    "rank_logit": lambda s: drivers.rank_logit(s, 2024, regressors="papi.environment", lag=1),
    "leads": lambda s, **k: drivers.leads(s, level="dimension", **{"n_draws": 5, **k}),
    "outside": lambda s, **k: drivers.outside(
        s, GROWTH, level="dimension", column="growth", **{"n_draws": 5, **k}
    ),
    "typology": lambda s, **k: drivers.typology(
        s, 2024, level="dimension", most_groups=3, **{"n_draws": 2, **k}
    ),
}
#: They take what others need or all provinces at once, and have tests of their own.
OTHERS = {
    "across",
    "across_years",
    "audit",
    "available_normalisations",
    "change_attributions",
    "comparable_indices",
    "has_pairs",
    "mcdm",
    "rank_attributions",
    "unknown_highest",
}
DRAWN = ("shares", "importance", "main_effects", "robustness", "structure", "stability")


@pytest.fixture(scope="module")
def recent(scores: pd.DataFrame) -> pd.DataFrame:
    return scores[scores["year"].isin([2022, 2023, 2024])].reset_index(drop=True)


def altered(table: pd.DataFrame, score: float) -> pd.DataFrame:
    """One score of Lạng Sơn replaced, with its dimension and total."""
    is_cell = (table["year"] == 2024) & (table["province"] == "20")
    is_cell &= table["series"].isin([LISTS, "papi.transparency", "papi"])
    return table.assign(score=table["score"].mask(is_cell, score))


def test_every_driver_is_tried_with_bad_input() -> None:
    missing = set(drivers.__all__) - set(QUICK) - OTHERS
    assert not missing, f"add a call of {missing} to QUICK"
    assert QUICK.keys() | OTHERS == set(drivers.__all__)


@pytest.mark.parametrize("name", QUICK)
@pytest.mark.parametrize(
    ("spoil", "error", "message"),
    [
        (lambda t: altered(t, np.inf), InvalidData, r"infinite.* \(2024 20 papi; .*correct these"),
        (lambda t: altered(t, 1e300), InvalidData, "above a million points"),
        (lambda t: pd.concat([t, t]), InvalidData, "second scores of the same province"),
        (
            lambda t: t.assign(province=t["province"].replace("20", "99")),
            InvalidData,
            "column province: found .* no provinces .202[234] 99 papi.* expected codes of prov",
        ),
        (
            lambda t: t.assign(score=t["score"].astype(str).where(t["province"] != "20", "1,4")),
            InvalidData,
            "no numbers",
        ),
        (
            lambda t: t.drop(columns="score"),
            InvalidRequest,
            "lacks the column score; .*load_scores",
        ),
        (lambda t: t.drop(columns=["index"]), InvalidRequest, "lacks the column index"),
        (lambda t: t.drop(columns=["vintage", "level"]), InvalidRequest, "column vintage, level"),
        (lambda t: t.drop(columns="province"), InvalidRequest, "lacks the column province"),
        (lambda t: t.assign(year=t["year"].astype(str)), InvalidRequest, "year .*whole numbers"),
        (lambda _: {"index": "PAPI"}, InvalidRequest, "scores is dict: expected the table"),
    ],
    ids=[
        *("infinite", "huge", "twice", "province", "text", "no-score", "no-index", "no-vintage"),
        *("no-province", "year-text", "no-table"),
    ],
)
def test_scores_that_cannot_be_computed_with_are_refused(
    recent: pd.DataFrame, name: str, spoil: Driver, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        QUICK[name](spoil(recent))


@pytest.mark.parametrize("name", QUICK)
def test_a_missing_score_is_as_good_as_no_row(recent: pd.DataFrame, name: str) -> None:
    is_cell = (recent["province"] == "14") & (recent["year"] == 2024)
    blank = recent.assign(score=recent["score"].mask(is_cell))
    actual, expected = QUICK[name](blank), QUICK[name](recent[~is_cell])
    if isinstance(actual, bool):
        assert actual == expected
    elif not isinstance(actual, pd.DataFrame):
        for key, value in expected.__dict__.items():
            other = actual.__dict__[key]
            assert other.equals(value) if isinstance(value, pd.DataFrame) else other == value
    else:
        pd.testing.assert_frame_equal(actual, expected)


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"n_draws": 2.5}, "n_draws is 2.5: expected at least [01], a whole number"),
        ({"n_draws": "10"}, "n_draws is '10'"),
        ({"seed": -1}, "seed is -1: expected at least 0"),
        ({"seed": None}, "seed is None"),
        ({"sens_level": 95}, "sens_level is 95: expected a share between 0 and 1, as 0.95"),
        ({"sens_level": "x"}, "sens_level is 'x'"),
    ],
    ids=str,
)
def test_options_of_the_draws_are_checked(
    recent: pd.DataFrame, name: str, option: dict[str, Any], message: str
) -> None:
    if name == "robustness":  # its ranges are over draws of weights, not of provinces
        option = {key.replace("sens", "range"): value for key, value in option.items()}
        message = message.replace("sens", "range")
    with pytest.raises(InvalidRequest, match=message):
        QUICK[name](recent, **option)


def test_options_of_mcdm_are_checked(recent: pd.DataFrame) -> None:
    pytest.importorskip("skcriteria")
    for interval in (-1, 0, 1, 95):
        with pytest.raises(InvalidRequest, match=f"range_level is {interval}: expected a share"):
            drivers.mcdm(recent, 2024, range_level=interval, n_draws=2)
    with pytest.raises(UnknownChoice, match="unknown method 'none': expected one of topsis"):
        drivers.mcdm(recent, 2024, methods=[], n_draws=2)
    assert set(drivers.mcdm(recent, 2024, methods="edas", n_draws=2)["method"]) == {"edas"}
    assert len(drivers.mcdm(recent, 2024, methods=["edas", "edas"], n_draws=2)) == 61
    flat = recent.assign(score=recent["max_score"] / 2)
    with pytest.raises(InvalidRequest, match=r"every part is the same .* nothing to rank by"):
        drivers.mcdm(flat, 2024, n_draws=2)


def test_a_criterion_without_any_score_is_named(recent: pd.DataFrame) -> None:
    without = recent[recent["series"] != LISTS]
    with pytest.raises(InsufficientCoverage, match=f"score of {LISTS}: add it, or use level='dim"):
        drivers.shares(without, 2024)
    assert len(drivers.shares(without, 2024, level="dimension", n_draws=5)) == 8


def test_nominal_weights_and_targets_name_what_is_wrong(recent: pd.DataFrame) -> None:
    table = drivers.shares(recent, 2024, n_draws=1)
    good = dict.fromkeys(table["series"], 1.0)
    for wrong, message in (
        ({**good, LISTS: -1.0}, f"not negative, and not all zero: found {LISTS} -1; correct them"),
        ({**good, LISTS: np.nan}, f"found {LISTS} nan"),
        ({**good, LISTS: "a"}, f"the nominal weight of {LISTS} is 'a': expected a number"),
        ({**good, LISTS: None}, f"the nominal weight of {LISTS} is None"),
        ([1.0] * 28, "nominal is list: expected a weight by series, as a dict"),
        ("equal", "nominal is str"),
        (dict.fromkeys(good, 0.0), "all are zero"),
    ):
        with pytest.raises(InvalidRequest, match=message):
            drivers.robustness(recent, 2024, nominal=wrong, n_draws=2)
    target = dict.fromkeys(drivers.shares(recent, 2024, level="dimension", n_draws=1)["series"], 1)
    as_dict = drivers.target_weights(recent, 2024, target, level="dimension")
    as_series = drivers.target_weights(recent, 2024, pd.Series(target), level="dimension")
    pd.testing.assert_frame_equal(as_dict, as_series)
    for wrong, message in (
        (None, "target is NoneType: expected one of equal, nominal, or a number by series"),
        ([1] * 8, "target is list"),
        ({**target, "papi.environment": "a"}, "the target of papi.environment is 'a'"),
    ):
        with pytest.raises(InvalidRequest, match=message):
            drivers.target_weights(recent, 2024, wrong, level="dimension")


def test_parts_without_weight_have_none(recent: pd.DataFrame) -> None:
    weight = drivers.target_weights(recent, 2024, level="dimension")["weight"]
    assert (weight == 0).any()
    assert weight[weight > 0].min() > 1e-6


def test_standard_errors_are_numbers_by_province(recent: pd.DataFrame) -> None:
    codes = recent["province"].unique()
    for wrong, message in (
        ("a", "se is 'a': expected a number, or standard errors by province"),
        ([0.3] * 61, "se is list: expected a number"),
        (np.full(61, 0.3), "se is ndarray"),
        (True, "se is True"),
        ({**dict.fromkeys(codes, 0.3), "20": "x"}, "the standard error of 20 is 'x'"),
        ({**dict.fromkeys(codes, 0.3), "Lạng Sơn": 0.4}, "given twice, as of 20; give one"),
        (1e-300, "standard errors run from 1e-300 .* expected them in points"),
        (1e300, "standard errors run from 1e.300"),
    ):
        with pytest.raises(InvalidRequest, match=message):
            drivers.rank_intervals(recent, 2024, se=wrong, n_draws=200)
    with pytest.raises(InvalidRequest, match=r"top is 1\.5: expected at least 1, a whole number"):
        drivers.top_set(recent, 2024, 1.5, se=0.3)
    with pytest.raises(InvalidRequest, match="an estimate is missing or infinite"):
        rank_bounds(np.array([1.0, np.inf]), np.ones(2))


def test_years_and_series_of_stability_may_be_single(recent: pd.DataFrame) -> None:
    with pytest.raises(InvalidRequest, match="no two of the years 2024 are 1 apart"):
        drivers.stability(recent, years=2024)
    with pytest.raises(InvalidRequest, match="no two of the years 2024 are 1 apart"):
        drivers.stability(recent, years="2024")
    with pytest.raises(UnknownChoice, match="unknown year of PAPI 1999"):
        drivers.stability(recent, years="1999-2000")
    with pytest.raises(UnknownChoice, match="unknown series of PAPI 5"):
        drivers.stability(recent, series=5)
    with pytest.raises(InvalidRequest, match=r"lag is 1.5: expected at least 1"):
        drivers.stability(recent, lag=1.5)


@pytest.mark.parametrize("year", [None, "2024", [2024], 1999])
def test_a_year_that_is_none_is_refused_by_both_changes(recent: pd.DataFrame, year: Any) -> None:
    with pytest.raises(UnknownChoice, match="unknown year of PAPI"):
        drivers.change_attribution(recent, "20", year)
    with pytest.raises(UnknownChoice, match="unknown year of PAPI"):
        drivers.relative_change(recent, "20", year)


def test_a_province_without_data_comes_with_a_remedy(recent: pd.DataFrame) -> None:
    with pytest.raises(InvalidRequest, match=r"Vĩnh Phúc \(26\) .* name one of these, or take"):
        drivers.rank_attribution(recent, "20", 2024, reference="26")


def test_imputed_provinces_of_a_region_are_refused_not_forgotten(recent: pd.DataFrame) -> None:
    with pytest.raises(
        InvalidRequest, match=r"impute_missing=True places provinces among .* region out"
    ):
        drivers.robustness(recent, 2024, impute_missing=True, region="NCC", n_draws=5)


def test_tables_of_a_region_name_it(recent: pd.DataFrame) -> None:
    moved = drivers.leave_one_out(recent, 2024, region="NCC")
    firm = drivers.robustness(recent, 2024, region="NCC", n_draws=5)
    tables = (moved.ranks, moved.series, *firm.__dict__.values())
    assert all(set(table["region"]) == {"NCC"} for table in tables)
    assert set(drivers.leave_one_out(recent, 2024).series["region"]) == {""}


def test_regressions_on_too_few_provinces_are_marked_or_refused(recent: pd.DataFrame) -> None:
    """Parts of no bearing would explain the rank of 14 provinces fully."""
    many = drivers.importance(recent, 2024, outcome="rank", region="NCC", n_draws=0)
    assert many["r2"].iloc[0] == pytest.approx(1)
    assert not many["is_estimable"].any()
    assert drivers.importance(recent, 2024, n_draws=0)["is_estimable"].all()
    with pytest.raises(InsufficientCoverage, match=r"dominance of 8 parts: 14 of 14 .* 18 are"):
        drivers.dominance(recent, 2024, region="NCC")
    table = drivers.dominance(recent, 2024)
    assert table[["n_provinces", "n_units"]].drop_duplicates().values.tolist() == [[61, 63]]
    assert table["coverage"].iloc[0] == pytest.approx(61 / 63)
