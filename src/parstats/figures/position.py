"""Where one province stands among all others on the overall score."""

from __future__ import annotations

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from parstats import provinces
from parstats.figures import theme
from parstats.figures.chart import Chart
from parstats.labels import number, text


def position(ranking: pd.DataFrame, province: str, lang: str) -> Chart | None:
    """A dot a province along the overall score, one of them named.

    Parameters
    ----------
    ranking : pandas.DataFrame
        A ranking, as `parstats.panel.ranks` gives it.
    province : str
        Code of the province to name.
    lang : {"vi", "en"}
        Language.

    Returns
    -------
    Chart or None
        None if the province is not in the ranking.
    """
    if province not in set(ranking["province"]):
        return None
    table = ranking
    own = table.set_index("province").loc[province]
    with theme.style():
        figure, axes = theme.canvas(1.9)
        sns.swarmplot(
            x=table["score"].astype(float),
            hue=table["quartile"],
            palette=theme.QUARTILES,
            size=6,
            ax=axes,
            legend=False,
        )
        name = provinces.by_code(own["vintage"])[province].names[lang]
        axes.scatter(
            own["score"], 0, s=130, color=theme.PROVINCE, edgecolor="white", linewidth=1.5, zorder=5
        )
        axes.annotate(
            f"{name} {number(own['score'], lang)}",
            (own["score"], 0),
            xytext=(0, 30),
            textcoords="offset points",
            ha=_side(own["score"], table["score"]),
            color=theme.PROVINCE,
            fontweight="bold",
            arrowprops={"arrowstyle": "-", "color": theme.PROVINCE, "shrinkB": 6},
        )
        _name_ends(axes, table, province, lang)
        axes.set(xlabel=text("figure.points", lang), yticks=[], ylabel="")
        axes.set_ylim(0.55, -0.6)
        axes.spines["left"].set_visible(False)
        axes.margins(x=0.06)
    alt = text(
        "alt.position",
        lang,
        name=name,
        score=number(own["score"], lang),
        rank=int(own["rank"]),
        n=len(table),
    )
    return Chart(figure, alt)


def _side(score: float, scores: pd.Series) -> str:
    """Where the label goes so that it stays inside the axes."""
    place = (score - scores.min()) / (scores.max() - scores.min())
    return "left" if place < 0.2 else "right" if place > 0.8 else "center"


def _name_ends(axes: Axes, table: pd.DataFrame, province: str, lang: str) -> None:
    """Name the first and the last province below their dots."""
    for row, side in ((table.iloc[0], "right"), (table.iloc[-1], "left")):
        if row["province"] == province:
            continue
        name = provinces.by_code(row["vintage"])[row["province"]].names[lang]
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
