"""Results in words: what a row is of, its verdict, and why data are too few."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pandas as pd

from parstats import labels, reference
from parstats.remedies.verdict import LARGEST_DETECTABLE, LEAST_PROVINCES

_REFERENCES = {"measure_type": "measure_types", "coarse_group": "measure_groups"}


def value_name(by: str, value: str, lang: str) -> str:
    """What a row of estimates is of.

    Parameters
    ----------
    by, value : str
        As `parstats.remedies.estimate` gives them.
    lang : {"vi", "en"}
        Language.

    Examples
    --------
    >>> value_name("coarse_group", "digital", "en"), value_name("index", "PAPI", "en")
    ('Digital government', 'PAPI')
    """
    if by in _REFERENCES:
        return _names(by, labels.check_language(lang))[value]
    return labels.text("remedies.all", lang) if by == "all" else value


@cache
def _names(by: str, lang: str) -> dict[str, str]:
    return {row[by]: row[f"label_{lang}"] for row in reference.rows(_REFERENCES[by])}


def verdict_words(row: Mapping[str, Any], lang: str) -> str:
    """The verdict of a row; where data are too few with the reason.

    Parameters
    ----------
    row : mapping
        With verdict, reason, n_provinces and, if it is known, n_exchangeable and mde.
    lang : {"vi", "en"}
        Language.

    Examples
    --------
    >>> verdict_words(
    ...     {"verdict": "insufficient_data", "reason": "few_provinces", "n_provinces": 1}, "en"
    ... )
    'too little data: 1 province with targeted cells, at least 10 needed'
    """
    said = labels.text(f"verdict.{row['verdict']}", lang)
    if not row["reason"]:
        return said
    one = row["reason"] == "few_provinces" and int(row["n_provinces"]) == 1
    why = labels.text(
        f"verdict_reason.{row['reason']}{'.one' if one else ''}",
        lang,
        n=int(row["n_provinces"]),
        exchangeable=int(row.get("n_exchangeable", row["n_provinces"])),
        least=LEAST_PROVINCES,
        mde=labels.number(float(row.get("mde", float("nan"))), lang),
        largest=labels.number(LARGEST_DETECTABLE, lang, 1),
    )
    return f"{said}: {why}"


def marked(table: pd.DataFrame) -> pd.DataFrame:
    """Estimates with verdicts in words, and a name on the naive figures that says what they are.

    Parameters
    ----------
    table : pandas.DataFrame
        As `parstats.remedies.estimate` gives it.

    Returns
    -------
    pandas.DataFrame
        With name_vi, name_en, verdict_vi and verdict_en; naive and naive_within are called
        naive_no_estimate and naive_within_no_estimate.

    Examples
    --------
    >>> from parstats.panel import load_measures, load_plans, load_scores
    >>> from parstats.remedies import estimate, exposure
    >>> given = load_scores("PAPI"), load_measures("PAPI"), load_plans("PAPI")
    >>> row = marked(estimate(exposure(*given, years=2024), draws=99)).iloc[0]
    >>> print(row["verdict_en"])
    too little data: 1 province with targeted cells, at least 10 needed
    """
    rows = table.to_dict("records")
    words = {
        **{
            f"name_{lang}": [value_name(row["by"], row["value"], lang) for row in rows]
            for lang in labels.LANGUAGES
        },
        **{
            f"verdict_{lang}": [verdict_words(row, lang) for row in rows]
            for lang in labels.LANGUAGES
        },
    }
    naive = {name: f"{name}_no_estimate" for name in ("naive", "naive_within")}
    return table.rename(columns=naive).assign(**words)


def lines(table: pd.DataFrame, lang: str = "en") -> str:
    """Estimates as text for a terminal; a row of too little data shows no estimate.

    Parameters
    ----------
    table : pandas.DataFrame
        As `parstats.remedies.estimate` gives it.
    lang : {"vi", "en"}
        Language.

    Examples
    --------
    >>> row = {"by": "all", "value": "all", "naive": 0.4, "expected": 0.41, "n_plans": 2,
    ...        "n_provinces": 1, "n_cells": 9, "verdict": "insufficient_data",
    ...        "reason": "few_provinces"}
    >>> print(lines(pd.DataFrame([row])).splitlines()[-1].split()[:3])
    ['All', 'plans', '(+0.40)']
    """
    rows = [_line(row, lang) for row in table.to_dict("records")]
    heads = [labels.text(f"remedies.{name}", lang) for name in _HEADS]
    frame = pd.DataFrame(rows, columns=heads)
    return f"{frame.to_string(index=False)}\n"


_HEADS = ("of", "naive", "expected", "adjusted", "interval", "mde", "counts", "verdict")


def _line(row: dict[str, Any], lang: str) -> tuple[str, ...]:
    def signed(name: str) -> str:
        return labels.number(row[name], lang, sign=True)

    counts = f"{row['n_plans']} / {row['n_provinces']} / {row['n_cells']}"
    naive = (value_name(row["by"], row["value"], lang), f"({signed('naive')})", signed("expected"))
    if row["verdict"] == "insufficient_data":
        return (*naive, "–", "–", "–", counts, verdict_words(row, lang))
    interval = f"{signed('ci_low')} \N{EN DASH} {signed('ci_high')}"
    found = (signed("adjusted_association"), interval, labels.number(row["mde"], lang))
    return (*naive, *found, counts, verdict_words(row, lang))
