"""Loading the processed tables."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral

import pandas as pd

from parstats import errors, frameworks, storage


def load_scores(
    index: str = "PAPI",
    years: int | Iterable[int] | None = None,
    *,
    level: str | None = None,
) -> pd.DataFrame:
    """Scores of an index, in long form.

    Parameters
    ----------
    index : str
        The index; "PAPI" so far.
    years : int or iterable of int, optional
        Years to keep; all if not given.
    level : {"index", "dimension", "criterion"}, optional
        Keep totals, dimensions or sub-dimensions only.

    Returns
    -------
    pandas.DataFrame
        One row a year, province and series (see `parstats.schema.Scores`): index, framework,
        year, unit_level, vintage, province, unit, series, level, score, max_score, min_score
        (points), rank_printed, rank, n_ranked, origin, n, se, source. A missing figure is an
        absent row.

    Raises
    ------
    DataNotBuilt
        If `parstats build` has not been run.
    UnknownChoice
        If the index, a year or the level does not exist.

    Examples
    --------
    >>> scores = load_scores("PAPI", years=2011)
    >>> transparency = scores[scores["series"].str.startswith("papi.transparency.")]
    >>> sorted(transparency["series"].unique())
    ['papi.transparency.communal_budget', 'papi.transparency.land_plans', 'papi.transparency.poverty_lists']
    """
    index = frameworks.check_index(index)
    scores = storage.read_processed("scores")
    scores = scores[scores["index"] == index]
    if years is not None:
        wanted = (
            [int(years)] if isinstance(years, int | Integral) else [int(year) for year in years]
        )
        known = sorted(int(year) for year in scores["year"].unique())
        for year in wanted:
            if year not in known:
                raise errors.UnknownChoice(f"year of {index}", year, known)
        scores = scores[scores["year"].isin(wanted)]
    if level is not None:
        scores = scores[scores["level"] == frameworks.check_level(level)]
    return scores.reset_index(drop=True)


def load_provinces() -> pd.DataFrame:
    """Provinces: codes, names, region, population, place in the tile map.

    Raises
    ------
    DataNotBuilt
        If `parstats build` has not been run.

    Examples
    --------
    >>> provinces = load_provinces()
    >>> len(provinces), provinces["region"].nunique()
    (63, 6)
    """
    return storage.read_processed("provinces")


def load_series() -> pd.DataFrame:
    """Series with their names and place in the framework; see `parstats.frameworks.series`.

    Examples
    --------
    >>> load_series()["level"].value_counts().to_dict()
    {'criterion': 31, 'dimension': 8, 'index': 1}
    """
    return storage.read_processed("series")


def load_versions() -> pd.DataFrame:
    """What each series was in each span of years; see `parstats.frameworks.versions`.

    Examples
    --------
    >>> load_versions().groupby("framework")["series"].nunique().to_dict()["PAPI-2021"]
    37
    """
    return storage.read_processed("versions")


def load_breaks() -> pd.DataFrame:
    """Breaks in comparability; see `parstats.frameworks.breaks`.

    Examples
    --------
    >>> load_breaks().query("affects == 'ranking'")["year"].tolist()
    [2021]
    """
    return storage.read_processed("breaks")


def load_gaps() -> pd.DataFrame:
    """Provinces without (complete) data, by year, with the reason where one is known.

    Examples
    --------
    >>> load_gaps().query("year == 2024")["province"].tolist()
    ['26', '82']
    """
    return storage.read_processed("gaps")


def load_printed() -> pd.DataFrame:
    """Totals and ranks printed in the press beside the computed ones.

    Returns
    -------
    pandas.DataFrame
        See `parstats.schema.Printed`; ``score_agrees`` is true where the printed score lies within
        0.05 points of the computed one (printed totals are often sums of rounded figures).

    Examples
    --------
    >>> printed = load_printed()
    >>> bool(printed["score_agrees"].mean() > 0.9)
    True
    """
    return storage.read_processed("printed")
