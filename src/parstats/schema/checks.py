"""Checks across tables: references, printed order of ranks, parts that add up to their total."""

from __future__ import annotations

import pandas as pd

from parstats import errors
from parstats.reference import provinces

# Points. Published figures have two decimals; sums of eight of them may be this far off (8 * 0.005,
# and the rounding of the sum).
ADDS_UP_WITHIN = 0.05


def check_against_reference(scores: pd.DataFrame, series_table: pd.DataFrame) -> pd.DataFrame:
    """Check that every score is of a series its framework holds that year, with its scale.

    Takes a `Scores` table and the series by year of `parstats.reference.frameworks.by_year`;
    returns the scores as given. Raises InvalidData if a series is not part of the framework in a
    year, or is given with another framework, level or scale than the reference.
    """
    reference = series_table.reset_index()[
        ["series", "year", "framework", "level", "max_points", "min_points"]
    ]
    joined = pd.merge(scores, reference, on=["series", "year"], how="left", suffixes=("", "_known"))
    wrong = (
        (joined["framework"] != joined["framework_known"])
        | (joined["level"] != joined["level_known"])
        | ((joined["max_score"] - joined["max_points"]).abs() > 1e-9)
        | ((joined["min_score"] - joined["min_points"]).abs() > 1e-9)
    )
    problems = [
        errors.Problem(
            file="table scores",
            row=int(row_index) + 1,
            column="series",
            actual=f"{joined['series'].iloc[row_index]!r} in {joined['year'].iloc[row_index]}",
            expected="a series of that year's framework with its level and scale",
            remedy="see reference/versions.csv",
        )
        for row_index in wrong.to_numpy().nonzero()[0]
    ]
    if problems:
        raise errors.InvalidData(problems)
    return scores


_RANKED_TOGETHER = ["index", "year", "vintage", "unit_level", "series", "scale"]


def check_printed_order(printed: pd.DataFrame, settled: pd.DataFrame) -> pd.DataFrame:
    """Check that printed scores and printed ranks tell the same order.

    Takes a `Printed` table (with a column ``row`` the message names the row of the file) and a
    `Conflicts` table: figures that a reader found to contradict others are left out. Returns the
    printed table as given. Raises PrintedOrderViolated if a unit has a higher score but a worse
    rank than another of the same series and year, or two units share a rank with scores that
    differ.
    """
    cell = ["index", "year", "vintage", "province", "unit", "series"]
    read = settled["resolved_by"] == "reading"
    available = settled[read & settled["statistic"].isin(["score", "rank"])]
    doubted = pd.MultiIndex.from_frame(printed[cell]).isin(
        pd.MultiIndex.from_frame(available[cell])
    )
    printed_rows = printed["score_printed"].notna() & printed["rank_printed"].notna()
    both = printed[printed_rows & ~doubted]
    problems = []
    for _, group in both.groupby(_RANKED_TOGETHER):
        ordered = group.sort_values(["rank_printed", "score_printed"], ascending=[True, False])
        score, rank = ordered["score_printed"].to_numpy(), ordered["rank_printed"].to_numpy()
        for position in range(1, len(ordered)):
            higher = score[position] > score[:position].min() + 1e-9
            shared = (
                rank[position] == rank[position - 1]
                and abs(score[position] - score[position - 1]) > 1e-9
            )
            if higher or shared:
                problems.append(_order_problem(ordered, position))
    if problems:
        raise errors.PrintedOrderViolated(problems)
    return printed


def _order_problem(ordered: pd.DataFrame, position: int) -> errors.Problem:
    this, before = ordered.iloc[position], ordered.iloc[:position]
    other = before.loc[before["score_printed"].idxmin()]
    row = this.get("row")
    return errors.Problem(
        file=str(this["file"]),
        row=None if row is None else int(row),
        column="rank",
        actual=(
            f"{_unit_name(this)} with {this['score_printed']:g} points and rank "
            f"{this['rank_printed']} in {this['series']} {this['year']}"
        ),
        expected=(
            f"a better rank for more points: {_unit_name(other)} has "
            f"{other['score_printed']:g} and rank {other['rank_printed']}"
        ),
        remedy=(
            "check score, rank and year in the sources; leave out what cannot be right, or list it "
            "in the file of conflicts"
        ),
    )


def _unit_name(row: pd.Series) -> str:
    if pd.isna(row["vintage"]):
        return str(row["province"])
    return str(row["unit"]) or (provinces.by_code(int(row["vintage"]))[row["province"]].names["vi"])


def check_parts_add_up(scores: pd.DataFrame, series_table: pd.DataFrame) -> pd.DataFrame:
    """Check that parts which make up an index add up to its published score.

    Takes a `Scores` table (with a column ``row`` the message names the row of the file) and the
    series by year of `parstats.reference.frameworks.by_year`; returns the scores as given. Raises
    PartsDoNotAddUp if a unit has every part of a cut and the overall score, and the two differ by
    more than 0.05 points.
    """
    by_cut = series_table.reset_index().query("cut != ''")
    by_cut = by_cut[["series", "year", "cut", "index", "weight"]]
    expected = by_cut.groupby(["index", "year", "cut"])["series"].nunique().rename("n_expected")
    keys = ["index", "year", "vintage", "unit_level", "province", "unit"]
    parts = scores.merge(by_cut, on=["series", "year", "index"], how="inner")
    parts["points"] = parts["score"] * parts["weight"]
    sums = parts.groupby([*keys, "cut"], as_index=False, dropna=False).agg(
        total=("points", "sum"), n_parts=("series", "nunique")
    )
    sums = sums.merge(expected.reset_index(), on=["index", "year", "cut"])
    complete = sums[sums["n_parts"] == sums["n_expected"]]
    joined = complete.merge(scores[scores["level"] == "index"], on=keys, how="inner")
    wrong = joined[(joined["total"] - joined["score"]).abs() > ADDS_UP_WITHIN]
    if len(wrong):
        raise errors.PartsDoNotAddUp([_sum_problem(case) for _, case in wrong.iterrows()])
    return scores


def _sum_problem(case: pd.Series) -> errors.Problem:
    row = case.get("row")
    return errors.Problem(
        file=str(case["source"]),
        row=None if row is None or pd.isna(row) else int(row),
        column="score",
        actual=f"{case['score']:g} points for {_unit_name(case)} in {case['series']} "
        f"{case['year']}",
        expected=f"{case['total']:g}, what its {case['n_parts']} {case['cut']} add up to",
        remedy="check the overall score and the parts in the sources",
    )
