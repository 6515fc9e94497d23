"""Estimates in words: the subject of a row, its verdict, and why data are insufficient."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import pandas as pd

from parstats.arguments import from_results, old_names
from parstats.figures.number_format import p_text
from parstats.reference import csv_tables, frameworks, labels
from parstats.remedies.association.verdict import LARGEST_DETECTABLE, LEAST_PROVINCES

# Plans named in a line of a terminal. By judgement.
_PLANS_TO_LINK = 3
# Share of the targeted cells from which it is said that earlier plans are in the figure. By
# judgement.
_REPEATED = 0.25
_REFERENCES = {"measure_type": "measure_types", "coarse_group": "measure_groups"}


def value_name(by: str, value: str, lang: str) -> str:
    """Name the subject of a row of estimates.

    Parameters
    ----------
    by, value : str; result of `parstats.remedies.estimate`
    lang : {"vi", "en"}

    Examples
    --------
    >>> value_name("coarse_group", "digital", "en"), value_name("index", "PAPI", "en")
    ('Digital government', 'PAPI')
    """
    labels.check_language(lang)
    if value == "all":
        return labels.text("remedies.all", lang)
    if by in _REFERENCES:
        return " + ".join(_names(by, lang)[name] for name in value.split("+"))
    if by in ("series", "dimension"):
        return frameworks.series_name(value, lang)
    return labels.text(f"region.{value}", lang) if by == "region" else value


def row_name(row: Mapping[str, Any], lang: str) -> str:
    """Name a row of estimates, with how it was estimated where that is not the main way.

    Parameters
    ----------
    row : mapping; with by, value and, if it is known, model
    lang : {"vi", "en"}

    Examples
    --------
    >>> row_name({"by": "index", "value": "PAPI", "model": "part"}, "en")
    'PAPI'
    """
    name = value_name(row["by"], row["value"], lang)
    if row.get("model") == "one_at_a_time":
        return labels.text("remedies.one_at_a_time", lang, name=name)
    return name


@cache
def _names(by: str, lang: str) -> dict[str, str]:
    return {row[by]: row[f"label_{lang}"] for row in csv_tables.rows(_REFERENCES[by])}


def verdict_text(row: Mapping[str, Any], lang: str) -> str:
    """Return the verdict of a row, with the reason if data are insufficient.

    Parameters
    ----------
    row : mapping; with verdict, reason, n_provinces and, if it is known, n_exchangeable and mde
    lang : {"vi", "en"}

    Examples
    --------
    >>> verdict_text(
    ...     {"verdict": "insufficient_data", "reason": "few_provinces", "n_provinces": 1}, "en"
    ... )
    'too little data: 1 province with targeted cells, at least ... needed'
    """
    if row["reason"] == "placebo":
        return labels.text("verdict_reason.placebo", lang)
    sentences = labels.text(f"verdict.{row['verdict']}", lang)
    if not row["reason"]:
        way = row.get("direction", "") if row["verdict"] == "association" else ""
        return f"{sentences}: {labels.text(f'verdict.direction.{way}', lang)}" if way else sentences
    is_single = row["reason"] == "few_provinces" and int(row["n_provinces"]) == 1
    why = labels.text(
        f"verdict_reason.{row['reason']}{'.one' if is_single else ''}",
        lang,
        n=int(row["n_provinces"]),
        exchangeable=int(row.get("n_exchangeable", row["n_provinces"])),
        least=LEAST_PROVINCES,
        decisions=int(row.get("n_decisions", row["n_provinces"])),
        without=_count(row.get("n_without")),
        mde=labels.number(float(row.get("mde", float("nan"))), lang),
        largest=labels.number(LARGEST_DETECTABLE, lang, 1),
    )
    return f"{sentences}: {why}"


@from_results(table="parstats.remedies.estimate: by value")
def with_marks(table: pd.DataFrame) -> pd.DataFrame:
    """Add verdicts in words to estimates, and mark the naive figures as no estimates.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.remedies.estimate`

    Returns
    -------
    pandas.DataFrame: with name_vi, name_en, verdict_vi and verdict_en; naive and naive_within are
        called naive_no_estimate and naive_within_no_estimate.

    Examples
    --------
    >>> from parstats.panel import load_measures, load_plans, load_scores
    >>> from parstats.remedies import estimate, exposure
    >>> given = load_scores("PAPI"), load_measures("PAPI"), load_plans("PAPI")
    >>> row = with_marks(estimate(exposure(*given, years=2024), n_draws=99)).iloc[0]
    >>> print(row["verdict_en"])
    too little data: 1 province with targeted cells, at least ... needed
    """
    rows = table.to_dict("records")
    texts = {
        **{f"name_{lang}": [row_name(row, lang) for row in rows] for lang in labels.LANGUAGES},
        **{
            f"verdict_{lang}": [verdict_text(row, lang) for row in rows]
            for lang in labels.LANGUAGES
        },
    }
    naive = {name: f"{name}_no_estimate" for name in ("naive", "naive_within")}
    return table.rename(columns=naive).assign(**texts)


@from_results(table="parstats.remedies.estimate: verdict")
def without_withheld(table: pd.DataFrame) -> pd.DataFrame:
    """Blank the estimates of rows with insufficient data.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.remedies.estimate`

    Returns
    -------
    pandas.DataFrame: association, direction, standard errors, intervals, kind of inference and
        p-values of these rows are empty; counts, naive and expected figures, minimum detectable
        effect, verdict and reason stay.

    Examples
    --------
    >>> rows = pd.DataFrame(
    ...     {"p": [0.03, 0.02], "verdict": ["association", "insufficient_data"], "n_plans": [40, 1]}
    ... )
    >>> without_withheld(rows)["p"].tolist()
    [0.03, nan]
    """
    few = table["verdict"] == "insufficient_data"
    return table.assign(**{name: table[name].mask(few) for name in _ESTIMATES if name in table})


@old_names(left="unmatched")
@from_results(unmatched="parstats.remedies.unmatched_measures: reason")
def unmatched_text(unmatched: pd.DataFrame, n: int, lang: str) -> str:
    """Say how many measures match no cell, and why; the most frequent reason first.

    Parameters
    ----------
    unmatched : pandas.DataFrame of `parstats.remedies.unmatched_measures`
    n : int; number of measures, each once for each series
    lang : {"vi", "en"}

    Examples
    --------
    >>> left = pd.DataFrame({"reason": ["no_year", "beyond", "beyond"]})
    >>> unmatched_text(left, 7, "en").split(": ")[1]
    'the outcome year has no scores yet (2); the year of the plan is not known (1)'
    """
    if unmatched.empty:
        return labels.text("remedies.none_left_out", lang, of=n)
    counts = (
        unmatched["reason"].value_counts(sort=False).sort_values(ascending=False, kind="stable")
    )
    why = [f"{labels.text(f'no_cell.{code}', lang)} ({count})" for code, count in counts.items()]
    return labels.text("remedies.left_out", lang, n=len(unmatched), of=n, reasons="; ".join(why))


@from_results(unlinked="parstats.remedies.unlinked_measures: plan n_unlinked n_open")
def unlinked_text(unlinked: pd.DataFrame, lang: str) -> str:
    """Say how many measures are linked to no series, and which plans' to link first; "" if none.

    Parameters
    ----------
    unlinked : pandas.DataFrame of `parstats.remedies.unlinked_measures`
    lang : {"vi", "en"}

    Examples
    --------
    >>> waiting = pd.DataFrame({"plan": ["a", "b"], "n_unlinked": [2, 1], "n_open": [30, 9]})
    >>> unlinked_text(waiting, "en").split("those of: ")[1]
    'a (measures: 2, cells: 30); b (measures: 1, cells: 9)'
    """
    open_plans = unlinked[unlinked["n_open"] > 0]
    if open_plans.empty:
        return ""
    named = [
        labels.text(
            "remedies.unlinked_plan", lang, plan=row.plan, n=row.n_unlinked, cells=row.n_open
        )
        for row in open_plans.head(_PLANS_TO_LINK).itertuples()
    ]
    cells, n = int(open_plans["n_open"].sum()), int(open_plans["n_unlinked"].sum())
    return labels.text("remedies.unlinked", lang, n=n, cells=cells, plans="; ".join(named))


@from_results(table="parstats.remedies.estimate: n_compared verdict")
def remarks(table: pd.DataFrame, lang: str) -> list[str]:
    """Return remarks on how to read the estimates, and on insufficient data.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.remedies.estimate`, its level 95 %
    lang : {"vi", "en"}

    Examples
    --------
    >>> rows = pd.DataFrame(
    ...     {"verdict": ["insufficient_data"], "omnibus_p": 0.5, "n_compared": 99, "n_draws": 199}
    ... )
    >>> print(remarks(rows, "en")[1].split(";")[0])
    1 of 1 rows have too little data, so no estimate is shown there
    """
    first = table.iloc[0]
    counts = {"compared": int(first["n_compared"]), "draws": int(first["n_draws"])}
    lines = [labels.text("remedies.estimates_note", lang, level=95, **counts)]
    few = int((table["verdict"] == "insufficient_data").sum())
    if few:
        lines.append(labels.text("remedies.too_little", lang, n=few, of=len(table)))
    lines += notes_on_rows(table, lang)
    omnibus = _omnibus(table)
    if len(table) > 1 and omnibus is not None:
        lines.append(labels.text("remedies.omnibus_note", lang, p=p_text(omnibus, lang)))
    return lines


def _omnibus(table: pd.DataFrame) -> float | None:
    """Return the p-value of the last model, from a row of it that has a verdict."""
    shown = table["verdict"] != "insufficient_data"
    if "model" in table:
        shown &= table["model"] == table["model"].iloc[-1]
    p = table.loc[shown, "omnibus_p"]
    return None if p.empty else float(p.iloc[-1])


def notes_on_rows(table: pd.DataFrame, lang: str) -> list[str]:
    """Return what must be said of the rows: how types are compared, what was named before.

    >>> notes_on_rows(pd.DataFrame({"model": ["all"], "family": ["main"]}), "en")
    []
    """
    names = []
    if "model" in table and (table["model"] == "joint").any():
        names.append("types")
    if "family" in table and (table["family"] == "exploratory").any():
        names.append("family")
    if "n_repeated" in table and _is_repeated(table).any():
        names.append("repeated")
    if "inference" in table and (table["inference"] == "region_years").any():
        names.append("copied")
    return [labels.text(f"remedies.{name}_note", lang) for name in names]


def _is_repeated(table: pd.DataFrame) -> pd.Series:
    """Return the rows with a verdict of which many cells were targeted before.

    What earlier plans left is in the figure of a row; without a figure there is nothing to say.
    """
    many = table["n_repeated"] >= _REPEATED * table["n_cells"]
    return many & (table["n_cells"] > 0) & (table["verdict"] != "insufficient_data")


def _count(value: object) -> int:
    """Return a number that may be missing; 0 if it is."""
    return 0 if value is None or pd.isna(value) else int(value)  # type: ignore[call-overload]


@from_results(table="parstats.remedies.estimate: by value verdict")
def estimate_lines(table: pd.DataFrame, lang: str = "en") -> str:
    """Format estimates as text for a terminal of 80 columns.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.remedies.estimate`
    lang : {"vi", "en"}

    Returns
    -------
    str: for each row its name, its figures below the heads of their columns, and its verdict.

    Examples
    --------
    >>> row = {"by": "all", "value": "all", "naive": 0.4, "expected": 0.41, "n_plans": 2,
    ...        "n_provinces": 1, "n_cells": 9, "verdict": "insufficient_data",
    ...        "reason": "few_provinces"}
    >>> for line in estimate_lines(pd.DataFrame([row])).splitlines()[-3:]:
    ...     print(line)
    All plans
          (+0.40)      +0.41            –              –          –        2 / 1 / 9
      too little data: 1 province with targeted cells, at least ... needed
    """
    heads = [labels.text(f"remedies.{name}", lang) for name in _HEADS]
    texts = _head_lines(heads)
    for row in table.to_dict("records"):
        texts += ["", row_name(row, lang), _figures_line(row, lang)]
        lines = verdict_text(row, lang)
        texts += textwrap.wrap(lines, _WIDTH, initial_indent="  ", subsequent_indent="  ")
    return "\n".join(texts) + "\n"


# What a row of too little data does not show.
_ESTIMATES = (
    *("adjusted_association", "direction", "se", "df", "ci_low", "ci_high", "inference"),
    *("p", "p_adjusted", "p_clustered", "p_assignment", "omnibus_p", "omnibus_p_all"),
)
_HEADS = ("naive", "expected", "adjusted", "interval", "mde", "counts")
# Characters; together the 80 of a terminal.
_WIDTHS = (13, 11, 13, 15, 11, 17)
_WIDTH = sum(_WIDTHS)


def _head_lines(heads: list[str]) -> list[str]:
    """Wrap the column headings and align them at the bottom."""
    wrapped = [textwrap.wrap(head, width - 1) for head, width in zip(heads, _WIDTHS, strict=True)]
    tallest = max(map(len, wrapped))
    padded = [[""] * (tallest - len(wrapped_lines)) + wrapped_lines for wrapped_lines in wrapped]
    return [_in_columns(cells) for cells in zip(*padded, strict=True)]


def _in_columns(cells: Sequence[str]) -> str:
    joined = [f" {cell:>{width - 1}}" for cell, width in zip(cells, _WIDTHS, strict=True)]
    return "".join(joined).rstrip()


def _figures_line(row: dict[str, Any], lang: str) -> str:
    def signed(name: str) -> str:
        return labels.number(row[name], lang, sign=True)

    counts = f"{row['n_plans']} / {row['n_provinces']} / {row['n_cells']}"
    naive = (f"({signed('naive')})", signed("expected"))
    if row["verdict"] == "insufficient_data":
        return _in_columns((*naive, *["\N{EN DASH}"] * 3, counts))
    interval = f"{signed('ci_low')} \N{EN DASH} {signed('ci_high')}"
    mde = labels.number(row["mde"], lang)
    return _in_columns((*naive, signed("adjusted_association"), interval, mde, counts))
