"""A map of the provinces by the boundaries of a file of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from parstats import errors
from parstats.arguments import from_results
from parstats.figures import theme
from parstats.figures.caption import caption, caption_height
from parstats.figures.chart import Chart, empty_chart, keeps_data
from parstats.reference import provinces
from parstats.reference.islands import Islands, islands
from parstats.reference.labels import search_key, text

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

# Share of the shapes that a column of a file names for it to be the one with the names.
_NAMED = 0.8
# White to the right of the shapes for the insets, as a share of their width, and the place of both
# in the axes: left, lower end, width, height. By eye: Hoàng Sa lies off the middle of the country,
# Trường Sa off its south.
_WHITE = 0.8
_INSETS = ((0.585, 0.4, 0.41, 0.15), (0.585, 0.08, 0.41, 0.15))
# Dots that stand for the islands of an inset, in its own coordinates from 0 to 1. Drawn by eye: a
# sign for the islands, no chart of their places.
_DOTS = (
    ((0.2, 0.75), (0.3, 0.6), (0.38, 0.72), (0.62, 0.8), (0.72, 0.68), (0.8, 0.78)),
    ((0.2, 0.8), (0.35, 0.62), (0.48, 0.85), (0.6, 0.58), (0.7, 0.75), (0.85, 0.6)),
)
# The country is drawn by longitude and latitude, a degree of longitude as long as in its middle.
_MIDDLE_LATITUDE = 16.0
_NO_SCORE = "#e3e7ea"


@from_results(ranking="parstats.panel.ranks: province vintage score rank quartile")
@keeps_data("province", "score", "rank", "quartile")
def boundary_map(
    ranking: pd.DataFrame, boundaries: str | Path, lang: str, *, column: str | None = None
) -> Chart:
    """Draw the provinces in the colours of their groups, by boundaries from a file.

    Over them stand two insets for Hoàng Sa and Trường Sa, always, labelled and without a colour.

    Parameters
    ----------
    ranking : pandas.DataFrame
        A ranking, from `parstats.panel.ranks`.
    boundaries : str or pathlib.Path
        GeoJSON, or another file that geopandas reads, with a shape for each province of the
        ranking's set (63 or 34). Shapes named Hoàng Sa or Trường Sa are left to the insets.
    lang : {"vi", "en"}
    column : str, optional
        Property with names or codes of the provinces; without it that which names most of them.

    Returns
    -------
    Chart
        Empty for a ranking without provinces. Provinces without a score are grey, and the caption
        counts them.

    Raises
    ------
    ToolMissing: if geopandas is not installed
    InvalidRequest: if the file cannot be read, no property names the provinces, a shape is of no
        province or a province has none

    Notes
    -----
    Needs the extra ``maps``. parstats brings no boundaries: they are the user's, with the source
    and licence that they have.

    Examples
    --------
    >>> from parstats import panel
    >>> ranking = panel.ranks(panel.load_scores("PAPI"), 2024)
    >>> boundary_map(ranking, "provinces.geojson", "en")
    Traceback (most recent call last):
    parstats.errors.InvalidRequest: provinces.geojson is not there: expected a file of boundaries...
    """
    if ranking.empty:
        return empty_chart(lang)
    vintage = int(ranking["vintage"].iloc[0])
    shapes = _shapes(Path(boundaries), vintage, column)
    quartiles = ranking.set_index("province")["quartile"]
    colours = [
        theme.QUARTILES[int(quartiles[code])] if pd.notna(quartiles.get(code)) else _NO_SCORE
        for code in shapes["province"]
    ]
    n_missing = colours.count(_NO_SCORE)
    note = text("figure.map_note", lang, n=n_missing) if n_missing else ""
    with theme.style():
        figure, axes = theme.canvas(7.6 + caption_height(note))
        shapes.plot(ax=axes, color=colours, edgecolor="white", linewidth=0.6)
        axes.set_aspect(1 / np.cos(np.radians(_MIDDLE_LATITUDE)))
        left, _, right, _ = shapes.total_bounds
        axes.set_xlim(left, right + _WHITE * (right - left))
        axes.set_axis_off()
        for group, place, dots in zip(islands(vintage), _INSETS, _DOTS, strict=True):
            _inset(axes, group, place, dots, lang)
        figure.legend(handles=_handles(n_missing, lang), loc="outside upper left", ncols=2)
        caption(figure, note)
    return Chart(figure, text("alt.boundary_map", lang, n=len(ranking)))


def _shapes(file: Path, vintage: int, column: str | None) -> GeoDataFrame:
    """Return the shapes of a file with the codes of their provinces."""
    table = _read(file)
    name = column or _name_column(table, file, vintage)
    if name not in table:
        raise errors.UnknownChoice(f"property of {file.name}", name, _properties(table))
    of_islands = {search_key(own) for group in islands(vintage) for own in _island_names(group)}
    table = table[[search_key(str(value)) not in of_islands for value in table[name]]]
    matched = {value: _match(value, vintage) for value in table[name]}
    if unknown := sorted(str(value) for value, code in matched.items() if not code):
        raise errors.InvalidRequest(
            f"{file.name}, property {name!r}: {len(unknown)} shapes are of none of the {vintage} "
            f"provinces: {', '.join(unknown[:5])}; use boundaries of that set, or name another "
            "property with column="
        )
    table = table.assign(province=table[name].map(matched)).dissolve(by="province").reset_index()
    by_code = provinces.by_code(vintage)
    if lacking := [code for code in by_code if code not in set(table["province"])]:
        names = ", ".join(by_code[code].names["vi"] for code in lacking[:5])
        raise errors.InvalidRequest(
            f"{file.name} has no shape for {len(lacking)} of the {vintage} provinces: {names}; use "
            "boundaries of that set of provinces"
        )
    return table


def _read(file: Path) -> GeoDataFrame:
    try:
        import geopandas
    except ImportError as error:
        raise errors.ToolMissing(
            "a map by boundaries takes geopandas, which is not installed; run: pip install "
            '"parstats[maps]"'
        ) from error
    if not file.is_file():
        raise errors.InvalidRequest(
            f"{file} is not there: expected a file of boundaries, as GeoJSON"
        )
    try:
        table = geopandas.read_file(file)
    except Exception as error:  # readers of many formats, each with errors of its own
        raise errors.InvalidRequest(
            f"{file} cannot be read as boundaries ({type(error).__name__}); save it as GeoJSON"
        ) from error
    if table.empty or "geometry" not in table:
        raise errors.InvalidRequest(f"{file} holds no shapes; expected one for each province")
    return table if table.crs is None else table.to_crs(4326)


def _properties(table: GeoDataFrame) -> list[str]:
    return [str(name) for name in table.columns if name != table.geometry.name]


def _name_column(table: GeoDataFrame, file: Path, vintage: int) -> str:
    """Return the property that names the most shapes as provinces."""
    counts = {
        name: sum(bool(_match(value, vintage)) for value in table[name])
        for name in _properties(table)
    }
    best = max(counts, key=lambda name: counts[name], default=None)
    if best is None or counts[best] < _NAMED * min(len(table), vintage):
        raise errors.InvalidRequest(
            f"{file.name}: no property names the {vintage} provinces (best: {best!r}, "
            f"{counts.get(best or '', 0)} of {len(table)} shapes); use boundaries of that set, or "
            "name the property with column="
        )
    return best


def _match(value: Any, vintage: int) -> str:
    """Return the code of a province that is named beyond doubt, else nothing."""
    try:
        return provinces.match_province(str(value), vintage=vintage, threshold=100)
    except errors.ProvinceNotMatched:
        return ""


def _island_names(group: Islands) -> tuple[str, ...]:
    return (*group.names.values(), *group.short_names.values(), *group.units.values())


def _inset(
    axes: Axes,
    group: Islands,
    place: tuple[float, float, float, float],
    dots: tuple[tuple[float, float], ...],
    lang: str,
) -> None:
    """Draw a frame with a sign for the islands, their name, and whose they are."""
    inset = axes.inset_axes(place)
    inset.set(xlim=(0, 1), ylim=(0, 1), xticks=[], yticks=[])
    across, up = zip(*dots, strict=True)
    inset.scatter(across, up, s=7, facecolor="white", edgecolor=theme.INK)
    for spine in inset.spines.values():
        spine.set(visible=True, color=theme.MUTED, linewidth=0.8)
    name, unit = group.names[lang], group.units[lang]
    inset.text(0.5, 0.36, name, ha="center", va="center", fontsize=8, fontweight="bold")
    look: Mapping[str, Any] = {"ha": "center", "va": "top", "fontsize": 7.5, "color": theme.MUTED}
    inset.text(0.5, 0.24, unit.replace(", ", ",\n", 1), **look)


def _handles(n_missing: int, lang: str) -> list[Patch]:
    handles = [
        Patch(color=theme.QUARTILES[quarter], label=text(f"quartile_short.{quarter}", lang))
        for quarter in (1, 2, 3, 4)
    ]
    grey = Patch(color=_NO_SCORE, label=text("figure.map_missing", lang))
    return [*handles, grey] if n_missing else handles
