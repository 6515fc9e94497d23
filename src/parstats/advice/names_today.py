"""Names of provinces of earlier years, with the province that each belongs to now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from parstats.reference import definitions, provinces
from parstats.reference.labels import text


def name_today(code: str, vintage: Any, lang: str, index: str = "") -> str:
    """Return the name of a province, with the one that it belongs to now in brackets.

    A unit of an index of one's own, whose vintage is empty, has its own name, or else its code.

    >>> name_today("30", 63, "vi"), name_today("20", 63, "en"), name_today("74", 63, "vi")
    ('Hải Dương (nay thuộc Hải Phòng)', 'Lang Son', 'Bình Dương (nay thuộc Thành phố Hồ Chí Minh)')
    """
    name, now = plain_name(code, vintage, lang, index), successor_name(code, vintage, lang)
    return text("table.now_part_of", lang, name=name, now=now) if now else name


def case_name(
    row: Mapping[str, Any], unit: str, own: tuple[str, Any], lang: str, index: str = ""
) -> str:
    """Return the name of a province that did it; of the province itself, that it is the same one.

    Parameters
    ----------
    row : mapping with vintage and, under `unit`, the code of the province that did it
    own : code and vintage of the province that is advised

    >>> row = {"province": "20", "vintage": 63}
    >>> [case_name(row, "province", own, "en") for own in (("20", 63), ("20", 34), ("30", 63))]
    ['Lang Son itself', 'Lang Son', 'Lang Son']
    """
    name = name_today(str(row[unit]), row["vintage"], lang, index)
    code, vintage = own
    is_same = str(row[unit]) == code and (pd.isna(row["vintage"]) or row["vintage"] == vintage)
    return text("table.same_province", lang, name=name) if is_same else name


def plain_name(code: str, vintage: Any, lang: str, index: str = "") -> str:
    """Return the name of a province or unit by its code, as `name_today` without what is now.

    >>> plain_name("30", 63, "en"), plain_name("U1", None, "en")
    ('Hai Duong', 'U1')
    """
    number = _unit_set(vintage, index)
    unit = provinces.by_code(number).get(code) if number else None
    return unit.names[lang] if unit else code


def successor_name(code: str, vintage: Any, lang: str) -> str:
    """Return the name of the province that another became part of; empty if it has its name still.

    >>> successor_name("93", 63, "en"), successor_name("20", 63, "en")
    ('Can Tho', '')
    """
    if _unit_set(vintage, "") != provinces.VINTAGE:
        return ""
    later = provinces.successors().get(code)
    if later is None:
        return ""
    now = provinces.by_code(34)[later]
    if now.names[lang] == provinces.by_code(provinces.VINTAGE)[code].names[lang]:
        return ""
    # A city that is called after a person is not named without saying that it is one.
    is_abbreviated = now.short_names["vi"] != now.names["vi"]
    return now.full_name if lang == "vi" and now.is_city and is_abbreviated else now.names[lang]


def _unit_set(vintage: Any, index: str) -> int:
    """Return the number of a set of units; 0 if nobody knows it."""
    if vintage is not None and not pd.isna(vintage):
        return int(vintage)
    return definitions.unit_set_of_index(index) if index else 0
