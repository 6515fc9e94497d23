"""Who issued a plan, and whose score it is about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from parstats.documents.phrases import key
from parstats.plans.fields.unit_register import CAPITALS, in_small_letters
from parstats.plans.parse.letterhead import (
    ATTACHED,
    NUMBER,
    PARTY_NUMBER,
    above_number,
    cites,
    full_name,
    vintages,
)
from parstats.reference import csv_tables, provinces

_AGENCY = re.compile(
    r"\b((?:Sở|Ban|Cục|Chi cục)\s+[A-ZĐÀ-Ỹ][\wà-ỹđ]*(?:,?\s+(?:và\s+)?[\wà-ỹđ-]+){0,8}?)"
    r"(?=\s+(?:tỉnh|thành phố|xây dựng|ban hành|năm|trong|triển khai|về|với|đã|thực hiện|báo "
    r"cáo)\b|[.,;:)]|$)"
)
_LOCAL = r"HUYỆN|THỊ XÃ|THÀNH PHỐ|QUẬN|XÃ|PHƯỜNG|THỊ TRẤN|ĐẶC KHU"
_DISTRICT = re.compile(
    rf"(?:^|\s)(?:UBND|[ỦU][ỶY] BAN NHÂN DÂN)\s+({_LOCAL})\s+"
    rf"([{CAPITALS}\d'’\- ]+?)(?=\s+(?:CỘNG H|UBND|[ỦU][ỶY] BAN|S[ốỐ]\b|ĐỘC LẬP)|\s*$)"
)
_DISTRICT_PATTERN = re.compile(
    r"(?i:(?:chỉ số (?:cchc|cải cách hành chính|hài lòng|sipas|par ?-?index)|par ?-?index|sipas)"
    r"[^.;]{0,80}?\b(?:huyện|thị xã|quận|xã|phường|thị trấn|đặc khu))\s+(?!NĂM\b|VÀ\b|TRÊN\b)"
    rf"[{CAPITALS}\d]"
)
_CITY_PATTERN = re.compile(
    r"(?i:(?:chỉ số|par ?-?index|sipas)[^.;]{0,80}?\b(?:thành phố|tp\.?))\s+(?!NĂM\b|VÀ\b|TRÊN\b)"
    rf"(?P<place>[{CAPITALS}][^,.;()]*)"
)
_PARTY = re.compile(
    r"^\W*(?P<body>BAN CÁN SỰ ĐẢNG|BAN THƯỜNG VỤ|(?:TỈNH|THÀNH|HUYỆN|QUẬN|THỊ|ĐẢNG) [ỦU][ỶY]"
    rf"|ĐẢNG BỘ)"
    rf"(?:\s+[{CAPITALS}\s-]+)?$"
)
# Words of a letterhead that names a public body, as keys; broken lines hold one of them too.
_PUBLIC = re.compile(
    r"\b(?:ubnd|uy ban|nhan dan|hdnd|hoi dong|tinh uy|thanh uy|huyen uy|quan uy|dang uy|dang bo"
    r"|ban can su|ban thuong vu|phu luc|bieu)\b"
    r"|^(?:tinh|thanh pho|huyen|thi xa|quan|xa|phuong|thi tran|dac khu|bo|so|ban|cuc|chi cuc"
    r"|tong cuc|thanh tra|van phong|phong|trung tam|vien|truong|hoc vien|benh vien|kho bac"
    r"|bao hiem|cong an|toa an|hoi|lien doan|mat tran|tinh doan|doan)\b"
)
_DEPARTMENT_LINE = re.compile(
    r"^(?:SỞ|BAN(?! NHÂN DÂN| HÀNH)|CỤC|CHI CỤC|THANH TRA)\s+[A-ZĐÀ-Ỹ][A-ZĐÀ-Ỹ\s,&-]+$"
)
_DEPARTMENT = re.compile(
    r"(?:chỉ số|kết quả|xếp hạng)\s+(?:cchc|cải cách hành chính|par ?index)?"
    # "(PAR INDEX)" may stand after it; that of a province has its name there.
    r"(?:[^.;,:()]{0,30}|\s*\([^()]{1,30}\)\s*(?:năm\s+20\d\d\s+)?)"
    r"\bcủa\s+(?:sở|ban|huyện|đơn vị|cơ quan|thành phố|thị xã)\b"
    r"|khối\s+(?:các\s+)?(?:sở|cơ quan|huyện)|xếp hạng\s+(?:các\s+)?(?:sở|cơ quan|huyện)",
    re.IGNORECASE,
)
_PROVINCIAL = re.compile(
    r"(?:chỉ số|par ?-?index|sipas|papi|pci)[^.;]{0,60}?(?:của tỉnh|của thành phố|\btỉnh [A-ZĐÀ-Ỹ])"
)
_PROVINCIAL_INDEX = re.compile(r"chỉ số[^.;]{0,60}?\btỉnh\b", re.IGNORECASE)
_MINISTRYS = re.compile(r"par ?-?index|bộ nội vụ", re.IGNORECASE)


def is_district(agency: str, date: str) -> bool:
    """Return whether an agency is of a district, a commune or a city within a province.

    >>> [is_district(f"UBND {one}", "2024") for one in ("huyện Mộc Châu", "thành phố Hà Nội")]
    [True, False]
    """
    unit = agency.removeprefix("UBND ")
    if unit == agency or not unit or unit.startswith("tỉnh "):
        return False
    names = {
        full_name(code, date) for vintage in vintages(date) for code in provinces.by_code(vintage)
    }
    return unit not in names


def _names_inner_city(title: str, *, by_district: bool) -> bool:
    """Return whether a title names the index of a city that is no province.

    Huế was one until 2025: where a city within a province issues the plan, it is taken as such.
    """
    match = _CITY_PATTERN.search(title)
    if match is None:
        return False
    place = key(match["place"])
    cities = {
        key(named.names["vi"])
        for vintage in ((63,) if by_district else (63, 34))
        for named in provinces.by_code(vintage).values()
    }
    return not any(f"{place} ".startswith(f"{city} ") for city in cities)


def is_commune(agency: str) -> bool:
    """Return whether an agency is of a commune.

    >>> is_commune("UBND xã Long Hưng"), is_commune("UBND thị xã Sơn Tây")
    (True, False)
    """
    return re.match(r"UBND (?:xã|phường|thị trấn|đặc khu)\b", agency) is not None


def agency(head: Sequence[str], texts: Sequence[str], province_code: str, date: str = "") -> str:
    """Return the issuer, as "Sở Công Thương" or "UBND tỉnh Lạng Sơn"; "" if not found.

    It is "" too where the letterhead names no public body: the number alone says not who wrote it.
    """
    above = [] if any(ATTACHED.search(text) for text in head) else above_number(head)
    if above and not any(_PUBLIC.search(key(text)) for text in above):
        return ""
    return _issuer(head, texts, above, province_code, date)


def _issuer(
    head: Sequence[str], texts: Sequence[str], above: Sequence[str], province_code: str, date: str
) -> str:
    """Return the issuer by number and letterhead; `above` are the lines above the number."""
    kinds = []
    for text in head:
        match = ATTACHED.search(text) or (NUMBER.search(text) if not cites(text) else None)
        party = PARTY_NUMBER.search(text) if not match and not cites(text) else None
        if party:
            kinds.append(party["body"])
        if match:
            kinds.append(match["kind"].upper())
            if "agency" in match.re.groupindex and match["agency"] and "UBND" not in kinds[0]:
                return _clean_agency(match["agency"])
    if kinds and "-" not in kinds[0]:  # "218-KH/BCSĐ", of the Party
        return _party(head, province_code, date)
    # The line of who issues stands below that of the level above.
    department = next((text for text in above if _DEPARTMENT_LINE.match(text)), "")
    if department and kinds and "UBND" in kinds[0]:
        return _department_name(department)
    districts = [match for text in head for match in _DISTRICT.finditer(text)]
    district = districts[-1] if districts else None
    if district and (not kinds or "UBND" in kinds[0]):
        return f"UBND {district[1].lower()} {_titled(district[2])}"
    if kinds and "UBND" in kinds[0]:
        return f"UBND {full_name(province_code, date)}".strip()
    return _department(head, texts, kinds)


def _department(head: Sequence[str], texts: Sequence[str], kinds: Sequence[str]) -> str:
    """Return the department or board that issued, by its line or by the letters of the number."""
    for text in head:
        if len(text.split()) <= 10 and _DEPARTMENT_LINE.match(text):
            return _department_name(text)
    counts = Counter(
        _clean_agency(name) for text in (*head, *texts) for name in _AGENCY.findall(text)
    )
    if not counts or not kinds:
        return ""
    letters = kinds[0].split("-")[-1]  # of "KH-STP" what stands for Sở Tư pháp
    fitting = [name for name, _ in counts.most_common() if _initials(name) == letters]
    return fitting[0] if fitting else counts.most_common(1)[0][0]


def _department_name(line: str) -> str:
    return _capital(re.split(r"\s+(?:TỈNH|THÀNH PHỐ)\s", line)[0])


def _party(head: Sequence[str], province_code: str, date: str) -> str:
    """Return the body of the Party that issued, the lower of the lines that name one."""
    lines = dict.fromkeys(text.strip() for text in head if text.isupper())
    bodies = [text for text in lines if _PARTY.match(text)]
    # Lines that are joined begin with the body above; the one that issues is named alone.
    bodies = [text for text in bodies if not any(text != o and text.endswith(o) for o in bodies)]
    if not bodies:
        return ""
    name = in_small_letters(bodies[-1])
    place = full_name(province_code, date)
    if name.endswith(" tỉnh"):
        return f"{name.removesuffix(' tỉnh')} {place}".strip()
    head_, _, rest = name.partition("ủy ")
    return f"{head_}ủy {_titled(rest)}" if rest and len(head_.split()) == 1 else name


def _initials(name: str) -> str:
    return "".join(token[0] for token in name.split() if token not in ("và", "-")).upper()


def _titled(text: str) -> str:
    return " ".join(token.capitalize() for token in text.lower().split())


def _capital(text: str) -> str:
    tokens = text.strip().lower().split()
    return " ".join([tokens[0].capitalize(), *[w.capitalize() for w in tokens[1:2]], *tokens[2:]])


def _clean_agency(text: str) -> str:
    return re.split(r"\s+(?=tỉnh\s|thành phố\s)", text.strip(" .;,"))[0].strip(" .;,)")


def unit_level(
    title: str,
    indices: Sequence[str],
    texts: Sequence[str],
    *,
    by_district: bool = False,
    by_commune: bool = False,
) -> str:
    """Return the unit level of the plan's score: "province", "department", "district", "commune".

    A district that issues a plan means its own score where the title names no other. PAPI is of
    provinces only.

    >>> unit_level("Nâng cao Chỉ số PAPI", ["PAPI"], [])
    'province'
    >>> unit_level("Nâng cao Chỉ số CCHC", ["PAR INDEX"], ["Chỉ số CCHC của Sở đứng thứ 5/20"])
    'department'
    >>> unit_level("Chỉ số CCHC (PAR INDEX) của Sở Y tế", ["PAR INDEX"], [])
    'department'
    >>> unit_level("Nâng cao Chỉ số CCHC huyện Mộc Châu", ["PAR INDEX"], [])
    'district'
    >>> unit_level("Nâng cao Chỉ số CCHC và SIPAS huyện An Bình", ["PAR INDEX", "SIPAS"], [])
    'district'
    """
    local = "commune" if by_commune else "district"
    if indices and set(indices) <= {"PAPI", "PCI"}:
        return "province"
    ministrys = _MINISTRYS.search(title)
    if _DISTRICT_PATTERN.search(title) or _names_inner_city(title, by_district=by_district):
        return local
    if by_district and not ministrys and not _PROVINCIAL_INDEX.search(title):
        return local
    own = _DEPARTMENT.search(title) and not _PROVINCIAL.search(title)
    if any(index not in ("PAR INDEX", "") for index in indices):
        return "department" if own else "province"
    n_department = sum(len(_DEPARTMENT.findall(text)) for text in (title, *texts))
    n_provincial = sum(len(_PROVINCIAL.findall(text)) for text in (title, *texts))
    if _PROVINCIAL.search(title) or ministrys:
        return "department" if own else "province"
    return "department" if n_department > n_provincial else "province"


def own_index(index: str, agency: str) -> str:
    """Return the name of a district's or commune's own index, never that of the ministry's.

    >>> own_index("PAR INDEX", "UBND huyện An Bình"), own_index("PAPI", "UBND huyện An Bình")
    ('PAR AN BINH', 'PAPI')
    """
    if index in ("PAPI", "PCI"):
        return index
    place = re.sub(
        r"^UBND\s+(?:huyện|thị xã|thành phố|quận|xã|phường|thị trấn|đặc khu)", "", agency
    )
    return f"{'PAR' if index in ('PAR INDEX', '') else index} {key(place).upper() or 'HUYEN'}"


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
