"""How far each rank may move: one row per province."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from parstats import errors
from parstats.arguments import check_integer, old_names, require_drawable
from parstats.figures import theme
from parstats.figures.caption import basis, caption, caption_height, percent
from parstats.figures.chart import Chart, keeps_data
from parstats.panel.units import resolve_province
from parstats.reference import provinces
from parstats.reference.labels import number, text

Kind = Literal["robustness", "interval"]
KINDS: tuple[str, ...] = get_args(Kind)

# Inches per row: one name and some white. By eye.
_ROW = 0.165
# Columns of best and worst rank, and of the share of draws or the probability of such a range.
_RANGE = {
    "robustness": ("rank_range_low", "rank_range_high", "range_level"),
    "interval": ("rank_ci_low", "rank_ci_high", "ci_level"),
}


@old_names(columns="n_columns")
@keeps_data(
    *(
        "province",
        "rank",
        "rank_median",
        "rank_range_low",
        "rank_range_high",
        "rank_ci_low",
        "rank_ci_high",
    )
)
def rank_ranges(
    table: pd.DataFrame,
    lang: str,
    *,
    kind: str = "robustness",
    highlight: str | None = None,
    n_columns: int = 1,
) -> Chart:
    """Draw the range of ranks of every province, best first, with its rank.

    Parameters
    ----------
    table : pandas.DataFrame
        As `parstats.drivers.robustness` (its ranks) or `parstats.drivers.rank_intervals` gives it:
        province, vintage, rank, the best and the worst rank (rank_range_low and rank_range_high, or
        rank_ci_low and rank_ci_high) with the level of that range, and, if wanted,
        rank_median. A province without a span has its rank only, and the caption says so.
    lang : {"vi", "en"}
    kind : {"robustness", "interval"}
        What the span is: the middle of the draws of weights and methods, or a confidence set.
    highlight : str, optional
        Code of a province to stress.
    n_columns : int
        Panels side by side that share the provinces: two make 63 of them fit a slide.

    Raises
    ------
    InvalidRequest, UnknownChoice
        If the table is empty or of another kind; if the kind does not exist, or the code to stress.
    """
    if kind not in KINDS:
        raise errors.UnknownChoice("kind of rank ranges", kind, KINDS)
    n_columns = check_integer("n_columns", n_columns, 1)
    ordered = _ordered(table, kind)
    provinces_by_code = provinces.by_code(int(ordered["vintage"].iloc[0]))
    if highlight is not None:
        highlight = resolve_province(ordered, highlight)
    ordered = ordered.assign(
        own=ordered["province"] == highlight,
        name=[
            theme.short_name(provinces_by_code[code].names[lang]) for code in ordered["province"]
        ],
    )
    notes = _notes(ordered, kind, lang)
    if highlight is not None and not ordered["own"].any():
        notes.insert(
            0, text("figure.unranked", lang, name=provinces_by_code[highlight].names[lang])
        )
    rows = -(-len(ordered) // n_columns)
    panels = [ordered.iloc[first : first + rows] for first in range(0, len(ordered), rows)]
    with theme.style():
        height = _ROW * rows + 1.35 + caption_height(*notes)
        figure = theme.new_figure(height, theme.WIDTH * len(panels))
        for axes, panel in zip(
            figure.subplots(1, len(panels), squeeze=False)[0], panels, strict=True
        ):
            _panel(axes, panel, rows)
            _scales(axes, ordered, lang)
        handles = _handles(ordered, kind, lang)
        figure.legend(handles=handles, loc="outside upper left", ncols=3, columnspacing=1.2)
        caption(figure, *notes)
    return Chart(figure, _alt(ordered, kind, ordered["name"].iloc[0], lang))


def _ordered(table: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Return the rows with a rank, best first."""
    columns = ["province", "vintage", "rank", *_RANGE[kind]]
    maker = "robustness" if kind == "robustness" else "rank_intervals"
    source = f"the ranks of parstats.drivers.{maker}"
    require_drawable(table, columns, source, once=["province"])
    ordered = table.dropna(subset=["rank"]).sort_values(["rank", columns[3], "province"])
    require_drawable(ordered, columns, f"{source}, with ranks")
    return ordered.rename(columns=dict(zip(_RANGE[kind], ("low", "high", "range"), strict=True)))


def _panel(axes: Axes, panel: pd.DataFrame, rows: int) -> None:
    """Provinces of a panel; all panels are as high as the first."""
    _spans(axes, panel, np.where(panel["own"], theme.PROVINCE, theme.REGION))
    axes.set_yticks(range(len(panel)), panel["name"].tolist())
    axes.tick_params(axis="y", labelsize=7.8)
    for label, stressed in zip(axes.get_yticklabels(), panel["own"], strict=True):
        label.set_fontweight("bold" if stressed else "normal")
    axes.set_ylim(rows - 0.4, -0.8)


def _spans(axes: Axes, ordered: pd.DataFrame, colours: np.ndarray) -> None:
    positions = np.arange(float(len(ordered)))
    for position in positions[5::10]:
        axes.axhspan(position - 0.5, position + 4.5, color="#f6f8f9", linewidth=0, zorder=0)
    low, high = (ordered[end].astype("float64") for end in ("low", "high"))
    axes.hlines(positions, low, high, color=colours, alpha=0.4, linewidth=4)
    if "rank_median" in ordered:
        axes.scatter(ordered["rank_median"], positions, marker="|", s=40, color=colours, zorder=2)
    axes.scatter(ordered["rank"], positions, s=16, color=colours, zorder=3)


def _scales(axes: Axes, ordered: pd.DataFrame, lang: str) -> None:
    """One scale of ranks for all panels."""
    worst = int(np.nanmax(ordered[["rank", "high"]].astype("float64").to_numpy()))
    axes.set_xticks(theme.rank_ticks(worst))
    axes.set_xlim(0, worst + 1)
    axes.set_xlabel(text("figure.rank_title", lang))
    axes.xaxis.set_label_position("top")
    axes.xaxis.tick_top()
    axes.grid(axis="x")
    axes.spines[["left", "bottom"]].set_visible(False)


def _share(ordered: pd.DataFrame, kind: str, lang: str) -> str:
    return percent(float(ordered["range"].iloc[0]), lang)


def _handles(ordered: pd.DataFrame, kind: str, lang: str) -> list[Line2D]:
    colour = theme.REGION
    label_text = text("figure.range_rank", lang)
    handles = [
        Line2D([], [], color=colour, marker="o", markersize=4, linestyle="", label=label_text)
    ]
    if ordered["low"].notna().any():
        label_text = text(f"figure.range_{kind}", lang, share=_share(ordered, kind, lang))
        handles.append(Line2D([], [], color=colour, alpha=0.4, linewidth=4, label=label_text))
    if "rank_median" in ordered:
        label_text = text("figure.range_median", lang)
        median = Line2D(
            [], [], color=colour, marker="|", markersize=7, linestyle="", label=label_text
        )
        handles.append(median)
    return handles


def _notes(ordered: pd.DataFrame, kind: str, lang: str) -> list[str]:
    row = ordered.iloc[0]
    without = int((ordered["low"].isna() | ordered["high"].isna()).sum())
    notes = [basis(row, lang)]
    if without == len(ordered):
        return [text("figure.range_none", lang), *notes]
    if without:
        notes.insert(0, text("figure.range_partly", lang, n=without))
    if kind == "robustness" and "n_draws" in ordered:
        draws = number(row["n_draws"], lang, 0)
        notes.append(text("figure.range_robustness_note", lang, draws=draws))
    if kind == "interval" and "method" in ordered:
        notes.append(text(f"figure.range_{row['method']}", lang))
    return notes


def _alt(ordered: pd.DataFrame, kind: str, first: str, lang: str) -> str:
    width = (ordered["high"] - ordered["low"]).astype("float64").median()
    if np.isnan(width):
        return text("alt.rank_alone", lang, n=len(ordered), first=first)
    return text(
        f"alt.rank_{kind}",
        lang,
        n=len(ordered),
        first=first,
        width=number(width, lang, 0 if float(width).is_integer() else 1),
        share=_share(ordered, kind, lang),
    )
