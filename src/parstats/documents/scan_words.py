"""Recognised words: what recognition gets wrong in one way only is mended, the rest is left.

Roman numerals are the weak spot: "II" comes out as "H", "I" as "1". After "Quý" only I to IV make
sense, and the numbers of groups follow each other.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein

from parstats.documents.phrases import without_accents

# Signs that stand for one of print, or for its look-alike.
_FOLDED = str.maketrans(
    {"⁄": "/", "∕": "/", "’": "'", "‘": "'", "`": "'", "|": "I", "—": "-", "–": "-", "­": None}
)
# Letters that strokes of roman numerals are taken for.
_STROKES = {
    **dict.fromkeys("1lIiÌÍỊĨíìịĩ!|Jj][", "I"),
    **dict.fromkeys("HNUnu", "II"),
    **dict.fromkeys("MmWw", "III"),
    **dict.fromkeys("VvYy", "V"),
    **dict.fromkeys("Xx", "X"),
}
# Slashes are read twice, a stroke before a word as a sign, the last letter of "PAPI" as a bracket.
_SLASHES = re.compile(r"/{2,}")
_DIRT_BEFORE = re.compile(r"^['.,:;_~^]+(?=\w)")
_BRACKET = re.compile(r"(?<=[A-ZĐ])[\]!](?=\W|$)")
# A full stop before a small letter is a comma; short forms have fewer letters.
_FULL_STOP = re.compile(r"[^\W\d_]{3,}\.")
# Confidence (0-100) below which a sign, and a letter that stands alone, is dirt. Measured: signs of
# print had 80 and more, those of dirt up to 55.
_SURE_SIGN, _SURE_LETTER = 60, 35
_LETTERS = re.compile(r"([^\W\d_]{3,})([.,;:)]*)")
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnprstvx])?[aeiouy]{1,3}(?:ng|nh|ch|[cmnpt])?"
)
_QUARTERS = ("I", "II", "III", "IV")
_QUARTER_WORD = re.compile(r"^quý[:.,]?$", re.IGNORECASE)
_QUARTER = re.compile(r"\bquý\s+(IV|I{1,3}|[1-4])\b", re.IGNORECASE)
_NUMERAL = re.compile(r"^([^\W\d_]+|[1l|!\]\[I]+|[^\W_]{1,4})([/.,;:)-].*)?$")
_UNITS = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
#: Numerals in the order of groups; plans have fewer.
ROMANS = tuple(ten + unit for ten in ("", "X", "XX") for unit in _UNITS if ten + unit)
# What it costs to let the numbers of groups begin anew, in letters read wrong. By judgement: one
# may be wrong by chance; three are a new list.
_ANEW = 2.5


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised word, its place in points from the upper left corner, and its confidence.

    Top and bottom are those of its line. `confidence` goes from 0 to 100.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    confidence: float = 100.0


def mended(words: Sequence[Word]) -> list[Word]:
    """Return the words of a cell, or of the text outside, without dirt, with signs mended.

    >>> [word.text for word in mended([Word("Quý", 0, 0, 9, 9), Word("H⁄2024", 9, 0, 20, 9)])]
    ['Quý', 'II/2024']
    >>> [word.text for word in mended([Word("'Sở", 0, 0, 9, 9), Word("Nộivụ", 9, 0, 20, 9)])]
    ['Sở', 'Nội', 'vụ']
    """
    clean: list[Word] = []
    for word in words:
        text = unicodedata.normalize("NFC", word.text).translate(_FOLDED).strip()
        text = _SLASHES.sub("/", _DIRT_BEFORE.sub("", text)).rstrip("'")
        text = _BRACKET.sub("I", text)
        if not text or _is_dirt(text, word.confidence):
            continue
        if clean and _QUARTER_WORD.match(clean[-1].text):
            text = _as_quarter(text)
        if not clean or clean[-1].top != word.top:
            text = _as_heading_number(text)
        if clean and _FULL_STOP.fullmatch(clean[-1].text) and text[0].islower():
            clean[-1] = replace(clean[-1], text=f"{clean[-1].text[:-1]},")
        clean += _parted(replace(word, text=text))
    # A stroke at the end of a cell is of its side.
    return clean[:-1] if clean and clean[-1].text in ("-", "'") else clean


def _is_dirt(text: str, confidence: float) -> bool:
    n_letters = sum(map(str.isalnum, text))
    if 2 * n_letters < len(text):
        return confidence < _SURE_SIGN or not (n_letters or re.fullmatch(r"[-+≥≤<>=%&*•]+", text))
    # A lone letter of low confidence is a speck or the rest of a rule.
    return len(text) == 1 and confidence < _SURE_LETTER


def _as_heading_number(text: str) -> str:
    """Return the first word of a line as the number of a heading, as "IH." for "III."."""
    numeral = as_roman(text[:-1]) if text.endswith(".") and text[:-1].isupper() else ""
    return f"{numeral}." if numeral in ROMANS else text


def _parted(word: Word) -> list[Word]:
    """Return a word, or the two that were read as one, by the make of Vietnamese syllables."""
    match = _LETTERS.fullmatch(word.text)
    if match is None or without_accents(match[1]).casefold() == match[1].casefold():
        return [word]
    body = match[1]
    if _is_syllable(body):
        return [word]
    cuts = [at for at in range(1, len(body)) if _is_syllable(body[:at]) and _is_syllable(body[at:])]
    if len(cuts) != 1:
        return [word]
    at = word.x0 + (word.x1 - word.x0) * cuts[0] / len(word.text)
    return [
        replace(word, text=body[: cuts[0]], x1=at),
        replace(word, text=body[cuts[0] :] + match[2], x0=at),
    ]


def _is_syllable(text: str) -> bool:
    # Within a syllable capitals are all or the first.
    if not (text.isupper() or text[1:].islower() or len(text) == 1):
        return False
    return _SYLLABLE.fullmatch(without_accents(text).casefold()) is not None


def _as_quarter(text: str) -> str:
    match = _NUMERAL.match(text)
    numeral = as_roman(match[1]) if match else ""
    return f"{numeral}{match[2] or ''}" if match and numeral in _QUARTERS else text


def as_roman(text: str) -> str:
    """Return the strokes of a word as a roman numeral, "" if it has other signs.

    >>> as_roman("IH"), as_roman("lV"), as_roman("T1")
    ('III', 'IV', '')
    """
    strokes = [_STROKES.get(letter) for letter in text]
    return "" if None in strokes else "".join(stroke or "" for stroke in strokes)


def quarters(text: str) -> tuple[str, ...]:
    """Return the quarters that a text names, in its order.

    >>> quarters("Quý I và quý III/2024")
    ('I', 'III')
    """
    return tuple(match[1].upper() for match in _QUARTER.finditer(text))


def in_order(numbers: Sequence[str]) -> list[str]:
    """Return the numbers of groups, wrongly read ones as their order tells.

    Numbers that have other letters than roman ones are left. A list may begin anew at I where that
    explains more of them.

    >>> in_order(["I", "H", "I", "V"])
    ['I', 'II', 'III', 'IV']
    >>> in_order(["I", "II", "I", "II"])
    ['I', 'II', 'I', 'II']
    >>> in_order(["A", "B"])
    ['A', 'B']
    """
    read = [as_roman(number) for number in numbers]
    if any(number.isdigit() and not as_roman(number) for number in numbers):
        # Groups numbered 1, 2, 3: a "1" is no stroke of a numeral.
        read = ["" if number.isdigit() else as_roman(number) for number in numbers]
    at = [position for position, number in enumerate(read) if number]
    # Cost and path for each numeral that the group at hand may have.
    best: dict[int, tuple[float, list[int]]] = {0: (0.0, [])}
    for position in at:
        following: dict[int, tuple[float, list[int]]] = {}
        for value, (cost, path) in best.items():
            for successor, extra in ((value + 1, 0.0), (1, _ANEW)):
                if successor > len(ROMANS):
                    continue
                total = cost + extra + Levenshtein.distance(read[position], ROMANS[successor - 1])
                if successor not in following or total < following[successor][0]:
                    following[successor] = total, [*path, successor]
        best = following
    mended_numbers = list(numbers)
    cost, path = min(best.values(), key=lambda entry: entry[0])
    # Where the order explains nothing, the numbers are something else.
    if cost <= max(len(at), 1) * 1.0 + _ANEW:
        for position, value in zip(at, path, strict=True):
            mended_numbers[position] = ROMANS[value - 1]
    return mended_numbers


def commonest(texts: Sequence[str]) -> dict[str, str]:
    """Return the spelling for each text that differs only in accents from one written more often.

    Names of agencies come again and again; a tone mark is the part of print that is lost first.

    >>> commonest(["UBND cấp xã", "UBND cấp xả", "UBND cấp xã", "Sở Y tế"])
    {'UBND cấp xả': 'UBND cấp xã'}
    """
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for text in filter(None, texts):
        spellings[without_accents(text)][text] += 1
    usual: dict[str, str] = {}
    for counts in spellings.values():
        (most, count), *others = counts.most_common()
        # Once is chance, twice as often no more. By judgement.
        usual |= {text: most for text, number in others if count >= 2 * number}
    return usual


def numbered(numbers: Sequence[str]) -> list[str]:
    """Return the numbers of rows; one that is read wrong between two others is that between.

    >>> numbered(["9", "10", "lại", "12", "", "1", "Z"])
    ['9', '10', '11', '12', '', '1', 'Z']
    >>> numbered(["10", "l1"])
    ['10', '11']
    """
    mended_numbers = [
        number.translate(_DIGITS) if _is_ones(number) else number for number in numbers
    ]
    filled = [at for at, number in enumerate(mended_numbers) if number]
    for above, at, below in zip(filled, filled[1:], filled[2:], strict=False):
        around = mended_numbers[above], mended_numbers[below]
        if all(map(str.isdigit, around)) and int(around[1]) - int(around[0]) == 2:
            mended_numbers[at] = str(int(around[0]) + 1)
    return mended_numbers


_DIGITS = str.maketrans({"l": "1", "I": "1", "i": "1", "|": "1", "O": "0", "o": "0"})


def _is_ones(number: str) -> bool:
    """Return whether a number has a digit, and letters that look like digits."""
    return any(map(str.isdigit, number)) and number.translate(_DIGITS).isdigit()


def quarter_at(words: Sequence[Word]) -> list[int]:
    """Return the positions of words that begin with the roman numeral of a quarter.

    >>> quarter_at([Word("Quý", 0, 0, 9, 9), Word("HI/2024", 9, 0, 20, 9)])
    [1]
    """
    return [
        at
        for at in range(1, len(words))
        if _QUARTER_WORD.match(words[at - 1].text)
        and (match := _NUMERAL.match(words[at].text))
        and as_roman(match[1])
    ]


def with_quarter(word: Word, numeral: str) -> Word:
    """Return a word with another numeral before its year.

    >>> with_quarter(Word("HI/2024", 9, 0, 20, 9), "III").text
    'III/2024'
    """
    match = _NUMERAL.match(word.text)
    return replace(word, text=f"{numeral}{(match[2] or '') if match else ''}")
