"""The years of a plan: its first and last, and the year whose results it answers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from parstats.plans.fields.unit_register import CAPITALS

_Y = r"(20\d\d)"
# "giai đoạn 2018 - 2020", "từ năm 2022 đến năm 2025", "2021-2025".
_SPAN = re.compile(rf"\b{_Y}\s*(?:[-–—]|đến(?:\s+hết)?)\s*(?:năm\s+)?{_Y}\b(?!/)", re.IGNORECASE)
# Years that belong together: "năm 2022 và năm 2023", "năm 2025, 2026".
_JOINED = re.compile(
    r"\bnăm\s+20\d\d(?:\s*(?:,|và|[-–])\s*(?:năm\s+)?20\d\d)*(?![\d/])", re.IGNORECASE
)
_PROGRAMME = re.compile(
    r"(?:chương trình|kế hoạch|đề án)\s+(?:tổng thể|cải cách)[^.;]{0,60}?giai đoạn\s+"
    r"20\d\d\s*[-–]\s*20\d\d",
    re.IGNORECASE,
)
# Words before or after a year that say that something was measured in it. Titles of sections and
# columns, and sentences at the beginning of the plan.
_MEASURED = (
    re.compile(
        r"(?:kết quả|tồn tại|hạn chế|đánh giá|khảo sát|chỉ số|papi|sipas|par ?-?index|xếp hạng"
        r"|so với|điểm(?: đạt)?(?: được)?)(?:(?!công bố)[^.;:]){0,90}?"
        r"\bnăm\s+(20\d\d)\b(?:\s*(?:,|và|-|–)\s*(?:năm\s+)?(20\d\d)\b)?",
        re.IGNORECASE,
    ),
    re.compile(
        r"^\W*(?:[\da-zđ]{1,3}[.)]\s*)?(?:trong\s+)?năm\s+(20\d\d)\b,?\s*"
        r"(?:[^.;]{0,80}?)(?:\bđạt\b|khảo sát|bị trừ|xếp|giảm"
        r"|\bchỉ số\b|mất điểm|\bđiểm\b)",
        re.IGNORECASE,
    ),
    re.compile(r"(?:kết quả|điểm)(?:\s+đạt)?(?:\s+được)?\s+(20\d\d)\b", re.IGNORECASE),
)
# A look ahead beyond the plan: "năm 2024, định hướng đến năm 2026", "tầm nhìn 2030".
_AHEAD = re.compile(
    r"(?:,|;|và)?\s*(?:(?:định hướng|tầm nhìn|hướng (?:tới|đến))\b[^.;\d]{0,30}?"
    r"|(?:phấn đấu|tiếp theo)\b[^.;,\d]{0,20}?\bđến\s+(?:hết\s+)?(?:năm\s+)?)"
    r"(20\d\d)(?:\s*[-–—]\s*(20\d\d))?(?![\d/])",
    re.IGNORECASE,
)
# "so với năm 2022": what the results are compared with, unless that is what was aimed at.
_COMPARED = re.compile(
    r"so với\b(?:(?!mục tiêu|chỉ tiêu|kế hoạch|yêu cầu|quy định)[^.;:,]){0,60}?"
    r"\b(20\d\d)\b(?:\s*(?:,|và)\s*(?:năm\s+)?(20\d\d)\b)?",
    re.IGNORECASE,
)
# The results of a year come out in the year after: "công bố năm 2024" is of 2023.
_PUBLISHED = re.compile(r"công bố\s+(?:vào\s+)?(?:tháng\s+\d+\s+)?năm\s+20\d\d", re.IGNORECASE)
# What others reached: "học tập kinh nghiệm của Hải Phòng, đơn vị đứng đầu PAPI năm 2022".
_ELSEWHERE = re.compile(
    r"\b(?:học tập|học hỏi|tham khảo|kinh nghiệm)\b[^.;:]{0,200}"
    rf"|(?:tỉnh|thành phố)\s+[{CAPITALS}][^.;:]{{0,80}}?(?:đứng đầu|dẫn đầu)[^.;:]{{0,60}}"
)
# Years before the plan's that may be the baseline. By judgement: results come a year late at most.
_OLDEST = 3


def plan_years(
    title: str, date: str, texts: Sequence[str]
) -> tuple[int | None, int | None, int | None]:
    """Return first and last year of a plan, and the year whose results it answers.

    `title` decides, else the article that puts the plan in force, else the year of issue.

    Examples
    --------
    >>> plan_years("Khắc phục hạn chế năm 2023, nâng cao chỉ số năm 2024", "2024-06", [])
    (2024, 2024, 2023)
    >>> plan_years("Nâng cao Chỉ số PAPI giai đoạn 2018 - 2020", "2017-12-05", [])
    (2018, 2020, None)
    >>> plan_years("Nâng cao Chỉ số", "2023-12-05", ["Điều 1. Ban hành Kế hoạch năm 2024."])
    (2024, 2024, None)
    >>> plan_years("Nâng cao Chỉ số năm 2024, định hướng đến năm 2026", "2024-06", [])
    (2024, 2026, None)
    """
    ahead = [int(year) for years in _AHEAD.findall(title) for year in years if year]
    if date and ahead and min(ahead) <= int(date[:4]):  # "hướng tới nâng cao Chỉ số năm 2024"
        ahead = []
    bare = _AHEAD.sub(" ", title) if ahead else title
    first, last, baseline = _years_of(bare, date, texts)
    return first, max([last, *ahead]) if last is not None else None, baseline


def _years_of(
    title: str, date: str, texts: Sequence[str]
) -> tuple[int | None, int | None, int | None]:
    """Return the years of a plan by a title without its look ahead."""
    issued = int(date[:4]) if date else None
    groups = _groups(title)
    named = sorted(groups, key=lambda group: (group[1], group[0]))
    in_force = [group for text in texts if _is_article(text) for group in _groups(text)]
    if in_force and (not named or named[-1][1] < max(last for _, last in in_force)):
        named.append(max(in_force, key=lambda group: group[1]))
    if not named:
        first = last = issued
    else:
        first, last = named[-1]
        if issued and issued > last:  # a plan of the year after answers the year it names
            return issued, issued, last
        if issued and first < issued:
            first = issued
    if first is None:
        return None, None, None
    earlier = [end for _, end in named[:-1] if end < first]
    return first, last, max(earlier) if earlier else _measured_year(texts, first)


def names_year(title: str, texts: Sequence[str]) -> bool:
    """Return whether a title, or the article that puts the plan in force, names a year.

    >>> names_year("Nâng cao Chỉ số PAPI năm 2024", []), names_year("Nâng cao Chỉ số PAPI", [])
    (True, False)
    """
    return bool(_groups(title) or re.search(_Y, title)) or any(
        _groups(text) for text in texts if _is_article(text)
    )


def _is_article(text: str) -> bool:
    """Return whether a text is the article that puts the plan in force."""
    return re.match(r"^\W*Điều\s+1\b", text) is not None


def _groups(text: str) -> list[tuple[int, int]]:
    """Return the years a text names, those that belong together as first and last."""
    text = _PUBLISHED.sub(" ", text)
    years = [[int(year) for year in re.findall(_Y, match[0])] for match in _JOINED.finditer(text)]
    groups = [(min(group), max(group)) for group in years]
    spans = [
        (int(match[1]), int(match[2]))
        for match in _SPAN.finditer(_PROGRAMME.sub(" ", text))
        if int(match[1]) < int(match[2])
    ]
    # A year of a span is no year by itself: "từ năm 2022 đến năm 2025".
    inside = {year for span in spans for year in span}
    return [*spans, *(group for group in groups if not (spans and set(group) <= inside))]


def _measured_year(texts: Iterable[str], plan: int) -> int | None:
    """Return the year before the plan's that its texts name most as measured."""
    back: Counter[int] = Counter()
    for text in texts:
        told = _ELSEWHERE.sub(" ", _PUBLISHED.sub(" ", text))
        years = {
            int(year)
            for pattern in _MEASURED
            for match in pattern.finditer(told)
            for year in match.groups()
            if year
        }
        compared = {int(year) for pair in _COMPARED.findall(told) for year in pair if year}
        # What a goal is to rise from is the year just before: "tăng 5 bậc so với năm 2023".
        years -= compared if years - compared else compared - {plan - 1}
        back.update(year for year in years if plan - _OLDEST < year < plan)
    counted = [(count, year) for year, count in back.items()]
    return max(counted)[1] if counted else None
