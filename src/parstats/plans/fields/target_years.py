"""The year by which a target is to be reached, where its words name one."""

from __future__ import annotations

import re

_YEAR = r"(?P<year>20\d\d)"
_UNTIL = r"(?:vào|trong|đến|tới|hết|cuối)\s+"
# "80% (2026)", "95% hồ sơ vào năm 2026": right after the number. "so với năm 2023" is no such year.
_AFTER = re.compile(
    r"^(?:\s*(?:%|phần trăm))?(?:\s+(?!so\b|của\b|và\b|theo\b|kế hoạch\b)[^\W\d_]+){0,5}?\s*"
    rf"(?:\(\s*(?:{_UNTIL})*(?:năm\s+)?|(?:{_UNTIL})+(?:năm\s+)?"
    rf"|,\s*(?:{_UNTIL})+(?:năm\s+)?(?=20\d\d\s*(?:[.;)]|$)))"
    rf"{_YEAR}(?!\d|[/.-]\d|\s*[-–]\s*20)(?!\s*(?::|là\b|đạt\b))",
    re.IGNORECASE,
)
# "60% năm 2024, 100% năm 2025": the year ends the clause, and is of this number.
_OWN = re.compile(
    r"^(?:\s*(?:%|phần trăm))?(?:\s+(?!so\b|của\b|và\b|theo\b|kế hoạch\b|hơn\b|từ\b|như\b)"
    r"[^\W\d_]+){0,5}?\s+năm\s+"
    rf"{_YEAR}(?=\s*(?:[,;.)]|$|và\s+\d))(?!,\d)",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"(?:^|(?<=[\s(]))(?:năm|đến|(?<=[;,(] )|^)\s*{_YEAR}\s*\)?\s*(?:[:,–-]\s*)?"
    r"(?P<between>[^;.\d]{0,90})$",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"(?:so với|cao hơn|thấp hơn|hơn|bằng|kết quả|của|kế hoạch|so|từ)\s*(?:kết quả\s+)?(?:của\s+)?"
    r"(?:cùng kỳ\s+)?(?:năm\s*)?$",
    re.IGNORECASE,
)


def year_of(before: str, after: str) -> int | None:
    """Return the year of a number by the words around it; None if they name none.

    >>> year_of("Năm 2026: ", "%"), year_of("đạt ", "% vào năm 2030"), year_of("đạt ", "% hồ sơ")
    (2026, 2030, None)
    >>> year_of("đạt ", "% (năm 2023: 80%)") is None
    True
    >>> year_of("cao hơn năm 2024 từ ", " bậc")
    >>> year_of("đạt 60% năm 2024, ", "% năm 2025")
    2025
    """
    match = _AFTER.match(after) or _OWN.match(after)
    if match:
        return int(match["year"])
    match = _BEFORE.search(before)
    if match is None or _COMPARED.search(before[: match.start("year")]):
        return None
    return int(match["year"])
