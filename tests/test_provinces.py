"""Matching what people write to provinces: right, or refused; never another province."""

from __future__ import annotations

import string
import unicodedata

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from parstats import match_province, match_provinces
from parstats.errors import (
    AmbiguousProvince,
    InvalidRequest,
    ProvinceNotMatched,
    UnknownChoice,
    UnknownProvince,
)
from parstats.reference import csv_tables
from parstats.reference.labels import plain
from parstats.reference.provinces import REGIONS, by_code

CODES = sorted(by_code())
SURE = [
    row
    for row in csv_tables.rows("aliases")
    if row["ambiguous"] == "0" and row["kind"] != "dissolved"
]
DOUBTFUL = [row for row in csv_tables.rows("aliases") if row["ambiguous"] == "1"]
LETTERS = string.ascii_lowercase + "ăâđêôơư"


def matched(name: object) -> str:
    """Code that a text is matched to, or the name of the error."""
    try:
        return match_province(name)
    except InvalidRequest as error:
        return type(error).__name__


# The list of provinces.


def test_there_are_63_provinces_in_six_regions() -> None:
    assert len(CODES) == 63
    regions = [by_code()[code].region for code in CODES]
    assert {region: regions.count(region) for region in REGIONS} == {
        "RRD": 11,
        "NMM": 14,
        "NCC": 14,
        "NC": 0,
        "SCH": 0,
        "CH": 5,
        "SE": 6,
        "MRD": 13,
    }


def test_every_name_is_written_in_composed_unicode() -> None:
    for province in by_code().values():
        for name in (*province.names.values(), *province.short_names.values(), province.full_name):
            assert unicodedata.normalize("NFC", name) == name
            assert name == name.strip() != ""


def test_file_stems_are_ascii_and_unlike() -> None:
    stems = [province.stem for province in by_code().values()]
    assert len(set(stems)) == 63
    assert all(set(stem) <= set(string.ascii_lowercase + string.digits + "-") for stem in stems)
    assert by_code()["67"].stem == "67-dak-nong"
    assert by_code()["77"].stem == "77-ba-ria-vung-tau"


# Names and aliases.


def test_every_sure_alias_means_its_province() -> None:
    wrong = [
        f"{row['alias']!r} is {row['province']}, matched to {actual}"
        for row in SURE
        if (actual := matched(row["alias"])) != row["province"]
    ]
    assert not wrong
    assert len(SURE) > 500


def test_every_doubtful_alias_is_refused_with_its_provinces() -> None:
    wrong = []
    for row in DOUBTFUL:
        try:
            wrong.append(f"{row['alias']!r} matched to {match_province(row['alias'])}")
        except AmbiguousProvince as error:
            name = by_code()[row["province"]].names["vi"]
            if name not in error.candidates:
                wrong.append(f"{row['alias']!r} offers {error.candidates}, not {name}")
    assert not wrong
    assert len(DOUBTFUL) > 50


@pytest.mark.parametrize(
    ("name", "candidates"),
    [
        ("Vĩnh Phú", ["Phú Thọ", "Vĩnh Phúc"]),
        ("tinh Vinh Phu", ["Phú Thọ", "Vĩnh Phúc"]),
        ("Hà Bắc", ["Bắc Giang", "Bắc Ninh"]),
        ("HA BAC", ["Bắc Giang", "Bắc Ninh"]),
        ("Hà Nam Ninh", ["Nam Định", "Hà Nam", "Ninh Bình"]),
        ("Sông Bé", ["Bình Phước", "Bình Dương"]),
    ],
)
def test_dissolved_provinces_are_refused_with_their_successors(
    name: str, candidates: list[str]
) -> None:
    with pytest.raises(AmbiguousProvince) as caught:
        match_province(name)
    assert sorted(caught.value.candidates) == sorted(candidates)


def test_initials_of_several_provinces_are_refused_with_all_of_them() -> None:
    with pytest.raises(AmbiguousProvince) as caught:
        match_province("HN")
    assert set(caught.value.candidates) >= {"Hà Nội", "Hà Nam"}


def test_hue_alone_is_refused_because_it_is_also_a_city() -> None:
    with pytest.raises(AmbiguousProvince, match="write the full name: Thừa Thiên Huế"):
        match_province("TP. Huế")
    assert match_province("Thừa Thiên - Huế") == "46"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (1, "01"),
        ("1", "01"),
        ("01", "01"),
        ("1.0", "01"),
        (1.0, "01"),
        (96, "96"),
        ("96.0", "96"),
        (" 20 ", "20"),
        ("VN-HN", "01"),
        ("BR-VT", "77"),
        ("TP.HCM", "79"),
        ("Tỉnh Đăk Lăk", "66"),
        ("Lang Son Province", "20"),
        ("Da Nang City", "48"),
        ("HÀ NỘI", "01"),
    ],
)
def test_codes_abbreviations_and_words_for_the_kind_of_unit(written: object, code: str) -> None:
    assert match_province(written) == code


@pytest.mark.parametrize("code", [3, "03", "0", "99", "97.0", 7])
def test_codes_that_no_province_has_are_unknown(code: object) -> None:
    with pytest.raises(UnknownProvince):
        match_province(code)


@pytest.mark.parametrize("text", ["", "  ", "...", "tỉnh", "2024", "x", "Bangkok", "-1", "1.5"])
def test_what_names_no_province_is_unknown(text: str) -> None:
    assert matched(text) == "UnknownProvince"


def test_an_unknown_name_comes_with_the_nearest_names() -> None:
    with pytest.raises(UnknownProvince) as caught:
        match_province("Quảng Xyz")
    assert 1 <= len(caught.value.candidates) <= 3
    assert set(caught.value.candidates) <= {
        "Quảng " + end for end in ("Nam", "Ngãi", "Trị", "Ninh", "Bình")
    }
    assert str(caught.value) == (
        "unknown province 'Quảng Xyz'; nearest: " + ", ".join(caught.value.candidates)
    )


def test_threshold_100_takes_no_typing_errors() -> None:
    assert match_province("Lạng Sonn") == "20"
    with pytest.raises(UnknownProvince) as caught:
        match_province("Lạng Sonn", threshold=100)
    assert caught.value.candidates[0] == "Lạng Sơn"


def test_several_names_keep_their_order_and_repeats() -> None:
    assert match_provinces(["Hà Nội", 20, "ha noi", "Cà Mau"]) == ["01", "20", "01", "96"]
    assert match_provinces("Hà Nội") == ["01"]
    assert match_provinces([]) == []
    with pytest.raises(UnknownProvince, match="Atlantis"):
        match_provinces(["Hà Nội", "Atlantis"])


# Spellings nobody listed.


def without_diacritics(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


VARIANTS = {
    "composed": lambda text: unicodedata.normalize("NFC", text),
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "capitals": str.upper,
    "small letters": str.lower,
    "no diacritics": without_diacritics,
    "no diacritics, d for đ": lambda t: without_diacritics(t).replace("đ", "d").replace("Đ", "D"),
    "no blanks": lambda text: text.replace(" ", ""),
    "more blanks": lambda text: f"  {text.replace(' ', '   ')} ",
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "underscores": lambda text: text.replace(" ", "_"),
    "hyphens": lambda text: text.replace(" ", "-"),
    "full stop": lambda text: text + ".",
    "kind before": lambda text: "Tỉnh " + text,
    "kind before, in capitals": lambda text: "TỈNH " + text,
    "English kind after": lambda text: text + " Province",
}


@settings(max_examples=400)
@given(
    code=st.sampled_from(CODES),
    language=st.sampled_from(["vi", "en"]),
    variants=st.lists(st.sampled_from(sorted(VARIANTS)), max_size=3, unique=True),
)
def test_spelling_variants_mean_the_same_province(
    code: str, language: str, variants: list[str]
) -> None:
    assume(sum("kind" in variant for variant in variants) <= 1)
    name = written = by_code()[code].names[language]
    for variant in variants:
        written = VARIANTS[variant](written)
    # "HoChiMinhCity": put together, the word for the kind of unit is no longer known as one.
    kind = any("kind" in variant for variant in variants) or name.endswith(" City")
    glued = kind and "no blanks" in variants
    result = matched(written)
    assert result == code or (glued and result in {"UnknownProvince", "AmbiguousProvince"})


@pytest.mark.parametrize("variant", sorted(VARIANTS))
def test_every_vietnamese_name_in_every_single_variant(variant: str) -> None:
    wrong = {
        written: result
        for code in CODES
        for name in (by_code()[code].names["vi"], by_code()[code].short_names["vi"])
        if (result := matched(written := VARIANTS[variant](name))) != code
    }
    assert not wrong


def with_typo(name: str, kind: str, position: int, letter: str) -> str:
    position %= len(name)
    if kind == "left out":
        return name[:position] + name[position + 1 :]
    if kind == "put in":
        return name[:position] + letter + name[position:]
    if kind == "other letter":
        return name[:position] + letter + name[position + 1 :]
    return (
        name[:position] + name[position + 1 : position + 2] + name[position] + name[position + 2 :]
    )


def spelled_without_doubt(text: str) -> set[str]:
    """Provinces that have the text as one of their listed spellings."""
    bare = "".join(filter(str.isalnum, plain(text)))
    return {
        row["province"] for row in SURE if "".join(filter(str.isalnum, plain(row["alias"]))) == bare
    } | {
        code
        for code in CODES
        if "".join(filter(str.isalnum, plain(by_code()[code].names["vi"]))) == bare
    }


@settings(max_examples=600)
@given(
    code=st.sampled_from(CODES),
    kind=st.sampled_from(["left out", "put in", "other letter", "two letters turned"]),
    position=st.integers(0, 30),
    letter=st.sampled_from(LETTERS),
)
def test_one_typing_error_is_understood_or_refused(
    code: str, kind: str, position: int, letter: str
) -> None:
    written = with_typo(by_code()[code].names["vi"], kind, position, letter)
    result = matched(written)
    # A slip that spells another province exactly (Hà Nam, Hà Nạm) cannot be known for a slip.
    assert result in {code, "UnknownProvince", "AmbiguousProvince"} | spelled_without_doubt(written)


@pytest.mark.slow
def test_no_single_typing_error_leads_to_another_province() -> None:
    """All of them, not a sample, on names as typed without diacritics."""
    wrong = {}
    for code in CODES:
        name = plain(by_code()[code].names["vi"])
        written = {
            with_typo(name, kind, position, letter)
            for position in range(len(name))
            for kind, letters in (
                ("left out", "a"),
                ("two letters turned", "a"),
                ("other letter", LETTERS),
                ("put in", LETTERS),
            )
            for letter in letters
        }
        for text in written:
            result = matched(text)
            if result in CODES and result != code and result not in spelled_without_doubt(text):
                wrong[text] = (code, result)
    assert not wrong


# Cities, numbers, and several names at once.


@pytest.mark.parametrize(
    ("name", "province"),
    [
        ("Thành phố Hòa Bình", "Hòa Bình"),
        ("TP. Cao Bằng", "Cao Bằng"),
        ("TP. Hà Giang", "Hà Giang"),
        ("Thành phố Lạng Sơn", "Lạng Sơn"),
        ("Ninh Binh City", "Ninh Bình"),
        ("Huế", "Thừa Thiên Huế"),
    ],
)
def test_a_city_is_not_the_province_with_its_name(name: str, province: str) -> None:
    with pytest.raises(AmbiguousProvince, match="can also be a city inside it") as caught:
        match_province(name)
    assert caught.value.candidates == [province]


def test_cities_of_the_rank_of_a_province_are_provinces() -> None:
    names = ["Thành phố Hà Nội", "Hải Phòng (TP)", "TP. Đà Nẵng", "Saigon", "Can Tho City"]
    assert match_provinces(names) == ["01", "31", "48", "79", "92"]
    assert match_province("TP. Huế", year=2025) == match_province("Huế", year=2025)


@pytest.mark.parametrize("name", ["Thanh Hóa 2", "Thanh Hóa II", "Hà Nội 1", "20a"])
def test_a_name_with_a_number_is_no_province(name: str) -> None:
    with pytest.raises(UnknownProvince):
        match_province(name)


def test_all_bad_names_are_listed_at_once() -> None:
    names = ["Lạng Sơn", "TP. Cao Bằng", "Atlantis", "Hà Tây"]
    with pytest.raises(ProvinceNotMatched) as caught:
        match_provinces(names)
    assert str(caught.value).startswith("3 names are no province: province 'TP. Cao Bằng' can")
    assert "'Atlantis'" in str(caught.value)
    assert "'Hà Tây'" in str(caught.value)
    assert match_provinces(names, errors="coerce") == ["20", None, None, None]
    report = match_provinces(names, errors="report")
    assert report["problem"].tolist() == ["", "ambiguous", "unknown", "merged"]
    assert report["suggestions"].tolist()[1::2] == ["Cao Bằng", "Hà Nội"]
    assert report.loc[0, ["province", "matched_name"]].tolist() == ["20", "Lạng Sơn"]
    with pytest.raises(UnknownChoice, match="raise"):
        match_provinces(names, errors="ignore")


def test_a_name_is_read_for_its_year() -> None:
    assert match_provinces(["Lào Cai", "Hà Nội"], year=2024) == ["10", "01"]
    assert match_provinces(["Lào Cai", "Hà Nội"], year=2025) == ["15", "01"]
    with pytest.raises(InvalidRequest, match="give one of them"):
        match_province("Lào Cai", year=2025, vintage=63)
