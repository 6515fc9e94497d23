"""From one rank to another, step by step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from parstats import frameworks
from parstats.figures import theme
from parstats.figures.chart import Chart
from parstats.labels import number, text


def waterfall(
    names: Sequence[str],
    steps: Sequence[float],
    start: tuple[str, float],
    end: tuple[str, float],
    lang: str,
    *,
    alt: str,
) -> Chart:
    """Steps from a rank to another; a step to the right gains places.

    Parameters
    ----------
    names : sequence of str
        What each step is.
    steps : sequence of float
        Places gained (positive) or lost; they add up to the start less the end.
    start, end : (str, float)
        Name and rank of both ends.
    lang : {"vi", "en"}
        Language.
    alt : str
        Description.
    """
    level = start[1] - np.concatenate([[0.0], np.cumsum(steps)])
    rows = [start[0], *names, end[0]]
    with theme.style():
        figure, axes = theme.canvas(0.29 * len(rows) + 0.8)
        for place, (step, left) in enumerate(zip(steps, level[:-1], strict=True), start=1):
            colour = theme.GAIN if step >= 0 else theme.LOSS
            axes.barh(place, -step, left=left, color=colour, height=0.62)
            axes.plot([left, left], [place - 0.69, place + 0.31], color=theme.MUTED, linewidth=0.7)
            _label(axes, place, left - step, step, lang)
        for place, (_, rank) in ((0, start), (len(rows) - 1, end)):
            axes.scatter(rank, place, s=70, color=theme.INK, zorder=3)
            axes.annotate(
                number(rank, lang, 0 if float(rank).is_integer() else 1),
                (rank, place),
                xytext=(8, 0),
                textcoords="offset points",
                va="center",
                fontweight="bold",
            )
        axes.set_yticks(range(len(rows)), rows)
        axes.set_ylim(len(rows) - 0.4, -0.7)
        low, high = float(level.min()), float(level.max())
        margin = 0.14 * max(high - low, 4)
        axes.set_xlim(high + margin, low - margin)
        axes.xaxis.set_major_locator(MaxNLocator(7, integer=True))
        axes.set_xlabel(text("figure.rank_axis", lang))
        axes.grid(axis="x")
        axes.spines["left"].set_visible(False)
    return Chart(figure, alt)


def _label(axes: Axes, place: int, at: float, step: float, lang: str) -> None:
    gained = step >= 0
    axes.annotate(
        number(step, lang, 1, sign=True),
        (at, place),
        xytext=(3 if gained else -3, 0),
        textcoords="offset points",
        ha="left" if gained else "right",
        va="center",
        fontsize=8.6,
    )


def largest(
    table: pd.DataFrame, column: str, most: int, lang: str
) -> tuple[list[str], list[float]]:
    """Names and values of the largest parts, the others put together at the end.

    Parameters
    ----------
    table : pandas.DataFrame
        A row a series, with `column`.
    column : str
        The values.
    most : int
        Parts shown by name.
    lang : {"vi", "en"}
        Language.
    """
    order = table[column].abs().sort_values(ascending=False, kind="stable").index
    shown = table.loc[order[:most]].sort_values(column, ascending=False)
    rest = table.loc[order[most:], column]
    names = [frameworks.name_of(name, lang, short=True) for name in shown["series"]]
    values = shown[column].tolist()
    if len(rest):
        names.append(text("figure.rest", lang, n=len(rest)))
        values.append(float(rest.sum()))
    return names, values
