"""Waterfall charts of a province's rank, and of its change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from parstats.arguments import check_integer, old_names, require_drawable
from parstats.drivers.rank_attribution import REFERENCES
from parstats.figures import theme
from parstats.figures.caption import caption, caption_height, percent, short_lines
from parstats.figures.chart import Chart, empty_chart, keeps_data
from parstats.figures.index_language import series_language
from parstats.reference import frameworks, provinces
from parstats.reference.labels import number, text


@old_names(most="n_top")
@keeps_data("series", "rank_part")
def rank_attribution(
    table: pd.DataFrame, lang: str, *, n_top: int = 10, ax: Axes | None = None
) -> Chart:
    """Draw the steps from the reference's rank to the province's, by the largest parts.

    Parameters
    ----------
    table : pandas.DataFrame
        Result of `parstats.drivers.rank_attribution` for one province, by series.
    lang : {"vi", "en"}
    n_top : int
        Parts shown by name; the others are put together in a grey bar.
    ax : matplotlib.axes.Axes, optional
        Axes to draw into, of a figure of one's own. What else stands below the drawing is then for
        that figure to write: ``chart.source``.

    Raises
    ------
    InvalidRequest
        If the table is empty or of another kind, of several provinces or by rival.
    """
    n_top = check_integer("n_top", n_top, 1)
    columns = ["province", "vintage", "reference", "series", "rank_part", "rank", "rank_reference"]
    columns += ["index", "year", "n_ranked", "n_units", "coverage"]
    source = "parstats.drivers.rank_attribution of one province, by series"
    require_drawable(table, columns, source, once=["series"])
    lang = series_language(lang, table["series"])
    row = table.iloc[0]
    steps = largest(table, "rank_part", n_top, lang)
    provinces_by_code = provinces.by_code(int(row["vintage"]))
    name = theme.short_name(provinces_by_code[row["province"]].names[lang])
    reference = (
        text(f"figure.scores_of_{row['reference']}", lang)
        if row["reference"] in REFERENCES
        else text(
            "figure.scores_of_province",
            lang,
            name=theme.short_name(provinces_by_code[row["reference"]].names[lang]),
        )
    )
    largest_step = max(steps[:n_top], key=lambda step: abs(step.rank_change))
    alt = text(
        "alt.rank_attribution",
        lang,
        name=name,
        rank=int(row["rank"]),
        start=reference,
        rank_reference=int(row["rank_reference"]),
        first=largest_step.name,
        gain=number(largest_step.rank_change, lang, 1, sign=True),
    )
    notes = [
        text("figure.reference_note", lang, name=name),
        text(
            "figure.basis",
            lang,
            index=row["index"],
            year=row["year"],
            n=row["n_ranked"],
            of=row["n_units"],
            share=percent(row["coverage"], lang),
        ),
    ]
    start, end = (reference, float(row["rank_reference"])), (name, float(row["rank"]))
    return waterfall(steps, start, end, lang, alt=alt, notes=notes, ax=ax)


def _step_name(row: Mapping[str, Any], lang: str) -> str:
    if row["series"]:
        return frameworks.series_name(str(row["series"]), lang, short=True)
    return text(f"block.{row['kind']}", lang)


@old_names(most="n_top")
@keeps_data("step", "rank_part", words={"step": _step_name})
def rank_change(table: pd.DataFrame, lang: str, *, n_top: int = 8, ax: Axes | None = None) -> Chart:
    """Draw the steps from the rank of the earlier year to that of the later, by reason.

    Parts whose meaning or scale changed are hatched; the caption says if the ranks of the two years
    compare badly.

    Parameters
    ----------
    table : pandas.DataFrame
        Result of `parstats.drivers.change_attribution`.
    lang : {"vi", "en"}
    n_top : int
        Own parts shown by name; the others are put together in a grey bar.
    ax : matplotlib.axes.Axes, optional
        Axes to draw into, of a figure of one's own. What else stands below the drawing is then for
        that figure to write: ``chart.source``.

    Returns
    -------
    Chart
        Empty for an empty table.

    Raises
    ------
    InvalidRequest
        If the table is of another kind.
    """
    if table.empty:
        return empty_chart(lang)
    n_top = check_integer("n_top", n_top, 1)
    columns = ["province", "vintage", "kind", "series", "rank_part", "comparable"]
    columns += ["ranking_break", "rank_previous", "rank", "previous", "year"]
    require_drawable(table, columns, "parstats.drivers.change_attribution", once=["kind", "series"])
    row = table.iloc[0]
    series_rows = table[(table["series"] != "") & table["rank_part"].notna()]
    lang = series_language(lang, series_rows["series"])
    steps = largest(series_rows, "rank_part", n_top, lang)
    blocks = table[(table["series"] == "") & (table["rank_part"].fillna(0) != 0)]
    for block in blocks.itertuples():
        steps.append(Step(text(f"block.{block.kind}", lang), float(block.rank_part)))
    name = provinces.by_code(int(row["vintage"]))[row["province"]].names[lang]
    start = (str(row["previous"]), float(row["rank_previous"]))
    end = (str(row["year"]), float(row["rank"]))
    years = {"previous": int(row["previous"]), "year": int(row["year"])}
    broken = text("figure.ranking_break", lang, **years) if row["ranking_break"] else ""
    alt = text(
        "alt.rank_change",
        lang,
        name=name,
        rank_previous=int(row["rank_previous"]),
        rank=int(row["rank"]),
        own=number(float(series_rows["rank_part"].sum()), lang, 1, sign=True),
        rest=number(float(blocks["rank_part"].sum()), lang, 1, sign=True),
        **years,
    )
    notes = [broken, _change_basis(row, lang)]
    return waterfall(steps, start, end, lang, alt=f"{alt} {broken}".strip(), notes=notes, ax=ax)


def _change_basis(row: pd.Series, lang: str) -> str:
    return text(
        "figure.change_basis",
        lang,
        index=row["index"],
        previous=row["previous"],
        year=row["year"],
        n_previous=row["n_ranked_previous"],
        n=row["n_ranked"],
        common=row["n_common"],
        of=row["n_units"],
        share=percent(row["coverage"], lang),
    )


@dataclass(frozen=True)
class Step:
    """A step of a waterfall."""

    name: str  # what it is
    rank_change: float  # places gained (positive) or lost
    hatched: bool = False  # whether its meaning changed, so that it is drawn hatched
    is_rest: bool = False  # whether it puts together what has no bar of its own: drawn grey


def waterfall(
    steps: Sequence[Step],
    start: tuple[str, float],
    end: tuple[str, float],
    lang: str,
    *,
    alt: str,
    notes: Sequence[str] = (),
    ax: Axes | None = None,
) -> Chart:
    """Draw steps from one rank to another; a step to the right gains places.

    Parameters
    ----------
    steps : sequence of Step
        They add up to the start less the end.
    start, end : (str, float)
        Name and rank of both ends.
    lang : {"vi", "en"}
    alt : str
        Description.
    notes : sequence of str
        Sentences for the caption.
    ax : matplotlib.axes.Axes, optional
        Axes to draw into.
    """
    notes = [text("figure.waterfall_note", lang), *notes]
    if any(step.hatched for step in steps):
        notes.insert(1, text("figure.hatched_note", lang))
    levels = start[1] - np.concatenate([[0.0], np.cumsum([step.rank_change for step in steps])])
    rows = [start[0], *(step.name for step in steps), end[0]]
    with theme.style():
        figure, axes = theme.canvas(0.29 * len(rows) + 0.85 + caption_height(*notes), ax=ax)
        for position, (step, x_start) in enumerate(zip(steps, levels[:-1], strict=True), start=1):
            _step(axes, position, step, float(x_start), lang)
        for position, (_, rank) in ((0, start), (len(rows) - 1, end)):
            _end(axes, position, rank, lang)
        axes.set_yticks(range(len(rows)), [short_lines(row) for row in rows])
        axes.set_ylim(len(rows) - 0.4, -0.7)
        _scale(axes, float(levels.min()), float(levels.max()))
        axes.set_xlabel(text("figure.rank_title", lang))
        axes.grid(axis="x")
        axes.spines["left"].set_visible(False)
        unwritten = caption(figure, *notes, ax=ax)
    return Chart(figure, alt, source=unwritten)


def _step(axes: Axes, position: int, step: Step, x_start: float, lang: str) -> None:
    gained = step.rank_change >= 0
    axes.barh(
        position,
        -step.rank_change,
        left=x_start,
        color=theme.REST if step.is_rest else theme.GAIN if gained else theme.LOSS,
        height=0.62,
        hatch="////" if step.hatched else None,
        edgecolor="white",
        linewidth=0,
    )
    axes.plot(
        [x_start, x_start], [position - 0.69, position + 0.31], color=theme.MUTED, linewidth=0.7
    )
    axes.annotate(
        number(step.rank_change, lang, 1, sign=True),
        (x_start - step.rank_change, position),
        xytext=(3 if gained else -3, 0),
        textcoords="offset points",
        ha="left" if gained else "right",
        va="center",
        fontsize=8.6,
    )


def _end(axes: Axes, position: int, rank: float, lang: str) -> None:
    axes.scatter(rank, position, s=70, color=theme.INK, zorder=3)
    axes.annotate(
        number(rank, lang, 0 if float(rank).is_integer() else 1),
        (rank, position),
        xytext=(8, 0),
        textcoords="offset points",
        va="center",
        fontweight="bold",
    )


def _scale(axes: Axes, low: float, high: float) -> None:
    """Scale the axis with better ranks to the right; no rank below 1 is written."""
    margin = 0.16 * max(high - low, 4)
    ticks = MaxNLocator(7, integer=True, steps=[1, 2, 5, 10]).tick_values(
        low - margin, high + margin
    )
    axes.set_xticks([tick for tick in ticks if max(1, low - margin) <= tick <= high + margin])
    axes.set_xlim(high + margin, low - margin)


def largest(table: pd.DataFrame, column: str, n_top: int, lang: str) -> list[Step]:
    """Return the largest parts by name, gains first, and the sum of the others last.

    Parameters
    ----------
    table : pandas.DataFrame
        One row per series, with `column` and, if some may not compare, comparable.
    column : str
        Places gained or lost.
    n_top : int
        Parts shown by name.
    lang : {"vi", "en"}
    """
    order = table[column].abs().sort_values(ascending=False, kind="stable").index
    displayed_rows = table.loc[order[:n_top]].sort_values(column, ascending=False, kind="stable")
    rest = table.loc[order[n_top:]]
    steps = [
        Step(
            frameworks.series_name(row["series"], lang, short=True),
            float(row[column]),
            not row.get("comparable", True),
        )
        for _, row in displayed_rows.iterrows()
    ]
    if len(rest):
        hatched = "comparable" in rest and not rest["comparable"].all()
        name = text("figure.rest", lang, n=len(rest))
        steps.append(Step(name, float(rest[column].sum()), hatched, is_rest=True))
    return steps
