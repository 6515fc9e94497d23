"""Three measures of what drives score and rank, side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from parstats import errors
from parstats.arguments import check_integer, old_names, require_drawable
from parstats.drivers.importance import SPARE_PROVINCES
from parstats.figures import theme
from parstats.figures.caption import basis, caption, caption_height, short_lines
from parstats.figures.chart import Chart, keeps_data
from parstats.figures.index_language import series_language
from parstats.reference import frameworks
from parstats.reference.labels import number, text

_MARKS = (
    ("share", "o", theme.REGION),
    ("score", "D", theme.PROVINCE),
    ("rank", "s", theme.INK),
)
_SCOPE = ("index", "year", "region")


@old_names(top="n_top")
@keeps_data("series", "share", "score_share", "rank_share")
def importance(
    shares: pd.DataFrame, score: pd.DataFrame, rank: pd.DataFrame, lang: str, *, n_top: int = 14
) -> Chart:
    """Draw the covariance share, Owen value in the score and Owen value in the rank of each series.

    Owen values of a table that is not ``is_estimable`` are drawn hollow, and the caption says why.

    Parameters
    ----------
    shares : pandas.DataFrame
        Result of `parstats.drivers.shares`.
    score, rank : pandas.DataFrame
        Result of `parstats.drivers.importance` for the score and for the rank.
    lang : {"vi", "en"}
    n_top : int
        Show so many of the largest by covariance share.

    Raises
    ------
    InvalidRequest
        If a table is empty or of another kind, or the three are not of the same index, year, region
        and series.
    """
    n_top = check_integer("n_top", n_top, 1)
    _require_alike(shares, score, rank)
    lang = series_language(lang, shares["series"])
    values = pd.DataFrame(
        {
            "share": 100 * shares.set_index("series")["share"],
            "score": 100 * score.set_index("series")["owen"] / score["r2"].iloc[0],
            "rank": 100 * rank.set_index("series")["owen"] / rank["r2"].iloc[0],
        }
    )
    displayed_rows = values.loc[shares["series"].head(n_top)]
    enough = {
        "share": True,
        "score": bool(score["is_estimable"].iloc[0]),
        "rank": bool(rank["is_estimable"].iloc[0]),
    }
    notes = [
        text(
            "figure.importance_note",
            lang,
            n=len(displayed_rows),
            p=len(values),
            r2_score=number(score["r2"].iloc[0], lang),
            r2_rank=number(rank["r2"].iloc[0], lang),
        ),
        "" if all(enough.values()) else _too_few(score.iloc[0], len(values), lang),
        basis(shares.iloc[0], lang),
    ]
    with theme.style():
        figure, axes = theme.canvas(0.27 * len(displayed_rows) + 1.35 + caption_height(*notes))
        _marks(axes, displayed_rows, enough, lang)
        axes.set_xlabel(text("figure.importance_axis", lang))
        figure.legend(loc="outside upper left", ncols=3, handletextpad=0.3, columnspacing=1.2)
        caption(figure, *notes)
    alt = _alt(displayed_rows, int(shares["year"].iloc[0]), all(enough.values()), lang)
    by_series = shares["series"].map
    data = shares.assign(
        score_share=by_series(values["score"] / 100), rank_share=by_series(values["rank"] / 100)
    )
    return Chart(figure, alt, data)


def _require_alike(shares: pd.DataFrame, score: pd.DataFrame, rank: pd.DataFrame) -> None:
    require_drawable(
        shares, [*_SCOPE, "series", "share"], "parstats.drivers.shares", once=["series"]
    )
    columns = [*_SCOPE, "outcome", "series", "owen", "r2", "is_estimable", "n_provinces"]
    for table in (score, rank):
        require_drawable(table, columns, "parstats.drivers.importance", once=["series"])
    outcomes = (score["outcome"].iloc[0], rank["outcome"].iloc[0])
    if outcomes != ("score", "rank"):
        raise errors.InvalidRequest(
            f"cannot draw: the second and third table explain {outcomes[0]} and {outcomes[1]}; "
            "expected score and rank (the option `outcome` of parstats.drivers.importance)"
        )
    whats = [
        " ".join(str(table[name].iloc[0]) for name in _SCOPE).strip() + f" ({len(table)} series)"
        for table in (shares, score, rank)
    ]
    same = set(shares["series"]) == set(score["series"]) == set(rank["series"])
    if len(set(whats)) > 1 or not same:
        raise errors.InvalidRequest(
            f"cannot draw: the tables are of {', '.join(whats)}; "
            "expected one index, year, region and the same series"
        )


def _too_few(row: pd.Series, count: int, lang: str) -> str:
    return text(
        "figure.not_enough", lang, n=row["n_provinces"], p=count, need=count + SPARE_PROVINCES
    )


def _marks(axes: Axes, displayed_rows: pd.DataFrame, enough: dict[str, bool], lang: str) -> None:
    positions = np.arange(float(len(displayed_rows)))
    low, high = float(displayed_rows.min(axis=None)), float(displayed_rows.max(axis=None))
    axes.hlines(
        positions,
        displayed_rows.min(axis=1),
        displayed_rows.max(axis=1),
        color=theme.FAINT,
        linewidth=3,
    )
    for name, mark, colour in _MARKS:
        axes.scatter(
            displayed_rows[name],
            positions,
            marker=mark,
            s=38,
            facecolor=colour if enough[name] else "white",
            edgecolor=colour,
            linewidth=1.3,
            label=text(f"figure.importance_{name}", lang),
            zorder=3,
        )
    names = [
        short_lines(frameworks.series_name(name, lang, short=True)) for name in displayed_rows.index
    ]
    axes.set_yticks(positions, names)
    axes.set_ylim(len(displayed_rows) - 0.4, -0.7)
    margin = 0.03 * (max(high, 0) - min(low, 0) or 1)
    axes.set_xlim(min(0, low - margin), max(0, high) + margin)
    if low < 0:
        axes.axvline(0, color=theme.MUTED, linewidth=0.9, zorder=1)
    axes.grid(axis="x")
    axes.spines["left"].set_visible(False)


def _alt(displayed_rows: pd.DataFrame, year: int, enough: bool, lang: str) -> str:
    first = {
        f"{name}_first": frameworks.series_name(displayed_rows[name].idxmax(), lang, short=True)
        for name in displayed_rows
    }
    largest = {
        f"{name}_value": number(displayed_rows[name].max(), lang, 1) for name in displayed_rows
    }
    alt = text("alt.importance", lang, year=year, n=len(displayed_rows), **first, **largest)
    return alt if enough else f"{alt} {text('alt.importance_not_enough', lang)}"
