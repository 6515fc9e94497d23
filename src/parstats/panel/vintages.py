"""Scores of the 63 provinces aggregated to the 34 of July 2025, and beside those of the 34."""

from __future__ import annotations

import pandas as pd

from parstats import errors
from parstats.panel.coverage import index_in
from parstats.panel.ranks import with_ranks
from parstats.panel.units import about_province, unit_column, vintage_in, with_vintage
from parstats.reference import frameworks, provinces

# Years of the populations by which provinces are weighted; those that the crosswalk has.
POPULATIONS = (2020, 2021)
_CELL = ["index", "framework", "year", "unit_level", "unit", "series", "level"]
_MEMBER_COLUMNS = ["n_members", "n_members_scored", "weight_scored", "complete"]


def to_vintage(
    scores: pd.DataFrame, vintage: int | str = 34, *, population: int = 2020, partial: str = "keep"
) -> pd.DataFrame:
    r"""Aggregate scores of the 63 provinces to the 34, weighted by population.

    Parameters
    ----------
    scores : pandas.DataFrame
        Scores of one index (`parstats.load_scores`). Rows that are of the 34 already stay as they
        are, with what an earlier call found of their members.
    vintage : {34, "2025"}
        The set of provinces to turn them into. There is no way back from 34 to 63.
    population : {2020, 2021}; year of the population that weighs the members
    partial : {"keep", "drop"}
        What to do with a new province some of whose members have no score: compute it from the
        others and flag it, or leave it out.

    Returns
    -------
    pandas.DataFrame: the columns of the scores and n_members, n_members_scored, weight_scored
        (share of the population whose member has a score) and complete. Rank and n_ranked are
        counted anew among the complete ones and missing where these are fewer than 90 % of the 34.

    Raises
    ------
    UnknownChoice: if an option is unknown
    InvalidRequest: if scores of the 34 are to be turned into the 63, departments into provinces, or
        scores of an index that grades administrations, as the PAR INDEX
    VintageCrossed: if a year has scores of both sets already

    Notes
    -----
    For new province :math:`g` with members :math:`i` of population :math:`w_i` the score is
    :math:`\sum_i w_i x_i / \sum_i w_i` over the members with a score. It is what the provinces
    together would have had if each person counted alike; no one published it, and a survey of the
    new province might have found another figure. Weights are average populations of the General
    Statistics Office (2020: two sources agree within 0.11 thousand; 2021: one source). A total
    is the mean of totals, so it equals the sum of its parts only where every member is complete.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> new = to_vintage(load_scores("PAPI", years=2024, level="index"))
    >>> len(new), int(new["complete"].sum()), int(new["n_ranked"].max())
    (34, 32, 32)
    """
    target_vintage = provinces.check_vintage(vintage)
    for what, value, allowed in (
        ("year of the population", population, POPULATIONS),
        ("way with partly missing members", partial, ("keep", "drop")),
    ):
        if value not in allowed:
            raise errors.UnknownChoice(what, value, allowed)
    index = index_in(scores)
    if frameworks.index_info(index).unit_level != "province":
        units = "departments" if unit_column(index) == "unit" else "units that are no provinces"
        raise errors.InvalidRequest(f"{index} grades {units}; they did not merge")
    if not frameworks.index_info(index).surveys and target_vintage != 63:
        raise errors.InvalidRequest(
            f"{index} grades an administration: a mean of the provinces that merged is the grade "
            "of none; set them side by side with panel.member_scores(scores, province)"
        )
    if target_vintage == 63:
        if (scores["vintage"] != 63).any():
            raise errors.InvalidRequest("scores of the 34 provinces cannot be split into the 63")
        return scores.copy()
    for year in scores["year"].unique():
        vintage_in(scores, int(year))
    score_columns = [name for name in scores.columns if name not in _MEMBER_COLUMNS]
    aggregated = _aggregated(scores.loc[scores["vintage"] == 63, score_columns], population)
    if partial == "drop":
        aggregated = aggregated[aggregated["complete"]]
    scores_34 = _add_members(scores[scores["vintage"] == 34])
    if partial == "drop":
        scores_34 = scores_34[scores_34["complete"]]
    table = pd.concat([part for part in (aggregated, scores_34) if len(part)], ignore_index=True)
    ordered = rank_complete(table[[*score_columns, *_MEMBER_COLUMNS]])
    order = frameworks.series().set_index("series")["position"]
    ordered = ordered.assign(_order=ordered["series"].map(order))
    ordered = ordered.sort_values(["year", "province", "_order"]).drop(columns="_order")
    return ordered.reset_index(drop=True)


def _add_members(scores_34: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the 34 with their members: as found before, else themselves."""
    available = (
        scores_34["n_members"].notna()
        if "n_members" in scores_34
        else pd.Series(False, index=scores_34.index)
    )
    themselves = pd.DataFrame(
        dict(zip(_MEMBER_COLUMNS, (1, 1, 1.0, True), strict=True)), index=scores_34.index
    )
    member_columns = scores_34.reindex(columns=_MEMBER_COLUMNS).where(available, themselves)
    return scores_34.assign(**member_columns.astype(themselves.dtypes.to_dict()).to_dict("series"))


def rank_complete(table: pd.DataFrame) -> pd.DataFrame:
    """Rank complete rows among each other; the others get no rank."""
    ranked = with_ranks(table[table["complete"]])[["rank", "n_ranked"]]
    blank = pd.Series(pd.NA, index=table.index, dtype="Int64")
    return table.assign(
        **{name: blank.where(~table["complete"], ranked[name]) for name in ("rank", "n_ranked")}
    )


def _aggregated(old: pd.DataFrame, population: int) -> pd.DataFrame:
    """Return the weighted means over the members of each new province."""
    members = pd.DataFrame(
        [
            (member.code, code, member.weights[population], len(provinces.members(code)))
            for code in provinces.by_code(34)
            for member in provinces.members(code)
        ],
        columns=["province", "new", "weight", "n_members"],
    )
    placed = old.merge(members, on="province", validate="many_to_one")
    placed["weighted"] = placed["weight"] * placed["score"]
    sums = placed.groupby([*_CELL, "new"], as_index=False).agg(
        weighted=("weighted", "sum"),
        weight_scored=("weight", "sum"),
        n_members=("n_members", "first"),
        n_members_scored=("weight", "size"),
        max_score=("max_score", "first"),
        min_score=("min_score", "first"),
        origin=("origin", "first"),
        source=("source", "first"),
    )
    complete = sums["n_members_scored"] == sums["n_members"]
    return sums.assign(
        province=sums["new"],
        vintage=34,
        score=sums["weighted"] / sums["weight_scored"],
        complete=complete,
        rank_printed=pd.array([pd.NA] * len(sums), dtype="Int64"),
        rank=pd.array([pd.NA] * len(sums), dtype="Int64"),
        n_ranked=pd.array([pd.NA] * len(sums), dtype="Int64"),
        # What one member scored stays what was published.
        origin=sums["origin"].where(sums["n_members"] == 1, "derived"),
        n=pd.array([pd.NA] * len(sums), dtype="Int64"),
        se=float("nan"),
        source=sums["source"].where(
            sums["n_members"] == 1, f"population-weighted mean of members ({population})"
        ),
    )


def backcast(
    scores: pd.DataFrame, vintage: int | str | None = None, *, year: int | None = None
) -> pd.DataFrame:
    """Return scores of one set of provinces, those of earlier years calculated where that is right.

    Of the 34: their own years, and the years of the 63 brought to the 34. A province whose borders
    did not change keeps its scores; for the others, scores of a survey of people are averaged by
    population (`to_vintage`) where every member has one. An index that grades administrations, as
    the PAR INDEX, has no earlier scores of a merged province: see `member_scores`.

    Parameters
    ----------
    scores : pandas.DataFrame of one index, all years (`parstats.load_scores`)
    vintage : {64, 63, 34}, optional; that of the newest scores if neither it nor `year` is given
    year : int, optional; a year of the scores, in place of the vintage

    Returns
    -------
    pandas.DataFrame: scores of that vintage only, and ``calculated``: whether a score is a mean of
        several provinces that nobody published. Of the 34 with the columns that `to_vintage` adds,
        and without provinces of which a member has no score.

    Raises
    ------
    InvalidRequest: if both a vintage and a year are given
    VintageCrossed: if a year has scores of two sets of provinces

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> past = backcast(load_scores("PAPI", level="index"), 34)
    >>> past[past["year"] == 2024].groupby("calculated").size().to_dict()
    {False: 11, True: 21}
    """
    if vintage is not None and year is not None:
        raise errors.InvalidRequest(f"vintage={vintage} and year={year}: give one of them")
    if vintage is not None:
        target_vintage = provinces.check_vintage(vintage)
    else:
        reference_year = int(scores["year"].max()) if year is None else year
        target_vintage = vintage_in(scores, reference_year)
    index = index_in(scores)
    scores = with_vintage(scores)
    own_years = scores[scores["vintage"] == target_vintage]
    # A table that has been through here, or through `to_vintage`, is of one vintage already.
    if target_vintage != 34 or frameworks.index_info(index).unit_level != "province":
        return own_years.assign(calculated=False).reset_index(drop=True)
    for each in scores["year"].unique():
        vintage_in(scores, int(each))
    older = scores[scores["vintage"] == 63]
    if not frameworks.index_info(index).surveys:
        is_same = older["province"].map(lambda code: provinces.is_unchanged(63, code)).astype(bool)
        older = older[is_same].assign(province=older["province"].map(provinces.successors()))
    calculated = _calculated(older, own_years)
    return calculated.assign(calculated=calculated["n_members"] > 1)


def _calculated(older: pd.DataFrame, own_years: pd.DataFrame) -> pd.DataFrame:
    """Return own years and older ones brought to the 34, where every member has a score."""
    both = pd.concat([part for part in (older, own_years) if len(part)], ignore_index=True)
    if both.empty:
        return _add_members(both)
    if frameworks.index_info(index_in(both)).surveys:
        return to_vintage(both, 34, partial="drop")
    table = _add_members(both.assign(vintage=34))
    blank = pd.array([pd.NA] * len(table), dtype="Int64")
    from_63 = both["vintage"] == 63
    for name in ("rank", "n_ranked", "rank_printed"):
        table[name] = table[name].astype("Int64").where(~from_63, blank)
    return table


def is_calculated(scores: pd.DataFrame, year: int) -> bool:
    """Return whether scores of a year are means of provinces that merged later.

    >>> from parstats.panel import load_scores
    >>> is_calculated(backcast(load_scores("PAPI", years=2024, level="index"), 34), 2024)
    True
    """
    if "n_members" not in scores:
        return False
    return bool((scores.loc[scores["year"] == year, "n_members"] > 1).any())


def member_scores(
    scores: pd.DataFrame,
    province: str,
    *,
    series: str | None = None,
    vintage: int | str = 34,
) -> pd.DataFrame:
    """Return the scores and ranks of the provinces that one of the 34 was made of, side by side.

    Parameters
    ----------
    scores : pandas.DataFrame of one index, all years (`parstats.load_scores`)
    province : str; code or name
    series : str, optional; the overall index if not given
    vintage : {34, 63, 64}; which set of provinces it is of; only one of the 34 was made of others

    Returns
    -------
    pandas.DataFrame: one row per member and year of the 63 in which any member has a score:
        province, vintage (63), weight (share of the population of 2020), year, score, rank,
        n_ranked (missing where the member has no score). Empty if borders did not change.

    Raises
    ------
    ProvinceNotMatched: if that set has no such province

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> table = member_scores(load_scores("PAPI"), "Lào Cai")
    >>> table[table["year"] == 2024][["province", "rank"]].values.tolist()
    [['10', 48], ['15', 46]]
    """
    code = provinces.match_province(province, vintage=vintage)
    index = index_in(scores)
    series = frameworks.top(index) if series is None else frameworks.check_series(series, index)
    members = provinces.members(code) if provinces.check_vintage(vintage) == 34 else ()
    weights = {member.code: member.weights[POPULATIONS[0]] for member in members}
    rows = scores[
        (scores["series"] == series) & (scores["vintage"] == 63) & scores["province"].isin(weights)
    ]
    rows = rows if len(members) > 1 else rows.head(0)
    cells = pd.MultiIndex.from_product(
        [weights, sorted(rows["year"].unique())], names=["province", "year"]
    )
    table = rows.set_index(["province", "year"])[["score", "rank", "n_ranked"]].reindex(cells)
    table = table.reset_index()
    table.insert(1, "vintage", 63)
    table.insert(2, "weight", table["province"].map(weights).astype("float64"))
    return about_province(table, code)


def missing_members(members: pd.DataFrame) -> dict[int, list[str]]:
    """Return the members without a score, by year in which another member has one.

    Parameters
    ----------
    members : pandas.DataFrame; result of `member_scores`

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> missing_members(member_scores(load_scores("PAPI"), "Phú Thọ"))[2024]
    ['26']
    """
    missing = members[members["score"].isna()]
    return {
        int(year): sorted(codes)
        for year, codes in missing.groupby("year")["province"].apply(list).items()
    }
