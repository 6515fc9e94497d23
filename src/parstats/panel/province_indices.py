"""One province in all indices of a year."""

from __future__ import annotations

import pandas as pd

from parstats.reference import frameworks
from parstats.reference.provinces import check_vintage, match_province

_COLUMNS = (
    *("index", "year", "vintage", "province", "score", "max_score", "share_of_maximum", "rank"),
    *("n_ranked", "rank_basis"),
)


def province_indices(
    scores: pd.DataFrame,
    printed: pd.DataFrame,
    province: str,
    year: int,
    *,
    vintage: int | str = 63,
) -> pd.DataFrame:
    """Return the overall score and rank of a province in every index that has them in a year.

    Parameters
    ----------
    scores, printed : pandas.DataFrame
        Scores of several indices (`parstats.load_scores` with None); `parstats.load_printed`.
    province : str; code or name
    year : int
    vintage : {64, 63, 34}; which set of provinces the code or name is of

    Returns
    -------
    pandas.DataFrame: one row per index with a figure of the province, in the order of the indices:
        index, year, vintage, province, score, max_score (points), share_of_maximum (0-1; these
        three missing where only a rank is known), rank, n_ranked, rank_basis ("computed" from the
        scores where 90 % of the provinces have them, else "printed"; empty without a rank).

    Raises
    ------
    ProvinceNotMatched: if the province is unknown

    Examples
    --------
    >>> from parstats.panel import load_printed, load_scores
    >>> table = province_indices(load_scores(None), load_printed(), "Lạng Sơn", 2022)
    >>> table[["index", "rank", "n_ranked", "rank_basis"]].to_numpy().tolist()
    [['PAPI', 13, 61, 'computed'], ['SIPAS', 63, 63, 'printed']]
    """
    vintage = check_vintage(vintage)
    code = match_province(province, vintage=vintage)
    cell = {"year": year, "vintage": vintage, "province": code, "unit_level": "province"}
    scored, in_print = (_overall(table, cell) for table in (scores, printed))
    printed_points = in_print["score_printed"].where(in_print["scale"] == "points")
    table = pd.DataFrame(
        index=[i for i in frameworks.indices() if i in {*scored.index, *in_print.index}]
    )
    table["score"] = scored["score"].reindex(table.index).fillna(printed_points)
    is_computed = scored["rank"].reindex(table.index).notna()
    table["rank"] = scored["rank"].reindex(table.index)
    table["n_ranked"] = scored["n_ranked"].reindex(table.index)
    for column in ("rank", "n_ranked"):
        table[column] = table[column].astype("Int64").fillna(in_print[f"{column}_printed"])
    table["rank_basis"] = is_computed.map({True: "computed", False: "printed"})
    table.loc[table["rank"].isna(), "rank_basis"] = ""
    points = frameworks.by_year()["max_points"]
    highest = pd.Series([points.get((frameworks.top(i), year)) for i in table.index], table.index)
    table["max_score"] = highest.astype("float64").where(table["score"].notna())
    table["share_of_maximum"] = table["score"] / table["max_score"]
    table = table[table["score"].notna() | table["rank"].notna()]
    table = table.rename_axis("index").reset_index().assign(**cell)
    return table[list(_COLUMNS)]


def _overall(table: pd.DataFrame, cell: dict[str, object]) -> pd.DataFrame:
    """Return the rows of the overall score of one unit and year, by index."""
    rows = table
    for column, value in cell.items():
        rows = rows[rows[column] == value]
    tops = rows["index"].map({index: frameworks.top(index) for index in frameworks.indices()})
    return rows[rows["series"] == tops].set_index("index")
