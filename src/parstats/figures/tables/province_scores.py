"""Tables of one province: strongest and weakest parts, dimensions, peers, printed figures."""

from __future__ import annotations

import pandas as pd
from great_tables import GT

from parstats.arguments import from_results, old_names
from parstats.figures.table import style_table
from parstats.reference import frameworks, provinces
from parstats.reference.labels import number, text


@old_names(n="n_top")
@from_results(
    profile=(
        "parstats.panel.profile: series score max_score percentile percentile_region score_change"
    )
)
def extremes(profile: pd.DataFrame, lang: str, *, n_top: int = 5) -> GT | None:
    """Tabulate the strongest and weakest sub-dimensions of a province, with their change.

    None for an empty profile.

    Parameters
    ----------
    profile : pandas.DataFrame of `parstats.panel.profile`
    lang : {"vi", "en"}
    n_top : int; how many of each, at most; a sub-dimension is never in both
    """
    if profile.empty:
        return None
    ordered = profile.sort_values("percentile", ascending=False, kind="stable")
    n_top = min(n_top, len(ordered) // 2)
    parts = {"strongest": ordered.head(n_top), "weakest": ordered.tail(n_top).iloc[::-1]}
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
    return style_table(table, ["score", "percentile", "region", "change"])


def _profile_row(row: pd.Series, group: str, lang: str) -> dict[str, str]:
    maximum = number(row["max_score"], lang, 2 if row["max_score"] % 1 else 0)
    change = number(row["score_change"], lang, sign=True)
    if pd.isna(row["score_change"]) and row["comparable"] is False:
        change = text("table.break", lang)
    return {
        "group": group,
        "name": frameworks.series_name(row["series"], lang, short=True),
        "score": f"{number(row['score'], lang)} / {maximum}",
        "percentile": number(row["percentile"], lang, 0),
        "region": number(row["percentile_region"], lang, 0),
        "change": change,
    }


@from_results(
    profile="parstats.panel.profile: series score percentile median_country median_region"
)
def dimensions(profile: pd.DataFrame, lang: str) -> GT | None:
    """Tabulate the scores of a province by dimension, with region and country.

    Parameters
    ----------
    profile : pandas.DataFrame of `parstats.panel.profile` with ``level="dimension"``
    lang : {"vi", "en"}
    """
    if profile.empty:
        return None
    rows = [
        {
            "name": frameworks.series_name(row["series"], lang),
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
    return style_table(table, ["score", "region", "country", "percentile"])


def _region(province: str, vintage: int, lang: str) -> str:
    return text(f"region.{provinces.by_code(vintage)[province].region}", lang)


@from_results(nearest="parstats.panel.peers: province vintage distance score rank")
def peers(nearest: pd.DataFrame, lang: str) -> GT | None:
    """Tabulate the provinces with the nearest profile.

    Parameters
    ----------
    nearest : pandas.DataFrame of `parstats.panel.peers`
    lang : {"vi", "en"}
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
    return style_table(table, ["distance", "score", "rank"])


@from_results(
    table=(
        "parstats.load_printed: year vintage province score_printed score score_agrees "
        "rank_printed n_ranked_printed rank n_ranked"
    )
)
def printed(table: pd.DataFrame, lang: str) -> GT:
    """Tabulate the printed totals and ranks that differ from the computed ones.

    Parameters
    ----------
    table : pandas.DataFrame of printed figures of one index, from `parstats.load_printed`
    lang : {"vi", "en"}
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
    gt_table = GT(pd.DataFrame(rows, columns=columns), id="printed").cols_label(
        year=text("table.year", lang),
        name=text("table.province", lang),
        score_printed=text("table.score_printed", lang),
        score=text("table.score_computed", lang),
        rank_printed=text("table.rank_printed", lang),
        rank=text("table.rank_computed", lang),
    )
    return style_table(gt_table, ["score_printed", "score", "rank_printed", "rank"])


def _rank(rank: object, count: object) -> str:
    return "–" if pd.isna(rank) else f"{rank}/{count}"
