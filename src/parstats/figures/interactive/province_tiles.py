"""A map of tiles: a province a tile, coloured by its rank; Hoàng Sa and Trường Sa on it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from parstats import errors
from parstats.arguments import from_results
from parstats.figures import theme
from parstats.figures.interactive.interactive_chart import InteractiveChart
from parstats.figures.interactive.vega_theme import altair, themed
from parstats.figures.rank_colours import SCALE
from parstats.reference import provinces as places
from parstats.reference.islands import Islands, islands
from parstats.reference.labels import check_language, text

#: Columns of the rows that the map is drawn from; the explorer makes the same.
COLUMNS = (
    *("code", "name", "label", "n_lines", "row", "column", "score", "rank", "n_ranked", "share"),
    *("is_chosen", "is_faded", "is_island"),
)
_TILE = 44  # pixels; two words of 11 pixels and a rank
_LINE = 12  # pixels from one line of words to the next
_MOST_LINES = 3
_UNKNOWN = "#d3dade"


@from_results(table="parstats.panel.ranks: province vintage score rank n_ranked")
def tile_map(
    table: pd.DataFrame, lang: str, *, provinces: Collection[str] = ()
) -> InteractiveChart:
    """Draw the provinces as tiles, coloured from the first rank to the last.

    Parameters
    ----------
    table : pandas.DataFrame; result of `parstats.panel.ranks`, of any series
    lang : {"vi", "en"}
    provinces : collection of str; names or codes of provinces to mark

    Returns
    -------
    InteractiveChart; Hoàng Sa and Trường Sa are on it, labelled and without colour

    Raises
    ------
    ToolMissing: if Vega-Altair is not installed
    InvalidRequest: if the table is of units that have no place on the map

    Examples
    --------
    >>> import parstats as ps
    >>> ranks = ps.panel.ranks(ps.load_scores("PAPI"), 2024)
    >>> chart = tile_map(ranks, "en", provinces=["Lang Son"])  # doctest: +SKIP
    """
    check_language(lang)
    rows = map_rows(table, lang, provinces)
    n_rows, n_columns = rows["row"].max() + 1, rows["column"].max() + 1
    chart = map_chart(lang, rows, width=_TILE * 1.35 * n_columns, height=_TILE * n_rows)
    return InteractiveChart(themed(chart), lang)


def map_rows(table: pd.DataFrame, lang: str, provinces: Collection[str]) -> pd.DataFrame:
    """Return a row a tile: the provinces of the table's vintage, then the islands."""
    vintage = int(table["vintage"].iloc[0])
    if vintage not in places.VINTAGES:
        raise errors.InvalidRequest("the table is of units that have no place on the map")
    chosen = set(places.match_provinces(provinces, vintage=vintage)) if provinces else set()
    standings = table.set_index("province").to_dict("index")
    units = places.by_code(vintage).values()
    rows = [_tile(unit, standings.get(unit.code), lang, unit.code in chosen) for unit in units]
    rows += [_island_tile(group, lang) for group in islands(vintage)]
    lines = [1 + str(row["label"]).count("\n") for row in rows]
    return pd.DataFrame(rows, columns=list(COLUMNS)).assign(n_lines=lines)


def _tile(
    unit: places.Province, standing: Mapping[str, Any] | None, lang: str, is_chosen: bool
) -> dict[str, Any]:
    """Return the tile of a province; without a standing it has no colour."""
    rank = int(standing["rank"]) if standing else None
    n_ranked = int(standing["n_ranked"]) if standing else None
    return {
        "code": unit.code,
        "name": unit.names[lang],
        "label": _label(unit.short_names[lang], rank),
        "row": unit.tile[0],
        "column": unit.tile[1],
        "score": float(standing["score"]) if standing else None,
        "rank": rank,
        "n_ranked": n_ranked,
        "share": None if rank is None or n_ranked is None else _share(rank, n_ranked),
        "is_chosen": is_chosen,
        "is_faded": False,
        "is_island": False,
    }


def _island_tile(group: Islands, lang: str) -> dict[str, Any]:
    return {
        "code": "",
        "name": f"{group.names[lang]} ({group.units[lang]})",
        "label": _label(group.short_names[lang], None),
        "row": group.tile[0],
        "column": group.tile[1],
        "is_chosen": False,
        "is_faded": False,
        "is_island": True,
    }


def _share(rank: int, n_ranked: int) -> float:
    return (rank - 1) / (n_ranked - 1) if n_ranked > 1 else 0.0


def _label(name: str, rank: int | None) -> str:
    """Return what stands in a tile: the words of the name and the rank, below each other.

    >>> _label("Lạng Sơn", 12).split(chr(10)), _label("BR-VT", None)
    (['Lạng', 'Sơn', '12'], 'BR-VT')
    """
    lines = name.rsplit(" ", 1)
    return "\n".join([*lines, str(rank)] if rank is not None else lines)


def map_chart(
    lang: str, rows: Any, *, width: float | str = "container", height: float = _TILE
) -> Any:
    """Return the map of a table of rows, or of a data set that a page fills in by name."""
    alt = altair()
    place = {
        "x": alt.X("column:O", axis=None, scale=alt.Scale(paddingInner=0.06)),
        "y": alt.Y("row:O", axis=None, scale=alt.Scale(paddingInner=0.06)),
    }
    tips = [
        alt.Tooltip("name:N", title=text("table.province", lang)),
        alt.Tooltip("score:Q", title=text("site.column.score", lang), format=".2f"),
        alt.Tooltip("rank:Q", title=text("site.column.rank", lang)),
        alt.Tooltip("n_ranked:Q", title=text("explorer.of", lang)),
    ]
    base = alt.Chart(rows)
    layers = [
        *_province_tiles(base, place, tips, lang),
        base.transform_filter("datum.is_island")
        .mark_rect(cornerRadius=3, fill="white", stroke=theme.MUTED, strokeDash=[3, 3])
        .encode(**place, tooltip=tips[:1]),
        *(_words(base, place, tips, n_lines) for n_lines in range(1, _MOST_LINES + 1)),
    ]
    return alt.layer(*layers).properties(
        width=width, height=height, description=text("explorer.map_alt", lang)
    )


def _province_tiles(base: Any, place: dict[str, Any], tips: list[Any], lang: str) -> list[Any]:
    """Return the tiles with a rank, in its colour, and those without."""
    alt = altair()
    colour = alt.Scale(domain=[n / (len(SCALE) - 1) for n in range(len(SCALE))], range=list(SCALE))
    first, last = text("site.legend.first", lang), text("site.legend.last", lang)
    legend = alt.Legend(
        title=text("explorer.colour", lang),
        orient="top",
        direction="horizontal",
        gradientLength=140,
        values=[0, 1],
        labelExpr=f"datum.value < 0.5 ? '{first}' : '{last}'",
    )
    look = {
        "stroke": alt.condition("datum.is_chosen", alt.value(theme.INK), alt.value("#c3ccd1")),
        "strokeWidth": alt.condition("datum.is_chosen", alt.value(3.5), alt.value(0.7)),
        "opacity": alt.condition("datum.is_faded", alt.value(0.25), alt.value(1)),
        "tooltip": tips,
    }
    mark: dict[str, Any] = {"cornerRadius": 3, "cursor": "pointer"}
    ranked = base.transform_filter("isValid(datum.share)").mark_rect(**mark)
    unranked = base.transform_filter("!isValid(datum.share) && !datum.is_island")
    return [
        ranked.encode(**place, **look, color=alt.Color("share:Q", scale=colour, legend=legend)),
        unranked.mark_rect(**mark, fill=_UNKNOWN).encode(**place, **look),
    ]


def _words(base: Any, place: dict[str, Any], tips: list[Any], n_lines: int) -> Any:
    """Return what stands in the tiles whose words take so many lines."""
    alt = altair()
    on_dark = (
        "isValid(datum.share) && !datum.is_faded && (datum.share < 0.12 || datum.share > 0.88)"
    )
    return (
        base.transform_filter(f"datum.n_lines == {n_lines}")
        .mark_text(
            fontSize=11,
            lineBreak="\n",
            lineHeight=_LINE,
            dy=-_LINE * (n_lines - 1) / 2,  # Vega centres the first line
            baseline="middle",
            cursor="pointer",
        )
        .encode(
            **place,
            text="label:N",
            color=alt.condition(on_dark, alt.value("white"), alt.value("black")),
            opacity=alt.condition("datum.is_faded", alt.value(0.4), alt.value(1)),
            tooltip=tips,
        )
    )
