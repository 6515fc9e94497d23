"""The register of units that plans name: their names, and when each name was in use.

Departments were merged in the first months of 2025, districts and townlets ended on 1 July 2025
(``reference/plan_units.csv``; months, as provinces did it on different days). Old names stay as
they are written: the register says only that a plan of the time cannot mean them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from parstats.documents.phrases import key, starts, tidy
from parstats.reference import csv_tables
from parstats.reference.editions import cached

#: Kinds of places that units belong to, as they follow each other in "UBND các xã, phường".
LEVELS = (
    r"(?:tỉnh|thành phố|huyện|thị xã|quận|xã|phường|thị trấn|đặc khu|thôn|ấp|khóm|bản|khu phố|khu "
    r"vực|địa phương|cơ sở|thành(?=\s*[,;.)]|$|\s+thị)|thị(?=\s*[,;.)]|$))"
)
#: Capitals of Vietnamese, for a character class: in Unicode they do not stand in one row.
CAPITALS = "A-ZÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĐĨŨƠƯ" + "".join(map(chr, range(0x1EA0, 0x1EFA, 2)))
# What may follow the name of a unit and belongs to it: "các huyện, thị xã, thành phố", "cấp xã",
# "tỉnh Quảng Ngãi", "đặc khu Phú Quý".
_PLACES = (
    rf"(?:\s+(?i:(?:các|cấp|tại|thuộc|ở)\s+)*(?i:{LEVELS})\b"
    rf"(?:(?:\s*[,/]\s*|\s+và\s+)(?:các\s+)?(?i:{LEVELS})\b)*"
    rf"(?:\s+(?:miền núi|ven biển|liên quan))?(?:\s+[{CAPITALS}][^\W\d_]*(?:'[a-z]+)?){{0,3}})?"
)
_COMMITTEE = re.compile(r"[ủu][ỷy] ban nhân dân")


@dataclass(frozen=True, slots=True)
class _Unit:
    """A name of the register and the months of its use, "" where open."""

    name: str
    since: str
    until: str
    pattern: re.Pattern[str]


@cached
def _register() -> tuple[_Unit, ...]:
    """Return the names, longest first, so that a name inside another is not taken for it."""
    rows = sorted(csv_tables.rows("plan_units"), key=lambda row: -len(row["unit"]))
    return tuple(
        _Unit(
            row["unit"],
            row["since"],
            row["until"],
            re.compile(rf"\b{re.escape(row['unit'])}\b", re.IGNORECASE),
        )
        for row in rows
    )


@cached
def _known() -> re.Pattern[str]:
    """Return a pattern of every name with the places after it."""
    names = "|".join(
        re.escape(unit.name) for unit in _register() if not re.fullmatch(LEVELS, unit.name)
    )
    return re.compile(rf"(?i:{names})\b{_PLACES}")


def known_at_start(text: str) -> str:
    """Return the unit of the register that a text begins with, with its places; "" if none.

    >>> known_at_start("Sở Y tế rà soát giá"), known_at_start("UBND các xã, phường tổ chức họp")
    ('Sở Y tế', 'UBND các xã, phường')
    >>> known_at_start("Niêm yết tại Sở Y tế")
    ''
    """
    match = _known().match(text)
    if match is None:
        return ""
    # "Thanh tra việc thu phí", "Công an toàn tỉnh": the words of some names are deeds as well.
    unit = match[0]
    if " " not in unit and starts(key(text), "verb"):
        return ""
    return unit if unit[:1].isupper() or " " in unit else ""


def in_small_letters(name: str) -> str:
    """Return a name in capitals as it is written in a sentence.

    >>> in_small_letters("SỞ TÀI NGUYÊN VÀ MÔI TRƯỜNG"), in_small_letters("UBND CÁC HUYỆN")
    ('Sở Tài nguyên và Môi trường', 'UBND các huyện')
    """
    if not name.isupper() or len(name.split()) < 2:
        return name
    tokens = name.split()
    text = " ".join(t if t in _initialisms() else t.lower() for t in tokens)
    text = _COMMITTEE.sub("UBND", text)
    for unit in _register():
        if " " in unit.name or unit.name.isupper():
            text = unit.pattern.sub(unit.name, text)
    return text[:1].upper() + text[1:]


@cached
def _initialisms() -> frozenset[str]:
    rows = (*csv_tables.rows("unit_names"), *csv_tables.rows("abbreviations"))
    return frozenset({"UBND", "HĐND", "TP", "TX", "TT", *(row["short"] for row in rows)})


def out_of_time(text: str, date: str) -> tuple[str, ...]:
    """Return the units of a text that there were not at a date, ISO or year and month.

    >>> out_of_time("Sở Nội vụ; UBND các huyện, thị xã", "2026-03-01")
    ('thị xã', 'huyện')
    >>> out_of_time("Ban Dân tộc", "2025-06"), out_of_time("UBND các huyện", "2024")
    (('Ban Dân tộc',), ())
    """
    month = date[:7]
    if len(month) < 7:  # a year alone: only what holds for all of it
        early, late = f"{month}-01", f"{month}-12"
    else:
        early = late = month
    rest, gone = tidy(text), []
    for unit in _register():
        if not unit.pattern.search(rest):
            continue
        rest = unit.pattern.sub(" ", rest)
        ended = bool(unit.until) and early > unit.until
        if month and (ended or (unit.since and late < unit.since)):
            gone.append(unit.name)
    return tuple(gone)
