"""Widgets for notebooks: choose and see the charts follow; change scores and read the new rank."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from parstats import errors
from parstats.advice import next_rank, what_if
from parstats.figures.interactive.interactive_chart import InteractiveChart
from parstats.figures.interactive.province_tiles import tile_map
from parstats.figures.interactive.score_comparison import comparison
from parstats.figures.interactive.score_history import history
from parstats.figures.interactive.vega_theme import MOST_PROVINCES, library
from parstats.panel import ranks
from parstats.panel.coverage import index_in
from parstats.panel.units import vintage_in
from parstats.reference import frameworks
from parstats.reference import provinces as places
from parstats.reference.labels import check_language, collation_key, number, period, text

_WIDE: dict[str, Any] = {"width": "420px"}


def _widgets() -> Any:
    return library("ipywidgets", "sliders and menus in notebooks come from ipywidgets")


def explorer(
    scores: pd.DataFrame, lang: str, *, year: int | None = None, provinces: Sequence[str] = ()
) -> Any:
    """Return menus for year, series and provinces over map, comparison and history.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    lang : {"vi", "en"}
    year : int, optional; chosen at first, the newest if not given
    provinces : sequence of str; names or codes chosen at first

    Returns
    -------
    ipywidgets.Box; shown as the last line of a cell, it draws anew at every choice

    Raises
    ------
    ToolMissing: if ipywidgets or Vega-Altair is not installed

    Examples
    --------
    >>> import parstats as ps
    >>> box = explorer(ps.load_scores("PAPI"), "en", provinces=["Lang Son"])  # doctest: +SKIP
    """
    check_language(lang)
    widgets = _widgets()
    index = index_in(scores)
    years = sorted(int(each) for each in scores["year"].unique())
    first = years[-1] if year is None else year
    vintage = vintage_in(scores, first)
    units = places.by_code(vintage).values()
    options = sorted(
        ((unit.names[lang], unit.code) for unit in units), key=lambda pair: collation_key(pair[0])
    )
    choose_year = widgets.SelectionSlider(
        options=[(period(each, lang), each) for each in years],
        value=first,
        description=text("explorer.year", lang),
        layout=_WIDE,
    )
    choose_series = widgets.Dropdown(
        options=_series(scores, index, lang),
        description=text("explorer.series", lang),
        layout=_WIDE,
    )
    choose_provinces = widgets.SelectMultiple(
        options=options,
        value=tuple(places.match_provinces(provinces, vintage=vintage)) if provinces else (),
        rows=8,
        description=text("site.column.name", lang),
        layout=_WIDE,
    )

    drawn = widgets.HTML()

    def draw(_: object) -> None:
        drawn.value = _drawn(
            scores, choose_year.value, choose_series.value, choose_provinces.value, lang
        )

    for choice in (choose_year, choose_series, choose_provinces):
        choice.observe(draw, names="value")
    draw(None)
    return widgets.VBox([choose_year, choose_series, choose_provinces, drawn])


def _series(scores: pd.DataFrame, index: str, lang: str) -> list[tuple[str, str]]:
    """Return the series that there are scores of, the overall one first, as a menu has them."""
    available = set(scores["series"])
    table = frameworks.series()
    names = table.loc[table["index"] == index, "series"]
    return [
        (f"{frameworks.series_name(name, lang, short=True)} ({name})", name)
        for name in names
        if name in available
    ]


def _drawn(
    scores: pd.DataFrame, year: int, series: str, provinces: Sequence[str], lang: str
) -> str:
    """Return the charts of a choice as HTML; where there is none, the reason in words."""
    same = scores[scores["vintage"] == vintage_in(scores, year)]
    charts: list[Callable[[], InteractiveChart]] = [
        lambda: tile_map(ranks(scores, year, series), lang, provinces=provinces)
    ]
    words = ""
    if 1 <= len(provinces) <= MOST_PROVINCES:
        charts.append(lambda: comparison(scores, provinces, year, lang))
        charts.append(lambda: history(same, provinces, lang, series=series))
    else:
        key = "explorer.too_many" if provinces else "explorer.none_chosen"
        words = f"<p>{text(key, lang, n=MOST_PROVINCES)}</p>"
    return "".join(map(_drawn_or_why_not, charts)) + words


def _drawn_or_why_not(chart: Callable[[], InteractiveChart]) -> str:
    try:
        return f"<div>{chart().svg()}</div>"
    except (errors.InsufficientData, errors.InsufficientCoverage, errors.InvalidRequest) as error:
        return f"<p>{html.escape(str(error))}</p>"


def what_if_sliders(
    scores: pd.DataFrame,
    province: str,
    year: int,
    lang: str,
    *,
    series: Sequence[str] | None = None,
    level: str | None = None,
) -> Any:
    """Return a slider a part and, under them, the rank with the scores as the sliders have them.

    Arithmetic on published scores with the other provinces unchanged (`parstats.advice.what_if`),
    no forecast.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    province : str; name or code
    year : int
    lang : {"vi", "en"}
    series : sequence of str, optional; parts with a slider; all if not given
    level : {"criterion", "dimension"}, optional; as in `parstats.advice.what_if`

    Returns
    -------
    ipywidgets.Box

    Raises
    ------
    ToolMissing: if ipywidgets is not installed
    InsufficientCoverage, InvalidRequest: as `parstats.advice.what_if`

    Examples
    --------
    >>> import parstats as ps
    >>> box = what_if_sliders(ps.load_scores("PAPI"), "Lang Son", 2024, "en")  # doctest: +SKIP
    """
    check_language(lang)
    widgets = _widgets()
    steps = next_rank(scores, province, year, ranks=1, level=level)
    rows = _parts(scores, province, year, steps.gains, series)
    sliders = {
        str(row["series"]): widgets.FloatSlider(
            value=0.0,
            min=-float(row["below"]),
            max=float(row["above"]),
            step=0.01,
            description=frameworks.series_name(str(row["series"]), lang, short=True),
            style={"description_width": "220px"},
            layout={"width": "560px"},
            readout_format="+.2f",
        )
        for row in rows
    }
    result = widgets.HTML(value=_sentence(scores, province, year, {}, level, lang))
    lead = widgets.HTML(value=f"<p>{text('explorer.what_if_lead', lang)}</p>")

    def changed(_: object) -> None:
        moved = {name: slider.value for name, slider in sliders.items() if slider.value}
        result.value = _sentence(scores, province, year, moved, level, lang)

    for slider in sliders.values():
        slider.observe(changed, names="value")
    return widgets.VBox([lead, *sliders.values(), result])


def _parts(
    scores: pd.DataFrame,
    province: str,
    year: int,
    gains: pd.DataFrame,
    series: Sequence[str] | None,
) -> list[dict[str, Any]]:
    """Return the parts with a slider, and how far each may go on its scale from today's score."""
    names = [name for name in dict.fromkeys(gains["series"]) if name]
    if series is not None:
        unknown = [name for name in series if name not in names]
        if unknown:
            raise errors.UnknownChoice("part of the score", unknown[0], names)
        names = list(series)
    code = places.match_province(province, vintage=vintage_in(scores, year))
    mine = scores[(scores["year"] == year) & (scores["province"] == code)].set_index("series")
    return [
        {
            "series": name,
            "below": _rounded_down(mine.loc[name, "score"] - mine.loc[name, "min_score"]),
            "above": _rounded_down(mine.loc[name, "max_score"] - mine.loc[name, "score"]),
        }
        for name in names
    ]


def _rounded_down(points: float) -> float:
    """Return points to two decimals towards zero, so that the last step stays on the scale."""
    return max(0.0, int(points * 100) / 100)


def _sentence(
    scores: pd.DataFrame,
    province: str,
    year: int,
    changes: Mapping[str, float],
    level: str | None,
    lang: str,
) -> str:
    answer = what_if(scores, province, year, changes, level=level)
    vintage = vintage_in(scores, year)
    by_code = places.by_code(vintage)
    name = by_code[places.match_province(province, vintage=vintage)].names[lang]
    words = text(
        "explorer.what_if_result",
        lang,
        name=name,
        index=index_in(scores),
        score=number(answer.score, lang),
        new_score=number(answer.new_score, lang),
        rank=answer.rank,
        new_rank=answer.new_rank,
        of=answer.n_ranked,
    )
    if answer.passed:
        key = "passed" if answer.new_score > answer.score else "lost"
        names = ", ".join(by_code[code].names[lang] for code in answer.passed)
        words += " " + text(f"explorer.what_if_{key}", lang, names=names)
    return f"<p><b>{words}</b></p>"
