"""Texts in two languages, numbers as each language writes them, Vietnamese order of names."""

from __future__ import annotations

import csv
import math
import random
import string
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parstats.errors import UnknownChoice
from parstats.reference import csv_tables, labels
from parstats.reference.provinces import by_code

ROWS = csv_tables.rows("labels")


def fields(template: str) -> set[str]:
    """Fields of a text but for the terms of an index, which no caller fills in."""
    names = {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}
    return names - labels.TERM_FIELDS


# Texts.


def test_every_text_exists_once_and_in_both_languages_or_in_neither() -> None:
    keys = [row["key"] for row in ROWS]
    assert len(set(keys)) == len(keys) > 0
    assert not [row["key"] for row in ROWS if bool(row["vi"].strip()) != bool(row["en"].strip())]
    assert sum(bool(row["vi"].strip()) for row in ROWS) > 0.9 * len(ROWS)


def test_a_language_may_leave_a_field_out_but_not_name_another() -> None:
    wrong = []
    for row in ROWS:
        vi, en = fields(row["vi"]), fields(row["en"])
        if not (vi <= en or en <= vi):
            wrong.append(f"{row['key']}: {vi ^ en}")
    assert not wrong


def test_vietnamese_texts_are_composed_unicode() -> None:
    assert not [r["key"] for r in ROWS if unicodedata.normalize("NFC", r["vi"]) != r["vi"]]


@pytest.mark.parametrize(("lang", "expected"), [("vi", "Hạng"), ("en", "Rank")])
def test_a_text_in_each_language(lang: str, expected: str) -> None:
    assert labels.text("table.rank", lang) == expected


@pytest.mark.parametrize("lang", labels.LANGUAGES)
def test_every_text_takes_its_fields(lang: str) -> None:
    for row in ROWS:
        names = fields(row[lang])
        filled = labels.text(row["key"], lang, **{name: f"<{name}>" for name in names})
        assert all(f"<{name}>" in filled for name in names)
        assert "{" not in filled


def test_an_unknown_language_is_refused_and_an_unknown_key_is_a_mistake_in_the_code() -> None:
    with pytest.raises(UnknownChoice, match="unknown language 'fr': expected one of vi, en"):
        labels.text("table.rank", "fr")
    with pytest.raises(UnknownChoice):
        labels.number(1.0, "fr")
    with pytest.raises(KeyError):
        labels.text("no such text", "vi")


# Numbers.


def read(written: str, lang: str) -> float:
    """A number read as a reader of the language would."""
    group, mark = (".", ",") if lang == "vi" else (",", ".")
    plain = written.replace(group, "").replace(mark, ".").replace("\u2212", "-")
    return float(plain)


@given(
    value=st.floats(-1e9, 1e9),
    decimals=st.integers(0, 6),
    lang=st.sampled_from(labels.LANGUAGES),
    sign=st.booleans(),
)
def test_a_written_number_reads_back_to_its_rounded_value(
    value: float, decimals: int, lang: str, sign: bool
) -> None:
    written = labels.number(value, lang, decimals, sign=sign)
    # Halves go away from zero, as in spreadsheets.
    rounded = Decimal(f"{value:.15g}").quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    assert read(written, lang) == pytest.approx(float(rounded), abs=1e-9, rel=1e-12)
    digits = written.partition("," if lang == "vi" else ".")[2]
    assert len(digits) == decimals
    assert "-" not in written


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (1234567.891, "1.234.567,89", "1,234,567.89"),
        (-0.5, "−0,50", "−0.50"),
        (0, "0,00", "0.00"),
        (42.005, "42,01", "42.01"),
        (float("nan"), "–", "–"),
    ],
)
def test_numbers_in_both_languages(value: float, vi: str, en: str) -> None:
    if value == 42.005:  # binary: 42.00500000000000255
        assert math.floor(value * 1000) == 42005
    assert (labels.number(value, "vi"), labels.number(value, "en")) == (vi, en)


def test_a_plus_sign_stands_only_before_what_does_not_round_to_zero() -> None:
    assert labels.number(0.25, "en", sign=True) == "+0.25"
    assert labels.number(0.004, "en", sign=True) == "0.00"
    assert labels.number(-0.004, "vi", sign=True) == "0,00"
    assert labels.number(-0.25, "vi", sign=True) == "−0,25"


# Order of names.


def test_provinces_stand_in_vietnamese_dictionary_order() -> None:
    names = [province.names["vi"] for province in by_code().values()]
    random.Random(0).shuffle(names)
    ordered = sorted(names, key=labels.collation_key)
    starts = [name for name in ordered if name[0] in "CDĐGQ"]
    assert starts == [
        "Cà Mau",
        "Cao Bằng",
        "Cần Thơ",
        "Đà Nẵng",
        "Đắk Lắk",
        "Đắk Nông",
        "Điện Biên",
        "Đồng Nai",
        "Đồng Tháp",
        "Gia Lai",
        "Quảng Bình",
        "Quảng Nam",
        "Quảng Ngãi",
        "Quảng Ninh",
        "Quảng Trị",
    ]


def test_letters_come_before_tones() -> None:
    # a < ă < â, d < đ, e < ê, o < ô < ơ, u < ư; then level, huyền, hỏi, ngã, sắc, nặng.
    letters = ["a", "ă", "â", "b", "d", "đ", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y"]
    tones = ["ma", "mà", "mả", "mã", "má", "mạ"]
    for ordered in (letters, tones):
        mixed = random.Random(1).sample(ordered, len(ordered))
        assert mixed != ordered
        assert sorted(mixed, key=labels.collation_key) == ordered
    assert labels.collation_key("mạ") < labels.collation_key("măn")
    assert labels.collation_key("Hà Nam") < labels.collation_key("hà nội")


@given(st.lists(st.text(alphabet="aăâdđeêoôơuư áạẵếự", max_size=6)))
def test_order_does_not_depend_on_unicode_form_or_capitals(names: list[str]) -> None:
    for name in names:
        key = labels.collation_key(name)
        assert labels.collation_key(unicodedata.normalize("NFD", name)) == key
        assert labels.collation_key(name.upper()) == key


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_plain_text_has_no_marks_left_and_stays_as_it_is(text: str) -> None:
    plain = labels.plain(text)
    assert labels.plain(plain) == plain
    assert not any(unicodedata.combining(char) for char in unicodedata.normalize("NFD", plain))
    assert "đ" not in plain


def test_every_row_of_a_reference_table_has_as_many_cells_as_its_head():
    folder = Path(labels.__file__).parent
    for path in sorted(folder.rglob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            head, *rows = csv.reader(lines)
        uneven = [number for number, row in enumerate(rows, 2) if len(row) != len(head)]
        assert not uneven, f"{path.name}, row {uneven[0]}: a comma outside quotes?"
