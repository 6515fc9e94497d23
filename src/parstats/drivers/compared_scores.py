"""What of each index can be set beside another one: its scores without what it holds of others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from parstats import errors
from parstats.arguments import as_tuple
from parstats.drivers.score_checks import check_scores, require_table
from parstats.panel import wide
from parstats.panel.units import province_codes, vintage_in
from parstats.reference import frameworks
from parstats.reference import provinces as places
from parstats.reference.period_numbers import period_text, year_and_part

#: What an index holds of other indices, and of what is no governance: it enters without. SIPAS has
#: 10 of the 100 points of the PAR INDEX, growth and investment 6.5 (decision 876/QĐ-BNV of 2022);
#: before 2022 the field of impact has both. Of the alternatives the first that is known counts.
LEFT_OUT: dict[str, tuple[tuple[str, ...], ...]] = {
    "PAR INDEX": (("par.impact",), ("par.part.sipas", "par.part.socio_economic")),
}


@dataclass(frozen=True)
class ComparedIndex:
    """What is compared of an index, by province.

    Scores without what it holds of other indices, overall scores and national ranks as published,
    and parts.
    """

    scores: pd.Series
    published: pd.Series
    national_ranks: pd.Series
    parts: pd.DataFrame


def compared_scores(scores: pd.DataFrame, year: int) -> pd.Series:
    """Return the overall scores of one index without what it holds of other ones, by province.

    Missing where that is not known. `scores` are of one index.

    >>> from parstats.panel import load_scores
    >>> compared_scores(load_scores("PAPI"), 2024).round(2)["20"]
    np.float64(45.0)
    """
    overall = overall_scores(scores, year)
    index = require_table(scores)
    if index not in LEFT_OUT or overall.empty:
        return overall
    rows = scores[(scores["year"] == year) & (scores["unit_level"] == "province")]
    table = rows.pivot_table(index="province", columns="series", values="score")
    left_out = pd.Series(np.nan, index=overall.index)
    for series in LEFT_OUT[index]:
        if set(series) <= set(table):
            left_out = left_out.fillna(
                table.loc[overall.index, list(series)].sum(axis=1, skipna=False)
            )
    return (overall - left_out).dropna()


def overall_scores(scores: pd.DataFrame, year: int) -> pd.Series:
    """Return the overall scores of one index as published, by province; none if there are none.

    >>> from parstats.panel import load_scores
    >>> overall_scores(load_scores("PAPI"), 2024).round(2)["20"]
    np.float64(45.0)
    """
    index = require_table(scores)
    rows = check_scores(_of_provinces(scores, year))
    codes = province_codes(index, year) or {}
    overall = rows[rows["series"] == frameworks.top(index)].dropna(subset=["score"])
    values: pd.Series = overall.set_index(overall["province"].map(codes))["score"]
    return values


def comparable_indices(
    scores: pd.DataFrame, year: int, index: str | None = None
) -> tuple[str, ...]:
    """Return the indices that can be set beside each other in a year: of one set of provinces.

    Parameters
    ----------
    scores : pandas.DataFrame; scores of several indices
    year : int
    index : str, optional
        The index that comes first, which the others join; without scores of provinces it has none
        to join. If not given, the largest group of indices with one set of provinces.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> comparable_indices(load_scores(None), 2020, "PCI")
    ('PCI', 'PAPI', 'SIPAS', 'PAR INDEX')
    >>> comparable_indices(load_scores(None), 2011, "PAPI")
    ('PAPI',)
    """
    rows = _of_provinces(scores, year)
    vintages = {name: province_vintage(table, year) for name, table in rows.groupby("index")}
    by_vintage = [
        [name for name in _ordered(vintages) if vintages[name] == vintage]
        for vintage in sorted(set(vintages.values()))
    ]
    if index is None:
        most: list[str] = max(by_vintage, key=len, default=[])
        return tuple(most)
    index = frameworks.check_index(index)
    alike = next((names for names in by_vintage if index in names), [])
    return tuple(sorted(alike, key=lambda name: name != index))


def compared_index(scores: pd.DataFrame, year: int) -> ComparedIndex:
    """Return what is compared of an index.

    >>> from parstats.panel import load_scores
    >>> len(compared_index(load_scores("PAPI"), 2024).parts.columns)
    8
    """
    index = require_table(scores)
    codes = province_codes(index, year) or {}
    overall = scores[scores["series"] == frameworks.top(index)]
    overall = overall.set_index(overall["province"].map(codes))
    ranks = pd.Series(pd.NA, index=overall.index, dtype="Int64")
    for column in ("rank", "rank_printed"):
        if column in overall:
            ranks = ranks.fillna(overall[column].astype("Int64"))
    published = overall_scores(scores, year)
    parts = _parts(scores, year).rename(index=codes)
    return ComparedIndex(compared_scores(scores, year), published, ranks, parts)


def index_tables(
    scores: pd.DataFrame, year: int, index: str | None, indices: str | Sequence[str] | None
) -> dict[str, pd.DataFrame]:
    """Return the scores of each index that has any of provinces in the year, in order."""
    rows = _of_provinces(scores, year)
    present = set(rows["index"])
    first = [] if index is None else [frameworks.check_index(index)]
    named = (
        _ordered(present)
        if indices is None
        else [frameworks.check_index(name) for name in as_tuple(indices)]
    )
    named = list(dict.fromkeys([*first, *named]))
    absent = [name for name in named if name not in present]
    if absent or len(named) < 2:
        have = ", ".join(_ordered(present)) or "none"
        why = f"{', '.join(absent)} has none; " if absent else ""
        why = why or ("name a second one; " if present else "check the year; ")
        raise errors.InvalidRequest(
            f"two indices or more with scores of provinces in {period_text(year)} are needed; "
            f"{why}there are: {have}"
        )
    return {name: rows[rows["index"] == name] for name in named}


def _parts(scores: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the parts of an index by province, without those that are left out; maybe none."""
    index = require_table(scores)
    matrix = wide(scores, year, level="dimension", complete=True)
    dropped = {name for series in LEFT_OUT.get(index, ()) for name in series}
    return matrix[[name for name in matrix if name not in dropped]]


def _of_provinces(scores: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the scores of a year of indices whose units are provinces, by whatever codes."""
    rows = scores[(scores["year"] == year) & scores["unit_level"].isin(["province", "unit"])]
    alike = [name for name in rows["index"].unique() if province_codes(name, year) is not None]
    return rows[rows["index"].isin(alike)]


def _ordered(indices: Iterable[str]) -> list[str]:
    """Return indices in the order of the package, those made in memory last."""
    names = set(indices)
    return [
        name for name in dict.fromkeys([*frameworks.indices(), *sorted(names)]) if name in names
    ]


def province_vintage(scores: pd.DataFrame, year: int) -> int:
    """Return the set of provinces that the scores of an index are of."""
    number = vintage_in(scores, year)
    return number if number > 0 else places.vintage_in_year(year_and_part(year)[0])
