"""Charts of the coverage: provinces by year and index, series by year."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from parstats import errors
from parstats.arguments import from_results, require_drawable
from parstats.figures import theme
from parstats.figures.caption import caption
from parstats.figures.chart import Chart, empty_chart, keeps_data
from parstats.panel.coverage import STATES
from parstats.reference import frameworks, provinces
from parstats.reference.labels import collation_key, text

_COLOURS = ("#f4f1ea", "#dfc27d", "#a6611a", "#5ab4ac", "#01665e")
# Inches per row: letters of 8 points and some white. By eye.
_ROW = 0.148


@from_results(
    table="parstats.panel.availability: index year vintage province state",
)
@keeps_data
def availability(table: pd.DataFrame, lang: str) -> Chart:
    """Draw the availability of figures by province and year, indices side by side.

    Parameters
    ----------
    table : pandas.DataFrame
        Result of `parstats.panel.availability`; years of the 63 provinces are drawn.
    lang : {"vi", "en"}

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
    provinces_by_code = provinces.by_code(provinces.VINTAGE)
    order = sorted(provinces_by_code, key=lambda code: _order_key(code, lang))
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
        first.set_yticks(
            np.arange(len(order)) + 0.5, [provinces_by_code[code].names[lang] for code in order]
        )
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


def _order_key(code: str, lang: str) -> tuple[int, object]:
    province = provinces.by_code()[code]
    return provinces.REGIONS.index(province.region), collation_key(province.names[lang])


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
    for position in range(1, len(order)):
        if regions[position] != regions[position - 1]:
            for axes in panels:
                axes.axhline(position, color=theme.INK, linewidth=0.8)


# Years; from more on every other one is written, or their ticks would overlap at this width.
_MOST_TICKS = 15


@keeps_data
def coverage(table: pd.DataFrame, lang: str) -> Chart:
    """Provinces that lack figures, by year: one row per province with at least one gap.

    Parameters
    ----------
    table : pandas.DataFrame
        Result of `parstats.panel.coverage`, of one index.
    lang : {"vi", "en"}

    Returns
    -------
    Chart
        Empty if no province has a gap.

    Raises
    ------
    InvalidRequest
        If the table is empty or of another kind, or of several indices.
    """
    source = "parstats.panel.coverage of one index"
    require_drawable(table, ["year", "vintage", "incomplete", "absent"], source, once=["year"])
    years = table["year"].tolist()
    gaps = {
        code for column in ("incomplete", "absent") for codes in table[column] for code in codes
    }
    if not gaps:
        return empty_chart(lang)
    provinces_by_code = provinces.by_code(int(table["vintage"].iloc[0]))
    names = {code: provinces_by_code[code].names[lang] for code in gaps}
    rows = sorted(names, key=lambda code: collation_key(names[code]))
    state = np.zeros((len(rows), len(years)))
    for column, part in enumerate(table.itertuples()):
        for code in part.incomplete:
            state[rows.index(code), column] = 1
        for code in part.absent:
            state[rows.index(code), column] = 2
    with theme.style():
        figure, axes = theme.canvas(0.3 * len(rows) + 1.2)
        colours = ListedColormap(["#e1efee", "#d8b365", "#8c510a"])
        axes.pcolormesh(state, cmap=colours, vmin=0, vmax=2, edgecolor="white", linewidth=1.5)
        axes.set_yticks(np.arange(len(rows)) + 0.5, [names[code] for code in rows])
        axes.set_xticks(np.arange(len(years)) + 0.5, [f"'{year % 100:02d}" for year in years])
        axes.invert_yaxis()
        axes.spines[["left", "bottom"]].set_visible(False)
        _legend(axes, colours, lang)
    alt = text("alt.coverage", lang, n=len(rows), first=years[0], last=years[-1])
    return Chart(figure, alt)


def _legend(axes: Axes, colours: ListedColormap, lang: str) -> None:
    from matplotlib.patches import Patch

    keys = ("coverage.complete", "coverage.part", "coverage.absent")
    handles = [Patch(color=colours(i), label=text(key, lang)) for i, key in enumerate(keys)]
    axes.figure.legend(handles=handles, loc="outside upper left", ncols=3)


@from_results(
    versions="parstats.load_versions: series year_from year_to comparable_group",
)
@keeps_data
def series_timeline(versions: pd.DataFrame, lang: str, index: str = "PAPI") -> Chart:
    """Draw the years in which each series existed; a gap in the bar where years do not compare.

    Of an index whose totals are sums, as PAPI, the sub-dimensions are drawn, of others the
    dimensions.

    Parameters
    ----------
    versions : pandas.DataFrame
        Result of `parstats.load_versions`.
    lang : {"vi", "en"}
    index : str
    """
    info = frameworks.series().set_index("series")
    index_series = info[info["index"] == frameworks.check_index(index)]
    level = "criterion" if frameworks.index_info(index).total == "sum" else "dimension"
    rows = index_series.index[index_series["level"] == level].tolist()
    table = versions[versions["series"].isin(rows)]
    dimensions = info.loc[rows, "parent"].tolist()
    colours = dict(zip(dict.fromkeys(dimensions), _two_tones(), strict=False))
    with theme.style():
        figure, axes = theme.canvas(0.23 * len(rows) + 0.8)
        for position, name in enumerate(rows):
            groups = table[table["series"] == name].groupby("comparable_group", sort=False)
            for _, part in groups:
                first, last = part["year_from"].min(), part["year_to"].max()
                axes.barh(
                    position,
                    last - first + 0.86,
                    left=first - 0.43,
                    height=0.62,
                    color=colours[info.at[name, "parent"]],
                )
        axes.set_yticks(
            range(len(rows)), [frameworks.series_name(n, lang, short=True) for n in rows]
        )
        axes.set_ylim(len(rows) - 0.4, -0.6)
        years = range(int(table["year_from"].min()), int(table["year_to"].max()) + 1)
        ticks = years[:: 1 if len(years) <= _MOST_TICKS else 2]
        axes.set_xticks(list(ticks), [f"'{year % 100:02d}" for year in ticks])
        axes.xaxis.tick_top()
        axes.spines[["left", "bottom"]].set_visible(False)
    alt = text("alt.series_timeline", lang, n=len(rows), first=years[0], last=years[-1])
    return Chart(figure, alt)


def _two_tones() -> list[str]:
    return ["#01665e", "#5ab4ac"] * 8
