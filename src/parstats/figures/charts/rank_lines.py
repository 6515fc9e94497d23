"""Ranks of several provinces through the years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from parstats import errors
from parstats.arguments import require_drawable
from parstats.figures import theme
from parstats.figures.caption import caption, caption_height
from parstats.figures.chart import Chart, keeps_data
from parstats.figures.figure_data import Matrix
from parstats.panel.units import resolve_province, with_vintage
from parstats.reference import provinces
from parstats.reference.labels import text

_COLOURS = (theme.PROVINCE, theme.REGION, theme.GAIN, theme.LOSS, theme.INK)
# From the sixth province on colours come again, with another line and another mark.
_LINES = (("-", "o"), ("--", "s"), (":", "D"))
MOST_STRESSED = len(_COLOURS) * len(_LINES)
# Ranks between two names at the right end, so that they do not overlap. By eye.
_LABEL_DISTANCE = 3.4


@dataclass(frozen=True)
class _Look:
    colour: str
    line: str = "-"
    mark: str = "o"
    width: float = 2.2
    size: float = 4.0
    layer: int = 3


_BACKGROUND_LOOK = _Look(theme.FAINT, width=1.0, size=1.2, layer=1)


@keeps_data(matrix=Matrix("province", "year", "rank"))
def bumps(
    tables: pd.DataFrame, lang: str, *, highlight: Sequence[str] = (), ax: Axes | None = None
) -> Chart:
    """Draw rank lines of all provinces, some highlighted and named, with gaps at breaks.

    A line also stops at a year without a rank of the province. Where the last rank of a stressed
    province is of an earlier year than that of the others, the year is written at its name.

    Parameters
    ----------
    tables : pandas.DataFrame
        index, year, province, vintage and rank of several years; with a column rank_break where
        ranks compare badly with the year before.
    lang : {"vi", "en"}
    highlight : sequence of str
        Codes to stress, at most 15; the three first of the last year if empty.
    ax : matplotlib.axes.Axes, optional
        Axes to draw into, of a figure of one's own. What else stands below the drawing is then for
        that figure to write: ``chart.source``.

    Raises
    ------
    InvalidRequest
        If the table is empty or of another kind, no province has a rank in any year, or too many
        are to be stressed.
    UnknownChoice, VintageCrossed
        If a code to stress does not exist; if the years are of the 63 and of the 34 provinces.
    """
    ranks = _ranks(tables)
    tables = with_vintage(tables)
    provinces_by_code = provinces.by_code(int(tables["vintage"].iloc[0]))
    last = ranks.iloc[-1].dropna().sort_values(kind="stable")
    highlight = [highlight] if isinstance(highlight, str) else highlight
    codes = [resolve_province(tables, province) for province in highlight]
    requested = list(dict.fromkeys(codes)) or last.index[:3].tolist()
    _check_codes(requested, provinces_by_code)
    stressed = [code for code in requested if code in ranks]
    breaks = sorted(tables.loc[tables["rank_break"].astype(bool), "year"].unique().tolist())
    notes = _notes(tables, ranks, breaks, lang)
    absent = ", ".join(
        provinces_by_code[code].names[lang] for code in requested if code not in ranks
    )
    if absent:
        notes.insert(0, text("figure.bumps_absent", lang, names=absent))
    names = {code: theme.short_name(provinces_by_code[code].names[lang]) for code in stressed}
    with theme.style():
        figure, axes = theme.canvas(4.4 + caption_height(*notes), ax=ax)
        for code in ranks:
            _line(axes, ranks[code], breaks, _BACKGROUND_LOOK)
        for code, look in zip(stressed, _looks(len(stressed)), strict=True):
            _line(axes, ranks[code], breaks, look)
        _names(axes, ranks, names)
        for year in breaks:
            if ranks.index[0] < year <= ranks.index[-1]:
                axes.axvline(year - 0.5, color=theme.INK, linewidth=1, linestyle=(0, (4, 3)))
        _scales(axes, ranks, lang)
        unwritten = caption(figure, *notes, ax=ax)
    return Chart(figure, _alt(ranks, names, lang), source=unwritten)


def _ranks(tables: pd.DataFrame) -> pd.DataFrame:
    """Return ranks as a matrix of all years by provinces with any rank."""
    columns = ["index", "year", "province", "vintage", "rank", "rank_break"]
    source = "parstats.panel.ranks of several years, with the column rank_break"
    require_drawable(tables, columns, source)
    if tables["vintage"].nunique() > 1:
        raise errors.VintageCrossed(
            "cannot draw ranks of the 63 and of the 34 provinces in one figure; "
            "keep the years of one of them"
        )
    ranked = tables.dropna(subset=["rank"])
    if ranked.empty:
        raise errors.InvalidRequest(
            "nothing to draw: no province has a rank in any of the years; "
            "a ranking needs 90 % of the provinces (parstats.panel.coverage)"
        )
    require_drawable(ranked, columns, source, once=["year", "province"])
    table = ranked.pivot(index="year", columns="province", values="rank").astype("float64")
    return table.reindex(range(int(table.index.min()), int(table.index.max()) + 1))


def _check_codes(codes: Sequence[str], provinces_by_code: dict[str, provinces.Province]) -> None:
    for code in codes:
        if code not in provinces_by_code:
            raise errors.UnknownChoice("code of a province", code, provinces_by_code)
    if len(codes) > MOST_STRESSED:
        raise errors.InvalidRequest(
            f"cannot stress {len(codes)} provinces in one figure: at most {MOST_STRESSED} can be "
            "told apart"
        )


def _notes(tables: pd.DataFrame, ranks: pd.DataFrame, breaks: list[int], lang: str) -> list[str]:
    counts = ranks.notna().sum(axis=1)
    counts = counts[counts > 0]
    first, last = ranks.index[0], ranks.index[-1]
    notes = [
        text(
            "figure.bumps_note",
            lang,
            index=tables["index"].iloc[0],
            first=first,
            last=last,
            least=counts.min(),
            most=counts.max(),
        )
    ]
    years = ", ".join(f"{year - 1}–{year}" for year in breaks if first < year <= last)
    return [*notes, text("figure.bumps_break", lang, years=years)] if years else notes


def _looks(count: int) -> list[_Look]:
    return [_Look(colour, line, mark) for line, mark in _LINES for colour in _COLOURS][:count]


def _line(axes: Axes, ranks: pd.Series, breaks: list[int], look: _Look) -> None:
    """A line that stops at missing years and at breaks of ranking."""
    groups = pd.Series(ranks.index).map(lambda year: sum(year >= cut for cut in breaks))
    for _, part in ranks.groupby(groups.to_numpy()):
        axes.plot(
            part.index,
            part,
            color=look.colour,
            linewidth=look.width,
            linestyle=look.line,
            marker=look.mark,
            markersize=look.size,
            zorder=look.layer,
        )


def _names(axes: Axes, ranks: pd.DataFrame, names: dict[str, str]) -> None:
    """Names at the right end, pushed apart where they would overlap."""
    looks = dict(zip(names, _looks(len(names)), strict=True))
    ends = {code: ranks[code].dropna() for code in names}
    last = ranks.index[-1]
    placed = sorted((float(end.iloc[-1]), code) for code, end in ends.items())
    heights = _spread_labels(
        [rank for rank, _ in placed], _LABEL_DISTANCE, float(np.nanmax(ranks.to_numpy()))
    )
    for (rank, code), height in zip(placed, heights, strict=True):
        year = ends[code].index[-1]
        when = "" if year == last else f" ({year})"
        axes.annotate(
            f"{names[code]} {rank:.0f}{when}",
            (last, height),
            xytext=(9, 0),
            textcoords="offset points",
            color=looks[code].colour,
            va="center",
            fontsize=9,
            fontweight="bold",
            annotation_clip=False,
        )


def _spread_labels(requested: list[float], distance: float, lowest: float) -> list[float]:
    """Return the spread label heights in order, at least `distance` apart, none too low."""
    heights: list[float] = []
    for height in requested:
        heights.append(max(height, heights[-1] + distance) if heights else height)
    bound = max(lowest, distance * (len(requested) - 1))
    for position in range(len(heights) - 1, -1, -1):
        heights[position] = min(heights[position], bound)
        bound = heights[position] - distance
    return heights


def _scales(axes: Axes, ranks: pd.DataFrame, lang: str) -> None:
    years, worst = ranks.index, float(np.nanmax(ranks.to_numpy()))
    axes.set_xticks(years, theme.year_labels(years, lang))
    axes.set_yticks(theme.rank_ticks(worst))
    axes.set_ylim(worst + 1.5, -0.5)
    axes.set_xlim(years[0] - 0.3, years[-1] + 0.3)
    axes.set_ylabel(text("figure.rank_title", lang))
    axes.grid(axis="y")
    axes.spines[["left", "bottom"]].set_visible(False)


def _alt(ranks: pd.DataFrame, names: dict[str, str], lang: str) -> str:
    listed = []
    for code, name in names.items():
        province_ranks = ranks[code].dropna()
        listed.append(
            text(
                "alt.bumps_one",
                lang,
                name=name,
                first=province_ranks.index[0],
                rank_first=int(province_ranks.iloc[0]),
                last=province_ranks.index[-1],
                rank_last=int(province_ranks.iloc[-1]),
            )
        )
    return text(
        "alt.bumps",
        lang,
        n=ranks.shape[1],
        first=ranks.index[0],
        last=ranks.index[-1],
        listed="; ".join(listed) or text("note.none", lang),
    )
