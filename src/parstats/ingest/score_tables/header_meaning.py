"""The meaning of a column's header: a role, a series, a year; never by its position.

Series are recognised by `parstats.ingest.score_tables.series_names`, roles by
``column_maps/roles.csv``. What fits two meanings is not decided here: a person is asked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from parstats.documents.header_roles import (
    YEAR,
    figure_years,
    score_role,
    score_roles,
    without_other_years,
)
from parstats.ingest.score_tables import series_names
from parstats.reference import labels
from parstats.reference.editions import cached_up_to

# Role of a column whose header names another index as a whole.
ANOTHER = "another index"
# Likeness of a known spelling.
_SURE = 100.0

_YEAR_TERM = re.compile(r"\b(nam|year|ky|in)\b")
# What stands between a name in Vietnamese and in English.
_BETWEEN_LANGUAGES = re.compile(r"\s+[/|–—-]\s+|\s*[/|]\s*(?=[A-ZĐ])|\s*\((?=[^()]*\)\s*$)|\)\s*$")
_LANGUAGES = 2
# A share of the scale that a header prints beside a name, as "13%", is no unit.
_PERCENT = re.compile(r"(?<!\d)(?<!\d )%|phần trăm|percent\b", re.IGNORECASE)
# Words around a series that tell what the figures of the column are.
_ROLE_TERMS = (
    ("rank", re.compile(r"\b(xep hang|thu hang|vi thu|xep thu|hang|ranking|rank)\b")),
    ("change", re.compile(r"\b(tang giam|chenh lech|so voi|bien dong|change|difference)\b")),
    ("score", re.compile(r"\b(tong diem|diem so|diem|ket qua|gia tri|score|points|value|ty le)\b")),
)
# What is no score of the unit: bounds, errors, maxima, weights, targets, what it claims itself.
_STATISTIC = re.compile(
    r"\b(ci (?:\d\d )?(?:low|high|lower|upper|thap|cao|duoi|tren)|ci \d\d|"
    r"(?:lower|upper) (?:ci|bound)|95 ci|ktc|khoang tin cay|"
    r"confidence|standard error|std err|std error|sai so|do lech chuan|standard deviation|"
    r"can (?:duoi|tren)|diem (?:thap|cao)(?: nhat)?|toi da|toi thieu|maximum|minimum|"
    r"max|min|thang diem|thang do|diem chuan|scale|tu danh gia|tu cham|self assess\w*|"
    r"muc tieu|target|trung vi|median|(?:trung binh|binh quan|average|mean) (?:ca nuoc|toan quoc|"
    r"vung|khu vuc|chung)|national (?:mean|average)|"
    r"(?<!un )(?<!non )weighted|(?<!khong )(?<!khong co )(?<!chua co )trong so|weights?|"
    r"so phieu|co mau|sample size|observations)\b"
)
# Questions of the PAPI survey have numbers as d101 or d11a; parts of the index do not.
_QUESTION = re.compile(r"^\W*d\d(?:\d\d[a-z]*\d*|\d[a-z]+\d*)\b", re.IGNORECASE)
# "(tối đa 13 điểm)" after a name gives the scale of the figures.
_SCALE = re.compile(r"\([^()]*(?:tối đa|max|thang|scale)[^()]*\d[^()]*\)", re.IGNORECASE)


@dataclass(frozen=True)
class Meaning:
    """Presumed meaning of a header."""

    # ordinal, province, code, year, series, score, total, rank, n_ranked, region, group, change,
    # note, statistic, another index; "" if unknown.
    role: str = ""
    series: str = ""  # the series, empty if the header names none
    year: int | None = None  # year of the figures, where the header has one
    open_years: tuple[int, ...] = ()  # years that it may be, where the words do not settle it
    percent: bool = False  # whether the header speaks of percent
    candidates: tuple[str, ...] = ()  # series it may mean, where that is open
    likeness: float = 0.0  # 100 for a known spelling, less for one that is like it


def header_meaning(
    path: Sequence[str], index: str, year: int | None, groups: Collection[str] = ()
) -> Meaning:
    """Interpret the header cells of a column, given from the top.

    `year` is that of the table, where it is known from elsewhere. `groups` are those of the cells
    that head several columns: where a column's own cells say something else, it is no figure of
    what the group is called.

    >>> header_meaning(["Năm 2023", "Xếp hạng"], "PAR INDEX", None).role
    'rank'
    >>> header_meaning(["Danh sách hộ nghèo"], "PAPI", 2011).series
    'papi.transparency.poverty_lists'
    >>> header_meaning(["Cải cách TTHC", "Cây xanh"], "PAR INDEX", 2023, ["Cải cách TTHC"]).series
    ''
    """
    texts = [text for text in dict.fromkeys(path) if text]
    # The cell nearest to the figures decides: below "2022-2023" each column has its own year.
    stated = next(filter(None, map(figure_years, reversed(texts))), [])
    stated_year = stated[0] if len(stated) == 1 else None
    open_years = tuple(stated) if len(stated) > 1 else ()
    n_units = year if year is not None else stated_year
    percent = any(_PERCENT.search(text) for text in texts)
    allowed_text = [text for text in reversed(texts) if has_text(text)]
    line_meanings = [
        _line_meaning(text, index, n_units) for text in allowed_text if text not in groups
    ]
    shared = [_line_meaning(text, index, n_units) for text in allowed_text if text in groups]
    role = next((years.role for years in (*line_meanings, *shared) if years.role), "")
    for aside in ("statistic", ANOTHER):
        if aside in (years.role for years in (*line_meanings, *shared)):
            return Meaning(aside, year=stated_year, percent=percent)
    named = _combined(line_meanings)
    if not named.likeness and (not line_meanings or any(years.role for years in line_meanings)):
        named = _combined(shared)
    if named.series or named.candidates:
        role = role if role in ("rank", "n_ranked", "change", "group", "note") else "score"
    return replace(named, role=role, year=stated_year, open_years=open_years, percent=percent)


def has_text(text: str) -> bool:
    """Return whether a header contains more than a year and a unit.

    >>> has_text("Năm 2023 (%)"), has_text("Năm"), has_text("Điểm 2023")
    (False, True, True)
    """
    key = labels.search_key(_PERCENT.sub(" ", YEAR.sub(" ", text)))
    return bool(_YEAR_TERM.sub(" ", key).strip()) or bool(score_role(text))


def _combined(meanings: Sequence[Meaning]) -> Meaning:
    """Return the series that several header cells of a column name together."""
    named = [meaning for meaning in meanings if meaning.series]
    best = max((meaning.likeness for meaning in named), default=0.0)
    sure = [meaning for meaning in named if meaning.likeness == _SURE] or named
    series = list(dict.fromkeys(meaning.series for meaning in sure))
    # A group over one column only: the part says more than the whole.
    series = [name for name in series if not any(o.startswith(f"{name}.") for o in series)]
    if len(series) == 1:
        return Meaning(series=series[0], likeness=best)
    if series:
        return Meaning(candidates=tuple(series), likeness=best)
    open_ = [meaning for meaning in meanings if meaning.candidates]
    if not open_:
        return Meaning()
    common = set.intersection(*(set(meaning.candidates) for meaning in open_))
    likeness = max(meaning.likeness for meaning in open_)
    if len(open_) > 1 and len(common) == 1:
        return Meaning(series=common.pop(), likeness=min(likeness, 99.0))
    return Meaning(candidates=open_[0].candidates, likeness=likeness)


# Headers of the widest sheet, which are looked at more than once; a smaller one forgets them all.
@cached_up_to(2**16)
def _line_meaning(text: str, index: str, year: int | None) -> Meaning:
    """Interpret one header cell."""
    text = without_other_years(text)
    bare = YEAR.sub(" ", text)
    if bare != text and score_roles().get(labels.search_key(bare)) == "year":
        return Meaning()
    spelled = _is_spelled(bare, index, year)
    if not spelled and _is_statistic(bare):
        return Meaning(role="statistic")
    if (role := score_role(bare)) and not (spelled and not _is_plain(bare)):
        return Meaning(role=role)
    keys = list(series_names.text_keys(bare))
    if bare != text:
        keys = [" ".join(_YEAR_TERM.sub(" ", key).split()) for key in keys]
        keys = [key for key in keys if key]
    if not keys:
        return Meaning()
    if keys[-1] in score_roles() and not spelled:
        return Meaning(role=score_roles()[keys[-1]])
    return _series_meaning(text, keys, index, year)


def _series_meaning(text: str, keys: list[str], index: str, year: int | None) -> Meaning:
    """Find a series, with or without words around it that give the role."""
    role, rests = "", keys
    for role_name, pattern in _ROLE_TERMS:
        if any(pattern.search(key) for key in keys):
            role = role_name
            rests = [" ".join(pattern.sub(" ", key).split()) for key in keys]
            break
    rests = [rest for rest in rests if rest]
    if any(series_names.names_other_index(forms, index) for forms in (keys, rests)):
        return Meaning(role=ANOTHER)
    if (both := _in_both_languages(text, index, year)) and not role:
        return Meaning("", both, likeness=_SURE)
    by_name = [series_names.names(text, forms, index, year) for forms in (keys, rests)]
    for named in sorted(by_name, key=lambda named: named.likeness != _SURE):
        if named.likeness:
            return Meaning(role, named.series, candidates=named.candidates, likeness=named.likeness)
    return Meaning(role=role if not rests else "")


def _in_both_languages(text: str, index: str, year: int | None) -> str:
    """Return the series that both parts of a header name, as "Hộ nghèo / Poverty Lists"."""
    parts = [part for part in _BETWEEN_LANGUAGES.split(text) if part.strip()]
    if len(parts) != _LANGUAGES:
        return ""
    named = [series_names.spelled(series_names.text_keys(part), index, year) for part in parts]
    return named[0] if named[0] and named[0] == named[1] else ""


def _is_spelled(text: str, index: str, year: int | None) -> bool:
    """Return whether a text is the full name of a series, though it may look like a role."""
    # Text in brackets counts: "SIPAS (sai số)" is not SIPAS.
    keys = series_names.text_keys(re.sub(r"[()\[\]]", " ", text))
    return any(series_names.is_spelled(key, index, year) for key in keys)


def _is_statistic(text: str) -> bool:
    return bool(
        _QUESTION.match(text) or _STATISTIC.search(labels.search_key(_SCALE.sub(" ", text)))
    )


def _is_plain(text: str) -> bool:
    """Return whether words are too general to name a series by themselves."""
    return labels.search_key(text) in score_roles()
