"""Series, the versions of the frameworks they belong to, and the years that can be compared.

A code is not a meaning: PAPI's second dimension began with "Poverty Lists" until 2017 and with
"Access to Information" since. So every score belongs to a *series* with one meaning, and what may
be compared across years is read from ``reference/frameworks/<index>.csv``, one row per series and
span of years, and from ``reference/breaks.csv``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from parstats import errors
from parstats.arguments import old_functions
from parstats.reference import csv_tables, definitions, editions, labels, overlay, provinces
from parstats.reference.definitions import Definition
from parstats.reference.editions import cached
from parstats.reference.period_numbers import period_of_text

if TYPE_CHECKING:
    import pandas as pd

    #: The indices that the package or the data folder knows, in order: `indices` at each look.
    INDICES: tuple[str, ...]

LEVELS = overlay.LEVELS
#: Levels of an index of one's own from the indicators up, without the index itself: PAPI's words
#: for the lowest two, then as many as groups of groups need.
LEVELS_UPWARDS = overlay.LEVELS_UPWARDS
#: Last word of the series of what weighted parts leave of an overall score.
REST = "rest"

Basis = Literal["points", "share_of_scale", "strict"]
BASES: tuple[str, ...] = get_args(Basis)
_GROUP_COLUMN = {
    "points": "comparable_group",
    "share_of_scale": "comparable_group_share_of_scale",
    "strict": "comparable_group_strict",
}


@dataclass(frozen=True)
class Index:
    """An index: what is published under one name."""

    # Official name, as "PAR INDEX"; name for folders and addresses, as "par".
    name: str
    slug: str
    # "province", "department" for the index a province runs of its own departments, or "unit" for
    # what an index of one's own grades.
    unit_level: str
    # How many units are graded; None for provinces, whose number is that of their vintage.
    n_units: int | None
    # "sum": dimensions and the overall score are sums of the parts and are derived, never read.
    # "published": every level is read as published.
    total: str
    coverage_level: str  # level that a unit must be complete at to count as covered
    publisher: dict[str, str]  # who publishes it, by language
    page: str  # address, empty where none is known
    # Whether its parts are published as percentages of their maximum too, so that a percentage in a
    # table is turned into points.
    percent_of_maximum: bool = False
    # Who answers: "people" or "firms"; empty where an administration is graded. Only answers of
    # people may be averaged over the provinces that merged, weighted by population.
    surveys: str = ""
    # Whether its publisher prints the group that a province is in and no rank, as PAPI's does.
    publishes_groups: bool = False


@cached
def indices() -> tuple[str, ...]:
    """Return the indices that the package or the data folder knows, in order.

    `INDICES` is the same; neither is to be kept, for the data folder may change.

    Examples
    --------
    >>> indices()[:3]
    ('PAPI', 'SIPAS', 'PAR INDEX')
    """
    return tuple(row["index"] for row in csv_tables.rows("indices"))


@cached
def _indices() -> dict[str, Index]:
    index_by_alias = {}
    defined = (definition.about for definition in definitions.all_definitions())
    for row in (*csv_tables.rows("indices"), *defined):
        index = Index(
            name=row["index"],
            slug=row["slug"],
            unit_level=row["unit_level"],
            n_units=int(row["n_units"]) if row["n_units"] else None,
            total=row["total"],
            coverage_level=row["coverage_level"],
            publisher={lang: row[f"publisher_{lang}"] for lang in labels.LANGUAGES},
            page=row["page"],
            percent_of_maximum=row.get("percent_of_maximum", "") == "1",
            surveys=row.get("surveys", ""),
            publishes_groups=row.get("publishes_groups", "") == "1",
        )
        for alias in row["aliases"].split(";"):
            index_by_alias[labels.search_key(alias)] = index
    return index_by_alias


def index_info(index: str) -> Index:
    """Return the properties of an index.

    Raises
    ------
    UnknownChoice: if the package does not know the index

    Examples
    --------
    >>> index_info("par").name, index_info("PAPI").total
    ('PAR INDEX', 'sum')
    """
    index_info = _indices().get(labels.search_key(str(index)))
    if index_info is None:
        raise errors.UnknownChoice("index", index, indices())
    return index_info


def check_index(index: str) -> str:
    """Return the index in its official spelling.

    Raises
    ------
    UnknownChoice: if the package does not know the index

    Examples
    --------
    >>> check_index("papi"), check_index("Par-Index")
    ('PAPI', 'PAR INDEX')
    """
    return index_info(index).name


def check_level(level: str, levels: tuple[str, ...] = LEVELS) -> str:
    """Return the level if it is one of `levels`.

    Raises
    ------
    UnknownChoice: if it is not

    Examples
    --------
    >>> check_level("criterion")
    'criterion'
    """
    # Few indices have more levels than PAPI: a message need not list those.
    if level not in levels and not (levels is LEVELS and level in LEVELS_UPWARDS):
        raise errors.UnknownChoice("level", level, levels)
    return level


def check_series(slug: str, index: str) -> str:
    """Return the series if it belongs to the index.

    Raises
    ------
    UnknownChoice: if it does not

    Examples
    --------
    >>> check_series("papi.environment", "PAPI")
    'papi.environment'
    """
    table = series()
    series_table = table.loc[table["index"] == check_index(index), "series"].tolist()
    if slug not in series_table:
        raise errors.UnknownChoice(f"series of {index}", slug, series_table)
    return slug


def top(index: str) -> str:
    """Return the series of the overall score of an index.

    Examples
    --------
    >>> top("PAPI")
    'papi'
    """
    return _tops()[check_index(index)]


@cached
def _tops() -> dict[str, str]:
    table = series()
    index_rows = table[table["level"] == "index"].drop_duplicates("index")
    return dict(zip(index_rows["index"], index_rows["series"], strict=True))


def slug(index: str) -> str:
    """Return the name of an index for folders and addresses.

    Examples
    --------
    >>> slug("PAR INDEX")
    'par'
    """
    return index_info(index).slug


_COMMON = ("series", "parent", "level", "word_vi", "word_en")
_NAMES = ("name_vi", "name_en", "short_vi", "short_en", "name_vi_origin", "source")
_VERSION = (
    "series",
    "framework",
    "code",
    "year_from",
    "year_to",
    "parent",
    "cut",
    "max_points",
    "min_points",
    "scored_by",
    *_GROUP_COLUMN.values(),
    "name_vi",
    "name_en",
    "note",
)


@cached
def _spans() -> pd.DataFrame:
    """Read all framework files: one row per series and span of years, in order."""
    import pandas as pd

    slugs = {row["slug"]: row["index"] for row in csv_tables.rows("indices")}
    _check_slugs(slugs)
    rows = [
        {**row, "index": index}
        for slug, index in slugs.items()
        if definitions.definition_in_force(index) is None
        if slug in csv_tables.framework_slugs()
        for row in csv_tables.rows(f"frameworks/{slug}")
    ]
    rows += [
        {**row, "index": definition.index}
        for definition in definitions.all_definitions()
        for row in definition.framework
    ]
    # A file may leave out columns it has nothing to say in.
    table = pd.DataFrame(rows).fillna("")
    for column in ("year_from", "year_to"):
        table[column] = table[column].map(period_of_text).astype("int64")
    for lang in labels.LANGUAGES:
        short = table[f"short_{lang}"]
        table[f"short_{lang}"] = short.where(short != "", table[f"name_{lang}"])
    if "weight" not in table:
        table["weight"] = ""
    for column in ("max_points", "min_points", "weight"):
        table[column] = pd.to_numeric(table[column].replace("", None)).astype("float64")
    # A part counts with the points it has, unless the framework gives it another weight.
    table["weight"] = table["weight"].fillna(1.0)
    if "confirmed" not in table:
        table["confirmed"] = ""
    for column in _GROUP_COLUMN.values():
        # Where nothing is said, years compare within one framework only.
        index_rows = table["series"] + "@" + table["framework"]
        table[column] = table[column].where(table[column] != "", index_rows)
    return table


def check_data_folder() -> None:
    """Refuse reference tables of the data folder in which anything is wrong.

    Raises
    ------
    InvalidData: with every problem of every file

    Examples
    --------
    >>> check_data_folder()
    """
    csv_tables.check_data_folder()
    _spans()


def _check_slugs(index_by_slug: dict[str, str]) -> None:
    """Refuse a framework of no index, and an index without a framework, in the data folder."""
    files = editions.overlay_files()
    problems = [
        errors.Problem(
            str(files[f"frameworks/{slug}.csv"]),
            None,
            None,
            f"a framework of {slug!r}",
            f"one of an index, whose slug is among {', '.join(index_by_slug)}",
            "add a row for it to indices.csv, or mend the name of the file",
        )
        for slug in csv_tables.framework_slugs()
        if slug not in index_by_slug
    ]
    problems += [
        errors.Problem(
            str(files["indices.csv"]),
            None,
            "slug",
            f"{slug!r} of {index}, without a framework",
            f"a file frameworks/{slug}.csv",
            "write its series there, or take the row out",
        )
        for slug, index in index_by_slug.items()
        if slug not in csv_tables.framework_slugs()
    ]
    if problems:
        raise errors.InvalidData(problems)


@cached
def series() -> pd.DataFrame:
    """Return all series: one meaning each, in the order of the frameworks.

    Returns
    -------
    pandas.DataFrame: one row per series: series, index, parent, level (index | part | dimension |
        criterion | subcriterion | bonus), word_vi and word_en (what the index itself calls that
        level), position (order within the index), name_vi, name_en, short_vi, short_en,
        name_vi_origin, source. What a later framework renamed or moved is given as in the newest.
        Do not change it in place.

    Examples
    --------
    >>> series().set_index("series").loc["papi.transparency.poverty_lists", "name_en"]
    'Poverty Lists'
    """
    spans = _spans()
    newest = spans.sort_values("year_to", kind="stable").groupby("series", sort=False).tail(1)
    order = spans.drop_duplicates("series")[["series", "index"]]
    position = order.groupby("index", sort=False).cumcount().astype("int64")
    table = order.assign(position=position).merge(
        newest.drop(columns="index"), on="series", validate="one_to_one"
    )
    columns = ["series", "index", *_COMMON[1:], "position", *_NAMES]
    return table[columns].reset_index(drop=True)


@cached
def versions() -> pd.DataFrame:
    """Return the versions of each series by span of years.

    Returns
    -------
    pandas.DataFrame: one row per series and span: series, framework, code (as published),
        year_from, year_to, parent, cut (series of a year with the same cut add up to the index),
        max_points, min_points (missing where not published), scored_by and the three comparable
        groups: years with the same group may be compared, in points (``comparable_group``), after
        rescaling (``comparable_group_share_of_scale``), or by the strictest reading; the name in
        that span, and a note.

    Notes
    -----
    PAPI scores each dimension from 1 to 10 and splits it equally between its k sub-dimensions, so
    a sub-dimension runs from 1/k to 10/k. No published table of scales was found; the rule was
    tested on all scores.
    """
    return _spans()[list(_VERSION)].reset_index(drop=True)


@cached
def breaks() -> pd.DataFrame:
    """Return the breaks in series: index, series, year, kind, affects, text_vi, text_en, source.

    ``year`` is the first year after the break. ``kind`` is official (a report says so),
    structural (the set of series changed), scale (the maximum changed) or statistical (seen in the
    values only). ``affects`` is level or ranking.
    """
    return _with_years("breaks", "year")


@cached
def rank_breaks(index: str) -> tuple[int, ...]:
    """Return the years whose ranks compare badly with those of the year before.

    The framework is another one than the year before, or a break affects the ranking
    (`breaks`).

    Examples
    --------
    >>> rank_breaks("PAPI")
    (2016, 2018, 2019, 2021)
    """
    name = check_index(index)
    frameworks_by_year = by_year().loc[top(name)]["framework"].sort_index()
    changed = frameworks_by_year.index[frameworks_by_year != frameworks_by_year.shift()][1:]
    table = breaks()
    ranking = table[(table["index"] == name) & (table["affects"] == "ranking")]
    return tuple(sorted({*map(int, changed), *map(int, ranking["year"])}))


@cached
def gaps() -> pd.DataFrame:
    """Known gaps: provinces without complete data in a year, with the reason where it is known."""
    return _with_years("gaps", "year", "vintage")


def _with_years(name: str, *integers: str) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(csv_tables.rows(name)).astype(dict.fromkeys(integers, "int64"))


@cached
def by_year() -> pd.DataFrame:
    """Return `versions` with one row per series and year, indexed by both.

    The column ``weight`` is what a point of the series counts in the overall score: 1, unless an
    index of one's own says otherwise.

    Examples
    --------
    >>> by_year().loc[("papi.transparency.poverty_lists", 2011), "max_points"].round(2)
    np.float64(3.33)
    """
    import pandas as pd

    table = versions().drop(columns=["name_vi", "name_en", "note"])
    table["weight"] = _spans()["weight"]
    years = [range(a, b + 1) for a, b in zip(table["year_from"], table["year_to"], strict=True)]
    unrolled = table.assign(year=years).explode("year").astype({"year": "int64"})
    info = series()[["series", "index", "level", "position"]]
    merged = pd.merge(unrolled, info, on="series", validate="many_to_one")
    return merged.sort_values(["year", "index", "position"]).set_index(["series", "year"])


def in_year(index: str, year: int, level: str | None = None) -> pd.DataFrame:
    """Return the series that a framework holds in one year, in its order.

    Parameters
    ----------
    index : str
    year : int
    level : str, optional; keep one level only, one of `LEVELS`

    Returns
    -------
    pandas.DataFrame: one row per series, with the columns of `versions` and `series`; empty if the
        index was not published for that year.

    Examples
    --------
    >>> [len(in_year("PAPI", year, "criterion")) for year in (2011, 2018, 2020, 2021)]
    [22, 28, 29, 28]
    """
    return _in_year(check_index(index), int(year), level).copy()


@cached
def _in_year(index: str, year: int, level: str | None) -> pd.DataFrame:
    table = by_year()
    first, after = _row_ranges().get((index, year), (0, 0))
    index_rows = table.iloc[first:after].reset_index()
    return (
        index_rows
        if level is None
        else index_rows[index_rows["level"] == level].reset_index(drop=True)
    )


@cached
def _row_ranges() -> dict[tuple[str, int], tuple[int, int]]:
    """Return the range of rows of an index and year in `by_year`, sorted by both."""
    table = by_year()
    positions: dict[tuple[str, int], tuple[int, int]] = {}
    keys = zip(table["index"], table.index.get_level_values("year"), strict=True)
    for row_index, (index, year) in enumerate(keys):
        first, _ = positions.get((index, int(year)), (row_index, 0))
        positions[index, int(year)] = first, row_index + 1
    return positions


def years(index: str) -> tuple[int, int]:
    """Return the first and last year for which an index has a framework.

    Examples
    --------
    >>> first, last = years("PAPI")
    >>> first, last >= 2024
    (2011, True)
    """
    table = _spans()
    index_rows = table[table["index"] == check_index(index)]
    return int(index_rows["year_from"].min()), int(index_rows["year_to"].max())


def unconfirmed_from(index: str, year: int) -> int | None:
    """Return the year whose criteria a year has for want of its own, None if they are confirmed.

    ``parstats framework add-year`` copies the criteria of the year before into the data folder; a
    person confirms them there (column ``confirmed``).

    Examples
    --------
    >>> unconfirmed_from("PAPI", 2024) is None
    True
    """
    return _first_drafts().get((check_index(index), int(year)))


def unconfirmed_series(index: str, year: int) -> frozenset[str]:
    """Return the series of a year whose criteria nobody has confirmed yet.

    Examples
    --------
    >>> unconfirmed_series("PAPI", 2024)
    frozenset()
    """
    return _drafts().get((check_index(index), int(year)), frozenset())


@cached
def _drafts() -> dict[tuple[str, int], frozenset[str]]:
    table = _spans()
    rows = table[table["confirmed"] == "no"]
    drafts: dict[tuple[str, int], set[str]] = {}
    columns = ("index", "series", "year_from", "year_to")
    for index, name, first, last in zip(*(rows[column] for column in columns), strict=True):
        for year in range(first, last + 1):
            drafts.setdefault((index, year), set()).add(name)
    return {key: frozenset(series) for key, series in drafts.items()}


@cached
def _first_drafts() -> dict[tuple[str, int], int]:
    """Return the year before the oldest unconfirmed row in force, by index and year."""
    drafts: dict[tuple[str, int], int] = {}
    table = _spans()
    rows = table[table["confirmed"] == "no"]
    for index, first, last in zip(rows["index"], rows["year_from"], rows["year_to"], strict=True):
        for year in range(first, last + 1):
            drafts[index, year] = min(int(first) - 1, drafts.get((index, year), year))
    return drafts


def add_year_command(index: str, year: int) -> str:
    """Return the command that adds the criteria of a year to the data folder.

    An index of one's own is made anew from a table with the new rows.

    >>> add_year_command("PAPI", 2025), add_year_command("PAR INDEX", 2025)
    ('parstats framework add-year PAPI 2025', 'parstats framework add-year "PAR INDEX" 2025')
    """
    name = f'"{index}"' if " " in index else index
    if index_info(index).unit_level == "unit":
        return f"parstats framework new {name} TABLE --replace"
    return f"parstats framework add-year {name} {year}"


def unknown_year_remedy(index: str, year: int) -> str:
    """Return what to do about a year that an index has no criteria for.

    >>> unknown_year_remedy("PAPI", 2042)
    'check the year'
    """
    if year != years(index)[1] + 1:
        return "check the year"
    return f"check the year, or add its criteria with `{add_year_command(index, year)}`"


def comparable(series: pd.Series, year: int, previous: int, basis: Basis = "points") -> pd.Series:
    """Return whether each series means and measures the same in two years.

    Parameters
    ----------
    series : pandas.Series of str
    year, previous : int; the two years, in any order
    basis : {"points", "share_of_scale", "strict"}
        What is to be compared: points as published, points rescaled to the range of the series,
        or either under the strictest reading (a break for all in 2016, 2018 and 2021).

    Returns
    -------
    pandas.Series of bool
        False where a break lies between, or where the series did not exist in one of the years.

    Raises
    ------
    UnknownChoice: if the basis is unknown

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

    def groups_in(which: int) -> pd.Series:
        if which not in groups.columns:
            return pd.Series(pd.NA, index=series.index, dtype="object")
        return series.map(groups[which])

    now, then = groups_in(year), groups_in(previous)
    return now.notna() & then.notna() & (now == then)


def breaks_between(
    index: str, year: int, previous: int, *, affects: str | None = None
) -> pd.DataFrame:
    """Return the breaks of an index and its series that lie between two years.

    Parameters
    ----------
    index : str
    year, previous : int
        The two years, in any order: breaks after the earlier one up to the later one.
    affects : {"level", "ranking"}, optional; keep one sort only

    Returns
    -------
    pandas.DataFrame: rows of `breaks`.

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


def break_texts(series: pd.Series, year: int, previous: int) -> pd.DataFrame:
    """Return what happened to each series between two years, in words.

    Parameters
    ----------
    series : pandas.Series of str
    year, previous : int; the two years, in any order

    Returns
    -------
    pandas.DataFrame
        break_en and break_vi for each element of `series`: what is recorded for the series; else
        that it was not measured in one of the years; else which of its parts changed; else empty.

    Examples
    --------
    >>> import pandas as pd
    >>> names = pd.Series(["papi.services.law_and_order", "papi.services.public_health"])
    >>> break_texts(names, 2021, 2020)["break_en"].tolist()
    ['Mean shifts +8.2 standard deviations; no document read says why', '']
    """
    import pandas as pd

    first, last = sorted((previous, year))
    columns = {}
    for lang in ("en", "vi"):
        texts = {
            name: "" if is_rest(name) else _break_text(name, first, last, lang)
            for name in series.unique()
        }
        columns[f"break_{lang}"] = pd.Series(
            [texts[name] for name in series], index=series.index, dtype="str"
        )
    return pd.DataFrame(columns)


@cached
def _break_text(series: str, first: int, last: int, lang: str) -> str:
    break_texts_between = [
        texts[lang] for year, texts in _recorded().get(series, ()) if first < year <= last
    ]
    if break_texts_between:
        return "; ".join(break_texts_between)
    years = _years_by_series()[series]
    if first not in years:
        return labels.text("break.new", lang, year=min(years)) if last in years else ""
    if last not in years:
        return labels.text("break.ended", lang, year=max(years) + 1)
    if of_provinces := _break_of_provinces(series, first, last, lang):
        return of_provinces
    changed = [
        series_name(part, lang, short=True)
        for part in _parts_by_parent().get(series, ())
        if _break_text(part, first, last, lang)
    ]
    return labels.text("break.parts", lang, names=", ".join(changed)) if changed else ""


def _break_of_provinces(series: str, first: int, last: int, lang: str) -> str:
    """Return what is recorded for the whole index of a year that began with other provinces."""
    index = _index_by_series()[series]
    recorded = _recorded().get(top(index), ())
    return "; ".join(
        texts[lang]
        for year, texts in recorded
        if first < year <= last
        and provinces.vintage_in_year(year) != provinces.vintage_in_year(year - 1)
    )


def index_of(series: str) -> str:
    """Return the index that a series is of.

    Raises
    ------
    UnknownChoice: if there is no such series

    Examples
    --------
    >>> index_of("par.steering")
    'PAR INDEX'
    """
    if series not in _index_by_series():
        raise errors.UnknownChoice("series", series, _index_by_series())
    return _index_by_series()[series]


@cached
def terms(index: str, lang: str) -> dict[str, str]:
    """Return what an index itself calls its levels, in a language, by level.

    The words are those of its newest framework (``word_vi`` and ``word_en`` of
    ``reference/frameworks``).

    Examples
    --------
    >>> terms("PAPI", "vi")["criterion"], terms("PAR INDEX", "en")["dimension"]
    ('nội dung thành phần', 'field')
    """
    table = series()
    rows = table[table["index"] == check_index(index)]
    return dict(zip(rows["level"], rows[f"word_{lang}"], strict=True))


@cached
def _index_by_series() -> dict[str, str]:
    return dict(series().set_index("series")["index"])


@cached
def _recorded() -> dict[str, list[tuple[int, dict[str, str]]]]:
    """Return the recorded breaks of level by series: year, and text by language."""
    table = breaks()
    index_rows = table[table["affects"] == "level"]
    breaks_by_series: dict[str, list[tuple[int, dict[str, str]]]] = {}
    for name, year, en, vi in zip(
        index_rows["series"],
        index_rows["year"],
        index_rows["text_en"],
        index_rows["text_vi"],
        strict=True,
    ):
        breaks_by_series.setdefault(name, []).append((int(year), {"en": en, "vi": vi}))
    return breaks_by_series


@cached
def _years_by_series() -> dict[str, frozenset[int]]:
    """Return the years in which each series was measured."""
    years_by_series: dict[str, set[int]] = {}
    for name, year in by_year().index:
        years_by_series.setdefault(name, set()).add(int(year))
    return {name: frozenset(years) for name, years in years_by_series.items()}


@cached
def _parts_by_parent() -> dict[str, list[str]]:
    """Return the series by the series they are parts of, in the order of the framework."""
    parts_by_parent: dict[str, list[str]] = {}
    table = series()
    for name, parent in zip(table["series"], table["parent"], strict=True):
        parts_by_parent.setdefault(parent, []).append(name)
    return parts_by_parent


def framework_in_year(index: str, year: int) -> str | None:
    """Return the name of the framework in force in a year, None if the index was not published.

    Examples
    --------
    >>> framework_in_year("PAPI", 2020), framework_in_year("PAPI", 1999)
    ('PAPI-2019', None)
    """
    top = in_year(index, year, "index")
    return None if top.empty else str(top["framework"].iloc[0])


def series_level(series: str) -> str:
    """Return the level of a series.

    Raises
    ------
    UnknownChoice: if there is no such series

    Examples
    --------
    >>> series_level("papi.environment")
    'dimension'
    """
    levels = _names("level")
    if series not in levels:
        raise errors.UnknownChoice("series", series, levels)
    return levels[series]


def is_rest(series: str) -> bool:
    """Return whether a series is what weighted parts leave of an overall score, of no framework.

    >>> is_rest("sipas.rest"), is_rest("sipas.policy")
    (True, False)
    """
    return series.rpartition(".")[2] == REST


def series_name(series: str, lang: str, *, short: bool = False) -> str:
    """Return the name of a series in a language.

    Parameters
    ----------
    series : str
    lang : {"vi", "en"}
    short : bool; a short form for figures and narrow columns

    Raises
    ------
    UnknownChoice: if there is no such series or language

    Examples
    --------
    >>> series_name("papi.environment", "vi", short=True)
    'Môi trường'
    """
    labels.check_language(lang)
    if is_rest(series):
        return labels.text("series.rest", lang)
    names = _names(("short_" if short else "name_") + lang)
    if series not in names:
        raise errors.UnknownChoice("series", series, names)
    return names[series]


@cached
def _names(column: str) -> dict[str, str]:
    return dict(series().set_index("series")[column])


def define(definition: Definition) -> None:
    """Put the definition of an index of this process in force, in place of one of the same name.

    See `parstats.reference.definitions`. What was in force before is read from the tables that
    carry it, as soon as one of them is used.

    >>> from parstats.reference.definitions import all_definitions
    >>> for definition in all_definitions():
    ...     define(definition)
    """
    if definitions.register(definition):
        _forget_tables()


@contextmanager
def without_definitions() -> Iterator[None]:
    """Set the definitions of this process aside: only the reference tables are in force.

    >>> with without_definitions():
    ...     "PAPI" in indices()
    True
    """
    with definitions.set_aside() as any_set_aside:
        if any_set_aside:
            _forget_tables()
        yield
    if any_set_aside:
        _forget_tables()


def undefine(index: str) -> None:
    """Take the definition of an index of this process out of force.

    >>> undefine("no such index")
    """
    if definitions.definition_in_force(index) is not None:
        definitions.forget(index)
        _forget_tables()


def _forget_tables() -> None:
    """Have the tables of the frameworks read anew."""
    for function in _CACHED:
        function.cache_clear()  # type: ignore[union-attr]


_CACHED = (
    *(_indices, _tops, _spans, series, versions, by_year, _in_year, _row_ranges),
    *(_break_text, _years_by_series, _parts_by_parent, _names, _index_by_series, _first_drafts),
)

_refuse_old_name = old_functions(
    "parstats.frameworks",
    about="index_info",
    framework_of="framework_in_year",
    level_of="series_level",
    name_of="series_name",
)


def __getattr__(name: str) -> tuple[str, ...]:
    return indices() if name == "INDICES" else _refuse_old_name(name)
