"""Scores and printed ranks of one province through the years, as far as they are known."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, MaxNLocator

from parstats import provinces
from parstats.figures import theme
from parstats.figures.chart import Chart
from parstats.labels import number, text

_LINE = "#aab4b9"


def known_years(
    own: pd.DataFrame, national: pd.DataFrame, breaks: pd.DataFrame, lang: str
) -> Chart | None:
    """Dots where a score or a printed rank is known, beside what was published of the country.

    Neighbouring years are joined where they compare; a year without a figure stays empty.

    Parameters
    ----------
    own : pandas.DataFrame
        As `parstats.panel.own_figures` gives it.
    national : pandas.DataFrame
        As `parstats.panel.national` gives it.
    breaks : pandas.DataFrame
        As `parstats.load_breaks` gives them.
    lang : {"vi", "en"}
        Language.

    Returns
    -------
    Chart or None
        None if no figure of the province is known in any year.
    """
    table = own[own["level"] == "index"].reset_index(drop=True)
    most = len(provinces.by_code(int(table["vintage"].iloc[0])))
    # A place on a list of ten says nothing on a scale to 63: the table has it.
    whole = table["n_ranked_printed"].isna() | table["n_ranked_printed"].eq(most)
    table = table.assign(rank=table["rank_printed"].where(whole.fillna(False)).astype(float))
    if table[["score", "rank_printed"]].isna().all(axis=None):
        return None
    breaks = breaks[breaks["series"].isin(table["series"])]
    country = national[national["year"].isin(table["year"])]
    with theme.style():
        figure = Figure(figsize=(theme.WIDTH, 4.9), layout="constrained")
        FigureCanvasAgg(figure)
        upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[1.35, 1])
        _country(upper, country)
        _own(upper, table, "score", breaks, [number(x, lang, 1) for x in table["score"]])
        upper.set_title(text("figure.score_title", lang))
        upper.yaxis.set_major_locator(MaxNLocator(6, integer=True))
        upper.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value, lang, 0)))
        upper.margins(y=0.18)
        _own(lower, table, "rank", breaks, [f"{x:.0f}" for x in table["rank"]])
        lower.set_ylim(most + 5, -9)
        lower.set_yticks([1, *(most * quarter // 4 + 1 for quarter in (1, 2, 3)), most])
        lower.set_title(text("partial.rank_title", lang))
        years = table["year"]
        lower.set_xticks(years, [f"'{y % 100:02d}" if i else str(y) for i, y in enumerate(years)])
        lower.set_xlim(years.min() - 0.5, years.max() + 0.5)
        for axes in (upper, lower):
            axes.grid(axis="y")
        name = provinces.by_code(int(table["vintage"].iloc[0]))[own["province"].iloc[0]].names[lang]
        _legend(figure, name, len(country) > 0, lang)
    scored, ranked = table["score"].notna(), table["rank_printed"].notna()
    alt = text(
        "alt.known_years",
        lang,
        name=name,
        scored=", ".join(map(str, table.loc[scored, "year"])) or text("note.none", lang),
        ranked=", ".join(map(str, table.loc[ranked, "year"])) or text("note.none", lang),
    )
    return Chart(figure, alt)


def _country(axes: Axes, country: pd.DataFrame) -> None:
    """From the lowest to the highest, where both were published, and the mean as a dash."""
    axes.vlines(country["year"], country["min"], country["max"], color=theme.FAINT, linewidth=7)
    axes.hlines(
        country["mean"], country["year"] - 0.22, country["year"] + 0.22, color=theme.COUNTRY
    )


def _own(
    axes: Axes, table: pd.DataFrame, column: str, breaks: pd.DataFrame, words: list[str]
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
    for year, value, word in zip(table["year"], table[column], words, strict=True):
        if pd.notna(value):
            axes.annotate(
                word,
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
    for year in table.loc[broken, "year"].iloc[1 if broken.iloc[0] else 0 :]:
        axes.axvline(year - 0.5, color=_LINE, linewidth=0.9, linestyle=(0, (4, 3)))


def _joined(table: pd.DataFrame, column: str, broken: pd.Series) -> list[pd.DataFrame]:
    """Runs of neighbouring years with figures and no break between them."""
    known = table[table[column].notna()]
    starts = broken[known.index] | (known["year"].diff() != 1)
    return [part for _, part in known.groupby(starts.cumsum())]


def _legend(figure: Figure, name: str, country: bool, lang: str) -> None:
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
