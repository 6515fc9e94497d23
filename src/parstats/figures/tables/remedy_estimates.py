"""Tables of the remedies: estimates beside naive figures, robustness, unmatched measures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from great_tables import GT, loc, style
from IPython.display import Markdown

from parstats.arguments import from_results, old_names, require_drawable
from parstats.figures.caption import percent
from parstats.figures.charts.remedy_forest import is_estimable
from parstats.figures.table import range_text, style_table
from parstats.figures.text.estimate_summary import value_name, verdict_text
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
_UNBROKEN = ("interval", "counts", "cells", "place")
_WIDE = ("verdict", "limits", "missing", "supply")
_ESTIMATE_COLUMNS = ("adjusted", "interval", "mde")


def make_table(
    rows: list[dict[str, str]],
    names: Mapping[str, str],
    lang: str,
    identity: str,
    *notes: str,
    numeric: tuple[str, ...] = (),
    group: str = "",
) -> GT:
    """Return a table whose columns are named by keys of the labels, with sentences below it.

    Parameters
    ----------
    rows : list of dict; words of each cell by column
    names : mapping; keys of the headings in ``labels.csv`` by column
    lang : {"vi", "en"}
    identity : str; id of the table on the page
    *notes : str; sentences; empty ones are left out
    numeric : tuple of str; columns set flush right
    group : str; column that gives the headings of groups of rows
    """
    columns = [*names, group] if group else list(names)
    table = GT(pd.DataFrame(rows, columns=columns), id=identity, groupname_col=group or None)
    table = table.cols_label({name: text(key, lang) for name, key in names.items()})
    note = " ".join(sentence for sentence in notes if sentence)
    if note:
        table = table.tab_source_note(note)
    wide = [name for name in names if name in _WIDE]
    if wide and rows:
        table = table.tab_style(style.css("min-width: 8em"), loc.body(columns=wide))
    unbroken = [name for name in names if name in _UNBROKEN]
    return style_table(table, [name for name in numeric if name in names], unbroken=unbroken)


def _visible_headings(names: Mapping[str, str], table: pd.DataFrame) -> dict[str, str]:
    """Return the headings without those of an estimate where no row has one."""
    gone = () if _any_estimable(table) else _ESTIMATE_COLUMNS
    return {name: key for name, key in names.items() if name not in gone}


def _signed(value: float, lang: str) -> str:
    return number(value, lang, sign=True)


def _naive(value: float, lang: str) -> str:
    """Format a naive figure in brackets, since it is no estimate."""
    return f"({_signed(value, lang)})"


def _estimate_cells(row: Mapping[str, Any], lang: str) -> dict[str, str]:
    """Format estimate, interval and detectable effect; dashes if data are insufficient."""
    if not is_estimable(row):
        return {"adjusted": "–", "interval": "–", "mde": "–"}
    return {
        "adjusted": _signed(row["adjusted_association"], lang),
        "interval": range_text(row["ci_low"], row["ci_high"], lang),
        "mde": number(row["mde"], lang),
    }


_FIGURES = {
    "naive": "remedies.naive",
    "expected": "remedies.expected",
    "adjusted": "remedies.adjusted",
    "interval": "remedies.interval",
    "mde": "remedies.mde",
    "counts": "remedies.counts",
    "verdict": "remedies.verdict",
}
_NUMERIC = ("naive", "expected", "adjusted", "interval", "mde", "counts")


def _row(row: Mapping[str, Any], lang: str) -> dict[str, str]:
    return {
        "naive": _naive(row["naive"], lang) if pd.notna(row["naive"]) else "–",
        "expected": _signed(row["expected"], lang),
        **_estimate_cells(row, lang),
        "counts": f"{row['n_plans']} / {row['n_provinces']} / {row['n_cells']}",
        "verdict": verdict_text(row, lang),
    }


@old_names(level="ci_level")
def estimates(table: pd.DataFrame, lang: str, *, ci_level: float = 0.95) -> GT:
    """Tabulate adjusted associations with intervals, naive figures in brackets, verdicts.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.remedies.estimate`
    lang : {"vi", "en"}
    ci_level : float; of the intervals of the table
    """
    require_drawable(table, _ESTIMATE, "the table of parstats.remedies.estimate", once=["value"])
    rows = [
        {"of": value_name(row["by"], row["value"], lang), **_row(row, lang)}
        for row in table.to_dict("records")
    ]
    names = _visible_headings({"of": "remedies.of", **_FIGURES}, table)
    notes = (_basis(table, lang, ci_level), _omnibus(table, lang))
    return make_table(rows, names, lang, "remedies-estimates", *notes, numeric=_NUMERIC)


def _omnibus(table: pd.DataFrame, lang: str) -> str:
    """Return the sentence on the omnibus test; None for one row or too little data."""
    parts = table[table["by"] != "all"]
    if "omnibus_p" not in parts or len(parts) < 2 or not _any_estimable(parts):
        return ""
    return text("remedies.omnibus_note", lang, p=number(parts["omnibus_p"].iloc[0], lang, 3))


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
def robustness(table: pd.DataFrame, lang: str, *, ci_level: float = 0.95) -> GT:
    """Tabulate the estimate under other choices.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.remedies.robustness`
    lang : {"vi", "en"}
    ci_level : float; of the intervals of the table
    """
    source = "the table of parstats.remedies.robustness"
    require_drawable(table, ("variant", *_ESTIMATE), source, once=["variant"])
    rows = [
        {"variant": text(f"remedies.variant.{row['variant']}", lang), **_row(row, lang)}
        for row in table.to_dict("records")
    ]
    names = _visible_headings({"variant": "remedies.variant", **_FIGURES}, table)
    notes = (text("remedies.robustness_note", lang), _interval_note(table, lang, ci_level))
    return make_table(rows, names, lang, "remedies-robustness", *notes, numeric=_NUMERIC)


def compare_estimators(table: pd.DataFrame, lang: str) -> GT:
    """Tabulate the adjusted and matched association side by side.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.remedies.compare_estimators`
    lang : {"vi", "en"}
    """
    require_drawable(
        table, _BOTH, "the table of parstats.remedies.compare_estimators", once=["value"]
    )
    rows = [
        {
            "of": value_name(row["by"], row["value"], lang),
            "naive": _naive(row["naive"], lang),
            "adjusted": _estimator_cells(row, "adjusted", lang),
            "matched": _estimator_cells(row, "matched", lang),
            "agree": _agree(row, lang),
            "counts": text(
                "remedies.provinces_cells", lang, n=row["n_provinces"], m=row["n_cells"]
            ),
        }
        for row in table.to_dict("records")
    ]
    names = {
        "of": "remedies.of",
        "naive": "remedies.naive",
        "adjusted": "remedies.adjusted",
        "matched": "remedies.matched",
        "agree": "remedies.agree",
        "counts": "remedies.provinces_and_cells",
    }
    note = text("remedies.both_note", lang)
    return make_table(rows, names, lang, "remedies-both", note, numeric=("naive", "counts"))


def _estimator_cells(row: Mapping[str, Any], name: str, lang: str) -> str:
    judged = {"verdict": row[f"{name}_verdict"], "reason": row[f"{name}_reason"]}
    verdict = verdict_text({**row, **judged}, lang)
    if not is_estimable(judged):
        return verdict
    ends = range_text(row[f"{name}_ci_low"], row[f"{name}_ci_high"], lang)
    return f"{_signed(row[f'{name}_association'], lang)} ({ends}): {verdict}"


def _agree(row: Mapping[str, Any], lang: str) -> str:
    available = all(
        row[f"{name}_verdict"] != "insufficient_data" for name in ("adjusted", "matched")
    )
    state = "unknown" if pd.isna(row["agree"]) or not available else "yes" if row["agree"] else "no"
    return text(f"remedies.agree.{state}", lang)


@old_names(found="results")
def unobserved_plans(table: pd.DataFrame | None, results: pd.DataFrame, lang: str) -> GT | Markdown:
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
    names = {
        "share": "remedies.unobserved_share",
        "left": "remedies.attenuation",
        "adjusted": "remedies.adjusted",
        "interval": "remedies.interval",
    }
    rows = [
        {
            "share": f"{percent(record['unobserved_share'], lang)} %",
            "left": f"{number(100 * record['attenuation'], lang, 0)} %",
            "adjusted": _signed(record["adjusted_association"], lang),
            "interval": range_text(record["ci_low"], record["ci_high"], lang),
        }
        for record in table.to_dict("records")
    ]
    note = text("remedies.hidden_note", lang)
    return make_table(rows, names, lang, "remedies-hidden", note, numeric=tuple(names))


def _upper(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]


@from_results(
    table="parstats.remedies.unmatched_measures: plan reason reason_vi",
    cells="parstats.remedies.exposure: state",
)
def unmatched_measures(table: pd.DataFrame, cells: pd.DataFrame, lang: str) -> GT | None:
    """Tabulate the measures that match no cell, by reason. None if every measure met a cell.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.remedies.unmatched_measures`
    cells : pandas.DataFrame
        Result of `parstats.remedies.exposure` with the same options, for what did meet a cell.
    lang : {"vi", "en"}
    """
    if table.empty:
        return None
    counts = table.groupby("reason", sort=False).agg(
        n=("plan", "size"), plans=("plan", "nunique"), words=(f"reason_{lang}", "first")
    )
    rows = [
        {"reason": _upper(row["words"]), "n": str(row["n"]), "plans": str(row["plans"])}
        for row in counts.sort_values("n", ascending=False, kind="stable").to_dict("records")
    ]
    names = {"reason": "remedies.reason", "n": "remedies.n_measures", "plans": "remedies.n_plans"}
    note = text("remedies.left_out_note", lang, cells=int((cells["state"] == "targeted").sum()))
    return make_table(rows, names, lang, "remedies-left-out", note, numeric=("n", "plans"))


@old_names(level="ci_level")
def event_study(table: pd.DataFrame, lang: str, *, ci_level: float = 0.95) -> GT:
    """Tabulate the adjusted association by event time, with the losses and the verdict.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.remedies.event_study`
    lang : {"vi", "en"}
    ci_level : float; of the intervals of the table
    """
    columns = [name for name in _ESTIMATE if name not in ("by", "value", "naive", "expected")]
    source = "the table of parstats.remedies.event_study"
    require_drawable(table, (*columns, "event_time", "n_lost"), source, once=["event_time"])
    rows = [
        {
            "time": number(row["event_time"], lang, 0, sign=True),
            **_estimate_cells(row, lang),
            "counts": f"{row['n_plans']} / {row['n_provinces']} / {row['n_cells']}",
            "lost": str(row["n_lost"]),
            "verdict": verdict_text(row, lang),
        }
        for row in table.sort_values("event_time").to_dict("records")
    ]
    names = {
        "time": "remedies.event_time",
        "adjusted": "remedies.adjusted",
        "interval": "remedies.interval",
        "mde": "remedies.mde",
        "counts": "remedies.counts",
        "lost": "remedies.lost",
        "verdict": "remedies.verdict",
    }
    notes = (text("remedies.events_note", lang), _interval_note(table, lang, ci_level))
    numeric = ("time", *_NUMERIC, "lost")
    return make_table(
        rows, _visible_headings(names, table), lang, "remedies-events", *notes, numeric=numeric
    )


def _interval_note(table: pd.DataFrame, lang: str, ci_level: float) -> str:
    if not _any_estimable(table):
        return ""
    draws = number(float(table["n_draws"].max()), lang, 0)
    return text("remedies.interval_note", lang, level=percent(ci_level, lang), draws=draws)


def losses(table: pd.DataFrame, lang: str) -> GT | None:
    """Tabulate targeted cells lost to breaks and missing figures, by event time.

    None if nothing is lost.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.remedies.event_losses`
    lang : {"vi", "en"}
    """
    if table.empty:
        return None
    columns = ("event_time", f"reason_{lang}", "n_cells", "n_provinces")
    require_drawable(
        table, columns, "parstats.remedies.event_losses", once=["event_time", f"reason_{lang}"]
    )
    rows = [
        {
            "group": text(
                "remedies.at_time", lang, time=number(row["event_time"], lang, 0, sign=True)
            ),
            "reason": _upper(row[f"reason_{lang}"]),
            "lost": str(row["n_cells"]),
            "provinces": str(row["n_provinces"]),
        }
        for row in table.to_dict("records")
    ]
    names = {"reason": "remedies.reason", "lost": "remedies.lost", "provinces": "table.provinces"}
    numeric = ("lost", "provinces")
    return make_table(rows, names, lang, "remedies-losses", numeric=numeric, group="group")


@old_names(sets="n_sets")
def needed_plans(table: pd.DataFrame, n_sets: int, lang: str) -> GT:
    """Tabulate the number of plans needed to find an association four times in five.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.remedies.required_plans`
    n_sets : int; sets of made-up plans behind each number
    lang : {"vi", "en"}
    """
    require_drawable(
        table, ("effect", "plans_needed", "beyond"), "parstats.remedies.required_plans"
    )
    rows = [
        {
            "effect": number(row["effect"], lang),
            "n": text("remedies.beyond", lang, n=row["plans_needed"])
            if row["beyond"]
            else str(row["plans_needed"]),
        }
        for row in table.to_dict("records")
    ]
    names = {"effect": "remedies.effect", "n": "remedies.plans_needed"}
    note = text("remedies.needed_note", lang, sets=n_sets, least=LEAST_PROVINCES)
    return make_table(rows, names, lang, "remedies-needed", note, numeric=("effect", "n"))
