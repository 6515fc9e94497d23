"""Whether a number of a target is how far something is to rise or fall, or what it is to reach."""

from __future__ import annotations

import re

_MORE = r"(?:tăng|nâng|cải thiện|thăng|vươn lên|nhích)(?:\s+(?:hạng|thứ hạng|bậc|điểm|vị trí|tốc))?"
_LESS = r"(?:giảm|rút ngắn|rút|cắt|tiết kiệm|tiết giảm|hạ|thu hẹp|bớt|kéo giảm)"
# Words between the verb and the number that leave the number a change.
_BY = (
    r"(?:\s+(?:thêm|lên|đi|được|bớt|từ|trên|hơn|khoảng|bình quân|trung bình|tối thiểu|ít nhất"
    r"|không dưới|không ít hơn|là|≥|>))*\s*$"
)
_RISE = re.compile(rf"\b{_MORE}{_BY}", re.IGNORECASE)
_FALL = re.compile(rf"\b{_LESS}{_BY}", re.IGNORECASE)
_ABOVE = re.compile(
    r"\bcao hơn\s[^.;,]{0,30}?20\d\d(?:\s+(?:là|từ|khoảng|ít nhất|tối thiểu))*\s*$"
    r"|\b(?:tăng|nâng|cải thiện)\b[^.;,:]{0,80}\sthêm(?:\s+(?:ít nhất|tối thiểu|từ|khoảng))*\s*$",
    re.IGNORECASE,
)
# "tăng lên 80%" is what is reached; of places and points "lên" says by how much.
_REACHED = re.compile(r"\blên\s*$", re.IGNORECASE)
_STEPS = {"bậc", "điểm", "hạng", "vị trí", "lần", "điểm %"}
# "giảm thời gian giải quyết 30%": what falls stands between the verb and the number.
_BETWEEN = r"\s+(?P<what>[^.;,:()\d]{3,80}?)\s*$"
_RISE_OF = re.compile(rf"\b{_MORE}{_BETWEEN}", re.IGNORECASE)
# "rút ngắn thời gian ít nhất 30%"; what rises "ít nhất 95%" may as well be to reach it.
_FALL_OF = re.compile(
    rf"\b{_LESS}\s+(?P<what>[^.;,:()\d]{{3,80}}?)(?:\s+(?:từ|ít nhất|tối thiểu|khoảng))*\s*$",
    re.IGNORECASE,
)
_TO = re.compile(
    r"(?<!\w)(?:lên|xuống|còn|đạt|đến|dưới|trên|để|nhằm|góp phần|cho|của|đối với|trong|tại|ở|là"
    r"|bằng|không|quá|tối đa|và|bảo đảm|đảm bảo|phấn đấu|duy trì|mức|hoàn thành|thực hiện|với"
    r"|ít nhất|tối thiểu|thành|sau|từ|gấp|≥|≤|<|>)(?!\w)",
    re.IGNORECASE,
)
_ENDS = re.compile(r"\s*(?:%|phần trăm)?\s*(?:[.;,)]|so với|trở lên|$)", re.IGNORECASE)
# "+3%", "+5% so với năm 2024"; "+ 100% xã" and "+100% xã" begin an item.
_PLUS = re.compile(r"(?:^|[\s(:;,])\+$")
_PLUS_ENDS = re.compile(
    r"\s*(?:%|phần trăm)\s*(?:[.;,)/]|so với|trở lên|mỗi|hằng|hàng|$)", re.IGNORECASE
)


def rises_by_sign(before: str, after: str, unit: str) -> bool:
    """Return whether a plus sign before a number says how far something is to rise.

    `before` and `after` are the words around the number without its unit.

    >>> rises_by_sign("+", "% so với năm 2024", "%"), rises_by_sign("+", "% số xã", "%")
    (True, False)
    >>> rises_by_sign("PAPI +", " bậc", "bậc"), rises_by_sign("+ ", "%", "%")
    (True, False)
    """
    if _PLUS.search(before) is None:
        return False
    return unit in _STEPS - {"lần"} or _PLUS_ENDS.match(after) is not None


def direction(before: str, after: str, unit: str) -> str:
    """Return "increase" or "decrease" where a number is by how much; "" where it is what is asked.

    `before` and `after` are the words around the number with its unit.

    >>> direction("Rút ngắn ít nhất ", " thời gian", "%"), direction("Tăng lên ", "", "%")
    ('decrease', '')
    >>> direction("giảm thời gian giải quyết ", "", "%")
    'decrease'
    >>> direction("giảm thời gian giải quyết cho ", " hồ sơ", "%")
    ''
    """
    if _FALL.search(before):
        return "decrease"
    if _RISE.search(before):
        return "" if _REACHED.search(before) and unit not in _STEPS else "increase"
    if _ABOVE.search(before):
        return "increase"
    for name, pattern in (("decrease", _FALL_OF), ("increase", _RISE_OF)):
        match = pattern.search(before)
        if match and not _TO.search(match["what"]) and _ENDS.match(after):
            return name
    return ""
