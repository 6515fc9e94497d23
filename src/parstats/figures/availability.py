"""A map of what is there: a row a province, a panel an index, a cell a year."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from parstats import errors, provinces
from parstats.figures import theme
from parstats.figures.caption import caption
from parstats.figures.chart import Chart
from parstats.labels import collation_key, text
from parstats.panel.availability import STATES

_COLOURS = ("#f4f1ea", "#dfc27d", "#a6611a", "#5ab4ac", "#01665e")
_ROW = 0.148


def availability(table: pd.DataFrame, lang: str) -> Chart:
    """What is there of every province and year, an index beside the other.

    Parameters
    ----------
    table : pandas.DataFrame
        As `parstats.panel.availability` gives it; years of the 63 provinces are drawn.
    lang : {"vi", "en"}
        Language.

    Raises
    ------
    InvalidRequest
        If the table has no row of them, as for an index of one province's departments.
    """
    table = table[table["vintage"] == provinces.VINTAGE]
    if table.empty:
        raise errors.InvalidRequest(
            f"no scores of the {provinces.VINTAGE} provinces to map; an index of departments, as "
            "PAR KHANH HOA, has none: see panel.coverage for what there is of it"
        )
    known = provinces.by_code(provinces.VINTAGE)
    order = sorted(known, key=lambda code: _place(code, lang))
    indices = list(dict.fromkeys(table["index"]))
    widths = [table.loc[table["index"] == index, "year"].nunique() for index in indices]
    with theme.style():
        figure = Figure(
            figsize=(theme.WIDTH * 1.35, _ROW * len(order) + 1.65), layout="constrained"
        )
        FigureCanvasAgg(figure)
        panels = figure.subplots(1, len(indices), sharey=True, width_ratios=widths, squeeze=False)
        for axes, index in zip(panels[0], indices, strict=True):
            _panel(axes, table[table["index"] == index], order, index)
        first = panels[0][0]
        first.set_yticks(np.arange(len(order)) + 0.5, [known[code].names[lang] for code in order])
        first.tick_params(axis="y", labelsize=7.6)
        first.invert_yaxis()
        _part_regions(panels[0], order)
        handles = [
            Patch(
                facecolor=colour, edgecolor=theme.FAINT, label=text(f"availability.{state}", lang)
            )
            for state, colour in zip(STATES[::-1], _COLOURS[::-1], strict=True)
        ]
        figure.legend(handles=handles, loc="outside upper left", ncols=3)
        caption(figure, text("figure.availability_note", lang))
    counts = (
        table.assign(there=table["state"].isin(["total", "complete"]))
        .groupby("index", sort=False)["there"]
        .agg(["sum", "size"])
    )
    shares = "; ".join(
        f"{index} {round(100 * row['sum'] / row['size'])} %" for index, row in counts.iterrows()
    )
    years = table["year"]
    alt = text("alt.availability", lang, first=years.min(), last=years.max(), shares=shares)
    return Chart(figure, alt)


def _place(code: str, lang: str) -> tuple[int, object]:
    place = provinces.by_code()[code]
    return provinces.REGIONS.index(place.region), collation_key(place.names[lang])


def _panel(axes: Axes, table: pd.DataFrame, order: list[str], index: str) -> None:
    states = table.pivot(index="province", columns="year", values="state").loc[order]
    years = states.columns.tolist()
    codes = states.map(STATES.index).to_numpy()
    axes.pcolormesh(
        codes,
        cmap=ListedColormap(_COLOURS),
        vmin=-0.5,
        vmax=len(STATES) - 0.5,
        edgecolor="white",
        linewidth=0.8,
    )
    axes.set_title(index)
    axes.set_xticks(
        np.arange(len(years))[::2] + 0.5, [f"'{year % 100:02d}" for year in years[::2]], fontsize=8
    )
    axes.spines[["left", "bottom"]].set_visible(False)


def _part_regions(panels: np.ndarray, order: list[str]) -> None:
    regions = [provinces.by_code()[code].region for code in order]
    for place in range(1, len(order)):
        if regions[place] != regions[place - 1]:
            for axes in panels:
                axes.axhline(place, color=theme.INK, linewidth=0.8)
