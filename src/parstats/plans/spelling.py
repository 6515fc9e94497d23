"""Normalised words of Vietnamese office prose.

Texts reach us in capitals or not, composed or decomposed, with old or new places of the tone mark
(hoà, hòa), with abbreviations or without, with the letter eth for đ (an old PDF habit) and with
whatever blanks the lay-out left behind. None of that is a difference of meaning.
"""

from __future__ import annotations

import itertools
import re
import unicodedata

from parstats.reference import csv_tables, labels
from parstats.reference.editions import cached, cached_up_to

_TOKEN = re.compile(r"\w+")
_ETH = str.maketrans("Ðð", "Đđ")
_TONED = str.maketrans("àáảãạèéẻẽẹỳýỷỹỵ", "aaaaaeeeeeyyyyy")
_TONE = str.maketrans(
    "àèỳáéýảẻỷãẽỹạẹỵ", "\u0300" * 3 + "\u0301" * 3 + "\u0309" * 3 + "\u0303" * 3 + "\u0323" * 3
)
# Open syllables whose tone the older spelling puts on the last letter; "qu" is a consonant.
_OLD_TONE = re.compile(r"(?<!q)(o[àáảãạèéẻẽẹ]|u[ỳýỷỹỵ])\b")


def _new_tone(match: re.Match[str]) -> str:
    first, last = match[1][0], match[1][1]
    return unicodedata.normalize("NFC", first + last.translate(_TONE)) + last.translate(_TONED)


@cached_up_to(16_384)
def tokenize(text: str) -> tuple[str, ...]:
    """Return the words of a text in lower case with diacritics, abbreviations written out.

    >>> tokenize("Số hoá  hồ sơ TTHC, DVC mức độ 3/4")[:8]
    ('số', 'hóa', 'hồ', 'sơ', 'thủ', 'tục', 'hành', 'chính')
    """
    composed = unicodedata.normalize("NFC", text).translate(_ETH)
    lowered = _OLD_TONE.sub(_new_tone, labels.expanded(composed).casefold())
    short = _short_forms()
    return tuple(
        token for tokens in _TOKEN.findall(lowered) for token in short.get(tokens, (tokens,))
    )


@cached
def _short_forms() -> dict[str, tuple[str, ...]]:
    """Return the words of abbreviations written in small letters: none of them is a syllable."""
    return {
        row["short"].casefold(): tuple(row["long"].casefold().split())
        for row in csv_tables.rows("abbreviations")
        if _TOKEN.fullmatch(row["short"])
    }


def plain_tokens(text: str) -> tuple[str, ...]:
    """Return the words of a text without diacritics, so that a wrong tone mark does no harm.

    >>> plain_tokens("Kỷ luật, kỷ cương")
    ('ky', 'luat', 'ky', 'cuong')
    """
    return tuple(labels.plain(" ".join(tokenize(text))).split())


def pairs(tokens: tuple[str, ...]) -> list[str]:
    """Return the pairs of neighbouring words: what most Vietnamese words are.

    >>> pairs(("cổng", "dịch", "vụ"))
    ['cổng dịch', 'dịch vụ']
    """
    return [f"{first} {two}" for first, two in itertools.pairwise(tokens)]


def alternatives(phrase: str) -> tuple[tuple[str, ...], ...]:
    """Return the words of a phrase, and those of each reading of a slash in it.

    >>> alternatives("cổng/trang tin")
    (('cổng', 'trang', 'tin'), ('cổng', 'tin'), ('trang', 'tin'))
    """
    forms = [phrase]
    parts = phrase.split()
    for position, part in enumerate(parts):
        if "/" in part:
            forms += [
                " ".join([*parts[:position], option, *parts[position + 1 :]])
                for option in part.split("/")
            ]
    return tuple(dict.fromkeys(tokenize(form) for form in forms))
