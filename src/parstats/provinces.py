"""The provinces: codes, names, regions, and matching what people write to a code.

A code carries its vintage: the 63 units that stood until 30 June 2025 have the two-digit codes
of the General Statistics Office, text with the leading zero.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from parstats import errors, labels, reference

VINTAGE = 63
REGIONS = ("RRD", "NMM", "NCC", "CH", "SE", "MRD")

# Words for the kind of unit, before or after the name, in Vietnamese and English.
_UNIT_WORDS = re.compile(r"^(tinh|thanh pho|tp)\s+|\s+(province|city)$")
# A one- or two-digit code, with the ".0" a spreadsheet adds to numbers.
_CODE = re.compile(r"^\d{1,2}(\.0)?$")


@dataclass(frozen=True)
class Province:
    """A province of one vintage.

    Attributes
    ----------
    code : str
        Two-digit GSO code, text.
    vintage : int
        63: the units to June 2025.
    names, short_names : dict
        Name and a short form for figures, by language ("vi", "en").
    full_name : str
        Official Vietnamese name with the kind of unit, as "Tỉnh Lạng Sơn".
    region : str
        One of `REGIONS`.
    tile : (int, int)
        Row and column in the tile map, both from 0.
    """

    code: str
    vintage: int
    names: dict[str, str]
    short_names: dict[str, str]
    full_name: str
    region: str
    tile: tuple[int, int]

    @property
    def stem(self) -> str:
        """Name for files and addresses: code and name in ASCII, as "20-lang-son"."""
        return f"{self.code}-{labels.search_key(self.names['vi']).replace(' ', '-')}"


@cache
def by_code() -> dict[str, Province]:
    """The 63 provinces by code.

    Examples
    --------
    >>> by_code()["20"].names["vi"], by_code()["20"].stem
    ('Lạng Sơn', '20-lang-son')
    """
    return {
        row["province"]: Province(
            code=row["province"],
            vintage=int(row["vintage"]),
            names={"vi": row["name_vi"], "en": row["name_en"]},
            short_names={"vi": row["short_vi"], "en": row["short_en"]},
            full_name=row["full_name_vi"],
            region=row["region"],
            tile=(int(row["tile_row"]), int(row["tile_column"])),
        )
        for row in reference.rows("provinces")
    }


@cache
def _aliases() -> tuple[dict[str, str], dict[str, frozenset[str]]]:
    """Two look-ups by key: codes of sure aliases, and possible codes of ambiguous ones."""
    sure: dict[str, str] = {}
    doubtful: dict[str, set[str]] = defaultdict(set)
    for row in reference.rows("aliases"):
        key = labels.search_key(row["alias"])
        if row["ambiguous"] == "1":
            doubtful[key].add(row["province"])
        else:
            sure[key] = row["province"]
    for province in by_code().values():
        words = labels.search_key(province.names["vi"]).split()
        initials = "".join(word[0] for word in words)
        if initials not in sure:
            doubtful[initials].add(province.code)
    return sure, {key: frozenset(codes) for key, codes in doubtful.items()}


@cache
def _closed_up() -> dict[str, frozenset[str]]:
    """Codes by key without spaces, of names long enough to be compared for typing errors."""
    found: dict[str, set[str]] = defaultdict(set)
    for key, code in _aliases()[0].items():
        bare = _UNIT_WORDS.sub("", key)
        if len(bare) >= 5 and not bare.startswith("vn "):
            found[bare.replace(" ", "")].add(code)
    return {key: frozenset(codes) for key, codes in found.items()}


def _names_of(codes: Iterable[str]) -> list[str]:
    return [by_code()[code].names["vi"] for code in sorted(codes)]


def _nearest(key: str) -> list[tuple[float, int, str]]:
    """Every province with the similarity (0-100) and edits of its closest spelling, best first."""
    from rapidfuzz import process
    from rapidfuzz.distance import DamerauLevenshtein

    closed = key.replace(" ", "")
    spellings = list(_closed_up())
    edits = process.cdist([closed], spellings, scorer=DamerauLevenshtein.distance, dtype="int32")[0]
    best: dict[str, tuple[float, int]] = {}
    for spelling, count in zip(spellings, edits, strict=True):
        similarity = 100 * (1 - int(count) / max(len(closed), len(spelling)))
        for code in _closed_up()[spelling]:
            best[code] = max(best.get(code, (-1.0, 0)), (similarity, -int(count)))
    ranked = [(similarity, -edits, code) for code, (similarity, edits) in best.items()]
    return sorted(ranked, key=lambda found: (-found[0], found[1], found[2]))


def match_province(name: object, *, threshold: float = 85) -> str:
    """Code of the one province that a text means.

    Diacritics, đ, capitals, Unicode form, punctuation and words such as "tỉnh", "TP." or
    "Province" do not matter; codes are taken with or without the leading zero. What is no known
    spelling is compared with all of them: the nearest province is taken if its similarity
    (100 times the normalised Damerau-Levenshtein similarity without spaces) reaches
    `threshold` and no other province does, nor lies as few edits away.

    Parameters
    ----------
    name : str or int
        A name, an abbreviation, an ISO 3166-2 code or a GSO code of the 63 provinces.
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

    Examples
    --------
    >>> match_province("lang son"), match_province("Tỉnh Đăk Lăk"), match_province(1)
    ('20', '66', '01')
    >>> match_province("Huế")
    Traceback (most recent call last):
    ...
    parstats.errors.AmbiguousProvince: province 'Huế' can be read in more than one way; write the full name: Thừa Thiên Huế
    """
    # Missing values of pandas write themselves as "<NA>", "nan" or "NaT".
    missing = name is None or (not isinstance(name, str) and str(name) in ("nan", "<NA>", "NaT"))
    written = "" if missing else unicodedata.normalize("NFC", str(name)).strip()
    if _CODE.match(written):
        code = written.removesuffix(".0").zfill(2)
        if code in by_code():
            return code
        raise errors.UnknownProvince(written, [])
    sure, doubtful = _aliases()
    key = labels.search_key(written)
    for form in dict.fromkeys((key, _UNIT_WORDS.sub("", key), key.replace(" ", ""))):
        if form in sure:
            return sure[form]
        if form in doubtful:
            raise errors.AmbiguousProvince(written, _names_of(doubtful[form]))
    bare = _UNIT_WORDS.sub("", key)
    if not bare:
        raise errors.UnknownProvince(written, [])
    exact = _closed_up().get(bare.replace(" ", ""))
    if exact and len(exact) == 1:
        return next(iter(exact))
    return _by_likeness(written, bare, threshold)


def _by_likeness(written: str, bare: str, threshold: float) -> str:
    ranked = _nearest(bare)
    near = [code for similarity, _, code in ranked if similarity >= threshold]
    if near:
        # A shorter name as few edits away is as likely, though its similarity is lower.
        fewest = min(edits for _, edits, code in ranked if code in near)
        near = [code for _, edits, code in ranked if code in near or edits <= fewest]
    if len(near) == 1:
        return near[0]
    if near:
        raise errors.AmbiguousProvince(written, _names_of(near))
    suggested = [code for similarity, _, code in ranked[:3] if similarity >= 40]
    raise errors.UnknownProvince(written, [by_code()[code].names["vi"] for code in suggested])


def match_provinces(names: Iterable[object] | str, *, threshold: float = 85) -> list[str]:
    """Codes of several provinces; see `match_province` for the rules and errors.

    Parameters
    ----------
    names : iterable of str or int, or a single str
        The names, in any mix of spellings. A single text counts as one name.
    threshold : float
        As in `match_province`.

    Returns
    -------
    list of str
        A code for each name, in the order given.

    Examples
    --------
    >>> match_provinces(["TP.HCM", "Dak Lak", "BR-VT"])
    ['79', '66', '77']
    """
    listed = [names] if isinstance(names, str) else names
    known: dict[object, str] = {}
    codes = []
    for name in listed:
        if name not in known:
            known[name] = match_province(name, threshold=threshold)
        codes.append(known[name])
    return codes
