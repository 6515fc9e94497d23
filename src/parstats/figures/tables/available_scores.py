"""Tables of what is known of one province: its years, and the parts of one year."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from great_tables import GT, loc, style
from IPython.display import Markdown

from parstats.figures import theme
from parstats.figures.table import finished
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


def years(own: pd.DataFrame, national: pd.DataFrame, breaks: pd.DataFrame, lang: str) -> GT | None:
    """Score, share of the maximum and printed rank of every year, with breaks as lines.

    Parameters
    ----------
    own : pandas.DataFrame
        As `parstats.panel.own_figures` gives it.
    national : pandas.DataFrame
        As `parstats.panel.national` gives it.
    breaks : pandas.DataFrame
        As `parstats.load_breaks` gives them.
    lang : {"vi", "en"}
        Language.

    Returns
    -------
    great_tables.GT or None
        None if no figure of the province is known in any year.
    """
    table = own[own["level"] == "index"].reset_index(drop=True)
    if table[["score", "rank_printed"]].isna().all(axis=None):
        return None
    means = national.set_index("year")["mean"]
    broken = breaks[breaks["series"].isin(table["series"])]
    broken = broken[broken["year"].between(table["year"].min() + 1, table["year"].max())]
    tops = table["max_score"].dropna().unique()
    out_of = _points(tops[0], lang) if len(tops) == 1 else ""
    rows = [
        {
            "year": f"{row['year']}{' *' if row['year'] in set(broken['year']) else ''}",
            **_figures(row, lang, out_of=not out_of),
            "mean": number(means.get(row["year"], float("nan")), lang),
            "source": _source(row, lang),
        }
        for _, row in table.iterrows()
    ]
    lines = table.index[table["year"].isin(broken["year"])].tolist()
    names = {"year": "table.year", **_NAMES}
    made = _made(rows, names, lang, "own-years", unbroken=["year"], lines=lines)
    if out_of:
        made = made.cols_label(score=f"{text('table.score', lang)} / {out_of}")
    marked = national[(national["mean_basis"] != "") & (national["mean_basis"] != "printed")]
    for kind, group in marked[marked["year"].isin(table["year"])].groupby("mean_basis"):
        told = {"years": ", ".join(map(str, group["year"])), "how": basis(str(kind), lang)}
        made = made.tab_source_note(text("partial.mean_basis", lang, **told))
    if lines:
        made = made.tab_source_note(text("partial.break_note", lang))
    for year, texts in broken.groupby("year")[f"text_{lang}"]:
        made = made.tab_source_note(f"* {year}: {'; '.join(texts)}.")
    return made


def parts(own: pd.DataFrame, year: int, lang: str) -> GT | None:
    """Fields and parts of one year as shares of their maximum, beside nothing.

    Parameters
    ----------
    own : pandas.DataFrame
        As `parstats.panel.own_figures` gives it.
    year : int
        The year.
    lang : {"vi", "en"}
        Language.

    Returns
    -------
    great_tables.GT or None
        None if no part is known.
    """
    table = own[(own["year"] == year) & (own["level"] != "index")]
    if table.empty:
        return None
    words = frameworks.series().set_index("series")[f"word_{lang}"]
    rows = [
        {
            "group": words[row["series"]].capitalize(),
            "name": frameworks.name_of(row["series"], lang),
            **_figures(row, lang),
            "source": _source(row, lang),
        }
        for _, row in table.iterrows()
    ]
    names = {"name": "table.series", **_NAMES}
    del names["mean"]
    return _made(rows, names, lang, "own-parts", group="group")


def statistics(table: pd.DataFrame, year: int, lang: str) -> GT | Markdown:
    """Means, highest and lowest scores of a year as published, of the country and its regions.

    Parameters
    ----------
    table : pandas.DataFrame
        As `parstats.load_statistics` gives it, of one index.
    year : int
        The year.
    lang : {"vi", "en"}
        Language.

    Returns
    -------
    great_tables.GT or IPython.display.Markdown
        A sentence if nothing was published.
    """
    table = table[(table["year"] == year) & table["statistic"].isin(STATISTICS)]
    if table.empty:
        return Markdown(text("partial.statistics_none", lang))
    places = frameworks.series().set_index("series")["position"]
    regions = {name: place for place, name in enumerate(("", *REGIONS))}
    ordered = table.assign(place=table["series"].map(places), area=table["region"].map(regions))
    rows = [_published(group, lang) for _, group in ordered.groupby(["place", "area"])]
    names = {
        "series": "table.series",
        "region": "table.region_name",
        **{name: f"statistic.{name}" for name in STATISTICS},
        "source": "partial.source",
    }
    return _made(rows, names, lang, "statistics")


def _published(group: pd.DataFrame, lang: str) -> dict[str, str]:
    """One series and area: a column a statistic, and where they were read."""
    first = group.iloc[0]
    values = group.set_index("statistic")["value"].reindex(STATISTICS)
    known = {
        text(f"statistic.{row['statistic']}", lang): basis(row["basis"], lang)
        for _, row in group.iterrows()
    }
    told = "; ".join(f"{what}: {how}" for what, how in known.items() if how)
    pages = " ".join(dict.fromkeys(" ".join(group["source"]).split()))
    area = f"region.{first['region']}" if first["region"] else "table.whole_country"
    return {
        "series": frameworks.name_of(first["series"], lang, short=True),
        "region": text(area, lang),
        **{name: number(value, lang) for name, value in values.items()},
        "source": "; ".join(words for words in (linked(pages, lang), told) if words),
    }


def _points(value: float, lang: str) -> str:
    """A maximum, with a decimal only where it has one."""
    return number(value, lang, 0 if float(value).is_integer() else 1)


def _figures(row: pd.Series, lang: str, *, out_of: bool = True) -> dict[str, str]:
    score, of = number(row["score"], lang), row["n_ranked_printed"]
    if out_of and pd.notna(row["score"]) and pd.notna(row["max_score"]):
        score = f"{score} / {_points(row['max_score'], lang)}"
    rank = "\u2013" if pd.isna(row["rank_printed"]) else str(row["rank_printed"])
    return {
        "score": score,
        "share": number(100 * row["share_of_maximum"], lang, 1),
        "rank": rank if pd.isna(row["rank_printed"]) or pd.isna(of) else f"{rank}/{of}",
    }


def _source(row: pd.Series, lang: str) -> str:
    """Where the figures were read, and how they are known if they were not printed as such."""
    said = {
        what: basis(row[f"basis_{what}"], lang)
        for what, figure in (("score", "share_of_maximum"), ("rank", "rank_printed"))
        if pd.notna(row[figure])
    }
    how = {text(f"statistic.{what}", lang): words for what, words in said.items() if words}
    if len(how) == len(said) and len(set(how.values())) == 1:
        told = next(iter(how.values()))
    else:
        told = "; ".join(f"{what}: {words}" for what, words in how.items())
    return "; ".join(words for words in (linked(row["source"], lang), told) if words)


def _made(
    rows: list[dict[str, str]],
    names: dict[str, str],
    lang: str,
    identity: str,
    *,
    unbroken: Sequence[str] = (),
    lines: Sequence[int] = (),
    group: str | None = None,
) -> GT:
    """A table with columns named by the labels, and a heavy line above some rows."""
    table = GT(pd.DataFrame(rows), groupname_col=group, id=identity)
    words = {column: text(key, lang) for column, key in names.items()}
    table = table.cols_label(
        {column: word[:1].upper() + word[1:] for column, word in words.items()}
    )
    numeric = [column for column in names if column in _NUMERIC]
    if lines:
        line = style.css(f"border-top: 2px solid {theme.INK};")
        table = table.tab_style(line, loc.body(rows=list(lines)))
    table = table.fmt_markdown(columns="source")
    return finished(table, numeric, unbroken=[*unbroken, *numeric])
