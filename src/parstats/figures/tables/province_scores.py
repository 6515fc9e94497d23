"""Tables of one province: strongest and weakest parts, dimensions, peers, printed figures."""

from __future__ import annotations

from typing import Any

import pandas as pd

from parstats.arguments import check_integer, from_results, old_names
from parstats.figures.column import (
    SIGNED,
    WHOLE,
    Column,
    count_column,
    number_column,
    text_column,
)
from parstats.figures.index_language import series_language
from parstats.figures.number_format import NumberFormat
from parstats.figures.table import Table, keeps_source
from parstats.reference import frameworks, provinces
from parstats.reference.labels import text

# A score over its maximum, which has decimals in few frameworks.
_OF_MAXIMUM: dict[str, Any] = {
    "formats": (NumberFormat(), NumberFormat(trimmed=True)),
    "joint": " / ",
}


@old_names(n="n_top")
@from_results(
    profile=(
        "parstats.panel.profile: series score max_score percentile percentile_region score_change"
    )
)
@keeps_source
def extremes(profile: pd.DataFrame, lang: str, *, n_top: int = 5) -> Table:
    """Tabulate the strongest and weakest sub-dimensions of a province, with their change.

    Empty for an empty profile.

    Parameters
    ----------
    profile : pandas.DataFrame of `parstats.panel.profile`
    lang : {"vi", "en"}
    n_top : int; how many of each, at most; a sub-dimension is never in both
    """
    lang = series_language(lang, profile["series"])
    assessed = profile[~profile["is_filled"]] if "is_filled" in profile else profile
    ordered = assessed.sort_values("percentile", ascending=False, kind="stable")
    n_top = min(check_integer("n_top", n_top, 1), len(ordered) // 2)
    parts = {"strongest": ordered.head(n_top), "weakest": ordered.tail(n_top).iloc[::-1]}
    data = pd.concat(
        [part.assign(group=text(f"table.{group}", lang)) for group, part in parts.items()]
    )
    is_broken = data["score_change"].isna() & data["comparable"].eq(False).fillna(False)
    data["no_change"] = [text("table.break", lang) if broken else "" for broken in is_broken]
    data["name"] = [frameworks.series_name(name, lang, short=True) for name in data["series"]]
    columns = (
        text_column("name", text("table.sub_dimension", lang)),
        number_column("score", text("table.score", lang), "score", "max_score", **_OF_MAXIMUM),
        number_column("percentile", text("table.percentile", lang), number=WHOLE),
        *_region_column(profile, "percentile_region", text("table.region", lang), number=WHOLE),
        number_column(
            "change",
            text("table.change", lang),
            "score_change",
            number=SIGNED,
            instead="no_change",
        ),
    )
    note = text("table.extremes_note", lang)
    return Table("extremes", lang, data, columns, (note,), group="group")


def _region_column(profile: pd.DataFrame, column: str, title: str, **form: Any) -> list[Column]:
    """Return the column of the region, none where units lie in no regions."""
    if profile[column].isna().all() and len(profile):
        return []
    return [number_column("region", title, column, **form)]


@from_results(
    profile="parstats.panel.profile: series score percentile median_country median_region"
)
@keeps_source
def dimensions(profile: pd.DataFrame, lang: str) -> Table:
    """Tabulate the scores of a province by dimension, with region and country.

    Parameters
    ----------
    profile : pandas.DataFrame of `parstats.panel.profile` with ``level="dimension"``
    lang : {"vi", "en"}
    """
    lang = series_language(lang, profile["series"])
    names = [frameworks.series_name(series, lang) for series in profile["series"]]
    columns = (
        text_column("name", text("table.sub_dimension", lang)),
        number_column("score", text("table.score", lang)),
        *_region_column(profile, "median_region", text("table.region_median", lang)),
        number_column("country", text("table.country_median", lang), "median_country"),
        number_column("percentile", text("table.percentile", lang), number=WHOLE),
    )
    return Table("dimensions", lang, profile.assign(name=names), columns)


@from_results(nearest="parstats.panel.peers: province vintage distance score rank")
@keeps_source
def peers(nearest: pd.DataFrame, lang: str) -> Table:
    """Tabulate the provinces with the nearest profile.

    Parameters
    ----------
    nearest : pandas.DataFrame of `parstats.panel.peers`
    lang : {"vi", "en"}
    """
    records = [
        provinces.by_code(vintage)[code]
        for code, vintage in zip(nearest["province"], nearest["vintage"], strict=True)
    ]
    data = nearest.assign(
        name=[record.names[lang] for record in records],
        region=[text(f"region.{r.region}", lang) if r.region else "" for r in records],
    )
    with_regions = any(record.region for record in records) or not records
    regions = [text_column("region", text("table.region_name", lang))] if with_regions else []
    columns = (
        text_column("name", text("table.province", lang)),
        *regions,
        number_column("distance", text("table.distance", lang)),
        number_column("score", text("table.score", lang)),
        count_column("rank", text("table.rank_computed", lang)),
    )
    return Table("peers", lang, data, columns)


@from_results(
    table=(
        "parstats.load_printed: year vintage province score_printed score score_agrees "
        "rank_printed n_ranked_printed rank n_ranked"
    )
)
@keeps_source
def printed(table: pd.DataFrame, lang: str) -> Table:
    """Tabulate the printed totals and ranks that differ from the computed ones.

    Parameters
    ----------
    table : pandas.DataFrame of printed figures of one index, from `parstats.load_printed`
    lang : {"vi", "en"}
    """
    score_differs = table["score_agrees"].eq(False).fillna(False)
    rank_differs = (table["rank"] != table["rank_printed"]).fillna(False)
    data = table[score_differs | rank_differs]
    units = zip(data["province"], data["vintage"], strict=True)
    names = [provinces.by_code(vintage)[code].names[lang] for code, vintage in units]
    printed_rank = ("rank_printed", "n_ranked_printed")
    columns = (
        count_column("year", text("table.year", lang)),
        text_column("name", text("table.province", lang)),
        number_column("score_printed", text("table.score_printed", lang)),
        number_column("score", text("table.score_computed", lang)),
        count_column("rank_printed", text("table.rank_printed", lang), *printed_rank),
        count_column("rank", text("table.rank_computed", lang), "rank", "n_ranked"),
    )
    return Table("printed", lang, data.assign(name=names), columns)
