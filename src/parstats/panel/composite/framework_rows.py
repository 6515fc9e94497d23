"""The framework of an index of one's own as rows, and its definition."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from parstats import errors
from parstats.arguments import check_number
from parstats.panel.composite.hierarchy import Hierarchy, text_code
from parstats.panel.composite.scales import Scaled
from parstats.panel.composite.values_table import Values
from parstats.panel.composite.weighting import Rules, original_code
from parstats.reference import definitions, frameworks, labels
from parstats.reference.definitions import Definition, Row
from parstats.reference.period_numbers import period_text

_LANGUAGES = labels.LANGUAGES
#: Letters that a name may have: of an index and of a unit.
LONGEST_NAME = 80
# Points by which sums of the same figures may differ.
_SAME_SCORE = 1e-9
# Names that Windows keeps for devices.
_DEVICE = re.compile(r"con|prn|aux|nul|com\d|lpt\d")
# Folders that hold something else, forms of raw files, and what stands for every index.
_RESERVED = (
    *("plans", "logs", "raw", "processed", "reference", "notebooks", "tables", "all", "index"),
    *("scores", "printed", "statistics", "conflicts", "measures", "targets"),
)


@dataclass(frozen=True)
class Titles:
    """Names by language: of the series by code, of the units in their order, of the grades."""

    series: dict[str, dict[str, str]]
    units: tuple[Row, ...]
    grades: tuple[Row, ...]


def check_name(name: Any, replaced: str = "") -> tuple[str, str]:
    """Return the name of an index and its name for folders.

    Raises InvalidRequest if it has no letters, or is the name of an index that is known already
    (unless it is to be `replaced`).

    >>> check_name("Chỉ số của tỉnh A")
    ('Chỉ số của tỉnh A', 'chi-so-cua-tinh-a')
    """
    text = text_code(name) if isinstance(name, str) else ""
    slug = labels.search_key(text).replace(" ", "-")
    if not slug or not text.isprintable():
        raise errors.InvalidRequest(f"name is {name!r}: expected a name with letters")
    if len(slug) > LONGEST_NAME or is_device(slug) or slug in _RESERVED:
        actual = f"a name of {len(slug)} letters" if len(slug) > LONGEST_NAME else repr(text)
        raise errors.InvalidRequest(
            f"name is {actual}: expected one that can name a folder beside the others, of at most "
            f"{LONGEST_NAME} letters; give yours another name"
        )
    try:
        official = frameworks.index_info(text).name
    except errors.UnknownChoice:
        official = ""
    tops = {frameworks.top(index) for index in frameworks.indices() if index != replaced}
    official = "" if official == replaced else official
    if slug.replace("-", "_") in tops or (
        official and definitions.definition_in_force(official) is None
    ):
        known = official or next(
            index
            for index in frameworks.indices()
            if frameworks.top(index) == slug.replace("-", "_")
        )
        raise errors.InvalidRequest(f"{name_taken(text, known)}: give yours another name")
    return text, slug


def name_taken(name: str, known: str) -> str:
    """Return that an index has a name, however it is written.

    >>> name_taken("case-1", "Case 1")
    'there is an index Case 1 already (the same name but for signs)'
    >>> name_taken("PAR", "PAR INDEX")
    'there is an index PAR INDEX already (also called PAR)'
    """
    same = labels.search_key(name) == labels.search_key(known)
    how = " (the same name but for signs)" if same else f" (also called {name})"
    return f"there is an index {known} already{how if name != known else ''}"


def is_device(slug: str) -> bool:
    """Return whether Windows keeps a name for a device, so that no file can have it.

    >>> is_device("con"), is_device("com10")
    (True, False)
    """
    return _DEVICE.fullmatch(slug) is not None


def read_bounds(table: pd.DataFrame, codes: tuple[str, ...]) -> dict[str, tuple[float, float]]:
    """Return the least and the most of each indicator, from the columns min and max of the groups.

    Where only the most is given, the least is 0. Raises InvalidRequest for what is no number.

    >>> read_bounds(pd.DataFrame({"max": [10]}, index=["a"]), ("a", "b"))
    {'a': (0.0, 10.0)}
    """
    bounds = {}
    for code in codes:
        least, most = (_cell(table, code, name) for name in ("min", "max"))
        if not (np.isnan(least) and np.isnan(most)):
            bounds[code] = (0.0 if np.isnan(least) else least, most)
    return bounds


def _cell(table: pd.DataFrame, code: str, column: str) -> float:
    if column not in table or code not in table.index or pd.isna(table.at[code, column]):
        return float("nan")
    value = table.at[code, column]
    return check_number(
        f"{column} of {code} in the groups", getattr(value, "item", lambda: value)()
    )


def read_titles(
    names: Any, table: pd.DataFrame, tree: Hierarchy, index: str
) -> dict[str, dict[str, str]]:
    """Return the names of the series by code and language.

    `names` gives one name for both languages, or one for each, by code; else the columns name,
    name_vi and name_en of the table of groups do; else the code is the name, of the index its own.
    Raises UnknownChoice for a code that the index does not have.

    >>> from parstats.panel.composite.hierarchy import build_hierarchy
    >>> tree = build_hierarchy(["a", "b"], {}, "A", "index")
    >>> read_titles({"a": ("Một", "One")}, pd.DataFrame(), tree, "My index")["a"]
    {'vi': 'Một', 'en': 'One'}
    """
    names_by_code = _named(names, "names")
    codes = {code for code, node in tree.nodes.items() if not node.is_repeated}
    for code in names_by_code:
        if code not in codes:
            raise errors.UnknownChoice("indicator or group in names", code, sorted(codes))
    columns = {
        lang: [name for name in (f"name_{lang}", "name") if name in table] for lang in _LANGUAGES
    }
    titles = {}
    for code in tree.nodes:
        original = original_code(code, tree)
        usual = index if original == tree.root.code else original
        titles[code] = names_by_code.get(original) or {
            lang: _text(table, original, columns[lang]) or usual for lang in _LANGUAGES
        }
    return titles


def _text(table: pd.DataFrame, code: str, columns: list[str]) -> str:
    texts = (text_code(table.at[code, name]) for name in columns if code in table.index)
    return next((text for text in texts if text), "")


def _named(names: Any, argument: str) -> dict[str, dict[str, str]]:
    """Return names by code and language, from a dict, a Series or a table."""
    if names is None:
        return {}
    if isinstance(names, pd.DataFrame):
        rows = names if "code" in names else names.rename_axis("code").reset_index()
        columns = {
            lang: [name for name in (f"name_{lang}", "name") if name in rows] for lang in _LANGUAGES
        }
        if not all(columns.values()):
            raise errors.InvalidRequest(
                f"the table {argument} has the columns {', '.join(map(str, names.columns))}: "
                "expected code and name, or code, name_vi and name_en"
            )
        _check_codes(rows["code"], argument)
        indexed = rows.set_axis([text_code(code) for code in rows["code"]], axis=0)
        return {
            code: {lang: _text(indexed, code, columns[lang]) or code for lang in _LANGUAGES}
            for code in indexed.index
        }
    if not isinstance(names, Mapping | pd.Series):
        raise errors.InvalidRequest(
            f"{argument} is {type(names).__name__}: expected a name by code, as a dict, or a table "
            "with the columns code and name"
        )
    return {text_code(code): _languages(value, text_code(code)) for code, value in names.items()}


def _check_codes(codes: pd.Series, argument: str) -> None:
    """Refuse rows without a code, or with one that stands above already."""
    texts = [text_code(code) for code in codes]
    problems = []
    for position, code in enumerate(texts):
        if not code or code in texts[:position]:
            actual = f"{code} again" if code else "no code"
            problems.append(
                errors.Problem(
                    argument, position + 2, "code", actual, "one row for each", "delete the row"
                )
            )
    if problems:
        raise errors.InvalidData(problems)


def _languages(value: Any, code: str) -> dict[str, str]:
    if isinstance(value, Mapping):
        texts = [text_code(value.get(lang)) for lang in _LANGUAGES]
    elif isinstance(value, tuple | list):
        texts = [text_code(part) for part in value]
    else:
        texts = [text_code(value)] * len(_LANGUAGES)
    if len(texts) != len(_LANGUAGES):
        raise errors.InvalidRequest(f"the name of {code} is {value!r}: expected one, or (vi, en)")
    usual = next((text for text in texts if text), code)
    return {lang: text or usual for lang, text in zip(_LANGUAGES, texts, strict=True)}


def read_units(units: Any, values: Values) -> tuple[Row, ...]:
    """Return the rows of the units: code, name_vi, name_en.

    `units` names them by code, or lists the codes that exist; without it, they are those with
    values. Raises InvalidData for values of a unit that it does not have.

    >>> read_units({"x": "Xã"}, Values(pd.DataFrame(), ("x",), (2025,), (2,)))
    ({'code': 'x', 'name_vi': 'Xã', 'name_en': 'Xã'},)
    """
    codes = values.units
    if units is not None and not isinstance(units, Mapping | pd.Series | pd.DataFrame | str):
        units = {code: code for code in units}
    named = _named(units, "units") or {code: dict.fromkeys(_LANGUAGES, code) for code in codes}
    problems = [
        values.unit_problem(row, code, *_unit_remedy(code, named))
        for row, code in enumerate(codes)
        if code not in named and code not in codes[:row]
    ]
    if problems:
        raise errors.InvalidData(problems)
    return tuple(
        {"code": code, "name_vi": names["vi"], "name_en": names["en"]}
        for code, names in named.items()
    )


def _unit_remedy(code: str, named: Mapping[str, Any]) -> tuple[str, str]:
    """Return what is expected in place of a code that no unit has, and the remedy."""
    alike = [other for other in named if other.lstrip("0") == code.lstrip("0")]
    if code and len(alike) == 1:
        remedy = f"write {alike[0]} in both, as text: a cell with a number has no zeros before it"
        return f"{alike[0]}, as the units are listed", remedy
    return f"one of the {len(named)} units", "correct it, or add it to units"


def read_grades(grades: Any) -> tuple[Row, ...]:
    """Return the rows of the grades, the best first, from the least score of each by name.

    >>> read_grades({"Khá": 70, "Tốt": 85})[0]
    {'at_least': '85', 'name_vi': 'Tốt', 'name_en': 'Tốt'}
    """
    if grades is None:
        return ()
    if not isinstance(grades, Mapping):
        raise errors.InvalidRequest(
            f"grades is {type(grades).__name__}: expected the least score of each by name, as "
            "{'Tốt': 85, 'Khá': 70}"
        )
    pairs = [
        (check_number(f"the least score of {name}", least), _languages(name, str(name)))
        for name, least in grades.items()
    ]
    if any(not np.isfinite(least) or not names["vi"] for least, names in pairs):
        raise errors.InvalidRequest(
            f"grades are {dict(grades)}: expected a name and the least score of each, the lowest "
            "grade too (0)"
        )
    if len({least for least, _ in pairs}) < len(pairs):
        raise errors.InvalidRequest("two grades begin at one score: give each a least score")
    return tuple(
        {"at_least": f"{least:.15g}", "name_vi": names["vi"], "name_en": names["en"]}
        for least, names in sorted(pairs, key=lambda pair: -pair[0])
    )


def unattainable_grades(grades: Sequence[Row], most: float) -> list[Row]:
    """Return the grades that begin above the most that a unit can have, the best first.

    Raises InvalidRequest if all do. Nothing is known where `most` is NaN.

    >>> [row["name_vi"] for row in unattainable_grades(read_grades({"A": 90, "B": 50}), 80)]
    ['A']
    """
    above = [row for row in grades if float(row["at_least"]) > most + _SAME_SCORE]
    if above and len(above) == len(grades):
        listed = ", ".join(f"{row['name_vi']} {row['at_least']}" for row in grades)
        raise errors.InvalidRequest(
            f"grades are {listed}, but no unit can have more than {most:.6g}: expected least "
            "scores on the scale of the overall score; correct them"
        )
    return above


def bounds_of_groups(rules: Rules, scaled: Scaled) -> dict[str, tuple[float, float]]:
    """Return the least and the most score of every series, NaN where one is not known.

    >>> from parstats.panel.composite.hierarchy import build_hierarchy
    >>> tree = build_hierarchy(["a", "b"], {}, "A", "index")
    >>> rules = Rules(tree, {"a": 1.0, "b": 1.0}, {0: "sum"})
    >>> scaled = Scaled(pd.DataFrame(), {"a": 0.0, "b": 0.0}, {"a": 40.0, "b": 60.0}, {})
    >>> bounds_of_groups(rules, scaled)["index"]
    (0.0, 100.0)
    """
    bounds = {code: (scaled.low[code], scaled.high[code]) for code in rules.tree.indicators}
    for node in reversed(list(rules.tree.nodes.values())):
        if node.children:
            members = np.array([bounds[child] for child in node.children])
            weights, way = rules.within_group(node), rules.methods[node.depth]
            if way == "geometric":
                counted = members[weights > 0]
                is_positive = bool((counted > 0).all())
                both = np.exp(weights @ np.log(members)) if is_positive else np.full(2, np.nan)
            else:
                both = weights @ members
            # Weights that add up to 1 do so to the last digits only.
            bounds[node.code] = (float(f"{both[0]:.12g}"), float(f"{both[1]:.12g}"))
    return bounds


def define_index(
    name: str,
    slug: str,
    rules: Rules,
    scaled: Scaled,
    titles: Titles,
    periods: tuple[int, ...],
    *,
    each_period: bool,
    about: Mapping[str, Any],
) -> Definition:
    """Return the definition of an index; the name of its framework holds a hash of all of it.

    `about` holds what else makes scores what they are (the way to put on a scale, what was done
    about missing values); `periods` are those of the values.
    """
    weights, bounds = rules.final_weights(), bounds_of_groups(rules, scaled)
    spans = [(number, number) for number in sorted(set(periods))]
    spans = spans if each_period else [(spans[0][0], spans[-1][1])]
    rows = []
    for code, node in rules.tree.nodes.items():
        additive = rules.adds_up(node.depth)
        rows.append(
            {
                "series": node.series,
                "parent": rules.tree.nodes[node.parent].series if node.parent else "",
                "level": node.level,
                "word_vi": labels.text(f"composite_level.{node.level}", "vi"),
                "word_en": labels.text(f"composite_level.{node.level}", "en"),
                "cut": node.level if additive and node.depth else "",
                "code": original_code(code, rules.tree),
                "weight": repr(weights[code]) if additive else "",
                "min_points": _number(bounds[code][0]),
                "max_points": _number(bounds[code][1]),
                "name_vi_origin": "official",
                "source": "parstats.index_from",
                **{f"name_{lang}": titles.series[code][lang] for lang in _LANGUAGES},
            }
        )
    index_row = {
        "index": name,
        "slug": slug,
        "aliases": name.replace(";", " "),  # a semicolon stands between two
        "unit_level": "unit",
        "n_units": "",
        "total": "published",
        "coverage_level": "criterion",
        **dict.fromkeys(("publisher_vi", "publisher_en", "page", "percent_of_maximum"), ""),
    }
    content = [index_row, rows, spans, titles.units, titles.grades, dict(about), scaled.constants]
    written = json.dumps(content, ensure_ascii=False, sort_keys=True)
    framework = f"{slug.upper()}-{hashlib.sha256(written.encode()).hexdigest()[:8]}"
    framework_rows = tuple(
        {**row, **_span(row["series"], framework, span, each_period)}
        for row in rows
        for span in spans
    )
    return Definition(index_row, framework_rows, titles.units, titles.grades)


def _number(value: float) -> str:
    return "" if np.isnan(value) else repr(float(value))


def _span(series: str, framework: str, span: tuple[int, int], each_period: bool) -> Row:
    """Return the columns of a span; one set against its own units compares with no other."""
    group = f"{series}@{framework}" + (f"@{period_text(span[0])}" if each_period else "")
    return {
        "framework": framework,
        "year_from": period_text(span[0]),
        "year_to": period_text(span[1]),
        "comparable_group": group,
        "comparable_group_share_of_scale": group,
        "comparable_group_strict": group,
    }
