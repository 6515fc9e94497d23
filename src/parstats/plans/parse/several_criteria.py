"""Sentences that tell of several criteria, each with its own figures."""

from __future__ import annotations

import re

#: What was to be done and was not, before its figure: "chưa thực hiện tinh giản đủ 10%".
NOT_DONE = (
    r"(?:chưa|không)\s+(?:(?:(?:thực hiện|triển khai|bố trí|tổ chức|giải quyết|xử lý|tinh giản"
    r"|cắt giảm)\s+(?:[^\W\d_]+\s+){0,6}?)?(?:giảm\s+|tăng\s+)?"
    r"(?:đạt|đảm bảo|bảo đảm|hoàn thành|đủ)|(?:[^\W\d_]+\s+){0,6}?đủ)"
)
_NUMBER = r"\d{1,4}(?:[.,]\d{1,3})?"
_SHARE = rf"(?<![\d/.,]){_NUMBER}(?:\s*%?\s*/\s*{_NUMBER})?\s*(?:%|điểm)"
_FIGURE = re.compile(_SHARE, re.IGNORECASE)
_CUT = re.compile(r"[;,.]\s+(?:(?:và|còn|trong khi(?:\s+đó)?)\s+)?|\s+(?:và|còn)\s+", re.IGNORECASE)
# What goes on about the same criterion: a limit, a comparison, a cause, another part of it.
_GOES_ON = (
    r"(?!(?:mục tiêu|yêu cầu|quy định|kế hoạch|định mức|mức|tối đa|tối thiểu|ít nhất|so|thấp|cao"
    r"|giảm|tăng|kém|thiếu|trong|năm|quý|tháng|mà|nhưng|song|tuy|do|vì|bởi|nguyên nhân|lý do|chưa"
    r"|không|mới|đạt|bằng|còn|xếp|đứng|bị|từ|trên|dưới|đến|vượt|tương đương|chiếm|riêng|là"
    r"|chỉ(?!\s+số))\b)"
)
_WORD = r"[^\W\d_]+"
# A name in quotation marks is a criterion of its own, after "trong đó" too.
_QUOTED = (
    r"(?:trong đó,?\s+)?(?:(?:riêng|tiêu chí|nội dung|chỉ số|chỉ tiêu|lĩnh vực|thành phần)\s+){0,3}"
    r"(?:“[^“”]{3,150}”|\"[^\"]{3,150}\"|«[^«»]{3,150}»),?\s+"
)
_SUBJECT = re.compile(
    rf"(?:{_QUOTED}|{_GOES_ON}(?:{_WORD},?\s+){{1,12}}?)(?:(?:mới|chỉ|chưa|không|còn|cũng)\s+)*"
    rf"(?:{_WORD}\s*:|đạt\b|được\b|ở mức\b|bằng\b)[^\d;,.]{{0,40}}{_SHARE}",
    re.IGNORECASE,
)


def criteria(text: str) -> list[str]:
    """Return the parts of a sentence which tell of one criterion each; the whole if of one.

    A part begins where words that may be a criterion stand before a figure, after one before.

    >>> criteria("Hồ sơ đúng hạn đạt 92%, yêu cầu 95%; hồ sơ qua mạng mới đạt 45%, mục tiêu 60%.")
    ['Hồ sơ đúng hạn đạt 92%, yêu cầu 95%', 'hồ sơ qua mạng mới đạt 45%, mục tiêu 60%.']
    >>> criteria("Hồ sơ đúng hạn đạt 92%, thấp hơn mức 95% được giao")
    ['Hồ sơ đúng hạn đạt 92%, thấp hơn mức 95% được giao']
    >>> criteria("Công khai đạt 5,1 điểm; trong đó “Tiếp cận thông tin” đạt 0,8 điểm")
    ['Công khai đạt 5,1 điểm', 'trong đó “Tiếp cận thông tin” đạt 0,8 điểm']
    """
    parts, begin = [], 0
    for cut in _CUT.finditer(text):
        if _FIGURE.search(text[begin : cut.start()]) and _SUBJECT.match(text, cut.end()):
            parts.append(text[begin : cut.start()])
            begin = cut.end()
    return [*parts, text[begin:]]
