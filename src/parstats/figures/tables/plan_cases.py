"""Plans one by one: the contrast of each beside other provinces, and cards of missing figures."""

from __future__ import annotations

import pandas as pd
from great_tables import GT

from parstats.arguments import check_integer, old_names, require_drawable
from parstats.figures.table import range_text, rank_text
from parstats.figures.tables.remedy_estimates import make_table
from parstats.figures.text.plan_titles import plan_name
from parstats.reference.labels import number, text

_CONTRASTS = (
    *("plan", "year", "primary", "level", "n_targeted", "n_rest", "contrast", "others_q025"),
    *("others_q975", "adjusted", "adjusted_q025", "adjusted_q975", "rank_adjusted", "n_others"),
    "limits",
)


def contrasts(table: pd.DataFrame, plans: pd.DataFrame, lang: str) -> GT | None:
    """Tabulate the change of a plan's target series less the rest, beside other provinces.

    None without rows.

    Parameters
    ----------
    table, plans : pandas.DataFrame
        ``contrasts`` of `parstats.remedies.case_studies`; result of `parstats.load_plans`.
    lang : {"vi", "en"}
    """
    if table.empty:
        return None
    require_drawable(table, _CONTRASTS, "contrasts of parstats.remedies.case_studies")
    about = plans.set_index("plan")
    limits, shared_note = _limits(table, lang)
    rows = [
        {
            "plan": f"{plan_name(about.loc[row['plan']], lang)} · {_year(row, lang)}",
            "cells": f"{row['n_targeted']} / {row['n_rest']}",
            "contrast": f"({number(row['contrast'], lang, sign=True)})",
            "others": range_text(row["others_q025"], row["others_q975"], lang),
            "adjusted": number(row["adjusted"], lang, sign=True),
            "others_adjusted": range_text(row["adjusted_q025"], row["adjusted_q975"], lang),
            "place": text("remedies.of_n", lang, n=row["rank_adjusted"], of=row["n_others"] + 1),
            "limits": row_limits,
        }
        for (_, row), row_limits in zip(table.iterrows(), limits, strict=True)
    ]
    names = {
        "cells": "remedies.cells",
        "contrast": "remedies.contrast",
        "others": "remedies.others",
        "adjusted": "remedies.adjusted_contrast",
        "others_adjusted": "remedies.others_adjusted",
        "place": "remedies.place",
        "limits": "remedies.limits",
    }
    notes = (text("remedies.contrasts_note", lang, n=int(table["n_others"].min())), shared_note)
    numeric = ("cells", "contrast", "others", "adjusted", "others_adjusted", "place")
    return make_table(rows, names, lang, "remedies-cases", *notes, numeric=numeric, group="plan")


def _year(row: pd.Series, lang: str) -> str:
    """Return the outcome year and level of a contrast, for its heading."""
    key = "remedies.year_primary" if row["primary"] else "remedies.year_other"
    sentences = text(key, lang, year=row["year"], level=text(f"cell_level.{row['level']}", lang))
    return f"{text('remedies.outcome_year', lang)} {sentences}"


def standings(table: pd.DataFrame, plans: pd.DataFrame, lang: str) -> GT | None:
    """Tabulate the rank before and in the year of each plan, beside similar provinces.

    None without rows.

    A rank before stands only beside those others: before and after alone would be taken for more.

    Parameters
    ----------
    table : pandas.DataFrame; ``standings`` of `parstats.remedies.case_studies`; the rows to show
    plans : pandas.DataFrame of `parstats.load_plans`
    lang : {"vi", "en"}
    """
    if table.empty:
        return None
    columns = ("plan", "rank_before", "rank", "rank_peers", "limits")
    require_drawable(table, columns, "standings of parstats.remedies.case_studies")
    about = plans.set_index("plan")
    limits, shared_note = _limits(table, lang)
    rows = [
        {
            "plan": plan_name(about.loc[row["plan"]], lang),
            "before": rank_text(row["rank_before"] if pd.notna(row["rank_peers"]) else None, lang),
            "rank": rank_text(row["rank"], lang),
            "peers": rank_text(row["rank_peers"], lang),
            "limits": row_limits,
        }
        for (_, row), row_limits in zip(table.iterrows(), limits, strict=True)
    ]
    names = {
        "plan": "remedies.plan",
        "before": "table.rank_before_plan",
        "rank": "table.rank_of_plan",
        "peers": "table.rank_peers",
        "limits": "remedies.limits",
    }
    notes = (text("table.peers_note", lang), text("remedies.no_before", lang), shared_note)
    numeric = ("before", "rank", "peers")
    return make_table(rows, names, lang, "remedies-standings", *notes, numeric=numeric)


def _limits(table: pd.DataFrame, lang: str) -> tuple[list[str], str]:
    """Return the limits of each row, and a sentence with those that all rows share."""

    def limits_text(codes: list[str]) -> str:
        return "; ".join(text(f"case_limit.{code}", lang) for code in codes)

    codes_by_row = [code.split(";") if code else [] for code in table["limits"]]
    shared = [
        code for code in codes_by_row[0] if all(code in row_codes for row_codes in codes_by_row)
    ]
    row_limits = [
        limits_text([code for code in codes if code not in shared]) for codes in codes_by_row
    ]
    return row_limits, text("remedies.of_all", lang, limits=limits_text(shared)) if shared else ""


@old_names(top="n_top")
def cards(
    table: pd.DataFrame, plans: pd.DataFrame, lang: str, *, n_top: int | None = None
) -> GT | None:
    """Show the figures missing for each plan's outcome, and what would supply them.

    None if nothing is missing.

    Parameters
    ----------
    table : pandas.DataFrame; ``missing`` of `parstats.remedies.case_studies`; the rows to show
    plans : pandas.DataFrame of `parstats.load_plans`
    lang : {"vi", "en"}
    n_top : int, optional; show so many; all if not given
    """
    if table.empty:
        return None
    columns = ("plan", "need", f"missing_{lang}", f"supply_{lang}")
    require_drawable(table, columns, "missing of parstats.remedies.case_studies")
    displayed_rows = table if n_top is None else table.head(check_integer("n_top", n_top, 1))
    about = plans.set_index("plan")
    rows = [
        {
            "plan": plan_name(about.loc[row["plan"]], lang),
            "missing": row[f"missing_{lang}"],
            "supply": row[f"supply_{lang}"] or text("remedies.no_figure", lang),
        }
        for _, row in displayed_rows.iterrows()
    ]
    names = {"missing": "remedies.missing", "supply": "remedies.supply"}
    more = len(table) - len(displayed_rows)
    note = text("remedies.more", lang, n=more) if more else ""
    return make_table(rows, names, lang, "remedies-cards", note, group="plan")


def missing_figures(table: pd.DataFrame, lang: str) -> GT | None:
    """Tabulate the most frequent gaps by the number of plans affected. None if nothing is missing.

    Parameters
    ----------
    table : pandas.DataFrame; ``missing`` of `parstats.remedies.case_studies`; the rows to count
    lang : {"vi", "en"}
    """
    if table.empty:
        return None
    require_drawable(table, ("plan", "need"), "missing of parstats.remedies.case_studies")
    counts = table.groupby("need", sort=False)["plan"].nunique()
    ordered = counts.sort_values(ascending=False, kind="stable")
    rows = [
        {"need": text(f"case_need.{need}", lang), "plans": str(n)} for need, n in ordered.items()
    ]
    names = {"need": "remedies.missing", "plans": "remedies.n_plans"}
    return make_table(rows, names, lang, "remedies-collect", numeric=("plans",))
