"""Which sub-dimensions drive the overall ranking of the country."""

from __future__ import annotations

import numpy as np
import pandas as pd
import seaborn as sns

from parstats.arguments import require_drawable, whole_number
from parstats.figures import theme
from parstats.figures.caption import basis, caption, caption_height, percent, short_lines
from parstats.figures.chart import Chart
from parstats.reference import frameworks
from parstats.reference.labels import number, text

_COLUMNS = ("index", "year", "series", "share")
_SOURCE = "the table of parstats.drivers.shares"


def shares(table: pd.DataFrame, lang: str, *, top: int | None = None) -> Chart:
    """Ranked dots of the covariance shares, with their sensitivity intervals.

    Parameters
    ----------
    table : pandas.DataFrame
        As `parstats.drivers.shares` gives it.
    lang : {"vi", "en"}
        Language.
    top : int, optional
        Show so many of the largest; all if not given.

    Raises
    ------
    InvalidRequest
        If the table is empty or another one.
    """
    require_drawable(table, [*_COLUMNS, "ci_low", "ci_high"], _SOURCE, once=["series"])
    shown = table if top is None else table.head(whole_number("top", top, 1))
    equal = 100 / len(table)
    notes = [basis(table.iloc[0], lang), _sensitivity(shown, lang)]
    ends = 100 * shown[["ci_low", "ci_high"]].astype("float64")
    places = np.arange(float(len(shown)))
    with theme.style():
        figure, axes = theme.canvas(0.25 * len(shown) + 1.0 + caption_height(*notes))
        axes.axvline(equal, color=theme.COUNTRY, linewidth=1, linestyle=(0, (4, 3)))
        axes.axvline(0, color=theme.FAINT, linewidth=1)
        axes.hlines(
            places,
            ends["ci_low"],
            ends["ci_high"],
            color=theme.REGION,
            alpha=0.45,
            linewidth=3,
        )
        axes.scatter(100 * shown["share"], places, s=46, color=theme.REGION, zorder=3)
        high = max(equal, 100 * shown["share"].max(), ends["ci_high"].fillna(0).max())
        low = min(0, 100 * shown["share"].min(), ends["ci_low"].fillna(0).min())
        for place, row in zip(places, shown.itertuples(), strict=True):
            axes.text(
                high * 1.04,
                place,
                f"{number(100 * row.share, lang, 1)} %",
                va="center",
                fontsize=8.8,
            )
        axes.set_yticks(
            places,
            [short_lines(frameworks.name_of(name, lang, short=True)) for name in shown["series"]],
        )
        axes.set_ylim(len(shown) - 0.4, -0.9)
        axes.set_xlim(low - 0.03 * (high - low) if low else 0, high * 1.16)
        axes.text(
            equal, -0.75, " " + text("figure.equal_share", lang), fontsize=8.3, color=theme.MUTED
        )
        axes.set_xlabel(text("figure.share_axis", lang))
        axes.grid(axis="x")
        axes.spines["left"].set_visible(False)
        caption(figure, *notes)
    first = shown.iloc[0]
    alt = text(
        "alt.shares",
        lang,
        year=int(first["year"]),
        n=len(shown),
        first=frameworks.name_of(first["series"], lang, short=True),
        share=number(100 * first["share"], lang, 1),
    )
    return Chart(figure, alt)


def _sensitivity(shown: pd.DataFrame, lang: str) -> str:
    row = shown.iloc[0]
    if shown[["ci_low", "ci_high"]].isna().all(axis=None):
        return text("figure.no_sensitivity", lang)
    if not {"interval", "draws"} <= set(row.index):
        return ""
    return text(
        "figure.sensitivity_note",
        lang,
        interval=percent(row["interval"], lang),
        draws=number(row["draws"], lang, 0),
    )


def share_trend(tables: pd.DataFrame, lang: str) -> Chart:
    """Heat map of shares by series and year; lines stand where a framework ends.

    Parameters
    ----------
    tables : pandas.DataFrame
        Tables of `parstats.drivers.shares` for several years, one below the other.
    lang : {"vi", "en"}
        Language.

    Raises
    ------
    InvalidRequest
        If the table is empty or another one, or holds a series twice in a year.
    """
    require_drawable(tables, _COLUMNS, _SOURCE, once=["series", "year"])
    order = frameworks.series()["series"]
    matrix = 100 * tables.pivot(index="series", columns="year", values="share")
    matrix = matrix.reindex([name for name in order if name in matrix.index])
    names = [frameworks.name_of(name, lang, short=True) for name in matrix.index]
    index = str(tables["index"].iloc[0])
    notes = [text("figure.trend_note", lang), _basis_of_years(tables, lang)]
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
            xticklabels=[f"'{year % 100:02d}" for year in matrix.columns],
        )
        axes.set(xlabel="", ylabel="")
        axes.tick_params(axis="x", rotation=0, labelsize=8)
        versions = [frameworks.framework_of(index, int(year)) for year in matrix.columns]
        for place in range(1, len(versions)):
            if versions[place] != versions[place - 1]:
                axes.axvline(place, color=theme.INK, linewidth=1.6)
        caption(figure, *notes)
    alt = text("alt.share_trend", lang, first=int(matrix.columns[0]), last=int(matrix.columns[-1]))
    return Chart(figure, alt)


def _basis_of_years(tables: pd.DataFrame, lang: str) -> str:
    if not {"n_provinces", "n_of"} <= set(tables):
        return ""
    row = tables.iloc[0]
    region = row.get("region")
    place = f"{row['index']}, {text(f'region.{region}', lang)}" if region else row["index"]
    return text(
        "figure.basis_years",
        lang,
        index=place,
        first=tables["year"].min(),
        last=tables["year"].max(),
        least=tables["n_provinces"].min(),
        most=tables["n_provinces"].max(),
        of=tables["n_of"].max(),
    )
