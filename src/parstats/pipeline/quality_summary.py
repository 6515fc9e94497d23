"""A one-screen summary of the processed tables."""

from __future__ import annotations

from typing import Any

import pandas as pd

from parstats.panel import coverage
from parstats.reference import frameworks, provinces
from parstats.reference.period_numbers import period_text

# Names in a sentence; more say less than their number. By judgement.
_NAMED = 6


def summary(
    scores: pd.DataFrame, breaks: pd.DataFrame, printed: pd.DataFrame, conflicts: pd.DataFrame
) -> str:
    """Summarise coverage, breaks and contradictions, one line per index and year.

    Takes the processed tables of these names, all indices; gives plain text, at most 100 columns
    wide.

    >>> from parstats.panel import load_breaks, load_conflicts, load_printed, load_scores
    >>> tables = load_breaks(), load_printed(), load_conflicts()
    >>> print(summary(load_scores(None), *tables).splitlines()[0])
    index          year  framework    complete  breaks  ranked  missing or incomplete
    """
    lines = ["index          year  framework    complete  breaks  ranked  missing or incomplete"]
    lines += [_line(row, breaks) for row in coverage(scores).itertuples()]
    lines += [
        "complete: PAPI by sub-dimension, other indices by overall score; breaks: series whose",
        "points do not compare with the year before, * ranks too; ranked: 90 % are complete",
    ]
    return "\n".join([*lines, *_printed_lines(printed), *_conflict_lines(conflicts)])


def _line(row: Any, breaks: pd.DataFrame) -> str:
    year_breaks = breaks[(breaks["index"] == row.index) & (breaks["year"] == row.year)]
    level = int((year_breaks["affects"] == "level").sum())
    mark = "*" if (year_breaks["affects"] == "ranking").any() else " "
    complete = f"{row.n_complete}/{row.n_units}"
    ranked = "yes" if row.carries_ranking else "no"
    return (
        f"{row.index:13}  {period_text(row.year):4}  {row.framework[:11]:11}  {complete:>8}  "
        f"{f'{level}{mark}':>6}  {ranked:>6}  {_missing(row)}"
    ).rstrip()


def _missing(row: Any) -> str:
    if frameworks.index_info(row.index).unit_level == "department":
        return f"{row.n_units - row.n_complete} departments"
    provinces_by_code = provinces.by_code(row.vintage)
    if len(row.absent) + len(row.incomplete) > _NAMED:
        units = "units" if row.vintage < 0 else "provinces"
        return f"{row.n_units - row.n_complete} {units}"
    names = [provinces_by_code[code].names["vi"] for code in row.absent]
    names += [
        f"{provinces_by_code[code].names['vi']} (part)"
        for code in row.incomplete
        if code in provinces_by_code
    ]
    return ", ".join(names)


def _printed_lines(printed: pd.DataFrame) -> list[str]:
    available = printed[printed["score_agrees"].notna()]
    agree = int(available["score_agrees"].sum())
    lines = [
        f"printed scores: {agree} of {len(available)} agree with those kept within 0.05 points"
    ]
    for row in available[~available["score_agrees"].astype(bool)].itertuples():
        name = provinces.by_code(row.vintage)[row.province].names["vi"]
        lines.append(
            f"  {row.index} {row.year} {name}: printed {row.score_printed:.2f}, "
            f"kept {row.score:.2f}"
        )
    return lines


def _conflict_lines(conflicts: pd.DataFrame) -> list[str]:
    read = int((conflicts["resolved_by"] == "reading").sum())
    ruled = conflicts[conflicts["resolved_by"] == "precedence"]
    lines = [
        f"contradictions between sources (load_conflicts): {read} settled by reading them, "
        f"{len(ruled)} by precedence"
    ]
    lines += [
        f"  {row.index} {row.year} {row.province} {row.series} {row.statistic}: "
        f"{row.kept} stands before {row.rejected} ({row.source})"
        for row in ruled.head(_NAMED).itertuples()
    ]
    if len(ruled) > _NAMED:
        lines.append(f"  ... and {len(ruled) - _NAMED} more")
    return lines
