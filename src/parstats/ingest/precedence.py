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
    ordered = figures.assign(
        _missing=figures[statistic].isna(),
        _kind=figures["kind"].map(KINDS.index),
        replaced=_replacements(figures),
    ).sort_values(["_missing", "_kind", "replaced", "accessed", "file"], kind="stable")
    repeated = ordered.duplicated(CELL)
    preferred, rejected = ordered[~repeated].sort_index(), ordered[repeated]
    return preferred[list(figures.columns)], _conflicts(preferred, rejected, statistic)


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
