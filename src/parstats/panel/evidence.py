"""Whether a year's figures support a comparison of provinces."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from parstats import errors
from parstats.panel.coverage import complete_provinces, index_in, needed
from parstats.panel.units import (
    check_provinces,
    has_regions,
    n_units,
    province_scores,
    vintage_in,
    with_vintage,
)
from parstats.reference import frameworks
from parstats.reference.period_numbers import period_value
from parstats.reference.provinces import check_vintage, match_province


@dataclass(frozen=True)
class Evidence:
    """Number of provinces with figures in a year, and the number a comparison needs.

    Attributes
    ----------
    index, year, vintage : str, int, int; what it is about; the vintage is the set of provinces
    n_complete : int
        Provinces with every figure the index needs (see `parstats.panel.complete_provinces`).
    n_rank_only : int; further provinces of which only a rank of the overall index was printed
    n_required, n_units : int
        Complete provinces that ranks, means and drivers need, and provinces that exist.
    """

    index: str
    year: int
    vintage: int
    n_complete: int
    n_rank_only: int
    n_required: int
    n_units: int

    @property
    def carries_ranking(self) -> bool:
        """Whether enough provinces are complete for ranks, means and drivers."""
        return self.n_complete >= self.n_required


def evidence(scores: pd.DataFrame, printed: pd.DataFrame, year: int) -> Evidence:
    """Return a year's coverage without raising, for pages that say what is missing.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    printed : pandas.DataFrame
        Result of `parstats.load_printed`; a year may have printed ranks and no scores.
    year : int

    Raises
    ------
    UnknownChoice: if nothing of the year is known, neither a score nor a printed rank
    InvalidRequest: if the index grades departments

    Examples
    --------
    >>> from parstats.panel import load_printed, load_scores
    >>> found = evidence(load_scores("PAR INDEX"), load_printed(), 2015)
    >>> found.n_complete, found.n_rank_only, found.n_required, found.carries_ranking
    (1, 2, 57, False)
    """
    index = index_in(scores)
    check_provinces(index, "evidence")
    printed_rows = printed[(printed["index"] == index) & (printed["unit_level"] == "province")]
    available_years = sorted({*map(int, scores["year"]), *map(int, printed_rows["year"])})
    if year not in available_years:
        raise errors.UnknownChoice(
            f"year of {index}", period_value(year), map(period_value, available_years)
        )
    vintage = vintage_in(scores, year)
    printed_rows = printed_rows[
        (printed_rows["year"] == year) & (printed_rows["vintage"] == vintage)
    ]
    ranked = printed_rows[
        (printed_rows["series"] == frameworks.top(index)) & printed_rows["rank_printed"].notna()
    ]
    complete = complete_provinces(scores, year)
    n_total = n_units(index, vintage)
    return Evidence(
        index=index,
        year=year,
        vintage=vintage,
        n_complete=len(complete),
        n_rank_only=len({*ranked["province"]} - {*complete}),
        n_required=needed(n_total),
        n_units=n_total,
    )


_CELL = ["series", "year"]
_PRINTED_COLUMNS = ["score_printed", "scale", "score_agrees", "rank_printed", "n_ranked_printed"]
_PRINTED_COLUMNS += ["basis_score", "basis_rank", "source"]


def available_scores(
    scores: pd.DataFrame, printed: pd.DataFrame, province: str, *, vintage: int | str = 63
) -> pd.DataFrame:
    """Return scores and printed ranks of a province in every year, without comparison.

    It works however few provinces are covered, where `parstats.panel.overall` refuses.

    Parameters
    ----------
    scores, printed : pandas.DataFrame
        Scores of one index, all years (`parstats.load_scores`); result of `parstats.load_printed`.
    province : str; code or name
    vintage : {64, 63, 34}
        Which set of provinces the code or name is of; years of the other set are left out.

    Returns
    -------
    pandas.DataFrame: one row per series and year with a figure, and one of the overall index for
        every year from the first to the last that any province has a figure of, by year in the
        order of the framework: index, year, vintage, province, series, level, framework, score,
        max_score (points), share_of_maximum (0-1), rank_printed, n_ranked_printed, origin (of the
        score), basis_score, basis_rank, source (addresses, or the file of a score that was not
        printed). What is unknown is missing, in text columns empty.

    Raises
    ------
    InvalidRequest, ProvinceNotMatched: if the index grades departments; if the province is unknown

    Examples
    --------
    >>> from parstats.panel import load_printed, load_scores
    >>> table = available_scores(load_scores("SIPAS"), load_printed(), "Lạng Sơn")
    >>> told = table[table["level"] == "index"].set_index("year")["rank_printed"]
    >>> int(told[2021]), int(told[2022]), told.isna()[2016]
    (31, 63, np.True_)
    """
    index = index_in(scores)
    check_provinces(index, "available_scores")
    scores = with_vintage(scores)
    vintage = check_vintage(vintage if has_regions(index) else int(scores["vintage"].iloc[0]))
    province = match_province(province, vintage=vintage)
    printed_rows = printed[(printed["index"] == index) & (printed["unit_level"] == "province")]
    printed_rows = printed_rows[printed_rows["vintage"] == vintage]
    scores = province_scores(scores[scores["vintage"] == vintage])
    all_years = [*scores["year"], *printed_rows["year"]]
    table = _together(
        scores[scores["province"] == province], printed_rows[printed_rows["province"] == province]
    )
    top = frameworks.top(index)
    span = pd.DataFrame({"year": range(min(all_years), max(all_years) + 1), "series": top})
    table = span.merge(table, on=_CELL, how="outer") if all_years else table
    series_table = frameworks.by_year()[["level", "framework", "max_points", "position"]]
    table = table.join(series_table.rename(columns={"max_points": "max_score"}), on=_CELL)
    table["level"] = table["level"].fillna("index")
    share = table["score"] / table["max_score"]
    table["share_of_maximum"] = share.fillna(table.pop("share_printed"))
    texts = ["origin", "basis_score", "basis_rank", "source", "framework"]
    table[texts] = table[texts].fillna("")
    table = table.assign(index=index, vintage=vintage, province=province)
    table = table.sort_values(["year", "position"], kind="stable", ignore_index=True)
    head = ["index", "year", "vintage", "province", "series", "level", "framework"]
    figures = ["score", "max_score", "share_of_maximum", "rank_printed", "n_ranked_printed"]
    return table[[*head, *figures, *texts[:4]]]


def _together(scores: pd.DataFrame, printed_rows: pd.DataFrame) -> pd.DataFrame:
    """Join scores and printed figures; a printed score fills in only for a missing score."""
    scores = scores[[*_CELL, "score", "origin", "source"]].rename(columns={"source": "file"})
    table = scores.merge(printed_rows[[*_CELL, *_PRINTED_COLUMNS]], on=_CELL, how="outer")
    points = table["scale"] == "points"
    table["share_printed"] = (table["score_printed"] / 100).where(table["scale"].notna() & ~points)
    printed_only = table["score"].isna() & points
    table["score"] = table["score"].fillna(table["score_printed"].where(printed_only))
    # A score of another file is not what was printed: it keeps its own source and basis.
    other = table["score_agrees"].eq(False).fillna(False) | table["source"].isna()
    other &= table["file"].notna()
    table["source"] = table["file"].where(other, table["source"])
    table["basis_score"] = table["basis_score"].mask(other, "")
    return table.drop(columns=["file", "score_printed", "scale", "score_agrees"])
