"""Some provinces through the years: scores or ranks, cut where years do not compare."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from parstats import errors
from parstats.figures.interactive.interactive_chart import InteractiveChart
from parstats.figures.interactive.vega_theme import (
    MOST_PROVINCES,
    altair,
    province_legend,
    province_scales,
    themed,
)
from parstats.panel.coverage import index_in, needed
from parstats.panel.ranks import rank_scores
from parstats.panel.units import n_units
from parstats.reference import frameworks
from parstats.reference import provinces as places
from parstats.reference.labels import check_language, period, text

#: Columns of the rows that it is drawn from; the explorer makes the same. A row of a province has
#: `kind` "province", one of all others "all". Lines join what has the same `segment`.
COLUMNS = (
    *("kind", "year", "when", "segment", "code", "name", "value", "score", "rank", "n_ranked"),
    *("q25", "median", "q75"),
)
#: Of these, what tells of all provinces.
SPREAD = COLUMNS[-3:]
_HEIGHT = 320
# Ranks marked on an axis; those beyond its end are not drawn.
_RANKS = (1, 10, 20, 30, 40, 50, 60)
#: What the vertical axis shows.
MEASURES = ("score", "rank")


def history(
    scores: pd.DataFrame,
    provinces: Sequence[str],
    lang: str,
    *,
    series: str | None = None,
    measure: str = "score",
) -> InteractiveChart:
    """Draw the scores or ranks of some provinces over the years.

    Lines stop where the series is not measured alike on both sides. Where at least 90 % of the
    provinces have a score, these are ranked, and behind scores lie the middle half and the median.

    Parameters
    ----------
    scores : pandas.DataFrame of one index and one set of provinces (`parstats.load_scores`)
    provinces : sequence of str; one to six names or codes
    lang : {"vi", "en"}
    series : str, optional; the overall index if not given
    measure : {"score", "rank"}

    Returns
    -------
    InteractiveChart

    Raises
    ------
    ToolMissing: if Vega-Altair is not installed
    InvalidRequest: if there are no or more than six provinces
    UnknownChoice: if the series or the measure is unknown

    Examples
    --------
    >>> import parstats as ps
    >>> scores = ps.load_scores("PAPI")
    >>> chart = history(scores, ["Lang Son", "Ha Noi"], "en", measure="rank")  # doctest: +SKIP
    """
    check_language(lang)
    if measure not in MEASURES:
        raise errors.UnknownChoice("measure", measure, MEASURES)
    rows, names = history_rows(scores, provinces, lang, series=series, measure=measure)
    whens = list(dict.fromkeys(rows.sort_values("year")["when"]))
    chart = history_chart(lang, rows, whens, names, measure, width=560)
    return InteractiveChart(themed(chart), lang)


def history_rows(
    scores: pd.DataFrame,
    provinces: Sequence[str],
    lang: str,
    *,
    series: str | None,
    measure: str,
) -> tuple[pd.DataFrame, list[str]]:
    """Return the rows of the chart, and the names of the provinces in the order given."""
    index = index_in(scores)
    name = frameworks.top(index) if series is None else frameworks.check_series(series, index)
    mine = scores[scores["series"] == name]
    vintages = mine["vintage"].unique()
    if len(vintages) != 1:
        raise errors.InvalidRequest(
            f"scores of {name} are of {len(vintages)} sets of provinces: expected one; take one "
            "with parstats.panel.to_vintage or choose years"
        )
    vintage = int(vintages[0])
    codes = list(dict.fromkeys(places.match_provinces(provinces, vintage=vintage)))
    if not 1 <= len(codes) <= MOST_PROVINCES:
        raise errors.InvalidRequest(
            f"{len(codes)} provinces are named: expected 1 to {MOST_PROVINCES} of them"
        )
    names = {code: places.by_code(vintage)[code].names[lang] for code in codes}
    years = sorted(int(year) for year in mine["year"].unique())
    segments = year_segments([name], years)[name]
    n_needed = needed(n_units(index, vintage, scores))
    parts = [
        row
        for year, segment in zip(years, segments, strict=True)
        for row in _year_rows(
            mine[mine["year"] == year],
            {"year": year, "when": period(year, lang, short=True), "segment": segment},
            names,
            n_needed,
            measure,
        )
    ]
    return pd.DataFrame(parts, columns=list(COLUMNS)), list(names.values())


def _year_rows(
    rows: pd.DataFrame,
    when: Mapping[str, Any],
    names: Mapping[str, str],
    n_needed: int,
    measure: str,
) -> Iterator[dict[str, Any]]:
    """Yield the row of all provinces of a year, if they are enough, and one of each named one."""
    is_ranked = len(rows) >= n_needed
    if measure == "score" and is_ranked:
        quartiles = rows["score"].quantile([0.25, 0.5, 0.75]).tolist()
        yield {"kind": "all", **when, **dict(zip(SPREAD, quartiles, strict=True))}
    ranks = rank_scores(rows["score"])
    for row, rank in zip(rows.to_dict("records"), ranks, strict=True):
        code = str(row["province"])
        if code not in names:
            continue
        figures = {
            "score": row["score"],
            "rank": int(rank) if is_ranked else None,
            "n_ranked": len(rows) if is_ranked else None,
        }
        about = {"kind": "province", "code": code, "name": names[code], **when}
        yield about | figures | {"value": figures[measure]}


def year_segments(series: Sequence[str], years: Sequence[int]) -> dict[str, list[int]]:
    """Return, of each series, the number of the run of comparable years that each year is in.

    Parameters
    ----------
    series : sequence of str
    years : sequence of int, in order

    >>> year_segments(["papi", "papi.services.public_health"], [2017, 2018, 2019])
    {'papi': [0, 1, 2], 'papi.services.public_health': [0, 0, 0]}
    """
    names = pd.Series(list(series))
    breaks = [
        ~frameworks.comparable(names, year, previous)
        for previous, year in itertools.pairwise(years)
    ]
    numbers = pd.concat([pd.Series(0, index=names.index), *breaks], axis=1).cumsum(axis=1)
    return dict(zip(names, numbers.astype(int).to_numpy().tolist(), strict=True))


def history_chart(
    lang: str,
    rows: Any,
    whens: Sequence[str],
    names: Sequence[str],
    measure: str,
    *,
    width: float | str = "container",
) -> Any:
    """Return the chart of a table of rows, or of a data set that a page fills in by name."""
    alt = altair()
    colour, shape = province_scales(names)
    x = alt.X(
        "when:O", sort=list(whens), title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)
    )
    scale = (
        alt.Scale(zero=False, nice=True)
        if measure == "score"
        else alt.Scale(zero=False, nice=False, reverse=True, padding=8, domainMin=1)
    )
    ticks: dict[str, Any] = {"values": list(_RANKS)} if measure == "rank" else {}
    title = text("site.column.score" if measure == "score" else "site.column.rank", lang)

    def y(field: str) -> Any:
        return alt.Y(f"{field}:Q", scale=scale, title=title, axis=alt.Axis(**ticks))

    legend = province_legend()
    base = alt.Chart(rows)
    everyone = base.transform_filter("datum.kind == 'all'").encode(x=x, detail="segment:N")
    band = everyone.mark_area(color="#dfe5e8", opacity=0.8).encode(y=y("q25"), y2="q75:Q")
    single = everyone.mark_rule(color="#dfe5e8", strokeWidth=5).encode(y=y("q25"), y2="q75:Q")
    median = everyone.mark_line(color="#66747c", strokeDash=[4, 3]).encode(y=y("median"))
    mine = base.transform_filter("datum.kind == 'province'").encode(
        x=x, y=y("value"), color=alt.Color("name:N", scale=colour, legend=legend)
    )
    lines = mine.mark_line(strokeWidth=2).encode(detail="segment:N")
    points = mine.mark_point(filled=True, size=60, opacity=1).encode(
        shape=alt.Shape("name:N", scale=shape, legend=legend),
        tooltip=[
            alt.Tooltip("name:N", title=text("table.province", lang)),
            alt.Tooltip("when:N", title=text("site.year", lang)),
            alt.Tooltip("score:Q", title=text("site.column.score", lang), format=".2f"),
            alt.Tooltip("rank:Q", title=text("site.column.rank", lang)),
            alt.Tooltip("n_ranked:Q", title=text("explorer.of", lang)),
        ],
    )
    behind = [single, band, median] if measure == "score" else []
    return alt.layer(*behind, lines, points).properties(
        width=width, height=_HEIGHT, description=text("explorer.history_alt", lang)
    )
