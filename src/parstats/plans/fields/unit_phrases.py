"""Units that a sentence or bracket begins with, and the words that say what they do there."""

from __future__ import annotations

import re

from parstats.documents.phrases import key, phrases, starts
from parstats.plans.fields.agencies import GOES_ON, LIST, begins_unit
from parstats.plans.fields.unit_lists import list_after_kind
from parstats.plans.fields.unit_register import CAPITALS, known_at_start
from parstats.reference import csv_tables
from parstats.reference.editions import cached

# Words before the verb among which a unit's name is sought. By judgement: the longest names of
# units that are not in the register have fewer.
_FARTHEST = 14
_NEXT = re.compile(r"\s*(?P<mark>[,;]\s*(?:và\s+)?|\svà\s+)")
_PROPER = re.compile(rf"(?:\s+(?:tỉnh\s+)?[{CAPITALS}][^\W\d_]+(?=[\s,.;:]|$)){{0,3}}")
_NO_UNIT = re.compile(r"^(?:phòng\s*,?\s*chống|đơn vị hành chính)\b", re.IGNORECASE)
_STOP = re.compile(r"[.;:()]$|,$")
_ROLE = re.compile(
    r"(?:là|có|chịu|chủ trì|phối hợp|thực hiện|làm|theo dõi|phụ trách|đầu mối|cùng|và|phải)\b",
    re.IGNORECASE,
)


def leading_units(text: str) -> str:
    """Return the units that a text begins with, as written; "" if it begins with none.

    >>> leading_units("Sở Y tế, Sở Tài chính rà soát giá"), leading_units("Rà soát giá")
    ('Sở Y tế, Sở Tài chính', '')
    >>> leading_units("Các sở, ban, ngành: sửa quy chế"), leading_units("UBND các xã, phường họp")
    ('Các sở, ban, ngành', 'UBND các xã, phường')
    >>> leading_units("các Sở: Nội vụ, Y tế rà soát giá")
    'các Sở: Nội vụ, Y tế'
    """
    start, end = 0, list_after_kind(text)[0] or len(_one_unit(text))
    while end:
        mark = _NEXT.match(text, end)
        if mark is None:
            break
        right = text[mark.end() :]
        more = GOES_ON.match(right)
        if more and LIST.match(text[start:end]):
            following = _scanned(right, len(more[0].split()))
        else:
            following = _one_unit(right)
            if not following or not begins_unit(text[start:end], mark["mark"], right):
                break
            start = mark.end()
        if not following:
            break
        end = mark.end() + len(following)
    return text[:end]


def is_subject(text: str) -> bool:
    """Return whether a text begins with a unit, not with a deed.

    >>> is_subject("Giám đốc Sở ký"), is_subject("Giảm thời gian"), is_subject("Phòng, chống lãng")
    (True, False, False)
    """
    if _NO_UNIT.match(text):
        return False
    key_text = key(text[:120])
    if starts(key_text, "unit", "none"):
        return False
    deed, unit = starts(key_text, "verb"), starts(key_text, "unit", "start")
    if " " in known_at_start(text):  # "Thanh tra tỉnh": its first words are a deed as well
        return True
    return len(unit) > len(deed)  # "Giám đốc" is no "giảm"


def _one_unit(text: str) -> str:
    """Return the unit that a text begins with."""
    known = known_at_start(text)
    if known:
        return known + _proper(text[len(known) :])
    if not is_subject(text):
        return ""
    return _scanned(text, len(starts(key(text[:120]), "unit", "start").split()))


def _scanned(text: str, first: int) -> str:
    """Return the words up to a sign or a deed, at least `first` of them."""
    tokens = text.split(" ")
    for position in range(1, min(len(tokens), _FARTHEST) + 1):
        if _STOP.search(tokens[position - 1]):
            return " ".join(tokens[:position])[:-1]
        if position == len(tokens):
            return text
        if position >= first and _ends_name(tokens, position):
            return " ".join(tokens[:position])
    return ""


def _ends_name(tokens: list[str], position: int) -> bool:
    """Return whether the name ends before a word: a deed in small letters."""
    if not tokens[position][:1].islower():
        return False
    if tokens[position] == "và" and tokens[position - 1] == "thuộc":  # "thuộc và trực thuộc Sở"
        return False
    ahead = " ".join(tokens[position : position + 4])
    if _ROLE.match(ahead):
        return True
    written = f"{ahead.casefold()} "
    return bool(starts(key(ahead), "verb")) or written.startswith(_deeds())


@cached
def _deeds() -> tuple[str, ...]:
    """Return words that end a name; accents count: "cần" is a deed, "cán" in "cán sự" is none."""
    rows = csv_tables.rows("plan_words")
    return tuple(f"{row['words']} " for row in rows if row["kind"] == "deed")


def is_anybody(units: str) -> bool:
    """Return whether words name a kind of unit and none that could be asked about it.

    >>> is_anybody("công chức"), is_anybody("Công chức Tư pháp"), is_anybody("các phòng")
    (True, False, False)
    """
    return key(units) in phrases("unit", "anybody")


def _proper(rest: str) -> str:
    """Return the capitalised words after a name, as "Lạng Sơn" after "Sở Công Thương"."""
    match = _PROPER.match(rest)
    return match[0] if match else ""
