"""Names of units: lists taken apart, spellings brought to one."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from parstats import reference
from parstats.plans.text.words import key, starts, tidy

_BETWEEN = re.compile(r"\s*(?:[;\n]|,(?!\s*(?:đơn vị|ngành|thành phố|thị xã|cơ quan|ban)\b))\s*")
_TAIL = re.compile(r"[\s.,;:]+$")
_LABEL = re.compile(
    r"^(?:[-+•]\s*)?(?:(?:cơ quan|đơn vị|cq|đv)?\s*(?:chủ trì|phối hợp)[^:]{0,20}:\s*)",
    re.IGNORECASE,
)


@cache
def _spellings() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(rf"\b{re.escape(row['short'])}\b"), row["long"])
        for row in reference.rows("unit_names")
        if row["kind"] == "short"
    )


@cache
def _same() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(rf"^(?:{row['short']})$", re.IGNORECASE), row["long"])
        for row in reference.rows("unit_names")
        if row["kind"] == "same"
    )


@lru_cache(maxsize=2**13)
def normalise(name: str) -> str:
    """One spelling for the names of one unit.

    Short forms are written out, a department's own name after its office is left out, and the
    many ways to say "the divisions of the department" become one.

    Examples
    --------
    >>> normalise("Văn phòng Sở Công Thương"), normalise("Văn phòng ")
    ('Văn phòng Sở', 'Văn phòng Sở')
    >>> normalise("Các phòng chuyên môn, đơn vị thuộc sở")
    'Các phòng, đơn vị thuộc Sở'
    """
    text = _TAIL.sub("", _LABEL.sub("", tidy(name)))
    text = re.sub(r"^(?:[-+•]\s*)", "", text)
    for pattern, full in _spellings():
        text = pattern.sub(full, text)
    text = tidy(text.replace(" ,", ","))
    for pattern, one in _same():
        if pattern.match(text):
            return one
    return text[:1].upper() + text[1:]


def units(text: str) -> tuple[str, ...]:
    """The units a cell names, each normalised, in the order of the text.

    Examples
    --------
    >>> units("Sở Nội vụ; Sở Tài chính; các sở, ban, ngành")
    ('Sở Nội vụ', 'Sở Tài chính', 'Các sở, ban, ngành')
    """
    whole = normalise(text)
    if whole != tidy(text) and whole in {one for _, one in _same()}:
        return (whole,)
    parts = (normalise(part) for part in _BETWEEN.split(_LABEL.sub("", text)))
    return tuple(dict.fromkeys(part for part in parts if part))


def looks_like_unit(text: str) -> bool:
    """Whether a short text names a unit.

    Examples
    --------
    >>> looks_like_unit("Sở Tư pháp"), looks_like_unit("Thường xuyên")
    (True, False)
    """
    return len(text.split()) <= 40 and bool(starts(key(text), "unit", "start"))
