"""A one-screen summary of the processed tables."""

from __future__ import annotations

from typing import Any

import pandas as pd

from parstats.panel import coverage
from parstats.reference import frameworks, provinces
from parstats.reference.period_numbers import period_text

# Names in a sentence; more say less than their number. By judgement.
_NAMED = 6
_WIDTH = 100


def summary(
    scores: pd.DataFrame, breaks: pd.DataFrame, printed: pd.DataFrame, conflicts: pd.DataFrame
) -> str:
    """Summarise coverage, breaks and contradictions, one line per index and year.

    Years with too few provinces for a ranking, measured alike, share a line. Takes the processed
    tables of these names, all indices; gives plain text, at most 100 columns wide.

    >>> from parstats.panel import load_breaks, load_conflicts, load_printed, load_scores
    >>> tables = load_breaks(), load_printed(), load_conflicts()
    >>> print(summary(load_scores(None), *tables).splitlines()[0])
    index          year  framework    complete  breaks  ranked  missing or incomplete
    """
    lines = ["index          year  framework    complete  breaks  ranked  missing or incomplete"]
    lines += [_line(rows, breaks) for rows in _spans(coverage(scores), breaks)]
    lines += [
        "complete: PAPI by sub-dimension, other indices by overall score; breaks: series whose",
        "points do not compare with the year before, * ranks too; ranked: 90 % are complete",
    ]
    return "\n".join([*lines, *_printed_lines(printed), *_conflict_lines(conflicts)])


def _spans(table: pd.DataFrame, breaks: pd.DataFrame) -> list[list[Any]]:
    """Return the years by line: those without a ranking in one framework together."""
    spans: list[list[Any]] = []
    for row in table.itertuples():
        last = spans[-1][-1] if spans else None
        alike = last is not None and all(
            getattr(row, name) == getattr(last, name) for name in ("index", "framework", "vintage")
        )
        few = frameworks.index_info(row.index).unit_level == "province" and not (
            row.carries_ranking or (last is not None and last.carries_ranking)
        )
        if alike and few and _break_count(row, breaks) == "0 ":
            spans[-1].append(row)
        else:
            spans.append([row])
    return spans


def _break_count(row: Any, breaks: pd.DataFrame) -> str:
    """Return how many series break in a year, with a mark if ranks do too."""
    year_breaks = breaks[(breaks["index"] == row.index) & (breaks["year"] == row.year)]
    level = int((year_breaks["affects"] == "level").sum())
    return f"{level}*" if (year_breaks["affects"] == "ranking").any() else f"{level} "


def _line(rows: list[Any], breaks: pd.DataFrame) -> str:
    row = rows[0]
    years = _range([f"{period_text(each.year)}" for each in rows], 2)
    complete = _range(sorted(each.n_complete for each in rows))
    ranked = "yes" if row.carries_ranking else "no"
    missing = _missing(row) if len(rows) == 1 else ""
    room = 13 if len(rows) == 1 else 17 - len(years)  # of the name, so that all years end alike
    return (
        f"{row.index:{room}}  {years:4}  "
        f"{row.framework[:11]:11}  {f'{complete}/{row.n_units}':>8}  "
        f"{_break_count(row, breaks):>6}  {ranked:>6}  {missing}"
    ).rstrip()


def _range(values: list[Any], last_digits: int = 0) -> str:
    """Return the first and the last value, or the one; of the last its last digits if wanted."""
    first, last = str(values[0]), str(values[-1])
    return first if first == last else f"{first}-{last[-last_digits:] if last_digits else last}"


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
    lines += [_ruled_line(row) for row in ruled.head(_NAMED).itertuples()]
    if len(ruled) > _NAMED:
        lines.append(f"  ... and {len(ruled) - _NAMED} more")
    return lines


def _ruled_line(row: Any) -> str:
    """Return a contradiction settled by the rule, with its files where the line has room."""
    outcome = f"{row.kept} stands before {row.rejected}" if row.kept else f"{row.rejected} not used"
    line = f"  {row.index} {row.year} {row.province} {row.series} {row.statistic}: {outcome}"
    with_files = f"{line} ({row.source})"
    return with_files if len(with_files) <= _WIDTH else line
