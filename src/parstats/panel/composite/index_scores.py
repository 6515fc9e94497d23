"""`index_from`: an index of one's own, from two ordinary tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from parstats import errors
from parstats.panel.carried_definition import attach
from parstats.panel.composite.framework_rows import (
    Titles,
    check_name,
    define_index,
    read_bounds,
    read_grades,
    read_titles,
    read_units,
    unattainable_grades,
)
from parstats.panel.composite.hierarchy import build_hierarchy, read_groups, text_code
from parstats.panel.composite.scales import Scaled, put_on_scale, read_directions, read_scale
from parstats.panel.composite.values_table import (
    Values,
    read_values,
    refuse_headers,
    refuse_summaries,
)
from parstats.panel.composite.weighting import (
    MISSING,
    Rules,
    fill_attainable,
    read_aggregations,
    read_weights,
    score_groups,
)
from parstats.panel.ranks import with_ranks
from parstats.reference.definitions import Definition
from parstats.reference.period_numbers import period_kind, period_text

#: Ways to put on a scale that compare units with each other.
RELATIVE = ("minmax", "zscore", "rank")


def index_from(
    values: Any,
    *,
    groups: Any = None,
    weights: Any = None,
    names: Any = None,
    units: Any = None,
    direction: Any = 1,
    normalise: str = "minmax",
    scale: Sequence[float] | None = None,
    aggregate: Any = "arithmetic",
    missing: str = "refuse",
    additions: Sequence[str] = (),
    grades: Any = None,
    each_period: bool = False,
    name: str = "My index",
    unit: str | None = None,
    year: Any = None,
) -> pd.DataFrame:
    r"""Make an index of one's own of any units, with as many levels as it has.

    Parameters
    ----------
    values : pandas.DataFrame or dict
        Units in rows, indicators in columns; also a dict of columns, or of such tables by year. A
        cell may be empty or say "không đánh giá" (not assessed); see `missing`.
    groups : pandas.DataFrame or dict, optional
        The group of each indicator, and of each group where there are more levels: a dict, or a
        table with the columns code and parent, and if wanted weight, direction, min, max, name (or
        name_vi and name_en). A group without a parent is in the index; a single one that holds all
        is the index. Columns of `values` that the table does not have are left out.
    weights : dict or pandas.Series, optional
        Weight of an indicator or group inside its group, by code; alike where none is given.
    names : dict or pandas.DataFrame, optional; names of the series: one, or (vi, en), by code
    units : dict, pandas.DataFrame or list, optional
        The units that exist, and their names, by code. Without it those in `values`.
    direction : {1, -1, "higher", "lower"} or dict by indicator; -1: less is better
    normalise : {"minmax", "none", "bounds", "zscore", "rank"}
        How indicators come onto one scale, once they point the same way: between the lowest and
        highest of the units; as they are; between the min and max that `groups` states; in standard
        deviations (n - 1) from the mean; by the share of the other units below.
    scale : (low, high), optional
        The scale, (0, 100) if not given; for "zscore" mean and standard deviation, (0, 1).
    aggregate : {"arithmetic", "geometric", "sum"}, or one a level
        Weighted mean, weighted geometric mean, or the sum of points. For each level a list from the
        lowest groups to the index, or a dict by level ("dimension", "part", ..., "index").
    missing : {"refuse", "leave_out", "group", "index"}
        What to do if a value is missing: refuse; give the unit no score, which
        `parstats.panel.coverage` lists; let the others of its group carry its weight; or take
        what the unit has over what it could attain in the whole index.
    additions : sequence of str
        Indicators outside the attainable points, as a bonus or a penalty: added up, and 0 if empty.
    grades : dict, optional; the least overall score of each grade, by its name
    each_period : bool
        Whether "minmax", "zscore" and "rank" compare the units of each period only. Scores of two
        periods then do not compare.
    name : str; name of the index, for tables and figures
    unit : str, optional; column that names the units, else one called unit or code, else the index
    year : int or str, optional
        The period of all values (2025, "2025-Q3", "2025-07"), or the column that tells it, else one
        called year or period.

    Returns
    -------
    pandas.DataFrame
        The table of scores of `parstats.load_scores`, best known as the first argument of every
        function of `parstats.panel` and `parstats.drivers`: a row for each unit, year and series.
        ``province`` holds the code of the unit, ``vintage`` is empty. ``level`` is "criterion" for
        the indicators, "dimension" for their groups, "part", "part_2", ... for groups of groups,
        "index" for the whole. ``score`` is on the scale of the index at every level; ``origin``
        is "derived" for groups and for what stands in for a missing value (``source`` says so).
        Quarters and months have a column ``period`` too; ``year`` then counts them.

    Raises
    ------
    InvalidData: with place, what is there and the remedy, for cells that are no numbers, units that
        stand twice or are not among `units`, indicators that do not vary or lie outside their
        bounds, missing values, groups in a circle, without indicators or without a group
    InvalidRequest: for options that do not fit, weights that are missing, negative or all zero, one
        unit only, a name that is taken
    UnknownChoice: for a word that is no option, or a code that is neither indicator nor group

    Notes
    -----
    With :math:`s_{ij}` the scores of the indicators of unit i on the scale and :math:`w_j` the
    weights multiplied down the tree, the overall score of an index whose every level is a mean or a
    sum is :math:`y_i = \sum_j w_j s_{ij}`: the drivers decompose the contributions
    :math:`w_j s_{ij}`, which add up exactly. Where a level is a geometric mean there is no such
    sum below it: `parstats.drivers` then work from the level up from which it is one, and refuse
    without any; ranks, profiles, changes, coverage, `parstats.drivers.stability` and
    `parstats.drivers.rank_intervals` work always.

    Standing in for a missing value: with "group" the score of the group, with "index" the share
    that the unit has of its attainable points. Neither changes the mean it is put into, so the
    unit is neither lifted nor lowered by it.

    The table carries its definition in ``attrs``, also through pickle and parquet; two definitions
    of one name are never mixed. Levels are COINr's (Becker 2022, Journal of Open Source Software
    7(78):4567): its results for ASEM come out to the last printed digit.

    Examples
    --------
    >>> import pandas as pd
    >>> import parstats as ps
    >>> values = pd.DataFrame(
    ...     {"roads": [80, 60, 40], "clinics": [5, 9, 1], "delay": [3, 1, 2]},
    ...     index=["An", "Bình", "Châu"],
    ... )
    >>> scores = ps.index_from(
    ...     values,
    ...     groups={"roads": "Access", "clinics": "Access", "delay": "Speed"},
    ...     weights={"Access": 2, "Speed": 1},
    ...     direction={"delay": -1},
    ...     name="Communes",
    ...     year=2025,
    ... )
    >>> ps.panel.ranks(scores, 2025)[["province", "score", "rank"]].round(1).values.tolist()
    [['Bình', 83.3, 1], ['An', 50.0, 2], ['Châu', 16.7, 3]]
    >>> table = ps.drivers.shares(scores, 2025, n_draws=10)
    >>> table[["series", "share"]].round(2).values.tolist()
    [['communes.clinics', 0.5], ['communes.roads', 0.25], ['communes.delay', 0.25]]
    """
    return score_index(
        check_name(name),
        values,
        groups=groups,
        weights=weights,
        names=names,
        units=units,
        direction=direction,
        normalise=normalise,
        scale=scale,
        aggregate=aggregate,
        missing=missing,
        additions=additions,
        grades=grades,
        each_period=each_period,
        unit=unit,
        year=year,
    )


def score_index(
    name: tuple[str, str],
    values: Any,
    *,
    groups: Any = None,
    weights: Any = None,
    names: Any = None,
    units: Any = None,
    direction: Any = 1,
    normalise: str = "minmax",
    scale: Sequence[float] | None = None,
    aggregate: Any = "arithmetic",
    missing: str = "refuse",
    additions: Sequence[str] = (),
    grades: Any = None,
    each_period: bool = False,
    unit: str | None = None,
    year: Any = None,
) -> pd.DataFrame:
    """Return what `index_from` does, of an index whose name and name for folders are checked.

    >>> table = pd.DataFrame({"a": [1, 2]}, index=["x", "y"])
    >>> len(score_index(("Checked", "checked"), table, year=2024))
    4
    """
    index, slug = name
    parents, direct, table = read_groups(groups)
    listed = {*parents, *direct}
    # Other columns are left out by a table of groups; a dict has to name them all.
    columns = listed if isinstance(groups, pd.DataFrame) else ()
    read = read_values(values, unit=unit, year=year, listed=columns)
    refuse_headers(read, listed)
    if units is None:
        refuse_summaries(read)
    tree = build_hierarchy(list(read.numbers), parents, index, slug, direct=direct)
    rules = Rules(
        tree,
        read_weights(_column(table, "weight", weights), tree),
        read_aggregations(aggregate, tree),
    )
    spread = bool(each_period) and normalise in RELATIVE
    scaled = put_on_scale(
        read,
        normalise,
        read_directions(
            _column(table.reindex(tree.indicators), "direction", direction), tree.indicators
        ),
        read_bounds(table, tree.indicators),
        scale=read_scale(scale, normalise),
        each_period=spread,
    )
    scored = _scored(read, scaled, rules, missing, _check_additions(additions, rules))
    titles = Titles(
        read_titles(names, table, tree, index),
        read_units(units, read),
        read_grades(grades),
    )
    about = {"normalise": normalise, "missing": missing, "methods": list(rules.methods.values())}
    definition = define_index(
        index,
        slug,
        rules,
        scaled,
        titles,
        read.periods,
        each_period=spread,
        about=about,
    )
    unattainable_grades(titles.grades, float(definition.framework[0]["max_points"] or "nan"))
    return _table(definition, rules, scored, read)


def _column(table: pd.DataFrame, column: str, option: Any) -> Any:
    """Return an option, or the column of the groups that says the same."""
    if column not in table or (column == "weight" and option is not None):
        return option
    return table[column].dropna().to_dict() if option in (None, 1) else option


def _check_additions(additions: Sequence[str], rules: Rules) -> tuple[str, ...]:
    codes = (additions,) if isinstance(additions, str) else tuple(additions)
    codes = tuple(text_code(code) for code in codes)
    for code in codes:
        if code not in rules.tree.indicators:
            raise errors.UnknownChoice("indicator in additions", code, rules.tree.indicators)
    if codes and set(rules.methods.values()) != {"sum"}:
        raise errors.InvalidRequest(
            "additions are points on top of others: they need aggregate='sum'"
        )
    return codes


@dataclass(frozen=True)
class _Scored:
    """Scores of all series, and which of them stand in for a missing value."""

    scores: pd.DataFrame
    stands_in: pd.DataFrame


def _scored(
    values: Values, scaled: Scaled, rules: Rules, missing: str, additions: tuple[str, ...]
) -> _Scored:
    if missing not in MISSING:
        raise errors.UnknownChoice("way with missing values", missing, MISSING)
    indicators = scaled.scores[list(rules.tree.indicators)].copy()
    indicators[list(additions)] = indicators[list(additions)].fillna(0.0)
    empty = indicators.isna()
    if missing == "refuse" and empty.any(axis=None):
        raise errors.InvalidData(_gaps(values, empty))
    if missing == "group" and "sum" in rules.methods.values():
        raise errors.InvalidRequest(
            "missing='group' is for means; of points use missing='index', points over the most "
            "that the unit could attain"
        )
    if missing == "index":
        indicators = fill_attainable(indicators, rules, scaled.high, additions)
    scores = score_groups(indicators, rules, reweigh=missing == "group")
    if missing == "group":
        for code, node in rules.tree.nodes.items():
            if node.parent:
                scores[code] = scores[code].fillna(scores[node.parent])
    if scores[rules.tree.root.code].isna().all():
        gaps = ", ".join(empty.columns[empty.any()])
        raise errors.InvalidRequest(
            f"no unit has an overall score, for want of values in {gaps}: leave these out, or pass "
            "missing='group' or 'index'"
        )
    stands_in = pd.DataFrame({code: empty.get(code, False) for code in scores}, index=scores.index)
    return _Scored(scores, stands_in & scores.notna())


def _gaps(values: Values, empty: pd.DataFrame) -> list[errors.Problem]:
    remedy = (
        "add it, leave out the indicator or the unit, or pass missing='leave_out', 'group' or "
        "'index'"
    )
    return [
        values.problem(int(row), str(empty.columns[column]), "no value", "a number", remedy)
        for row, column in zip(*np.nonzero(empty.to_numpy()), strict=True)
    ]


_STANDS_IN = "stands in for a missing value; leaves the mean of the unit as it is"


def _table(definition: Definition, rules: Rules, scored: _Scored, values: Values) -> pd.DataFrame:
    """Return the table of scores, with the definition that makes it readable."""
    nodes = list(rules.tree.nodes.values())
    n, p = len(scored.scores), len(nodes)
    rows = {row["series"]: row for row in definition.framework}
    indicator = np.array([not node.children for node in nodes])
    stands_in = scored.stands_in.to_numpy()
    table = pd.DataFrame(
        {
            "index": definition.index,
            "framework": definition.framework[0]["framework"],
            "year": np.repeat(values.periods, p),
            "unit_level": "unit",
            "vintage": pd.array([pd.NA] * (n * p), dtype="Int64"),
            "province": np.repeat(values.units, p),
            "unit": "",
            "series": np.tile([node.series for node in nodes], n),
            "level": np.tile([node.level for node in nodes], n),
            "score": scored.scores.to_numpy().ravel(),
            "max_score": np.tile(
                [float(rows[node.series]["max_points"] or "nan") for node in nodes], n
            ),
            "min_score": np.tile(
                [float(rows[node.series]["min_points"] or "nan") for node in nodes], n
            ),
            "rank_printed": pd.array([pd.NA] * (n * p), dtype="Int64"),
            "rank": pd.array([pd.NA] * (n * p), dtype="Int64"),
            "n_ranked": pd.array([pd.NA] * (n * p), dtype="Int64"),
            "origin": np.where(np.tile(indicator, n) & ~stands_in.ravel(), "compiled", "derived"),
            "n": pd.array([pd.NA] * (n * p), dtype="Int64"),
            "se": np.nan,
            "source": np.where(stands_in.ravel(), _STANDS_IN, "parstats.index_from"),
        }
    )
    if {period_kind(number) for number in values.periods} != {"year"}:
        table["period"] = table["year"].map(period_text)
    order = np.lexsort((np.arange(n * p), table["province"].to_numpy(str), table["year"]))
    table = table.iloc[order]
    table = attach(table[table["score"].notna()].reset_index(drop=True), definition)
    return attach(with_ranks(table), definition)
