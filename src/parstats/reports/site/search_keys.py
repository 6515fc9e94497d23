"""What a reader may type to find a unit: names, short names, region, spellings, code."""

from __future__ import annotations

from parstats.reference import labels, provinces
from parstats.reference.editions import cached


@cached
def search_keys(code: str, vintage: int) -> tuple[str, ...]:
    """Return what a search finds a unit by, without marks and capitals.

    A province of the 34 is found by those that it was made of too.

    >>> {"tphcm", "sai gon", "79"} <= set(search_keys("79", 63))
    True
    >>> "binh duong" in search_keys("79", 34)
    True
    """
    unit = provinces.by_code(vintage)[code]
    members = provinces.members(code) if vintage == provinces.VINTAGES[-1] else ()
    former = [provinces.by_code(provinces.VINTAGE)[member.code] for member in members]
    names = [
        name
        for each in (unit, *former)
        for name in (*each.names.values(), *each.short_names.values())
    ]
    regions = [labels.text(f"region.{unit.region}", lang) for lang in _languages(unit)]
    spellings = [
        *provinces.spellings(code, vintage),
        *(key for each in former for key in provinces.spellings(each.code, provinces.VINTAGE)),
    ]
    written = [
        *(labels.search_key(name) for name in names),
        # Of ISO 3166-2, whose numbers are the codes of other provinces here.
        *(key for key in spellings if not key.startswith("vn ")),
    ]
    closed_up = [key.replace(" ", "") for key in written]
    of_region = [labels.search_key(name) for name in regions]
    return tuple(dict.fromkeys([*written, *of_region, *closed_up, code]))


def _languages(unit: provinces.Province) -> tuple[str, ...]:
    """Return the languages that a unit's region has a name in; none of a unit in no region."""
    return labels.LANGUAGES if unit.region else ()


def search_text(keys: tuple[str, ...]) -> str:
    """Return keys as scripts of a page search them: each after a bar."""
    return "".join(f"|{key}" for key in keys)
