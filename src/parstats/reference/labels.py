"""Labels in Vietnamese and English, number formats and sorting of names.

The texts live in ``reference/labels.csv``; a text may hold ``{fields}``.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from numbers import Integral

from parstats import errors
from parstats.reference import csv_tables, period_numbers
from parstats.reference.editions import cached

LANGUAGES = ("vi", "en")

# Letters in Vietnamese dictionary order; a tone only decides between words equal without it.
_LETTERS = {letter: position for position, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_NON_ALPHANUMERIC = re.compile(r"[^a-z0-9]+")
MINUS = "\u2212"
# Fields of texts that hold a year, quarter or month.
_PERIOD_FIELDS = {"year", "previous", "next", "first", "last"}
_QUARTERS = ("I", "II", "III", "IV")
# As many digits as the largest number of a computer has.
_ROUNDING = Context(prec=400, rounding=ROUND_HALF_UP)


def check_language(lang: str) -> str:
    """Return `lang` if texts exist in it.

    Raises
    ------
    UnknownChoice: if it is neither "vi" nor "en"

    Examples
    --------
    >>> check_language("vi")
    'vi'
    """
    if lang not in LANGUAGES:
        raise errors.UnknownChoice("language", lang, LANGUAGES)
    return lang


class IndexLanguage(str):
    """A language whose texts speak of one index: with its terms, and of its units.

    It equals the language. `text` puts `terms` where a text has ``{item}`` (what the overall score
    is made of, or what a table lists), ``{dimension}`` or ``{criterion}``; their plurals
    ``{items}``, ``{dimensions}``, ``{criteria}``; each with a capital where the text has one. If
    `of_units`, the units are no provinces, as departments or communes: `text` takes the text
    ``<key>.units`` where there is one, else puts the words of ``reference/unit_words.csv`` in.

    >>> text("table.provinces", IndexLanguage("vi", of_units=True)), IndexLanguage("vi") == "vi"
    ('Số đơn vị', True)
    >>> text("figure.rest", IndexLanguage("en", {"item": "field"}), n=3)
    'the other 3 fields'
    """

    __slots__ = ("of_units", "terms")
    terms: Mapping[str, str]
    of_units: bool

    def __new__(
        cls, lang: str, terms: Mapping[str, str] | None = None, of_units: bool = False
    ) -> IndexLanguage:
        """Return the language with the terms of an index."""
        language = super().__new__(cls, lang)
        language.terms, language.of_units = dict(terms or {}), of_units
        return language


_TERMS = {"items": "item", "dimensions": "dimension", "criteria": "criterion"}
#: Names in braces that `text` puts terms of an index for, each with a capital too.
TERM_FIELDS = frozenset(
    written for name in (*_TERMS, *_TERMS.values()) for written in (name, name.capitalize())
)
_TERM = re.compile("{(" + "|".join(sorted(TERM_FIELDS)) + ")}")


def _with_terms(template: str, lang: str) -> str:
    """Return a text with the terms of the index that its language is about, else common words.

    >>> _with_terms("{Item}, {criteria}", IndexLanguage("en", {"criterion": "sub-index"}))
    'Part, sub-indices'
    """
    terms = lang.terms if isinstance(lang, IndexLanguage) else {}

    def term(match: re.Match[str]) -> str:
        name = match[1].lower()
        singular = _TERMS.get(name, name)
        word = terms.get(singular) or _texts()[f"term.{singular}"][str(lang)]
        if name in _TERMS and lang == "en":
            word = _plural(word)
        return word[:1].upper() + word[1:] if match[1][0].isupper() else word

    return _TERM.sub(term, template)


def _plural(word: str) -> str:
    """Return the plural of an English term.

    >>> [_plural(word) for word in ("sub-index", "group of criteria", "criterion", "category")]
    ['sub-indices', 'groups of criteria', 'criteria', 'categories']
    """
    noun, of, rest = word.partition(" of ")
    for ending, plural in (("criterion", "criteria"), ("index", "indices"), ("y", "ies")):
        if noun.endswith(ending):
            return noun.removesuffix(ending) + plural + of + rest
    return f"{noun}s{of}{rest}"


@cached
def _texts() -> dict[str, dict[str, str]]:
    return {
        row["key"]: {lang: row[lang] for lang in LANGUAGES} for row in csv_tables.rows("labels")
    }


def text(key: str, lang: str, /, **fields: object) -> str:
    """Return one text in one language, with its fields filled in.

    Parameters
    ----------
    key : str; key of the text in ``reference/labels.csv``
    lang : {"vi", "en"}; an `IndexLanguage` for a text about one index
    **fields
        Values of the ``{fields}`` in the text. Quarters and months among them, as tables count
        them, are written as `period`.

    Raises
    ------
    KeyError: if there is no such text: a mistake in the code, not in the data

    Examples
    --------
    >>> text("table.province", "vi")
    'Tỉnh, thành phố'
    """
    check_language(lang)
    if isinstance(lang, IndexLanguage) and lang.of_units:
        template = _text_about_units(key, str(lang))
    else:
        template = _texts()[key][str(lang)]
    template = _with_terms(template, lang)
    if not fields:
        return template
    written = dict(fields)
    for name in _PERIOD_FIELDS & fields.keys():
        value = fields[name]
        if isinstance(value, Integral):
            written[name] = period(int(value), lang)
            if period_numbers.period_kind(int(value)) != "year":
                template, written = _without_year_word(template, name, written)
    return template.format(**written)


def template(key: str, lang: str) -> str:
    """Return one text in one language with its ``{fields}`` as they stand, for scripts of a page.

    >>> template("explorer.remove", "en")
    'Remove {name}'
    """
    return _texts()[key][check_language(lang)]


def _without_year_word(
    template: str, name: str, written: dict[str, object]
) -> tuple[str, dict[str, object]]:
    """Return a text and its fields without the word for year before a quarter or a month.

    >>> _without_year_word("Năm {year}", "year", {"year": "quý II/2025"})
    ('{year_first}', {'year': 'quý II/2025', 'year_first': 'Quý II/2025'})
    """
    value = str(written[name])
    first = f"{name}_first"
    template = template.replace(f"Năm {{{name}}}", f"{{{first}}}")
    template = template.replace(f"năm {{{name}}}", f"{{{name}}}")
    return template, written | {first: value[:1].upper() + value[1:]}


@cached
def _unit_words(lang: str) -> tuple[re.Pattern[str], dict[str, str]]:
    words = {
        row["word"]: row["unit_word"]
        for row in csv_tables.rows("unit_words")
        if row["lang"] == lang
    }
    longest_first = sorted(map(re.escape, words), key=len, reverse=True)
    # The names of fields stay.
    return re.compile(rf"{{\w+}}|(?<!\w)(?:{'|'.join(longest_first)})(?!\w)"), words


@cached
def _text_about_units(key: str, lang: str) -> str:
    texts = _texts()
    if f"{key}.units" in texts:
        return texts[f"{key}.units"][lang]
    pattern, words = _unit_words(lang)
    return pattern.sub(lambda match: words.get(match[0], match[0]), texts[key][lang])


def period(number: int, lang: str, *, short: bool = False) -> str:
    """Return a year, a quarter or a month as a text.

    Parameters
    ----------
    number : int; as tables count it (`parstats.reference.period_numbers`)
    lang : {"vi", "en"}
    short : bool; the form for axes and heads of columns

    Examples
    --------
    >>> period(2025, "vi"), period(8102, "vi"), period(24306, "vi")
    ('2025', 'quý III/2025', 'tháng 7/2025')
    >>> period(8102, "en"), period(8102, "vi", short=True), period(24306, "vi", short=True)
    ('Q3 2025', 'QIII/2025', '7/2025')
    """
    kind = period_numbers.period_kind(number)
    if kind == "year":
        return str(number)
    year, part = period_numbers.year_and_part(number)
    written = _QUARTERS[part - 1] if kind == "quarter" and lang == "vi" else str(part)
    return text(f"period.{kind}{'_short' if short else ''}", lang, calendar=year, part=written)


def number(
    value: float | Decimal,
    lang: str,
    decimals: int = 2,
    *,
    sign: bool = False,
    grouped: bool = True,
) -> str:
    """Format a number: decimal comma in Vietnamese, point in English.

    Halves are rounded away from zero and digits after the fifteenth do not count, as in
    spreadsheets: a number formatted in a workbook is that of the page.

    Parameters
    ----------
    value : float; the number; a missing one (NaN) is written as an en dash
    lang : {"vi", "en"}
    decimals : int; digits after the decimal mark
    sign : bool; write a plus before positive numbers too, but for one that rounds to zero
    grouped : bool; mark thousands, as all but years do

    Examples
    --------
    >>> number(-1234.5, "vi", 1), number(0.25, "en", sign=True), number(float("nan"), "vi")
    ('−1.234,5', '+0.25', '–')
    >>> number(86.5, "en", 0), number(2024, "vi", 0, grouped=False)
    ('87', '2024')
    """
    check_language(lang)
    if value is None or math.isnan(value):
        return "\u2013"
    if math.isinf(value):
        return (MINUS if value < 0 else "+" if sign else "") + "\u221e"
    rounded = Decimal(f"{value:.15g}").quantize(Decimal(1).scaleb(-decimals), context=_ROUNDING)
    written = f"{abs(rounded):{',' if grouped else ''}.{decimals}f}"
    if lang == "vi":
        written = written.translate(str.maketrans(",.", ".,"))
    if rounded == 0:
        return written
    return (MINUS if rounded < 0 else "+" if sign else "") + written


def plain(value: str) -> str:
    """Return a text in lower case without diacritics, with d for đ.

    Examples
    --------
    >>> plain("Đắk Lắk")
    'dak lak'
    """
    lowered = value.casefold().replace("đ", "d")
    decomposed = unicodedata.normalize("NFD", lowered)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def search_key(value: str) -> str:
    """Return a search key: lower case, no diacritics, single spaces.

    Examples
    --------
    >>> search_key("Đắk Lắk"), search_key("TP. HCM")
    ('dak lak', 'tp hcm')
    """
    return _NON_ALPHANUMERIC.sub(" ", plain(value)).strip()


@cached
def _abbreviations() -> tuple[re.Pattern[str], dict[str, str]]:
    long = {row["short"].upper(): row["long"] for row in csv_tables.rows("abbreviations")}
    shorts = sorted(map(re.escape, long), key=len, reverse=True)
    return re.compile(rf"(?<!\w)({'|'.join(shorts)})(?!\w)"), long


def expanded(value: str) -> str:
    """Expand the abbreviations of Vietnamese offices in a text.

    Only capitals count as an abbreviation; see ``reference/abbreviations.csv``.

    Examples
    --------
    >>> expanded("Cải cách TTHC")
    'Cải cách thủ tục hành chính'
    """
    pattern, long = _abbreviations()
    return pattern.sub(lambda match: long[match[1]], value)


def collation_key(name: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return a sort key in Vietnamese order: a before ă before â, d before đ, tones last.

    Examples
    --------
    >>> sorted(["Đà Nẵng", "Điện Biên", "Cần Thơ", "Cao Bằng", "Hà Nội"], key=collation_key)
    ['Cao Bằng', 'Cần Thơ', 'Đà Nẵng', 'Điện Biên', 'Hà Nội']
    """
    letters: list[int] = []
    tones: list[int] = []
    for char in unicodedata.normalize("NFC", name.casefold()):
        parts = unicodedata.normalize("NFD", char)
        tone = next((_TONES[part] for part in parts if part in _TONES), 0)
        base = unicodedata.normalize("NFC", "".join(p for p in parts if p not in _TONES))
        letters.append(_LETTERS.get(base, -1))
        tones.append(tone)
    return tuple(letters), tuple(tones)
