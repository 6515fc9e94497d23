"""Plans one by one: the contrast of each beside other provinces, and cards of missing figures."""

from __future__ import annotations

import pandas as pd

from parstats.arguments import check_integer, old_names, require_drawable
from parstats.figures.column import (
    BRACKETED,
    MEDIAN,
    SIGNED,
    count_column,
    number_column,
    sentence_column,
    text_column,
)
from parstats.figures.index_language import index_language
from parstats.figures.table import Table, empty_table, joined, keeps_source
from parstats.figures.text.plan_titles import plan_name
from parstats.reference.labels import text

_CONTRASTS = (
    *("plan", "year", "primary", "level", "n_targeted", "n_rest", "contrast", "others_q025"),
    *("others_q975", "adjusted", "adjusted_q025", "adjusted_q975", "rank_adjusted", "n_others"),
    "limits",
)


@keeps_source
def contrasts(table: pd.DataFrame, plans: pd.DataFrame, lang: str) -> Table:
    """Tabulate the change of a plan's target series less the rest, beside other provinces.

    Empty without rows.

    Parameters
    ----------
    table, plans : pandas.DataFrame
        ``contrasts`` of `parstats.remedies.case_studies`; result of `parstats.load_plans`.
    lang : {"vi", "en"}
    """
    if table.empty:
        return empty_table("remedies-cases", lang)
    require_drawable(table, _CONTRASTS, "contrasts of parstats.remedies.case_studies")
    limits, shared_note = _limits(table, lang)
    names = _plan_names(table, plans, lang)
    years = [_year(row, lang) for _, row in table.iterrows()]
    data = table.assign(
        plan=[f"{name} · {year}" for name, year in zip(names, years, strict=True)],
        n_compared=table["n_others"] + 1,
        limits=limits,
    )
    cells = ("n_targeted", "n_rest")
    interval = ("adjusted_q025", "adjusted_q975")
    rank = ("rank_adjusted", "n_compared")
    of_n = text("remedies.of_n", lang, n="", of="")
    columns = (
        count_column("cells", text("remedies.cells", lang), *cells, joint=" / ", unbroken=True),
        number_column("contrast", text("remedies.contrast", lang), number=BRACKETED),
        number_column("others", text("remedies.others", lang), "others_q025", "others_q975"),
        number_column("adjusted", text("remedies.adjusted_contrast", lang), number=SIGNED),
        number_column("others_adjusted", text("remedies.others_adjusted", lang), *interval),
        count_column("place", text("remedies.place", lang), *rank, joint=of_n, unbroken=True),
        # Sentences beside short numbers: half of the width, so that a row is some lines high.
        text_column("limits", text("remedies.limits", lang), width="45%"),
    )
    note = text("remedies.contrasts_note", lang, n=int(table["n_others"].min()))
    return Table("remedies-cases", lang, data, columns, joined(note, shared_note), "plan")


def _plan_names(table: pd.DataFrame, plans: pd.DataFrame, lang: str) -> list[str]:
    about = plans.set_index("plan")
    return [plan_name(about.loc[plan], lang) for plan in table["plan"]]


def _year(row: pd.Series, lang: str) -> str:
    """Return the outcome year and level of a contrast, for its heading."""
    key = "remedies.year_primary" if row["primary"] else "remedies.year_other"
    level = text(f"cell_level.{row['level']}", index_language(lang, row["index"]))
    sentences = text(key, lang, year=row["year"], level=level)
    return f"{text('remedies.outcome_year', lang)} {sentences}"


@keeps_source
def standings(table: pd.DataFrame, plans: pd.DataFrame, lang: str) -> Table:
    """Tabulate the rank before and in the year of each plan, beside similar provinces.

    Empty without rows.

    A rank before stands only beside those others: before and after alone would be taken for more.

    Parameters
    ----------
    table : pandas.DataFrame; ``standings`` of `parstats.remedies.case_studies`; the rows to show
    plans : pandas.DataFrame of `parstats.load_plans`
    lang : {"vi", "en"}
    """
    if table.empty:
        return empty_table("remedies-standings", lang)
    required = ("plan", "rank_before", "rank", "rank_peers", "limits")
    require_drawable(table, required, "standings of parstats.remedies.case_studies")
    limits, shared_note = _limits(table, lang)
    data = table.assign(
        plan=_plan_names(table, plans, lang),
        rank_before=table["rank_before"].where(table["rank_peers"].notna()),
        limits=limits,
    )
    columns = (
        text_column("plan", text("remedies.plan", lang)),
        number_column("before", text("table.rank_before_plan", lang), "rank_before", number=MEDIAN),
        number_column("rank", text("table.rank_of_plan", lang), number=MEDIAN),
        number_column("peers", text("table.rank_peers", lang), "rank_peers", number=MEDIAN),
        sentence_column("limits", text("remedies.limits", lang)),
    )
    notes = (text("table.peers_note", lang), text("remedies.no_before", lang), shared_note)
    return Table("remedies-standings", lang, data, columns, joined(*notes))


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
@keeps_source
def cards(
    table: pd.DataFrame, plans: pd.DataFrame, lang: str, *, n_top: int | None = None
) -> Table:
    """Show the figures missing for each plan's outcome, and what would supply them.

    Empty if nothing is missing.

    Parameters
    ----------
    table : pandas.DataFrame; ``missing`` of `parstats.remedies.case_studies`; the rows to show
    plans : pandas.DataFrame of `parstats.load_plans`
    lang : {"vi", "en"}
    n_top : int, optional; show so many; all if not given
    """
    if table.empty:
        return empty_table("remedies-cards", lang)
    required = ("plan", "need", f"missing_{lang}", f"supply_{lang}")
    require_drawable(table, required, "missing of parstats.remedies.case_studies")
    displayed_rows = table if n_top is None else table.head(check_integer("n_top", n_top, 1))
    no_figure = text("remedies.no_figure", lang)
    data = displayed_rows.assign(
        plan=_plan_names(displayed_rows, plans, lang),
        missing=displayed_rows[f"missing_{lang}"],
        supply=[supply or no_figure for supply in displayed_rows[f"supply_{lang}"]],
    )
    columns = (
        sentence_column("missing", text("remedies.missing", lang)),
        sentence_column("supply", text("remedies.supply", lang)),
    )
    more = len(table) - len(displayed_rows)
    note = text("remedies.more", lang, n=more) if more else ""
    return Table("remedies-cards", lang, data, columns, joined(note), "plan")


@keeps_source
def missing_figures(table: pd.DataFrame, lang: str) -> Table:
    """Tabulate the most frequent gaps by the number of plans affected; empty if there are none.

    Parameters
    ----------
    table : pandas.DataFrame; ``missing`` of `parstats.remedies.case_studies`; the rows to count
    lang : {"vi", "en"}
    """
    if table.empty:
        return empty_table("remedies-collect", lang)
    require_drawable(table, ("plan", "need"), "missing of parstats.remedies.case_studies")
    counts = table.groupby("need", sort=False)["plan"].nunique()
    data = counts.sort_values(ascending=False, kind="stable").rename("plans").reset_index()
    data["need"] = [text(f"case_need.{need}", lang) for need in data["need"]]
    columns = (
        text_column("need", text("remedies.missing", lang)),
        count_column("plans", text("remedies.n_plans", lang)),
    )
    return Table("remedies-collect", lang, data, columns)
