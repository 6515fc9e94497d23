"""Charts of the indices side by side: how far they rank provinces alike, and by which parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from parstats.arguments import check_integer, check_share, require_drawable
from parstats.figures import theme
from parstats.figures.caption import caption, caption_height, percent, short_lines
from parstats.figures.chart import Chart, empty_chart, keeps_data
from parstats.figures.theme import decimal_marks
from parstats.reference import frameworks, provinces
from parstats.reference.labels import number, period, text

# Inches of a row of the first chart, and of the heat map. By eye.
_ROW = 0.3
_PART = 0.42
# Panels of provinces side by side. By eye: two fill the page.
_PANELS = 2
_PAIR = ["index_1", "index_2"]


def _region_name(row: Mapping[str, Any], lang: str) -> str:
    return text(f"region.{row['region']}" if row["region"] else "table.whole_country", lang)


@keeps_data(
    *(
        "index_1",
        "index_2",
        "year",
        "region",
        "spearman",
        "spearman_sens_low",
        "spearman_sens_high",
        "n_common",
    ),
    words={"region": _region_name},
)
def agreement(pairs: pd.DataFrame, lang: str, *, ax: Axes | None = None) -> Chart:
    """Draw Spearman's coefficient of each pair of indices, year and region with its interval.

    Shows nothing if no pair is comparable.

    Parameters
    ----------
    pairs : pandas.DataFrame; pairs of `parstats.drivers.across` or of `across_years`
    lang : {"vi", "en"}
    ax : matplotlib.axes.Axes, optional
        Axes to draw into, of a figure of one's own. What else stands below the drawing is then for
        that figure to write: ``chart.source``.

    Raises
    ------
    InvalidRequest: if the table is of another kind
    """
    needed = ["spearman", "spearman_sens_low", "spearman_sens_high", "sens_level", "n_draws"]
    source = "the pairs of parstats.drivers.across"
    once = [*_PAIR, "year", "region"]
    require_drawable(pairs, [*needed, *once, "n_common", "is_comparable"], source, once=once)
    rows = pairs[pairs["is_comparable"].astype(bool)]
    if rows.empty:
        return empty_chart(lang)
    names = _row_names(rows, lang)
    first = rows.iloc[0]
    note = text("figure.agreement_note", lang, share=percent(first["sens_level"], lang))
    with theme.style():
        figure, axes = theme.canvas(_ROW * len(rows) + 0.7 + caption_height(note), ax=ax)
        positions = np.arange(len(rows))
        is_country = rows["region"].eq("").to_numpy()
        colours = np.where(is_country, theme.INK, theme.REGION)
        axes.hlines(
            positions, rows["spearman_sens_low"], rows["spearman_sens_high"], color=colours, lw=2
        )
        axes.scatter(rows["spearman"], positions, color=colours, s=30, zorder=3)
        axes.axvline(0, color=theme.MUTED, linewidth=0.9, zorder=1)
        axes.set_yticks(positions, names)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xlim(-1, 1)
        decimal_marks(axes.xaxis, lang)
        axes.set_xlabel(text("figure.agreement_axis", lang))
        axes.grid(axis="x")
        axes.spines["left"].set_visible(False)
        unwritten = caption(figure, note, ax=ax)
    listed = "; ".join(
        f"{name}: {number(value, lang)}"
        for name, value in zip(names, rows["spearman"], strict=True)
    )
    return Chart(figure, text("alt.agreement", lang, listed=listed), source=unwritten)


def _row_names(rows: pd.DataFrame, lang: str) -> list[str]:
    """Return the pair of each row and its year; of a region its name."""
    names = []
    for row in rows.to_dict("records"):
        year = period(row["year"], lang, short=True)
        pair = f"{row['index_1']} – {row['index_2']}, {year}"
        names.append(text(f"region.{row['region']}", lang) if row["region"] else pair)
    return names


@keeps_data(*("index_1", "index_2", "province", "rank_1", "rank_2", "difference"))
def rank_pairs(table: pd.DataFrame, lang: str, *, n_labels: int = 5) -> Chart:
    """Draw the ranks of the provinces in two indices, and name those that differ most.

    A panel for each pair with ranks of 90 % of the provinces; nothing if there is none.

    Parameters
    ----------
    table : pandas.DataFrame; provinces of `parstats.drivers.across`
    lang : {"vi", "en"}
    n_labels : int; how many provinces are named in a panel

    Raises
    ------
    InvalidRequest: if the table is of another kind
    """
    n_labels = check_integer("n_labels", n_labels, 0)
    source = "the provinces of parstats.drivers.across"
    columns = [*_PAIR, "vintage", "province", "rank_1", "rank_2", "difference", "is_comparable"]
    require_drawable(table, columns, source, once=[*_PAIR, "province"])
    panels = list(table[table["is_comparable"].astype(bool)].groupby(_PAIR, sort=False))
    if not panels:
        return empty_chart(lang)
    n_columns = min(_PANELS, len(panels))
    n_rows = -(-len(panels) // n_columns)
    side = theme.WIDTH / n_columns if n_columns > 1 else 4.2
    with theme.style():
        figure = theme.new_figure(side * n_rows)
        grid = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
        for axes, ((one, two), rows) in zip(grid, panels, strict=False):
            _panel(axes, rows, lang, n_labels)
            axes.set_xlabel(text("figure.rank_in", lang, index=one))
            axes.set_ylabel(text("figure.rank_in", lang, index=two))
        for axes in grid[len(panels) :]:
            axes.set_axis_off()
    listed = "; ".join(
        f"{one} – {two}: {', '.join(_names(rows.head(n_labels), lang))}"
        for (one, two), rows in panels
    )
    return Chart(figure, text("alt.rank_pairs", lang, listed=listed))


def _panel(axes: Axes, rows: pd.DataFrame, lang: str, n_labels: int) -> None:
    worst = int(rows[["rank_1", "rank_2"]].to_numpy().max())
    axes.plot([1, worst], [1, worst], color=theme.FAINT, linewidth=1, zorder=1)
    named = rows.head(n_labels)
    axes.scatter(rows["rank_1"], rows["rank_2"], s=16, color=theme.COUNTRY, zorder=2)
    axes.scatter(named["rank_1"], named["rank_2"], s=22, color=theme.PROVINCE, zorder=3)
    for name, row in zip(_names(named, lang), named.itertuples(), strict=True):
        is_right = row.rank_1 > worst / 2
        axes.annotate(
            name,
            (row.rank_1, row.rank_2),
            (-5 if is_right else 5, 0),
            textcoords="offset points",
            ha="right" if is_right else "left",
            va="center",
            fontsize=8,
        )
    ticks = theme.rank_ticks(worst)
    axes.set_xticks(ticks)
    axes.set_yticks(ticks)
    axes.set_xlim(-1, worst + 2)
    axes.set_ylim(worst + 2, -1)
    axes.grid()


def _names(rows: pd.DataFrame, lang: str) -> list[str]:
    return [
        theme.short_name(provinces.by_code(int(vintage))[code].names[lang])
        for vintage, code in zip(rows["vintage"], rows["province"], strict=True)
    ]


@keeps_data(*("index_1", "index_2", "series_1", "series_2", "spearman", "p_adjusted"))
def parts_together(table: pd.DataFrame, lang: str, *, alpha: float = 0.05) -> Chart:
    """Draw the rank correlation of every part of an index with every part of another.

    A heat map for each pair of indices; cells that stand out from chance are framed. Shows nothing
    for an empty table.

    Parameters
    ----------
    table : pandas.DataFrame; parts of `parstats.drivers.across`
    lang : {"vi", "en"}
    alpha : float; cells with a family-wise p-value up to it are framed

    Raises
    ------
    InvalidRequest: if the table is of another kind
    """
    alpha = check_share("alpha", alpha)
    if table.empty:
        return empty_chart(lang)
    columns = [*_PAIR, "series_1", "series_2", "spearman", "p_adjusted"]
    once = [*_PAIR, "series_1", "series_2"]
    require_drawable(table, columns, "the parts of parstats.drivers.across", once=once)
    panels = [(pair, _matrices(rows)) for pair, rows in table.groupby(_PAIR, sort=False)]
    heights = [_PART * len(values) + 1.5 for _, (values, _) in panels]
    note = text("figure.parts_together_note", lang, share=percent(alpha, lang))
    with theme.style():
        height = sum(heights) + caption_height(note)
        figure = theme.new_figure(height)
        grid = figure.subplots(len(panels), 1, squeeze=False, height_ratios=heights).ravel()
        for axes, ((one, two), (values, p_values)) in zip(grid, panels, strict=True):
            _heat_map(axes, values, p_values, lang, alpha)
            axes.set_title(f"{one} – {two}")
        caption(figure, note)
    strongest = table.iloc[0]
    return Chart(
        figure,
        text(
            "alt.parts_together",
            lang,
            n=len(table),
            one=frameworks.series_name(strongest["series_1"], lang, short=True),
            two=frameworks.series_name(strongest["series_2"], lang, short=True),
            value=number(strongest["spearman"], lang),
        ),
    )


def _matrices(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return coefficients and p-values, parts of the first index down, in the frameworks' order."""
    order = {name: place for place, name in enumerate(frameworks.series()["series"])}
    values, p_values = (
        rows.pivot(index="series_1", columns="series_2", values=column)
        .sort_index(key=lambda names: names.map(order))
        .sort_index(axis=1, key=lambda names: names.map(order))
        for column in ("spearman", "p_adjusted")
    )
    return values, p_values


def _heat_map(
    axes: Axes, values: pd.DataFrame, p_values: pd.DataFrame, lang: str, alpha: float
) -> None:
    cells = values.map(lambda value: number(value, lang))
    sns.heatmap(
        values,
        ax=axes,
        annot=cells,
        fmt="",
        annot_kws={"fontsize": 8},
        cmap="BrBG",
        vmin=-1,
        vmax=1,
        cbar=False,
        linewidths=1,
        linecolor="white",
    )
    for row, column in np.argwhere((p_values <= alpha).to_numpy()):
        frame = Rectangle((column, row), 1, 1, fill=False, edgecolor=theme.INK, linewidth=1.6)
        axes.add_patch(frame)
    axes.set_xlabel("")
    axes.set_ylabel("")
    for which, names in (("x", values.columns), ("y", values.index)):
        shown = [short_lines(frameworks.series_name(name, lang, short=True)) for name in names]
        ticks = np.arange(len(shown)) + 0.5
        if which == "x":
            axes.set_xticks(ticks, shown, rotation=35, ha="right", fontsize=8)
        else:
            axes.set_yticks(ticks, shown, rotation=0, fontsize=8)
