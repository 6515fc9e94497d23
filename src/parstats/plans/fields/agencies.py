"""Names of units: lists split, spellings normalised."""

from __future__ import annotations

import re

from parstats.documents.phrases import key, starts, tidy
from parstats.plans.fields.unit_lists import spread
from parstats.plans.fields.unit_register import CAPITALS, LEVELS, in_small_letters, known_at_start
from parstats.reference import csv_tables
from parstats.reference.editions import cached, cached_up_to

_SEPARATOR = re.compile(r"\s*(?:[;\n]|(?P<weak>,(?:\s+(?:và|cùng)\b)?|[/+]|\b(?:và|cùng)\b))\s*")
#: What goes on in a list that stands for one unit: "các sở, ban, ngành", "UBND các xã, phường".
GOES_ON = re.compile(
    rf"(?:sở|ban|ngành|đoàn thể|hội|phòng|đơn vị|cơ quan|tổ chức|doanh nghiệp|trung tâm|{LEVELS})\b"
    rf"(?!\s+[{CAPITALS}])"
)
# "UBND các huyện, TP" go on in short; "TP Thanh Hóa" is a unit of its own.
_GOES_ON_SHORT = re.compile(rf"(?:TP|TX|TT)\b(?!\.?\s*[{CAPITALS}])")
_OF_LEVELS = re.compile(rf"\b{LEVELS}$", re.IGNORECASE)
#: The beginning of such a list.
LIST = re.compile(
    rf"^(?:(?:thủ trưởng|trưởng|lãnh đạo|người đứng đầu|giám đốc)\s+)?"
    rf"(?:các|sở|cơ quan|đơn vị|phòng|ban|UBND|HĐND|công an|chủ tịch|đảng ủy|{LEVELS})\b",
    re.IGNORECASE,
)
# "phòng Nội vụ" in small letters is a name all the same.
_PROPER = re.compile(rf"(?:phòng|sở|ban|hội|chi cục|trung tâm|công ty)\s+[{CAPITALS}]")
# "Văn phòng HĐND và UBND huyện" is one office.
_OFFICE_OF = re.compile(
    r"\b(?:văn phòng|thường trực)\b[^,;]*(?:HĐND|ĐBQH|hội|nhân dân)$", re.IGNORECASE
)
_COMMA_MARK = "\0"  # stands for a comma within a name while a list is taken apart
_TAIL = re.compile(r"[\s.,;:]+$")
_LABEL = re.compile(
    r"^(?:[-+•]\s*)?(?:(?:cơ quan|đơn vị|cq|đv)?\s*(?:chủ trì|phối hợp)[^:]{0,20}:\s*)",
    re.IGNORECASE,
)


# "(đầu mối)" after a name says what the unit does.
_ROLE_MARK = re.compile(
    r"\s*\((?:(?:là\s+|làm\s+)?(?:cơ quan\s+|đơn vị\s+)?(?:chủ trì|phối hợp|đầu mối|làm chính|chính"
    r"|phụ trách|tham gia|thường trực))\)",
    re.IGNORECASE,
)


@cached
def _spellings() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(rf"(?<![{CAPITALS}]-)\b{re.escape(row['short'])}\b"), row["long"])
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
    text = _TAIL.sub("", _ROLE_MARK.sub("", _LABEL.sub("", tidy(name))))
    text = re.sub(r"^(?:[-+•]\s*)+", "", text)
    text = in_small_letters(text[:1].upper() + text[1:])
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
    >>> units("Sở Nội vụ, Tư pháp"), units("Sở KH&CN, VNPT Lào Cai")
    (('Sở Nội vụ', 'Sở Tư pháp'), ('Sở Khoa học và Công nghệ', 'VNPT Lào Cai'))
    """
    normalised = normalise(text, is_department=is_department)
    if normalised != tidy(text) and normalised in {spelling for _, spelling in _same()}:
        return (normalised,)
    text = spread(_written_out(_LABEL.sub("", text)))
    for name in _with_commas():
        text = text.replace(name, name.replace(",", _COMMA_MARK))
    parts = (
        normalise(part.replace(_COMMA_MARK, ","), is_department=is_department)
        for part in listed(text)
    )
    return tuple(dict.fromkeys(part for part in parts if part))


def listed(text: str) -> list[str]:
    """Take a list of units apart; what several words name together stays together.

    >>> listed("Sở Tài chính, UBND huyện, xã"), listed("Sở Y tế và UBND các xã, phường, thị trấn")
    (['Sở Tài chính', 'UBND huyện, xã'], ['Sở Y tế', 'UBND các xã, phường, thị trấn'])
    >>> listed("Văn phòng HĐND và UBND huyện; các sở, ban, ngành")
    ['Văn phòng HĐND và UBND huyện', 'các sở, ban, ngành']
    >>> listed("Sở Y tế / Sở Tài chính"), listed("UBND xã/phường")
    (['Sở Y tế', 'Sở Tài chính'], ['UBND xã/phường'])
    >>> listed("UBND các huyện, thị xã, TP"), listed("UBND các huyện, TP Thanh Hóa")
    (['UBND các huyện, thị xã, TP'], ['UBND các huyện', 'TP Thanh Hóa'])
    """
    parts, start = [], 0
    for mark in _SEPARATOR.finditer(text):
        left, right = text[start : mark.start()], text[mark.end() :]
        if mark["weak"] and not begins_unit(left, mark[0], right):
            continue
        parts.append(left)
        start = mark.end()
    return [part.strip() for part in (*parts, text[start:]) if part.strip()]


def begins_unit(left: str, mark: str, right: str) -> bool:
    """Return whether a comma or "và" parts two units.

    >>> begins_unit("UBND các xã", ",", "phường"), begins_unit("Sở Y tế", "và", "Sở Tài chính")
    (False, True)
    """
    if left.count("(") > left.count(")"):
        return False
    in_short = _GOES_ON_SHORT.match(right) and _OF_LEVELS.search(left)
    if (in_short or GOES_ON.match(right)) and LIST.match(left):
        return False
    if "," not in mark and _OFFICE_OF.search(left.strip()):
        return False
    whole = left.strip()
    is_name = right[:1].isupper() and not GOES_ON.match(right.lower())
    if "," in mark and is_name and whole and known_at_start(whole) == whole:
        return True  # after a name that is whole another begins: "Sở Y tế, Viettel Thái Bình"
    if known_at_start(right) or _PROPER.match(right) or right.startswith("các "):
        return True
    return right[:1].isupper() and bool(starts(key(right[:80]), "unit", "start"))


def looks_like_unit(text: str) -> bool:
    """Return whether a short text names a unit.

    >>> looks_like_unit("Sở Tư pháp"), looks_like_unit("Thường xuyên")
    (True, False)
    """
    # A cell of units lists several; 40 words, by judgement, keep sentences out.
    return len(text.split()) <= 40 and bool(starts(key(text), "unit", "start"))
