"""Identification of a plan: province, agency, number, date, indices, years, unit level."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date as day_of
from functools import cache

from parstats.documents.document import Block
from parstats.documents.phrases import key, named
from parstats.errors import ProvinceNotMatched
from parstats.reference import csv_tables, provinces

# Blocks in which letterhead, date line and title of Decree 30/2020/NĐ-CP stand. By judgement: they
# take about 10; legal grounds ("Căn cứ ...") may come between.
_HEAD = 40
_PLACE_NAME = re.compile(
    r"(?P<place>[^\W\d_][^\d,;()]{2,30}?)\s*,\s*ngày\s*(?P<day>[\d.…_]*)\s*tháng\s*(?P<month>[\d.…_]*)"
    r"\s*năm\s*(?P<year>20\d\d)",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\bSố\s*:?\s*(?P<number>[\d.…_\s]*)\s*/\s*(?P<kind>[A-ZĐ]{2,4}(?:-[A-ZĐ&]+)+)"
)
_ATTACHED = re.compile(
    r"(?:kèm theo|ban hành theo|ban hành kèm theo)\s+(?:kế hoạch|quyết định|công văn|chỉ "
    r"thị)\s+số\s*:?"
    r"\s*(?P<number>[\d.…_\s]*)\s*/\s*(?P<kind>[A-ZĐ]{2,4}(?:-[A-ZĐ&]+)+)\s*,?\s*"
    r"(?:ngày\s*(?P<day>[\d.…_]*)\s*(?:/|tháng)\s*(?P<month>[\d.…_]*)\s*(?:/"
    r"|năm)\s*(?P<year>20\d\d))?"
    r"(?:\s*của\s+(?P<agency>[^)]{3,80}))?",
    re.IGNORECASE,
)
_PROVINCE_PATTERN = re.compile(
    r"\b(?:tỉnh|thành phố|TP\.?)\s+((?:[A-ZĐÀ-Ỹ][\wà-ỹđ]*)(?:\s*[-–]?\s*[A-ZĐÀ-Ỹ][\wà-ỹđ]*){0,4})"
)
_AGENCY = re.compile(
    r"\b((?:Sở|Ban|Cục|Chi cục)\s+[A-ZĐÀ-Ỹ][\wà-ỹđ]*(?:,?\s+(?:và\s+)?[\wà-ỹđ-]+){0,8}?)"
    r"(?=\s+(?:tỉnh|thành phố|xây dựng|ban hành|năm|trong|triển khai|về|với|đã|thực hiện|báo "
    r"cáo)\b|[.,;:)]|$)"
)
_DISTRICT = re.compile(
    r"^\W*(?:UBND|[ỦU][ỶY] BAN NHÂN DÂN)\s+(HUYỆN|THỊ XÃ|THÀNH PHỐ|QUẬN|XÃ|PHƯỜNG|THỊ TRẤN)\s+"
    r"([A-ZĐÀ-Ỹ\d ]+?)(?=\s+CỘNG H|\s*$)"
)
_DISTRICT_PATTERN = re.compile(
    r"(?i:chỉ số (?:cchc|cải cách hành chính)\b[^.;,]{0,40}?"
    r"\b(?:huyện|thị xã|quận|xã|phường|thị trấn))\s+(?!NĂM\b|VÀ\b|TRÊN\b)[A-ZĐÀ-Ỹ\d]"
)
_YEAR = re.compile(r"\bnăm\s+(20\d\d)\b", re.IGNORECASE)
_YEARS = re.compile(r"\b(20\d\d)\s*[-–]\s*(20\d\d)\b")
_LOOKS_BACK = re.compile(
    r"(?:kết quả|tồn tại|hạn chế|đánh giá|công bố)[^.;:]{0,90}?\bnăm\s+(20\d\d)\b", re.IGNORECASE
)
_DEPARTMENT = re.compile(
    r"(?:chỉ số|kết quả|xếp hạng)\s+(?:cchc|cải cách hành chính|par ?index)?[^.;,:()]{0,30}"
    r"\bcủa\s+(?:sở|ban|huyện|đơn vị|cơ quan|thành phố|thị xã)\b"
    r"|khối\s+(?:các\s+)?(?:sở|cơ quan|huyện)|xếp hạng\s+(?:các\s+)?(?:sở|cơ quan|huyện)",
    re.IGNORECASE,
)
_PROVINCIAL = re.compile(
    r"(?:chỉ số|par ?-?index|sipas|papi|pci)[^.;]{0,60}?(?:của tỉnh|của thành phố|\btỉnh [A-ZĐÀ-Ỹ])"
)
_PROVINCIAL_INDEX = re.compile(r"chỉ số[^.;]{0,60}?\btỉnh\b", re.IGNORECASE)
_MINISTRYS = re.compile(r"par ?-?index|bộ nội vụ", re.IGNORECASE)


def letterhead(blocks: Sequence[Block]) -> list[str]:
    """Return the first paragraphs, and the lines naming the plan of an appendix."""
    texts = [block.text for block in blocks if block.text]
    return [*texts[:_HEAD], *(text for text in texts[_HEAD:] if _ATTACHED.search(text))]


def number_and_date(head: Sequence[str]) -> tuple[str, str, bool, bool]:
    """Return number and date, and whether the original leaves either blank.

    Numbers of other documents inside the text do not count.

    >>> number_and_date(["Số: 12/KH-UBND", "Nghệ An, ngày 5 tháng 6 năm 2024"])
    ('12/KH-UBND', '2024-06-05', False, False)
    >>> number_and_date(["Số:     /KH-SNV", "Nghệ An, ngày    tháng 6 năm 2024"])
    ('', '2024-06', True, True)
    """
    number = date = ""
    blank_number = blank_date = False
    for text in head:
        attached = _ATTACHED.search(text)
        # Agency and number may share a line; 16 words, by judgement, keep cited acts out.
        number_match = attached or (_NUMBER.search(text) if len(text.split()) <= 16 else None)
        if number_match and not number and not _cites(text):
            digits = re.sub(r"\D", "", number_match["number"])
            number = f"{digits}/{number_match['kind'].upper()}" if digits else ""
            blank_number = not digits
        dated = _PLACE_NAME.search(text) or attached
        if dated and not date and dated["year"]:
            date, blank_date = _date(dated["day"], dated["month"], dated["year"])
    return number, date, blank_number and not number, blank_date


def _cites(text: str) -> bool:
    return key(text).startswith(("can cu", "thuc hien", "theo "))


def _date(day: str | None, month: str | None, year: str) -> tuple[str, bool]:
    days, months = re.sub(r"\D", "", day or ""), re.sub(r"\D", "", month or "")
    if not months or not 1 <= int(months) <= 12:
        return year, True
    if not days:
        return f"{year}-{int(months):02d}", True
    try:
        return day_of(int(year), int(months), int(days)).isoformat(), False
    except ValueError:
        return f"{year}-{int(months):02d}", True


def province(head: Sequence[str], texts: Sequence[str], date: str) -> str:
    """Return the two-digit code of a plan's province; "" if not found.

    A title or a letterhead that names it is surest, then the place of the date line, then the
    province that is named most.
    """
    lists = _lists(date)
    for text in head:
        attached = _ATTACHED.search(text)
        if attached and (code := _first(_PROVINCE_PATTERN.findall(text), lists)):
            return code
    for text in head:
        place_name = _PLACE_NAME.search(text)
        if place_name and (code := _match_at_end(place_name["place"], lists)):
            named_ = _first(_PROVINCE_PATTERN.findall(" ".join(head)), lists)
            return named_ if named_ and code in ("01",) else code
    counts: Counter[str] = Counter()
    for text in (*head, *texts):
        for name in _PROVINCE_PATTERN.findall(text) + _shouted(text):
            if code := _match(name, lists):
                counts[code] += 1
    return counts.most_common(1)[0][0] if counts else ""


def _shouted(text: str) -> list[str]:
    candidates = (
        re.findall(r"\b(?:TỈNH|THÀNH PHỐ)\s+([A-ZĐÀ-Ỹ\s-]{4,24})", text) if text.isupper() else []
    )
    return [" ".join(name.split()[:size]) for name in candidates for size in (2, 3, 4)]


def _lists(date: str) -> tuple[int, ...]:
    """Return the vintages of provinces that a plan of a date may name.

    Huế has its new name since 2025, half a year before the other provinces have theirs.
    """
    if date[:7] >= "2025-07":
        return (34, 63)
    return (63, 34) if date >= "2025" else (63,)


def _first(names: Sequence[str], lists: Sequence[int]) -> str:
    return next((code for name in names if (code := _match(name, lists))), "")


def _match(name: str, lists: Sequence[int]) -> str:
    """Return the code of a province by its name; further capitalised words may stand after it."""
    tokens = name.replace("TP.", "").split()
    for vintage in lists:
        for size in range(len(tokens), 0, -1):
            try:
                named_ = " ".join(tokens[:size])
                return provinces.match_province(named_, vintage=vintage, threshold=100)
            except ProvinceNotMatched:
                continue
    return ""


def _match_at_end(place_name: str, lists: Sequence[int]) -> str:
    """Return the code of the province that ends a place, after the number of an act."""
    tokens = place_name.split()
    candidates = (_match(" ".join(tokens[first:]), lists) for first in range(len(tokens)))
    return next(filter(None, candidates), "")


def _full_name(code: str, date: str) -> str:
    """A province with its class as of a date, as "tỉnh Lạng Sơn"; "" if there is no such code."""
    lists = (34, 63) if code in _renamed() and date >= "2025" else _lists(date)
    provinces_by_code = next(
        (
            vintage_provinces[code]
            for vintage in lists
            if code in (vintage_provinces := provinces.by_code(vintage))
        ),
        None,
    )
    return (
        provinces_by_code.full_name[:1].lower() + provinces_by_code.full_name[1:]
        if provinces_by_code
        else ""
    )


@cache
def _renamed() -> frozenset[str]:
    rows = csv_tables.rows("mergers")
    return frozenset(row["province"] for row in rows if row["change"] == "renamed")


def is_district(agency: str, date: str) -> bool:
    """Return whether an agency is of a district, a commune or a city within a province.

    >>> [is_district(f"UBND {one}", "2024") for one in ("huyện Mộc Châu", "thành phố Hà Nội")]
    [True, False]
    """
    unit = agency.removeprefix("UBND ")
    if unit == agency or not unit or unit.startswith("tỉnh "):
        return False
    names = {
        _full_name(code, date) for vintage in _lists(date) for code in provinces.by_code(vintage)
    }
    return unit not in names


def agency(head: Sequence[str], texts: Sequence[str], province_code: str, date: str = "") -> str:
    """Return the issuer, as "Sở Công Thương" or "UBND tỉnh Lạng Sơn"; "" if not found."""
    kinds = []
    for text in head:
        match = _ATTACHED.search(text) or (_NUMBER.search(text) if not _cites(text) else None)
        if match:
            kinds.append(match["kind"].upper())
            if "agency" in match.re.groupindex and match["agency"] and "UBND" not in kinds[0]:
                return _clean_agency(match["agency"])
    district = next((match for text in head if (match := _DISTRICT.search(text))), None)
    if district and (not kinds or "UBND" in kinds[0]):
        return f"UBND {district[1].lower()} {_titled(district[2])}"
    if kinds and "UBND" in kinds[0]:
        return f"UBND {_full_name(province_code, date)}".strip()
    for text in head:
        if (text.isupper() or _starts_agency(text)) and len(text.split()) <= 10:
            name = re.match(r"^(?:SỞ|BAN|CỤC|CHI CỤC|THANH TRA)\s+[A-ZĐÀ-Ỹ][A-ZĐÀ-Ỹ\s,&-]+$", text)
            if name:
                return _capital(re.split(r"\s+(?:TỈNH|THÀNH PHỐ)\s", text)[0])
    counts = Counter(
        _clean_agency(name) for text in (*head, *texts) for name in _AGENCY.findall(text)
    )
    if not counts or not kinds:
        return ""
    letters = kinds[0].split("-")[-1]  # of "KH-STP" what stands for Sở Tư pháp
    fitting = [name for name, _ in counts.most_common() if _initials(name) == letters]
    return fitting[0] if fitting else counts.most_common(1)[0][0]


def _initials(name: str) -> str:
    return "".join(token[0] for token in name.split() if token not in ("và", "-")).upper()


def _titled(text: str) -> str:
    return " ".join(token.capitalize() for token in text.lower().split())


def _starts_agency(text: str) -> bool:
    return text.split(maxsplit=1)[0] in ("SỞ", "BAN", "CỤC")


def _capital(text: str) -> str:
    tokens = text.strip().lower().split()
    return " ".join([tokens[0].capitalize(), *[w.capitalize() for w in tokens[1:2]], *tokens[2:]])


def _clean_agency(text: str) -> str:
    return re.split(r"\s+(?=tỉnh\s|thành phố\s)", text.strip(" .;,"))[0].strip(" .;,)")


def years(title: str, date: str, texts: Sequence[str]) -> tuple[int | None, int | None]:
    """Return the year of the plan and its baseline year.

    Examples
    --------
    >>> years("Khắc phục hạn chế năm 2023, nâng cao chỉ số năm 2024", "2024-06", [])
    (2024, 2023)
    """
    named_years = [int(year) for year in _YEAR.findall(title)]
    issued = int(date[:4]) if date else None
    spans = [int(first) for first, _ in _YEARS.findall(title)]
    plan = max(named_years, default=None) or issued or min(spans, default=None)
    if plan is None:
        return None, None
    if issued and issued > plan:  # a plan of the year after that answers the year it names
        return issued, plan
    earlier = [year for year in named_years if year < plan]
    if earlier:
        return plan, max(earlier)
    back = Counter(int(year) for text in texts for year in _LOOKS_BACK.findall(text))
    counted_years = [(count, year) for year, count in back.items() if plan - 3 < year < plan]
    return plan, max(counted_years)[1] if counted_years else None


def unit_level(
    title: str, indices: Sequence[str], texts: Sequence[str], *, by_district: bool = False
) -> str:
    """Return the unit level of the plan's score: "province", "department" or "district".

    A district that issues a plan means its own score where the title names no other.

    >>> unit_level("Nâng cao Chỉ số PAPI", ["PAPI"], [])
    'province'
    >>> unit_level("Nâng cao Chỉ số CCHC", ["PAR INDEX"], ["Chỉ số CCHC của Sở đứng thứ 5/20"])
    'department'
    >>> unit_level("Nâng cao Chỉ số CCHC huyện Mộc Châu", ["PAR INDEX"], [])
    'district'
    """
    if any(index not in ("PAR INDEX", "") for index in indices):
        return "province"
    ministrys = _MINISTRYS.search(title)
    if _DISTRICT_PATTERN.search(title) or (
        by_district and not ministrys and not _PROVINCIAL_INDEX.search(title)
    ):
        return "district"
    n_department = sum(len(_DEPARTMENT.findall(text)) for text in (title, *texts))
    n_provincial = sum(len(_PROVINCIAL.findall(text)) for text in (title, *texts))
    if _PROVINCIAL.search(title) or ministrys:
        return (
            "department"
            if _DEPARTMENT.search(title) and not _PROVINCIAL.search(title)
            else "province"
        )
    return "department" if n_department > n_provincial else "province"


def department_index(province_code: str) -> str:
    """Return the index of a province's own departments, as "PAR KHANH HOA".

    It is named after the province also where the package knows no such index, so that it is never
    taken for the ministry's.
    """
    names = provinces.by_code(63)
    if province_code not in names:
        return "PAR"
    written = key(names[province_code].names["vi"]).upper()
    for row in csv_tables.rows("indices"):
        if row["unit_level"] == "department" and written in row["index"]:
            return row["index"]
    return f"PAR {written}"


def indices(title: str, headings: Sequence[str]) -> tuple[str, ...]:
    """Return the indices named by title or headings, as ordered in plan_words.csv."""
    return tuple(
        dict.fromkeys(index for text in (title, *headings) for index in named(text, "index"))
    )
