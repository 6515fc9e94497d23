"""Tables to read, made with great_tables from result tables."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from great_tables import GT, loc, style

from parstats import frameworks, provinces
from parstats.figures import theme
from parstats.figures.caption import basis, percent
from parstats.figures.given import require
from parstats.labels import number, text


def finished(table: GT, numeric: list[str], *, unbroken: Sequence[str] = ()) -> GT:
    """The look all tables share.

    Parameters
    ----------
    table : great_tables.GT
        The table.
    numeric : list of str
        Columns to set flush right.
    unbroken : sequence of str
        Columns whose cells stay on one line, as intervals do.
    """
    if unbroken:
        table = table.tab_style(style.css("white-space: nowrap"), loc.body(columns=list(unbroken)))
    return (
        table.cols_align("right", columns=numeric)
        .tab_options(
            table_width="100%",
            table_font_size="14px",
            table_font_color=theme.INK,
            table_border_top_style="none",
            table_border_bottom_color=theme.FAINT,
            column_labels_border_top_style="none",
            column_labels_font_weight="bold",
            row_group_font_weight="bold",
            data_row_padding="5px",
        )
        .tab_style(style.text(color=theme.MUTED), loc.column_labels())
    )


def extremes(profile: pd.DataFrame, lang: str, *, n: int = 5) -> GT | None:
    """Strongest and weakest sub-dimensions of a province, with their change.

    Parameters
    ----------
    profile : pandas.DataFrame
        As `parstats.panel.profile` gives it.
    lang : {"vi", "en"}
        Language.
    n : int
        How many of each, at most; a sub-dimension never stands in both.

    Returns
    -------
    great_tables.GT or None
        None for an empty profile.
    """
    if profile.empty:
        return None
    ordered = profile.sort_values("percentile", ascending=False, kind="stable")
    n = min(n, len(ordered) // 2)
    parts = {"strongest": ordered.head(n), "weakest": ordered.tail(n).iloc[::-1]}
    rows = [
        _profile_row(row, text(f"table.{group}", lang), lang)
        for group, part in parts.items()
        for _, row in part.iterrows()
    ]
    table = GT(pd.DataFrame(rows), groupname_col="group", id="extremes").cols_label(
        name=text("table.sub_dimension", lang),
        score=text("table.score", lang),
        percentile=text("table.percentile", lang),
        region=text("table.region", lang),
        change=text("table.change", lang),
    )
    table = table.tab_source_note(text("table.extremes_note", lang))
    return finished(table, ["score", "percentile", "region", "change"])


def _profile_row(row: pd.Series, group: str, lang: str) -> dict[str, str]:
    maximum = number(row["max_score"], lang, 2 if row["max_score"] % 1 else 0)
    change = number(row["score_change"], lang, sign=True)
    if pd.isna(row["score_change"]) and row["comparable"] is False:
        change = text("table.break", lang)
    return {
        "group": group,
        "name": frameworks.name_of(row["series"], lang, short=True),
        "score": f"{number(row['score'], lang)} / {maximum}",
        "percentile": number(row["percentile"], lang, 0),
        "region": number(row["percentile_region"], lang, 0),
        "change": change,
    }


def dimensions(profile: pd.DataFrame, lang: str) -> GT | None:
    """Scores of a province by dimension, with region and country.

    Parameters
    ----------
    profile : pandas.DataFrame
        As `parstats.panel.profile` gives it with ``level="dimension"``.
    lang : {"vi", "en"}
        Language.
    """
    if profile.empty:
        return None
    rows = [
        {
            "name": frameworks.name_of(row["series"], lang),
            "score": number(row["score"], lang),
            "region": number(row["median_region"], lang),
            "country": number(row["median_country"], lang),
            "percentile": number(row["percentile"], lang, 0),
        }
        for _, row in profile.iterrows()
    ]
    table = GT(pd.DataFrame(rows), id="dimensions").cols_label(
        name=text("table.dimension", lang),
        score=text("table.score", lang),
        region=text("table.region_median", lang),
        country=text("table.country_median", lang),
        percentile=text("table.percentile", lang),
    )
    return finished(table, ["score", "region", "country", "percentile"])


def _region(province: str, vintage: int, lang: str) -> str:
    return text(f"region.{provinces.by_code(vintage)[province].region}", lang)


def peers(nearest: pd.DataFrame, lang: str) -> GT | None:
    """Provinces with the nearest profile.

    Parameters
    ----------
    nearest : pandas.DataFrame
        As `parstats.panel.peers` gives it.
    lang : {"vi", "en"}
        Language.
    """
    if nearest.empty:
        return None
    rows = [
        {
            "name": provinces.by_code(row["vintage"])[row["province"]].names[lang],
            "region": _region(row["province"], row["vintage"], lang),
            "distance": number(row["distance"], lang),
            "score": number(row["score"], lang),
            "rank": str(row["rank"]),
        }
        for _, row in nearest.iterrows()
    ]
    table = GT(pd.DataFrame(rows), id="peers").cols_label(
        name=text("table.province", lang),
        region=text("table.region_name", lang),
        distance=text("table.distance", lang),
        score=text("table.score", lang),
        rank=text("table.rank", lang),
    )
    return finished(table, ["distance", "score", "rank"])


def coverage(table: pd.DataFrame, lang: str) -> GT:
    """Coverage by year.

    Parameters
    ----------
    table : pandas.DataFrame
        As `parstats.panel.coverage` gives it.
    lang : {"vi", "en"}
        Language.
    """

    def named(codes: list[str], vintage: int) -> str:
        return ", ".join(provinces.by_code(vintage)[code].names[lang] for code in codes) or "–"

    rows = [
        {
            "year": str(row["year"]),
            "framework": row["framework"],
            "series": str(row["n_series"]),
            "complete": f"{row['n_complete']}/{row['n_of']}",
            "absent": named(row["absent"], row["vintage"]),
            "incomplete": named(row["incomplete"], row["vintage"]),
        }
        for _, row in table.iterrows()
    ]
    made = GT(pd.DataFrame(rows), id="coverage").cols_label(
        year=text("table.year", lang),
        framework=text("table.framework", lang),
        series=text("table.n_series", lang),
        complete=text("table.complete", lang),
        absent=text("table.absent", lang),
        incomplete=text("table.incomplete", lang),
    )
    made = made.cols_width({"year": "11%", "framework": "16%", "series": "15%"})
    return finished(made, ["series", "complete"])


def breaks(table: pd.DataFrame, lang: str) -> GT:
    """Breaks in comparability, by year.

    Parameters
    ----------
    table : pandas.DataFrame
        As `parstats.load_breaks` gives it.
    lang : {"vi", "en"}
        Language.
    """
    ordered = table.sort_values("year", kind="stable")
    rows = [
        {
            "year": str(row["year"]),
            "series": frameworks.name_of(row["series"], lang, short=True),
            "kind": text(f"break.{row['kind']}", lang),
            "what": row[f"text_{lang}"],
        }
        for _, row in ordered.iterrows()
    ]
    made = GT(pd.DataFrame(rows), id="breaks").cols_label(
        year=text("table.year", lang),
        series=text("table.series", lang),
        kind=text("table.kind", lang),
        what=text("table.changed", lang),
    )
    made = made.cols_width({"year": "11%", "series": "25%", "kind": "18%"})
    return finished(made, [])


def printed(table: pd.DataFrame, lang: str) -> GT:
    """Printed totals and ranks that differ from the computed ones.

    Parameters
    ----------
    table : pandas.DataFrame
        Printed figures of one index, as `parstats.load_printed` gives them.
    lang : {"vi", "en"}
        Language.
    """
    score_differs = table["score_agrees"].eq(False).fillna(False)
    rank_differs = (table["rank"] != table["rank_printed"]).fillna(False)
    rows = [
        {
            "year": str(row["year"]),
            "name": provinces.by_code(row["vintage"])[row["province"]].names[lang],
            "score_printed": number(row["score_printed"], lang),
            "score": number(row["score"], lang),
            "rank_printed": _rank(row["rank_printed"], row["n_ranked_printed"]),
            "rank": _rank(row["rank"], row["n_ranked"]),
        }
        for _, row in table[score_differs | rank_differs].iterrows()
    ]
    columns = ["year", "name", "score_printed", "score", "rank_printed", "rank"]
    made = GT(pd.DataFrame(rows, columns=columns), id="printed").cols_label(
        year=text("table.year", lang),
        name=text("table.province", lang),
        score_printed=text("table.score_printed", lang),
        score=text("table.score_computed", lang),
        rank_printed=text("table.rank_printed", lang),
        rank=text("table.rank_computed", lang),
    )
    return finished(made, ["score_printed", "score", "rank_printed", "rank"])


def _rank(rank: object, count: object) -> str:
    return "–" if pd.isna(rank) else f"{rank}/{count}"


def shares(table: pd.DataFrame, lang: str) -> GT:
    """Covariance shares with their parts and intervals.

    Parameters
    ----------
    table : pandas.DataFrame
        As `parstats.drivers.shares` gives it.
    lang : {"vi", "en"}
        Language.

    Raises
    ------
    InvalidRequest
        If the table is empty or another one.
    """
    columns = ["series", "share", "own_variance", "covariance_with_rest", "correlation"]
    columns += ["ci_low", "ci_high"]
    require(table, columns, "the table of parstats.drivers.shares", once=["series"])
    rows = [
        {
            "name": frameworks.name_of(row["series"], lang, short=True),
            "share": number(100 * row["share"], lang, 1),
            "interval": span(100 * row["ci_low"], 100 * row["ci_high"], lang, 1),
            "own": number(100 * row["own_variance"], lang, 1),
            "rest": number(100 * row["covariance_with_rest"], lang, 1),
            "correlation": number(row["correlation"], lang),
        }
        for _, row in table.iterrows()
    ]
    made = GT(pd.DataFrame(rows), id="shares").cols_label(
        name=text("table.series", lang),
        share=text("table.share", lang),
        interval=sensitivity(table.iloc[0], lang),
        own=text("table.own_variance", lang),
        rest=text("table.covariance", lang),
        correlation=text("table.correlation", lang),
    )
    note = f"{basis(table.iloc[0], lang)} {text('table.shares_note', lang)}".strip()
    made = made.tab_source_note(note)
    numeric = ["share", "interval", "own", "rest", "correlation"]
    return finished(made, numeric, unbroken=["interval"])


def span(low: float, high: float, lang: str, decimals: int = 2) -> str:
    """Two ends of an interval; a dash where there is none.

    Parameters
    ----------
    low, high : float
        The ends.
    lang : {"vi", "en"}
        Language.
    decimals : int
        Digits after the decimal mark.

    Examples
    --------
    >>> span(0.5, 0.75, "vi"), span(float("nan"), float("nan"), "en")
    ('0,50 – 0,75', '–')
    """
    if pd.isna(low) and pd.isna(high):
        return number(low, lang)
    return f"{number(low, lang, decimals)} – {number(high, lang, decimals)}"


def sensitivity(row: pd.Series, lang: str) -> str:
    """Heading of a column of sensitivity intervals, with their share where the table says it.

    Parameters
    ----------
    row : pandas.Series
        A row, with interval if it is known.
    lang : {"vi", "en"}
        Language.

    Examples
    --------
    >>> sensitivity(pd.Series({"interval": 0.9}), "vi"), sensitivity(pd.Series(), "en")
    ('Độ nhạy (90 %)', 'Sensitivity')
    """
    if "interval" not in row.index:
        return text("table.sensitivity", lang)
    return text("table.sensitivity_of", lang, share=percent(row["interval"], lang))
