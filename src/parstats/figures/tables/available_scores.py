"""Tables of the known figures of one province: its years, and the parts of one year."""

from __future__ import annotations

from typing import Any

import pandas as pd
from IPython.display import Markdown

from parstats.arguments import from_results, old_names
from parstats.figures.column import (
    MEDIAN,
    PERCENT,
    Column,
    count_column,
    number_column,
    text_column,
)
from parstats.figures.number_format import NumberFormat
from parstats.figures.table import Table, empty_table, keeps_source
from parstats.figures.text.source_links import basis, linked
from parstats.panel.national_statistics import STATISTICS
from parstats.reference import frameworks
from parstats.reference.labels import text
from parstats.reference.provinces import REGIONS


@old_names(own="available_scores")
@from_results(
    available_scores=(
        "parstats.panel.available_scores: year series level score max_score share_of_maximum "
        "rank_printed n_ranked_printed basis_score basis_rank source"
    ),
    national="parstats.panel.national_scores: year mean mean_basis",
    breaks="parstats.load_breaks: series year text_vi",
)
@keeps_source
def years(
    available_scores: pd.DataFrame, national: pd.DataFrame, breaks: pd.DataFrame, lang: str
) -> Table:
    """Tabulate score, share of the maximum and printed rank by year, with breaks as lines.

    Empty if no figure of the province is known in any year.

    Parameters
    ----------
    available_scores, national : pandas.DataFrame
        Results of `parstats.panel.available_scores` and `parstats.panel.national_scores`.
    breaks : pandas.DataFrame of `parstats.load_breaks`
    lang : {"vi", "en"}
    """
    table = available_scores[available_scores["level"] == "index"].reset_index(drop=True)
    if table[["score", "rank_printed"]].isna().all(axis=None):
        return empty_table("own-years", lang)
    broken = breaks[breaks["series"].isin(table["series"])]
    broken = broken[broken["year"].between(table["year"].min() + 1, table["year"].max())]
    is_broken = table["year"].isin(broken["year"])
    lines = tuple(table.index[is_broken])
    data = table.assign(
        mean=table["year"].map(national.set_index("year")["mean"]),
        year_around=["{} *" if value else "{}" for value in is_broken],
        source=[_source(row, lang) for _, row in table.iterrows()],
    )
    columns = (
        count_column("year", _heading("table.year", lang), around="year_around", unbroken=True),
        *_figure_columns(table, lang),
        number_column("mean", _heading("partial.mean_column", lang), unbroken=True),
        text_column("source", _heading("partial.source", lang), markdown=True),
    )
    notes = _mean_notes(national[national["year"].isin(table["year"])], lang)
    if lines:
        notes.append(text("partial.break_note", lang))
    for broken_year, texts in broken.groupby("year")[f"text_{lang}"]:
        notes.append(f"* {broken_year}: {'; '.join(texts)}.")
    return Table("own-years", lang, data, columns, tuple(notes), lines=lines)


def _mean_notes(national: pd.DataFrame, lang: str) -> list[str]:
    """Return how national means were derived that were not printed."""
    marked = national[(national["mean_basis"] != "") & (national["mean_basis"] != "printed")]
    notes = []
    for kind, group in marked.groupby("mean_basis"):
        fields = {"years": ", ".join(map(str, group["year"])), "how": basis(str(kind), lang)}
        notes.append(text("partial.mean_basis", lang, **fields))
    return notes


@old_names(own="available_scores")
@from_results(available_scores="parstats.panel.available_scores: year level series score")
@keeps_source
def parts(available_scores: pd.DataFrame, year: int, lang: str) -> Table:
    """Tabulate fields and parts of one year as shares of their maximum, without comparison.

    Empty if no part is known.

    Parameters
    ----------
    available_scores : pandas.DataFrame of `parstats.panel.available_scores`
    year : int
    lang : {"vi", "en"}
    """
    table = available_scores[
        (available_scores["year"] == year) & (available_scores["level"] != "index")
    ]
    if table.empty:
        return empty_table("own-parts", lang)
    terms = frameworks.series().set_index("series")[f"word_{lang}"]
    data = table.assign(
        group=[terms[name].capitalize() for name in table["series"]],
        name=[frameworks.series_name(name, lang) for name in table["series"]],
        source=[_source(row, lang) for _, row in table.iterrows()],
    )
    columns = (
        text_column("name", _heading("table.series", lang)),
        *_figure_columns(table, lang, with_maximum=True),
        text_column("source", _heading("partial.source", lang), markdown=True),
    )
    return Table("own-parts", lang, data, columns, group="group")


@from_results(table="parstats.load_statistics: year series statistic value")
@keeps_source
def statistics(table: pd.DataFrame, year: int, lang: str) -> Table | Markdown:
    """Tabulate the published national and regional means and extremes of a year.

    A sentence if nothing was published.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.load_statistics`, of one index
    year : int
    lang : {"vi", "en"}
    """
    table = table[(table["year"] == year) & table["statistic"].isin(STATISTICS)]
    if table.empty:
        return Markdown(text("partial.statistics_none", lang))
    positions = frameworks.series().set_index("series")["position"]
    regions = {name: position for position, name in enumerate(("", *REGIONS))}
    ordered = table.assign(place=table["series"].map(positions), area=table["region"].map(regions))
    rows = [_published(group, lang) for _, group in ordered.groupby(["place", "area"])]
    columns = (
        text_column("series", _heading("table.series", lang)),
        text_column("region", _heading("table.region_name", lang)),
        *(
            number_column(name, _heading(f"statistic.{name}", lang), unbroken=True)
            for name in STATISTICS
        ),
        text_column("source", _heading("partial.source", lang), markdown=True),
    )
    return Table("statistics", lang, pd.DataFrame(rows), columns)


def _published(group: pd.DataFrame, lang: str) -> dict[str, Any]:
    """Return one series and area: one column per statistic, and the sources."""
    first = group.iloc[0]
    values = group.set_index("statistic")["value"].reindex(STATISTICS)
    available = {
        text(f"statistic.{row['statistic']}", lang): basis(row["basis"], lang)
        for _, row in group.iterrows()
    }
    evidence_text = "; ".join(f"{what}: {how}" for what, how in available.items() if how)
    pages = " ".join(dict.fromkeys(" ".join(group["source"]).split()))
    area = f"region.{first['region']}" if first["region"] else "table.whole_country"
    return {
        "series": frameworks.series_name(first["series"], lang, short=True),
        "region": text(area, lang),
        **values,
        "source": "; ".join(phrase for phrase in (linked(pages, lang), evidence_text) if phrase),
    }


def _figure_columns(
    table: pd.DataFrame, lang: str, *, with_maximum: bool = False
) -> tuple[Column, ...]:
    """Return score, share of the maximum, rank; one maximum for all scores stands in the heading.

    `with_maximum` sets it beside each score all the same.
    """
    heading, maxima = _heading("table.score", lang), table["max_score"].dropna().unique()
    values: tuple[str, ...] = ("score", "max_score")
    if len(maxima) == 1 and not with_maximum:
        heading, values = f"{heading} / {MEDIAN.text(maxima[0], lang)}", ("score",)
    formats = (NumberFormat(), MEDIAN)[: len(values)]
    share, rank = _heading("partial.share", lang), _heading("table.rank_printed", lang)
    ranks = ("rank_printed", "n_ranked_printed")
    return (
        number_column("score", heading, *values, formats=formats, joint=" / ", unbroken=True),
        number_column("share", share, "share_of_maximum", number=PERCENT, unbroken=True),
        count_column("rank", rank, *ranks, unbroken=True),
    )


def _heading(key: str, lang: str) -> str:
    heading = text(key, lang)
    return heading[:1].upper() + heading[1:]


def _source(row: pd.Series, lang: str) -> str:
    """Return the source of the figures, and how they were derived if not printed."""
    sentences = {
        what: basis(row[f"basis_{what}"], lang)
        for what, figure in (("score", "share_of_maximum"), ("rank", "rank_printed"))
        if pd.notna(row[figure])
    }
    how = {text(f"statistic.{what}", lang): phrase for what, phrase in sentences.items() if phrase}
    if len(how) == len(sentences) and len(set(how.values())) == 1:
        evidence_text = next(iter(how.values()))
    else:
        evidence_text = "; ".join(f"{what}: {phrase}" for what, phrase in how.items())
    return "; ".join(phrase for phrase in (linked(row["source"], lang), evidence_text) if phrase)
