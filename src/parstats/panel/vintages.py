"""Scores of the 63 provinces aggregated to the 34 of July 2025."""

from __future__ import annotations

import pandas as pd

from parstats import errors
from parstats.panel.coverage import index_in
from parstats.panel.ranks import with_ranks
from parstats.panel.units import vintage_in
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
    InvalidRequest: if scores of the 34 are to be turned into the 63, or departments into provinces
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
        raise errors.InvalidRequest(f"{index} grades departments; they did not merge")
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
        origin="derived",
        n=pd.array([pd.NA] * len(sums), dtype="Int64"),
        se=float("nan"),
        source=f"population-weighted mean of members ({population})",
    )
