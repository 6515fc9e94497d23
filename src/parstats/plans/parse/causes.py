"""Why something fell short, where a paragraph of its own says it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from parstats.documents.document import Span
from parstats.documents.phrases import key, tidy
from parstats.plans.parse.prose import Past
from parstats.plans.records import Shortcoming

# "Nguyên nhân: ..." below a list of shortcomings, and a heading over such paragraphs.
_ONLY_CAUSE = re.compile(
    r"^[\W_]*(?:(?:\d{1,2}|[a-zđ])[.)]\s*)?(?:(?:những|các|một số)\s+)?(?:nguyên nhân|lý do)"
    r"(?:\s+(?:chủ yếu|chính|chung|cơ bản|khách quan|chủ quan|trực tiếp|sâu xa"
    r"|thứ\s+[^\W\d_]+|từ(?:\s+[^\W\d_]+){1,8}(?=\s*:)|(?:của\s+)?(?:các\s+|những\s+)?"
    r"(?:tồn tại|hạn chế|yếu kém)(?:,\s*(?:tồn tại|hạn chế|yếu kém))*))*"
    r"\s*(?::|(?:là|do)\s*:?)\s*(?P<cause>.+)$",
    re.IGNORECASE,
)
_CAUSE_HEADING = re.compile(
    r"^(?:(?:[ivx]+|\d+|[a-z])(?: \d+)* )?(?:nhung |cac |mot so )?(?:nguyen nhan|ly do)\b"
)
# Words of headings of sections, as keys: "Những tồn tại, hạn chế chủ yếu của tỉnh năm 2024".
_SECTION_WORDS = re.compile(
    r"\b(?:ton tai|han che|yeu kem|nguyen nhan|thuc trang|ket qua(?: dat duoc)?|danh gia|tinh hinh"
    r"|khuyet diem|thieu sot|kho khan|vuong mac|bat cap|nhiem vu|giai phap|bien phap|noi dung"
    r"|khac phuc|muc tieu|chi tieu|yeu cau|to chuc thuc hien|thuc hien|chu yeu|trong tam|cu the"
    r"|chung|chinh|nhung|mot so|cac|va|con|cua|tinh|thanh pho|trong|nam|khac|ve|\d+)\b"
)


def only_names_section(text: str) -> bool:
    """Return whether a line has no words but those that name a section and what kind it is of.

    >>> only_names_section("TỒN TẠI, HẠN CHẾ VÀ NGUYÊN NHÂN")
    True
    >>> only_names_section("Hạn chế trong giải quyết hồ sơ đất đai")
    False
    """
    return _SECTION_WORDS.sub("", f" {key(text)} ").strip() == ""


def cause_alone(case: Past) -> str:
    """Return the words of a paragraph that only says why; "" for any other."""
    text = tidy(case.item.text)
    if match := _ONLY_CAUSE.match(text):
        return match["cause"].strip(" .;")
    under = _is_cause_heading(case.headings) and not only_names_section(text)
    return text.strip(" .;") if under else ""


def with_causes(
    told: Sequence[Shortcoming], causes: Sequence[tuple[Past, str, int]]
) -> tuple[list[Shortcoming], list[tuple[Span, str]]]:
    """Return shortcomings with the causes that paragraphs beside them tell, and the causes left.

    Each cause has the number of shortcomings above it. It is that of the items above it in its
    section which name no other. One below the last item of a list may be of that item or of all:
    it is taken where both are the same.
    """
    cases = list(told)
    left: list[tuple[Span, str]] = []
    loose = {above for past, _, above in causes if _item_above(cases, past, above)}
    for past, cause, above in causes:
        if _item_above(cases, past, above):
            meant = _of_item_above(cases, above, loose)
        else:
            shared = past.headings[:-1] if _is_cause_heading(past.headings) else past.headings
            meant = [
                at
                for at, case in enumerate(cases[:above])
                if case.section.headings[: len(shared)] == shared
            ]
        open_cases = [at for at in meant if not cases[at].cause or cases[at].shared_cause]
        if not open_cases:
            left.append((past.item.block.span, cause))
        for at in open_cases:
            words = "; ".join(filter(None, (cases[at].cause, cause)))
            cases[at] = replace(cases[at], cause=words, shared_cause=True)
    return cases, left


def _item_above(cases: Sequence[Shortcoming], past: Past, above: int) -> bool:
    """Return whether a paragraph stands right below a shortcoming, as below a heading."""
    last = cases[above - 1] if above else None
    return bool(
        last
        and past.headings[:-1] == last.section.headings
        and past.headings
        and key(past.headings[-1]).endswith(key(last.text))
    )


def _of_item_above(cases: Sequence[Shortcoming], above: int, loose: set[int]) -> list[int]:
    """Return which shortcomings a cause below an item explains; none where that is not sure.

    The last of several items tells it only if each of the others has such a cause too.
    """
    last = cases[above - 1]
    begin, end = above - 1, above
    while begin and cases[begin - 1].section.headings == last.section.headings:
        begin -= 1
    while end < len(cases) and cases[end].section.headings == last.section.headings:
        end += 1
    ends = {at + 1 for at in range(begin, end - 1) if cases[at].span != cases[at + 1].span}
    is_sure = above < end or loose.issuperset(ends)
    return [at for at in range(begin, end) if is_sure and cases[at].span == last.span]


def _is_cause_heading(headings: Sequence[str]) -> bool:
    return bool(headings) and _CAUSE_HEADING.search(key(headings[-1])) is not None
