"""Which series of an index a text names, in either language, with its number or without.

A text is compared with the names of the series that the framework held in the year and with
``reference/column_maps/spellings.csv``. What is only like a name is a candidate, for a person to
decide; with the number printed before the name it is that series.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from parstats.documents import header_roles
from parstats.reference import csv_tables, frameworks, labels
from parstats.reference.editions import cached

# Least likeness (0-100, rapidfuzz) of a header to a name for it to be asked about. By judgement: a
# slip or a left-out word; what is less alike is left out and listed.
LIKE = 84.0
# Series this near (of 100) to the most alike are candidates too. By judgement.
LEAD = 6.0

# Words that a header may have beside a name and still be asked about. By judgement: a question of
# a survey that holds the words of a name has many more.
_FURTHER = 2
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_NUMBERING = re.compile(
    r"^(?:(?:(?:truc |chi so )?(?:noi dung|linh vuc|chi so thanh phan|nhan to|yeu to)|dimension|"
    r"field|sub dimension|component|pillar|dim|lv|chi tieu|tieu chi)(?= ?\d) ?)?"
    r"(?:\d{1,2}(?: \d{1,2}){0,2}|[ivx]{1,4}|[ds]\d(?: \d)?)\b ?"
)
_NUMBERED = re.compile(
    r"^(?:(?:(?:truc |chi so )?noi dung|dimension|dim|d) ?|(?:linh vuc|field|lv) ?)(\d)$"
)
# "4.2 ...", "D4.2: ..." and "4. ...": the number under which a framework prints a part.
_NUMBER = re.compile(
    r"^\W*(?:(?:truc|chi so|noi dung|thanh phan|linh vuc|(?:sub.?)?dimension|dim|lv|field|d|s)\W*)*"
    r"(\d)(?:\.(\d))?(?![\d%])(?!\.\d)"
)
# "4.2. Name", "D4.2: Name" and "Nội dung 4. Name", as PAPI prints them.
_PRINTED_NUMBER = re.compile(
    r"^\s*(?:nội dung|trục nội dung|dimension|d|s)?\s*(\d(?:\.\d)?)\s*[.:)–-]?\s+(.+)$",
    re.IGNORECASE,
)
# What stands between a name in Vietnamese and in English.
_BETWEEN_NAMES = re.compile(r"\s+[/|–—-]\s+")
_ACRONYMS = ("papi", "sipas", "pci")
# "Nội dung: Công khai, minh bạch"
_KIND_BEFORE = re.compile(
    r"^\s*(?:(?:trục|chỉ số)\s+)?(?:nội dung|lĩnh vực|chỉ số thành phần|tiêu chí|dimension|field|"
    r"sub-?index|sub-?dimension|pillar)\s*[:–-]\s*",
    re.IGNORECASE,
)
_SHORT = ("short_vi", "short_en")


@dataclass(frozen=True)
class Named:
    """The series a text names."""

    series: str = ""  # the series, empty if none or if that is open
    candidates: tuple[str, ...] = ()  # series it may name, where that is open
    likeness: float = 0.0  # 100 for a known spelling, less for one that is like it


def text_keys(text: str) -> tuple[str, ...]:
    """Return the keys of a text: as written, without brackets, without numbering.

    >>> text_keys("3. Cải cách TTHC (điểm)")[-1]
    'cai cach thu tuc hanh chinh'
    """
    long = labels.expanded(text).replace("&", " and ")
    long = _KIND_BEFORE.sub("", long)
    forms = []
    for form in (long, _BRACKETS.sub(" ", long)):
        key = labels.search_key(form)
        forms += [key, _NUMBERING.sub("", key)]
    return tuple(dict.fromkeys(filter(None, forms)))


def is_spelled(key: str, index: str, year: int | None) -> bool:
    """Return whether a key is the known spelling of one series.

    >>> is_spelled("danh sach ho ngheo", "PAPI", 2011)
    True
    """
    return len(_spellings(index, year).get(key, ())) == 1


def spelled(keys: Sequence[str], index: str, year: int | None) -> str:
    """Return the series that one of the keys is the known spelling of; empty if none or several.

    >>> spelled(["poverty lists"], "PAPI", 2011)
    'papi.transparency.poverty_lists'
    """
    spellings = _spellings(index, year)
    for key in keys:
        if len(series := spellings.get(key, frozenset())) == 1:
            return next(iter(series))
    return ""


def other_index_in(texts: Sequence[str], index: str) -> str:
    """Return another index that texts name, if they do not name this one too; else empty.

    >>> other_index_in(["Bảng 1. Chỉ số PAPI năm 2012"], "PAR INDEX")
    'PAPI'
    """
    joined = " | ".join(f" {labels.search_key(text)} " for text in texts)
    named = [
        name
        for name in frameworks.INDICES
        if any(f" {word} " in joined for word in _index_words(name))
    ]
    others = [name for name in named if name != index]
    return others[0] if others and index not in named else ""


@cached
def _index_words(index: str) -> tuple[str, ...]:
    """Return the words that name an index in a text: its spellings that are no common words."""
    top = frameworks.top(index)
    return tuple(
        key
        for key, series in _spellings(index, None).items()
        if series == frozenset({top}) and (len(key.split()) > 1 or key in _ACRONYMS)
    )


def names_other_index(keys: Sequence[str], index: str) -> bool:
    """Return whether keys name another index, and no series of this one.

    >>> names_other_index(["sipas"], "PAPI"), names_other_index(["papi"], "PAPI")
    (True, False)
    """
    index_spellings = _spellings(index, None)
    if any(key in index_spellings for key in keys):
        return False
    other_indices = [other for other in frameworks.series()["index"].unique() if other != index]
    return any(
        _spellings(other, None).get(key) == frozenset({frameworks.top(other)})
        for other in other_indices
        for key in keys
    )


def names(text: str, keys: Sequence[str], index: str, year: int | None) -> Named:
    """Return the series that a text names.

    The text is given as printed, for its number; `keys` are forms of it to compare (`text_keys`),
    perhaps without some words.

    >>> names("4.2. Trong cung ứng dịch vụ công", ["trong cung ung dich vu cong"], "PAPI", 2015)
    Named(series='papi.corruption_control.limits_in_services', candidates=(), likeness=100.0)
    """
    spellings = _spellings(index, year)
    for key in keys:
        if year_series := spellings.get(key):
            only = next(iter(year_series)) if len(year_series) == 1 else ""
            return Named(only, () if only else tuple(sorted(year_series)), 100.0)
    for key in keys:
        if numbered := _numbered(key, index, year):
            return Named(numbered, likeness=100.0)
    return _decided(*_by_number(text, _likeness(keys, spellings), index, year))


def is_exact(text: str, series: str, year: int) -> bool:
    """Return whether a header is exactly a name that a series has in a year.

    The full or the short name, in one language or both, with or without the number it is printed
    under and the year of its figures. Capitals and the Unicode form do not matter; diacritics,
    words and the number do.

    >>> is_exact("4.1. Kiểm soát tham nhũng trong chính quyền", "papi.environment", 2024)
    False
    >>> is_exact("Chất lượng  không khí 2024", "papi.environment.air_quality", 2024)
    True
    """
    names, code = _exact_names(series, year)
    bare = header_roles.without_years(text)
    numbered = _PRINTED_NUMBER.match(bare)
    if numbered and numbered[1] == code:
        bare = numbered[2]
    parts = [_exact_key(part) for part in _BETWEEN_NAMES.split(bare)]
    return _exact_key(bare) in names or all(part in names for part in parts)


@cached
def _exact_names(series: str, year: int) -> tuple[frozenset[str], str]:
    """Return the names of a series in a year, and the number that it is printed under."""
    spans = frameworks.versions()
    spans = spans[spans["series"] == series]
    span = spans[(spans["year_from"] <= year) & (spans["year_to"] >= year)].iloc[0]
    names = [span["name_vi"], span["name_en"], series]
    names += [frameworks.series_name(series, lang, short=True) for lang in labels.LANGUAGES]
    return frozenset(map(_exact_key, names)), str(span["code"]).removeprefix("D")


def _exact_key(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


@cached
def _spellings(index: str, year: int | None) -> dict[str, frozenset[str]]:
    """Return the series by every known spelling, of one year or of all.

    A series keeps its name where its framework is renamed, if no other took the name over.
    """
    series_table = frameworks.series().set_index("series")
    series_table = series_table[series_table["index"] == index]
    spans = frameworks.versions()
    spans = spans[spans["series"].isin(series_table.index)]
    in_year = spans
    if year is not None:
        in_year = spans[(spans["year_from"] <= year) & (spans["year_to"] >= year)]
    year_series = dict.fromkeys(in_year["series"])
    spellings: dict[str, set[str]] = {}
    for span in in_year.itertuples():
        _add(spellings, span.series, span.name_vi, span.name_en)
    for series in year_series:
        _add(spellings, series, *(series_table.at[series, column] for column in _SHORT), series)
    for row in csv_tables.rows("column_maps/spellings"):
        if row["series"] in year_series:
            _add(spellings, row["series"], row["header"])
    current = set(spellings)
    for span in spans[spans["series"].isin(year_series)].itertuples():
        for name in (span.name_vi, span.name_en):
            _add(spellings, span.series, *(() if current & set(text_keys(name)) else (name,)))
    return {key: frozenset(series) for key, series in spellings.items()}


def _add(spellings: dict[str, set[str]], series: str, *texts: str) -> None:
    for text in texts:
        for key in text_keys(text):
            spellings.setdefault(key, set()).add(series)


def _coded(index: str, year: int | None, code: str, level: str) -> str:
    """Return the series of a level printed under a number; numbers may change over time."""
    if year is None:
        series_table = frameworks.series().set_index("series")
        spans = frameworks.versions()
        spans = spans[spans["series"].map(series_table["index"]) == index]
        year_series = spans[spans["series"].map(series_table["level"]) == level]
    else:
        year_series = frameworks.in_year(index, year, level)
    match = set(year_series.loc[year_series["code"].str.removeprefix("D") == code, "series"])
    return str(match.pop()) if len(match) == 1 else ""


def _numbered(key: str, index: str, year: int | None) -> str:
    """Return the series of "Nội dung 3" or "Dimension 3": these numbers never changed."""
    match = _NUMBERED.match(key)
    return _coded(index, year, match[1], "dimension") if match else ""


def _by_number(
    text: str, likeness: dict[str, float], index: str, year: int | None
) -> tuple[dict[str, float], str]:
    """Return the likeness of series printed under the number before a name, and the best."""
    match = _NUMBER.match(labels.plain(text))
    if match is None:
        return likeness, ""
    level = "criterion" if match[2] else "dimension"
    code = f"{match[1]}.{match[2]}" if match[2] else match[1]
    series_table = frameworks.series().set_index("series")["level"]
    fitting = {name: like for name, like in likeness.items() if series_table[name] == level}
    return fitting or likeness, _coded(index, year, code, level)


def _decided(likeness: dict[str, float], numbered: str) -> Named:
    """Return the series that name and number give together, else those that are most alike."""
    ranked = sorted(likeness.items(), key=lambda item: -item[1])[:4]
    if not ranked or ranked[0][1] < LIKE:
        return Named()
    like = ranked[0][1]
    close = [name for name, other in ranked if like - other < LEAD]
    if numbered and likeness.get(numbered, 0.0) >= LIKE - LEAD:
        return Named(numbered, likeness=100.0)
    if numbered:  # the number says one thing and the words are like another
        return Named("", (*close, numbered), like)
    return Named("", tuple(close), like)


def _likeness(keys: Sequence[str], spellings: dict[str, frozenset[str]]) -> dict[str, float]:
    """Return the likeness (0-100) of the best spelling of each series to the best key."""
    from rapidfuzz import fuzz

    best: dict[str, float] = {}
    for key in keys:
        # Letters; shorter headers ("TT", "Điểm") are like too many names. By judgement.
        if len(key) < 6:
            continue
        for spelling, series in spellings.items():
            likeness = fuzz.token_sort_ratio(key, spelling)
            # A header may say more than a name, or leave out words; two words say too little.
            key_tokens, spelling_tokens = set(key.split()), set(spelling.split())
            if 1 < len(spelling_tokens) <= len(key_tokens) <= len(spelling_tokens) + _FURTHER or (
                len(key_tokens) > 2 and key_tokens < spelling_tokens
            ):
                # 0.94, by judgement: a full name wins, a part of one stays above `LIKE`.
                likeness = max(likeness, 0.94 * fuzz.token_set_ratio(key, spelling))
            for name in series:
                best[name] = max(best.get(name, 0.0), likeness)
    return best
