"""Attribution of a province's rank to its parts, against a reference, exact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from parstats import errors
from parstats.drivers.score_matrix import Floats, Parts, build_parts, rescaled
from parstats.panel import check_year
from parstats.panel.subset_marks import keeps_subset
from parstats.panel.units import same_vintage
from parstats.reference import frameworks
from parstats.reference import provinces as places
from parstats.reference.period_numbers import period_text
from parstats.stats.shapley.owen import Integers
from parstats.stats.shapley.rank_games import RankParts, rank_parts, rival_parts, total_ranks

By = Literal["series", "rival"]
BY: tuple[str, ...] = get_args(By)
REFERENCES = ("median", "mean", "region", "previous")

# Provinces, by judgement: a median of fewer is a comparison with one or two names, better asked for
# by name.
LEAST_FOR_REFERENCE = 3


@keeps_subset
def rank_attribution(
    scores: pd.DataFrame,
    province: str,
    year: int,
    *,
    reference: str = "median",
    level: str | None = None,
    by: By = "series",
) -> pd.DataFrame:
    r"""Attribute a province's rank, compared with a reference, to the parts of the score.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    province : str; code or name
    year : int
    reference : str
        What the province is compared with: "median" or "mean" of each part over the complete
        provinces; "region", the median over those of its region; "previous", itself the year
        before, if all parts mean the same in both years; or the code or name of a province.
    level : {"criterion", "dimension"}, optional; by default the lowest that adds up to the score
    by : {"series", "rival"}; "rival" splits each part by the province that is passed or let past

    Returns
    -------
    pandas.DataFrame
        One row per series, in the order of the framework: index, year, vintage, province, reference
        (as asked, or the code of the province), series, parent, score, score_reference (points),
        score_part (their difference), rank_part (ranks; positive lifts the province), rank,
        rank_reference (the rank the province would have with the scores of the reference),
        n_ranked, n_reference (provinces the reference is taken over), n_units, coverage.

        With ``by="rival"`` one row per rival and series, best rival first: rival, rank_rival and
        score_rival come in and score_part goes out. ``rank_part`` is then -1 in sum over the series
        if the rival is above the province though not above the reference, +1 if the other way
        round, else 0; its sum over the rivals is the ``rank_part`` of the series.

    Raises
    ------
    BreakCrossed: for "previous", if parts came, ended or changed their meaning since the year
        before
    InsufficientCoverage: if fewer than 90 % of the provinces are complete (for "previous" in either
        year), or for "region" fewer than 3 of it
    InvalidRequest: if the province or the reference lacks a part of the score, or the parts do not
        add up to the overall score (SIPAS), or they are too many for an exact answer
    UnknownChoice: if the year, the level or `by` does not exist
    VintageCrossed: for "previous", if the year before is of the other set of provinces

    Notes
    -----
    Estimand: of the distance in ranks between the province and its reference, how much comes
    through each part. For province i with parts :math:`x_{ij}` and reference r,

    .. math:: s(S)=\sum_{j\in S} x_{ij}+\sum_{j\notin S} r_j, \qquad
        v(S)=-[1+\#\{k\neq i: y_k>s(S)\}],

    so v is minus the rank it would have among the same rivals were only the parts in S its own.
    ``rank_part`` is the Owen value of that game with the dimensions as groups (Owen 1977, in Essays
    in Mathematical Economics and Game Theory, 76-88; Shapley values of rank as in Pliatsika et al.,
    ShaRP, doi 10.14778/3749646.3749682): the mean of what the part changes over all orders in
    which the parts may be exchanged, those of a dimension one after the other. It is computed
    exactly from all coalitions, not from a sample, so

    .. math:: \sum_j \varphi_j = \mathrm{rank}(r) - \mathrm{rank}(i).

    For the score itself the same value is simply :math:`x_{ij}-r_j`, ``score_part``. A rank is one
    more than a sum over rivals of :math:`1[s(S)<y_k]`, which splits ``rank_part`` by rival.

    Scores equal to 9 decimals share a rank, as in `parstats.panel.ranks`. A part where the province
    equals its reference gets 0. Ranks are crowded in the middle of the field: there the same points
    move more ranks, so rank parts are not proportional to score parts. All this is arithmetic
    of published scores: it says what the distance consists of, not what an effort would bring.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> table = rank_attribution(load_scores("PAPI"), "Lạng Sơn", 2024)
    >>> row = table.iloc[0]
    >>> len(table), int(row["rank"]), int(row["rank_reference"])
    (28, 12, 34)
    >>> round(float(table["rank_part"].sum()), 9)
    22.0
    """
    parts = build_parts(scores, year, level=level)
    rows = np.array([parts.row(province)])
    return _attributed(scores, parts, rows, reference, by)


@keeps_subset
def rank_attributions(
    scores: pd.DataFrame,
    year: int,
    *,
    reference: str = "median",
    level: str | None = None,
    by: By = "series",
) -> pd.DataFrame:
    """Return `rank_attribution` of all complete provinces of a year, at once.

    Parameters
    ----------
    scores, year, reference, level, by
        As in `rank_attribution`. For "previous", provinces that were not complete the year before
        are left out.

    Returns
    -------
    pandas.DataFrame: the tables of `rank_attribution` one below the other, in order of code.

    Raises
    ------
    BreakCrossed, InsufficientCoverage, InvalidRequest, UnknownChoice, VintageCrossed: as in
        `rank_attribution`

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> table = rank_attributions(load_scores("PAPI"), 2024)
    >>> sums = table.groupby("province")["rank_part"].sum()
    >>> first = table.drop_duplicates("province").set_index("province")
    >>> len(sums), bool(abs(first["rank_reference"] - first["rank"] - sums).max() < 1e-9)
    (61, True)
    """
    parts = build_parts(scores, year, level=level)
    return _attributed(scores, parts, np.arange(len(parts.provinces)), reference, by)


@dataclass(frozen=True)
class _Reference:
    """Reference of each of some rows: its name, its points (NaN where it has none), how many."""

    name: str
    points: Floats
    count: Integers


def _attributed(
    scores: pd.DataFrame, parts: Parts, rows: Integers, reference: str, by: str
) -> pd.DataFrame:
    if by not in BY:
        raise errors.UnknownChoice("split", by, BY)
    reference_points = _reference(scores, parts, rows, reference)
    available = ~np.isnan(reference_points.points).any(axis=1)
    if not available.any():
        raise errors.InvalidRequest(
            f"{_listed(parts, rows)} had no complete scores of {parts.index} in {parts.year - 1}; "
            "take another reference: median, mean, region or a province"
        )
    reference_points = _Reference(
        reference_points.name, reference_points.points[available], reference_points.count[available]
    )
    rows = rows[available]
    decomposition = rank_parts(parts.points, rows, reference_points.points, parts.groups)
    table = _by_series(parts, rows, reference_points, decomposition)
    return table if by == "series" else _by_rival(parts, rows, reference_points, table)


def _listed(parts: Parts, rows: Integers) -> str:
    provinces_by_code = places.by_code(parts.vintage)
    codes = [parts.provinces[row] for row in rows[:3]]
    names = ", ".join(f"{provinces_by_code[code].names['vi']} ({code})" for code in codes)
    return names if len(rows) <= 3 else f"{names} and {len(rows) - 3} more"


def _by_series(
    parts: Parts, rows: Integers, reference_points: _Reference, decomposition: RankParts
) -> pd.DataFrame:
    p = len(parts.series)
    score, against = parts.points[rows].ravel(), reference_points.points.ravel()
    return pd.DataFrame(
        {
            "index": parts.index,
            "year": parts.year,
            "vintage": parts.vintage,
            "province": np.repeat(np.array(parts.provinces)[rows], p),
            "reference": reference_points.name,
            "series": np.tile(parts.series, len(rows)),
            "parent": np.tile(parts.parents, len(rows)),
            "score": score,
            "score_reference": against,
            "score_part": score - against,
            "rank_part": decomposition.parts.ravel(),
            "rank": np.repeat(decomposition.rank, p),
            "rank_reference": np.repeat(decomposition.rank_reference, p),
            "n_ranked": len(parts.provinces),
            "n_reference": np.repeat(reference_points.count, p),
            "n_units": parts.n_units,
            "coverage": len(parts.provinces) / parts.n_units,
        }
    )


def _by_rival(
    parts: Parts, rows: Integers, reference_points: _Reference, table: pd.DataFrame
) -> pd.DataFrame:
    """Return the table by series with one row per rival, the best rival first."""
    ranks, codes, p = total_ranks(parts.points), np.array(parts.provinces), len(parts.series)
    order = np.argsort(ranks, kind="stable")
    rivals = np.array([order[order != row] for row in rows])
    split = [
        rival_parts(parts.points, int(row), reference, parts.groups)[rivals[position]]
        for position, (row, reference) in enumerate(zip(rows, reference_points.points, strict=True))
    ]
    # Places in the table by series: for each province all its rows, once a rival.
    again = np.arange(len(rows))[:, None, None] * p + np.arange(p)
    again = np.broadcast_to(again, (*rivals.shape, p)).ravel()
    wider = table.drop(columns="score_part").iloc[again].reset_index(drop=True)
    wider["rank_part"] = np.ravel(split)
    wider.insert(5, "rival", np.repeat(codes[rivals], p))
    wider.insert(6, "rank_rival", np.repeat(ranks[rivals], p))
    after = wider.columns.get_loc("score_reference") + 1
    wider.insert(after, "score_rival", parts.points[rivals].ravel())
    return wider


def _reference(scores: pd.DataFrame, parts: Parts, rows: Integers, reference: str) -> _Reference:
    n = len(parts.provinces)
    if reference == "median":
        return _same_for_all(reference, np.median(parts.points, axis=0), n, rows)
    if reference == "mean":
        return _same_for_all(reference, parts.points.mean(axis=0), n, rows)
    if reference == "region":
        return _region_reference(parts, rows)
    if reference == "previous":
        then = _year_before(scores, parts)[rows]
        return _Reference(reference, then, np.ones(len(rows), dtype=np.int64))
    try:
        peer = parts.row(reference)
    except errors.ProvinceNotMatched as reason:
        expected = (*REFERENCES, "or a province")
        raise errors.InvalidRequest(
            f"unknown reference {reference!r}: expected one of {', '.join(expected)} ({reason})"
        ) from reason
    return _same_for_all(parts.provinces[peer], parts.points[peer], 1, rows)


def _same_for_all(name: str, points: Floats, count: int, rows: Integers) -> _Reference:
    points = np.broadcast_to(points, (len(rows), len(points)))
    return _Reference(name, points, np.full(len(rows), count))


def _region_reference(parts: Parts, rows: Integers) -> _Reference:
    """Return the median of each part over the complete provinces of each row's region."""
    if parts.vintage < 0:
        raise errors.InvalidRequest(
            f"the units of {parts.index} lie in no regions; take another reference: median, mean, "
            "previous or a unit"
        )
    provinces_by_code = places.by_code(parts.vintage)
    regions = np.array([provinces_by_code[code].region for code in parts.provinces])
    points = np.empty((len(rows), len(parts.series)))
    count = np.empty(len(rows), dtype=np.int64)
    for region in np.unique(regions[rows]):
        members, mine = regions == region, regions[rows] == region
        if members.sum() < LEAST_FOR_REFERENCE:
            raise errors.InsufficientCoverage(
                f"the median of region {region} in {parts.index_year}",
                n_complete=int(members.sum()),
                n_required=LEAST_FOR_REFERENCE,
                n_units=sum(province.region == region for province in provinces_by_code.values()),
                alternative="take another reference: median, mean or a province",
            )
        points[mine], count[mine] = np.median(parts.points[members], axis=0), members.sum()
    return _Reference("region", points, count)


def _year_before(scores: pd.DataFrame, parts: Parts) -> Floats:
    """Scores of the year before on this year's scale, NaN for provinces not complete then."""
    previous = parts.year - 1
    same_vintage(scores, parts.year, check_year(scores, previous))
    year_series = frameworks.in_year(parts.index, previous, parts.level)["series"]
    own_series = parts.series[: len(parts.series) - parts.has_rest]
    all_series = pd.Series(list(dict.fromkeys([*own_series, *year_series])))
    same = frameworks.comparable(all_series, parts.year, previous, "share_of_scale")
    if not same.all():
        raise errors.BreakCrossed(
            f"{parts.index} {period_text(previous)} and {period_text(parts.year)} cannot be "
            f"compared for: {', '.join(all_series[~same])}; use change_attribution, which keeps a "
            "change of framework apart, or another reference: median, mean, region or a province"
        )
    then = build_parts(scores, previous, level=parts.level, like=parts)
    points = np.full((len(parts.provinces), len(parts.series)), np.nan)
    both = [code for code in parts.provinces if code in then.provinces]
    mine = [parts.provinces.index(code) for code in both]
    order = [then.series.index(name) for name in parts.series]
    earlier = then.points[[then.provinces.index(code) for code in both]][:, order]
    points[mine] = rescaled(earlier, then, parts, list(parts.series))
    return points
