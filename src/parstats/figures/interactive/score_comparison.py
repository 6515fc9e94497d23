"""Some provinces side by side, series by series, over what the others have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from parstats import errors
from parstats.figures import theme
from parstats.figures.interactive.interactive_chart import InteractiveChart
from parstats.figures.interactive.vega_theme import (
    MOST_PROVINCES,
    altair,
    province_legend,
    province_scales,
    themed,
)
from parstats.panel.coverage import index_in, needed
from parstats.panel.units import n_units, vintage_in
from parstats.reference import frameworks
from parstats.reference import provinces as places
from parstats.reference.labels import check_language, text

#: Columns of the rows that it is drawn from; the explorer makes the same. A row of a province has
#: `kind` "province", one of all others "all".
COLUMNS = (
    *("kind", "series", "label", "code", "name", "share", "score", "max_score"),
    *("low", "q25", "median", "q75", "high"),
)
#: Of these, what tells of all provinces.
SPREAD = COLUMNS[-5:]
_ROW = 26  # pixels of a series


def comparison(
    scores: pd.DataFrame,
    provinces: Sequence[str],
    year: int,
    lang: str,
    *,
    level: str = "dimension",
    within: str | None = None,
) -> InteractiveChart:
    """Draw the scores of some provinces, in percent of the scale of each series.

    Behind them lie the lowest to the highest score, the middle half and the median, where at least
    90 % of the provinces have one.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    provinces : sequence of str; one to six names or codes
    year : int
    lang : {"vi", "en"}
    level : {"dimension", "criterion"}; the series shown
    within : str, optional; only the series under this one

    Returns
    -------
    InteractiveChart

    Raises
    ------
    ToolMissing: if Vega-Altair is not installed
    InvalidRequest: if there are no or more than six provinces, or no scores of the level

    Examples
    --------
    >>> import parstats as ps
    >>> scores = ps.load_scores("PAPI")
    >>> chart = comparison(scores, ["Lang Son", "Ha Noi"], 2024, "en")  # doctest: +SKIP
    """
    check_language(lang)
    rows, names = comparison_rows(scores, provinces, year, lang, level=level, within=within)
    labels = list(dict.fromkeys(rows["label"]))
    chart = comparison_chart(lang, rows, labels, names, width=460)
    return InteractiveChart(themed(chart), lang)


def comparison_rows(
    scores: pd.DataFrame,
    provinces: Sequence[str],
    year: int,
    lang: str,
    *,
    level: str,
    within: str | None,
) -> tuple[pd.DataFrame, list[str]]:
    """Return the rows of the chart, and the names of the provinces in the order given."""
    index = index_in(scores)
    vintage = vintage_in(scores, year)
    codes = list(dict.fromkeys(places.match_provinces(provinces, vintage=vintage)))
    if not 1 <= len(codes) <= MOST_PROVINCES:
        raise errors.InvalidRequest(
            f"{len(codes)} provinces are named: expected 1 to {MOST_PROVINCES} of them"
        )
    at_level = frameworks.in_year(index, year, level)
    if within is not None:
        at_level = at_level[at_level["parent"] == frameworks.check_series(within, index)]
    rows = scores[(scores["year"] == year) & scores["series"].isin(at_level["series"])]
    rows = rows[rows["max_score"].notna() & rows["min_score"].notna()]
    if rows.empty:
        raise errors.InvalidRequest(
            f"{index} {year} has no scores of level {level!r} with a lowest and a highest score"
            + (f" under {within}" if within else "")
        )
    span = rows["max_score"] - rows["min_score"]
    rows = rows.assign(share=100 * (rows["score"] - rows["min_score"]) / span)
    n_needed = needed(n_units(index, vintage, scores))
    shown = [series for series in at_level["series"] if (rows["series"] == series).any()]
    names = {code: places.by_code(vintage)[code].names[lang] for code in codes}
    parts = [
        row
        for series, label in zip(shown, _series_labels(shown, lang), strict=True)
        for row in _series_rows(
            rows[rows["series"] == series], {"series": series, "label": label}, names, n_needed
        )
    ]
    return pd.DataFrame(parts, columns=list(COLUMNS)), list(names.values())


def _series_labels(series: Sequence[str], lang: str) -> list[str]:
    """Return the names of series; of two that are named alike the second gets a mark."""
    labels: list[str] = []
    for name in series:
        label = frameworks.series_name(name, lang, short=True)
        while label in labels:
            label += " *"
        labels.append(label)
    return labels


def _series_rows(
    rows: pd.DataFrame, about: Mapping[str, str], names: Mapping[str, str], n_needed: int
) -> Iterator[dict[str, Any]]:
    """Yield the row of all provinces of a series, and one of each named one."""
    spread: dict[str, float] = {}
    if len(rows) >= n_needed:
        quartiles = rows["share"].quantile([0, 0.25, 0.5, 0.75, 1]).tolist()
        spread = dict(zip(SPREAD, quartiles, strict=True))
    yield {"kind": "all", **about, **spread}
    for row in rows[rows["province"].isin(list(names))].to_dict("records"):
        code = str(row["province"])
        figures = {name: row[name] for name in ("share", "score", "max_score")}
        yield {"kind": "province", **about, "code": code, "name": names[code], **figures}


def comparison_chart(
    lang: str,
    rows: Any,
    labels: Sequence[str],
    names: Sequence[str],
    *,
    width: float | str = "container",
) -> Any:
    """Return the chart of a table of rows, or of a data set that a page fills in by name."""
    alt = altair()
    y = alt.Y(
        "label:N",
        sort=list(labels),
        title=None,
        axis=alt.Axis(labelLimit=230, domain=False, ticks=False, grid=True),
    )
    scale = alt.Scale(domain=[0, 100], nice=False)
    title = text("explorer.share_of_scale", lang)

    def x(field: str) -> Any:
        # On a phone the plot is narrower than its title, which has room to the left only.
        return alt.X(f"{field}:Q", scale=scale, title=title, axis=alt.Axis(titleAnchor="end"))

    base = alt.Chart(rows)
    everyone = base.transform_filter("datum.kind == 'all'").encode(y=y)
    tips = [
        alt.Tooltip("label:N", title=text("table.series", lang)),
        *(
            alt.Tooltip(f"{name}:Q", title=text(f"explorer.{name}", lang), format=".1f")
            for name in SPREAD
        ),
    ]
    return alt.layer(
        everyone.mark_rule(color=theme.FAINT, strokeWidth=3).encode(x=x("low"), x2="high:Q"),
        everyone.mark_bar(color="#c9d2d7", height=10).encode(x=x("q25"), x2="q75:Q", tooltip=tips),
        everyone.mark_tick(color=theme.MUTED, thickness=2, size=14).encode(x=x("median")),
        _points(base, x("share"), y, names, lang),
    ).properties(width=width, height=alt.Step(_ROW), description=text("explorer.compare_alt", lang))


def _points(base: Any, x: Any, y: Any, names: Sequence[str], lang: str) -> Any:
    """Return the marks of the named provinces."""
    alt = altair()
    colour, shape = province_scales(names)
    legend = province_legend()
    return (
        base.transform_filter("datum.kind == 'province'")
        .mark_point(size=90, filled=True, opacity=0.95, stroke="white", strokeWidth=0.8)
        .encode(
            x=x,
            y=y,
            color=alt.Color("name:N", scale=colour, legend=legend),
            shape=alt.Shape("name:N", scale=shape, legend=legend),
            tooltip=[
                alt.Tooltip("name:N", title=text("table.province", lang)),
                alt.Tooltip("label:N", title=text("table.series", lang)),
                alt.Tooltip("score:Q", title=text("site.column.score", lang), format=".2f"),
                alt.Tooltip("max_score:Q", title=text("explorer.max", lang), format=".2f"),
            ],
        )
    )
