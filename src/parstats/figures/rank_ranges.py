"""How far each rank may move: a row a province."""

from __future__ import annotations

import numpy as np
import pandas as pd

from parstats import provinces
from parstats.figures import theme
from parstats.figures.chart import Chart
from parstats.labels import text

_ROW = 0.165


def rank_ranges(
    table: pd.DataFrame, lang: str, *, kind: str = "robustness", highlight: str | None = None
) -> Chart:
    """Span of ranks of every province, best first, with the rank itself.

    Parameters
    ----------
    table : pandas.DataFrame
        province, vintage, rank, rank_low and rank_high (best and worst), and, if wanted,
        rank_median.
    lang : {"vi", "en"}
        Language.
    kind : {"robustness", "interval"}
        What the span is: 5 to 95 % of the draws of weights and methods, or a confidence set.
    highlight : str, optional
        Code of a province to stress.
    """
    ordered = table.sort_values(["rank", "rank_low", "province"]).reset_index(drop=True)
    known = provinces.by_code(int(ordered["vintage"].iloc[0]))
    places = np.arange(float(len(ordered)))
    own = (ordered["province"] == highlight).to_numpy()
    colours = np.where(own, theme.PROVINCE, theme.REGION)
    with theme.style():
        figure, axes = theme.canvas(_ROW * len(ordered) + 1.3)
        for place in places[5::10]:
            axes.axhspan(place - 0.5, place + 4.5, color="#f6f8f9", linewidth=0, zorder=0)
        axes.hlines(
            places, ordered["rank_low"], ordered["rank_high"], color=colours, alpha=0.4, linewidth=4
        )
        if "rank_median" in ordered:
            axes.scatter(ordered["rank_median"], places, marker="|", s=40, color=colours, zorder=2)
        axes.scatter(ordered["rank"], places, s=16, color=colours, zorder=3)
        names = [known[code].names[lang] for code in ordered["province"]]
        axes.set_yticks(places, names)
        axes.tick_params(axis="y", labelsize=7.8)
        for label, stressed in zip(axes.get_yticklabels(), own, strict=True):
            label.set_fontweight("bold" if stressed else "normal")
        axes.set_ylim(len(ordered) - 0.4, -0.8)
        axes.set_xlim(0, len(ordered) + 1)
        axes.set_xlabel(text("figure.rank_axis", lang))
        axes.xaxis.set_label_position("top")
        axes.xaxis.tick_top()
        axes.grid(axis="x")
        axes.spines[["left", "bottom"]].set_visible(False)
    width = (ordered["rank_high"] - ordered["rank_low"]).median()
    alt = text(
        f"alt.rank_{kind}",
        lang,
        n=len(ordered),
        first=names[0],
        width=round(float(width)),
    )
    return Chart(figure, alt)
