"""The tree of an index: indicators in groups, groups in groups, all in the index."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import pandas as pd

from parstats import errors
from parstats.reference import labels
from parstats.reference.frameworks import LEVELS_UPWARDS

#: Columns of a table of groups, beside code and parent; all may be left out.
COLUMNS = ("weight", "direction", "min", "max", "name", "name_vi", "name_en")
_NAMED = 5


@dataclass(frozen=True)
class Node:
    """A series of the index: an indicator, a group or the index itself.

    ``depth`` is 0 for the index. ``is_repeated`` is set for a group that holds one indicator alone
    and has its name: it stands where the branches of a tree are not of one length.
    """

    code: str
    parent: str
    depth: int
    level: str
    series: str
    children: tuple[str, ...]
    is_repeated: bool = False


@dataclass(frozen=True)
class Hierarchy:
    """The nodes of an index by code, each before its children, in the order of the framework."""

    nodes: dict[str, Node]

    @property
    def root(self) -> Node:
        """Return the index itself."""
        return next(iter(self.nodes.values()))

    @cached_property
    def indicators(self) -> tuple[str, ...]:
        """Return the codes of the indicators, in the order of the framework."""
        return tuple(code for code, node in self.nodes.items() if not node.children)

    def at_depth(self, depth: int) -> list[Node]:
        """Return the nodes of one level: 0 is the index."""
        return [node for node in self.nodes.values() if node.depth == depth]

    @property
    def depth(self) -> int:
        """Return the depth of the indicators."""
        return max(node.depth for node in self.nodes.values())


def build_hierarchy(
    indicators: Sequence[str],
    parents: Mapping[str, str],
    name: str,
    slug: str,
    *,
    direct: Collection[str] = (),
) -> Hierarchy:
    """Return the tree of an index.

    `parents` gives the group of each indicator and, where there are more levels, that of each
    group; a group that has none is in the index, as are the indicators in `direct` (all, without
    any groups). A single group that holds all is the index itself. Raises InvalidData if an
    indicator is in no group, a group has no indicators, or groups stand in a circle.

    >>> tree = build_hierarchy(["a", "b"], {"a": "x", "b": "y"}, "My index", "my-index")
    >>> [(node.code, node.level) for node in tree.nodes.values()][:3]
    [('my_index', 'index'), ('x', 'dimension'), ('a', 'criterion')]
    """
    _check_members(indicators, parents, direct)
    _check_circles(parents)
    tops = list(dict.fromkeys(_top(code, parents) for code in indicators))
    single = len(tops) == 1 and tops[0] not in indicators
    root = tops[0] if single else _unused(slug.replace("-", "_"), {*indicators, *parents.values()})
    children: dict[str, list[str]] = {}
    for code in indicators:
        for child, parent in _path(code, parents, root):
            if child not in children.setdefault(parent, []):
                children[parent].append(child)
    depth = max(len(list(_path(code, parents, root))) for code in indicators)
    if depth > len(LEVELS_UPWARDS):
        raise errors.InvalidRequest(
            f"{name}: {depth} levels below the index: expected at most {len(LEVELS_UPWARDS)}; "
            "leave out groups that hold one group only"
        )
    drafts = list(_drafts(root, "", 0, children, depth))
    series = _series_names([draft[0] for draft in drafts], slug.replace("-", "_"))
    levels = ("index", *reversed(LEVELS_UPWARDS[:depth]))
    nodes = {
        code: Node(code, parent, level, levels[level], series[code], tuple(members), repeated)
        for code, parent, level, members, repeated in drafts
    }
    return Hierarchy(nodes)


def _check_members(
    indicators: Sequence[str], parents: Mapping[str, str], direct: Collection[str]
) -> None:
    groups = set(parents.values())
    problems = []
    for code in indicators if parents else ():
        if code not in parents and code not in direct:
            problems.append(_problem(code, "no group", "its group", "give groups its group"))
        if code in groups:
            actual = f"{code}, which is both an indicator and a group"
            remedy = "give the group another code"
            problems.append(_problem(code, actual, "a code for each", remedy))
    reached = {step for code in indicators if code in parents for step in _ancestors(code, parents)}
    for code in parents:
        if code not in indicators and code not in reached:
            actual = "neither a column of the values nor a group of one"
            remedy = "correct its code, add the column, or take it out of the groups"
            problems.append(_problem(code, actual, "a column of the values", remedy))
    if problems:
        raise errors.InvalidData(problems)


def _problem(code: str, actual: str, expected: str, remedy: str) -> errors.Problem:
    return errors.Problem("groups", None, code, actual, expected, remedy)


def _check_circles(parents: Mapping[str, str]) -> None:
    for code in parents:
        steps = [code, *_ancestors(code, parents)]
        if steps[-1] in steps[:-1]:
            circle = " in ".join(steps[steps.index(steps[-1]) :])
            remedy = "correct the groups so that every one leads to the index"
            raise errors.InvalidData(
                [_problem(code, f"a circle: {circle}", "groups that end", remedy)]
            )


def _ancestors(code: str, parents: Mapping[str, str]) -> Iterator[str]:
    """Yield the groups above a code; a circle ends with the first that comes again."""
    seen = {code}
    while code in parents:
        code = parents[code]
        yield code
        if code in seen:
            return
        seen.add(code)


def _top(code: str, parents: Mapping[str, str]) -> str:
    return [code, *_ancestors(code, parents)][-1]


def _path(code: str, parents: Mapping[str, str], root: str) -> Iterator[tuple[str, str]]:
    """Yield each step from an indicator up to the index, as (child, parent)."""
    steps = [code, *_ancestors(code, parents)]
    if steps[-1] != root:
        steps.append(root)
    yield from pairwise(steps)


def _unused(code: str, codes: set[str]) -> str:
    while code in codes:
        code += "_"
    return code


_Draft = tuple[str, str, int, list[str], bool]


def _drafts(
    code: str, parent: str, level: int, children: Mapping[str, list[str]], depth: int
) -> Iterator[_Draft]:
    """Yield the nodes in order: code, parent, depth, children, whether it repeats an indicator.

    An indicator that hangs higher than the others gets groups of its name between, so that the
    series of every level add up to the index.
    """
    members = children.get(code, [])
    if members:
        yield (
            code,
            parent,
            level,
            [_first_step(m, level + 1, children, depth) for m in members],
            False,
        )
        for member in members:
            yield from _drafts(member, code, level + 1, children, depth)
        return
    for step in range(level, depth):
        name, below = _step(code, step), _first_step(code, step + 1, children, depth)
        yield name, parent, step, [below], True
        parent = name
    yield code, parent, depth, [], False


def _first_step(code: str, level: int, children: Mapping[str, list[str]], depth: int) -> str:
    return code if code in children or level == depth else _step(code, level)


def _step(code: str, level: int) -> str:
    return f"{code} ({level})"


def _series_names(codes: Sequence[str], top: str) -> dict[str, str]:
    """Return the series of each code: the index, or index and code with a point between."""
    names = {codes[0]: top}
    for code in codes[1:]:
        names[code] = f"{top}.{labels.search_key(code).replace(' ', '_') or 'x'}"
    twice = {name for name in names.values() if list(names.values()).count(name) > 1}
    if twice:
        alike = [code for code, name in names.items() if name in twice]
        actual = f"codes that differ in signs only: {', '.join(alike[:_NAMED])}"
        remedy = "rename one of the columns or groups"
        raise errors.InvalidData([_problem(alike[0], actual, "codes that differ", remedy)])
    return names


def read_groups(groups: Any) -> tuple[dict[str, str], list[str], pd.DataFrame]:
    """Return the group of each code, codes without one, and the rest of a table by code.

    `groups` is None, a dict of group by code, a dict of lists of codes by group, or a table with
    the columns code and parent (and any of `COLUMNS`). Raises InvalidRequest if it is none of them,
    InvalidData if a code stands twice.

    >>> read_groups({"x": ["a", "b"], "c": ""})[:2]
    ({'a': 'x', 'b': 'x'}, ['c'])
    """
    if groups is None:
        return {}, [], pd.DataFrame()
    if isinstance(groups, pd.DataFrame):
        return _read_table(groups)
    if isinstance(groups, pd.Series):
        groups = groups.to_dict()
    if not isinstance(groups, Mapping):
        raise errors.InvalidRequest(
            f"groups is {type(groups).__name__}: expected the group of each indicator, as a dict, "
            "or a table with the columns code and parent"
        )
    pairs: list[tuple[str, str]] = []
    direct = []
    for key, value in groups.items():
        if isinstance(value, list | tuple | set | frozenset):
            pairs += [(text_code(member), text_code(key)) for member in value]
        elif not text_code(value):
            direct.append(text_code(key))
        else:
            pairs.append((text_code(key), text_code(value)))
    _refuse_twice([code for code, _ in pairs])
    return dict(pairs), direct, pd.DataFrame()


def _read_table(table: pd.DataFrame) -> tuple[dict[str, str], list[str], pd.DataFrame]:
    rows = table if "code" in table else table.rename_axis("code").reset_index()
    is_numbered = "code" not in table and isinstance(table.index, pd.RangeIndex)
    if "parent" not in rows or is_numbered:
        raise errors.InvalidRequest(
            f"the table of groups has the columns {', '.join(map(str, table.columns))}: expected "
            "code and parent, the group that each indicator and group is in"
        )
    codes = [text_code(code) for code in rows["code"]]
    unnamed = [
        position + 2
        for position, (code, parent) in enumerate(zip(codes, rows["parent"], strict=True))
        if not code and text_code(parent)
    ]
    if unnamed:
        remedy = "write the code of an indicator or group, or delete the row"
        raise errors.InvalidData(
            [
                errors.Problem("groups", row, "code", "no code", "the header of a column", remedy)
                for row in unnamed
            ]
        )
    _refuse_twice([code for code in codes if code])
    parents = {
        code: text_code(parent)
        for code, parent in zip(codes, rows["parent"], strict=True)
        if text_code(parent) and code
    }
    rest = rows[[name for name in COLUMNS if name in rows]].set_axis(codes, axis=0)
    return parents, [code for code in codes if code and code not in parents], rest


def _refuse_twice(codes: Sequence[str]) -> None:
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        problems = [_problem(code, "two rows or groups", "one group", "keep one") for code in twice]
        raise errors.InvalidData(problems)


def text_code(value: Any) -> str:
    """Return a code as text: without blanks around, empty for a missing one, 1.0 as "1".

    >>> text_code(" GDP "), text_code(float("nan")), text_code(7.0)
    ('GDP', '', '7')
    """
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(unicodedata.normalize("NFC", str(value)).split())
