"""Shares in a target that are written as fractions: "2/3 số xã", "một nửa"."""

from __future__ import annotations

import re
from collections.abc import Iterator

_WORDS = {
    name: number
    for number, names in enumerate(
        ("một", "hai", "ba", "bốn|tư", "năm", "sáu", "bảy", "tám", "chín", "mười"), 1
    )
    for name in names.split("|")
}
_ANY = "|".join(_WORDS)
# Words after a fraction of which it is a share.
_WHOLE = (
    r"(?:tổng|số|các|thời gian|thời hạn|chi phí|kinh phí|xã|phường|thôn|huyện|thủ tục|hồ sơ|đơn vị"
    r"|cơ quan|hộ|công chức|cán bộ|người|văn bản|địa phương|trường|dịch vụ|sở|phòng|quy trình|tthc"
    r"|tiêu chí|nội dung|bản|lĩnh vực|khu|tổ|bệnh viện|trung tâm|trạm|cơ sở|doanh nghiệp"
    r"|hợp tác xã|ấp|khóm|dự án|đề án|nhiệm vụ|chỉ tiêu|công trình|quận|thị xã|thị trấn|thành phố"
    r"|đặc khu|ngành|ban|chi nhánh|mô hình|kiến nghị|phản ánh|khoa)\b"
)
# All of whatever it is: "05/05 nhà văn hóa". Points and days are none.
_ALL = (
    r"(?P<every>0*(?P<n>[1-9]\d{0,2}))\s*/\s*0*(?P=n)"
    r"(?=\s+(?!(?:điểm|hằng|hàng|năm|tháng|ngày|âm|dương|và|đến)\b)[^\W\d_])"
)
_FRACTION = re.compile(
    rf"(?<![\w/.,-]){_ALL}|^\W*(?P<alone>0*(?P<m>1[3-9]|[2-9]\d|\d{{3}})\s*/\s*0*(?P=m))(?=[\s.;]*$)"
    rf"|(?<![\w/.,-])(?P<of>\d{{1,3}})\s*/\s*(?P<all>\d{{1,3}})(?=\s+{_WHOLE})"
    rf"|\b(?P<of_word>{_ANY})\s+phần\s+(?P<all_word>{_ANY})\b"
    r"|\b(?:một|1)\s+(?:nửa|phân nửa)\b",
    re.IGNORECASE,
)
# What a fraction is part of that is none: days, numbers of acts, dates.
_NO_SHARE = re.compile(
    r"(?:ngày|số|trước|từ ngày|đến ngày|tháng|quý|điều|mẫu|hạng|thứ|xếp|vị trí)\s*$", re.IGNORECASE
)
# Units of a ranking: "12/63 tỉnh" is a place, "12/34 xã" and all of 34 are none.
_RANKED = {34, 63, 64}
_PLACED = re.compile(r"\s+(?:tỉnh|địa phương|đơn vị|thành phố)\b", re.IGNORECASE)


def shares(text: str) -> Iterator[tuple[int, int, float]]:
    """Yield where each fraction begins and ends, and its value in per cent, with two decimals.

    >>> [(text[begin:end], value) for text in ("ít nhất 2/3 số xã", "ngày 2/3 các sở họp")
    ...  for begin, end, value in shares(text)]
    [('2/3', 66.67)]
    >>> [value for text in ("34/34 tổ công nghệ số", "171/171", "12/34 tỉnh", "Hạng 34/34")
    ...  for _, _, value in shares(text)]
    [100.0, 100.0]
    """
    for match in _FRACTION.finditer(text):
        if match["every"] or match["alone"]:
            part = whole = int(match["n"] or match["m"])
        elif match["all"]:
            part, whole = int(match["of"]), int(match["all"])
        elif match["all_word"]:
            part, whole = (_WORDS[match[name].lower()] for name in ("of_word", "all_word"))
        else:
            part, whole = 1, 2
        before = text[max(match.start() - 12, 0) : match.start()]
        placed = whole in _RANKED and part < whole and _PLACED.match(text, match.end())
        if 0 < part <= whole and not placed and not _NO_SHARE.search(before):
            begin = match.start("alone") if match["alone"] else match.start()
            yield begin, match.end(), round(100 * part / whole, 2)
