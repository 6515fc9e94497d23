"""Names of units: lists split, spellings normalised."""

from __future__ import annotations

import re

from parstats.documents.phrases import key, starts, tidy
from parstats.reference import csv_tables
from parstats.reference.editions import cached, cached_up_to

_BETWEEN = re.compile(r"\s*(?:[;\n]|,(?!\s*(?:đơn vị|ngành|thành phố|thị xã|cơ quan|ban)\b))\s*")
_COMMA_MARK = "\0"  # stands for a comma within a name while a list is taken apart
_TAIL = re.compile(r"[\s.,;:]+$")
_LABEL = re.compile(
    r"^(?:[-+•]\s*)?(?:(?:cơ quan|đơn vị|cq|đv)?\s*(?:chủ trì|phối hợp)[^:]{0,20}:\s*)",
    re.IGNORECASE,
)


@cached
def _spellings() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(rf"\b{re.escape(row['short'])}\b"), row["long"])
        for row in csv_tables.rows("unit_names")
        if row["kind"] == "short"
    )


@cached
def _same() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(rf"^(?:{row['short']})$", re.IGNORECASE), row["long"])
        for row in csv_tables.rows("unit_names")
        if row["kind"] == "same"
    )


@cached
def _with_commas() -> tuple[str, ...]:
    """Return the names that contain a comma."""
    return tuple({row["long"] for row in csv_tables.rows("unit_names") if "," in row["long"]})


def _written_out(text: str) -> str:
    for pattern, full in _spellings():
        text = pattern.sub(full, text)
    return text


@cached_up_to(2**13)
def normalise(name: str, *, is_department: bool = True) -> str:
    """Normalise the name of a unit.

    Short forms are written out. In the plan of a department its own name after its office is left
    out, and the many ways to say "the divisions of the department" become one; in another plan
    "Văn phòng" is the office of somebody else.

    >>> normalise("Văn phòng Sở Công Thương"), normalise("Văn phòng ")
    ('Văn phòng Sở', 'Văn phòng Sở')
    >>> normalise("Văn phòng ", is_department=False)
    'Văn phòng'
    >>> normalise("Các phòng chuyên môn, đơn vị thuộc sở")
    'Các phòng, đơn vị thuộc Sở'
    """
    text = _TAIL.sub("", _LABEL.sub("", tidy(name)))
    text = re.sub(r"^(?:[-+•]\s*)+", "", text)
    text = tidy(_written_out(text).replace(" ,", ","))
    for pattern, spelling in _same() if is_department else ():
        if pattern.match(text):
            return spelling
    return text[:1].upper() + text[1:]


def units(text: str, *, is_department: bool = True) -> tuple[str, ...]:
    """Return the units a cell names, each normalised, in the order of the text.

    Examples
    --------
    >>> units("Sở Nội vụ; Sở Tài chính; các sở, ban, ngành")
    ('Sở Nội vụ', 'Sở Tài chính', 'Các sở, ban, ngành')
    >>> units("Sở VHTT&DL, Văn phòng", is_department=False)
    ('Sở Văn hóa, Thể thao và Du lịch', 'Văn phòng')
    """
    normalised = normalise(text, is_department=is_department)
    if normalised != tidy(text) and normalised in {spelling for _, spelling in _same()}:
        return (normalised,)
    text = _written_out(_LABEL.sub("", text))
    for name in _with_commas():
        text = text.replace(name, name.replace(",", _COMMA_MARK))
    parts = (
        normalise(part.replace(_COMMA_MARK, ","), is_department=is_department)
        for part in _BETWEEN.split(text)
    )
    return tuple(dict.fromkeys(part for part in parts if part))


def looks_like_unit(text: str) -> bool:
    """Return whether a short text names a unit.

    >>> looks_like_unit("Sở Tư pháp"), looks_like_unit("Thường xuyên")
    (True, False)
    """
    # A cell of units lists several; 40 words, by judgement, keep sentences out.
    return len(text.split()) <= 40 and bool(starts(key(text), "unit", "start"))
