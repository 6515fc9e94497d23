"""Chart of advice: what raising each series adds, against how many provinces did it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from parstats.arguments import check_integer, require_drawable
from parstats.figures import theme
from parstats.figures.caption import caption, caption_height
from parstats.figures.chart import Chart, empty_chart, keeps_data
from parstats.figures.theme import decimal_marks
from parstats.reference import frameworks
from parstats.reference.labels import number, text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Inches of the drawing. By eye; in a brief it is printed in this size.
_HEIGHT = 2.9
_BRIEF_HEIGHT, _BRIEF_WIDTH = 1.75, 5.0
# Series with a number, as many as the table beside the figure has rows.
_N_TOP = 5
# Cases under which a share of them is no share to draw, but for the first series.
_LEAST_CASES = 10
# Numbers nearer than this share of the axes are written into one mark.
_NEAR = 0.045


@keeps_data("series", "n_reached", "n_cases", "added_gain", "added_low", "added_high")
def priorities(
    table: pd.DataFrame, lang: str, *, n_top: int = _N_TOP, brief: bool = False
) -> Chart:
    """Draw the ranks that raising each series adds against the share of provinces that did it.

    The first series have the numbers of the table. Shows nothing for an empty table.

    Parameters
    ----------
    table : pandas.DataFrame; table of `parstats.advice.priorities`, one province
    lang : {"vi", "en"}
    n_top : int; series with a number
    brief : bool
        As small as a brief has room for, in letters of the size that is printed; the table below
        it there says which series the numbers are.

    Raises
    ------
    InvalidRequest: if the table is of another kind, or of several provinces
    """
    if table.empty:
        return empty_chart(lang)
    columns = ["series", "position", "added_gain", "added_low", "added_high", "n_cases"]
    require_drawable(
        table, [*columns, "n_reached"], "the table of parstats.advice.priorities", once=["series"]
    )
    n_top = check_integer("n_top", n_top, 1)
    # Without a case from there is no share: not one of nothing, which would be a point at 0.
    share = 100 * table["n_reached"] / table["n_cases"].where(table["n_cases"] > 0)
    first = table["position"] <= n_top
    table = table[share.notna() & (first | (table["n_cases"] >= _LEAST_CASES))]
    if table.empty:
        return empty_chart(lang)
    share, first = share[table.index], first[table.index]
    names = [
        f"{row.position} {frameworks.series_name(str(row.series), lang, short=True)}"
        for row in table[first].itertuples()
    ]
    note = text("figure.priority_note", lang, listed="; ".join(names), least=_LEAST_CASES)
    with theme.style():
        if brief:
            figure, axes = theme.canvas(_BRIEF_HEIGHT, _BRIEF_WIDTH)
        else:
            figure, axes = theme.canvas(_HEIGHT + caption_height(note))
        rest = ~first
        faint = theme.MUTED if brief else theme.FAINT
        axes.scatter(share[rest], table["added_gain"][rest], s=18, color=faint, zorder=1)
        axes.vlines(
            *(share[first], table["added_low"][first], table["added_high"][first]),
            color=theme.PROVINCE,
            linewidth=1.2,
            zorder=2,
        )
        axes.scatter(share[first], table["added_gain"][first], s=130, color="white", zorder=3)
        axes.scatter(
            *(share[first], table["added_gain"][first]),
            s=130,
            facecolor="white",
            edgecolor=theme.PROVINCE,
            zorder=4,
        )
        # The whole interval of each numbered part, and the marks around the numbers.
        highest = max(float(table["added_gain"].max()), float(table.loc[first, "added_high"].max()))
        lowest = min(0.0, float(table.loc[first, "added_low"].min()))
        axes.set_ylim(lowest, lowest + 1.1 * (highest - lowest))
        axes.set_xlim(-1.5, max(float(share.max()), 10) + 2)
        _number(axes, share[first], table.loc[first, "added_gain"], table.loc[first, "position"])
        decimal_marks(axes.yaxis, lang)
        axes.set_xlabel(text("figure.priority_x", lang))
        axes.set_ylabel(text("table.ranks_added" if brief else "figure.priority_y", lang))
        axes.grid()
        if not brief:
            caption(figure, note)
    listed = "; ".join(
        f"{name}: {number(gain, lang, 1, sign=True)}, {number(part, lang, 0)}%"
        for name, gain, part in zip(names, table["added_gain"][first], share[first], strict=True)
    )
    if brief:
        return Chart(figure, text("alt.priorities_brief", lang))
    return Chart(figure, text("alt.priorities", lang, listed=listed))


def _number(axes: Axes, x: pd.Series, y: pd.Series, places: pd.Series) -> None:
    """Write the numbers into their marks, those of marks that overlap together into one."""
    width, height = np.ptp(axes.get_xlim()), np.ptp(axes.get_ylim())
    groups: list[list[int]] = []
    for at in x.index:
        near = [
            group
            for group in groups
            if abs(x[group[0]] - x[at]) < _NEAR * width / 2
            and abs(y[group[0]] - y[at]) < _NEAR * height
        ]
        if near:
            near[0].append(at)
        else:
            groups.append([at])
    for group in groups:
        words = ", ".join(str(places[at]) for at in group)
        alone = len(group) == 1
        axes.text(
            *(float(x[group].mean()), float(y[group].mean()), words),
            ha="center",
            va="center",
            fontsize=8,
            zorder=6,
            bbox=None
            if alone
            else {"boxstyle": "round,pad=0.5", "facecolor": "white", "edgecolor": theme.PROVINCE},
        )
