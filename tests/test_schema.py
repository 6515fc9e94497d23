"""The models of the tables: each rule is broken once and must be noticed."""

from __future__ import annotations

import pandas as pd
import pytest

from parstats import schema
from parstats.errors import InvalidData
from parstats.reference import frameworks


@pytest.fixture
def rows(scores: pd.DataFrame) -> pd.DataFrame:
    """Lạng Sơn 2024: 28 sub-dimensions, 8 dimensions, one total."""
    keep = (scores["year"] == 2024) & (scores["province"] == "20")
    return scores[keep].reset_index(drop=True)


def test_the_scores_of_a_province_keep_every_rule(rows: pd.DataFrame) -> None:
    assert len(rows) == 37
    pd.testing.assert_frame_equal(schema.validate("scores", rows), rows)
    assert schema.check_against_reference(rows, frameworks.by_year()) is rows


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("index", "PAX", "isin"),
        ("year", 2004, "greater_than_or_equal_to"),
        ("unit_level", "ward", "isin"),
        ("vintage", 61, "isin"),
        ("province", "1", "str_matches"),
        ("level", "field", "isin"),
        ("score", 99.0, "score_within_scale"),
        ("score", 0.0, "score_within_scale"),
        ("score", float("nan"), "not_nullable"),
        ("max_score", 0.0, "greater_than"),
        ("min_score", -1.0, "greater_than_or_equal_to"),
        ("rank", 0, "greater_than_or_equal_to"),
        ("rank", 62, "rank_within_count"),
        ("origin", "guessed", "isin"),
        ("n", 0, "greater_than_or_equal_to"),
        ("se", -0.1, "greater_than_or_equal_to"),
    ],
)
def test_a_broken_rule_is_named_with_table_row_and_column(
    rows: pd.DataFrame, column: str, value: object, rule: str
) -> None:
    rows.loc[4, column] = value
    with pytest.raises(InvalidData) as caught:
        schema.validate("scores", rows)
    problems = [problem for problem in caught.value.problems if rule in problem.expected]
    assert problems
    assert {problem.file for problem in problems} == {"table scores"}
    assert {problem.row for problem in problems} == {5}
    if "within" not in rule:
        assert {problem.column for problem in problems} == {column}


def test_a_row_twice_a_column_too_many_and_one_too_few_are_noticed(rows: pd.DataFrame) -> None:
    for wrong in (
        pd.concat([rows, rows.head(1)], ignore_index=True),
        rows.assign(more=1),
        rows.drop(columns="se"),
        rows[rows.columns[::-1]],
    ):
        with pytest.raises(InvalidData):
            schema.validate("scores", wrong)


def test_scores_rounded_below_the_derived_minimum_pass_and_lower_ones_do_not(
    rows: pd.DataFrame,
) -> None:
    low = rows["min_score"].iloc[2]
    rows.loc[2, "score"] = low - schema.MINIMUM_TOLERANCE + 1e-6
    schema.validate("scores", rows)
    rows.loc[2, "score"] = low - schema.MINIMUM_TOLERANCE - 1e-6
    with pytest.raises(InvalidData):
        schema.validate("scores", rows)


@pytest.mark.parametrize(
    "change",
    [
        {"year": 2017},
        {"framework": "PAPI-2019"},
        {"level": "dimension"},
        {"max_score": 3.0},
        {"min_score": 0.2},
        {"series": "papi.procedures.construction_permits"},
        {"series": "papi.no.such"},
    ],
)
def test_a_score_that_is_not_of_its_framework_is_noticed(
    rows: pd.DataFrame, change: dict[str, object]
) -> None:
    access = int(rows.index[rows["series"] == "papi.transparency.access_to_information"][0])
    for column, value in change.items():
        rows.loc[access, column] = value
    with pytest.raises(InvalidData) as caught:
        schema.check_against_reference(rows, frameworks.by_year())
    (problem,) = caught.value.problems
    assert (problem.file, problem.row, problem.column) == ("table scores", access + 1, "series")


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("provinces", lambda t: t.assign(tile_row=0, tile_column=0)),
        ("provinces", lambda t: t.assign(region="XX")),
        ("series", lambda t: t[t["series"] != "papi.services"]),
        ("versions", lambda t: t.assign(year_to=t["year_from"] - 1)),
        ("versions", lambda t: pd.concat([t, t.head(1)], ignore_index=True)),
        ("breaks", lambda t: t.assign(kind="rumour")),
        ("gaps", lambda t: pd.concat([t, t.head(1)], ignore_index=True)),
        ("printed", lambda t: t.assign(rank=0)),
    ],
)
def test_reference_tables_have_rules_too(table: str, change) -> None:
    from parstats import panel

    frame = getattr(panel, f"load_{table}")()
    schema.validate(table, frame)
    with pytest.raises(InvalidData):
        schema.validate(table, change(frame))
