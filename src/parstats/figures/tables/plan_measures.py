"""A province's measures beside the standing of their series; weak series without a measure."""

from __future__ import annotations

import pandas as pd

from parstats.arguments import check_integer, from_results
from parstats.figures.column import MEDIAN, count_column, number_column, text_column
from parstats.figures.number_format import MISSING
from parstats.figures.table import Table, empty_table, keeps_source
from parstats.figures.tables.plan_targets import document_name
from parstats.reference import frameworks, provinces
from parstats.reference.labels import text

# Words of a measure that a cell of a page holds; by judgement: three lines. Files have all of it.
_LONGEST = 30
_RANKS = ("n_before", "rank", "n_ranked", "rank_peers")
# Rows of the table on a page; by judgement: one printed page.
_ROWS = 25


@from_results(
    table=(
        "parstats.plans.measure_results: plan series label_vi label_en text lead_unit deadline "
        "rank_before n_before rank n_ranked rank_breaks rank_peers"
    ),
    plans="parstats.load_plans: plan vintage agency_level number kind completeness",
)
@keeps_source
def province_measures(
    table: pd.DataFrame,
    plans: pd.DataFrame,
    lang: str,
    *,
    vintage: int = provinces.VINTAGE,
    n_top: int = _ROWS,
) -> Table:
    """Tabulate a province's measures, each beside the rank in its series before and in its year.

    Empty without measures. Measures of a plan, series and name that are alike stand once.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.plans.measure_results`, of one province and index
    plans : pandas.DataFrame of `parstats.load_plans`
    lang : {"vi", "en"}
    vintage : {63, 64, 34}; set of provinces that the page is about
    n_top : int; show so many
    """
    if table.empty:
        return empty_table("province-measures", lang)
    named = table.assign(measure=[_measure(row, lang) for row in table.to_dict("records")])
    alike = ["plan", "series", "measure", "lead_unit", "deadline"]
    named = named.drop_duplicates(alike).reset_index(drop=True)
    data = named.head(check_integer("n_top", n_top, 1))
    again = data.duplicated(["plan", "series"])
    broken = data["rank_breaks"].astype(bool) & data["rank_before"].notna()
    # Before and after alone would be taken for more: without others from there, after stands alone.
    lone = data["rank"].notna() & data["rank_peers"].isna() & ~data["rank_breaks"].astype(bool)
    hidden = {"rank_before": again | lone} | dict.fromkeys(_RANKS, again)
    data = data.assign(
        document=_documents(data["plan"], plans, lang, vintage),
        series=[
            "" if same else frameworks.series_name(series, lang, short=True)
            for series, same in zip(data["series"], again, strict=True)
        ],
        who=[_who(row) for row in data.to_dict("records")],
        before_around=["{} *" if is_broken else "{}" for is_broken in broken],
        **{name: data[name].mask(rows) for name, rows in hidden.items()},
        blank=["\N{NO-BREAK SPACE}" if same else "" for same in again],
    )
    columns = (
        text_column("series", text("table.series", lang)),
        text_column("measure", text("table.measure", lang)),
        text_column("who", text("table.who_and_when", lang)),
        count_column(
            *("before", text("table.rank_before_plan", lang), "rank_before", "n_before"),
            around="before_around",
            instead="blank",
        ),
        count_column(
            *("rank", text("table.rank_of_plan", lang), "rank", "n_ranked"), instead="blank"
        ),
        number_column(
            *("peers", text("table.rank_peers", lang), "rank_peers"), number=MEDIAN, instead="blank"
        ),
    )
    more = len(named) - len(data)
    notes = (
        text("table.measures_more", lang, n=more) if more else "",
        text("table.peers_note", lang),
        text("table.rank_break_note", lang) if broken.any() else "",
    )
    return Table("province-measures", lang, data, columns, notes, "document")


def _documents(names: pd.Series, plans: pd.DataFrame, lang: str, vintage: int) -> list[str]:
    """Return year and document of each plan."""
    about = plans.set_index("plan")
    return [
        f"{about.loc[name, 'plan_year']}: {document_name(about.loc[name], lang, vintage)}"
        for name in names
    ]


def _measure(row: dict[str, str], lang: str) -> str:
    """Return the name of a measure, or the first words of the document where it has none."""
    words = (row[f"label_{lang}"] or row["text"]).split()
    return " ".join(words[:_LONGEST]) + (" …" if len(words) > _LONGEST else "")


def _who(row: dict[str, str]) -> str:
    return "; ".join(filter(None, (row["lead_unit"], row["deadline"]))) or MISSING


@from_results(
    table="parstats.plans.weak_without_measures: plan series rank_before n_before before_year",
    plans="parstats.load_plans: plan vintage agency_level number kind completeness",
)
@keeps_source
def weak_series(
    table: pd.DataFrame, plans: pd.DataFrame, lang: str, *, vintage: int = provinces.VINTAGE
) -> Table:
    """Tabulate the series in the last quarter that a plan has no measure for. Empty without any.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.plans.weak_without_measures`, of one province and index
    plans : pandas.DataFrame of `parstats.load_plans`
    lang : {"vi", "en"}
    vintage : {63, 64, 34}; set of provinces that the page is about
    """
    if table.empty:
        return empty_table("weak-series", lang)
    data = table.assign(
        document=_documents(table["plan"], plans, lang, vintage),
        series=[frameworks.series_name(series, lang, short=True) for series in table["series"]],
    )
    columns = (
        text_column("series", text("table.weak_without_measure", lang)),
        count_column("before", text("table.rank_before_plan", lang), "rank_before", "n_before"),
    )
    return Table("weak-series", lang, data, columns, (), "document")


@from_results(
    table=(
        "parstats.load_shortcomings: plan series criterion_as_written shortcoming_as_written "
        "achieved_as_written threshold_as_written cause_as_written measures"
    ),
    plans="parstats.load_plans: plan vintage agency_level number kind completeness",
)
@keeps_source
def unanswered_shortcomings(
    table: pd.DataFrame, plans: pd.DataFrame, lang: str, *, vintage: int = provinces.VINTAGE
) -> Table:
    """Tabulate the shortcomings that a plan names and has no measure for. Empty without any.

    Of a shortcoming without a series it is not known which measures answer it; it is left out.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.load_shortcomings`, of one province
    plans : pandas.DataFrame of `parstats.load_plans`
    lang : {"vi", "en"}
    vintage : {63, 64, 34}; set of provinces that the page is about
    """
    data = table[
        (table["measures"] == "") & (table["series"] != "") & table["plan"].isin(plans["plan"])
    ]
    if data.empty:
        return empty_table("shortcomings", lang)
    words = data["shortcoming_as_written"].where(
        data["shortcoming_as_written"] != "", data["criterion_as_written"]
    )
    figures = [
        " / ".join(filter(None, both))
        for both in zip(data["achieved_as_written"], data["threshold_as_written"], strict=True)
    ]
    data = data.assign(
        document=_documents(data["plan"], plans, lang, vintage),
        words=words,
        figures=[figure or MISSING for figure in figures],
        cause=data["cause_as_written"].replace("", MISSING),
    )
    columns = (
        text_column("words", text("table.shortcoming", lang)),
        text_column("figures", text("table.achieved_of", lang)),
        text_column("cause", text("table.cause", lang)),
    )
    return Table("shortcomings", lang, data, columns, (), "document")
