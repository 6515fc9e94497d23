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
# "quý 5/2025", "quý VI" are no quarters, and not all of 2025.
_NO_QUARTER = re.compile(r"\bquy (?:0|[5-9]|\d{2}|v|vi{1,3}|ix|x)\b")
_MONTH = re.compile(
    rf"\bthang (\d{{1,2}})\b(?: (?:den |va )?(?:thang )?(\d{{1,2}})\b)?(?: {_YEAR})?"
)
_HALF = re.compile(rf"\b(?:6|sau) thang (dau|cuoi) nam\b(?: {_YEAR})?")
_YEARS = re.compile(r"\b((?:19|20)\d\d) (?:den )?(?:nam )?((?:19|20)\d\d)\b")
_CALENDAR_YEAR = re.compile(r"\b((?:19|20)\d\d)\b")
_THIS_YEAR = re.compile(r"^(?:trong nam|ca nam|trong ca nam|nam nay)$")
_YEAR_END = re.compile(r"\bcuoi nam\b")
# "hết năm", "vào cuối năm" are of the plan's year, as is "6 tháng đầu năm và cả năm", to its end.
_ITS_END = re.compile(
    r"^(?:(?:den|vao|truoc|cham nhat|muon nhat|hoan thanh|xong|trong|la) )*(?P<end>het|cuoi) nam$"
)
_WHOLE_YEAR = re.compile(
    r"^(?!.*\b(?:sau|tu|hang|moi|thuong xuyen|dinh ky)\b).*\b(?:quy|thang)\b.*\bca nam\b"
)
_QUI = re.compile(r"\bquí(?=\s*(?:IV|I{1,3}|[1-4])\b)", re.IGNORECASE)
_BEFORE = re.compile(r"\btruoc (?:thang|quy|nam)\b")
# Years that are named and go on without an end are a rule.
_ENDLESS = re.compile(
    r"\b(?:cac|nhung) nam (?:tiep theo|sau|ke tiep)\b|\btro di\b"
    r"|^tu (?:(?!den\b)[a-z]+ ){0,3}(?:\d{1,2} )?(?:nam )?(?:19|20)\d\d$|\bnam hoc\b"
    r"|^(?:vao |trong |truoc |tu )?(?:quy|thang) \w+ (?:hang|hang) nam$"
    # A day of every year, month or quarter.
    r"|\b(?:\d{1,2} (?:thang )?\d{1,2}|ngay \d{1,2}) (?:cua )?(?:hang|moi) (?:nam|quy|thang|tuan)\b"
    r"|\bngay \d{1,2} (?:cua )?(?:thang )?(?:cuoi|dau) (?:(?:moi|hang) )?quy\b"
)
# What begins and has no end that is named: "từ quý III/2026", "sau ngày 30/6".
_ONWARDS = re.compile(
    r"^(?:(?:bat dau|ke|trien khai|thuc hien|ap dung|hoan thanh)(?: (?:thuc hien|ap dung))? )?"
    r"(?P<sign>tu|sau)(?! (?:nay|khi|luc|do)\b)\b|\btro di$|\bbat dau$"
)
_ENDS = re.compile(r"\b(?:den|het|truoc|xong|cham nhat|muon nhat|toi)\b")
# Short forms, written out before anything is read: "T6/2024", "Q.II", "06/2024".
_SHORT = (
    (re.compile(r"\bt ?(?=\d{1,2}\b)"), "thang "),
    (re.compile(r"\bq ?(?=(?:iv|i{1,3}|[1-4])\b)"), "quy "),
    (re.compile(r"(?:^|(?<=^tu ))(?=(?:0?[1-9]|1[0-2]) (?:19|20)\d\d$)"), "thang "),
)
# Two times with a dash or "đến" between them, without accents: "thang 4/2024 - 9/2024".
_TIME = (
    r"(?:ngay\s+)?\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*(?:19|20)\d\d"
    r"|(?:thang\s+)?\d{1,2}\s*(?:/|\s+nam\s+)\s*(?:19|20)\d\d|thang\s+\d{1,2}"
    r"|(?:quy\s+)?(?:iv|iii|ii|i|[1-4])\s*(?:/|\s+nam\s+|\s+)\s*(?:19|20)\d\d"
    r"|quy\s+(?:iv|iii|ii|i|[1-4])|(?:ngay\s+)?\d{1,2}/\d{1,2}|(?:ngay\s+)?\d{1,2}|iv|iii|ii|i"
)
_SPAN = re.compile(
    rf"^\W*(?:tu\s+)?(?P<first>{_TIME})"
    r"(?:\s*[-–—]\s*(?:den\s+)?|\s+(?:cho\s+)?den\s+)(?:(?:het|truoc|cuoi)\s+)?"
    rf"(?P<last>{_TIME})[\s.;]*$"
)
# "từ 01/3/2024 đến cuối năm": the last is in words.
_SINCE = re.compile(rf"^\W*tu\s+(?P<first>{_TIME})\s*,?\s+(?:cho\s+)?den\s+(?P<last>[a-z].*)$")
_WHOLE_DATE = re.compile(r"^\d{1,2}([/.-])\d{1,2}\1(?:19|20)\d\d$")
_UNIT_OF = re.compile(r"^(?:thang|quy)\b")
_FULL_YEAR = re.compile(r"\b(?:19|20)\d\d\s*$")
# "30/6/24" is of 2024.
_SHORT_YEAR = re.compile(r"(?<![\d/.-])(\d{1,2}([/.-])\d{1,2}\2)([1-4]\d)(?![\d/.-]|\s*%)")
_SHARE = re.compile(r"\d\s*%")
_DATED_PART = re.compile(r"\b(?:quy|thang|ngay|thuong xuyen|\d{1,2} \d{1,2} 20\d\d)\b")
_RANGE = re.compile(r"^\W*tu\b|\d\s*[-–]\s*\d{1,2}/")
_UNTIL = re.compile(r"\b(?:truoc|cham nhat|den het|den|xong|muon nhat)\b")
_STARTS = re.compile(
    r"^(?:thuong xuyen|hang|dinh ky|theo (?:quy dinh|ke hoach|tien do|yeu cau|lo trinh|huong dan)"
    r"|ke tu|bat dau|trien khai tu|ap dung tu|thuc hien tu"
    r"|khi|ngay|trong|cuoi|dau|ca nam|quy|thang|nam|truoc|sau|den|tu|cham nhat|hoan thanh|6 thang"
    r"|giai doan|lien tuc|hoan thanh|moi (?:nam|quy|thang|tuan)|toi|muon nhat|het"
    r"|\d{1,2} (?:\d{1,2}|ngay|thang)|\d{4} (?:19|20)\d\d)\b"
)
_EVERY = r"(?:hàng|hằng)\s+(?:ngày|tuần|tháng|quý)"
_RECURRING = (
    rf"(?<!thứ\ hai\ )(?<!thứ\ ba\ )(?<!thứ\ tư\ )(?<!thứ\ năm\ )(?<!thứ\ sáu\ )(?<!thứ\ bảy\ )"
    rf"{_EVERY}(?:\s*(?:,|và)\s*(?:tuần|tháng|quý|6\ tháng|năm)\b)*"
)
_IN = r"(?<!xong\ )(?<!hoàn\ thành\ )trong"
_DATED = r"(?:/|\s+năm\s+)(?:19|20)\d\d"
_THAT_YEAR = re.compile(r"trong\s+năm", re.IGNORECASE)
_PART = r"(?:tháng\s+\d{1,2}\b|(?:qu[ýí]\s+|\bQ\.?\s?)(?:IV|I{1,3}|[1-4])\b)"
_DONE = r"(?:hoàn\ thành|xong|thực\ hiện\ xong|hoàn\ tất|kết\ thúc)"
_IS_DONE = re.compile(
    r"^(?:hoàn thành|(?:thực hiện )?xong|hoàn tất|kết thúc"
    r"|thời (?:gian|hạn)\s+(?:hoàn thành|thực hiện))"
    r"\s*:?\s*(?:(?:trong|vào|là)\s+)*",
    re.IGNORECASE,
)
_WRITTEN_DAY = r"\d{1,2}(?:/|\ tháng\ )\d{1,2}(?:(?:/|\ năm\ )\d{4})?"
_IN_SENTENCE = re.compile(
    rf"""(?:
        (?P<recurring>{_RECURRING})
      | từ\ (?:ngày\ )?{_WRITTEN_DAY}\s*(?:đến|-|–)\s*(?:hết\ )?(?:ngày\ )?{_WRITTEN_DAY}
      | (?:(?:chậm\ nhất|muộn\ nhất|trước|đến\ hết|tới|đến|từ)\s+(?:là\s+|vào\s+)?)
          (?:ngày\s+)?\d{{1,2}}(?P<dash>[.-])\d{{1,2}}(?P=dash)20\d\d
      | (?:(?:chậm\ nhất|muộn\ nhất|trước|đến\ hết|tới|đến|từ)\s+(?:là\s+|vào\s+)?
          (?:trước\s+)?)
          (?:ngày\s+)?\d{{1,2}}(?:/|\s+tháng\s+)\d{{1,2}}(?:(?:/|\s+năm\s+)\d{{4}})?(?!\s*%)
          (?:\s+(?:hằng|hàng)\s+năm)?
      | (?:(?:chậm\ nhất|muộn\ nhất|trước)\s+(?:là\s+|vào\s+)?)ngày\s+\d{{1,2}}
          \s+(?:của\s+)?tháng\s+(?:cuối|đầu)\s+(?:của\s+)?(?:mỗi\s+|hằng\s+|hàng\s+)?quý
      | (?:(?:trước|{_IN}|đến\ hết|hết|chậm\ nhất|từ)\s+)?
          {_PART}(?:\s*(?:,|và|-|–|đến)\s*(?:{_PART}|(?:IV|I{{1,3}})\b))*{_DATED}
      | (?:(?:{_DONE}|trong|trước|đến\ hết|hết|cuối|chậm\ nhất|muộn\ nhất)\s+
            (?:(?:trong|vào|trước|hết|cuối|là)\s+)*
          | thời\ (?:gian|hạn)\s+(?:hoàn\ thành|thực\ hiện):?\s*
            (?:(?:trong|trước|hết|cuối)\s+)*)
          (?P<undated>{_PART}(?:\s*(?:,|và|-|–|đến)\s*(?:{_PART}|(?:IV|I{{1,3}})\b))*)
          (?!{_DATED}|\s*(?:/|năm\b|hàng|hằng|của|mỗi|lần|ngày|buổi|cuộc))
      | (?P<yearly>{_PART})\s+(?:hàng|hằng)\s+năm
      | (?:đến\ hết|hết|trước|{_IN}|từ)\s+năm\s+20\d\d(?!\s*[/-])(?!\s+và)
      | giai\ đoạn\s+20\d\d\s*[-–]\s*20\d\d
      | (?P<vague>định\ kỳ)(?:\s+(?:hàng|hằng)\s+(?:tuần|tháng|quý|năm))?
      | (?:6|sáu)\ tháng\ (?:đầu|cuối)\ năm(?:\s+20\d\d)?
      | cuối\s+năm(?:\s+20\d\d)?
      | (?<=thực\ hiện\ )thường\ xuyên
      | (?:đúng|theo\ đúng)\s+(?:thời\ gian|thời\ hạn)\s+theo\s+(?:yêu\ cầu|quy\ định)
    )""",
    re.VERBOSE | re.IGNORECASE,
)


# Dates that a narrow column breaks within a figure: "15/12/20 25", "15/12/202 5", "15/1 2/2025".
_BEFORE_YEAR = r"(?:[/.-]\s*|\bnăm\s+)"
_NO_MORE = r"(?![\d/.-]|\s*%)"
_BROKEN_IN = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"({_BEFORE_YEAR}(?:19|20))\s+(\d\d){_NO_MORE}",
        rf"({_BEFORE_YEAR}20\d)\s+(\d){_NO_MORE}",
        rf"({_BEFORE_YEAR}2)\s+(0\d\d){_NO_MORE}",
        r"(\d{1,2}[/.-][01])\s+(\d\s*[/.-]\s*(?:19|20)\d\d)",
        r"(?<![\d/.-])([0-3])\s+(\d[/.-]\d{1,2}[/.-](?:19|20)\d\d)",
    )
)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline, as far as it could be read.

    `kind` is "date" (`end` is the day), "period" (`start` to `end`), "rule" (no end; `rule` says it
    in one spelling, `start` is its first day where "từ quý III/2026" names one) or "" when nothing
    is written, or a day that does not exist. Dates are ISO.
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
    >>> parse("Từ quý III năm 2026").start, parse("Q3/2024").start
    ('2026-07-01', '2024-07-01')
    >>> parse("Quí II", 2025).end, parse("Cuối năm", 2025).end, parse("Cuối năm").kind
    ('2025-06-30', '2025-12-31', 'rule')
    >>> parse("32/13/2024").kind
    ''
    """
    text = _QUI.sub("quý", _SHORT_YEAR.sub(r"\g<1>20\3", mended(text)))
    written = key(text)
    if not written:
        return Deadline("")
    between = _between(text, year)
    return between if between is not None else _in_words(text, written, year)


def mended(text: str) -> str:
    """Return a deadline with the dates put together that a narrow column breaks.

    >>> mended("Trước 15/12/20 25"), mended("31/1 2/2026"), mended("Quý IV/202 5")
    ('Trước 15/12/2025', '31/12/2026', 'Quý IV/2025')
    """
    for broken in _BROKEN_IN:
        text = broken.sub(r"\1\2", text)
    return text


def _in_words(text: str, written: str, year: int | None) -> Deadline:
    """Return the deadline of a text that is not two times; `written` is its key."""
    key_text = _written_out(written)
    if (onwards := _onwards(text, key_text, year)) is not None:
        return Deadline("rule", start=onwards, rule=written)
    if _ENDLESS.search(key_text):
        return Deadline("rule", rule=written)
    dates = _days(text) or _day(text, key_text, year)
    if dates is None and _is_impossible(text, key_text):
        return Deadline("")
    return dates or _period(key_text, year) or Deadline("rule", rule=written)


def _is_impossible(text: str, key_text: str) -> bool:
    """Return whether there is no such day or month, or shares stand in place of a deadline."""
    if _SHARE.search(text) and not _DATED_PART.search(key_text):
        return True  # "2024: 80%; 2025: 90%" are targets
    # "tháng 13/2024" is no month, and not all of 2024.
    impossible = any(int(match[1]) > 12 for match in _MONTH.finditer(key_text))
    impossible = impossible or _NO_QUARTER.search(key_text) is not None
    return impossible or _DATE.search(without_accents(text)) is not None


def _between(text: str, year: int | None) -> Deadline | None:
    """Return the period of two times that stand alone in a text; None for any other.

    What one of them does not say is that of the other: the year, "tháng" or "quý", the month.

    >>> _between("Tháng 4/2024 - 9/2024", None).end, _between("01-15/9/2024", None).start
    ('2024-09-30', '2024-09-01')
    >>> _between("Từ quý I đến quý III/2024", None).end, _between("30-6-2024", 2024)
    ('2024-09-30', None)
    """
    plain = without_accents(text).lower().strip()
    match = _SPAN.match(plain)
    if match is None or _WHOLE_DATE.match(plain):
        return _since(plain, year)
    first, last = (match[name].removeprefix("ngay ").strip() for name in ("first", "last"))
    unit = _UNIT_OF.match(first)
    if unit and not _UNIT_OF.match(last) and not _WHOLE_DATE.match(last):
        last = f"{unit[0]} {last}"
    if first.isdigit():
        first = _completed(first, last)
    if first.isdigit() or last.isdigit() or not first or not last:
        return None
    last_year = _FULL_YEAR.search(last)
    end, of_year = parse(last, year).end, int(last_year[0]) if last_year else year
    begins = _first_day(first, of_year)
    if begins > end and of_year and not _FULL_YEAR.search(first):  # "tháng 11 - tháng 2/2025"
        begins = _first_day(first, of_year - 1)
    if not begins or not end:
        return None
    return Deadline("period", start=begins, end=end) if begins <= end else Deadline("")


def _first_day(text: str, year: int | None) -> str:
    read = parse(text, year)
    return read.start or read.end


def _since(plain: str, year: int | None) -> Deadline | None:
    """Return the deadline of a text that names its first day, and its last in words."""
    match = _SINCE.match(plain)
    begins = _first_day(match["first"], year) if match else ""
    if match is None or not begins:
        return None
    end = parse(match["last"], int(begins[:4])).end
    if end and end >= begins:
        return Deadline("period", start=begins, end=end)
    return Deadline("rule", start=begins, rule=key(plain))


def _completed(first: str, last: str) -> str:
    """Return a bare number before a dash as the day or month that the time after it tells."""
    signs = last.replace(".", "/").replace("-", "/")
    if _WHOLE_DATE.match(last):
        return f"{first}/{signs.partition('/')[2]}"
    if re.fullmatch(r"\d{1,2}/(?:19|20)\d\d", signs):  # "6-9/2024": months
        return f"thang {first}"
    return (
        f"{first}/{signs.partition('/')[2]}" if re.fullmatch(r"\d{1,2}/\d{1,2}", signs) else first
    )


_Months = tuple[int, int, int]  # year, first month, last month


def _written_out(key_text: str) -> str:
    """Return the key of a deadline without short forms.

    >>> _written_out("q3 2024"), _written_out("t6 2024")
    ('quy 3 2024', 'thang 6 2024')
    """
    for short, full in _SHORT:
        key_text = short.sub(full, key_text)
    return key_text


def _onwards(text: str, key_text: str, year: int | None) -> str | None:
    """Return the first day of what goes on without an end; None where an end is named."""
    match = _ONWARDS.search(key_text)
    if match is None or _ENDS.search(key_text):
        return None
    if re.search(r"\b(?:hang|nam hoc)\b", key_text):
        return None
    days = _days(text) or _day(text, key_text, year)
    named = days or _period(key_text, year)
    # Of several days or quarters the last is the end.
    if named is None or (days and days.start) or (not days and len(_listed(key_text, year)) > 1):
        return None
    if match["sign"] == "sau":
        return (date.fromisoformat(named.end) + timedelta(days=1)).isoformat()
    return named.start or named.end


def _listed(key_text: str, year: int | None) -> list[_Months]:
    """Return the quarters and months that a deadline names, or its years."""
    whole_year = _year_in(key_text, year) if _WHOLE_YEAR.search(key_text) else None
    if whole_year:
        return [(whole_year, 1, 12)]
    return [*_quarters(key_text, year), *_months(key_text, year)] or _years(key_text, year)


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
    months = _listed(key_text, year)
    if not months:
        return None
    first, last = min(months), max(months, key=lambda part: (part[0], part[2]))
    if _BEFORE.search(key_text):
        return Deadline("period", end=(date(last[0], last[1], 1) - timedelta(days=1)).isoformat())
    since = key_text.startswith("tu ") and not key_text.startswith("tu nay ")
    until = _UNTIL.search(key_text) and not since
    start = "" if until else date(first[0], first[1], 1).isoformat()
    end = date(last[0], last[2], calendar.monthrange(last[0], last[2])[1])
    return Deadline("period", start=start, end=end.isoformat())


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
    ends = _ITS_END.match(key_text)
    if year and ends:
        return [(year, 12 if ends["end"] == "cuoi" else 1, 12)]
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
    return len(text.split()) <= 12 and _STARTS.match(_written_out(key(text))) is not None


def find(sentence: str) -> str:
    """Return the deadline in a sentence, as written; "" if there is none.

    >>> find("Rà soát danh mục và trình trước ngày 15/9/2025.")
    'trước ngày 15/9/2025'
    >>> find("Báo cáo hàng tuần và tổng hợp hàng tháng")
    'hàng tuần, hàng tháng'
    >>> find("Rà soát văn bản, hoàn thành trong quý III."), find("Báo cáo trước tháng 10")
    ('quý III', 'trước tháng 10')
    """
    text = tidy(sentence)
    # "Kế hoạch ... trong năm 2022" names another plan: it is no deadline.
    dates = [
        date
        for date in _IN_SENTENCE.finditer(text)
        if not (_THAT_YEAR.match(date[0]) and "Kế hoạch" in text[: date.start()])
    ]
    if not dates:
        return ""
    # A day or a month says more exactly than "hằng tháng" until when.
    dates.sort(key=lambda date: bool(date["recurring"] or date["vague"]))
    if dates[0]["undated"]:
        return _IS_DONE.sub("", dates[0][0].strip())
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
