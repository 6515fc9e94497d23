"""Tables of the known figures of one province: its years, and the parts of one year."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from great_tables import GT, loc, style
from IPython.display import Markdown

from parstats.arguments import from_results, old_names
from parstats.figures import theme
from parstats.figures.table import style_table
from parstats.figures.text.source_links import basis, linked
from parstats.panel.national_statistics import STATISTICS
from parstats.reference import frameworks
from parstats.reference.labels import number, text
from parstats.reference.provinces import REGIONS

_NUMERIC = ("score", "share", "rank", *STATISTICS)
_NAMES = {
    "score": "table.score",
    "share": "partial.share",
    "rank": "table.rank_printed",
    "mean": "partial.mean_column",
    "source": "partial.source",
}


@old_names(own="available_scores")
@from_results(
    available_scores=(
        "parstats.panel.available_scores: year series level score max_score share_of_maximum "
        "rank_printed n_ranked_printed basis_score basis_rank source"
    ),
    national="parstats.panel.national_scores: year mean mean_basis",
    breaks="parstats.load_breaks: series year text_vi",
)
def years(
    available_scores: pd.DataFrame, national: pd.DataFrame, breaks: pd.DataFrame, lang: str
) -> GT | None:
    """Tabulate score, share of the maximum and printed rank by year, with breaks as lines.

    None if no figure of the province is known in any year.

    Parameters
    ----------
    available_scores, national : pandas.DataFrame
        Results of `parstats.panel.available_scores` and `parstats.panel.national_scores`.
    breaks : pandas.DataFrame of `parstats.load_breaks`
    lang : {"vi", "en"}
    """
    table = available_scores[available_scores["level"] == "index"].reset_index(drop=True)
    if table[["score", "rank_printed"]].isna().all(axis=None):
        return None
    mean_by_year = national.set_index("year")["mean"]
    broken = breaks[breaks["series"].isin(table["series"])]
    broken = broken[broken["year"].between(table["year"].min() + 1, table["year"].max())]
    tops = table["max_score"].dropna().unique()
    maximum_text = _points(tops[0], lang) if len(tops) == 1 else ""
    rows = [
        {
            "year": f"{row['year']}{' *' if row['year'] in set(broken['year']) else ''}",
            **_figures(row, lang, with_maximum=not maximum_text),
            "mean": number(mean_by_year.get(row["year"], float("nan")), lang),
            "source": _source(row, lang),
        }
        for _, row in table.iterrows()
    ]
    lines = table.index[table["year"].isin(broken["year"])].tolist()
    names = {"year": "table.year", **_NAMES}
    gt_table = _make_table(rows, names, lang, "own-years", unbroken=["year"], lines=lines)
    if maximum_text:
        gt_table = gt_table.cols_label(score=f"{text('table.score', lang)} / {maximum_text}")
    marked = national[(national["mean_basis"] != "") & (national["mean_basis"] != "printed")]
    for kind, group in marked[marked["year"].isin(table["year"])].groupby("mean_basis"):
        fields = {"years": ", ".join(map(str, group["year"])), "how": basis(str(kind), lang)}
        gt_table = gt_table.tab_source_note(text("partial.mean_basis", lang, **fields))
    if lines:
        gt_table = gt_table.tab_source_note(text("partial.break_note", lang))
    for year, texts in broken.groupby("year")[f"text_{lang}"]:
        gt_table = gt_table.tab_source_note(f"* {year}: {'; '.join(texts)}.")
    return gt_table


@old_names(own="available_scores")
@from_results(available_scores="parstats.panel.available_scores: year level series score")
def parts(available_scores: pd.DataFrame, year: int, lang: str) -> GT | None:
    """Tabulate fields and parts of one year as shares of their maximum, without comparison.

    None if no part is known.

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
        return None
    terms = frameworks.series().set_index("series")[f"word_{lang}"]
    rows = [
        {
            "group": terms[row["series"]].capitalize(),
            "name": frameworks.series_name(row["series"], lang),
            **_figures(row, lang),
            "source": _source(row, lang),
        }
        for _, row in table.iterrows()
    ]
    names = {"name": "table.series", **_NAMES}
    del names["mean"]
    return _make_table(rows, names, lang, "own-parts", group="group")


@from_results(table="parstats.load_statistics: year series statistic value")
def statistics(table: pd.DataFrame, year: int, lang: str) -> GT | Markdown:
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
    names = {
        "series": "table.series",
        "region": "table.region_name",
        **{name: f"statistic.{name}" for name in STATISTICS},
        "source": "partial.source",
    }
    return _make_table(rows, names, lang, "statistics")


def _published(group: pd.DataFrame, lang: str) -> dict[str, str]:
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
        **{name: number(value, lang) for name, value in values.items()},
        "source": "; ".join(phrase for phrase in (linked(pages, lang), evidence_text) if phrase),
    }


def _points(value: float, lang: str) -> str:
    """Return a maximum, with a decimal only where it has one."""
    return number(value, lang, 0 if float(value).is_integer() else 1)


def _figures(row: pd.Series, lang: str, *, with_maximum: bool = True) -> dict[str, str]:
    score, n_units = number(row["score"], lang), row["n_ranked_printed"]
    if with_maximum and pd.notna(row["score"]) and pd.notna(row["max_score"]):
        score = f"{score} / {_points(row['max_score'], lang)}"
    rank = "\u2013" if pd.isna(row["rank_printed"]) else str(row["rank_printed"])
    return {
        "score": score,
        "share": number(100 * row["share_of_maximum"], lang, 1),
        "rank": rank if pd.isna(row["rank_printed"]) or pd.isna(n_units) else f"{rank}/{n_units}",
    }


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


def _make_table(
    rows: list[dict[str, str]],
    names: dict[str, str],
    lang: str,
    identity: str,
    *,
    unbroken: Sequence[str] = (),
    lines: Sequence[int] = (),
    group: str | None = None,
) -> GT:
    """Return a table with columns named by the labels, and a heavy line above some rows."""
    table = GT(pd.DataFrame(rows), groupname_col=group, id=identity)
    headings = {column: text(key, lang) for column, key in names.items()}
    table = table.cols_label(
        {column: heading[:1].upper() + heading[1:] for column, heading in headings.items()}
    )
    numeric = [column for column in names if column in _NUMERIC]
    if lines:
        line = style.css(f"border-top: 2px solid {theme.INK};")
        table = table.tab_style(line, loc.body(rows=list(lines)))
    table = table.fmt_markdown(columns="source")
    return style_table(table, numeric, unbroken=[*unbroken, *numeric])
