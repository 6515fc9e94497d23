"""One province through the years: scores and ranks, or the scores that are available."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, MaxNLocator

from parstats.arguments import from_results, old_names
from parstats.figures import theme
from parstats.figures.chart import Chart, empty_chart, keeps_data
from parstats.panel.units import resolve_province
from parstats.reference import provinces
from parstats.reference.labels import number, text

_LINE = "#aab4b9"
# Marks of figures that are calculated and were not published.
_HOLLOW: dict[str, Any] = {
    "color": theme.PROVINCE,
    "linestyle": "none",
    "marker": "o",
    "markersize": 5,
    "markerfacecolor": "white",
    "markeredgewidth": 1.3,
}
# Lines of the provinces that merged, in a tint of the province's colour: three at most
# (mergers.csv).
_MEMBER_LOOK: dict[str, Any] = {
    "color": "#d98a6c",
    "linewidth": 1,
    "marker": ".",
    "markersize": 5,
}
_MEMBER_LINES = ("-", (0, (5, 2)), (0, (1, 1.5)))


@from_results(
    table=(
        "parstats.panel.history: year vintage quartile_1 median quartile_3 score rank "
        "n_ranked comparable_group max_score rank_break calculated rank_calculated"
    ),
)
@keeps_data("year", "score", "quartile_1", "median", "quartile_3", "rank", "n_ranked")
def history(
    table: pd.DataFrame,
    province: str,
    lang: str,
    *,
    year: int | None = None,
    members: pd.DataFrame | None = None,
) -> Chart:
    """Draw the score and rank since the first year; lines stop where years no longer compare.

    Figures of years before a merger that nobody published are hollow.

    Parameters
    ----------
    table : pandas.DataFrame
        Result of `parstats.panel.history`.
    province : str
        Name or code of the province.
    lang : {"vi", "en"}
    year : int, optional
        The year whose values are written out; the last one with a score if not given or without
        one.
    members : pandas.DataFrame, optional
        Result of `parstats.panel.member_scores`: the provinces that merged, as thin lines.
    """
    province = resolve_province(table, province)
    available = table.dropna(subset=["score"])
    named = (
        available[available["year"] == year]
        if year in set(available["year"])
        else available.tail(1)
    )
    with theme.style():
        figure = theme.new_figure(5.2)
        upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[1.35, 1])
        _scores(upper, table, named, lang)
        member_lines = _draw_members(upper, table, members, lang)
        _ranks(lower, table, named, lang)
        _legend(figure, table, province, member_lines, lang)
        years = table["year"] if members is None or members.empty else _years(table, members)
        lower.set_xticks(years, theme.year_labels(years, lang, is_first_full=True))
        lower.set_xlim(years.min() - 0.5, years.max() + 0.9)
    name = _name(table, province, lang)
    if available.empty:
        return Chart(figure, text("alt.history_empty", lang, name=name))
    about = named.iloc[0]
    alt = text(
        "alt.history",
        lang,
        name=name,
        first=int(available["year"].iloc[0]),
        last=int(available["year"].iloc[-1]),
        year=int(about["year"]),
        rank=_rank_text(about["rank"]),
        n=_rank_text(about["n_ranked"]),
    )
    if table["rank_calculated"].any():
        last = int(table.loc[table["rank_calculated"], "year"].max())
        alt = f"{alt} {text('alt.history_calculated', lang, year=last)}"
    return Chart(figure, alt)


def _years(table: pd.DataFrame, members: pd.DataFrame) -> pd.Series:
    """Return every year from the first to the last that the figure has something of."""
    years = pd.concat([table["year"], members["year"]])
    return pd.Series(range(int(years.min()), int(years.max()) + 1))


def _name(table: pd.DataFrame, province: str, lang: str) -> str:
    return theme.short_name(provinces.by_code(int(table["vintage"].iloc[0]))[province].names[lang])


def _rank_text(value: object) -> str:
    """Return a rank, or a dash where too few provinces are covered to rank."""
    return "\u2013" if pd.isna(value) else str(value)


def _segments(table: pd.DataFrame, column: str) -> list[pd.DataFrame]:
    """Return the runs of neighbouring years with figures and without a break between them."""
    available = table[table[column].notna()]
    if column == "rank":
        broken = available["rank_break"].copy()
    else:
        broken = available["comparable_group"] != available["comparable_group"].shift()
    # Calculated figures and published ones are no one line.
    broken |= available["rank_calculated"] != available["rank_calculated"].shift()
    gap = available["year"].diff() != 1
    return [part for _, part in available.groupby((broken | gap).cumsum())]


def _scores(axes: Axes, table: pd.DataFrame, named: pd.DataFrame, lang: str) -> None:
    for part in _segments(table, "median"):
        band: dict[str, Any] = {"color": theme.FAINT, "alpha": 0.75, "linewidth": 0}
        if len(part) == 1:
            year = part["year"].iloc[0]
            axes.fill_between(
                [year - 0.2, year + 0.2], *part[["quartile_1", "quartile_3"]].iloc[0], **band
            )
            axes.plot([year - 0.2, year + 0.2], [part["median"].iloc[0]] * 2, color=theme.COUNTRY)
        axes.fill_between(part["year"], part["quartile_1"], part["quartile_3"], **band)
        axes.plot(part["year"], part["median"], color=theme.COUNTRY, linewidth=1.4)
    _draw_province_line(axes, table, "score")
    for row in named.itertuples():
        _label(axes, table, row.year, row.score, number(row.score, lang))
    axes.set_title(text("figure.score_title", lang))
    axes.grid(axis="y")
    axes.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value, lang, 0)))
    axes.margins(y=0.1)
    _mark_breaks(axes, table, lang)


def _ranks(axes: Axes, table: pd.DataFrame, named: pd.DataFrame, lang: str) -> None:
    _draw_province_line(axes, table, "rank")
    for row in named.dropna(subset=["rank"]).itertuples():
        _label(axes, table, row.year, row.rank, str(row.rank))
    most = len(provinces.by_code(int(table["vintage"].iloc[0])))
    # White above and below the lines, in places: five and three of 63. By eye.
    axes.set_ylim(most * (1 + 5 / 63), 1 - most * 3 / 63)
    axes.set_yticks([1, *(most * quarter // 4 + 1 for quarter in (1, 2, 3)), most])
    axes.grid(axis="y")
    axes.set_title(text("figure.rank_title", lang))
    _dashes(axes, table.loc[table["rank_break"], "year"])


def _draw_province_line(axes: Axes, table: pd.DataFrame, column: str) -> None:
    for part in _segments(table, column):
        axes.plot(
            part["year"],
            part[column].astype(float),
            color=theme.PROVINCE,
            linewidth=2,
            marker="o",
            markersize=5,
            markeredgecolor="white",
            zorder=4,
        )
    hollow = table[table["calculated" if column == "score" else "rank_calculated"]]
    axes.plot(hollow["year"], hollow[column].astype(float), **_HOLLOW, zorder=4.5)


def _draw_members(
    axes: Axes, table: pd.DataFrame, members: pd.DataFrame | None, lang: str
) -> list[Line2D]:
    """Draw the provinces that merged as thin lines; return the lines for the legend."""
    if members is None or members.empty:
        return []
    handles = []
    group_by_year = table.set_index("year")["comparable_group"]
    groups = members.groupby("province", sort=False)
    for (code, part), style in zip(groups, _MEMBER_LINES, strict=False):
        look = _MEMBER_LOOK | {"linestyle": style}
        comparable_group = part["year"].map(group_by_year)
        for _, joined in part.groupby((comparable_group != comparable_group.shift()).cumsum()):
            axes.plot(joined["year"], joined["score"].astype(float), **look, zorder=3)
        name = provinces.by_code(int(part["vintage"].iloc[0]))[str(code)].names[lang]
        handles.append(Line2D([], [], **look, label=text("figure.member", lang, name=name)))
    return handles


def _label(axes: Axes, table: pd.DataFrame, year: int, value: float, label_text: str) -> None:
    """Write a value beside the last year, or above an earlier one, and ring its dot."""
    last = year == table["year"].max()
    axes.scatter(year, value, s=85, facecolor="none", edgecolor=theme.PROVINCE, zorder=5)
    axes.annotate(
        label_text,
        (year, value),
        xytext=(8, 0) if last else (0, 8),
        textcoords="offset points",
        va="center" if last else "bottom",
        ha="left" if last else "center",
        color=theme.PROVINCE,
        fontweight="bold",
    )


def _dashes(axes: Axes, years: pd.Series) -> None:
    """Draw a dashed line before each year that does not compare with the year before."""
    for year in years:
        axes.axvline(year - 0.5, color=_LINE, linewidth=0.9, linestyle=(0, (4, 3)))


def _mark_breaks(axes: Axes, table: pd.DataFrame, lang: str) -> None:
    """A dashed line where the overall score stops being comparable with the year before."""
    group = table["comparable_group"]
    _dashes(axes, table.loc[group != group.shift(), "year"].iloc[1:])
    scale = table["max_score"]
    for row in table[scale.notna() & (scale != scale.shift())].itertuples():
        axes.text(
            row.year - 0.42,
            0.015,
            text("figure.out_of", lang, max=number(row.max_score, lang, 0)),
            transform=axes.get_xaxis_transform(),
            fontsize=8,
            color=theme.MUTED,
            va="bottom",
            # Dashed lines of breaks and bands pass below the words, not through them.
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
            zorder=6,
        )


def _legend(
    figure: Figure, table: pd.DataFrame, province: str, member_lines: list[Line2D], lang: str
) -> None:
    line: dict[str, Any] = {"color": theme.PROVINCE, "linewidth": 2, "marker": "o", "markersize": 5}
    handles: list[Any] = [
        Line2D([], [], **line, label=_name(table, province, lang)),
        Line2D([], [], color=theme.COUNTRY, linewidth=1.4, label=text("figure.median", lang)),
        Patch(color=theme.FAINT, label=text("figure.middle_half", lang)),
        Line2D([], [], color=_LINE, linestyle=(0, (4, 3)), label=text("figure.break", lang)),
    ]
    if table[["calculated", "rank_calculated"]].any(axis=None):
        handles.insert(1, Line2D([], [], **_HOLLOW, label=text("figure.calculated", lang)))
    figure.legend(
        handles=[*handles, *member_lines], loc="outside upper left", ncols=2, handlelength=1.6
    )


@old_names(own="available_scores")
@from_results(
    available_scores=(
        "parstats.panel.available_scores: year vintage province series level score "
        "rank_printed n_ranked_printed"
    ),
    national="parstats.panel.national_scores: year mean max min",
    breaks="parstats.load_breaks: series year",
)
@keeps_data("year", "score", "max_score", "rank_printed", "n_ranked_printed")
def available_scores(
    available_scores: pd.DataFrame, national: pd.DataFrame, breaks: pd.DataFrame, lang: str
) -> Chart:
    """Draw dots for known scores and printed ranks, beside published national figures.

    Neighbouring years are joined where they compare; a year without a figure stays empty.

    Parameters
    ----------
    available_scores, national : pandas.DataFrame
        Results of `parstats.panel.available_scores` and `parstats.panel.national_scores`.
    breaks : pandas.DataFrame
        Result of `parstats.load_breaks`.
    lang : {"vi", "en"}

    Returns
    -------
    Chart
        Empty if no figure of the province is known in any year.
    """
    table = available_scores[available_scores["level"] == "index"].reset_index(drop=True)
    most = len(provinces.by_code(int(table["vintage"].iloc[0])))
    # A place on a list of ten says nothing on a scale to 63: the table has it.
    is_complete = table["n_ranked_printed"].isna() | table["n_ranked_printed"].eq(most)
    table = table.assign(rank=table["rank_printed"].where(is_complete.fillna(False)).astype(float))
    if table[["score", "rank_printed"]].isna().all(axis=None):
        return empty_chart(lang)
    breaks = breaks[breaks["series"].isin(table["series"])]
    country = national[national["year"].isin(table["year"])]
    with theme.style():
        figure = theme.new_figure(4.9)
        upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[1.35, 1])
        _country(upper, country)
        _draw_points(upper, table, "score", breaks, [number(x, lang, 1) for x in table["score"]])
        upper.set_title(text("figure.score_title", lang))
        upper.yaxis.set_major_locator(MaxNLocator(6, integer=True))
        upper.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value, lang, 0)))
        upper.margins(y=0.18)
        _draw_points(lower, table, "rank", breaks, [f"{x:.0f}" for x in table["rank"]])
        lower.set_ylim(most + 5, -9)
        lower.set_yticks([1, *(most * quarter // 4 + 1 for quarter in (1, 2, 3)), most])
        lower.set_title(text("partial.rank_title", lang))
        years = table["year"]
        lower.set_xticks(years, theme.year_labels(years, lang, is_first_full=True))
        lower.set_xlim(years.min() - 0.5, years.max() + 0.5)
        for axes in (upper, lower):
            axes.grid(axis="y")
        name = provinces.by_code(int(table["vintage"].iloc[0]))[
            available_scores["province"].iloc[0]
        ].names[lang]
        _available_legend(figure, name, len(country) > 0, lang)
    scored, ranked = table["score"].notna(), table["rank_printed"].notna()
    alt = text(
        "alt.known_years",
        lang,
        name=name,
        scored=", ".join(map(str, table.loc[scored, "year"])) or text("note.none", lang),
        ranked=", ".join(map(str, table.loc[ranked, "year"])) or text("note.none", lang),
    )
    return Chart(figure, alt, table)


def _country(axes: Axes, country: pd.DataFrame) -> None:
    """Draw the national range, where published, and the mean as a dash."""
    axes.vlines(country["year"], country["min"], country["max"], color=theme.FAINT, linewidth=7)
    axes.hlines(
        country["mean"], country["year"] - 0.22, country["year"] + 0.22, color=theme.COUNTRY
    )


def _draw_points(
    axes: Axes, table: pd.DataFrame, column: str, breaks: pd.DataFrame, label_texts: list[str]
) -> None:
    broken = table["year"].isin(breaks["year"])
    for part in _joined(table, column, broken):
        axes.plot(
            part["year"],
            part[column],
            color=theme.PROVINCE,
            linewidth=2,
            marker="o",
            markersize=6,
            markeredgecolor="white",
            zorder=4,
        )
    for year, value, label_text in zip(table["year"], table[column], label_texts, strict=True):
        if pd.notna(value):
            axes.annotate(
                label_text,
                (year, value),
                xytext=(0, 7),
                textcoords="offset points",
                ha="center",
                va="bottom",
                fontsize=8.5,
                color=theme.PROVINCE,
                fontweight="bold",
                path_effects=[withStroke(linewidth=2, foreground="white")],
                zorder=5,
            )
    _dashes(axes, table.loc[broken, "year"].iloc[1 if broken.iloc[0] else 0 :])


def _joined(table: pd.DataFrame, column: str, broken: pd.Series) -> list[pd.DataFrame]:
    """Return the runs of neighbouring years with figures and no break between them."""
    available = table[table[column].notna()]
    starts = broken[available.index] | (available["year"].diff() != 1)
    return [part for _, part in available.groupby(starts.cumsum())]


def _available_legend(figure: Figure, name: str, country: bool, lang: str) -> None:
    handles = [
        Line2D([], [], color=theme.PROVINCE, linewidth=2, marker="o", markersize=6, label=name),
        Line2D([], [], color=_LINE, linestyle=(0, (4, 3)), label=text("figure.break", lang)),
    ]
    if country:
        handles += [
            Line2D([], [], color=theme.COUNTRY, label=text("partial.mean_published", lang)),
            Line2D([], [], color=theme.FAINT, linewidth=7, label=text("partial.range", lang)),
        ]
    figure.legend(handles=handles, loc="outside upper left", ncols=2, handlelength=1.6)
