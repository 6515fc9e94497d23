"""Charts of the power by number of plans, and of the event study."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from parstats.arguments import old_names, require_drawable
from parstats.figures import theme
from parstats.figures.caption import caption, caption_height, percent
from parstats.figures.chart import Chart, empty_chart, keeps_data
from parstats.figures.charts.remedy_forest import estimate_text, is_estimable
from parstats.figures.text.estimate_summary import verdict_text
from parstats.figures.theme import decimal_marks
from parstats.reference.labels import number, text

_POWER = ("effect", "n_plans", "power", "power_mc_low", "power_mc_high", "mde", "sets", "n_series")
_EVENTS = (
    *(
        "event_time",
        "adjusted_association",
        "ci_low",
        "ci_high",
        "band_ci_low",
        "band_ci_high",
        "mde",
    ),
    *("n_provinces", "n_exchangeable", "n_cells", "n_lost", "n_draws", "verdict", "reason"),
)
_COLOURS = (theme.COUNTRY, theme.REGION, theme.PROVINCE, theme.GAIN, theme.LOSS)
_MARKS = ("o", "s", "D", "^", "v")
# Power that designs usually aim at (Cohen 1988); as in `parstats.remedies.power`.
_TARGET_POWER = 0.8


@keeps_data("effect", "n_plans", "power", "power_mc_low", "power_mc_high", "mde")
def power_curves(table: pd.DataFrame, lang: str) -> Chart:
    """Draw the power to find an association by number of plans.

    Parameters
    ----------
    table : pandas.DataFrame
        Result of `parstats.remedies.power`.
    lang : {"vi", "en"}

    Raises
    ------
    InvalidRequest
        If the table is empty or of another kind.
    """
    require_drawable(
        table, _POWER, "the table of parstats.remedies.power", once=["effect", "n_plans"]
    )
    note = _power_note(table, lang)
    with theme.style():
        figure, axes = theme.canvas(3.2 + caption_height(note))
        for at, (effect, effect_rows) in enumerate(table.groupby("effect", sort=True)):
            colour = _COLOURS[at % len(_COLOURS)]
            rows = effect_rows.sort_values("n_plans")
            low, high = 100 * rows["power_mc_low"], 100 * rows["power_mc_high"]
            axes.fill_between(rows["n_plans"], low, high, color=colour, alpha=0.13, linewidth=0)
            label_text = text("figure.power_effect", lang, effect=_short(float(str(effect)), lang))
            axes.plot(
                rows["n_plans"],
                100 * rows["power"],
                color=colour,
                marker=_MARKS[at % len(_MARKS)],
                clip_on=False,
                label=label_text,
            )
        axes.axhline(
            100 * _TARGET_POWER, color=theme.MUTED, linewidth=0.9, linestyle="--", zorder=1
        )
        axes.set_ylim(0, 103)
        axes.set_xlim(0, None)
        axes.set_xticks(sorted(table["n_plans"].unique()))
        axes.set_xlabel(text("figure.power_x", lang))
        axes.set_ylabel(text("figure.power_y", lang))
        axes.grid(axis="y")
        figure.legend(loc="outside upper left", ncols=2)
        caption(figure, note)
    return Chart(figure, _power_alt(table, lang))


def _short(effect: float, lang: str) -> str:
    return number(effect, lang, 1 if round(10 * effect, 6).is_integer() else 2)


def _power_note(table: pd.DataFrame, lang: str) -> str:
    spreads = table.drop_duplicates("n_plans").sort_values("n_plans")
    available = [
        text("figure.power_mde", lang, mde=number(row["mde"], lang), n=int(row["n_plans"]))
        for row in spreads.to_dict("records")
        if pd.notna(row["mde"])
    ]
    return text(
        "figure.power_note",
        lang,
        k=int(table["n_series"].iloc[0]),
        sets=int(table["sets"].min()),
        mde="; ".join(available) or "–",
    )


def _power_alt(table: pd.DataFrame, lang: str) -> str:
    sentences = []
    for effect, effect_rows in table.sort_values("n_plans").groupby("effect", sort=True):
        first, last = effect_rows.iloc[0], effect_rows.iloc[-1]
        sentences.append(
            text(
                "alt.power_row",
                lang,
                effect=_short(float(str(effect)), lang),
                low=number(100 * first["power"], lang, 0),
                first=int(first["n_plans"]),
                high=number(100 * last["power"], lang, 0),
                last=int(last["n_plans"]),
            )
        )
    return text("alt.power", lang, rows=" ".join(sentences))


@old_names(level="ci_level")
@keeps_data("event_time", "adjusted_association", "ci_low", "ci_high", "mde")
def event_study(table: pd.DataFrame, lang: str, *, ci_level: float = 0.95) -> Chart:
    """Draw the adjusted association by years from the outcome year.

    Parameters
    ----------
    table : pandas.DataFrame
        Result of `parstats.remedies.event_study`.
    lang : {"vi", "en"}
    ci_level : float
        Of the intervals and the band of the table.

    Returns
    -------
    Chart
        Empty if no year carries a verdict; `parstats.figures.tables.remedy_estimates.event_study`
        says why.

    Raises
    ------
    InvalidRequest
        If the table is empty or of another kind.
    """
    require_drawable(
        table,
        _EVENTS,
        "the table of parstats.remedies.event_study",
        once=["event_time"],
    )
    rows = table.sort_values("event_time").to_dict("records")
    if not any(is_estimable(row) for row in rows):
        return empty_chart(lang)
    note = _event_note(rows, lang)
    with theme.style():
        figure, axes = theme.canvas(3.4 + caption_height(note))
        axes.axhline(0, color=theme.MUTED, linewidth=0.9, zorder=1)
        axes.axvline(0, color=theme.MUTED, linewidth=0.9, linestyle=":", zorder=0)
        for row in rows:
            if is_estimable(row):
                _event(axes, row, percent(ci_level, lang), lang)
        _unknown(axes, [row["event_time"] for row in rows if not is_estimable(row)], lang)
        times = [row["event_time"] for row in rows]
        axes.set_xticks(times, [number(time, lang, 0, sign=True) for time in times])
        axes.set_xlim(min(times) - 0.6, max(times) + 0.6)
        axes.set_xlabel(text("figure.event_x", lang))
        axes.set_ylabel(text("figure.remedies_axis", lang), fontsize=8)
        decimal_marks(axes.yaxis, lang)
        axes.grid(axis="y")
        handles, legend_labels = axes.get_legend_handles_labels()
        once = dict(zip(legend_labels, handles, strict=True))
        figure.legend(once.values(), once.keys(), loc="outside upper left", ncols=1)
        caption(figure, note)
    return Chart(figure, _event_alt(rows, lang))


def _event(axes: Axes, row: dict[str, Any], share: str, lang: str) -> None:
    at = row["event_time"]
    band = text("figure.event_band", lang, level=share)
    axes.vlines(
        at, row["band_ci_low"], row["band_ci_high"], color=theme.FAINT, linewidth=6, label=band
    )
    axes.vlines(at, row["ci_low"], row["ci_high"], color=theme.REGION, linewidth=2, zorder=3)
    label = text("figure.remedies_adjusted", lang, level=share)
    axes.scatter(at, row["adjusted_association"], color=theme.REGION, zorder=4, label=label)


def _unknown(axes: Axes, times: list[int], lang: str) -> None:
    """Write "no estimate" in place of a mark, so that a gap is not read as zero."""
    for time in times:
        axes.text(
            time,
            0.5,
            text("verdict.insufficient_data", lang),
            transform=axes.get_xaxis_transform(),
            rotation=90,
            ha="center",
            va="center",
            fontsize=8.5,
            color=theme.MUTED,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 2},
        )


def _event_note(rows: list[dict[str, Any]], lang: str) -> str:
    counts = [
        text(
            "figure.event_counts",
            lang,
            time=number(row["event_time"], lang, 0, sign=True),
            provinces=int(row["n_provinces"]),
            cells=int(row["n_cells"]),
            lost=int(row["n_lost"]),
            mde=text("figure.event_mde", lang, mde=number(row["mde"], lang))
            if np.isfinite(row["mde"]) and is_estimable(row)
            else "",
        )
        for row in rows
    ]
    draws = number(float(max(row["n_draws"] for row in rows)), lang, 0)
    return text("figure.event_note", lang, counts="; ".join(counts), draws=draws)


def _event_alt(rows: list[dict[str, Any]], lang: str) -> str:
    sentences = [
        text(
            "alt.event_row",
            lang,
            time=number(row["event_time"], lang, 0, sign=True),
            found=estimate_text(row, lang),
            verdict=verdict_text(row, lang),
        )
        for row in rows
    ]
    return text("alt.event_study", lang, rows=" ".join(sentences))
