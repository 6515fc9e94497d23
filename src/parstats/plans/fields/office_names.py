"""Names of offices: a text that is one and nothing else."""

from __future__ import annotations

import re

from parstats.plans.fields.unit_register import CAPITALS

_LEVEL = r"xã|phường|thị trấn|đặc khu|huyện|quận|thị xã|thành phố|tỉnh"
# A word for its kind before a name or a level: "Sở Y tế", "Công an tỉnh", no "Hội nghị đối thoại".
_NAMED = re.compile(
    r"^(?i:các\s+)?(?:(?i:sở|ban|hội(?!\s+nghị)|phòng|cục|chi cục|văn phòng|công an|trung tâm"
    r"|thanh tra|kho bạc|bảo hiểm|ngân hàng|tòa án|viện kiểm sát|bộ chỉ huy|bưu điện|liên minh"
    r"|liên đoàn|tỉnh đoàn|xã|phường|thị trấn|đặc khu|huyện|quận|thị xã|thành phố"
    r"|tp\.?|tx\.?|tt\.?)"
    rf"\s+(?:[^\W\d_]+\s+){{0,2}}(?:[{CAPITALS}]|(?:{_LEVEL})\b)|(?i:ubnd|ủy ban|uỷ ban|hđnd)\b)"
)
_LIST = re.compile(
    r"^(?:khối\s+)?(?:các)?(?:[\s,;–-]|và|\b(?:sở|ban|ngành|đoàn thể|cơ quan|đơn vị|địa phương"
    rf"|cấp|trực thuộc|chuyên môn|{_LEVEL})\b)+$",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:đạt|có|được|tổ chức|giải quyết|công bố|thực hiện|ban hành|kết nối|hoàn thành|tỷ lệ|tỉ lệ"
    r"|số|mức độ|chỉ số|điểm)\b",
    re.IGNORECASE,
)
_MOST_WORDS = 10  # by judgement: a name, not a sentence that begins with one


def is_office(text: str) -> bool:
    """Return whether a text names an office, or several, and says nothing of them.

    >>> is_office("Sở Y tế"), is_office("Xã An Bình"), is_office("Các sở, ban, ngành")
    (True, True, True)
    >>> is_office("Sở Y tế giải quyết đúng hạn"), is_office("Hội nghị đối thoại")
    (False, False)
    """
    if len(text.split()) > _MOST_WORDS or _VERB.search(text):
        return False
    return bool(_NAMED.match(text) or _LIST.match(text))
