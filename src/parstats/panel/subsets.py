"""A part of the provinces or of the series, with totals, ranks and coverage of that part."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from parstats import errors
from parstats.arguments import as_tuple
from parstats.panel.coverage import index_in
from parstats.panel.ranks import with_ranks
from parstats.panel.subset_marks import COLUMN, clause, parse_subset, subset_in, units_in_subset
from parstats.panel.units import has_regions, unit_column, vintage_in
from parstats.reference import frameworks
from parstats.reference import provinces as places

Names = str | Iterable[str]

# What the column source says of a score that was added up anew.
SUMMED = "the series that stay"


def only(
    scores: pd.DataFrame,
    *,
    provinces: Names | None = None,
    region: Names | None = None,
    series: Names | None = None,
) -> pd.DataFrame:
    """Return the scores of some provinces or series alone, ranked and added up among themselves.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    provinces : str or iterable of str, optional; names or codes, in the vintage of the table
    region : str or iterable of str, optional; codes or names; with `provinces`, both together
    series : str or iterable of str, optional
        Sub-dimensions, or dimensions with all that is in them. Dimensions and the overall score are
        the sums of what stays.

    Returns
    -------
    pandas.DataFrame
        The table of scores with a column ``subset`` that says what was asked for. `panel.ranks` and
        the drivers take it: they rank, add up and count coverage among what stays (90 % of the
        provinces asked for, and at least 10), and every table they return carries ``subset`` too,
        as do the notes of charts and tables drawn from it. What takes all provinces refuses it.

    Raises
    ------
    InvalidRequest: if nothing is asked for or nothing stays; the table is of two sets of provinces;
        the index grades departments; or series are left out of an index whose overall score is no
        plain sum
    ProvinceNotMatched, UnknownChoice: if a province, a region or a series does not exist

    See Also
    --------
    parstats.panel.without : the same by what is left out.

    Examples
    --------
    >>> from parstats.panel import load_scores, ranks
    >>> cities = only(load_scores("PAPI", years=2024), region="Đồng bằng sông Hồng")
    >>> ranks(cities, 2024).head(1)[["province", "n_ranked", "subset"]].values.tolist()
    [['22', 10, 'only region RRD']]
    """
    return _subset(scores, provinces, region, series, is_only=True)


def without(
    scores: pd.DataFrame,
    *,
    provinces: Names | None = None,
    region: Names | None = None,
    series: Names | None = None,
) -> pd.DataFrame:
    """Return the scores without some provinces or series, ranked and added up among the others.

    Parameters
    ----------
    scores, provinces, region, series : as in `parstats.panel.only`

    Returns
    -------
    pandas.DataFrame: as of `parstats.panel.only`

    Raises
    ------
    InvalidRequest, ProvinceNotMatched, UnknownChoice: as `parstats.panel.only`

    Examples
    --------
    >>> from parstats.panel import load_scores, ranks
    >>> scores = load_scores("PAPI", years=2024)
    >>> int(ranks(scores, 2024)["n_ranked"].iloc[0])
    61
    >>> others = without(scores, provinces=["Hà Nội", "TP.HCM"], series="papi.e_governance")
    >>> int(ranks(others, 2024)["n_ranked"].iloc[0]), others["subset"].iloc[0]
    (59, 'without provinces 01, 79; without series papi.e_governance')
    """
    return _subset(scores, provinces, region, series, is_only=False)


def _subset(
    scores: pd.DataFrame,
    provinces: Names | None,
    region: Names | None,
    series: Names | None,
    *,
    is_only: bool,
) -> pd.DataFrame:
    if not isinstance(scores, pd.DataFrame) or "index" not in scores:
        raise errors.InvalidRequest(
            f"scores is of type {type(scores).__name__}: expected the table that "
            "load_scores(index) gives"
        )
    index = index_in(scores, allow_subset=True)
    arguments = {"provinces": provinces, "region": region, "series": series}
    requests = {kind: as_tuple(names) for kind, names in arguments.items() if names is not None}
    # An empty list would hold everything or nothing without saying so.
    blank = [f"{kind} is empty" for kind, names in requests.items() if not names]
    if blank or not requests:
        raise errors.InvalidRequest(
            f"panel.{'only' if is_only else 'without'}: {', '.join(blank) or 'nothing is named'}; "
            "name provinces, a region or series"
        )
    clauses = []
    table = scores
    if {"provinces", "region"} & set(requests):
        vintage = _vintage(scores, index)
        if "provinces" in requests:
            codes = places.match_provinces(requests["provinces"], vintage=vintage)
            clauses.append(clause(is_only, "provinces", sorted(set(codes))))
        if "region" in requests:
            if not has_regions(index):
                raise errors.InvalidRequest(f"the units of {index} lie in no regions: name units")
            regions = sorted({places.match_region(name) for name in requests["region"]})
            clauses.append(clause(is_only, "region", regions))
        staying = units_in_subset("; ".join([*_marks(scores), *clauses]), vintage)
        table = scores[scores["province"].isin(staying)]
    if "series" in requests:
        names = [frameworks.check_series(name, index) for name in requests["series"]]
        clauses.append(clause(is_only, "series", sorted(set(names))))
    mark = "; ".join([*_marks(scores), *clauses])
    if "series" in requests:
        table = _with_series(table, index, mark)
    if table.empty:
        raise errors.InvalidRequest(f"no scores of {index} stay: {mark}")
    marked = table.assign(**{COLUMN: mark, "rank_printed": pd.array([pd.NA] * len(table), "Int64")})
    return with_ranks(marked.reset_index(drop=True))


def _marks(scores: pd.DataFrame) -> list[str]:
    subset = subset_in(scores)
    return [subset] if subset else []


def _vintage(scores: pd.DataFrame, index: str) -> int:
    """Return the set of provinces of a table; refuse several, and departments."""
    if unit_column(index) == "unit":
        raise errors.InvalidRequest(
            f"{index} grades departments of one province: it has no subset of provinces"
        )
    vintages = {vintage_in(scores, year) for year in scores["year"].unique()}
    if len(vintages) > 1:
        raise errors.InvalidRequest(
            "the table is of the 63 provinces and of the 34, whose codes and regions differ: keep "
            "one, as load_scores(index, vintage=63)"
        )
    return vintages.pop()


def _with_series(scores: pd.DataFrame, index: str, mark: str) -> pd.DataFrame:
    """Return the scores of the series that a mark leaves in, and the sums of these above them."""
    info = frameworks.index_info(index)
    if info.total != "sum" or info.unit_level == "unit":
        raise errors.InvalidRequest(
            f"the overall score of {index} is no plain sum of its series, so it is not known "
            "without some of them; take provinces only, or make an index of the series that you "
            "want with parstats.index_from"
        )
    parts = [
        _year_with_series(rows, index, int(year), mark)
        for year, rows in scores.groupby("year", sort=True)
    ]
    return pd.concat(parts, ignore_index=True)


def _year_with_series(rows: pd.DataFrame, index: str, year: int, mark: str) -> pd.DataFrame:
    clauses = [(is_only, names) for is_only, kind, names in parse_subset(mark) if kind == "series"]
    framework = frameworks.in_year(index, year).set_index("series")
    parent = framework["parent"].to_dict()
    by_series = {
        name: rows[rows["series"] == name]
        for name in framework.index
        if name not in set(parent.values())
        and all(_is_below(name, names, parent) == is_only for is_only, names in clauses)
    }
    changed: set[str] = set()
    for level in ("dimension", "index"):
        for group in framework.index[framework["level"] == level]:
            below = [name for name in framework.index if parent[name] == group]
            children = [name for name in below if name in by_series]
            if children == below and not changed & set(below):
                by_series[group] = rows[rows["series"] == group]
            elif children:
                changed.add(group)
                by_series[group] = _summed([by_series[name] for name in children], group, level)
    return pd.concat([rows.head(0), *by_series.values()], ignore_index=True)


def _is_below(name: str, groups: list[str], parent: dict[str, str]) -> bool:
    """Return whether a series is one of the groups or lies in one of them."""
    while name:
        if name in groups:
            return True
        name = parent.get(name, "")
    return False


def _summed(children: list[pd.DataFrame], group: str, level: str) -> pd.DataFrame:
    """Return the sums of series over the units that have all of them."""
    points = ["score", "min_score", "max_score"]
    keys = ["vintage", "province"]
    rows = pd.concat(children)
    by_unit = rows.groupby(keys, dropna=False)
    sums = by_unit[points].sum(min_count=len(children))[by_unit.size() == len(children)]
    first = children[0].drop(columns=[*points, "rank_printed", "n", "se"], errors="ignore")
    table = first.assign(series=group, level=level, origin="derived", source=f"sum of {SUMMED}")
    return (
        table.merge(sums.reset_index(), on=keys).reindex(columns=rows.columns).astype(rows.dtypes)
    )
