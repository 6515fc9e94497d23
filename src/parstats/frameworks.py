"""Series, the versions of the frameworks they belong to, and the years that can be compared.

A code is not a meaning: PAPI's second dimension began with "Poverty Lists" until 2017 and with
"Access to Information" since. So every score belongs to a *series* with one meaning, and what may
be compared across years is read from ``reference/versions.csv`` and ``reference/breaks.csv``.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal, get_args

from parstats import errors, labels, reference

if TYPE_CHECKING:
    import pandas as pd

INDICES = ("PAPI",)
LEVELS = ("index", "dimension", "criterion")

Basis = Literal["points", "share_of_scale", "strict"]
BASES: tuple[str, ...] = get_args(Basis)
_GROUP_COLUMN = {
    "points": "comparable_group",
    "share_of_scale": "comparable_group_share_of_scale",
    "strict": "comparable_group_strict",
}


def check_index(index: str) -> str:
    """Return the index in its official spelling.

    Raises
    ------
    UnknownChoice
        If the package does not know the index.

    Examples
    --------
    >>> check_index("papi")
    'PAPI'
    """
    for known in INDICES:
        if str(index).casefold() == known.casefold():
            return known
    raise errors.UnknownChoice("index", index, INDICES)


def check_level(level: str, levels: tuple[str, ...] = LEVELS) -> str:
    """Return the level if it is one of `levels`.

    Raises
    ------
    UnknownChoice
        If it is not.

    Examples
    --------
    >>> check_level("criterion")
    'criterion'
    """
    if level not in levels:
        raise errors.UnknownChoice("level", level, levels)
    return level


def check_series(series_: str, index: str) -> str:
    """Return the series if it belongs to the index.

    Raises
    ------
    UnknownChoice
        If it does not.

    Examples
    --------
    >>> check_series("papi.environment", "PAPI")
    'papi.environment'
    """
    table = series()
    known = table.loc[table["index"] == check_index(index), "series"].tolist()
    if series_ not in known:
        raise errors.UnknownChoice(f"series of {index}", series_, known)
    return series_


def top(index: str) -> str:
    """Series of the overall score of an index.

    Examples
    --------
    >>> top("PAPI")
    'papi'
    """
    table = series()
    own = (table["index"] == check_index(index)) & (table["level"] == "index")
    return str(table.loc[own, "series"].iloc[0])


def slug(index: str) -> str:
    """Name of an index for folders and addresses: small letters, hyphens for blanks.

    Examples
    --------
    >>> slug("PAPI")
    'papi'
    """
    return check_index(index).casefold().replace(" ", "-")


def _typed(name: str, integers: tuple[str, ...], floats: tuple[str, ...] = ()) -> pd.DataFrame:
    import pandas as pd

    table = pd.DataFrame(reference.rows(name))
    return table.astype({**dict.fromkeys(integers, "int64"), **dict.fromkeys(floats, "float64")})


@cache
def series() -> pd.DataFrame:
    """All series: one meaning each, in the order of the framework.

    Returns
    -------
    pandas.DataFrame
        A row a series: series, index, parent, level (index | dimension | criterion), position,
        name_vi, name_en, short_vi, short_en, name_vi_origin, source. Do not change it in place.

    Examples
    --------
    >>> series().set_index("series").loc["papi.transparency.poverty_lists", "name_en"]
    'Poverty Lists'
    """
    return _typed("series", ("position",))


@cache
def versions() -> pd.DataFrame:
    """What each series was in each span of years.

    Returns
    -------
    pandas.DataFrame
        A row a series and span: series, framework, code (as published), year_from, year_to,
        max_points, min_points, scored_by and the three comparable groups: years of a series
        with the same group may be compared, in points (``comparable_group``), after rescaling
        (``comparable_group_share_of_scale``), or by the strictest reading.

    Notes
    -----
    PAPI scores each dimension from 1 to 10 and splits it equally between its k sub-dimensions, so
    a sub-dimension runs from 1/k to 10/k. No published table of scales was found; the rule was
    tested on all scores.
    """
    return _typed("versions", ("year_from", "year_to"), ("max_points", "min_points"))


@cache
def breaks() -> pd.DataFrame:
    """Breaks in series: index, series, year, kind, affects, text_vi, text_en, source.

    ``year`` is the first year after the break. ``kind`` is official (a report says so),
    structural (the set of series changed), scale (the maximum changed) or statistical (seen in the
    values only). ``affects`` is level or ranking.
    """
    return _typed("breaks", ("year",))


@cache
def gaps() -> pd.DataFrame:
    """Known gaps: provinces without complete data in a year, with the reason where it is known."""
    return _typed("gaps", ("year", "vintage"))


@cache
def by_year() -> pd.DataFrame:
    """`versions` unrolled: a row a series and year, indexed by both.

    Examples
    --------
    >>> by_year().loc[("papi.transparency.poverty_lists", 2011), "max_points"].round(2)
    np.float64(3.33)
    """
    import pandas as pd

    table = versions()
    years = [range(a, b + 1) for a, b in zip(table["year_from"], table["year_to"], strict=True)]
    unrolled = table.assign(year=years).explode("year").astype({"year": "int64"})
    info = series()[["series", "index", "parent", "level", "position"]]
    merged = pd.merge(unrolled, info, on="series", validate="many_to_one")
    return merged.sort_values(["year", "position"]).set_index(["series", "year"])


def in_year(index: str, year: int, level: str | None = None) -> pd.DataFrame:
    """Series that a framework holds in one year, in its order.

    Parameters
    ----------
    index : str
        The index.
    year : int
        The year.
    level : {"index", "dimension", "criterion"}, optional
        Keep one level only.

    Returns
    -------
    pandas.DataFrame
        A row a series, with the columns of `versions` and `series`; empty if the index was not
        published for that year.

    Examples
    --------
    >>> [len(in_year("PAPI", year, "criterion")) for year in (2011, 2018, 2020, 2021)]
    [22, 28, 29, 28]
    """
    return _in_year(check_index(index), int(year), level).copy()


@cache
def _in_year(index: str, year: int, level: str | None) -> pd.DataFrame:
    table = by_year().reset_index()
    keep = (table["index"] == index) & (table["year"] == year)
    if level is not None:
        keep &= table["level"] == level
    return table[keep].reset_index(drop=True)


def comparable(series_: pd.Series, year: int, previous: int, basis: Basis = "points") -> pd.Series:
    """Whether each series means and measures the same in two years.

    Parameters
    ----------
    series_ : pandas.Series of str
        Series.
    year, previous : int
        The two years, in any order.
    basis : {"points", "share_of_scale", "strict"}
        What is to be compared: points as published, points rescaled to the range of the series,
        or either under the strictest reading (a break for all in 2016, 2018 and 2021).

    Returns
    -------
    pandas.Series of bool
        False where a break lies between, or where the series did not exist in one of the years.

    Raises
    ------
    UnknownChoice
        If the basis is unknown.

    Examples
    --------
    >>> import pandas as pd
    >>> names = pd.Series(["papi.transparency.poverty_lists", "papi.services.public_health"])
    >>> comparable(names, 2018, 2017).tolist()
    [False, True]
    >>> comparable(names, 2018, 2017, "share_of_scale").tolist()
    [True, True]
    """
    import pandas as pd

    if basis not in BASES:
        raise errors.UnknownChoice("basis of comparison", basis, BASES)
    groups = by_year()[_GROUP_COLUMN[basis]].unstack("year")

    def of(which: int) -> pd.Series:
        if which not in groups.columns:
            return pd.Series(pd.NA, index=series_.index, dtype="object")
        return series_.map(groups[which])

    now, then = of(year), of(previous)
    return now.notna() & then.notna() & (now == then)


def breaks_between(
    index: str, year: int, previous: int, *, affects: str | None = None
) -> pd.DataFrame:
    """Breaks of an index and its series that lie between two years.

    Parameters
    ----------
    index : str
        The index.
    year, previous : int
        The two years, in any order: breaks after the earlier one up to the later one.
    affects : {"level", "ranking"}, optional
        Keep one sort only.

    Returns
    -------
    pandas.DataFrame
        Rows of `breaks`.

    Examples
    --------
    >>> breaks_between("PAPI", 2021, 2020, affects="ranking")["kind"].tolist()
    ['statistical']
    """
    first, last = sorted((previous, year))
    table = breaks()
    keep = (table["index"] == check_index(index)) & table["year"].between(first + 1, last)
    if affects is not None:
        keep &= table["affects"] == affects
    return table[keep].reset_index(drop=True)


def break_texts(series_: pd.Series, year: int, previous: int) -> pd.DataFrame:
    """What happened to each series between two years, in words.

    Parameters
    ----------
    series_ : pandas.Series of str
        Series.
    year, previous : int
        The two years, in any order.

    Returns
    -------
    pandas.DataFrame
        break_en and break_vi for each element of `series_`: what is recorded for the series; else
        that it was not measured in one of the years; else which of its parts changed; else empty.

    Examples
    --------
    >>> import pandas as pd
    >>> names = pd.Series(["papi.services.law_and_order", "papi.services.public_health"])
    >>> break_texts(names, 2021, 2020)["break_en"].tolist()
    ['Mean shifts +8.2 SD; no document read says why', '']
    """
    import pandas as pd

    first, last = sorted((previous, year))
    columns = {}
    for lang in ("en", "vi"):
        words = {name: _break_text(name, first, last, lang) for name in series_.unique()}
        columns[f"break_{lang}"] = pd.Series(
            [words[name] for name in series_], index=series_.index, dtype="str"
        )
    return pd.DataFrame(columns)


@cache
def _break_text(series_: str, first: int, last: int, lang: str) -> str:
    table = breaks()
    own = (table["affects"] == "level") & (table["series"] == series_)
    recorded = table.loc[own & table["year"].between(first + 1, last), f"text_{lang}"]
    if len(recorded):
        return "; ".join(recorded)
    years = by_year().loc[series_].index
    if first not in years:
        return labels.text("break.new", lang, year=years.min()) if last in years else ""
    if last not in years:
        return labels.text("break.ended", lang, year=years.max() + 1)
    info = series()
    parts = info.loc[info["parent"] == series_, "series"]
    changed = [
        name_of(part, lang, short=True) for part in parts if _break_text(part, first, last, lang)
    ]
    return labels.text("break.parts", lang, names=", ".join(changed)) if changed else ""


def framework_of(index: str, year: int) -> str | None:
    """Name of the framework in force in a year, None if the index was not published.

    Examples
    --------
    >>> framework_of("PAPI", 2020), framework_of("PAPI", 1999)
    ('PAPI-2019', None)
    """
    top = in_year(index, year, "index")
    return None if top.empty else str(top["framework"].iloc[0])


def name_of(series_: str, lang: str, *, short: bool = False) -> str:
    """Name of a series in a language.

    Parameters
    ----------
    series_ : str
        The series.
    lang : {"vi", "en"}
        Language.
    short : bool
        A short form for figures and narrow columns.

    Raises
    ------
    UnknownChoice
        If there is no such series or language.

    Examples
    --------
    >>> name_of("papi.environment", "vi", short=True)
    'Môi trường'
    """
    labels.check_language(lang)
    names = _names(("short_" if short else "name_") + lang)
    if series_ not in names:
        raise errors.UnknownChoice("series", series_, names)
    return names[series_]


@cache
def _names(column: str) -> dict[str, str]:
    return {row["series"]: row[column] for row in reference.rows("series")}
