"""Charts of plans: the dimensions they aim at, and the ranks before and after."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from parstats.arguments import from_results
from parstats.figures import theme
from parstats.figures.chart import Chart, empty_chart, keeps_data
from parstats.figures.figure_data import Matrix
from parstats.figures.index_language import index_language
from parstats.figures.text.plan_titles import plan_name
from parstats.reference import frameworks, provinces
from parstats.reference.labels import collation_key, text

# Inches per row: letters of 8.5 points and some white. By eye.
_ROW = 0.21
# Characters of a line of the head of a column. By eye.
_HEAD_LENGTH = 11
_SLANTED_LENGTH = 26
_LETTERS = 92  # what all columns have room for side by side
# Not named; only named; measures known; only to be kept up.
_COLOURS = ("#f4f1ea", "#c7eae5", "#01665e", "#d8b365")
_STATES = ("none", "named", "measures", "maintained")


@from_results(
    table=(
        "parstats.plans.by_dimension: plan province vintage plan_year agency_level series "
        "n_measures maintained"
    ),
)
@keeps_data(matrix=Matrix("plan", "series", "n_measures"), words={"plan": plan_name})
def plan_matrix(table: pd.DataFrame, index: str, lang: str) -> Chart:
    """Draw which plan aims at which dimension of an index, with the number of known measures.

    Parameters
    ----------
    table : pandas.DataFrame
        Result of `parstats.plans.by_dimension`.
    index : str
    lang : {"vi", "en"}

    Returns
    -------
    Chart
        Empty if no plan names a dimension.
    """
    if table.empty:
        return empty_chart(lang)
    lang = index_language(lang, index)
    plans = table.drop_duplicates("plan")
    series = frameworks.series()
    series_table = series[series["index"] == frameworks.check_index(index)]
    columns = [name for name in series_table["series"] if name in set(table["series"])]
    column_by_series = {name: at for at, name in enumerate(columns)}
    states = np.zeros((len(plans), len(columns)), dtype=int)
    counts: dict[tuple[int, int], int] = {}
    for at, plan in enumerate(plans["plan"]):
        for row in table[table["plan"] == plan].itertuples():
            state = "maintained" if row.maintained else "measures" if row.n_measures else "named"
            states[at, column_by_series[row.series]] = _STATES.index(state)
            if row.n_measures:
                counts[at, column_by_series[row.series]] = int(row.n_measures)
    labels_ = [plan_name(row, lang) for _, row in plans.iterrows()]
    with theme.style():
        figure, axes = theme.canvas(_ROW * len(plans) + 2.0, theme.WIDTH * 1.2)
        axes.pcolormesh(
            states,
            cmap=ListedColormap(_COLOURS),
            vmin=-0.5,
            vmax=len(_STATES) - 0.5,
            edgecolor="white",
            linewidth=1.2,
        )
        for (at, column), count in counts.items():
            dark = _STATES[states[at, column]] == "measures"
            axes.text(
                column + 0.5,
                at + 0.5,
                str(count),
                ha="center",
                va="center",
                fontsize=8,
                color="white" if dark else theme.INK,
            )
        axes.set_yticks(np.arange(len(plans)) + 0.5, labels_, fontsize=8.5)
        heads = _heads([frameworks.series_name(name, lang, short=True) for name in columns])
        axes.set_xticks(np.arange(len(columns)) + 0.5, **heads, fontsize=8)
        axes.xaxis.tick_top()
        axes.invert_yaxis()
        axes.spines[["left", "bottom"]].set_visible(False)
        handles = [
            Patch(facecolor=colour, edgecolor=theme.FAINT, label=text(f"plan_state.{state}", lang))
            for state, colour in zip(_STATES[:0:-1], _COLOURS[:0:-1], strict=True)
            if (states == _STATES.index(state)).any()
        ]
        figure.legend(handles=handles, loc="outside upper left", ncols=3)
    alt = text("alt.plan_matrix", lang, index=index, n=len(plans), m=len(columns))
    return Chart(figure, alt)


def _heads(names: Sequence[str]) -> dict[str, Any]:
    r"""Return the headings of columns: upright in lines, or slanted where a word has no room.

    >>> _heads(["Kiểm soát tham nhũng"])["labels"]
    ['Kiểm soát\ntham nhũng']
    >>> _heads(["Accountability"])["rotation"]
    35
    """
    lines = [textwrap.wrap(name, _HEAD_LENGTH, break_long_words=False) for name in names]
    room = min(_HEAD_LENGTH, _LETTERS // len(names))
    if max(len(line) for name in lines for line in name) <= room:
        return {"labels": ["\n".join(name) for name in lines]}
    slanted = [textwrap.fill(name, _SLANTED_LENGTH, break_long_words=False) for name in names]
    return {"labels": slanted, "rotation": 35, "ha": "left", "rotation_mode": "anchor"}


@from_results(
    table=(
        "parstats.plans.outcomes: index province vintage plan_year formal rank_before rank "
        "rank_peers"
    ),
)
@keeps_data("plan", "rank_before", "rank", "rank_peers", "n_ranked", words={"plan": plan_name})
def plan_results(table: pd.DataFrame, index: str, lang: str) -> Chart:
    """Draw the rank before and in the year of each plan, beside provinces of similar rank.

    The line from before to after is drawn only where the two ranks compare and the others' are
    known; else only the rank in the plan's year is shown.

    Parameters
    ----------
    table : pandas.DataFrame
        Result of `parstats.plans.outcomes`.
    index : str
    lang : {"vi", "en"}

    Returns
    -------
    Chart
        Empty if no rank is known for the year of any formal plan.
    """
    index_plans = table[(table["index"] == index) & table["formal"] & table["rank"].notna()]
    # A department's part of a provincial plan is the same province and year.
    keys = ["vintage", "province", "plan_year"]
    index_plans = index_plans.drop_duplicates(keys).sort_values(
        ["plan_year", "province"], key=lambda column: column.map(_order(column.name, lang))
    )
    if index_plans.empty:
        return empty_chart(lang)
    with theme.style():
        figure, axes = theme.canvas(_ROW * len(index_plans) + 1.5)
        for at, (_, row) in enumerate(index_plans.iterrows()):
            _result(axes, at, row)
        most = max(len(provinces.by_code(int(vintage))) for vintage in index_plans["vintage"])
        axes.set_xlim(0, most + 1)
        axes.set_xticks([1, 10, 20, 30, 40, 50, 60])
        axes.set_xlabel(text("figure.plan_rank", lang))
        names = [_name_and_year(row, lang) for _, row in index_plans.iterrows()]
        axes.set_yticks(range(len(index_plans)), names, fontsize=8.5)
        axes.set_ylim(len(index_plans) - 0.4, -0.6)
        axes.grid(axis="x")
        figure.legend(handles=_result_legend(index_plans, lang), loc="outside upper left", ncols=2)
    compared = index_plans["rank_peers"].notna()
    alt = text(
        "alt.plan_results",
        lang,
        index=index,
        n=len(index_plans),
        compared=int(compared.sum()),
        better=int(
            (index_plans.loc[compared, "rank"] < index_plans.loc[compared, "rank_peers"]).sum()
        ),
    )
    return Chart(figure, alt, index_plans)


def _order(column: object, lang: str) -> object:
    if column == "plan_year":
        return lambda year: year
    provinces_by_code = provinces.by_code()
    return lambda code: (
        collation_key(provinces_by_code[code].names[lang])
        if code in provinces_by_code
        else ((), ())
    )


def _name_and_year(row: pd.Series, lang: str) -> str:
    provinces_by_code = provinces.by_code(int(row["vintage"]))
    return f"{provinces_by_code[row['province']].short_names[lang]} {row['plan_year']}"


def _result(axes: Axes, at: int, row: pd.Series) -> None:
    now = float(row["rank"])
    if pd.notna(row["rank_peers"]):
        before = float(row["rank_before"])
        axes.plot([before, now], [at, at], color=theme.MUTED, linewidth=1, zorder=2)
        # A rank that did not move is a ring around the dot.
        size = 34 if abs(now - before) >= 1 else 120
        axes.scatter(
            before, at, s=size, facecolor="white", edgecolor=theme.MUTED, linewidth=1.3, zorder=3
        )
        peers = float(row["rank_peers"])
        axes.plot([peers, peers], [at - 0.36, at + 0.36], color=theme.INK, linewidth=2.2, zorder=4)
        colour, marker = theme.PROVINCE, "o"
    else:
        colour, marker = theme.PROVINCE, "D"
    axes.scatter(now, at, s=36, color=colour, marker=marker, edgecolor="white", zorder=5)


def _result_legend(table: pd.DataFrame, lang: str) -> list[Line2D]:
    """Name the marks that are drawn."""
    is_compared = table["rank_peers"].notna()

    def dot(key: str, **look: object) -> Line2D:
        return Line2D([], [], linestyle="", label=text(f"figure.plan_{key}", lang), **look)  # type: ignore[arg-type]

    compared = [
        dot("before", marker="o", markerfacecolor="white", markeredgecolor=theme.MUTED),
        dot("after", marker="o", color=theme.PROVINCE, markeredgecolor="white", markersize=7),
        dot("peers", marker="|", color=theme.INK, markersize=11, markeredgewidth=2.2),
    ]
    alone = dot("alone", marker="D", color=theme.PROVINCE, markeredgecolor="white", markersize=6.5)
    return [*(compared if is_compared.any() else []), *([] if is_compared.all() else [alone])]
