"""Targets for an index, as a person types them: "PAPI 46.5", "top 20", "+2 bậc"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from parstats.errors import InvalidRequest
from parstats.plans.fields.targets import Target, number_value
from parstats.reference import frameworks, labels

Measure = Literal["score", "score_change", "rank", "rank_change", "group"]

_FORMS = (
    '"PAPI 46.5", "44,5/80 điểm", "SIPAS 85 %", "+1.5 points" ("tăng 1,5 điểm"), "top 20" '
    '("hạng 15/61"), "+2 ranks" ("+2 bậc", "giữ hạng"), '
    '"upper-middle group" ("nhóm trung bình cao trở lên"), with an index, a series or a year '
    "beside it if need be"
)
_NUMBER = r"(?P<value>\d+(?:[.,]\d+)?)"
_PLACE = r"(?P<value>\d{1,3})"
# Words around a target that change nothing, without accents.
_BEFORE = (
    r"(?:(?:phan dau|muc tieu|diem|dat|tu|it nhat|toi thieu|khong duoi|khong thap hon|tren|hon|"
    r"cao hon|vuot|no less than|"
    r"nam trong|thuoc|lot|o|vao|dung|xep|giu vung|giu|duy tri|trong|la|muc|score|of|at least|"
    r"reach|in|the|among|be|keep|stay|chi so|co)\s+)*"
)
_AFTER = r"(?:\s*(?:tro len|or more|or better|or higher|ca nuoc|toan quoc|nationwide))*"
_UNITS_GRADED = r"(?:tinh|dia phuong|don vi)(?:(?:,| va)? thanh pho)?"
_LEADING = r"(?:dan dau|dung dau|hang dau|cao nhat|tot nhat)"
_SET = r"(?:\s*(?:/|of|tren tong so|trong tong so|trong so|trong|tren)\s*(?P<of>\d{2}))?"
_RANK_AFTER = (
    rf"(?:\s*(?:st|nd|rd|th))?{_SET}(?:\s*{_UNITS_GRADED}|\s*provinces)?(?:\s*{_LEADING})?"
)
_RISING = r"(?:tang|nang|cai thien|gain|gains|up|rise|climb|improve)"
# "Thứ hạng tăng 2 bậc", "điểm số tăng thêm 1,5 điểm": what rises may come first.
_RISEN = r"(?:(?:thu hang|xep hang|hang|diem(?: so)?|rank(?:ing)?|score)\s+)?"
_BY = r"(?:them\s+|it nhat\s+|toi thieu\s+|by\s+|at least\s+)*"
# Of ranks "tăng lên 5 bậc" and "tăng từ 3 bậc" are how many; of points they are to and from.
_RISE = (
    rf"(?:\+\s*|(?:{_RISING}|len)\s+(?:(?:thu hang|xep hang|hang|diem)\s+)?"
    rf"(?:them\s+|it nhat\s+|toi thieu\s+|len\s+|tu\s+|by\s+|at least\s+)*)"
)
_RISE_OF_SCORE = rf"(?:\+\s*|{_RISING}\s+(?:(?:diem(?: so)?|score)\s+)?{_BY})"
# What leads up to a level: "nâng điểm lên 46 điểm", "vươn lên hạng 5", "raise to 46 points"; of a
# rank that rises to a place the word may stand before: "nâng thứ hạng lên 12".
_MOVED = r"(?:(?:tang|vuon|nang|cai thien|raise|rise|climb|improve|move)\s+)?"
_TO = r"(?:len|up to|to)\s+(?:den\s+|muc\s+)*"
_UP_TO = rf"{_MOVED}(?:(?:diem(?: so)?|score)\s+)?{_TO}"
_RANK_UP_TO = rf"{_MOVED}(?:(?:thu hang|xep hang|hang|rank(?:ing)?)\s+)?{_TO}"
_RANK_TO = rf"{_MOVED}(?:the\s+)?(?:thu hang|xep hang|hang|vi tri|rank(?:ing)?)\s+{_TO}"
_KEEP = (
    r"(?:(?:tiep tuc|bao dam|phan dau)\s+)*(?:duy tri|giu|giu vung|giu nguyen|giu on dinh|"
    r"duy tri on dinh|khong giam|khong tut|khong bi tut|khong de tut|keep|hold|maintain|retain|"
    r"not lose|no (?:decline|drop|fall|loss)(?: in| of)?|do not (?:fall|drop))(?:\s+(?:the|its))?"
)
_AS_NOW = r"(?:\s+(?:hien co|hien nay|hien tai|nhu hien nay))?"
# By measure: what a whole text may look like, in small letters without accents.
_PATTERNS: tuple[tuple[Measure, str], ...] = (
    (
        "rank_change",
        rf"(?P<keep>{_KEEP})(?:\s+(?:thu hang|thu bac|vi tri|xep hang|hang|bac|"
        rf"rank(?:s|ing)?|position|place))?{_AS_NOW}",
    ),
    ("score_change", rf"(?P<keep>{_KEEP})\s+(?:diem(?: so)?|score|points){_AS_NOW}"),
    ("rank_change", rf"{_BEFORE}{_RISEN}{_RISE}{_PLACE}\s*(?:bac|hang|ranks?|places?){_AFTER}"),
    (
        "score_change",
        rf"{_BEFORE}{_RISEN}{_RISE_OF_SCORE}{_NUMBER}\s*"
        rf"(?P<unit>%|diem(?: phan tram| %)?|points?){_AFTER}",
    ),
    (
        "rank",
        rf"{_BEFORE}(?:{_RANK_UP_TO})?(?:vung\s+)?"
        rf"(?:top|thu hang|hang|vi tri|thu|rank(?:ed)?|place|position)[\s:-]*"
        rf"(?:thu\s*)?{_PLACE}{_RANK_AFTER}{_AFTER}",
    ),
    ("rank", rf"{_BEFORE}{_RANK_TO}(?:thu\s*)?{_PLACE}{_RANK_AFTER}{_AFTER}"),
    ("rank", rf"{_BEFORE}{_PLACE}(?:st|nd|rd|th)(?:\s*(?:rank|place))?{_SET}"),
    (
        "rank",
        rf"{_BEFORE}nhom\s*{_PLACE}\s*{_UNITS_GRADED}\s*(?:co\s+)?"
        rf"(?:(?:diem(?: so)?|chi so|xep hang|thu hang)\s+)*(?:{_LEADING}|dau){_AFTER}",
    ),
    ("rank", rf"{_BEFORE}{_PLACE}\s*{_UNITS_GRADED}\s*{_LEADING}{_AFTER}"),
    ("rank", rf"{_BEFORE}{_PLACE}\s*(?:leading|best|top|highest)\s*provinces{_AFTER}"),
    ("rank", rf"{_BEFORE}(?:hang|thu|vi tri|thu hang)\s+(?P<first>nhat){_AFTER}"),
    # The first of all; "cao nhất" alone may be the highest group too.
    ("rank", rf"{_BEFORE}(?P<first>(?:dung|xep|dan)\s+dau){_AFTER}"),
    ("rank", rf"{_BEFORE}(?P<first>cao nhat|highest)\s+(?:ca nuoc|toan quoc|nationwide){_AFTER}"),
    (
        "score",
        rf"{_BEFORE}(?:{_UP_TO})?(?:>=?|≥)?\s*{_NUMBER}\s*(?:/\s*(?P<of>\d{{2,3}})\s*)?"
        rf"(?P<unit>%|diem|points?)?{_AFTER}",
    ),
)
# The groups of PAPI, the best first, by the names of its reports.
_GROUPS = (
    (
        1,
        r"(?:(?:vuon |tro )?len )?nhom (?:cao nhat|dau|cao|dan dau|tot nhat)|"
        r"highest (?:group|quarter)|"
        r"(?:top|high|best)(?: performing)? (?:group|quarter)",
    ),
    (
        2,
        r"(?:(?:vuon |tro )?len )?(?:nhom )?trung binh cao|"
        r"(?:upper[ -]middle|high[ -]average)(?: group| quarter)?",
    ),
    (
        3,
        r"(?:nhom )?trung binh thap|(?:lower[ -]middle|low[ -]average)(?: group| quarter)?|"
        r"(?:khong (?:nam trong|o|thuoc|con o|con thuoc)|thoat khoi|ra khoi) nhom thap nhat|"
        r"not (?:in )?(?:the )?(?:lowest|bottom) (?:group|quarter)",
    ),
)
_YEAR = re.compile(
    r"\(?\s*(?:\b(?:đến|den|tới|vào|by|in|for|until)\s+)?"
    r"(?:\b(?:hết|cuối|the end of|end of)\s+)?(?:\b(?:năm|nam|year)\s+)?\b(20\d\d)\b\s*\)?",
    re.IGNORECASE,
)
_BASE = re.compile(
    r"(?:so với|compared (?:with|to)|from|against)\s*(?:năm\s*)?(20\d\d)", re.IGNORECASE
)
_REGION = re.compile(r"\bvùng\b", re.IGNORECASE)
# A dash behind a colon may be a minus: "Tiếp cận Internet: - 0,5 điểm".
_MINUS = re.compile(r"[:=]\s*[-–−]\s*\d")
# "Trên hạng 20" leaves the place out that it names.
_BEYOND = re.compile(
    r"\b(?:tren|hon|cao hon|above|better than)\s+(?:top|thu hang|hang|vi tri|rank)\b"
)
# What makes of a whole number without a unit a place, in all likelihood: "PAPI xếp 20".
_PLACED = re.compile(
    r"\b(?:xep|dung|lot|vao|trong|thuoc|in|among)(?: (?:o|vao|the))?\s+\d|"
    r"\d\s*(?:ca nuoc|toan quoc|nationwide)"
)
_SCORED = re.compile(r"\b(?:diem|score|points?)\b")
# "Hơn 2 điểm so với năm 2024" is a rise, and no level.
_MORE_THAN = re.compile(r"\b(?:hon|tren|it nhat|at least)\s+\d")
_RISING_TO = re.compile(
    r"\b(?:tang|vuon|nang|cai thien|raise|rise|climb|improve)\b|(?<!\btro )\blen\b"
)
# Numbers that people write out beside "top" or "leading".
_WRITTEN = {"three": 3, "five": 5, "ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30}
_MEASURES: dict[str, Measure] = {
    "rank": "rank",
    "bậc": "rank_change",
    "nhóm": "group",
    "điểm": "score",
}
_CHANGES: dict[Measure, Measure] = {"rank": "rank_change", "score": "score_change"}
_LEAST_CHANGE: dict[Measure, float] = {"rank_change": 1.0, "score_change": 0.0}
# Scales of indices end at 100 at most; a figure with thousands is a misplaced decimal mark.
_LARGEST = 1000
_LEAST = 1e-9
_UPWARDS = (">=", ">", "=", "<=", "<", "increase")


class TargetRefused(InvalidRequest):
    """A target that cannot be read, or that there is no such value of.

    Attributes
    ----------
    reason : str
        Why, in a word: "unreadable", "ambiguous" (score or rank), "two" (indices or years),
        "other_index", "percent", "scale", "below" or "rank".
    detail : str
        What the reason is about: the other index, the ends of the scale, the ranks that there are.
    """

    def __init__(self, message: str, reason: str, detail: str = "") -> None:
        super().__init__(message)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True, slots=True)
class IndexTarget:
    """A target for an index or one of its series.

    `measure` is what the value is of: "score" (points, or per cent of an index whose scale ends at
    100), "score_change", "rank" (or better), "rank_change" (ranks gained), "group" (or better).
    `index` and `series` are empty, and `year` (of the target) and `base_year` (that it is compared
    with) None, where the text names none. `of` is the number of provinces that a rank is among
    ("15/61"), or the highest score of the scale ("44,5/80"), where the text names it. `rises` says
    whether a score is one to rise to ("tăng lên 46 điểm"), and so none below today's.
    """

    text: str
    measure: Measure
    value: float
    unit: str = ""
    index: str = ""
    series: str = ""
    year: int | None = None
    base_year: int | None = None
    of: int | None = None
    rises: bool = False


def read_index_target(text: str, index: str = "") -> IndexTarget:
    """Read a target that a person typed; `index` is the one whose series it may name.

    Every word has to be understood. "Keep the rank" is a change of none or more. Raises
    TargetRefused if a word is not understood, or if the text holds two numbers or may be read in
    two ways.

    >>> read_index_target("PAPI 46.5").measure, read_index_target("top 20").value
    ('score', 20.0)
    >>> read_index_target("+2 bậc").measure, read_index_target("nhóm trung bình cao trở lên").value
    ('rank_change', 2.0)
    >>> target = read_index_target("Cung ứng dịch vụ công 7,3 điểm năm 2025", "PAPI")
    >>> target.series, target.value, target.year
    ('papi.services', 7.3, 2025)
    """
    if not isinstance(text, str):
        raise TargetRefused(f"a target is {text!r}: expected a text such as {_FORMS}", "unreadable")
    # As macOS pastes it, a letter and its marks may stand apart.
    typed = unicodedata.normalize("NFC", text)
    try:
        return _read(typed, text, index)
    except TargetRefused:
        # The name of an index of one's own may be any words, also such as mean something here.
        rest = _without_name(typed, index)
        if rest is None:
            raise
        return _read(rest, text, index, named=index)


def _read(typed: str, text: str, index: str, named: str = "") -> IndexTarget:
    """Read a target; `named` is the index whose name was taken out of it before."""
    rest, series = _series(typed, index)
    rest, other = _index(rest, text)
    if named and other:
        raise TargetRefused(
            f"the target {text!r} names {named} and {other}: expected one index; write a target "
            "for each",
            "two",
        )
    named = named or other
    base = _BASE.search(rest)
    rest, year = _year(_BASE.sub(" ", rest), text)
    # "Điểm PAPI: 46,5", "hạng = 12"; ">=" is a sign of its own.
    parted = re.sub(r":|(?<![<>])=", " ", _plain(rest))
    words = re.sub(r"\s+", " ", parted).strip(" ;,.–()\"'“”‘’•")
    words = re.sub(r"^-\s+", "", words)  # of a list; without a space it is a minus
    # "vùng" is a region, whose ranks are none of the country; without marks it looks as "vững".
    is_other = _REGION.search(rest) or _MINUS.search(rest) or _BEYOND.search(words)
    readings = [] if is_other else _readings(words)
    for measure, value, unit, of in readings:
        least = 0.0 if measure.endswith("_change") else _LEAST
        if value < least or value >= _LARGEST:
            break
        if measure == "score" and base and _MORE_THAN.search(words):
            break
        if measure == "score" and not unit and _may_be_rank(words, value, bool(named or series)):
            raise score_or_rank(text, value)
        base_year = int(base[1]) if base else None
        rises = measure == "score" and bool(_RISING_TO.search(words))
        return IndexTarget(text, measure, value, unit, named, series, year, base_year, of, rises)
    raise TargetRefused(
        f"the target {text!r} cannot be read: expected one such as {_FORMS}", "unreadable"
    )


def _may_be_rank(words: str, value: float, is_named: bool) -> bool:
    """Return whether a number without a unit may be a rank as well as a score.

    >>> _may_be_rank("20", 20, True), _may_be_rank("xep 20", 20, True)
    (False, True)
    """
    if value != int(value) or _SCORED.search(words):
        return False
    return not is_named or bool(_PLACED.search(words))


def score_or_rank(text: str, value: float) -> TargetRefused:
    """Return the refusal of a number that may be a score or a rank.

    >>> print(score_or_rank("20", 20))
    the target '20' may be a score or a rank: write '20 points' or 'top 20'
    """
    return TargetRefused(
        f"the target {text!r} may be a score or a rank: write {f'{value:g} points'!r} or "
        f"{f'top {value:g}'!r}",
        "ambiguous",
        f"{value:g}",
    )


def _without_name(typed: str, index: str) -> str | None:
    """Return a target without the name of its index, accents and case aside; None if not in it."""
    words = _plain(unicodedata.normalize("NFC", index)).split()
    name = r"\s+".join(map(re.escape, words))
    plain = _plain(typed)
    match = re.search(rf"(?<!\w){name}(?!\w)", plain) if name else None
    if match is None or len(plain) != len(typed):
        return None
    return f"{typed[: match.start()]} {typed[match.end() :]}"


def _readings(words: str) -> Iterator[tuple[Measure, float, str, int | None]]:
    """Yield how the words of a target may be read, all of them understood: with unit and set."""
    for group, pattern in _GROUPS:
        if re.fullmatch(f"{_BEFORE}(?:{pattern}){_AFTER}", words):
            yield "group", float(group), "", None
    for measure, pattern in _PATTERNS:
        match = re.fullmatch(pattern, words)
        if match:
            found = match.groupdict()
            unit = (found.get("unit") or "").strip()
            unit = "%" if unit.endswith(("%", "phan tram")) else unit
            of = int(found["of"]) if found.get("of") else None
            yield measure, _value(found, unit), unit, of


def _value(found: dict[str, str | None], unit: str) -> float:
    """Return the number of a reading; none is lost where something is kept, first is rank one."""
    written = found.get("value")
    if written is None:
        return 0.0 if found.get("keep") else 1.0
    return number_value(written, unit)


def _plain(text: str) -> str:
    """Return a text in small letters without accents, its figures and signs as they are."""
    words = "".join(
        mark if not mark.isalpha() else (labels.search_key(mark) or mark) for mark in text
    ).lower()
    return re.sub(
        rf"(?<=top )(?:{'|'.join(_WRITTEN)})\b|\b(?:{'|'.join(_WRITTEN)})(?= leading)",
        lambda written: str(_WRITTEN[written[0]]),
        words,
    )


def of_target(target: Target, percent: bool) -> tuple[Measure, float] | None:
    """Return what a target of a plan is about, if it is a score, a rank or a group of an index.

    `percent` says whether per cent are points of the index. None for any other number, and for
    what should not rise.

    >>> of_target(Target("<=", 20.0, "rank"), percent=False)
    ('rank', 20.0)
    >>> of_target(Target("=", 100.0, "%"), percent=False)
    """
    unit = "điểm" if target.unit in ("point", "points") else target.unit
    measure = _MEASURES.get("điểm" if unit == "%" and percent else unit)
    if measure is None or target.operator not in _UPWARDS:
        return None
    if measure == "score" and target.operator in ("<=", "<"):
        return None
    if target.operator == "increase":
        measure = _CHANGES.get(measure, measure)
    if target.value is not None:
        return measure, target.value
    # A direction without a number: one rank up, or any points.
    return (measure, _LEAST_CHANGE[measure]) if measure in _LEAST_CHANGE else None


def _series(text: str, index: str) -> tuple[str, str]:
    """Take the code or the name of a series out of a text."""
    known = frameworks.series()
    for match in re.finditer(r"\b[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+\b", text):
        if match[0] in set(known["series"]):
            return text.replace(match[0], " "), match[0]
    if not index:
        return text, ""
    names = {
        frameworks.series_name(slug, lang, short=short): slug
        for slug in known.loc[(known["index"] == index) & (known["level"] != "index"), "series"]
        for lang in labels.LANGUAGES
        for short in (True, False)
    }
    for name in sorted(names, key=len, reverse=True):
        found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE)
        if found:
            return f"{text[: found.start()]} {text[found.end() :]}", names[name]
    return text, ""


def _index(text: str, whole: str) -> tuple[str, str]:
    """Take the name of an index out of a text."""
    spelt = {name.lower(): name for name in frameworks.indices()}
    spelt |= {"cchc": "PAR INDEX", "parindex": "PAR INDEX", "par-index": "PAR INDEX"}
    names = "|".join(re.escape(name) for name in sorted(spelt, key=len, reverse=True))
    pattern = re.compile(rf"(?<!\w)(?:{names})(?!\w)", re.IGNORECASE)
    found = {spelt[match[0].lower()] for match in pattern.finditer(text)}
    if len(found) > 1:
        raise TargetRefused(
            f"the target {whole!r} names {' and '.join(sorted(found))}: expected one index; write "
            "a target for each",
            "two",
        )
    return pattern.sub(" ", text), next(iter(found), "")


def _year(text: str, whole: str) -> tuple[str, int | None]:
    """Take the year out of a text."""
    years = {int(match[1]) for match in _YEAR.finditer(text)}
    if len(years) > 1:
        named = " and ".join(str(year) for year in sorted(years))
        raise TargetRefused(
            f"the target {whole!r} names {named}: expected one year; write a target for each", "two"
        )
    return _YEAR.sub(" ", text), next(iter(years), None)
