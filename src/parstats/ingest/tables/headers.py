"""What the header of a column means: a role, a series, a year. Never by its place.

A header is compared with the names of the series that the framework held in the year, in both
languages, and with ``reference/column_maps/spellings.csv``; roles with ``roles.csv`` there. What
fits two meanings is not decided here: a person is asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from parstats import frameworks, labels, reference

# Least likeness (0-100) of a header to a name, and least lead over the next best meaning.
LIKE = 84.0
LEAD = 6.0

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_DATE = re.compile(
    r"\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*(?:19|20)\d\d|"
    r"(?:ngày\s*\S*\s*)?tháng\s*\S*\s*năm\s*(?:19|20)\d\d|\d+/(?:19|20)\d\d/[\w-]+",
    re.IGNORECASE,
)
_YEAR_WORD = re.compile(r"\b(nam|year|ky|in)\b")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_NUMBERING = re.compile(
    r"^(?:(?:truc )?(?:noi dung|linh vuc|chi so thanh phan|nhan to|yeu to|dimension|field|"
    r"sub dimension|component|pillar|dim|chi tieu|tieu chi)(?= ?\d) ?)?"
    r"(?:\d{1,2}(?: \d{1,2}){0,2}|[ivx]{1,4}|d\d)\b ?"
)
_NUMBERED = re.compile(
    r"^(?:(?:truc )?(?:noi dung|dimension|dim|d)) ?(\d)$|^(?:linh vuc|field) ?(\d)$"
)
_PERCENT = re.compile(r"%|phần trăm|percent", re.IGNORECASE)
# Words around a series that tell what the figures of the column are.
_ROLE_WORDS = (
    ("rank", re.compile(r"\b(xep hang|thu hang|vi thu|xep thu|hang|ranking|rank)\b")),
    ("change", re.compile(r"\b(tang giam|chenh lech|so voi|bien dong|change|difference)\b")),
    ("score", re.compile(r"\b(tong diem|diem so|diem|ket qua|gia tri|score|points|value|ty le)\b")),
)


@dataclass(frozen=True)
class Meaning:
    """What a header seems to mean.

    Attributes
    ----------
    role : str
        ordinal, province, code, year, series, score, total, rank, n_ranked, region, group, change,
        note; "" if unknown.
    series : str
        The series, empty if the header names none.
    year : int or None
        Year written in the header.
    percent : bool
        Whether the header speaks of percent.
    candidates : tuple of str
        Series it may mean, where that is open.
    likeness : float
        100 for a known spelling, less for one that is like it.
    """

    role: str = ""
    series: str = ""
    year: int | None = None
    percent: bool = False
    candidates: tuple[str, ...] = ()
    likeness: float = 0.0


def keys_of(text: str) -> tuple[str, ...]:
    """Forms of a header that are compared: as it stands, without brackets, without numbering.

    Examples
    --------
    >>> keys_of("3. Cải cách TTHC (điểm)")[-1]
    'cai cach thu tuc hanh chinh'
    """
    long = labels.expanded(text).replace("&", " and ")
    forms = []
    for form in (long, _BRACKETS.sub(" ", long)):
        key = labels.search_key(form)
        forms += [key, _NUMBERING.sub("", key)]
    return tuple(dict.fromkeys(filter(None, forms)))


@cache
def _roles() -> dict[str, str]:
    return {
        key: row["role"]
        for row in reference.rows("column_maps/roles")
        for key in (labels.search_key(row["header"]), row["header"].casefold())
        if key
    }


def years_in(text: str) -> list[int]:
    """Years that a text names, but for those of dates and of numbered decisions.

    Examples
    --------
    >>> years_in("Un-weighted2015PAPI"), years_in("12023")
    ([2015], [])
    >>> years_in("Chỉ số năm 2023 (Quyết định số 109/QĐ-BNV ngày 12 tháng 02 năm 2024)")
    [2023]
    """
    return [int(found) for found in _YEAR.findall(_DATE.sub(" ", text))]


def without_years(text: str) -> str:
    """A text with its years, and the word before them, taken out.

    Examples
    --------
    >>> without_years("Điểm năm 2023")
    'Điểm'
    """
    bare = re.sub(r"(?i)(năm|year)?\s*" + _YEAR.pattern, " ", text)
    return " ".join(bare.split())


def role_of(text: str) -> str:
    """Role that a text names by itself, as "Tỉnh, thành phố"; empty if none.

    Examples
    --------
    >>> role_of("Tỉnh, thành phố"), role_of("tinhid")
    ('province', 'code')
    """
    roles = _roles()
    return roles.get(text.casefold()) or roles.get(labels.search_key(text), "")


@cache
def _spellings(index: str, year: int | None) -> dict[str, frozenset[str]]:
    """Series by every known spelling, of one year or of all."""
    found: dict[str, set[str]] = {}
    own = frameworks.series().set_index("series")
    own = own[own["index"] == index]
    spans = frameworks.versions()
    spans = spans[spans["series"].isin(own.index)]
    if year is not None:
        spans = spans[(spans["year_from"] <= year) & (spans["year_to"] >= year)]
    held = dict.fromkeys(spans["series"])
    names = [
        (span.series, name) for span in spans.itertuples() for name in (span.name_vi, span.name_en)
    ]
    names += [(series, own.at[series, column]) for series in held for column in _SHORT]
    names += [(series, series) for series in held]
    names += [
        (row["series"], row["header"])
        for row in reference.rows("column_maps/spellings")
        if row["series"] in held
    ]
    for series, name in names:
        for key in keys_of(name):
            found.setdefault(key, set()).add(series)
    return {key: frozenset(series) for key, series in found.items()}


_SHORT = ("short_vi", "short_en")


def _numbered(key: str, index: str, year: int | None) -> str:
    """Series of "Nội dung 3", "Dimension 3" or "Lĩnh vực 3": numbers of dimensions never moved."""
    found = _NUMBERED.match(key)
    if found is None or year is None:
        return ""
    held = frameworks.in_year(index, year, "dimension")
    number = found[1] or found[2]
    codes = held["code"].str.extract(r"(\d+)$")[0]
    match = held.loc[codes == number, "series"]
    return str(match.iloc[0]) if len(match) == 1 else ""


def meaning_of(path: Sequence[str], index: str, year: int | None) -> Meaning:
    """What the header cells of a column mean, the top one first.

    Parameters
    ----------
    path : sequence of str
        Header cells from top to bottom.
    index : str
        The index the table is of.
    year : int, optional
        The year the table is of, where that is known from elsewhere.

    Examples
    --------
    >>> meaning_of(["Năm 2023", "Xếp hạng"], "PAR INDEX", None).role
    'rank'
    >>> meaning_of(["Danh sách hộ nghèo"], "PAPI", 2011).series
    'papi.transparency.poverty_lists'
    """
    texts = [text for text in dict.fromkeys(path) if text]
    years = [found for text in texts for found in years_in(text)]
    own_year = years[-1] if years else None
    of = year if year is not None else own_year
    percent = any(_PERCENT.search(text) for text in texts)
    role, series, likeness = "", "", 0.0
    candidates: tuple[str, ...] = ()
    for text in reversed(texts):
        found = _one(text, index, of)
        role = role or found.role
        if found.likeness > likeness or (found.candidates and not series and not candidates):
            series, candidates, likeness = found.series, found.candidates, found.likeness
    if series or candidates:
        role = role if role in ("rank", "n_ranked", "change", "group", "note") else "score"
    return Meaning(role, series, own_year, percent, candidates, likeness)


def _one(text: str, index: str, year: int | None) -> Meaning:
    """What one header cell says."""
    bare = _YEAR.sub(" ", text)
    roles = _roles()
    if bare != text and roles.get(labels.search_key(bare)) == "year":
        return Meaning()
    for key in (text.casefold(), labels.search_key(bare)):
        if key in roles and not _exactly(bare, index, year):
            return Meaning(role=roles[key])
    keys = [_YEAR_WORD.sub(" ", key).strip() for key in keys_of(bare)]
    keys = [" ".join(key.split()) for key in keys if key.strip()]
    if not keys:
        return Meaning()
    if all(key in roles for key in keys[-1:]) and not _exactly(bare, index, year):
        return Meaning(role=roles[keys[-1]])
    role, rests = "", keys
    for word, pattern in _ROLE_WORDS:
        if any(pattern.search(key) for key in keys):
            role = word
            rests = [" ".join(pattern.sub(" ", key).split()) for key in keys]
            break
    for forms in (keys, [rest for rest in rests if rest]):
        found = _series(forms, index, year)
        if found.series or found.candidates:
            return Meaning(role, found.series, None, False, found.candidates, found.likeness)
    return Meaning(role=role if not any(rests) else "")


def _exactly(text: str, index: str, year: int | None) -> bool:
    """Whether a text is the full name of a series, though it looks like a role."""
    spellings = _spellings(index, year)
    return any(len(spellings.get(key, ())) == 1 for key in keys_of(text)) and not _is_plain(text)


def _is_plain(text: str) -> bool:
    """Words too general to name a series in a header by themselves."""
    return labels.search_key(text) in _roles()


def _series(keys: Sequence[str], index: str, year: int | None) -> Meaning:
    spellings = _spellings(index, year)
    for key in keys:
        held = spellings.get(key)
        if held:
            only = next(iter(held)) if len(held) == 1 else ""
            return Meaning("", only, None, False, () if only else tuple(sorted(held)), 100.0)
    for key in keys:
        numbered = _numbered(key, index, year)
        if numbered:
            return Meaning("", numbered, likeness=100.0)
    return _nearest(keys, spellings)


def _nearest(keys: Sequence[str], spellings: dict[str, frozenset[str]]) -> Meaning:
    from rapidfuzz import fuzz

    best: dict[str, float] = {}
    for key in keys:
        if len(key) < 6:
            continue
        for spelling, series in spellings.items():
            likeness = fuzz.token_sort_ratio(key, spelling)
            # A header may say more than a name, or leave out words; two words say too little.
            words, own = set(key.split()), set(spelling.split())
            if 1 < len(own) <= len(words) or (len(words) > 2 and words < own):
                likeness = max(likeness, 0.94 * fuzz.token_set_ratio(key, spelling))
            for name in series:
                best[name] = max(best.get(name, 0.0), likeness)
    ranked = sorted(best.items(), key=lambda item: -item[1])[:4]
    if not ranked or ranked[0][1] < LIKE:
        return Meaning()
    lead = ranked[0][1] - (ranked[1][1] if len(ranked) > 1 else 0.0)
    if lead >= LEAD:
        return Meaning("", ranked[0][0], likeness=ranked[0][1])
    close = tuple(name for name, likeness in ranked if ranked[0][1] - likeness < LEAD)
    return Meaning("", "", None, False, close, ranked[0][1])
