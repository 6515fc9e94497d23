"""Weights and methods to aggregate in the tree of an index, and scores of its groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parstats import errors
from parstats.arguments import check_number
from parstats.panel.composite.hierarchy import Hierarchy, Node, text_code
from parstats.panel.composite.written_numbers import column_numbers

Floats = NDArray[np.float64]

AGGREGATIONS = ("arithmetic", "geometric", "sum")
#: What to do with units that lack a value; see `parstats.index_from`.
MISSING = ("refuse", "leave_out", "group", "index")
_ADDITIVE = ("arithmetic", "sum")
_NAMED = 5


def read_weights(weights: Any, tree: Hierarchy) -> dict[str, float]:
    """Return the weight of each series inside its group, as it was written.

    Without weights, or in a group of which none is named, every one counts alike. Raises
    UnknownChoice for a code that the index does not have, and InvalidRequest if some of a group
    have no weight, one is negative or infinite, or all are zero.

    >>> from parstats.panel.composite.hierarchy import build_hierarchy
    >>> tree = build_hierarchy(["a", "b"], {}, "A", "index")
    >>> read_weights({"a": 3, "b": 1}, tree)
    {'a': 3.0, 'b': 1.0}
    """
    weight_by_code = {} if weights is None else _numbers(weights)
    codes = [code for code, node in tree.nodes.items() if not node.is_repeated and node.parent]
    for code in weight_by_code:
        if code not in codes and code != tree.root.code:
            raise errors.UnknownChoice("indicator or group in weights", code, codes)
    numbers: dict[str, float] = {}
    for node in tree.nodes.values():
        if node.children:
            numbers |= _group_weights(node, weight_by_code, tree)
    return numbers


def _numbers(weights: Any) -> dict[str, float]:
    if not isinstance(weights, Mapping | pd.Series):
        raise errors.InvalidRequest(
            f"weights is {type(weights).__name__}: expected a weight by indicator or group, as a "
            "dict or a pandas.Series"
        )
    pairs = [
        (text_code(code), check_number(f"the weight of {code}", _share(weight)))
        for code, weight in weights.items()
        if weight is not None
    ]
    return {code: weight for code, weight in pairs if not np.isnan(weight)}


def _share(weight: Any) -> Any:
    """Return a weight written as a percentage as a share, any other as it is."""
    if isinstance(weight, str) and weight.strip().endswith("%"):
        (number,) = column_numbers([weight.strip()])
        return number / 100 if isinstance(number, float) else weight
    return weight


def _group_weights(
    group: Node, weight_by_code: Mapping[str, float], tree: Hierarchy
) -> dict[str, float]:
    # A group that repeats an indicator counts as that indicator does.
    originals = {child: original_code(child, tree) for child in group.children}
    if group.is_repeated or not set(originals.values()) & weight_by_code.keys():
        return dict.fromkeys(group.children, 1.0)
    absent = [code for code in originals.values() if code not in weight_by_code]
    if absent:
        raise errors.InvalidRequest(
            f"no weight for {', '.join(absent[:_NAMED])}, though others in {group.code} have one: "
            "give every one a weight, zero for what is not to count"
        )
    numbers = {child: weight_by_code[code] for child, code in originals.items()}
    wrong = [f"{originals[child]} {w:g}" for child, w in numbers.items() if not 0 <= w < np.inf]
    if wrong or not any(numbers.values()):
        actual = f"found {', '.join(wrong[:_NAMED])}" if wrong else "all are zero"
        raise errors.InvalidRequest(
            f"weights in {group.code} must be finite, not negative, and not all zero: {actual}; "
            "correct them; direction=-1 is for what counts against a unit"
        )
    return numbers


def original_code(code: str, tree: Hierarchy) -> str:
    """Return the code of the indicator that a group repeats, else the code itself.

    >>> from parstats.panel.composite.hierarchy import build_hierarchy
    >>> tree = build_hierarchy(["a", "b"], {"a": "x", "b": "root", "x": "root"}, "A", "a-1")
    >>> original_code("b (1)", tree)
    'b'
    """
    while tree.nodes[code].is_repeated:
        code = tree.nodes[code].children[0]
    return code


def read_aggregations(aggregate: Any, tree: Hierarchy) -> dict[int, str]:
    """Return the method to aggregate by the depth of the group that comes out: 0 is the index.

    `aggregate` is one for all levels, one for each level from the lowest groups up to the index, or
    by level of the groups. Raises UnknownChoice or InvalidRequest for anything else.

    >>> from parstats.panel.composite.hierarchy import build_hierarchy
    >>> tree = build_hierarchy(["a", "b"], {"a": "x", "b": "y"}, "A", "a")
    >>> read_aggregations(["geometric", "arithmetic"], tree)
    {0: 'arithmetic', 1: 'geometric'}
    """
    levels = [tree.at_depth(depth)[0].level for depth in range(tree.depth)]
    if isinstance(aggregate, Mapping):
        for level in aggregate:
            if level not in levels:
                raise errors.UnknownChoice("level in aggregate", level, levels)
        methods = [aggregate.get(level, "arithmetic") for level in levels]
    elif isinstance(aggregate, str):
        methods = [aggregate] * len(levels)
    else:
        methods = list(reversed(list(aggregate))) if isinstance(aggregate, Sequence) else []
        if len(methods) != len(levels):
            raise errors.InvalidRequest(
                f"aggregate is {aggregate!r}: expected one of {', '.join(AGGREGATIONS)}, or one "
                f"for each of {', '.join(reversed(levels))}"
            )
    for method in methods:
        if method not in AGGREGATIONS:
            raise errors.UnknownChoice("aggregation", method, AGGREGATIONS)
    return dict(enumerate(methods))


@dataclass(frozen=True)
class Rules:
    """How the scores of groups come from those of their members."""

    tree: Hierarchy
    weights: Mapping[str, float]
    methods: Mapping[int, str]

    def within_group(self, group: Node) -> Floats:
        """Return the weights inside a group, adding up to 1; those of a sum as they are."""
        numbers = np.array([self.weights[code] for code in group.children], dtype=np.float64)
        weights: Floats = numbers if self.methods[group.depth] == "sum" else numbers / numbers.sum()
        return weights

    def adds_up(self, depth: int) -> bool:
        """Return whether the scores at a depth, times their final weights, add up to the index."""
        return all(self.methods[above] in _ADDITIVE for above in range(depth))

    def final_weights(self) -> dict[str, float]:
        """Return what a point of each series counts in the index: the weights down the tree."""
        final = {self.tree.root.code: 1.0}
        for code, node in self.tree.nodes.items():
            if node.children:
                for child, weight in zip(node.children, self.within_group(node), strict=True):
                    final[child] = final[code] * float(weight)
        return final


def score_groups(scores: pd.DataFrame, rules: Rules, *, reweigh: bool) -> pd.DataFrame:
    """Return the scores of all series, groups from their members; NaN where one is missing.

    With `reweigh` the members that are there share the weight of those that are not, so that a
    group is missing only if all its members are. Raises InvalidData if a geometric mean meets a
    score of zero or less.

    >>> from parstats.panel.composite.hierarchy import build_hierarchy
    >>> tree = build_hierarchy(["a", "b"], {}, "A", "index")
    >>> rules = Rules(tree, {"a": 1, "b": 3}, {0: "arithmetic"})
    >>> score_groups(pd.DataFrame({"a": [10.0], "b": [20.0]}), rules, reweigh=False)["index"][0]
    np.float64(17.5)
    """
    columns = {code: scores[code].to_numpy(dtype=np.float64) for code in rules.tree.indicators}
    for node in reversed(list(rules.tree.nodes.values())):
        if node.children:
            members = np.column_stack([columns[child] for child in node.children])
            method = rules.methods[node.depth]
            _require_positive(members, node, method)
            columns[node.code] = _aggregated(members, rules.within_group(node), method, reweigh)
    return pd.DataFrame({code: columns[code] for code in rules.tree.nodes})


def _aggregated(members: Floats, weights: Floats, method: str, reweigh: bool) -> Floats:
    present = ~np.isnan(members)
    counted = np.where(weights > 0, present, True) if not reweigh else present
    used = np.where(present, weights, 0.0)
    filled = np.where(present, members, 1.0 if method == "geometric" else 0.0)
    total = used.sum(axis=1)
    denominator = np.where(total > 0, total, np.nan) if reweigh else weights.sum()
    if method == "geometric":
        result: Floats = np.exp((used * np.log(filled)).sum(axis=1) / denominator)
    else:
        summed = (used * filled).sum(axis=1)
        result = (
            summed / denominator * weights.sum() if reweigh or method == "arithmetic" else summed
        )
    complete = counted.any(axis=1) if reweigh else counted.all(axis=1)
    return np.where(complete, result, np.nan)


def _require_positive(members: Floats, group: Node, method: str) -> None:
    low = np.flatnonzero((members <= 0).any(axis=0))
    if method == "geometric" and len(low):
        code = group.children[int(low[0])]
        actual = f"scores of {np.nanmin(members[:, low[0]]):g}"
        remedy = (
            "use a scale that starts above zero, as scale=(1, 100), or aggregate arithmetically"
        )
        expected = f"scores above zero, for the geometric mean of {group.code}"
        raise errors.InvalidData([errors.Problem("values", None, code, actual, expected, remedy)])


def fill_attainable(
    scores: pd.DataFrame, rules: Rules, high: Mapping[str, float], additions: Sequence[str]
) -> pd.DataFrame:
    """Return scores in which what was not assessed has the unit's own share of what it could get.

    The overall score of a unit is then its points over the most it could attain (of the scores of a
    mean: the weighted mean of those assessed). `additions` are points on top, as a bonus or a
    penalty: they do not count in that share, and those not assessed are none. Raises
    InvalidRequest if levels do not add up, or points have no known maximum.

    >>> from parstats.panel.composite.hierarchy import build_hierarchy
    >>> tree = build_hierarchy(["a", "b", "c"], {}, "A", "index")
    >>> rules = Rules(tree, dict.fromkeys("abc", 1.0), {0: "sum"})
    >>> table = pd.DataFrame({"a": [8.0], "b": [np.nan], "c": [9.0]})
    >>> fill_attainable(table, rules, {"a": 10, "b": 40, "c": 10}, [])["b"].tolist()
    [34.0]
    """
    codes = [code for code in rules.tree.indicators if code not in additions]
    if not rules.adds_up(rules.tree.depth):
        raise errors.InvalidRequest(
            "missing='index' needs an index that is a sum or an arithmetic mean at every level; "
            "use missing='group'"
        )
    final = rules.final_weights()
    summed = "sum" in rules.methods.values()
    unknown = [code for code in codes if summed and not high.get(code, np.nan) > 0]
    if unknown:
        raise errors.InvalidRequest(
            f"missing='index' needs the most points of {', '.join(unknown[:_NAMED])}: add max to "
            "the groups, or name what lies outside the attainable points in additions="
        )
    most = np.array([high[code] if summed else 1.0 for code in codes])
    weights = np.array([final[code] for code in codes])
    points = scores[codes].to_numpy(dtype=np.float64)
    assessed = ~np.isnan(points)
    attainable = (assessed * weights * most).sum(axis=1)
    share = np.nansum(points * weights, axis=1) / np.where(attainable > 0, attainable, np.nan)
    filled = np.where(assessed, points, share[:, None] * most)
    rest = scores[[code for code in rules.tree.indicators if code in additions]].fillna(0.0)
    return pd.concat([pd.DataFrame(filled, columns=codes), rest], axis=1)[
        list(rules.tree.indicators)
    ]
