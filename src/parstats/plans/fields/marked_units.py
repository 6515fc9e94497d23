"""Lists of units of which brackets say who leads and who supports: "Sở A (chủ trì), Sở B (...)"."""

from __future__ import annotations

import re

from parstats.plans.fields import deadlines
from parstats.plans.fields.unit_phrases import is_subject, leading_units

_LEADS = r"chủ trì|đầu mối|phụ trách|làm chính|cơ quan chính|đơn vị chính|chịu trách nhiệm|CT"
_HELPS = r"phối hợp|cùng thực hiện|tham gia|hỗ trợ|liên quan|PH"
_MARKED = re.compile(
    r"[\s,;.\n+•-]*(?:và\s+|cùng\s+)?(?P<names>[^();:\n]+?)\s*\(\s*(?P<inside>[^()]*)\)",
    re.IGNORECASE,
)
_OFFICE = r"(?:là\s+|làm\s+)?(?:(?:cơ quan|đơn vị|cq|đv)\s+)?"
_LEAD_MARK = re.compile(rf"{_OFFICE}(?:{_LEADS})(?:\s+(?:thực hiện|tham mưu))?", re.IGNORECASE)
_HELP_MARK = re.compile(rf"{_OFFICE}(?:{_HELPS})(?:\s+thực hiện)?", re.IGNORECASE)
# "(chủ trì, phối hợp Sở Y tế)": one bracket says both.
_BOTH = re.compile(
    rf"{_OFFICE}(?:{_LEADS})\s*[,;]?\s*(?:và\s+)?phối hợp(?:\s+(?:với|cùng))?\s*:?\s*(?P<names>.+)",
    re.IGNORECASE,
)
_DASH = re.compile(r"\s[-–—]\s+")
# Letters at the end of a measure in which the dash is sought. By judgement: eight units.
_TAIL = 400
_SIGNS = " \t\n,;.:-–+•"


def marked_units(text: str) -> tuple[str, str, str] | None:
    """Return who leads, who supports and by when in a list marked by brackets; None if it is none.

    Nothing else may stand in the text.

    >>> marked_units("Sở Nội vụ (chủ trì), Sở Y tế, Sở Tài chính (phối hợp), quý III/2024.")
    ('Sở Nội vụ', 'Sở Y tế, Sở Tài chính', 'quý III/2024')
    >>> marked_units("Rà soát phí (chủ trì: Sở Y tế)") is None
    True
    """
    names: dict[str, list[str]] = {"lead": [], "support": []}
    end = 0
    while match := _MARKED.match(text, end):
        written, inside = match["names"].strip(_SIGNS), match["inside"].strip(_SIGNS)
        both = _BOTH.fullmatch(inside)
        role = "support" if _HELP_MARK.fullmatch(inside) else "lead"
        if not is_subject(written) or not (
            role == "support" or both or _LEAD_MARK.fullmatch(inside)
        ):
            return None
        names[role].append(written)
        if both:
            names["support"].append(both["names"].strip(_SIGNS))
        end = match.end()
    when = text[end:].strip(_SIGNS)
    if not names["lead"] or (when and not _is_time(when)):
        return None
    return "; ".join(names["lead"]), "; ".join(names["support"]), when


def _is_time(text: str) -> bool:
    return deadlines.looks_like_deadline(text) and not is_subject(text)


def after_dash(text: str) -> tuple[str, str] | None:
    """Return a measure and the units named after a dash at its end; None if there is no such dash.

    >>> after_dash("Niêm yết lệ phí tại trụ sở - Sở Nội vụ.")
    ('Niêm yết lệ phí tại trụ sở', 'Sở Nội vụ')
    >>> after_dash("Gửi báo cáo về Sở Lao động - Thương binh và Xã hội") is None
    True
    """
    for match in reversed(list(_DASH.finditer(text, max(len(text) - _TAIL, 0)))):
        measure, rest = text[: match.start()].strip(), text[match.end() :].strip(_SIGNS)
        # Three words, by judgement: a verb and what it is done to.
        if len(measure.split()) >= 3 and _only_units(rest) and not is_subject(measure):
            return measure, rest
    return None


def _only_units(text: str) -> bool:
    return bool(text) and text[0].isupper() and leading_units(text) == text
