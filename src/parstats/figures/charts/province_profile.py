"""One province among all: its overall position, and its percentile in every sub-dimension."""

from __future__ import annotations

from typing import Any

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from parstats.arguments import from_results
from parstats.figures import theme
from parstats.figures.chart import Chart, empty_chart, keeps_data
from parstats.figures.index_language import series_language
from parstats.panel.units import resolve_province
from parstats.reference import frameworks, provinces
from parstats.reference.labels import check_language, number, text


@from_results(
    ranking="parstats.panel.ranks: province vintage score rank quartile",
)
@keeps_data("province", "score", "rank", "quartile")
def position(ranking: pd.DataFrame, province: str, lang: str, *, ax: Axes | None = None) -> Chart:
    """Draw one dot per province along the overall score, one of them named.

    Parameters
    ----------
    ranking : pandas.DataFrame
        A ranking, from `parstats.panel.ranks`.
    province : str
        Name or code of the province to name.
    lang : {"vi", "en"}
    ax : matplotlib.axes.Axes, optional
        Axes to draw into, of a figure of one's own. What else stands below the drawing is then for
        that figure to write: ``chart.source``.

    Returns
    -------
    Chart
        Empty if the province is not in the ranking.
    """
    province = resolve_province(ranking, province)
    if province not in set(ranking["province"]):
        return empty_chart(lang)
    table = ranking
    province_row = table.set_index("province").loc[province]
    with theme.style():
        figure, axes = theme.canvas(2.35, ax=ax)
        # seaborn draws the whole figure to place the dots, and places them anew when it is drawn.
        layout = figure.get_layout_engine()
        if layout is not None:
            figure.set_layout_engine("none")
        sns.swarmplot(
            x=table["score"].astype(float),
            hue=table["quartile"],
            palette=theme.QUARTILES,
            size=6,
            ax=axes,
            legend=False,
        )
        if layout is not None:
            figure.set_layout_engine(layout)
        name = theme.short_name(provinces.by_code(province_row["vintage"])[province].names[lang])
        # A ring in ink tells it from all groups whatever colours a reader sees, and its dot keeps
        # the colour of its group.
        axes.scatter(
            province_row["score"],
            0,
            s=36,
            color=theme.QUARTILES[int(province_row["quartile"])],
            edgecolor="white",
            linewidth=1.2,
            zorder=5,
        )
        axes.scatter(
            *(province_row["score"], 0),
            s=150,
            facecolor="none",
            edgecolor=theme.INK,
            zorder=6,
            linewidth=1.8,
        )
        axes.annotate(
            f"{name} {number(province_row['score'], lang)}",
            (province_row["score"], 0),
            xytext=(0, 30),
            textcoords="offset points",
            ha=_side(province_row["score"], table["score"]),
            color=theme.INK,
            fontweight="bold",
            arrowprops={"arrowstyle": "-", "color": theme.INK, "shrinkB": 8},
        )
        _name_ends(axes, table, province, lang)
        axes.set(xlabel=text("figure.points", lang), yticks=[], ylabel="")
        axes.set_ylim(0.55, -0.6)
        axes.spines["left"].set_visible(False)
        axes.margins(x=0.06)
        if ax is None:
            _group_legend(figure, table["quartile"], lang)
    alt = text(
        "alt.position",
        lang,
        name=name,
        score=number(province_row["score"], lang),
        rank=int(province_row["rank"]),
        n=len(table),
    )
    return Chart(figure, alt)


def _group_legend(figure: Figure, quartiles: pd.Series, lang: str) -> None:
    """Name the colours of the groups that there are."""
    look: dict[str, Any] = {"linestyle": "", "marker": "o", "markersize": 6}
    handles = [
        Line2D(
            *([], []),
            color=theme.QUARTILES[quartile],
            **look,
            label=text(f"quartile_short.{quartile}", lang),
        )
        for quartile in sorted(quartiles.dropna().astype(int).unique())
    ]
    figure.legend(
        handles=handles, loc="outside upper left", ncols=2, handletextpad=0.1, columnspacing=1.0
    )


def _side(score: float, scores: pd.Series) -> str:
    """Return where the label goes so that it stays inside the axes."""
    position_in_range = (score - scores.min()) / (scores.max() - scores.min())
    return "left" if position_in_range < 0.2 else "right" if position_in_range > 0.8 else "center"


def _name_ends(axes: Axes, table: pd.DataFrame, province: str, lang: str) -> None:
    """Name the first and the last province below their dots."""
    for row, side in ((table.iloc[0], "right"), (table.iloc[-1], "left")):
        if row["province"] == province:
            continue
        name = theme.short_name(provinces.by_code(row["vintage"])[row["province"]].names[lang])
        axes.annotate(
            f"{name} {number(row['score'], lang)}",
            (row["score"], 0),
            xytext=(4 if side == "right" else -4, -17),
            textcoords="offset points",
            ha=side,
            va="top",
            fontsize=8.5,
            color=theme.MUTED,
        )


# Inches per row: letters of 9 points and some white. By eye.
_ROW = 0.232


@from_results(
    table=(
        "parstats.panel.profile: series parent vintage score max_score percentile percentile_region"
    ),
)
@keeps_data("series", "score", "max_score", "percentile", "percentile_region")
def profile(table: pd.DataFrame, province: str | None = None, lang: str = "vi") -> Chart:
    """Draw the province's percentile and its region's by sub-dimension.

    Parameters
    ----------
    table : pandas.DataFrame
        Result of `parstats.panel.profile`.
    lang : {"vi", "en"}
    province : str, optional
        Name or code, to name the province in the description.

    Returns
    -------
    Chart
        Empty for an empty profile.
    """
    check_language(lang)
    if table.empty:
        return empty_chart(lang)
    if province is not None:
        province = resolve_province(table, province)
    lang = series_language(lang, table["series"])
    rows = _rows(table)
    with theme.style():
        figure, axes = theme.canvas(_ROW * (len(rows) + 4))
        for x_start, colour in zip(
            (0, 25, 50, 75), ("#f6eee2", "#fbf7ef", "#eff7f6", "#e1efee"), strict=True
        ):
            axes.axvspan(x_start, x_start + 25, color=colour, linewidth=0)
        axes.axvline(50, color=theme.COUNTRY, linewidth=1)
        _draw(axes, rows, lang)
        axes.set_yticks(range(len(rows)), [_row_name(row, lang) for row in rows])
        for label, row in zip(axes.get_yticklabels(), rows, strict=True):
            label.set_fontweight("bold" if isinstance(row, str) else "normal")
            label.set_fontsize(9 if isinstance(row, str) else 9.3)
        axes.set_ylim(len(rows) - 0.4, -0.8)
        axes.set_xlim(-3, 103)
        axes.set_xticks([0, 25, 50, 75, 100])
        axes.set_xlabel(text("figure.percentile", lang))
        axes.spines[["left", "bottom"]].set_visible(False)
        _legend(axes, lang, with_regions=table["percentile_region"].notna().any())
    best = table.loc[table["percentile"].idxmax()]
    worst = table.loc[table["percentile"].idxmin()]
    alt = text(
        "alt.profile",
        lang,
        name=_name(table, province, lang),
        n=len(table),
        above=int((table["percentile"] > 50).sum()),
        best=frameworks.series_name(best["series"], lang, short=True),
        worst=frameworks.series_name(worst["series"], lang, short=True),
    )
    return Chart(figure, alt)


def _name(table: pd.DataFrame, province: str | None, lang: str) -> str:
    if province is None:
        return ""
    return provinces.by_code(int(table["vintage"].iloc[0]))[province].names[lang]


def _rows(table: pd.DataFrame) -> list[str | pd.Series]:
    """Names of dimensions and rows of their sub-dimensions, as they go down the figure."""
    rows: list[str | pd.Series] = []
    for parent, part in table.groupby("parent", sort=False):
        rows.append(str(parent))
        rows += [row for _, row in part.iterrows()]
    return rows


def _row_name(row: str | pd.Series, lang: str) -> str:
    if isinstance(row, str):
        return frameworks.series_name(row, lang, short=True)
    return frameworks.series_name(row["series"], lang, short=True)


def _draw(axes: Axes, rows: list[str | pd.Series], lang: str) -> None:
    """Draw lines, regions and provinces in one collection each: several times faster."""
    series_rows = pd.DataFrame(
        {position: row for position, row in enumerate(rows) if not isinstance(row, str)}
    ).T
    percentile = series_rows["percentile"].astype(float)
    colours = [theme.QUARTILES[theme.quartile(value)] for value in percentile]
    axes.hlines(series_rows.index, 50, percentile, color=colours, linewidth=2, alpha=0.55)
    axes.scatter(
        series_rows["percentile_region"].astype(float),
        series_rows.index,
        marker="D",
        s=24,
        facecolor="white",
        edgecolor=theme.REGION,
        linewidth=1.2,
        zorder=3,
    )
    axes.scatter(percentile, series_rows.index, s=52, color=colours, edgecolor="white", zorder=4)
    filled = series_rows.get("is_filled", pd.Series(False, index=series_rows.index)).astype(bool)
    hollow: dict[str, Any] = {"facecolor": "white", "edgecolor": theme.MUTED, "linewidth": 1.2}
    axes.scatter(percentile[filled], series_rows.index[filled], s=52, zorder=5, **hollow)
    for position, row in series_rows.iterrows():
        if filled[position]:
            axes.text(
                105,
                position,
                text("table.not_assessed", lang),
                va="center",
                fontsize=8.3,
                color=theme.MUTED,
                clip_on=False,
            )
            continue
        score = number(row["score"], lang)
        if pd.notna(row["max_score"]):
            score += f"/{number(row['max_score'], lang, 2 if row['max_score'] % 1 else 0)}"
        axes.text(105, position, score, va="center", fontsize=8.3, color=theme.MUTED, clip_on=False)


def _legend(axes: Axes, lang: str, *, with_regions: bool) -> None:
    dot: dict[str, Any] = {"linestyle": "none", "marker": "o", "markersize": 7}
    handles = [
        Line2D([], [], color=theme.QUARTILES[q], **dot, label=text(f"quartile_short.{q}", lang))
        for q in (1, 2, 3, 4)
    ]
    region: dict[str, Any] = {
        "linestyle": "none",
        "marker": "D",
        "markersize": 5,
        "markerfacecolor": "white",
        "markeredgecolor": theme.REGION,
    }
    if with_regions:
        handles.append(Line2D([], [], **region, label=text("figure.region_median", lang)))
    handles.append(Line2D([], [], color=theme.COUNTRY, label=text("figure.median", lang)))
    axes.figure.legend(handles=handles, loc="outside upper left", ncols=2, handletextpad=0.4)
