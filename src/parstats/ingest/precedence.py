"""Precedence of figures where several files give one for the same cell.

The rule, in this order:

1. official figures precede compiled ones, these before figures from the press, and figures
   derived from a printed change come last;
2. a file whose sidecar says ``replaces: NAME`` replaces the file of that name, which comes
   after all others of its kind;
3. of two files of the same kind, the one that was accessed first is kept: a figure is overturned by
   a better source, not by a second one like it;
4. then the file whose name comes first.

A file without the figure never replaces one with it. Figures that differ by more than
rounding are reported as a conflict.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from parstats.reference.labels import LANGUAGES, text

KINDS = ("official", "compiled", "press", "derived")
CELL = ["index", "year", "vintage", "unit_level", "province", "unit", "series"]
# Points: half a unit of the second decimal, in which figures are published, and float rounding.
ROUNDING = 0.005 + 1e-9


def resolve(figures: pd.DataFrame, statistic: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Keep one figure per cell and report those that contradict it.

    The figures have the columns `CELL`, one named by `statistic` ("score" or "rank_printed"), kind
    (one of `KINDS`), accessed (ISO date), file (its name), base (name without folder) and replaces
    (such names with semicolons between, or empty). Returns the rows that are kept, and the
    conflicts: `CELL` and statistic, kept, rejected, resolved_by, why_vi, why_en, source.

    >>> cell = ["PAPI", 2024, 63, "province", "20", "", "papi.environment.air_quality"]
    >>> about = ["2026-01-01", "b.csv", "b.csv", ""]
    >>> table = pd.DataFrame(
    ...     [[*cell, 1.9, "press", *about], [*cell, 2.0, "official", *about]],
    ...     columns=[*CELL, "score", "kind", "accessed", "file", "base", "replaces"],
    ... )
    >>> kept, conflicts = resolve(table, "score")
    >>> float(kept["score"].iloc[0]), conflicts["rejected"].tolist()
    (2.0, ['1.9'])
    """
    missing = figures.assign(_missing=figures[statistic].isna())
    ordered = in_order(missing).sort_values("_missing", kind="stable")
    repeated = ordered.duplicated(CELL)
    preferred, rejected = ordered[~repeated].sort_index(), ordered[repeated]
    return preferred[list(figures.columns)], _conflicts(preferred, rejected, statistic)


def in_order(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the figures in the order of the rule, the one that stands first; see `resolve`."""
    return figures.assign(
        _kind=figures["kind"].map(KINDS.index), replaced=_replacements(figures)
    ).sort_values(["_kind", "replaced", "accessed", "file"], kind="stable")


def settle_sums(
    figures: pd.DataFrame, series_table: pd.DataFrame, within: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Leave out parts of one source that do not add up to the total of a better one.

    Parameters
    ----------
    figures : pandas.DataFrame; what `resolve` keeps of scores
    series_table : pandas.DataFrame
        Result of `parstats.reference.frameworks.by_year`: the series that add up have one "cut".
    within : float; points that a sum of rounded parts may be off

    Returns
    -------
    figures : the rows that are kept: for each unit and year the total and parts that agree with it;
        where the parts are of a better source than the total, these
    conflicts : the figures left out, as in `resolve`

    Notes
    -----
    Parts that all come from the file of the total are kept: a file that contradicts itself is for a
    person to mend, and the check of the tables says so.
    """
    by_cut = series_table.reset_index().query("cut != ''")
    by_cut = by_cut[["series", "year", "cut", "index", "weight"]]
    expected = by_cut.groupby(["index", "year", "cut"])["series"].nunique().rename("n_expected")
    units = ["index", "year", "vintage", "unit_level", "province", "unit"]
    numbered = figures.assign(at=range(len(figures)), order=figures["kind"].map(KINDS.index))
    parts = numbered.merge(by_cut, on=["series", "year", "index"])
    parts["points"] = parts["score"] * parts["weight"]
    sums = parts.groupby([*units, "cut"], as_index=False, dropna=False).agg(
        sum=("points", "sum"), n_parts=("series", "nunique")
    )
    sums = sums.merge(expected.reset_index(), on=["index", "year", "cut"])
    complete = sums[sums["n_parts"] == sums["n_expected"]]
    totals = numbered[~numbered["series"].str.contains(".", regex=False)]
    joined = complete.merge(totals, on=units)
    wrong = joined[(joined["sum"] - joined["score"]).abs() > within]
    about = ["file", "kind", "order", "at"]
    pairs = parts.merge(wrong[[*units, "cut", *about]], on=[*units, "cut"], suffixes=("", "_total"))
    pairs = pairs[pairs["file"] != pairs["file_total"]]
    worst = pairs.groupby([*units, "cut"], dropna=False)["order"].transform("max")
    is_better = worst < pairs["order_total"]
    worse_parts = pairs[~is_better & (pairs["order"] >= pairs["order_total"])]
    left_out = pd.concat(
        [
            _beside(worse_parts, "at", "file_total", "kind_total"),
            _beside(pairs[is_better], "at_total", "file", "kind"),
        ]
    ).drop_duplicates("at")
    kept = figures[~numbered["at"].isin(left_out["at"]).to_numpy()]
    return kept.reset_index(drop=True), _sum_conflicts(numbered.merge(left_out, on="at"))


def _beside(pairs: pd.DataFrame, at: str, file: str, kind: str) -> pd.DataFrame:
    """Return the places of figures that are left out, and the file and kind of the better one."""
    return pairs[[at, file, kind]].set_axis(["at", "file_kept", "kind_kept"], axis=1)


def _sum_conflicts(left_out: pd.DataFrame) -> pd.DataFrame:
    conflicts = left_out[CELL].assign(
        statistic="score",
        kept="",
        rejected=left_out["score"].map("{:.10g}".format),
        resolved_by="precedence",
        source=left_out["file_kept"] + " ; " + left_out["file"],
    )
    pairs = list(zip(left_out["kind_kept"], left_out["kind"], strict=True))
    for lang in LANGUAGES:
        conflicts[f"why_{lang}"] = [
            text(
                "conflict.sum",
                lang,
                kept=text(f"kind.{kept}", lang),
                rejected=text(f"kind.{rejected}", lang),
            )
            for kept, rejected in pairs
        ]
    return conflicts.reset_index(drop=True)


def _replacements(figures: pd.DataFrame) -> list[int]:
    """Count the files that replace that of each row, directly or through others."""
    files = sorted(set(figures[["index", "base", "replaces"]].itertuples(index=False, name=None)))
    before = {(index, base): 0 for index, base, _ in files}
    for _ in files:  # as often as the longest chain is long; a circle ends too
        for index, base, replaced in files:
            for old in ((index, name.strip()) for name in replaced.split(";")):
                if old in before:
                    before[old] = max(before[old], before[index, base] + 1)
    return [before[key] for key in zip(figures["index"], figures["base"], strict=True)]


def _conflicts(preferred: pd.DataFrame, rejected: pd.DataFrame, statistic: str) -> pd.DataFrame:
    columns = [*CELL, statistic, "file", "kind", "accessed", "replaced"]
    pairs = rejected[columns].merge(preferred[columns], on=CELL, suffixes=("_rejected", "_kept"))
    gap = (pairs[f"{statistic}_rejected"] - pairs[f"{statistic}_kept"]).abs()
    pairs = pairs[(gap > ROUNDING).fillna(False).astype(bool)]
    conflicts = pairs[CELL].assign(
        statistic=statistic.removesuffix("_printed"),
        kept=pairs[f"{statistic}_kept"].map("{:.10g}".format),
        rejected=pairs[f"{statistic}_rejected"].map("{:.10g}".format),
        resolved_by="precedence",
        source=pairs["file_kept"] + " ; " + pairs["file_rejected"],
    )
    for lang in LANGUAGES:
        conflicts[f"why_{lang}"] = [
            text(
                _reason(pair),
                lang,
                kept=text(f"kind.{pair.kind_kept}", lang),
                rejected=text(f"kind.{pair.kind_rejected}", lang),
            )
            for pair in pairs.itertuples()
        ]
    return conflicts.reset_index(drop=True)


def _reason(pair: Any) -> str:
    """Return the label of the rule by which one of two figures is kept."""
    if pair.kind_kept != pair.kind_rejected:
        return "conflict.kind"
    if pair.replaced_kept != pair.replaced_rejected:
        return "conflict.replaced"
    return "conflict.order" if pair.accessed_kept != pair.accessed_rejected else "conflict.name"
