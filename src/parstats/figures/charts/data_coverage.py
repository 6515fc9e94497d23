"""Charts of the coverage: provinces by year and index, series by year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.patches import Patch

from parstats import errors
from parstats.arguments import from_results, require_drawable
from parstats.figures import theme
from parstats.figures.caption import caption
from parstats.figures.chart import Chart, empty_chart, keeps_data
from parstats.figures.figure_data import Matrix
from parstats.figures.index_language import series_language
from parstats.panel.coverage import STATES
from parstats.reference import frameworks, provinces
from parstats.reference.labels import collation_key, period, text

_COLOURS = ("#f4f1ea", "#dfc27d", "#a6611a", "#5ab4ac", "#01665e")
# Inches per row: letters of 8 points and some white. By eye.
_ROW = 0.148


def _index_year(row: Mapping[str, Any], lang: str) -> str:
    return f"{row['index']} {period(int(row['year']), lang, short=True)}"


def _state_words(row: Mapping[str, Any], lang: str) -> str:
    return text(f"availability.{row['state']}", lang)


def _gap_names(row: Mapping[str, Any], lang: str) -> str:
    """Name the provinces that lack a part of a year's figures, then those that lack all."""
    by_code = provinces.by_code(int(row["vintage"]))
    named = []
    for key, codes in (("part", row["incomplete"]), ("absent", row["absent"])):
        names = sorted((by_code[code].names[lang] for code in codes), key=collation_key)
        if names:
            named.append(f"{text(f'coverage.{key}', lang)}: {', '.join(names)}")
    return "; ".join(named)


@from_results(
    table="parstats.panel.availability: index year vintage province state",
)
@keeps_data(
    matrix=Matrix("province", "index_year", "state"),
    words={"index_year": _index_year, "state": _state_words},
)
def availability(table: pd.DataFrame, lang: str) -> Chart:
    """Draw the availability of figures by province and year, indices side by side.

    Years of the 63 provinces stand above those of the 34.

    Parameters
    ----------
    table : pandas.DataFrame
        Result of `parstats.panel.availability`.
    lang : {"vi", "en"}

    Raises
    ------
    InvalidRequest
        If the table has no row, as for an index of one province's departments.
    """
    if table.empty:
        raise errors.InvalidRequest(
            "no scores of provinces to map; an index of departments, as PAR KHANH HOA, has none: "
            "see panel.coverage for what there is of it"
        )
    indices = list(dict.fromkeys(table["index"]))
    orders = {
        vintage: _ordered_codes(vintage, lang)
        for vintage in provinces.VINTAGES
        if (table["vintage"] == vintage).any()
    }
    heights = [len(order) for order in orders.values()]
    n_years = [
        max(part.groupby("vintage")["year"].nunique())
        for _, part in table.groupby("index", sort=False)
    ]
    with theme.style():
        # One index fits the column of a page; several side by side scroll on narrow screens.
        width = theme.WIDTH * (1.0 if len(indices) == 1 else 1.35)
        figure = theme.new_figure(_ROW * sum(heights) + 1.15 + 0.5 * len(orders), width)
        panels = figure.subplots(
            len(orders),
            len(indices),
            sharey="row",
            width_ratios=n_years,
            height_ratios=heights,
            squeeze=False,
        )
        for row, (vintage, order) in zip(panels, orders.items(), strict=True):
            _vintage_panels(row, table[table["vintage"] == vintage], order, indices, lang)
            for axes, most in zip(row, n_years, strict=True):
                axes.set_xlim(0, most)
            if len(orders) > 1:
                row[0].set_ylabel(text("site.years.units", lang, n=len(order)))
        handles = [
            Patch(
                facecolor=colour, edgecolor=theme.FAINT, label=text(f"availability.{state}", lang)
            )
            for state, colour in zip(STATES[::-1], _COLOURS[::-1], strict=True)
        ]
        figure.legend(handles=handles, loc="outside upper left", ncols=2)
        caption(figure, text("figure.availability_note", lang))
    counts = (
        table.assign(there=table["state"].isin(["total", "complete"]))
        .groupby("index", sort=False)["there"]
        .agg(["sum", "size"])
    )
    shares = "; ".join(
        f"{index} {round(100 * row['sum'] / row['size'])}%" for index, row in counts.iterrows()
    )
    years = table["year"]
    alt = text("alt.availability", lang, first=years.min(), last=years.max(), shares=shares)
    return Chart(figure, alt)


def _ordered_codes(vintage: int, lang: str) -> list[str]:
    """Return the codes of a vintage by region, then by name."""
    records = provinces.by_code(vintage).values()

    def key(province: provinces.Province) -> tuple[int, object]:
        return provinces.REGIONS.index(province.region), collation_key(province.names[lang])

    return [province.code for province in sorted(records, key=key)]


def _vintage_panels(
    row: np.ndarray, table: pd.DataFrame, order: list[str], indices: list[str], lang: str
) -> None:
    """Draw one set of provinces, an index a panel; a panel stays empty where it has no year."""
    records = provinces.by_code(int(table["vintage"].iloc[0]))
    for axes, index in zip(row, indices, strict=True):
        part = table[table["index"] == index]
        if part.empty:
            axes.set_axis_off()
        else:
            _panel(axes, part, order, index)
    row[0].set_yticks(np.arange(len(order)) + 0.5, [records[code].names[lang] for code in order])
    row[0].tick_params(axis="y", labelsize=7.6)
    row[0].invert_yaxis()
    regions = [records[code].region for code in order]
    for position in range(1, len(order)):
        if regions[position] != regions[position - 1]:
            for axes in row:
                axes.axhline(position, color=theme.INK, linewidth=0.8)


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


# Years; from more on every other one is written, or their ticks would overlap at this width.
_MOST_TICKS = 15


@keeps_data("year", "n_complete", "n_units", "gaps", words={"gaps": _gap_names})
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
    gaps = _gaps(table)
    if not gaps:
        return empty_chart(lang)
    names = _unit_names(gaps, table["vintage"].unique().tolist(), lang)
    rows = sorted(names, key=lambda unit: collation_key(names[unit]))
    state = np.zeros((len(rows), len(years)))
    for column, vintage in enumerate(table["vintage"]):
        for at, unit in enumerate(rows):
            in_vintage = vintage == unit[0] or provinces.is_unchanged(*unit)
            state[at, column] = gaps[unit].get(column, 0.0) if in_vintage else np.nan
    with theme.style():
        figure, axes = theme.canvas(0.3 * len(rows) + 1.2)
        colours = ListedColormap(["#e1efee", "#d8b365", "#8c510a"])
        axes.pcolormesh(state, cmap=colours, vmin=0, vmax=2, edgecolor="white", linewidth=1.5)
        axes.set_yticks(np.arange(len(rows)) + 0.5, [names[unit] for unit in rows])
        axes.set_xticks(np.arange(len(years)) + 0.5, [f"'{year % 100:02d}" for year in years])
        axes.invert_yaxis()
        axes.spines[["left", "bottom"]].set_visible(False)
        _legend(axes, colours, lang)
    alt = text("alt.coverage", lang, n=len(rows), first=years[0], last=years[-1])
    return Chart(figure, alt)


# A province in a vintage.
_Unit = tuple[int, str]


def _gaps(table: pd.DataFrame) -> dict[_Unit, dict[int, float]]:
    """Return the state of each province with a gap by position of the year: 1 part, 2 nothing."""
    gaps: dict[_Unit, dict[int, float]] = {}
    for column, year in enumerate(table.itertuples()):
        for codes, state in ((year.incomplete, 1.0), (year.absent, 2.0)):
            for code in codes:
                gaps.setdefault(_first_unit(int(year.vintage), code), {})[column] = state
    return gaps


def _first_unit(vintage: int, code: str) -> _Unit:
    """Return a province as one of the 63 where its borders did not change."""
    if vintage == 34 and provinces.is_unchanged(vintage, code):
        return 63, provinces.members(code)[0].code
    return vintage, code


def _unit_names(units: Iterable[_Unit], vintages: list[int], lang: str) -> dict[_Unit, str]:
    """Return names; provinces that merged later are called former ones beside the new ones."""
    names = {}
    for vintage, code in units:
        name = provinces.by_code(vintage)[code].names[lang]
        is_former = 34 in vintages and vintage != 34 and not provinces.is_unchanged(vintage, code)
        names[vintage, code] = text("figure.member", lang, name=name) if is_former else name
    return names


def _legend(axes: Axes, colours: ListedColormap, lang: str) -> None:
    from matplotlib.patches import Patch

    keys = ("coverage.complete", "coverage.part", "coverage.absent")
    handles = [Patch(color=colours(i), label=text(key, lang)) for i, key in enumerate(keys)]
    axes.figure.legend(handles=handles, loc="outside upper left", ncols=3)


@from_results(
    versions="parstats.load_versions: series year_from year_to comparable_group",
    scores="parstats.load_scores: index year",
)
@keeps_data("series", "year_from", "year_to")
def series_timeline(
    versions: pd.DataFrame,
    scores: pd.DataFrame,
    lang: str,
    index: str = "PAPI",
    *,
    ax: Axes | None = None,
) -> Chart:
    """Draw the years in which each series existed; a gap in the bar where years do not compare.

    Of an index whose totals are sums, as PAPI, the sub-dimensions are drawn, of others the
    dimensions. The years are those from the first to the last with a score of the index, whatever
    later ones its framework is made for.

    Parameters
    ----------
    versions : pandas.DataFrame
        Result of `parstats.load_versions`.
    scores : pandas.DataFrame
        Result of `parstats.load_scores`, of the index or of several.
    lang : {"vi", "en"}
    index : str
    ax : matplotlib.axes.Axes, optional
        Axes to draw into, of a figure of one's own. What else stands below the drawing is then for
        that figure to write: ``chart.source``.

    Returns
    -------
    Chart
        Empty if there is no score of the index.
    """
    info = frameworks.series().set_index("series")
    index_series = info[info["index"] == frameworks.check_index(index)]
    level = "criterion" if frameworks.index_info(index).total == "sum" else "dimension"
    rows = index_series.index[index_series["level"] == level].tolist()
    scored_years = scores.loc[scores["index"] == frameworks.check_index(index), "year"]
    if scored_years.empty or not rows:
        return empty_chart(lang)
    years = range(int(scored_years.min()), int(scored_years.max()) + 1)
    table = versions[
        versions["series"].isin(rows)
        & (versions["year_from"] <= years[-1])
        & (versions["year_to"] >= years[0])
    ]
    rows = [name for name in rows if name in set(table["series"])]
    lang = series_language(lang, rows)
    with theme.style():
        figure, axes = theme.canvas(0.23 * len(rows) + 0.8, ax=ax)
        for position, name in enumerate(rows):
            groups = table[table["series"] == name].groupby("comparable_group", sort=False)
            for _, part in groups:
                first = max(part["year_from"].min(), years[0])
                last = min(part["year_to"].max(), years[-1])
                axes.barh(
                    position,
                    last - first + 0.86,
                    left=first - 0.43,
                    height=0.62,
                    color=theme.GAIN,
                )
        axes.set_yticks(
            range(len(rows)), [frameworks.series_name(n, lang, short=True) for n in rows]
        )
        axes.set_ylim(len(rows) - 0.4, -0.6)
        ticks = years[:: 1 if len(years) <= _MOST_TICKS else 2]
        axes.set_xticks(list(ticks), [f"'{year % 100:02d}" for year in ticks])
        axes.set_xlim(years[0] - 0.6, years[-1] + 0.6)
        axes.xaxis.tick_top()
        axes.spines[["left", "bottom"]].set_visible(False)
    alt = text("alt.series_timeline", lang, n=len(rows), first=years[0], last=years[-1])
    # As drawn: a framework that is made for later years has no figures of them yet.
    drawn = table.assign(
        year_from=table["year_from"].clip(lower=years[0]),
        year_to=table["year_to"].clip(upper=years[-1]),
    )
    return Chart(figure, alt, drawn)
