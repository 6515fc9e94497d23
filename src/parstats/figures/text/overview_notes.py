"""What the measures of the drivers agree on, what they cannot tell, and why they differ."""

from __future__ import annotations

from typing import Any

import pandas as pd
from IPython.display import Markdown

from parstats.arguments import from_results
from parstats.drivers.overview import FLAGS, MEASURES
from parstats.figures.index_language import series_language
from parstats.reference import frameworks
from parstats.reference.labels import number, text

# Measures by a regression on all parts, which takes more provinces than parts.
_REGRESSIONS = ("owen_score", "owen_rank", "lmg")
# Parts named in one sentence. By judgement.
_MOST_NAMED = 6
# Ranks between two measures from which a part is said to be seen differently. By judgement: half of
# the parts of PAPI.
_FAR_APART = 10


@from_results(
    table=(
        "parstats.drivers.overview: series share correlation sd_rank agreed tied_with_top "
        "rank_range flags n_first n_measures n_top"
    )
)
def overview_note(table: pd.DataFrame, lang: str) -> Markdown:
    """Return in sentences what the measures agree on, what they cannot tell, and why they differ.

    Parameters
    ----------
    table : pandas.DataFrame; parts of `parstats.drivers.overview`, or its whole result
    lang : {"vi", "en"}
    """
    lang = series_language(lang, table["series"])
    sentences = [
        _agreed(table, lang),
        _first(table, lang),
        _tied(table, lang),
        *_differences(table, lang),
        *_flagged(table, lang),
        *_lacking(table, lang),
    ]
    return Markdown("\n".join(f"- {sentence}" for sentence in sentences if sentence))


def _names(rows: pd.DataFrame, lang: str) -> str:
    names = [frameworks.series_name(name, lang, short=True) for name in rows["series"]]
    if len(names) > _MOST_NAMED:
        more = text("overview.more", lang, n=len(names) - _MOST_NAMED)
        return ", ".join(names[:_MOST_NAMED]) + more
    return ", ".join(names)


def _measures(table: pd.DataFrame) -> list[str]:
    return [name for name in MEASURES if name in table and table[name].notna().any()]


def _agreed(table: pd.DataFrame, lang: str) -> str:
    n_top = int(table["n_top"].iloc[0])
    if n_top >= len(table):
        return ""
    agreed = table[table["agreed"]]
    key = "overview.agreed" if len(agreed) else "overview.none_agreed"
    return text(
        key, lang, names=_names(agreed, lang), top=n_top, n=int(table["n_measures"].iloc[0])
    )


def _first(table: pd.DataFrame, lang: str) -> str:
    """Return which part each measure puts first."""
    by_series: dict[str, list[str]] = {}
    for name in _measures(table):
        series = str(table.loc[table[name].idxmax(), "series"])
        by_series.setdefault(series, []).append(text(f"measure.{name}.short", lang))
    listed = "; ".join(
        f"{frameworks.series_name(series, lang, short=True)} ({', '.join(names)})"
        for series, names in by_series.items()
    )
    return text("overview.first", lang, listed=listed)


def _tied(table: pd.DataFrame, lang: str) -> str:
    tied = table[table["tied_with_top"]].sort_values("share", ascending=False)
    if len(tied) < 2:
        return ""
    largest = frameworks.series_name(str(tied["series"].iloc[0]), lang, short=True)
    others = tied.iloc[1:]
    return text("overview.tied", lang, largest=largest, n=len(others), names=_names(others, lang))


def _differences(table: pd.DataFrame, lang: str) -> list[str]:
    """Return why the parts that measures see most differently are seen so."""
    if "leave_one_out_rank" not in table or "owen_score_rank" not in table:
        return []
    gap = (table["leave_one_out_rank"] - table["owen_score_rank"]).astype("Float64").dropna()
    if gap.empty:
        return []
    sentences = []
    for key, place in (("together", gap.idxmax()), ("apart", gap.idxmin())):
        if abs(gap[place]) < _FAR_APART:
            continue
        row = table.loc[place]
        fields: dict[str, Any] = {
            "name": frameworks.series_name(row["series"], lang, short=True),
            "owen": int(row["owen_score_rank"]),
            "loo": int(row["leave_one_out_rank"]),
            "correlation": number(row["correlation"], lang),
            "spread": int(row["sd_rank"]),
            "of": len(table),
        }
        sentences.append(text(f"overview.{key}", lang, **fields))
    return sentences


def _lacking(table: pd.DataFrame, lang: str) -> list[str]:
    """Return which measures that were asked for have no answer, and why."""
    lacking = [name for name in MEASURES if name in table and table[name].isna().all()]
    reasons = {
        "no_regression": [name for name in lacking if name in _REGRESSIONS],
        "no_scales": [name for name in lacking if name == "main_effect"],
    }
    sentences = []
    for reason, names in reasons.items():
        if names:
            listed = ", ".join(text(f"measure.{name}.short", lang) for name in names)
            sentences.append(text(f"overview.{reason}", lang, names=listed, n=len(table)))
    return sentences


def _flagged(table: pd.DataFrame, lang: str) -> list[str]:
    sentences = []
    for flag in FLAGS:
        marked = table[[flag in flags.split("; ") for flags in table["flags"]]]
        if len(marked) == len(table):
            sentences.append(text(f"overview.all_{flag}", lang))
        elif len(marked):
            sentences.append(text(f"overview.{flag}", lang, names=_names(marked, lang)))
    return sentences
