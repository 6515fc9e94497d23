"""Charts of regression to the mean and of placebo plans: why before/after misleads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from parstats import errors
from parstats.arguments import require_drawable
from parstats.figures import theme
from parstats.figures.caption import caption, caption_height
from parstats.figures.chart import Chart, keeps_data
from parstats.figures.charts.remedy_forest import NAIVE
from parstats.figures.theme import decimal_marks
from parstats.reference.labels import number, text

_REBOUND = ("kind", "place", "baseline", "change", "change_q25", "change_q75", "n_cells")
_PLACEBO = (
    *("rule", "n_plans", "sets", "rejected", "rejected_mc_low", "rejected_mc_high", "bias"),
    *("naive", "naive_rejected", "naive_within", "naive_within_rejected", "n_series"),
)
# Columns of the table, and how far above the row (in rows) the bar of each is drawn. By eye.
_BARS = (("naive", "naive_rejected", 0.27), ("naive_within", "naive_within_rejected", 0.0))


@keeps_data("baseline", "change", "change_q25", "change_q75", "n_cells")
def mean_reversion(table: pd.DataFrame, lang: str) -> Chart:
    """Draw the change within a year by standing the year before: regression to the mean.

    Parameters
    ----------
    table : pandas.DataFrame
        Result of `parstats.remedies.mean_reversion`.
    lang : {"vi", "en"}

    Raises
    ------
    InvalidRequest
        If the table is empty or of another kind.
    """
    source = "the table of parstats.remedies.mean_reversion"
    require_drawable(table, (*_REBOUND, "n_provinces"), source, once=["kind", "place"])
    groups = table[table["kind"] == "by_baseline"].sort_values("place")
    lowest = table[table["kind"] == "lowest"]
    if groups.empty or len(lowest) != 1:
        raise errors.InvalidRequest(
            f"cannot draw: expected groups and one row 'lowest' of {source}"
        )
    lowest_row = lowest.iloc[0]
    note = text(
        "figure.rebound_note",
        lang,
        n=number(float(groups["n_cells"].sum()), lang, 0),
        provinces=int(groups["n_provinces"].max()),
    )
    with theme.style():
        figure, axes = theme.canvas(3.5 + caption_height(note))
        axes.axhline(0, color=theme.MUTED, linewidth=0.9, zorder=1)
        for marks, colour, mark, key in (
            (groups, theme.REGION, "o", "figure.rebound_mean"),
            (lowest, theme.PROVINCE, "D", "figure.rebound_lowest_plain"),
        ):
            axes.vlines(
                marks["baseline"],
                marks["change_q25"],
                marks["change_q75"],
                color=colour,
                linewidth=2,
                alpha=0.45,
            )
            label = text(key, lang)
            axes.scatter(
                marks["baseline"], marks["change"], color=colour, marker=mark, label=label, zorder=3
            )
        written = number(lowest_row["change"], lang, sign=True)
        axes.annotate(
            written,
            (lowest_row["baseline"], lowest_row["change"]),
            xytext=(8, 4),
            textcoords="offset points",
            color=theme.PROVINCE,
            fontweight="bold",
        )
        axes.set_xlabel(text("figure.rebound_x", lang))
        axes.set_ylabel(text("figure.rebound_y", lang))
        decimal_marks(axes.xaxis, lang)
        decimal_marks(axes.yaxis, lang)
        axes.grid()
        figure.legend(loc="outside upper left", ncols=1)
        caption(figure, note)
    alt = text(
        "alt.rebound",
        lang,
        first=number(groups["change"].iloc[0], lang, sign=True),
        last=number(groups["change"].iloc[-1], lang, sign=True),
        lowest=written,
    )
    return Chart(figure, alt)


def _rule_name(row: Mapping[str, Any], lang: str) -> str:
    return text(f"figure.placebo_rule.{row['rule']}", lang)


@keeps_data(*("rule", "naive", "naive_within", "bias", "rejected"), words={"rule": _rule_name})
def placebo(table: pd.DataFrame, lang: str) -> Chart:
    """Draw the estimates for placebo plans without any effect: before/after, and adjusted.

    Parameters
    ----------
    table : pandas.DataFrame
        Result of `parstats.remedies.placebo`.
    lang : {"vi", "en"}

    Raises
    ------
    InvalidRequest
        If the table is empty or of another kind.
    """
    require_drawable(table, _PLACEBO, "the table of parstats.remedies.placebo", once=["rule"])
    sets, plans = int(table["sets"].min()), int(table["n_plans"].iloc[0])
    k = int(table["n_series"].iloc[0])
    note = text("figure.placebo_note", lang, n=plans, k=k, sets=sets)
    with theme.style():
        figure, axes = theme.canvas(0.62 * len(table) + 1.5 + caption_height(note))
        for position, row in enumerate(table.to_dict("records")):
            _draw_rule(axes, position, row, lang)
        names = [text(f"figure.placebo_rule.{rule}", lang) for rule in table["rule"]]
        axes.set_yticks(np.arange(float(len(names))), names)
        axes.set_ylim(len(names) - 0.45, -0.55)
        axes.axvline(0, color=theme.MUTED, linewidth=0.9, zorder=1)
        axes.margins(x=0.16)
        decimal_marks(axes.xaxis, lang)
        axes.set_xlabel(text("figure.placebo_axis", lang))
        axes.spines["left"].set_visible(False)
        axes.grid(axis="x")
        handles, legend_labels = axes.get_legend_handles_labels()
        once = dict(zip(legend_labels, handles, strict=True))
        figure.legend(once.values(), once.keys(), loc="outside upper left", ncols=1, fontsize=8.5)
        caption(figure, note)
    return Chart(figure, _placebo_alt(table, lang))


def _draw_rule(axes: Axes, position: float, row: dict[str, Any], lang: str) -> None:
    looks: dict[str, dict[str, Any]] = {
        "naive": NAIVE,
        "naive_within": NAIVE | {"hatch": "...."},
    }
    keys = {"naive": "figure.remedies_naive", "naive_within": "figure.placebo_within"}
    for name, rate, above in _BARS:
        label = text(keys[name], lang)
        axes.barh(position - above, row[name], height=0.24, label=label, zorder=2, **looks[name])
        _beside(axes, row[name], position - above, f"{_percent_text(row[rate], lang)}%")
    axes.scatter(
        row["bias"],
        position + 0.27,
        s=38,
        color=theme.REGION,
        label=text("figure.placebo_adjusted", lang),
        zorder=3,
    )
    low, high = (_percent_text(row[f"rejected_mc_{end}"], lang) for end in ("low", "high"))
    ends = f"{low}–{high}"
    _beside(axes, row["bias"], position + 0.27, f"{_percent_text(row['rejected'], lang)}% ({ends})")


def _beside(axes: Axes, x: float, y: float, label_text: str) -> None:
    is_negative = x < 0
    axes.annotate(
        label_text,
        (x, y),
        xytext=(-7 if is_negative else 7, 0),
        textcoords="offset points",
        ha="right" if is_negative else "left",
        va="center",
        fontsize=8,
        color=theme.MUTED,
    )


def _percent_text(share: float, lang: str) -> str:
    return number(100 * share, lang, 0)


def _placebo_alt(table: pd.DataFrame, lang: str) -> str:
    sentences = [
        text(
            "alt.placebo_row",
            lang,
            rule=text(f"figure.placebo_rule.{row['rule']}", lang),
            naive=number(row["naive"], lang, sign=True),
            naive_rate=_percent_text(row["naive_rejected"], lang),
            adjusted=number(row["bias"], lang, sign=True),
            rate=_percent_text(row["rejected"], lang),
        )
        for row in table.to_dict("records")
    ]
    return text("alt.placebo", lang, rows=" ".join(sentences))
