"""Tables of the remedies: estimates beside naive figures, robustness, unmatched measures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from IPython.display import Markdown

from parstats.arguments import from_results, old_names, require_drawable
from parstats.figures.caption import percent, range_text
from parstats.figures.charts.remedy_forest import is_estimable
from parstats.figures.column import (
    BRACKETED,
    SIGNED,
    Column,
    count_column,
    number_column,
    sentence_column,
    text_column,
)
from parstats.figures.number_format import NumberFormat, p_text
from parstats.figures.table import Table, empty_table, joined, keeps_source
from parstats.figures.text.estimate_summary import notes_on_rows, row_name, verdict_text
from parstats.reference.labels import number, text
from parstats.remedies.association.verdict import LEAST_PROVINCES

_ESTIMATE = (
    *("by", "value", "adjusted_association", "ci_low", "ci_high", "naive", "expected", "mde"),
    *("n_plans", "n_provinces", "n_cells", "n_compared", "n_draws", "verdict", "reason"),
)
_BOTH = (
    *("by", "value", "naive", "adjusted_association", "adjusted_ci_low", "adjusted_ci_high"),
    *(
        "matched_association",
        "matched_ci_low",
        "matched_ci_high",
        "agree",
        "n_provinces",
        "n_cells",
    ),
    *("adjusted_verdict", "adjusted_reason", "matched_verdict", "matched_reason"),
)
_ESTIMATES = ("adjusted_association", "ci_low", "ci_high", "mde")


def _with_verdict(table: pd.DataFrame, lang: str, **words: list[str]) -> pd.DataFrame:
    """Return the table with verdicts in words, without estimates for which data are too few."""
    rows = table.to_dict("records")
    judged = pd.Series([is_estimable(row) for row in rows], index=table.index, dtype=bool)
    estimates = {name: table[name].where(judged) for name in _ESTIMATES}
    verdicts = [verdict_text(row, lang) for row in rows]
    return table.assign(**estimates, verdict=verdicts, **words)


def _naive_columns(lang: str) -> tuple[Column, ...]:
    return (
        number_column("naive", text("remedies.naive", lang), number=BRACKETED),
        number_column("expected", text("remedies.expected", lang), number=SIGNED),
    )


def _estimate_columns(table: pd.DataFrame, lang: str) -> tuple[Column, ...]:
    """Return estimate, interval and detectable effect; none where no row has an estimate."""
    if not _any_estimable(table):
        return ()
    return (
        number_column(
            "adjusted", text("remedies.adjusted", lang), "adjusted_association", number=SIGNED
        ),
        _interval_column(lang),
        number_column("mde", text("remedies.mde", lang)),
    )


def _interval_column(lang: str) -> Column:
    heading = text("remedies.interval", lang)
    return number_column("interval", heading, "ci_low", "ci_high", unbroken=True)


def _count_column(lang: str) -> Column:
    values = ("n_plans", "n_provinces", "n_cells")
    return count_column(
        "counts", text("remedies.counts", lang), *values, joint=" / ", unbroken=True
    )


@old_names(level="ci_level")
@keeps_source
def estimates(table: pd.DataFrame, lang: str, *, ci_level: float = 0.95) -> Table:
    """Tabulate adjusted associations with intervals, naive figures in brackets, verdicts.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.remedies.estimate`
    lang : {"vi", "en"}
    ci_level : float; of the intervals of the table
    """
    once = [name for name in ("model", "value") if name in table]
    require_drawable(table, _ESTIMATE, "the table of parstats.remedies.estimate", once=once)
    columns = (
        text_column("of", text("remedies.of", lang)),
        *_naive_columns(lang),
        *_estimate_columns(table, lang),
        _count_column(lang),
        sentence_column("verdict", text("remedies.verdict", lang)),
    )
    notes = joined(
        _basis(table, lang, ci_level), *notes_on_rows(table, lang), _omnibus(table, lang)
    )
    data = _with_verdict(table, lang, of=_value_names(table, lang))
    return Table("remedies-estimates", lang, data, columns, notes)


def _value_names(table: pd.DataFrame, lang: str) -> list[str]:
    return [row_name(row, lang) for row in table.to_dict("records")]


def _omnibus(table: pd.DataFrame, lang: str) -> str:
    """Return the sentence on the omnibus test; None for one row or too little data."""
    if "family" in table:
        parts = table[table["family"] == "exploratory"]
    else:
        parts = table[table["by"] != "all"]
    if "omnibus_p" not in parts or len(parts) < 2 or not _any_estimable(parts):
        return ""
    return text("remedies.omnibus_note", lang, p=p_text(parts["omnibus_p"].iloc[0], lang))


def _any_estimable(table: pd.DataFrame) -> bool:
    return any(is_estimable(row) for row in table.to_dict("records"))


def _basis(table: pd.DataFrame, lang: str, ci_level: float) -> str:
    return text(
        "remedies.estimates_note",
        lang,
        level=percent(ci_level, lang),
        compared=number(float(table["n_compared"].max()), lang, 0),
        draws=number(float(table["n_draws"].max()), lang, 0),
    )


@old_names(level="ci_level")
@keeps_source
def robustness(table: pd.DataFrame, lang: str, *, ci_level: float = 0.95) -> Table:
    """Tabulate the estimate under other choices.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.remedies.robustness`
    lang : {"vi", "en"}
    ci_level : float; of the intervals of the table
    """
    source = "the table of parstats.remedies.robustness"
    require_drawable(table, ("variant", *_ESTIMATE), source, once=["variant"])
    variants = [text(f"remedies.variant.{variant}", lang) for variant in table["variant"]]
    columns = (
        text_column("variant", text("remedies.variant", lang)),
        *_naive_columns(lang),
        *_estimate_columns(table, lang),
        _count_column(lang),
        sentence_column("verdict", text("remedies.verdict", lang)),
    )
    notes = joined(text("remedies.robustness_note", lang), _interval_note(table, lang, ci_level))
    data = _with_verdict(table, lang, variant=variants)
    return Table("remedies-robustness", lang, data, columns, notes)


@keeps_source
def compare_estimators(table: pd.DataFrame, lang: str) -> Table:
    """Tabulate the adjusted and matched association side by side.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.remedies.compare_estimators`
    lang : {"vi", "en"}
    """
    require_drawable(
        table, _BOTH, "the table of parstats.remedies.compare_estimators", once=["value"]
    )
    rows = table.to_dict("records")
    data = table.assign(
        of=_value_names(table, lang),
        adjusted=[_estimator_text(row, "adjusted", lang) for row in rows],
        matched=[_estimator_text(row, "matched", lang) for row in rows],
        agree=[_agree(row, lang) for row in rows],
    )
    counts = ("n_provinces", "n_cells")
    columns = (
        text_column("of", text("remedies.of", lang)),
        number_column("naive", text("remedies.naive", lang), number=BRACKETED),
        text_column("adjusted", text("remedies.adjusted", lang)),
        text_column("matched", text("remedies.matched", lang)),
        text_column("agree", text("remedies.agree", lang)),
        count_column(
            "counts",
            text("remedies.provinces_and_cells", lang),
            *counts,
            joint=" / ",
            unbroken=True,
        ),
    )
    note = text("remedies.both_note", lang)
    return Table("remedies-both", lang, data, columns, (note,))


def _estimator_text(row: Mapping[str, Any], name: str, lang: str) -> str:
    judged = {"verdict": row[f"{name}_verdict"], "reason": row[f"{name}_reason"]}
    verdict = verdict_text({**row, **judged}, lang)
    if not is_estimable(judged):
        return verdict
    association = number(row[f"{name}_association"], lang, sign=True)
    ends = range_text(row[f"{name}_ci_low"], row[f"{name}_ci_high"], lang)
    return f"{association} ({ends}): {verdict}"


def _agree(row: Mapping[str, Any], lang: str) -> str:
    available = all(
        row[f"{name}_verdict"] != "insufficient_data" for name in ("adjusted", "matched")
    )
    state = "unknown" if pd.isna(row["agree"]) or not available else "yes" if row["agree"] else "no"
    return text(f"remedies.agree.{state}", lang)


@old_names(found="results")
@keeps_source
def unobserved_plans(
    table: pd.DataFrame | None, results: pd.DataFrame, lang: str
) -> Table | Markdown:
    """Tabulate the estimate by share of unread plans; a sentence if there is no estimate.

    Parameters
    ----------
    table : pandas.DataFrame or None
        Result of `parstats.remedies.unobserved_plans`; None where it gives none.
    results : pandas.DataFrame
        The estimate without hidden plans, a row (`parstats.remedies.estimate`), whose verdict says
        whether there is an estimate to show.
    lang : {"vi", "en"}
    """
    columns = ("unobserved_share", "attenuation", "adjusted_association", "ci_low", "ci_high")
    require_drawable(results, _ESTIMATE, "the table of parstats.remedies.estimate", once=["value"])
    row = results.iloc[0].to_dict()
    if not is_estimable(row):
        verdict = _upper(verdict_text(row, lang))
        return Markdown(text("remedies.hidden_too_few", lang, verdict=verdict))
    if table is None:
        return Markdown(text("remedies.hidden_unknown", lang))
    require_drawable(
        table, columns, "parstats.remedies.unobserved_plans", once=["unobserved_share"]
    )
    share = NumberFormat(1, scale=100, trimmed=True, after="%")
    attenuation = NumberFormat(0, scale=100, after="%")
    adjusted = text("remedies.adjusted", lang)
    displayed_columns = (
        number_column(
            "share", text("remedies.unobserved_share", lang), "unobserved_share", number=share
        ),
        number_column(
            "left", text("remedies.attenuation", lang), "attenuation", number=attenuation
        ),
        number_column("adjusted", adjusted, "adjusted_association", number=SIGNED),
        _interval_column(lang),
    )
    note = text("remedies.hidden_note", lang)
    return Table("remedies-hidden", lang, table, displayed_columns, (note,))


def _upper(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]


@from_results(
    table="parstats.remedies.unmatched_measures: plan reason reason_vi",
    cells="parstats.remedies.exposure: state",
)
@keeps_source
def unmatched_measures(table: pd.DataFrame, cells: pd.DataFrame, lang: str) -> Table:
    """Tabulate the measures that match no cell, by reason. Empty if every measure met a cell.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.remedies.unmatched_measures`
    cells : pandas.DataFrame
        Result of `parstats.remedies.exposure` with the same options, for what did meet a cell.
    lang : {"vi", "en"}
    """
    counts = table.groupby("reason", sort=False).agg(
        n=("plan", "size"), plans=("plan", "nunique"), words=(f"reason_{lang}", "first")
    )
    data = counts.sort_values("n", ascending=False, kind="stable")
    data = data.assign(reason=[_upper(words) for words in data["words"]])
    columns = (
        text_column("reason", text("remedies.reason", lang)),
        count_column("n", text("remedies.n_measures", lang)),
        count_column("plans", text("remedies.n_plans", lang)),
    )
    note = text("remedies.left_out_note", lang, cells=int((cells["state"] == "targeted").sum()))
    return Table("remedies-left-out", lang, data, columns, (note,))


@old_names(level="ci_level")
@keeps_source
def event_study(table: pd.DataFrame, lang: str, *, ci_level: float = 0.95) -> Table:
    """Tabulate the adjusted association by event time, with the losses and the verdict.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.remedies.event_study`
    lang : {"vi", "en"}
    ci_level : float; of the intervals of the table
    """
    required = [name for name in _ESTIMATE if name not in ("by", "value", "naive", "expected")]
    source = "the table of parstats.remedies.event_study"
    require_drawable(table, (*required, "event_time", "n_lost"), source, once=["event_time"])
    ordered = table.sort_values("event_time")
    years = NumberFormat(0, sign=True)
    columns = (
        number_column("time", text("remedies.event_time", lang), "event_time", number=years),
        *_estimate_columns(table, lang),
        _count_column(lang),
        count_column("lost", text("remedies.lost", lang), "n_lost"),
        sentence_column("verdict", text("remedies.verdict", lang)),
    )
    notes = joined(text("remedies.events_note", lang), _interval_note(table, lang, ci_level))
    return Table("remedies-events", lang, _with_verdict(ordered, lang), columns, notes)


def _interval_note(table: pd.DataFrame, lang: str, ci_level: float) -> str:
    if not _any_estimable(table):
        return ""
    draws = number(float(table["n_draws"].max()), lang, 0)
    return text("remedies.interval_note", lang, level=percent(ci_level, lang), draws=draws)


@keeps_source
def losses(table: pd.DataFrame, lang: str) -> Table:
    """Tabulate targeted cells lost to breaks and missing figures, by event time.

    Empty if nothing is lost.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.remedies.event_losses`
    lang : {"vi", "en"}
    """
    if table.empty:
        return empty_table("remedies-losses", lang)
    required = ("event_time", f"reason_{lang}", "n_cells", "n_provinces")
    require_drawable(
        table, required, "parstats.remedies.event_losses", once=["event_time", f"reason_{lang}"]
    )
    times = [number(time, lang, 0, sign=True) for time in table["event_time"]]
    data = table.assign(
        group=[text("remedies.at_time", lang, time=time) for time in times],
        reason=[_upper(reason) for reason in table[f"reason_{lang}"]],
    )
    columns = (
        text_column("reason", text("remedies.reason", lang)),
        count_column("lost", text("remedies.lost", lang), "n_cells"),
        count_column("provinces", text("table.provinces", lang), "n_provinces"),
    )
    return Table("remedies-losses", lang, data, columns, group="group")


@old_names(sets="n_sets")
@keeps_source
def needed_plans(table: pd.DataFrame, n_sets: int, lang: str) -> Table:
    """Tabulate the number of plans needed to find an association four times in five.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.remedies.required_plans`
    n_sets : int; sets of made-up plans behind each number
    lang : {"vi", "en"}
    """
    columns_needed = ("effect", "plans_needed", "beyond", "n_series")
    require_drawable(table, columns_needed, "parstats.remedies.required_plans")
    n_plans = [
        text("remedies.beyond", lang, n=row["plans_needed"]) if row["beyond"] else ""
        for row in table.to_dict("records")
    ]
    columns = (
        number_column("effect", text("remedies.effect", lang)),
        count_column("n", text("remedies.plans_needed", lang), "plans_needed", instead="beyond"),
    )
    k = int(table["n_series"].iloc[0])
    note = text("remedies.needed_note", lang, k=k, sets=n_sets, least=LEAST_PROVINCES)
    return Table("remedies-needed", lang, table.assign(beyond=n_plans), columns, (note,))
