"""Which sub-dimensions drive the overall ranking of the country."""

from __future__ import annotations

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from parstats.arguments import check_integer, old_names, require_drawable
from parstats.figures import theme
from parstats.figures.caption import basis, caption, caption_height, percent, short_lines
from parstats.figures.chart import Chart, keeps_data
from parstats.figures.figure_data import Matrix
from parstats.figures.index_language import series_language
from parstats.reference import frameworks
from parstats.reference.labels import number, text

_COLUMNS = ("index", "year", "series", "share")
_SOURCE = "the table of parstats.drivers.shares"


@old_names(top="n_top")
@keeps_data("series", "share", "sens_low", "sens_high")
def shares(
    table: pd.DataFrame, lang: str, *, n_top: int | None = None, ax: Axes | None = None
) -> Chart:
    """Draw the ranked dots of the covariance shares, with their sensitivity intervals.

    Parameters
    ----------
    table : pandas.DataFrame
        Result of `parstats.drivers.shares`.
    lang : {"vi", "en"}
    n_top : int, optional
        Show so many of the largest; all if not given.
    ax : matplotlib.axes.Axes, optional
        Axes to draw into, of a figure of one's own. What else stands below the drawing is then for
        that figure to write: ``chart.source``.

    Raises
    ------
    InvalidRequest
        If the table is empty or of another kind.
    """
    require_drawable(table, [*_COLUMNS, "sens_low", "sens_high"], _SOURCE, once=["series"])
    lang = series_language(lang, table["series"])
    displayed_rows = table if n_top is None else table.head(check_integer("n_top", n_top, 1))
    equal = 100 / len(table)
    notes = [basis(table.iloc[0], lang), _sensitivity(displayed_rows, lang)]
    ends = 100 * displayed_rows[["sens_low", "sens_high"]].astype("float64")
    positions = np.arange(float(len(displayed_rows)))
    with theme.style():
        figure, axes = theme.canvas(
            0.25 * len(displayed_rows) + 1.0 + caption_height(*notes), ax=ax
        )
        axes.axvline(equal, color=theme.COUNTRY, linewidth=1, linestyle=(0, (4, 3)))
        axes.axvline(0, color=theme.FAINT, linewidth=1)
        axes.hlines(
            positions,
            ends["sens_low"],
            ends["sens_high"],
            color=theme.REGION,
            alpha=0.45,
            linewidth=3,
        )
        axes.scatter(100 * displayed_rows["share"], positions, s=46, color=theme.REGION, zorder=3)
        high = max(equal, 100 * displayed_rows["share"].max(), ends["sens_high"].fillna(0).max())
        low = min(0, 100 * displayed_rows["share"].min(), ends["sens_low"].fillna(0).min())
        for position, row in zip(positions, displayed_rows.itertuples(), strict=True):
            axes.text(
                high * 1.04,
                position,
                f"{number(100 * row.share, lang, 1)}%",
                va="center",
                fontsize=8.8,
            )
        axes.set_yticks(
            positions,
            [
                short_lines(frameworks.series_name(name, lang, short=True))
                for name in displayed_rows["series"]
            ],
        )
        axes.set_ylim(len(displayed_rows) - 0.4, -0.9)
        axes.set_xlim(low - 0.03 * (high - low) if low else 0, high * 1.16)
        axes.text(
            equal, -0.75, " " + text("figure.equal_share", lang), fontsize=8.3, color=theme.MUTED
        )
        axes.set_xlabel(text("figure.share_axis", lang))
        axes.grid(axis="x")
        axes.spines["left"].set_visible(False)
        unwritten = caption(figure, *notes, ax=ax)
    first = displayed_rows.iloc[0]
    alt = text(
        "alt.shares",
        lang,
        year=int(first["year"]),
        n=len(displayed_rows),
        first=frameworks.series_name(first["series"], lang, short=True),
        share=number(100 * first["share"], lang, 1),
    )
    return Chart(figure, alt, source=unwritten)


def _sensitivity(displayed_rows: pd.DataFrame, lang: str) -> str:
    row = displayed_rows.iloc[0]
    if displayed_rows[["sens_low", "sens_high"]].isna().all(axis=None):
        return text("figure.no_sensitivity", lang)
    if not {"sens_level", "n_draws"} <= set(row.index):
        return ""
    return text(
        "figure.sensitivity_note",
        lang,
        interval=percent(row["sens_level"], lang),
        draws=number(row["n_draws"], lang, 0),
    )


@keeps_data(matrix=Matrix("series", "year", "share"))
def share_trend(tables: pd.DataFrame, lang: str) -> Chart:
    """Draw the heat map of shares by series and year; lines mark where a framework ends.

    Parameters
    ----------
    tables : pandas.DataFrame
        Tables of `parstats.drivers.shares` for several years, one below the other.
    lang : {"vi", "en"}

    Raises
    ------
    InvalidRequest
        If the table is empty or of another kind, or holds a series twice in a year.
    """
    require_drawable(tables, _COLUMNS, _SOURCE, once=["series", "year"])
    lang = series_language(lang, tables["series"])
    order = frameworks.series()["series"]
    matrix = 100 * tables.pivot(index="series", columns="year", values="share")
    matrix = matrix.reindex([name for name in order if name in matrix.index])
    names = [frameworks.series_name(name, lang, short=True) for name in matrix.index]
    index = str(tables["index"].iloc[0])
    notes = [text("figure.trend_note", lang), _years_basis(tables, lang)]
    with theme.style():
        figure, axes = theme.canvas(0.25 * len(matrix) + 1.1 + caption_height(*notes))
        sns.heatmap(
            matrix,
            ax=axes,
            cmap="BrBG",
            center=100 * tables["share"].sum() / len(tables),
            linewidths=0.6,
            linecolor="white",
            annot=matrix.map(lambda value: number(value, lang, 0)).to_numpy(),
            fmt="",
            annot_kws={"fontsize": 7.5},
            cbar_kws={"label": text("figure.share_axis", lang), "shrink": 0.5, "aspect": 30},
            yticklabels=names,
            xticklabels=theme.year_labels(matrix.columns, lang),
        )
        axes.set(xlabel="", ylabel="")
        axes.tick_params(axis="x", rotation=0, labelsize=8)
        versions = [frameworks.framework_in_year(index, int(year)) for year in matrix.columns]
        for position in range(1, len(versions)):
            if versions[position] != versions[position - 1]:
                axes.axvline(position, color=theme.INK, linewidth=1.6)
        caption(figure, *notes)
    alt = text("alt.share_trend", lang, first=int(matrix.columns[0]), last=int(matrix.columns[-1]))
    return Chart(figure, alt)


def _years_basis(tables: pd.DataFrame, lang: str) -> str:
    if not {"n_provinces", "n_units"} <= set(tables):
        return ""
    row = tables.iloc[0]
    region = row.get("region")
    coverage_label = f"{row['index']}, {text(f'region.{region}', lang)}" if region else row["index"]
    return text(
        "figure.basis_years",
        lang,
        index=coverage_label,
        first=tables["year"].min(),
        last=tables["year"].max(),
        least=tables["n_provinces"].min(),
        most=tables["n_provinces"].max(),
        of=tables["n_units"].max(),
    )
