"""Attribution of the change of a province's score and rank between two years, exact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from parstats import errors
from parstats.drivers.score_checks import require_table
from parstats.drivers.score_matrix import Floats, Parts, build_parts, rescaled
from parstats.panel import check_year
from parstats.panel.change import year_before
from parstats.panel.subset_marks import keeps_subset
from parstats.panel.units import same_vintage
from parstats.reference import frameworks
from parstats.reference.period_numbers import period_text
from parstats.reference.provinces import match_province
from parstats.stats.shapley.owen import Integers
from parstats.stats.shapley.rank_games import RankParts, TwoYears, rank_change_parts, total_ranks

OnBreak = Literal["series", "framework"]
ON_BREAK: tuple[str, ...] = get_args(OnBreak)
BLOCKS = ("others", "framework", "entered_or_left")

_COLUMNS = {
    "index": "str",
    **dict.fromkeys(("year", "previous", "vintage"), "int64"),
    **dict.fromkeys(("province", "kind", "series", "parent"), "str"),
    **dict.fromkeys(("score_previous", "score", "score_part", "rank_part"), "float64"),
    **dict.fromkeys(("comparable", "ranking_break"), "bool"),
    **dict.fromkeys(("break_en", "break_vi"), "str"),
    **dict.fromkeys(
        ("rank_previous", "rank", "n_ranked_previous", "n_ranked", "n_common", "n_units"), "int64"
    ),
    "coverage": "float64",
}


@keeps_subset
def change_attribution(
    scores: pd.DataFrame,
    province: str,
    year: int,
    previous: int | None = None,
    *,
    level: str | None = None,
    on_break: OnBreak = "series",
) -> pd.DataFrame:
    r"""Split the change of a province's score and rank between two years exactly into reasons.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    province : str; code or name
    year : int; the later year (or the earlier one: backwards every part has the other sign)
    previous : int, optional; the year it is compared with; the year before if not given
    level : {"criterion", "dimension"}, optional; the lowest that adds up in both years by default
    on_break : {"series", "framework"}
        Where a series kept its name but changed its meaning: count its change in ranks as one of
        the province's own and flag it, or with the framework, as a series that ended and
        another that is new.

    Returns
    -------
    pandas.DataFrame: one row per series held in either year, in the order of the framework, and
        three rows of blocks, whose series is empty: index, year, previous, vintage, province, kind,
        series, parent, score_previous and score (points), score_part (points), rank_part (ranks;
        positive lifts the province), comparable, ranking_break (ranks of the two years compare
        badly, as in 2020-2021), break_en, break_vi (what happened to the series), rank_previous,
        rank, n_ranked_previous, n_ranked (each among the complete provinces of its year), n_common
        (complete in both), n_units, coverage (n_common / n_units). Empty if the province is not
        complete in both years.

        ``kind`` is "series" for a series of both years; "framework" for one that ended or is new
        (and with ``on_break="framework"`` for one whose meaning changed), whose points are in its
        row and whose ranks are in the block "framework", for they are not split by series;
        and for the blocks "others", "framework" and "entered_or_left". A missing ``rank_part`` or
        ``score_part`` is one that stands in those other rows. Points are as published, so the
        ``score_part`` of a series whose scale changed holds that change too, its ``rank_part`` does
        not. ``comparable`` is False for a series whose meaning or scale changed, that ended or is
        new; for "others" if the meaning of an own series changed; for the block "framework" if
        there is any change of framework.

    Raises
    ------
    InsufficientCoverage: if fewer than 90 % of the provinces are complete in one of the years
    InvalidRequest: if the two years are the same, the parts do not add up to the overall score
        (SIPAS), or they are too many for an exact answer
    UnknownChoice: if a year, the level or `on_break` does not exist
    VintageCrossed: if one year is of the 63 provinces and the other of the 34

    Notes
    -----
    Estimand: of the change of a province's score and rank between two years, how much comes through
    each series, through the others, and through the framework.

    Score: ``score_part`` is points now less points then, -points then of a series that ended,
    +points now of a new one, 0 for what others do; the sum is the change of the overall score.

    Rank: let C be the provinces complete in both years, :math:`x_{kjt}` the points of province k,
    and i the province. The players are each series j of both years (own, grouped by dimension),
    the block O "others" and the block F "framework", each a separate group. For own series S,

    - without F everybody has the series that ended, at the earlier year's values, and series of
      both years are on the earlier scale; with F everybody has the new series, at the
      later year's values, and series of both years are on the later scale (same share of scale);
    - the province has the later year's values in S, the earlier ones in other series of both
      years;
    - all other provinces have the later values in all series of both years with O, the
      earlier ones without;
    - v = -(rank of i in C, from these totals).

    So v of none is minus the earlier rank in C, v of all minus the later. The rows hold the Owen
    value (Owen 1977, in Essays in Mathematical Economics and Game Theory, 76-88): the mean, over
    all orders of exchanging the players that keep each dimension together, of what each changes. It
    is exact, treats alike players alike, gives 0 to what changes nothing, and changes its sign when
    the years are swapped. It does not depend on an order chosen by us, as "first the framework,
    then the others" would.

    "entered_or_left" is outside the game: a province without a score in one of the years
    cannot be moved from one to the other, and whether it stands above i does not depend on the
    players. It is a count: provinces above i then that are not complete now, less provinces above i
    now that were not complete then. With it

    .. math:: \sum \mathrm{rank\_part} = \mathrm{rank}_{t-1} - \mathrm{rank}_t,

    each rank among the provinces complete in its year, ties as in `parstats.panel.ranks`. When a
    series changes its meaning for everybody, own part and "others" are both large and of opposite
    sign; ``on_break="framework"`` takes both together out of them. This is arithmetic of published
    scores: it says through what the rank moved, not what caused it.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> table = change_attribution(load_scores("PAPI"), "20", 2024)
    >>> row = table.iloc[0]
    >>> int(row["rank_previous"]), int(row["rank"]), round(float(table["rank_part"].sum()), 9)
    (21, 12, 9.0)
    """
    pair = _pair(scores, year, previous, level, on_break)
    code = match_province(province, vintage=pair.now.vintage)
    if code not in pair.common:
        return _empty()
    return _table(pair, np.array([pair.common.index(code)]))


@keeps_subset
def change_attributions(
    scores: pd.DataFrame,
    year: int,
    previous: int | None = None,
    *,
    level: str | None = None,
    on_break: OnBreak = "series",
) -> pd.DataFrame:
    """Return `change_attribution` of all provinces complete in both years, at once.

    Parameters
    ----------
    scores, year, previous, level, on_break
        As in `change_attribution`.

    Returns
    -------
    pandas.DataFrame: the tables of `change_attribution` one below the other, in order of code.

    Raises
    ------
    InsufficientCoverage, InvalidRequest, UnknownChoice, VintageCrossed: as in `change_attribution`

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> table = change_attributions(load_scores("PAPI"), 2024)
    >>> sums = table.groupby("province")["rank_part"].sum()
    >>> first = table.drop_duplicates("province").set_index("province")
    >>> len(sums), bool(abs(first["rank_previous"] - first["rank"] - sums).max() < 1e-9)
    (59, True)
    """
    pair = _pair(scores, year, previous, level, on_break)
    return _table(pair, np.arange(len(pair.common))) if pair.common else _empty()


@dataclass(frozen=True)
class _Pair:
    """Two years side by side: provinces complete in both, and the state of each series."""

    now: Parts
    then: Parts
    common: list[str]
    series: pd.DataFrame


def _pair(
    scores: pd.DataFrame, year: int, previous: int | None, level: str | None, on_break: str
) -> _Pair:
    if on_break not in ON_BREAK:
        raise errors.UnknownChoice("on_break", on_break, ON_BREAK)
    require_table(scores, allow_subset=True)
    previous = year_before(scores, year) if previous is None else previous
    if previous == year:
        raise errors.InvalidRequest(f"cannot compare {period_text(year)} with itself")
    for which in (year, previous):
        check_year(scores, which)
    same_vintage(scores, year, previous)
    now = build_parts(scores, year, level=level)
    then = build_parts(scores, previous, level=level, like=now)
    if now.level != then.level:
        now = build_parts(scores, year, level="dimension")
        then = build_parts(scores, previous, level="dimension", like=now)
    common = [code for code in now.provinces if code in then.provinces]
    return _Pair(now, then, common, _what_became(now, then, on_break))


def _what_became(now: Parts, then: Parts, on_break: str) -> pd.DataFrame:
    """Return one row per series of either year: its years, and whether it is comparable."""
    order = frameworks.series()[["series", "parent"]]
    table = order[order["series"].isin([*now.series, *then.series])].reset_index(drop=True)
    rest = f"{frameworks.top(now.index)}.{frameworks.REST}"
    if now.has_rest or then.has_rest:
        table.loc[len(table)] = [rest, frameworks.top(now.index)]
    names = table["series"]
    table["held_now"], table["held_then"] = names.isin(now.series), names.isin(then.series)
    table["comparable"] = frameworks.comparable(names, now.year, then.year)
    table["same_meaning"] = frameworks.comparable(names, now.year, then.year, "share_of_scale")
    # The rest compares if all that it is the rest of does.
    for column in ("comparable", "same_meaning"):
        table.loc[names == rest, column] = bool(table.loc[names != rest, column].all())
    table["is_in_both_years"] = table["held_now"] & table["held_then"]
    if on_break == "framework":
        table["is_in_both_years"] &= table["same_meaning"]
    return table.join(frameworks.break_texts(names, now.year, then.year))


def _table(pair: _Pair, rows: Integers) -> pd.DataFrame:
    """Build the rows of each province: its series, then the three blocks."""
    reasons, n = _reasons(pair.series), len(rows)
    names = reasons["series"]
    then, now = (_points(parts, pair.common, names)[rows] for parts in (pair.then, pair.now))
    ranks, decomposition = _ranks(pair, rows), _game(pair, rows)
    score_part = np.nan_to_num(now) - np.nan_to_num(then)
    rank_part = np.full((n, len(reasons)), np.nan)
    rank_part[:, np.flatnonzero(reasons["kind"] == "series")] = decomposition.parts[:, :-2]
    rank_part[:, -3:-1] = decomposition.parts[:, -2:]
    # What the provinces of one year alone change: in the rank of then, less in the rank of now.
    previous_effect = ranks["rank_previous"] - decomposition.rank_reference
    rank_part[:, -1] = previous_effect - (ranks["rank"] - decomposition.rank)
    if not pair.series["is_in_both_years"].all():
        score_part[:, -2] = np.nan  # in the rows of the series that ended or are new
    table = pd.concat([reasons] * n, ignore_index=True).assign(
        province=np.repeat(np.array(pair.common)[rows], len(reasons)),
        score_previous=then.ravel(),
        score=now.ravel(),
        score_part=score_part.ravel(),
        rank_part=rank_part.ravel(),
        **{name: np.repeat(values, len(reasons)) for name, values in ranks.items()},
        **_about(pair),
    )
    return table.astype(_COLUMNS)[list(_COLUMNS)]


def _reasons(series: pd.DataFrame) -> pd.DataFrame:
    """Return the kind, name and breaks of every row of a province."""
    columns = ["series", "parent", "comparable", "break_en", "break_vi"]
    table = series[columns].assign(kind=np.where(series["is_in_both_years"], "series", "framework"))
    rivals_comparable = bool(series.loc[series["is_in_both_years"], "same_meaning"].all())
    rescaled_ = series["same_meaning"] & ~series["comparable"]
    framework = bool((series["is_in_both_years"] & ~rescaled_).all())
    blocks = pd.DataFrame({"kind": BLOCKS, "comparable": [rivals_comparable, framework, True]})
    blank = dict.fromkeys(("series", "parent", "break_en", "break_vi"), "")
    return pd.concat([table, blocks.assign(**blank)], ignore_index=True)


def _points(parts: Parts, provinces: list[str], series: pd.Series) -> Floats:
    """Return the scores of provinces by series, NaN for series without scores that year."""
    matrix = pd.DataFrame(parts.points, parts.provinces, parts.series)
    points: Floats = matrix.reindex(index=provinces, columns=series).to_numpy(dtype=np.float64)
    return points


def _game(pair: _Pair, rows: Integers) -> RankParts:
    series, now, then = pair.series, pair.now, pair.then
    shared_series = series.loc[series["is_in_both_years"], "series"].tolist()
    rest = series[~series["is_in_both_years"]]
    earlier, later = (
        _points(then, pair.common, shared_series),
        _points(now, pair.common, shared_series),
    )
    years = TwoYears(
        then_old=earlier,
        now_old=rescaled(later, now, then, shared_series),
        then_new=rescaled(earlier, then, now, shared_series),
        now_new=later,
        ended=_points(then, pair.common, rest.loc[rest["held_then"], "series"]),
        begun=_points(now, pair.common, rest.loc[rest["held_now"], "series"]),
    )
    groups = now.groups[[now.series.index(name) for name in shared_series]]
    return rank_change_parts(years, rows, groups)


def _ranks(pair: _Pair, rows: Integers) -> dict[str, Integers]:
    """Return the ranks of the provinces among all that are complete in each year."""
    codes = [pair.common[row] for row in rows]
    decomposition = {}
    for name, parts in (("rank_previous", pair.then), ("rank", pair.now)):
        positions = [parts.provinces.index(code) for code in codes]
        decomposition[name] = total_ranks(parts.points)[positions]
    return decomposition


def _about(pair: _Pair) -> dict[str, Any]:
    """Return the columns that are the same in all rows."""
    now, then = pair.now, pair.then
    breaks = frameworks.breaks_between(now.index, now.year, then.year, affects="ranking")
    return {
        "index": now.index,
        "year": now.year,
        "previous": then.year,
        "vintage": now.vintage,
        "ranking_break": len(breaks) > 0,
        "n_ranked_previous": len(then.provinces),
        "n_ranked": len(now.provinces),
        "n_common": len(pair.common),
        "n_units": now.n_units,
        "coverage": len(pair.common) / now.n_units,
    }


def _empty() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in _COLUMNS.items()})
