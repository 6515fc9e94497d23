"""Charts of adjusted associations with intervals, beside the naive figures."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from parstats.arguments import old_names, require_drawable
from parstats.figures import theme
from parstats.figures.caption import caption, caption_height, percent, range_text
from parstats.figures.chart import Chart, keeps_data
from parstats.figures.text.estimate_summary import row_name, verdict_text
from parstats.figures.theme import decimal_marks
from parstats.reference.labels import number, text

_NEEDED = (
    *("by", "value", "adjusted_association", "ci_low", "ci_high", "naive", "expected", "mde"),
    *("n_plans", "n_provinces", "n_exchangeable", "n_cells", "n_compared", "n_draws"),
    *("verdict", "reason"),
)
_LEGEND = ("adjusted", "mde", "naive", "expected")
# Characters of a line of the name. By eye.
_NAME_LENGTH = 30
# Characters of a line of the verdict, in smaller letters. By eye.
_VERDICT_LENGTH = 38
# Inches per line of a label. By eye.
_LINE = 0.155
#: How a figure that is no estimate is drawn, everywhere.
NAIVE: dict[str, Any] = {
    "facecolor": "#eef1f3",
    "edgecolor": theme.COUNTRY,
    "hatch": "////",
    "linewidth": 0.7,
}


def is_estimable(row: Any) -> bool:
    """Return whether the data allow a verdict on a row."""
    return bool(row["verdict"] != "insufficient_data")


@old_names(level="ci_level")
@keeps_data(
    *("estimate", "adjusted_association", "ci_low", "ci_high", "mde", "naive", "expected"),
    words={"estimate": row_name},
)
def remedies_forest(table: pd.DataFrame, lang: str, *, ci_level: float = 0.95) -> Chart:
    """Draw each row's adjusted association with its interval, and its naive figure.

    The naive before/after is hatched and named no estimate; beside it stands the change of like
    cells that were not targeted. A row of too little data has no mark of an estimate: its verdict
    and the reason are under its name.

    Parameters
    ----------
    table : pandas.DataFrame
        Result of `parstats.remedies.estimate`.
    lang : {"vi", "en"}
    ci_level : float
        Of the intervals of the table.

    Raises
    ------
    InvalidRequest
        If the table is empty or of another kind.
    """
    require_drawable(
        table,
        _NEEDED,
        "the table of parstats.remedies.estimate",
        once=["model", "value"] if "model" in table else ["value"],
    )
    rows = table.to_dict("records")
    labels = [_label(row, lang) for row in rows]
    heights = [max(2.2, label.count("\n") + 1.5) * _LINE for label in labels]
    note = _note(table, lang)
    share = percent(ci_level, lang)
    with theme.style():
        figure, axes = theme.canvas(sum(heights) + 1.55 + caption_height(note))
        positions = np.cumsum(heights) - np.array(heights) / 2
        for position, row in zip(positions, rows, strict=True):
            _naive(axes, position, row, lang)
            if is_estimable(row):
                _estimate(axes, position, row, share, lang)
        axes.axvline(0, color=theme.MUTED, linewidth=0.9, zorder=1)
        axes.set_yticks(positions, labels, fontsize=8.5)
        axes.set_ylim(sum(heights), 0)
        axes.margins(x=0.08)
        decimal_marks(axes.xaxis, lang)
        axes.set_xlabel(text("figure.remedies_axis", lang))
        axes.grid(axis="x")
        axes.spines["left"].set_visible(False)
        _legend(figure, axes, lang, share)
        caption(figure, note)
    return Chart(figure, _alt(rows, lang))


def _label(row: dict[str, Any], lang: str) -> str:
    name = textwrap.fill(row_name(row, lang), _NAME_LENGTH)
    return f"{name}\n{textwrap.fill(verdict_text(row, lang), _VERDICT_LENGTH)}"


def _naive(axes: Axes, position: float, row: dict[str, Any], lang: str) -> None:
    label = text("figure.remedies_naive", lang)
    axes.barh(position + 0.07, row["naive"], height=0.11, label=label, zorder=2, **NAIVE)
    if pd.notna(row["expected"]):
        axes.scatter(
            row["expected"],
            position + 0.07,
            marker="|",
            s=110,
            linewidth=2,
            color=theme.INK,
            label=text("figure.remedies_expected", lang),
            zorder=3,
        )


def _estimate(axes: Axes, position: float, row: dict[str, Any], share: str, lang: str) -> None:
    estimate, high = row["adjusted_association"], position - 0.06
    axes.hlines(high, row["ci_low"], row["ci_high"], color=theme.REGION, linewidth=2, zorder=3)
    axes.scatter(
        estimate,
        high,
        s=38,
        color=theme.REGION,
        label=text("figure.remedies_adjusted", lang, level=share),
        zorder=4,
    )
    axes.scatter(
        [-row["mde"], row["mde"]],
        [high, high],
        marker="d",
        s=22,
        facecolor="white",
        edgecolor=theme.MUTED,
        label=text("figure.remedies_mde", lang),
        zorder=2,
    )


def _legend(figure: Figure, axes: Axes, lang: str, share: str) -> None:
    """Draw the legend with each mark once, the estimate first."""
    handles, legend_labels = axes.get_legend_handles_labels()
    once = dict(zip(legend_labels, handles, strict=True))
    ordered = [text(f"figure.remedies_{name}", lang, level=share) for name in _LEGEND]
    displayed_rows = [label for label in ordered if label in once]
    figure.legend(
        [once[label] for label in displayed_rows],
        displayed_rows,
        loc="outside upper left",
        fontsize=8.5,
    )


def _note(table: pd.DataFrame, lang: str) -> str:
    return text(
        "figure.remedies_note",
        lang,
        rows=len(table),
        plans=int(table["n_plans"].max()),
        provinces=int(table["n_provinces"].max()),
        cells=int(table["n_cells"].max()),
        compared=number(float(table["n_compared"].max()), lang, 0),
        draws=number(float(table["n_draws"].max()), lang, 0),
    )


def _alt(rows: list[dict[str, Any]], lang: str) -> str:
    sentences = [
        text(
            "alt.remedies_row",
            lang,
            name=row_name(row, lang),
            naive=number(row["naive"], lang, sign=True),
            found=estimate_text(row, lang),
            verdict=verdict_text(row, lang),
        )
        for row in rows
    ]
    return text("alt.remedies_forest", lang, n=len(rows), rows=" ".join(sentences))


def estimate_text(row: Any, lang: str) -> str:
    """Return the estimate and its interval for a description; nothing where data are too few.

    Parameters
    ----------
    row : mapping
        With adjusted_association, ci_low, ci_high and verdict.
    lang : {"vi", "en"}
    """
    if not is_estimable(row):
        return ""
    return text(
        "alt.remedies_found",
        lang,
        adjusted=number(row["adjusted_association"], lang, sign=True),
        interval=range_text(row["ci_low"], row["ci_high"], lang),
    )
