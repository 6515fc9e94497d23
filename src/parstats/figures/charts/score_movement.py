"""Chart of the relative change by sub-dimension."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from parstats.arguments import from_results, old_names
from parstats.figures import theme
from parstats.figures.caption import short_lines
from parstats.figures.chart import Chart, empty_chart, keeps_data
from parstats.figures.index_language import series_language
from parstats.panel.units import resolve_province
from parstats.reference import frameworks, provinces
from parstats.reference.labels import number, text


@old_names(most="n_top")
@from_results(
    table="parstats.drivers.relative_change: series relative_change comparable vintage",
)
@keeps_data("series", "change", "mean_change", "relative_change")
def movement(
    table: pd.DataFrame,
    province: str,
    year: int,
    lang: str,
    *,
    n_top: int = 12,
    ax: Axes | None = None,
) -> Chart:
    """Draw bars of the relative change by sub-dimension, largest first, the rest in a grey bar.

    Parameters
    ----------
    table : pandas.DataFrame
        Result of `parstats.drivers.relative_change`.
    province : str
        Name or code of the province.
    year : int
        The later year.
    lang : {"vi", "en"}
    n_top : int
        Bars before the rest is put together.
    ax : matplotlib.axes.Axes, optional
        Axes to draw into, of a figure of one's own. What else stands below the drawing is then for
        that figure to write: ``chart.source``.

    Returns
    -------
    Chart
        Empty for an empty table.
    """
    if table.empty:
        return empty_chart(lang)
    lang = series_language(lang, table["series"])
    province = resolve_province(table, province)
    order = table["relative_change"].abs().sort_values(ascending=False, kind="stable").index
    displayed_rows = table.loc[order[:n_top]].sort_values("relative_change", ascending=False)
    rest = table.loc[order[n_top:], "relative_change"]
    names = [frameworks.series_name(name, lang, short=True) for name in displayed_rows["series"]]
    values = displayed_rows["relative_change"].tolist()
    colours = [theme.GAIN if value >= 0 else theme.LOSS for value in values]
    hatches = ["" if same else "////" for same in displayed_rows["comparable"]]
    if len(rest):
        names.append(text("figure.rest", lang, n=len(rest)))
        values.append(float(rest.sum()))
        colours.append(theme.REST)
        hatches.append("")
    total = float(table["relative_change"].sum())
    with theme.style():
        figure, axes = theme.canvas(0.27 * len(values) + 1.0, ax=ax)
        positions = np.arange(float(len(values)))
        bars = axes.barh(positions, values, color=colours, height=0.68)
        for bar, hatch in zip(bars, hatches, strict=True):
            bar.set(hatch=hatch, edgecolor="white", linewidth=0)
        reach = max(map(abs, values)) or 1.0
        for position, value in zip(positions, values, strict=True):
            axes.text(
                value + 0.025 * reach * (1 if value >= 0 else -1),
                position,
                number(value, lang, sign=True),
                va="center",
                ha="left" if value >= 0 else "right",
                fontsize=8.8,
            )
        axes.axvline(0, color=theme.MUTED, linewidth=0.9)
        axes.set_yticks(positions, [short_lines(name) for name in names])
        axes.set_ylim(len(values) - 0.4, -0.6)
        span = max(0, *values) - min(0, *values)
        axes.set_xlim(min(0, *values) - 0.26 * span, max(0, *values) + 0.22 * span)
        axes.set_xticks([])
        axes.spines[["left", "bottom"]].set_visible(False)
        axes.set_title(
            text("figure.movement_title", lang, total=number(total, lang, sign=True)), loc="left"
        )
        if "////" in hatches:
            axes.set_xlabel(text("figure.hatched", lang))
    alt = text(
        "alt.movement",
        lang,
        name=provinces.by_code(int(table["vintage"].iloc[0]))[province].names[lang],
        year=year,
        total=number(total, lang, sign=True),
        most=names[int(np.argmax(np.abs(values[: len(displayed_rows)])))],
    )
    return Chart(figure, alt)
