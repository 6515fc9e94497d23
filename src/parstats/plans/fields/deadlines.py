"""Deadlines of measures: dates, periods and rules such as "Thường xuyên", as text and as dates."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from parstats.documents.phrases import key, tidy, without_accents

if TYPE_CHECKING:
    import pandas as pd


_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_YEAR = r"(?:nam )?((?:19|20)\d\d)"
_DATE = re.compile(
    r"(?<![\d/.-])(?<!thang )(?<!tuan )(?P<day>\d{1,2})\s*"
    r"(?:(?P<sign>[/.-])\s*(?P<month>\d{1,2})\s*(?P=sign)"
    r"|thang\s+(?P<named>\d{1,2})\s*(?:/|,?\s*nam\b|\s)?)"
    r"\s*(?P<year>(?:19|20)\d\d)\b"
)
_DAY = re.compile(
    r"\b(?:ngay|truoc|den|xong|nhat) (\d{1,2}) (?:thang )?(\d{1,2})\b(?! (?:19|20)\d\d)"
)
_ONLY_DAY = re.compile(r"^\s*(\d{1,2})\s*[/-]\s*(\d{1,2})\s*[.;]?\s*$")
_QUARTER = re.compile(
    rf"\bquy ((?:iv|iii|ii|i|[1-4])\b(?: (?:va |den |quy )*(?:iv|iii|ii|i|[1-4])\b)*)(?: {_YEAR})?"
)
_MONTH = re.compile(
    rf"\bthang (\d{{1,2}})\b(?: (?:den |va )?(?:thang )?(\d{{1,2}})\b)?(?: {_YEAR})?"
)
_HALF = re.compile(rf"\b(?:6|sau) thang (dau|cuoi) nam\b(?: {_YEAR})?")
_YEARS = re.compile(r"\b((?:19|20)\d\d) (?:den )?(?:nam )?((?:19|20)\d\d)\b")
_CALENDAR_YEAR = re.compile(r"\b((?:19|20)\d\d)\b")
_THIS_YEAR = re.compile(r"^(?:trong nam|ca nam|trong ca nam|nam nay)$")
_YEAR_END = re.compile(r"\bcuoi nam\b")
_BEFORE = re.compile(r"\btruoc (?:thang|quy|nam)\b")
# Years that are named and go on without an end are a rule.
_ENDLESS = re.compile(
    r"\b(?:cac|nhung) nam (?:tiep theo|sau|ke tiep)\b|\btro di\b|^tu nam (?:19|20)\d\d$"
)
# Short forms, written out before anything is read: "T6/2024", "Q.II", "06/2024".
_SHORT = (
    (re.compile(r"\bt ?(?=\d{1,2}\b)"), "thang "),
    (re.compile(r"\bq ?(?=(?:iv|i{1,3}|[1-4])\b)"), "quy "),
    (re.compile(r"^(?=(?:0?[1-9]|1[0-2]) (?:19|20)\d\d$)"), "thang "),
)
_RANGE = re.compile(r"^\W*tu\b|\d\s*[-–]\s*\d{1,2}/")
_UNTIL = re.compile(r"\b(?:truoc|cham nhat|den het|den|xong|muon nhat)\b")
_STARTS = re.compile(
    r"^(?:thuong xuyen|hang|dinh ky|theo (?:quy dinh|ke hoach|tien do|yeu cau|lo trinh|huong dan)"
    r"|khi|ngay|trong|cuoi|dau|ca nam|quy|thang|nam|truoc|sau|den|tu|cham nhat|hoan thanh|6 thang"
    r"|giai doan|lien tuc|hoan thanh|\d)\b"
)
_RECURRING = (
    r"(?:hàng|hằng)\s+(?:ngày|tuần|tháng|quý)(?:\s*(?:,|và)\s*(?:tuần|tháng|quý|6 tháng|năm)\b)*"
)
_IN_SENTENCE = re.compile(
    rf"""(?:
        (?P<recurring>{_RECURRING})
      | (?:(?:chậm\ nhất|muộn\ nhất|xong\ trước|trước|đến\ hết)\s+(?:là\s+)?(?:trước\s+)?)
          (?:ngày\s+)?\d{{1,2}}(?:/|\s+tháng\s+)\d{{1,2}}(?:(?:/|\s+năm\s+)\d{{4}})?
      | (?:(?:trước|trong|xong\ trong|đến\ hết|chậm\ nhất)\s+)?
          (?:tháng|quý)\s+(?:\d{{1,2}}|IV|I{{1,3}})
          (?:/|\s+năm\s+)\d{{4}}
      | (?:đến\ hết|hết|trước)\s+năm\s+20\d\d(?!\s*[/-])
      | định\ kỳ(?:\s+(?:hàng|hằng)\s+(?:tuần|tháng|quý|năm))?
      | cuối\s+năm(?:\s+20\d\d)?
      | (?:đúng|theo\ đúng)\s+(?:thời\ gian|thời\ hạn)\s+theo\s+(?:yêu\ cầu|quy\ định)
    )""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline, as far as it could be read.

    `kind` is "date" (`end` is the day), "period" (`start` to `end`), "rule" (no dates; `rule` says
    it in one spelling) or "" when nothing is written, or a day that does not exist. Dates are ISO.
    """

    kind: str
    start: str = ""
    end: str = ""
    rule: str = ""


def parse(text: str, year: int | None = None) -> Deadline:
    """Read the deadline in a cell.

    `year` is the plan's, for "Quý II" and "Trong năm".

    >>> parse("Trong năm 2024")
    Deadline(kind='period', start='2024-01-01', end='2024-12-31', rule='')
    >>> parse("Chậm nhất ngày 10/4/2023").end, parse("Quý II", 2025).end
    ('2023-04-10', '2025-06-30')
    >>> parse("Thường xuyên")
    Deadline(kind='rule', start='', end='', rule='thuong xuyen')
    >>> parse("32/13/2024").kind
    ''
    """
    written = key_text = key(text)
    if not key_text:
        return Deadline("")
    for short, full in _SHORT:
        key_text = short.sub(full, key_text)
    dates = None
    if not _ENDLESS.search(key_text):
        dates = _days(text) or _day(text, key_text, year)
        if dates is None and _DATE.search(without_accents(text)):
            return Deadline("")
        dates = dates or _period(key_text, year)
    return dates or Deadline("rule", rule=written)


def _days(text: str) -> Deadline | None:
    """Of several days that are written out the last, and the first where the text begins there."""
    plain = without_accents(text)
    dates = [_iso(match) for match in _DATE.finditer(plain)]
    days = [day for day in dates if day]
    if not days:
        return None
    if days[0] < days[-1] and _RANGE.search(plain):
        return Deadline("period", start=days[0], end=days[-1])
    return Deadline("date", end=max(days))


def _iso(match: re.Match[str]) -> str:
    """Return a day in ISO, "" if there is no such day."""
    month = match["month"] or match["named"]
    try:
        return date(int(match["year"]), int(month), int(match["day"])).isoformat()
    except ValueError:
        return ""


def _day(text: str, key_text: str, year: int | None) -> Deadline | None:
    """Return a day without its year, which is the plan's."""
    match = _DAY.search(key_text) or _ONLY_DAY.match(text)
    if match is None or year is None:
        return None
    try:
        return Deadline("date", end=date(year, int(match[2]), int(match[1])).isoformat())
    except ValueError:
        return None


def _period(key_text: str, year: int | None) -> Deadline | None:
    """Of several periods from the first to the last, as quarters II and III."""
    months = [*_quarters(key_text, year), *_months(key_text, year)] or _years(key_text, year)
    if not months:
        return None
    first, last = min(months), max(months, key=lambda part: (part[0], part[2]))
    if _BEFORE.search(key_text):
        return Deadline("period", end=(date(last[0], last[1], 1) - timedelta(days=1)).isoformat())
    until = _UNTIL.search(key_text) and not key_text.startswith("tu ")
    start = "" if until else date(first[0], first[1], 1).isoformat()
    end = date(last[0], last[2], calendar.monthrange(last[0], last[2])[1])
    return Deadline("period", start=start, end=end.isoformat())


_Months = tuple[int, int, int]  # year, first month, last month


def _quarters(key_text: str, year: int | None) -> list[_Months]:
    dates = []
    for match in _QUARTER.finditer(key_text):
        stated_year = int(match[2]) if match[2] else _year_in(key_text, year)
        lasts = [3 * _QUARTERS[token] for token in match[1].split() if token in _QUARTERS]
        dates += [(stated_year, last - 2, last) for last in lasts if stated_year]
    return dates


def _months(key_text: str, year: int | None) -> list[_Months]:
    dates = []
    for match in _MONTH.finditer(key_text):
        stated_year = int(match[3]) if match[3] else _year_in(key_text, year)
        first, last = int(match[1]), int(match[2] or match[1])
        if stated_year and 1 <= first <= last <= 12:
            dates.append((stated_year, first, last))
    for match in _HALF.finditer(key_text):
        stated_year = int(match[2]) if match[2] else _year_in(key_text, year)
        if stated_year:
            dates.append((stated_year, 1, 6) if match[1] == "dau" else (stated_year, 7, 12))
    return dates


def _year_in(key_text: str, year: int | None) -> int | None:
    match = _CALENDAR_YEAR.search(key_text)
    return int(match[1]) if match else year


def _years(key_text: str, year: int | None) -> list[tuple[int, int, int]]:
    span = _YEARS.search(key_text)
    if span:
        return [(int(span[1]), 1, 12), (int(span[2]), 1, 12)]
    stated_year = _CALENDAR_YEAR.search(key_text)
    if stated_year and not key_text.startswith("theo "):
        return [(int(stated_year[1]), 12 if _YEAR_END.search(key_text) else 1, 12)]
    if year and _THIS_YEAR.match(key_text):
        return [(year, 1, 12)]
    return []


def normalise(text: str, year: int | None = None) -> str:
    """Normalise a deadline; dates and periods in ISO.

    >>> normalise("Trong năm 2024") == normalise("Năm 2024")
    True
    >>> normalise("Thường xuyên.")
    'thuong xuyen'
    """
    read = parse(text, year)
    if read.kind in ("", "rule"):
        return read.rule
    return "/".join(filter(None, (read.start, read.end)))


def looks_like_deadline(text: str) -> bool:
    """Return whether a short text is a deadline.

    >>> looks_like_deadline("Quý III/2024"), looks_like_deadline("Sở Nội vụ")
    (True, False)
    """
    # A cell of deadlines is short; 12 words, by judgement, keep sentences out.
    return len(text.split()) <= 12 and _STARTS.match(key(text)) is not None


def find(sentence: str) -> str:
    """Return the deadline in a sentence, as written; "" if there is none.

    >>> find("Rà soát danh mục và trình trước ngày 15/9/2025.")
    'trước ngày 15/9/2025'
    >>> find("Báo cáo hàng tuần và tổng hợp hàng tháng")
    'hàng tuần, hàng tháng'
    """
    dates = list(_IN_SENTENCE.finditer(tidy(sentence)))
    if not dates:
        return ""
    if not dates[0]["recurring"]:
        return dates[0][0].strip()
    return ", ".join(dict.fromkeys(part[0].strip() for part in dates if part["recurring"]))


def dated(measures: pd.DataFrame, years: Mapping[str, int | None]) -> pd.DataFrame:
    """Return the measures with their deadlines read.

    They have the columns plan and deadline; `years` is the year of each plan, for "Quý II" and
    "Trong năm". The copy has ``deadline_start`` and ``deadline_end``, ISO dates (only an end for a
    day), and ``deadline_rule``, what has no date; each is empty where there is none.

    >>> import pandas as pd
    >>> held = pd.DataFrame({"plan": ["p", "p"], "deadline": ["Quý II", "Thường xuyên"]})
    >>> dated(held, {"p": 2024})[["deadline_start", "deadline_end"]].values.tolist()
    [['2024-04-01', '2024-06-30'], ['', '']]
    """
    import pandas as pd

    each = zip(measures["plan"], measures["deadline"], strict=True)
    read = [_read(written_text, _year(years.get(plan))) for plan, written_text in each]
    columns = {
        f"deadline_{part}": pd.Series(
            [getattr(deadline, part) for deadline in read], index=measures.index, dtype="str"
        )
        for part in ("start", "end", "rule")
    }
    return measures.assign(**columns)


def _read(written_text: str, year: int | None) -> Deadline:
    """Return a deadline of a document, or a day as people code and correct it: 2024-12-31."""
    try:
        return Deadline("date", end=date.fromisoformat(written_text.strip()).isoformat())
    except ValueError:
        return parse(written_text, year)


def _year(year: int | None) -> int | None:
    import pandas as pd

    return None if year is None or pd.isna(year) else int(year)
