"""Provinces: codes, names, regions, and matching of written names.

A code carries its vintage. The 63 units that existed until 30 June 2025 and the 34 that exist since
both have two-digit codes of the General Statistics Office, text with the leading zero, and seven of
the new codes are the old code of *another* province: 15 was Yên Bái and is Lào Cai. So everything
that takes a code also takes the vintage it is of, and tables hold both.
"""

from __future__ import annotations

import difflib
import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from parstats import errors
from parstats import errors as parstats_errors
from parstats.arguments import old_functions
from parstats.reference import csv_tables, definitions, labels, overlay
from parstats.reference.editions import cached

# Number of provinces that scores are of so far.
VINTAGE = 63
#: Sets of provinces by their number: 2004 to July 2008 with Hà Tây, to June 2025, and since.
VINTAGES = (64, 63, 34)
# The last year that an index can be about the 64 units: Hà Tây joined Hà Nội on 1 August 2008.
LAST_YEAR_64_PROVINCES = 2007
# The last year that an index is about the 63 units; from the next one on, it is about 34.
LAST_YEAR_63_PROVINCES = 2024
REGIONS = overlay.REGIONS
_VINTAGE_ALIASES = {"64": 64, "63": 63, "34": 34, "2007": 64, "2024": 63, "2025": 34}

# Words for the kind of unit, before or after the name, in Vietnamese and English.
_UNIT_TERMS = re.compile(r"^(tinh|thanh pho|tp)\s+|\s+(province|city|tp|tinh|thanh pho)$")
_CITY_TERMS = re.compile(r"^(thanh pho|tp)\s+|\s+(city|tp|thanh pho)$")
_REGION_TERMS = re.compile(r"^vung\s+|^the\s+|\s+region$")
# Names end in no number: "Thanh Hóa 2" is another thing than Thanh Hóa.
_NUMBERED = re.compile(r"\d|\b[IVX]+$")
#: What `match_provinces` does with names that are no province.
ERRORS = ("raise", "coerce", "report")
# A one- or two-digit code, with the ".0" a spreadsheet adds to numbers.
_CODE = re.compile(r"^\d{1,2}(\.0)?$")


@dataclass(frozen=True)
class Province:
    """A province of one vintage."""

    code: str  # two-digit GSO code, text
    vintage: int  # 63: the units to June 2025; 34: the units since
    # Name and a short form for figures, by language ("vi", "en").
    names: dict[str, str]
    short_names: dict[str, str]
    # Official Vietnamese name with the kind of unit, as "Tỉnh Lạng Sơn"; one of `REGIONS`.
    full_name: str
    region: str
    tile: tuple[int, int]  # row and column in the tile map, both from 0
    is_city: bool  # whether it is a city of the rank of a province
    file_name: str = ""  # of a unit that is no province; see `stem`

    @property
    def stem(self) -> str:
        """Return a name for files and addresses: code and name in ASCII, as "20-lang-son"."""
        name = labels.search_key(self.names["vi"]).replace(" ", "-")
        return self.file_name or f"{self.code}-{name}"


@dataclass(frozen=True)
class Member:
    """A province of the 63 inside one of the 34."""

    code: str  # code among the 63
    # Share of the population of the new province, by year of the population (2020, 2021).
    weights: dict[int, float]


def check_vintage(vintage: int | str) -> int:
    """Return the vintage as a number of units: 64, 63 or 34.

    Parameters
    ----------
    vintage : int or str
        64, 63 or 34, or a year: 2007 for the 64 units, 2024 for the 63, 2025 for
        the 34.

    Raises
    ------
    UnknownChoice
        If it is neither.

    Examples
    --------
    >>> check_vintage("2025"), check_vintage(63)
    (34, 63)
    """
    matched = _VINTAGE_ALIASES.get(str(vintage))
    if matched is None and isinstance(vintage, int) and definitions.units_by_set(vintage):
        return vintage
    if matched is None:
        raise errors.UnknownChoice("vintage of provinces", vintage, (*VINTAGES, 2007, 2024, 2025))
    return matched


def vintage_in_year(year: int) -> int:
    """Return the vintage of provinces in a year of an index.

    Examples
    --------
    >>> vintage_in_year(2007), vintage_in_year(2011), vintage_in_year(2030)
    (64, 63, 34)
    """
    if year <= LAST_YEAR_64_PROVINCES:
        return 64
    return 63 if year <= LAST_YEAR_63_PROVINCES else 34


def by_code(vintage: int = VINTAGE) -> dict[str, Province]:
    """Return the provinces of a vintage by code.

    Examples
    --------
    >>> by_code()["20"].names["vi"], by_code()["20"].stem
    ('Lạng Sơn', '20-lang-son')
    >>> by_code(63)["15"].names["vi"], by_code(34)["15"].names["vi"]
    ('Yên Bái', 'Lào Cai')
    """
    provinces_by_code = _by_vintage().get(vintage)
    return _further_units(vintage) if provinces_by_code is None else provinces_by_code


# Tiles in a row for units that are no provinces and so have no place on the map. By judgement.
_TILES = 8


@cached
def _further_units(number: int) -> dict[str, Province]:
    """Return the units of an index that grades no provinces, by code."""
    unit_rows = definitions.units_by_set(number)
    if unit_rows is None:
        raise errors.UnknownChoice("vintage of provinces", number, VINTAGES)
    file_names = _file_names(unit_rows[1])
    return {
        row["code"]: Province(
            code=row["code"],
            vintage=number,
            names={"vi": row["name_vi"], "en": row["name_en"]},
            short_names={"vi": row["name_vi"], "en": row["name_en"]},
            full_name=row["name_vi"],
            region="",
            tile=divmod(position, _TILES),
            is_city=False,
            file_name=file_names[row["code"]],
        )
        for position, row in enumerate(unit_rows[1])
    }


# Letters of a file name. A path of Windows has 260 in all; the rest is for folders.
_LONGEST_FILE_NAME = 80


def _file_names(units: Sequence[definitions.Row]) -> dict[str, str]:
    """Return a name for files by code of the unit: in ASCII, and of each unit another one.

    Units that differ in diacritics or case only (Xã Đông Sơn, Xã Đồng Sơn) get a few letters more,
    which depend on the code alone, so that they stay when units are added.
    """
    names = {}
    for unit in units:
        words = (labels.search_key(unit[key]).replace(" ", "-") for key in ("code", "name_vi"))
        name = "-".join(dict.fromkeys(word for word in words if word))
        names[unit["code"]] = name[:_LONGEST_FILE_NAME].rstrip("-")
    taken = Counter(names.values())
    return {
        code: name
        if name and taken[name] == 1
        else f"{name}-{hashlib.sha256(code.encode()).hexdigest()[:6]}".lstrip("-")
        for code, name in names.items()
    }


@cached
def table_rows() -> tuple[dict[str, str], ...]:
    """Return the rows of the provinces of every vintage, as text.

    Those of vintage 64 are the rows of the 63 and of the province that the file adds. Figures of
    later years (population) are left empty there.
    """
    rows = csv_tables.rows("provinces")
    earlier = {"vintage": "64", "population_2020_thousand": "", "population_2021_thousand": ""}
    earlier_rows = tuple(row | earlier for row in rows if row["vintage"] == "63")
    return (*rows, *earlier_rows)


@cached
def _by_vintage() -> dict[int, dict[str, Province]]:
    by_spelling: dict[int, dict[str, Province]] = {vintage: {} for vintage in VINTAGES}
    for row in table_rows():
        vintage = int(row["vintage"])
        by_spelling[vintage][row["province"]] = Province(
            code=row["province"],
            vintage=vintage,
            names={"vi": row["name_vi"], "en": row["name_en"]},
            short_names={"vi": row["short_vi"], "en": row["short_en"]},
            full_name=row["full_name_vi"],
            region=row["region"],
            tile=(int(row["tile_row"]), int(row["tile_column"])),
            is_city=row["full_name_vi"].startswith("Thành phố"),
        )
    return by_spelling


def members(code: str) -> tuple[Member, ...]:
    """Return the provinces of the 63 that make up one of the 34, in order of code.

    Parameters
    ----------
    code : str
        Code among the 34.

    Raises
    ------
    UnknownProvince
        If the 34 have no such code.

    Examples
    --------
    >>> [(member.code, round(member.weights[2020], 2)) for member in members("15")]
    [('10', 0.47), ('15', 0.53)]
    """
    if code not in by_code(34):
        raise errors.UnknownProvince(code, [])
    return _members()[code]


@cached
def _members() -> dict[str, tuple[Member, ...]]:
    by_spelling: dict[str, list[Member]] = defaultdict(list)
    for row in csv_tables.rows("mergers"):
        weights = {year: float(row[f"weight_{year}"]) for year in (2020, 2021)}
        by_spelling[row["province_2025"]].append(Member(row["province"], weights))
    return {code: tuple(parts) for code, parts in by_spelling.items()}


@cached
def neighbours(vintage: int = VINTAGE) -> dict[str, tuple[str, ...]]:
    """Return the provinces that each one shares a border on land with, in order of code.

    Borders of the 63, read off a public map; two of the 34 are neighbours if members of theirs are.

    Parameters
    ----------
    vintage : {63, 34}

    Raises
    ------
    UnknownChoice
        If the borders of that set of provinces are not known.

    Examples
    --------
    >>> neighbours()["20"], neighbours(34)["20"]
    (('04', '06', '19', '22', '24'), ('04', '19', '22', '24'))
    """
    if vintage not in (63, 34):
        raise errors.UnknownChoice("vintage with known borders", vintage, (63, 34))
    new = successors() if vintage == 34 else {}
    found: dict[str, set[str]] = {code: set() for code in by_code(vintage)}
    for row in csv_tables.rows("borders"):
        one, two = (new.get(row[name], row[name]) for name in ("province", "neighbour"))
        if one != two:
            found[one].add(two)
            found[two].add(one)
    return {code: tuple(sorted(others)) for code, others in found.items()}


@cached
def merger_resolution(code: str) -> str:
    """Return the number of the resolution that made one of the 34; empty if it did not change.

    >>> merger_resolution("15"), merger_resolution("20")
    ('202/2025/QH15', '')
    """
    rows = [row for row in csv_tables.rows("mergers") if row["province_2025"] == code]
    return next((row["resolution"] for row in rows if row["resolution"]), "")


@cached
def successors() -> dict[str, str]:
    """Return the code among the 34 for each code among the 63.

    Examples
    --------
    >>> successors()["10"], successors()["20"]
    ('15', '20')
    """
    return {row["province"]: row["province_2025"] for row in csv_tables.rows("mergers")}


def is_unchanged(vintage: int, code: str) -> bool:
    """Return whether a province of a vintage has kept its borders since August 2008.

    Of units that are no provinces no merger is known.

    >>> is_unchanged(63, "20"), is_unchanged(63, "15"), is_unchanged(34, "15")
    (True, False, False)
    """
    if vintage < 0:
        return True
    later = code if vintage == 34 else successors().get(code, "")
    return vintage != 64 and len(_members().get(later, ())) == 1


@cached
def _aliases(vintage: int) -> tuple[dict[str, str], dict[str, frozenset[str]]]:
    """Return codes by key: those of sure aliases, and those of ambiguous ones."""
    sure, doubtful = _old_aliases()
    if vintage == 63:
        return sure, doubtful
    if vintage == 64:
        added = {
            labels.search_key(name): province.code
            for province in by_code(64).values()
            for name in (province.names["vi"], province.full_name)
            if province.code not in by_code(63)
        }
        return sure | added, {key: codes for key, codes in doubtful.items() if key not in added}
    new_code_by_old = _new_codes()
    vintage_aliases = {
        key: new_code_by_old[code] for key, code in sure.items() if code in new_code_by_old
    }
    for province in by_code(34).values():
        key = labels.search_key(province.names["vi"])
        vintage_aliases[key] = vintage_aliases[labels.search_key(province.full_name)] = (
            province.code
        )
        if province.full_name.startswith("Thành phố"):  # Huế, once a city inside a province
            vintage_aliases[f"tp {key}"] = vintage_aliases[f"{key} city"] = province.code
    remaining = {
        key: frozenset(new_code_by_old[code] for code in codes if code in new_code_by_old)
        for key, codes in doubtful.items()
        if key not in vintage_aliases
    }
    return vintage_aliases, {key: codes for key, codes in remaining.items() if codes}


def spellings(code: str, vintage: int = VINTAGE) -> tuple[str, ...]:
    """Return the known ways to write a province, without marks and capitals, as a search takes it.

    Only those that mean no other province.

    >>> [key in spellings("79") for key in ("sai gon", "tphcm", "ho chi minh")]
    [True, True, True]
    """
    if vintage not in VINTAGES:
        return ()
    return _spellings(vintage).get(code, ())


@cached
def _spellings(vintage: int) -> dict[str, tuple[str, ...]]:
    keys: dict[str, list[str]] = defaultdict(list)
    for key, code in _aliases(vintage)[0].items():
        keys[code].append(key)
    return {code: tuple(written) for code, written in keys.items()}


@cached
def _new_codes() -> dict[str, str]:
    """Return the code of each of the 34 by that of the old province with its name."""
    new_code_by_old = {}
    for code, parts in _members().items():
        name = by_code(34)[code].names["vi"]
        same = [part.code for part in parts if by_code(63)[part.code].names["vi"] == name]
        new_code_by_old[same[0] if same else parts[0].code] = code
    return new_code_by_old


@cached
def _old_aliases() -> tuple[dict[str, str], dict[str, frozenset[str]]]:
    sure: dict[str, str] = {}
    doubtful: dict[str, set[str]] = defaultdict(set)
    for row in csv_tables.rows("aliases"):
        key = labels.search_key(row["alias"])
        if row["until"] and int(row["until"]) <= LAST_YEAR_64_PROVINCES and key in _dissolved():
            continue
        if row["ambiguous"] == "1":
            doubtful[key].add(row["province"])
        else:
            sure[key] = row["province"]
    for province in by_code().values():
        tokens = labels.search_key(province.names["vi"]).split()
        initials = "".join(token[0] for token in tokens)
        if initials not in sure:
            doubtful[initials].add(province.code)
    return sure, {key: frozenset(codes) for key, codes in doubtful.items()}


@cached
def _dissolved() -> dict[str, tuple[str, str]]:
    """Return name and code of the 63 for each unit of the 64 that is none of the 63, by key."""
    successor_by_name = {
        row["alias"]: row["province"]
        for row in csv_tables.rows("aliases")
        if row["kind"] == "dissolved"
    }
    return {
        labels.search_key(name): (province.names["vi"], successor_by_name[province.names["vi"]])
        for code, province in by_code(64).items()
        if code not in by_code(63)
        for name in (province.names["vi"], province.full_name)
    }


@cached
def _closed_up(vintage: int) -> dict[str, frozenset[str]]:
    """Return codes by key without spaces, for names long enough for fuzzy matching."""
    by_spelling: dict[str, set[str]] = defaultdict(set)
    for key, code in _aliases(vintage)[0].items():
        bare = _UNIT_TERMS.sub("", key)
        # Letters; what is left of a shorter name is an abbreviation. By judgement.
        if len(bare) >= 5 and not bare.startswith("vn "):
            by_spelling[bare.replace(" ", "")].add(code)
    return {key: frozenset(codes) for key, codes in by_spelling.items()}


def _vietnamese_names(codes: Iterable[str], vintage: int) -> list[str]:
    return [by_code(vintage)[code].names["vi"] for code in codes]


def _nearest(key: str) -> list[tuple[float, int, str]]:
    """Return the 63 by similarity (0-100) and edits of their closest spelling, best first."""
    from rapidfuzz import process
    from rapidfuzz.distance import DamerauLevenshtein

    closed = key.replace(" ", "")
    provinces_by_code = _closed_up(VINTAGE)
    spellings = list(provinces_by_code)
    edits = process.cdist([closed], spellings, scorer=DamerauLevenshtein.distance, dtype="int32")[0]
    best: dict[str, tuple[float, int]] = {}
    for spelling, count in zip(spellings, edits, strict=True):
        similarity = 100 * (1 - int(count) / max(len(closed), len(spelling)))
        for code in provinces_by_code[spelling]:
            best[code] = max(best.get(code, (-1.0, 0)), (similarity, -int(count)))
    ranked = [(similarity, -edits, code) for code, (similarity, edits) in best.items()]
    return sorted(ranked, key=lambda match: (-match[0], match[1], match[2]))


def match_province(
    name: object,
    *,
    vintage: int | str | None = None,
    year: int | None = None,
    threshold: float = 85,
) -> str:
    """Return the code of the province that a text names.

    Diacritics, đ, capitals, Unicode form, punctuation and words such as "tỉnh", "TP." or
    "Province" do not matter; codes are taken with or without the leading zero. What is no known
    spelling is compared with all of them: the nearest province is taken if its similarity
    (100 times the normalised Damerau-Levenshtein similarity without spaces) reaches
    `threshold` and no other province does, nor lies as few edits away. A text with a number, and a
    city inside a province, are none.

    Parameters
    ----------
    name : str or int
        A name, an abbreviation, an ISO 3166-2 code or a GSO code of the vintage.
    vintage : {64, 63, 34}, optional
        Which provinces: the 64 to July 2008, the 63 to June 2025 or the 34 since (also "2007",
        "2024" and "2025"). Without vintage and year the 63.
    year : int, optional
        Year of an index that the name was written for, in place of the vintage.
    threshold : float
        Least similarity, 0 to 100, for a spelling that is not on the list. 100 takes only
        known spellings.

    Returns
    -------
    str
        Two-digit GSO code.

    Raises
    ------
    UnknownProvince
        If nothing is near enough; the error holds the nearest names.
    AmbiguousProvince
        If several provinces fit, or the name is also that of a city inside a province.
    MergedProvince
        If the name is that of a province that was part of another one by then.
    InvalidRequest
        If both vintage and year are given.

    Examples
    --------
    >>> match_province("lang son"), match_province("Tỉnh Đăk Lăk"), match_province(1)
    ('20', '66', '01')
    >>> match_province("Lào Cai"), match_province("Lào Cai", vintage=34)
    ('10', '15')
    >>> match_province("Hà Tây", year=2007), match_province("Huế", year=2025)
    ('28', '46')
    >>> match_province("Huế")
    Traceback (most recent call last):
    ...
    parstats.errors.AmbiguousProvince: province 'Huế' can also be a city inside it; write the full name: Thừa Thiên Huế
    """
    units = _vintage(vintage, year)
    # Missing values of pandas write themselves as "<NA>", "nan" or "NaT".
    missing = name is None or (not isinstance(name, str) and str(name) in ("nan", "<NA>", "NaT"))
    written = "" if missing else unicodedata.normalize("NFC", str(name)).strip()
    if units < 0:
        return _unit_code(written, units)
    if _CODE.match(written):
        code = written.removesuffix(".0").zfill(2)
        if code in by_code(units):
            return code
        if units != 34 or code not in successors():
            raise errors.UnknownProvince(written, [])
        later = successors()[code]
        old, new = by_code()[code].names["vi"], by_code(34)[later].names["vi"]
        since = f"is {later}" if old == new else f"is part of {new} ({later})"
        remark = f"{code} was the code of {old} until June 2025, which {since} since"
        raise errors.UnknownProvince(written, [new], remark)
    matched = _by_spelling(written, units)
    if matched is None and units == 34:
        return _by_old_name(written, threshold)
    return matched or _by_likeness(written, threshold)


def _vintage(vintage: int | str | None, year: int | None) -> int:
    if vintage is not None and year is not None:
        raise errors.InvalidRequest(f"vintage={vintage} and year={year}: give one of them")
    if year is not None:
        return vintage_in_year(year)
    return VINTAGE if vintage is None else check_vintage(vintage)


def _unit_code(written: str, number: int) -> str:
    """Return the code of a unit that is no province, by its code or by its name."""
    units = by_code(number)
    if written in units:
        return written
    key = labels.search_key(written)
    texts = {code: {code, *unit.names.values()} for code, unit in units.items()}
    codes = [
        code
        for code, spellings in texts.items()
        if key in map(labels.search_key, spellings) and key
    ]
    if len(codes) == 1:
        return codes[0]
    index, _ = definitions.units_by_set(number) or ("", ())
    if codes:
        names = [f"{units[code].names['vi']} ({code})" for code in codes]
        raise errors.AmbiguousProvince(written, names)
    every = {text: code for code, spellings in texts.items() for text in spellings}
    # By judgement: three names fit a line, and less alike ones are no help.
    near = difflib.get_close_matches(written, every, n=3, cutoff=0.5)
    names = [f"{units[every[text]].names['vi']} ({every[text]})" for text in near]
    raise errors.UnknownUnit(written, index, list(dict.fromkeys(names)))


def _by_spelling(written: str, vintage: int) -> str | None:
    """Return the code of a known spelling, None if there is none."""
    sure, doubtful = _aliases(vintage)
    key = labels.search_key(written)
    bare = _UNIT_TERMS.sub("", key)
    if vintage != 64 and (gone := _dissolved().get(key) or _dissolved().get(bare)):
        old, code = gone
        raise errors.MergedProvince(written, old, by_code()[code].names["vi"], "August 2008")
    for form in dict.fromkeys((key, bare, key.replace(" ", ""))):
        if form in sure:
            if _is_city_inside(key, form, sure[form], vintage):
                raise errors.AmbiguousProvince(written, _vietnamese_names([sure[form]], vintage))
            return sure[form]
        if form in doubtful:
            raise errors.AmbiguousProvince(
                written, _vietnamese_names(sorted(doubtful[form]), vintage)
            )
    exact = _closed_up(vintage).get(bare.replace(" ", ""), frozenset())
    return next(iter(exact)) if len(exact) == 1 else None


def says_city(text: str) -> bool:
    """Return whether a text calls what it names a city.

    >>> says_city("TP. Cao Bằng"), says_city("Cao Bằng")
    (True, False)
    """
    return _CITY_TERMS.search(labels.search_key(text)) is not None


def _is_city_inside(key: str, form: str, code: str, vintage: int) -> bool:
    """Return whether a text says "city" of a province that is none, as "TP. Cao Bằng"."""
    return form != key and bool(_CITY_TERMS.search(key)) and not by_code(vintage)[code].is_city


def _by_old_name(written: str, threshold: float) -> str:
    """Return one of the 34 by a name among the 63, however it is spelled.

    Only all 63 names together tell which one a typing error is near to: "Ninh Định" is as near to
    Bình Định, which is no more, as to Ninh Bình.
    """
    try:
        old = _by_spelling(written, VINTAGE) or _by_likeness(written, threshold)
    except (errors.AmbiguousProvince, errors.UnknownProvince) as error:
        codes = (successors()[match_province(name)] for name in error.candidates)
        raise type(error)(written, _vietnamese_names(dict.fromkeys(codes), 34)) from None
    if old not in _new_codes():
        new = by_code(34)[successors()[old]]
        raise errors.MergedProvince(
            written, by_code()[old].names["vi"], new.names["vi"], "July 2025"
        )
    return _new_codes()[old]


def _by_likeness(written: str, threshold: float) -> str:
    """Return the code of the one of the 63 whose spelling is near enough."""
    key = labels.search_key(written)
    bare = _UNIT_TERMS.sub("", key)
    if not bare:
        raise errors.UnknownProvince(written, [])
    ranked = _nearest(bare)
    near = [code for similarity, _, code in ranked if similarity >= threshold]
    is_other = _NUMBERED.search(written) or (
        _CITY_TERMS.search(key) and not any(by_code()[code].is_city for code in near)
    )
    near = [] if is_other else near
    if near:
        # A shorter name as few edits away is as likely, though its similarity is lower.
        fewest = min(edits for _, edits, code in ranked if code in near)
        near = [code for _, edits, code in ranked if code in near or edits <= fewest]
    if len(near) == 1:
        return near[0]
    if near:
        raise errors.AmbiguousProvince(written, _vietnamese_names(sorted(near), VINTAGE))
    # By judgement: three names fit a line, and less alike ones are no help.
    suggested = [code for similarity, _, code in ranked[:3] if similarity >= 40]
    raise errors.UnknownProvince(written, _vietnamese_names(suggested, VINTAGE))


def match_provinces(
    names: Iterable[object] | str,
    *,
    vintage: int | str | None = None,
    year: int | None = None,
    threshold: float = 85,
    errors: str = "raise",
) -> Any:
    """Return the codes of several provinces; see `match_province` for the rules.

    Parameters
    ----------
    names : iterable of str or int, or a single str
        The names, in any mix of spellings. A single text counts as one name.
    vintage, year, threshold
        As in `match_province`.
    errors : {"raise", "coerce", "report"}
        What to do with names that are no province: raise one error that lists them all, give None
        for each, or give a table of all names.

    Returns
    -------
    list of str, or of (str or None)
        One code for each name, in the order given; None only with ``errors="coerce"``.
    pandas.DataFrame
        With ``errors="report"``, a row a name: name, province (the code or missing), matched_name,
        problem ("" or "unknown", "ambiguous", "merged") and suggestions.

    Raises
    ------
    ProvinceNotMatched: with every name that is no province and what it may be

    Examples
    --------
    >>> match_provinces(["TP.HCM", "Dak Lak", "BR-VT"])
    ['79', '66', '77']
    >>> match_provinces(["Huế", "Atlantis"], errors="coerce")
    [None, None]
    >>> match_provinces(["Sài Gòn", "Yên Bái"], year=2025, errors="report")["suggestions"].tolist()
    ['', 'Lào Cai']
    """
    if errors not in ERRORS:
        raise parstats_errors.UnknownChoice("choice of errors", errors, ERRORS)
    units = _vintage(vintage, year)
    listed = [names] if isinstance(names, str) else list(names)
    matches: dict[object, str | parstats_errors.ProvinceNotMatched] = {}
    for name in listed:
        if name not in matches:
            try:
                matches[name] = match_province(name, vintage=units, threshold=threshold)
            except parstats_errors.ProvinceNotMatched as error:
                matches[name] = error
    if errors == "report":
        return _match_report(listed, matches, units)
    unmatched = [match for match in matches.values() if not isinstance(match, str)]
    if errors == "raise" and len(unmatched) == 1:
        raise unmatched[0]
    if errors == "raise" and unmatched:
        problems = "; ".join(map(str, unmatched))
        message = f"{len(unmatched)} names are no province: {problems}"
        raise parstats_errors.ProvinceNotMatched(unmatched[0].name, [], message)
    return [match if isinstance(match := matches[name], str) else None for name in listed]


def fuzzy_remarks(names: Iterable[str], vintage: int) -> list[str]:
    """Return how names that are no known spelling were read; those of merged provinces are known.

    >>> fuzzy_remarks(["Lạng Sơn", "Lang Sonn"], 63)
    ["read 'Lang Sonn' as Lạng Sơn (20)"]
    """
    lines = []
    for name in names:
        try:
            match_province(name, vintage=vintage, threshold=100)
        except parstats_errors.MergedProvince:
            continue
        except parstats_errors.ProvinceNotMatched:
            code = match_province(name, vintage=vintage)
            lines.append(f"read {name!r} as {by_code(vintage)[code].names['vi']} ({code})")
    return lines


def match_region(name: object) -> str:
    """Return the code of the region that a text names.

    Capitals, diacritics, punctuation and the words "vùng" and "region" do not matter.

    Parameters
    ----------
    name : str
        A code of `REGIONS`, or a name in Vietnamese or English.

    Raises
    ------
    UnknownChoice
        If it is no region; the error holds the nearest names.

    Examples
    --------
    >>> match_region("Đồng bằng sông Hồng"), match_region("red river delta"), match_region("RRD")
    ('RRD', 'RRD', 'RRD')
    >>> match_region("dong bang song hong")
    'RRD'
    """
    spellings = _region_spellings()
    key = labels.search_key(str(name))
    bare = _REGION_TERMS.sub("", key)
    code = spellings.get(key) or spellings.get(bare)
    if code is not None:
        return code
    # By judgement: three names fit a line, and less alike ones are no help.
    near = difflib.get_close_matches(bare, spellings, n=6, cutoff=0.5)
    codes = list(dict.fromkeys(spellings[spelling] for spelling in near))[:3]
    suggested = "; ".join(f"{_region_names(code)[0]} ({code})" for code in codes)
    raise parstats_errors.UnknownChoice(
        "region",
        name,
        [f"{code} ({_region_names(code)[0]})" for code in REGIONS],
        f"nearest: {suggested}" if suggested else "",
    )


@cached
def _region_spellings() -> dict[str, str]:
    return {
        labels.search_key(spelling): code
        for code in REGIONS
        for spelling in (code, *_region_names(code))
    }


def _region_names(code: str) -> tuple[str, ...]:
    return tuple(labels.text(f"region.{code}", lang) for lang in labels.LANGUAGES)


def _match_report(
    names: Sequence[object],
    matches: dict[object, str | parstats_errors.ProvinceNotMatched],
    vintage: int,
) -> Any:
    import pandas as pd

    kinds = {
        parstats_errors.UnknownProvince: "unknown",
        parstats_errors.AmbiguousProvince: "ambiguous",
        parstats_errors.MergedProvince: "merged",
    }
    rows: list[tuple[object, ...]] = []
    for name in names:
        match = matches[name]
        if isinstance(match, str):
            rows.append((name, match, by_code(vintage)[match].names["vi"], "", ""))
        else:
            kind = kinds[type(match)]
            rows.append((name, None, None, kind, "; ".join(match.candidates)))
    columns = ["name", "province", "matched_name", "problem", "suggestions"]
    return pd.DataFrame(rows, columns=columns)


__getattr__ = old_functions("parstats.provinces", vintage_of_year="vintage_in_year")
