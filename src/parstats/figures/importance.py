"""Three answers to what drives score and rank, side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd

from parstats import frameworks
from parstats.figures import theme
from parstats.figures.chart import Chart
from parstats.labels import number, text

_MARKS = (
    ("share", "o", theme.REGION),
    ("score", "D", theme.PROVINCE),
    ("rank", "s", theme.INK),
)


def importance(
    shares: pd.DataFrame, score: pd.DataFrame, rank: pd.DataFrame, lang: str, *, top: int = 14
) -> Chart:
    """Covariance share, Owen value in the score and Owen value in the rank of each series.

    Parameters
    ----------
    shares : pandas.DataFrame
        As `parstats.drivers.shares` gives it.
    score, rank : pandas.DataFrame
        As `parstats.drivers.importance` gives it for the score and for the rank.
    lang : {"vi", "en"}
        Language.
    top : int
        Show so many of the largest by covariance share.
    """
    values = pd.DataFrame(
        {
            "share": 100 * shares.set_index("series")["share"],
            "score": 100 * score.set_index("series")["owen"] / score["r2"].iloc[0],
            "rank": 100 * rank.set_index("series")["owen"] / rank["r2"].iloc[0],
        }
    )
    shown = values.loc[shares["series"].head(top)]
    places = np.arange(float(len(shown)))
    with theme.style():
        figure, axes = theme.canvas(0.27 * len(shown) + 1.3)
        axes.hlines(places, shown.min(axis=1), shown.max(axis=1), color=theme.FAINT, linewidth=3)
        for name, mark, colour in _MARKS:
            axes.scatter(
                shown[name],
                places,
                marker=mark,
                s=38,
                color=colour,
                label=text(f"figure.importance_{name}", lang),
                zorder=3,
            )
        axes.set_yticks(
            places, [frameworks.name_of(name, lang, short=True) for name in shown.index]
        )
        axes.set_ylim(len(shown) - 0.4, -0.7)
        axes.set_xlim(left=min(0, float(shown.min().min())))
        axes.set_xlabel(text("figure.importance_axis", lang))
        axes.grid(axis="x")
        axes.spines["left"].set_visible(False)
        figure.legend(loc="outside upper left", ncols=3, handletextpad=0.3, columnspacing=1.2)
    first = {name: shown[name].idxmax() for name, _, _ in _MARKS}
    alt = text(
        "alt.importance",
        lang,
        year=int(shares["year"].iloc[0]),
        n=len(shown),
        **{
            f"{name}_first": frameworks.name_of(series, lang, short=True)
            for name, series in first.items()
        },
        **{f"{name}_value": number(shown[name].max(), lang, 1) for name in first},
    )
    return Chart(figure, alt)
