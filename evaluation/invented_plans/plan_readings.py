"""What the author of the invented plans says their units, deadlines and targets mean."""

from __future__ import annotations

import calendar
import re

FULL_NAMES = {
    "SỞ NỘI VỤ": "Sở Nội vụ",
    "SỞ TÀI CHÍNH": "Sở Tài chính",
    "VĂN PHÒNG ỦY BAN NHÂN DÂN TỈNH": "Văn phòng UBND tỉnh",
    "UBND CÁC HUYỆN, THÀNH PHỐ": "UBND các huyện, thành phố",
    "Sở NN&PTNT": "Sở Nông nghiệp và Phát triển nông thôn",
    "Sở TT&TT": "Sở Thông tin và Truyền thông",
    "Sở TTTT": "Sở Thông tin và Truyền thông",
    "Sở TN&MT": "Sở Tài nguyên và Môi trường",
    "Sở TNMT": "Sở Tài nguyên và Môi trường",
    "Sở NN&MT": "Sở Nông nghiệp và Môi trường",
    "Sở KH&CN": "Sở Khoa học và Công nghệ",
    "Sở KH&ĐT": "Sở Kế hoạch và Đầu tư",
    "Sở GD&ĐT": "Sở Giáo dục và Đào tạo",
    "Sở LĐTBXH": "Sở Lao động - Thương binh và Xã hội",
    "Sở LĐ-TB&XH": "Sở Lao động - Thương binh và Xã hội",
    "VP UBND tỉnh": "Văn phòng UBND tỉnh",
    "VP. UBND tỉnh": "Văn phòng UBND tỉnh",
    "Trung tâm PVHCC tỉnh": "Trung tâm Phục vụ hành chính công tỉnh",
    "TTPVHCC tỉnh": "Trung tâm Phục vụ hành chính công tỉnh",
    "UBMTTQ tỉnh": "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh",
    "UBMTTQVN tỉnh": "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh",
    "Đài PT-TH tỉnh": "Đài Phát thanh - Truyền hình tỉnh",
    "BHXH tỉnh": "Bảo hiểm xã hội tỉnh",
    "Phòng TN&MT": "Phòng Tài nguyên và Môi trường",
    "Phòng TC-KH": "Phòng Tài chính - Kế hoạch",
    "Phòng VH&TT": "Phòng Văn hóa và Thông tin",
    "Phòng VH-TT": "Phòng Văn hóa và Thông tin",
}
# A comma parts two units only where the next word begins a unit: "UBND các xã, phường" is one.
UNIT_BEGINS = (
    "Sở|Ban|Văn phòng|VP|UBND|Ủy ban|Công an|Phòng|Trung tâm|TTPVHCC|Báo|Đài|Bưu điện|"
    "Thanh tra|Cục|Kho bạc|BHXH|Bảo hiểm|Hội|Đoàn|Liên đoàn|UBMTTQ|UBMTTQVN|Công ty|Điện lực|"
    "Chi cục|Bệnh viện|Chi nhánh|Trường|Bộ phận|Tổ|Trưởng|Công chức|Viễn thông|VNPT|"
    "[Cc]ác sở|[Cc]ác cơ quan|[Cc]ác phòng|[Cc]ác đơn vị|[Cc]ác ban|[Cc]ác bệnh|[Cc]ác huyện|"
    "[Cc]ác tổ|[Cc]ác thôn"
)


def unnumbered(text: str) -> str:
    """Give a sentence without its number or dash."""
    return re.sub(r"^([-+•*]|\(?\d+[.)]|[a-z]\))\s*", "", text)


def units(text: str) -> str:
    """Name the units of a cell, parted by "; "."""
    text = re.sub(r"\s*\([^)]*\)", "", text)
    parts = re.split(
        rf";\s*|\n-?\s*|,\s*(?=(?:{UNIT_BEGINS})\b)|(?<!HĐND)\s+và\s+(?=(?:{UNIT_BEGINS})\b)", text
    )
    named = [part.strip(" .-") for part in parts if part.strip(" .-")]
    named = [FULL_NAMES.get(part, part) for part in named]
    return "; ".join(part[0].upper() + part[1:] for part in named)


def month_end(year: int, month: int) -> str:
    """Give the last day of a month."""
    return f"{year}-{month:02d}-{calendar.monthrange(year, month)[1]:02d}"


WITHOUT_DATE = (
    (r"th.ờng\s+xuyên,? (hằng|hàng) tháng", "regular; monthly"),
    (r"thường\s+xuyên,? (hằng|hàng) năm", "regular; yearly"),
    (r"thường\s+xuyên", "regular"),
    (r"(hằng|hàng) năm", "yearly"),
    (r"(hằng|hàng) quý", "quarterly"),
    (r"(hằng|hàng) tháng", "monthly"),
    (r"(hằng|hàng) tuần", "weekly"),
    (r"6 tháng một lần|06 tháng/lần", "half-yearly"),
    (r"theo (quy định|kế hoạch|hướng dẫn).*", "as ruled elsewhere"),
    (r"khi có phát sinh|khi phát sinh", "when it arises"),
)
QUARTERS = {"I": 1, "II": 2, "III": 3, "IV": 4, "1": 1, "2": 2, "3": 3, "4": 4}


def deadline(text: str, plan_year: str) -> tuple[str, str]:
    """Give the last day a deadline allows (empty if none is named) and its rule in English."""
    plain = " ".join(text.split()).strip(" .;()")
    for pattern, rule in WITHOUT_DATE:
        if re.fullmatch(pattern, plain, re.IGNORECASE):
            return "", rule
    days = re.search(r"(\d+) ngày( làm việc)?", plain)
    if days and "kể từ" in plain:
        return "", f"{int(days[1])} {'working ' if days[2] else ''}days from the event named"
    date = re.search(r"(\d{1,2})/(\d{1,2})/(\d{4})", plain)
    if date:
        iso = f"{date[3]}-{int(date[2]):02d}-{int(date[1]):02d}"
        return iso, f"{'before' if 'rước' in plain else 'by'} {iso}"
    span = re.search(r"(?:giai đoạn )?(\d{4})\s*-\s*(\d{4})", plain, re.IGNORECASE)
    if span:
        return f"{span[2]}-12-31", f"period {span[1]}-{span[2]}"
    return _month_or_quarter(plain, plan_year)


def _month_or_quarter(plain: str, plan_year: str) -> tuple[str, str]:
    """Read quarters, months, halves and years."""
    named = re.search(r"\b(20\d\d)\b", plain)
    year = int(named[1] if named else plan_year)
    quarters = (
        re.findall(r"\b(IV|III|II|I|[1-4])\b", re.sub(r"20\d\d", "", plain))
        if re.search("quý", plain, re.I)
        else []
    )
    if quarters:
        last = quarters[-1]
        number = QUARTERS[last]
        return month_end(year, 3 * number), f"quarter {'-'.join(quarters)} {year}"
    month = re.findall(r"[Tt]háng (\d{1,2})", plain)
    if month and "6 tháng" not in plain:
        return month_end(year, int(month[-1])), f"month {int(month[-1])} {year}"
    if re.search("6 tháng đầu năm", plain, re.I):
        return month_end(year, 6), f"first half {year}"
    if re.search("6 tháng cuối năm|hết năm|trong năm|^năm|cuối năm", plain, re.I):
        return month_end(year, 12), f"year {year}"
    return "", ""


def targets(text: str) -> tuple[str, str, str]:
    """Read ``>=90% ; <=5 ngày`` into operators, values and units, each parted by "; "."""
    found = [
        re.fullmatch(r"(>=|<=|=|>|<)\s*(-?[\d.]+)\s*(.*)", part.strip())
        for part in text.split(";")
        if part.strip()
    ]
    if not all(found):
        raise SystemExit(f"not a target: {text!r}")
    return tuple("; ".join(match[group].strip() for match in found) for group in (1, 2, 3))
