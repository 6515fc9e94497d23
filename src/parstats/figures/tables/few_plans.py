"""Tables of what few plans can say: they describe, and are no estimates of effects."""

from __future__ import annotations

import pandas as pd

from parstats.arguments import require_columns, require_drawable
from parstats.figures.caption import percent
from parstats.figures.column import (
    PERCENT,
    SIGNED,
    Column,
    count_column,
    number_column,
    text_column,
)
from parstats.figures.number_format import NumberFormat
from parstats.figures.table import Table, empty_table, joined, keeps_source
from parstats.figures.text.estimate_summary import value_name
from parstats.reference import frameworks
from parstats.reference.labels import number, text

_MEASURES = (
    *("by", "value", "n_plans", "n_provinces", "n_cells", "change", "expected", "residual"),
    *("ci_low", "ci_high", "correlation", "n_draws"),
)
_POOLING = (
    *("by", "value", "prior_sd", "estimate", "se", "shrunken", "shrunken_low", "shrunken_high"),
    *("prior_share", "n_provinces", "n_cells"),
)
_SYNTHESIS = (
    *("index", "outcome", "n_plans", "n_provinces", "n_province_years", "mean", "ci_low"),
    *("ci_high", "n_better", "n_worse", "sign_p", "n_provinces_better", "n_provinces_worse"),
    "sign_p_provinces",
)
_P = NumberFormat(3)


@keeps_source
def measure_outcomes(table: pd.DataFrame, lang: str, *, ci_level: float = 0.95) -> Table:
    """Tabulate the later change of the series that each type of measure was meant for.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.remedies.measure_outcomes`
    lang : {"vi", "en"}
    ci_level : float; of the intervals of the table
    """
    source = "the table of parstats.remedies.measure_outcomes"
    require_drawable(table, _MEASURES, source, once=["value"])
    columns = (
        text_column("of", text("remedies.of", lang)),
        number_column("change", text("few_plans.change", lang), number=SIGNED),
        number_column("expected", text("few_plans.expected", lang), number=SIGNED),
        number_column("residual", text("few_plans.residual", lang), number=SIGNED),
        _interval(text("few_plans.interval", lang), "ci_low", "ci_high"),
        number_column("correlation", text("few_plans.correlation", lang), number=SIGNED),
        _counts(text("remedies.counts", lang), "n_plans", "n_provinces", "n_cells"),
    )
    note = text(
        "few_plans.measures_note",
        lang,
        level=percent(ci_level, lang),
        draws=number(float(table["n_draws"].max()), lang, 0),
    )
    data = table.assign(of=_names(table, lang))
    return Table("few-plans-measures", lang, data, columns, (note,))


@keeps_source
def partial_pooling(table: pd.DataFrame, lang: str) -> Table:
    """Tabulate coefficients of types of measures beside those shrunken towards nothing.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.remedies.partial_pooling`
    lang : {"vi", "en"}
    """
    source = "the table of parstats.remedies.partial_pooling"
    require_drawable(table, _POOLING, source, once=["value", "prior_sd"])
    columns = (
        text_column("of", text("few_plans.type", lang)),
        number_column("estimate", text("few_plans.estimate", lang), number=SIGNED),
        number_column("se", text("few_plans.se", lang)),
        number_column("shrunken", text("few_plans.shrunken", lang), number=SIGNED),
        _interval(text("few_plans.middle", lang), "shrunken_low", "shrunken_high"),
        number_column("prior_share", text("few_plans.prior_share", lang), number=PERCENT),
        _counts(text("remedies.provinces_and_cells", lang), "n_provinces", "n_cells"),
    )
    priors = [number(float(value), lang) for value in table["prior_sd"]]
    data = table.assign(
        of=_names(table, lang),
        group=[text("few_plans.prior", lang, sd=prior) for prior in priors],
    )
    note = text("few_plans.pooling_note", lang)
    return Table("few-plans-pooling", lang, data, columns, (note,), group="group")


@keeps_source
def synthesis(
    pooled: pd.DataFrame, untested: pd.DataFrame, lang: str, *, ci_level: float = 0.95
) -> Table:
    """Tabulate the overall score and rank of all province-years with plans against their peers.

    Empty where none can be compared.

    Parameters
    ----------
    pooled, untested : pandas.DataFrame; tables of `parstats.remedies.synthesis`
    lang : {"vi", "en"}
    ci_level : float; of the intervals of the table
    """
    source = "the pooled table of parstats.remedies.synthesis"
    require_drawable(pooled, _SYNTHESIS, source, once=["index", "outcome"])
    require_columns(untested, ("reason",), "untested plans", "parstats.remedies.synthesis")
    if not pooled["n_province_years"].any():
        return empty_table("few-plans-synthesis", lang)
    columns = (
        text_column("of", text("few_plans.outcome", lang)),
        number_column("mean", text("few_plans.against_peers", lang), number=SIGNED),
        _interval(text("remedies.interval", lang), "ci_low", "ci_high"),
        _counts(text("few_plans.better_worse", lang), "n_better", "n_worse"),
        number_column("sign_p", text("few_plans.sign_p", lang), number=_P),
        _counts(
            text("few_plans.provinces_better_worse", lang),
            *("n_provinces_better", "n_provinces_worse"),
        ),
        number_column("sign_p_provinces", text("few_plans.sign_p_provinces", lang), number=_P),
        _counts(text("few_plans.total_counts", lang), "n_plans", "n_provinces", "n_province_years"),
    )
    outcomes = [text(f"few_plans.outcome.{name}", lang) for name in pooled["outcome"]]
    note = text(
        "few_plans.synthesis_note",
        lang,
        level=percent(ci_level, lang),
        untested=len(untested),
    )
    n_printed = int((untested["reason"] == "printed").sum())
    printed = text("few_plans.printed_note", lang, printed=n_printed) if n_printed else ""
    data = pooled.assign(of=outcomes)
    return Table("few-plans-synthesis", lang, data, columns, joined(note, printed))


def _interval(heading: str, low: str, high: str) -> Column:
    return number_column("interval", heading, low, high, unbroken=True)


def _counts(heading: str, *values: str) -> Column:
    return count_column("_".join(values), heading, *values, joint=" / ", unbroken=True)


def _names(table: pd.DataFrame, lang: str) -> list[str]:
    pairs = zip(table["by"], table["value"], strict=True)
    return [_name(str(by), str(value), lang) for by, value in pairs]


def _name(by: str, value: str, lang: str) -> str:
    """Name a type, several that cannot be told apart, a series, or all of them."""
    if value == "all":
        return value_name("all", value, lang)
    if by in ("series", "dimension"):
        return frameworks.series_name(value, lang, short=True)
    return " + ".join(value_name(by, part, lang) for part in value.split("+"))
