"""Ranks of several provinces through the years."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from parstats import provinces
from parstats.figures import theme
from parstats.figures.chart import Chart
from parstats.labels import text


def bumps(tables: pd.DataFrame, lang: str, *, highlight: Sequence[str] = ()) -> Chart:
    """Lines of the ranks of all provinces, some of them stressed and named; gaps at breaks.

    Parameters
    ----------
    tables : pandas.DataFrame
        year, province, vintage, rank and framework, of several years; with a column rank_break
        where ranks compare badly with the year before.
    lang : {"vi", "en"}
        Language.
    highlight : sequence of str
        Codes to stress; the three first of the last year if empty.
    """
    ranks = tables.dropna(subset=["rank"]).pivot(index="year", columns="province", values="rank")
    ranks = ranks.astype("float64")
    last = ranks.iloc[-1].dropna().sort_values()
    stressed = list(highlight) or last.index[:3].tolist()
    breaks = tables.loc[tables["rank_break"], "year"].unique().tolist()
    known = provinces.by_code(int(tables["vintage"].iloc[0]))
    with theme.style():
        figure, axes = theme.canvas(4.6)
        for code in ranks:
            _line(axes, ranks[code], breaks, theme.FAINT, 1.0, 1)
        for code, colour in zip(stressed, _colours(len(stressed)), strict=True):
            _line(axes, ranks[code], breaks, colour, 2.2, 3)
        _names(axes, ranks, {code: known[code].names[lang] for code in stressed})
        for year in breaks:
            axes.axvline(year - 0.5, color=theme.PROVINCE, linewidth=1, linestyle=(0, (4, 3)))
        years = ranks.index
        axes.set_xticks(
            years, [f"'{year % 100:02d}" if i else str(year) for i, year in enumerate(years)]
        )
        axes.set_ylim(np.nanmax(ranks.to_numpy()) + 1.5, -0.5)
        axes.set_yticks([1, 10, 20, 30, 40, 50, 60])
        axes.set_xlim(years.min() - 0.3, years.max() + 3.2)
        axes.set_ylabel(text("figure.rank_axis", lang))
        axes.grid(axis="y")
        axes.spines[["left", "bottom"]].set_visible(False)
    alt = text(
        "alt.bumps",
        lang,
        n=ranks.shape[1],
        first=int(years.min()),
        last=int(years.max()),
        names=", ".join(known[code].names[lang] for code in stressed),
    )
    return Chart(figure, alt)


def _colours(count: int) -> list[str]:
    return [theme.PROVINCE, theme.REGION, theme.GAIN, theme.LOSS, theme.INK][:count] + [
        theme.MUTED
    ] * max(0, count - 5)


def _line(
    axes: Axes, ranks: pd.Series, breaks: list[int], colour: str, width: float, layer: int
) -> None:
    """A line that stops at missing years and at breaks of ranking."""
    groups = pd.Series(ranks.index).map(lambda year: sum(year >= cut for cut in breaks))
    for _, part in ranks.groupby(groups.to_numpy()):
        axes.plot(
            part.index, part, color=colour, linewidth=width, zorder=layer, solid_capstyle="round"
        )
        if layer > 1:
            axes.scatter(part.index, part, color=colour, s=16, zorder=layer)


def _names(axes: Axes, ranks: pd.DataFrame, names: dict[str, str]) -> None:
    """Names at the right end, pushed apart where they would overlap."""
    colours = dict(zip(names, _colours(len(names)), strict=True))
    ends = {code: ranks[code].dropna() for code in names}
    placed = sorted((float(end.iloc[-1]), code) for code, end in ends.items() if len(end))
    height = -9.0
    for rank, code in placed:
        height = max(rank, height + 3.2)
        axes.text(
            ranks.index.max() + 0.25,
            height,
            f"{names[code]} {rank:.0f}",
            color=colours[code],
            va="center",
            fontsize=9,
            fontweight="bold",
        )
