"""Priorities of all provinces in the newest year, made once by a build and looked up after."""

from __future__ import annotations

import pandas as pd

from parstats import errors, storage
from parstats.advice.priority_result import CASE_COLUMNS, COLUMNS, PAIR_COLUMNS, Priorities
from parstats.panel import load_scores
from parstats.reference import definitions, provinces

# Kept of each province: a page shows five priorities and three pairs, the command ten.
_N_WITH_CASES = 10
_N_PAIRS = 10
# Newest years that are tried: figures of a whole country come with a year or two of delay.
_N_YEARS = 3
_TABLES = ("priorities", "priority_pairs", "priority_cases")


def priority_tables(scores: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the tables of priorities of every index, for its newest year that carries them.

    `scores` is of all indices, as the build makes it. An index whose scores carry none has no rows:
    `priorities` says why, for the year that is asked about.

    >>> from parstats.panel import load_scores
    >>> tables = priority_tables(load_scores(years=range(2015, 2020)))
    >>> tables["priorities"].groupby("index")["year"].max().to_dict()
    {'PAPI': 2019}
    """
    kept: list[Priorities] = []
    for _, rows in scores.groupby("index", sort=False):
        newest = _newest(rows)
        if newest is not None:
            kept.append(newest)
    columns = dict(zip(_TABLES, (COLUMNS, PAIR_COLUMNS, CASE_COLUMNS), strict=True))
    parts = {
        "priorities": [answer.table for answer in kept],
        "priority_pairs": [p.pairs[p.pairs["position"] <= _N_PAIRS] for p in kept],
        "priority_cases": [_of_first(answer) for answer in kept],
    }
    return {
        name: pd.concat(tables, ignore_index=True)
        if (tables := parts[name])
        else pd.DataFrame(columns=list(columns[name]))
        for name in _TABLES
    }


def _newest(rows: pd.DataFrame) -> Priorities | None:
    """Return the priorities of the newest year of an index that carries them."""
    from parstats.advice.priority_table import priorities

    for year in sorted(rows["year"].unique(), reverse=True)[:_N_YEARS]:
        try:
            answer = priorities(rows, None, int(year))
        except (errors.InsufficientCoverage, errors.InsufficientData, errors.InvalidRequest):
            continue
        if len(answer.table):
            return answer
    return None


def _of_first(answer: Priorities) -> pd.DataFrame:
    first = answer.table[answer.table["position"] <= _N_WITH_CASES]
    keys = ["index", "year", "province", "series"]
    return answer.cases.merge(first[keys], on=keys)


def look_up(index: str, province: str, year: int) -> Priorities:
    """Return the priorities of a province: as built, or computed for a year that was not.

    Cases of what is built are those of the ten first series.

    Raises as `priorities`.

    >>> answer = look_up("PAPI", "Lạng Sơn", 2024)
    >>> len(answer.table), answer.reason
    (28, '')
    """
    table = storage.read_processed("priorities")
    table = table[(table["index"] == index) & (table["year"] == year)]
    if table.empty:
        return _computed(index, province, year)
    vintage = table["vintage"].iloc[0]
    units = definitions.unit_set_of_index(index) if pd.isna(vintage) else int(vintage)
    code = provinces.match_province(province, vintage=units)
    mine = [
        rows[(rows["index"] == index) & (rows["year"] == year) & (rows["province"] == code)]
        for rows in (storage.read_processed(name) for name in _TABLES)
    ]
    if mine[0].empty:  # says what the province lacks
        return _computed(index, province, year)
    return Priorities(*(rows.reset_index(drop=True) for rows in mine))


def _computed(index: str, province: str, year: int) -> Priorities:
    """Compute the priorities; models are loaded only where they are needed."""
    from parstats.advice.priority_table import priorities

    return priorities(load_scores(index), province, year)


def page_priorities(index: str, province: str, year: int) -> Priorities:
    """Return the priorities of a province for a page, or empty ones with the reason.

    As `look_up`; what the scores cannot carry is a result here: its `reason` is "years", "parts" or
    "coverage".

    >>> page_priorities("PAPI", "Lạng Sơn", 2012).reason, page_priorities("PAPI", "20", 2024).reason
    ('years', '')
    """
    try:
        return look_up(index, province, year)
    except errors.InsufficientData:
        reason = "years"
    except errors.InsufficientCoverage:
        reason = "coverage"
    except (errors.UnknownChoice, errors.ProvinceNotMatched):
        raise  # a year or a name that there is none of
    except errors.InvalidRequest:
        reason = "parts"
    table, pairs, cases = (
        pd.DataFrame(columns=list(names)) for names in (COLUMNS, PAIR_COLUMNS, CASE_COLUMNS)
    )
    return Priorities(table, pairs, cases, reason)


def other_year(index: str, province: str, year: int) -> int | None:
    """Return the year nearest to one without advice that carries advice to a province.

    Earlier years come before later ones, of a merged province those of its own set of provinces
    only. None if no year carries any.

    >>> other_year("PAPI", "Lạng Sơn", 2012), other_year("SIPAS", "Lạng Sơn", 2024)
    (2014, None)
    """
    from parstats.panel.units import vintage_in

    scores = load_scores(index)
    vintage = vintage_in(scores, year)
    code = provinces.match_province(province, vintage=vintage)
    years = sorted({int(each) for each in scores["year"]} - {year})
    ordered = [each for each in years if each < year][::-1] + [
        each for each in years if each > year
    ]
    for each in ordered:
        if vintage_in(scores, each) == vintage and _carries(scores, code, each):
            return each
    return None


def _carries(scores: pd.DataFrame, code: str, year: int) -> bool:
    from parstats.advice.priority_table import priorities

    try:
        priorities(scores, code, year, n_draws=100)
    except (errors.InsufficientCoverage, errors.InsufficientData, errors.InvalidRequest):
        return False
    return True
